"""The look of planned visits and walks, on the map and in the field package."""

from __future__ import annotations

from qgis.core import (
    QgsFillSymbol,
    QgsLineSymbol,
    QgsPalLayerSettings,
    QgsSingleSymbolRenderer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from ..core.plan import symbols

#: Walk and stop, as on the printed sheet.
STOP = '"walk" || \'-\' || "stop"'


def label_stops(layer: QgsVectorLayer) -> None:
    """Write walk and stop on the lots, with a white rim."""
    settings, words, rim = QgsPalLayerSettings(), QgsTextFormat(), QgsTextBufferSettings()
    settings.fieldName, settings.isExpression = STOP, True
    rim.setEnabled(True)
    rim.setColor(QColor("#FFFFFF"))
    words.setColor(QColor(symbols.ink()))
    words.setBuffer(rim)
    settings.setFormat(words)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def style_visits(layer: QgsVectorLayer) -> None:
    """A heavy ink outline, so that the colour of the condition below stays visible."""
    ink = symbols.ink()
    symbol = QgsFillSymbol.createSimple({"color": "255,255,255,70", "outline_color": ink, "outline_width": "0.8"})
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    label_stops(layer)


def style_walks(layer: QgsVectorLayer) -> None:
    """A dashed ink line."""
    values = {"color": symbols.ink(), "width": "0.7", "line_style": "dash", "joinstyle": "round"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsLineSymbol.createSimple(values)))
