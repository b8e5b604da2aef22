"""The harm network inside QGIS: pathways, ring, sums, zones, and every kind of input it may meet."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from osgeo import gdal, osr
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from tinylayers import CRS, layer, rows

pytestmark = pytest.mark.usefixtures("provider")
RULES = (
    "NoGeometry rule_id:string kind:string label:string label_ja:string source_filter:string source_kind:string "
    "receptor:string decay:string evidence:string citation:string active:string pathway:string barrier:string "
    "distance_m:double half_m:double weight:double reach_m:double"
)


def box(x: float, y: float, width: float = 10.0, height: float = 10.0) -> str:
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + height},{x} {y + height},{x} {y}))"


def lots(crs: str = CRS, wkts: Optional[list[Optional[str]]] = None) -> QgsVectorLayer:
    """Two unmanaged fields and one managed field between and beyond them."""
    rows = [
        (box(0, 0), "u1", "1", "畑", "unmanaged"),
        (box(50, 0), "u2", "2", "田", "unmanaged"),
        (box(20, 0), "m1", "3", "田", "managed"),
        (box(80, 0), "m2", "4", "田", "managed"),
    ]
    if wkts is not None:
        rows = [(wkt, *row[1:]) for wkt, row in zip(wkts, rows)]  # type: ignore[misc]
    return layer("Polygon lot_key:string chiban:string category_reg:string condition:string", rows, crs)


def rule(
    pathway: str, distance: float, receptor: str = "farmland", barrier: str = "", kind: str = "k"
) -> tuple[Any, ...]:
    return (
        pathway,
        kind,
        "K",
        "種",
        "unmanaged",
        "any",
        receptor,
        "step",
        "assumption",
        "c",
        "true",
        pathway,
        barrier,
        distance,
        None,
        1.0,
        2.0,
    )


def run(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {"SOURCES": lots(), "OUTPUT": "memory:", "RECEPTORS_OUT": "memory:", "LINKS": "memory:"}
    given.update(more)
    return processing.run("landstewardship:overlayexternalities", given, feedback=feedback)


def pairs(result: dict[str, Any]) -> set[tuple[str, str]]:
    return {(row["source"], row["receptor_id"]) for row in rows(result["LINKS"])}


def raster(path: Path, values: Any, left: float, top: float, size: float, crs: str = CRS) -> str:
    """A GeoTIFF of heights."""
    made = gdal.GetDriverByName("GTiff").Create(str(path), values.shape[1], values.shape[0], 1, gdal.GDT_Float32)
    made.SetGeoTransform((left, size, 0, top, 0, -size))
    reference = osr.SpatialReference()
    reference.SetFromUserInput(crs)
    made.SetProjection(reference.ExportToWkt())
    made.GetRasterBand(1).WriteArray(values.astype("float32"))
    made.FlushCache()
    return str(path)


# -- right results --------------------------------------------------------------------------
def test_barriers_stop_harm() -> None:
    fence = layer("LineString kind:string", [("LINESTRING(15 -50,15 50)", "fence")])
    assert pairs(run(RULES=layer(RULES, [rule("distance", 25, barrier="fence")]))) == {
        ("u1", "m1"),
        ("u2", "m1"),
        ("u2", "m2"),
    }
    fenced = run(RULES=layer(RULES, [rule("distance", 25, barrier="fence")]), BARRIERS=fence)
    assert pairs(fenced) == {("u2", "m1"), ("u2", "m2")}
    with pytest.raises(QgsProcessingException, match="kind"):
        run(BARRIERS=layer("LineString name:string", []))


def test_downhill_and_ditches_by_the_height_model(tmp_path: Path) -> None:
    dem = raster(tmp_path / "dem.tif", np.tile(100.0 - np.arange(12), (4, 1)), -10, 20, 10)
    downhill = run(RULES=layer(RULES, [rule("downhill", 40)]), DEM=dem)
    assert pairs(downhill) == {("u1", "m1"), ("u2", "m2")}
    assert {row["distance_m"] for row in rows(downhill["LINKS"])} == {20.0, 30.0}
    ditch = layer("LineString canal_id:string", [("LINESTRING(95 -1,-5 -1)", "c")])
    wrong = run(RULES=layer(RULES, [rule("downstream", 60)]), DITCHES=ditch)
    assert pairs(wrong) == {("u2", "m1")}
    turned = run(RULES=layer(RULES, [rule("downstream", 90)]), DITCHES=ditch, DEM=dem, DITCHES_BY_DEM=True)
    assert pairs(turned) == {("u1", "m1"), ("u1", "m2"), ("u2", "m2")}
    assert pairs(run(RULES=layer(RULES, [rule("downhill", 40)]))) == set()


def test_a_height_model_in_degrees(tmp_path: Path) -> None:
    from qgis.core import QgsCoordinateTransform, QgsPointXY, QgsProject

    corner = QgsCoordinateTransform(
        QgsCoordinateReferenceSystem(CRS), QgsCoordinateReferenceSystem("EPSG:6668"), QgsProject.instance()
    ).transform(QgsPointXY(-100, 100))
    dem = raster(
        tmp_path / "d.tif", np.tile(300.0 - np.arange(300), (200, 1)), corner.x(), corner.y(), 1e-5, "EPSG:6668"
    )
    assert pairs(run(RULES=layer(RULES, [rule("downhill", 40)]), DEM=dem)) == {("u1", "m1"), ("u2", "m2")}


def test_forest_edge_of_the_default_rules() -> None:
    edge = layer("LineString edge_id:string", [("LINESTRING(-50 90,60 90)", "E1")])
    receptors = {row["receptor_id"]: row for row in rows(run(FOREST_EDGE=edge, FLOWS="memory:")["RECEPTORS_OUT"])}
    assert receptors["m1"]["exposure_boar"] == 3 and receptors["m1"]["sources"] == 2
    assert "the forest edge lie within reach" in receptors["m1"]["explanation"]
    without = {row["receptor_id"]: row for row in rows(run()["RECEPTORS_OUT"])}
    assert without["m1"]["exposure_boar"] == 2
    assert len(rows(run(FOREST_EDGE=edge)["OUTPUT"])) == 2


def test_the_ring_around_the_village_is_marked() -> None:
    outside = layer(
        "Polygon lot_key:string category_reg:string condition:string",
        [
            (box(95, 0), "o1", "畑", "unmanaged"),
            (box(95, 30), "o2", "畑", "managed"),
            (box(900, 0), "o3", "畑", "unmanaged"),
            (box(0, 0), "u1", "畑", "unmanaged"),
            (box(95, 60), None, "畑", "unmanaged"),
        ],
    )
    result = run(OUTSIDE=outside)
    found = {row["lot_key"]: row["outside"] for row in rows(result["OUTPUT"])}
    assert found.pop("u1") is False and found.pop("u2") is False
    assert found.pop("o1") is True and list(found.values()) == [True] and "o3" not in found
    assert ("o1", "m2") in pairs(result) and result["SOURCE_COUNT"] == 2
    everything = run(OUTSIDE=layer("Polygon category_reg:string", [(box(95, 0), "畑")]), RING_M=10)
    assert [row["outside"] for row in rows(everything["OUTPUT"])] == [False, False, True]


def test_sums_and_zones() -> None:
    hamlets = layer("Polygon hamlet:string", [(box(-5, -5, 40, 30), "A"), (box(40, -5, 60, 30), "B")])
    zones = layer(
        "Polygon zone_id:string phenomenon:string level:string law:string",
        [(box(25, -5, 20, 30), "Z", "slope", "yellow", "土砂法")],
    )
    result = run(
        RULES=layer(RULES, [rule("distance", 25)]), HAMLETS=hamlets, HAZARD=zones, TOTALS="memory:", ZONES="memory:"
    )
    sums = {
        (row["source_group"], row["receptor_group"]): row["value"]
        for row in rows(result["TOTALS"])
        if row["level"] == "hamlet"
    }
    assert sums == {("A", "A"): 1.0, ("B", "A"): 1.0, ("B", "B"): 1.0}
    land = [row for row in rows(result["TOTALS"]) if row["level"] == "land_kind"]
    assert [(row["source_group"], row["receptor_group"], row["links"]) for row in land] == [("farmland", "farmland", 3)]
    inside = {(row["object_kind"], row["object_id"]): row["share"] for row in rows(result["ZONES"])}
    assert inside == {("lot", "m1"): 0.5, ("farmland", "m1"): 0.5}
    # A legal zone changes no exposure.
    plain = run(RULES=layer(RULES, [rule("distance", 25)]))
    assert [r["exposure"] for r in rows(plain["RECEPTORS_OUT"])] == [
        r["exposure"] for r in rows(result["RECEPTORS_OUT"])
    ]


def test_other_receptors_by_the_name_of_their_layer() -> None:
    schools = layer("Point receptor_id:string", [("POINT(12 5)", "S")], name="Schools")
    result = run(RULES=layer(RULES, [rule("distance", 5, "schools")]), OTHERS=[schools])
    assert pairs(result) == {("u1", "S")}
    source = rows(result["OUTPUT"])[0]
    assert source["schools"] == 1 and source["explanation"] == "Lot 1 may burden 1 school (K: assumption)."
    with pytest.raises(QgsProcessingException, match="Latin letters"):
        run(OTHERS=[layer("Point receptor_id:string", [], name="学校")])


def test_fast_states_its_error() -> None:
    class Listening(QgsProcessingFeedback):
        def __init__(self) -> None:
            super().__init__(False)
            self.said: list[str] = []

        def pushInfo(self, info: str) -> None:
            self.said.append(info)

    feedback = Listening()
    result = run(feedback, RULES=layer(RULES, [rule("distance", 25)]), FAST=True)
    assert pairs(result) == {("u1", "m1"), ("u2", "m1"), ("u2", "m2")}
    assert any("14.1 m" in line for line in feedback.said)


# -- whatever comes in ----------------------------------------------------------------------
def test_empty_inputs() -> None:
    empty = {
        "FOREST_EDGE": layer("LineString edge_id:string", []),
        "DITCHES": layer("LineString canal_id:string", []),
        "BARRIERS": layer("LineString kind:string", []),
        "HAMLETS": layer("Polygon hamlet:string", []),
        "HAZARD": layer("Polygon zone_id:string", []),
        "OUTSIDE": layer("Polygon lot_key:string", []),
    }
    result = run(**empty, TOTALS="memory:", ZONES="memory:")
    assert pairs(result) == pairs(run()) and rows(result["ZONES"]) == []
    houses = layer("Polygon house_id:string", [(box(0, 20), "H")])
    nothing = run(SOURCES=lots(wkts=[]), HOUSES=houses, **empty, TOTALS="memory:", ZONES="memory:")
    assert nothing["SOURCE_COUNT"] == 0 and rows(nothing["TOTALS"]) == []


def test_invalid_and_missing_shapes(tmp_path: Path) -> None:
    bow_tie = "POLYGON((0 0,10 10,10 0,0 10,0 0))"
    broken = lots(wkts=[bow_tie, None, box(20, 0), box(80, 0)])
    dem = raster(tmp_path / "dem.tif", np.tile(100.0 - np.arange(12), (4, 1)), -10, 20, 10)
    lines = layer("LineString kind:string", [("LINESTRING(-5 -1,95 -1)", "fence"), (None, "fence")])
    every = [
        rule(pathway, 40, barrier="fence=0.5", kind=f"k{n}")
        for n, pathway in enumerate(["distance", "border", "forest_edge", "downhill", "downstream", "upstream"])
    ]
    result = run(
        SOURCES=broken,
        RULES=layer(RULES, every),
        DEM=dem,
        DITCHES=lines,
        FOREST_EDGE=lines,
        BARRIERS=lines,
        HAMLETS=layer("Polygon hamlet:string", [(bow_tie, "A"), (None, "B")]),
        HAZARD=layer("Polygon zone_id:string", [(bow_tie, "Z"), (None, "Y")]),
        TOTALS="memory:",
        ZONES="memory:",
    )
    assert ("u1", "m1") in pairs(result) and not any(source == "u2" for source, _ in pairs(result))
    assert {row["kind"] for row in rows(result["LINKS"])} == {"k0", "k1", "k2", "k3", "k4"}


@pytest.mark.parametrize(("crs", "words"), [("", "no coordinate system"), ("EPSG:6668", "not in metres")])
def test_lots_without_a_metric_crs_are_refused(crs: str, words: str) -> None:
    with pytest.raises(QgsProcessingException, match=words):
        run(SOURCES=lots(crs))


@pytest.mark.parametrize("name", ["FOREST_EDGE", "DITCHES", "BARRIERS"])
def test_lines_without_crs_are_refused(name: str) -> None:
    with pytest.raises(QgsProcessingException, match="no coordinate system"):
        run(**{name: layer("LineString kind:string", [("LINESTRING(0 0,1 1)", "fence")], "")})


def test_lines_in_degrees_are_moved() -> None:
    from qgis.core import QgsCoordinateTransform, QgsProject

    line = QgsGeometry.fromWkt("LINESTRING(15 -50,15 50)")
    line.transform(
        QgsCoordinateTransform(
            QgsCoordinateReferenceSystem(CRS), QgsCoordinateReferenceSystem("EPSG:6668"), QgsProject.instance()
        )
    )
    fence = layer("LineString kind:string", [(line.asWkt(12), "fence")], "EPSG:6668")
    fenced = run(RULES=layer(RULES, [rule("distance", 25, barrier="fence")]), BARRIERS=fence)
    assert pairs(fenced) == {("u2", "m1"), ("u2", "m2")}


def test_wrong_field_types_and_cancel() -> None:
    numbers = layer("LineString kind:integer", [("LINESTRING(15 -50,15 50)", 7)])
    assert len(pairs(run(RULES=layer(RULES, [rule("distance", 25, barrier="fence")]), BARRIERS=numbers))) == 3
    text = layer(
        RULES.replace("distance_m:double", "distance_m:string"), [(*rule("distance", 25)[:13], "far", None, 1, 2)]
    )
    with pytest.raises(QgsProcessingException, match="distance_m"):
        run(RULES=text)
    stop = QgsProcessingFeedback(False)
    stop.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(stop)
