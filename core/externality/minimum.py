"""What is the least that must be done so that nobody suffers: the cheapest treatment of every lot such that every
receptor stays under its threshold.

Small villages are solved exactly (mixed-integer programme, HiGHS). For any size a Lagrangian bound certifies how
far the answer is at most from the cheapest: for prices p ≥ 0 of the thresholds, no answer costs less than
Σ p · need + Σ over lots of the least of 0 and (cost − p · relief) over its treatments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csc_matrix, csr_matrix, hstack, identity, vstack

from .. import frames
from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .relief import Network, integer_solver
from .treatments import Treatment

#: Largest programme (choices, numbers in it) given to the solver.
EXACT_CHOICES, EXACT_NUMBERS = 6_000, 200_000
#: Steps of the search for prices.
STEPS = 150
#: A threshold counts as kept when missed by less than this part of the exposure it limits.
TOLERANCE = 1e-7
KEPT = Text("Under the threshold.", "許容の範囲に収まります。")
OVER = Text(
    "Over the threshold by {over}: others need it more.", "許容を{over}超えます。ほかの影響先を優先した結果です。"
)
NEVER = Text(
    "Over the threshold by {over}; by {surely} at least, whatever is done with these lots.",
    "許容を{over}超えます。これらの土地をどう手入れしても、少なくとも{surely}は超えます。",
)
THRESHOLDS = Text("The table of thresholds", "許容できる影響の表")


class Limits(NamedTuple):
    """Thresholds: receptor (position), kind of harm (``None``: the whole exposure) and the most it may be."""

    receptor: np.ndarray
    kind: np.ndarray
    most: np.ndarray


class Plan(NamedTuple):
    """Treatment of each lot (position in the table, -1 none), what that costs, what no answer can undercut, by how
    much each limit is missed all the same, and the least by which it must be missed whatever is done."""

    treatment: np.ndarray
    cost: float
    bound: float
    missed: np.ndarray
    surely_missed: np.ndarray

    @property
    def gap(self) -> float:
        """How far above the cheapest answer at most, as a part of the cost (0..1)."""
        return max(self.cost - self.bound, 0.0) / self.cost if self.cost > 0 else 0.0


def limits_from_table(network: Network, default: float, table: Optional[pd.DataFrame] = None) -> Limits:
    """Limits on the whole exposure of every receptor, and those of a table.

    ``table``: ``threshold`` and, each may be missing or empty (all), ``receptor_kind, receptor_id, kind``. For the same
    kind of harm the most particular row counts: receptor_id before receptor_kind before all; of equal ones the lowest.
    Raises ``InputError`` for a threshold that is no number of 0 or more, and for a row that concerns no receptor.
    """
    count = len(network.receptor_ids)
    found = {None: (np.full(count, float(default)), np.zeros(count))}
    if table is not None:
        frames.require(table, ("threshold",), THRESHOLDS)
        ids, kinds, harms = (frames.texts(table, name) for name in ("receptor_id", "receptor_kind", "kind"))
        for row, most in enumerate(frames.numbers(table, "threshold")):
            here = np.ones(count, dtype=bool)
            if ids[row] is not None:
                here &= network.receptor_ids == ids[row]
            if kinds[row] is not None:
                here &= network.receptor_kinds == kinds[row]
            problem = None
            if not 0 <= most < np.inf:
                problem = Text("threshold must be a number of 0 or more", "threshold は0以上の数")
            elif not here.any() or (harms[row] is not None and harms[row] not in network.values):
                problem = Text(
                    "it concerns no receptor or kind of harm there is", "当てはまる影響先か影響の種類がない行"
                )
            if problem:
                raise InputError(
                    Text(
                        "{table}, row {row}: {problem}. Correct the row or take it out.",
                        "{table}の{row}行目: {problem}です。直すか、取り除いてください。",
                    ).format(table=THRESHOLDS, row=row + 1, problem=problem)
                )
            now, rank = found.setdefault(harms[row], (np.full(count, np.inf), np.zeros(count)))
            its = 1.0 + (kinds[row] is not None) + 2.0 * (ids[row] is not None)
            better = here & ((its > rank) | ((its == rank) & (most < now)))
            now[better], rank[better] = most, its
    receptor, kind, highest = [], [], []
    for harm, (now, _) in found.items():
        rows = np.flatnonzero(np.isfinite(now))
        receptor.append(rows)
        kind.append(np.full(len(rows), harm, dtype=object))
        highest.append(now[rows])
    return Limits(*(np.concatenate(column) for column in (receptor, kind, highest)))


class _Problem(NamedTuple):
    """Relief per kind of harm (limits x lots, and ``turned`` round: lots x limits), what must be taken away, effect of
    each treatment on each kind, cost (lots x treatments, infinite where not suited)."""

    relief: list[csc_matrix]
    turned: list[csr_matrix]
    need: np.ndarray
    effect: np.ndarray
    cost: np.ndarray

    def of(self, choice: np.ndarray) -> np.ndarray:
        """Relief of every limit by a choice of treatments."""
        total = np.zeros(len(self.need))
        effect = np.vstack([self.effect, np.zeros(self.effect.shape[1])])[choice]
        for number, matrix in enumerate(self.relief):
            total += matrix @ effect[:, number]
        return total

    def price(self, choice: np.ndarray) -> float:
        """Cost of a choice."""
        rows = np.flatnonzero(choice >= 0)
        return float(self.cost[rows, choice[rows]].sum())

    def savings(self, prices: np.ndarray) -> np.ndarray:
        """Worth of each treatment on each lot at these prices of the limits."""
        worth = np.column_stack([matrix @ prices for matrix in self.turned])
        return np.asarray(worth @ self.effect.T)


def least_management(
    network: Network,
    treatments: Sequence[Treatment],
    cost: np.ndarray,
    limits: Limits,
    seconds: float = 60.0,
    progress: Optional[Progress] = None,
) -> Plan:
    """The cheapest treatment of every lot that keeps all limits.

    ``cost``: lots x treatments, infinite where a treatment does not suit a lot; a lot without treatment costs nothing.
    Where the limits cannot be kept, first the sum of what is missed is made as small as possible, then the cost.
    ``seconds``: the most the solver may take, twice. The same input always gives the same answer unless the solver runs
    out of time. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    kinds = sorted(network.values)
    exposure = np.zeros(len(limits.most))
    relief = []
    for kind in kinds:
        covers = np.array([word is None or word == kind for word in limits.kind], dtype=bool)
        rows = np.flatnonzero(covers)
        select = csr_matrix(
            (np.ones(len(rows)), (rows, limits.receptor[rows])), shape=(len(limits.most), len(network.receptor_ids))
        )
        relief.append(csc_matrix(select @ network.values[kind]))
        exposure += np.asarray(relief[-1].sum(axis=1)).ravel() + select @ network.fixed[kind]
    over = np.flatnonzero(exposure - limits.most > TOLERANCE * np.maximum(exposure, 1.0))
    effect = np.array([[treatment.effect(kind) for kind in kinds] for treatment in treatments], dtype="float64")
    relief = [csc_matrix(matrix.tocsr()[over]) for matrix in relief]
    problem = _Problem(
        relief,
        [matrix.T for matrix in relief],
        (exposure - limits.most)[over],
        effect.reshape(len(treatments), len(kinds)),
        cost,
    )
    nothing = np.full(cost.shape[0], -1, dtype="int64")
    missed, surely = np.zeros(len(limits.most)), np.zeros(len(limits.most))
    if not len(over):
        return Plan(nothing, 0.0, 0.0, missed, surely)
    # Whatever is done, a limit is not relieved of more than the best for it on every lot.
    surely[over] = np.maximum(problem.need - _most_relief(problem), 0.0)
    surely[surely <= TOLERANCE * np.maximum(exposure, 1.0)] = 0.0
    progress.step(0.1)
    choices = int(np.isfinite(cost).sum())
    if not choices:
        missed[over] = problem.need
        return Plan(nothing, 0.0, 0.0, missed, surely)
    strongest = _strongest(problem)
    short = np.maximum(problem.need - problem.of(strongest), 0.0)
    small = choices <= EXACT_CHOICES and sum(m.nnz for m in problem.relief) * len(treatments) <= EXACT_NUMBERS
    if short.sum() > TOLERANCE * problem.need.sum() and small:
        solved = _solve(problem, seconds, elastic=True)
        if solved[0] is not None:
            left = np.maximum(problem.need - problem.of(solved[0]), 0.0)
            if left.sum() < short.sum():
                strongest, short = solved[0], left
    progress.step(0.3)
    short[short <= TOLERANCE * np.maximum(exposure[over], 1.0)] = 0.0
    problem = problem._replace(need=problem.need - short)
    prices, bound = _prices(problem, progress)
    best = _thin_out(problem, strongest, prices, progress)
    if small:
        found, dual = _solve(problem, seconds, elastic=False)
        bound = max(bound, dual)
        if found is not None and _keeps(problem, found) and problem.price(found) < problem.price(best):
            best = found
    progress.step(1.0)
    missed[over] = np.maximum((exposure - limits.most)[over] - problem.of(best), 0.0)
    missed[missed <= 2 * TOLERANCE * np.maximum(exposure, 1.0)] = 0.0
    price = problem.price(best)
    return Plan(best, price, min(max(bound, 0.0), price), missed, surely)


