"""Which entries of a list of owners are the same person or body.

Entries that read the same after :mod:`names` and :mod:`addresses` are compared pair by pair inside blocks (same name,
same reading, former name, same address). Each pair gets points for what speaks for and against one person; the sum is
read as log-odds. Certain pairs are joined, likely ones are suggested, and what people decided counts before both. A
pair that people or facts keep apart is never joined through a third entry. The points are assumptions: they order
pairs the way an officer would, and no published rate stands behind them.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple, Optional

import pandas as pd

from .. import frames
from ..errors import InputError
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text
from . import addresses, names, shares
from .words import BLOCKED, DIFFERENT, REVIEW, SAME, natural

#: Points (log-odds) of everything that speaks for or against one person. All assumptions.
POINTS: dict[str, tuple[float, Text]] = {
    "base": (-5.0, Text("two entries at random", "無作為の2件")),
    "name_same": (5.0, Text("Same name.", "名前が同じです。")),
    "name_spelling": (5.0, Text("Same name, written another way.", "名前の書き方だけが違います。")),
    "name_order": (3.5, Text("Same words in another order.", "同じ語の順序が違います。")),
    "name_gap": (3.5, Text("Same name but for a letter that was lost.", "読めない1字を除き名前が同じです。")),
    "kana_differs": (-2.5, Text("The readings differ.", "読みが違います。")),
    "kana_same": (3.5, Text("Names sound the same, letters differ.", "読みが同じで字が違います。")),
    "former_same": (5.0, Text("The former name of one is the name of the other.", "旧氏名が一致します。")),
    "name_close": (0.5, Text("Names differ in one letter: a slip or a relative.", "1字違いです。誤記か親族です。")),
    "script_differs": (
        -1.5,
        Text("Hiragana on one side, katakana on the other.", "ひらがなとカタカナの違いがあります。"),
    ),
    "qualifier_differs": (
        -3.0,
        Text("The prefectures, towns or schools named differ.", "付いている県・町村・宗派が違います。"),
    ),
    "group": (-3.0, Text("The others are not named.", "「外○名」の中身が分かりません。")),
    "public_same": (4.5, Text("Public body, whatever the address.", "国・自治体なので住所は問いません。")),
    "form_successor": (-0.5, Text("The form was changed by law.", "法改正で法人の種類が変わったものです。")),
    "form_other": (-7.0, Text("Bodies of different kinds.", "別の種類の法人です。")),
    "form_side": (-1.5, Text("The word for company stands on the other side.", "会社の語の前後が違います。")),
    "form_missing": (-1.5, Text("Only one names the legal form.", "片方だけに法人の種類があります。")),
    "form_missing_religious": (-0.5, Text("Only one says “religious corporation”.", "片方だけに宗教法人とあります。")),
    "form_differs": (-3.0, Text("The legal forms differ.", "法人の種類が違います。")),
    "address_same": (4.0, Text("Same address.", "住所が同じです。")),
    "address_part": (2.5, Text("Same address, one more exact.", "住所が同じで、片方が詳しいです。")),
    "address_branch": (
        2.0,
        Text("Same lot number, one with a branch.", "番地が同じで、片方だけ枝番があります。"),
    ),
    "address_merged": (
        0.5,
        Text("Same district and number, other municipality.", "大字と番地が同じで、市町村名が違います。"),
    ),
    "address_represented": (
        0.0,
        Text("The address may be the representative's or an office's.", "住所は代表者や支店のものかもしれません。"),
    ),
    "address_vague": (1.0, Text("Same district, no number.", "大字まで同じで番地がありません。")),
    "address_missing": (0.0, Text("An address is missing.", "住所がない方があります。")),
    "address_differs": (-2.0, Text("The addresses differ.", "住所が違います。")),
    "registered_apart": (
        -2.0,
        Text("Registered half a century apart or more.", "登記の時期が50年以上離れています。"),
    ),
    "registered_life_apart": (
        -6.0,
        Text(
            "Registered a life apart: perhaps a name handed down.",
            "登記の時期が一生分離れています。襲名かもしれません。",
        ),
    ),
    "born_twins": (1.5, Text("Same date of birth: a slip or twins.", "生年月日が同じです。誤記か双子です。")),
    "born_same": (4.0, Text("Same date of birth.", "生年月日が同じです。")),
    "share_twice": (
        1.5,
        Text("A lot has shares above one; without one of the two they fit.", "持分が1を超え、片方を除くと合います。"),
    ),
    "both_on_lot": (-1.5, Text("Both own shares of one lot.", "同じ筆に両方の持分があります。")),
}
BORN_DIFFERS = Text("The dates of birth differ.", "生年月日が違います。")
KIND_DIFFERS = Text("One is a person, the other a body.", "個人と法人・団体です。")
DECIDED_SAME = Text("Decided: the same.", "「同じ」と判断されています。")
DECIDED_DIFFERENT = Text("Decided: not the same.", "「別の人」と判断されています。")
KEPT_APART = Text(
    "Not joined: other entries of the two are known to be different. Check the decisions.",
    "つなげません。両者の別の記載が「別の人」とされています。判断を確かめてください。",
)

#: Names (or addresses) shared by more different entries than this are too common to suggest pairs (assumption).
LARGEST_BLOCK = 40
#: Years between registrations from which one person is doubted, and from which nobody is joined (assumptions).
LONG_YEARS, LIFE_YEARS = 50, 80

OWNER_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("owner_key", "text", "Owner key", "所有者キー"),
    FieldSpec("person_key", "text", "Person key", "同一人キー"),
    FieldSpec("owner_kind", "text", "Kind of owner", "所有者の種類"),
    FieldSpec("entries", "int", "Entries of this person", "同一人の記載数"),
    FieldSpec("lots", "int", "Lots of this person", "同一人の筆数"),
    FieldSpec("flags", "text", "To be looked at", "注意点"),
)
PAIR_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("pair_id", "text", "Pair", "組"),
    FieldSpec("key_a", "text", "Owner key A", "所有者キーA"),
    FieldSpec("key_b", "text", "Owner key B", "所有者キーB"),
    FieldSpec("score", "real", "Score (0–1)", "点（0〜1）"),
    FieldSpec("verdict", "text", "Verdict", "判定"),
    FieldSpec("decided", "bool", "Decided by people", "人の判断"),
    FieldSpec("decided_by", "text", "Decided by", "判断した人"),
    FieldSpec("decided_on", "text", "Decided on", "判断日"),
    FieldSpec("reason", "text", "Reason", "理由（英語）"),
    FieldSpec("reason_ja", "text", "Reason (Japanese)", "理由"),
)


@dataclass
class Settings:
    """``join`` and ``suggest``: scores (0–1) from which entries are joined or suggested (assumptions)."""

    join: float = 0.95
    suggest: float = 0.10


class Entry(NamedTuple):
    """What equal rows of the list say: name as written and taken apart, reading, former names (core and form), address,
    birth, and first and last year of registration."""

    written: str
    name: names.Name
    kana: str
    former: frozenset[tuple[str, str]]
    address: Optional[addresses.Address]
    born: str
    years: Optional[tuple[int, int]] = None


@dataclass
class Pair:
    """Two entries (numbers) with points by rule; ``apart`` says why they cannot be one; ``far``: registered so far
    apart that only people can join them."""

    a: int
    b: int
    rules: list[str] = field(default_factory=list)
    apart: Optional[Text] = None
    far: bool = False

    @property
    def score(self) -> float:
        """0 to 1."""
        return 1.0 / (1.0 + math.exp(-sum(POINTS[rule][0] for rule in ("base", *self.rules))))


class Decision(NamedTuple):
    """What people decided about two owner keys."""

    same: bool
    by: str
    on: str


@dataclass
class Resolution:
    """``owners``: the input rows with :data:`OWNER_FIELDS`; ``pairs`` with :data:`PAIR_FIELDS`; ``counts``."""

    owners: pd.DataFrame
    pairs: pd.DataFrame
    counts: dict[str, int]


def resolve(
    owners: pd.DataFrame,
    register: Optional[pd.DataFrame] = None,
    decisions: Optional[pd.DataFrame] = None,
    settings: Optional[Settings] = None,
    progress: Optional[Progress] = None,
) -> Resolution:
    """Find the entries that are one person.

    ``owners`` needs ``owner_key`` and ``name``; ``address``, ``former_name``, ``name_kana`` and ``born_on`` are used
    where they are. ``register`` (``lot_key, owner_key, share, registered_on``) adds what shares and years tell.
    ``decisions`` holds ``key_a, key_b, decision`` (same|different), ``decided_by``, ``decided_on``; the newest of a
    pair counts, and of two on one day "different". The result does not depend on the order of any table.

    Raises ``InputError`` for missing fields or a key used twice, ``Cancelled``.
    """
    settings = settings or Settings()
    progress = progress or Progress()
    keys = _keys(owners)
    entry_of, entries = _entries(owners, keys, _told_apart(decisions), _years(register), progress.part(0.0, 0.4))
    row_of = {key: row for row, key in enumerate(keys)}
    first_key = _first_keys(keys, entry_of, len(entries))
    together = _co_owned(register, row_of, entry_of)
    pairs: dict[tuple[int, int], Pair] = {}
    apart: list[tuple[int, int]] = []
    for a, b in _candidates(entries, progress.part(0.4, 0.6)):
        pair = _compare(entries, a, b, together.get((a, b)))
        if pair.apart is not None or pair.far:
            apart.append((a, b))
        if pair.apart is None and pair.score >= settings.suggest:
            pairs[a, b] = pair
    decided, unused = _decisions(decisions, row_of, entry_of)
    for place in decided:
        pairs.setdefault(place, _compare(entries, *place, together.get(place)))
    cluster, verdicts = _join(pairs, decided, apart, settings, first_key)
    progress.step(0.9)
    table = _owner_table(owners, keys, entry_of, entries, cluster, first_key, register)
    pair_table = _pair_table(pairs, verdicts, decided, first_key, _twins(keys, entry_of, entries))
    counts = {
        "entries": len(keys),
        "persons": int(table["person_key"].nunique()) if len(table) else 0,
        "joined": len(keys) - (int(table["person_key"].nunique()) if len(table) else 0),
        "to_review": sum(verdict == REVIEW for verdict in verdicts.values()),
        "blocked": sum(verdict == BLOCKED for verdict in verdicts.values()),
        "decisions_unused": unused,
    }
    return Resolution(table, pair_table, counts)


# -- reading ---------------------------------------------------------------------------------
def _keys(owners: pd.DataFrame) -> list[str]:
    frames.require(owners, ("owner_key", "name"), Text("The list of owners", "所有者の一覧"))
    keys = frames.texts(owners, "owner_key").tolist()
    missing = sum(key is None for key in keys)
    if missing:
        raise InputError(
            Text(
                "{n} rows of the list of owners have no owner key. Fill in the field owner_key.",
                "所有者の一覧の{n}行に所有者キーがありません。項目 owner_key を埋めてください。",
            ).format(n=missing)
        )
    twice = sorted({key for key, number in pd.Series(keys, dtype=object).value_counts().items() if number > 1})
    if twice:
        raise InputError(
            Text(
                "The owner key {key} stands in several rows of the list of owners ({n} such keys). Give each row its "
                "own key.",
                "所有者キー {key} が一覧に何度も出てきます（ほかを合わせて{n}件）。行ごとに別のキーにしてください。",
            ).format(key=twice[0], n=len(twice))
        )
    return keys


def _told_apart(decisions: Optional[pd.DataFrame]) -> set[str]:
    """Keys that a decision tells apart from another; they may read the same and are yet two people."""
    if decisions is None:
        return set()
    rows = zip(*(frames.texts(decisions, name) for name in ("key_a", "key_b", "decision")))
    return {key for a, b, decision in rows if decision == DIFFERENT for key in (a, b) if key is not None}


def _years(register: Optional[pd.DataFrame]) -> dict[str, tuple[int, int]]:
    """First and last year of registration of each owner key."""
    if register is None or not {"owner_key", "registered_on"} <= set(register.columns):
        return {}
    found: dict[str, tuple[int, int]] = {}
    for owner, day in zip(frames.texts(register, "owner_key"), frames.dates(register, "registered_on")):
        if owner is not None and day and day[:4].isdigit():
            first, last = found.get(owner, (9999, 0))
            found[owner] = min(first, int(day[:4])), max(last, int(day[:4]))
    return found


def _entries(
    owners: pd.DataFrame,
    keys: list[str],
    alone: set[str],
    years: dict[str, tuple[int, int]],
    progress: Progress,
) -> tuple[list[int], list[Entry]]:
    """Entry number of each row, and the different entries. Rows without a name, and keys ``alone``, stay alone."""
    columns = [frames.texts(owners, name) for name in ("name", "name_kana", "former_name", "address")]
    born = frames.dates(owners, "born_on")
    towns = names.towns(columns[3])
    parsed_names: dict[str, tuple[names.Name, bool]] = {}
    parsed_addresses: dict[str, Optional[addresses.Address]] = {}
    rows_of: dict[Any, list[int]] = defaultdict(list)
    read: list[Entry] = []
    for row, (name, kana, former, address) in enumerate(zip(*columns)):
        if row % 2000 == 0:
            progress.step(row / len(owners))
        name, address = name or "", address or ""
        if name not in parsed_names:
            taken = names.parse(name)
            town = taken.kind != names.PUBLIC and (names.perhaps_town(name) or names.perhaps_town(name[:-1]))
            parsed_names[name] = taken, town
        taken, town = parsed_names[name]
        if town:
            taken = names.parse_at(name, address, towns)
        if address not in parsed_addresses:
            parsed_addresses[address] = addresses.parse(address)
        entry = Entry(
            name,
            taken,
            names.kana(kana) if kana else names.reading(taken.core),
            names.former_names(name, former) if former or "(" in name or "（" in name else frozenset(),
            parsed_addresses[address],
            born[row] or "",
        )
        # Rows without a name, without address and birth, or of a group that is not named, are not one entry for
        # reading the same.
        known = bool(taken.core) and (bool(entry.born) or _exact(entry.address)) and not taken.group
        rows_of[entry if known and keys[row] not in alone else ("row", row)].append(row)
        read.append(entry)
    entry_of = [0] * len(keys)
    entries: list[Entry] = []
    for rows in rows_of.values():
        for together in _contemporaries(rows, keys, years if read[rows[0]].name.kind == names.PERSON else {}):
            spans = [years[keys[row]] for row in together if keys[row] in years]
            span = (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None
            for row in together:
                entry_of[row] = len(entries)
            entries.append(read[together[0]]._replace(years=span))
    return entry_of, entries


def _contemporaries(rows: list[int], keys: list[str], years: dict[str, tuple[int, int]]) -> list[list[int]]:
    """Rows that read the same, parted where registrations lie too far apart for one person to be sure."""
    dated = sorted((row for row in rows if keys[row] in years), key=lambda row: (years[keys[row]], natural(keys[row])))
    groups: list[list[int]] = [[row for row in rows if keys[row] not in years]]
    begun: Optional[int] = None
    for row in dated:
        first, last = years[keys[row]]
        if begun is not None and last - begun >= LONG_YEARS:
            groups.append([])
            begun = None
        groups[-1].append(row)
        begun = first if begun is None else begun
    return [group for group in groups if group]


def _exact(address: Optional[addresses.Address]) -> bool:
    return address is not None and (address.foreign or not address.vague)


def _first_keys(keys: list[str], entry_of: list[int], count: int) -> list[str]:
    """The smallest owner key of each entry: its name in a result that must not depend on row order."""
    first: list[Optional[str]] = [None] * count
    for key, entry in zip(keys, entry_of):
        known = first[entry]
        if known is None or natural(key) < natural(known):
            first[entry] = key
    return [key or "" for key in first]


def _co_owned(
    register: Optional[pd.DataFrame], row_of: dict[str, int], entry_of: list[int]
) -> dict[tuple[int, int], str]:
    """By pair of entries that stand on one lot: ``share_twice`` or ``both_on_lot``."""
    if register is None or not {"lot_key", "owner_key"} <= set(register.columns):
        return {}
    lots: dict[str, list[tuple[int, Any]]] = defaultdict(list)
    parts = frames.texts(register, "share")
    for lot, owner, part in zip(frames.texts(register, "lot_key"), frames.texts(register, "owner_key"), parts):
        if lot is not None and owner in row_of:
            lots[lot].append((entry_of[row_of[owner]], shares.parse(part)))
    found: dict[tuple[int, int], str] = {}
    for rows in lots.values():
        if not 1 < len(rows) <= LARGEST_BLOCK:
            continue
        whole = shares.total(part for _entry, part in rows)
        for (a, part_a), (b, part_b) in combinations(rows, 2):
            place = (min(a, b), max(a, b))
            if a == b:
                continue
            twice = whole is not None and whole > 1 and 1 in (whole - part_a, whole - part_b)
            if twice:
                found[place] = "share_twice"
            else:
                found.setdefault(place, "both_on_lot")
    return found


# -- pairs -------------------------------------------------------------------------------------
def _candidates(entries: list[Entry], progress: Progress) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing, each once."""
    blocks: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        core = entry.name.core
        if not core:
            continue
        blocks["name", core].append(number)
        for former, _form in entry.former:
            blocks["name", former].append(number)
        if entry.kana:
            blocks["kana", entry.kana].append(number)
        if _exact(entry.address):
            place = (entry.address.place[-6:], entry.address.numbers[:2]) if entry.address else ()
            blocks["address", place].append(number)
            blocks["name at address", core, place].append(number)
    seen: set[tuple[int, int]] = set()
    for count, (key, members) in enumerate(blocks.items()):
        if count % 5000 == 0:
            progress.step(count / len(blocks))
        members = sorted(set(members))
        if len(members) > LARGEST_BLOCK:
            continue
        for a, b in combinations(members, 2):
            if key[0] == "address" and not _alike(entries[a], entries[b]):
                continue
            if (a, b) not in seen:
                seen.add((a, b))
                yield a, b


