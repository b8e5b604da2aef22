"""What a list of owners and a register say that somebody should look at.

Thresholds are assumptions and can be changed. A flag says what stands in the records, never what a person did.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from .. import frames
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text
from . import addresses, names, shares
from .words import FLAG_WORDS, natural

FLAG_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("flag_id", "text", "Flag", "注意点の番号"),
    FieldSpec("kind", "text", "Kind", "種類"),
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("person_key", "text", "Person key", "同一人キー"),
    FieldSpec("explanation", "text", "Explanation", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
)

#: Kinds of owner that are flagged as what they are.
_KIND_FLAGS = {
    names.COMMON: "common_land",
    names.PROPERTY_WARD: "common_land",
    names.RELIGIOUS: "common_land",
    names.PUBLIC: "public_body",
}

_SHARES = Text(
    "The shares of lot {lot} add up to {total}, not to 1.", "筆{lot}の持分の合計は{total}で、1になりません。"
)
_UNREADABLE = Text(
    "{n} of {all} shares of lot {lot} are missing or not understood.",
    "筆{lot}の持分{all}件のうち{n}件がないか読めません。",
)
_SUCCESSION = Text(
    "Lot {lot} still stands in the name of somebody recorded as dead.",
    "筆{lot}は、亡くなったと記録された方の名義のままです。",
)
_OLD = Text(
    "The last registration of lot {lot} was in {year}, {years} years before {today} (assumption: {limit} years is "
    "long).",
    "筆{lot}の最後の登記は{year}年で、{today}の{years}年前です（仮定: {limit}年以上を古いとします）。",
)
_TWICE = Text(
    "The same person stands on lot {lot} with {n} entries.", "筆{lot}に同じ人が{n}件の記載で登記されています。"
)
_ABSENT = Text("An owner of lot {lot} is not in the list of owners.", "筆{lot}の所有者の1人が一覧にありません。")


@dataclass
class Limits:
    """``long_years``: a registration this old may name somebody dead (assumption). ``today``: the day to count from;
    empty takes the newest date in the records, so that a run can be repeated."""

    long_years: int = 50
    today: Optional[dt.date] = None


def day_of(text: Optional[str]) -> Optional[dt.date]:
    """A date out of ISO text (a missing month or day counts as the first); ``None`` when it is none."""
    if not text:
        return None
    parts = str(text)[:10].split("-")
    try:
        numbers = [int(part) for part in parts]
        return dt.date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        return None


def newest(*columns: Iterable[Optional[str]]) -> Optional[dt.date]:
    """The newest date in columns of ISO text."""
    found = [day for column in columns for day in map(day_of, column) if day is not None]
    return max(found, default=None)


def years_between(earlier: dt.date, later: dt.date) -> int:
    """Whole years."""
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def owner_flags(owners: pd.DataFrame) -> list[str]:
    """Flags of each row of a resolved list, "; " between them; the whole person counts, not the row alone."""
    found: dict[str, set[str]] = defaultdict(set)
    columns = [frames.texts(owners, name) for name in ("person_key", "owner_kind", "address", "contact_result", "name")]
    died, dissolved = frames.dates(owners, "died_on"), frames.dates(owners, "dissolved_on")
    addressed: set[Any] = set()
    for row, (person, kind, address, contact, name) in enumerate(zip(*columns)):
        flags = found[person]
        if kind in _KIND_FLAGS:
            flags.add(_KIND_FLAGS[kind])
        if died[row] or contact == "died" or names.noted_dead(name):
            flags.add("dead")
        if dissolved[row] or contact == "dissolved":
            flags.add("dissolved")
        if address:
            addressed.add(person)
            if addresses.is_foreign(address):
                flags.add("foreign")
    order = list(FLAG_WORDS)
    result = []
    for person in columns[0]:
        flags = set(found[person])
        if "address" in owners.columns and person not in addressed:
            flags.add("no_address")
        result.append("; ".join(sorted(flags, key=order.index)))
    return result


def lot_flags(
    register: pd.DataFrame,
    owners: pd.DataFrame,
    limits: Optional[Limits] = None,
    labels: Optional[dict[str, str]] = None,
    progress: Optional[Progress] = None,
) -> pd.DataFrame:
    """Findings per lot, with :data:`FLAG_FIELDS`.

    ``register``: ``lot_key, owner_key`` and, where known, ``share, registered_on``; ``owners``: a resolved list;
    ``labels``: lot numbers people know by lot key. Rows without an owner (roads, ditches) say nothing.
    """
    limits, labels, progress = limits or Limits(), labels or {}, progress or Progress()
    persons_of = frames.texts(owners, "person_key")
    persons = dict(zip(frames.texts(owners, "owner_key"), persons_of))
    told = zip(
        persons_of, frames.dates(owners, "died_on"), *(frames.texts(owners, c) for c in ("contact_result", "name"))
    )
    died = {person for person, day, contact, name in told if day or contact == "died" or names.noted_dead(name)}
    registered = frames.dates(register, "registered_on")
    today = limits.today or newest(registered, frames.dates(owners, "contact_on"))
    lots: dict[str, list[tuple[str, Any, Optional[str]]]] = defaultdict(list)
    columns = (frames.texts(register, "lot_key"), frames.texts(register, "owner_key"), frames.texts(register, "share"))
    for row, (lot, owner, part) in enumerate(zip(*columns)):
        if lot is not None and owner is not None:
            lots[lot].append((owner, part, registered[row]))
    rows: list[dict[str, Any]] = []

    def add(kind: str, lot: str, person: Optional[str], text: Text, **values: object) -> None:
        said = text.format(lot=labels.get(lot) or lot, **values)
        rows.append(
            {
                "flag_id": ":".join(part for part in (kind, lot, person) if part),
                "kind": kind,
                "lot_key": lot,
                "person_key": person,
                "explanation": said.en,
                "explanation_ja": said.ja,
            }
        )

    for count, lot in enumerate(sorted(lots, key=natural)):
        if count % 1000 == 0:
            progress.step(count / len(lots))
        held = lots[lot]
        parsed = [shares.parse(part) for _owner, part, _day in held]
        unread = sum(part is None for part in parsed)
        if unread and (len(held) > 1 or held[0][1] is not None):
            add("share_unreadable", lot, None, _UNREADABLE, n=unread, all=len(held))
        elif not unread and sum(part for part in parsed if part) != 1:
            add("shares_not_one", lot, None, _SHARES, total=shares.total(parsed))
        people = [persons.get(owner) for owner, _part, _day in held]
        for person in sorted({p for p in people if p}, key=natural):
            if people.count(person) > 1:
                add("twice_on_lot", lot, person, _TWICE, n=people.count(person))
            if person in died:
                add("succession_unregistered", lot, person, _SUCCESSION)
        if None in people:
            add("not_in_list", lot, None, _ABSENT)
        days = [day for day in (day_of(text) for _owner, _part, text in held) if day is not None]
        if days and today is not None:
            years = years_between(max(days), today)
            if years >= limits.long_years:
                add(
                    "registered_long_ago",
                    lot,
                    None,
                    _OLD,
                    year=max(days).year,
                    years=years,
                    today=today,
                    limit=limits.long_years,
                )
    return pd.DataFrame(rows, columns=[spec.name for spec in FLAG_FIELDS])
