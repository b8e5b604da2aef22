"""Reading results of the harm overlay, the rule table, flow lines, and asking on the map."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from land_stewardship.core.errors import InputError
from land_stewardship.gis import catalogues, harm_reading, harm_rules, symbology
from land_stewardship.gis.harm_reading import LOT, Layers, Thing
from land_stewardship.gis.relief_session import ReliefSession
from land_stewardship.ui import harmrules
from land_stewardship.ui.harmask import HarmAnswer
from land_stewardship.ui.harmrelief import HarmRelief
from land_stewardship.ui.mapask import AskTool
from land_stewardship.ui.state import ProjectState

KEY = "15222-241-000-0000-00-{}".format


def layer_of(kind: str, fields: str, rows: list[tuple[Any, dict[str, Any]]]) -> QgsVectorLayer:
    place = "" if kind == "NoGeometry" else "crs=EPSG:6676&"
    layer = QgsVectorLayer(f"{kind}?{place}{fields}", kind, "memory")
    assert layer.isValid()
    made = []
    for shape, values in rows:
        feature = QgsFeature(layer.fields())
        if shape is not None:
            feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(*shape)))
        for name, value in values.items():
            feature[name] = value
        made.append(feature)
    assert layer.dataProvider().addFeatures(made)[0]
    layer.updateExtents()
    return layer


@pytest.fixture
def results(qgis_app: Any) -> Iterator[Layers]:
    """Two unmanaged lots (0–20 and 20–40), a field, a house on the first lot, a managed lot, the forest edge."""
    sources = layer_of(
        "MultiPolygon",
        "field=lot_key:string&field=chiban:string&field=explanation:string&field=explanation_ja:string",
        [
            (
                (0, 0, 20, 20),
                {
                    "lot_key": KEY("10"),
                    "chiban": "10",
                    "explanation": "Lot 10 may burden.",
                    "explanation_ja": "10は影響する可能性があります。",
                },
            ),
            (
                (20, 0, 40, 20),
                {
                    "lot_key": KEY("11-2"),
                    "chiban": "11-2",
                    "explanation": "Lot 11-2 may burden.",
                    "explanation_ja": "11-2は",
                },
            ),
        ],
    )
    receptors = layer_of(
        "MultiPolygon",
        "field=receptor_id:string&field=receptor_kind:string&field=explanation:string&field=explanation_ja:string",
        [
            (
                (5, 5, 8, 8),
                {
                    "receptor_id": "H'1",
                    "receptor_kind": "houses",
                    "explanation": "2 lots lie within reach.",
                    "explanation_ja": "2筆あります。",
                },
            ),
            (
                (40, 0, 60, 20),
                {
                    "receptor_id": KEY("12"),
                    "receptor_kind": "farmland",
                    "explanation": "3 within reach.",
                    "explanation_ja": "3",
                },
            ),
        ],
    )
    fields = "&".join(
        f"field={name}"
        for name in (
            "source:string",
            "receptor_id:string",
            "receptor_kind:string",
            "kind:string",
            "rule_id:string",
            "evidence:string",
            "distance_m:double",
            "value:double",
            "share:double",
        )
    )

    def link(source: str, receptor: str, kind: str, rule: str, sure: str, far: float, value: float, part: float) -> Any:
        return None, {
            "source": source,
            "receptor_id": receptor,
            "receptor_kind": kind,
            "kind": "x",
            "rule_id": rule,
            "evidence": sure,
            "distance_m": far,
            "value": value,
            "share": part,
        }

    links = layer_of(
        "NoGeometry",
        fields,
        [
            link(KEY("11-2"), "H'1", "houses", "weeds_houses", "assumption", 12.0, 1.0, 1.0),
            link(KEY("10"), KEY("12"), "farmland", "boar_farmland", "literature", 20.0, 1.0, 0.25),
            link(KEY("11-2"), KEY("12"), "farmland", "boar_farmland", "literature", 0.0, 2.0, 0.5),
            link("edge-3", KEY("12"), "farmland", "boar_forest_edge", "literature", 50.0, 1.0, 0.25),
        ],
    )
    lots = layer_of(
        "MultiPolygon",
        "field=lot_key:string&field=chiban:string&field=condition:string",
        [
            ((0, 40, 20, 60), {"lot_key": KEY("20"), "chiban": "20", "condition": "managed"}),
            ((20, 40, 40, 60), {"lot_key": KEY("21"), "chiban": "21", "condition": "cannot_tell"}),
        ],
    )
    yield Layers(sources, receptors, links, lots)


def point(x: float, y: float) -> QgsGeometry:
    return QgsGeometry.fromPointXY(QgsPointXY(x, y))


def test_a_house_is_asked_about_before_the_lot_below_it(results: Layers) -> None:
    assert harm_reading.things_at(results, point(6, 6)) == [Thing("houses", "H'1"), Thing(LOT, KEY("10"))]
    assert harm_reading.things_at(results, point(15, 15)) == [Thing(LOT, KEY("10"))]
    assert harm_reading.things_at(results, point(50, 10)) == [Thing("farmland", KEY("12"))]
    assert harm_reading.things_at(results, point(10, 50)) == [Thing(LOT, KEY("20"))]
    assert harm_reading.things_at(results, point(500, 500)) == []


def test_things_are_found_by_number(results: Layers) -> None:
    assert harm_reading.things_called(results, " 11-2 ") == [Thing(LOT, KEY("11-2"))]
    assert harm_reading.things_called(results, "h'1") == [Thing("houses", "H'1")]
    assert harm_reading.things_called(results, "12") == [Thing("farmland", KEY("12"))]
    assert harm_reading.things_called(results, "20") == [Thing(LOT, KEY("20"))]
    assert harm_reading.things_called(results, "") == harm_reading.things_called(results, "999") == []


def test_whom_a_lot_burdens(results: Layers) -> None:
    told = harm_reading.answer(results, Thing(LOT, KEY("11-2")))
    assert told.sentence.en == "Lot 11-2 may burden."
    assert told.name.en == "Lot 11-2" and told.name.ja == "地番 11-2"
    assert [(row.partner.key, row.share, row.distance_m, row.evidence) for row in told.shares] == [
        (KEY("12"), 0.5, 0.0, "literature"),
        ("H'1", 1.0, 12.0, "assumption"),
    ]
    assert told.links == 2


def test_who_burdens_a_field(results: Layers) -> None:
    told = harm_reading.answer(results, Thing("farmland", KEY("12")), most=2)
    assert told.links == 3 and len(told.shares) == 2
    assert told.shares[0].partner == Thing(LOT, KEY("11-2"))
    # Equal parts are ordered by kind and key, not by row.
    assert told.shares[1].partner == Thing("forest_edge", "edge-3")
    assert harm_reading.name_of(told.shares[1].partner).ja == "林縁（森のふち）"
    assert harm_reading.name_of(told.thing).en == "Field 12"


def test_lots_that_are_no_source_say_why(results: Layers) -> None:
    assert "likely managed" in harm_reading.answer(results, Thing(LOT, KEY("20"))).sentence.en
    assert "cannot be told" in harm_reading.answer(results, Thing(LOT, KEY("21"))).sentence.en


def test_missing_layers_give_no_answer_but_no_error(qgis_app: Any) -> None:
    told = harm_reading.answer(Layers(), Thing("houses", "1"))
    assert told.shares == [] and told.links == 0
    assert harm_reading.things_at(Layers(), point(0, 0)) == []
    assert harm_reading.shape_of(Layers(), Thing(LOT, "1"))[0] is None


# -- rules --------------------------------------------------------------------------------------
def test_the_catalogue_comes_back_as_it_was_written(qgis_app: Any, tmp_path: Path) -> None:
    rows = harm_rules.default_rules()
    assert len({row["rule_id"] for row in rows}) == len(rows) > 10
    path = tmp_path / "規則" / "rules.csv"
    harm_rules.write_rules(str(path), rows)
    layer = QgsVectorLayer(str(path), "rules", "ogr")
    assert layer.isValid()
    assert harm_rules.read_rules(layer) == rows
    assert harm_rules.check(rows) is None
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert not list(path.parent.glob("*.part"))


@pytest.mark.parametrize(
    ("catalogue", "columns"),
    [
        ("externality_rules.csv", ("citation", "note")),
        ("treatments.csv", ("source", "note")),
        ("condition_weights.csv", ("source",)),
    ],
)
def test_every_source_of_a_catalogue_stands_in_japanese_too(catalogue: str, columns: tuple[str, ...]) -> None:
    for row in csv.DictReader(io.StringIO(catalogues.catalogue_text(catalogue))):
        for column in columns:
            text = row[column]
            told = catalogues.source_words(text, "ja")
            assert catalogues.source_words(text, "en") == text
            if text:
                assert told != text and re.search("[ぁ-ん]", told), text
                # Every figure and every author of the original stands in the translation.
                for figure in re.findall(r"\d[\d.]*\d|[一-龥]{2}(?=ら)", text):
                    assert figure in told, (figure, told)
    assert catalogues.source_words("our own survey", "ja") == "our own survey"


def test_what_was_learnt_here_is_told_in_one_language() -> None:
    learnt = "Local records: n = 40 / 地域の記録: n = 40"
    assert catalogues.source_words(learnt, "ja") == "地域の記録: n = 40"
    assert catalogues.source_words(learnt, "en") == "Local records: n = 40"


def test_barriers_are_read_and_written_in_the_words_of_the_reader() -> None:
    assert harm_rules.barrier_words("fence=0;river=0.5;wall=1", "ja") == "柵=0;川=0.5;wall=1"
    assert harm_rules.barrier_words("fence=0", "en") == "fence=0"
    assert harm_rules.barrier_codes("柵＝０；川=0.5", "ja") == "fence=0;river=0.5"
    assert harm_rules.barrier_codes("fence=0.2", "ja") == "fence=0.2" and harm_rules.barrier_codes("", "ja") == ""


def test_a_rule_without_distance_cannot_be_switched_on(qgis_app: Any) -> None:
    rows = {row["rule_id"]: row for row in harm_rules.default_rules()}
    assert harm_rules.why_not_on(rows["boar_farmland"]) is None
    assert harm_rules.why_not_on(rows["weeds_border"]) is None  # a shared border needs no distance
    assert "How far" not in str(harm_rules.why_not_on(rows["deer_farmland"]))
    assert harm_rules.why_not_on(rows["deer_farmland"]).ja == "先に、届く距離を入れてください。"
    bugs = {**rows["stinkbugs_farmland"], "distance_m": "300"}
    assert "half" in harm_rules.why_not_on(bugs).en
    assert harm_rules.why_not_on({**bugs, "half_m": "50"}) is None


def test_a_table_that_cannot_be_used_is_refused(qgis_app: Any) -> None:
    rows = harm_rules.default_rules()
    off = [{**row, "active": "false"} for row in rows]
    assert "at least one" in harm_rules.check(off).en
    wrong = [{**row, "weight": "-1"} if row["rule_id"] == "boar_farmland" else row for row in rows]
    assert "boar_farmland" in harm_rules.check(wrong).en


@pytest.fixture
def village(qgis_app: Any, tmp_path: Path) -> Iterator[ProjectState]:
    project = QgsProject.instance()
    project.clear()
    assert project.write(str(tmp_path / "village.qgz"))
    state = ProjectState()
    yield state
    state.disconnect_all()
    project.clear()


def test_rules_are_edited_kept_beside_the_project_and_reset(village: ProjectState, tmp_path: Path) -> None:
    dialog = harmrules.RulesDialog(village)
    deer = dialog.item("deer_farmland")
    dialog.list.setCurrentItem(deer)
    deer.setCheckState(0, Qt.CheckState.Checked)
    assert deer.checkState(0) == Qt.CheckState.Unchecked and dialog.problem.text()
    dialog.distance.setValue(50.0)
    deer.setCheckState(0, Qt.CheckState.Checked)
    assert deer.checkState(0) == Qt.CheckState.Checked and not dialog.problem.text()
    # Taking the distance away switches the rule off again.
    dialog.distance.setValue(dialog.distance.minimum())
    assert deer.checkState(0) == Qt.CheckState.Unchecked and dialog.problem.text()
    dialog.distance.setValue(50.0)
    deer.setCheckState(0, Qt.CheckState.Checked)
    # A published number that is changed is no longer literature.
    dialog.list.setCurrentItem(dialog.item("boar_farmland"))
    assert dialog.rows[0]["evidence"] == "literature"
    dialog.distance.setValue(150.0)
    assert dialog.rows[0]["evidence"] == dialog.evidence.currentData() == "local_opinion"
    dialog.accept()
    layer = village.layer(harm_rules.ROLE)
    path = Path(layer.source().split("|")[0])
    assert path.parent == tmp_path / "data"
    with path.open(encoding="utf-8-sig", newline="") as file:
        kept = {row["rule_id"]: row for row in csv.DictReader(file)}
    assert kept["deer_farmland"]["distance_m"] == "50" and kept["deer_farmland"]["active"] == "true"
    assert kept["boar_farmland"]["distance_m"] == "150"

    again = harmrules.RulesDialog(village)
    assert harm_rules.is_on(next(row for row in again.rows if row["rule_id"] == "deer_farmland"))
    again.accept()
    assert village.layer(harm_rules.ROLE).id() == layer.id()  # nothing changed, nothing written
    again = harmrules.RulesDialog(village)
    again.reset()
    again.accept()
    assert village.layer(harm_rules.ROLE) is None
    assert path.exists()  # earlier results were made with it


def test_without_an_active_rule_the_dialog_stays(village: ProjectState) -> None:
    dialog = harmrules.RulesDialog(village)
    for number in range(dialog.list.topLevelItemCount()):
        dialog.list.topLevelItem(number).setCheckState(0, Qt.CheckState.Unchecked)
    dialog.accept()
    assert dialog.problem.text() and village.layer(harm_rules.ROLE) is None
    dialog.reject()


# -- flow lines ---------------------------------------------------------------------------------
def test_flow_lines_are_wider_where_the_link_is_stronger(qgis_app: Any) -> None:
    layer = QgsVectorLayer("LineString?crs=EPSG:6676&field=value:double&field=evidence:string", "flows", "memory")
    made = []
    for value, sure in ((1.0, "literature"), (2.0, "assumption"), (5.0, "literature"), (9.0, "local_data")):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt("LINESTRING(0 0, 10 0)"))
        feature.setAttributes([value, sure])
        made.append(feature)
    layer.dataProvider().addFeatures(made)
    symbology.style_flows(layer)
    rules = layer.renderer().rootRule().children()
    widths = [rule.symbol().symbolLayer(1).width() for rule in rules]
    assert widths == sorted(widths) and widths[0] < widths[-1]
    # Every line has exactly one symbol, and only assumptions are dashed.
    from qgis.core import QgsExpression, QgsExpressionContext, QgsExpressionContextUtils

    for feature in layer.getFeatures():
        context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
        context.setFeature(feature)
        mine = [rule for rule in rules if QgsExpression(rule.filterExpression()).evaluate(context)]
        assert len(mine) == 1
        assert mine[0].symbol().symbolLayer(1).useCustomDashPattern() == (feature["evidence"] == "assumption")
    with pytest.raises(InputError):
        symbology.style_flows(QgsVectorLayer("LineString?field=a:int", "x", "memory"))


def test_equal_and_no_flow_values(qgis_app: Any) -> None:
    layer = QgsVectorLayer("LineString?crs=EPSG:6676&field=value:double", "flows", "memory")
    assert symbology.flow_steps(layer) == []
    for _ in range(2):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([1.0])
        layer.dataProvider().addFeatures([feature])
    assert [span for _width, _condition, span in symbology.flow_steps(layer)] == ["0.75–1"]


# -- asking -------------------------------------------------------------------------------------
class Iface:
    """As much of the QGIS window as asking needs."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self.canvas = canvas

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas


