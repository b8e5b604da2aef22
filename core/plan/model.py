"""How choices enter the plan: created, updated, or kept because people already decided.

Rules
- A unit is found by ``unit_id``, else by ``lot_key``, else by its number on the map (``unit_no``).
- A weaker choice never replaces a stronger one (``codes.DECISION_RANK``: draft, municipality, then
  owner and workshop), nor an older decision a newer one of the same strength, unless told.
- Facts about the land (use, owner contact, zones …) and what the draft proposes are refreshed also
  where the decision is kept.
- A missing value never erases anything, with one exception: reason and basis belong to the choice
  they explain and go with it.
- ``area_m2`` is always the area of the shape, also where another program moved a boundary.
- A conflict with a special law is raised beside the choice, never resolved by changing it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import shapely

from ..errors import InputError
from ..frames import dates, flags, numbers, texts
from ..progress import Progress
from ..texts import Text
from . import codes, numbering
from .fields import (
    ACTION_FIELDS,
    CHOICE_FIELDS,
    CONFLICT_FIELDS,
    FIELD_BY_NAME,
    FILE_FIELDS,
    LAND_FIELDS,
    PLAN_FIELDS,
)
from .law import law_conflict, zone_kinds

#: Makes unit ids of lots the same in every run and on every machine.
UNIT_NAMESPACE = uuid.UUID("8f1c3a52-64d5-5d0e-9c5b-2f0b6a7f4e11")

#: Boundaries closer than this (m) are the same boundary (rounding of coordinates in files).
SAME_PLACE = 0.001

#: Not taken from choices: the file or the merge sets them.
_OWN_FIELDS = (*FILE_FIELDS, "draft_class")

Row = dict[str, Any]


class Problem(NamedTuple):
    """A row that was not taken, or taken only in part: input row (from 1), its lot, and why."""

    row: int
    lot: str
    why: Text


class MergeResult(NamedTuple):
    """What to write, and what happened to each unit.

    ``create`` holds complete rows, ``update`` only the changed fields by feature id; geometry is
    under ``geometry``. The lists of unit ids are sorted.
    """

    create: list[Row]
    update: dict[int, Row]
    created: list[str]
    updated: list[str]
    kept: list[str]
    unchanged: list[str]
    conflicts: list[str]
    problems: list[Problem]
    numbering: Optional[numbering.Numbering]


def unit_id_of_lot(lot_key: str) -> str:
    """The UUID of the unit that consists of this one lot."""
    return str(uuid.uuid5(UNIT_NAMESPACE, f"lot:{lot_key}"))


def lots_of(lot_keys: Optional[str]) -> list[str]:
    """The lot keys in a ``lot_keys`` text."""
    return [key.strip() for key in (lot_keys or "").split(";") if key.strip()]


def _date(text: Optional[str]) -> Optional[dt.date]:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _column(frame: gpd.GeoDataFrame, name: str, kind: str) -> list[Any]:
    """A column as plain Python values of ``kind``; what cannot be read is ``None``."""
    if kind == "bool":
        return list(flags(frame, name))
    if kind == "date":
        return [_date(value) for value in dates(frame, name)]
    if kind in ("int", "real"):
        values = [None if value != value else float(value) for value in numbers(frame, name)]
        return [None if v is None else int(v) for v in values] if kind == "int" else values
    return list(texts(frame, name))


def read_choices(
    frame: gpd.GeoDataFrame, overrides: Optional[Mapping[str, Any]] = None
) -> tuple[list[Row], list[Problem]]:
    """Clean rows from a choices table or layer (docs/formats.md "Choices").

    Codes are also understood by their labels in both languages and class button numbers. A value
    outside its code list becomes missing and is reported. ``overrides`` (for example
    ``decided_by``) replace the column for every row. Who decided is ``draft`` when not said,
    the value that can never replace a decision. Rows without a key or class are reported and left out.

    Raises ``InputError`` when there is no key column or no class column at all.
    """
    keys = [name for name in ("unit_id", "lot_key", "lot_keys", "unit_no") if name in frame.columns]
    if not keys or "management_class" not in frame.columns:
        raise InputError(
            Text(
                "The choices need the fields lot_key (or unit_id, unit_no) and management_class. "
                "Fields found: {found}.",
                "選択には、項目 lot_key（または unit_id、unit_no）と management_class が必要です。ある項目: {found}。",
            ).format(found=", ".join(str(name) for name in frame.columns if name != "geometry") or "-")
        )
    columns = {
        field.name: _column(frame, field.name, field.kind)
        for field in PLAN_FIELDS
        if field.name in frame.columns and field.name not in _OWN_FIELDS
    }
    single = list(texts(frame, "lot_key"))
    geometry = _multi(frame.geometry.to_numpy()) if "geometry" in frame.columns else [None] * len(frame)
    rows: list[Row] = []
    problems: list[Problem] = []
    for number in range(len(frame)):
        row: Row = {name: values[number] for name, values in columns.items()}
        row.update(overrides or {})
        row["lot_keys"] = "; ".join(lots_of(row.get("lot_keys"))) or single[number]
        label = row["lot_keys"] or row.get("unit_no") or row.get("unit_id") or "?"
        for name, labels in codes.WORDS.items():
            if name == "management_class" or row.get(name) is None:
                continue
            code = codes.code_of(row[name], labels)
            if code is None:
                problems.append(
                    Problem(
                        number + 1,
                        label,
                        Text(
                            "“{value}” is not a code of {field} and was left empty.",
                            "「{value}」は{field_ja}の区分にないため、空欄にしました。",
                        ).format(value=row[name], field=name, field_ja=FIELD_BY_NAME[name].ja),
                    )
                )
            row[name] = code
        word = row.get("management_class")
        row["management_class"] = codes.class_code(word) if word is not None else None
        row["decided_by"] = row.get("decided_by") or "draft"
        row["geometry"] = geometry[number]
        if geometry[number] is not None:
            row["area_m2"] = float(shapely.area(geometry[number]))
        row["row"] = number + 1
        row["label"] = label
        if label == "?":
            problems.append(
                Problem(
                    number + 1,
                    label,
                    Text(
                        "The row names no lot and was left out.", "筆が書かれていないため、この行は使いませんでした。"
                    ),
                )
            )
        elif row["management_class"] is None:
            problems.append(
                Problem(
                    number + 1,
                    label,
                    Text(
                        "“{value}” is not a management class; the row was left out.",
                        "「{value}」は管理の区分にないため、この行は使いませんでした。",
                    ).format(value="" if word is None else word),
                )
            )
        else:
            rows.append(row)
    return rows, problems


def _multi(geometries: np.ndarray) -> list[Any]:
    """Polygons as 2D MultiPolygons, exactly as they are otherwise; what is no area is ``None``."""
    found: list[Any] = []
    for geometry in shapely.force_2d(geometries):
        if geometry is None or geometry.is_empty:
            found.append(None)
        elif geometry.geom_type == "Polygon":
            found.append(shapely.multipolygons([geometry]))
        elif geometry.geom_type == "MultiPolygon":
            found.append(geometry)
        else:
            found.append(None)
    return found


def _same_shape(a: Any, b: Any) -> bool:
    """Whether two areas differ by rounding only; works for broken ones too."""
    return bool(shapely.equals_exact(a, b, 0.0)) or bool(
        abs(shapely.area(a) - shapely.area(b)) <= SAME_PLACE * shapely.length(a)
        and shapely.hausdorff_distance(shapely.boundary(a), shapely.boundary(b)) <= SAME_PLACE
    )


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= 1e-4 + 1e-6 * max(abs(a), abs(b))
    return bool(a == b)


def is_protected(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether ``old`` stands against ``new``: it is stronger, or as strong and newer (both dated)."""
    standing = codes.DECISION_RANK.get(old.get("decided_by") or "draft", 0)
    coming = codes.DECISION_RANK[new["decided_by"]]
    if standing != coming:
        return standing > coming
    before, after = old.get("decided_on"), new.get("decided_on")
    return standing > 0 and before is not None and after is not None and after < before


