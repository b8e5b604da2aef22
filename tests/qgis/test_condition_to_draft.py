"""From lots to draft: the three algorithms as a user runs them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal, osr
from qgis import processing
from qgis.analysis import QgsZonalStatistics
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)
from tinylayers import CRS, box, layer, rows

from land_stewardship.gis import bridge
from land_stewardship.gis.zonal import zonal_means
from land_stewardship.processing.findunmanaged import year_of

pytestmark = pytest.mark.usefixtures("provider")


def lots(crs: str = CRS, wkts: Optional[list[str]] = None) -> QgsVectorLayer:
    shapes = [box(i * 30, 0) for i in range(6)] if wkts is None else wkts
    return layer(
        "Polygon lot_key:string chiban:string oaza:string accuracy_class:string",
        [(wkt, f"k{i}", str(i + 1), "谷沢", "甲三") for i, wkt in enumerate(shapes)],
        crs,
    )


def register() -> QgsVectorLayer:
    categories = ["田", "田", "畑", "山林", "宅地", "公衆用道路"]
    return layer(
        "NoGeometry lot_key:string owner_key:string category_reg:string owner_status:string",
        [
            (f"k{i}", None if i == 5 else "o", word, None if i == 5 else ["unknown", "reachable"][i % 2])
            for i, word in enumerate(categories)
        ],
    )


def farmland() -> QgsVectorLayer:
    return layer(
        "NoGeometry lot_key:string land_type:string cultivator_key:string right_kind:string in_agri_zone:boolean",
        [("k0", "田", None, "none", True), ("k1", "田", "c", "owner", True), ("k2", "畑", "c", "lease", False)],
    )


def people() -> QgsVectorLayer:
    return layer("NoGeometry cultivator_key:string name:string age:integer successor:string", [("c", "n", 40, "no")])


def patrol() -> QgsVectorLayer:
    return layer(
        "NoGeometry lot_key:string patrol_on:date result:string",
        [("k0", "2024-10-01", "idle_1_yellow"), ("k0", "2023-10-01", "not_idle"), ("k1", "2024-10-01", "not_idle")],
    )


def houses() -> QgsVectorLayer:
    return layer(
        "Polygon house_id:string occupied:string",
        [(box(127, 5, 10, 10), "H1", "yes"), (box(5, 31, 10, 10), "H2", "yes"), (box(40, 31, 5, 5), "H3", "no")],
    )


def roads() -> QgsVectorLayer:
    return layer(
        "LineString road_id:string width_m:double kind:string",
        [("LINESTRING(-10 -2, 200 -2)", "R1", 4.0, "main"), ("LINESTRING(-10 33, 200 33)", "R2", 2.0, "farm")],
    )


def raster(path: Path, values: Any, left: float, top: float, size: float, crs: str = CRS) -> str:
    """A GeoTIFF with no data -9999."""
    rows, columns = values.shape
    made = gdal.GetDriverByName("GTiff").Create(str(path), columns, rows, 1, gdal.GDT_Float32)
    made.SetGeoTransform((left, size, 0, top, 0, -size))
    reference = osr.SpatialReference()
    if crs:
        reference.SetFromUserInput(crs)
        made.SetProjection(reference.ExportToWkt())
    band = made.GetRasterBand(1)
    band.SetNoDataValue(-9999)
    band.WriteArray(values.astype("float32"))
    band.FlushCache()
    return str(path)


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **parameters: Any) -> dict[str, Any]:
    return processing.run(f"landstewardship:{name}", parameters, feedback=feedback)


def condition(**more: Any) -> dict[str, Any]:
    given = {
        "INPUT": lots(),
        "REGISTER": register(),
        "FARMLAND_REGISTER": farmland(),
        "PATROL": patrol(),
        "CULTIVATORS": people(),
        "HOUSES": houses(),
        "ROADS": roads(),
        "OUTPUT": "memory:",
        "EVIDENCE": "memory:",
    }
    given.update(more)
    return run("findunmanaged", **given)


def village_rules() -> str:
    """The rules of the sample village, which has weeds to houses and roads switched on.

    A path, no layer: a failed run's exception keeps its layers until Python ends, when GDAL can no longer close files.
    """
    return str(Path(__file__).resolve().parents[2] / "sample_data" / "externality_rules.csv")


def harm(sources: QgsVectorLayer, **more: Any) -> dict[str, Any]:
    given = {"SOURCES": sources, "HOUSES": houses(), "ROADS": roads(), "OUTPUT": "memory:", "RECEPTORS_OUT": "memory:"}
    given["RULES"] = village_rules()
    given.update(more)
    return run("overlayexternalities", **given)


class Cancelling(QgsProcessingFeedback):
    """Cancelled from the start."""

    def __init__(self) -> None:
        super().__init__(False)
        self.cancel()


# -- find unmanaged land --------------------------------------------------------------------
def test_condition_from_tables() -> None:
    result = condition()
    assert (result["UNMANAGED"], result["CANNOT_TELL"], result["MANAGED"]) == (1, 1, 4)
    assert (result["UNMANAGED_HA"], result["MANAGED_HA"]) == pytest.approx((0.09, 0.36))
    assert (result["UNMANAGED_ABOVE"], result["MANAGED_BELOW"]) == pytest.approx((0.5, 0.2))
    assert (result["SURVEYED"], result["DISAGREE"]) == (2, 0) and 0 < result["COMPLETENESS"] < 1
    found = rows(result["OUTPUT"])
    assert [row["condition"] for row in found] == [
        "unmanaged",
        "managed",
        "managed",
        "cannot_tell",
        "managed",
        "managed",
    ]
    first = found[0]
    assert (first["survey_state"], first["survey_on"]) == ("idle_1_yellow", "2024-10-01")
    assert first["screening"] == "cannot_tell"
    assert first["reason_1"] == "Farm patrol 2024-10-01: idle farmland class 1, needs base works."
    assert first["reason_1_ja"] == "農地パトロール（2024-10-01）: 1号遊休農地（黄区分）。"
    assert first["accuracy_class"] == "甲三" and first["chiban"] == "1" and first["area_m2"] == 900.0
    evidence = rows(result["EVIDENCE"])
    assert {row["indicator"] for row in evidence} == {
        "patrol",
        "owner",
        "cultivator",
        "succession",
        "house",
        "road_distance",
        "neighbours_unmanaged",
        "land_category",
    }
    assert all(row["source"] and row["source_ja"] and row["confidence"] for row in evidence)
    ids = [(row["lot_key"], row["evidence_id"]) for row in evidence]
    assert len(ids) == len(set(ids))
    # Nothing personal: neither name nor age anywhere.
    assert not any("40" in str(value) for row in evidence for key, value in row.items() if key in ("value", "text"))


def test_condition_with_lots_only_says_cannot_tell() -> None:
    result = run("findunmanaged", INPUT=lots(), OUTPUT="memory:")
    assert (result["UNMANAGED"], result["CANNOT_TELL"], result["MANAGED"]) == (0, 6, 0)
    assert "EVIDENCE" not in result
    assert all(row["reason_1"] and row["reason_1_ja"] and row["probability"] is None for row in rows(result["OUTPUT"]))


def test_condition_of_selected_lots_and_with_another_key_field() -> None:
    chosen = lots()
    chosen.select([f.id() for f in chosen.getFeatures() if f["lot_key"] in ("k0", "k1")])
    assert QgsProject.instance().addMapLayer(chosen)
    result = condition(INPUT=QgsProcessingFeatureSourceDefinition(chosen.id(), True))
    assert [row["lot_key"] for row in rows(result["OUTPUT"])] == ["k0", "k1"]
    QgsProject.instance().removeMapLayer(chosen.id())
    other = layer("Polygon id:integer", [(box(0, 0), 7)])
    table = layer("NoGeometry lot_key:string result:string", [("7", "waste_b")])
    result = run("findunmanaged", INPUT=other, KEY_FIELD="id", PATROL=table, OUTPUT="memory:")
    assert result["UNMANAGED"] == 1 and rows(result["OUTPUT"])[0]["lot_key"] == "7"


def test_plant_height_without_the_house_on_the_plot(tmp_path: Path) -> None:
    heights = np.full((30, 180), 0.2)
    heights[15:25, 125:135] = 6.0  # the house on k4
    heights[5:12, 3:20] = 4.0  # trees on k0
    path = raster(tmp_path / "canopy.tif", heights, 0, 30, 1.0)
    plot_only = layer("NoGeometry lot_key:string category_reg:string", [("k4", "宅地"), ("k0", "田")])
    house = layer("Polygon house_id:string occupied:string", [(box(125, 5, 10, 10), "H", "unknown")])
    result = run(
        "findunmanaged",
        INPUT=lots(),
        REGISTER=plot_only,
        CANOPY=path,
        HOUSES=house,
        OUTPUT="memory:",
        EVIDENCE="memory:",
    )
    height = {r["lot_key"]: r["value"] for r in rows(result["EVIDENCE"]) if r["indicator"] == "vegetation_height"}
    assert height["k4"] == pytest.approx(0.2)
    assert height["k0"] == pytest.approx((7 * 17 * 4.0 + (900 - 119) * 0.2) / 900)
    without = run("findunmanaged", INPUT=lots(), REGISTER=plot_only, CANOPY=path, OUTPUT="memory:", EVIDENCE="memory:")
    assert "k4" not in {r["lot_key"] for r in rows(without["EVIDENCE"])}


def test_summers_are_read_from_names_and_few_pixels_say_nothing(tmp_path: Path) -> None:
    wkts = [box(i * 30, 0) for i in range(12)] + [box(0, 40, 5, 5)]
    shapes = lots(wkts=wkts)
    table = layer("NoGeometry lot_key:string category_reg:string", [(f"k{i}", "田") for i in range(13)])
    values = 0.8 + 0.01 * (np.arange(36) % 5)[None, :].repeat(3, axis=0)
    values[:, 33:] = 0.3
    paths = [raster(tmp_path / f"ndvi_{year}.tif", values, 0, 30, 10.0) for year in (2023, 2024)]
    result = run("findunmanaged", INPUT=shapes, REGISTER=table, NDVI=paths, OUTPUT="memory:", EVIDENCE="memory:")
    evidence = [r for r in rows(result["EVIDENCE"]) if r["indicator"] == "ndvi_departure"]
    assert {r["observed_on"] for r in evidence} == {"2023", "2024"}
    assert {r["lot_key"] for r in evidence} == {f"k{i}" for i in range(12)}
    assert {r["evidence_id"] for r in evidence} == {"ndvi_departure:2023", "ndvi_departure:2024"}
    odd = [r for r in evidence if r["lot_key"] == "k11"]
    assert all(r["value"] < -3 for r in odd) and sum(r["weight"] for r in odd) == pytest.approx(1.2)
    assert rows(result["OUTPUT"])[12]["condition"] == "cannot_tell"


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("ndvi_2023", "2023"),
        ("NDVI-20240805", None),
        ("夏2019の緑", "2019"),
        ("s2_1234", None),
        ("x", None),
    ],
)
def test_year_of_a_layer_name(name: str, year: Optional[str]) -> None:
    assert year_of(name) == year


def test_zonal_means_equal_qgis_where_whole_pixels_are_covered(tmp_path: Path, qgis_app: Any) -> None:
    random = np.random.default_rng(5)
    values = random.random((40, 60))
    values[10:12, 10:14] = -9999
    image = QgsRasterLayer(raster(tmp_path / "r.tif", values, 0, 40, 1.0), "r")
    twice = box(5, 5, 20, 30)
    shapes = [box(0, 0, 20, 20), twice, twice, box(8, 26, 8, 6), "POLYGON((1 1,50 3,30 38,1 1))"]
    source = lots(wkts=shapes)
    mine = zonal_means(bridge.source_to_frame(source), image)
    wanted = QgsZonalStatistics.Statistic.Mean | QgsZonalStatistics.Statistic.Count
    theirs = QgsZonalStatistics(source, image, "z_", 1, wanted)
    assert theirs.calculateStatistics(None) == QgsZonalStatistics.Result.Success
    for row, feature in enumerate(source.getFeatures()):
        assert mine.pixels[row] == feature["z_count"]
        assert mine.mean[row] == pytest.approx(feature["z_mean"], abs=1e-6)


def test_rasters_in_another_crs_and_slope_in_degrees(tmp_path: Path, qgis_app: Any) -> None:
    transform = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(CRS), QgsCoordinateReferenceSystem("EPSG:6668"), QgsProject.instance()
    )
    corner = transform.transform(-100, 130100)
    step = 1e-5
    rows_, columns = 300, 300
    # 10 % steep towards the north: one pixel is about 1.11 m long.
    heights = -0.1 * 111_320 * step * np.arange(rows_)[:, None].repeat(columns, axis=1)
    path = raster(tmp_path / "dem.tif", heights, corner.x(), corner.y(), step, "EPSG:6668")
    frame = bridge.source_to_frame(lots(wkts=[box(-60, 129900), box(5000, 0)]))
    found = zonal_means(frame, QgsRasterLayer(path, "dem"), slope=True)
    assert found.mean[0] == pytest.approx(np.degrees(np.arctan(0.1)), rel=0.01)
    assert found.pixels.tolist()[1] == 0 and np.isnan(found.mean[1])


def test_a_large_raster_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from land_stewardship.gis import zonal

    values = np.random.default_rng(1).random((60, 200))
    image = QgsRasterLayer(raster(tmp_path / "r.tif", values, 0, 60, 1.0), "r")
    frame = bridge.source_to_frame(lots(wkts=[box(x, y, 15, 12) for x in range(0, 180, 20) for y in (0, 20, 40)]))
    whole = zonal_means(frame, image)
    monkeypatch.setattr(zonal, "MAX_PIXELS", 500)
    parts = zonal_means(frame, image)
    assert np.array_equal(whole.mean, parts.mean) and np.array_equal(whole.pixels, parts.pixels)
    assert (whole.pixels == 180).all()


def test_raster_without_crs_is_refused(tmp_path: Path) -> None:
    path = raster(tmp_path / "r.tif", np.ones((10, 10)), 0, 10, 1.0, crs="")
    with pytest.raises(QgsProcessingException, match="coordinate system"):
        run("findunmanaged", INPUT=lots(), CANOPY=path, OUTPUT="memory:")


def test_weight_table_of_ones_own() -> None:
    columns = ["indicator", "land_kind", "shape", "category", "low", "high", "weight", "role", "phrase", "phrase_ja"]
    table = layer(
        "NoGeometry " + " ".join(f"{name}:string" for name in columns),
        [
            ("base", "farmland", "base", None, None, None, "0", "base", None, None),
            ("cultivator", "farmland", "category", "named", None, None, "9", "record", "Named.", "あり。"),
        ],
    )
    result = condition(WEIGHTS=table, PATROL=None)
    assert [row["condition"] for row in rows(result["OUTPUT"])][:3] == ["cannot_tell", "unmanaged", "unmanaged"]
    bad = layer("NoGeometry indicator:string", [("x",)])
    with pytest.raises(QgsProcessingException, match="The weight table has no field"):
        condition(WEIGHTS=bad)


# -- harm to surroundings -------------------------------------------------------------------
def test_what_no_rule_asks_about_is_told_and_not_called_unharmed() -> None:
    result = harm(condition()["OUTPUT"], RULES=None)
    assert result["WITHOUT_RULE"] == "houses;roads" and result["HOUSES_EXPOSED"] == 0
    assert result["FARMLAND_EXPOSED_HA"] == pytest.approx(0.18)
    assert harm(condition()["OUTPUT"])["WITHOUT_RULE"] == ""


def test_harm_of_unmanaged_lots() -> None:
    result = harm(condition()["OUTPUT"], LINKS="memory:", FLOWS="memory:")
    assert result["SOURCE_COUNT"] == 1 and result["HOUSES_EXPOSED"] == 1 and result["ROADS_EXPOSED"] == 1
    assert result["FARMLAND_EXPOSED_HA"] == pytest.approx(0.18) and result["MAIN_SOURCES"] == 1
    source = rows(result["OUTPUT"])[0]
    assert (source["lot_key"], source["burden"], source["burden_boar"], source["burden_weeds"]) == ("k0", 4.0, 2.0, 2.0)
    assert (source["houses"], source["farmland"], source["roads"], source["burden_rank"]) == (1, 2, 1, 1)
    assert source["explanation"] == (
        "Lot 1 may burden 1 house, 2 fields and 1 road (Wild boar: literature; Weeds and trees: assumption)."
    )
    receptors = {row["receptor_id"]: row for row in rows(result["RECEPTORS_OUT"])}
    # The vacant house and the farm road are no receptors; the managed fields are.
    assert set(receptors) == {"H1", "H2", "R1", "k1", "k2"}
    assert receptors["H1"]["exposure"] == 0 and receptors["H2"]["top_source"] == "k0"
    links = rows(result["LINKS"])
    assert len(links) == 4 and all(link["share"] == 1.0 for link in links)
    flows = list(result["FLOWS"].getFeatures())
    assert len(flows) == 4 and all(flow.geometry().length() > 0 for flow in flows)
    road = next(f for f in result["RECEPTORS_OUT"].getFeatures() if f["receptor_id"] == "R1")
    assert road.geometry().area() == pytest.approx(210 * 4.0)


def test_harm_of_every_lot_without_a_condition() -> None:
    result = harm(lots(), SOURCE_FIELD="")
    assert result["SOURCE_COUNT"] == 6
    # Without land categories only rules for any kind of land apply.
    assert {row["burden_boar"] for row in rows(result["OUTPUT"])} == {0.0}


def test_harm_needs_something_that_can_suffer() -> None:
    with pytest.raises(QgsProcessingException, match="nothing that could suffer"):
        run("overlayexternalities", SOURCES=lots(), SOURCE_FIELD="", OUTPUT="memory:", RECEPTORS_OUT="memory:")
    with pytest.raises(QgsProcessingException, match="condition"):
        harm(lots(), SOURCE_FIELD="condition")


def test_rule_table_of_ones_own() -> None:
    columns = [
        "rule_id",
        "kind",
        "label",
        "label_ja",
        "source_filter",
        "receptor",
        "decay",
        "evidence",
        "citation",
        "active",
    ]
    table = layer(
        "NoGeometry " + " ".join(f"{n}:string" for n in columns) + " distance_m:double half_m:double weight:double",
        [("r", "fire", "Fire", "火災", "unmanaged", "houses", "linear", "local_opinion", "x", "true", 50.0, None, 2.0)],
    )
    result = harm(condition()["OUTPUT"], RULES=table)
    source = rows(result["OUTPUT"])[0]
    assert source["burden"] == source["burden_fire"] == pytest.approx(2 * (1 - 1 / 50))
    assert "burden_boar" not in source and "local opinion" in source["explanation"]


# -- draft ----------------------------------------------------------------------------------
def test_draft_of_the_small_village() -> None:
    found = condition()
    made = run(
        "draftplan",
        INPUT=found["OUTPUT"],
        BURDEN=harm(found["OUTPUT"])["OUTPUT"],
        EVIDENCE=found["EVIDENCE"],
        REGISTER=register(),
        FARMLAND_REGISTER=farmland(),
        CULTIVATORS=people(),
        HOUSES=houses(),
        ROADS=roads(),
        HAMLETS=layer("Polygon hamlet:string district:string", [(box(-10, -10, 400, 400), "谷沢", "北")]),
        ZONING=layer("Polygon kind:string", [(box(0, 0, 60, 30), "agri_zone")]),
        HAZARD=layer("Polygon phenomenon:string level:string", [(box(90, 0, 30, 30), "debris", "yellow")]),
        OUTPUT="memory:",
    )
    draft = rows(made["OUTPUT"])
    assert [row["management_class"] for row in draft] == [
        "adapt",
        "maintain",
        "maintain",
        "undecided",
        "maintain",
        "maintain",
    ]
    assert (made["ADAPT"], made["MAINTAIN"], made["UNDECIDED"], made["CONVERT"]) == (1, 4, 1, 0)
    assert [row["use_now"] for row in draft] == ["farmland"] * 3 + ["forest", "residential", "road"]
    assert {row["decided_by"] for row in draft} == {"draft"} and {row["decided_on"] for row in draft} == {None}
    assert draft[0]["zoning"] == "agri_zone" and draft[0]["hamlet"] == "谷沢" and draft[0]["district"] == "北"
    assert draft[0]["reason_ja"].startswith("管理されておらず、引き受ける人が分かっていません。")
    assert not any(row["conflict"] for row in draft)


def test_draft_with_condition_only_leaves_what_it_cannot_know_open() -> None:
    made = run("draftplan", INPUT=run("findunmanaged", INPUT=lots(), OUTPUT="memory:")["OUTPUT"], OUTPUT="memory:")
    assert made["UNDECIDED"] == 6 and all(row["reason"] and row["reason_ja"] for row in rows(made["OUTPUT"]))


# -- what every one of them must bear -------------------------------------------------------
RUNS = [
    ("findunmanaged", "INPUT", {}),
    ("overlayexternalities", "SOURCES", {"SOURCE_FIELD": "", "HOUSES": houses, "RECEPTORS_OUT": "memory:"}),
    ("draftplan", "INPUT", {"HOUSES": houses}),
]


def given(more: dict[str, Any]) -> dict[str, Any]:
    return {key: value() if callable(value) else value for key, value in more.items()}


@pytest.mark.parametrize(("name", "main", "more"), RUNS)
def test_empty_input(name: str, main: str, more: dict[str, Any]) -> None:
    result = run(name, **{main: lots(wkts=[]), "OUTPUT": "memory:", **given(more)})
    assert result["OUTPUT"].featureCount() == 0


@pytest.mark.parametrize(("name", "main", "more"), RUNS)
def test_invalid_and_missing_shapes_stop_nothing(name: str, main: str, more: dict[str, Any]) -> None:
    crossing = "POLYGON((30 0,60 30,60 0,30 30,30 0))"
    broken = lots(wkts=[box(0, 0), crossing, "", box(60, 0)])
    zones = layer("Polygon kind:string", [("POLYGON((0 0,90 30,90 0,0 30,0 0))", "agri_zone")])
    extra = {"ZONING": zones} if name == "draftplan" else {}
    result = run(name, **{main: broken, "OUTPUT": "memory:", **given(more), **extra})
    found = list(result["OUTPUT"].getFeatures())
    assert len(found) == 4
    assert found[1].geometry().area() == pytest.approx(QgsGeometry.fromWkt(crossing).area())


@pytest.mark.parametrize("crs", ["", "EPSG:4326", "EPSG:2227"])
@pytest.mark.parametrize(("name", "main", "more"), RUNS)
def test_lots_without_metres_are_refused(name: str, main: str, more: dict[str, Any], crs: str) -> None:
    with pytest.raises(QgsProcessingException, match=r"coordinate system|not in metres"):
        run(name, **{main: lots(crs), "OUTPUT": "memory:", **given(more)})


@pytest.mark.parametrize(("name", "main", "more"), RUNS)
def test_layers_beside_without_crs_are_refused(name: str, main: str, more: dict[str, Any]) -> None:
    lost = layer("Polygon house_id:string occupied:string", [(box(0, 0), "H", "yes")], crs="")
    with pytest.raises(QgsProcessingException, match="The layer of houses has no coordinate system"):
        run(name, **{main: lots(), "OUTPUT": "memory:", **given(more), "HOUSES": lost})


@pytest.mark.parametrize(("name", "main", "more"), RUNS)
def test_layers_beside_in_degrees_are_moved(name: str, main: str, more: dict[str, Any]) -> None:
    near = houses()
    degrees = processing.run("native:reprojectlayer", {"INPUT": near, "TARGET_CRS": "EPSG:6668", "OUTPUT": "memory:"})[
        "OUTPUT"
    ]
    one, other = (
        rows(run(name, **{main: lots(), "OUTPUT": "memory:", **given(more), "HOUSES": source})["OUTPUT"])
        for source in (near, degrees)
    )
    assert [row.get("management_class", row.get("burden")) for row in one] == [
        row.get("management_class", row.get("burden")) for row in other
    ]


@pytest.mark.parametrize(("name", "main", "more"), RUNS)
def test_cancel_leaves_nothing(name: str, main: str, more: dict[str, Any], tmp_path: Path) -> None:
    target = tmp_path / "out.gpkg"
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(name, Cancelling(), **{main: lots(), "OUTPUT": str(target), **given(more)})
    assert not target.exists()


def test_fields_of_the_wrong_type_are_read_or_named() -> None:
    # Codes typed as numbers, numbers as text: read as what they say.
    numbers = layer("NoGeometry lot_key:integer result:string patrol_on:string", [(1, "waste_b", "2024/10/01")])
    shapes = layer("Polygon lot_key:integer area_m2:string", [(box(0, 0), 1, "many")])
    result = run("findunmanaged", INPUT=shapes, PATROL=numbers, OUTPUT="memory:")
    assert rows(result["OUTPUT"])[0]["survey_on"] == "2024-10-01" and result["UNMANAGED"] == 1
    burden = layer("Polygon lot_key:string burden:string", [(box(0, 0), "k0", "heavy")])
    made = run("draftplan", INPUT=lots(), BURDEN=burden, OUTPUT="memory:")
    assert made["UNDECIDED"] == 6
    with pytest.raises(QgsProcessingException, match="The farm patrol table has no field"):
        run("findunmanaged", INPUT=lots(), PATROL=register(), OUTPUT="memory:")
    with pytest.raises(QgsProcessingException, match="The layer of lots has no field lot_key"):
        run("findunmanaged", INPUT=layer("Polygon id:integer", [(box(0, 0), 1)]), OUTPUT="memory:")


# -- the sample village ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def village(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The three results of the sample village."""
    if not (sample_folder / "tanizawa.gpkg").exists():
        pytest.fail("the sample village is missing")
    folder = tmp_path_factory.mktemp("village")

    def of(name: str) -> str:
        return f"{sample_folder / 'tanizawa.gpkg'}|layername={name}"

    people_layer = f"{sample_folder / 'tanizawa_private.gpkg'}|layername=cultivators"
    common = {"REGISTER": of("register"), "FARMLAND_REGISTER": of("farmland_register"), "CULTIVATORS": people_layer}
    places = {"HOUSES": of("houses"), "ROADS": of("roads")}
    first = run(
        "findunmanaged",
        INPUT=of("lots"),
        PATROL=of("patrol"),
        **common,
        **places,
        FOREST_EDGE=of("forest_edge"),
        NDVI=[str(sample_folder / f"ndvi_{year}.tif") for year in (2023, 2024)],
        CANOPY=str(sample_folder / "canopy_height.tif"),
        DEM=str(sample_folder / "dem.tif"),
        OUTPUT=str(folder / "condition.gpkg"),
        EVIDENCE=str(folder / "evidence.gpkg"),
    )
    second = run(
        "overlayexternalities",
        SOURCES=first["OUTPUT"],
        **places,
        OUTPUT=str(folder / "burden.gpkg"),
        RECEPTORS_OUT=str(folder / "receptors.gpkg"),
    )
    third = run(
        "draftplan",
        INPUT=first["OUTPUT"],
        BURDEN=second["OUTPUT"],
        EVIDENCE=first["EVIDENCE"],
        **common,
        **places,
        HAZARD=of("hazard_zones"),
        ZONING=of("zoning"),
        HAMLETS=of("hamlets"),
        OUTPUT=str(folder / "draft.gpkg"),
    )
    with open(sample_folder / "truth.csv", encoding="utf-8") as stream:
        truth = {row["lot_key"]: row["managed_true"] for row in csv.DictReader(stream) if row["managed_true"]}
    yield {"condition": first, "harm": second, "draft": third, "truth": truth}


