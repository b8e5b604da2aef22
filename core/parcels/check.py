"""Check a layer of lots: shapes, borders between neighbours, lot numbers, registered areas.

Works on the whole layer at once with arrays (see :mod:`.mesh`); nothing is compared pair by pair
except the few lots whose borders do not fit. One bad lot never stops the check: broken shapes are
reported, and a repaired copy stands in for them in the tests of overlaps and gaps.

``tolerance`` (map unit, metres in practice) is the width up to which a gap or an overlap is not
reported and the distance up to which a point counts as lying on a border.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Iterable, NamedTuple, Optional, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..errors import InputError
from ..progress import Progress
from ..schema import names
from ..texts import Text
from .findings import AREA_FIELDS, ERROR, FINDING_FIELDS, KINDS, LOT_FIELDS, NOTE, OK, WARNING
from .mesh import Mesh, Near, build_mesh, enclosed_faces, find_near, inside_lots, snapped
from .tolerance import accuracy_class, area_tolerance

Geometries = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

#: Columns that :func:`join_register` adds.
REGISTER_AREA, REGISTER_CATEGORY = "registered_area", "registered_category"

#: Rows handled between two looks at progress and cancel.
CHUNK = 20_000

#: Land categories whose lots are narrow by nature.
NARROW_CATEGORIES = (
    "公衆用道路", "道路", "道", "里道", "用悪水路", "水路", "水", "水道用地", "運河用地", "堤", "井溝", "鉄道用地",
)

#: Land categories for which the survey rules allow the widest tolerance (不動産登記規則10条4項).
_FOREST_CATEGORIES = ("山林", "原野", "保安林")

#: A narrow lot is at least this many times as long as wide (product's choice).
NARROW_RATIO = 10.0

#: Part of a narrow lot's length that touches other long lots when it belongs to a road or ditch net.
NETWORK_SPAN = 0.8

#: Unit slips looked for: factor by which the map area exceeds the registered number.
UNIT_FACTORS = (
    (10_000.0, Text("hectares", "ヘクタール")),
    (100.0, Text("ares", "アール")),
    (400.0 / 121.0, Text("tsubo", "坪")),
    (120_000.0 / 121.0, Text("tan", "反")),
    (12_000.0 / 121.0, Text("se", "畝")),
    (1_200_000.0 / 121.0, Text("chō", "町")),
    (1_000_000.0, Text("square kilometres", "平方キロメートル")),
)


@dataclass(frozen=True)
class CheckSettings:
    """What counts as a finding. Lengths in metres, areas in m²."""

    tolerance: float = 0.01  #: width of gaps and overlaps, and distance of points, that is ignored
    min_area: float = 0.01  #: gaps and overlaps smaller than this are ignored
    max_gap_area: float = 0.0  #: enclosed areas larger than this are not gaps (0: no limit)
    sliver_width: float = 0.5  #: lots narrower than this are looked at
    default_class: Optional[str] = None  #: accuracy class where the lot has none
    area_unit: float = 1.0  #: m² per unit of the registered area

    def validate(self) -> None:
        """Raise ``InputError`` for values that make no sense."""
        for value, name in (
            (self.tolerance, Text("tolerance", "許容差")),
            (self.min_area, Text("smallest area", "最小面積")),
            (self.max_gap_area, Text("largest gap", "すき間の最大面積")),
            (self.sliver_width, Text("width of narrow lots", "細い筆の幅")),
        ):
            if not value >= 0 or value == np.inf:
                raise InputError(Text(
                    "The {name} is {value}. Give 0 or a positive number.",
                    "{name}が {value} です。0 以上の数を入れてください。",
                ).format(name=name, value=value))
        if not self.area_unit > 0:
            raise InputError(Text(
                "The unit of the registered area must be a positive number of m².",
                "登記面積の単位は正の数（m²）にしてください。",
            ))


class CheckResult(NamedTuple):
    """Findings (points), their areas (polygons), the lots with their result, and counts."""

    findings: gpd.GeoDataFrame
    areas: gpd.GeoDataFrame
    lots: gpd.GeoDataFrame
    counts: dict[str, int]


class _Finding(NamedTuple):
    kind: str
    rows: tuple[int, ...]
    size: float
    unit: str
    text: Text
    detail: str
    x: float
    y: float
    area: Any = None


class _Lots:
    """The input as arrays in an order that does not depend on the feature order."""

    def __init__(
        self,
        frame: gpd.GeoDataFrame,
        key_field: Optional[str],
        label_field: Optional[str],
        class_field: Optional[str],
        category_field: Optional[str],
        registered: npt.NDArray[np.float64],
        settings: CheckSettings,
    ) -> None:
        shapes = shapely.force_2d(frame.geometry.to_numpy())
        if key_field:
            key = _texts(frame[key_field])
        else:
            key = np.array([str(value) for value in frame.index], dtype=object)
        self.has_key = key != ""
        sort_key = key.copy()
        order = np.argsort(sort_key.astype(str), kind="stable") if len(key) else np.empty(0, dtype=np.int64)
        arranged = sort_key[order]
        tied = np.zeros(len(key), dtype=bool)
        if len(key) > 1:
            same = arranged[1:] == arranged[:-1]
            tied[1:] |= same
            tied[:-1] |= same
        if tied.any():
            # Rows with one key are put in order by their shape, then by the rest of their values.
            blob = np.full(len(key), b"", dtype=object)
            rows = order[tied]
            blob[rows] = [value or b"" for value in shapely.to_wkb(shapes[rows])]
            rest = frame.drop(columns=frame.geometry.name).iloc[rows].astype(str).to_numpy().tolist()
            tie_break = dict(zip(rows.tolist(), zip(blob[rows], rest)))
            order = np.array(
                sorted(order.tolist(), key=lambda row: (str(key[row]), *tie_break.get(row, (b"", [])))),
                dtype=np.int64,
            )
        self.order = order  #: input position of each row
        self.key = key[order]
        self.has_key = self.has_key[order]
        self.label = _texts(frame[label_field])[order] if label_field else self.key.copy()
        self.label = np.where(self.label == "", self.key, self.label)
        self.shape: Geometries = shapes[order]
        self.registered = registered[order]
        self.category = (
            _texts(frame[category_field])[order] if category_field else np.full(len(order), "", dtype=object)
        )
        raw = frame[class_field].to_numpy(dtype=object)[order] if class_field else np.full(len(order), None)
        known = {value: accuracy_class(value) for value in pd.unique(pd.Series(raw, dtype=object))}
        classes = [known[value] if value in known else accuracy_class(value) for value in raw]
        self.has_class = np.array([name is not None for name in classes], dtype=bool)
        self.accuracy = np.array(
            [
                name or settings.default_class or ("乙三" if category in _FOREST_CATEGORIES else "乙一")
                for name, category in zip(classes, self.category)
            ],
            dtype=object,
        )
        self.area = np.full(len(order), np.nan)
        self.valid = np.zeros(len(order), dtype=bool)
        self.usable: Geometries = np.full(len(order), None, dtype=object)

    def __len__(self) -> int:
        return len(self.order)


def _texts(column: pd.Series) -> npt.NDArray[np.object_]:
    """A column as stripped strings; missing values become ""."""
    values = column.to_numpy(dtype=object)
    missing = pd.isna(column).to_numpy()
    return np.array(
        ["" if gone else _plain(value) for value, gone in zip(values, missing)], dtype=object
    )


def _plain(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _number(value: float) -> str:
    """A size for a sentence: 3.2, 412, 1,043; small ones with two significant digits."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.1f}".rstrip("0").rstrip(".")
    if size == 0:
        return "0"
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")