@pytest.fixture
def asked(results: Layers) -> Iterator[HarmAnswer]:
    canvas = QgsMapCanvas()
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:6676"))
    canvas.show()
    canvas.setExtent(QgsRectangle(0, 0, 60, 60))
    QApplication.processEvents()
    widget = HarmAnswer(Iface(canvas), lambda: results, harm_rules.default_rules)
    widget.show()
    yield widget
    widget.put_away()
    widget.deleteLater()
    canvas.deleteLater()


def click(widget: Any, x: float, y: float) -> None:
    canvas = widget.iface.mapCanvas()
    place = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    QTest.mouseClick(
        canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place.toQPointF().toPoint()
    )


def test_a_click_shows_sentence_shares_and_marks(asked: HarmAnswer) -> None:
    asked.tool_button.click()
    canvas = asked.iface.mapCanvas()
    assert isinstance(canvas.mapTool(), AskTool) and asked.tool_button.isChecked()
    click(asked, 50, 10)
    assert asked.sentence.text() == "3 within reach."
    assert [row.percent.text() for row in asked.rows] == ["50 %", "25 %", "25 %"]
    assert asked.rows[0].chip.text() == "literature"
    assert asked.partners_marked() == 2  # the forest edge has no shape among the results
    # A click on the partner's name asks about that one.
    asked.rows[0].asked.emit(Thing(LOT, KEY("11-2")))
    assert asked.answer.thing == Thing(LOT, KEY("11-2"))
    assert [row.chip.level() for row in asked.rows] == ["ok", "warning"]
    click(asked, 55, 55)
    assert asked.answer is None and asked.sentence.text() and asked.partners_marked() == 0
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert not asked.tool_button.isChecked() and not isinstance(canvas.mapTool(), AskTool)


