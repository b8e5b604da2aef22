"""Externality rules as data: which lots may burden which receptors, within what distance, how sure.

A rule says that land in a state is *associated with* harm nearby; it never says that it causes it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import frames
from ..errors import InputError
from ..texts import Text

RECEPTORS = ("houses", "farmland", "roads")
DECAYS = ("step", "linear", "exponential")
EVIDENCE = ("literature", "local_data", "local_opinion", "assumption")
COLUMNS = (
    "rule_id",
    "kind",
    "label",
    "label_ja",
    "source_filter",
    "receptor",
    "distance_m",
    "decay",
    "half_m",
    "weight",
    "evidence",
    "citation",
    "active",
)
TABLE = Text("The rule table", "規則の表")
EVIDENCE_WORDS = {
    "literature": Text("literature", "文献"),
    "local_data": Text("local data", "地域のデータ"),
    "local_opinion": Text("local opinion", "地域の意見"),
    "assumption": Text("assumption", "仮定"),
}


class Rule(NamedTuple):
    """One rule: a lot whose state is one of ``states`` ("*" is any) and whose kind of land is
    ``source_kind`` ("any" is all) reaches every ``receptor`` within ``distance_m`` metres with
    ``weight`` times its decay."""

    rule_id: str
    kind: str
    label: Text
    states: tuple[str, ...]
    source_kind: str
    receptor: str
    distance_m: float
    decay: str
    half_m: float
    weight: float
    evidence: str
    citation: str

    def strength(self, distance: np.ndarray) -> np.ndarray:
        """Weight times decay at ``distance`` (metres): step 1; linear 1 - d/distance_m; exponential
        0.5^(d/half_m). Zero beyond ``distance_m``."""
        if self.decay == "step":
            along = np.ones(len(distance))
        elif self.decay == "linear":
            along = 1.0 - distance / self.distance_m
        else:
            along = 0.5 ** (distance / self.half_m)
        return np.where(distance <= self.distance_m, np.maximum(along, 0.0) * self.weight, 0.0)

    def concerns(self, states: np.ndarray, kinds: np.ndarray) -> np.ndarray:
        """Which lots are sources of this rule."""
        wanted = np.ones(len(states), dtype=bool) if "*" in self.states else np.isin(states.astype(str), self.states)
        return wanted if self.source_kind == "any" else wanted & (kinds == self.source_kind)


def read_rules(text: str) -> list[Rule]:
    """Active rules from CSV text with a header line; raises ``InputError`` like :func:`rules_from_frame`."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return rules_from_frame(pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=list(COLUMNS)))


def rules_from_frame(frame: pd.DataFrame) -> list[Rule]:
    """The active rules of a table, ordered by ``rule_id``. ``source_kind`` may be missing (any).

    Rules that are switched off may be incomplete. Raises ``InputError`` naming the rule for a wrong
    word or number in an active one, for repeated ids, and when no rule is active.
    """
    frames.require(frame, COLUMNS, TABLE)
    columns = {name: frames.texts(frame, name) for name in frame.columns}
    distance, half, weight = (frames.numbers(frame, name) for name in ("distance_m", "half_m", "weight"))
    active = frames.flags(frame, "active")
    rules: list[Rule] = []
    for row in range(len(frame)):
        if not active[row]:
            continue
        rule_id = columns["rule_id"][row] or str(row + 1)
        receptor, decay = columns["receptor"][row], columns["decay"][row]
        kind = columns["kind"][row] or ""
        problem = None
        if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
            problem = Text("kind must be a short word in small letters", "kind は英小文字の短い語")
        elif receptor not in RECEPTORS:
            problem = _one_of("receptor", RECEPTORS)
        elif decay not in DECAYS:
            problem = _one_of("decay", DECAYS)
        elif columns["evidence"][row] not in EVIDENCE:
            problem = _one_of("evidence", EVIDENCE)
        elif not distance[row] >= 0 or (decay == "linear" and not distance[row] > 0):
            problem = Text("distance_m must be a distance in metres", "distance_m はメートルの距離")
        elif decay == "exponential" and not half[row] > 0:
            problem = Text("half_m must be above 0", "half_m は0より大きい数")
        elif not (np.isfinite(weight[row]) and weight[row] >= 0):
            problem = Text("weight must be 0 or more", "weight は0以上の数")
        elif rule_id in {rule.rule_id for rule in rules}:
            problem = Text("rule_id is used twice", "rule_id が重複")
        if problem:
            raise InputError(
                Text(
                    "{table}, rule {rule}: {problem}. Correct the rule or switch it off.",
                    "{table}の規則 {rule}: {problem}です。直すか、使わない設定にしてください。",
                ).format(table=TABLE, rule=rule_id, problem=problem)
            )
        states = tuple(word.strip() for word in (columns["source_filter"][row] or "*").split(";") if word.strip())
        source_kind = columns["source_kind"][row] if "source_kind" in columns else None
        rules.append(
            Rule(
                rule_id,
                kind,
                Text(columns["label"][row] or kind, columns["label_ja"][row] or kind),
                states,
                source_kind or "any",
                str(receptor),
                float(distance[row]),
                str(decay),
                float(half[row]),
                float(weight[row]),
                columns["evidence"][row],
                columns["citation"][row] or "",
            )
        )
    if not rules:
        raise InputError(
            TABLE
            + Text(
                "has no active rule. Switch at least one on.",
                "に使う規則がありません。1つ以上を使う設定にしてください。",
            )
        )
    return sorted(rules, key=lambda rule: rule.rule_id)


def _one_of(column: str, words: tuple[str, ...]) -> Text:
    return Text("{column} must be one of {words}", "{column} は {words} のどれか").format(
        column=column, words=", ".join(words)
    )


def kinds_of(rules: Sequence[Rule]) -> dict[str, Text]:
    """Kinds of harm in the rules with their labels, in alphabetical order."""
    return {rule.kind: rule.label for rule in sorted(rules, key=lambda rule: (rule.kind, rule.rule_id), reverse=True)}
