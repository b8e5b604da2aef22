"""The rules for harm to surroundings, edited in plain words and kept as a table beside the project."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QTreeWidgetItem,
    QWidget,
)

from ..core.externality.words import DECAY_WORDS, EVIDENCE_WORDS, PATHWAY_WORDS, REACHED_WORDS, SOURCE_WORDS
from ..core.texts import Text
from ..gis import harm_rules
from ..gis.catalogues import source_words
from ..gis.i18n import language, tr
from . import theme
from .state import ProjectState
from .tabledialog import EVIDENCE_LEVELS, Table, TableDialog, level_cell, word_of
from .widgets import label, plain_button, quiet_button

#: Columns of the list.
_HARM, _SURE, _FROM, _TO, _FAR, _FADES, _WEIGHT = range(7)
#: Widest column of the list in pixels; longer words end in "…" and stand in the tool tip.
_WIDEST = 165
#: Values of the distance box that mean "not set".
_UNSET = -1.0
#: Numbers that a publication stands for: changed by hand, they are the village's own.
_PUBLISHED = (
    "distance_m", "decay", "half_m", "weight", "source_kind", "receptor", "pathway", "years_min", "crop", "barrier",
)  # fmt: skip
_TILDE = Text("{first}, {second}", "{first}・{second}")


def rules_table() -> Table:
    """The rules of a village."""
    return Table(
        "RULES",
        harm_rules.ROLE,
        tr("Rules for harm to surroundings"),
        harm_rules.read_rules,
        harm_rules.default_rules,
        harm_rules.check,
        harm_rules.write_rules,
        tr("The rules could not be kept: {why}"),
    )


class RulesDialog(TableDialog):
    """The rules as a list with on and off, and the chosen one in words to edit."""

    def __init__(self, state: ProjectState, parent: Optional[QWidget] = None) -> None:
        super().__init__(
            state,
            rules_table(),
            "landStewardshipRules",
            tr("Rules: {title}").format(title=tr("Harm to surroundings")),
            tr("What counts as harm here?"),
            (
                tr("Harm"),
                tr("How sure"),
                tr("From"),
                tr("Reaches"),
                tr("How far"),
                tr("How it fades"),
                tr("Weight"),
            ),
            parent,
            ticks=True,
        )
        self.column.addWidget(label(tr("Tick the rules that count in your village. Discuss what is only assumed."), ""))
        self.list.setAccessibleName(tr("Rules"))
        self.list.setMinimumHeight(190)
        self.list.header().setStretchLastSection(True)
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
    def _fit_columns(self) -> None:
        for column in range(self.list.columnCount() - 1):
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, min(self.list.columnWidth(column), _WIDEST))

    def _show_item(self, item: QTreeWidgetItem) -> None:
        with self._quiet():
            self._fill_item(item, self.row_of(item))

    def _fill_item(self, item: QTreeWidgetItem, row: harm_rules.Row) -> None:
        on = harm_rules.is_on(row)
        item.setText(_HARM, Text(row["label"], row["label_ja"]).pick(language()))
        self._tick(item, on)
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
        level_cell(item, _SURE, level, word_of(EVIDENCE_WORDS, row["evidence"]))
        item.setToolTip(_SURE, source_words(row["citation"], language()))
        for column in (_HARM, _FROM, _TO, _FAR, _FADES, _WEIGHT):
            item.setForeground(column, theme.current().colour("ink" if on else "sub"))

    def _ticked(self, item: QTreeWidgetItem, wanted: bool) -> None:
        row = self.row_of(item)
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
        number = self.number_of(item)
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
        item, name = self._editing(), self.name.text().strip()
        if item is None or not name:
            return
        row = self.row_of(item)
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

    def _show_row(self, row: harm_rules.Row) -> None:
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

    def _edit(self, column: str, value: Any) -> None:
        item = self._editing()
        if item is None:
            return
        row = self.row_of(item)
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
        with self._quiet():
            self.half.setEnabled(row["decay"] in ("exponential", "gaussian"))
            self.evidence.setCurrentIndex(self.evidence.findData(row["evidence"]))

    def reset(self) -> None:
        """Back to the rules that come with the plugin (kept when the dialog is accepted)."""
        self._deleted = []
        self.back_button.hide()
        super().reset()
