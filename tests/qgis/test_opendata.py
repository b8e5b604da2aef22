"""Open data as a municipality downloads them: every source once, in its published fields."""

from __future__ import annotations

import json
import struct
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Optional

import pytest
from osgeo import ogr
from qgis import processing
from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from land_stewardship.core.sources.catalogue import parse_catalogue
from land_stewardship.gis import intake

pytestmark = pytest.mark.usefixtures("provider")
CATALOGUE = Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "sources.json"
SOURCES = [
    source
    for source in parse_catalogue(CATALOGUE.read_text(encoding="utf-8")).sources
    if source.algorithm == "importopendata"
]
ZONE = "EPSG:6676"


class Cancelled(QgsProcessingFeedback):
    """Cancelled before it starts."""

    def isCanceled(self) -> bool:
        return True


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **parameters: Any) -> dict[str, Any]:
    """Outputs of an algorithm: layers opened, the log under "log", the report by item under "report"."""
    context, feedback = QgsProcessingContext(), feedback or QgsProcessingFeedback()
    given = {**dict.fromkeys(("OUTPUT", "ASIDE", "REPORT"), "TEMPORARY_OUTPUT"), **parameters}
    result = processing.run(f"landstewardship:{name}", given, context=context, feedback=feedback)
    for key, value in list(result.items()):
        if isinstance(value, str) and value.startswith(("OUTPUT_", "memory")):
            result[key] = QgsProcessingUtils.mapLayerFromString(value, context)
        if isinstance(result[key], QgsVectorLayer):
            result[key].setParent(None)
    result["log"], result["context"] = feedback.textLog(), context
    result["report"] = {row["item"]: row for row in rows(result["REPORT"])}
    assert result["READ"] == result["KEPT"] + result["SET_ASIDE"]
    assert result["ASIDE"].featureCount() == result["SET_ASIDE"]
    return result


def rows(table: QgsVectorLayer) -> list[dict[str, Any]]:
    names = [field.name() for field in table.fields()]
    return [
        {name: None if value == NULL else value for name, value in zip(names, feature.attributes())}
        for feature in table.getFeatures()
    ]


def square(x: float, y: float, size: float = 0.001) -> dict[str, Any]:
    ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(path: Path, features: list[dict[str, Any]], point: bool = False) -> Path:
    """A GeoJSON file; a feature is its properties, its shape under "shape" or one of a row of squares."""
    made = []
    for number, properties in enumerate(features):
        shape = (
            {"type": "Point", "coordinates": [138.3 + number * 0.001, 37.1]}
            if point
            else square(138.3 + number * 0.001, 37.1)
        )
        shape = properties.pop("shape", shape) if "shape" in properties else shape
        made.append({"type": "Feature", "properties": properties, "geometry": shape})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False), encoding="utf-8")
    return path


# -- field polygons ----------------------------------------------------------------------------------
def fude(number: int, **more: Any) -> dict[str, Any]:
    return {
        "polygon_uuid": f"0000-{number}",
        "land_type": 100 if number % 2 else 200,
        "issue_year": 2025,
        "edit_year": 2024,
        "history": '{"a": [1]}',
        "last_polygon_uuid": f"9999-{number}",
        "prev_last_polygon_uuid": None,
        "local_government_cd": "152226",
        "point_lng": 138.3,
        "point_lat": 37.1,
        **more,
    }


def test_field_polygons_keep_year_and_chain(tmp_path: Path) -> None:
    bad = {
        "type": "Polygon",
        "coordinates": [[[138.4, 37], [138.401, 37.001], [138.401, 37], [138.4, 37.001], [138.4, 37]]],
    }
    features = [
        fude(1),
        fude(2),
        fude(2, issue_year=2024),
        fude(3, land_type=300),
        fude(4, shape=bad),
        fude(5, shape=None),
    ]
    path = geojson(tmp_path / "15222_2025.geojson", features)
    made = run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE)
    found = rows(made["OUTPUT"])
    bad_row = 4  # as the file counts, from 0
    assert made["OUTPUT"].crs().authid() == ZONE and len(found) == 6 and made["ROLE"] == "field_polygons"
    assert [row["land_type"] for row in found[:4]] == ["田", "畑", "畑", "unknown"]
    assert found[0]["last_polygon_uuid"] == "9999-1" and found[0]["issue_year"] == 2025
    assert json.loads(found[0]["history"]) == {"a": [1]}
    assert 8_000 < found[0]["area_m2"] < 12_000 and found[5]["area_m2"] is None
    report = made["report"]
    assert report["duplicate_keys"]["value"] == "1" and report["several_years"]["severity"] == "warning"
    assert report["shapes_invalid"]["value"] == "1" and "a line crosses itself" in report["shapes_invalid"]["text"]
    assert f"for example {bad_row})" in report["shapes_invalid"]["text"]
    assert report["shapes_missing"]["value"] == "1"
    assert report["not_understood:land_type"]["value"] == "1"
    assert report["data_date"]["value"] == "2024 – 2025" or report["data_date"]["value"] == "2025"
    assert "筆ポリゴン" in report["credit"]["value"]
    assert report["datum"]["value"] == "WGS 84"


