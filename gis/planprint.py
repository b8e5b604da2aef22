"""The plan map (管理構想図) as a print layout: map, legend, areas, who does what, notes.

Everything is built by code on a layout of its own project, so it works the same in the window and in
batch. Lengths are millimetres of the A3 design; A0 multiplies them.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from dataclasses import dataclass, field
from typing import Any, Callable, Iterable, NamedTuple, Optional, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsMapLayer,
    QgsPalLayerSettings,
    QgsPointXY,
    QgsPrintLayout,
    QgsProcessingFeatureSource,
    QgsProject,
    QgsProperty,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsSingleSymbolRenderer,
    QgsSvgMarkerSymbolLayer,
    QgsTextBackgroundSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QRectF, QSizeF
from qgis.PyQt.QtGui import QColor

from .. import compat
from ..core.errors import InputError
from ..core.plan import codes, mapfacts, symbols
from ..core.plan.mapfacts import Unit
from ..core.progress import Progress
from ..core.texts import Text
from . import bridge, symbology
from .sheet import LINE, MM, Sheet, print_font, text_font

#: Paper by name: width and height in mm, the medium of its symbols.
PAPERS = {"A3": (420.0, 297.0, "a3"), "A0": (1189.0, 841.0, "a0")}

# The design on A3, in mm (design: margins 12, title band 15, map 300 × 246, side column 91).
MARGIN, BAND, SIDE, GAP, FOOT = 12.0, 15.0, 91.0, 5.0, 12.0
#: Room kept free between plan and map frame.
AIR = 6.0

#: A scale is chosen from a full hundred up, and at most this much smaller than the largest
#: possible one to get the tables off the plan.
MOST_SHRINK = 1.45

#: Text heights of the design (a test holds them to resources/symbols.json).
TITLE, HEADING, BODY, SMALL, HAMLET = 8.5, 4.2, 3.2, 2.8, 4.2
SECOND = "#484F56"


class Words:
    """Fixed words of the sheet."""

    MAP_TITLE = Text("{village}: community management vision map", "{village}　地域管理構想図")
    MAP_TITLE_PLAIN = Text("Community management vision map", "地域管理構想図")
    SUBTITLE = Text("Plan of land stewardship", "土地の使い方の計画")
    TARGET = Text("Target year {year}", "目標年 {year}")
    DRAFT = Text("Draft for discussion", "たたき台")
    NOT_DECIDED = Text("Nothing decided yet", "まだ決定していません")
    DECIDED = Text("Decided {done} of {total}", "決まった{unit} {done} / {total}")
    MEETINGS = Text("Talked over in {count} meetings", "話し合い {count}回")
    VERSION = Text("{day}, version {number}", "{day}　第{number}版")
    LEGEND = Text("Legend: management classes", "凡例　管理の区分")
    CHOICE_2018 = Text("2018 choice: {words}", "2018年の選択:{words}")
    CLASS_2021 = Text("Management vision: {words}", "管理構想の区分:{words}")
    WATER = Text("River, canal", "川・水路")
    ROAD = Text("Road", "道")
    BUILDING = Text("Building", "建物")
    FOREST = Text("Forest", "森林")
    AREAS = Text("Area by class", "区分ごとの面積")
    CLASS = Text("Class", "区分")
    UNITS = {
        "lot": Text("Lots", "筆"), "fude": Text("Lots", "筆"),
        "block": Text("Blocks", "区画"), "hamlet": Text("Hamlets", "集落"),
    }
    AREA_HA = Text("Area (ha)", "面積 (ha)")
    SHARE = Text("Share", "割合")
    RESIDUAL = Text("Official area {official} ha, difference", "公的な地区面積 {official} ha との差")
    NO_OFFICIAL = Text("Official area: not given", "公的な地区面積: 未入力")
    DATA = Text("Data used", "もとにしたデータ")
    NO_DATA = Text("No data with dates was named.", "もとにしたデータの日付は入力されていません。")
    CANNOT_TELL = Text("Land where nothing can be told: {count} (not enough data)", "判断できない土地: {count}（データ不足）")
    REVISION = (Text("No.", "版"), Text("Date", "日付"), Text("What changed", "変えたところ"))
    WHO = Text("Who manages, and how", "だれが、どのように管理するか")
    WHO_COLUMNS = (
        Text("Blocks", "区画"), Text("Who", "管理主体（だれが）"), Text("How", "管理手法（どのように）"),
        Text("From", "いつから"),
    )
    WHO_OPEN = Text("Not decided yet.", "まだ決まっていません。")
    WHO_MORE = Text("{count} more rows are in the plan tables.", "ほか{count}行は計画の表にあります。")
    OPEN = Text("open", "未定")
    NORTH = Text("N", "北")
    SCALE = Text("Scale about 1:{scale}   {crs}", "縮尺 約 1:{scale}　{crs}")
    ZONE = Text("Japan plane rectangular CS, zone {zone} ({datum})", "平面直角座標系 第{zone}系（{datum}）")
    MADE_BY = Text("Made by {author}", "作成: {author}")
    ACCURACY = Text("Positions contain survey errors.", "位置は測量の誤差を含みます。")
    UNDECIDED = Text("{count} undecided, to be discussed next time.", "未定の{count}は次の集まりで話し合います。")
    SYNTHETIC = Text(
        "Sample with invented data; it says nothing about real people or land.",
        "見本のための架空のデータを含みます。実在の人や土地の状態を表しません。",
    )
    PLAN_NUMBER = Text("Plan no. {number}", "計画番号 {number}")
    CREDIT = Text(
        "Made by processing 「登記所備付地図データ（{city}）」（法務省） (land registry map data, Ministry of Justice).",
        "「登記所備付地図データ（{city}）」（法務省）を加工して作成",
    )
    ROLES = {
        "houses": Text("Houses", "家屋"), "roads": Text("Roads", "道路"), "canals": Text("Canals", "水路"),
        "forest": Text("Forest", "森林"), "hamlets": Text("Hamlet areas", "集落の区域"),
    }
    INVENTED = Text("{name} (invented)", "{name}（架空）")
    REGISTER_MAP = Text("Land registry map (Ministry of Justice)", "登記所備付地図（法務省）")


@dataclass
class MapRequest:
    """What the sheet shall say. Empty texts are filled from the plan file or left out."""

    language: str
    paper: str = "A3"
    title: str = ""
    village: str = ""
    target_year: Optional[int] = None
    version: str = ""
    author: str = ""
    plan_number: str = ""
    official_ha: Optional[float] = None
    sources: str = ""
    credit: str = ""
    cannot_tell: Optional[int] = None


@dataclass
class PlanContent:
    """The plan as read: units with their shapes in ``crs``, meta data, history, notes to the user."""

    crs: QgsCoordinateReferenceSystem
    units: list[Unit] = field(default_factory=list)
    shapes: list[QgsGeometry] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    changes: list[mapfacts.Change] = field(default_factory=list)
    horizon: Optional[int] = None
    last_day: Optional[dt.date] = None
    synthetic: bool = False
    notes: list[Text] = field(default_factory=list)


class BaseLayers(NamedTuple):
    """Layers of the surroundings, each may be missing; ``background`` is drawn as it is styled."""

    houses: Optional[QgsVectorLayer] = None
    roads: Optional[QgsVectorLayer] = None
    canals: Optional[QgsVectorLayer] = None
    forest: Optional[QgsVectorLayer] = None
    hamlets: Optional[QgsVectorLayer] = None
    lots: Optional[QgsVectorLayer] = None
    background: Sequence[QgsMapLayer] = ()


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


# -- reading -----------------------------------------------------------------------------------
def require_metres(crs: QgsCoordinateReferenceSystem) -> None:
    """Refuse a plan without a CRS, or one not in metres. Raises ``InputError``."""
    if not crs.isValid():
        raise InputError(Text(
            "The plan has no coordinate system, so no scale can be given. Set its coordinate system first.",
            "計画の座標系が分からないため、縮尺を決められません。先に座標系を設定してください。",
        ))
    if crs.isGeographic() or crs.mapUnits() != QgsUnitTypes.DistanceUnit.DistanceMeters:
        raise InputError(Text(
            "The plan is in {crs}, which is not in metres. Reproject it to a plane coordinate system in "
            "metres (in Japan: plane rectangular CS, EPSG:6669–6687) and run again.",
            "計画の座標系（{crs}）はメートル単位ではありません。平面直角座標系（EPSG:6669〜6687）などに"
            "変換してからもう一度実行してください。",
        ).format(crs=crs.description() or crs.authid()))


def _word(value: Any) -> str:
    value = bridge.to_python(value)
    return "" if value is None else str(value).strip()


def _day(value: Any) -> Optional[dt.date]:
    """A date from a date, a moment or ISO text."""
    value = bridge.to_python(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value.strip()[:10])
        except ValueError:
            return None
    return None


def read_plan(source: QgsFeatureSource, language: str, progress: Progress) -> PlanContent:
    """Read units and shapes, sorted by number so that drawing does not depend on the row order.

    Raises ``InputError`` for an empty plan, a missing or wrong ``management_class`` field, or a CRS that
    is not in metres.
    """
    crs = source.sourceCrs()
    fields = source.fields()
    position = fields.lookupField("management_class")
    if position < 0:
        raise InputError(Text(
            "The plan has no field “management_class”. Choose the plan layer or a draft.",
            "計画に項目「management_class」（管理の区分）がありません。計画かたたき台のレイヤを選んでください。",
        ))
    if compat.field_type_id(fields.at(position)) != compat.TYPE_STRING:
        raise InputError(Text(
            "The field “management_class” does not hold text. Choose the plan layer or a draft.",
            "項目「management_class」（管理の区分）が文字ではありません。計画かたたき台のレイヤを選んでください。",
        ))
    require_metres(crs)
    content = PlanContent(crs)
    total = source.featureCount()
    rows: list[tuple[Any, Unit, QgsGeometry]] = []
    without_shape = odd_class = 0
    features = (
        source.getFeatures(QgsFeatureRequest(), QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks)
        if isinstance(source, QgsProcessingFeatureSource) else source.getFeatures()
    )

    def value(feature: QgsFeature, *names: str) -> Any:
        for name in names:
            where = fields.lookupField(name)
            if where >= 0:
                found = bridge.to_python(feature.attributes()[where])
                if found is not None:
                    return found
        return None

    for count, feature in enumerate(features):
        if count % 200 == 0:
            progress.step(count / total if total > 0 else 0.0)
        shape = _usable(feature.geometry())
        if shape is None:
            without_shape += 1
        code = codes.class_code(value(feature, "management_class") or codes.UNDECIDED)
        if code is None:
            odd_class += 1
            code = codes.UNDECIDED
        area = value(feature, "area_m2")
        if not isinstance(area, (int, float)):
            area = shape.area() if shape is not None else 0.0
        start = _day(value(feature, "start_on"))
        unit = Unit(
            number=_word(value(feature, "unit_no", "chiban")),
            kind=_word(value(feature, "unit_kind")) or "lot",
            code=code,
            priority=value(feature, "priority") in (True, 1, "true", "1"),
            area_m2=float(area),
            hamlet=_word(value(feature, "hamlet", "oaza")),
            actor=_word(value(feature, "actor")),
            method=_word(value(feature, "method")),
            start=mapfacts.start_label(start, language),
            decided_by=_word(value(feature, "decided_by")),
            decided_in=_word(value(feature, "decided_in")),
        )
        content.synthetic = content.synthetic or value(feature, "synthetic") in (True, 1)
        horizon = value(feature, "horizon_year")
        if isinstance(horizon, (int, float)):
            content.horizon = max(content.horizon or 0, int(horizon))
        for name in ("changed_at", "decided_on"):
            day = _day(value(feature, name))
            if day and (content.last_day is None or day > content.last_day):
                content.last_day = day
        key = (mapfacts.natural_key(unit.number), _word(value(feature, "unit_id", "lot_key")), unit)
        rows.append((key, unit, shape if shape is not None else QgsGeometry()))
    if not rows:
        raise InputError(Text(
            "The plan has no units, so there is nothing to print. Save choices into the plan first.",
            "計画に区画が1つもないため、印刷できません。先に選んだ内容を計画に保存してください。",
        ))
    rows.sort(key=lambda row: row[0])
    content.units = [unit for _, unit, _ in rows]
    content.shapes = [shape for _, _, shape in rows]
    if without_shape == len(rows):
        raise InputError(Text(
            "No unit of the plan has a shape, so there is nothing to draw. Choose the plan layer, not its table.",
            "計画の区画に形がないため、地図を描けません。表ではなく計画のレイヤを選んでください。",
        ))
    if without_shape:
        content.notes.append(Text(
            "{count} units have no shape; they are in the tables but not on the map.",
            "形のない区画が{count}件あります。表には入りますが、地図には描かれません。",
        ).format(count=without_shape))
    if odd_class:
        content.notes.append(Text(
            "{count} units have an unknown class and are shown as undecided.",
            "区分を読み取れない区画が{count}件あります。未定・要協議として示します。",
        ).format(count=odd_class))
    return content


def _usable(geometry: QgsGeometry) -> Optional[QgsGeometry]:
    """The polygon, repaired for drawing where it crosses itself; ``None`` when there is none."""
    if geometry.isNull() or geometry.isEmpty():
        return None
    if not geometry.isGeosValid():
        geometry = geometry.makeValid()
    polygons = [
        part for part in geometry.asGeometryCollection() or [geometry]
        if part.type() == symbology.POLYGON and not part.isEmpty()
    ]
    if not polygons:
        return None
    return polygons[0] if len(polygons) == 1 else QgsGeometry.collectGeometry(polygons)


def read_plan_file(content: PlanContent, path: str) -> None:
    """Add meta data and history from the plan file at ``path``; a file without them changes nothing."""
    meta = QgsVectorLayer(f"{path}|layername=plan_meta", "plan_meta", "ogr")
    if meta.isValid() and meta.fields().lookupField("value") >= 0:
        for row in meta.getFeatures():
            content.meta[_word(row["key"])] = _word(row["value"])
    history = QgsVectorLayer(f"{path}|layername=plan_history", "plan_history", "ogr")
    if not history.isValid() or history.fields().lookupField("action") < 0:
        return
    numbers = _numbers(path)
    names = history.fields()
    request = QgsFeatureRequest()
    wanted = ("unit_id", "changed_at", "action", "old_class", "new_class", "new_row")
    request.setSubsetOfAttributes([names.lookupField(name) for name in wanted])
    for row in history.getFeatures(request):
        day = _day(row["changed_at"])
        if day is not None:
            unit, old, new = _word(row["unit_id"]), _word(row["old_class"]), _word(row["new_class"])
            content.changes.append(mapfacts.Change(
                day, _word(row["action"]), unit, numbers.get(unit, ""), new, old != new,
                draft='"decided_by":"draft"' in _word(row["new_row"]).replace(" ", ""),
            ))


def _numbers(path: str) -> dict[str, str]:
    plan = QgsVectorLayer(f"{path}|layername=plan", "plan", "ogr")
    fields = plan.fields()
    if not plan.isValid() or min(fields.lookupField("unit_id"), fields.lookupField("unit_no")) < 0:
        return {}
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return {_word(row["unit_id"]): _word(row["unit_no"]) for row in plan.getFeatures(request)}


def complete(request: MapRequest, content: PlanContent, base: BaseLayers) -> None:
    """Fill what the user left empty from the plan file and the layers."""
    meta, language = content.meta, request.language

    def of(key: str) -> str:
        return meta.get(f"{key}_{language}", "") or meta.get(key, "")

    request.village = request.village or of("village")
    if not request.title:
        title = of("title")
        pattern = Words.MAP_TITLE if request.village else Words.MAP_TITLE_PLAIN
        request.title = title or pattern.pick(language).format(village=request.village)
    if request.target_year is None:
        year = meta.get("horizon_year", "")
        request.target_year = int(year) if year.isdigit() else content.horizon
    if request.official_ha is None:
        try:
            request.official_ha = float(meta["official_area_ha"])
        except (KeyError, ValueError):
            request.official_ha = None
    request.author = request.author or of("author") or request.village
    request.plan_number = request.plan_number or meta.get("plan_number", "")
    if not request.version and content.last_day:
        day = mapfacts.day_label(content.last_day, language)
        days = {change.day for change in content.changes}
        request.version = Words.VERSION.pick(language).format(day=day, number=len(days)) if days else day
    request.sources = request.sources or "\n".join(
        mapfacts.source_lines(of("data_dates"), language) or _layer_sources(base, language)
    )
    content.synthetic = content.synthetic or any(
        _is_synthetic(layer) for layer in (
            base.lots, base.houses, base.roads, base.canals, base.forest, base.hamlets
        )
    )
    request.credit = request.credit or of("credit") or _credit(base, language)
    if request.cannot_tell is None and meta.get("cannot_tell", "").isdigit():
        request.cannot_tell = int(meta["cannot_tell"])


def _layer_sources(base: BaseLayers, language: str) -> list[str]:
    """Names and dates of the layers as far as the layers tell them."""
    lines = []
    if base.lots is not None:
        position = base.lots.fields().lookupField("map_date")
        newest = _day(base.lots.maximumValue(position)) if position >= 0 else None
        day = mapfacts.day_label(newest, language) if newest else ""
        lines.append(f"{Words.REGISTER_MAP.pick(language)} {day}".strip())
    for role, words in Words.ROLES.items():
        layer = getattr(base, role)
        if layer is not None:
            name = words.pick(language)
            if _is_synthetic(layer):
                name = Words.INVENTED.pick(language).format(name=name)
            lines.append(f"{name} {_layer_day(layer, language)}".strip())
    for layer in base.background:
        lines.append(f"{layer.metadata().title() or layer.name()} {_layer_day(layer, language)}".strip())
    return list(dict.fromkeys(lines))


def _is_synthetic(layer: Optional[QgsVectorLayer]) -> bool:
    """Whether any feature is marked as invented."""
    position = layer.fields().lookupField("synthetic") if layer is not None else -1
    if layer is None or position < 0:
        return False
    return any(bridge.to_python(value) in (True, 1) for value in layer.uniqueValues(position, 3))


def _layer_day(layer: QgsMapLayer, language: str) -> str:
    """The newest day in the temporal extent of the layer's metadata, "" without one."""
    days = [_day(span.end()) or _day(span.begin()) for span in layer.metadata().extent().temporalExtents()]
    newest = max((day for day in days if day), default=None)
    return mapfacts.day_label(newest, language) if newest else ""


