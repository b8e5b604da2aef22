"""Fences of neighbouring hamlets: each for itself or together, and what moves on to those without.

A scenario, no forecast: every number in it is an assumption that stands in the result.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .near import pairs_within

SCENARIOS = {
    "none": Text("No fence", "柵なし"),
    "alone": Text("Only {hamlet} fences", "{hamlet}だけが囲う"),
    "separate": Text("Every hamlet fences for itself", "集落ごとに囲う"),
    "joint": Text("One fence for all together", "全体をまとめて囲う"),
}
#: One row per scenario and hamlet; ``moved_in`` is what comes from fenced fields.
COLUMNS = (
    "scenario",
    "scenario_label",
    "scenario_label_ja",
    "hamlet",
    "fenced",
    "fence_m",
    "yen_year",
    "hours_year",
    "exposure_before",
    "exposure_after",
    "moved_in",
    "assumptions",
    "assumptions_ja",
)


class Assumptions(NamedTuple):
    """``gap_m``: fields nearer to each other than this are within one fence; ``keeps``: part of the exposure a fence
    keeps off; ``moves``: part of what is kept off that turns to unfenced fields within ``reach_m`` metres;
    ``life_years`` of a fence; ``yen_m`` to build and ``hours_m`` per year to look after, both per metre."""

    gap_m: float = 50.0
    keeps: float = 0.9
    moves: float = 0.5
    reach_m: float = 1000.0
    life_years: float = 8.0
    yen_m: float = 1500.0
    hours_m: float = 0.1

    def words(self) -> Text:
        """All of them in one sentence."""
        return Text(
            "Assumptions: a fence keeps off {keeps} %; {moves} % of that moves to unfenced fields within {reach} m; "
            "a fence lasts {life} years; {yen} yen and {hours} hours a year per metre; fields up to {gap} m apart "
            "are within one fence; a joint fence is paid by area of fields.",
            "仮定: 柵は影響の{keeps} %を防ぎ、その{moves} %は{reach} m以内の柵のない農地に移る。柵は{life}年もつ。"
            "1mあたり{yen}円、年{hours}時間。{gap} m以内の農地は同じ柵に入る。共同の柵の負担は農地の面積に応じる。",
        ).format(
            keeps=f"{100 * self.keeps:g}",
            moves=f"{100 * self.moves:g}",
            reach=f"{self.reach_m:g}",
            life=f"{self.life_years:g}",
            yen=f"{self.yen_m:g}",
            hours=f"{self.hours_m:g}",
            gap=f"{self.gap_m:g}",
        )


def check(assumptions: Assumptions) -> None:
    """Raises ``InputError`` for a part outside 0..1, a negative number or a fence without life."""
    good = all(np.isfinite(value) and value >= 0 for value in assumptions)
    if not good or assumptions.keeps > 1 or assumptions.moves > 1 or assumptions.life_years <= 0:
        raise InputError(
            Text(
                "The assumptions of the scenario must be 0 or more, parts not above 1, the life of a fence above 0.",
                "試算の仮定は0以上、割合は1以下、柵の年数は0より大きい数にしてください。",
            )
        )


def fenced_area(fields: np.ndarray, gap: float) -> shapely.Geometry:
    """Fields and the gaps of up to ``gap`` metres between them."""
    whole = shapely.union_all(shapely.buffer(fields, gap / 2, join_style="mitre"))
    closed = shapely.buffer(whole, -gap / 2, join_style="mitre")
    # Fields thinner than rounding leaves them stay inside too.
    return shapely.union(closed, shapely.union_all(shapely.buffer(fields, 0)))


def fence_line(area: shapely.Geometry) -> shapely.Geometry:
    """The line of a fence around an area; clearings inside it need none."""
    outer = [shapely.get_exterior_ring(part) for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return shapely.multilinestrings(outer)


class Scenario(NamedTuple):
    """``table``: one row per scenario and hamlet; ``fences``: one row per fence with its line."""

    table: pd.DataFrame
    fences: pd.DataFrame


def fence_scenarios(
    fields: np.ndarray,
    exposure: np.ndarray,
    hamlets: np.ndarray,
    assumptions: Assumptions,
    progress: Progress,
) -> Scenario:
    """All scenarios: no fence, each hamlet alone, every hamlet for itself, one joint fence.

    ``fields``: polygons in metres, ``exposure`` of each to the animals, ``hamlets``: name of each (``None``: in no
    hamlet, never fenced). ``table``: :data:`COLUMNS`; ``fences``: ``scenario, hamlet, fence_m, geometry``.
    What is kept off moves to unfenced fields in proportion to their own exposure, in equal parts where they have none;
    where none lies within reach it moves nowhere. Raises ``InputError``, ``Cancelled``.
    """
    check(assumptions)
    order = np.lexsort((shapely.to_wkb(fields), hamlets.astype(str)))
    fields, exposure, hamlets = fields[order], exposure[order], hamlets[order]
    names = sorted({name for name in hamlets if name is not None})
    near = pairs_within(fields, fields, assumptions.reach_m, progress.part(0.0, 0.4))
    sort = np.lexsort((near.receptor, near.source))
    of, to = near.source[sort], near.receptor[sort]
    area = np.nan_to_num(shapely.area(fields))
    lines = {name: fence_line(fenced_area(fields[hamlets == name], assumptions.gap_m)) for name in names}
    inside = np.array([name is not None for name in hamlets], dtype=bool)
    plans: list[tuple[str, str, list[str]]] = [("none", "", [])]
    plans += [("alone", name, [name]) for name in names]
    if names:
        plans += [("separate", "", names), ("joint", "", names)]
    rows, fences = [], []
    words = assumptions.words()
    for number, (kind, who, which) in enumerate(plans):
        progress.step(0.4 + 0.6 * number / len(plans))
        fenced = np.isin(hamlets.astype(str), which) & inside
        kept_off = np.where(fenced, assumptions.keeps * exposure, 0.0)
        moved = _moved(kept_off * assumptions.moves, fenced, exposure, of, to)
        after = exposure - kept_off + moved
        length = {name: float(lines[name].length) for name in which}
        if kind == "joint":
            joint = fence_line(fenced_area(fields[fenced], assumptions.gap_m))
            total = max(float(area[fenced].sum()), 1e-12)
            length = {name: float(joint.length * area[hamlets == name].sum() / total) for name in which}
            fences.append((kind, "; ".join(which), float(joint.length), joint))
        elif kind == "separate":
            fences += [(kind, name, length[name], lines[name]) for name in which]
        label = SCENARIOS[kind].format(hamlet=who)
        for name in [*names, *([None] if not inside.all() else [])]:
            here = hamlets == name if name is not None else ~inside
            metres = length.get(name, 0.0) if name is not None else 0.0
            rows.append(
                {
                    "scenario": kind if not who else f"{kind}:{who}",
                    "scenario_label": label.en,
                    "scenario_label_ja": label.ja,
                    "hamlet": name,
                    "fenced": name in which,
                    "fence_m": metres,
                    "yen_year": metres * assumptions.yen_m / assumptions.life_years,
                    "hours_year": metres * assumptions.hours_m,
                    "exposure_before": float(exposure[here].sum()),
                    "exposure_after": float(after[here].sum()),
                    "moved_in": float(moved[here].sum()),
                    "assumptions": words.en,
                    "assumptions_ja": words.ja,
                }
            )
    progress.step(1.0)
    columns = ["scenario", "hamlet", "fence_m", "geometry"]
    return Scenario(pd.DataFrame(rows, columns=list(COLUMNS)), pd.DataFrame(fences, columns=columns))


def _moved(amount: np.ndarray, fenced: np.ndarray, exposure: np.ndarray, of: np.ndarray, to: np.ndarray) -> np.ndarray:
    """What arrives at each unfenced field when ``amount`` leaves each fenced one."""
    pair = fenced[of] & ~fenced[to]
    of, to = of[pair], to[pair]
    weight = exposure[to]
    total = np.bincount(of, weight, minlength=len(amount))
    equal = total[of] <= 0
    weight = np.where(equal, 1.0, weight)
    total = np.bincount(of, weight, minlength=len(amount))
    return np.bincount(to, amount[of] * weight / np.where(total[of] > 0, total[of], 1.0), minlength=len(amount))
