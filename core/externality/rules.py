"""Externality rules as data: which lots may burden which receptors, within what distance, how sure.

A rule says that land in a state is *associated with* harm nearby; it never says that it causes it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from .. import frames
from ..errors import InputError
from ..texts import Text
from .words import EVIDENCE_WORDS

DECAYS = ("step", "linear", "exponential", "gaussian")
PATHWAYS = ("distance", "border", "forest_edge", "downhill", "downstream", "upstream")
#: What the line network and the forest edge may be away from lots and receptors (assumption), in metres.
REACH = 5.0
#: ``source_kind`` of rules whose source is the forest edge itself, a line and no lot.
FOREST_EDGE = "forest_edge"
EVIDENCE = tuple(EVIDENCE_WORDS)
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


class Rule(NamedTuple):
    """One rule: a lot whose state is one of ``states`` ("*" is any) and whose kind of land is
    ``source_kind`` ("any" is all) reaches every ``receptor`` within ``distance_m`` metres of its
    ``pathway`` with ``weight`` times its decay.

    ``years_min``: only lots unmanaged for at least so many years (0: all). ``crops``: only farmland with one
    of these crops (empty: all). ``barriers``: what part passes lines of a name that lie between. ``reach_m``:
    how far lots and receptors may lie from the ditch or forest edge. ``unit`` of the value.
    """

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
    pathway: str = "distance"
    years_min: float = 0.0
    crops: tuple[str, ...] = ()
    barriers: tuple[tuple[str, float], ...] = ()
    reach_m: float = REACH
    unit: Text = Text("", "")

    def strength(self, distance: np.ndarray) -> np.ndarray:
        """Weight times decay at ``distance`` (metres): step 1; linear 1 - d/distance_m; exponential
        0.5^(d/half_m); gaussian 0.5^((d/half_m)²). Zero beyond ``distance_m``."""
        if self.decay == "step":
            along = np.ones(len(distance))
        elif self.decay == "linear":
            along = 1.0 - distance / self.distance_m
        else:
            along = 0.5 ** ((distance / self.half_m) ** (2 if self.decay == "gaussian" else 1))
        return np.where(distance <= self.distance_m, np.maximum(along, 0.0) * self.weight, 0.0)

    def concerns(self, states: np.ndarray, kinds: np.ndarray, years: Optional[np.ndarray] = None) -> np.ndarray:
        """Which lots are sources of this rule. ``years`` unmanaged per lot (NaN or ``None``: unknown, and
        then no source of a rule that asks for years)."""
        wanted = np.ones(len(states), dtype=bool) if "*" in self.states else np.isin(states.astype(str), self.states)
        wanted &= kinds == self.source_kind if self.source_kind != "any" else kinds != FOREST_EDGE
        if self.years_min > 0:
            wanted &= years >= self.years_min if years is not None else False
        return wanted

    def reaches(self, kinds: np.ndarray, crops: Optional[np.ndarray] = None) -> np.ndarray:
        """Which receptors this rule is about. ``crops`` per receptor (``None``: unknown)."""
        wanted = kinds == self.receptor
        if self.crops:
            wanted = wanted & (np.isin(crops.astype(str), self.crops) if crops is not None else False)
        return wanted


def read_rules(text: str) -> list[Rule]:
    """Active rules from CSV text with a header line; raises ``InputError`` like :func:`rules_from_frame`."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return rules_from_frame(pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=list(COLUMNS)))


