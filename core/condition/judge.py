"""From evidence to managed, likely unmanaged, or cannot tell: additive log-odds with editable weights.

score = base + sum of contributions; probability = 1 / (1 + exp(-score)). Missing evidence adds
nothing. A lot is called managed or unmanaged by screening only when something that speaks about the
lot itself (role ``direct`` or ``record``) points the same way; place and people alone never decide.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from .. import frames
from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .evidence import SURVEY_STATES

SHAPES = ("base", "present", "category", "ramp")
ROLES = ("base", "direct", "record", "person", "place")
#: Roles that speak about what is done on this lot, and so may carry a decision.
CARRYING = ("direct", "record")
COLUMNS = ("indicator", "land_kind", "shape", "category", "low", "high", "weight", "role", "phrase", "phrase_ja")
TABLE = Text("The weight table", "重みの表")

CLASS_WORDS = {
    "unmanaged": Text("points to unmanaged", "管理されていない可能性"),
    "managed": Text("points to managed", "管理されている可能性"),
}
SURVEY_WORDS = {
    "not_idle": Text("in use", "遊休農地ではない"),
    "idle_1_green": Text("idle farmland class 1, grass cutting is enough", "1号遊休農地（緑区分）"),
    "idle_1_yellow": Text("idle farmland class 1, needs base works", "1号遊休農地（黄区分）"),
    "idle_2": Text("idle farmland class 2, use much lower than around", "2号遊休農地"),
    "waste_b": Text("devastated farmland B, hard to restore", "再生利用が困難な荒廃農地（B分類）"),
    "unresolved": Text("under survey, no result yet", "調査中"),
}
REASON = Text("{phrase} ({pointing})", "{phrase}（{pointing}）")
SURVEYED = Text("Farm patrol{day}: {result}.", "農地パトロール{day}: {result}。")
NO_CATEGORY = Text("The land category is not known.", "地目が分かりません。")
NO_RULE = Text("There is no rule for this kind of land.", "この地目を判断する規則がありません。")
NO_EVIDENCE = Text("No data about this lot was found.", "この土地のデータがありません。")
NOT_SEEN = Text("Nothing observed on the lot itself decides.", "土地そのものの状態を示す決め手がありません。")


class Weight(NamedTuple):
    """One row of the weight table.

    ``shape``: ``base`` (added to every lot of the kind), ``present`` (added whenever the indicator has a
    value), ``category`` (added when the word equals ``category``), ``ramp`` (0 at ``low`` growing in a
    straight line to ``weight`` at ``high`` and staying there; ``high`` may be below ``low``). Rows of one
    indicator add up.
    """

    indicator: str
    land_kind: str
    shape: str
    category: Optional[str]
    low: float
    high: float
    weight: float
    role: str
    phrase: Text

    def at(self, value: np.ndarray) -> np.ndarray:
        """Contribution at numeric values (``present`` and ``ramp``)."""
        if self.shape == "present":
            return np.where(np.isfinite(value), self.weight, 0.0)
        along = np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.where(np.isfinite(value), along * self.weight, 0.0)


class Thresholds(NamedTuple):
    """When to speak. Above ``unmanaged_above`` probability: likely unmanaged; below ``managed_below``:
    likely managed; between: cannot tell. ``carry`` is the log-odds that evidence about the lot itself
    must reach in the same direction. All are assumptions: a wrong "unmanaged" costs one visit, so more
    likely than not is enough; a wrong "managed" hides a lot, so that limit is the stricter one."""

    unmanaged_above: float = 0.5
    managed_below: float = 0.2
    carry: float = 0.5


def read_weights(text: str) -> list[Weight]:
    """Weights from CSV text with a header line; raises ``InputError`` like :func:`weights_from_frame`."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return weights_from_frame(pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=list(COLUMNS)))


