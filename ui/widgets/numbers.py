"""Up to three result numbers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QGridLayout, QLabel, QWidget

from .. import theme
from .labels import label, rule


class NumberRow(QWidget):
    """Numbers with unit and caption: ``set_numbers([("1,051", "lots", "lots checked"), …])``."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._shown: tuple[tuple[str, str, str], ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.GAP_S)
        self._grid.setVerticalSpacing(0)
        self.hide()

    def set_numbers(self, numbers: Sequence[tuple[str, str, str]]) -> None:
        """Show ``(value, unit, caption)`` triples; an empty list hides the row."""
        if tuple(numbers) == self._shown:
            return  # asked for again and again while something runs
        self._shown = tuple(numbers)
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for position, (value, unit, caption) in enumerate(numbers):
            number = QLabel()
            number.setTextFormat(Qt.TextFormat.RichText)
            tail = f' <span style="font-size:{theme.SMALL}px">{escape(unit)}</span>' if unit else ""
            number.setText(f'<span style="font-size:{theme.RESULT}px; font-weight:bold">{escape(value)}</span>{tail}')
            number.setAccessibleName(f"{caption}: {value} {unit}".strip())
            below = label(caption, "small")
            below.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            column = position * 2
            if position:
                self._grid.addWidget(rule(vertical=True), 0, column - 1, 2, 1)
            self._grid.addWidget(number, 0, column)
            self._grid.addWidget(below, 1, column)
            self._grid.setColumnStretch(column, 1)
        self.setVisible(bool(numbers))
