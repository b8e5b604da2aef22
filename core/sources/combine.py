"""Several converted layers as one result: one coordinate system, one list of fields, repeated rows set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..intake_report import NOTE, WARNING, CheckReport
from ..schema import FieldSpec
from ..texts import Text
from . import values
from .catalogue import Source
from .convert import Converted
from .moving import moved_to
from .shapes import force_flat
from .zones import DATUM_CHANGED, datum_of, place_words

AREA = FieldSpec("area_m2", "real", "Area on the map (m²)", "図上面積（m²）")
_REPEATED = Text("the same row as one before.", "前の行と同じです。")


class Combined(NamedTuple):
    """``frame`` in the target CRS with ``specs``; ``dimension`` of its shapes (0 points, 1 lines, 2 areas; ``None``:
    no shapes at all); ``reports`` one per layer, complete; ``private`` rows."""

    frame: gpd.GeoDataFrame
    specs: tuple[FieldSpec, ...]
    dimension: Optional[int]
    reports: list[CheckReport]
    private: list[dict[str, Any]]


def combine(parts: Sequence[tuple[Source, Converted]], target: Any = None) -> Combined:
    """Put layers of one role together, in the order given. ``target``: CRS of the result, else that of the first.

    Rows that repeat another one in every field and in shape are set aside where the source's keys should be unique.
    """
    target = target or next((made.frame.crs for _source, made in parts if made.frame.crs is not None), None)
    specs: dict[str, FieldSpec] = {}
    seen: set[tuple[Any, ...]] = set()
    frames = []
    private: dict[str, dict[str, Any]] = {}
    for source, made in parts:
        frame = _moved(made.frame, target, made.report)
        if source.keys and not source.repeats:
            frame = _without_repeats(frame, seen, made.report)
        if source.check == "fude":
            frame = frame.assign(area_m2=_areas(frame))
        for spec in made.specs + ((AREA,) if source.check == "fude" else ()):
            specs.setdefault(spec.name, spec)
        frames.append(frame)
        for number, row in enumerate(made.private):
            private.setdefault(f"{row[source.keys[0]]}/{number if len(parts) == 1 else ''}", row)
    whole = pd.concat([pd.DataFrame(frame) for frame in frames], ignore_index=True)
    for name in specs:
        if name not in whole.columns:
            whole[name] = None
    shapes = np.asarray(whole["geometry"].to_numpy(), dtype=object)
    dimension, shapes = one_kind(shapes)
    result = gpd.GeoDataFrame(whole[list(specs)].astype(object), geometry=shapes, crs=target)
    return Combined(
        result, tuple(specs.values()), dimension, [made.report for _source, made in parts], list(private.values())
    )


def _moved(frame: gpd.GeoDataFrame, target: Any, report: CheckReport) -> gpd.GeoDataFrame:
    """A frame in the target CRS, what that meant told in the report."""
    frame = force_flat(frame, report)
    if target is None or frame.crs is None or frame.crs == target:
        return frame
    before, after = datum_of(frame.crs), datum_of(target)
    moved = moved_to(frame, target, report.source, report)
    if before != after and {before, after} != {"JGD2011", "WGS 84"}:
        report.remark(
            "datum_changed",
            WARNING if "Tokyo" in before or "JGD2000" in (before, after) else NOTE,
            DATUM_CHANGED.format(before=before or "?", after=after or "?")
            if "JGD2000" in (before, after)
            else Text("Converted from {before} to {after}.", "{before}から{after}に変換しました。").format(
                before=before or "?", after=after or "?"
            ),
        )
    report.remark(
        "converted",
        NOTE,
        Text("Converted to {crs}.", "{crs}に変換しました。").format(crs=place_words(moved.crs)),
    )
    return moved


def _without_repeats(frame: gpd.GeoDataFrame, seen: set[tuple[Any, ...]], report: CheckReport) -> gpd.GeoDataFrame:
    columns = [frame[name].tolist() for name in frame.columns if name != frame.geometry.name]
    shapes = shapely.to_wkb(frame.geometry.to_numpy())
    keep = np.ones(len(frame), dtype=bool)
    for row, cells in enumerate(zip(*columns)):
        whole = (*(None if values.is_missing(cell) else cell for cell in cells), shapes[row])
        if whole in seen:
            keep[row] = False
            report.set_aside("repeated", _REPEATED, int(frame.index[row]))
        seen.add(whole)
    report.kept -= int((~keep).sum())
    return frame[keep]


def _areas(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Areas in m² where the coordinates are metres, else unknown."""
    metric = frame.crs is not None and not frame.crs.is_geographic
    if not metric or any(axis.unit_name not in ("metre", "meter") for axis in frame.crs.axis_info[:2]):
        return np.full(len(frame), None, dtype=object)
    areas = shapely.area(frame.geometry.to_numpy())
    return np.array([None if area != area else float(area) for area in areas], dtype=object)


def one_kind(shapes: np.ndarray) -> tuple[Optional[int], np.ndarray]:
    """Areas and lines as multi-shapes, points (also a multi-point of one) as points; and the greatest dimension."""
    present = ~shapely.is_missing(shapes)
    if not present.any():
        return None, shapes
    filled = present & ~shapely.is_empty(shapes)
    dimensions = shapely.get_dimensions(shapes[filled if filled.any() else present])
    dimension = int(dimensions.max()) if len(dimensions) else 2
    if dimension == 0:
        single = shapely.get_num_geometries(shapes) == 1
        return 0, np.where(present & single, shapely.get_geometry(shapes, 0), shapes)
    single, multi = (3, shapely.multipolygons) if dimension == 2 else (1, shapely.multilinestrings)
    made = shapes.copy()
    for row in np.flatnonzero(present & (shapely.get_type_id(shapes) == single)):
        made[row] = multi([shapes[row]])
    return dimension, made
