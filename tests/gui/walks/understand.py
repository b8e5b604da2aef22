"""Walks step 1: open the sample, check, look at findings, run the other cards."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QLineEdit, QWidget
from qgis.utils import iface


def layer_of(role: str) -> QgsVectorLayer:
    return next(
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("landstewardship/role") == role
    )


def run_with(dock: Any, card: Any, layer: QgsVectorLayer) -> None:
    """Choose another map of the lots in the Change dialog and run the card again."""
    steps.click(card.change_link)
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipChangeData"), "change opens")
    combo = dialog.findChild(QWidget, "data_lots")
    position = combo.findData(layer.id())
    assert position >= 0, f"{layer.name()} is not offered"
    combo.setCurrentIndex(position)
    steps.click(dialog.ok_button)
    steps.wait_until(lambda: not dock.window().findChildren(QWidget, "landStewardshipChangeData"), "change is closed")
    steps.click(card.again_button)
    steps.wait_until(lambda: not dock.runner.busy(), "the run ends", 60)
    steps.wait(300)


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(1500)
    answer["village"] = dock.village.currentText()
    answer["layers"] = sorted(
        str(layer.customProperty("landstewardship/role")) for layer in QgsProject.instance().mapLayers().values()
    )
    answer["dock_size"] = [dock.content.width(), dock.content.height()]
    page = dock.page()
    cards = page.cards
    answer["start"] = {key: card.chip.text() for key, card in cards.items()}
    answer["next_at_start"] = [dock.footer.sentence.text(), dock.footer.button.text()]
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("understand_start")

    # The footer's button runs the first card; a second click on its card starts nothing.
    steps.click(dock.footer.button)
    assert not page.runner.start(_job_like(cards["parcels"])), "a second start was accepted"
    # Harm needs the condition of land: one click queues both.
    steps.click(cards["harm"].main_button)
    answer["queued"] = {key: card.chip.text() for key, card in cards.items()}
    steps.click(cards["registers"].main_button)
    steps.click(cards["owners"].main_button)
    steps.click(cards["forecast"].main_button)
    steps.picture("understand_running")
    steps.wait_until(lambda: not page.runner.busy(), "all cards are done", 180)
    steps.wait(500)
    answer["done"] = {key: card.chip.text() for key, card in cards.items()}
    answer["problems"] = {key: card.result().message for key, card in cards.items()}
    answer["numbers"] = {key: card.result().numbers for key, card in cards.items()}
    answer["stepper"] = dock.stepper.cell("understand").progress
    answer["next_at_end"] = [dock.footer.sentence.text(), dock.footer.button.text()]
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("understand_done")
    dock.page().parentWidget().parentWidget().verticalScrollBar().setValue(10000)
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("understand_done_below")
    answer["results"] = {
        role: layer_of(role).featureCount() for role in ("findings", "condition", "receptors", "sources")
    }
    answer["files"] = {
        role: layer_of(role).source().split("|")[0] for role in ("findings", "condition", "receptors", "sources")
    }
    answer["project"] = QgsProject.instance().fileName()

    # Show on map.
    steps.click(cards["condition"].show_button)
    answer["shown"] = iface.activeLayer().customProperty("landstewardship/role")
    steps.picture("understand_condition_map")

    # Findings: filter, search, keyboard, leave one.
    steps.click(cards["parcels"].findings_button)
    panel = dock.panel()
    answer["findings"] = panel.model.counts()
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("findings")
    scale_before = iface.mapCanvas().scale()
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    answer["second_row"] = panel.view.currentIndex().row()
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    steps.wait(600)
    answer["zoomed"] = iface.mapCanvas().scale() < scale_before / 3
    steps.picture("findings_on_map")
    search = steps.find(panel, "findings_search", QLineEdit)
    lot = panel.shown()[0].lots.split("; ")[0]
    QTest.keyClicks(search, lot)
    answer["search"] = [lot, [row.lots for row in panel.shown()]]
    search.clear()
    left_before = panel.model.counts()["all"]

    def give_reason(dialog: Any) -> None:
        dialog.findChild(QLineEdit).setText("road")
        dialog.accept()

    steps.in_dialog(lambda: steps.click(panel.leave_button), give_reason)
    answer["left"] = [left_before, panel.model.counts()["all"], panel.model.counts()["left"]]
    steps.click(panel.back_button)
    assert dock.panel() is None

    # Settings and other data.
    steps.click(cards["parcels"].settings_beside_data)
    dialog = steps.wait_until(
        lambda: (
            iface.mainWindow().findChild(QWidget, "landStewardshipSettings")
            or dock.window().findChild(QWidget, "landStewardshipSettings")
        ),
        "settings open",
    )
    steps.picture("settings", dialog)
    answer["clipped"] += steps.clipped(dialog)
    tolerance = dialog.findChild(QWidget, "setting_TOLERANCE")
    tolerance.setValue(0.05)
    steps.click(dialog.ok_button)
    answer["settings"] = page.state.settings("parcels")
    answer["stale"] = cards["parcels"].chip.text()
    steps.picture("understand_stale")
    steps.click(cards["parcels"].change_link)
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipChangeData"), "change opens")
    steps.picture("change_data", dialog)
    answer["clipped"] += steps.clipped(dialog)
    dialog.reject()

    # A run that is cancelled leaves the former result.
    steps.click(cards["parcels"].again_button)
    page.runner.cancel("parcels")
    steps.wait_until(lambda: not page.runner.busy(), "the run is cancelled")
    answer["after_cancel"] = [cards["parcels"].chip.text(), layer_of("findings").featureCount()]
    answer["saved_before"] = page.state.is_saved()
    steps.click(dock.save_link)
    answer["saved_after"] = page.state.is_saved()
    answer["mark"] = [dock.saved_mark.isVisible(), dock.saved_mark.text()]

    # Another map of the lots, chosen as a user does: the one with mistakes put in.
    before = cards["parcels"].result().numbers["FINDINGS"]
    run_with(dock, cards["parcels"], layer_of("lots_defects"))
    answer["defects"] = {
        "before": before,
        "numbers": cards["parcels"].result().numbers,
        "kinds": sorted({row["kind"] for row in layer_of("findings").getFeatures()}),
        "condition": cards["condition"].chip.text(),
    }
    # A map in degrees cannot be measured: one sentence in the card and the message bar, the result stays.
    degrees = QgsVectorLayer("Polygon?crs=EPSG:6668&field=lot_key:string", "degrees", "memory")
    QgsProject.instance().addMapLayer(degrees)
    run_with(dock, cards["parcels"], degrees)
    items = iface.messageBar().items()
    answer["degrees"] = {
        "problem": cards["parcels"].problem.text(),
        "shown": cards["parcels"].problem.isVisible(),
        "bar": [item.text() for item in items],
        "numbers": cards["parcels"].result().numbers,
        "findings": layer_of("findings").featureCount(),
    }
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("understand_problem")
    iface.messageBar().clearWidgets()
    run_with(dock, cards["parcels"], layer_of("lots"))
    answer["degrees"]["after"] = cards["parcels"].problem.text()

    # The sizes the dock must fit, floating so that nothing but the dock decides.
    answer["fits"] = {}
    dock.setFloating(True)
    for width, height in ((360, 580), (372, 588), (400, 580), (420, 800)):
        dock.resize(width, height)
        steps.wait(200)
        cut = []
        for step in ("understand", "choose", "act"):
            steps.click(dock.stepper.cell(step))
            steps.wait(150)
            cut += [f"{step}: {text}" for text in steps.clipped(dock.content)]
            area = dock.stack.currentWidget()
            assert area.widget().width() <= area.viewport().width(), f"{step} is wider than the dock"
            steps.picture(f"dock_{width}_{step}", dock)
        steps.click(dock.stepper.cell("understand"))
        steps.click(cards["parcels"].findings_button)
        cut += [f"findings: {text}" for text in steps.clipped(dock.content)]
        steps.picture(f"dock_{width}_findings", dock)
        steps.click(dock.panel().back_button)
        answer["fits"][f"{width}x{height}"] = {"size": [dock.width(), dock.height()], "clipped": cut}

    # Keyboard alone: from the stepper down to the footer, every stop has a name.
    dock.resize(400, 580)
    dock.stepper.cell("understand").setFocus(Qt.FocusReason.TabFocusReason)
    stops = []
    for _ in range(90):
        focused = dock.window().focusWidget()
        text = getattr(focused, "text", str)()
        stops.append(focused.accessibleName() or text or focused.objectName() or type(focused).__name__)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        if dock.window().focusWidget() is dock.stepper.cell("understand"):
            break
    answer["stops"] = stops
    steps.picture("dock_focus", dock)
    steps.click(dock.footer.button)
    answer["step_after_footer"] = dock.stepper.step()
    return answer


def _job_like(card: Any) -> Any:
    from land_stewardship.ui.runner import Job

    return Job(key=card.KEY, algorithm=card.ALGORITHM)


steps.run(walk)
