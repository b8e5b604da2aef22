"""A bar of shares with its legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from qgis.PyQt.QtCore import QLineF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPainterPath, QPen
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from .. import theme
from .flow import FlowLayout
from .labels import label


class BarPart(NamedTuple):
    """One share: ``hatched`` draws the lines that stand for "cannot tell"; ``detail`` stands behind the number."""

    caption: str
    value: int
    colour: str
    hatched: bool = False
    detail: str = ""


#: Pattern of "cannot tell": every 3.0 mm, width 0.2 mm, at 3.78 px per mm; drawn a little denser
#: in the bar, which is only 18 px high, so that the pattern still shows.
_HATCH_STEP, _HATCH_WIDTH, _HATCH_COLOUR = 7.0, 0.9, "#6B6A66"


def _fill(painter: QPainter, area: QRectF, part: BarPart) -> None:
    painter.fillRect(area, QColor(part.colour))
    if not part.hatched:
        return
    painter.save()
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(QColor(_HATCH_COLOUR), _HATCH_WIDTH))
    x = area.left() - area.height()
    while x < area.right():
        painter.drawLine(QLineF(x, area.top(), x + area.height(), area.bottom()))
        x += _HATCH_STEP
    painter.restore()


class _Bar(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.parts: tuple[BarPart, ...] = ()
        self.setFixedHeight(18)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def paintEvent(self, _event: Any) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        outline = QPainterPath()
        outline.addRoundedRect(frame, 3, 3)
        total = sum(part.value for part in self.parts)
        painter.save()
        painter.setClipPath(outline)
        x = frame.left()
        ink = theme.current().colour("ink")
        for part in self.parts:
            width = frame.width() * part.value / total if total else 0.0
            _fill(painter, QRectF(x, frame.top(), width, frame.height()), part)
            x += width
            if width > 0 and x < frame.right() - 1:
                painter.setPen(QPen(ink, 1))
                painter.drawLine(QLineF(x, frame.top(), x, frame.bottom()))
        painter.restore()
        painter.setPen(QPen(ink, 1))
        painter.drawPath(outline)


class _Swatch(QWidget):
    def __init__(self, part: BarPart) -> None:
        super().__init__()
        self._part = part
        self.setFixedSize(QSize(14, 14))

    def paintEvent(self, _event: Any) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        _fill(painter, area, self._part)
        painter.setPen(QPen(theme.current().colour("ink"), 1))
        painter.drawRect(area)


class ShareBar(QWidget):
    """Shares as one bar, each with fill, pattern, word and number in the legend below."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._bar = _Bar()
        self._legend = FlowLayout(spacing=theme.GAP_S)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._bar)
        column.addLayout(self._legend)
        self.hide()

    def set_parts(self, parts: Sequence[BarPart]) -> None:
        """Show these shares; an empty sequence hides the bar."""
        if tuple(parts) == self._bar.parts:
            return  # asked for again and again while something runs
        while self._legend.count():
            widget = self._legend.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for part in parts:
            entry = QWidget()
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(5)
            row.addWidget(_Swatch(part))
            row.addWidget(label(part.caption, "caption", wrap=False))
            number: QLabel = label(f"{part.value:,}", "strong", wrap=False)
            row.addWidget(number)
            if part.detail:
                row.addWidget(label(part.detail, "caption", wrap=False))
            self._legend.addWidget(entry)
        self._bar.parts = tuple(parts)
        self._bar.setAccessibleName(", ".join(f"{p.caption} {p.value:,} {p.detail}".strip() for p in parts))
        self._bar.update()
        self.setVisible(bool(parts))
