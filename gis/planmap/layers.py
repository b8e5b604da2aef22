"""Map layers of the plan map: class fills, outlines, lot lines, priority."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ... import compat
from ...core.plan import codes, symbols
from ...core.progress import Progress
from .. import symbology
from .content import BaseLayers, PlanContent


def memory_layer(kind: str, crs: QgsCoordinateReferenceSystem, fields: Sequence[tuple[str, str]]) -> QgsVectorLayer:
    layer = QgsVectorLayer(kind, "", "memory")
    layer.setCrs(crs)
    layer.dataProvider().addAttributes([compat.make_field(name, type_) for name, type_ in fields])
    layer.updateFields()
    return layer


def fill_layer(layer: QgsVectorLayer, rows: Iterable[tuple[QgsGeometry, Sequence[Any]]]) -> None:
    features = []
    for geometry, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(geometry)
        feature.setAttributes(list(values))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    layer.updateExtents()


class Patch(NamedTuple):
    """Neighbouring units of one class as one shape, and the positions of its units."""

    code: str
    priority: bool
    shape: QgsGeometry
    members: tuple[int, ...]


def patches(content: PlanContent, progress: Progress) -> list[Patch]:
    """Dissolve neighbouring lots of a class; blocks and hamlets stay as they are."""
    found: list[Patch] = []
    lots: dict[tuple[str, bool], list[int]] = {}
    for position, (unit, shape) in enumerate(zip(content.units, content.shapes)):
        if shape.isNull():
            continue
        if unit.kind in ("block", "hamlet"):
            found.append(Patch(unit.code, unit.priority, shape, (position,)))
        else:
            lots.setdefault((unit.code, unit.priority), []).append(position)
    for number, kind in enumerate(sorted(lots)):
        progress.step(number / len(lots))
        members = lots[kind]
        merged = QgsGeometry.unaryUnion([content.shapes[position] for position in members])
        parts = merged.asGeometryCollection() or [merged]
        if merged.isNull() or merged.isEmpty():
            parts = [content.shapes[position] for position in members]
        found.extend(_assign_members(kind, parts, members, content))
    return found


def _assign_members(
    kind: tuple[str, bool], parts: Sequence[QgsGeometry], members: Sequence[int], content: PlanContent
) -> list[Patch]:
    """Which units lie in which part, by a point on each unit."""
    boxes = [(part.boundingBox(), part) for part in parts]
    inside: list[list[int]] = [[] for _ in parts]
    for position in members:
        point = content.shapes[position].pointOnSurface()
        if point.isNull():
            continue
        for number, (box, part) in enumerate(boxes):
            if box.contains(point.asPoint()) and part.contains(point):
                inside[number].append(position)
                break
    return [
        Patch(*kind, part, tuple(inside[number]))
        for number, part in enumerate(parts)
        if part.type() == symbology.POLYGON
    ]


def class_layers(dissolved: Sequence[Patch], crs: Any, medium: str) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """Strong outlines, and class fills. Undecided comes first, so that its dashes yield to real edges."""
    fills = memory_layer("MultiPolygon", crs, [("management_class", "text")])
    fill_layer(fills, ((patch.shape, [patch.code]) for patch in dissolved))
    outlines = fills.clone()
    for layer, outline in ((fills, "none"), (outlines, "only")):
        root = QgsRuleBasedRenderer.Rule(None)
        for code in (codes.UNDECIDED, *(code for code in codes.CLASSES if code != codes.UNDECIDED)):
            root.appendChild(
                QgsRuleBasedRenderer.Rule(
                    symbology.class_symbol(code, medium, outline), 0, 0, f"\"management_class\" = '{code}'"
                )
            )
        layer.setRenderer(QgsRuleBasedRenderer(root))
    return outlines, fills


def lot_lines(content: PlanContent, base: BaseLayers, medium: str) -> QgsVectorLayer:
    """Thin lines of the lots: of the lots layer where blocks were planned, else of the units."""
    layer = memory_layer("MultiPolygon", content.crs, [("management_class", "text")])
    lots = [
        (shape, [unit.code])
        for unit, shape in zip(content.units, content.shapes)
        if not shape.isNull() and unit.kind not in ("block", "hamlet")
    ]
    if base.lots is not None and len(lots) < len(content.units):
        line = symbology.lot_line_symbol(symbols.ink(), medium)
        lines = base.lots.clone()
        lines.setRenderer(QgsSingleSymbolRenderer(line))
        lines.setLabelsEnabled(False)
        return lines
    fill_layer(layer, lots)
    root = QgsRuleBasedRenderer.Rule(None)
    for code in codes.CLASSES:
        symbol = symbology.lot_line_symbol(symbols.class_symbol(code).line, medium)
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, f"\"management_class\" = '{code}'"))
    layer.setRenderer(QgsRuleBasedRenderer(root))
    return layer


def priority_layer(content: PlanContent, medium: str) -> Optional[QgsVectorLayer]:
    """Neighbouring priority lots as one shape with the double line."""
    blocks: list[QgsGeometry] = []
    lots: list[QgsGeometry] = []
    for unit, shape in zip(content.units, content.shapes):
        if unit.priority and not shape.isNull():
            (blocks if unit.kind in ("block", "hamlet") else lots).append(shape)
    merged = QgsGeometry.unaryUnion(lots) if lots else QgsGeometry()
    shapes = blocks + ([] if merged.isNull() else merged.asGeometryCollection() or [merged])
    if not shapes:
        return None
    layer = memory_layer("MultiPolygon", content.crs, [])
    fill_layer(layer, ((shape, []) for shape in shapes))
    layer.setRenderer(QgsSingleSymbolRenderer(symbology.priority_symbol(medium)))
    return layer