def test_asking_by_number_needs_no_mouse(asked: HarmAnswer) -> None:
    asked.number.setText("11-2")
    QTest.keyClick(asked.number, Qt.Key.Key_Return)
    assert asked.answer.thing == Thing(LOT, KEY("11-2"))
    asked.number.setText("4711")
    QTest.keyClick(asked.number, Qt.Key.Key_Return)
    assert asked.answer is None and "4711" in asked.sentence.text()


# -- relief -------------------------------------------------------------------------------------
def test_relief_in_the_dock_is_that_of_the_algorithm(results: Layers, provider: Any) -> None:
    from qgis import processing

    session = ReliefSession(results)
    assert session.toggle(KEY("10"), "mow_1") is None and session.toggle(KEY("11-2"), "mow_1") is None
    told = session.summary()
    made = processing.run(
        "landstewardship:relief",
        {
            "SOURCES": results.sources, "LINKS": results.links, "RECEPTORS": results.receptors, "TREATMENT": "mow_1",
            "CHOSEN": f"{KEY('10')};{KEY('11-2')}", "OUTPUT": "memory:", "RECEPTORS_OUT": "memory:",
        },
    )  # fmt: skip
    assert told.lots == made["LOTS_TREATED"] == 2
    assert told.hours == pytest.approx(made["HOURS_USED"]) and told.hours > 0
    assert told.yen == pytest.approx(made["YEN_USED"])
    assert sum(told.relieved.values()) == made["RECEPTORS_RELIEVED"] == 2
    # All links are of one kind with 5.0 in all.
    assert told.kinds[0].part * 5.0 == pytest.approx(made["RELIEF"])
    changes = {row["receptor_id"]: -row["change_pct"] / 100 for row in made["RECEPTORS_OUT"].getFeatures()}
    assert {thing.key: part for thing, part in session.relieved()} == pytest.approx(changes)
    # One link of the kind is only assumed, and so is every effect.
    assert told.kinds[0].evidence == told.evidence == "assumption"