def merge_row(old: Mapping[str, Any], new: Mapping[str, Any], replace_decisions: bool) -> tuple[Row, bool]:
    """Changed fields of the plan row ``old`` when choice ``new`` arrives, and whether ``old`` is protected.

    Both hold plain Python values by field name; a field absent from ``new`` counts as missing.
    """
    changes: Row = {}

    def put(name: str, value: Any) -> None:
        if not _same(old.get(name), value):
            changes[name] = value

    protected = is_protected(old, new) and not replace_decisions
    for name in LAND_FIELDS:
        if new.get(name) is not None:
            put(name, new[name])
    if new["decided_by"] == "draft":
        put("draft_class", new["management_class"])
    if not protected:
        same_choice = new["decided_by"] == old.get("decided_by") and all(
            new.get(name) is None or _same(new[name], old.get(name))
            for name in ("management_class", "priority", "use_plan")
        )
        for name in CHOICE_FIELDS:
            value = new.get(name)
            if value is None and (same_choice or name in ("priority", "use_plan")):
                continue
            if same_choice and name == "decided_on" and new["decided_by"] == "draft":
                continue  # the same draft made again on another day is no news
            put(name, value)
        for name in ACTION_FIELDS:
            if new.get(name) is not None:
                put(name, new[name])
    for name, value in zip(CONFLICT_FIELDS, _conflict(old, new, {**old, **changes}, protected)):
        put(name, value)
    return changes, protected


