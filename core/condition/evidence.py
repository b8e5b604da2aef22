"""Evidence about each lot: one row per lot and indicator, from tables, lines and raster figures.

Every function takes the lots by position (``row`` 0..n-1), so lots without or with a repeated key
keep their own evidence. Nothing is invented: where a source says nothing, there is no row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..choice import usecodes
from ..progress import Progress
from ..texts import Text

#: Columns of the evidence frame. ``value`` is a number or NaN, ``category`` a code or ``None``.
COLUMNS = (
    "row",
    "indicator",
    "value",
    "category",
    "unit",
    "observed_on",
    "source",
    "source_ja",
    "confidence",
    "synthetic",
)

#: Patrol result -> what the survey says. ``unresolved`` says nothing. Class 2 idle land (use markedly
#: lower than around) is idle farmland by law (農地法32条1項2号) and counts as unmanaged.
SURVEY_STATES = {
    "not_idle": "managed",
    "idle_1_green": "unmanaged",
    "idle_1_yellow": "unmanaged",
    "idle_1": "unmanaged",
    "idle_2": "unmanaged",
    "waste_b": "unmanaged",
}
#: Farmers under this age are expected to go on for ten years without a successor (assumption).
SECURE_AGE = 70
#: Lots this close (metres) are neighbours; covers the small gaps of measured boundaries.
NEIGHBOUR_GAP = 1.0
#: A usual value for a land category needs at least this many lots (assumption).
MIN_PEERS = 10

PATROL = Text("farm patrol", "農地パトロール")
REGISTER = Text("land register", "登記簿")
FARMLAND_REGISTER = Text("farmland register", "農地台帳")
MAP = Text("map", "地図")


class RasterFigure(NamedTuple):
    """Per-lot means of one raster: ``indicator`` (ndvi, vegetation_height, slope), ``mean`` and number
    of ``pixels`` per lot, date as ISO text (a year will do), the name of the source, and whether the raster is
    marked as invented."""

    indicator: str
    mean: np.ndarray
    pixels: np.ndarray
    observed_on: Optional[str]
    source: Text
    synthetic: Optional[bool] = None


class Tables(NamedTuple):
    """Tables and layers a village may have; each may be ``None``. Fields as in docs/formats.md."""

    register: Optional[pd.DataFrame] = None
    farmland: Optional[pd.DataFrame] = None
    patrol: Optional[pd.DataFrame] = None
    cultivators: Optional[pd.DataFrame] = None
    roads: Optional[gpd.GeoDataFrame] = None
    forest_edge: Optional[gpd.GeoDataFrame] = None
    houses: Optional[gpd.GeoDataFrame] = None


def empty() -> pd.DataFrame:
    """An evidence frame without rows."""
    return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS}).astype(
        {"row": "int64", "value": "float64"}
    )


def evidence_rows(
    rows: np.ndarray,
    indicator: str,
    source: Text,
    value: Any = np.nan,
    category: Any = None,
    unit: str = "",
    observed_on: Any = None,
    confidence: Any = "medium",
    synthetic: Any = None,
) -> pd.DataFrame:
    """Evidence rows for lots ``rows``; the other values are scalars or arrays as long."""
    made = pd.DataFrame({"row": np.asarray(rows, dtype="int64")})
    made["indicator"] = indicator
    made["value"] = np.asarray(value, dtype="float64") if np.ndim(value) else float(value)
    for name, given in (
        ("category", category),
        ("unit", unit),
        ("observed_on", observed_on),
        ("source", source.en),
        ("source_ja", source.ja),
        ("confidence", confidence),
        ("synthetic", synthetic),
    ):
        made[name] = pd.Series(given if np.ndim(given) else [given] * len(made), dtype=object, index=made.index)
    return made[list(COLUMNS)]


def positions(keys: np.ndarray, frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (lot row, table row) with the same ``lot_key``; lots without a key match nothing."""
    lots = pd.DataFrame({"key": keys, "row": np.arange(len(keys))}).dropna(subset=["key"])
    table = pd.DataFrame({"key": frames.texts(frame, "lot_key"), "table_row": np.arange(len(frame))})
    pairs = lots.merge(table.dropna(subset=["key"]), on="key").sort_values(["row", "table_row"])
    return pairs["row"].to_numpy(dtype="int64"), pairs["table_row"].to_numpy(dtype="int64")


