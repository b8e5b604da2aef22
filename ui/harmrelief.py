"""What if these lots were mown: lots are clicked, and the card tells at once who is relieved and what it costs."""

from __future__ import annotations

import os
from typing import Any, Callable, Optional

from qgis.core import Qgis, QgsGeometry, QgsVectorLayer, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsRubberBand
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ..core import estimates
from ..core.errors import InputError
from ..core.externality.words import EVIDENCE_WORDS, REACHED_WORDS
from ..core.plan import symbols
from ..core.texts import Text
from ..gis import harm_reading, harm_rules
from ..gis.harm_reading import LOT, Layers, Thing
from ..gis.i18n import language, tr
from ..gis.packages import GEO, missing_message
from ..gis.relief_session import KindRelief, ReliefSession
from . import theme
from .mapask import AskTool, ToolInHand, ask_button, take_rows
from .maptools import to_layer
from .state import ProjectState
from .tabledialog import EVIDENCE_LEVELS, word_of
from .widgets import FlowLayout, StateChip, label, plain_button

#: Role of a village's own table of treatments.
TREATMENTS = "treatments"
#: The treatment that is offered first.
USUAL_TREATMENT = "mow_1"
_COUNTED = {
    "houses": (Text("{n} house", "家屋{n}戸"), Text("{n} houses", "家屋{n}戸")),
    "farmland": (Text("{n} field", "農地{n}筆"), Text("{n} fields", "農地{n}筆")),
    "roads": (Text("{n} road", "道路{n}本"), Text("{n} roads", "道路{n}本")),
}
_OTHER = (Text("{n} of {kind}", "{kind}{n}件"),) * 2
_JOIN = Text(", ", "・")


class KindRow(QFrame):
    """One kind of harm: how much less, for how many, how sure its rule is."""

    def __init__(self, relief: KindRelief, name: str) -> None:
        super().__init__()
        self.setProperty("kind", "soft")
        self.percent = label(f"−{100 * relief.part:.0f} %", "strong", wrap=False)
        self.chip = StateChip()
        self.chip.set_chip(EVIDENCE_LEVELS.get(relief.evidence, "warning"), word_of(EVIDENCE_WORDS, relief.evidence))
        words = label(tr("{harm}, {n} relieved").format(harm=name, n=f"{relief.relieved:,}"), "")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(theme.GAP_S)
        row.addWidget(words, 1)
        row.addWidget(self.percent)
        row.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignVCenter)


