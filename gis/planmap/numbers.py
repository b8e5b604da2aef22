"""Numbers, icons and names on the plan map: where they stand and the layers that draw them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple, Optional

from qgis.core import (
    QgsGeometry,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsProperty,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from ... import compat
from ...core.plan import symbols
from ...core.progress import Progress
from .. import symbology
from .content import PlanContent
from .layers import Patch, fill_layer, memory_layer
from .sheet import SECOND, text_font

#: How far in mm of the paper a name may stand from the hamlet it names.
_FARTHEST_NAME = 12.0
#: Halo of names, as a share of the height of their letters.
_HALO = 0.22


class Placed(NamedTuple):
    """A number plate on the map: text, icon and flag, middle and size in map units, text height in mm."""

    text: str
    icon: str
    flag: bool
    x: float
    y: float
    width: float
    height: float
    size: float


def _plate_size(
    text: str, icon: bool, flag: bool, size: float, measure: Callable[[str, float], float]
) -> tuple[float, float]:
    """Width and height in mm of a plate with text ``size`` mm high."""
    signs = (1.05 * size if icon else 0.0) + (0.95 * size if flag else 0.0)
    width = signs + (measure(text, size) if text else 0.0) + 0.55 * size
    return width, 1.36 * size


def _fits(shape: QgsGeometry, x: float, y: float, width: float, height: float) -> bool:
    box = QgsRectangle(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    return shape.contains(QgsGeometry.fromRect(box))


def _middle(shape: QgsGeometry, precision: float) -> Optional[tuple[float, float]]:
    found = shape.poleOfInaccessibility(precision)
    point = found[0] if isinstance(found, tuple) else found
    if point.isNull() or point.isEmpty():
        return None
    return point.asPoint().x(), point.asPoint().y()


def free_spot(
    shape: QgsGeometry, width: float, height: float, metres_per_mm: float, placed: Sequence[Placed]
) -> Optional[tuple[float, float]]:
    """A place inside ``shape`` for a plate, clear of the others and as near to its middle as can be."""
    box = shape.boundingBox()
    if box.width() < width or box.height() < height:
        return None
    middle = _middle(shape, metres_per_mm)
    if middle is None:
        return None
    near = [plate for plate in placed if box.contains(QgsPointXY(plate.x, plate.y))]
    step = max(height / 2, math.sqrt(box.width() * box.height() / 900))
    columns, rows = int(box.width() / step), int(box.height() / step)
    grid = sorted(
        (
            (box.xMinimum() + (column + 0.5) * step, box.yMinimum() + (row + 0.5) * step)
            for column in range(columns + 1)
            for row in range(rows + 1)
        ),
        key=lambda spot: (math.hypot(spot[0] - middle[0], spot[1] - middle[1]), spot),
    )
    for x, y in (middle, *grid):
        if _is_clear(x, y, width, height, metres_per_mm, near) and _fits(shape, x, y, width, height):
            return x, y
    return None


def beside_spot(
    shape: QgsGeometry,
    others: Sequence[QgsGeometry],
    free: QgsGeometry,
    width: float,
    height: float,
    metres_per_mm: float,
    placed: Sequence[Placed],
) -> Optional[tuple[float, float]]:
    """A place in ``free`` for the name of ``shape``: the nearest one that is nearer to it than to the ``others``.

    ``None`` where the nearest lies farther away than a reader would connect the two.
    """
    reach = shape.boundingBox().buffered(width + _FARTHEST_NAME * metres_per_mm)
    area = free.intersection(QgsGeometry.fromRect(reach))
    if area.isNull() or area.isEmpty():
        return None
    engine = QgsGeometry.createGeometryEngine(area.constGet())
    engine.prepareGeometry()
    step = height / 2
    box = area.boundingBox()
    found: list[tuple[float, float, float]] = []
    for column in range(int(box.width() / step) + 1):
        for row in range(int(box.height() / step) + 1):
            x, y = box.xMinimum() + column * step, box.yMinimum() + row * step
            plate = QgsGeometry.fromRect(QgsRectangle(x - width / 2, y - height / 2, x + width / 2, y + height / 2))
            if engine.contains(plate.constGet()):
                found.append((round(shape.distance(plate), 3), x, y))
    middle = shape.centroid().asPoint()
    found.sort(key=lambda spot: (spot[0], math.hypot(spot[1] - middle.x(), spot[2] - middle.y()), spot))
    for distance, x, y in found:
        if distance > _FARTHEST_NAME * metres_per_mm:
            return None
        plate = QgsGeometry.fromRect(QgsRectangle(x - width / 2, y - height / 2, x + width / 2, y + height / 2))
        if _is_clear(x, y, width, height, metres_per_mm, placed) and all(
            other.distance(plate) > distance for other in others
        ):
            return x, y
    return None


def _is_clear(x: float, y: float, width: float, height: float, metres_per_mm: float, placed: Sequence[Placed]) -> bool:
    return all(
        abs(plate.x - x) >= (plate.width + width) / 2 + metres_per_mm * 0.5
        or abs(plate.y - y) >= (plate.height + height) / 2 + metres_per_mm * 0.5
        for plate in placed
    )


def place_numbers(
    content: PlanContent,
    dissolved: Sequence[Patch],
    metres_per_mm: float,
    medium: str,
    measure: Callable[[str, float], float],
    progress: Progress,
) -> list[Placed]:
    """Where numbers and icons stand, largest wording that fits first.

    A block always gets its number. A lot gets icon and number, the number alone, or nothing,
    whichever lies whole inside it. A patch none of whose lots shows an icon gets one where it fits.
    """
    sizes = symbols.medium(medium)
    placed: list[Placed] = []
    shown: set[int] = set()

    def put(
        text: str,
        icon: str,
        flag: bool,
        size: float,
        shape: QgsGeometry,
        spot: tuple[float, float],
        anyway: bool = False,
    ) -> bool:
        width, height = _plate_size(text, bool(icon), flag, size, measure)
        width, height = width * metres_per_mm, height * metres_per_mm
        if anyway or _fits(shape, spot[0], spot[1], width, height):
            placed.append(Placed(text, icon, flag, spot[0], spot[1], width, height, size))
            return True
        return False

    smallest = _plate_size("1", False, False, sizes.smallest, measure)
    least_area = smallest[0] * smallest[1] * metres_per_mm**2
    for position, (unit, shape) in enumerate(zip(content.units, content.shapes)):
        if position % 100 == 0:
            progress.step(0.8 * position / len(content.units))
        block = unit.kind in ("block", "hamlet")
        if shape.isNull() or not unit.number or (shape.area() < least_area and not block):
            continue
        spot = _middle(shape, metres_per_mm)
        if spot is None:
            continue
        icon = f"class_{unit.code}"
        if put(unit.number, icon, unit.priority, sizes.number if block else sizes.smallest, shape, spot, block):
            shown.add(position)
        else:
            put(unit.number, "", unit.priority, sizes.smallest, shape, spot)
    for patch in dissolved:
        progress.step(0.9)
        if shown.intersection(patch.members):
            continue
        for size in (sizes.number, sizes.smallest):
            width, height = _plate_size("", True, patch.priority, size, measure)
            width, height = width * metres_per_mm, height * metres_per_mm
            spot = free_spot(patch.shape, width, height, metres_per_mm, placed)
            if spot is not None:
                placed.append(Placed("", f"class_{patch.code}", patch.priority, *spot, width, height, size))
                break
    return placed


def number_layers(placed: Sequence[Placed], crs: Any, metres_per_mm: float, family: str) -> list[QgsVectorLayer]:
    """Layers for text, icons and plates, the top one first."""
    plates = memory_layer("Polygon", crs, [])
    icons = memory_layer("Point", crs, [("icon", "text"), ("size", "real")])
    texts = memory_layer("Point", crs, [("number", "text"), ("size", "real")])
    boxes: list[tuple[QgsGeometry, list[Any]]] = []
    marks: list[tuple[QgsGeometry, list[Any]]] = []
    words: list[tuple[QgsGeometry, list[Any]]] = []
    for plate in placed:
        radius = 0.2 * plate.size * metres_per_mm
        core = QgsRectangle(
            plate.x - plate.width / 2 + radius,
            plate.y - plate.height / 2 + radius,
            plate.x + plate.width / 2 - radius,
            plate.y + plate.height / 2 - radius,
        )
        boxes.append((QgsGeometry.fromRect(core).buffer(radius, 4), []))
        unit = plate.size * metres_per_mm
        left = plate.x - plate.width / 2 + 0.275 * unit
        if plate.icon:
            marks.append((_point(left + 0.5 * unit, plate.y), [plate.icon, plate.size]))
            left += 1.05 * unit
        if plate.flag:
            marks.append((_point(left + 0.45 * unit, plate.y), ["flag_priority", 0.9 * plate.size]))
            left += 0.95 * unit
        right = plate.x + plate.width / 2 - 0.275 * unit
        if plate.text:
            words.append((_point((left + right) / 2, plate.y), [plate.text, plate.size]))
    fill_layer(plates, boxes)
    fill_layer(icons, marks)
    fill_layer(texts, words)
    plates.setRenderer(QgsSingleSymbolRenderer(symbology.plate_symbol()))
    root = QgsRuleBasedRenderer.Rule(None)
    for name in sorted({values[0] for _, values in marks}):
        mark = QgsSvgMarkerSymbolLayer(symbology.icon_path(name), 4.0)
        mark.setSizeUnit(symbology.MM)
        mark.setDataDefinedProperty(compat.SYMBOL_SIZE, QgsProperty.fromField("size"))
        root.appendChild(QgsRuleBasedRenderer.Rule(symbology.marker_symbol([mark]), 0, 0, f"\"icon\" = '{name}'"))
    icons.setRenderer(QgsRuleBasedRenderer(root))
    format_ = QgsTextFormat()
    format_.setFont(text_font(family, bold=True))
    format_.setColor(QColor(symbols.ink()))
    _label_at_points(texts, format_)
    return [texts, icons, plates]


def name_layer(names: Sequence[Placed], crs: Any, family: str) -> QgsVectorLayer:
    """Names with a white halo, at the places chosen before; what lies between and around the letters is seen."""
    layer = memory_layer("Point", crs, [("number", "text"), ("size", "real")])
    fill_layer(layer, ((_point(name.x, name.y), [name.text, name.size]) for name in names))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSizeUnit(symbology.MM)
    halo.setSize(_HALO * max((name.size for name in names), default=0.0))
    halo.setColor(QColor("#FFFFFF"))
    format_ = QgsTextFormat()
    format_.setFont(text_font(family, bold=True))
    format_.setColor(QColor(SECOND))
    format_.setBuffer(halo)
    _label_at_points(layer, format_)
    return layer


def _label_at_points(layer: QgsVectorLayer, format_: QgsTextFormat) -> None:
    """Label points right on the spot with field "number", as high as field "size" says (mm)."""
    layer.setRenderer(symbology.no_symbol())
    format_.setSizeUnit(symbology.MM)
    settings = QgsPalLayerSettings()
    settings.fieldName = "number"
    settings.placement = compat.LABEL_OVER_POINT
    settings.setFormat(format_)
    settings.dataDefinedProperties().setProperty(QgsPalLayerSettings.Property.Size, QgsProperty.fromField("size"))
    compat.always_show_labels(settings)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _point(x: float, y: float) -> QgsGeometry:
    return QgsGeometry.fromWkt(f"POINT({x!r} {y!r})")
