"""Numbers of plan units as people read them on maps: ``A-1``, ``A-2``, ``B-1`` or the lot number.

Each hamlet gets a letter; its units are numbered along the hamlet's longer direction, from west to
east (from south to north where it runs exactly north–south). A number once given stays, also when
units come or go, because paper maps and minutes carry it. Where a hamlet has more than
:data:`MOST_NUMBERS` units, running numbers are harder to find on a map than the lot numbers that
residents know, so the whole plan uses lot numbers instead (a product rule).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

import numpy as np

MOST_NUMBERS = 99
RUNNING, CHIBAN = "running", "chiban"


class Numbering(NamedTuple):
    """What must be remembered between runs: ``scheme``, letter per hamlet, last number per letter."""

    scheme: str
    letters: dict[str, str]
    last: dict[str, int]


def letter(position: int) -> str:
    """A, B … Z, AA, AB … for 0, 1, ….

    >>> letter(0), letter(25), letter(26), letter(27)
    ('A', 'Z', 'AA', 'AB')
    """
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def chiban_of(lot_key: Optional[str]) -> Optional[str]:
    """The lot number at the end of a lot key (``15222-241-000-0000-00-1024-1`` → ``1024-1``)."""
    parts = (lot_key or "").split("-", 5)
    return parts[5] if len(parts) == 6 else None


def order_along(points: np.ndarray, keys: Sequence[str]) -> np.ndarray:
    """Positions of ``points`` (n × 2, metres) ordered along their longer direction; ties by key.

    The direction is the first principal axis, turned to point east (north when exactly vertical).
    """
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    along = axes[:, -1]
    if along[0] < -1e-9 or (abs(along[0]) <= 1e-9 and along[1] < 0):
        along = -along
    across = np.array([-along[1], along[0]])
    # Decimetres: rounding keeps the order the same whatever the order of the input rows.
    first = np.round(centred @ along, 1)
    second = np.round(centred @ across, 1)
    return np.array(sorted(range(len(keys)), key=lambda row: (first[row], -second[row], keys[row])), dtype=int)


def assign(
    keys: Sequence[str],
    hamlets: Sequence[Optional[str]],
    points: np.ndarray,
    chibans: Sequence[Optional[str]],
    known: Optional[Numbering] = None,
    in_plan: Optional[Mapping[str, int]] = None,
) -> tuple[list[str], Numbering]:
    """Number new units.

    ``keys`` are unique (unit ids), ``points`` a place inside each unit (n × 2). ``known`` is what
    an earlier run remembered, ``in_plan`` how many units each hamlet already has. Returns one
    number per unit in input order and what to remember.
    """
    homes = [home or "" for home in hamlets]
    counts: dict[str, int] = dict(in_plan or {})
    for home in homes:
        counts[home] = counts.get(home, 0) + 1
    if known is None:
        crowded = max(counts.values(), default=0) > MOST_NUMBERS
        known = Numbering(CHIBAN if crowded and any(chibans) else RUNNING, {}, {})
    letters, last = dict(known.letters), dict(known.last)
    for home in sorted(set(homes) - set(letters) - {""}):
        letters[home] = letter(len(letters))
    numbers = [""] * len(keys)
    for home in sorted(set(homes)):
        rows = [row for row, own in enumerate(homes) if own == home]
        prefix = letters.get(home, "")
        for position in order_along(points[rows], [keys[row] for row in rows]):
            row = rows[position]
            if known.scheme == CHIBAN and chibans[row]:
                numbers[row] = str(chibans[row])
                continue
            last[prefix] = last.get(prefix, 0) + 1
            numbers[row] = f"{prefix}-{last[prefix]}" if prefix else str(last[prefix])
    return numbers, Numbering(known.scheme, letters, last)
