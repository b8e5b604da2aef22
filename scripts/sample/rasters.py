"""Rasters of the sample village: terrain, two summers of NDVI, vegetation height (all invented)."""

from __future__ import annotations

from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .world import DARK_CORNER, RIVER, VALLEY, chance, hill_distance, outline, smooth_noise

NODATA = -9999.0
MARGIN = 220.0


class Grid(NamedTuple):
    """Cell centres of a north-up raster."""

    left: float
    top: float
    cell: float
    columns: int
    rows: int

    def centres(self) -> tuple[Any, Any]:
        x = self.left + self.cell * (np.arange(self.columns) + 0.5)
        y = self.top - self.cell * (np.arange(self.rows) + 0.5)
        return np.meshgrid(x, y)


def grid_around(lots: gpd.GeoDataFrame, cell: float) -> Grid:
    """Grid of ``cell`` metres over the lots and some land around, on round coordinates."""
    west, south, east, north = lots.total_bounds
    left, top = np.floor((west - MARGIN) / 20) * 20, np.ceil((north + MARGIN) / 20) * 20
    return Grid(
        float(left),
        float(top),
        cell,
        int(np.ceil((east + MARGIN - left) / cell)),
        int(np.ceil((top - south + MARGIN) / cell)),
    )


def lot_index(lots: gpd.GeoDataFrame, grid: Grid) -> Any:
    """Position of the lot under each cell centre; -1 outside the lots."""
    x, y = grid.centres()
    tree = shapely.STRtree(outline(lots))
    cells, found = tree.query(shapely.points(x.ravel(), y.ravel()), predicate="intersects")
    index = np.full(x.size, -1, dtype=int)
    index[cells[::-1]] = found[::-1]
    return index.reshape(x.shape)


def terrain(grid: Grid) -> Any:
    """Heights in metres: a plain that steepens towards the foot of the hills, then hills."""
    x, y = grid.centres()
    beyond = hill_distance(x.ravel(), y.ravel()).reshape(x.shape)
    village = 12.0 + 26.0 * np.exp(np.minimum(beyond, 0) / 170.0) + 0.0015 * np.maximum(y - 127200, 0)
    ridges = smooth_noise("ridges", x.shape, 9.0)
    up = np.maximum(beyond, 0)
    hills = 0.36 * up + ridges * np.minimum(up / 7.0, 16.0)
    valley = np.exp(-((((y - VALLEY.y) - 0.2 * (x - VALLEY.x)) / 45.0) ** 2)) * np.minimum(up / 9.0, 22.0)
    soft = 0.15 * smooth_noise("ground", x.shape, 3.0)
    return np.round(village + hills - valley + soft, 2)


def _states(table: pd.DataFrame) -> Any:
    """What stands on each lot: rice, crop, mown, weeds, shrub, forest, plot, road, water, open."""
    random = chance("crops")
    draw = random.random(len(table))
    years = table["years_unmanaged"].to_numpy()
    category = table["category"].to_numpy()
    state = np.full(len(table), "open", dtype=object)
    state[category == "田"] = np.where(draw < 0.72, "rice", np.where(draw < 0.92, "crop", "mown"))[category == "田"]
    state[category == "畑"] = np.where(draw < 0.8, "crop", "mown")[category == "畑"]
    state[years > 0] = "weeds"
    state[years >= 6] = "shrub"
    state[years >= 12] = "wood"
    # What images mistake: fields left weedy after an early crop, and unmanaged land somebody mowed once.
    odd = random.random(len(table))
    state[table["farmland"].to_numpy() & (years == 0) & (odd < 0.035)] = "weeds"
    state[(years > 0) & (years < 6) & (odd > 0.9)] = "mown"
    state[category == "宅地"] = "plot"
    state[category == "公衆用道路"] = "road"
    state[category == "用悪水路"] = "ditch"
    state[np.isin(table["chiban"], RIVER)] = "water"
    state[category == "山林"] = "forest"
    return state


