"""Columns of tables that may be missing or hold NULL, as plain arrays."""

from __future__ import annotations

import datetime as dt
from typing import Optional

import numpy as np
import pandas as pd

from .errors import InputError
from .texts import Text


def texts(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Column ``name`` as objects: trimmed text or ``None``. All ``None`` when the column is missing."""
    if name not in frame.columns:
        return np.full(len(frame), None, dtype=object)
    values = frame[name].tolist()
    found = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        text = "" if value is None or value is pd.NA or value != value else str(value).strip()
        found[row] = text or None
    return found


def numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Column ``name`` as ``float64``, NaN where missing or not a number."""
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    return pd.to_numeric(pd.Series(frame[name].tolist(), dtype=object), errors="coerce").to_numpy(
        dtype="float64", na_value=np.nan
    )


def flags(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Column ``name`` as objects ``True``, ``False`` or ``None``.

    Understands booleans, 0/1 and the words true/false, yes/no (files without a boolean type).
    """
    words = {"true": True, "yes": True, "1": True, "1.0": True, "false": False, "no": False, "0": False, "0.0": False}
    found = np.empty(len(frame), dtype=object)
    for row, text in enumerate(texts(frame, name)):
        found[row] = words.get(text.lower()) if text is not None else None
    return found


def dates(frame: pd.DataFrame, name: str) -> np.ndarray:
    """Column ``name`` as ISO text (``2024-10-03``, or shorter as given) or ``None``."""
    found = np.empty(len(frame), dtype=object)
    values = frame[name].tolist() if name in frame.columns else [None] * len(frame)
    for row, value in enumerate(values):
        if value is None or value is pd.NA or value != value:
            found[row] = None
        elif isinstance(value, dt.datetime):
            found[row] = value.date().isoformat()
        elif isinstance(value, dt.date):
            found[row] = value.isoformat()
        else:
            found[row] = str(value).strip().replace("/", "-") or None
    return found


def require(frame: pd.DataFrame, columns: tuple[str, ...], what: Text) -> None:
    """Raise ``InputError`` naming the columns of ``what`` that are missing."""
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise InputError(
            Text(
                "{what} has no field {names}. Fields found: {found}. Choose another table or rename its fields.",
                "{what}に項目 {names} がありません。ある項目: {found}。別の表を選ぶか、項目の名前を直してください。",
            ).format(
                what=what,
                names=", ".join(absent),
                found=", ".join(str(name) for name in frame.columns if name != "geometry") or "-",
            )
        )


def any_flag(frame: pd.DataFrame, name: str) -> Optional[bool]:
    """Whether any row of a layer says ``True`` in ``name``; ``None`` when no row says anything."""
    said = [flag for flag in flags(frame, name) if flag is not None]
    return any(said) if said else None
