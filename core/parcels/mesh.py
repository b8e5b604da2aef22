"""The mesh of lots as nodes and directed edges, in numpy arrays.

Two neighbouring lots of a clean map share their border point by point: each border edge is walked
once in each direction. Finding those pairs costs one sort; whatever is left over (the "open" edges:
outer border, gaps, overlaps, missing vertices) is where something can be wrong, and only there
geometry has to be computed. So a million lots need no pairwise comparison.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np
import numpy.typing as npt
import shapely

from ..progress import Progress
from .store import outlines_of

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
    turned: Bools  #: the lot lies on the right of the edge, not on the left
    twin: Ints  #: the same edge walked the other way by a neighbour, or -1 (open edge)

    @property
    def is_open(self) -> Bools:
        """Edges without exactly one neighbour on the other side."""
        return self.twin < 0

    def segments(self, edges: Ints) -> npt.NDArray[np.object_]:
        """Edges as line geometries."""
        pairs = np.stack([self.nodes[self.start[edges]], self.nodes[self.end[edges]]], axis=1)
        return shapely.linestrings(pairs)


class Near(NamedTuple):
    """Nodes within reach of an open edge that does not end in them, one row per pair."""

    node: Ints
    edge: Ints
    along: Floats  #: place of the nearest point on the edge, 0 at its start, 1 at its end
    off: Floats  #: distance from the node to the edge
    spot: Floats  #: (n, 2) nearest point on the edge


def find_near(mesh: Mesh, reach: float, progress: Optional[Progress] = None, chunk: int = 20_000) -> Near:
    """All pairs of a node of an open edge and another open edge at most ``reach`` away.

    Two borders that come closer than ``reach`` always do so at a node of one of them, so these pairs
    hold every missing vertex and every passage that is too narrow to count.
    """
    progress = progress or Progress()
    edges = np.flatnonzero(mesh.is_open)
    # An edge that several lots share is looked at once for each of them: the lots matter later.
    nodes = np.unique(np.concatenate([mesh.start[edges], mesh.end[edges]]))
    tree = shapely.STRtree(mesh.segments(edges))
    found_node, found_edge = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for begin in range(0, len(nodes), chunk):
        progress.step(begin / len(nodes))
        part = nodes[begin : begin + chunk]
        which, near = tree.query(shapely.points(mesh.nodes[part]), predicate="dwithin", distance=reach)
        node, edge = part[which], edges[near]
        other = (mesh.start[edge] != node) & (mesh.end[edge] != node)
        found_node.append(node[other])
        found_edge.append(edge[other])
    node, edge = np.concatenate(found_node), np.concatenate(found_edge)
    start = mesh.nodes[mesh.start[edge]]
    direction = mesh.nodes[mesh.end[edge]] - start
    at = mesh.nodes[node]
    along = ((at - start) * direction).sum(axis=1) / (direction * direction).sum(axis=1)
    along = np.clip(along, 0.0, 1.0)
    spot = start + along[:, None] * direction
    spot[along == 1.0] = mesh.nodes[mesh.end[edge[along == 1.0]]]
    return Near(node, edge, along, np.hypot(*(at - spot).T), spot)


def enclosed_faces(mesh: Mesh, near: Near) -> npt.NDArray[np.object_]:
    """The bounded areas between the open edges, after closing the passages in ``near``.

    Crossing a shared edge leads from one lot into its neighbour, so each face is either covered by
    lots all over or not at all. Passages are closed by a short line from the node to the edge.
    """
    edges = np.flatnonzero(mesh.is_open)
    if not len(edges):
        return np.empty(0, dtype=object)
    follows = np.zeros(len(edges), dtype=bool)
    follows[1:] = (mesh.ring[edges[1:]] == mesh.ring[edges[:-1]]) & (mesh.start[edges[1:]] == mesh.end[edges[:-1]])
    chain = np.cumsum(~follows) - 1
    last = np.append(~follows[1:], True)
    # Points of the lines: start of every edge, end of every last one, and the feet of the closings.
    number = np.searchsorted(edges, near.edge)
    inner = (near.along > 0.0) & (near.along < 1.0)
    edge_number = np.concatenate([np.arange(len(edges)), np.flatnonzero(last), number[inner]])
    along = np.concatenate([np.zeros(len(edges)), np.ones(int(last.sum())), near.along[inner]])
    xy = np.concatenate(
        [
            mesh.nodes[mesh.start[edges]],
            mesh.nodes[mesh.end[edges[last]]],
            near.spot[inner],
        ]
    )
    order = np.lexsort((along, edge_number))
    borders = shapely.linestrings(xy[order], indices=chain[edge_number[order]])
    apart = near.off > 0.0
    closings = shapely.linestrings(np.stack([mesh.nodes[near.node[apart]], near.spot[apart]], axis=1))
    noded = shapely.union_all(np.concatenate([borders, closings]))
    return shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))


def inside_lots(faces: npt.NDArray[np.object_], mesh: Mesh, reach: float) -> npt.NDArray[np.bool_]:
    """Whether a border of each face (of :func:`enclosed_faces`) has its lot on the inner side."""
    result = np.zeros(len(faces), dtype=bool)
    edges = np.flatnonzero(mesh.is_open)
    if not len(faces) or not len(edges):
        return result
    rim = build_mesh(faces, 0.0)
    rim_from, rim_to = rim.nodes[rim.start], rim.nodes[rim.end]
    tree = shapely.STRtree(mesh.segments(edges))
    # The rim consists of pieces of edges, up to the rounding of intersections. A piece no longer than that says
    # nothing: it may lie at the end of an edge that goes on elsewhere.
    slack = max(reach * 1e-3, 1e-12)
    which, near = tree.query(shapely.points((rim_from + rim_to) / 2), predicate="dwithin", distance=slack)
    long = np.hypot(*(rim_to - rim_from)[which].T) > 3 * slack
    which, near = which[long], near[long]
    edge = edges[near]
    one = (rim_to - rim_from)[which] * np.where(rim.turned[which], -1.0, 1.0)[:, None]
    two = (mesh.nodes[mesh.end[edge]] - mesh.nodes[mesh.start[edge]]) * np.where(mesh.turned[edge], -1.0, 1.0)[:, None]
    cosine = (one * two).sum(axis=1) / (np.hypot(*one.T) * np.hypot(*two.T))
    result[rim.lot[which[cosine > 0.99]]] = True
    return result


def node_numbers(xy: Floats, grid: float) -> tuple[Ints, Floats]:
    """Number the coordinates; those that round to the same cell of ``grid`` are one node (0 = exact)."""
    if not len(xy):
        return np.empty(0, dtype=np.int64), np.empty((0, 2))
    new = np.ones(len(xy), dtype=bool)
    # Column by column: the least of a long column is found several times as fast.
    columns = np.ascontiguousarray(xy.T)
    low = columns.min(axis=1)
    extent = (columns.max(axis=1) - low) / grid + 2 if grid > 0 else np.array([np.inf, np.inf])
    if extent.prod() < 2.0**62:
        # One whole number per cell: sorting numbers is several times faster than sorting pairs.
        east, north = (np.round((columns[axis] - low[axis]) / grid).astype(np.int64) for axis in (0, 1))
        key = east * np.int64(extent[1]) + north
        order = np.argsort(key)
        arranged = key[order]
        new[1:] = arranged[1:] != arranged[:-1]
    else:
        pairs = np.round((xy - low) / grid) if grid > 0 else xy
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        new[1:] = (np.diff(pairs[order], axis=0) != 0).any(axis=1)
    numbers = np.empty(len(xy), dtype=np.int64)
    numbers[order] = np.cumsum(new) - 1
    # The first one given stands for all in its cell.
    return numbers, xy[np.minimum.reduceat(order, np.flatnonzero(new))]


def build_mesh(polygons: npt.NDArray[np.object_], grid: float) -> Mesh:
    """Build the mesh of valid (multi)polygons; missing and empty ones simply have no edges.

    ``grid``: coordinates in the same cell of this size (same unit as the coordinates) count as one
    node. Take it far below the tolerance of the check; 0 compares exactly.
    """
    xy, point_ring, ring_lot, outer = outlines_of(polygons)
    numbers, nodes = node_numbers(xy, grid)

    edge = np.flatnonzero(point_ring[1:] == point_ring[:-1])
    ring = point_ring[edge]
    start, end = numbers[edge], numbers[edge + 1]

    reversed_ring = turned_rings(xy, edge, ring, outer)

    real = start != end
    ring, start, end = ring[real], start[real], end[real]
    turned = reversed_ring[ring]
    return Mesh(
        nodes=nodes,
        start=start,
        end=end,
        lot=ring_lot[ring],
        ring=ring,
        turned=turned,
        twin=twins(start, end, turned, len(nodes)),
    )


def turned_rings(xy: Floats, edge: Ints, ring: Ints, outer: Bools) -> Bools:
    """Whether the land lies on the right of each ring, by its signed area.

    ``edge``: first point of each edge; ``ring``: number of its ring; ``outer``: for each ring.
    """
    local = xy - xy.mean(axis=0) if len(xy) else xy
    x, y = local[:, 0], local[:, 1]
    cross = x[edge] * y[edge + 1] - x[edge + 1] * y[edge]
    return (np.bincount(ring, weights=cross, minlength=len(outer)) > 0) != outer


def twins(start: Ints, end: Ints, turned: Bools, nodes: int) -> Ints:
    """For each edge the one edge with its lot on the other side; -1 if there is none or more than one."""
    start, end = np.where(turned, end, start), np.where(turned, start, end)
    low, high = np.minimum(start, end), np.maximum(start, end)
    key = low * max(nodes, 1) + high
    order = np.argsort(key)
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
