"""Paints class swatches and bars from the same numbers as the map symbols.

Lengths in ``core.plan.symbols`` are millimetres; here 3.78 px times ``factor`` (1.0 in the dock,
1.7 on the projector) stand for one millimetre.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Optional

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap
from qgis.PyQt.QtSvg import QSvgRenderer

from ..core.plan import swatches, symbols

ICONS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources", "icons")
PRIORITY = swatches.PRIORITY

#: Gap between the parts of a bar, in mm.
_GAP = 0.5


@lru_cache(maxsize=32)
def _svg(name: str) -> QSvgRenderer:
    return QSvgRenderer(os.path.join(ICONS, f"{name}.svg"))


def paint_icon(painter: QPainter, rect: QRectF, name: str) -> None:
    """Paint the SVG icon ``name`` (without ending) into ``rect``."""
    _svg(name).render(painter, rect)


def paint_pattern(painter: QPainter, rect: QRectF, pattern: symbols.Pattern, factor: float) -> None:
    """Paint ``pattern`` over ``rect``, clipped to it."""
    if pattern.kind == "none":
        return
    sized = pattern.scaled(symbols.px_per_mm() * factor)
    painter.save()
    painter.setClipRect(rect, Qt.ClipOperation.IntersectClip)
    painter.translate(rect.topLeft())
    colour = QColor(sized.colour)
    pen = QPen(colour, sized.width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
    painter.setPen(Qt.PenStyle.NoPen if sized.kind == "dots" else pen)
    painter.setBrush(QBrush(colour) if sized.kind == "dots" else QBrush())
    if sized.kind == "lines":
        for x1, y1, x2, y2 in swatches.pattern_lines(rect.width(), rect.height(), sized):
            painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
    else:
        for x, y in swatches.pattern_marks(rect.width(), rect.height(), sized, whole=False):
            painter.drawEllipse(QPointF(x, y), sized.size / 2, sized.size / 2)
    painter.restore()


def paint_swatch(painter: QPainter, rect: QRectF, code: str, factor: float = 1.0, icon: bool = True) -> None:
    """Paint management class ``code`` (or "priority") into ``rect``: fill, pattern, outline, icon.

    ``factor`` is the pattern factor of the medium times the device pixel ratio where the painter
    does not know it. The icon stands on a plate of the plain fill colour so that the pattern
    never runs through it; it is left out where ``rect`` is lower than 18 px. Raises ``KeyError``
    for an unknown code.
    """
    rect = QRectF(rect)
    scale = symbols.px_per_mm() * factor
    widths = symbols.medium("screen")
    priority = code == PRIORITY
    look = symbols.class_symbol("maintain" if priority else code)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = widths.outline * scale * (0.8 if rect.height() < 8 * scale else 1.0)
    inner = rect.adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
    if priority:
        ink = min(widths.priority * scale, rect.height() / 5)
        inner = rect.adjusted(ink / 2, ink / 2, -ink / 2, -ink / 2)
    shape = QPainterPath()
    radius = 0.0 if priority else swatches.RADIUS * scale
    shape.addRoundedRect(inner, radius, radius)
    painter.fillPath(shape, QColor(look.fill))
    painter.save()
    painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
    paint_pattern(painter, inner, look.pattern, factor)
    painter.restore()
    if icon and rect.height() >= 18:
        _paint_plate(painter, inner, "flag_priority" if priority else look.icon, look.fill, scale, priority)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if priority:
        core = ink * widths.priority_core / widths.priority
        for colour, width in ((symbols.ink(), ink), ("#FFFFFF", core)):
            pen = QPen(QColor(colour), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(inner)
    else:
        pen = QPen(QColor(look.line), edge)
        if look.dash:
            # Qt counts dashes in pen widths.
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([length * scale / edge for length in look.dash])
        painter.setPen(pen)
        painter.drawPath(shape)
    painter.restore()


def _paint_plate(painter: QPainter, rect: QRectF, name: str, fill: str, scale: float, framed: bool) -> None:
    side = swatches.plate_side(rect.width(), rect.height())
    plate = QRectF(0, 0, side, side)
    plate.moveCenter(rect.center())
    painter.setPen(QPen(QColor(symbols.ink()), 0.2 * scale) if framed else Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#FFFFFF" if framed else fill))
    painter.drawRoundedRect(plate, swatches.RADIUS * scale, swatches.RADIUS * scale)
    margin = side * 0.08
    paint_icon(painter, plate.adjusted(margin, margin, -margin, -margin), name)


def bar_parts(rect: QRectF, shares: Mapping[str, float], factor: float = 1.0) -> dict[str, QRectF]:
    """Where each class lies in a class bar filling ``rect``; classes without area are left out."""
    wanted = [(code, float(shares.get(code, 0.0))) for code in symbols.CLASSES if shares.get(code, 0.0) > 0]
    total = sum(value for _, value in wanted)
    if total <= 0:
        return {}
    gap = _GAP * symbols.px_per_mm() * factor
    room = max(rect.width() - gap * (len(wanted) - 1), 0.0)
    parts, left = {}, rect.left()
    for code, value in wanted:
        width = room * value / total
        parts[code] = QRectF(left, rect.top(), width, rect.height())
        left += width + gap
    return parts


def paint_class_bar(painter: QPainter, rect: QRectF, shares: Mapping[str, float], factor: float = 1.0) -> None:
    """Paint a bar of all classes side by side, as long as their ``shares`` (any unit)."""
    for code, part in bar_parts(QRectF(rect), shares, factor).items():
        paint_swatch(painter, part, code, factor, icon=False)


def swatch_icon(code: str, size: Optional[QSize] = None, dark: bool = False, factor: float = 1.0) -> QIcon:
    """A swatch as an icon for buttons and lists; ``size`` in px (default 68 × 32).

    On a ``dark`` theme the priority swatch gets a white rim, since its ink line would vanish.
    """
    size = size or QSize(68, 32)
    icon = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(size * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        pixmap.setDevicePixelRatio(ratio)
        painter = QPainter(pixmap)
        rect = QRectF(0, 0, size.width(), size.height())
        if dark and code == PRIORITY:
            painter.fillRect(rect, QColor("#FFFFFF"))
            rect = rect.adjusted(1.5, 1.5, -1.5, -1.5)
        paint_swatch(painter, rect, code, factor)
        painter.end()
        icon.addPixmap(pixmap)
    return icon