def weights_from_frame(frame: pd.DataFrame) -> list[Weight]:
    """Weights from a table with the columns :data:`COLUMNS` (labels and sources may stand beside).

    Raises ``InputError`` naming the row for an unknown shape or role, a missing number, or a ramp
    whose two ends are equal, and for an empty table.
    """
    frames.require(frame, COLUMNS, TABLE)
    if not len(frame):
        raise InputError(TABLE + Text("is empty. Add at least one row.", "が空です。1行以上入れてください。"))
    low, high, size = (frames.numbers(frame, name) for name in ("low", "high", "weight"))
    columns = {name: frames.texts(frame, name) for name in COLUMNS}
    made = []
    for row in range(len(frame)):
        shape, role = columns["shape"][row], columns["role"][row]
        problem = None
        if shape not in SHAPES:
            problem = Text(f"shape must be one of {', '.join(SHAPES)}", f"shape は {', '.join(SHAPES)} のどれか")
        elif role not in ROLES:
            problem = Text(f"role must be one of {', '.join(ROLES)}", f"role は {', '.join(ROLES)} のどれか")
        elif columns["indicator"][row] is None or columns["land_kind"][row] is None:
            problem = Text("indicator and land_kind are needed", "indicator と land_kind が必要")
        elif not np.isfinite(size[row]):
            problem = Text("weight must be a number", "weight は数値")
        elif shape == "ramp" and not (np.isfinite(low[row]) and np.isfinite(high[row]) and low[row] != high[row]):
            problem = Text("a ramp needs two different numbers low and high", "ramp には異なる low と high が必要")
        elif shape == "category" and columns["category"][row] is None:
            problem = Text("category is needed", "category が必要")
        if problem:
            raise InputError(
                Text(
                    "{table}, row {row}: {problem}. Correct the row and run again.",
                    "{table}の{row}行目: {problem}です。直してからもう一度実行してください。",
                ).format(table=TABLE, row=row + 1, problem=problem)
            )
        made.append(
            Weight(
                columns["indicator"][row],
                columns["land_kind"][row],
                shape,
                columns["category"][row],
                float(low[row]),
                float(high[row]),
                float(size[row]),
                role,
                Text(columns["phrase"][row] or "", columns["phrase_ja"][row] or ""),
            )
        )
    return made


def contributions(evidence: pd.DataFrame, kinds: np.ndarray, weights: Sequence[Weight]) -> np.ndarray:
    """Log-odds that each evidence row adds for the kind of land of its lot; NaN where no rule applies.

    Several observations of one indicator on one lot (two summers) share its weight evenly.
    """
    result = np.full(len(evidence), np.nan)
    kind = kinds[evidence["row"].to_numpy()]
    value = evidence["value"].to_numpy(dtype="float64")
    category = evidence["category"].to_numpy(dtype=object)
    indicator = evidence["indicator"].to_numpy(dtype=object)
    for rule in weights:
        if rule.shape == "base":
            continue
        here = (indicator == rule.indicator) & (kind == rule.land_kind)
        if rule.shape == "category":
            here &= category == rule.category
            added = np.full(int(here.sum()), rule.weight)
        else:
            here &= np.isfinite(value)
            added = rule.at(value[here])
        result[here] = np.nan_to_num(result[here]) + added
    times = evidence.groupby(["row", "indicator"])["row"].transform("size").to_numpy()
    return result / times if len(evidence) else result


def reach(weights: Sequence[Weight]) -> pd.DataFrame:
    """The most that each indicator can add or take away: ``land_kind, indicator, reach`` (log-odds)."""
    found: dict[tuple[str, str], float] = {}
    for key in sorted({(w.land_kind, w.indicator) for w in weights if w.shape != "base"}):
        rules = [w for w in weights if (w.land_kind, w.indicator) == key and w.shape != "base"]
        sizes = [abs(w.weight) for w in rules if w.shape == "category"]
        numeric = [w for w in rules if w.shape != "category"]
        if numeric:
            ends = np.array([end for w in numeric if w.shape == "ramp" for end in (w.low, w.high)] or [0.0])
            sizes.append(float(np.abs(np.sum([w.at(ends) for w in numeric], axis=0)).max()))
        found[key] = max(sizes)
    return pd.DataFrame(
        [(kind, indicator, size) for (kind, indicator), size in found.items()],
        columns=["land_kind", "indicator", "reach"],
    )


def _shown(value: float) -> str:
    """A number for a sentence: one decimal below ten, whole above."""
    return f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"


