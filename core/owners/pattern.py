"""How land is held in each hamlet: absentees, lots per owner, co-owners, scattered lots. Small counts are hidden.

A figure is hidden where fewer than ``k`` owners stand behind it, or behind its opposite: with two owners in a hamlet
each would know the other's. The total is hidden as well where the owners behind all that is hidden, or outside the
hamlets, are too few: they could be worked out from it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .. import frames
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text
from . import shares
from .blocks import TOUCH

if TYPE_CHECKING:
    import geopandas

#: Fewest owners behind a published figure (usual in official statistics; a parameter).
SMALLEST = 3
#: Where the owner lives, from the register.
OUTSIDE, NOWHERE = "outside", "unknown"

PATTERN_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("lots", "int", "Lots with an owner", "所有者のある筆"),
    FieldSpec("held_ha", "real", "Area with an owner (ha)", "所有者のある面積（ha）"),
    FieldSpec("owners", "int", "Owners", "所有者数"),
    FieldSpec("lots_per_owner", "real", "Lots per owner", "1人あたりの筆数"),
    FieldSpec("places_per_owner", "real", "Separate places per owner", "1人あたりの離れた場所の数"),
    FieldSpec("coowned_lots", "int", "Lots with several owners", "共有の筆"),
    FieldSpec("owners_per_lot", "real", "Owners per lot", "1筆あたりの所有者数"),
    FieldSpec("most_owners", "int", "Most owners of one lot", "1筆の最多所有者数"),
    FieldSpec("absentee_pct", "real", "Area of owners living elsewhere (%)", "市町村の外に住む所有者の面積（%）"),
    FieldSpec("unknown_pct", "real", "Area of owners with unknown address (%)", "住所が不明な所有者の面積（%）"),
    FieldSpec("hidden", "text", "Hidden figures", "伏せた数字"),
    FieldSpec("explanation", "text", "Explanation", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
)
_HIDDEN_ALL = Text("Fewer than {k} owners: figures are hidden.", "所有者が{k}人未満のため数字を伏せます。")
_HIDDEN_SOME = Text("Hidden, fewer than {k} owners: {what}.", "{k}人未満のため伏せた数字: {what}。")
_HIDDEN_TOTAL = Text(
    "Hidden: with the total, figures of fewer than {k} owners could be worked out.",
    "合計から所有者{k}人未満の数字が分かるため、伏せます。",
)
_HIDDEN_PART = Text(
    "Hidden, as fewer than {k} owners could be worked out: {what}.", "{k}人未満の数字が分かるため伏せたもの: {what}。"
)
_SHOWN = Text(
    "{owners} owners hold {lots} lots. Lots with several owners: {coowned}.",
    "所有者{owners}人が{lots}筆を持ち、{coowned}筆が共有です。",
)
_WORDS = {
    "absentee_pct": Text("owners living elsewhere", "市町村の外に住む所有者"),
    "unknown_pct": Text("unknown addresses", "住所不明"),
}
#: The whole village among the rows of :func:`pattern`.
WHOLE = ""


class _Held:
    """What belongs to one hamlet (or all): rows of (lot position, person, part of the lot, address kind)."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, float, str]] = []


