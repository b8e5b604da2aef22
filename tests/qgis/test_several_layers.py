"""Inputs that several layers serve together: hazard zones, zones by law, records of damage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from qgis import processing
from qgis.core import QgsProcessingException, QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QListWidget
from tinylayers import box, layer, rows

from land_stewardship.ui import layers
from land_stewardship.ui.dialogs import ChangeDataDialog
from land_stewardship.ui.pages.choose_cards import DraftCard
from land_stewardship.ui.pages.harm import HarmCard
from land_stewardship.ui.runner import Runner
from land_stewardship.ui.state import DONE, CardResult, ProjectState

pytestmark = pytest.mark.usefixtures("provider")
ROLE = "landstewardship/role"
ZONES = "Polygon zone_id:string phenomenon:string level:string"
LOTS = "Polygon lot_key:string chiban:string condition:string category_reg:string"


def zones(name: str, *found: tuple[str, str, str, str]) -> QgsVectorLayer:
    made = layer(ZONES, list(found), name=name)
    made.setCustomProperty(ROLE, "hazard_zones")
    return made


def floods() -> QgsVectorLayer:
    return zones("Flood zones (A31)", (box(0), "F1", "flood", "depth_rank 2"))


def slides() -> QgsVectorLayer:
    return zones("Landslide warning zones (A33)", (box(30), "S1", "slope", "yellow"))


def lots() -> QgsVectorLayer:
    made = layer(LOTS, [(box(0), "a", "1", "managed", "宅地"), (box(30), "b", "2", "unmanaged", "宅地")], name="Lots")
    made.setCustomProperty(ROLE, "condition")
    return made


def run(name: str, **parameters: Any) -> dict[str, Any]:
    return processing.run(f"landstewardship:{name}", {"OUTPUT": "memory:", **parameters})


@pytest.fixture
def project(qgis_app: Any, tmp_path: Path) -> Iterator[QgsProject]:
    project = QgsProject.instance()
    project.clear()
    project.setFileName(str(tmp_path / "village.qgz"))
    yield project
    project.clear()


@pytest.fixture
def state(project: QgsProject) -> Iterator[ProjectState]:
    made = ProjectState()
    yield made
    made.disconnect_all()


def add(state: ProjectState, *found: QgsVectorLayer, role: str = "hazard_zones") -> list[QgsVectorLayer]:
    """Bring layers in the way the dialog does."""
    for one in found:
        state.project.addMapLayer(one)
        state.assign(role, one)
    return list(found)


def names(state: ProjectState, role: str = "hazard_zones", need: str = layers.POLYGONS) -> set[str]:
    return {one.name() for one in state.layers_of(role, need)}


BOTH = {"Flood zones (A31)", "Landslide warning zones (A33)"}


# -- the algorithms -------------------------------------------------------------------------
def harm_of(**more: Any) -> list[tuple[str, Any]]:
    draft = run("draftplan", INPUT=lots(), **more)["OUTPUT"]
    return [(row["lot_key"], row["q2"]) for row in rows(draft)]


def test_a_draft_takes_every_layer_of_zones() -> None:
    # Harm to others if left: a lot in a zone of landslides is large, one in a flood zone is not for that alone.
    assert dict(harm_of())["b"] != "large"
    assert dict(harm_of(HAZARD=floods()))["b"] != "large"
    assert dict(harm_of(HAZARD=[floods(), slides()]))["b"] == "large"
    assert harm_of(HAZARD=[slides(), floods()]) == harm_of(HAZARD=[floods(), slides()])
    fields = "Polygon kind:string"
    law = [layer(fields, [(box(0), "agri_zone")]), layer(fields, [(box(0, 0, 60), "protection_forest")])]
    drafted = rows(run("draftplan", INPUT=lots(), ZONING=law)["OUTPUT"])
    assert [row["zoning"] for row in drafted] == ["agri_zone; protection_forest", "protection_forest"]


def test_zones_in_other_coordinates_and_with_other_fields_count_as_well() -> None:
    degrees = processing.run(
        "native:reprojectlayer", {"INPUT": slides(), "TARGET_CRS": "EPSG:6668", "OUTPUT": "memory:"}
    )["OUTPUT"]
    bare = layer("Polygon note:string", [(box(0), "no phenomenon")])
    assert dict(harm_of(HAZARD=[bare, degrees]))["b"] == "large"
    nowhere = layer(ZONES, [(box(0), "X", "slope", "red")], crs="")
    with pytest.raises(QgsProcessingException, match="no coordinate system"):
        run("draftplan", INPUT=lots(), HAZARD=[slides(), nowhere])
    with pytest.raises(QgsProcessingException):
        run("draftplan", INPUT=lots(), HAZARD=[slides(), "/nowhere/zones.gpkg"])


def test_the_overlay_names_the_zones_of_every_layer_once() -> None:
    made = {
        tuple(sorted((row["object_id"], row["zone_id"], row["phenomenon"]) for row in rows(result["ZONES"])))
        for hazard in ([floods(), slides()], [slides(), floods()], [floods(), slides(), floods()])
        for result in [
            run(
                "overlayexternalities",
                SOURCES=lots(),
                ROADS=layer("LineString road_id:string", [("LINESTRING(0 -5,20 -5)", "R")]),
                HAZARD=hazard,
                RECEPTORS_OUT="memory:",
                ZONES="memory:",
            )
        ]
    }
    assert made == {(("a", "F1", "flood"), ("b", "S1", "slope"))}


def test_records_of_damage_in_two_layers_are_as_in_one(tmp_path: Path) -> None:
    spread = [
        (box(40 * (n % 10), 40 * (n // 10)), f"k{n}", "unmanaged" if n % 7 == 0 else "managed", "田")
        for n in range(100)
    ]
    fields = layer("Polygon lot_key:string condition:string land_category:string", spread)
    points = [
        (f"Point({40 * (n % 10) + 15} {40 * (n // 10) + 1 + n % 3})", f"2024-0{1 + n % 9}-01")
        for n in range(100)
        if n % 7
    ]
    table = "Point seen_on:string"

    def learn(*records: QgsVectorLayer) -> tuple[Any, ...]:
        result = run(
            "calibrateexternality",
            LOTS=fields,
            RECORDS=list(records),
            PERMUTATIONS=99,
            REPORT=str(tmp_path / "r.html"),
            PROFILE="memory:",
        )
        return result["RECORD_COUNT"], result["LEFT_OUT"], result["VERDICT"], result["P_VALUE"], result["SCORE"]

    whole = learn(layer(table, points))
    assert whole[0] == len(points)
    assert learn(layer(table, points[:50]), layer(table, points[50:])) == whole
    # The same file brought twice adds nothing; a second record at the same place on another day does.
    assert learn(layer(table, points), layer(table, points[:20])) == whole
    again = [(wkt, "2025-01-01") for wkt, _day in points[:20]]
    assert learn(layer(table, points), layer(table, again))[0] == len(points) + 20


# -- the dock -------------------------------------------------------------------------------
def test_a_new_layer_comes_beside_those_that_are_there(state: ProjectState) -> None:
    flood, slide = add(state, floods(), slides())
    assert names(state) == BOTH
    aside = layer(ZONES, [(box(0), "X", "slope", "red")], name="set aside")
    add(state, aside, role="hazard_zones_set_aside")
    assert names(state) == BOTH
    # Of what can only be there once, the new one takes the place of the old one.
    first, second = (layer("Polygon house_id:string", [(box(0), "h")], name=name) for name in ("old", "new"))
    add(state, first, second, role="houses")
    assert state.layer("houses").id() == second.id()
    state.project.removeMapLayer(flood.id())
    assert names(state) == {slide.name()}


def test_what_was_left_out_stays_out_and_what_comes_later_counts(state: ProjectState) -> None:
    _flood, slide = add(state, floods(), slides())
    state.assign_many("hazard_zones", [slide])
    assert names(state) == {slide.name()}
    later = zones("Tsunami", (box(0), "T", "flood", "depth_rank 1"))
    add(state, later)
    assert names(state) == {slide.name(), "Tsunami"}
    state.assign_many("hazard_zones", [])
    assert names(state) == set()


def test_the_choice_comes_back_with_the_saved_project(state: ProjectState, tmp_path: Path) -> None:
    from qgis.core import QgsVectorFileWriter

    kept = []
    for number, made in enumerate((floods(), slides(), zones("Old", (box(0), "O", "debris", "red")))):
        path = str(tmp_path / f"zones_{number}.gpkg")
        options = QgsVectorFileWriter.SaveVectorOptions()
        QgsVectorFileWriter.writeAsVectorFormatV3(made, path, state.project.transformContext(), options)
        kept.append(QgsVectorLayer(path, made.name(), "ogr"))
    add(state, *kept)
    state.assign_many("hazard_zones", kept[:2])
    assert state.project.write()
    path = state.project.fileName()
    state.project.clear()
    assert names(state) == set()
    assert state.project.read(path)
    assert names(state) == BOTH
    again = ProjectState()
    assert names(again) == BOTH
    again.disconnect_all()


def written(project: QgsProject, data: str) -> ProjectState:
    project.writeEntry("LandStewardship", "state", data)
    return ProjectState()


def test_projects_of_earlier_versions_still_open(project: QgsProject) -> None:
    """There a new layer took the place of the one before; both were in the project, and both count now."""
    flood, slide = floods(), slides()
    other = layer(ZONES, [(box(0), "X", "slope", "red")], name="mine")
    project.addMapLayers([flood, slide, other])
    state = written(project, f'{{"roles": {{"hazard_zones": "{slide.id()}"}}}}')
    assert names(state) == BOTH
    state.disconnect_all()
    state = written(project, f'{{"roles": {{"hazard_zones": "{other.id()}"}}}}')
    assert names(state) == {*BOTH, "mine"}
    # The run with that one layer is not out of date by the new way of keeping it when it is the only one.
    project.removeMapLayers([flood.id(), slide.id()])
    state.set_card("draft", CardResult(state=DONE, inputs={"HAZARD": state.fingerprint(other)}))
    (only,) = state.layers_of("hazard_zones", layers.POLYGONS)
    assert not state.is_stale("draft", {"HAZARD": state.fingerprint(only)})
    state.disconnect_all()


def test_pictures_chosen_in_an_earlier_version_stay_chosen_and_new_ones_count(project: QgsProject) -> None:
    tables = [layer("NoGeometry lot_key:string", [], name=name) for name in ("one", "two", "three", "mine")]
    for made in tables[:3]:
        made.setCustomProperty(ROLE, f"evidence_more_{made.name()}")
    project.addMapLayers([tables[0], tables[1], tables[3]])
    state = written(project, f'{{"many": {{"evidence_more": ["{tables[0].id()}", "{tables[3].id()}"]}}}}')
    assert names(state, "evidence_more", layers.TABLE) == {"one", "mine"}
    project.addMapLayer(tables[2])
    assert names(state, "evidence_more", layers.TABLE) == {"one", "mine", "three"}
    state.disconnect_all()


def card(state: ProjectState) -> DraftCard:
    bar = SimpleNamespace(pushMessage=lambda *_all: None)
    return DraftCard(SimpleNamespace(messageBar=lambda: bar), state, Runner(state.project), SimpleNamespace())


def test_the_card_of_the_draft_hands_over_every_layer(state: ProjectState) -> None:
    state.project.addMapLayer(lots())
    add(state, floods())
    draft = card(state)
    before = draft.input_state()
    assert dict(harm_of_dock(draft))["b"] != "large"
    add(state, slides())
    assert draft.input_state()["HAZARD"] != before["HAZARD"]
    assert dict(harm_of_dock(draft))["b"] == "large"
    draft.runner.shut_down()


def harm_of_dock(draft: DraftCard) -> list[tuple[str, Any]]:
    return [(row["lot_key"], row["q2"]) for row in rows(run("draftplan", **draft.parameters())["OUTPUT"])]


def test_records_to_learn_from_are_chosen_on_the_card_of_harm(state: ProjectState) -> None:
    first, second = (layer("Point seen_on:string", [("Point(1 1)", "2024-05-01")], name=name) for name in ("A", "B"))
    add(state, first, second, role="boar_damage")
    canvas = QgsMapCanvas()
    harm = HarmCard(SimpleNamespace(mapCanvas=lambda: canvas), state, Runner(state.project))
    assert "RECORDS" not in harm.parameters()
    dialog = ChangeDataDialog("Harm", harm.changeable(), state)
    boxes(dialog, "boar_damage")["A"].setCheckState(Qt.CheckState.Unchecked)
    dialog.accept()
    started: list[Any] = []
    harm.runner.start = started.append
    harm.learn.learn()
    assert started[0].parameters["RECORDS"] == [second.id()] and second in started[0].layers
    harm.runner.shut_down()


def boxes(dialog: ChangeDataDialog, role: str) -> dict[str, Any]:
    found = dialog.findChild(QListWidget, f"data_{role}")
    return {found.item(row).text(): found.item(row) for row in range(found.count())}


def test_several_can_be_ticked_under_change_data(state: ProjectState) -> None:
    state.project.addMapLayer(lots())
    add(state, floods(), slides())
    inputs = card(state).inputs()
    dialog = ChangeDataDialog("Draft", inputs, state)
    shown = boxes(dialog, "hazard_zones")
    # What counts stands first, in front of the other maps.
    assert list(shown)[:2] == sorted(BOTH) and list(shown)[2:] == ["Lots"]
    ticked = Qt.CheckState.Checked
    assert {text for text, item in shown.items() if item.checkState() == ticked} == BOTH
    dialog.accept()
    assert names(state) == BOTH and state._data.get("many", {}).get("zoning") is None
    dialog = ChangeDataDialog("Draft", inputs, state)
    boxes(dialog, "hazard_zones")["Flood zones (A31)"].setCheckState(Qt.CheckState.Unchecked)
    boxes(dialog, "hazard_zones")["Lots"].setCheckState(ticked)
    dialog.accept()
    assert names(state) == {"Landslide warning zones (A33)", "Lots"}
