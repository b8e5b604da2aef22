"""Print the workshop map of harm to surroundings."""

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

from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

LANGUAGES = ("auto", "ja", "en")
PAPERS = ("A3", "A0")


class HarmMap(LandAlgorithm):
    """Exposure, burden, rules -> one sheet as PDF and PNG."""

    ID = "harmmap"
    GROUP = UNDERSTAND
    ICON = "map"
    #: Printing works without any package.
    PACKAGES = ()

    def title(self) -> str:
        return tr("Print map of harm")

    def help_text(self) -> str:
        return tr(
            "Prints one sheet for a workshop: which houses, fields and roads are exposed, which unmanaged lots may "
            "burden them, the ten with the heaviest burden, and the rules with the evidence behind each. It shows what "
            "is associated with what and proves no cause and no boundary."
        )

    def flags(self) -> QgsProcessingAlgorithm.Flag:
        # A print layout must be made in the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def setup(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        lines = [QgsProcessing.SourceType.TypeVectorLine]
        table = [QgsProcessing.SourceType.TypeVector]
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("RECEPTORS", tr("Exposure of houses, fields and roads"), polygons),
            tr("Result of “Overlay harm to surroundings”, in coordinates in metres."),
        )
        self.add(
            source("SOURCES", tr("Burden of unmanaged lots"), polygons),
            tr("Result of the same run: the lots with burden and rank."),
        )
        self.add(
            source("LINKS", tr("Links"), table, optional=True),
            tr("Table of links of the same run. With it only the rules that linked anything are printed."),
        )
        self.add(
            QgsProcessingParameterVectorLayer("RULES", tr("Rule table"), table, optional=True),
            tr("The rules the results were made with. Empty: those that come with the plugin."),
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
        self.add(
            QgsProcessingParameterEnum("PAPER", tr("Paper"), [tr("A3 landscape"), tr("A0 landscape")], defaultValue=0),
            tr("A3 to hand out, A0 for the wall of a meeting."),
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
            QgsProcessingParameterNumber(
                "DPI", tr("Picture resolution (dpi)"), QgsProcessingParameterNumber.Type.Integer, 150, False, 50, 600
            ),
            tr("Dots per inch of the PNG; an A0 picture at 150 dpi has 7000 × 5000 dots."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT_PDF", tr("Map as PDF"), tr("PDF (*.pdf)")),
            tr("For printing; texts stay texts."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                "OUTPUT_PNG", tr("Map as picture"), tr("PNG (*.png)"), optional=True, createByDefault=False
            ),
            tr("For the screen and for documents."),
        )
        self.addOutput(QgsProcessingOutputNumber("LOTS_SHOWN", tr("Lots that may burden others")))
        self.addOutput(QgsProcessingOutputNumber("SCALE", tr("Scale (1 to)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..gis.planmap.content import BaseLayers
        from ..gis.planmap.harmsheet import HarmRequest, HarmSheet, read_harm

        progress = self.progress(feedback)
        pdf = self.parameterAsFileOutput(parameters, "OUTPUT_PDF", context)
        png = self.parameterAsFileOutput(parameters, "OUTPUT_PNG", context)
        found = {}
        for name in ("RECEPTORS", "SOURCES", "LINKS"):
            found[name] = self.parameterAsSource(parameters, name, context)
            if found[name] is None and (name != "LINKS" or parameters.get(name) not in (None, "")):
                raise QgsProcessingException(self.invalidSourceError(parameters, name))
        rules = self.parameterAsVectorLayer(parameters, "RULES", context)
        if rules is None and parameters.get("RULES") not in (None, ""):
            raise QgsProcessingException(self.invalidSourceError(parameters, "RULES"))
        base = BaseLayers(
            **{
                name.lower(): reading.drawn_layer(self, parameters, name, context)
                for name in ("LOTS", "HOUSES", "ROADS", "CANALS", "FOREST", "HAMLETS")
            }
        )
        content = read_harm(found["RECEPTORS"], found["SOURCES"], found["LINKS"], rules, progress.part(0.0, 0.2))
        choice = LANGUAGES[self.parameterAsEnum(parameters, "LANGUAGE", context)]
        request = HarmRequest(
            language=language() if choice == "auto" else choice,
            paper=PAPERS[self.parameterAsEnum(parameters, "PAPER", context)],
            **{
                name.lower(): self.parameterAsString(parameters, name, context).strip()
                for name in ("TITLE", "VILLAGE", "CREDIT")
            },
        )
        sheet = HarmSheet(request, content, base)
        sheet.project.setTransformContext(context.transformContext())
        sheet.build(progress.part(0.2, 0.7))
        outputs: dict[str, Any] = {
            "LOTS_SHOWN": sum(row.burden > 0 for row in content.sources),
            "SCALE": sheet.denominator,
        }
        if pdf:
            sheet.to_pdf(pdf)
            outputs["OUTPUT_PDF"] = pdf
        progress.span(0.7, 0.9).step(1.0)
        if png:
            sheet.to_image(png, self.parameterAsInt(parameters, "DPI", context))
            outputs["OUTPUT_PNG"] = png
        progress.span(0.9, 1.0).step(1.0)
        return outputs
