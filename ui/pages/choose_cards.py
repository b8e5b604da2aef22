"""The cards of step 2: paint on the map, the lot at hand, the draft for discussion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QSize, QStringListModel, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QCompleter,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from ...core.errors import InputError
from ...core.plan import codes
from ...gis import plan_reading, symbology
from ...gis.i18n import language, sentences, tr
from ...gis.plan_store import PlanStore
from .. import layers, theme
from ..planlink import PLAN_ROLE, PlanLink
from ..planwidgets import ClassBar, ClassButton, ClassSwatch, NumberPlate, class_word, hectares
from ..results import OutputSpec, place_result
from ..runner import IDLE, Job, JobResult, Runner
from ..state import DONE, MADE_PROPERTY, ROLE_PROPERTY, ProjectState, now_text
from ..swatch import swatch_icon
from ..widgets import (
    Card,
    FlowLayout,
    choice_button,
    icon_button,
    label,
    link_button,
    plain_button,
    primary_button,
    quiet_button,
    rule,
    set_kind,
)
from .cards import AlgorithmCard, InputSpec

PRIORITY = "priority"
DRAG, LASSO = "drag", "lasso"


def units_word(n: int, kind: str) -> str:
    """A number of units in words ("13 lots")."""
    return (tr("{n} blocks") if kind == "block" else tr("{n} lots")).format(n=f"{n:,}")


def day_text(day: Any) -> str:
    """A date as people read it."""
    if day is None:
        return ""
    return f"{day.year}年{day.month}月{day.day}日" if language() == "ja" else day.isoformat()


def text_of(row: Mapping[str, Any], name: str) -> str:
    """A text of the plan in the language of QGIS, the other one where that is missing."""
    first, second = (f"{name}_ja", name) if language() == "ja" else (name, f"{name}_ja")
    return str(row.get(first) or row.get(second) or "")


class PaintCard(Card):
    """Six classes, drag or lasso, priority, undo.

    Signals: ``ink_chosen(code)`` with a class code or "priority", ``tool_chosen(tool)`` with
    "drag", "lasso" or "" (put away).
    """

    ink_chosen = pyqtSignal(str)
    tool_chosen = pyqtSignal(str)

    def __init__(self, link: PlanLink) -> None:
        super().__init__("choose", tr("Paint on the map"))
        self.link = link
        self.setObjectName("card_paint")
        self.chip.hide()
        self.left_label = label("", "sentence", wrap=False)
        self.layout().itemAt(0).layout().addWidget(self.left_label)

        self._inks = QButtonGroup(self)
        self.class_buttons: dict[str, ClassButton] = {}
        grid = QGridLayout()
        grid.setSpacing(theme.GAP_S)
        for position, item in enumerate(codes.MANAGEMENT_CLASSES):
            button = ClassButton(item.code)
            button.setObjectName(f"class_{item.code}")
            self.class_buttons[item.code] = button
            self._inks.addButton(button)
            grid.addWidget(button, position // 3, position % 3)
        self.body.addLayout(grid)

        self.drag_button = choice_button(tr("Drag"), name=tr("Drag: paint every lot you pass"))
        self.lasso_button = choice_button(tr("Lasso"), name=tr("Lasso: draw around the lots to paint"))
        self.priority_button = choice_button(
            tr("Priority"), "flag_priority", tr("P Priority: flag land to be kept first")
        )
        self.undo_button = quiet_button("↶ " + tr("Undo"), clicked=link.stack.undo)
        self.undo_button.setAccessibleName(tr("Undo"))
        self.undo_button.setMinimumWidth(38)  # the arrow alone; see resizeEvent
        for button in (self.drag_button, self.lasso_button, self.priority_button):
            set_kind(button, "tool")
        self.redo_button = icon_button("", tr("Redo"), link.stack.redo)
        self.redo_button.setText("↷")
        for button, name in (
            (self.drag_button, DRAG),
            (self.lasso_button, LASSO),
            (self.priority_button, PRIORITY),
            (self.undo_button, "undo"),
            (self.redo_button, "redo"),
        ):
            button.setObjectName(name)
        self._inks.addButton(self.priority_button)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.drag_button)
        row.addWidget(self.lasso_button)
        row.addWidget(self.priority_button)
        row.addStretch(1)
        row.addWidget(self.undo_button)
        row.addWidget(self.redo_button)
        self.body.addLayout(row)
        self.hint = label(tr("Left button paints. Right button only chooses a lot. Esc stops a stroke."), "small")
        self.body.addWidget(self.hint)
        self.retry_button = quiet_button(tr("Save again"), clicked=self._save_again)
        self.add_button(self.retry_button)

        self._inks.buttonClicked.connect(self._ink_clicked)
        self.drag_button.clicked.connect(lambda on: self._tool_clicked(DRAG, on))
        self.lasso_button.clicked.connect(lambda on: self._tool_clicked(LASSO, on))
        link.stack.canUndoChanged.connect(lambda _on: self._show_stack())
        link.stack.canRedoChanged.connect(lambda _on: self._show_stack())
        link.stack.indexChanged.connect(lambda _index: self._show_stack())
        link.saving_changed.connect(lambda _state, message: self._show_saving(message))
        self.show_tool("")
        self._show_stack()
        self._show_saving(link.saving_message())

    def ink(self) -> str:
        """What a stroke paints: a class code, "priority", or empty while nothing is chosen."""
        for code, button in self.class_buttons.items():
            if button.isChecked():
                return code
        return PRIORITY if self.priority_button.isChecked() else ""

    def tool(self) -> str:
        """The way of painting in use: drag, lasso, or empty."""
        return DRAG if self.drag_button.isChecked() else LASSO if self.lasso_button.isChecked() else ""

    def choose_ink(self, ink: str) -> None:
        """Take a class (or priority) as if its button had been pressed."""
        button = self.priority_button if ink == PRIORITY else self.class_buttons[ink]
        if button.isEnabled():
            button.setChecked(True)
            self._ink_clicked()

    def show_tool(self, tool: str) -> None:
        """Show which way of painting is in use."""
        self.drag_button.setChecked(tool == DRAG)
        self.lasso_button.setChecked(tool == LASSO)
        self.hint.setVisible(bool(tool))

    def resizeEvent(self, event: Any) -> None:
        """In a narrow dock Undo keeps its arrow and leaves its word to the tooltip."""
        super().resizeEvent(event)
        row = (self.drag_button, self.lasso_button, self.priority_button, self.redo_button)
        word = self.undo_button.fontMetrics().horizontalAdvance("↶ " + tr("Undo")) + 26
        room = self.contentsRect().width() - 24 - sum(button.sizeHint().width() + 6 for button in row)
        self.undo_button.setText("↶ " + tr("Undo") if room >= word else "↶")

    def _ink_clicked(self, *_button: Any) -> None:
        self.ink_chosen.emit(self.ink())

    def _tool_clicked(self, tool: str, on: bool) -> None:
        self.show_tool(tool if on else "")
        self.tool_chosen.emit(tool if on else "")

    def _show_stack(self) -> None:
        stack = self.link.stack
        self.undo_button.setEnabled(stack.canUndo())
        self.redo_button.setEnabled(stack.canRedo())
        self.undo_button.setToolTip(tr("Undo: {what}").format(what=stack.undoText()) if stack.canUndo() else tr("Undo"))
        self.redo_button.setToolTip(tr("Redo: {what}").format(what=stack.redoText()) if stack.canRedo() else tr("Redo"))

    def _show_saving(self, message: str) -> None:
        self.set_problem(message)
        self.retry_button.setVisible(bool(message))

    def _save_again(self) -> None:
        self.link.save_now()

    def refresh(self) -> None:
        """Show the counts of the plan."""
        summary = self.link.summary()
        for code, button in self.class_buttons.items():
            button.setEnabled(summary is not None)
            button.set_area(summary.areas[code] if summary else None)
        for button in (self.drag_button, self.lasso_button, self.priority_button):
            button.setEnabled(summary is not None)
        if summary is None:
            self.left_label.setText("")
            self.set_sentence(tr("Make a draft first. Then you can paint on it."))
            return
        self.set_sentence("")
        if summary.left == 0:
            self.left_label.setText(tr("All decided"))
        elif summary.kind == "block":
            self.left_label.setText(tr("{n} blocks left").format(n=f"{summary.left:,}"))
        else:
            self.left_label.setText(tr("{n} lots left").format(n=f"{summary.left:,}"))


class LotCard(QFrame):
    """The lot under the cursor, picked or just painted: facts, class, why, and the decision.

    Signals: ``next_wanted``, ``class_wanted(code)`` (a class or "priority") from the Change menu.
    """

    next_wanted = pyqtSignal()
    class_wanted = pyqtSignal(str)

    def __init__(self, link: PlanLink) -> None:
        super().__init__()
        self.link = link
        self.setObjectName("card_lot")
        self.setProperty("kind", "card")
        self.setAccessibleName(tr("The chosen lot"))
        self._filled_for: tuple[str, ...] = ()

        self.plate = NumberPlate()
        self.facts = label("", "")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.plate)
        head.addWidget(self.facts, 1)
        self.swatch = ClassSwatch()
        self.class_label = label("", "strong")
        self.who = label("", "small")
        self.change_link = link_button(tr("Change"))
        self.change_link.setObjectName("change_class")
        self.change_link.setAccessibleName(tr("Change the class of this lot"))
        menu = QMenu(self.change_link)
        for item in codes.MANAGEMENT_CLASSES:
            action = menu.addAction(swatch_icon(item.code, QSize(44, 24)), f"{item.key}  {item.short.pick(language())}")
            action.triggered.connect(lambda _checked=False, code=item.code: self.class_wanted.emit(code))
        menu.addSeparator()
        flag = menu.addAction(swatch_icon(PRIORITY, QSize(44, 24)), f"P  {codes.PRIORITY.pick(language())}")
        flag.triggered.connect(lambda _checked=False: self.class_wanted.emit(PRIORITY))
        self.change_link.setMenu(menu)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.class_label)
        words.addWidget(self.who)
        self._class_row = QWidget()
        class_row = QHBoxLayout(self._class_row)
        class_row.setContentsMargins(0, 0, 0, 0)
        class_row.setSpacing(10)
        class_row.addWidget(self.swatch, 0, Qt.AlignmentFlag.AlignTop)
        class_row.addLayout(words, 1)
        class_row.addWidget(self.change_link, 0, Qt.AlignmentFlag.AlignTop)

        self.reason = label("")
        self.conflict = label("", "hint")
        self.basis = label("", "small")
        self.draft = label("", "small")
        self.reason_field = QLineEdit()
        self.reason_field.setObjectName("reason")
        theme.set_hint(self.reason_field, tr("Write a reason (e.g. shared grazing)"))
        self.reason_field.setAccessibleName(tr("Reason"))
        self._former = QStringListModel(self)
        completer = QCompleter(self._former, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.reason_field.setCompleter(completer)
        self.note_field = QLineEdit()
        self.note_field.setObjectName("note")
        theme.set_hint(self.note_field, tr("Note (not printed)"))
        self.note_field.setAccessibleName(tr("Note"))
        self.note_link = link_button(tr("Add a note"), self._open_note)
        self.decide_button = primary_button(tr("Decide"), clicked=self.decide)
        self.open_button = quiet_button(tr("Leave open"), clicked=self.leave_open)
        self.next_button = plain_button(tr("Next lot →"), clicked=self.next_wanted.emit)
        self.reason_field.returnPressed.connect(self.decide)
        self.note_field.returnPressed.connect(self.decide)
        for button, name in (
            (self.decide_button, "decide"),
            (self.open_button, "leave_open"),
            (self.next_button, "next_lot"),
        ):
            button.setObjectName(name)
        self._editing = QWidget()
        editing = QVBoxLayout(self._editing)
        editing.setContentsMargins(0, 0, 0, 0)
        editing.setSpacing(theme.GAP_S)
        editing.addWidget(self.reason_field)
        editing.addWidget(self.note_field)
        editing.addWidget(self.note_link, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = FlowLayout(spacing=theme.GAP_S)
        buttons.addWidget(self.decide_button)
        buttons.addWidget(self.open_button)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP_S)
        row.addLayout(buttons, 1)
        row.addWidget(self.next_button)

        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(theme.GAP_S)
        self.empty = label("", "sentence")
        column.addWidget(self.empty)
        column.addLayout(head)
        for widget in (self._class_row, self.reason, self.conflict, self.basis, self.draft, self._editing):
            column.addWidget(widget)
        column.addLayout(row)

    # -- showing ----------------------------------------------------------------------------
    def typing(self) -> bool:
        """Whether somebody writes in the card: then the cursor on the map changes nothing here."""
        return self.reason_field.hasFocus() or self.note_field.hasFocus()

    def refresh(self, hovered: str = "") -> None:
        """Show the unit under the cursor, else the chosen ones."""
        if self.link.layer() is None:
            self.hide()
            return
        self.show()
        chosen = self.link.chosen_units()
        passing = bool(hovered) and [hovered] != chosen
        rows = self.link.units([hovered] if passing else chosen)
        self._show_parts(bool(rows), passing)
        if not rows:
            self.empty.setText(tr("Point at a lot on the map to read the draft's reason. Click to choose it."))
        elif len(rows) == 1:
            self._show_one(rows[0])
        else:
            self._show_many(rows)
        self._fill_fields([] if passing else rows)
        summary = self.link.summary()
        self.next_button.setVisible(summary is not None and summary.left > 0)
        undecided = bool(rows) and any(row.get("management_class") in (None, codes.UNDECIDED) for row in rows)
        self.decide_button.setEnabled(bool(rows) and not passing and not undecided)
        self.decide_button.setToolTip(tr("Choose a class first.") if undecided else "")
        self.open_button.setEnabled(bool(rows) and not passing)

    def _show_parts(self, filled: bool, passing: bool) -> None:
        for widget in (self.plate, self.facts, self._class_row, self._editing, self.decide_button, self.open_button):
            widget.setVisible(filled)
        for widget in (self.reason, self.conflict, self.basis, self.draft):
            widget.setVisible(False)
        self.empty.setVisible(not filled)
        self._editing.setEnabled(not passing)
        self.change_link.setEnabled(not passing)

    def _show_text(self, widget: Any, text: str) -> None:
        widget.setText(text)
        widget.setVisible(bool(text))

    def _show_one(self, row: Mapping[str, Any]) -> None:
        code = row.get("management_class") or codes.UNDECIDED
        self.plate.setText(row.get("unit_no") or "–")
        self.plate.updateGeometry()
        words = [codes.use_label(row.get("use_now"), language())]
        if row.get("area_m2"):
            words.append(hectares(row["area_m2"]))
        lots = [key for key in (row.get("lot_keys") or "").split(";") if key.strip()]
        if len(lots) > 1:
            words.append(tr("{n} lots").format(n=len(lots)))
        if row.get("priority"):
            words.append(codes.PRIORITY.pick(language()))
        self.facts.setText(" · ".join(words))
        self.swatch.set_class(code)
        self.class_label.setText(class_word(code))
        self.who.setText(self._who(row))
        own = plan_reading.own_words(dict(row), language())
        decided = codes.is_decision(row.get("decided_by"))
        self._show_text(self.reason, own or text_of(row, "reason"))
        self._show_text(self.conflict, text_of(row, "conflict"))
        self._show_text(self.basis, self._basis(row))
        self._show_text(self.draft, self._draft(row) if decided else "")

    def _who(self, row: Mapping[str, Any]) -> str:
        by, day = row.get("decided_by") or "draft", day_text(row.get("decided_on"))
        if by == "draft":
            return tr("Draft proposal, not decided yet")
        if row.get("management_class") == codes.UNDECIDED:
            return tr("Left open on {date}").format(date=day) if day else tr("Left open")
        who = codes.DECIDED_BY[by].pick(language()) if by in codes.DECIDED_BY else by
        return tr("Decided: {who}, {date}").format(who=who, date=day) if day else tr("Decided: {who}").format(who=who)

    def _basis(self, row: Mapping[str, Any]) -> str:
        words = []
        if text_of(row, "basis"):
            words.append(tr("Based on: {basis}").format(basis=text_of(row, "basis")))
        if row.get("certainty") in codes.CERTAINTY:
            words.append(tr("Certainty: {word}").format(word=codes.CERTAINTY[row["certainty"]].pick(language())))
        return "　".join(words) if language() == "ja" else " ".join(w if w.endswith(".") else w + "." for w in words)

    def _draft(self, row: Mapping[str, Any]) -> str:
        draft = self.link.draft_of(row["unit_id"])
        if draft is None:
            return ""
        return (
            tr("The draft said: {word}. {reason}")
            .format(word=class_word(draft.get("management_class") or codes.UNDECIDED), reason=text_of(draft, "reason"))
            .strip()
        )

    def _show_many(self, rows: Sequence[Mapping[str, Any]]) -> None:
        kind = rows[0].get("unit_kind") or "lot"
        self.plate.setText(units_word(len(rows), kind))
        self.plate.updateGeometry()
        self.facts.setText(hectares(sum(row.get("area_m2") or 0.0 for row in rows)))
        found = {row.get("management_class") or codes.UNDECIDED for row in rows}
        only = next(iter(found)) if len(found) == 1 else ""
        self.swatch.setVisible(bool(only))
        self.swatch.set_class(only)
        self.class_label.setText(class_word(only) if only else tr("Different classes"))
        decided = sum(plan_reading.is_decided(r.get("decided_by"), r.get("management_class")) for r in rows)
        self.who.setText(tr("{n} of {total} decided").format(n=decided, total=len(rows)))
        conflicts = sum(bool(text_of(row, "conflict")) for row in rows)
        if conflicts:
            self._show_text(self.conflict, tr("{n} of them conflict with a special law.").format(n=conflicts))

    def _fill_fields(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Bring in the words already written, once per choice of lots."""
        units = tuple(row["unit_id"] for row in rows)
        if not units:
            return
        self.swatch.setVisible(len(rows) == 1 or bool(self.swatch.isVisibleTo(self)))
        if units != self._filled_for:
            self._filled_for = units
            reasons = {plan_reading.own_words(dict(row), language()) for row in rows}
            notes = {row.get("note") or "" for row in rows}
            self.reason_field.setText(next(iter(reasons)) if len(reasons) == 1 else "")
            self.note_field.setText(next(iter(notes)) if len(notes) == 1 else "")
            self._former.setStringList(self.link.former_reasons())
        written = bool(self.note_field.text()) or self.note_field.hasFocus()
        self.note_field.setVisible(written)
        self.note_link.setVisible(not written)

    def _open_note(self) -> None:
        self.note_link.hide()
        self.note_field.show()
        self.note_field.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- deciding ---------------------------------------------------------------------------
    def _note(self) -> Optional[str]:
        """The note to store: ``None`` leaves the notes of several lots as they are."""
        text = self.note_field.text().strip()
        return text if text or len(self.link.chosen_units()) == 1 else None

    def decide(self) -> None:
        """People agree with the class shown."""
        if self.decide_button.isEnabled():
            self.link.decide(self.link.chosen_units(), self.reason_field.text().strip(), self._note())

    def leave_open(self) -> None:
        """People talked and leave it open."""
        if self.open_button.isEnabled():
            self.link.leave_open(self.link.chosen_units(), self.reason_field.text().strip(), self._note())


