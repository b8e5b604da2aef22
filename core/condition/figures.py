"""Figures of raster values per polygon, from pixel membership (see ``coverage``)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .coverage import Membership

#: Tenth, half and nine tenths of the covered area lie below these figures.
QUANTILES = (0.1, 0.5, 0.9)


class Means(NamedTuple):
    """Per polygon: mean of its pixels (NaN without any) and the sum of the weights of pixels with a value
    (the number of pixels, edge pixels counted by their weight)."""

    mean: np.ndarray
    pixels: np.ndarray


class Figures(NamedTuple):
    """Per polygon, NaN where nothing was counted: mean, standard deviation (of the pixels there are, not an
    estimate), 10th, 50th and 90th percentile, share of the counted area above a threshold; ``pixels``: sum of
    weights; ``whole``: pixels that count fully; ``covered``: part of the polygon's area with a value."""

    mean: np.ndarray
    sd: np.ndarray
    p10: np.ndarray
    median: np.ndarray
    p90: np.ndarray
    share_over: np.ndarray
    pixels: np.ndarray
    whole: np.ndarray
    covered: np.ndarray


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)


def means(member: Membership, values: np.ndarray) -> Means:
    """Weighted mean per polygon of one image, ``values`` flat (rows x columns), NaN for no data."""
    found = values[member.cell]
    known = np.isfinite(found)
    lot, weight = member.lot, member.weight
    if not known.all():
        lot, weight, found = lot[known], weight[known], found[known]
    pixels = np.bincount(lot, weight, minlength=member.lots)
    return Means(_ratio(np.bincount(lot, weight * found, minlength=member.lots), pixels), pixels)


def figures(member: Membership, values: np.ndarray, threshold: float = np.nan) -> Figures:
    """All figures of one image per polygon; ``values`` flat (rows x columns), NaN for no data.

    Percentiles by weight as in R's type 7: with weights w in the order of the values, value i stands at
    position i w_i + (n - 1) Σ_{j<i} w_j, and what lies between is interpolated; equal values share their
    weight evenly. With equal weights these are numpy's percentiles and QGIS's median. exactextract uses the
    same positions but first puts equal values together, so that it differs where values repeat.
    Above ``threshold`` means strictly above.
    """
    found = values[member.cell]
    known = np.isfinite(found)
    lot, weight, found = member.lot[known], member.weight[known], found[known]
    count = member.lots
    pixels = np.bincount(lot, weight, minlength=count)
    mean = _ratio(np.bincount(lot, weight * found, minlength=count), pixels)
    spread = _ratio(np.bincount(lot, weight * (found - mean[lot]) ** 2, minlength=count), pixels)
    over = np.full(count, np.nan)
    if np.isfinite(threshold):
        over = _ratio(np.bincount(lot, weight * (found > threshold), minlength=count), pixels)
    low, middle, high = _percentiles(lot, weight, found, count)
    return Figures(
        mean,
        np.sqrt(spread),
        low,
        middle,
        high,
        over,
        pixels,
        np.bincount(lot, weight == 1.0, minlength=count),
        np.minimum(_ratio(pixels, member.size), 1.0),
    )


def _percentiles(lot: np.ndarray, weight: np.ndarray, values: np.ndarray, count: int) -> list[np.ndarray]:
    result = [np.full(count, np.nan) for _ in QUANTILES]
    if not len(lot):
        return result
    order = np.lexsort((values, lot))
    lot, weight, values = lot[order], weight[order], values[order]
    # Equal values share their weight, or the result would depend on the order of the pixels.
    new = np.ones(len(lot), dtype=bool)
    new[1:] = (lot[1:] != lot[:-1]) | (values[1:] != values[:-1])
    tie = np.cumsum(new) - 1
    weight = (np.bincount(tie, weight) / np.bincount(tie))[tie]
    number = np.bincount(lot, minlength=count)
    begin = np.cumsum(number) - number
    rank = np.arange(len(lot)) - begin[lot]
    before = np.cumsum(weight) - weight
    before -= before[begin[lot]]
    place = rank * weight + (number[lot] - 1) * before
    have = np.flatnonzero(number > 0)
    first, last = begin[have], begin[have] + number[have] - 1
    for quantile, into in zip(QUANTILES, result):
        wanted = quantile * place[last]
        # How many values of the lot lie at or below the place: positions never fall within a lot.
        at = np.bincount(lot, place <= np.repeat(wanted, number[have]), minlength=count)[have].astype("int64")
        left = first + np.maximum(at - 1, 0)
        right = np.minimum(left + 1, last)
        gap = place[right] - place[left]
        part = np.divide(wanted - place[left], gap, out=np.zeros(len(have)), where=gap > 0)
        into[have] = values[left] + part * (values[right] - values[left])
    return result


def class_shares(member: Membership, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of an image of classes (whole numbers): polygon, class, and its share of the counted area; sorted by
    polygon, largest share first, smaller class number first among equals."""
    found = values[member.cell]
    known = np.isfinite(found)
    lot, weight, word = member.lot[known], member.weight[known], np.rint(found[known]).astype("int64")
    pixels = np.bincount(lot, weight, minlength=member.lots)
    classes, number = np.unique(word, return_inverse=True)
    if not len(classes):
        return np.empty(0, "int64"), np.empty(0, "int64"), np.empty(0)
    both = np.bincount(lot * len(classes) + number, weight)
    at = np.flatnonzero(both > 0)
    lot, number = np.divmod(at, len(classes))
    share = both[at] / pixels[lot]
    order = np.lexsort((classes[number], -share, lot))
    return lot[order], classes[number][order], share[order]
