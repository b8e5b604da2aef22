"""The algorithm “Check lots and boundaries” as users and other tools run it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import pytest
import shapely
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from shapely import Polygon, box

from land_stewardship import compat
from land_stewardship.core.parcels.findings import AREA_FIELDS, FINDING_FIELDS, LOT_FIELDS, SNAPPED_FIELDS
from land_stewardship.core.parcels.lifefields import LIFE_FIELDS
from land_stewardship.core.schema import names
from land_stewardship.gis import bridge

pytestmark = pytest.mark.usefixtures("provider")
ALGORITHM = "landstewardship:checkparcels"

BOW_TIE = Polygon([(100, 0), (110, 10), (110, 0), (100, 10)])
#: Two overlapping lots, a bow-tie, and a lot whose registered area is wrong.
SHAPES = [box(0, 0, 20, 50), box(19, 0, 40, 50), BOW_TIE, box(200, 0, 220, 50)]


def lots_layer(
    shapes: Optional[list[Any]] = None,
    crs: str = "EPSG:6676",
    kind: str = "MultiPolygon",
    area: str = "real",
    **columns: list[Any],
) -> QgsVectorLayer:
    shapes = SHAPES if shapes is None else shapes
    layer = QgsVectorLayer(f"{kind}?crs={crs}" if crs else kind, "lots", "memory")
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    values: dict[str, list[Any]] = {
        "lot_key": [f"k{n}" for n in range(len(shapes))],
        "chiban": [f"{n + 1}" for n in range(len(shapes))],
        "accuracy_class": ["甲三"] * len(shapes),
        "area_reg": [None, None, None, 1200.0][: len(shapes)] if len(shapes) == 4 else [None] * len(shapes),
    }
    values.update(columns)
    kinds = {"area_reg": area, "fid": "int"}
    layer.dataProvider().addAttributes([compat.make_field(name, kinds.get(name, "text")) for name in values])
    layer.updateFields()
    features = []
    for row, shape in enumerate(shapes):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([column[row] for column in values.values()])
        if shape is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shape))
            feature.setGeometry(geometry)
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def run(layer: Any, **parameters: Any) -> dict[str, Any]:
    given = {"INPUT": layer, "OUTPUT": "memory:", "AREAS": "memory:", "LOTS": "memory:", **parameters}
    result = processing.run(ALGORITHM, given)
    assert isinstance(result, dict)
    return result


def rows(layer: QgsVectorLayer) -> gpd.GeoDataFrame:
    return bridge.source_to_frame(layer)


def kinds(result: dict[str, Any]) -> dict[str, int]:
    return rows(result["OUTPUT"])["kind"].value_counts().to_dict()


def test_findings_areas_lots_and_numbers() -> None:
    result = run(lots_layer())
    assert kinds(result) == {"overlap": 1, "invalid": 1, "area_mismatch": 1, "no_area": 3}
    numbers = {name: result[name] for name in ("FINDINGS", "ERRORS", "WARNINGS", "NOTES", "SURVEYOR", "LOTS_CHECKED")}
    # The overlap and the area that differs; a broken shape is redrawn in the office.
    assert numbers == {"FINDINGS": 6, "ERRORS": 2, "WARNINGS": 1, "NOTES": 3, "SURVEYOR": 2, "LOTS_CHECKED": 4}

    findings = result["OUTPUT"]
    assert [field.name() for field in findings.fields()] == names([*FINDING_FIELDS, *LIFE_FIELDS])
    assert QgsWkbTypes.flatType(findings.wkbType()) == QgsWkbTypes.Type.Point
    assert findings.crs().authid() == "EPSG:6676"
    overlap = rows(findings).set_index("kind").loc["overlap"]
    assert overlap["lots"] == "k0; k1"
    assert overlap["size"] == pytest.approx(50)
    assert (overlap.geometry.x, overlap.geometry.y) == (overlap["x"], overlap["y"])

    areas = rows(result["AREAS"])
    assert list(areas.columns[:-1]) == names(AREA_FIELDS)
    assert set(areas["finding_id"]) <= set(rows(findings)["finding_id"])

    lots = result["LOTS"]
    assert [field.name() for field in lots.fields()] == [
        "lot_key",
        "chiban",
        "accuracy_class",
        "area_reg",
        *names(LOT_FIELDS),
    ]
    assert rows(lots)["worst"].tolist() == ["error", "error", "error", "warning"]
    assert rows(lots)["area_tolerance"].tolist()[3] == pytest.approx(7.541, abs=0.01)
    assert lots.getFeature(3).geometry().asWkt(0) == "MultiPolygon (((100 0, 110 10, 110 0, 100 10, 100 0)))"


def test_only_findings_are_required() -> None:
    result = processing.run(ALGORITHM, {"INPUT": lots_layer(), "OUTPUT": "memory:"})
    assert "LOTS" not in result
    assert "AREAS" not in result
    assert result["FINDINGS"] == 6


def test_empty_layer() -> None:
    result = run(lots_layer([]))
    assert result["FINDINGS"] == result["LOTS_CHECKED"] == 0
    assert result["OUTPUT"].featureCount() == result["LOTS"].featureCount() == 0


def test_lots_without_shape() -> None:
    result = run(lots_layer([None, box(0, 0, 10, 10)], area_reg=[None, None]))
    assert kinds(result) == {"no_geometry": 1, "no_area": 1}


def test_no_coordinate_system() -> None:
    with pytest.raises(QgsProcessingException, match="coordinate system"):
        run(lots_layer(crs=""))


def test_geographic_coordinates() -> None:
    with pytest.raises(QgsProcessingException, match="metres"):
        run(lots_layer(crs="EPSG:6668"))


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:3395", "EPSG:4087", "EPSG:4978", "EPSG:2263"])
def test_metres_that_are_none_on_the_ground(crs: str) -> None:
    with pytest.raises(QgsProcessingException, match="not in metres on the ground"):
        run(lots_layer(crs=crs))


def test_a_local_system_in_metres_is_no_projection() -> None:
    layer = lots_layer(crs="")
    layer.setCrs(
        QgsCoordinateReferenceSystem.fromWkt('LOCAL_CS["site",UNIT["metre",1],AXIS["X",EAST],AXIS["Y",NORTH]]')
    )
    assert kinds(run(layer)) == kinds(run(lots_layer()))


@pytest.mark.parametrize("kind", ["Point", "LineString", "None"])
def test_layers_without_areas_are_refused_in_one_sentence(kind: str) -> None:
    layer = QgsVectorLayer(kind if kind == "None" else f"{kind}?crs=EPSG:6676", "lots", "memory")
    with pytest.raises(QgsProcessingException, match="must hold areas"):
        run(layer)


def test_row_numbers_that_stand_twice_do_not_stop_the_lots(tmp_path: Path) -> None:
    layer = lots_layer(fid=[1, 1, 2, 3])
    path = tmp_path / "lots.gpkg"
    assert run(layer, LOTS=str(path))["LOTS_CHECKED"] == 4
    assert QgsVectorLayer(str(path), "lots", "ogr").featureCount() == 4


def test_area_field_of_the_wrong_type() -> None:
    with pytest.raises(QgsProcessingException, match=r"“chiban”.*numbers"):
        run(lots_layer(), AREA_FIELD="chiban")


def test_field_that_is_not_there() -> None:
    with pytest.raises(QgsProcessingException, match=r"“nothing” is missing.*lot_key"):
        run(lots_layer(), KEY_FIELD="nothing")


def test_layer_without_any_of_the_usual_fields() -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:6676", "plain", "memory")
    for shape in SHAPES[:2]:
        feature = QgsFeature()
        feature.setGeometry(QgsGeometry.fromWkt(shape.wkt))
        layer.dataProvider().addFeature(feature)
    result = run(layer)
    assert kinds(result) == {"overlap": 1}
    assert rows(result["OUTPUT"])["lots"].tolist() == ["1; 2"]


def test_negative_tolerance_is_refused() -> None:
    with pytest.raises(QgsProcessingException):
        run(lots_layer(), TOLERANCE=-1)


def test_thresholds_reach_the_check() -> None:
    layer = lots_layer([box(0, 0, 20, 50), box(19.9, 0, 40, 50), box(40, 0, 40.3, 50), box(40.3, 0, 60, 50)])
    assert kinds(run(layer)) == {"overlap": 1, "sliver": 1, "area_mismatch": 1, "no_area": 3}
    assert kinds(run(layer, TOLERANCE=0.2)).get("overlap") is None
    assert kinds(run(layer, MIN_AREA=6)).get("overlap") is None
    assert kinds(run(layer, SLIVER_WIDTH=0.2)).get("sliver") is None
    assert kinds(run(layer, AREA_FIELD="")) == {"overlap": 1, "sliver": 1}
    ring = Polygon(box(0, 0, 90, 90).exterior, [box(10, 10, 80, 80).exterior])
    assert kinds(run(lots_layer([ring]), AREA_FIELD="")) == {"gap": 1}
    assert kinds(run(lots_layer([ring]), AREA_FIELD="", MAX_GAP_AREA=100)) == {}


def test_unit_and_class_choices() -> None:
    layer = lots_layer([box(0, 0, 20, 50)], area_reg=[0.098], accuracy_class=[None])
    row = rows(run(layer, AREA_UNIT=2, DEFAULT_CLASS=3)["OUTPUT"]).iloc[0]
    assert row["kind"] == "area_mismatch"
    assert "980 m²" in row["explanation"] and "甲三" in row["explanation"]


def test_register_table() -> None:
    lots = lots_layer([box(n * 100, 0, n * 100 + 20, 50) for n in range(3)])
    register = QgsVectorLayer("None", "register", "memory")
    register.dataProvider().addAttributes(
        [
            compat.make_field("lot_key", "text"),
            compat.make_field("owner_key", "text"),
            compat.make_field("area_reg", "real"),
            compat.make_field("category_reg", "text"),
        ]
    )
    register.updateFields()
    for values in (
        ["k0", "a", 1000.0, "田"],
        ["k0", "b", 1000.0, "田"],
        ["k1", "a", 900.0, "畑"],
        ["k2", "a", 800.0, "畑"],
        ["k2", "b", 700.0, "畑"],
    ):
        feature = QgsFeature(register.fields())
        feature.setAttributes(values)
        register.dataProvider().addFeature(feature)
    result = run(lots, REGISTER=register)
    assert kinds(result) == {"area_mismatch": 1, "area_conflict": 1}
    assert [field.name() for field in result["LOTS"].fields()][-8:] == names(LOT_FIELDS)
    assert rows(result["LOTS"])["area_registered"].tolist()[:2] == [1000.0, 900.0]
    with pytest.raises(QgsProcessingException, match="lot key"):
        run(lots, REGISTER=register, KEY_FIELD="")
    with pytest.raises(QgsProcessingException, match="numbers"):
        run(lots, REGISTER=register, REGISTER_AREA="owner_key")


def test_selected_lots_only() -> None:
    layer = lots_layer()
    QgsProject.instance().addMapLayer(layer)
    try:
        layer.selectByIds([1, 4])
        result = run(QgsProcessingFeatureSourceDefinition(layer.id(), True))
    finally:
        QgsProject.instance().removeMapLayer(layer.id())
    assert result["LOTS_CHECKED"] == 2
    assert kinds(result) == {"area_mismatch": 1, "no_area": 1}


def test_checking_checked_lots_again_replaces_the_result() -> None:
    once = run(lots_layer())
    again = run(once["LOTS"])
    assert [field.name() for field in again["LOTS"].fields()] == [field.name() for field in once["LOTS"].fields()]
    assert rows(again["LOTS"]).drop(columns="geometry").equals(rows(once["LOTS"]).drop(columns="geometry"))


def test_own_fields_of_the_map_that_give_way_are_named() -> None:
    def told(layer: QgsVectorLayer, **parameters: Any) -> list[str]:
        feedback = QgsProcessingFeedback()
        given = {"INPUT": layer, "OUTPUT": "memory:", "LOTS": "memory:", **parameters}
        processing.run(ALGORITHM, given, feedback=feedback)
        return [line for line in feedback.textLog().splitlines() if "are left out" in line]

    layer = lots_layer(Notes=["a", "b", "c", "d"])
    assert [line.split(": ")[1].split(".")[0] for line in told(layer)] == ["Notes"]
    assert not told(layer, LOTS=None), "without the map of lots nothing gives way"
    assert not told(lots_layer())
    assert not told(run(lots_layer())["LOTS"]), "results of an earlier check are replaced without a word"


def test_heights_are_kept_in_the_lots() -> None:
    shapes = [shapely.force_3d(shape, 12.5) for shape in SHAPES[:2]]
    layer = lots_layer(shapes, kind="MultiPolygonZ")
    out = run(layer)["LOTS"]
    assert QgsWkbTypes.hasZ(out.wkbType())
    assert (
        next(out.getFeatures())
        .geometry()
        .constGet()
        .vertexAt(next(out.getFeatures()).geometry().vertexIdFromVertexNr(0)[1])
        .z()
        == 12.5
    )


def test_same_result_twice_and_in_files(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        path = tmp_path / f"findings{number}.gpkg"
        processing.run(ALGORITHM, {"INPUT": lots_layer(), "OUTPUT": str(path)})
        paths.append(path)
    tables = []
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            name = connection.execute("select table_name from gpkg_contents").fetchone()[0]
            tables.append(connection.execute(f'select * from "{name}"').fetchall())
    assert tables[0] == tables[1]
    assert len(tables[0]) == 6


def test_output_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException):
        run(lots_layer(), OUTPUT=str(tmp_path / "missing" / "folder" / "x.gpkg"))


class _Cancelled(QgsProcessingFeedback):
    """Cancels itself as soon as some progress is reported."""

    def __init__(self) -> None:
        super().__init__()
        self.progressChanged.connect(lambda _: self.cancel())


def test_cancel_writes_nothing() -> None:
    context, feedback = QgsProcessingContext(), _Cancelled()
    layer = lots_layer()
    QgsProject.instance().addMapLayer(layer)
    context.setProject(QgsProject.instance())
    path = QgsProcessingUtils.generateTempFilename("findings.gpkg")
    try:
        with pytest.raises(QgsProcessingException, match="Cancelled"):
            processing.run(ALGORITHM, {"INPUT": layer, "OUTPUT": path}, context=context, feedback=feedback)
    finally:
        QgsProject.instance().removeMapLayer(layer.id())
    assert not Path(path).exists()


def test_defaults_of_the_sample_need_no_settings(sample_folder: Path) -> None:
    lots = f"{sample_folder / 'tanizawa.gpkg'}|layername=lots"
    register = f"{sample_folder / 'tanizawa.gpkg'}|layername=register"
    result = processing.run(ALGORITHM, {"INPUT": lots, "REGISTER": register, "OUTPUT": "memory:"})
    assert result["LOTS_CHECKED"] == 1051
    assert result["ERRORS"] == 7, "7 places on 6 lots"
    assert "sliver" not in kinds(result)


def test_area_field_may_be_a_whole_number() -> None:
    layer = lots_layer([box(0, 0, 20, 50)], area="int", area_reg=[900])
    assert kinds(run(layer)) == {"area_mismatch": 1}


def test_text_and_number_keys_from_any_field() -> None:
    layer = lots_layer([box(0, 0, 20, 50), box(19, 0, 40, 50)])
    layer.dataProvider().addAttributes([compat.make_field("number", "int")])
    layer.updateFields()
    field: QgsField = layer.fields().field("number")
    position = layer.fields().indexOf(field.name())
    layer.dataProvider().changeAttributeValues({1: {position: 12}, 2: {position: 7}})
    result = run(layer, KEY_FIELD="number", LABEL_FIELD="number", AREA_FIELD="")
    assert rows(result["OUTPUT"])["lots"].tolist() == ["12; 7"]


def test_findings_live_from_check_to_check(tmp_path: Path) -> None:
    layer = lots_layer()
    first = run(layer)
    assert (first["NEW"], first["ACCEPTED"], first["CURED"]) == (0, 0, 0)
    assert set(rows(first["OUTPUT"])["status"]) == {"open"}
    overlap = rows(first["OUTPUT"]).set_index("kind").loc["overlap"]
    table = tmp_path / "decisions.csv"
    table.write_text(
        "finding_id,status,decided_by,decided_on,reason\n"
        f"{overlap['finding_id']},accepted,survey office,2026-01-09,an old path\n",
        encoding="utf-8",
    )
    second = run(layer, KNOWN=first["OUTPUT"], DECISIONS=str(table))
    assert (second["FINDINGS"], second["ERRORS"], second["ACCEPTED"]) == (5, 1, 1)
    row = rows(second["OUTPUT"]).set_index("kind").loc["overlap"]
    assert (row["status"], row["decided_by"], row["decided_on"]) == ("accepted", "survey office", "2026-01-09")
    assert (
        rows(run(layer, KNOWN=second["OUTPUT"])["OUTPUT"]).set_index("kind").loc["overlap", "reason"] == "an old path"
    )
    # The bow-tie is mended; only its neighbourhood is looked at.
    layer.dataProvider().changeGeometryValues(
        {3: QgsGeometry.fromWkt("MULTIPOLYGON(((100 0,110 0,110 10,100 10,100 0)))")}
    )
    third = run(layer, KNOWN=second["OUTPUT"], ONLY="k2")
    assert (third["CURED"], third["ACCEPTED"], third["ERRORS"], third["LOTS_CHECKED"]) == (1, 1, 0, 1)
    assert len(rows(third["OUTPUT"])) == len(rows(second["OUTPUT"]))
    with pytest.raises(QgsProcessingException, match="finding_id"):
        run(layer, KNOWN=layer)


def test_strips_spikes_small_lots_and_sheets() -> None:
    shapes = [
        box(0, 0, 20, 20),
        box(20.2, 0, 40, 20),
        box(100, 0, 120, 20),
        box(119.5, 0, 140, 20),
        Polygon([(200, 0), (220, 0), (220, 9), (224, 9), (220, 9.02), (220, 20), (200, 20)]),
        box(300, 0, 300.2, 0.2),
    ]
    layer = lots_layer(shapes, area_reg=[None] * 6, sheets=["A", "A", "A", "B", "A", "A"])
    settings = {"AREA_FIELD": "", "SLIVER_WIDTH": 0}
    assert kinds(run(layer, **settings)) == {"channel": 1, "seam": 1, "spike": 1, "too_small": 1}
    assert kinds(run(layer, **settings, SHEET_FIELD=""))["overlap"] == 1
    off = {"CHANNEL_WIDTH": 0, "SPIKE_WIDTH": 0, "MIN_LOT_AREA": 0, "SHEET_FIELD": ""}
    assert kinds(run(layer, **settings, **off)) == {"overlap": 1}


def test_points_taken_for_one_are_listed() -> None:
    layer = lots_layer([box(0, 0, 10, 10), box(10.004, 0, 20, 10)], area_reg=[None] * 2)
    result = run(layer, SNAPPED="memory:", AREA_FIELD="")
    listed = rows(result["SNAPPED"])
    assert kinds(result) == {"near_border": 1}
    assert list(listed.columns[:-1]) == names(SNAPPED_FIELDS)
    assert listed["lot"].tolist() == ["k1", "k1"]
    assert listed["distance"].tolist() == pytest.approx([0.004, 0.004])
    assert "SNAPPED" not in run(layer)


def test_only_some_lots_and_their_neighbours() -> None:
    layer = lots_layer()
    whole, part = run(layer), run(layer, ONLY="k1; k2")
    wanted = [row for row in rows(whole["OUTPUT"]).itertuples() if {"k1", "k2"} & set(row.lots.split("; "))]
    assert [(row.finding_id, row.size) for row in rows(part["OUTPUT"]).itertuples()] == [
        (row.finding_id, pytest.approx(row.size, nan_ok=True)) for row in wanted
    ]
    assert part["LOTS_CHECKED"] == 2
    assert rows(part["LOTS"])["lot_key"].tolist() == ["k1", "k2"]
    feedback = QgsProcessingFeedback(False)
    given = {"INPUT": layer, "ONLY": "k1;not there", "OUTPUT": "memory:"}
    assert processing.run(ALGORITHM, given, feedback=feedback)["LOTS_CHECKED"] == 1
    assert "1 of the lots to check are not on the map, for example not there." in feedback.textLog()


def test_a_gap_two_lots_away_is_not_taken_for_cured() -> None:
    """The check of a touched lot also judges its partner in a finding; a gap of that one needs all lots around it."""
    around = [box(0, 0, 10, 70), box(10, 0, 60, 10), box(10, 60, 60, 70), box(60, 0, 70, 70)]
    layer = lots_layer([*around, box(-20, 0, 0.5, 70)], area_reg=[None] * 5)
    settings = {"AREA_FIELD": ""}
    first = run(layer, **settings)
    found = rows(first["OUTPUT"]).set_index("kind")["lots"]
    assert (found["gap"], found["overlap"]) == ("k0; k1; k2; k3", "k0; k4")
    again = run(layer, KNOWN=first["OUTPUT"], ONLY="k4", **settings)
    assert again["CURED"] == 0 and again["FINDINGS"] == first["FINDINGS"]


def test_an_accepted_gap_stays_accepted_when_its_place_moves_a_little(tmp_path: Path) -> None:
    def gap(x: float, y: float) -> QgsVectorLayer:
        left = Polygon([(0, 0), (10, 0), (10, 10), (9.8, 20), (10, 30), (0, 30)])
        corners = [(20, 0), (20, 30), (10, 30), (x, y), (10, 10), (10, 0)]
        return lots_layer([left, Polygon(corners)], area_reg=[None] * 2)

    first = run(gap(10.2, 20), AREA_FIELD="")
    table = tmp_path / "decisions.csv"
    identity = rows(first["OUTPUT"])["finding_id"].iloc[0]
    table.write_text(f"finding_id,status,decided_by,decided_on,reason\n{identity},accepted,office,2026-01-09,path\n")
    second = run(gap(10.4, 20.1), AREA_FIELD="", KNOWN=first["OUTPUT"], DECISIONS=str(table))
    assert (second["ACCEPTED"], second["CURED"], second["FINDINGS"]) == (1, 0, 0)
    assert rows(second["AREAS"])["finding_id"].tolist() == [identity]


def test_a_lot_without_number_can_be_checked_alone() -> None:
    layer = lots_layer(lot_key=[None, "k1", "k2", "k3"])
    assert run(layer, ONLY="#1")["LOTS_CHECKED"] == 1


def test_lots_with_curves_and_measures_come_out_as_areas() -> None:
    layer = QgsVectorLayer("CurvePolygonZM?crs=EPSG:6676&field=lot_key:string", "lots", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["k0"])
    wkt = "CurvePolygonZM (CompoundCurveZM (CircularStringZM (0 0 5 1, 10 10 5 1, 20 0 5 1), (20 0 5 1, 0 0 5 1)))"
    feature.setGeometry(QgsGeometry.fromWkt(wkt))
    assert layer.dataProvider().addFeatures([feature])[0]
    result = run(layer)
    lots = next(result["LOTS"].getFeatures()).geometry()
    assert QgsWkbTypes.flatType(lots.wkbType()) == QgsWkbTypes.Type.MultiPolygon
    assert lots.area() == pytest.approx(157, abs=1)
    assert result["LOTS_CHECKED"] == 1
