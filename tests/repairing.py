"""What the tests of the repair ask again and again."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import shapely

from land_stewardship.core.parcels.repair import RepairSettings, repair_parcels

CRS = "EPSG:6676"
#: All steps, also those done on request only.
OPEN = ("valid", "snap", "points", "spikes", "overlaps", "gaps", "channels")


def frame(shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    """Lots in metres with the usual keys and numbers, or those given."""
    data = {"lot_key": [f"k{n}" for n in range(len(shapes))], "chiban": [f"{n + 1}" for n in range(len(shapes))]}
    data.update(columns)
    return gpd.GeoDataFrame(data, geometry=shapes, crs=CRS)


def wkb(result: gpd.GeoDataFrame) -> list[Any]:
    """The shapes of lots, bit by bit."""
    return list(shapely.to_wkb(result.geometry.to_numpy()))


def stays(lots: gpd.GeoDataFrame, chosen: RepairSettings, **fields: Any) -> None:
    """Repaired again the lots are the same to the last bit."""
    again = repair_parcels(lots, chosen, **fields)
    assert wkb(again.lots) == wkb(lots)
    assert again.figures["changed"] == 0
