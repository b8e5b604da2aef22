"""All pairs of shapes within a distance, with the shortest distance between the shapes.

Most pairs lie far apart compared with their own size. Then the direction of the shortest line is known
to within a small angle, and each shape can meet it only with one corner or one side of its convex hull:
the distance follows from at most two segments instead of from all sides. Where that cannot be
certified (near, touching, hollow or very long shapes) GEOS measures. Both give the true distance.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np
import shapely

from ..progress import Progress

#: Receptors looked up between two looks at progress and cancel.
CHUNK = 512
#: Pairs measured at once: small enough for the processor's cache.
BLOCK = 16_384
#: Directions in the table of hull corners.
BINS = 256
STEP = 2 * np.pi / BINS
#: Shapes this many times larger than the middle one are measured by GEOS alone.
LARGE = 4.0
#: Distances nearer than this to 0 or to the limit are measured by GEOS, so that both sides agree.
CLOSE = 1e-6


class Pairs(NamedTuple):
    """Positions of sources and receptors and their distance in metres; ``error`` is the largest possible
    error of each distance in metres (``None``: distances are exact)."""

    source: np.ndarray
    receptor: np.ndarray
    metres: np.ndarray
    error: Optional[np.ndarray] = None


class _Hulls(NamedTuple):
    """Circles around shapes, and the sides of their hulls sorted by the direction they face."""

    centre: np.ndarray
    radius: np.ndarray
    count: np.ndarray
    first: np.ndarray
    start: np.ndarray
    end: np.ndarray
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
    middle = np.column_stack(
        [np.bincount(of, points[:, axis], minlength=len(shapes)) for axis in (0, 1)]
    ) / np.maximum(np.bincount(of, minlength=len(shapes)), 1)[:, None]
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
    return _Hulls(centre, radius, count, first, start, end, _real_sides(shapes, start, end, of), below)


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


def _end(hulls: _Hulls, of: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, ...]:
    """First and last point of the one hull side (or corner) that faces directions ``low``..``high``
    (in bins), and whether there is only one."""
    count = hulls.count[of]
    before = hulls.below[of, low & (BINS - 1)] + count * (low // BINS)
    after = hulls.below[of, high & (BINS - 1)] + count * (high // BINS)
    many = after - before
    at = hulls.first[of] + before % count
    one = many == 0
    end = np.where(one[:, None], hulls.start[at], hulls.end[at])
    return hulls.start[at], end, one | ((many == 1) & hulls.real[at])


def _to_segment(
    px: np.ndarray, py: np.ndarray, a: np.ndarray, dx: np.ndarray, dy: np.ndarray, square: np.ndarray
) -> np.ndarray:
    """Squared distance from points to segments that begin at ``a`` and run along (dx, dy)."""
    x, y = px - a[:, 0], py - a[:, 1]
    t = np.clip((x * dx + y * dy) / square, 0.0, 1.0)
    x -= t * dx
    y -= t * dy
    return x * x + y * y


def _between(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray:
    """Distance between segments a-b and c-d that do not cross."""
    ux, uy = b[:, 0] - a[:, 0], b[:, 1] - a[:, 1]
    vx, vy = d[:, 0] - c[:, 0], d[:, 1] - c[:, 1]
    # A segment without length is its first point.
    uu, vv = np.maximum(ux * ux + uy * uy, 1e-300), np.maximum(vx * vx + vy * vy, 1e-300)
    best = _to_segment(c[:, 0], c[:, 1], a, ux, uy, uu)
    np.minimum(best, _to_segment(d[:, 0], d[:, 1], a, ux, uy, uu), out=best)
    np.minimum(best, _to_segment(a[:, 0], a[:, 1], c, vx, vy, vv), out=best)
    np.minimum(best, _to_segment(b[:, 0], b[:, 1], c, vx, vy, vv), out=best)
    return np.sqrt(best)


def _measure(
    sources: np.ndarray, receptors: np.ndarray, s: _Hulls, r: _Hulls, of: np.ndarray, to: np.ndarray, limit: float
) -> np.ndarray:
    """Exact distances of pairs of compact shapes."""
    metres = np.full(len(of), np.nan)
    for begin in range(0, len(of), BLOCK):
        i, j = of[begin : begin + BLOCK], to[begin : begin + BLOCK]
        dx, dy = (r.centre[j] - s.centre[i]).T
        apart = np.sqrt(dx * dx + dy * dy)
        reach = s.radius[i] + r.radius[j]
        with np.errstate(divide="ignore", invalid="ignore"):
            half = np.arcsin(np.minimum(reach / apart, 1.0))
        far = apart > reach * 1.000001
        half = np.where(far, half, 0.0)
        turn = np.arctan2(dy, dx) + 2 * np.pi
        # One bin more on both sides, so that rounding of directions cannot matter.
        low = np.floor((turn - half) / STEP).astype("int64")
        high = np.floor((turn + half) / STEP).astype("int64") + 1
        a, b, good = _end(s, i, low, high)
        c, d, also = _end(r, j, low + BINS // 2, high + BINS // 2)
        found = _between(a, b, c, d)
        sure = far & good & also & (found > CLOSE) & (np.abs(found - limit) > CLOSE)
        found[~sure] = shapely.distance(sources[i[~sure]], receptors[j[~sure]])
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
    small_s, small_r = _compact(s.radius, s.count), _compact(r.radius, r.count)
    of, to = np.flatnonzero(small_s), np.flatnonzero(small_r)
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    if len(of) and len(to):
        tree = cKDTree(s.centre[of])
        reach = distance + s.radius[of].max() + r.radius[to].max()
        # Neighbours in one piece, so that the search reads few parts of the tree.
        to = to[np.lexsort((r.centre[to, 1], np.floor(r.centre[to, 0] / max(reach, 1.0))))]
        for begin in range(0, len(to), CHUNK):
            progress.step(0.8 * begin / len(to))
            some = to[begin : begin + CHUNK]
            near = tree.sparse_distance_matrix(cKDTree(r.centre[some]), reach, output_type="ndarray")
            i, j = of[near["i"]], some[near["j"]]
            keep = near["v"] <= distance + s.radius[i] + r.radius[j]
            i, j = i[keep], j[keep]
            metres = _measure(sources, receptors, s, r, i, j, distance)
            keep = metres <= distance
            parts.append((i[keep], j[keep], metres[keep]))
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


def _joined(parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    if not parts:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64"), np.empty(0)
    i, j, metres = (np.concatenate(column) for column in zip(*parts))
    return i, j, metres


def pairs_within_fast(
    sources: np.ndarray, receptors: np.ndarray, distance: float, progress: Optional[Progress] = None
) -> Pairs:
    """Pairs by the distance between the middles of the shapes, made shorter by the radius of a circle of
    the same area; each with the largest error it can have.

    The true distance lies within ``metres`` ± ``error``. Pairs whose estimate is beyond ``distance`` are left
    out, so a pair is missed or too many only where the true distance is within ``error`` of ``distance``.
    Not ordered. Raises ``Cancelled``.
    """
    from scipy.spatial import cKDTree

    progress = progress or Progress()
    (s_at, s_far), (r_at, r_far) = _circles(sources), _circles(receptors)
    of, to = np.flatnonzero(np.isfinite(s_far)), np.flatnonzero(np.isfinite(r_far))
    s_round, r_round = (np.sqrt(np.maximum(shapely.area(shapes), 0.0) / np.pi) for shapes in (sources, receptors))
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    if len(of) and len(to):
        tree = cKDTree(s_at[of])
        reach = distance + s_round[of].max() + r_round[to].max()
        for begin in range(0, len(to), CHUNK * 8):
            progress.step(begin / len(to))
            some = to[begin : begin + CHUNK * 8]
            near = tree.sparse_distance_matrix(cKDTree(r_at[some]), reach, output_type="ndarray")
            i, j = of[near["i"]], some[near["j"]]
            metres = np.maximum(near["v"] - s_round[i] - r_round[j], 0.0)
            keep = metres <= distance
            parts.append((i[keep], j[keep], metres[keep]))
    i, j, metres = _joined(parts)
    # The middle of a bounding box lies within the farthest corner of the shape, in any direction.
    return Pairs(i, j, metres, s_far[i] + r_far[j])


def largest_error(sources: np.ndarray, receptors: np.ndarray) -> float:
    """Most metres by which a distance of :func:`pairs_within_fast` can be wrong for these shapes."""
    largest = [np.nanmax(_circles(shapes)[1], initial=0.0) for shapes in (sources, receptors)]
    return float(sum(largest))
