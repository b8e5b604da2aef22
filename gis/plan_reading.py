"""What the window shows of an open plan layer: one unit, the summary, the next unit to decide.

Read from the layer, so that edits not yet written to the file are included.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, NamedTuple, Optional

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsVectorLayer

from ..core.plan.codes import CLASSES, OWNER_AGREED, UNDECIDED, is_decision
from ..core.plan.fields import FILE_FIELDS, PLAN_FIELDS
from ..core.plan.moments import local_time
from . import bridge

#: Up to this many units are asked for by name; more are found faster by reading the layer once.
_MANY = 500

_WRITABLE = tuple(field.name for field in PLAN_FIELDS if field.name not in FILE_FIELDS)


class PlanSummary(NamedTuple):
    """The plan in figures.

    ``areas`` are m² by class, ``counts`` units by class, ``decided`` and ``total`` units,
    ``agreed`` units by owner's agreement, ``kind`` the unit kind of most units, ``changed`` the
    time of the last change the file recorded, ``drafted`` m² by the class the draft proposed.
    """

    areas: dict[str, float]
    counts: dict[str, int]
    decided: int
    total: int
    agreed: dict[str, int]
    kind: str
    changed: Optional[dt.datetime]
    drafted: dict[str, float]

    @property
    def left(self) -> int:
        """Units nobody has decided yet."""
        return self.total - self.decided


class Figures(NamedTuple):
    """The fields of a unit that the summary is made of."""

    management_class: Any
    area_m2: Any
    decided_by: Any
    owner_agreed: Any
    unit_kind: Any
    changed_at: Any
    draft_class: Any


def is_decided(decided_by: Optional[str], management_class: Optional[str]) -> bool:
    """Whether people decided on a class; "undecided" said by people is still open."""
    return is_decision(decided_by) and management_class in CLASSES and management_class != UNDECIDED


def natural_key(number: Optional[str]) -> tuple[Any, ...]:
    """Order of unit numbers as people count: A-2 before A-10, empty last."""
    parts = re.split(r"(\d+)", number or "")
    return (not number, *((int(part) if part.isdigit() else 0, part) for part in parts))


def _request(units: Iterable[str]) -> QgsFeatureRequest:
    """A request for these units only (or for all when there are many)."""
    wanted = sorted(set(units))
    request = QgsFeatureRequest()
    if len(wanted) <= _MANY:
        names = ", ".join(QgsExpression.quotedValue(unit) for unit in wanted) or "NULL"
        request.setFilterExpression(f'"unit_id" IN ({names})')
    return request


def read_units(layer: QgsVectorLayer, units: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Rows of ``units`` by unit id: plan fields as plain Python, without what the file sets itself."""
    wanted = set(units)
    request = _request(wanted)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    positions = {name: layer.fields().lookupField(name) for name in _WRITABLE}
    positions = {name: position for name, position in positions.items() if position >= 0}
    found = {}
    for feature in layer.getFeatures(request):
        values = feature.attributes()
        unit = values[positions["unit_id"]]
        if unit in wanted:
            found[unit] = {name: bridge.to_python(values[position]) for name, position in positions.items()}
    return found


def read_unit(layer: QgsVectorLayer, unit: str) -> Optional[dict[str, Any]]:
    """The row of one unit, ``None`` when it is not in the plan."""
    return read_units(layer, [unit]).get(unit)


def unit_features(layer: QgsVectorLayer, units: Iterable[str]) -> list[QgsFeature]:
    """The features (with shape) of units, by feature id."""
    wanted = set(units)
    found = [feature for feature in layer.getFeatures(_request(wanted)) if feature["unit_id"] in wanted]
    return sorted(found, key=lambda feature: feature.id())


def unit_feature(layer: QgsVectorLayer, unit: str) -> Optional[QgsFeature]:
    """The feature of one unit, ``None`` when it is not in the plan."""
    return next(iter(unit_features(layer, [unit])), None)


def _rows(layer: QgsVectorLayer, names: tuple[str, ...]) -> Iterable[tuple[Any, ...]]:
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    positions = [layer.fields().lookupField(name) for name in names]
    request.setSubsetOfAttributes([position for position in positions if position >= 0])
    for feature in layer.getFeatures(request):
        attributes = feature.attributes()
        yield tuple(bridge.to_python(attributes[position]) if position >= 0 else None for position in positions)


