"""Overlapping pairs, gaps and open strips by their plain definitions, computed the slow way over everything."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from land_stewardship.core.parcels.channels import strips
from land_stewardship.core.parcels.check import CheckResult, CheckSettings, check_parcels

PAIR_KINDS = ("overlap", "contained", "duplicate")

#: GEOS simplifies outlines by a hundredth of the distance before it moves them, each run in its own way: ends of
#: strips differ by so many squares of the channel width.
OFFSET_SLACK = 0.04


def usable(lots: gpd.GeoDataFrame) -> Any:
    shapes = lots.geometry.to_numpy().copy()
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def wide(shapes: Any, tolerance: float) -> Any:
    return ~shapely.is_empty(shapely.buffer(shapes, -tolerance / 2, join_style="mitre"))


def all_pairs(lots: gpd.GeoDataFrame, settings: CheckSettings) -> dict[tuple[str, ...], float]:
    """Every pair compared with every other; of exact copies all together are one, and one stands for them."""
    lots = lots.sort_values("lot_key", ignore_index=True)
    shapes = usable(lots)
    blobs = [bytes(blob) for blob in shapely.to_wkb(shapely.normalize(shapes))]
    copies: dict[bytes, list[int]] = {}
    for row, blob in enumerate(blobs):
        copies.setdefault(blob, []).append(row)
    groups = [rows for rows in copies.values() if len(rows) > 1]
    twice = {tuple(lots["lot_key"].iloc[rows]): float(shapely.area(shapes[rows[0]])) for rows in groups}
    single = sorted(rows[0] for rows in copies.values())
    lots, shapes = lots.iloc[single], shapes[single]
    one, two = shapely.STRtree(shapes).query(shapes)  # all whose boxes meet
    one, two = one[one < two], two[one < two]
    common = shapely.intersection(shapes[one], shapes[two])
    areas = shapely.area(common)
    hits = (areas > settings.min_area) & wide(common, settings.tolerance)
    keys = lots["lot_key"].to_numpy()
    pairs = {tuple(sorted((keys[a], keys[b]))): area for a, b, area in zip(one[hits], two[hits], areas[hits])}
    return {**pairs, **twice}


def all_gaps(lots: gpd.GeoDataFrame, settings: CheckSettings) -> Any:
    """Parts of a large frame that all lots together, ever so slightly widened, leave bare and enclose."""
    covered = shapely.union_all(shapely.buffer(usable(lots), settings.tolerance / 2, join_style="mitre"))
    outside = shapely.box(*shapely.bounds(covered)).buffer(10)
    parts = shapely.get_parts(outside.difference(covered))
    parts = parts[~shapely.intersects(parts, outside.exterior)]
    return parts[(shapely.area(parts) > settings.min_area)]


def all_channels(lots: gpd.GeoDataFrame, gaps: Any, settings: CheckSettings) -> Any:
    """The closing of everything at once, without what is enclosed."""
    found = strips(shapely.union_all(usable(lots)), settings)
    points = shapely.point_on_surface(found)
    enclosed = np.array([bool(shapely.intersects(gaps, point).any()) for point in points], dtype=bool)
    return found[~enclosed]


def found_pairs(result: CheckResult) -> dict[tuple[str, ...], float]:
    rows = result.findings[result.findings["kind"].isin(PAIR_KINDS)]
    return {tuple(lots.split("; ")): size for lots, size in zip(rows["lots"], rows["size"])}


def found_areas(result: CheckResult, kind: str) -> Any:
    return result.areas[result.areas["kind"] == kind].geometry.to_numpy()


def larger(shapes: Any, size: float) -> Any:
    """Shapes above a size; what is smaller than rounding is not compared."""
    return shapes[shapely.area(shapes) > size]


def same_places(found: Any, expected: Any, slack: float) -> None:
    """Each found area is one of the expected ones, and the other way round."""
    assert len(found) == len(expected), (shapely.area(found), shapely.area(expected))
    if not len(found):
        return
    one, two = shapely.STRtree(expected).query(shapely.point_on_surface(found), predicate="intersects")
    assert sorted(one) == list(range(len(found)))
    assert sorted(two) == list(range(len(found)))
    beyond = shapely.area(shapely.symmetric_difference(found[one], expected[two]))
    assert (beyond <= slack).all()


def compare(lots: gpd.GeoDataFrame, settings: CheckSettings) -> tuple[int, int, int]:
    """Check a map both ways; returns how many pairs, gaps and strips there were."""
    result = check_parcels(lots, settings, sheet_field=None)
    pairs = all_pairs(lots, settings)
    assert found_pairs(result) == pytest.approx(pairs, rel=1e-9, abs=1e-9)
    gaps = all_gaps(lots, settings)
    around = 2 * settings.tolerance * (shapely.length(gaps).max() + 1) if len(gaps) else 0.0
    same_places(found_areas(result, "gap"), gaps, around)
    square = settings.channel_width**2
    channels = larger(all_channels(lots, gaps, settings), 0.001 * square)
    same_places(larger(found_areas(result, "channel"), 0.001 * square), channels, OFFSET_SLACK * square)
    return len(pairs), len(gaps), len(channels)
