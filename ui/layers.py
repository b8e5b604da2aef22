"""Words about layers for cards and dialogs: name, date, count, and which layers fit a need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.core import (
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..gis.i18n import language, tr
from ..gis.village import SYNTHETIC_MARK

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
    """ "2025-01-20" or "2025-01" or "2025" in words: "Jan 2025", 2025年1月."""
    parts = iso_date.strip()[:10].split("-")
    if not parts[0].isdigit():
        return ""
    if len(parts) < 2 or not parts[1].isdigit() or not 1 <= int(parts[1]) <= 12:
        return f"{parts[0]}年" if language() == "ja" else parts[0]
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
        for period in layer.metadata().extent().temporalExtents()
        if period.begin().isValid()
    ]
    return max(begin, default="")


def is_synthetic(layer: QgsMapLayer) -> bool:
    """Whether the layer says in its name that its data is invented."""
    return any(layer.name().endswith(mark) for mark in SYNTHETIC_MARK)


def short_name(layer: QgsMapLayer) -> str:
    """Layer name without the mark of synthetic data."""
    name = str(layer.name())
    for mark in SYNTHETIC_MARK:
        name = name[: -len(mark)] if name.endswith(mark) else name
    return name


def describe(layer: QgsMapLayer) -> str:
    """Name and date of a layer, for example "Registry map, Jan 2025"; a year in the name will do."""
    name, date = short_name(layer), data_date(layer)
    if not month_text(date) or date[:4] in name:
        return name
    return f"{name} {month_text(date)}" if language() == "ja" else f"{name}, {month_text(date)}"


def joined(texts: Sequence[str], most: int = 3) -> str:
    """A list in words, at most ``most`` of them, the rest as a count."""
    shown = list(texts[:most])
    rest = len(texts) - len(shown)
    if rest > 0:
        shown.append(tr("and {n} more").format(n=rest))
    return ("、" if language() == "ja" else " · ").join(shown)
