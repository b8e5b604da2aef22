"""Tables whose headings are values: ages or months side by side become one row each.

Offices keep residents as ``集落, 0～4歳, 5～9歳, …`` and water readings as ``家屋番号, 4月, 5月, …``. What such a
heading says goes into a column of its own, what stands under it into another; all other cells are repeated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

from .. import intake
from ..errors import InputError
from ..intake_report import NOTE, WARNING, CheckReport
from ..texts import Text
from . import values

#: Fewer headings than this are no wide table.
_LEAST = 3
#: Per kind of table: the meaning of the headings, of what stands under them, and the names of the two columns made.
ROLES: dict[str, tuple[str, str]] = {"residents": ("age_from", "residents"), "water_use": ("month", "m3")}
_HEADING = {"residents": "（見出しの年齢）", "water_use": "（見出しの月）"}
_UNDER = {"residents": "（見出しの下の人数）", "water_use": "（見出しの下の水量）"}

_SEX = r"男女計|男性?|女性?|総数|合計|計|males?|females?|total"
_AGE = re.compile(
    rf"(?P<before>{_SEX})?[\s_・:(]*"
    r"(?P<class>\d{1,3}(?:歳|才)?(?:(?:[~〜\-‐–—ー−]|から|to)(?:\d{1,3})?(?:歳|才)?|以上|超|\+|andover)?(?:歳|才)?(?:以上)?)"
    rf"[\s_・:()]*(?P<after>{_SEX})?\)?(?:人口|人数|\(人\)|人)?",
    re.IGNORECASE,
)
_MONTH = re.compile(r"(?P<month>1[0-2]|0?[1-9])月")
_AFTER_MONTH = re.compile(r"(分|度|期|検針|使用水量|使用量|水量|有収水量|\(?m3\)?|\(?㎥\)?)+$")
#: Headings that hold a year, and whether it begins in April.
_YEAR_COLUMNS = {"年度": True, "会計年度": True, "年": False, "西暦": False, "year": False, "fiscal_year": True}
_YEAR = re.compile(r"(?:(?P<era>令和|平成|R|H)\s*(?P<short>\d{1,2}|元)|(?P<long>(?:19|20)\d{2}))\s*(?P<word>年度|年)?")
#: What Japanese statistics write for none, and for a figure that is kept back.
_NONE = ("-", "－", "―", "ー", "–")
_KEPT_BACK = ("x", "X", "ｘ", "χ", "***", "…")


class Long(NamedTuple):
    """A table with one row per heading: its ``columns``, ``rows``, the file ``lines`` these stand in, the
    ``columns_of`` the two meanings, and what to tell: the ``headings`` read, those left as ``sums``, cells ``empty``
    and ``kept_back``."""

    columns: list[str]
    rows: list[dict[str, Any]]
    lines: list[int]
    columns_of: dict[str, str]
    headings: tuple[str, ...]
    sums: tuple[str, ...]
    empty: int
    kept_back: int


def columns_of(role: str) -> dict[str, str]:
    """The columns made by :func:`unfold` by meaning; empty for kinds of tables that are never wide."""
    return dict(zip(ROLES[role], (_HEADING[role], _UNDER[role]))) if role in ROLES else {}


def _plain(text: object) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", values.plain(text)))


def age_class(heading: object) -> Optional[tuple[str, str]]:
    """Age class and sex of a heading (``"0～4歳（男）"`` is ``("0~4歳", "男")``); ``None`` for any other heading."""
    match = _AGE.fullmatch(_plain(heading))
    if match is None:
        return None
    found = match.group("class")
    if re.fullmatch(r"\d+", found):
        return None  # a bare number may be anything
    ages = [int(age) for age in re.findall(r"\d+", found)]
    if max(ages) > 120 or ages != sorted(ages):
        return None
    return found, (match.group("before") or match.group("after") or "").casefold()


def month_of(heading: object) -> Optional[tuple[Optional[str], int]]:
    """The month of a heading: ``("2024-04", 4)`` where it names its year, ``(None, 4)`` for a bare 4月."""
    text = _AFTER_MONTH.sub("", _plain(heading))
    bare = _MONTH.fullmatch(text)
    if bare is not None:
        return None, int(bare.group("month"))
    if not re.fullmatch(r"(令和|平成|R|H)?(\d{1,4}|元)[年./-]?\d{1,2}月?", text, re.IGNORECASE):
        return None
    found = intake.month(text)
    return None if found is None else (found, int(found[-2:]))


def unfold(
    role: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], lines: Sequence[int], source: str = ""
) -> Optional[Long]:
    """The table with one row per heading, or ``None`` where it is none of this kind.

    ``source``: name of the file, which may tell the year of bare months. Raises ``InputError`` when nothing does.
    """
    if role == "residents":
        return _residents(columns, rows, lines)
    if role == "water_use":
        return _water(columns, rows, lines, source)
    return None


def _residents(columns: Sequence[str], rows: Sequence[Mapping[str, Any]], lines: Sequence[int]) -> Optional[Long]:
    found = {column: told for column in columns if (told := age_class(column)) is not None}
    if len({told[0] for told in found.values()}) < _LEAST:
        return None
    parts = {"男", "男性", "女", "女性", "male", "males", "female", "females"}
    whole = {told[0] for told in found.values() if told[1] not in parts}
    # Men, women and both side by side: the sums are taken and the parts left, so that nobody counts twice.
    used = {column: told[0] for column, told in found.items() if told[1] not in parts or told[0] not in whole}
    # So are classes that hold others (65歳以上 beside 65～69歳 …).
    spans = {told: _span(told) for told in used.values()}
    holds = {
        one
        for one, (low, high) in spans.items()
        if any(other != (low, high) and low <= other[0] and other[1] <= high for other in spans.values())
    }
    used = {column: told for column, told in used.items() if told not in holds}
    if len(set(used.values())) < _LEAST:
        return None
    left = [column for column in found if column not in used]
    return _unfolded(
        "residents", columns, rows, lines, {column: [told] * len(rows) for column, told in used.items()}, left
    )


def _span(told: str) -> tuple[int, int]:
    """First and last age of a class; an open class has no end."""
    ages = [int(age) for age in re.findall(r"\d+", told)]
    return ages[0], 999 if intake.is_open_class(told) else ages[-1]


def _water(
    columns: Sequence[str], rows: Sequence[Mapping[str, Any]], lines: Sequence[int], source: str
) -> Optional[Long]:
    found = {column: told for column in columns if (told := month_of(column)) is not None}
    if len(found) < _LEAST:
        return None
    year_column = next((column for column in columns if _plain(column).casefold() in _YEAR_COLUMNS), None)
    of_file = _year(source, False)
    cells: dict[str, list[Optional[str]]] = {}
    for column, (whole, month) in found.items():
        if whole is not None:
            cells[column] = [whole] * len(rows)
            continue
        cells[column] = []
        for row in rows:
            fiscal = _YEAR_COLUMNS[_plain(year_column).casefold()] if year_column is not None else False
            year = _year(row.get(year_column), fiscal) if year_column is not None else of_file
            if year is None and year_column is None:
                raise InputError(
                    Text(
                        "The months of the headings ({months}) have no year. Add a column 年度 or 年, or write the "
                        "year into the headings or the name of the file (for example 令和6年度).",
                        "見出しの月（{months}）に年がありません。「年度」か「年」の列を足すか、見出しかファイルの名前"
                        "に年を書いてください（例: 令和6年度）。",
                    ).format(months=", ".join(list(found)[:3]))
                )
            cells[column].append(None if year is None else f"{year[0] + (year[1] and month < 4)}-{month:02d}")
    return _unfolded("water_use", columns, rows, lines, cells, [])


def _year(value: object, fiscal: bool) -> Optional[tuple[int, bool]]:
    """The year in a text and whether it begins in April; ``fiscal``: where the text does not say."""
    match = _YEAR.search(unicodedata.normalize("NFKC", values.plain(value)))
    if match is None:
        return None
    if match.group("long"):
        year = int(match.group("long"))
    else:
        short = 1 if match.group("short") == "元" else int(match.group("short"))
        year = short + (2018 if match.group("era") in ("令和", "R") else 1988)
    word = match.group("word")
    return year, (word == "年度" if word == "年度" else fiscal)


def _unfolded(
    role: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    lines: Sequence[int],
    cells: Mapping[str, Sequence[Optional[str]]],
    sums: Sequence[str],
) -> Long:
    heading, under = _HEADING[role], _UNDER[role]
    stay = [column for column in columns if column not in cells and column not in sums]
    made: list[dict[str, Any]] = []
    at: list[int] = []
    empty = kept_back = 0
    for number, (row, line) in enumerate(zip(rows, lines)):
        beside = {column: row.get(column) for column in stay}
        if not any(values.plain(row.get(column)) for column in cells):
            # A note or an empty line stays one row, to be set aside with its reason.
            made.append({**beside, heading: None, under: None})
            at.append(line)
            continue
        for column, told in cells.items():
            text = values.plain(row.get(column))
            if not text:
                empty += 1
                continue
            if text in _KEPT_BACK:
                kept_back += 1
                continue
            made.append({**beside, heading: told[number], under: 0 if text in _NONE else row.get(column)})
            at.append(line)
    return Long([*stay, heading, under], made, at, columns_of(role), tuple(cells), tuple(sums), empty, kept_back)


def tell(long: Long, report: CheckReport) -> None:
    """Say in the report how the headings were read."""
    report.remark(
        "wide_table",
        NOTE,
        Text(
            "{n} columns are values side by side ({first} … {last}); each was read as a row of its own.",
            "見出しが値になっている{n}列（{first}〜{last}）を、1列につき1行として読みました。",
        ).format(n=len(long.headings), first=long.headings[0], last=long.headings[-1]),
        len(long.headings),
    )
    if long.sums:
        report.remark(
            "wide_parts",
            NOTE,
            Text(
                "Columns for men or women beside a column for both were left: {n}.",
                "男女計の列があるため、男・女の列は使いませんでした: {n}列。",
            ).format(n=len(long.sums)),
            len(long.sums),
        )
    if long.empty:
        report.remark(
            "wide_empty",
            NOTE,
            Text("Empty cells under these headings: {n}.", "これらの見出しの下の空欄: {n}。").format(
                n=f"{long.empty:,}"
            ),
            long.empty,
        )
    if long.kept_back:
        report.remark(
            "wide_kept_back",
            WARNING,
            Text(
                "Figures kept back in the table (x): {n}. They are missing in the sums.",
                "表で伏せられた数（x）: {n}。合計に入っていません。",
            ).format(n=f"{long.kept_back:,}"),
            long.kept_back,
        )
