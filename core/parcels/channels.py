"""Narrow strips of bare ground between lots that are open to the outside, so that they are no enclosed gap.

A strip is what a closing of the map fills: all lots together, widened by half the channel width and narrowed
again by the same, with sharp corners. It counts when it is bare, wider than the tolerance somewhere and at least
three times as long as wide (else every notch of an outline would count; product's choice). The closing is only
computed around open edges that face each other closely over bare ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

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
    mean_width,
    places_of,
    union_of,
)
from .mesh import Floats, Mesh

#: An open strip is at least this many times as long as wide.
CHANNEL_RATIO = 3.0

#: So much of its outline runs along lots.
BESIDE = 0.6

#: Corners are kept sharp up to this many times the distance by which outlines are moved.
MITRE = 5.0

#: Lots farther away than so many channel widths change nothing about a strip.
STRIP_REACH = MITRE + 1


def strips(covered: Any, settings: CheckSettings) -> Geometries:
    """The strips that a closing of the covered ground (one area) fills and that are large, wide and long enough."""
    step = settings.channel_width / 2
    grown = shapely.buffer(covered, step, join_style="mitre", mitre_limit=MITRE)
    closed = shapely.buffer(grown, -step, join_style="mitre", mitre_limit=MITRE)
    filled = shapely.difference(closed, covered)
    half = max(settings.tolerance, 1e-6) / 2
    # Moving outlines there and back leaves hairs along them; narrowed and widened by a hair they are gone.
    kernel = shapely.buffer(filled, -half, join_style="mitre", mitre_limit=MITRE)
    opened = shapely.buffer(kernel, half, join_style="mitre", mitre_limit=MITRE)
    parts = shapely.get_parts(opened)
    parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > settings.min_area)]
    width, length = mean_width(parts)
    parts = parts[length >= CHANNEL_RATIO * width]
    if not len(parts):
        return parts
    # A strip runs between lots; sharp corners moved there and back also fill ground along one side only.
    beside = shapely.intersection(shapely.boundary(parts), shapely.buffer(covered, 4 * half, join_style="mitre"))
    return parts[shapely.length(beside) >= BESIDE * shapely.length(parts)]


def find_channels(
    mesh: Mesh, gaps: Geometries, finder: Finder, lots: Lots, settings: CheckSettings, progress: Progress
) -> Geometries:
    """Bare strips up to the channel width that are open at an end. ``gaps``: enclosed ones, known already."""
    if settings.channel_width <= settings.tolerance or not len(mesh.lot):
        return np.empty(0, dtype=object)
    one, two = _facing(mesh, gaps, settings, progress.part(0.0, 0.6))
    if not len(one):
        return np.empty(0, dtype=object)
    count = len(mesh.lot)
    links = coo_matrix((np.ones(len(one), dtype=np.int8), (one, two)), shape=(count, count))
    label = connected_components(links, directed=False)[1][one]
    order = np.argsort(label, kind="stable")
    begins = np.flatnonzero(np.diff(label[order], prepend=-1))
    ends = np.append(begins[1:], len(order))
    edges = [
        np.unique(np.concatenate([one[order[begin:end]], two[order[begin:end]]]))
        for begin, end in zip(begins.tolist(), ends.tolist())
    ]
    found = _unique(_strips_along(mesh, edges, finder, lots, settings, progress.part(0.6, 0.95)))
    enclosed = np.unique(shapely.STRtree(gaps).query(shapely.point_on_surface(found), predicate="intersects")[0])
    found = np.delete(found, enclosed)
    covered, _ = finder.query(shapely.point_on_surface(found), shapely.intersects)
    found = np.delete(found, np.unique(covered))
    if not len(found):
        return found
    found = shapely.normalize(found)
    return found[np.lexsort(shapely.bounds(found).T[::-1])]


def _facing(mesh: Mesh, gaps: Geometries, settings: CheckSettings, progress: Progress) -> tuple[Ints, Ints]:
    """Pairs of open edges at most the channel width apart that face each other over their bare sides."""
    width = settings.channel_width
    start, end = mesh.nodes[mesh.start], mesh.nodes[mesh.end]
    start, end = np.where(mesh.turned[:, None], end, start), np.where(mesh.turned[:, None], start, end)
    side = end - start  # the lot lies on the left
    length = np.hypot(side[:, 0], side[:, 1])
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    tree = shapely.STRtree(lines)
    ones, twos = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    for begin in range(0, len(lines), CHUNK):
        progress.step(begin / len(lines))
        part = slice(begin, begin + CHUNK)
        low, high = np.minimum(start[part], end[part]) - width, np.maximum(start[part], end[part]) + width
        one, two = tree.query(shapely.box(*low.T, *high.T))
        one = one + begin
        keep = one < two
        one, two = one[keep], two[keep]
        against = (side[one] * side[two]).sum(axis=1) < 0
        one, two = one[against], two[against]
        # The bare side is the right one: an end of each lies to the right of the other, one of them far enough.
        off_two = _right_of(start, end, side, length, one, two)
        off_one = _right_of(start, end, side, length, two, one)
        right = (np.minimum(off_one, off_two) > 1e-9) & (np.maximum(off_one, off_two) > settings.tolerance)
        one, two = one[right], two[right]
        close = shapely.dwithin(lines[one], lines[two], width)
        ones.append(one[close])
        twos.append(two[close])
    one, two = np.concatenate(ones), np.concatenate(twos)
    # The sides of an enclosed gap face each other too, but that is reported already.
    between = shapely.line_interpolate_point(shapely.shortest_line(lines[one], lines[two]), 0.5, normalized=True)
    tree = shapely.STRtree(gaps)
    around = _near(tree, between, settings) & _near(tree, _middles(start, end, one), settings)
    around &= _near(tree, _middles(start, end, two), settings)
    return one[~around], two[~around]


def _middles(start: Floats, end: Floats, edges: Ints) -> Geometries:
    return shapely.points((start[edges] + end[edges]) / 2)


def _near(tree: shapely.STRtree, points: Geometries, settings: CheckSettings) -> np.ndarray:
    """Whether each point lies within the tolerance of a shape of the tree."""
    result = np.zeros(len(points), dtype=bool)
    result[tree.query(points, "dwithin", max(settings.tolerance, 1e-9))[0]] = True
    return result


def _right_of(start: Floats, end: Floats, side: Floats, length: Floats, of: Ints, other: Ints) -> Floats:
    """How far an end of edge ``other`` lies to the right of the line through edge ``of``."""
    result = np.full(len(of), -np.inf)
    for ends in (start, end):
        off = ends[other] - start[of]
        result = np.maximum(result, (side[of, 1] * off[:, 0] - side[of, 0] * off[:, 1]) / length[of])
    return result


def _strips_along(
    mesh: Mesh, groups: Sequence[Ints], finder: Finder, lots: Lots, settings: CheckSettings, progress: Progress
) -> Geometries:
    """The strips along each group of edges. Lots are added until all that lie near a strip took part."""
    reach = STRIP_REACH * settings.channel_width * np.array([-1.0, -1.0, 1.0, 1.0])
    # Large lots with many open edges are asked about again and again: the same lots give the same strips.
    known: dict[bytes, Geometries] = {}
    lines = [mesh.segments(edges) for edges in groups]
    rows = [np.unique(mesh.lot[edges]) for edges in groups]
    result: dict[int, Geometries] = {}
    left = 1.0
    # All groups ask for their neighbours in one go.
    waiting = list(enumerate(_rows_at([shapely.bounds(some) + reach for some in lines], finder)))
    while waiting:
        asked: list[tuple[int, Geometries]] = []
        for number, (group, near) in enumerate(waiting):
            if number % 50 == 0:
                progress.step(1 - left + 0.5 * left * number / len(waiting))
            rows[group] = np.union1d(rows[group], near)
            key = rows[group].tobytes()
            if key not in known:
                arranged = rows[group][np.argsort(lots.rank[rows[group]])]
                known[key] = strips(union_of(lots.take(arranged)), settings)
            found = known[key]
            found = found[np.unique(shapely.STRtree(found).query(lines[group], "dwithin", settings.channel_width)[1])]
            if len(found):
                asked.append((group, found))
        beside = _rows_at([shapely.bounds(found) + reach for _, found in asked], finder)
        waiting, left = [], left / 2
        for (group, found), near in zip(asked, beside):
            if np.isin(near, rows[group]).all():
                result[group] = found
            else:
                waiting.append((group, near))
    return np.concatenate([np.empty(0, dtype=object), *(result[group] for group in sorted(result))])


def _rows_at(boxes: Sequence[Floats], finder: Finder) -> list[Ints]:
    """For each group of boxes the rows of all lots whose boxes meet one of them, sorted."""
    if not boxes:
        return []
    group = np.repeat(np.arange(len(boxes)), [len(some) for some in boxes])
    which, row = finder.boxes(np.concatenate(boxes))
    count = finder.count
    unique = np.unique(group[which] * count + row)
    return np.split(unique % count, np.searchsorted(unique // count, np.arange(1, len(boxes))))


def _unique(shapes: Geometries) -> Geometries:
    """Each shape once (strips along several groups of edges are found several times)."""
    if len(shapes) < 2:
        return shapes
    bounds = np.round(shapely.bounds(shapes), 6)
    _, first = np.unique(np.column_stack([bounds, np.round(shapely.area(shapes), 6)]), axis=0, return_index=True)
    return shapes[np.sort(first)]


def channel_findings(
    lots: Lots, channels: Geometries, finder: Finder, settings: CheckSettings, found: list[Finding]
) -> None:
    """Report open strips with the lots along them."""
    which, touching = finder.query(channels, shapely.dwithin, distance=max(settings.tolerance, 1e-6))
    borders = np.searchsorted(which, np.arange(len(channels) + 1))
    sizes, width = shapely.area(channels), mean_width(channels)[0]
    places = places_of(channels).tolist()
    for number, (shape, (x, y)) in enumerate(zip(channels, places)):
        text = Text(
            "A bare strip of {size} m², about {width} m wide, lies open between the lots.",
            "筆の間に、外へ開いた細いすき間が {size} m²（幅 約{width} m）あります。",
        ).format(size=figure(float(sizes[number])), width=figure(float(width[number])))
        along = tuple(touching[borders[number] : borders[number + 1]].tolist())
        detail = f"width={width[number]:.3f} m"
        text = text + ignored(settings.tolerance)
        found.append(Finding("channel", along, float(sizes[number]), "m2", text, detail, x, y, shape))
