"""The shapes of all lots, and a grid of their boxes.

A million shapes as objects take more than a gigabyte; packed as WKB they take a seventh of that. So the
check asks for shapes part by part and keeps only what it needs: boxes, areas, and the edges that do not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple, Optional

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Outlines(NamedTuple):
    """The rings of some lots as arrays, without GEOS objects."""

    xy: Floats  #: (n, 2) points, ring after ring, the first one again at the end
    ring: Ints  #: number of the ring of each point, 0, 1, 2 …
    lot: Ints  #: place of the lot of each ring among those asked for
    outer: npt.NDArray[np.bool_]  #: whether the ring is the outer one of its part


def outlines_of(polygons: Geometries) -> Outlines:
    """The rings of (multi)polygons; missing and empty ones have none."""
    parts, part_lot = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    outer = np.ones(len(rings), dtype=bool)
    outer[1:] = ring_part[1:] != ring_part[:-1]
    return Outlines(xy, ring, part_lot[ring_part], outer)


class Shapes:
    """Geometries handed out by row number, without heights; ``None`` for missing ones."""

    def __init__(self, shapes: Geometries) -> None:
        self._shapes = shapes
        self._flat = not bool(shapely.has_z(shapes).any())

    def __len__(self) -> int:
        return len(self._shapes)

    def take(self, rows: Ints) -> Geometries:
        """The geometries of ``rows`` as a new array."""
        part = self._shapes[rows]
        return part if self._flat else shapely.force_2d(part)

    def is_plain(self, rows: Ints) -> npt.NDArray[np.bool_]:
        """For which of ``rows`` :meth:`plain` knows the outline."""
        return np.zeros(len(rows), dtype=bool)

    def plain(self, rows: Ints) -> tuple[Floats, Ints]:
        """The points of plain ``rows`` (one ring each), and how many each has; quicker than making geometries."""
        raise NotImplementedError


class PackedShapes(Shapes):
    """Geometries kept as WKB in one block, made into objects only when asked for."""

    def __init__(self) -> None:
        # One buffer that grows: many blocks that are put together later would leave holes all over the memory. Its
        # bytes are handed over without a copy.
        self._added = BytesIO()
        self._lengths: list[Ints] = []
        self._count = 0
        self._begin: Ints = np.zeros(1, dtype=np.int64)  # of each row in the data, and the end of the last one
        self._first: Ints = np.zeros(0, dtype=np.int64)  # place of the first point of plain rows, else -1
        self._data = b""

    def append(self, blobs: Sequence[Optional[bytes]]) -> None:
        """Add the next rows (``None`` or empty: no geometry)."""
        known = [blob or b"" for blob in blobs]
        self._added.write(b"".join(known))
        self._lengths.append(np.fromiter(map(len, known), dtype=np.int64, count=len(known)))
        self._count += len(known)

    def __len__(self) -> int:
        return self._count

    def _settle(self) -> None:
        """Put what was added together, once everything is there."""
        if not self._lengths:
            return
        self._data = self._data + self._added.getvalue() if self._data else self._added.getvalue()
        self._added = BytesIO()
        ends = np.cumsum(np.concatenate([np.diff(self._begin), *self._lengths]))
        self._lengths = []
        self._begin = np.concatenate([np.zeros(1, dtype=np.int64), ends])
        self._first = _plain_rings(np.frombuffer(self._data, dtype=np.uint8), self._begin)

    def take(self, rows: Ints) -> Geometries:
        """The geometries of ``rows`` as a new array."""
        self._settle()
        data = self._data
        begins, ends = self._begin[rows].tolist(), self._begin[rows + 1].tolist()
        blobs = np.empty(len(rows), dtype=object)
        blobs[:] = [data[begin:end] or None for begin, end in zip(begins, ends)]
        shapes = shapely.from_wkb(blobs, on_invalid="ignore")
        if (self._first[rows] >= 0).all():
            return shapes
        return shapely.force_2d(shapes) if bool(shapely.has_z(shapes).any()) else shapes

    def is_plain(self, rows: Ints) -> npt.NDArray[np.bool_]:
        """For which of ``rows`` :meth:`plain` knows the outline: one ring, without heights."""
        self._settle()
        return self._first[rows] >= 0

    def plain(self, rows: Ints) -> tuple[Floats, Ints]:
        """The points of plain ``rows`` (one ring each), and how many each has, straight from the WKB."""
        self._settle()
        first, ends = self._first[rows], self._begin[rows + 1]
        data = self._data
        packed = b"".join([data[begin:end] for begin, end in zip(first.tolist(), ends.tolist())])
        # Column by column: least and greatest of a long column are found several times as fast.
        columns = np.ascontiguousarray(np.frombuffer(packed, dtype="<f8").reshape(-1, 2).T)
        return columns.T, (ends - first) // _POINT


#: Bytes of a point of two numbers, and where the points of one ring begin in a polygon and in a multipolygon of one.
_POINT, _IN_POLYGON, _IN_MULTIPOLYGON = 16, 13, 22
#: Rows that are looked at together.
_PART = 20_000


def _plain_rings(data: npt.NDArray[np.uint8], begin: Ints) -> Ints:
    """Where the points of each WKB begin that is a polygon (or multipolygon of one) of one ring; -1 for others."""
    first = np.full(len(begin) - 1, -1, dtype=np.int64)

    def whole(at: Ints) -> Ints:
        return sum(data[at + byte].astype(np.int64) << (8 * byte) for byte in range(4))

    # Part by part: the bytes of a row are asked for one by one and should still be at hand.
    for low in range(0, len(first), _PART):
        begins, length = begin[low : low + _PART], np.diff(begin[low : low + _PART + 1])
        for kind, points in ((3, _IN_POLYGON), (6, _IN_MULTIPOLYGON)):
            some = np.flatnonzero(length > points)
            at = begins[some]
            fits = (data[at] == 1) & (whole(at + 1) == kind) & (whole(at + 5) == 1)
            if kind == 6:
                fits &= (data[at + 9] == 1) & (whole(at + 10) == 3) & (whole(at + 14) == 1)
            fits &= whole(at + points - 4) * _POINT + points == length[some]
            first[low + some[fits]] = at[fits] + points
    return first


class BoxIndex:
    """Which boxes meet a given box. Boxes of like size share a grid, so each lies in at most four cells."""

    def __init__(self, bounds: Floats, rows: Ints) -> None:
        """``bounds``: (n, 4) min x, min y, max x, max y, of which ``rows`` take part if they are numbers."""
        self._bounds = bounds
        rows = rows[_finite(bounds[rows])]
        self._levels: list[tuple[float, int, Ints, Ints]] = []
        # Column by column, see PackedShapes.plain.
        west, south, east, north = columns = np.ascontiguousarray(bounds[rows].T)
        self._low = np.array([west.min(), south.min()]) if len(rows) else np.zeros(2)
        if not len(rows):
            return
        size = np.maximum(east - west, north - south)
        extent = np.array([east.max(), north.max()]) - self._low
        base = max(float(np.median(size)), float(extent.max()) * 1e-8, 1e-9)
        level = np.ceil(np.log2(np.maximum(size / base, 1.0))).astype(np.int8)
        for number in np.unique(level):
            cell = base * 2.0 ** int(number)
            width = int(extent[1] / cell) + 3
            place = np.flatnonzero(level == number)
            keys, members = [], []
            for low in range(0, len(place), _PART):
                some = place[low : low + _PART]
                left, under, right, over = (
                    ((column[some] - self._low[axis % 2]) / cell).astype(np.int64)
                    for axis, column in enumerate(columns)
                )
                for x in (left, left + 1):
                    for y in (under, under + 1):
                        there = (x <= right) & (y <= over)
                        keys.append((x * width + y)[there])
                        members.append(rows[some[there]])
            key, member = np.concatenate(keys), np.concatenate(members)
            order = np.argsort(key)  # in a cell any order will do: what is found is sorted
            self._levels.append((cell, width, key[order], member[order]))

    def query(self, boxes: Floats) -> tuple[Ints, Ints]:
        """All pairs (number of the given box, row) of boxes that meet, sorted."""
        found = [np.empty((0, 2), dtype=np.int64)]
        known = np.flatnonzero(_finite(boxes))
        for cell, width, keys, members in self._levels:
            first = np.floor((boxes[known, :2] - self._low) / cell).astype(np.int64)
            last = np.floor((boxes[known, 2:] - self._low) / cell).astype(np.int64)
            highest = int(keys[-1] // width)
            first[:, 0] = np.clip(first[:, 0], 0, highest + 1)
            last[:, 0] = np.clip(last[:, 0], -1, highest)
            first[:, 1] = np.clip(first[:, 1], 0, width - 1)
            last[:, 1] = np.clip(last[:, 1], -1, width - 1)
            columns = np.maximum(last[:, 0] - first[:, 0] + 1, 0) * (last[:, 1] >= first[:, 1])
            which, column = _runs(first[:, 0], columns)
            begins = np.searchsorted(keys, column * width + first[which, 1], side="left")
            stops = np.searchsorted(keys, column * width + last[which, 1], side="right")
            span, entry = _runs(begins, stops - begins)
            box, row = known[which[span]], members[entry]
            mine, given = self._bounds[row].T, boxes[box].T
            meet = (mine[0] <= given[2]) & (mine[1] <= given[3]) & (given[0] <= mine[2]) & (given[1] <= mine[3])
            found.append(np.stack([box[meet], row[meet]], axis=1))
        pairs = np.concatenate(found)
        count = max(len(self._bounds), 1)
        unique = np.unique(pairs[:, 0] * count + pairs[:, 1])
        return unique // count, unique % count


def _finite(boxes: Floats) -> npt.NDArray[np.bool_]:
    """Which boxes are numbers throughout."""
    known = np.isfinite(boxes)
    return known[:, 0] & known[:, 1] & known[:, 2] & known[:, 3]


def _runs(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """For each entry the numbers first, first + 1, … (``counts`` of them): (entry, number)."""
    which = np.repeat(np.arange(len(first)), counts)
    begin = np.cumsum(counts) - counts
    return which, np.arange(len(which)) - begin[which] + first[which]