def opened(path: str) -> list[dict[str, Any]]:
    made = QgsVectorLayer(path, "x", "ogr")
    assert made.isValid()
    return rows(made)


def test_sample_screening_against_the_truth(village: dict[str, Any]) -> None:
    found = opened(village["condition"]["OUTPUT"])
    assert len(found) == 1051
    screening = {row["lot_key"]: row["screening"] for row in found}
    truth = village["truth"]
    flagged = [key for key in truth if screening[key] == "unmanaged"]
    really = [key for key, managed in truth.items() if managed == "no"]
    right = [key for key in flagged if truth[key] == "no"]
    assert len(right) / len(flagged) >= 0.9
    assert len(right) / len(really) >= 0.5
    called_managed = [key for key in truth if screening[key] == "managed"]
    assert sum(truth[key] == "yes" for key in called_managed) / len(called_managed) >= 0.97
    assert all(row["reason_1"] and row["reason_1_ja"] for row in found)


def test_sample_every_stated_change_flips_the_class(village: dict[str, Any], sample_folder: Path) -> None:
    """The change that each lot's explanation names is made in its evidence, and the lot is judged again."""
    import pandas as pd

    from land_stewardship.core.condition import change, judge, reread
    from land_stewardship.gis.catalogues import catalogue_text

    found = pd.DataFrame(opened(village["condition"]["OUTPUT"]))
    table = pd.DataFrame(opened(village["condition"]["EVIDENCE"]))
    weights = judge.read_weights(catalogue_text("condition_weights.csv"))
    evidence = reread.evidence_of(found["lot_key"].to_numpy(dtype=object), table)
    kinds = reread.kinds_of(found)
    limits = judge.thresholds(judge.Costs())
    changed = judge.changes_of(kinds, evidence, weights, limits)
    again, _ = judge.judge(len(found), kinds, change.apply(evidence, changed), weights, limits)
    assert len(found) == 1051 and set(changed["row"]) == set(range(1051))
    assert (again["condition"] != found["condition"]).all()
    assert (again["condition"] == found["change_to"]).all()
    assert found["explanation"].str.endswith(tuple(found["change"])).all()
    # Farmland that nobody surveyed is told what to look at, not only "ask a surveyor".
    open_fields = found[(found["land_kind"] == "farmland") & found["survey_state"].isna()].index
    assert (changed[changed["row"].isin(open_fields)]["indicator"] != "patrol").all()


