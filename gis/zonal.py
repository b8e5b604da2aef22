"""Raster figures per lot: reads pixels through QGIS, counts them in the core.

Lots are moved into the raster's CRS, never the raster. Which pixels belong to which lot is found once for all
images of the same lattice (see ``core.condition.coverage``). Large rasters are read in parts, so memory
stays bounded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from qgis.core import Qgis, QgsRasterLayer, QgsRectangle

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.texts import Text
from .bridge import pyproj_crs

if TYPE_CHECKING:
    import geopandas
    import numpy

    from ..core.condition.coverage import Membership
    from ..core.condition.pixels import Grid, PixelMeans

#: Most pixels read at once (64-bit numbers: 128 MB).
MAX_PIXELS = 16_000_000
METRES_PER_DEGREE = 111_320.0


class Band(NamedTuple):
    """One image: band ``number`` of a layer; ``minus``: heights to be taken away (surface minus ground)."""

    layer: QgsRasterLayer
    number: int = 1
    minus: Optional[QgsRasterLayer] = None


def _read(
    layer: QgsRasterLayer, west: float, south: float, east: float, north: float, margin: int, band: int = 1
) -> Optional[Grid]:
    """Pixels of a band covering the box (CRS of the raster) with ``margin`` pixels around it."""
    import numpy

    from ..core.condition.pixels import Grid

    extent, width, height = layer.extent(), layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()
    first_column = max(math.floor((west - extent.xMinimum()) / width) - margin, 0)
    last_column = min(math.ceil((east - extent.xMinimum()) / width) + margin, layer.width())
    first_row = max(math.floor((extent.yMaximum() - north) / height) - margin, 0)
    last_row = min(math.ceil((extent.yMaximum() - south) / height) + margin, layer.height())
    columns, rows = last_column - first_column, last_row - first_row
    if columns <= 0 or rows <= 0:
        return None
    left, top = extent.xMinimum() + first_column * width, extent.yMaximum() - first_row * height
    provider = layer.dataProvider()
    block = provider.block(band, QgsRectangle(left, top - rows * height, left + columns * width, top), columns, rows)
    kinds = {
        Qgis.DataType.Byte: "u1",
        Qgis.DataType.UInt16: "u2",
        Qgis.DataType.Int16: "i2",
        Qgis.DataType.UInt32: "u4",
        Qgis.DataType.Int32: "i4",
        Qgis.DataType.Float32: "f4",
        Qgis.DataType.Float64: "f8",
    }
    if not block.isValid() or block.dataType() not in kinds:
        raise InputError(
            Text(
                "The raster “{name}” cannot be read as numbers. Check the file or choose another one.",
                "ラスタ「{name}」を数値として読めません。ファイルを確かめるか、別のものを選んでください。",
            ).format(name=layer.name())
        )
    values = numpy.frombuffer(bytes(block.data()), dtype=kinds[block.dataType()]).astype("float64")
    if block.hasNoDataValue():
        # The stored value may have been rounded to the pixel type.
        values[values == numpy.array(block.noDataValue()).astype(kinds[block.dataType()])] = numpy.nan
    return Grid(values.reshape(rows, columns), left, top, width, height)


def _check(layer: QgsRasterLayer) -> Any:
    crs = pyproj_crs(layer.crs())
    if crs is None:
        raise InputError(
            Text(
                "The raster “{name}” has no coordinate system, so it cannot be laid over the lots. "
                "Set its coordinate system first.",
                "ラスタ「{name}」の座標系が分からないため、土地に重ねられません。先に座標系を設定してください。",
            ).format(name=layer.name())
        )
    return crs


def _half_diagonal_m(layer: QgsRasterLayer, crs: Any) -> float:
    """Half the diagonal of a pixel in metres: a centre farther away from a shape than this belongs to
    a pixel that the shape does not touch."""
    size = METRES_PER_DEGREE if crs.is_geographic else 1.0
    return size * math.hypot(layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()) / 2


def _cut_out(series: geopandas.GeoSeries, without: geopandas.GeoSeries, margin: float) -> geopandas.GeoSeries:
    """Lots without the areas in ``without`` widened by ``margin`` metres."""
    import shapely

    geometry = series.to_numpy().copy()
    holes = shapely.buffer(without.to_numpy(), margin)
    lot, hole = shapely.STRtree(holes).query(geometry, predicate="intersects")
    for row in sorted(set(lot.tolist())):
        inside = shapely.union_all(holes[hole[lot == row]])
        geometry[row] = shapely.difference(shapely.make_valid(geometry[row]), inside)
    return type(series)(geometry, index=series.index, crs=series.crs)


def _lattice_key(layer: QgsRasterLayer) -> tuple[Any, ...]:
    """Images with the same key have their pixels in the same places."""
    extent = layer.extent()
    corners = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    return (layer.crs().toWkt(), *corners, layer.width(), layer.height())


def _values(band: Band, box: tuple[float, float, float, float], slope: bool, crs: Any) -> Optional[Grid]:
    """Pixels of an image over a box in its CRS, as heights above ground or slope where asked."""
    from ..core.condition.pixels import slope_degrees

    west, south, east, north = box
    grid = _read(band.layer, west, south, east, north, 1 if slope else 0, band.number)
    if grid is None:
        return None
    if band.minus is not None:
        grid = grid._replace(values=grid.values - _at_pixels(band.minus, grid, crs))
    if slope:
        metres = (1.0, 1.0)
        if crs.is_geographic:
            metres = (METRES_PER_DEGREE * math.cos(math.radians((south + north) / 2)), METRES_PER_DEGREE)
        grid = slope_degrees(grid, *metres)
    return grid


def _at_pixels(layer: QgsRasterLayer, grid: Grid, crs: Any) -> numpy.ndarray:
    """Band 1 of ``layer`` at the centres of the pixels of ``grid`` (in ``crs``), from its nearest pixel."""
    import numpy

    own = _check(layer)
    rows, columns = grid.values.shape
    x, y = numpy.meshgrid(
        grid.left + (numpy.arange(columns) + 0.5) * grid.width, grid.top - (numpy.arange(rows) + 0.5) * grid.height
    )
    return _sample(layer, *_moved(x, y, crs, own))


def _moved(x: numpy.ndarray, y: numpy.ndarray, crs: Any, own: Any) -> tuple[numpy.ndarray, numpy.ndarray]:
    import pyproj

    if own == crs:
        return x, y
    moved: tuple[numpy.ndarray, numpy.ndarray] = pyproj.Transformer.from_crs(crs, own, always_xy=True).transform(x, y)
    return moved


def _sample(layer: QgsRasterLayer, x: numpy.ndarray, y: numpy.ndarray) -> numpy.ndarray:
    """Band 1 at places in the layer's own CRS; NaN outside."""
    import numpy

    values = numpy.full(x.shape, numpy.nan)
    found = _read(layer, float(x.min()), float(y.min()), float(x.max()), float(y.max()), 0)
    if found is None:
        return values
    column = numpy.floor((x - found.left) / found.width).astype("int64")
    row = numpy.floor((found.top - y) / found.height).astype("int64")
    inside = (column >= 0) & (column < found.values.shape[1]) & (row >= 0) & (row < found.values.shape[0])
    values[inside] = found.values[row[inside], column[inside]]
    return values


