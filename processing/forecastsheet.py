"""Print one page: our village in 20 years if nothing changes."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
)

from ..core.condition.forecast_words import SCENARIOS
from ..gis.i18n import tr
from .base import UNDERSTAND
from .sheet import SheetAlgorithm


class ForecastPage(SheetAlgorithm):
    """Forecast -> one page as PDF and PNG, and the charts of all hamlets."""

    ID = "forecastsheet"
    GROUP = UNDERSTAND
    #: Printing works without any package.
    PACKAGES = ()

    def title(self) -> str:
        return tr("Print our village in 20 years")

    def help_text(self) -> str:
        return tr(
            "Prints one page (A3) for the first workshop: each lot in 20 years if nothing changes, the figures of the "
            "village with their range, a chart per hamlet, the outlook of services. Hamlets in which a single farmer "
            "could be recognised are left out. It shows possible futures, no plan and no prediction about a person."
        )

    def setup(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        table = [QgsProcessing.SourceType.TypeVector]
        source, number = QgsProcessingParameterFeatureSource, QgsProcessingParameterNumber
        self.add(
            source("INPUT", tr("Forecast of the land"), polygons),
            tr("Result of “Forecast the land”, in coordinates in metres."),
        )
        self.add(source("HAMLETS_TABLE", tr("Forecast by hamlet"), table), tr("Table of the same run."))
        self.add(
            source("FACILITIES_TABLE", tr("Outlook of facilities"), table, optional=True), tr("Table of the same run.")
        )
        self.add(
            number("YEARS", tr("Years ahead"), number.Type.Integer, 20, False, 1, 60),
            tr("One of the years of the forecast."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "SCENARIO", tr("Scenario"), [tr("Slow loss"), tr("Middle"), tr("Fast loss")], defaultValue=1
            ),
            tr("The map, the numbers and the band are those of this scenario."),
        )
        self.add_background()
        self.add_words()
        self.add(
            number("INTERVAL", tr("Interval (%)"), number.Type.Integer, 80, False, 20, 99),
            tr("The interval of the forecast, told under the chart."),
            advanced=True,
        )
        self.add_resolution()
        file = QgsProcessingParameterFileDestination
        self.add(
            file("OUTPUT_PDF", tr("Page as PDF"), tr("PDF (*.pdf)"), optional=True),
            tr("For printing; texts stay texts."),
        )
        for name, label, pattern, words in (
            ("OUTPUT_PNG", tr("Page as picture"), tr("PNG (*.png)"), tr("For the screen and for documents.")),
            (
                "OUTPUT_CHARTS",
                tr("Charts of all hamlets"),
                tr("SVG (*.svg)"),
                tr("One chart per hamlet on one picture."),
            ),
        ):
            self.add(file(name, label, pattern, optional=True, createByDefault=False), words)
        self.addOutput(QgsProcessingOutputNumber("LOTS_SHOWN", tr("Lots drawn")))
        self.addOutput(QgsProcessingOutputNumber("HAMLETS_HIDDEN", tr("Hamlets not shown")))
        self.addOutput(QgsProcessingOutputNumber("SCALE", tr("Scale (1 to)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..gis.planmap.content import hamlet_names
        from ..gis.planmap.forecastsheet import ForecastRequest, ForecastSheet, charts_svg, read_forecast

        progress = self.progress(feedback)
        lots, hamlets, facilities = self.sources(parameters, context, ("INPUT", "HAMLETS_TABLE"), ("FACILITIES_TABLE",))
        base = self.background(parameters, context)
        scenario = SCENARIOS[self.parameterAsEnum(parameters, "SCENARIO", context)]
        years = self.parameterAsInt(parameters, "YEARS", context)
        content = read_forecast(lots, hamlets, facilities, scenario, years, progress.part(0.0, 0.2))
        chosen = self.language_of(parameters, context)
        request = ForecastRequest(
            language=chosen,
            level=self.parameterAsInt(parameters, "INTERVAL", context),
            names=hamlet_names(base, {}, chosen),
            **self.words_of(parameters, context),
        )
        charts = self.parameterAsFileOutput(parameters, "OUTPUT_CHARTS", context)
        outputs: dict[str, Any] = {
            "LOTS_SHOWN": sum(lot.chance is not None and lot.hamlet not in content.hidden for lot in content.lots),
            "HAMLETS_HIDDEN": len(content.hidden),
        }
        if charts:
            charts_svg(content, request, charts)
            outputs["OUTPUT_CHARTS"] = charts
        if any(self.parameterAsFileOutput(parameters, name, context) for name in ("OUTPUT_PDF", "OUTPUT_PNG")):
            outputs.update(self.print_sheet(ForecastSheet(request, content, base), parameters, context, progress))
        return outputs