def _keeps(problem: _Problem, choice: np.ndarray) -> bool:
    room = TOLERANCE * np.maximum(problem.need, 1.0)
    return bool((problem.of(choice) >= problem.need - room).all())


def _most_relief(problem: _Problem) -> np.ndarray:
    """What the best treatment for each limit on every lot would relieve it of."""
    usable = np.isfinite(problem.cost)
    best = np.zeros(len(problem.need))
    # A limit on one kind of harm: the largest effect on it. On several: no more than the sum of the largest.
    for number, matrix in enumerate(problem.relief):
        effect = np.where(usable, problem.effect[None, :, number], 0.0).max(axis=1, initial=0.0)
        best += matrix @ effect
    return best


def _strongest(problem: _Problem) -> np.ndarray:
    """For every lot the treatment that relieves most in all, of equal ones the cheapest; none where none helps."""
    weight = 1.0 / np.maximum(problem.need, 1e-12)
    worth = np.where(np.isfinite(problem.cost), problem.savings(weight), -1.0)
    best = worth.max(axis=1, initial=0.0)
    price = np.where(worth >= best[:, None] * (1 - 1e-12), problem.cost, np.inf)
    choice = price.argmin(axis=1) if price.shape[1] else np.full(len(price), -1)
    return np.where(best > 0, choice, -1).astype("int64")