def test_the_old_shapefile_in_cp932_and_a_shape_of_another_kind(tmp_path: Path) -> None:
    from qgis.core import QgsProject, QgsVectorFileWriter

    layer = QgsVectorLayer("Polygon?crs=EPSG:4612&field=筆ポリ:string&field=耕地の:string", "x", "memory")
    # A number with a letter that exists on one computer only (外字) and a variant letter.
    for number, kind in enumerate(("田", "畑")):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"F{number}﨑\ue000", kind])
        feature.setGeometry(
            QgsGeometry.fromWkt(f"POLYGON(({138 + number} 37,{139 + number} 37,{138 + number} 38,{138 + number} 37))")
        )
        layer.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.fileEncoding = "ESRI Shapefile", "CP932"
    path = tmp_path / "old.shp"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsProject.instance().transformContext(), options)
    (tmp_path / "old.cpg").unlink(missing_ok=True)
    data = bytearray((tmp_path / "old.dbf").read_bytes())
    data[29] = 0
    # The names of the published file are ten bytes long: 筆ポリゴン, 耕地の種類.
    for place, name in ((32, "筆ポリゴン"), (64, "耕地の種類")):
        data[place : place + 11] = name.encode("cp932").ljust(11, b"\0")
    (tmp_path / "old.dbf").write_bytes(bytes(data))
    made = run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE)
    assert [row["land_type"] for row in rows(made["OUTPUT"])] == ["田", "畑"]
    assert [row["polygon_uuid"] for row in rows(made["OUTPUT"])] == ["F0﨑\ue000", "F1﨑\ue000"]
    assert made["report"]["encoding"]["value"] == "CP932" and made["report"]["gaiji"]["value"] == "2"
    assert made["report"]["extended_letters"]["value"] == "2"
    assert made["report"]["datum_changed"]["severity"] == "warning"
    assert made["report"]["crs"]["value"].startswith("JGD2000")


def test_flatgeobuf_of_a_prefecture(tmp_path: Path) -> None:
    from qgis.core import QgsProject, QgsVectorFileWriter

    names = "polygon_uuid:string", "land_type:double", "issue_year:double", "key:string"
    layer = QgsVectorLayer("Polygon?crs=EPSG:4612&" + "&".join(f"field={name}" for name in names), "x", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["u1", 200.0, 2025.0, "1522201001"])
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((138 37,138.001 37,138.001 37.001,138 37))"))
    layer.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "FlatGeobuf"
    path = tmp_path / "MB0001_2025_2020_15.fgb"
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(path), QgsProject.instance().transformContext(), options)
    made = run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE)
    row = rows(made["OUTPUT"])[0]
    assert (row["land_type"], row["issue_year"], row["community_key"]) == ("畑", 2025, "1522201001")
    assert made["report"]["format"]["value"] == "FlatGeobuf" and made["report"]["datum"]["value"] == "JGD2000"


def test_parquet_as_other_programs_write_it(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import geopandas
    from shapely.geometry import box

    given = {
        "polygon_uuid": ["u1", "u2"],
        "land_type": [100, 200],
        "issue_year": [2024, 2024],
        "history": [[{"year": 2023}], None],
    }
    # The column of the shapes is called "geometry", as nearly every writer calls it.
    shapes = [box(138.2, 37.1, 138.201, 37.101), box(138.3, 37.1, 138.301, 37.101)]
    frame = geopandas.GeoDataFrame(given, geometry=shapes, crs="EPSG:6668")
    path = tmp_path / "15222_2024.parquet"
    frame.to_parquet(path)
    found = rows(run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE)["OUTPUT"])
    assert [row["polygon_uuid"] for row in found] == ["u1", "u2"] and [row["land_type"] for row in found] == [
        "田",
        "畑",
    ]
    assert json.loads(found[0]["history"]) == [{"year": 2023}] and found[1]["history"] is None


@pytest.fixture()
def parquet(tmp_path: Path) -> Path:
    """Two field polygons as GeoParquet."""
    pytest.importorskip("pyarrow")
    import geopandas
    from shapely.geometry import box

    shapes = [box(138.2, 37.1, 138.201, 37.101), box(138.3, 37.1, 138.301, 37.101)]
    frame = geopandas.GeoDataFrame(
        {"polygon_uuid": ["u1", "u2"], "land_type": [100, 200]}, geometry=shapes, crs="EPSG:6668"
    )
    frame.to_parquet(tmp_path / "15222_2024.parquet")
    return tmp_path / "15222_2024.parquet"


@pytest.mark.parametrize("folder", ["", "筆 ポリゴン/"])
def test_parquet_in_a_zip(tmp_path: Path, parquet: Path, folder: str) -> None:
    packed = tmp_path / "筆.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(parquet, folder + parquet.name)
    made = run("importfieldpolygons", INPUT=[str(packed)], TARGET=ZONE)
    assert [row["polygon_uuid"] for row in rows(made["OUTPUT"])] == ["u1", "u2"]
    assert made["report"]["data_date"]["value"] == "2024" and made["report"]["format"]["value"] == "Parquet"
    found = intake.detect(str(packed))
    assert found.known is not None and found.known.id == "fude" and found.layer.featureCount() == 2


def test_parquet_beside_another_map_in_a_zip(tmp_path: Path, parquet: Path) -> None:
    packed = tmp_path / "筆.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(parquet, parquet.name)
        archive.write(geojson(tmp_path / "x.geojson", [fude(1), fude(3)]), "x.geojson")
    assert run("importfieldpolygons", INPUT=[str(packed)], TARGET=ZONE)["KEPT"] == 4


