"""Map tools of step 2: draw over lots (drag) or around them (lasso).

The tools only find out which lots a stroke touches and show them while the stroke goes on. What
happens to the lots is decided by whoever listens to ``stroke_finished``; one stroke is one change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

from .. import compat
from ..core.plan import symbols

#: Attribute that names a lot in the plan.
UNIT_FIELD = "unit_id"

#: Attribute with the present use, and the uses a stroke leaves out unless it begins on one of them: a
#: hand that paints fields crosses roads and canals, which their authorities manage.
USE_FIELD, LEFT_OUT = "use_now", ("road", "water")

#: A lot counts as inside a lasso when more than this share of its area is.
INSIDE_SHARE = 0.5

#: A button held down and moved less than this (pixels) is a click.
CLICK_PIXELS = 5

#: Least time between two looks at the lots under the cursor or in a lasso (milliseconds).
HOVER_MS = 80

#: Corners of a freehand outline closer than this (pixels) to the last one are left out.
CORNER_PIXELS = 3


LayerGetter = Callable[[], Optional[QgsVectorLayer]]


def to_layer(geometry: QgsGeometry, map_crs: QgsCoordinateReferenceSystem, layer: QgsVectorLayer) -> QgsGeometry:
    """``geometry`` (map coordinates) in the coordinates of ``layer``; empty when it has no place there."""
    moved = QgsGeometry(geometry)
    try:
        moved.transform(QgsCoordinateTransform(map_crs, layer.crs(), QgsProject.instance()))
    except QgsCsException:
        return QgsGeometry()
    return moved


def _sound(feature: QgsFeature) -> QgsGeometry:
    """The lot's shape, repaired for the question only where its outline crosses itself."""
    geometry = feature.geometry()
    return geometry if geometry.isGeosValid() else geometry.makeValid()


def lots_touching(layer: QgsVectorLayer, trace: QgsGeometry) -> list[QgsFeature]:
    """Lots of ``layer`` that ``trace`` (a point or line in layer coordinates) touches, by feature id."""
    if trace.isEmpty():
        return []
    request = QgsFeatureRequest().setFilterRect(trace.boundingBox())
    return sorted(
        (f for f in layer.getFeatures(request) if f.hasGeometry() and _sound(f).intersects(trace)),
        key=lambda f: f.id(),
    )


def lots_inside(layer: QgsVectorLayer, area: QgsGeometry) -> list[QgsFeature]:
    """Lots of ``layer`` more than half inside ``area`` (a polygon in layer coordinates), by feature id."""
    if area.isEmpty():
        return []
    if not area.isGeosValid():
        area = area.makeValid()
    engine = QgsGeometry.createGeometryEngine(area.constGet())
    engine.prepareGeometry()
    found = []
    for feature in layer.getFeatures(QgsFeatureRequest().setFilterRect(area.boundingBox())):
        if not feature.hasGeometry():
            continue
        lot = _sound(feature)
        if engine.contains(lot.constGet()) or (
            engine.intersects(lot.constGet()) and lot.intersection(area).area() > INSIDE_SHARE * lot.area()
        ):
            found.append(feature)
    return sorted(found, key=lambda f: f.id())


def unit_of(feature: QgsFeature) -> Optional[str]:
    """The lot's key, ``None`` where it has none yet."""
    value = feature[UNIT_FIELD]
    return None if compat.is_null(value) or not str(value) else str(value)


def is_left_out(feature: QgsFeature) -> bool:
    """Whether the lot is a road or waterway."""
    position = feature.fields().lookupField(USE_FIELD)
    return position >= 0 and feature.attribute(position) in LEFT_OUT


