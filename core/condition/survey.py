"""What surveys and registers say about lots: patrols, eMAFF results, intentions, rights, registration."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..texts import Text
from .evidence import (
    FARMLAND_REGISTER,
    REGISTER,
    Tables,
    cultivator_states,
    empty,
    evidence_rows,
    joined,
    newest_patrol,
    owner_status,
    positions,
    present,
)
from .evidence import PATROL as PATROL_SOURCE
from .table import surveys_in

EMAFF = Text("eMAFF farmland data", "eMAFF農地ナビ")
#: Result of the survey of use in eMAFF data (domain dossier §8.2: codes read by two public projects; that 2 is
#: class 2 is not certain, the word beside the code counts first).
EMAFF_RESULTS = {"1": "idle_1", "2": "idle_2", "3": "not_idle", "9": "unresolved"}
#: Words in patrol and eMAFF results -> result codes; the first that is contained counts.
RESULT_WORDS = (
    ("遊休農地ではない", "not_idle"),
    ("遊休農地でない", "not_idle"),
    ("再生利用が困難", "waste_b"),
    ("再生困難", "waste_b"),
    ("B分類", "waste_b"),
    ("赤", "waste_b"),
    ("緑", "idle_1_green"),
    ("黄", "idle_1_yellow"),
    ("2号", "idle_2"),
    ("A分類", "idle_1"),
    ("1号", "idle_1"),
    ("調査中", "unresolved"),
    ("遊休農地", "idle_1"),
)
RESULT_CODES = ("not_idle", "idle_1_green", "idle_1_yellow", "idle_1", "idle_2", "waste_b", "unresolved")
#: Words of an owner's intention; the first that is contained counts.
INTENTION_WORDS = (
    ("自ら耕作", "continue"),
    ("自作", "continue"),
    ("継続", "continue"),
    ("貸", "hand_over"),
    ("売", "hand_over"),
    ("譲", "hand_over"),
    ("中間管理", "hand_over"),
    ("委託", "hand_over"),
)
#: Words that say nothing (domain dossier §8.2).
NOTHING = ("非公表", "未回答", "調査対象外", "")
#: A right that ends within so many years ends soon (assumption).
SOON_YEARS = 3.0


def _folded(word: Optional[str]) -> str:
    return "".join(unicodedata.normalize("NFKC", word or "").split())


def result_of(word: Optional[str]) -> Optional[str]:
    """Code of a survey result written as code or words (緑/黄/赤, 1号/2号, A/B分類); ``None`` when it says nothing."""
    text = _folded(word)
    if text in NOTHING:
        return None
    if text in RESULT_CODES:
        return text
    if text.upper() in ("A", "B"):
        return {"A": "idle_1", "B": "waste_b"}[text.upper()]
    return next((code for part, code in RESULT_WORDS if part in text), None)


def intention_of(word: Optional[str]) -> Optional[str]:
    """``continue`` or ``hand_over`` from the words of an intention; ``None`` when it says nothing."""
    text = _folded(word)
    return None if text in NOTHING else next((code for part, code in INTENTION_WORDS if part in text), None)


def placed(points: gpd.GeoDataFrame, lots: gpd.GeoDataFrame, keys: np.ndarray) -> tuple[pd.DataFrame, int]:
    """Rows of a table with the key of the lot each lies in, and how many could not be placed.

    A filled ``lot_key`` counts first; else a point inside exactly one lot (of an area, a point on it).
    """
    known = frames.texts(points, "lot_key")
    shapes = shapely.point_on_surface(points.geometry.to_numpy())
    tree = shapely.STRtree(shapes)
    lot, point = tree.query(lots.geometry.to_numpy(), predicate="intersects")
    hits = np.bincount(point, minlength=len(points))
    for row, at in zip(lot.tolist(), point.tolist()):
        if known[at] is None and hits[at] == 1:
            known[at] = keys[row]
    lost = int(sum(key is None for key in known))
    return pd.DataFrame(points.drop(columns=points.geometry.name)).assign(lot_key=known), lost


def emaff_patrol(emaff: pd.DataFrame) -> pd.DataFrame:
    """Results of the survey of use in eMAFF data as rows of a farm patrol table; the word beside the code counts
    before the code."""
    words = frames.texts(emaff, "UsageSituationInvestigationResultCodeName")
    codes = frames.texts(emaff, "UsageSituationInvestigationResult")
    results = [
        result_of(word) or EMAFF_RESULTS.get(_folded(code).split(".")[0]) or result_of(code)
        for word, code in zip(words, codes)
    ]
    return pd.DataFrame(
        {
            "lot_key": frames.texts(emaff, "lot_key"),
            "patrol_on": [_day(day) for day in frames.dates(emaff, "UsageSituationInvestigationDate")],
            "result": pd.Series(results, dtype=object),
            "synthetic": frames.flags(emaff, "synthetic"),
        }
    ).dropna(subset=["lot_key", "result"])


def _day(text: Optional[str]) -> Optional[str]:
    """An ISO day out of ``2024-10-03``, ``2024/10/03 00:00:00`` or ``20241003``; else ``None``."""
    if text is None:
        return None
    plain = text[:10]
    if len(text) >= 8 and text[:8].isdigit():
        plain = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    try:
        return dt.date.fromisoformat(plain).isoformat()
    except ValueError:
        return None


def with_codes(patrol: pd.DataFrame) -> pd.DataFrame:
    """A patrol table whose results are codes, also where they were written as words."""
    words = frames.texts(patrol, "result")
    # A word nobody knows stays as it is: it is shown, and decides nothing.
    return patrol.assign(result=[result_of(word) or word for word in words])


def with_surveys(patrol: Optional[pd.DataFrame], evidence: pd.DataFrame) -> Optional[pd.DataFrame]:
    """The patrol table with the surveys of a merged evidence table; results as codes. ``None`` without any."""
    more = surveys_in(evidence)
    if patrol is not None:
        frames.require(patrol, ("lot_key", "result"), Text("The farm patrol table", "農地パトロールの表"))
        patrol = with_codes(patrol)
    if not len(more):
        return patrol
    columns = ["lot_key", "patrol_on", "result", "synthetic"]
    parts = [more] if patrol is None else [patrol, more]
    return pd.concat([part.reindex(columns=columns).astype(object) for part in parts], ignore_index=True)


def years_between(day: Optional[str], later: str) -> float:
    """Years from an ISO day to another (negative when it lies after); NaN when either is not a day."""
    first, last = _day(day), _day(later)
    if first is None or last is None:
        return float("nan")
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days / 365.25


def newest_day(*columns: np.ndarray) -> Optional[str]:
    """The newest whole day in the columns: the day as of which years are counted."""
    days = [found for column in columns for found in map(_day, column) if found is not None]
    return max(days) if days else None


def survey_evidence(
    keys: np.ndarray, tables: Tables, emaff: Optional[pd.DataFrame], as_of: Optional[str]
) -> pd.DataFrame:
    """Evidence from surveys and registers for lots ``keys``.

    ``emaff``: eMAFF data with ``lot_key``. ``as_of``: ISO day for years (since registration, to the end of a
    right); without it they are left out. Ages of cultivators never leave: only ``secure`` or ``at_risk``.
    """
    parts = [empty()]
    patrols = []
    if tables.patrol is not None:
        frames.require(tables.patrol, ("lot_key", "result"), Text("The farm patrol table", "農地パトロールの表"))
        patrols.append((with_codes(tables.patrol), PATROL_SOURCE))
    if emaff is not None:
        patrols.append((emaff_patrol(emaff), EMAFF))
    for patrol, source in patrols:
        newest = newest_patrol(patrol)
        rows, at = positions(keys, newest)
        column = {name: newest[name].to_numpy(dtype=object)[at] for name in ("result", "patrol_on", "synthetic")}
        parts.append(
            evidence_rows(
                rows,
                "patrol",
                source,
                category=column["result"],
                confidence="high",
                observed_on=column["patrol_on"],
                synthetic=column["synthetic"],
            )
        )
    if tables.register is not None:
        frames.require(tables.register, ("lot_key",), Text("The land register", "土地の登記簿の表"))
        status = owner_status(keys, tables.register, best=True)
        parts.append(_words(keys, tables.register, "owner", REGISTER, status))
        if as_of:
            parts.append(_registered(keys, tables.register, as_of))
    if tables.farmland is not None:
        frames.require(tables.farmland, ("lot_key",), Text("The farmland register", "農地台帳の表"))
        named, secured = cultivator_states(keys, tables.farmland, tables.cultivators)
        parts.append(_words(keys, tables.farmland, "cultivator", FARMLAND_REGISTER, named))
        parts.append(_words(keys, tables.farmland, "succession", FARMLAND_REGISTER, secured))
        if as_of:
            ends = frames.dates(tables.farmland, "right_end")
            state = _lease_states(keys, tables.farmland, ends, as_of)
            parts.append(_words(keys, tables.farmland, "lease_end", FARMLAND_REGISTER, state))
    if emaff is not None:
        parts += _emaff_parts(keys, emaff, as_of)
    return joined(parts)


def _words(keys: np.ndarray, table: pd.DataFrame, indicator: str, source: Text, state: np.ndarray) -> pd.DataFrame:
    rows = present(state)
    at, table_rows = positions(keys, table)
    marks = dict(zip(at.tolist(), frames.flags(table, "synthetic")[table_rows]))
    synthetic = np.array([marks.get(row) for row in rows.tolist()], dtype=object)
    return evidence_rows(rows, indicator, source, category=state[rows], synthetic=synthetic)


def _registered(keys: np.ndarray, register: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Years since the newest registration of any owner of the lot."""
    days = frames.dates(register, "registered_on")
    synthetic = frames.flags(register, "synthetic")
    rows, at = positions(keys, register)
    years = np.array([years_between(days[row], as_of) for row in at], dtype="float64")
    table = pd.DataFrame({"row": rows, "years": years, "synthetic": synthetic[at]})
    table = table[table["years"] >= 0].sort_values(["row", "years"]).drop_duplicates("row")
    return evidence_rows(
        table["row"].to_numpy(),
        "registration_years",
        REGISTER,
        table["years"].to_numpy(),
        unit="years",
        observed_on=as_of,
        synthetic=table["synthetic"].to_numpy(dtype=object),
    )


