"""Check a layer of lots: shapes, borders between neighbours, lot numbers, registered areas.

Works on the whole layer at once with arrays (see :mod:`.sewing`, :mod:`.mesh`); nothing is compared pair by pair
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
from ..watch import watched
from .areas import REGISTER_AREA, REGISTER_CATEGORY, Joined, check_areas, join_register, unit_slip
from .borders import check_vertices, find_gaps, gap_findings, pinch_findings, sewn_findings
from .channels import STRIP_REACH, channel_findings, find_channels
from .finder import Finder
from .findings import (
    AREA_FIELDS,
    ERROR,
    FINDING_FIELDS,
    KINDS,
    LOT_FIELDS,
    NOTE,
    OK,
    SNAPPED_FIELDS,
    WARNING,
)
from .lots import CHUNK, CheckSettings, Fields, Finding, Geometries, Ints, Lots, connected, numbers, texts
from .mesh import find_near
from .narrow import check_narrow
from .overlaps import find_overlaps, overlap_findings
from .severity import graded
from .sewing import Moved, sew
from .shapes import check_keys, check_shapes, duplicate_findings, links, repeated_copies, same_shapes
from .single import check_parts, check_rings, check_small, spike_findings
from .store import PackedShapes, Shapes

__all__ = (
    "REGISTER_AREA",
    "REGISTER_CATEGORY",
    "CheckResult",
    "CheckSettings",
    "Fields",
    "Joined",
    "PackedShapes",
    "Seen",
    "check_packed",
    "check_parcels",
    "join_register",
    "look_at",
    "texts",
)

#: Kinds that the same lots can have in several places.
_PLACED_KINDS = ("invalid", "gap", "channel", "missing_vertex", "seam", "spike", "self_touch")

#: Of these, those with an area; the middle of the box around it is their place: more points on a side leave it alone.
_AREA_KINDS = ("gap", "channel", "seam")

#: Maps in whole centimetres have middles in half centimetres; a place must not lie where rounding may go both ways.
_OFF_GRID = 0.0123

#: How far around touched lots the map is looked at (m), and how often farther if a gap reaches out of it.
_MARGIN, _WIDENINGS = 1.0, 4


class CheckResult(NamedTuple):
    """Findings (points), their areas (polygons), the lots with their result, and counts.

    ``snapped`` lists the points that were taken for another one (empty unless the settings ask for it).
    """

    findings: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    lots: pd.DataFrame
    counts: dict[str, int]
    snapped: gpd.GeoDataFrame


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
    sheet_field: Optional[str] = "sheets",
    beside: Sequence[int] = (),
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
    ``only`` or ``beside`` or next to them; so give the lots of earlier findings too: as ``only`` the touched
    lots and every lot that a finding of a touched lot names, as ``beside`` (positions of lots that are looked
    at, not reported) every lot that a finding of those names.

    Raises ``InputError`` for impossible settings and ``Cancelled`` when ``progress`` says so.
    """
    settings = settings or CheckSettings()
    settings.validate()
    progress = progress or Progress()
    fields = Fields(
        *(
            name if name and name in frame.columns else None
            for name in (key_field, label_field, area_field, class_field, category_field, sheet_field)
        )
    )
    if only is None:
        result = check_packed(
            frame, Shapes(frame.geometry.to_numpy()), fields, settings, conflicting, progress, frame.crs
        )
        return result._replace(lots=_with_results(frame, result.lots))
    focus = np.unique(np.asarray(only, dtype=np.int64))
    slip = _has_unit_slip(frame, fields.area, settings)
    looked = np.union1d(focus, np.asarray(beside, dtype=np.int64))
    bounds = _bounds(frame.geometry.to_numpy()[looked])
    named = _same_keys(frame, fields.key, focus)
    for attempt in range(_WIDENINGS):
        part = progress.part(1 - 0.5**attempt, 1 - 0.5 ** (attempt + 1))
        rows = np.union1d(np.union1d(looked, named), _around(frame, bounds, settings))
        some, wanted = frame.iloc[rows], np.isin(rows, focus)
        shapes = Shapes(some.geometry.to_numpy())
        result = _check(some, shapes, fields, settings, conflicting, part, frame.crs, wanted, slip)
        result = result._replace(lots=_with_results(some[wanted], result.lots))
        # A gap that reaches farther than what was looked at: look there too.
        gaps = _bounds(result.areas.loc[result.areas["kind"].isin(["gap", "channel", "seam"])].geometry.to_numpy())
        seen = shapely.union_all(shapely.box(*bounds.T)) if len(bounds) else shapely.Polygon()
        beyond = gaps[~shapely.covers(seen, shapely.box(*gaps.T))] if len(gaps) else gaps
        if not len(beyond):
            break
        bounds = np.concatenate([bounds, beyond])
    return result


