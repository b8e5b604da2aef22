"""Words about layers for cards and dialogs: name, date, count, and which layers fit a need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import (
    QgsExpression,
    QgsFeatureRequest,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..gis.i18n import language, tr

#: What a card may ask for.
POLYGONS, LINES, POINTS, SHAPES, TABLE, RASTER = "polygons", "lines", "points", "shapes", "table", "raster"
DATE_PROPERTY = "landstewardship/data_date"

_GEOMETRIES = {
    POLYGONS: (QgsWkbTypes.GeometryType.PolygonGeometry,),
    LINES: (QgsWkbTypes.GeometryType.LineGeometry,),
    POINTS: (QgsWkbTypes.GeometryType.PointGeometry,),
    SHAPES: (
        QgsWkbTypes.GeometryType.PolygonGeometry,
        QgsWkbTypes.GeometryType.LineGeometry,
        QgsWkbTypes.GeometryType.PointGeometry,
    ),
}


def fits(layer: Optional[QgsMapLayer], need: str) -> bool:
    """Whether a layer is of the kind ``need`` (one of the names above)."""
    if layer is None or not layer.isValid():
        return False
    if need == RASTER:
        return isinstance(layer, QgsRasterLayer) and layer.providerType() == "gdal"
    if not isinstance(layer, QgsVectorLayer):
        return False
    if need == TABLE:
        return True  # a map layer carries a table as well
    return layer.geometryType() in _GEOMETRIES[need]


def candidates(project: QgsProject, need: str) -> list[QgsMapLayer]:
    """Layers of the project that fit ``need``, by name."""
    found = [layer for layer in project.mapLayers().values() if fits(layer, need)]
    return sorted(found, key=lambda layer: (layer.name(), layer.id()))


def month_text(iso_date: str) -> str:
    """"2025-01-20" or "2025-01" or "2025" in words: "Jan 2025", 2025年1月."""
    parts = iso_date.strip()[:10].split("-")
    if not parts[0].isdigit():
        return ""
    if len(parts) < 2 or not parts[1].isdigit() or not 1 <= int(parts[1]) <= 12:
        return tr("{year}").format(year=parts[0]) if language() != "ja" else f"{parts[0]}年"
    if language() == "ja":
        return f"{parts[0]}年{int(parts[1])}月"
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return f"{months[int(parts[1]) - 1]} {parts[0]}"


def data_date(layer: QgsMapLayer) -> str:
    """The date of the data as ISO text: from our custom property, else from the metadata."""
    value = layer.customProperty(DATE_PROPERTY)
    if value:
        return str(value)
    begin = [
        period.begin().toString("yyyy-MM-dd")
        for period in layer.metadata().extent().temporalExtents() if period.begin().isValid()
    ]
    return max(begin, default="")


def describe(layer: QgsMapLayer) -> str:
    """Name and date of a layer, for example "Registry map, Jan 2025"."""
    date = month_text(data_date(layer))
    if not date:
        return str(layer.name())
    return f"{layer.name()} {date}" if language() == "ja" else f"{layer.name()}, {date}"


def count_rows(layer: QgsVectorLayer, field: str, value: str) -> int:
    """Number of rows whose ``field`` is ``value``; 0 when the field is not there."""
    if layer.fields().lookupField(field) < 0:
        return 0
    request = QgsFeatureRequest()
    request.setFilterExpression(QgsExpression.createFieldEqualityExpression(field, value))
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([field], layer.fields())
    return sum(1 for _feature in layer.getFeatures(request))


def sum_numbers(layer: QgsVectorLayer, field: str, condition: str) -> float:
    """Sum of a number field over the rows that meet ``condition`` (an expression)."""
    position = layer.fields().lookupField(field)
    if position < 0:
        return 0.0
    request = QgsFeatureRequest()
    request.setFilterExpression(condition)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return float(sum(feature[position] or 0.0 for feature in layer.getFeatures(request)))


def joined(texts: Sequence[str], most: int = 3) -> str:
    """A list in words, at most ``most`` of them, the rest as a count."""
    shown = list(texts[:most])
    rest = len(texts) - len(shown)
    separator = "、" if language() == "ja" else ", "
    text = separator.join(shown)
    if rest > 0:
        text += " " + tr("and {n} more").format(n=rest)
    return text
