"""What would change the answer: the smallest change of the evidence on a lot that gives it another class.

For each lot one indicator is moved, or up to three, as little as is needed. Sizes are compared so (assumption): a
measured value by its move as a share of the indicator's own range, another word or something not yet known as 1.
What belongs to the place (slope, distances) is only used where nothing else is enough, since nobody can change it.
Where no such change exists, a survey on the ground decides: it always does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .score import CLASSES, classify, codes
from .weights import CARRYING, Thresholds, Weight

#: At most so many things are changed together.
MOST_THINGS = 3
#: Extra size of a change of the place, so that it comes last.
PLACE_EXTRA = 10.0
#: The land category is no state of the land: another one means other rules.
FIXED = ("land_category",)
SURVEY = "patrol"
#: The survey result that stands for each class in "a survey would change it".
SURVEY_RESULT = {"managed": "not_idle", "unmanaged": "idle_1_green"}
#: Margin in log-odds that a stated change keeps from the limit.
_MARGIN = 1e-7

COLUMNS = ("row", "step", "indicator", "value", "category", "before", "known", "several", "becomes")


class _Thing(NamedTuple):
    """An indicator for one kind of land: breakpoints with contributions, or words with weights."""

    indicator: str
    carrying: bool
    place: bool
    xs: np.ndarray
    gs: np.ndarray
    words: tuple[str, ...]
    sizes: np.ndarray
    rules: tuple[Weight, ...]

    def at(self, value: np.ndarray) -> np.ndarray:
        return np.sum([rule.at(value) for rule in self.rules], axis=0)

    @property
    def low(self) -> float:
        return float(self.gs.min() if len(self.xs) else self.sizes.min())

    @property
    def high(self) -> float:
        return float(self.gs.max() if len(self.xs) else self.sizes.max())


def _things(kind: str, weights: Sequence[Weight]) -> list[_Thing]:
    found = []
    mine = [w for w in weights if w.land_kind == kind and w.shape != "base" and w.indicator not in FIXED]
    for indicator in sorted({w.indicator for w in mine} - {SURVEY}):
        rules = tuple(w for w in mine if w.indicator == indicator)
        numeric = tuple(w for w in rules if w.shape in ("ramp", "present"))
        worded = [w for w in rules if w.shape == "category"]
        xs = np.array(sorted({end for w in numeric if w.shape == "ramp" for end in (w.low, w.high)}))
        if not len(xs) and not worded:
            continue
        role = rules[0].role
        gs = np.sum([w.at(xs) for w in numeric], axis=0) if len(xs) else np.zeros(0)
        found.append(
            _Thing(
                indicator,
                role in CARRYING,
                role == "place",
                xs,
                gs,
                () if len(xs) else tuple(str(w.category) for w in worded),
                np.array([] if len(xs) else [w.weight for w in worded]),
                numeric,
            )
        )
    return found


class _State(NamedTuple):
    """Lots of one kind: score and carried log-odds now, and per indicator contribution, value (mean), word, whether it
    is known, and whether it was observed several times."""

    score: np.ndarray
    carried: np.ndarray
    added: np.ndarray
    value: np.ndarray
    word: np.ndarray
    known: np.ndarray
    several: np.ndarray


class _Plan(NamedTuple):
    """Changes found for lots: number of things (0: none), size, and per step the indicator, value and word."""

    things: np.ndarray
    size: np.ndarray
    pick: np.ndarray
    value: np.ndarray
    word: np.ndarray
    becomes: np.ndarray


def _nearest(thing: _Thing, goal: np.ndarray, up: bool, start: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The value nearest to ``start`` whose contribution reaches ``goal`` (NaN: none), rounded for a sentence.

    Unknown values start where the indicator says the opposite most clearly.
    """
    sign = 1.0 if up else -1.0
    xs, gs = thing.xs, sign * thing.gs
    goal = sign * goal
    opposite = xs[np.flatnonzero(gs == gs.min())]
    start = np.where(known, start, opposite[np.argmin(np.abs(opposite))])
    best = np.full(len(goal), np.nan)

    def offer(value: np.ndarray, fits: np.ndarray) -> None:
        better = fits & ~(np.abs(value - start) >= np.abs(best - start))
        best[better] = value[better]

    offer(np.minimum(start, xs[0]), gs[0] >= goal)
    offer(np.maximum(start, xs[-1]), gs[-1] >= goal)
    for left, right, g_left, g_right in zip(xs, xs[1:], gs, gs[1:]):
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = left + (goal - g_left) / (g_right - g_left) * (right - left)
        low = np.where(g_left >= goal, left, cross)
        high = np.where(g_right >= goal, right, cross)
        offer(np.clip(start, low, np.maximum(low, high)), (g_left >= goal) | (g_right >= goal))
    rounded = np.full(len(goal), np.nan)
    side = np.where(best >= start, 1.0, -1.0)
    step = np.where(np.abs(best) < 10, 0.1, 1.0)
    left_over = np.isfinite(best)
    for finer in (1.0, 0.1, 0.01, 0.001):
        if not left_over.any():
            break
        tick = step * finer
        tried = np.where(side > 0, np.ceil(best / tick - 1e-9), np.floor(best / tick + 1e-9)) * tick
        tried = np.round(tried, 6)
        good = left_over & (sign * thing.at(tried) >= goal)
        rounded[good] = tried[good]
        left_over &= ~good
    return rounded


