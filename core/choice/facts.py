"""What is known about each lot when a draft is made: one row of facts per lot.

A fact that no source gives stays missing; the draft then says "undecided" instead of guessing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..condition import evidence as conditions
from ..externality import network
from ..externality.rules import Rule
from ..plan.law import ZONES
from ..progress import Progress
from ..texts import Text
from . import usecodes

#: A zone concerns a lot when it covers at least this part of it (assumption: thinner overlaps are
#: usually boundaries drawn at another scale).
ZONE_SHARE = 0.1

#: Fields at most this far apart (metres) are worked side by side; a ditch or farm road may lie between
#: (assumption).
FIELD_GAP = 5.0

#: A house or road this near (metres) is next door (assumption; complaints about vacant plots are about weeds and
#: trees that cross to the neighbour or the road, 890 municipalities 2024; no distance is published).
NEXT_DOOR_M = 5.0


class Inputs(NamedTuple):
    """Layers and tables of a draft besides the lots; each may be ``None``. Fields as in docs/formats.md.

    ``burden``: result of the harm overlay. ``evidence``: the evidence table of the condition.
    """

    burden: Optional[pd.DataFrame] = None
    evidence: Optional[pd.DataFrame] = None
    register: Optional[pd.DataFrame] = None
    farmland: Optional[pd.DataFrame] = None
    cultivators: Optional[pd.DataFrame] = None
    hazard: Optional[gpd.GeoDataFrame] = None
    zoning: Optional[gpd.GeoDataFrame] = None
    houses: Optional[gpd.GeoDataFrame] = None
    roads: Optional[gpd.GeoDataFrame] = None
    hamlets: Optional[gpd.GeoDataFrame] = None


def gather(
    lots: gpd.GeoDataFrame,
    inputs: Inputs,
    rules: Sequence[Rule],
    secure_age: int = conditions.SECURE_AGE,
    progress: Optional[Progress] = None,
) -> pd.DataFrame:
    """Facts about the lots (metric CRS, fields of the condition result), by position.

    Columns: ``lot_key, label, category, use, kind, area_m2, condition, surveyed, survey_state, survey_on,
    owner`` (hardest to reach), ``owner_best, cultivator, succession, zoning`` (kinds, "; "),
    ``in_agri_zone`` (True, False, None), ``hazards``, ``lived_in`` (yes, no, unknown, none, or None when
    no houses were given), ``slope, height, road_m, house_m`` (NaN unknown), ``burden, houses_n, fields_n,
    roads_n`` (what the lot may burden if it were left, NaN or 0), ``houses_known, neighbour_goes_on, hamlet, district,
    boundary_quality, synthetic``. Raises ``Cancelled`` on cancel.
    """
    progress = progress or Progress()
    geometry = lots.geometry.to_numpy()
    keys = frames.texts(lots, "lot_key")
    categories, kinds = conditions.land_categories(
        lots, keys, conditions.Tables(register=inputs.register, farmland=inputs.farmland)
    )
    facts = pd.DataFrame({"lot_key": keys, "category": categories, "kind": kinds})
    labels = frames.texts(lots, "chiban")
    facts["label"] = [label or key for label, key in zip(labels, keys)]
    facts["use"] = [usecodes.use_of(word) for word in categories]
    facts["area_m2"] = shapely.area(geometry)
    condition = frames.texts(lots, "condition")
    survey = frames.texts(lots, "survey_state")
    facts["condition"] = [word if word in ("managed", "unmanaged") else "cannot_tell" for word in condition]
    facts["survey_state"] = survey
    facts["survey_on"] = frames.dates(lots, "survey_on")
    facts["surveyed"] = [word in conditions.SURVEY_STATES for word in survey]
    facts["synthetic"] = frames.flags(lots, "synthetic")
    progress.step(0.1)

    nothing = np.full(len(lots), None, dtype=object)
    for name, best in (("owner", False), ("owner_best", True)):
        facts[name] = nothing if inputs.register is None else conditions.owner_status(keys, inputs.register, best)
    named, secured = (
        (nothing, nothing)
        if inputs.farmland is None
        else conditions.cultivator_states(keys, inputs.farmland, inputs.cultivators, secure_age)
    )
    facts["cultivator"], facts["succession"] = named, secured
    _zones(facts, keys, geometry, inputs)
    progress.step(0.3)

    facts["lived_in"] = nothing if inputs.houses is None else _lived_in(geometry, inputs.houses)
    for name, indicator in (("slope", "slope"), ("height", "vegetation_height"), ("road_m", "road_distance")):
        facts[name] = _from_evidence(keys, inputs.evidence, indicator)
    if inputs.roads is not None:
        facts["road_m"] = conditions.distance_to(geometry, inputs.roads.geometry.to_numpy())
    facts["house_m"] = (
        np.full(len(lots), np.nan)
        if inputs.houses is None
        else conditions.distance_to(geometry, inputs.houses.geometry.to_numpy())
    )
    facts["hamlet"], facts["district"] = nothing, nothing
    if inputs.hamlets is not None:
        place = within(geometry, inputs.hamlets.geometry.to_numpy())
        for name in ("hamlet", "district"):
            words = frames.texts(inputs.hamlets, name)
            facts[name] = [words[p] if p >= 0 else None for p in place]
    quality = frames.texts(lots, "accuracy_class")
    undetermined = frames.texts(lots, "undetermined")
    facts["boundary_quality"] = [
        "undetermined" if mixed is not None else word for word, mixed in zip(quality, undetermined)
    ]
    facts["neighbour_goes_on"] = _neighbour_goes_on(facts, geometry)
    progress.step(0.5)
    _harm(facts, geometry, inputs, rules)
    progress.step(1.0)
    return facts


def _neighbour_goes_on(facts: pd.DataFrame, geometry: np.ndarray) -> np.ndarray:
    """Whether a field beside the lot is managed by another cultivator who goes on."""
    goes_on = np.flatnonzero((facts["condition"] == "managed") & (facts["succession"] == "secure"))
    found = np.zeros(len(facts), dtype=bool)
    lot, field = shapely.STRtree(geometry[goes_on]).query(geometry, predicate="dwithin", distance=FIELD_GAP)
    found[lot[goes_on[field] != lot]] = True
    return found


def _zones(facts: pd.DataFrame, keys: np.ndarray, geometry: np.ndarray, inputs: Inputs) -> None:
    """Zones by law and hazard zones of each lot."""
    kinds: list[set[str]] = [set() for _ in keys]
    if inputs.zoning is not None:
        words = frames.texts(inputs.zoning, "kind")
        for lot, zone in _covered(geometry, inputs.zoning.geometry.to_numpy()):
            if words[zone] is not None:
                kinds[lot].add(words[zone])
    agri: list[Optional[bool]] = [None if inputs.zoning is None else "agri_zone" in found for found in kinds]
    if inputs.farmland is not None:
        inside = dict(zip(frames.texts(inputs.farmland, "lot_key"), frames.flags(inputs.farmland, "in_agri_zone")))
        for row, key in enumerate(keys):
            said = inside.get(key)
            if said:
                kinds[row].add("agri_zone")
                agri[row] = True
            elif said is False and agri[row] is None:
                agri[row] = False
    facts["in_agri_zone"] = pd.Series(agri, dtype=object)
    order = list(ZONES)
    facts["zoning"] = [
        "; ".join(sorted(found, key=lambda kind: (order.index(kind) if kind in order else len(order), kind))) or None
        for found in kinds
    ]
    hazards: list[set[str]] = [set() for _ in keys]
    if inputs.hazard is not None:
        phenomenon = frames.texts(inputs.hazard, "phenomenon")
        level = frames.texts(inputs.hazard, "level")
        for lot, zone in _covered(geometry, inputs.hazard.geometry.to_numpy()):
            hazards[lot].add(f"{phenomenon[zone] or 'hazard'}:{level[zone] or '?'}")
    facts["hazards"] = ["; ".join(sorted(found)) or None for found in hazards]


def _covered(geometry: np.ndarray, zones: np.ndarray) -> list[tuple[int, int]]:
    """Pairs (lot, zone) where the zone covers at least :data:`ZONE_SHARE` of the lot."""
    lot, zone = shapely.STRtree(zones).query(geometry, predicate="intersects")
    # Invalid shapes cannot be cut; repaired copies can, and the lots themselves stay as they are.
    cut = shapely.intersection(shapely.make_valid(geometry[lot]), shapely.make_valid(zones[zone]))
    whole = shapely.area(shapely.make_valid(geometry[lot]))
    keep = shapely.area(cut) >= ZONE_SHARE * np.maximum(whole, 1e-9)
    return list(zip(lot[keep].tolist(), zone[keep].tolist()))


def _lived_in(geometry: np.ndarray, houses: gpd.GeoDataFrame) -> np.ndarray:
    """Houses on each lot: ``yes`` (somebody lives there), ``no`` (all vacant), ``unknown``, ``none``."""
    found = np.full(len(geometry), "none", dtype=object)
    occupied = frames.texts(houses, "occupied")
    points = shapely.point_on_surface(houses.geometry.to_numpy())
    lot, house = shapely.STRtree(points).query(geometry, predicate="intersects")
    rank = {"none": 0, "no": 1, "unknown": 2, "yes": 3}
    for row, number in zip(lot, house):
        word = occupied[number] if occupied[number] in ("yes", "no") else "unknown"
        if rank[word] > rank[found[row]]:
            found[row] = word
    return found


def within(geometry: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """Position of the area that holds each lot's inner point (the first of several), -1 for none."""
    found = np.full(len(geometry), -1, dtype="int64")
    lot, area = shapely.STRtree(areas).query(shapely.point_on_surface(geometry), predicate="intersects")
    for row, number in sorted(zip(lot.tolist(), area.tolist()), reverse=True):
        found[row] = number
    return found


