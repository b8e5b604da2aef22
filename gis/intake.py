"""Files people bring: finding out what they are, reading tables, writing them as data of the village.

Formats are detected, never asked. Tables keep to our fields (``core.inputs``); names of people go
to a private file of their own.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDistanceArea,
    QgsFeature,
    QgsFeatureRequest,
    QgsFields,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate

from ..compat import is_null
from ..core import intake
from ..core.errors import InputError
from ..core.inputs import BROUGHT_FIELDS, INPUT_FIELDS
from ..core.schema import FieldSpec
from ..core.sources.catalogue import Catalogue, Source, parse_catalogue
from ..core.tables.raw import RawTable
from ..core.texts import Text
from . import bridge, files
from .catalogues import catalogue_text
from .i18n import language

REGISTRY_MAP, TABLE, MAP, PICTURE = "registry_map", "table", "map", "picture"
_PICTURES = (".tif", ".tiff", ".vrt", ".img", ".asc", ".jp2", ".png", ".jpg", ".jpeg")
#: JGD2011, for tables with longitude and latitude.
_DEGREES = "EPSG:6668"

#: As written in the brought table.
_WRITTEN = (
    FieldSpec("chiban", "text", "Lot number as written", "地番（元の表記）"),
    FieldSpec("oaza", "text", "District as written", "大字（元の表記）"),
    FieldSpec("koaza", "text", "Small place name as written", "小字（元の表記）"),
)


class Found(NamedTuple):
    """What a file turned out to be: ``kind``, its ``columns`` and ``rows`` (tables), its ``layer``; ``known``: the open
    data set its fields give away; ``date``: of the data, where the file says one."""

    path: str
    kind: str
    columns: list[str]
    rows: list[dict[str, Any]]
    layer: Optional[Any] = None
    known: Optional[Source] = None
    date: str = ""


class Guess(NamedTuple):
    """What the columns of a file mean: ``columns`` by meaning, the ``unit`` of the areas (empty: not known) and why
    (``basis``), whether the column is ``named`` after another unit, and the name of the ``profile`` used."""

    columns: dict[str, Optional[str]]
    unit: str = ""
    basis: str = "none"
    conflict: bool = False
    profile: str = ""


def detect(path: str) -> Found:
    """Find out what a file is and read its table; raises ``InputError`` when nobody can read it."""
    suffix = files.suffix_of(path)
    if not os.path.isfile(path):
        raise files.unreadable(path)
    if suffix == ".xml":
        return Found(path, REGISTRY_MAP, [], [])
    if suffix == ".zip" and _is_registry_zip(path):
        return Found(path, REGISTRY_MAP, [], [])
    if suffix in files.TEXT_TABLES + files.WORKBOOKS:
        return _table(path, os.path.basename(path), files.read_raw(path))
    packed = files.raw_in_zip(path) if suffix == ".zip" else []
    if packed:
        return _packed_tables(path, packed)
    if suffix in _PICTURES:
        picture = QgsRasterLayer(path, os.path.basename(path), "gdal")
        if not picture.isValid():
            raise files.unreadable(path)
        return Found(path, PICTURE, [], [], picture)
    return _detect_vector(path)


def _table(path: str, name: str, table: RawTable) -> Found:
    date = files.date_of(name, table.above) or files.date_of(os.path.basename(path), ())
    return Found(path, TABLE, table.columns, table.rows, None, known_source(table.columns, name), date)


def _packed_tables(path: str, packed: Sequence[tuple[str, RawTable]]) -> Found:
    """The tables of a zip as one. Where some look like tables a village keeps, the others (a read-me, a key to the
    codes) are left to the check report.

    Raises ``InputError`` when they have different columns, so that one has to be chosen.
    """
    from ..core.sources.register import is_known

    kept = [(name, table) for name, table in packed if is_known(table.columns, table.rows[:300])]
    packed = kept or packed
    found = _table(path, *packed[0])
    if any(table.columns != found.columns for _name, table in packed):
        raise InputError(
            Text(
                "{file} holds different tables: {names}. Unpack it and choose one after the other.",
                "{file}には種類の違う表が入っています: {names}。展開して、1つずつ選んでください。",
            ).format(
                file=os.path.basename(path),
                names=", ".join(name for name, _table in packed[:5]) + (" …" if len(packed) > 5 else ""),
            )
        )
    return found._replace(rows=[row for _name, table in packed for row in table.rows])


def _is_registry_zip(path: str) -> bool:
    names = files.member_names(path)
    maps = any(files.suffix_of(name) in files.VECTORS for name in names)
    return not maps and any(name.lower().endswith((".xml", ".zip")) for name in names)


def _detect_vector(path: str) -> Found:
    usable = _layers(path)
    date = files.date_of(os.path.basename(path), ())
    for layer in usable:
        known = known_source(_names(layer), layer.name())
        if known is not None:
            return Found(path, MAP if layer.isSpatial() else TABLE, _names(layer), [], layer, known, date)
    layer = usable[0]
    if layer.isSpatial():
        return Found(path, MAP, _names(layer), [], layer, None, date)
    return Found(path, TABLE, _names(layer), rows_of(layer), None, None, date)


def _names(layer: QgsVectorLayer) -> list[str]:
    return [field.name() for field in layer.fields()]


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return parse_catalogue(catalogue_text("sources.json"))


def known_source(columns: Sequence[str], layer: str = "") -> Optional[Source]:
    """The open data set a table's fields or the name of its layer give away; ``None`` when it is none that is read."""
    return _catalogue().detect(columns, layer)


