"""Whom does it relieve, of what, by how much, if these lots are treated, and which lots are best to treat.

Exposure of a receptor = sum over links of value × (1 − effect of the treatment of the lot on that kind of
harm). Links of sources that are no lots of the village (forest edge, ring) cannot be treated and stay.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Optional

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog
from scipy.sparse import csc_matrix, diags

from .. import frames
from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .rules import EVIDENCE_WORDS
from .treatments import Treatment

#: Largest problem (lots, links) solved exactly; larger ones greedily with a bound.
EXACT_LOTS, EXACT_LINKS = 400, 20_000
#: Largest problem (links) for which the linear relaxation gives a second bound.
LP_LINKS = 200_000
#: Part of the chosen lots after which the bound of a greedy choice is taken again.
BOUND_AT = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
LINKS = Text("The table of links", "つながりの表")
RECEPTORS = Text("The layer of receptors", "影響先の図")
NO_RELIEF = Text("No relief.", "軽くなりません。")
NOT_EXPOSED = Text("Not exposed.", "影響を受けていません。")
NAMED = Text("{kind} ({evidence})", "{kind}（{evidence}）")


class Network(NamedTuple):
    """The harm network of a village: one sparse matrix per kind (receptors x lots), and per kind the exposure
    that comes from elsewhere (forest edge, ring)."""

    lot_keys: np.ndarray
    receptor_ids: np.ndarray
    receptor_kinds: np.ndarray
    values: Mapping[str, csc_matrix]
    fixed: Mapping[str, np.ndarray]

    def exposure(self, kind: Optional[str] = None) -> np.ndarray:
        """Exposure of each receptor as things are now; of one kind, or the whole."""
        total = np.zeros(len(self.receptor_ids))
        for name, matrix in self.values.items():
            if kind in (None, name):
                total += np.asarray(matrix.sum(axis=1)).ravel() + self.fixed[name]
        return total

    def relief(self, treatment: Treatment, suited: np.ndarray, kind: Optional[str] = None) -> csc_matrix:
        """What treating each lot would take from each receptor; nothing on lots that are not ``suited``."""
        shape = (len(self.receptor_ids), len(self.lot_keys))
        total = csc_matrix(shape)
        for name, matrix in self.values.items():
            if kind in (None, name) and treatment.effect(name) > 0:
                total = total + matrix @ diags(np.where(suited, treatment.effect(name), 0.0))
        total = csc_matrix(total)
        total.eliminate_zeros()
        total.sort_indices()
        return total


def network_from_links(links: pd.DataFrame, lot_keys: np.ndarray, receptors: pd.DataFrame) -> Network:
    """The network from tables written by the harm overlay.

    ``links``: ``source, receptor_id, receptor_kind, kind, value``; ``receptors``: ``receptor_id,
    receptor_kind``. Links from sources not in ``lot_keys`` are fixed. Raises ``InputError`` for missing fields,
    a repeated lot or receptor, and links to receptors that are not in the layer.
    """
    frames.require(links, ("source", "receptor_id", "receptor_kind", "kind", "value"), LINKS)
    frames.require(receptors, ("receptor_id", "receptor_kind"), RECEPTORS)
    lots = {key: row for row, key in enumerate(lot_keys)}
    ids, kinds = frames.texts(receptors, "receptor_id"), frames.texts(receptors, "receptor_kind")
    place = {pair: row for row, pair in enumerate(zip(kinds, ids))}
    for many, few, what in (
        (len(lot_keys), len(lots), Text("A lot", "筆")),
        (len(ids), len(place), Text("A receptor", "影響先")),
    ):
        if many != few:
            raise InputError(
                Text(
                    "{what} is there twice, so its harm cannot be told apart. Keep one row of each.",
                    "同じ{what}が2つ以上あり、影響を分けられません。1行ずつにしてください。",
                ).format(what=what)
            )
    of = np.array([lots.get(key, -1) for key in frames.texts(links, "source")], dtype="int64")
    pairs = zip(frames.texts(links, "receptor_kind"), frames.texts(links, "receptor_id"))
    to = np.array([place.get(pair, -1) for pair in pairs], dtype="int64")
    value, kind = frames.numbers(links, "value"), frames.texts(links, "kind")
    if (to < 0).any() or not (np.isfinite(value) & (value >= 0)).all():
        raise InputError(
            Text(
                "{links} does not belong to these receptors, or holds values that are no numbers of 0 or more. "
                "Take both from the same run.",
                "{links}がこの影響先と合わないか、0以上の数でない値があります。同じ計算の結果を使ってください。",
            ).format(links=LINKS)
        )
    values, fixed = {}, {}
    for name in sorted({str(word) for word in kind}):
        here = (kind == name) & (of >= 0)
        values[name] = csc_matrix((value[here], (to[here], of[here])), shape=(len(ids), len(lot_keys)))
        values[name].sort_indices()
        rest = (kind == name) & (of < 0)
        fixed[name] = np.bincount(to[rest], value[rest], minlength=len(ids))
    return Network(lot_keys, ids, kinds, values, fixed)


class ReliefState:
    """What a growing or shrinking set of treated lots changes; each click costs only the links of its lot.

    ``relief`` maps each kind of harm to what its receptors are relieved of so far. One treatment per lot.
    """

    def __init__(self, network: Network) -> None:
        self._network = network
        self._now = network.exposure()
        self.treated: dict[int, Treatment] = {}
        self.relief = {kind: np.zeros(len(network.receptor_ids)) for kind in network.values}

    def add(self, lot: int, treatment: Treatment) -> np.ndarray:
        """Treat ``lot`` (position); replaces its earlier treatment. Returns the receptors that changed."""
        if lot in self.treated:
            self.remove(lot)
        self.treated[lot] = treatment
        return self._change(lot, treatment, 1.0)

    def remove(self, lot: int) -> np.ndarray:
        """Leave ``lot`` untreated again; nothing happens when it was not treated. Returns the receptors that
        changed."""
        if lot not in self.treated:
            return np.empty(0, dtype="int64")
        changed = self._change(lot, self.treated.pop(lot), -1.0)
        if not self.treated:
            # Nothing remains of rounding in long sequences.
            for total in self.relief.values():
                total[:] = 0.0
        return changed

    def _change(self, lot: int, treatment: Treatment, sign: float) -> np.ndarray:
        changed = [np.empty(0, dtype="int64")]
        for kind, matrix in self._network.values.items():
            effect = treatment.effect(kind)
            if effect > 0:
                part = slice(matrix.indptr[lot], matrix.indptr[lot + 1])
                rows = matrix.indices[part]
                self.relief[kind][rows] += sign * effect * matrix.data[part]
                changed.append(rows.astype("int64"))
        return np.unique(np.concatenate(changed))

    def before(self) -> np.ndarray:
        """Exposure of each receptor with nothing treated."""
        return self._now

    def after(self) -> np.ndarray:
        """Exposure of each receptor now."""
        relief = sum(self.relief.values(), np.zeros(len(self._now)))
        return np.maximum(self._now - relief, 0.0)


class Choice(NamedTuple):
    """Lots chosen: positions, relief that counts, the most that any choice within the budget can reach (certified),
    whether the choice is proved best."""

    lots: np.ndarray
    value: float
    bound: float
    exact: bool

    @property
    def gap(self) -> float:
        """How far below the best possible at most, as a part of it (0..1)."""
        return max(self.bound - self.value, 0.0) / self.bound if self.bound > 0 else 0.0


def relief_of(relief: csc_matrix, lots: np.ndarray) -> np.ndarray:
    """Relief of each receptor by these lots together, whatever it needs."""
    taken = np.zeros(relief.shape[1])
    taken[lots] = 1.0
    return np.asarray(relief @ taken)


def relief_value(relief: csc_matrix, need: np.ndarray, lots: np.ndarray) -> float:
    """Relief of these lots that counts: of each receptor no more than its ``need``."""
    return float(np.minimum(relief_of(relief, lots), need).sum())


def best_lots(
    relief: csc_matrix,
    need: np.ndarray,
    cost: np.ndarray,
    budget: float,
    most: Optional[int] = None,
    seconds: float = 20.0,
    progress: Optional[Progress] = None,
    exact: Optional[bool] = None,
) -> Choice:
    """The lots that relieve most within a budget.

    ``relief``: receptors x lots; ``need``: relief of each receptor that counts (its exposure above a threshold);
    ``cost`` per lot and ``budget`` in one unit (hours or yen); ``most``: at most so many lots. Small problems are
    solved exactly (mixed-integer programme of the solver HiGHS), large ones greedily by relief per cost; then
    ``bound`` comes from the remaining gains (the relief that counts is submodular: each further lot adds less) and,
    where not too large, from the linear relaxation. ``exact`` forces one or the other. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    allowed = np.flatnonzero((cost <= budget) & (np.diff(relief.indptr) > 0))
    limit = len(allowed) if most is None else min(most, len(allowed))
    if not limit:
        return Choice(np.empty(0, dtype="int64"), 0.0, 0.0, True)
    small = csc_matrix(relief[:, allowed])
    rows = np.unique(small.indices)
    small, counts, price = csc_matrix(small[rows]), need[rows], cost[allowed]
    if exact is None:
        exact = len(allowed) <= EXACT_LOTS and small.nnz <= EXACT_LINKS
    greedy = _greedy(small, counts, price, budget, limit, progress)
    bound = _bound(small, counts, price, budget, limit, greedy, progress)
    if not exact:
        if small.nnz <= LP_LINKS:
            bound = min(bound, _programme(small, counts, price, budget, limit, None)[1])
        return _choice(allowed, greedy, small, counts, bound, progress)
    chosen, above = _programme(small, counts, price, budget, limit, seconds)
    best = greedy
    if chosen is not None and relief_value(small, counts, chosen) > relief_value(small, counts, greedy):
        best = chosen
    return _choice(allowed, best, small, counts, min(bound, above), progress)


