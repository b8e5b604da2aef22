"""Lists of owners to contact, and pairs to decide: with names, so only on screen and in private files."""

from __future__ import annotations

import csv
import datetime as dt
import html
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Optional
from urllib.parse import unquote

from qgis.core import QgsVectorLayer

from ..core.owners.words import (
    COMMON_NO_REP,
    DIFFERENT,
    EFFORT_HELP,
    EFFORT_WORDS,
    KIND_WORDS,
    REVIEW,
    SAME,
    STATE_WORDS,
    VERDICT_WORDS,
    natural,
)
from ..core.plan import mapfacts
from ..core.texts import Text
from .bridge import to_python
from .private import is_private_file

#: Role of the table of decisions, and its columns.
DECISIONS_ROLE = "owner_decisions"
DECISION_COLUMNS = ("key_a", "key_b", "decision", "decided_by", "decided_on")
#: Lists of the dialog: which rows they hold.
ALL, TO_CHECK, UNKNOWN, COMMON = "all", "to_check", "unknown", "common"
LIST_WORDS: dict[str, Text] = {
    TO_CHECK: Text("To be checked", "要確認"),
    UNKNOWN: Text("Owner unknown", "所有者不明"),
    COMMON: Text("Common land", "共有地など"),
    ALL: Text("All owners", "全員"),
}
_STATUS_ORDER = ("reachable", "to_check", "unknown")
_HEADS = (
    Text("Owner", "所有者"),
    Text("Address", "住所"),
    Text("Kind", "種類"),
    Text("Lots", "筆"),
    Text("State", "状態"),
    Text("Since", "いつから"),
    Text("Evidence", "根拠"),
    Text("Next lawful step", "次の手続"),
    Text("Effort", "手間"),
    Text("Form", "様式"),
    Text("Source", "出典"),
)
_NO_NAME = Text("(no name in the list: {key})", "（一覧に氏名がありません: {key}）")
_PRIVATE = Text("Personal data. Do not pass on.", "個人情報です。外に出さないでください。")
_GUIDE = Text(
    "The steps are a guide, no legal advice. Steps marked “to be checked” were not verified.",
    "手続は目安で、法律の助言ではありません。「要確認」の手続は確かめていません。",
)


def effort_meaning(language: str) -> str:
    """What the classes of effort mean."""
    return EFFORT_HELP.pick(language)


class PersonRow(NamedTuple):
    """One person or body with all its lots; the words are in the language asked for."""

    person_key: str
    name: str
    address: str
    kind: str
    lots: tuple[str, ...]
    lot_keys: tuple[str, ...]
    status: str
    state: str
    since: str
    evidence: str
    next_step: str
    form: str
    source: str
    effort: Optional[int] = None

    def effort_word(self, language: str) -> str:
        """How much work the next step is, in words; "" where there is none."""
        return EFFORT_WORDS[self.effort].pick(language) if self.effort in EFFORT_WORDS else ""

    def effort_help(self, language: str) -> str:
        """The class of the effort and what the classes mean."""
        words = self.effort_word(language)
        if not words:
            return effort_meaning(language)
        told = Text("{words}: class {n} of {all}.", "{words}：{all}段階の{n}。").format(
            words=words, n=self.effort, all=len(EFFORT_WORDS)
        )
        return (told + EFFORT_HELP).pick(language)

    def state_word(self, language: str) -> str:
        """The state in words."""
        return STATE_WORDS[self.state].pick(language) if self.state in STATE_WORDS else self.state

    def cells(self, language: str) -> tuple[str, ...]:
        """Cells of the printed list, in the order of its heads."""
        kind = KIND_WORDS[self.kind].pick(language) if self.kind in KIND_WORDS else ""
        joined = ("、" if language == "ja" else ", ").join(self.lots)
        words = (self.name, self.address, kind, joined, self.state_word(language))
        return (*words, self.since, self.evidence, self.next_step, self.effort_word(language), self.form, self.source)


