"""The state of shapes as they come: kinds, missing, empty and faulty ones. Nothing is repaired."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import shapely

from ..intake_report import NOTE, CheckReport, ShapeState
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
