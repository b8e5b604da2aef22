"""Reading many lots in little memory, and writing them back with their results, feature by feature."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsGeometry,
    QgsProcessingFeatureSource,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from . import bridge, quickread

if TYPE_CHECKING:
    import pandas

    from ..core.parcels.check import PackedShapes

#: Features between two looks at progress and cancel, and between two blocks of packed shapes.
CHUNK = 2000

#: A column with no more different values than this keeps each of them once.
_FEW = 5000

#: Feature ids, values of each field, shapes.
_Read = tuple[list[int], list[list[Any]], "PackedShapes"]

_UNCHECKED = QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks


def read_packed(
    source: QgsProcessingFeatureSource,
    fields: Sequence[str],
    progress: Optional[Progress] = None,
    file: Optional[quickread.PlainFile] = None,
) -> tuple[pandas.DataFrame, PackedShapes]:
    """The values of some fields, and the shapes packed as WKB, in the order in which the features come.

    The index holds feature ids. Geometry as in :func:`.bridge.source_to_frame`. ``file``: where the whole source lies,
    when it is a plain file (:func:`.quickread.plain_file`); it is then read from there, much quicker and with the same
    result. Raises ``Cancelled`` when ``progress`` says so and ``InputError`` for an unknown field.
    """
    import numpy
    import pandas

    progress = progress or Progress()
    known = source.fields()
    wanted = []
    for name in fields:
        position = known.lookupField(name)
        if position < 0:
            raise InputError(
                Text(
                    "The field “{name}” is missing. Fields found: {found}. Choose another field.",
                    "項目「{name}」がありません。ある項目: {found}。別の項目を選んでください。",
                ).format(name=name, found=", ".join(field.name() for field in known))
            )
        wanted.append(position)
    progress.step(0.0)
    read = _from_file(source, file, wanted, progress) if file else None
    ids, columns, shapes = read or _from_features(source, wanted, progress)
    table = pandas.DataFrame(
        {
            known[position].name(): bridge.typed_column(values, bridge.kind_of(known[position]))
            for values, position in zip(columns, wanted)
        },
        index=numpy.array(ids, dtype="int64"),
    )
    progress.step(1.0)
    return table, shapes


def _from_file(
    source: QgsProcessingFeatureSource, file: quickread.PlainFile, wanted: Sequence[int], progress: Progress
) -> Optional[_Read]:
    """Ids, columns and shapes straight from the file; ``None`` where the features have to be asked."""
    from ..core.parcels.check import PackedShapes

    known, count = source.fields(), source.featureCount()
    shapes = PackedShapes()
    ids: list[int] = []
    columns: list[list[Any]] = [[] for _ in wanted]
    once: list[dict[str, str]] = [{} for _ in wanted]
    plain = bridge.STRAIGHT_WKB | {b""}
    names, kinds = [known[n].name() for n in wanted], [bridge.kind_of(known[n]) for n in wanted]
    try:
        with closing(quickread.read(file, names, kinds)) as blocks:
            for block in blocks:
                progress.step(len(ids) / count if count > 0 else 0.0)
                ids += block.ids
                blobs = block.shapes
                if not {blob[:5] if blob else b"" for blob in blobs} <= plain:
                    blobs = [_straight(blob) if blob else None for blob in blobs]
                shapes.append(blobs)
                for column, values, seen in zip(columns, block.columns, once):
                    column.extend(_plain(values, seen))
    except quickread.Unsuited:
        return None
    # A source that says another number is not what lies in the file.
    return (ids, columns, shapes) if len(ids) == count else None


def _straight(blob: bytes) -> Optional[bytes]:
    """WKB as from :func:`.bridge.wkb`."""
    if blob[:5] in bridge.STRAIGHT_WKB:
        return blob
    geometry = QgsGeometry()
    geometry.fromWkb(blob)
    return bridge.wkb(geometry)


def _from_features(source: QgsProcessingFeatureSource, wanted: Sequence[int], progress: Progress) -> _Read:
    """Ids, columns and shapes feature by feature."""
    from ..core.parcels.check import PackedShapes

    count = source.featureCount()
    shapes = PackedShapes()
    ids: list[int] = []
    blobs: list[Optional[bytes]] = []
    rows: list[list[Any]] = []
    columns: list[list[Any]] = [[] for _ in wanted]
    once: list[dict[str, str]] = [{} for _ in wanted]
    request = QgsFeatureRequest().setSubsetOfAttributes(list(wanted))

    def settle() -> None:
        shapes.append(blobs)
        blobs.clear()
        for column, values, seen in zip(columns, zip(*rows), once):
            column.extend(_plain(values, seen))
        rows.clear()

    # What is done here is done a million times.
    straight = bridge.STRAIGHT_WKB
    for feature in source.getFeatures(request, _UNCHECKED):
        if len(blobs) == CHUNK:
            settle()
            progress.step(len(ids) / count if count > 0 else 0.0)
        ids.append(feature.id())
        geometry = feature.geometry()
        blob = geometry.asWkb().data()
        blobs.append(blob if blob[:5] in straight else bridge.wkb(geometry) if blob else None)
        rows.append([feature[position] for position in wanted])
    settle()
    return ids, columns, shapes


def _plain(values: Sequence[Any], seen: dict[str, str]) -> Iterable[Any]:
    """Attributes as plain Python; texts that come again and again are kept once."""
    kinds = set(map(type, values))
    if kinds <= {int, float, bool}:
        return values
    if kinds == {str} and len(seen) >= _FEW:
        return values
    result = []
    for value in values:
        if type(value) is not str:
            value = bridge.to_python(value)
        elif len(seen) < _FEW:
            value = seen.setdefault(value, value)
        result.append(value)
    return result


def write_with_results(
    source: QgsProcessingFeatureSource,
    kept: Sequence[FieldSpec],
    results: pandas.DataFrame,
    added: Sequence[FieldSpec],
    sink: QgsFeatureSink,
    progress: Optional[Progress] = None,
) -> None:
    """Write every feature of ``source`` as it is, with ``results`` (by feature id) in the fields ``added``.

    The sink has the fields ``kept`` (of the source) and then ``added``; its shapes are multipolygons. Raises
    ``InputError`` when the sink refuses a feature.
    """
    progress = progress or Progress()
    fields = bridge.fields_from([*kept, *added])
    positions = [source.fields().lookupField(spec.name) for spec in kept]
    kinds = [spec.kind for spec in added]
    values = dict(zip(results.index.tolist(), zip(*(results[spec.name].tolist() for spec in added))))
    for number, feature in enumerate(source.getFeatures(QgsFeatureRequest(), _UNCHECKED)):
        if number % CHUNK == 0:
            progress.step(number / max(len(results), 1))
        if feature.id() not in values:
            continue
        row = QgsFeature(fields)
        attributes = feature.attributes()
        mine = [bridge.from_python(value, kind) for value, kind in zip(values[feature.id()], kinds)]
        row.setAttributes([attributes[position] for position in positions] + mine)
        if feature.hasGeometry() and feature.geometry().type() == QgsWkbTypes.GeometryType.PolygonGeometry:
            row.setGeometry(_multi(feature.geometry()))
        bridge.add_feature(sink, row, number)
    bridge.finish(sink)


def _multi(geometry: QgsGeometry) -> QgsGeometry:
    """An area as multipolygon of straight lines without M values, points untouched."""
    if QgsWkbTypes.isCurvedType(geometry.wkbType()):
        geometry = QgsGeometry(geometry.constGet().segmentize())
    if QgsWkbTypes.hasM(geometry.wkbType()):
        geometry = QgsGeometry(geometry)
        geometry.get().dropMValue()
    geometry.convertToMultiType()
    return geometry
