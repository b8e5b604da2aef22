"""The shapes of all lots, and a grid of their boxes.

A million shapes as objects take more than a gigabyte; packed as WKB they take a seventh of that. So the
check asks for shapes part by part and keeps only what it needs: boxes, areas, and the edges that do not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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


class PackedShapes(Shapes):
    """Geometries kept as WKB in large blocks, made into objects only when asked for."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._ends: list[Ints] = []
        self._firsts: list[int] = [0]  # number of the first row of each block, and one more

    def append(self, blobs: Sequence[Optional[bytes]]) -> None:
        """Add the next rows (``None`` or empty: no geometry)."""
        self._blocks.append(b"".join(blob or b"" for blob in blobs))
        self._ends.append(np.cumsum([0, *(len(blob) if blob else 0 for blob in blobs)], dtype=np.int64))
        self._firsts.append(self._firsts[-1] + len(blobs))

    def __len__(self) -> int:
        return self._firsts[-1]

    def take(self, rows: Ints) -> Geometries:
        """The geometries of ``rows`` as a new array."""
        blobs = np.full(len(rows), None, dtype=object)
        block_of = np.searchsorted(self._firsts, rows, side="right") - 1
        order = np.argsort(block_of, kind="stable")
        cuts = np.flatnonzero(np.diff(block_of[order], prepend=-1))
        for begin, end in zip(cuts, [*cuts[1:], len(order)]):
            places = order[begin:end]
            number = int(block_of[places[0]])
            block, ends = self._blocks[number], self._ends[number]
            local = rows[places] - self._firsts[number]
            starts, stops = ends[local].tolist(), ends[local + 1].tolist()
            for place, start, stop in zip(places.tolist(), starts, stops):
                if stop > start:
                    blobs[place] = block[start:stop]
        shapes = shapely.from_wkb(blobs, on_invalid="ignore")
        return shapely.force_2d(shapes) if bool(shapely.has_z(shapes).any()) else shapes


class BoxIndex:
    """Which boxes meet a given box. Boxes of like size share a grid, so each lies in at most four cells."""

    def __init__(self, bounds: Floats) -> None:
        """``bounds``: (n, 4) min x, min y, max x, max y; rows that are not numbers are never found."""
        self._bounds = bounds
        rows = np.flatnonzero(np.isfinite(bounds).all(axis=1))
        self._levels: list[tuple[float, int, Ints, Ints]] = []
        self._low = bounds[rows, :2].min(axis=0) if len(rows) else np.zeros(2)
        if not len(rows):
            return
        size = np.maximum(bounds[rows, 2] - bounds[rows, 0], bounds[rows, 3] - bounds[rows, 1])
        extent = bounds[rows, 2:].max(axis=0) - self._low
        base = max(float(np.median(size)), float(extent.max()) * 1e-8, 1e-9)
        level = np.ceil(np.log2(np.maximum(size / base, 1.0))).astype(np.int64)
        for number in np.unique(level):
            cell = base * 2.0 ** int(number)
            width = int(extent[1] / cell) + 3
            some = rows[level == number]
            first = np.floor((bounds[some, :2] - self._low) / cell).astype(np.int64)
            last = np.floor((bounds[some, 2:] - self._low) / cell).astype(np.int64)
            keys, members = [], []
            for right in (0, 1):
                for up in (0, 1):
                    there = (first[:, 0] + right <= last[:, 0]) & (first[:, 1] + up <= last[:, 1])
                    keys.append((first[there, 0] + right) * width + first[there, 1] + up)
                    members.append(some[there])
            key, member = np.concatenate(keys), np.concatenate(members)
            order = np.argsort(key, kind="stable")
            self._levels.append((cell, width, key[order], member[order]))

    def query(self, boxes: Floats) -> tuple[Ints, Ints]:
        """All pairs (number of the given box, row) of boxes that meet, sorted."""
        found = [np.empty((0, 2), dtype=np.int64)]
        known = np.flatnonzero(np.isfinite(boxes).all(axis=1))
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
            mine, given = self._bounds[row], boxes[box]
            meet = (mine[:, :2] <= given[:, 2:]).all(axis=1) & (given[:, :2] <= mine[:, 2:]).all(axis=1)
            found.append(np.stack([box[meet], row[meet]], axis=1))
        pairs = np.concatenate(found)
        count = max(len(self._bounds), 1)
        unique = np.unique(pairs[:, 0] * count + pairs[:, 1])
        return unique // count, unique % count


def _runs(first: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """For each entry the numbers first, first + 1, … (``counts`` of them): (entry, number)."""
    which = np.repeat(np.arange(len(first)), counts)
    begin = np.cumsum(counts) - counts
    return which, np.arange(len(which)) - begin[which] + first[which]