def check_packed(
    table: pd.DataFrame,
    shapes: Shapes,
    fields: Fields,
    settings: CheckSettings,
    conflicting: Sequence[str] = (),
    progress: Optional[Progress] = None,
    crs: Any = None,
) -> CheckResult:
    """Check lots whose shapes are kept apart from their values: the way to check a million in little memory.

    ``table``: one row per lot with the columns named in ``fields`` (all others are ignored); ``shapes``: its
    shapes in the same order, in the plane system ``crs`` in metres. ``lots`` of the result holds only the
    result columns. Otherwise as :func:`check_parcels`. While it works, progress moves and cancel is answered
    several times a second.
    """
    settings.validate()
    return watched(
        lambda inner: _check(table, shapes, fields, settings, conflicting, inner, crs),
        progress or Progress(),
        at_once=len(table) < CHUNK,
    )


def _bounds(shapes: Geometries) -> npt.NDArray[np.float64]:
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    return bounds[np.isfinite(bounds).all(axis=1)]


def _around(frame: gpd.GeoDataFrame, bounds: npt.NDArray[np.float64], settings: CheckSettings) -> Ints:
    """Rows of the lots that lie near any of the boxes."""
    if not len(bounds):
        return np.empty(0, dtype=np.int64)
    margin = _MARGIN + 2 * settings.tolerance + STRIP_REACH * settings.channel_width
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
    registered = numbers(frame[area_field]) * settings.area_unit
    drawn = shapely.area(frame.geometry.to_numpy())
    both = (registered > 0) & (drawn > 0)
    return unit_slip(drawn[both] / registered[both]) is not None


def _check(
    table: pd.DataFrame,
    shapes: Shapes,
    fields: Fields,
    settings: CheckSettings,
    conflicting: Sequence[str],
    progress: Progress,
    crs: Any,
    focus: Optional[npt.NDArray[np.bool_]] = None,
    slip: bool = False,
) -> CheckResult:
    """Check all lots; with ``focus`` report only what concerns these rows (``slip``: areas in another unit)."""
    lots = Lots(table, shapes, fields, settings)
    seen = _look(lots, fields, settings, conflicting, progress, crs, focus is None, slip)
    found = graded(lots, seen.found)
    if focus is not None:
        found = [item for item in found if focus[list(item.rows)].any()]
    return _assemble(lots, seen.limit, found, seen.moved, crs, focus, progress.part(0.93, 1.0))


class Seen(NamedTuple):
    """What the check sees, before it is graded, named and put into layers."""

    found: list[Finding]
    moved: Moved
    limit: npt.NDArray[np.float64]  #: area tolerance per lot


def look_at(shapes: Geometries, names: Geometries, settings: CheckSettings, progress: Progress) -> Seen:
    """What the check sees in ``shapes`` alone, for those who ask again and again. The order of ``names`` is that of
    the lots wherever one must come first."""
    fields = Fields("name", None, None, None, None, None)
    lots = Lots(pd.DataFrame({"name": names}), Shapes(shapes), fields, settings)
    return watched(
        lambda inner: _look(lots, fields, settings, (), inner, None),
        progress,
        at_once=len(names) < CHUNK,
    )


