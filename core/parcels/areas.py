"""Checks against the register: areas by accuracy class, wrong units, missing and contradicting areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj

from ..errors import InputError
from ..texts import Text
from .lots import Finding, Ints, Lots, area_pair, figure, texts
from .tolerance import area_tolerance

#: Columns that :func:`join_register` adds.
REGISTER_AREA, REGISTER_CATEGORY = "registered_area", "registered_category"

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


class Joined(NamedTuple):
    """Lots with the register's area and category, and where the two do not fit."""

    lots: gpd.GeoDataFrame
    conflicting: list[str]  #: keys for which the register gives different areas
    not_on_map: list[str]  #: keys of the register without a lot


def join_register(
    frame: gpd.GeoDataFrame,
    register: pd.DataFrame,
    key_field: str,
    register_key: str = "lot_key",
    area_field: str = "area_reg",
    category_field: Optional[str] = "category_reg",
) -> Joined:
    """Add registered area and land category from a register table with one row per lot and owner.

    The lots get the columns ``REGISTER_AREA`` and (with ``category_field``) ``REGISTER_CATEGORY``; a
    lot for which the register gives different areas gets none. Raises ``InputError`` when a column of
    the register is missing.
    """
    for name in (register_key, area_field, category_field):
        if name is not None and name not in register.columns:
            raise InputError(
                Text(
                    "The register table has no field “{name}”. Fields found: {found}.",
                    "登記の表に項目「{name}」がありません。ある項目: {found}。",
                ).format(name=name, found=", ".join(str(c) for c in register.columns))
            )
    table = pd.DataFrame({"key": texts(register[register_key])})
    table["area"] = pd.to_numeric(register[area_field], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    table["category"] = texts(register[category_field]) if category_field else ""
    table = table[table["key"] != ""].sort_values(["key", "area", "category"], kind="stable")
    spread = table.groupby("key")["area"].agg(["min", "max", "first"])
    conflict = spread["max"] > spread["min"]
    areas = spread["first"].mask(conflict)
    keys = pd.Series(texts(frame[key_field]), index=frame.index)
    joined = frame.copy()
    joined[REGISTER_AREA] = keys.map(areas).to_numpy(dtype=float)
    if category_field:
        categories = table[table["category"] != ""].groupby("key")["category"].first()
        joined[REGISTER_CATEGORY] = keys.map(categories).to_numpy(dtype=object)
    return Joined(joined, sorted(conflict[conflict].index), sorted(set(table["key"]) - set(keys)))


#: By how much (times) areas of a map may differ from the registered ones, and still a unit explains it: units that are
#: far from m², and tsubo, which old registers differ by anyway (assumptions).
_FAR, _SPREAD_FAR, _SPREAD_NEAR = 90.0, 3.0, 1.5


def unit_slip(ratio: npt.NDArray[np.float64]) -> Optional[tuple[float, Text, bool]]:
    """The unit that explains nearly all ratios map/register: (factor, name, register too large).

    Either most ratios are right to a tenth with that unit, or, on a map that is far from the register anyway, half of
    them lie above and half below. Of two to four lots all have to be right.
    """
    count = len(ratio)
    if count < 2:
        return None
    middle = float(np.median(ratio))
    units = [
        (factor, name, value)
        for factor, name in UNIT_FACTORS
        for value in (factor, 1 / factor)
        if 0.8 < middle / value < 1.25  # else neither can hold
    ]
    for factor, name, value in units:
        limit = 0.1 if count >= 5 or factor > _FAR else 0.02
        if np.mean(np.abs(ratio / value - 1) < limit) >= (0.8 if count >= 5 else 1.0):
            return factor, name, value < 1
    for factor, name, value in units if count >= 5 else ():
        off = np.log(ratio / value)
        spread = np.log(_SPREAD_FAR if factor > _FAR else _SPREAD_NEAR)
        if abs(np.median(off)) < 0.1 and np.mean(np.abs(off) < spread) >= 0.8:
            return factor, name, value < 1
    return None


def areal_scale(places: npt.NDArray[np.float64], crs: Any) -> npt.NDArray[np.float64]:
    """By how much areas on the map exceed those on the ellipsoid at ``places`` (n, 2); 1 where nothing is projected.

    In the plane rectangular systems of Japan lengths are reduced to 0.9999 on the central meridian and
    grow by y² / 2R² away from it (平成14年国土交通省告示第9号), so areas on the map are 0.02 % too small there,
    right at about 90 km, and 0.02 % too large at 130 km. PROJ gives the factor of any projection at any
    place. The height above the sea (0.016 % of the area per 500 m) is not known here and left out.
    """
    scale = np.ones(len(places))
    known = np.isfinite(places).all(axis=1)
    if crs is None or not crs.is_projected or not known.any():
        return scale
    projection = pyproj.Proj(crs)
    lon, lat = projection(places[known, 0], places[known, 1], inverse=True)
    factors = np.asarray(projection.get_factors(lon, lat).areal_scale, dtype=float)
    scale[known] = np.where(np.isfinite(factors) & (factors > 0), factors, 1.0)
    return scale


def check_areas(
    lots: Lots,
    skip: set[int],
    copies: set[int],
    has_area: bool,
    conflicting: Sequence[str],
    found: list[Finding],
    whole: bool = True,
    crs: Any = None,
) -> npt.NDArray[np.float64]:
    """Map area against registered area. Returns the tolerance of each row (NaN without comparison).

    ``skip``: rows of unclear number, ``copies``: the same lot once more; neither is compared.
    ``whole``: these are all lots of the layer, so that something can be said about the whole column.
    ``crs``: the plane system. An area may have been registered in the plane of the map or on the ground;
    a lot differs only when neither fits (see :func:`areal_scale`).
    """
    limit = np.full(len(lots), np.nan)
    if not has_area:
        return limit
    known = np.isfinite(lots.registered) & (lots.registered > 0)
    contested = set(conflicting)
    if whole and len(lots) > 1 and not known.any() and not contested:
        found.append(_no_areas_finding(lots))
        return limit
    unknown = np.flatnonzero(~known)
    for row, (x, y) in zip(unknown, lots.places(unknown).tolist()):
        if lots.key[row] in contested:
            found.append(_conflict_finding(int(row), x, y))
            continue
        value = lots.registered[row]
        found.append(
            Finding(
                "no_area",
                (int(row),),
                np.nan,
                "",
                Text("No registered area to compare with.", "比べる登記面積がありません。"),
                "" if np.isnan(value) else f"{value:g}",
                x,
                y,
            )
        )
    comparable = known & (lots.area > 0)
    rows = np.flatnonzero(comparable)
    slip = unit_slip(lots.area[rows] / lots.registered[rows]) if whole else None
    if slip:
        found.append(_unit_finding(lots, rows, slip))
        return limit
    limit[rows] = area_tolerance(lots.registered[rows], lots.accuracy[rows])
    off = np.flatnonzero(np.abs(lots.area - lots.registered) > limit)
    off = off[[row not in skip and row not in copies for row in off.tolist()]] if len(off) else off
    places = lots.places(off)
    ground = lots.area[off] / areal_scale(places, crs)
    for row, (x, y), on_ground in zip(off, places.tolist(), ground.tolist()):
        registered, drawn = float(lots.registered[row]), float(lots.area[row])
        if abs(on_ground - registered) <= limit[row]:
            continue  # registered as measured on the ground: the projection makes the difference
        first, second = area_pair(registered, drawn)
        text = Text(
            "Register {first} m², map {second} m². Over the tolerance of {limit} m² ({name}).",
            "登記 {first} m²、図 {second} m²。公差 {limit} m²（{name}）を超えます。",
        ).format(first=first, second=second, limit=figure(float(limit[row])), name=lots.accuracy[row])
        if abs(on_ground - drawn) > 0.001 * drawn:
            text = text + Text("(On the ground {size} m².)", "（地上では {size} m²）").format(size=figure(on_ground))
        if not lots.has_class[row]:
            text = text + Text("The accuracy class is an assumption.", "精度区分は仮定です。")
        found.append(
            Finding("area_mismatch", (int(row),), 100.0 * (drawn - registered) / registered, "pct", text, "", x, y)
        )
    return limit


def _unit_finding(lots: Lots, rows: Ints, slip: tuple[float, Text, bool]) -> Finding:
    factor, name, inverse = slip
    if inverse:
        text = Text(
            "The registered areas are {factor} times the map areas in nearly all lots. Unit? "
            "(They may have been read as {name} but be in m².)",
            "ほぼ全筆で登記面積が図の {factor} 倍です。単位を確かめてください"
            "（{name}として読んだ値が m² かもしれません）。",
        )
    else:
        text = Text(
            "The map areas are {factor} times the registered areas in nearly all lots. Unit? "
            "(They may be in {name}, not m².)",
            "ほぼ全筆で図の面積が登記面積の {factor} 倍です。単位を確かめてください（m² でなく{name}かもしれません）。",
        )
    text = text + Text("Areas were not compared.", "面積は比べていません。")
    times = f"{factor:,.4g}" if factor < 1000 else f"{factor:,.0f}"
    return Finding(
        "area_unit",
        (),
        float(factor),
        "",
        text.format(factor=times, name=name),
        f"lots={len(rows)}",
        *lots.middle(rows),
    )


def _no_areas_finding(lots: Lots) -> Finding:
    """One note for the whole layer."""
    return Finding(
        "no_area",
        (),
        np.nan,
        "",
        Text(
            "None of the {n} lots has a registered area. Check the field, or the lot keys of the register.",
            "{n} 筆のどれにも登記面積がありません。項目か、登記の表の筆のキーを確かめてください。",
        ).format(n=len(lots)),
        "",
        *lots.middle(),
    )


def _conflict_finding(row: int, x: float, y: float) -> Finding:
    return Finding(
        "area_conflict",
        (row,),
        np.nan,
        "",
        Text("The register gives more than one area for this lot.", "登記の表に、この筆の地積が2通り以上あります。"),
        "",
        x,
        y,
    )
