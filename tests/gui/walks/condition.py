"""Walks the card "Condition of land": classes with areas, why this lot, weights, learning, testing the weights."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsCoordinateTransform, QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction
from qgis.utils import iface


def click_on_map(layer: Any, feature: Any) -> None:
    """Click on a point of a feature, as a mouse does."""
    canvas = iface.mapCanvas()
    moved = feature.geometry().pointOnSurface()
    moved.transform(QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), QgsProject.instance()))
    assert canvas.extent().contains(moved.asPoint()), "the place is not on the map"
    pixel = canvas.getCoordinateTransform().transform(moved.asPoint())
    QTest.mouseClick(
        canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel.toQPointF().toPoint()
    )
    steps.wait(150)


def seen(why: Any) -> dict[str, Any]:
    """What the answer shows."""
    return {
        "key": why.answer.key,
        "question": why.question.text(),
        "chip": why.chip.text(),
        "sentence": why.sentence.text(),
        "facts": why.facts.text(),
        "rows": [[row.text.text(), row.chip.text()] for row in why.rows],
        "disagrees": why.disagreement.isVisibleTo(why),
    }


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(300)
    page = dock.page()
    card, state = page.cards["condition"], page.state
    from land_stewardship.ui.pages import act

    opened: list[str] = []
    act.open_file = lambda path: opened.append(path) or True

    steps.click(card.main_button)
    steps.wait_until(lambda: not page.runner.busy(), "the condition is done", 120)
    steps.wait(200)
    answer["problem"], answer["numbers"] = card.result().message, card.result().numbers
    answer["about"], answer["legend"] = card.about.text(), card.bar._bar.accessibleName()
    steps.click(card.show_button)
    steps.wait(400)
    steps.into_view(card.bar)
    steps.picture("condition_card")
    answer["clipped"] += steps.clipped(dock.content)

    # Why this lot: by click; a lot whose survey and screening disagree, by number.
    layer = state.layer("condition")
    lots = list(layer.getFeatures())
    likely = max((row for row in lots if row["screening"] == "unmanaged"), key=lambda row: row["probability"])
    steps.click(card.why.tool_button)
    click_on_map(layer, likely)
    answer["likely"] = [likely["lot_key"], likely["explanation"], likely["explanation_ja"], seen(card.why)]
    steps.into_view(card.why.clear_button)
    steps.picture("condition_why")
    answer["clipped"] += steps.clipped(dock.content)
    odd = [row for row in lots if row["disagrees"]]
    answer["odd_count"] = len(odd)
    if odd:
        card.why.number.setFocus()
        QTest.keyClicks(card.why.number, odd[0]["chiban"])
        QTest.keyClick(card.why.number, Qt.Key.Key_Return)
        steps.wait(300)
        answer["odd"] = seen(card.why)
        steps.into_view(card.why.clear_button)
        steps.picture("condition_disagree")
        answer["clipped"] += steps.clipped(dock.content)
    card.why.number.clear()
    QTest.keyClicks(card.why.number, "no such lot")
    QTest.keyClick(card.why.number, Qt.Key.Key_Return)
    answer["nothing"] = [card.why.sentence.text(), card.why.answer is None]

    # Learning from the survey and testing the weights.
    steps.click(card.learn.learn_button)
    steps.wait_until(lambda: not page.runner.busy(), "learning is done", 60)
    answer["learned"] = [card.learn.learned.text(), state.value("condition_learned"), card.learn.use_button.isVisible()]
    steps.click(card.learn.report_button)
    answer["report"] = [os.path.exists(opened[-1]), os.path.basename(opened[-1])]
    steps.click(card.learn.test_button)
    steps.wait_until(lambda: not page.runner.busy(), "the weights are tested", 60)
    answer["tested"] = [card.learn.tested.text(), state.value("condition_tested")]
    steps.click(card.learn.show_button)
    steps.wait(400)
    depends = state.layer("condition_depends")
    tree = QgsProject.instance().layerTreeRoot()
    answer["depends"] = [
        depends.featureCount(),
        tree.findLayer(depends.id()).isVisible(),
        tree.findLayer(layer.id()).isVisible(),
    ]
    steps.into_view(card.guide)
    steps.picture("condition_depends")
    answer["clipped"] += steps.clipped(dock.content)

    # A weight of one's own; one against its direction is told, not kept.
    steps.click(card.weights_button)
    dialog = steps.wait_until(lambda: dock.window().findChild(act.QWidget, "landStewardshipWeights"), "weights open")
    dialog.list.setCurrentItem(dialog.item("slope"))
    dialog.weight.setValue(-0.4)
    steps.click(dialog.ok_button)
    answer["refused"] = [dialog.problem.text(), state.layer("condition_weights") is None]
    steps.wait(200)
    steps.picture("condition_weights", dialog)
    answer["clipped"] += steps.clipped(dialog)
    dialog.weight.setValue(0.9)
    answer["told"] = dialog.problem.isVisible()
    steps.click(dialog.ok_button)
    kept = state.layer("condition_weights")
    rows = {(row["indicator"], row["land_kind"]): row for row in kept.getFeatures()}
    answer["kept"] = [str(rows[("slope", "farmland")]["weight"]), rows[("slope", "farmland")]["evidence"]]
    steps.wait(200)
    answer["stale"] = card.is_stale()
    steps.click(card.again_button)
    steps.wait_until(lambda: not page.runner.busy(), "the condition is done again", 120)
    answer["again"] = [card.result().message, card.is_stale()]
    answer["test_forgotten"] = card.learn.tested.text() == "" and not card.learn.show_button.isVisibleTo(card)
    # Leaving the step leaves nothing on the map.
    steps.click(card.why.tool_button)
    page.step_left()
    answer["tool_left"] = not card.why.tool_button.isChecked()
    return answer


steps.run(walk)
