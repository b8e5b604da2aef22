"""What all parts of the parcel check share: settings, the lots as arrays, and the raw finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..errors import InputError
from ..texts import Text
from .store import Geometries as Geometries
from .store import Ints as Ints
from .store import Outlines, Shapes, outlines_of
from .tolerance import accuracy_class

#: Rows handled between two looks at progress and cancel.
CHUNK = 20_000

#: Land categories for which the survey rules allow the widest tolerance (不動産登記規則10条4項).
_FOREST_CATEGORIES = ("山林", "原野", "保安林")


@dataclass(frozen=True)
class CheckSettings:
    """What counts as a finding. Lengths in metres, areas in m²."""

    tolerance: float = 0.01  #: width of gaps and overlaps, and distance of points, that is ignored
    min_area: float = 0.01  #: gaps and overlaps smaller than this are ignored
    max_gap_area: float = 0.0  #: enclosed areas larger than this are not gaps (0: no limit)
    sliver_width: float = 0.5  #: lots narrower than this are looked at
    default_class: Optional[str] = None  #: accuracy class where the lot has none
    area_unit: float = 1.0  #: m² per unit of the registered area
    channel_width: float = 0.5  #: bare strips open to the outside up to this width are found (0: none)
    spike_width: float = 0.05  #: points of an outline thinner than this at their root are found (0: none)
    min_lot_area: float = 0.1  #: lots smaller than this are noted (0: none)
    list_snapped: bool = False  #: list every point that was taken for another one

    def validate(self) -> None:
        """Raise ``InputError`` for values that make no sense."""
        for value, name in (
            (self.tolerance, Text("tolerance", "許容差")),
            (self.min_area, Text("smallest area", "最小面積")),
            (self.max_gap_area, Text("largest gap", "すき間の最大面積")),
            (self.sliver_width, Text("width of narrow lots", "細い筆の幅")),
            (self.channel_width, Text("width of open strips", "外に開いたすき間の幅")),
            (self.spike_width, Text("width of spikes", "とげの幅")),
            (self.min_lot_area, Text("area of small lots", "小さい筆の面積")),
        ):
            if not value >= 0 or value == np.inf:
                raise InputError(
                    Text(
                        "The {name} is {value}. Give 0 or a positive number.",
                        "{name}が {value} です。0 以上の数を入れてください。",
                    ).format(name=name, value=value)
                )
        if not self.area_unit > 0:
            raise InputError(
                Text(
                    "The unit of the registered area must be a positive number of m².",
                    "登記面積の単位は正の数（m²）にしてください。",
                )
            )


class Fields(NamedTuple):
    """Names of the fields that the lots have; ``None`` for what they lack."""

    key: Optional[str] = None
    label: Optional[str] = None
    area: Optional[str] = None
    accuracy: Optional[str] = None
    category: Optional[str] = None
    sheet: Optional[str] = None


class Finding(NamedTuple):
    """One finding before it is put into words for a layer. ``rows``: lots in the order of the input."""

    kind: str
    rows: tuple[int, ...]
    size: float
    unit: str
    text: Text
    detail: str
    x: float
    y: float
    area: Any = None
    severity: str = ""  #: where it differs from the usual one of the kind
    anchor: Optional[tuple[float, float]] = None  #: the place for the id, where another point is shown


class Lots:
    """The lots as arrays, in the order of the input. Shapes are handed out part by part."""

    def __init__(self, table: pd.DataFrame, shapes: Shapes, fields: Fields, settings: CheckSettings) -> None:
        count = len(table)
        self.shapes = shapes
        self.table = table
        key = texts(table[fields.key]) if fields.key else np.array([str(v) for v in table.index], dtype=object)
        self.has_key = key != ""
        # A lot without a number still has to be named in findings.
        nameless = np.flatnonzero(~self.has_key)
        key[nameless] = ["#" + str(value) for value in table.index[nameless]]
        self.key = key
        self.label = key
        if fields.label:
            self.label = texts(table[fields.label])
            without = self.label == ""
            self.label[without] = key[without]
        self.registered = np.full(count, np.nan)
        if fields.area:
            self.registered = numbers(table[fields.area]) * settings.area_unit
        self.category = texts(table[fields.category]) if fields.category else np.full(count, "", dtype=object)
        self.sheet = texts(table[fields.sheet]) if fields.sheet else np.full(count, "", dtype=object)
        raw = table[fields.accuracy].to_numpy(dtype=object) if fields.accuracy else np.full(count, None)
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
        self.area = np.full(count, np.nan)
        self.outline = np.full(count, np.nan)  #: length of all borders
        self.bounds = np.full((count, 4), np.nan)
        self.parts = np.zeros(count, dtype=np.int32)  #: as drawn
        self.rings = np.zeros(count, dtype=np.int32)
        self.rank = np.zeros(count, dtype=np.int64)  #: an order that depends only on the shapes (set by sewing)
        self.valid = np.zeros(count, dtype=bool)
        self.usable = np.zeros(count, dtype=bool)  #: has a shape that geometry can be done with
        self._own: dict[int, Any] = {}  # shapes that stand in for those that cannot be used as they are
        self._is_own = np.zeros(count, dtype=bool)

    def __len__(self) -> int:
        return len(self.table)

    def replace(self, row: int, shape: Any) -> None:
        """Let another shape (or ``None``) stand in for that of a lot."""
        self._own[int(row)] = shape
        self._is_own[row] = True

    def take(self, rows: Any) -> Geometries:
        """Usable shapes of ``rows``; ``None`` where there is none."""
        rows = np.asarray(rows, dtype=np.int64)
        shapes = self.shapes.take(rows)
        for place in np.flatnonzero(self._is_own[rows]):
            shapes[place] = self._own[int(rows[place])]
        return shapes

    def outlines(self, rows: Ints) -> Outlines:
        """The rings of usable ``rows``, lot by lot."""
        plain = self.shapes.is_plain(rows) & ~self._is_own[rows]
        easy, rest = np.flatnonzero(plain), np.flatnonzero(~plain)
        other = outlines_of(self.take(rows[rest]))
        other = other._replace(lot=rest[other.lot])
        if not len(easy):
            return other
        xy, counts = self.shapes.plain(rows[easy])
        ones = Outlines(xy, np.repeat(np.arange(len(easy)), counts), easy, np.ones(len(easy), dtype=bool))
        if not len(rest):
            return ones
        lot = np.concatenate([ones.lot, other.lot])
        rings = np.argsort(lot, kind="stable")
        place = np.empty_like(rings)
        place[rings] = np.arange(len(rings))
        ring = place[np.concatenate([ones.ring, other.ring + len(easy)])]
        points = np.argsort(ring, kind="stable")
        # Column by column, as ``plain`` gives them.
        xy = np.take(np.concatenate([ones.xy.T, other.xy.T], axis=1), points, axis=1).T
        return Outlines(xy, ring[points], lot[rings], np.concatenate([ones.outer, other.outer])[rings])

    def places(self, rows: Any) -> npt.NDArray[np.float64]:
        """A point inside each lot, (n, 2); NaN without a shape."""
        return places_of(self.take(rows))

    def middle(self, rows: Any = None) -> tuple[float, float]:
        """The middle of the box around lots (all without ``rows``); NaN without any."""
        bounds = self.bounds if rows is None else self.bounds[rows]
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        if not len(bounds):
            return np.nan, np.nan
        low, high = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
        return float((low[0] + high[0]) / 2), float((low[1] + high[1]) / 2)

    def arranged(self, rows: Sequence[int]) -> list[int]:
        """A few rows in an order that does not depend on that of the input: key, label, shape, other values."""
        return self.arranged_groups([rows])[0]

    def arranged_groups(self, groups: Sequence[Sequence[int]]) -> list[list[int]]:
        """Each group of rows arranged; the shapes and values that are needed are looked up for all at once."""
        named = [[(str(self.key[row]), str(self.label[row])) for row in rows] for rows in groups]
        unclear = [rows for rows, names in zip(groups, named) if len(set(names)) < len(names)]
        blobs = self._blobs(unclear)
        again = [rows for rows in unclear if len({(self.key[r], self.label[r], blobs[r]) for r in rows}) < len(rows)]
        values = self._values(again)
        result = []
        for rows, names in zip(groups, named):
            ranks = {int(row): (*name, blobs.get(row, b""), values.get(row, [])) for row, name in zip(rows, names)}
            result.append(sorted(ranks, key=lambda row: ranks[row]))
        return result

    def _blobs(self, groups: Sequence[Sequence[int]]) -> dict[int, bytes]:
        rows = np.array([row for rows in groups for row in rows], dtype=np.int64)
        if not len(rows):
            return {}
        return {row: bytes(blob or b"") for row, blob in zip(rows.tolist(), shapely.to_wkb(self.shapes.take(rows)))}

    def _values(self, groups: Sequence[Sequence[int]]) -> dict[int, list[str]]:
        rows = np.array([row for rows in groups for row in rows], dtype=np.int64)
        if not len(rows):
            return {}
        part = self.table.iloc[rows]
        if isinstance(part, gpd.GeoDataFrame):
            part = part.drop(columns=part.geometry.name)
        return dict(zip(rows.tolist(), part.astype(str).to_numpy().tolist()))


def numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    """A column as numbers; NaN for what is none."""
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def texts(column: pd.Series) -> npt.NDArray[np.object_]:
    """A column as stripped strings; missing values become ""."""
    values = column.to_numpy(dtype=object)
    return np.array([value.strip() if type(value) is str else _plain(value) for value in values], dtype=object)


def _plain(value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def figure(value: float) -> str:
    """A size for a sentence: 3.2, 412, 1,043; small ones with two significant digits."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 1:
        return f"{value:.1f}".rstrip("0").rstrip(".")
    if size == 0:
        return "0"
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")


