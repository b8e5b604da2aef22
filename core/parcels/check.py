"""Check a layer of lots: shapes, borders between neighbours, lot numbers, registered areas.

Works on the whole layer at once with arrays (see :mod:`.mesh`); nothing is compared pair by pair
except the few lots whose borders do not fit. One bad lot never stops the check: broken shapes are
reported, and a repaired copy stands in for them in the tests of overlaps and gaps.

``tolerance`` (map unit, metres in practice) is the width up to which a gap or an overlap is not
reported and the distance up to which a point counts as lying on a border.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..progress import Progress
from ..schema import FieldSpec
from .areas import REGISTER_AREA, REGISTER_CATEGORY, Joined, check_areas, join_register, unit_slip
from .borders import (
    check_narrow,
    check_vertices,
    find_gaps,
    find_overlaps,
    gap_findings,
    overlap_findings,
)
from .findings import AREA_FIELDS, ERROR, FINDING_FIELDS, KINDS, LOT_FIELDS, NOTE, OK, WARNING
from .lots import CHUNK, CheckSettings, Finding, Geometries, Ints, Lots, texts
from .mesh import build_mesh, find_near, snapped
from .shapes import check_keys, check_shapes, connected, duplicate_finding, links, same_shapes

__all__ = (
    "REGISTER_AREA",
    "REGISTER_CATEGORY",
    "CheckResult",
    "CheckSettings",
    "Joined",
    "check_parcels",
    "join_register",
)

#: Kinds that the same lots can have in several places.
_PLACED_KINDS = ("gap", "missing_vertex")

#: How far around touched lots the map is looked at (m), and how often farther if a gap reaches out of it.
_MARGIN, _WIDENINGS = 1.0, 4


class CheckResult(NamedTuple):
    """Findings (points), their areas (polygons), the lots with their result, and counts."""

    findings: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    lots: gpd.GeoDataFrame
    counts: dict[str, int]


def check_parcels(
    frame: gpd.GeoDataFrame,
    settings: Optional[CheckSettings] = None,
    key_field: Optional[str] = "lot_key",
    label_field: Optional[str] = "chiban",
    area_field: Optional[str] = "area_reg",
    class_field: Optional[str] = "accuracy_class",
    category_field: Optional[str] = "category_reg",
    conflicting: Sequence[str] = (),
    progress: Optional[Progress] = None,
    only: Optional[Sequence[int]] = None,
) -> CheckResult:
    """Check the lots of ``frame`` (polygons in a plane system in metres).

    Fields that the frame does not have are treated as unknown; without ``key_field`` the index
    (feature id) names the lots. ``conflicting``: keys for which the register gives two areas.
    The result does not depend on the order of the rows; ``lots`` keeps the order of ``frame``.

    ``only``: positions (row numbers of ``frame``, not index labels) of lots that were touched. Then
    just these lots and what lies around them is looked at, at once even in a large map. The result
    holds the findings that name at least one of these lots, with the same ids and figures as in a check
    of everything, and ``lots`` only these rows. Findings about the whole layer (unit of the areas, no
    numbers at all) are left to a check of everything. A gap is seen when the lots around it are among
    ``only`` or next to them; so give the lots of earlier findings too: the touched lots and every lot
    that a finding of a touched lot names.

    Raises ``InputError`` for impossible settings and ``Cancelled`` when ``progress`` says so.
    """
    settings = settings or CheckSettings()
    settings.validate()
    progress = progress or Progress()
    fields = Fields(
        *(
            name if name and name in frame.columns else None
            for name in (key_field, label_field, area_field, class_field, category_field)
        )
    )
    if only is None:
        return _check(frame, settings, fields, conflicting, progress)
    focus = np.unique(np.asarray(only, dtype=np.int64))
    slip = _has_unit_slip(frame, fields.area, settings)
    bounds = _bounds(frame.geometry.to_numpy()[focus])
    named = _same_keys(frame, fields.key, focus)
    for attempt in range(_WIDENINGS):
        part = progress.part(1 - 0.5**attempt, 1 - 0.5 ** (attempt + 1))
        rows = np.union1d(np.union1d(focus, named), _around(frame, bounds, settings))
        result = _check(frame.iloc[rows], settings, fields, conflicting, part, np.isin(rows, focus), slip)
        # A gap that reaches farther than what was looked at: look there too.
        gaps = _bounds(result.areas.loc[result.areas["kind"] == "gap"].geometry.to_numpy())
        seen = shapely.union_all(shapely.box(*bounds.T)) if len(bounds) else shapely.Polygon()
        beyond = gaps[~shapely.covers(seen, shapely.box(*gaps.T))] if len(gaps) else gaps
        if not len(beyond):
            break
        bounds = np.concatenate([bounds, beyond])
    return result


class Fields(NamedTuple):
    """Names of the fields that the lots have; ``None`` for what they lack."""

    key: Optional[str]
    label: Optional[str]
    area: Optional[str]
    accuracy: Optional[str]
    category: Optional[str]


def _bounds(shapes: Geometries) -> npt.NDArray[np.float64]:
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return bounds[np.isfinite(bounds).all(axis=1)]


def _around(frame: gpd.GeoDataFrame, bounds: npt.NDArray[np.float64], settings: CheckSettings) -> Ints:
    """Rows of the lots that lie near any of the boxes."""
    if not len(bounds):
        return np.empty(0, dtype=np.int64)
    margin = _MARGIN + 2 * settings.tolerance
    boxes = shapely.box(*(bounds + np.array([-margin, -margin, margin, margin])).T)
    return np.unique(frame.sindex.query(boxes)[1])


def _same_keys(frame: gpd.GeoDataFrame, key_field: Optional[str], focus: Ints) -> Ints:
    """Rows with the lot number of one of ``focus``."""
    if not key_field:
        return np.empty(0, dtype=np.int64)
    keys = pd.Series(texts(frame[key_field]))
    return np.flatnonzero((keys.isin(set(keys.iloc[focus]) - {""})).to_numpy())


def _has_unit_slip(frame: gpd.GeoDataFrame, area_field: Optional[str], settings: CheckSettings) -> bool:
    """Whether the registered areas of the whole layer are in another unit."""
    if not area_field:
        return False
    registered = _numbers(frame[area_field]) * settings.area_unit
    drawn = shapely.area(frame.geometry.to_numpy())
    both = (registered > 0) & (drawn > 0)
    return unit_slip(drawn[both] / registered[both]) is not None


def _numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _check(
    frame: gpd.GeoDataFrame,
    settings: CheckSettings,
    fields: Fields,
    conflicting: Sequence[str],
    progress: Progress,
    focus: Optional[npt.NDArray[np.bool_]] = None,
    slip: bool = False,
) -> CheckResult:
    """Check all lots; with ``focus`` report only what concerns these rows (``slip``: areas in another unit)."""
    has_area = fields.area is not None
    registered = np.full(len(frame), np.nan)
    if fields.area is not None:
        registered = _numbers(frame[fields.area]) * settings.area_unit
    lots = Lots(frame, fields.key, fields.label, fields.accuracy, fields.category, registered, settings)
    found: list[Finding] = []
    check_shapes(lots, found, progress.span(0.0, 0.10))
    same = same_shapes(lots)
    progress.span(0.10, 0.30)

    # Of exact copies only one takes part in the tests between neighbours.
    single = lots.usable != None  # noqa: E711
    single[[row for group in same for row in group[1:]]] = False
    rows = np.flatnonzero(single)
    geoms = lots.usable[rows]
    mesh = build_mesh(geoms, settings.tolerance / 100)
    progress.step(0.7)
    tree = shapely.STRtree(geoms)
    progress.step(1.0)
    overlaps = find_overlaps(geoms, mesh, tree, settings, progress)
    pairs, alike = overlap_findings(lots, rows, overlaps, settings, found)
    same = connected([*links(same), *alike])
    found += [duplicate_finding(lots, group) for group in same]
    unclear = check_keys(lots, same, found)
    mesh = snapped(mesh, settings.tolerance)
    near = find_near(mesh, settings.tolerance, progress.span(0.60, 0.68), CHUNK)
    gaps = find_gaps(mesh, near, tree, settings, progress.span(0.68, 0.85))
    gap_findings(lots, rows, gaps, tree, settings, found)
    check_vertices(lots, rows, mesh, near, pairs, settings, found)
    progress.span(0.85, 0.88)
    check_narrow(lots, rows, geoms, tree, settings, found)
    progress.span(0.88, 1.0)
    limit = check_areas(lots, unclear, same, has_area and not slip, conflicting, found, whole=focus is None)
    progress.step(0.3)
    if focus is None:
        return _assemble(frame, lots, limit, found, progress)
    wanted = focus[lots.order]
    result = _assemble(frame, lots, limit, [item for item in found if wanted[list(item.rows)].any()], progress)
    return result._replace(lots=result.lots.loc[focus], counts={**result.counts, "lots": int(focus.sum())})


def _finding_id(kind: str, keys: Sequence[str], x: float, y: float) -> str:
    """A short id that stays the same as long as kind and lots do (and the place to 0.1 m, if several)."""
    place = f"{x:.1f} {y:.1f}" if kind in _PLACED_KINDS else ""
    text = "\x1f".join([kind, *keys, place])
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _assemble(
    frame: gpd.GeoDataFrame,
    lots: Lots,
    limit: npt.NDArray[np.float64],
    found: list[Finding],
    progress: Progress,
) -> CheckResult:
    rank = {kind: place for place, kind in enumerate(KINDS)}
    per_lot = {severity: np.zeros(len(lots), dtype=np.int64) for severity in (ERROR, WARNING, NOTE)}
    arranged = []
    for item in found:
        named = sorted((str(lots.key[row]), str(lots.label[row])) for row in item.rows)
        per_lot[KINDS[item.kind].severity][list(item.rows)] += 1
        arranged.append((item, [key for key, _ in named], "; ".join(label for _, label in named)))
    arranged.sort(
        key=lambda entry: (
            rank[entry[0].kind],
            entry[1],
            _nan_first(entry[0].x),
            _nan_first(entry[0].y),
        )
    )
    used: dict[str, int] = {}
    rows: list[tuple[Any, ...]] = []
    area_rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for item, keys, labels in arranged:
        if len(rows) % CHUNK == 0:
            progress.step(0.3 + 0.5 * len(rows) / len(arranged))
        identity = _finding_id(item.kind, keys, item.x, item.y)
        used[identity] = used.get(identity, 0) + 1
        if used[identity] > 1:
            identity = f"{identity}-{used[identity]}"
        severity = KINDS[item.kind].severity
        rows.append(
            (
                identity,
                item.kind,
                severity,
                "; ".join(keys),
                labels,
                item.size,
                item.unit or None,
                item.text.en,
                item.text.ja,
                item.detail or None,
                item.x,
                item.y,
            )
        )
        if item.area is not None:
            area_rows.append((identity, item.kind, severity, float(shapely.area(item.area))))
            shapes.append(item.area)
    columns = _columns(rows, FINDING_FIELDS)
    findings = gpd.GeoDataFrame(columns, geometry=_points(columns["x"], columns["y"]), crs=frame.crs)
    areas = gpd.GeoDataFrame(_columns(area_rows, AREA_FIELDS), geometry=_multi(shapes), crs=frame.crs)
    counts = {"lots": len(lots), "findings": len(rows)}
    for severity in per_lot:
        counts[severity] = int((findings["severity"] == severity).sum())
    return CheckResult(findings, areas, _lot_results(frame, lots, limit, per_lot), counts)


def _columns(rows: Sequence[tuple[Any, ...]], fields: Sequence[FieldSpec]) -> dict[str, Any]:
    """Rows as columns in the types of the fields."""
    return {
        field.name: np.array([row[place] for row in rows], dtype=float if field.kind == "real" else object)
        for place, field in enumerate(fields)
    }


def _nan_first(value: float) -> float:
    return -np.inf if np.isnan(value) else value


def _points(x: Sequence[float], y: Sequence[float]) -> Geometries:
    """Points, missing where a coordinate is."""
    east, north = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    known = np.isfinite(east) & np.isfinite(north)
    result = np.full(len(east), None, dtype=object)
    result[known] = shapely.points(east[known], north[known])
    return result


def _multi(shapes: Sequence[Any]) -> Geometries:
    """Shapes as multipolygons."""
    array = np.empty(len(shapes), dtype=object)
    for number, shape in enumerate(shapes):
        array[number] = shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
    return array


def _multi_lots(shapes: Geometries) -> Geometries:
    """Lots as multipolygons with their points untouched; ``None`` for anything but an area."""
    kinds = shapely.get_type_id(shapes)
    result = np.full(len(shapes), None, dtype=object)
    result[kinds == 6] = shapes[kinds == 6]
    single = np.flatnonzero(kinds == 3)
    if len(single):
        result[single] = shapely.multipolygons(shapes[single], indices=np.arange(len(single)))
    return result


def _lot_results(
    frame: gpd.GeoDataFrame, lots: Lots, limit: npt.NDArray[np.float64], per_lot: dict[str, Ints]
) -> gpd.GeoDataFrame:
    worst = np.full(len(lots), OK, dtype=object)
    for severity in (NOTE, WARNING, ERROR):
        worst[per_lot[severity] > 0] = severity
    known = lots.registered > 0
    columns = {
        "area_m2": lots.area,
        "area_registered": np.where(known, lots.registered, np.nan),
        "area_diff": np.where(np.isfinite(limit), lots.area - lots.registered, np.nan),
        "area_tolerance": limit,
        "errors": per_lot[ERROR],
        "warnings": per_lot[WARNING],
        "notes": per_lot[NOTE],
        "worst": worst,
    }
    result = frame.copy()
    result.geometry = _multi_lots(frame.geometry.to_numpy())
    for spec in LOT_FIELDS:
        values = np.empty(len(lots), dtype=columns[spec.name].dtype)
        values[lots.order] = columns[spec.name]
        result[spec.name] = values
    return result
