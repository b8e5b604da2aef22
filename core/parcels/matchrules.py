"""Candidates of the register matching and their reasons.

Exact keys first; then, only for what is left over, one rule after the other. Everything is looked up by place and
number, never every row against every lot. A candidate is a group of entries and lots; scores only order and explain,
they are assumptions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Optional

import numpy as np
import shapely

from ..progress import Progress
from ..texts import Text
from .lotletters import IROHA, IROHA_KATAKANA
from .lotnumber import read
from .lots import CHUNK, figure
from .matchdata import Entries, Lots, MatchSettings, area_limit, deletions, one_edit, same_area, written

#: How far below a full score of 1 each weakness puts a match (assumption: for order and explanation only).
WEAKNESS = {
    "no_area": 0.10,
    "area_differs": 0.35,
    "place_similar": 0.10,
    "place_missing": 0.20,
    "place_differs": 0.30,
    "koaza_differs": 0.10,
    "reading": 0.10,
    "typo": 0.25,
    "prefix": 0.20,
    "part": 0.20,
    "several": 0.20,
    "split": 0.15,
    "merge": 0.15,
    "undetermined": 0.10,
    "shared": 0.15,
    "rival": 0.10,
    "unchecked": 0.10,
}
#: Lots close to each other, for rows that stand for several lots (m, assumption).
_TOUCH = 0.5
#: Entries or lots that are tried together for sums of areas (assumption: families are small).
_FAMILY = 12
#: 外n筆 is resolved up to this n.
_MORE = 3

_SCRIPT = str.maketrans(IROHA_KATAKANA, IROHA)


@dataclass(frozen=True)
class Group:
    """Entries and lots that belong together: one of each, or several on one side."""

    entries: tuple[int, ...]
    lots: tuple[int, ...]
    kind: str
    score: float
    reason: Text
    rank: int  #: 0 best; groups of a better rank win
    certain: bool = False

    @property
    def edges(self) -> list[tuple[int, int]]:
        """Pairs of entry and lot."""
        return [(entry, lot) for entry in self.entries for lot in self.lots]


class Sides:
    """Both sides with the look-ups that all rules share."""

    def __init__(self, lots: Lots, entries: Entries, settings: MatchSettings) -> None:
        self.lots, self.entries, self.slack = lots, entries, settings.area_slack
        self.by_key: dict[str, list[int]] = {}
        self.by_number: dict[tuple[str, str], list[int]] = {}
        self.by_text: dict[tuple[str, str], list[int]] = {}
        self.by_plain: dict[tuple[str, str], list[int]] = {}
        self.waiting: dict[tuple[str, str], list[int]] = {}
        self.family: dict[tuple[str, str, str], list[int]] = {}
        self.anywhere: dict[str, list[tuple[float, int]]] = {}
        for index, lot in enumerate(lots.lot):
            self.by_key.setdefault(lots.key[index], []).append(index)
            text = written(lot)
            if text:
                self.by_text.setdefault((lot.oaza, text), []).append(index)
            if not lot.numbers:
                continue
            if lot.certain:
                self.by_number.setdefault((lot.oaza, lot.number), []).append(index)
                self.by_plain.setdefault((lot.oaza, "-".join(lot.numbers)), []).append(index)
                self.family.setdefault((lot.oaza, lot.prefix, lot.numbers[0]), []).append(index)
                area = float(lots.area[index])
                self.anywhere.setdefault(lot.number, []).append((area if area > 0 else -1.0, index))
            for part in lots.undetermined[index]:
                # As the map writes it: １６番 is 16, and a lot of another 大字 names it.
                within = read(part)
                self.waiting.setdefault((within.oaza or lot.oaza, within.number or part), []).append(index)
        for found in self.anywhere.values():
            found.sort()

    # -- area -------------------------------------------------------------------------------
    def fit(self, entry: int, lot: int) -> Optional[bool]:
        """Whether the areas of an entry and a lot agree; ``None`` when one is unknown."""
        return same_area(
            float(self.entries.area[entry]), float(self.lots.area[lot]), self.lots.accuracy[lot], self.slack
        )

    def sums_fit(self, entries: Iterable[int], lots: Iterable[int]) -> Optional[bool]:
        """The same for the sums of several."""
        entries, lots = list(entries), list(lots)
        registered = float(self.entries.area[entries].sum())
        drawn = float(self.lots.area[lots].sum())
        widest = max(
            (self.lots.accuracy[lot] for lot in lots),
            key=lambda name: area_limit(registered, name, 0.0) if registered > 0 else 0.0,
        )
        return same_area(registered, drawn, widest, self.slack, len(entries))

    # -- reasons ------------------------------------------------------------------------------
    def reason(
        self, entry: int, lot: int, weak: Iterable[str], fit: Optional[bool], doubt: Optional[Text] = None
    ) -> Text:
        """Why an entry and a lot belong together, and what does not fit; ``doubt`` comes last."""
        weak = set(weak)
        one, other = self.entries.lot[entry], self.lots.lot[lot]
        parts = []
        if "key" in weak:
            parts.append(Text("same lot key", "筆キーが同じ"))
        elif other.oaza:
            parts.append(_place(one.oaza, other.oaza, weak))
        if "typo" in weak:
            parts.append(
                _pair("number one sign different ({a} / {b})", "地番が1字違う（{a}／{b}）", one.number, other.number)
            )
        elif "prefix" in weak:
            parts.append(_pair("prefix differs ({a} / {b})", "地番の符号が違う（{a}／{b}）", one.number, other.number))
        elif "part" in weak:
            parts.append(Text("the row is a part (内) of the lot", "筆の一部（内）の行"))
        elif "undetermined" in weak:
            parts.append(Text("number within a lot of undetermined boundary", "筆界未定の筆に含まれる地番"))
        elif "other_number" in weak:
            parts.append(_pair("numbers differ ({a} / {b})", "地番が違う（{a}／{b}）", one.number, other.number))
        elif "key" not in weak:
            parts.append(Text("number equal", "地番が同じ"))
        if "reading" in weak:
            parts.append(Text("number can be read otherwise", "地番は別の読み方もある"))
        if "koaza_differs" in weak:
            parts.append(_pair("小字 differs ({a} / {b})", "小字が違う（{a}／{b}）", one.koaza, other.koaza))
        parts.append(self._area_words(entry, lot, fit))
        if "rival" in weak:
            parts.append(Text("a lot without a row would fit as well", "行のない別の筆も合う"))
        if "shared" in weak:
            parts.append(Text("another row has this lot too", "この筆にはほかの行もある"))
        if doubt is not None:
            parts.append(doubt)
        return _sentence(parts)

    def _area_words(self, entry: int, lot: int, fit: Optional[bool]) -> Text:
        if fit is None:
            return Text("no area to compare", "比べる面積がない")
        registered, drawn = float(self.entries.area[entry]), float(self.lots.area[lot])
        if fit:
            return Text("area within tolerance", "面積は公差の内")
        limit = area_limit(registered, self.lots.accuracy[lot], self.slack)
        return Text(
            "areas differ (register {a} m², map {b} m², tolerance {t} m²)",
            "面積が違う（登記 {a} m²、図 {b} m²、公差 {t} m²）",
        ).format(a=figure(registered), b=figure(drawn), t=figure(limit))

    def single(
        self,
        entry: int,
        lot: int,
        weak: Iterable[str],
        rank: int,
        certain: bool = False,
        doubt: Optional[Text] = None,
    ) -> Group:
        """A match of one entry with one lot; ``weak`` says what is not perfect (see :data:`WEAKNESS`)."""
        fit = self.fit(entry, lot)
        words = set(weak)
        if fit is None:
            words.add("no_area")
        elif not fit and "part" not in words:
            words.add("area_differs")
        score = max(0.05, 1.0 - sum(WEAKNESS.get(word, 0.0) for word in words))
        kinds = [word for word in _KIND_ORDER if word in words]
        kind = kinds[0] if kinds and not certain else "key" if "key" in words else "number"
        return Group((entry,), (lot,), kind, round(score, 3), self.reason(entry, lot, words, fit, doubt), rank, certain)

    # -- exact ----------------------------------------------------------------------------------
    def hits(self, entry: int) -> tuple[list[int], set[str]]:
        """Lots with the very key, number or text of an entry, and what is doubtful about them."""
        entries = self.entries
        own, lot = entries.lot_key[entry], entries.lot[entry]
        weak: set[str] = set()
        if own and own in self.by_key:
            return self.by_key[own], {"key"}
        if not lot.numbers or entries.quality[entry] in ("missing", "unknown"):
            return [], weak
        found = self.by_text.get((lot.oaza, written(lot)), []) if not lot.certain else []
        if not found:
            found = self.by_number.get((lot.oaza, lot.number), [])
            if not lot.certain:
                weak.add("reading")
        if found and lot.koaza:
            fitting = [index for index in found if self.lots.lot[index].koaza in ("", lot.koaza)]
            if not fitting:
                return [], weak
            found = fitting
        if not found:
            found = self.waiting.get((lot.oaza, lot.number), [])
            weak.add("undetermined")
        if entries.quality[entry] == "similar":
            weak.add("place_similar")
        return found, weak if found else set()


_KIND_ORDER = (
    "part", "typo", "prefix", "place_differs", "place_missing", "undetermined", "koaza_differs", "reading",
    "place_similar", "area_differs", "shared", "rival", "unchecked",
)  # fmt: skip


def _place(one: str, other: str, weak: set[str]) -> Text:
    if "place_missing" in weak:
        return Text("no 大字 in the row", "行に大字がない")
    if "place_differs" in weak or "place_similar" in weak:
        return _pair("大字 differs ({a} / {b})", "大字が違う（{a}／{b}）", one, other)
    return Text("same 大字", "大字が同じ")


def _pair(en: str, ja: str, a: str, b: str) -> Text:
    return Text(en, ja).format(a=a or "–", b=b or "–")


def _sentence(parts: list[Text]) -> Text:
    en, ja = ", ".join(part.en for part in parts), "、".join(part.ja for part in parts)
    return Text(en[:1].upper() + en[1:] + ".", ja + "。")


def exact(sides: Sides, progress: Progress) -> tuple[list[Group], dict[int, list[Group]]]:
    """Groups that are certain, and for the other entries the exact hits that are not.

    Certain: one lot and one entry with the same key or the same number in the same place, read without doubt, and
    areas that agree where both are known. Several entries of one lot count only with one and the same area.
    """
    hits: dict[int, tuple[list[int], set[str]]] = {}
    of_lot: dict[int, list[int]] = {}
    for entry in range(len(sides.entries.key)):
        if entry % CHUNK == 0:
            progress.step(entry / max(len(sides.entries.key), 1))
        found, weak = sides.hits(entry)
        if found:
            hits[entry] = (found, weak)
            for lot in found:
                of_lot.setdefault(lot, []).append(entry)
    certain: list[Group] = []
    others: dict[int, list[Group]] = {}
    for entry, (found, weak) in hits.items():
        if len(found) == 1 and weak <= {"key"}:
            lot = found[0]
            fit, same = sides.fit(entry, lot), of_lot[lot]
            if len(same) == 1:
                sure = fit is not False
            else:
                fitting = [other for other in same if sides.fit(other, lot)]
                sure = bool(fit) and len({round(float(sides.entries.area[other]), 2) for other in fitting}) == 1
            if sure:
                certain.append(sides.single(entry, lot, weak, 0, certain=True))
                continue
        shared = {"shared"} if any(len(of_lot[lot]) > 1 for lot in found) else set()
        for lot in found:
            rank = _exact_rank(sides, entry, lot)
            made = sides.single(entry, lot, weak | shared, rank, doubt=_twins(sides, found, lot))
            others.setdefault(entry, []).append(made)
    return certain, others


def _twins(sides: Sides, found: list[int], lot: int) -> Optional[Text]:
    """That the map has the number more than once, with the keys of the other lots."""
    others = [sides.lots.key[other] for other in found if other != lot]
    if not others:
        return None
    names = ", ".join(others[:_FAMILY]) + (" …" if len(others) > _FAMILY else "")
    return Text(
        "the map has this number more than once (also {lots})", "図にこの地番が2つ以上ある（ほかに{lots}）"
    ).format(lots=names)


def _exact_rank(sides: Sides, entry: int, lot: int) -> int:
    return {True: 0, None: 1, False: 4}[sides.fit(entry, lot)]


class Loose:
    """Singles for an entry without a certain lot, among the lots that are free."""

    def __init__(self, sides: Sides, free: set[int], untouched: set[int]) -> None:
        self.sides, self.free, self.untouched = sides, free, untouched
        self.near: dict[tuple[str, str], list[int]] = {}
        for index in sorted(untouched):
            lot = sides.lots.lot[index]
            if lot.certain and lot.numbers:
                for text in deletions(lot.number):
                    self.near.setdefault((lot.oaza, text), []).append(index)

    def of_certain(self, entry: int) -> bool:
        """Whether another lot fits an entry as well, by area, if its number or place was written wrongly."""
        if not self.sides.entries.area[entry] > 0 or self.sides.entries.lot_key[entry]:
            return False
        return any(group.kind in ("typo", "prefix", "place_differs") for group in self.of(entry))

    def of(self, entry: int) -> list[Group]:
        """All single candidates beside the exact ones."""
        sides, lot = self.sides, self.sides.entries.lot[entry]
        if not lot.numbers:
            return []
        found: list[Group] = []
        quality = sides.entries.quality[entry]
        reading = set() if lot.certain else {"reading"}
        if quality in ("same", "none", "similar"):
            place = {"place_similar"} if quality == "similar" else set()
            found += self._same_place(entry, place | reading)
        if "先" not in lot.qualifier:
            found += self._other_place(entry, reading)
        return found

    def _same_place(self, entry: int, weak: set[str]) -> list[Group]:
        sides, lot = self.sides, self.sides.entries.lot[entry]
        found = []
        if lot.qualifier == "内":
            for index in sides.by_number.get((lot.oaza, lot.plain), []):
                if not sides.entries.area[entry] >= sides.lots.area[index]:
                    found.append(sides.single(entry, index, weak | {"part"}, 2))
            return found
        if lot.koaza:
            for index in sides.by_number.get((lot.oaza, lot.number), []):
                if index in self.free and sides.lots.lot[index].koaza not in ("", lot.koaza):
                    rank = {True: 1, None: 2, False: 5}[sides.fit(entry, index)]
                    found.append(sides.single(entry, index, weak | {"koaza_differs"}, rank))
        if lot.qualifier:
            return [group for group in found if group.rank < 5]
        for index in sides.by_plain.get((lot.oaza, "-".join(lot.numbers)), []):
            other = sides.lots.lot[index]
            if index not in self.untouched or other.prefix == lot.prefix or other.qualifier:
                continue
            fit = sides.fit(entry, index)
            if fit or (fit is None and other.prefix.translate(_SCRIPT) == lot.prefix.translate(_SCRIPT)):
                found.append(sides.single(entry, index, weak | {"prefix"}, 2 if fit else 3))
        tried = set()
        for text in deletions(lot.number):
            for index in self.near.get((lot.oaza, text), ()):
                if index in tried:
                    continue
                tried.add(index)
                other = sides.lots.lot[index]
                if sides.fit(entry, index) and one_edit(lot.number, other.number) and other.prefix == lot.prefix:
                    found.append(sides.single(entry, index, weak | {"typo"}, 3))
        return [group for group in found if group.rank < 5]

    def _other_place(self, entry: int, weak: set[str]) -> list[Group]:
        """The same number elsewhere; only with an area that agrees, or a number that the map has once."""
        sides, lot = self.sides, self.sides.entries.lot[entry]
        same = sides.anywhere.get(lot.number, [])
        word = "place_missing" if sides.entries.quality[entry] == "missing" else "place_differs"
        area = float(sides.entries.area[entry])
        if not area > 0:
            if word == "place_missing" and len(same) == 1 and same[0][1] in self.untouched:
                return [sides.single(entry, same[0][1], weak | {word}, 3)]
            return []
        reach = area_limit(area, "乙三", sides.slack)
        low, high = bisect_left(same, (area - reach, -1)), bisect_right(same, (area + reach, len(sides.lots.key)))
        return [
            sides.single(entry, index, weak | {word}, 2)
            for _, index in same[low:high]
            if index in self.untouched
            and sides.fit(entry, index)
            and (word == "place_missing" or sides.lots.lot[index].oaza != lot.oaza)
        ]


class Slips:
    """Which of some lots an entry would name with one slip of the pen: a sign of the number, its prefix, the place.

    Asked only where no area tells the lots apart.
    """

    def __init__(self, sides: Sides, lots: Iterable[int]) -> None:
        self.sides = sides
        self.near: dict[tuple[str, str], list[int]] = {}
        self.same: dict[str, list[int]] = {}
        for index in sorted(lots):
            lot = sides.lots.lot[index]
            if lot.certain and lot.numbers:
                self.same.setdefault("-".join(lot.numbers), []).append(index)
                for text in deletions(lot.number):
                    self.near.setdefault((lot.oaza, text), []).append(index)

    def other(self, entry: int, own: int) -> Optional[int]:
        """The first such lot beside the entry's own."""
        lot, lots = self.sides.entries.lot[entry], self.sides.lots.lot
        found = [index for index in self.same.get("-".join(lot.numbers), ()) if index != own]
        for text in deletions(lot.number):
            for index in self.near.get((lot.oaza, text), ()):
                if index != own and one_edit(lot.number, lots[index].number):
                    found.append(index)
        return min(found, default=None)


