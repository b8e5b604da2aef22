"""What each kind of care costs and how much it helps: the village's own table, edited in plain words."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QTreeWidgetItem,
    QWidget,
)

from ..core.externality.words import EVIDENCE_WORDS
from ..core.texts import Text
from ..gis import harm_rules, harm_treatments
from ..gis.catalogues import source_words
from ..gis.i18n import language, tr
from . import theme
from .state import ProjectState
from .tabledialog import EVIDENCE_LEVELS, Table, TableDialog, word_of
from .widgets import label

_CARE, _YEN, _HOURS, _SURE = range(4)


def treatments_table() -> Table:
    """The kinds of care of a village."""
    return Table(
        "TREATMENTS",
        harm_treatments.ROLE,
        tr("Costs and effects of care"),
        harm_treatments.read_rows,
        harm_treatments.default_rows,
        harm_treatments.check,
        harm_treatments.write_rows,
        tr("The table could not be kept: {why}"),
    )


class TreatmentsDialog(TableDialog):
    """The treatments as a list with on and off, and cost and effects of the chosen one."""

    def __init__(self, state: ProjectState, rules: list[harm_rules.Row], parent: Optional[QWidget] = None) -> None:
        super().__init__(
            state,
            treatments_table(),
            "landStewardshipTreatments",
            tr("Costs and effects"),
            tr("What does care cost, and how much does it help?"),
            (tr("Care"), tr("Yen a year, 10 a"), tr("Hours a year, 10 a"), tr("How sure")),
            parent,
            ticks=True,
        )
        self.column.addWidget(
            label(tr("The numbers that come with the tool are assumptions. Enter those of your village."), "")
        )
        self.list.setAccessibleName(tr("Kinds of care"))
        self.list.setMinimumHeight(200)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.problem)
        self.yen, self.hours = self._number(1_000.0, 0), self._number(1.0, 1)
        self.yen.valueChanged.connect(lambda value: self._edit("yen_10a", f"{value:g}"))
        self.hours.valueChanged.connect(lambda value: self._edit("hours_10a", f"{value:g}"))
        self.evidence = QComboBox()
        for code, word in EVIDENCE_WORDS.items():
            self.evidence.addItem(word.pick(language()), code)
        self.evidence.activated.connect(lambda _index: self._edit("evidence", self.evidence.currentData()))
        self.source = QLineEdit()
        self.source.textEdited.connect(lambda text: self._edit("source", text.strip()))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP_M)
        grid.setVerticalSpacing(theme.GAP_XS)
        for place, (words, field, name) in enumerate(
            (
                (tr("Yen a year, 10 a"), self.yen, "yen"),
                (tr("Hours a year, 10 a"), self.hours, "hours"),
                (tr("How sure is it?"), self.evidence, "evidence"),
                (tr("Where this is known from"), self.source, "source"),
            )
        ):
            field.setObjectName(f"treatment_{name}")
            field.setAccessibleName(words)
            # Sources are sentences: they get a line of their own.
            row, side, wide = (2, 0, 3) if name == "source" else (0, place, 1)
            grid.addWidget(label(words, "small"), row, side, 1, wide)
            grid.addWidget(field, row + 1, side, 1, wide)
            grid.setColumnStretch(side, 1)
        self.column.addLayout(grid)
        self.column.addWidget(label(tr("How much of each harm does it take away?"), "strong"))
        self.effects = self._effect_boxes(rules)
        theme.apply(self)
        self._fill_list()
        self.resize(720, 680)
        self.setMinimumWidth(600)

    @staticmethod
    def _number(step: float, decimals: int) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(0.0, 100_000_000.0)
        box.setDecimals(decimals)
        box.setSingleStep(step)
        box.setGroupSeparatorShown(True)
        return box

    def _effect_boxes(self, rules: list[harm_rules.Row]) -> dict[str, QSpinBox]:
        """One box for each kind of harm that counts here or that some treatment names, and one for the rest."""
        names = {row["kind"]: Text(row["label"], row["label_ja"]).pick(language()) for row in rules}
        kinds = {row["kind"] for row in rules if harm_rules.is_on(row)}
        kinds |= {kind for row in self.rows for kind in harm_treatments.effects_of(row) if kind in names}
        shown = [*sorted(kinds, key=lambda kind: names[kind]), harm_treatments.OTHERS]
        names[harm_treatments.OTHERS] = tr("all other harm")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP_M)
        grid.setVerticalSpacing(theme.GAP_XS)
        boxes = {}
        for place, kind in enumerate(shown):
            box = QSpinBox()
            box.setRange(0, 100)
            box.setSuffix(" %")
            box.setSingleStep(5)
            box.setObjectName(f"effect_{'others' if kind == harm_treatments.OTHERS else kind}")
            box.setAccessibleName(names[kind])
            box.valueChanged.connect(lambda value, kind=kind: self._set_effect(kind, value))
            row, side = divmod(place, 5)
            grid.addWidget(label(names[kind], "small"), 2 * row, side)
            grid.addWidget(box, 2 * row + 1, side)
            grid.setColumnStretch(side, 1)
            boxes[kind] = box
        self.column.addLayout(grid)
        return boxes

    # -- list -----------------------------------------------------------------------------------
    def _fit_columns(self) -> None:
        for column in range(self.list.columnCount() - 1):
            self.list.resizeColumnToContents(column)

    def _show_item(self, item: QTreeWidgetItem) -> None:
        with self._quiet():
            self._fill_item(item, self.row_of(item))

    def _fill_item(self, item: QTreeWidgetItem, row: harm_rules.Row) -> None:
        item.setText(_CARE, Text(row["label"], row["label_ja"]).pick(language()))
        self._tick(item, harm_rules.is_on(row))
        for column, name in ((_YEN, "yen_10a"), (_HOURS, "hours_10a")):
            item.setText(column, f"{harm_rules.number(row[name]) or 0:,g}")
            item.setTextAlignment(column, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
        level = EVIDENCE_LEVELS.get(row["evidence"], "warning")
        item.setText(_SURE, word_of(EVIDENCE_WORDS, row["evidence"]))
        item.setIcon(_SURE, theme.icon(f"severity_{level}"))
        item.setToolTip(_SURE, source_words(row["source"], language()))

    def _ticked(self, item: QTreeWidgetItem, on: bool) -> None:
        self.row_of(item)["active"] = "true" if on else "false"

    def _show_row(self, row: harm_rules.Row) -> None:
        self.yen.setValue(harm_rules.number(row["yen_10a"]) or 0.0)
        self.hours.setValue(harm_rules.number(row["hours_10a"]) or 0.0)
        self.evidence.setCurrentIndex(max(self.evidence.findData(row["evidence"]), 0))
        self.source.setText(source_words(row["source"], language()))
        self.source.setCursorPosition(0)
        self.source.setToolTip(self.source.text())
        effects = harm_treatments.effects_of(row)
        rest = effects.get(harm_treatments.OTHERS, 0.0)
        for kind, box in self.effects.items():
            box.setValue(round(100 * effects.get(kind, rest)))

    # -- editing --------------------------------------------------------------------------------
    def _edit(self, column: str, value: str) -> None:
        item = self._editing()
        if item is None:
            return
        row = self.row_of(item)
        if row[column] == value:
            return
        row[column] = value
        if column in ("yen_10a", "hours_10a", "effects") and row["evidence"] == "assumption":
            # Whoever changes a number knows something about it.
            row["evidence"] = "local_opinion"
            with self._quiet():
                self.evidence.setCurrentIndex(self.evidence.findData("local_opinion"))
        self._show_item(item)

    def _set_effect(self, kind: str, value: int) -> None:
        item = self._editing()
        if item is None:
            return
        effects = harm_treatments.effects_of(self.row_of(item))
        if kind == harm_treatments.OTHERS:
            # What is shown for the named kinds stays as it is.
            rest = effects.get(kind, 0.0)
            effects = {name: effects.get(name, rest) for name in self.effects}
        effects[kind] = value / 100
        self._edit("effects", harm_treatments.effects_text(effects))