def _credit(base: BaseLayers, language: str) -> str:
    """The credit the registry map asks for, with the city of the lots; else the layers' own rights."""
    lots = base.lots
    if lots is None:
        return ""
    position = lots.fields().lookupField("city_name")
    cities = sorted(_word(value) for value in lots.uniqueValues(position, 20)) if position >= 0 else []
    named = [city for city in cities if city]
    if named:
        return Words.CREDIT.pick(language).format(city="・".join(named))
    return " ".join(right for right in lots.metadata().rights() if right)


# -- layers ------------------------------------------------------------------------------------
def _memory(kind: str, crs: QgsCoordinateReferenceSystem, fields: Sequence[tuple[str, str]]) -> QgsVectorLayer:
    layer = QgsVectorLayer(kind, "", "memory")
    layer.setCrs(crs)
    layer.dataProvider().addAttributes([compat.make_field(name, type_) for name, type_ in fields])
    layer.updateFields()
    return layer


def _fill(layer: QgsVectorLayer, rows: Iterable[tuple[QgsGeometry, Sequence[Any]]]) -> None:
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
        for number, part in enumerate(parts) if part.type() == symbology.POLYGON
    ]


def _class_layers(dissolved: Sequence[Patch], crs: Any, medium: str) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    """Strong outlines, and class fills. Undecided comes first, so that its dashes yield to real edges."""
    fills = _memory("MultiPolygon", crs, [("management_class", "text")])
    _fill(fills, ((patch.shape, [patch.code]) for patch in dissolved))
    outlines = fills.clone()
    for layer, outline in ((fills, "none"), (outlines, "only")):
        root = QgsRuleBasedRenderer.Rule(None)
        for code in (codes.UNDECIDED, *(code for code in codes.CLASSES if code != codes.UNDECIDED)):
            root.appendChild(QgsRuleBasedRenderer.Rule(
                symbology.class_symbol(code, medium, outline), 0, 0, f"\"management_class\" = '{code}'"
            ))
        layer.setRenderer(QgsRuleBasedRenderer(root))
    return outlines, fills