def test_clicks_can_be_taken_back_one_by_one(results: Layers) -> None:
    session = ReliefSession(results)
    nothing = session.summary()
    assert nothing.lots == 0 and nothing.kinds == [] and not session.undo()
    session.toggle(KEY("10"), "mow_1")
    once = session.summary()
    session.toggle(KEY("10"), "mow_2")  # treated otherwise, not twice
    assert session.treatment_of(KEY("10")) == "mow_2" and session.summary().hours == pytest.approx(2 * once.hours)
    session.toggle(KEY("10"), "mow_2")  # the same again: left untreated
    assert session.lots() == []
    assert session.undo() and session.treatment_of(KEY("10")) == "mow_2"
    assert session.undo() and session.summary() == once
    assert session.undo() and session.summary() == nothing
    assert not session.can_undo()
    session.toggle(KEY("10"), "mow_1")
    session.clear()
    assert session.summary() == nothing and not session.can_undo()


def test_lots_that_relieve_nobody_are_refused_with_a_reason(results: Layers) -> None:
    session = ReliefSession(results)
    assert "burdens nobody" in session.toggle(KEY("20"), "mow_1").en
    assert "another kind of land" in session.toggle(KEY("10"), "thin").en
    assert session.lots() == [] and not session.can_undo()
    with pytest.raises(InputError):
        ReliefSession(Layers())