def guess(found: Found, role: str, folder: str = "") -> Guess:
    """What the columns of a table or map mean for ``role``: by a profile of ``folder`` where one fits, else by names,
    contents and the areas on the map."""
    from ..core.sources import columns as guessing
    from ..core.sources import units, wide
    from . import profiles

    names = list(found.columns)
    rows, measured = sample(found)
    profile = profiles.best(folder, role, names)
    columns: dict[str, Optional[str]]
    if profile is not None:
        columns = profile.on(names)
    elif role == "boar_damage":
        from ..core.externality import damage

        by_name = damage.guess(names)
        columns = {meaning.name: by_name.get(meaning.name) for meaning in intake.MEANINGS[role]}
    else:
        columns = guessing.guess(role, names, rows)
        columns.update({meaning: name for meaning, name in wide.columns_of(role).items() if name in names})
        if measured is not None and role == "lots":
            by_map = guessing.guess_area(names, rows, measured)
            others = {column for meaning, column in columns.items() if meaning != "area_reg"}
            if by_map is not None and by_map[0] not in others:
                columns["area_reg"] = by_map[0]
            if columns["chiban"] is None:
                used = {column for column in columns.values() if column}
                columns["chiban"] = guessing.guess_key([name for name in names if name not in used], rows)
    column = columns.get("area_reg") or columns.get("area_ha")
    if column is None:
        return Guess(columns, profile=profile.name if profile else "")
    unit = units.guess_unit(column, [row.get(column) for row in rows], measured)
    chosen = (profile.area_unit if profile else "") or unit.unit
    return Guess(columns, chosen, unit.basis, unit.conflict, profile.name if profile else "")


def for_role(found: Found, role: str) -> Found:
    """The file as it is read for ``role``: ages or months side by side as rows. Raises ``InputError`` when bare months
    have no year."""
    from ..core.sources import wide

    if role not in wide.ROLES:
        return found
    rows = found.rows if found.kind == TABLE else rows_of(found.layer) if found.layer is not None else []
    long = wide.unfold(role, found.columns, rows, range(len(rows)), os.path.basename(found.path))
    return found if long is None else found._replace(kind=TABLE, columns=long.columns, rows=long.rows, layer=None)


def likely(found: Found, roles: Sequence[str]) -> str:
    """The one of ``roles`` that a table most looks like; the first when it looks like none of them."""
    from ..core.sources.register import recognise

    rows, _areas = sample(found)
    role = recognise(found.columns, rows) if found.columns else ""
    return role if role in roles else roles[0]


def sample(found: Found, most: int = 300) -> tuple[list[dict[str, Any]], Optional[list[float]]]:
    """The first rows of a table or map, and the areas on the map in m² (on the ellipsoid)."""
    if found.layer is None or found.kind != MAP:
        return list(found.rows[:most]), None
    measure = QgsDistanceArea()
    measure.setSourceCrs(found.layer.crs(), QgsProject.instance().transformContext())
    measure.setEllipsoid("GRS80")
    rows, areas = [], []
    for feature in found.layer.getFeatures(QgsFeatureRequest().setLimit(most)):
        rows.append({name: _python(value) for name, value in zip(found.columns, feature.attributes())})
        areas.append(float(measure.measureArea(feature.geometry())) if feature.hasGeometry() else 0.0)
    return rows, areas


