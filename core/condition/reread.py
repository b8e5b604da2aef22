"""A former result read back: lots with their condition and the evidence table beside them."""

from __future__ import annotations

from typing import Optional

import numpy as np
import pandas as pd

from .. import frames
from ..choice import usecodes
from ..texts import Text
from .evidence import COLUMNS

EVIDENCE = Text("The evidence table", "根拠の表")


def evidence_of(keys: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
    """The evidence about the lots with these ``keys`` (columns of ``evidence.COLUMNS``) from its table.

    Rows of other lots are left out; lots that share a key share their rows. The same rows in another order give the
    same frame. Raises ``InputError`` when ``lot_key`` or ``indicator`` is missing.
    """
    frames.require(table, ("lot_key", "indicator"), EVIDENCE)
    lots = pd.DataFrame({"key": keys, "row": np.arange(len(keys), dtype="int64")}).dropna(subset=["key"])
    made = pd.DataFrame(
        {
            "key": frames.texts(table, "lot_key"),
            "indicator": frames.texts(table, "indicator"),
            "value": frames.numbers(table, "value"),
            "observed_on": frames.dates(table, "observed_on"),
            "synthetic": frames.flags(table, "synthetic"),
            **{name: frames.texts(table, name) for name in ("category", "unit", "source", "source_ja", "confidence")},
        }
    )
    found = made.dropna(subset=["key", "indicator"]).merge(lots, on="key")
    found = found.assign(day=found["observed_on"].fillna(""), word=found["category"].fillna(""))
    found = found.sort_values(["row", "indicator", "day", "word", "value"], kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


def kinds_of(lots: pd.DataFrame, surveyed: Optional[np.ndarray] = None) -> np.ndarray:
    """Kind of land of each lot: its field ``land_kind``, else from ``land_category``, else ``unknown``.

    A lot without either that the farm patrol visited (``surveyed``) is farmland.
    """
    kinds = frames.texts(lots, "land_kind")
    words = frames.texts(lots, "land_category")
    known = np.array(
        [
            kind if kind in usecodes.LAND_KINDS else usecodes.kind_of(usecodes.category_of(word))
            for kind, word in zip(kinds, words)
        ],
        dtype=object,
    )
    if surveyed is not None:
        known[surveyed & (known == "unknown")] = "farmland"
    return known
