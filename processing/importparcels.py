"""Import any layer of parcels as lots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.sources.zones import place_words
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import tr
from .intakebase import tell_not_read, write_layer
from .tablebase import TableAlgorithm

if TYPE_CHECKING:
    from ..gis.files import Read


class ImportParcels(TableAlgorithm):
    """Shapefile, GeoPackage, GeoJSON … of any office or country -> lots with our fields, in metres."""

    ID = "importparcels"

    def title(self) -> str:
        return tr("Import lots")

    def help_text(self) -> str:
        return tr(
            "Reads any map of lots, of a town hall, a surveyor or another country, and makes lots of it: number, "
            "place, land category and registered area are found by the names of the columns and by what stands in "
            "them. The unit of the registered area is checked against the map and said. Nothing is repaired; check "
            "the result with “Check lots and boundaries”. Columns about persons are left behind. For registry maps "
            "(地図XML) use “Import land registry map”."
        )

    def setup(self) -> None:
        self.add_inputs(
            tr("One file (.shp, .gpkg, .geojson, .fgb, .parquet, .csv with WKT), or a .zip that holds one."),
            QgsProcessing.SourceType.TypeVectorPolygon,
        )
        self.add_target()
        self.add_columns("chiban=PARCEL_NO; area_reg=SHAPE_AREA")
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Lots"), QgsProcessing.SourceType.TypeVectorPolygon),
            tr("One row per lot with lot_key, number, place, areas in m², and the other columns of the map."),
        )
        self.add_tables()
        self.addOutput(QgsProcessingOutputString("UNIT", tr("Unit in which the areas were read")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.sources.parcels import convert_parcels

        progress = self.progress(feedback)
        reads = self.read_inputs(parameters, context, progress.part(0.0, 0.4))
        read = largest(reads)
        target = bridge.pyproj_crs(self.parameterAsCrs(parameters, self.TARGET, context))
        frame = in_metres(read, target)
        progress.span(0.4, 0.9).step(0.1)
        columns = [spec.name for spec in read.specs]
        choice = self.choice(parameters, context, "lots", columns, read.report)
        made = convert_parcels(frame, read.specs, choice.columns, read.report, choice.area_unit, choice.complete)
        self.told_columns("lots", made.columns, made.report)
        progress.step(1.0)
        outputs: dict[str, Any] = {"UNIT": made.area_unit}
        write_layer(self, parameters, context, made.frame, made.specs, QgsWkbTypes.Type.MultiPolygon, outputs)
        self.save_profile(parameters, context, "lots", made.columns, columns, made.area_unit, outputs)
        self.write_tables(parameters, context, feedback, [made.report], outputs)
        return outputs


def largest(reads: list[Read]) -> Read:
    """The layer with the most rows; the others are named in its report."""
    spatial = [read for read in reads if not read.frame.geometry.isna().all() or not len(read.frame)]
    if not spatial:
        raise InputError(
            Text(
                "{name} holds no shapes. For a table without a map use “Import register”.",
                "{name}には図形がありません。表だけなら「台帳を取り込む」を使ってください。",
            ).format(name=reads[0].name)
        )
    chosen = max(spatial, key=lambda read: len(read.frame))
    others = [read.name for read in reads if read is not chosen]
    if others:
        tell_not_read(chosen.report, others)
    return chosen


def in_metres(read: Read, target: Any) -> Any:
    """The frame in a metric CRS; the way there told in the report."""
    from ..core.sources.moving import empty, moved_to, unplaced

    frame = read.frame
    if frame.crs is None:
        raise unplaced(read.name) if len(read.frame) or read.specs else empty(read.name)
    wanted = target if target is not None else frame.crs
    if not bridge.is_metric(wanted):
        raise InputError(
            Text(
                "The areas need metres, but {crs} is not in metres. Choose as coordinate system of the result a plane "
                "one (in Japan EPSG:6669–6687) and run again.",
                "面積を測るにはメートル単位の座標系が要りますが、{crs}はメートル単位ではありません。結果の座標系に"
                "平面直角座標系（EPSG:6669〜6687）などを選んで、もう一度実行してください。",
            ).format(crs=wanted.name)
        )
    if frame.crs == wanted:
        return frame
    read.report.remark(
        "converted",
        "note",
        Text("Converted from {before} to {after}.", "{before}から{after}に変換しました。").format(
            before=place_words(frame.crs), after=place_words(wanted)
        ),
    )
    return moved_to(frame, wanted, read.name, read.report)
