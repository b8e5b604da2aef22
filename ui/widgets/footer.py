"""The next thing to do, always in the same place."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ...gis.i18n import tr
from .. import theme
from .buttons import primary_button, quiet_button, set_kind
from .labels import label


class Footer(QFrame):
    """ "Next: …" and one button; a page may lend a second, quiet one (hidden below 390 px)."""

    triggered = pyqtSignal()
    second_triggered = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "footer")
        self.caption = label(tr("Next"), "small", wrap=False)
        self.sentence = label("", "strong")
        self.second = quiet_button("", clicked=self.second_triggered.emit)
        self.button = primary_button("", clicked=self.triggered.emit)
        self._second_wanted = False
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.caption)
        words.addWidget(self.sentence)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(theme.GAP_S)
        row.addLayout(words, 1)
        row.addWidget(self.second)
        row.addWidget(self.button)
        self.setMinimumHeight(52)
        self.set_second("")

    def set_next(self, sentence: str, button: str, enabled: bool = True, filled: bool = True) -> None:
        """Say what comes next; an empty ``button`` hides it; ``filled=False`` for Cancel."""
        self.sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))
        self.button.setEnabled(enabled)
        self.button.setAccessibleDescription(sentence)
        set_kind(self.button, "primary" if filled else "quiet")

    def set_second(self, text: str, icon: str = "") -> None:
        """Offer a second quiet button; empty text takes it away."""
        self._second_wanted = bool(text)
        self.second.setText(text)
        if icon:
            theme.set_icon(self.second, icon)
        self._fit()

    def _fit(self) -> None:
        self.second.setVisible(self._second_wanted and self.width() >= 390)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)
        self._fit()
