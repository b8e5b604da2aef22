"""How good predictions for parts left out are: measures with intervals by drawing whole parts again."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..regression import auc

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


def _figures(y: np.ndarray, models: dict[str, np.ndarray], above: float) -> np.ndarray:
    """Measures (columns) of each model (rows) on the given lots."""
    visits = int((models["local"] > above).sum()) or int(y.sum())
    reference = float(np.mean((models["local"] - y) ** 2))
    rows = []
    for p in models.values():
        brier = float(np.mean((p - y) ** 2))
        rows.append([auc(y, p), _f1(y, p > above), _precision(y, p, visits), brier, brier - reference])
    return np.array(rows)


def measures(y: np.ndarray, part: np.ndarray, models: dict[str, np.ndarray], above: float, seed: int) -> pd.DataFrame:
    """A row per model: ``model, visits`` and each of :data:`MEASURES` with ``_low`` and ``_high`` (95 %).

    AUC; F1 of "likely unmanaged" (probability above ``above``); precision among the same number of visits for all
    models, that of the local model's "likely unmanaged"; Brier score; gain. Intervals: parts are drawn with
    replacement, all models on the same draw, so that gains are compared pair by pair.
    """
    rng = np.random.default_rng(seed)
    names = np.unique(part)
    rows = [np.flatnonzero(part == name) for name in names]
    point = _figures(y, models, above)
    drawn = np.full((DRAWS, *point.shape), np.nan)
    for number in range(DRAWS):
        chosen = np.concatenate([rows[at] for at in rng.integers(0, len(rows), len(rows))])
        if 0 < y[chosen].mean() < 1:
            drawn[number] = _figures(y[chosen], {name: p[chosen] for name, p in models.items()}, above)
    made = []
    for row, name in enumerate(models):
        values: dict[str, object] = {"model": name, "visits": int((models["local"] > above).sum()) or int(y.sum())}
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
