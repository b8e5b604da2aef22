"""How much of each pixel a polygon covers, exactly, for all polygons at once.

The geometry is looked at once; the result serves every image on the same lattice (24 dates or one).
Method: signed area accumulation. Every side is cut at the pixel lines it crosses; a piece inside one
pixel adds to that pixel the area between itself and the pixel's right side, and its whole height to the
pixels farther right; running sums along each row give the covered area (as in exact-area font
rasterisers; by Green's theorem, not an approximation). Every polygon has its own sums, so overlapping and
duplicate lots keep their right figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Optional

import numpy as np
import shapely

from ..progress import Progress

#: How an edge pixel counts: by the part of it that is covered; wholly when its centre lies strictly inside
#: (QGIS's rule); or only when it lies wholly inside.
SHARE, CENTRE, WHOLE = "share", "centre", "whole"
RULES = (SHARE, CENTRE, WHOLE)
#: Pixels covered by less than this part do not count; rounding leaves about 1e-12.
LEAST = 1e-9
#: Decimals of the weights.
DIGITS = 9
#: Pixels of the windows around the lots that are held at once (8 bytes each, about five arrays).
CELLS_AT_ONCE = 4_000_000


class Lattice(NamedTuple):
    """Where the pixels of a raster lie: x of the left and y of the top edge, width and height of a pixel
    (both positive), number of rows and columns; units of the raster's CRS."""

    left: float
    top: float
    width: float
    height: float
    rows: int
    columns: int


class Membership(NamedTuple):
    """Which pixels belong to which polygon: pairs sorted by polygon, then pixel.

    ``lot``: row of the polygon; ``cell``: row x columns + column of the pixel; ``weight``: 0..1, what
    the rule gives; ``size``: area of every polygon in pixels, also outside the raster (NaN where
    missing); ``lots``: how many polygons there are.
    """

    lot: np.ndarray
    cell: np.ndarray
    weight: np.ndarray
    size: np.ndarray
    lots: int


class _Sides(NamedTuple):
    """Straight sides of polygons in pixels, u to the right and v downwards from the window's corner; sides
    of holes run the other way round, so that every sum over a polygon is positive."""

    lot: np.ndarray
    u0: np.ndarray
    v0: np.ndarray
    u1: np.ndarray
    v1: np.ndarray
    sign: np.ndarray