def _area_pair(first: float, second: float) -> tuple[str, str]:
    """Two areas with as many digits as it takes to tell them apart (at most 2 decimals)."""
    for digits in (0, 1):
        texts = f"{first:,.{digits}f}", f"{second:,.{digits}f}"
        if abs(first - second) >= 10.0 ** (1 - digits) and (digits or first == round(first)):
            return texts
    return f"{first:,.2f}", f"{second:,.2f}"


_COORDINATE = re.compile(r"\[(\S+) (\S+)\]$")

#: Why GEOS calls a shape invalid, in words.
_REASONS = {
    "Self-intersection": Text("The border line crosses itself.", "境界の線が交差しています。"),
    "Ring Self-intersection": Text(
        "The border line touches itself.", "境界の線が自分自身に触れています。"),
    "Hole lies outside shell": Text("A hole lies outside the lot.", "穴が筆の外にあります。"),
    "Holes are nested": Text("One hole lies inside another.", "穴の中に穴があります。"),
    "Interior is disconnected": Text(
        "Holes cut the lot into pieces.", "穴で筆が切り離されています。"),
    "Nested shells": Text("One part lies inside another.", "図形の中に図形があります。"),
    "Duplicate Rings": Text("The same ring is in twice.", "同じ輪が2つあります。"),
    "Too few points in geometry component": Text(
        "The border has too few points.", "境界点が足りません。"),
    "Invalid Coordinate": Text("A coordinate is not a number.", "座標が数ではありません。"),
    "Ring is not closed": Text("The border is not closed.", "境界が閉じていません。"),
}


def _polygons_only(shapes: Geometries) -> Geometries:
    """The polygon parts of each geometry as (multi)polygon; ``None`` where there is none."""
    kinds = shapely.get_type_id(shapes)
    result = shapes.copy()
    result[(kinds < 3) & (kinds != -1)] = None
    result[(kinds == 4) | (kinds == 5)] = None
    for row in np.flatnonzero(kinds == 7):
        parts = shapely.get_parts(shapely.get_parts(shapes[row]))
        parts = parts[shapely.get_type_id(parts) == 3]
        result[row] = shapely.multipolygons(parts) if len(parts) else None
    result[shapely.is_empty(result)] = None
    return result