def _look(
    lots: Lots,
    fields: Fields,
    settings: CheckSettings,
    conflicting: Sequence[str],
    progress: Progress,
    crs: Any,
    whole: bool = True,
    slip: bool = False,
) -> Seen:
    """All that can be found; ``whole``: about the layer as a whole too."""
    progress.step(0.0)
    found: list[Finding] = []
    check_shapes(lots, found, progress.part(0.01, 0.15))
    same = same_shapes(lots)
    # Of exact copies only one takes part in the tests between neighbours.
    single = lots.usable.copy()
    single[[row for group in same for row in group[1:]]] = False
    rows = np.flatnonzero(single)
    border = sew(lots, rows, settings, progress.part(0.16, 0.46))
    mesh = border.mesh
    finder = Finder(lots, rows)
    progress.step(0.48)
    overlaps = find_overlaps(mesh.lot, border.was, finder, lots, settings, progress.part(0.48, 0.62))
    pairs, alike = overlap_findings(lots, overlaps, settings, found)
    same = lots.arranged_groups(connected([*links(same), *alike]))
    duplicate_findings(lots, same, found)
    unclear = check_keys(lots, same, found)
    sewn_findings(lots, border.sewn, set(alike), settings, found)
    near = find_near(mesh, settings.tolerance, progress.part(0.62, 0.68), CHUNK)
    gaps = find_gaps(mesh, near, finder, lots, settings, progress.part(0.68, 0.80))
    gap_findings(lots, gaps, finder, settings, found)
    check_vertices(lots, mesh, near, pairs, settings, found)
    pinch_findings(lots, mesh, near, settings, found)
    channels = find_channels(mesh, gaps, finder, lots, settings, progress.part(0.80, 0.87))
    channel_findings(lots, channels, finder, settings, found)
    progress.step(0.88)
    check_narrow(lots, rows, finder, settings, found)
    check_parts(lots, rows, found)
    check_rings(lots, rows, finder, settings, found, progress.part(0.89, 0.91))
    check_small(lots, rows, settings, found)
    spike_findings(lots, border.spikes, found)
    has_area = fields.area is not None and not slip
    copies = repeated_copies(lots, same)
    limit = check_areas(lots, unclear, copies, has_area, conflicting, found, whole, crs)
    return Seen(found, border.moved, limit)


def _finding_id(kind: str, keys: Sequence[str], x: float, y: float) -> str:
    """A short id that stays the same as long as kind and lots do (and the place to 0.1 m, if several)."""
    place = f"{x:.1f} {y:.1f}" if kind in _PLACED_KINDS else ""
    text = "\x1f".join([kind, *keys, place])
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _anchored(found: list[Finding]) -> list[Finding]:
    """The findings with the place for the id of those that have an area."""
    places = [
        place
        for place, item in enumerate(found)
        if item.kind in _AREA_KINDS and item.area is not None and not item.anchor
    ]
    if not places:
        return found
    boxes = shapely.bounds(np.array([found[place].area for place in places], dtype=object))
    result = list(found)
    for place, (x, y) in zip(places, ((boxes[:, :2] + boxes[:, 2:]) / 2 + _OFF_GRID).tolist()):
        result[place] = found[place]._replace(anchor=(x, y))
    return result


