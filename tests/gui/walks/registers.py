"""Walks the card "Register and lots": compare, review by mouse and keyboard, decisions kept, a table without keys."""

from __future__ import annotations

import csv
import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction
from qgis.utils import iface


def compare(page: Any, button: Any) -> None:
    steps.click(button)
    steps.wait_until(lambda: not page.runner.busy(), "the comparison is done", 60)
    steps.wait(200)


def table_without_keys(lots: QgsVectorLayer, register: QgsVectorLayer, areas: bool = True) -> QgsVectorLayer:
    """Forty lots as another office writes them: wide digits, no lot key, one number that is not on the map; on request
    without areas.
    """
    area = {row["lot_key"]: row["area_reg"] for row in register.getFeatures()}
    layer = QgsVectorLayer("NoGeometry?field=oaza:string&field=chiban:string&field=area_reg:double", "table", "memory")
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    chosen = sorted((f for f in lots.getFeatures() if f["lot_key"] in area), key=lambda f: f["lot_key"])[:40]
    for number, lot in enumerate(chosen):
        feature = QgsFeature(layer.fields())
        text = lot["chiban"].translate(wide) + "番地" if number else "９９９９番"
        feature.setAttributes([lot["oaza"].replace("大字", ""), text, area[lot["lot_key"]] if areas else None])
        layer.dataProvider().addFeature(feature)
    return layer


def _filled(layer: QgsVectorLayer, rows: list[tuple[QgsGeometry, list[Any]]]) -> QgsVectorLayer:
    for geometry, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(geometry)
        feature.setAttributes(values)
        assert layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer


def field_polygons_and_pins(lots: QgsVectorLayer) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """Sixty lots as field polygons and one off the map; six pins, of which two have no lot."""
    large = (f for f in lots.getFeatures() if f.geometry().area() > 200)
    chosen = sorted(large, key=lambda f: f["lot_key"])[:60]
    crs, extent = lots.crs().authid(), lots.extent()
    off = QgsPointXY(extent.xMaximum() + 500, extent.yMaximum() + 500)
    fields = QgsVectorLayer(f"Polygon?crs={crs}&field=polygon_uuid:string", "Field polygons 2025", "memory")
    shapes = [(lot.geometry().buffer(-0.5, 2), [f"f{number}"]) for number, lot in enumerate(chosen)]
    shapes.append((QgsGeometry.fromPointXY(off).buffer(20, 4), ["off"]))
    pins = QgsVectorLayer(f"Point?crs={crs}&field=pin_id:string&field=chiban:string", "Farmland pins", "memory")
    places = [(lot.geometry().pointOnSurface(), [f"p{n}", lot["chiban"]]) for n, lot in enumerate(chosen[:4])]
    places[3][1][1] = "9999"
    places += [(QgsGeometry.fromPointXY(off), ["p4", "1"]), (QgsGeometry.fromPointXY(off), ["p5", ""])]
    return _filled(fields, shapes), _filled(pins, places)


