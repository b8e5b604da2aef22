"""Print one page: our village in 20 years if nothing changes."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ..core.condition.forecast_words import SCENARIOS
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

LANGUAGES = ("auto", "ja", "en")


class ForecastPage(LandAlgorithm):
    """Forecast -> one page as PDF and PNG, and the charts of all hamlets."""

    ID = "forecastsheet"
    GROUP = UNDERSTAND
    ICON = "map"
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

    def flags(self) -> QgsProcessingAlgorithm.Flag:
        # A print layout must be made in the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def setup(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        lines = [QgsProcessing.SourceType.TypeVectorLine]
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
        for name, label, kinds, words in (
            ("LOTS", tr("Lots"), polygons, tr("Lots (筆). Gives the thin lot lines, and the city for the credit.")),
            ("HOUSES", tr("Houses"), polygons, tr("Buildings, drawn grey.")),
            ("ROADS", tr("Roads"), lines, tr("Roads, drawn white with a grey edge.")),
            ("CANALS", tr("Canals"), lines, tr("Rivers and canals.")),
            ("FOREST", tr("Forest"), polygons, tr("Forest, drawn as pale trees.")),
            ("HAMLETS", tr("Hamlets"), polygons, tr("Hamlet areas, drawn with a dashed line.")),
        ):
            self.add(QgsProcessingParameterVectorLayer(name, label, kinds, optional=True), words)
        self.add(
            QgsProcessingParameterEnum(
                "LANGUAGE", tr("Language"), [tr("As QGIS"), tr("Japanese"), tr("English")], defaultValue=0
            ),
            tr("Language of the sheet."),
        )
        for name, label, words in (
            ("VILLAGE", tr("Village"), tr("Name of the village or district for the title.")),
            ("TITLE", tr("Title"), tr("Left empty: village and the name of the map.")),
        ):
            self.add(QgsProcessingParameterString(name, label, optional=True), words)
        self.add(
            QgsProcessingParameterString("CREDIT", tr("Credit"), multiLine=True, optional=True),
            tr("Credit the data ask for. Left empty: that of the land registry map, from the lots."),
        )
        self.add(
            number("INTERVAL", tr("Interval (%)"), number.Type.Integer, 80, False, 20, 99),
            tr("The interval of the forecast, told under the chart."),
            advanced=True,
        )
        self.add(
            number("DPI", tr("Picture resolution (dpi)"), number.Type.Integer, 150, False, 50, 600),
            tr("Dots per inch of the PNG."),
            advanced=True,
        )
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
        from ..gis.planmap.content import BaseLayers, hamlet_names
        from ..gis.planmap.forecastsheet import ForecastRequest, ForecastSheet, charts_svg, read_forecast

        progress = self.progress(feedback)
        found = {}
        for name in ("INPUT", "HAMLETS_TABLE", "FACILITIES_TABLE"):
            found[name] = self.parameterAsSource(parameters, name, context)
            if found[name] is None and (name != "FACILITIES_TABLE" or parameters.get(name) not in (None, "")):
                raise QgsProcessingException(self.invalidSourceError(parameters, name))
        base = BaseLayers(
            **{
                name.lower(): reading.drawn_layer(self, parameters, name, context)
                for name in ("LOTS", "HOUSES", "ROADS", "CANALS", "FOREST", "HAMLETS")
            }
        )
        scenario = SCENARIOS[self.parameterAsEnum(parameters, "SCENARIO", context)]
        years = self.parameterAsInt(parameters, "YEARS", context)
        content = read_forecast(
            found["INPUT"], found["HAMLETS_TABLE"], found["FACILITIES_TABLE"], scenario, years, progress.part(0.0, 0.2)
        )
        choice = LANGUAGES[self.parameterAsEnum(parameters, "LANGUAGE", context)]
        chosen = language() if choice == "auto" else choice
        request = ForecastRequest(
            language=chosen,
            level=self.parameterAsInt(parameters, "INTERVAL", context),
            names=hamlet_names(base, {}, chosen),
            **{
                name.lower(): self.parameterAsString(parameters, name, context).strip()
                for name in ("TITLE", "VILLAGE", "CREDIT")
            },
        )
        pdf, png, charts = (
            self.parameterAsFileOutput(parameters, name, context)
            for name in ("OUTPUT_PDF", "OUTPUT_PNG", "OUTPUT_CHARTS")
        )
        outputs: dict[str, Any] = {
            "LOTS_SHOWN": sum(lot.chance is not None and lot.hamlet not in content.hidden for lot in content.lots),
            "HAMLETS_HIDDEN": len(content.hidden),
        }
        if charts:
            charts_svg(content, request, charts)
            outputs["OUTPUT_CHARTS"] = charts
        if pdf or png:
            sheet = ForecastSheet(request, content, base)
            sheet.project.setTransformContext(context.transformContext())
            sheet.build(progress.part(0.2, 0.7))
            outputs["SCALE"] = sheet.denominator
            if pdf:
                sheet.to_pdf(pdf)
                outputs["OUTPUT_PDF"] = pdf
            progress.span(0.7, 0.9).step(1.0)
            if png:
                sheet.to_image(png, self.parameterAsInt(parameters, "DPI", context))
                outputs["OUTPUT_PNG"] = png
        progress.span(0.9, 1.0).step(1.0)
        return outputs
