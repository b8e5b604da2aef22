"""The check report of brought data in words: beside the file before it is added, and any time after."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ..gis.i18n import language, tr
from . import layers, theme
from .widgets import label, link_button, primary_button

#: Custom property of a data layer: the rows of its check report as JSON.
REPORT_PROPERTY = "landstewardship/check_report"
_SEVERITIES = ("error", "warning", "note", "ok")
#: Lines shown before "Show all".
_FEW = 5
#: What is told in one line at the top and not again below it.
_HEAD = ("rows_read", "rows_kept", "rows_set_aside")


def store(layer: QgsMapLayer, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep a report with its layer, in the project."""
    if rows:
        layer.setCustomProperty(REPORT_PROPERTY, json.dumps(list(rows), ensure_ascii=False, default=str))


def stored(layer: QgsMapLayer) -> list[dict[str, Any]]:
    """The report of a layer; empty when it has none."""
    try:
        rows = json.loads(str(layer.customProperty(REPORT_PROPERTY) or "[]"))
    except ValueError:
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def with_reports(project: QgsProject) -> list[QgsMapLayer]:
    """Layers that were brought with a report, by name."""
    found = [layer for layer in project.mapLayers().values() if layer.customProperty(REPORT_PROPERTY)]
    return sorted(found, key=lambda layer: (layer.name(), layer.id()))


class ReportList(QWidget):
    """The lines of a report, the worst first, a few at first and all on request."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("check_report")
        self._rows: list[dict[str, Any]] = []
        self._all = False
        self.summary = label("", "strong")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.more = link_button("", self._toggle)
        self.more.setObjectName("report_more")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.summary)
        column.addLayout(self._lines)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def texts(self) -> list[str]:
        """The sentences shown."""
        return [self._lines.itemAt(n).widget().property("told") for n in range(self._lines.count())]

    def set_rows(self, rows: Sequence[Mapping[str, Any]], everything: bool = False) -> None:
        """Show the rows of a report table."""
        self._rows = [dict(row) for row in rows]
        self._all = everything
        self._show()

    def worst(self) -> str:
        """The worst severity told."""
        return min((str(row.get("severity")) for row in self._rows), key=_rank, default="ok")

    def _toggle(self) -> None:
        self._all = not self._all
        self._show()

    def _show(self) -> None:
        while self._lines.count():
            widget = self._lines.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        totals = {item: sum(_number(row) for row in self._rows if row.get("item") == item) for item in _HEAD}
        self.summary.setText(
            tr("Check: {read} rows read, {kept} kept, {aside} set aside").format(
                read=f"{totals['rows_read']:,}",
                kept=f"{totals['rows_kept']:,}",
                aside=f"{totals['rows_set_aside']:,}",
            )
        )
        rest = [row for row in self._rows if row.get("item") not in _HEAD or row.get("severity") == "error"]
        order = sorted(range(len(rest)), key=lambda n: (_rank(str(rest[n].get("severity"))), n))
        shown = order if self._all else [n for n in order if rest[n].get("severity") != "ok"][:_FEW]
        for number in shown:
            self._lines.addWidget(_line(rest[number]))
        hidden = len(order) - len(shown)
        self.more.setText(tr("Show less") if self._all else tr("Show all {n} lines").format(n=len(order)))
        self.more.setVisible(self._all or hidden > 0)


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _number(row: Mapping[str, Any]) -> int:
    text = str(row.get("value") or "0")
    return int(text) if text.isdigit() else 0


def _line(row: Mapping[str, Any]) -> QWidget:
    text = str(row.get("text_ja" if language() == "ja" else "text") or "")
    line = QWidget()
    line.setProperty("told", text)
    severity = str(row.get("severity"))
    mark = QLabel()
    mark.setFixedWidth(16)
    theme.set_icon(mark, f"severity_{severity if severity in _SEVERITIES else 'note'}", 14)
    inside = QHBoxLayout(line)
    inside.setContentsMargins(0, 0, 0, 0)
    inside.setSpacing(theme.GAP_S)
    inside.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    inside.addWidget(label(text, "small"), 1)
    return line


class ReportDialog(QDialog):
    """The reports of the data in the project, one at a time."""

    def __init__(
        self, project: QgsProject, layer: Optional[QgsMapLayer] = None, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("landStewardshipCheckReport")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Check report"))
        self._layers = with_reports(project)
        self.box = QComboBox()
        self.box.setObjectName("report_layer")
        self.box.setAccessibleName(tr("Data"))
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(24)
        for entry in self._layers:
            self.box.addItem(layers.describe(entry))
        self.list = ReportList()
        body = QWidget()
        body.setProperty("kind", "page")
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 8, 16, 8)
        column.addWidget(self.list)
        column.addStretch(1)
        area = QScrollArea()
        area.setProperty("kind", "page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 10)
        foot.addStretch(1)
        foot.addWidget(primary_button(tr("Close"), clicked=self.accept))
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 0)
        head.addWidget(label(tr("What was read, kept and set aside"), "heading"))
        head.addWidget(self.box)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(head)
        whole.addWidget(area, 1)
        whole.addLayout(foot)
        self.resize(640, 480)
        theme.apply(self)
        self.box.currentIndexChanged.connect(self._show)
        number = next((n for n, entry in enumerate(self._layers) if layer is not None and entry.id() == layer.id()), 0)
        self.box.setCurrentIndex(number)
        self._show(number)

    def _show(self, number: int) -> None:
        if 0 <= number < len(self._layers):
            self.list.set_rows(stored(self._layers[number]), everything=True)
