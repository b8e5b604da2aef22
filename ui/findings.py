"""The list of findings: filter, search, show on the map, leave as it is, export."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from qgis.core import Qgis, QgsFeature, QgsFeatureRequest, QgsVectorLayer
from qgis.PyQt.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
    pyqtSignal,
)
from qgis.PyQt.QtGui import QFontMetrics, QKeySequence, QPainter, QPen
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QShortcut,
    QStyle,
    QStyledItemDelegate,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ..compat import is_null
from ..core.parcels.findings import KINDS, NOTE, SEVERITIES, SEVERITY_LABELS
from ..core.texts import Text
from ..gis.i18n import language, tr
from . import theme
from .mapview import show_place
from .state import ProjectState
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

ROW_HEIGHT = 48
_ROW = Qt.ItemDataRole.UserRole
#: The filter chips: all, one per severity, and what was left as it is.
ALL, LEFT = "all", "left"
_UNITS = {"m2": "m²", "m": "m", "pct": "%"}


class Finding(NamedTuple):
    """One row of the findings layer in words."""

    fid: int
    finding_id: str
    kind: str
    severity: str
    lots: str
    size: Optional[float]
    unit: str
    explanation: str
    has_place: bool

    def kind_word(self) -> str:
        """Name of the kind."""
        kind = KINDS.get(self.kind)
        return kind.label.pick(language()) if kind else self.kind

    def advice(self) -> str:
        """What to do about it."""
        kind = KINDS.get(self.kind)
        return kind.advice.pick(language()) if kind else ""

    def lots_text(self) -> str:
        """The lots concerned, in words."""
        numbers = [part for part in self.lots.split("; ") if part]
        if not numbers:
            return ""
        if len(numbers) > 2:
            joined = tr("{first} and {n} more").format(first=numbers[0], n=len(numbers) - 1)
        else:
            joined = tr(" and ").join(numbers)
        return tr("lot {numbers}").format(numbers=joined)

    def size_text(self) -> str:
        """Size with its unit; a dash when there is none."""
        if self.size is None:
            return "—"
        if self.unit == "pct":
            return f"{self.size:+.1f} %".replace("-", "−")
        digits = 0 if abs(self.size) >= 100 else (1 if abs(self.size) >= 1 else 2)
        text = f"{self.size:,.{digits}f} {_UNITS.get(self.unit, self.unit)}".strip()
        return tr("{width} wide").format(width=text) if self.unit == "m" and self.kind == "sliver" else text


def read_findings(layer: QgsVectorLayer) -> list[Finding]:
    """All findings of a layer, the worst first, then by kind and lot."""
    fields = layer.fields()
    shown = "explanation_ja" if language() == "ja" else "explanation"

    def value(feature: QgsFeature, name: str) -> Any:
        position = fields.lookupField(name)
        if position < 0:
            return None
        found = feature[position]
        return None if is_null(found) else found

    rows = []
    for feature in layer.getFeatures():
        size = value(feature, "size")
        severity = str(value(feature, "severity") or NOTE)
        rows.append(
            Finding(
                fid=feature.id(),
                finding_id=str(value(feature, "finding_id") or feature.id()),
                kind=str(value(feature, "kind") or ""),
                severity=severity if severity in SEVERITIES else NOTE,
                lots=str(value(feature, "lot_labels") or value(feature, "lots") or ""),
                size=None if size is None else float(size),
                unit=str(value(feature, "size_unit") or ""),
                explanation=str(value(feature, shown) or value(feature, "explanation") or ""),
                has_place=feature.hasGeometry() and not feature.geometry().isEmpty(),
            )
        )
    order = list(KINDS)
    rows.sort(
        key=lambda row: (
            SEVERITIES.index(row.severity),
            order.index(row.kind) if row.kind in order else len(order),
            row.finding_id,
        )
    )
    return rows


class FindingsModel(QAbstractListModel):
    """Findings as rows; knows which were left as they are."""

    def __init__(self, rows: Sequence[Finding], left: dict[str, str], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.rows = list(rows)
        self.left = dict(left)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == _ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            severity = SEVERITY_LABELS[row.severity].pick(language())
            return f"{severity}: {row.kind_word()} {row.lots_text()} {row.size_text()}. {row.explanation}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (row.explanation, row.advice(), self.reason(row)) if part)
        return None

    def reason(self, row: Finding) -> str:
        """Why a finding is left as it is; empty when it is not."""
        if row.finding_id not in self.left:
            return ""
        return tr("Left as it is: {reason}").format(reason=self.left[row.finding_id] or tr("no reason given"))

    def set_left(self, left: dict[str, str]) -> None:
        """Show another set of findings that were left."""
        self.left = dict(left)
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def counts(self) -> dict[str, int]:
        """Number of findings by severity, of all that are open, and of those left."""
        result = {ALL: 0, LEFT: 0, **dict.fromkeys(SEVERITIES, 0)}
        for row in self.rows:
            if row.finding_id in self.left:
                result[LEFT] += 1
            else:
                result[ALL] += 1
                result[row.severity] += 1
        return result


class FindingsFilter(QSortFilterProxyModel):
    """Shows one severity (or all, or those left) and the lots that match the search."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.chip = ALL
        self.search = ""

    def set_chip(self, chip: str) -> None:
        """Show the findings of a chip."""
        self.chip = chip
        self.invalidateFilter()

    def set_search(self, text: str) -> None:
        """Show only findings whose lot numbers contain ``text``."""
        self.search = text.strip()
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, _parent: QModelIndex) -> bool:
        model = self.sourceModel()
        row = model.rows[source_row]
        is_left = row.finding_id in model.left
        if is_left != (self.chip == LEFT):
            return False
        if self.chip not in (ALL, LEFT) and row.severity != self.chip:
            return False
        return not self.search or any(
            part.startswith(self.search) or self.search in part for part in row.lots.split("; ")
        )


