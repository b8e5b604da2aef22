"""The review of register matches: a list of questions, accept or reject by mouse or keyboard, remembered."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsFeatureRequest, QgsGeometry, QgsVectorLayer
from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontMetrics, QKeySequence, QPainter, QPen
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
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

from ..core.errors import InputError
from ..core.parcels.matchwords import ACCEPTED, KINDS, REJECTED
from ..gis import match_review
from ..gis.i18n import language, tr
from ..gis.match_review import LOTS_WITHOUT, REVIEW, ROWS_WITHOUT, SHOWN, Item
from . import theme
from .mapview import show_place
from .results import result_folder
from .state import ProjectState
from .widgets import FlowLayout, bare_button, choice_button, label, plain_button, primary_button, quiet_button, set_kind

ROW_HEIGHT = 48
_ROW = Qt.ItemDataRole.UserRole
#: Under these keys the project remembers the file of decisions and who decided last.
_FILE_VALUE, _WHO_VALUE = "match_decisions_file", "match_decided_by"
#: Left and right margin of the panel in pixels.
_SIDE = 10
_ICONS = {REVIEW: "warning", ACCEPTED: "ok", REJECTED: "note", ROWS_WITHOUT: "note", LOTS_WITHOUT: "note"}


def decisions_path(state: ProjectState) -> str:
    """The file of decisions beside the project, whether it is there yet or not."""
    name = str(state.value(_FILE_VALUE) or "match_decisions.csv")
    return os.path.join(result_folder(state.project, "data"), name)


class ReviewModel(QAbstractListModel):
    """The lines of one list (see ``match_review.SHOWN``)."""

    def __init__(self, items: Sequence[Item], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.items = list(items)
        self.list_name = REVIEW
        self.rows: list[Item] = []
        self.show_list(REVIEW)

    def show_list(self, name: str) -> None:
        """Show another list."""
        self.beginResetModel()
        self.list_name = name
        self.rows = [item for item in self.items if item.list_name() == name]
        self.endResetModel()

    def counts(self) -> dict[str, int]:
        """Number of lines of each list."""
        result = dict.fromkeys(SHOWN, 0)
        for item in self.items:
            result[item.list_name()] += 1
        return result

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.rows[index.row()]
        if role == _ROW:
            return item
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{title_of(item)}. {item.reason}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(
                part for part in (title_of(item), kind_word(item), item.reason, decided_text(item), item.note) if part
            )
        return None


def title_of(item: Item) -> str:
    """What a line is about: row on the left, lot on the right."""
    rows, lots = (tr(" and ").join(part) for part in (item.rows, item.lots))
    if item.pairs and set(item.rows) == {pair[0] for pair in item.pairs}:
        rows = ""  # the row names its lot by the key, which people do not read
    if rows and lots:
        return tr("{row} → lot {lot}").format(row=rows, lot=lots)
    return rows or tr("lot {numbers}").format(numbers=lots)


def kind_word(item: Item) -> str:
    """Kind of doubt in one phrase; empty where there is none."""
    return KINDS[item.kind].pick(language()) if item.kind in KINDS else ""


def decided_text(item: Item) -> str:
    """Who decided and when; empty when nobody did."""
    if not item.decision:
        return ""
    day = item.decided_on[:10]
    if item.decided_by:
        return tr("Decided by {who} on {day}").format(who=item.decided_by, day=day)
    return tr("Decided on {day}").format(day=day)


class ReviewDelegate(QStyledItemDelegate):
    """Two lines: row and lot with the kind of doubt; below, the reason."""

    def sizeHint(self, option: Any, index: QModelIndex) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: Any, index: QModelIndex) -> None:
        item: Item = index.data(_ROW)
        now, area = theme.current(), QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, now.colour("soft" if chosen else "card"))
        if chosen:
            painter.fillRect(QRectF(area.left(), area.top(), 4, area.height()), now.colour("acc"))
        painter.setPen(QPen(now.colour("line"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        mark = theme.pixmap(f"severity_{_ICONS[item.list_name()]}", 16, option.widget)
        painter.drawPixmap(int(area.left() + 14), int(area.top() + 9), mark)
        left, width = area.left() + 40, area.right() - 12 - area.left() - 40
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for top, height, text, font, colour in (
            (5, 19, title_of(item), theme.font(theme.BODY, True), "ink"),
            (25, 18, item.reason, theme.font(theme.SMALL), "sub"),
        ):
            painter.setFont(font)
            painter.setPen(now.colour(colour))
            cut = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(width))
            painter.drawText(QRectF(left, area.top() + top, width, height), align, cut)
        painter.restore()


class _List(QTreeView):
    """The lines; Enter shows the place, A accepts, R rejects, N goes on, U takes back."""

    pressed_key = pyqtSignal(str)
    _KEYS = {
        Qt.Key.Key_Return: "show",
        Qt.Key.Key_Enter: "show",
        Qt.Key.Key_A: "accept",
        Qt.Key.Key_R: "reject",
        Qt.Key.Key_N: "next",
        Qt.Key.Key_U: "back",
    }

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in self._KEYS and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.pressed_key.emit(self._KEYS[event.key()])
            return
        super().keyPressEvent(event)


class MatchReviewPanel(QWidget):
    """Questions of the register matching in place of the cards; ``closed`` leads back.

    ``decided`` says that at least one decision was made or taken back since the panel was opened.
    """

    closed = pyqtSignal()

    def __init__(self, iface: Any, state: ProjectState, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.iface, self.state = iface, state
        self.decided = False
        self.setObjectName("landStewardshipMatchReview")
        self.setProperty("kind", "page")
        layers = [state.layer(role) for role in ("register_matches", "register_rows_without", "lots_without_row")]
        found = [layer if isinstance(layer, QgsVectorLayer) else None for layer in layers]
        self.model = ReviewModel(match_review.read_items(*found) if found[0] is not None else [], self)
        self._overlay_decisions()
        self._build()
        self.choose_list(REVIEW)

    def _overlay_decisions(self) -> None:
        """Decisions made since the last run count at once."""
        known = {(r["lot_key"], r["row_key"]): r for r in match_review.read_decisions(decisions_path(self.state))}
        by_row = {row_key: lot_key for (lot_key, row_key), r in known.items() if r["decision"] == ACCEPTED}
        for item in self.model.items:
            if item.source == ROWS_WITHOUT and item.row_key in by_row:
                item.pairs = ((by_row[item.row_key], item.row_key, ""),)
            rows = [known.get(pair[:2]) for pair in item.pairs]
            if rows and not item.changed:
                words = {row["decision"] if row else "" for row in rows}
                item.decision = words.pop() if len(words) == 1 else ""
                first = rows[0] or {}
                item.decided_by, item.note = first.get("decided_by", ""), first.get("note", "")
                item.decided_on = first.get("decided_on", "")

    # -- building ---------------------------------------------------------------------------
    def _build(self) -> None:
        self.back_button = bare_button("", tr("Back"), self.closed.emit)
        self.back_button.setText("←")
        self.back_button.setObjectName("match_back")
        head = QHBoxLayout()
        head.addWidget(self.back_button)
        head.addWidget(label(tr("Register and lots: to review"), "title"), 1)
        inner = QVBoxLayout()
        inner.setContentsMargins(_SIDE, 8, _SIDE, 8)
        inner.setSpacing(theme.GAP_S)
        inner.addLayout(head)
        inner.addLayout(self._make_chips())
        self.empty = label("", "sentence")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        inner.addWidget(self.empty, 1)
        inner.addWidget(self._make_list(), 1)
        self.reason = label("", "hint")
        self.reason.setObjectName("match_reason")
        inner.addWidget(self.reason)
        self.candidate = QComboBox()
        self.candidate.setObjectName("match_candidate")
        self.candidate.setAccessibleName(tr("Lots that might fit"))
        self.candidate.currentIndexChanged.connect(lambda _index: self._show_candidate())
        inner.addWidget(self.candidate)
        inner.addLayout(self._make_entries())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner, 1)
        column.addWidget(self._make_footer())
        self.setFocusProxy(self.view)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)

    def _make_chips(self) -> FlowLayout:
        chips = FlowLayout(spacing=4)
        self._chips: dict[str, Any] = {}
        group = QButtonGroup(self)
        group.setExclusive(True)
        for name in SHOWN:
            button = choice_button("", f"severity_{_ICONS[name]}")
            button.setIconSize(QSize(14, 14))
            set_kind(button, "chip")
            button.setObjectName(f"match_chip_{name}")
            button.clicked.connect(lambda _checked=False, name=name: self.choose_list(name))
            group.addButton(button)
            self._chips[name] = button
            chips.addWidget(button)
        return chips

    def _make_list(self) -> QWidget:
        self.view = _List()
        self.view.setObjectName("match_list")
        self.view.setAccessibleName(tr("Register and lots: to review"))
        self.view.setProperty("kind", "list")
        self.view.setModel(self.model)
        self.view.setItemDelegate(ReviewDelegate(self.view))
        self.view.setHeaderHidden(True)
        self.view.setRootIsDecorated(False)
        self.view.setIndentation(0)
        self.view.setUniformRowHeights(True)
        self.view.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.pressed_key.connect(self._key)
        self.view.clicked.connect(lambda _index: self.show_on_map())
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._selection_changed())
        return self.view

    def _make_entries(self) -> QVBoxLayout:
        self.who, self.note = QLineEdit(), QLineEdit()
        self.who.setText(str(self.state.value(_WHO_VALUE) or ""))
        rows = QVBoxLayout()
        rows.setSpacing(4)
        words = ((self.who, "match_who", tr("Who decides (office)")), (self.note, "match_note", tr("Note")))
        for box, name, word in words:
            box.setObjectName(name)
            box.setAccessibleName(word)
            theme.set_hint(box, word)
            rows.addWidget(box)
        return rows

    def _make_footer(self) -> QFrame:
        self.accept_button = primary_button(tr("Accept"), clicked=self.accept)
        self.reject_button = quiet_button(tr("Reject"), clicked=self.reject)
        self.next_button = quiet_button(tr("Next one"), clicked=self.go_on)
        self.back_again_button = quiet_button(tr("Take back"), clicked=self.take_back)
        self.show_button = plain_button(tr("Show on map"), clicked=self.show_on_map)
        self.alike_button = plain_button("", clicked=self.decide_alike)
        footer = QFrame()
        footer.setProperty("kind", "footer")
        actions = FlowLayout(spacing=theme.GAP_S)
        for button, name, key in (
            (self.accept_button, "match_accept", "A"),
            (self.reject_button, "match_reject", "R"),
            (self.next_button, "match_next", "N"),
            (self.back_again_button, "match_take_back", "U"),
            (self.show_button, "match_show", "Enter"),
        ):
            button.setObjectName(name)
            button.setToolTip(tr("Key: {key}").format(key=key))
            actions.addWidget(button)
        self.alike_button.setObjectName("match_alike")
        actions.addWidget(self.alike_button)
        foot = QVBoxLayout(footer)
        foot.setContentsMargins(10, 10, 10, 10)
        foot.addLayout(actions)
        return footer

    # -- choosing -----------------------------------------------------------------------------
    def current(self) -> Optional[Item]:
        """The chosen line."""
        index = self.view.currentIndex()
        return index.data(_ROW) if index.isValid() else None

    def choose_list(self, name: str, position: int = 0) -> None:
        """Show one of the lists, with the line at ``position`` chosen."""
        self._chips[name].setChecked(True)
        self.model.show_list(name)
        self._show_counts()
        if self.model.rows:
            self.view.setCurrentIndex(self.model.index(min(position, len(self.model.rows) - 1), 0))
        self._selection_changed()

    def _show_counts(self) -> None:
        words = {
            REVIEW: tr("To review {n}"),
            ACCEPTED: tr("Accepted {n}"),
            REJECTED: tr("Rejected {n}"),
            ROWS_WITHOUT: tr("Rows without a lot {n}"),
            LOTS_WITHOUT: tr("Lots without a row {n}"),
        }
        counts = self.model.counts()
        for name, button in self._chips.items():
            text = words[name].format(n=f"{counts[name]:,}")
            button.setText(text)
            button.setAccessibleName(text)
            button.setVisible(bool(counts[name]) or name in (REVIEW, self.model.list_name))

    def _selection_changed(self) -> None:
        item = self.current()
        shown = bool(self.model.rows)
        self.view.setVisible(shown)
        self.empty.setVisible(not shown)
        done = self.model.list_name == REVIEW
        self.empty.setText(tr("Nothing left to review.") if done else tr("Nothing here."))
        lines = [item.reason, decided_text(item), item.note] if item is not None else []
        self.reason.setText("\n".join(line for line in lines if line))
        self.reason.setVisible(bool(self.reason.text()))
        self._fit_reason()
        self.candidate.blockSignals(True)
        self.candidate.clear()
        self.candidate.addItems(list(item.candidates) if item is not None else [])
        self.candidate.blockSignals(False)
        self.candidate.setVisible(bool(self.candidate.count()))
        pairs = self._pairs(item)
        open_one = item is not None and (not item.decision or item.changed)
        self.accept_button.setVisible(bool(pairs) and open_one)
        self.reject_button.setVisible(bool(pairs) and open_one and bool(item and item.pairs))
        self.next_button.setVisible(len(self.model.rows) > 1)
        self.back_again_button.setVisible(item is not None and bool(item.decision))
        self.show_button.setEnabled(bool(self._places(item)))
        for box in (self.who, self.note):
            box.setVisible(bool(pairs) and open_one)
        alike = self._alike(item)
        self.alike_button.setVisible(len(alike) > 1)
        words = tr("Accept all {n} of this kind") if open_one else tr("Take back all {n} of this kind")
        self.alike_button.setText(words.format(n=f"{len(alike):,}"))
        self.alike_button.setToolTip(kind_word(item) if item is not None else "")

    def _fit_reason(self) -> None:
        """Three lines may be needed; without this the list takes the room of the last one."""
        self.reason.setMinimumHeight(0)  # else the height asked for is never lower than it was
        self.reason.setFixedHeight(self.reason.heightForWidth(max(self.width() - 2 * _SIDE, 100)))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit_reason()

    def _pairs(self, item: Optional[Item]) -> tuple[tuple[str, str, str], ...]:
        """What a decision would be about: the pairs of the line, or its row with the chosen candidate."""
        if item is None:
            return ()
        if item.pairs:
            return item.pairs
        chosen = self.candidate.currentText() or (item.candidates[0] if item.candidates else "")
        return ((chosen, item.row_key, ""),) if chosen and item.row_key else ()

    # -- doing ------------------------------------------------------------------------------------
    def _key(self, what: str) -> None:
        button = {
            "show": self.show_button,
            "accept": self.accept_button,
            "reject": self.reject_button,
            "next": self.next_button,
            "back": self.back_again_button,
        }[what]
        if button.isVisible() and button.isEnabled():
            button.click()

    def accept(self) -> None:
        """The row and the lot of the chosen line belong together."""
        self._decide(ACCEPTED)

    def reject(self) -> None:
        """They do not."""
        self._decide(REJECTED)

    def take_back(self) -> None:
        """Open the question again."""
        self._decide("")

    def _alike(self, item: Optional[Item]) -> list[Item]:
        """The lines of the list with the same kind of doubt, changed data left out."""
        if item is None or not item.pairs:
            return []
        return [other for other in self.model.rows if other.pairs and other.kind == item.kind and not other.changed]

    def decide_alike(self) -> None:
        """Accept every line of the chosen one's kind, or take all of them back."""
        item = self.current()
        if item is not None:
            self._keep(self._alike(item), "" if item.decision else ACCEPTED)

    def go_on(self) -> None:
        """The next line without a decision on this one."""
        count = len(self.model.rows)
        if count:
            self.view.setCurrentIndex(self.model.index((self.view.currentIndex().row() + 1) % count, 0))
            self.show_on_map()

    def _decide(self, decision: str) -> None:
        item = self.current()
        if item is not None:
            self._keep([item], decision)

    def _keep(self, items: Sequence[Item], decision: str) -> None:
        """Remember one decision on several lines at once."""
        of_item = [(item, self._pairs(item)) for item in items]
        pairs = [pair for _, some in of_item for pair in some]
        if not pairs:
            return
        path, who, note = decisions_path(self.state), self.who.text().strip(), self.note.text().strip()
        try:
            rows = match_review.decide(path, pairs, decision, who, note)
        except InputError as problem:
            from .runner import show_message

            show_message(self.iface, tr("Register and lots"), problem.text.pick(language()))
            return
        self.state.set_value(_WHO_VALUE, who)
        self.state.set_value(_FILE_VALUE, os.path.basename(path))
        self.decided = True
        when = max((row["decided_on"] for row in rows), default="") if decision else ""
        for item, some in of_item:
            item.changed, item.decision, item.decided_on = False, decision, when
            item.decided_by, item.note = (who, note) if decision else ("", "")
            item.pairs = some if decision or item.source == REVIEW else ()
        self.note.clear()
        self.choose_list(self.model.list_name, self.view.currentIndex().row())
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.model.rows:
            self.show_on_map()

    def _places(self, item: Optional[Item]) -> list[QgsGeometry]:
        if item is None:
            return []
        return item.places or self._candidate_places()

    def _candidate_places(self) -> list[QgsGeometry]:
        layer, key = self._lots(), self.candidate.currentText()
        if layer is None or not key or layer.fields().lookupField("lot_key") < 0:
            return []
        wanted = QgsFeatureRequest().setFilterExpression(_equals("lot_key", key))
        return [QgsGeometry(f.geometry()) for f in layer.getFeatures(wanted) if f.hasGeometry()]

    def _show_candidate(self) -> None:
        self.show_on_map()

    def _lots(self) -> Optional[QgsVectorLayer]:
        layer = self.state.layer("lots_registered")
        return layer if isinstance(layer, QgsVectorLayer) else None

    def show_on_map(self) -> None:
        """Zoom to the lots of the chosen line and flash them."""
        places, layer = self._places(self.current()), self._lots()
        if not places or layer is None:
            return
        shapes = []
        for place in places:
            hits = layer.getFeatures(QgsFeatureRequest().setFilterRect(place.boundingBox()))
            shapes += [QgsGeometry(f.geometry()) for f in hits if f.geometry().contains(place)] or [place]
        show_place(self.iface, layer, QgsGeometry.collectGeometry(shapes) if len(shapes) > 1 else shapes[0])


def _equals(field: str, value: str) -> str:
    from qgis.core import QgsExpression

    return f"{QgsExpression.quotedColumnRef(field)} = {QgsExpression.quotedValue(value)}"