def _alike(one: Entry, other: Entry) -> bool:
    a, b = one.name.core, other.name.core
    return names.close(a, b) or names.gap(a, b) or names.other_order(one.written, other.written)


def _compare(entries: list[Entry], a: int, b: int, together: Optional[str]) -> Pair:
    one, other = entries[a], entries[b]
    pair = Pair(a, b)
    name_rule = _name_rule(one, other)
    if one.born and other.born:
        if one.born != other.born:
            pair.apart = BORN_DIFFERS
        # Twins are often named with one letter's difference.
        pair.rules.append("born_twins" if name_rule == "name_close" else "born_same")
    kinds = {one.name.kind, other.name.kind}
    if names.PERSON in kinds and len(kinds) == 2:
        town = kinds == {names.PERSON, names.PUBLIC} and any(
            entry.name.kind == names.PERSON and names.perhaps_town(entry.written) for entry in (one, other)
        )
        if one.name.core != other.name.core or (not town and kinds & {names.PUBLIC, names.PROPERTY_WARD}):
            pair.apart = KIND_DIFFERS
    if name_rule:
        pair.rules.append(name_rule)
    if one.name.core == other.name.core and name_rule != "former_same":
        pair.rules.extend(_form_rules(one.name, other.name))
        if one.name.script != other.name.script and one.name.script and other.name.script:
            pair.rules.append("script_differs")
        if one.name.qualifier and other.name.qualifier and one.name.qualifier != other.name.qualifier:
            pair.rules.append("qualifier_differs")
        if one.kana and other.kana and not _readings_agree(one.kana, other.kana):
            pair.rules.append("kana_differs")
    if one.name.group or other.name.group:
        pair.rules.append("group")
    pair.rules.append(_address_rule(one, other))
    if together == "share_twice" or (together and name_rule in ("name_close", "kana_same", "")):
        pair.rules.append(together)
    if kinds == {names.PERSON} and one.years and other.years:
        span = max(one.years[1], other.years[1]) - min(one.years[0], other.years[0])
        # What the list itself keeps as one owner over so long says nothing about another entry.
        alone = max(entry.years[1] - entry.years[0] for entry in (one, other) if entry.years)
        if span >= LIFE_YEARS > alone:
            pair.far = True
            pair.rules.append("registered_life_apart")
        elif span >= LONG_YEARS > alone:
            pair.rules.append("registered_apart")
    return pair