# -- several on one side --------------------------------------------------------------------
def splits(sides: Sides, rest: Iterable[int], free: set[int], untouched: set[int]) -> list[Group]:
    """分筆 suspects: one entry, several lots of its family whose areas add up."""
    found = []
    for entry in rest:
        lot = sides.entries.lot[entry]
        if not lot.certain or lot.qualifier or not sides.entries.area[entry] > 0:
            continue
        if sides.entries.quality[entry] not in ("same", "none"):
            continue
        family = [i for i in sides.family.get((lot.oaza, lot.prefix, lot.numbers[0]), []) if _plain(sides, i)]
        base = [i for i in family if sides.lots.lot[i].numbers == lot.numbers and i in free]
        below = [i for i in family if i in untouched and _below(sides.lots.lot[i].numbers, lot.numbers)]
        beside = [i for i in family if i in untouched and i not in below and i not in base]
        for parts in _sets(base, below, beside):
            if sides.sums_fit([entry], parts):
                found.append(_several(sides, (entry,), tuple(sorted(parts)), "split"))
                break
    return found


def merges(sides: Sides, rest: Iterable[int], free: set[int]) -> list[Group]:
    """合筆 suspects: several entries of one family whose areas add up to one lot."""
    families: dict[tuple[str, str, str], list[int]] = {}
    for entry in rest:
        lot = sides.entries.lot[entry]
        known = sides.entries.quality[entry] in ("same", "none") and sides.entries.area[entry] > 0
        if known and lot.certain and not lot.qualifier:
            families.setdefault((lot.oaza, lot.prefix, lot.numbers[0]), []).append(entry)
    found = []
    for family in sorted(families):
        members = families[family]
        if len(members) < 2:
            continue
        for index in sides.family.get(family, []):
            if index not in free or not _plain(sides, index):
                continue
            numbers = sides.lots.lot[index].numbers
            base = [e for e in members if sides.entries.lot[e].numbers == numbers]
            below = [e for e in members if _below(sides.entries.lot[e].numbers, numbers)]
            beside = [e for e in members if e not in base and e not in below]
            for parts in _sets(base, below, beside):
                if sides.sums_fit(parts, [index]):
                    found.append(_several(sides, tuple(sorted(parts)), (index,), "merge"))
                    break
    return found