@pytest.mark.parametrize("zipped", [False, True])
def test_without_a_reader_for_parquet_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zipped: bool) -> None:
    import geopandas

    def none(*_arguments: Any, **_more: Any) -> None:
        raise ImportError("Missing optional dependency 'pyarrow.parquet'.")

    monkeypatch.setattr(geopandas, "read_parquet", none)
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1" + b"x" * 40 + b"PAR1")
    packed = tmp_path / "x.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(path, path.name)
    with pytest.raises(QgsProcessingException, match=r"x\.parquet needs a reader .* Ask for GeoJSON or FlatGeobuf"):
        run("importfieldpolygons", INPUT=[str(packed if zipped else path)], TARGET=ZONE)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(geojson(tmp_path / "x.geojson", [fude(1)]), "x.geojson")
    made = run("importfieldpolygons", INPUT=[str(packed)], TARGET=ZONE)
    assert made["KEPT"] == 1 and "x.parquet needs a reader" in made["report"]["not_read"]["text"]


def test_parquet_without_a_map_is_said(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pandas

    pandas.DataFrame({"polygon_uuid": ["u1"], "land_type": [100]}).to_parquet(tmp_path / "x.parquet")
    if ogr.GetDriverByName("Parquet") is None:
        with pytest.raises(QgsProcessingException, match="Ask for GeoParquet"):
            run("importfieldpolygons", INPUT=[str(tmp_path / "x.parquet")], TARGET=ZONE)
    else:
        assert run("importfieldpolygons", INPUT=[str(tmp_path / "x.parquet")], TARGET=ZONE)["KEPT"] == 1


def test_real_field_polygons(data_folder: Path) -> None:
    path = data_folder / "field_parcels" / "jp" / "jp_field_polygons_2024.parquet"
    if ogr.GetDriverByName("Parquet") is None and find_spec("pyarrow") is None:
        # A QGIS without a reader for Parquet says so and what to ask for instead.
        with pytest.raises(QgsProcessingException, match="Ask for GeoJSON or FlatGeobuf"):
            run("importfieldpolygons", INPUT=[str(path)], TARGET="EPSG:6680")
        return
    made = run("importfieldpolygons", INPUT=[str(path)], TARGET="EPSG:6680")
    found = rows(made["OUTPUT"])
    assert len(found) == 100
    assert sum(row["land_type"] == "畑" for row in found) == 82 and sum(row["land_type"] == "田" for row in found) == 18
    assert made["report"]["data_date"]["value"] == "2024" and made["report"]["datum"]["value"] == "JGD2011"
    assert "wrong_city_code" not in made["report"] and made["report"]["chain"]["value"] == "100"
    assert all(row["area_m2"] > 0 for row in found)


# -- pins --------------------------------------------------------------------------------------------
def pin(number: int, **more: Any) -> dict[str, Any]:
    return {
        "DaichoId": f"D{number:03d}",
        "ShikuchosonCode": "152226",
        "Address": "新潟県上越市谷沢 126-2",
        "Tiban": "126-2",
        "ClassificationOfLand": "1",
        "ClassificationOfLandCodeName": "田",
        "AreaOnRegistry": "1,204",
        "SectionOfNoushinhou": "1",
        "SectionOfNoushinhouCodeName": "農用地区域内",
        "OwnerFarmIntentionCodeName": "非公表",
        "FarmerIndicationNumberHash": "HASHSECRET" + str(number % 2),
        "KindOfRight": "2",
        "KindOfRightCodeName": "賃借権",
        "EndStagesDate": "2030-03-31",
        "UsageSituationInvestigationDate": "2023-08-01",
        "UsageSituationInvestigationResult": "3",
        "UsageSituationInvestigationResultCodeName": "遊休農地ではない",
        "UseIntentionAscertainmentResultCodeName": "調査対象外",
        **more,
    }


def test_pins_unknown_is_never_no(tmp_path: Path) -> None:
    idle = "UsageSituationInvestigationResult"
    features = [
        pin(1),
        pin(2, **{idle: "1", idle + "CodeName": "遊休農地（不耕作）"}),
        pin(3, **{idle: "2", idle + "CodeName": "遊休農地(低利用)"}),
        pin(4, **{idle: "9", idle + "CodeName": "調査中"}),
        pin(5, **{idle: "3", idle + "CodeName": "非公表"}),
        pin(6, **{idle: "8", idle + "CodeName": "新しい区分"}),
        pin(7, **{idle: None, idle + "CodeName": None, "KindOfRight": "0", "KindOfRightCodeName": None}),
        pin(8, KindOfRightCodeName="未回答", SectionOfNoushinhouCodeName="白地", SectionOfNoushinhou="2"),
        pin(1, shape={"type": "Point", "coordinates": [138.3, 37.1]}),
    ]
    path = geojson(tmp_path / "農地ピン_20260815.geojson", features, point=True)
    made = run("importfarmlandpins", INPUT=[str(path)], TARGET=ZONE, PRIVATE="TEMPORARY_OUTPUT")
    found = rows(made["OUTPUT"])
    assert [row["idle"] for row in found] == [
        "not_idle", "idle_1", "idle_2", "unresolved", "unknown", "unknown", "unknown", "not_idle",
    ]  # fmt: skip
    assert {row["owner_intention"] for row in found} == {"unknown"} and {row["owner_found"] for row in found} == {
        "unknown"
    }
    assert (
        found[6]["right_kind"] == "none" and found[7]["right_kind"] == "unknown" and found[0]["right_kind"] == "lease"
    )
    assert found[0]["agri_zone"] == "inside" and found[7]["agri_zone"] == "white"
    assert found[0]["area_reg"] == 1204 and found[0]["city_code"] == "15222"
    assert found[0]["right_end"].toString("yyyy-MM-dd") == "2030-03-31"
    # The pin that stands twice is kept once and told.
    assert made["SET_ASIDE"] == 1 and rows(made["ASIDE"])[0]["reason"] == "repeated"
    # Nothing of the cultivator leaves but a number of our own, in the private table.
    private = rows(made["PRIVATE"])
    assert {row["cultivator_key"] for row in private} == {"pin-farmer-0001", "pin-farmer-0002"}
    everything = str(found) + str(private) + str(rows(made["REPORT"])) + str(rows(made["ASIDE"])) + made["log"]
    assert "HASHSECRET" not in everything
    other = run(
        "importfarmlandpins",
        INPUT=[str(geojson(tmp_path / "b.geojson", features[::-1], point=True))],
        PRIVATE="TEMPORARY_OUTPUT",
    )
    assert sorted(map(str, rows(other["PRIVATE"]))) == sorted(map(str, private))


def test_pins_as_csv_with_a_mark_at_the_beginning(tmp_path: Path) -> None:
    columns = [*pin(1), "経度", "緯度"]
    lines = [",".join(columns)]
    for number in (1, 2):
        cells = [*pin(number).values(), 138.3 if number == 1 else "", 37.1 if number == 1 else ""]
        lines.append(",".join(f'"{cell}"' for cell in cells))
    path = tmp_path / "pins.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    with pytest.raises(QgsProcessingException, match="where it lies"):
        run("importfarmlandpins", INPUT=[str(path)])
    made = run("importfarmlandpins", INPUT=[str(path)], DATA_CRS="EPSG:6668", TARGET=ZONE)
    assert made["report"]["encoding"]["value"] == "UTF-8 (BOM)" and made["report"]["shapes_missing"]["value"] == "1"
    assert made["report"]["crs_stated"]["severity"] == "note"
    assert "HASHSECRET" not in str(rows(made["OUTPUT"])) + made["log"]


# -- the ministries' maps ----------------------------------------------------------------------------
def opened(tmp_path: Path, features: list[dict[str, Any]], **parameters: Any) -> dict[str, Any]:
    return run("importopendata", INPUT=[str(geojson(tmp_path / "x.geojson", features))], **parameters)


def test_agricultural_communities_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    def community(name: str, key: str, village: str) -> dict[str, Any]:
        return {"KEY": key, "PREF": "15", "CITY": "222", "KCITY": "01", "RCOM": "001",
                "PREF_NAME": "新潟県",
                "CITY_NAME": "上越市", "KCITY_NAME": village, "RCOM_NAME": name, "HININTEI": "0"}  # fmt: skip

    made = opened(
        tmp_path,
        [
            community("中", "1522201001", "谷沢村"),
            community("中", "1522202001", "山村"),
            community("上", "1522201002", "谷沢村"),
            community("上", "1522201002", "谷沢村"),
        ],
        TARGET=ZONE,
    )
    assert made["ROLE"] == "hamlets"
    assert [row["hamlet"] for row in rows(made["OUTPUT"])] == ["谷沢村 中", "山村 中", "上", "上"]
    assert rows(made["OUTPUT"])[0]["district"] == "谷沢村"
    assert made["report"]["keys"]["value"] == "3"


def test_municipal_boundary_names_the_plane_zone(tmp_path: Path) -> None:
    made = opened(
        tmp_path, [{"N03_001": "新潟県", "N03_002": None, "N03_003": None, "N03_004": "上越市", "N03_007": "15222"}]
    )
    assert rows(made["OUTPUT"])[0]["city_code"] == "15222"
    assert "EPSG:6676" in made["report"]["plane_zone"]["text"] and made["ROLE"] == "municipality"


def test_landslide_zones(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[138, 37], [138.1, 37]]}

    def zone(kind: int, level: int, **more: Any) -> dict[str, Any]:
        return {"A33_001": kind, "A33_002": level, "A33_003": "15", "A33_004": "Ⅰ-1", "A33_005": "谷沢",
                "A33_006": "上越市",
                "A33_007": "2015/07/01", "A33_008": 0, **more}  # fmt: skip

    made = opened(tmp_path, [zone(1, 1), zone(1, 2), zone(2, 3), zone(3, 4), zone(1, 1, shape=line)], TARGET=ZONE)
    found = rows(made["OUTPUT"])
    assert [row["phenomenon"] for row in found] == ["slope", "slope", "debris", "landslide"]
    assert [row["level"] for row in found] == ["yellow", "red", "yellow", "red"]
    assert [row["status"] for row in found] == ["designated", "designated", "before", "before"]
    assert found[0]["designated_on"].toString("yyyy-MM-dd") == "2015-07-01" and found[0]["law"] == "土砂災害防止法"
    # The flag of the source is 0 where a red zone has been designated.
    assert {row["red_designated"] for row in found} == {"yes"}
    assert len({row["zone_id"] for row in found}) == 4
    # The number of a zone does not depend on the order of the rows.
    path = tmp_path / "x.geojson"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["features"].reverse()
    path.write_text(json.dumps(data), encoding="utf-8")
    again = run("importopendata", INPUT=[str(path)], TARGET=ZONE)
    by_name = {row["zone_id"]: row["level"] for row in found}
    assert {row["zone_id"]: row["level"] for row in rows(again["OUTPUT"])} == by_name
    assert made["report"]["set_aside:other_shape"]["value"] == "1"


