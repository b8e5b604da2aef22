"""Which visits help the coming decision most: expected loss taken away, with what a result tells about neighbours.

The loss of an answer is that of the judgement (``weights.Costs``): a lot called unmanaged costs a visit in vain
with 1 - p, one called managed a missed lot with p, one left open always something. A visit shows the state, right
in most cases; what it shows about a lot also moves the probability of lots nearby of the same kind, because land is
given up in clusters. The gain of several visits is not the sum of their gains: what one has told, another cannot
tell again.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

import numpy as np
import shapely
from scipy import sparse

from .weights import Costs

#: A lot without any weighed evidence is unmanaged with this probability (assumption: one in five).
UNKNOWN = 0.2
#: Gains below this are none.
LEAST = 1e-9


class Model(NamedTuple):
    """How visits inform (all assumptions).

    ``right``: part of visits that see the true state. ``spread``: correlation between the states of two adjoining
    lots of the same kind that the evidence does not explain; it falls to nothing at ``reach_m`` metres. In simulated
    villages whose hidden part is as large as what is seen it is about 0.1 (docs/methods.md).
    """

    right: float = 0.95
    spread: float = 0.1
    reach_m: float = 60.0


def risk(probability: np.ndarray, costs: Costs) -> np.ndarray:
    """Expected loss of the best of the three answers at a probability of being unmanaged."""
    answers = (1.0 - probability) * costs.visit, probability * costs.missed, np.full_like(probability, costs.open)
    least: np.ndarray = np.minimum.reduce(answers)
    return least


def loss_now(
    probability: np.ndarray, condition: np.ndarray, surveyed: np.ndarray, disagrees: np.ndarray, costs: Costs
) -> np.ndarray:
    """Expected loss of the answer each lot has now: words ``unmanaged``, ``managed``, anything else is open.

    A surveyed lot is known and loses nothing, unless the screening contradicts the survey: that is left open.
    """
    loss = np.full(len(probability), float(costs.open))
    loss = np.where(condition == "unmanaged", (1.0 - probability) * costs.visit, loss)
    loss = np.where(condition == "managed", probability * costs.missed, loss)
    return np.where(surveyed, np.where(disagrees, costs.open, 0.0), loss)


def after_visit(probability: np.ndarray, right: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chance that a visit reports "unmanaged", and the probabilities after such a report and after the other."""
    says = probability * right + (1.0 - probability) * (1.0 - right)
    yes = probability * right / says
    no = probability * (1.0 - right) / (1.0 - says)
    return says, yes, no


def neighbours(geometry: np.ndarray, kinds: np.ndarray, model: Model) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs (visited lot, lot it tells about) of the same kind within reach, and their correlation."""
    usable = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    shapes = geometry[usable]
    if not len(usable) or model.spread <= 0 or model.reach_m <= 0:
        none = np.empty(0, dtype="int64")
        return none, none, np.empty(0)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=model.reach_m)
    keep = (one != other) & (kinds[usable[one]] == kinds[usable[other]])
    one, other = one[keep], other[keep]
    distance = shapely.distance(shapes[one], shapes[other])
    correlation = model.spread * np.clip(1.0 - distance / model.reach_m, 0.0, 1.0)
    told = correlation > 0
    order = np.lexsort((other[told], one[told]))
    return usable[one[told]][order], usable[other[told]][order], correlation[told][order]


def shifted(visited: np.ndarray, told: np.ndarray, correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probability of the told lot when the visited one is unmanaged, and when it is managed.

    Two yes-no states with given probabilities and correlation; a correlation that would need a probability
    outside 0..1 is as strong as it can be. The mean over the visited lot's state stays the probability before.
    """
    step = correlation * np.sqrt(np.clip(told * (1 - told), 0, None) / np.clip(visited * (1 - visited), 1e-12, None))
    strongest = np.minimum((1 - told) / np.clip(1 - visited, 1e-12, None), told / np.clip(visited, 1e-12, None))
    step = np.minimum(step, np.minimum(strongest, np.inf))
    # The other direction must stay inside as well.
    step = np.minimum(step, told / np.clip(visited, 1e-12, None))
    return np.clip(told + step * (1 - visited), 0, 1), np.clip(told - step * visited, 0, 1)