def _plain(sides: Sides, index: int) -> bool:
    return sides.lots.lot[index].certain and not sides.lots.lot[index].qualifier


def _below(numbers: tuple[str, ...], parent: tuple[str, ...]) -> bool:
    return len(numbers) > len(parent) and numbers[: len(parent)] == parent


def _sets(base: list[int], below: list[int], beside: list[int]) -> list[list[int]]:
    """Which members are tried together, the likeliest first: the parent and its branches, then a neighbour."""
    tried: list[list[int]] = []
    if len(base) > 1 or len(below) + len(beside) > _FAMILY:
        return tried
    if len(below) > 1:
        tried.append(below)
    if base:
        if below:
            tried.append(base + below)
        tried += [[*base, other] for other in (*below, *beside)]
    unique = []
    for parts in tried:
        if len(parts) > 1 and sorted(parts) not in unique:
            unique.append(sorted(parts))
    return unique


def several(sides: Sides, rest: Iterable[int], free: set[int], untouched: set[int]) -> list[Group]:
    """Rows that stand for several lots: 12番3外1筆, 12-3、12-4."""
    found: list[Group] = []
    wanted = [e for e in rest if {"more_lots", "list"} & set(sides.entries.lot[e].doubts)]
    if not wanted:
        return found
    # Land that lies beside is looked for among the lots nobody else has.
    pool = np.array(sorted(untouched), dtype=np.int64)
    tree = shapely.STRtree(sides.lots.shape[pool]) if len(pool) else None
    for entry in wanted:
        lot = sides.entries.lot[entry]
        if sides.entries.quality[entry] not in ("same", "none") or "先" in lot.qualifier or "内" in lot.qualifier:
            continue
        named = [sides.by_number.get((lot.oaza, number), []) for number in (lot.plain, *lot.others)]
        if any(len(hits) != 1 or hits[0] not in free for hits in named):
            continue
        first = tuple(hits[0] for hits in named)
        if not sides.entries.area[entry] > 0:
            found.append(_several(sides, (entry,), first, "several"))
            continue
        if lot.others:
            found.append(_several(sides, (entry,), first, "several"))
            continue
        near = _near(sides, first[0], untouched, pool, tree)
        count = lot.more or 1
        fitting = [
            (*first, *others)
            for others in combinations(near, count)
            if len(near) <= _FAMILY and count <= _MORE and sides.sums_fit([entry], (*first, *others))
        ]
        # Without a clear sum only the named lot is proposed.
        chosen = fitting[0] if len(fitting) == 1 else first
        found.append(_several(sides, (entry,), tuple(sorted(chosen)), "several"))
    return found


