"""The weight table: which evidence speaks how strongly for or against a lot being looked after.

Additive log-odds. A weight may state that its indicator is monotone ("rising": more of it, or this word, points to
unmanaged; "falling": to managed); a table that contradicts its own statement is refused.
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
from ..texts import Text
from .words import FOUND

SHAPES = ("base", "present", "category", "ramp")
ROLES = ("base", "direct", "record", "person", "place")
#: Roles that speak about what is done on this lot, and so may carry a decision.
CARRYING = ("direct", "record")
RISING, FALLING = "rising", "falling"
COLUMNS = ("indicator", "land_kind", "shape", "category", "low", "high", "weight", "role", "phrase", "phrase_ja")
#: Columns a table may lack: name, unit and declared direction of the indicator.
OPTIONAL_COLUMNS = ("label", "label_ja", "unit", "unit_ja", "direction")
TABLE = Text("The weight table", "重みの表")


class Weight(NamedTuple):
    """One row of the weight table.

    ``shape``: ``base`` (added to every lot of the kind), ``present`` (added whenever the indicator has a
    value), ``category`` (added when the word equals ``category``), ``ramp`` (0 at ``low`` growing in a
    straight line to ``weight`` at ``high`` and staying there; ``high`` may be below ``low``). Rows of one
    indicator add up. ``direction``: ``rising``, ``falling`` or empty (both ways are possible).
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
    label: Text = Text("", "")
    unit: Text = Text("", "")
    direction: str = ""

    def part(self, value: np.ndarray) -> np.ndarray:
        """How much of the weight counts at numeric values (0..1; ``present`` and ``ramp``), 0 where missing."""
        if self.shape == "present":
            return np.where(np.isfinite(value), 1.0, 0.0)
        along = np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0)
        return np.where(np.isfinite(value), along, 0.0)

    def at(self, value: np.ndarray) -> np.ndarray:
        """Contribution at numeric values (``present`` and ``ramp``)."""
        return self.part(value) * self.weight

    @property
    def sign(self) -> int:
        """Sign the weight must have to keep the declared direction; 0 where none is declared."""
        if not self.direction or self.shape in ("base", "present"):
            return 0
        sign = 1 if self.direction == RISING else -1
        return -sign if self.shape == "ramp" and self.high < self.low else sign


def read_weights(text: str) -> list[Weight]:
    """Weights from CSV text with a header line; raises ``InputError`` like :func:`weights_from_frame`."""
    return weights_from_frame(table_from_text(text))