def _check_shapes(lots: _Lots, found: list[_Finding], progress: Progress) -> None:
    """Missing and invalid shapes; fills ``valid``, ``usable`` and ``area``."""
    polygons = _polygons_only(lots.shape)
    present = polygons != None  # noqa: E711  (element by element)
    lots.valid[:] = shapely.is_valid(polygons) & present
    progress.step(0.5)
    lots.usable[lots.valid] = polygons[lots.valid]
    broken = np.flatnonzero(present & ~lots.valid)
    for row in broken:
        reason = str(shapely.is_valid_reason(polygons[row]))
        finite = bool(np.isfinite(shapely.get_coordinates(polygons[row])).all())
        if finite:
            repaired = _polygons_only(np.array([shapely.make_valid(polygons[row])], dtype=object))[0]
            lots.usable[row] = repaired
        found.append(_invalid_finding(row, polygons[row], reason, finite))
    for row in np.flatnonzero(~present):
        kind = lots.shape[row]
        found.append(_Finding(
            "no_geometry", (int(row),), np.nan, "",
            Text("The lot has no shape on the map.", "地図に図形がありません。"),
            "missing" if kind is None else f"{kind.geom_type}{' (empty)' if kind.is_empty else ''}",
            np.nan, np.nan,
        ))
    lots.area[present] = shapely.area(polygons[present])
    repaired_rows = broken[lots.usable[broken] != None]  # noqa: E711
    lots.area[repaired_rows] = shapely.area(lots.usable[repaired_rows])
    progress.step(1.0)


def _invalid_finding(row: int, shape: Any, reason: str, finite: bool) -> _Finding:
    match = _COORDINATE.search(reason)
    x = y = np.nan
    if match:
        x, y = float(match.group(1)), float(match.group(2))
    if not (np.isfinite(x) and np.isfinite(y)):
        good = shapely.get_coordinates(shape)
        good = good[np.isfinite(good).all(axis=1)]
        x, y = good[0] if len(good) else (np.nan, np.nan)
    words = _REASONS.get(reason.split("[")[0].strip(), Text("The shape is broken.", "図形が壊れています。"))
    text = words
    if not finite:
        text = words + Text(
            "Its borders with neighbours were not checked.", "隣との境界は調べていません。")
    return _Finding("invalid", (int(row),), np.nan, "", text, reason, float(x), float(y))


