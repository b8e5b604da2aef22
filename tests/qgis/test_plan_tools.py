"""Saving choices, plan tables and report as a user runs them."""

from __future__ import annotations

import csv
import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from shapely.geometry import box

from land_stewardship.gis import plan_store
from land_stewardship.gis.plan_store import PlanStore

pytestmark = pytest.mark.usefixtures("provider")
CRS = "EPSG:6676"
MAIN, BOW_TIE = "Polygon((0 0,10 0,10 20,0 20,0 0))", "Polygon((40 0,50 20,50 0,40 20,40 0))"


def lot(number: int) -> str:
    return f"15222-241-000-0000-00-{number}"


def memory(rows: list[tuple[Any, ...]], fields: str = "", kind: str = "Polygon", crs: str = CRS) -> QgsVectorLayer:
    """A layer of rows (WKT or None, values …)."""
    fields = fields or "field=lot_key:string&field=management_class:string&field=hamlet:string&field=use_now:string"
    uri = f"{kind}?{fields}" + (f"&crs={crs}" if crs else "")
    layer = QgsVectorLayer(uri, "choices", "memory")
    assert layer.isValid()
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    for wkt, *values in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(values))
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        assert layer.dataProvider().addFeature(feature)
    return layer


def square(number: int) -> str:
    return f"Polygon(({10 * number} 0,{10 * number + 10} 0,{10 * number + 10} 20,{10 * number} 20,{10 * number} 0))"


def choices() -> QgsVectorLayer:
    classes = ("maintain", "adapt", "convert", "watch")
    return memory([(square(n), lot(n), name, "上" if n < 2 else "下", "farmland") for n, name in enumerate(classes)])


def table(rows: list[tuple[str, str]]) -> QgsVectorLayer:
    return memory(
        [(None, *row) for row in rows], "field=lot_key:string&field=management_class:string", "NoGeometry", ""
    )


def run(name: str, feedback: Any = None, **parameters: Any) -> dict[str, Any]:
    from qgis import processing

    return processing.run(f"landstewardship:{name}", parameters, feedback=feedback or QgsProcessingFeedback())


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """A saved plan of four lots."""
    path = str(tmp_path / "plan.gpkg")
    run("savechoices", INPUT=choices(), PLAN=path, AUTHOR="役場", TITLE="谷沢", HORIZON_YEAR=2035)
    return path


# -- save choices ---------------------------------------------------------------------------------------
def test_new_plan_is_styled_and_described(plan: str) -> None:
    layer = QgsVectorLayer(plan, "plan", "ogr")
    assert layer.featureCount() == 4 and layer.renderer().type() == "RuleRenderer" and layer.labelsEnabled()
    assert layer.attributeAlias(layer.fields().lookupField("management_class")) != ""
    store = PlanStore.open(plan)
    meta = store.meta()
    assert (meta["title"], meta["horizon_year"], meta["author"]) == ("谷沢", "2035", "役場")
    assert {change.editor for change in store.history()} == {"役場"}
    assert list(store.read()["unit_no"]) == ["A-1", "A-2", "B-1", "B-2"] or len(store.read()) == 4


def test_existing_plan_is_updated_never_replaced(plan: str) -> None:
    store = PlanStore.open(plan)
    ids, history = sorted(store.read()["unit_id"]), len(store.history())
    found = run(
        "savechoices",
        INPUT=table([(lot(0), "見守り"), (lot(1), "2")]),
        PLAN=plan,
        DECIDED_BY=4,
        DECIDED_ON=dt.date(2026, 5, 1).isoformat(),
        MEETING="第2回",
    )
    assert (found["CREATED"], found["UPDATED"], found["UNCHANGED"], found["KEPT"]) == (0, 2, 0, 0)
    frame = store.read().set_index("lot_keys")
    assert sorted(frame["unit_id"]) == ids and len(store.history()) == history + 2
    row = frame.loc[lot(0)]
    assert row["management_class"] == "watch" and row["decided_by"] == "workshop" and row["decided_in"] == "第2回"
    assert row["decided_on"] == dt.date(2026, 5, 1) and row["hamlet"] == "上"
    again = run("savechoices", INPUT=choices(), PLAN=plan)
    assert (again["KEPT"], again["UNCHANGED"]) == (2, 2)
    assert store.read().set_index("lot_keys").loc[lot(0), "management_class"] == "watch"
    told = run("savechoices", INPUT=choices(), PLAN=plan, REPLACE_DECISIONS=True)
    assert told["UPDATED"] == 2 and told["KEPT"] == 0
    assert store.meta()["title"] == "谷沢"


