"""Planning visits, the files they make, and bringing the results back, inside QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest
from osgeo import ogr
from qgis import processing
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate
from tinylayers import CRS, layer, rows

pytestmark = pytest.mark.usefixtures("provider")


def box(x: float, size: float = 30.0) -> str:
    return f"POLYGON(({x} 0,{x + size} 0,{x + size} 30,{x} 30,{x} 0))"


def condition(crs: str = CRS, shapes: Optional[list[Optional[str]]] = None) -> QgsVectorLayer:
    places = [box(i * 40) for i in range(8)] if shapes is None else shapes
    rows = []
    for i, wkt in enumerate(places):
        kind = "farmland" if i < 6 else "public"
        word, chance = (("cannot_tell", 0.4), ("managed", 0.02), ("unmanaged", 0.7))[i % 3]
        state = "not_idle" if i == 5 else None
        rows.append(
            (
                wkt,
                f"k{i}",
                f"{i}-1",
                "谷沢",
                kind,
                word,
                chance,
                state,
                False,
                f"Reason {i}",
                f"理由{i}",
                True,
                float(i),
            )
        )
    return layer(
        "Polygon lot_key:string chiban:string oaza:string land_kind:string condition:string probability:double "
        "survey_state:string disagrees:boolean reason_1:string reason_1_ja:string synthetic:boolean burden:double",
        rows,
        crs,
    )


def roads() -> QgsVectorLayer:
    return layer("LineString road_id:string", [("LINESTRING(-50 -5, 400 -5)", "R")])


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **parameters: Any) -> dict[str, Any]:
    return processing.run(f"landstewardship:{name}", {"OUTPUT": "memory:", **parameters}, feedback=feedback)


def plan(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {"INPUT": condition(), "START": f"-40,-5 [{CRS}]", "ROADS": roads(), "HOURS": 0.5, "WALKS": 3, **more}
    return run("fieldchecklist", feedback, **given)


def test_lots_worth_a_visit_in_walks() -> None:
    result = plan(WAYS="memory:")
    found = rows(result["OUTPUT"])
    # Not the surveyed lot, not public land; a lot almost surely managed is worth less than an open one.
    keys = [row["lot_key"] for row in found]
    assert set(keys) <= {"k0", "k1", "k2", "k3", "k4"} and {"k0", "k3"} <= set(keys)
    assert len(keys) == len(set(keys)) == result["LOTS_CHOSEN"]
    gain = {row["lot_key"]: row["gain_own"] for row in found}
    assert gain["k0"] > gain.get("k1", 0.0) and gain["k0"] > gain["k2"]
    assert [(row["walk"], row["stop"]) for row in found] == sorted((row["walk"], row["stop"]) for row in found)
    ways = rows(result["WAYS"])
    assert all(way["hours"] <= 0.5 + 1e-6 for way in ways) and sum(way["lots"] for way in ways) == len(found)
    assert result["HOURS_ALL"] == pytest.approx(sum(way["hours"] for way in ways))
    assert 0 < result["GAIN"] <= result["LOSS"]
    assert all(row["synthetic"] is True and row["hint_ja"].startswith("理由") for row in found)
    line = next(result["WAYS"].getFeatures()).geometry()
    assert line.length() == pytest.approx(1000 * ways[0]["kilometres"], rel=0.5)
    # Same input, same plan, whatever the order of lots.
    turned = condition()
    features = list(turned.getFeatures())[::-1]
    other = QgsVectorLayer(turned.source(), "o", "memory")
    other.setCrs(turned.crs())
    other.dataProvider().addAttributes(turned.fields().toList())
    other.updateFields()
    other.dataProvider().addFeatures(features)
    assert [row["lot_key"] for row in rows(plan(INPUT=other)["OUTPUT"])] == keys


def test_importance_draws_the_walk() -> None:
    near = rows(plan(HOURS=0.25, WALKS=1, INPUT=condition())["OUTPUT"])
    heavy = rows(plan(HOURS=0.25, WALKS=1, IMPORTANCE="burden")["OUTPUT"])
    assert max(int(row["lot_key"][1:]) for row in heavy) >= max(int(row["lot_key"][1:]) for row in near)


def test_files_for_the_field(tmp_path: Path) -> None:
    package, gpx, sheet = (str(tmp_path / name) for name in ("field.gpkg", "walk.gpx", "sheet.pdf"))
    result = plan(PACKAGE=package, GPX=gpx, SHEET=sheet, LANGUAGE=1, VILLAGE="谷沢", ROUND="2026-11")
    chosen = result["LOTS_CHOSEN"]
    field = QgsVectorLayer(f"{package}|layername=field_checks", "f", "ogr")
    assert field.isValid() and field.featureCount() == chosen
    setup = {name: field.editorWidgetSetup(field.fields().lookupField(name)) for name in ("result", "photo", "access")}
    assert setup["result"].type() == "ValueMap" and setup["photo"].type() == "ExternalResource"
    choices = setup["result"].config()["map"]
    assert {"遊休、草刈りで戻せる（緑）": "idle_1_green"} in choices and len(choices) == 6
    assert field.fields().field("result").alias() == "現地の状態"
    form = field.editFormConfig()
    assert form.readOnly(field.fields().lookupField("chiban")) and not form.readOnly(
        field.fields().lookupField("result")
    )
    row = rows(field)[0]
    assert len(row["check_id"]) == 36 and row["round"] == "2026-11" and row["hint"].startswith("理由")
    # One flat layer: no child tables.
    source = ogr.Open(package)
    assert [source.GetLayer(i).GetName() for i in range(source.GetLayerCount()) if "style" not in
            source.GetLayer(i).GetName()] == ["field_checks"]  # fmt: skip
    del source
    places = QgsVectorLayer(f"{gpx}|layername=waypoints", "w", "ogr")
    tracks = QgsVectorLayer(f"{gpx}|layername=tracks", "t", "ogr")
    assert places.featureCount() == chosen and tracks.featureCount() >= 1
    # Zone VIII begins at 36 N, 138.5 E.
    assert places.extent().center().x() == pytest.approx(138.5, abs=0.05)
    assert places.extent().center().y() == pytest.approx(36.0, abs=0.05)
    data = Path(sheet).read_bytes()
    assert data.startswith(b"%PDF") and data.count(b"/Type /Page\n") == len({r["walk"] for r in rows(result["OUTPUT"])})
    del field, places, tracks
    # What may hold results is never overwritten.
    with pytest.raises(QgsProcessingException, match="may hold results"):
        plan(PACKAGE=package)


def test_there_and_back_again(tmp_path: Path) -> None:
    package = str(tmp_path / "field.gpkg")
    plan(PACKAGE=package)
    field = QgsVectorLayer(f"{package}|layername=field_checks", "f", "ogr")
    answers = {"k0": "waste_b", "k3": "not_idle"}
    ids = {}
    assert field.startEditing()
    for feature in field.getFeatures():
        if feature["lot_key"] in answers:
            ids[feature["lot_key"]] = feature["check_id"]
            for name, value in (
                ("result", answers[feature["lot_key"]]),
                ("checked_on", QDate(2026, 11, 20)),
                ("checked_by", "walker 1"),
                ("photo", "DCIM/1.jpg"),
            ):
                field.changeAttributeValue(feature.id(), field.fields().lookupField(name), value)
    assert field.commitChanges()
    before = layer("NoGeometry lot_key:string patrol_on:date result:string zone:string",
                   [("k0", "2026-11-20", "not_idle", "x"), ("k7", "2020-01-01", "not_idle", "y")])  # fmt: skip
    given = {"INPUT": field, "PATROL": before, "LOTS": condition(), "REVIEWER": "office", "REVIEWED_ON": "2026-11-30"}
    result = run("importfieldchecks", ACCEPT_REST=True, REVIEW="memory:", **given)
    assert (result["ACCEPTED"], result["AGAINST"]) == (1, 1) and result["NOT_VISITED"] == field.featureCount() - 2
    table = rows(result["OUTPUT"])
    assert [row["lot_key"] for row in table] == ["k0", "k7", "k3"] and table[0]["zone"] == "x"
    new = table[2]
    assert (new["result"], new["reviewed_by"], new["checked_by"]) == ("not_idle", "office", "walker 1")
    assert new["patrol_on"] == QDate(2026, 11, 20) and new["reviewed_on"] == QDate(2026, 11, 30)
    listed = {row["lot_key"]: row for row in rows(result["REVIEW"]) if row["result"]}
    assert listed["k0"]["status"] == "conflict" and listed["k0"]["photo"] == "DCIM/1.jpg"
    # Named, it comes in beside the earlier row; JSON as the dock writes it works alike.
    for decisions in (
        f"{ids['k0']} accept\n{ids['k3']} reject",
        f'{{"{ids["k0"]}": "accept", "{ids["k3"]}": "reject"}}',
    ):
        result = run("importfieldchecks", DECISIONS=decisions, **given)
        assert (result["ACCEPTED"], result["REJECTED"]) == (1, 1)
        assert [row["result"] for row in rows(result["OUTPUT"]) if row["lot_key"] == "k0"] == ["not_idle", "waste_b"]
    # What comes out is a farm patrol table.
    lots = layer("Polygon lot_key:string category_reg:string", [(box(i * 40), f"k{i}", "田") for i in range(8)])
    found = run("findunmanaged", INPUT=lots, PATROL=run("importfieldchecks", ACCEPT_REST=True, **given)["OUTPUT"])
    assert {row["lot_key"]: row["condition"] for row in rows(found["OUTPUT"])}["k3"] == "managed"
    # Brought back a second time, nothing is added.
    again = run("importfieldchecks", ACCEPT_REST=True, **{**given, "PATROL": result["OUTPUT"]})
    assert len(rows(again["OUTPUT"])) == len(rows(result["OUTPUT"])) + 1  # k3, rejected above, is taken over now


# -- what both must bear ------------------------------------------------------------------------
def checks(rows_: Optional[list[tuple[Any, ...]]] = None) -> QgsVectorLayer:
    return layer("NoGeometry check_id:string lot_key:string result:string checked_on:date", rows_ or [])


def test_empty_inputs(tmp_path: Path) -> None:
    result = plan(INPUT=condition(shapes=[]), SHEET=str(tmp_path / "s.pdf"), GPX=str(tmp_path / "g.gpx"))
    assert result["LOTS_CHOSEN"] == 0 and result["OUTPUT"].featureCount() == 0 and "SHEET" not in result
    assert rows(run("importfieldchecks", INPUT=checks(), REVIEWER="o")["OUTPUT"]) == []


def test_invalid_and_missing_shapes_stop_nothing(tmp_path: Path) -> None:
    shapes = ["POLYGON((0 0,30 30,30 0,0 30,0 0))", None, *[box(i * 40) for i in range(2, 8)]]
    result = plan(INPUT=condition(shapes=shapes), SHEET=str(tmp_path / "s.pdf"))
    assert {row["lot_key"] for row in rows(result["OUTPUT"])} >= {"k0", "k3"}


@pytest.mark.parametrize("crs", ["", "EPSG:6668"])
def test_without_a_metric_crs_is_refused(crs: str) -> None:
    with pytest.raises(QgsProcessingException, match=r"no coordinate system|not in metres"):
        plan(INPUT=condition(crs))


def test_wrong_tables_are_named() -> None:
    with pytest.raises(QgsProcessingException, match="no field"):
        plan(INPUT=layer("Polygon lot_key:string", []))
    with pytest.raises(QgsProcessingException, match="no field check_id"):
        run("importfieldchecks", INPUT=layer("NoGeometry a:string", []), REVIEWER="o")
    with pytest.raises(QgsProcessingException, match="not a day"):
        run("importfieldchecks", INPUT=checks(), REVIEWER="o", REVIEWED_ON="soon")
    with pytest.raises(QgsProcessingException, match="not an id and a decision"):
        run("importfieldchecks", INPUT=checks(), REVIEWER="o", DECISIONS="yes")


def test_cancel_leaves_nothing(tmp_path: Path) -> None:
    stop = QgsProcessingFeedback(False)
    stop.cancel()
    target, package = tmp_path / "o.gpkg", tmp_path / "p.gpkg"
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        plan(stop, OUTPUT=str(target), PACKAGE=str(package))
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run("importfieldchecks", stop, INPUT=checks(), REVIEWER="o", OUTPUT=str(target))
    assert not target.exists() and not package.exists()