#: Mean and spread between lots and between cells (assumptions, chosen so that weeds and crops overlap).
_NDVI = {
    "rice": (0.80, 0.035, 0.025),
    "crop": (0.66, 0.085, 0.04),
    "mown": (0.42, 0.07, 0.04),
    "weeds": (0.58, 0.075, 0.07),
    "shrub": (0.68, 0.06, 0.07),
    "wood": (0.78, 0.04, 0.05),
    "forest": (0.86, 0.02, 0.03),
    "plot": (0.34, 0.07, 0.08),
    "road": (0.22, 0.05, 0.05),
    "ditch": (0.45, 0.08, 0.06),
    "water": (0.05, 0.05, 0.06),
    "open": (0.52, 0.09, 0.06),
}
#: Metres, same layout.
_HEIGHT = {
    "rice": (0.85, 0.08, 0.06),
    "crop": (0.55, 0.22, 0.12),
    "mown": (0.15, 0.06, 0.05),
    "weeds": (1.35, 0.30, 0.30),
    "shrub": (2.5, 0.5, 0.7),
    "wood": (6.0, 1.4, 1.5),
    "forest": (16.5, 1.5, 2.5),
    "plot": (1.2, 0.5, 1.0),
    "road": (0.05, 0.03, 0.03),
    "ditch": (0.5, 0.25, 0.2),
    "water": (0.1, 0.05, 0.05),
    "open": (0.6, 0.3, 0.25),
}


def _paint(name: str, index: Any, state: Any, figures: dict[str, tuple[float, float, float]], outside: Any) -> Any:
    """Values per cell: the lot's own level plus cell noise; ``outside`` where there is no lot."""
    random = chance(name)
    centre = np.array([figures[s][0] for s in state]) + random.standard_normal(len(state)) * np.array(
        [figures[s][1] for s in state]
    )
    rough = np.array([figures[s][2] for s in state])
    noise = smooth_noise(name + "-cells", index.shape, 0.7)
    inside = index >= 0
    values = np.array(outside, dtype=float)
    values[inside] = centre[index[inside]] + rough[index[inside]] * noise[inside]
    return values


def _cloud(x: Any, y: Any, *ellipses: tuple[float, float, float, float]) -> Any:
    hidden = np.zeros(x.shape, dtype=bool)
    for cx, cy, rx, ry in ellipses:
        hidden |= ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1
    return hidden


def _dark(x: Any, y: Any) -> Any:
    return shapely.contains_xy(DARK_CORNER.buffer(20), x, y)


def ndvi(lots: gpd.GeoDataFrame, table: pd.DataFrame, grid: Grid, year: int) -> Any:
    """Peak-summer NDVI of one year; clouds and a corner without data are empty."""
    x, y = grid.centres()
    index = lot_index(lots, grid)
    state = _states(table)
    if year == 2023:
        # Two years of growth less, and part of the fields in another crop.
        before = table["years_unmanaged"].to_numpy() - 1
        state = np.where((table["years_unmanaged"].to_numpy() > 0) & (before <= 0), "crop", state)
        turn = chance("rotation").random(len(table)) < 0.15
        state = np.where(turn & (state == "rice"), "crop", np.where(turn & (state == "crop"), "rice", state))
    wooded = hill_distance(x.ravel(), y.ravel()).reshape(x.shape) > -5
    outside = np.where(wooded, 0.86, 0.62) + 0.03 * smooth_noise(f"outside-{year}", x.shape, 1.5)
    values = _paint(f"ndvi-{year}", index, state, _NDVI, outside)
    clouds = {
        2023: _cloud(x, y, (-18640, 128330, 190, 130), (-19450, 129700, 120, 90)),
        2024: _cloud(x, y, (-19760, 128420, 150, 190), (-18520, 127880, 160, 110)),
    }[year]
    values = np.round(np.clip(values, -0.1, 0.95), 2)
    values[clouds | _dark(x, y)] = NODATA
    return values


def canopy(lots: gpd.GeoDataFrame, table: pd.DataFrame, houses: gpd.GeoDataFrame, grid: Grid) -> Any:
    """Vegetation and building height in metres; a strip between two flights is empty."""
    x, y = grid.centres()
    index = lot_index(lots, grid)
    state = _states(table)
    beyond = hill_distance(x.ravel(), y.ravel()).reshape(x.shape)
    trees = 16.5 + 2.5 * smooth_noise("trees", x.shape, 1.2)
    outside = np.where(beyond > -5, trees, 0.7)
    values = _paint("canopy", index, state, _HEIGHT, outside)
    tree = shapely.STRtree(houses.geometry.to_numpy())
    cells, _ = tree.query(shapely.points(x.ravel(), y.ravel()), predicate="within")
    flat = values.ravel()
    flat[cells] = 6.0
    values = np.round(np.clip(flat.reshape(values.shape), 0.0, 30.0), 1)
    # Cells outside the mesh and the hills are not needed in such detail.
    gap = (np.abs((x + 19255) - 0.12 * (y - 128400)) < 32) & (y < 128950)
    values[gap | _dark(x, y)] = NODATA
    return values
