"""All pairs of shapes within a distance, with the shortest distance between the shapes.

Most pairs lie far apart compared with their own size. Then the direction of the shortest line is known
to within a small angle, and each shape can meet it only with one corner or one side of its convex hull:
the distance follows from at most two segments instead of from all sides. Where that cannot be
certified (near, touching, hollow or very long shapes) GEOS measures. Both give the true distance.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Optional

import numpy as np
import shapely

from ..errors import Cancelled
from ..progress import Progress

#: Receptors looked up between two looks at progress and cancel.
CHUNK = 512
#: Pairs measured at once: small enough for the processor's cache.
BLOCK = 16_384
#: Directions in the table of hull corners.
BINS = 256
SHIFT = 8
STEP = 2 * np.pi / BINS
#: Shapes this many times larger than the middle one are measured by GEOS alone.
LARGE = 4.0
#: Distances nearer than this to 0 or to the limit are measured by GEOS, so that both sides agree.
CLOSE = 1e-6
#: Threads that search at once.
MOST_WORKERS = 4
_Found = tuple[np.ndarray, np.ndarray, np.ndarray]


class Pairs(NamedTuple):
    """Positions of sources and receptors and their distance in metres; ``error``: by how many metres a distance
    may be wrong at most."""

    source: np.ndarray
    receptor: np.ndarray
    metres: np.ndarray
    error: float = 0.0


class _Hulls(NamedTuple):
    """Circles around shapes, and the sides of their hulls sorted by the direction they face."""

    x: np.ndarray
    y: np.ndarray
    radius: np.ndarray
    sides: np.ndarray
    first: np.ndarray
    corner_x: np.ndarray
    corner_y: np.ndarray
    real: np.ndarray
    below: np.ndarray


def _circles(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre of the bounding box and distance to the farthest corner; NaN for missing shapes."""
    bounds = shapely.bounds(shapes)
    centre = (bounds[:, :2] + bounds[:, 2:]) / 2
    radius = np.full(len(shapes), np.nan)
    points, of = shapely.get_coordinates(shapes, return_index=True)
    if len(of):
        away = np.hypot(*(points - centre[of]).T)
        first = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
        radius[of[first]] = np.maximum.reduceat(away, first)
    return centre, radius


def _hulls(shapes: np.ndarray) -> _Hulls:
    centre, radius = _circles(shapes)
    points, of = shapely.get_coordinates(shapely.convex_hull(shapes), return_index=True)
    middle = (
        np.column_stack([np.bincount(of, points[:, axis], minlength=len(shapes)) for axis in (0, 1)])
        / np.maximum(np.bincount(of, minlength=len(shapes)), 1)[:, None]
    )
    # A ring repeats its first point at the end.
    last = np.r_[of[1:] != of[:-1], True] & (shapely.get_type_id(shapely.convex_hull(shapes))[of] == 3)
    points, of = points[~last], of[~last]
    turn = np.arctan2(points[:, 1] - middle[of, 1], points[:, 0] - middle[of, 0])
    order = np.lexsort((turn, of))
    points, of = points[order], of[order]
    count = np.bincount(of, minlength=len(shapes))
    first = np.concatenate([[0], np.cumsum(count)])[:-1]
    following = np.arange(len(of)) + 1
    wrap = following == (first + count)[of]
    following[wrap] = first[of[wrap]]
    end = points[following]
    along = end - points
    faces = np.mod(np.arctan2(-along[:, 0], along[:, 1]), 2 * np.pi)
    order = np.lexsort((faces, of))
    start, end, faces, of = points[order], end[order], faces[order], of[order]
    bins = np.minimum((faces / STEP).astype("int64"), BINS - 1)
    inside = np.zeros(len(shapes) * BINS, dtype="uint8")
    np.add.at(inside, of * BINS + bins, 1)
    below = np.cumsum(inside.reshape(-1, BINS), axis=1, dtype="uint8")
    below = np.concatenate([np.zeros((len(shapes), 1), dtype="uint8"), below[:, :-1]], axis=1)
    real = _real_sides(shapes, start, end, of)
    x, y, corner_x, corner_y = (np.ascontiguousarray(c) for c in (*centre.T, *start.T))
    return _Hulls(x, y, radius, count, first, corner_x, corner_y, real, below)