def _conflict(
    old: Mapping[str, Any], new: Mapping[str, Any], after: Mapping[str, Any], protected: bool
) -> tuple[Optional[str], Optional[str]]:
    """The conflict texts (en, ja) of a row as it will be."""
    given = (new.get("conflict"), new.get("conflict_ja"))
    if any(given) and not protected:
        return given
    standing = (old.get("conflict"), old.get("conflict_ja"))
    touched = any(
        not _same(old.get(name), after.get(name)) for name in ("management_class", "use_plan", "use_now", "zoning")
    )
    if any(standing) and (not touched or not zone_kinds(after.get("zoning"))):
        return standing
    found = law_conflict(*(after.get(name) for name in ("zoning", "management_class", "use_plan", "use_now")))
    return (found.en, found.ja) if found else (None, None)


def _plan_rows(plan: gpd.GeoDataFrame) -> list[Row]:
    columns = {field.name: _column(plan, field.name, field.kind) for field in PLAN_FIELDS}
    geometry = plan.geometry.to_numpy()
    fids = plan.index.tolist()
    return [
        {**{name: values[row] for name, values in columns.items()}, "geometry": geometry[row], "fid": fids[row]}
        for row in range(len(plan))
    ]


def _content_order(row: Row) -> tuple[int, list[str]]:
    """Sorts equal choices by what they hold, the fuller first, so that the order of rows does not matter."""
    held = [
        f"{name}={value.wkb_hex if name == 'geometry' else value}"
        for name, value in sorted(row.items())
        if name != "row" and value is not None
    ]
    return -len(held), held


def _one_choice_each(rows: Sequence[Row], keys: Sequence[str]) -> tuple[dict[str, Row], list[Problem]]:
    """One choice per key: the strongest, then the newest; contradicting equals are all left out."""
    groups: dict[str, list[Row]] = {}
    for row, key in zip(rows, keys):
        groups.setdefault(key, []).append(row)
    chosen: dict[str, Row] = {}
    problems: list[Problem] = []
    for key in sorted(groups):
        group = sorted(
            groups[key],
            key=lambda row: (
                -codes.DECISION_RANK[row["decided_by"]],
                -(row.get("decided_on") or dt.date.min).toordinal(),
                row["label"],
                *_content_order(row),
                row["row"],
            ),
        )
        best = group[0]
        strength = (codes.DECISION_RANK[best["decided_by"]], best.get("decided_on"))
        rivals = [row for row in group if (codes.DECISION_RANK[row["decided_by"]], row.get("decided_on")) == strength]
        choices = {tuple(row.get(name) for name in ("management_class", "priority", "use_plan")) for row in rivals}
        if len(choices) > 1:
            problems += [
                Problem(
                    row["row"],
                    row["label"],
                    Text(
                        "This lot has different choices in rows {rows}; none was taken.",
                        "この筆には、行 {rows} にちがう選択があるため、どれも使いませんでした。",
                    ).format(rows=", ".join(str(r["row"]) for r in sorted(rivals, key=lambda r: r["row"]))),
                )
                for row in rivals
            ]
            continue
        chosen[key] = best
        problems += [
            Problem(
                row["row"],
                row["label"],
                Text(
                    "Row {best} holds a stronger or newer choice for the same lot.",
                    "同じ筆について、行 {best} により確かな、または新しい選択があります。",
                ).format(best=best["row"]),
            )
            for row in group
            if row not in rivals
        ]
    return chosen, problems


