"""Print the sheet on ownership for a meeting."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
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
    QgsVectorLayer,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis.i18n import language, tr
from .base import UNDERSTAND, LandAlgorithm

LANGUAGES = ("auto", "ja", "en")
PAPERS = ("A3", "A0")


class OwnershipMap(LandAlgorithm):
    """Ownership by hamlet -> one sheet as PDF and PNG."""

    ID = "ownershipmap"
    GROUP = UNDERSTAND
    ICON = "map"

    def title(self) -> str:
        return tr("Print ownership sheet")

    def help_text(self) -> str:
        return tr(
            "Prints one sheet for a meeting: each hamlet with its owners, lots per owner, shared lots and the "
            "area of owners who live elsewhere. No name, address or key stands on it, and figures with too few "
            "owners behind them stay hidden."
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
            source("PATTERN", tr("Ownership by hamlet"), polygons),
            tr("Result of “Ownership pattern by hamlet”, in coordinates in metres."),
        )
        self.add(
            source("TOTAL", tr("Ownership in the whole village"), table, optional=True),
            tr("Table of the same run with the figures of all hamlets together."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "K", tr("Smallest number of owners"), QgsProcessingParameterNumber.Type.Integer, 3, False, 1, 100
            ),
            tr("The number the figures were made with. It is told below the table."),
            advanced=True,
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
        self.addOutput(QgsProcessingOutputNumber("HAMLETS_SHOWN", tr("Hamlets")))
        self.addOutput(QgsProcessingOutputNumber("SCALE", tr("Scale (1 to)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..gis.planmap.content import BaseLayers
        from ..gis.planmap.ownersheet import OwnerRequest, OwnerSheet, read_pattern

        progress = self.progress(feedback)
        pdf = self.parameterAsFileOutput(parameters, "OUTPUT_PDF", context)
        png = self.parameterAsFileOutput(parameters, "OUTPUT_PNG", context)
        found = {}
        for name in ("PATTERN", "TOTAL"):
            found[name] = self.parameterAsSource(parameters, name, context)
            if found[name] is None and (name != "TOTAL" or parameters.get(name) not in (None, "")):
                raise QgsProcessingException(self.invalidSourceError(parameters, name))
        base = BaseLayers(
            **{
                name.lower(): self._layer(parameters, name, context)
                for name in ("LOTS", "HOUSES", "ROADS", "CANALS", "FOREST", "HAMLETS")
            }
        )
        content = read_pattern(found["PATTERN"], found["TOTAL"], progress.part(0.0, 0.2))
        choice = LANGUAGES[self.parameterAsEnum(parameters, "LANGUAGE", context)]
        request = OwnerRequest(
            language=language() if choice == "auto" else choice,
            paper=PAPERS[self.parameterAsEnum(parameters, "PAPER", context)],
            k=self.parameterAsInt(parameters, "K", context),
            **{
                name.lower(): self.parameterAsString(parameters, name, context).strip()
                for name in ("TITLE", "VILLAGE", "CREDIT")
            },
        )
        sheet = OwnerSheet(request, content, base)
        sheet.project.setTransformContext(context.transformContext())
        sheet.build(progress.part(0.2, 0.7))
        outputs: dict[str, Any] = {
            "HAMLETS_SHOWN": len(content.rows),
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

    def _layer(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Optional[QgsVectorLayer]:
        if parameters.get(name) in (None, ""):
            return None
        layer = self.parameterAsVectorLayer(parameters, name, context)
        if layer is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, name))
        if layer.crs() == QgsCoordinateReferenceSystem():
            raise InputError(
                Text(
                    "The layer “{name}” has no coordinate system, so it cannot be drawn beside the results. "
                    "Set its coordinate system first.",
                    "レイヤ「{name}」の座標系が分からないため、結果と一緒に描けません。先に座標系を設定してください。",
                ).format(name=layer.name())
            )
        return layer
