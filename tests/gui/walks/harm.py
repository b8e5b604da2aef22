"""Walks the card "Harm to surroundings": rules, flow lines, asking on the map, relief, workshop map."""

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
    crs = canvas.mapSettings().destinationCrs()
    moved.transform(QgsCoordinateTransform(layer.crs(), crs, QgsProject.instance()))
    pixel = canvas.getCoordinateTransform().transform(moved.asPoint())
    assert canvas.extent().contains(moved.asPoint()), "the place is not on the map"
    QTest.mouseClick(
        canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel.toQPointF().toPoint()
    )
    steps.wait(150)


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(300)
    page = dock.page()
    card = page.cards["harm"]
    from land_stewardship.ui.pages import act

    opened: list[str] = []
    act.open_file = lambda path: opened.append(path) or True

    # Rules: a rule without a distance cannot be switched on; one more rule is set for this village.
    steps.click(card.rules_button)
    dialog = steps.wait_until(lambda: dock.window().findChild(act.QWidget, "landStewardshipRules"), "rules open")
    deer = dialog.item("deer_farmland")
    dialog.list.setCurrentItem(deer)
    deer.setCheckState(0, Qt.CheckState.Checked)
    answer["refused"] = [deer.checkState(0) == Qt.CheckState.Checked, dialog.problem.text()]
    dialog.distance.setValue(40.0)
    deer.setCheckState(0, Qt.CheckState.Checked)
    dialog.list.scrollToItem(dialog.list.topLevelItem(0))
    steps.picture("harm_rules", dialog)
    answer["clipped"] += steps.clipped(dialog)
    # A rule of one's own; one deleted and brought back, one deleted for good.
    before = len(dialog.rows)
    steps.click(dialog.add_button)
    dialog.name.setText("Own harm")
    QTest.keyClick(dialog.name, Qt.Key.Key_Tab)
    dialog.distance.setValue(15.0)
    dialog.list.currentItem().setCheckState(0, Qt.CheckState.Checked)
    dialog.years.setValue(3.0)
    QTest.keyClicks(dialog.barrier, "fence=0.2")
    own = dialog.rows[-1]
    answer["own_more"] = [own["years_min"], own["barrier"], own["crop"]]
    dialog.years.setValue(dialog.years.minimum())
    answer["own"] = [len(dialog.rows) - before, own["label"], own["label_ja"], own["active"], own["evidence"]]
    steps.wait(200)
    steps.picture("harm_rules_own", dialog)
    answer["clipped"] += steps.clipped(dialog)
    dialog.list.setCurrentItem(dialog.item("monkey_houses"))
    steps.click(dialog.delete_button)
    gone = len(dialog.rows) - before
    steps.click(dialog.back_button)
    back = [len(dialog.rows) - before, dialog.list.currentItem() is dialog.item("monkey_houses")]
    dialog.list.setCurrentItem(dialog.item("fire_schools"))
    steps.click(dialog.delete_button)
    answer["deleted"] = [gone, *back]
    steps.click(dialog.ok_button)
    rules = page.state.layer("externality_rules")
    answer["kept_ids"] = sorted(row["rule_id"] for row in rules.getFeatures())
    answer["rules"] = [rules.source().split("|")[0], rules.featureCount()]
    answer["project"] = QgsProject.instance().fileName()

    steps.click(card.main_button)
    steps.wait_until(lambda: not page.runner.busy(), "condition and harm are done", 120)
    steps.wait(200)
    answer["problem"] = card.result().message
    answer["chip"] = card.chip.text()
    answer["numbers"] = card.result().numbers
    links = page.state.layer("links")
    answer["kinds"] = sorted({feature["kind"] for feature in links.getFeatures()})
    answer["evidence"] = sorted({feature["evidence"] for feature in links.getFeatures()})

    # Flow lines.
    steps.click(card.show_button)
    steps.click(card.flows_button)
    flows = page.state.layer("flows")
    node = QgsProject.instance().layerTreeRoot().findLayer(flows.id())
    answer["flows"] = [flows.featureCount(), node.isVisible(), card.flows_button.isChecked()]
    node.setExpanded(True)
    steps.wait(300)
    steps.picture("harm_flows")
    node.setExpanded(False)
    steps.click(card.flows_button)
    answer["flows_off"] = [node.isVisible(), card.flows_button.isChecked()]

    # Whom does this lot burden, who burdens this house: by click, by number, by keyboard.
    ask = card.ask
    steps.click(ask.tool_button)
    sources = page.state.layer("sources")
    heaviest = min(
        (row for row in sources.getFeatures() if row["farmland"] and row["houses"]), key=lambda row: row["burden_rank"]
    )
    click_on_map(sources, heaviest)
    answer["lot"] = [
        heaviest["lot_key"],
        ask.answer.thing.key,
        ask.sentence.text(),
        len(ask.rows),
        ask.partners_marked(),
        [row.chip.text() for row in ask.rows],
    ]
    steps.into_view(ask.more)
    steps.picture("harm_lot")
    answer["clipped"] += steps.clipped(dock.content)
    receptors = page.state.layer("receptors")
    house = max(
        (row for row in receptors.getFeatures() if row["receptor_kind"] == "houses"), key=lambda row: row["exposure"]
    )
    ask.number.setFocus()
    QTest.keyClicks(ask.number, house["receptor_id"])
    QTest.keyClick(ask.number, Qt.Key.Key_Return)
    steps.wait(300)
    answer["house"] = [
        house["receptor_id"],
        ask.answer.thing.key,
        ask.question.text(),
        ask.sentence.text(),
        sum(share.share for share in ask.answer.shares),
        ask.answer.links,
        len(ask.rows),
    ]
    scale = iface.mapCanvas().scale()
    steps.click(ask.place_button)
    answer["zoomed"] = iface.mapCanvas().scale() < scale
    steps.into_view(ask.more)
    answer["clipped"] += steps.clipped(dock.content)

    # What if these lots were mown: click, undo, other treatment, list.
    relief = card.relief
    steps.click(card.show_button)
    steps.wait(300)
    steps.click(relief.tool_button)
    answer["tools"] = [ask.tool_button.isChecked(), relief.tool_button.isChecked()]
    big = sorted(
        (row for row in sources.getFeatures() if row["burden"] and row["farmland"]),
        key=lambda row: -row.geometry().area(),
    )
    for row in big[:3]:
        click_on_map(sources, row)
    relief.number.setFocus()
    QTest.keyClicks(relief.number, heaviest["chiban"])
    QTest.keyClick(relief.number, Qt.Key.Key_Return)
    steps.wait(200)
    answer["relief"] = [
        len(relief.session.lots()),
        relief.told.text(),
        relief.cost.text(),
        relief.sure.text(),
        [[row.percent.text(), row.chip.text()] for row in relief.rows],
        relief.marked(),
    ]
    steps.into_view(relief.clear_button)
    steps.wait(300)
    steps.picture("harm_relief")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(relief.undo_button)
    answer["undone"] = len(relief.session.lots())
    path = os.path.join(os.path.dirname(QgsProject.instance().fileName()), "relief.csv")
    relief.write_list(path)
    with open(path, encoding="utf-8-sig") as file:
        answer["list"] = len(file.readlines()) - 1

    # What is worth doing: the village's own costs, best lots for a limit, the least, fences.
    plan = card.plan
    steps.into_view(plan.costs_button)
    steps.click(plan.costs_button)
    costs = steps.wait_until(lambda: dock.window().findChild(act.QWidget, "landStewardshipTreatments"), "costs open")
    costs.list.setCurrentItem(costs.list.topLevelItem(1))
    costs.yen.setValue(12_000)
    costs.effects["boar"].setValue(40)
    steps.picture("harm_costs", costs)
    answer["clipped"] += steps.clipped(costs)
    steps.click(costs.ok_button)
    kept = {row["treatment_id"]: row for row in page.state.layer("treatments").getFeatures()}["mow_1"]
    answer["costs"] = [kept["yen_10a"], kept["effects"].split(";")[0], kept["evidence"]]
    plan.limit.setCurrentIndex(2)
    plan.amount.setValue(5)
    for name, button in (("best", plan.best_button), ("least", plan.least_button), ("fences", plan.fences_button)):
        steps.into_view(button)
        steps.click(button)
        steps.wait_until(lambda: not page.runner.busy(), f"{name} is found", 90)
        answer[name] = plan.answers[f"harm_{name}"].told.text()
    answer["least_gap"] = page.state.value("harm_least")["GAP_PCT"]
    steps.wait(300)
    answer["best_lots"] = page.state.layer("relief_lots").featureCount()
    answer["clipped"] += steps.clipped(dock.content)
    steps.into_view(plan.answers["harm_least"].show_button)
    steps.click(plan.answers["harm_least"].show_button)
    steps.into_view(plan.answers["harm_fences"].told)
    steps.wait(300)
    steps.picture("harm_plan")

    # Damage records: the finding in one sentence, the report a click away.
    learn = card.learn
    steps.click(learn.learn_button)
    steps.wait_until(lambda: not page.runner.busy() and learn.told.text(), "the records are compared", 90)
    steps.into_view(learn.report_button)
    steps.picture("harm_learned")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(learn.report_button)
    answer["learned"] = [learn.told.text(), page.state.value("harm_learned"), opened[-1], learn.rule_button.isVisible()]
    opened.clear()

    # The workshop map.
    steps.click(card.map_button)
    steps.wait_until(lambda: not page.runner.busy() and opened, "the map is printed", 60)
    answer["opened"] = opened

    # The narrowest dock, with an answer shown.
    dock.setFloating(True)
    dock.resize(360, 640)
    steps.wait(200)
    for name, widget in (("top", ask.tool_button), ("relief", relief.clear_button), ("below", card.again_button)):
        steps.into_view(widget)
        answer["clipped"] += steps.clipped(dock.content)
        if name != "below":
            steps.picture(f"harm_360_{name}", dock)
    area = dock.stack.currentWidget()
    answer["width"] = [dock.content.width(), area.widget().width(), area.viewport().width()]
    # Every stop of the Tab key inside the card has a name.
    ask.tool_button.setFocus(Qt.FocusReason.TabFocusReason)
    stops = []
    for _ in range(14):
        focused = dock.window().focusWidget()
        stops.append(focused.accessibleName() or getattr(focused, "text", str)() or focused.objectName())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    answer["stops"] = stops
    # Another step leaves neither tool nor marks on the map.
    steps.click(ask.tool_button)
    steps.click(dock.stepper.cell("choose"))
    answer["left"] = [ask.tool_button.isChecked(), ask.partners_marked(), relief.marked()]
    return answer


steps.run(walk)
