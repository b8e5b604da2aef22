"""The three steps as one row."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontMetrics, QPainter, QPainterPath, QPen
from qgis.PyQt.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from ...gis.i18n import tr
from .. import theme

STEPS = ("understand", "choose", "act")
#: Width of the cells to each other.
_SHARES = (122, 100, 90)


class _Cell(QToolButton):
    """One step: number or tick, word, progress."""

    def __init__(self, number: int, word: str) -> None:
        super().__init__()
        self.number = number
        self.word = word
        self.progress = "—"
        self.finished = False
        self.setCheckable(True)
        self.setMinimumSize(QSize(84, 46))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def describe(self) -> None:
        self.setAccessibleName(f"{self.number} {self.word}, {self.progress}")
        self.setToolTip(self.word)
        self.update()

    def paintEvent(self, _event: Any) -> None:
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        chosen = self.isChecked()
        painter.setPen(QPen(now.colour("acc" if chosen else "line"), 1))
        painter.setBrush(now.colour("soft" if chosen else ("hover" if self.underMouse() else "card")))
        painter.drawRect(area)
        if chosen:
            painter.fillRect(QRectF(area.left(), area.bottom() - 3, area.width(), 3.5), now.colour("acc"))
        circle = QRectF(8, (self.height() - 22) / 2, 22, 22)
        accent, quiet = now.colour("acc"), now.colour("sub")
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(accent)
            painter.drawEllipse(circle)
            front = now.colour("accink")
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(accent if self.finished else quiet, 1.5))
            painter.drawEllipse(circle)
            front = accent if self.finished else quiet
        if self.finished:
            tick = QPainterPath()
            tick.moveTo(circle.left() + 6.5, circle.top() + 11.5)
            tick.lineTo(circle.left() + 9.8, circle.top() + 14.8)
            tick.lineTo(circle.left() + 15.8, circle.top() + 7.6)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(front, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPath(tick)
        else:
            painter.setPen(front)
            painter.setFont(theme.font(theme.BODY, bold=True))
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, str(self.number))
        left = circle.right() + 7
        room = self.width() - left - 3
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for text, size, bold, top, height, colour in (
            (self.word, 14, True, 5.0, 20.0, "ink"),
            (self.progress, theme.SMALL, False, 23.0, 17.0, "sub"),
        ):
            face = theme.font(size, bold)
            painter.setFont(face)
            painter.setPen(now.colour(colour))
            shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(room) + 1)
            painter.drawText(QRectF(left, top, room + 2, height), align, shown)


class Stepper(QWidget):
    """Understand, Choose, Act; ``step_chosen`` gives the key when the user picks one."""

    step_chosen = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        words = (tr("Understand"), tr("Choose"), tr("Act"))
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._cells: dict[str, _Cell] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for number, (step, word, share) in enumerate(zip(STEPS, words, _SHARES), start=1):
            cell = _Cell(number, word)
            cell.describe()
            cell.clicked.connect(lambda _checked=False, step=step: self.step_chosen.emit(step))
            self._group.addButton(cell)
            self._cells[step] = cell
            row.addWidget(cell, share)
        self._cells[STEPS[0]].setChecked(True)

    def cell(self, step: str) -> QToolButton:
        """The button of a step."""
        return self._cells[step]

    def step(self) -> str:
        """The step that is shown."""
        return next(step for step, cell in self._cells.items() if cell.isChecked())

    def set_step(self, step: str) -> None:
        """Show ``step`` as the chosen one (without the signal)."""
        self._cells[step].setChecked(True)

    def set_progress(self, step: str, text: str, finished: bool = False) -> None:
        """Say how far a step has come, for example "2 / 3"."""
        cell = self._cells[step]
        cell.progress = text or "—"
        cell.finished = finished
        cell.describe()

    def keyPressEvent(self, event: Any) -> None:
        offset = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key())
        if offset is None:
            super().keyPressEvent(event)
            return
        position = STEPS.index(self.step()) + offset
        if 0 <= position < len(STEPS):
            cell = self._cells[STEPS[position]]
            cell.setFocus(Qt.FocusReason.TabFocusReason)
            cell.click()
