"""Tolerances by accuracy class (精度区分) of 国土調査法施行令 別表第四.

Distance: ``a + b·√S`` metres (S in metres); area: ``(a + b·⁴√F)·√F`` m² (F in m²). The graphical
method's extra term α is added by the caller's ``alpha`` (metres).

The position error behind the classes is relative to the control point, not to a neighbouring map:
comparing two maps, or a map with the register, by these tolerances is a screening.
"""

from __future__ import annotations

import unicodedata
from typing import Any, NamedTuple, Optional, Union

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..errors import InputError
from ..texts import Text

Numbers = Union[float, npt.ArrayLike]


class AccuracyClass(NamedTuple):
    """One row of the table: constants of both formulas and the position error in metres."""

    name: str
    distance_a: float
    distance_b: float
    area_a: float
    area_b: float
    position_rms: float
    position_limit: float


#: 別表第四, from the most to the least accurate.
CLASSES = {
    row.name: row
    for row in (
        AccuracyClass("甲一", 0.020, 0.003, 0.025, 0.003, 0.02, 0.06),
        AccuracyClass("甲二", 0.04, 0.01, 0.05, 0.01, 0.07, 0.20),
        AccuracyClass("甲三", 0.08, 0.02, 0.10, 0.02, 0.15, 0.45),
        AccuracyClass("乙一", 0.13, 0.04, 0.10, 0.04, 0.25, 0.75),
        AccuracyClass("乙二", 0.25, 0.07, 0.25, 0.07, 0.50, 1.50),
        AccuracyClass("乙三", 0.50, 0.14, 0.50, 0.14, 1.00, 3.00),
    )
}

_DIGITS = {"1": "一", "2": "二", "3": "三", "壱": "一", "弐": "二", "参": "三", "I": "一", "II": "二", "III": "三"}


def accuracy_class(value: object) -> Optional[str]:
    """The class meant by ``value`` (甲一 … 乙三), or ``None`` when it names none.

    Accepts half and full width and the usual spellings: 甲３, "甲 3", 甲(三), 精度区分甲三, 甲Ⅲ.
    """
    if value is None or value != value:  # NaN is not equal to itself
        return None
    text = unicodedata.normalize("NFKC", str(value)).upper()
    for drop in ("精度区分", "級", "(", ")", " ", "-", "・", "の"):
        text = text.replace(drop, "")
    if not text or text[0] not in "甲乙":
        return None
    number = _DIGITS.get(text[1:], text[1:])
    name = text[0] + number
    return name if name in CLASSES else None


def _constants(classes: Any, columns: tuple[int, int]) -> tuple[Any, Any]:
    """Two constants for one class name or an array of them (missing names give NaN)."""
    if isinstance(classes, str):
        if classes not in CLASSES:
            raise InputError(
                Text(
                    "“{name}” is not an accuracy class. Use one of {known}.",
                    "「{name}」は精度区分ではありません。{known} のどれかを使ってください。",
                ).format(name=classes, known=", ".join(CLASSES))
            )
        row = CLASSES[classes]
        return row[columns[0]], row[columns[1]]
    names = np.asarray(classes, dtype=object)
    nothing = (np.nan, np.nan)
    table = {name: (row[columns[0]], row[columns[1]]) for name, row in CLASSES.items()}
    codes, known = pd.factorize(names.ravel())  # a missing name gets the code -1: the last row
    pairs = np.array([*(table.get(name, nothing) for name in known), nothing], dtype=float)[codes]
    return pairs[:, 0].reshape(names.shape), pairs[:, 1].reshape(names.shape)


def distance_tolerance(distance: Numbers, classes: Any, alpha: Numbers = 0.0) -> Any:
    """Tolerance (m) of a distance of ``distance`` metres between two border points.

    ``classes``: one class name or an array of names. ``alpha``: extra metres of the graphical method.
    Raises ``InputError`` for a single unknown class name; unknown names in an array give NaN.
    """
    a, b = _constants(classes, (1, 2))
    return a + b * np.sqrt(np.asarray(distance, dtype=float)) + np.asarray(alpha, dtype=float)


def area_tolerance(area: Numbers, classes: Any) -> Any:
    """Tolerance (m²) of a lot of ``area`` m². Arguments and errors as in :func:`distance_tolerance`."""
    a, b = _constants(classes, (3, 4))
    size = np.asarray(area, dtype=float)
    return (a + b * np.power(size, 0.25)) * np.sqrt(size)
