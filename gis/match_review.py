"""The review of a register matching: what is asked, what was decided, and the file that keeps it.

Decisions lie in a CSV file beside the project. The algorithm reads it in the next run; it is written whole and put in
place in one step, so a crash leaves the old or the new file.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Optional

from qgis.core import QgsFeature, QgsGeometry, QgsVectorLayer

from ..compat import is_null
from ..core.errors import InputError
from ..core.parcels.matchwords import ACCEPTED, CERTAIN, CHANGED, DECISION_FIELDS, LIKELY, REJECTED
from ..core.schema import names
from ..core.texts import Text
from .i18n import language

#: What the list can show: questions, what was decided, what has no partner.
REVIEW, ROWS_WITHOUT, LOTS_WITHOUT = "review", "rows_without", "lots_without"
SHOWN = (REVIEW, ACCEPTED, REJECTED, ROWS_WITHOUT, LOTS_WITHOUT)


@dataclass
class Item:
    """One line of the list: a question about one pair or a group of pairs, or a row or lot without a partner."""

    kind: str
    rows: tuple[str, ...]
    lots: tuple[str, ...]
    pairs: tuple[tuple[str, str, str], ...]  #: (lot key, row key, fingerprint)
    reason: str
    decision: str = ""
    changed: bool = False
    decided_by: str = ""
    decided_on: str = ""
    note: str = ""
    source: str = REVIEW
    places: list[QgsGeometry] = field(default_factory=list)
    candidates: tuple[str, ...] = ()
    row_key: str = ""
    order: tuple[float, str] = (0.0, "")

    def list_name(self) -> str:
        """In which of :data:`SHOWN` the line stands now."""
        if self.source != REVIEW and not self.decision:
            return self.source
        return self.decision if self.decision and not self.changed else REVIEW


def read_items(matches: QgsVectorLayer, rows: Optional[QgsVectorLayer], lots: Optional[QgsVectorLayer]) -> list[Item]:
    """Everything a person may look at; certain matches nobody decided on are left out."""
    groups: dict[str, list[QgsFeature]] = {}
    for feature in matches.getFeatures():
        if _text(feature, "status") != CERTAIN:
            # Rejected pairs of a group stay on their own: the rest of it may still be open.
            status = _text(feature, "status")
            key = _text(feature, "group_id") + ("" if status in (LIKELY, ACCEPTED) else _text(feature, "match_id"))
            groups.setdefault(f"{key}|{status}", []).append(feature)
    items = [_item(features) for features in groups.values()]
    if rows is not None:
        items += [_alone(feature, ROWS_WITHOUT) for feature in rows.getFeatures()]
    if lots is not None:
        items += [_alone(feature, LOTS_WITHOUT) for feature in lots.getFeatures()]
    return sorted(items, key=lambda item: (item.order, item.rows, item.lots))


def _item(features: list[QgsFeature]) -> Item:
    features = sorted(features, key=lambda f: (_text(f, "row_key"), _text(f, "lot_key")))
    first = features[0]
    status = _text(first, "status")
    score = first["score"]
    return Item(
        _text(first, "kind"),
        tuple(dict.fromkeys(_text(f, "row_label") for f in features)),
        tuple(dict.fromkeys(_text(f, "lot_label") for f in features)),
        tuple((_text(f, "lot_key"), _text(f, "row_key"), _text(f, "basis")) for f in features),
        _shown(first),
        decision=status if status in (ACCEPTED, REJECTED) else "",
        changed=any(_text(f, "decision_state") == CHANGED for f in features),
        decided_by=_text(first, "decided_by"),
        decided_on=_text(first, "decided_on"),
        note=_text(first, "note"),
        places=[QgsGeometry(f.geometry()) for f in features if f.hasGeometry()],
        order=(0.0 if is_null(score) else -float(score), _text(first, "row_label")),
    )


def _alone(feature: QgsFeature, source: str) -> Item:
    row = source == ROWS_WITHOUT
    return Item(
        "",
        (_text(feature, "row_label"),) if row else (),
        () if row else (_text(feature, "lot_label"),),
        (),
        _shown(feature),
        source=source,
        places=[QgsGeometry(feature.geometry())] if feature.hasGeometry() else [],
        candidates=tuple(part for part in _text(feature, "candidates").split("; ") if part) if row else (),
        row_key=_text(feature, "row_key") if row else "",
    )


def _text(feature: QgsFeature, name: str) -> str:
    position = feature.fields().lookupField(name)
    value = feature[position] if position >= 0 else None
    return "" if is_null(value) else str(value)


def _shown(feature: QgsFeature) -> str:
    return _text(feature, "reason_ja" if language() == "ja" else "reason") or _text(feature, "reason")


# -- the file ---------------------------------------------------------------------------------
def read_decisions(path: str) -> list[dict[str, str]]:
    """Rows of the file, empty when there is none. Raises ``InputError`` when it is no such table."""
    if not os.path.exists(path):
        return []
    try:
        with open(path, encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if not {"lot_key", "row_key", "decision"} <= set(reader.fieldnames or ()):
                raise _unreadable(path)
            return [{name: row.get(name) or "" for name in names(DECISION_FIELDS)} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise _unreadable(path) from problem


def fingerprint(path: str) -> str:
    """Text that changes when a decision is made or taken back; empty without decisions or when unreadable."""
    try:
        rows = read_decisions(path)
    except InputError:
        return ""
    made = sorted("|".join((row["lot_key"], row["row_key"], row["decision"])) for row in rows)
    return hashlib.sha256("\n".join(made).encode()).hexdigest()[:12] if made else ""


def _unreadable(path: str) -> InputError:
    return InputError(
        Text(
            "The decisions in {file} cannot be read. Close the file elsewhere or put its copy back.",
            "決定のファイル {file} を読めません。ほかで開いていれば閉じ、壊れていれば控えに戻してください。",
        ).format(file=os.path.basename(path))
    )


def write_decisions(path: str, rows: Iterable[Mapping[str, str]]) -> None:
    """Write the file whole. Raises ``InputError`` when that is not possible; the old one is then untouched."""
    half = f"{path}.new"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(half, "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, names(DECISION_FIELDS), lineterminator="\n", extrasaction="ignore")
            writer.writeheader()
            writer.writerows(sorted(rows, key=lambda row: (row["lot_key"], row["row_key"])))
        os.replace(half, path)
    except OSError as problem:
        raise InputError(
            Text(
                "The decision could not be kept: {why} Close {file} if it is open elsewhere and decide again.",
                "決定を保存できませんでした（{why}）。{file} を開いていれば閉じて、もう一度決めてください。",
            ).format(why=problem.strerror or str(problem), file=os.path.basename(path))
        ) from problem


def decide(
    path: str, pairs: Iterable[tuple[str, str, str]], decision: str, who: str, note: str
) -> list[dict[str, str]]:
    """Keep a decision on pairs (empty ``decision``: take it back); returns all rows of the file."""
    known = {(row["lot_key"], row["row_key"]): row for row in read_decisions(path)}
    when = dt.datetime.now().isoformat(timespec="seconds")
    for lot_key, row_key, basis in pairs:
        known.pop((lot_key, row_key), None)
        if decision:
            known[(lot_key, row_key)] = {
                "lot_key": lot_key,
                "row_key": row_key,
                "decision": decision,
                "decided_by": who,
                "decided_on": when,
                "note": note,
                "basis": basis,
                "decision_state": "",
            }
    rows = list(known.values())
    write_decisions(path, rows)
    return rows


def fill_basis(path: str, found: QgsVectorLayer) -> None:
    """Give decisions without a fingerprint (made on a row without a match) the one the run worked out."""
    rows = read_decisions(path)
    worked_out = {(_text(f, "lot_key"), _text(f, "row_key")): _text(f, "basis") for f in found.getFeatures()}
    bare = [row for row in rows if not row["basis"] and worked_out.get((row["lot_key"], row["row_key"]))]
    for row in bare:
        row["basis"] = worked_out[(row["lot_key"], row["row_key"])]
    if bare:
        write_decisions(path, rows)
