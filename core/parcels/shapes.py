"""Checks of single lots: shape, copies, lot numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from math import nan
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..progress import Progress
from ..texts import Text
from .broken import CROSSES, MOST_PLACES, TOUCHES, Place, broken_places, named_place
from .lots import Finding, Geometries, Ints, Lots, mended, places_of, polygons_only

#: No place on Earth has a larger plane coordinate (m).
_FARTHEST = 1e9

#: Lots made into shapes at a time: of more, memory goes back to the system and is asked for again.
_AT_A_TIME = 5_000

#: Odd numbers that mix the corners of a box into one.
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)

#: Why GEOS calls a shape invalid, in words.
_REASONS = {
    "Self-intersection": Text("The border line crosses itself.", "境界の線が交差しています。"),
    "Ring Self-intersection": Text("The border line touches itself.", "境界の線が自分自身に触れています。"),
    "Hole lies outside shell": Text("A hole lies outside the lot.", "穴が筆の外にあります。"),
    "Holes are nested": Text("One hole lies inside another.", "穴の中に穴があります。"),
    "Interior is disconnected": Text("Holes cut the lot into pieces.", "穴で筆が切り離されています。"),
    "Nested shells": Text("One part lies inside another.", "図形の中に図形があります。"),
    "Duplicate Rings": Text("The same ring is in twice.", "同じ輪が2つあります。"),
    "Too few points in geometry component": Text("The border has too few points.", "境界点が足りません。"),
    "Invalid Coordinate": Text("A coordinate is not a number.", "座標が数ではありません。"),
    "Coordinate beyond the Earth": Text("A coordinate is impossibly large.", "座標がありえない大きさです。"),
    "Ring is not closed": Text("The border is not closed.", "境界が閉じていません。"),
}

_ALONG = Text("The border line runs along itself.", "境界の線が自分自身に重なっています。")


def check_shapes(lots: Lots, found: list[Finding], progress: Progress) -> None:
    """Missing and invalid shapes; fills what ``lots`` knows about each shape."""
    broken: list[Ints] = []
    with np.errstate(all="ignore"):  # coordinates that are no numbers or overflow are reported, not warned of
        for begin in range(0, len(lots), _AT_A_TIME):
            progress.step(0.9 * begin / len(lots))
            broken.append(_check_chunk(lots, np.arange(begin, min(begin + _AT_A_TIME, len(lots))), found))
        # Broken shapes come last: what is kept of them would lie scattered among the sound ones that come and go.
        rows = np.concatenate(broken) if broken else np.empty(0, dtype=np.int64)
        for begin in range(0, len(rows), _AT_A_TIME):
            progress.step(0.9 + 0.1 * begin / len(rows))
            _mend_chunk(lots, rows[begin : begin + _AT_A_TIME], found)
    progress.step(1.0)


def _check_chunk(lots: Lots, rows: Ints, found: list[Finding]) -> Ints:
    """What can be said of valid shapes; the rows of broken ones."""
    shapes = lots.shapes.take(rows)
    polygons, present = _polygons(lots, rows, shapes)
    bounds = shapely.bounds(polygons)
    valid = shapely.is_valid(polygons) & present & _near(bounds)
    for place in np.flatnonzero(~present):
        shape = shapes[place]
        found.append(
            Finding(
                "no_geometry",
                (int(rows[place]),),
                np.nan,
                "",
                Text("The lot has no shape on the map.", "地図に図形がありません。"),
                "missing" if shape is None else f"{shape.geom_type}{' (empty)' if shape.is_empty else ''}",
                np.nan,
                np.nan,
            )
        )
    lots.valid[rows] = valid
    lots.parts[rows[present]] = shapely.get_num_geometries(polygons[present])
    _measure(lots, rows[valid], polygons[valid], bounds[valid])
    return rows[present & ~valid]


def _mend_chunk(lots: Lots, rows: Ints, found: list[Finding]) -> None:
    """Report broken shapes and measure those that stand in for them."""
    polygons, _ = _polygons(lots, rows, lots.shapes.take(rows))
    _invalid(lots, rows, polygons, _near(shapely.bounds(polygons)), found)
    usable = lots.take(rows)
    there = shapely.is_geometry(usable)
    _measure(lots, rows[there], usable[there], shapely.bounds(usable[there]).reshape(-1, 4))


def _polygons(lots: Lots, rows: Ints, shapes: Geometries) -> tuple[Geometries, npt.NDArray[np.bool_]]:
    """The polygon parts of ``shapes``, which stand in for what is more than that; and whether there are any."""
    kinds = shapely.get_type_id(shapes)
    odd = np.flatnonzero(((kinds != 3) & (kinds != 6)) | shapely.is_empty(shapes))
    polygons = shapes
    if len(odd):
        polygons = shapes.copy()
        polygons[odd] = polygons_only(shapes[odd])
        for place in odd:
            lots.replace(int(rows[place]), polygons[place])
    return polygons, shapely.is_geometry(polygons)


def _near(bounds: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Whether boxes (n, 4) lie where on Earth something may lie."""
    west, south, east, north = (np.abs(bounds.reshape(-1, 4)) < _FARTHEST).T
    return np.asarray(west & south & east & north)


