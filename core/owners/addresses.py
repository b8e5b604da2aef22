"""Addresses in one spelling: district, numbers, and what follows them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, Optional

from ..parcels.lotletters import KANJI_NUMERALS, fold_place, number_of, width
from .names import PREFECTURE, fold

SAME, PART, VAGUE, DIFFERENT = "same", "part", "vague", "different"

#: Japanese numerals count as a number only before a word that follows numbers, or behind a hyphen.
_COUNTED = re.compile(
    rf"[{KANJI_NUMERALS}]+(?=(丁目|番地|番|号|地割|[のノ][\d{KANJI_NUMERALS}]|-|$))|(?<=[-番])[{KANJI_NUMERALS}]+|(?<=\d[のノ])[{KANJI_NUMERALS}]+"
)
_PARTS = re.compile(r"(\d)(?:丁目|番地の|番地ノ|番地|番の|番|号の|号|地割|の|ノ)(?=\d)")
_ENDS = re.compile(r"(\d)(?:番地|番|号|丁目|地割)")
_PREFECTURE = re.compile("^" + PREFECTURE)
_COUNTRIES = re.compile(
    r"アメリカ合衆国|米国|大韓民国|韓国|中華人民共和国|中国[^地]|台湾|香港|ブラジル|カナダ|オーストラリア|英国|イギリス|フランス|"
    r"シンガポール|タイ王国|フィリピン|ベトナム|U\.?S\.?A|UNITED STATES|KOREA|CHINA|TAIWAN|BRAZIL|CANADA|AUSTRALIA"
)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class Address(NamedTuple):
    """An address taken apart: folded ``place``, ``numbers`` in order, folded ``rest`` (house or room name)."""

    place: str
    numbers: tuple[int, ...]
    rest: str
    foreign: bool

    @property
    def vague(self) -> bool:
        """Whether it names a district but no number."""
        return not self.numbers


def is_foreign(raw: str) -> bool:
    """Whether an address lies outside Japan: it names another country, or has hardly any Japanese letter."""
    plain = unicodedata.normalize("NFKC", raw).upper()
    bare = re.sub(r"\([^()]*\)", "", plain)
    if _COUNTRIES.search(bare):
        return True
    letters = re.sub(r"[\W\d_]", "", bare)
    return len(letters) >= 6 and not _JAPANESE.search(bare)


def parse(raw: Optional[str]) -> Optional[Address]:
    """Take an address apart; ``None`` when there is none.

    >>> parse("新潟県上越市大字谷沢二十三番地の４") == parse("上越市谷沢23-4")
    True
    """
    text = re.sub(r"\s+", "", width(raw or ""))
    if not text:
        return None
    foreign = is_foreign(raw or "")
    text = re.sub(r"(?<=\d)[ー~](?=\d)", "-", text)
    text = re.sub(r"\([^()]*\)$", "", text)
    text = re.sub(r"(?<=[市区町村郡])(大字|字)|(?<=\D)字(?=\D)", "", text)
    text = _COUNTED.sub(_arabic, text)
    for _ in range(2):
        text = _PARTS.sub(r"\1-", text)
    text = _ENDS.sub(r"\1", text)
    match = re.search(r"\d+(?:-\d+)*", text)
    if foreign or match is None:
        return Address(fold(fold_place(_PREFECTURE.sub("", text))), (), "", foreign)
    place = fold_place(_PREFECTURE.sub("", text[: match.start()]))
    numbers = tuple(int(part) for part in match.group().split("-"))
    return Address(place, numbers, fold(text[match.end() :]), foreign)


def _arabic(found: re.Match[str]) -> str:
    value = number_of(found.group())
    return found.group() if value is None else str(value)


def compare(a: Address, b: Address) -> str:
    """``same``, ``part`` (one names a room or a branch more), ``vague`` (same district, no number), ``different``.

    The district of one may begin later (without 郡 or city).
    """
    if a.place != b.place and not _ends_alike(a.place, b.place):
        return DIFFERENT
    if a.foreign and b.foreign:
        return SAME
    if a.vague or b.vague:
        return VAGUE
    if a.numbers == b.numbers:
        return SAME if a.rest == b.rest or not a.rest or not b.rest else PART
    short, long = sorted((a.numbers, b.numbers), key=len)
    return PART if len(short) < len(long) and long[: len(short)] == short and len(short) > 1 else DIFFERENT


def _ends_alike(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) >= 3 and long.endswith(short)