def _place(shape: Any) -> tuple[float, float]:
    """A point inside the shape; NaN without one."""
    if shape is None:
        return np.nan, np.nan
    point = _inside(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _same_shapes(lots: _Lots) -> list[list[int]]:
    """Groups of rows with exactly the same area on the map (start point and direction do not matter)."""
    rows = np.flatnonzero(lots.usable != None)  # noqa: E711
    if len(rows) < 2:
        return []
    bounds = shapely.bounds(lots.usable[rows])
    alike = pd.DataFrame(bounds).duplicated(keep=False).to_numpy()
    rows = rows[alike]
    blobs: dict[bytes, list[int]] = {}
    for row, blob in zip(rows, shapely.to_wkb(shapely.normalize(lots.usable[rows]))):
        blobs.setdefault(bytes(blob), []).append(int(row))
    return [members for members in blobs.values() if len(members) > 1]


def _duplicate_finding(lots: _Lots, rows: Sequence[int]) -> _Finding:
    area = float(lots.area[rows[0]])
    x, y = _place(lots.usable[rows[0]])
    if len({lots.key[row] for row in rows}) == 1:
        text = Text("The same lot is in {n} times.", "同じ筆が {n} つあります。")
    else:
        text = Text("{n} lots have the same shape.", "{n} つの筆が同じ図形です。")
    if len(rows) == 2:
        text = Text(text.en.replace("in {n} times", "in twice"), text.ja)
    return _Finding(
        "duplicate", tuple(sorted(rows)), area, "m2", text.format(n=len(rows)), "", x, y, lots.usable[rows[0]],
    )


def _check_keys(lots: _Lots, same: Iterable[Sequence[int]], found: list[_Finding]) -> set[int]:
    """Lot numbers used for different shapes, and missing ones. Returns the rows concerned."""
    copies = {row for group in same for row in group[1:]}
    series = pd.Series(lots.key)
    repeated = np.flatnonzero((series.duplicated(keep=False) & lots.has_key).to_numpy())
    groups: dict[str, list[int]] = {}
    for row in repeated:
        if row not in copies:
            groups.setdefault(lots.key[row], []).append(int(row))
    concerned: set[int] = set()
    for rows in groups.values():
        if len(rows) < 2:
            continue
        x, y = _place(next((lots.usable[row] for row in rows if lots.usable[row] is not None), None))
        found.append(_Finding(
            "duplicate_key", tuple(rows), float(len(rows)), "",
            Text("{n} different shapes have this lot number.", "{n} つの図形が同じ地番です。").format(n=len(rows)),
            "", x, y,
        ))
        concerned.update(rows)
    for row in np.flatnonzero(~lots.has_key):
        x, y = _place(lots.usable[row])
        found.append(_Finding(
            "no_key", (int(row),), np.nan, "",
            Text("The lot has no number.", "地番がありません。"), "", x, y,
        ))
    return concerned


def _wide(shapes: Geometries, tolerance: float) -> npt.NDArray[np.bool_]:
    """Whether each area is wider than ``tolerance`` somewhere."""
    if tolerance == 0:
        return shapely.area(shapes) > 0
    return ~shapely.is_empty(shapely.buffer(shapes, -tolerance / 2, join_style="mitre"))


def _crossing_pairs(
    geoms: Geometries, mesh: Mesh, tree: shapely.STRtree, progress: Progress
) -> tuple[Ints, Ints]:
    """Pairs of rows (first < second) where an open edge of one meets the other."""
    edges = np.flatnonzero(mesh.is_open)
    seen = np.empty(0, dtype=np.int64)
    count = max(len(geoms), 1)
    for begin in range(0, len(edges), CHUNK):
        progress.step(begin / len(edges))
        part = edges[begin:begin + CHUNK]
        which, row = tree.query(mesh.segments(part), predicate="intersects")
        owner = mesh.lot[part][which]
        other = owner != row
        low = np.minimum(owner[other], row[other])
        high = np.maximum(owner[other], row[other])
        seen = np.union1d(seen, low * count + high)
    return seen // count, seen % count


def _overlapping(
    geoms: Geometries, mesh: Mesh, tree: shapely.STRtree, settings: CheckSettings, progress: Progress
) -> list[tuple[int, int, Any]]:
    """Overlapping pairs with their common area, wider than the tolerance.

    Every connected run of overlaps has an open edge of one lot inside or on another one (if all
    edges around it had a neighbour, one could walk on for ever). From there the neighbours of both
    lots are followed until nothing overlaps, so maps lying on top of each other are found whole.
    """
    progress.span(0.30, 0.45)
    first, second = _crossing_pairs(geoms, mesh, tree, progress)
    here, there = mesh.neighbours()
    begins = np.searchsorted(here, np.arange(len(geoms) + 1))
    bounds = shapely.bounds(geoms)
    tested: set[tuple[int, int]] = set()
    result: list[tuple[int, int, Any]] = []
    progress.span(0.45, 0.60)
    while len(first):
        reached: list[tuple[int, int]] = []
        for begin in range(0, len(first), CHUNK):
            progress.step(begin / len(first))
            a, b = first[begin:begin + CHUNK], second[begin:begin + CHUNK]
            common = shapely.intersection(geoms[a], geoms[b])
            some = np.flatnonzero(shapely.area(common) > settings.min_area)
            some = some[_wide(common[some], settings.tolerance)]
            areas = _polygons_only(common[some])
            reached += zip(a[some].tolist(), b[some].tolist())
            result += zip(a[some].tolist(), b[some].tolist(), areas)
        tested.update(zip(first.tolist(), second.tolist()))
        follow: set[tuple[int, int]] = set()
        for a_row, b_row in reached:
            around_a = [a_row, *there[begins[a_row]:begins[a_row + 1]].tolist()]
            around_b = [b_row, *there[begins[b_row]:begins[b_row + 1]].tolist()]
            for one in around_a:
                for two in around_b:
                    pair = (min(one, two), max(one, two))
                    if one != two and pair not in tested and _boxes_meet(bounds[one], bounds[two]):
                        follow.add(pair)
        pairs = np.array(sorted(follow), dtype=np.int64).reshape(-1, 2)
        first, second = pairs[:, 0], pairs[:, 1]
    return sorted(result, key=lambda item: item[:2])


def _boxes_meet(one: npt.NDArray[np.float64], two: npt.NDArray[np.float64]) -> bool:
    return bool(one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3])


def _same_within(one: Any, two: Any, tolerance: float) -> bool:
    """Whether two shapes are the same but for the tolerance."""
    return bool(
        tolerance > 0
        and shapely.hausdorff_distance(shapely.boundary(one), shapely.boundary(two)) <= tolerance
    )


def _overlap_findings(
    lots: _Lots, rows: Ints, overlaps: Sequence[tuple[int, int, Any]], settings: CheckSettings,
    found: list[_Finding],
) -> tuple[set[tuple[int, int]], list[tuple[int, int]]]:
    """Report overlaps. ``rows`` translates mesh rows. Returns all pairs, and those that are near copies."""
    pairs: set[tuple[int, int]] = set()
    near: list[tuple[int, int]] = []
    for one, two, area in overlaps:
        first, second = int(rows[one]), int(rows[two])
        pairs.add((first, second))
        if _same_within(lots.usable[first], lots.usable[second], settings.tolerance):
            near.append((first, second))
            continue
        parts = shapely.get_num_geometries(area)
        size = float(shapely.area(area))
        x, y = _place(area)
        text = Text(
            "The boundary lines overlap by {size} m².", "境界の線が {size} m² 重なっています。"
        ).format(size=_number(size))
        found.append(_Finding(
            "overlap", (first, second), size, "m2", text + _ignored(settings.tolerance),
            f"parts={parts}", x, y, area,
        ))
    return pairs, near


