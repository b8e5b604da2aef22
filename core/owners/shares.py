"""Shares of co-owners as exact fractions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Optional

from ..parcels.lotletters import KANJI_NUMERALS, number_of

_N = rf"(\d+|[{KANJI_NUMERALS}]+)"
_PART_OF = re.compile(rf"{_N}分(?:の|ノ|之){_N}")
_OVER = re.compile(r"(?<![-.\d])(\d+)/(\d+)(?![.\d])")
_PERCENT = re.compile(r"^(\d+(?:\.\d+)?)%$")
_DECIMAL = re.compile(r"^[01](?:\.\d+)?$")
_WHOLE = ("全部", "単独", "所有権")


def parse(value: object) -> Optional[Fraction]:
    """A share out of a cell; ``None`` when empty, not understood, zero or above one, or when it tells several.

    >>> parse("２分の１"), parse("三分の一"), parse("3/12"), parse("全部"), parse("1/3と1/4")
    (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), Fraction(1, 1), None)
    """
    if value is None or value != value:
        return None
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))
    text = text.replace("⁄", "/").replace("∕", "/").replace(",", "")
    told = [(number_of(over), number_of(under)) for under, over in _PART_OF.findall(text)]
    told += [(int(over), int(under)) for over, under in _OVER.findall(text)]
    percent = _PERCENT.match(text)
    share: Optional[Fraction] = None
    if told:
        # 5分の2・5分の1 may be a sum, a correction or two people: not for a program to say.
        fractions = {Fraction(over, under) if over is not None and under else None for over, under in told}
        share = fractions.pop() if len(fractions) == 1 else None
    elif percent:
        share = Fraction(percent.group(1)) / 100
    elif _DECIMAL.match(text):
        share = Fraction(text)
    elif text in _WHOLE:
        share = Fraction(1)
    return share if share is not None and 0 < share <= 1 else None


def total(shares: Iterable[Optional[Fraction]]) -> Optional[Fraction]:
    """The sum; ``None`` when any share is unknown."""
    result = Fraction(0)
    for share in shares:
        if share is None:
            return None
        result += share
    return result