def lay_over(page: Any, card: Any, dock: Any) -> dict[str, Any]:
    """Lay field polygons and pins over the lots; what is said, shown and remembered."""
    overlay = card.overlay
    answer: dict[str, Any] = {"hidden_before": not overlay.isVisible()}
    fields, pins = field_polygons_and_pins(page.state.layer("lots"))
    page.state.assign("field_polygons", fields)
    page.state.assign("farmland_pins", pins)
    steps.wait(200)
    answer["offered"] = [overlay.button.isVisible(), overlay.answer.isVisible(), overlay.choice.isVisible()]
    compare(page, overlay.button)
    answer["told"] = overlay.told.text()
    answer["kept"] = page.state.value("overlay_maps")
    steps.into_view(overlay.show_button)
    answer["clipped"] = steps.clipped(dock.content)
    steps.picture("registers_overlay")
    steps.click(overlay.show_button)
    made = [page.state.layer(role) for role in ("overlay_lots", "overlay_pins")]
    root = QgsProject.instance().layerTreeRoot()
    answer["shown"] = [root.findLayer(layer.id()).isVisible() for layer in made]
    answer["legend"] = [[item.label() for item in layer.renderer().legendSymbolItems()] for layer in made]
    for layer in made:
        root.findLayer(layer.id()).setExpanded(True)
    steps.wait(400)
    steps.picture("registers_overlay_map")
    for layer in made:
        root.findLayer(layer.id()).setItemVisibilityChecked(False)
    # An edited map makes the answer old: it is taken away, the question stays.
    fields.startEditing()
    fields.deleteFeature(next(fields.getFeatures()).id())
    fields.commitChanges()
    steps.wait(200)
    answer["old"] = [overlay.button.isVisible(), overlay.answer.isVisible()]
    compare(page, overlay.button)
    answer["again"] = page.state.value("overlay_maps")["numbers"]["OTHER_COUNT"]
    return answer


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(300)
    page = dock.page()
    card = page.cards["registers"]
    answer["project"] = QgsProject.instance().fileName()
    compare(page, card.main_button)
    answer["problem"] = card.result().message
    answer["first"] = [card.result().numbers, card.chip.text()]
    steps.into_view(card.again_button)
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("registers_done")

    steps.click(card.show_button)
    layer = page.state.layer("lots_registered")
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
    answer["map"] = [node.isVisible(), sorted(item.label() for item in layer.renderer().legendSymbolItems())]
    node.setExpanded(True)
    steps.wait(400)
    steps.picture("registers_map")
    node.setExpanded(False)

    answer["overlay"] = lay_over(page, card, dock)
    answer["clipped"] += answer["overlay"].pop("clipped")

    # Review: a click shows the place, A accepts, R rejects, U takes back.
    steps.click(card.review_button)
    panel = dock.panel()
    answer["counts"] = panel.model.counts()
    steps.picture("registers_review")
    answer["clipped"] += steps.clipped(dock.content)
    scale = iface.mapCanvas().scale()
    rect = panel.view.visualRect(panel.model.index(1, 0))
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center())
    steps.wait(300)
    answer["zoomed"] = iface.mapCanvas().scale() < scale / 3
    answer["shown"] = [panel.view.currentIndex().row(), panel.reason.text()]
    steps.picture("registers_place")
    panel.who.setFocus()
    QTest.keyClicks(panel.who, "Office 1")
    QTest.keyClicks(panel.note, "seen")
    first, second = (panel.model.rows[row] for row in (1, 2))
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_A)
    steps.wait(100)
    QTest.keyClick(panel.view, Qt.Key.Key_R)
    steps.wait(100)
    before = panel.view.currentIndex().row()
    QTest.keyClick(panel.view, Qt.Key.Key_N)
    answer["next"] = panel.view.currentIndex().row() - before
    answer["after"] = panel.model.counts()
    answer["decided"] = [first.decision, second.decision, first.decided_by, first.note]
    panel.choose_list("accepted")
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("registers_accepted")
    panel.choose_list("lots_without")
    answer["reason_without"] = panel.reason.text()
    steps.picture("registers_without")
    answer["reason_height"] = [panel.reason.height(), panel.reason.fontMetrics().lineSpacing()]
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(panel.back_button)
    steps.wait_until(lambda: not page.runner.busy(), "it is compared again", 60)
    steps.wait(300)
    answer["second"] = card.result().numbers
    path = os.path.join(os.path.dirname(QgsProject.instance().fileName()), "data", "match_decisions.csv")
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    answer["file"] = [[row["decision"], row["decided_by"], bool(row["basis"])] for row in rows]

    # What was decided is there again, and can be taken back.
    steps.click(card.review_button)
    panel = dock.panel()
    answer["remembered"] = panel.model.counts()
    panel.choose_list("rejected")
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_U)
    answer["taken_back"] = panel.model.counts()
    steps.click(panel.back_button)
    steps.wait_until(lambda: not page.runner.busy(), "it is compared again", 60)
    steps.wait(300)
    answer["third"] = card.result().numbers

    # All of one kind at once, and back again.
    steps.click(card.review_button)
    panel = dock.panel()
    steps.click(panel.alike_button)
    answer["alike"] = panel.model.counts()
    panel.choose_list("accepted")
    steps.picture("registers_alike")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(panel.alike_button)
    answer["alike_back"] = panel.model.counts()
    steps.click(panel.back_button)
    steps.wait_until(lambda: not page.runner.busy(), "it is compared again", 60)
    steps.wait(300)

    # A table without keys: the other cards get it with the keys that were found.
    lots, register = page.state.layer("lots"), page.state.layer("register")
    table = table_without_keys(lots, register)
    QgsProject.instance().addMapLayer(table)
    page.state.assign("register", table)
    steps.wait(200)
    answer["stale"] = card.chip.text()
    compare(page, card.again_button)
    answer["problem"] += card.result().message
    answer["table"] = card.result().numbers
    spec = next(spec for spec in page.cards["parcels"].inputs() if spec.role == "register")
    keyed = page.cards["parcels"].input_layers(spec)[0]
    found = [f["lot_key"] for f in keyed.getFeatures()]
    answer["keyed"] = [keyed.id() != table.id(), len(found), sum(isinstance(key, str) for key in found)]
    steps.click(card.review_button)
    panel = dock.panel()
    panel.choose_list("rows_without")
    answer["rows_without"] = [panel.reason.text(), panel.accept_button.isVisible()]

    # A table without areas: the card says what that means.
    answer["areas_said"] = [not card.no_areas.isHidden()]
    steps.click(panel.back_button)
    bare = table_without_keys(lots, register, areas=False)
    QgsProject.instance().addMapLayer(bare)
    page.state.assign("register", bare)
    steps.wait(200)
    compare(page, card.again_button)
    answer["without_areas"] = card.result().numbers
    answer["areas_said"] += [not card.no_areas.isHidden(), card.no_areas.text()]
    steps.into_view(card.again_button)
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("registers_no_areas")
    steps.click(card.review_button)
    panel = dock.panel()
    steps.picture("registers_no_areas_review")

    # The narrowest dock.
    dock.setFloating(True)
    dock.resize(360, 640)
    panel.choose_list("review")
    steps.wait(200)
    steps.picture("registers_360_review", dock)
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(panel.back_button)
    steps.into_view(card.review_button)
    steps.wait(200)
    steps.picture("registers_360", dock)
    answer["clipped"] += steps.clipped(dock.content)
    return answer


steps.run(walk)