def test_the_list_is_written_for_spreadsheets(results: Layers, tmp_path: Path) -> None:
    session = ReliefSession(results)
    session.toggle(KEY("11-2"), "mow_1")
    session.toggle(KEY("10"), "mow_1")
    session.write_list(str(tmp_path / "list.csv"), "ja")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[1] for row in rows] == ["地番", "10", "11-2"]
    assert rows[1][2:] == ["草刈り（年1回）", "400", "1.6", "6000", "仮定"]


def test_relief_by_click_and_by_number(results: Layers, village: ProjectState, tmp_path: Path) -> None:
    canvas = QgsMapCanvas()
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:6676"))
    canvas.show()
    canvas.setExtent(QgsRectangle(0, 0, 60, 60))
    QApplication.processEvents()
    widget = HarmRelief(Iface(canvas), village, lambda: results, harm_rules.default_rules)
    widget.show()
    widget.tool_button.click()
    assert widget.treatment.currentData() == "mow_1" and widget.treatment.isVisible()
    click(widget, 15, 15)
    assert [lot.key for lot in widget.session.lots()] == [KEY("10")]
    assert "1 field" in widget.told.text() and len(widget.rows) == 1 and widget.marked() == 2
    assert widget.rows[0].chip.text() == "assumption" and "assumption" in widget.sure.text()
    widget.number.setText("11-2")
    QTest.keyClick(widget.number, Qt.Key.Key_Return)
    assert len(widget.session.lots()) == 2 and "1 house" in widget.told.text()
    click(widget, 15, 15)  # again: left untreated
    assert [lot.key for lot in widget.session.lots()] == [KEY("11-2")]
    click(widget, 10, 50)
    assert "burdens nobody" in widget.told.text()
    widget.undo_button.click()
    assert len(widget.session.lots()) == 2
    widget.clear_button.click()
    assert widget.session.lots() == [] and widget.marked() == 0 and not widget.cost.isVisible()
    widget.put_away()
    assert not widget.tool_button.isChecked()
    widget.deleteLater()
    canvas.deleteLater()


