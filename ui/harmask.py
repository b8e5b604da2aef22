"""Whom does this lot burden, who burdens this house: asked by a click or by its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ..core.externality.words import EVIDENCE_WORDS
from ..core.plan import symbols
from ..core.texts import Text
from ..gis import harm_reading, harm_rules
from ..gis.harm_reading import Answer, Layers, Share, Thing
from ..gis.i18n import language, tr
from . import theme
from .harmrules import EVIDENCE_LEVELS, word_of
from .maptools import ChosenMarks, to_layer
from .mapview import show_place
from .widgets import StateChip, choice_button, label, link_button, plain_button

_SEPARATOR = Text(" · ", "・")


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


class PartnerMarks:
    """Fills those at the other end of the largest shares, the stronger the darker."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        self._bands: list[QgsRubberBand] = []

    def show(self, shapes: Sequence[tuple[Optional[QgsVectorLayer], QgsGeometry, float]]) -> None:
        """Mark these shapes (layer of their coordinates, shape, share 0..1) and no others."""
        self.discard()
        for layer, shape, share in shapes:
            if layer is None or shape.isNull():
                continue
            band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            fill = QColor(symbols.severity_colours()["mark"]["warning"])
            fill.setAlphaF(0.35 + 0.5 * min(max(share, 0.0), 1.0))
            band.setFillColor(fill)
            band.setStrokeColor(QColor(symbols.ink()))
            band.setWidth(2)
            band.addGeometry(shape, layer)
            self._bands.append(band)

    def count(self) -> int:
        """How many are marked now."""
        return len(self._bands)

    def discard(self) -> None:
        """Take the marks off the canvas."""
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = []


class ShareRow(QFrame):
    """One share: who, how much, how far, what kind of harm, how sure."""

    asked = pyqtSignal(object)

    def __init__(self, share: Share, harm: Text) -> None:
        super().__init__()
        self.setProperty("kind", "soft")
        chosen = language()
        name = harm_reading.name_of(share.partner).pick(chosen)
        self.percent = label(f"{100 * share.share:.0f} %", "strong", wrap=False)
        words = _SEPARATOR.pick(chosen).join((harm.pick(chosen), f"{share.distance_m:.0f} m"))
        detail = label(words, "small")
        self.chip = StateChip()
        self.chip.set_chip(EVIDENCE_LEVELS.get(share.evidence, "warning"), word_of(EVIDENCE_WORDS, share.evidence))
        if share.partner.kind == harm_reading.FOREST_EDGE:
            head: QWidget = label(name, "strong")
        else:
            head = link_button(name, lambda: self.asked.emit(share.partner))
            head.setAccessibleDescription(f"{self.percent.text()} {words} {self.chip.text()}")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 6)
        column.setSpacing(2)
        for left, right in ((head, self.percent), (detail, self.chip)):
            row = QHBoxLayout()
            row.setSpacing(theme.GAP_S)
            row.addWidget(left, 1 if left is detail else 0)
            if left is head:
                row.addStretch(1)
            row.addWidget(right, 0, Qt.AlignmentFlag.AlignVCenter)
            column.addLayout(row)


