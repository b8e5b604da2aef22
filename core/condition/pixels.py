"""Mean of raster pixels inside polygons, counted pixel by pixel.

Edge rule: a pixel belongs to a polygon when its centre lies strictly inside it. Every polygon is
counted on its own, so overlapping and duplicate lots get the same right figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely


class Grid(NamedTuple):
    """A block of pixels: ``values`` (rows x columns, NaN for no data), x of the left and y of the top
    edge, pixel width and height (both positive), in the CRS of the raster."""

    values: np.ndarray
    left: float
    top: float
    width: float
    height: float


class PixelMeans(NamedTuple):
    """Per polygon: mean of its pixels (NaN without any) and how many pixels were counted."""

    mean: np.ndarray
    pixels: np.ndarray


def pixel_means(geometry: np.ndarray, grid: Grid) -> PixelMeans:
    """Mean pixel value of each polygon.

    ``geometry``: array of polygons (missing and empty ones get NaN and 0) in the CRS of ``grid``.
    Pixels without a value are not counted. Returns arrays as long as ``geometry``.
    """
    mean = np.full(len(geometry), np.nan)
    count = np.zeros(len(geometry), dtype="int64")
    rows, columns = grid.values.shape
    bounds = shapely.bounds(geometry)
    shapely.prepare(geometry)
    for number in np.flatnonzero(np.isfinite(bounds).all(axis=1)):
        west, south, east, north = bounds[number]
        # First and last pixel whose centre can lie inside the bounding box.
        first_column = max(int(np.ceil((west - grid.left) / grid.width - 0.5)), 0)
        last_column = min(int(np.floor((east - grid.left) / grid.width - 0.5)), columns - 1)
        first_row = max(int(np.ceil((grid.top - north) / grid.height - 0.5)), 0)
        last_row = min(int(np.floor((grid.top - south) / grid.height - 0.5)), rows - 1)
        if first_column > last_column or first_row > last_row:
            continue
        x = grid.left + (np.arange(first_column, last_column + 1) + 0.5) * grid.width
        y = grid.top - (np.arange(first_row, last_row + 1) + 0.5) * grid.height
        xs, ys = np.meshgrid(x, y)
        inside = shapely.contains_xy(geometry[number], xs, ys)
        values = grid.values[first_row : last_row + 1, first_column : last_column + 1][inside]
        values = values[np.isfinite(values)]
        if values.size:
            mean[number] = values.mean()
            count[number] = values.size
    return PixelMeans(mean, count)


def slope_degrees(grid: Grid, metres_x: float = 1.0, metres_y: float = 1.0) -> Grid:
    """Slope in degrees of a height model in metres, from its neighbours by central differences.

    ``metres_x`` and ``metres_y``: length in metres of one CRS unit (1 in a metric CRS). Pixels next
    to missing heights, where no difference can be taken, have no slope.
    """
    if min(grid.values.shape) < 2:
        return grid._replace(values=np.full(grid.values.shape, np.nan))
    down, right = np.gradient(grid.values, grid.height * metres_y, grid.width * metres_x)
    return grid._replace(values=np.degrees(np.arctan(np.hypot(down, right))))
