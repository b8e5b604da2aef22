"""Files people bring: encodings, kinds, maps in degrees, people's keys."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from land_stewardship.core.errors import InputError
from land_stewardship.core.intake import fold
from land_stewardship.gis import intake

TABLE = "地番,地目,氏名\n12-4,田,見本 太郎\n13,畑,見本 花子\n"
METRIC = QgsCoordinateReferenceSystem("EPSG:6676")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_tables_are_read_in_every_usual_encoding(qgis_app: Any, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(TABLE.encode(encoding))
    found = intake.detect(str(path))
    assert found.kind == intake.TABLE
    assert found.columns == ["地番", "地目", "氏名"]
    assert found.rows[1] == {"地番": "13", "地目": "畑", "氏名": "見本 花子"}


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(qgis_app: Any, tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "x.txt"
    path.write_text(TABLE.replace(",", delimiter), encoding="utf-8")
    assert intake.detect(str(path)).columns == ["地番", "地目", "氏名"]


@pytest.mark.parametrize("content", [b"", b"\n\n", "地番,地目\n".encode()])
def test_a_table_without_rows_is_refused_in_one_sentence(qgis_app: Any, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "empty.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        intake.detect(str(path))
    assert "empty.csv" in refused.value.text.en and "empty.csv" in refused.value.text.ja


def test_unreadable_files_are_refused(qgis_app: Any, tmp_path: Path) -> None:
    for name, content in (
        ("a.csv", b"\xff\xfe\x00\x81,\x85\n\x81"),
        ("b.xyz", b"nothing"),
        ("c.zip", b"no zip"),
        ("d.tif", b"no picture"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(InputError):
            intake.detect(str(path))
    with pytest.raises(InputError):
        intake.detect(str(tmp_path / "not_there.csv"))


def shapes(tmp_path: Path, name: str, crs: str, driver: str, encoding: str = "UTF-8") -> Path:
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=番号:string&field=所在:string", "lots", "memory")
    start = 138.3 if crs == "EPSG:6668" else 0.0
    size = 0.001 if crs == "EPSG:6668" else 10.0
    for number in range(3):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"１２番地{number + 1}", "谷沢"])
        x, y = start + number * size, (37.1 if crs == "EPSG:6668" else 0.0)
        feature.setGeometry(
            QgsGeometry.fromWkt(f"POLYGON(({x} {y}, {x + size} {y}, {x + size} {y + size}, {x} {y + size}, {x} {y}))")
        )
        layer.dataProvider().addFeature(feature)
    path = tmp_path / name
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = driver, encoding
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsProject.instance().transformContext(), options)
    return path


def test_a_shapefile_in_cp932_that_does_not_say_so_is_read(qgis_app: Any, tmp_path: Path) -> None:
    path = shapes(tmp_path, "lots.shp", "EPSG:6676", "ESRI Shapefile", "CP932")
    (tmp_path / "lots.cpg").unlink(missing_ok=True)
    data = bytearray((tmp_path / "lots.dbf").read_bytes())
    data[29] = 0  # no code page named, as most offices' files
    (tmp_path / "lots.dbf").write_bytes(bytes(data))
    found = intake.detect(str(path))
    assert found.kind == intake.MAP
    assert [f["所在"] for f in found.layer.getFeatures()] == ["谷沢"] * 3


def test_a_zipped_shapefile_and_a_zipped_registry_map_are_told_apart(qgis_app: Any, tmp_path: Path) -> None:
    path = shapes(tmp_path, "lots.shp", "EPSG:6676", "ESRI Shapefile")
    packed = tmp_path / "lots.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("lots.*"):
            if part != packed:
                archive.write(part, part.name)
    found = intake.detect(str(packed))
    assert found.kind == intake.MAP and found.layer.featureCount() == 3
    registry = tmp_path / "15222.zip"
    with zipfile.ZipFile(registry, "w") as archive:
        archive.writestr("15222-1.xml", "<x/>")
    assert intake.detect(str(registry)).kind == intake.REGISTRY_MAP
    assert path.exists()


def test_tables_in_a_zip(qgis_app: Any, tmp_path: Path) -> None:
    def packed(**members: str) -> str:
        path = tmp_path / f"{'_'.join(members)}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in members.items():
                archive.writestr(f"台帳/{name}.csv", text.encode("cp932"))
        return str(path)

    readme = "あいさつ,本文\nこんにちは,よろしく\n"
    one = packed(結果="地番,判定\n1,B分類\n", 読んでください=readme)
    found = intake.detect(one)
    assert (found.kind, found.columns, found.path) == (intake.TABLE, ["地番", "判定"], one)
    assert intake.likely(found, ["register", "patrol"]) == "patrol"
    several = intake.detect(packed(R6="地番,判定\n1,B分類\n", R7="地番,判定\n2,A分類\n"))
    assert [row["地番"] for row in several.rows] == ["1", "2"]
    with pytest.raises(InputError, match=r"different tables: 土地\.csv, 結果\.csv\. Unpack it"):
        intake.detect(packed(土地="大字,地番,地積,所有者\n谷沢,1,12.5,見本\n", 結果="地番,判定\n1,B分類\n"))
    assert intake.detect(packed(あいさつ=readme)).columns == ["あいさつ", "本文"]


def test_lots_get_our_fields_and_lie_in_metres(qgis_app: Any, tmp_path: Path) -> None:
    found = intake.detect(str(shapes(tmp_path, "lots.geojson", "EPSG:6668", "GeoJSON")))
    # GeoJSON is always in degrees; the village's zone is the target.
    target = str(tmp_path / "out.gpkg")
    intake.copy_map(found.layer, target, "lots", METRIC, {"chiban": "番号", "oaza": "所在"})
    layer = QgsVectorLayer(target, "lots", "ogr")
    assert layer.crs().authid() == "EPSG:6676"
    rows = intake.rows_of(layer)
    assert [row["chiban"] for row in rows] == ["12-1", "12-2", "12-3"]
    assert [row["lot_key"] for row in rows] == ["谷沢-12-1", "谷沢-12-2", "谷沢-12-3"]
    assert rows[0]["番号"] == "１２番地1"
    area = next(layer.getFeatures()).geometry().area()
    assert 8_000 < area < 12_000  # 0.001° x 0.001° at 37° north: about 89 m x 111 m


def test_a_map_without_a_place_and_a_target_in_degrees_are_refused(qgis_app: Any, tmp_path: Path) -> None:
    nowhere = QgsVectorLayer("Polygon?field=a:string", "x", "memory")
    nowhere.setCrs(QgsCoordinateReferenceSystem())
    degrees = QgsVectorLayer("Polygon?crs=EPSG:6668&field=a:string", "x", "memory")
    with pytest.raises(InputError):
        intake.copy_map(nowhere, str(tmp_path / "a.gpkg"), "x", METRIC)
    with pytest.raises(InputError):
        intake.copy_map(degrees, str(tmp_path / "b.gpkg"), "x", QgsCoordinateReferenceSystem("EPSG:4326"))
    with pytest.raises(InputError, match="web map"):
        intake.copy_map(degrees, str(tmp_path / "b.gpkg"), "x", QgsCoordinateReferenceSystem("EPSG:3857"))
    assert list(tmp_path.glob("*.gpkg")) == []


def test_written_rows_come_back_with_unknown_as_unknown(qgis_app: Any, tmp_path: Path) -> None:
    specs = intake.table_specs("register")
    assert [spec.name for spec in specs][:4] == ["lot_key", "chiban", "oaza", "koaza"]
    path = intake.new_file(str(tmp_path / "data"), "register_登記 2024")
    rows = [
        {"lot_key": "K1", "chiban": "1", "area_reg": 10.5, "registered_on": dt.date(1972, 5, 1)},
        {"lot_key": None, "chiban": "99", "area_reg": None, "registered_on": None},
    ]
    intake.write_rows(path, "register", specs, rows)
    back = intake.rows_of(QgsVectorLayer(path, "x", "ogr"))
    assert back[0]["area_reg"] == 10.5 and back[0]["registered_on"] == dt.date(1972, 5, 1)
    assert back[1]["lot_key"] is None and back[1]["area_reg"] is None and back[1]["owner_status"] is None
    assert back[0]["synthetic"] is False
    assert intake.new_file(str(tmp_path / "data"), "register_登記 2024") != path


def test_damage_places_become_points(qgis_app: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "damage.gpkg")
    rows = [{"damage_id": "1", "crop": "稲"}, {"damage_id": "2", "crop": None}]
    intake.write_rows(path, "boar_damage", intake.table_specs("boar_damage"), rows, [(138.3, 37.1), None])
    layer = QgsVectorLayer(path, "x", "ogr")
    places = [f.geometry() for f in layer.getFeatures()]
    assert places[0].asPoint().x() == pytest.approx(138.3) and places[1].isEmpty()
    assert layer.crs().authid() == "EPSG:6668"


def test_known_people_are_found_by_folded_name_and_address(qgis_app: Any, tmp_path: Path) -> None:
    path = str(tmp_path / "owners.gpkg")
    rows = [{"owner_key": "owner-0003", "name": "見本　太郎", "address": "谷沢 1"}]
    intake.write_rows(path, "owners", intake.table_specs("owners"), rows)
    known = intake.people_index(QgsVectorLayer(path, "x", "ogr"), "owner_key")
    assert known == {(fold("見本太郎"), fold("谷沢1")): "owner-0003"}
    assert intake.people_index(None, "owner_key") == {}


@pytest.mark.parametrize(
    ("crs", "plane"),
    [("EPSG:6676", True), ("EPSG:32654", True), ("EPSG:3857", False), ("EPSG:4326", False), ("EPSG:2263", False)],
)
def test_where_areas_can_be_measured(crs: str, plane: bool) -> None:
    assert intake.is_metric(QgsCoordinateReferenceSystem(crs)) == plane
    assert not intake.is_metric(QgsCoordinateReferenceSystem())


@pytest.mark.parametrize(
    ("name", "advice"),
    [("台帳.xls", "save it as .xlsx"), ("計画.pdf", "is a document"), ("x.bin", "Choose another file")],
)
def test_what_cannot_be_read_says_what_to_do(qgis_app: Any, tmp_path: Path, name: str, advice: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xd0\xcf\x11\xe0 not a table")
    with pytest.raises(InputError, match=advice):
        intake.detect(str(path))