class PairRow(NamedTuple):
    """Two entries that may be one person, with what the list says about both."""

    key_a: str
    key_b: str
    name_a: str
    name_b: str
    address_a: str
    address_b: str
    score: float
    verdict: str
    reason: str

    def verdict_word(self, language: str) -> str:
        """The verdict in words."""
        return VERDICT_WORDS[self.verdict].pick(language) if self.verdict in VERDICT_WORDS else self.verdict


def _table(layer: Optional[QgsVectorLayer]) -> list[dict[str, Any]]:
    if layer is None or not layer.isValid():
        return []
    names = [field.name() for field in layer.fields()]
    return [
        {name: to_python(value) for name, value in zip(names, feature.attributes())} for feature in layer.getFeatures()
    ]


def _people(owners: Optional[QgsVectorLayer]) -> dict[str, dict[str, Any]]:
    return {str(row["owner_key"]): row for row in _table(owners) if row.get("owner_key")}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _whole(value: Any) -> Optional[int]:
    try:
        return int(float(value))
    except (TypeError, ValueError):
        return None


def read_persons(
    owner_lots: Optional[QgsVectorLayer],
    contact: Optional[QgsVectorLayer],
    owners: Optional[QgsVectorLayer],
    language: str,
) -> list[PersonRow]:
    """Rows by person from the results of ``contactability`` and the private list; hardest to reach first.

    ``contact`` (the lots) gives the lot numbers people know. Without ``owners`` rows show keys in place of names.
    """
    numbers = {_text(row.get("lot_key")): _text(row.get("chiban")) for row in _table(contact)}
    people = _people(owners)
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _table(owner_lots):
        if row.get("person_key"):
            held[str(row["person_key"])].append(row)
    suffix = "_ja" if language == "ja" else ""
    found = []
    for person, rows in held.items():
        worst = max(rows, key=lambda row: (_hardness(row), _text(row.get("state")), natural(_text(row["lot_key"]))))
        known = people.get(person) or people.get(_text(worst.get("owner_key"))) or {}
        keys = sorted({_text(row["lot_key"]) for row in rows}, key=natural)
        found.append(
            PersonRow(
                person,
                _text(known.get("name")) or _NO_NAME.pick(language).format(key=person),
                _text(known.get("address")),
                _text(worst.get("owner_kind")),
                tuple(numbers.get(key) or key for key in keys),
                tuple(keys),
                _text(worst.get("owner_status")),
                _text(worst.get("state")),
                _text(worst.get("since")),
                _text(worst.get(f"evidence{suffix}")),
                _text(worst.get(f"next_step{suffix}")),
                _text(worst.get(f"form{suffix}")),
                _source_words(_text(worst.get("step_source")), _text(worst.get("step_checked_on")), language),
                _whole(worst.get("effort")),
            )
        )
    found.sort(key=lambda row: (-_STATUS_ORDER.index(row.status), row.state, -len(row.lots), natural(row.person_key)))
    return found


def _source_words(source: str, checked_on: str, language: str) -> str:
    """Where a step is known from, its addresses in letters that can be read, and when that was looked up."""
    if not source:
        return ""
    readable = unquote(source)
    try:
        day = mapfacts.day_label(dt.date.fromisoformat(checked_on[:10]), language)
    except ValueError:
        return readable
    return (
        Text("{source} (checked on {day})", "{source}（{day}に確認）").format(source=readable, day=day).pick(language)
    )


def _hardness(row: dict[str, Any]) -> int:
    status = row.get("owner_status")
    return _STATUS_ORDER.index(status) if status in _STATUS_ORDER else len(_STATUS_ORDER)


def chosen(rows: Iterable[PersonRow], which: str) -> list[PersonRow]:
    """The rows of one list."""
    if which == ALL:
        return list(rows)
    if which == COMMON:
        return [row for row in rows if row.state == COMMON_NO_REP]
    return [row for row in rows if row.status == which and (which != TO_CHECK or row.state != COMMON_NO_REP)]


