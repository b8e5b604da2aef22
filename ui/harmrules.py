"""The rules for harm to surroundings, edited in plain words and kept as a table beside the project."""

from __future__ import annotations

import os
from typing import Any, Callable, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ..core.externality.words import DECAY_WORDS, EVIDENCE_WORDS, PATHWAY_WORDS, REACHED_WORDS, SOURCE_WORDS
from ..core.texts import Text
from ..gis import harm_rules
from ..gis.catalogues import source_words
from ..gis.i18n import language, tr
from . import theme
from .dialogs import _FormDialog
from .results import OutputSpec, new_result_path, open_result, place_result, result_folder
from .state import ROLE_PROPERTY, ProjectState
from .widgets import label, plain_button, quiet_button

#: How an evidence label is marked: what is only assumed carries the warning sign.
EVIDENCE_LEVELS = {"literature": "ok", "local_data": "ok", "local_opinion": "note", "assumption": "warning"}
_KEY = Qt.ItemDataRole.UserRole
#: Columns of the list.
_HARM, _SURE, _FROM, _TO, _FAR, _FADES, _WEIGHT = range(7)
#: Widest column of the list in pixels; longer words end in "…" and stand in the tool tip.
_WIDEST = 175
#: Values of the distance box that mean "not set".
_UNSET = -1.0
#: Numbers that a publication stands for: changed by hand, they are the village's own.
_PUBLISHED = (
    "distance_m", "decay", "half_m", "weight", "source_kind", "receptor", "pathway", "years_min", "crop", "barrier",
)  # fmt: skip
_TILDE = Text("{first}, {second}", "{first}・{second}")


def word_of(words: dict[str, Text], code: str) -> str:
    """The word for a code in the language of QGIS; a code nobody translated as it is."""
    return words[code].pick(language()) if code in words else code


def rules_output() -> OutputSpec:
    """The village's rule table as data of the project."""
    return OutputSpec(
        "RULES",
        harm_rules.ROLE,
        tr("Rules for harm to surroundings"),
        "understand",
        suffix="csv",
        shown=False,
        data=True,
    )


def _is_ours(state: ProjectState, layer: QgsVectorLayer, role: str) -> bool:
    """Whether the table was written by a dialog of ours, not brought by the user."""
    path = os.path.abspath(layer.source().split("|", 1)[0])
    folder = os.path.abspath(result_folder(state.project, "data"))
    return os.path.dirname(path) == folder and os.path.basename(path).startswith(role + "_")


def keep_table(state: ProjectState, output: OutputSpec, write: Optional[Callable[[str], None]]) -> None:
    """Let ``write`` make the village's table beside the project and use it; ``None``: the catalogue needs none.

    Each change is a new file, so that earlier results can still name the table they were made with. Raises
    ``OSError`` when the file cannot be written.
    """
    old = state.layer(output.role)
    ours = isinstance(old, QgsVectorLayer) and _is_ours(state, old, output.role)
    if write is None:
        if old is not None:
            if not ours:
                old.removeCustomProperty(ROLE_PROPERTY)
            state.assign(output.role, None)
            if ours:
                state.project.removeMapLayer(old.id())
        return
    path = new_result_path(state.project, output)
    write(path)
    layer = open_result(path, output)
    if not layer.isValid():
        raise OSError(tr("The table cannot be opened again."))
    place_result(state.project, layer, output, old if ours else None)
    state.assign(output.role, layer)


def keep_rules(state: ProjectState, rows: list[harm_rules.Row]) -> None:
    """Keep the rules beside the project; the catalogue's own rules need no table. Raises ``OSError``."""
    as_they_come = rows == harm_rules.default_rules()
    keep_table(state, rules_output(), None if as_they_come else lambda path: harm_rules.write_rules(path, rows))


