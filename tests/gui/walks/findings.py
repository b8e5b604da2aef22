"""Walks the loop of findings: check, filter, zoom, accept, edit, re-check, cured, check again; then the repair."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QLineEdit, QTableWidget, QWidget
from qgis.utils import iface


def layer_of(role: str) -> QgsVectorLayer:
    return next(
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("landstewardship/role") == role
    )


def choose(combo: QComboBox, data: Any) -> None:
    """Choose an entry as a user does: the popup's choice is an activation."""
    position = combo.findData(data)
    assert position >= 0, f"{data} is not offered: {[combo.itemData(n) for n in range(combo.count())]}"
    combo.setCurrentIndex(position)
    combo.activated.emit(position)
    steps.wait(80)


def click_row(panel: Any, row: int) -> None:
    """Click on a row of the list."""
    index = panel.proxy.index(row, 0)
    panel.view.scrollTo(index)
    QTest.mouseClick(
        panel.view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        panel.view.visualRect(index).center() + QPoint(0, 0),
    )
    steps.wait(500)


def rechecked(panel: Any, runner: Any, act: Any) -> float:
    """Do something to the map and wait until the touched lots were checked again; the seconds it took."""
    before = panel._layer_id
    begun = time.monotonic()
    act()
    steps.wait_until(lambda: panel._layer_id != before and not runner.busy(), "the touched lots are checked again", 30)
    return time.monotonic() - begun


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(1500)
    page, card = dock.page(), dock.page().cards["parcels"]
    lots = layer_of("lots_defects")
    page.state.assign("lots", lots)
    steps.click(card.main_button)
    steps.wait_until(lambda: not page.runner.busy(), "the check is done", 90)
    steps.wait(300)
    answer["problem"] = card.result().message
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("loop_card")

    # Filter by severity, kind, owner; click shows the place; only what the map shows.
    steps.click(card.findings_button)
    panel = dock.panel()
    answer["start"] = panel.model.counts()
    steps.picture("loop_list")
    QTest.keyClicks(panel.search, "no such lot")
    answer["nothing_fits"] = [len(panel.shown()), panel.empty.isVisible(), panel.empty.text()]
    steps.picture("loop_nothing")
    answer["clipped"] += steps.clipped(dock.content)
    panel.search.clear()
    answer["clipped"] += steps.clipped(dock.content)
    choose(panel.kind_combo, "surveyor")
    answer["surveyor"] = [len(panel.shown()), card.result().numbers["SURVEYOR"], card.numbers.toolTip()]
    steps.picture("loop_surveyor")
    steps.click(panel._chips["error"])
    choose(panel.kind_combo, "overlap")
    answer["overlaps"] = len(panel.shown())
    scale = iface.mapCanvas().scale()
    click_row(panel, 1)
    answer["zoomed"] = iface.mapCanvas().scale() < scale / 3
    steps.picture("loop_zoom")
    steps.click(panel.view_chip)
    answer["in_view"] = [len(panel.shown()), panel.current() is not None]
    steps.click(panel.view_chip)
    QTest.keyClick(panel.view, Qt.Key.Key_P)
    steps.wait(400)
    answer["stepped"] = panel.view.currentIndex().row()
    owners = [panel.owner_combo.itemText(n) for n in range(1, panel.owner_combo.count())]
    answer["owners"] = [len(owners), owners[:2]]
    if owners:
        choose(panel.owner_combo, panel.owner_combo.itemData(1))
        answer["of_owner"] = len(panel.shown())
        choose(panel.owner_combo, "")

    # Accept one with a reason.
    accepted = panel.current()

    def give_reason(dialog: Any) -> None:
        dialog.findChild(QLineEdit, "accept_reason").setText("old path")
        dialog.findChild(QLineEdit, "accept_who").setText("tax office")
        answer["clipped"] += steps.clipped(dialog)
        steps.picture("loop_accept", dialog)
        steps.click(dialog.findChild(QWidget, "accept_ok"))

    steps.in_dialog(lambda: steps.click(panel.leave_button), give_reason)
    steps.click(panel._chips["left"])
    answer["accepted"] = [row.finding_id == accepted.finding_id for row in panel.shown()]
    answer["reason"] = panel.model.reason(accepted)
    path = page.state.decisions_path()
    answer["table"] = "old path" in Path(path).read_text(encoding="utf-8-sig")
    steps.picture("loop_accepted")

    # Edit a lot of another overlap: only the neighbourhood is looked at again, at once.
    steps.click(panel._chips["all"])
    target = panel.shown()[0]
    assert target.finding_id != accepted.finding_id
    by_key = {feature["lot_key"]: feature for feature in lots.getFeatures()}
    one, other = (by_key[key] for key in target.keys[:2])
    mended = one.geometry().difference(other.geometry())
    mended.convertToMultiType()
    assert lots.startEditing()

    def edit(shape: QgsGeometry) -> None:
        lots.beginEditCommand("edit")
        assert lots.changeGeometry(one.id(), shape)
        lots.endEditCommand()

    edited = lambda: edit(mended)  # noqa: E731
    answer["seconds"] = [round(rechecked(panel, page.runner, edited), 2)]
    answer["told"] = panel.told.text()
    answer["after_edit"] = panel.model.counts()
    steps.click(panel._chips["cured"])
    answer["cured"] = target.finding_id in [row.finding_id for row in panel.shown()]
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("loop_cured")
    answer["seconds"].append(round(rechecked(panel, page.runner, lots.undoStack().undo), 2))
    answer["undone"] = panel.model.status(next(row for row in panel.model.rows if row.finding_id == target.finding_id))
    answer["seconds"].append(round(rechecked(panel, page.runner, lots.undoStack().redo), 2))
    assert lots.commitChanges()
    steps.wait(600)
    steps.wait_until(lambda: not page.runner.busy(), "nothing runs")

    # Check everything again: accepted stays accepted, cured is shown as cured.
    steps.click(panel.back_button)
    steps.click(card.again_button)
    steps.wait_until(lambda: not page.runner.busy(), "the second check is done", 90)
    steps.wait(300)
    steps.click(card.findings_button)
    panel = dock.panel()
    status = {row.finding_id: row.status for row in panel.model.rows}
    answer["second"] = [status.get(accepted.finding_id), status.get(target.finding_id)]
    answer["second_counts"] = panel.model.counts()
    answer["card"] = dict(card.result().numbers)

    # Repair: see what changes, change this map, take it back.
    steps.click(panel.repair_button)
    dialog = steps.wait_until(lambda: iface.mainWindow().findChild(QWidget, "landStewardshipRepair"), "repair opens")
    steps.wait(200)
    steps.picture("repair_start", dialog)
    answer["clipped"] += steps.clipped(dialog)
    answer["before_look"] = [dialog.new_button.isEnabled(), dialog.here_button.isEnabled()]
    steps.click(dialog.look_button)
    steps.wait_until(lambda: not page.runner.busy(), "the preview is there", 60)
    steps.wait(300)
    answer["preview"] = [dialog.told.text(), dialog.findChild(QTableWidget, "repair_table").rowCount()]
    answer["repair_owners"] = dialog.owners.text()
    answer["clipped"] += steps.clipped(dialog)
    steps.picture("repair_preview", dialog)
    answer["untouched"] = not lots.isEditable()
    steps.click(dialog.here_button)
    steps.wait_until(lambda: dialog.undo_button.isVisible() and not page.runner.busy(), "the map is changed", 60)
    steps.wait(1200)
    answer["in_place"] = [lots.isEditable(), lots.undoStack().count(), dialog.told.text()]
    steps.picture("repair_done")
    answer["repaired"] = panel.model.counts()
    steps.click(dialog.undo_button)
    answer["taken_back"] = lots.undoStack().index()
    dialog.reject()
    steps.wait(1500)
    steps.wait_until(lambda: not page.runner.busy(), "nothing runs")
    lots.rollBack()
    steps.wait(800)
    steps.wait_until(lambda: not page.runner.busy(), "nothing runs")
    dock.setFloating(True)
    dock.resize(360, 580)
    steps.wait(300)
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("loop_360", dock)
    return answer


steps.run(walk)
