"""Whom does this lot burden, who burdens this house: asked by a click or by its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable, Optional

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsGeometry, QgsProject, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ..core.externality.words import EVIDENCE_WORDS
from ..core.plan import symbols
from ..core.texts import Text
from ..gis import harm_reading, harm_rules
from ..gis.harm_reading import Answer, Layers, Share, Thing
from ..gis.i18n import language, tr
from . import theme
from .mapask import MapAnswer
from .maptools import to_layer
from .mapview import show_place
from .tabledialog import EVIDENCE_LEVELS, word_of
from .widgets import StateChip, label, link_button

_SEPARATOR = Text(" · ", "・")


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


class HarmAnswer(MapAnswer):
    """Asking by click or number, and the answer.

    ``layers`` gives the result layers of now, ``rules`` the rules of now (for the names of the kinds of harm).
    """

    answered = pyqtSignal()

    def __init__(self, iface: Any, layers: Callable[[], Layers], rules: Callable[[], list[harm_rules.Row]]) -> None:
        super().__init__(
            iface,
            "harm",
            tr("Ask on the map"),
            tr("Click a lot, a house or a field"),
            tr("Number of a lot or house"),
        )
        self._layers = layers
        self._rules = rules
        self._partners = PartnerMarks(self._canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addLayout(self.head)
        column.addWidget(self.question)
        column.addWidget(self.sentence)
        column.addLayout(self.list)
        column.addWidget(self.more)
        column.addLayout(self.foot)
        self._show(None)

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

    # -- showing --------------------------------------------------------------------------------
    def _show(self, answer: Optional[Answer]) -> None:
        super()._show(answer)
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
            self._add_row(row)
        words = []
        if answer.shares:
            words.append(
                tr("% is this lot's part in all that reaches the other.")
                if is_lot
                else tr("% is the part in all that reaches it.")
            )
        if answer.links > len(answer.shares):
            words.append(tr("{n} more are smaller.").format(n=f"{answer.links - len(answer.shares):,}"))
        self._tell_more(words)

    def _ask_partner(self, thing: Thing) -> None:
        self.ask(thing)
        self._zoom_if_outside()

    def _mark(self) -> None:
        if self.answer is None:
            self._partners.discard()
            self._mark_chosen(None, [])
            return
        found = self._layers()
        partners: dict[Thing, float] = {}
        for share in self.answer.shares:
            partners[share.partner] = max(partners.get(share.partner, 0.0), share.share)
        self._partners.show([(*harm_reading.shape_of(found, thing), part) for thing, part in partners.items()])
        layer, shape = harm_reading.shape_of(found, self.answer.thing)
        self._mark_chosen(layer, [] if shape.isNull() else [shape])

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

    def partners_marked(self) -> int:
        """How many partners are marked on the map."""
        return self._partners.count()