@pytest.mark.parametrize(
    ("fields", "level", "scenario"),
    [
        ({"A31_101": 2, "A31_102": "2018/3/1", "A31_103": "1", "A31_104": "x"}, "depth_rank 2", "planned"),
        ({"A31_201": "5", "A31_202": "", "A31_203": "", "A31_204": ""}, "depth_rank 5", "maximum"),
        (
            {"A31a_201": "1", "A31a_202": "関川", "A31a_203": "15", "A31a_204": "新潟県", "A31a_205": 3},
            "depth_rank 3",
            "maximum",
        ),
        ({"A31_301": 7, "A31_302": "", "A31_303": "", "A31_304": ""}, "duration_rank 7", "maximum"),
        ({"A31_401": 1, "A31_402": "", "A31_403": "", "A31_404": ""}, "house_current", "maximum"),
        ({"A31_001": 14, "A31_002": "x"}, "depth_rank 3", "2012"),
        ({"A31_001": "27", "A31_002": "x"}, "depth_rank 4", "2012"),
        ({"A31_201": "9", "A31_202": "", "A31_203": "", "A31_204": ""}, "unknown", "maximum"),
    ],
)
def test_flood_areas_of_every_issue(tmp_path: Path, fields: dict[str, Any], level: str, scenario: str) -> None:
    made = opened(tmp_path, [fields])
    row = rows(made["OUTPUT"])[0]
    assert (row["level"], row["scenario"]) == (level, scenario) and made["ROLE"] == "hazard_zones"
    if "A31a_202" in fields:
        assert row["river"] == "関川" and row["manager"] == "新潟県"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"A17_001": "1", "A17_002": "15222", "A17_006": "上越市", "A17_009": "03"}, "depopulated"),
        ({"A18_001": "1", "A18_002": "15222", "A18_009": "能登", "A18_010": "1985-06-01"}, "peninsula"),
        ({"A24_001": "1", "A24_002": "15222", "A24_009": "谷沢村", "A24_010": 1970, "A24_011": 12}, "mountain"),
        ({"A25_001": "1", "A25_002": "15222", "A25_008": "谷沢村"}, "rural"),
    ],
)  # fmt: skip
def test_areas_by_law(tmp_path: Path, fields: dict[str, Any], kind: str) -> None:
    made = opened(tmp_path, [fields])
    row = rows(made["OUTPUT"])[0]
    assert row["kind"] == kind and row["city_code"] == "15222" and made["ROLE"] == "support_areas"
    if kind == "depopulated":
        assert row["class"] == "part"