def rules_from_frame(frame: pd.DataFrame) -> list[Rule]:
    """The active rules of a table, ordered by ``rule_id``.

    These columns may be missing or empty: ``source_kind`` (any), ``pathway`` (distance), ``years_min`` (0),
    ``crop`` (all), ``barrier`` (none), ``reach_m`` (5), ``unit``, ``unit_ja``.

    Rules that are switched off may be incomplete. Raises ``InputError`` naming the rule for a wrong
    word or number in an active one, for repeated ids, and when no rule is active.
    """
    frames.require(frame, COLUMNS, TABLE)
    columns = {name: frames.texts(frame, name) for name in frame.columns}
    distance, half, weight, years, reach = (
        frames.numbers(frame, name) for name in ("distance_m", "half_m", "weight", "years_min", "reach_m")
    )
    nothing = np.full(len(frame), None, dtype=object)
    source_kinds, pathways, crops, barriers, units, units_ja = (
        columns.get(name, nothing) for name in ("source_kind", "pathway", "crop", "barrier", "unit", "unit_ja")
    )
    active = frames.flags(frame, "active")
    rules: list[Rule] = []
    for row in range(len(frame)):
        if not active[row]:
            continue
        rule_id = columns["rule_id"][row] or str(row + 1)
        receptor, decay = columns["receptor"][row], columns["decay"][row]
        kind, pathway, source_kind = columns["kind"][row] or "", pathways[row] or "distance", source_kinds[row] or "any"
        stops = _barriers(barriers[row])
        problem = None
        if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
            problem = Text("kind must be a short word in small letters", "kind は英小文字の短い語")
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", receptor or ""):
            problem = Text(
                "receptor must be a short word in small letters, such as houses, farmland or roads",
                "receptor は houses、farmland、roads のような英小文字の短い語",
            )
        elif pathway not in PATHWAYS:
            problem = _one_of("pathway", PATHWAYS)
        elif source_kind == FOREST_EDGE and pathway != "distance":
            problem = Text(
                "the forest edge as a source needs the pathway distance", "林縁が発生源の規則の pathway は distance"
            )
        elif stops is None:
            problem = Text(
                "barrier must look like fence=0;river=0.5, with numbers from 0 to 1",
                "barrier は fence=0;river=0.5 のように0から1の数",
            )
        elif decay not in DECAYS:
            problem = _one_of("decay", DECAYS)
        elif columns["evidence"][row] not in EVIDENCE:
            problem = _one_of("evidence", EVIDENCE)
        elif not 0 <= distance[row] < np.inf or (decay == "linear" and not distance[row] > 0):
            problem = Text("distance_m must be a distance in metres", "distance_m はメートルの距離")
        elif decay in ("exponential", "gaussian") and not 0 < half[row] < np.inf:
            problem = Text("half_m must be above 0", "half_m は0より大きい数")
        elif not (np.isfinite(weight[row]) and weight[row] >= 0):
            problem = Text("weight must be 0 or more", "weight は0以上の数")
        elif years[row] < 0 or reach[row] < 0:
            problem = Text("years_min and reach_m must be 0 or more", "years_min と reach_m は0以上の数")
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
        rules.append(
            Rule(
                rule_id,
                kind,
                Text(columns["label"][row] or kind, columns["label_ja"][row] or kind),
                states,
                source_kind,
                str(receptor),
                float(distance[row]),
                str(decay),
                float(half[row]),
                float(weight[row]),
                columns["evidence"][row],
                columns["citation"][row] or "",
                pathway,
                float(np.nan_to_num(years[row])),
                tuple(word.strip() for word in (crops[row] or "").split(";") if word.strip()),
                stops or (),
                float(reach[row]) if np.isfinite(reach[row]) else REACH,
                Text(units[row] or "", units_ja[row] or units[row] or ""),
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


def _barriers(text: Optional[str]) -> Optional[tuple[tuple[str, float], ...]]:
    """``fence=0;river=0.5`` as names with the part that passes (a name alone: 0, nothing passes); ``None``
    when it cannot be understood."""
    found = {}
    for word in (text or "").split(";"):
        if not word.strip():
            continue
        match = re.fullmatch(r"([a-z][a-z0-9_]*)(?:=([01](?:\.\d+)?|\.\d+))?", word.strip())
        if match is None or float(match.group(2) or 0) > 1:
            return None
        found[match.group(1)] = float(match.group(2) or 0)
    return tuple(sorted(found.items()))


def _one_of(column: str, words: tuple[str, ...]) -> Text:
    return Text("{column} must be one of {words}", "{column} は {words} のどれか").format(
        column=column, words=", ".join(words)
    )


def kinds_of(rules: Sequence[Rule]) -> dict[str, Text]:
    """Kinds of harm in the rules with their labels, in alphabetical order."""
    return {rule.kind: rule.label for rule in sorted(rules, key=lambda rule: (rule.kind, rule.rule_id), reverse=True)}


def labels_in(text: str) -> dict[str, Text]:
    """Labels of all kinds of harm in a rule table as CSV text, whether its rules are active or not."""
    return {
        row["kind"]: Text(row["label"] or row["kind"], row["label_ja"] or row["kind"])
        for row in csv.DictReader(io.StringIO(text))
    }
