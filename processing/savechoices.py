"""Write choices into the municipal plan."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis import bridge, symbology
from ..gis.i18n import language, tr
from ..gis.plan_store import ApplyResult, PlanStore
from . import reading
from .base import CHOOSE, LandAlgorithm

if TYPE_CHECKING:
    import geopandas

#: Enumeration of DECIDED_BY: the first entry leaves what the rows say.
DECIDERS = ("", "draft", "municipality", "owner", "workshop")
LOTS = Text("The lots", "筆の図")

#: How many problem rows are named one by one.
NAMED = 20


class SaveChoices(LandAlgorithm):
    """Choices -> plan file, created or updated, with history."""

    ID = "savechoices"
    GROUP = CHOOSE
    ICON = "plan"

    def title(self) -> str:
        return tr("Save choices into the plan")

    def help_text(self) -> str:
        return tr(
            "Writes choices into the municipal plan (a GeoPackage file). A new file is made; an existing plan is "
            "updated, never replaced. A draft does not replace what people decided, unless you say so. Every "
            "change is kept in the file's history. A choice against a special law is kept and marked as a "
            "conflict. The plan holds no names: say who wrote as a role only."
        )

    def setup(self) -> None:
        polygon, anything = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        source, text = QgsProcessingParameterFeatureSource, QgsProcessingParameterString
        self.add(
            source("INPUT", tr("Choices"), [anything]),
            tr(
                "Layer from “Draft the plan” or a table with lot_key (or unit_no) and management_class. Classes "
                "may be codes, button numbers or words."
            ),
        )
        self.add(
            source("LOTS", tr("Lots"), [polygon], optional=True),
            tr("Gives rows without an area their place, matched by lot_key. Needed for a table in a new plan."),
        )
        self.add(
            source("HAMLETS", tr("Hamlet areas"), [polygon], optional=True),
            tr("Fills in hamlet and district where they are missing, and keeps the official areas for the tables."),
        )
        self.add(
            source("EVIDENCE", tr("Evidence"), [anything], optional=True),
            tr("Table from “Find unmanaged land”. Its sources and dates are kept in the plan and printed."),
        )
        self.add(
            QgsProcessingParameterBoolean("REPLACE_DECISIONS", tr("Replace decisions of people"), False),
            tr("Off: a draft never replaces a decision. On: the choices replace everything they name."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "DECIDED_BY",
                tr("Decided by"),
                [
                    tr("As the rows say"),
                    tr("Draft for discussion"),
                    tr("Municipality"),
                    tr("Owner"),
                    tr("Workshop"),
                ],
                defaultValue=0,
            ),
            tr("Who decided, for all rows. Rows that do not say count as draft."),
        )
        self.add(
            QgsProcessingParameterDateTime(
                "DECIDED_ON", tr("Decided on"), QgsProcessingParameterDateTime.Type.Date, optional=True
            ),
            tr("Date of the decision, for all rows. Empty: as the rows say."),
        )
        self.add(
            text("MEETING", tr("Meeting"), optional=True),
            tr("Where it was decided, for example “Workshop 2”. Empty: as the rows say."),
        )
        self.add(
            text("AUTHOR", tr("Written by (role)"), optional=True),
            tr("A role for the history and the map, for example “village office”. Please write no person's name."),
        )
        self.add(
            text("TITLE", tr("Title of the plan"), optional=True),
            tr("Printed on the map and the report. Empty: as it was."),
        )
        self.add(
            text("VILLAGE", tr("Village or district"), optional=True),
            tr("Name of the place, printed in titles. Empty: as it was."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "HORIZON_YEAR",
                tr("Target year"),
                QgsProcessingParameterNumber.Type.Integer,
                None,
                optional=True,
                minValue=1900,
                maxValue=2200,
            ),
            tr("The year the plan looks to, printed on the map. Empty: as it was."),
        )
        self.add(
            QgsProcessingParameterFileDestination("PLAN", tr("Plan"), tr("GeoPackage (*.gpkg)")),
            tr("The plan file. Choose the existing plan to update it."),
        )
        for name, label in (
            ("CREATED", tr("New units")),
            ("UPDATED", tr("Updated units")),
            ("KEPT", tr("Decisions kept")),
            ("UNCHANGED", tr("Unchanged units")),
            ("CONFLICTS", tr("Conflicts with laws")),
            ("PROBLEMS", tr("Rows with problems")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.plan import model

        progress = self.progress(feedback)
        path = self._plan_path(parameters, context)
        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise InputError(
                Text("The choices could not be opened. Choose them again.", "選択を開けません。選び直してください。")
            )
        choices = bridge.source_to_frame(source, progress.span(0.0, 0.1))
        if choices.geometry.notna().any():
            bridge.require_metric(choices.crs, Text("The layer of choices", "選択の図"))
        lots = reading.read_table(self, parameters, "LOTS", context)
        if lots is not None:
            bridge.require_metric(lots.crs, LOTS)
            choices = model.join_lots(choices, lots)
        hamlets = None
        if choices.crs is not None:
            hamlets = reading.read_layer(
                self, parameters, "HAMLETS", context, choices.crs, Text("The hamlet areas", "集落の区域")
            )
        if hamlets is not None:
            choices = model.place_in_hamlets(choices, hamlets)

        existed = os.path.exists(path)
        if not existed and choices.crs is None:
            raise InputError(
                Text(
                    "A new plan needs the areas of the lots. Choose the lots too.",
                    "新しい計画には、筆の場所が必要です。筆のデータも選んでください。",
                )
            )
        facts = self._facts(parameters, context, lots, hamlets)
        overrides = self._overrides(parameters, context)
        model.read_choices(choices, overrides)  # says what is wrong before a file is made
        store = PlanStore.open_or_create(path, bridge.qgis_crs(choices.crs))
        try:
            result = store.apply(
                choices,
                self.parameterAsString(parameters, "AUTHOR", context).strip(),
                self.parameterAsBool(parameters, "REPLACE_DECISIONS", context),
                overrides,
                facts,
                progress.span(0.2, 0.95),
            )
            if not existed:
                layer = store.layer()
                store.describe_fields(layer, language())
                symbology.style_plan(layer)
                store.save_style(layer, "plan")
        except BaseException:
            if not existed:
                os.remove(path)
            raise
        self._tell(result, feedback)
        return {
            "PLAN": path,
            "CREATED": len(result.created),
            "UPDATED": len(result.updated),
            "KEPT": len(result.kept),
            "UNCHANGED": len(result.unchanged),
            "CONFLICTS": len(result.conflicts),
            "PROBLEMS": len(result.problems),
        }

    def _plan_path(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        path = self.parameterAsFileOutput(parameters, "PLAN", context)
        return path if path.lower().endswith(".gpkg") else f"{path}.gpkg"

    def _overrides(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        found: dict[str, Any] = {}
        decider = DECIDERS[self.parameterAsEnum(parameters, "DECIDED_BY", context)]
        if decider:
            found["decided_by"] = decider
        day = self.parameterAsDateTime(parameters, "DECIDED_ON", context)
        if day.isValid():
            found["decided_on"] = bridge.to_python(day.date())
        meeting = self.parameterAsString(parameters, "MEETING", context).strip()
        if meeting:
            found["decided_in"] = meeting
        return found

    def _facts(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        lots: Optional[geopandas.GeoDataFrame],
        hamlets: Optional[geopandas.GeoDataFrame],
    ) -> dict[str, str]:
        """What goes into plan_meta besides the units."""
        from ..core.plan import facts

        found: dict[str, str] = {}
        for key in ("TITLE", "VILLAGE", "AUTHOR"):
            words = self.parameterAsString(parameters, key, context).strip()
            if words:
                found[key.lower()] = words
        if parameters.get("HORIZON_YEAR") is not None:
            found["horizon_year"] = str(self.parameterAsInt(parameters, "HORIZON_YEAR", context))
        sources = facts.data_dates(lots, reading.read_table(self, parameters, "EVIDENCE", context))
        if sources:
            found["data_dates"] = json.dumps(sources, ensure_ascii=False)
        areas = facts.official_areas(hamlets) if hamlets is not None else []
        if areas:
            found["official_areas"] = json.dumps(areas, ensure_ascii=False)
            total = facts.official_total(areas)
            if total is not None:
                found["official_area_ha"] = repr(total)
        return found

    def _tell(self, result: ApplyResult, feedback: QgsProcessingFeedback) -> None:
        feedback.pushInfo(
            tr("New: {created}. Updated: {updated}. Decisions kept: {kept}. Unchanged: {unchanged}.").format(
                created=len(result.created),
                updated=len(result.updated),
                kept=len(result.kept),
                unchanged=len(result.unchanged),
            )
        )
        if result.conflicts:
            feedback.pushWarning(
                tr("{count} choices conflict with a special law; see the field conflict.").format(
                    count=len(result.conflicts)
                )
            )
        for problem in result.problems[:NAMED]:
            feedback.pushWarning(
                tr("Row {row} ({lot}): {why}").format(
                    row=problem.row, lot=problem.lot, why=problem.why.pick(language())
                )
            )
        if len(result.problems) > NAMED:
            feedback.pushWarning(
                tr("… and {count} more rows with problems.").format(count=len(result.problems) - NAMED)
            )