def statistics_of_peninsulas(last: int) -> dict[str, Any]:
    """A row of A18s-a: residents and trades by place; 009 and 010 are the year and the people, not name and day."""
    numbers = {f"A18_{number:03d}": number for number in range(9, last + 1)}
    return {"A18_001": "1", "A18_002": "17204", "A18_006": "輪島市", **numbers}


@pytest.mark.parametrize(("name", "last"), [("半島.geojson", 160), ("A18s_a-10.geojson", 10), ("A18s-a_17.geojson", 9)])
@pytest.mark.parametrize("chosen", [False, True])
def test_statistics_of_peninsula_areas_are_not_the_areas(tmp_path: Path, name: str, last: int, chosen: bool) -> None:
    path = geojson(tmp_path / name, [statistics_of_peninsulas(last)])
    kind = 1 + [source.id for source in SOURCES].index("a18") if chosen else 0
    with pytest.raises(QgsProcessingException) as refused:
        run("importopendata", INPUT=[str(path)], KIND=kind)
    assert "Statistics of peninsula areas (A18s-a)" in str(refused.value) and "(A18)" in str(refused.value)


def test_data_sets_that_are_not_read_are_called_by_their_name(tmp_path: Path) -> None:
    schools = geojson(tmp_path / "A27.geojson", [{"A27_001": "15222", "A27_003": "谷沢小"}])
    with pytest.raises(QgsProcessingException, match=r"Primary school districts \(A27\)”, which is not read here"):
        run("importopendata", INPUT=[str(schools)])
    areas = geojson(tmp_path / "A18.geojson", [{"A18_001": "1", "A18_002": "17204", "A18_010": "1985-06-01"}])
    made = run("importopendata", INPUT=[str(areas), str(schools)])
    assert made["KEPT"] == 1 and "A27.geojson (Primary school districts (A27))" in made["report"]["not_read"]["text"]


def test_land_use_of_both_generations(tmp_path: Path) -> None:
    made = opened(
        tmp_path,
        [
            {"L03b_001": f"553837000{n}", "L03b_002": code, "L03b_003": "20210501"}
            for n, code in enumerate(("0100", "0500", "100", "0600", "1600", "zz"))
        ],
    )
    found = rows(made["OUTPUT"])
    assert [row["use"] for row in found] == ["farmland", "forest", "farmland", "wildland", "other", "unknown"]
    assert [row["use_code"] for row in found][:3] == ["0100", "0500", "0100"]
    old = opened(tmp_path, [{"メッシュ": "5538370000", "土地利用種": code} for code in ("1", "5", "B", "9", "G")])
    assert [row["use"] for row in rows(old["OUTPUT"])] == ["farmland", "forest", "water", "road", "other"]
    assert old["report"]["duplicate_keys"]["severity"] == "warning"


