"""What a repair did: per lot, per owner, and what it left."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..owners.shares import parse
from ..schema import names
from .lots import Geometries, Ints, places_of, texts
from .repairfields import (
    CANNOT,
    COPIES,
    CURES,
    DIFFER,
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
from .weld import ROUNDING, outline_shift

if TYPE_CHECKING:
    from .repair import RepairSettings, Rows
    from .settle import Left


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
    rows["share"] = [parse(value) for value in shares] if shares is not None else None
    rows = rows[rows["lot"].isin(wanted.index)].sort_values("owner", kind="stable")
    by_lot = dict(tuple(rows.groupby("lot", sort=False)))
    own: dict[str, list[Any]] = {}
    for lot, values in wanted.iterrows():
        mine = by_lot.get(lot, rows.iloc[:0])
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


class Reasons:
    """Why something was left, place by place.

    ``left``: what the steps told, with rows; ``keys``, ``shapes``, ``trusted``: of these rows; ``copies``: rows drawn
    several times; ``reach`` (m): so near to a trusted lot a place lies beside it.
    """

    def __init__(
        self,
        left: Sequence[Left],
        keys: npt.NDArray[np.object_],
        shapes: Geometries,
        trusted: npt.NDArray[np.bool_],
        copies: set[int],
        reach: float,
    ) -> None:
        self._reach = reach
        self._trusted = set(keys[trusted])
        self._copies = set(keys[sorted(copies)])
        sure = np.flatnonzero(trusted & (shapes != None))  # noqa: E711  (element by element)
        self._outlines, self._names = shapely.boundary(shapes[sure]), keys[sure]
        self._beside = shapely.STRtree(self._outlines)
        self._told: dict[tuple[str, frozenset[str]], list[Left]] = {}
        for item in left:
            self._told.setdefault((item.step, frozenset(keys[list(item.rows)])), []).append(item)

    def of(self, kind: str, lots: str, x: float, y: float) -> str:
        """The reason (a key of ``WHY``) for a finding about ``lots`` (keys with ``; `` between) at a place."""
        named = set(lots.split("; ")) - {""}
        if kind == COPIES:
            return TWICE
        told = self._told.get((_STEP_OF[kind], frozenset(named)), [])
        if told:
            place = shapely.Point(x, y)
            why = min(told, key=lambda item: float(shapely.distance(item.shape, place))).why
            if why not in (TRUSTED, CANNOT) or kind == "spike":
                return why
        if kind in ("near_border", "missing_vertex"):
            beside = self._beside.query(shapely.Point(x, y), predicate="dwithin", distance=self._reach)
            if len(beside):
                lacking = kind == "missing_vertex" and self._lacking(beside, named, x, y)
                return DIFFER if not lacking and self._differ(beside, x, y) else TRUSTED
            if not named and self._trusted:  # said once for the whole map
                return TRUSTED
        elif named & self._trusted:
            return TRUSTED
        return TWICE if named & self._copies else CANNOT

    def _lacking(self, beside: Ints, named: set[str], x: float, y: float) -> bool:
        """Whether one of the trusted lots ``beside`` that are ``named`` has no point exactly there."""
        some = [line for line, name in zip(self._outlines[beside], self._names[beside]) if name in named]
        return any(np.hypot(*(shapely.get_coordinates(line) - [x, y]).T).min() > ROUNDING for line in some)

    def _differ(self, beside: Ints, x: float, y: float) -> bool:
        """Whether one of the trusted lots ``beside`` a place has a point there that another one there lacks."""
        for line in self._outlines[beside]:
            points = shapely.get_coordinates(line)
            here = points[np.hypot(*(points - [x, y]).T) <= self._reach]
            for other in self._outlines[beside]:
                theirs = shapely.get_coordinates(other)
                for point in here if other is not line else ():
                    if np.hypot(*(theirs - point).T).min() > ROUNDING:
                        return True
        return False


_STEP_OF = {kind: step for step, kinds in CURES.items() for kind in kinds}


def left_frame(findings: gpd.GeoDataFrame, reasons: Reasons, settings: RepairSettings) -> gpd.GeoDataFrame:
    """The findings of the kinds to be cured that are still there, with the reason, and lots drawn twice."""
    cured = {kind for step in settings.steps for kind in CURES[step]} | {COPIES}
    left = findings[findings["kind"].isin(cured)].copy()
    why = [reasons.of(*row) for row in zip(left["kind"], left["lots"].astype(str), left["x"], left["y"])]
    left["why"], left["why_ja"] = [WHY[code].en for code in why], [WHY[code].ja for code in why]
    left["legal_note"], left["legal_note_ja"] = LEGAL_NOTE.en, LEGAL_NOTE.ja
    return left[[*names(LEFT_FIELDS), left.geometry.name]]
