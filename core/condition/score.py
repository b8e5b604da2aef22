"""Scores from evidence and weights, all lots at once, without any text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from .weights import CARRYING, Thresholds, Weight, reach

CLASSES = ("unmanaged", "cannot_tell", "managed")


class Parts(NamedTuple):
    """Which weight counts how much in which row of evidence: contribution = ``amount`` x weight of ``rule``.

    ``piece``: position in the evidence, ``rule``: position in the weights, ``amount``: 0..1, already shared between
    several observations of one indicator on one lot. A row of evidence may have several parts or none.
    """

    piece: np.ndarray
    rule: np.ndarray
    amount: np.ndarray


class Scores(NamedTuple):
    """Per lot: ``score`` (log-odds, NaN without weighed evidence), ``probability``, ``carried`` (log-odds of what
    speaks about the lot itself), ``screening`` (a word of :data:`CLASSES`), ``completeness`` (0..1). Per row of
    evidence: ``contribution`` (NaN where no weight applies)."""

    score: np.ndarray
    probability: np.ndarray
    carried: np.ndarray
    screening: np.ndarray
    completeness: np.ndarray
    contribution: np.ndarray


def codes(words: np.ndarray, known: Optional[Sequence[str]] = None) -> tuple[np.ndarray, list[str]]:
    """Words as numbers (-1: missing) and the sorted words they stand for; ``known`` words come in any case."""
    found, unique = pd.factorize(words)
    every = sorted(set(unique.tolist()) | set(known or ()))
    place = {word: number for number, word in enumerate(every)}
    move = np.array([place[word] for word in unique.tolist()] + [-1], dtype="int64")
    return move[found], every


def parts(evidence: pd.DataFrame, kinds: np.ndarray, weights: Sequence[Weight]) -> Parts:
    """The parts of every row of evidence (see :class:`Parts`); ``kinds`` of land per lot."""
    row = evidence["row"].to_numpy(dtype="int64")
    value = evidence["value"].to_numpy(dtype="float64")
    indicator, indicators = codes(evidence["indicator"].to_numpy(dtype=object))
    kind, kind_words = codes(kinds)
    category, categories = codes(evidence["category"].to_numpy(dtype=object))
    group = indicator * len(kind_words) + kind[row]
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(len(indicators) * len(kind_words) + 1))
    pieces, rules, amounts = [], [], []
    for number, weight in enumerate(weights):
        if weight.shape == "base" or weight.indicator not in indicators or weight.land_kind not in kind_words:
            continue
        key = indicators.index(weight.indicator) * len(kind_words) + kind_words.index(weight.land_kind)
        here = order[edges[key] : edges[key + 1]]
        if weight.shape == "category":
            word = categories.index(weight.category) if weight.category in categories else len(categories)
            here = here[category[here] == word]
            amount = np.ones(len(here))
        else:
            here = here[np.isfinite(value[here])]
            amount = weight.part(value[here])
        pieces.append(here)
        rules.append(np.full(len(here), number))
        amounts.append(amount)
    if not pieces:
        nothing = np.zeros(0, dtype="int64")
        return Parts(nothing, nothing, np.zeros(0))
    piece = np.concatenate(pieces)
    # Several observations of one indicator on one lot (two summers) share its weight evenly.
    pair = pd.factorize(row * len(indicators) + indicator)[0]
    times = np.bincount(pair)[pair]
    return Parts(piece, np.concatenate(rules), np.concatenate(amounts) / times[piece])


def contributions(
    evidence: pd.DataFrame, kinds: np.ndarray, weights: Sequence[Weight], found: Optional[Parts] = None
) -> np.ndarray:
    """Log-odds that each evidence row adds for the kind of land of its lot; NaN where no rule applies.

    Several observations of one indicator on one lot (two summers) share its weight evenly.
    """
    found = parts(evidence, kinds, weights) if found is None else found
    size = np.array([weight.weight for weight in weights])
    total = np.bincount(found.piece, found.amount * size[found.rule], minlength=len(evidence)).astype("float64")
    hit = np.zeros(len(evidence), dtype=bool)
    hit[found.piece] = True
    return np.where(hit, total, np.nan)


def base_scores(kinds: np.ndarray, weights: Sequence[Weight]) -> np.ndarray:
    """The starting point of each lot (log-odds)."""
    kind, words = codes(kinds)
    base = [sum(w.weight for w in weights if w.shape == "base" and w.land_kind == word) for word in words]
    return np.array([*base, 0.0], dtype="float64")[kind]


def carries(weights: Sequence[Weight], kinds: np.ndarray, evidence: pd.DataFrame) -> np.ndarray:
    """Whether each row of evidence may carry a decision for the kind of land of its lot."""
    kind, kind_words = codes(kinds)
    indicator, indicators = codes(evidence["indicator"].to_numpy(dtype=object))
    table = np.zeros((len(kind_words) + 1, len(indicators) + 1), dtype=bool)
    for weight in weights:
        if weight.role in CARRYING and weight.land_kind in kind_words and weight.indicator in indicators:
            table[kind_words.index(weight.land_kind), indicators.index(weight.indicator)] = True
    return table[kind[evidence["row"].to_numpy()], indicator]


def logistic(score: np.ndarray) -> np.ndarray:
    """Probability of log-odds; NaN stays NaN."""
    return 1.0 / (1.0 + np.exp(-np.clip(score, -700.0, 700.0)))


def classify(score: np.ndarray, carried: np.ndarray, limits: Thresholds) -> np.ndarray:
    """Class of each lot by screening; a missing score is "cannot tell"."""
    # Sums that are equal but for the order of their terms must not fall on two sides of a limit.
    probability, carried = logistic(np.round(score, 9)), np.round(carried, 9)
    found = np.full(score.shape, CLASSES[1], dtype=object)
    found[(probability > limits.unmanaged_above) & (carried >= limits.carry)] = CLASSES[0]
    found[(probability < limits.managed_below) & (carried <= -limits.carry)] = CLASSES[2]
    return found


def score(
    count: int, kinds: np.ndarray, evidence: pd.DataFrame, weights: Sequence[Weight], limits: Thresholds
) -> Scores:
    """Score ``count`` lots (their ``kinds`` of land) from ``evidence`` (see ``evidence.collect``)."""
    contribution = contributions(evidence, kinds, weights)
    hit = np.isfinite(contribution)
    row = evidence["row"].to_numpy(dtype="int64")
    rows, added = row[hit], contribution[hit]
    total = base_scores(kinds, weights) + np.bincount(rows, added, minlength=count)
    carrying = carries(weights, kinds, evidence)[hit]
    carried = np.bincount(rows, added * carrying, minlength=count).astype("float64")
    total[np.bincount(rows, minlength=count) == 0] = np.nan
    known = _known_reach(count, kinds, evidence, hit, weights)
    return Scores(total, logistic(total), carried, classify(total, carried, limits), known, contribution)


def _known_reach(
    count: int, kinds: np.ndarray, evidence: pd.DataFrame, hit: np.ndarray, weights: Sequence[Weight]
) -> np.ndarray:
    """Share of the largest possible weights of the kind of land that was available."""
    possible = reach(weights)
    kind, kind_words = codes(kinds, possible["land_kind"].tolist())
    indicator, indicators = codes(evidence["indicator"].to_numpy(dtype=object), possible["indicator"].tolist())
    table = np.zeros((len(kind_words) + 1, len(indicators) + 1))
    place_of_kind = {word: place for place, word in enumerate(kind_words)}
    place_of = {name: place for place, name in enumerate(indicators)}
    for word, name, size in zip(possible["land_kind"], possible["indicator"], possible["reach"]):
        table[place_of_kind[word], place_of[name]] = size
    row = evidence["row"].to_numpy(dtype="int64")[hit]
    pair = pd.unique(row * len(indicators) + indicator[hit])
    lot, name = np.divmod(pair, max(len(indicators), 1))
    known = np.bincount(lot, table[kind[lot], name], minlength=count)
    most = table.sum(axis=1)[kind]
    return np.divide(known, most, out=np.zeros(count), where=most > 0)
