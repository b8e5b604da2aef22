"""The list of findings: filter, search, show on the map, leave as it is, repair, export."""

from __future__ import annotations

import os
from typing import Any, Optional

from qgis.core import Qgis, QgsCoordinateTransform, QgsCsException, QgsFeatureRequest, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QModelIndex, QPoint, QRectF, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QFont, QFontMetrics, QKeySequence, QPainter, QPen, QTextLayout, QTextOption
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QShortcut,
    QStyle,
    QStyledItemDelegate,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ..core.parcels.findings import KINDS, SURVEYOR_WORDS
from ..core.parcels.lifefields import CURED
from ..gis.finding_decisions import Decision
from ..gis.i18n import language, tr
from ..gis.lot_owners import owners_by_lot
from . import theme
from .findings_model import (
    ALL,
    DONE,
    LEFT,
    ROW,
    SURVEYOR,
    Finding,
    FindingsFilter,
    FindingsModel,
    read_findings,
    write_table,
)
from .mapview import show_place
from .recheck import RECHECK_KEY
from .runner import IDLE
from .state import ProjectState, now_text
from .widgets import (
    FlowLayout,
    bare_button,
    choice_button,
    label,
    plain_button,
    primary_button,
    quiet_button,
    set_kind,
)

__all__ = ("ALL", "DONE", "LEFT", "Finding", "FindingsPanel", "read_findings", "write_table")

#: A row with the explanation on one line, and what a second line adds.
ROW_HEIGHT, LINE_HEIGHT = 48, 17
#: Room (px) left and right of the words of a row.
WORDS_LEFT, WORDS_RIGHT = 40, 12
#: Below this height (px) the list needs the room of the advice.
ADVICE_HEIGHT = 500
#: How long the outcome of a re-check is shown (ms).
TOLD_MS = 8000
#: The office or role that decided last, kept with the project.
WHO = "findings_decided_by"