def area_pair(registered: float, drawn: float) -> tuple[str, str]:
    """Two areas with the decimals of the registered one (at most 2), or as many as tell them apart."""
    digits = next((n for n in (0, 1) if round(registered, n) == round(registered, 2)), 2)
    while digits < 2 and round(registered, digits) == round(drawn, digits):
        digits += 1
    return f"{registered:,.{digits}f}", f"{drawn:,.{digits}f}"


def mended(shapes: Geometries) -> Geometries:
    """Broken (multi)polygons made valid, without lines and points; ``None`` where nothing is left.

    Ground that several parts of a lot cover belongs to the lot. ``make_valid`` alone counts outlines and would take
    what is covered twice for a hole.
    """
    result = polygons_only(shapely.make_valid(shapes))
    for number in np.flatnonzero(shapely.get_num_geometries(shapes) > 1):
        parts = polygons_only(shapely.make_valid(shapely.get_parts(shapes[number])))
        parts = parts[shapely.is_geometry(parts)]
        one, two = shapely.STRtree(parts).query(parts)
        ahead = one < two
        if (shapely.area(shapely.intersection(parts[one[ahead]], parts[two[ahead]])) > 0).any():
            result[number] = union_of(parts)
    return result


def polygons_only(shapes: Geometries) -> Geometries:
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


