"""Houses, water use, vacancy survey -> evidence about plots."""

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


class BuildingEvidence(LandAlgorithm):
    """Houses, water use and vacancy survey -> one row per lot and indicator."""

    ID = "buildingevidence"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Evidence about houses and plots")

    def help_text(self) -> str:
        return tr(
            "Tells which plots have a house that is lived in, from a vacancy survey and the houses, and where water is "
            "hardly used. Only the class in use, little or none is written, never the amount. In one town water use "
            "found 83 of 100 vacant houses; houses with a well or a closed tap are told wrongly."
        )

    def setup(self) -> None:
        evidenceinput.add_lots(self)
        polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("HOUSES", tr("Houses"), [polygon], optional=True),
            tr("Houses with house_id and occupied (yes, no, unknown)."),
        )
        self.add(
            source("WATER_USE", tr("Water use"), [table], optional=True),
            tr("Table with lot_key or house_id, month and m3 (per month); three readings of the last year are needed."),
        )
        self.add(
            source("VACANCY", tr("Vacancy survey"), [table], optional=True),
            tr("Table with lot_key or house_id, surveyed_on and result (occupied or vacant)."),
        )
        evidenceinput.add_output(self)

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.condition.buildings import building_evidence

        progress = self.progress(feedback)
        lots = evidenceinput.read_lots(self, parameters, context, progress.part(0.0, 0.4))
        houses = reading.read_layer(self, parameters, "HOUSES", context, lots.frame.crs, evidenceinput.HOUSES)
        water = reading.read_table(self, parameters, "WATER_USE", context)
        survey = reading.read_table(self, parameters, "VACANCY", context)
        if houses is None and water is None and survey is None:
            raise InputError(
                Text(
                    "There is nothing about houses. Give houses, water use or a vacancy survey.",
                    "家屋のデータがありません。家屋、水道の使用量、空き家調査のどれかを指定してください。",
                )
            )
        found = building_evidence(lots.frame, lots.keys, houses, water, survey)
        progress.step(0.8)
        return evidenceinput.write_evidence(self, parameters, context, feedback, found, lots)
