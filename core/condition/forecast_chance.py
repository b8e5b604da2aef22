"""Random numbers that belong to things, not to rows.

A number depends only on the seed, the key of the lot or farmer, the number of the draw and what it is
for. So the order of features never matters, a lot keeps its luck when others come and go, and two
scenarios differ by their rates only (common random numbers).

Mixing: the finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Optional, Union

import numpy as np
import shapely
from scipy.special import ndtri

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-52

Whole = Union[int, np.ndarray]


def _mix(value: np.ndarray) -> np.ndarray:
    value = (value ^ (value >> np.uint64(30))) * _FIRST
    value = (value ^ (value >> np.uint64(27))) * _SECOND
    return value ^ (value >> np.uint64(31))


def _as_uint(value: Whole) -> np.ndarray:
    return np.atleast_1d(np.asarray(value)).astype(np.uint64)


def uniform(seed: int, keys: np.ndarray, purpose: str, draw: Whole, count: Whole = 0) -> np.ndarray:
    """Uniform numbers in (0, 1) for ``keys`` (uint64), ``draw`` and ``count``, which are broadcast together."""
    with np.errstate(over="ignore"):
        start = _mix(_as_uint(seed) + _STEP * _as_uint(_hash(purpose.encode())))
        per_key = _mix(_as_uint(keys) + start)
        per_draw = _mix(_STEP * (_as_uint(draw) + np.uint64(1)) + _mix(_as_uint(count) + start))
        mixed = _mix(per_key + per_draw)
    return ((mixed >> np.uint64(12)).astype("float64") + 0.5) * _TO_UNIT


def exponential(seed: int, keys: np.ndarray, purpose: str, draw: Whole, count: Whole = 0) -> np.ndarray:
    """Exponential numbers with mean 1, as ``float32``: an event happens when its summed hazard reaches one."""
    return (-np.log(uniform(seed, keys, purpose, draw, count))).astype("float32")


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def text_keys(texts: Sequence[Optional[str]]) -> np.ndarray:
    """One uint64 per text; ``None`` has the key of the empty text."""
    return np.array([_hash((text or "").encode("utf-8")) for text in texts], dtype=np.uint64)


def lot_keys(keys: Sequence[Optional[str]], geometry: np.ndarray) -> np.ndarray:
    """One uint64 per lot: of its key, or of key and shape where the key is missing or not unique."""
    found = text_keys(keys)
    missing = np.array([key is None for key in keys], dtype=bool)
    _values, where, times = np.unique(found, return_inverse=True, return_counts=True)
    for row in np.flatnonzero(missing | (times[where.ravel()] > 1)).tolist():
        shape = geometry[row]
        body = b"" if shape is None else shapely.to_wkb(shapely.normalize(shape))
        found[row] = _hash((keys[row] or "").encode("utf-8") + b"|" + body)
    return found


def paces(seed: int, draws: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """How fast everything goes in each draw: standard normal steps ``z`` and factors exp(spread × z).

    The steps are the middles of equally likely slices in an order of the seed, so that few draws already
    show the whole range.
    """
    order = np.argsort(uniform(seed, text_keys(["pace"]), "pace", np.arange(draws)), kind="stable")
    z = np.empty(draws)
    z[order] = ndtri((np.arange(draws) + 0.5) / draws)
    return z, np.exp(spread * z)
