"""The algorithm “Lay another parcel map over the lots” as users and other tools run it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest
import shapely
from qgis import processing
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)

from land_stewardship import compat
from land_stewardship.gis import bridge

pytestmark = pytest.mark.usefixtures("provider")
ALGORITHM = "landstewardship:overlaylots"
SHAPES = [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)]
FIELD = shapely.box(50, 0, 150, 100)


def layer_of(shapes: list[Any], kind: str = "MultiPolygon", crs: str = "EPSG:6676", **columns: Any) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs={crs}" if crs else kind, "layer", "memory")
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    layer.dataProvider().addAttributes([compat.make_field(name, "text") for name in columns])
    layer.updateFields()
    for number, shape in enumerate(shapes):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([values[number] for values in columns.values()])
        if shape is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shape))
            feature.setGeometry(geometry)
        assert layer.dataProvider().addFeature(feature)
    return layer


def lots_layer(crs: str = "EPSG:6676", shapes: Optional[list[Any]] = None) -> QgsVectorLayer:
    shapes = SHAPES if shapes is None else shapes
    numbers = ["12-1", "12-2"][: len(shapes)]
    return layer_of(shapes, crs=crs, lot_key=[f"K{n}" for n in numbers], chiban=numbers, oaza=["谷沢"] * len(shapes))


def pins_layer(kind: str = "Point") -> QgsVectorLayer:
    return layer_of(
        [shapely.Point(10, 10), shapely.Point(205, 50), shapely.Point(300, 50)],
        kind,
        Tiban=["１２番１", "12-2", "12-2"],
        FarmerIndicationNumberHash=["a1b2", "c3d4", "e5f6"],
    )


def run(**parameters: Any) -> dict[str, Any]:
    sinks = dict.fromkeys(("OUTPUT", "LOTS", "OTHERS", "PINS_OUT"), "memory:")
    result = processing.run(ALGORITHM, {**sinks, **parameters})
    assert isinstance(result, dict)
    return result


def rows(layer: QgsVectorLayer) -> Any:
    return bridge.source_to_frame(layer)


def test_shares_sums_and_numbers() -> None:
    result = run(INPUT=lots_layer(), OTHER=layer_of([FIELD], polygon_uuid=["f1"]), PINS=pins_layer())
    shares = rows(result["OUTPUT"])
    assert shares["lot_key"].tolist() == ["K12-1", "K12-2"] and shares["share_lot"].tolist() == [0.5, 0.5]
    assert shares.geometry.area.tolist() == pytest.approx(shares["area_m2"].tolist())
    assert rows(result["LOTS"])["share_uncovered"].tolist() == pytest.approx([0.5, 0.5])
    assert rows(result["OTHERS"])["lot_count"].tolist() == [2]
    pins = rows(result["PINS_OUT"])
    assert pins["lot_key"].tolist() == ["K12-1", "K12-2", None]
    assert pins["pin_method"].tolist() == ["inside", "near", "none"]
    assert "FarmerIndicationNumberHash" not in pins.columns
    numbers = {name: result[name] for name in ("PAIRS", "SMALL", "UNCOVERED", "PINS_PLACED", "PINS_WITHOUT")}
    assert numbers == {"PAIRS": 2, "SMALL": 0, "UNCOVERED": 0, "PINS_PLACED": 2, "PINS_WITHOUT": 1}
    totals = {name: result[name] for name in ("LOT_COUNT", "LOTS_COVERED", "OTHER_COUNT", "OTHERS_ON_LOTS", "PINS_FAR")}
    assert totals == {"LOT_COUNT": 2, "LOTS_COVERED": 2, "OTHER_COUNT": 1, "OTHERS_ON_LOTS": 1, "PINS_FAR": 1}
    assert result["UNCOVERED_M2"] == pytest.approx(10_000) and result["OUTSIDE_M2"] == pytest.approx(0)


def test_the_results_have_a_look_for_every_row() -> None:
    from land_stewardship.gis import overlay_style

    shapes = [*SHAPES, shapely.box(200, 0, 300, 100), None]
    lots = layer_of(shapes, lot_key=list("ABCD"), chiban=["12-1", "12-2", "13", "14"], oaza=["谷沢"] * 4)
    pins = layer_of(
        [shapely.Point(10, 10), shapely.Point(110, 10), shapely.Point(210, 10), shapely.Point(900, 0)],
        "Point",
        Tiban=["12-1", "", "99", "1"],
    )
    result = run(INPUT=lots, OTHER=layer_of([shapely.box(0, 0, 150, 100)]), PINS=pins)
    for name, style in (("LOTS", overlay_style.style_covered), ("PINS_OUT", overlay_style.style_pins)):
        layer = result[name]
        style(layer, "screen", "ja")
        items = layer.renderer().legendSymbolItems()
        drawn = [rule.filterExpression() for rule in layer.renderer().rootRule().children()]
        assert len(items) == 4 and all("筆" in item.label() or "ピン" in item.label() for item in items)
        counts = [len(list(layer.getFeatures(expression))) for expression in drawn]
        assert counts == [1, 1, 1, 1], (name, drawn)


def test_the_other_map_may_be_in_degrees() -> None:
    import geopandas as gpd

    degrees = gpd.GeoSeries([FIELD], crs="EPSG:6676").to_crs("EPSG:6668")
    result = run(INPUT=lots_layer(), OTHER=layer_of(list(degrees), crs="EPSG:6668"))
    assert rows(result["OUTPUT"])["share_lot"].tolist() == pytest.approx([0.5, 0.5], abs=1e-4)
    assert "PINS_OUT" not in result


def test_pins_as_the_import_writes_them_are_compared_by_number() -> None:
    pins = layer_of([shapely.Point(10, 10), shapely.Point(205, 50)], "Point", chiban=["99", "12-2"])
    result = run(INPUT=lots_layer(), PINS=pins)
    assert result["PINS_PLACED"] == 2
    assert rows(result["PINS_OUT"])["pin_method"].tolist() == ["inside", "near"]


def test_empty_inputs_and_broken_shapes() -> None:
    assert run(INPUT=lots_layer(), OTHER=layer_of([]))["UNCOVERED"] == 2
    assert run(INPUT=lots_layer(shapes=[]), PINS=pins_layer())["PINS_WITHOUT"] == 3
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    result = run(INPUT=lots_layer(shapes=[bow_tie, None]), OTHER=layer_of([bow_tie]))
    assert result["LOTS"].featureCount() == 2
    assert rows(result["OUTPUT"])["area_m2"].tolist() == pytest.approx([5000])


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"INPUT": lambda: lots_layer("")}, "coordinate system"),
        ({"INPUT": lambda: lots_layer("EPSG:4326")}, "not in metres"),
        ({"INPUT": lambda: pins_layer()}, "must hold areas"),
        ({"OTHER": lambda: pins_layer()}, "must hold areas"),
        ({"PINS": lambda: lots_layer()}, "must hold points"),
        ({"OTHER": lambda: layer_of([FIELD], crs="")}, "no coordinate system"),
        ({"OTHER": lambda: None}, "Nothing to lay over"),
        ({"OTHER_KEY": lambda: "nothing"}, "“nothing”"),
    ],
)
def test_input_that_cannot_be_used(parameters: dict[str, Any], words: str) -> None:
    given = {"INPUT": lots_layer(), "OTHER": layer_of([FIELD]), **{k: make() for k, make in parameters.items()}}
    with pytest.raises(QgsProcessingException, match=words):
        run(**given)


def test_cancel_leaves_nothing(tmp_path: Path) -> None:
    algorithm = QgsApplication.processingRegistry().algorithmById(ALGORITHM)
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    given = {"INPUT": lots_layer(), "OTHER": layer_of([FIELD]), "OUTPUT": str(tmp_path / "out.gpkg")}
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        algorithm.create().run(given, QgsProcessingContext(), feedback, {}, False)
    assert not list(tmp_path.iterdir())
