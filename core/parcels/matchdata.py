"""The two sides of a register matching as arrays: lots of the map, entries of the register, places, area fit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .lotletters import fold_place
from .lotnumber import LotNumber, bare_text, read
from .lots import CHUNK, polygons_only, texts
from .tolerance import CLASSES, accuracy_class

#: Class where the map gives none: the widest for farmland (不動産登記規則10条4項), as in the boundary check.
DEFAULT_CLASS = "乙一"
#: Registered areas above 10 m² are cut to whole m² (不動産登記規則100条); house plots to 0.01 m².
_CUT_ABOVE = 10.0


@dataclass(frozen=True)
class LotColumns:
    """Columns of the lots; ``None`` where there is none."""

    key: str
    number: Optional[str] = None
    oaza: Optional[str] = None
    chome: Optional[str] = None
    koaza: Optional[str] = None
    accuracy: Optional[str] = None
    undetermined: Optional[str] = None


@dataclass(frozen=True)
class RowColumns:
    """Columns of the register; at least ``key`` or ``number``."""

    key: Optional[str] = None
    number: Optional[str] = None
    oaza: Optional[str] = None
    koaza: Optional[str] = None
    area: Optional[str] = None


@dataclass(frozen=True)
class MatchSettings:
    """``area_slack``: difference of areas that is allowed besides the tolerance, as a share (0.05 = 5 %)."""

    default_class: str = DEFAULT_CLASS
    area_slack: float = 0.0

    def validate(self) -> None:
        """Raise ``InputError`` for values that make no sense."""
        if not 0 <= self.area_slack < 1:
            raise InputError(
                Text(
                    "The allowed difference of areas is {value}. Give a share from 0 to below 1.",
                    "許す面積の差が {value} です。0 以上 1 未満の割合を入れてください。",
                ).format(value=self.area_slack)
            )
        if self.default_class not in CLASSES:
            raise InputError(
                Text("“{name}” is not an accuracy class.", "「{name}」は精度区分ではありません。").format(
                    name=self.default_class
                )
            )


class Lots(NamedTuple):
    """Lots in the order of their keys. ``position`` is the row in the input, ``label`` the number as written."""

    position: npt.NDArray[np.int64]
    key: list[str]
    label: list[str]
    lot: list[LotNumber]
    area: npt.NDArray[np.float64]
    accuracy: list[str]
    shape: npt.NDArray[np.object_]
    undetermined: list[list[str]]


class Entries(NamedTuple):
    """Register entries: rows with the same key, place, number and area as written, in the order of these."""

    rows: list[list[int]]  #: positions of the rows
    key: list[str]  #: what decisions are remembered by
    lot_key: list[str]
    label: list[str]
    lot: list[LotNumber]
    quality: list[str]  #: how the place was found: same, none, similar, missing, unknown
    area: npt.NDArray[np.float64]


def read_lots(frame: gpd.GeoDataFrame, columns: LotColumns, settings: MatchSettings, progress: Progress) -> Lots:
    """The lots side. A lot without a key is named ``#`` and its feature id."""
    keys = texts(frame[columns.key])
    keys = np.where(keys == "", np.array([f"#{value}" for value in frame.index], dtype=object), keys)
    count = len(frame)
    number = texts(frame[columns.number]) if columns.number else np.full(count, "", dtype=object)
    oaza = texts(frame[columns.oaza]) if columns.oaza else np.full(count, "", dtype=object)
    if columns.chome:
        oaza = oaza + texts(frame[columns.chome])
    koaza = texts(frame[columns.koaza]) if columns.koaza else np.full(count, "", dtype=object)
    accuracy = texts(frame[columns.accuracy]) if columns.accuracy else np.full(count, "", dtype=object)
    waiting = texts(frame[columns.undetermined]) if columns.undetermined else np.full(count, "", dtype=object)
    shapes = polygons_only(shapely.force_2d(frame.geometry.to_numpy()))
    area = shapely.area(shapes)
    area = np.where(area > 0, area, np.nan)
    told = (map(str, values) for values in (keys, oaza, koaza, number))
    order = sorted(range(count), key=list(zip(*told, np.nan_to_num(area).tolist())).__getitem__)
    numbers = []
    for done, i in enumerate(order):
        if done % CHUNK == 0:
            progress.step(done / max(count, 1))
        numbers.append(read(number[i], oaza[i], koaza[i]))
    classes = {value: accuracy_class(value) or settings.default_class for value in set(accuracy)}
    return Lots(
        np.array(order, dtype=np.int64),
        [str(keys[i]) for i in order],
        [str(number[i]) or str(keys[i]) for i in order],
        numbers,
        area[order] if count else area,
        [classes[accuracy[i]] for i in order],
        shapes[order] if count else shapes,
        [[part.strip() for part in re.split(r"[;、,]", str(waiting[i])) if part.strip()] for i in order],
    )


