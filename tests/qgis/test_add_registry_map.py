"""A registry map in "Add data": looked through first, its report before anything is added, stopped at any time."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
from mapmaker import MapMaker, square
from qgis.core import QgsProject
from qgis.gui import QgsMessageBar
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEventLoop, QTimer
from qgis.PyQt.QtWidgets import QWidget

from land_stewardship.ui import intakereport
from land_stewardship.ui.adddata import AddDataDialog
from land_stewardship.ui.addrun import IDLE, READY
from land_stewardship.ui.addrun import KEY as TRIAL_KEY
from land_stewardship.ui.runner import RUNNING, Runner
from land_stewardship.ui.state import ProjectState

pytestmark = pytest.mark.usefixtures("provider")


class Iface:
    """As much of QGIS as the dialog asks for."""

    def __init__(self) -> None:
        self.window, self.bar = QWidget(), QgsMessageBar()

    def mainWindow(self) -> QWidget:
        return self.window

    def messageBar(self) -> QgsMessageBar:
        return self.bar


def wait_for(done: Callable[[], bool], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited in vain"
        loop = QEventLoop()
        QTimer.singleShot(5, loop.quit)
        loop.exec() if hasattr(loop, "exec") else loop.exec_()


def a_map(crs: str, lots: int = 4, name: str = "x") -> bytes:
    maker = MapMaker(crs)
    ids = []
    for number in range(lots):
        x, y = 100_000.0 + 30 * (number // 50), 50_000.0 + 30 * (number % 50)
        surface = maker.surface(f"F{number}", maker.ring(square(x, y, 20.0)))
        maker.lot(str(number + 1), surface)
        ids.append(f"H{number + 1:09d}")
    maker.sheet("1", ids)
    return maker.xml(name=name)


class Desk:
    """A saved project with its dock's state and runner."""

    def __init__(self, folder: Path) -> None:
        self.project = QgsProject()
        assert self.project.write(str(folder / "village.qgz"))
        self.data = folder / "data"
        self.state = ProjectState(project=self.project)
        self.runner = Runner(project=self.project)
        self.iface = Iface()
        self.dialogs: list[AddDataDialog] = []

    def dialog(self) -> AddDataDialog:
        made = AddDataDialog(self.iface, self.state, self.runner, "map")
        self.dialogs.append(made)
        return made

    def put_away(self) -> None:
        """Widgets first, then what they look at: what is left to the garbage collector goes in any order."""
        self.runner.shut_down()
        self.state.disconnect_all()
        for widget in (*self.dialogs, self.iface.bar, self.iface.window):
            sip.delete(widget)
        self.project.clear()

    def files(self) -> list[str]:
        """Data files; the record of runs may stay."""
        return sorted(set(os.listdir(self.data)) - {"runs.jsonl"}) if self.data.exists() else []

    def roles(self) -> set[str]:
        return {self.state.role_of(layer) for layer in self.project.mapLayers().values()}


@pytest.fixture()
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.put_away()


def test_lots_without_a_place_are_told_before_they_are_added_and_kept_apart(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("placed.xml", a_map("公共座標8系", 4, "a"))
        archive.writestr("local.xml", a_map("任意座標系", 3, "b"))
    dialog = desk.dialog()
    dialog.take_file(str(path))
    wait_for(lambda: dialog.trial.state == READY)
    told = {row["item"] for row in dialog.trial.report}
    assert {"rows_read", "rows_kept", "unplaced", "datum_assumed"} <= told
    assert "7" in dialog.add_button.text() and dialog.add_button.isEnabled()
    assert desk.project.count() == 0, "nothing is added yet"
    dialog.add()
    assert desk.roles() == {"lots", "lots_unplaced", "map_triage"}
    lots, apart = (desk.state.layer(role) for role in ("lots", "lots_unplaced"))
    assert (lots.featureCount(), apart.featureCount(), desk.state.layer("map_triage").featureCount()) == (4, 3, 2)
    assert intakereport.stored(lots) and not intakereport.stored(apart)
    assert [name for name in desk.files() if "unplaced_sheets" in name], "a layer for each sheet without a place"
    assert all(os.path.dirname(layer.source()) == str(desk.data) for layer in (lots, apart))


def test_a_map_of_local_coordinates_alone_brings_no_lots(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "local.xml"
    path.write_bytes(a_map("任意座標系", 3))
    dialog = desk.dialog()
    dialog.take_file(str(path))
    wait_for(lambda: dialog.trial.state == READY)
    dialog.add()
    assert desk.roles() == {"lots_unplaced", "map_triage"} and desk.state.layer("lots") is None
    assert intakereport.stored(desk.state.layer("lots_unplaced"))
    assert not [name for name in desk.files() if name == "lots_local.gpkg"], "the empty layer goes"


@pytest.mark.parametrize("way", ["stop", "close"])
def test_a_reading_under_way_is_stopped_and_leaves_nothing(desk: Desk, tmp_path: Path, way: str) -> None:
    path = tmp_path / "large.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20):
            archive.writestr(f"{number}.xml", a_map("公共座標8系", 500, str(number)))
    dialog = desk.dialog()
    dialog.take_file(str(path))
    seen: list[Any] = []

    def under_way() -> bool:
        seen.append(desk.runner.fraction(TRIAL_KEY))
        return desk.runner.state(TRIAL_KEY) == RUNNING and bool(seen[-1])

    wait_for(under_way)
    assert 0 < seen[-1] < 1 and not dialog.add_button.isEnabled()
    started = time.monotonic()
    if way == "stop":
        dialog.progress.cancelled.emit()
    else:
        dialog.reject()
    wait_for(lambda: not desk.runner.busy())
    assert time.monotonic() - started < 5
    assert desk.files() == [] and desk.project.count() == 0
    if way == "stop":
        assert dialog.trial.state == IDLE and dialog.add_button.isEnabled()
        dialog.reject()


def test_a_file_that_is_no_map_says_so_and_can_be_tried_again(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "broken.xml"
    path.write_bytes(a_map("公共座標8系")[:-400])
    dialog = desk.dialog()
    dialog.take_file(str(path))
    wait_for(lambda: bool(dialog.card.problem.text()))
    assert desk.project.count() == 0 and desk.files() == []
    path.write_bytes(a_map("公共座標8系"))
    dialog.add()
    wait_for(lambda: dialog.trial.state == READY)
    assert dialog.card.problem.text() == "" and "4" in dialog.add_button.text()
    dialog.reject()
    assert desk.files() == []