class Gains(NamedTuple):
    """``loss``: what each lot's present answer is expected to lose (times its importance). ``share``: sparse, visited
    lot x told lot, the part of that loss which the visit takes away."""

    loss: np.ndarray
    share: sparse.csr_matrix

    def alone(self) -> np.ndarray:
        """Gain of visiting each lot and no other."""
        gain: np.ndarray = self.share @ self.loss
        return gain


def gains(
    geometry: np.ndarray,
    kinds: np.ndarray,
    probability: np.ndarray,
    loss: np.ndarray,
    costs: Costs,
    model: Optional[Model] = None,
    importance: Optional[np.ndarray] = None,
) -> Gains:
    """Value of every visit, with its spread.

    ``probability``: NaN counts as :data:`UNKNOWN`. ``loss``: see :func:`loss_now`. ``importance``: weight of each
    lot's loss (1 where not given). What a visit takes away from a neighbour is the larger of two figures: the fall of
    the loss of its best answer, and the squared correlation (several visits together move what one does not).
    """
    model = model or Model()
    chance = np.clip(np.where(np.isfinite(probability), probability, UNKNOWN), 1e-6, 1 - 1e-6)
    says, yes, no = after_visit(chance, model.right)
    own = loss - (says * risk(yes, costs) + (1 - says) * risk(no, costs))
    visited, told, correlation = neighbours(geometry, kinds, model)
    if_yes, if_no = shifted(chance[visited], chance[told], correlation)
    # The visit itself may be wrong: mix what its two reports make of the visited lot's state.
    at = visited
    report_yes = yes[at] * if_yes + (1 - yes[at]) * if_no
    report_no = no[at] * if_yes + (1 - no[at]) * if_no
    before = risk(chance, costs)[told]
    taken = before - (says[at] * risk(report_yes, costs) + (1 - says[at]) * risk(report_no, costs))
    count = len(chance)
    rows = np.concatenate([np.arange(count), visited])
    columns = np.concatenate([np.arange(count), told])
    taken = np.concatenate([own, taken])
    part = np.divide(taken, loss[columns], out=np.zeros(len(rows)), where=loss[columns] > LEAST)
    # One result seldom changes a neighbour's answer, several together do: the part of its variance that is explained.
    explained = (correlation * (2.0 * model.right - 1.0)) ** 2
    spread = slice(count, None)
    part[spread] = np.maximum(part[spread], np.where(loss[told] > LEAST, explained, 0.0))
    part = np.clip(part, 0.0, 1.0)
    some = part > LEAST
    share = sparse.csr_matrix((part[some], (rows[some], columns[some])), shape=(count, count))
    return Gains(loss * (1.0 if importance is None else importance), share)


def learned(
    probability: np.ndarray,
    visits: np.ndarray,
    results: np.ndarray,
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    right: float,
) -> np.ndarray:
    """Probabilities after visits ``visits`` (in their order) with ``results`` (True: seen unmanaged).

    Neighbours move by the visited lot's probability before its visit; a lot once visited moves no more.
    """
    chance = np.clip(np.where(np.isfinite(probability), probability, UNKNOWN), 1e-6, 1 - 1e-6)
    one, other, correlation = pairs
    starts = np.searchsorted(one, np.arange(len(chance) + 1))
    done = np.zeros(len(chance), dtype=bool)
    for lot, unmanaged in zip(visits.tolist(), results.tolist()):
        before = chance[[lot]]
        _, yes, no = after_visit(before, right)
        chance[lot] = (yes if unmanaged else no)[0]
        done[lot] = True
        mine = slice(starts[lot], starts[lot + 1])
        near = other[mine]
        if_yes, if_no = shifted(np.full(len(near), before[0]), chance[near], correlation[mine])
        moved = chance[lot] * if_yes + (1 - chance[lot]) * if_no
        chance[near] = np.where(done[near], chance[near], np.clip(moved, 1e-6, 1 - 1e-6))
    return chance
