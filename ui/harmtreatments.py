"""What each kind of care costs and how much it helps: the village's own table, edited in plain words."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ..core.externality.words import EVIDENCE_WORDS
from ..core.texts import Text
from ..gis import harm_rules, harm_treatments
from ..gis.catalogues import source_words
from ..gis.i18n import language, tr
from . import theme
from .dialogs import _FormDialog
from .harmrules import EVIDENCE_LEVELS, keep_table, word_of
from .results import OutputSpec
from .state import ProjectState
from .widgets import label

_KEY = Qt.ItemDataRole.UserRole
_CARE, _YEN, _HOURS, _SURE = range(4)


class TreatmentsDialog(_FormDialog):
    """The treatments as a list with on and off, and cost and effects of the chosen one."""

    def __init__(self, state: ProjectState, rules: list[harm_rules.Row], parent: Optional[QWidget] = None) -> None:
        super().__init__(
            "landStewardshipTreatments",
            tr("Costs and effects"),
            tr("What does care cost, and how much does it help?"),
            tr("Reset to defaults"),
            parent,
        )
        self.state = state
        layer = state.layer(harm_treatments.ROLE)
        self.rows = harm_treatments.read_rows(layer if isinstance(layer, QgsVectorLayer) else None)
        self._before = [dict(row) for row in self.rows]
        self._filling = False
        self.left_button.clicked.connect(self.reset)
        self.ok_button.setObjectName("treatments_ok")
        self.column.addWidget(
            label(tr("The numbers that come with the tool are assumptions. Enter those of your village."), "")
        )
        self.list = QTreeWidget()
        self.list.setObjectName("treatments_list")
        self.list.setAccessibleName(tr("Kinds of care"))
        self.list.setProperty("kind", "list")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHeaderLabels([tr("Care"), tr("Yen a year, 10 a"), tr("Hours a year, 10 a"), tr("How sure")])
        self.list.setMinimumHeight(200)
        self.list.currentItemChanged.connect(lambda _item, _old: self._show_row())
        self.list.itemChanged.connect(self._ticked)
        self.column.addWidget(self.list, 1)
        self.problem = label("", "problem")
        self.problem.setObjectName("treatments_problem")
        self.problem.hide()
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
    def _fill_list(self) -> None:
        self._filling = True
        self.list.clear()
        for number, _row in enumerate(self.rows):
            item = QTreeWidgetItem()
            item.setData(_CARE, _KEY, number)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            self.list.addTopLevelItem(item)
            self._show_item(item)
        self._filling = False
        for column in range(self.list.columnCount() - 1):
            self.list.resizeColumnToContents(column)
        if self.rows:
            self.list.setCurrentItem(self.list.topLevelItem(0))

    def _show_item(self, item: QTreeWidgetItem) -> None:
        row = self.rows[item.data(_CARE, _KEY)]
        filling, self._filling = self._filling, True
        item.setText(_CARE, Text(row["label"], row["label_ja"]).pick(language()))
        item.setCheckState(_CARE, Qt.CheckState.Checked if harm_rules.is_on(row) else Qt.CheckState.Unchecked)
        for column, name in ((_YEN, "yen_10a"), (_HOURS, "hours_10a")):
            item.setText(column, f"{harm_rules.number(row[name]) or 0:,g}")
            item.setTextAlignment(column, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
        level = EVIDENCE_LEVELS.get(row["evidence"], "warning")
        item.setText(_SURE, word_of(EVIDENCE_WORDS, row["evidence"]))
        item.setIcon(_SURE, theme.icon(f"severity_{level}"))
        item.setToolTip(_SURE, source_words(row["source"], language()))
        self._filling = filling

    def _current(self) -> Optional[QTreeWidgetItem]:
        item = self.list.currentItem()
        return item if isinstance(item, QTreeWidgetItem) else None

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column != _CARE:
            return
        row = self.rows[item.data(_CARE, _KEY)]
        row["active"] = "true" if item.checkState(_CARE) == Qt.CheckState.Checked else "false"

    def _show_row(self) -> None:
        item = self._current()
        if item is None:
            return
        row = self.rows[item.data(_CARE, _KEY)]
        filling, self._filling = self._filling, True
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
        self._filling = filling

    # -- editing --------------------------------------------------------------------------------
    def _edit(self, column: str, value: str) -> None:
        item = self._current()
        if self._filling or item is None:
            return
        row = self.rows[item.data(_CARE, _KEY)]
        if row[column] == value:
            return
        row[column] = value
        if column in ("yen_10a", "hours_10a", "effects") and row["evidence"] == "assumption":
            # Whoever changes a number knows something about it.
            row["evidence"] = "local_opinion"
            filling, self._filling = self._filling, True
            self.evidence.setCurrentIndex(self.evidence.findData("local_opinion"))
            self._filling = filling
        self._show_item(item)

    def _set_effect(self, kind: str, value: int) -> None:
        item = self._current()
        if self._filling or item is None:
            return
        effects = harm_treatments.effects_of(self.rows[item.data(_CARE, _KEY)])
        if kind == harm_treatments.OTHERS:
            # What is shown for the named kinds stays as it is.
            rest = effects.get(kind, 0.0)
            effects = {name: effects.get(name, rest) for name in self.effects}
        effects[kind] = value / 100
        self._edit("effects", harm_treatments.effects_text(effects))

    def reset(self) -> None:
        """Back to the table that comes with the plugin (kept when the dialog is accepted)."""
        self.rows = harm_treatments.default_rows()
        self.problem.hide()
        self._fill_list()

    def accept(self) -> None:
        """Keep the table beside the project; stays open with a sentence when it cannot be used."""
        wrong = harm_treatments.check(self.rows)
        if wrong is not None:
            self.problem.setText(wrong.pick(language()))
            self.problem.show()
            return
        if self.rows != self._before:
            output = OutputSpec(
                "TREATMENTS",
                harm_treatments.ROLE,
                tr("Costs and effects of care"),
                "understand",
                suffix="csv",
                shown=False,
                data=True,
            )
            same = self.rows == harm_treatments.default_rows()
            try:
                keep_table(
                    self.state,
                    output,
                    None if same else lambda path: harm_treatments.write_rows(path, self.rows),
                )
            except OSError as error:
                self.problem.setText(tr("The table could not be kept: {why}").format(why=error.strerror or str(error)))
                self.problem.show()
                return
        super().accept()
