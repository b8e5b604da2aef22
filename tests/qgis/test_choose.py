"""Steps 2 and 3 on a small plan: painting with undo, saving, decisions, agreement, cards."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QDockWidget, QMainWindow
from shapely.geometry import box

from land_stewardship.gis import plan_reading, plan_store
from land_stewardship.gis.plan_store import PlanStore
from land_stewardship.ui import planlink, theme
from land_stewardship.ui.planlink import SAVED, UNSAVED, PlanLink, link_of
from land_stewardship.ui.results import OutputSpec, open_result
from land_stewardship.ui.runner import Runner
from land_stewardship.ui.state import ROLE_PROPERTY, ProjectState

CRS = "EPSG:6676"
SIDE, COLUMNS, ROWS = 20.0, 5, 5


def lot_key(column: int, row: int) -> str:
    return f"15222-241-000-0000-00-{row * COLUMNS + column + 1}"


def draft(management_class: str = "maintain", day: str = "2026-11-01") -> gpd.GeoDataFrame:
    """A draft for 5 x 5 lots of 20 m: the lowest row minimum, the highest a road."""
    rows = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            x, y = column * SIDE, row * SIDE
            rows.append(
                {
                    "lot_key": lot_key(column, row),
                    "hamlet": "North" if row > 2 else "South",
                    "use_now": "road" if row == ROWS - 1 else "farmland",
                    "management_class": "minimum" if row == 0 else management_class,
                    "priority": False,
                    "decided_by": "draft",
                    "decided_on": day,
                    "reason": f"Draft reason {column}.",
                    "reason_ja": f"たたき台の理由{column}。",
                    "basis": "Farm patrol 2024.",
                    "basis_ja": "農地パトロール 2024年。",
                    "certainty": "medium",
                    "zoning": "agri_zone" if row == 1 else None,
                    "area_m2": SIDE * SIDE,
                    "geometry": box(x, y, x + SIDE, y + SIDE),
                }
            )
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)


@pytest.fixture
def store(provider: Any, tmp_path: Path) -> Iterator[PlanStore]:
    """A saved project whose plan holds the draft."""
    project = QgsProject.instance()
    project.clear()
    project.setCrs(QgsCoordinateReferenceSystem(CRS))
    assert project.write(str(tmp_path / "village.qgz"))
    made = PlanStore.create(str(tmp_path / "plan.gpkg"), QgsCoordinateReferenceSystem(CRS), {"official_area_ha": "1.2"})
    made.apply(draft())
    yield made
    project.clear()


@pytest.fixture
def layer(store: PlanStore) -> QgsVectorLayer:
    """The plan in the project."""
    made = store.layer()
    made.setCustomProperty(ROLE_PROPERTY, "plan")
    QgsProject.instance().addMapLayer(made)
    return made


@pytest.fixture
def state(store: PlanStore) -> Iterator[ProjectState]:
    made = ProjectState()
    yield made
    made.disconnect_all()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def link(state: ProjectState, layer: QgsVectorLayer) -> PlanLink:
    made = link_of(state)
    assert made.layer() is layer
    return made


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for locks."""
    monkeypatch.setattr(plan_store, "PAUSE", 0.01)
    monkeypatch.setattr(plan_store, "BUSY_MS", 50)


@pytest.fixture
def locked(store: PlanStore, fast: None) -> Iterator[sqlite3.Connection]:
    """Another program can start to write the plan."""
    other = sqlite3.connect(store.path, isolation_level=None)
    yield other
    if other.in_transaction:
        other.execute("ROLLBACK")
    other.close()


def units(store: PlanStore) -> dict[str, dict[str, Any]]:
    """What stands in the file, by lot key."""
    frame = store.read()
    return {row["lot_keys"]: dict(row) for _, row in frame.iterrows()}


def unit(store: PlanStore, column: int, row: int) -> str:
    return units(store)[lot_key(column, row)]["unit_id"]


# -- changes ---------------------------------------------------------------------------------
def test_one_stroke_is_one_step_and_goes_to_the_file(store: PlanStore, link: PlanLink) -> None:
    strokes = [unit(store, column, 1) for column in range(3)]
    assert link.paint(strokes, "adapt")
    assert link.stack.count() == 1
    assert link.saving() == "waiting"
    QTest.qWait(planlink.SAVE_AFTER_MS + 300)
    assert link.saving() == SAVED
    assert not link.layer().isEditable(), "the layer is not left in editing"
    found = units(store)
    for column in range(5):
        row = found[lot_key(column, 1)]
        assert row["management_class"] == ("adapt" if column < 3 else "maintain")
        assert row["decided_by"] == ("workshop" if column < 3 else "draft")
    painted = found[lot_key(0, 1)]
    assert painted["decided_on"] == dt.date.today()
    assert painted["reason"] is None and painted["basis"] is None, "the draft's reason explains another class"
    assert painted["draft_class"] == "maintain"