def _choice(
    allowed: np.ndarray, chosen: np.ndarray, relief: csc_matrix, need: np.ndarray, bound: float, progress: Progress
) -> Choice:
    value = relief_value(relief, need, chosen)
    bound = max(bound, value)
    progress.step(1.0)
    return Choice(np.sort(allowed[chosen]), value, bound, bound - value <= 1e-6 * max(bound, 1e-12))


def _gains(relief: csc_matrix, left: np.ndarray) -> np.ndarray:
    """What each lot would still add when receptors still need ``left``."""
    part = np.minimum(relief.data, left[relief.indices])
    column = np.repeat(np.arange(relief.shape[1]), np.diff(relief.indptr))
    return np.bincount(column, part, minlength=relief.shape[1])


def _greedy(
    relief: csc_matrix, need: np.ndarray, cost: np.ndarray, budget: float, most: int, progress: Progress
) -> np.ndarray:
    """The better of two greedy choices: by relief per cost, and by relief."""
    best, best_value = np.empty(0, dtype="int64"), -1.0
    for way, per in enumerate((np.maximum(cost, 1e-9), np.ones(len(cost)))):
        left, spent = need.astype("float64").copy(), 0.0
        chosen: list[int] = []
        # Gains only shrink, so a stale gain is an upper bound: recompute only what comes to the top.
        heap = [(-gain / unit, lot) for lot, (gain, unit) in enumerate(zip(_gains(relief, left), per)) if gain > 0]
        heapq.heapify(heap)
        while heap and len(chosen) < most:
            if len(chosen) % 256 == 0:
                progress.step(0.2 * way + 0.2 * len(chosen) / most)
            _, lot = heapq.heappop(heap)
            if spent + cost[lot] > budget * (1 + 1e-12):
                continue
            part = slice(relief.indptr[lot], relief.indptr[lot + 1])
            rows = relief.indices[part]
            taken = np.minimum(relief.data[part], left[rows])
            now = -float(taken.sum()) / per[lot]
            if heap and now > heap[0][0] + 1e-15:
                if now < 0:
                    heapq.heappush(heap, (now, lot))
                continue
            if now >= 0:
                continue
            left[rows] -= taken
            spent += cost[lot]
            chosen.append(lot)
        value = relief_value(relief, need, np.array(chosen, dtype="int64"))
        if value > best_value:
            best, best_value = np.array(chosen, dtype="int64"), value
    return best


