"""The algorithm importmojmap inside QGIS."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from qgis import processing
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsVectorLayer,
    QgsWkbTypes,
)

from land_stewardship.core.parcels.lotfields import LOT_FIELDS

JOETSU = "15222-1107-1553.xml"

LOCAL_MAP = """<?xml version="1.0" encoding="UTF-8"?>
<地図 xmlns="http://www.moj.go.jp/MINJI/tizuxml" xmlns:zmn="http://www.moj.go.jp/MINJI/tizuzumen">
<市区町村コード>99999</市区町村コード><座標系>{crs}</座標系><空間属性>
<zmn:GM_Curve id="C1"><zmn:GM_Curve.segment><zmn:GM_LineString><zmn:GM_LineString.controlPoint>{points}
</zmn:GM_LineString.controlPoint></zmn:GM_LineString></zmn:GM_Curve.segment></zmn:GM_Curve>
<zmn:GM_Surface id="F1"><zmn:GM_Surface.patch><zmn:GM_Polygon><zmn:GM_Polygon.boundary><zmn:GM_SurfaceBoundary>
<zmn:GM_SurfaceBoundary.exterior><zmn:GM_Ring><zmn:GM_CompositeCurve.generator idref="C1"/></zmn:GM_Ring>
</zmn:GM_SurfaceBoundary.exterior></zmn:GM_SurfaceBoundary></zmn:GM_Polygon.boundary></zmn:GM_Polygon>
</zmn:GM_Surface.patch></zmn:GM_Surface></空間属性><主題属性>
<筆 id="H1"><大字コード>001</大字コード><地番>5</地番><形状 idref="F1"/>
<筆界未定構成筆>5</筆界未定構成筆><筆界未定構成筆>6</筆界未定構成筆></筆>
<筆 id="H2"><大字コード>001</大字コード><地番>7</地番><形状 idref="F9"/></筆>
<筆 id="H3"><地番>地区外-1</地番><形状 idref="F1"/></筆>
</主題属性></地図>"""


def small_map(crs: str) -> bytes:
    corners = ((100, 200), (100, 210), (110, 210), (110, 200), (100, 200))
    points = "".join(
        f"<zmn:GM_PointArray.column><zmn:GM_Position.direct><zmn:X>{x}</zmn:X><zmn:Y>{y}</zmn:Y>"
        "</zmn:GM_Position.direct></zmn:GM_PointArray.column>"
        for x, y in corners
    )
    return LOCAL_MAP.format(crs=crs, points=points).encode()


def run(provider: Any, **parameters: Any) -> tuple[dict[str, Any], QgsProcessingContext, str]:
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    parameters.setdefault("OUTPUT", "TEMPORARY_OUTPUT")
    result = processing.run(f"{provider.id()}:importmojmap", parameters, context=context, feedback=feedback)
    return result, context, feedback.textLog()


def layer_of(value: Any, context: QgsProcessingContext) -> QgsVectorLayer:
    layer = value if isinstance(value, QgsVectorLayer) else QgsProcessingUtils.mapLayerFromString(value, context)
    assert isinstance(layer, QgsVectorLayer) and layer.isValid()
    return layer


def test_real_map(provider: Any, data_folder: Path) -> None:
    result, context, log = run(provider, INPUT=str(data_folder / "moj_map_xml" / JOETSU))
    layer = layer_of(result["OUTPUT"], context)
    assert layer.featureCount() == result["LOTS"] == 1051
    assert layer.crs().authid() == "EPSG:6676"
    assert layer.wkbType() == QgsWkbTypes.Type.MultiPolygon
    names = [field.name() for field in layer.fields()]
    assert names == [spec.name for spec in LOT_FIELDS]
    area = sum(feature.geometry().area() for feature in layer.getFeatures())
    assert area / 10_000 == pytest.approx(202.46, abs=0.005)
    invalid = [f["fude_id"] for f in layer.getFeatures() if not f.geometry().isGeosValid()]
    assert len(invalid) == 6
    assert (result["UNPLACED_LOTS"], result["UNDETERMINED"], result["SET_ASIDE"], result["FINDINGS"]) == (0, 0, 0, 0)
    assert "1,051" in log and "202.46" in log and "EPSG:6676" in log
    first = next(layer.getFeatures())
    assert first["map_date"].toString("yyyy-MM-dd") == "2002-02-22"
    assert first["synthetic"] is False


def test_result_is_kept_in_a_geopackage(provider: Any, data_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "lots.gpkg"
    run(provider, INPUT=str(data_folder / "moj_map_xml" / JOETSU), OUTPUT=str(target))
    layer = QgsVectorLayer(f"{target}|layername=lots", "lots", "ogr")
    assert layer.isValid() and layer.featureCount() == 1051


def test_folder_and_zones(provider: Any, data_folder: Path) -> None:
    folder = str(data_folder / "moj_map_xml")
    result, context, log = run(provider, FOLDER=folder)
    assert (result["LOTS"], result["SET_ASIDE"]) == (1054, 6)
    assert layer_of(result["OUTPUT"], context).crs().authid() == "EPSG:6676"
    assert "(2, 8, 9)" in log
    result, context, _ = run(provider, FOLDER=folder, ZONE=8, DATUM=1)
    assert layer_of(result["OUTPUT"], context).crs().authid() == "EPSG:2451"


def test_file_and_folder_together(provider: Any, data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "a.XML").write_bytes(small_map("公共座標8系"))
    (tmp_path / "notes.txt").write_text("no map")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("b.xml", small_map("公共座標8系"))
    result, _, _ = run(
        provider, INPUT=str(data_folder / "moj_map_xml" / "12103-0400-76.zip"), FOLDER=str(tmp_path), ZONE=7
    )
    assert result["LOTS"] == 5
    # The same lot numbers come from both hand-made files.
    assert result["FINDINGS"] == 4


def test_arbitrary_coordinates_have_a_layer_of_their_own(provider: Any, tmp_path: Path) -> None:
    path = tmp_path / "local.xml"
    path.write_bytes(small_map("任意座標系"))
    result, context, log = run(provider, INPUT=str(path), UNPLACED="TEMPORARY_OUTPUT")
    assert (result["LOTS"], result["UNPLACED_LOTS"], result["UNDETERMINED"]) == (0, 2, 1)
    assert layer_of(result["OUTPUT"], context).featureCount() == 0
    unplaced = layer_of(result["UNPLACED"], context)
    assert not unplaced.crs().isValid()
    shapes = [feature.geometry() for feature in unplaced.getFeatures()]
    assert shapes[0].boundingBox().xMinimum() == 200 and shapes[0].boundingBox().yMinimum() == 100
    assert shapes[1].isNull()
    assert next(unplaced.getFeatures())["undetermined"] == "5; 6"
    assert "without a known place: 2" in log
    _, _, log = run(provider, INPUT=str(path))
    assert "to keep them" in log
    target = tmp_path / "unplaced.gpkg"
    run(provider, INPUT=str(path), UNPLACED=str(target))
    kept = QgsVectorLayer(str(target), "kept", "ogr")
    assert kept.featureCount() == 2 and not kept.crs().authid().startswith("EPSG:")


def test_sheets_in_local_coordinates_get_a_layer_each(provider: Any, tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(small_map("任意座標系"))
    (tmp_path / "c.xml").write_bytes(small_map("公共座標8系"))
    target = tmp_path / "out" / "sheets.gpkg"
    target.parent.mkdir()
    result, context, _log = run(
        provider,
        FOLDER=str(tmp_path),
        UNPLACED_SHEETS=str(target),
        TRIAGE="TEMPORARY_OUTPUT",
        REPORT="TEMPORARY_OUTPUT",
    )
    assert result["UNPLACED_LAYERS"] == 2 and result["LOTS"] == 2
    triage = {row["source_file"]: row for row in layer_of(result["TRIAGE"], context).getFeatures()}
    assert {name: row["verdict"] for name, row in triage.items()} == {
        "a.xml": "arbitrary",
        "b.xml": "arbitrary",
        "c.xml": "digitised",
    }
    for name in ("a.xml", "b.xml"):
        layer = QgsVectorLayer(f"{target}|layername={triage[name]['layer']}", name, "ogr")
        assert layer.isValid() and layer.featureCount() == 2
        assert layer.crs().authid() == "" and not layer.crs().isGeographic()
        # The file's own numbers: X (north) 100 to 110, Y (east) 200 to 210.
        box = layer.extent()
        assert (box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()) == (200, 100, 210, 110)
    report = {row["item"]: row for row in layer_of(result["REPORT"], context).getFeatures()}
    assert (report["rows_read"]["value"], report["rows_kept"]["value"]) == ("9", "6")
    assert report["set_aside:outside_sheet"]["value"] == "3" and report["unplaced"]["severity"] == "warning"
    assert not list(target.parent.glob("*.part*"))


def test_sheets_points_and_lines_of_the_map(provider: Any, data_folder: Path) -> None:
    result, context, _log = run(
        provider,
        INPUT=str(data_folder / "moj_map_xml" / "46505-3411-1.zip"),
        SHEETS="TEMPORARY_OUTPUT",
        POINTS="TEMPORARY_OUTPUT",
        LINES="TEMPORARY_OUTPUT",
    )
    counts = {name: layer_of(result[name], context).featureCount() for name in ("SHEETS", "POINTS", "LINES")}
    assert counts == {"SHEETS": 4, "POINTS": 164, "LINES": 282}
    sheets, lots = layer_of(result["SHEETS"], context), layer_of(result["OUTPUT"], context)
    assert sheets.crs() == lots.crs() and sheets.extent().contains(lots.extent())


def test_nothing_of_a_map_without_a_place_is_dropped_unseen(provider: Any, tmp_path: Path) -> None:
    sheet = "<図郭><地図番号>A-1</地図番号><方位不明フラグ>true</方位不明フラグ><地図材質>和紙</地図材質></図郭>"
    lines = (
        '<筆界線><形状 idref="C1"/><線種別>筆界線</線種別></筆界線><筆界点><点番名>9</点番名><形状 idref="?"/></筆界点>'
    )
    text = (
        small_map("任意座標系")
        .decode()
        .replace("<主題属性>", f"<主題属性>{lines}")
        .replace("</地図>", f"{sheet}</地図>")
    )
    (tmp_path / "a.xml").write_text(text.replace("<地番>7</地番>", "<地番></地番>"), encoding="utf-8")
    outside = small_map("公共座標8系").decode().replace("<地番>5<", "<地番>別図5<").replace("<地番>7<", "<地番>別図7<")
    (tmp_path / "b.xml").write_text(outside, encoding="utf-8")
    target = tmp_path / "sheets.gpkg"
    sinks = dict.fromkeys(("REPORT", "SHEETS", "POINTS", "LINES"), "TEMPORARY_OUTPUT")
    result, context, _log = run(provider, FOLDER=str(tmp_path), UNPLACED_SHEETS=str(target), **sinks)
    assert result["UNPLACED_LAYERS"] == 1  # a layer of lines is no sheet
    (row,) = layer_of(result["SHEETS"], context).getFeatures()
    assert (row["sheet_no"], row["north_unknown"], row["material"]) == ("A-1", True, "和紙") and not row.hasGeometry()
    assert layer_of(result["LINES"], context).featureCount() == 0
    drawn = QgsVectorLayer(f"{target}|layername=a.xml_lines", "x", "ogr")
    assert drawn.isValid() and [feature["line_type"] for feature in drawn.getFeatures()] == ["筆界線"]
    report = {row["item"]: row["value"] for row in layer_of(result["REPORT"], context).getFeatures()}
    told = ("maps", "maps_without_lots", "no_number", "details_without_shape", "details_unplaced")
    assert [report[item] for item in told] == ["2", "1", "1", "1", "1"]


def test_more_lots_than_memory_should_hold_come_out_the_same(
    provider: Any, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from land_stewardship.gis import spool

    found = []
    for held in (spool.IN_MEMORY, 1):
        monkeypatch.setattr(spool.Spool.__init__, "__defaults__", (held,))
        result, context, _log = run(provider, FOLDER=str(data_folder / "moj_map_xml"))
        layer = layer_of(result["OUTPUT"], context)
        found.append([(*row.attributes(), row.geometry().asWkb().data()) for row in layer.getFeatures()])
    assert found[0] == found[1] and len(found[0]) == 1054


def test_broken_outline_is_told_and_kept(provider: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(small_map("公共座標8系"))
    result, context, log = run(provider, INPUT=str(path))
    rows = {f["chiban"]: f for f in layer_of(result["OUTPUT"], context).getFeatures()}
    assert set(rows) == {"5", "7"} and not rows["7"].hasGeometry() and rows["5"].hasGeometry()
    assert result["FINDINGS"] == 1 and "lot 7" in log and result["SET_ASIDE"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not readable XML"),
        (b"<a/>", "not a land registry map"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "document type"),
        (b"PK\x03\x04", "not a zip file"),
        (
            small_map("公共座標8系")
            .replace("<地番>5<".encode(), "<地番>別図<".encode())
            .replace("<地番>7<".encode(), "<地番>地区外<".encode()),
            "no lot",
        ),
    ],
    ids=["empty", "other", "entities", "zip", "no lot"],
)
def test_bad_files_stop_with_one_sentence(provider: Any, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(content)
    with pytest.raises(QgsProcessingException, match=words):
        run(provider, INPUT=str(path))


def test_nothing_given_and_empty_folder(provider: Any, tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match="No file was given"):
        run(provider)
    with pytest.raises(QgsProcessingException, match="was found"):
        run(provider, FOLDER=str(tmp_path))


def test_wrong_paths_are_named(provider: Any, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a\n")
    for parameters, words in (
        ({"INPUT": str(tmp_path / "gone.xml")}, r"There is no file .*gone\.xml"),
        ({"INPUT": str(tmp_path / "table.csv")}, r"table\.csv is not an \.xml or \.zip file"),
        ({"FOLDER": str(tmp_path / "gone")}, "There is no folder"),
    ):
        with pytest.raises(QgsProcessingException, match=words):
            run(provider, **parameters)


def test_wrong_kind_of_parameter(provider: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(small_map("公共座標8系"))
    with pytest.raises(QgsProcessingException):
        run(provider, INPUT=str(path), ZONE="nineteen")


def test_cancel_leaves_nothing(provider: Any, data_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "lots.gpkg"
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        processing.run(
            f"{provider.id()}:importmojmap",
            {"INPUT": str(data_folder / "moj_map_xml" / JOETSU), "OUTPUT": str(target)},
            feedback=feedback,
        )
    assert not target.exists()