def read_pairs(pairs: Optional[QgsVectorLayer], owners: Optional[QgsVectorLayer], language: str) -> list[PairRow]:
    """All pairs of ``resolveowners``, those to decide first, in the order of the table."""
    people = _people(owners)
    found = []
    for row in _table(pairs):
        a, b = people.get(_text(row["key_a"]), {}), people.get(_text(row["key_b"]), {})
        found.append(
            PairRow(
                _text(row["key_a"]),
                _text(row["key_b"]),
                _text(a.get("name")) or _text(row["key_a"]),
                _text(b.get("name")) or _text(row["key_b"]),
                _text(a.get("address")),
                _text(b.get("address")),
                float(row.get("score") or 0.0),
                _text(row.get("verdict")),
                _text(row.get("reason_ja" if language == "ja" else "reason")),
            )
        )
    return found


def open_pairs(pairs: Sequence[PairRow]) -> int:
    """How many pairs wait for a decision."""
    return sum(pair.verdict == REVIEW for pair in pairs)


# -- decisions ---------------------------------------------------------------------------------------------
def read_decisions(layer: Optional[QgsVectorLayer]) -> list[dict[str, str]]:
    """The decisions kept so far."""
    return [{name: _text(row.get(name)) for name in DECISION_COLUMNS} for row in _table(layer)]


def with_decision(
    rows: Sequence[dict[str, str]], key_a: str, key_b: str, same: Optional[bool], by: str, on: dt.date
) -> list[dict[str, str]]:
    """``rows`` with a decision in the place of an earlier one about the pair; ``same`` ``None`` takes it back."""
    first, second = sorted((key_a, key_b), key=natural)
    kept = [dict(row) for row in rows if {row["key_a"], row["key_b"]} != {first, second}]
    if same is not None:
        word = SAME if same else DIFFERENT
        kept.append(dict(zip(DECISION_COLUMNS, (first, second, word, by, on.isoformat()))))
    return sorted(kept, key=lambda row: (natural(row["key_a"]), natural(row["key_b"])))


def write_decisions(path: str, rows: Sequence[dict[str, str]]) -> None:
    """Write decisions as CSV (keys only). Raises ``OSError``."""
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, DECISION_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# -- private lists -------------------------------------------------------------------------------------------
def _refuse_public(path: str) -> None:
    if not is_private_file(path):
        raise ValueError("a list with names is written into a private file only")


def _cell(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def write_csv(path: str, rows: Sequence[PersonRow], language: str) -> None:
    """Write a list for a spreadsheet. Raises ``ValueError`` for a file that is not private, ``OSError``."""
    _refuse_public(path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(head.pick(language) for head in _HEADS)
        writer.writerows([_cell(text) for text in row.cells(language)] for row in rows)


def write_html(path: str, title: str, rows: Sequence[PersonRow], language: str) -> None:
    """Write a list to print. Raises ``ValueError`` for a file that is not private, ``OSError``."""
    _refuse_public(path)
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    heads = "".join(f"<th>{html.escape(head.pick(language))}</th>" for head in _HEADS)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row.cells(language)) + "</tr>" for row in rows
    )
    page = f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title><style>
@page {{ size: A4 landscape; margin: 12mm; }}
body {{ font-family: "Yu Gothic UI", "Noto Sans CJK JP", "Segoe UI", sans-serif; font-size: 9pt; color: #15191D; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ border: 1px solid #D5D6D3; padding: 3px 5px; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
th {{ background: #F3F3F1; }} thead {{ display: table-header-group; }} tr {{ page-break-inside: avoid; }}
.warning {{ color: #8E1414; font-weight: bold; }}
</style></head><body><h1>{html.escape(title)}</h1>
<p class="warning">{html.escape(_PRIVATE.pick(language))}</p>
<table><thead><tr>{heads}</tr></thead><tbody>
{body}
</tbody></table><p>{html.escape(_GUIDE.pick(language))}</p></body></html>
"""
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(page)
