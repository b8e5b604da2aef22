"""Reading lot numbers: one canonical form for the many ways in which offices write 地番.

``read("大字横曽根字八反田甲１２番地３の先")`` knows place, prefix, numbers to any depth and qualifier. What cannot be
read for certain is said in ``doubts`` and never made to fit; the text as written stays in ``raw``.

Rules: width, numerals, hyphens and の・番・番地 between numbers do not matter; 枝番, prefix (甲, い, イ) and
qualifier (外, 先, 地先, 内) always do. い and イ stay two prefixes here: whether an office mixes them is for the
matching to judge, where a person can look.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Optional

from ..texts import Text
from .lotletters import IROHA, JOINING, KANJI_NUMERALS, LETTERS, STEMS, fold_place, number_of, width

#: Why a reading is not certain.
DOUBTS: Mapping[str, Text] = MappingProxyType(
    {
        "no_number": Text("No lot number was found in the text.", "地番が見つかりません。"),
        "more_lots": Text("The text stands for more lots than it names.", "ほかの筆も含む書き方です。"),
        "list": Text("The text names several lots.", "複数の地番が書かれています。"),
        "range": Text("The text names a range of lots.", "地番の範囲が書かれています。"),
        "date": Text(
            "A spreadsheet may have turned the number into a date.", "表計算で日付に変わった可能性があります。"
        ),
        "separator": Text("The sign between the numbers is unusual.", "数字の間の記号が普通と違います。"),
        "house_number": Text(
            "This may be a house number (号), not a lot number.", "住居表示（号）の可能性があります。"
        ),
        "place_numeral": Text(
            "A numeral may belong to the place name or to the number.", "数字が地名の一部か地番か分かりません。"
        ),
        "place_prefix": Text(
            "A letter may belong to the place name or to the number.", "文字が地名の一部か地番の符号か分かりません。"
        ),
        "old_number": Text("The text gives a former number.", "旧地番の書き方です。"),
        "after": Text("Words after the number were not understood.", "地番の後の語が分かりません。"),
    }
)


@dataclass(frozen=True)
class LotNumber:
    """A lot number as read.

    ``oaza`` and ``koaza`` are folded place names (see :func:`core.parcels.lotletters.fold_place`), empty when the
    text has none; ``numbers`` the main number and its branches; ``qualifier`` joins 内, 先, 地先, 外; ``more`` counts
    the unnamed lots of 外n筆; ``others`` are further numbers of a list; ``remarks`` what stood in brackets.
    """

    raw: str
    oaza: str = ""
    koaza: str = ""
    prefix: str = ""
    numbers: tuple[str, ...] = ()
    qualifier: str = ""
    more: Optional[int] = None
    others: tuple[str, ...] = ()
    remarks: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether the text allows no other reading."""
        return not self.doubts

    # Asked very often while matching, so both are made once.
    @cached_property
    def plain(self) -> str:
        """Prefix and numbers without the qualifier: ``甲12-3``."""
        return self.prefix + "-".join(self.numbers)

    @cached_property
    def number(self) -> str:
        """Prefix, numbers and qualifier: ``甲12-3地先``; empty without a number."""
        if not self.numbers:
            return ""
        tail = self.qualifier + (f"{self.more}筆" if self.more is not None else "")
        return self.plain + tail + "".join(f"、{other}" for other in self.others)

    @property
    def canonical(self) -> str:
        """The whole in one spelling: ``大字横曽根 字八反田 甲12-3地先``. Reading it again gives it again."""
        parts = [f"大字{self.oaza}" if self.oaza else "", f"字{self.koaza}" if self.koaza else "", self.number]
        return " ".join(part for part in parts if part)


#: A longer text is no lot number (and is not searched for one).
_LONGEST = 200