def _assemble(
    lots: Lots,
    limit: npt.NDArray[np.float64],
    found: list[Finding],
    moved: Moved,
    crs: Any,
    focus: Optional[npt.NDArray[np.bool_]],
    progress: Progress,
) -> CheckResult:
    rank = {kind: place for place, kind in enumerate(KINDS)}
    found = _anchored(found)
    per_lot = {severity: np.zeros(len(lots), dtype=np.int64) for severity in (ERROR, WARNING, NOTE)}
    arranged = []
    for item in found:
        named = sorted((str(lots.key[row]), str(lots.label[row])) for row in item.rows)
        arranged.append((item, [key for key, _ in named], "; ".join(label for _, label in named)))
    for severity, times in per_lot.items():
        concerned = [row for item in found if item.severity == severity for row in item.rows]
        np.add.at(times, np.array(concerned, dtype=np.int64), 1)
    arranged.sort(
        key=lambda entry: (
            rank[entry[0].kind],
            entry[1],
            *(_nan_first(value) for value in (entry[0].anchor or (entry[0].x, entry[0].y))),
        )
    )
    used: dict[str, int] = {}
    rows: list[tuple[Any, ...]] = []
    area_rows: list[tuple[Any, ...]] = []
    shapes: list[Any] = []
    for item, keys, labels in arranged:
        if len(rows) % CHUNK == 0:
            progress.step(0.7 * len(rows) / len(arranged))
        identity = _finding_id(item.kind, keys, *(item.anchor or (item.x, item.y)))
        used[identity] = used.get(identity, 0) + 1
        if used[identity] > 1:
            identity = f"{identity}-{used[identity]}"
        severity = item.severity
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
            area_rows.append((identity, item.kind, severity))
            shapes.append(item.area)
    columns = _columns(rows, FINDING_FIELDS)
    findings = _layer(columns, _points(columns["x"], columns["y"]), crs)
    drawn = _multi(shapes)
    sizes = shapely.area(drawn).tolist()
    area_columns = _columns([(*row, size) for row, size in zip(area_rows, sizes)], AREA_FIELDS)
    areas = _layer(area_columns, drawn, crs)
    counted = np.ones(len(lots), dtype=bool) if focus is None else focus
    counts = {"lots": int(counted.sum()), "findings": len(rows)}
    for severity in per_lot:
        counts[severity] = sum(item.severity == severity for item in found)
    progress.step(0.9)
    results = _lot_results(lots, limit, per_lot).loc[counted]
    return CheckResult(findings, areas, results, counts, _snapped(lots, moved, crs))


def _snapped(lots: Lots, moved: Moved, crs: Any) -> gpd.GeoDataFrame:
    """The points that were taken for another one, lot by lot."""
    keys, labels = lots.key[moved.lot].astype(str), lots.label[moved.lot].astype(str)
    order = np.lexsort((moved.off, moved.at[:, 1], moved.at[:, 0], keys))
    columns = {
        "lot": keys[order].astype(object),
        "lot_label": labels[order].astype(object),
        "distance": moved.off[order],
        "x": moved.at[order, 0],
        "y": moved.at[order, 1],
    }
    table = {field.name: columns[field.name] for field in SNAPPED_FIELDS}
    return _layer(table, shapely.points(moved.at[order]), crs)


def _layer(columns: dict[str, Any], shapes: Geometries, crs: Any) -> gpd.GeoDataFrame:
    """A layer made at once: a geometry set afterwards is looked at and copied once more."""
    return gpd.GeoDataFrame({**columns, "geometry": gpd.array.from_shapely(shapes, crs=crs)})


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
    """Areas as multipolygons."""
    array = np.empty(len(shapes), dtype=object)
    array[:] = shapes
    single = np.flatnonzero(shapely.get_type_id(array) == 3)
    if len(single):
        array[single] = shapely.multipolygons(array[single], indices=np.arange(len(single)))
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


def _lot_results(lots: Lots, limit: npt.NDArray[np.float64], per_lot: dict[str, Ints]) -> pd.DataFrame:
    """The result columns of all lots."""
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
    return pd.DataFrame({spec.name: columns[spec.name] for spec in LOT_FIELDS}, index=lots.table.index)


def _with_results(frame: gpd.GeoDataFrame, results: pd.DataFrame) -> gpd.GeoDataFrame:
    """The lots as they came, as multipolygons, with the result columns."""
    whole = frame.copy()
    whole.geometry = _multi_lots(frame.geometry.to_numpy())
    for spec in LOT_FIELDS:
        whole[spec.name] = results[spec.name].to_numpy()
    return whole