SAVE_KEY = "savechoices"


class DraftCard(AlgorithmCard):
    """Draft for discussion: two questions to every lot, then into the plan."""

    KEY = "draft"
    ICON = "draft"
    ALGORITHM = "landstewardship:draftplan"
    SAVE_ALGORITHM = "landstewardship:savechoices"

    def __init__(self, iface: Any, state: ProjectState, runner: Runner, link: PlanLink) -> None:
        self.link = link
        super().__init__(iface, state, runner)

    def title_text(self) -> str:
        return tr("Draft for discussion")

    def sentence_text(self) -> str:
        return tr("Two questions give a first proposal. You decide.")

    def verb(self) -> str:
        return tr("Make draft")

    def next_sentence(self) -> str:
        return tr("Make a first proposal")

    def inputs(self) -> Sequence[InputSpec]:
        def more(parameter: str, role: str, need: str, title: str, tile: str = "map", **options: Any) -> InputSpec:
            options = {"told": False, **options}
            return InputSpec(parameter, role, need, title, required=False, tile=tile, **options)

        return (
            InputSpec("INPUT", "condition", layers.POLYGONS, tr("Condition of land"), told=False, made_by="condition"),
            more("BURDEN", "sources", layers.POLYGONS, tr("Harm to surroundings"), made_by="harm"),
            more("EVIDENCE", "evidence", layers.TABLE, tr("Evidence on the condition"), made_by="condition"),
            more("REGISTER", "register", layers.TABLE, tr("Land register"), "register"),
            more("FARMLAND_REGISTER", "farmland_register", layers.TABLE, tr("Farmland register"), "register"),
            more("CULTIVATORS", "cultivators", layers.TABLE, tr("List of farmers"), "farmers"),
            more("HAZARD", "hazard_zones", layers.POLYGONS, tr("Hazard zones"), multiple=True, told=True),
            more("ZONING", "zoning", layers.POLYGONS, tr("Zones by law"), multiple=True, told=True),
            more("HOUSES", "houses", layers.POLYGONS, tr("Houses")),
            more("ROADS", "roads", layers.LINES, tr("Roads")),
            more("HAMLETS", "hamlets", layers.POLYGONS, tr("Hamlets")),
            more("RULES", "externality_rules", layers.TABLE, tr("Table of rules"), ""),
        )

    def outputs(self) -> Sequence[OutputSpec]:
        # Off at first: the plan shows the same lots, with what people decided.
        return (OutputSpec("OUTPUT", "draft", tr("Draft for discussion"), "choose", shown=False),)

    def shown_roles(self) -> Sequence[str]:
        return (PLAN_ROLE,)

    def build_result(self) -> None:
        self.bar = ClassBar()
        self.body.addWidget(self.bar)

    def add_result_buttons(self) -> None:
        self.questions_button = quiet_button(tr("See the two questions"), clicked=self.see_questions)
        self.questions_button.setObjectName("two_questions")
        self.add_button(self.questions_button)
        self.step_button = quiet_button(tr("Go to step 1"), clicked=lambda: self.run_first.emit("condition"))
        self.step_button.setObjectName("draft_step_1")
        self.add_button(self.step_button)

    def result_buttons(self) -> Sequence[Any]:
        return (self.questions_button,)

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        return {code: int(result.values.get(code.upper(), 0)) for code in codes.CLASSES}

    def show_result(self, numbers: dict[str, Any]) -> None:
        summary = self.link.summary()
        self.bar.set_areas(summary.drafted if numbers and summary else {})

    def show_done_chip(self, numbers: dict[str, Any]) -> None:
        self.chip.set_chip("ok", units_word(sum(numbers.values()), "lot"))

    # -- running ------------------------------------------------------------------------------
    def saving(self) -> bool:
        """Whether the draft is on its way into the plan."""
        return self.runner.state(SAVE_KEY) != IDLE

    def is_done(self) -> bool:
        return super().is_done() and self.link.layer() is not None

    def can_start(self) -> bool:
        """Whether step 1 has brought what a draft needs."""
        return not self.missing_inputs()

    def run(self) -> None:
        """Make the draft; it goes into the plan beside the project, so that must be saved first."""
        if not self.link.plan_path():
            self.iface.actionSaveProject().trigger()
        if not self.link.plan_path():
            self._run_failed(self.KEY, tr("Save the project first. The plan is kept beside it."))
            return
        self.link.save_now()
        super().run()

    def cancel(self) -> None:
        super().cancel()
        self.runner.cancel(SAVE_KEY)

    def _run_changed(self, key: str) -> None:
        super()._run_changed(self.KEY if key == SAVE_KEY else key)

    def _run_finished(self, key: str, result: JobResult) -> None:
        super()._run_finished(key, result)
        if key == self.KEY:
            self.runner.start(Job(key=SAVE_KEY, algorithm=self.SAVE_ALGORITHM, prepare=self._prepare_saving))
        elif key == SAVE_KEY:
            self._plan_written(str(result.values["PLAN"]))

    def _run_failed(self, key: str, message: str) -> None:
        super()._run_failed(self.KEY if key == SAVE_KEY else key, message)

    def _prepare_saving(self, job: Job) -> str:
        if not self.link.save_now():
            return self.link.saving_message()
        found = {"INPUT": "draft", "LOTS": "lots", "HAMLETS": "hamlets", "EVIDENCE": "evidence"}
        roles = {name: self.state.layer(role) for name, role in found.items()}
        job.layers = [layer for layer in roles.values() if layer is not None]
        job.parameters = {name: layer.id() for name, layer in roles.items() if layer is not None}
        job.parameters["PLAN"] = self.link.plan_path()
        job.parameters["VILLAGE"] = self.state.village_name()
        return ""

    def _plan_written(self, path: str) -> None:
        """Show the plan, or read it again where it is open already."""
        if self.link.layer() is not None:
            self.link.reload()
            return
        try:
            layer = PlanStore.open(path).layer(tr("Land-use plan"))
        except InputError as error:
            self._run_failed(self.KEY, error.text.pick(language()))
            return
        layer.setCustomProperty(ROLE_PROPERTY, PLAN_ROLE)
        layer.setCustomProperty(MADE_PROPERTY, now_text())
        symbology.style_plan(layer)
        place_result(self.state.project, layer, OutputSpec("PLAN", PLAN_ROLE, layer.name(), "choose"), None)
        self._hide_lots()
        self.link.look_for_plan()
        self.changed.emit()

    def _hide_lots(self) -> None:
        """The plan shows the same lots with the same numbers; twice is hard to read."""
        lots = self.state.layer("lots")
        node = self.state.project.layerTreeRoot().findLayer(lots.id()) if lots is not None else None
        if node is not None:
            node.setItemVisibilityChecked(False)

    # -- showing ------------------------------------------------------------------------------
    def refresh(self, active: bool) -> None:
        super().refresh(active)
        if self.saving():
            self.show_progress(True)
            self.progress.set_progress(
                self.runner.fraction(SAVE_KEY), tr("Writing the plan…"), tr("You can keep working.")
            )
            self.chip.set_state("running")
            for button in (
                self.main_button,
                self.again_button,
                self.questions_button,
                self.show_button,
                self.step_button,
                self.settings_button,
                self.settings_beside_data,
            ):
                button.hide()
            self.set_data("")
            return
        self.set_sentence(self.sentence_text())
        has_result = self.result().state == DONE
        blocked = not self.can_start() and not has_result
        idle = self.runner.state(self.KEY) == IDLE
        if has_result and idle:
            # As long as the data are the same, a new draft would be the same too.
            self.again_button.setVisible(self.is_stale() or self.link.layer() is None)
            self.settings_button.setVisible(self._has_settings)
        if blocked:
            self.set_sentence(sentences(self.sentence_text(), tr("Check the condition of land in step 1 first.")))
            self.main_button.hide()
            self.settings_button.hide()
        self.step_button.setVisible(blocked)
        set_kind(self.step_button, "primary" if active else "quiet")
        self.settings_beside_data.hide()
        if not idle:
            self.set_data("")

    def see_questions(self) -> None:
        """Show the two questions with the number of lots on every way."""
        draft = self.state.layer("draft")
        if isinstance(draft, QgsVectorLayer):
            TwoQuestionsDialog(plan_reading.draft_branches(draft), self.window()).open()


