"""Any other map: kept as it is, with the check report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from ..intake_report import CheckReport
from ..schema import FieldSpec
from ..texts import Text
from .combine import one_kind
from .parcels import carried
from .shapes import force_flat, is_collection, shape_state, taken_parts, without_broken_places
from .zones import crs_name, datum_of


class AnyMap(NamedTuple):
    """``frame`` with ``specs``, the ``dimension`` of its shapes (0, 1, 2), and the ``report``."""

    frame: gpd.GeoDataFrame
    specs: tuple[FieldSpec, ...]
    dimension: int
    report: CheckReport


def convert_map(frame: gpd.GeoDataFrame, specs: Sequence[FieldSpec], report: CheckReport) -> AnyMap:
    """Keep all rows of the kind of shape most rows have, and those without a shape; set the others aside.

    Of collections the parts of that kind are taken. Columns about persons are left behind and named.
    """
    report.kind = Text("Map", "地図")
    report.read, report.spatial = len(frame), True
    report.crs, report.datum = crs_name(frame.crs), datum_of(frame.crs)
    frame = force_flat(frame, report)
    rows = frame.index.tolist()
    shapes = without_broken_places(np.asarray(frame.geometry.to_numpy(), dtype=object), rows, report)
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    dimensions = shapely.get_dimensions(shapes)
    found, counts = np.unique(dimensions[present], return_counts=True)
    wanted = int(found[np.lexsort((found, counts))[-1]]) if len(found) else 2
    shapes = taken_parts(shapes, wanted, rows, report)
    keep = ~present | ((dimensions == wanted) & ~is_collection(shapes))
    frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    for row in np.flatnonzero(~keep):
        report.set_aside(
            "other_shape",
            Text("another kind of shape than the rest.", "ほかと種類の違う図形です。"),
            int(frame.index[row]),
        )
    frame = frame[keep]
    report.shapes = shape_state(frame.geometry.to_numpy(), frame.index.tolist())
    report.kept = len(frame)
    others = carried(specs, frame, set(), report)
    _dimension, shapes = one_kind(np.asarray(frame.geometry.to_numpy(), dtype=object))
    made = gpd.GeoDataFrame(frame[[spec.name for spec in others]].astype(object), geometry=shapes, crs=frame.crs)
    return AnyMap(made, tuple(others), wanted, report)