def zonal(
    lots: geopandas.GeoDataFrame,
    bands: Sequence[Band],
    measure: Callable[[Membership, numpy.ndarray], Any],
    rule: str = "share",
    slope: bool = False,
    buffer_m: float = 0.0,
    without: Optional[geopandas.GeoSeries] = None,
    progress: Optional[Progress] = None,
) -> list[Any]:
    """Figures of every image inside each lot, one result of ``measure`` per image.

    ``lots`` in a metric CRS. ``measure`` gets the pixel membership of some lots and the flat values of one
    image and returns a named tuple of arrays, one value per lot (``core.condition.figures``). ``rule``: how
    edge pixels count. ``slope``: take the images as heights in metres and look at their slope in degrees.
    ``buffer_m``: widen each lot by so many metres first. ``without``: areas (houses) in the same CRS as the
    lots whose pixels, also those they only touch, are left out. The shapes are looked at once for all
    images of one lattice. Lots outside an image get what ``measure`` gives for no pixels.
    Raises ``InputError`` for a raster without CRS or not readable as numbers, ``Cancelled`` on cancel.
    """
    import numpy
    import shapely

    from ..core.condition.coverage import Lattice, Membership, membership

    progress = progress or Progress()
    widened = lots.geometry.buffer(buffer_m) if buffer_m else lots.geometry
    groups: dict[tuple[Any, ...], list[int]] = {}
    for number, band in enumerate(bands):
        groups.setdefault(_lattice_key(band.layer), []).append(number)
    none = numpy.empty(0, "int64")
    nothing = Membership(none, none, numpy.empty(0), numpy.full(len(lots), numpy.nan), len(lots))
    results = [measure(nothing, numpy.empty(0)) for _ in bands]
    # Empty sums are whole numbers to numpy; what is filled in later is not.
    results = [
        type(found)(*(numpy.array(column, "O" if column.dtype == object else "float64") for column in found))
        for found in results
    ]
    for turn, members in enumerate(groups.values()):
        layer = bands[members[0]].layer
        crs = _check(layer)
        series = widened
        if without is not None and len(without):
            series = _cut_out(series, without, _half_diagonal_m(layer, crs))
        geometry = series.to_crs(crs).to_numpy() if crs != lots.crs else series.to_numpy().copy()
        area = layer.rasterUnitsPerPixelX() * layer.rasterUnitsPerPixelY()
        bounds = shapely.bounds(geometry)
        waiting = [numpy.flatnonzero(numpy.isfinite(bounds).all(axis=1))]
        done = 0
        while waiting:
            progress.step((turn + done / max(len(geometry), 1)) / len(groups))
            rows = waiting.pop()
            if not len(rows):
                continue
            box = (*bounds[rows, :2].min(axis=0), *bounds[rows, 2:].max(axis=0))
            if (box[2] - box[0]) * (box[3] - box[1]) / area > MAX_PIXELS and len(rows) > 1:
                axis = 0 if box[2] - box[0] >= box[3] - box[1] else 1
                order = rows[numpy.argsort(bounds[rows, axis], kind="stable")]
                waiting += [order[len(order) // 2 :], order[: len(order) // 2]]
                continue
            done += len(rows)
            member = None
            for number in members:
                progress.step((turn + done / max(len(geometry), 1)) / len(groups))
                grid = _values(bands[number], box, slope, crs)
                if grid is None:
                    break
                if member is None:
                    lattice = Lattice(grid.left, grid.top, grid.width, grid.height, *grid.values.shape)
                    member = membership(geometry[rows], lattice, rule)
                for column, part in zip(results[number], measure(member, grid.values.ravel())):
                    column[rows] = part
    progress.step(1.0)
    return results


def zonal_means(
    lots: geopandas.GeoDataFrame,
    layer: QgsRasterLayer,
    slope: bool = False,
    buffer_m: float = 0.0,
    without: Optional[geopandas.GeoSeries] = None,
    progress: Optional[Progress] = None,
) -> PixelMeans:
    """Mean of band 1 inside each lot and the number of pixels counted; a pixel counts when its centre lies
    strictly inside. Parameters and errors as for :func:`zonal`. Lots outside the raster get NaN, 0.
    """
    from ..core.condition.coverage import CENTRE
    from ..core.condition.figures import means
    from ..core.condition.pixels import PixelMeans

    found = zonal(lots, [Band(layer)], means, CENTRE, slope, buffer_m, without, progress)[0]
    return PixelMeans(found.mean, found.pixels.astype("int64"))


def heights_in(layer: QgsRasterLayer, crs: Any, west: float, south: float, east: float, north: float) -> Optional[Grid]:
    """Band 1 as heights in metres over a box in ``crs`` (pyproj, metric); ``None`` outside the raster.

    A raster in another CRS is read at the nearest pixel, on a grid with pixels of about its own size.
    Raises ``InputError`` for a raster without CRS, not readable as numbers, or too large for the box.
    """
    import numpy

    from ..core.condition.pixels import Grid

    own = _check(layer)
    metres = METRES_PER_DEGREE if own.is_geographic else 1.0
    size = max(layer.rasterUnitsPerPixelX(), layer.rasterUnitsPerPixelY()) * metres
    columns, rows = math.ceil((east - west) / size), math.ceil((north - south) / size)
    if columns * rows > MAX_PIXELS:
        raise InputError(
            Text(
                "The height model “{name}” has too many pixels here ({n}). Use one with larger pixels.",
                "標高ラスタ「{name}」の画素が多すぎます（{n}）。画素の大きいものを使ってください。",
            ).format(name=layer.name(), n=columns * rows)
        )
    if own == crs:
        return _read(layer, west, south, east, north, 0)
    x, y = numpy.meshgrid(west + (numpy.arange(columns) + 0.5) * size, north - (numpy.arange(rows) + 0.5) * size)
    values = _sample(layer, *_moved(x, y, crs, own))
    return Grid(values, west, north, size, size) if numpy.isfinite(values).any() else None


def said_invented(layer: QgsRasterLayer) -> Optional[bool]:
    """Whether a raster says of itself that it is invented: custom property ``landstewardship/synthetic`` or
    the item SYNTHETIC in its file's metadata (yes/no); ``None`` when it says nothing."""
    from osgeo import gdal

    said = layer.customProperty("landstewardship/synthetic")
    if said is None and layer.providerType() == "gdal":
        dataset = gdal.OpenEx(layer.source(), gdal.OF_RASTER)
        said = dataset.GetMetadataItem("SYNTHETIC") if dataset is not None else None
    return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(str(said).lower())