def _readings_agree(a: str, b: str) -> bool:
    """Whether two readings can be one: long vowels apart, and one may hold the family name alone."""
    a, b = sorted((a.replace("ー", ""), b.replace("ー", "")), key=len)
    return b.startswith(a)


def _name_rule(one: Entry, other: Entry) -> str:
    if (one.name.core, one.name.form) != (other.name.core, other.name.form):
        if (other.name.core, other.name.form) in one.former or (one.name.core, one.name.form) in other.former:
            return "former_same"
    if one.name.core == other.name.core:
        return "name_same" if one.written == other.written else "name_spelling"
    if names.gap(one.name.core, other.name.core):
        return "name_gap"
    if names.other_order(one.written, other.written):
        return "name_order"
    if one.kana and one.kana == other.kana:
        return "kana_same"
    return "name_close" if names.close(one.name.core, other.name.core) else ""


def _form_rules(one: names.Name, other: names.Name) -> list[str]:
    if one.form == other.form:
        return ["form_side"] if one.side != other.side else []
    if one.form and other.form:
        both = frozenset((one.form, other.form))
        if both in names.SUCCESSORS:
            return ["form_successor"]
        # A farmers' cooperative corporation may become a company too.
        return ["form_differs" if both <= names.TRADING | {"noji"} else "form_other"]
    religious = names.RELIGIOUS in (one.kind, other.kind)
    return ["form_missing_religious" if religious else "form_missing"]