class HarmAnswer(QWidget):
    """Asking by click or number, and the answer.

    ``layers`` gives the result layers of now, ``rules`` the rules of now (for the names of the kinds of harm).
    """

    answered = pyqtSignal()

    def __init__(self, iface: Any, layers: Callable[[], Layers], rules: Callable[[], list[harm_rules.Row]]) -> None:
        super().__init__()
        self.iface = iface
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self._layers = layers
        self._rules = rules
        self._tool: Optional[AskTool] = None
        self._earlier_tool: Any = None
        self._marks: Optional[ChosenMarks] = None
        self._partners = PartnerMarks(self._canvas)
        self.answer: Optional[Answer] = None
        self.rows: list[ShareRow] = []

        self.tool_button = choice_button(tr("Ask on the map"), "showonmap", tr("Click a lot, a house or a field"))
        self.tool_button.setObjectName("harm_ask")
        self.tool_button.setFixedHeight(theme.BUTTON_HEIGHT)
        self.tool_button.clicked.connect(self.use_tool)
        self.number = QLineEdit()
        self.number.setObjectName("harm_number")
        theme.set_hint(self.number, tr("or enter its number"))
        self.number.setAccessibleName(tr("Number of a lot or house"))
        self.number.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.number.returnPressed.connect(self._ask_number)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP_S)
        head.addWidget(self.tool_button)
        head.addWidget(self.number, 1)
        self.question = label("", "strong")
        self.sentence = label("", "")
        self.sentence.setObjectName("harm_sentence")
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.GAP_XS)
        self.more = label("", "small")
        self.place_button = plain_button(tr("Zoom to it"), clicked=self.show_on_map)
        self.place_button.setObjectName("harm_zoom")
        self.clear_button = plain_button(tr("Clear the answer"), clicked=self.clear)
        self.clear_button.setObjectName("harm_clear")
        foot = QHBoxLayout()
        foot.addWidget(self.place_button)
        foot.addWidget(self.clear_button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addLayout(head)
        column.addWidget(self.question)
        column.addWidget(self.sentence)
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
        """Ask about what lies at ``point`` (map coordinates)."""
        found = self._layers()
        layer = found.sources or found.receptors
        if layer is None:
            return
        things = harm_reading.things_at(found, to_layer(point, self._canvas.mapSettings().destinationCrs(), layer))
        if things:
            self.ask(things[0])
        else:
            self._say_nothing(tr("There is no lot, house or field here."))

    def _ask_number(self) -> None:
        things = harm_reading.things_called(self._layers(), self.number.text())
        if things:
            self.ask(things[0])
            self._zoom_if_outside()
        elif self.number.text().strip():
            self._say_nothing(tr("No lot, house or field has the number {number}.").format(number=self.number.text()))

    def ask(self, thing: Thing) -> None:
        """Show what the results say about a thing."""
        self._show(harm_reading.answer(self._layers(), thing))

    def clear(self) -> None:
        """Take answer and marks away."""
        self._show(None)

    def _say_nothing(self, words: str) -> None:
        self._show(None)
        self.sentence.setText(words)
        self.sentence.show()

    # -- showing --------------------------------------------------------------------------------
    def _show(self, answer: Optional[Answer]) -> None:
        self.answer = answer
        for row in self.rows:
            self.list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for widget in (self.question, self.sentence, self.more, self.place_button, self.clear_button):
            widget.setVisible(answer is not None)
        if answer is not None:
            self._show_answer(answer)
        self._mark()
        self.answered.emit()

    def _show_answer(self, answer: Answer) -> None:
        chosen = language()
        is_lot = answer.thing.kind == harm_reading.LOT
        pattern = tr("Whom does it burden? {name}") if is_lot else tr("Who burdens it? {name}")
        self.question.setText(pattern.format(name=answer.name.pick(chosen)))
        self.sentence.setText(answer.sentence.pick(chosen))
        self.sentence.setVisible(bool(self.sentence.text()))
        labels = harm_rules.kind_labels(self._rules())
        for share in answer.shares:
            row = ShareRow(share, labels.get(share.rule_id, Text(share.rule_id, share.rule_id)))
            row.asked.connect(self._ask_partner)
            self.rows.append(row)
            self.list.addWidget(row)
        words = []
        if answer.shares:
            words.append(
                tr("% is this lot's part in all that reaches the other.")
                if is_lot
                else tr("% is the part in all that reaches it.")
            )
        if answer.links > len(answer.shares):
            words.append(tr("{n} more are smaller.").format(n=f"{answer.links - len(answer.shares):,}"))
        self.more.setText(("" if chosen == "ja" else " ").join(words))
        self.more.setVisible(bool(words))

    def _ask_partner(self, thing: Thing) -> None:
        self.ask(thing)
        self._zoom_if_outside()

    def _mark(self) -> None:
        found = self._layers()
        if self.answer is None:
            if self._marks is not None:
                self._marks.show(None, [])
            self._partners.discard()
            return
        if self._marks is None:
            self._marks = ChosenMarks(self._canvas)
        partners: dict[Thing, float] = {}
        for share in self.answer.shares:
            partners[share.partner] = max(partners.get(share.partner, 0.0), share.share)
        self._partners.show([(*harm_reading.shape_of(found, thing), part) for thing, part in partners.items()])
        layer, shape = harm_reading.shape_of(found, self.answer.thing)
        self._marks.show(layer, [] if shape.isNull() else [shape])

    def show_on_map(self) -> None:
        """Zoom to what was asked about."""
        if self.answer is None:
            return
        layer, shape = harm_reading.shape_of(self._layers(), self.answer.thing)
        if layer is not None:
            show_place(self.iface, layer, shape)

    def _zoom_if_outside(self) -> None:
        """Bring what was asked about into view when it is not."""
        if self.answer is None:
            return
        layer, shape = harm_reading.shape_of(self._layers(), self.answer.thing)
        if layer is None or shape.isNull():
            return
        moved = QgsGeometry(shape)
        crs = self._canvas.mapSettings().destinationCrs()
        try:
            moved.transform(QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()))
        except QgsCsException:
            return
        if not self._canvas.extent().contains(moved.boundingBox()):
            show_place(self.iface, layer, shape)

    def put_away(self) -> None:
        """Another step or the end of the dock: no tool and no marks stay on the map."""
        self.use_tool(False)
        self._tool = None
        if self._marks is not None:
            self._marks.discard()
            self._marks = None
        self._partners.discard()
        self._show(None)

    def partners_marked(self) -> int:
        """How many partners are marked on the map."""
        return self._partners.count()
