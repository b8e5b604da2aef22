"""Tables of the plan: area by use and by class, per district, with what is left to the official area.

Parcel areas never add up to the official area of a municipality. The difference is a row of its own
(official minus plan), so that total plus difference is exactly the official area. Where no official
area is known, the difference is unknown, not zero. All sums come from unrounded areas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import shapely

from ..frames import flags, numbers, texts
from ..texts import Text
from .codes import (
    CLASS_BY_CODE,
    CLASSES,
    RESIDUAL,
    TOTAL,
    UNDECIDED,
    UNKNOWN,
    USE_GROUPS,
    USES,
)

#: Key of the whole plan among districts.
ALL = ""
ALL_DISTRICTS = Text("Whole plan", "全体")
NO_DISTRICT = Text("No district", "地区なし")
OFFICIAL = Text("Official area", "公的な面積")

#: Row codes after the categories.
UNKNOWN_ROW, TOTAL_ROW, RESIDUAL_ROW, OFFICIAL_ROW = "unknown", "total", "residual", "official"


class UseRow(NamedTuple):
    """Area of one use category in one district (ha): now, planned, and the change.

    ``level`` is 0 for the rows that add up to the total and 1 for parts of the row above. Missing
    areas are ``None``.
    """

    district: Optional[str]
    code: str
    label: Text
    level: int
    now_ha: Optional[float]
    plan_ha: Optional[float]
    change_ha: Optional[float]


class ChangeRow(NamedTuple):
    """Area (ha) that goes from use ``now`` to each planned use of :func:`use_columns`."""

    district: Optional[str]
    now: str
    label: Text
    areas_ha: dict[str, float]
    total_ha: float


class ClassRow(NamedTuple):
    """Units and area of one management class in one district; ``share`` of the plan's area (0..1)."""

    district: Optional[str]
    code: str
    label: Text
    units: Optional[int]
    area_ha: Optional[float]
    share: Optional[float]
    priority_ha: Optional[float]


class Tables(NamedTuple):
    """All tables of a plan. A district of ``""`` is the whole plan, ``None`` are units without one."""

    uses: list[UseRow]
    changes: list[ChangeRow]
    classes: list[ClassRow]
    districts: list[Optional[str]]


def areas_ha(plan: gpd.GeoDataFrame) -> np.ndarray:
    """Area of each unit in ha: ``area_m2``, else measured from its shape (metric CRS), else 0."""
    known = numbers(plan, "area_m2")
    measured = np.nan_to_num(shapely.area(plan.geometry.to_numpy()))
    return np.where(np.isnan(known), measured, known) / 10_000.0


def use_columns() -> list[str]:
    """Codes of use categories in official order, unknown last."""
    return [*USES, UNKNOWN_ROW]


def use_rows() -> list[tuple[str, Text, int, tuple[str, ...]]]:
    """Rows of the official table: code, label, level, and the categories they add up."""
    rows: list[tuple[str, Text, int, tuple[str, ...]]] = []
    grouped = {member: (group, label, members) for group, (label, members) in USE_GROUPS.items() for member in members}
    for code, label in USES.items():
        if code in grouped:
            group, group_label, members = grouped[code]
            if code == members[0]:
                rows.append((group, group_label, 0, members))
            rows.append((code, label, 1, (code,)))
        else:
            rows.append((code, label, 0, (code,)))
    rows.append((UNKNOWN_ROW, UNKNOWN, 0, (UNKNOWN_ROW,)))
    return rows


def district_label(district: Optional[str]) -> Text:
    """The words for a district key."""
    if district is None:
        return NO_DISTRICT
    return ALL_DISTRICTS if district == ALL else Text(district, district)