def _address_rule(one: Entry, other: Entry) -> str:
    if one.name.kind == other.name.kind == names.PUBLIC and one.name.core == other.name.core:
        return "public_same"
    if one.address is None or other.address is None:
        return "address_missing"
    found = addresses.compare(one.address, other.address)
    if found == addresses.DIFFERENT:
        return "address_represented" if one.name.through or other.name.through else "address_differs"
    return f"address_{found}"


# -- decisions -----------------------------------------------------------------------------------
def _decisions(
    table: Optional[pd.DataFrame], row_of: dict[str, int], entry_of: list[int]
) -> tuple[dict[tuple[int, int], Decision], int]:
    """The decision that counts for each pair of entries, and how many name an owner that is not there."""
    if table is None:
        return {}, 0
    frames.require(table, ("key_a", "key_b", "decision"), Text("The table of decisions", "判断の表"))
    columns = [frames.texts(table, name) for name in ("key_a", "key_b", "decision", "decided_by")]
    rows = []
    unused = 0
    for a, b, decision, by, on in zip(*columns, frames.dates(table, "decided_on")):
        if decision not in (SAME, DIFFERENT):
            continue
        if a not in row_of or b not in row_of:
            unused += 1
            continue
        place = (entry_of[row_of[a]], entry_of[row_of[b]])
        if place[0] != place[1]:
            # "different" sorts behind "same", so that it wins on one day.
            rows.append((on or "", decision == DIFFERENT, by or "", min(place), max(place)))
    decided = {}
    for on, different, by, a, b in sorted(rows):
        decided[a, b] = Decision(not different, by, on)
    return decided, unused


