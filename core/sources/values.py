"""Single values of open data: codes, words for "not known", dates, numbers. Unknown is a value, never "no"."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import unicodedata
from collections.abc import Collection
from typing import Optional

from .. import intake

#: The value of a code field whose source says nothing.
UNKNOWN = "unknown"
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")


def is_missing(value: object) -> bool:
    """Whether a cell of a frame holds nothing: ``None``, NaN, and the missing values of pandas."""
    if value is None:
        return True
    if isinstance(value, (str, int)):
        return False
    # Comparing pandas' own missing value with anything gives no truth value; it shows itself by its name.
    return str(value) in ("nan", "NaT", "<NA>")


def plain(value: object) -> str:
    """A cell as trimmed text, numbers of spreadsheets without ``.0``, nested values as JSON; empty when missing."""
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return str(value).strip()


def fold(text: str) -> str:
    """Text of codes and words for comparing: half width, small letters, no spaces at the ends."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def number(value: object) -> Optional[float]:
    """A number out of a cell that holds nothing else ("1,204.5", "１２"); else ``None``, also for infinite ones."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if math.isfinite(float(value)) else None
    text = unicodedata.normalize("NFKC", plain(value)).replace(",", "").strip()
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return found if math.isfinite(found) else None


def day(value: object) -> Optional[dt.date]:
    """A date out of a cell (see :func:`core.intake.date`); ``None`` for what is none, or outside 1868 to 2200."""
    found = intake.date(value)
    return found if found is not None and 1868 <= found.year <= 2200 else None


def padded(text: str, width: int) -> str:
    """A code with the leading zeros a spreadsheet took away."""
    return text.zfill(width) if width and text.isdigit() and text.isascii() else text


def city_code(text: str) -> str:
    """A municipality code in 5 digits: leading zero put back, the check digit of the 6-digit form taken off.

    >>> city_code("152226"), city_code("1101")
    ('15222', '01101')
    """
    text = unicodedata.normalize("NFKC", text)
    if not (text.isdigit() and text.isascii()):
        return text
    return text[:5] if len(text) == 6 else text.zfill(5)


def has_check_digit(code: str) -> bool:
    """Whether the last of 6 digits is the check digit of a municipality code (modulus 11, 総務省)."""
    if not re.fullmatch(r"[0-9]{6}", code):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(code, (6, 5, 4, 3, 2))) % 11
    return int(code[5]) == (11 - rest) % 10


def use_code(text: str) -> str:
    """A land-use code of L03-b in its official form: four digits (2009 and later) or one sign (before).

    A table program turns 0100 into 100: three digits get their zero back. "100" was never a code before 2009.
    """
    folded = fold(text).upper()
    return folded.zfill(4) if folded.isdigit() and len(folded) >= 3 else folded


def says_nothing(text: str, unknown: Collection[str]) -> bool:
    """Whether a cell holds nothing or a word for "not known"."""
    return not text or fold(text) in unknown
