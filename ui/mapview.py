"""Showing things on the map: switch layers on, zoom, flash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsLayerTree,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtWidgets import QAbstractItemView

from .results import hide_other_results
from .state import ROLE_PROPERTY

#: How far around a single place the map shows, in map units of a metric system (metres).
PLACE_RADIUS_M = 60.0


#: Marks a plan that was switched off so that a result below it can be seen.
_HIDDEN_PROPERTY = "landstewardship/hidden"
_PLAN = "plan"


def _hide_plan(project: QgsProject) -> None:
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        if layer is not None and layer.customProperty(ROLE_PROPERTY) == _PLAN and node.itemVisibilityChecked():
            node.setItemVisibilityChecked(False)
            node.setCustomProperty(_HIDDEN_PROPERTY, True)


def show_plan_again(project: QgsProject) -> None:
    """Switch a plan on again that "Show on map" of another result had switched off."""
    for node in project.layerTreeRoot().findLayers():
        if node.customProperty(_HIDDEN_PROPERTY):
            node.removeCustomProperty(_HIDDEN_PROPERTY)
            node.setItemVisibilityChecked(True)


def _open_legend(root: QgsLayerTree, shown: QgsLayerTreeLayer) -> None:
    """Open the legend of the layer that is shown and close those of results that are off: one says what is seen."""
    for node in root.findLayers():
        layer = node.layer()
        if layer is not None and layer.customProperty(ROLE_PROPERTY) and not node.itemVisibilityChecked():
            node.setExpanded(False)
    step = shown
    while step is not None and step is not root:
        step.setExpanded(True)
        step = step.parent()


def show_layers(iface: Any, layers: Sequence[QgsMapLayer], zoom: bool = True) -> None:
    """Switch layers (and their groups) on, make the first one active, zoom to it."""
    root = QgsProject.instance().layerTreeRoot()
    if layers and all(layer.customProperty(ROLE_PROPERTY) != _PLAN for layer in layers):
        _hide_plan(QgsProject.instance())
    for layer in layers:
        hide_other_results(QgsProject.instance(), str(layer.customProperty(ROLE_PROPERTY)))
        node = root.findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
            _open_legend(root, node)
    if not layers:
        return
    iface.setActiveLayer(layers[0])
    tree = iface.layerTreeView()
    tree.scrollTo(tree.currentIndex(), QAbstractItemView.ScrollHint.PositionAtTop)
    if zoom:
        extent = _to_canvas(iface, layers[0], layers[0].extent())
        if not extent.isEmpty() and extent.isFinite():
            extent.scale(1.08)
            iface.mapCanvas().setExtent(extent)
    iface.mapCanvas().refresh()


def _transform(iface: Any, layer: QgsMapLayer) -> QgsCoordinateTransform:
    canvas_crs = iface.mapCanvas().mapSettings().destinationCrs()
    return QgsCoordinateTransform(layer.crs(), canvas_crs, QgsProject.instance())


def _to_canvas(iface: Any, layer: QgsMapLayer, extent: QgsRectangle) -> QgsRectangle:
    try:
        return _transform(iface, layer).transformBoundingBox(extent)
    except QgsCsException:
        return QgsRectangle()


def show_place(iface: Any, layer: QgsMapLayer, geometry: QgsGeometry) -> bool:
    """Zoom to one place of ``layer`` and flash it; False when it has no place on the map."""
    if geometry.isNull() or geometry.isEmpty():
        return False
    moved = QgsGeometry(geometry)
    canvas = iface.mapCanvas()
    try:
        moved.transform(_transform(iface, layer))
    except QgsCsException:
        return False
    extent = moved.boundingBox()
    centre: QgsPointXY = extent.center()
    unit = PLACE_RADIUS_M
    if canvas.mapSettings().destinationCrs().isGeographic():
        unit = PLACE_RADIUS_M / 111_000.0
    half_width = max(extent.width() * 0.8, unit)
    half_height = max(extent.height() * 0.8, unit)
    canvas.setExtent(
        QgsRectangle(
            centre.x() - half_width, centre.y() - half_height, centre.x() + half_width, centre.y() + half_height
        )
    )
    canvas.refresh()
    canvas.flashGeometries([moved], canvas.mapSettings().destinationCrs())
    return True
