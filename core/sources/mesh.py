"""Squares of the Japanese standard grid (JIS X 0410 and its subdivisions) from their codes, in degrees."""

from __future__ import annotations

import re
from typing import Any, Optional

import numpy as np
import shapely

#: Sides of the first-order square: 1 degree east, 40 minutes north.
_NORTH, _EAST = 2.0 / 3.0, 1.0
#: Sizes by name: (digits of the code, how the last step is cut).
SIZES = {"1km": (8,), "500m": (9,), "250m": (10,), "100m": (10,)}


def square(code: str, size: str) -> Optional[tuple[float, float, float, float]]:
    """West, south, east, north of a square in degrees; ``None`` for a code that does not exist.

    ``size``: 1km (8 digits), 500m (9: halves), 250m (10: halves of halves), 100m (10: tenths of the 1 km square), or
    ``auto`` (by the number of digits, ten digits as 250 m).

    >>> [round(value, 6) for value in square("53394611", "1km")]
    [139.7625, 35.675, 139.775, 35.683333]
    """
    if size == "auto":
        size = {8: "1km", 9: "500m", 10: "250m"}.get(len(code), "")
    if size not in SIZES or len(code) not in SIZES[size] or not re.fullmatch(r"[0-9]+", code):
        return None
    south, west = int(code[:2]) * _NORTH, 100.0 + int(code[2:4])
    if int(code[4]) > 7 or int(code[5]) > 7:
        return None
    north_step, east_step = _NORTH / 8, _EAST / 8
    south, west = south + int(code[4]) * north_step, west + int(code[5]) * east_step
    north_step, east_step = north_step / 10, east_step / 10
    south, west = south + int(code[6]) * north_step, west + int(code[7]) * east_step
    if size == "100m":
        north_step, east_step = north_step / 10, east_step / 10
        south, west = south + int(code[8]) * north_step, west + int(code[9]) * east_step
    else:
        for digit in code[8:]:
            if digit not in "1234":
                return None
            north_step, east_step = north_step / 2, east_step / 2
            south, west = south + (int(digit) > 2) * north_step, west + (digit in "24") * east_step
    return west, south, west + east_step, south + north_step


def squares(codes: Any, size: str) -> np.ndarray:
    """Squares (polygons in degrees) of many codes; missing where the code does not exist."""
    found = np.full(len(codes), None, dtype=object)
    for row, code in enumerate(codes):
        bounds = square(str(code), size) if code is not None else None
        if bounds is not None:
            found[row] = shapely.box(*bounds)
    return found