class _Clusters:
    """Entries joined so far, and which clusters must stay apart."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))
        self._apart: list[set[int]] = [set() for _ in range(count)]

    def find(self, entry: int) -> int:
        while self._parent[entry] != entry:
            self._parent[entry] = self._parent[self._parent[entry]]
            entry = self._parent[entry]
        return entry

    def keep_apart(self, a: int, b: int) -> None:
        a, b = self.find(a), self.find(b)
        self._apart[a].add(b)
        self._apart[b].add(a)

    def are_apart(self, a: int, b: int) -> bool:
        return self.find(b) in self._apart[self.find(a)]

    def join(self, a: int, b: int) -> bool:
        """Join two clusters; ``False`` when they must stay apart."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return True
        if b in self._apart[a]:
            return False
        a, b = min(a, b), max(a, b)
        self._parent[b] = a
        for other in self._apart[b]:
            self._apart[other].discard(b)
            self._apart[other].add(a)
        self._apart[a] |= self._apart[b]
        self._apart[b] = set()
        return True


def _join(
    pairs: dict[tuple[int, int], Pair],
    decided: dict[tuple[int, int], Decision],
    apart: list[tuple[int, int]],
    settings: Settings,
    first_key: list[str],
) -> tuple[_Clusters, dict[tuple[int, int], str]]:
    """Join certain and decided pairs, best first; verdict of each pair."""
    clusters = _Clusters(len(first_key))
    for place in apart:
        if place not in decided:
            clusters.keep_apart(*place)
    verdicts: dict[tuple[int, int], str] = {}
    for place, decision in decided.items():
        if not decision.same:
            clusters.keep_apart(*place)
            verdicts[place] = DIFFERENT

    def rank(place: tuple[int, int]) -> Any:
        both = sorted(natural(first_key[entry]) for entry in place)
        return (place not in decided, -pairs[place].score, both)

    for place in sorted((place for place in pairs if place not in verdicts), key=rank):
        wanted = place in decided or pairs[place].score >= settings.join
        if not wanted:
            verdicts[place] = REVIEW
        else:
            verdicts[place] = SAME if clusters.join(*place) else BLOCKED
    for place, verdict in verdicts.items():
        if verdict != REVIEW:
            continue
        if clusters.find(place[0]) == clusters.find(place[1]):
            verdicts[place] = SAME  # joined by better evidence already
        elif clusters.are_apart(*place):
            verdicts[place] = BLOCKED
    return clusters, verdicts