class HoverWatch(QObject):
    """Tells which lot lies under the cursor, whatever map tool is active.

    Emits :attr:`hovered` with the lot's key, or ``""`` over no lot, only when it changes, and
    :attr:`clicked` with the key of a lot clicked with the left button (which the map tool gets too).
    """

    hovered = pyqtSignal(str)
    clicked = pyqtSignal(str)

    def __init__(self, canvas: QgsMapCanvas, layer: LayerGetter, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._layer = layer
        self._active = False
        self._place: Optional[QgsPointXY] = None
        self._pressed: Optional[QPoint] = None
        self._unit = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOVER_MS)
        self._timer.timeout.connect(self._look)
        canvas.xyCoordinates.connect(self._moved)
        canvas.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice clicks, and when the cursor leaves the map; nothing is kept from the map tool."""
        if event.type() == QEvent.Type.Leave:
            self.leave()
        elif event.type() == QEvent.Type.MouseButtonPress and self._active:
            self._pressed = event.pos() if event.button() == Qt.MouseButton.LeftButton else None
        elif event.type() == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            if (event.pos() - pressed).manhattanLength() < CLICK_PIXELS:
                unit = self._find(self._canvas.getCoordinateTransform().toMapCoordinates(event.pos()))
                if unit:
                    self.clicked.emit(unit)
        return False

    def set_active(self, active: bool) -> None:
        """Watch only while somebody looks at the result."""
        self._active = active
        if not active:
            self.leave()

    def leave(self) -> None:
        """The cursor left the map."""
        self._timer.stop()
        self._place = None
        self._tell("")

    def unit(self) -> str:
        """The lot under the cursor, ``""`` for none."""
        return self._unit

    def _moved(self, place: QgsPointXY) -> None:
        if not self._active:
            return
        self._place = QgsPointXY(place)
        if not self._timer.isActive():
            self._timer.start()

    def _look(self) -> None:
        self._tell(self._find(self._place) if self._place is not None else "")

    def _find(self, place: QgsPointXY) -> str:
        """Key of the lot at ``place`` (map coordinates), empty for none."""
        layer = self._layer()
        if layer is None:
            return ""
        point = to_layer(QgsGeometry.fromPointXY(place), self._canvas.mapSettings().destinationCrs(), layer)
        lots = lots_touching(layer, point)
        return (unit_of(lots[0]) or "") if lots else ""

    def _tell(self, unit: str) -> None:
        if unit != self._unit:
            self._unit = unit
            self.hovered.emit(unit)


class ChosenMarks:
    """Marks chosen lots on the map: an ink line with a white halo, as on the prints."""

    def __init__(self, canvas: QgsMapCanvas) -> None:
        self._canvas = canvas
        medium = symbols.medium("screen")
        self._bands = []
        for color, width in ((QColor("#FFFFFF"), medium.halo), (QColor(symbols.ink()), medium.selection)):
            band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
            band.setFillColor(QColor(0, 0, 0, 0))
            band.setStrokeColor(color)
            band.setWidth(round(width * symbols.px_per_mm()))
            self._bands.append(band)

    def show(self, layer: Optional[QgsVectorLayer], shapes: Sequence[QgsGeometry]) -> None:
        """Mark these shapes (in coordinates of ``layer``) and no others."""
        for band in self._bands:
            band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
            for shape in shapes:
                band.addGeometry(shape, layer)

    def discard(self) -> None:
        """Take the marks off the canvas for good."""
        for band in self._bands:
            self._canvas.scene().removeItem(band)
        self._bands = []


class PaintTool(QgsMapTool):
    """What drag and lasso share: the lots of the stroke, their highlight, right click, Escape.

    Left button paints, right button only chooses a lot. Escape drops the stroke.
    """

    #: Keys of the lots of a finished stroke, in the order they were met.
    stroke_finished = pyqtSignal(list)
    #: Key of the lot a right click chose.
    picked = pyqtSignal(str)

    def __init__(self, canvas: QgsMapCanvas, layer: LayerGetter) -> None:
        super().__init__(canvas)
        self._layer = layer
        self._color = QColor("#12564F")
        self._units: dict[str, None] = {}
        self._takes_all = False
        self._lots = self._band(QgsWkbTypes.GeometryType.PolygonGeometry)
        self._lots.setWidth(3)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._apply_color()

    def _band(self, kind: QgsWkbTypes.GeometryType) -> QgsRubberBand:
        return QgsRubberBand(self.canvas(), kind)

    # -- colour ------------------------------------------------------------------------
    def set_color(self, color: QColor) -> None:
        """Fill of the live highlight: the class to be painted."""
        self._color = QColor(color)
        self._apply_color()

    def _apply_color(self) -> None:
        fill = QColor(self._color)
        fill.setAlpha(120)
        self._lots.setFillColor(fill)
        self._lots.setStrokeColor(QColor(symbols.ink()))

    # -- stroke ------------------------------------------------------------------------
    def units(self) -> list[str]:
        """Keys of the lots in the running stroke."""
        return list(self._units)

    def stroke_running(self) -> bool:
        """Whether a stroke has begun and is not finished."""
        raise NotImplementedError

    def _clear(self) -> None:
        self._units.clear()
        self._lots.reset(QgsWkbTypes.GeometryType.PolygonGeometry)

    def _show_lots(self, features: list[QgsFeature], layer: QgsVectorLayer) -> None:
        for feature in features:
            unit = unit_of(feature)
            if unit is not None and unit not in self._units and (self._takes_all or not is_left_out(feature)):
                self._units[unit] = None
                self._lots.addGeometry(feature.geometry(), layer)

    def _finish(self) -> None:
        units = self.units()
        self._clear()
        if units:
            self.stroke_finished.emit(units)

    def cancel(self) -> None:
        """Drop the running stroke."""
        self._clear()

    def activate(self) -> None:
        """QGIS switches to this tool."""
        super().activate()
        self.canvas().installEventFilter(self)

    def deactivate(self) -> None:
        """QGIS switches to another tool."""
        self.canvas().removeEventFilter(self)
        self.cancel()
        super().deactivate()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape drops the stroke; the canvas passes no key on while a button is down."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and self.stroke_running():
            self.cancel()
            return True
        return False

    def discard(self) -> None:
        """Take the highlights off the canvas for good."""
        self._clear()
        scene = self.canvas().scene()
        for band in self._bands():
            scene.removeItem(band)

    def _bands(self) -> list[QgsRubberBand]:
        return [self._lots]

    # -- map -----------------------------------------------------------------------------
    def _here(self, geometry: QgsGeometry, layer: QgsVectorLayer) -> QgsGeometry:
        return to_layer(geometry, self.canvas().mapSettings().destinationCrs(), layer)

    def _pick(self, place: QgsPointXY) -> None:
        layer = self._layer()
        if layer is None:
            return
        lots = lots_touching(layer, self._here(QgsGeometry.fromPointXY(place), layer))
        unit = unit_of(lots[0]) if lots else None
        if unit is not None:
            self.picked.emit(unit)


class PickTool(PaintTool):
    """A click chooses a lot; nothing is painted."""

    def __init__(self, canvas: QgsMapCanvas, layer: LayerGetter) -> None:
        super().__init__(canvas, layer)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def stroke_running(self) -> bool:
        return False

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._pick(event.mapPoint())


class DragTool(PaintTool):
    """Paints every lot the cursor passes while the left button is down; a click paints one.

    Roads and waterways are painted only by a stroke that begins on one.
    """

    def __init__(self, canvas: QgsMapCanvas, layer: LayerGetter) -> None:
        super().__init__(canvas, layer)
        self._last: Optional[QgsPointXY] = None

    def stroke_running(self) -> bool:
        return self._last is not None

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self._pick(event.mapPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            self._clear()
            self._last = QgsPointXY(event.mapPoint())
            self._begin(QgsGeometry.fromPointXY(self._last))

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        if self._last is None:
            return
        place = QgsPointXY(event.mapPoint())
        # the segment, not the point: a fast hand must not jump over narrow lots
        self._collect(QgsGeometry.fromPolylineXY([self._last, place]))
        self._last = place

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._last is None:
            return
        self._last = None
        self._finish()

    def cancel(self) -> None:
        self._last = None
        super().cancel()

    def _begin(self, point: QgsGeometry) -> None:
        layer = self._layer()
        if layer is not None:
            lots = lots_touching(layer, self._here(point, layer))
            self._takes_all = bool(lots) and all(is_left_out(lot) for lot in lots)
            self._show_lots(lots, layer)

    def _collect(self, trace: QgsGeometry) -> None:
        layer = self._layer()
        if layer is not None:
            self._show_lots(lots_touching(layer, self._here(trace, layer)), layer)


class LassoTool(PaintTool):
    """Paints the lots inside an outline.

    Hold the left button and draw around them, or click corner by corner and close with a right
    click, a double click or Enter; Backspace takes the last corner back. Roads and waterways inside
    are left as they are.
    """

    def __init__(self, canvas: QgsMapCanvas, layer: LayerGetter) -> None:
        super().__init__(canvas, layer)
        self._corners: list[QgsPointXY] = []
        self._pressed: Optional[QPoint] = None
        self._last_corner = QPoint()
        self._freehand = False
        self._ring: list[QgsPointXY] = []
        self._outline = self._band(QgsWkbTypes.GeometryType.PolygonGeometry)
        self._outline.setWidth(2)
        self._outline.setFillColor(QColor(255, 255, 255, 60))
        self._outline.setStrokeColor(QColor(symbols.ink()))
        self._outline.setLineStyle(Qt.PenStyle.DashLine)
        # looking for the lots at every mouse move would make the outline lag behind the hand
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(HOVER_MS)
        self._timer.timeout.connect(self._collect)

    def _bands(self) -> list[QgsRubberBand]:
        return [self._lots, self._outline]

    def stroke_running(self) -> bool:
        return bool(self._corners)

    def corners(self) -> list[QgsPointXY]:
        """Corners set so far (map coordinates)."""
        return list(self._corners)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            if self._corners:
                self._close()
            else:
                self._pick(event.mapPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last_corner = event.pos()
            self._freehand = False
            self._add(event.mapPoint())

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        if not self._corners:
            return
        if self._pressed is None:
            self._draw(QgsPointXY(event.mapPoint()))
            return
        least = CORNER_PIXELS if self._freehand else CLICK_PIXELS
        if (event.pos() - self._last_corner).manhattanLength() >= least:
            self._freehand = True
            self._last_corner = event.pos()
            self._add(event.mapPoint())

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        self._pressed = None
        if self._freehand:
            self._freehand = False
            self._close()

    def canvasDoubleClickEvent(self, event: QgsMapMouseEvent) -> None:
        if self._corners:
            self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._corners and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close()
            event.accept()
        elif self._corners and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._corners.pop()
            self._draw()
            event.accept()
        else:
            event.ignore()

    def cancel(self) -> None:
        self._timer.stop()
        self._corners.clear()
        self._ring.clear()
        self._pressed = None
        self._freehand = False
        self._outline.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
        super().cancel()

    def _add(self, place: QgsPointXY) -> None:
        self._corners.append(QgsPointXY(place))
        self._draw()

    def _draw(self, cursor: Optional[QgsPointXY] = None) -> None:
        """Show the outline, with the cursor as its last corner."""
        self._ring = self._corners + ([cursor] if cursor is not None else [])
        if len(self._ring) > 2:
            self._outline.setToGeometry(QgsGeometry.fromPolygonXY([[*self._ring, self._ring[0]]]), None)
        else:
            self._outline.reset(QgsWkbTypes.GeometryType.PolygonGeometry)
            for corner in self._ring:
                self._outline.addPoint(corner)
        if not self._timer.isActive():
            self._timer.start()

    def _collect(self) -> None:
        """Find and show the lots inside the outline."""
        self._clear()
        layer = self._layer()
        if layer is not None and len(self._ring) > 2:
            area = QgsGeometry.fromPolygonXY([[*self._ring, self._ring[0]]])
            self._show_lots(lots_inside(layer, self._here(area, layer)), layer)

    def _close(self) -> None:
        self._ring = list(self._corners)
        self._collect()
        units = self.units()
        self.cancel()
        if units:
            self.stroke_finished.emit(units)