def table_from_text(text: str) -> pd.DataFrame:
    """The table as it is written: every column as text."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=list(COLUMNS))


def weights_from_frame(frame: pd.DataFrame) -> list[Weight]:
    """Weights from a table with the columns :data:`COLUMNS` (those of :data:`OPTIONAL_COLUMNS` may be missing,
    sources may stand beside).

    Raises ``InputError`` naming the row for an unknown shape, role or direction, a missing number, a ramp
    whose two ends are equal, a weight against its declared direction, and for an empty table.
    """
    frames.require(frame, COLUMNS, TABLE)
    if not len(frame):
        raise InputError(TABLE + Text("is empty. Add at least one row.", "が空です。1行以上入れてください。"))
    low, high, size = (frames.numbers(frame, name) for name in ("low", "high", "weight"))
    columns = {name: frames.texts(frame, name) for name in (*COLUMNS, *OPTIONAL_COLUMNS)}

    def both(name: str, row: int) -> Text:
        en = columns[name][row] or ""
        return Text(en, columns[f"{name}_ja"][row] or ("" if name == "phrase" else en))

    made = []
    for row in range(len(frame)):
        weight = Weight(
            columns["indicator"][row] or "",
            columns["land_kind"][row] or "",
            columns["shape"][row] or "",
            columns["category"][row],
            float(low[row]),
            float(high[row]),
            float(size[row]),
            columns["role"][row] or "",
            both("phrase", row),
            both("label", row),
            both("unit", row),
            columns["direction"][row] or "",
        )
        problem = _problem(weight)
        if problem:
            raise InputError(
                Text(
                    "{table}, row {row}: {problem}. Correct the row and run again.",
                    "{table}の{row}行目: {problem}です。直してからもう一度実行してください。",
                ).format(table=TABLE, row=row + 1, problem=problem)
            )
        made.append(weight)
    return made


def _problem(weight: Weight) -> Optional[Text]:
    """What is wrong with a row, ``None`` when nothing is."""
    if weight.shape not in SHAPES:
        return Text(f"shape must be one of {', '.join(SHAPES)}", f"shape は {', '.join(SHAPES)} のどれか")
    if weight.role not in ROLES:
        return Text(f"role must be one of {', '.join(ROLES)}", f"role は {', '.join(ROLES)} のどれか")
    if not weight.indicator or not weight.land_kind:
        return Text("indicator and land_kind are needed", "indicator と land_kind が必要")
    if not np.isfinite(weight.weight):
        return Text("weight must be a number", "weight は数値")
    if weight.shape == "ramp" and not (
        np.isfinite(weight.low) and np.isfinite(weight.high) and weight.low != weight.high
    ):
        return Text("a ramp needs two different numbers low and high", "ramp には異なる low と high が必要")
    if weight.shape == "category" and weight.category is None:
        return Text("category is needed", "category が必要")
    if weight.direction not in ("", RISING, FALLING):
        return Text(
            f"direction must be {RISING}, {FALLING} or empty", f"direction は {RISING}・{FALLING}・空欄のどれか"
        )
    if weight.sign * weight.weight < 0:
        side = FOUND["unmanaged" if weight.direction == RISING else "managed"]
        limit = Text("0 or more", "0以上") if weight.sign > 0 else Text("0 or less", "0以下")
        return Text(
            "this evidence can only point to {side}, so its weight must be {limit}",
            "この手がかりは「{side}」方へだけ働くので、重みは{limit}",
        ).format(
            side=side if weight.shape == "category" else Text(f"{side.en} where there is more of it", side.ja),
            limit=limit,
        )
    return None


def label_of(weight: Weight) -> Text:
    """What a weight is about, in words: the indicator with its range or word."""
    name = weight.label if weight.label.en else Text(weight.indicator, weight.indicator)
    if weight.shape == "base":
        return Text("Starting point", "出発点")
    if weight.shape == "category":
        phrase = Text(weight.phrase.en.rstrip(".") or str(weight.category), weight.phrase.ja.rstrip("。"))
        return Text("{name}: {phrase}", "{name}: {phrase}").format(name=name, phrase=phrase)
    if weight.shape == "ramp":
        ends = Text("{low} to {high} {unit}", "{low}〜{high} {unit}").format(
            low=f"{weight.low:g}", high=f"{weight.high:g}", unit=weight.unit
        )
        return Text(f"{name.en} ({ends.en.strip()})", f"{name.ja}（{ends.ja.strip()}）")
    return Text(f"{name.en} (when known)", f"{name.ja}（分かる場合）")


def reach(weights: Sequence[Weight]) -> pd.DataFrame:
    """The most that each indicator can add or take away: ``land_kind, indicator, reach`` (log-odds)."""
    rules_of: dict[tuple[str, str], list[Weight]] = {}
    for weight in weights:
        if weight.shape != "base":
            rules_of.setdefault((weight.land_kind, weight.indicator), []).append(weight)
    found: dict[tuple[str, str], float] = {}
    for key, rules in sorted(rules_of.items(), key=lambda item: item[0]):
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


class Costs(NamedTuple):
    """What a wrong or an open answer costs, in any common unit (only the ratios count).

    ``visit``: a lot called unmanaged is looked after (a visit in vain). ``missed``: a lot called managed is not
    (it goes unseen). ``open``: it stays "cannot tell" (someone has to look in passing). All are assumptions.
    """

    visit: float = 1.0
    missed: float = 2.5
    open: float = 0.5


class Thresholds(NamedTuple):
    """When to speak. Above ``unmanaged_above`` probability: likely unmanaged; below ``managed_below``:
    likely managed; between: cannot tell. ``carry`` is the log-odds that evidence about the lot itself
    must reach in the same direction (assumption)."""

    unmanaged_above: float = 0.5
    managed_below: float = 0.2
    carry: float = 0.5


def thresholds(costs: Costs, carry: float = 0.5) -> Thresholds:
    """The limits of probability at which the expected cost of an answer is the least.

    "Unmanaged" costs (1 - p) x visit, "managed" p x missed, "cannot tell" always open; so unmanaged from
    p > 1 - open / visit and managed from p < open / missed (Chow 1970, rejection at a cost). Where open answers cost
    more than deciding, both limits meet at visit / (visit + missed). Raises ``InputError`` for a cost not above 0.
    """
    if not all(np.isfinite(cost) and cost > 0 for cost in costs):
        raise InputError(
            Text(
                "The three costs must be numbers above 0. Correct them.",
                "3つの費用は0より大きい数にしてください。",
            )
        )
    above, below = 1.0 - costs.open / costs.visit, costs.open / costs.missed
    if below > above:
        above = below = costs.visit / (costs.visit + costs.missed)
    return Thresholds(above, below, carry)


def check_thresholds(limits: Thresholds) -> None:
    """Raise ``InputError`` for limits that are not in order."""
    if not 0.0 <= limits.managed_below <= limits.unmanaged_above <= 1.0:
        raise InputError(
            Text(
                "The limits must satisfy 0 ≤ managed below ≤ unmanaged above ≤ 1. Change one of them.",
                "しきい値は 0 ≦ 管理 ≦ 管理されていない ≦ 1 の順にしてください。",
            )
        )
