"""Why is this lot called what it is called: asked by a click or by its number."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ..core.condition.words import ANSWERS, FOUND
from ..core.texts import Text
from ..gis import condition_reading
from ..gis.condition_reading import Layers, Piece, Why
from ..gis.i18n import language, tr
from . import theme
from .mapask import MapAnswer
from .maptools import to_layer
from .mapview import show_place
from .widgets import StateChip, label

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


class ConditionWhy(MapAnswer):
    """Asking by click or number, and the answer. ``layers`` gives the result layers of now."""

    #: So many pieces of evidence are shown.
    MOST = 6

    def __init__(self, iface: Any, layers: Callable[[], Layers]) -> None:
        super().__init__(iface, "condition", tr("Why this lot?"), tr("Click a lot to see why"), tr("Number of a lot"))
        self._layers = layers
        self.chip = StateChip()
        self.disagreement = StateChip()
        title = QHBoxLayout()
        title.setSpacing(theme.GAP_S)
        title.addWidget(self.question)
        title.addWidget(self.chip)
        title.addStretch(1)
        self.facts = label("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addLayout(self.head)
        column.addLayout(title)
        column.addWidget(self.disagreement, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.sentence)
        column.addWidget(self.facts)
        column.addLayout(self.list)
        column.addWidget(self.more)
        column.addLayout(self.foot)
        self._show(None)

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

    # -- showing --------------------------------------------------------------------------------
    def _answer_widgets(self) -> tuple[QWidget, ...]:
        return (*super()._answer_widgets(), self.facts, self.chip)

    def _show(self, answer: Optional[Why]) -> None:
        self.disagreement.hide()
        super()._show(answer)

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
            self._add_row(PieceRow(piece))
        words = []
        if len(answer.pieces) > self.MOST:
            words.append(tr("{n} more count less.").format(n=len(answer.pieces) - self.MOST))
        if answer.pieces:
            words.append(tr("+ weak, ++ medium, +++ strong."))
        self._tell_more(words)

    def _mark(self) -> None:
        found = [] if self.answer is None or self.answer.shape.isNull() else [self.answer.shape]
        self._mark_chosen(self._layers().condition if found else None, found)

    def show_on_map(self) -> None:
        """Zoom to the lot that was asked about."""
        layer = self._layers().condition
        if self.answer is not None and layer is not None and not self.answer.shape.isNull():
            show_place(self.iface, layer, self.answer.shape)