def test_undo_and_redo_work_after_saving_and_restore_everything(store: PlanStore, link: PlanLink) -> None:
    one = unit(store, 2, 1)
    before = link.unit(one)
    assert link.paint([one], "watch")
    painted = link.unit(one)
    assert painted["conflict"], "watching only conflicts with the farmland zone"
    assert link.save_now()
    link.stack.undo()
    assert link.unit(one) == before
    assert link.save_now()
    assert units(store)[lot_key(2, 1)]["management_class"] == "maintain"
    assert units(store)[lot_key(2, 1)]["decided_by"] == "draft"
    link.stack.redo()
    assert link.unit(one) == painted
    assert link.stack.count() == 1
    assert link.save_now()
    classes = [change.new_class for change in store.history(one)]
    assert classes == ["maintain", "watch", "maintain", "watch"], "the history keeps every step"


def test_every_action_is_one_step(store: PlanStore, link: PlanLink) -> None:
    one, two = unit(store, 0, 1), unit(store, 1, 1)
    actions = [
        lambda: link.paint([one, two], "adapt"),
        lambda: link.toggle_priority([one, two]),
        lambda: link.decide([one], "Shared grazing", "Ask Tanaka farm"),
        lambda: link.leave_open([two], "", None),
        lambda: link.record_agreement([one], "asked"),
    ]
    for number, action in enumerate(actions, 1):
        assert action()
        assert link.stack.count() == number
    after = link.units([one, two])
    for _ in actions:
        link.stack.undo()
    assert [row["decided_by"] for row in link.units([one, two])] == ["draft", "draft"]
    for _ in actions:
        link.stack.redo()
    assert link.units([one, two]) == after


def test_painting_the_same_again_is_no_step(store: PlanStore, link: PlanLink) -> None:
    one = unit(store, 0, 1)
    assert link.paint([one], "adapt")
    assert link.paint([one], "adapt")
    assert link.stack.count() == 1


def test_each_step_is_one_edit_command_of_the_layer(store: PlanStore, link: PlanLink) -> None:
    commands: list[str] = []
    link.layer().editCommandStarted.connect(commands.append)
    link.paint([unit(store, column, 1) for column in range(5)], "adapt")
    assert len(commands) == 1
    assert link.layer().undoStack().count() == 1
    link.stack.undo()
    assert len(commands) == 2


def test_priority_is_toggled_as_a_whole(store: PlanStore, link: PlanLink) -> None:
    one, two = unit(store, 0, 1), unit(store, 1, 1)
    link.toggle_priority([one])
    assert link.unit(one)["priority"] is True
    link.toggle_priority([one, two])
    assert [row["priority"] for row in link.units([one, two])] == [True, True], "mixed lots all get the flag"
    link.toggle_priority([one, two])
    assert [row["priority"] for row in link.units([one, two])] == [False, False]
    assert link.unit(one)["management_class"] == "maintain", "the class stays"


def test_decisions_survive_a_new_draft(store: PlanStore, link: PlanLink) -> None:
    painted, flagged, opened, plain = (unit(store, column, 1) for column in range(4))
    link.paint([painted], "convert")
    link.toggle_priority([flagged])
    link.leave_open([opened], "Ask the owner", None)
    assert link.save_now()
    store.apply(draft("adapt", "2026-12-01"))
    link.reload()
    rows = {key: link.unit(key) for key in (painted, flagged, opened, plain)}
    assert rows[painted]["management_class"] == "convert"
    assert rows[painted]["draft_class"] == "adapt", "what the new draft proposes is still told"
    assert rows[flagged]["priority"] is True
    assert rows[opened]["management_class"] == "undecided"
    assert rows[opened]["reason"] == rows[opened]["reason_ja"] == "Ask the owner"
    assert rows[plain]["management_class"] == "adapt"
    assert rows[plain]["decided_by"] == "draft"


