"""Which column means what, guessed from the names and from what stands in the cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Callable, Optional

from .. import intake
from ..parcels.lotnumber import read as read_lot
from . import units, values

#: Rows that are looked at.
SAMPLE = 200
#: Contents below this part speak against a column whose name only contains the word.
_AGAINST = 0.2
#: Contents from this part on speak for a column whose name says nothing.
_FOR = 0.8
_ENOUGH = 3

#: Land categories (不動産登記規則99条).
_CATEGORIES = frozenset(
    (
        "田", "畑", "宅地", "学校用地", "鉄道用地", "塩田", "鉱泉地", "池沼", "山林", "牧場", "原野", "墓地", "境内地",
        "運河用地", "水道用地", "用悪水路", "ため池", "溜池", "堤", "井溝", "保安林", "公衆用道路", "公園", "雑種地",
    )
)  # fmt: skip
_NAME = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff々ヶヵ]{1,6}[ 　][\S]{1,8}")
_BODY = re.compile(
    r"株式会社|有限会社|\(株\)|\(有\)|組合|財産区|神社|寺$|^国$|(県|市|町|村)$|農業協同組合|法人|会$|外\d+名"
)
_ADDRESS = re.compile(r"(都|道|府|県|市|区|町|村|大字|字|丁目|番地).*\d|番地")
_SHARE = re.compile(r"\d+分の\d+|\d+/\d+|全部")


def _text(value: object) -> str:
    return unicodedata.normalize("NFKC", values.plain(value))


def _is_lot(value: object) -> bool:
    text = _text(value)
    if not text or len(text) > 40 or re.fullmatch(r"\d{7,}|\d+\.\d+|\d{4}[-/]\d{1,2}[-/]\d{1,2}", text):
        return False
    return read_lot(text).certain


def _has_branch(value: object) -> bool:
    return bool(re.search(r"[-の番]", _text(value)))


def _is_name(value: object) -> bool:
    text = values.plain(value)
    return bool(_NAME.fullmatch(text) or _BODY.search(_text(value))) and not re.search(r"\d番", _text(value))


def _is_category(value: object) -> bool:
    return re.sub(r"[（(].*", "", _text(value)) in _CATEGORIES


def _test(role: str, meaning: intake.Meaning) -> tuple[Optional[Callable[[object], bool]], bool]:
    """What a cell of a meaning looks like, and whether such contents alone give a column away."""
    special: dict[str, tuple[Callable[[object], bool], bool]] = {
        "chiban": (_is_lot, True),
        "owner": (_is_name, True),
        "cultivator": (_is_name, False),
        "name": (_is_name, True),
        "address": (lambda value: bool(_ADDRESS.search(_text(value))), True),
        "share": (lambda value: bool(_SHARE.fullmatch(_text(value))), True),
        "category_reg": (_is_category, True),
        "area_reg": (lambda value: units.read_area(value) is not None, False),
        "longitude": (lambda value: 122 <= (values.number(value) or 0) <= 154, True),
        "latitude": (lambda value: 20 <= (values.number(value) or 0) <= 46, False),
        "age": (lambda value: 15 <= (intake.number(value) or 0) <= 110, False),
    }
    if meaning.name in special:
        return special[meaning.name]
    if meaning.kind == intake.MONTH:
        return (lambda value: intake.month(value) is not None), False
    if meaning.kind == intake.DATE:
        return (lambda value: intake.date(value) is not None), True
    if meaning.kind == intake.CODE:
        return (lambda value: intake.code(role, meaning.name, value) is not None), True
    if meaning.kind in (intake.NUMBER, intake.INTEGER):
        return (lambda value: values.number(value) is not None), False
    return None, False


def guess(role: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, Optional[str]]:
    """The column each meaning of ``role`` most likely stands for; ``None`` where none fits.

    A whole name counts more than a part of one; contents confirm, refuse or, where they are unmistakable, stand alone.
    Each column is used once. The same for the same table.
    """
    meanings = intake.MEANINGS[role]
    sample = rows[:SAMPLE]
    cells = {column: [row.get(column) for row in sample if values.plain(row.get(column))] for column in columns}
    scored: list[tuple[float, int, int]] = []
    for number, meaning in enumerate(meanings):
        test, telling = _test(role, meaning)
        words = [intake.fold(word) for word in meaning.words]
        for place, column in enumerate(columns):
            folded = intake.fold(column)
            named = 3.0 if folded in words else 2.0 if any(len(w) > 1 and w in folded for w in words) else 0.0
            filled = cells[column]
            fits = sum(map(test, filled)) / len(filled) if test is not None and filled else None
            if named == 3.0:
                # Among several whole names the earlier word of the meaning wins.
                named += 0.5 - 0.01 * words.index(folded)
            if fits is not None and len(filled) >= _ENOUGH:
                if named and named < 3.0 and fits < _AGAINST:
                    continue
                if not named and not (telling and fits >= _FOR):
                    continue
                if not named and meaning.kind == intake.LOT and not any(map(_has_branch, filled)):
                    continue  # plain numbers may count anything
                named += fits
            elif not named:
                continue
            scored.append((-named, number, place))
    result: dict[str, Optional[str]] = {meaning.name: None for meaning in meanings}
    taken: set[int] = set()
    for _score, number, place in sorted(scored):
        name = meanings[number].name
        if result[name] is None and place not in taken:
            result[name] = columns[place]
            taken.add(place)
    return result


def guess_area(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], measured: Sequence[float]
) -> Optional[tuple[str, str]]:
    """The column whose numbers follow the areas on the map, and its unit, whatever its name; ``None`` without one."""
    found: list[tuple[int, str, str]] = []
    for place, column in enumerate(columns):
        cells = [row.get(column) for row in rows]
        unit = units.guess_unit(column, cells, measured)
        if unit.basis == "map":
            found.append((place, column, unit.unit))
    return (found[0][1], found[0][2]) if found else None


_KEY_WORDS = re.compile(r"id$|^id|nr$|no$|num|code|key|ref|lohko|jpa|tunnus|parcel|lot|plot|番号|キー", re.IGNORECASE)


def guess_key(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Optional[str]:
    """The column that names each parcel of a foreign layer: filled, different in (nearly) every row, a name or whole
    number; among several the one whose name sounds like a key and whose values are the most different."""
    best: Optional[tuple[float, int]] = None
    for place, column in enumerate(columns):
        cells = [values.plain(row.get(column)) for row in rows]
        filled = [cell for cell in cells if cell]
        if len(filled) < 0.95 * len(cells) or not filled:
            continue
        if any(re.fullmatch(r"-?\d+\.\d+|\d{4}-\d\d-\d\d.*", cell) for cell in filled[:SAMPLE]):
            continue
        different = len(set(filled)) / len(filled)
        named = bool(_KEY_WORDS.search(column))
        if different < (0.95 if named else 1.0) or (not named and max(map(len, filled)) > 40):
            continue
        score = different + (1.0 if named else 0.0) - (0.5 if re.fullmatch(r"(object|f)id|gid", column, re.I) else 0.0)
        if best is None or score > best[0]:
            best = (score, place)
    return columns[best[1]] if best is not None else None
