"""What all parts of the parcel check share: settings, the lots as arrays, and the raw finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..errors import InputError
from ..texts import Text
from .tolerance import accuracy_class

Geometries = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]

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

    def validate(self) -> None:
        """Raise ``InputError`` for values that make no sense."""
        for value, name in (
            (self.tolerance, Text("tolerance", "許容差")),
            (self.min_area, Text("smallest area", "最小面積")),
            (self.max_gap_area, Text("largest gap", "すき間の最大面積")),
            (self.sliver_width, Text("width of narrow lots", "細い筆の幅")),
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


class Finding(NamedTuple):
    kind: str
    rows: tuple[int, ...]
    size: float
    unit: str
    text: Text
    detail: str
    x: float
    y: float
    area: Any = None


class Lots:
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
        row_id = np.array([str(value) for value in frame.index], dtype=object)
        key = texts(frame[key_field]) if key_field else row_id
        self.has_key = key != ""
        # A lot without a number still has to be named in findings.
        key = np.where(self.has_key, key, "#" + row_id)
        order = np.argsort(key.astype(str), kind="stable") if len(key) else np.empty(0, dtype=np.int64)
        arranged = key[order]
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
        self.label = texts(frame[label_field])[order] if label_field else self.key.copy()
        self.label = np.where(self.label == "", self.key, self.label)
        self.shape: Geometries = shapes[order]
        self.registered = registered[order]
        self.category = texts(frame[category_field])[order] if category_field else np.full(len(order), "", dtype=object)
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


def texts(column: pd.Series) -> npt.NDArray[np.object_]:
    """A column as stripped strings; missing values become ""."""
    values = column.to_numpy(dtype=object)
    missing = pd.isna(column).to_numpy()
    return np.array(["" if gone else _plain(value) for value, gone in zip(values, missing)], dtype=object)


def _plain(value: object) -> str:
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


def inside(shapes: Geometries) -> Geometries:
    """A point inside each shape."""
    with np.errstate(all="ignore"):  # GEOS overflows on the way for very thin shapes; the point is right
        return shapely.point_on_surface(shapes)


def place_of(shape: Any) -> tuple[float, float]:
    """A point inside the shape; NaN without one."""
    if shape is None:
        return np.nan, np.nan
    point = inside(shape)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def middle(shapes: Geometries) -> tuple[float, float]:
    """The middle of the box around all shapes; NaN without any."""
    low_x, low_y, high_x, high_y = shapely.total_bounds(shapes)
    return float((low_x + high_x) / 2), float((low_y + high_y) / 2)


def ignored(tolerance: float) -> Text:
    return Text("(Up to {tol} m is ignored.)", "（幅 {tol} m までは見ません）").format(
        tol=np.format_float_positional(tolerance, trim="-")
    )
