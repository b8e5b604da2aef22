"""Print the plan map (管理構想図)."""

from __future__ import annotations

import os
from typing import Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsMapLayer,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.texts import Text
from ..gis.i18n import language, tr
from .base import ACT, LandAlgorithm

LANGUAGES = ("auto", "ja", "en")
PAPERS = ("A3", "A0")


class PlanMap(LandAlgorithm):
    """Plan -> A3 or A0 sheet as PDF and PNG."""

    ID = "planmap"
    GROUP = ACT
    ICON = "map"
    #: Printing works without any package.
    PACKAGES = ()

    PLAN = "PLAN"
    PLAN_FILE = "PLAN_FILE"
    LOTS = "LOTS"
    HOUSES = "HOUSES"
    ROADS = "ROADS"
    CANALS = "CANALS"
    FOREST = "FOREST"
    HAMLETS = "HAMLETS"
    BACKGROUND = "BACKGROUND"
    CONDITION = "CONDITION"
    TITLE = "TITLE"
    VILLAGE = "VILLAGE"
    LANGUAGE = "LANGUAGE"
    PAPER = "PAPER"
    TARGET_YEAR = "TARGET_YEAR"
    VERSION = "VERSION"
    AUTHOR = "AUTHOR"
    PLAN_NUMBER = "PLAN_NUMBER"
    OFFICIAL_AREA = "OFFICIAL_AREA"
    SOURCES = "SOURCES"
    CREDIT = "CREDIT"
    DPI = "DPI"
    OUTPUT_PDF = "OUTPUT_PDF"
    OUTPUT_PNG = "OUTPUT_PNG"
    UNITS = "UNITS"
    SCALE = "SCALE"

    def title(self) -> str:
        return tr("Print plan map")

    def help_text(self) -> str:
        return tr(
            "Prints the management vision map (管理構想図) of a plan or a draft on one sheet: the six classes and "
            "priority land, the legend with the words of 2018 and of 2019/2021, areas with the difference to the "
            "official area, who does what, the data with dates. Texts left empty are taken from the plan file. "
            "The map does not prove where a boundary is."
        )

    def flags(self) -> QgsProcessingAlgorithm.Flag:
        # A print layout must be made in the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def setup(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        lines = [QgsProcessing.SourceType.TypeVectorLine]
        self.add(
            QgsProcessingParameterFeatureSource(self.PLAN, tr("Plan"), polygons, optional=True),
            tr("The plan layer, or a draft with the field management_class. Coordinates in metres."),
        )
        self.add(
            QgsProcessingParameterFile(self.PLAN_FILE, tr("Plan file"), extension="gpkg", optional=True),
            tr("The plan file (GeoPackage), instead of the layer."),
        )
        for name, label, kinds, words in (
            (
                self.LOTS,
                tr("Lots"),
                polygons,
                tr("Lots (筆). Gives the thin lot lines inside blocks, and the city for the credit."),
            ),
            (self.HOUSES, tr("Houses"), polygons, tr("Buildings, drawn grey.")),
            (self.ROADS, tr("Roads"), lines, tr("Roads, drawn white with a grey edge.")),
            (self.CANALS, tr("Canals"), lines, tr("Rivers and canals.")),
            (self.FOREST, tr("Forest"), polygons, tr("Forest, drawn as pale trees.")),
            (self.HAMLETS, tr("Hamlets"), polygons, tr("Hamlet areas, drawn with a dashed line and their name.")),
        ):
            self.add(QgsProcessingParameterVectorLayer(name, label, kinds, optional=True), words)
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.BACKGROUND, tr("Background layers"), QgsProcessing.SourceType.TypeMapLayer, optional=True
            ),
            tr("More layers below everything else, such as a photo or a relief, drawn as they are styled."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                self.CONDITION, tr("Condition of land"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr("Result of “Find unmanaged land”; its lots where nothing can be told are counted on the sheet."),
        )
        self.add(
            QgsProcessingParameterEnum(
                self.LANGUAGE, tr("Language"), [tr("As QGIS"), tr("Japanese"), tr("English")], defaultValue=0
            ),
            tr("Language of the sheet."),
        )
        self.add(
            QgsProcessingParameterEnum(
                self.PAPER, tr("Paper"), [tr("A3 landscape"), tr("A0 landscape")], defaultValue=0
            ),
            tr("A3 to hand out, A0 for the wall of a meeting."),
        )
        for name, label, words in (
            (self.VILLAGE, tr("Village"), tr("Name of the village or district for the title.")),
            (self.TITLE, tr("Title"), tr("Left empty: village and the name of the map.")),
            (self.VERSION, tr("Version"), tr("Date and version. Left empty: day and count of the plan's changes.")),
            (self.AUTHOR, tr("Made by"), tr("Who answers for the map, such as the village and the office.")),
            (self.PLAN_NUMBER, tr("Plan number"), tr("Number under which the plan is filed.")),
        ):
            self.add(QgsProcessingParameterString(name, label, optional=True), words)
        number = QgsProcessingParameterNumber
        self.add(
            number(
                self.TARGET_YEAR, tr("Target year"), number.Type.Integer, optional=True, minValue=1900, maxValue=2200
            ),
            tr("Year the plan looks ahead to. Left empty: from the plan."),
        )
        self.add(
            number(self.OFFICIAL_AREA, tr("Official area (ha)"), number.Type.Double, optional=True, minValue=0),
            tr("Official area of the village; the difference to the plan is printed, never hidden."),
        )
        self.add(
            QgsProcessingParameterString(self.SOURCES, tr("Data used"), multiLine=True, optional=True),
            tr("The data with their dates, one per line. Left empty: from the plan file or the layers."),
        )
        self.add(
            QgsProcessingParameterString(self.CREDIT, tr("Credit"), multiLine=True, optional=True),
            tr("Credit the data ask for. Left empty: from the plan file, or that of the land registry map."),
        )
        self.add(
            number(self.DPI, tr("Picture resolution (dpi)"), number.Type.Integer, 150, False, 50, 600),
            tr("Dots per inch of the PNG; an A0 picture at 150 dpi has 7000 × 5000 dots."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.OUTPUT_PDF, tr("Map as PDF"), tr("PDF (*.pdf)"), optional=True, createByDefault=True
            ),
            tr("For printing; texts stay texts."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.OUTPUT_PNG, tr("Map as picture"), tr("PNG (*.png)"), optional=True, createByDefault=False
            ),
            tr("For the screen and for documents."),
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNITS, tr("Number of units")))
        self.addOutput(QgsProcessingOutputNumber(self.SCALE, tr("Scale (1 to)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..gis.planmap.content import BaseLayers, MapRequest, complete, read_plan, read_plan_file
        from ..gis.planmap.printed import PlanSheet

        pdf = self.parameterAsFileOutput(parameters, self.OUTPUT_PDF, context)
        png = self.parameterAsFileOutput(parameters, self.OUTPUT_PNG, context)
        if not pdf and not png:
            raise InputError(
                Text(
                    "No file was asked for. Name a PDF or a picture to write.",
                    "保存先がありません。PDFか画像の保存先を指定してください。",
                )
            )
        choice = LANGUAGES[self.parameterAsEnum(parameters, self.LANGUAGE, context)]
        chosen = language() if choice == "auto" else choice
        progress = self.progress(feedback)
        source, plan_file = self._plan(parameters, context)
        content = read_plan(source, chosen, progress.span(0.0, 0.1))
        if plan_file:
            read_plan_file(content, plan_file)
        for note in content.notes:
            feedback.pushWarning(note.pick(language()))
        layers = {
            name: self._layer(parameters, name, context)
            for name in (self.LOTS, self.HOUSES, self.ROADS, self.CANALS, self.FOREST, self.HAMLETS)
        }
        background = self.parameterAsLayerList(parameters, self.BACKGROUND, context) or []
        base = BaseLayers(
            layers[self.HOUSES],
            layers[self.ROADS],
            layers[self.CANALS],
            layers[self.FOREST],
            layers[self.HAMLETS],
            layers[self.LOTS],
            tuple(background),
        )
        request = MapRequest(
            language=chosen,
            paper=PAPERS[self.parameterAsEnum(parameters, self.PAPER, context)],
            cannot_tell=self._cannot_tell(parameters, context, progress),
            **{
                name.lower(): self.parameterAsString(parameters, name, context).strip()
                for name in (
                    self.TITLE,
                    self.VILLAGE,
                    self.VERSION,
                    self.AUTHOR,
                    self.PLAN_NUMBER,
                    self.SOURCES,
                    self.CREDIT,
                )
            },
        )
        if parameters.get(self.TARGET_YEAR) not in (None, ""):
            request.target_year = self.parameterAsInt(parameters, self.TARGET_YEAR, context)
        if parameters.get(self.OFFICIAL_AREA) not in (None, ""):
            request.official_ha = self.parameterAsDouble(parameters, self.OFFICIAL_AREA, context)
        complete(request, content, base)
        if not request.credit:
            feedback.pushWarning(tr("No credit is printed, since neither the plan nor the lots name one."))
        sheet = PlanSheet(request, content, base)
        sheet.project.setTransformContext(context.transformContext())
        sheet.build(progress)
        outputs: dict[str, Any] = {self.UNITS: len(content.units), self.SCALE: sheet.denominator}
        progress.span(0.75, 0.9)
        if pdf:
            sheet.to_pdf(pdf)
            outputs[self.OUTPUT_PDF] = pdf
        progress.span(0.9, 1.0)
        if png:
            sheet.to_image(png, self.parameterAsInt(parameters, self.DPI, context))
            outputs[self.OUTPUT_PNG] = png
        progress.step(1.0)
        return outputs

    def _plan(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[Any, str]:
        """The plan to print and the plan file it lies in ("" for other layers)."""
        path = self.parameterAsFile(parameters, self.PLAN_FILE, context)
        if parameters.get(self.PLAN) not in (None, ""):
            source = self.parameterAsSource(parameters, self.PLAN, context)
            if source is None:
                raise QgsProcessingException(self.invalidSourceError(parameters, self.PLAN))
            layer = self.parameterAsVectorLayer(parameters, self.PLAN, context)
            return source, path or _geopackage_of(layer)
        if not path:
            raise InputError(
                Text(
                    "No plan was given. Choose the plan layer or the plan file.",
                    "計画が指定されていません。計画のレイヤか計画ファイルを選んでください。",
                )
            )
        layer = QgsVectorLayer(f"{path}|layername=plan", "plan", "ogr")
        if not os.path.isfile(path) or not layer.isValid():
            raise InputError(
                Text(
                    "{path} holds no plan. Choose a file made by “Save choices to plan”.",
                    "{path} に計画がありません。「選んだ内容を計画に保存」で作ったファイルを選んでください。",
                ).format(path=path)
            )
        return layer, path

    def _layer(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Optional[QgsVectorLayer]:
        if parameters.get(name) in (None, ""):
            return None
        layer = self.parameterAsVectorLayer(parameters, name, context)
        if layer is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, name))
        if layer.crs() == QgsCoordinateReferenceSystem():
            raise InputError(
                Text(
                    "The layer “{name}” has no coordinate system, so it cannot be drawn beside the plan. "
                    "Set its coordinate system first.",
                    "レイヤ「{name}」の座標系が分からないため、計画と一緒に描けません。先に座標系を設定してください。",
                ).format(name=layer.name())
            )
        return layer

    def _cannot_tell(
        self, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress
    ) -> Optional[int]:
        """How many lots of the condition result cannot be told; ``None`` without that input."""
        if parameters.get(self.CONDITION) in (None, ""):
            return None
        source = self.parameterAsSource(parameters, self.CONDITION, context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, self.CONDITION))
        position = source.fields().lookupField("condition")
        if position < 0:
            raise InputError(
                Text(
                    "The condition layer has no field “condition”. Choose the result of “Find unmanaged land”.",
                    "土地の状態のレイヤに項目「condition」がありません。「管理されていない可能性のある土地を探す」の"
                    "結果を選んでください。",
                )
            )
        count = 0
        for number, feature in enumerate(source.getFeatures()):
            if number % 500 == 0:
                progress.step(0.0)
            count += feature.attributes()[position] == "cannot_tell"
        return count


def _geopackage_of(layer: Optional[QgsMapLayer]) -> str:
    """The GeoPackage a layer lies in, "" for any other source."""
    if layer is None or layer.providerType() != "ogr":
        return ""
    path = str(QgsProviderRegistry.instance().decodeUri("ogr", layer.source()).get("path") or "")
    return path if path.lower().endswith(".gpkg") and os.path.isfile(path) else ""
