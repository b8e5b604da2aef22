"""What stands on the plan map: the plan as read, and what the user or the plan file says about it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsMapLayer,
    QgsProcessingFeatureSource,
    QgsUnitTypes,
    QgsVectorLayer,
)

from ... import compat
from ...core.errors import InputError
from ...core.plan import codes, mapfacts
from ...core.plan.mapfacts import Unit
from ...core.plan.moments import local_time
from ...core.progress import Progress
from ...core.sources.systems import UNKNOWN_SYSTEM
from ...core.texts import Text
from .. import bridge, symbology
from .words import Words


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


_THE_PLAN = Text("The plan", "計画")


def require_metres(crs: QgsCoordinateReferenceSystem, what: Text = _THE_PLAN) -> None:
    """Refuse ``what`` without a CRS, or in one not in metres. Raises ``InputError``."""
    if not crs.isValid():
        raise InputError(
            Text(
                "{what} has no coordinate system, so no scale can be given. Set its coordinate system first.",
                "{what}の座標系が分からないため、縮尺を決められません。先に座標系を設定してください。",
            ).format(what=what)
        )
    if crs.isGeographic() or crs.mapUnits() != QgsUnitTypes.DistanceUnit.DistanceMeters:
        raise InputError(
            Text(
                "{what} is in {crs}, which is not in metres. Reproject it to a plane coordinate system in "
                "metres (in Japan: plane rectangular CS, EPSG:6669–6687) and run again.",
                "{what}の座標系（{crs}）はメートル単位ではありません。平面直角座標系（EPSG:6669〜6687）などに"
                "変換してからもう一度実行してください。",
            ).format(what=what, crs=crs.description() or crs.authid() or UNKNOWN_SYSTEM)
        )


def text_value(value: Any) -> str:
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


def _changed(value: Any) -> Optional[dt.date]:
    """The day, where the user is, of a moment written by the plan file."""
    moment = bridge.to_python(value)
    return local_time(moment).date() if isinstance(moment, dt.datetime) else _day(value)


def read_plan(source: QgsFeatureSource, language: str, progress: Progress) -> PlanContent:
    """Read units and shapes, sorted by number so that drawing does not depend on the row order.

    Raises ``InputError`` for an empty plan, a missing or wrong ``management_class`` field, or a CRS that
    is not in metres.
    """
    crs = source.sourceCrs()
    fields = source.fields()
    position = fields.lookupField("management_class")
    if position < 0:
        raise InputError(
            Text(
                "The plan has no field “management_class”. Choose the plan layer or a draft.",
                "計画に項目「management_class」（管理の区分）がありません。計画かたたき台のレイヤを選んでください。",
            )
        )
    if compat.field_type_id(fields.at(position)) != compat.TYPE_STRING:
        raise InputError(
            Text(
                "The field “management_class” does not hold text. Choose the plan layer or a draft.",
                "項目「management_class」（管理の区分）が文字ではありません。計画かたたき台のレイヤを選んでください。",
            )
        )
    require_metres(crs)
    content = PlanContent(crs)
    total = source.featureCount()
    rows: list[tuple[Any, Unit, QgsGeometry]] = []
    without_shape = odd_class = 0
    features = (
        source.getFeatures(QgsFeatureRequest(), QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks)
        if isinstance(source, QgsProcessingFeatureSource)
        else source.getFeatures()
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
        shape = usable(feature.geometry())
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
            number=text_value(value(feature, "unit_no", "chiban")),
            kind=text_value(value(feature, "unit_kind")) or "lot",
            code=code,
            priority=value(feature, "priority") in (True, 1, "true", "1"),
            area_m2=float(area),
            hamlet=text_value(value(feature, "hamlet", "oaza")),
            actor=text_value(value(feature, "actor")),
            method=text_value(value(feature, "method")),
            start=mapfacts.start_label(start, language),
            decided_by=text_value(value(feature, "decided_by")),
            decided_in=text_value(value(feature, "decided_in")),
        )
        content.synthetic = content.synthetic or value(feature, "synthetic") in (True, 1)
        horizon = value(feature, "horizon_year")
        if isinstance(horizon, (int, float)):
            content.horizon = max(content.horizon or 0, int(horizon))
        for name in ("changed_at", "decided_on"):
            day = (_changed if name == "changed_at" else _day)(value(feature, name))
            if day and (content.last_day is None or day > content.last_day):
                content.last_day = day
        key = (mapfacts.natural_key(unit.number), text_value(value(feature, "unit_id", "lot_key")), unit)
        rows.append((key, unit, shape if shape is not None else QgsGeometry()))
    if not rows:
        raise InputError(
            Text(
                "The plan has no units, so there is nothing to print. Save choices into the plan first.",
                "計画に区画が1つもないため、印刷できません。先に選んだ内容を計画に保存してください。",
            )
        )
    rows.sort(key=lambda row: row[0])
    content.units = [unit for _, unit, _ in rows]
    content.shapes = [shape for _, _, shape in rows]
    if without_shape == len(rows):
        raise InputError(
            Text(
                "No unit of the plan has a shape, so there is nothing to draw. Choose the plan layer, not its table.",
                "計画の区画に形がないため、地図を描けません。表ではなく計画のレイヤを選んでください。",
            )
        )
    if without_shape:
        content.notes.append(
            Text(
                "{count} units have no shape; they are in the tables but not on the map.",
                "形のない区画が{count}件あります。表には入りますが、地図には描かれません。",
            ).format(count=without_shape)
        )
    if odd_class:
        content.notes.append(
            Text(
                "{count} units have an unknown class and are shown as undecided.",
                "区分を読み取れない区画が{count}件あります。未定・要協議として示します。",
            ).format(count=odd_class)
        )
    return content


def usable(geometry: QgsGeometry) -> Optional[QgsGeometry]:
    """The polygon, repaired for drawing where it crosses itself; ``None`` when there is none."""
    if geometry.isNull() or geometry.isEmpty():
        return None
    if not geometry.isGeosValid():
        geometry = geometry.makeValid()
    polygons = [
        part
        for part in geometry.asGeometryCollection() or [geometry]
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
            content.meta[text_value(row["key"])] = text_value(row["value"])
    history = QgsVectorLayer(f"{path}|layername=plan_history", "plan_history", "ogr")
    if not history.isValid() or history.fields().lookupField("action") < 0:
        return
    numbers = _numbers(path)
    names = history.fields()
    request = QgsFeatureRequest()
    wanted = ("unit_id", "changed_at", "action", "old_class", "new_class", "new_row")
    request.setSubsetOfAttributes([names.lookupField(name) for name in wanted])
    for row in history.getFeatures(request):
        day = _changed(row["changed_at"])
        if day is not None:
            unit, old, new = text_value(row["unit_id"]), text_value(row["old_class"]), text_value(row["new_class"])
            content.changes.append(
                mapfacts.Change(
                    day,
                    text_value(row["action"]),
                    unit,
                    numbers.get(unit, ""),
                    new,
                    old != new,
                    draft='"decided_by":"draft"' in text_value(row["new_row"]).replace(" ", ""),
                )
            )


def _numbers(path: str) -> dict[str, str]:
    plan = QgsVectorLayer(f"{path}|layername=plan", "plan", "ogr")
    fields = plan.fields()
    if not plan.isValid() or min(fields.lookupField("unit_id"), fields.lookupField("unit_no")) < 0:
        return {}
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return {text_value(row["unit_id"]): text_value(row["unit_no"]) for row in plan.getFeatures(request)}


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
        mapfacts.source_lines(of("data_dates"), language) or layer_sources(base, language)
    )
    content.synthetic = content.synthetic or any(
        is_synthetic(layer) for layer in (base.lots, base.houses, base.roads, base.canals, base.forest, base.hamlets)
    )
    request.credit = request.credit or of("credit") or credit_of(base, language)
    names = hamlet_names(base, meta, language)
    content.units = [unit._replace(hamlet=names.get(unit.hamlet, unit.hamlet)) for unit in content.units]
    if request.cannot_tell is None and meta.get("cannot_tell", "").isdigit():
        request.cannot_tell = int(meta["cannot_tell"])


def hamlet_names(base: BaseLayers, meta: dict[str, str], language: str) -> dict[str, str]:
    """What the hamlets are called in ``language``: from the hamlets layer, else from the plan file."""
    found: dict[str, str] = {}
    key = f"name_{language}"
    try:
        known = json.loads(meta.get("official_areas", "[]"))
    except ValueError:
        known = []
    for entry in known:
        if isinstance(entry, dict) and entry.get("hamlet") and entry.get(key):
            found[str(entry["hamlet"])] = str(entry[key])
    layer = base.hamlets
    if layer is not None and min(layer.fields().lookupField(name) for name in ("hamlet", key)) >= 0:
        for feature in layer.getFeatures():
            name = text_value(feature[key])
            if name:
                found[text_value(feature["hamlet"])] = name
    return found


def layer_sources(base: BaseLayers, language: str) -> list[str]:
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
            if is_synthetic(layer):
                name = Words.INVENTED.pick(language).format(name=name)
            lines.append(f"{name} {_layer_day(layer, language)}".strip())
    for layer in base.background:
        lines.append(f"{layer.metadata().title() or layer.name()} {_layer_day(layer, language)}".strip())
    return list(dict.fromkeys(lines))


def is_synthetic(layer: Optional[QgsVectorLayer]) -> bool:
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


def credit_of(base: BaseLayers, language: str) -> str:
    """The credit the registry map asks for, with the city of the lots; else the layers' own rights."""
    lots = base.lots
    if lots is None:
        return ""
    position = lots.fields().lookupField("city_name")
    cities = sorted(text_value(value) for value in lots.uniqueValues(position, 20)) if position >= 0 else []
    named = [city for city in cities if city]
    if named:
        return Words.CREDIT.pick(language).format(city="・".join(named))
    return " ".join(right for right in lots.metadata().rights() if right)