def pattern(
    lots: geopandas.GeoDataFrame,
    register: pd.DataFrame,
    hamlets: Any,
    persons: Optional[dict[str, str]] = None,
    k: int = SMALLEST,
    progress: Optional[Progress] = None,
) -> pd.DataFrame:
    """One row per hamlet and one for the whole (``hamlet`` = :data:`WHOLE`, last), with :data:`PATTERN_FIELDS`.

    ``hamlets``: name of the hamlet of each lot (``None`` outside). ``persons``: person by owner key, from a resolved
    list. Lots without an owner key (roads, ditches) are left out. Area is shared out by shares; co-owners without
    readable shares count equally (assumption). Raises ``InputError`` for missing fields, ``Cancelled``.
    """
    progress = progress or Progress()
    frames.require(register, ("lot_key", "owner_key"), Text("The register", "登記の一覧"))
    keys = frames.texts(lots, "lot_key")
    position = {key: place for place, key in enumerate(keys) if key is not None}
    area = np.nan_to_num(shapely.area(lots.geometry.to_numpy()))
    by_lot = _owners_by_lot(register, position, persons or {})
    progress.step(0.3)
    groups = _touching(lots, sorted(by_lot))
    progress.step(0.8)
    where = list(hamlets)
    held: dict[str, _Held] = defaultdict(_Held)
    for place in sorted(by_lot):
        for person, part, kind in by_lot[place]:
            for name in {where[place] or None, WHOLE} - {None}:
                held[str(name)].rows.append((place, person, part, kind))
    found = [_figures(name, held[name], area, groups, k) for name in sorted(held) if name != WHOLE]
    total = _figures(WHOLE, held[WHOLE], area, groups, k)
    outside = _Held()
    outside.rows = [row for row in held[WHOLE].rows if not where[row[0]]]
    parts = [(row, held[row["hamlet"]]) for row in found] + [(_figures(WHOLE, outside, area, groups, k), outside)]
    _hide_what_follows(total, [part for part in parts if part[1].rows], area, groups, k)
    frame = pd.DataFrame([*found, total], columns=[spec.name for spec in PATTERN_FIELDS])
    for spec in PATTERN_FIELDS:
        if spec.kind == "int":
            frame[spec.name] = pd.array(frame[spec.name].tolist(), dtype="Int64")
        elif spec.kind == "real":
            frame[spec.name] = pd.to_numeric(frame[spec.name], errors="coerce").astype("float64")
    return frame


def _hidden(row: dict[str, Any], name: str) -> bool:
    return row["hidden"] == "all" or name in (row["hidden"] or "").split("; ")


def _hide_what_follows(
    total: dict[str, Any], parts: list[tuple[dict[str, Any], _Held]], area: Any, groups: Any, k: int
) -> None:
    """Take out of the total what would tell the hidden figures of ``parts``, which make it up."""
    if total["hidden"] == "all":
        return
    more = []
    for name in ("owners", *_WORDS):
        rest = _Held()
        rest.rows = [line for row, held in parts if _hidden(row, name) for line in held.rows]
        if not rest.rows or not _hidden(_figures(WHOLE, rest, area, groups, k), name):
            continue
        if name == "owners":
            said = _HIDDEN_TOTAL.format(k=k)
            total.update({spec.name: None for spec in PATTERN_FIELDS if spec.kind in ("int", "real")})
            total.update(hidden="all", explanation=said.en, explanation_ja=said.ja)
            return
        total[name] = None
        if not _hidden(total, name):
            more.append(name)
    if more:
        total["hidden"] = "; ".join([*filter(None, [total["hidden"]]), *more])
        said = Text(total["explanation"], total["explanation_ja"]) + _HIDDEN_PART.format(
            k=k, what=Text(", ".join(_WORDS[f].en for f in more), "、".join(_WORDS[f].ja for f in more))
        )
        total.update(explanation=said.en, explanation_ja=said.ja)


def _owners_by_lot(
    register: pd.DataFrame, position: dict[str, int], persons: dict[str, str]
) -> dict[int, list[tuple[str, float, str]]]:
    rows: dict[int, list[tuple[str, Any, str]]] = defaultdict(list)
    columns = [frames.texts(register, name) for name in ("lot_key", "owner_key", "share", "address_kind")]
    for lot, owner, share, kind in zip(*columns):
        if lot in position and owner is not None:
            rows[position[lot]].append((persons.get(owner, owner), shares.parse(share), kind or NOWHERE))
    result = {}
    for place, held in rows.items():
        whole = shares.total(share for _person, share, _kind in held)
        parts: dict[str, tuple[float, str]] = {}
        for person, share, kind in sorted(held, key=lambda row: (row[0], row[2])):
            part = float(share / whole) if whole else 1.0 / len(held)
            parts[person] = (parts.get(person, (0.0, kind))[0] + part, kind)
        result[place] = [(person, part, kind) for person, (part, kind) in sorted(parts.items())]
    return result


