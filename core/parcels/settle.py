"""Give every overlap to one lot and small gaps to a lot beside them.

One pair and one gap after the other on the shapes as they are by then, so that no piece of land is
lost between three lots, and none is given twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple, Optional

import numpy as np
import numpy.typing as npt
import shapely

from ..progress import Progress
from .check import look_at
from .lots import CheckSettings, Geometries, Ints, inside, polygons_only, union_of, wide
from .mesh import Bools, build_mesh
from .repairfields import (
    ACCURATE,
    BORDER,
    CANNOT,
    GAPS,
    LARGER,
    LEAVE,
    LOSES_MUCH,
    NOT_ASKED,
    OLDER,
    OVERLAPS,
    TOO_WIDE,
    TRUSTED,
)
from .tolerance import CLASSES
from .weld import ROUNDING, tidy, without_crumbs


class Standing(NamedTuple):
    """What decides between lots, one entry per row."""

    fixed: Bools  #: never changed
    rank: Ints  #: accuracy class, 0 is the best
    age: npt.NDArray[np.float64]  #: smaller is older; NaN unknown
    order: Ints  #: the last word: the first lot in the order of keys

    @classmethod
    def of(cls, fixed: Bools, accuracy: Geometries, age: npt.NDArray[np.float64]) -> Standing:
        ranks = {name: number for number, name in enumerate(CLASSES)}
        rank = np.array([ranks.get(name, len(ranks)) for name in accuracy], dtype=np.int64)
        return cls(fixed, rank, age, np.arange(len(fixed)))


class Left(NamedTuple):
    """Something that was not repaired: by which step, rows of the lots, why, and where (an area or a point)."""

    step: str
    rows: tuple[int, ...]
    why: str
    shape: Any


def _wide(shape: Any, width: float) -> bool:
    """Whether a shape is wider than ``width`` somewhere."""
    if width <= 0:
        return bool(shapely.area(shape) > 0)
    return not shapely.is_empty(shapely.buffer(shape, -width / 2, join_style="mitre"))


class Faults(NamedTuple):
    """What the check finds between the lots: rows and common area, rows and bare area, borders that nearly fit."""

    overlaps: list[tuple[int, int, Any]]
    gaps: list[tuple[tuple[int, ...], Any]]
    near: npt.NDArray[np.float64]  #: (n, 2) places where borders nearly fit
    near_lots: list[tuple[int, ...]]  #: rows of the lots there, none where the check names none
    channels: list[tuple[tuple[int, ...], Any]]  #: rows and bare area of open strips
    spikes: list[tuple[int, float, float]]  #: row and tip


def find_faults(
    shapes: Geometries,
    settings: CheckSettings,
    progress: Progress,
    channel_width: float = 0.0,
    spike_width: float = 0.0,
) -> Faults:
    """Overlaps and enclosed gaps of any size, and nearly fitting borders (missing shapes are left out).

    The check tells only what is larger than ``min_area``; a repair must not leave the rest behind. Open strips up to
    ``channel_width`` and spikes up to ``spike_width`` (m) are those that the check tells; 0 looks for none.
    """
    rows = np.flatnonzero(shapes != None)  # noqa: E711  (element by element)
    only = replace(
        settings,
        tolerance=max(settings.tolerance, ROUNDING),
        min_area=0.0,
        sliver_width=0.0,
        channel_width=channel_width,
        spike_width=spike_width,
        min_lot_area=0.0,
        list_snapped=True,
    )
    only.validate()
    names = np.array([f"{row:09d}" for row in rows], dtype=object)
    seen = look_at(shapes[rows], names, only, progress)
    overlaps: list[tuple[int, int, Any]] = []
    gaps: list[tuple[tuple[int, ...], Any]] = []
    channels: list[tuple[tuple[int, ...], Any]] = []
    spikes: list[tuple[int, float, float]] = []
    near: list[tuple[tuple[int, ...], tuple[float, float], tuple[float, float]]] = []
    for item in seen.found:
        lots = tuple(sorted(rows[list(item.rows)].tolist()))
        shape = item.area
        if shape is not None and shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1:
            shape = shape.geoms[0]
        if item.kind in ("overlap", "contained"):
            overlaps.append((lots[0], lots[1], shape))
        elif item.kind == "gap":
            gaps.append((lots, shape))
        elif item.kind == "channel" and shapely.area(shape) > settings.min_area:
            channels.append((lots, shape))
        elif item.kind == "spike":
            spikes.append((lots[0], item.x, item.y))
        elif item.kind == "near_border":
            near.append((lots, item.anchor or (item.x, item.y), (item.x, item.y)))
    overlaps.sort(key=lambda item: item[:2])
    for bare in (gaps, channels):
        bare.sort(key=lambda item: (item[1].bounds, item[0]))
    near.sort(key=lambda item: item[:2])
    near_lots = [lots for lots, _, _ in near]
    places = np.array([place for _, _, place in near], dtype=float).reshape(-1, 2)
    if () in near_lots:
        # Where borders nearly fit all over the map, the check names no lots and one place only.
        moved = seen.moved
        places = moved.at[np.lexsort((moved.off, moved.at[:, 1], moved.at[:, 0], moved.lot))]
        near_lots = [()] * len(places)
    return Faults(overlaps, gaps, places, near_lots, channels, sorted(spikes))


def narrow_overlaps(shapes: Geometries) -> list[tuple[int, int, Any]]:
    """Overlaps however narrow, but for rounding: rows and common area.

    Every connected run of overlaps has an edge without a neighbour of its own, so one begins with the lots at such
    edges and goes on with all that meet a lot that overlaps.
    """
    mesh = build_mesh(shapes, 0.0)
    edges = np.flatnonzero(mesh.is_open)
    found: dict[tuple[int, int], Any] = {}
    if not len(edges):
        return []
    tree = shapely.STRtree(shapes)  # missing shapes are never met
    which, other = tree.query(mesh.segments(edges), predicate="intersects")
    one = mesh.lot[edges[which]]
    tested: set[tuple[int, int]] = set()
    while True:
        pairs = np.unique(np.stack([np.minimum(one, other), np.maximum(one, other)], axis=1)[one != other], axis=0)
        fresh = np.array([pair for pair in pairs.tolist() if tuple(pair) not in tested], dtype=np.int64).reshape(-1, 2)
        tested.update((first, second) for first, second in fresh.tolist())
        common = shapely.intersection(shapes[fresh[:, 0]], shapes[fresh[:, 1]])
        some = np.flatnonzero(shapely.area(common) > 0)
        some = some[wide(common[some], ROUNDING)]
        if not len(some):
            return [(*pair, area) for pair, area in sorted(found.items(), key=lambda item: item[0])]
        found.update(((int(fresh[row, 0]), int(fresh[row, 1])), tidy(common[row])) for row in some)
        rows = np.unique(fresh[some])
        which, other = tree.query(shapes[rows], predicate="intersects")
        one = rows[which]


def settle_overlaps(
    shapes: Geometries,
    pairs: Sequence[tuple[int, int, Any]],
    standing: Standing,
    rule: str,
    most_lost: float,
    settings: CheckSettings,
    progress: Progress,
    width: float = ROUNDING,
) -> tuple[dict[int, Any], list[Left]]:
    """Shapes without the overlaps ``pairs``, and what could not be settled. Up to ``width`` (m) an overlap is none.

    ``most_lost``: largest part (0..1) of its area that a lot may lose to one other lot. Where the lot
    that should give would lose more, the other one gives if it can; so a lot inside another becomes a
    hole in it and never disappears.
    """
    changed: dict[int, Any] = {}
    left: list[Left] = []
    for number, (one, two, area) in enumerate(pairs):
        if number % 100 == 0:
            progress.step(number / len(pairs))
        shape_one, shape_two = changed.get(one, shapes[one]), changed.get(two, shapes[two])
        common = area
        if one in changed or two in changed:
            found = tidy(shapely.intersection(shape_one, shape_two))
            if found is None or not _wide(found, max(width, ROUNDING)):
                continue
            common = found
        if standing.fixed[one] and standing.fixed[two]:
            left.append(Left(OVERLAPS, (one, two), TRUSTED, common))
            continue
        keeps = _keeper(one, two, shape_one, shape_two, standing, rule)
        gives = two if keeps == one else one
        why = LOSES_MUCH
        for giver, taker in ((gives, keeps), (keeps, gives)):
            if standing.fixed[giver]:
                break
            mine = changed.get(giver, shapes[giver])
            if shapely.area(common) > most_lost * shapely.area(mine):
                continue
            new = without_crumbs(shapely.difference(mine, changed.get(taker, shapes[taker])), settings)
            if new is None:
                why = CANNOT
                continue
            changed[giver] = new
            break
        else:
            left.append(Left(OVERLAPS, (one, two), why, common))
            continue
        if standing.fixed[giver]:
            left.append(Left(OVERLAPS, (one, two), why, common))
    return changed, left


def _keeper(one: int, two: int, shape_one: Any, shape_two: Any, standing: Standing, rule: str) -> int:
    """The lot that keeps the common land."""
    if standing.fixed[one] != standing.fixed[two]:
        return one if standing.fixed[one] else two
    if rule == ACCURATE:
        if standing.rank[one] != standing.rank[two]:
            return one if standing.rank[one] < standing.rank[two] else two
        rule = BORDER
    if rule == OLDER:
        age_one, age_two = standing.age[one], standing.age[two]
        if np.isfinite(age_one) and np.isfinite(age_two) and age_one != age_two:
            return one if age_one < age_two else two
        rule = BORDER
    if rule == BORDER:
        # The overlap borders on what only lot one has along the outline of lot two, and the other way round.
        weight_one = shapely.length(shapely.intersection(shapely.boundary(shape_two), shape_one))
        weight_two = shapely.length(shapely.intersection(shapely.boundary(shape_one), shape_two))
    else:
        sign = 1.0 if rule == LARGER else -1.0
        weight_one, weight_two = sign * shapely.area(shape_one), sign * shapely.area(shape_two)
    if abs(weight_one - weight_two) > ROUNDING:
        return one if weight_one > weight_two else two
    return one if standing.order[one] < standing.order[two] else two


class GapLimits(NamedTuple):
    """Which gaps are closed, or which open strips (``step``)."""

    rule: str
    width: float  #: m; wider gaps stay
    area: float  #: m²; larger gaps stay (0: no limit)
    step: str = GAPS


def close_gaps(
    shapes: Geometries,
    gaps: Sequence[tuple[tuple[int, ...], Any]],
    standing: Standing,
    limits: GapLimits,
    settings: CheckSettings,
    progress: Progress,
) -> tuple[dict[int, Any], list[Left], float]:
    """Shapes grown over the small ones of ``gaps``, what was left, and the area (m²) given away."""
    changed: dict[int, Any] = {}
    left: list[Left] = []
    given, step = 0.0, limits.step
    reach = max(settings.tolerance, ROUNDING)
    for number, (around, gap) in enumerate(gaps):
        if number % 100 == 0:
            progress.step(number / len(gaps))
        if limits.rule == LEAVE:
            left.append(Left(step, around, NOT_ASKED, gap))
            continue
        if _wide(gap, limits.width) or (limits.area > 0 and shapely.area(gap) > limits.area):
            left.append(Left(step, around, TOO_WIDE, gap))
            continue
        free = [row for row in around if not standing.fixed[row]]
        beside = [changed.get(row, shapes[row]) for row in around]
        if step == GAPS:
            fill = _fill(gap, beside, reach, settings)
            fills = [] if fill is None else [fill]
        else:
            fills = _strip(gap, beside, limits.width, reach)
        if not fills:
            left.append(Left(step, around, CANNOT if len(free) == len(around) else TRUSTED, gap))
        for fill in fills:
            taker = _taker(fill, free, changed, shapes, limits.rule, reach)
            if taker is None:
                left.append(Left(step, around, CANNOT if len(free) == len(around) else TRUSTED, fill))
                continue
            old = changed.get(taker, shapes[taker])
            # The lot takes over the points of the gap first: else rounding could keep a crack between them.
            new = without_crumbs(shapely.union(shapely.snap(old, fill, ROUNDING), fill), settings)
            if new is None or len(shapely.get_parts(new)) > len(shapely.get_parts(old)):
                left.append(Left(step, around, CANNOT, fill))
                continue
            given += float(shapely.area(new) - shapely.area(old))
            changed[taker] = new
    return changed, left, given


def _fill(gap: Any, around: Sequence[Any], reach: float, settings: CheckSettings) -> Optional[Any]:
    """The gap point for point along the lots around it."""
    reached = shapely.buffer(gap, reach, join_style="mitre")
    free = shapely.difference(reached, union_of(np.array(around, dtype=object)))
    parts = shapely.get_parts(polygons_only(np.array([free], dtype=object))[0])
    kept = [
        part
        for part in parts
        if shapely.area(shapely.intersection(part, gap)) > 0.5 * shapely.area(part)
        # Drawn along the lots it may be a hair smaller than the gap that the check just saw.
        and _wide(part, 0.5 * settings.tolerance)
    ]
    if not kept:
        return None
    return kept[0] if len(kept) == 1 else shapely.multipolygons(kept)


def _strip(strip: Any, around: Sequence[Any], width: float, reach: float) -> list[Any]:
    """An open strip point for point along the lots around it, in pieces: it is cut across where lots end along it.

    So each piece can go to a lot that it lies in front of. Where the strip opens to the outside a line closes it.
    """
    lots = union_of(np.array(around, dtype=object))
    outlines = shapely.boundary(lots)
    corners = shapely.get_coordinates(outlines)
    ends = shapely.difference(shapely.boundary(strip), shapely.buffer(lots, reach / 4, join_style="mitre"))
    lines = []
    for mouth in shapely.get_parts(shapely.line_merge(ends)):
        points = shapely.get_coordinates(mouth)
        near = min(3 * reach, 0.4 * float(shapely.length(mouth)))
        first, last = (_anchor(point, outlines, corners, near) for point in (points[0], points[-1]))
        lines.append(shapely.linestrings(np.array([first, *points[1:-1], last])))
    for across in _across(strip, around, width, reach):
        if all(shapely.distance(across, line) > 4 * reach for line in lines):
            lines.append(across)
    drawn = shapely.union_all(np.array([outlines, *lines], dtype=object))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(drawn)))
    bare = faces[~shapely.intersects(lots, inside(faces))]
    bare = bare[shapely.area(shapely.intersection(bare, strip)) > 0.5 * shapely.area(bare)]
    other = float(shapely.area(shapely.symmetric_difference(union_of(bare), strip)))
    if other > 2 * reach * float(shapely.length(strip)):
        return []
    return sorted(bare, key=lambda piece: piece.bounds)


def _across(strip: Any, around: Sequence[Any], width: float, reach: float) -> list[Any]:
    """Lines across a strip from each point on it that two of the lots ``around`` have in common."""
    points, row = shapely.get_coordinates(np.array(around, dtype=object), return_index=True)
    places, number = np.unique(points, axis=0, return_inverse=True)
    having = np.unique(np.stack([number.ravel(), row], axis=1), axis=0)
    several = np.flatnonzero(np.bincount(having[:, 0]) > 1)
    several = several[shapely.dwithin(shapely.points(places[several]), strip, 2 * reach)]
    lines = []
    for spot in several.tolist():
        mine = set(having[having[:, 0] == spot, 1].tolist())
        others = [shape for place, shape in enumerate(around) if place not in mine]
        if not others:
            continue
        outlines = shapely.boundary(union_of(np.array(others, dtype=object)))
        foot = _anchor(places[spot], outlines, shapely.get_coordinates(outlines), 0.0)
        across = shapely.linestrings(np.array([places[spot], foot]))
        if shapely.length(across) <= width + 2 * reach:
            lines.append(across)
    return lines


def _anchor(end: Any, outlines: Any, corners: Any, near: float) -> Any:
    """Where a line that closes a strip meets the lots: at a corner within ``near``, else a hair beyond their border."""
    off = np.hypot(*(corners - end).T)
    if off.min() <= near:
        return corners[int(np.argmin(off))]
    foot = shapely.get_coordinates(shapely.shortest_line(outlines, shapely.Point(end)))[0]
    step = foot - end
    return foot + step / max(float(np.hypot(*step)), ROUNDING) * 1e-3


def _taker(
    fill: Any, free: Sequence[int], changed: dict[int, Any], shapes: Geometries, rule: str, reach: float
) -> Optional[int]:
    """The lot that gets the gap; ``None`` when none shares a border with it."""
    outline = shapely.boundary(fill)
    best: Optional[tuple[float, int]] = None
    for row in free:
        shape = changed.get(row, shapes[row])
        border = float(shapely.length(shapely.intersection(outline, shapely.buffer(shape, ROUNDING))))
        if border <= 2 * reach:
            continue
        weight = border if rule == BORDER else float(shapely.area(shape)) * (1.0 if rule == LARGER else -1.0)
        if best is None or weight > best[0] + ROUNDING:
            best = (weight, row)
    return best[1] if best is not None else None
