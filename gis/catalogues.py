"""The tables that come with the plugin (resources/catalogues)."""

from __future__ import annotations

import csv
import io
import os
from functools import lru_cache

FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources", "catalogues")


def catalogue_text(name: str) -> str:
    """Text of the catalogue file ``name`` (for example ``condition_weights.csv``)."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as stream:
        return stream.read()


#: Where the Japanese half of a source begins that was learnt from a survey or from records.
LEARNT_JA = " / 地域の"


@lru_cache(maxsize=1)
def _japanese() -> dict[str, str]:
    """Sources and notes of the catalogues in Japanese, by their text in the catalogue."""
    rows = csv.DictReader(io.StringIO(catalogue_text("sources_ja.csv")))
    return {row["text"]: row["text_ja"] for row in rows}


def source_words(text: str, language: str) -> str:
    """A source or note of a catalogue in ``language``; what a village wrote itself stays as it is."""
    english, learnt, japanese = text.partition(LEARNT_JA)
    if learnt:  # what the village's own data told is kept in both languages in one cell
        return (LEARNT_JA + japanese).removeprefix(" / ") if language == "ja" else english
    return _japanese().get(text, text) if language == "ja" else text
