"""Checks along the borders: gaps between lots, missing border points, borders that nearly fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from ..progress import Progress
from ..texts import Text
from .finder import Finder
from .lots import CHUNK, CheckSettings, Finding, Geometries, Lots, figure, ignored, inside, places_of, wide
from .mesh import Mesh, Near, enclosed_faces, inside_lots
from .sewing import Sewn

#: Borders that nearly fit are said once when so many pairs of neighbours, and this part of the lots, have them.
WIDESPREAD_MIN, WIDESPREAD_PART = 200, 0.2


def find_gaps(
    mesh: Mesh, near: Near, finder: Finder, lots: Lots, settings: CheckSettings, progress: Progress
) -> Geometries:
    """Areas enclosed by lots but covered by none that are wider than the tolerance somewhere."""
    faces = enclosed_faces(mesh, near)
    progress.step(0.6)
    faces = faces[shapely.area(faces) > settings.min_area]
    bare = np.ones(len(faces), dtype=bool)
    for begin in range(0, len(faces), CHUNK):
        progress.step(0.6 + 0.3 * begin / len(faces))
        covered, _ = finder.query(inside(faces[begin : begin + CHUNK]), shapely.intersects)
        bare[begin + np.unique(covered)] = False
    gaps = faces[bare]
    # The point may have fallen into a slit within the tolerance between lots that fill the face.
    gaps = gaps[~inside_lots(gaps, mesh, settings.tolerance)]
    gaps = gaps[wide(gaps, settings.tolerance)]
    if settings.max_gap_area > 0:
        gaps = gaps[shapely.area(gaps) <= settings.max_gap_area]
    if not len(gaps):
        return gaps
    gaps = shapely.normalize(gaps)
    return gaps[np.lexsort(shapely.bounds(gaps).T[::-1])]


def gap_findings(lots: Lots, gaps: Geometries, finder: Finder, settings: CheckSettings, found: list[Finding]) -> None:
    """Report gaps with the lots around them."""
    which, touching = finder.query(gaps, shapely.dwithin, distance=max(settings.tolerance, 1e-9))
    borders = np.searchsorted(which, np.arange(len(gaps) + 1))
    sizes, places = shapely.area(gaps).tolist(), places_of(gaps).tolist()
    for number, (gap, size, (x, y)) in enumerate(zip(gaps, sizes, places)):
        text = Text("There is a gap of {size} m² between lots.", "筆の間が {size} m² 空いています。").format(
            size=figure(size)
        )
        around = tuple(touching[borders[number] : borders[number + 1]].tolist())
        found.append(Finding("gap", around, size, "m2", text + ignored(settings.tolerance), "", x, y, gap))


def check_vertices(
    lots: Lots,
    mesh: Mesh,
    near: Near,
    overlaps: set[tuple[int, int]],
    settings: CheckSettings,
    found: list[Finding],
) -> None:
    """Points of one lot on the border of another lot that has no point there."""
    reach = settings.tolerance
    healthy = lots.valid
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
        without = int(mesh.lot[line])
        having = {int(owner_lot[k]) for k in by_node[begin:stop]} - {without}
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


def pinch_findings(lots: Lots, mesh: Mesh, near: Near, settings: CheckSettings, found: list[Finding]) -> None:
    """Outlines that come within the tolerance of themselves, where no neighbour lies between.

    Outlines of several rings that touch exactly are found by :func:`.single.check_rings`.
    """
    total = len(mesh.nodes)
    edges = np.flatnonzero(mesh.is_open & lots.valid[mesh.lot])
    owners = np.concatenate([mesh.lot[edges], mesh.lot[edges]])
    owned = np.unique(owners * total + np.concatenate([mesh.start[edges], mesh.end[edges]]))
    at, lot = mesh.nodes[near.node], mesh.lot[near.edge]
    apart = np.ones(len(near.node), dtype=bool)
    for ends in (mesh.start, mesh.end):
        apart &= np.hypot(*(at - mesh.nodes[ends[near.edge]]).T) > settings.tolerance
    own = apart & np.isin(lot * total + near.node, owned) & ~((lots.rings[lot] > 1) & (near.off < 1e-9))
    # A point near a corner lies near both of its edges.
    spots: dict[tuple[int, int], float] = {}
    for row, node, off in zip(lot[own].tolist(), near.node[own].tolist(), near.off[own].tolist()):
        spots[row, node] = min(off, spots.get((row, node), np.inf))
    for (row, node), off in spots.items():
        text = Text(
            "The outline of the lot comes within {off} m of itself here.",
            "筆の境界が、ここで自分自身に {off} m まで近づいています。",
        ).format(off=_metres(off))
        x, y = mesh.nodes[node].tolist()
        found.append(Finding("self_touch", (row,), off, "m", text, "", x, y))


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


def sewn_findings(
    lots: Lots, sewn: Sewn, alike: set[tuple[int, int]], settings: CheckSettings, found: list[Finding]
) -> None:
    """Borders of two neighbours that fit only within the tolerance; said once where they are everywhere.

    ``alike``: pairs that are copies of each other.
    """
    if len(sewn.first) > max(WIDESPREAD_MIN, WIDESPREAD_PART * int(lots.usable.sum())):
        worst = int(np.argmax(sewn.off))
        text = Text(
            "The border points of neighbours differ by up to {off} m in {n} places over the whole map. "
            "Let the points be snapped together.",
            "地図全体で、隣どうしの境界点が {n} か所で最大 {off} m ずれています。点をまとめて合わせてください。",
        ).format(off=_metres(float(sewn.off[worst])), n=f"{len(sewn.first):,}")
        x, y = sewn.spot[worst].tolist()
        detail = f"pairs={len(sewn.first)}"
        found.append(Finding("near_border", (), float(sewn.off[worst]), "m", text, detail, x, y))
        return
    for first, second, off, (x, y), edges in zip(
        sewn.first.tolist(), sewn.second.tolist(), sewn.off.tolist(), sewn.spot.tolist(), sewn.edges.tolist()
    ):
        if (first, second) in alike:
            continue
        text = Text(
            "The border points of the neighbours differ by up to {off} m (within the tolerance).",
            "隣どうしの境界点が最大 {off} m ずれています（許容差の内）。",
        ).format(off=_metres(off))
        found.append(Finding("near_border", (first, second), off, "m", text, f"edges={edges}", x, y))


def _metres(value: float) -> str:
    return np.format_float_positional(float(np.format_float_scientific(value, precision=1)), trim="-")