class FindingDelegate(QStyledItemDelegate):
    """Two lines: shape, kind, lots and size; below, the explanation."""

    def sizeHint(self, option: Any, index: QModelIndex) -> QSize:
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: Any, index: QModelIndex) -> None:
        row: Finding = index.data(_ROW)
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
            int(area.left() + 14), int(area.top() + 9), theme.pixmap(f"severity_{row.severity}", 16, option.widget)
        )
        left, right = area.left() + 40, area.right() - 12
        first, second = QRectF(left, area.top() + 5, right - left, 19), QRectF(left, area.top() + 25, right - left, 18)
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
        text = model.reason(row) or row.explanation
        painter.drawText(
            second,
            align | Qt.AlignmentFlag.AlignLeft,
            QFontMetrics(small).elidedText(text, Qt.TextElideMode.ElideRight, int(second.width())),
        )
        painter.restore()


class _List(QTreeView):
    """The rows; Enter shows the finding on the map."""

    entered_on = pyqtSignal()

    def keyPressEvent(self, event: Any) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_on.emit()
            return
        super().keyPressEvent(event)


class FindingsPanel(QWidget):
    """Findings of a check in place of the cards; ``closed`` leads back."""

    closed = pyqtSignal()

    def __init__(
        self,
        iface: Any,
        state: ProjectState,
        layer: QgsVectorLayer,
        title: str = "",
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self.iface = iface
        self.state = state
        self.setObjectName("landStewardshipFindings")
        self.setProperty("kind", "page")
        self._layer_id = layer.id()
        self.model = FindingsModel(read_findings(layer), state.left_findings(), self)
        self.proxy = FindingsFilter(self)
        self.proxy.setSourceModel(self.model)

        self.back_button = bare_button("", tr("Back"), self.closed.emit)
        self.back_button.setText("←")
        head = QHBoxLayout()
        head.addWidget(self.back_button)
        head.addWidget(label(title or tr("Findings: lots and boundaries"), "title"), 1)

        self._chips: dict[str, Any] = {}
        self._chip_group = QButtonGroup(self)
        self._chip_group.setExclusive(True)
        chips = FlowLayout(spacing=4)
        for chip, icon in (
            (ALL, ""),
            ("error", "severity_error"),
            ("warning", "severity_warning"),
            ("note", "severity_note"),
            (LEFT, "severity_ok"),
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

        self.search = QLineEdit()
        self.search.setObjectName("findings_search")
        self.search.setPlaceholderText(tr("Search by lot number"))
        self.search.setAccessibleName(tr("Search by lot number"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)

        self.view = _List()
        self.view.setObjectName("findings_list")
        self.view.setAccessibleName(tr("Findings"))
        self.view.setProperty("kind", "list")
        self.view.setModel(self.proxy)
        self.view.setItemDelegate(FindingDelegate(self.view))
        self.view.setHeaderHidden(True)
        self.view.setRootIsDecorated(False)
        self.view.setIndentation(0)
        self.view.setUniformRowHeights(True)
        self.view.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.entered_on.connect(self.show_on_map)
        self.view.doubleClicked.connect(lambda _index: self.show_on_map())
        self.view.selectionModel().currentChanged.connect(lambda _now, _before: self._selection_changed())
        self.empty = label(tr("Nothing here."), "sentence")
        self.advice = label("", "hint")

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

        inner = QVBoxLayout()
        inner.setContentsMargins(10, 8, 10, 8)
        inner.setSpacing(theme.GAP_S)
        inner.addLayout(head)
        inner.addLayout(chips)
        inner.addWidget(self.search)
        inner.addWidget(self.empty)
        inner.addWidget(self.view, 1)
        inner.addWidget(self.advice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner, 1)
        column.addWidget(footer)
        self.setFocusProxy(self.view)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.closed)
        self._show_counts()
        self._select_first()

    # -- choosing -------------------------------------------------------------------------
    def current(self) -> Optional[Finding]:
        """The chosen finding."""
        index = self.view.currentIndex()
        return index.data(_ROW) if index.isValid() else None

    def shown(self) -> list[Finding]:
        """The findings that pass filter and search, in order."""
        return [self.proxy.index(row, 0).data(_ROW) for row in range(self.proxy.rowCount())]

    def _choose_chip(self, chip: str) -> None:
        self._chips[chip].setChecked(True)
        self.proxy.set_chip(chip)
        self._select_first()

    def _search(self, text: str) -> None:
        self.proxy.set_search(text)
        self._select_first()

    def _select_first(self) -> None:
        if self.proxy.rowCount():
            self.view.setCurrentIndex(self.proxy.index(0, 0))
        self._selection_changed()

    def _selection_changed(self) -> None:
        row = self.current()
        self.empty.setVisible(self.proxy.rowCount() == 0)
        self.view.setVisible(self.proxy.rowCount() > 0)
        self.show_button.setEnabled(row is not None and row.has_place)
        self.leave_button.setEnabled(row is not None)
        is_left = row is not None and row.finding_id in self.model.left
        self.leave_button.setText(tr("Take up again") if is_left else tr("Leave as it is"))
        self.advice.setText(row.advice() if row is not None else "")
        self.advice.setVisible(bool(self.advice.text()))

    def _show_counts(self) -> None:
        words = {
            ALL: tr("All {n}"),
            "error": tr("Fix {n}"),
            "warning": tr("Check {n}"),
            "note": tr("Note {n}"),
            LEFT: tr("Left {n}"),
        }
        counts = self.model.counts()
        for chip, button in self._chips.items():
            text = words[chip].format(n=f"{counts[chip]:,}")
            button.setText(text)
            button.setAccessibleName(text)
            button.setToolTip(text)
        self._chips[LEFT].setVisible(counts[LEFT] > 0)
        if not counts[LEFT] and self.proxy.chip == LEFT:
            self._choose_chip(ALL)

    # -- doing ----------------------------------------------------------------------------
    def _layer(self) -> Optional[QgsVectorLayer]:
        layer = self.state.project.mapLayer(self._layer_id)
        return layer if isinstance(layer, QgsVectorLayer) else None

    def show_on_map(self) -> None:
        """Zoom to the chosen finding and flash it."""
        row, layer = self.current(), self._layer()
        if row is None or layer is None:
            return
        node = self.state.project.layerTreeRoot().findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
        for feature in layer.getFeatures(QgsFeatureRequest(row.fid)):
            show_place(self.iface, layer, feature.geometry())

    def leave_or_take_back(self) -> None:
        """Leave the chosen finding as it is (asking why), or take it up again."""
        row = self.current()
        if row is None:
            return
        if row.finding_id in self.model.left:
            self.state.leave_finding(row.finding_id, None)
        else:
            reason, given = QInputDialog.getText(self, tr("Leave as it is"), tr("Why can it stay as it is? (optional)"))
            if not given:
                return
            self.state.leave_finding(row.finding_id, reason.strip())
        position = self.view.currentIndex().row()
        self.model.set_left(self.state.left_findings())
        self.proxy.invalidateFilter()
        self._show_counts()
        if self.proxy.rowCount():
            self.view.setCurrentIndex(self.proxy.index(min(position, self.proxy.rowCount() - 1), 0))
        self._selection_changed()

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
            write_table(path, self.shown(), self.model.left)
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
            tr("{n} findings written to {path}").format(n=f"{self.proxy.rowCount():,}", path=path),
            Qgis.MessageLevel.Success,
            6,
        )


_HEADINGS = (
    Text("Finding", "指摘番号"),
    Text("Severity", "重要度"),
    Text("Kind", "種類"),
    Text("Lots", "地番"),
    Text("Size", "大きさ"),
    Text("Explanation", "説明"),
    Text("What to do", "対応"),
    Text("Left because", "直さない理由"),
)


def write_table(path: str, rows: Sequence[Finding], left: dict[str, str]) -> None:
    """Write findings as CSV (UTF-8 with a mark, so that spreadsheets read Japanese)."""
    chosen = language()
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([heading.pick(chosen) for heading in _HEADINGS])
        for row in rows:
            writer.writerow(
                [
                    row.finding_id,
                    SEVERITY_LABELS[row.severity].pick(chosen),
                    row.kind_word(),
                    row.lots,
                    row.size_text(),
                    row.explanation,
                    row.advice(),
                    left.get(row.finding_id, ""),
                ]
            )
