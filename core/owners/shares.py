"""Shares of co-owners as exact fractions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Optional

_PART_OF = re.compile(r"(\d+)分(?:の|ノ|之)(\d+)")
_OVER = re.compile(r"(\d+)\s*/\s*(\d+)")
_PERCENT = re.compile(r"^(\d+(?:\.\d+)?)%$")
_DECIMAL = re.compile(r"^[01](?:\.\d+)?$")
_WHOLE = ("全部", "単独", "所有権")


def parse(value: object) -> Optional[Fraction]:
    """A share out of a cell; ``None`` when empty, not understood, zero or above one.

    >>> parse("２分の１"), parse("3/12"), parse("全部"), parse("?")
    (Fraction(1, 2), Fraction(1, 4), Fraction(1, 1), None)
    """
    if value is None or value != value:
        return None
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))
    text = text.replace("⁄", "/").replace("∕", "/").replace(",", "")
    part = _PART_OF.search(text)
    over = _OVER.search(text)
    percent = _PERCENT.match(text)
    share: Optional[Fraction] = None
    if part and int(part.group(1)):
        share = Fraction(int(part.group(2)), int(part.group(1)))
    elif over and int(over.group(2)):
        share = Fraction(int(over.group(1)), int(over.group(2)))
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
