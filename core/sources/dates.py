"""The date of data out of the name of a file or the lines above a table."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

from .. import intake

_ERA = re.compile(r"(?:令和|平成|昭和|[RHS])\s*(?:\d{1,2}|元)\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}", re.IGNORECASE)
_ERA_YEAR = re.compile(r"(令和|平成|昭和)\s*(\d{1,2}|元)\s*年度?")
_FIRST = {"令和": 2018, "平成": 1988, "昭和": 1925}
_WESTERN = re.compile(
    r"(?<!\d)(19[5-9]\d|20\d\d)(?:[-_./年]?(0?[1-9]|1[0-2])(?:[-_./月]?(0?[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


def date_in_text(text: str, today: dt.date) -> str:
    """Day, month or year in a text as ISO text; empty when there is none, or only one in the future.

    >>> date_in_text("土地台帳_令和6年4月1日現在.xlsx", dt.date(2026, 1, 1))
    '2024-04-01'
    """
    plain = unicodedata.normalize("NFKC", text)
    for match in _ERA.finditer(plain):
        day = intake.date(match.group())
        if day is not None and day <= today:
            return day.isoformat()
    for match in _WESTERN.finditer(plain):
        year, month, day_of_month = match.groups()
        if int(year) > today.year:
            continue
        parts = [year] + [part.zfill(2) for part in (month, day_of_month) if part]
        return "-".join(parts)
    for match in _ERA_YEAR.finditer(plain):
        era, number = match.groups()
        found = _FIRST[era] + (1 if number == "元" else int(number))
        if found <= today.year:
            return str(found)
    return ""


def date_of(name: str, above: Iterable[str], today: dt.date) -> str:
    """The date in the lines above a table, else in the name of the file."""
    for line in above:
        found = date_in_text(line, today)
        if found:
            return found
    return date_in_text(name, today)
