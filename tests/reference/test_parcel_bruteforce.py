"""Overlapping pairs, gaps and open strips on real maps against the plain definitions computed the slow way."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from land_stewardship.core.parcels.check import CheckSettings
from land_stewardship.core.parcels.mojmap import import_maps


@pytest.fixture(scope="module")
def slow_way() -> Any:
    path = Path(__file__).resolve().parents[1] / "bruteforce.py"
    spec = importlib.util.spec_from_file_location("bruteforce", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def keyed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Single parts with keys of their own, in a plane without heights."""
    parts = frame.explode(index_parts=False, ignore_index=True)
    parts = parts[~parts.geometry.isna() & ~parts.geometry.is_empty]
    shapes = shapely.force_2d(parts.geometry.to_numpy())
    return gpd.GeoDataFrame({"lot_key": [f"k{row:05}" for row in range(len(parts))]}, geometry=shapes)


#: Map, tolerance, how many overlapping pairs it has (as published or counted the slow way).
MAPS = [
    ("qgis_geometry_checker/gap_layer.shp", None, 1e-6, 0),
    ("qgis_geometry_checker/polygon_layer.shp", None, 1e-6, None),
    ("geoplanar/possibly_invalid_snap.gpkg", None, 1e-6, None),
    ("ladm_col/geometry_utils.gpkg", "overlapping_polygons", 1e-6, 13),
    ("ladm_col/quality_validations.gpkg", "check_gaps_in_plots", 1e-6, None),
    ("field_parcels/hr/land_parcels.gpkg", None, 1e-4, None),
    pytest.param("field_parcels/ec_ro/x/RO/RO_ny_EC21.shp", None, 1e-4, None, marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("path", "layer", "tolerance", "pairs"), MAPS)
def test_real_maps(
    data_folder: Path, slow_way: Any, path: str, layer: str | None, tolerance: float, pairs: int | None
) -> None:
    frame = gpd.read_file(data_folder / path, layer=layer) if layer else gpd.read_file(data_folder / path)
    lots = keyed(frame)
    low_x, low_y, high_x, high_y = lots.total_bounds
    size = max(high_x - low_x, high_y - low_y)
    width = 0.5 if size > 50 else size / 100
    least = 0.0 if pairs else min(0.01, 1e-8 * size**2)
    settings = CheckSettings(tolerance=tolerance, min_area=least, channel_width=width)
    found, _, _ = slow_way.compare(lots, settings)
    if pairs is not None:
        assert found == pairs


def test_the_map_of_joetsu(data_folder: Path, slow_way: Any) -> None:
    path = data_folder / "moj_map_xml" / "15222-1107-1553.xml"
    lots = import_maps([(path.name, path)]).lots
    assert slow_way.compare(lots, CheckSettings()) == (0, 0, 0)


def test_the_map_of_joetsu_with_every_tenth_lot_pushed(data_folder: Path, slow_way: Any) -> None:
    """On the real mesh with real shapes: lots pushed by 5 to 60 cm overlap and leave gaps and strips."""
    path = data_folder / "moj_map_xml" / "15222-1107-1553.xml"
    lots = import_maps([(path.name, path)]).lots.sort_values("lot_key", ignore_index=True)
    shapes = lots.geometry.to_numpy().copy()
    for row in range(0, len(shapes), 10):
        shapes[row] = shapely.affinity.translate(shapes[row], 0.05 + 0.55 * (row % 7) / 7, 0.3 * (row % 3) - 0.3)
    pairs, gaps, strips = slow_way.compare(lots.set_geometry(shapes), CheckSettings(tolerance=1e-4))
    assert pairs > 200
    assert gaps > 50
    assert strips > 0


@pytest.mark.parametrize("group", ["CoveragePolygonValidatorTest", "CoverageUnionTest", "CoverageGapFinderTest"])
def test_published_coverages(data_folder: Path, slow_way: Any, group: str) -> None:
    cases = json.loads((data_folder / "expected" / "jts_coverage_cases.json").read_text(encoding="utf-8"))[group]
    settings = CheckSettings(tolerance=1e-6, min_area=1e-4, channel_width=0.3)
    tried = 0
    for case in cases.values():
        shapes = []
        for text in case["wkt"]:
            text = text.replace("))), ((", ")), ((")
            text = text[:-1] if text.count(")") > text.count("(") else text
            shapes += [part for part in shapely.get_parts(shapely.from_wkt(text)) if part.geom_type == "Polygon"]
        if shapes:
            slow_way.compare(keyed(gpd.GeoDataFrame(geometry=shapes)), settings)
            tried += 1
    assert tried == len(cases) - (group == "CoverageUnionTest")
