"""QGIS symbols and layer styles from the one table of numbers in ``core.plan.symbols``.

All sizes are millimetres, so screen, projector and paper differ only by the medium's factors.
Legends are written in the language asked for (default: that of QGIS).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Optional, Union

from qgis.core import (
    QgsBilinearRasterResampler,
    QgsFillSymbol,
    QgsHillshadeRenderer,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapLayer,
    QgsMarkerLineSymbolLayer,
    QgsMarkerSymbol,
    QgsNullSymbolRenderer,
    QgsPalLayerSettings,
    QgsPointPatternFillSymbolLayer,
    QgsProperty,
    QgsRasterLayer,
    QgsRuleBasedRenderer,
    QgsSimpleFillSymbolLayer,
    QgsSimpleLineSymbolLayer,
    QgsSimpleMarkerSymbolLayer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsSymbol,
    QgsSymbolLayer,
    QgsTextBackgroundSettings,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QFont

from .. import compat
from ..core.errors import InputError
from ..core.plan import codes, symbols
from ..core.texts import Text
from .i18n import language as qgis_language

ICONS = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources", "icons")
MM = QgsUnitTypes.RenderUnit.RenderMillimeters
POLYGON = QgsWkbTypes.GeometryType.PolygonGeometry

#: Rendering passes: fills below outlines below priority lines below icons.
_FILL, _OUTLINE, _PRIORITY, _CORE = 0, 1, 2, 3

_CONDITION_LABELS = {
    "unmanaged": Text("Likely unmanaged", "未管理の可能性"),
    "cannot_tell": Text("Cannot tell", "判断できない"),
    "managed": Text("Likely managed", "管理あり"),
}
_SEVERITY_LABELS = {
    "error": Text("Fix first", "先に直す"),
    "warning": Text("Check", "確かめる"),
    "note": Text("Note", "お知らせ"),
    "ok": Text("No problem", "問題なし"),
}
#: A word of a legend with the values it stands for.
_WITH_SPAN = Text("{word} ({span})", "{word}（{span}）")
_STEP_LABELS = (
    Text("Almost none", "ほぼない"),
    Text("Small", "小さい"),
    Text("Medium", "中くらい"),
    Text("Large", "大きい"),
    Text("Very large", "とても大きい"),
)


def _colour(value: str, opacity: float = 1.0) -> QColor:
    colour = QColor(value)
    colour.setAlphaF(opacity)
    return colour


def _require(layer: QgsVectorLayer, field: str) -> None:
    if layer.fields().lookupField(field) < 0:
        raise InputError(
            Text(
                "The layer “{layer}” has no field “{field}”, so it cannot be styled. Choose another layer.",
                "レイヤ「{layer}」に項目「{field}」がないため、色分けできません。別のレイヤを選んでください。",
            ).format(layer=layer.name(), field=field)
        )


def _language(language: Optional[str]) -> str:
    return language or qgis_language()


# -- parts -------------------------------------------------------------------------------------
def _assemble(symbol: Any, layers: Sequence[QgsSymbolLayer]) -> Any:
    """Put ``layers`` into ``symbol`` in place of its default one.

    Not by the constructor: that one leaves the layers to Python, which would free them too early.
    """
    for layer in layers:
        symbol.appendSymbolLayer(layer)
    symbol.deleteSymbolLayer(0)
    return symbol


def _fill(layers: Sequence[QgsSymbolLayer]) -> QgsFillSymbol:
    return _assemble(QgsFillSymbol(), layers)


def _line(layers: Sequence[QgsSymbolLayer]) -> QgsLineSymbol:
    return _assemble(QgsLineSymbol(), layers)


def _marker(layers: Sequence[QgsSymbolLayer]) -> QgsMarkerSymbol:
    return _assemble(QgsMarkerSymbol(), layers)


def _line_layer(
    colour: QColor, width: float, dash: Sequence[float] = (), passes: int = _OUTLINE
) -> QgsSimpleLineSymbolLayer:
    line = QgsSimpleLineSymbolLayer(colour, width)
    line.setWidthUnit(MM)
    line.setPenJoinStyle(Qt.PenJoinStyle.MiterJoin)
    line.setPenCapStyle(Qt.PenCapStyle.FlatCap)
    if dash:
        line.setUseCustomDashPattern(True)
        line.setCustomDashVector(list(dash))
        line.setCustomDashPatternUnit(MM)
    line.setRenderingPass(passes)
    return line


def _pattern_layer(pattern: symbols.Pattern, factor: float, spacing_factor: float) -> Optional[QgsSymbolLayer]:
    """The symbol layer of a pattern; ``None`` for an empty one."""
    sized = pattern.scaled(factor, spacing_factor)
    if sized.kind == "lines":
        lines = QgsLinePatternFillSymbolLayer()
        lines.setLineAngle(sized.angle)
        lines.setDistance(sized.spacing)
        lines.setDistanceUnit(MM)
        lines.setSubSymbol(_line([_line_layer(QColor(sized.colour), sized.width, passes=_FILL)]))
        compat.fix_pattern_to_view(lines)
        lines.setRenderingPass(_FILL)
        return lines
    if sized.kind in ("dots", "rings"):
        mark = QgsSimpleMarkerSymbolLayer()
        mark.setSizeUnit(MM)
        mark.setStrokeWidthUnit(MM)
        if sized.kind == "dots":
            mark.setSize(sized.size)
            mark.setColor(QColor(sized.colour))
            mark.setStrokeStyle(Qt.PenStyle.NoPen)
        else:
            mark.setSize(sized.size)
            mark.setColor(QColor(0, 0, 0, 0))
            mark.setStrokeColor(QColor(sized.colour))
            mark.setStrokeWidth(sized.width)
        points = QgsPointPatternFillSymbolLayer()
        points.setDistanceX(sized.spacing)
        points.setDistanceXUnit(MM)
        points.setDistanceY(sized.row)
        points.setDistanceYUnit(MM)
        points.setDisplacementX(sized.shift)
        points.setDisplacementXUnit(MM)
        points.setSubSymbol(_marker([mark]))
        compat.fix_pattern_to_view(points)
        points.setRenderingPass(_FILL)
        return points
    return None


def _enabled_when(layer: QgsSymbolLayer, expression: str) -> QgsSymbolLayer:
    layer.setDataDefinedProperty(compat.LAYER_ENABLED, QgsProperty.fromExpression(expression))
    return layer


def _fill_layer(colour: str, opacity: float = 1.0) -> QgsSimpleFillSymbolLayer:
    fill = QgsSimpleFillSymbolLayer(_colour(colour, opacity))
    fill.setStrokeStyle(Qt.PenStyle.NoPen)
    fill.setRenderingPass(_FILL)
    return fill


def _large_scale() -> str:
    """Expression: the map is at 1:15,000 or larger (also true where there is no map, in legends)."""
    denominator, _ = symbols.small_scale()
    return f"coalesce(@map_scale, 1) <= {denominator:.0f}"


def class_symbol(
    code: str,
    medium: str = "screen",
    outline: str = "block",
    over_imagery: bool = False,
    unit_kind_field: str = "",
) -> QgsFillSymbol:
    """The fill symbol of management class ``code`` for ``medium`` (screen, projector, a3, a0).

    ``outline``: "block" (strong), "lot" (thin, 38 %), "none", or "by_kind": strong for blocks and
    hamlets, thin for lots, told by the field ``unit_kind_field``; "only" is the strong line without
    fill. Lot lines go, and patterns get closer, where the map is smaller than 1:15,000.
    Raises ``KeyError`` for an unknown class or medium.
    """
    look, sizes = symbols.class_symbol(code), symbols.medium(medium)
    parts: list[QgsSymbolLayer] = [_fill_layer(look.fill, symbols.imagery_opacity() if over_imagery else 1.0)]
    _, closer = symbols.small_scale()
    for spacing_factor, when in ((1.0, _large_scale()), (closer, f"NOT ({_large_scale()})")):
        pattern = _pattern_layer(look.pattern, sizes.factor, spacing_factor)
        if pattern is not None:
            parts.append(_enabled_when(pattern, when))
    dash = [length * sizes.factor for length in look.dash]
    strong = _line_layer(QColor(look.line), sizes.outline, dash)
    # The dashes alone tell an undecided lot, so they keep their full colour.
    thin = _line_layer(_colour(look.line, 1.0 if look.dash else symbols.lot_line_opacity()), sizes.lot_line, dash)
    if outline == "only":
        return _fill([strong])
    if outline == "block":
        parts.append(strong)
    elif outline == "lot":
        parts.append(_enabled_when(thin, _large_scale()))
    elif outline == "by_kind":
        is_block = f"\"{unit_kind_field}\" IN ('block', 'hamlet')"
        parts.append(_enabled_when(thin, f"coalesce(NOT {is_block}, true) AND {_large_scale()}"))
        parts.append(_enabled_when(strong, f"coalesce({is_block}, false)"))
    return _fill(parts)


#: Width of the priority double line around single lots, as a share of that around a block. Our choice: the
#: full width would hide most of a small lot.
_PRIORITY_OF_LOT = 0.6


def priority_symbol(medium: str = "screen", share: float = 1.0) -> QgsFillSymbol:
    """The double line (ink with a white core) around priority land; no fill. ``share`` scales its width."""
    sizes = symbols.medium(medium)
    return _fill(
        [
            _line_layer(QColor(symbols.ink()), sizes.priority * share, passes=_PRIORITY),
            _line_layer(QColor("#FFFFFF"), sizes.priority_core * share, passes=_CORE),
        ]
    )


def lot_line_symbol(colour: str, medium: str = "screen") -> QgsFillSymbol:
    """The thin, 38 % opaque line of lots inside a block; gone where the map is smaller than 1:15,000."""
    line = _line_layer(_colour(colour, symbols.lot_line_opacity()), symbols.medium(medium).lot_line)
    return _fill([_enabled_when(line, _large_scale())])


def plate_symbol() -> QgsFillSymbol:
    """The white plate under a number, with an ink hairline."""
    return _fill([_fill_layer("#FFFFFF", symbols.plate_opacity()), _line_layer(QColor(symbols.ink()), 0.18)])


def marker_symbol(layers: Sequence[QgsSymbolLayer]) -> QgsMarkerSymbol:
    """A marker symbol of exactly these layers."""
    return _marker(layers)


def no_symbol() -> QgsNullSymbolRenderer:
    """Draws nothing; for layers that only carry labels."""
    return QgsNullSymbolRenderer()


def icon_path(name: str, dark: bool = False) -> str:
    """Path of one of our SVG icons."""
    return os.path.join(ICONS, f"{name}_dark.svg" if dark else f"{name}.svg")


def plate_format(size_mm: float, bold: bool = True) -> QgsTextFormat:
    """Ink text of ``size_mm`` height on a white plate with an ink hairline."""
    text = QgsTextFormat()
    font = QFont()
    font.setBold(bold)
    text.setFont(font)
    text.setSize(size_mm)
    text.setSizeUnit(MM)
    text.setColor(QColor(symbols.ink()))
    plate = QgsTextBackgroundSettings()
    plate.setEnabled(True)
    plate.setType(QgsTextBackgroundSettings.ShapeType.ShapeRectangle)
    plate.setSizeType(QgsTextBackgroundSettings.SizeType.SizeBuffer)
    plate.setSize(QSizeF(size_mm * 0.27, size_mm * 0.08))
    plate.setSizeUnit(MM)
    plate.setRadii(QSizeF(size_mm * 0.2, size_mm * 0.2))
    plate.setRadiiUnit(MM)
    plate.setFillColor(_colour("#FFFFFF", symbols.plate_opacity()))
    plate.setStrokeColor(QColor(symbols.ink()))
    plate.setStrokeWidth(size_mm * 0.05)
    plate.setStrokeWidthUnit(MM)
    text.setBackground(plate)
    return text


# -- styles ------------------------------------------------------------------------------------
def _finish(layer: QgsMapLayer) -> None:
    layer.triggerRepaint()
    layer.emitStyleChanged()


def _rules(layer: QgsVectorLayer, rules: Sequence[tuple[QgsSymbol, str, str]]) -> None:
    """Set a rule-based renderer of (symbol, filter, label)."""
    root = QgsRuleBasedRenderer.Rule(None)
    for symbol, condition, label in rules:
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, condition, label))
    layer.setRenderer(QgsRuleBasedRenderer(root))


def style_plan(
    layer: QgsVectorLayer,
    medium: str = "screen",
    language: Optional[str] = None,
    labels: bool = True,
    over_imagery: bool = False,
) -> None:
    """Style a plan or draft layer: six classes, priority double line, numbers on white plates.

    Needs the field ``management_class``; uses ``priority``, ``unit_kind`` and ``unit_no`` (or
    ``chiban``) where present. Raises ``InputError`` when ``management_class`` is missing.
    """
    _require(layer, "management_class")
    chosen = _language(language)
    fields = layer.fields()
    has_kind = fields.lookupField("unit_kind") >= 0
    rules: list[tuple[QgsSymbol, str, str]] = []
    for item in codes.MANAGEMENT_CLASSES:
        condition = f"\"management_class\" = '{item.code}'"
        if item.code == codes.UNDECIDED:
            others = ", ".join(f"'{c}'" for c in codes.CLASSES if c != codes.UNDECIDED)
            condition = f"coalesce(\"management_class\", '') NOT IN ({others})"
        symbol = class_symbol(item.code, medium, "by_kind" if has_kind else "lot", over_imagery, "unit_kind")
        rules.append((symbol, condition, f"{item.key} {item.short.pick(chosen)}"))
    if fields.lookupField("priority") >= 0:
        block = "\"unit_kind\" IN ('block', 'hamlet')"
        word = codes.PRIORITY.pick(chosen)
        lot = f'"priority" AND coalesce(NOT {block}, true)' if has_kind else '"priority"'
        rules.append((priority_symbol(medium, _PRIORITY_OF_LOT), lot, word))
        if has_kind:
            rules[-1] = (rules[-1][0], lot, Text("Priority, lots", "優先（筆）").pick(chosen))
            rules.append((priority_symbol(medium), f'"priority" AND {block}', word))
    _rules(layer, rules)
    number = next((f for f in ("unit_no", "chiban") if fields.lookupField(f) >= 0), "")
    if labels and number:
        _label(layer, _numbered(layer, number), symbols.medium(medium).number, inside=True)
    _finish(layer)


def _numbered(layer: QgsVectorLayer, number: str) -> str:
    """Expression for the number, with a flag sign before it on priority land."""
    if layer.fields().lookupField("priority") < 0:
        return f'"{number}"'
    return f"if(coalesce(\"priority\", false), '⚑ ', '') || \"{number}\""


def _label(layer: QgsVectorLayer, expression: str, size_mm: float, inside: bool) -> None:
    """Label features with ``expression`` on white plates, only where the plate fits when ``inside``."""
    settings = QgsPalLayerSettings()
    settings.fieldName = expression
    settings.isExpression = True
    settings.setFormat(plate_format(size_mm))
    if layer.geometryType() == POLYGON:
        settings.placement = compat.LABEL_HORIZONTAL
        settings.fitInPolygonOnly = inside
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def likely_symbol(code: str, medium: str = "screen") -> QgsFillSymbol:
    """Fill of likely unmanaged, cannot tell (lines) or likely managed, with lot lines at large scales."""
    sizes = symbols.medium(medium)
    parts: list[QgsSymbolLayer] = [_fill_layer(symbols.condition_colour(code))]
    if code == "cannot_tell":
        pattern = _pattern_layer(symbols.cannot_tell_pattern(), sizes.factor, 1.0)
        if pattern is not None:
            parts.append(pattern)
    edge = _line_layer(_colour(symbols.ink(), 0.7), sizes.lot_line)
    parts.append(_enabled_when(edge, _large_scale()))
    return _fill(parts)


def style_rules(layer: QgsVectorLayer, field: str, rules: Sequence[tuple[QgsSymbol, str, str]]) -> None:
    """Style by rules (symbol, condition, label) on ``field``. Raises ``InputError`` when the field is not there."""
    _require(layer, field)
    _rules(layer, rules)
    _finish(layer)


def style_condition(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Style lots by ``condition``: likely unmanaged, cannot tell (lines), likely managed."""
    _require(layer, "condition")
    chosen = _language(language)
    rules: list[tuple[QgsSymbol, str, str]] = []
    for code, label in _CONDITION_LABELS.items():
        condition = f"\"condition\" = '{code}'"
        if code == "cannot_tell":
            condition = "coalesce(\"condition\", '') NOT IN ('unmanaged', 'managed')"
        rules.append((likely_symbol(code, medium), condition, label.pick(chosen)))
    _rules(layer, rules)
    _finish(layer)


