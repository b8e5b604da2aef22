"""Walks the field check of the card "Condition of land": plan, files, results reviewed, more evidence."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction
from qgis.utils import iface


def answer_in_the_field(path: str, patrol: Any) -> int:
    """What a walker types: three lots, one of them on the day of an earlier result."""
    layer = QgsVectorLayer(f"{path}|layername=field_checks", "f", "ogr")
    place = layer.fields().lookupField
    known = {row["lot_key"]: row["patrol_on"] for row in patrol.getFeatures()}
    assert layer.startEditing()
    count = 0
    for feature in layer.getFeatures():
        if count == 3:
            break
        day = known.get(feature["lot_key"]) or QDate(2026, 11, 20)
        for name, value in (("result", "idle_1_green"), ("checked_on", day), ("checked_by", "walker")):
            layer.changeAttributeValue(feature.id(), place(name), value)
        count += 1
    assert layer.commitChanges()
    return count


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

    # Plan.
    field = card.fieldcheck
    steps.into_view(field.plan_button)
    steps.click(field.plan_button)
    dialog = steps.wait_until(lambda: dock.window().findChild(act.QWidget, "landStewardshipFieldPlan"), "plan opens")
    dialog.hours.setValue(1.0)
    steps.wait(200)
    steps.picture("fieldcheck_plan", dialog)
    answer["clipped"] += steps.clipped(dialog)
    steps.click(dialog.ok_button)
    steps.wait_until(lambda: not page.runner.busy(), "the walks are planned", 60)
    steps.wait(200)
    planned = state.value("field_planned") or {}
    answer["planned"] = [planned, field.told.text()]
    steps.click(field.sheet_button)
    steps.click(field.folder_button)
    answer["opened"] = [os.path.basename(path) for path in opened] + [os.path.isfile(opened[0])]
    answer["files"] = sorted(os.listdir(planned["folder"]))
    steps.click(field.show_button)
    steps.wait(400)
    answer["shown"] = [state.layer("field_visits").featureCount(), state.layer("field_walks").featureCount()]
    steps.into_view(field.show_button)
    steps.picture("fieldcheck_card")
    answer["clipped"] += steps.clipped(dock.content)

    # Bring back.
    package = os.path.join(planned["folder"], "field_checks.gpkg")
    patrol = state.layer("patrol")
    answer["typed"] = answer_in_the_field(package, patrol)
    before = patrol.featureCount()
    field.bring(package)
    dialog = steps.wait_until(lambda: dock.window().findChild(act.QWidget, "landStewardshipFieldReview"), "review", 30)
    steps.wait(200)
    answer["rows"] = dialog.table.rowCount()
    answer["before_word"] = dialog.ok_button.isEnabled()
    steps.click(dialog.left_button)
    QTest.keyClicks(dialog.reviewer, "office")
    dialog.words[0].setCurrentIndex(2)
    steps.wait(200)
    steps.picture("fieldcheck_review", dialog)
    answer["clipped"] += steps.clipped(dialog)
    answer["decisions"] = sorted(dialog.decisions().values())
    steps.click(dialog.ok_button)
    steps.wait_until(lambda: not page.runner.busy(), "results are taken over", 60)
    steps.wait(200)
    table = state.layer("patrol")
    answer["added"] = [table.featureCount() - before, patrol.featureCount() - before, table.id() != patrol.id()]
    answer["who"] = sorted({str(row["reviewed_by"]) for row in table.getFeatures() if row["check_id"]})
    answer["stale"] = card.is_stale()

    # More evidence, then the judgement with all of it.
    steps.into_view(card.more.button)
    steps.click(card.more.button)
    steps.wait_until(lambda: not page.runner.busy(), "evidence is collected", 120)
    steps.wait(200)
    answer["evidence"] = [card.more.told.text(), state.value("evidence_told")]
    steps.into_view(card.more.told)
    steps.picture("fieldcheck_evidence")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(card.again_button)
    steps.wait_until(lambda: not page.runner.busy(), "the condition is done again", 120)
    found = {row["indicator"] for row in state.layer("evidence").getFeatures()}
    answer["again"] = [card.result().message, card.is_stale(), sorted(found)]
    return answer


steps.run(walk)
