"""Evidence about houses and plots: water use and vacancy surveys."""

from __future__ import annotations

from typing import Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..errors import InputError
from ..texts import Text
from .evidence import MAP, empty, evidence_rows, house_states, joined, positions
from .series import date_in

WATER_USE = Text("water use", "水道の使用量")
VACANCY = Text("vacancy survey", "空き家調査")
USE_TABLE = Text("The table of water use", "水道使用量の表")
SURVEY_TABLE = Text("The vacancy survey", "空き家調査の表")
#: Mean use per month over the last year below which a house counts as hardly used, and as not used (m³;
#: assumption: one person at home uses about 8 m³ a month).
LITTLE, NONE = 2.0, 0.1
#: So many readings of the last year are needed (every second month is usual: 6; assumption).
MIN_READINGS = 3
VACANCY_WORDS = {
    "occupied": "yes",
    "yes": "yes",
    "居住": "yes",
    "居住あり": "yes",
    "使用": "yes",
    "vacant": "no",
    "no": "no",
    "空き家": "no",
    "空家": "no",
    "collapsed": "no",
    "倒壊": "no",
    "特定空家": "no",
}


def lots_of_houses(lots: gpd.GeoDataFrame, houses: gpd.GeoDataFrame) -> pd.DataFrame:
    """``house_id`` and ``row`` of the lot that each house stands on (by a point on it)."""
    points = shapely.point_on_surface(houses.geometry.to_numpy())
    lot, house = shapely.STRtree(points).query(lots.geometry.to_numpy(), predicate="intersects")
    found = pd.DataFrame({"house_id": frames.texts(houses, "house_id")[house], "row": lot})
    return found.dropna().sort_values(["house_id", "row"]).reset_index(drop=True)