# -- results ---------------------------------------------------------------------------------------
def _owner_table(
    owners: pd.DataFrame,
    keys: list[str],
    entry_of: list[int],
    entries: list[Entry],
    clusters: _Clusters,
    first_key: list[str],
    register: Optional[pd.DataFrame],
) -> pd.DataFrame:
    person: dict[int, str] = {}
    kinds: dict[int, set[str]] = defaultdict(set)
    for entry, key in enumerate(first_key):
        root = clusters.find(entry)
        if root not in person or natural(key) < natural(person[root]):
            person[root] = key
        kinds[root].add(entries[entry].name.kind)
    roots = [clusters.find(entry) for entry in entry_of]
    table = owners.copy()
    new = {spec.name for spec in OWNER_FIELDS} - {"owner_key"}
    table = table.drop(columns=[name for name in table.columns if name in new])
    table["owner_key"] = keys
    people = [person[root] for root in roots]
    table["person_key"] = people
    # A body joined with an entry without its legal form stays a body.
    table["owner_kind"] = [max(kinds[root], key=names.KINDS.index) for root in roots]
    times = Counter(people)
    table["entries"] = pd.array([times[one] for one in people], dtype="Int64")
    table["lots"] = _lots_of(keys, people, register)
    table["flags"] = None
    order = sorted(range(len(keys)), key=lambda row: natural(keys[row]))
    return table.iloc[order].reset_index(drop=True)


