"""Tables of the plan for the municipal plan and for meetings."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFolderDestination,
)

from ..core.errors import InputError
from ..core.sources.zones import place_words
from ..core.texts import Text
from ..gis.i18n import tr
from ..gis.packages import missing, missing_message
from . import planinput
from .base import ACT, LandAlgorithm

if TYPE_CHECKING:
    from ..core.plan.tablefiles import Sheet

PARTS = ("district", "hamlet")
WORKBOOK = "plan_tables.xlsx"


class PlanTables(LandAlgorithm):
    """Plan -> areas by use and by class, CSV and Excel."""

    ID = "plantables"
    GROUP = ACT
    ICON = "plan"

    def title(self) -> str:
        return tr("Make plan tables")

    def help_text(self) -> str:
        return tr(
            "Adds up the plan: area by present and planned use category, from which use to which, and area by "
            "management class, each for the whole plan and per district. The difference to the official area is "
            "a row of its own and never hidden. Writes CSV files (for Excel) and one Excel workbook. Sums come "
            "from unrounded areas, so rounded figures may not add up exactly."
        )

    def setup(self) -> None:
        planinput.add_plan(self)
        self.add(
            QgsProcessingParameterEnum("PARTS", tr("Divide by"), [tr("District"), tr("Hamlet")], defaultValue=0),
            tr("The parts of the village that get tables of their own."),
        )
        self.add(
            QgsProcessingParameterFolderDestination("OUTPUT_FOLDER", tr("Folder for the tables")),
            tr("Gets area_by_use.csv, area_by_use_change.csv, area_by_class.csv and plan_tables.xlsx."),
        )
        self.addOutput(QgsProcessingOutputFile("AREA_BY_USE", tr("Area by use category")))
        self.addOutput(QgsProcessingOutputFile("AREA_BY_USE_CHANGE", tr("From present to planned use")))
        self.addOutput(QgsProcessingOutputFile("AREA_BY_CLASS", tr("Area by management class")))
        self.addOutput(QgsProcessingOutputFile("WORKBOOK", tr("Excel workbook")))
        self.addOutput(QgsProcessingOutputNumber("TOTAL_HA", tr("Area of the plan (ha)")))
        self.addOutput(QgsProcessingOutputNumber("RESIDUAL_HA", tr("Difference to the official area (ha)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.plan import tablefiles, tables

        progress = self.progress(feedback)
        chosen = planinput.chosen_language(self, parameters, context)
        by = PARTS[self.parameterAsEnum(parameters, "PARTS", context)]
        plan = planinput.read_plan(self, parameters, context, progress.span(0.0, 0.5))
        found = tables.make_tables(plan.units, plan.official_ha, tables.official_by(plan.official_areas, by), by)
        progress.span(0.5, 0.9).step(1.0)
        part = Text("District", "地区") if by == "district" else Text("Hamlet", "集落")
        sheets = tablefiles.sheets(found, chosen, part)
        folder = self.parameterAsString(parameters, "OUTPUT_FOLDER", context)
        results: dict[str, Any] = {"OUTPUT_FOLDER": folder}
        results.update(self._write(folder, sheets, self._notes(plan, chosen), chosen, _changed(plan.units), feedback))
        total = next(row for row in found.classes if row.code == tables.TOTAL_ROW)
        results["TOTAL_HA"] = total.area_ha
        if plan.official_ha is None:
            feedback.pushWarning(
                tr("The official area is not known, so the difference to it is unknown. Give the official area.")
            )
        else:
            results["RESIDUAL_HA"] = plan.official_ha - (total.area_ha or 0.0)
        return results

    def _notes(self, plan: planinput.PlanInput, chosen: str) -> list[tuple[str, str]]:
        """Lines for the last sheet."""

        def pick(en: str, ja: str) -> str:
            return ja if chosen == "ja" else en

        return [
            (pick("Plan", "計画"), plan.meta.get("title", "")),
            (pick("Target year", "目標年"), plan.meta.get("horizon_year", "")),
            (pick("Coordinate system of the areas", "面積の座標系"), place_words(plan.units.crs).pick(chosen)),
            (
                pick("Sums", "合計"),
                pick(
                    "All sums come from unrounded areas; rounded figures may not add up exactly.",
                    "合計は四捨五入の前の面積から計算しています。表の数字の和とは合わないことがあります。",
                ),
            ),
            (
                pick("Difference to the official area", "公的な面積との差"),
                pick(
                    "Official area minus area of the plan. Lots never add up to the official area.",
                    "公的な面積から計画の面積を引いたものです。筆の面積の和は公的な面積と一致しません。",
                ),
            ),
        ]

    def _write(
        self,
        folder: str,
        sheets: list[Sheet],
        notes: list[tuple[str, str]],
        chosen: str,
        made: Optional[dt.datetime],
        feedback: QgsProcessingFeedback,
    ) -> dict[str, str]:
        """Write the files; returns their paths by output name."""
        from ..core.plan import tablefiles

        results = {}
        try:
            os.makedirs(folder, exist_ok=True)
            for sheet in sheets:
                path = os.path.join(folder, f"{sheet.name}.csv")
                with open(path, "w", encoding="utf-8-sig", newline="") as stream:
                    tablefiles.write_csv(sheet, stream)
                results[sheet.name.upper()] = path
            if missing(["openpyxl"]):
                feedback.pushWarning(
                    tr("The Excel workbook was left out; the CSV files are complete.")
                    + " "
                    + missing_message(["openpyxl"])
                )
            else:
                path = os.path.join(folder, WORKBOOK)
                with open(path, "wb") as stream:
                    tablefiles.write_xlsx(sheets, notes, "About" if chosen != "ja" else "説明", stream, made)
                results["WORKBOOK"] = path
        except OSError as error:
            raise InputError(
                Text(
                    "The tables could not be written to {folder}: {why} Close files that are open in Excel "
                    "or choose another folder.",
                    "{folder} に表を書き込めません（{why}）。"
                    "Excelで開いているファイルを閉じるか、別のフォルダーを選んでください。",
                ).format(folder=folder, why=error.strerror or str(error))
            ) from error
        return results


def _changed(units: Any) -> Optional[dt.datetime]:
    """When the plan was last changed: the date of the workbook, the same in every run."""
    if "changed_at" not in units.columns:
        return None
    moments = [moment.replace(tzinfo=None) for moment in units["changed_at"] if isinstance(moment, dt.datetime)]
    return max(moments, default=None)
