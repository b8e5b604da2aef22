"""A register as other offices write it: the sample register spoilt in documented ways, with its truth.

``corrupt(register, lots, seed)`` gives rows with the columns of a municipal table and two more, ``truth`` (keys of the
row's lots, ``; `` between them, empty for land that is not on the map) and ``kind`` (how the row was spoilt). One kind
per lot, the same seed gives the same table. The kinds:

==============  =========================================================================================
``width``       full-width digits, any of twelve signs for the hyphen
``numerals``    Japanese numerals: positional, with 十百千, or those of deeds (壱弐参拾)
``separators``  番, 番地, の, ノ and their mixtures for the hyphen
``in_number``   municipality and 大字 inside the number's cell, with or without the word 大字, 大字 cell empty
``variants``    the 大字 in other characters (曾, 眞, 橫, ッ, つ), without the word 大字, with spaces
``padding``     leading zeros, branch 0000, .0 of a spreadsheet, spaces
``spreadsheet`` a point for the hyphen, or a date where month and day are possible
``typo``        one digit replaced, left out, doubled, or two swapped
``area``        area missing, with a wrong digit, or in ares
``place``       大字 missing, or another one of the village
``division``    one row for lots the map has divided, or two rows for a lot that was combined
``several``     one row for two or three lots (外1筆, 、)
``stranger``    land that is not on the map: new numbers, 地先, an unknown 大字 (added, not spoilt)
``clean``       as the map writes it
==============  =========================================================================================

Rows of a few lots are missing altogether.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

KINDS = (
    "width", "numerals", "separators", "in_number", "variants", "padding", "spreadsheet", "typo", "area", "place",
    "division", "several",
)  # fmt: skip
COLUMNS = ("oaza", "chiban", "category_reg", "area_reg", "owner_key", "share")
_HYPHENS = "-－‐‑–—―−ーｰ─━"
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_SPELLINGS = {"曽": "曾", "真": "眞", "横": "橫", "ツ": "ッつっ", "猿": "猿", "屋": "屋", "福": "福"}


def corrupt(
    register: pd.DataFrame, lots: Any, seed: int, share: float = 0.05, missing: float = 0.02, strangers: float = 0.03
) -> pd.DataFrame:
    """Spoil a register (``lot_key`` and the columns but 大字 and number) of ``lots`` (GeoDataFrame).

    ``share`` of the lots for each of the twelve kinds, ``missing`` of the lots without rows, ``strangers`` rows of
    other land for each lot.
    """
    random = np.random.default_rng([seed, 20_251_126])
    table = register.merge(pd.DataFrame(lots[["lot_key", "oaza", "chiban"]]), on="lot_key").reset_index(drop=True)
    table["area_reg"] = table["area_reg"].astype(float)
    table["chiban"] = table["chiban"].astype(object)
    table["truth"], table["kind"] = table["lot_key"], "clean"
    keys = np.array(sorted(table["lot_key"].unique()), dtype=object)
    random.shuffle(keys)
    gone, keys = keys[: round(missing * len(keys))], keys[round(missing * len(keys)) :]
    table = table[~table["lot_key"].isin(set(gone))]
    each = round(share * len(lots))
    work = _Work(random, table, lots)
    used: set[str] = set()
    # Kinds that need several lots or certain numbers choose first.
    for kind in (
        "division",
        "several",
        "spreadsheet",
        *(k for k in KINDS if k not in ("division", "several", "spreadsheet")),
    ):
        left = [key for key in keys if key not in used]
        used |= work.spoil(kind, left, each)
    result = pd.concat([work.table, work.strangers(round(strangers * len(lots)))], ignore_index=True)
    result = result.iloc[random.permutation(len(result))].reset_index(drop=True)
    return result[[*COLUMNS, "truth", "kind"]]


class _Work:
    def __init__(self, random: np.random.Generator, table: pd.DataFrame, lots: Any) -> None:
        self.random, self.table, self.lots = random, table, lots
        self.oaza = sorted(set(lots["oaza"].dropna()))
        self.numbers = dict(zip(lots["lot_key"], lots["chiban"]))
        self.place = dict(zip(lots["lot_key"], lots["oaza"]))
        self.taken = set(zip(lots["oaza"], lots["chiban"]))
        self.tree = shapely.STRtree(lots.geometry.to_numpy())
        self.position = {key: number for number, key in enumerate(lots["lot_key"])}
        self.family: dict[tuple[str, str], list[str]] = {}
        for key in self.numbers:
            self.family.setdefault(self._main(key), []).append(key)

    def _main(self, key: str) -> tuple[str, str]:
        """大字 and main number of a lot."""
        return self.place[key], self.numbers[key].split("-")[0]

    def pick(self, options: Any) -> Any:
        """One of ``options``."""
        return options[int(self.random.integers(len(options)))]

    def spoil(self, kind: str, keys: list[str], count: int) -> set[str]:
        """Spoil about ``count`` of ``keys``; returns the lots that were used."""
        if kind in ("division", "several"):
            return self._together(kind, keys, count)
        if kind == "spreadsheet":
            keys = sorted(keys, key=lambda key: ("-" not in self.numbers[key], not _date_of(self.numbers[key])))
        chosen = keys[:count]
        for key in chosen:
            index = self.table.index[self.table["lot_key"] == key]
            oaza, chiban = self.place[key], self.numbers[key]
            area = float(self.table.loc[index[0], "area_reg"])
            oaza, chiban, area = getattr(self, f"_{kind}")(oaza, chiban, area)
            if pd.isna(self.table.loc[index, "area_reg"]).all():
                area = np.nan
            self._write(index, oaza=oaza, area_reg=area, kind=kind, chiban=chiban)
        return set(chosen)

    def _write(self, index: Any, **values: Any) -> None:
        """Cells one by one: quicker than rows at once, and a cell may hold a day or a number."""
        for row in index:
            for name, value in values.items():
                self.table.at[row, name] = value

    # -- one lot ------------------------------------------------------------------------------
    def _width(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        return oaza, chiban.translate(_WIDE).replace("-", self.pick(_HYPHENS)), area

    def _numerals(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        style = self.pick(("positional", "units", "deed"))
        parts = [numeral(int(part), style) for part in chiban.split("-")]
        sign = self.pick(("番", "番地", "番ノ", "番地の"))
        if len(parts) == 1:
            return oaza, parts[0] + self.pick(("番", "番地", "")), area
        return oaza, parts[0] + sign + self.pick(("ノ", "の")).join(parts[1:]), area

    def _separators(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        first, *rest = chiban.split("-")
        if not rest:
            return oaza, first + self.pick(("番", "番地")), area
        sign = self.pick(("番", "番地", "番の", "番地の", "番ノ", "の", "ノ", " - "))
        return oaza, first + sign + self.pick(("-", "の", "ノ")).join(rest), area

    def _in_number(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        before = self.pick(("", "見本市", "見本県見本市", "大字")) if not oaza.startswith("大字") else ""
        name = oaza
        if oaza.startswith("大字"):
            name = self.pick((oaza, oaza[2:], "見本県見本市" + oaza, oaza[2:] + " "))
        elif before == "大字":
            before = ""
        return None, before + name + self.pick((chiban, chiban.translate(_WIDE), chiban.replace("-", "番", 1))), area

    def _variants(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        other = "".join(self.pick(_SPELLINGS[c]) if c in _SPELLINGS else c for c in oaza)
        if self.random.random() < 0.5 or other == oaza:
            other = other.replace("大字", self.pick(("", "大字 ", "大字　")))
        return other, chiban, area

    def _padding(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        parts = chiban.split("-")
        way = self.pick(("zeros", "zeros_branch", "float" if len(parts) == 1 else "spaces", "spaces"))
        if way == "float":
            return oaza, f"{parts[0]}.0", area
        if way == "spaces":
            return oaza, "  " + self.pick((" - ", "- ", " -")).join(parts) + " ", area
        parts = [part.zfill(5 if number == 0 else 4) for number, part in enumerate(parts)]
        return oaza, "-".join([*parts, "0000"] if way == "zeros_branch" else parts), area

    def _spreadsheet(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        date = _date_of(chiban)
        if date is None:
            return oaza, chiban.replace("-", "."), area
        written = (f"{date.month}月{date.day}日", f"2025/{date.month}/{date.day}", date)
        return oaza, written[int(self.random.integers(3))], area

    def _typo(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        while True:
            letters = list(chiban)
            digits = [number for number, letter in enumerate(letters) if letter.isdigit()]
            at = self.pick(digits)
            way = self.pick(("replace", "drop", "double", "swap"))
            if way == "replace":
                letters[at] = str(self.random.integers(10))
            elif way == "drop":
                del letters[at]
            elif way == "double":
                letters.insert(at, letters[at])
            elif at + 1 in digits:
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
            text = "".join(letters)
            if text != chiban and all(part and part[0] != "0" for part in text.split("-")):
                return oaza, text, area

    def _area(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        way = self.pick(("missing", "digit", "ares"))
        if way == "missing":
            return oaza, chiban, np.nan
        if way == "ares":
            return oaza, chiban, round(area / 100, 2)
        digits = list(str(int(area)))
        at = int(self.random.integers(len(digits)))
        digits[at] = self.pick([d for d in "123456789" if d != digits[at]])
        return oaza, chiban, float("".join(digits))

    def _place(self, oaza: str, chiban: str, area: float) -> tuple[Any, Any, float]:
        if self.random.random() < 0.67:
            return None, chiban, area
        return self.pick([name for name in self.oaza if name != oaza]), chiban, area

    # -- several lots -------------------------------------------------------------------------------
    def _together(self, kind: str, keys: list[str], count: int) -> set[str]:
        used: set[str] = set()
        left = set(keys)
        for key in keys:
            if len(used) >= count:
                break
            if key in used:
                continue
            if kind == "division" and self.random.random() < 0.4:
                self._combined(key)
                used.add(key)
                continue
            wanted = int(self.random.integers(2, 4)) if kind == "several" else 2
            others = self._relatives(key, left - used, kind)
            if len(others) < wanted - 1:
                continue
            lots = [key, *others[: wanted - 1]]
            self._put_together(kind, lots)
            used |= set(lots)
        return used

    def _relatives(self, key: str, left: set[str], kind: str) -> list[str]:
        """Lots with the same main number, for rows of several lots also those beside it."""
        main = self._main(key)
        found = sorted(k for k in self.family[main] if k in left and k != key)
        if kind == "several":
            shape = self.lots.geometry.iloc[self.position[key]]
            beside = self.lots["lot_key"].iloc[np.sort(self.tree.query(shape.buffer(0.1), predicate="intersects"))]
            found = sorted(set(found) | {k for k in beside if k in left and k != key and self.place[k] == main[0]})
        self.random.shuffle(found)
        return found

    def _put_together(self, kind: str, lots: list[str]) -> None:
        first = lots[0]
        numbers = [self.numbers[key] for key in lots]
        areas = [float(self.table.loc[self.table["lot_key"] == key, "area_reg"].iloc[0]) for key in lots]
        parent = numbers[0].split("-")[0]
        if kind == "division":
            every = self.family[self._main(first)]
            # The parent's number where it is free and all its branches are in, else the first lot's own number.
            whole = len(every) == len(lots) and (self.place[first], parent) not in self.taken
            chiban = parent if whole else numbers[0]
        elif self.random.random() < 0.3:
            chiban = "、".join(numbers)
        else:
            chiban = f"{numbers[0]}{self.pick(('外', 'ほか', ' 外'))}{len(lots) - 1}筆"
        index = self.table.index[self.table["lot_key"] == first]
        self.table = self.table[~self.table["lot_key"].isin(lots[1:])]
        self._write(index, chiban=chiban, area_reg=sum(areas), kind=kind, truth="; ".join(sorted(lots)))

    def _combined(self, key: str) -> None:
        """The map has one lot, the register still two numbers."""
        index = self.table.index[self.table["lot_key"] == key]
        oaza, chiban, area = self.place[key], self.numbers[key], float(self.table.loc[index[0], "area_reg"])
        part = round(area * float(self.random.uniform(0.2, 0.8)))
        if not 0 < part < area:
            part = area / 2
        parent = chiban.split("-")[0]
        branch = next(
            n for n in range(1, 999) if (oaza, f"{parent}-{n}") not in self.taken and f"{parent}-{n}" != chiban
        )
        self.taken.add((oaza, f"{parent}-{branch}"))
        self._write(index, area_reg=part, kind="division")
        second = self.table.loc[index[:1]].copy()
        second[["chiban", "area_reg", "kind"]] = [f"{parent}-{branch}", round(area - part, 2), "division"]
        self.table = pd.concat([self.table, second], ignore_index=True)

    def strangers(self, count: int) -> pd.DataFrame:
        """Rows of land that is not on the map."""
        rows, keys = [], sorted(self.numbers)
        while len(rows) < count:
            key = self.pick(keys)
            oaza, chiban = self.place[key], self.numbers[key]
            way = self.pick(("number", "branch", "front", "place"))
            if way == "number":
                chiban = str(int(self.random.integers(4000, 9000)))
            elif way == "branch":
                chiban = f"{chiban}-{int(self.random.integers(1, 9))}"
            elif way == "front":
                chiban = f"{chiban}{self.pick(('地先', '先', '番地先'))}"
            else:
                oaza = f"大字見本{int(self.random.integers(1, 9))}"
            if (oaza, chiban) in self.taken:
                continue
            rows.append(
                {
                    "oaza": oaza,
                    "chiban": chiban,
                    "category_reg": self.pick(("田", "畑", "山林")),
                    "area_reg": float(round(self.random.lognormal(6.5, 1.0))),
                    "owner_key": None,
                    "share": "1/1",
                    "truth": "",
                    "kind": "stranger",
                }
            )
        return pd.DataFrame(rows)


def numeral(number: int, style: str) -> str:
    """A number below 10,000 in Japanese numerals."""
    if style == "positional":
        return str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    digits = "零一二三四五六七八九" if style == "units" else "零壱弐参四五六七八九"
    text = ""
    for power, unit in ((1000, "千"), (100, "百"), (10, "十" if style == "units" else "拾"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("" if digit == 1 and unit and style == "units" else digits[digit]) + unit
    return text


def _date_of(chiban: str) -> Optional[dt.date]:
    parts = chiban.split("-")
    if len(parts) != 2:
        return None
    month, day = int(parts[0]), int(parts[1])
    return dt.date(2025, month, day) if 1 <= month <= 12 and 1 <= day <= 28 else None


def score(rows: pd.DataFrame, certain: dict[int, set[str]], proposed: dict[int, set[str]]) -> pd.DataFrame:
    """Right and wrong pairs of row and lot per kind.

    ``certain`` and ``proposed`` (certain and likely together) hold the lots by position of the row. Columns: ``rows,
    pairs`` (true ones), ``proposed, right, precision, recall, certain, wrong_certain``.
    """
    counts: dict[str, list[int]] = {}
    for position, (kind, truth) in enumerate(zip(rows["kind"], rows["truth"])):
        wanted = set(truth.split("; ")) - {""}
        said, sure = proposed.get(position, set()), certain.get(position, set())
        entry = counts.setdefault(kind, [0] * 6)
        for place, value in enumerate((1, len(wanted), len(said), len(said & wanted), len(sure), len(sure - wanted))):
            entry[place] += value
    order = [kind for kind in (*KINDS, "stranger", "clean") if kind in counts]
    table = pd.DataFrame(
        [counts[kind] for kind in order],
        index=order,
        columns=["rows", "pairs", "proposed", "right", "certain", "wrong_certain"],
    )
    table.loc["all"] = table.sum()
    table["precision"] = table["right"] / table["proposed"].where(table["proposed"] > 0)
    table["recall"] = table["right"] / table["pairs"].where(table["pairs"] > 0)
    return table
