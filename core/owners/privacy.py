"""What must not leave the office: columns and cells with personal data, areas with too few owners behind them.

Nothing found is repeated in a message: a finding names the column and how many rows, never the value.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

import pandas as pd

from .. import frames
from ..choice.usecodes import category_of
from ..parcels.lotletters import DASHES
from ..personal import is_personal
from ..texts import Text
from . import addresses, names
from .words import natural

#: Keys of persons: left out, or replaced by new ones.
KEY_COLUMNS = ("owner_key", "person_key", "cultivator_key", "key_a", "key_b", "pair_id")
#: Classes of the owners of one lot. With the public register they say something about a named person.
CLASS_COLUMNS = (
    *("owner_status", "owner_agreed", "owner_kind", "address_kind", "owners_reached", "reached_share", "since"),
    *("state", "evidence", "evidence_ja", "confidence", "effort", "step_id", "next_step", "next_step_ja", "form"),
    *(
        "form_ja",
        "step_evidence",
        "step_source",
        "step_checked_on",
        "share",
        "registered_on",
        "right_kind",
        "right_end",
    ),
)
#: Free texts and traces of people, never in a public copy.
NEVER = (
    *(
        "note",
        "notes",
        "remark",
        "remarks",
        "comment",
        "comments",
        "memo",
        "備考",
        "摘要",
        "メモ",
        "特記事項",
        "コメント",
    ),
    *("editor", "old_row", "new_row", "decided_by_name", "flags"),
)
#: Counts of owners of an area, which must be large enough.
COUNT_COLUMNS = ("owners", "owners_holding", "owners_all")
#: Sentences on single lots, which may tell the class of the owner in words.
_SENTENCES = re.compile(r"^(reason|explanation|change|basis)(_\d+)?(_ja)?$")
_ABOUT_PEOPLE = re.compile(
    r"\bowners?\b|\bcultivators?\b|\bfarmers?\b|\bsuccessors?\b|\bheirs?\b|\btake[ns]? over\b|nobody|no one|\bState:|"
    r"所有者|耕作者|農業者|後継|相続|引き継|引き受け|担い手|使う人|いません|状態:",
    re.IGNORECASE,
)
NOT_TOLD = Text("Not told in the public copy.", "公開用には示しません。")
#: What a row of the layer is about: a single lot when one of these is there, else an area.
LOT_COLUMNS = ("lot_key", "lot_keys", "unit_id", "fude_id")
AREA_COLUMNS = ("block_id", "hamlet", "district")

#: Not inside longer codes: a UUID or lot key may hold the digits of a phone number.
_PHONE = re.compile(
    r"(?<![0-9A-Za-z-])(0\d{1,4}-\d{1,4}-\d{3,4}|0[5789]0\d{8}|\(0\d{1,4}\)\d{1,4}-\d{3,4})(?![0-9A-Za-z-])"
)
_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}")
_AGE = re.compile(r"(?<!\d)\d{1,3}\s*(歳|才)(?![月田])|\bage[ds]?\s*:?\s*\d{1,3}\b", re.IGNORECASE)
_BORN = re.compile(r"(生年月日|(明治|大正|昭和|平成|令和|\d{4}).{0,12}日生)")
#: Shorter names are only found between boundaries (see :func:`_words`): they are too common inside other words.
_SHORTEST = 4
#: A word ends at anything but a letter or digit; an honorific after a name ends it too.
_WORD = re.compile(r"[^\W_]+")
_HONORIFIC = re.compile(r"(?<=.)(様|さま|さん|氏|殿)")
#: Short words in Latin letters are too common in sentences: they count as the whole cell only.
_LATIN_ONLY = re.compile(r"[A-Z0-9]+")
_GRAM = 4

KIND_WORDS: dict[str, Text] = {
    "column": Text("its name says personal data", "項目名が個人情報です"),
    "name": Text("names of owners or farmers", "所有者・耕作者の氏名"),
    "address": Text("addresses of owners", "所有者の住所"),
    "phone": Text("phone numbers", "電話番号"),
    "mail": Text("e-mail addresses", "メールアドレス"),
    "age": Text("ages", "年齢"),
    "birth": Text("dates of birth", "生年月日"),
}


class Personal(NamedTuple):
    """Personal data in one column: what kind, in how many rows (0: by its name)."""

    column: str
    kind: str
    rows: int


class SmallCell(NamedTuple):
    """An area (or a class of owners in it) with fewer owners than asked for."""

    area: str
    owners: int


class Secrets:
    """Names and addresses of private tables, ready to be looked for inside other texts."""

    def __init__(self, tables: Iterable[pd.DataFrame]) -> None:
        self._whole: dict[str, str] = {}
        self._inside: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._short: set[str] = set()
        tables = list(tables)
        towns = names.towns(place for table in tables for place in frames.texts(table, "address"))
        for table in tables:
            places = frames.texts(table, "address")
            for column in ("name", "former_name", "name_kana"):
                for value, place in zip(frames.texts(table, column), places):
                    # The name of a town stands in many columns and is nobody's.
                    if value and names.kind_at(value, place, towns) != names.PUBLIC:
                        self._add(value, "name")
                        # Without "the late ..., heir ..." or "formerly ..." around it the name is a secret too.
                        name = names.parse(value)
                        if name.kind == names.PERSON:
                            self._add(name.core, "name")
            for value in frames.texts(table, "address"):
                place = addresses.parse(value)
                if place is not None and (place.foreign or not place.vague):
                    self._add(str(value), "address")

    def _add(self, value: str, kind: str) -> None:
        folded = names.fold(value)
        if not folded or folded in self._whole:
            return
        self._whole[folded] = kind
        if len(folded) >= _SHORTEST:
            self._inside[folded[:_GRAM]].append((folded, kind))
        elif kind == "name" and not _LATIN_ONLY.fullmatch(folded):
            self._short.add(folded)

    def __len__(self) -> int:
        return len(self._whole)

    def kind_in(self, text: str) -> Optional[str]:
        """``name`` or ``address`` when the text is or holds one; ``None`` else."""
        folded = names.fold(text)
        if folded in self._whole and category_of(text) is None:
            return self._whole[folded]
        for start in range(len(folded) - _GRAM + 1):
            for secret, kind in self._inside.get(folded[start : start + _GRAM], ()):
                if folded.startswith(secret, start):
                    return kind
        return "name" if self._short and any(word in self._short for word in _words(text)) else None


def _words(text: str) -> Iterator[str]:
    """What may be a short name in a text, folded.

    A word between spaces, marks and brackets, or up to an honorific; or up to three words with only spaces between.
    A land category (畑, 堤) is a name only with an honorific: columns are full of them.

    >>> list(_words("山林、林　一郎様の畑"))
    ['林', '林一郎様ノ畑', '林一郎', '一郎様ノ畑', '一郎']
    """
    text = unicodedata.normalize("NFKC", text)
    found = list(_WORD.finditer(text))
    for first in range(len(found)):
        for last in range(first, min(first + _SHORTEST - 1, len(found))):
            if last > first and not text[found[last - 1].end() : found[last].start()].isspace():
                break
            words = text[found[first].start() : found[last].end()]
            if category_of(words) is None:
                yield names.fold(words)
            address = _HONORIFIC.search(words)
            if address is not None:
                yield names.fold(words[: address.start()])


def personal_data(frame: pd.DataFrame, columns: Sequence[str], secrets: Secrets) -> list[Personal]:
    """Columns among ``columns`` with personal data by name or by what is in them, in their order."""
    found = []
    for column in columns:
        if is_personal(column):
            found.append(Personal(column, "column", 0))
            continue
        kinds: dict[str, int] = defaultdict(int)
        seen: dict[str, Optional[str]] = {}
        for value in frame[column].tolist():
            if not isinstance(value, str) or not value:
                continue
            if value not in seen:
                seen[value] = _kind(value, secrets)
            kind = seen[value]
            if kind is not None:
                kinds[kind] += 1
        found.extend(Personal(column, kind, kinds[kind]) for kind in KIND_WORDS if kind in kinds)
    return found


def _kind(value: str, secrets: Secrets) -> Optional[str]:
    secret = secrets.kind_in(value)
    if secret is not None:
        return secret
    plain = unicodedata.normalize("NFKC", value)
    plain = re.sub(f"[{DASHES}]", "-", plain)
    for kind, pattern in (("phone", _PHONE), ("mail", _MAIL), ("age", _AGE), ("birth", _BORN)):
        if pattern.search(plain):
            return kind
    return None


def about_lots(columns: Iterable[str]) -> bool:
    """Whether a row of a table with these columns is about single lots."""
    return any(column.lower() in LOT_COLUMNS for column in columns)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its headings in small letters, as our own are written; of equals the first."""
    lower = [str(column).lower() for column in frame.columns]
    made = frame.loc[:, [name not in lower[:place] for place, name in enumerate(lower)]]
    return pd.DataFrame(made).rename(columns=lambda column: str(column).lower())