def test_sample_harm_adds_up(village: dict[str, Any]) -> None:
    burden = sum(row["burden"] for row in opened(village["harm"]["OUTPUT"]))
    from_receptors = opened(str(Path(village["harm"]["RECEPTORS_OUT"])))
    assert burden == pytest.approx(sum(row["exposure"] for row in from_receptors), abs=1e-9)
    assert village["harm"]["SOURCE_COUNT"] == village["condition"]["UNMANAGED"] > 20


def test_sample_draft_looks_like_a_village(village: dict[str, Any]) -> None:
    made = village["draft"]
    counts = {name: made[name] for name in ("MAINTAIN", "ADAPT", "CONVERT", "MINIMUM", "WATCH", "UNDECIDED")}
    assert sum(counts.values()) == 1051 and all(number >= 5 for number in counts.values()), counts
    assert counts["UNDECIDED"] <= 0.35 * 1051
    draft = opened(made["OUTPUT"])
    assert all(row["reason"] and row["reason_ja"] and row["basis"] and row["basis_ja"] for row in draft)
    for row in draft:
        if row["use_now"] == "farmland" and "agri_zone" in (row["zoning"] or ""):
            assert row["use_plan"] == "farmland" and row["management_class"] not in ("convert", "watch")


def test_context_is_enough_without_a_project(tmp_path: Path) -> None:
    """As in qgis_process: no project at hand."""
    context = QgsProcessingContext()
    result = processing.run(
        "landstewardship:findunmanaged", {"INPUT": lots(), "OUTPUT": str(tmp_path / "o.gpkg")}, context=context
    )
    assert opened(result["OUTPUT"])