def _measure(lots: Lots, rows: Ints, usable: Geometries, bounds: npt.NDArray[np.float64]) -> None:
    """Fill what ``lots`` knows about ``rows`` that have a ``usable`` shape."""
    lots.usable[rows] = True
    lots.area[rows] = shapely.area(usable)
    lots.outline[rows] = shapely.length(usable)
    lots.bounds[rows] = bounds
    lots.rings[rows] = 1 + shapely.get_num_interior_rings(usable)
    several = shapely.get_type_id(usable) == 6
    if several.any():
        pieces, owner = shapely.get_parts(usable[several], return_index=True)
        rings = 1 + shapely.get_num_interior_rings(pieces)
        lots.rings[rows[several]] = np.bincount(owner, weights=rings, minlength=int(several.sum()))


def _invalid(lots: Lots, rows: Ints, broken: Geometries, near: npt.NDArray[np.bool_], found: list[Finding]) -> None:
    """Report the ``broken`` shapes and let repaired ones stand in for them."""
    reasons = shapely.is_valid_reason(broken).tolist()
    bounded = np.isfinite(shapely.bounds(broken).reshape(-1, 4)).all(axis=1)
    xy, which = shapely.get_coordinates(broken, return_index=True)
    finite = near & (np.bincount(which[~np.isfinite(xy).all(axis=1)], minlength=len(rows)) == 0)
    repaired = np.full(len(rows), None, dtype=object)
    repaired[finite] = mended(broken[finite])
    faults = iter(broken_places(broken[finite]))
    for number, row in enumerate(rows.tolist()):
        reason = str(reasons[number])
        if not near[number] and bounded[number]:
            reason = "Coordinate beyond the Earth"
        lots.replace(row, repaired[number])
        found += _invalid_findings(row, broken[number], reason, next(faults) if finite[number] else None)
        if repaired[number] is None:
            lots.area[row] = shapely.area(broken[number])


def _invalid_findings(row: int, shape: Any, reason: str, places: Optional[list[Place]]) -> list[Finding]:
    """One finding for each place at which a shape is broken (``None``: its coordinates are no places)."""
    if places is None:
        place = named_place(reason)
        x, y = place.x, place.y
        if not (np.isfinite(x) and np.isfinite(y)):
            good = shapely.get_coordinates(shape)
            good = good[np.isfinite(good).all(axis=1)]
            x, y = good[0].tolist() if len(good) else (np.nan, np.nan)
        text = _words(place.reason) + Text(
            "Its borders with neighbours were not checked.", "隣との境界は調べていません。"
        )
        return [Finding("invalid", (row,), np.nan, "", text, reason, x, y)]
    named = named_place(reason)
    found = []
    for place in places[:MOST_PLACES]:
        text = _ALONG if place.along and place.reason in (CROSSES, TOUCHES) else _words(place.reason)
        if len(places) > 1:
            text = text + Text("One of {n} places of this lot.", "この筆の{n}か所のうちの1つです。").format(
                n=len(places)
            )
        if len(places) > MOST_PLACES:
            text = text + Text("Only {n} are listed.", "{n} か所だけを挙げます。").format(n=MOST_PLACES)
        detail = reason if place[:3] == named[:3] else f"{place.reason}[{place.x:.12g} {place.y:.12g}]"
        found.append(Finding("invalid", (row,), np.nan, "", text, detail, place.x, place.y, anchor=place.anchor))
    return found