class TwoQuestionsDialog(QDialog):
    """The decision tree behind the draft, with the number of lots on every way."""

    def __init__(self, branches: Sequence[plan_reading.Branch], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("twoQuestions")
        self.setWindowTitle(tr("The two questions"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._branches = branches
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(theme.GAP_S)
        yes = [b for b in branches if b.q1 == "yes"]
        no = [b for b in branches if b.q1 == "no"]
        unknown = [b for b in branches if b.q1 not in ("yes", "no")]
        self._question(column, 0, "1", tr("Can it be used as before?"), branches)
        self._answer(column, 1, tr("Yes"), yes)
        self._answer(column, 1, tr("Cannot tell"), unknown)
        self._answer(column, 1, tr("No"), no, show_classes=False)
        self._question(column, 2, "2", tr("If left alone, is the harm to others large?"), no)
        self._answer(column, 3, tr("Large"), [b for b in no if b.q2 == "large"])
        self._answer(column, 3, tr("Small"), [b for b in no if b.q2 == "small"])
        self._answer(column, 3, tr("Cannot tell"), [b for b in no if b.q2 not in ("large", "small")])
        column.addWidget(rule())
        column.addWidget(
            label(
                tr("Limits such as the age of farmers are in the settings of the card. People decide, not the draft."),
                "small",
            )
        )
        close = quiet_button(tr("Close"), clicked=self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column.addLayout(row)
        theme.apply(self)
        self.setMinimumWidth(380)

    def _indented(self, column: QVBoxLayout, depth: int) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(depth * 18, 0, 0, 0)
        row.setSpacing(theme.GAP_S)
        column.addLayout(row)
        return row

    def _question(
        self, column: QVBoxLayout, depth: int, number: str, text: str, branches: Sequence[plan_reading.Branch]
    ) -> None:
        row = self._indented(column, depth)
        plate = NumberPlate()
        plate.setText(number)
        row.addWidget(plate, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(text, "strong"), 1)
        row.addWidget(label(units_word(sum(b.lots for b in branches), "lot"), "sentence", wrap=False))

    def _answer(
        self,
        column: QVBoxLayout,
        depth: int,
        word: str,
        branches: Sequence[plan_reading.Branch],
        show_classes: bool = True,
    ) -> None:
        row = self._indented(column, depth)
        answer = label(f"→ {word}", "", wrap=False)
        answer.setMinimumWidth(104)
        row.addWidget(answer, 0, Qt.AlignmentFlag.AlignTop)
        if not show_classes:
            row.addStretch(1)
            row.addWidget(label(units_word(sum(b.lots for b in branches), "lot"), "", wrap=False))
            return
        classes = QVBoxLayout()
        classes.setSpacing(theme.GAP_XS)
        row.addLayout(classes, 1)
        counts = {code: sum(b.lots for b in branches if b.management_class == code) for code in codes.CLASSES}
        for code in codes.CLASSES:
            if not counts[code]:
                continue
            line = QHBoxLayout()
            swatch = ClassSwatch(40, 24)
            swatch.set_class(code)
            line.addWidget(swatch)
            line.addWidget(label(class_word(code), "", wrap=False), 1)
            line.addWidget(label(units_word(counts[code], "lot"), "", wrap=False))
            classes.addLayout(line)
        if not any(counts.values()):
            classes.addWidget(label(tr("No lots"), "sentence"))
