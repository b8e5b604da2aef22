"""Asking on the map: a tool that a button takes in hand, and the frame of the answer to a click or a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

from qgis.core import QgsGeometry
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
from qgis.PyQt.QtCore import QObject, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ..gis.i18n import language, tr
from . import theme
from .maptools import ChosenMarks
from .widgets import choice_button, label, plain_button


class AskTool(QgsMapTool):
    """A click asks about what lies there; Escape puts the tool away."""

    asked = pyqtSignal(object)
    left = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.WhatsThisCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(QgsGeometry.fromPointXY(event.mapPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.left.emit()
        else:
            event.ignore()


class ToolInHand(QObject):
    """A map tool that a button takes in hand and puts away; the map then gets its earlier tool back.

    ``make`` makes the tool when it is first wanted. It ends with its button, so that
    the map asks none that is gone.
    """

    def __init__(self, canvas: QgsMapCanvas, button: QAbstractButton, make: Callable[[], QgsMapTool]) -> None:
        super().__init__(button)
        self._canvas = canvas
        self._button = button
        self._make = make
        self._tool: Optional[QgsMapTool] = None
        self._earlier: Any = None

    def use(self, on: bool) -> None:
        """Take the tool in hand, or put it away."""
        present = self._canvas.mapTool()
        if on:
            if self._tool is None:
                self._tool = self._make()
            if present is not self._tool:
                self._earlier = present
                self._canvas.setMapTool(self._tool)
        elif self._tool is not None and present is self._tool:
            if self._earlier is not None:
                self._canvas.setMapTool(self._earlier)
            else:
                self._canvas.unsetMapTool(self._tool)
        self._button.setChecked(on)

    def tool_set(self, tool: Any, _old: Any = None) -> None:
        """The map has another tool now: the button shows whether it is this one."""
        self._button.setChecked(self._tool is not None and tool is self._tool)

    def discard(self) -> Optional[QgsMapTool]:
        """Put the tool away and forget it; returns it, for those who have more to clear away."""
        self.use(False)
        tool, self._tool = self._tool, None
        return tool


def ask_button(words: str, icon: str, tip: str, name: str) -> QAbstractButton:
    """The button that takes a tool in hand."""
    button = choice_button(words, icon, tip)
    button.setObjectName(name)
    button.setFixedHeight(theme.BUTTON_HEIGHT)
    return button


def take_rows(column: QVBoxLayout, rows: Sequence[QWidget]) -> None:
    """Take the rows of an earlier answer out of their column."""
    for row in rows:
        column.removeWidget(row)
        row.hide()
        row.deleteLater()


class MapAnswer(QWidget):
    """Asking by click or number, and the frame of the answer; what the answer is and says, its kind adds.

    A kind lays out ``head``, ``question``, ``sentence``, ``list``, ``more`` and ``foot``, and gives :meth:`ask_place`,
    :meth:`show_on_map`, ``_ask_number``, ``_show_answer`` and ``_mark``.
    """

    def __init__(self, iface: Any, prefix: str, words: str, tip: str, number_is: str) -> None:
        super().__init__()
        self.iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self._marks: Optional[ChosenMarks] = None
        self.answer: Any = None
        self.rows: list[QWidget] = []

        self.tool_button = ask_button(words, "showonmap", tip, f"{prefix}_ask")
        self._hand = ToolInHand(self._canvas, self.tool_button, self._make_tool)
        self.tool_button.clicked.connect(self.use_tool)
        self.number = QLineEdit()
        self.number.setObjectName(f"{prefix}_number")
        theme.set_hint(self.number, tr("or enter its number"))
        self.number.setAccessibleName(number_is)
        self.number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.number.returnPressed.connect(self._ask_number)
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.GAP_S)
        self.head.addWidget(self.tool_button)
        self.head.addWidget(self.number, 1)
        self.question = label("", "strong")
        self.sentence = label("", "")
        self.sentence.setObjectName(f"{prefix}_sentence")
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.GAP_XS)
        self.more = label("", "small")
        self.place_button = plain_button(tr("Zoom to it"), clicked=self.show_on_map)
        self.place_button.setObjectName(f"{prefix}_zoom")
        self.clear_button = plain_button(tr("Clear the answer"), clicked=self.clear)
        self.clear_button.setObjectName(f"{prefix}_clear")
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.place_button)
        self.foot.addWidget(self.clear_button)
        self.foot.addStretch(1)
        self._canvas.mapToolSet.connect(self._hand.tool_set)

    def _make_tool(self) -> AskTool:
        tool = AskTool(self._canvas)
        tool.asked.connect(self.ask_place)
        tool.left.connect(lambda: self.use_tool(False))
        return tool

    def use_tool(self, on: bool) -> None:
        """Take the tool that asks in hand, or put it away."""
        self._hand.use(on)

    # -- what a kind of answer gives --------------------------------------------------------------
    def ask_place(self, point: QgsGeometry) -> None:
        """Ask about what lies at ``point`` (map coordinates)."""
        raise NotImplementedError

    def _ask_number(self) -> None:
        raise NotImplementedError

    def _show_answer(self, answer: Any) -> None:
        raise NotImplementedError

    def _mark(self) -> None:
        raise NotImplementedError

    def show_on_map(self) -> None:
        """Zoom to what was asked about."""
        raise NotImplementedError

    # -- the answer -------------------------------------------------------------------------------
    def clear(self) -> None:
        """Take answer and marks away."""
        self._show(None)

    def _say_nothing(self, words: str) -> None:
        self._show(None)
        self.sentence.setText(words)
        self.sentence.show()

    def _answer_widgets(self) -> tuple[QWidget, ...]:
        """What is shown with an answer only."""
        return self.question, self.sentence, self.more, self.place_button, self.clear_button

    def _show(self, answer: Any) -> None:
        self.answer = answer
        take_rows(self.list, self.rows)
        self.rows = []
        for widget in self._answer_widgets():
            widget.setVisible(answer is not None)
        if answer is not None:
            self._show_answer(answer)
        self._mark()

    def _add_row(self, row: QWidget) -> None:
        self.rows.append(row)
        self.list.addWidget(row)

    def _tell_more(self, words: Sequence[str]) -> None:
        """The small sentences below the rows."""
        self.more.setText(("" if language() == "ja" else " ").join(words))
        self.more.setVisible(bool(words))

    def _mark_chosen(self, layer: Any, shapes: Sequence[QgsGeometry]) -> None:
        """Mark these shapes and no others."""
        if self._marks is None:
            if not shapes:
                return
            self._marks = ChosenMarks(self._canvas)
        self._marks.show(layer, list(shapes))

    def put_away(self) -> None:
        """Another step or the end of the dock: no tool and no marks stay on the map."""
        self._hand.discard()
        if self._marks is not None:
            self._marks.discard()
            self._marks = None
        self._show(None)
