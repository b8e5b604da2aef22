"""Field results back: reviewed, added, never overwriting."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm


class ImportFieldChecks(LandAlgorithm):
    """Field package, reviewer's word -> patrol rows, list of every check."""

    ID = "importfieldchecks"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Bring back field checks")

    def help_text(self) -> str:
        return tr(
            "Reads the field package after a visit. A reviewer accepts or rejects each result; who and when is kept. "
            "Accepted results are added to the farm patrol results and nothing is replaced: where a result of the same "
            "day or a newer one stands, the check waits until it is accepted by name. The table that comes out can be "
            "used as farm patrol results."
        )

    def setup(self) -> None:
        table, polygon = QgsProcessing.SourceType.TypeVector, QgsProcessing.SourceType.TypeVectorPolygon
        source, sink = QgsProcessingParameterFeatureSource, QgsProcessingParameterFeatureSink
        self.add(source("INPUT", tr("Field package"), [table]), tr("The layer field_checks as it came back."))
        self.add(
            source("PATROL", tr("Farm patrol results"), [table], optional=True),
            tr("The results so far; all their rows stay, and the accepted ones are added below."),
        )
        self.add(
            source("LOTS", tr("Lots"), [polygon], optional=True),
            tr("Lots of the village; results about other lots are not taken over."),
        )
        self.add(
            QgsProcessingParameterString("REVIEWER", tr("Reviewed by (role)")),
            tr("Who accepts or rejects, for example “farm committee office”. A role is enough."),
        )
        self.add(
            QgsProcessingParameterString("REVIEWED_ON", tr("Reviewed on (day)"), optional=True),
            tr("For example 2026-11-30. Empty: today."),
        )
        self.add(
            QgsProcessingParameterBoolean("ACCEPT_REST", tr("Accept what stands against nothing"), False),
            tr("Takes over every result that is not rejected and contradicts no earlier one."),
        )
        self.add(
            QgsProcessingParameterString("DECISIONS", tr("Decisions by check"), multiLine=True, optional=True),
            tr("One line per check: its id, then accept or reject (or JSON as the dock writes it)."),
        )
        self.add(
            sink("OUTPUT", tr("Farm patrol results with field checks"), table),
            tr("The earlier rows and the accepted results."),
        )
        self.add(
            sink("REVIEW", tr("All checks with their status"), table, optional=True, createByDefault=False),
            tr("Every check: taken over, rejected, waiting, against an earlier result, or why it cannot be used."),
        )
        for name, label in (
            ("ACCEPTED", tr("Accepted")),
            ("REJECTED", tr("Rejected")),
            ("WAITING", tr("Waiting for the reviewer")),
            ("AGAINST", tr("Against an earlier result")),
            ("UNUSABLE", tr("Cannot be used")),
            ("NOT_VISITED", tr("Not visited")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import pandas

        from ..core import frames
        from ..core.condition import fieldchecks

        progress = self.progress(feedback)
        checks = reading.read_table(self, parameters, "INPUT", context)
        patrol = reading.read_table(self, parameters, "PATROL", context)
        lots = reading.read_table(self, parameters, "LOTS", context)
        progress.step(0.3)
        keys = None
        if lots is not None:
            frames.require(lots, ("lot_key",), Text("The layer of lots", "筆の図"))
            keys = [key for key in frames.texts(lots, "lot_key") if key is not None]
        taken, review = fieldchecks.review(
            checks,
            patrol,
            keys,
            self._decisions(parameters, context),
            self.parameterAsBool(parameters, "ACCEPT_REST", context),
            self.parameterAsString(parameters, "REVIEWER", context),
            self._day(parameters, context),
        )
        progress.step(0.7)
        specs = list(fieldchecks.PATROL_FIELDS)
        rows = taken
        if patrol is not None:
            source = self.parameterAsSource(parameters, "PATROL", context)
            specs += reading.kept_fields(bridge.specs_of(source.fields()), specs)
            earlier = pandas.DataFrame(patrol.drop(columns=patrol.geometry.name))
            earlier["patrol_on"] = _dates(frames.dates(earlier, "patrol_on"))
            if "reviewed_on" in earlier:
                earlier["reviewed_on"] = _dates(frames.dates(earlier, "reviewed_on"))
            names = [spec.name for spec in specs]
            parts = [frame.reindex(columns=names).astype(object) for frame in (earlier, taken)]
            rows = pandas.concat(parts, ignore_index=True)
            rows["synthetic"] = frames.flags(rows, "synthetic")
        outputs: dict[str, Any] = {}
        nothing, none = bridge.qgis_crs(None), QgsWkbTypes.Type.NoGeometry
        reading.write_sink(self, parameters, "OUTPUT", context, rows, specs, none, nothing, outputs)
        reading.write_sink(
            self, parameters, "REVIEW", context, review, fieldchecks.REVIEW_FIELDS, none, nothing, outputs
        )
        counts = review["status"].value_counts()
        for name, words in (
            ("ACCEPTED", ("accepted",)),
            ("REJECTED", ("rejected",)),
            ("WAITING", ("pending",)),
            ("AGAINST", ("conflict", "changed")),
            ("UNUSABLE", ("no_day", "wrong_result", "wrong_lot", "repeated")),
            ("NOT_VISITED", ("open",)),
        ):
            outputs[name] = int(sum(counts.get(word, 0) for word in words))
        feedback.pushInfo(
            tr(
                "{accepted} accepted, {rejected} rejected, {waiting} waiting, {against} against an earlier result."
            ).format(
                accepted=outputs["ACCEPTED"],
                rejected=outputs["REJECTED"],
                waiting=outputs["WAITING"],
                against=outputs["AGAINST"],
            )
        )
        return outputs

    def _decisions(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, str]:
        """Check id -> accept or reject. Raises ``InputError`` for a line that is neither."""
        text = self.parameterAsString(parameters, "DECISIONS", context).strip()
        if not text:
            return {}
        if text.startswith("{"):
            try:
                given = json.loads(text)
            except ValueError:
                given = None
            if isinstance(given, dict):
                return {str(key): str(word) for key, word in given.items()}
        found = {}
        for line in text.splitlines():
            words = line.replace(",", " ").replace("=", " ").split()
            if len(words) != 2:
                raise InputError(
                    Text(
                        "“{line}” is not an id and a decision. Write one check per line, such as “id accept”.",
                        "「{line}」は識別子と決定の組になっていません。1行に「識別子 accept」のように書いてください。",
                    ).format(line=line.strip())
                )
            found[words[0]] = words[1]
        return found

    def _day(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        text = self.parameterAsString(parameters, "REVIEWED_ON", context).strip()
        if not text:
            return dt.date.today().isoformat()
        try:
            return dt.date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise InputError(
                Text(
                    "“{text}” is not a day. Write it like 2025-04-01.",
                    "「{text}」は日付として読めません。2025-04-01 のように書いてください。",
                ).format(text=text)
            ) from error


def _dates(column: Any) -> list[Any]:
    """ISO days as dates; what is no whole day becomes NULL (the text stays in the earlier table)."""
    found: list[Any] = []
    for text in column:
        try:
            found.append(None if text is None else dt.date.fromisoformat(text[:10]))
        except ValueError:
            found.append(None)
    return found
