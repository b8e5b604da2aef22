"""Step 2: a draft, and painting over it what people decide."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Optional

from qgis.core import Qgis, QgsGeometry
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QCursor, QHideEvent, QKeySequence, QShowEvent
from qgis.PyQt.QtWidgets import QDockWidget, QShortcut, QToolTip, QWidget

from ...core.plan import codes, symbols
from ...gis import plan_reading
from ...gis.i18n import tr
from ..maptools import ChosenMarks, DragTool, HoverWatch, LassoTool, PaintTool
from ..mapview import show_place
from ..planlink import link_of
from ..planwidgets import class_word
from .base import StepPage
from .choose_cards import DRAG, PRIORITY, DraftCard, LotCard, PaintCard, text_of

#: Longest tooltip line (characters) before it is wrapped.
TOOLTIP_WIDTH = 320


class ChoosePage(StepPage):
    """Paint on the map, the lot at hand, the draft. More cards go into the column below."""

    STEP = "choose"

    def __init__(self, iface: Any, state: Any, runner: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(iface, state, runner, parent)
        self.link = link_of(state)
        self._canvas = iface.mapCanvas()
        self._tools: dict[str, PaintTool] = {}
        self._marks: Optional[ChosenMarks] = None
        self._earlier_tool: Any = None
        self._hovered = ""
        self._shortcuts: list[QShortcut] = []

        self.paint_card = PaintCard(self.link)
        self.lot_card = LotCard(self.link)
        self.draft_card = DraftCard(iface, state, runner, self.link)
        for card in (self.paint_card, self.lot_card, self.draft_card):
            self.column.addWidget(card)
        self.column.addStretch(1)

        self.paint_card.ink_chosen.connect(self._ink_chosen)
        self.paint_card.tool_chosen.connect(self.use_tool)
        self.lot_card.next_wanted.connect(self.next_lot)
        self.lot_card.class_wanted.connect(lambda ink: self._give(ink, self.link.chosen_units()))
        self.draft_card.changed.connect(self.refresh)
        self.draft_card.add_data_requested.connect(self.add_data_requested)
        self.draft_card.run_first.connect(lambda _key: self.step_requested.emit("understand"))
        self.link.changed.connect(self.refresh)
        self.link.chosen_changed.connect(self._chosen_changed)
        self.link.told.connect(self._tell)
        state.changed.connect(self.refresh)

        self._watch = HoverWatch(self._canvas, self.link.layer, self)
        self._watch.hovered.connect(self._hover)
        self._watch.clicked.connect(self._clicked)
        self._canvas.mapToolSet.connect(self._tool_set)

    # -- coming and going -----------------------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._make_shortcuts()
        for shortcut in self._shortcuts:
            shortcut.setEnabled(True)
        self._watch.set_active(True)
        self._mark_chosen()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
        self._watch.set_active(False)

    def _make_shortcuts(self) -> None:
        """Keys 1–6 and P, wherever in dock or map the keyboard is; text fields keep their keys."""
        if self._shortcuts:
            return
        dock: QWidget = self
        while dock.parentWidget() is not None and not isinstance(dock, QDockWidget):
            dock = dock.parentWidget()
        keys = [(str(item.key), item.code) for item in codes.MANAGEMENT_CLASSES] + [("P", PRIORITY)]
        for home in (dock, self._canvas):
            for key, ink in keys:
                shortcut = QShortcut(QKeySequence(key), home)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(lambda ink=ink: self.paint_card.choose_ink(ink))
                # the shortcut lives on the map, but belongs to this page
                self.destroyed.connect(shortcut.deleteLater)
                self._shortcuts.append(shortcut)

    def step_left(self) -> None:
        """Put tools and marks away and write what is not written yet."""
        self.use_tool("")
        for tool in self._tools.values():
            tool.discard()
        self._tools = {}
        if self._marks is not None:
            self._marks.discard()
            self._marks = None
        self._watch.set_active(False)
        self.link.save_now()

    # -- tools ------------------------------------------------------------------------------
    def use_tool(self, tool: str) -> None:
        """Take "drag" or "lasso" in hand; empty gives the map back its earlier tool."""
        present = self._canvas.mapTool()
        ours = present in self._tools.values()
        if not tool:
            if ours:
                if self._earlier_tool is not None:
                    self._canvas.setMapTool(self._earlier_tool)
                else:
                    self._canvas.unsetMapTool(present)
            self.paint_card.show_tool("")
            return
        if not self.paint_card.ink():
            self.paint_card.choose_ink(codes.CLASSES[0])
        if not ours:
            self._earlier_tool = present
        if tool not in self._tools:
            made = (DragTool if tool == DRAG else LassoTool)(self._canvas, self.link.layer)
            made.stroke_finished.connect(self._stroke)
            made.picked.connect(lambda unit: self.link.choose_units([unit]))
            self._tools[tool] = made
        self._tools[tool].set_color(self._ink_color())
        self._canvas.setMapTool(self._tools[tool])
        self.paint_card.show_tool(tool)

    def _tool_set(self, tool: Any, _old: Any = None) -> None:
        """Another tool was taken: show that painting has stopped."""
        if tool not in self._tools.values():
            self.paint_card.show_tool("")

    def _ink_color(self) -> QColor:
        ink = self.paint_card.ink()
        return QColor(symbols.ink() if ink == PRIORITY else symbols.class_symbol(ink or codes.UNDECIDED).fill)

    def _ink_chosen(self, _ink: str) -> None:
        """A class was chosen: painting begins, by drag unless another way is in use."""
        if self.link.layer() is None:
            return
        self.use_tool(self.paint_card.tool() or DRAG)

    def _stroke(self, units: Sequence[str]) -> None:
        if self._give(self.paint_card.ink(), units):
            self.link.choose_units(units)

    def _give(self, ink: str, units: Sequence[str]) -> bool:
        """Paint units with a class, or turn their priority flag."""
        return self.link.toggle_priority(units) if ink == PRIORITY else self.link.paint(units, ink)

    # -- the lot at hand ----------------------------------------------------------------------
    def next_lot(self) -> None:
        """Choose the next undecided lot and show it on the map."""
        unit = self.link.next_open()
        layer = self.link.layer()
        if unit and layer is not None:
            feature = plan_reading.unit_feature(layer, unit)
            if feature is not None:
                show_place(self.iface, layer, feature.geometry())

    def _chosen_changed(self) -> None:
        """Show what was chosen, also while the cursor still rests on another lot."""
        self._mark_chosen()
        self._watch.leave()
        self.lot_card.refresh()

    def _mark_chosen(self) -> None:
        layer = self.link.layer()
        units = self.link.chosen_units()
        if not self.isVisible() or layer is None:
            units = []
        if self._marks is None:
            if not units:
                return
            self._marks = ChosenMarks(self._canvas)
        shapes: list[QgsGeometry] = []
        if units and layer is not None:
            shapes = [feature.geometry() for feature in plan_reading.unit_features(layer, units)]
        self._marks.show(layer, shapes)

    def _hover(self, unit: str) -> None:
        stroke = any(tool.stroke_running() for tool in self._tools.values())
        if unit and (stroke or self.lot_card.typing()):
            return
        self._hovered = unit
        self.lot_card.refresh(unit)
        if unit:
            self._show_tooltip(unit)
        else:
            QToolTip.hideText()

    def _clicked(self, unit: str) -> None:
        """A click chooses a lot, unless it paints."""
        if self._canvas.mapTool() not in self._tools.values():
            self.link.choose_units([unit])

    def _show_tooltip(self, unit: str) -> None:
        row = self.link.unit(unit)
        if row is None:
            return
        draft = self.link.draft_of(unit) or {}
        head = f"{row.get('unit_no') or ''}　{class_word(row.get('management_class') or codes.UNDECIDED)}"
        reason = text_of(draft, "reason") or text_of(row, "reason")
        if codes.is_decision(row.get("decided_by")) and draft:
            reason = tr("The draft said: {word}. {reason}").format(
                word=class_word(draft.get("management_class") or codes.UNDECIDED), reason=reason
            )
        QToolTip.showText(
            QCursor.pos(),
            f'<div style="width:{TOOLTIP_WIDTH}px"><b>{escape(head)}</b><br>{escape(reason)}</div>',
            self._canvas,
        )

    def _tell(self, message: str) -> None:
        self.iface.messageBar().pushMessage(tr("Paint on the map"), message, Qgis.MessageLevel.Info, 8)

    # -- the page -------------------------------------------------------------------------------
    def refresh(self) -> None:
        if not self.isVisible():  # a hidden page only tells how far the step is
            self.progress_changed.emit()
            return
        busy = self.runner.busy()
        has_plan = self.link.layer() is not None
        if not has_plan:
            self.use_tool("")
        self.paint_card.refresh()
        self.paint_card.set_active(has_plan and not busy)
        self.lot_card.refresh(self._hovered)
        self.draft_card.refresh(active=not has_plan and not busy)
        # What is to be done now stands on top.
        wanted = 0 if not has_plan else 2
        if self.column.indexOf(self.draft_card) != wanted:
            self.column.removeWidget(self.draft_card)
            self.column.insertWidget(wanted, self.draft_card)
        self._show_next(busy, has_plan)
        self.progress_changed.emit()

    def _show_next(self, busy: bool, has_plan: bool) -> None:
        summary = self.link.summary()
        if busy:
            self.next_action_changed.emit(tr("Wait until this is done"), tr("Cancel"), True)
        elif not has_plan and not self.draft_card.can_start():
            self.next_action_changed.emit(tr("Understand the land first"), tr("Go to step 1"), True)
        elif not has_plan:
            self.next_action_changed.emit(self.draft_card.next_sentence(), self.draft_card.verb(), True)
        elif summary is not None and summary.left:
            self.next_action_changed.emit(tr("Decide lot by lot"), tr("Next lot →"), True)
        else:
            self.next_action_changed.emit(tr("Print the plan and share it"), tr("Go to step 3"), True)

    def progress_text(self) -> tuple[str, bool]:
        summary = self.link.summary()
        if summary is None or not summary.total:
            return "—", False
        return f"{summary.decided:,} / {summary.total:,}", summary.left == 0

    def run_next(self) -> None:
        summary = self.link.summary()
        if self.runner.busy():
            self.runner.cancel_all()
        elif summary is None:
            if self.draft_card.can_start():
                self.draft_card.run()
            else:
                self.step_requested.emit("understand")
        elif summary.left:
            self.next_lot()
        else:
            self.step_requested.emit("act")