def _near(sides: Sides, lot: int, untouched: set[int], pool: Any, tree: Any) -> list[int]:
    """Lots nobody else has, of the same family or beside a lot."""
    number, shape = sides.lots.lot[lot], sides.lots.shape[lot]
    found = set(sides.family.get((number.oaza, number.prefix, number.numbers[0]), [])) & untouched
    if tree is not None and shape is not None:
        found |= {int(i) for i in pool[tree.query(shapely.buffer(shape, _TOUCH), predicate="intersects")]}
    return sorted(found - {lot})


_SEVERAL = {
    "split": Text(
        "The register has {rows}, the map {lots}: their areas add up, so the lot may have been divided (分筆).",
        "登記は {rows}、図は {lots}。面積の合計が公差の内なので、分筆の可能性があります。",
    ),
    "merge": Text(
        "The register has {rows}, the map {lots}: the areas add up, so lots may have been combined (合筆).",
        "登記は {rows}、図は {lots}。面積の合計が公差の内なので、合筆の可能性があります。",
    ),
    "several": Text(
        "One row for several lots: {rows} = {lots}. {area}",
        "1行で複数の筆を表す行です（{rows} = {lots}）。{area}",
    ),
}


def _several(sides: Sides, entries: tuple[int, ...], lots: tuple[int, ...], kind: str) -> Group:
    fit = sides.sums_fit(entries, lots)
    area = {
        True: Text("The areas add up.", "面積の合計が公差の内です。"),
        False: Text("The areas do not add up.", "面積の合計が合いません。"),
        None: Text("No area to compare.", "比べる面積がありません。"),
    }[fit]
    reason = _SEVERAL[kind].format(
        rows=", ".join(sides.entries.lot[e].number for e in entries),
        lots=", ".join(sides.lots.lot[i].number for i in lots),
        area=area,
    )
    weak = {True: 0.0, False: WEAKNESS["area_differs"], None: WEAKNESS["no_area"]}[fit]
    return Group(entries, lots, kind, round(1.0 - WEAKNESS[kind] - weak, 3), reason, 1)
