"""Mean of raster pixels inside polygons, counted pixel by pixel.

Edge rule: a pixel belongs to a polygon when its centre lies strictly inside it. Every polygon is
counted on its own, so overlapping and duplicate lots get the same right figures.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .coverage import CENTRE, Lattice, membership
from .figures import means


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
    lattice = Lattice(grid.left, grid.top, grid.width, grid.height, *grid.values.shape)
    found = means(membership(geometry, lattice, CENTRE), grid.values.ravel())
    return PixelMeans(found.mean, found.pixels.astype("int64"))


def slope_degrees(grid: Grid, metres_x: float = 1.0, metres_y: float = 1.0) -> Grid:
    """Slope in degrees of a height model in metres, from its neighbours by central differences.

    ``metres_x`` and ``metres_y``: length in metres of one CRS unit (1 in a metric CRS). Pixels next
    to missing heights, where no difference can be taken, have no slope.
    """
    if min(grid.values.shape) < 2:
        return grid._replace(values=np.full(grid.values.shape, np.nan))
    down, right = np.gradient(grid.values, grid.height * metres_y, grid.width * metres_x)
    return grid._replace(values=np.degrees(np.arctan(np.hypot(down, right))))
