"""How serious a finding is: by the area at stake and the accuracy class, and less so along seams of map sheets.

Maps are drawn sheet by sheet, each with errors of its own, so borders of lots on different sheets rarely fit. What
is found there is one thing: the seam, with its offset. Elsewhere an overlap or gap that is smaller than what the
area of the smallest lot may be off by its accuracy class (国土調査法施行令 別表第四) is one step less serious:
measuring alone explains it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ..texts import Text
from .findings import ERROR, KINDS, NOTE, WARNING
from .lots import Finding, Lots, figure, mean_width
from .tolerance import area_tolerance

#: Kinds that are a seam when the lots lie on different sheets.
SEAM_KINDS = ("overlap", "gap", "channel", "near_border", "missing_vertex")

_STEP_DOWN = {ERROR: WARNING, WARNING: NOTE, NOTE: NOTE}


def graded(lots: Lots, found: Sequence[Finding]) -> list[Finding]:
    """The findings with their severity; those along seams renamed."""
    sheets = _Sheets(lots)
    limits = _limits(lots, found)
    return [_grade(_seam(lots, item, sheets, limits), limits) for item in found]


def _limits(lots: Lots, found: Sequence[Finding]) -> dict[int, float]:
    """The area tolerance of each lot with an area that is named in a finding of an area or a border."""
    rows = {row for item in found if item.kind in SEAM_KINDS for row in item.rows if lots.area[row] > 0}
    named = np.array(sorted(rows), dtype=np.int64)
    return dict(zip(named.tolist(), area_tolerance(lots.area[named], lots.accuracy[named]).tolist()))


class _Sheets:
    """Sheets of each lot as sets; most lots share few different texts."""

    def __init__(self, lots: Lots) -> None:
        self._lots = lots
        self._known: dict[str, frozenset[str]] = {}

    def of(self, row: int) -> frozenset[str]:
        text = str(self._lots.sheet[row])
        if text not in self._known:
            self._known[text] = frozenset(part for part in re.split(r"[;,、\s]+", text) if part)
        return self._known[text]

    def differ(self, rows: Sequence[int]) -> bool:
        """Whether two of the lots have no sheet in common (unknown sheets never differ)."""
        sets = {self.of(row) for row in rows} - {frozenset()}
        arranged = sorted(sets, key=sorted)
        return any(not one & two for number, one in enumerate(arranged) for two in arranged[number + 1 :])


def _seam(lots: Lots, item: Finding, sheets: _Sheets, limits: dict[int, float]) -> Finding:
    if item.kind not in SEAM_KINDS or len(item.rows) < 2 or not sheets.differ(item.rows):
        return item
    offset = item.size
    if item.area is not None:
        offset = float(mean_width(np.array([item.area], dtype=object))[0][0])
    text = Text(
        "The map sheets do not fit here: {what}, offset about {off} m.",
        "図面の継ぎ目が合いません（{what}、ずれ 約{off} m）。",
    ).format(what=KINDS[item.kind].label, off=figure(offset))
    detail = f"{item.kind} {item.size:.4g} {item.unit}".strip()
    # Only an area larger than the class explains is worth looking at.
    severity = WARNING if item.area is not None and _at_stake(item, limits) else NOTE
    return item._replace(kind="seam", size=offset, unit="m", text=text, detail=detail, severity=severity)


def _at_stake(item: Finding, limits: dict[int, float]) -> bool:
    """Whether the area concerned exceeds the area tolerance of the smallest lot."""
    known = [limits[row] for row in item.rows if row in limits]
    return not known or item.size > min(known)


def _grade(item: Finding, limits: dict[int, float]) -> Finding:
    if item.severity:
        return item
    usual = KINDS[item.kind].severity
    if item.kind in ("overlap", "gap", "channel") and not _at_stake(item, limits):
        return item._replace(severity=_STEP_DOWN[usual])
    return item._replace(severity=usual)