def newest_patrol(patrol: pd.DataFrame) -> pd.DataFrame:
    """The newest patrol row of each lot: ``lot_key, patrol_on, result, note, synthetic``.

    Raises ``InputError`` when ``lot_key`` or ``result`` is missing.
    """
    frames.require(patrol, ("lot_key", "result"), Text("The farm patrol table", "農地パトロールの表"))
    table = pd.DataFrame(
        {
            "lot_key": frames.texts(patrol, "lot_key"),
            "patrol_on": frames.dates(patrol, "patrol_on"),
            "result": frames.texts(patrol, "result"),
            "synthetic": frames.flags(patrol, "synthetic"),
        }
    ).dropna(subset=["lot_key", "result"])
    # Rows of one day are put in the order of their result so that row order never matters.
    table = table.assign(day=table["patrol_on"].fillna("")).sort_values(["lot_key", "day", "result"])
    return table.drop_duplicates("lot_key", keep="last").drop(columns="day").reset_index(drop=True)


def land_categories(lots: pd.DataFrame, keys: np.ndarray, tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """地目 (or ``None``) and kind of land of each lot.

    Looked for in the land register, then the farmland register, then fields of the lots themselves
    (``land_category``, ``category_reg``, ``land_type``). A lot that the farm patrol visited is farmland
    even when its 地目 is unknown.
    """
    found = np.full(len(lots), None, dtype=object)

    def fill(rows: np.ndarray, words: np.ndarray) -> None:
        for row, word in zip(rows, words):
            if found[row] is None:
                found[row] = usecodes.category_of(word)

    for frame, field in ((tables.register, "category_reg"), (tables.farmland, "land_type")):
        if frame is not None:
            rows, table_rows = positions(keys, frame)
            fill(rows, frames.texts(frame, field)[table_rows])
    for field in ("land_category", "category_reg", "land_type"):
        fill(np.arange(len(lots)), frames.texts(lots, field))
    kinds = np.array([usecodes.kind_of(word) for word in found], dtype=object)
    if tables.patrol is not None:
        rows, _ = positions(keys, tables.patrol)
        visited = np.zeros(len(lots), dtype=bool)
        visited[rows] = True
        kinds[visited & (kinds == "unknown")] = "farmland"
    return found, kinds


def owner_status(keys: np.ndarray, register: pd.DataFrame, best: bool) -> np.ndarray:
    """Owner status of each lot (``reachable``, ``to_check``, ``unknown``, or ``None`` without owner row).

    ``best``: the status of the owner easiest to reach (somebody may be looking after the lot);
    otherwise of the hardest (everybody must agree to a change).
    """
    order = {"reachable": 0, "to_check": 1, "unknown": 2}
    status = frames.texts(register, "owner_status")
    has_owner = np.array([key is not None for key in frames.texts(register, "owner_key")], dtype=bool)
    rows, table_rows = positions(keys, register)
    found = np.full(len(keys), None, dtype=object)
    for row, table_row in zip(rows, table_rows):
        word = status[table_row]
        if word not in order or not (has_owner[table_row] or word == "unknown"):
            continue
        if found[row] is None or ((order[word] < order[found[row]]) == best and word != found[row]):
            found[row] = word
    return found


def cultivator_states(
    keys: np.ndarray, farmland: pd.DataFrame, cultivators: Optional[pd.DataFrame], secure_age: int = SECURE_AGE
) -> tuple[np.ndarray, np.ndarray]:
    """Per lot: cultivator in the register (``named``, ``none``, or ``None`` for a lot not listed) and
    succession (``secure``, ``at_risk``, or ``None`` where age and successor do not tell).

    Secure: a successor, or younger than ``secure_age``. At risk: that age or older and no successor.
    """
    succession: dict[str, str] = {}
    if cultivators is not None:
        people = zip(
            frames.texts(cultivators, "cultivator_key"),
            frames.numbers(cultivators, "age"),
            frames.texts(cultivators, "successor"),
        )
        for key, age, successor in people:
            if key is None:
                continue
            if successor == "yes" or age < secure_age:
                succession[key] = "secure"
            elif successor == "no" and age >= secure_age:
                succession[key] = "at_risk"
    named = np.full(len(keys), None, dtype=object)
    secured = np.full(len(keys), None, dtype=object)
    who = frames.texts(farmland, "cultivator_key")
    right = frames.texts(farmland, "right_kind")
    rows, table_rows = positions(keys, farmland)
    for row, table_row in zip(rows, table_rows):
        if who[table_row] is not None:
            named[row] = "named"
            state = succession.get(who[table_row])
            # With several cultivators one who goes on is enough.
            if secured[row] is None or state == "secure":
                secured[row] = state or secured[row]
        elif named[row] is None and right[table_row] == "none":
            named[row] = "none"
    return named, secured


def present(values: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.array([value is not None for value in values], dtype=bool))


def distance_to(geometry: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Shortest distance in metres from each geometry to any target; NaN without geometry or targets."""
    found = np.full(len(geometry), np.nan)
    usable = targets[~(shapely.is_missing(targets) | shapely.is_empty(targets))]
    here = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    if len(usable) and len(here):
        tree = shapely.STRtree(usable)
        pairs, distances = tree.query_nearest(geometry[here], return_distance=True, all_matches=False)
        found[here[pairs[0]]] = distances
    return found


def _raster_rows(figure: RasterFigure, unit: str, min_pixels: int, value: np.ndarray) -> pd.DataFrame:
    rows = np.flatnonzero((figure.pixels >= min_pixels) & np.isfinite(value))
    # Few pixels: mixed with what lies beside the lot.
    confidence = np.where(figure.pixels[rows] >= 4 * min_pixels, "high", "medium").astype(object)
    return evidence_rows(
        rows,
        figure.indicator,
        figure.source,
        value[rows],
        unit=unit,
        observed_on=figure.observed_on,
        confidence=confidence,
        synthetic=figure.synthetic,
    )


def departure(values: np.ndarray, categories: np.ndarray) -> np.ndarray:
    """How far each value lies from the usual of its land category, in robust steps.

    (value - median) / (1.4826 x median absolute deviation), the usual taken over the village's lots
    of the same 地目 with a value; NaN below :data:`MIN_PEERS` lots or without any spread.
    """
    result = np.full(len(values), np.nan)
    for category in sorted({c for c in categories if c is not None}):
        peers = np.flatnonzero((categories == category) & np.isfinite(values))
        if len(peers) < MIN_PEERS:
            continue
        middle = np.median(values[peers])
        spread = 1.4826 * np.median(np.abs(values[peers] - middle))
        if spread > 0:
            result[peers] = (values[peers] - middle) / spread
    return result


def neighbours_unmanaged(geometry: np.ndarray, surveyed: np.ndarray) -> np.ndarray:
    """Percentage of each lot's surveyed neighbours that the survey found unmanaged.

    ``surveyed``: ``managed``, ``unmanaged`` or ``None`` per lot. A lot is no neighbour of itself; NaN
    where no neighbour was surveyed.
    """
    tree = shapely.STRtree(geometry)
    left, right = tree.query(geometry, predicate="dwithin", distance=NEIGHBOUR_GAP)
    known = np.array([state is not None for state in surveyed], dtype=bool)
    keep = (left != right) & known[right]
    total = np.bincount(left[keep], minlength=len(geometry))
    bad = np.bincount(left[keep], weights=(surveyed[right[keep]] == "unmanaged"), minlength=len(geometry))
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, 100.0 * bad / np.maximum(total, 1), np.nan)


def collect(
    lots: gpd.GeoDataFrame,
    keys: np.ndarray,
    tables: Tables,
    rasters: Sequence[RasterFigure] = (),
    min_pixels: int = 4,
    progress: Optional[Progress] = None,
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """All evidence about the lots, with their 地目 and kind of land.

    ``lots`` in a metric CRS like every layer in ``tables``; ``keys`` the lot key per lot. A raster
    figure counts from ``min_pixels`` pixels on. Returns (evidence with :data:`COLUMNS`, 地目, kinds).
    Raises ``InputError`` for a table without the fields it needs, ``Cancelled`` on cancel.
    """
    progress = progress or Progress()
    geometry = lots.geometry.to_numpy()
    categories, kinds = land_categories(lots, keys, tables)
    parts = [empty()]
    progress.step(0.1)

    public = np.flatnonzero(kinds == "public")
    parts.append(evidence_rows(public, "land_category", REGISTER, category=categories[public], confidence="medium"))

    surveyed = np.full(len(lots), None, dtype=object)
    if tables.patrol is not None:
        newest = newest_patrol(tables.patrol)
        rows, table_rows = positions(keys, newest)
        results = newest["result"].to_numpy(dtype=object)[table_rows]
        surveyed[rows] = [SURVEY_STATES.get(result) for result in results]
        parts.append(
            evidence_rows(
                rows,
                "patrol",
                PATROL,
                category=results,
                confidence="high",
                observed_on=newest["patrol_on"].to_numpy(dtype=object)[table_rows],
                synthetic=newest["synthetic"].to_numpy(dtype=object)[table_rows],
            )
        )
        share = neighbours_unmanaged(geometry, surveyed)
        rows = np.flatnonzero(np.isfinite(share))
        parts.append(evidence_rows(rows, "neighbours_unmanaged", PATROL, share[rows], unit="%"))
    progress.step(0.4)

    if tables.register is not None:
        frames.require(tables.register, ("lot_key",), Text("The land register", "土地の登記簿の表"))
        status = owner_status(keys, tables.register, best=True)
        rows = present(status)
        parts.append(
            evidence_rows(
                rows,
                "owner",
                REGISTER,
                category=status[rows],
                synthetic=_synthetic(tables.register, keys, rows),
            )
        )
    if tables.farmland is not None:
        frames.require(tables.farmland, ("lot_key",), Text("The farmland register", "農地台帳の表"))
        named, secured = cultivator_states(keys, tables.farmland, tables.cultivators)
        for indicator, state in (("cultivator", named), ("succession", secured)):
            rows = present(state)
            parts.append(
                evidence_rows(
                    rows,
                    indicator,
                    FARMLAND_REGISTER,
                    category=state[rows],
                    synthetic=_synthetic(tables.farmland, keys, rows),
                )
            )
    progress.step(0.6)

    for indicator, layer in (("road_distance", tables.roads), ("forest_distance", tables.forest_edge)):
        if layer is not None:
            distance = distance_to(geometry, layer.geometry.to_numpy())
            rows = np.flatnonzero(np.isfinite(distance))
            parts.append(
                evidence_rows(
                    rows,
                    indicator,
                    MAP,
                    distance[rows],
                    unit="m",
                    synthetic=frames.any_flag(layer, "synthetic"),
                )
            )
    if tables.houses is not None:
        parts.append(_house_rows(geometry, tables.houses))
    progress.step(0.8)

    for figure in rasters:
        if figure.indicator == "ndvi":
            counted = np.where(figure.pixels >= min_pixels, figure.mean, np.nan)
            steps = departure(counted, categories)
            parts.append(_raster_rows(figure._replace(indicator="ndvi_departure"), "steps", min_pixels, steps))
        else:
            if figure.indicator == "vegetation_height" and tables.houses is None:
                # Where houses are not known, a roof on a house plot would look like trees.
                figure = figure._replace(mean=np.where(kinds == "plot", np.nan, figure.mean))
            unit = {"vegetation_height": "m", "slope": "degree"}[figure.indicator]
            parts.append(_raster_rows(figure, unit, min_pixels, figure.mean))
    progress.step(1.0)
    return joined(parts), categories, kinds


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Evidence frames put together in one order: lot, indicator, date (the newest last), value."""
    evidence = pd.concat([part for part in parts if len(part)] or [empty()], ignore_index=True)
    evidence = evidence.assign(day=evidence["observed_on"].fillna("")).sort_values(
        ["row", "indicator", "day", "category", "value"], kind="stable"
    )
    return evidence.drop(columns="day").reset_index(drop=True)


def _synthetic(frame: pd.DataFrame, keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Whether the table row behind each wanted lot is marked as invented."""
    rows, table_rows = positions(keys, frame)
    marks = dict(zip(rows, frames.flags(frame, "synthetic")[table_rows]))
    return np.array([marks.get(row) for row in wanted], dtype=object)


def house_states(geometry: np.ndarray, houses: gpd.GeoDataFrame) -> pd.Series:
    """Houses standing on each lot, by row: ``yes`` when anybody lives in one, ``no`` when all are vacant."""
    points = shapely.point_on_surface(houses.geometry.to_numpy())
    occupied = frames.texts(houses, "occupied")
    lot, house = shapely.STRtree(points).query(geometry, predicate="intersects")
    states: pd.Series = (
        pd.Series([occupied[h] for h in house], dtype=object)
        .groupby(lot)
        .agg(lambda words: "yes" if "yes" in set(words) else ("no" if set(words) == {"no"} else None))
        .dropna()
    )
    return states


def _house_rows(geometry: np.ndarray, houses: gpd.GeoDataFrame) -> pd.DataFrame:
    states = house_states(geometry, houses)
    return evidence_rows(
        states.index.to_numpy(dtype="int64"),
        "house",
        MAP,
        category=states.to_numpy(dtype=object),
        synthetic=frames.any_flag(houses, "synthetic"),
    )