def _bound(
    relief: csc_matrix,
    need: np.ndarray,
    cost: np.ndarray,
    budget: float,
    most: int,
    chosen: np.ndarray,
    progress: Progress,
) -> float:
    """No choice within the budget relieves more than this.

    For every set S: best ≤ f(S) + the best fractional knapsack of the gains that single lots would add to S, since
    f is monotone and submodular (Leskovec et al. 2007, section 3.2); also best ≤ f(S) + the ``most`` largest of them.
    """
    bound = float(need.sum())
    for number, share in enumerate(BOUND_AT):
        progress.step(0.4 + 0.3 * number / len(BOUND_AT))
        part = chosen[: round(share * len(chosen))]
        relieved = relief_of(relief, part)
        gains = _gains(relief, np.maximum(need - relieved, 0.0))
        order = np.lexsort((np.arange(len(gains)), -gains / np.maximum(cost, 1e-12)))
        before = np.cumsum(cost[order]) - cost[order]
        share_of = np.clip((budget - before) / np.maximum(cost[order], 1e-12), 0.0, 1.0)
        share_of[cost[order] <= 0] = 1.0
        knapsack = float((gains[order] * share_of).sum())
        largest = float(np.sort(gains)[::-1][:most].sum())
        bound = min(bound, float(np.minimum(relieved, need).sum()) + min(knapsack, largest))
    return bound * (1 + 1e-12)


