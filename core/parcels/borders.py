"""Checks between neighbours: overlaps, gaps, missing border points, narrow lots."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
import shapely

from ..progress import Progress
from ..texts import Text
from .lots import (
    CHUNK,
    CheckSettings,
    Finding,
    Geometries,
    Ints,
    Lots,
    figure,
    ignored,
    inside,
    place_of,
    polygons_only,
)
from .mesh import Mesh, Near, enclosed_faces, inside_lots

#: Land categories whose lots are narrow by nature.
NARROW_CATEGORIES = (
    "公衆用道路",
    "道路",
    "道",
    "里道",
    "用悪水路",
    "水路",
    "水",
    "水道用地",
    "運河用地",
    "堤",
    "井溝",
    "鉄道用地",
)

#: So many overlaps mean maps on top of each other rather than single faults.
WIDESPREAD = 20_000

#: A narrow lot is at least this many times as long as wide (product's choice).
NARROW_RATIO = 10.0

#: Part of a narrow lot's length that touches other long lots when it belongs to a road or ditch net.
NETWORK_SPAN = 0.8


def _wide(shapes: Geometries, tolerance: float) -> npt.NDArray[np.bool_]:
    """Whether each area is wider than ``tolerance`` somewhere."""
    if tolerance == 0:
        return shapely.area(shapes) > 0
    return ~shapely.is_empty(shapely.buffer(shapes, -tolerance / 2, join_style="mitre"))


def _crossing_pairs(geoms: Geometries, mesh: Mesh, tree: shapely.STRtree, progress: Progress) -> tuple[Ints, Ints]:
    """Pairs of rows (first < second) where an open edge of one meets the other."""
    edges = np.flatnonzero(mesh.is_open)
    seen = [np.empty(0, dtype=np.int64)]
    count = max(len(geoms), 1)
    for begin in range(0, len(edges), CHUNK):
        progress.step(begin / len(edges))
        part = edges[begin : begin + CHUNK]
        which, row = tree.query(mesh.segments(part), predicate="intersects")
        owner = mesh.lot[part][which]
        other = owner != row
        low = np.minimum(owner[other], row[other])
        high = np.maximum(owner[other], row[other])
        seen.append(np.unique(low * count + high))
    pairs = np.unique(np.concatenate(seen))
    return pairs // count, pairs % count


def find_overlaps(
    geoms: Geometries, mesh: Mesh, tree: shapely.STRtree, settings: CheckSettings, progress: Progress
) -> list[tuple[int, int, Any]]:
    """Overlapping pairs with their common area, wider than the tolerance.

    Every connected run of overlaps has an open edge of one lot inside or on another one (if all
    edges around it had a neighbour, one could walk on for ever). From there the neighbours of both
    lots are followed until nothing overlaps, so maps lying on top of each other are found whole.
    """
    progress.span(0.30, 0.45)
    first, second = _crossing_pairs(geoms, mesh, tree, progress)
    count = max(len(geoms), 1)
    tested = np.empty(0, dtype=np.int64)
    result: list[tuple[int, int, Any]] = []
    progress.span(0.45, 0.60)
    neighbours: Optional[tuple[Ints, Ints]] = None
    left = 1.0  # part of the span that is left; every round takes half of it
    while len(first):
        hits = _common_areas(geoms, first, second, settings, progress.step, 1.0 - left, left / 2)
        left /= 2
        result += hits
        tested = np.union1d(tested, first * count + second)
        if not hits:
            break
        if len(hits) > WIDESPREAD:
            pairs = tree.query(geoms)  # nothing is gained by going from neighbour to neighbour
        else:
            neighbours = neighbours or mesh.neighbours()
            pairs = _around(hits, *neighbours)
        low, high = pairs.min(axis=0), pairs.max(axis=0)
        apart = low != high
        fresh = np.setdiff1d(low[apart] * count + high[apart], tested)
        first, second = fresh // count, fresh % count
        bounds_a, bounds_b = shapely.bounds(geoms[first]), shapely.bounds(geoms[second])
        meet = (bounds_a[:, :2] < bounds_b[:, 2:]).all(axis=1) & (bounds_b[:, :2] < bounds_a[:, 2:]).all(axis=1)
        first, second = first[meet], second[meet]
    return sorted(result, key=lambda item: item[:2])


def _common_areas(
    geoms: Geometries,
    first: Ints,
    second: Ints,
    settings: CheckSettings,
    step: Callable[[float], None],
    done: float,
    share: float,
) -> list[tuple[int, int, Any]]:
    """Pairs among the candidates that really overlap, with the common area."""
    result: list[tuple[int, int, Any]] = []
    for begin in range(0, len(first), CHUNK):
        step(done + share * begin / len(first))
        a, b = first[begin : begin + CHUNK], second[begin : begin + CHUNK]
        common = shapely.intersection(geoms[a], geoms[b])
        some = np.flatnonzero(shapely.area(common) > settings.min_area)
        some = some[_wide(common[some], settings.tolerance)]
        result += zip(a[some].tolist(), b[some].tolist(), polygons_only(common[some]))
    return result


def _around(hits: Sequence[tuple[int, int, Any]], here: Ints, there: Ints) -> Ints:
    """Every pair of a lot or neighbour of the one and a lot or neighbour of the other, as two rows.

    ``here``, ``there``: pairs of neighbours, sorted.
    """
    wanted = np.unique(np.array([hit[:2] for hit in hits], dtype=np.int64).reshape(-1, 2))
    begins = np.searchsorted(here, wanted, side="left")
    stops = np.searchsorted(here, wanted, side="right")
    circle = {int(row): np.append(there[begin:stop], row) for row, begin, stop in zip(wanted, begins, stops)}
    pairs = [np.array(np.meshgrid(circle[one], circle[two])).reshape(2, -1) for one, two, _ in hits]
    return np.concatenate(pairs, axis=1)


def _same_within(one: Any, two: Any, tolerance: float) -> bool:
    """Whether two shapes are the same but for the tolerance."""
    if tolerance == 0 or np.abs(shapely.bounds(one) - shapely.bounds(two)).max() > tolerance:
        return False
    return bool(shapely.hausdorff_distance(shapely.boundary(one), shapely.boundary(two)) <= tolerance)


def overlap_findings(
    lots: Lots,
    rows: Ints,
    overlaps: Sequence[tuple[int, int, Any]],
    settings: CheckSettings,
    found: list[Finding],
) -> tuple[set[tuple[int, int]], list[tuple[int, int]]]:
    """Report overlaps. ``rows`` translates mesh rows. Returns all pairs, and those that are near copies."""
    pairs: set[tuple[int, int]] = set()
    near: list[tuple[int, int]] = []
    for one, two, area in overlaps:
        first, second = int(rows[one]), int(rows[two])
        pairs.add((first, second))
        if _same_within(lots.usable[first], lots.usable[second], settings.tolerance):
            near.append((first, second))
            continue
        parts = shapely.get_num_geometries(area)
        size = float(shapely.area(area))
        x, y = place_of(area)
        text = Text("The boundary lines overlap by {size} m².", "境界の線が {size} m² 重なっています。").format(
            size=figure(size)
        )
        found.append(
            Finding(
                "overlap",
                (first, second),
                size,
                "m2",
                text + ignored(settings.tolerance),
                f"parts={parts}",
                x,
                y,
                area,
            )
        )
    return pairs, near


def _bare(points: Geometries, tree: shapely.STRtree) -> npt.NDArray[np.bool_]:
    """Whether no lot covers each point."""
    bare = np.ones(len(points), dtype=bool)
    bare[np.unique(tree.query(points, predicate="intersects")[0])] = False
    return bare


def find_gaps(mesh: Mesh, near: Near, tree: shapely.STRtree, settings: CheckSettings, progress: Progress) -> Geometries:
    """Areas enclosed by lots but covered by none that are wider than the tolerance somewhere."""
    faces = enclosed_faces(mesh, near)
    progress.step(0.6)
    faces = faces[shapely.area(faces) > settings.min_area]
    bare = np.empty(len(faces), dtype=bool)
    for begin in range(0, len(faces), CHUNK):
        progress.step(0.6 + 0.4 * begin / len(faces))
        bare[begin : begin + CHUNK] = _bare(inside(faces[begin : begin + CHUNK]), tree)
    gaps = faces[bare]
    # The point may have fallen into a slit within the tolerance between lots that fill the face.
    gaps = gaps[~inside_lots(gaps, mesh, settings.tolerance)]
    gaps = gaps[_wide(gaps, settings.tolerance)]
    if settings.max_gap_area > 0:
        gaps = gaps[shapely.area(gaps) <= settings.max_gap_area]
    if not len(gaps):
        return gaps
    return gaps[np.lexsort(shapely.bounds(gaps).T[::-1])]


def gap_findings(
    lots: Lots,
    rows: Ints,
    gaps: Geometries,
    tree: shapely.STRtree,
    settings: CheckSettings,
    found: list[Finding],
) -> None:
    if not len(gaps):
        return
    reach = max(settings.tolerance, 1e-9)
    which, touching = tree.query(gaps, predicate="dwithin", distance=reach)
    borders = np.searchsorted(which, np.arange(len(gaps) + 1))
    for number, gap in enumerate(gaps):
        size = float(shapely.area(gap))
        x, y = place_of(gap)
        text = Text("There is a gap of {size} m² between lots.", "筆の間が {size} m² 空いています。").format(
            size=figure(size)
        )
        around = tuple(sorted(int(row) for row in rows[touching[borders[number] : borders[number + 1]]]))
        found.append(
            Finding(
                "gap",
                around,
                size,
                "m2",
                text + ignored(settings.tolerance),
                "",
                x,
                y,
                gap,
            )
        )


def check_vertices(
    lots: Lots,
    rows: Ints,
    mesh: Mesh,
    near: Near,
    overlaps: set[tuple[int, int]],
    settings: CheckSettings,
    found: list[Finding],
) -> None:
    """Points of one lot on the border of another lot that has no point there."""
    reach = settings.tolerance
    healthy = lots.valid[rows]
    total = len(mesh.nodes)
    edges = np.flatnonzero(mesh.is_open & healthy[mesh.lot])
    owners = np.concatenate([mesh.lot[edges], mesh.lot[edges]])
    owned = np.unique(owners * total + np.concatenate([mesh.start[edges], mesh.end[edges]]))
    owner_lot, owner_node = owned // total, owned % total

    at = mesh.nodes[near.node]
    off_start = np.hypot(*(at - mesh.nodes[mesh.start[near.edge]]).T)
    off_end = np.hypot(*(at - mesh.nodes[mesh.end[near.edge]]).T)
    lacking = (
        (off_start > reach)
        & (off_end > reach)
        & healthy[mesh.lot[near.edge]]
        & ~np.isin(mesh.lot[near.edge] * total + near.node, owned)
    )
    node, edge, off = near.node[lacking], near.edge[lacking], near.off[lacking]
    by_node = np.argsort(owner_node, kind="stable")
    begins = np.searchsorted(owner_node[by_node], node, side="left")
    stops = np.searchsorted(owner_node[by_node], node, side="right")
    # Of points that lie together on one edge only the first counts: one vertex is missing.
    spots: dict[tuple[int, int], list[tuple[float, int, float, set[int]]]] = {}
    for place, line, aside, along, begin, stop in zip(
        node.tolist(), edge.tolist(), off.tolist(), off_start[lacking].tolist(), begins, stops
    ):
        without = int(rows[mesh.lot[line]])
        having = {int(rows[owner_lot[k]]) for k in by_node[begin:stop]} - {without}
        having = {row for row in having if (min(row, without), max(row, without)) not in overlaps}
        if having:
            spots.setdefault((without, line), []).append((along, place, aside, having))
    for (without, _), hits in sorted(spots.items()):
        hits.sort(key=lambda hit: hit[:2])
        merged: list[tuple[float, int, float, set[int]]] = []
        for hit in hits:
            if merged and hit[0] - merged[-1][0] <= reach:
                merged[-1][3].update(hit[3])
            else:
                merged.append((*hit[:3], set(hit[3])))
        for _, place, aside, having in merged:
            found.append(_vertex_finding(lots, without, having, mesh.nodes[place], aside, reach))


def _vertex_finding(
    lots: Lots, without: int, having: set[int], point: npt.NDArray[np.float64], aside: float, reach: float
) -> Finding:
    text = Text(
        "Lot {lot} has no border point here, its neighbour has one.",
        "筆 {lot} には、隣にある境界点がありません。",
    ).format(lot=lots.label[without])
    limit = Text("(Up to {tol} m off the line.)", "（線から {tol} m 以内）").format(
        tol=np.format_float_positional(reach, trim="-")
    )
    return Finding(
        "missing_vertex",
        (without, *sorted(having)),
        round(aside, 6),
        "m",
        text + limit,
        "",
        float(point[0]),
        float(point[1]),
    )


def mean_width(shapes: Geometries) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Width and length of the rectangle with the same area and outline as each shape."""
    area, outline = shapely.area(shapes), shapely.length(shapes)
    root = np.sqrt(np.maximum(outline * outline - 16 * area, 0.0))
    return (outline - root) / 4, (outline + root) / 4


