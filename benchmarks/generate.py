"""Make a map of lots with known defects, of any size and always the same for the same seed.

Rows of lots of about 25 m x 25 m share every border point with their neighbours (corners and one
point on each side). After ten rows follow a road 4 m wide and a ditch 0.4 m wide, cut into pieces of
twenty lots: long, narrow and not defects. Coordinates are rounded to millimetres.

    python generate.py 10000 out.gpkg      writes out.gpkg (layer lots) and out.truth.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

CRS = "EPSG:6676"
CELL = 25.0
ROAD, DITCH = 4.0, 0.4
ROWS_BETWEEN_ROADS = 10
PIECE = 20
DEFECTS = ("gap", "overlap", "duplicate", "duplicate_key", "invalid", "missing_vertex", "sliver", "area_mismatch")


class Defect(NamedTuple):
    """One injected defect: what, at which lot, where, how large (m², or m for a width)."""

    kind: str
    lot_key: str
    x: float
    y: float
    size: float


def _grid(columns: int, rows: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Corner coordinates (rows+1, columns+1, 2) and the height of each row."""
    pattern = [CELL] * ROWS_BETWEEN_ROADS + [ROAD, DITCH]
    heights = np.array([pattern[row % len(pattern)] for row in range(rows)])
    x = np.arange(columns + 1) * CELL
    y = np.concatenate([[0.0], np.cumsum(heights)])
    corners = np.stack(np.meshgrid(x, y), axis=-1)
    shift = random.uniform(-4.0, 4.0, corners.shape)
    for row in range(1, rows + 1):
        if heights[row - 1] < CELL:  # both sides of a road or ditch bend alike
            shift[row] = shift[row - 1]
    return np.round(corners + shift, 3), heights