def area_column(columns: Sequence[str], wanted: str = "") -> Optional[str]:
    """The column that names the area of a row: ``wanted`` where given, else block, hamlet or district."""
    if wanted:
        return wanted if wanted in columns else None
    return next((column for column in AREA_COLUMNS if column in columns), None)


def needs_register(frame: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Whether classes of owners are kept in a table of lots that does not say which owners: a register must tell."""
    named = any(str(column).lower() in ("person_key", "owner_key") for column in frame.columns)
    return about_lots(frame.columns) and "owner_status" in [c.lower() for c in columns] and not named


def owners_by_lot(register: pd.DataFrame) -> dict[str, set[str]]:
    """Owner keys of each lot."""
    found: dict[str, set[str]] = defaultdict(set)
    for lot, owner in zip(frames.texts(register, "lot_key"), frames.texts(register, "owner_key")):
        if lot is not None and owner is not None:
            found[lot].add(owner)
    return dict(found)


def _owners_of_rows(frame: pd.DataFrame, owners_of: Mapping[str, set[str]]) -> list[set[str]]:
    """Owners behind each row: its own key, else those of its lots (``lot_key``, or ``lot_keys`` with "; ")."""
    column = next((column for column in ("person_key", "owner_key") if column in frame.columns), None)
    if column is not None:
        return [{key} if key is not None else set() for key in frames.texts(frame, column)]
    lots = frames.texts(frame, "lot_key") if "lot_key" in frame.columns else frames.texts(frame, "lot_keys")
    return [set().union(*(owners_of.get(lot.strip(), set()) for lot in (text or "").split(";"))) for text in lots]


def small_cells(
    frame: pd.DataFrame,
    columns: Sequence[str],
    k: int,
    area: str = "",
    owners_of: Optional[Mapping[str, set[str]]] = None,
) -> list[SmallCell]:
    """Areas with at least one and fewer than ``k`` owners, sorted.

    Tables of areas: by their counts of owners. Tables of lots: by the different owners in each area, and in each class
    of ``owner_status`` in it where that is kept; ``owners_of`` (see :func:`owners_by_lot`) tells them where the table
    itself has no key.
    """
    found: set[SmallCell] = set()
    frame, columns = _plain(frame), [column.lower() for column in columns]
    name = area_column(list(frame.columns), area.lower())
    where = frames.texts(frame, name) if name else [None] * len(frame)
    if not about_lots(frame.columns):
        for column in COUNT_COLUMNS:
            if column in columns:
                for place, count in zip(where, frames.numbers(frame, column)):
                    if 0 < count < k:
                        found.add(SmallCell(place or "-", int(count)))
        return sorted(found, key=lambda cell: (natural(cell.area), cell.owners))
    kept_keys = any(column in columns for column in KEY_COLUMNS)
    kept_class = "owner_status" in columns
    if not (kept_keys or kept_class):
        return []
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    status = frames.texts(frame, "owner_status") if kept_class else [None] * len(frame)
    for place, members, word in zip(where, _owners_of_rows(frame, owners_of or {}), status):
        people[place or "-", ""] |= members
        if word is not None:
            people[place or "-", word] |= members
    for (place, word), members in people.items():
        if 0 < len(members) < k:
            found.add(SmallCell(f"{place} / {word}" if word else place, len(members)))
    return sorted(found, key=lambda cell: (natural(cell.area), cell.owners))


def public_columns(columns: Sequence[str], keep_keys: bool, keep_classes: bool) -> list[str]:
    """The columns of a public copy, before looking into them."""
    left_out = set(NEVER)
    if not keep_keys:
        left_out |= set(KEY_COLUMNS)
    if not keep_classes and about_lots(columns):
        left_out |= {*CLASS_COLUMNS, *COUNT_COLUMNS, "most_owners"}
    return [column for column in columns if column.lower() not in (left_out | {"fid", "ogc_fid"})]


def without_people(frame: pd.DataFrame, columns: Sequence[str]) -> dict[str, list[Any]]:
    """Columns of a table of lots with sentences, without those about owners, farmers and who takes over: they say in
    words what the classes say. Only columns in which something was left out; a cell with nothing left says so."""
    found: dict[str, list[Any]] = {}
    if not about_lots(frame.columns):
        return found
    for column in columns:
        if not _SENTENCES.match(column.lower()):
            continue
        nothing = NOT_TOLD.ja if column.lower().endswith("_ja") else NOT_TOLD.en
        before = frame[column].tolist()
        after = [_shortened(cell, nothing) if isinstance(cell, str) else cell for cell in before]
        if any(one is not other for one, other in zip(before, after)):
            found[column] = after
    return found


def _shortened(text: str, nothing: str) -> str:
    if not _ABOUT_PEOPLE.search(text):
        return text
    sentences = re.findall(r"[^.。]*(?:[.](?=\s|$)|。|$)|[^.。]+[.]", text)
    kept = "".join(sentence for sentence in sentences if not _ABOUT_PEOPLE.search(sentence)).strip()
    return kept or nothing


def new_keys(tables: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """A new key for every key of a person in ``tables``, the same in all of them.

    Numbered in the order in which they first stand beside a lot (by lot key, then by the other cells of the row), so
    that the new key says nothing that the copy does not say itself. Keys without a lot follow.
    """
    first: dict[str, tuple[Any, ...]] = {}
    for title in sorted(tables):
        frame = _plain(tables[title])
        keys = [column for column in ("person_key", "owner_key", "cultivator_key") if column in frame.columns]
        lots = frames.texts(frame, "lot_key")
        others = [c for c in frame.columns if c not in KEY_COLUMNS and c.lower() not in ("fid", "geometry")]
        for row, values in enumerate(zip(*(frames.texts(frame, column) for column in keys))):
            rest = tuple(str(frame[column].iloc[row]) for column in others)
            place = (lots[row] is None, natural(lots[row] or ""), title, rest)
            for value in values:
                if value is not None and (value not in first or place < first[value]):
                    first[value] = place
    # Rows that say the same (co-owners of a lot) need some order that is not theirs in the table.
    ordered = sorted(first, key=lambda key: (first[key], hashlib.sha256(key.encode()).hexdigest()))
    return {key: f"P{number:05d}" for number, key in enumerate(ordered, start=1)}
