"""Feature source <-> GeoDataFrame.

QGIS reads and writes every format; the core sees only GeoDataFrames. Geometry crosses as WKB in
bulk, invalid geometry is passed on exactly as it is, NULL stays missing, dates become
``datetime`` objects, whole numbers stay whole (``Int64``).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Optional, Union

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessingFeatureSource,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QByteArray, QDate, QDateTime, Qt, QTime

from .. import compat
from ..core.errors import InputError
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.sources.zones import place_words
from ..core.texts import Text

if TYPE_CHECKING:
    import geopandas

Source = Union[QgsProcessingFeatureSource, QgsVectorLayer]

#: How many features pass between two looks at progress and cancel.
CHUNK = 2000

#: How WKB of straight areas without M values begins: least byte first, (multi)polygon, with or without heights.
STRAIGHT_WKB = frozenset(b"\x01" + kind.to_bytes(4, "little") for kind in (3, 6, 1003, 1006, 0x80000003, 0x80000006))

_INT_TYPES = (compat.TYPE_INT, compat.TYPE_UINT, compat.TYPE_LONGLONG, compat.TYPE_ULONGLONG)
_REAL_TYPES = (compat.TYPE_DOUBLE, compat.TYPE_FLOAT)


def to_python(value: Any) -> Any:
    """An attribute as plain Python; NULL becomes ``None``."""
    if value is None or value == NULL:
        return None
    if isinstance(value, QDateTime):
        if not value.isValid():
            return None
        date, time = value.date(), value.time()
        zone = None
        if value.timeSpec() != Qt.TimeSpec.LocalTime:
            zone = dt.timezone(dt.timedelta(seconds=value.offsetFromUtc()))
        return dt.datetime(
            date.year(),
            date.month(),
            date.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.msec() * 1000,
            zone,
        )
    if isinstance(value, QDate):
        return dt.date(value.year(), value.month(), value.day()) if value.isValid() else None
    if isinstance(value, QTime):
        return dt.time(value.hour(), value.minute(), value.second(), value.msec() * 1000) if value.isValid() else None
    if isinstance(value, QByteArray):
        return bytes(value)
    return value


#: Types of frame values that are attributes of a kind already (NaN is not equal to itself and is none).
_AS_IS = {"text": str, "real": float, "int": int, "bool": bool}


def from_python(value: Any, kind: str) -> Any:
    """A frame value as a QGIS attribute of ``kind``; missing values become NULL."""
    if type(value) is _AS_IS.get(kind) and value == value:
        return value
    import pandas

    if value is None or value is pandas.NA or value is pandas.NaT:
        return NULL
    if isinstance(value, float) and value != value:
        return NULL
    if kind == "int":
        return int(value)
    if kind == "real":
        return float(value)
    if kind == "bool":
        return bool(value)
    if kind == "text":
        # Lists and objects of GeoJSON stay JSON.
        return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)
    if kind == "binary":
        return QByteArray(bytes(value))
    if kind == "date":
        return QDate(value.year, value.month, value.day)
    if kind == "time":
        return QTime(value.hour, value.minute, value.second, value.microsecond // 1000)
    if kind == "datetime":
        if not isinstance(value, dt.datetime):
            value = dt.datetime(value.year, value.month, value.day)
        moment = QDateTime(
            QDate(value.year, value.month, value.day),
            QTime(value.hour, value.minute, value.second, value.microsecond // 1000),
        )
        offset = value.utcoffset()
        if offset is not None:
            seconds = int(offset.total_seconds())
            if seconds:
                moment.setOffsetFromUtc(seconds)
            else:
                moment.setTimeSpec(Qt.TimeSpec.UTC)
        return moment
    return value


def kind_of(field: Any) -> str:
    """The :class:`FieldSpec` kind of a ``QgsField``; types without one are read as text."""
    number = compat.field_type_id(field)
    if number in _INT_TYPES:
        return "int"
    if number in _REAL_TYPES:
        return "real"
    return {
        compat.TYPE_BOOL: "bool",
        compat.TYPE_DATE: "date",
        compat.TYPE_DATETIME: "datetime",
        compat.TYPE_TIME: "time",
        compat.TYPE_BYTEARRAY: "binary",
    }.get(number, "text")


def specs_of(fields: QgsFields) -> list[FieldSpec]:
    """Describe existing fields, keeping their aliases."""
    return [FieldSpec(f.name(), kind_of(f), f.alias() or f.name(), f.alias() or f.name()) for f in fields]


def typed_column(values: list[Any], kind: str) -> Any:
    """A pandas column in the dtype the core expects for ``kind``."""
    import pandas

    if kind == "int":
        return pandas.array(values, dtype="Int64")
    if kind == "real":
        return pandas.array([float("nan") if v is None else float(v) for v in values], dtype="float64")
    if kind == "bool":
        return pandas.array(values, dtype="boolean")
    return pandas.Series(values, dtype=object).to_numpy()


def pyproj_crs(crs: QgsCoordinateReferenceSystem) -> Any:
    """The same CRS for pyproj; ``None`` when unknown, also where a GeoPackage says "undefined" in as many words."""
    import pyproj

    if not crs.isValid():
        return None
    authid = crs.authid()
    if authid.startswith("EPSG:"):
        return pyproj.CRS.from_user_input(authid)
    made = pyproj.CRS.from_wkt(crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT_PREFERRED))
    return None if made.name.casefold().startswith("undefined") else made


def qgis_crs(crs: Any) -> QgsCoordinateReferenceSystem:
    """The same CRS for QGIS; invalid when ``None``."""
    if crs is None:
        return QgsCoordinateReferenceSystem()
    import pyproj

    crs = pyproj.CRS.from_user_input(crs)
    code = crs.to_epsg()
    return QgsCoordinateReferenceSystem(f"EPSG:{code}" if code else crs.to_wkt())


def _source_crs(source: Source) -> QgsCoordinateReferenceSystem:
    return source.crs() if isinstance(source, QgsVectorLayer) else source.sourceCrs()


def source_to_frame(
    source: Source,
    progress: Optional[Progress] = None,
    fields: Optional[Sequence[str]] = None,
    request: Optional[QgsFeatureRequest] = None,
) -> geopandas.GeoDataFrame:
    """Read a feature source (or layer) into a GeoDataFrame.

    The index holds feature ids. A source from ``parameterAsSource`` already honours "selected
    features only" and its feature filter; for a layer pass a ``request``. Invalid geometry is
    kept as it is; curves become line segments; a geometry that cannot be expressed at all
    becomes missing. Tables without geometry get an empty geometry column.

    Raises ``Cancelled`` when ``progress`` says so and ``InputError`` for an unknown field name.
    """
    import geopandas
    import numpy
    import shapely

    progress = progress or Progress()
    all_fields = source.fields()
    wanted = list(range(len(all_fields)))
    if fields is not None:
        wanted = []
        for name in fields:
            position = all_fields.lookupField(name)
            if position < 0:
                raise InputError(
                    Text(
                        "The field “{name}” is missing. Fields found: {found}. Choose another field.",
                        "項目「{name}」がありません。ある項目: {found}。別の項目を選んでください。",
                    ).format(name=name, found=", ".join(f.name() for f in all_fields))
                )
            wanted.append(position)
    request = QgsFeatureRequest(request) if request is not None else QgsFeatureRequest()
    if fields is not None and not request.filterExpression():
        request.setSubsetOfAttributes(wanted)

    if isinstance(source, QgsVectorLayer):
        count = source.featureCount()
        features = source.getFeatures(request)
        spatial = source.isSpatial()
    else:
        count = source.featureCount()
        features = source.getFeatures(request, QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks)
        spatial = source.wkbType() != QgsWkbTypes.Type.NoGeometry

    ids: list[int] = []
    blobs: list[Optional[bytes]] = []
    columns: list[list[Any]] = [[] for _ in wanted]
    try:
        for number, feature in enumerate(features):
            if number % CHUNK == 0:
                progress.step(number / count if count and count > 0 else 0.0)
            ids.append(feature.id())
            if spatial:
                blobs.append(wkb(feature.geometry()) if feature.hasGeometry() else None)
            attributes = feature.attributes()
            for column, position in zip(columns, wanted):
                column.append(attributes[position])
    finally:
        # A cancel keeps this frame alive in its traceback; the file must not stay open with it.
        features.close()

    data: dict[str, Any] = {}
    for column, position in zip(columns, wanted):
        field = all_fields[position]
        data[field.name()] = typed_column([to_python(v) for v in column], kind_of(field))
    if spatial:
        array = numpy.array(blobs, dtype=object) if blobs else numpy.empty(0, dtype=object)
        geometry = shapely.from_wkb(array, on_invalid="ignore")
    else:
        geometry = numpy.full(len(ids), None, dtype=object)
    shapes = "geometry"
    while shapes in data:  # a field may bear that name
        shapes += "_"
    data[shapes] = geometry
    frame = geopandas.GeoDataFrame(data, index=numpy.array(ids, dtype="int64"), geometry=shapes)
    if not frame.index.is_monotonic_increasing:
        # A selection arrives in hash order; results must not depend on it.
        frame = frame.sort_index(kind="stable")
    crs = pyproj_crs(_source_crs(source)) if spatial else None
    if crs is not None:
        frame = frame.set_crs(crs)
    progress.step(1.0)
    return frame


def wkb(geometry: QgsGeometry) -> Optional[bytes]:
    """WKB that shapely understands: straight segments, no M values."""
    if QgsWkbTypes.isCurvedType(geometry.wkbType()):
        geometry = QgsGeometry(geometry.constGet().segmentize())
    if QgsWkbTypes.hasM(geometry.wkbType()):
        geometry = QgsGeometry(geometry)
        geometry.get().dropMValue()
    data = geometry.asWkb()
    return bytes(data) if not data.isEmpty() else None


def fields_from(specs: Iterable[FieldSpec], language: str = "en") -> QgsFields:
    """``QgsFields`` with aliases in ``language``."""
    fields = QgsFields()
    for spec in specs:
        field = compat.make_field(spec.name, spec.kind)
        field.setAlias(spec.alias(language))
        fields.append(field)
    return fields


def frame_to_features(
    frame: geopandas.GeoDataFrame, specs: Sequence[FieldSpec], progress: Optional[Progress] = None
) -> Iterable[QgsFeature]:
    """Yield one ``QgsFeature`` per row, attributes in the order of ``specs``."""
    import shapely

    progress = progress or Progress()
    fields = fields_from(specs)
    total = len(frame)
    has_geometry = hasattr(frame, "_geometry_column_name") and frame._geometry_column_name in frame.columns
    blobs = shapely.to_wkb(frame.geometry.to_numpy(), output_dimension=3) if has_geometry else None
    columns = [(frame[spec.name].tolist(), spec.kind) for spec in specs]
    for row in range(total):
        if row % CHUNK == 0:
            progress.step(row / total)
        feature = QgsFeature(fields)
        feature.setAttributes([from_python(values[row], kind) for values, kind in columns])
        if blobs is not None and blobs[row] is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(blobs[row])
            feature.setGeometry(geometry)
        yield feature
    progress.step(1.0)


def write_frame(
    frame: geopandas.GeoDataFrame,
    sink: QgsFeatureSink,
    specs: Sequence[FieldSpec],
    progress: Optional[Progress] = None,
) -> int:
    """Write every row to ``sink``; returns the number written.

    Raises ``InputError`` when the destination refuses a feature (disk full, locked file).
    """
    written = 0
    for feature in frame_to_features(frame, specs, progress):
        add_feature(sink, feature, written)
        written += 1
    finish(sink)
    return written


def add_feature(sink: QgsFeatureSink, feature: QgsFeature, written: int) -> None:
    """Write one feature after ``written`` others. Raises ``InputError`` when the destination refuses it."""
    if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
        raise InputError(
            Text(
                "Writing stopped at row {row}: {why} Check that the file is not open elsewhere "
                "and that the disk has room.",
                "{row}行目で書き込みが止まりました（{why}）。ファイルがほかで開かれていないか、"
                "空き容量があるかを確かめてください。",
            ).format(row=written + 1, why=sink.lastError() or "?")
        )


def finish(sink: QgsFeatureSink) -> None:
    """Write what the sink still holds back. Raises ``InputError`` when that fails."""
    if not sink.flushBuffer():
        raise InputError(
            Text(
                "Writing could not be finished: {why} Check that the file is not open elsewhere.",
                "書き込みを終えられませんでした（{why}）。ファイルがほかで開かれていないか確かめてください。",
            ).format(why=sink.lastError() or "?")
        )


#: Projections for the whole world whose metres are none away from the equator.
_STRETCHED = (
    "Popular Visualisation Pseudo Mercator",
    "Mercator (variant A)",
    "Mercator (Spherical)",
    "Equidistant Cylindrical",
    "Equidistant Cylindrical (Spherical)",
)


def is_metric(crs: Any) -> bool:
    """Whether a pyproj CRS has plane coordinates in metres that are metres on the ground as well.

    Web maps (Mercator) stretch areas in Japan to about one and a half times.
    """
    if crs.is_geographic or crs.is_geocentric:
        return False
    plane = crs.sub_crs_list[0] if crs.is_compound else crs
    stretched = plane.coordinate_operation is not None and plane.coordinate_operation.method_name in _STRETCHED
    return not stretched and all(axis.unit_name in ("metre", "meter") for axis in crs.axis_info[:2])


def require_metric(crs: Any, what: Text) -> None:
    """Refuse a frame whose ``crs`` (pyproj or None) is missing, geographic or not in metres.

    ``what`` names the input in the sentence. Raises ``InputError``.
    """
    if crs is None:
        raise InputError(
            Text(
                "{what} has no coordinate system, so areas and distances cannot be measured. "
                "Set its coordinate system first.",
                "{what}の座標系が分からないため、面積や距離を測れません。先に座標系を設定してください。",
            ).format(what=what)
        )
    if not is_metric(crs):
        raise InputError(
            Text(
                "{what} is in {crs}, which is not in metres on the ground. Read the file with Add data, which converts "
                "it; or reproject it to a plane coordinate system in metres (in Japan: plane rectangular CS, "
                "EPSG:6669–6687). Then run again.",
                "{what}の座標系（{crs}）は地上のメートル単位ではありません。「データを追加」で読み直すと変換されます。"
                "または平面直角座標系（EPSG:6669〜6687）に変換し、もう一度実行してください。",
            ).format(what=what, crs=place_words(crs))
        )