def union_of(shapes: Geometries) -> Any:
    """The union of areas (coordinates in metres).

    Where borders differ by rounding GEOS may silently drop a whole area from a union. Then a point inside that area is
    not covered, and the union is made again on a grid of 10 nm.
    """
    whole = shapely.union_all(shapes)
    if float(shapely.area(whole)) >= (1 - 1e-9) * float(np.nansum(shapely.area(shapes))):
        return whole
    known = shapes[shapely.area(shapes) > 0]
    if shapely.dwithin(whole, inside(known), 1e-6).all():
        return whole
    return shapely.union_all(shapes, grid_size=1e-8)


def inside(shapes: Geometries) -> Geometries:
    """A point inside each shape."""
    with np.errstate(all="ignore"):  # GEOS overflows on the way for very thin shapes; the point is right
        return shapely.point_on_surface(shapes)


def places_of(shapes: Geometries) -> npt.NDArray[np.float64]:
    """A point inside each shape, (n, 2); NaN for missing ones."""
    result = np.full((len(shapes), 2), np.nan)
    some = np.flatnonzero(shapes != None)  # noqa: E711  (element by element)
    if len(some):
        points = inside(shapes[some])
        result[some] = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    return result


def wide(shapes: Geometries, tolerance: float) -> npt.NDArray[np.bool_]:
    """Whether each area is wider than ``tolerance`` somewhere."""
    if tolerance == 0:
        return np.asarray(shapely.area(shapes) > 0)
    return np.asarray(~shapely.is_empty(shapely.buffer(shapes, -tolerance / 2, join_style="mitre")))


def mean_width(shapes: Geometries) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Width and length of the rectangle with the same area and outline as each shape."""
    return rectangle(shapely.area(shapes), shapely.length(shapes))


def rectangle(area: Any, outline: Any) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Width and length of the rectangle with this area and this outline."""
    root = np.sqrt(np.maximum(outline * outline - 16 * area, 0.0))
    return (outline - root) / 4, (outline + root) / 4


def ignored(tolerance: float) -> Text:
    return Text("(Up to {tol} m is ignored.)", "（幅 {tol} m までは見ません）").format(
        tol=np.format_float_positional(tolerance, trim="-")
    )


def connected(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Groups of rows linked by pairs, each sorted."""
    group: dict[int, set[int]] = {}
    for one, two in pairs:
        large, small = group.get(one, {one}), group.get(two, {two})
        if large is small:
            continue
        if len(large) < len(small):
            large, small = small, large
        large |= small
        for row in (one, two, *small):
            group[row] = large
    unique = {id(members): members for members in group.values()}
    return sorted(sorted(members) for members in unique.values())