def test_undo_leaves_alone_what_others_changed(store: PlanStore, link: PlanLink) -> None:
    one, two = unit(store, 0, 1), unit(store, 1, 1)
    link.paint([one, two], "adapt")
    assert link.save_now()
    table = draft().query("lot_key == @key", local_dict={"key": lot_key(0, 1)}).copy()
    table["management_class"], table["decided_by"] = "watch", "workshop"
    table["decided_on"] = dt.date.today().isoformat()
    store.apply(table)
    link.reload()
    told: list[str] = []
    link.told.connect(told.append)
    link.stack.undo()
    assert [row["management_class"] for row in link.units([one, two])] == ["watch", "maintain"]
    assert len(told) == 1


def test_leave_open_and_undecided_count_as_left(store: PlanStore, link: PlanLink) -> None:
    one, two, three = (unit(store, column, 1) for column in range(3))
    link.paint([one], "adapt")
    link.leave_open([two], "", None)
    link.paint([three], "undecided")
    summary = link.summary()
    assert (summary.decided, summary.left, summary.total) == (1, 24, 25)
    assert summary.areas["undecided"] == pytest.approx(800)
    assert sum(summary.areas.values()) == pytest.approx(10_000)


def test_next_lot_goes_by_number_and_round(store: PlanStore, link: PlanLink) -> None:
    numbers = {row["unit_id"]: row["unit_no"] for row in units(store).values()}
    order = sorted(numbers, key=lambda key: plan_reading.natural_key(numbers[key]))
    assert [numbers[key] for key in order][:3] == ["A-1", "A-2", "A-3"]
    assert "A-10" in numbers.values() and numbers[order[9]] == "A-10"
    assert link.next_open() == order[0]
    link.paint([order[1]], "adapt")
    assert link.next_open() == order[2], "decided lots are passed over"
    link.choose_units([order[-1]])
    assert link.next_open() == order[0]
    link.paint(order, "adapt")
    assert link.next_open() == ""


def test_the_drafts_reason_is_still_known_after_painting(store: PlanStore, link: PlanLink) -> None:
    one = unit(store, 3, 1)
    assert link.draft_of(one)["reason"] == "Draft reason 3."
    link.paint([one], "adapt")
    assert link.save_now()
    known = link.draft_of(one)
    assert (known["management_class"], known["reason_ja"]) == ("maintain", "たたき台の理由3。")


def test_former_reasons_are_those_of_people(store: PlanStore, link: PlanLink) -> None:
    rows = [unit(store, column, 1) for column in range(4)]
    link.decide(rows[:1], "Flowers", None)
    link.decide(rows[1:3], "Shared grazing", None)
    link.decide(rows[3:], "", None)  # agrees with the draft's own words
    assert link.former_reasons() == ["Shared grazing", "Flowers"]
    assert link.unit(rows[3])["reason"] == "Draft reason 3."


# -- saving ----------------------------------------------------------------------------------
def test_locked_file_keeps_the_changes_and_saves_later(
    store: PlanStore, link: PlanLink, locked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planlink, "RETRY_AFTER_MS", 300)
    one, two = unit(store, 0, 1), unit(store, 1, 1)
    states: list[str] = []
    link.saving_changed.connect(lambda now, _message: states.append(now))
    locked.execute("BEGIN EXCLUSIVE")
    assert link.paint([one], "adapt")
    assert not link.save_now()
    assert link.saving() == UNSAVED
    assert str(store.path) in link.saving_message()
    assert link.layer().isEditable(), "the buffer is kept"
    assert link.unit(one)["management_class"] == "adapt"
    assert link.paint([two], "watch"), "work goes on"
    link.stack.undo()
    assert link.unit(two)["management_class"] == "maintain"
    assert link.stack.count() == 2
    locked.execute("ROLLBACK")
    QTest.qWait(planlink.RETRY_AFTER_MS + planlink.SAVE_AFTER_MS + 400)
    assert link.saving() == SAVED
    assert link.saving_message() == ""
    found = units(store)
    assert found[lot_key(0, 1)]["management_class"] == "adapt"
    assert found[lot_key(1, 1)]["management_class"] == "maintain"
    assert states[-1] == SAVED and UNSAVED in states