def broken_lines(text: str, font: QFont, width: int, lines: int) -> list[str]:
    """``text`` on at most so many lines of ``width`` (px); what does not fit ends in "…"."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts: list[int] = []
    layout.beginLayout()
    while len(starts) <= lines:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    # Positions count UTF-16 units; in ``text`` rare letters are one each.
    units = text.encode("utf-16-le")
    kept = [units[2 * begin : 2 * end].decode("utf-16-le").strip() for begin, end in zip(starts, starts[1:lines])]
    last = units[2 * starts[len(kept)] :].decode("utf-16-le") if starts else ""
    return [*kept, QFontMetrics(font).elidedText(last, Qt.TextElideMode.ElideRight, width)]


class FindingDelegate(QStyledItemDelegate):
    """Shape, kind, lots and size; below, the explanation on ``lines`` lines (the same for all rows)."""

    lines = 1

    def sizeHint(self, option: Any, index: QModelIndex) -> QSize:
        return QSize(120, ROW_HEIGHT + LINE_HEIGHT * (self.lines - 1))

    def paint(self, painter: QPainter, option: Any, index: QModelIndex) -> None:
        row: Finding = index.data(ROW)
        model = index.model().sourceModel()
        now = theme.current()
        area = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, now.colour("soft" if chosen else "card"))
        if chosen:
            painter.fillRect(QRectF(area.left(), area.top(), 4, area.height()), now.colour("acc"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawPixmap(
            int(area.left() + 14),
            int(area.top() + 9),
            theme.pixmap(f"severity_{'ok' if model.status(row) == CURED else row.severity}", 16, option.widget),
        )
        left, right = area.left() + WORDS_LEFT, area.right() - WORDS_RIGHT
        first = QRectF(left, area.top() + 5, right - left, 19)
        bold, body, small = theme.font(theme.BODY, True), theme.font(theme.BODY), theme.font(theme.SMALL)
        align = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(now.colour("ink"))
        painter.setFont(body)
        size = row.size_text()
        size_width = QFontMetrics(body).horizontalAdvance(size)
        painter.drawText(first, align | Qt.AlignmentFlag.AlignRight, size)
        painter.setFont(bold)
        kind = row.kind_word()
        painter.drawText(first, align | Qt.AlignmentFlag.AlignLeft, kind)
        used = QFontMetrics(bold).horizontalAdvance(kind) + 12
        room = int(first.width() - used - size_width - 8)
        painter.setFont(body)
        lots = QFontMetrics(body).elidedText(row.lots_text(), Qt.TextElideMode.ElideRight, max(room, 0))
        painter.drawText(first.adjusted(used, 0, 0, 0), align | Qt.AlignmentFlag.AlignLeft, lots)
        painter.setFont(small)
        painter.setPen(now.colour("sub"))
        for number, text in enumerate(broken_lines(model.second_line(row), small, int(right - left), self.lines)):
            below = QRectF(left, area.top() + 25 + LINE_HEIGHT * number, right - left, 18)
            painter.drawText(below, align | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class _List(QTreeView):
    """The rows; Enter shows the finding on the map, N and P the next and previous one."""

    entered_on = pyqtSignal()
    stepped = pyqtSignal(int)
    resized = pyqtSignal()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_on.emit()
            return
        if event.key() in (Qt.Key.Key_N, Qt.Key.Key_P) and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_N else -1)
            return
        super().keyPressEvent(event)


class FindingsPanel(QWidget):
    """Findings of a check in place of the cards; ``closed`` leads back, ``repair_requested`` to the repair."""

    closed = pyqtSignal()
    repair_requested = pyqtSignal()

    def __init__(
        self,
        iface: Any,
        state: ProjectState,
        layer: QgsVectorLayer,
        title: str = "",
        parent: Optional[QWidget] = None,
        runner: Any = None,
    ) -> None:
        super().__init__(parent)
        self.iface = iface
        self.state = state
        self.runner = runner
        self.setObjectName("landStewardshipFindings")
        self.setProperty("kind", "page")
        self._layer_id = layer.id()
        self.model = FindingsModel(read_findings(layer), state.decisions(), self)
        self.proxy = FindingsFilter(self)
        self.proxy.setSourceModel(self.model)
        self._owners: dict[str, tuple[str, ...]] = {}
        self._longest = 0

        self.back_button = bare_button("", tr("Back"), self.closed.emit)
        self.back_button.setText("←")
        head = QHBoxLayout()
        head.addWidget(self.back_button)
        head.addWidget(label(title or tr("Findings: lots and boundaries"), "title"), 1)
        self.repair_button = quiet_button(tr("Repair…"), clicked=self.repair_requested.emit)
        self.repair_button.setObjectName("findings_repair")
        head.addWidget(self.repair_button)
        self.told = label("", "hint")
        self.told.setObjectName("findings_told")
        self.told.hide()
        self._told_timer = QTimer(self)
        self._told_timer.setSingleShot(True)
        self._told_timer.setInterval(TOLD_MS)
        self._told_timer.timeout.connect(self._forget_told)
        self.empty = label("", "sentence")
        self.empty.setObjectName("findings_empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.advice = label("", "hint")

        inner = QVBoxLayout()
        inner.setContentsMargins(10, 8, 10, 8)
        inner.setSpacing(theme.GAP_S)
        inner.addLayout(head)
        inner.addLayout(self._build_chips())
        inner.addLayout(self._build_filters())
        inner.addWidget(self._build_search())
        inner.addWidget(self.told)
        inner.addWidget(self.empty, 1)
        inner.addWidget(self._build_view(), 1)
        inner.addWidget(self.advice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner, 1)
        column.addWidget(self._build_footer())
        self.setFocusProxy(self.view)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        state.changed.connect(self._follow)
        if runner is not None:
            runner.changed.connect(self._run_changed)
        if iface is not None:
            iface.mapCanvas().extentsChanged.connect(self._map_moved)
        self._fill_filters()
        self._show_counts()
        self._measure()
        self._select_first()

    # -- building -------------------------------------------------------------------------
    def _build_chips(self) -> FlowLayout:
        self._chips: dict[str, Any] = {}
        self._chip_group = QButtonGroup(self)
        self._chip_group.setExclusive(True)
        chips = FlowLayout(spacing=4)
        for chip, icon in (
            (ALL, ""),
            ("error", "severity_error"),
            ("warning", "severity_warning"),
            ("note", "severity_note"),
            (LEFT, ""),
            (DONE, "severity_ok"),
        ):
            button = choice_button("", icon)
            button.setIconSize(QSize(14, 14))
            set_kind(button, "chip")
            button.setObjectName(f"chip_{chip}")
            button.clicked.connect(lambda _checked=False, chip=chip: self._choose_chip(chip))
            self._chip_group.addButton(button)
            self._chips[chip] = button
            chips.addWidget(button)
        self._chips[ALL].setChecked(True)
        return chips

    def _combo(self, name: str, words: str, changed: Any) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName(name)
        combo.setAccessibleName(words)
        combo.setToolTip(words)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(8)
        combo.activated.connect(lambda _index: changed())
        return combo

    def _build_filters(self) -> QHBoxLayout:
        self.kind_combo = self._combo("findings_kind", tr("Kind of finding"), self._choose_kind)
        self.owner_combo = self._combo("findings_owner", tr("Owner (by key)"), self._choose_owner)
        self.view_chip = choice_button(tr("On the map"), "", clicked=self._map_moved)
        self.view_chip.setObjectName("findings_in_view")
        self.view_chip.setToolTip(tr("Only what the map shows now"))
        set_kind(self.view_chip, "chip")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.kind_combo, 1)
        row.addWidget(self.owner_combo, 1)
        row.addWidget(self.view_chip)
        return row

    def _build_search(self) -> QLineEdit:
        self.search = QLineEdit()
        self.search.setObjectName("findings_search")
        theme.set_hint(self.search, tr("Search by lot number"))
        self.search.setAccessibleName(tr("Search by lot number"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda text: self._show_only(search=text.strip()))
        return self.search

    def _build_view(self) -> QTreeView:
        self.view = _List()
        self.view.setObjectName("findings_list")
        self.view.setAccessibleName(tr("Findings"))
        self.view.setProperty("kind", "list")
        self.view.setModel(self.proxy)
        self.delegate = FindingDelegate(self.view)
        self.view.setItemDelegate(self.delegate)
        self.view.setHeaderHidden(True)
        self.view.setRootIsDecorated(False)
        self.view.setIndentation(0)
        self.view.setUniformRowHeights(True)
        self.view.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.resized.connect(self._fit_rows)
        self.model.modelReset.connect(self._measure)
        self.model.dataChanged.connect(lambda *_: self._measure())
        self.view.entered_on.connect(self.show_on_map)
        self.view.stepped.connect(self.step)
        self.view.clicked.connect(lambda _index: self.show_on_map())
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._selection_changed())
        return self.view

    def _measure(self) -> None:
        """Find out how wide the longest explanation is."""
        metrics = QFontMetrics(theme.font(theme.SMALL))
        texts = {self.model.second_line(row) for row in self.model.rows}
        self._longest = max(map(metrics.horizontalAdvance, texts), default=0)
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Give every row a second line of explanation where the list is too narrow for one; the first row stays."""
        room = self.view.viewport().width() - WORDS_LEFT - WORDS_RIGHT
        lines = 1 if self._longest <= room else 2
        if lines == self.delegate.lines:
            return
        top = self.view.indexAt(QPoint(1, 1))
        self.delegate.lines = lines
        self.view.doItemsLayout()
        if top.isValid():
            self.view.scrollTo(top, QTreeView.ScrollHint.PositionAtTop)

    def _build_footer(self) -> QFrame:
        self.show_button = primary_button(tr("Show on map"), "showonmap", self.show_on_map)
        self.show_button.setObjectName("findings_show")
        self.leave_button = quiet_button(tr("Leave as it is"), clicked=self.leave_or_take_back)
        self.leave_button.setObjectName("findings_leave")
        self.export_button = plain_button(tr("Export table"), clicked=self.export)
        self.export_button.setObjectName("findings_export")
        footer = QFrame()
        footer.setProperty("kind", "footer")
        actions = FlowLayout(spacing=theme.GAP_S)
        for button in (self.show_button, self.leave_button, self.export_button):
            actions.addWidget(button)
        foot = QVBoxLayout(footer)
        foot.setContentsMargins(10, 10, 10, 10)
        foot.addLayout(actions)
        return footer

    # -- choosing -------------------------------------------------------------------------
    def current(self) -> Optional[Finding]:
        """The chosen finding."""
        index = self.view.currentIndex()
        return index.data(ROW) if index.isValid() else None

    def shown(self) -> list[Finding]:
        """The findings that pass filter and search, in order."""
        return [self.proxy.index(row, 0).data(ROW) for row in range(self.proxy.rowCount())]

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) finding and show it."""
        row = self.view.currentIndex().row() + by
        if 0 <= row < self.proxy.rowCount():
            self.view.setCurrentIndex(self.proxy.index(row, 0))
            self.show_on_map()

    def _choose_chip(self, chip: str) -> None:
        self._chips[chip].setChecked(True)
        self._show_only(chip=chip)

    def _choose_kind(self) -> None:
        self._show_only(kind=str(self.kind_combo.currentData() or ""))

    def _choose_owner(self) -> None:
        owner = str(self.owner_combo.currentData() or "")
        lots = frozenset(lot for lot, owners in self._owners.items() if owner in owners) if owner else None
        self._show_only(lots=lots)

    def _map_moved(self) -> None:
        if not self.view_chip.isChecked() and self.proxy.extent is None:
            return
        self._show_only(extent=self._extent() if self.view_chip.isChecked() else None)

    def _extent(self) -> Optional[QgsRectangle]:
        """What the map shows, in the coordinates of the findings."""
        layer = self._layer()
        if layer is None or self.iface is None:
            return None
        canvas = self.iface.mapCanvas()
        transform = QgsCoordinateTransform(
            canvas.mapSettings().destinationCrs(), layer.crs(), self.state.project.transformContext()
        )
        try:
            return transform.transformBoundingBox(canvas.extent())
        except QgsCsException:
            return None

    def _show_only(self, **wanted: Any) -> None:
        row = self.current()
        self.proxy.show_only(**wanted)
        self._show_counts()
        self._select(row.finding_id if row is not None else "")

    def _select_first(self) -> None:
        self._select("")

    def _select(self, finding_id: str, position: int = 0) -> None:
        """Choose a finding if it is shown, else the one at a position."""
        rows = [row.finding_id for row in self.shown()]
        if rows:
            place = rows.index(finding_id) if finding_id in rows else min(position, len(rows) - 1)
            self.view.setCurrentIndex(self.proxy.index(place, 0))
        self._selection_changed()

    def _selection_changed(self) -> None:
        row = self.current()
        narrowed = self.proxy.narrowed() and bool(self.model.rows)
        self.empty.setText(tr("Nothing fits. Change the search or the filters.") if narrowed else tr("Nothing here."))
        self.empty.setVisible(self.proxy.rowCount() == 0)
        self.view.setVisible(self.proxy.rowCount() > 0)
        self.show_button.setEnabled(row is not None and row.has_place)
        self.leave_button.setEnabled(row is not None and row.status != CURED)
        is_left = row is not None and row.finding_id in self.model.decisions
        self.leave_button.setText(tr("Take up again") if is_left else tr("Leave as it is"))
        self.advice.setText(row.advice() if row is not None and row.status != CURED else "")
        self._show_advice()

    def _show_advice(self) -> None:
        """The advice, where there is room for it beside the list (it is in the tooltip of the row as well)."""
        room = self.height() >= ADVICE_HEIGHT or not self.isVisible()
        self.advice.setVisible(bool(self.advice.text()) and self.told.isHidden() and room)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._show_advice()

    def _fill_filters(self) -> None:
        """Kinds and owners that have findings, with their number; what is chosen stays chosen."""
        kind, owner = self.kind_combo.currentData(), self.owner_combo.currentData()
        present = [row.kind for row in self.model.rows]
        self.kind_combo.clear()
        self.kind_combo.addItem(tr("All kinds"), "")
        surveyed = sum(row.needs_surveyor() for row in self.model.rows)
        if surveyed:
            words = SURVEYOR_WORDS.pick(language())
            self.kind_combo.addItem(tr("{kind} ({n})").format(kind=words, n=surveyed), SURVEYOR)
        for name in KINDS:
            if name in present:
                words = KINDS[name].label.pick(language())
                self.kind_combo.addItem(tr("{kind} ({n})").format(kind=words, n=present.count(name)), name)
        self.kind_combo.setCurrentIndex(max(self.kind_combo.findData(kind or ""), 0))
        register = self.state.joinable("register")
        self._owners = owners_by_lot(register) if isinstance(register, QgsVectorLayer) else {}
        lots_of: dict[str, int] = {}
        for owners in self._owners.values():
            for key in owners:
                lots_of[key] = lots_of.get(key, 0) + 1
        found: dict[str, int] = {}
        for row in self.model.rows:
            for key in {owner for lot in row.keys for owner in self._owners.get(lot, ())}:
                found[key] = found.get(key, 0) + 1
        self.owner_combo.clear()
        self.owner_combo.addItem(tr("All owners"), "")
        for key in sorted(found, key=lambda key: (-found[key], key)):
            self.owner_combo.addItem(
                tr("{owner}: {n} findings, {lots} lots").format(owner=key, n=found[key], lots=lots_of[key]), key
            )
        self.owner_combo.setCurrentIndex(max(self.owner_combo.findData(owner or ""), 0))
        self.owner_combo.setVisible(bool(found))

    def _show_counts(self) -> None:
        words = {
            ALL: tr("All {n}"),
            "error": tr("Fix {n}"),
            "warning": tr("Check {n}"),
            "note": tr("Note {n}"),
            LEFT: tr("Left {n}"),
            DONE: tr("Cured {n}"),
        }
        counts = self.model.counts(row for row in self.model.rows if self.proxy.passes(row))
        for chip, button in self._chips.items():
            text = words[chip].format(n=f"{counts[chip]:,}")
            button.setText(text)
            button.setAccessibleName(text)
            button.setToolTip(text)
        whole = self.model.counts()
        for chip in (LEFT, DONE):
            self._chips[chip].setVisible(whole[chip] > 0)
            if not whole[chip] and self.proxy.chip == chip:
                self._choose_chip(ALL)

    # -- following ------------------------------------------------------------------------
    def _follow(self) -> None:
        """Another check brought new findings: show them, and say what became of the old ones."""
        layer = self.state.layer("findings")
        if not isinstance(layer, QgsVectorLayer) or layer.id() == self._layer_id:
            return
        before = {row.finding_id: self.model.status(row) for row in self.model.rows}
        row, position = self.current(), self.view.currentIndex().row()
        self._layer_id = layer.id()
        self.model.set_rows(read_findings(layer), self.state.decisions())
        now = {row.finding_id: self.model.status(row) for row in self.model.rows}
        cured = sum(status == CURED and before.get(identity) != CURED for identity, status in now.items())
        fresh = sum(status != CURED and before.get(identity, CURED) == CURED for identity, status in now.items())
        self._fill_filters()
        self._show_counts()
        self._select(row.finding_id if row is not None else "", max(position, 0))
        changed = tr("Checked again: {cured} cured, {new} new.").format(cured=cured, new=fresh)
        self.told.setText(changed if cured or fresh else tr("Checked again: nothing has changed."))
        self.told.show()
        self._told_timer.start()

    def _forget_told(self) -> None:
        self.told.hide()
        self._show_advice()

    def _run_changed(self, key: str) -> None:
        if key == RECHECK_KEY and self.runner.state(key) != IDLE:
            self._told_timer.stop()
            self.told.setText(tr("Checking the touched lots again…"))
            self.told.show()

    # -- doing ----------------------------------------------------------------------------
    def _layer(self) -> Optional[QgsVectorLayer]:
        layer = self.state.project.mapLayer(self._layer_id)
        return layer if isinstance(layer, QgsVectorLayer) else None

    def show_on_map(self) -> None:
        """Zoom to the chosen finding and flash it, its area where it has one."""
        row, layer = self.current(), self._layer()
        if row is None or layer is None or self.iface is None:
            return
        node = self.state.project.layerTreeRoot().findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
        areas = self.state.layer("findings_areas")
        if isinstance(areas, QgsVectorLayer) and row.status != CURED:
            request = QgsFeatureRequest().setFilterExpression(f"\"finding_id\" = '{row.finding_id}'")
            for feature in areas.getFeatures(request):
                show_place(self.iface, areas, feature.geometry())
                return
        for feature in layer.getFeatures(QgsFeatureRequest(row.fid)):
            show_place(self.iface, layer, feature.geometry())

    def leave_or_take_back(self) -> None:
        """Leave the chosen finding as it is (asking why), or take it up again."""
        row = self.current()
        if row is None:
            return
        decision: Optional[Decision] = None
        if row.finding_id not in self.model.decisions:
            decision = self._ask(row)
            if decision is None:
                return
        problem = self.state.decide_finding(row.finding_id, decision)
        if problem:
            self.iface.messageBar().pushMessage(
                tr("Leave as it is"),
                tr("The table of decisions could not be written ({why}). It is kept with the project.").format(
                    why=problem
                ),
                Qgis.MessageLevel.Warning,
                10,
            )
        position = self.view.currentIndex().row()
        self.model.set_decisions(self.state.decisions())
        self.proxy.invalidateFilter()
        self._show_counts()
        self._select("", max(position, 0))

    def _ask(self, row: Finding) -> Optional[Decision]:
        from .accept import AcceptDialog

        former = sorted({known.reason for known in self.model.decisions.values() if known.reason})
        what = f"{row.kind_word()}  {row.lots_text()}"
        dialog = AcceptDialog(what, former, str(self.state.value(WHO, "")), self.window())
        given = dialog.exec() == QDialog.DialogCode.Accepted
        reason, who = dialog.reason.text().strip(), dialog.who.text().strip()
        dialog.deleteLater()
        if not given:
            return None
        if who != self.state.value(WHO, ""):
            self.state.set_value(WHO, who)
        return Decision(
            row.finding_id,
            row.kind,
            "; ".join(row.keys),
            row.lots,
            decided_by=who,
            decided_on=now_text()[:10],
            reason=reason,
        )

    def export(self) -> None:
        """Write the shown findings as a table (CSV that spreadsheets open in Japanese as well)."""
        folder = self.state.project.absolutePath() or os.path.expanduser("~")
        path, _filter = QFileDialog.getSaveFileName(
            self, tr("Export table"), os.path.join(folder, "findings.csv"), tr("Table (*.csv)")
        )
        if not path:
            return
        if not path.lower().endswith(".csv"):
            path += ".csv"
        try:
            write_table(path, self.model, self.shown())
        except OSError as error:
            self.iface.messageBar().pushMessage(
                tr("Export table"),
                tr("The table could not be written: {why}").format(why=error.strerror or str(error)),
                Qgis.MessageLevel.Warning,
                10,
            )
            return
        self.iface.messageBar().pushMessage(
            tr("Export table"),
            tr("{n} findings written to {path}").format(n=f"{self.proxy.rowCount():,}", path=os.path.basename(path)),
            Qgis.MessageLevel.Success,
            6,
        )
