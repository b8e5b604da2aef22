"""Registers and maps of lots of any office: columns, units, profiles, names apart, as a user runs it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Optional

import pytest
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
    QgsProject,
    QgsVectorLayer,
)

pytestmark = pytest.mark.usefixtures("provider")
REGISTER = """土地台帳 令和6年4月1日現在
所在,地番,登記地目,登記面積,所有者,住所,電話番号
谷沢,12番地4,田,"1,204",見本 太郎,上越市谷沢1番地,000-111
谷沢,13,畑,330,見本 花子,上越市谷沢2番地,
谷沢,99,山林,不明,見本　太郎,上越市谷沢1番地,
谷沢,合計,,1534,,,
谷沢,,原野,5,,,
"""
SECRETS = ("見本", "谷沢1番地", "000-111")


class Cancelled(QgsProcessingFeedback):
    """Cancelled before it starts."""

    def isCanceled(self) -> bool:
        return True


def run(
    name: str, feedback: Optional[QgsProcessingFeedback] = None, project: Optional[QgsProject] = None, **parameters: Any
) -> dict[str, Any]:
    """Outputs of an algorithm: layers opened, the log under "log", the report by item under "report"."""
    context, feedback = QgsProcessingContext(), feedback or QgsProcessingFeedback()
    if project is not None:
        context.setProject(project)
    given = {**dict.fromkeys(("OUTPUT", "ASIDE", "REPORT"), "TEMPORARY_OUTPUT"), **parameters}
    result = processing.run(f"landstewardship:{name}", given, context=context, feedback=feedback)
    for key, value in list(result.items()):
        if isinstance(value, str) and value.startswith(("OUTPUT_", "memory")):
            result[key] = QgsProcessingUtils.mapLayerFromString(value, context)
        if isinstance(result[key], QgsVectorLayer):
            result[key].setParent(None)
    result["log"], result["context"] = feedback.textLog(), context
    result["report"] = {row["item"]: row for row in rows(result["REPORT"])}
    assert (
        result["READ"] == result["KEPT"] + result["SET_ASIDE"] and result["ASIDE"].featureCount() == result["SET_ASIDE"]
    )
    return result


def rows(table: QgsVectorLayer) -> list[dict[str, Any]]:
    names = [field.name() for field in table.fields()]
    return [
        {name: None if value == NULL else value for name, value in zip(names, feature.attributes())}
        for feature in table.getFeatures()
    ]


def lots() -> QgsVectorLayer:
    layer = QgsVectorLayer(
        "Polygon?crs=EPSG:6676&field=lot_key:string&field=oaza:string&field=chiban:string", "lots", "memory"
    )
    for key, number in (("K-12-4", "12-4"), ("K-13", "13")):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([key, "谷沢", number])
        feature.setGeometry(QgsGeometry.fromWkt("POLYGON((0 0,30 0,30 40,0 40,0 0))"))
        layer.dataProvider().addFeature(feature)
    return layer


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_register_keeps_names_apart(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "台帳.csv"
    path.write_bytes(REGISTER.encode(encoding))
    made = run("importregister", INPUT=[str(path)], LOTS=lots(), PRIVATE="TEMPORARY_OUTPUT")
    found = rows(made["OUTPUT"])
    assert made["ROLE"] == "register" and made["UNMATCHED"] == 1
    assert [row["lot_key"] for row in found] == ["K-12-4", "K-13", None]
    assert [row["area_reg"] for row in found] == [1204.0, 330.0, None]
    assert [row["owner_key"] for row in found] == ["owner-0001", "owner-0002", "owner-0001"]
    assert {row["reason"] for row in rows(made["ASIDE"])} == {"total", "no_chiban"}
    assert [row["row"] for row in rows(made["ASIDE"])] == [6, 7]
    report = made["report"]
    assert report["data_date"]["value"] == "2024-04-01" and report["not_understood:area_reg"]["value"] == "1"
    assert report["lines_above"]["value"] == "1"
    private = rows(made["PRIVATE"])
    assert [row["name"] for row in private] == ["見本 太郎", "見本 花子"]
    public = str(found) + str(rows(made["ASIDE"])) + str(rows(made["REPORT"])) + made["log"]
    assert not [secret for secret in SECRETS if secret in public]
    again = run("importregister", INPUT=[str(path)], PEOPLE=made["PRIVATE"])
    assert [row["owner_key"] for row in rows(again["OUTPUT"])] == ["owner-0001", "owner-0002", "owner-0001"]
    assert "persons_left" not in again["report"]  # known already
    without = run("importregister", INPUT=[str(path)])
    assert without["report"]["persons_left"]["severity"] == "warning"


def test_names_go_into_a_private_file_only(tmp_path: Path) -> None:
    table = tmp_path / "台帳.csv"
    table.write_text(REGISTER, encoding="utf-8")
    for name in ("people.csv", "plan.gpkg", "private people.gpkg"):
        for value in (str(tmp_path / name), f"ogr:dbname='{tmp_path / name}' table=\"people\" (geom)"):
            with pytest.raises(QgsProcessingException, match="private file only"):
                run("importregister", INPUT=[str(table)], PRIVATE=value)
    assert [path.name for path in tmp_path.iterdir()] == ["台帳.csv"]
    for path in (tmp_path / "owners_private.gpkg", tmp_path / "谷沢_private" / "people.gpkg"):
        path.parent.mkdir(exist_ok=True)
        run("importregister", INPUT=[str(table)], PRIVATE=str(path))
        assert path.is_file()


def test_the_small_place_name_tells_lots_of_one_number_apart(tmp_path: Path) -> None:
    layer = QgsVectorLayer(
        "Polygon?crs=EPSG:6676&field=lot_key:string&field=oaza:string&field=koaza:string&field=chiban:string",
        "lots",
        "memory",
    )
    for key, koaza in (("K-A", "上"), ("K-B", "下")):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([key, "谷沢", koaza, "5"])
        layer.dataProvider().addFeature(feature)
    path = tmp_path / "台帳.csv"
    path.write_text("大字,字,地番,登記地目\n谷沢,下,5,田\n谷沢,沢,５番,田\n大字谷沢,字下,５,田\n", encoding="utf-8")
    made = run("importregister", INPUT=[str(path)], LOTS=layer, KIND=1)
    found = rows(made["OUTPUT"])
    # The lot of another 小字 is not this one, whatever its number.
    assert [(row["lot_key"], row["koaza"]) for row in found] == [("K-B", "下"), (None, "沢"), ("K-B", "字下")]
    assert "columns_left" not in made["report"]
    # One lot in two spellings is one lot.
    assert made["report"]["lots"]["value"] == "2" and "1 of them in more than one row" in made["report"]["lots"]["text"]


def test_letters_of_one_computer_reach_the_private_table(tmp_path: Path) -> None:
    path = tmp_path / "外字.csv"
    path.write_bytes(
        "地番,所有者,地目\n1,".encode("cp932") + b"\xfb\xfc\xf0\x40 \x91\xbe\x98Y" + ",田\n".encode("cp932")
    )
    made = run("importregister", INPUT=[str(path)], KIND=1, PRIVATE="TEMPORARY_OUTPUT")
    assert rows(made["PRIVATE"])[0]["name"] == "髙\ue000 太郎"
    assert made["report"]["gaiji"]["value"] == "1" and made["report"]["encoding"]["value"] == "CP932"


def test_a_workbook_and_dbf_and_zip(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["農地パトロール結果"])
    book.active.append(["地番", "判定", "調査日"])
    for number in range(1, 6):
        book.active.append([f"{number}", "1号遊休農地（緑区分）", "2024-08-01"])
    path = tmp_path / "結果.xlsx"
    book.save(path)
    made = run("importregister", INPUT=[str(path)])
    assert made["ROLE"] == "patrol" and rows(made["OUTPUT"])[0]["result"] == "idle_1_green"
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("台帳/結果.csv", "地番,判定\n1,B分類\n".encode("cp932"))
        archive.writestr("台帳/読んでください.csv", "あいさつ,本文\nこんにちは,よろしく\n")
    made = run("importregister", INPUT=[str(packed)], KIND=3)
    assert rows(made["OUTPUT"])[0]["result"] == "waste_b" and made["report"]["not_read"]["value"] == "1"
    # The key to the codes has more rows than the table itself.
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("台帳/結果.csv", "地番,判定\n1,B分類\n".encode("cp932"))
        archive.writestr("台帳/あ_記号.csv", "記号,意味\nA,再生\nB,困難\n".encode("cp932"))
    made = run("importregister", INPUT=[str(packed)], KIND=3)
    assert rows(made["OUTPUT"])[0]["result"] == "waste_b" and made["report"]["not_read"]["value"] == "1"


def test_farmers_leave_nothing_in_the_open_table(tmp_path: Path) -> None:
    path = tmp_path / "名簿.csv"
    path.write_text("氏名,年齢,後継者\n見本 太郎,78,無\n見本 花子,60,有\n", encoding="utf-8")
    made = run("importregister", INPUT=[str(path)], PRIVATE="TEMPORARY_OUTPUT")
    assert made["ROLE"] == "cultivators" and made["OUTPUT"].featureCount() == 0
    assert [row["successor"] for row in rows(made["PRIVATE"])] == ["no", "yes"]
    assert "見本" not in str(rows(made["REPORT"])) + made["log"]


def test_forest_tables(tmp_path: Path) -> None:
    path = tmp_path / "森林簿.csv"
    path.write_bytes(
        "林班,小班,樹種,林齢,齢級,面積,材積,森林所有者\n12,い1,スギ,45,9,1.20,512,見本 太郎\n計,,,,,1.20,512,\n".encode(
            "cp932"
        )
    )
    made = run("importforestregister", INPUT=[str(path)], PRIVATE="TEMPORARY_OUTPUT")
    row = rows(made["OUTPUT"])[0]
    assert made["ROLE"] == "forest_stands" and row["species"] == "スギ" and row["area_ha"] == pytest.approx(1.2)
    assert made["SET_ASIDE"] == 1 and row["owner_key"] == "owner-0001"
    with pytest.raises(QgsProcessingException, match="Forest stand list"):
        run("importregister", INPUT=[str(path)])


def test_a_profile_is_saved_and_applied_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("番,面,人\n1,300,x\n2,600,y\n3,900,z\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="no column for"):
        run("importregister", INPUT=[str(path)], KIND=1)
    saved = tmp_path / "profiles" / "上越市.json"
    made = run(
        "importregister",
        INPUT=[str(path)],
        KIND=1,
        COLUMNS="chiban=番; area_reg=面; owner=人",
        AREA_UNIT=4,
        SAVE_PROFILE=str(saved),
    )
    assert rows(made["OUTPUT"])[0]["area_reg"] == pytest.approx(300 * 400 / 121) and made["UNIT"] == "tsubo"
    # By parameter, and by itself in a project beside the folder.
    by_hand = run("importregister", INPUT=[str(path)], KIND=1, PROFILE=str(saved))
    project = QgsProject()
    project.setFileName(str(tmp_path / "village.qgz"))
    by_itself = run("importregister", project=project, INPUT=[str(path)], KIND=1)
    for again in (by_hand, by_itself):
        assert rows(again["OUTPUT"]) == rows(made["OUTPUT"]) and "上越市" in again["report"]["profile"]["text"]
    with pytest.raises(QgsProcessingException, match="does not fit"):
        run("importregister", INPUT=[str(path)], KIND=3, PROFILE=str(saved))
    (tmp_path / "profiles" / "broken.json").write_text("{")
    with pytest.raises(QgsProcessingException, match="not a column profile"):
        run("importregister", INPUT=[str(path)], KIND=1, PROFILE=str(tmp_path / "profiles" / "broken.json"))
    assert run("importregister", project=project, INPUT=[str(path)], KIND=1)["KEPT"] == 3


# -- maps of lots ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("file", "layer", "unit", "area", "key"),
    [
        ("fi/LandUse.ExistingLandUse.GSAAAgriculturalParcel.gpkg", "", "ha", "PINTA_ALA", None),
        ("hr/land_parcels.gpkg", "", "m2", "area", None),
        ("pt/Continente.gpkg", "Culturas_Aveiro", "m2", "Shape_Area", None),
        ("ec_ro/x/RO/RO_ny_EC21.shp", "", "m2", "AREA_HA", None),
    ],
)
def test_parcels_of_other_countries(data_folder: Path, file: str, layer: str, unit: str, area: str, key: Any) -> None:
    path = data_folder / "field_parcels" / file
    given = {"LAYER": QgsVectorLayer(f"{path}|layername={layer}", "x", "ogr")} if layer else {"INPUT": [str(path)]}
    made = run("importparcels", **given)
    found = rows(made["OUTPUT"])
    assert len(found) == 100 and made["UNIT"] == unit
    assert f"= {area}" in made["report"]["columns"]["text"] or f"＝{area}" in made["report"]["columns"]["text_ja"]
    near = sum(abs(row["area_reg"] / row["area_m2"] - 1) < 0.3 for row in found if row["area_reg"])
    assert near >= 95
    # The column of the Romanian layer is named HA and holds m²: said once, as that.
    assert (made["report"]["area_unit"]["severity"] == "warning") == (area == "AREA_HA")
    assert all(row["lot_key"] for row in found)


def test_lots_in_degrees_without_a_place_empty_lines_and_cancel(tmp_path: Path) -> None:
    degrees = QgsVectorLayer("Polygon?crs=EPSG:6668&field=地番:string", "x", "memory")
    feature = QgsFeature(degrees.fields())
    feature.setAttributes(["12番地4"])
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((138.3 37.1,138.301 37.1,138.301 37.101,138.3 37.1))"))
    degrees.dataProvider().addFeature(feature)
    with pytest.raises(QgsProcessingException, match="metres"):
        run("importparcels", LAYER=degrees)
    made = run("importparcels", LAYER=degrees, TARGET="EPSG:6676")
    assert rows(made["OUTPUT"])[0]["chiban"] == "12-4" and made["OUTPUT"].crs().authid() == "EPSG:6676"
    nowhere = QgsVectorLayer("Polygon?field=a:string", "x", "memory")
    nowhere.setCrs(QgsCoordinateReferenceSystem())
    with pytest.raises(QgsProcessingException, match="where it lies"):
        run("importparcels", LAYER=nowhere)
    empty = QgsVectorLayer("Polygon?crs=EPSG:6676&field=a:string", "x", "memory")
    assert run("importparcels", LAYER=empty)["OUTPUT"].featureCount() == 0
    table = tmp_path / "x.csv"
    table.write_text("a,b\n1,2\n")
    with pytest.raises(QgsProcessingException, match="holds no shapes"):
        run("importparcels", INPUT=[str(table)])
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run("importparcels", Cancelled(), LAYER=degrees, TARGET="EPSG:6676")
    wkt = tmp_path / "w.csv"
    wkt.write_text(
        '地番,WKT\n1,"POLYGON((0 0,10 0,10 10,0 10,0 0))"\n2,"POLYGON((0 0,10 10,10 0,0 10,0 0))"\n', encoding="utf-8"
    )
    made = run("importparcels", INPUT=[str(wkt)], DATA_CRS="EPSG:6676")
    assert rows(made["OUTPUT"])[0]["area_m2"] == 100.0 and made["report"]["shapes_invalid"]["value"] == "1"
    assert "for example 2)" in made["report"]["shapes_invalid"]["text"]  # the lot, by its key


def test_a_geopackage_without_a_place_is_placed_by_what_the_user_states(tmp_path: Path) -> None:
    from osgeo import ogr

    path = tmp_path / "lots.gpkg"
    package = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    made = package.CreateLayer("lots", None, ogr.wkbPolygon)
    made.CreateField(ogr.FieldDefn("chiban", ogr.OFTString))
    feature = ogr.Feature(made.GetLayerDefn())
    feature.SetField("chiban", "1")
    feature.SetGeometry(ogr.CreateGeometryFromWkt("POLYGON((0 0,10 0,10 10,0 10,0 0))"))
    made.CreateFeature(feature)
    del feature, made, package
    with pytest.raises(QgsProcessingException, match="where it lies"):
        run("importparcels", INPUT=[str(path)])
    stated = run("importparcels", INPUT=[str(path)], DATA_CRS="EPSG:6676", TARGET="EPSG:6677")
    assert stated["OUTPUT"].crs().authid() == "EPSG:6677" and "crs_stated" in stated["report"]


def test_a_sheet_in_local_coordinates_cannot_be_moved() -> None:
    from land_stewardship.processing.importmojmap import LOCAL_WKT

    sheet = QgsVectorLayer("Polygon?field=chiban:string", "sheet", "memory")
    sheet.setCrs(QgsCoordinateReferenceSystem.fromWkt(LOCAL_WKT))
    feature = QgsFeature(sheet.fields())
    feature.setAttributes(["1"])
    feature.setGeometry(QgsGeometry.fromWkt("POLYGON((0 0,10 0,10 10,0 10,0 0))"))
    sheet.dataProvider().addFeature(feature)
    assert rows(run("importparcels", LAYER=sheet)["OUTPUT"])[0]["area_m2"] == 100.0
    with pytest.raises(QgsProcessingException, match="local coordinates"):
        run("importparcels", LAYER=sheet, TARGET="EPSG:6676")


def test_ages_and_months_side_by_side_are_read(tmp_path: Path) -> None:
    people = tmp_path / "人口.csv"
    people.write_text(
        "令和7年10月1日現在\n行政区,総数,65～69歳,70～74歳,85歳以上\n上,15,12,-,3\n下,8,x,4,4\n合計,23,12,4,7\n",
        encoding="cp932",
    )
    made = run("importregister", INPUT=[str(people)], PRIVATE="TEMPORARY_OUTPUT")
    assert made["ROLE"] == "residents" and made["SET_ASIDE"] == 3
    told = sorted((r["hamlet"], r["age_from"], r["age_to"], r["residents"]) for r in rows(made["PRIVATE"]))
    assert told == [("上", 65, 69, 12), ("上", 70, 74, 0), ("上", 85, 94, 3), ("下", 70, 74, 4), ("下", 85, 94, 4)]
    assert "3 columns" in made["report"]["wide_table"]["text"]
    assert made["report"]["wide_kept_back"]["severity"] == "warning"
    water = tmp_path / "水道_令和6年度.csv"
    water.write_text("家屋番号,4月,5月,3月\n10-1,5,,0\n10-2,1,2,3\n", encoding="utf-8")
    made = run("importregister", INPUT=[str(water)])
    assert made["ROLE"] == "water_use"
    told_water = sorted((r["house_id"], r["month"], r["m3"]) for r in rows(made["OUTPUT"]))
    assert told_water == [
        ("10-1", "2024-04", 5.0), ("10-1", "2025-03", 0.0),
        ("10-2", "2024-04", 1.0), ("10-2", "2024-05", 2.0), ("10-2", "2025-03", 3.0),
    ]  # fmt: skip
    bare = tmp_path / "水道.csv"
    bare.write_bytes(water.read_bytes())
    with pytest.raises(QgsProcessingException, match="have no year"):
        run("importregister", INPUT=[str(bare)])


def test_a_profile_of_a_wide_table_fits_the_next_one(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("むら,0～4歳,5～9歳,10～14歳\n上,1,2,3\n", encoding="utf-8")
    second.write_text("むら,0～4歳,5～9歳,10～14歳,15～19歳\n上,1,2,3,4\n", encoding="utf-8")
    kept = str(tmp_path / "p.json")
    run("importregister", INPUT=[str(first)], KIND=5, COLUMNS="hamlet=むら", SAVE_PROFILE=kept)
    made = run("importregister", INPUT=[str(second)], KIND=5, PROFILE=kept, PRIVATE="TEMPORARY_OUTPUT")
    assert [row["residents"] for row in rows(made["PRIVATE"])] == [1, 2, 3, 4]