def lots(count: int, seed: int = 1, per_kind: int | None = None) -> tuple[gpd.GeoDataFrame, list[Defect]]:
    """About ``count`` lots with ``per_kind`` defects of each kind (default: one per 1,000 lots, at least 5)."""
    random = np.random.default_rng(seed)
    columns = max(int(np.sqrt(count * 12 / 10)) // PIECE * PIECE, PIECE)
    rows = max(round(count / columns * 12 / 10.1), 12)
    corners, heights = _grid(columns, rows, random)
    south_west, south_east = corners[:-1, :-1], corners[:-1, 1:]
    north_west, north_east = corners[1:, :-1], corners[1:, 1:]

    def middle(one: np.ndarray, two: np.ndarray) -> np.ndarray:
        return np.round((one + two) / 2, 3)

    ring = np.stack(
        [
            south_west,
            middle(south_west, south_east),
            south_east,
            middle(south_east, north_east),
            north_east,
            middle(north_west, north_east),
            north_west,
            middle(south_west, north_west),
            south_west,
        ],
        axis=2,
    )
    plain = np.flatnonzero(heights == CELL)
    rings = ring[plain].reshape(-1, 9, 2)
    shapes = list(shapely.polygons(rings))
    keys = [f"{row + 1}-{column + 1}" for row in plain for column in range(columns)]
    for row in np.flatnonzero(heights != CELL):
        for begin in range(0, columns, PIECE):
            part = ring[row, begin : begin + PIECE]
            south = np.concatenate([part[:, 0:2].reshape(-1, 2), part[-1:, 2]])
            north = np.concatenate([part[:, 6], part[-1:, 4]])
            north_middle = part[:, 5]
            upper = np.empty((2 * len(part) + 1, 2))
            upper[0::2], upper[1::2] = north, north_middle
            outline = np.concatenate([south, part[-1:, 3], upper[::-1], part[:1, 7]])
            shapes.append(shapely.Polygon(outline))
            keys.append(f"{'r' if heights[row] == ROAD else 'd'}{row + 1}-{begin // PIECE + 1}")
    area = shapely.area(np.array(shapes, dtype=object))
    registered = np.round(area, 2)

    truth: list[Defect] = []
    extra_shapes: list[Any] = []
    extra_keys: list[str] = []
    per_kind = max(5, count // 1000) if per_kind is None else per_kind
    # Defects sit at least three lots apart and away from roads and the outer border.
    position = {
        row * columns + column: number
        for number, (row, column) in enumerate((r, c) for r in plain for c in range(columns))
    }
    sites = [
        position[row * columns + column] for row in plain if row % 12 in (2, 6) for column in range(2, columns - 2, 4)
    ]
    chosen = random.permutation(sites)[: per_kind * len(DEFECTS)]
    for number, site in enumerate(chosen.tolist()):
        kind = DEFECTS[number % len(DEFECTS)]
        points = rings[site].copy()
        x, y = points[3]
        size = 0.0
        if kind in ("gap", "overlap"):
            depth = float(np.round(random.uniform(0.1, 2.0), 3))
            points[3, 0] += depth if kind == "overlap" else -depth
            size = abs(float(shapely.area(shapes[site]) - shapely.area(shapely.Polygon(points))))
        elif kind == "duplicate":
            extra_shapes.append(shapes[site])
            extra_keys.append(keys[site])
            size = float(area[site])
            x, y = points[:8].mean(axis=0)
        elif kind == "duplicate_key":
            keys[site] = keys[site + 1]
        elif kind == "invalid":
            points[[2, 4]] = points[[4, 2]]
        elif kind == "missing_vertex":
            points = np.delete(points, 3, axis=0)
        elif kind == "sliver":
            size = 0.3
            low = points[2] + (points[1] - points[2]) * size / np.hypot(*(points[1] - points[2]))
            high = points[4] + (points[5] - points[4]) * size / np.hypot(*(points[5] - points[4]))
            inner = points[3] - [size, 0.0]
            low, high, inner = np.round(low, 3), np.round(high, 3), np.round(inner, 3)
            extra_shapes.append(shapely.Polygon([points[2], points[3], points[4], high, inner, low, points[2]]))
            extra_keys.append(f"s{keys[site]}")
            points = np.array([points[0], points[1], low, inner, high, *points[5:]])
        elif kind == "area_mismatch":
            registered[site] = round(float(area[site]) * random.choice([0.8, 1.25]), 2)
            size = float(area[site] - registered[site])
        if kind not in ("duplicate", "duplicate_key", "area_mismatch"):
            shapes[site] = shapely.Polygon(points)
        truth.append(Defect(kind, keys[site], float(x), float(y), size))

    every = np.array(shapes + extra_shapes, dtype=object)
    frame = gpd.GeoDataFrame(
        {
            "lot_key": keys + extra_keys,
            "chiban": keys + extra_keys,
            "accuracy_class": "甲三",
            "area_reg": np.concatenate([registered, np.round(shapely.area(np.array(extra_shapes, dtype=object)), 2)]),
        },
        geometry=every,
        crs=CRS,
    )
    order = random.permutation(len(frame))
    return frame.iloc[order].reset_index(drop=True), truth


def with_noise(frame: gpd.GeoDataFrame, noise: float, seed: int = 7) -> gpd.GeoDataFrame:
    """The same map with every point of every lot moved by up to ``noise`` m in x and y, each lot by itself."""
    random = np.random.default_rng(seed)
    shapes = frame.geometry.to_numpy()
    rings = shapely.get_exterior_ring(shapes)  # the generated lots have no holes
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    shift = random.uniform(-noise, noise, xy.shape)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    shift[np.append(first[1:], len(ring)) - 1] = shift[first]  # a ring stays closed
    noisy = frame.copy()
    noisy.geometry = shapely.polygons(shapely.linearrings(xy + shift, indices=ring))
    return noisy


def write(count: int, path: Path, seed: int = 1, per_kind: int | None = None, noise: float = 0.0) -> int:
    """Write the map and its truth; returns the number of lots."""
    frame, truth = lots(count, seed, per_kind)
    if noise:
        frame = with_noise(frame, noise)
    path.unlink(missing_ok=True)
    frame.to_file(path, layer="lots", driver="GPKG", VERSION="1.3")
    with open(path.with_suffix(".truth.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(Defect._fields)
        writer.writerows(truth)
    return len(frame)


if __name__ == "__main__":
    print(write(int(sys.argv[1]), Path(sys.argv[2])), "lots")
