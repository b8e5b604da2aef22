"""Walks steps 2 and 3: draft, paint by drag and lasso, decide, undo, print, agreement, restart."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsGeometry, QgsPointXY, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QApplication, QWidget
from qgis.utils import iface


def pixel(place: QgsPointXY) -> QPoint:
    """A place of the plan on the canvas."""
    canvas = iface.mapCanvas()
    there = canvas.getCoordinateTransform().transform(place)
    return QPoint(round(there.x()), round(there.y()))


def mouse(kind: Any, place: QgsPointXY, button: Any = Qt.MouseButton.LeftButton) -> None:
    """A real mouse event on the canvas."""
    viewport = iface.mapCanvas().viewport()
    point = pixel(place)
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind,
        QPointF(point),
        QPointF(viewport.mapToGlobal(point)),
        none if kind == QEvent.Type.MouseMove else button,
        none if kind == QEvent.Type.MouseButtonRelease else button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def stroke(*places: QgsPointXY, release: bool = True) -> None:
    """Press at the first place, pass the others, release at the last."""
    mouse(QEvent.Type.MouseButtonPress, places[0])
    for place in places[1:]:
        mouse(QEvent.Type.MouseMove, place)
        steps.wait(30)
    if release:
        mouse(QEvent.Type.MouseButtonRelease, places[-1])


def open_lots(link: Any) -> list[Any]:
    """Field lots in the middle of the village, nearest to its centre first."""
    features = [f for f in link.layer().getFeatures() if f["use_now"] == "farmland" and f.geometry().area() > 600]
    centre = features[0].geometry().centroid().asPoint()
    for feature in features:
        if feature["management_class"] == "adapt":
            centre = feature.geometry().centroid().asPoint()
            break
    return sorted(features, key=lambda f: f.geometry().centroid().asPoint().distance(centre))


def look_at(place: QgsPointXY, half: float = 220.0) -> None:
    """Show the surroundings of a place."""
    canvas = iface.mapCanvas()
    canvas.setExtent(QgsRectangle(place.x() - half, place.y() - half, place.x() + half, place.y() + half))
    canvas.refresh()
    steps.wait(1500)


def inside(feature: Any) -> QgsPointXY:
    geometry: QgsGeometry = feature.geometry()
    return geometry.pointOnSurface().asPoint()


def lower_part(dock: Any) -> None:
    dock.page().parentWidget().parentWidget().verticalScrollBar().setValue(10000)
    steps.wait(150)


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(1000)

    # Nothing to choose from yet: the page says so.
    dock.go_to_step("choose")
    steps.wait(300)
    choose = dock.pages["choose"]
    answer["empty"] = [dock.footer.button.text(), choose.paint_card.sentence.text()]
    steps.picture("choose_empty")
    answer["clipped"] += steps.clipped(dock.content)
    dock.go_to_step("act")
    steps.wait(200)
    steps.picture("act_empty")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(dock.footer.button)
    steps.click(dock.footer.button)
    answer["led_back_to"] = dock.stepper.step()

    cards = dock.pages["understand"].cards
    cards["condition"].run()
    cards["harm"].run()
    steps.wait_until(lambda: not dock.runner.busy(), "step 1 is done", 180)
    problems = {key: card.result().message for key, card in cards.items()}
    assert not any(problems.values()), problems

    # The draft, by the footer.
    dock.go_to_step("choose")
    steps.wait(200)
    answer["first"] = [dock.footer.sentence.text(), dock.footer.button.text()]
    steps.click(dock.footer.button)
    steps.wait(300)
    steps.picture("choose_running")
    link = choose.link
    steps.wait_until(lambda: not dock.runner.busy(), "the draft is made", 180)
    assert link.layer() is not None, choose.draft_card.problem.text()
    steps.wait(1500)
    answer["plan"] = link.plan_path()
    answer["draft_chip"] = choose.draft_card.chip.text()
    answer["draft_classes"] = link.summary().counts
    answer["left"] = [choose.paint_card.left_label.text(), link.summary().left]
    steps.picture("choose_drafted")
    answer["clipped"] += steps.clipped(dock.content)

    lots = open_lots(link)
    first, second, third = (inside(lot) for lot in lots[:3])
    look_at(first)

    # Hover, pick, decide with a reason.
    mouse(QEvent.Type.MouseMove, second, Qt.MouseButton.NoButton)
    steps.wait(400)
    answer["hover"] = [choose.lot_card.plate.text(), lots[1]["unit_no"]]
    mouse(QEvent.Type.MouseButtonPress, first)
    mouse(QEvent.Type.MouseButtonRelease, first)
    steps.wait(200)
    QApplication.sendEvent(iface.mapCanvas().viewport(), QEvent(QEvent.Type.Leave))
    steps.wait(100)
    answer["picked"] = [choose.lot_card.plate.text(), lots[0]["unit_no"]]
    steps.click(choose.paint_card.class_buttons["adapt"])
    steps.wait(300)
    steps.picture("choose_lot")
    answer["clipped"] += steps.clipped(dock.content)
    choose.lot_card.reason_field.setFocus()
    QTest.keyClicks(choose.lot_card.reason_field, "Shared grazing 2")
    answer["ink_after_typing"] = choose.paint_card.ink()
    steps.click(choose.lot_card.decide_button)

    # Drag with adapt; the picture shows the stroke going on.
    stroke(first, second, third, release=False)
    steps.wait(300)
    steps.picture("choose_dragging")
    mouse(QEvent.Type.MouseButtonRelease, third)
    steps.wait(300)
    answer["dragged"] = len(link.chosen_units())
    answer["steps"] = [link.stack.count()]
    # Lasso with the keyboard's class 5.
    steps.click(choose.paint_card.lasso_button)
    QApplication.setActiveWindow(iface.mainWindow())
    iface.mapCanvas().setFocus()
    steps.wait(100)
    QTest.keyClick(iface.mapCanvas(), Qt.Key.Key_5)
    answer["key"] = [choose.paint_card.ink(), choose.paint_card.tool()]
    box = lots[4].geometry().boundingBox()
    box.grow(15)
    ring = [
        QgsPointXY(box.xMinimum(), box.yMinimum()),
        QgsPointXY(box.xMinimum(), box.yMaximum()),
        QgsPointXY(box.xMaximum(), box.yMaximum()),
        QgsPointXY(box.xMaximum(), box.yMinimum()),
    ]
    look_at(inside(lots[4]))
    stroke(*ring, release=False)
    steps.wait(300)
    steps.picture("choose_lasso")
    mouse(QEvent.Type.MouseButtonRelease, ring[-1])
    steps.wait(300)
    answer["lassoed"] = len(link.chosen_units())
    answer["steps"].append(link.stack.count())
    decided = link.summary().decided
    steps.click(choose.paint_card.undo_button)
    answer["undone"] = decided - link.summary().decided
    steps.click(choose.paint_card.redo_button)
    answer["redone"] = link.summary().decided == decided
    steps.click(choose.paint_card.priority_button)
    steps.click(choose.paint_card.drag_button)
    look_at(first)
    stroke(first, first)
    steps.wait(800)
    answer["priority"] = [row["priority"] for row in link.units(link.chosen_units())]
    answer["saved"] = link.saving()
    steps.wait(1200)
    steps.picture("choose_painted")
    steps.click(choose.lot_card.next_button)
    steps.wait(1500)
    lower_part(dock)
    steps.picture("choose_painted_below")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(choose.draft_card.questions_button)
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "twoQuestions"), "the two questions open")
    steps.picture("two_questions", dialog)
    answer["clipped"] += steps.clipped(dialog)
    dialog.close()

    # A new draft keeps what people decided.
    before = {row["unit_id"]: row["management_class"] for row in link.units(link_decided(link))}
    choose.draft_card.run()
    steps.wait_until(lambda: not dock.runner.busy(), "the second draft is made", 180)
    after = {row["unit_id"]: row["management_class"] for row in link.units(link_decided(link))}
    answer["kept"] = before == after and len(before) > 2

    # Step 3.
    dock.go_to_step("act")
    steps.wait(400)
    act = dock.pages["act"]
    steps.picture("act")
    answer["total"] = act.summary_card.areas.total_text()
    answer["clipped"] += steps.clipped(dock.content)
    from land_stewardship.ui.pages import act as act_module

    opened: list[str] = []
    act_module.open_file = lambda path: opened.append(path) or True
    for key in act.export_card.exports:
        steps.click(act.export_card.buttons[key])
        steps.wait_until(lambda: not dock.runner.busy(), f"{key} is done", 180)
        steps.wait(200)
        assert not act.export_card.problem.text(), act.export_card.problem.text()
    answer["opened"] = opened
    steps.click(act.agreement_card.pick_button)
    mouse(QEvent.Type.MouseButtonPress, second)
    mouse(QEvent.Type.MouseButtonRelease, second)
    steps.wait(200)
    steps.click(act.agreement_card.answers["yes"])
    steps.wait(700)
    answer["agreed"] = link.summary().agreed["yes"]
    answer["act_progress"] = dock.stepper.cell("act").progress
    lower_part(dock)
    steps.picture("act_done_below")
    answer["clipped"] += steps.clipped(dock.content)

    # Restart: save, start anew, read again.
    project = QgsProject.instance()
    path = project.fileName()
    assert project.write()
    summary = link.summary()._replace(changed=None)
    project.clear()
    answer["cleared"] = [link.layer() is None, link.summary() is None]
    assert project.read(path)
    steps.wait(800)
    answer["came_back"] = link.summary()._replace(changed=None) == summary
    answer["step"] = dock.stepper.step()

    # Narrowest dock.
    dock.setFloating(True)
    dock.resize(360, 610)
    for step in ("choose", "act"):
        dock.go_to_step(step)
        if step == "choose":
            choose.next_lot()
        steps.wait(400)
        steps.picture(f"{step}_360", dock)
        answer["clipped"] += steps.clipped(dock.content)
        answer[f"width_{step}"] = [dock.content.width(), dock.page().width(), dock.page().minimumSizeHint().width()]
        lower_part(dock)
        steps.picture(f"{step}_360_below", dock)
        answer["clipped"] += steps.clipped(dock.content)
    return answer


def link_decided(link: Any) -> list[str]:
    return [f["unit_id"] for f in link.layer().getFeatures() if f["decided_by"] == "workshop"]


steps.run(walk)
