"""Drag and lasso on a real map canvas with real mouse events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, Qt
from qgis.PyQt.QtGui import QKeyEvent, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication

from land_stewardship.ui.maptools import DragTool, HoverWatch, LassoTool, lots_inside

SIDE = 20.0
COLUMNS = 5


def key(column: int, row: int) -> str:
    return f"lot-{column}-{row}"


@pytest.fixture()
def lots(qgis_app: Any) -> Iterator[QgsVectorLayer]:
    """5 x 5 square lots of 20 m, lower left corner at 0, 0."""
    layer = QgsVectorLayer("MultiPolygon?crs=EPSG:6676&field=unit_id:string", "plan", "memory")
    features = []
    for column in range(COLUMNS):
        for row in range(COLUMNS):
            feature = QgsFeature(layer.fields())
            feature["unit_id"] = key(column, row)
            box = QgsRectangle(column * SIDE, row * SIDE, (column + 1) * SIDE, (row + 1) * SIDE)
            feature.setGeometry(QgsGeometry.fromRect(box))
            features.append(feature)
    layer.dataProvider().addFeatures(features)
    QgsProject.instance().addMapLayer(layer)
    yield layer
    QgsProject.instance().removeMapLayer(layer.id())


@pytest.fixture()
def canvas(lots: QgsVectorLayer) -> Iterator[QgsMapCanvas]:
    canvas = QgsMapCanvas()
    canvas.resize(400, 400)
    canvas.setDestinationCrs(lots.crs())
    canvas.setLayers([lots])
    canvas.show()
    canvas.setExtent(QgsRectangle(0, 0, 100, 100))
    QApplication.processEvents()
    yield canvas
    canvas.deleteLater()


def pixel(canvas: QgsMapCanvas, x: float, y: float) -> QPoint:
    place = canvas.getCoordinateTransform().transform(QgsPointXY(x, y))
    return QPoint(round(place.x()), round(place.y()))


class Mouse:
    """A hand on the mouse, in map coordinates."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self.canvas = canvas

    def _send(self, kind: Any, x: float, y: float, button: Any, buttons: Any) -> None:
        viewport = self.canvas.viewport()
        point = pixel(self.canvas, x, y)
        event = QMouseEvent(
            kind,
            QPointF(point),
            QPointF(viewport.mapToGlobal(point)),
            button,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)

    def press(self, x: float, y: float, button: Any = Qt.MouseButton.LeftButton) -> None:
        self._send(QEvent.Type.MouseButtonPress, x, y, button, button)

    def move(self, x: float, y: float, held: bool = True) -> None:
        buttons = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
        self._send(QEvent.Type.MouseMove, x, y, Qt.MouseButton.NoButton, buttons)

    def release(self, x: float, y: float, button: Any = Qt.MouseButton.LeftButton) -> None:
        self._send(QEvent.Type.MouseButtonRelease, x, y, button, Qt.MouseButton.NoButton)

    def click(self, x: float, y: float, button: Any = Qt.MouseButton.LeftButton) -> None:
        self.press(x, y, button)
        self.release(x, y, button)

    def double_click(self, x: float, y: float) -> None:
        self.click(x, y)
        self._send(QEvent.Type.MouseButtonDblClick, x, y, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton)
        self.release(x, y)


def press_key(canvas: QgsMapCanvas, code: Any) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def install(canvas: QgsMapCanvas, tool_class: Any, layer: Any) -> tuple[Any, list[list[str]], list[str], Mouse]:
    tool = tool_class(canvas, lambda: layer)
    strokes: list[list[str]] = []
    picked: list[str] = []
    tool.stroke_finished.connect(strokes.append)
    tool.picked.connect(picked.append)
    canvas.setMapTool(tool)
    return tool, strokes, picked, Mouse(canvas)


