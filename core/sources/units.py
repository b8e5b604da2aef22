"""Units of declared areas: read out of a cell, guessed from the name of a column and from the areas on the map."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np

from . import values
from .unitnames import LABELS, SQUARE_METRES

__all__ = ["LABELS", "SQUARE_METRES", "UnitGuess", "guess_unit", "named_unit", "read_area"]

_NAMES = (
    ("ha", r"ha|hectare|ヘクタール|ヘクタル"),
    ("tsubo", r"坪|歩"),
    ("tan", r"反"),
    ("acre", r"acres?|エーカー"),
    ("a", r"アール|ares?"),
    ("m2", r"m2|m\^2|sqm|平方メートル|平米"),
)
#: Words a column name is cut into: "AREA_HA" -> area, ha.
_WORDS = re.compile(r"[a-z0-9^]+|[^a-z0-9\W_]+")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(町|反|畝|歩|坪|ha|ヘクタール|アール|a|m2|平方メートル|平米)?")
_SIGN = {
    "町": "cho", "反": "tan", "畝": "se", "歩": "tsubo", "坪": "tsubo", "ha": "ha", "ヘクタール": "ha", "アール": "a",
    "a": "a", "m2": "m2", "平方メートル": "m2", "平米": "m2",
}  # fmt: skip
#: A ratio of map to register within this part of a unit counts as that unit.
_NEAR = 0.15
#: Part of the rows that must tell of the same unit, and how many there must be.
_MOST, _ROWS = 0.8, 5


class UnitGuess(NamedTuple):
    """``unit`` (of :data:`SQUARE_METRES`, empty: not known), on what ``basis`` (map, name, cells, size, none), and
    ``named``: the unit the name of the column speaks of, empty when it names none."""

    unit: str
    basis: str
    named: str

    @property
    def conflict(self) -> bool:
        """Whether the areas say another unit than the name of the column."""
        return bool(self.named and self.unit and self.named != self.unit)


def read_area(value: object, unit: str = "m2") -> Optional[float]:
    """Square metres out of a cell: a number in ``unit``, or with its own unit ("1反2畝15歩", "0.12 ha").

    ``None`` for anything else, also for negative areas.

    >>> round(read_area("1反2畝15歩"), 2), read_area("0.12ha"), read_area("1,204")
    (1239.67, 1200.0, 1204.0)
    """
    number = values.number(value)
    if number is not None:
        return number * SQUARE_METRES[unit] if number >= 0 else None
    text = unicodedata.normalize("NFKC", values.plain(value)).replace(",", "").replace("㎡", "m2").strip().lower()
    text = re.sub(r"\s+", "", text)
    total, place = 0.0, 0
    seen: set[str] = set()
    while place < len(text):
        match = _PART.match(text, place)
        if not match or match.end() == place or not match.group(2):
            return None
        sign = _SIGN[match.group(2)]
        if sign in seen:
            return None
        seen.add(sign)
        total += float(match.group(1)) * SQUARE_METRES[sign]
        place = match.end()
    return total if seen else None


def named_unit(column: str) -> str:
    """The unit the name of a column speaks of; empty when it names none.

    >>> named_unit("AREA_HA"), named_unit("地積（㎡）"), named_unit("area"), named_unit("面積(坪)")
    ('ha', 'm2', '', 'tsubo')
    """
    text = unicodedata.normalize("NFKC", column).lower().replace("㎡", "m2")
    words = _WORDS.findall(text)
    for unit, pattern in _NAMES:
        if any(re.fullmatch(pattern, word) for word in words):
            return unit
        if re.search(r"[^\x00-\x7f]", pattern) and re.search(
            "|".join(part for part in pattern.split("|") if not part.isascii()), text
        ):
            return unit
    return ""


def guess_unit(column: str, cells: Sequence[object], measured: Optional[Sequence[float]] = None) -> UnitGuess:
    """The unit of a column of declared areas. ``measured``: areas on the map in m² of the same rows, where there are.

    The map is believed most (at least five rows and four fifths of them must agree), then signs in the cells, then the
    name, last the size of the numbers, which is only a guess to be asked.
    """
    named = named_unit(column)
    numbers = np.array([n if n is not None else np.nan for n in map(values.number, cells)], dtype=float)
    if measured is not None and len(measured) == len(numbers):
        unit = _by_map(numbers, np.asarray(measured, dtype=float))
        if unit:
            return UnitGuess(unit, "map", named)
    filled = [cell for cell in cells if values.plain(cell)]
    signed = sum(values.number(cell) is None and read_area(cell) is not None for cell in filled)
    if filled and signed >= _MOST * len(filled):
        return UnitGuess("m2", "cells", named)
    if named:
        return UnitGuess(named, "name", named)
    usable = numbers[np.isfinite(numbers) & (numbers > 0)]
    if len(usable) < _ROWS:
        return UnitGuess("", "none", named)
    middle = float(np.median(usable))
    # Lots in Japan are mostly 50 to 20,000 m² (assumption); what lies between could be ares or small lots in m².
    if middle >= 100:
        return UnitGuess("m2", "size", named)
    return UnitGuess("ha" if middle < 1 else "", "size" if middle < 1 else "none", named)


def _by_map(declared: np.ndarray, measured: np.ndarray) -> str:
    usable = np.isfinite(declared) & (declared > 0) & np.isfinite(measured) & (measured > 0)
    if usable.sum() < _ROWS:
        return ""
    ratio = measured[usable] / declared[usable]
    best, share = "", 0.0
    for unit, factor in SQUARE_METRES.items():
        part = float(np.mean(np.abs(ratio / factor - 1) <= _NEAR))
        if part > share:
            best, share = unit, part
    return best if share >= _MOST else ""
