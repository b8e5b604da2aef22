"""How much the answer depends on the weights: each is halved and doubled, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from ..progress import Progress
from ..schema import FieldSpec
from ..texts import LANGUAGES, Text
from . import score as scoring
from .judge import classes
from .weights import CARRYING, Costs, Weight, label_of, thresholds

FACTORS = (0.5, 2.0)
COST_WORDS = {
    "visit": Text("Cost of a visit in vain", "無駄足になる訪問の費用"),
    "missed": Text("Cost of a lot that is missed", "見落とした土地の費用"),
    "open": Text("Cost of an open answer", "「判断できない」の費用"),
}
SEPARATOR = Text("; ", "、")

WEIGHT_FIELDS = (
    FieldSpec("land_kind", "text", "Kind of land", "土地の種類"),
    FieldSpec("indicator", "text", "Indicator", "指標"),
    FieldSpec("shape", "text", "Shape", "形"),
    FieldSpec("category", "text", "Word", "区分"),
    FieldSpec("label", "text", "Name (English)", "名称（英語）"),
    FieldSpec("label_ja", "text", "Name (Japanese)", "名称"),
    FieldSpec("weight", "real", "Weight (log-odds) or cost", "重み（対数オッズ）・費用"),
    FieldSpec("lots", "int", "Lots it counts for", "関わる土地（筆）"),
    FieldSpec("flips_half", "int", "Other answer with half of it (lots)", "半分にすると変わる土地（筆）"),
    FieldSpec("flips_double", "int", "Other answer with double (lots)", "2倍にすると変わる土地（筆）"),
    FieldSpec("flips_half_ha", "real", "Other answer with half of it (ha)", "半分にすると変わる面積（ha）"),
    FieldSpec("flips_double_ha", "real", "Other answer with double (ha)", "2倍にすると変わる面積（ha）"),
    FieldSpec("to_unmanaged", "int", "Of these now likely unmanaged", "うち「管理されていない可能性」へ"),
    FieldSpec("to_cannot_tell", "int", "Of these now cannot tell", "うち「判断できない」へ"),
    FieldSpec("to_managed", "int", "Of these now likely managed", "うち「管理されている可能性」へ"),
)
LOT_FIELDS = (
    FieldSpec("flips", "int", "Changes that give another answer", "答えが変わる変更の数"),
    FieldSpec("tried", "int", "Changes that concern the lot", "この土地に関わる変更の数"),
    FieldSpec("steady", "bool", "Same answer whatever is changed", "どの変更でも同じ答え"),
    FieldSpec("depends_on", "text", "Depends on (English)", "左右する重み（英語）"),
    FieldSpec("depends_on_ja", "text", "Depends on (Japanese)", "左右する重み"),
)


class Sensitivity(NamedTuple):
    """``weights``: a row per weight or cost (:data:`WEIGHT_FIELDS`); ``lots``: a row per lot (:data:`LOT_FIELDS`)."""

    weights: pd.DataFrame
    lots: pd.DataFrame


def sensitivity(
    kinds: np.ndarray,
    evidence: pd.DataFrame,
    weights: Sequence[Weight],
    costs: Optional[Costs] = None,
    area: Optional[np.ndarray] = None,
    progress: Optional[Progress] = None,
) -> Sensitivity:
    """Count the lots whose condition changes when one weight (or one cost) is halved or doubled.

    ``area`` in m² per lot. Lots with a survey result keep it, so they never change. Raises ``InputError`` for
    costs not above 0, ``Cancelled`` on cancel.
    """
    progress = progress or Progress()
    costs = costs or Costs()
    limits = thresholds(costs)
    count = len(kinds)
    area = np.zeros(count) if area is None else np.nan_to_num(area)
    now = classes(count, kinds, evidence, weights, limits)
    found, free = now.found, ~now.surveyed
    parts = scoring.parts(evidence, kinds, weights)
    row = evidence["row"].to_numpy(dtype="int64")[parts.piece]
    order = np.argsort(parts.rule, kind="stable")
    edges = np.searchsorted(parts.rule[order], np.arange(len(weights) + 1))
    flips, tried = np.zeros(count, dtype="int64"), np.zeros(count, dtype="int64")
    names: list[list[Text]] = [[] for _ in range(count)]
    table = []

    def add(head: dict[str, object], label: Text, lots: np.ndarray, after: Sequence[np.ndarray]) -> None:
        changed = [free[lots] & (new != found.screening[lots]) for new in after]
        every = np.concatenate([new[mask] for new, mask in zip(after, changed)])
        for mask in changed:
            tried[lots] += free[lots]
            flips[lots] += mask
        for lot in lots[changed[0] | changed[1]].tolist():
            names[lot].append(label)
        table.append(
            {
                **head,
                "label": label.en,
                "label_ja": label.ja,
                "lots": int(free[lots].sum()),
                "flips_half": int(changed[0].sum()),
                "flips_double": int(changed[1].sum()),
                "flips_half_ha": float(area[lots[changed[0]]].sum()) / 10_000.0,
                "flips_double_ha": float(area[lots[changed[1]]].sum()) / 10_000.0,
                **{f"to_{word}": int((every == word).sum()) for word in scoring.CLASSES},
            }
        )

    judged = np.isfinite(found.score)
    for number, weight in enumerate(weights):
        progress.step(number / (len(weights) + 1))
        if weight.shape == "base":
            lots = np.flatnonzero((kinds == weight.land_kind) & judged)
            amount: np.ndarray = np.ones(len(lots))
        else:
            here = order[edges[number] : edges[number + 1]]
            total = np.bincount(row[here], parts.amount[here], minlength=count).astype("float64")
            lots = np.flatnonzero(total > 0)
            amount = total[lots]
        after = []
        for factor in FACTORS:
            move = (factor - 1.0) * weight.weight * amount
            carried = found.carried[lots] + (move if weight.role in CARRYING else 0.0)
            after.append(scoring.classify(found.score[lots] + move, carried, limits))
        head: dict[str, object] = {
            "land_kind": weight.land_kind,
            "indicator": weight.indicator,
            "shape": weight.shape,
            "category": weight.category,
            "weight": weight.weight,
        }
        add(head, label_of(weight), lots, after)
    lots = np.flatnonzero(judged)
    for name, value in costs._asdict().items():
        after = []
        for factor in FACTORS:
            moved = thresholds(costs._replace(**{name: value * factor}))
            after.append(scoring.classify(found.score[lots], found.carried[lots], moved))
        head = {"land_kind": None, "indicator": f"cost_{name}", "shape": "cost", "category": None, "weight": value}
        add(head, COST_WORDS[name], lots, after)
    progress.step(1.0)
    told = {
        language: [
            SEPARATOR.pick(language).join(dict.fromkeys(t.pick(language) for t in texts)) or None for texts in names
        ]
        for language in LANGUAGES
    }
    columns = [spec.name for spec in WEIGHT_FIELDS]
    return Sensitivity(
        pd.DataFrame(table)[columns],
        pd.DataFrame(
            {
                "flips": flips,
                "tried": tried,
                "steady": flips == 0,
                "depends_on": pd.Series(told["en"], dtype=object),
                "depends_on_ja": pd.Series(told["ja"], dtype=object),
            }
        ),
    )
