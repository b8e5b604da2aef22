"""Reading optional inputs of an algorithm the same way everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language

if TYPE_CHECKING:
    import geopandas

#: Row numbers of a file format; a result gets its own.
ROW_NUMBERS = ("fid", "ogc_fid")


def read_lots(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    what: Text,
    progress: Optional[Progress] = None,
) -> tuple[geopandas.GeoDataFrame, list[FieldSpec]]:
    """The main layer of an algorithm in its metric CRS, and its fields.

    Raises ``QgsProcessingException`` when it cannot be opened, ``InputError`` without a metric CRS.
    """
    source = algorithm.parameterAsSource(parameters, name, context)
    if source is None:
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
    bridge.require_metric(bridge.pyproj_crs(source.sourceCrs()), what)
    return bridge.source_to_frame(source, progress), bridge.specs_of(source.fields())


def require_areas(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext, what: Text
) -> None:
    """Raise ``InputError`` when the layer ``name`` holds no areas (points, lines, a table)."""
    source = algorithm.parameterAsSource(parameters, name, context)
    if source is not None and QgsWkbTypes.geometryType(source.wkbType()) != QgsWkbTypes.GeometryType.PolygonGeometry:
        raise InputError(
            Text(
                "{what} must hold areas, but has points, lines or no shapes. Choose another layer.",
                "{what}は面のデータではありません（点・線、または形なし）。別のデータを選んでください。",
            ).format(what=what)
        )


def read_table(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Optional[geopandas.GeoDataFrame]:
    """An optional table; ``None`` when not given."""
    if parameters.get(name) in (None, ""):
        return None
    source = algorithm.parameterAsSource(parameters, name, context)
    if source is None:
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
    return bridge.source_to_frame(source)


def read_required(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    progress: Optional[Progress] = None,
) -> geopandas.GeoDataFrame:
    """A table that must be there; raises ``QgsProcessingException`` when it cannot be opened."""
    source = algorithm.parameterAsSource(parameters, name, context)
    if source is None:
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
    return bridge.source_to_frame(source, progress)


def write_table(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    frame: Any,
    specs: Sequence[FieldSpec],
    outputs: dict[str, Any],
) -> None:
    """Write a table without geometry to the sink ``name``; see :func:`write_sink`."""
    kind, crs = QgsWkbTypes.Type.NoGeometry, QgsCoordinateReferenceSystem()
    write_sink(algorithm, parameters, name, context, frame[[spec.name for spec in specs]], specs, kind, crs, outputs)


def read_layer(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    crs: Any,
    what: Text,
) -> Optional[geopandas.GeoDataFrame]:
    """An optional layer moved into ``crs``; ``None`` when not given.

    Raises ``InputError`` for a layer without a coordinate system.
    """
    frame = read_table(algorithm, parameters, name, context)
    if frame is None:
        return None
    if frame.crs is None:
        if not len(frame):
            return frame.set_crs(crs)
        raise InputError(
            Text(
                "{what} has no coordinate system, so it cannot be laid over the lots. Set its coordinate system first.",
                "{what}の座標系が分からないため、土地に重ねられません。先に座標系を設定してください。",
            ).format(what=what)
        )
    return frame if frame.crs == crs else frame.to_crs(crs)


def kept_fields(fields: Sequence[FieldSpec], new: Sequence[FieldSpec]) -> list[FieldSpec]:
    """Input fields that stay beside the ``new`` ones: not replaced by them, not a row number."""
    replaced = {spec.name.lower() for spec in new} | set(ROW_NUMBERS)
    return [spec for spec in fields if spec.name.lower() not in replaced]


def write_sink(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    frame: Any,
    specs: Sequence[FieldSpec],
    kind: Any,
    crs: Any,
    outputs: dict[str, Any],
) -> None:
    """Write a frame to the sink ``name`` and note it in ``outputs``; nothing when the sink is not wanted.

    Raises ``QgsProcessingException`` when a wanted sink cannot be made, ``InputError`` when writing stops.
    """
    fields = bridge.fields_from(specs, language())
    sink, target = algorithm.parameterAsSink(parameters, name, context, fields, kind, crs)
    if sink is None:
        if parameters.get(name) in (None, ""):
            return
        raise QgsProcessingException(algorithm.invalidSinkError(parameters, name))
    bridge.write_frame(frame, sink, specs)
    outputs[name] = target


def write_page(
    algorithm: QgsProcessingAlgorithm,
    page: str,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
) -> str:
    """Write a report to the file destination ``name``; returns its path. Raises ``InputError``."""
    path = algorithm.parameterAsFileOutput(parameters, name, context)
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(page)
    except OSError as error:
        raise InputError(
            Text(
                "The report could not be written to {path}: {why} Choose another folder.",
                "{path} に報告書を書き込めません（{why}）。別のフォルダーを選んでください。",
            ).format(path=path, why=error.strerror or str(error))
        ) from error
    return path


def drawn_layer(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> Optional[QgsVectorLayer]:
    """An optional layer to be drawn as it is; ``None`` when not given.

    Raises ``QgsProcessingException`` when it cannot be opened, ``InputError`` without a coordinate system.
    """
    if parameters.get(name) in (None, ""):
        return None
    layer = algorithm.parameterAsVectorLayer(parameters, name, context)
    if layer is None:
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
    if layer.crs() == QgsCoordinateReferenceSystem():
        raise InputError(
            Text(
                "The layer “{name}” has no coordinate system, so it cannot be drawn beside the results. "
                "Set its coordinate system first.",
                "レイヤ「{name}」の座標系が分からないため、結果と一緒に描けません。先に座標系を設定してください。",
            ).format(name=layer.name())
        )
    return layer