def check_narrow(
    lots: Lots,
    rows: Ints,
    geoms: Geometries,
    tree: shapely.STRtree,
    settings: CheckSettings,
    found: list[Finding],
) -> None:
    """Narrow lots that are not part of a road or ditch network.

    Shape: narrower than the setting and at least ``NARROW_RATIO`` times as long. Context: a ditch
    runs along, or from end to end between, other long lots; a left-over strip between two fields
    does not. A land category of road or water settles it.
    """
    if settings.sliver_width <= 0 or not len(geoms):
        return
    width, length = mean_width(geoms)
    long = length >= NARROW_RATIO * width
    for number in np.flatnonzero(long & (width < settings.sliver_width)):
        row = int(rows[number])
        if lots.category[row] in NARROW_CATEGORIES:
            continue
        shape = geoms[number]
        reach = max(settings.tolerance, 0.05 * float(width[number]))
        near = tree.query(shape, predicate="dwithin", distance=reach)
        near = near[(near != number) & long[near]]
        contact = shapely.intersection(geoms[near], shapely.buffer(shape, reach))
        if _span(contact) >= NETWORK_SPAN * _span(np.array([shape], dtype=object)):
            continue
        x, y = place_of(shape)
        found.append(
            Finding(
                "sliver",
                (row,),
                float(width[number]),
                "m",
                Text(
                    "The lot is {w} m wide. Fine if it is a road or a ditch.",
                    "幅 {w} m です。道や水路なら問題ありません。",
                ).format(w=figure(float(width[number]))),
                f"limit={settings.sliver_width} m",
                x,
                y,
                shape,
            )
        )


def _span(shapes: Geometries) -> float:
    """Largest distance between two points of the shapes (corners of the hull)."""
    if not len(shapes):
        return 0.0
    hull = shapely.convex_hull(shapely.geometrycollections(shapes))
    xy = shapely.get_coordinates(hull)
    if len(xy) < 2:
        return 0.0
    return float(np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1]).max())