_SETTLED = Text("Settled", "対応済み")


def style_findings(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Style findings by ``severity``: octagon, triangle, circle; worst on top. Areas get a thin tint."""
    _require(layer, "severity")
    chosen, sizes = _language(language), symbols.medium(medium)
    marks = symbols.severity_colours()["mark"]
    polygons = layer.geometryType() == POLYGON
    rules: list[tuple[QgsSymbol, str, str]] = []
    # What is settled (left as it is, or cured) is no longer marked by how serious it was.
    settled = "\"status\" IN ('accepted', 'cured')" if layer.fields().lookupField("status") >= 0 else ""
    for depth, severity in enumerate(reversed(symbols.SEVERITIES)):
        symbol: QgsSymbol
        if polygons:
            fill = _fill_layer(marks[severity], 0.35)
            symbol = _fill([fill, _line_layer(QColor(marks[severity]), sizes.outline)])
        else:
            mark = QgsSvgMarkerSymbolLayer(icon_path(f"severity_{severity}"), 4.5 * sizes.factor)
            mark.setSizeUnit(MM)
            mark.setRenderingPass(depth)
            symbol = _marker([mark])
        shown = f"\"severity\" = '{severity}'"
        if settled:
            shown = settled if severity == "ok" else f"{shown} AND NOT coalesce({settled}, false)"
        label = _SETTLED if settled and severity == "ok" else _SEVERITY_LABELS[severity]
        rules.append((symbol, shown, label.pick(chosen)))
    _rules(layer, list(reversed(rules)))
    _finish(layer)


def _breaks(layer: QgsVectorLayer, field: str) -> list[float]:
    """Upper ends of steps 2 to 4: quartiles of the values above 0 (one step only where there are none)."""
    position = layer.fields().lookupField(field)
    values = sorted(
        float(value) for value in layer.uniqueValues(position) if not compat.is_null(value) and float(value) > 0
    )
    if not values:
        return []
    return [values[min(len(values) - 1, len(values) * part // 4)] for part in (1, 2, 3)]


def _geometry_symbol(layer: QgsVectorLayer, colour: str, medium: str) -> QgsSymbol:
    """A symbol of ``colour`` for the layer's geometry type, with an ink edge."""
    sizes = symbols.medium(medium)
    kind = layer.geometryType()
    if kind == POLYGON:
        return _fill([_fill_layer(colour), _line_layer(_colour(symbols.ink(), 0.7), sizes.lot_line)])
    if kind == QgsWkbTypes.GeometryType.LineGeometry:
        return _line(
            [
                _line_layer(_colour(symbols.ink(), 0.7), sizes.outline * 3.2, passes=_FILL),
                _line_layer(QColor(colour), sizes.outline * 2.6, passes=_OUTLINE),
            ]
        )
    mark = QgsSimpleMarkerSymbolLayer()
    mark.setSizeUnit(MM)
    mark.setSize(3.0 * sizes.factor)
    mark.setColor(QColor(colour))
    mark.setStrokeColor(QColor(symbols.ink()))
    return _marker([mark])


def value_steps(layer: QgsVectorLayer, field: str, language: Optional[str] = None) -> list[tuple[str, str, str]]:
    """Colour, filter and label of the five ordered steps of ``field``: 0, then quartiles of the rest.

    Only the first step where no value is above 0. Raises ``InputError`` when the field is missing.
    """
    _require(layer, field)
    chosen = _language(language)
    ends = _breaks(layer, field)
    steps: list[tuple[str, str, str]] = []
    for step, (colour, word) in enumerate(zip(symbols.sequential(), _STEP_LABELS)):
        if step == 0:
            condition, label = f'coalesce("{field}", 0) <= 0', word.pick(chosen)
        elif not ends:
            break
        else:
            low = 0.0 if step == 1 else ends[step - 2]
            parts = [f'"{field}" > {low!r}']
            if step <= 3:
                parts.append(f'"{field}" <= {ends[step - 1]!r}')
            condition = " AND ".join(parts)
            span = f"{low:.3g}–{ends[step - 1]:.3g}" if step <= 3 else f"> {low:.3g}"
            label = _WITH_SPAN.format(word=word, span=span).pick(chosen)
        steps.append((colour, condition, label))
    return steps


def _style_steps(layer: QgsVectorLayer, field: str, medium: str, language: Optional[str]) -> None:
    steps = value_steps(layer, field, language)
    _rules(layer, [(_geometry_symbol(layer, colour, medium), condition, label) for colour, condition, label in steps])
    _finish(layer)


def area_symbol(colour: str, pattern: Optional[symbols.Pattern], medium: str, edge: float) -> QgsFillSymbol:
    """A fill of ``colour`` with an optional pattern and an ink edge ``edge`` mm wide."""
    parts: list[QgsSymbolLayer] = [_fill_layer(colour)]
    lines = _pattern_layer(pattern, symbols.medium(medium).factor, 1.0) if pattern is not None else None
    if lines is not None:
        parts.append(lines)
    return _fill([*parts, _line_layer(_colour(symbols.ink(), 0.7), edge)])


def set_rules(layer: QgsVectorLayer, field: str, rules: Sequence[tuple[QgsSymbol, str, str]]) -> None:
    """Draw a layer by rules of (symbol, filter, label). Raises ``InputError`` when it lacks ``field``."""
    _require(layer, field)
    _rules(layer, rules)
    _finish(layer)


def harm_source_symbol(medium: str = "screen") -> QgsFillSymbol:
    """Land that may burden others, drawn over exposure: outline and bars in the colour of likely unmanaged."""
    factor = symbols.medium(medium).factor
    colour = symbols.condition_colour("unmanaged")
    bars = symbols.Pattern("lines", colour, angle=45, spacing=1.6, width=0.4)
    parts: list[QgsSymbolLayer] = [_fill_layer("#FFFFFF", 0.55)]
    pattern = _pattern_layer(bars, factor, 1.0)
    if pattern is not None:
        parts.append(pattern)
    parts.append(_line_layer(QColor(colour), symbols.medium(medium).outline))
    return _fill(parts)


def style_exposure(
    layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None, field: str = "exposure"
) -> None:
    """Style receptors by exposure in five ordered steps (0, then quartiles of the rest)."""
    _style_steps(layer, field, medium, language)


def style_burden(
    layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None, field: str = "burden"
) -> None:
    """Style source lots by the burden they put on their surroundings, in the same five steps."""
    _style_steps(layer, field, medium, language)


#: Widths of flow lines in millimetres by step of the largest value (our choice), and the dash of what is only assumed.
_FLOW_WIDTHS = (0.15, 0.3, 0.5, 0.8)
_FLOW_DASH = (1.6, 1.0)
#: Expression: the map is large enough for casings and heads; and the part of the width left where it is not.
_FLOW_NEAR, _FLOW_FAR = "coalesce(@map_scale, 1) <= 8000", 0.4
_ASSUMED = Text("assumption", "仮定")
#: What each step of the largest value means, for the legend.
_FLOW_WORDS = (
    Text("Weak", "弱い"),
    Text("Rather weak", "やや弱い"),
    Text("Rather strong", "やや強い"),
    Text("Strong", "強い"),
)


def flow_symbol(width: float, medium: str = "screen", assumed: bool = False) -> QgsLineSymbol:
    """A flow line ``width`` mm wide with an arrow head at the end that is burdened; dashed where only assumed."""
    factor = symbols.medium(medium).factor
    colour, wide = QColor(symbols.condition_colour("unmanaged")), width * factor
    casing = _line_layer(_colour("#FFFFFF", 0.8), wide + 0.3 * factor, passes=_FILL)
    line = _line_layer(colour, wide, [part * factor for part in _FLOW_DASH] if assumed else ())
    thinner = QgsProperty.fromExpression(f"{wide!r} * if({_FLOW_NEAR}, 1, {_FLOW_FAR})")
    line.setDataDefinedProperty(compat.STROKE_WIDTH, thinner)
    head = QgsSimpleMarkerSymbolLayer(QgsSimpleMarkerSymbolLayer.Shape.ArrowHeadFilled)
    head.setSizeUnit(MM)
    head.setSize(1.4 * factor + 1.4 * wide)
    head.setColor(colour)
    head.setStrokeStyle(Qt.PenStyle.NoPen)
    end = QgsMarkerLineSymbolLayer()
    end.setPlacement(QgsMarkerLineSymbolLayer.Placement.LastVertex)
    end.setSubSymbol(_marker([head]))
    end.setRenderingPass(_PRIORITY)
    # Seen from far, casings and heads would cover the map.
    return _line([_enabled_when(casing, _FLOW_NEAR), line, _enabled_when(end, _FLOW_NEAR)])


def flow_steps(layer: QgsVectorLayer) -> list[tuple[float, str, str]]:
    """Width in mm, filter and span of values of each step of flow lines that occurs, thinnest first.

    The steps are equal parts of the largest value.
    """
    position = layer.fields().lookupField("value")
    values = [float(value) for value in layer.uniqueValues(position) if not compat.is_null(value)]
    largest = max(values, default=0.0)
    steps = []
    for number, width in enumerate(_FLOW_WIDTHS):
        low, high = (largest * part / len(_FLOW_WIDTHS) for part in (number, number + 1))
        if number == len(_FLOW_WIDTHS) - 1:
            high = largest  # exactly, so that the largest value falls into the last step
        if any(low < value <= high for value in values):
            steps.append((width, f'"value" > {low!r} AND "value" <= {high!r}', f"{low:.3g}–{high:.3g}"))
    return steps


def style_flows(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Style flow lines (lot to receptor) by ``value``: the wider the stronger; dashed where only assumed.

    Raises ``InputError`` when the field ``value`` is missing.
    """
    _require(layer, "value")
    chosen = _language(language)
    has_evidence = layer.fields().lookupField("evidence") >= 0
    rules: list[tuple[QgsSymbol, str, str]] = []
    for width, condition, span in flow_steps(layer):
        name = _FLOW_WORDS[_FLOW_WIDTHS.index(width)].pick(chosen)
        known = _WITH_SPAN.format(word=name, span=span).pick(chosen)
        if not has_evidence:
            rules.append((flow_symbol(width, medium), condition, known))
            continue
        assumed = "coalesce(\"evidence\", 'assumption') = 'assumption'"
        rules.append((flow_symbol(width, medium), f"{condition} AND NOT {assumed}", known))
        word = _WITH_SPAN.format(word=name, span=Text(f"{span}, {_ASSUMED.en}", f"{span}、{_ASSUMED.ja}")).pick(chosen)
        rules.append((flow_symbol(width, medium, assumed=True), f"{condition} AND {assumed}", word))
    _rules(layer, rules)
    _finish(layer)


def style_lots(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Thin ink outlines without fill; lot numbers where they fit at large scales."""
    sizes = symbols.medium(medium)
    line = _line_layer(_colour(symbols.ink(), 0.6), sizes.lot_line)
    layer.setRenderer(QgsSingleSymbolRenderer(_fill([line])))
    if layer.fields().lookupField("chiban") >= 0:
        _label(layer, '"chiban"', sizes.smallest, inside=True)
        settings = layer.labeling().settings()
        text = settings.format()
        text.background().setEnabled(False)
        halo = QgsTextBufferSettings()
        halo.setEnabled(True)
        halo.setSize(sizes.smallest * 0.25)
        halo.setSizeUnit(MM)
        halo.setColor(QColor("#FFFFFF"))
        text.setBuffer(halo)
        font = text.font()
        font.setBold(False)
        text.setFont(font)
        settings.setFormat(text)
        settings.scaleVisibility = True
        settings.minimumScale = 5000
        settings.maximumScale = 0
        layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    _finish(layer)


# -- base map ----------------------------------------------------------------------------------
def _plain_fill(colour: str, edge: str = "", width: float = 0.2, opacity: float = 1.0) -> QgsFillSymbol:
    parts: list[QgsSymbolLayer] = [_fill_layer(colour, opacity)]
    if edge:
        parts.append(_line_layer(QColor(edge), width))
    return _fill(parts)


def _trees(factor: float) -> QgsFillSymbol:
    """Land grey with scattered round crowns, as on the design's base map."""
    parts: list[QgsSymbolLayer] = [_fill_layer(symbols.basemap_colour("land"))]
    for size, spacing, row, shift in ((1.9, 4.3, 2.6, 2.1), (1.2, 7.1, 4.7, 3.3)):
        pattern = symbols.Pattern(
            "dots", symbols.basemap_colour("trees"), spacing=spacing, size=size, row=row, shift=shift
        )
        layer = _pattern_layer(pattern, factor, 1.0)
        if layer is not None:
            parts.append(layer)
    return _fill(parts)


def _cased_line(colour: str, edge: str, width: float, edge_width: float = 0.2) -> QgsLineSymbol:
    return _line(
        [
            _line_layer(QColor(edge), width + 2 * edge_width, passes=0),
            _line_layer(QColor(colour), width, passes=1),
        ]
    )


def _wide_as_real(symbol: QgsLineSymbol, metres: str, least: float, most: float, edge: float) -> QgsLineSymbol:
    """Draw a cased line as wide as it is on the ground (expression ``metres``), within limits in mm."""
    width = f"max({least}, min({most}, ({metres}) * 1000 / coalesce(@map_scale, 5000)))"
    for number, extra in enumerate((2 * edge, 0.0)):
        symbol.symbolLayer(number).setDataDefinedProperty(
            compat.STROKE_WIDTH, QgsProperty.fromExpression(f"{width} + {extra}")
        )
    return symbol


def _style_roads(layer: QgsVectorLayer, factor: float, language: str) -> None:
    """White with a grey edge; farm roads narrower. Without a width 5 m and 3 m are drawn."""
    white, edge = symbols.basemap_colour("road"), symbols.basemap_colour("road_edge")
    width = '"width_m"' if layer.fields().lookupField("width_m") >= 0 else "NULL"
    casing = 0.14 * factor

    def road(metres: float) -> QgsLineSymbol:
        plain = _cased_line(white, edge, metres * 0.2 * factor, casing)
        return _wide_as_real(plain, f"coalesce({width}, {metres})", 0.3 * factor, 2.2 * factor, casing)

    if layer.fields().lookupField("kind") < 0:
        layer.setRenderer(QgsSingleSymbolRenderer(road(5.0)))
        return
    _rules(
        layer,
        [
            (road(5.0), "coalesce(\"kind\", '') <> 'farm'", Text("Road", "道路").pick(language)),
            (road(3.0), "\"kind\" = 'farm'", Text("Farm road", "農道").pick(language)),
        ],
    )


def _style_hazard(layer: QgsVectorLayer, factor: float, language: str) -> None:
    """Warning zones in the colours of their legal names (yellow, red); flood depth in water grey."""

    def hatch(colour: str, angle: float) -> QgsFillSymbol:
        pattern = symbols.Pattern("lines", colour, angle=angle, spacing=1.8, width=0.25)
        parts: list[QgsSymbolLayer] = [_fill_layer(colour, 0.12)]
        lines = _pattern_layer(pattern, factor, 1.0)
        if lines is not None:
            parts.append(lines)
        parts.append(_line_layer(QColor(colour), 0.4 * factor))
        return _fill(parts)

    _require(layer, "level")
    marks = symbols.severity_colours()
    _rules(
        layer,
        [
            (
                hatch(marks["mark"]["error"], 45),
                "\"level\" = 'red'",
                Text("Special warning zone (red)", "特別警戒区域（レッド）").pick(language),
            ),
            (
                hatch(marks["text"]["warning"], 135),
                "\"level\" = 'yellow'",
                Text("Warning zone (yellow)", "警戒区域（イエロー）").pick(language),
            ),
            (
                hatch(marks["mark"]["note"], 0),
                "coalesce(\"level\", '') NOT IN ('red', 'yellow')",
                Text("Flood depth", "浸水の深さ").pick(language),
            ),
        ],
    )


def _style_damage(layer: QgsVectorLayer, factor: float) -> None:
    mark = QgsSimpleMarkerSymbolLayer()
    mark.setSizeUnit(MM)
    mark.setSize(2.4 * factor)
    mark.setColor(QColor(symbols.severity_colours()["text"]["warning"]))
    mark.setStrokeColor(QColor("#FFFFFF"))
    mark.setStrokeWidth(0.3 * factor)
    layer.setRenderer(QgsSingleSymbolRenderer(_marker([mark])))


def _style_hamlets(layer: QgsVectorLayer, factor: float, language: str) -> None:
    line = _line_layer(_colour(symbols.ink(), 0.55), 0.5 * factor, dash=(4.0 * factor, 1.2 * factor))
    layer.setRenderer(QgsSingleSymbolRenderer(_fill([line])))
    fields = layer.fields()
    name = next((f for f in (f"name_{language}", "hamlet") if fields.lookupField(f) >= 0), "")
    if not name:
        return
    settings = QgsPalLayerSettings()
    settings.fieldName = name
    text = QgsTextFormat()
    # No larger than needed: names lie over the lots, whose colours must be seen between them.
    text.setSize(3.4 * factor)
    text.setSizeUnit(MM)
    text.setColor(QColor(symbols.tokens()["light"]["sub"]))
    halo = QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.6 * factor)
    halo.setSizeUnit(MM)
    halo.setColor(_colour("#FFFFFF", 0.9))
    text.setBuffer(halo)
    settings.setFormat(text)
    settings.placement = compat.LABEL_HORIZONTAL
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


#: Base-map roles of vector layers.
BASEMAP_ROLES = (
    "houses",
    "roads",
    "canals",
    "forest",
    "forest_edge",
    "hazard_zones",
    "zoning",
    "hamlets",
    "boar_damage",
)
#: Roles of raster layers.
RASTER_ROLES = ("dem",)


def style_basemap(
    layer: Union[QgsVectorLayer, QgsRasterLayer],
    role: str,
    medium: str = "screen",
    language: Optional[str] = None,
) -> None:
    """Draw a background layer in quiet greys so that the classes carry the colour.

    ``role`` is one of :data:`BASEMAP_ROLES` or :data:`RASTER_ROLES` (``dem`` becomes a pale
    hillshade). Raises ``ValueError`` for another role.
    """
    factor, chosen = symbols.medium(medium).factor, _language(language)
    grey = symbols.basemap_colour
    if role == "houses":
        layer.setRenderer(QgsSingleSymbolRenderer(_plain_fill(grey("building"))))
    elif role == "roads":
        _style_roads(layer, factor, chosen)
    elif role == "canals":
        water = _cased_line(grey("water"), grey("water_edge"), 0.6 * factor, 0.12 * factor)
        layer.setRenderer(
            QgsSingleSymbolRenderer(_wide_as_real(water, "3.0", 0.3 * factor, 1.6 * factor, 0.12 * factor))
        )
    elif role == "forest":
        layer.setRenderer(QgsSingleSymbolRenderer(_trees(factor)))
    elif role == "forest_edge":
        edge = _line_layer(QColor("#9DA98F"), 0.5 * factor, dash=(1.6 * factor, 0.8 * factor))
        layer.setRenderer(QgsSingleSymbolRenderer(_line([edge])))
    elif role == "hazard_zones":
        _style_hazard(layer, factor, chosen)
    elif role == "zoning":
        line = _line_layer(QColor(symbols.sequential()[3]), 0.5 * factor, dash=(3.0 * factor, 1.0 * factor))
        layer.setRenderer(QgsSingleSymbolRenderer(_fill([line])))
    elif role == "hamlets":
        _style_hamlets(layer, factor, chosen)
    elif role == "boar_damage":
        _style_damage(layer, factor)
    elif role == "dem":
        shade = QgsHillshadeRenderer(layer.dataProvider(), 1, 315.0, 45.0)
        shade.setOpacity(0.25)
        layer.setRenderer(shade)
        # Smooth where a pixel is larger than a dot of the screen, else its edges show as a grid.
        layer.resampleFilter().setZoomedInResampler(QgsBilinearRasterResampler())
    else:
        raise ValueError(f"unknown base-map role: {role}")
    _finish(layer)
