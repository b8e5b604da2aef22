"""How far a run has come, and the way to stop it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QGridLayout, QProgressBar, QWidget

from ...gis.i18n import tr
from .. import theme
from .buttons import quiet_button
from .labels import label


class ProgressRow(QWidget):
    """Bar, "653 of 1,051 lots", time left and Cancel."""

    cancelled = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.count_label = label("")
        self.time_label = label("", "small")
        self.cancel_button = quiet_button(tr("Cancel"), clicked=self.cancelled.emit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP_S)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.bar, 0, 0, 1, 2)
        grid.setRowMinimumHeight(0, 14)
        grid.addWidget(self.count_label, 1, 0)
        grid.addWidget(self.time_label, 2, 0)
        grid.addWidget(self.cancel_button, 1, 1, 2, 1)
        grid.setColumnStretch(0, 1)

    def set_progress(self, fraction: Optional[float], count_text: str, time_text: str = "") -> None:
        """Show ``fraction`` 0..1 (None: not known yet), the count and the time left in words."""
        if fraction is None:
            self.bar.setRange(0, 0)
        else:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * fraction))
        self.bar.setAccessibleName(count_text)
        self.count_label.setText(count_text)
        self.time_label.setText(time_text)