def merge(
    plan: gpd.GeoDataFrame,
    choices: gpd.GeoDataFrame,
    replace_decisions: bool = False,
    overrides: Optional[Mapping[str, Any]] = None,
    known_numbers: Optional[numbering.Numbering] = None,
    progress: Optional[Progress] = None,
) -> MergeResult:
    """Bring ``choices`` into ``plan``.

    ``plan`` is indexed by feature id (empty for a new file), ``choices`` is a table or layer in the
    plan's CRS (metres). Choices for units not in the plan need a polygon. The result does not
    depend on the order of rows. Raises ``InputError`` as :func:`read_choices` does.
    """
    progress = progress or Progress()
    rows, problems = read_choices(choices, overrides)
    existing = _plan_rows(plan)
    by_id = {row["unit_id"]: row for row in existing}
    by_lot = {lot: row for row in existing for lot in lots_of(row["lot_keys"])}
    numbers_seen: dict[str, list[Row]] = {}
    for row in existing:
        numbers_seen.setdefault(row["unit_no"] or "", []).append(row)

    known: list[tuple[Row, str]] = []
    fresh: list[tuple[Row, str]] = []
    for row in rows:
        lots = lots_of(row["lot_keys"])
        unit = by_id.get(row.get("unit_id")) or next((by_lot[lot] for lot in lots if lot in by_lot), None)
        if unit is None and not lots:
            same_number = numbers_seen.get(row.get("unit_no") or "", [])
            unit = same_number[0] if len(same_number) == 1 else None
        if unit is not None:
            known.append((row, unit["unit_id"]))
        elif row["geometry"] is None:
            problems.append(
                Problem(
                    row["row"],
                    row["label"],
                    Text(
                        "The plan does not have this lot and the row has no area. Give the lots layer.",
                        "計画にこの筆がなく、場所も分かりません。筆のデータを選んでください。",
                    ),
                )
            )
        elif not lots:
            fresh.append(
                (
                    row,
                    row.get("unit_id")
                    or str(uuid.uuid5(UNIT_NAMESPACE, "area:" + shapely.normalize(row["geometry"]).wkt)),
                )
            )
        else:
            fresh.append((row, row.get("unit_id") or unit_id_of_lot("; ".join(sorted(lots)))))

    update: dict[int, Row] = {}
    updated: list[str] = []
    kept: list[str] = []
    unchanged: list[str] = []
    conflicts: list[str] = []
    chosen, found = _one_choice_each([row for row, _ in known], [key for _, key in known])
    problems += found
    for position, (unit_id, new) in enumerate(chosen.items()):
        if position % 500 == 0:
            progress.step(0.8 * position / len(chosen))
        old = by_id[unit_id]
        one_lot = lots_of(new["lot_keys"]) == lots_of(old["lot_keys"])
        if not one_lot:  # the facts of one lot are not those of a block of lots
            new = {name: value for name, value in new.items() if name not in LAND_FIELDS}
        changes, protected = merge_row(old, new, replace_decisions)
        shape = new.get("geometry")
        if (
            one_lot
            and shape is not None
            and (old["geometry"] is None or not _same_shape(_multi(np.array([old["geometry"]]))[0], shape))
        ):
            changes["geometry"] = shape
        if changes:
            update[old["fid"]] = changes
        (kept if protected else updated if changes else unchanged).append(unit_id)
        if {**old, **changes}.get("conflict") or {**old, **changes}.get("conflict_ja"):
            conflicts.append(unit_id)

    for row in existing:
        if row["geometry"] is not None:  # another program may have moved a boundary
            now = update.get(row["fid"], {})
            measured = float(shapely.area(now.get("geometry", row["geometry"])))
            if not _same(now.get("area_m2", row["area_m2"]), measured):
                update.setdefault(row["fid"], {})["area_m2"] = measured

    chosen, found = _one_choice_each([row for row, _ in fresh], [key for _, key in fresh])
    problems += found
    create = []
    for unit_id, new in chosen.items():
        row = {field.name: new.get(field.name) for field in PLAN_FIELDS if field.name not in FILE_FIELDS}
        row["unit_id"] = unit_id
        row["unit_kind"] = row["unit_kind"] or ("lot" if lots_of(row["lot_keys"]) else "block")
        row["priority"] = bool(row["priority"])
        row["owner_agreed"] = row["owner_agreed"] or "unknown"
        row["draft_class"] = row["management_class"] if row["decided_by"] == "draft" else None
        row["conflict"], row["conflict_ja"] = _conflict({}, new, row, False)
        row["geometry"] = new["geometry"]
        create.append(row)
        if row["conflict"] or row["conflict_ja"]:
            conflicts.append(unit_id)
    create.sort(key=lambda row: (row["lot_keys"] or "", row["unit_id"]))
    remembered = _number(create, existing, known_numbers)
    progress.step(1.0)
    return MergeResult(
        create,
        update,
        sorted(row["unit_id"] for row in create),
        updated,
        kept,
        unchanged,
        sorted(conflicts),
        sorted(problems, key=lambda p: (p.row, p.why.en)),
        remembered,
    )


