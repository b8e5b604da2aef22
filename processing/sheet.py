"""What the algorithms that print one sheet share: background, words, paper, files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
)

from ..core.progress import Progress
from ..gis.i18n import language, tr
from . import reading
from .base import LandAlgorithm

LANGUAGES = ("auto", "ja", "en")
PAPERS = ("A3", "A0")
#: Layers drawn below, grey.
BACKGROUND = ("LOTS", "HOUSES", "ROADS", "CANALS", "FOREST", "HAMLETS")


class SheetAlgorithm(LandAlgorithm):
    """Base of the algorithms that print one sheet as PDF and PNG."""

    ICON = "map"

    def flags(self) -> QgsProcessingAlgorithm.Flag:
        # A print layout must be made in the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    # -- parameters -----------------------------------------------------------------------
    def add_background(self) -> None:
        """The layers of :data:`BACKGROUND` and the language."""
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        lines = [QgsProcessing.SourceType.TypeVectorLine]
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

    def add_paper(self) -> None:
        """The size of the sheet."""
        self.add(
            QgsProcessingParameterEnum("PAPER", tr("Paper"), [tr("A3 landscape"), tr("A0 landscape")], defaultValue=0),
            tr("A3 to hand out, A0 for the wall of a meeting."),
        )

    def add_words(self) -> None:
        """Village, title and credit."""
        for name, label, words in (
            ("VILLAGE", tr("Village"), tr("Name of the village or district for the title.")),
            ("TITLE", tr("Title"), tr("Left empty: village and the name of the map.")),
        ):
            self.add(QgsProcessingParameterString(name, label, optional=True), words)
        self.add(
            QgsProcessingParameterString("CREDIT", tr("Credit"), multiLine=True, optional=True),
            tr("Credit the data ask for. Left empty: that of the land registry map, from the lots."),
        )

    def add_resolution(self) -> None:
        """The resolution of the picture."""
        self.add(
            QgsProcessingParameterNumber(
                "DPI", tr("Picture resolution (dpi)"), QgsProcessingParameterNumber.Type.Integer, 150, False, 50, 600
            ),
            tr("Dots per inch of the PNG; an A0 picture at 150 dpi has 7000 × 5000 dots."),
            advanced=True,
        )

    def add_map_files(self) -> None:
        """PDF, picture and the scale."""
        file = QgsProcessingParameterFileDestination
        self.add(file("OUTPUT_PDF", tr("Map as PDF"), tr("PDF (*.pdf)")), tr("For printing; texts stay texts."))
        self.add(
            file("OUTPUT_PNG", tr("Map as picture"), tr("PNG (*.png)"), optional=True, createByDefault=False),
            tr("For the screen and for documents."),
        )
        self.addOutput(QgsProcessingOutputNumber("SCALE", tr("Scale (1 to)")))

    # -- reading --------------------------------------------------------------------------
    def sources(
        self, parameters: dict[str, Any], context: QgsProcessingContext, needed: Sequence[str], optional: Sequence[str]
    ) -> list[Any]:
        """The feature sources, ``None`` for optional ones not given. Raises for one that cannot be opened."""
        found = []
        for name in (*needed, *optional):
            source = self.parameterAsSource(parameters, name, context)
            if source is None and (name in needed or parameters.get(name) not in (None, "")):
                raise QgsProcessingException(self.invalidSourceError(parameters, name))
            found.append(source)
        return found

    def background(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """The layers drawn below."""
        from ..gis.planmap.content import BaseLayers

        return BaseLayers(**{name.lower(): reading.drawn_layer(self, parameters, name, context) for name in BACKGROUND})

    def language_of(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """Language of the sheet."""
        choice = LANGUAGES[self.parameterAsEnum(parameters, "LANGUAGE", context)]
        return language() if choice == "auto" else choice

    def paper_of(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """Size of the sheet."""
        return PAPERS[self.parameterAsEnum(parameters, "PAPER", context)]

    def words_of(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, str]:
        """``title``, ``village`` and ``credit``."""
        return {
            name.lower(): self.parameterAsString(parameters, name, context).strip()
            for name in ("TITLE", "VILLAGE", "CREDIT")
        }

    # -- printing -------------------------------------------------------------------------
    def print_sheet(
        self, sheet: Any, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress
    ) -> dict[str, Any]:
        """Build ``sheet`` and write the files that are wanted; returns their outputs and the scale."""
        sheet.project.setTransformContext(context.transformContext())
        sheet.build(progress.part(0.2, 0.7))
        outputs: dict[str, Any] = {"SCALE": sheet.denominator}
        pdf = self.parameterAsFileOutput(parameters, "OUTPUT_PDF", context)
        png = self.parameterAsFileOutput(parameters, "OUTPUT_PNG", context)
        if pdf:
            sheet.to_pdf(pdf)
            outputs["OUTPUT_PDF"] = pdf
        progress.span(0.7, 0.9).step(1.0)
        if png:
            sheet.to_image(png, self.parameterAsInt(parameters, "DPI", context))
            outputs["OUTPUT_PNG"] = png
        progress.span(0.9, 1.0).step(1.0)
        return outputs
