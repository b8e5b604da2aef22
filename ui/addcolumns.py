"""What the columns of a brought table mean: one row for each meaning, and the unit of the areas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..core import intake as words
from ..gis import intake
from ..gis.i18n import language, tr
from . import importplan, theme
from .widgets import label, link_button

#: Longest example shown beside a column.
_LONGEST = 28


class ColumnsForm(QWidget):
    """Lets the officer confirm the columns. ``changed``: a column or the unit; ``profile_wanted``: the link for saved
    settings."""

    changed = pyqtSignal()
    profile_wanted = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QComboBox] = {}
        self._rows: Sequence[Mapping[str, Any]] = ()
        self._quiet = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.GAP_M)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(3, 1)
        self.unit_box = _combo("add_unit", tr("Unit of the areas"))
        for code, text in importplan.units():
            self.unit_box.addItem(text, code)
        self.unit_box.currentIndexChanged.connect(lambda _index: self._tell())
        self.unit_why = label("", "small")
        self._unit = QWidget()
        unit = QHBoxLayout(self._unit)
        unit.setContentsMargins(0, 0, 0, 0)
        unit.setSpacing(theme.GAP_M)
        unit.addWidget(label(tr("Unit of the areas"), wrap=False))
        unit.addWidget(self.unit_box)
        unit.addWidget(self.unit_why, 1)
        self.load_link = link_button(tr("Use saved column settings…"), self.profile_wanted.emit)
        self.load_link.setObjectName("add_profile")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_S)
        column.addLayout(self._grid)
        column.addWidget(self._unit)
        column.addWidget(self.load_link, 0, Qt.AlignmentFlag.AlignLeft)

    # -- asking ---------------------------------------------------------------------------
    def columns(self) -> dict[str, Optional[str]]:
        """The column chosen for each meaning."""
        return {name: box.currentData() or None for name, box in self.boxes.items()}

    def unit(self) -> str:
        """Code of the unit of the areas; empty: find out, or there are none."""
        return str(self.unit_box.currentData() or "") if self._has_area() else ""

    # -- doing ----------------------------------------------------------------------------
    def clear(self) -> None:
        """No columns to ask for."""
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}

    def ask(
        self,
        meanings: Sequence[words.Meaning],
        columns: Sequence[str],
        guess: intake.Guess,
        rows: Sequence[Mapping[str, Any]],
        profiles: bool,
    ) -> None:
        """Ask for these meanings, with what was guessed; ``rows`` give the examples."""
        self.clear()
        self._rows = rows
        self._quiet = True
        for row, meaning in enumerate(meanings):
            self._add(row, meaning, columns, guess.columns.get(meaning.name))
        self.unit_box.setCurrentIndex(max(self.unit_box.findData(guess.unit), 0))
        self.unit_why.setText(importplan.why(guess))
        self.load_link.setVisible(profiles)
        self._unit.setVisible(self._has_area())
        self._quiet = False

    def use(self, columns: Mapping[str, Optional[str]], unit: str) -> None:
        """Put in what a profile says."""
        self._quiet = True
        for meaning, column in columns.items():
            box = self.boxes.get(meaning)
            if box is not None:
                box.setCurrentIndex(max(box.findData(column or ""), 0))
        if unit:
            self.unit_box.setCurrentIndex(max(self.unit_box.findData(unit), 0))
        self._quiet = False
        self._tell()

    # -- inside ---------------------------------------------------------------------------
    def _has_area(self) -> bool:
        columns = self.columns()
        return bool(columns.get("area_reg") or columns.get("area_ha"))

    def _tell(self) -> None:
        if not self._quiet:
            self._unit.setVisible(self._has_area())
            self.changed.emit()

    def _add(self, row: int, meaning: words.Meaning, columns: Sequence[str], guessed: Optional[str]) -> None:
        box = _combo(f"column_{meaning.name}", meaning.label.pick(language()))
        box.addItem(tr("(no such column)"), "")
        for column in columns:
            box.addItem(column, column)
        box.setCurrentIndex(max(box.findData(guessed or ""), 0))
        mark, example = QLabel(), label("", "small", wrap=False)
        mark.setFixedWidth(16)

        def changed(_index: int) -> None:
            self._show_example(meaning, box, mark, example)
            self._tell()

        box.currentIndexChanged.connect(changed)
        self.boxes[meaning.name] = box
        self._grid.addWidget(mark, row, 0)
        self._grid.addWidget(label(meaning.label.pick(language()), wrap=False), row, 1)
        self._grid.addWidget(box, row, 2)
        self._grid.addWidget(example, row, 3)
        self._show_example(meaning, box, mark, example)

    def _show_example(self, meaning: words.Meaning, box: QComboBox, mark: QLabel, example: QLabel) -> None:
        column = box.currentData()
        if column:
            level = "ok"
            if meaning.private:
                text = tr("(names not shown)")
            else:
                text = next((str(row[column]) for row in self._rows if str(row.get(column) or "").strip()), "")
                text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
        elif meaning.required:
            level, text = "error", tr("This one is needed")
        else:
            level, text = "note", tr("You can add it later")
        theme.set_icon(mark, f"severity_{level}", 14)
        example.setText(text)


def _combo(name: str, title: str) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(16)
    return box
