"""What a repair did: per lot, per owner, and what it left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..schema import names
from .lots import Geometries, places_of, texts
from .repairfields import (
    CANNOT,
    COPIES,
    CURES,
    LEFT_FIELDS,
    LEGAL_NOTE,
    OWNER_FIELDS,
    REPORT_FIELDS,
    STEPS,
    TRUSTED,
    TWICE,
    WHY,
)
from .tolerance import area_tolerance
from .weld import outline_shift

if TYPE_CHECKING:
    from .repair import RepairSettings, Rows


def report_frame(lots: Rows, before: Geometries, after: Geometries, done: Sequence[set[str]]) -> pd.DataFrame:
    """One row per changed lot, in the order of keys, with the columns of ``REPORT_FIELDS``."""
    rows = np.array([row for row, steps in enumerate(done) if steps], dtype=np.int64)
    old, new = before[rows], after[rows]
    area_old, area_new = shapely.area(old), shapely.area(new)
    limit = area_tolerance(area_old, lots.accuracy[rows])
    places = places_of(new)
    table = pd.DataFrame(
        {
            "lot_key": lots.key[rows],
            "lot_label": lots.label[rows],
            "repair_steps": ["; ".join(step for step in STEPS if step in done[row]) for row in rows],
            "area_before_m2": area_old,
            "area_after_m2": area_new,
            "won_m2": shapely.area(shapely.difference(new, old)),
            "lost_m2": shapely.area(shapely.difference(old, new)),
            "change_m2": area_new - area_old,
            "tolerance_m2": limit,
            "within_tolerance": np.abs(area_new - area_old) <= limit,
            "shift_m": outline_shift(old, new),
            "parts_before": shapely.get_num_geometries(old),
            "parts_after": shapely.get_num_geometries(new),
            "x": places[:, 0],
            "y": places[:, 1],
        },
        columns=names(REPORT_FIELDS),
    )
    table["legal_note"], table["legal_note_ja"] = LEGAL_NOTE.en, LEGAL_NOTE.ja
    return table


def owners_frame(
    report: pd.DataFrame,
    register: pd.DataFrame,
    key_field: str = "lot_key",
    owner_field: str = "owner_key",
    share_field: Optional[str] = "share",
) -> pd.DataFrame:
    """One row per owner key of a changed lot (``OWNER_FIELDS``): m² won and lost by the owner's shares.

    ``register``: one row per lot and owner. Where the shares of a lot are missing or do not sum to one,
    equal shares are assumed and the row says so. Lots without owner are summed under a missing key.
    """
    wanted = report.set_index("lot_key")[["won_m2", "lost_m2"]]
    wanted = wanted.groupby(level=0).sum()
    rows = pd.DataFrame({"lot": texts(register[key_field]), "owner": texts(register[owner_field])})
    shares = register[share_field] if share_field and share_field in register.columns else None
    rows["share"] = [_fraction(value) for value in shares] if shares is not None else None
    rows = rows[rows["lot"].isin(wanted.index)]
    own: dict[str, list[Any]] = {}
    for lot, values in wanted.iterrows():
        mine = rows[rows["lot"] == lot].sort_values("owner", kind="stable")
        holders: list[tuple[str, Optional[Fraction]]] = list(zip(mine["owner"], mine["share"])) or [("", None)]
        known = all(share is not None for _, share in holders) and sum(share for _, share in holders if share) == 1
        for owner, share in holders:
            part = float(share) if known and share is not None else 1.0 / len(holders)
            entry = own.setdefault(owner, [set(), 0.0, 0.0, False])
            entry[0].add(lot)
            entry[1] += part * float(values["won_m2"])
            entry[2] += part * float(values["lost_m2"])
            entry[3] = entry[3] or (not known and len(holders) > 1)
    return pd.DataFrame(
        [
            (owner or None, len(lots), won, lost, won - lost, assumed, LEGAL_NOTE.en, LEGAL_NOTE.ja)
            for owner, (lots, won, lost, assumed) in sorted(own.items())
        ],
        columns=names(OWNER_FIELDS),
    )


def _fraction(value: Any) -> Optional[Fraction]:
    """A share such as "1/2", "0.5" or 1; ``None`` when it cannot be read."""
    text = str(value).strip() if value is not None and value == value else ""
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return share if 0 < share <= 1 else None


def left_frame(
    findings: gpd.GeoDataFrame, reasons: Mapping[frozenset[str], str], settings: RepairSettings
) -> gpd.GeoDataFrame:
    """The findings of the kinds to be cured that are still there, with the reason, and lots drawn twice."""
    cured = {kind for step in settings.steps for kind in CURES[step]} | {COPIES}
    left = findings[findings["kind"].isin(cured)].copy()
    why = [
        TWICE if kind == COPIES else _why(str(lots).split("; "), reasons)
        for kind, lots in zip(left["kind"], left["lots"])
    ]
    left["why"], left["why_ja"] = [WHY[code].en for code in why], [WHY[code].ja for code in why]
    left["legal_note"], left["legal_note_ja"] = LEGAL_NOTE.en, LEGAL_NOTE.ja
    return left[[*names(LEFT_FIELDS), left.geometry.name]]


def _why(keys: Sequence[str], reasons: Mapping[frozenset[str], str]) -> str:
    exact = reasons.get(frozenset(keys))
    if exact is not None:
        return exact
    for key in keys:
        if frozenset([key]) in reasons:
            return reasons[frozenset([key])]
    if any(frozenset(["\x1ftrusted", key]) in reasons for key in keys):
        return TRUSTED
    return CANNOT
