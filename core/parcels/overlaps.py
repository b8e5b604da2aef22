"""Lots that cover the same ground: overlaps, lots inside other lots, near copies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import shapely

from ..progress import Progress
from ..texts import Text
from .finder import Finder
from .lots import (
    CHUNK,
    CheckSettings,
    Finding,
    Geometries,
    Ints,
    Lots,
    figure,
    ignored,
    places_of,
    polygons_only,
    wide,
)
from .mesh import Floats

#: Of two lots of which one lies inside the other: covering this part of it, it is probably the same lot twice.
NEARLY_ALL = 0.9


class Overlaps(NamedTuple):
    """Pairs of rows (first < second) that overlap wider than the tolerance, sorted, with the common area."""

    first: Ints
    second: Ints
    area: Geometries


def _seeds(owner: Ints, was: Floats, finder: Finder, settings: CheckSettings, progress: Progress) -> Ints:
    """Pairs of rows where an open edge of one meets the other, as numbers."""
    side = was[:, 1] - was[:, 0]
    length = np.hypot(side[:, 0], side[:, 1])
    # Neighbours that only meet at the ends need not be looked at: an overlap is wider than the tolerance.
    cut = np.where(length > 10 * settings.tolerance, settings.tolerance / 2, 0.0)
    along = side * (cut / np.maximum(length, 1e-300))[:, None]
    lines = np.stack([was[:, 0] + along, was[:, 1] - along], axis=1)
    count = finder.count
    seen = [np.empty(0, dtype=np.int64)]
    for begin in range(0, len(owner), CHUNK):
        progress.step(begin / len(owner))
        part = shapely.linestrings(lines[begin : begin + CHUNK])
        which, row = finder.query(part, shapely.intersects, skip=owner[begin : begin + CHUNK])
        mine = owner[begin : begin + CHUNK][which]
        seen.append(np.unique(np.minimum(mine, row) * count + np.maximum(mine, row)))
    return np.unique(np.concatenate(seen))


def find_overlaps(
    owner: Ints, was: Floats, finder: Finder, lots: Lots, settings: CheckSettings, progress: Progress
) -> Overlaps:
    """Overlapping pairs with their common area, wider than the tolerance.

    ``owner``, ``was``: lot and (n, 2, 2) coordinates of the open edges. Every connected run of overlaps has an
    open edge of one lot inside or on another one (if all edges around it had a neighbour, one could walk on
    for ever). Walking over a border of one lot of a pair one stays in the other lot, so from the pairs found
    there all other lots that meet one of the two are tried, until nothing new overlaps: maps lying on top of
    each other are found whole.
    """
    seeds = _seeds(owner, was, finder, settings, progress.part(0.0, 0.4))
    count = finder.count
    tested = np.empty(0, dtype=np.int64)
    known = np.empty(0, dtype=np.int64)  # lots all of whose neighbours were tried
    results: list[tuple[Ints, Ints, Geometries]] = []
    left, pairs = 1.0, seeds
    rest = progress.part(0.4, 1.0)
    while len(pairs):
        part = _common_areas(lots, pairs // count, pairs % count, settings, rest.part(1 - left, 1 - left / 2).step)
        left /= 2
        results.append(part)
        tested = np.union1d(tested, pairs)
        fresh = np.setdiff1d(np.concatenate(part[:2]), known)
        known = np.union1d(known, fresh)
        which, row = finder.boxes(lots.bounds[fresh])
        mine = fresh[which]
        apart = mine != row
        around = np.minimum(mine, row)[apart] * count + np.maximum(mine, row)[apart]
        pairs = np.setdiff1d(around, tested)
    if not results:
        none = np.empty(0, dtype=np.int64)
        return Overlaps(none, none, np.empty(0, dtype=object))
    first, second, area = (np.concatenate(values) for values in zip(*results))
    order = np.lexsort((second, first))
    return Overlaps(first[order], second[order], area[order])


def _common_areas(
    lots: Lots, first: Ints, second: Ints, settings: CheckSettings, step: Callable[[float], None]
) -> tuple[Ints, Ints, Geometries]:
    """Pairs among the candidates that really overlap, with the common area."""
    none = np.empty(0, dtype=np.int64)
    found: list[tuple[Ints, Ints, Geometries]] = [(none, none, np.empty(0, dtype=object))]
    for begin in range(0, len(first), CHUNK // 4):
        step(begin / len(first))
        a, b = first[begin : begin + CHUNK // 4], second[begin : begin + CHUNK // 4]
        # GEOS may round the common area of b and a otherwise than that of a and b.
        turn = lots.rank[a] > lots.rank[b]
        common = shapely.intersection(lots.take(np.where(turn, b, a)), lots.take(np.where(turn, a, b)))
        some = np.flatnonzero(shapely.area(common) > settings.min_area)
        some = some[wide(common[some], settings.tolerance)]
        found.append((a[some], b[some], shapely.normalize(polygons_only(common[some]))))
    one, two, area = (np.concatenate(values) for values in zip(*found))
    return one, two, area


def _same_within(one: Any, two: Any, tolerance: float) -> bool:
    """Whether two shapes are the same but for the tolerance."""
    if tolerance == 0 or np.abs(shapely.bounds(one) - shapely.bounds(two)).max() > tolerance:
        return False
    return bool(shapely.hausdorff_distance(shapely.boundary(one), shapely.boundary(two)) <= tolerance)


def overlap_findings(
    lots: Lots, overlaps: Overlaps, settings: CheckSettings, found: list[Finding]
) -> tuple[set[tuple[int, int]], list[tuple[int, int]]]:
    """Report overlaps. Returns all pairs, and those that are near copies of each other."""
    pairs: set[tuple[int, int]] = set()
    near: list[tuple[int, int]] = []
    sizes = shapely.area(overlaps.area)
    parts = shapely.get_num_geometries(overlaps.area)
    places = places_of(overlaps.area).tolist()
    ones, twos = lots.take(overlaps.first), lots.take(overlaps.second)
    one_inside = _inside(ones, twos, sizes, lots.area[overlaps.first], settings)
    two_inside = _inside(twos, ones, sizes, lots.area[overlaps.second], settings)
    for number, (first, second) in enumerate(zip(overlaps.first.tolist(), overlaps.second.tolist())):
        pairs.add((first, second))
        if _same_within(ones[number], twos[number], settings.tolerance):
            near.append((first, second))
            continue
        size, (x, y), area = float(sizes[number]), places[number], overlaps.area[number]
        if one_inside[number] or two_inside[number]:
            inner, outer = (first, second) if one_inside[number] else (second, first)
            found.append(_contained(lots, inner, outer, size, x, y, area))
            continue
        text = Text("The boundary lines overlap by {size} m².", "境界の線が {size} m² 重なっています。").format(
            size=figure(size)
        )
        detail = f"parts={parts[number]}"
        text = text + ignored(settings.tolerance)
        found.append(Finding("overlap", (first, second), size, "m2", text, detail, x, y, area))
    return pairs, near


def _inside(inner: Geometries, outer: Geometries, common: Floats, area: Floats, settings: CheckSettings) -> np.ndarray:
    """Whether nothing of each inner shape wider than the tolerance lies outside the outer one."""
    result = common >= 0.5 * area
    some = np.flatnonzero(result)
    if len(some):
        beyond = shapely.difference(inner[some], outer[some])
        result[some] = (shapely.area(beyond) <= settings.min_area) | ~wide(beyond, settings.tolerance)
    return result


def _contained(lots: Lots, inner: int, outer: int, size: float, x: float, y: float, area: Any) -> Finding:
    share = float(lots.area[inner] / lots.area[outer])
    text = Text(
        "Lot {inner} lies wholly inside lot {outer} ({size} m²).",
        "筆 {inner} は筆 {outer} の中にすっかり入っています（{size} m²）。",
    ).format(inner=lots.label[inner], outer=lots.label[outer], size=figure(size))
    if share >= NEARLY_ALL:
        text = text + Text(
            "It covers {share} % of it: probably the same lot twice.",
            "その {share} % を占めます。同じ筆が二重にあるようです。",
        ).format(share=int(100 * share))
    return Finding("contained", (inner, outer), size, "m2", text, f"share={share:.4f}", x, y, area)
