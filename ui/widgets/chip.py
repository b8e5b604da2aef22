"""The state of a card in one word."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter
from qgis.PyQt.QtWidgets import QLabel, QWidget

from ...gis.i18n import tr
from .. import theme


class ChipState:
    """What a card can be in."""

    NOT_STARTED = "not_started"
    NO_DATA = "no_data"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FINDINGS = "findings"
    STALE = "stale"
    FAILED = "failed"


class StateChip(QLabel):
    """A rounded plate with a word and, where it is a severity, its shape.

    ``set_state`` speaks the usual words; ``set_chip`` shows any word at any level
    (quiet, running, error, warning, note, ok).
    """

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._level = "quiet"
        self.set_state(ChipState.NOT_STARTED)

    def set_state(self, state: str, count: int = 0) -> None:
        """Show one of :class:`ChipState`; ``count`` is the number of findings."""
        level, text = {
            ChipState.NOT_STARTED: ("quiet", tr("Not started")),
            ChipState.NO_DATA: ("quiet", tr("No data yet")),
            ChipState.WAITING: ("quiet", tr("Waiting")),
            ChipState.RUNNING: ("running", tr("Running")),
            ChipState.DONE: ("ok", tr("Done")),
            ChipState.FINDINGS: ("warning", tr("{n} findings").format(n=f"{count:,}")),
            ChipState.STALE: ("warning", tr("Out of date")),
            ChipState.FAILED: ("error", tr("Stopped")),
        }[state]
        self.set_chip(level, text)

    def set_chip(self, level: str, text: str) -> None:
        """Show ``text`` at ``level``: quiet, running, error, warning, note or ok."""
        self._level = level
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self.updateGeometry()
        self.update()

    def level(self) -> str:
        """The level shown now."""
        return self._level

    def _has_shape(self) -> bool:
        return self._level in theme.LEVELS

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 20 + (18 if self._has_shape() else 0), 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: Any) -> None:
        now = theme.current()
        if self._has_shape():
            back, front = now.level("background", self._level), now.level("text", self._level)
        elif self._level == "running":
            back, front = now.level("background", "note"), now.level("text", "note")
        else:
            back, front = now.colour("trk"), now.colour("ink")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        area = QRectF(self.rect())
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        left = 10
        if self._has_shape():
            painter.drawPixmap(9, int(area.center().y() - 6.5), theme.pixmap(f"severity_{self._level}", 14, self))
            left = 28
        painter.setPen(front)
        painter.drawText(area.adjusted(left, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
