"""Lots under another parcel system: shares of area in both directions, and pins that name a lot.

筆ポリゴン, forest compartments and lots are drawn on different grounds, so one is never *the* other: every pair that
overlaps is listed with its share of both. Areas in m² of the plane coordinate system of the lots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..errors import InputError
from ..progress import Progress
from ..schema import FieldSpec, names
from ..texts import Text
from .lotnumber import LotNumber, read
from .lots import Geometries, figure, polygons_only, texts, union_of
from .matchdata import LotColumns, Places, look_up

#: Pairs and lots handled between two looks at progress and cancel.
_CHUNK = 20_000
#: A point this close to a border lies on it (m): finer than any register map.
_ON_BORDER = 0.005

SHARE_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("other_key", "text", "Key in the other map", "相手の区画"),
    FieldSpec("area_m2", "real", "Common area (m²)", "重なる面積（m²）"),
    FieldSpec("share_lot", "real", "Share of the lot (0–1)", "筆に占める割合（0〜1）"),
    FieldSpec("share_other", "real", "Share of the other (0–1)", "相手に占める割合（0〜1）"),
    FieldSpec("small", "bool", "Below the threshold", "しきい値未満"),
)
LOT_SHARE_FIELDS = (
    FieldSpec("other_count", "int", "Parts of the other map", "相手の区画数"),
    FieldSpec(
        "share_sum", "real", "Sum of shares (above 1: the other map overlaps itself)", "割合の合計（1超は相手の重複）"
    ),
    FieldSpec("share_covered", "real", "Share covered (0–1)", "覆われる割合（0〜1）"),
    FieldSpec("share_uncovered", "real", "Share not covered (0–1)", "覆われない割合（0〜1）"),
    FieldSpec("uncovered_m2", "real", "Not covered (m²)", "覆われない面積（m²）"),
    FieldSpec("small_count", "int", "Parts below the threshold", "しきい値未満の区画数"),
    FieldSpec("small_m2", "real", "Area below the threshold (m²)", "しきい値未満の面積（m²）"),
)
OTHER_SHARE_FIELDS = (
    FieldSpec("lot_count", "int", "Lots", "筆数"),
    FieldSpec("share_on_lots", "real", "Share on lots (0–1)", "筆に重なる割合（0〜1）"),
    FieldSpec("outside_m2", "real", "Outside all lots (m²)", "筆の外の面積（m²）"),
)
PIN_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("pin_method", "text", "Found by (inside, border, near, none)", "見つけ方"),
    FieldSpec("pin_number", "text", "Number agrees (yes, no, unknown)", "地番の一致"),
    FieldSpec("pin_distance_m", "real", "Distance to the lot (m)", "筆までの距離（m）"),
    FieldSpec("pin_reason", "text", "Reason", "理由（英語）"),
    FieldSpec("pin_reason_ja", "text", "Reason (Japanese)", "理由"),
)


@dataclass(frozen=True)
class OverlaySettings:
    """``min_share`` and ``min_area``: a pair below both shares, or below the area, is small (assumption: slivers).

    ``reach``: how far from a lot a pin may lie (m) when its number agrees.
    """

    min_share: float = 0.01
    min_area: float = 1.0
    reach: float = 20.0

    def validate(self) -> None:
        """Raise ``InputError`` for values that make no sense."""
        if not (0 <= self.min_share < 1 and self.min_area >= 0 and self.reach >= 0):
            raise InputError(
                Text(
                    "The thresholds must be a share from 0 to below 1, an area and a distance of 0 or more.",
                    "しきい値は、0 以上 1 未満の割合、0 以上の面積と距離にしてください。",
                )
            )


class Overlay(NamedTuple):
    """Result of :func:`overlay_lots`: pieces with shares, and both inputs with their sums."""

    shares: gpd.GeoDataFrame
    lots: gpd.GeoDataFrame
    others: gpd.GeoDataFrame


def overlay_totals(overlay: Overlay) -> dict[str, float]:
    """What the overlay comes to: counts without small parts, areas in m².

    ``LOTS_COVERED`` of ``LOT_COUNT`` lots share land with ``OTHERS_ON_LOTS`` of ``OTHER_COUNT`` areas; ``UNCOVERED_M2``
    of the lots lies under no area, ``OUTSIDE_M2`` of the areas on no lot. ``LOTS_UNKNOWN`` lots have no area.
    """
    lots, others, shares = overlay.lots, overlay.others, overlay.shares
    covered = lots["share_covered"]
    return {
        "PAIRS": len(shares),
        "SMALL": int(shares["small"].sum()),
        "LOT_COUNT": len(lots),
        "LOTS_COVERED": int((lots["other_count"] > 0).sum()),
        "LOTS_UNKNOWN": int(covered.isna().sum()),
        "UNCOVERED": int((covered == 0).sum()),
        "UNCOVERED_M2": math.fsum(lots["uncovered_m2"].dropna()),
        "OTHER_COUNT": len(others),
        "OTHERS_ON_LOTS": int((others["lot_count"] > 0).sum()),
        "OUTSIDE_M2": math.fsum(others["outside_m2"].dropna()),
    }


def pin_totals(placed: gpd.GeoDataFrame) -> dict[str, float]:
    """How many pins of :func:`place_pins` have a lot, and why the others have none (the reasons add up to them).

    ``PINS_DISAGREE`` have a lot, but their number names another one.
    """
    without = placed["lot_key"].isna()
    distance = placed["pin_distance_m"]
    no_place = without & (placed.geometry.isna() | placed.geometry.is_empty)
    far = without & ~no_place & distance.isna()
    border = without & ~no_place & (distance <= _ON_BORDER)
    beside = without & ~no_place & ~far & ~border
    unread = beside & (placed["pin_number"] == "unknown")
    return {
        "PIN_COUNT": len(placed),
        "PINS_PLACED": int((~without).sum()),
        "PINS_DISAGREE": int((~without & (placed["pin_number"] == "no")).sum()),
        "PINS_WITHOUT": int(without.sum()),
        "PINS_FAR": int(far.sum()),
        "PINS_BORDER": int(border.sum()),
        "PINS_NO_NUMBER": int(unread.sum()),
        "PINS_OTHER_NUMBER": int((beside & ~unread).sum()),
        "PINS_NO_PLACE": int(no_place.sum()),
    }


def _areas(frame: gpd.GeoDataFrame) -> Geometries:
    """Usable polygons: broken shapes repaired for measuring, ``None`` where there is no area."""
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return polygons_only(shapes)


def _keys(frame: gpd.GeoDataFrame, field: Optional[str]) -> npt.NDArray[np.object_]:
    ids = np.array([f"#{value}" for value in frame.index], dtype=object)
    if field is None:
        return ids
    found = texts(frame[field])
    return np.where(found == "", ids, found)


def overlay_lots(
    lots: gpd.GeoDataFrame,
    others: gpd.GeoDataFrame,
    lot_key: Optional[str] = None,
    other_key: Optional[str] = None,
    settings: Optional[OverlaySettings] = None,
    progress: Optional[Progress] = None,
) -> Overlay:
    """Every pair of a lot and an area of another map with its share of both.

    Both frames in one plane CS in metres. ``share_covered`` counts land once that several areas of the other map
    cover; ``share_sum`` counts it each time. Small pairs stay in the sums and are marked. Raises ``InputError`` for
    a missing field.
    """
    settings, progress = settings or OverlaySettings(), progress or Progress()
    settings.validate()
    look_up(lots, [lot_key], Text("The lots layer", "筆のデータ"))
    look_up(others, [other_key], Text("The other map", "重ねる図"))
    own, other = _areas(lots), _areas(others)
    pairs = _pairs(own, other, progress.part(0.0, 0.6))
    size_own, size_other = shapely.area(own), shapely.area(other)
    table = pd.DataFrame({"lot": pairs[0], "other": pairs[1], "area_m2": shapely.area(pairs[2])})
    table["share_lot"] = table["area_m2"] / size_own[pairs[0]]
    table["share_other"] = table["area_m2"] / size_other[pairs[1]]
    below = np.maximum(table["share_lot"], table["share_other"]) < settings.min_share
    table["small"] = below | (table["area_m2"] < settings.min_area)
    lot_names, other_names = _keys(lots, lot_key), _keys(others, other_key)
    shares = gpd.GeoDataFrame(
        table.assign(lot_key=lot_names[pairs[0]], other_key=other_names[pairs[1]]), geometry=pairs[2], crs=lots.crs
    )
    shares = shares.sort_values(["lot_key", "area_m2", "other_key"], ascending=[True, False, True], kind="stable")
    covered_own = _covered(table["lot"].to_numpy(), pairs[2], len(lots), progress.part(0.6, 0.8))
    covered_other = _covered(table["other"].to_numpy(), pairs[2], len(others), progress.part(0.8, 1.0))
    return Overlay(
        shares[[*names(SHARE_FIELDS), "geometry"]].reset_index(drop=True),
        _lot_sums(lots, table, size_own, covered_own),
        _other_sums(others, table, size_other, covered_other),
    )


def _pairs(
    own: Geometries, other: Geometries, progress: Progress
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Geometries]:
    """Lot, other and common polygon of every overlapping pair."""
    tree = shapely.STRtree(other)
    found_own, found_other, found_shape = [], [], []
    for start in range(0, len(own), _CHUNK):
        progress.step(start / len(own))
        a, b = tree.query(own[start : start + _CHUNK], predicate="intersects")
        common = polygons_only(shapely.intersection(own[start + a], other[b]))
        keep = shapely.area(common) > 0
        found_own.append(start + a[keep])
        found_other.append(b[keep])
        found_shape.append(common[keep])
    if not found_own:
        nothing = np.empty(0, dtype=np.int64)
        return nothing, nothing, np.empty(0, dtype=object)
    return np.concatenate(found_own), np.concatenate(found_other), np.concatenate(found_shape)


def _covered(
    owner: npt.NDArray[np.int64], pieces: Geometries, count: int, progress: Progress
) -> npt.NDArray[np.float64]:
    """Area of the union of the pieces of each owner."""
    result = np.zeros(count)
    order = np.argsort(owner, kind="stable")
    starts = np.flatnonzero(np.r_[True, owner[order][1:] != owner[order][:-1]][: len(owner)])
    ends = [*starts[1:], len(owner)]
    for done, (start, end) in enumerate(zip(starts, ends)):
        if done % 500 == 0:
            progress.step(done / len(ends))
        parts = pieces[order[start:end]]
        whole = parts[0] if len(parts) == 1 else union_of(parts)
        result[owner[order[start]]] = shapely.area(whole)
    return result


def _lot_sums(lots: gpd.GeoDataFrame, table: pd.DataFrame, size: Any, covered: Any) -> gpd.GeoDataFrame:
    count = len(lots)
    result = lots.copy()
    small = table["small"].to_numpy(dtype=bool)
    owner = table["lot"].to_numpy(dtype=np.int64)
    area = table["area_m2"].to_numpy(dtype=float)
    with np.errstate(all="ignore"):
        share = np.where(size > 0, covered / size, np.nan)
        summed = np.where(size > 0, np.bincount(owner, area, count) / size, np.nan)
    result["other_count"] = pd.array(np.bincount(owner[~small], minlength=count), dtype="Int64")
    result["share_sum"] = summed
    result["share_covered"] = np.minimum(share, 1.0)
    result["share_uncovered"] = 1.0 - result["share_covered"]
    result["uncovered_m2"] = np.where(size > 0, np.maximum(size - covered, 0.0), np.nan)
    result["small_count"] = pd.array(np.bincount(owner[small], minlength=count), dtype="Int64")
    result["small_m2"] = np.bincount(owner[small], area[small], count)
    return result


def _other_sums(others: gpd.GeoDataFrame, table: pd.DataFrame, size: Any, covered: Any) -> gpd.GeoDataFrame:
    result = others.copy()
    owner = table["other"].to_numpy(dtype=np.int64)
    counted = owner[~table["small"].to_numpy(dtype=bool)]
    result["lot_count"] = pd.array(np.bincount(counted, minlength=len(others)), dtype="Int64")
    with np.errstate(all="ignore"):
        result["share_on_lots"] = np.where(size > 0, np.minimum(covered / size, 1.0), np.nan)
    result["outside_m2"] = np.where(size > 0, np.maximum(size - covered, 0.0), np.nan)
    return result


# -- pins -----------------------------------------------------------------------------------
def place_pins(
    lots: gpd.GeoDataFrame,
    pins: gpd.GeoDataFrame,
    columns: LotColumns,
    number: Optional[str] = None,
    oaza: Optional[str] = None,
    settings: Optional[OverlaySettings] = None,
    progress: Optional[Progress] = None,
) -> gpd.GeoDataFrame:
    """The pins with the lot they lie in, or the nearest one within ``reach`` whose number agrees, and the reason.

    ``number`` and ``oaza`` name the pins' columns. A pin on a border takes the lot whose number agrees. Pins without
    a lot keep an empty ``lot_key``. Raises ``InputError`` for a missing field.
    """
    settings, progress = settings or OverlaySettings(), progress or Progress()
    settings.validate()
    look_up(lots, vars(columns).values(), Text("The lots layer", "筆のデータ"))
    look_up(pins, [number, oaza], Text("The pins", "ピン"))
    shapes = _areas(lots)
    keys = _keys(lots, columns.key)
    # Sorted, so that equal distances are settled by the key and not by the order of the lots.
    order = np.argsort(keys.astype(str), kind="stable")
    shapes, keys = shapes[order], keys[order]
    known = _read_lots(lots, columns, order)
    places = Places(known)
    points = _points(pins)
    tree = shapely.STRtree(shapes)
    near: dict[int, list[int]] = {}
    usable = np.flatnonzero(~shapely.is_missing(points))
    for start in range(0, len(usable), _CHUNK):
        progress.step(0.6 * start / max(len(usable), 1))
        part = usable[start : start + _CHUNK]
        around = shapely.buffer(points[part], max(settings.reach, _ON_BORDER))
        for pin, lot in zip(*tree.query(around, predicate="intersects")):
            near.setdefault(int(part[pin]), []).append(int(lot))
    numbers = texts(pins[number]) if number else np.full(len(pins), "", dtype=object)
    districts = texts(pins[oaza]) if oaza else np.full(len(pins), "", dtype=object)
    rows = []
    for pin in range(len(pins)):
        if pin % 1000 == 0:
            progress.step(0.6 + 0.4 * pin / len(pins))
        lot = _resolved(read(numbers[pin], districts[pin]), places) if numbers[pin] else None
        rows.append(_pin_row(points[pin], lot, near.get(pin, []), shapes, keys, known, settings))
    result = pins.copy()
    for position, spec in enumerate(PIN_FIELDS):
        values = [row[position] for row in rows]
        result[spec.name] = np.array(values, dtype=float) if spec.kind == "real" else pd.Series(
            values, dtype=object
        ).to_numpy()  # fmt: skip
    progress.step(1.0)
    return result


def _points(pins: gpd.GeoDataFrame) -> Geometries:
    """One point per pin; ``None`` for what has none (several points: the first)."""
    shapes = shapely.force_2d(pins.geometry.to_numpy())
    several = shapely.get_type_id(shapes) == 4
    shapes[several] = shapely.get_geometry(shapes[several], 0)
    shapes[(shapely.get_type_id(shapes) != 0) | shapely.is_empty(shapes)] = None
    return shapes


def _read_lots(lots: gpd.GeoDataFrame, columns: LotColumns, order: Any) -> list[LotNumber]:
    empty = np.full(len(lots), "", dtype=object)
    parts = [
        texts(lots[name])[order] if name else empty
        for name in (columns.number, columns.oaza, columns.chome, columns.koaza)
    ]
    return [read(chiban, oaza + chome, koaza) for chiban, oaza, chome, koaza in zip(*parts)]


def _resolved(lot: LotNumber, places: Places) -> LotNumber:
    oaza, koaza, _ = places.resolve(lot.oaza, lot.koaza)
    return replace(lot, oaza=oaza, koaza=koaza)


def _agrees(one: Optional[LotNumber], other: LotNumber) -> Optional[bool]:
    """Whether two numbers name the same lot; ``None`` when one of them cannot be read."""
    if one is None or not (one.certain and other.certain):
        return None
    same_place = all(not a or not b or a == b for a, b in ((one.oaza, other.oaza), (one.koaza, other.koaza)))
    return one.number == other.number and same_place


_YES_NO = {True: "yes", False: "no", None: "unknown"}


def _pin_row(
    point: Any,
    lot: Optional[LotNumber],
    near: list[int],
    shapes: Geometries,
    keys: Any,
    known: list[LotNumber],
    settings: OverlaySettings,
) -> tuple[Any, ...]:
    def row(index: Optional[int], method: str, number: str, distance: float, reason: Text) -> tuple[Any, ...]:
        return (None if index is None else str(keys[index]), method, number, distance, reason.en, reason.ja)

    if point is None:
        return row(None, "none", "unknown", np.nan, Text("The pin has no place.", "ピンの位置がありません。"))
    gaps = sorted((round(float(shapely.distance(shapes[i], point)), 3), i) for i in near)
    inside = [i for gap, i in gaps if gap <= _ON_BORDER]
    agreeing = [(gap, i) for gap, i in gaps if _agrees(lot, known[i])]
    written = "" if lot is None else lot.number
    if len(inside) == 1 or (inside and agreeing and agreeing[0][1] in inside):
        index = inside[0] if len(inside) == 1 else agreeing[0][1]
        agrees = _agrees(lot, known[index])
        method = "inside" if len(inside) == 1 else "border"
        reason = Text("Inside the lot, number agrees.", "筆の中にあり、地番も一致します。")
        if agrees is None:
            reason = Text("Inside the lot, no number to compare.", "筆の中にあります。比べる地番はありません。")
        elif not agrees:
            reason = Text(
                "Inside lot {lot}, but the pin says {number}.", "{lot} の中にありますが、ピンの地番は {number} です。"
            ).format(lot=known[index].number or keys[index], number=written)
            if agreeing:
                reason = reason + Text("That lot is {gap} m away.", "その筆は {gap} m 先にあります。").format(
                    gap=figure(agreeing[0][0])
                )
        elif method == "border":
            reason = Text("On a border; the number decides.", "境界の上にあり、地番で決めました。")
        return row(index, method, _YES_NO[agrees], gaps[0][0] if method == "inside" else 0.0, reason)
    if inside:
        return row(
            None, "none", "unknown", 0.0,
            Text("On a border between lots, and no number decides.", "筆の境界の上にあり、地番でも決められません。"),
        )  # fmt: skip
    if agreeing:
        gap, index = agreeing[0]
        reason = Text("{gap} m outside the lot, number agrees.", "筆の {gap} m 外ですが、地番が一致します。")
        return row(index, "near", "yes", gap, reason.format(gap=figure(gap)))
    reach = Text("{reach} m", "{reach} m").format(reach=figure(settings.reach))
    if not gaps:
        reason = Text("No lot within {reach}.", "{reach} 以内に筆がありません。").format(reach=reach)
    elif lot is None:
        reason = Text("Outside all lots, and the pin has no number.", "筆の外にあり、ピンに地番がありません。")
    else:
        reason = Text("No lot {number} within {reach}.", "{reach} 以内に {number} がありません。").format(
            number=written, reach=reach
        )
    return row(None, "none", "unknown" if lot is None else "no", gaps[0][0] if gaps else np.nan, reason)