def _needed(score: np.ndarray, carried: np.ndarray, goal: str, limits: Thresholds, carrying: bool) -> np.ndarray:
    """Log-odds that one indicator must add to reach ``goal`` (±inf: it cannot)."""
    with np.errstate(divide="ignore"):
        above = np.log(limits.unmanaged_above) - np.log1p(-limits.unmanaged_above)
        below = np.log(limits.managed_below) - np.log1p(-limits.managed_below)
    if goal == "enter_unmanaged":
        need = above - score + _MARGIN
        lacking = limits.carry - carried + _MARGIN
        return np.maximum(need, lacking) if carrying else np.where(lacking <= _MARGIN, need, np.inf)
    if goal == "enter_managed":
        need = below - score - _MARGIN
        lacking = -limits.carry - carried - _MARGIN
        return np.minimum(need, lacking) if carrying else np.where(lacking >= -_MARGIN, need, -np.inf)
    if goal == "leave_unmanaged":
        need = above - score - _MARGIN
        return np.maximum(need, limits.carry - carried - _MARGIN) if carrying else need
    need = below - score + _MARGIN
    return np.minimum(need, -limits.carry - carried + _MARGIN) if carrying else need


def _solve(things: Sequence[_Thing], state: _State, goal: str, limits: Thresholds) -> _Plan:
    """The fewest, then smallest changes that reach ``goal`` for every lot of ``state``."""
    count = len(state.score)
    up = goal in ("enter_unmanaged", "leave_managed")
    sign = 1.0 if up else -1.0
    plan = _Plan(
        np.zeros(count, dtype="int64"),
        np.zeros(count),
        np.full((count, MOST_THINGS), -1),
        np.full((count, MOST_THINGS), np.nan),
        np.full((count, MOST_THINGS), -1),
        np.full(count, None, dtype=object),
    )
    score, carried = state.score.copy(), state.carried.copy()
    used = np.zeros((count, len(things)), dtype=bool)
    before = np.zeros(count)
    todo = np.arange(count)
    for step in range(MOST_THINGS):
        size = np.full((len(todo), len(things)), np.inf)
        value = np.full((len(todo), len(things)), np.nan)
        word = np.full((len(todo), len(things)), -1)
        gain = np.zeros((len(todo), len(things)))
        for number, thing in enumerate(things):
            now = state.added[todo, number]
            known = state.known[todo, number]
            target = now + _needed(score[todo], carried[todo], goal, limits, thing.carrying)
            open_ = ~used[todo, number] & np.isfinite(target)
            if not open_.any():
                continue
            extra = PLACE_EXTRA if thing.place else 0.0
            if len(thing.xs):
                span = thing.xs[-1] - thing.xs[0]
                moved = _nearest(thing, np.where(open_, target, sign * np.inf), up, state.value[todo, number], known)
                fits = open_ & np.isfinite(moved)
                far = np.where(known, np.abs(moved - state.value[todo, number]) / span, 1.0)
                size[fits, number] = far[fits] + extra
                value[:, number] = moved
                gain[fits, number] = thing.at(moved[fits]) - now[fits]
            else:
                for place in np.argsort(sign * thing.sizes, kind="stable")[::-1].tolist():
                    # The weakest word that is enough stays: they are tried from the strongest down.
                    fits = open_ & (sign * (thing.sizes[place] - target) >= 0) & (state.word[todo, number] != place)
                    size[fits, number] = 1.0 + extra
                    word[fits, number] = place
                    gain[fits, number] = thing.sizes[place] - now[fits]
        best = size.argmin(axis=1) if len(things) else np.zeros(len(todo), dtype="int64")
        solved = np.isfinite(size.min(axis=1)) if len(things) else np.zeros(len(todo), dtype=bool)
        rows, chosen = todo[solved], best[solved]
        at = np.flatnonzero(solved)
        plan.things[rows] = step + 1
        plan.size[rows] = before[rows] + size[at, chosen]
        plan.pick[rows, step] = chosen
        plan.value[rows, step] = value[at, chosen]
        plan.word[rows, step] = word[at, chosen]
        last = gain[at, chosen]
        carrying = np.array([thing.carrying for thing in things], dtype=bool)
        if len(rows):
            plan.becomes[rows] = classify(score[rows] + last, carried[rows] + last * carrying[chosen], limits)
        todo = todo[~solved]
        if not len(todo) or step == MOST_THINGS - 1:
            break
        pushed = _push(things, state, todo, used, carried, sign, goal, limits)
        rows = todo[pushed.best >= 0]
        chosen = pushed.best[pushed.best >= 0]
        kept = pushed.best >= 0
        used[rows, chosen] = True
        before[rows] += 1.0 + PLACE_EXTRA * np.array([thing.place for thing in things])[chosen]
        plan.pick[rows, step] = chosen
        plan.value[rows, step] = pushed.value[kept]
        plan.word[rows, step] = pushed.word[kept]
        score[rows] += pushed.gain[kept]
        carried[rows] += pushed.gain[kept] * carrying[chosen]
        todo = rows
    return plan


