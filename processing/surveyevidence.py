"""Surveys and registers -> evidence per lot."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis.i18n import tr
from . import evidenceinput, reading
from .base import UNDERSTAND, LandAlgorithm

EMAFF = Text("The eMAFF data", "eMAFFのデータ")


class SurveyEvidence(LandAlgorithm):
    """Farm patrol, eMAFF data, registers -> one row per lot and indicator."""

    ID = "surveyevidence"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Evidence from surveys and registers")

    def help_text(self) -> str:
        return tr(
            "Turns patrol results (green, yellow, red; class 1 and 2; A and B), eMAFF results and intentions, years "
            "since registration, owner state, end of leases and succession into evidence per lot. Ages never leave: "
            "only whether someone goes on. What a table does not say gives no row."
        )

    def setup(self) -> None:
        evidenceinput.add_lots(self)
        table = QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        for name, label, text in (
            (
                "FARMLAND_REGISTER",
                tr("Farmland register"),
                tr("Table with lot_key, cultivator_key, right_kind and right_end."),
            ),
            ("PATROL", tr("Farm patrol results"), tr("Table with lot_key, patrol_on and result as code or in words.")),
            (
                "CULTIVATORS",
                tr("Cultivators"),
                tr("Private table with cultivator_key, age and successor. Ages are not written to any result."),
            ),
            (
                "EMAFF",
                tr("eMAFF farmland data"),
                tr("Pins or areas as downloaded, or a table with lot_key; pins are placed by the lot they lie in."),
            ),
        ):
            self.add(source(name, label, [table], optional=True), text)
        evidenceinput.add_as_of(self)
        evidenceinput.add_output(self)

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.condition import survey
        from ..core.condition.evidence import Tables

        progress = self.progress(feedback)
        lots = evidenceinput.read_lots(self, parameters, context, progress.part(0.0, 0.3))
        tables = Tables(
            *(
                reading.read_table(self, parameters, name, context)
                for name in ("REGISTER", "FARMLAND_REGISTER", "PATROL", "CULTIVATORS")
            )
        )
        emaff = reading.read_table(self, parameters, "EMAFF", context)
        if all(table is None for table in (tables.register, tables.farmland, tables.patrol, emaff)):
            raise InputError(
                Text(
                    "There is no survey or register. Give at least one table.",
                    "調査や台帳がありません。少なくとも1つの表を指定してください。",
                )
            )
        if emaff is not None and emaff.crs is not None:
            emaff = reading.read_layer(self, parameters, "EMAFF", context, lots.frame.crs, EMAFF)
            emaff, lost = survey.placed(emaff, lots.frame, lots.keys)
            if lost:
                feedback.pushWarning(tr("{n} eMAFF pins lie in no lot or in several and are left out.").format(n=lost))
        elif emaff is not None:
            frames.require(emaff, ("lot_key",), EMAFF)
        progress.step(0.5)
        columns = [
            frames.dates(table, name)
            for table, names in (
                (tables.register, ("registered_on",)),
                (tables.patrol, ("patrol_on",)),
                (emaff, ("UsageSituationInvestigationDate", "UseIntentionInvestigationDate")),
            )
            if table is not None
            for name in names
        ]
        day = evidenceinput.as_of(self, parameters, context, feedback, columns)
        found = survey.survey_evidence(lots.keys, tables, emaff, day)
        progress.step(0.8)
        return evidenceinput.write_evidence(self, parameters, context, feedback, found, lots)