def _prices(problem: _Problem, progress: Progress) -> tuple[np.ndarray, float]:
    """Prices of the limits that give a high lower bound (subgradient steps after Polyak), and that bound."""
    lots = np.arange(len(problem.cost))
    start = problem.price(_strongest(problem))
    prices = np.zeros(len(problem.need))
    best_prices, best, scale, stalled = prices, 0.0, 1.0, 0
    for number in range(STEPS):
        progress.step(0.3 + 0.3 * number / STEPS)
        reduced = problem.cost - problem.savings(prices)
        choice = reduced.argmin(axis=1)
        least = reduced[lots, choice]
        bound = float(prices @ problem.need + np.minimum(least, 0.0).sum())
        if bound > best:
            best, best_prices, stalled = bound, prices, 0
        else:
            stalled += 1
            if stalled >= 8:
                scale, stalled, prices = scale / 2, 0, best_prices
        lack = problem.need - problem.of(np.where(least < 0, choice, -1))
        size = float(lack @ lack)
        if size <= 0 or start <= best:
            break
        prices = np.maximum(prices + scale * max(start - bound, 1e-9) / size * lack, 0.0)
    return best_prices, best


def _thin_out(problem: _Problem, choice: np.ndarray, prices: np.ndarray, progress: Progress) -> np.ndarray:
    """From a choice that keeps all limits to a cheaper one: each lot takes the cheapest treatment with which they are
    still kept, the most wasteful lots (at these prices) first."""
    choice = choice.copy()
    spare = problem.of(choice) - problem.need
    room = TOLERANCE * np.maximum(problem.need, 1.0)
    treated = np.flatnonzero(choice >= 0)
    waste = problem.cost[treated, choice[treated]] - problem.savings(prices)[treated, choice[treated]]
    effect = np.vstack([problem.effect, np.zeros(problem.effect.shape[1])])
    for done, lot in enumerate(treated[np.lexsort((treated, -waste))]):
        if done % 500 == 0:
            progress.step(0.6 + 0.2 * done / len(treated))
        now = choice[lot]
        price = problem.cost[lot]
        for other in [-1, *(t for t in np.argsort(price, kind="stable") if price[t] < price[now])]:
            loss = [
                (m.indices[m.indptr[lot] : m.indptr[lot + 1]], m.data[m.indptr[lot] : m.indptr[lot + 1]] * change)
                for m, change in zip(problem.relief, effect[now] - effect[other])
            ]
            rows = np.concatenate([part[0] for part in loss])
            amount = np.concatenate([part[1] for part in loss])
            touched, place = np.unique(rows, return_inverse=True)
            left = spare[touched] - np.bincount(place, amount, minlength=len(touched))
            if (left >= -room[touched]).all():
                spare[touched] = left
                choice[lot] = other
                break
    return choice


