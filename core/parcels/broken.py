"""Every place at which the shape of a lot is broken, by the rules of GEOS.

GEOS stops at the first fault. So that each place can be shown, accepted and mended by itself, the lines of a
broken shape are cut wherever they meet, and what happens there is judged as GEOS judges it: lines that cross or run
along each other, an outline that touches itself. What concerns outlines as a whole (a hole outside, one area inside
another, an interior cut in pieces) GEOS itself is asked about, two outlines at a time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import shapely

from .lots import connected
from .mesh import Floats, Ints
from .store import Geometries

#: Of a hopelessly tangled shape no more places are listed (product's choice).
MOST_PLACES = 100

CROSSES, TOUCHES = "Self-intersection", "Ring Self-intersection"

_COORDINATE = re.compile(r"\[(\S+) (\S+)\]$")

#: Distance below which a computed crossing lies on a line (m; map coordinates are exact to about 1e-10).
_NEAR = 1e-7
#: Directions this close (sine of the angle) are one.
_ALONG = 1e-9


class Place(NamedTuple):
    """A fault: why, in the words of GEOS, and where."""

    reason: str
    x: float
    y: float
    anchor: tuple[float, float]  #: a point of the fault that stays the same whatever GEOS names first
    along: bool = False  #: lines run along each other


class _Lines(NamedTuple):
    """The edges of all outlines of some shapes."""

    begin: Floats
    end: Floats
    ring: Ints
    number: Ints  #: place of the edge in its outline
    sizes: Ints  #: edges of each outline
    shape: Ints  #: shape of each outline
    tree: shapely.STRtree

    def near(self, spots: Floats, shape: Ints) -> list[Ints]:
        """The edges of its ``shape`` at each of ``spots`` (n, 2)."""
        if not len(spots):
            return []
        which, edge = self.tree.query(shapely.points(spots), predicate="dwithin", distance=_NEAR)
        mine = self.shape[self.ring[edge]] == shape[which]
        which, edge = which[mine], edge[mine]
        order = np.lexsort((edge, which))
        return np.split(edge[order], np.searchsorted(which[order], np.arange(1, len(spots))))


def named_place(reason: str) -> Place:
    """What :func:`shapely.is_valid_reason` says; NaN where it names no place."""
    match = _COORDINATE.search(reason)
    x, y = (float(match.group(1)), float(match.group(2))) if match else (np.nan, np.nan)
    return Place(reason.split("[")[0].strip(), x, y, (x, y))


def broken_places(shapes: Geometries) -> list[list[Place]]:
    """For each invalid (multi)polygon with finite coordinates all places at which it is broken, ordered by anchor.

    A stretch on which lines run along each other is one place. Anchors and reasons do not depend on where an outline
    begins or which way it runs, but for the one place that GEOS names: it has GEOS's own words and point.
    """
    firsts = [named_place(str(reason)) for reason in shapely.is_valid_reason(shapes)]
    parts, shape = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    found = _meetings(rings, shape[part], firsts)
    ends = np.arange(len(firsts) + 1)
    pieces, outlines = np.searchsorted(shape, ends).tolist(), np.searchsorted(shape[part], ends).tolist()
    result = []
    for number, (first, (places, bad)) in enumerate(zip(firsts, found)):
        mine = slice(outlines[number], outlines[number + 1])
        places += _whole(parts[pieces[number] : pieces[number + 1]], rings[mine], part[mine] - pieces[number], bad)
        known = any(place[:3] == first[:3] for place in places)
        if not known and first.reason in (CROSSES, TOUCHES, *(() if places else (first.reason,))):
            places.append(first)  # GEOS has the last word
        result.append(sorted(places, key=lambda place: (place.anchor, place.reason)))
    return result


def _meetings(
    rings: Geometries, shape: Ints, firsts: Sequence[Place]
) -> list[tuple[list[Place], set[tuple[int, int]]]]:
    """For each shape where lines cross, run along each other, or an outline touches itself; and between which outlines.

    ``shape``: the shape of each ring, in order. Outlines are numbered from 0 in each shape.
    """
    places: list[list[Place]] = [[] for _ in firsts]
    bad: list[set[tuple[int, int]]] = [set() for _ in firsts]
    base = np.searchsorted(shape, np.arange(len(firsts)))  # first ring of each shape
    lines = _lines(rings, shape)
    pieces, owner = shapely.get_parts(_cut(rings, shape, len(firsts)), return_index=True)
    real = shapely.length(pieces) > 0
    pieces, owner = pieces[real], owner[real]
    ends = shapely.get_coordinates([shapely.get_point(pieces, 0), shapely.get_point(pieces, -1)])
    nodes, node = np.unique(np.column_stack([np.tile(owner, 2), ends]), axis=0, return_inverse=True)
    node = node.reshape(2, -1)
    starts, nexts = (shapely.get_coordinates(shapely.get_point(pieces, place)) for place in (0, 1))
    twice = np.zeros(len(pieces), dtype=bool)
    for number, edges in enumerate(lines.near((starts + nexts) / 2, owner)):
        twice[number] = len(edges) > 1
        if twice[number]:
            mine = int(owner[number])
            pairs = combinations((lines.ring[edges] - base[mine]).tolist(), 2)
            bad[mine] |= {(min(pair), max(pair)) for pair in pairs}
    of_shape = np.searchsorted(owner, np.arange(len(firsts) + 1))
    for stretch in connected(node[:, twice].T.tolist()):
        mine = int(nodes[stretch[0], 0])
        first, some = firsts[mine], slice(of_shape[mine], of_shape[mine + 1])
        members = pieces[some][twice[some] & np.isin(node[0, some], stretch)]
        x, y = min(shapely.get_coordinates(members).tolist())
        place = Place(CROSSES, x, y, (x, y), True)
        if first.x == first.x and (shapely.distance(members, shapely.Point(first.x, first.y)) <= _NEAR).any():
            place = first._replace(anchor=(x, y), along=True)
        places[mine].append(place)
    degree = np.bincount(node.ravel())
    degree[node[:, twice]] = 0
    spots = nodes[degree > 2]
    at_shape = spots[:, 0].astype(np.int64)
    for mine, at, edges in zip(at_shape.tolist(), spots[:, 1:], lines.near(spots[:, 1:], at_shape)):
        first = firsts[mine]
        reason, touching = _contact(lines, edges, at)
        bad[mine] |= {(one - int(base[mine]), two - int(base[mine])) for one, two in touching}
        if reason:
            x, y = at.tolist()
            same = abs(x - first.x) + abs(y - first.y) < 10 * _NEAR
            places[mine].append(first._replace(anchor=(x, y)) if same else Place(reason, x, y, (x, y)))
    return list(zip(places, bad))


def _cut(rings: Geometries, shape: Ints, count: int) -> Geometries:
    """The lines of each shape cut wherever they meet."""
    result = np.full(count, None, dtype=object)
    sizes = np.bincount(shape, minlength=count)
    begins = np.cumsum(sizes) - sizes
    one = np.flatnonzero(sizes == 1)
    result[one] = shapely.union_all(rings[begins[one]][:, None], axis=1)
    for number in np.flatnonzero(sizes > 1).tolist():
        result[number] = shapely.union_all(rings[begins[number] : begins[number] + sizes[number]])
    return result


def _lines(rings: Geometries, shape: Ints) -> _Lines:
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero((ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    ring = ring[edge]
    sizes = np.bincount(ring, minlength=len(rings))
    number = np.arange(len(edge)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    begin, end = xy[edge], xy[edge + 1]
    tree = shapely.STRtree(shapely.linestrings(np.stack([begin, end], axis=1)))
    return _Lines(begin, end, ring, number, sizes, shape, tree)


def _contact(lines: _Lines, edges: Ints, spot: Floats) -> tuple[str, set[tuple[int, int]]]:
    """What is wrong where ``edges`` meet ("" nothing), and between which outlines."""
    found, pairs = "", set()
    for (ring, one), (other, two) in combinations(_passes(lines, edges, spot), 2):
        crossing = _cross(one, two)
        if crossing or ring == other:
            pairs.add((min(ring, other), max(ring, other)))
            found = CROSSES if crossing else found or TOUCHES
    return found, pairs


def _passes(lines: _Lines, edges: Ints, spot: Floats) -> list[tuple[int, Floats]]:
    """Each time an outline runs through ``spot``: its number, and where it comes from and goes to, seen from there."""
    here = {(int(lines.ring[edge]), int(lines.number[edge])): int(edge) for edge in edges}
    follows: dict[int, int] = {}
    for (ring, number), edge in here.items():
        after = here.get((ring, (number + 1) % int(lines.sizes[ring])))
        if after is not None and after != edge and np.abs(lines.end[edge] - spot).max() <= _NEAR:
            follows[edge] = after
    passes = []
    for edge in sorted(set(here.values()) - set(follows.values())):
        last = edge
        while last in follows:
            last = follows[last]
        sides = np.stack([lines.begin[edge], lines.end[last]]) - spot
        length = np.hypot(sides[:, 0], sides[:, 1])
        if (length > 0).all():
            passes.append((int(lines.ring[edge]), sides / length[:, None]))
    return passes


def _cross(one: Floats, two: Floats) -> bool:
    """Whether two lines through a point cross there or run along each other."""
    sine = np.outer(one[:, 0], two[:, 1]) - np.outer(one[:, 1], two[:, 0])
    if ((np.abs(sine) < _ALONG) & (one @ two.T > 0)).any():
        return True
    turns = np.arctan2(np.concatenate([one, two])[:, 1], np.concatenate([one, two])[:, 0])
    turns = (turns - turns[0]) % (2 * np.pi)
    return bool((turns[2] < turns[1]) != (turns[3] < turns[1]))


def _whole(parts: Geometries, rings: Geometries, part: Ints, bad: set[tuple[int, int]]) -> list[Place]:
    """What is wrong with outlines as a whole, told by GEOS: alone, then two by two where nothing else is wrong."""
    places: list[Place] = []

    def ask(shape: Any, *about: Any) -> bool:
        """Whether GEOS finds fault with a shape; the place is anchored to the smallest of ``about``."""
        if shapely.is_valid(shape):
            return False
        low = min(shapely.get_coordinates(min(about, key=lambda one: shapely.area(shapely.envelope(one)))).tolist())
        place = named_place(str(shapely.is_valid_reason(shape)))._replace(anchor=(low[0], low[1]))
        if place not in places:
            places.append(place)
        return True

    tangled = {ring for pair in bad if pair[0] == pair[1] for ring in pair}
    sound = [ring not in tangled and not ask(shapely.polygons(rings[ring]), rings[ring]) for ring in range(len(rings))]
    shells = np.flatnonzero(np.diff(part, prepend=-1)).tolist()
    good = np.ones(len(parts), dtype=bool)
    for number, shell in enumerate(shells):
        mine = np.flatnonzero(part == number).tolist()
        good[number] = all(sound[ring] for ring in mine)
        holes = [ring for ring in mine if ring != shell and sound[ring]]
        for hole in holes:
            if sound[shell] and (shell, hole) not in bad:
                good[number] &= not ask(shapely.polygons(rings[shell], [rings[hole]]), rings[hole])
        for one, two in _meet(rings, holes):
            if (one, two) not in bad:
                west, south, east, north = shapely.total_bounds(rings[[one, two]])
                around = shapely.box(west - 1, south - 1, east + 1, north + 1)
                pair = rings[[one, two]]
                good[number] &= not ask(shapely.polygons(shapely.get_exterior_ring(around), pair), *pair)
        good[number] &= not any(part[one] == number == part[two] for one, two in bad)
        if good[number]:
            good[number] = not ask(parts[number], parts[number])  # several holes together may cut a lot in pieces
    apart = {(int(part[one]), int(part[two])) for one, two in bad}
    for one, two in _meet(parts, np.flatnonzero(good).tolist()):
        if (one, two) not in apart:
            ask(shapely.multipolygons(parts[[one, two]]), *parts[[one, two]])
    return places


def _meet(shapes: Geometries, some: Sequence[int]) -> list[tuple[int, int]]:
    """Pairs of ``some`` shapes whose boxes meet."""
    chosen = np.array(some, dtype=np.int64)
    one, two = shapely.STRtree(shapes[chosen]).query(shapes[chosen])
    ahead = one < two
    return sorted(zip(chosen[one[ahead]].tolist(), chosen[two[ahead]].tolist()))