def test_slope_with_unknown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "G04-d-11_5538.csv"
    path.write_text(
        "G04d_001,G04d_002,G04d_006,G04d_010\n5538370011,120.5,34,12.5\n5538370012,unknown,unknown,unknown\nxx,1,1,1\n"
    )
    made = run("importopendata", INPUT=[str(path)])
    found = rows(made["OUTPUT"])
    assert (
        found[0]["slope_mean_deg"] == 12.5 and found[1]["height_mean_m"] is None and found[1]["slope_max_deg"] is None
    )
    shapes = [feature.geometry() for feature in made["OUTPUT"].getFeatures()]
    # Two halves of halves of a 1 km square: 11.25" wide, 7.5" high; the third code does not exist.
    assert shapes[0].boundingBox().width() == pytest.approx(1 / 320) and shapes[
        0
    ].boundingBox().height() == pytest.approx(1 / 480)
    assert shapes[2].isNull() and made["report"]["shapes_missing"]["value"] == "1"
    assert made["OUTPUT"].crs().authid() == "EPSG:6668"


@pytest.mark.parametrize(
    ("fields", "role"),
    [
        ({"LAYER_NO": "09", "OBJ_NAME": "民有林", "CTV_NAME": "上越市", "FIS_YEAR": 2015}, "forest_areas"),
        ({"A45_001": "1", "A45_006": "い", "A45_012": 100, "A45_015": "スギ", "A45_017": 45}, "national_forest"),
        ({"A15_001": "谷沢", "A15_004": 1}, "wildlife_areas"),
    ],
)  # fmt: skip
def test_forest_and_wildlife(tmp_path: Path, fields: dict[str, Any], role: str) -> None:
    made = opened(tmp_path, [fields])
    assert made["ROLE"] == role
    if role == "forest_areas":
        assert (
            rows(made["OUTPUT"])[0]["kind"] == "private_forest" and made["report"]["licence"]["severity"] == "warning"
        )


def test_population_of_three_issues(tmp_path: Path) -> None:
    new = {"MESH_ID": 553837001, "SHICODE": 15222, "PTN_2025": 2.767, "PT00_2025": 0, "PTA_2025": 0, "PTC_2025": 0,
           "PTN_2050": 100,
           "PT00_2050": 100, "PTA_2050": 10, "PTC_2050": 40, "HITOKU_2025": 1, "HITOKU_2050": 0}  # fmt: skip
    made = run("importpopulation", INPUT=[str(geojson(tmp_path / "x.geojson", [new]))])
    row = rows(made["OUTPUT"])[0]
    assert row["pop_2025"] == 2.767 and row["pop_65_2025"] is None and row["pop_0_14_2025"] is None
    assert row["pop_2050"] == 100 and row["pop_65_2050"] == 40 and row["city_code"] == "15222"
    assert made["report"]["suppressed"]["value"] == "1" and made["report"]["years"]["text"].endswith("2025, 2050.")
    old = tmp_path / "mesh500_15.csv"
    old.write_text("MESH_ID,CITY_CODE,POP2010,POP2050\n553837003,15222,12.5,3\n")
    made = run("importpopulation", INPUT=[str(old)], TARGET=ZONE)
    assert rows(made["OUTPUT"])[0]["pop_2050"] == 3
    area = next(made["OUTPUT"].getFeatures()).geometry().area()
    assert 200_000 < area < 300_000  # half of a 1 km square in each direction, at 37° north


# -- the seven cases ---------------------------------------------------------------------------------
def test_the_zip_as_it_was_downloaded_and_two_data_sets_in_one(tmp_path: Path) -> None:
    geojson(tmp_path / "a.geojson", [{"A31_201": 1, "A31_202": "", "A31_203": "", "A31_204": ""}])
    geojson(tmp_path / "b.geojson", [{"A31_301": 1, "A31_302": "", "A31_303": "", "A31_304": ""}])
    geojson(tmp_path / "c.geojson", [{"N03_001": "新潟県", "N03_007": "15222"}])
    packed = tmp_path / "A31-22_15_GML.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a", "b", "c"):
            archive.write(tmp_path / f"{name}.geojson", f"15_想定/{name}.geojson")
        archive.writestr("KS-META-A31.xml", "<x/>")
    made = run("importopendata", INPUT=[str(packed)])
    assert {row["phenomenon"] for row in rows(made["OUTPUT"])} == {"flood", "flood_duration"}
    assert made["report"]["not_read"]["value"] == "1"
    chosen = run("importopendata", INPUT=[str(packed)], KIND=2)
    assert chosen["ROLE"] == "municipality" and chosen["OUTPUT"].featureCount() == 1


def test_empty_layer_keeps_the_fields(tmp_path: Path) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:6668&field=A33_001:int&field=A33_002:int", "x", "memory")
    made = run("importopendata", LAYER=layer)
    assert made["OUTPUT"].featureCount() == 0 and made["OUTPUT"].fields().lookupField("phenomenon") >= 0
    assert made["READ"] == 0 and made["OUTPUT"].isSpatial()