class _Push(NamedTuple):
    best: np.ndarray
    value: np.ndarray
    word: np.ndarray
    gain: np.ndarray


def _push(
    things: Sequence[_Thing],
    state: _State,
    todo: np.ndarray,
    used: np.ndarray,
    carried: np.ndarray,
    sign: float,
    goal: str,
    limits: Thresholds,
) -> _Push:
    """The indicator that helps most when moved as far as it goes: first one that can carry, where that is lacking."""
    gain = np.full((len(todo), len(things)), -np.inf)
    value = np.full((len(todo), len(things)), np.nan)
    word = np.full((len(todo), len(things)), -1)
    for number, thing in enumerate(things):
        if len(thing.xs):
            ends = thing.xs[np.flatnonzero(sign * thing.gs == (sign * thing.gs).max())]
            start = np.where(state.known[todo, number], state.value[todo, number], 0.0)
            near = ends[np.abs(ends[None, :] - start[:, None]).argmin(axis=1)]
            value[:, number] = near
            strongest = thing.at(near)
        else:
            place = int(np.argmax(sign * thing.sizes))
            word[:, number] = place
            strongest = np.full(len(todo), thing.sizes[place])
        moved = strongest - state.added[todo, number]
        gain[:, number] = np.where(used[todo, number] | (sign * moved <= 1e-9), -np.inf, sign * moved)
    worth = gain.copy()
    for number, thing in enumerate(things):
        if thing.place:
            worth[:, number] -= 1e3
        if goal.startswith("enter") and thing.carrying:
            worth[:, number] += np.where(sign * carried[todo] < limits.carry, 1e4, 0.0)
    if not len(things):
        nothing = np.full(len(todo), -1)
        return _Push(nothing, nothing.astype(float), nothing, nothing.astype(float))
    best = worth.argmax(axis=1)
    at = np.arange(len(todo))
    none = ~np.isfinite(gain[at, best])
    return _Push(np.where(none, -1, best), value[at, best], word[at, best], sign * gain[at, best])


