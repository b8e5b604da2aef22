"""Addresses in one spelling: district, numbers, and what follows them."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, Optional

from ..parcels.lotletters import KANJI_NUMERALS, arabic, fold_place, width
from .names import PREFECTURE, fold

SAME, PART, BRANCH, MERGED, VAGUE, DIFFERENT = "same", "part", "branch", "merged", "vague", "different"

#: Japanese numerals count as a number only before a word that follows numbers, or behind a hyphen.
_COUNTED = re.compile(
    rf"[{KANJI_NUMERALS}]+(?=(丁目|番地|番|号|地割|[のノ][\d{KANJI_NUMERALS}]|-|$))|(?<=[-番])[{KANJI_NUMERALS}]+|(?<=\d[のノ])[{KANJI_NUMERALS}]+"
)
_PARTS = re.compile(r"(\d)(?:丁目|番地の|番地ノ|番地|番の|番|号の|号|地割|の|ノ)(?=\d)")
_ENDS = re.compile(r"(\d)(?:番地|番|号|丁目|地割)")
_PREFECTURE = re.compile("^" + PREFECTURE)
_POST_CODE = re.compile(r"^(?:〒\d{3}-?\d{4}|\d{3}-\d{4}(?=\D))")
#: 大字 says nothing; 字 right behind a municipality stands for 大字; any other 字 begins a 小字.
_OAZA = re.compile(r"大字|(?<=[市区町村郡])字|^字")
_KOAZA = re.compile(r"(?<=\D)小?字(?=\D)")
_MUNICIPALITY = re.compile(r"^(?:.{1,4}?郡)?.{1,6}?[市区町村](?=.)")
#: Countries, and cities that are written without theirs, at the beginning of an address (also behind a remark).
_COUNTRIES = re.compile(
    r"^(?:在外|国外|海外)?(?:アメリカ|米国|大韓民国|韓国|中華人民共和国|中国(?!地|町|通)|中華民国|台湾|香港|マカオ|朝鮮|北朝鮮|ブラジル|カナダ|"
    r"オーストラリア|ニュージーランド|英国|イギリス|グレートブリテン|フランス|ドイツ|イタリア|スペイン|ポルトガル|オランダ|ベルギー|スイス|オーストリア|"
    r"スウェーデン|ノルウェー|デンマーク|フィンランド|ポーランド|アイルランド|ロシア|ソビエト|ウクライナ|トルコ|シンガポール|タイ王?国|"
    r"マレーシア|インドネシア|インド|フィリピン|ベトナム|ミャンマー|カンボジア|モンゴル|バングラデシュ|ネパール|スリランカ|パキスタン|"
    r"アラブ首長国|サウジアラビア|イスラエル|エジプト|南アフリカ|ナイジェリア|ケニア|メキシコ|ペルー|アルゼンチン|チリ|コロンビア|パラグアイ|ボリビア|"
    r"[ァ-ヴー・]{2,14}(?:人民|民主|連邦|社会主義)*(?:共和国|連邦|王国|合衆国|公国|国)|満州|満洲|樺太|"
    r"上海市|北京市|広州市|天津市|大連市|ソウル|釜山|台北|台中|台南|高雄|ハワイ|ホノルル|ニューヨーク|ロサンゼルス|サンパウロ|ロンドン|パリ市)"
)
#: The same in Latin letters, anywhere.
_LATIN_COUNTRIES = re.compile(r"U\.?S\.?A\b|\bUNITED (?:STATES|KINGDOM)|KOREA|CHINA|TAIWAN|BRAZIL|CANADA|AUSTRALIA")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class Address(NamedTuple):
    """An address taken apart: folded ``place`` without prefecture and 小字, ``numbers`` in order, folded ``rest``
    (house or room name), ``prefecture`` and folded ``koaza`` where they are written."""

    place: str
    numbers: tuple[int, ...]
    rest: str
    foreign: bool
    prefecture: str = ""
    koaza: str = ""

    @property
    def vague(self) -> bool:
        """Whether it names a district but no number."""
        return not self.numbers


def is_foreign(raw: str) -> bool:
    """Whether an address lies outside Japan: it names another country, or has hardly any Japanese letter."""
    plain = unicodedata.normalize("NFKC", raw).upper()
    bare = re.sub(r"\([^()]*\)", "", plain)
    if _COUNTRIES.match(_POST_CODE.sub("", re.sub(r"\s+", "", bare))) or _LATIN_COUNTRIES.search(bare):
        return True
    letters = re.sub(r"[\W\d_]", "", bare)
    return len(letters) >= 5 and not _JAPANESE.search(bare)


def parse(raw: Optional[str]) -> Optional[Address]:
    """Take an address apart; ``None`` when there is none.

    >>> parse("新潟県上越市大字谷沢字中島二十三番地の４")
    Address(place='上越市谷沢', numbers=(23, 4), rest='', foreign=False, prefecture='新潟県', koaza='中島')
    """
    text = _POST_CODE.sub("", re.sub(r"\s+", "", width(raw or "")))
    if not text:
        return None
    foreign = is_foreign(raw or "")
    text = re.sub(r"(?<=\d)[ー~](?=\d)", "-", text)
    text = re.sub(r"\([^()]*\)$", "", text)
    text = _OAZA.sub("", text)
    text = _COUNTED.sub(lambda found: arabic(found.group()), text)
    for _ in range(2):
        text = _PARTS.sub(r"\1-", text)
    text = _ENDS.sub(r"\1", text)
    match = re.search(r"\d+(?:-\d+)*", text)
    if foreign or match is None:
        before, rest = text, ""
        numbers: tuple[int, ...] = ()
    else:
        before, rest = text[: match.start()], fold(text[match.end() :])
        numbers = tuple(int(part) for part in match.group().split("-"))
    prefecture = _PREFECTURE.match(before)
    place, *koaza = _KOAZA.split(_PREFECTURE.sub("", before), maxsplit=1)
    return Address(
        fold(fold_place(place)) if match is None or foreign else fold_place(place),
        numbers,
        rest,
        foreign,
        prefecture.group() if prefecture else "",
        fold_place(koaza[0]) if koaza else "",
    )


def compare(a: Address, b: Address) -> str:
    """How far two addresses agree.

    ``same``; ``part`` (one names a room, a 小字 or a number more, or no municipality); ``branch`` (a branch of the same
    lot number); ``merged`` (same 大字 and number in municipalities of different names, as after a merger); ``vague``
    (same district, no number); ``different``. The district of one may begin later (without 郡 or city).
    """
    if a.foreign or b.foreign:
        return SAME if a.foreign and b.foreign and a.place == b.place else DIFFERENT
    if (a.prefecture and b.prefecture and a.prefecture != b.prefecture) or (a.koaza and b.koaza and a.koaza != b.koaza):
        return DIFFERENT
    places = _places(a.place, b.place)
    if places == DIFFERENT:
        return DIFFERENT
    if a.vague or b.vague:
        return DIFFERENT if places == MERGED else VAGUE
    if a.numbers != b.numbers:
        short, long = sorted((a.numbers, b.numbers), key=len)
        if places == MERGED or len(short) == len(long) or long[: len(short)] != short:
            return DIFFERENT
        return PART if len(short) > 1 else BRANCH
    if places == SAME and (a.koaza != b.koaza or (a.rest != b.rest and a.rest and b.rest)):
        return PART
    return places


def _places(a: str, b: str) -> str:
    """``same``, ``part``, ``merged`` or ``different``."""
    if a == b:
        return SAME
    short, long = sorted((a, b), key=len)
    if len(short) >= 2 and long.endswith(short):
        # Two letters are a 大字 alone, which other towns may have.
        return SAME if len(short) >= 3 else PART
    if len(short) >= 4 and short in long and _MUNICIPALITY.match(short):
        return PART  # a 小字 written without the word 字
    tails = [_MUNICIPALITY.sub("", place) for place in (a, b)]
    short, long = sorted(tails, key=len)
    return MERGED if tails != [a, b] and len(short) >= 2 and long.endswith(short) else DIFFERENT