def test_wrong_data_no_place_nothing_chosen_and_cancel(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", [{"N03_001": "新潟県", "N03_007": "15222"}])
    with pytest.raises(QgsProcessingException, match="Import open data"):
        run("importfieldpolygons", INPUT=[str(path)])
    other = geojson(tmp_path / "y.geojson", [{"a": 1}])
    with pytest.raises(QgsProcessingException, match="none of these"):
        run("importopendata", INPUT=[str(other)])
    with pytest.raises(QgsProcessingException, match="Nothing was chosen"):
        run("importopendata")
    with pytest.raises(QgsProcessingException, match="cannot be read"):
        run("importopendata", INPUT=[str(tmp_path / "missing.geojson")])
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run("importopendata", Cancelled(), INPUT=[str(path)])
    layer = QgsVectorLayer("Polygon?field=A33_001:int&field=A33_002:int", "x", "memory")
    layer.setCrs(QgsCoordinateReferenceSystem())
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((0 0,1 0,1 1,0 0))"))
    feature.setAttributes([1, 1])
    layer.dataProvider().addFeature(feature)
    with pytest.raises(QgsProcessingException, match="where it lies"):
        run("importopendata", LAYER=layer)
    assert run("importopendata", LAYER=layer, DATA_CRS=ZONE)["OUTPUT"].crs().authid() == ZONE


@pytest.mark.parametrize(
    "name", ["x.geojson", "x.gpkg", "x.fgb", "x.shp", "x.zip", "x.csv", "x.xlsx", "x.parquet", "x.dbf", "x.ods"]
)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 300,
        b"SQLite format 3\0" + b"\1" * 2000,
        b"fgb\3fgb\0" + struct.pack("<I", 1 << 30),
        b"PK\3\4" + b"x" * 50,
    ],
)
def test_broken_files_are_refused_in_one_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(QgsProcessingException) as refused:
        run("importopendata", INPUT=[str(path)])
    assert name in str(refused.value) or "none of these" in str(refused.value)


@pytest.mark.parametrize(
    ("layer", "count", "levels"),
    [("lsld_523857", 81, {"yellow", "red"}), ("fld_52385721_l1", 3, {"depth_rank 1", "depth_rank 2"})],
)
def test_real_zones_of_a_city_model(data_folder: Path, layer: str, count: int, levels: set[str]) -> None:
    path = data_folder / "plateau" / "numazu_22203.gpkg"
    made = run("importopendata", LAYER=QgsVectorLayer(f"{path}|layername={layer}", layer, "ogr"), TARGET="EPSG:6676")
    assert made["KEPT"] == count and made["ROLE"] == "hazard_zones"
    assert {row["level"] for row in rows(made["OUTPUT"])} == levels
    assert not [item for item in made["report"] if item.startswith("not_understood")]
    whole = run("importopendata", INPUT=[str(path)], TARGET="EPSG:6676")
    assert whole["KEPT"] == 84 and whole["report"]["not_read"]["value"] == "4"


def test_other_maps_stay_as_they_are_and_people_stay_out(data_folder: Path, tmp_path: Path) -> None:
    path = data_folder / "plateau" / "numazu_22203.gpkg"
    made = run("importmap", INPUT=[str(path)], TARGET="EPSG:6676")
    assert made["KEPT"] == 234 and made["report"]["not_read"]["value"] == "5"
    line = {"type": "LineString", "coordinates": [[138, 37, 5], [138.1, 37, 5]]}
    features = [
        {"幅員": 4, "所有者": "見本 太郎", "shape": line},
        {"幅員": 3, "所有者": None, "shape": line},
        {"幅員": 1, "所有者": None},
    ]
    made = run("importmap", INPUT=[str(geojson(tmp_path / "道路.geojson", features))], TARGET=ZONE)
    assert [row["幅員"] for row in rows(made["OUTPUT"])] == [4, 3] and made["SET_ASIDE"] == 1
    assert made["OUTPUT"].fields().lookupField("所有者") < 0 and made["report"]["personal_columns"]["value"] == "1"
    assert "heights_left" in made["report"] and made["OUTPUT"].crs().authid() == ZONE


def test_areas_in_collections_of_a_file(tmp_path: Path) -> None:
    line = {"type": "LineString", "coordinates": [[138.3, 37.1], [138.4, 37.1]]}

    def collection(*parts: dict[str, Any]) -> dict[str, Any]:
        return {"type": "GeometryCollection", "geometries": list(parts)}

    features = [
        {"地番": "1", "shape": square(138.3, 37.1)},
        {"地番": "2", "shape": collection(square(138.31, 37.1), line)},
        {"地番": "3", "shape": collection(line)},
    ]
    path = str(geojson(tmp_path / "筆.geojson", features))
    for name in ("importparcels", "importmap"):
        made = run(name, INPUT=[path], TARGET=ZONE)
        areas = [feature.geometry().area() for feature in made["OUTPUT"].getFeatures()]
        assert (made["READ"], made["KEPT"]) == (3, 2) and all(area > 8_000 for area in areas)
        assert made["report"]["from_collection"]["value"] == "1"


# -- files that went wrong on their way --------------------------------------------------------------
def named_layers(path: Path, names: list[str]) -> Path:
    """A GeoPackage with a field polygon in each of the layers."""
    from osgeo import osr

    place = osr.SpatialReference()
    place.ImportFromEPSG(6668)
    source = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    for number, name in enumerate(names):
        layer = source.CreateLayer(name, place, ogr.wkbPolygon)
        layer.CreateField(ogr.FieldDefn("polygon_uuid", ogr.OFTString))
        layer.CreateField(ogr.FieldDefn("land_type", ogr.OFTInteger))
        feature = ogr.Feature(layer.GetLayerDefn())
        feature.SetField("polygon_uuid", f"u{number}")
        feature.SetField("land_type", 100)
        feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON((138.3 37.1,138.301 37.1,138.301 37.101,138.3 37.1))"))
        layer.CreateFeature(feature)
    return path


