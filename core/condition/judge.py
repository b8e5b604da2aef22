"""From evidence to managed, likely unmanaged, or cannot tell: additive log-odds with editable weights.

score = base + sum of contributions; probability = 1 / (1 + exp(-score)). Missing evidence adds
nothing. A lot is called managed or unmanaged by screening only when something that speaks about the
lot itself (role ``direct`` or ``record``) points the same way; place and people alone never decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from ..progress import Progress
from . import change, explain
from .evidence import SURVEY_STATES
from .score import Scores, base_scores, contributions, score
from .weights import (
    COLUMNS,
    Costs,
    Thresholds,
    Weight,
    check_thresholds,
    reach,
    read_weights,
    thresholds,
    weights_from_frame,
)
from .words import NO_CATEGORY, NO_EVIDENCE, NO_RULE, NOT_SEEN, SURVEY_WORDS

__all__ = [
    "COLUMNS",
    "NOT_SEEN",
    "NO_CATEGORY",
    "NO_EVIDENCE",
    "NO_RULE",
    "SURVEY_WORDS",
    "Classes",
    "Costs",
    "Thresholds",
    "Weight",
    "classes",
    "contributions",
    "judge",
    "reach",
    "read_weights",
    "surveys",
    "thresholds",
    "weights_from_frame",
]


class Surveys(NamedTuple):
    """Per lot: the survey's word, its day, and what it says (``managed``, ``unmanaged`` or ``None``)."""

    word: np.ndarray
    day: np.ndarray
    says: np.ndarray


def surveys(count: int, evidence: pd.DataFrame) -> Surveys:
    """The newest survey of each lot in the evidence."""
    rows = evidence[(evidence["indicator"] == change.SURVEY).to_numpy()].drop_duplicates("row", keep="last")
    word = np.full(count, None, dtype=object)
    day = np.full(count, None, dtype=object)
    word[rows["row"].to_numpy(dtype="int64")] = rows["category"].to_numpy(dtype=object)
    if "observed_on" in rows.columns:
        day[rows["row"].to_numpy(dtype="int64")] = rows["observed_on"].to_numpy(dtype=object)
    says = np.array([SURVEY_STATES.get(found) for found in word], dtype=object)
    return Surveys(word, day, says)


class Classes(NamedTuple):
    """Per lot the ``condition``; what it follows from: ``found`` by screening, ``survey`` and ``surveyed`` (it says
    something)."""

    condition: np.ndarray
    found: Scores
    survey: Surveys
    surveyed: np.ndarray


def classes(
    count: int,
    kinds: np.ndarray,
    evidence: pd.DataFrame,
    weights: Sequence[Weight],
    limits: Optional[Thresholds] = None,
) -> Classes:
    """The class of each lot as :func:`judge` gives it, without the sentences."""
    found = score(count, kinds, evidence, weights, limits or Thresholds())
    survey = surveys(count, evidence)
    surveyed = np.array([says is not None for says in survey.says], dtype=bool)
    return Classes(np.where(surveyed, survey.says, found.screening), found, survey, surveyed)


def judge(
    count: int,
    kinds: np.ndarray,
    evidence: pd.DataFrame,
    weights: Sequence[Weight],
    limits: Optional[Thresholds] = None,
    progress: Optional[Progress] = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge ``count`` lots from ``evidence`` (see ``evidence.collect``) and their ``kinds`` of land.

    Returns (per lot: ``condition, score, probability, completeness, explanation, change`` and ``_ja``,
    ``change_to``, ``reason_1.._3`` and ``_ja``, ``survey_state, survey_on, screening, disagrees, evidence_count``;
    the evidence with ``weight``, ``text`` and ``text_ja`` added). Score and probability are missing without
    weighed evidence. Raises ``InputError`` for thresholds that do not leave a band.
    """
    limits = limits or Thresholds()
    check_thresholds(limits)
    progress = progress or Progress()
    judged = classes(count, kinds, evidence, weights, limits)
    condition, found, survey, surveyed = judged
    progress.step(0.25)
    changed = _changes(kinds, evidence, weights, limits, judged)
    progress.step(0.5)

    said = explain.phrases(evidence, kinds, weights)
    reasons = explain.reasons(count, evidence, found.contribution, said)
    notes = (NOT_SEEN, NO_CATEGORY, NO_EVIDENCE, NO_RULE)
    ruled = {w.land_kind for w in weights if w.shape != "base"}
    outside = (found.probability > limits.unmanaged_above) | (found.probability < limits.managed_below)
    note = np.where((found.screening == "cannot_tell") & outside, 0, -1)
    why = np.array([1 if kind == "unknown" else 2 if kind in ruled else 3 for kind in kinds.tolist()], dtype="int64")
    columns = explain.reason_columns(reasons, said, notes, note, why)
    sentence = explain.explanations(reasons, said, found.screening, survey.says, survey.word, survey.day, notes, why)
    progress.step(0.75)
    what = explain.change_texts(count, changed, kinds, weights)
    becomes = np.full(count, None, dtype=object)
    becomes[changed["row"].to_numpy(dtype="int64")] = changed["becomes"].to_numpy(dtype=object)
    lots = pd.DataFrame(
        {
            "condition": condition,
            "score": found.score,
            "probability": found.probability,
            "completeness": found.completeness,
            "explanation": sentence["en"] + " " + what["en"] if count else sentence["en"],
            "explanation_ja": sentence["ja"] + what["ja"] if count else sentence["ja"],
            "change": what["en"],
            "change_ja": what["ja"],
            "change_to": becomes,
            **columns,
            "survey_state": survey.word,
            "survey_on": survey.day,
            "screening": found.screening,
            "disagrees": surveyed & (found.screening != "cannot_tell") & (condition != found.screening),
            "evidence_count": np.bincount(evidence["row"].to_numpy(dtype="int64"), minlength=count),
        }
    )
    told = explain.with_texts(evidence.assign(weight=found.contribution), said)
    progress.step(1.0)
    return lots, told


def changes_of(
    kinds: np.ndarray, evidence: pd.DataFrame, weights: Sequence[Weight], limits: Thresholds
) -> pd.DataFrame:
    """What would change the answer of each lot (see ``change.changes``)."""
    return _changes(kinds, evidence, weights, limits, classes(len(kinds), kinds, evidence, weights, limits))


def _changes(
    kinds: np.ndarray, evidence: pd.DataFrame, weights: Sequence[Weight], limits: Thresholds, judged: Classes
) -> pd.DataFrame:
    return change.changes(
        kinds,
        evidence,
        judged.found.contribution,
        weights,
        limits,
        judged.found.score,
        judged.found.carried,
        base_scores(kinds, weights),
        judged.condition,
        judged.surveyed,
    )