def _lots_of(keys: list[str], people: list[str], register: Optional[pd.DataFrame]) -> Any:
    """Number of lots of each row's person (not known without a register)."""
    if register is None or not {"lot_key", "owner_key"} <= set(register.columns):
        return pd.array([pd.NA] * len(keys), dtype="Int64")
    person = dict(zip(keys, people))
    lots: dict[str, set[str]] = {one: set() for one in people}
    for lot, owner in zip(frames.texts(register, "lot_key").tolist(), frames.texts(register, "owner_key").tolist()):
        if lot is not None and owner in person:
            lots[person[owner]].add(lot)
    return pd.array([len(lots[one]) for one in people], dtype="Int64")


def _twins(keys: list[str], entry_of: list[int], entries: list[Entry]) -> list[dict[str, Any]]:
    """Rows of the pair table for keys of one entry: they read the same, so they are one without being compared."""
    members: dict[int, list[str]] = defaultdict(list)
    for key, entry in zip(keys, entry_of):
        members[entry].append(key)
    rows = []
    for entry, found in members.items():
        first, *others = sorted(found, key=natural)
        if others:
            reason = Text("", "")
            pair = _compare([entries[entry], entries[entry]], 0, 1, None)
            for rule in pair.rules:
                reason = reason + POINTS[rule][1]
        for other in others:
            rows.append(_pair_row(first, other, pair.score, SAME, None, reason))
    return rows