def test_own_style_is_not_replaced(plan: str) -> None:
    connection = sqlite3.connect(plan)
    with connection:
        connection.execute("UPDATE layer_styles SET description = 'mine'")
    connection.close()
    run("savechoices", INPUT=choices(), PLAN=plan)
    connection = sqlite3.connect(plan)
    assert connection.execute("SELECT description FROM layer_styles").fetchall() == [("mine",)]
    connection.close()


def test_table_takes_places_from_the_lots(tmp_path: Path) -> None:
    path = str(tmp_path / "plan")
    rows = table([(lot(0), "maintain"), (lot(4), "watch"), (lot(9), "watch")])
    with pytest.raises(QgsProcessingException, match="areas of the lots"):
        run("savechoices", INPUT=rows, PLAN=path)
    lots = memory(
        [(MAIN, lot(0), "2025-01-10"), (BOW_TIE, lot(4), "2025-03-01")],
        "field=lot_key:string&field=map_date:date",
    )
    hamlets = memory(
        [("Polygon((-5 -5,20 -5,20 30,-5 30,-5 -5))", "上", "北", 0.05)],
        "field=hamlet:string&field=district:string&field=official_area_ha:double",
    )
    found = run("savechoices", INPUT=rows, LOTS=lots, HAMLETS=hamlets, PLAN=path)
    assert found["PLAN"] == f"{path}.gpkg" and (found["CREATED"], found["PROBLEMS"]) == (2, 1)
    store = PlanStore.open(found["PLAN"])
    frame = store.read().set_index("lot_keys")
    assert frame.loc[lot(0), "district"] == "北" and frame.loc[lot(4), "hamlet"] is None
    assert not frame.loc[lot(4), "geometry"].is_valid  # kept as it is
    assert "2025-03-01" in store.meta()["data_dates"] and store.meta()["official_area_ha"] == "0.05"


@pytest.mark.parametrize("crs, words", [("", "no coordinate system"), ("EPSG:4326", "not in metres")])
def test_coordinate_system_is_required(tmp_path: Path, crs: str, words: str) -> None:
    layer = memory([(MAIN, lot(0), "maintain", "上", None)], crs=crs)
    path = tmp_path / "plan.gpkg"
    with pytest.raises(QgsProcessingException, match=words):
        run("savechoices", INPUT=layer, PLAN=str(path))
    assert not path.exists()


