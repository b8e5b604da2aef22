"""Ways to damage a file at random, and the watch over what a reader makes of it."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterable
from typing import Optional

#: A mutant of a file of some kilobytes takes milliseconds; this much means that something hangs.
SECONDS = 2.0
#: What all mutants together may add to the memory of the process (MiB).
GROWTH_MIB = 150

Way = Callable[[bytes, random.Random], bytes]


def flip(data: bytes, chance: random.Random) -> bytes:
    """Some bytes become others."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 20)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The end is missing."""
    return data[: chance.randrange(len(data))]


def drop(data: bytes, chance: random.Random) -> bytes:
    """A piece is missing."""
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.randint(1, 400) :]


def double(data: bytes, chance: random.Random) -> bytes:
    """A piece is there several times."""
    start = chance.randrange(len(data))
    piece = data[start : start + chance.randint(1, 400)]
    return data[:start] + piece * chance.randint(2, 30) + data[start:]


ANY_FILE: tuple[Way, ...] = (flip, cut, drop, double)


def damaged(data: bytes, ways: tuple[Way, ...], chance: random.Random) -> bytes:
    """One to three kinds of damage, one after the other; never empty."""
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(ways)(data or b"x", chance) or b"x"
    return data


def watch(mutants: Iterable[tuple[int, bytes]], read: Callable[[bytes], Optional[str]]) -> dict[str, int]:
    """How reading every mutant ended, with counts. ``read`` gives the sentence, or ``None`` where it could be read.

    Fails for a mutant that takes too long or when memory grows.
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ends: dict[str, int] = {}
    for seed, data in mutants:
        begun = time.monotonic()
        end = read(data) or "read"
        assert time.monotonic() - begun < SECONDS, f"mutant {seed} took too long"
        ends[end] = ends.get(end, 0) + 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < GROWTH_MIB, f"{grown:.0f} MiB more"
    return ends


def sentence(english: str, japanese: str) -> str:
    """The English sentence, after a look at both: one or two short sentences that say what to do, no inner words."""
    assert english.strip().endswith(".") and japanese.strip().endswith("。"), (english, japanese)
    assert len(english) < 400 and "Traceback" not in english and "Error" not in english, english
    return english