def test_layers_of_any_name_are_read(tmp_path: Path) -> None:
    names = ["筆 ポリゴン 2024", 'it\'s "q"', "pi|pe", "a=b&c"]
    made = run("importfieldpolygons", INPUT=[str(named_layers(tmp_path / "x.gpkg", names))], TARGET=ZONE)
    assert sorted(row["polygon_uuid"] for row in rows(made["OUTPUT"])) == ["u0", "u1", "u2", "u3"]


def test_letters_lost_in_a_map_of_text_are_told(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", [fude(1, polygon_uuid="日本")])
    assert "lost_letters" not in run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE)["report"]
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp932"))
    made = run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE)
    assert made["report"]["lost_letters"]["severity"] in ("warning", "error")


@pytest.mark.parametrize("name", ["importparcels", "importmap", "importpopulation", "importopendata"])
def test_an_empty_map_is_called_empty(tmp_path: Path, name: str) -> None:
    path = geojson(tmp_path / "x.geojson", [])
    with pytest.raises(QgsProcessingException, match=r"x\.geojson is empty"):
        run(name, INPUT=[str(path)], TARGET=ZONE)


def test_what_else_stands_in_a_zip_is_told(tmp_path: Path) -> None:
    path = geojson(tmp_path / "x.geojson", [fude(1)])
    inner, packed = tmp_path / "inner.zip", tmp_path / "x.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.write(path, "x.geojson")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(inner, "中/inner.zip")
    with pytest.raises(QgsProcessingException, match=r"x\.zip holds other archives .* Unpack it"):
        run("importfieldpolygons", INPUT=[str(packed)], TARGET=ZONE)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.write(path, "x.geojson")
        archive.writestr("台帳.csv", "a,b\n1,2\n")
        archive.writestr("KS-META.xml", "<x/>")
    made = run("importfieldpolygons", INPUT=[str(packed)], TARGET=ZONE)
    assert made["KEPT"] == 1 and made["report"]["not_opened"]["value"] == "2"
    assert "inner.zip" in made["report"]["not_opened"]["text"] and "台帳.csv" in made["report"]["not_opened"]["text"]


def test_codes_of_squares_that_a_spreadsheet_changed(tmp_path: Path) -> None:
    path = tmp_path / "mesh.csv"
    path.write_text("MESH_ID,SHICODE,PTN_2025\n5.33946E+08,13101,3\n533946111.0,13101,2\n")
    made = run("importpopulation", INPUT=[str(path)], TARGET=ZONE)
    assert [row["mesh_code"] for row in rows(made["OUTPUT"])] == ["5.33946E+08", "533946111"]
    assert [feature.hasGeometry() for feature in made["OUTPUT"].getFeatures()] == [False, True]
    assert made["report"]["no_square"]["value"] == "1" and "5.33946E+08" in made["report"]["no_square"]["text"]


def test_shapes_as_text_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    good = '"POLYGON((138.3 37.1,138.301 37.1,138.301 37.101,138.3 37.1))"'
    path.write_text(f"polygon_uuid,land_type,wkt\na,100,{good}\nb,200,POLYGON((1 2))\nc,200,\n")
    made = run("importfieldpolygons", INPUT=[str(path)], TARGET=ZONE, DATA_CRS="EPSG:6668")
    assert made["report"]["not_understood:shape"]["value"] == "1" and made["report"]["shapes_missing"]["value"] == "2"
    assert "line 3" in made["report"]["not_understood:shape"]["text"]


def test_a_multi_point_of_one_is_a_point(tmp_path: Path) -> None:
    place = {"type": "MultiPoint", "coordinates": [[138.3, 37.1]]}
    path = geojson(tmp_path / "x.geojson", [pin(1, shape=place)])
    for name in ("importfarmlandpins", "importmap"):
        made = run(name, INPUT=[str(path)], TARGET=ZONE)
        assert next(made["OUTPUT"].getFeatures()).geometry().asWkt().startswith("Point")


def test_columns_of_numbers_and_words_are_read(tmp_path: Path) -> None:
    from land_stewardship.gis import files

    cells = [-99, "秘匿", None, 3, 2.5, "12-4", [1], ""]
    path = str(geojson(tmp_path / "x.geojson", [{"地番": str(n), "面積": cell} for n, cell in enumerate(cells)]))
    found = files.read_file(path)[0].frame["面積"].tolist()
    assert found[:6] == [-99, "秘匿", None, 3, 2.5, "12-4"] and not found[7]
    made = run("importparcels", INPUT=[path], TARGET=ZONE, COLUMNS="chiban=地番; area_reg=面積")
    assert [row["area_reg"] for row in rows(made["OUTPUT"])] == [None, None, None, 3, 2.5, None, None, None]
    assert made["report"]["not_understood:area_reg"]["value"] == "4"
    made = run("importmap", INPUT=[path], TARGET=ZONE)
    assert [row["面積"] for row in rows(made["OUTPUT"])][:4] == ["-99", "秘匿", None, "3"]


def test_what_a_mac_adds_to_a_zip_is_passed_over(tmp_path: Path) -> None:
    packed = tmp_path / "x.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a b/台帳.csv", "所在,地番\n谷沢,12-4\n".encode("cp932"))
        archive.writestr("__MACOSX/a b/._台帳.csv", b"\0\5\x16\7" + b"\0" * 50)
    assert run("importregister", INPUT=[str(packed)])["KEPT"] == 1
