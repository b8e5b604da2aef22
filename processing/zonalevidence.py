"""Raster images -> figures and evidence per lot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsRasterLayer,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import tr
from . import evidenceinput, reading
from .base import UNDERSTAND, LandAlgorithm

if TYPE_CHECKING:
    from ..core.condition.figures import Figures
    from ..core.condition.rasters import Image, Limits

#: Slope is taken with this ring around the lot (see findunmanaged).
SLOPE_RING = 20.0
RULES = ("share", "centre", "whole")
#: Codes of the national land use mesh (domain dossier §8.4: L03, 2009 and later).
DEFAULT_CLASSES = (
    "100=crop; 200=crop; 500=forest; 600=rough; 700=built; 901=road; 902=road; 1000=other; 1100=water; 1600=other"
)

FIGURE_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("image", "text", "Image", "画像"),
    FieldSpec("indicator", "text", "Kind of image", "画像の種類"),
    FieldSpec("observed_on", "text", "Taken on", "撮影日"),
    FieldSpec("mean", "real", "Mean", "平均"),
    FieldSpec("sd", "real", "Standard deviation", "標準偏差"),
    FieldSpec("p10", "real", "10th percentile", "10パーセンタイル"),
    FieldSpec("median", "real", "Median", "中央値"),
    FieldSpec("p90", "real", "90th percentile", "90パーセンタイル"),
    FieldSpec("share_over", "real", "Share above the limit", "しきい値を超える割合"),
    FieldSpec("unit", "text", "Unit", "単位"),
    FieldSpec("pixels", "real", "Pixels", "画素数"),
    FieldSpec("whole", "int", "Whole pixels", "完全に入る画素数"),
    FieldSpec("covered", "real", "Part of the lot with values", "値のある部分の割合"),
    FieldSpec("status", "text", "Status", "集計の状態"),
    FieldSpec("status_ja", "text", "Status (Japanese)", "集計の状態（日本語）"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)
SEASON_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("year", "text", "Year", "年"),
    FieldSpec("images", "int", "Images", "画像の数"),
    FieldSpec("peak", "real", "Highest greenness", "緑の濃さの最大"),
    FieldSpec("trough", "real", "Lowest greenness", "緑の濃さの最小"),
    FieldSpec("amplitude", "real", "Yearly range", "一年の変化の幅"),
    FieldSpec("peak_day", "real", "Day of the peak", "最大の日（通日）"),
    FieldSpec("greenup_day", "real", "Day of green-up", "緑になる日（通日）"),
    FieldSpec("greenup_delay", "real", "Green-up against the village (days)", "緑になる日の村との差（日）"),
    FieldSpec("dips", "int", "Cuts seen", "刈取りの回数"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)


class _Source(NamedTuple):
    """One band to be counted, with what is known about it."""

    image: Image
    layer: QgsRasterLayer
    band: int
    minus: Optional[QgsRasterLayer]


class ZonalEvidence(LandAlgorithm):
    """Images of any date -> figures per lot -> evidence."""

    ID = "zonalevidence"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Evidence from images")

    def help_text(self) -> str:
        return tr(
            "Counts images inside each lot: greenness, wetness, radar, plant height, land cover, slope. Dates are read "
            "from band descriptions, file names or a table. From five dates a year on it also tells the shape of the "
            "year: peak, cuts, green-up. Small lots get “too few pixels” instead of a figure. What comes out is "
            "evidence for “Find unmanaged land”, not a judgement."
        )

    def setup(self) -> None:
        evidenceinput.add_lots(self)
        raster = QgsProcessing.SourceType.TypeRaster
        table = QgsProcessing.SourceType.TypeVector
        source, many = QgsProcessingParameterFeatureSource, QgsProcessingParameterMultipleLayers
        for name, label, text in (
            ("NDVI", tr("Greenness (NDVI)"), tr("Images with one or more bands, one band per date.")),
            ("NDWI", tr("Wetness (NDWI)"), tr("Images of wetness, one band per date.")),
            ("RADAR", tr("Radar (SAR)"), tr("Radar echo in decibel, one band per date.")),
        ):
            self.add(many(name, label, raster, optional=True), text)
        for name, label, text in (
            ("CANOPY", tr("Vegetation height"), tr("Height of plants above ground in metres.")),
            ("DSM", tr("Surface height"), tr("Height of the surface with plants; the ground height is taken away.")),
            ("DEM", tr("Ground height"), tr("Height model in metres, for slope and for the surface height.")),
            ("LANDCOVER", tr("Land cover"), tr("Map of classes; the words for its numbers are given below.")),
        ):
            self.add(QgsProcessingParameterRasterLayer(name, label, optional=True), text)
        self.add(
            QgsProcessingParameterString("CLASSES", tr("Words for land cover numbers"), DEFAULT_CLASSES, optional=True),
            tr(
                "Number = word, separated by semicolons. Words: crop, grass, forest, rough, bare, built, road, water, "
                "other. The default is the national land use mesh."
            ),
            advanced=True,
        )
        self.add(
            source("HOUSES", tr("Houses"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True),
            tr("Houses are cut out of greenness and plant height, with every pixel they touch."),
        )
        self.add(
            source("DATES", tr("Dates of images"), [table], optional=True),
            tr("Table with image (layer name), band (number, may be empty) and date; it counts before names."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "RULE",
                tr("Pixels on the edge"),
                [
                    tr("Count by the part that is covered"),
                    tr("Count wholly when the centre is inside"),
                    tr("Leave out"),
                ],
                defaultValue=0,
            ),
            tr("By covered part uses all there is of a small lot; leaving out keeps neighbours out of the figure."),
            advanced=True,
        )
        number = QgsProcessingParameterNumber.Type
        self.add(
            QgsProcessingParameterNumber("MIN_PIXELS", tr("Least number of pixels"), number.Double, 4.0, minValue=0.01),
            tr("Below it a lot gets “too few pixels” (edge pixels count by their part). An assumption."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber(
                "MIN_COVERED", tr("Least covered part of a lot"), number.Double, 0.5, minValue=0.0, maxValue=1.0
            ),
            tr("Clouds and image borders leave gaps; below this part there is no evidence. An assumption."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterNumber("HEIGHT_OVER", tr("Share of plants higher than (m)"), number.Double, 2.0),
            tr("The figures tell which part of a lot has higher plants than this."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean("SYNTHETIC", tr("The images are invented"), False),
            tr("Marks every row as invented data; images that say so themselves are marked anyway."),
            advanced=True,
        )
        evidenceinput.add_output(self)
        for name, label, text in (
            ("FIGURES", tr("Figures per lot and image"), tr("Every figure, with pixels, covered part and status.")),
            ("SEASONS", tr("Shape of the year"), tr("Per lot and year: peak, lowest, cuts, green-up.")),
        ):
            self.add(QgsProcessingParameterFeatureSink(name, label, table, optional=True, createByDefault=False), text)
        self.addOutput(QgsProcessingOutputNumber("TOO_SMALL", tr("Lots with too few pixels in every image")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.condition import evidence, rasters

        progress = self.progress(feedback)
        limits = rasters.Limits(
            self.parameterAsDouble(parameters, "MIN_PIXELS", context),
            self.parameterAsDouble(parameters, "MIN_COVERED", context),
        )
        sources = self._sources(parameters, context)
        if not sources:
            raise InputError(
                Text(
                    "There is no image to count. Give at least one.",
                    "画像がありません。少なくとも1つ指定してください。",
                )
            )
        lots = evidenceinput.read_lots(self, parameters, context, progress.part(0.0, 0.1))
        houses = reading.read_layer(self, parameters, "HOUSES", context, lots.frame.crs, evidenceinput.HOUSES)
        figures, cover = self._count(sources, lots, houses, limits, parameters, context, progress.part(0.1, 0.9))
        plain = [n for n, given in enumerate(sources) if given.image.kind != rasters.COVER]
        found, seasons = rasters.raster_evidence(
            [sources[n].image for n in plain],
            [figures[n] for n in plain],
            lots.categories,
            lots.kinds,
            limits,
            houses is not None,
        )
        found = evidence.joined([found, *cover])
        progress.step(0.95)
        outputs = evidenceinput.write_evidence(self, parameters, context, feedback, found, lots)
        table = rasters.figure_table([given.image for given in sources], figures, limits, lots.keys)
        for name, frame, specs in (("FIGURES", table, FIGURE_FIELDS), ("SEASONS", seasons, SEASON_FIELDS)):
            if name == "SEASONS":
                import pandas

                frame = (
                    seasons.assign(lot_key=lots.keys[seasons["row"].to_numpy()])
                    if len(seasons)
                    else pandas.DataFrame({spec.name: [] for spec in specs})
                )
            reading.write_sink(
                self,
                parameters,
                name,
                context,
                frame,
                specs,
                QgsWkbTypes.Type.NoGeometry,
                bridge.qgis_crs(None),
                outputs,
            )
        small = table.groupby("lot_key")["status"].agg(lambda words: set(words) == {"too_few_pixels"})
        outputs["TOO_SMALL"] = int(small.sum())
        feedback.pushInfo(tr("{n} lots have too few pixels in every image.").format(n=outputs["TOO_SMALL"]))
        return outputs

    def _sources(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[_Source]:
        """All bands to be counted, with kind and date."""
        from ..core.condition import rasters
        from ..gis.zonal import said_invented

        dates = self._dates(parameters, context)
        marked = self.parameterAsBool(parameters, "SYNTHETIC", context)
        dem = self.parameterAsRasterLayer(parameters, "DEM", context)
        wanted: list[tuple[str, QgsRasterLayer, Optional[QgsRasterLayer]]] = []
        for kind, name in ((rasters.NDVI, "NDVI"), (rasters.NDWI, "NDWI"), (rasters.RADAR, "RADAR")):
            layers = self.parameterAsLayerList(parameters, name, context) or []
            wanted += [(kind, layer, None) for layer in layers]
        for kind, name in ((rasters.HEIGHT, "CANOPY"), (rasters.HEIGHT, "DSM"), (rasters.COVER, "LANDCOVER")):
            layer = self.parameterAsRasterLayer(parameters, name, context)
            if layer is None:
                continue
            if name == "DSM" and dem is None:
                raise InputError(
                    Text(
                        "Surface height needs the ground height as well. Give both, or plant height alone.",
                        "地表面の高さには地盤の高さも必要です。両方を指定するか、草木の高さだけを指定してください。",
                    )
                )
            wanted.append((kind, layer, dem if name == "DSM" else None))
        if dem is not None:
            wanted.append((rasters.SLOPE, dem, None))
        found = []
        for kind, layer, minus in wanted:
            several = layer.bandCount() if kind in (rasters.NDVI, rasters.NDWI, rasters.RADAR) else 1
            invented = True if marked else said_invented(layer)
            for band in range(1, several + 1):
                label = layer.name() if several == 1 else f"{layer.name()} [{band}]"
                day = self._date_of(layer, band, several, dates)
                found.append(_Source(rasters.Image(kind, day, label, invented), layer, band, minus))
        return found

    def _dates(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[tuple[str, int], str]:
        """(layer name, band or 0) -> date, from the table of dates."""
        from ..core import frames
        from ..core.condition.series import date_in

        table = reading.read_table(self, parameters, "DATES", context)
        if table is None:
            return {}
        what = Text("The table of dates", "日付の表")
        frames.require(table, ("image", "date"), what)
        bands = frames.numbers(table, "band")
        found = {}
        for name, band, word in zip(frames.texts(table, "image"), bands, frames.dates(table, "date")):
            day = date_in(word)
            if name is not None and day is not None:
                found[name, 0 if band != band else int(band)] = day
        return found

    def _date_of(
        self, layer: QgsRasterLayer, band: int, several: int, dates: dict[tuple[str, int], str]
    ) -> Optional[str]:
        """From the table, else the band's description, else (one band) the name of layer or file."""
        from ..core.condition.series import date_in

        name = layer.name()
        given = dates.get((name, band)) or (dates.get((name, 0)) if several == 1 else None)
        if given:
            return given
        described = date_in(layer.bandName(band)) if several > 1 else None
        if described or several > 1:
            return described
        return date_in(name) or date_in(layer.bandName(band))

    def _count(
        self,
        sources: Sequence[_Source],
        lots: evidenceinput.Lots,
        houses: Any,
        limits: Limits,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: Any,
    ) -> tuple[list[Figures], list[Any]]:
        """Figures of every source, in their order, and the evidence of land cover maps."""
        import functools

        from ..core.condition import figures as counting
        from ..core.condition import rasters
        from ..gis.zonal import Band, zonal

        rule = RULES[self.parameterAsEnum(parameters, "RULE", context)]
        over = self.parameterAsDouble(parameters, "HEIGHT_OVER", context)
        roofs = None if houses is None else houses.geometry
        results: list[Optional[Figures]] = [None] * len(sources)
        cover = []
        groups = (
            ((rasters.NDVI, rasters.NDWI, rasters.RADAR), {"without": roofs}, counting.figures),
            ((rasters.HEIGHT,), {"without": roofs}, functools.partial(counting.figures, threshold=over)),
            ((rasters.SLOPE,), {"slope": True, "buffer_m": SLOPE_RING}, counting.figures),
            ((rasters.COVER,), {}, counting.figures),
        )
        for turn, (kinds, options, measure) in enumerate(groups):
            members = [n for n, given in enumerate(sources) if given.image.kind in kinds]
            if not members:
                continue
            bands = [Band(sources[n].layer, sources[n].band, sources[n].minus) for n in members]
            part = progress.part(turn / len(groups), (turn + 1) / len(groups))
            for number, found in zip(members, zonal(lots.frame, bands, measure, rule, progress=part, **options)):
                results[number] = found
            if rasters.COVER in kinds:
                words = self._classes(parameters, context)
                count = rasters.CoverCount(words)
                for number, shares in zip(members, zonal(lots.frame, bands, count, rule)):
                    image, counted = sources[number].image, results[number]
                    cover.append(rasters.cover_evidence(image, shares, counted, lots.kinds, limits))
        return [found for found in results if found is not None], cover

    def _classes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[int, str]:
        """Words for land cover numbers. Raises ``InputError`` for what is not ``number=word``."""
        from ..core.condition.rasters import COVER_WORDS

        found = {}
        for item in self.parameterAsString(parameters, "CLASSES", context).split(";"):
            number, _, word = (part.strip() for part in item.partition("="))
            if not item.strip():
                continue
            if not number.isdigit() or word not in COVER_WORDS:
                raise InputError(
                    Text(
                        "“{item}” is not a number and a word such as 500=forest. Words: {words}.",
                        "「{item}」は 500=forest のような番号と語になっていません。語: {words}。",
                    ).format(item=item.strip(), words=", ".join(COVER_WORDS))
                )
            found[int(number)] = word
        return found