class HarmRelief(QWidget):
    """Choosing a treatment and clicking lots; the answer stands below at once.

    ``layers`` gives the result layers of now, ``rules`` the rules of now (for the names of the kinds of harm).
    """

    def __init__(
        self,
        iface: Any,
        state: ProjectState,
        layers: Callable[[], Layers],
        rules: Callable[[], list[harm_rules.Row]],
    ) -> None:
        super().__init__()
        self.iface = iface
        self.state = state
        self._canvas: QgsMapCanvas = iface.mapCanvas()
        self._layers = layers
        self._rules = rules
        self._bands: list[QgsRubberBand] = []
        self.session: Optional[ReliefSession] = None
        self._made_from: tuple[str, ...] = ()
        self.rows: list[KindRow] = []

        self.tool_button = ask_button(
            tr("Try relief"), "schedule", tr("Click lots to treat them and see who gains"), "relief_try"
        )
        self._hand = ToolInHand(self._canvas, self.tool_button, self._make_tool)
        self.tool_button.clicked.connect(self.use_tool)
        self.treatment = QComboBox()
        self.treatment.setObjectName("relief_treatment")
        self.treatment.setAccessibleName(tr("Treatment"))
        self.treatment.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP_S)
        head.addWidget(self.tool_button, 0, Qt.AlignmentFlag.AlignLeft)
        head.addWidget(self.treatment, 1)
        self.number = QLineEdit()
        self.number.setObjectName("relief_number")
        theme.set_hint(self.number, tr("Click lots on the map, or enter a lot number"))
        self.number.setAccessibleName(tr("Number of a lot to treat"))
        self.number.returnPressed.connect(self._click_number)
        self.told = label("", "strong")
        self.told.setObjectName("relief_told")
        self.cost = label("", "")
        self.cost.setObjectName("relief_cost")
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.GAP_XS)
        self.sure = label("", "small")
        self.sure.setObjectName("relief_sure")
        self.undo_button = plain_button(tr("Undo last click"), clicked=self.undo)
        self.undo_button.setObjectName("relief_undo")
        self.clear_button = plain_button(tr("Clear"), clicked=self.clear)
        self.clear_button.setObjectName("relief_clear")
        self.export_button = plain_button(tr("Export list"), clicked=self.export)
        self.export_button.setObjectName("relief_export")
        foot = FlowLayout(spacing=theme.GAP_XS)
        for button in (self.undo_button, self.clear_button, self.export_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addLayout(head)
        for widget in (self.number, self.told, self.cost):
            column.addWidget(widget)
        column.addLayout(self.list)
        column.addWidget(self.sure)
        column.addLayout(foot)
        self._canvas.mapToolSet.connect(self._tool_set)
        self._show()

    # -- tool -----------------------------------------------------------------------------------
    def use_tool(self, on: bool) -> None:
        """Begin to try treatments on the map, or end it; what was chosen stays until it is cleared."""
        if on and not self._ready():
            self.tool_button.setChecked(False)
            return
        self._hand.use(on)
        self._show()

    def _make_tool(self) -> AskTool:
        tool = AskTool(self._canvas)
        tool.asked.connect(self.click_place)
        tool.left.connect(lambda: self.use_tool(False))
        return tool

    def _tool_set(self, tool: Any, _old: Any = None) -> None:
        self._hand.tool_set(tool)
        self._show_parts()

    def chosen_treatment(self) -> str:
        """Id of the treatment chosen here; mowing once a year before any was."""
        return str(self.treatment.currentData() or USUAL_TREATMENT)

    def _treatments(self) -> Optional[QgsVectorLayer]:
        layer = self.state.layer(TREATMENTS)
        return layer if isinstance(layer, QgsVectorLayer) else None

    def _ready(self) -> bool:
        """Whether there is a session on the results of now; says why when there is none."""
        found = self._layers()
        made_from = tuple(
            self.state.fingerprint(layer) for layer in (found.sources, found.receptors, found.links, self._treatments())
        )
        if self.session is not None and made_from == self._made_from:
            return True
        self._forget()
        message = missing_message(GEO)
        if not message:
            try:
                self.session = ReliefSession(found, self._treatments())
            except InputError as error:
                message = error.text.pick(language())
        if message:
            self.told.setText(message)
            self.told.show()
            return False
        self._made_from = made_from
        if self.session is not None:
            self.treatment.clear()
            for choice in self.session.choices():
                self.treatment.addItem(choice.label.pick(language()), choice.treatment_id)
            self.treatment.setCurrentIndex(max(self.treatment.findData(USUAL_TREATMENT), 0))
        return True

    # -- clicking -------------------------------------------------------------------------------
    def click_place(self, point: QgsGeometry) -> None:
        """Treat the lot at ``point`` (map coordinates), or leave it untreated again."""
        found = self._layers()
        if found.sources is None:
            return
        here = to_layer(point, self._canvas.mapSettings().destinationCrs(), found.sources)
        lots = [thing for thing in harm_reading.things_at(found, here) if thing.kind == LOT]
        if lots:
            self.toggle(lots[0])
        else:
            self._show(tr("There is no unmanaged lot here."))

    def _click_number(self) -> None:
        number = self.number.text().strip()
        lots = [thing for thing in harm_reading.things_called(self._layers(), number) if thing.kind == LOT]
        if lots:
            self.toggle(lots[0])
            self.number.clear()
        elif number:
            self._show(tr("No unmanaged lot has the number {number}.").format(number=number))

    def toggle(self, lot: Thing) -> None:
        """Treat a lot, or leave it untreated again."""
        if not self._ready() or self.session is None:
            return
        why = self.session.toggle(lot.key, self.treatment.currentData())
        self._show(why.pick(language()) if why is not None else "")

    def undo(self) -> None:
        """Take the last click back."""
        if self.session is not None and self.session.undo():
            self._show()

    def clear(self) -> None:
        """Leave all lots untreated."""
        if self.session is not None:
            self.session.clear()
        self._show()

    # -- showing --------------------------------------------------------------------------------
    def _show(self, message: str = "") -> None:
        """Tell what the treated lots come to; ``message`` first where a click did nothing."""
        take_rows(self.list, self.rows)
        self.rows = []
        summary = self.session.summary() if self.session is not None else None
        treated = summary is not None and summary.lots > 0
        chosen = language()
        self.told.setText(message)
        if summary is not None and treated:
            who = _JOIN.pick(chosen).join(
                _COUNTED.get(kind, _OTHER)[count != 1]
                .format(n=f"{count:,}", kind=word_of(REACHED_WORDS, kind))
                .pick(chosen)
                for kind, count in sorted(summary.relieved.items())
            )
            if not message:
                self.told.setText(tr("Would relieve {who}.").format(who=who) if who else tr("Would relieve nobody."))
            self.cost.setText(
                tr("{lots} lots, {hours} and {yen} a year").format(
                    lots=f"{summary.lots:,}",
                    hours=estimates.hours(summary.hours).pick(chosen),
                    yen=estimates.yen(summary.yen).pick(chosen),
                )
            )
            names = {row["kind"]: Text(row["label"], row["label_ja"]).pick(chosen) for row in self._rules()}
            for relief in summary.kinds:
                row = KindRow(relief, names.get(relief.kind, relief.kind))
                self.rows.append(row)
                self.list.addWidget(row)
            self.sure.setText(
                tr("Effect and cost of the treatment: {evidence}. −% is of this harm in the whole village.").format(
                    evidence=word_of(EVIDENCE_WORDS, summary.evidence)
                )
            )
        self._show_parts()
        self._mark()

    def _show_parts(self) -> None:
        treated = self.session is not None and bool(self.session.lots())
        on = self.tool_button.isChecked()
        self.treatment.setVisible(on or treated)
        self.number.setVisible(on or treated)
        self.told.setVisible(bool(self.told.text()))
        for widget in (self.cost, self.sure, self.clear_button, self.export_button):
            widget.setVisible(treated)
        self.undo_button.setVisible(self.session is not None and self.session.can_undo())

    def _mark(self) -> None:
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = []
        if self.session is None or not self.session.lots():
            return
        found = self._layers()
        marks = symbols.severity_colours()["mark"]
        relieved = [thing for thing, _part in self.session.relieved()]
        for things, colour, alpha in ((relieved, marks["ok"], 130), (self.session.lots(), marks["warning"], 200)):
            band = QgsRubberBand(self._canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            fill = QColor(colour)
            fill.setAlpha(alpha)
            band.setFillColor(fill)
            band.setStrokeColor(QColor(symbols.ink()))
            band.setWidth(2)
            for layer, shape in harm_reading.shapes_of(found, things):
                band.addGeometry(shape, layer)
            self._bands.append(band)

    def marked(self) -> int:
        """How many kinds of marks are on the map now (treated lots, those relieved)."""
        return len(self._bands)

    def export(self) -> None:
        """Write the treated lots with hours and cost as a table."""
        if self.session is None:
            return
        folder = self.state.project.absolutePath() or os.path.expanduser("~")
        path, _filter = QFileDialog.getSaveFileName(
            self, tr("Export list"), os.path.join(folder, "relief.csv"), tr("Table (*.csv)")
        )
        if path:
            self.write_list(path if path.lower().endswith(".csv") else path + ".csv")

    def write_list(self, path: str) -> None:
        """Write the list to ``path`` and say so, or say why not."""
        if self.session is None:
            return
        bar = self.iface.messageBar()
        try:
            self.session.write_list(path, language())
        except OSError as error:
            why = error.strerror or str(error)
            bar.pushMessage(
                tr("Export list"),
                tr("The table could not be written: {why}").format(why=why),
                Qgis.MessageLevel.Warning,
                10,
            )
            return
        bar.pushMessage(
            tr("Export list"),
            tr("{n} lots written to {path}").format(n=f"{len(self.session.lots()):,}", path=os.path.basename(path)),
            Qgis.MessageLevel.Success,
            6,
        )

    # -- ending ---------------------------------------------------------------------------------
    def _forget(self) -> None:
        self.session = None
        self._made_from = ()

    def reset(self) -> None:
        """The results were made again: what was chosen belongs to the former ones."""
        self.use_tool(False)
        self._forget()
        self._show()

    def put_away(self) -> None:
        """Another step or the end of the dock: no tool and no marks stay on the map."""
        self.use_tool(False)
        self._hand.discard()
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = []

    def come_back(self) -> None:
        """The step is shown again: mark what is chosen."""
        if self.session is not None and not self._bands:
            self._mark()