def _solve(problem: _Problem, seconds: float, elastic: bool) -> tuple[Optional[np.ndarray], float]:
    """Mixed-integer programme: the cheapest choice that keeps the limits, or (``elastic``) the one that misses them by
    the smallest sum. Returns the choice (``None``: not found in time) and a lower bound of what was minimised."""
    milp = integer_solver()
    if milp is None:
        return None, 0.0
    lots, kinds = problem.cost.shape
    lot, treatment = np.nonzero(np.isfinite(problem.cost))
    blocks = []
    for number in range(kinds):
        part = csc_matrix((len(problem.need), lots))
        for kind, matrix in enumerate(problem.relief):
            if problem.effect[number, kind] > 0:
                part = part + matrix * problem.effect[number, kind]
        blocks.append(csc_matrix(part)[:, lot[treatment == number]])
    order = np.argsort(treatment, kind="stable")
    lot, treatment = lot[order], treatment[order]
    relief = hstack(blocks, format="csc")
    one = csc_matrix((np.ones(len(lot)), (lot, np.arange(len(lot)))), shape=(lots, len(lot)))
    price = problem.cost[lot, treatment]
    rows = vstack([relief, one], format="csc")
    low = np.concatenate([problem.need, np.full(lots, -np.inf)])
    high = np.concatenate([np.full(len(problem.need), np.inf), np.ones(lots)])
    objective, top, whole = price, np.ones(len(lot)), np.ones(len(lot))
    if elastic:
        extra = len(problem.need)
        slack = vstack([identity(extra), csc_matrix((lots, extra))])
        rows = hstack([rows, slack], format="csc")
        objective = np.concatenate([np.zeros(len(lot)), np.ones(extra)])
        top = np.concatenate([top, np.full(extra, np.inf)])
        whole = np.concatenate([whole, np.zeros(extra)])
    done = milp(
        objective,
        constraints=LinearConstraint(rows, low, high),
        bounds=Bounds(np.zeros(len(top)), top),
        integrality=whole,
        options={"time_limit": seconds, "mip_rel_gap": 1e-6},
    )
    dual = getattr(done, "mip_dual_bound", None)
    bound = 0.0 if dual is None or not np.isfinite(dual) else float(dual) * (1 - 1e-7)
    if done.x is None:
        return None, bound
    choice = np.full(lots, -1, dtype="int64")
    taken = np.flatnonzero(done.x[: len(lot)] > 0.5)
    choice[lot[taken]] = treatment[taken]
    return choice, bound


def plan_of_receptors(network: Network, limits: Limits, plan: Plan, treatments: Sequence[Treatment]) -> pd.DataFrame:
    """Per receptor: ``receptor_id, receptor_kind, exposure_before, exposure_after, threshold`` (of the whole
    exposure), ``over`` (largest amount by which a threshold is missed), ``surely_over`` (missed whatever is done),
    ``kept`` (bool), ``explanation, explanation_ja``."""
    count = len(network.receptor_ids)
    after = np.zeros(count)
    for kind, matrix in network.values.items():
        effect = np.array([*(treatment.effect(kind) for treatment in treatments), 0.0])[plan.treatment]
        after += matrix @ (1.0 - effect) + network.fixed[kind]
    threshold, over, surely = np.full(count, np.nan), np.zeros(count), np.zeros(count)
    whole = np.array([kind is None for kind in limits.kind], dtype=bool)
    threshold[limits.receptor[whole]] = limits.most[whole]
    np.maximum.at(over, limits.receptor, plan.missed)
    np.maximum.at(surely, limits.receptor, plan.surely_missed)
    texts = []
    for row in range(count):
        if over[row] <= 0:
            texts.append(KEPT)
        elif surely[row] > 0:
            texts.append(NEVER.format(over=f"{over[row]:.3g}", surely=f"{surely[row]:.3g}"))
        else:
            texts.append(OVER.format(over=f"{over[row]:.3g}"))
    return pd.DataFrame(
        {
            "receptor_id": network.receptor_ids,
            "receptor_kind": network.receptor_kinds,
            "exposure_before": network.exposure(),
            "exposure_after": after,
            "threshold": threshold,
            "over": over,
            "surely_over": surely,
            "kept": over <= 0,
            "explanation": [text.en for text in texts],
            "explanation_ja": [text.ja for text in texts],
        }
    )