def _touching(lots: geopandas.GeoDataFrame, places: list[int]) -> Any:
    """Pairs of positions of lots that touch."""
    shapes = lots.geometry.to_numpy()[places]
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    where = np.array(places, dtype=int)[usable]
    sound = shapely.make_valid(shapes[usable])
    a, b = shapely.STRtree(sound).query(sound, predicate="dwithin", distance=TOUCH)
    return where[a[a < b]], where[b[a < b]]


def _places_of(held: _Held, groups: Any) -> int:
    """How many separate places all persons have together."""
    owned: dict[str, set[int]] = defaultdict(set)
    for place, person, _part, _kind in held.rows:
        owned[person].add(place)
    owners_at: dict[int, set[str]] = defaultdict(set)
    for person, places in owned.items():
        for place in places:
            owners_at[place].add(person)
    nodes = {
        pair: number for number, pair in enumerate((p, place) for p in sorted(owned) for place in sorted(owned[p]))
    }
    edges = [
        (nodes[person, int(one)], nodes[person, int(other)])
        for one, other in zip(*groups)
        for person in owners_at.get(int(one), set()) & owners_at.get(int(other), set())
    ]
    first = [edge[0] for edge in edges]
    second = [edge[1] for edge in edges]
    graph = coo_matrix((np.ones(len(edges)), (first, second)), shape=(len(nodes), len(nodes)))
    return int(connected_components(graph, directed=False)[0]) if nodes else 0


def _figures(name: str, held: _Held, area: Any, groups: Any, k: int) -> dict[str, Any]:
    people = {person for _place, person, _part, _kind in held.rows}
    row: dict[str, Any] = {spec.name: None for spec in PATTERN_FIELDS}
    row["hamlet"] = name
    if len(people) < k:
        said = _HIDDEN_ALL.format(k=k)
        row.update(hidden="all", explanation=said.en, explanation_ja=said.ja)
        return row
    owners_at: dict[int, set[str]] = defaultdict(set)
    whole = 0.0
    by_kind: dict[str, float] = defaultdict(float)
    people_of: dict[str, set[str]] = defaultdict(set)
    for place, person, part, kind in held.rows:
        owners_at[place].add(person)
        whole += part * area[place]
        by_kind[kind] += part * area[place]
        people_of[kind].add(person)
    counts = [len(owners) for owners in owners_at.values()]
    row.update(
        lots=len(owners_at),
        held_ha=round(whole / 10_000, 2),
        owners=len(people),
        lots_per_owner=round(sum(counts) / len(people), 2),
        places_per_owner=round(_places_of(held, groups) / len(people), 2),
        coowned_lots=sum(count > 1 for count in counts),
        owners_per_lot=round(sum(counts) / len(counts), 2),
        most_owners=max(counts),
    )
    hidden = []
    for field, kind in (("absentee_pct", OUTSIDE), ("unknown_pct", NOWHERE)):
        inside = len(people_of[kind])
        others = len(people) - inside
        if 0 < inside < k or 0 < others < k:
            hidden.append(field)
        elif kind == OUTSIDE and all(told == NOWHERE for *_row, told in held.rows):
            row[field] = None  # nobody's address is known: not the same as nobody away
        else:
            row[field] = round(100.0 * by_kind[kind] / whole, 1) if whole else 0.0
    said = _SHOWN.format(owners=row["owners"], lots=row["lots"], coowned=row["coowned_lots"])
    if hidden:
        what = Text(", ".join(_WORDS[f].en for f in hidden), "、".join(_WORDS[f].ja for f in hidden))
        said = said + _HIDDEN_SOME.format(k=k, what=what)
    row.update(hidden="; ".join(hidden) or None, explanation=said.en, explanation_ja=said.ja)
    return row
