"""What a register matching is used for: lots with the register's columns, register rows with the lot key.

Only certain and accepted matches are joined. Columns that look like names, addresses or other personal data are left
out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Optional

import numpy as np
import pandas as pd

from .lots import texts
from .matching import Matching
from .matchwords import REJECTED


def joined_lots(lots: Any, register: pd.DataFrame, matching: Matching, columns: Sequence[str]) -> Any:
    """The lots (in their own order) with ``columns`` of the register and ``register_match, register_rows``.

    A lot with several rows gets the value they share; different texts stand side by side (``; ``), of different
    numbers and dates none is taken.
    """
    result = lots.copy()
    rows_of = [matching.lot_rows.get(position, []) for position in range(len(lots))]
    result["register_match"] = matching.state_of_lot
    result["register_rows"] = pd.array([len(rows) for rows in rows_of], dtype="Int64")
    for column in columns:
        values = register[column].tolist()
        text = register[column].dtype == object
        result[column] = _column([_together([values[row] for row in rows], text) for rows in rows_of], register[column])
    return result


def _together(values: list[Any], text: bool) -> Any:
    known = [value for value in values if not pd.isna(value) and value != ""]
    distinct = sorted({str(value) for value in known}) if text else []
    if text and len(distinct) > 1 and all(isinstance(value, str) for value in known):
        return "; ".join(distinct)
    first = known[0] if known else None
    return first if all(value == first for value in known) else None


def _column(values: list[Any], like: pd.Series) -> Any:
    """Values in the type of the register's column."""
    if like.dtype.kind == "f":
        return pd.array([float("nan") if value is None else value for value in values], dtype=like.dtype)
    return pd.Series(values, dtype=object).to_numpy() if like.dtype == object else pd.array(values, dtype=like.dtype)


def keyed_register(
    register: pd.DataFrame,
    matching: Matching,
    columns: Sequence[str],
    lot_keys: Iterable[str] = (),
    key_column: Optional[str] = None,
    area_column: Optional[str] = None,
) -> pd.DataFrame:
    """The register rows with ``lot_key, row_key, row_lots``, for tools that join by the lot key.

    ``lot_key`` is that of a certain or accepted match; else the row's own in ``key_column``, when it is one of
    ``lot_keys`` and nobody rejected the pair (its area may differ: that is for the boundary check); else empty. A row
    that stands for several lots comes once for each, without its area; ``row_lots`` says for how many.
    """
    key_of = {row: key for key, rows in matching.rows_of_key.items() for row in rows}
    known = set(lot_keys)
    no = matching.matches[matching.matches["status"] == REJECTED]
    rejected = set(zip(no["lot_key"], no["row_key"]))
    own = texts(register[key_column]) if key_column else [""] * len(register)
    positions: list[int] = []
    keys: list[Optional[str]] = []
    counts: list[int] = []
    for row in range(len(register)):
        found: list[Optional[str]] = list(matching.lot_of_row.get(row, []))
        if not found and own[row] in known and (own[row], key_of[row]) not in rejected:
            found = [str(own[row])]
        positions += [row] * max(len(found), 1)
        keys += found or [None]
        counts += [len(found)] * max(len(found), 1)
    result = pd.DataFrame(register[list(columns)].iloc[positions]).reset_index(drop=True)
    if area_column in result.columns:
        result[area_column] = result[area_column].astype(float).mask(np.array(counts) > 1)
    result["lot_key"] = pd.Series(keys, dtype=object)
    result["row_key"] = [key_of[row] for row in positions]
    result["row_lots"] = pd.array(counts, dtype="Int64")
    return result


def keys_added(register: pd.DataFrame, matching: Matching, key_column: Optional[str] = None) -> int:
    """Rows that the matching gives another lot key than their own in ``key_column``."""
    own = texts(register[key_column]) if key_column else [""] * len(register)
    return sum(found != [str(own[row])] for row, found in matching.lot_of_row.items())
