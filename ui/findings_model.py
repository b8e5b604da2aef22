"""Findings as rows of a list: words, model, filter."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from qgis.core import QgsFeature, QgsPointXY, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QAbstractListModel, QModelIndex, QObject, QSortFilterProxyModel, Qt

from ..compat import is_null
from ..core.parcels.findings import KINDS, NOTE, SEVERITIES, SEVERITY_LABELS, SURVEYOR_ADVICE, needs_surveyor
from ..core.parcels.lifefields import ACCEPTED, CURED, NEW, OPEN, STATUS_LABELS
from ..core.texts import Text
from ..gis.finding_decisions import Decision
from ..gis.i18n import language, tr

ROW = Qt.ItemDataRole.UserRole
#: The filter chips: all that are open, one per severity, what was left as it is, what is cured.
ALL, LEFT, DONE = "all", "left", "cured"
#: In place of a kind: all that need a surveyor.
SURVEYOR = "surveyor"
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
    keys: tuple[str, ...] = ()
    place: Optional[QgsPointXY] = None
    status: str = OPEN

    def kind_word(self) -> str:
        """Name of the kind."""
        kind = KINDS.get(self.kind)
        return kind.label.pick(language()) if kind else self.kind

    def advice(self) -> str:
        """What to do about it."""
        kind = KINDS.get(self.kind)
        if kind is None:
            return ""
        return (kind.advice + SURVEYOR_ADVICE if self.needs_surveyor() else kind.advice).pick(language())

    def needs_surveyor(self) -> bool:
        """Whether only a surveyor can settle it."""
        return needs_surveyor(self.kind, self.severity)

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
        keys = str(value(feature, "lots") or "")
        has_place = feature.hasGeometry() and not feature.geometry().isEmpty()
        rows.append(
            Finding(
                fid=feature.id(),
                finding_id=str(value(feature, "finding_id") or feature.id()),
                kind=str(value(feature, "kind") or ""),
                severity=severity if severity in SEVERITIES else NOTE,
                lots=str(value(feature, "lot_labels") or keys),
                size=None if size is None else float(size),
                unit=str(value(feature, "size_unit") or ""),
                explanation=str(value(feature, shown) or value(feature, "explanation") or ""),
                has_place=has_place,
                keys=tuple(part for part in keys.split("; ") if part),
                place=feature.geometry().boundingBox().center() if has_place else None,
                status=str(value(feature, "status") or OPEN),
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

    def __init__(
        self, rows: Sequence[Finding], decisions: Mapping[str, Decision], parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self.rows = list(rows)
        self.decisions = dict(decisions)

    @property
    def left(self) -> dict[str, str]:
        """Reason by the id of a finding that stays as it is."""
        return {identity: decision.reason for identity, decision in self.decisions.items()}

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008  (Qt's signature)
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            severity = SEVERITY_LABELS[row.severity].pick(language())
            status = self.status(row)
            words = "" if status == OPEN else f", {STATUS_LABELS[status].pick(language())}"
            return f"{severity}{words}: {row.kind_word()} {row.lots_text()} {row.size_text()}. {row.explanation}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(part for part in (row.explanation, row.advice(), self.reason(row)) if part)
        return None

    def status(self, row: Finding) -> str:
        """new, open, accepted or cured, by the present decisions."""
        if row.status == CURED:
            return CURED
        if row.finding_id in self.decisions:
            return ACCEPTED
        return NEW if row.status == NEW else OPEN

    def reason(self, row: Finding) -> str:
        """Why a finding is left as it is, who said so and when; empty when it is not."""
        decision = self.decisions.get(row.finding_id)
        if decision is None or row.status == CURED:
            return ""
        text = tr("Left as it is: {reason}").format(reason=decision.reason or tr("no reason given"))
        who = ", ".join(part for part in (decision.decided_by, decision.decided_on) if part)
        return tr("{text} ({who})").format(text=text, who=who) if who else text

    def second_line(self, row: Finding) -> str:
        """What stands below kind and lots."""
        status = self.status(row)
        if status == ACCEPTED:
            return self.reason(row)
        if status == OPEN:
            return row.explanation
        return f"{STATUS_LABELS[status].pick(language())} · {row.explanation}"

    def set_rows(self, rows: Sequence[Finding], decisions: Mapping[str, Decision]) -> None:
        """Show other findings."""
        self.beginResetModel()
        self.rows, self.decisions = list(rows), dict(decisions)
        self.endResetModel()

    def set_decisions(self, decisions: Mapping[str, Decision]) -> None:
        """Show another set of findings that were left."""
        self.decisions = dict(decisions)
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def counts(self, rows: Optional[Iterable[Finding]] = None) -> dict[str, int]:
        """Number of findings by severity, of all that are open, of those left and of those cured."""
        result = {ALL: 0, LEFT: 0, DONE: 0, **dict.fromkeys(SEVERITIES, 0)}
        for row in self.rows if rows is None else rows:
            status = self.status(row)
            if status == CURED:
                result[DONE] += 1
            elif status == ACCEPTED:
                result[LEFT] += 1
            else:
                result[ALL] += 1
                result[row.severity] += 1
        return result


class FindingsFilter(QSortFilterProxyModel):
    """Shows one chip, kind, owner and part of the map, and the lots that match the search."""

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.chip = ALL
        self.search = ""
        self.kind = ""
        self.lots: Optional[frozenset[str]] = None
        self.extent: Optional[QgsRectangle] = None

    def show_only(self, **wanted: Any) -> None:
        """Change what is shown: ``chip``, ``search``, ``kind``, ``lots`` (keys) or ``extent`` (of the layer)."""
        for name, value in wanted.items():
            setattr(self, name, value)
        self.invalidateFilter()

    def set_chip(self, chip: str) -> None:
        """Show the findings of a chip."""
        self.show_only(chip=chip)

    def narrowed(self) -> bool:
        """Whether something beside the chip is asked for."""
        return bool(self.kind or self.search) or self.lots is not None or self.extent is not None

    def passes(self, row: Finding) -> bool:
        """Whether a finding is among those looked for, whatever its chip."""
        if self.kind and not (row.needs_surveyor() if self.kind == SURVEYOR else row.kind == self.kind):
            return False
        if self.lots is not None and not self.lots.intersection(row.keys):
            return False
        if self.extent is not None and (row.place is None or not self.extent.contains(row.place)):
            return False
        return not self.search or any(self.search in part for part in row.lots.split("; "))

    def filterAcceptsRow(self, source_row: int, _parent: QModelIndex) -> bool:
        model = self.sourceModel()
        row = model.rows[source_row]
        status = model.status(row)
        if self.chip == DONE:
            wanted = status == CURED
        elif self.chip == LEFT:
            wanted = status == ACCEPTED
        else:
            wanted = status in (NEW, OPEN) and self.chip in (ALL, row.severity)
        return wanted and self.passes(row)


_HEADINGS = (
    Text("Finding", "指摘番号"),
    Text("Severity", "重要度"),
    Text("Kind", "種類"),
    Text("Lots", "地番"),
    Text("Size", "大きさ"),
    Text("Explanation", "説明"),
    Text("What to do", "対応"),
    Text("Status", "状態"),
    Text("Left because", "直さない理由"),
    Text("Decided by", "決めた人"),
    Text("Decided on", "決めた日"),
)


def write_table(path: str, model: FindingsModel, rows: Sequence[Finding]) -> None:
    """Write findings as CSV (UTF-8 with a mark, so that spreadsheets read Japanese)."""
    chosen = language()
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([heading.pick(chosen) for heading in _HEADINGS])
        for row in rows:
            decision = model.decisions.get(row.finding_id, Decision(row.finding_id))
            writer.writerow(
                [
                    row.finding_id,
                    SEVERITY_LABELS[row.severity].pick(chosen),
                    row.kind_word(),
                    row.lots,
                    row.size_text(),
                    row.explanation,
                    row.advice(),
                    STATUS_LABELS[model.status(row)].pick(chosen),
                    decision.reason,
                    decision.decided_by,
                    decision.decided_on,
                ]
            )
