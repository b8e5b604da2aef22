"""Why is this lot called what it is called: asked by a click or by its number."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.core import QgsGeometry
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ..core.condition.words import ANSWERS, FOUND
from ..core.texts import Text
from ..gis import condition_reading
from ..gis.condition_reading import Layers, Piece, Why
from ..gis.i18n import language, tr
from . import theme
from .harmask import AskTool
from .maptools import ChosenMarks, to_layer
from .mapview import show_place
from .widgets import StateChip, choice_button, label, plain_button

#: From these weights (log-odds) on a piece of evidence counts as medium and as strong (assumption; only wording).
MEDIUM, STRONG = 0.6, 1.5
_SEPARATOR = Text(" · ", "・")
_LEVELS = {"unmanaged": "warning", "managed": "ok", "cannot_tell": "note"}


def pointing(weight: Optional[float]) -> tuple[str, str]:
    """Level and words of the chip of one piece of evidence: where it points and how strongly."""
    if weight is None or weight == 0:
        return "quiet", tr("not counted")
    marks = "+" if abs(weight) < MEDIUM else "++" if abs(weight) < STRONG else "+++"
    if weight > 0:
        return "warning", tr("unmanaged {marks}").format(marks=marks)
    return "ok", tr("managed {marks}").format(marks=marks)


class PieceRow(QFrame):
    """One piece of evidence: what was seen, where it points, where it is known from."""

    def __init__(self, piece: Piece) -> None:
        super().__init__()
        self.setProperty("kind", "soft")
        chosen = language()
        self.text = label(piece.text.pick(chosen), "")
        self.chip = StateChip()
        survey = piece.indicator == condition_reading.SURVEY
        self.chip.set_chip(*(("note", tr("survey")) if survey else pointing(piece.weight)))
        words = [piece.source.pick(chosen), piece.day]
        if piece.synthetic:
            words.append(tr("invented data"))
        detail = label(_SEPARATOR.pick(chosen).join(word for word in words if word), "small")
        if piece.weight is not None:
            self.setToolTip(tr("Weight {weight}").format(weight=f"{piece.weight:+.2f}"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(2)
        column.addWidget(self.text)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP_S)
        row.addWidget(detail, 1)
        row.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)


class ConditionWhy(QWidget):
    """Asking by click or number, and the answer. ``layers`` gives the result layers of now."""

    #: So many pieces of evidence are shown.
    MOST = 6

    def __init__(self, iface: Any, layers: Callable[[], Layers]) -> None:
        super().__init__()
        self.iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self._layers = layers
        self._tool: Optional[AskTool] = None
        self._earlier_tool: Any = None
        self._marks: Optional[ChosenMarks] = None
        self.answer: Optional[Why] = None
        self.rows: list[PieceRow] = []

        self.tool_button = choice_button(tr("Why this lot?"), "showonmap", tr("Click a lot to see why"))
        self.tool_button.setObjectName("condition_ask")
        self.tool_button.setFixedHeight(theme.BUTTON_HEIGHT)
        self.tool_button.clicked.connect(self.use_tool)
        self.number = QLineEdit()
        self.number.setObjectName("condition_number")
        theme.set_hint(self.number, tr("or enter its number"))
        self.number.setAccessibleName(tr("Number of a lot"))
        self.number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.number.returnPressed.connect(self._ask_number)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP_S)
        head.addWidget(self.tool_button)
        head.addWidget(self.number, 1)
        self.question = label("", "strong")
        self.chip = StateChip()
        self.disagreement = StateChip()
        title = QHBoxLayout()
        title.setSpacing(theme.GAP_S)
        title.addWidget(self.question)
        title.addWidget(self.chip)
        title.addStretch(1)
        self.facts = label("", "small")
        self.sentence = label("", "")
        self.sentence.setObjectName("condition_sentence")
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.GAP_XS)
        self.more = label("", "small")
        self.place_button = plain_button(tr("Zoom to it"), clicked=self.show_on_map)
        self.place_button.setObjectName("condition_zoom")
        self.clear_button = plain_button(tr("Clear the answer"), clicked=self.clear)
        self.clear_button.setObjectName("condition_clear")
        foot = QHBoxLayout()
        foot.addWidget(self.place_button)
        foot.addWidget(self.clear_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addLayout(head)
        column.addLayout(title)
        column.addWidget(self.disagreement, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.sentence)
        column.addWidget(self.facts)
        column.addLayout(self.list)
        column.addWidget(self.more)
        column.addLayout(foot)
        self._canvas.mapToolSet.connect(self._tool_set)
        self._show(None)

    # -- tool -----------------------------------------------------------------------------------
    def use_tool(self, on: bool) -> None:
        """Take the tool that asks in hand, or put it away."""
        present = self._canvas.mapTool()
        if on:
            if self._tool is None:
                self._tool = AskTool(self._canvas)
                self._tool.asked.connect(self.ask_place)
                self._tool.left.connect(lambda: self.use_tool(False))
            if present is not self._tool:
                self._earlier_tool = present
                self._canvas.setMapTool(self._tool)
        elif self._tool is not None and present is self._tool:
            if self._earlier_tool is not None:
                self._canvas.setMapTool(self._earlier_tool)
            else:
                self._canvas.unsetMapTool(self._tool)
        self.tool_button.setChecked(on)

    def _tool_set(self, tool: Any, _old: Any = None) -> None:
        self.tool_button.setChecked(self._tool is not None and tool is self._tool)

    # -- asking ---------------------------------------------------------------------------------
    def ask_place(self, point: QgsGeometry) -> None:
        """Ask about the lot at ``point`` (map coordinates)."""
        found = self._layers()
        if found.condition is None:
            return
        key = condition_reading.key_at(
            found, to_layer(point, self._canvas.mapSettings().destinationCrs(), found.condition)
        )
        if key is None:
            self._say_nothing(tr("There is no lot here."))
        else:
            self.ask(key)

    def _ask_number(self) -> None:
        key = condition_reading.key_called(self._layers(), self.number.text())
        if key is not None:
            self.ask(key)
            self.show_on_map()
        elif self.number.text().strip():
            self._say_nothing(tr("No lot has the number {number}.").format(number=self.number.text()))

    def ask(self, key: str) -> None:
        """Show why the lot is called what it is called."""
        self._show(condition_reading.why(self._layers(), key))

    def clear(self) -> None:
        """Take answer and mark away."""
        self._show(None)

    def _say_nothing(self, words: str) -> None:
        self._show(None)
        self.sentence.setText(words)
        self.sentence.show()

    # -- showing --------------------------------------------------------------------------------
    def _show(self, answer: Optional[Why]) -> None:
        self.answer = answer
        for row in self.rows:
            self.list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        widgets = (self.question, self.sentence, self.facts, self.more, self.place_button, self.clear_button)
        for widget in (*widgets, self.chip):
            widget.setVisible(answer is not None)
        self.disagreement.hide()
        if answer is not None:
            self._show_answer(answer)
        self._mark()

    def _show_answer(self, answer: Why) -> None:
        chosen = language()
        self.question.setText(answer.name.pick(chosen))
        word = ANSWERS.get(answer.condition, ANSWERS["cannot_tell"]).pick(chosen)
        if answer.surveyed and answer.condition in FOUND:
            word = tr("{word} (survey)").format(word=FOUND[answer.condition].pick(chosen))
        self.chip.set_chip(_LEVELS.get(answer.condition, "note"), word[:1].upper() + word[1:])
        if answer.disagrees:
            self.disagreement.set_chip("warning", tr("Survey and screening disagree"))
        self.sentence.setText(answer.explanation.pick(chosen))
        facts = [tr("Data: {percent} % of what the rules can use").format(percent=f"{100 * answer.completeness:.0f}")]
        if answer.probability is not None:
            facts.insert(
                0, tr("Probability of unmanaged: {percent} %").format(percent=f"{100 * answer.probability:.0f}")
            )
        self.facts.setText(_SEPARATOR.pick(chosen).join(facts))
        for piece in answer.pieces[: self.MOST]:
            row = PieceRow(piece)
            self.rows.append(row)
            self.list.addWidget(row)
        words = []
        if len(answer.pieces) > self.MOST:
            words.append(tr("{n} more count less.").format(n=len(answer.pieces) - self.MOST))
        if answer.pieces:
            words.append(tr("+ weak, ++ medium, +++ strong."))
        self.more.setText(("" if chosen == "ja" else " ").join(words))
        self.more.setVisible(bool(words))

    def _mark(self) -> None:
        if self.answer is None:
            if self._marks is not None:
                self._marks.show(None, [])
            return
        if self._marks is None:
            self._marks = ChosenMarks(self._canvas)
        shape = self.answer.shape
        self._marks.show(self._layers().condition, [] if shape.isNull() else [shape])

    def show_on_map(self) -> None:
        """Zoom to the lot that was asked about."""
        layer = self._layers().condition
        if self.answer is not None and layer is not None and not self.answer.shape.isNull():
            show_place(self.iface, layer, self.answer.shape)

    def put_away(self) -> None:
        """Another step or the end of the dock: no tool and no mark stay on the map."""
        self.use_tool(False)
        self._tool = None
        if self._marks is not None:
            self._marks.discard()
            self._marks = None
        self._show(None)
