"""The one place that knows Qt5/Qt6 and QGIS version differences."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    NULL,
    Qgis,
    QgsField,
    QgsLayoutMeasurement,
    QgsPalLayerSettings,
    QgsRenderContext,
    QgsSymbolLayer,
    QgsTextFormat,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtGui import QFontDatabase

QGIS_VERSION = Qgis.QGIS_VERSION_INT if hasattr(Qgis, "QGIS_VERSION_INT") else Qgis.versionInt()

if QGIS_VERSION >= 33800:
    from qgis.PyQt.QtCore import QMetaType

    _TYPES: dict[str, Any] = {
        "text": QMetaType.Type.QString,
        "int": QMetaType.Type.LongLong,
        "real": QMetaType.Type.Double,
        "bool": QMetaType.Type.Bool,
        "date": QMetaType.Type.QDate,
        "datetime": QMetaType.Type.QDateTime,
        "time": QMetaType.Type.QTime,
        "binary": QMetaType.Type.QByteArray,
    }
else:
    _TYPES = {
        "text": QVariant.String,
        "int": QVariant.LongLong,
        "real": QVariant.Double,
        "bool": QVariant.Bool,
        "date": QVariant.Date,
        "datetime": QVariant.DateTime,
        "time": QVariant.Time,
        "binary": QVariant.ByteArray,
    }

#: Numeric ids of the field types; the same in QVariant (Qt5) and QMetaType (Qt6).
TYPE_BOOL, TYPE_INT, TYPE_UINT, TYPE_LONGLONG, TYPE_ULONGLONG, TYPE_DOUBLE = 1, 2, 3, 4, 5, 6
TYPE_STRING, TYPE_STRINGLIST, TYPE_BYTEARRAY = 10, 11, 12
TYPE_DATE, TYPE_TIME, TYPE_DATETIME = 14, 15, 16
TYPE_FLOAT = 38


def make_field(name: str, kind: str) -> QgsField:
    """A field of ``kind`` (text, int, real, bool, date, datetime, time, binary)."""
    return QgsField(name, _TYPES[kind])


def field_type_id(field: QgsField) -> int:
    """Numeric id of a field's type, comparable with the ``TYPE_*`` numbers above."""
    value = field.type()
    return int(getattr(value, "value", value))


def is_null(value: object) -> bool:
    """Whether an attribute is NULL (``None`` on Qt6, an invalid QVariant on Qt5)."""
    return value is None or value == NULL


#: Data-defined property "symbol layer enabled".
LAYER_ENABLED = (
    QgsSymbolLayer.Property.LayerEnabled
    if hasattr(QgsSymbolLayer.Property, "LayerEnabled")
    else QgsSymbolLayer.Property.PropertyLayerEnabled
)

#: Data-defined size of a marker symbol layer.
SYMBOL_SIZE = (
    QgsSymbolLayer.Property.Size if hasattr(QgsSymbolLayer.Property, "Size") else QgsSymbolLayer.Property.PropertySize
)

#: Data-defined width of a line symbol layer.
STROKE_WIDTH = (
    QgsSymbolLayer.Property.StrokeWidth
    if hasattr(QgsSymbolLayer.Property, "StrokeWidth")
    else QgsSymbolLayer.Property.PropertyStrokeWidth
)

#: Text of a PDF as text that can be searched and copied.
TEXT_AS_TEXT = (
    Qgis.TextRenderFormat.AlwaysText
    if hasattr(Qgis, "TextRenderFormat")
    else QgsRenderContext.TextRenderFormat.TextFormatAlwaysText
)

if hasattr(Qgis, "LabelPlacement"):
    LABEL_HORIZONTAL = Qgis.LabelPlacement.Horizontal
    LABEL_OVER_POINT = Qgis.LabelPlacement.OverPoint
else:
    LABEL_HORIZONTAL = QgsPalLayerSettings.Placement.Horizontal
    LABEL_OVER_POINT = QgsPalLayerSettings.Placement.OverPoint


def fix_pattern_to_view(layer: Any) -> None:
    """Let a pattern run through neighbouring features without a jump.

    QGIS before 3.24 always does; later versions start the pattern anew in every feature unless told.
    """
    if hasattr(layer, "setCoordinateReference"):
        layer.setCoordinateReference(Qgis.SymbolCoordinateReference.Viewport)


def font_families() -> list[str]:
    """Names of the installed fonts."""
    try:
        return list(QFontDatabase.families())  # Qt6: a static function
    except TypeError:
        return list(QFontDatabase().families())


def set_label_font(label: Any, font: Any, colour: Any) -> None:
    """Font and colour of a layout label (before QGIS 3.24 without a text format)."""
    if hasattr(label, "setTextFormat"):
        text = QgsTextFormat.fromQFont(font)
        text.setColor(colour)
        label.setTextFormat(text)
    else:
        label.setFont(font)
        label.setFontColor(colour)


def layout_mm(length: float) -> Any:
    """A layout length in millimetres."""
    return QgsLayoutMeasurement(length, QgsUnitTypes.LayoutUnit.LayoutMillimeters)


def set_corner_radius(shape: Any, radius_mm: float) -> None:
    """Corner radius of a layout rectangle."""
    shape.setCornerRadius(layout_mm(radius_mm))


def always_show_labels(settings: Any) -> None:
    """Draw labels also where they collide (their places were chosen before)."""
    if hasattr(settings, "placementSettings"):
        placement = settings.placementSettings()
        placement.setOverlapHandling(Qgis.LabelOverlapHandling.AllowOverlapIfRequired)
        placement.setAllowDegradedPlacement(True)
        settings.setPlacementSettings(placement)
    else:
        settings.displayAll = True


def save_style(layer: Any, name: str, description: str) -> str:
    """Store a layer's style in its own database as the default; returns what went wrong, else ""."""
    if hasattr(layer, "saveStyleToDatabaseV2"):
        return str(layer.saveStyleToDatabaseV2(name, description, True, "")[1] or "")
    return str(layer.saveStyleToDatabase(name, description, True, "") or "")
