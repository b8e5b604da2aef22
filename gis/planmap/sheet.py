"""A printed sheet: a layout on which text, rules, swatches and pictures are placed in millimetres.

All lengths are those of the A3 design; a sheet of another size multiplies them by ``scale``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import (
    QgsFillSymbol,
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemPicture,
    QgsLayoutItemPolyline,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLineSymbol,
    QgsPrintLayout,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetricsF, QPolygonF

from ... import compat
from ...core.plan import swatches, symbols

MM = QgsUnitTypes.LayoutUnit.LayoutMillimeters

#: Print fonts, the first one installed is taken.
FONTS = ("Noto Sans CJK JP", "BIZ UDGothic", "BIZ UDゴシック", "Yu Gothic", "游ゴシック", "Meiryo", "MS Gothic")

#: Colour of second text.
SECOND = "#484F56"

#: Height of a text line in text heights.
LINE = 1.36

#: Signs that must not begin a line.
_NO_START = "、。，．・：；？！）］｝」』】〉》〜ー々%％ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.;:?!)]}"
_NO_END = "（［｛「『【〈《([{"


def print_font(families: Optional[Sequence[str]] = None) -> str:
    """The first of :data:`FONTS` on this computer, else its default font."""
    installed = set(families if families is not None else compat.font_families())
    return next((name for name in FONTS if name in installed), QFont().family())


def text_font(family: str, bold: bool = False) -> QFont:
    """The font for printed text.

    Without shaping, which Japanese and English do not need: Qt's PDF writer loses the digits of a shaped Noto
    Sans CJK, so that they could not be searched or copied.
    """
    font = QFont(family)
    font.setBold(bold)
    font.setStyleStrategy(QFont.StyleStrategy.PreferNoShaping)
    return font


def _pieces(text: str) -> list[str]:
    """Text cut where a line may break: after Western words and between Japanese signs."""
    pieces: list[str] = []
    for piece in re.findall(r"[!-~–—’“”°²é]+[ \u3000]*|.[ \u3000]*", text):
        sticks = piece[0] in _NO_START or (pieces and pieces[-1].strip()[-1:] in _NO_END and pieces[-1].strip())
        if pieces and sticks:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


class Sheet:
    """Places things on a ``QgsPrintLayout``; positions and sizes in mm of the A3 design."""

    def __init__(self, layout: QgsPrintLayout, scale: float, family: str) -> None:
        self.layout = layout
        self.scale = scale
        self.family = family
        self._metrics: dict[bool, QFontMetricsF] = {}

    # -- measuring -------------------------------------------------------------------------
    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Width in mm of ``text`` set ``size`` mm high."""
        if bold not in self._metrics:
            font = text_font(self.family, bold)
            font.setPixelSize(100)
            self._metrics[bold] = QFontMetricsF(font)
        return self._metrics[bold].horizontalAdvance(text) * size / 100.0

    def wrap(self, text: str, width: float, size: float, bold: bool = False) -> list[str]:
        """``text`` in lines of at most ``width`` mm; Japanese breaks anywhere but before 、 and the like."""
        lines = []
        for paragraph in text.split("\n"):
            line = ""
            for piece in _pieces(paragraph):
                if line and self.width((line + piece).rstrip(), size, bold) > width:
                    lines.append(line.rstrip())
                    line = piece.lstrip()
                else:
                    line += piece
            lines.append(line.rstrip())
        return lines

    def shorten(self, text: str, width: float, size: float, bold: bool = False) -> str:
        """``text``, cut with "…" where it is wider than ``width`` mm."""
        if self.width(text, size, bold) <= width:
            return text
        while text and self.width(text + "…", size, bold) > width:
            text = text[:-1]
        return text.rstrip() + "…"

    # -- placing ---------------------------------------------------------------------------
    def _put(self, item: QgsLayoutItem, x: float, y: float, width: float, height: float) -> Any:
        self.layout.addLayoutItem(item)
        item.attemptMove(QgsLayoutPoint(x * self.scale, y * self.scale, MM))
        item.attemptResize(QgsLayoutSize(width * self.scale, height * self.scale, MM))
        return item

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool = False,
        width: Optional[float] = None,
        align: str = "left",
        colour: Optional[str] = None,
        name: str = "",
    ) -> float:
        """One line of text with its top at ``y``; right-aligned text ends at ``x``. Returns its width."""
        wide = self.width(text, size, bold)
        # Measured and drawn widths differ by rounding; the spare room keeps the last letter.
        room = max(width or 0.0, wide) + size
        left = {"left": x, "right": x - room, "center": x - room / 2}[align]
        label = QgsLayoutItemLabel(self.layout)
        label.setText(text)
        label.setMarginX(0)
        label.setMarginY(0)
        font = text_font(self.family, bold)
        font.setPointSizeF(size * self.scale * 72 / 25.4)
        compat.set_label_font(label, font, QColor(colour or symbols.ink()))
        label.setHAlign(
            {
                "left": Qt.AlignmentFlag.AlignLeft,
                "right": Qt.AlignmentFlag.AlignRight,
                "center": Qt.AlignmentFlag.AlignHCenter,
            }[align]
        )
        label.setVAlign(Qt.AlignmentFlag.AlignVCenter)
        if name:
            label.setId(name)
        self._put(label, left, y - size * 0.2, room, size * (LINE + 0.4))
        return wide

    def paragraph(
        self,
        x: float,
        y: float,
        text: str,
        width: float,
        size: float,
        bold: bool = False,
        colour: Optional[str] = None,
        most: int = 0,
    ) -> float:
        """Wrapped text; at most ``most`` lines when given (the last one shortened). Returns the y below it."""
        lines = self.wrap(text, width, size, bold)
        if most and len(lines) > most:
            lines = [*lines[: most - 1], self.shorten("".join(lines[most - 1 :]), width, size, bold)]
        for line in lines:
            self.text(x, y, line, size, bold, colour=colour)
            y += size * LINE
        return y

    def rule(self, x1: float, y1: float, x2: float, y2: float, width: float, colour: Optional[str] = None) -> None:
        """A straight line ``width`` mm thick."""
        points = QPolygonF([QPointF(x * self.scale, y * self.scale) for x, y in ((x1, y1), (x2, y2))])
        line = QgsLayoutItemPolyline(points, self.layout)
        line.setSymbol(
            QgsLineSymbol.createSimple(
                {
                    "color": colour or symbols.ink(),
                    "width": str(width * self.scale),
                    "capstyle": "flat",
                }
            )
        )
        self.layout.addLayoutItem(line)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "#FFFFFF",
        edge: str = "",
        edge_width: float = 0.2,
        radius: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """A rectangle, filled unless ``fill`` is empty, framed where ``edge`` is given."""
        shape = QgsLayoutItemShape(self.layout)
        shape.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
        colour = QColor(fill) if fill else QColor(0, 0, 0, 0)
        if fill:
            colour.setAlphaF(opacity)
        symbol = QgsFillSymbol.createSimple(
            {
                "color": f"{colour.red()},{colour.green()},{colour.blue()},{colour.alpha()}",
                "outline_color": edge or "#000000",
                "outline_style": "solid" if edge else "no",
                "outline_width": str(edge_width * self.scale),
                "joinstyle": "miter",
            }
        )
        shape.setSymbol(symbol)
        compat.set_corner_radius(shape, radius * self.scale)
        self._put(shape, x, y, width, height)

    def svg(self, x: float, y: float, width: float, height: float, document: str) -> None:
        """An SVG document drawn in the rectangle."""
        picture = QgsLayoutItemPicture(self.layout)
        encoded = base64.b64encode(document.encode("utf-8")).decode("ascii")
        picture.setPicturePath(f"base64:{encoded}", QgsLayoutItemPicture.Format.FormatSVG)
        picture.setResizeMode(QgsLayoutItemPicture.ResizeMode.Zoom)
        self._put(picture, x, y, width, height)

    def swatch(self, x: float, y: float, width: float, height: float, code: str, icon: bool = True) -> None:
        """The swatch of a management class or of "priority"."""
        factor = 1.0 if icon else 0.6
        self.svg(x, y, width, height, swatches.swatch_svg(code, width, height, factor, icon))

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        """A rectangle of the design in mm of this sheet."""
        return QRectF(x * self.scale, y * self.scale, width * self.scale, height * self.scale)