def judge(
    count: int,
    kinds: np.ndarray,
    evidence: pd.DataFrame,
    weights: Sequence[Weight],
    thresholds: Optional[Thresholds] = None,
    progress: Optional[Progress] = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge ``count`` lots from ``evidence`` (see ``evidence.collect``) and their ``kinds`` of land.

    Returns (per lot: ``condition, score, probability, completeness, reason_1.._3`` and ``_ja``,
    ``survey_state, survey_on, screening, disagrees, evidence_count``; the evidence with ``weight``,
    ``text`` and ``text_ja`` added). Score and probability are missing without weighed evidence.
    Raises ``InputError`` for thresholds that do not leave a band.
    """
    thresholds = thresholds or Thresholds()
    if not 0.0 <= thresholds.managed_below <= thresholds.unmanaged_above <= 1.0:
        raise InputError(
            Text(
                "The limits must satisfy 0 ≤ managed below ≤ unmanaged above ≤ 1. Change one of them.",
                "しきい値は 0 ≦ 管理 ≦ 管理されていない ≦ 1 の順にしてください。",
            )
        )
    progress = progress or Progress()
    survey_rows = evidence["indicator"] == "patrol"
    evidence = evidence.assign(weight=contributions(evidence, kinds, weights))
    weighed = evidence[evidence["weight"].notna() & ~survey_rows]
    role = {(w.land_kind, w.indicator): w.role for w in weights}
    roles = np.array(
        [role[kinds[row], indicator] for row, indicator in zip(weighed["row"], weighed["indicator"])], dtype=object
    )
    rows, added = weighed["row"].to_numpy(), weighed["weight"].to_numpy(dtype="float64")
    base = {kind: sum(w.weight for w in weights if w.shape == "base" and w.land_kind == kind) for kind in set(kinds)}
    score = np.array([base[kind] for kind in kinds], dtype="float64") + np.bincount(rows, added, minlength=count)
    carried = np.bincount(rows, added * np.isin(roles, CARRYING), minlength=count)
    pieces = np.bincount(rows, minlength=count)
    score[pieces == 0] = np.nan
    probability = 1.0 / (1.0 + np.exp(-score))
    progress.step(0.3)

    screening = np.full(count, "cannot_tell", dtype=object)
    screening[(probability > thresholds.unmanaged_above) & (carried >= thresholds.carry)] = "unmanaged"
    screening[(probability < thresholds.managed_below) & (carried <= -thresholds.carry)] = "managed"

    possible = reach(weights)
    most = possible.groupby("land_kind")["reach"].sum().to_dict()
    have = weighed[["row", "indicator"]].drop_duplicates()
    have = have.assign(land_kind=kinds[have["row"].to_numpy()]).merge(possible, on=["land_kind", "indicator"])
    known = np.bincount(have["row"].to_numpy(dtype="int64"), have["reach"].to_numpy(dtype="float64"), minlength=count)
    total = np.array([most.get(kind, 0.0) for kind in kinds])
    completeness = np.divide(known, total, out=np.zeros(count), where=total > 0)

    survey = evidence[survey_rows].drop_duplicates("row", keep="last")
    state = np.full(count, None, dtype=object)
    seen_on = np.full(count, None, dtype=object)
    state[survey["row"].to_numpy()] = survey["category"].to_numpy(dtype=object)
    seen_on[survey["row"].to_numpy()] = survey["observed_on"].to_numpy(dtype=object)
    said = np.array([SURVEY_STATES.get(word) for word in state], dtype=object)
    surveyed = np.array([word is not None for word in said], dtype=bool)
    condition = np.where(surveyed, said, screening)
    progress.step(0.5)

    evidence = _with_texts(evidence, kinds, weights)
    reasons = _reasons(count, kinds, evidence, set(possible["land_kind"]), screening, probability, thresholds)
    lots = pd.DataFrame(
        {
            "condition": condition,
            "score": score,
            "probability": probability,
            "completeness": completeness,
            **reasons,
            "survey_state": state,
            "survey_on": seen_on,
            "screening": screening,
            "disagrees": surveyed & (screening != "cannot_tell") & (condition != screening),
            "evidence_count": np.bincount(evidence["row"].to_numpy(), minlength=count),
        }
    )
    progress.step(1.0)
    return lots, evidence


def _with_texts(evidence: pd.DataFrame, kinds: np.ndarray, weights: Sequence[Weight]) -> pd.DataFrame:
    """Add the sentence of each evidence row in both languages."""
    numeric = {(w.land_kind, w.indicator): w.phrase for w in weights if w.shape in ("present", "ramp")}
    words = {(w.land_kind, w.indicator, w.category): w.phrase for w in weights if w.shape == "category"}
    # Evidence that no rule weighs for this kind of land is still told in the words of another kind.
    any_numeric = {indicator: phrase for (_, indicator), phrase in sorted(numeric.items(), reverse=True)}
    any_word = {(indicator, word): phrase for (_, indicator, word), phrase in sorted(words.items(), reverse=True)}
    english, japanese = [], []
    for row, indicator, value, category, day in zip(
        evidence["row"], evidence["indicator"], evidence["value"], evidence["category"], evidence["observed_on"]
    ):
        if indicator == "patrol":
            text = _survey_text(category, day)
        elif category is not None:
            text = words.get((kinds[row], indicator, category)) or any_word.get((indicator, category), Text("", ""))
        else:
            phrase = numeric.get((kinds[row], indicator)) or any_numeric.get(indicator, Text("", ""))
            text = phrase.format(value=_shown(value))
        english.append(text.en or None)
        japanese.append(text.ja or None)
    return evidence.assign(
        text=pd.Series(english, dtype=object, index=evidence.index),
        text_ja=pd.Series(japanese, dtype=object, index=evidence.index),
    )


def _survey_text(result: str, day: Optional[str]) -> Text:
    return SURVEYED.format(
        result=SURVEY_WORDS.get(result, Text(result, result)),
        day=Text(f" {day}", f"（{day}）") if isinstance(day, str) else Text("", ""),
    )


def _reasons(
    count: int,
    kinds: np.ndarray,
    evidence: pd.DataFrame,
    ruled: set[str],
    screening: np.ndarray,
    probability: np.ndarray,
    thresholds: Thresholds,
) -> dict[str, np.ndarray]:
    """The three strongest reasons per lot: the survey's word, then the largest contributions."""
    texts: list[list[Text]] = [[] for _ in range(count)]
    for row, en, ja in evidence.loc[evidence["indicator"] == "patrol", ["row", "text", "text_ja"]].itertuples(
        index=False
    ):
        texts[row].append(Text(en, ja))
    weighed = evidence[evidence["weight"].notna() & (evidence["weight"] != 0)]
    # One reason per indicator; of several summers the strongest one is quoted.
    weighed = weighed.assign(size=weighed["weight"].abs()).sort_values(
        ["row", "size", "indicator"], ascending=[True, False, True], kind="stable"
    )
    total = weighed.groupby(["row", "indicator"])["weight"].transform("sum")
    weighed = (
        weighed.assign(total=total, size=total.abs())
        .drop_duplicates(["row", "indicator"])
        .sort_values(["row", "size", "indicator"], ascending=[True, False, True], kind="stable")
    )
    outside_band = (probability > thresholds.unmanaged_above) | (probability < thresholds.managed_below)
    for row in np.flatnonzero((screening == "cannot_tell") & outside_band).tolist():
        if not texts[row]:
            texts[row].append(NOT_SEEN)
    for row, en, ja, added in weighed[["row", "text", "text_ja", "total"]].itertuples(index=False):
        if len(texts[row]) < 3 and en is not None:
            pointing = CLASS_WORDS["unmanaged" if added > 0 else "managed"]
            phrase = Text(en.rstrip("."), ja.rstrip("。"))
            texts[row].append(REASON.format(phrase=phrase, pointing=pointing))
    for row in range(count):
        if not texts[row]:
            texts[row].append(
                NO_CATEGORY if kinds[row] == "unknown" else NO_EVIDENCE if kinds[row] in ruled else NO_RULE
            )
    found: dict[str, np.ndarray] = {}
    for number in range(3):
        for suffix, language in (("", "en"), ("_ja", "ja")):
            found[f"reason_{number + 1}{suffix}"] = np.array(
                [said[number].pick(language) if number < len(said) else None for said in texts], dtype=object
            )
    return found