def _layers(path: str) -> list[QgsVectorLayer]:
    """The layers of a file, those with the most rows first."""
    usable = [layer for layer in map(files.open_layer, files.layers_in(path)) if layer is not None]
    if not usable:
        raise files.unreadable(path)
    return sorted(usable, key=lambda part: -part.featureCount())


def rows_of(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    """All rows of a layer as plain Python values by field name."""
    names = [field.name() for field in layer.fields()]
    rows = []
    for feature in layer.getFeatures():
        rows.append({name: _python(value) for name, value in zip(names, feature.attributes())})
    return rows


def _python(value: Any) -> Any:
    if is_null(value):
        return None
    if isinstance(value, QDate):
        return dt.date(value.year(), value.month(), value.day())
    if hasattr(value, "toPyDateTime"):
        return value.toPyDateTime()
    return value


def lot_index(layer: Optional[QgsVectorLayer]) -> intake.LotIndex:
    """Index of the lots of a layer with ``lot_key``, ``oaza`` and ``chiban``; empty without it."""
    if layer is None:
        return intake.LotIndex()
    fields = layer.fields()

    def text(feature: QgsFeature, name: str) -> str:
        position = fields.lookupField(name)
        value = feature[position] if position >= 0 else None
        return "" if is_null(value) else str(value)

    return intake.LotIndex.of(
        (
            text(feature, "lot_key"),
            text(feature, "oaza") + text(feature, "chome"),
            text(feature, "chiban"),
            text(feature, "koaza"),
        )
        for feature in layer.getFeatures()
    )


def people_index(layer: Optional[QgsVectorLayer], key_field: str) -> dict[tuple[str, str], str]:
    """Keys of the persons in a private layer by folded (name, address)."""
    if layer is None or layer.fields().lookupField(key_field) < 0:
        return {}
    known = {}
    for row in rows_of(layer):
        person = (intake.fold(row.get("name") or ""), intake.fold(row.get("address") or ""))
        known[person] = str(row[key_field])
    return known


# -- writing -------------------------------------------------------------------------------
def new_file(target: str, name: str) -> str:
    """A GeoPackage name not taken yet in the folder ``target``, which is made where missing."""
    os.makedirs(target, exist_ok=True)
    plain = re.sub(r"[^\w.-]+", "_", name)
    path = os.path.join(target, f"{plain}.gpkg")
    number = 1
    while os.path.exists(path):
        number += 1
        path = os.path.join(target, f"{plain}_{number}.gpkg")
    return path


def table_specs(role: str, private: bool = False) -> list[FieldSpec]:
    """Fields that a brought table of ``role`` gets (with the lot number for rows without a lot)."""
    if private:
        role = "owners" if role in intake.OWNER_ROLES else "residents" if role == "residents" else "cultivators"
    specs = list(INPUT_FIELDS.get(role) or BROUGHT_FIELDS[role])
    if role in ("register", "farmland_register", "patrol", "forest_register", "water_use", "vacancy"):
        specs[1:1] = _WRITTEN
    return specs


def write_rows(
    path: str,
    name: str,
    specs: Sequence[FieldSpec],
    rows: Iterable[Mapping[str, Any]],
    places: Optional[Sequence[Optional[tuple[float, float]]]] = None,
) -> str:
    """Write rows (and points in degrees, JGD2011) as a GeoPackage; returns ``path``.

    ``synthetic`` is false for what people bring. Raises ``InputError`` when it cannot be written.
    """
    fields: QgsFields = bridge.fields_from(specs, language())
    kind = QgsWkbTypes.Type.NoGeometry if places is None else QgsWkbTypes.Type.Point
    crs = QgsCoordinateReferenceSystem("" if places is None else _DEGREES)
    writer = _writer(path, name, fields, kind, crs)
    for number, row in enumerate(rows):
        feature = QgsFeature(fields)
        feature.setAttributes([False if spec.name == "synthetic" else _qgis(row.get(spec.name)) for spec in specs])
        place = places[number] if places is not None else None
        if place is not None:
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(*place)))
        _add(writer, feature, path)
    del writer
    return path


def _qgis(value: Any) -> Any:
    if isinstance(value, dt.date):
        return QDate(value.year, value.month, value.day)
    return value


