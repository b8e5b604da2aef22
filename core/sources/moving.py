"""Data moved from one coordinate system into another, and why they cannot be moved."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import shapely

from ..errors import InputError
from ..intake_report import WARNING, CheckReport
from ..texts import Text
from .shapes import finite_shapes
from .zones import place_words


def unplaced(name: str) -> InputError:
    """The sentence for data without a coordinate system."""
    return InputError(
        Text(
            "{name} does not say where it lies. Choose the coordinate system of the data and run again.",
            "{name}の座標系が分かりません。データの座標系を選んでもう一度実行してください。",
        ).format(name=name)
    )


def empty(name: str) -> InputError:
    """The sentence for a file with neither rows nor columns."""
    return InputError(
        Text(
            "{name} is empty: it has neither rows nor columns. Choose another file.",
            "{name}は空です（行も列もありません）。別のファイルを選んでください。",
        ).format(name=name)
    )


def moved_to(frame: Any, target: Any, name: str, report: Optional[CheckReport] = None) -> Any:
    """The frame in ``target``; ``name`` of the data for the sentence.

    Single shapes outside the area of the systems lose their shape, which the ``report`` tells. Raises ``InputError``
    with the cause where nothing, or without a report anything, cannot be moved: no system, local coordinates, a
    system that is no map, no way between the two, a table of shifts that is not here, all shapes outside.
    """
    import pyproj

    if frame.crs is None:
        raise unplaced(name)
    if frame.crs.is_engineering:
        raise InputError(
            Text(
                "{name} has local coordinates ({crs}), which have no place on the ground. Place it by points that are "
                "known there, or state its coordinate system, and run again.",
                "{name}は任意の座標（{crs}）で、地上の位置が分かりません。位置の分かる点で合わせるか、座標系を設定して、"
                "もう一度実行してください。",
            ).format(name=name, crs=frame.crs.name)
        )
    target = pyproj.CRS.from_user_input(target)
    if not (_is_map(frame.crs) and _is_map(target)):
        raise _no_way(frame.crs, target, name)
    try:
        moved = frame.to_crs(target)
    except pyproj.exceptions.ProjError as error:
        raise _no_grid(frame.crs, target, name) or _no_way(frame.crs, target, name) from error
    lost = finite_shapes(frame.geometry.to_numpy()) & ~finite_shapes(moved.geometry.to_numpy())
    if not lost.any():
        return moved
    nothing = shapely.is_missing(frame.geometry.to_numpy()) | shapely.is_empty(frame.geometry.to_numpy())
    if report is None or lost[~nothing].all():
        raise _no_grid(frame.crs, target, name) or _outside(frame, lost, name)
    row = int(np.flatnonzero(lost)[0])
    report.remark(
        "outside_area",
        WARNING,
        Text(
            "Shapes outside the area of the coordinate system: {n} (for example row {row}: {place}). These rows are "
            "kept without a shape. Correct their coordinates and add the data again.",
            "座標系の範囲の外にある図形: {n}（例: {row}行目、{place}）。図形のない行として残しました。座標を直して、"
            "もう一度追加してください。",
        ).format(n=f"{int(lost.sum()):,}", row=frame.index[row], place=_place(frame, row)),
        int(lost.sum()),
    )
    shapes = np.asarray(moved.geometry.to_numpy(), dtype=object).copy()
    shapes[lost] = None
    return moved.set_geometry(type(moved.geometry)(shapes, index=moved.index, crs=moved.crs))


def _is_map(crs: Any) -> bool:
    """Whether a system says places on the ground by two numbers: heights alone and places in space do not."""
    plane = crs.sub_crs_list[0] if crs.is_compound and crs.sub_crs_list else crs
    return not (plane.is_engineering or plane.is_vertical or plane.is_geocentric)


def _no_way(before: Any, after: Any, name: str) -> InputError:
    return InputError(
        Text(
            "{name} stands on {before}; there is no way from there to {after}. Choose the right coordinate system of "
            "the data, or another one for the result, and run again.",
            "{name}の座標系（{before}）から{after}へは変換できません。データの正しい座標系か、結果の別の座標系を選んで、"
            "もう一度実行してください。",
        ).format(name=name, before=place_words(before), after=place_words(after))
    )


def _no_grid(before: Any, after: Any, name: str) -> Optional[InputError]:
    """The sentence for a table of shifts that a system asks for and this computer has not; ``None``: none is asked."""
    grids = [
        grid.short_name
        for crs in (before, after)
        if crs.coordinate_operation is not None
        for grid in crs.coordinate_operation.grids
        if not grid.available
    ]
    if not grids:
        return None
    return InputError(
        Text(
            "{name} needs the table of shifts {grid}, which this computer does not have. Ask for the data in JGD2011, "
            "or put that file into the folder “proj” of QGIS, and run again.",
            "{name}の変換には補正ファイル{grid}が必要ですが、このパソコンにありません。JGD2011のデータをもらうか、その"
            "ファイルをQGISの「proj」フォルダーに入れて、もう一度実行してください。",
        ).format(name=name, grid=", ".join(dict.fromkeys(grids)))
    )


def _outside(frame: Any, lost: np.ndarray, name: str) -> InputError:
    row = int(np.flatnonzero(lost)[0])
    return InputError(
        Text(
            "{name}: shapes outside the area of {crs}: {n} of {rows} (for example row {row}: {place}). The coordinate "
            "system of the data is another one, or x and y are exchanged. Choose the right one and run again.",
            "{name}: {crs}の範囲の外に図形があります（{rows}件のうち{n}件、例: {row}行目、{place}）。データの座標系が"
            "違うか、xとyが逆です。正しい座標系を選んで、もう一度実行してください。",
        ).format(
            name=name,
            crs=place_words(frame.crs),
            n=f"{int(lost.sum()):,}",
            rows=f"{len(frame):,}",
            row=frame.index[row],
            place=_place(frame, row),
        )
    )


def _place(frame: Any, row: int) -> str:
    """The first point of a shape as its file has it."""
    x, y = shapely.get_coordinates(frame.geometry.iloc[row])[0]
    return f"{x:.10g}, {y:.10g}"
