"""Checks of single lots that are valid but odd: parts, holes that are lots, touching outlines, spikes, small ones."""

from __future__ import annotations

import numpy as np
import shapely

from ..progress import Progress
from ..texts import Text
from .finder import Finder
from .lots import CHUNK, CheckSettings, Finding, Ints, Lots, figure, places_of, wide
from .sewing import Spikes


def check_parts(lots: Lots, rows: Ints, found: list[Finding]) -> None:
    """Lots that consist of several areas."""
    some = rows[lots.parts[rows] > 1]
    for row, (x, y) in zip(some.tolist(), lots.places(some).tolist()):
        count = int(lots.parts[row])
        text = Text("The lot consists of {n} separate areas.", "1筆が {n} つに分かれています。").format(n=count)
        found.append(Finding("multipart", (row,), np.nan, "", text, f"parts={count}", x, y))


def check_rings(
    lots: Lots, rows: Ints, finder: Finder, settings: CheckSettings, found: list[Finding], progress: Progress
) -> None:
    """Lots with several outlines: where these touch, and holes that are exactly filled by one other lot."""
    some = rows[(lots.rings[rows] > 1) & lots.valid[rows]]
    for begin in range(0, len(some), CHUNK):
        progress.step(begin / len(some))
        part = some[begin : begin + CHUNK]
        pieces, owner = shapely.get_parts(lots.take(part), return_index=True)
        rings, piece = shapely.get_rings(pieces, return_index=True)
        _touching(part[owner[piece]], rings, found)
        inner = np.ones(len(rings), dtype=bool)
        inner[np.flatnonzero(np.diff(piece, prepend=-1))] = False
        _enclaves(lots, part[owner[piece[inner]]], shapely.polygons(rings[inner]), finder, settings, found)


def _touching(owner: Ints, rings: np.ndarray, found: list[Finding]) -> None:
    tree = shapely.STRtree(rings)
    one, two = tree.query(rings, predicate="intersects")
    meet = (one < two) & (owner[one] == owner[two])
    common = shapely.intersection(rings[one[meet]], rings[two[meet]])
    points, which = shapely.get_parts(shapely.extract_unique_points(common), return_index=True)
    spots = {
        (int(owner[one[meet][number]]), float(x), float(y))
        for number, (x, y) in zip(which, shapely.get_coordinates(points))
    }
    for row, x, y in sorted(spots):
        text = Text("The outline of the lot touches itself here.", "筆の境界が、ここで自分自身に触れています。")
        found.append(Finding("self_touch", (row,), np.nan, "", text, "", x, y))


def _enclaves(
    lots: Lots, owner: Ints, holes: np.ndarray, finder: Finder, settings: CheckSettings, found: list[Finding]
) -> None:
    which, row = finder.query(holes, shapely.intersects, skip=owner)
    fits = np.abs(lots.area[row] - shapely.area(holes)[which]) <= np.maximum(
        settings.min_area, settings.tolerance * lots.outline[row]
    )
    which, row = which[fits], row[fits]
    beyond = shapely.symmetric_difference(holes[which], lots.take(row))
    same = (shapely.area(beyond) <= 1e-9 * lots.area[row]) | ~wide(beyond, settings.tolerance)
    which, row = which[same], row[same]
    for number, inner, (x, y) in zip(which.tolist(), row.tolist(), places_of(holes[which]).tolist()):
        outer = int(owner[number])
        text = Text(
            "The hole in lot {outer} is exactly lot {inner}.",
            "筆 {outer} の穴は、ちょうど筆 {inner} です。",
        ).format(outer=lots.label[outer], inner=lots.label[inner])
        found.append(Finding("enclave", (outer, inner), float(lots.area[inner]), "m2", text, "", x, y))


def check_small(lots: Lots, rows: Ints, settings: CheckSettings, found: list[Finding]) -> None:
    """Lots that are too small to be land."""
    some = rows[lots.area[rows] < settings.min_lot_area]
    for row, (x, y) in zip(some.tolist(), lots.places(some).tolist()):
        text = Text("The lot is only {size} m² on the map.", "図の面積が {size} m² しかありません。").format(
            size=figure(float(lots.area[row]))
        )
        found.append(Finding("too_small", (row,), float(lots.area[row]), "m2", text, "", x, y))


def spike_findings(lots: Lots, spikes: Spikes, found: list[Finding]) -> None:
    """Report points at which an outline goes out and comes back."""
    for row, (x, y), width, length in zip(
        spikes.lot.tolist(), spikes.at.tolist(), spikes.width.tolist(), spikes.length.tolist()
    ):
        text = Text(
            "The outline runs out to a point {length} m long and at most {width} m wide.",
            "境界が長さ {length} m、幅 {width} m 以下の細いとげになっています。",
        ).format(length=figure(length), width=figure(width))
        found.append(Finding("spike", (row,), length, "m", text, f"width={width:.4f} m", x, y))