def test_a_learned_rule_takes_the_place_of_those_about_the_same(tmp_path: Path) -> None:
    rows = harm_rules.default_rules()
    boar = next(row for row in rows if row["rule_id"] == "boar_farmland")
    new = {**boar, "rule_id": "boar_farmland_local", "distance_m": "65", "evidence": "local_data", "active": "false"}
    path = str(tmp_path / "rule.csv")
    harm_rules.write_rules(path, [new])
    (read,) = harm_rules.read_table(path)
    merged = harm_rules.with_rule(rows, read)
    on = {row["rule_id"] for row in merged if harm_rules.is_on(row)}
    before = {row["rule_id"] for row in rows if harm_rules.is_on(row)}
    assert on == before - {"boar_farmland"} | {"boar_farmland_local"}
    assert len(harm_rules.with_rule(merged, read)) == len(merged), "taking it twice changes nothing"
    assert harm_rules.check(merged) is None


def test_the_finding_is_told_and_its_rule_taken_on_request(qgis_app: Any, tmp_path: Path) -> None:
    from land_stewardship.ui.harmlearn import LEARN_KEY, HarmLearn
    from land_stewardship.ui.runner import JobResult, Runner

    project = QgsProject()
    project.setFileName(str(tmp_path / "village.qgz"))
    state = ProjectState(project)
    runner = Runner(project=project)
    told: list[str] = []

    class Bar:
        def pushSuccess(self, title: str, text: str) -> None:
            told.append(text)

    class Iface:
        def messageBar(self) -> Bar:
            return Bar()

    learn = HarmLearn(Iface(), state, runner)
    assert learn.told.text() == "" and learn.rule_button.isHidden()
    boar = next(row for row in harm_rules.default_rules() if row["rule_id"] == "boar_farmland")
    path = str(tmp_path / "rule.csv")
    harm_rules.write_rules(path, [{**boar, "rule_id": "boar_farmland_local", "evidence": "local_data"}])
    values = {"VERDICT": "associated", "RECORD_COUNT": 82, "P_VALUE": 0.004, "RULES": path, "REPORT": path}
    runner.finished.emit(LEARN_KEY, JobResult(values=values))
    assert "82" in learn.told.text() and "associated with" in learn.told.text() and "0.4 %" in learn.told.text()
    assert not learn.rule_button.isHidden()
    learn.take_rule()
    used = harm_rules.read_rules(state.layer(harm_rules.ROLE))
    assert {row["rule_id"] for row in used if harm_rules.is_on(row)} >= {"boar_farmland_local"}
    assert told
    runner.finished.emit(LEARN_KEY, JobResult(values={**values, "VERDICT": "none"}))
    assert learn.rule_button.isHidden()
    runner.shut_down()