_K = re.escape(KANJI_NUMERALS)
_L = re.escape(LETTERS)
#: One number (no mixture of Japanese and Arabic), one branch letter, and what may stand between two of them.
_NUMBER = rf"(?:\d+|[{_K}]+)"
_SEPARATOR = (
    r"(?:\s*(?:番地|番|号)?\s*(?:[-ー_のノ之乃]\s*)+|\s*(?:番地|番)\s*|(?<=\d)\s*[./:=~,一]\s*(?=\d)|(?<=\d)\s+(?=\d))"
)
_TOKEN = rf"(?:{_NUMBER}|[{_L}A-Za-z](?![a-z]))"
_BODY = re.compile(
    rf"(?<!\d)(?<![{_K}])(?P<body>{_NUMBER}(?:{_SEPARATOR}{_TOKEN}|(?<=\d)[{_L}A-Za-z](?![a-z])|(?<=[{_L}A-Za-z]){_NUMBER})*)"
    r"\s*(?P<end>番地|番|号|地)?\s*$"
)
_SPLIT = re.compile(rf"{_NUMBER}|[{_L}A-Za-z]")
_ODD = re.compile(r"[./:=~,]|\d\s*一\s*\d|\d\s+\d")
_QUALIFIER = re.compile(
    r"(?:の|ノ)?\s*(?:(?P<part>地内|内|うち|の?一部)|(?P<front>地先|先)|"
    rf"(?P<more>その他|外|他|ほか)(?:に)?\s*(?P<count>\d+|[{_K}]+|数)?\s*(?:筆|ヶ所)?)\s*$"
)
_PREFIX = re.compile(rf"(?P<letter>番外地?|[{_L}A-Z])[-ーのノ\s]*第?\s*$")
_BRACKETS = re.compile(r"[(\[【〔「『<《](.*?)[)\]】〕」』>》]")
_LEAD = re.compile(r"^(?:所在)?地番\s*[:：]?\s*|^(?:no\.?|№|#)\s*(?=\d)", re.IGNORECASE)
#: What a spreadsheet makes of 12-3. 2024-12-3 may be a lot; only 2024-12-03 and a time of day give a date away.
_TIME = r"\s+\d?\d:\d\d(?::\d\d)?"
_DATE = re.compile(
    rf"^(?:(?:\d{{4}}年)?(\d{{1,2}})月(\d{{1,2}})日|(?:19|20)\d\d/(\d{{1,2}})/(\d{{1,2}})(?:{_TIME})?"
    rf"|(?:19|20)\d\d[-.](\d{{1,2}})[-.](\d{{1,2}}){_TIME})$"
)
_DATE_LIKE = re.compile(r"^(?:19|20)\d\d-(?:0[1-9]-[0-3]\d|1[0-2]-0[1-9])$")
_LIST = re.compile(r"\s*(?:、|，|,(?!\d{3}(?!\d))|及び|および|並びに|ならびに|&|・|;|\n)\s*")
_RANGE = re.compile(r"\s*(?:~|〜|から)\s*(?=.*\d)")


def read(value: object, oaza: object = None, koaza: object = None) -> LotNumber:
    """Read a cell. ``oaza`` and ``koaza`` are the texts of columns of their own, where there are such.

    Never raises. A text without a readable number gives ``numbers == ()`` and the doubt ``no_number``.

    >>> read("１２番地３の甲").number, read("甲十二番ノ三地先").number
    ('12-3-甲', '甲12-3地先')
    """
    raw = plain_text(value)
    if isinstance(value, (dt.date, dt.datetime)):
        return _with_place(LotNumber(raw, numbers=(str(value.month), str(value.day)), doubts=("date",)), oaza, koaza)
    return _with_place(_stable(raw), oaza, koaza)


@lru_cache(maxsize=200_000)
def _stable(raw: str) -> LotNumber:
    """The reading of a text. A reading whose own spelling would be read differently is none."""
    if len(raw) > _LONGEST:
        return LotNumber(raw, numbers=(raw,), doubts=("no_number",))
    lot = _pipeline(raw)
    if _pipeline(lot.canonical).canonical == lot.canonical:
        return lot
    text = _cleaned(raw)[0]
    return LotNumber(raw, numbers=(text,) if text else (), doubts=("no_number",))


def _pipeline(raw: str) -> LotNumber:
    text, remarks = _cleaned(raw)
    dated = _DATE.match(text)
    if dated:
        month, day = (group for group in dated.groups() if group)
        return LotNumber(raw, numbers=(str(int(month)), str(int(day))), remarks=remarks, doubts=("date",))
    return _read(raw, text, remarks)


