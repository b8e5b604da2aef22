"""What the plan map says in words and figures: areas, who does what, revisions.

Plain Python on rows read from the plan, so that the map also prints where no package is installed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable, NamedTuple, Optional

from ..texts import Text
from . import codes

#: Not from strftime, whose words follow the machine's locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Unit(NamedTuple):
    """One unit of the plan as the map needs it; ``area_m2`` measured where the plan has none."""

    number: str
    kind: str
    code: str
    priority: bool
    area_m2: float
    hamlet: str
    actor: str
    method: str
    start: str
    decided_by: str
    decided_in: str


class ClassArea(NamedTuple):
    """Number of units, hectares and share (0..1) of one class."""

    code: str
    units: int
    area_ha: float
    share: float


class Action(NamedTuple):
    """Units of one class with the same actor, method and start ("" where not decided)."""

    code: str
    units: tuple[Unit, ...]
    actor: str
    method: str
    start: str


class Revision(NamedTuple):
    """What changed on one day; ``version`` counts such days from 1."""

    version: int
    day: dt.date
    change: Text


class Change(NamedTuple):
    """One row of the plan's history; ``draft``: the new state is a draft nobody decided."""

    day: dt.date
    action: str
    unit_id: str
    number: str
    new_class: str
    class_changed: bool
    draft: bool = False


def natural_key(number: str) -> tuple[Any, ...]:
    """Order as people count: A-2 before A-10, empty last.

    >>> sorted(["A-10", "", "A-2", "12-1", "3"], key=natural_key)
    ['3', '12-1', 'A-2', 'A-10', '']
    """
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", number) if part)
    return (not number, parts, number)


def class_areas(units: Iterable[Unit]) -> list[ClassArea]:
    """Areas of all six classes in their order, also of those without units."""
    area = dict.fromkeys(codes.CLASSES, 0.0)
    count = dict.fromkeys(codes.CLASSES, 0)
    for unit in units:
        area[unit.code] += unit.area_m2
        count[unit.code] += 1
    total = sum(area.values())
    return [
        ClassArea(code, count[code], area[code] / 1e4, area[code] / total if total else 0.0) for code in codes.CLASSES
    ]


def actions(units: Iterable[Unit]) -> list[Action]:
    """Who does what: units grouped by class, actor, method and start; the largest first in a class.

    Undecided units and units without actor, method and start are left out.
    """
    groups: dict[tuple[str, str, str, str], list[Unit]] = {}
    for unit in units:
        if unit.code != codes.UNDECIDED and (unit.actor or unit.method or unit.start):
            groups.setdefault((unit.code, unit.actor, unit.method, unit.start), []).append(unit)
    rows = []
    for (code, actor, method, start), members in groups.items():
        ordered = tuple(sorted(members, key=lambda unit: natural_key(unit.number)))
        rows.append(Action(code, ordered, actor, method, start))
    return sorted(
        rows, key=lambda row: (codes.CLASSES.index(row.code), -sum(unit.area_m2 for unit in row.units), row[2:])
    )


def _runs(numbers: Sequence[str], language: str) -> list[str]:
    """Unit numbers with neighbours joined: A-1, A-2, A-3, B-1 → "A-1〜3", "B-1"."""
    joint, other = ("〜", "・") if language == "ja" else ("–", ", ")
    families: dict[str, list[int]] = {}
    words: list[str] = []
    for number in sorted(set(numbers), key=natural_key):
        match = re.fullmatch(r"([A-Z]+)-(\d+)", number)
        if match:
            families.setdefault(match.group(1), []).append(int(match.group(2)))
        elif number:
            words.append(number)
    for prefix, members in families.items():
        spans: list[list[int]] = []
        for value in members:
            if spans and value == spans[-1][-1] + 1:
                spans[-1].append(value)
            else:
                spans.append([value])
        texts = [
            f"{span[0]}{joint}{span[-1]}" if len(span) > 2 else other.join(str(value) for value in span)
            for span in spans
        ]
        words.append(f"{prefix}-" + other.join(texts))
    return words


def name_units(units: Sequence[Unit], language: str, fits: Callable[[str], bool]) -> str:
    """The units of one row in the longest wording that ``fits``.

    Few units by number ("A-1〜6、B-1・3 ほか"), many lots by hamlet ("上谷 41筆、下谷 12筆").
    """
    comma, more = ("、", " ほか") if language == "ja" else (", ", " and more")
    lots = units[0].kind in ("lot", "fude")
    if lots and len(units) > 12:
        counts: dict[str, int] = {}
        for unit in units:
            counts[unit.hamlet] = counts.get(unit.hamlet, 0) + 1
        parts = [
            f"{hamlet} {count_units(count, 'lot').pick(language)}".strip() for hamlet, count in sorted(counts.items())
        ]
        if not fits(comma.join(parts)):
            parts = [count_units(len(units), "lot").pick(language)]
        return comma.join(parts)
    parts = _runs([unit.number for unit in units], language)
    if not parts:
        return count_units(len(units), units[0].kind).pick(language)
    shown = len(parts)
    while shown > 1 and not fits(comma.join(parts[:shown]) + (more if shown < len(parts) else "")):
        shown -= 1
    return comma.join(parts[:shown]) + (more if shown < len(parts) else "")


def count_units(count: int, kind: str) -> Text:
    """ "44 blocks", "44区画"; lots and field polygons count as 筆."""
    if kind in ("lot", "fude"):
        return Text(f"{count:,} lot" + ("" if count == 1 else "s"), f"{count:,}筆")
    if kind == "hamlet":
        return Text(f"{count:,} hamlet" + ("" if count == 1 else "s"), f"{count:,}集落")
    return Text(f"{count:,} block" + ("" if count == 1 else "s"), f"{count:,}区画")