def read_entries(frame: pd.DataFrame, columns: RowColumns, places: Places, progress: Progress) -> Entries:
    """The register side, its rows put together where key, place and number are written the same."""
    if not columns.key and not columns.number:
        raise InputError(
            Text(
                "The register needs a column with the lot key or with the lot number. Choose one.",
                "登記の表には筆キーか地番の列が必要です。どちらかを選んでください。",
            )
        )
    count = len(frame)
    empty = np.full(count, "", dtype=object)
    parts = [
        texts(frame[name]) if name else empty for name in (columns.key, columns.oaza, columns.koaza, columns.number)
    ]
    # Dates keep their own type for the reading: a spreadsheet may have made one of 12-3.
    cells = frame[columns.number].to_numpy(dtype=object) if columns.number else empty
    areas = (
        pd.to_numeric(frame[columns.area], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        if columns.area
        else np.full(count, np.nan)
    )
    groups = _grouped(list(zip(*(part.tolist() for part in parts))), areas)
    result = Entries([], [], [], [], [], [], np.full(len(groups), np.nan))
    for done, (key, rows) in enumerate(groups):
        if done % CHUNK == 0:
            progress.step(done / max(len(groups), 1))
        lot = read(cells[rows[0]], key[1], key[2])
        oaza, koaza, quality = places.resolve(lot.oaza, lot.koaza)
        if (oaza, koaza) != (lot.oaza, lot.koaza):
            lot = replace(lot, oaza=oaza, koaza=koaza)
        result.rows.append(rows)
        result.key.append("|".join(key))
        result.lot_key.append(key[0])
        result.label.append(" ".join(part for part in key[1:4] if part) or key[0])
        result.lot.append(lot)
        result.quality.append(quality)
        result.area[done] = next((areas[row] for row in rows if areas[row] > 0), np.nan)
    return result


def _grouped(keys: list[tuple[str, ...]], areas: npt.NDArray[np.float64]) -> list[tuple[tuple[str, ...], list[int]]]:
    """Rows put together by what is written; by area too where one text comes with several areas."""
    groups: dict[tuple[str, ...], dict[float, list[int]]] = {}
    for row, key in enumerate(keys):
        area = float(areas[row])
        groups.setdefault(key, {}).setdefault(area if area > 0 else 0.0, []).append(row)
    result: list[tuple[tuple[str, ...], list[int]]] = []
    for key in sorted(groups):
        by_area = groups[key]
        if len(set(by_area) - {0.0}) < 2:
            # Rows without an area belong to those with the only one.
            result.append((key, sorted(row for rows in by_area.values() for row in rows)))
        else:
            result += [((*key, f"{area:g}"), by_area[area]) for area in sorted(by_area)]
    return result


class Places:
    """The 大字 of the map, and how the place names of a register find them."""

    def __init__(self, lots: Iterable[LotNumber]) -> None:
        self.koaza: dict[str, set[str]] = {}
        for lot in lots:
            self.koaza.setdefault(lot.oaza, set()).add(lot.koaza)
        self.known = set(self.koaza) - {""}
        self._cache: dict[tuple[str, str], tuple[str, str, str]] = {}

    def resolve(self, oaza: str, koaza: str) -> tuple[str, str, str]:
        """``(oaza, koaza, quality)`` for folded names of the register; see :class:`Entries`."""
        found = self._cache.get((oaza, koaza))
        if found is None:
            found = self._cache[(oaza, koaza)] = self._resolve(oaza, koaza)
        return found

    def _resolve(self, oaza: str, koaza: str) -> tuple[str, str, str]:
        if not self.known:
            return "", koaza, "none"
        if not oaza:
            if len(self.known) == 1 and "" not in self.koaza:
                return next(iter(self.known)), koaza, "same"
            return "", koaza, "missing"
        if oaza in self.known:
            return oaza, koaza, "same"
        # A municipality before the name, a 小字 without its marker after it; the longest name wins.
        fits = []
        for name in self.known:
            start = oaza.find(name)
            if start < 0:
                continue
            before, after = oaza[:start], oaza[start + len(name) :]
            if before and before[-1] not in "都道府県市町村区郡":
                continue
            if after and (koaza or (self.koaza[name] != {""} and fold_place(after) not in self.koaza[name])):
                continue
            # 三ツ橋新田 is not 三ツ橋: what follows must be a 小字 of the map, else it is only similar
            sure = not after or fold_place(after) in self.koaza[name]
            fits.append((len(name), name, fold_place(after) if after else koaza, "same" if sure else "similar"))
        if fits:
            longest = max(fits)
            if sum(fit[0] == longest[0] for fit in fits) == 1:
                return longest[1:]
        near = [name for name in self.known if len(name) > 2 and one_edit(name, oaza)]
        if len(near) == 1:
            return near[0], koaza, "similar"
        return oaza, koaza, "unknown"


def one_edit(one: str, other: str) -> bool:
    """Whether two different texts differ by one letter replaced, added, left out, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:] and len(a) > 1)


def deletions(text: str) -> set[str]:
    """The text and all texts with one letter left out: two texts within one edit share one of them."""
    return {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}


def tolerance_of(area: float, accuracy: str) -> float:
    """Tolerance (m²) of a registered area by the table of 別表第四."""
    row = CLASSES[accuracy]
    return float((row.area_a + row.area_b * area**0.25) * area**0.5)


def area_limit(registered: float, accuracy: str, slack: float, parts: int = 1) -> float:
    """Largest difference (m²) between registered and map area that counts as equal.

    The tolerance of the accuracy class, or the allowed share if that is larger, plus what the register cuts off.
    ``parts`` is the number of registered areas in a sum.
    """
    whole = registered == int(registered) and registered > _CUT_ABOVE
    return max(tolerance_of(registered, accuracy), slack * registered) + parts * (1.0 if whole else 0.01)


def same_area(registered: float, drawn: float, accuracy: str, slack: float, parts: int = 1) -> Optional[bool]:
    """Whether two areas agree; ``None`` when one is unknown."""
    if not (registered > 0 and drawn > 0):
        return None
    return bool(abs(registered - drawn) <= area_limit(registered, accuracy, slack, parts))


def look_up(frame: Any, names: Iterable[Optional[str]], what: Text) -> None:
    """Raise ``InputError`` for a column that is not there."""
    for name in names:
        if name is not None and name not in frame.columns:
            raise InputError(
                Text(
                    "{what} has no field “{name}”. Fields found: {found}.",
                    "{what}に項目「{name}」がありません。ある項目: {found}。",
                ).format(what=what, name=name, found=", ".join(str(column) for column in frame.columns))
            )


def written(lot: LotNumber) -> str:
    """The text of a lot number as written, in one width (to compare texts that cannot be read)."""
    return bare_text(lot.raw)
