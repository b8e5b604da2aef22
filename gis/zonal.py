"""Raster figures per lot: reads pixels through QGIS, counts them in the core.

A pixel counts when its centre lies inside the lot (see ``core.condition.pixels``). Lots are moved
into the raster's CRS, never the raster. Large rasters are read in parts, so memory stays bounded.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis, QgsRasterLayer, QgsRectangle

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.texts import Text
from .bridge import pyproj_crs

if TYPE_CHECKING:
    import geopandas

    from ..core.condition.pixels import Grid, PixelMeans

#: Most pixels read at once (64-bit numbers: 128 MB).
MAX_PIXELS = 16_000_000
METRES_PER_DEGREE = 111_320.0


def _read(layer: QgsRasterLayer, west: float, south: float, east: float, north: float, margin: int) -> Optional[Grid]:
    """Pixels of band 1 covering the box (CRS of the raster) with ``margin`` pixels around it."""
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
    block = provider.block(1, QgsRectangle(left, top - rows * height, left + columns * width, top), columns, rows)
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


def zonal_means(
    lots: geopandas.GeoDataFrame,
    layer: QgsRasterLayer,
    slope: bool = False,
    buffer_m: float = 0.0,
    without: Optional[geopandas.GeoSeries] = None,
    progress: Optional[Progress] = None,
) -> PixelMeans:
    """Mean of band 1 inside each lot and the number of pixels counted.

    ``lots`` in a metric CRS. ``slope``: take the band as heights in metres and average their slope in
    degrees. ``buffer_m``: widen each lot by so many metres first. ``without``: areas (houses) in the same CRS as
    the lots whose pixels, also those they only touch, are left out. Lots outside the raster get NaN, 0.
    Raises ``InputError`` for a raster without CRS or not readable as numbers, ``Cancelled`` on cancel.
    """
    import numpy
    import shapely

    from ..core.condition.pixels import PixelMeans, pixel_means, slope_degrees

    progress = progress or Progress()
    crs = _check(layer)
    series = lots.geometry
    if buffer_m:
        series = series.buffer(buffer_m)
    if without is not None and len(without):
        series = _cut_out(series, without, _half_diagonal_m(layer, crs))
    geometry = series.to_crs(crs).to_numpy() if crs != lots.crs else series.to_numpy().copy()
    mean = numpy.full(len(geometry), numpy.nan)
    pixels = numpy.zeros(len(geometry), dtype="int64")
    area = layer.rasterUnitsPerPixelX() * layer.rasterUnitsPerPixelY()
    bounds = shapely.bounds(geometry)
    waiting = [numpy.flatnonzero(numpy.isfinite(bounds).all(axis=1))]
    done = 0
    while waiting:
        progress.step(done / max(len(geometry), 1))
        rows = waiting.pop()
        if not len(rows):
            continue
        west, south = bounds[rows, :2].min(axis=0)
        east, north = bounds[rows, 2:].max(axis=0)
        if (east - west) * (north - south) / area > MAX_PIXELS and len(rows) > 1:
            axis = 0 if east - west >= north - south else 1
            order = rows[numpy.argsort(bounds[rows, axis], kind="stable")]
            waiting += [order[len(order) // 2 :], order[: len(order) // 2]]
            continue
        grid = _read(layer, west, south, east, north, margin=1 if slope else 0)
        done += len(rows)
        if grid is None:
            continue
        if slope:
            metres = (1.0, 1.0)
            if crs.is_geographic:
                latitude = math.radians((south + north) / 2)
                metres = (METRES_PER_DEGREE * math.cos(latitude), METRES_PER_DEGREE)
            grid = slope_degrees(grid, *metres)
        found = pixel_means(geometry[rows], grid)
        mean[rows], pixels[rows] = found.mean, found.pixels
    progress.step(1.0)
    return PixelMeans(mean, pixels)


def heights_in(layer: QgsRasterLayer, crs: Any, west: float, south: float, east: float, north: float) -> Optional[Grid]:
    """Band 1 as heights in metres over a box in ``crs`` (pyproj, metric); ``None`` outside the raster.

    A raster in another CRS is read at the nearest pixel, on a grid with pixels of about its own size.
    Raises ``InputError`` for a raster without CRS, not readable as numbers, or too large for the box.
    """
    import numpy
    import pyproj

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
    x, y = pyproj.Transformer.from_crs(crs, own, always_xy=True).transform(x, y)
    found = _read(layer, float(x.min()), float(y.min()), float(x.max()), float(y.max()), 0)
    if found is None:
        return None
    column = numpy.floor((x - found.left) / found.width).astype("int64")
    row = numpy.floor((found.top - y) / found.height).astype("int64")
    inside = (column >= 0) & (column < found.values.shape[1]) & (row >= 0) & (row < found.values.shape[0])
    values = numpy.full((rows, columns), numpy.nan)
    values[inside] = found.values[row[inside], column[inside]]
    return Grid(values, west, north, size, size)