def _lot_lines(content: PlanContent, base: BaseLayers, medium: str) -> QgsVectorLayer:
    """Thin lines of the lots: of the lots layer where blocks were planned, else of the units."""
    layer = _memory("MultiPolygon", content.crs, [("management_class", "text")])
    lots = [
        (shape, [unit.code]) for unit, shape in zip(content.units, content.shapes)
        if not shape.isNull() and unit.kind not in ("block", "hamlet")
    ]
    if base.lots is not None and len(lots) < len(content.units):
        line = symbology.lot_line_symbol(symbols.ink(), medium)
        lines = base.lots.clone()
        lines.setRenderer(QgsSingleSymbolRenderer(line))
        lines.setLabelsEnabled(False)
        return lines
    _fill(layer, lots)
    root = QgsRuleBasedRenderer.Rule(None)
    for code in codes.CLASSES:
        symbol = symbology.lot_line_symbol(symbols.class_symbol(code).line, medium)
        root.appendChild(QgsRuleBasedRenderer.Rule(symbol, 0, 0, f"\"management_class\" = '{code}'"))
    layer.setRenderer(QgsRuleBasedRenderer(root))
    return layer


def _priority_layer(content: PlanContent, medium: str) -> Optional[QgsVectorLayer]:
    """Neighbouring priority lots as one shape with the double line."""
    blocks, lots = [], []
    for unit, shape in zip(content.units, content.shapes):
        if unit.priority and not shape.isNull():
            (blocks if unit.kind in ("block", "hamlet") else lots).append(shape)
    merged = QgsGeometry.unaryUnion(lots) if lots else QgsGeometry()
    shapes = blocks + ([] if merged.isNull() else merged.asGeometryCollection() or [merged])
    if not shapes:
        return None
    layer = _memory("MultiPolygon", content.crs, [])
    _fill(layer, ((shape, []) for shape in shapes))
    layer.setRenderer(QgsSingleSymbolRenderer(symbology.priority_symbol(medium)))
    return layer