def _pair_row(
    key_a: str, key_b: str, score: float, verdict: str, decision: Optional[Decision], reason: Text
) -> dict[str, Any]:
    return {
        "pair_id": f"{key_a}+{key_b}",
        "key_a": key_a,
        "key_b": key_b,
        "score": round(score, 3),
        "verdict": verdict,
        "decided": decision is not None,
        "decided_by": (decision.by or None) if decision else None,
        "decided_on": (decision.on or None) if decision else None,
        "reason": reason.en.strip(),
        "reason_ja": reason.ja,
    }


def _pair_table(
    pairs: dict[tuple[int, int], Pair],
    verdicts: dict[tuple[int, int], str],
    decided: dict[tuple[int, int], Decision],
    first_key: list[str],
    twins: list[dict[str, Any]],
) -> pd.DataFrame:
    rows = list(twins)
    for place, pair in pairs.items():
        key_a, key_b = sorted((first_key[place[0]], first_key[place[1]]), key=natural)
        decision, verdict = decided.get(place), verdicts[place]
        reason = pair.apart or Text("", "")
        for rule in pair.rules:
            reason = reason + POINTS[rule][1]
        if decision is not None:
            reason = (DECIDED_SAME if decision.same else DECIDED_DIFFERENT) + reason
        if verdict == BLOCKED and not pair.far:
            reason = KEPT_APART + reason
        rows.append(_pair_row(key_a, key_b, pair.score, verdict, decision, reason))
    order = {REVIEW: 0, BLOCKED: 1, SAME: 2, DIFFERENT: 3}
    rows.sort(key=lambda row: (order[row["verdict"]], -row["score"], natural(row["key_a"]), natural(row["key_b"])))
    return pd.DataFrame(rows, columns=[spec.name for spec in PAIR_FIELDS])