def _real_sides(shapes: np.ndarray, start: np.ndarray, end: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Which hull sides are sides of the shape itself (the others span a hollow)."""
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    if len(points) < 2:
        return np.ones(len(of), dtype=bool)
    same = owner[1:] == owner[:-1]
    parts = np.column_stack([owner[:-1], points[:-1], points[1:]])[same]
    back = parts[:, [0, 3, 4, 1, 2]]
    sides = np.ascontiguousarray(np.column_stack([of, start, end]))
    known = np.ascontiguousarray(np.concatenate([parts, back]))
    row = np.dtype((np.void, sides.dtype.itemsize * 5))
    # -0.0 and 0.0 are one coordinate but two patterns of bytes.
    found = np.isin((sides + 0.0).view(row).ravel(), (known + 0.0).view(row).ravel())
    return found | (start == end).all(axis=1)


def _end(
    hulls: _Hulls, of: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Positions of the first and last point of the one hull side (or corner) that faces directions
    ``low``..``high`` (in bins), whether there is only one, and whether it is a side of the shape itself."""
    count, first, row = hulls.sides[of], hulls.first[of], of * BINS
    below = hulls.below.ravel()
    before = below[row + (low & (BINS - 1))] + count * (low >> SHIFT)
    many = below[row + (high & (BINS - 1))] + count * (high >> SHIFT) - before
    start = before % count
    end = np.where(many == 0, start, start + 1)
    end[end == count] = 0
    start += first
    return start, end + first, many <= 1, (many == 0) | hulls.real[start]


def _to_segment(
    px: np.ndarray, py: np.ndarray, ax: np.ndarray, ay: np.ndarray, dx: np.ndarray, dy: np.ndarray, square: np.ndarray
) -> np.ndarray:
    """Squared distance from points to segments that begin at (ax, ay) and run along (dx, dy)."""
    x, y = px - ax, py - ay
    t = x * dx
    t += y * dy
    t /= square
    np.clip(t, 0.0, 1.0, out=t)
    x -= t * dx
    y -= t * dy
    x *= x
    y *= y
    x += y
    return x


def _between(
    a: tuple[np.ndarray, np.ndarray],
    b: tuple[np.ndarray, np.ndarray],
    c: tuple[np.ndarray, np.ndarray],
    d: tuple[np.ndarray, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Squared distance from the ends of c-d to segment a-b, and from the ends of a-b to segment c-d. The smaller
    is that between the segments, when they do not cross."""
    ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
    # A segment without length is its first point.
    uu, vv = np.maximum(ux * ux + uy * uy, 1e-300), np.maximum(vx * vx + vy * vy, 1e-300)
    to_first = _to_segment(*c, *a, ux, uy, uu)
    np.minimum(to_first, _to_segment(*d, *a, ux, uy, uu), out=to_first)
    to_second = _to_segment(*a, *c, vx, vy, vv)
    np.minimum(to_second, _to_segment(*b, *c, vx, vy, vv), out=to_second)
    return to_first, to_second


def _measure(
    sources: np.ndarray, receptors: np.ndarray, s: _Hulls, r: _Hulls, of: np.ndarray, to: np.ndarray, limit: float
) -> np.ndarray:
    """Exact distances of pairs of compact shapes."""
    metres = np.empty(len(of))
    for begin in range(0, len(of), BLOCK):
        i, j = of[begin : begin + BLOCK], to[begin : begin + BLOCK]
        dx, dy = r.x[j] - s.x[i], r.y[j] - s.y[i]
        apart = np.sqrt(dx * dx + dy * dy)
        reach = s.radius[i] + r.radius[j]
        far = apart > reach * 1.000001
        with np.errstate(divide="ignore", invalid="ignore"):
            half = np.arcsin(np.where(far, reach / apart, 0.0))
        turn = np.arctan2(dy, dx)
        turn += 2 * np.pi
        # One bin more, so that rounding of directions cannot matter.
        low = ((turn - half) * (1 / STEP)).astype("int64")
        high = ((turn + half) * (1 / STEP)).astype("int64") + 1
        a, b, good, real = _end(s, i, low, high)
        c, d, also, as_well = _end(r, j, low + BINS // 2, high + BINS // 2)
        to_s, to_r = _between(
            (s.corner_x[a], s.corner_y[a]),
            (s.corner_x[b], s.corner_y[b]),
            (r.corner_x[c], r.corner_y[c]),
            (r.corner_x[d], r.corner_y[d]),
        )
        # The distance of the hulls. It is that of the shapes where it ends on sides or corners of them: a hull
        # side over a hollow counts by its two corners only.
        square = np.minimum(to_s, to_r)
        true = np.where(real, np.where(as_well, square, to_s), np.where(as_well, to_r, np.inf)) <= square
        found = np.sqrt(square)
        sure = far & good & also & true & (found > CLOSE) & (np.abs(found - limit) > CLOSE)
        rest = np.flatnonzero(~sure)
        found[rest] = shapely.distance(sources[i[rest]], receptors[j[rest]])
        metres[begin : begin + BLOCK] = found
    return metres


def _compact(radius: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Shapes small enough for the circle search, with hulls of fewer than 200 sides."""
    known = radius[np.isfinite(radius)]
    limit = LARGE * np.median(known) if len(known) else 0.0
    return np.isfinite(radius) & (radius <= limit) & (count < 200)


def pairs_within(
    sources: np.ndarray, receptors: np.ndarray, distance: float, progress: Optional[Progress] = None
) -> Pairs:
    """All pairs not farther apart than ``distance`` metres, with their shortest distance.

    Two arrays of shapely geometries (any kind, missing allowed) in one plane coordinate system in metres.
    Not ordered. Memory grows with the pairs. Raises ``Cancelled``.
    """
    from scipy.spatial import cKDTree

    progress = progress or Progress()
    s, r = _hulls(sources), _hulls(receptors)
    small_s, small_r = _compact(s.radius, s.sides), _compact(r.radius, r.sides)
    of, to = np.flatnonzero(small_s), np.flatnonzero(small_r)
    parts: list[_Found] = []
    if len(of) and len(to):
        tree = cKDTree(np.column_stack([s.x[of], s.y[of]]))
        reach = distance + s.radius[of].max() + r.radius[to].max()

        def search(some: np.ndarray) -> _Found:
            points = cKDTree(np.column_stack([r.x[some], r.y[some]]))
            near = tree.sparse_distance_matrix(points, reach, output_type="ndarray")
            i, j = of[near["i"]], some[near["j"]]
            keep = near["v"] <= distance + s.radius[i] + r.radius[j]
            i, j = i[keep], j[keep]
            metres = _measure(sources, receptors, s, r, i, j, distance)
            keep = metres <= distance
            return i[keep], j[keep], metres[keep]

        parts += _in_parts(search, _in_strips(to, r.x, r.y, reach), progress.part(0.0, 0.8))
    for left, right in ((np.flatnonzero(~small_s), np.arange(len(receptors))), (of, np.flatnonzero(~small_r))):
        if not len(left) or not len(right):
            continue
        tree = shapely.STRtree(sources[left])
        for begin in range(0, len(right), CHUNK):
            progress.step(0.8 + 0.15 * begin / len(right))
            some = right[begin : begin + CHUNK]
            j, i = tree.query(receptors[some], predicate="dwithin", distance=distance)
            i, j = left[i], some[j]
            parts.append((i, j, shapely.distance(sources[i], receptors[j])))
    progress.step(1.0)
    return Pairs(*_joined(parts))


def _in_strips(which: np.ndarray, x: np.ndarray, y: np.ndarray, width: float) -> list[np.ndarray]:
    """Positions in groups of neighbours, so that a search reads few parts of the tree."""
    which = which[np.lexsort((y[which], np.floor(x[which] / max(width, 1.0))))]
    return [which[begin : begin + CHUNK] for begin in range(0, len(which), CHUNK)]


def _in_parts(search: Callable[[np.ndarray], _Found], groups: list[np.ndarray], progress: Progress) -> list[_Found]:
    """Results of every group, in order; numpy, scipy and GEOS let other threads work meanwhile."""
    if len(groups) < 2:
        return [search(group) for group in groups]
    workers = min(os.cpu_count() or 1, MOST_WORKERS)
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(search, group) for group in groups]
        found = []
        try:
            for number, task in enumerate(waiting):
                progress.step(number / len(groups))
                found.append(task.result())
        except Cancelled:
            for task in waiting:
                task.cancel()
            raise
    return found


def _joined(parts: list[_Found]) -> _Found:
    if not parts:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64"), np.empty(0)
    i, j, metres = (np.concatenate(column) for column in zip(*parts))
    return i, j, metres


def pairs_within_fast(
    sources: np.ndarray, receptors: np.ndarray, distance: float, progress: Optional[Progress] = None
) -> Pairs:
    """Pairs by the distance between the middles of the shapes, made shorter by the radius of a circle of
    the same area, with the largest error a distance can have.

    The true distance lies within ``metres`` ± ``error``. Pairs whose estimate is beyond ``distance`` are left
    out, so a pair is missed or too many only where the true distance is within ``error`` of ``distance``.
    Not ordered. Raises ``Cancelled``.
    """
    from scipy.spatial import cKDTree

    progress = progress or Progress()
    (s_at, s_far), (r_at, r_far) = _circles(sources), _circles(receptors)
    of, to = np.flatnonzero(np.isfinite(s_far)), np.flatnonzero(np.isfinite(r_far))
    s_round, r_round = (np.sqrt(np.maximum(shapely.area(shapes), 0.0) / np.pi) for shapes in (sources, receptors))
    parts: list[_Found] = []
    if len(of) and len(to):
        tree = cKDTree(s_at[of])
        reach = distance + s_round[of].max() + r_round[to].max()

        def search(some: np.ndarray) -> _Found:
            near = tree.sparse_distance_matrix(cKDTree(r_at[some]), reach, output_type="ndarray")
            i, j, metres = near["i"], near["j"], near["v"].copy()
            metres -= s_round[of][i]
            metres -= r_round[some][j]
            keep = np.flatnonzero(metres <= distance)
            return of[i[keep]], some[j[keep]], np.maximum(metres[keep], 0.0)

        parts = _in_parts(search, _in_strips(to, r_at[:, 0], r_at[:, 1], reach), progress)
    i, j, metres = _joined(parts)
    # The middle of a bounding box lies within the farthest corner of the shape, in any direction.
    return Pairs(i, j, metres, float(np.nanmax(s_far, initial=0.0) + np.nanmax(r_far, initial=0.0)))


def largest_error(sources: np.ndarray, receptors: np.ndarray) -> float:
    """Most metres by which a distance of :func:`pairs_within_fast` can be wrong for these shapes."""
    return float(sum(np.nanmax(_circles(shapes)[1], initial=0.0) for shapes in (sources, receptors)))
