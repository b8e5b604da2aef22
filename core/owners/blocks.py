"""Contact with owners per lot and per block of touching lots."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from .. import frames
from ..parcels.lots import union_of
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text
from . import shares
from .contact import NOT_KNOWN, REACHED, STATUS_ORDER, TO_CHECK
from .words import PUBLIC, STATE_WORDS, UNKNOWN, natural

if TYPE_CHECKING:
    import geopandas

LOT_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("block_id", "text", "Block", "まとまり"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("lot_area_m2", "real", "Area (m²)", "面積（m²）"),
    FieldSpec("owners", "int", "Owners", "所有者数"),
    FieldSpec("owners_reached", "int", "Owners who can be reached", "連絡がつく所有者"),
    FieldSpec("owner_status", "text", "Contact with owner", "所有者への連絡"),
    FieldSpec("state", "text", "State of contact", "連絡の状態"),
    FieldSpec("reached_share", "real", "Share of owners who can be reached", "連絡がつく持分"),
    FieldSpec("effort", "int", "Effort (1 letter – 4 court)", "手間（1 手紙・相談〜4 裁判所・裁定）"),
    FieldSpec("next_step", "text", "Next lawful step", "次の手続（英語）"),
    FieldSpec("next_step_ja", "text", "Next lawful step (Japanese)", "次の手続"),
    FieldSpec("explanation", "text", "Explanation", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
)
BLOCK_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("block_id", "text", "Block", "まとまり"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("lots", "int", "Lots", "筆数"),
    FieldSpec("block_area_m2", "real", "Area (m²)", "面積（m²）"),
    FieldSpec("owners", "int", "Known owners", "分かっている所有者数"),
    FieldSpec("owners_holding", "int", "Owners who hold it up", "止めている所有者"),
    FieldSpec("lots_no_owner", "int", "Lots without a known owner", "所有者の記録がない筆"),
    FieldSpec("owner_status", "text", "Contact with owner", "所有者への連絡"),
    FieldSpec("held_area_m2", "real", "Area held up (m²)", "止まっている面積（m²）"),
    FieldSpec("effort", "int", "Effort (1 letter – 4 court)", "手間（1 手紙・相談〜4 裁判所・裁定）"),
    FieldSpec("explanation", "text", "Explanation", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
)
#: Lots count as touching up to this distance (m): maps of two sheets rarely meet exactly (assumption).
TOUCH = 0.1

_NOT_IN_REGISTER = Text("The lot is not in the register.", "登記の一覧にない筆です。")
_NO_OWNER = Text("The register names no owner.", "登記に所有者がありません。")
_NO_OWNER_PUBLIC = Text(
    "Public land by its category; the register names no owner.", "地目が公有地で、登記に所有者がありません。"
)
_LOT = Text(
    "Owners reached: {reached} of {owners}. State: {state}.",
    "連絡がつく所有者: {owners}人のうち{reached}人。状態: {state}。",
)
_HELD = Text(
    "{n} of {owners} owners hold up this block.", "所有者{owners}人のうち{n}人が、このまとまりを止めています。"
)
_HELD_ALONE = Text("The only owner holds up this block.", "ただ1人の所有者が、このまとまりを止めています。")
_FREE = Text("Every owner of this block can be reached ({owners}).", "所有者{owners}人の全員に連絡がつきます。")
_ALSO_NOBODY = Text(
    "{lots} of its {all} lots have no known owner.", "{all}筆のうち{lots}筆は所有者の記録がありません。"
)
_NOBODY = Text("No owner of this block is known.", "このまとまりの所有者は1人も分かりません。")
_PUBLIC_ONLY = Text("Public land without a registered owner.", "登記に所有者のない公有地です。")


def lot_table(
    lots: geopandas.GeoDataFrame, contacts: pd.DataFrame, hamlets: Optional[Any], blocks: Optional[Any]
) -> geopandas.GeoDataFrame:
    """The lots with :data:`LOT_FIELDS`; ``contacts`` from :func:`contact.owner_lots`.

    ``hamlets`` and ``blocks`` are texts per lot or ``None``. The status of a lot is that of its owner hardest to reach:
    selling, building or changing it needs all of them. A lot the register does not know is ``unknown``.
    """
    keys = frames.texts(lots, "lot_key")
    rows_of: dict[str, list[Any]] = defaultdict(list)
    for row in contacts.itertuples(index=False):
        rows_of[row.lot_key].append(row)
    area = shapely.area(lots.geometry.to_numpy())
    made = []
    for key in keys:
        held = rows_of.get(key or "", [])
        made.append(_lot(held) if held else _lot_without_owner())
    table = lots.copy()
    for spec in LOT_FIELDS:
        if spec.name not in ("lot_key", "block_id", "hamlet", "lot_area_m2"):
            column = [row[spec.name] for row in made]
            table[spec.name] = (
                pd.array(column, dtype="Int64")
                if spec.kind == "int"
                else pd.Series(column, index=table.index, dtype="float64" if spec.kind == "real" else object)
            )
    table["lot_key"] = keys
    table["hamlet"] = [None] * len(table) if hamlets is None else list(hamlets)
    table["block_id"] = [None] * len(table) if blocks is None else list(blocks)
    table["lot_area_m2"] = np.round(np.nan_to_num(area), 2)
    return table


def _rank(row: Any) -> tuple[int, bool, int, str]:
    effort = int(row.effort) if row.effort == row.effort and row.effort else 0
    return STATUS_ORDER.index(row.owner_status), row.state != PUBLIC, effort, row.state


def _lot(held: list[Any]) -> dict[str, Any]:
    worst = max(held, key=_rank)
    known = [row for row in held if isinstance(row.person_key, str)]
    reached = sum(row.owner_status == REACHED for row in known)
    parts = [shares.parse(row.share) for row in held]
    part = shares.total(share for share, row in zip(parts, held) if row.owner_status == REACHED)
    whole = shares.total(parts)
    if len(held) == 1 and parts[0] is None:
        part = whole = None
    if known:
        said = _LOT.format(reached=reached, owners=len(known), state=STATE_WORDS[worst.state])
    else:
        said = _NO_OWNER_PUBLIC if worst.state == PUBLIC else _NO_OWNER
    return {
        "owners": len(known),
        "owners_reached": reached,
        "owner_status": worst.owner_status,
        "state": worst.state,
        "reached_share": float(part) if part is not None and whole is not None else None,
        "effort": worst.effort if worst.effort == worst.effort else None,
        "next_step": worst.next_step,
        "next_step_ja": worst.next_step_ja,
        "explanation": said.en,
        "explanation_ja": said.ja,
    }


def _lot_without_owner() -> dict[str, Any]:
    empty: dict[str, Any] = {spec.name: None for spec in LOT_FIELDS}
    empty.update(owners=0, owners_reached=0, owner_status=NOT_KNOWN, state=UNKNOWN)
    empty.update(explanation=_NOT_IN_REGISTER.en, explanation_ja=_NOT_IN_REGISTER.ja)
    return empty


def touching_blocks(
    lots: geopandas.GeoDataFrame, contacts: pd.DataFrame, hamlets: Optional[Any], progress: Optional[Progress] = None
) -> list[Optional[str]]:
    """Blocks of lots that touch, within one hamlet; public land (roads, ditches) parts them and is in none.

    The id of a block is the smallest lot key in it with "B:" before, so it stays while other lots change.
    """
    progress = progress or Progress()
    keys = frames.texts(lots, "lot_key")
    public = set(contacts.loc[contacts["state"] == PUBLIC, "lot_key"]) - set(
        contacts.loc[contacts["state"] != PUBLIC, "lot_key"]
    )
    shapes = lots.geometry.to_numpy()
    usable = np.array([key is not None and key not in public for key in keys], dtype=bool) & ~(
        shapely.is_missing(shapes) | shapely.is_empty(shapes)
    )
    places = np.flatnonzero(usable)
    result: list[Optional[str]] = [None] * len(lots)
    if not len(places):
        return result
    sound = shapely.make_valid(shapes[places])
    progress.step(0.2)
    tree = shapely.STRtree(sound)
    a, b = tree.query(sound, predicate="dwithin", distance=TOUCH)
    progress.step(0.7)
    if hamlets is not None:
        where = np.array(list(hamlets), dtype=object)[places]
        same = np.array([one == other for one, other in zip(where[a], where[b])], dtype=bool)
        a, b = a[same], b[same]
    # Corners alone do not make a block: a common border does.
    different = a < b
    a, b = a[different], b[different]
    border = shapely.length(shapely.intersection(shapely.buffer(sound[a], TOUCH), shapely.boundary(sound[b])))
    strong = border > 4 * TOUCH
    a, b = a[strong], b[strong]
    graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(places), len(places)))
    _count, label = connected_components(graph, directed=False)
    first: dict[int, str] = {}
    for number, place in zip(label, places):
        key = str(keys[place])
        if number not in first or natural(key) < natural(first[number]):
            first[number] = key
    for number, place in zip(label, places):
        result[place] = f"B:{first[number]}"
    progress.step(1.0)
    return result


def block_table(lots: geopandas.GeoDataFrame, contacts: pd.DataFrame) -> geopandas.GeoDataFrame:
    """One row per block of :func:`lot_table`, with :data:`BLOCK_FIELDS`, sorted by id.

    Only owners who are named count as owners; lots without one are told apart from them, since nobody knows how many
    people stand behind those. A group ("and 11 others") is one entry and counts as one.
    """
    import geopandas as gpd

    owners_of: dict[str, list[Any]] = defaultdict(list)
    for row in contacts.itertuples(index=False):
        owners_of[row.lot_key].append(row)
    rows, shapes = [], []
    ids = frames.texts(lots, "block_id")
    members: dict[str, list[int]] = defaultdict(list)
    for place, block in enumerate(ids):
        if block is not None:
            members[block].append(place)
    keys, area = frames.texts(lots, "lot_key"), lots["lot_area_m2"].to_numpy()
    hamlets, status = frames.texts(lots, "hamlet"), frames.texts(lots, "owner_status")
    effort = [None if pd.isna(value) else int(value) for value in lots["effort"]]
    outline = shapely.make_valid(lots.geometry.to_numpy())
    for block in sorted(members, key=natural):
        places = members[block]
        people: dict[str, int] = {}
        nobody = 0
        for place in places:
            held_by = owners_of.get(keys[place] or "", [])
            for row in held_by:
                if isinstance(row.person_key, str):
                    rank = STATUS_ORDER.index(row.owner_status)
                    people[row.person_key] = max(people.get(row.person_key, 0), rank)
            # A row without an owner beside named ones counts too: somebody is missing.
            nobody += not held_by or any(not isinstance(row.person_key, str) and row.state != PUBLIC for row in held_by)
        holding = sum(rank > 0 for rank in people.values())
        said = _block_said(len(people), holding, nobody, len(places))
        held = [place for place in places if status[place] != REACHED]
        names = {hamlets[place] for place in places}
        rows.append(
            {
                "block_id": block,
                "hamlet": names.pop() if len(names) == 1 else None,
                "lots": len(places),
                "block_area_m2": round(float(area[places].sum()), 2),
                "owners": len(people),
                "owners_holding": holding,
                "lots_no_owner": nobody,
                "owner_status": NOT_KNOWN if nobody else STATUS_ORDER[max(people.values(), default=0)],
                "held_area_m2": round(float(area[held].sum()), 2),
                "effort": max(filter(None, (effort[place] for place in places)), default=None),
                "explanation": said.en,
                "explanation_ja": said.ja,
            }
        )
        joined = union_of(outline[places])
        polygons = [part for part in shapely.get_parts(joined) if part.geom_type in ("Polygon", "MultiPolygon")]
        shapes.append(shapely.multipolygons([p for q in polygons for p in shapely.get_parts(q)]))
    frame = pd.DataFrame(rows, columns=[spec.name for spec in BLOCK_FIELDS])
    frame["effort"] = frame["effort"].astype("Int64")
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=lots.crs)


def _block_said(owners: int, holding: int, nobody: int, lots: int) -> Text:
    if not owners:
        return _NOBODY if nobody else _PUBLIC_ONLY
    said = _FREE if not holding else _HELD if owners > 1 else _HELD_ALONE
    if nobody:
        said = said + _ALSO_NOBODY.format(lots=nobody, all=lots)
    return said.format(n=holding, owners=owners)


def totals(lots: geopandas.GeoDataFrame, contacts: pd.DataFrame) -> dict[str, float]:
    """The figures of the card: lots and area by status, and the share of the area where all owners can be reached.

    ``private_pct`` leaves public land out.
    """
    status = lots["owner_status"].to_numpy()
    area = lots["lot_area_m2"].to_numpy()
    private = lots["state"].to_numpy() != PUBLIC
    result: dict[str, float] = {}
    for name in STATUS_ORDER:
        result[f"lots_{name}"] = int((status == name).sum())
        result[f"area_{name}"] = float(area[status == name].sum())
    whole, own = float(area.sum()), float(area[private].sum())
    result["pct"] = 100.0 * result[f"area_{REACHED}"] / whole if whole else 0.0
    result["private_pct"] = 100.0 * float(area[private & (status == REACHED)].sum()) / own if own else 0.0
    people = contacts.dropna(subset=["person_key"])
    worst = people["owner_status"].map(STATUS_ORDER.index).groupby(people["person_key"]).max()
    result["owners"] = len(worst)
    result["owners_holding"] = int((worst > STATUS_ORDER.index(REACHED)).sum())
    return result


__all__ = ["BLOCK_FIELDS", "LOT_FIELDS", "TO_CHECK", "block_table", "lot_table", "totals", "touching_blocks"]
