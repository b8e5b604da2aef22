"""The parts behind the dock: state, result files, runner, findings, settings, theme."""

from __future__ import annotations

import csv
import datetime as dt
import gc
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterVectorDestination,
    QgsProcessingProvider,
    QgsProject,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEventLoop, QPoint, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from land_stewardship.gis.finding_decisions import Decision
from land_stewardship.gis.lot_watch import LotWatch
from land_stewardship.ui import findings, layers, results, theme
from land_stewardship.ui.dialogs import SettingsDialog, setting_parameters
from land_stewardship.ui.results import OutputSpec
from land_stewardship.ui.runner import IDLE, RUNNING, WAITING, Job, Runner
from land_stewardship.ui.state import DONE, CardResult, ProjectState
from land_stewardship.ui.widgets import Card, FlowLayout, Stepper, quiet_button


def wait_for(done: Callable[[], bool], seconds: float = 20.0) -> None:
    """Let events run until ``done``; fails after ``seconds``."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        loop = QEventLoop()
        QTimer.singleShot(20, loop.quit)
        loop.exec() if hasattr(loop, "exec") else loop.exec_()


class Probe(QgsProcessingAlgorithm):
    """Runs for ``STEPS`` hundredths of a second, fails or writes one point."""

    no_threading = False
    threads: list[int] = []

    def name(self) -> str:
        return "hereprobe" if self.no_threading else "probe"

    def displayName(self) -> str:
        return self.name()

    def group(self) -> str:
        return "test"

    def groupId(self) -> str:
        return "test"

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def flags(self) -> Any:
        flags = super().flags()
        return flags | QgsProcessingAlgorithm.Flag.FlagNoThreading if self.no_threading else flags

    def initAlgorithm(self, configuration: Any = None) -> None:
        self.addParameter(QgsProcessingParameterNumber("STEPS", "Steps", defaultValue=1))
        self.addParameter(QgsProcessingParameterBoolean("FAIL", "Fail", defaultValue=False))
        self.addParameter(QgsProcessingParameterEnum("KIND", "Kind", ["a", "b"], defaultValue=1))
        self.addParameter(QgsProcessingParameterVectorDestination("OUTPUT", "Output"))
        self.addOutput(QgsProcessingOutputNumber("COUNT", "Count"))

    def processAlgorithm(self, parameters: Any, context: Any, feedback: Any) -> dict[str, Any]:
        import threading

        Probe.threads.append(threading.get_ident())
        steps = self.parameterAsInt(parameters, "STEPS", context)
        for number in range(steps):
            if feedback.isCanceled():
                raise QgsProcessingException("Cancelled.")
            time.sleep(0.01)
            feedback.setProgress(100.0 * number / steps)
        if self.parameterAsBool(parameters, "FAIL", context):
            raise QgsProcessingException("The lots have no shape. Choose another map.")
        path = self.parameterAsOutputLayer(parameters, "OUTPUT", context)
        Path(path).write_text(
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"a": 1},
                            "geometry": {"type": "Point", "coordinates": [138.0, 37.0]},
                        }
                    ],
                }
            )
        )
        return {"OUTPUT": path, "COUNT": 1}


class HereProbe(Probe):
    """The same on the main thread."""

    no_threading = True


class ProbeProvider(QgsProcessingProvider):
    def id(self) -> str:
        return "probes"

    def name(self) -> str:
        return "probes"

    def loadAlgorithms(self) -> None:
        self.addAlgorithm(Probe())
        self.addAlgorithm(HereProbe())


@pytest.fixture
def probes(qgis_app: Any, qgis_processing: Any) -> Iterator[None]:
    provider = ProbeProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    yield
    QgsApplication.processingRegistry().removeProvider(provider)


@pytest.fixture
def project(qgis_app: Any, tmp_path: Path) -> Iterator[QgsProject]:
    project = QgsProject.instance()
    project.clear()
    project.setFileName(str(tmp_path / "village.qgz"))
    yield project
    project.clear()


@pytest.fixture
def runner(probes: None, project: QgsProject) -> Iterator[Runner]:
    runner = Runner()
    yield runner
    runner.shut_down()


def point_layer(name: str, role: str = "") -> QgsVectorLayer:
    layer = QgsVectorLayer("Point?crs=EPSG:6676&field=a:integer", name, "memory")
    if role:
        layer.setCustomProperty("landstewardship/role", role)
    return layer


OUTPUT = OutputSpec("OUTPUT", "findings_test", "Findings", "understand", suffix="geojson")


class Listener:
    """Keeps what a runner says."""

    def __init__(self, runner: Runner) -> None:
        self.finished: list[tuple[str, Any]] = []
        self.failed: list[tuple[str, str]] = []
        self.cancelled: list[str] = []
        runner.finished.connect(lambda key, result: self.finished.append((key, result)))
        runner.failed.connect(lambda key, message: self.failed.append((key, message)))
        runner.cancelled.connect(self.cancelled.append)


# -- state ---------------------------------------------------------------------------------
def test_state_is_saved_with_the_project_and_comes_back(project: QgsProject) -> None:
    state = ProjectState()
    layer = point_layer("lots")
    project.addMapLayer(layer)
    state.set_village_name("Tanizawa")
    state.assign("lots", layer)
    state.set_settings("parcels", {"TOLERANCE": 0.05})
    state.set_card("parcels", CardResult(state=DONE, numbers={"FINDINGS": 3}, inputs={"INPUT": "x"}))
    state.leave_finding("f1", "a road")
    state.set_value("anything", [1, "a"])
    state.set_step("choose")
    assert project.write()
    path, layer_id = project.fileName(), layer.id()
    project.clear()
    assert state.step() == "understand" and state.card("parcels").state != DONE
    assert project.read(path)
    assert state.village_name() == "Tanizawa"
    assert state.settings("parcels") == {"TOLERANCE": 0.05}
    assert state.card("parcels").numbers == {"FINDINGS": 3}
    assert state.left_findings() == {"f1": "a road"}
    assert state.value("anything") == [1, "a"]
    assert state.step() == "choose"
    assert state.layer("lots") is not None and state.layer("lots").id() == layer_id
    state.disconnect_all()


def test_looking_at_a_step_does_not_make_the_project_dirty(project: QgsProject) -> None:
    state = ProjectState()
    project.write()
    project.setDirty(False)
    state.set_step("act")
    assert not project.isDirty() and state.is_saved()
    state.set_settings("parcels", {"A": 1})
    assert project.isDirty() and not state.is_saved()
    state.disconnect_all()


def test_the_users_choice_of_a_layer_wins_over_the_role_it_says_it_has(project: QgsProject) -> None:
    state = ProjectState()
    first, second = point_layer("first", "lots"), point_layer("second")
    project.addMapLayers([first, second])
    assert state.layer("lots").id() == first.id()
    state.assign("lots", second)
    assert state.layer("lots").id() == second.id()
    assert state.layer("houses") is None
    project.removeMapLayer(second.id())
    assert state.layer("lots").id() == first.id()
    state.disconnect_all()


def test_a_result_is_out_of_date_after_an_edit_of_its_input(project: QgsProject) -> None:
    state = ProjectState()
    layer = point_layer("lots", "lots")
    project.addMapLayer(layer)
    inputs = {"INPUT": state.fingerprint(layer)}
    state.set_card("parcels", CardResult(state=DONE, inputs=inputs))
    assert not state.is_stale("parcels", {"INPUT": state.fingerprint(layer)})
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(1, 2)))
    layer.addFeature(feature)
    assert layer.commitChanges()
    assert state.is_stale("parcels", {"INPUT": state.fingerprint(layer)})
    state.disconnect_all()


def test_broken_state_text_does_not_stop_the_dock(project: QgsProject) -> None:
    project.writeEntry("LandStewardship", "state", "{not json")
    state = ProjectState()
    assert state.step() == "understand" and state.settings("parcels") == {}
    state.disconnect_all()


# -- result files --------------------------------------------------------------------------
def test_results_never_take_a_name_that_is_taken_and_the_last_two_are_kept(project: QgsProject) -> None:
    output = OutputSpec("OUTPUT", "findings", "Findings", "understand")
    assert project.write()
    folder = Path(results.result_folder(project))
    assert folder == Path(project.fileName()).parent / "results"
    paths = []
    for _ in range(4):
        path = results.new_result_path(project, output)
        assert path not in paths
        Path(path).touch()
        paths.append(path)
    other = folder / "findings_areas_20250101-000000.gpkg"
    other.touch()
    mine = folder / "findings_by_hand.gpkg"
    mine.touch()
    results.drop_old_results(project, "findings")
    left = sorted(p.name for p in folder.iterdir())
    kept = {Path(path).name for path in paths[-2:]}
    assert set(left) == kept | {other.name, mine.name}


def test_new_results_come_last_by_name_though_the_clock_is_set_back(
    project: QgsProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = OutputSpec("OUTPUT", "findings", "Findings", "understand")
    assert project.write()
    hours = iter([3, 2, 2, 1, 4])

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> dt.datetime:
            return dt.datetime(2025, 10, 26, next(hours), 0, 0)

    monkeypatch.setattr(results.dt, "datetime", Clock)
    made = []
    for number in range(5):
        made.append(results.new_result_path(project, output))
        Path(made[-1]).touch()
        if number == 2:
            assert results.drop_old_results(project, "findings") == [made[0]]
    assert [Path(path).stem.split("-", 1)[1] for path in made] == [
        *("030000", "030000-2", "030000-3", "030000-4", "040000"),
    ]
    assert results.drop_old_results(project, "findings") == made[1:3]


@pytest.mark.parametrize("ending", ["qgz", "qgs"])
def test_files_of_the_project_on_disk_stay_for_whoever_closes_without_saving(
    project: QgsProject, tmp_path: Path, ending: str
) -> None:
    project.setFileName(str(tmp_path / f"village.{ending}"))
    output = OutputSpec("OUTPUT", "condition", "Condition", "understand")
    path = results.new_result_path(project, output)
    row = QgsVectorLayer("Point?crs=EPSG:6676&field=a:integer", "x", "memory")
    QgsVectorFileWriter.writeAsVectorFormatV3(
        row, path, project.transformContext(), QgsVectorFileWriter.SaveVectorOptions()
    )
    layer = QgsVectorLayer(path, "Condition", "ogr")
    assert layer.isValid()
    project.addMapLayer(layer)
    assert project.write()
    project.removeMapLayer(layer.id())  # replaced by newer results, not saved yet
    for _ in range(3):
        Path(results.new_result_path(project, output)).touch()
    dropped = results.drop_old_results(project, "condition")
    assert path not in dropped and os.path.exists(path) and len(dropped) == 1
    assert project.write()
    assert results.drop_old_results(project, "condition") == [path]


def test_unsaved_projects_keep_results_in_the_profile(project: QgsProject) -> None:
    project.setFileName("")
    assert results.result_folder(project).startswith(QgsApplication.qgisSettingsDirPath())


# -- runner --------------------------------------------------------------------------------
def test_a_run_loads_its_result_into_the_group_of_its_step(runner: Runner, project: QgsProject) -> None:
    heard = Listener(runner)
    assert runner.start(Job(key="a", algorithm="probes:probe", outputs=(OUTPUT,)))
    wait_for(lambda: bool(heard.finished))
    key, result = heard.finished[0]
    layer = result.layers["findings_test"]
    assert key == "a" and result.values["COUNT"] == 1 and layer.featureCount() == 1
    assert layer.customProperty("landstewardship/role") == "findings_test"
    group = project.layerTreeRoot().findLayer(layer.id()).parent()
    assert group.customProperty("landstewardship/step") == "understand"
    assert not runner.busy()
    # It ran beside the main thread.
    import threading

    assert Probe.threads[-1] != threading.get_ident()


def test_a_second_run_replaces_the_layer_in_its_place_and_not_its_file(runner: Runner, project: QgsProject) -> None:
    heard = Listener(runner)
    runner.start(Job(key="a", algorithm="probes:probe", outputs=(OUTPUT,)))
    wait_for(lambda: len(heard.finished) == 1)
    first_path = heard.finished[0][1].layers["findings_test"].source()
    runner.start(Job(key="a", algorithm="probes:probe", outputs=(OUTPUT,)))
    wait_for(lambda: len(heard.finished) == 2)
    found = [x for x in project.mapLayers().values() if x.customProperty("landstewardship/role") == "findings_test"]
    assert len(found) == 1 and found[0].source() != first_path
    assert os.path.exists(first_path)


def test_a_key_never_runs_twice_and_others_wait_their_turn(runner: Runner) -> None:
    heard = Listener(runner)
    assert runner.start(Job(key="a", algorithm="probes:probe", parameters={"STEPS": 30}, outputs=(OUTPUT,)))
    assert not runner.start(Job(key="a", algorithm="probes:probe", outputs=(OUTPUT,)))
    assert runner.start(Job(key="b", algorithm="probes:probe", outputs=(OUTPUT,)))
    assert not runner.start(Job(key="b", algorithm="probes:probe", outputs=(OUTPUT,)))
    assert (runner.state("a"), runner.state("b"), runner.state("c")) == (RUNNING, WAITING, IDLE)
    wait_for(lambda: len(heard.finished) == 2)
    assert [key for key, _result in heard.finished] == ["a", "b"]


def test_progress_is_told_in_lots(runner: Runner) -> None:
    heard = Listener(runner)
    runner.start(
        Job(
            key="a",
            algorithm="probes:probe",
            parameters={"STEPS": 60},
            outputs=(OUTPUT,),
            total=1051,
            unit="lots",
        )
    )
    seen: list[str] = []
    runner.changed.connect(lambda key: seen.append(runner.count_text(key)))
    wait_for(lambda: bool(heard.finished))
    assert any("/ 1,051 lots" in text for text in seen), seen


def test_a_failure_keeps_the_former_result_and_says_one_sentence(runner: Runner, project: QgsProject) -> None:
    heard = Listener(runner)
    runner.start(Job(key="a", algorithm="probes:probe", outputs=(OUTPUT,)))
    wait_for(lambda: bool(heard.finished))
    layer_id = heard.finished[0][1].layers["findings_test"].id()
    runner.start(Job(key="a", algorithm="probes:probe", parameters={"FAIL": True}, outputs=(OUTPUT,)))
    runner.start(Job(key="b", algorithm="probes:probe", parameters={"STEPS": 60}, outputs=(OUTPUT,)))
    wait_for(lambda: bool(heard.failed))
    assert heard.failed == [("a", "The lots have no shape. Choose another map.")]
    assert project.mapLayer(layer_id) is not None
    wait_for(lambda: len(heard.finished) == 2)  # the queue goes on


def test_cancel_stops_a_run_and_takes_a_waiting_one_out(runner: Runner, project: QgsProject) -> None:
    heard = Listener(runner)
    runner.start(Job(key="a", algorithm="probes:probe", parameters={"STEPS": 2000}, outputs=(OUTPUT,)))
    runner.start(Job(key="b", algorithm="probes:probe", outputs=(OUTPUT,)))
    runner.cancel("b")
    runner.cancel("a")
    wait_for(lambda: len(heard.cancelled) == 2, 10)
    assert sorted(heard.cancelled) == ["a", "b"] and not heard.finished and not heard.failed
    assert not project.mapLayers()
    assert list(Path(results.result_folder(project)).glob("*.geojson")) == []


def test_another_project_stops_what_runs_and_gets_no_foreign_result(runner: Runner, project: QgsProject) -> None:
    heard = Listener(runner)
    runner.start(Job(key="a", algorithm="probes:probe", parameters={"STEPS": 2000}, outputs=(OUTPUT,)))
    project.clear()
    wait_for(lambda: bool(heard.cancelled), 10)
    assert not project.mapLayers()


def test_what_must_stay_on_the_main_thread_does(runner: Runner) -> None:
    import threading

    heard = Listener(runner)
    runner.start(Job(key="a", algorithm="probes:hereprobe", outputs=(OUTPUT,)))
    assert runner.state("a") == RUNNING
    wait_for(lambda: bool(heard.finished))
    assert Probe.threads[-1] == threading.get_ident()


def test_an_unknown_tool_and_a_refusing_preparation_are_failures(runner: Runner) -> None:
    heard = Listener(runner)
    runner.start(Job(key="a", algorithm="probes:gone"))
    runner.start(Job(key="b", algorithm="probes:probe", prepare=lambda _job: "The map is missing."))
    wait_for(lambda: len(heard.failed) == 2)
    assert "probes:gone" in heard.failed[0][1]
    assert heard.failed[1] == ("b", "The map is missing.")


# -- findings ------------------------------------------------------------------------------
def findings_layer() -> QgsVectorLayer:
    layer = QgsVectorLayer(
        "Point?crs=EPSG:6676&field=finding_id:string&field=kind:string&field=severity:string"
        "&field=lots:string&field=lot_labels:string&field=size:double&field=size_unit:string"
        "&field=explanation:string&field=explanation_ja:string",
        "findings",
        "memory",
    )
    rows = (
        ("f3", "sliver", "note", "411-2", 0.4, "m"),
        ("f2", "gap", "warning", "102-4; 103", 1.8, "m2"),
        ("f1", "overlap", "error", "215-3; 216-1", 3.2, "m2"),
        ("f4", "area_mismatch", "warning", "57", 6.4, "pct"),
        ("f5", "no_geometry", "error", "99", None, "m2"),
    )
    for finding_id, kind, severity, lots, size, unit in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([finding_id, kind, severity, lots, lots, size, unit, f"about {kind}", f"{kind}です"])
        if kind != "no_geometry":
            feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(1, 2)))
        layer.dataProvider().addFeature(feature)
    return layer


def test_findings_are_ordered_by_severity_and_told_in_words(qgis_app: Any) -> None:
    rows = findings.read_findings(findings_layer())
    assert [row.finding_id for row in rows] == ["f1", "f5", "f2", "f4", "f3"]
    assert [row.size_text() for row in rows] == ["3.2 m²", "—", "1.8 m²", "+6.4 %", "0.40 m wide"]
    assert rows[0].lots_text() == "lot 215-3 and 216-1"
    assert rows[0].kind_word() == "Overlap" and rows[0].advice()
    assert [row.finding_id for row in rows if row.needs_surveyor()] == ["f1", "f4"]
    assert rows[0].advice().endswith("ask a surveyor (land and house investigator).")


def long_findings(long: str) -> QgsVectorLayer:
    """Sixty findings, one of which has much to say."""
    layer = findings_layer()
    provider = layer.dataProvider()
    for number in range(55):
        feature = QgsFeature(layer.fields())
        text = long if number == 20 else "short"
        feature.setAttributes([f"g{number:02}", "gap", "warning", "1; 2", "1; 2", 1.0, "m2", text, text])
        provider.addFeature(feature)
    return layer


def test_explanations_get_a_second_line_where_the_list_is_narrow(project: QgsProject) -> None:
    long = "The boundary lines overlap by 3.2 m². (Up to 0.01 m is ignored.) One of 2 places."
    state = ProjectState()
    layer = long_findings(long)
    project.addMapLayer(layer)
    panel = findings.FindingsPanel(None, state, layer)
    theme.apply(panel)
    panel.resize(900, 580)
    panel.show()
    QApplication.processEvents()
    view = panel.view
    wide = view.sizeHintForIndex(panel.proxy.index(0, 0)).height()
    view.scrollTo(panel.proxy.index(30, 0), view.ScrollHint.PositionAtTop)
    panel.resize(360, 580)
    QApplication.processEvents()
    heights = {view.visualRect(panel.proxy.index(row, 0)).height() for row in range(panel.proxy.rowCount())}
    assert len(heights) == 1 and heights.pop() > wide
    assert view.indexAt(view.viewport().rect().topLeft() + QPoint(1, 1)).row() == 30, "the list stays where it was"
    room = view.viewport().width() - findings.WORDS_LEFT - findings.WORDS_RIGHT
    lines = findings.broken_lines(long, theme.font(theme.SMALL), room, 2)
    assert len(lines) == 2 and " ".join(lines) == long
    index = next(panel.proxy.index(n, 0) for n, row in enumerate(panel.shown()) if row.explanation == long)
    assert long in panel.proxy.data(index, Qt.ItemDataRole.ToolTipRole)
    panel.resize(900, 580)
    QApplication.processEvents()
    assert view.visualRect(panel.proxy.index(30, 0)).height() == wide
    state.disconnect_all()
    sip.delete(panel)  # while the application still knows it


def test_broken_lines_keep_every_letter_or_say_that_some_are_missing(qgis_app: Any) -> None:
    font = theme.font(theme.SMALL)
    text = "境界の線が 3.2 m² 重なっています。𠮷田の土地。（幅 0.01 m までは見ません）"
    first, second = findings.broken_lines(text, font, 260, 2)
    assert (first + second).replace(" ", "") == text.replace(" ", "")
    cut = findings.broken_lines(text, font, 120, 2)
    assert len(cut) == 2 and cut[1].endswith("…") and not cut[0].endswith("…")
    assert findings.broken_lines("", font, 120, 2) == [""]
    assert findings.broken_lines("short", font, 120, 2) == ["short"]


def test_findings_are_filtered_left_and_exported(project: QgsProject, tmp_path: Path) -> None:
    state = ProjectState()
    layer = findings_layer()
    project.addMapLayer(layer)
    panel = findings.FindingsPanel(None, state, layer)
    assert [row.finding_id for row in panel.shown()] == ["f1", "f5", "f2", "f4", "f3"]
    assert panel.show_button.isEnabled()
    panel._choose_chip("warning")
    assert [row.finding_id for row in panel.shown()] == ["f2", "f4"]
    panel._choose_chip("all")
    panel.search.setText("103")
    assert [row.finding_id for row in panel.shown()] == ["f2"]
    panel.search.clear()
    panel.view.setCurrentIndex(panel.proxy.index(1, 0))
    assert panel.current().finding_id == "f5" and not panel.show_button.isEnabled()
    state.leave_finding("f3", "road")
    panel.model.set_decisions(state.decisions())
    panel.proxy.invalidateFilter()
    assert panel.model.counts() == {"all": 4, "left": 1, "cured": 0, "error": 2, "warning": 2, "note": 0, "ok": 0}
    path = tmp_path / "out.csv"
    findings.write_table(str(path), panel.model, panel.shown())
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0] == "Finding" and [row[0] for row in rows[1:]] == ["f1", "f5", "f2", "f4"]
    state.disconnect_all()


def test_findings_are_filtered_by_kind_owner_and_place(project: QgsProject) -> None:
    state = ProjectState()
    layer = findings_layer()
    project.addMapLayer(layer)
    register = QgsVectorLayer("None?field=lot_key:string&field=owner_key:string", "register", "memory")
    for lot, owner in (("103", "own-1"), ("57", "own-1"), ("57", "own-2"), ("9", "own-3")):
        feature = QgsFeature(register.fields())
        feature.setAttributes([lot, owner])
        register.dataProvider().addFeature(feature)
    project.addMapLayer(register)
    state.assign("register", register)
    panel = findings.FindingsPanel(None, state, layer)
    assert [panel.owner_combo.itemData(n) for n in range(panel.owner_combo.count())] == ["", "own-1", "own-2"]
    assert "own-1: 2 findings, 2 lots" in panel.owner_combo.itemText(1)
    panel.owner_combo.setCurrentIndex(1)
    panel._choose_owner()
    assert [row.finding_id for row in panel.shown()] == ["f2", "f4"]
    panel.kind_combo.setCurrentIndex(panel.kind_combo.findData("gap"))
    panel._choose_kind()
    assert [row.finding_id for row in panel.shown()] == ["f2"] and panel._chips["all"].text() == "All 1"
    panel._show_only(kind=findings.SURVEYOR, lots=None)
    assert [row.finding_id for row in panel.shown()] == ["f1", "f4"]
    assert panel.kind_combo.itemText(panel.kind_combo.findData(findings.SURVEYOR)) == "Surveyor (2)"
    panel._show_only(kind="", lots=None, extent=QgsRectangle(0, 0, 1.5, 3))
    assert [row.finding_id for row in panel.shown()] == ["f1", "f2", "f4", "f3"]
    panel._show_only(extent=QgsRectangle(5, 5, 6, 6))
    assert panel.shown() == [] and not panel.view.isVisible()
    panel._show_only(extent=None)
    QTest.keyClick(panel.view, Qt.Key.Key_N)
    assert panel.current().finding_id == "f5"
    QTest.keyClick(panel.view, Qt.Key.Key_P)
    assert panel.current().finding_id == "f1"
    state.disconnect_all()


def test_decisions_are_kept_beside_the_project(qgis_app: Any, tmp_path: Path) -> None:
    project = QgsProject()
    state = ProjectState(project=project)
    state.leave_finding("f1", "a path")
    assert state.decisions_path() == "" and state.decisions()["f1"].reason == "a path"
    assert project.write(str(tmp_path / "village.qgz"))
    state.decide_finding(
        "f2", Decision("f2", "gap", "k1; k2", "1; 2", "accepted", "tax office", "2026-01-09", "a ditch")
    )
    path = tmp_path / "data" / "findings_decisions.csv"
    with open(path, encoding="utf-8-sig", newline="") as file:
        table = {row["finding_id"]: row for row in csv.DictReader(file)}
    assert set(table) == {"f1", "f2"} and table["f2"]["decided_by"] == "tax office"
    assert state.decisions()["f2"].reason == "a ditch" and state._data["left_findings"] == {}
    state.decide_finding("f1", None)
    assert set(ProjectState(project=project).decisions()) == {"f2"}
    path.unlink()
    path.mkdir()  # nothing can be written there
    assert state.decide_finding("f3", Decision("f3")) != ""
    assert set(state.decisions()) == {"f3"}
    state.disconnect_all()


def test_edits_of_lots_tell_their_keys_and_their_neighbours(qgis_app: Any) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:6676&field=lot_key:string", "lots", "memory")
    for number in range(4):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"k{number}"])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(number * 10, 0, number * 10 + 10, 10)))
        layer.dataProvider().addFeature(feature)
    watch = LotWatch(layer, "lot_key")
    told: list[list[str]] = []
    watch.touched.connect(told.append)
    assert layer.startEditing()
    fid = next(layer.getFeatures("\"lot_key\" = 'k0'")).id()
    layer.beginEditCommand("move")
    assert layer.changeGeometry(fid, QgsGeometry.fromRect(QgsRectangle(0, 0, 9, 10)))
    layer.endEditCommand()
    wait_for(lambda: told)
    assert told == [["k0", "k1"]]
    layer.undoStack().undo()
    wait_for(lambda: len(told) == 2)
    assert told[1] == ["k0", "k1"]
    assert layer.deleteFeature(next(layer.getFeatures("\"lot_key\" = 'k3'")).id())
    wait_for(lambda: len(told) == 3)
    assert told[2] == ["k2", "k3"]
    layer.rollBack()
    wait_for(lambda: len(told) == 4)
    assert {"k0", "k3"} <= set(told[3])
    watch.let_go()
    layer.startEditing()
    layer.changeGeometry(fid, QgsGeometry.fromRect(QgsRectangle(0, 0, 8, 10)))
    QTest.qWait(400)
    assert len(told) == 4


def test_lots_that_are_not_saved_yet_are_told_when_they_go_again(qgis_app: Any) -> None:
    layer = QgsVectorLayer("Polygon?crs=EPSG:6676&field=lot_key:string", "lots", "memory")
    watch = LotWatch(layer, "lot_key")
    told: list[list[str]] = []
    watch.touched.connect(told.append)
    assert layer.startEditing()
    layer.beginEditCommand("add")
    for key, place in (("new", 0), (None, 100)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([key])
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(place, 0, place + 10, 10)))
        assert layer.addFeature(feature)
    layer.endEditCommand()
    names = sorted(feature["lot_key"] or f"#{feature.id()}" for feature in layer.getFeatures())
    wait_for(lambda: told)
    assert told == [names], "a lot without number is named by its row, as in the check"
    layer.undoStack().undo()
    wait_for(lambda: len(told) == 2)
    assert told[1] == names
    watch.let_go()
    layer.rollBack()


# -- settings ------------------------------------------------------------------------------
def test_settings_keep_only_what_differs_from_the_default(probes: None) -> None:
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("probes:probe")
    assert [definition.name() for definition in setting_parameters(algorithm)] == ["STEPS", "FAIL", "KIND"]
    dialog = SettingsDialog("Probe", algorithm, {"STEPS": 5})
    assert dialog.values() == {"STEPS": 5}
    dialog.findChild(QWidget, "setting_KIND").setCurrentIndex(0)
    dialog.findChild(QWidget, "setting_FAIL").setChecked(True)
    assert dialog.values() == {"STEPS": 5, "FAIL": True, "KIND": 0}
    dialog.reset()
    assert dialog.values() == {}


def test_the_keyboard_goes_through_the_fields_before_the_buttons(probes: None) -> None:
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("probes:probe")
    dialog = SettingsDialog("Probe", algorithm, {})
    dialog.show()
    wait_for(lambda: dialog.focusWidget() is not None, 2)
    stops = []
    for _ in range(7):
        stops.append(dialog.focusWidget().objectName() or dialog.focusWidget().text())
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
    assert stops[:3] == ["setting_STEPS", "setting_FAIL", "setting_KIND"]
    assert stops[3:6] == ["Reset to defaults", "Cancel", "OK"] and stops[6] == stops[0]
    dialog.close()


# -- words about layers --------------------------------------------------------------------
@pytest.mark.parametrize(("iso", "words"), [("2025-01-20", "Jan 2025"), ("2024", "2024"), ("", ""), ("spring", "")])
def test_dates_in_words(qgis_app: Any, iso: str, words: str) -> None:
    assert layers.month_text(iso) == words


def test_a_layer_is_described_by_name_and_date_without_saying_the_year_twice(qgis_app: Any) -> None:
    layer = point_layer("Farm patrol (synthetic)")
    layer.setCustomProperty(layers.DATE_PROPERTY, "2025-09")
    assert layers.describe(layer) == "Farm patrol, Sep 2025" and layers.is_synthetic(layer)
    layer.setName("Greenness 2025")
    assert layers.describe(layer) == "Greenness 2025" and not layers.is_synthetic(layer)


# -- theme and widgets -----------------------------------------------------------------------
def palette(window: str, base: str, text: str, button: str) -> QPalette:
    made = QPalette()
    for role, colour in (("Window", window), ("Base", base), ("WindowText", text), ("Button", button)):
        made.setColor(getattr(QPalette.ColorRole, role), QColor(colour))
    return made


@pytest.fixture
def restore_palette(qgis_app: Any) -> Iterator[None]:
    before = QPalette(QApplication.palette())
    # setPalette walks a list of all widgets. A window some test left behind must not be freed meanwhile.
    gc.collect()
    yield
    gc.collect()
    QApplication.setPalette(before)


@pytest.mark.parametrize(
    ("colours", "dark"),
    [
        (("#F3F3F1", "#FFFFFF", "#15191D", "#FBFBFA"), False),
        (("#EFEFEF", "#FFFFFF", "#000000", "#EFEFEF"), False),
        (("#2B2D30", "#36393D", "#F2F3F4", "#404449"), True),
        (("#333333", "#222222", "#EEEEEE", "#444444"), True),
        (("#808080", "#707070", "#303030", "#909090"), False),
        (("#7B7B7B", "#8A8A8A", "#FFFFFF", "#777777"), True),
    ],
)
def test_text_stays_readable_under_any_palette(restore_palette: None, colours: Any, dark: bool) -> None:
    QApplication.setPalette(palette(*colours))
    now = theme.current()
    assert now.dark == dark
    for front, back in theme.TEXT_PAIRS:
        assert theme.contrast(now.colour(front), now.colour(back)) >= 7.0, (front, back)
    assert theme.contrast(now.colour("accink"), now.colour("acc")) >= 7.0
    for level in theme.LEVELS:
        assert theme.contrast(now.level("text", level), now.level("background", level)) >= 7.0


def test_icons_and_colours_follow_a_change_of_palette(restore_palette: None) -> None:
    QApplication.setPalette(palette("#F3F3F1", "#FFFFFF", "#15191D", "#FBFBFA"))
    root = QWidget()
    column = QVBoxLayout(root)
    card = Card("check", "Lots and boundaries", "Compares.", settings=True)
    column.addWidget(card)
    theme.apply(root)
    light_sheet, light_icon = root.styleSheet(), card._icon.pixmap().toImage()
    QApplication.setPalette(palette("#2B2D30", "#36393D", "#F2F3F4", "#404449"))
    assert root.styleSheet() == light_sheet, "nothing is dressed while Qt still tells widget after widget"
    wait_for(lambda: root.styleSheet() != light_sheet, 5)
    assert "#93E3D8" in root.styleSheet()
    assert card._icon.pixmap().toImage() != light_icon


def test_every_token_of_the_style_sheet_is_filled(qgis_app: Any) -> None:
    assert "@" not in theme.stylesheet(theme.current())


def test_what_a_field_asks_for_is_paler_than_what_is_typed(restore_palette: None) -> None:
    root = QWidget()
    column = QVBoxLayout(root)
    field = QLineEdit()
    column.addWidget(field)
    theme.set_hint(field, "例: 2025-01")
    theme.apply(root)
    root.show()
    QApplication.sendPostedEvents()

    def darkest() -> float:
        picture = field.grab().toImage()
        inner = range(10, min(picture.width() - 10, 90))
        return min(picture.pixelColor(x, y).lightness() for x in inner for y in range(6, picture.height() - 6))

    asked = darkest()
    field.setText("例: 2025-01")
    typed = darkest()
    assert asked > typed + 40
    field.clear()
    assert darkest() == asked
    for dark, colour in ((False, theme.HINT_LIGHT), (True, theme.HINT_DARK)):
        card = theme.tokens()["dark" if dark else "light"]["card"]
        assert theme.contrast(QColor(colour), QColor(card)) >= 4.5


def test_icons_exist_in_both_themes(qgis_app: Any) -> None:
    names = (
        "check",
        "condition",
        "externality",
        "owners",
        "forecast",
        "plan",
        "map",
        "adddata",
        "settings",
        "showonmap",
        "landstewardship",
        *(f"severity_{level}" for level in theme.LEVELS),
    )
    for name in names:
        for dark in (False, True):
            assert os.path.exists(theme.icon_path(name, dark)), (name, dark)


def test_a_row_of_buttons_breaks_instead_of_being_cut(qgis_app: Any) -> None:
    root = QWidget()
    flow = FlowLayout(root)
    buttons = [quiet_button(text) for text in ("See findings", "Show on map", "Run again")]
    for button in buttons:
        flow.addWidget(button)
    wide = sum(button.sizeHint().width() for button in buttons) + 16
    assert flow.heightForWidth(wide) == buttons[0].sizeHint().height()
    assert flow.heightForWidth(wide - 1) > buttons[0].sizeHint().height()


def test_arrow_keys_walk_the_stepper(qgis_app: Any) -> None:
    stepper = Stepper()
    chosen: list[str] = []
    stepper.step_chosen.connect(chosen.append)
    stepper.show()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        QTest.keyClick(stepper, key)
    assert chosen == ["choose", "act", "choose"] and stepper.step() == "choose"
    stepper.set_progress("choose", "42 / 44")
    assert stepper.cell("choose").accessibleName() == "2 Choose, 42 / 44"


def test_empty_parts_of_a_card_take_no_room(qgis_app: Any) -> None:
    card = Card("check", "Title")
    card.show()
    texts = [x.text() for x in card.findChildren(QLabel) if x.isVisible() and x.text()]
    assert texts == ["Title", card.chip.text()]
    card.set_numbers([("1,051", "lots", "lots checked")])
    card.set_data("Lots, Jan 2025")
    shown = [x.text() for x in card.findChildren(QLabel) if x.isVisible()]
    assert any("lots checked" in text for text in shown) and any("Lots, Jan 2025" in text for text in shown)
