"""Figures per polygon against independent tools: QGIS's zonal statistics and exactextract.

``zonal/*.csv`` hold what exactextract 0.3.0 gives (coverage fractions; numbers are facts): for the three real forest
blocks over the real canopy height model, and for every fourth valid lot of the sample village over its NDVI of 2024.
Rules: with whole pixels all tools agree. By the centre rule our figures are QGIS's (a pixel counts when its centre lies
inside). By the covered part they are exactextract's, also where edge pixels are cut.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from qgis import processing
from qgis.core import QgsRasterLayer, QgsVectorLayer

from land_stewardship.core.condition import coverage
from land_stewardship.core.condition.figures import figures
from land_stewardship.gis import bridge
from land_stewardship.gis.zonal import Band, zonal

pytestmark = pytest.mark.usefixtures("qgis_app", "qgis_processing")
EXPECTED = Path(__file__).parent / "zonal"
#: exactextract's names of our figures.
NAMES = {
    "count": "pixels",
    "mean": "mean",
    "stdev": "sd",
    "quantile_10": "p10",
    "median": "median",
    "quantile_90": "p90",
}


@pytest.fixture
def blocks(data_folder: Path) -> Any:
    folder = data_folder / "canopy_height"
    layer = QgsVectorLayer(str(folder / "kootenayBlocks.shp"), "blocks", "ogr")
    raster = QgsRasterLayer(str(folder / "kootenayCHM.tif"), "chm")
    assert layer.featureCount() == 3 and raster.isValid()
    return layer, raster


def qgis_figures(layer: QgsVectorLayer, raster: QgsRasterLayer) -> pd.DataFrame:
    """Count, mean, median and standard deviation by QGIS, in the order of the layer."""
    given = {"INPUT": layer, "INPUT_RASTER": raster, "RASTER_BAND": 1, "STATISTICS": [0, 2, 3, 4], "OUTPUT": "memory:"}
    made = processing.run("native:zonalstatisticsfb", given)["OUTPUT"]
    columns = {"_count": "pixels", "_mean": "mean", "_median": "median", "_stdev": "sd"}
    return pd.DataFrame([{new: f[old] for old, new in columns.items()} for f in made.getFeatures()])


def test_canopy_height_by_covered_part_equals_exactextract(blocks: Any) -> None:
    layer, raster = blocks
    found = zonal(bridge.source_to_frame(layer), [Band(raster)], figures, coverage.SHARE)[0]
    expected = pd.read_csv(EXPECTED / "canopy.csv")
    for theirs, ours in NAMES.items():
        # exactextract keeps coverage fractions in 32 bits: its counts carry about 1e-7 of their size.
        assert getattr(found, ours) == pytest.approx(expected[theirs].to_numpy(), rel=2e-6), theirs


def test_canopy_height_by_centre_equals_qgis(blocks: Any) -> None:
    layer, raster = blocks
    found = zonal(bridge.source_to_frame(layer), [Band(raster)], figures, coverage.CENTRE)[0]
    expected = qgis_figures(layer, raster)
    assert np.array_equal(found.pixels, expected["pixels"])
    for name in ("mean", "median", "sd"):
        assert getattr(found, name) == pytest.approx(expected[name].to_numpy(), abs=1e-6), name


def whole_pixel_blocks(raster: QgsRasterLayer) -> gpd.GeoDataFrame:
    """Forty real places whose outlines run along pixel edges; some overlap, two are the same."""
    random = np.random.default_rng(11)
    extent, size = raster.extent(), raster.rasterUnitsPerPixelX()
    shapes = []
    for _ in range(40):
        column, row = random.integers(0, raster.width() - 60), random.integers(0, raster.height() - 60)
        wide, high = random.integers(3, 60, 2)
        left, top = extent.xMinimum() + column * size, extent.yMaximum() - row * size
        shapes.append(shapely.box(left, top - high * size, left + wide * size, top))
    return gpd.GeoDataFrame({"n": range(41)}, geometry=[*shapes, shapes[0]], crs=bridge.pyproj_crs(raster.crs()))


def memory_layer(frame: gpd.GeoDataFrame) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"MultiPolygon?crs={bridge.qgis_crs(frame.crs).authid()}&field=n:integer", "t", "memory")
    specs = bridge.specs_of(layer.fields())
    bridge.write_frame(frame, layer.dataProvider(), specs)
    layer.updateExtents()
    return layer


def test_whole_pixels_are_the_same_to_every_tool_and_rule(blocks: Any) -> None:
    """Vegetation height: 1e-6 against QGIS and against numpy on the pixels themselves, for every rule."""
    _, raster = blocks
    frame = whole_pixel_blocks(raster)
    expected = qgis_figures(memory_layer(frame), raster)
    for rule in coverage.RULES:
        found = zonal(frame, [Band(raster)], figures, rule)[0]
        assert np.array_equal(found.pixels, expected["pixels"]) and np.array_equal(found.whole, found.pixels)
        for name in ("mean", "median", "sd"):
            assert getattr(found, name) == pytest.approx(expected[name].to_numpy(), abs=1e-6), (rule, name)
        assert found.mean[0] == found.mean[40] and found.p90[0] == found.p90[40]


def test_sample_greenness_equals_both_tools(sample_folder: Path) -> None:
    """NDVI of the sample's lots: exactextract by covered part, QGIS by centre."""
    raster = QgsRasterLayer(str(sample_folder / "ndvi_2024.tif"), "ndvi")
    layer = QgsVectorLayer(f"{sample_folder / 'tanizawa.gpkg'}|layername=lots", "lots", "ogr")
    frame = bridge.source_to_frame(layer)
    found = zonal(frame, [Band(raster)], figures, coverage.SHARE)[0]
    expected = pd.read_csv(EXPECTED / "ndvi.csv")
    at = pd.Series(range(len(frame)), index=frame["lot_key"])[expected["lot_key"]].to_numpy()
    assert len(at) > 250
    # Not the percentiles: exactextract puts equal values together first, and these have two decimals.
    for theirs in ("count", "mean", "stdev"):
        ours = NAMES[theirs]
        mine, other = getattr(found, ours)[at], expected[theirs].to_numpy()
        some = np.isfinite(other)
        assert np.array_equal(np.isfinite(mine), some) or ours == "pixels"
        assert mine[some] == pytest.approx(other[some], abs=2e-6, rel=2e-6), theirs
    valid = frame[frame.geometry.is_valid].assign(n=0)
    by_centre = zonal(valid, [Band(raster)], figures, coverage.CENTRE)[0]
    qgis = qgis_figures(memory_layer(valid), raster)
    # QGIS weighs by covered part where fewer than two centres lie inside: its rule, not ours.
    same = by_centre.pixels >= 2
    assert same.sum() > 500 and np.array_equal(by_centre.pixels[same], qgis["pixels"][same])
    assert by_centre.mean[same] == pytest.approx(qgis["mean"][same].to_numpy(), abs=1e-6)
