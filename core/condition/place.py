"""Where a lot lies: access, surroundings, size and shape, water, and what its neighbours are like."""

from __future__ import annotations

from typing import NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..progress import Progress
from ..texts import Text
from .evidence import MAP, PATROL, SURVEY_STATES, distance_to, empty, evidence_rows, joined, neighbours_unmanaged

WATER = Text("water sources", "水源の図")
#: Kinds of water source (島ら: lots on spring and valley water are given up in groups, on river water singly).
WATER_KINDS = {
    "spring": "spring",
    "湧水": "spring",
    "valley": "valley",
    "沢": "valley",
    "沢水": "valley",
    "渓流": "valley",
    "谷": "valley",
    "pond": "pond",
    "ため池": "pond",
    "river": "river",
    "河川": "river",
    "頭首工": "river",
    "well": "well",
    "井戸": "well",
    "none": "none",
    "なし": "none",
    "天水": "none",
}
#: A canal or source farther away than this does not water the lot (assumption).
WATER_REACH = 50.0


class Surroundings(NamedTuple):
    """Layers in the CRS of the lots; each may be ``None``. ``water`` has the field ``source_kind``."""

    roads: Optional[gpd.GeoDataFrame] = None
    forest_edge: Optional[gpd.GeoDataFrame] = None
    houses: Optional[gpd.GeoDataFrame] = None
    water: Optional[gpd.GeoDataFrame] = None


def compactness(geometry: np.ndarray) -> np.ndarray:
    """4 π area / perimeter² (1 for a circle, 0.79 for a square, near 0 for a strip); NaN without area."""
    area, length = shapely.area(geometry), shapely.length(geometry)
    return np.divide(4 * np.pi * area, length**2, out=np.full(len(geometry), np.nan), where=(area > 0) & (length > 0))


def water_kinds(geometry: np.ndarray, water: gpd.GeoDataFrame) -> np.ndarray:
    """Kind of the nearest water source or canal within :data:`WATER_REACH`; ``None`` where none or not known.

    Of several equally near the one that sorts first counts.
    """
    found = np.full(len(geometry), None, dtype=object)
    kind = np.array([WATER_KINDS.get(word or "") for word in frames.texts(water, "source_kind")], dtype=object)
    shapes = water.geometry.to_numpy()
    usable = np.flatnonzero(
        ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & np.array([k is not None for k in kind], dtype=bool)
    )
    here = np.flatnonzero(~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    if len(usable) and len(here):
        pairs = shapely.STRtree(shapes[usable]).query_nearest(geometry[here], max_distance=WATER_REACH)
        table = pd.DataFrame({"row": here[pairs[0]], "kind": kind[usable[pairs[1]]]})
        table = table.sort_values(["row", "kind"]).drop_duplicates("row")
        found[table["row"].to_numpy()] = table["kind"].to_numpy(dtype=object)
    return found


def place_evidence(
    lots: gpd.GeoDataFrame,
    around: Surroundings,
    surveyed: Optional[np.ndarray] = None,
    progress: Optional[Progress] = None,
) -> pd.DataFrame:
    """Evidence about the place of each lot; ``lots`` in a metric CRS.

    ``surveyed``: survey result codes per lot or ``None``; gives the share of surveyed neighbours found
    unmanaged. Area and shape need nothing beside the lots. Raises ``Cancelled`` on cancel.
    """
    progress = progress or Progress()
    geometry = lots.geometry.to_numpy()
    synthetic = frames.flags(lots, "synthetic")
    parts = [empty()]
    area = shapely.area(geometry)
    for indicator, unit, value in (
        ("lot_area", "m2", np.where(area > 0, area, np.nan)),
        ("shape", "", compactness(geometry)),
    ):
        rows = np.flatnonzero(np.isfinite(value))
        parts.append(
            evidence_rows(rows, indicator, MAP, value[rows], unit=unit, confidence="high", synthetic=synthetic[rows])
        )
    progress.step(0.2)
    for indicator, layer in (
        ("road_distance", around.roads),
        ("forest_distance", around.forest_edge),
        ("house_distance", _lived_in(around.houses)),
    ):
        if layer is not None:
            distance = distance_to(geometry, layer.geometry.to_numpy())
            rows = np.flatnonzero(np.isfinite(distance))
            parts.append(
                evidence_rows(
                    rows, indicator, MAP, distance[rows], unit="m", synthetic=frames.any_flag(layer, "synthetic")
                )
            )
    progress.step(0.6)
    if around.water is not None:
        kinds = water_kinds(geometry, around.water)
        rows = np.flatnonzero(np.array([kind is not None for kind in kinds], dtype=bool))
        parts.append(
            evidence_rows(
                rows,
                "water_source",
                WATER,
                category=kinds[rows],
                synthetic=frames.any_flag(around.water, "synthetic"),
            )
        )
    if surveyed is not None:
        states = np.array([SURVEY_STATES.get(word) for word in surveyed], dtype=object)
        share = neighbours_unmanaged(geometry, states)
        rows = np.flatnonzero(np.isfinite(share))
        parts.append(evidence_rows(rows, "neighbours_unmanaged", PATROL, share[rows], unit="%"))
    progress.step(1.0)
    return joined(parts)


def _lived_in(houses: Optional[gpd.GeoDataFrame]) -> Optional[gpd.GeoDataFrame]:
    """Houses without those known to be vacant: nobody goes out from them to work a lot."""
    return None if houses is None else houses[frames.texts(houses, "occupied") != "no"]