def test_read_only_plan_says_so_and_changes_nothing(
    store: PlanStore, link: PlanLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    link.told.connect(told.append)
    link.layer().setReadOnly(True)
    assert not link.paint([unit(store, 0, 1)], "adapt")
    assert link.stack.count() == 0
    assert len(told) == 1
    assert link.saving() == SAVED


def test_own_editing_of_the_user_is_not_ended(store: PlanStore, link: PlanLink) -> None:
    assert link.layer().startEditing()
    link.paint([unit(store, 0, 1)], "adapt")
    assert link.save_now()
    assert link.layer().isEditable()
    assert units(store)[lot_key(0, 1)]["management_class"] == "adapt"
    link.layer().rollBack()


def test_open_edits_are_written_when_the_plan_leaves_the_project(store: PlanStore, link: PlanLink) -> None:
    link.paint([unit(store, 0, 1)], "adapt")
    QgsProject.instance().removeMapLayer(link.layer().id())
    assert link.layer() is None
    assert link.stack.count() == 0
    assert units(store)[lot_key(0, 1)]["management_class"] == "adapt"


def test_changes_of_other_programs_are_shown(store: PlanStore, link: PlanLink) -> None:
    assert link.summary().decided == 0
    told: list[bool] = []
    link.changed.connect(lambda: told.append(True))
    layer = link.layer()
    one = unit(store, 0, 1)
    with plan_store.edit_command(layer, "table"):
        plan_store.set_values(layer, [one], {"decided_by": "owner"})
    assert layer.commitChanges()
    QTest.qWait(planlink.GATHER_MS + 100)
    assert told
    assert link.summary().decided == 1


def test_another_project_has_another_plan(store: PlanStore, link: PlanLink, tmp_path: Path) -> None:
    link.paint([unit(store, 0, 1)], "adapt")
    project = QgsProject.instance()
    assert project.write()
    assert link.save_now()
    first = project.fileName()
    project.clear()
    assert link.layer() is None and link.summary() is None
    assert link.plan_path() == ""
    assert project.read(first)
    assert link.layer() is not None
    assert link.summary().decided == 1
    assert not link.stack.canUndo()


def test_plan_path_is_beside_the_project(store: PlanStore, state: ProjectState, tmp_path: Path) -> None:
    assert os.path.samefile(os.path.dirname(link_of(state).plan_path()), tmp_path)
    assert link_of(state) is link_of(state)


def test_a_layer_that_is_no_plan_is_not_taken(store: PlanStore, state: ProjectState) -> None:
    other = QgsVectorLayer(f"Polygon?crs={CRS}&field=name:string", "other", "memory")
    other.setCustomProperty(ROLE_PROPERTY, "plan")
    QgsProject.instance().addMapLayer(other)
    assert link_of(state).layer() is None


# -- the pages ---------------------------------------------------------------------------------
class Iface(QObject):
    """What the pages use of QGIS."""

    def __init__(self) -> None:
        super().__init__()
        self.window = QMainWindow()
        self.canvas = QgsMapCanvas()
        self.canvas.resize(400, 400)
        self.window.setCentralWidget(self.canvas)
        self.bar = QgsMessageBar()
        self.saves = QAction()

    def mainWindow(self) -> QMainWindow:
        return self.window

    def mapCanvas(self) -> QgsMapCanvas:
        return self.canvas

    def messageBar(self) -> QgsMessageBar:
        return self.bar

    def setActiveLayer(self, layer: Any) -> bool:
        return layer is not None

    def actionSaveProject(self) -> QAction:
        return self.saves


@pytest.fixture
def iface(store: PlanStore) -> Iterator[Iface]:
    made = Iface()
    made.window.resize(900, 700)
    made.canvas.setDestinationCrs(QgsCoordinateReferenceSystem(CRS))
    made.window.show()
    made.canvas.setExtent(QgsRectangle(0, 0, 100, 100))
    QApplication.processEvents()
    yield made
    made.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def show_page(page_class: Any, iface: Iface, state: ProjectState) -> Any:
    page = page_class(iface, state, Runner(state))
    dock = QDockWidget()
    dock.setWidget(page)
    theme.apply(page)
    iface.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    page.refresh()
    QTest.qWait(20)
    iface.canvas.setExtent(QgsRectangle(0, 0, 100, 100))
    return page


@pytest.fixture
def choose_page(iface: Iface, state: ProjectState) -> Iterator[Any]:
    from land_stewardship.ui.pages.choose import ChoosePage

    page = show_page(ChoosePage, iface, state)
    yield page
    page.step_left()


@pytest.fixture
def act_page(iface: Iface, state: ProjectState, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from land_stewardship.ui.pages import act

    opened: list[str] = []
    monkeypatch.setattr(act, "open_file", lambda path: opened.append(path) or True)
    page = show_page(act.ActPage, iface, state)
    page.opened = opened
    yield page
    page.step_left()


def mouse(canvas: QgsMapCanvas, kind: Any, x: float, y: float, button: Any = Qt.MouseButton.LeftButton) -> None:
    place = canvas.getCoordinateTransform().transform(x, y)
    point = QPoint(round(place.x()), round(place.y()))
    moving = kind == QEvent.Type.MouseMove
    event = QMouseEvent(
        kind,
        QPointF(point),
        QPointF(canvas.viewport().mapToGlobal(point)),
        Qt.MouseButton.NoButton if moving else button,
        Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(canvas.viewport(), event)


def stroke(canvas: QgsMapCanvas, *places: tuple[float, float]) -> None:
    mouse(canvas, QEvent.Type.MouseButtonPress, *places[0])
    for place in places[1:]:
        mouse(canvas, QEvent.Type.MouseMove, *place)
    mouse(canvas, QEvent.Type.MouseButtonRelease, *places[-1])


def test_without_a_plan_the_page_says_what_to_do(choose_page: Any) -> None:
    said: list[tuple[str, str, bool]] = []
    choose_page.next_action_changed.connect(lambda *words: said.append(words))
    choose_page.refresh()
    assert not any(button.isEnabled() for button in choose_page.paint_card.class_buttons.values())
    assert choose_page.paint_card.sentence.text()
    assert not choose_page.lot_card.isVisible()
    assert choose_page.draft_card.is_active()
    assert choose_page.progress_text() == ("—", False)
    assert said[-1][1] == "Go to step 1"
    asked: list[str] = []
    choose_page.step_requested.connect(asked.append)
    choose_page.run_next()
    choose_page.draft_card.step_button.click()
    assert asked == ["understand", "understand"]


def test_painting_by_buttons_and_mouse(choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore) -> None:
    choose_page.refresh()
    card = choose_page.paint_card
    assert card.left_label.text() == "25 lots left"
    QTest.mouseClick(card.class_buttons["adapt"], Qt.MouseButton.LeftButton)
    assert card.tool() == "drag"
    stroke(iface.canvas, (10, 30), (90, 30))
    link = choose_page.link
    assert link.stack.count() == 1
    assert card.left_label.text() == "20 lots left"
    assert len(link.chosen_units()) == 5
    assert choose_page.lot_card.plate.text() == "5 lots"
    assert card.class_buttons["adapt"].accessibleName() == "2 Adapt, 0.2 ha"
    QTest.mouseClick(card.undo_button, Qt.MouseButton.LeftButton)
    assert card.left_label.text() == "25 lots left"
    QTest.mouseClick(card.redo_button, Qt.MouseButton.LeftButton)
    assert card.left_label.text() == "20 lots left"

    QTest.mouseClick(card.lasso_button, Qt.MouseButton.LeftButton)
    give_keyboard(iface, iface.canvas)
    QTest.keyClick(iface.canvas, Qt.Key.Key_5)
    assert card.ink() == "watch"
    stroke(iface.canvas, (1, 41), (1, 59), (39, 59), (39, 41), (20, 41))
    assert link.stack.count() == 2
    assert [row["management_class"] for row in link.units(link.chosen_units())] == ["watch", "watch"]
    assert link.save_now()
    assert units(store)[lot_key(0, 2)]["management_class"] == "watch"


def test_a_stroke_leaves_roads_out_unless_it_begins_on_one(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    choose_page.paint_card.choose_ink("adapt")
    stroke(iface.canvas, (10, 70), (10, 95))
    assert units_of(choose_page) == [lot_key(0, 3)]
    stroke(iface.canvas, (30, 95), (50, 95))
    assert units_of(choose_page) == [lot_key(1, 4), lot_key(2, 4)]


def give_keyboard(iface: Iface, widget: Any) -> None:
    iface.window.activateWindow()
    widget.setFocus()
    QTest.qWait(20)
    assert widget.hasFocus()


def units_of(page: Any) -> list[str]:
    return [row["lot_keys"] for row in page.link.units(page.link.chosen_units())]


def test_keys_choose_classes_and_priority(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    choose_page.refresh()
    button = choose_page.draft_card.step_button
    button.show()
    give_keyboard(iface, button)
    for number, code in enumerate(("maintain", "adapt", "convert", "minimum", "watch", "undecided"), 1):
        QTest.keyClick(button, str(number))
        assert choose_page.paint_card.ink() == code
    give_keyboard(iface, iface.canvas)
    QTest.keyClick(iface.canvas, "p")
    assert choose_page.paint_card.ink() == "priority"
    stroke(iface.canvas, (10, 30), (10, 30))
    row = choose_page.link.unit(unit(store, 0, 1))
    assert row["priority"] is True and row["management_class"] == "maintain"


def test_numbers_typed_into_the_reason_do_not_change_the_class(
    choose_page: Any, layer: QgsVectorLayer, store: PlanStore
) -> None:
    choose_page.paint_card.choose_ink("watch")
    choose_page.link.choose_units([unit(store, 0, 1)])
    field = choose_page.lot_card.reason_field
    field.setFocus()
    QTest.keyClicks(field, "2 cows")
    assert field.text() == "2 cows"
    assert choose_page.paint_card.ink() == "watch"


def test_right_click_chooses_and_decide_signs(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    card = choose_page.lot_card
    choose_page.paint_card.choose_ink("watch")
    mouse(iface.canvas, QEvent.Type.MouseButtonPress, 30, 30, Qt.MouseButton.RightButton)
    assert units_of(choose_page) == [lot_key(1, 1)]
    assert "Draft reason 1." in card.reason.text()
    assert card.who.text() == "Draft proposal, not decided yet"
    card.reason_field.setText("Shared grazing")
    QTest.mouseClick(card.decide_button, Qt.MouseButton.LeftButton)
    row = choose_page.link.unit(unit(store, 1, 1))
    assert (row["management_class"], row["decided_by"]) == ("maintain", "workshop")
    assert row["reason"] == row["reason_ja"] == "Shared grazing"
    assert row["decided_on"] == dt.date.today()
    assert row["basis"] == "Farm patrol 2024.", "the class is the draft's, so its basis stays"
    assert choose_page.link.stack.count() == 1
    QTest.mouseClick(card.next_button, Qt.MouseButton.LeftButton)
    assert units_of(choose_page) != [lot_key(1, 1)]
    assert card.reason_field.text() == ""
    assert card.reason_field.completer().model().stringList() == ["Shared grazing"]


def test_a_click_without_a_paint_tool_chooses(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    stroke(iface.canvas, (70, 50), (70, 50))
    assert units_of(choose_page) == [lot_key(3, 2)]
    stroke(iface.canvas, (10, 10), (90, 10))  # a pan is no click
    assert units_of(choose_page) == [lot_key(3, 2)]
    assert choose_page.link.stack.count() == 0


def test_a_reason_for_a_whole_stroke(choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore) -> None:
    choose_page.paint_card.choose_ink("adapt")
    stroke(iface.canvas, (10, 30), (50, 30))
    card = choose_page.lot_card
    card.reason_field.setText("Flowers for bees")
    QTest.keyClick(card.reason_field, Qt.Key.Key_Return)
    rows = choose_page.link.units(choose_page.link.chosen_units())
    assert len(rows) == 3 and {row["reason"] for row in rows} == {"Flowers for bees"}
    assert choose_page.link.stack.count() == 2


def test_leave_open_keeps_the_reason(choose_page: Any, layer: QgsVectorLayer, store: PlanStore) -> None:
    one = unit(store, 0, 1)
    choose_page.link.choose_units([one])
    card = choose_page.lot_card
    card.reason_field.setText("Ask the owner")
    QTest.mouseClick(card.open_button, Qt.MouseButton.LeftButton)
    row = choose_page.link.unit(one)
    assert (row["management_class"], row["decided_by"], row["reason"]) == ("undecided", "workshop", "Ask the owner")
    assert not card.decide_button.isEnabled(), "there is no class to decide on"
    assert "Left open" in card.who.text()


def test_the_class_can_be_changed_without_a_mouse(choose_page: Any, layer: QgsVectorLayer, store: PlanStore) -> None:
    one = unit(store, 0, 1)
    choose_page.link.choose_units([one])
    actions = choose_page.lot_card.change_link.menu().actions()
    assert [action.text().split()[0] for action in actions if action.text()] == list("123456P")
    actions[2].trigger()
    assert choose_page.link.unit(one)["management_class"] == "convert"
    assert choose_page.lot_card.conflict.isVisible()
    assert "Draft reason 0." in choose_page.lot_card.draft.text()
    actions[-1].trigger()
    assert choose_page.link.unit(one)["priority"] is True
    assert "Priority" in choose_page.lot_card.facts.text()


def test_hover_shows_the_drafts_reason_and_leaves_the_choice(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    one = unit(store, 0, 1)
    choose_page.link.choose_units([one])
    card = choose_page.lot_card
    iface.canvas.xyCoordinates.emit(QgsPointXY(70, 30))
    QTest.qWait(200)
    assert card.reason.text() == "Draft reason 3."
    assert not card.decide_button.isEnabled(), "a lot in passing cannot be decided"
    assert choose_page.link.chosen_units() == [one]
    QApplication.sendEvent(iface.canvas.viewport(), QEvent(QEvent.Type.Leave))
    assert card.reason.text() == "Draft reason 0."
    assert card.decide_button.isEnabled()


def test_typing_is_not_disturbed_by_the_cursor_on_the_map(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_page.link.choose_units([unit(store, 0, 1)])
    card = choose_page.lot_card
    monkeypatch.setattr(card, "typing", lambda: True)
    card.reason_field.setText("half a sen")
    choose_page._watch.hovered.emit(unit(store, 3, 1))
    assert card.reason.text() == "Draft reason 0."
    assert card.reason_field.text() == "half a sen"


def test_a_stroke_is_not_disturbed_by_what_it_passes(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    choose_page.link.choose_units([unit(store, 0, 1)])
    choose_page.paint_card.choose_ink("adapt")
    mouse(iface.canvas, QEvent.Type.MouseButtonPress, 10, 10)
    mouse(iface.canvas, QEvent.Type.MouseMove, 70, 30)
    QTest.qWait(200)
    assert choose_page.lot_card.reason.text() == "Draft reason 0."
    QTest.keyClick(iface.canvas, Qt.Key.Key_Escape)
    mouse(iface.canvas, QEvent.Type.MouseButtonRelease, 70, 30)
    assert choose_page.link.stack.count() == 0


def test_leaving_the_step_gives_the_map_back(
    choose_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    from qgis.gui import QgsMapToolPan

    pan = QgsMapToolPan(iface.canvas)
    iface.canvas.setMapTool(pan)
    before = len(iface.canvas.scene().items())
    choose_page.paint_card.choose_ink("adapt")
    stroke(iface.canvas, (10, 30), (10, 30))
    assert len(iface.canvas.scene().items()) > before
    choose_page.step_left()
    assert iface.canvas.mapTool() is pan
    assert len(iface.canvas.scene().items()) == before
    assert units(store)[lot_key(0, 1)]["management_class"] == "adapt", "written on leaving"


def test_another_map_tool_ends_painting(choose_page: Any, layer: QgsVectorLayer, iface: Iface) -> None:
    from qgis.gui import QgsMapToolPan

    choose_page.paint_card.choose_ink("adapt")
    assert choose_page.paint_card.tool() == "drag"
    pan = QgsMapToolPan(iface.canvas)
    iface.canvas.setMapTool(pan)
    assert choose_page.paint_card.tool() == ""


def test_locked_file_is_told_in_the_card(
    choose_page: Any, layer: QgsVectorLayer, store: PlanStore, locked: sqlite3.Connection
) -> None:
    locked.execute("BEGIN EXCLUSIVE")
    choose_page.link.paint([unit_known(choose_page, 0)], "adapt")
    assert not choose_page.link.save_now()
    card = choose_page.paint_card
    assert card.problem.isVisible() and card.retry_button.isVisible()
    locked.execute("ROLLBACK")
    QTest.mouseClick(card.retry_button, Qt.MouseButton.LeftButton)
    assert not card.problem.isVisible() and not card.retry_button.isVisible()
    assert choose_page.link.saving() == SAVED


def unit_known(page: Any, position: int) -> str:
    """A unit read through the layer, which a lock on the file does not stop."""
    return sorted(f["unit_id"] for f in page.link.layer().getFeatures())[position]


def test_draft_from_results_of_step_1_to_painted_plan(
    choose_page: Any, iface: Iface, state: ProjectState, tmp_path: Path, store: PlanStore
) -> None:
    """The draft card runs draftplan and savechoices and never touches decisions."""
    os.remove(store.path)
    condition = draft()[["lot_key", "hamlet", "area_m2", "geometry"]].copy()
    condition["condition"] = ["unmanaged", "managed"] * 12 + ["cannot_tell"]
    condition["land_category"] = "田"
    path = str(tmp_path / "condition.gpkg")
    condition.to_file(path, driver="GPKG", engine="fiona")
    made = open_result(path, OutputSpec("OUTPUT", "condition", "Condition", "understand"))
    QgsProject.instance().addMapLayer(made)
    card = choose_page.draft_card
    assert card.can_start()
    choose_page.run_next()
    wait_for(lambda: choose_page.link.layer() is not None, card)
    assert os.path.samefile(choose_page.link.plan_path(), store.path)
    summary = choose_page.link.summary()
    assert summary.total == 25 and summary.decided == 0
    group = QgsProject.instance().layerTreeRoot().findLayer(choose_page.link.layer().id()).parent()
    assert group.name() == "2 Choose"
    assert card.chip.text() == "25 lots"

    one = plan_reading.open_units(choose_page.link.layer())[0]
    choose_page.link.paint([one], "watch")
    card.run()
    wait_for(lambda: not choose_page.runner.busy(), card)
    assert choose_page.link.unit(one)["management_class"] == "watch"
    assert choose_page.link.summary().decided == 1

    card.see_questions()
    dialog = choose_page.window().findChild(QObject, "twoQuestions")
    assert dialog is not None
    counted = sum(branch.lots for branch in dialog._branches)
    assert counted == 25
    dialog.close()


def wait_for(done: Any, card: Any, seconds: float = 30) -> None:
    for _ in range(int(seconds * 20)):
        QTest.qWait(50)
        if done():
            return
    raise AssertionError(card.problem.text() or "it did not end")


# -- step 3 --------------------------------------------------------------------------------------
def test_act_without_plan_leads_to_step_2(act_page: Any) -> None:
    act_page.refresh()
    assert not act_page.export_card.isVisible() and not act_page.agreement_card.isVisible()
    asked: list[str] = []
    act_page.step_requested.connect(asked.append)
    act_page.summary_card.choose_button.click()
    act_page.run_next()
    assert asked == ["choose", "choose"]
    assert act_page.progress_text() == ("—", False)


def test_act_shows_areas_residual_and_decisions(act_page: Any, layer: QgsVectorLayer, store: PlanStore) -> None:
    act_page.link.paint([unit(store, 0, 1)], "adapt")
    act_page.refresh()
    card = act_page.summary_card
    assert card.areas.total_text() == "1.0 ha"
    assert "1.2 ha" in card.residual.text() and "0.2 ha" in card.residual.text()
    assert card.decisions.count.text() == "1 / 25 lots"


def test_agreement_is_recorded_for_the_lot_chosen_on_the_map(
    act_page: Any, layer: QgsVectorLayer, iface: Iface, store: PlanStore
) -> None:
    card = act_page.agreement_card
    QTest.mouseClick(card.pick_button, Qt.MouseButton.LeftButton)
    mouse(iface.canvas, QEvent.Type.MouseButtonPress, 30, 30)
    mouse(iface.canvas, QEvent.Type.MouseButtonRelease, 30, 30)
    assert act_page.link.chosen_units() == [unit(store, 1, 1)]
    QTest.mouseClick(card.answers["yes"], Qt.MouseButton.LeftButton)
    assert act_page.link.unit(unit(store, 1, 1))["owner_agreed"] == "yes"
    assert card.bar.count.text() == "1 / 25 lots"
    assert act_page.progress_text() == ("4 %", False)
    assert act_page.link.stack.count() == 1
    assert act_page.link.unit(unit(store, 1, 1))["decided_by"] == "draft", "an answer is no decision"


def test_prints_and_tables_are_made_and_know_when_they_are_old(
    act_page: Any, layer: QgsVectorLayer, store: PlanStore
) -> None:
    card = act_page.export_card
    assert "planmap" in card.exports and "plantables" in card.exports
    for key in card.exports:
        card.run(key)
        wait_for(lambda key=key: card.is_made(key), card)
    assert len(act_page.opened) == len(card.exports)
    for path in act_page.opened:
        assert os.path.getsize(path) > 1000
    assert card.next_export() == ""
    act_page.run_next()
    assert act_page.opened[-1] == card.folder()
    act_page.link.paint([unit(store, 0, 1)], "adapt")
    assert act_page.link.save_now()
    QTest.qWait(planlink.GATHER_MS + 50)
    assert card.next_export() == "planmap", "the print shows an older plan"


def test_texts_without_cut_at_360_pixels(choose_page: Any, layer: QgsVectorLayer, store: PlanStore) -> None:
    choose_page.link.choose_units([unit(store, 0, 1)])
    choose_page.refresh()
    assert choose_page.minimumSizeHint().width() <= 348