#: What the units of a plan are called over a column, by their kind.
UNIT_HEADS = {
    "lot": Text("Lots", "筆"),
    "fude": Text("Lots", "筆"),
    "block": Text("Blocks", "区画"),
    "hamlet": Text("Hamlets", "集落"),
}


def main_kind(units: Sequence[Unit]) -> str:
    """The kind of most units (lot where there is none)."""
    counts: dict[str, int] = {}
    for unit in units:
        counts[unit.kind] = counts.get(unit.kind, 0) + 1
    return min(counts, key=lambda kind: (-counts[kind], kind), default="lot")


def revisions(changes: Iterable[Change], kind: str) -> list[Revision]:
    """One line per day with changes, newest first.

    Changes that leave the class as it is (a note, an actor) are told only on days with no other.
    """
    days: dict[dt.date, list[Change]] = {}
    for change in changes:
        days.setdefault(change.day, []).append(change)
    found = []
    for version, day in enumerate(sorted(days), 1):
        found.append(Revision(version, day, _what_changed(days[day], kind)))
    return found[::-1]


def _what_changed(changes: Sequence[Change], kind: str) -> Text:
    made = {change.unit_id for change in changes if change.action == "insert"}
    gone = {change.unit_id for change in changes if change.action == "delete"}
    chosen = {
        change.unit_id: change
        for change in changes
        if change.action == "update" and change.class_changed and change.unit_id not in made
    }
    parts = []
    if made - gone:
        drafted = all(change.draft for change in changes if change.action == "insert")
        words = Text("{count} entered", "{count}を記入")
        if drafted:
            words = Text("Draft for {count}", "たたき台（{count}）")
        parts.append(words.format(count=count_units(len(made - gone), kind)))
    if len(chosen) == 1:
        change = next(iter(chosen.values()))
        parts.append(
            Text("{number} set to {word}", "{number} を{word}に決定").format(
                number=change.number or change.unit_id[:8],
                word=_short(change.new_class),
            )
        )
    elif chosen:
        parts.append(Text("{count} reviewed", "{count}を見直し").format(count=count_units(len(chosen), kind)))
    if gone - made:
        parts.append(Text("{count} removed", "{count}を削除").format(count=count_units(len(gone - made), kind)))
    if not parts:
        units = {change.unit_id for change in changes}
        parts.append(
            Text("Details of {count} changed", "{count}の内容を更新").format(count=count_units(len(units), kind))
        )
    return Text(", ".join(part.en for part in parts), "、".join(part.ja for part in parts))


def _short(code: str) -> Text:
    known = codes.CLASS_BY_CODE.get(code)
    return known.short if known else Text(code, code)


def start_label(value: Optional[dt.date], language: str) -> str:
    """Month and year of a start date; "" when there is none."""
    if value is None:
        return ""
    return f"{value.year}年{value.month}月" if language == "ja" else f"{_MONTHS[value.month - 1]} {value.year}"


def day_label(value: dt.date, language: str) -> str:
    """A date as people write it: 2025年11月20日, 20 Nov 2025."""
    if language == "ja":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def date_words(text: str, language: str) -> str:
    """A date or span as the sources tell it, as people write it: 2023-08-26–2025 is 2023年8月26日〜2025年.

    What is no ISO date stays as it is.
    """
    parts = [_part_of_date(part, language) for part in text.split("–")]
    if len(parts) > 2 or "" in parts:
        return text
    if len(parts) == 2 and language == "ja" and all(re.fullmatch(r"\d{4}年", part) for part in parts):
        parts[0] = parts[0].rstrip("年")
    return ("〜" if language == "ja" else "–" if all(part.isdigit() for part in parts) else " – ").join(parts)


def _part_of_date(text: str, language: str) -> str:
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", text.strip())
    if found is None:
        return ""
    year, month, day = (int(number) if number else 0 for number in found.groups())
    try:
        whole = dt.date(year, month or 1, day or 1)
    except ValueError:
        return ""
    if day:
        return day_label(whole, language)
    if language == "ja":
        return f"{year}年{month}月" if month else f"{year}年"
    return f"{_MONTHS[month - 1]} {year}" if month else str(year)


def year_label(year: int, language: str) -> str:
    """A target year, in Japanese also by era (from 2019 on): 2035年（令和17年）."""
    if language != "ja":
        return str(year)
    era = f"（令和{year - 2018}年）" if year > 2019 else "（令和元年）" if year == 2019 else ""
    return f"{year}年{era}"


def source_lines(value: str, language: str) -> list[str]:
    """Data with dates from ``plan_meta``: a JSON object or list, or plain text by lines.

    Objects may map a name to a date, or to ``{"en": …, "ja": …, "date": …}``.
    """
    import json

    text = value.strip()
    if not text.startswith(("{", "[")):
        return [line.strip() for line in text.splitlines() if line.strip()]
    try:
        found = json.loads(text)
    except ValueError:
        return [text]
    items: Iterable[tuple[str, Any]]
    if isinstance(found, Mapping):
        items = found.items()
    else:
        items = [
            (str(entry.get("name", "")), entry) if isinstance(entry, Mapping) else (str(entry), "") for entry in found
        ]
    lines = []
    for name, entry in items:
        if isinstance(entry, Mapping):
            name = str(entry.get(language) or entry.get("name") or name)
            entry = entry.get("date") or ""
        lines.append(f"{name} {date_words(str(entry), language)}".strip())
    return lines
