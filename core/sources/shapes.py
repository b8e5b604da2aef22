"""The state of shapes as they come: kinds, missing, empty and faulty ones. Nothing is repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import shapely

from ..intake_report import NOTE, WARNING, CheckReport, ShapeState
from ..texts import Text

_KINDS = {
    0: "Point",
    1: "LineString",
    2: "LinearRing",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
    7: "GeometryCollection",
}
_COLLECTION = 7
#: What is made of the parts of each dimension, and their name.
_MULTI = (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)
_EMPTY = tuple(shapely.from_wkt(["POINT EMPTY", "LINESTRING EMPTY", "POLYGON EMPTY"]))
_PARTS = (Text("points", "点"), Text("lines", "線"), Text("areas", "面"))


def shape_state(geometry: Any, labels: Optional[Sequence[object]] = None) -> ShapeState:
    """Look at an array of shapes. ``labels`` name the rows in examples (default: 1, 2 …).

    Reasons are those of GEOS without the place; independent of the order of rows but for the example, which is the
    first faulty row.
    """
    shapes = np.asarray(geometry, dtype=object)
    missing = shapely.is_missing(shapes)
    empty = shapely.is_empty(shapes) & ~missing
    types, counts = np.unique(shapely.get_type_id(shapes[~missing]), return_counts=True)
    kinds = {_KINDS.get(int(kind), str(kind)): int(count) for kind, count in zip(types, counts)}
    faulty = np.flatnonzero(~shapely.is_valid(shapes) & ~missing)
    found: dict[str, list[int]] = {}
    for row, reason in zip(faulty, shapely.is_valid_reason(shapes[faulty])):
        found.setdefault(re.sub(r"\s*\[.*$", "", str(reason)), []).append(int(row))
    invalid = [
        (reason, len(rows), str(labels[rows[0]] if labels is not None else rows[0] + 1))
        for reason, rows in sorted(found.items())
    ]
    return ShapeState(kinds, int(missing.sum()), int(empty.sum()), invalid)


def force_flat(frame: gpd.GeoDataFrame, report: CheckReport) -> gpd.GeoDataFrame:
    """A frame without heights in its shapes; that they were left out is told."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    if not shapely.has_z(shapes).any():
        return frame
    report.remark(
        "heights_left",
        NOTE,
        Text("Heights in the shapes were left out.", "図形の高さの値は使いませんでした。"),
    )
    return frame.set_geometry(gpd.GeoSeries(shapely.force_2d(shapes), index=frame.index, crs=frame.crs))


def finite_shapes(shapes: Any) -> np.ndarray:
    """Whether all coordinates of each shape are numbers; those without a shape or a point count as such."""
    places, rows = shapely.get_coordinates(np.asarray(shapes, dtype=object), return_index=True)
    found = np.ones(len(shapes), dtype=bool)
    found[rows[~np.isfinite(places).all(axis=1)]] = False
    return found


def without_broken_places(shapes: np.ndarray, rows: Sequence[object], report: CheckReport) -> np.ndarray:
    """Shapes; those with coordinates that are no numbers (NaN, infinite) are missing, and told."""
    broken = np.flatnonzero(~finite_shapes(shapes))
    if not len(broken):
        return shapes
    report.remark(
        "no_coordinates",
        WARNING,
        Text(
            "Shapes with coordinates that are no numbers: {n} (for example row {row}). These rows are kept without a "
            "shape. Ask for the data again.",
            "座標が数値でない図形: {n}（例: {row}行目）。図形のない行として残しました。データをもらい直してください。",
        ).format(n=f"{len(broken):,}", row=rows[broken[0]]),
        len(broken),
    )
    made = shapes.copy()
    made[broken] = None
    return made


def taken_parts(shapes: np.ndarray, dimension: int, rows: Sequence[object], report: CheckReport) -> np.ndarray:
    """Shapes with the parts of ``dimension`` (0 points, 1 lines, 2 areas) in the place of collections; told.

    A collection without such a part stays one, for the caller to set aside. ``rows`` are their names for the report.
    """
    found = np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION)
    made, taken, left = shapes.copy(), [], 0
    for row in found:
        parts = _flat(shapes[row])
        fitting = parts[shapely.get_dimensions(parts) == dimension]
        if not len(parts):
            made[row] = _EMPTY[dimension]
        elif len(fitting):
            made[row] = fitting[0] if len(fitting) == 1 else _MULTI[dimension](fitting)
            taken.append(row)
            left += len(fitting) < len(parts)
    if taken:
        report.remark(
            "from_collection",
            WARNING if left else NOTE,
            Text(
                "Taken from a collection of shapes: the {kind} of {n} rows (for example row {row}). In {left} of them "
                "there were other parts, which were left out.",
                "いろいろな図形の集まりから{kind}だけを取り出した行: {n}（例: {row}行目）。うち{left}行では、"
                "ほかの種類の図形を使いませんでした。",
            ).format(kind=_PARTS[dimension], n=f"{len(taken):,}", row=rows[taken[0]], left=f"{left:,}"),
            len(taken),
        )
    return made


def is_collection(shapes: np.ndarray) -> np.ndarray:
    """Whether each shape is a collection of several kinds."""
    return np.asarray(shapely.get_type_id(shapes) == _COLLECTION)


def _flat(shape: Any) -> np.ndarray:
    """The points, lines and areas of a collection, also of collections in it; empty ones are nothing."""
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) > 3).any():  # multi-shapes and collections
        parts = shapely.get_parts(parts)
    return np.asarray(parts[~shapely.is_empty(parts)], dtype=object)
