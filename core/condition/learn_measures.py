"""How good predictions for parts left out are: measures with intervals by drawing whole parts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..regression import auc

if TYPE_CHECKING:
    from .learn import Outside

DRAWS = 1000
#: Measures in the order of the report; ``gain`` is how much larger the Brier score is than that of the local model.
MEASURES = ("auc", "f1", "precision", "brier", "gain")
BINS = 10


def _precision(y: np.ndarray, p: np.ndarray, visits: int) -> float:
    """Share of unmanaged lots among the ``visits`` most likely ones; lots alike at the end count with their mean."""
    if visits <= 0 or not len(y):
        return np.nan
    visits = min(visits, len(y))
    limit = np.sort(p)[::-1][visits - 1]
    above, equal = p > limit, p == limit
    return float((y[above].sum() + (visits - above.sum()) * y[equal].mean()) / visits)


def _f1(y: np.ndarray, said: np.ndarray) -> float:
    right = float((y * said).sum())
    return 2 * right / float(y.sum() + said.sum()) if y.sum() + said.sum() else np.nan


def _figures(y: np.ndarray, probability: np.ndarray, order: np.ndarray, above: float) -> np.ndarray:
    """F1, precision of visits, Brier score and gain (columns) of each model (rows; the local one first)."""
    visits = int((probability[0] > above).sum()) or int(y.sum())
    rows = []
    for p, first in zip(probability, order):
        brier = float(np.mean((p - y) ** 2))
        rows.append([_f1(y, p > above), _precision(y, first, visits), brier])
    table = np.array(rows)
    return np.column_stack([table, table[:, 2] - table[0, 2]])


def measures(y: np.ndarray, part: np.ndarray, outside: Outside, above: float, seed: int) -> pd.DataFrame:
    """A row per model: ``model, visits`` and each of :data:`MEASURES` with ``_low`` and ``_high`` (95 %).

    AUC within parts (mean weighted by pairs, as in the harm calibration); F1 of "likely unmanaged" (probability above
    ``above``); precision among the same number of visits for all models, that of the local model's "likely unmanaged";
    Brier score; gain. Intervals: parts are drawn with replacement, all models on the same draw, so that gains are
    compared pair by pair.
    """
    rng = np.random.default_rng(seed)
    models = list(outside.probability)
    probability = np.array([outside.probability[name] for name in models])
    order = np.array([outside.order[name] for name in models])
    names = np.unique(part)
    rows = [np.flatnonzero(part == name) for name in names]
    pairs = np.array([y[at].sum() * (len(at) - y[at].sum()) for at in rows])
    within = np.array([[auc(y[at], first[at]) if n else 0.0 for at, n in zip(rows, pairs)] for first in order])

    def all_of(chosen: np.ndarray) -> np.ndarray:
        at = np.concatenate([rows[number] for number in chosen])
        weight = pairs[chosen]
        rank = within[:, chosen] @ weight / weight.sum() if weight.sum() else np.full(len(models), np.nan)
        return np.column_stack([rank, _figures(y[at], probability[:, at], order[:, at], above)])

    point = all_of(np.arange(len(names)))
    drawn = np.array([all_of(rng.integers(0, len(rows), len(rows))) for _ in range(DRAWS)])
    visits = int((outside.probability["local"] > above).sum()) or int(y.sum())
    made = []
    for row, name in enumerate(models):
        values: dict[str, object] = {"model": name, "visits": visits}
        for column, measure in enumerate(MEASURES):
            tried = drawn[:, row, column][np.isfinite(drawn[:, row, column])]
            low, high = np.quantile(tried, [0.025, 0.975]) if len(tried) else (np.nan, np.nan)
            values[measure], values[f"{measure}_low"], values[f"{measure}_high"] = point[row, column], low, high
        made.append(values)
    return pd.DataFrame(made)


def calibration_bins(y: np.ndarray, p: np.ndarray, part: np.ndarray, seed: int) -> pd.DataFrame:
    """Ten bins of probability: ``low, high, lots, predicted`` (mean), ``found`` (share unmanaged) with an interval by
    drawing parts. Bins without lots are left out."""
    rng = np.random.default_rng(seed)
    names = np.unique(part)
    group = np.minimum((p * BINS).astype("int64"), BINS - 1)
    place = np.searchsorted(names, part)
    table = np.zeros((len(names), BINS, 2))
    np.add.at(table[:, :, 0], (place, group), 1.0)
    np.add.at(table[:, :, 1], (place, group), y)
    drawn = table[rng.integers(0, len(names), (DRAWS, len(names)))].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        trials = drawn[:, :, 1] / drawn[:, :, 0]
    made = []
    for number in range(BINS):
        here = group == number
        if not here.any():
            continue
        tried = trials[np.isfinite(trials[:, number]), number]
        low, high = np.quantile(tried, [0.025, 0.975])
        made.append(
            {
                "low": number / BINS,
                "high": (number + 1) / BINS,
                "lots": int(here.sum()),
                "predicted": float(p[here].mean()),
                "found": float(y[here].mean()),
                "found_low": float(low),
                "found_high": float(high),
            }
        )
    return pd.DataFrame(made)
