"""Regression and spatial blocks: what every tool that learns from local data shares."""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import rankdata

LOGISTIC, POISSON = "logistic", "poisson"
#: Penalty on standardised coefficients: keeps the fit finite, changes estimates by far less than their error.
RIDGE = 0.01


def spatial_blocks(xy: np.ndarray, number: int) -> np.ndarray:
    """Block (0..number-1) of each place by k-means, started from places far apart; no chance involved."""
    distinct = np.unique(xy, axis=0)
    number = min(number, len(distinct))
    centres = distinct[[0]]
    while len(centres) < number:
        far, _ = cKDTree(centres).query(distinct)
        centres = np.vstack([centres, distinct[far.argmax()]])
    for _ in range(50):
        block = cKDTree(centres).query(xy)[1]
        moved = np.array([xy[block == b].mean(axis=0) if (block == b).any() else centres[b] for b in range(number)])
        if np.allclose(moved, centres):
            break
        centres = moved
    return block


class Fit(NamedTuple):
    """A fitted model: ``beta`` and ``se`` (constant first), log-likelihood, fitted means, whether it settled."""

    beta: np.ndarray
    se: np.ndarray
    loglik: float
    mean: np.ndarray
    settled: bool


def fit(x: np.ndarray, y: np.ndarray, family: str, offset: Optional[np.ndarray] = None, ridge: float = RIDGE) -> Fit:
    """Logistic or Poisson regression by iteratively reweighted least squares with a ridge.

    ``x``: n x p without constant; ``y``: 0/1 or counts; ``offset`` is added to the linear predictor. Columns
    are standardised inside; the ``ridge`` is on that scale. McCullagh & Nelder 1989, ch. 2 and 4.
    """
    centre = x.mean(axis=0)
    scale = x.std(axis=0)
    scale = np.where(scale > 1e-12, scale, 1.0)
    design = np.column_stack([np.ones(len(y)), (x - centre) / scale])
    offset = np.zeros(len(y)) if offset is None else offset
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = 0.0
    beta = np.zeros(design.shape[1])
    level = min(max(y.mean(), 1e-9), 1 - 1e-9) if family == LOGISTIC else max(y.sum(), 1e-9)
    beta[0] = np.log(level / (1 - level)) if family == LOGISTIC else np.log(level / np.exp(offset).sum())

    def goal(b: np.ndarray) -> float:
        return loglik(y, design @ b + offset, family) - 0.5 * float(penalty @ b**2)

    best, settled = goal(beta), False
    for _ in range(60):
        mean = _mean(design @ beta + offset, family)
        weight = mean * (1 - mean) if family == LOGISTIC else mean
        information = (design.T * weight) @ design + np.diag(penalty + 1e-10)
        step = np.linalg.solve(information, design.T @ (y - mean) - penalty * beta)
        for _ in range(30):
            value = goal(beta + step)
            if value >= best - 1e-10:
                break
            step = step / 2
        beta = beta + step
        if abs(value - best) < 1e-9 * (abs(best) + 1):
            settled = True
            break
        best = value
    predictor = design @ beta + offset
    mean = _mean(predictor, family)
    weight = mean * (1 - mean) if family == LOGISTIC else mean
    covariance = np.linalg.inv((design.T * weight) @ design + np.diag(penalty + 1e-10))
    # Back to the units of x: the constant moves with the centres.
    back = np.diag(np.r_[1.0, 1.0 / scale])
    back[0, 1:] = -centre / scale
    covariance = back @ covariance @ back.T
    return Fit(back @ beta, np.sqrt(np.diag(covariance)), loglik(y, predictor, family), mean, settled)


def _mean(predictor: np.ndarray, family: str) -> np.ndarray:
    predictor = np.clip(predictor, -30, 30)
    return 1.0 / (1.0 + np.exp(-predictor)) if family == LOGISTIC else np.exp(predictor)


def loglik(y: np.ndarray, predictor: np.ndarray, family: str) -> float:
    """Log-likelihood without the part that does not depend on the model."""
    if family == LOGISTIC:
        return float(np.sum(y * predictor - np.logaddexp(0.0, predictor)))
    return float(np.sum(y * predictor - np.exp(np.clip(predictor, -30, 30))))


def auc(y: np.ndarray, score: np.ndarray) -> float:
    """Chance that a record scores above a background point (ties count half); NaN without both."""
    cases = int(y.sum())
    others = len(y) - cases
    if not cases or not others:
        return float("nan")
    return float((rankdata(score)[y == 1].sum() - cases * (cases + 1) / 2) / (cases * others))


def deviance(y: np.ndarray, mean: np.ndarray) -> float:
    """Poisson deviance."""
    return float(2 * np.sum(np.where(y > 0, y * np.log(np.maximum(y, 1e-300) / mean), 0.0) - (y - mean)))