def test_wrong_field_type_and_missing_fields(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    numbers = memory(
        [(MAIN, 1024, 3, "yes", 9.5), (square(1), 1025, 77, None, None)],
        "field=lot_key:integer&field=management_class:integer&field=priority:string&field=decided_by:double",
    )
    found = run("savechoices", INPUT=numbers, PLAN=str(path))
    assert (found["CREATED"], found["PROBLEMS"]) == (1, 2)
    row = PlanStore.open(str(path)).read().iloc[0]
    assert (row["management_class"], row["lot_keys"], row["decided_by"], row["priority"]) == (
        "convert",
        "1024",
        "draft",
        True,
    )
    other = tmp_path / "other.gpkg"
    with pytest.raises(QgsProcessingException, match="management_class"):
        run("savechoices", INPUT=memory([(MAIN, "x")], "field=name:string"), PLAN=str(other))
    assert not other.exists()


def test_empty_choices(tmp_path: Path, plan: str) -> None:
    found = run("savechoices", INPUT=memory([]), PLAN=str(tmp_path / "empty.gpkg"))
    assert found["CREATED"] == 0 and len(PlanStore.open(found["PLAN"]).read()) == 0
    history = len(PlanStore.open(plan).history())
    assert run("savechoices", INPUT=memory([]), PLAN=plan)["UPDATED"] == 0
    assert len(PlanStore.open(plan).history()) == history


class _CancelAfter(QgsProcessingFeedback):
    """Cancels once this much is done."""

    def __init__(self, percent: float) -> None:
        super().__init__()
        self.percent = percent
        self.progressChanged.connect(self._look)

    def _look(self, value: float) -> None:
        if value >= self.percent:
            self.cancel()


@pytest.mark.parametrize("percent", [0.0, 30.0, 60.0])
def test_cancel_leaves_nothing(tmp_path: Path, plan: str, percent: float) -> None:
    path = tmp_path / "new.gpkg"
    feedback = _CancelAfter(percent)
    if percent == 0.0:
        feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Nothing was changed"):
        run("savechoices", feedback, INPUT=choices(), PLAN=str(path))
    assert not path.exists() and not list(tmp_path.glob(".*gpkg*"))
    before = PlanStore.open(plan).read()
    feedback = _CancelAfter(percent)
    if percent == 0.0:
        feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Nothing was changed"):
        run("savechoices", feedback, INPUT=table([(lot(0), "watch")]), PLAN=plan)
    assert PlanStore.open(plan).read().equals(before)


def test_locked_and_foreign_files_are_left_alone(tmp_path: Path, plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_store, "PAUSE", 0.01)
    monkeypatch.setattr(plan_store, "BUSY_MS", 50)
    other = sqlite3.connect(plan, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(QgsProcessingException, match="another program"):
        run("savechoices", INPUT=table([(lot(0), "watch")]), PLAN=plan)
    other.execute("ROLLBACK")
    other.close()
    assert run("savechoices", INPUT=table([(lot(0), "watch")]), PLAN=plan)["UPDATED"] == 1
    foreign = tmp_path / "foreign.gpkg"
    gpd.GeoDataFrame({"a": [1]}, geometry=[box(0, 0, 1, 1)], crs=CRS).to_file(foreign)
    before = foreign.read_bytes()
    with pytest.raises(QgsProcessingException, match="not a plan"):
        run("savechoices", INPUT=choices(), PLAN=str(foreign))
    assert foreign.read_bytes() == before


def test_folder_that_takes_no_files() -> None:
    """/proc refuses new files even from root."""
    with pytest.raises(QgsProcessingException, match=r"nothing was saved"):
        run("savechoices", INPUT=choices(), PLAN="/proc/plan.gpkg")


def test_selected_rows_only(tmp_path: Path) -> None:
    from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProject

    layer = choices()
    QgsProject.instance().addMapLayer(layer)
    try:
        layer.selectByExpression("management_class = 'adapt'")
        source = QgsProcessingFeatureSourceDefinition(layer.id(), selectedFeaturesOnly=True)
        found = run("savechoices", INPUT=source, PLAN=str(tmp_path / "plan.gpkg"))
        assert found["CREATED"] == 1
    finally:
        QgsProject.instance().removeMapLayer(layer.id())


# -- tables ------------------------------------------------------------------------------------------------
def read_csv(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("as_layer", [True, False])
def test_tables(plan: str, tmp_path: Path, as_layer: bool) -> None:
    source: Any = QgsVectorLayer(f"{plan}|layername=plan", "plan", "ogr") if as_layer else plan
    folder = tmp_path / "tables"
    found = run("plantables", PLAN=source, OFFICIAL_AREA=1.0, PARTS=1, LANGUAGE=2, OUTPUT_FOLDER=str(folder))
    assert found["TOTAL_HA"] == pytest.approx(0.08) and found["RESIDUAL_HA"] == pytest.approx(0.92)
    with open(found["AREA_BY_CLASS"], "rb") as stream:
        assert stream.read(3) == b"\xef\xbb\xbf"
    rows = {(row["Hamlet"], row["Code"]): row for row in read_csv(found["AREA_BY_CLASS"])}
    assert rows["Whole plan", "maintain"]["Area (ha)"] == "0.0200" and rows["下", "total"]["Units"] == "2"
    assert rows["Whole plan", "residual"]["Area (ha)"] == "0.9200"
    uses = {(row["Hamlet"], row["Code"]): row for row in read_csv(found["AREA_BY_USE"])}
    assert uses["Whole plan", "farmland"]["Now (ha)"] == "0.0800"
    assert uses["Whole plan", "unknown"]["Planned (ha)"] == "0.0800"
    assert Path(found["WORKBOOK"]).stat().st_size > 5000
    assert len(read_csv(found["AREA_BY_USE_CHANGE"])) == 3 * 12


def test_unknown_official_area_is_said(plan: str, tmp_path: Path) -> None:
    feedback = QgsProcessingFeedback()
    found = run("plantables", feedback, PLAN=plan, LANGUAGE=2, OUTPUT_FOLDER=str(tmp_path / "t"))
    assert "RESIDUAL_HA" not in found and "not known" in feedback.textLog()
    rows = read_csv(found["AREA_BY_CLASS"])
    assert [row["Area (ha)"] for row in rows if row["Code"] == "residual"] == ["Unknown"]


def test_districts_layer_gives_official_areas(plan: str, tmp_path: Path) -> None:
    layer = memory(
        [(MAIN, "上", "北", 2.0), (MAIN, "下", "南", 3.0)],
        "field=hamlet:string&field=district:string&field=official_area_ha:double",
    )
    found = run("plantables", PLAN=plan, DISTRICTS=layer, PARTS=1, LANGUAGE=1, OUTPUT_FOLDER=str(tmp_path / "t"))
    assert found["RESIDUAL_HA"] == pytest.approx(4.92)
    rows = {(row["集落"], row["コード"]): row for row in read_csv(found["AREA_BY_CLASS"])}
    assert rows["上", "residual"]["面積（ha）"] == "1.9600"


def test_without_openpyxl_the_csv_are_complete(plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    feedback = QgsProcessingFeedback()
    found = run("plantables", feedback, PLAN=plan, OUTPUT_FOLDER=str(tmp_path / "t"))
    assert "WORKBOOK" not in found and Path(found["AREA_BY_USE"]).exists()
    assert "openpyxl" in feedback.textLog()


def test_folder_that_is_a_file(plan: str, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(QgsProcessingException, match="could not be written"):
        run("plantables", PLAN=plan, OUTPUT_FOLDER=str(blocked))


# -- report ---------------------------------------------------------------------------------------------------
def test_report(plan: str, tmp_path: Path) -> None:
    run("savechoices", INPUT=table([(lot(0), "watch")]), PLAN=plan, DECIDED_BY=3)
    picture = tmp_path / "map.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\nxx")
    found = run("planreport", PLAN=plan, MAP_IMAGE=str(picture), LANGUAGE=1, OUTPUT=str(tmp_path / "r.html"))
    html = Path(found["OUTPUT"]).read_text(encoding="utf-8")
    for words in ("谷沢", "土地所有者", "1 / 4", "目標年 2035年", "役場", "第1版", "data:image/png;base64,"):
        assert words in html, words
    again = run("planreport", PLAN=plan, MAP_IMAGE=str(picture), LANGUAGE=1, OUTPUT=str(tmp_path / "s.html"))
    assert Path(again["OUTPUT"]).read_text(encoding="utf-8") == html


def test_report_of_a_draft_layer_without_plan_file(tmp_path: Path) -> None:
    found = run("planreport", PLAN=choices(), LANGUAGE=2, OUTPUT=str(tmp_path / "r.html"))
    assert "0 / 4" in Path(found["OUTPUT"]).read_text(encoding="utf-8")


def test_bad_picture(plan: str, tmp_path: Path) -> None:
    picture = tmp_path / "map.png"
    picture.write_text("no picture")
    with pytest.raises(QgsProcessingException, match="not a PNG"):
        run("planreport", PLAN=plan, MAP_IMAGE=str(picture), OUTPUT=str(tmp_path / "r.html"))
    assert not (tmp_path / "r.html").exists()


def test_report_into_a_missing_folder(plan: str, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(QgsProcessingException):
        run("planreport", PLAN=plan, OUTPUT=str(blocked / "r.html"))


# -- both --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name, output", [("plantables", "OUTPUT_FOLDER"), ("planreport", "OUTPUT")])
def test_bad_plans(name: str, output: str, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    for layer, words in (
        (memory([(MAIN, "x")], "field=name:string"), "management_class"),
        (memory([(MAIN, lot(0), "watch", None, None)], crs=""), "no coordinate system"),
        (memory([(MAIN, lot(0), "watch", None, None)], crs="EPSG:4326"), "not in metres"),
    ):
        with pytest.raises(QgsProcessingException, match=words):
            run(name, PLAN=layer, **{output: str(target)})
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Nothing was changed"):
        run(name, feedback, PLAN=choices(), **{output: str(target)})
    assert not target.exists()


@pytest.mark.parametrize("name, output", [("plantables", "OUTPUT_FOLDER"), ("planreport", "OUTPUT")])
def test_odd_plans_still_give_results(name: str, output: str, tmp_path: Path) -> None:
    odd = memory(
        [
            (BOW_TIE, lot(0), "watch", None, "castle"),
            (None, lot(1), "abandon", "上", None),
            (MAIN, lot(2), None, None, None),
        ]
    )
    assert run(name, PLAN=odd, **{output: str(tmp_path / "a.html")})
    assert run(name, PLAN=memory([]), **{output: str(tmp_path / "b.html")})


def test_wrong_field_types_in_a_plan(tmp_path: Path) -> None:
    odd = memory(
        [(MAIN, 4, 12, "x", "maybe")],
        "field=management_class:integer&field=use_now:integer&field=area_m2:string&field=priority:string",
    )
    found = run("plantables", PLAN=odd, LANGUAGE=2, OUTPUT_FOLDER=str(tmp_path / "t"))
    assert found["TOTAL_HA"] == pytest.approx(0.02)
    assert run("planreport", PLAN=odd, LANGUAGE=2, OUTPUT=str(tmp_path / "r.html"))["OUTPUT"]


def test_all_in_one_context(plan: str) -> None:
    """The algorithms can be made and asked without running (as the model designer does)."""
    from qgis.core import QgsApplication

    for name in ("savechoices", "plantables", "planreport"):
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"landstewardship:{name}")
        assert algorithm.checkParameterValues({}, QgsProcessingContext())[0] is False