def _cleaned(raw: str) -> tuple[str, str]:
    """The text to be read, in one width, and the remarks that stood in brackets."""
    text = re.sub(r"^(\d+)\.0+$", r"\1", re.sub(r"\s+", " ", width(raw)).strip())
    text, remarks, late = _without_brackets(_LEAD.sub("", text))
    return (text + late).strip(), remarks


def same_text(one: object, other: object) -> bool:
    """Whether two cells hold the same text apart from width and spaces (however they are to be read)."""
    return bare_text(one) == bare_text(other) != ""


def bare_text(value: object) -> str:
    """A cell's text in one width, without spaces."""
    return re.sub(r"\s+", "", width(plain_text(value)))


def plain_text(value: object) -> str:
    """A cell as text; whole numbers without the ``.0`` of spreadsheets; empty when missing."""
    # pandas' own missing values by name: this module also serves where pandas is not there
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip()


def _without_brackets(text: str) -> tuple[str, str, str]:
    """The text, what stood in brackets, and a qualifier that stood there alone."""
    remarks, late = [], ""
    for inner in _BRACKETS.findall(text):
        if _QUALIFIER.fullmatch(inner.strip()):
            late = inner.strip()
        elif inner.strip():
            remarks.append(inner.strip())
    return _BRACKETS.sub("", text).strip(), " ".join(remarks), late


def _read(raw: str, text: str, remarks: str) -> LotNumber:
    doubts: list[str] = ["date"] if _DATE_LIKE.match(text) else []
    first, others = text, []
    pieces = [piece for piece in _LIST.split(text) if piece]
    if len(pieces) > 1 and all(re.search(rf"[\d{_K}]", piece) for piece in pieces):
        first, others = pieces[0], pieces[1:]
        doubts.append("list")
    halves = _RANGE.split(first, maxsplit=1)
    if len(halves) > 1 and re.search(r"\d", halves[0]):
        first, others = halves[0], [halves[1], *others]
        doubts.append("range")
    first, qualifier, more = _without_qualifiers(first)
    if "外" in qualifier:
        doubts.append("more_lots")
    found = _BODY.search(first)
    if found is None:
        return _numberless(raw, first, qualifier, more, remarks, doubts)
    place, prefix = _without_prefix(first[: found.start()].strip(), doubts)
    body = found.group("body")
    if (place and not re.search(r"\d", body) and not re.search("番", found.group())) or re.search(r"(?<!文)字$", place):
        doubts.append("place_numeral")
    numbers = _numbers(body, doubts)
    if _ODD.search(body):
        doubts.append("separator")
    if found.group("end") == "号" or "号" in body:
        doubts.append("house_number")
    if re.search(r"(旧|元|従前)$", place):
        place = re.sub(r"(旧|元|従前)$", "", place)
        doubts.append("old_number")
    place_oaza, place_koaza = split_place(place)
    return LotNumber(
        raw,
        place_oaza,
        place_koaza,
        prefix,
        numbers,
        qualifier,
        more,
        tuple(_other(piece, numbers) for piece in others),
        remarks,
        tuple(dict.fromkeys(doubts)),
    )


def _numberless(raw: str, text: str, qualifier: str, more: Optional[int], remarks: str, doubts: list[str]) -> LotNumber:
    """A text such as 道, 無番地 or a foreign parcel number: kept whole as the only "number"."""
    numbers = (text,) if text else ()
    return LotNumber(raw, "", "", "", numbers, qualifier, more, (), remarks, ("no_number", *dict.fromkeys(doubts)))


def _without_qualifiers(text: str) -> tuple[str, str, Optional[int]]:
    """Qualifiers at the end, in the fixed order 内, 先 or 地先, 外."""
    part = front = outside = ""
    more: Optional[int] = None
    while True:
        found = _QUALIFIER.search(text)
        if found is None or not _BODY.search(text[: found.start()]):
            break
        rest = text[: found.start()]
        if found.group("part"):
            part = "内"
        elif found.group("front"):
            # 12番地先 is 12番 + 地先 as well as 12番地 + 先; both say the land in front of 12番.
            front = found.group("front")
        else:
            outside = "外"
            count = found.group("count")
            if count and count != "数":
                more = number_of(count)
        text = rest.rstrip()
    return text, part + front + outside, more


