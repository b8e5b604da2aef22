"""The algorithm “Repair lots and boundaries” as users and other tools run it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import pytest
import shapely
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)
from shapely import Polygon, box

from land_stewardship import compat
from land_stewardship.core.errors import InputError
from land_stewardship.core.parcels.repairfields import (
    LEFT_FIELDS,
    LEGAL_NOTE,
    OWNER_FIELDS,
    REPAIR_FIELDS,
    REPORT_FIELDS,
)
from land_stewardship.core.schema import names
from land_stewardship.gis import bridge, edits

pytestmark = pytest.mark.usefixtures("provider")
ALGORITHM = "landstewardship:repairparcels"

BOW_TIE = Polygon([(100, 0), (110, 10), (110, 0), (100, 10)])
#: Two overlapping lots and a bow-tie.
SHAPES = [box(0, 0, 20, 50), box(19.5, 0, 40, 50), BOW_TIE]


def lots_layer(
    shapes: Optional[list[Any]] = None, crs: str = "EPSG:6676", kind: str = "MultiPolygon", **columns: list[Any]
) -> QgsVectorLayer:
    shapes = SHAPES if shapes is None else shapes
    layer = QgsVectorLayer(f"{kind}?crs={crs}" if crs else kind, "lots", "memory")
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    values: dict[str, list[Any]] = {
        "lot_key": [f"k{n}" for n in range(len(shapes))],
        "chiban": [f"{n + 1}" for n in range(len(shapes))],
        "accuracy_class": ["甲三"] * len(shapes),
        **columns,
    }
    layer.dataProvider().addAttributes([compat.make_field(name, "text") for name in values])
    layer.updateFields()
    features = []
    for row, shape in enumerate(shapes):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([column[row] for column in values.values()])
        if shape is not None:
            geometry = QgsGeometry()
            multi = shape if kind == "Polygon" or shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])
            geometry.fromWkb(shapely.to_wkb(multi))
            feature.setGeometry(geometry)
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def register_table(rows: list[tuple[str, str, str]]) -> QgsVectorLayer:
    table = QgsVectorLayer("None", "register", "memory")
    table.dataProvider().addAttributes([compat.make_field(n, "text") for n in ("lot_key", "owner_key", "share")])
    table.updateFields()
    for values in rows:
        feature = QgsFeature(table.fields())
        feature.setAttributes(list(values))
        table.dataProvider().addFeature(feature)
    return table


def run(layer: Any, **parameters: Any) -> dict[str, Any]:
    given = {"INPUT": layer, "OUTPUT": "memory:", "REPORT": "memory:", "LEFT": "memory:", **parameters}
    result = processing.run(ALGORITHM, given)
    assert isinstance(result, dict)
    return result


def rows(layer: QgsVectorLayer) -> gpd.GeoDataFrame:
    return bridge.source_to_frame(layer)


def shapes_of(layer: QgsVectorLayer) -> list[bytes]:
    return [bytes(feature.geometry().asWkb()) for feature in layer.getFeatures()]


@pytest.fixture
def in_project() -> Iterator[Any]:
    added = []

    def add(layer: QgsVectorLayer) -> QgsVectorLayer:
        QgsProject.instance().addMapLayer(layer)
        added.append(layer.id())
        return layer

    yield add
    for layer_id in added:
        QgsProject.instance().removeMapLayer(layer_id)


def test_new_lots_reports_and_numbers() -> None:
    register = register_table([("k0", "own-1", "1/2"), ("k0", "own-2", "1/2"), ("k1", "own-1", "1/1")])
    result = run(lots_layer(), REGISTER=register, OWNERS="memory:", OVERLAPS=2)
    assert (result["LOTS"], result["CHANGED"], result["LEFT_COUNT"], result["APPLIED"]) == (3, 2, 0, 0)
    assert result["AREA_CHANGE"] == pytest.approx(-25)
    assert result["AREA_AFTER"] - result["AREA_BEFORE"] == pytest.approx(result["AREA_CHANGE"])
    lots = result["OUTPUT"]
    assert [field.name() for field in lots.fields()] == ["lot_key", "chiban", "accuracy_class", *names(REPAIR_FIELDS)]
    assert rows(lots)["repair_steps"].tolist() == ["overlaps", None, "valid"]
    assert rows(lots)["repair_change_m2"].tolist() == pytest.approx([-25, 0, 0])
    report = rows(result["REPORT"])
    assert list(report.columns[:-1]) == names(REPORT_FIELDS)
    assert report.set_index("lot_key")["lost_m2"].to_dict() == pytest.approx({"k0": 25, "k2": 0})
    assert report["within_tolerance"].tolist() == [False, True]
    owners = rows(result["OWNERS"])
    assert list(owners.columns[:-1]) == names(OWNER_FIELDS)
    assert dict(zip(owners["owner_key"], owners["lost_m2"]))["own-2"] == pytest.approx(12.5)
    assert [field.name() for field in result["LEFT"].fields()] == names(LEFT_FIELDS)
    # Every output says that it is no legal boundary, in both languages.
    for output in ("OUTPUT", "REPORT", "OWNERS"):
        table = rows(result[output])
        assert set(table["legal_note"]) == {LEGAL_NOTE.en} and set(table["legal_note_ja"]) == {LEGAL_NOTE.ja}
    again = run(lots)
    assert again["CHANGED"] == 0 and shapes_of(again["OUTPUT"]) == shapes_of(lots)
    assert [field.name() for field in again["OUTPUT"].fields()] == [field.name() for field in lots.fields()]


def test_trusted_lots_keep_every_bit() -> None:
    layer = lots_layer(accuracy_class=["甲一", "乙一", "乙一"], trusted=[None, None, "yes"])
    before = shapes_of(layer)
    result = run(layer, TRUSTED_CLASSES=[0])
    after = shapes_of(result["OUTPUT"])
    assert after[0] == before[0] and after[2] == before[2] and after[1] != before[1]
    left = rows(result["LEFT"])
    assert (
        left["kind"].tolist() == ["invalid"] and "trusted" in left["why"].iloc[0] and "信頼" in left["why_ja"].iloc[0]
    )
    assert set(left["legal_note"]) == {LEGAL_NOTE.en}
    # A layer of single polygons stays one as long as no lot falls to parts.
    single = lots_layer(SHAPES[:2], kind="Polygon")
    out = run(single, TRUSTED_FIELD="chiban", OVERLAPS=2)["OUTPUT"]
    assert out.wkbType() == single.wkbType()
    assert shapes_of(out)[0] == shapes_of(single)[0]


def test_steps_can_be_left_out() -> None:
    nothing = run(lots_layer(), MEND=False, SNAP=0, ADD_POINTS=False, OVERLAPS=5, GAPS=3)
    assert nothing["CHANGED"] == 0
    assert rows(run(lots_layer(), OVERLAPS=5)["OUTPUT"])["repaired"].tolist() == [False, False, True]
    split = run(lots_layer(), SPLIT=True)["OUTPUT"]
    assert rows(split)["part"].tolist() == [1, 1, 1, 2]
    assert rows(run(lots_layer(), MAX_LOSS=1)["LEFT"])["kind"].tolist() == ["overlap"]


def test_in_place_is_one_step_that_can_be_undone(in_project: Any) -> None:
    layer = in_project(lots_layer())
    before = shapes_of(layer)
    result = run(layer, IN_PLACE=True, OUTPUT=None, OVERLAPS=2)
    assert result["APPLIED"] == 2 and "OUTPUT" not in result
    assert layer.isEditable() and layer.undoStack().count() == 1
    after = shapes_of(layer)
    assert after != before and after[1] == before[1]
    assert any(LEGAL_NOTE.en in text and LEGAL_NOTE.ja in text for text in layer.metadata().history())
    layer.undoStack().undo()
    assert shapes_of(layer) == before
    layer.undoStack().redo()
    assert shapes_of(layer) == after
    assert run(layer, IN_PLACE=True)["APPLIED"] == 0  # nothing left to do, no further step
    assert layer.undoStack().count() == 1
    assert layer.rollBack()


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        (
            "MultiPolygonZ",
            "(((0 0 1,20 0 2,20 50 3,0 50 4,0 0 1)))",
            "(((19.9 0 9,40 0 9,40 50 9,19.9 50 9,19.9 0 9)))",
        ),
        ("PolygonM", "((0 0 1,20 0 2,20 50 3,0 50 4,0 0 1))", "((19.9 0 9,40 0 9,40 50 9,19.9 50 9,19.9 0 9))"),
        (
            "PolygonZM",
            "((0 0 1 5,20 0 2 5,20 50 3 5,0 50 4 5,0 0 1 5))",
            "((19.9 0 9 5,40 0 9 5,40 50 9 5,19.9 50 9 5,19.9 0 9 5))",
        ),
        (
            "CurvePolygon",
            "(COMPOUNDCURVE((0 0,20 0,20 50,0 50),CIRCULARSTRING(0 50,-5 25,0 0)))",
            "((19.9 0,40 0,40 50,19.9 50,19.9 0))",
        ),
    ],
)
def test_in_place_with_heights_measures_and_curves(in_project: Any, kind: str, left: str, right: str) -> None:
    layer = in_project(lots_layer([None, None], kind=kind))
    shapes = {row + 1: QgsGeometry.fromWkt(f"{kind} {text}") for row, text in enumerate((left, right))}
    assert layer.dataProvider().changeGeometryValues(shapes)
    before = shapes_of(layer)
    assert run(layer, IN_PLACE=True, OVERLAPS=0)["APPLIED"] == 1
    after = shapes_of(layer)
    assert after[0] == before[0], "the lot that keeps the land has its arcs and values as before"
    changed = layer.getFeature(2).geometry()
    assert changed.area() == pytest.approx(1000)
    heights, measures = "Z" in kind, kind.endswith("M")
    assert (QgsWkbTypes.hasZ(changed.wkbType()), QgsWkbTypes.hasM(changed.wkbType())) == (heights, measures)
    assert not heights or {vertex.z() for vertex in changed.vertices()} == {9.0}
    layer.undoStack().undo()
    assert shapes_of(layer) == before
    assert layer.rollBack()


def test_a_field_may_be_called_geometry() -> None:
    result = run(lots_layer(geometry=["a", "b", "c"]))
    assert [feature["geometry"] for feature in result["OUTPUT"].getFeatures()] == ["a", "b", "c"]
    assert all(feature.hasGeometry() for feature in result["OUTPUT"].getFeatures())


def test_in_place_may_split_and_keeps_values(in_project: Any) -> None:
    layer = in_project(lots_layer([BOW_TIE]))
    assert run(layer, IN_PLACE=True, SPLIT=True)["APPLIED"] == 2
    assert [feature["lot_key"] for feature in layer.getFeatures()] == ["k0", "k0"]
    assert layer.undoStack().count() == 1
    layer.undoStack().undo()
    assert layer.featureCount() == 1
    assert layer.rollBack()


def test_in_place_on_a_file_is_saved(tmp_path: Path) -> None:
    path = str(tmp_path / "lots.gpkg")
    options = QgsVectorFileWriter.SaveVectorOptions()
    context = QgsProject.instance().transformContext()
    assert QgsVectorFileWriter.writeAsVectorFormatV3(lots_layer(), path, context, options)[0] == 0
    assert run(path, IN_PLACE=True)["APPLIED"] == 2
    saved = QgsVectorLayer(path, "saved", "ogr")
    assert all(feature.geometry().isGeosValid() for feature in saved.getFeatures())
    assert run(path)["CHANGED"] == 0


def test_what_qgis_refuses_changes_nothing(in_project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    layer = in_project(lots_layer())
    before = shapes_of(layer)
    layer.setReadOnly(True)
    with pytest.raises(QgsProcessingException, match="read-only"):
        run(layer, IN_PLACE=True)
    layer.setReadOnly(False)
    single = in_project(lots_layer(kind="Polygon"))
    with pytest.raises(QgsProcessingException, match="several parts"):
        run(single, IN_PLACE=True)
    assert not single.isEditable()
    assert run(single, IN_PLACE=True, SPLIT=True)["APPLIED"] == 3
    assert single.rollBack()
    with pytest.raises(InputError, match="changed while"):
        edits.reshape(layer, edits.Reshaping({1: b"old"}, {1: before[1]}), "Repair", LEGAL_NOTE)

    class Refusing:
        """The layer, but it refuses shapes."""

        def __getattr__(self, name: str) -> Any:
            return (lambda *_: False) if name == "changeGeometry" else getattr(layer, name)

    with pytest.raises(InputError, match="refused"):
        edits.reshape(Refusing(), edits.Reshaping({1: before[0]}, {1: before[1]}), "Repair", LEGAL_NOTE)  # type: ignore[arg-type]
    assert shapes_of(layer) == before and not layer.isEditable()


def test_empty_layer_and_missing_shapes() -> None:
    assert run(lots_layer([]))["LOTS"] == 0
    result = run(lots_layer([None, box(0, 0, 10, 10)]))
    assert result["CHANGED"] == 0 and result["OUTPUT"].featureCount() == 2


def test_no_coordinate_system_and_degrees() -> None:
    with pytest.raises(QgsProcessingException, match="coordinate system"):
        run(lots_layer(crs=""))
    with pytest.raises(QgsProcessingException, match="metres"):
        run(lots_layer(crs="EPSG:6668"))
    # Areas on web maps are one and a half times those on the ground.
    with pytest.raises(QgsProcessingException, match="metres on the ground"):
        run(lots_layer(crs="EPSG:3857"))
    with pytest.raises(QgsProcessingException, match="must hold areas"):
        run(QgsVectorLayer("Point?crs=EPSG:6676", "points", "memory"))


def test_wrong_fields_and_missing_register() -> None:
    with pytest.raises(QgsProcessingException, match="“nothing” is missing"):
        run(lots_layer(), TRUSTED_FIELD="nothing")
    with pytest.raises(QgsProcessingException, match="register table"):
        run(lots_layer(), OWNERS="memory:")
    with pytest.raises(QgsProcessingException, match="owner key"):
        run(lots_layer(), REGISTER=lots_layer(), OWNERS="memory:")
    with pytest.raises(QgsProcessingException):
        run(lots_layer(), SNAP=-1)


def test_selected_lots_only(in_project: Any) -> None:
    layer = in_project(lots_layer())
    layer.selectByIds([1, 2])
    result = run(QgsProcessingFeatureSourceDefinition(layer.id(), True))
    assert (result["LOTS"], result["CHANGED"]) == (2, 1)
    assert run(QgsProcessingFeatureSourceDefinition(layer.id(), True), IN_PLACE=True)["APPLIED"] == 1
    assert layer.rollBack()


class _Cancelled(QgsProcessingFeedback):
    """Cancels itself as soon as some progress is reported."""

    def __init__(self) -> None:
        super().__init__()
        self.progressChanged.connect(lambda _: self.cancel())


def test_cancel_writes_nothing(in_project: Any, tmp_path: Path) -> None:
    layer = in_project(lots_layer())
    before = shapes_of(layer)
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    path = tmp_path / "lots.gpkg"
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        processing.run(
            ALGORITHM,
            {"INPUT": layer, "OUTPUT": str(path), "IN_PLACE": True},
            context=context,
            feedback=_Cancelled(),
        )
    assert not path.exists() and shapes_of(layer) == before and not layer.isEditable()


def test_the_sample_with_defects(sample_folder: Path) -> None:
    lots = f"{sample_folder / 'tanizawa.gpkg'}|layername=lots_defects"
    result = run(lots, GAP_WIDTH=4, GAP_AREA=200)
    check = {"KEY_FIELD": "lot_key", "AREA_FIELD": "", "OUTPUT": "memory:"}
    kinds = set(
        rows(processing.run("landstewardship:checkparcels", {"INPUT": result["OUTPUT"], **check})["OUTPUT"])["kind"]
    )
    assert not kinds & {"overlap", "invalid", "missing_vertex"}
    # The copies of lots are for people to delete.
    left = rows(result["LEFT"])
    assert left["kind"].tolist() == ["duplicate"] * 2 and result["LEFT_COUNT"] == 2
    assert left["why"].str.startswith("The same shape is in several times.").all()
    assert run(result["OUTPUT"], GAP_WIDTH=4, GAP_AREA=200)["CHANGED"] == 0