class RulesDialog(_FormDialog):
    """The rules as a list with on and off, and the chosen one in words to edit."""

    def __init__(self, state: ProjectState, parent: Optional[QWidget] = None) -> None:
        super().__init__(
            "landStewardshipRules",
            tr("Rules: {title}").format(title=tr("Harm to surroundings")),
            tr("What counts as harm here?"),
            tr("Reset to defaults"),
            parent,
        )
        self.state = state
        layer = state.layer(harm_rules.ROLE)
        self.rows = harm_rules.read_rules(layer if isinstance(layer, QgsVectorLayer) else None)
        self._before = [dict(row) for row in self.rows]
        self._filling = False
        self.left_button.setObjectName("rules_reset")
        self.left_button.clicked.connect(self.reset)
        self.ok_button.setObjectName("rules_ok")
        self.column.addWidget(label(tr("Tick the rules that count in your village. Discuss what is only assumed."), ""))
        self.list = self._make_list()
        self.column.addWidget(self.list, 1)
        self.add_button = quiet_button(tr("Add a rule"), clicked=self.add_rule)
        self.add_button.setObjectName("rules_add")
        self.delete_button = plain_button(tr("Delete this rule"), clicked=self.delete_rule)
        self.delete_button.setObjectName("rules_delete")
        self.back_button = plain_button(tr("Bring it back"), clicked=self.bring_back)
        self.back_button.setObjectName("rules_back")
        self.back_button.hide()
        self._deleted: list[tuple[int, harm_rules.Row]] = []
        buttons = QHBoxLayout()
        for button in (self.add_button, self.delete_button, self.back_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.column.addLayout(buttons)
        self.problem = label("", "problem")
        self.problem.setObjectName("rules_problem")
        self.problem.hide()
        self.column.addWidget(self.problem)
        self.name = QLineEdit()
        self.name.setObjectName("rule_name")
        self.name.setAccessibleName(tr("What harm?"))
        self.name.editingFinished.connect(self._rename)
        self.column.addWidget(label(tr("What harm?"), "small"))
        self.column.addWidget(self.name)
        self.column.addLayout(self._make_form())
        self.note = label("", "small")
        self.column.addWidget(self.note)
        self._fill_list()
        theme.apply(self)
        self.resize(960, 690)
        self.setMinimumWidth(640)

    # -- list ---------------------------------------------------------------------------------
    def _make_list(self) -> QTreeWidget:
        rows = QTreeWidget()
        rows.setObjectName("rules_list")
        rows.setAccessibleName(tr("Rules"))
        rows.setProperty("kind", "list")
        rows.setRootIsDecorated(False)
        rows.setUniformRowHeights(True)
        rows.setAllColumnsShowFocus(True)
        rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        rows.setHeaderLabels(
            [
                tr("Harm"),
                tr("How sure"),
                tr("From"),
                tr("Reaches"),
                tr("How far"),
                tr("How it fades"),
                tr("Weight"),
            ]
        )
        rows.setMinimumHeight(190)
        rows.header().setStretchLastSection(True)
        rows.currentItemChanged.connect(lambda item, _old: self._show_rule(item))
        rows.itemChanged.connect(self._ticked)
        return rows

    def _fill_list(self) -> None:
        self._filling = True
        self.list.clear()
        for number, _row in enumerate(self.rows):
            item = QTreeWidgetItem()
            item.setData(_HARM, _KEY, number)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            self.list.addTopLevelItem(item)
            self._show_item(item)
        self._filling = False
        for column in range(self.list.columnCount() - 1):
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, min(self.list.columnWidth(column), _WIDEST))
        if self.rows:
            self.list.setCurrentItem(self.list.topLevelItem(0))

    def _show_item(self, item: QTreeWidgetItem) -> None:
        row = self.rows[item.data(_HARM, _KEY)]
        filling, self._filling = self._filling, True
        item.setText(_HARM, Text(row["label"], row["label_ja"]).pick(language()))
        on = harm_rules.is_on(row)
        item.setCheckState(_HARM, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        item.setText(_FROM, word_of(SOURCE_WORDS, row["source_kind"]))
        item.setText(_TO, word_of(REACHED_WORDS, row["receptor"]))
        far = f"{harm_rules.number(row['distance_m']):g} m" if row["distance_m"] else tr("not set")
        if row["pathway"] != "distance":
            way = word_of(PATHWAY_WORDS, row["pathway"])
            far = (
                way
                if row["pathway"] == "border" and far == "0 m"
                else _TILDE.pick(language()).format(first=far, second=way)
            )
        item.setText(_FAR, far)
        item.setToolTip(_FAR, far)
        item.setText(_FADES, word_of(DECAY_WORDS, row["decay"]))
        item.setText(_WEIGHT, row["weight"])
        level = EVIDENCE_LEVELS.get(row["evidence"], "warning")
        now = theme.current()
        item.setText(_SURE, word_of(EVIDENCE_WORDS, row["evidence"]))
        item.setIcon(_SURE, theme.icon(f"severity_{level}"))
        item.setBackground(_SURE, now.level("background", level))
        item.setForeground(_SURE, now.level("text", level))
        item.setToolTip(_SURE, source_words(row["citation"], language()))
        for column in (_HARM, _FROM, _TO, _FAR, _FADES, _WEIGHT):
            item.setForeground(column, now.colour("ink" if on else "sub"))
        self._filling = filling

    def _ticked(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column != _HARM:
            return
        row = self.rows[item.data(_HARM, _KEY)]
        wanted = item.checkState(_HARM) == Qt.CheckState.Checked
        if wanted == harm_rules.is_on(row):
            return
        missing = harm_rules.why_not_on(row) if wanted else None
        self._say(missing)
        row["active"] = "true" if wanted and missing is None else "false"
        self._show_item(item)
        self.list.setCurrentItem(item)
        if missing is not None:
            box = self.half if row["distance_m"] and row["decay"] in ("exponential", "gaussian") else self.distance
            box.setFocus()

    def item(self, rule_id: str) -> QTreeWidgetItem:
        """The list entry of a rule."""
        numbers = [number for number, row in enumerate(self.rows) if row["rule_id"] == rule_id]
        return self.list.topLevelItem(numbers[0])

    def add_rule(self) -> None:
        """A new rule at the end of the list, off until it says how far it reaches."""
        self.rows.append(harm_rules.new_rule(self.rows, Text("New harm", "新しい影響")))
        self._fill_list()
        self.list.setCurrentItem(self.list.topLevelItem(len(self.rows) - 1))
        self._say(None)
        self.name.setFocus()
        self.name.selectAll()

    def delete_rule(self) -> None:
        """Take the chosen rule out of the village's list; it can be brought back until the dialog is closed."""
        item = self._current()
        if item is None or len(self.rows) < 2:
            return
        number = item.data(_HARM, _KEY)
        self._deleted.append((number, self.rows.pop(number)))
        self._fill_list()
        self.list.setCurrentItem(self.list.topLevelItem(min(number, len(self.rows) - 1)))
        self._say(None)
        self.back_button.show()

    def bring_back(self) -> None:
        """Put the rule that was deleted last back in its place."""
        if self._deleted:
            number, row = self._deleted.pop()
            self.rows.insert(number, row)
            self._fill_list()
            self.list.setCurrentItem(self.list.topLevelItem(number))
        self.back_button.setVisible(bool(self._deleted))

    def _rename(self) -> None:
        item, name = self._current(), self.name.text().strip()
        if self._filling or item is None or not name:
            return
        row = self.rows[item.data(_HARM, _KEY)]
        if name != Text(row["label"], row["label_ja"]).pick(language()):
            harm_rules.rename(self.rows, row, name, language())
            self._show_item(item)

    # -- form ---------------------------------------------------------------------------------
    def _make_form(self) -> QGridLayout:
        self.source = self._combo("source_kind", SOURCE_WORDS)
        self.reached = self._combo("receptor", REACHED_WORDS)
        self.pathway = self._combo("pathway", PATHWAY_WORDS)
        self.distance = self._box("distance_m", " m", _UNSET)
        self.decay = self._combo("decay", DECAY_WORDS)
        self.half = self._box("half_m", " m", _UNSET)
        self.weight = self._box("weight", "", 0.0)
        self.evidence = self._combo("evidence", EVIDENCE_WORDS)
        self.years = self._box("years_min", "", _UNSET)
        self.reach = self._box("reach_m", " m", _UNSET)
        self.crop = self._line("crop", tr("such as rice; fruit"))
        self.barrier = self._line(
            "barrier", tr("e.g. fence=0;river=0.5"), lambda text: harm_rules.barrier_codes(text, language())
        )
        self.barrier.setToolTip(
            tr("Write fence, river or road, then the part that passes: fence=0 nothing, river=0.5 half.")
        )
        self.citation = QLineEdit()
        self.citation.setObjectName("rule_citation")
        self.citation.setAccessibleName(tr("Where this is known from"))
        self.citation.textEdited.connect(lambda text: self._edit("citation", text.strip()))
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP_M)
        grid.setVerticalSpacing(theme.GAP_XS)
        pairs = (
            (tr("From which land?"), self.source),
            (tr("Whom does it reach?"), self.reached),
            (tr("Which way?"), self.pathway),
            (tr("How far?"), self.distance),
            (tr("How does it fade?"), self.decay),
            (tr("Half is left after"), self.half),
            (tr("How much does it weigh?"), self.weight),
            (tr("How sure is it?"), self.evidence),
            (tr("Unmanaged for so many years"), self.years),
            (tr("Only these crops"), self.crop),
            (tr("What holds it off, and how much passes"), self.barrier),
            (tr("How near to ditch or forest edge"), self.reach),
        )
        for position, (words, field) in enumerate(pairs):
            row, side = divmod(position, 4)
            grid.addWidget(label(words, "small"), 2 * row, side)
            grid.addWidget(field, 2 * row + 1, side)
            field.setAccessibleName(words)
            grid.setColumnStretch(side, 1)
        grid.addWidget(label(tr("Where this is known from"), "small"), 6, 0, 1, 4)
        grid.addWidget(self.citation, 7, 0, 1, 4)
        return grid

    def _line(self, column: str, example: str, kept: Callable[[str], str] = str) -> QLineEdit:
        line = QLineEdit()
        line.setObjectName(f"rule_{column}")
        theme.set_hint(line, example)
        line.textEdited.connect(lambda text: self._edit(column, kept(text.strip())))
        return line

    def _combo(self, column: str, words: dict[str, Text]) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(f"rule_{column}")
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(12)
        for code, word in words.items():
            combo.addItem(word.pick(language()), code)
        combo.activated.connect(lambda _index: self._edit(column, combo.currentData()))
        return combo

    def _box(self, column: str, suffix: str, least: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setObjectName(f"rule_{column}")
        box.setRange(least, 100_000.0)
        box.setDecimals(1)
        box.setSuffix(suffix)
        if least < 0:
            box.setSpecialValueText(tr("not set"))
        box.setSingleStep(0.1 if column == "weight" else 5.0)
        box.valueChanged.connect(lambda value: self._edit(column, "" if value < 0 else f"{value:g}"))
        return box

    def _current(self) -> Optional[QTreeWidgetItem]:
        item = self.list.currentItem()
        return item if isinstance(item, QTreeWidgetItem) else None

    def _show_rule(self, item: Optional[QTreeWidgetItem]) -> None:
        if item is None:
            return
        row = self.rows[item.data(_HARM, _KEY)]
        filling, self._filling = self._filling, True
        self.name.setText(Text(row["label"], row["label_ja"]).pick(language()))
        for combo, column in (
            (self.source, "source_kind"),
            (self.reached, "receptor"),
            (self.pathway, "pathway"),
            (self.decay, "decay"),
            (self.evidence, "evidence"),
        ):
            if combo.findData(row[column]) < 0:
                combo.addItem(row[column], row[column])
            combo.setCurrentIndex(combo.findData(row[column]))
        self.crop.setText(row["crop"])
        self.barrier.setText(harm_rules.barrier_words(row["barrier"], language()))
        for box, column in (
            (self.distance, "distance_m"),
            (self.half, "half_m"),
            (self.weight, "weight"),
            (self.years, "years_min"),
            (self.reach, "reach_m"),
        ):
            value = harm_rules.number(row[column])
            box.setValue(box.minimum() if value is None else value)
        self.half.setEnabled(row["decay"] in ("exponential", "gaussian"))
        self.citation.setText(source_words(row["citation"], language()))
        self.citation.setCursorPosition(0)
        self.citation.setToolTip(self.citation.text())
        self.note.setText(source_words(row["note"], language()))
        self.note.setVisible(bool(self.note.text()))
        self._filling = filling

    def _edit(self, column: str, value: Any) -> None:
        item = self._current()
        if self._filling or item is None:
            return
        row = self.rows[item.data(_HARM, _KEY)]
        if row[column] == value:
            return
        row[column] = value
        said: Optional[Text] = None
        if column in _PUBLISHED and row["evidence"] == "literature":
            row["evidence"] = "local_opinion"
            said = Text(
                "This is no longer the published number. It now counts as local opinion.",
                "公表された数値ではなくなったため、「地域の意見」としました。",
            )
        missing = harm_rules.why_not_on(row)
        if missing is not None and harm_rules.is_on(row):
            row["active"] = "false"
            said = missing
        self._say(said)
        self._show_item(item)
        filling, self._filling = self._filling, True
        self.half.setEnabled(row["decay"] in ("exponential", "gaussian"))
        self.evidence.setCurrentIndex(self.evidence.findData(row["evidence"]))
        self._filling = filling

    def _say(self, text: Optional[Text]) -> None:
        self.problem.setText(text.pick(language()) if text is not None else "")
        self.problem.setVisible(text is not None)

    # -- keeping --------------------------------------------------------------------------------
    def reset(self) -> None:
        """Back to the rules that come with the plugin (kept when the dialog is accepted)."""
        self.rows = harm_rules.default_rules()
        self._deleted = []
        self.back_button.hide()
        self._say(None)
        self._fill_list()

    def accept(self) -> None:
        """Keep the rules beside the project; stays open with a sentence when they cannot be used."""
        wrong = harm_rules.check(self.rows)
        if wrong is not None:
            self._say(wrong)
            return
        if self.rows != self._before:
            try:
                keep_rules(self.state, self.rows)
            except OSError as error:
                self.problem.setText(tr("The rules could not be kept: {why}").format(why=error.strerror or str(error)))
                self.problem.show()
                return
        super().accept()