def _without_prefix(place: str, doubts: list[str]) -> tuple[str, str]:
    """Split 甲, い, イ or 番外 off the end of what stands before the number."""
    place = re.sub(r"\s*第$", "", place)
    found = _PREFIX.search(place)
    if found is None:
        return place.rstrip("- "), ""
    letter, before = found.group("letter"), place[: found.start()].rstrip("- ")
    letter = "番外" if letter.startswith("番外") else letter
    if not before or letter == "番外":
        return before, letter
    if before.endswith("字"):
        return place.rstrip("- "), ""
    gap = place[: found.start()] != before or place[: found.start()].endswith(" ")
    if gap or letter in STEMS[:3]:
        return before, letter
    if "ァ" <= letter <= "ヺ":
        if letter in JOINING or "ァ" <= before[-1] <= "ヺ" or before[-1] == "ー":
            return place.rstrip("- "), ""
        return before, letter
    if letter in IROHA:
        # A place name may end in hiragana, a prefix after one would be a guess.
        if "ぁ" <= before[-1] <= "ゖ":
            return place.rstrip("- "), ""
        doubts.append("place_prefix")
        return before, letter
    # 丁子丑… end many place names (金子); with a real prefix the place will not be found, which is safe.
    return place.rstrip("- "), ""


def _numbers(body: str, doubts: list[str]) -> tuple[str, ...]:
    numbers: list[str] = []
    plain = re.sub(r"(?<=\d)\s*一\s*(?=\d)", "-", body)
    for token in _SPLIT.findall(plain):
        if token[0] in KANJI_NUMERALS or token.isdigit():
            value = number_of(token)
            if value is None:
                doubts.append("separator")
                numbers.append(token)
            elif value == 0 and len(token) > 1 and numbers:
                continue  # an empty branch of a table with fixed widths (0012-0000)
            else:
                numbers.append(str(value))
        else:
            numbers.append(token.upper())
    return tuple(numbers)


def _other(piece: str, first: tuple[str, ...]) -> str:
    """A further number of a list; a bare number after 12-3 is its neighbour 12-4."""
    other = _read(piece, piece, "")
    if len(other.numbers) == 1 and len(first) > 1 and not other.prefix and "no_number" not in other.doubts:
        return "-".join((*first[:-1], other.numbers[0])) + other.qualifier
    return other.plain + other.qualifier


def split_place(text: object) -> tuple[str, str]:
    """``(oaza, koaza)`` of a place text, both folded. Without the marker 字 all of it is the 大字.

    A municipality before the word 大字 is dropped.
    """
    return _split_place(plain_text(text))


@lru_cache(maxsize=50_000)
def _split_place(text: str) -> tuple[str, str]:
    place = re.sub(r"\s+", " ", width(text)).strip("-,、 ")
    if "大字" in place:
        place = place[place.rindex("大字") + 2 :]
    found = re.match(r"^(?P<oaza>.*?)\s*(?:小字|(?<![文大])字)\s*(?P<koaza>.+)$", place)
    if found:
        return fold_place(found.group("oaza")), fold_place(found.group("koaza"))
    return fold_place(place), ""


def _with_place(lot: LotNumber, oaza: object, koaza: object) -> LotNumber:
    """Join the place in the number's own text with the columns for it."""
    given, given_koaza = split_place(oaza)
    given_koaza = fold_place(plain_text(koaza)) or given_koaza
    if not given and not given_koaza:
        return lot
    own, own_koaza = lot.oaza, lot.koaza
    if given and own and own != given:
        # 字 written without its marker after the 大字, or alone in the number's cell
        rest = own[own.index(given) + len(given) :] if given in own else own
        own_koaza = own_koaza or rest
    return replace(lot, oaza=given or own, koaza=given_koaza or own_koaza)
