"""Register rows and lots: exact keys, scored candidates with a reason, decisions of people that are remembered.

``match_register`` never joins what a person has not seen and the data do not show: *certain* needs the same number in
the same place, alone on both sides, and areas that agree; where no area is known, no lot without a row may be one slip
of the pen away. Everything else is *likely* and waits
for a person, or is listed as unmatched with the reason. The result does not depend on the order of rows or lots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd

from ..errors import InputError
from ..progress import Progress
from ..schema import names
from ..texts import Text
from .lots import texts
from .matchdata import (
    Entries,
    LotColumns,
    Lots,
    MatchSettings,
    Places,
    RowColumns,
    look_up,
    read_entries,
    read_lots,
)
from .matchrules import Group, Loose, Sides, Slips, exact, merges, several, splits
from .matchwords import (
    ACCEPTED,
    CERTAIN,
    CHANGED,
    CURRENT,
    DECISION_FIELDS,
    GONE,
    LIKELY,
    MATCH_FIELDS,
    REJECTED,
    UNMATCHED_LOT_FIELDS,
    UNMATCHED_ROW_FIELDS,
)

_LOTS, _REGISTER = Text("The lots layer", "筆の図"), Text("The register", "登記の表")
#: Rounds in which leftovers are matched again after others have been settled.
_ROUNDS = 5
#: Rank of a row whose number is a lot's but whose area is not.
_CONTRADICTED = 4
#: Candidates named for an entry that fits several lots.
_NAMED = 5
_LEFT_BESIDE = Text(
    "lot {lot}, which has no row, is one slip of the pen away",
    "行のない筆 {lot} と1か所しか違わない",
)
_DOUBTED_BESIDE = Text(
    "lot {lot}, whose own row is in doubt, is one slip of the pen away",
    "行が確かでない筆 {lot} と1か所しか違わない",
)


@dataclass
class Matching:
    """Result of :func:`match_register`. Frames carry the columns of ``matchwords``.

    ``lot_of_row``: for each row of the register (by position) the keys of its lots, certain and accepted only.
    ``lot_rows``: the other way round, register row positions by position of the lot. ``state_of_lot``: certain,
    accepted, likely or none, by position of the lot. ``rows_of_key``: positions of the rows of each ``row_key``.
    ``with_area``: entries of the register that tell an area.
    """

    matches: pd.DataFrame
    unmatched_lots: pd.DataFrame
    unmatched_rows: pd.DataFrame
    decisions: pd.DataFrame
    lot_of_row: dict[int, list[str]]
    lot_rows: dict[int, list[int]]
    state_of_lot: list[str]
    rows_of_key: dict[str, list[int]]
    with_area: int

    @property
    def to_review(self) -> int:
        """Questions for a person: groups that are likely, and decisions whose data have changed."""
        open_ones = self.matches[(self.matches["status"] == LIKELY) | (self.matches["decision_state"] == CHANGED)]
        return int(open_ones["group_id"].nunique())


class _Decided(Mapping[tuple[str, str], dict[str, Any]]):
    """Remembered decisions by (lot key, row key)."""

    def __init__(self, table: Optional[pd.DataFrame]) -> None:
        self._rows: dict[tuple[str, str], dict[str, Any]] = {}
        if table is None:
            return
        look_up(table, ("lot_key", "row_key", "decision"), Text("The table of decisions", "決定の表"))
        columns = {
            name: texts(table[name]) if name in table.columns else np.full(len(table), "", dtype=object)
            for name in names(DECISION_FIELDS)
        }
        rows = [dict(zip(columns, values)) for values in zip(*columns.values())]
        for row in sorted(rows, key=lambda row: tuple(row[name] for name in ("decided_on", *columns))):
            if row["decision"] not in (ACCEPTED, REJECTED, ""):
                raise InputError(
                    Text(
                        "The table of decisions holds the word “{word}”. Use accepted or rejected.",
                        "決定の表に「{word}」があります。accepted か rejected にしてください。",
                    ).format(word=row["decision"])
                )
            # The latest decision on a pair counts; an empty one takes it back.
            self._rows[(row["lot_key"], row["row_key"])] = row
        self._rows = {pair: row for pair, row in self._rows.items() if row["decision"]}

    def __getitem__(self, pair: tuple[str, str]) -> dict[str, Any]:
        return self._rows[pair]

    def __iter__(self) -> Any:
        return iter(sorted(self._rows))

    def __len__(self) -> int:
        return len(self._rows)


def match_register(
    lots: gpd.GeoDataFrame,
    register: pd.DataFrame,
    lot_columns: LotColumns,
    row_columns: RowColumns,
    settings: Optional[MatchSettings] = None,
    decisions: Optional[pd.DataFrame] = None,
    progress: Optional[Progress] = None,
) -> Matching:
    """Match a register table with lots (shapes in a plane CS in metres; areas in m²).

    Raises ``InputError`` for a missing column and for a table of decisions with unknown words, ``Cancelled`` when
    ``progress`` says so. Work grows with the rows, not with rows times lots.
    """
    settings, progress = settings or MatchSettings(), progress or Progress()
    settings.validate()
    look_up(lots, vars(lot_columns).values(), _LOTS)
    look_up(register, vars(row_columns).values(), _REGISTER)
    decided = _Decided(decisions)
    lot_side = read_lots(lots, lot_columns, settings, progress.part(0.0, 0.25))
    entries = read_entries(register, row_columns, Places(lot_side.lot), progress.part(0.25, 0.5))
    sides = Sides(lot_side, entries, settings)
    work = _Work(sides, decided)
    work.run(progress.part(0.5, 0.85))
    work.doubt_certain(progress.part(0.85, 0.95))
    result = _Output(sides, work, decided, len(lots)).tables()
    progress.step(1.0)
    return result


#: Kinds of matches that suppose somebody wrote the number or the place wrongly.
_GUESSED = ("typo", "prefix", "place_differs", "place_missing", "place_similar")


class _Work:
    """Settles groups, the safest first."""

    def __init__(self, sides: Sides, decided: _Decided) -> None:
        self.sides, self.decided = sides, decided
        self.groups: list[Group] = []
        self.entry_done: set[int] = set()
        self.lot_done: set[int] = set()
        self.open: dict[int, list[Group]] = {}  #: entries without a match and what spoke for some
        self.lot_index = {key: index for index, key in reversed(list(enumerate(sides.lots.key)))}
        self.row_index = {key: index for index, key in enumerate(sides.entries.key)}
        self.rejected: set[tuple[int, int]] = set()
        self.accepted_of_entry: dict[int, set[tuple[int, int]]] = {}
        self.accepted_of_lot: dict[int, set[tuple[int, int]]] = {}
        for (lot_key, row_key), row in decided.items():
            lot, entry = self.lot_index.get(lot_key), self.row_index.get(row_key)
            if lot is None or entry is None:
                continue
            if row["decision"] == REJECTED:
                self.rejected.add((entry, lot))
            else:
                self.accepted_of_entry.setdefault(entry, set()).add((entry, lot))
                self.accepted_of_lot.setdefault(lot, set()).add((entry, lot))

    def allowed(self, group: Group) -> bool:
        """Whether what people decided leaves room for a group."""
        edges = set(group.edges)
        if edges & self.rejected:
            return False
        fixed: set[tuple[int, int]] = set()
        for entry in group.entries:
            fixed |= self.accepted_of_entry.get(entry, set())
        for lot in group.lots:
            fixed |= self.accepted_of_lot.get(lot, set())
        if not fixed or all(entry_lot in fixed for entry_lot in edges):
            return True
        # Several rows of one lot (owners, parts) stand beside each other.
        return fixed <= edges or (len(edges) == 1 and group.kind in ("shared", "part") and not edges & fixed)

    def settle(self, groups: Iterable[Group]) -> None:
        """Take groups over for good."""
        for group in groups:
            self.groups.append(group)
            self.entry_done.update(group.entries)
            if group.kind != "part":
                self.lot_done.update(group.lots)

    def run(self, progress: Progress) -> None:
        """Exact first, then the leftovers in rounds until nothing new is found."""
        sides = self.sides
        certain, others = exact(sides, progress.part(0.0, 0.4))
        self.settle(group for group in certain if self.allowed(group))
        # Lots with a row of their own number; a row whose area contradicts does not keep others away.
        touched = {
            lot for groups in others.values() for group in groups for lot in group.lots if group.rank != _CONTRADICTED
        }
        for _ in range(_ROUNDS):
            progress.step(0.5)
            before = len(self.entry_done)
            rest = [e for e in range(len(sides.entries.key)) if e not in self.entry_done]
            free = set(range(len(sides.lots.key))) - self.lot_done
            untouched = free - touched
            loose = Loose(sides, free, untouched)
            singles: dict[int, list[Group]] = {}
            for done, entry in enumerate(rest):
                if done % 1000 == 0:
                    progress.step(0.5 + 0.4 * done / len(rest))
                exact_ones = [g for g in others.get(entry, ()) if g.lots[0] in free or g.kind == "undetermined"]
                found = [g for g in (*exact_ones, *loose.of(entry)) if self.allowed(g)]
                singles[entry] = _unique(found)
            self._choose({e: [g for g in groups if g.rank <= 1] for e, groups in singles.items()})
            rest = [e for e in rest if e not in self.entry_done]
            free, untouched = free - self.lot_done, untouched - self.lot_done
            together = [
                *splits(sides, rest, free, untouched),
                *merges(sides, rest, free),
                *several(sides, rest, free, untouched),
            ]
            self._choose_groups([group for group in together if self.allowed(group)])
            self._choose({e: groups for e, groups in singles.items() if e not in self.entry_done})
            self.open = {e: groups for e, groups in singles.items() if e not in self.entry_done}
            if len(self.entry_done) == before:
                break

    def doubt_certain(self, progress: Progress) -> None:
        """Where a lot that is left over would fit a row as well but for one slip of the pen, nothing is certain.

        Somebody may have written the number of another lot, one whose own row is missing. Where areas are known they
        say which lots would fit; see :meth:`_doubt_unchecked` for the rest.
        """
        sides = self.sides
        left = set(range(len(sides.lots.key))) - {lot for group in self.groups for lot in group.lots}
        # A lot that only a guess gave to a row may be the lot of this one: two slips can cross.
        sure = {lot for group in self.groups if group.kind not in _GUESSED for lot in group.lots}
        loose = Loose(sides, set(), set(range(len(sides.lots.key))) - sure)
        doubted: set[int] = set()
        unchecked: list[int] = []
        for place, group in enumerate(self.groups):
            if place % 1000 == 0:
                progress.step(place / len(self.groups))
            if not group.certain:
                continue
            entry, lot = group.entries[0], group.lots[0]
            if loose.of_certain(entry):
                weak = {"key"} if group.kind == "key" else set()
                self.groups[place] = sides.single(entry, lot, weak | {"rival"}, 0)
                doubted.add(lot)
            elif group.kind != "key" and sides.fit(entry, lot) is None:
                unchecked.append(place)
        self._doubt_unchecked(unchecked, left, doubted)

    def _doubt_unchecked(self, places: list[int], left: set[int], doubted: set[int]) -> None:
        """Certain groups (by their place) whose number no area confirms: doubtful beside a lot that is left over, and
        beside a lot whose own row is doubtful for that reason (its row may belong to the lot that is left over).
        """
        sides = self.sides
        for others, doubt in ((left, _LEFT_BESIDE), (doubted, _DOUBTED_BESIDE)):
            if not places:
                return
            slips, rest = Slips(sides, others), []
            for place in places:
                entry, lot = self.groups[place].entries[0], self.groups[place].lots[0]
                other = slips.other(entry, lot)
                if other is None:
                    rest.append(place)
                    continue
                number = sides.lots.lot[other]
                name = number.number if number.oaza == sides.lots.lot[lot].oaza else f"{number.oaza} {number.number}"
                self.groups[place] = sides.single(entry, lot, {"unchecked"}, 0, doubt=doubt.format(lot=name))
                if others is left:
                    doubted.add(lot)
            places = rest

    def _choose(self, singles: dict[int, list[Group]]) -> None:
        """Settle entries with one best candidate, and lots that are the best of one entry only."""
        best: dict[int, Group] = {}
        for entry, groups in singles.items():
            usable = [g for g in groups if g.lots[0] not in self.lot_done or g.kind in ("part", "undetermined")]
            chosen = _best(usable)
            if chosen is not None:
                best[entry] = chosen
        of_lot: dict[int, list[Group]] = {}
        for entry in sorted(best):
            of_lot.setdefault(best[entry].lots[0], []).append(best[entry])
        for lot in sorted(of_lot):
            groups = of_lot[lot]
            parts = [g for g in groups if g.kind in ("part", "undetermined")]
            whole = [g for g in groups if g not in parts]
            rank = min((g.rank for g in whole), default=0)
            whole = [g for g in whole if g.rank == rank]
            areas = {round(float(self.sides.entries.area[g.entries[0]]), 2) for g in whole}
            if len(whole) > 1 and (len(areas) > 1 or rank > 0):
                whole = []
            self.settle(parts + whole)

    def _choose_groups(self, groups: list[Group]) -> None:
        """Settle groups that share nothing with another one of the same rank."""
        uses: dict[tuple[str, int], int] = {}
        for group in groups:
            for part in (*(("e", e) for e in group.entries), *(("l", lot) for lot in group.lots)):
                uses[part] = uses.get(part, 0) + 1
        for group in sorted(groups, key=lambda g: (g.entries, g.lots)):
            parts = (*(("e", e) for e in group.entries), *(("l", lot) for lot in group.lots))
            if all(uses[part] == 1 for part in parts):
                self.settle([group])


def _unique(groups: list[Group]) -> list[Group]:
    """One candidate per lot, the best, in an order of their own."""
    best: dict[int, Group] = {}
    for group in groups:
        lot = group.lots[0]
        if lot not in best or (group.rank, -group.score) < (best[lot].rank, -best[lot].score):
            best[lot] = group
    return sorted(best.values(), key=lambda g: (g.rank, -g.score, g.lots))


def _best(groups: list[Group]) -> Optional[Group]:
    """The one best candidate; ``None`` when another one is as good, or when two kinds of slips compete."""
    if not groups:
        return None
    first, rest = groups[0], groups[1:]
    if any(other.rank == first.rank for other in rest):
        return None
    # A wrong area on the row's own number, or a right area on a neighbouring number: nobody can tell from here.
    if first.rank >= 2 and any(other.kind == "area_differs" for other in rest):
        return None
    return first


class _Output:
    """Tables of the result."""

    def __init__(self, sides: Sides, work: _Work, decided: _Decided, lot_count: int) -> None:
        self.lots: Lots = sides.lots
        self.entries: Entries = sides.entries
        self.sides, self.work, self.decided, self.lot_count = sides, work, decided, lot_count

    def tables(self) -> Matching:
        pairs = self._pairs()
        rows = [self._match_row(entry, lot, group) for (entry, lot), group in pairs.items()]
        matches = pd.DataFrame(rows, columns=[*names(MATCH_FIELDS), "_lot"])
        matches = matches.sort_values(["lot_key", "row_key"], kind="stable").reset_index(drop=True)
        good = matches["status"].isin((CERTAIN, ACCEPTED))
        joined_lots = self._positions(matches[good])
        lot_of_row: dict[int, list[str]] = {}
        lot_rows: dict[int, list[int]] = {}
        for entry, lot in joined_lots:
            for row in self.entries.rows[entry]:
                lot_of_row.setdefault(row, []).append(self.lots.key[lot])
            lot_rows.setdefault(int(self.lots.position[lot]), []).extend(self.entries.rows[entry])
        states = ["none"] * self.lot_count
        order = {"none": 0, REJECTED: 0, LIKELY: 1, ACCEPTED: 2, CERTAIN: 3}
        for lot, status in zip(matches["_lot"], matches["status"]):
            position = int(self.lots.position[lot])
            if order[status] > order[states[position]]:
                states[position] = status
        matches["x"], matches["y"] = self._places(matches["_lot"].tolist())
        return Matching(
            matches.drop(columns="_lot"),
            self._unmatched_lots(states),
            self._unmatched_rows(matches),
            self._decisions(),
            {row: sorted(keys) for row, keys in lot_of_row.items()},
            {lot: sorted(set(found)) for lot, found in lot_rows.items()},
            states,
            dict(zip(self.entries.key, self.entries.rows)),
            int(np.count_nonzero(self.entries.area > 0)),
        )

    def _pairs(self) -> dict[tuple[int, int], Optional[Group]]:
        pairs: dict[tuple[int, int], Optional[Group]] = {}
        for group in self.work.groups:
            for edge in group.edges:
                pairs[edge] = group
        for edges in self.work.accepted_of_entry.values():
            for edge in edges:
                pairs.setdefault(edge, None)
        for edge in self.work.rejected:
            pairs.setdefault(edge, None)
        return pairs

    def _positions(self, matches: pd.DataFrame) -> list[tuple[int, int]]:
        return [(self.work.row_index[row_key], int(lot)) for row_key, lot in zip(matches["row_key"], matches["_lot"])]

    def _places(self, lots: list[int]) -> tuple[Any, Any]:
        import shapely

        from .lots import inside

        points = inside(self.lots.shape[lots]) if lots else np.empty(0, dtype=object)
        return shapely.get_x(points), shapely.get_y(points)

    def _match_row(self, entry: int, lot: int, group: Optional[Group]) -> dict[str, Any]:
        lots, entries = self.lots, self.entries
        lot_key, row_key = lots.key[lot], entries.key[entry]
        decision = self.decided.get((lot_key, row_key))
        basis = self._basis(entry, lot)
        screening = "none" if group is None else CERTAIN if group.certain else LIKELY
        reason = (
            group.reason
            if group
            else self.sides.reason(entry, lot, self._difference(entry, lot), self.sides.fit(entry, lot))
        )
        state = None
        if decision:
            state = CURRENT if decision["basis"] in ("", basis) else CHANGED
            if state == CHANGED:
                reason = reason + Text(
                    "The data have changed since the decision; look at it again.",
                    "決定の後にデータが変わりました。もう一度確かめてください。",
                )
        area = float(entries.area[entry])
        return {
            "match_id": _digest(lot_key, row_key),
            "group_id": _digest(*[entries.key[e] for e in group.entries], *[lots.key[i] for i in group.lots])
            if group
            else _digest(lot_key, row_key),
            "status": decision["decision"] if decision else screening,
            "screening": screening,
            "kind": group.kind if group else "by_hand",
            "lot_key": lot_key,
            "lot_label": lots.label[lot],
            "row_key": row_key,
            "row_label": entries.label[entry],
            "row_count": len(entries.rows[entry]),
            "score": group.score if group else None,
            "reason": reason.en,
            "reason_ja": reason.ja,
            "area_lot": _size(lots.area[lot]),
            "area_register": _size(area),
            "decided_by": decision["decided_by"] or None if decision else None,
            "decided_on": decision["decided_on"] or None if decision else None,
            "note": decision["note"] or None if decision else None,
            "decision_state": state,
            "basis": basis,
            "_lot": lot,
        }

    def _difference(self, entry: int, lot: int) -> set[str]:
        """What does not fit in a pair that people made."""
        one, other, words = self.entries.lot[entry], self.lots.lot[lot], set()
        if one.oaza != other.oaza:
            words.add("place_missing" if not one.oaza else "place_differs")
        if one.number != other.number:
            words.add("other_number")
        return words

    def _basis(self, entry: int, lot: int) -> str:
        """Fingerprint of what a decision looks at: both texts and both areas."""
        return _digest(
            self.lots.lot[lot].canonical,
            f"{self.lots.area[lot]:.1f}",
            self.entries.lot[entry].canonical,
            f"{self.entries.area[entry]:.2f}",
        )

    def _unmatched_lots(self, states: list[str]) -> pd.DataFrame:
        candidates: dict[int, list[int]] = {}
        for entry, groups in self.work.open.items():
            for group in groups:
                for lot in group.lots:
                    candidates.setdefault(lot, []).append(entry)
        taken = self._lots_of_numbers()
        rows = []
        for lot in range(len(self.lots.key)):
            if states[int(self.lots.position[lot])] != "none":
                continue
            near = sorted(candidates.get(lot, []))[:_NAMED]
            if near:
                reason = Text(
                    "Rows that might fit, none for certain.", "合うかもしれない行がありますが、決められません。"
                )
            elif not self.lots.lot[lot].numbers:
                reason = Text("The lot has no number.", "筆に地番がありません。")
            else:
                reason = self._where_its_row_went(lot, taken)
            rows.append(
                {
                    "lot_key": self.lots.key[lot],
                    "lot_label": self.lots.label[lot],
                    "area_lot": _size(self.lots.area[lot]),
                    "reason": reason.en,
                    "reason_ja": reason.ja,
                    "candidates": "; ".join(self.entries.label[entry] for entry in near) or None,
                    "_position": int(self.lots.position[lot]),
                }
            )
        return pd.DataFrame(rows, columns=[*names(UNMATCHED_LOT_FIELDS), "_position"])

    def _lots_of_numbers(self) -> dict[tuple[str, str], set[int]]:
        """Lots (by position) that the rows of each place and number were matched with; also numbers without a lot."""
        found: dict[tuple[str, str], set[int]] = {}
        for lot in self.entries.lot:
            if lot.numbers:
                found.setdefault((lot.oaza, lot.number), set())
        for group in self.work.groups:
            for entry in group.entries:
                lot = self.entries.lot[entry]
                found.setdefault((lot.oaza, lot.number), set()).update(group.lots)
        return found

    def _where_its_row_went(self, lot: int, taken: Mapping[tuple[str, str], set[int]]) -> Text:
        """Why a lot with a number, for which nothing is open, has no row."""
        number = self.lots.lot[lot]
        others = taken.get((number.oaza, number.number))
        if others is None:
            return Text("No row with this number.", "この地番の行がありません。")
        named = ", ".join(self.lots.key[other] for other in sorted(others - {lot})[:_NAMED])
        if named:
            return Text(
                "The row with this number fits lot {lots} better.", "この地番の行は、筆 {lots} のほうに合います。"
            ).format(lots=named)
        return Text("The row with this number was rejected.", "この地番の行は、違うと判断されています。")

    def _unmatched_rows(self, matches: pd.DataFrame) -> pd.DataFrame:
        done = set(matches.loc[matches["status"] != REJECTED, "row_key"])
        rows = []
        for entry, key in enumerate(self.entries.key):
            if key in done:
                continue
            near = self.work.open.get(entry, [])[:_NAMED]
            reason = self._why_not(entry, near)
            rows.append(
                {
                    "row_key": key,
                    "row_label": self.entries.label[entry],
                    "row_count": len(self.entries.rows[entry]),
                    "area_register": _size(self.entries.area[entry]),
                    "reason": reason.en,
                    "reason_ja": reason.ja,
                    "candidates": "; ".join(self.lots.key[group.lots[0]] for group in near) or None,
                }
            )
        return pd.DataFrame(rows, columns=names(UNMATCHED_ROW_FIELDS))

    def _why_not(self, entry: int, near: list[Group]) -> Text:
        lot, quality = self.entries.lot[entry], self.entries.quality[entry]
        taken = [i for i in self.sides.hits(entry)[0] if i in self.work.lot_done]
        if near:
            return Text("Lots that might fit, none for certain.", "合うかもしれない筆がありますが、決められません。")
        if not lot.numbers or "no_number" in lot.doubts:
            return Text("No lot number can be read.", "地番が読み取れません。")
        if "先" in lot.qualifier:
            return Text(
                "Land in front of a lot (先) is no lot of its own on the map.", "地先の土地は、図の筆ではありません。"
            )
        if taken:
            return Text(
                "Lot {lot} already has a row whose area fits; this one differs.",
                "{lot} には面積の合う別の行があります。この行は面積が違います。",
            ).format(lot=self.lots.label[taken[0]])
        if quality == "unknown":
            return Text("No 大字 “{name}” on the map.", "図に大字「{name}」がありません。").format(name=lot.oaza)
        if quality == "missing":
            return Text(
                "The row has no 大字, and the number alone does not decide.",
                "行に大字がなく、地番だけでは決められません。",
            )
        return Text("No lot {number} on the map.", "図に地番 {number} がありません。").format(number=lot.number)

    def _decisions(self) -> pd.DataFrame:
        rows = []
        for pair in self.decided:
            row = dict(self.decided[pair])
            lot, entry = self.work.lot_index.get(pair[0]), self.work.row_index.get(pair[1])
            if lot is None or entry is None:
                row["decision_state"] = GONE
            else:
                basis = self._basis(entry, lot)
                row["decision_state"] = CURRENT if row["basis"] in ("", basis) else CHANGED
                # Made without one (by hand in a table): from now on a change is noticed.
                row["basis"] = row["basis"] or basis
            rows.append({name: value or None for name, value in row.items()})
        return pd.DataFrame(rows, columns=names(DECISION_FIELDS))


def _size(value: float) -> Optional[float]:
    return None if not np.isfinite(value) else round(float(value), 2)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