def integer_solver() -> Optional[Callable[..., Any]]:
    """The mixed-integer solver of scipy (1.9 or newer), ``None`` where it is older: then the greedy answers and their
    bounds are all there is."""
    try:
        from scipy.optimize import milp
    except ImportError:
        return None
    return milp  # type: ignore[no-any-return]


def _programme(
    relief: csc_matrix, need: np.ndarray, cost: np.ndarray, budget: float, most: int, seconds: Optional[float]
) -> tuple[Optional[np.ndarray], float]:
    """Chosen lots and upper bound of the mixed-integer programme; of its linear relaxation without ``seconds``.

    Maximise Σ y with y ≤ need, y ≤ relief · x, cost · x ≤ budget, Σ x ≤ most, x in {0, 1}.
    """
    receptors, lots = relief.shape
    objective = np.concatenate([np.zeros(lots), -np.ones(receptors)])
    every, column = np.arange(lots), np.repeat(np.arange(lots), np.diff(relief.indptr))
    rows = [relief.indices, np.arange(receptors), np.full(lots, receptors), np.full(lots, receptors + 1)]
    columns = [column, lots + np.arange(receptors), every, every]
    parts = [-relief.data, np.ones(receptors), cost, np.ones(lots)]
    places = np.concatenate(rows), np.concatenate(columns)
    left = csc_matrix((np.concatenate(parts), places), shape=(receptors + 2, lots + receptors))
    right = np.concatenate([np.zeros(receptors), [budget, most]])
    high = np.concatenate([np.ones(lots), need])
    if seconds is None:
        done = linprog(
            objective, A_ub=left, b_ub=right, bounds=np.column_stack([np.zeros(len(high)), high]), method="highs"
        )
        # The dual values give the bound, so it holds however exactly the solver solved.
        return None, _dual_bound(objective, left, right, high, done) if done.status == 0 else float(need.sum())
    milp = integer_solver()
    if milp is None:
        return None, float(need.sum())
    done = milp(
        objective,
        constraints=LinearConstraint(left, -np.inf, right),
        bounds=Bounds(np.zeros(len(high)), high),
        integrality=np.concatenate([np.ones(lots), np.zeros(receptors)]),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    dual = getattr(done, "mip_dual_bound", None)
    above = float(need.sum()) if dual is None or not np.isfinite(dual) else -float(dual) + 1e-7 * abs(float(dual))
    if done.x is None:
        return None, above
    chosen = np.flatnonzero(done.x[:lots] > 0.5)
    if cost[chosen].sum() > budget * (1 + 1e-9) or len(chosen) > most:
        return None, above
    return chosen, above


def _dual_bound(objective: np.ndarray, left: csc_matrix, right: np.ndarray, high: np.ndarray, done: object) -> float:
    """Weak duality: for any prices p ≥ 0 of the rows, max −c·z ≤ p·b + Σ high · max(−c − Aᵀp, 0)."""
    prices = np.maximum(-np.asarray(done.ineqlin.marginals), 0.0)  # type: ignore[attr-defined]
    rest = np.maximum(-objective - left.T @ prices, 0.0)
    return float(prices @ right + high @ rest)


def receptor_changes(
    network: Network, state: ReliefState, evidence: Mapping[str, str], labels: Mapping[str, Text]
) -> pd.DataFrame:
    """Per receptor: ``receptor_id, receptor_kind, exposure_before, exposure_after, change`` (below 0: relieved),
    ``change_pct, change_<kind>…, explanation, explanation_ja``. ``evidence``: evidence word of the rules of each
    kind of harm, and ``labels`` of the kinds, where known."""
    before, after = state.before(), state.after()
    frame = pd.DataFrame(
        {
            "receptor_id": network.receptor_ids,
            "receptor_kind": network.receptor_kinds,
            "exposure_before": before,
            "exposure_after": after,
            "change": after - before,
            "change_pct": np.where(before > 0, 100 * (after - before) / np.where(before > 0, before, 1.0), 0.0),
            **{f"change_{kind}": -relief for kind, relief in sorted(state.relief.items())},
        }
    )
    # Weakest first: an assumption anywhere is named.
    order = ("assumption", "local_opinion", "local_data", "literature")
    effect = {treatment.evidence for treatment in state.treated.values()}
    weakest = next((word for word in order if word in effect), "assumption")
    texts = []
    for row in range(len(frame)):
        kinds = [kind for kind, relief in sorted(state.relief.items()) if relief[row] > 1e-12]
        if not kinds:
            texts.append(NO_RELIEF if before[row] > 0 else NOT_EXPOSED)
            continue
        named = [
            NAMED.format(kind=labels.get(kind, kind), evidence=EVIDENCE_WORDS[evidence[kind]])
            if evidence.get(kind) in EVIDENCE_WORDS
            else labels.get(kind, Text(kind, kind))
            for kind in kinds
        ]
        texts.append(
            Text(
                "Exposure falls from {before} to {after} ({pct} %): {kinds}. Effect of the treatment: {effect}.",
                "受ける影響が{before}から{after}になります（{pct} %）: {kinds}。手入れの効果: {effect}。",
            ).format(
                before=f"{before[row]:.3g}",
                after=f"{after[row]:.3g}",
                pct=f"{100 * (after[row] - before[row]) / before[row]:.0f}",
                kinds=Text(", ".join(t.en for t in named), "、".join(t.ja for t in named)),
                effect=EVIDENCE_WORDS[weakest],
            )
        )
    frame["explanation"] = [text.en for text in texts]
    frame["explanation_ja"] = [text.ja for text in texts]
    return frame
