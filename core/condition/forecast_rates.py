"""The editable tables of the forecast: chances and hours, each with its source or the word assumption.

One table of rates with three columns, one per scenario: ``low``, ``mid``, ``high`` say how fast land is
lost. Read once, checked once; the simulation then works with plain arrays.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from .. import frames
from ..errors import InputError
from ..texts import Text

#: Slope classes and the factors a lot may have.
SLOPES = ("flat", "gentle", "steep")
RATE_COLUMNS = ("rate", "low", "mid", "high")
HOUR_COLUMNS = ("land", "slope", "hours_10a")
RATES_TABLE = Text("The table of rates", "確率の表")
HOURS_TABLE = Text("The table of hours", "作業時間の表")
#: Ages run from 0 to this; whoever is older keeps the last rate.
OLDEST = 120
#: Where the age or successor is not known.
UNKNOWN_AGE = "unknown_age"

#: Rates by age that every age must have (``works_land`` and ``births`` are 0 where no row is).
_BY_AGE = {"stop_farming": True, "hours_farmer": True, "survives": True, "stays": True, "works_land": False}
_BY_AGE_OPEN = {**_BY_AGE, "births": False}
#: Rates by group (empty: the rate stands alone).
_BY_GROUP: dict[str, tuple[str, ...]] = {
    "takes_over": ("yes", "unknown", "no"),
    "finds_taker": SLOPES,
    "lease_ended": ("reachable", "to_check", "unknown"),
    "successor_age": ("",),
    "lease_years": ("",),
    "spread": ("",),
    "restored": ("",),
    "pace": ("",),
    "gentle_from": ("",),
    "steep_from": ("",),
    "road_far_from": ("",),
    "small_below": ("",),
}
#: Groups that are looked up where present; a missing factor is 1, a missing kind of land is not forecast.
_OPTIONAL = ("dropped", "dropped_factor", "finds_taker_factor")
#: Rates that are chances and must lie between 0 and 1.
_CHANCES = (
    "stop_farming",
    "takes_over",
    "finds_taker",
    "lease_ended",
    "dropped",
    "spread",
    "restored",
    "survives",
    "works_land",
)


class Rates(NamedTuple):
    """All rates of one scenario. ``by_age[rate]`` is an array over the ages 0..120, ``single[rate, group]`` a
    number, ``assumed`` the number of rows of the table marked as assumption, ``rows`` all rows."""

    scenario: str
    by_age: Mapping[str, np.ndarray]
    single: Mapping[tuple[str, str], float]
    assumed: int
    rows: int

    def one(self, rate: str, group: str = "") -> float:
        """A rate that must be there."""
        return self.single[rate, group]

    def factor(self, rate: str, group: str) -> float:
        """A factor; 1 where the table has none."""
        return self.single.get((rate, group), 1.0)

    def kinds(self) -> list[str]:
        """Kinds of land that are forecast: those with a chance to be dropped."""
        return sorted(group for rate, group in self.single if rate == "dropped")


def read_rates(text: str, scenario: str) -> Rates:
    """Rates from CSV text with a header line; raises ``InputError`` like :func:`rates_from_frame`."""
    return rates_from_frame(pd.DataFrame(list(csv.DictReader(io.StringIO(text))), dtype=object), scenario)


def _wrong(table: Text, row: int, problem: Text) -> InputError:
    return InputError(
        Text(
            "{table}, row {row}: {problem}. Correct the row and run again.",
            "{table}の{row}行目: {problem}。直してからもう一度実行してください。",
        ).format(table=table, row=row + 1, problem=problem)
    )


def rates_from_frame(frame: pd.DataFrame, scenario: str) -> Rates:
    """The rates of ``scenario`` from a table with the columns :data:`RATE_COLUMNS` (also ``group``, ``age_from``,
    ``age_to``; unit, source and labels may stand beside).

    Raises ``InputError`` naming the row of a number that is missing or no chance, an unknown rate, or naming what
    the table lacks.
    """
    frames.require(frame, RATE_COLUMNS, RATES_TABLE)
    names, groups = frames.texts(frame, "rate"), frames.texts(frame, "group")
    values = frames.numbers(frame, scenario)
    first, last = frames.numbers(frame, "age_from"), frames.numbers(frame, "age_to")
    by_age = {rate: np.full(OLDEST + 1, np.nan if needed else 0.0) for rate, needed in _BY_AGE_OPEN.items()}
    single: dict[tuple[str, str], float] = {}
    for row, (rate, value) in enumerate(zip(names, values)):
        group = groups[row] or ""
        if rate not in _BY_AGE_OPEN and rate not in _BY_GROUP and rate not in _OPTIONAL:
            raise _wrong(
                RATES_TABLE,
                row,
                Text("the rate “{rate}” is not known", "「{rate}」という項目はありません").format(rate=rate),
            )
        if not np.isfinite(value) or value < 0 or (rate in _CHANCES and value > 1):
            raise _wrong(
                RATES_TABLE,
                row,
                Text(
                    "“{rate}” needs a number of at least 0, a chance at most 1, in the column {scenario}",
                    "「{rate}」の{scenario}の欄には0以上（確率は1以下）の数が必要です",
                ).format(rate=rate, scenario=scenario),
            )
        if rate in _BY_AGE_OPEN and not group:
            if not (np.isfinite(first[row]) and np.isfinite(last[row]) and 0 <= first[row] <= last[row]):
                raise _wrong(
                    RATES_TABLE,
                    row,
                    Text("age_from and age_to are needed, in this order", "age_from と age_to が必要です（小さい順）"),
                )
            by_age[rate][int(first[row]) : int(last[row]) + 1] = value
        else:
            single[str(rate), group] = float(value)
    for rate, needed in _BY_AGE.items():
        if needed and np.isnan(by_age[rate]).any():
            raise _lacking(f"{rate}, age {int(np.flatnonzero(np.isnan(by_age[rate]))[0])}")
    for rate, wanted in _BY_GROUP.items():
        for group in wanted:
            if (rate, group) not in single:
                raise _lacking(f"{rate} {group}".strip())
    for rate in ("stop_farming", "hours_farmer"):
        if (rate, UNKNOWN_AGE) not in single:
            raise _lacking(f"{rate} {UNKNOWN_AGE}")
    evidence = frames.texts(frame, "evidence")
    return Rates(scenario, by_age, single, int((evidence == "assumption").sum()), len(frame))


def _lacking(what: str) -> InputError:
    return InputError(
        Text(
            "{table} has no row for “{what}”. Add it, or start from the table that comes with the plugin.",
            "{table}に「{what}」の行がありません。行を足すか、付属の表から作り直してください。",
        ).format(table=RATES_TABLE, what=what)
    )


Hours = Mapping[tuple[str, str], float]


def read_hours(text: str) -> dict[tuple[str, str], float]:
    """Hours from CSV text with a header line; raises ``InputError`` like :func:`hours_from_frame`."""
    return hours_from_frame(pd.DataFrame(list(csv.DictReader(io.StringIO(text))), dtype=object))


def hours_from_frame(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Hours per year and 10 a (1,000 m²) by (地目 or kind of land, slope class).

    Raises ``InputError`` for an unknown slope class or a number that is missing or negative.
    """
    frames.require(frame, HOUR_COLUMNS, HOURS_TABLE)
    land, slope = frames.texts(frame, "land"), frames.texts(frame, "slope")
    hours = frames.numbers(frame, "hours_10a")
    found: dict[tuple[str, str], float] = {}
    for row in range(len(frame)):
        if land[row] is None or slope[row] not in SLOPES or not (np.isfinite(hours[row]) and hours[row] >= 0):
            raise _wrong(
                HOURS_TABLE,
                row,
                Text(
                    "land, a slope (flat, gentle, steep) and hours of at least 0 are needed",
                    "land と slope（flat, gentle, steep）、0以上の hours_10a が必要です",
                ),
            )
        found[land[row], slope[row]] = float(hours[row])
    return found


def hours_per_10a(hours: Hours, categories: np.ndarray, kinds: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Hours per year and 10 a of each lot: by its 地目, else by its kind of land; NaN where the table has none."""
    found = np.full(len(kinds), np.nan)
    for row, (category, kind, slope) in enumerate(zip(categories, kinds, slopes)):
        value: Optional[float] = hours.get((category, slope)) if category is not None else None
        found[row] = hours.get((kind, slope), np.nan) if value is None else value
    return found


def slope_classes(slope: np.ndarray, rates: Rates) -> np.ndarray:
    """``flat``, ``gentle`` or ``steep`` by degrees; an unknown slope counts as flat, and says so nowhere else."""
    with np.errstate(invalid="ignore"):
        steep, gentle = slope >= rates.one("steep_from"), slope >= rates.one("gentle_from")
    return np.where(steep, "steep", np.where(gentle, "gentle", "flat")).astype(object)
