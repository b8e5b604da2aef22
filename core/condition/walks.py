"""Visits grouped into walks from a start along roads, within a number of hours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from ..progress import Progress
from .visits import LEAST, Gains

#: Ends of roads this near meet (metres, as in the harm network), and roads that cross meet.
MEET = 0.5
#: A road that ends this near another one leads into it (metres, assumption).
JOINT = 15.0
#: Parts of the road network this near are joined by a way over fields (metres, assumption): maps leave out paths.
BRIDGE = 300.0
#: Nobody walks farther than this (metres) over fields where a road leads as well (assumption).
NEAR = 50.0
#: Lots looked at for the walks: those with the largest gains alone (more would not change a day's walk).
CANDIDATES = 300
#: Walks are begun with each of so many lots in turn, and the best one is kept.
BEGINNINGS = 6


class Pace(NamedTuple):
    """``walk_m_min``: metres a minute on the way; ``look_min``: minutes at a lot, and ``look_min_1000`` more for
    every 1,000 m²; ``detour``: way over fields or where no road is known, times the straight line. Assumptions."""

    walk_m_min: float = 50.0
    look_min: float = 4.0
    look_min_1000: float = 1.0
    detour: float = 1.4


class Walk(NamedTuple):
    """One walk: lots in their order, minutes in all, minutes on the way, metres, gain expected, gain of each stop
    when it was chosen."""

    stops: list[int]
    minutes: float
    way_minutes: float
    metres: float
    gain: float
    stop_gains: list[float]


def _joints(lines: np.ndarray) -> np.ndarray:
    """Short lines that make the roads one network, as on foot: from each end of a line to the nearest other line within
    :data:`JOINT` (middle lines of roads often end at the edge of the road they lead into), then from each part of the
    network to the nearest other part within :data:`BRIDGE`."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    own = np.tile(np.arange(len(lines)), 2)
    tree = shapely.STRtree(lines)
    end, other = tree.query(ends, predicate="dwithin", distance=JOINT)
    keep = own[end] != other
    end, other = end[keep], other[keep]
    away = shapely.distance(ends[end], lines[other])
    order = np.lexsort((other, away, end))
    end, other, away = end[order], other[order], away[order]
    first = np.ones(len(end), dtype=bool)
    first[1:] = end[1:] != end[:-1]
    first &= away > 0
    found = [shapely.shortest_line(ends[end[first]], lines[other[first]])]
    one, two = tree.query(lines, predicate="dwithin", distance=MEET)
    links = [(one, two), (own[end[first]], other[first])]
    while True:
        pairs = np.concatenate([np.column_stack(link) for link in links])
        graph = sparse.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(lines), len(lines)))
        count, part = csgraph.connected_components(graph, directed=False)
        bridges = []
        for number in range(count if count > 1 else 0):
            mine, rest = np.flatnonzero(part == number), np.flatnonzero(part != number)
            goal = shapely.geometrycollections(lines[mine])
            distance = shapely.distance(lines[rest], goal)
            nearest = int(np.argmin(distance))
            if distance[nearest] <= BRIDGE:
                here = int(mine[np.argmin(shapely.distance(lines[mine], lines[rest[nearest]]))])
                bridges.append((here, int(rest[nearest])))
        if not bridges:
            return np.concatenate(found)
        pair = np.array(sorted({(min(bridge), max(bridge)) for bridge in bridges}))
        found.append(shapely.shortest_line(lines[pair[:, 0]], lines[pair[:, 1]]))
        links.append((pair[:, 0], pair[:, 1]))