def _ignored(tolerance: float) -> Text:
    return Text(
        "(Up to {tol} m is ignored.)", "（幅 {tol} m までは見ません）"
    ).format(tol=np.format_float_positional(tolerance, trim="-"))


def _links(groups: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """The members of each group linked to its first."""
    return [(group[0], row) for group in groups for row in group[1:]]


def _connected(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Groups of rows linked by pairs, each sorted."""
    group: dict[int, set[int]] = {}
    for one, two in pairs:
        joined = group.get(one, {one}) | group.get(two, {two})
        for row in joined:
            group[row] = joined
    unique = {id(members): members for members in group.values()}
    return sorted(sorted(members) for members in unique.values())


def _inside(shapes: Geometries) -> Geometries:
    """A point inside each shape."""
    with np.errstate(all="ignore"):  # GEOS overflows on the way for very thin shapes; the point is right
        return shapely.point_on_surface(shapes)


def _bare(points: Geometries, tree: shapely.STRtree) -> npt.NDArray[np.bool_]:
    """Whether no lot covers each point."""
    bare = np.ones(len(points), dtype=bool)
    bare[np.unique(tree.query(points, predicate="intersects")[0])] = False
    return bare


def _gap_areas(
    mesh: Mesh, near: Near, tree: shapely.STRtree, settings: CheckSettings, progress: Progress
) -> Geometries:
    """Areas enclosed by lots but covered by none that are wider than the tolerance somewhere."""
    faces = enclosed_faces(mesh, near)
    progress.step(0.6)
    faces = faces[shapely.area(faces) > settings.min_area]
    bare = np.empty(len(faces), dtype=bool)
    for begin in range(0, len(faces), CHUNK):
        progress.step(0.6 + 0.4 * begin / len(faces))
        bare[begin:begin + CHUNK] = _bare(_inside(faces[begin:begin + CHUNK]), tree)
    gaps = faces[bare]
    # The point may have fallen into a slit within the tolerance between lots that fill the face.
    gaps = gaps[~inside_lots(gaps, mesh, settings.tolerance)]
    gaps = gaps[_wide(gaps, settings.tolerance)]
    if settings.max_gap_area > 0:
        gaps = gaps[shapely.area(gaps) <= settings.max_gap_area]
    if not len(gaps):
        return gaps
    return gaps[np.lexsort(shapely.bounds(gaps).T[::-1])]


def _gap_findings(
    lots: _Lots, rows: Ints, gaps: Geometries, tree: shapely.STRtree, settings: CheckSettings,
    found: list[_Finding],
) -> None:
    if not len(gaps):
        return
    reach = max(settings.tolerance, 1e-9)
    which, touching = tree.query(gaps, predicate="dwithin", distance=reach)
    for number, gap in enumerate(gaps):
        size = float(shapely.area(gap))
        x, y = _place(gap)
        text = Text(
            "There is a gap of {size} m² between lots.", "筆の間が {size} m² 空いています。"
        ).format(size=_number(size))
        around = tuple(sorted(int(row) for row in rows[touching[which == number]]))
        found.append(_Finding(
            "gap", around, size, "m2", text + _ignored(settings.tolerance), "", x, y, gap,
        ))


def _check_vertices(
    lots: _Lots, rows: Ints, mesh: Mesh, near: Near, overlaps: set[tuple[int, int]], settings: CheckSettings,
    found: list[_Finding],
) -> None:
    """Points of one lot on the border of another lot that has no point there."""
    reach = settings.tolerance
    healthy = lots.valid[rows]
    total = len(mesh.nodes)
    edges = np.flatnonzero(mesh.is_open & healthy[mesh.lot])
    owners = np.concatenate([mesh.lot[edges], mesh.lot[edges]])
    owned = np.unique(owners * total + np.concatenate([mesh.start[edges], mesh.end[edges]]))
    owner_lot, owner_node = owned // total, owned % total

    at = mesh.nodes[near.node]
    off_start = np.hypot(*(at - mesh.nodes[mesh.start[near.edge]]).T)
    off_end = np.hypot(*(at - mesh.nodes[mesh.end[near.edge]]).T)
    lacking = (
        (off_start > reach) & (off_end > reach) & healthy[mesh.lot[near.edge]]
        & ~np.isin(mesh.lot[near.edge] * total + near.node, owned)
    )
    node, edge, off = near.node[lacking], near.edge[lacking], near.off[lacking]
    by_node = np.argsort(owner_node, kind="stable")
    begins = np.searchsorted(owner_node[by_node], node, side="left")
    stops = np.searchsorted(owner_node[by_node], node, side="right")
    # Of points that lie together on one edge only the first counts: one vertex is missing.
    spots: dict[tuple[int, int], list[tuple[float, int, float, set[int]]]] = {}
    for place, line, aside, along, begin, stop in zip(
        node.tolist(), edge.tolist(), off.tolist(), off_start[lacking].tolist(), begins, stops
    ):
        without = int(rows[mesh.lot[line]])
        having = {int(rows[owner_lot[k]]) for k in by_node[begin:stop]} - {without}
        having = {row for row in having if (min(row, without), max(row, without)) not in overlaps}
        if having:
            spots.setdefault((without, line), []).append((along, place, aside, having))
    for (without, _), hits in sorted(spots.items()):
        hits.sort(key=lambda hit: hit[:2])
        merged: list[tuple[float, int, float, set[int]]] = []
        for hit in hits:
            if merged and hit[0] - merged[-1][0] <= reach:
                merged[-1][3].update(hit[3])
            else:
                merged.append((*hit[:3], set(hit[3])))
        for _, place, aside, having in merged:
            found.append(_vertex_finding(lots, without, having, mesh.nodes[place], aside, reach))


def _vertex_finding(
    lots: _Lots, without: int, having: set[int], point: npt.NDArray[np.float64], aside: float, reach: float
) -> _Finding:
    text = Text(
        "Lot {lot} has no border point here, its neighbour has one.",
        "筆 {lot} には、隣にある境界点がありません。",
    ).format(lot=lots.label[without])
    limit = Text("(Up to {tol} m off the line.)", "（線から {tol} m 以内）").format(
        tol=np.format_float_positional(reach, trim="-"))
    return _Finding(
        "missing_vertex", (without, *sorted(having)), round(aside, 6), "m", text + limit, "",
        float(point[0]), float(point[1]),
    )


def mean_width(shapes: Geometries) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Width and length of the rectangle with the same area and outline as each shape."""
    area, outline = shapely.area(shapes), shapely.length(shapes)
    root = np.sqrt(np.maximum(outline * outline - 16 * area, 0.0))
    return (outline - root) / 4, (outline + root) / 4


def _check_narrow(
    lots: _Lots, rows: Ints, geoms: Geometries, tree: shapely.STRtree, settings: CheckSettings,
    found: list[_Finding],
) -> None:
    """Narrow lots that are not part of a road or ditch network.

    Shape: narrower than the setting and at least ``NARROW_RATIO`` times as long. Context: a ditch
    runs along, or from end to end between, other long lots; a left-over strip between two fields
    does not. A land category of road or water settles it.
    """
    if settings.sliver_width <= 0 or not len(geoms):
        return
    width, length = mean_width(geoms)
    long = length >= NARROW_RATIO * width
    for number in np.flatnonzero(long & (width < settings.sliver_width)):
        row = int(rows[number])
        if lots.category[row] in NARROW_CATEGORIES:
            continue
        shape = geoms[number]
        near = tree.query(shape, predicate="dwithin", distance=settings.tolerance)
        near = near[(near != number) & long[near]]
        contact = shapely.intersection(geoms[near], shapely.buffer(shape, max(settings.tolerance, 1e-9)))
        if _span(contact) >= NETWORK_SPAN * _span(np.array([shape], dtype=object)):
            continue
        x, y = _place(shape)
        found.append(_Finding(
            "sliver", (row,), float(width[number]), "m",
            Text(
                "The lot is {w} m wide. Fine if it is a road or a ditch.",
                "幅 {w} m です。道や水路なら問題ありません。",
            ).format(w=_number(float(width[number]))),
            f"limit={settings.sliver_width} m", x, y, shape,
        ))


def _span(shapes: Geometries) -> float:
    """Largest distance between two points of the shapes (corners of the hull)."""
    if not len(shapes):
        return 0.0
    hull = shapely.convex_hull(shapely.geometrycollections(shapes))
    xy = shapely.get_coordinates(hull)
    if len(xy) < 2:
        return 0.0
    return float(np.hypot(xy[:, None, 0] - xy[None, :, 0], xy[:, None, 1] - xy[None, :, 1]).max())


def _unit_slip(ratio: npt.NDArray[np.float64]) -> Optional[tuple[float, Text, bool]]:
    """The unit that explains nearly all ratios map/register: (factor, name, register too large)."""
    if len(ratio) < 5:
        return None
    for factor, name in UNIT_FACTORS:
        for value, inverse in ((factor, False), (1 / factor, True)):
            if np.mean(np.abs(ratio / value - 1) < 0.1) >= 0.8:
                return factor, name, inverse
    return None


def _check_areas(
    lots: _Lots, skip: set[int], same: Iterable[Sequence[int]], has_area: bool, conflicting: Sequence[str],
    found: list[_Finding],
) -> npt.NDArray[np.float64]:
    """Map area against registered area. Returns the tolerance of each row (NaN without comparison)."""
    limit = np.full(len(lots), np.nan)
    if not has_area:
        return limit
    known = np.isfinite(lots.registered) & (lots.registered > 0)
    contested = set(conflicting)
    for row in np.flatnonzero(~known):
        if lots.key[row] in contested:
            found.append(_conflict_finding(lots, int(row)))
            continue
        x, y = _place(lots.usable[row])
        value = lots.registered[row]
        found.append(_Finding(
            "no_area", (int(row),), np.nan, "",
            Text("No registered area to compare with.", "比べる登記面積がありません。"),
            "" if np.isnan(value) else f"{value:g}", x, y,
        ))
    comparable = known & (lots.area > 0)
    rows = np.flatnonzero(comparable)
    slip = _unit_slip(lots.area[rows] / lots.registered[rows])
    if slip:
        found.append(_unit_finding(lots, rows, slip))
        return limit
    limit[rows] = area_tolerance(lots.registered[rows], lots.accuracy[rows])
    copies = {row for group in same for row in group[1:]}
    off = np.abs(lots.area - lots.registered) > limit
    for row in np.flatnonzero(off):
        if row in skip or row in copies:
            continue
        registered, drawn = float(lots.registered[row]), float(lots.area[row])
        first, second = _area_pair(registered, drawn)
        text = Text(
            "Register {first} m², map {second} m². Over the tolerance of {limit} m² ({name}).",
            "登記 {first} m²、図 {second} m²。公差 {limit} m²（{name}）を超えます。",
        ).format(first=first, second=second, limit=_number(float(limit[row])), name=lots.accuracy[row])
        if not lots.has_class[row]:
            text = text + Text(
                "The accuracy class is an assumption.", "精度区分は仮定です。")
        x, y = _place(lots.usable[row])
        found.append(_Finding(
            "area_mismatch", (int(row),), 100.0 * (drawn - registered) / registered, "pct", text, "", x, y,
        ))
    return limit


def _unit_finding(lots: _Lots, rows: Ints, slip: tuple[float, Text, bool]) -> _Finding:
    factor, name, inverse = slip
    if inverse:
        text = Text(
            "The registered areas are {factor} times the map areas in nearly all lots. Unit? "
            "(They may have been read as {name} but be in m².)",
            "ほぼ全筆で登記面積が図の {factor} 倍です。単位を確かめてください（{name}として読んだ値が m² かもしれません）。",
        )
    else:
        text = Text(
            "The map areas are {factor} times the registered areas in nearly all lots. Unit? "
            "(They may be in {name}, not m².)",
            "ほぼ全筆で図の面積が登記面積の {factor} 倍です。単位を確かめてください（m² でなく{name}かもしれません）。",
        )
    text = text + Text("Areas were not compared.", "面積は比べていません。")
    box = shapely.total_bounds(lots.usable[rows])
    return _Finding(
        "area_unit", (), float(factor), "", text.format(factor=f"{factor:,.4g}" if factor < 1000 else f"{factor:,.0f}", name=name),
        f"lots={len(rows)}", float((box[0] + box[2]) / 2), float((box[1] + box[3]) / 2),
    )


def join_register(
    frame: gpd.GeoDataFrame, register: pd.DataFrame, key_field: str, register_key: str = "lot_key",
    area_field: str = "area_reg", category_field: Optional[str] = "category_reg",
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Add registered area and land category from a register table with one row per lot and owner.

    Returns the frame with the columns ``REGISTER_AREA`` and (with ``category_field``)
    ``REGISTER_CATEGORY``, and the keys for which the register gives different areas; those get no
    area. Raises ``InputError`` when a column of the register is missing.
    """
    for name in (register_key, area_field, category_field):
        if name is not None and name not in register.columns:
            raise InputError(Text(
                "The register table has no field “{name}”. Fields found: {found}.",
                "登記の表に項目「{name}」がありません。ある項目: {found}。",
            ).format(name=name, found=", ".join(str(c) for c in register.columns)))
    table = pd.DataFrame({"key": _texts(register[register_key])})
    table["area"] = pd.to_numeric(register[area_field], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    table["category"] = _texts(register[category_field]) if category_field else ""
    table = table[table["key"] != ""].sort_values(["key", "area", "category"], kind="stable")
    spread = table.groupby("key")["area"].agg(["min", "max", "first"])
    conflict = spread["max"] > spread["min"]
    areas = spread["first"].mask(conflict)
    keys = pd.Series(_texts(frame[key_field]), index=frame.index)
    joined = frame.copy()
    joined[REGISTER_AREA] = keys.map(areas).to_numpy(dtype=float)
    if category_field:
        categories = table[table["category"] != ""].groupby("key")["category"].first()
        joined[REGISTER_CATEGORY] = keys.map(categories).to_numpy(dtype=object)
    return joined, sorted(conflict[conflict].index)


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
) -> CheckResult:
    """Check the lots of ``frame`` (polygons in a plane system in metres).

    Fields that the frame does not have are treated as unknown; without ``key_field`` the index
    (feature id) names the lots. ``conflicting``: keys for which the register gives two areas.
    The result does not depend on the order of the rows; ``lots`` keeps the order of ``frame``.

    Raises ``InputError`` for impossible settings and ``Cancelled`` when ``progress`` says so.
    """
    settings = settings or CheckSettings()
    settings.validate()
    progress = progress or Progress()

    def present(name: Optional[str]) -> Optional[str]:
        return name if name and name in frame.columns else None

    has_area = present(area_field) is not None
    registered = np.full(len(frame), np.nan)
    if has_area:
        registered = pd.to_numeric(frame[area_field], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        registered = registered * settings.area_unit
    lots = _Lots(
        frame, present(key_field), present(label_field), present(class_field), present(category_field),
        registered, settings,
    )
    found: list[_Finding] = []
    _check_shapes(lots, found, progress.span(0.0, 0.10))
    same = _same_shapes(lots)
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
    overlaps = _overlapping(geoms, mesh, tree, settings, progress)
    pairs, alike = _overlap_findings(lots, rows, overlaps, settings, found)
    same = _connected([*_links(same), *alike])
    found += [_duplicate_finding(lots, group) for group in same]
    unclear = _check_keys(lots, same, found)
    mesh = snapped(mesh, settings.tolerance)
    near = find_near(mesh, settings.tolerance, progress.span(0.60, 0.68), CHUNK)
    gaps = _gap_areas(mesh, near, tree, settings, progress.span(0.68, 0.85))
    _gap_findings(lots, rows, gaps, tree, settings, found)
    _check_vertices(lots, rows, mesh, near, pairs, settings, found)
    progress.span(0.85, 0.88)
    _check_narrow(lots, rows, geoms, tree, settings, found)
    progress.span(0.88, 1.0)
    limit = _check_areas(lots, unclear, same, has_area, conflicting, found)
    progress.step(0.3)
    return _assemble(frame, lots, limit, found, progress)


def _conflict_finding(lots: _Lots, row: int) -> _Finding:
    x, y = _place(lots.usable[row])
    return _Finding(
        "area_conflict", (row,), np.nan, "",
        Text("The register gives more than one area for this lot.", "登記の表に、この筆の地積が2通り以上あります。"),
        "", x, y,
    )


#: Kinds that the same lots can have in several places.
_PLACED_KINDS = ("gap", "missing_vertex")


def _finding_id(kind: str, keys: Sequence[str], x: float, y: float) -> str:
    """A short id that stays the same as long as kind and lots do (and the place to 0.1 m, if several)."""
    place = f"{x:.1f} {y:.1f}" if kind in _PLACED_KINDS else ""
    text = "\x1f".join([kind, *keys, place])
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _assemble(
    frame: gpd.GeoDataFrame, lots: _Lots, limit: npt.NDArray[np.float64], found: list[_Finding],
    progress: Progress,
) -> CheckResult:
    rank = {kind: number for number, kind in enumerate(KINDS)}
    severities = (ERROR, WARNING, NOTE)
    per_lot = {severity: np.zeros(len(lots), dtype=np.int64) for severity in severities}
    records = []
    for item in found:
        keys = [str(lots.key[row]) or "?" for row in item.rows]
        order = sorted(range(len(keys)), key=lambda k: (keys[k], k))
        keys = [keys[k] for k in order]
        labels = [str(lots.label[item.rows[k]]) or "?" for k in order]
        records.append((
            rank[item.kind], keys, item.x, item.y, item, "; ".join(labels),
        ))
        counter = per_lot[KINDS[item.kind].severity]
        for row in item.rows:
            counter[row] += 1
    records.sort(key=lambda r: (r[0], r[1], _nan_first(r[2]), _nan_first(r[3])))
    used: dict[str, int] = {}
    values: dict[str, list[Any]] = {name: [] for name in names(FINDING_FIELDS)}
    area_values: dict[str, list[Any]] = {name: [] for name in names(AREA_FIELDS)}
    area_shapes: list[Any] = []
    for number, (_, keys, x, y, item, labels) in enumerate(records):
        if number % CHUNK == 0:
            progress.step(0.3 + 0.5 * number / len(records))
        identity = _finding_id(item.kind, keys, x, y)
        used[identity] = used.get(identity, 0) + 1
        if used[identity] > 1:
            identity = f"{identity}-{used[identity]}"
        severity = KINDS[item.kind].severity
        row = (
            identity, item.kind, severity, "; ".join(keys), labels, item.size, item.unit or None,
            item.text.en, item.text.ja, item.detail or None, x, y,
        )
        for name, value in zip(values, row):
            values[name].append(value)
        if item.area is not None:
            for name, value in zip(area_values, (identity, item.kind, severity, float(shapely.area(item.area)))):
                area_values[name].append(value)
            area_shapes.append(item.area)
    findings = gpd.GeoDataFrame(values, geometry=_points(values["x"], values["y"]), crs=frame.crs)
    for name in ("size", "x", "y"):
        findings[name] = findings[name].astype(float)
    areas = gpd.GeoDataFrame(area_values, geometry=_multi(area_shapes), crs=frame.crs)
    areas["area_m2"] = areas["area_m2"].astype(float)

    counts = {"lots": len(lots), "findings": len(records)}
    for severity in severities:
        counts[severity] = int((findings["severity"] == severity).sum())
    return CheckResult(findings, areas, _lot_results(frame, lots, limit, per_lot), counts)


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
    frame: gpd.GeoDataFrame, lots: _Lots, limit: npt.NDArray[np.float64], per_lot: dict[str, Ints]
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