def _number(
    create: list[Row], existing: Sequence[Row], known: Optional[numbering.Numbering]
) -> Optional[numbering.Numbering]:
    """Give new units their numbers, in place; those that bring one keep it."""
    waiting = [row for row in create if not row["unit_no"]]
    if not waiting:
        return known
    shapes = _sound(np.array([row["geometry"] for row in waiting], dtype=object))
    points = shapely.get_coordinates(shapely.centroid(shapes))
    in_plan: dict[str, int] = {}
    for row in existing:
        in_plan[row["hamlet"] or ""] = in_plan.get(row["hamlet"] or "", 0) + 1
    given, remembered = numbering.assign(
        [row["unit_id"] for row in waiting],
        [row["hamlet"] for row in waiting],
        points,
        [numbering.chiban_of(next(iter(lots_of(row["lot_keys"])), None)) for row in waiting],
        known,
        in_plan,
    )
    for row, number in zip(waiting, given):
        row["unit_no"] = number
    return remembered


def place_in_hamlets(choices: gpd.GeoDataFrame, hamlets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """``choices`` with missing ``hamlet`` and ``district`` taken from the hamlet areas (same CRS).

    A unit belongs to the hamlet that holds a point inside it; where hamlets overlap, to the first
    by name. Units outside all hamlets stay without. Raises ``InputError`` without a field ``hamlet``.
    """
    if "hamlet" not in hamlets.columns:
        raise InputError(
            Text(
                "The hamlet areas have no field hamlet. Choose the layer of hamlets again.",
                "集落の区域に項目 hamlet がありません。集落のデータを選び直してください。",
            )
        )
    names, districts = texts(hamlets, "hamlet"), texts(hamlets, "district")
    order = sorted(range(len(hamlets)), key=lambda row: (names[row] or "", districts[row] or ""))
    areas = _sound(hamlets.geometry.to_numpy()[order])
    result = choices.copy()
    own_names, own_districts = texts(choices, "hamlet"), texts(choices, "district")
    shapes = _sound(choices.geometry.to_numpy())
    points = shapely.point_on_surface(shapes)
    rows, found = shapely.STRtree(areas).query(points, predicate="intersects")
    first: dict[int, int] = {}
    for row, area in sorted(zip(rows.tolist(), found.tolist())):
        first.setdefault(row, area)
    for row, area in first.items():
        source = order[area]
        own_names[row] = own_names[row] or names[source]
        if own_districts[row] is None and own_names[row] == names[source]:
            own_districts[row] = districts[source]
    result["hamlet"], result["district"] = own_names, own_districts
    return result


def _sound(geometries: np.ndarray) -> np.ndarray:
    """Geometries for looking only: broken ones made valid."""
    shapes = np.array(geometries, dtype=object)
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    if broken.any():
        shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def join_lots(choices: gpd.GeoDataFrame, lots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """``choices`` with the areas of ``lots`` (by ``lot_key``) where they have none; in the CRS of ``lots``.

    Raises ``InputError`` without ``lot_key`` in ``lots``.
    """
    if "lot_key" not in lots.columns:
        raise InputError(
            Text(
                "The lots have no field lot_key. Choose the layer of lots again.",
                "筆のデータに項目 lot_key がありません。筆のデータを選び直してください。",
            )
        )
    if choices.crs is not None and choices.crs != lots.crs:
        choices = choices.to_crs(lots.crs)
    place: dict[str, Any] = {}
    for key, geometry in zip(texts(lots, "lot_key"), lots.geometry.to_numpy()):
        if key is not None and geometry is not None:
            # A lot drawn on two sheets may come twice; the larger part is its place on the map.
            known = place.get(key)
            if known is None or (geometry.area, geometry.wkt) > (known.area, known.wkt):
                place[key] = geometry
    geometries = choices.geometry.to_numpy().copy()
    for row, key in enumerate(texts(choices, "lot_key")):
        if geometries[row] is None or geometries[row].is_empty:
            geometries[row] = place.get(key)
    return gpd.GeoDataFrame(choices.drop(columns=choices.geometry.name), geometry=geometries, crs=lots.crs)