class Roads:
    """A network of roads and places beside it; distances on foot between places in metres.

    ``lines``: road lines in a metric CRS; they meet at ends and where they cross, an end also meets the nearest other
    line within :data:`JOINT`, and parts of the network those within :data:`BRIDGE`. ``places``: x, y. From a place to
    its nearest road, and over a bridge, the way is ``detour`` times the straight line; so is the way between two places
    at most :data:`NEAR` apart, where that is shorter, and between places that no road connects.
    """

    def __init__(self, lines: np.ndarray, places: np.ndarray, detour: float) -> None:
        self.places = places
        self.detour = detour
        straight = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1)) * detour
        self.metres = straight
        self.by_road = np.zeros(straight.shape, dtype=bool)
        self._nodes = np.empty((0, 2))
        self._node_of = np.full(len(places), -1)
        self._before: Optional[np.ndarray] = None
        usable = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
        parts = shapely.get_parts(usable) if len(usable) else usable
        if len(parts) and len(places):
            self._connect(parts)

    def _connect(self, parts: np.ndarray) -> None:
        joined = shapely.node(shapely.geometrycollections(shapely.set_precision(parts, MEET / 10)))
        edges = shapely.get_parts(joined)
        edges = edges[shapely.length(edges) > 0]
        joints = _joints(parts)
        tips = [shapely.get_point(joints, 0), shapely.get_point(joints, -1)]
        # Places and both ends of the joints become points of the network, where they are nearest to a road.
        points = np.concatenate([shapely.points(self.places), *tips])
        near, edge = shapely.STRtree(edges).query_nearest(points, all_matches=False)
        along = shapely.line_locate_point(edges[edge], points[near])
        # Every edge with its own points and the places beside it, in their order along it.
        xy, owner = shapely.get_coordinates(edges, return_index=True)
        steps = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T)])
        steps[np.searchsorted(owner, np.arange(len(edges)))] = 0.0
        total = np.cumsum(steps)
        own = total - total[np.searchsorted(owner, owner)]
        of, position = np.concatenate([owner, edge]), np.concatenate([own, along])
        at = shapely.get_coordinates(shapely.line_interpolate_point(edges[of], position))
        grid, node = np.unique(np.round(at / MEET).astype("int64"), axis=0, return_inverse=True)
        node = np.ravel(node)
        order = np.lexsort((position, of))
        same = of[order][1:] == of[order][:-1]
        start, goal = node[order][:-1][same], node[order][1:][same]
        way = np.maximum(np.diff(position[order])[same], 1e-6)
        tip = node[len(owner) + len(self.places) :]
        start = np.concatenate([start, tip[: len(joints)]])
        goal = np.concatenate([goal, tip[len(joints) :]])
        way = np.concatenate([way, np.maximum(shapely.length(joints) * self.detour, 1e-6)])
        keep = start != goal
        # Of two edges between the same nodes the shorter one counts (a sparse matrix would add them up).
        low, high = np.minimum(start, goal)[keep], np.maximum(start, goal)[keep]
        pick = np.lexsort((way[keep], high, low))
        low, high, metres = low[pick], high[pick], way[keep][pick]
        first = np.ones(len(low), dtype=bool)
        first[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
        graph = sparse.csr_matrix((metres[first], (low[first], high[first])), shape=(len(grid), len(grid)))
        self._nodes = np.zeros((len(grid), 2))
        self._nodes[node] = at
        self._node_of = node[len(owner) : len(owner) + len(self.places)]
        sources = np.unique(self._node_of)
        distances, before = csgraph.dijkstra(graph, directed=False, indices=sources, return_predecessors=True)
        row = np.searchsorted(sources, self._node_of)
        self._before = before[row]
        on_road = distances[row][:, self._node_of]
        beside = np.hypot(*(self._nodes[self._node_of] - self.places).T) * self.detour
        road = beside[:, None] + on_road + beside[None, :]
        np.fill_diagonal(road, 0.0)
        far = self.metres > NEAR * self.detour
        self.by_road = np.isfinite(road) & ((road < self.metres) | far)
        self.metres = np.where(self.by_road, road, self.metres)

    def line(self, start: int, goal: int) -> list[tuple[float, float]]:
        """The way from one place to another as points."""
        first, last = tuple(self.places[start]), tuple(self.places[goal])
        if self._before is None or not self.by_road[start, goal]:
            return [first, last]
        path = []
        node = int(self._node_of[goal])
        while node >= 0:
            path.append((float(self._nodes[node][0]), float(self._nodes[node][1])))
            if node == int(self._node_of[start]):
                break
            node = int(self._before[start][node])
        return [first, *path[::-1], last]


def _length(tour: Sequence[int], metres: np.ndarray) -> float:
    return float(sum(metres[a, b] for a, b in zip(tour, tour[1:])))


def _untangled(tour: list[int], metres: np.ndarray) -> list[int]:
    """The round tour with pieces turned round as long as that shortens it (2-opt)."""
    better = True
    while better:
        better = False
        for begin in range(1, len(tour) - 2):
            for end in range(begin + 1, len(tour) - 1):
                a, b, c, d = tour[begin - 1], tour[begin], tour[end], tour[end + 1]
                if metres[a, c] + metres[b, d] < metres[a, b] + metres[c, d] - 1e-9:
                    tour[begin : end + 1] = tour[begin : end + 1][::-1]
                    better = True
    return tour


class _Builder:
    """Builds one walk; places are numbered with the start as 0 and lot i as i + 1."""

    def __init__(self, metres: np.ndarray, look: np.ndarray, pace: Pace, minutes: float) -> None:
        self.metres, self.look, self.pace, self.minutes = metres, look, pace, minutes

    def used(self, tour: Sequence[int]) -> float:
        return _length(tour, self.metres) / self.pace.walk_m_min + float(sum(self.look[p - 1] for p in tour[1:-1]))

    def detours(self, tour: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Minutes that each lot would add at its best place in the tour, and that place."""
        a, b = np.array(tour[:-1]), np.array(tour[1:])
        longer = self.metres[a][:, 1:] + self.metres[b][:, 1:] - self.metres[a, b][:, None]
        place = longer.argmin(axis=0)
        return longer[place, np.arange(longer.shape[1])] / self.pace.walk_m_min + self.look, place


def in_order(metres: np.ndarray, look: np.ndarray, pace: Pace, minutes: float, order: Sequence[int]) -> list[int]:
    """Lots visited when they are taken in ``order`` as long as the time lasts, each fitted into the round walk at its
    best place; a lot that does not fit is left out. For comparison with :func:`plan`."""
    builder = _Builder(metres, look, pace, minutes)
    tour = [0, 0]
    for lot in order:
        added, place = builder.detours(tour)
        if builder.used(tour) + added[lot] <= minutes:
            tour.insert(int(place[lot]) + 1, lot + 1)
            tour = _untangled(tour, metres)
    return [p - 1 for p in tour[1:-1]]


def _grow(
    builder: _Builder, gains: Gains, left: np.ndarray, free: np.ndarray, first: Optional[int]
) -> tuple[list[int], dict[int, float], np.ndarray]:
    """A walk by the largest gain per minute, begun with ``first``; returns tour, gain of each stop, what is left."""
    tour, left, free = [0, 0], left.copy(), free.copy()
    got: dict[int, float] = {}
    fresh = True
    while True:
        gain = gains.share @ left
        added, place = builder.detours(tour)
        fits = free & (builder.used(tour) + added <= builder.minutes + 1e-9) & (gain > LEAST)
        if not fits.any():
            if fresh:
                return tour, got, left
            tour, fresh = _untangled(tour, builder.metres), True
            continue
        rate = np.where(fits, gain / np.maximum(added, 1e-6), -1.0)
        lot = first if first is not None and fits[first] else int(np.argmax(rate))
        first = None
        tour.insert(int(place[lot]) + 1, lot + 1)
        got[lot] = float(gain[lot])
        row = gains.share.getrow(lot)
        left[row.indices] *= 1.0 - row.data
        free[lot] = False
        fresh = False


def plan(
    gains: Gains,
    metres: np.ndarray,
    look: np.ndarray,
    pace: Pace,
    hours: float,
    walks: int,
    progress: Optional[Progress] = None,
) -> list[Walk]:
    """Walks of at most ``hours`` hours each, the most useful one first.

    ``gains`` over the candidate lots and all others they tell about: rows of ``gains.share`` are candidates in the
    order of ``look`` (minutes at each) and of ``metres`` (places: the start, then the candidates). Each walk takes the
    lot with the largest gain per added minute, untangles, and goes on until nothing fits; it is tried with several
    first lots and the best is kept. What earlier walks have told counts no more. Not proved optimal.
    """
    progress = progress or Progress()
    builder = _Builder(metres, look, pace, 60.0 * hours)
    left, free = gains.loss.copy(), np.ones(len(look), dtype=bool)
    made: list[Walk] = []
    for number in range(walks):
        alone = np.where(free, gains.share @ left, -1.0)
        beginnings: list[Optional[int]] = [None, *np.argsort(-alone, kind="stable")[:BEGINNINGS].tolist()]
        best = None
        for turn, first in enumerate(beginnings):
            progress.step((number + turn / len(beginnings)) / walks)
            tour, got, rest = _grow(builder, gains, left, free, first)
            worth = float(left.sum() - rest.sum())
            if best is None or worth > best[0] + 1e-12:
                best = (worth, tour, got, rest)
        if best is None or not best[2]:
            break
        worth, tour, got, left = best
        stops = [p - 1 for p in tour[1:-1]]
        free[stops] = False
        way = _length(tour, metres)
        made.append(Walk(stops, builder.used(tour), way / pace.walk_m_min, way, worth, [got[lot] for lot in stops]))
    progress.step(1.0)
    return made