def test_click_paints_one_lot(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    _tool, strokes, picked, mouse = install(canvas, DragTool, lots)
    mouse.click(30, 50)
    assert strokes == [[key(1, 2)]]
    assert picked == []


def test_drag_paints_every_lot_on_the_way_once(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    tool, strokes, _picked, mouse = install(canvas, DragTool, lots)
    mouse.press(10, 10)
    mouse.move(90, 10)  # one jump over five lots
    assert len(tool.units()) == 5, "the highlight follows the hand"
    mouse.move(30, 12)
    mouse.release(30, 12)
    assert len(strokes) == 1, "one stroke, one change"
    assert sorted(strokes[0]) == [key(column, 0) for column in range(5)]
    assert strokes[0][0] == key(0, 0)
    assert tool.units() == []


def test_escape_drops_a_drag(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    tool, strokes, _picked, mouse = install(canvas, DragTool, lots)
    mouse.press(10, 10)
    mouse.move(50, 10)
    press_key(canvas, Qt.Key.Key_Escape)
    assert not tool.stroke_running()
    mouse.release(50, 10)
    assert strokes == []


def test_right_click_only_chooses(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    for tool_class in (DragTool, LassoTool):
        _tool, strokes, picked, mouse = install(canvas, tool_class, lots)
        mouse.click(30, 50, Qt.MouseButton.RightButton)
        assert (strokes, picked) == ([], [key(1, 2)])


def test_outside_the_lots_nothing_happens(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    canvas.setExtent(QgsRectangle(-100, -100, 200, 200))
    for tool_class in (DragTool, LassoTool):
        _tool, strokes, picked, mouse = install(canvas, tool_class, lots)
        mouse.click(-50, -50)
        mouse.click(-50, -50, Qt.MouseButton.RightButton)
        assert (strokes, picked) == ([], [])


def test_freehand_lasso_takes_lots_mostly_inside(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    tool, strokes, _picked, mouse = install(canvas, LassoTool, lots)
    mouse.press(1, 1)
    for place in ((1, 38), (25, 38), (34, 38), (34, 1), (20, 1)):
        mouse.move(*place)
    mouse.release(20, 1)
    # 1..34 x 1..38: column 1 is 14/20 inside, row 1 is 18/20 inside
    assert [sorted(s) for s in strokes] == [[key(0, 0), key(0, 1), key(1, 0), key(1, 1)]]
    assert not tool.stroke_running()


def test_corner_by_corner_lasso_closed_by_right_click(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    tool, strokes, picked, mouse = install(canvas, LassoTool, lots)
    for place in ((41, 41), (41, 79), (79, 79), (79, 41)):
        mouse.click(*place)
        mouse.move(place[0] + 1, place[1] + 1, held=False)
    assert len(tool.corners()) == 4
    mouse.click(60, 41, Qt.MouseButton.RightButton)
    assert [sorted(s) for s in strokes] == [[key(2, 2), key(2, 3), key(3, 2), key(3, 3)]]
    assert picked == []


def test_lasso_closed_by_double_click_and_by_enter(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    _tool, strokes, _picked, mouse = install(canvas, LassoTool, lots)
    mouse.click(1, 1)
    mouse.click(1, 39)
    mouse.double_click(39, 20)
    assert len(strokes) == 1
    for place in ((1, 1), (1, 39), (39, 39), (39, 1)):
        mouse.click(*place)
    press_key(canvas, Qt.Key.Key_Return)
    assert sorted(strokes[1]) == [key(0, 0), key(0, 1), key(1, 0), key(1, 1)]


def test_backspace_takes_a_corner_back_and_escape_all(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    tool, strokes, _picked, mouse = install(canvas, LassoTool, lots)
    for place in ((1, 1), (1, 39), (99, 99)):
        mouse.click(*place)
    press_key(canvas, Qt.Key.Key_Backspace)
    assert len(tool.corners()) == 2
    press_key(canvas, Qt.Key.Key_Escape)
    assert tool.corners() == []
    assert strokes == []


def test_lasso_that_crosses_itself(lots: QgsVectorLayer) -> None:
    corners = [(1, 1), (39, 39), (39, 1), (1, 39), (1, 1)]
    bow_tie = QgsGeometry.fromPolygonXY([[QgsPointXY(*c) for c in corners]])
    inside = {f["unit_id"] for f in lots_inside(lots, bow_tie)}
    # each wing covers just under half of each of its two lots, nothing in the middle column
    assert inside == set()
    corners = [(-20, -20), (60, 60), (60, -20), (-20, 60), (-20, -20)]
    bow_tie = QgsGeometry.fromPolygonXY([[QgsPointXY(*c) for c in corners]])
    inside = {f["unit_id"] for f in lots_inside(lots, bow_tie)}
    assert {key(2, 0), key(2, 1)} <= inside
    assert key(1, 2) not in inside


def test_lot_with_crossing_outline_counts_like_the_others(lots: QgsVectorLayer) -> None:
    feature = QgsFeature(lots.fields())
    feature["unit_id"] = "crossing"
    feature.setGeometry(QgsGeometry.fromWkt("MultiPolygon(((200 0, 220 20, 220 0, 200 20, 200 0)))"))
    assert not feature.geometry().isGeosValid()
    lots.dataProvider().addFeatures([feature])
    area = QgsGeometry.fromRect(QgsRectangle(195, -5, 219.9, 25))
    assert [f["unit_id"] for f in lots_inside(lots, area)] == ["crossing"]


def test_map_in_another_coordinate_system(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:6668"))
    canvas.setExtent(canvas.mapSettings().layerExtentToOutputExtent(lots, lots.extent()))
    _tool, strokes, _picked, mouse = install(canvas, DragTool, lots)
    place = canvas.mapSettings().layerToMapCoordinates(lots, QgsPointXY(30, 50))
    mouse.click(place.x(), place.y())
    assert strokes == [[key(1, 2)]]


def test_no_plan_no_stroke(canvas: QgsMapCanvas) -> None:
    for tool_class in (DragTool, LassoTool):
        _tool, strokes, picked, mouse = install(canvas, tool_class, None)
        mouse.press(10, 10)
        mouse.move(60, 60)
        mouse.move(60, 10)
        mouse.release(60, 10)
        mouse.click(10, 10, Qt.MouseButton.RightButton)
        assert (strokes, picked) == ([], [])


def test_switching_tools_drops_the_stroke(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    tool, strokes, _picked, mouse = install(canvas, DragTool, lots)
    mouse.press(10, 10)
    canvas.unsetMapTool(tool)
    assert not tool.stroke_running()
    assert strokes == []


def test_discard_leaves_nothing_on_the_canvas(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    before = len(canvas.scene().items())
    tools = [DragTool(canvas, lambda: lots), LassoTool(canvas, lambda: lots)]
    assert len(canvas.scene().items()) > before
    for tool in tools:
        tool.discard()
    assert len(canvas.scene().items()) == before


def test_hover_tells_each_lot_once(canvas: QgsMapCanvas, lots: QgsVectorLayer) -> None:
    watch = HoverWatch(canvas, lambda: lots)
    seen: list[str] = []
    watch.hovered.connect(seen.append)
    mouse = Mouse(canvas)
    mouse.move(10, 10, held=False)
    QTest.qWait(150)
    assert seen == [], "nobody looks, nobody asks"
    watch.set_active(True)
    for place in ((10, 10), (12, 12), (30, 10), (50, 10)):
        mouse.move(*place, held=False)
    QTest.qWait(150)
    assert seen == [key(2, 0)], "only where the cursor came to rest"
    mouse.move(52, 12, held=False)
    QTest.qWait(150)
    assert seen == [key(2, 0)]
    watch.set_active(False)
    assert seen == [key(2, 0), ""]