# -- numbers on the map ------------------------------------------------------------------------
def _plate_size(text: str, icon: bool, flag: bool, size: float, measure: Callable[[str, float], float]) -> tuple[
    float, float
]:
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


def _free_spot(
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
    spots = [middle] + sorted(
        (
            (box.xMinimum() + (column + 0.5) * step, box.yMinimum() + (row + 0.5) * step)
            for column in range(columns + 1) for row in range(rows + 1)
        ),
        key=lambda spot: (math.hypot(spot[0] - middle[0], spot[1] - middle[1]), spot),
    )
    for x, y in spots:
        clear = all(
            abs(plate.x - x) >= (plate.width + width) / 2 + metres_per_mm * 0.5
            or abs(plate.y - y) >= (plate.height + height) / 2 + metres_per_mm * 0.5
            for plate in near
        )
        if clear and _fits(shape, x, y, width, height):
            return x, y
    return None


def place_numbers(
    content: PlanContent, dissolved: Sequence[Patch], metres_per_mm: float, medium: str,
    measure: Callable[[str, float], float], progress: Progress,
) -> list[Placed]:
    """Where numbers and icons stand, largest wording that fits first.

    A block always gets its number. A lot gets icon and number, the number alone, or nothing,
    whichever lies whole inside it. A patch none of whose lots shows an icon gets one where it fits.
    """
    sizes = symbols.medium(medium)
    placed: list[Placed] = []
    shown: set[int] = set()

    def put(text: str, icon: str, flag: bool, size: float, shape: QgsGeometry, spot: tuple[float, float],
            anyway: bool = False) -> bool:
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
            spot = _free_spot(patch.shape, width, height, metres_per_mm, placed)
            if spot is not None:
                placed.append(Placed("", f"class_{patch.code}", patch.priority, *spot, width, height, size))
                break
    return placed


def _number_layers(placed: Sequence[Placed], crs: Any, metres_per_mm: float, family: str) -> list[QgsVectorLayer]:
    """Layers for text, icons and plates, the top one first."""
    plates = _memory("Polygon", crs, [])
    icons = _memory("Point", crs, [("icon", "text"), ("size", "real")])
    texts = _memory("Point", crs, [("number", "text"), ("size", "real")])
    boxes, marks, words = [], [], []
    for plate in placed:
        radius = 0.2 * plate.size * metres_per_mm
        core = QgsRectangle(
            plate.x - plate.width / 2 + radius, plate.y - plate.height / 2 + radius,
            plate.x + plate.width / 2 - radius, plate.y + plate.height / 2 - radius,
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
    _fill(plates, boxes)
    _fill(icons, marks)
    _fill(texts, words)
    plates.setRenderer(QgsSingleSymbolRenderer(symbology.plate_symbol()))
    root = QgsRuleBasedRenderer.Rule(None)
    for name in sorted({values[0] for _, values in marks}):
        mark = QgsSvgMarkerSymbolLayer(symbology.icon_path(name), 4.0)
        mark.setSizeUnit(symbology.MM)
        mark.setDataDefinedProperty(compat.SYMBOL_SIZE, QgsProperty.fromField("size"))
        root.appendChild(QgsRuleBasedRenderer.Rule(
            symbology.marker_symbol([mark]), 0, 0, f"\"icon\" = '{name}'"
        ))
    icons.setRenderer(QgsRuleBasedRenderer(root))
    format_ = QgsTextFormat()
    format_.setFont(text_font(family, bold=True))
    format_.setColor(QColor(symbols.ink()))
    _label_at_points(texts, format_)
    return [texts, icons, plates]


def _name_layer(names: Sequence[Placed], crs: Any, family: str) -> QgsVectorLayer:
    """Names in grey on a white veil, at the places chosen before."""
    layer = _memory("Point", crs, [("number", "text"), ("size", "real")])
    _fill(layer, ((_point(name.x, name.y), [name.text, name.size]) for name in names))
    veil = QgsTextBackgroundSettings()
    veil.setEnabled(True)
    veil.setType(QgsTextBackgroundSettings.ShapeType.ShapeRectangle)
    veil.setSizeType(QgsTextBackgroundSettings.SizeType.SizeBuffer)
    veil.setSizeUnit(symbology.MM)
    veil.setSize(QSizeF(0.6, 0.1))
    veil.setFillColor(QColor(255, 255, 255, 217))
    veil.setStrokeColor(QColor(0, 0, 0, 0))
    format_ = QgsTextFormat()
    format_.setFont(text_font(family))
    format_.setColor(QColor(SECOND))
    format_.setBackground(veil)
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
    settings.dataDefinedProperties().setProperty(
        QgsPalLayerSettings.Property.Size, QgsProperty.fromField("size")
    )
    compat.always_show_labels(settings)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _point(x: float, y: float) -> QgsGeometry:
    return QgsGeometry.fromWkt(f"POINT({x!r} {y!r})")


# -- where map and tables go -------------------------------------------------------------------
class View(NamedTuple):
    """The chosen map view: scale denominator, extent, and where table, north, bar and notice stand (mm)."""

    denominator: int
    extent: QgsRectangle
    table: tuple[float, float]
    north: tuple[float, float]
    bar: tuple[float, float]
    notice: tuple[float, float]


class Furniture(NamedTuple):
    """Sizes (width, height) in mm of what stands on the map."""

    table: tuple[float, float]
    north: tuple[float, float]
    bar: tuple[float, float]
    notice: tuple[float, float]


INSET = 4.0


def choose_view(
    shapes: Sequence[QgsGeometry], width: float, height: float, scale: float, furniture: Furniture, progress: Progress,
) -> View:
    """The largest scale at which table, north arrow, bar and notice can stand beside the plan.

    ``width`` × ``height`` is the map in mm of the A3 design, ``scale`` the factor to the paper. The plan
    may move inside the frame. Where no scale down to 1/1.45 of the largest frees the plan, the view
    that covers the least of it is taken.
    """
    outline = QgsGeometry.unaryUnion(list(shapes)).simplify(1.0)
    box = outline.boundingBox()
    paper = scale / 1000.0
    air = AIR
    tightest = max(
        max(box.width(), 1.0) / ((width - 2 * air) * paper), max(box.height(), 1.0) / ((height - 2 * air) * paper)
    )
    best: Optional[tuple[float, View]] = None
    first = _round_up(tightest)
    denominator = first
    while denominator <= max(first * MOST_SHRINK, first + 1):
        progress.step(min(0.95, (denominator / first - 1) / (MOST_SHRINK - 1)))
        found = _best_at(outline, denominator, width, height, paper, furniture)
        # Below a ten-thousandth of the plan nobody sees the difference.
        if best is None or found[0] < best[0]:
            best = found
        if best[0] <= 1e-4 * outline.area():
            break
        denominator = _round_up(denominator * 1.04 + 1)
    if best is None:
        raise ValueError("no view was tried")
    return best[1]


def _round_up(value: float) -> int:
    step = 10 ** max(1, math.floor(math.log10(max(value, 10.0))) - 1)
    return int(math.ceil(value / step) * step)


def _best_at(
    outline: QgsGeometry, denominator: int, width: float, height: float, paper: float, furniture: Furniture
) -> tuple[float, View]:
    """Least covered area (m²) and its view at one scale."""
    metres = paper * denominator
    box = outline.boundingBox()
    spare_x = max(0.0, width - 2 * AIR - box.width() / metres)
    spare_y = max(0.0, height - 2 * AIR - box.height() / metres)
    best: Optional[tuple[float, View]] = None
    # The middle comes first: a plan is moved only where that frees it.
    for shift_x in (0.5, 1.0, 0.0):
        for shift_y in (0.5, 0.0, 1.0):
            left = box.xMinimum() - (AIR + spare_x * shift_x) * metres
            bottom = box.yMinimum() - (AIR + spare_y * shift_y) * metres
            extent = QgsRectangle(left, bottom, left + width * metres, bottom + height * metres)
            covered, places = _place(outline, extent, metres, width, height, furniture)
            if best is None or covered < best[0] - 1e-6:
                best = covered, View(denominator, extent, *places)
    if best is None:
        raise ValueError("no position was tried")
    return best


def _place(
    outline: QgsGeometry, extent: QgsRectangle, metres: float, width: float, height: float, furniture: Furniture
) -> tuple[float, list[tuple[float, float]]]:
    """Put each piece where it covers the least of the plan and no other piece."""
    taken: list[QRectF] = []
    covered = 0.0
    places = []
    preferences = (
        (furniture.table, ("top left", "top right", "bottom left", "bottom right", "top", "bottom")),
        (furniture.north, ("top right", "top left", "bottom right", "bottom left")),
        (furniture.bar, ("bottom left", "bottom right", "top right", "top left", "bottom")),
        (furniture.notice, ("bottom right", "bottom left", "top right", "top left", "bottom")),
    )
    for (wide, high), corners in preferences:
        best: Optional[tuple[float, QRectF]] = None
        for corner in corners:
            x = INSET if "left" in corner else width - wide - INSET if "right" in corner else (width - wide) / 2
            y = INSET if "top" in corner else height - high - INSET
            rect = QRectF(x, y, wide, high)
            if any(rect.adjusted(-2, -2, 2, 2).intersects(other) for other in taken):
                continue
            part = QgsRectangle(
                extent.xMinimum() + x * metres, extent.yMaximum() - (y + high) * metres,
                extent.xMinimum() + (x + wide) * metres, extent.yMaximum() - y * metres,
            )
            area = outline.clipped(part).area() if outline.boundingBoxIntersects(part) else 0.0
            if best is None or area < best[0]:
                best = area, rect
            if area == 0.0:
                break
        if best is None:
            best = outline.area(), QRectF(INSET, INSET, wide, high)
        covered += best[0]
        taken.append(best[1])
        places.append((best[1].x(), best[1].y()))
    return covered, places


# -- the sheet ---------------------------------------------------------------------------------
class WhoTable:
    """The table "who does what", laid out before it is placed."""

    PAD, ROW, HEAD = 3.0, 5.9, 6.6

    def __init__(self, sheet: Sheet, content: PlanContent, language: str, most_rows: int = 9) -> None:
        self.language = language
        self.kind = mapfacts.main_kind(content.units)
        rows = mapfacts.actions(content.units)
        self.hidden = max(0, len(rows) - most_rows)
        self.rows = rows[:most_rows]
        self.cells: list[list[str]] = []
        limits = (52.0, 44.0, 56.0, 24.0)
        open_word = Words.OPEN.pick(language)
        for row in self.rows:
            units = mapfacts.name_units(
                row.units, language, lambda text: sheet.width(text, SMALL + 0.1) <= limits[0]
            )
            texts = (units, row.actor or open_word, row.method or open_word, row.start or open_word)
            self.cells.append([sheet.shorten(text, limit, SMALL + 0.1) for text, limit in zip(texts, limits)])
        heads = [word.pick(language) for word in Words.WHO_COLUMNS]
        heads[0] = Words.UNITS[self.kind].pick(language)
        self.heads = heads
        self.columns = [
            max([sheet.width(head, SMALL, True), *(sheet.width(cells[number], SMALL + 0.1) for cells in self.cells)])
            + 4.5
            for number, head in enumerate(heads)
        ]

    def size(self, sheet: Sheet) -> tuple[float, float]:
        """Width and height in mm."""
        title = sheet.width(Words.WHO.pick(self.language), BODY + 0.6, True)
        if not self.rows:
            return title + 2 * self.PAD + 6, self.HEAD + 8.5
        width = 10.5 + sum(self.columns) - 4.5 + 2 * self.PAD
        extra = self.ROW if self.hidden else 0.0
        return max(width, title + 2 * self.PAD), 2 * self.HEAD + self.ROW * len(self.rows) + extra + 2.2

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Place the table with its top left corner at (x, y)."""
        width, height = self.size(sheet)
        sheet.box(x, y, width, height, edge=symbols.ink(), edge_width=0.25, radius=0.8, opacity=0.97)
        left, right = x + self.PAD, x + width - self.PAD
        sheet.text(left, y + 1.9, Words.WHO.pick(self.language), BODY + 0.6, bold=True)
        y += self.HEAD + 1.2
        if not self.rows:
            sheet.text(left, y, Words.WHO_OPEN.pick(self.language), SMALL + 0.1)
            return
        sheet.rule(left, y, right, y, 0.45)
        y += 1.2
        starts = [left + 10.5]
        for column in self.columns[:-1]:
            starts.append(starts[-1] + column)
        for start, head in zip(starts, self.heads):
            sheet.text(start, y, head, SMALL, bold=True)
        y += self.HEAD - 2.2
        sheet.rule(left, y, right, y, 0.35)
        for row, cells in zip(self.rows, self.cells):
            sheet.swatch(left + 0.8, y + 0.8, 7.0, 4.4, row.code, icon=False)
            for start, cell in zip(starts, cells):
                sheet.text(start, y + 1.1, cell, SMALL + 0.1)
            y += self.ROW
            sheet.rule(left, y, right, y, 0.12, "#A9ABA8")
        if self.hidden:
            more = Words.WHO_MORE.pick(self.language).format(count=self.hidden)
            sheet.text(left, y + 1.1, more, SMALL)


def _number(value: float, digits: int = 1) -> str:
    return f"{value:,.{digits}f}"


def crs_label(crs: QgsCoordinateReferenceSystem, language: str) -> str:
    """The plane rectangular zone by name; another CRS by its description."""
    code = crs.authid().rpartition(":")[2]
    if crs.authid().startswith("EPSG:") and code.isdigit():
        for first, datum in ((6669, "JGD2011"), (2443, "JGD2000")):
            if first <= int(code) < first + 19:
                return Words.ZONE.pick(language).format(zone=int(code) - first + 1, datum=datum)
    return crs.description() or crs.authid()


class PlanSheet:
    """One printed plan map. :meth:`build` once, then :meth:`to_pdf` and :meth:`to_image`."""

    def __init__(self, request: MapRequest, content: PlanContent, base: BaseLayers) -> None:
        self.request = request
        self.content = content
        self.base = base
        self.language = request.language
        self.project = QgsProject()
        self.project.setCrs(content.crs)
        self.layout = QgsPrintLayout(self.project)
        self.layout.setName("plan map")
        self.layout.initializeDefaults()
        # The project owns the layout, so that neither outlives the other.
        self.project.layoutManager().addLayout(self.layout)
        self.paper_width, self.paper_height, self.medium = PAPERS[request.paper]
        self.scale = symbols.medium(self.medium).smallest / symbols.medium("a3").smallest
        self.sheet = Sheet(self.layout, self.scale, print_font())
        self.page_width, self.page_height = self.paper_width / self.scale, self.paper_height / self.scale
        self.map_width = self.page_width - 2 * MARGIN - SIDE - GAP
        self.map_height = self.page_height - 2 * MARGIN - BAND - FOOT
        self.layers: list[QgsMapLayer] = []
        self.view: Optional[View] = None

    def build(self, progress: Progress) -> None:
        """Lay everything out. Raises ``Cancelled``."""
        page = self.layout.pageCollection().page(0)
        page.setPageSize(QgsLayoutSize(self.paper_width, self.paper_height, MM))
        sheet, language = self.sheet, self.language
        table = WhoTable(sheet, self.content, language)
        scale_width = sheet.width(self._scale_text(100_000), SMALL) + 5
        notice = codes.BOUNDARY_NOTICE.pick(language)
        furniture = Furniture(
            table.size(sheet), (14.0, 16.5), (max(86.0, scale_width), 14.0),
            (sheet.width(notice, BODY, True) + 7.0, 8.2),
        )
        shapes = [shape for shape in self.content.shapes if not shape.isNull()]
        self.view = choose_view(
            shapes, self.map_width, self.map_height, self.scale, furniture, progress.span(0.1, 0.35)
        )
        self._map(progress)
        left, top = MARGIN, MARGIN + BAND
        table.draw(sheet, left + self.view.table[0], top + self.view.table[1])
        self._north(left + self.view.north[0], top + self.view.north[1])
        self._bar(left + self.view.bar[0], top + self.view.bar[1], furniture.bar)
        x, y = left + self.view.notice[0], top + self.view.notice[1]
        sheet.box(x, y, *furniture.notice, edge=symbols.ink(), edge_width=0.45, radius=0.8)
        sheet.text(x + 3.5, y + 2.0, notice, BODY, bold=True)
        self._title()
        self._side()
        self._footer()
        progress.step(1.0)

    @property
    def denominator(self) -> int:
        """The scale of the map: 1 to this number."""
        if self.view is None:
            raise ValueError("the sheet has not been built")
        return self.view.denominator

    def _scale_text(self, denominator: int) -> str:
        crs = crs_label(self.content.crs, self.language)
        return Words.SCALE.pick(self.language).format(scale=f"{denominator:,}", crs=crs)

    def _map(self, progress: Progress) -> None:
        if self.view is None:
            raise ValueError("the view has not been chosen")
        medium, content, base = self.medium, self.content, self.base
        metres_per_mm = self.view.denominator / 1000.0
        dissolved = patches(content, progress.span(0.35, 0.5))
        sheet = self.sheet
        placed = place_numbers(
            content, dissolved, metres_per_mm, medium,
            # Numbers are set in mm of the paper, not of the A3 design.
            lambda text, size: sheet.width(text, size, True), progress.span(0.5, 0.7),
        )
        names = self._hamlet_names(placed, metres_per_mm)
        self.layers = [
            *_number_layers(placed, content.crs, metres_per_mm, sheet.family),
            _name_layer(names, content.crs, sheet.family),
        ]
        priority = _priority_layer(content, medium)
        if priority is not None:
            self.layers.append(priority)
        outlines, fills = _class_layers(dissolved, content.crs, medium)
        # Houses, roads and water lie on lots of the plan too; people find their way by them.
        self.layers.extend([outlines, *self._around("houses", "roads", "canals")])
        self.layers.extend([_lot_lines(content, base, medium), fills])
        self.layers.extend(self._around("forest", "hamlets"))
        self.layers.extend(base.background)
        item = QgsLayoutItemMap(self.layout)
        self.layout.addLayoutItem(item)
        item.setId("map")
        rect = sheet.rect(MARGIN, MARGIN + BAND, self.map_width, self.map_height)
        item.attemptSetSceneRect(rect)
        item.setCrs(content.crs)
        item.setLayers(self.layers)
        item.setKeepLayerSet(True)
        item.setExtent(self.view.extent)
        item.setBackgroundColor(QColor(symbols.basemap_colour("land")))
        item.setFrameEnabled(True)
        item.setFrameStrokeColor(QColor(symbols.ink()))
        item.setFrameStrokeWidth(compat.layout_mm(0.45 * self.scale))

    def _hamlet_names(self, placed: Sequence[Placed], metres_per_mm: float) -> list[Placed]:
        """Names of the hamlets, beside the plan where there is room, and clear of the plates."""
        layer = self.base.hamlets
        if layer is None:
            return []
        fields = layer.fields()
        field_name = next(
            (name for name in (f"name_{self.language}", "hamlet") if fields.lookupField(name) >= 0), ""
        )
        if not field_name:
            return []
        plan = QgsGeometry.unaryUnion([shape for shape in self.content.shapes if not shape.isNull()])
        transform = QgsCoordinateTransform(layer.crs(), self.content.crs, self.project.transformContext())
        size = HAMLET * self.scale
        found: list[Placed] = []
        for feature in sorted(layer.getFeatures(), key=lambda feature: _word(feature[field_name])):
            name, shape = _word(feature[field_name]), _usable(feature.geometry())
            if not name or shape is None:
                continue
            shape.transform(transform)
            width = (self.sheet.width(name, size) + 2.0) * metres_per_mm
            height = size * 1.3 * metres_per_mm
            for area in (shape.difference(plan), shape):
                spot = _free_spot(area, width, height, metres_per_mm, [*placed, *found])
                if spot is not None:
                    found.append(Placed(name, "", False, *spot, width, height, size))
                    break
        return found

    def _around(self, *roles: str) -> list[QgsMapLayer]:
        """Copies of the base layers of these roles, in the style of the sheet."""
        found = []
        for role in roles:
            layer = getattr(self.base, role)
            if layer is not None:
                copy = layer.clone()
                symbology.style_basemap(copy, role, self.medium, self.language)
                copy.setLabelsEnabled(False)
                found.append(copy)
        return found

    def _north(self, x: float, y: float) -> None:
        sheet = self.sheet
        sheet.box(x, y, 14.0, 16.5, opacity=0.92)
        sheet.text(x + 7.0, y + 1.2, Words.NORTH.pick(self.language), BODY, bold=True, align="center")
        ink = symbols.ink()
        sheet.svg(x + 3.5, y + 5.4, 7.0, 10.5, (
            '<svg xmlns="http://www.w3.org/2000/svg" width="7mm" height="10.5mm" viewBox="0 0 7 10.5">'
            f'<path d="M3.5 0.2 L6.5 10.2 L3.5 8.4 L0.5 10.2 Z" fill="#FFFFFF" stroke="{ink}" stroke-width="0.25"/>'
            f'<path d="M3.5 0.2 L3.5 8.4 L0.5 10.2 Z" fill="{ink}"/></svg>'
        ))

    def _bar(self, x: float, y: float, size: tuple[float, float]) -> None:
        if self.view is None:
            raise ValueError("the view has not been chosen")
        sheet = self.sheet
        metres_per_mm = self.view.denominator * self.scale / 1000.0
        # Four parts of a round length, together at most 70 mm long.
        part = bar_part(70.0 * metres_per_mm / 4)
        length = part / metres_per_mm
        sheet.box(x, y, size[0], size[1], opacity=0.92)
        left = x + 4.0
        for number in range(5):
            mark = f"{part * number:,.0f}" + (" m" if number == 4 else "")
            sheet.text(left + number * length, y + 1.2, mark, SMALL, align="center")
            if number < 4:
                sheet.box(
                    left + number * length, y + 5.6, length, 1.5, fill=symbols.ink() if number % 2 == 0 else "#FFFFFF",
                    edge=symbols.ink(), edge_width=0.2,
                )
        sheet.text(x + 2.0, y + 9.2, self._scale_text(self.view.denominator), SMALL)

    def _title(self) -> None:
        sheet, request, language = self.sheet, self.request, self.language
        right = self.page_width - MARGIN
        units = self.content.units
        decided = [unit for unit in units if codes.is_decision(unit.decided_by) and unit.code != codes.UNDECIDED]
        meetings = {unit.decided_in for unit in units if unit.decided_in}
        kind = mapfacts.main_kind(units)
        state = Words.DECIDED.pick(language).format(
            unit=Words.UNITS[kind].pick(language), done=f"{len(decided):,}",
            total=mapfacts.count_units(len(units), kind).en if language != "ja" else f"{len(units):,}",
        )
        if not decided:
            state = Words.NOT_DECIDED.pick(language)
        if meetings:
            state += ("　" if language == "ja" else ". ") + Words.MEETINGS.pick(language).format(count=len(meetings))
        lines = [line for line in (request.version, state) if line]
        note_width = max(sheet.width(line, BODY) for line in lines)
        for number, line in enumerate(lines):
            sheet.text(right, MARGIN - 3.6 + number * 5.0, line, BODY, align="right")
        room = right - MARGIN - note_width - 8.0
        size = TITLE
        while sheet.width(request.title, size, True) > room and size > 5.0:
            size -= 0.25
        title = sheet.shorten(request.title, room, size, True)
        used = sheet.text(MARGIN, MARGIN - 4.2 + (TITLE - size), title, size, bold=True, name="title")
        parts = [Words.SUBTITLE.pick(language)]
        if request.target_year:
            year = mapfacts.year_label(request.target_year, language)
            parts.append(Words.TARGET.pick(language).format(year=year))
        if not decided:
            parts.insert(0, Words.DRAFT.pick(language))
        subtitle = ("　　" if language == "ja" else "   ").join(parts)
        if used + 6 + sheet.width(subtitle, BODY + 0.4) <= room + 4:
            sheet.text(MARGIN + used + 6, MARGIN + 0.4, subtitle, BODY + 0.4)
        else:
            sheet.text(MARGIN, MARGIN + 8.6, subtitle, BODY)

    # -- side column -------------------------------------------------------------------------
    def _heading(self, x: float, y: float, words: str) -> float:
        self.sheet.text(x, y, words, HEADING, bold=True)
        self.sheet.rule(x, y + 6.2, x + SIDE, y + 6.2, 0.45)
        return y + 7.8

    def _side(self) -> None:
        x = self.page_width - MARGIN - SIDE
        y = self._legend(x, MARGIN + BAND - 0.8)
        y = self._areas(x, y + 1.6)
        y = self._data(x, y + 2.6)
        self._revisions(x, y + 1.2)

    def _legend(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, Words.LEGEND.pick(language))
        text_x, room = x + 15.0, SIDE - 15.0
        none = codes.NO_EQUIVALENT.pick(language)
        for item in codes.MANAGEMENT_CLASSES:
            sheet.swatch(x, y + 1.0, 13.4, 8.2, item.code)
            word = item.short.pick(language)
            used = sheet.text(text_x, y, word, HEADING, bold=True)
            meaning = item.meaning.pick(language)
            size = BODY if sheet.width(meaning, BODY) <= room - used - 2.6 else SMALL
            sheet.text(text_x + used + 2.6, y + (HEADING - size) * 1.0, meaning, size)
            y += HEADING * LINE + 0.1
            for pattern, words in ((Words.CHOICE_2018, item.choice_2018), (Words.CLASS_2021, item.class_2021)):
                line = pattern.pick(language).format(words=words.pick(language) if words else none)
                y = sheet.paragraph(text_x, y, line, room, SMALL, colour=SECOND, most=2)
            y += 1.5
        sheet.swatch(x, y, 13.4, 8.2, "priority")
        used = sheet.text(text_x, y + 1.4, codes.PRIORITY.pick(language), HEADING, bold=True)
        meaning = codes.PRIORITY_MEANING.pick(language)
        sheet.text(text_x + used + 2.6, y + 2.4, meaning, BODY)
        return self._base_legend(x, y + 10.2)

    def _base_legend(self, x: float, y: float) -> float:
        """One line for what lies around the plan; only what is on the map."""
        sheet, language = self.sheet, self.language
        grey = symbols.basemap_colour
        entries = [
            (self.base.canals, Words.WATER, f'<rect y="0.9" width="6" height="1.4" fill="{grey("water")}" '
             'stroke="#A9BBC3" stroke-width="0.2"/>'),
            (self.base.roads, Words.ROAD, f'<rect y="0.9" width="6" height="1.4" fill="{grey("road")}" '
             f'stroke="{grey("road_edge")}" stroke-width="0.25"/>'),
            (self.base.houses, Words.BUILDING, f'<rect x="2" y="0.5" width="2.2" height="2.2" fill="{grey("building")}"/>'),
            (self.base.forest, Words.FOREST, f'<circle cx="3" cy="1.6" r="1.5" fill="#D3DAC6"/>'),
        ]
        shown = False
        for layer, words, drawing in entries:
            if layer is None:
                continue
            shown = True
            sheet.svg(x, y + 0.2, 6.0, 3.2, (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="6mm" height="3.2mm" viewBox="0 0 6 3.2">{drawing}</svg>'
            ))
            x += 7.0 + sheet.text(x + 7.0, y, words.pick(language), SMALL) + 4.0
        return y + (5.2 if shown else 0.0)

    def _areas(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        rows = mapfacts.class_areas(self.content.units)
        kind = mapfacts.main_kind(self.content.units)
        y = self._heading(x, y, Words.AREAS.pick(language))
        ends = (x + 54.0, x + 75.0, x + SIDE - 0.5)
        sheet.text(x + 9.5, y - 0.4, Words.CLASS.pick(language), SMALL, bold=True)
        for end, word in zip(ends, (Words.UNITS[kind], Words.AREA_HA, Words.SHARE)):
            sheet.text(end, y - 0.4, word.pick(language), SMALL, bold=True, align="right")
        y += 4.4
        sheet.rule(x, y, x + SIDE, y, 0.25)
        for row in rows:
            sheet.swatch(x + 0.5, y + 0.9, 6.4, 3.9, row.code, icon=False)
            word = codes.class_label(row.code, language, short=True)
            for text, where, align in (
                (word, x + 9.5, "left"), (f"{row.units:,}", ends[0], "right"),
                (_number(row.area_ha), ends[1], "right"), (f"{100 * row.share:.0f} %", ends[2], "right"),
            ):
                sheet.text(where, y + 0.9, text, BODY, align=align)
            y += 5.4
            sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        total = sum(row.area_ha for row in rows)
        sheet.rule(x, y, x + SIDE, y, 0.45)
        for text, where, align in (
            (codes.TOTAL.pick(language), x + 9.5, "left"), (f"{len(self.content.units):,}", ends[0], "right"),
            (_number(total), ends[1], "right"), ("100 %", ends[2], "right"),
        ):
            sheet.text(where, y + 0.9, text, BODY, bold=True, align=align)
        y += 5.6
        official = self.request.official_ha
        if official is None:
            sheet.text(x + 9.5, y + 0.4, Words.NO_OFFICIAL.pick(language), SMALL, colour=SECOND)
        else:
            words = Words.RESIDUAL.pick(language).format(official=_number(official))
            sheet.text(x + 9.5, y + 0.4, words, SMALL)
            sheet.text(ends[2], y + 0.4, f"{official - total:+,.1f} ha", BODY, align="right")
        y += 5.2
        sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        return y

    def _data(self, x: float, y: float) -> float:
        sheet, language, request = self.sheet, self.language, self.request
        y = self._heading(x, y, Words.DATA.pick(language))
        lines = [line for line in request.sources.splitlines() if line.strip()]
        text = ("／" if language == "ja" else "; ").join(lines) or Words.NO_DATA.pick(language)
        y = sheet.paragraph(x, y - 0.3, text, SIDE, SMALL, most=6)
        if request.cannot_tell is not None:
            count = mapfacts.count_units(request.cannot_tell, "lot").pick(language)
            y = sheet.paragraph(x, y, Words.CANNOT_TELL.pick(language).format(count=count), SIDE, SMALL, most=2)
        return y

    def _revisions(self, x: float, y: float) -> None:
        """The newest revisions, as many as there is room for."""
        sheet, language = self.sheet, self.language
        rows = mapfacts.revisions(self.content.changes, mapfacts.main_kind(self.content.units))
        bottom = MARGIN + BAND + self.map_height
        room = int((bottom - y - 6.0) / 5.0)
        if not rows or room < 1:
            return
        columns = (x + 0.5, x + 13.0, x + 36.0)
        for where, word in zip(columns, Words.REVISION):
            sheet.text(where, y + 0.6, word.pick(language), SMALL, bold=True)
        y += 5.2
        sheet.rule(x, y, x + SIDE, y, 0.25)
        for row in rows[:min(room, 5)]:
            change = sheet.shorten(row.change.pick(language), SIDE - 36.0, SMALL)
            for where, text in zip(columns, (str(row.version), row.day.isoformat(), change)):
                sheet.text(where, y + 0.7, text, SMALL)
            y += 5.0
            sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")

    def _footer(self) -> None:
        sheet, request, language = self.sheet, self.request, self.language
        y = self.page_height - MARGIN - 4.2
        right = self.page_width - MARGIN
        sheet.rule(MARGIN, y, right, y, 0.25)
        room = right - MARGIN
        if request.plan_number:
            words = Words.PLAN_NUMBER.pick(language).format(number=request.plan_number)
            room -= sheet.text(right, y + 1.6, words, BODY - 0.2, bold=True, align="right") + 6
        undecided = sum(unit.code == codes.UNDECIDED for unit in self.content.units)
        kind = mapfacts.main_kind(self.content.units)
        sentences = [
            Words.MADE_BY.pick(language).format(author=request.author) if request.author else "",
            Words.ACCURACY.pick(language),
            Words.UNDECIDED.pick(language).format(
                count=mapfacts.count_units(undecided, kind).pick(language)
            ) if undecided else "",
            Words.SYNTHETIC.pick(language) if self.content.synthetic else "",
            request.credit,
        ]
        text = ("　" if language == "ja" else "  ").join(sentence for sentence in sentences if sentence)
        sheet.paragraph(MARGIN, y + 1.6, text, room, SMALL, most=3)

    # -- files -------------------------------------------------------------------------------
    def to_pdf(self, path: str) -> None:
        """Write the PDF, text as text. Raises ``InputError`` when the file cannot be written."""
        settings = QgsLayoutExporter.PdfExportSettings()
        settings.dpi = 300
        settings.forceVectorOutput = True
        settings.rasterizeWholeImage = False
        settings.exportMetadata = True
        settings.appendGeoreference = False
        settings.textRenderFormat = compat.TEXT_AS_TEXT
        self._export(path, lambda target: QgsLayoutExporter(self.layout).exportToPdf(target, settings))

    def to_image(self, path: str, dpi: float) -> None:
        """Write the PNG at ``dpi``. Raises ``InputError`` when the file cannot be written."""
        settings = QgsLayoutExporter.ImageExportSettings()
        settings.dpi = dpi
        settings.generateWorldFile = False
        self._export(path, lambda target: QgsLayoutExporter(self.layout).exportToImage(target, settings))

    def _export(self, path: str, export: Callable[[str], Any]) -> None:
        """Write beside the target first, so that a failure leaves the old file as it was."""
        stem, ending = os.path.splitext(path)
        partial = f"{stem}.part{ending}"
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        try:
            result = export(partial)
            if result != QgsLayoutExporter.ExportResult.Success or not os.path.exists(partial):
                raise InputError(_not_written(path))
            try:
                os.replace(partial, path)
            except OSError as error:
                raise InputError(_not_written(path)) from error
        finally:
            if os.path.exists(partial):
                os.remove(partial)


def _not_written(path: str) -> Text:
    return Text(
        "The map could not be written to {path}. Check that the file is not open elsewhere and that the "
        "folder may be written to.",
        "{path} に地図を書き込めませんでした。ファイルがほかで開かれていないか、フォルダに書き込めるか"
        "を確かめてください。",
    ).format(path=path)


def bar_part(most: float) -> float:
    """The longest of 1, 2, 2.5 or 5 times a power of ten that is at most ``most`` metres.

    >>> bar_part(170.0), bar_part(99.0), bar_part(260.0)
    (100.0, 50.0, 250.0)
    """
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 2.5, 5.0) if step * power <= most)