def _words(reason: str) -> Text:
    return _REASONS.get(reason, Text("The shape is broken.", "図形が壊れています。"))


def same_shapes(lots: Lots) -> list[list[int]]:
    """Groups of rows with exactly the same area on the map (start point and direction do not matter)."""
    rows = np.flatnonzero(lots.usable)
    if len(rows) < 2:
        return []
    # Boxes with the same corners give the same number; the few others that do as well are told apart below.
    corners = (lots.bounds[rows] + 0.0).view(np.uint64)  # + 0.0: a zero has no sign
    rows = rows[pd.Series(sum((corners * _MIX).T)).duplicated(keep=False).to_numpy()]
    blobs: dict[bytes, list[int]] = {}
    for row, blob in zip(rows, shapely.to_wkb(shapely.normalize(lots.take(rows)))):
        blobs.setdefault(bytes(blob), []).append(int(row))
    return lots.arranged_groups([members for members in blobs.values() if len(members) > 1])


def duplicate_findings(lots: Lots, groups: Sequence[Sequence[int]], found: list[Finding]) -> None:
    """Report groups of lots with the same shape."""
    shapes = lots.take([rows[0] for rows in groups])
    for rows, shape, (x, y) in zip(groups, shapes, places_of(shapes).tolist()):
        if len({lots.key[row] for row in rows}) == 1:
            text = Text("The same lot is in {n} times.", "同じ筆が {n} つあります。")
        else:
            text = Text("{n} lots have the same shape.", "{n} つの筆が同じ図形です。")
        if len(rows) == 2:
            text = Text(text.en.replace("in {n} times", "in twice"), text.ja)
        found.append(
            Finding(
                "duplicate",
                tuple(sorted(rows)),
                float(lots.area[rows[0]]),
                "m2",
                text.format(n=len(rows)),
                "",
                x,
                y,
                shape,
            )
        )


def check_keys(lots: Lots, same: Iterable[Sequence[int]], found: list[Finding]) -> set[int]:
    """Lot numbers used for different shapes, and missing ones. Returns the rows concerned."""
    copies = repeated_copies(lots, same)
    series = pd.Series(lots.key)
    repeated = np.flatnonzero((series.duplicated(keep=False) & lots.has_key).to_numpy())
    groups: dict[str, list[int]] = {}
    for row in repeated:
        if row not in copies:
            groups.setdefault(lots.key[row], []).append(int(row))
    concerned: set[int] = set()
    several = [rows for rows in groups.values() if len(rows) > 1]
    arranged = lots.arranged_groups(several)
    places = dict(zip(chain(*arranged), lots.places(list(chain(*arranged))).tolist()))
    for rows, inner in zip(several, arranged):
        x, y = next((places[row] for row in inner if places[row][0] == places[row][0]), (nan, nan))
        found.append(
            Finding(
                "duplicate_key",
                tuple(rows),
                np.nan,
                "",
                Text("{n} different shapes have this lot number.", "{n} つの図形が同じ地番です。").format(n=len(rows)),
                "",
                x,
                y,
            )
        )
        concerned.update(rows)
    nameless = np.flatnonzero(~lots.has_key)
    if len(nameless) == len(lots) > 1:
        text = Text(
            "None of the {n} lots has a number. Check the field.",
            "{n} 筆のどれにも地番がありません。項目を確かめてください。",
        )
        x, y = lots.middle()
        found.append(Finding("no_key", (), np.nan, "", text.format(n=len(lots)), "", x, y))
        return concerned
    for row, (x, y) in zip(nameless, lots.places(nameless).tolist()):
        found.append(
            Finding(
                "no_key",
                (int(row),),
                np.nan,
                "",
                Text("The lot has no number.", "地番がありません。"),
                "",
                x,
                y,
            )
        )
    return concerned


def repeated_copies(lots: Lots, groups: Iterable[Sequence[int]]) -> set[int]:
    """Rows with the shape and the number of an earlier row of their group: the same lot once more.

    A copy under another number is a lot of its own: its number and registered area are looked at.
    """
    copies = set()
    for rows in groups:
        seen: set[str] = set()
        for row in rows:
            if lots.key[row] in seen:
                copies.add(row)
            seen.add(lots.key[row])
    return copies


def links(groups: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """The members of each group linked to its first."""
    return [(group[0], row) for group in groups for row in group[1:]]
