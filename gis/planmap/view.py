"""The map view: scale, extent, and where table, north arrow, scale bar and notice stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Optional

from qgis.core import QgsGeometry, QgsRectangle
from qgis.PyQt.QtCore import QRectF

from ...core.progress import Progress

#: Room in mm kept free between plan and map frame.
AIR = 6.0

#: A scale is chosen from a full hundred up, and at most this much smaller than the largest
#: possible one to get the tables off the plan.
MOST_SHRINK = 1.45


class View(NamedTuple):
    """The chosen map view: scale denominator, extent, and where table, north, bar and notice stand (mm)."""

    denominator: int
    extent: QgsRectangle
    table: tuple[float, float]
    north: tuple[float, float]
    bar: tuple[float, float]
    notice: tuple[float, float]


class Furniture(NamedTuple):
    """Sizes (width, height) in mm of what stands on the map."""

    table: tuple[float, float]
    north: tuple[float, float]
    bar: tuple[float, float]
    notice: tuple[float, float]


INSET = 4.0

#: Places along the frame as shares of the free width and height: lower, upper, left, right edge.
_STEPS = tuple(step / 16 for step in range(17))
_EDGES = (
    *((share, 1.0) for share in _STEPS),
    *((share, 0.0) for share in _STEPS),
    *((0.0, share) for share in _STEPS),
    *((1.0, share) for share in _STEPS),
)


def choose_view(
    shapes: Sequence[QgsGeometry],
    width: float,
    height: float,
    scale: float,
    furniture: Furniture,
    progress: Progress,
) -> View:
    """The largest scale at which table, north arrow, bar and notice can stand beside the plan.

    ``width`` × ``height`` is the map in mm of the A3 design, ``scale`` the factor to the paper. The plan
    may move inside the frame. Where no scale down to 1/1.45 of the largest frees the plan, the view
    that covers the least of it is taken.
    """
    outline = QgsGeometry.unaryUnion(list(shapes)).simplify(1.0)
    box = outline.boundingBox()
    paper = scale / 1000.0
    air = AIR
    tightest = max(
        max(box.width(), 1.0) / ((width - 2 * air) * paper), max(box.height(), 1.0) / ((height - 2 * air) * paper)
    )
    best: Optional[tuple[float, View]] = None
    first = _round_up(tightest)
    denominator = first
    while denominator <= max(first * MOST_SHRINK, first + 1):
        progress.step(min(0.95, (denominator / first - 1) / (MOST_SHRINK - 1)))
        found = _best_at(outline, denominator, width, height, paper, furniture)
        # Below a ten-thousandth of the plan nobody sees the difference.
        if best is None or found[0] < best[0]:
            best = found
        if best[0] <= 1e-4 * outline.area():
            break
        denominator = _round_up(denominator * 1.04 + 1)
    if best is None:
        raise ValueError("no view was tried")
    return best[1]


def _round_up(value: float) -> int:
    step = 10 ** max(1, math.floor(math.log10(max(value, 10.0))) - 1)
    return int(math.ceil(value / step) * step)


def _best_at(
    outline: QgsGeometry, denominator: int, width: float, height: float, paper: float, furniture: Furniture
) -> tuple[float, View]:
    """Least covered area (m²) and its view at one scale."""
    metres = paper * denominator
    box = outline.boundingBox()
    spare_x = max(0.0, width - 2 * AIR - box.width() / metres)
    spare_y = max(0.0, height - 2 * AIR - box.height() / metres)
    best: Optional[tuple[float, View]] = None
    # The middle comes first: a plan is moved only where that frees it.
    for shift_x in (0.5, 1.0, 0.0):
        for shift_y in (0.5, 0.0, 1.0):
            left = box.xMinimum() - (AIR + spare_x * shift_x) * metres
            bottom = box.yMinimum() - (AIR + spare_y * shift_y) * metres
            extent = QgsRectangle(left, bottom, left + width * metres, bottom + height * metres)
            covered, places = _place(outline, extent, metres, width, height, furniture)
            if best is None or covered < best[0] - 1e-6:
                best = covered, View(denominator, extent, *places)
    if best is None:
        raise ValueError("no position was tried")
    return best


def _place(
    outline: QgsGeometry, extent: QgsRectangle, metres: float, width: float, height: float, furniture: Furniture
) -> tuple[float, list[tuple[float, float]]]:
    """Put each piece where it covers the least of the plan and no other piece: corners first, then edges."""
    taken: list[QRectF] = []
    covered = 0.0
    places = []
    preferences = (
        (furniture.table, ((0, 0), (1, 0), (0, 1), (1, 1))),
        (furniture.north, ((1, 0), (0, 0), (1, 1), (0, 1))),
        (furniture.bar, ((0, 1), (1, 1), (1, 0), (0, 0))),
        (furniture.notice, ((1, 1), (0, 1), (1, 0), (0, 0))),
    )
    for (wide, high), corners in preferences:
        room_x, room_y = width - wide - 2 * INSET, height - high - 2 * INSET
        best: Optional[tuple[float, QRectF]] = None
        for right, down in (*corners, *_EDGES):
            rect = QRectF(INSET + right * room_x, INSET + down * room_y, wide, high)
            if any(rect.adjusted(-2, -2, 2, 2).intersects(other) for other in taken):
                continue
            part = QgsRectangle(
                extent.xMinimum() + rect.left() * metres,
                extent.yMaximum() - rect.bottom() * metres,
                extent.xMinimum() + rect.right() * metres,
                extent.yMaximum() - rect.top() * metres,
            )
            area = outline.clipped(part).area() if outline.boundingBoxIntersects(part) else 0.0
            if best is None or area < best[0]:
                best = area, rect
            if area == 0.0:
                break
        if best is None:
            best = outline.area(), QRectF(INSET, INSET, wide, high)
        covered += best[0]
        taken.append(best[1])
        places.append((best[1].x(), best[1].y()))
    return covered, places
