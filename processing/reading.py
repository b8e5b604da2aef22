"""Reading optional inputs of an algorithm the same way everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterMultipleLayers,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr

if TYPE_CHECKING:
    import geopandas

    from .base import LandAlgorithm

#: Row numbers of a file format; a result gets its own.
ROW_NUMBERS = ("fid", "ogc_fid")
#: Fields that mean in every map what they mean in results.
SAME = ("lot_key", "hamlet", "block_id", "area_m2")


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
    """Raise ``InputError`` when the layer ``name`` holds no areas (points, lines, a table).

    A layer of shapes of any kind may hold areas.
    """
    source = algorithm.parameterAsSource(parameters, name, context)
    areas = (QgsWkbTypes.GeometryType.PolygonGeometry, QgsWkbTypes.GeometryType.UnknownGeometry)
    if source is not None and QgsWkbTypes.geometryType(source.wkbType()) not in areas:
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
    return None if frame is None else _moved(frame, crs, what)


def add_layers(algorithm: LandAlgorithm, name: str, label: str, kind: Any, text: str, advanced: bool = False) -> None:
    """An optional parameter for several layers of one kind, for :func:`read_layers`."""
    together = tr("Several layers count together; a row that stands in two of them counts once.")
    parameter = QgsProcessingParameterMultipleLayers(name, label, kind, optional=True)
    algorithm.add(parameter, " ".join((text, together)) if language() == "en" else text + together, advanced)


def read_layers(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    crs: Any,
    what: Text,
) -> Optional[geopandas.GeoDataFrame]:
    """Optional layers of one kind as one, moved into ``crs``; ``None`` when none is given.

    A row that an earlier layer has too, with the same values and shape, is left out. Raises
    ``QgsProcessingException`` when a layer cannot be opened, ``InputError`` for one without a coordinate system.
    """
    import geopandas
    import numpy
    import pandas

    given = parameters.get(name)
    if given in (None, "") or given == []:
        return None
    found = algorithm.parameterAsLayerList(parameters, name, context) or []
    if len(found) < (len(given) if isinstance(given, (list, tuple)) else 1):
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, name))
    parts = [_moved(bridge.source_to_frame(layer), crs, what) for layer in found]
    if len(parts) == 1:
        return parts[0]
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for part in parts:
        rows = _rows_as_keys(part)
        kept.append(part[[row not in seen for row in rows]])
        seen.update(rows)
    table = pandas.concat(
        [pandas.DataFrame(part.drop(columns=part.geometry.name)).astype(object) for part in kept], ignore_index=True
    )
    shapes = numpy.concatenate([part.geometry.to_numpy() for part in kept])
    return geopandas.GeoDataFrame(table, geometry=shapes, crs=crs)


def _rows_as_keys(frame: geopandas.GeoDataFrame) -> list[tuple[Any, ...]]:
    """What makes a row the same as one of another layer: its values that are there, and its shape."""
    from ..core import frames

    names = sorted(
        name for name in frame.columns if name != frame.geometry.name and str(name).lower() not in ROW_NUMBERS
    )
    columns = [frames.texts(frame, name) for name in names]
    values = [tuple((name, cell) for name, cell in zip(names, row) if cell is not None) for row in zip(*columns)] or [
        ()
    ] * len(frame)
    return list(zip(values, frame.geometry.to_wkb()))


def _moved(frame: geopandas.GeoDataFrame, crs: Any, what: Text) -> geopandas.GeoDataFrame:
    """A layer in ``crs``; raises ``InputError`` when it has no coordinate system."""
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


def kept_fields(
    fields: Sequence[FieldSpec], new: Sequence[FieldSpec], feedback: Optional[QgsProcessingFeedback] = None
) -> list[FieldSpec]:
    """Input fields that stay beside the ``new`` ones: not replaced by them, not a row number.

    With ``feedback`` it is told which are replaced, see :func:`tell_replaced`.
    """
    if feedback is not None:
        tell_replaced(fields, new, feedback)
    replaced = {spec.name.lower() for spec in new} | set(ROW_NUMBERS)
    return [spec for spec in fields if spec.name.lower() not in replaced]


def tell_replaced(fields: Sequence[FieldSpec], new: Sequence[FieldSpec], feedback: QgsProcessingFeedback) -> None:
    """Name the input fields that give way to ``new`` ones of the same name, unless these say the same (``SAME``).

    Silent when all new ones were there: then they are the results of an earlier run of the same tool.
    """
    given, results = {spec.name.lower() for spec in fields}, {spec.name.lower() for spec in new}
    lost = [spec.name for spec in fields if spec.name.lower() in results.difference(SAME)]
    if lost and not results <= given:
        feedback.pushWarning(
            tr(
                "The result has fields of the same names, so these of the map are left out: {names}. "
                "To keep them, rename them and run again."
            ).format(names=", ".join(lost))
        )


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