def changes(
    kinds: np.ndarray,
    evidence: pd.DataFrame,
    contribution: np.ndarray,
    weights: Sequence[Weight],
    limits: Thresholds,
    score: np.ndarray,
    carried: np.ndarray,
    base: np.ndarray,
    condition: np.ndarray,
    surveyed: np.ndarray,
) -> pd.DataFrame:
    """What to change for another class: one row per lot and thing (:data:`COLUMNS`), every lot at least once.

    ``contribution`` per row of evidence, the others per lot; ``base`` is the starting point of the lot.
    ``value``/``category`` is what the indicator would have to be, ``before`` its value now (the mean; NaN: not known or
    a word), ``several`` whether it was observed more than once (all observations are meant), ``known`` whether there is
    any evidence of it, ``becomes`` the class of the lot afterwards.
    """
    row = evidence["row"].to_numpy(dtype="int64")
    value = evidence["value"].to_numpy(dtype="float64")
    weighed = np.isfinite(contribution)
    indicator, names = codes(evidence["indicator"].to_numpy(dtype=object))
    category, words = codes(evidence["category"].to_numpy(dtype=object))
    screening = classify(score, carried, limits)
    start = np.where(np.isfinite(score), score, base)
    tables: list[dict[str, np.ndarray]] = []
    for kind in sorted({str(word) for word in kinds[~surveyed]}):
        things = _things(kind, weights)
        lots = np.flatnonzero((kinds == kind) & ~surveyed)
        if not things:
            continue
        place = np.full(len(kinds), -1)
        place[lots] = np.arange(len(lots))
        shape = (len(lots), len(things))
        added, now, seen = np.zeros(shape), np.full(shape, np.nan), np.zeros(shape, dtype=bool)
        several = np.zeros(shape, dtype=bool)
        word = np.full(shape, -1)
        for number, thing in enumerate(things):
            if thing.indicator not in names:
                continue
            here = np.flatnonzero((indicator == names.index(thing.indicator)) & weighed & (place[row] >= 0))
            at = place[row[here]]
            added[:, number] = np.bincount(at, contribution[here], minlength=len(lots))
            times = np.bincount(at, minlength=len(lots))
            seen[:, number], several[:, number] = times > 0, times > 1
            if len(thing.xs):
                mean = np.bincount(at, np.nan_to_num(value[here]), minlength=len(lots)) / np.maximum(times, 1)
                now[:, number] = np.where(times > 0, mean, np.nan)
            else:
                mine = np.array([thing.words.index(w) if w in thing.words else -1 for w in words] + [-1])
                word[at, number] = mine[category[here]]
        state = _State(start[lots], carried[lots], added, now, word, seen, several)
        tables += _of_kind(lots, things, state, screening[lots], limits)
    left = np.setdiff1d(np.arange(len(kinds)), np.concatenate([[], *(table["row"] for table in tables)]))
    left = left.astype("int64")
    # Everything else only a survey changes: the opposite of what holds now, or any result where nothing is known.
    becomes = np.where(condition[left] == "managed", "unmanaged", "managed")
    tables.append(
        {
            "row": left,
            "step": np.zeros(len(left), dtype="int64"),
            "indicator": np.full(len(left), SURVEY, dtype=object),
            "value": np.full(len(left), np.nan),
            "category": np.array([SURVEY_RESULT[word] for word in becomes], dtype=object),
            "before": np.full(len(left), np.nan),
            "known": np.isin(left, row[(evidence["indicator"] == SURVEY).to_numpy()]),
            "several": np.zeros(len(left), dtype=bool),
            "becomes": becomes.astype(object),
        }
    )
    found = pd.DataFrame({name: np.concatenate([table[name] for table in tables]) for name in COLUMNS})
    return found.sort_values(["row", "step"], kind="stable").reset_index(drop=True)


