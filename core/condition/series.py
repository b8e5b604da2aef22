"""Dates of images, and the shape of a year of greenness per lot."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import NamedTuple, Optional

import numpy as np

from .evidence import MIN_PEERS

#: A year needs so many images over so many days before it has a shape (assumption).
MIN_IMAGES, MIN_DAYS = 5, 120
#: A fall and a rise of greenness by so much is a cut, not noise (assumption; NDVI units).
DIP = 0.15
#: Days of the year between which a cut counts (May to October, assumption): snow and ploughing lie outside.
CUT_FROM, CUT_TO = 121, 304
#: Green-up: the day on which half of the way from trough to peak is reached.
HALF = 0.5
#: A year whose greenness moves less than this has no green-up day (assumption).
LEAST_AMPLITUDE = 0.2

_SEPARATED = re.compile(r"(?<!\d)(19[89]\d|20\d\d)[-_./年](\d{1,2})(?:[-_./月](\d{1,2})日?)?(?!\d)")
_JOINED = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_ORDINAL = re.compile(r"(?<!\d)(19[89]\d|20\d\d)([0-3]\d\d)(?!\d)")
_YEAR = re.compile(r"(?<!\d)(19[89]\d|20\d\d)(?!\d)")


def date_in(text: Optional[str]) -> Optional[str]:
    """The date in a name, as ISO text: a day, a month or a year; ``None`` without one.

    Understands 20240805, 2024-08-05, 2024_8, 2024年8月5日, 2024218 (day of the year) and 2024.
    """
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    for pattern in (_JOINED, _SEPARATED):
        for match in pattern.finditer(plain):
            year, month, day = match.groups()
            if not 1 <= int(month) <= 12:
                continue
            if day is None:
                return f"{year}-{int(month):02d}"
            try:
                return dt.date(int(year), int(month), int(day)).isoformat()
            except ValueError:
                continue
    ordinal = _ORDINAL.search(plain)
    if ordinal and 1 <= int(ordinal.group(2)) <= 366:
        return (dt.date(int(ordinal.group(1)), 1, 1) + dt.timedelta(int(ordinal.group(2)) - 1)).isoformat()
    alone = _YEAR.search(plain)
    return alone.group(1) if alone else None


def month_of(day: Optional[str]) -> Optional[int]:
    """The month of an ISO date; ``None`` where only the year is known."""
    return int(day[5:7]) if day and len(day) >= 7 else None


class Season(NamedTuple):
    """The shape of one year per lot (NaN where it cannot be told): highest and lowest greenness, their
    difference, day of the year of the peak and of the green-up, number of cuts, images used."""

    peak: np.ndarray
    trough: np.ndarray
    amplitude: np.ndarray
    peak_day: np.ndarray
    greenup_day: np.ndarray
    dips: np.ndarray
    images: np.ndarray


def season(days: np.ndarray, values: np.ndarray) -> Season:
    """Shape of a year: ``days`` of the year of the images (rising), ``values`` lots x images, NaN missing.

    A lot needs :data:`MIN_IMAGES` values over :data:`MIN_DAYS` days. Cuts: greenness falls by at least
    :data:`DIP` from the highest since the last cut and afterwards rises by as much from the lowest; a fall
    without a rise (harvest, autumn) is none. Green-up: where the curve, straight between images, last
    passes the middle between the lowest value before the peak and the peak.
    """
    count = len(values)
    known = np.isfinite(values)
    images = known.sum(axis=1)
    first = np.where(known, days, np.inf).min(axis=1, initial=np.inf)
    last = np.where(known, days, -np.inf).max(axis=1, initial=-np.inf)
    enough = (images >= MIN_IMAGES) & (last - first >= MIN_DAYS)
    filled = np.where(known, values, -np.inf)
    peak = np.where(enough, filled.max(axis=1, initial=-np.inf), np.nan)
    trough = np.where(enough, np.where(known, values, np.inf).min(axis=1, initial=np.inf), np.nan)
    top = filled.argmax(axis=1) if values.shape[1] else np.zeros(count, "int64")
    peak_day = np.where(enough, days[top] if len(days) else np.nan, np.nan)

    high = np.full(count, -np.inf)
    low = np.full(count, np.inf)
    fallen = np.zeros(count, dtype=bool)
    low_day = np.full(count, np.nan)
    dips = np.zeros(count)
    before = np.full((count, 2), np.nan)
    greenup = np.full(count, np.nan)
    columns = np.arange(values.shape[1])
    base = np.where(known & (columns[None, :] <= top[:, None]), values, np.inf).min(axis=1, initial=np.inf)
    half = base + HALF * (peak - base)
    for column, day in enumerate(days):
        here = known[:, column] & enough
        value = values[:, column]
        # Cuts.
        lower = here & (value < low)
        low = np.where(lower, value, low)
        low_day = np.where(lower, day, low_day)
        fallen |= here & (high - low >= DIP)
        risen = here & fallen & (value - low >= DIP)
        dips += risen & (low_day >= CUT_FROM) & (low_day <= CUT_TO)
        restart = risen | (here & (value > high) & ~fallen)
        high = np.where(restart, value, np.where(here & ~fallen, np.maximum(high, value), high))
        low = np.where(restart, value, low)
        fallen &= ~risen
        # Green-up.
        rising = here & (column <= top) & (before[:, 1] < half) & (value >= half)
        with np.errstate(divide="ignore", invalid="ignore"):
            crossing = before[:, 0] + (half - before[:, 1]) / (value - before[:, 1]) * (day - before[:, 0])
        greenup = np.where(rising, crossing, greenup)
        before[here, 0], before[here, 1] = day, value[here]
    greenup = np.where(enough & (peak - base >= LEAST_AMPLITUDE), greenup, np.nan)
    return Season(peak, trough, peak - trough, peak_day, greenup, np.where(enough, dips, np.nan), images)


def against_peers(values: np.ndarray, categories: np.ndarray) -> np.ndarray:
    """Difference from the median of the village's lots of the same 地目; NaN below ten lots with a value."""
    result = np.full(len(values), np.nan)
    for category in sorted({c for c in categories if c is not None}):
        peers = np.flatnonzero((categories == category) & np.isfinite(values))
        if len(peers) >= MIN_PEERS:
            result[peers] = values[peers] - np.median(values[peers])
    return result