def _rows_of(
    table: pd.DataFrame, keys: np.ndarray, standing: Optional[pd.DataFrame], what: Text
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs (lot row, table row), by lot key, where that is missing by house number."""
    by_house = "house_id" in table.columns and standing is not None
    if "lot_key" in table.columns and not by_house:
        return positions(keys, table)
    if by_house and standing is not None:
        named = pd.DataFrame({"house_id": frames.texts(table, "house_id"), "at": np.arange(len(table))})
        if "lot_key" in table.columns:
            without = np.array([key is None for key in frames.texts(table, "lot_key")], dtype=bool)
            lots, at = positions(keys, table)
            pairs = standing.merge(named[without].dropna(), on="house_id")
            rows = np.concatenate([lots, pairs["row"].to_numpy(dtype="int64")])
            lines = np.concatenate([at, pairs["at"].to_numpy(dtype="int64")])
            order = np.lexsort((lines, rows))
            return rows[order], lines[order]
        pairs = standing.merge(named.dropna(), on="house_id").sort_values(["row", "at"])
        return pairs["row"].to_numpy(dtype="int64"), pairs["at"].to_numpy(dtype="int64")
    raise InputError(
        what
        + Text(
            "has neither lot_key nor house_id with houses given. Add the column lot_key, or give the houses.",
            "に lot_key がなく、house_id と家屋の図の組もありません。"
            "lot_key の列を加えるか、家屋の図を指定してください。",
        )
    )


def water_states(rows: np.ndarray, months: np.ndarray, amount: np.ndarray) -> pd.DataFrame:
    """Per lot: ``in_use``, ``little`` or ``none`` from readings (``months`` ISO, ``amount`` m³ a month).

    The mean of the readings of the last twelve months of the whole table; fewer than three: nothing said.
    Returns ``row, state, mean, last`` (newest reading of the lot).
    """
    table = pd.DataFrame({"row": rows, "month": months, "amount": amount}).dropna()
    if not len(table):
        return pd.DataFrame({"row": [], "state": [], "mean": [], "last": []})
    newest = max(table["month"])
    year, month = int(newest[:4]), int(newest[5:7])
    begin = f"{year - 1}-{month + 1:02d}" if month < 12 else f"{year}-01"
    table = table[table["month"].str[:7] >= begin]
    found = table.groupby("row").agg(mean=("amount", "mean"), last=("month", "max"), readings=("amount", "size"))
    found = found[found["readings"] >= MIN_READINGS].reset_index()
    state = np.where(found["mean"] < NONE, "none", np.where(found["mean"] < LITTLE, "little", "in_use"))
    return found.assign(state=state)


def building_evidence(
    lots: gpd.GeoDataFrame,
    keys: np.ndarray,
    houses: Optional[gpd.GeoDataFrame],
    water: Optional[pd.DataFrame],
    survey: Optional[pd.DataFrame],
) -> pd.DataFrame:
    """Evidence from houses on the lots, water use (``lot_key`` or ``house_id``, ``month``, ``m3``) and a vacancy
    survey (``lot_key`` or ``house_id``, ``surveyed_on``, ``result``).

    A surveyed lot takes its word from the survey, the others from the field ``occupied`` of the houses. Of
    several houses on a lot one lived in is enough. Raises ``InputError`` for tables without their columns.
    """
    parts = [empty()]
    standing = None if houses is None else lots_of_houses(lots, houses)
    surveyed: set[int] = set()
    if survey is not None:
        frames.require(survey, ("result",), SURVEY_TABLE)
        rows, at = _rows_of(survey, keys, standing, SURVEY_TABLE)
        found = pd.DataFrame(
            {
                "row": rows,
                "state": [VACANCY_WORDS.get(word or "") for word in frames.texts(survey, "result")[at]],
                "day": frames.dates(survey, "surveyed_on")[at],
                "house": frames.texts(survey, "house_id")[at],
                "synthetic": frames.flags(survey, "synthetic")[at],
            }
        )
        found = found[found["state"].notna()].assign(
            order=lambda t: t["day"].fillna(""), of=lambda t: t["house"].fillna("")
        )
        # The newest word about each house; then one lived in is enough for the lot ("yes" sorts after "no").
        found = found.sort_values(["row", "of", "order", "state"]).drop_duplicates(["row", "of"], keep="last")
        found = found.sort_values(["row", "state", "order"]).drop_duplicates("row", keep="last")
        surveyed = set(found["row"])
        parts.append(
            evidence_rows(
                found["row"].to_numpy(),
                "house",
                VACANCY,
                category=found["state"].to_numpy(dtype=object),
                observed_on=found["day"].to_numpy(dtype=object),
                confidence="high",
                synthetic=found["synthetic"].to_numpy(dtype=object),
            )
        )
    if houses is not None:
        states = house_states(lots.geometry.to_numpy(), houses)
        states = states[~states.index.isin(list(surveyed))]
        parts.append(
            evidence_rows(
                states.index.to_numpy(dtype="int64"),
                "house",
                MAP,
                category=states.to_numpy(dtype=object),
                synthetic=frames.any_flag(houses, "synthetic"),
            )
        )
    if water is not None:
        frames.require(water, ("month", "m3"), USE_TABLE)
        rows, at = _rows_of(water, keys, standing, USE_TABLE)
        months = np.array([_month(word) for word in frames.dates(water, "month")], dtype=object)
        # Readings of several houses on a lot are summed month by month.
        table = pd.DataFrame({"row": rows, "month": months[at], "m3": frames.numbers(water, "m3")[at]}).dropna()
        table = table.groupby(["row", "month"], as_index=False)["m3"].sum()
        found = water_states(table["row"].to_numpy(), table["month"].to_numpy(dtype=object), table["m3"].to_numpy())
        synthetic = frames.any_flag(water, "synthetic")
        parts.append(
            evidence_rows(
                found["row"].to_numpy(dtype="int64"),
                "water_use",
                WATER_USE,
                category=found["state"].to_numpy(dtype=object),
                observed_on=found["last"].to_numpy(dtype=object),
                synthetic=synthetic,
            )
        )
    return joined(parts)


def _month(word: Optional[str]) -> Optional[str]:
    day = date_in(word)
    return day[:7] if day and len(day) >= 7 else None