def _lease_states(keys: np.ndarray, table: pd.DataFrame, ends: np.ndarray, as_of: str) -> np.ndarray:
    """Per lot: ``ended``, ``soon`` or ``later`` of the right that lasts longest; ``None`` without a right."""
    found = np.full(len(keys), None, dtype=object)
    order = {"ended": 0, "soon": 1, "later": 2}
    rows, at = positions(keys, table)
    for row, table_row in zip(rows, at):
        left = -years_between(ends[table_row], as_of)
        if left != left:
            continue
        state = "ended" if left < 0 else "soon" if left <= SOON_YEARS else "later"
        if found[row] is None or order[state] > order[found[row]]:
            found[row] = state
    return found


def _emaff_parts(keys: np.ndarray, emaff: pd.DataFrame, as_of: Optional[str]) -> list[pd.DataFrame]:
    intention = np.full(len(keys), None, dtype=object)
    owner = np.full(len(keys), None, dtype=object)
    said = [
        intention_of(survey) or intention_of(own)
        for survey, own in zip(
            frames.texts(emaff, "OwnerStatementIntentSurveyResultsCodeName"),
            frames.texts(emaff, "OwnerFarmIntentionCodeName"),
        )
    ]
    found = frames.texts(emaff, "UseIntentionAscertainmentResultCodeName")
    rows, at = positions(keys, emaff)
    for row, table_row in zip(rows, at):
        if said[table_row] is not None and intention[row] in (None, "hand_over"):
            # Of several owners one who goes on is enough.
            intention[row] = said[table_row]
        text = _folded(found[table_row])
        if "不" in text and "確知" in text:
            owner[row] = owner[row] or "unknown"
        elif "確知" in text:
            owner[row] = "reachable"
    parts = [
        _words(keys, emaff, "intention", EMAFF, intention),
        _words(keys, emaff, "owner", EMAFF, owner),
    ]
    if as_of:
        ends = frames.dates(emaff, "EndStagesDate")
        parts.append(_words(keys, emaff, "lease_end", EMAFF, _lease_states(keys, emaff, ends, as_of)))
    return parts