def _from_evidence(keys: np.ndarray, evidence: Optional[pd.DataFrame], indicator: str) -> np.ndarray:
    """The mean value of an indicator in the evidence table, NaN where it says nothing."""
    if evidence is None:
        return np.full(len(keys), np.nan)
    frames.require(evidence, ("lot_key", "indicator", "value"), Text("The evidence table", "根拠の表"))
    table = pd.DataFrame(
        {
            "key": frames.texts(evidence, "lot_key"),
            "indicator": frames.texts(evidence, "indicator"),
            "value": frames.numbers(evidence, "value"),
        }
    )
    mean = table[table["indicator"] == indicator].groupby("key")["value"].mean()
    return pd.Series(keys, dtype=object).map(mean).to_numpy(dtype="float64")


def _next_door(receptor: str) -> Rule:
    return Rule(
        rule_id=f"next_door_{receptor}",
        kind="next_door",
        label=Text("Land next door", "隣の土地"),
        states=("unmanaged",),
        source_kind="any",
        receptor=receptor,
        distance_m=NEXT_DOOR_M,
        decay="step",
        half_m=float("nan"),
        weight=1.0,
        evidence="assumption",
        citation="",
    )


def _harm(facts: pd.DataFrame, geometry: np.ndarray, inputs: Inputs, rules: Sequence[Rule]) -> None:
    """What each lot may burden if it were left: every lot in turn is taken as unmanaged.

    The links of one lot do not depend on the others, so one network answers for all lots. Figures of
    the harm overlay, where given, replace it. Where no rule of the village is about houses or roads, those
    next door count all the same, for a rule nobody has set yet does not make a neighbour safe.
    """
    unset = [receptor for receptor in ("houses", "roads") if all(rule.receptor != receptor for rule in rules)]
    rules = [*rules, *(_next_door(receptor) for receptor in unset)]
    parts = []
    if inputs.houses is not None:
        lived = inputs.houses[frames.texts(inputs.houses, "occupied") != "no"]
        parts.append(_receptors(lived, "houses"))
    fields = np.flatnonzero((facts["kind"] == "farmland") & (facts["condition"] == "managed"))
    if len(fields):
        parts.append(
            network.Receptors(fields.astype(object), np.full(len(fields), "farmland", dtype=object), geometry[fields])
        )
    if inputs.roads is not None:
        parts.append(_receptors(inputs.roads[frames.texts(inputs.roads, "kind") != "farm"], "roads"))
    parts = [part for part in parts if len(part.ids)]
    count = len(facts)
    keys = np.array([key or str(row) for row, key in enumerate(facts["lot_key"])], dtype=object)
    sources = network.Sources(
        keys, keys, geometry, np.full(count, "unmanaged", dtype=object), facts["kind"].to_numpy(dtype=object)
    )
    facts["houses_known"] = inputs.houses is not None
    facts["burden"] = np.nan
    for name in ("houses_n", "fields_n", "roads_n"):
        facts[name] = 0
    if parts:
        receptors = network.join_receptors(parts)
        made = network.links(sources, receptors, rules)
        totals = network.burden(sources, receptors, made, rules)
        facts["burden"] = totals["burden"]
        for name, column in (("houses_n", "houses"), ("fields_n", "farmland"), ("roads_n", "roads")):
            facts[name] = totals[column]
    if inputs.burden is not None:
        frames.require(inputs.burden, ("lot_key", "burden"), Text("The burden layer", "影響の図"))
        rows = {key: row for row, key in enumerate(frames.texts(inputs.burden, "lot_key")) if key is not None}
        place = np.array([rows.get(key, -1) for key in facts["lot_key"]])
        known = place >= 0
        for name, column in (
            ("burden", "burden"),
            ("houses_n", "houses"),
            ("fields_n", "farmland"),
            ("roads_n", "roads"),
        ):
            if column in inputs.burden.columns:
                values = frames.numbers(inputs.burden, column)
                column_now = facts[name].to_numpy(dtype="float64").copy()
                column_now[known] = values[place[known]]
                if name != "burden":
                    column_now = np.nan_to_num(column_now)
                if column in unset:  # the overlay had no rule for them either
                    column_now = np.maximum(column_now, facts[name].to_numpy(dtype="float64"))
                facts[name] = column_now
        facts["houses_known"] = facts["houses_known"].to_numpy() | known


def _receptors(frame: gpd.GeoDataFrame, kind: str) -> network.Receptors:
    geometry = frame.geometry.to_numpy()
    usable = geometry[~(shapely.is_missing(geometry) | shapely.is_empty(geometry))]
    return network.Receptors(np.arange(len(usable)).astype(object), np.full(len(usable), kind, dtype=object), usable)
