"""Bilingual sentences for results, reasons and errors.

Results are read in meetings in Japanese and English, and one file serves both,
so the core keeps both wordings together instead of asking Qt for a translation.
"""

from __future__ import annotations

from typing import NamedTuple

LANGUAGES = ("en", "ja")


class Text(NamedTuple):
    """One sentence in English and Japanese.

    ``Text("Lot {lot} overlaps.", "筆 {lot} が重なっています。").format(lot="12-3").ja``
    """

    en: str
    ja: str

    def format(self, *args: object, **values: object) -> Text:  # type: ignore[override]
        """Fill the same placeholders in both languages; ``Text`` values fill each its own."""
        both = [values, values]
        if any(isinstance(value, Text) for value in values.values()):
            both = [
                {key: value.pick(language) if isinstance(value, Text) else value for key, value in values.items()}
                for language in LANGUAGES
            ]
        return Text(self.en.format(*args, **both[0]), self.ja.format(*args, **both[1]))

    def pick(self, language: str) -> str:
        """The wording for ``language`` ("ja" or anything else for English)."""
        return self.ja if language == "ja" else self.en

    def __add__(self, other: object) -> Text:  # type: ignore[override]
        """Join two sentences (English with a space, Japanese without)."""
        if not isinstance(other, Text):
            return NotImplemented
        return Text(f"{self.en} {other.en}".strip(), f"{self.ja}{other.ja}")
