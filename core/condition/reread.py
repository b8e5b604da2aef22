"""A former result read back: lots with their condition and the evidence table beside them."""

from __future__ import annotations

from typing import Optional

import numpy as np
import pandas as pd

from .. import frames
from ..choice import usecodes
from .evidence import COLUMNS, joined
from .table import read


def evidence_of(keys: np.ndarray, table: pd.DataFrame) -> pd.DataFrame:
    """The evidence about the lots with these ``keys`` (columns of ``evidence.COLUMNS``) from its table.

    Rows of other lots are left out; lots that share a key share their rows. The same rows in another order give the
    same frame. Raises ``InputError`` when ``lot_key`` or ``indicator`` is missing.
    """
    lots = pd.DataFrame({"lot_key": keys, "row": np.arange(len(keys), dtype="int64")}).dropna(subset=["lot_key"])
    return joined([read(table).merge(lots, on="lot_key")[list(COLUMNS)]])


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
