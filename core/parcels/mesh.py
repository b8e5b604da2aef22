"""The mesh of lots as nodes and directed edges, in numpy arrays.

Two neighbouring lots of a clean map share their border point by point: each border edge is walked
once in each direction. Finding those pairs costs one sort; whatever is left over (the "open" edges:
outer border, gaps, overlaps, missing vertices) is where something can be wrong, and only there
geometry has to be computed. So a million lots need no pairwise comparison.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Mesh(NamedTuple):
    """Edges of all rings. Row numbers refer to the polygons given to :func:`build_mesh`."""

    nodes: Floats  #: (n, 2) coordinates
    start: Ints  #: first node of each edge, in ring order
    end: Ints
    lot: Ints  #: row of the polygon that owns the edge
    ring: Ints  #: number of the ring
    twin: Ints  #: the same edge walked the other way by a neighbour, or -1 (open edge)

    @property
    def is_open(self) -> Bools:
        """Edges without exactly one neighbour on the other side."""
        return self.twin < 0

    def segments(self, edges: Ints) -> npt.NDArray[np.object_]:
        """Edges as line geometries."""
        pairs = np.stack([self.nodes[self.start[edges]], self.nodes[self.end[edges]]], axis=1)
        return shapely.linestrings(pairs)

    def chains(self, edges: Ints) -> npt.NDArray[np.object_]:
        """Ascending ``edges`` as lines, consecutive ones of a ring joined (fewer, longer geometries)."""
        if not len(edges):
            return np.empty(0, dtype=object)
        follows = np.zeros(len(edges), dtype=bool)
        follows[1:] = (np.diff(edges) == 1) & (self.ring[edges][1:] == self.ring[edges][:-1]) & (
            self.start[edges][1:] == self.end[edges][:-1]
        )
        number = np.cumsum(~follows) - 1
        first = ~follows
        # Each chain: the start of its first edge, then the end of every edge.
        count = len(edges) + int(first.sum())
        position = np.arange(len(edges)) + number + 1
        node = np.empty(count, dtype=np.int64)
        owner = np.empty(count, dtype=np.int64)
        node[position], owner[position] = self.end[edges], number
        node[position[first] - 1], owner[position[first] - 1] = self.start[edges][first], number[first]
        return shapely.linestrings(self.nodes[node], indices=owner)

    def neighbours(self) -> tuple[Ints, Ints]:
        """Pairs (lot, neighbour) over shared edges, both ways, unique and sorted."""
        shared = np.flatnonzero(~self.is_open)
        here, there = self.lot[shared], self.lot[self.twin[shared]]
        differ = here != there
        pairs = np.unique(np.stack([here[differ], there[differ]], axis=1), axis=0)
        return pairs[:, 0], pairs[:, 1]


def _node_numbers(xy: Floats, grid: float) -> tuple[Ints, Floats]:
    """Number the coordinates; those that round to the same cell of ``grid`` are one node (0 = exact)."""
    if not len(xy):
        return np.empty(0, dtype=np.int64), np.empty((0, 2))
    cells = np.round((xy - xy.min(axis=0)) / grid) if grid > 0 else xy
    order = np.lexsort((cells[:, 1], cells[:, 0]))
    arranged = cells[order]
    new = np.ones(len(xy), dtype=bool)
    new[1:] = (arranged[1:] != arranged[:-1]).any(axis=1)
    numbers = np.empty(len(xy), dtype=np.int64)
    numbers[order] = np.cumsum(new) - 1
    return numbers, xy[order[new]]


def build_mesh(polygons: npt.NDArray[np.object_], grid: float) -> Mesh:
    """Build the mesh of valid (multi)polygons; missing and empty ones simply have no edges.

    ``grid``: coordinates in the same cell of this size (same unit as the coordinates) count as one
    node. Take it far below the tolerance of the check; 0 compares exactly.
    """
    parts, part_lot = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, point_ring = shapely.get_coordinates(rings, return_index=True)
    numbers, nodes = _node_numbers(xy, grid)

    edge = np.flatnonzero(point_ring[1:] == point_ring[:-1])
    ring = point_ring[edge]
    start, end = numbers[edge], numbers[edge + 1]

    # Signed area of each ring, so that every lot lies on the left of its edges.
    local = xy - xy.mean(axis=0) if len(xy) else xy
    cross = local[edge, 0] * local[edge + 1, 1] - local[edge + 1, 0] * local[edge, 1]
    doubled = np.bincount(ring, weights=cross, minlength=len(rings))
    outer = np.ones(len(rings), dtype=bool)
    outer[1:] = ring_part[1:] != ring_part[:-1]
    reversed_ring = (doubled > 0) != outer

    real = start != end
    ring, start, end = ring[real], start[real], end[real]
    turned = reversed_ring[ring]
    left_start, left_end = np.where(turned, end, start), np.where(turned, start, end)
    return Mesh(
        nodes=nodes, start=start, end=end, lot=part_lot[ring_part[ring]], ring=ring,
        twin=_twins(left_start, left_end, len(nodes)),
    )


def _twins(start: Ints, end: Ints, nodes: int) -> Ints:
    """For each edge the one edge walked the other way; -1 where there is none or more than one."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    key = low * max(nodes, 1) + high
    order = np.argsort(key, kind="stable")
    arranged = key[order]
    begins = np.flatnonzero(np.concatenate([[True], arranged[1:] != arranged[:-1]])) if len(key) else order
    sizes = np.diff(np.append(begins, len(key)))
    first = begins[sizes == 2]
    one, two = order[first], order[first + 1]
    opposite = start[one] == end[two]
    twin = np.full(len(key), -1, dtype=np.int64)
    twin[one[opposite]] = two[opposite]
    twin[two[opposite]] = one[opposite]
    return twin