def _writer(
    path: str, name: str, fields: QgsFields, kind: Any, crs: QgsCoordinateReferenceSystem
) -> QgsVectorFileWriter:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", name, "UTF-8"
    writer = QgsVectorFileWriter.create(path, fields, kind, crs, QgsProject.instance().transformContext(), options)
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise _unwritable(path, writer.errorMessage())
    return writer


def _unwritable(path: str, why: str) -> InputError:
    return InputError(
        Text(
            "{file} could not be written ({why}). Check the folder and the free space.",
            "{file}を書き込めませんでした（{why}）。フォルダと空き容量を確かめてください。",
        ).format(file=path, why=why)
    )


def _add(writer: QgsVectorFileWriter, feature: QgsFeature, path: str) -> None:
    if not writer.addFeature(feature):
        raise _unwritable(path, writer.errorMessage())


def is_metric(crs: QgsCoordinateReferenceSystem) -> bool:
    """Whether areas can be measured in a coordinate system of QGIS: as :func:`bridge.is_metric` says."""
    known = bridge.pyproj_crs(crs)
    return known is not None and bridge.is_metric(known)


def no_plane(name: str) -> InputError:
    """The sentence for a map that stands in no plane, where the project does not either."""
    return InputError(
        Text(
            "{name} is in degrees or stretched like a web map. Set the project to your plane zone first "
            "(bottom right).",
            "{name}は緯度経度か、ウェブ地図の座標です。先にプロジェクトを平面直角座標系にしてください（画面の右下）。",
        ).format(name=name)
    )


def copy_map(
    layer: QgsVectorLayer,
    path: str,
    name: str,
    target: QgsCoordinateReferenceSystem,
    columns: Optional[Mapping[str, Optional[str]]] = None,
) -> str:
    """Copy a brought map into a GeoPackage in metres, with our lot fields in front for lots.

    ``columns`` names the columns of lot number and district (lots only). The map is converted to
    ``target`` when its own coordinates are not in metres. Raises ``InputError`` when the map does
    not say where it lies, when there is no way to metres, or when the file cannot be written.
    """
    if not layer.crs().isValid():
        raise InputError(
            Text(
                "{name} does not say where it lies. Ask for a file with its coordinate zone.",
                "{name}がどこの地図か分かりません。座標系の番号が入ったファイルを頼んでください。",
            ).format(name=name)
        )
    crs = layer.crs() if is_metric(layer.crs()) else target
    if not is_metric(crs):
        raise no_plane(name)
    move = QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance())
    own = [spec for spec in bridge.specs_of(layer.fields()) if spec.name.lower() != "fid"]
    extra: list[FieldSpec] = []
    if columns is not None:
        extra = [spec for spec in INPUT_FIELDS["lots"] if spec.name in ("lot_key", "oaza", "chiban")]
        own = [spec for spec in own if spec.name not in {e.name for e in extra}]
    fields = bridge.fields_from([*extra, *own], language())
    positions = [layer.fields().lookupField(spec.name) for spec in own]
    writer = _writer(path, name, fields, QgsWkbTypes.multiType(layer.wkbType()), crs)
    for source in layer.getFeatures():
        feature = QgsFeature(fields)
        values = _lot_values(source, columns) if columns is not None else []
        feature.setAttributes([*values, *(source[position] for position in positions)])
        geometry = QgsGeometry(source.geometry())
        if not geometry.isNull():
            geometry.transform(move)
            geometry.convertToMultiType()
            feature.setGeometry(geometry)
        _add(writer, feature, path)
    del writer
    return path


def _lot_values(source: QgsFeature, columns: Mapping[str, Optional[str]]) -> list[Any]:
    def cell(name: str) -> Any:
        column = columns.get(name)
        value = source[column] if column else None
        return None if is_null(value) else value

    # A number that can be read in two ways stays as it is written.
    lot = intake.read_lot(cell("chiban"), cell("oaza"))
    chiban = lot.number if lot.certain else lot.raw
    oaza = intake.plain_text(cell("oaza")) or lot.oaza
    fields = source.fields()
    position = fields.lookupField("lot_key")
    key = source[position] if position >= 0 and not is_null(source[position]) else None
    if key is None and chiban:
        key = "-".join(part for part in (oaza, lot.koaza, chiban) if part)
    return [key, oaza or None, chiban or None]
