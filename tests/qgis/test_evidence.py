"""The evidence tools inside QGIS: figures against QGIS's own, one table for all, and what each must bear."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pytest
import shapely
from osgeo import gdal, osr
from qgis import processing
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsRasterLayer,
    QgsVectorLayer,
)
from tinylayers import CRS, box, layer, rows

from land_stewardship.core.condition import figures as fg
from land_stewardship.gis import bridge
from land_stewardship.gis.zonal import Band, zonal

pytestmark = pytest.mark.usefixtures("provider")


def lots(crs: str = CRS, wkts: Optional[list[Optional[str]]] = None) -> QgsVectorLayer:
    shapes = [box(i * 30) for i in range(12)] if wkts is None else wkts
    categories = ["田"] * 10 + ["宅地", "山林"]
    return layer(
        "Polygon lot_key:string category_reg:string",
        [(wkt, f"k{i}", categories[i % 12]) for i, wkt in enumerate(shapes)],
        crs,
    )


def raster(path: Path, bands: list[Any], left: float, top: float, size: float, **more: Any) -> str:
    """A GeoTIFF with no data -9999; ``names``: band descriptions, ``tags``: metadata, ``crs``."""
    rows, columns = bands[0].shape
    made = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, len(bands), gdal.GDT_Float32)
    made.SetGeoTransform((left, size, 0, top, 0, -size))
    if more.get("crs", CRS):
        reference = osr.SpatialReference()
        reference.SetFromUserInput(more.get("crs", CRS))
        made.SetProjection(reference.ExportToWkt())
    for key, value in more.get("tags", {}).items():
        made.SetMetadataItem(key, value)
    for number, values in enumerate(bands):
        band = made.GetRasterBand(number + 1)
        band.SetNoDataValue(-9999)
        if "names" in more:
            band.SetDescription(more["names"][number])
        band.WriteArray(np.asarray(values, dtype="float32"))
    made.FlushCache()
    return str(path)


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **parameters: Any) -> dict[str, Any]:
    return processing.run(f"landstewardship:{name}", {"OUTPUT": "memory:", **parameters}, feedback=feedback)


def said(made: QgsVectorLayer, indicator: str, column: str = "value") -> dict[str, Any]:
    return {row["lot_key"]: row[column] for row in rows(made) if row["indicator"] == indicator}


# -- images -----------------------------------------------------------------------------------
def test_figures_equal_qgis_where_whole_pixels_are_covered(tmp_path: Path) -> None:
    values = np.random.default_rng(5).random((40, 60)).astype("float32").astype("float64")
    values[10:12, 10:14] = -9999
    path = raster(tmp_path / "r.tif", [values], 0, 40, 1.0)
    twice = box(5, 5, 20, 30)
    source = lots(wkts=[box(0, 0, 20, 20), twice, twice, box(8, 26, 8, 6), box(3, 3, 40, 30)])
    mine = zonal(bridge.source_to_frame(source), [Band(QgsRasterLayer(path, "r"))], fg.figures)[0]
    theirs = processing.run(
        "native:zonalstatisticsfb",
        {"INPUT": source, "INPUT_RASTER": path, "RASTER_BAND": 1, "STATISTICS": [0, 2, 3, 4], "OUTPUT": "memory:"},
    )["OUTPUT"]
    for row, feature in enumerate(theirs.getFeatures()):
        assert mine.pixels[row] == pytest.approx(feature["_count"])
        assert mine.mean[row] == pytest.approx(feature["_mean"], abs=1e-6)
        assert mine.median[row] == pytest.approx(feature["_median"], abs=1e-6)
        assert mine.sd[row] == pytest.approx(feature["_stdev"], abs=1e-6)


def season_stack(tmp_path: Path, **more: Any) -> str:
    """Seven images: all lots rise once, the second is cut twice."""
    curve = [0.2, 0.3, 0.5, 0.8, 0.8, 0.7, 0.4]
    cut = [0.3, 0.6, 0.3, 0.6, 0.3, 0.6, 0.3]
    bands = []
    for number in range(7):
        image = np.full((3, 36), curve[number]) + 0.01 * np.repeat(np.arange(12), 3)[None, :]
        image[:, 3:6] = cut[number]
        bands.append(image)
    names = [f"S2_2024{m:02d}10" for m in range(4, 11)]
    return raster(tmp_path / "stack.tif", bands, 0, 30, 10.0, names=names, **more)


def test_series_from_band_descriptions(tmp_path: Path) -> None:
    path = season_stack(tmp_path, tags={"SYNTHETIC": "yes"})
    result = run("zonalevidence", INPUT=lots(), NDVI=[path], FIGURES="memory:", SEASONS="memory:")
    figures = rows(result["FIGURES"])
    assert len(figures) == 12 * 7 and {row["observed_on"] for row in figures} == {
        f"2024-{m:02d}-10" for m in range(4, 11)
    }
    assert {row["status"] for row in figures} == {"ok"} and {row["pixels"] for row in figures} == {9.0}
    seasons = {row["lot_key"]: row for row in rows(result["SEASONS"])}
    assert seasons["k1"]["dips"] == 2 and seasons["k0"]["dips"] == 0
    assert seasons["k0"]["peak"] == pytest.approx(0.8, abs=1e-6) and seasons["k0"]["images"] == 7
    found = rows(result["OUTPUT"])
    assert all(row["synthetic"] is True for row in found)
    assert said(result["OUTPUT"], "mowing_dips")["k1"] == 2.0
    # Greenness is compared with the ten paddies only; the plot and the forest lot have no peers.
    assert set(said(result["OUTPUT"], "ndvi_departure")) == {f"k{i}" for i in range(10)}
    ids = [(row["lot_key"], row["evidence_id"], row["source"]) for row in found]
    assert len(ids) == len(set(ids)) and result["LOTS_TOLD"] == 12 and result["TOO_SMALL"] == 0


def test_dates_from_a_table_and_small_lots(tmp_path: Path) -> None:
    path = raster(tmp_path / "green.tif", [np.random.default_rng(1).random((3, 36))], 0, 30, 10.0)
    dates = layer("NoGeometry image:string band:integer date:string", [("green", None, "2023年7月1日")])
    shapes = lots(wkts=[*[box(i * 30) for i in range(10)], box(300, 0, 15, 15), box(5000, 0)])
    result = run("zonalevidence", INPUT=shapes, NDVI=[path], DATES=dates, FIGURES="memory:")
    status = {row["lot_key"]: row for row in rows(result["FIGURES"])}
    assert {row["observed_on"] for row in status.values()} == {"2023-07-01"}
    assert status["k10"]["status"] == "too_few_pixels" and status["k10"]["status_ja"] == "画素が足りません"
    assert status["k10"]["pixels"] == pytest.approx(2.25) and status["k10"]["whole"] == 1
    assert status["k11"]["status"] == "outside" and result["TOO_SMALL"] == 1
    assert "k10" not in said(result["OUTPUT"], "ndvi_departure")


def test_surface_minus_ground_slope_and_land_cover(tmp_path: Path) -> None:
    # Ground with coarser pixels in the same place; plants of 3 m on the first lot.
    ground = raster(tmp_path / "dem.tif", [np.add.outer(np.zeros(9), np.arange(45.0)) * 1.0], -45, 60, 10.0)
    below = np.floor((2.5 + 5.0 * np.arange(72) + 45.0) / 10.0)
    surface = np.repeat(below[None, :], 6, 0)
    surface[:, :6] += 3.0
    dsm = raster(tmp_path / "dsm_2022.tif", [surface], 0, 30, 5.0)
    cover = raster(tmp_path / "lc.tif", [np.repeat([[500] * 3 + [100] * 33], 3, 0)], 0, 30, 10.0)
    result = run(
        "zonalevidence", INPUT=lots(), DSM=dsm, DEM=ground, LANDCOVER=cover, HOUSES=layer("Polygon a:string", [])
    )
    height = said(result["OUTPUT"], "vegetation_height")
    assert height["k0"] == pytest.approx(3.0) and height["k3"] == pytest.approx(0.0, abs=1e-9)
    assert said(result["OUTPUT"], "slope")["k5"] == pytest.approx(np.degrees(np.arctan(0.1)), abs=1e-6)
    match = said(result["OUTPUT"], "cover_match", "category")
    assert match["k0"] == "overgrown" and match["k1"] == "agrees"
    with pytest.raises(QgsProcessingException, match="ground height"):
        run("zonalevidence", INPUT=lots(), DSM=dsm)
    with pytest.raises(QgsProcessingException, match="500=forest"):
        run("zonalevidence", INPUT=lots(), LANDCOVER=cover, CLASSES="500=jungle")


# -- tables -----------------------------------------------------------------------------------
def patrol() -> QgsVectorLayer:
    return layer(
        "NoGeometry lot_key:string patrol_on:date result:string",
        [("k0", "2024-10-01", "黄"), ("k1", "2024-10-01", "not_idle")],
    )


def emaff(crs: str = CRS) -> QgsVectorLayer:
    return layer(
        "Point UsageSituationInvestigationResult:string UsageSituationInvestigationDate:string",
        [("POINT(75 10)", "1", "2024-09-01"), ("POINT(9000 0)", "1", "2024-09-01")],
        crs,
    )


def test_tables_of_all_tools_go_into_one_judgement(tmp_path: Path) -> None:
    green = raster(tmp_path / "ndvi_2024.tif", [np.random.default_rng(3).random((3, 36))], 0, 30, 10.0)
    roads = layer("LineString road_id:string", [("LINESTRING(-10 -40, 400 -40)", "R")])
    mesh = layer("Polygon canopy_closure:double crown_ratio:double", [(box(330), 95.0, 25.0)])
    houses = layer("Polygon house_id:string occupied:string", [(box(310, 5, 5, 5), "H", "no")])
    surveys = run("surveyevidence", INPUT=lots(), PATROL=patrol(), EMAFF=emaff())
    tables = [
        surveys,
        run("zonalevidence", INPUT=lots(), NDVI=[green]),
        run("placeevidence", INPUT=lots(), ROADS=roads, PATROL=patrol()),
        run("forestevidence", INPUT=lots(), MESH=mesh),
        run("buildingevidence", INPUT=lots(), HOUSES=houses),
    ]
    assert said(surveys["OUTPUT"], "patrol", "text_ja")["k1"] == "農地パトロール（2024-10-01）: 遊休農地ではない。"
    assert said(tables[2]["OUTPUT"], "road_distance", "text")["k0"] == "The nearest road is 40 m away."
    assert said(surveys["OUTPUT"], "patrol", "category") == {"k0": "idle_1_yellow", "k1": "not_idle", "k2": "idle_1"}
    given = [table["OUTPUT"] for table in tables]
    result = run("findunmanaged", INPUT=lots(), MORE_EVIDENCE=given, EVIDENCE="memory:")
    condition = {row["lot_key"]: row for row in rows(result["OUTPUT"])}
    assert condition["k0"]["survey_state"] == "idle_1_yellow" and condition["k0"]["condition"] == "unmanaged"
    assert condition["k2"]["condition"] == "unmanaged" and condition["k1"]["condition"] == "managed"
    # Crowded forest: for the first time something is seen on a forest lot.
    assert condition["k11"]["screening"] == "unmanaged"
    assert condition["k10"]["evidence_count"] >= 1
    evidence = rows(result["EVIDENCE"])
    assert {row["indicator"] for row in evidence} >= {
        "patrol", "ndvi_departure", "lot_area", "road_distance", "crown_ratio", "house", "neighbours_unmanaged"
    }  # fmt: skip
    assert all(row["text"] and row["text_ja"] for row in evidence if row["weight"] is not None)
    # The same tables twice change nothing, nor does their order.
    again = run("findunmanaged", INPUT=lots(), MORE_EVIDENCE=[*given[::-1], given[0]], EVIDENCE="memory:")
    assert rows(again["OUTPUT"]) == rows(result["OUTPUT"])


def test_one_button_and_tools_tell_the_same_greenness(tmp_path: Path) -> None:
    green = raster(tmp_path / "ndvi_2024.tif", [np.random.default_rng(3).random((3, 36))], 0, 30, 10.0)
    tool = run("zonalevidence", INPUT=lots(), NDVI=[green])
    button = run("findunmanaged", INPUT=lots(), NDVI=[green], EVIDENCE="memory:")
    both = run("findunmanaged", INPUT=lots(), NDVI=[green], MORE_EVIDENCE=[tool["OUTPUT"]], EVIDENCE="memory:")
    one, other = (said(found, "ndvi_departure") for found in (tool["OUTPUT"], button["EVIDENCE"]))
    assert one == pytest.approx(other, abs=1e-6)
    assert [r["score"] for r in rows(both["OUTPUT"])] == [r["score"] for r in rows(button["OUTPUT"])]


# -- what every one of them must bear -----------------------------------------------------------
def simple(tmp_path: Path, name: str) -> dict[str, Any]:
    """The least that makes a tool run."""
    given: dict[str, Any] = {
        "surveyevidence": {"PATROL": patrol()},
        "placeevidence": {},
        "forestevidence": {"MESH": layer("Polygon crown_ratio:double", [(box(330), 25.0)])},
        "buildingevidence": {
            "HOUSES": layer("Polygon house_id:string occupied:string", [(box(310, 5, 5, 5), "H", "no")])
        },
    }
    if name == "zonalevidence":
        return {"CANOPY": raster(tmp_path / "c.tif", [np.full((30, 360), 1.0)], 0, 30, 1.0)}
    found: dict[str, Any] = given[name]
    return found


TOOLS = ("zonalevidence", "surveyevidence", "placeevidence", "forestevidence", "buildingevidence")


@pytest.mark.parametrize("name", TOOLS)
def test_empty_input(name: str, tmp_path: Path) -> None:
    result = run(name, INPUT=lots(wkts=[]), **simple(tmp_path, name))
    assert result["ROWS"] == 0 and result["OUTPUT"].featureCount() == 0


@pytest.mark.parametrize("name", TOOLS)
def test_invalid_and_missing_shapes_stop_nothing(name: str, tmp_path: Path) -> None:
    crossing = "POLYGON((0 0,30 30,30 0,0 30,0 0))"
    shapes = lots(wkts=[crossing, None, *[box(i * 30) for i in range(2, 12)]])
    result = run(name, INPUT=shapes, **simple(tmp_path, name))
    assert result["ROWS"] > 0
    if name == "zonalevidence":
        assert said(result["OUTPUT"], "vegetation_height")["k0"] == pytest.approx(1.0)


@pytest.mark.parametrize("crs", ["", "EPSG:4326"])
@pytest.mark.parametrize("name", TOOLS)
def test_lots_without_metres_are_refused(name: str, crs: str, tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match=r"coordinate system|not in metres"):
        run(name, INPUT=lots(crs), **simple(tmp_path, name))


def test_what_is_laid_over_the_lots_needs_a_coordinate_system(tmp_path: Path) -> None:
    lost = raster(tmp_path / "x.tif", [np.ones((3, 3))], 0, 30, 10.0, crs="")
    with pytest.raises(QgsProcessingException, match="coordinate system"):
        run("zonalevidence", INPUT=lots(), NDVI=[lost])
    mesh = layer("Polygon crown_ratio:double", [(box(0), 25.0)], crs="")
    with pytest.raises(QgsProcessingException, match="forest mesh has no coordinate system"):
        run("forestevidence", INPUT=lots(), MESH=mesh)


@pytest.mark.parametrize(
    ("name", "more", "words"),
    [
        ("surveyevidence", {"PATROL": "NoGeometry key:string"}, "no field lot_key"),
        ("buildingevidence", {"WATER_USE": "NoGeometry house_id:string month:string m3:double"}, "neither lot_key"),
        ("forestevidence", {"MESH": "Polygon species:string"}, "crown_ratio"),
        ("zonalevidence", {}, "no image"),
        ("surveyevidence", {}, "no survey"),
        ("forestevidence", {}, "no forest data"),
        ("buildingevidence", {}, "nothing about houses"),
        ("placeevidence", {"KEY_FIELD": "nothere"}, "no field nothere"),
    ],
)
def test_wrong_or_missing_tables_are_named(name: str, more: dict[str, str], words: str) -> None:
    given = {key: value if key == "KEY_FIELD" else layer(value, []) for key, value in more.items()}
    with pytest.raises(QgsProcessingException, match=words):
        run(name, INPUT=lots(), **given)


@pytest.mark.parametrize("name", TOOLS)
def test_cancel_leaves_nothing(name: str, tmp_path: Path) -> None:
    stop = QgsProcessingFeedback(False)
    stop.cancel()
    target = tmp_path / "out.gpkg"
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(name, stop, INPUT=lots(), OUTPUT=str(target), **simple(tmp_path, name))
    assert not target.exists()


def test_layers_in_degrees_give_the_same(tmp_path: Path) -> None:
    stack = season_stack(tmp_path)
    moved = str(tmp_path / "moved.tif")
    gdal.Warp(moved, stack, dstSRS="EPSG:6668", resampleAlg="near", dstNodata=-9999)
    frame = gpd.GeoDataFrame(geometry=[shapely.box(3, 3, 27, 27), shapely.box(33, 3, 57, 27)], crs=CRS)
    one, other = (zonal(frame, [Band(QgsRasterLayer(path, "x"), 4)], fg.means)[0].mean for path in (stack, moved))
    assert one == pytest.approx(other, abs=0.02)
