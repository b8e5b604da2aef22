"""Bring borders together point by point: snap near points, add missing points, redraw lots.

Works on the open edges of the mesh only (see :mod:`.mesh`); lots whose borders fit are not looked at.
No new position is ever invented: a point moves onto a point of another lot, or onto the border of a
lot that must not change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Optional

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

from ..progress import Progress
from .lots import CheckSettings, Geometries, Ints, mended, polygons_only, wide
from .mesh import Bools, Mesh, build_mesh, find_near
from .repairfields import CANNOT, SHARED_TIP, TRUSTED

XY = tuple[float, float]

#: Distance (m) below which two places are the same but for rounding.
ROUNDING = 1e-6


#: Up to so many points of a lot are held back one after the other; more of them at once, for speed.
SINGLY = 4


class Edits(NamedTuple):
    """What changes on one lot: points that move, points put into an edge, points that go."""

    moved: dict[XY, XY]
    inserted: dict[tuple[XY, XY], list[tuple[float, XY, float]]]  #: place along the edge, point, distance off it
    removed: set[XY]

    @classmethod
    def none(cls) -> Edits:
        return cls({}, {}, set())


def redrawn(shape: Any, edits: Edits, check: CheckSettings) -> Optional[Any]:
    """The lot with the edits done, valid; ``None`` when nothing would be left of it.

    Loops of an outline that points have drawn together to less than a check sees are dropped.
    """
    drawn = _drawn(shape, edits)
    if drawn is None:
        return None
    return tidy(drawn) if shapely.is_valid(drawn) else without_crumbs(drawn, check)


def _drawn(shape: Any, edits: Edits) -> Optional[Any]:
    """The lot with the edits done, valid or not; ``None`` when no outline is left."""
    parts = []
    for part in shapely.get_parts(shape):
        rings = []
        for ring in (part.exterior, *part.interiors):
            rings.append(_ring([(float(x), float(y)) for x, y in shapely.get_coordinates(ring)], edits))
        if len(rings[0]) >= 3:
            parts.append(shapely.Polygon(rings[0], [ring for ring in rings[1:] if len(ring) >= 3]))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def without_crumbs(shape: Any, check: CheckSettings) -> Optional[Any]:
    """The polygons of a shape, made valid, without parts that no check would see and holes as narrow as that.

    Small holes stay: another lot may lie in them.
    """
    whole = tidy(shape)
    if whole is None:
        return None
    parts = shapely.get_parts(whole)
    kept = parts[(shapely.area(parts) > check.min_area) & wide(parts, check.tolerance)]
    if not len(kept):
        return None
    for number, part in enumerate(kept):
        if part.interiors:
            holes = np.array([shapely.Polygon(ring) for ring in part.interiors], dtype=object)
            seen = wide(holes, check.tolerance)
            if not seen.all():
                rings = [ring for ring, keep in zip(part.interiors, seen) if keep]
                kept[number] = shapely.Polygon(part.exterior, rings)
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _ring(points: Sequence[XY], edits: Edits) -> list[XY]:
    result: list[XY] = []
    for here, there in zip(points[:-1], points[1:]):
        if here not in edits.removed:
            result.append(edits.moved.get(here, here))
        for _, extra, _off in sorted(edits.inserted.get((here, there), ())):
            result.append(edits.moved.get(extra, extra))
    kept = [point for number, point in enumerate(result) if point != result[number - 1]]
    return kept if len(kept) > 1 else []


def tidy(shape: Any) -> Optional[Any]:
    """The polygons of a shape, made valid; ``None`` without any."""
    array = np.empty(1, dtype=object)
    array[0] = shape
    found = (polygons_only if shapely.is_valid(shape) else mended)(array)[0]
    if found is None:
        return None
    parts = shapely.get_parts(found)
    parts = parts[shapely.area(parts) > 0]
    if not len(parts):
        return None
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


class _Steps:
    """The points before and after each point."""

    def __init__(self, mesh: Mesh) -> None:
        self.mesh = mesh
        self.by_start, self.by_end = (np.argsort(ends, kind="stable") for ends in (mesh.start, mesh.end))

    def beside(self, node: int) -> Ints:
        """Points joined with ``node`` by an edge."""
        found = []
        for order, here, there in (
            (self.by_start, self.mesh.start, self.mesh.end),
            (self.by_end, self.mesh.end, self.mesh.start),
        ):
            low, high = np.searchsorted(here[order], [node, node + 1])
            found.append(there[order[low:high]])
        return np.concatenate(found)

    def shared(self, node: int) -> bool:
        """Whether all edges at ``node`` have a neighbour on the other side."""
        for order, here in ((self.by_start, self.mesh.start), (self.by_end, self.mesh.end)):
            low, high = np.searchsorted(here[order], [node, node + 1])
            if (self.mesh.twin[order[low:high]] < 0).any():
                return False
        return True


class _Nodes:
    """Which lots have which node."""

    def __init__(self, mesh: Mesh, fixed: Bools) -> None:
        count = max(len(fixed), 1)
        pairs = np.unique(mesh.start * count + mesh.lot)
        self.node, self.lot = pairs // count, pairs % count
        self.begins = np.searchsorted(self.node, np.arange(len(mesh.nodes) + 1))
        self.lots_at = np.diff(self.begins)
        self.fixed = np.zeros(len(mesh.nodes), dtype=bool)
        self.fixed[self.node[fixed[self.lot]]] = True

    def lots(self, node: int) -> Ints:
        """Rows of the lots that have the node."""
        return self.lot[self.begins[node] : self.begins[node + 1]]


def _place(mesh: Mesh, node: int) -> XY:
    return float(mesh.nodes[node, 0]), float(mesh.nodes[node, 1])


def snap(
    shapes: Geometries, fixed: Bools, allowed: Optional[Bools], reach: float, check: CheckSettings, progress: Progress
) -> dict[int, Any]:
    """Lots redrawn so that points of different lots at most ``reach`` (m) apart are one point.

    Points of ``fixed`` lots stay and attract; among the others the point of more lots stays, then the
    one farther west and south. Two points that one lot needs side by side (a short edge that its
    neighbour shares) stay two. ``allowed``: only points of these rows move (``None``: all). A point whose
    move would make lots overlap by more than ``check`` ignores stays, and so does a point on the border of a
    ``fixed`` lot that would leave it by more than that. Points that differ by rounding only are made one first: else
    of two lots that meet in a point one could be drawn away from the other.
    """
    mesh = build_mesh(shapes, 0.0)
    edges = np.flatnonzero(mesh.is_open)
    nodes = np.unique(np.concatenate([mesh.start[edges], mesh.end[edges]]))
    if reach <= 0 or not len(nodes):
        return {}
    at = _Nodes(mesh, fixed)
    pairs = nodes[cKDTree(mesh.nodes[nodes]).query_pairs(reach, output_type="ndarray").astype(np.int64)]
    pairs = pairs[~at.fixed[pairs].all(axis=1)]
    near = np.hypot(*(mesh.nodes[pairs[:, 0]] - mesh.nodes[pairs[:, 1]]).T)
    if allowed is None and (near <= ROUNDING).any():
        exact = replace(check, tolerance=0.0)
        joined = join_near(shapes, fixed, mesh.nodes[pairs[near <= ROUNDING, 0]], ROUNDING, exact, progress)
        if joined:
            return joined
    held = _on_fixed(shapes, fixed, mesh.nodes, np.unique(pairs), at)
    closed = np.flatnonzero(~mesh.is_open)
    total = len(mesh.nodes)
    kept_apart = mesh.start[closed] * total + mesh.end[closed]
    low, high = pairs.min(axis=1, initial=total), pairs.max(axis=1, initial=0)
    pairs = pairs[~np.isin(low * total + high, kept_apart) & ~np.isin(high * total + low, kept_apart)]
    progress.step(0.3)
    rank = np.empty(total, dtype=np.int64)
    rank[np.lexsort((mesh.nodes[:, 1], mesh.nodes[:, 0], -at.lots_at, ~held, ~at.fixed))] = np.arange(total)
    apart = _apart(shapes, fixed, mesh.nodes, held, pairs, rank, check)
    followers: dict[int, list[int]] = {}
    for number, (one, two) in enumerate(pairs.tolist()):
        if number % 5000 == 0:
            progress.step(0.3 + 0.2 * number / len(pairs))
        mine, others = set(at.lots(one).tolist()), set(at.lots(two).tolist())
        if apart[number] or mine <= others or others <= mine:
            continue
        if allowed is not None and not allowed[list(mine | others)].any():
            continue
        first, second = (one, two) if rank[one] < rank[two] else (two, one)
        followers.setdefault(first, []).append(second)
    goes: dict[int, int] = {}
    for leader in sorted(followers, key=lambda node: int(rank[node])):
        if leader in goes:
            continue
        for node in followers[leader]:
            if not at.fixed[node]:
                goes.setdefault(node, leader)
    progress.step(0.5)
    edits: dict[int, Edits] = {}
    for node, leader in goes.items():
        for row in at.lots(node).tolist():
            edits.setdefault(row, Edits.none()).moved[_place(mesh, node)] = _place(mesh, leader)
    return _apply(shapes, fixed, edits, check, progress)


def _outlines_of(shapes: Geometries, fixed: Bools) -> Geometries:
    """The outlines of the ``fixed`` lots that have a shape."""
    return np.asarray(shapely.boundary(shapes[fixed & (shapes != None)]), dtype=object)  # noqa: E711  (element by element)


def _on_fixed(
    shapes: Geometries, fixed: Bools, nodes: npt.NDArray[np.float64], some: Ints, at: _Nodes
) -> npt.NDArray[np.bool_]:
    """For each of ``nodes`` whether it is one of ``some``, no point of a ``fixed`` lot, but lies on its border."""
    result = np.zeros(len(nodes), dtype=bool)
    outlines = _outlines_of(shapes, fixed)
    free = some[~at.fixed[some]]
    if len(outlines) and len(free):
        found = shapely.STRtree(outlines).query(shapely.points(nodes[free]), predicate="dwithin", distance=ROUNDING)
        result[free[found[0]]] = True
    return result


def _apart(
    shapes: Geometries,
    fixed: Bools,
    nodes: npt.NDArray[np.float64],
    held: Bools,
    pairs: Ints,
    rank: Ints,
    check: CheckSettings,
) -> npt.NDArray[np.bool_]:
    """For each of ``pairs`` of nodes whether one of them may not come to the other: it would leave a fixed border.

    It may go along all fixed borders that it lies on, and as far off them as ``check`` ignores.
    """
    goes = np.where(rank[pairs[:, 0]] > rank[pairs[:, 1]], pairs[:, 0], pairs[:, 1])
    stays = pairs.sum(axis=1) - goes
    far = np.hypot(*(nodes[goes] - nodes[stays]).T) > check.tolerance
    result = held[goes] & far
    some = np.flatnonzero(result)
    if len(some):
        outlines = _outlines_of(shapes, fixed)
        ways = shapely.linestrings(np.stack([nodes[goes[some]], nodes[stays[some]]], axis=1))
        which, lot = shapely.STRtree(outlines).query(
            shapely.points(nodes[goes[some]]), predicate="dwithin", distance=ROUNDING
        )
        leaves = ~shapely.covers(shapely.buffer(outlines[lot], 2 * ROUNDING), ways[which])
        result[some] = np.isin(np.arange(len(some)), which[leaves])
    return result


def join_near(
    shapes: Geometries,
    fixed: Bools,
    spots: npt.NDArray[np.float64],
    reach: float,
    check: CheckSettings,
    progress: Progress,
) -> dict[int, Any]:
    """Lots redrawn so that the points at most ``reach`` (m) from each of ``spots`` (n, 2) are one point.

    For what :func:`snap` leaves on purpose but a check names: points that one lot has side by side, or a short
    edge that two lots share. All lots with a point move it alike. Points of ``fixed`` lots stay and attract.
    """
    if reach <= 0 or not len(spots):
        return {}
    mesh = build_mesh(shapes, 0.0)
    if not len(mesh.nodes):
        return {}
    at = _Nodes(mesh, fixed)
    rank = np.empty(len(mesh.nodes), dtype=np.int64)
    rank[np.lexsort((mesh.nodes[:, 1], mesh.nodes[:, 0], -at.lots_at, ~at.fixed))] = np.arange(len(rank))
    tree = cKDTree(mesh.nodes)
    goes: dict[int, int] = {}
    stays: set[int] = set()
    for spot in spots[np.lexsort((spots[:, 1], spots[:, 0]))]:
        group = sorted(tree.query_ball_point(spot, reach + ROUNDING), key=lambda node: int(rank[node]))
        free = [node for node in group if node not in goes]
        if not free:
            continue
        leader = free[0]
        stays.add(leader)
        for node in free[1:]:
            near = float(np.hypot(*(mesh.nodes[node] - mesh.nodes[leader]))) <= reach + ROUNDING
            if near and node not in stays and not at.fixed[node]:
                goes[node] = leader
    edits: dict[int, Edits] = {}
    for node, leader in goes.items():
        for row in at.lots(node).tolist():
            edits.setdefault(row, Edits.none()).moved[_place(mesh, node)] = _place(mesh, leader)
    return _apply(shapes, fixed, edits, check, progress)


def follow_fixed(
    shapes: Geometries, fixed: Bools, reach: float, check: CheckSettings, progress: Progress
) -> dict[int, Any]:
    """Lots redrawn so that their edges run point for point along edges of ``fixed`` lots at most ``reach`` (m) off.

    For corners where fixed lots differ themselves, so that no one point could suit them all: the lot gets the point of
    each.
    """
    mesh = build_mesh(shapes, 0.0)
    edges = np.flatnonzero(mesh.is_open)
    mine, theirs = edges[~fixed[mesh.lot[edges]]], edges[fixed[mesh.lot[edges]]]
    if reach <= 0 or not len(mine) or not len(theirs):
        return {}
    ends = [np.where(mesh.turned, b, a) for a, b in ((mesh.start, mesh.end), (mesh.end, mesh.start))]  # lot on the left
    known = set(zip(ends[1][theirs].tolist(), ends[0][theirs].tolist()))  # as a neighbour walks them
    points = np.unique(np.concatenate([ends[0][theirs], ends[1][theirs]]))
    own = np.unique(np.concatenate([ends[0][mine], ends[1][mine]]))
    close = cKDTree(mesh.nodes[own]).query_ball_tree(cKDTree(mesh.nodes[points]), reach)
    beside = {int(node): points[near].tolist() for node, near in zip(own, close) if near}
    asked: list[tuple[int, tuple[XY, XY], list[tuple[float, XY, float]], Any]] = []
    for edge in mine.tolist():
        first, last = int(ends[0][edge]), int(ends[1][edge])
        if first not in beside or last not in beside or (first, last) in known:
            continue
        line = (_place(mesh, int(mesh.start[edge])), _place(mesh, int(mesh.end[edge])))
        row = int(mesh.lot[edge])
        for pair in [(a, b) for a in beside[first] for b in beside[last] if (a, b) in known]:
            extra = [
                (0.0 if node == mesh.start[edge] else 1.0, _place(mesh, point), ROUNDING)
                for node, point in zip((first, last), pair)
                if node != point
            ]
            # Where the points of both ends do not go in together, one may.
            for some in [extra, *([one] for one in extra if len(extra) > 1)]:
                drawn = _drawn(shapes[row], Edits({}, {line: some}, set()))
                # No needle that only rounding keeps open: what GEOS says about such a shape cannot be relied on.
                if drawn is not None and shapely.minimum_clearance(drawn) > 10 * ROUNDING and shapely.is_valid(drawn):
                    asked.append((row, line, some, drawn))
    if not asked:
        return {}
    rows = np.array([item[0] for item in asked], dtype=np.int64)
    grows = _grows(shapes, rows, np.array([item[3] for item in asked], dtype=object))
    edits: dict[int, Edits] = {}
    for (row, line, extra, _), bad in zip(asked, grows.tolist()):
        if not bad:
            edits.setdefault(row, Edits.none()).inserted.setdefault(line, extra)
    return _apply(shapes, fixed, edits, check, progress)


def _grows(shapes: Geometries, rows: Ints, drawn: Geometries) -> npt.NDArray[np.bool_]:
    """Whether each of ``rows`` as ``drawn`` overlaps another lot more than before, however narrow."""
    which, other = shapely.STRtree(shapes).query(drawn, predicate="intersects")
    apart = other != rows[which]
    which, other = which[apart], other[apart]
    now = shapely.intersection(drawn[which], shapes[other])
    some = np.flatnonzero(shapely.area(now) > 0)
    before = shapely.intersection(shapes[rows[which[some]]], shapes[other[some]])
    more = wide(shapely.difference(now[some], before), ROUNDING)
    return np.isin(np.arange(len(rows)), which[some[more]])


def held_apart(shapes: Geometries, fixed: Bools, spots: npt.NDArray[np.float64], reach: float) -> npt.NDArray[np.bool_]:
    """For each of ``spots`` (n, 2), where borders nearly fit, whether a ``fixed`` lot lies there.

    The check takes points for one that are each within ``reach`` (m) of a third, hence twice that here.
    """
    outlines = _outlines_of(shapes, fixed)
    result = np.zeros(len(spots), dtype=bool)
    if len(outlines) and len(spots):
        found = shapely.STRtree(outlines).query(
            shapely.points(spots), predicate="dwithin", distance=2 * reach + ROUNDING
        )
        result[found[0]] = True
    return result


def add_points(
    shapes: Geometries, fixed: Bools, allowed: Optional[Bools], reach: float, check: CheckSettings, progress: Progress
) -> dict[int, Any]:
    """Lots redrawn so that a point on the border of another lot is a point of both.

    ``reach`` (m): how far off the line the point may lie. A ``fixed`` lot gets no points: its
    neighbour's point goes if the neighbour does not need it, else it moves onto the fixed border. What
    would make lots overlap by more than ``check`` ignores is not done, nor what lots that overlap need not.
    """
    mesh = build_mesh(shapes, 0.0)
    at = _Nodes(mesh, fixed)
    near = find_near(mesh, max(reach, ROUNDING), progress.part(0.0, 0.5))
    if not len(near.node):
        return {}
    lot = mesh.lot[near.edge]
    count = max(len(shapes), 1)
    # As in the check: a lot has a point here only if one of its open edges ends in it. The same point elsewhere on
    # its outline, where it already meets a neighbour, does not help.
    opened = np.flatnonzero(mesh.is_open)
    ends = np.concatenate([mesh.start[opened], mesh.end[opened]])
    owned = np.isin(near.node * count + lot, ends * count + np.concatenate([mesh.lot[opened]] * 2))
    place = mesh.nodes[near.node]
    limit = max(reach, ROUNDING)
    to_end = np.minimum(
        np.hypot(*(place - mesh.nodes[mesh.start[near.edge]]).T),
        np.hypot(*(place - mesh.nodes[mesh.end[near.edge]]).T),
    )
    # Beside the end of the edge two points should become one instead, unless the point lies on the edge already.
    exact = max(check.tolerance, ROUNDING)
    inner = (to_end > limit) | ((near.off <= exact) & (to_end > exact))
    if reach <= 0:  # an outline that runs over its own point is cut there
        owned &= near.off > ROUNDING
    wanted = np.flatnonzero(~owned & inner)
    # Of several edges of one lot the nearest gets the point.
    wanted = wanted[np.lexsort((near.along[wanted], near.off[wanted], lot[wanted], near.node[wanted]))]
    needed = _needed(shapes, at, near.node[wanted], lot[wanted], check)
    seen: set[tuple[int, int]] = set()
    steps = _Steps(mesh)
    # A point that lies on a fixed border stays there, whatever other fixed borders are near.
    held = np.zeros(len(mesh.nodes), dtype=bool)
    held[near.node[fixed[lot] & (near.off <= ROUNDING)]] = True
    edits: dict[int, Edits] = {}
    for place_in_list, number in enumerate(wanted.tolist()):
        if place_in_list % 5000 == 0:
            progress.step(0.5)
        node, row, edge = int(near.node[number]), int(lot[number]), int(near.edge[number])
        if (node, row) in seen:
            continue
        seen.add((node, row))
        having = at.lots(node).tolist()
        if not any((min(row, other), max(row, other)) in needed for other in having):
            continue
        if allowed is not None and not (allowed[row] or allowed[having].any()):
            continue
        point = _place(mesh, node)
        if not fixed[row]:
            line = (_place(mesh, int(mesh.start[edge])), _place(mesh, int(mesh.end[edge])))
            edits.setdefault(row, Edits.none()).inserted.setdefault(line, []).append(
                (float(near.along[number]), point, float(near.off[number]))
            )
        elif not at.fixed[node]:
            beside = steps.beside(node)
            own = edits.setdefault(having[0], Edits.none())
            if (
                len(having) == 1
                and not any(_place(mesh, other) in own.removed for other in beside.tolist())
                and _follows(mesh.nodes[beside], shapes[row], exact)
            ):
                own.removed.add(point)
            elif not held[node]:
                spot = (float(near.spot[number, 0]), float(near.spot[number, 1]))
                for other in having:
                    edits.setdefault(other, Edits.none()).moved.setdefault(point, spot)
    return _apply(shapes, fixed, _same_moves(_without_gone(edits)), check, progress)


def cut_spikes(
    shapes: Geometries, fixed: Bools, tips: Sequence[tuple[int, float, float]], check: CheckSettings, progress: Progress
) -> tuple[dict[int, Any], list[tuple[int, float, float, str]]]:
    """Lots redrawn without the ``tips`` (row, x, y) of spikes; and the tips that stay, each with the reason.

    A tip goes only if that takes no border point away and leaves no bare ground: nobody else has the point or a border
    there, or two lots share both sides of the spike and both give the point up.
    """
    left: list[tuple[int, float, float, str]] = []
    if not tips:
        return {}, left
    mesh = build_mesh(shapes, 0.0)
    at = _Nodes(mesh, fixed)
    places: dict[XY, set[int]] = {}
    for row, x, y in tips:
        places.setdefault((x, y), set()).add(row)
    spots = sorted(places)
    numbers = cKDTree(mesh.nodes).query(np.array(spots))[1]
    which, near = shapely.STRtree(shapes).query(
        shapely.points(spots), predicate="dwithin", distance=max(check.tolerance, ROUNDING)
    )
    close = shapely.distance(shapely.boundary(shapes[near]), shapely.points(spots)[which]) <= check.tolerance + ROUNDING
    beside: dict[int, set[int]] = {}
    for number, row in zip(which[close].tolist(), near[close].tolist()):
        beside.setdefault(number, set()).add(row)
    steps = _Steps(mesh)
    going: dict[XY, set[int]] = {}
    for number, (spot, node) in enumerate(zip(spots, numbers.tolist())):
        mine, having = places[spot], set(at.lots(node).tolist())
        alone = having == mine and beside.get(number, set()) <= mine
        if not alone or len(mine) > 2 or (len(mine) == 2 and not steps.shared(node)):
            left += [(row, *spot, SHARED_TIP) for row in sorted(mine)]
        elif fixed[sorted(mine)].any():
            left += [(row, *spot, TRUSTED) for row in sorted(mine)]
        else:
            going[spot] = mine
    while True:
        edits: dict[int, Edits] = {}
        for spot, mine in going.items():
            for row in mine:
                edits.setdefault(row, Edits.none()).removed.add(spot)
        result = _apply(shapes, fixed, edits, check, progress)
        stuck = {spot: mine for spot, mine in going.items() if not mine <= set(result)}
        if not stuck:
            return result, left
        for spot, mine in stuck.items():
            left += [(row, *spot, CANNOT) for row in sorted(mine)]
            del going[spot]


def _without_gone(edits: dict[int, Edits]) -> dict[int, Edits]:
    """A point that its only lot gives up is not put into another one: else two lots would hand it to and fro."""
    gone = {point for own in edits.values() for point in own.removed}
    for own in edits.values():
        for line, extra in own.inserted.items():
            own.inserted[line] = [item for item in extra if item[1] not in gone]
    return edits


def _needed(shapes: Geometries, at: _Nodes, nodes: Ints, rows: Ints, check: CheckSettings) -> set[tuple[int, int]]:
    """Pairs of a row and a lot with a point on it that do not overlap: they share a border there."""
    pairs = {
        (min(row, other), max(row, other))
        for node, row in zip(nodes.tolist(), rows.tolist())
        for other in at.lots(node).tolist()
    }
    listed = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    apart = _overlap(shapes, listed[:, 0], listed[:, 1], check) == 0
    return {(one, two) for one, two in listed[apart].tolist()}


def _follows(beside: npt.NDArray[np.float64], border: Any, reach: float) -> bool:
    """Whether the straight line past a point runs along the border of another lot."""
    if len(beside) != 2:
        return False
    return bool(shapely.covers(shapely.buffer(shapely.boundary(border), reach), shapely.linestrings(beside)))


def _same_moves(edits: dict[int, Edits]) -> dict[int, Edits]:
    """A point that moves, moves also where it is put in."""
    everywhere = {here: there for own in edits.values() for here, there in own.moved.items()}
    for own in edits.values():
        for extra in own.inserted.values():
            own.moved.update({point: everywhere[point] for _, point, _off in extra if point in everywhere})
    return edits


def _apply(
    shapes: Geometries, fixed: Bools, edits: dict[int, Edits], check: CheckSettings, progress: Progress
) -> dict[int, Any]:
    """The lots redrawn. Edits of lots that would come to overlap anew are left out."""
    result: dict[int, Any] = {}
    held = _held(shapes[fixed], edits)
    while edits:
        result = {}
        for number, row in enumerate(sorted(edits)):
            if number % 200 == 0:
                progress.step(0.5 + 0.5 * number / len(edits))
            new = redrawn(shapes[row], edits[row], check)
            if new is not None and not shapely.equals_exact(new, shapes[row], 0.0):
                result[row] = new
        if held and (stays := _onto_fixed(shapes, fixed, result, edits, held)):
            edits = _without_held(edits, stays)
            continue
        harmful = _new_overlaps(shapes, result, edits, check)
        if not harmful:
            break
        edits = _without(edits, harmful, check)
    return result if edits else {}


def _held(fixed: Geometries, edits: Mapping[int, Edits]) -> set[XY]:
    """The points that leave the border of a fixed lot, or draw an edge off it."""
    leaves: dict[XY, set[XY]] = {}  # place on the border: points concerned
    for own in edits.values():
        for point in (*own.moved, *own.removed):
            leaves.setdefault(point, set()).add(point)
        for (here, there), extra in own.inserted.items():
            for along, point, off in extra:
                if off > ROUNDING:
                    foot = (here[0] + along * (there[0] - here[0]), here[1] + along * (there[1] - here[1]))
                    leaves.setdefault(foot, set()).add(point)
    if not len(fixed) or not leaves:
        return set()
    points = sorted(leaves)
    places = shapely.points(points)
    which, lot = shapely.STRtree(fixed).query(places, predicate="dwithin", distance=ROUNDING)
    on = shapely.dwithin(places[which], shapely.boundary(fixed[lot]), ROUNDING)
    return {point for number in which[on].tolist() for point in leaves[points[number]]}


def _points_of(edits: Edits) -> set[XY]:
    return {*edits.moved, *edits.removed, *(item[1] for extra in edits.inserted.values() for item in extra)}


def _onto_fixed(
    shapes: Geometries, fixed: Bools, result: Mapping[int, Any], edits: Mapping[int, Edits], held: set[XY]
) -> dict[int, set[XY]]:
    """Those of the ``held`` points, by row, without which a row would not overlap a fixed lot more than before.

    However narrow, such an overlap would be cut off again, and the lot would go to and fro.
    """
    rows = np.array([row for row in sorted(result) if held & _points_of(edits[row])], dtype=np.int64)
    lots = np.flatnonzero(fixed & (shapes != None))  # noqa: E711  (element by element)
    if not len(rows):
        return {}
    after = np.array([result[row] for row in rows.tolist()], dtype=object)
    which, other = shapely.STRtree(shapes[lots]).query(after, predicate="intersects")
    now = shapely.intersection(after[which], shapes[lots[other]])
    some = np.flatnonzero(shapely.area(now) > 0)
    some = some[wide(now[some], ROUNDING)]
    before = shapely.intersection(shapes[rows[which[some]]], shapes[lots[other[some]]])
    more = shapely.area(now[some]) > shapely.area(before)
    stays: dict[int, set[XY]] = {}
    for row, area in zip(rows[which[some[more]]].tolist(), shapely.difference(now[some[more]], before[more])):
        points = sorted(held & _points_of(edits[row]))
        spots = [edits[row].moved.get(point, point) for point in points]
        near = shapely.dwithin(shapely.linestrings(np.stack([points, spots], axis=1)), area, ROUNDING)
        chosen = [number for number, touches in enumerate(near.tolist()) if touches] or list(range(len(points)))
        if len(chosen) <= SINGLY:  # perhaps it is the longest way only
            chosen = [max(chosen, key=lambda number: (np.hypot(*np.subtract(points[number], spots[number])), number))]
        stays.setdefault(row, set()).update(points[number] for number in chosen)
    return stays


def _without_held(edits: Mapping[int, Edits], stays: Mapping[int, set[XY]]) -> dict[int, Edits]:
    """The edits without the points that stay on a fixed border; those that would move stay in every lot."""
    everywhere = {point for row, points in stays.items() for point in points & {*edits[row].moved, *edits[row].removed}}
    kept: dict[int, Edits] = {}
    for row, own in edits.items():
        moved = {here: there for here, there in own.moved.items() if here not in everywhere}
        inserted, off = own.inserted, stays.get(row, set())
        if off:
            inserted = {
                line: near
                for line, extra in inserted.items()
                if (near := [item for item in extra if item[1] not in off or item[2] <= ROUNDING])
            }
        if moved or inserted or own.removed - everywhere:
            kept[row] = Edits(moved, inserted, own.removed - everywhere)
    return kept


def _farthest(edits: Edits) -> float:
    """The longest move of a point or of a line (m)."""
    if edits.removed:
        return np.inf
    moves = [float(np.hypot(a[0] - b[0], a[1] - b[1])) for a, b in edits.moved.items()]
    return max([*moves, *(off for extra in edits.inserted.values() for _, _, off in extra)], default=0.0)


def _overlap(shapes: Geometries, first: Ints, second: Ints, check: CheckSettings) -> npt.NDArray[np.float64]:
    """Area (m²) common to pairs of rows; 0 where it is no wider than the tolerance."""
    common = shapely.intersection(shapes[first], shapes[second])
    area = shapely.area(common)
    some = np.flatnonzero(area > 0)
    inner = shapely.buffer(common[some], -max(check.tolerance, ROUNDING) / 2, join_style="mitre")
    result = np.zeros(len(area))
    result[some] = np.where(shapely.is_empty(inner), 0.0, area[some])
    return result


def _new_overlaps(
    shapes: Geometries, result: Mapping[int, Any], edits: Mapping[int, Edits], check: CheckSettings
) -> set[int]:
    """Redrawn rows that overlap a lot more than before, by more than the check ignores."""
    rows = np.array([row for row in sorted(result) if _farthest(edits[row]) > check.tolerance], dtype=np.int64)
    if not len(rows):
        return set()
    after = shapes.copy()
    for row, shape in result.items():
        after[row] = shape
    which, other = shapely.STRtree(after).query(after[rows], predicate="intersects")
    one, two = rows[which], other
    pairs = np.unique(np.stack([np.minimum(one, two), np.maximum(one, two)], axis=1)[one != two], axis=0)
    if not len(pairs):
        return set()
    first, second = pairs[:, 0], pairs[:, 1]
    now = _overlap(after, first, second, check)
    some = np.flatnonzero(now > 0)
    before = shapely.area(shapely.intersection(shapes[first[some]], shapes[second[some]]))
    worse = some[now[some] > before + ROUNDING]
    return set(np.concatenate([first[worse], second[worse]]).tolist()) & set(rows.tolist())


def _without(edits: Mapping[int, Edits], rows: set[int], check: CheckSettings) -> dict[int, Edits]:
    """The edits without what shifts borders of ``rows`` by more than the tolerance.

    A point that stays there, stays in every lot.
    """
    stays = {
        here
        for row in rows
        for here, there in edits[row].moved.items()
        if np.hypot(here[0] - there[0], here[1] - there[1]) > check.tolerance
    }
    kept: dict[int, Edits] = {}
    for row, own in edits.items():
        inserted, removed = own.inserted, own.removed
        if row in rows:
            removed = set()
            inserted = {
                line: near
                for line, extra in inserted.items()
                if (near := [item for item in extra if item[2] <= check.tolerance])
            }
        moved = {here: there for here, there in own.moved.items() if here not in stays}
        if moved or inserted or removed:
            kept[row] = Edits(moved, inserted, removed)
    return kept


def outline_shift(before: Geometries, after: Geometries) -> npt.NDArray[np.float64]:
    """Largest distance (m) between the old and the new outline of each lot, at their points."""
    return np.asarray(shapely.hausdorff_distance(shapely.boundary(before), shapely.boundary(after)), dtype=float)
