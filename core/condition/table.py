"""The one evidence table: written by every evidence tool, merged and read back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .. import frames
from ..errors import InputError
from ..schema import FieldSpec
from ..texts import Text
from .evidence import COLUMNS, empty, joined

FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("evidence_id", "text", "Evidence id (within the lot)", "根拠の識別子（筆の中で）"),
    FieldSpec("indicator", "text", "Indicator", "指標"),
    FieldSpec("value", "real", "Value", "値"),
    FieldSpec("category", "text", "Value as a word", "値（区分）"),
    FieldSpec("unit", "text", "Unit", "単位"),
    FieldSpec("text", "text", "Sentence (English)", "説明（英語）"),
    FieldSpec("text_ja", "text", "Sentence (Japanese)", "説明"),
    FieldSpec("weight", "real", "Weight (log-odds)", "重み（対数オッズ）"),
    FieldSpec("source", "text", "Source (English)", "出典（英語）"),
    FieldSpec("source_ja", "text", "Source (Japanese)", "出典"),
    FieldSpec("observed_on", "text", "Observed on", "観測日"),
    FieldSpec("confidence", "text", "Confidence", "確かさ"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)
TABLE = Text("The evidence table", "根拠の表")
CONFIDENCE = ("low", "medium", "high")
#: The lot's own survey; the newest row of a lot overrides the screening.
PATROL = "patrol"


def evidence_ids(found: pd.DataFrame) -> list[str]:
    """Indicator, with the date where known: unique within a lot and source."""
    return [
        f"{indicator}:{day}" if isinstance(day, str) else indicator
        for indicator, day in zip(found["indicator"], found["observed_on"])
    ]


def with_keys(found: pd.DataFrame, keys: np.ndarray) -> pd.DataFrame:
    """Evidence by position as the table with :data:`FIELDS`; what is not weighed yet has no weight."""
    made = found.assign(lot_key=keys[found["row"].to_numpy(dtype="int64")], evidence_id=evidence_ids(found))
    for name in ("text", "text_ja"):
        if name not in made:
            made[name] = pd.Series([None] * len(made), dtype=object, index=made.index)
    if "weight" not in made:
        made["weight"] = np.nan
    return made


def read(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of an evidence table that say something, with their words and numbers as such.

    Raises ``InputError`` without ``lot_key`` and ``indicator`` or for another word for the confidence.
    """
    frames.require(table, ("lot_key", "indicator"), TABLE)
    found = pd.DataFrame(
        {
            "lot_key": frames.texts(table, "lot_key"),
            "indicator": frames.texts(table, "indicator"),
            "value": frames.numbers(table, "value"),
            "category": frames.texts(table, "category"),
            "unit": frames.texts(table, "unit"),
            "observed_on": frames.dates(table, "observed_on"),
            "source": frames.texts(table, "source"),
            "source_ja": frames.texts(table, "source_ja"),
            "confidence": frames.texts(table, "confidence"),
            "synthetic": frames.flags(table, "synthetic"),
        }
    ).dropna(subset=["lot_key", "indicator"])
    wrong = found.loc[found["confidence"].notna() & ~found["confidence"].isin(CONFIDENCE), "confidence"]
    if len(wrong):
        raise InputError(
            TABLE
            + Text(
                "knows confidence low, medium and high, not “{word}”. Correct the column confidence.",
                "の確かさは low, medium, high です（「{word}」があります）。confidence の列を直してください。",
            ).format(word=sorted(wrong)[0])
        )
    found["confidence"] = found["confidence"].fillna("medium")
    # A row that says neither a number nor a word says nothing.
    return found[np.isfinite(found["value"]) | found["category"].notna()]


def merged(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Evidence tables as one, without repeated rows, whatever their order.

    Two rows of a lot with the same indicator, date and source are one observation: the more confident one
    stays, and of equals the one that sorts last. Raises ``InputError`` for a table without ``lot_key`` and
    ``indicator`` or with another word for the confidence.
    """
    parts = [read(table) for table in tables]
    if not parts:
        return read(pd.DataFrame({"lot_key": [], "indicator": []}))
    every = pd.concat(parts, ignore_index=True)
    same = ["lot_key", "indicator", "observed_on", "source"]
    every["rank"] = [CONFIDENCE.index(word) for word in every["confidence"]]
    every = every.sort_values([*same, "rank", "category", "value", "synthetic"], na_position="first", kind="stable")
    return every.drop_duplicates(same, keep="last").drop(columns="rank").reset_index(drop=True)


def surveys_in(table: pd.DataFrame) -> pd.DataFrame:
    """Survey results in a merged table as rows of a farm patrol table."""
    said = table[(table["indicator"] == PATROL) & table["category"].notna()]
    return pd.DataFrame(
        {
            "lot_key": said["lot_key"],
            "patrol_on": said["observed_on"],
            "result": said["category"],
            "synthetic": said["synthetic"],
        }
    ).reset_index(drop=True)


def add(found: pd.DataFrame, table: pd.DataFrame, keys: np.ndarray) -> pd.DataFrame:
    """Evidence ``found`` for lots ``keys`` with the rows of a merged table that are not there yet.

    Left out: surveys (see :func:`surveys_in`), lots that are not among ``keys``, and what ``found`` knows
    itself: same indicator, date and source.
    """
    lots = pd.DataFrame({"lot_key": keys, "row": np.arange(len(keys))}).dropna(subset=["lot_key"])
    brought = table[table["indicator"] != PATROL].merge(lots, on="lot_key")
    same = ["row", "indicator", "observed_on", "source"]
    here = set(found[same].fillna("").itertuples(index=False, name=None))
    new = [row not in here for row in brought[same].fillna("").itertuples(index=False, name=None)]
    brought = brought[np.array(new, dtype=bool)] if len(brought) else empty()
    return joined([found, brought[list(COLUMNS)].astype({"row": "int64", "value": "float64"})])
