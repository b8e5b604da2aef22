"""Learning weights from the village's own survey, tested only on parts of the village left out.

The local model has the same rows as the weight table. Its weights are pulled towards those of the table (ridge on the
difference), keep their declared direction, and are stretched so that probabilities fit parts left out (logistic
recalibration). Everything told about its quality comes from hamlets (or other parts) that took no part in the fit, the
choice of the penalty and the recalibration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from ..errors import InputError
from ..progress import Progress
from ..regression import LOGISTIC, fit
from ..texts import Text
from . import score as scoring
from .evidence import SURVEY_STATES
from .weights import Thresholds, Weight

#: Evidence that is itself a survey result. In a hamlet without survey it would not be there.
LABEL_BASED = ("patrol", "neighbours_unmanaged")
#: Fewest surveyed lots of each class, parts of the village with surveyed lots, and parts that hold both classes
#: (assumptions, stated in reports; about ten unmanaged lots for each of three weights that really move).
MIN_OF_EACH = 30
MIN_PARTS = 5
MIN_MIXED = 4
#: Penalties tried: from almost free to the table's own weights.
PENALTIES = (1.0, 5.0, 25.0, 125.0, 625.0)
#: Parts within a fit are joined to at most so many for the choice of the penalty.
INNER = 5
MODELS = ("local", "default", "majority", "forest", "ndvi")


class Study(NamedTuple):
    """Surveyed lots of one kind of land.

    ``amount``: lots x weights (how much each weight counts, ``score.Parts``), ``y``: 1 unmanaged, ``part``: hamlet or
    other part per lot (0..), ``forest``: metres to the forest edge and ``ndvi``: absolute departure of greenness (NaN
    unknown), ``row``: position of the lot in the village. ``weights`` are all of the kind, the base last.
    """

    kind: str
    weights: tuple[Weight, ...]
    base: float
    amount: np.ndarray
    y: np.ndarray
    part: np.ndarray
    forest: np.ndarray
    ndvi: np.ndarray
    row: np.ndarray

    @property
    def prior(self) -> np.ndarray:
        """Weights of the table."""
        return np.array([w.weight for w in self.weights])

    @property
    def sign(self) -> np.ndarray:
        """Declared signs of the weights."""
        return np.array([w.sign for w in self.weights])

    def take(self, rows: np.ndarray) -> Study:
        """Only these lots."""
        return self._replace(
            amount=self.amount[rows],
            y=self.y[rows],
            part=self.part[rows],
            forest=self.forest[rows],
            ndvi=self.ndvi[rows],
            row=self.row[rows],
        )


class Local(NamedTuple):
    """A fitted model: log-odds = ``base`` + amount x ``weight``; ``penalty`` chosen, ``stretch`` of recalibration."""

    base: float
    weight: np.ndarray
    penalty: float
    stretch: float

    def score(self, amount: np.ndarray) -> np.ndarray:
        """Log-odds of lots."""
        return self.base + amount @ self.weight


class Outside(NamedTuple):
    """Predictions for every surveyed lot made without its part: ``probability`` by model (of :data:`MODELS`; models
    that cannot be made are missing), ``order``: by what each model would visit lots first, ``score`` of the local
    model.

    Order and probability differ for the simple rules: that hamlets left out have other shares must not make an order
    where the rule itself makes none."""

    probability: dict[str, np.ndarray]
    order: dict[str, np.ndarray]
    score: np.ndarray


def amounts(
    count: int, kinds: np.ndarray, evidence: pd.DataFrame, weights: Sequence[Weight], kind: str
) -> tuple[tuple[Weight, ...], float, np.ndarray]:
    """Weights of one ``kind`` of land without its base, the base, and how much each counts on each lot."""
    evidence = evidence[~evidence["indicator"].isin(LABEL_BASED).to_numpy()]
    mine = [w for w in weights if w.land_kind == kind and w.shape != "base" and w.indicator not in LABEL_BASED]
    found = scoring.parts(evidence, kinds, mine)
    table = np.zeros((count, len(mine)))
    row = evidence["row"].to_numpy(dtype="int64")
    np.add.at(table, (row[found.piece], found.rule), found.amount)
    base = sum(w.weight for w in weights if w.land_kind == kind and w.shape == "base")
    return tuple(mine), float(base), table


def _mean_of(count: int, evidence: pd.DataFrame, indicator: str, absolute: bool = False) -> np.ndarray:
    """Mean value of an indicator per lot, NaN without."""
    part = evidence[(evidence["indicator"] == indicator).to_numpy() & evidence["value"].notna().to_numpy()]
    rows, value = part["row"].to_numpy(dtype="int64"), part["value"].to_numpy(dtype="float64")
    times = np.bincount(rows, minlength=count)
    total = np.bincount(rows, np.abs(value) if absolute else value, minlength=count)
    return np.divide(total, times, out=np.full(count, np.nan), where=times > 0)


def study(
    kinds: np.ndarray, evidence: pd.DataFrame, weights: Sequence[Weight], part: np.ndarray, kind: str = "farmland"
) -> Study:
    """The surveyed lots of one ``kind`` of land. ``part``: hamlet or part number per lot (-1: none, left out).

    Raises ``InputError`` when there are too few labels or parts, saying how many are needed.
    """
    count = len(kinds)
    survey = evidence[(evidence["indicator"] == "patrol").to_numpy()].drop_duplicates("row", keep="last")
    says = np.full(count, None, dtype=object)
    says[survey["row"].to_numpy(dtype="int64")] = [SURVEY_STATES.get(word) for word in survey["category"]]
    mine, base, table = amounts(count, kinds, evidence, weights, kind)
    known = np.array([word is not None for word in says], dtype=bool) & (kinds == kind) & (part >= 0)
    rows = np.flatnonzero(known)
    found = Study(
        kind,
        mine,
        base,
        table[rows],
        (says[rows] == "unmanaged").astype("float64"),
        part[rows],
        _mean_of(count, evidence, "forest_distance")[rows],
        _mean_of(count, evidence, "ndvi_departure", absolute=True)[rows],
        rows,
    )
    check_enough(found)
    # The order of the lots must not matter, not even in the last digit of a sum.
    order = np.lexsort((*found.amount.T, found.y, found.part))
    return found.take(order)


def mixed_parts(found: Study) -> int:
    """How many parts hold lots of both classes."""
    return sum(0 < found.y[found.part == part].mean() < 1 for part in np.unique(found.part))


def check_enough(found: Study) -> None:
    """Refuse a study too small to learn from; the sentence says how many are needed. Raises ``InputError``."""
    bad, good = int(found.y.sum()), int((found.y == 0).sum())
    if min(bad, good) < MIN_OF_EACH:
        raise InputError(
            Text(
                "The survey found {bad} lots unmanaged and {good} managed; at least {least} of each are needed to "
                "learn from. Survey {more} more, also in other hamlets, or keep the weights that come with the plugin.",
                "調査結果は、管理されていない土地{bad}筆、管理されている土地{good}筆です。学習にはそれぞれ少なくとも{least}筆"
                "必要です。あと{more}筆を（ほかの集落でも）調べるか、付属の重みをそのまま使ってください。",
            ).format(bad=bad, good=good, least=MIN_OF_EACH, more=max(MIN_OF_EACH - bad, 0) + max(MIN_OF_EACH - good, 0))
        )
    parts, mixed = len(np.unique(found.part)), mixed_parts(found)
    if parts < MIN_PARTS or mixed < MIN_MIXED:
        raise InputError(
            Text(
                "The surveyed lots lie in {parts} hamlets (or parts), {mixed} of them with both managed and "
                "unmanaged lots; at least {least} and {least_mixed} are needed to test the result elsewhere. "
                "Survey more hamlets.",
                "調査した土地は{parts}の集落（区画）にあり、そのうち管理されている土地とされていない土地の両方があるのは"
                "{mixed}です。別の場所で確かめるには少なくとも{least}と{least_mixed}が必要です。ほかの集落も調べてください。",
            ).format(parts=parts, mixed=mixed, least=MIN_PARTS, least_mixed=MIN_MIXED)
        )


# -- fitting ----------------------------------------------------------------------------------------
def _fit(found: Study, penalty: float) -> tuple[float, np.ndarray]:
    """Base and weights for one penalty; a weight that would turn against its direction is set to 0."""
    prior, sign = found.prior, found.sign
    used = found.amount.std(axis=0) > 1e-12
    zero = np.zeros(len(prior), dtype=bool)
    for _ in range(len(prior) + 1):
        start = np.where(zero, 0.0, prior)
        free = used & ~zero
        made = fit(found.amount[:, free], found.y, LOGISTIC, found.amount @ start, ridge=penalty)
        weight = start.copy()
        weight[free] += made.beta[1:]
        wrong = free & (sign * weight < 0)
        if not wrong.any():
            break
        zero |= wrong
    return float(made.beta[0]), weight


def _log_loss(y: np.ndarray, predictor: np.ndarray) -> float:
    return float(np.mean(np.logaddexp(0.0, predictor) - y * predictor))


def _inner_parts(part: np.ndarray) -> np.ndarray:
    """Parts joined to at most :data:`INNER`, as alike in size as they can be: largest first into the smallest."""
    names, sizes = np.unique(part, return_counts=True)
    load = np.zeros(min(INNER, len(names)))
    home = {}
    for name, size in sorted(zip(names.tolist(), sizes.tolist()), key=lambda pair: (-pair[1], pair[0])):
        home[name] = int(load.argmin())
        load[home[name]] += size
    return np.array([home[name] for name in part.tolist()])


def train(found: Study) -> Local:
    """Fit the local model: the penalty by parts left out, then stretched so that parts left out fit on the whole."""
    inner = _inner_parts(found.part)
    tried = np.zeros((len(PENALTIES), len(found.y)))
    for fold in np.unique(inner):
        test, rest = np.flatnonzero(inner == fold), np.flatnonzero(inner != fold)
        some = found.take(rest)
        if not 0 < some.y.mean() < 1:
            continue
        for number, penalty in enumerate(PENALTIES):
            base, weight = _fit(some, penalty)
            tried[number, test] = base + found.amount[test] @ weight
    losses = [_log_loss(found.y, predictor) for predictor in tried]
    # Of penalties that are alike the stronger one: closer to the table.
    best = max(number for number, loss in enumerate(losses) if loss <= min(losses) + 1e-9)
    outside = tried[best]
    base, weight = _fit(found, PENALTIES[best])
    again = fit(outside[:, None], found.y, LOGISTIC, outside, ridge=1.0)
    stretch = float(np.clip(1.0 + again.beta[1], 0.1, 2.0))
    # The constant belongs to this stretch: fitted again with the stretched prediction fixed.
    shift = float(fit(np.zeros((len(found.y), 0)), found.y, LOGISTIC, stretch * outside).beta[0])
    return Local(stretch * base + shift, stretch * weight, PENALTIES[best], stretch)


# -- null models ------------------------------------------------------------------------------------
def _forest_model(rest: Study, test: Study) -> Optional[tuple[np.ndarray, np.ndarray]]:
    """Probability and order by the distance to the forest."""
    known = np.isfinite(rest.forest)
    if known.sum() < 2 or not 0 < rest.y[known].mean() < 1:
        return None
    # Same distance as in the harm network: logarithm of metres + 10.
    middle = float(np.mean(np.log(rest.forest[known] + 10.0)))
    made = fit(np.log(rest.forest[known] + 10.0)[:, None], rest.y[known], LOGISTIC)
    column = np.where(
        np.isfinite(test.forest), np.log(np.where(np.isfinite(test.forest), test.forest, 0) + 10.0), middle
    )
    return scoring.logistic(made.beta[0] + made.beta[1] * column), made.beta[1] * column


def _ndvi_model(rest: Study, test: Study) -> Optional[tuple[np.ndarray, np.ndarray]]:
    """One threshold on how far greenness lies from usual; shares of unmanaged lots on both sides (+1/+2), and the
    order by side."""
    known = np.isfinite(rest.ndvi)
    value, y = rest.ndvi[known], rest.y[known]
    if len(value) < 2:
        return None
    best: tuple[float, float] = (np.inf, 0.0)
    for limit in np.quantile(value, np.linspace(0.05, 0.95, 37)):
        above = value > limit
        share = np.where(above, _share(y[above]), _share(y[~above]))
        loss = -float(np.mean(y * np.log(share) + (1 - y) * np.log(1 - share)))
        best = min(best, (loss, float(limit)))
    limit = best[1]
    above = value > limit
    high, low = _share(y[above]), _share(y[~above])
    known = np.isfinite(test.ndvi)
    side = np.where(known, np.where(test.ndvi > limit, 1.0, -1.0) * np.sign(high - low), 0.0)
    return np.where(known, np.where(test.ndvi > limit, high, low), _share(rest.y)), side


def _share(y: np.ndarray) -> float:
    return float((y.sum() + 1.0) / (len(y) + 2.0))


def leave_parts_out(found: Study, progress: Optional[Progress] = None) -> Outside:
    """Predictions of all models for each part by models made without it."""
    progress = progress or Progress()
    parts = np.unique(found.part)
    probability: dict[str, np.ndarray] = {name: np.full(len(found.y), np.nan) for name in MODELS}
    order = {name: np.zeros(len(found.y)) for name in MODELS}
    score = np.full(len(found.y), np.nan)
    for number, part in enumerate(parts):
        progress.step(number / len(parts))
        test, rest = np.flatnonzero(found.part == part), np.flatnonzero(found.part != part)
        some, here = found.take(rest), found.take(test)
        score[test] = train(some).score(here.amount)
        probability["local"][test] = scoring.logistic(score[test])
        probability["majority"][test] = some.y.mean()
        for name, model in (("forest", _forest_model), ("ndvi", _ndvi_model)):
            made = model(some, here)
            if made is not None:
                probability[name][test], order[name][test] = made
    probability["default"] = scoring.logistic(found.base + found.amount @ found.prior)
    order["local"], order["default"] = probability["local"], probability["default"]
    progress.step(1.0)
    kept = [name for name, p in probability.items() if np.isfinite(p).all()]
    return Outside({name: probability[name] for name in kept}, {name: order[name] for name in kept}, score)


# -- the whole ----------------------------------------------------------------------------------------
class Learned(NamedTuple):
    """What came out: the study, the local model on all of it, predictions without each part, measures by model with
    intervals, comparisons (see ``learn_measures``), prediction sets, and the verdict.

    ``verdict``: ``better`` (than the table: the interval of the gain in Brier score lies above 0 and no null model is
    as good), ``no_better``, or ``useless`` (a null model does as well)."""

    study: Study
    local: Local
    outside: Outside
    limits: Thresholds
    measures: pd.DataFrame
    bins: pd.DataFrame
    sets: Sets
    seed: int

    @property
    def verdict(self) -> str:
        """``better``, ``no_better`` or ``useless``."""
        rows = self.measures.set_index("model")
        nulls = [name for name in ("majority", "forest", "ndvi") if name in rows.index]
        if any(rows.loc[name, "gain_low"] <= 0 for name in nulls):
            return "useless"
        return "better" if rows.loc["default", "gain_low"] > 0 else "no_better"


class Sets(NamedTuple):
    """Conformal prediction sets: "unmanaged" belongs to the set of a lot from log-odds ``unmanaged_from`` on,
    "managed" up to ``managed_to``. ``coverage``: stated; ``level``: the one used; ``covered``: share of lots in parts
    left out whose set held the truth, ``worst``: that of the worst part, by class too."""

    coverage: float
    unmanaged_from: float
    managed_to: float
    level: float
    covered: float
    covered_unmanaged: float
    covered_managed: float
    worst: float

    def of(self, score: np.ndarray) -> np.ndarray:
        """Set per lot: ``unmanaged``, ``managed``, ``both`` or ``none`` (unlike either)."""
        bad, good = score >= self.unmanaged_from, score <= self.managed_to
        return np.select([bad & good, bad, good], ["both", "unmanaged", "managed"], "none").astype(object)


def _limit(values: np.ndarray, level: float) -> float:
    """The split-conformal lower limit: the k-th smallest value with k = floor(level x (n + 1)); -inf for k = 0."""
    k = int(np.floor(level * (len(values) + 1) + 1e-9))
    return float(np.sort(values)[k - 1]) if k >= 1 else -np.inf


def conformal(found: Study, score: np.ndarray, coverage: float = 0.9) -> Sets:
    """Class-conditional conformal sets from scores of parts left out.

    Lots of one hamlet are alike, so lots are not exchangeable and the usual guarantee does not hold. What is assumed:
    a new hamlet is like those surveyed (hamlets are exchangeable). The level is the largest at which sets made from the
    other parts held the truth of a part left out in the stated share of lots; never above 1 - ``coverage``. So the
    coverage is that over hamlets, not within each of them: the worst part is told beside it.
    """
    parts = np.unique(found.part)
    bad = found.y == 1
    top = 1.0 - coverage

    def held(level: float) -> np.ndarray:
        inside = np.zeros(len(score), dtype=bool)
        for part in parts:
            here, other = found.part == part, found.part != part
            low = _limit(score[other & bad], level)
            high = -_limit(-score[other & ~bad], level)
            inside[here] = np.where(bad[here], score[here] >= low, score[here] <= high)
        return inside

    level = 0.0
    for tried in np.linspace(top, top / 20, 39):
        inside = held(float(tried))
        if min(inside[bad].mean(), inside[~bad].mean()) >= coverage - 1e-9:
            level = float(tried)
            break
    inside = held(level)
    worst = min(float(inside[found.part == part].mean()) for part in parts)
    return Sets(
        coverage,
        _limit(score[bad], level),
        -_limit(-score[~bad], level),
        level,
        float(inside.mean()),
        float(inside[bad].mean()),
        float(inside[~bad].mean()),
        worst,
    )


def learn(
    found: Study,
    limits: Optional[Thresholds] = None,
    coverage: float = 0.9,
    seed: int = 1,
    progress: Optional[Progress] = None,
) -> Learned:
    """Fit, test by parts left out, compare, and make prediction sets. The same study and ``seed`` give the same
    result. Raises ``InputError`` for a coverage outside 0.5..0.99, ``Cancelled`` on cancel."""
    from .learn_measures import calibration_bins, measures

    if not 0.5 <= coverage <= 0.99:
        raise InputError(
            Text(
                "The coverage must lie between 0.5 and 0.99. Change it.",
                "信頼の水準は0.5〜0.99にしてください。",
            )
        )
    limits = limits or Thresholds()
    progress = progress or Progress()
    outside = leave_parts_out(found, progress.part(0.0, 0.7))
    local = train(found)
    progress.step(0.8)
    table = measures(found.y, found.part, outside, limits.unmanaged_above, seed)
    progress.step(0.95)
    bins = calibration_bins(found.y, outside.probability["local"], found.part, seed)
    sets = conformal(found, outside.score, coverage)
    progress.step(1.0)
    return Learned(found, local, outside, limits, table, bins, sets, seed)
