"""Which plane rectangular zone a prefecture lies in (平成14年国土交通省告示第9号), and what a datum is called."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np
import shapely

from ..errors import InputError
from ..intake_report import WARNING, CheckReport
from ..texts import Text
from .shapes import finite_shapes
from .systems import UNKNOWN_SYSTEM, name_words

#: Zone by prefecture code; prefectures that lie in several zones are left out and must be chosen by the user.
_ZONES = {
    1: (42,),  # 長崎; 鹿児島's islands lie in I and II: not told
    2: (40, 41, 43, 44, 45),
    3: (32, 34, 35),
    4: (36, 37, 38, 39),
    5: (28, 31, 33),
    6: (18, 24, 25, 26, 27, 29, 30),
    7: (16, 17, 21, 23),
    8: (15, 19, 20, 22),
    9: (7, 8, 9, 10, 11, 12, 14),  # 東京都 has islands in XIV, XVIII and XIX: not told
    10: (2, 3, 4, 5, 6),
}
_BY_PREFECTURE = {prefecture: zone for zone, prefectures in _ZONES.items() for prefecture in prefectures}

_DATUMS = (
    ("2011", "JGD2011"),
    ("2000", "JGD2000"),
    ("2024", "JGD2024"),
    ("tokyo", "Tokyo (旧日本測地系)"),
)


#: Numbers that offices know as JGD2011. Newer lists of systems call them JGD2024; places on the ground are the same.
_JGD2011 = frozenset((6666, 6667, 6668, 6697, *range(6669, 6688)))
#: Names that say nothing: what libraries write where a file gives numbers, but no name.
_NAMELESS = ("", "unknown", "unnamed", "undefined", "custom", "user")
#: Marks of a definition that stands where a name should.
_DEFINITION = ("[", "+proj", "{")


def zone_of(city_code: str) -> Optional[int]:
    """Number of the plane zone of a municipality (code of 5 digits); ``None`` where the prefecture has several."""
    digits = city_code[:2]
    return _BY_PREFECTURE.get(int(digits)) if digits.isdigit() and digits.isascii() else None


def _is_jgd2011(crs: Any) -> bool:
    """Whether a pyproj CRS has one of the numbers of JGD2011, whatever the list of this machine calls it."""
    authority = None if crs is None else crs.to_authority()
    return authority is not None and authority[0] == "EPSG" and int(authority[1]) in _JGD2011


def datum_of(crs: Any) -> str:
    """Name of the datum of a pyproj CRS ("JGD2011", "WGS 84" …); empty when there is none."""
    if crs is None:
        return ""
    geodetic = crs.geodetic_crs
    if _is_jgd2011(crs) or _is_jgd2011(geodetic):
        return "JGD2011"
    name = str((geodetic.datum.name if geodetic is not None and geodetic.datum is not None else "") or "")
    if "Japan" in name or "Tokyo" in name or "JGD" in name:
        for mark, label in _DATUMS:
            if mark in name.lower():
                return label
    if name.startswith("World Geodetic System 1984"):
        return "WGS 84"
    return "" if name.lower().startswith("unknown") or any(mark in name for mark in _DEFINITION) else name


def crs_name(crs: Any) -> str:
    """A pyproj CRS for people ("JGD2011 / Japan Plane Rectangular CS VIII (EPSG:6676)").

    Empty when there is none, and when it has neither a name nor a number: its definition is no name.
    """
    if crs is None:
        return ""
    authority = crs.to_authority()
    name = str(crs.name or "").strip()
    if _is_jgd2011(crs):
        name = name.replace("JGD2024", "JGD2011")
    if name.lower() in _NAMELESS or any(mark in name for mark in _DEFINITION):
        name = ""
    number = ":".join(authority) if authority else ""
    return f"{name} ({number})" if name and number else name or number


def place_words(crs: Any) -> Text:
    """A pyproj CRS in the words of an office: "plane rectangular zone 8 (JGD2011)"; other systems by their name."""
    name = crs_name(crs)
    authority = crs.to_authority()
    number = f" ({':'.join(authority)})" if authority else ""
    return name_words(name.removesuffix(number)) if name else UNKNOWN_SYSTEM


#: What is said when two datums meet without a table of shifts.
DATUM_CHANGED = Text(
    "The data stand on {before}, the result on {after}. No table of shifts was used; in the north-east (Tohoku) places "
    "may be off by up to about 5 m.",
    "データは{before}、結果は{after}です。変換補正は使っていません。東北などでは最大5mほどずれることがあります。",
)


def unplaced(name: str) -> InputError:
    """The sentence for data without a coordinate system."""
    return InputError(
        Text(
            "{name} does not say where it lies. Choose the coordinate system of the data and run again.",
            "{name}の座標系が分かりません。データの座標系を選んでもう一度実行してください。",
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