def figures(layer: QgsVectorLayer, units: Optional[Iterable[str]] = None) -> dict[int, Figures]:
    """What the summary needs, by feature id; of some ``units`` only when they are given."""
    request = QgsFeatureRequest() if units is None else _request(units)
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    positions = [layer.fields().lookupField(name) for name in Figures._fields]
    found = {}
    for feature in layer.getFeatures(request):
        values = feature.attributes()
        found[feature.id()] = Figures(
            *(bridge.to_python(values[position]) if position >= 0 else None for position in positions)
        )
    return found


def summarise(rows: Iterable[Figures]) -> PlanSummary:
    """The plan in figures; areas come from ``area_m2``."""
    areas = dict.fromkeys(CLASSES, 0.0)
    drafted = dict.fromkeys(CLASSES, 0.0)
    counts = dict.fromkeys(CLASSES, 0)
    agreed = dict.fromkeys(OWNER_AGREED, 0)
    kinds: dict[str, int] = {}
    decided = total = 0
    changed: Optional[dt.datetime] = None
    for row in rows:
        code = row.management_class if row.management_class in areas else UNDECIDED
        areas[code] += row.area_m2 or 0.0
        counts[code] += 1
        if row.draft_class in drafted:
            drafted[row.draft_class] += row.area_m2 or 0.0
        agreed[row.owner_agreed if row.owner_agreed in agreed else "unknown"] += 1
        kinds[row.unit_kind or "lot"] = kinds.get(row.unit_kind or "lot", 0) + 1
        decided += is_decided(row.decided_by, row.management_class)
        total += 1
        if isinstance(row.changed_at, dt.datetime):
            moment = local_time(row.changed_at)
            changed = moment if changed is None else max(changed, moment)
    kind = min(kinds, key=lambda name: (-kinds[name], name), default="lot")
    return PlanSummary(areas, counts, decided, total, agreed, kind, changed, drafted)


def open_units(layer: QgsVectorLayer) -> list[str]:
    """Units nobody has decided yet, in the order of their numbers."""
    rows = [
        (natural_key(number), unit)
        for unit, number, by, chosen in _rows(layer, ("unit_id", "unit_no", "decided_by", "management_class"))
        if unit and not is_decided(by, chosen)
    ]
    return [unit for _, unit in sorted(rows)]


def next_open(layer: QgsVectorLayer, after: str = "") -> str:
    """The next undecided unit by number after ``after`` (round to the first); empty when none is left."""
    waiting = [unit for unit in open_units(layer) if unit != after]
    if not waiting:
        return ""
    numbers = {unit: natural_key(number) for unit, number in _rows(layer, ("unit_id", "unit_no"))}
    here = numbers.get(after)
    if here is None:
        return waiting[0]
    return next((unit for unit in waiting if (numbers[unit], unit) > (here, after)), waiting[0])


def own_words(row: dict[str, Any], language: str) -> str:
    """The reason people wrote for a unit themselves; empty for the draft's words.

    The window stores what people write, in whatever language, in both columns; the draft's two
    wordings differ.
    """
    if not is_decision(row.get("decided_by")):
        return ""
    english, japanese = row.get("reason"), row.get("reason_ja")
    if english and japanese and english != japanese:
        return ""
    return (japanese or english if language == "ja" else english or japanese) or ""


def former_reasons(layer: QgsVectorLayer, language: str) -> list[str]:
    """Reasons people wrote before, the most used first."""
    names = ("reason", "reason_ja", "decided_by")
    used: dict[str, int] = {}
    for values in _rows(layer, names):
        reason = own_words(dict(zip(names, values)), language)
        if reason:
            used[reason] = used.get(reason, 0) + 1
    return sorted(used, key=lambda reason: (-used[reason], reason))


class Branch(NamedTuple):
    """Units that took one way through the two questions of the draft."""

    q1: str
    q2: str
    management_class: str
    lots: int


def draft_branches(draft: QgsVectorLayer) -> list[Branch]:
    """How many lots of a draft gave which answers and which class came out."""
    counts: dict[tuple[str, str, str], int] = {}
    for first, second, code in _rows(draft, ("q1", "q2", "management_class")):
        way = (first or "unknown", second or "unknown", code if code in CLASSES else UNDECIDED)
        counts[way] = counts.get(way, 0) + 1
    return [Branch(*way, counts[way]) for way in sorted(counts)]