def _of_kind(
    lots: np.ndarray, things: Sequence[_Thing], state: _State, screening: np.ndarray, limits: Thresholds
) -> list[dict[str, np.ndarray]]:
    """Changes of the lots of one kind; lots for which none was found are left out."""
    tables = []
    for word, goals in (
        (CLASSES[0], ("leave_unmanaged",)),
        (CLASSES[2], ("leave_managed",)),
        (CLASSES[1], ("enter_unmanaged", "enter_managed")),
    ):
        mine = np.flatnonzero(screening == word)
        if not len(mine):
            continue
        part = _State(*(column[mine] for column in state))
        plans = [_solve(things, part, goal, limits) for goal in goals]
        # Fewer things first, then the smaller change; where both goals are alike the first.
        rank = np.array([np.where(plan.things == 0, np.inf, plan.things * 1e6 + plan.size) for plan in plans])
        best = np.round(rank, 6).argmin(axis=0)
        for number, plan in enumerate(plans):
            here = np.flatnonzero((best == number) & (plan.things > 0))
            for step in range(MOST_THINGS):
                rows = here[plan.things[here] > step]
                if len(rows):
                    tables.append(_rows(lots, mine, rows, step, things, part, plan))
    return tables


def _rows(
    lots: np.ndarray,
    mine: np.ndarray,
    rows: np.ndarray,
    step: int,
    things: Sequence[_Thing],
    state: _State,
    plan: _Plan,
) -> dict[str, np.ndarray]:
    pick, word = plan.pick[rows, step], plan.word[rows, step]
    names = np.array([thing.indicator for thing in things], dtype=object)
    words = [things[p].words[w] if w >= 0 else None for p, w in zip(pick.tolist(), word.tolist())]
    return {
        "row": lots[mine[rows]],
        "step": np.full(len(rows), step),
        "indicator": names[pick],
        "value": plan.value[rows, step],
        "category": np.array(words, dtype=object),
        "before": state.value[rows, pick],
        "known": state.known[rows, pick],
        "several": state.several[rows, pick],
        "becomes": plan.becomes[rows],
    }


def apply(evidence: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """``evidence`` with the changes made: every observation of the indicator says the new value, or a new one is
    added. Running the judgement on it gives the class that was stated."""
    pairs = pd.DataFrame({name: changed[name] for name in ("row", "indicator")})
    new = dict(zip(zip(pairs["row"], pairs["indicator"]), zip(changed["value"], changed["category"])))
    keys = list(zip(evidence["row"], evidence["indicator"]))
    value = evidence["value"].tolist()
    category = evidence["category"].tolist()
    for place, key in enumerate(keys):
        if key in new:
            value[place], category[place] = new[key]
    result = evidence.assign(
        value=np.array(value, dtype="float64"), category=pd.Series(category, dtype=object, index=evidence.index)
    )
    missing = [key for key in new if key not in set(keys)]
    if not missing:
        return result
    added = pd.DataFrame(
        {
            "row": np.array([row for row, _ in missing], dtype="int64"),
            "indicator": [name for _, name in missing],
            "value": np.array([new[key][0] for key in missing], dtype="float64"),
            "category": pd.Series([new[key][1] for key in missing], dtype=object),
        }
    )
    return (
        pd.concat([result, added], ignore_index=True)
        .sort_values(["row", "indicator"], kind="stable")
        .reset_index(drop=True)
    )