def polygons_of(geometry: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Single valid polygons and the row each comes from; what is no polygon (lines, points) is left out.

    Invalid shapes are made valid first, so that a bow tie has the area of its two halves.
    """
    usable = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    shapes = geometry[usable]
    broken = ~shapely.is_valid(shapes)
    if broken.any():
        shapes = shapes.copy()
        shapes[broken] = shapely.make_valid(shapes[broken])
    row = usable
    # A collection may hold a multipolygon: two levels.
    for _ in range(2):
        shapes, part = shapely.get_parts(shapes, return_index=True)
        row = row[part]
    polygon = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    return shapes[polygon], row[polygon]


def _sides(polygons: np.ndarray, row: np.ndarray, lattice: Lattice) -> _Sides:
    rings, part = shapely.get_rings(polygons, return_index=True)
    outer = np.ones(len(rings), dtype=bool)
    outer[1:] = part[1:] != part[:-1]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    u, v = (xy[:, 0] - lattice.left) / lattice.width, (lattice.top - xy[:, 1]) / lattice.height
    same = ring[1:] == ring[:-1]
    side = ring[:-1][same]
    u0, v0, u1, v1 = u[:-1][same], v[:-1][same], u[1:][same], v[1:][same]
    # Area of each ring from a corner of its own: far from the origin the products would lose digits.
    first = np.zeros(len(rings))
    first[ring[::-1]] = u[::-1]
    turn = np.bincount(side, (v1 - v0) * ((u0 + u1) / 2 - first[side]), minlength=len(rings))
    sign = np.where(turn < 0, 1.0, -1.0) * np.where(outer, 1.0, -1.0)
    return _Sides(row[part][side], u0, v0, u1, v1, sign[side])


def _cut(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Cut sides at the whole numbers between ``start`` and ``end`` (one coordinate of each side).

    Returns per piece: side it comes from, its start and end along the side (0..1), whole number below it.
    """
    low, high = np.minimum(start, end), np.maximum(start, end)
    floor, ceiling = np.floor(low), np.ceil(high)
    pieces = np.maximum(ceiling - floor - 1, 0).astype("int64") + 1
    side = np.repeat(np.arange(len(start)), pieces)
    number = np.arange(len(side)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    rising = (end >= start)[side]
    last = number == pieces[side] - 1
    length = (end - start)[side]
    line = np.where(rising, floor[side] + number, ceiling[side] - number)
    following = np.where(rising, line + 1, line - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        begin = np.where(number == 0, 0.0, (line - start[side]) / length)
        finish = np.where(last, 1.0, (following - start[side]) / length)
    below = np.where(rising, floor[side] + number, np.maximum(ceiling[side] - 1 - number, floor[side]))
    return side, begin, finish, below.astype("int64")


def _pieces(sides: _Sides) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Pieces of the sides inside one pixel each: lot, row, column, height (signed) and the part of it that
    counts for the pixel itself (the rest reaches the pixels to the right)."""
    keep = sides.v0 != sides.v1
    lot, u0, v0, u1, v1, sign = (column[keep] for column in sides)
    side, begin, finish, row = _cut(v0, v1)
    height, width = (v1 - v0)[side], (u1 - u0)[side]
    tall = (finish - begin) * height * sign[side]
    left, right = u0[side] + begin * width, u0[side] + finish * width
    piece, begin, finish, column = _cut(left, right)
    middle = left[piece] + (begin + finish) / 2 * (right - left)[piece]
    tall = tall[piece] * (finish - begin)
    inside = np.clip(1.0 - (middle - column), 0.0, 1.0)
    return lot[side][piece], row[piece], column, tall, tall * inside


def _chunks(cells: np.ndarray) -> Iterator[slice]:
    """Runs of lots whose windows together hold at most ``CELLS_AT_ONCE`` pixels (one lot may hold more)."""
    ends = np.cumsum(cells)
    begin = 0
    while begin < len(cells):
        before = ends[begin - 1] if begin else 0
        stop = max(int(np.searchsorted(ends, before + CELLS_AT_ONCE, side="right")), begin + 1)
        yield slice(begin, stop)
        begin = stop


def membership(
    geometry: np.ndarray, lattice: Lattice, rule: str = SHARE, progress: Optional[Progress] = None
) -> Membership:
    """Pixels of each polygon on ``lattice`` and their weight by ``rule`` (one of :data:`RULES`).

    ``geometry``: array of polygons in the CRS of the lattice; missing and empty ones get no pixels, lines
    and points neither. Raises ``Cancelled`` on cancel, ``ValueError`` for another rule.
    """
    if rule not in RULES:
        raise ValueError(f"rule must be one of {RULES}")
    progress = progress or Progress()
    size = np.full(len(geometry), np.nan)
    polygons, row = polygons_of(geometry)
    if not len(polygons):
        return Membership(np.empty(0, "int64"), np.empty(0, "int64"), np.empty(0), size, len(geometry))
    known, owner = np.unique(row, return_inverse=True)
    bounds = shapely.bounds(polygons)
    west, north = np.full(len(known), np.inf), np.full(len(known), np.inf)
    east, south = np.full(len(known), -np.inf), np.full(len(known), -np.inf)
    np.minimum.at(west, owner, (bounds[:, 0] - lattice.left) / lattice.width)
    np.maximum.at(east, owner, (bounds[:, 2] - lattice.left) / lattice.width)
    np.minimum.at(north, owner, (lattice.top - bounds[:, 3]) / lattice.height)
    np.maximum.at(south, owner, (lattice.top - bounds[:, 1]) / lattice.height)
    first_column, first_row = np.floor(west).astype("int64"), np.floor(north).astype("int64")
    # One column more on the right takes up what the last pieces send onwards.
    columns = np.floor(east).astype("int64") - first_column + 2
    rows = np.floor(south).astype("int64") - first_row + 1
    starts = np.searchsorted(owner, np.arange(len(known) + 1))
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for part in _chunks(rows * columns):
        progress.step(part.start / len(known))
        mine = slice(starts[part.start], starts[part.stop])
        sides = _sides(polygons[mine], owner[mine] - part.start, lattice)
        shift_u, shift_v = first_column[part][sides.lot], first_row[part][sides.lot]
        sides = sides._replace(
            u0=sides.u0 - shift_u, u1=sides.u1 - shift_u, v0=sides.v0 - shift_v, v1=sides.v1 - shift_v
        )
        lot, cell_row, cell_column, tall, inside = _pieces(sides)
        wide, high = columns[part], rows[part]
        size[known[part]] = np.bincount(lot, tall * (wide[lot] - cell_column) - (tall - inside), minlength=len(wide))
        for base, height in _bands(wide, high):
            band = (cell_row >= base[lot]) & (cell_row < base[lot] + height[lot])
            offset = np.cumsum(wide * height) - wide * height
            total = int((wide * height).sum())
            at = offset[lot[band]] + (cell_row[band] - base[lot[band]]) * wide[lot[band]] + cell_column[band]
            area = np.bincount(at, inside[band], minlength=total)
            area += np.bincount(at + 1, (tall - inside)[band], minlength=total + 1)[:total]
            area = np.cumsum(area)
            filled = np.flatnonzero(area > LEAST)
            here = np.repeat(np.arange(len(wide)), wide * height)[filled] if len(wide) > 1 else np.zeros_like(filled)
            place = filled - offset[here]
            up, along = np.divmod(place, wide[here])
            up += base[here] + first_row[part][here]
            along += first_column[part][here]
            on = (up >= 0) & (up < lattice.rows) & (along >= 0) & (along < lattice.columns)
            found.append(
                (
                    known[part][here[on]],
                    up[on] * lattice.columns + along[on],
                    np.minimum(area[filled[on]], 1.0),
                )
            )
    progress.step(1.0)
    lot, cell, weight = (np.concatenate(columns_) for columns_ in zip(*found))
    # Sums run on over all lots of a chunk: without rounding, the last digits would depend on the order of lots.
    weight = np.round(weight, DIGITS)
    if rule == WHOLE:
        keep = weight == 1.0
    elif rule == CENTRE:
        keep = weight == 1.0
        edge = np.flatnonzero(~keep)
        down, along = np.divmod(cell[edge], lattice.columns)
        keep[edge] = _centres_inside(
            geometry,
            lot[edge],
            lattice.left + (along + 0.5) * lattice.width,
            lattice.top - (down + 0.5) * lattice.height,
        )
        weight = np.ones(len(weight))
    else:
        keep = np.ones(len(weight), dtype=bool)
    return Membership(lot[keep], cell[keep], weight[keep], size, len(geometry))


def _bands(wide: np.ndarray, high: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """First row and number of rows to work on: all at once, or bands of rows of one very large lot."""
    if len(wide) > 1 or int(wide[0] * high[0]) <= CELLS_AT_ONCE:
        yield np.zeros_like(high), high
        return
    step = max(CELLS_AT_ONCE // int(wide[0]), 1)
    for base in range(0, int(high[0]), step):
        yield np.array([base]), np.array([min(step, int(high[0]) - base)])


def _centres_inside(geometry: np.ndarray, lot: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    used = np.unique(lot)
    shapes = np.full(len(geometry), None, dtype=object)
    shapes[used] = geometry[used]
    broken = used[~shapely.is_valid(shapes[used])]
    shapes[broken] = shapely.make_valid(shapes[broken])
    shapely.prepare(shapes[used])
    return shapely.contains_xy(shapes[lot], x, y)