def make_tables(
    plan: gpd.GeoDataFrame,
    official_ha: Optional[float] = None,
    official_by_district: Optional[Mapping[str, Optional[float]]] = None,
    by: str = "district",
) -> Tables:
    """The tables of ``plan`` (metric CRS).

    ``official_ha`` is the official area of the whole; when missing, the sum of
    ``official_by_district`` if every one is known. ``by`` is the field that makes the parts
    (``district`` or ``hamlet``). Districts with an official area but no unit are listed with zero.
    """
    known = dict(official_by_district or {})
    if official_ha is None and known and all(area is not None for area in known.values()):
        official_ha = float(sum(area for area in known.values() if area is not None))
    area = areas_ha(plan)
    parts = texts(plan, by)
    now = _coded(texts(plan, "use_now"), USES, UNKNOWN_ROW)
    planned = _coded(texts(plan, "use_plan"), USES, UNKNOWN_ROW)
    classes = _coded(texts(plan, "management_class"), CLASS_BY_CODE, UNDECIDED)
    priority = np.array([flag is True for flag in flags(plan, "priority")], dtype=bool)
    named = sorted({part for part in parts if part is not None} | set(known))
    districts: list[Optional[str]] = [ALL, *named]
    if any(part is None for part in parts) and named:
        districts.append(None)

    uses: list[UseRow] = []
    changes: list[ChangeRow] = []
    class_rows: list[ClassRow] = []
    for district in districts:
        mask = (
            np.ones(len(plan), dtype=bool)
            if district == ALL
            else np.array([part == district for part in parts], dtype=bool)
        )
        official = official_ha if district == ALL else known.get(district) if district else None
        uses += _use_table(district, area[mask], now[mask], planned[mask], official)
        changes += _change_table(district, area[mask], now[mask], planned[mask])
        class_rows += _class_table(district, area[mask], classes[mask], priority[mask], official)
    return Tables(uses, changes, class_rows, districts)


def _coded(values: np.ndarray, codes: Mapping[str, Any], other: str) -> np.ndarray:
    return np.array([value if value in codes else other for value in values], dtype=object)


def _sum(area: np.ndarray) -> float:
    """The sum whatever the order of rows."""
    return float(np.sort(area).sum())


def _by_code(area: np.ndarray, codes: np.ndarray) -> dict[str, float]:
    return {code: _sum(area[codes == code]) for code in sorted(set(codes.tolist()))}


def _use_table(
    district: Optional[str], area: np.ndarray, now: np.ndarray, planned: np.ndarray, official: Optional[float]
) -> list[UseRow]:
    before, after = _by_code(area, now), _by_code(area, planned)
    rows = []
    for code, label, level, members in use_rows():
        a = sum(before.get(member, 0.0) for member in members)
        b = sum(after.get(member, 0.0) for member in members)
        rows.append(UseRow(district, code, label, level, a, b, b - a))
    total = _sum(area)
    rest = None if official is None else official - total
    rows.append(UseRow(district, TOTAL_ROW, TOTAL, 0, total, total, 0.0))
    rows.append(UseRow(district, RESIDUAL_ROW, RESIDUAL, 0, rest, rest, None))
    rows.append(UseRow(district, OFFICIAL_ROW, OFFICIAL, 0, official, official, None))
    return rows


def _change_table(district: Optional[str], area: np.ndarray, now: np.ndarray, planned: np.ndarray) -> list[ChangeRow]:
    rows = []
    for code in use_columns():
        mask = now == code
        after = _by_code(area[mask], planned[mask])
        label = USES.get(code, UNKNOWN)
        rows.append(
            ChangeRow(
                district, code, label, {column: after.get(column, 0.0) for column in use_columns()}, _sum(area[mask])
            )
        )
    after = _by_code(area, planned)
    rows.append(
        ChangeRow(district, TOTAL_ROW, TOTAL, {column: after.get(column, 0.0) for column in use_columns()}, _sum(area))
    )
    return rows


def _class_table(
    district: Optional[str], area: np.ndarray, classes: np.ndarray, priority: np.ndarray, official: Optional[float]
) -> list[ClassRow]:
    total = _sum(area)
    rows = []
    for code in CLASSES:
        mask = classes == code
        own = _sum(area[mask])
        rows.append(
            ClassRow(
                district,
                code,
                CLASS_BY_CODE[code].label,
                int(mask.sum()),
                own,
                own / total if total else None,
                _sum(area[mask & priority]),
            )
        )
    rows.append(ClassRow(district, TOTAL_ROW, TOTAL, len(area), total, 1.0 if total else None, _sum(area[priority])))
    rows.append(
        ClassRow(district, RESIDUAL_ROW, RESIDUAL, None, None if official is None else official - total, None, None)
    )
    rows.append(ClassRow(district, OFFICIAL_ROW, OFFICIAL, None, official, None, None))
    return rows


def official_by(areas: Sequence[Mapping[str, Any]], by: str = "district") -> dict[str, Optional[float]]:
    """Official areas (ha) added up by ``by``; ``None`` where one of them is unknown.

    ``areas`` are rows as of ``facts.official_areas``.
    """
    found: dict[str, Optional[float]] = {}
    for row in areas:
        name, area = row.get(by), row.get("ha")
        if name is None:
            continue
        standing = found.get(name, 0.0)
        found[name] = None if area is None or standing is None else standing + float(area)
    return found
