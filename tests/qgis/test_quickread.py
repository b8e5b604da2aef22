"""Lots read straight from a GeoPackage are those that QGIS hands out; other sources are left to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy
import pandas
import pytest
import shapely
from qgis.core import (
    NULL,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeatureSourceDefinition,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from land_stewardship.core.errors import Cancelled
from land_stewardship.core.progress import Progress
from land_stewardship.gis import bridge, lotstream, quickread

pytestmark = pytest.mark.usefixtures("provider")

FIELDS = ["lot_key", "chiban", "area_reg", "count"]
SHAPES = {
    "Polygon": ["Polygon ((0 0, 1 0, 1 1, 0 0))", "", "Polygon ((0 0, 2 2, 2 0, 0 2, 0 0))", "Polygon EMPTY"],
    "MultiPolygonZ": ["MultiPolygonZ (((0 0 5, 1 0 5, 1 1 5, 0 0 5)))", ""],
    "PolygonZM": ["PolygonZM ((0 0 5 1, 1 0 5 1, 1 1 5 1, 0 0 5 1))"],
    "CurvePolygon": ["CurvePolygon (CircularString (0 0, 1 1, 2 0, 1 -1, 0 0))", ""],
}
TEXTS = ["12-3", NULL, "", "字 髙﨑 1番", " 前後 ", "甲" * 200]


def geopackage(folder: Path, kind: str, rows: int = 23) -> QgsVectorLayer:
    """A layer on disk with holes in the row numbers, missing values and shapes of one kind."""
    layer = QgsVectorLayer(
        f"{kind}?crs=EPSG:6676&field=lot_key:string&field=chiban:string&field=area_reg:double&field=count:integer"
        "&field=day:date",
        "m",
        "memory",
    )
    for number in range(rows):
        feature = QgsFeature(layer.fields())
        values = [f"k{number}", TEXTS[number % len(TEXTS)], number / 3 if number % 4 else NULL]
        feature.setAttributes([*values, number if number % 5 else NULL, NULL])
        shape = SHAPES[kind][number % len(SHAPES[kind])]
        if shape:
            feature.setGeometry(QgsGeometry.fromWkt(shape))
        layer.dataProvider().addFeatures([feature])
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "lots"
    path = str(folder / "lots.gpkg")
    code, message, *_ = QgsVectorFileWriter.writeAsVectorFormatV3(
        layer, path, layer.transformContext() if hasattr(layer, "transformContext") else None, options
    )
    assert not code, message
    result = QgsVectorLayer(f"{path}|layername=lots", "lots", "ogr")
    assert result.isValid() and result.featureCount() == rows
    assert result.dataProvider().deleteFeatures([3, 8])
    return QgsVectorLayer(f"{path}|layername=lots", "lots", "ogr")


def both(layer: QgsVectorLayer, fields: list[str]) -> tuple[Any, Any]:
    source = QgsProcessingFeatureSource(layer, QgsProcessingContext())
    file = quickread.plain_file(layer, layer.id())
    assert file is not None
    return lotstream.read_packed(source, fields), lotstream.read_packed(source, fields, None, file)


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize("block", [2, 4000])
def test_the_file_gives_what_the_features_give(tmp_path: Path, kind: str, block: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(quickread, "BLOCK", block)
    layer = geopackage(tmp_path, kind)
    asked: list[int] = []
    slow = lotstream._from_features
    monkeypatch.setattr(lotstream, "_from_features", lambda *given: asked.append(1) or slow(*given))
    (table, shapes), (quick_table, quick_shapes) = both(layer, FIELDS)
    assert asked == [1]  # once for the first of the two, never for the second
    pandas.testing.assert_frame_equal(quick_table, table)
    assert [type(value) for value in quick_table["chiban"]] == [type(value) for value in table["chiban"]]
    rows = numpy.arange(len(table))
    assert len(rows) == 21 and quick_table.index.tolist()[:4] == [1, 2, 4, 5]
    assert shapely.to_wkb(quick_shapes.take(rows)).tolist() == shapely.to_wkb(shapes.take(rows)).tolist()
    assert quick_shapes.is_plain(rows).tolist() == shapes.is_plain(rows).tolist()


def test_other_kinds_of_fields_are_left_to_the_features(tmp_path: Path) -> None:
    layer = geopackage(tmp_path, "Polygon")
    (table, _), (quick_table, _) = both(layer, ["lot_key", "day"])
    pandas.testing.assert_frame_equal(quick_table, table)
    with pytest.raises(quickread.Unsuited):
        list(quickread.read(quickread.plain_file(layer, None), ["day"], ["date"]))


def test_only_a_whole_plain_layer_is_read_from_its_file(tmp_path: Path) -> None:
    layer = geopackage(tmp_path, "Polygon")
    whole = QgsProcessingFeatureSourceDefinition(layer.id())
    assert quickread.plain_file(layer, whole) == quickread.PlainFile(str(tmp_path / "lots.gpkg"), "lots")
    assert quickread.plain_file(layer, QgsProcessingFeatureSourceDefinition(layer.id(), True)) is None
    assert quickread.plain_file(layer, QgsProcessingFeatureSourceDefinition(layer.id(), False, 5)) is None
    assert layer.setSubsetString("area_reg > 2")
    assert quickread.plain_file(layer, layer.id()) is None
    filtered = QgsVectorLayer(f"{tmp_path}/lots.gpkg|layername=lots|subset=area_reg > 2", "lots", "ogr")
    assert filtered.featureCount() < 21 and quickread.plain_file(filtered, None) is None
    layer.setSubsetString("")
    assert quickread.plain_file(layer, layer.id()) is not None
    layer.startEditing()
    assert quickread.plain_file(layer, layer.id()) is None
    layer.rollBack()
    assert quickread.plain_file(QgsVectorLayer("Polygon?crs=EPSG:6676", "m", "memory"), None) is None
    assert quickread.plain_file(None, None) is None


def test_a_source_with_fewer_rows_than_the_file_is_believed(tmp_path: Path) -> None:
    """As when rows were added to the file in between: the features say what counts."""
    layer = geopackage(tmp_path, "Polygon")
    file = quickread.plain_file(layer, None)
    layer.selectByIds([1, 2])
    part = layer.materialize(QgsFeatureRequest().setFilterFids([1, 2]))
    source = QgsProcessingFeatureSource(part, QgsProcessingContext())
    table, _ = lotstream.read_packed(source, ["lot_key"], None, file)
    assert table["lot_key"].tolist() == ["k0", "k1"]


SPOILT = {
    "a table that is gone": "ALTER TABLE lots RENAME TO other",
    "text in a number": "UPDATE lots SET area_reg = 'unknown' WHERE fid = 2",
    "number in a text": "UPDATE lots SET lot_key = x'ff00' WHERE fid = 2",
    "bytes that are no text": "UPDATE lots SET lot_key = CAST(x'ff41' AS TEXT) WHERE fid = 2",
    "a shape of another kind": "UPDATE lots SET geom = x'00112233445566778899' WHERE fid = 2",
}


@pytest.mark.parametrize("spoilt", [*SPOILT, "gone", "no field", "another layer"])
def test_what_is_not_as_expected_is_left_to_the_features(tmp_path: Path, spoilt: str) -> None:
    layer = geopackage(tmp_path, "Polygon")
    file, fields = quickread.plain_file(layer, None), ["lot_key", "area_reg"]
    del layer
    if spoilt in SPOILT:
        with closing(sqlite3.connect(file.path)) as base:
            for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{trigger}"')
            base.execute(SPOILT[spoilt])
            base.commit()
    elif spoilt == "gone":
        file = file._replace(path=str(tmp_path / "gone.gpkg"))
    elif spoilt == "no field":
        fields = [*fields, "owner"]
    else:
        file = file._replace(layer="roads")
    with pytest.raises(quickread.Unsuited):
        list(quickread.read(file, fields, ["text", "real", "text"][: len(fields)]))
    assert not (tmp_path / "gone.gpkg").exists()


def test_an_unsuited_file_is_read_through_the_features(tmp_path: Path) -> None:
    layer = geopackage(tmp_path, "Polygon")
    source = QgsProcessingFeatureSource(layer, QgsProcessingContext())
    wanted, _ = lotstream.read_packed(source, FIELDS)
    table, _ = lotstream.read_packed(source, FIELDS, None, quickread.PlainFile(str(tmp_path / "gone.gpkg"), "lots"))
    pandas.testing.assert_frame_equal(table, wanted)
    assert len(table) == 21


def test_a_layer_that_is_not_named_is_the_only_one(tmp_path: Path) -> None:
    geopackage(tmp_path, "Polygon")
    path = str(tmp_path / "lots.gpkg")
    layer = QgsVectorLayer(path, "lots", "ogr")
    file = quickread.plain_file(layer, None)
    assert file is not None and file.layer in ("", "lots")
    rows = [
        number for block in quickread.read(quickread.PlainFile(path, ""), ["chiban"], ["text"]) for number in block.ids
    ]
    assert rows == sorted(layer.allFeatureIds())


def test_cancel_is_heard_between_blocks(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(quickread, "BLOCK", 2)

    class Stop(Progress):
        heard = 0

        def is_cancelled(self) -> bool:
            self.heard += 1
            return self.heard > 4

    layer = geopackage(tmp_path, "Polygon")
    source = QgsProcessingFeatureSource(layer, QgsProcessingContext())
    stop = Stop()
    with pytest.raises(Cancelled):
        lotstream.read_packed(source, FIELDS, stop, quickread.plain_file(layer, None))
    assert stop.heard == 5


def test_the_check_reads_from_the_file_and_finds_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    import geopandas

    import processing

    layer = geopackage(tmp_path, "Polygon")
    given = {"INPUT": layer, "OUTPUT": str(tmp_path / "a.gpkg")}
    used: list[int] = []
    read = quickread.read
    monkeypatch.setattr(quickread, "read", lambda *told: used.append(1) or read(*told))
    quick = processing.run("landstewardship:checkparcels", given)
    assert used == [1]
    monkeypatch.setattr(quickread, "plain_file", lambda *_: None)
    slow = processing.run("landstewardship:checkparcels", {**given, "OUTPUT": str(tmp_path / "b.gpkg")})
    assert used == [1] and quick["FINDINGS"] == slow["FINDINGS"] > 0
    one, two = (geopandas.read_file(result["OUTPUT"]) for result in (quick, slow))
    pandas.testing.assert_frame_equal(one, two)
    assert bridge.source_to_frame(layer).shape[0] == quick["LOTS_CHECKED"]
