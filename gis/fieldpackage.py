"""The field package: one flat GeoPackage layer for QField or Mergin Maps, and the walk as GPX."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsPointXY,
    QgsRendererCategory,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.plan import symbols
from ..core.schema import FieldSpec
from ..core.texts import Text
from . import bridge
from .field_style import label_stops

if TYPE_CHECKING:
    import geopandas

LAYER = "field_checks"
#: Fields that are filled in the field; all others can only be read there.
ANSWERED = ("result", "growth", "access", "note", "photo", "checked_by", "checked_on")


def _refused(path: str, why: str) -> InputError:
    return InputError(
        Text(
            "{file} cannot be written: {why} Choose another place or close the program that has it open.",
            "{file}に書き込めません（{why}）。別の場所を選ぶか、開いているソフトを閉じてください。",
        ).format(file=os.path.basename(path), why=why or "?")
    )


def write_package(frame: geopandas.GeoDataFrame, path: str, language: str, context: Any) -> None:
    """Write the checks as one layer with pick lists, photo field and symbols stored as its default style.

    ``frame`` has the fields of ``core.condition.fieldchecks.FIELDS``. An existing file is refused, never
    overwritten: it may hold results. Raises ``InputError``.
    """
    from ..core.condition.fieldchecks import FIELDS

    if os.path.exists(path):
        raise InputError(
            Text(
                "{file} is there already and may hold results from the field. Choose another name.",
                "{file}はすでにあり、現地の結果が入っているかもしれません。別の名前にしてください。",
            ).format(file=os.path.basename(path))
        )
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", LAYER, "UTF-8"
    options.datasourceOptions = ["VERSION=1.2"]
    fields = bridge.fields_from(FIELDS, language)
    writer = QgsVectorFileWriter.create(
        path, fields, QgsWkbTypes.Type.MultiPolygon, bridge.qgis_crs(frame.crs), context, options
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise _refused(path, writer.errorMessage())
    bridge.write_frame(frame, writer, FIELDS)
    del writer
    layer = QgsVectorLayer(f"{path}|layername={LAYER}", LAYER, "ogr")
    if not layer.isValid():
        raise _refused(path, "")
    _set_form(layer, FIELDS, language)
    _set_symbols(layer, language)
    message = layer.saveStyleToDatabase(LAYER, "Land Stewardship", True, "")
    if message:
        raise _refused(path, message)


def _set_form(layer: QgsVectorLayer, specs: Sequence[FieldSpec], language: str) -> None:
    """Pick lists, photo, day; what was known before can only be read."""
    from ..core.condition.fieldchecks import ACCESS, ANSWERS, GROWTH

    lists = {
        "result": [(code, words) for code, _, words in ANSWERS],
        "growth": list(GROWTH),
        "access": list(ACCESS),
    }
    form = layer.editFormConfig()
    for spec in specs:
        number = layer.fields().lookupField(spec.name)
        layer.setFieldAlias(number, spec.alias(language))
        form.setReadOnly(number, spec.name not in ANSWERED)
        if spec.name in lists:
            choices = [{words.pick(language): code} for code, words in lists[spec.name]]
            layer.setEditorWidgetSetup(number, QgsEditorWidgetSetup("ValueMap", {"map": choices}))
        elif spec.name == "photo":
            photo: dict[str, Any] = {"DocumentViewer": 1, "RelativeStorage": 1, "StorageMode": 0, "FileWidget": True}
            layer.setEditorWidgetSetup(number, QgsEditorWidgetSetup("ExternalResource", photo))
        elif spec.name == "checked_on":
            setup: dict[str, Any] = {
                "calendar_popup": True,
                "display_format": "yyyy-MM-dd",
                "field_format": "yyyy-MM-dd",
            }
            layer.setEditorWidgetSetup(number, QgsEditorWidgetSetup("DateTime", setup))
        elif spec.name in ("check_id", "lot_key", "synthetic"):
            layer.setEditorWidgetSetup(number, QgsEditorWidgetSetup("Hidden", {}))
    layer.setEditFormConfig(form)
    layer.setDisplayExpression("coalesce(\"walk\", '') || '-' || coalesce(\"stop\", '') || '  ' || \"chiban\"")


def _set_symbols(layer: QgsVectorLayer, language: str) -> None:
    """Lots to visit stand out, those answered are pale; the stop is written on them."""

    def fill(colour: str, width: float) -> QgsFillSymbol:
        ink = symbols.ink()
        return QgsFillSymbol.createSimple({"color": colour, "outline_color": ink, "outline_width": str(width)})

    words = (Text("to visit", "これから"), Text("answered", "済み"))
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            "if(\"result\" is null, 'open', 'done')",
            [
                QgsRendererCategory("open", fill("138,63,10,120", 0.6), words[0].pick(language)),
                QgsRendererCategory("done", fill("80,183,166,120", 0.3), words[1].pick(language)),
            ],
        )
    )
    label_stops(layer)


def write_gpx(
    path: str,
    crs: QgsCoordinateReferenceSystem,
    stops: Sequence[tuple[str, str, float, float]],
    ways: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    context: QgsCoordinateTransformContext,
) -> None:
    """Stops (name, description, x, y) as waypoints and walks (name, points) as tracks of one GPX file.

    Coordinates in ``crs``; GPX holds latitude and longitude (WGS 84). Raises ``InputError``.
    """
    from osgeo import ogr

    transform = QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem("EPSG:4326"), context)

    def degrees(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        moved = [transform.transform(QgsPointXY(x, y)) for x, y in points]
        return [(point.x(), point.y()) for point in moved]

    # QgsVectorFileWriter makes one layer a file, and the GPX driver cannot add another one later: both at once.
    if os.path.exists(path):
        os.remove(path)
    made = ogr.GetDriverByName("GPX").CreateDataSource(path)
    if made is None:
        raise _refused(path, "")
    points = made.CreateLayer("waypoints", None, ogr.wkbPoint)
    for name, text, x, y in stops:
        place = ogr.Geometry(ogr.wkbPoint)
        place.AddPoint_2D(*degrees([(x, y)])[0])
        _add(points, place, path, name=name, desc=text)
    tracks = made.CreateLayer("tracks", None, ogr.wkbMultiLineString)
    for name, way in ways:
        if len(way) < 2:
            continue
        line, lines = ogr.Geometry(ogr.wkbLineString), ogr.Geometry(ogr.wkbMultiLineString)
        for x, y in degrees(way):
            line.AddPoint_2D(x, y)
        lines.AddGeometry(line)
        _add(tracks, lines, path, name=name)
    del points, tracks, made


def _add(layer: Any, shape: Any, path: str, **values: str) -> None:
    from osgeo import ogr

    feature = ogr.Feature(layer.GetLayerDefn())
    for name, value in values.items():
        feature.SetField(name, value)
    feature.SetGeometry(shape)
    if layer.CreateFeature(feature) != ogr.OGRERR_NONE:
        raise _refused(path, "")
