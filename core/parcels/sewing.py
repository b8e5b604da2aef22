"""Sewing the borders of neighbouring lots together, tile by tile, in memory that hardly grows with the map.

Lots are taken in compact groups (tiles). Inside a tile the edges that two lots share exactly are dropped;
then points closer than the tolerance are made one, and edges that fit now are dropped too. What is left of
all tiles is sewn once more as a whole. Each tile costs the same, so a map with twice as many lots takes
twice as long; and a map in which every point is a little off costs one more search for near points, not a
comparison of all neighbours.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from ..progress import Progress
from .lots import CheckSettings, Lots
from .mesh import Bools, Floats, Ints, Mesh, node_numbers, turned_rings, twins
from .store import Outlines

#: Lots per tile.
TILE = 25_000

#: So many pairs of neighbours are not named one by one anyway; pairs across tiles may then be in twice.
_MANY_PAIRS = 300_000


class Open(NamedTuple):
    """Edges without a neighbour on the other side."""

    start: Floats  #: (n, 2) with near points made one
    end: Floats
    was_start: Floats  #: (n, 2) as in the lot
    was_end: Floats
    lot: Ints
    ring: Ints
    turned: Bools

    def part(self, chosen: Bools) -> Open:
        """Some of the edges."""
        start, end, was_start, was_end, lot, ring, turned = self
        return Open(
            start[chosen], end[chosen], was_start[chosen], was_end[chosen], lot[chosen], ring[chosen], turned[chosen]
        )


class Sewn(NamedTuple):
    """Pairs of neighbours whose common border fits only within the tolerance."""

    first: Ints  #: lot with the smaller row number
    second: Ints
    off: Floats  #: largest distance of two points taken for one
    spot: Floats  #: (n, 2) where that is
    edges: Ints  #: how many edges


class Moved(NamedTuple):
    """Points that were taken for another one."""

    lot: Ints
    at: Floats  #: (n, 2)
    off: Floats


class Border(NamedTuple):
    """What is left after sewing, and what was needed for it."""

    mesh: Mesh  #: open edges only, near points made one
    was: Floats  #: (n, 2, 2) the same edges as in the lots
    sewn: Sewn
    moved: Moved
    spikes: Spikes


class Spikes(NamedTuple):
    """Points at which an outline goes out and comes back."""

    lot: Ints
    at: Floats
    width: Floats
    length: Floats


def sew(lots: Lots, rows: Ints, settings: CheckSettings, progress: Progress) -> Border:
    """Sew the lots ``rows`` (in any order) together."""
    grid = settings.tolerance / 100
    tiles = tile_rows(lots, rows)
    if tiles:
        lots.rank[np.concatenate(tiles)] = np.arange(len(rows))
    opens: list[Open] = []
    sewn: list[Sewn] = [_no_sewn()]
    moved: list[Moved] = [_no_moved()]
    spikes: list[Spikes] = [_no_spikes()]
    rings = 0
    for number, tile in enumerate(tiles):
        progress.step(0.85 * number / len(tiles))
        sides = _sides(lots.outlines(tile), grid)
        spikes.append(find_spikes(sides, tile, lots, settings))
        left, off, away = _sew(_open_edges(sides, tile, rings), grid, settings)
        rings += len(sides.turned)
        opens.append(left)
        sewn.append(_merged(off, len(lots)))
        moved.append(away)
    progress.step(0.9)
    whole = Open(*(np.concatenate(values) for values in zip(*opens))) if opens else _nothing()
    if len(tiles) > 1:
        whole, off, away = _sew(whole, grid, settings)
        sewn.append(_merged(off, len(lots)))
        moved.append(away)
    pairs = Sewn(*(np.concatenate(values) for values in zip(*sewn)))
    if len(pairs.first) < _MANY_PAIRS:
        pairs = _merged(pairs, len(lots))
    count = len(whole.lot)
    index, nodes = node_numbers(np.concatenate([whole.start, whole.end]), 0.0)
    mesh = Mesh(nodes, index[:count], index[count:], whole.lot, whole.ring, whole.turned, np.full(count, -1))
    progress.step(1.0)
    return Border(
        mesh,
        np.stack([whole.was_start, whole.was_end], axis=1),
        pairs,
        Moved(*(np.concatenate(values) for values in zip(*moved))),
        Spikes(*(np.concatenate(values) for values in zip(*spikes))),
    )


def tile_rows(lots: Lots, rows: Ints) -> list[Ints]:
    """Groups of lots that lie together; the groups and the order in them depend only on the shapes."""
    if not len(rows):
        return []
    bounds = lots.bounds[rows]
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    strips = max(int(np.sqrt(len(rows) / TILE)), 1)
    strip = _parts(middle[:, 0], strips)
    tiles = []
    for number in range(strips):
        inside = np.flatnonzero(strip == number)
        pieces = max(-(-len(inside) // TILE), 1)
        piece = _parts(middle[inside, 1], pieces)
        for below in range(pieces):
            some = inside[piece == below]
            tiles.append(_by_shape(lots, rows[some]))
    return [tile for tile in tiles if len(tile)]


def _by_shape(lots: Lots, rows: Ints) -> Ints:
    """Lots sorted by box, area and length of the outline."""
    left = lots.bounds[rows, 0]
    order = np.argsort(left)
    left, rows = left[order], rows[order]
    again = np.zeros(len(rows) + 1, dtype=bool)
    again[1:-1] = left[1:] == left[:-1]
    tied = np.flatnonzero(again[:-1] | again[1:])  # begins at the same place as the one before or after
    some = rows[tied]
    keys = (lots.outline[some], lots.area[some], *lots.bounds[some].T[::-1])
    rows[tied] = some[np.lexsort(keys)]
    return rows


def _parts(values: Floats, count: int) -> Ints:
    """Number of the part (0 … count - 1, about equally full) that each value falls into."""
    if count == 1 or not len(values):
        return np.zeros(len(values), dtype=np.int64)
    places = (np.arange(1, count) * len(values)) // count
    return np.searchsorted(np.partition(values, places)[places], values, side="right")


class _Sides(NamedTuple):
    """The edges of the lots of a tile, ring after ring."""

    xy: Floats  #: (n, 2) points of all rings
    key: Ints  #: for each point a number; points with the same number are one
    edge: Ints  #: first point of each edge with a length; the second is the next one
    ring: Ints  #: ring of each edge
    lot: Ints  #: for each ring the place of its lot in the tile
    turned: Bools  #: for each ring whether the lot lies on its right


def _sides(outlines: Outlines, grid: float) -> _Sides:
    """The edges of some rings; points in the same cell of ``grid`` are one (0: only equal points)."""
    xy, ring_of = outlines.xy, outlines.ring
    key = _cells(xy, grid)
    edge = np.flatnonzero(ring_of[1:] == ring_of[:-1])
    turned = turned_rings(xy, edge, ring_of[edge], outlines.outer)
    edge = edge[key[edge] != key[edge + 1]]
    return _Sides(xy, key, edge, ring_of[edge], outlines.lot, turned)


def _cells(xy: Floats, grid: float) -> Ints:
    """A number for each point, the same for all points in a cell of ``grid``."""
    if grid > 0 and len(xy):
        low, high = xy.min(axis=0), xy.max(axis=0)
        extent = (high - low) / grid + 2
        if extent.prod() < 2.0**62:
            east, north = (np.round((xy[:, axis] - low[axis]) / grid).astype(np.int64) for axis in (0, 1))
            east *= np.int64(extent[1])
            east += north
            return east
    return node_numbers(xy, grid)[0]


#: Odd numbers that mix the ends of an edge into one.
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], dtype=np.uint64)


def _shared(sides: _Sides) -> Bools:
    """Which edges exactly one other lot walks the other way round, so that there is nothing to look at."""
    one, two = sides.key[sides.edge], sides.key[sides.edge + 1]
    low, high = np.minimum(one, two), np.maximum(one, two)
    mixed = low.view(np.uint64) * _MIX[0] + high.view(np.uint64) * _MIX[1]
    order = np.argsort(mixed)
    arranged = mixed[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = arranged[1:] != arranged[:-1]
    again = np.flatnonzero(~new)
    if (low[order[again]] != low[order[again - 1]]).any() or (high[order[again]] != high[order[again - 1]]).any():
        # Two different edges gave the same number, which hardly ever happens: sort by both ends.
        order = np.lexsort((high, low))
        new[1:] = (low[order[1:]] != low[order[:-1]]) | (high[order[1:]] != high[order[:-1]])
    begins = np.flatnonzero(new)
    first = begins[np.diff(np.append(begins, len(order))) == 2]
    a, b = order[first], order[first + 1]
    forward = (one < two) != sides.turned[sides.ring]
    opposite = forward[a] != forward[b]
    result = np.zeros(len(order), dtype=bool)
    result[a[opposite]] = True
    result[b[opposite]] = True
    return result


def _open_edges(sides: _Sides, tile: Ints, rings: int) -> Open:
    """The edges of a tile that no neighbour shares; ring numbers go on from ``rings``."""
    left = ~_shared(sides)
    edge, ring = sides.edge[left], sides.ring[left]
    start, end = sides.xy[edge], sides.xy[edge + 1]
    return Open(start, end, start, end, tile[sides.lot[ring]], ring + rings, sides.turned[ring])


def _sew(edges: Open, grid: float, settings: CheckSettings) -> tuple[Open, Sewn, Moved]:
    """Drop the edges that fit exactly, make near points one, and drop those that fit then."""
    edges, start, end, nodes = _numbered(edges, grid)
    twin = twins(start, end, edges.turned, len(nodes))
    if (twin >= 0).any():
        edges, start, end, nodes = _numbered(edges.part(twin < 0), grid)
    if settings.tolerance == 0 or not len(nodes):
        return edges._replace(start=nodes[start], end=nodes[end]), _no_sewn(), _no_moved()
    target = leaders(nodes, settings.tolerance)
    moved = _no_moved()
    if settings.list_snapped:
        moved = _movements(edges, start, end, nodes, target)
    start, end = target[start], target[end]
    edges = edges._replace(start=nodes[start], end=nodes[end])
    real = start != end
    edges, start, end = edges.part(real), start[real], end[real]
    twin = twins(start, end, edges.turned, len(nodes))
    return edges.part(twin < 0), _sewn_pairs(edges, twin), moved


def _numbered(edges: Open, grid: float) -> tuple[Open, Ints, Ints, Floats]:
    """Nodes of the edges as numbers; edges without length are left out."""
    count = len(edges.lot)
    index, nodes = node_numbers(np.concatenate([edges.start, edges.end]), grid)
    start, end = index[:count], index[count:]
    real = start != end
    if real.all():
        return edges, start, end, nodes
    return edges.part(real), start[real], end[real], nodes


def leaders(nodes: Floats, reach: float) -> Ints:
    """For each node the one that stands for it, at most ``reach`` away.

    A node stands for itself unless an earlier one that stands for itself is within reach; then it joins the
    earliest of these. So no node moves farther than ``reach``, however dense the points are.
    """
    leader = np.arange(len(nodes))
    pairs = cKDTree(nodes).query_pairs(reach, output_type="ndarray")
    if not len(pairs):
        return leader
    pairs = np.sort(pairs, axis=1)
    left = pairs
    stands = np.ones(len(nodes), dtype=bool)
    decided = np.zeros(len(nodes), dtype=bool)
    while len(left):
        waiting = np.zeros(len(nodes), dtype=bool)
        waiting[left[:, 1]] = True  # an earlier undecided node is near
        sure = ~waiting[left[:, 0]]
        decided[left[sure, 0]] = True
        stands[left[sure, 1]] = False
        decided[left[sure, 1]] = True
        left = left[~decided[left[:, 0]] & ~decided[left[:, 1]]]
    joins = pairs[stands[pairs[:, 0]] & ~stands[pairs[:, 1]]]
    joins = joins[np.lexsort((joins[:, 0], joins[:, 1]))]
    first = np.flatnonzero(np.diff(joins[:, 1], prepend=-1))
    leader[joins[first, 1]] = joins[first, 0]
    return leader


def _sewn_pairs(edges: Open, twin: Ints) -> Sewn:
    """Pairs of lots along edges that fit only now."""
    one = np.flatnonzero(twin > np.arange(len(twin)))
    two = twin[one]
    # A neighbour walks the edge the other way, unless one of the two rings is turned round.
    same_way = edges.turned[one] != edges.turned[two]
    other_start = np.where(same_way[:, None], edges.was_start[two], edges.was_end[two])
    other_end = np.where(same_way[:, None], edges.was_end[two], edges.was_start[two])
    at_start = np.hypot(*(edges.was_start[one] - other_start).T)
    at_end = np.hypot(*(edges.was_end[one] - other_end).T)
    spot = np.where((at_start >= at_end)[:, None], edges.was_start[one], edges.was_end[one])
    low, high = np.minimum(edges.lot[one], edges.lot[two]), np.maximum(edges.lot[one], edges.lot[two])
    return Sewn(low, high, np.maximum(at_start, at_end), spot, np.ones(len(one), dtype=np.int64))


def _merged(every: Sewn, count: int) -> Sewn:
    """One entry per pair of lots, with the largest distance."""
    apart = every.first != every.second
    every = Sewn(*(values[apart] for values in every))
    if not len(every.first):
        return every
    pair = every.first * count + every.second
    order = np.argsort(pair)
    new = np.diff(pair[order], prepend=-1) != 0
    begins, group = np.flatnonzero(new), np.cumsum(new) - 1
    edges = np.add.reduceat(every.edges[order], begins)
    off = every.off[order]
    farthest = np.flatnonzero(off == np.maximum.reduceat(off, begins)[group])
    best, group = order[farthest], group[farthest]
    if len(best) > len(begins):  # of several the one farthest west and south
        ranked = np.lexsort((every.spot[best, 1], every.spot[best, 0], group))
        best = best[ranked[np.flatnonzero(np.diff(group[ranked], prepend=-1))]]
    return Sewn(every.first[best], every.second[best], every.off[best], every.spot[best], edges)


def _movements(edges: Open, start: Ints, end: Ints, nodes: Floats, target: Ints) -> Moved:
    """The points that are taken for another one, once for each lot that has them."""
    lot, node = np.concatenate([edges.lot, edges.lot]), np.concatenate([start, end])
    gone = target[node] != node
    unique = np.unique(lot[gone] * len(nodes) + node[gone])
    lot, node = unique // len(nodes), unique % len(nodes)
    return Moved(lot, nodes[node], np.hypot(*(nodes[node] - nodes[target[node]]).T))


def find_spikes(sides: _Sides, tile: Ints, lots: Lots, settings: CheckSettings) -> Spikes:
    """Points of valid lots at which the outline turns back so sharply that hardly any land lies between.

    The width is the distance of the shorter side's root from the longer side; the needle must be ten times
    as long as that (product's choice).
    """
    if settings.spike_width == 0 or not len(sides.edge):
        return _no_spikes()
    number = np.arange(len(sides.edge))
    # Edges of a ring stand together; the edge before the first one is the last.
    begins = np.flatnonzero(np.diff(sides.ring, prepend=-1))
    before = number - 1
    before[begins] = np.append(begins[1:], len(number)) - 1
    side = sides.xy[sides.edge + 1] - sides.xy[sides.edge]
    x, y = side[:, 0], side[:, 1]
    back = np.flatnonzero(x * x[before] + y * y[before] < 0)
    went, came = side[back], side[before[back]]
    length, length_before = np.hypot(*went.T), np.hypot(*came.T)
    sharp = (came * went).sum(axis=1) < -0.9 * length * length_before
    if not sharp.any():
        return _no_spikes()
    back, went, came, length, length_before = (values[sharp] for values in (back, went, came, length, length_before))
    cross = np.abs(came[:, 0] * went[:, 1] - came[:, 1] * went[:, 0])
    longer, shorter = np.maximum(length, length_before), np.minimum(length, length_before)
    width = cross / longer
    fits = (
        (width < settings.spike_width)
        & (shorter > 10 * width)
        & (shorter > 2 * settings.tolerance)
        & lots.valid[tile[sides.lot[sides.ring[back]]]]
        & (sides.key[sides.edge[before[back]] + 1] == sides.key[sides.edge[back]])
    )
    some = back[fits]
    return Spikes(tile[sides.lot[sides.ring[some]]], sides.xy[sides.edge[some]], width[fits], shorter[fits])


def _nothing() -> Open:
    points, none = np.empty((0, 2)), np.empty(0, dtype=np.int64)
    return Open(points, points, points, points, none, none, np.empty(0, dtype=bool))


def _no_sewn() -> Sewn:
    none = np.empty(0, dtype=np.int64)
    return Sewn(none, none, np.empty(0), np.empty((0, 2)), none)


def _no_moved() -> Moved:
    return Moved(np.empty(0, dtype=np.int64), np.empty((0, 2)), np.empty(0))


def _no_spikes() -> Spikes:
    return Spikes(np.empty(0, dtype=np.int64), np.empty((0, 2)), np.empty(0), np.empty(0))
