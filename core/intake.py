"""Understanding tables people bring: which column means what, and turning rows into our fields.

Pure text work without files: ``gis.intake`` reads and writes, this module guesses and converts.
Names of people never reach the converted rows; they go to the private rows with an opaque key.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from .inputs import CODE_WORDS
from .parcels.lotnumber import LotNumber, bare_text, plain_text
from .parcels.lotnumber import read as read_lot
from .texts import Text

#: Beginning of each Japanese era: name, letter, the year before its first.
_ERAS = (("令和", "R", 2018), ("平成", "H", 1988), ("昭和", "S", 1925), ("大正", "T", 1911), ("明治", "M", 1867))

LOT, TEXT, NUMBER, INTEGER, DATE, CODE, MONTH = "lot", "text", "number", "integer", "date", "code", "month"


class Meaning(NamedTuple):
    """What a column can mean: ``name`` of our field, its ``kind``, label, words that give it away.

    ``private`` values never leave the private file; ``required`` ones must be there.
    """

    name: str
    kind: str
    label: Text
    words: tuple[str, ...]
    required: bool = False
    private: bool = False


_OAZA = Meaning("oaza", TEXT, Text("District name (大字)", "大字"), ("oaza", "大字", "大字名", "所在", "町名"))
_CHIBAN = Meaning(
    "chiban",
    LOT,
    Text("Lot number", "地番"),
    (
        "lot_key",
        "chiban",
        "地番",
        "所在地番",
        "番地",
        "lot",
        "lot_number",
        "lotnumber",
        "lot no",
        "parcel",
    ),
    required=True,
)
_KOAZA = Meaning("koaza", TEXT, Text("Small place name (小字)", "小字"), ("koaza", "小字", "小字名", "字名", "字"))

#: What the columns of each kind of table may mean, in the order in which they are asked.
MEANINGS: dict[str, tuple[Meaning, ...]] = {
    "lots": (
        # A map may lack it: its lots are then called by their row.
        _CHIBAN._replace(required=False),
        _OAZA,
        _KOAZA,
        Meaning(
            "area_reg",
            NUMBER,
            Text("Registered area", "地積（登記面積）"),
            (
                "area_reg",
                "地積",
                "登記地積",
                "登記面積",
                "公簿面積",
                "面積",
                "area_m2",
                "area_ha",
                "area",
                "declared_area",
            ),
        ),
        Meaning(
            "category_reg",
            TEXT,
            Text("Land category", "地目"),
            ("category_reg", "地目", "登記地目", "category", "land_category", "land_use", "use"),
        ),
        Meaning("accuracy_class", TEXT, Text("Accuracy class", "精度区分"), ("accuracy_class", "精度区分", "座標精度")),
    ),
    "register": (
        _CHIBAN,
        _OAZA,
        _KOAZA,
        Meaning(
            "owner",
            TEXT,
            Text("Owner", "所有者"),
            ("name", "owner", "氏名", "所有者", "所有者名", "名義人", "登記名義人"),
            private=True,
        ),
        Meaning(
            "address",
            TEXT,
            Text("Owner's address", "所有者の住所"),
            ("address", "住所", "所有者住所", "名義人住所"),
            private=True,
        ),
        Meaning("share", TEXT, Text("Share", "持分"), ("share", "持分", "持ち分", "共有持分")),
        Meaning(
            "category_reg",
            TEXT,
            Text("Land category", "地目"),
            ("category_reg", "地目", "登記地目", "category", "land_category"),
        ),
        Meaning(
            "area_reg",
            NUMBER,
            Text("Registered area (m²)", "地積（m²）"),
            ("area_reg", "地積", "登記地積", "登記面積", "公簿面積", "面積", "area", "area_m2"),
        ),
        Meaning(
            "registered_on",
            DATE,
            Text("Last registered", "最後の登記日"),
            ("registered_on", "最終登記日", "登記日", "登記年月日", "受付年月日", "原因日"),
        ),
        Meaning(
            "address_kind",
            CODE,
            Text("Where the owner lives", "所有者の住所区分"),
            ("address_kind", "住所区分", "在村区分"),
        ),
        Meaning(
            "owner_status",
            CODE,
            Text("Can the owner be reached", "所有者への連絡"),
            ("owner_status", "連絡", "連絡状況", "所在確認"),
        ),
    ),
    "farmland_register": (
        _CHIBAN,
        _OAZA,
        _KOAZA,
        Meaning("land_type", TEXT, Text("Paddy or field", "田畑の別"), ("land_type", "田畑", "現況地目", "農地区分")),
        Meaning(
            "cultivator",
            TEXT,
            Text("Farmer", "耕作者"),
            ("cultivator", "耕作者", "耕作者名", "耕作者氏名", "farmer", "借受者"),
            private=True,
        ),
        Meaning(
            "right_kind",
            CODE,
            Text("Right of the farmer", "権利の種類"),
            ("right_kind", "権利", "権利の種類", "権利種類"),
        ),
        Meaning("right_end", DATE, Text("End of the right", "権利の終期"), ("right_end", "終期", "期間終了", "満了日")),
    ),
    "patrol": (
        _CHIBAN,
        _OAZA,
        _KOAZA,
        Meaning(
            "result",
            CODE,
            Text("What was seen", "調査の結果"),
            ("result", "結果", "判定", "調査結果", "遊休区分", "区分", "荒廃区分"),
            required=True,
        ),
        Meaning(
            "patrol_on",
            DATE,
            Text("Day of the visit", "調査日"),
            ("patrol_on", "調査日", "調査年月日", "巡回日", "日付", "date"),
        ),
        Meaning("note", TEXT, Text("Note", "備考"), ("note", "備考", "メモ", "コメント", "remarks")),
    ),
    "forest_register": (
        _CHIBAN,
        _OAZA,
        _KOAZA,
        Meaning(
            "owner",
            TEXT,
            Text("Owner", "所有者"),
            ("owner", "所有者", "所有者名", "森林所有者", "森林所有者名", "氏名", "土地所有者"),
            private=True,
        ),
        Meaning(
            "address", TEXT, Text("Owner's address", "所有者の住所"), ("address", "住所", "所有者住所"), private=True
        ),
        Meaning("category_reg", TEXT, Text("Land category", "地目"), ("category_reg", "地目", "登記地目")),
        Meaning(
            "area_reg",
            NUMBER,
            Text("Registered area (m²)", "地積（m²）"),
            ("area_reg", "地積", "登記面積", "公簿面積", "台帳面積", "面積"),
        ),
        Meaning(
            "surveyed",
            CODE,
            Text("Boundary surveyed", "境界測量"),
            ("surveyed", "境界測量", "測量", "測量実施", "境界測量の実施状況", "境界確定"),
        ),
        Meaning("rinpan", TEXT, Text("Compartment", "林班"), ("rinpan", "林班", "林班番号")),
        Meaning("shohan", TEXT, Text("Sub-compartment", "小班"), ("shohan", "小班", "小班番号", "準林班", "林小班")),
        Meaning(
            "confirmed_on",
            DATE,
            Text("Confirmed on", "更新日"),
            ("confirmed_on", "更新日", "確認日", "記載日", "更新年月日", "確認年月日"),
        ),
    ),
    "forest_stands": (
        Meaning("rinpan", TEXT, Text("Compartment", "林班"), ("rinpan", "林班", "林班番号"), required=True),
        Meaning("shohan", TEXT, Text("Sub-compartment", "小班"), ("shohan", "小班", "小班番号", "林小班")),
        Meaning("branch", TEXT, Text("Branch", "枝番"), ("branch", "枝番", "小班枝番", "施業番号", "施番")),
        Meaning("oaza", TEXT, Text("District name (大字)", "大字"), ("oaza", "大字", "大字名", "所在")),
        Meaning("stand_lots", TEXT, Text("Lot numbers", "地番"), ("stand_lots", "地番", "代表地番")),
        Meaning("species", TEXT, Text("Species", "樹種"), ("species", "樹種", "樹種名")),
        Meaning("age", INTEGER, Text("Age (years)", "林齢"), ("age", "林齢")),
        Meaning("age_class", INTEGER, Text("Age class (5 years)", "齢級"), ("age_class", "齢級")),
        Meaning("area_ha", NUMBER, Text("Area (ha)", "面積（ha）"), ("area_ha", "面積", "森林面積", "区域面積")),
        Meaning(
            "volume_m3",
            NUMBER,
            Text("Volume (m³)", "材積（m³）"),
            ("volume_m3", "材積", "総材積", "蓄積", "樹種別材積"),
        ),
        Meaning(
            "stand_kind", TEXT, Text("Kind of stand", "林種"), ("stand_kind", "林種", "林種の細分", "人工林天然林")
        ),
        Meaning(
            "protection",
            TEXT,
            Text("Protection forest", "保安林"),
            ("protection", "保安林", "保安林種", "制限林", "法令制限"),
        ),
        Meaning(
            "owner",
            TEXT,
            Text("Owner", "所有者"),
            ("owner", "所有者", "森林所有者", "氏名"),
            private=True,
        ),
    ),
    # Which columns these are is found by core.externality.damage, which reads the table.
    "boar_damage": (
        Meaning("wkt", TEXT, Text("Place (WKT)", "位置（WKT）"), ()),
        Meaning("longitude", NUMBER, Text("Longitude (degrees)", "経度"), ()),
        Meaning("latitude", NUMBER, Text("Latitude (degrees)", "緯度"), ()),
        Meaning("x", NUMBER, Text("x (m, east)", "x（m・東西）"), ()),
        Meaning("y", NUMBER, Text("y (m, north)", "y（m・南北）"), ()),
        Meaning("hamlet", TEXT, Text("Hamlet", "集落"), ()),
        Meaning("day", DATE, Text("Day", "確認日"), ()),
        Meaning("event", TEXT, Text("Number of the record", "記録の番号"), ()),
        Meaning("what", TEXT, Text("Kind of record", "記録の種別"), ()),
        Meaning("species", TEXT, Text("Animal", "獣種"), ()),
        Meaning("crop", TEXT, Text("Crop", "作物"), ()),
        Meaning("severity", INTEGER, Text("How bad (1–3)", "被害の程度（1〜3）"), ()),
    ),
    "cultivators": (
        Meaning(
            "name",
            TEXT,
            Text("Name", "氏名"),
            ("name", "氏名", "名前", "耕作者", "耕作者名", "farmer"),
            required=True,
            private=True,
        ),
        Meaning("age", INTEGER, Text("Age", "年齢"), ("age", "年齢", "年令")),
        Meaning(
            "successor",
            CODE,
            Text("Who takes over", "後継者"),
            ("successor", "後継者", "後継ぎ", "跡継ぎ", "後継者の有無", "後継者有無"),
        ),
    ),
}

_HOUSE = Meaning(
    "house_id",
    TEXT,
    Text("House number", "家屋番号"),
    ("house_id", "家屋番号", "家屋id", "建物番号", "物件番号"),
)
MEANINGS["residents"] = (
    Meaning(
        "hamlet",
        TEXT,
        Text("Hamlet", "集落"),
        ("hamlet", "集落", "集落名", "行政区", "行政区名", "自治会", "町内会", "地区", "地区名", "町丁字", "大字"),
        required=True,
    ),
    Meaning(
        "age_from",
        INTEGER,
        Text("Age, or age class", "年齢・年齢階級"),
        ("age_from", "年齢階級", "年齢区分", "年齢層", "年代", "年齢", "age_class", "age_group", "age"),
        required=True,
    ),
    Meaning("age_to", INTEGER, Text("Age up to", "年齢（まで）"), ("age_to", "年齢まで", "至年齢")),
    Meaning(
        "residents",
        INTEGER,
        Text("Number of people", "人数"),
        ("residents", "人数", "人口", "住民数", "総人口", "総数", "男女計", "合計", "計", "population", "people"),
        required=True,
    ),
    Meaning(
        "counted_on", DATE, Text("Counted on", "基準日"), ("counted_on", "基準日", "調査日", "集計日", "年月日", "date")
    ),
)
MEANINGS["water_use"] = (
    _CHIBAN._replace(required=False),
    _OAZA,
    _KOAZA,
    _HOUSE,
    Meaning(
        "month",
        MONTH,
        Text("Month", "年月"),
        ("month", "年月", "検針年月", "使用年月", "調定年月", "検針月", "使用月", "検針日"),
        required=True,
    ),
    Meaning(
        "m3",
        NUMBER,
        Text("Use per month (m³)", "月の使用量（m³）"),
        ("m3", "使用水量", "使用量", "水量", "有収水量", "use"),
        required=True,
    ),
)
MEANINGS["vacancy"] = (
    _CHIBAN._replace(required=False),
    _OAZA,
    _KOAZA,
    _HOUSE,
    Meaning(
        "result",
        CODE,
        Text("Lived in or vacant", "居住・空き家の別"),
        ("result", "空き家判定", "空家判定", "居住状況", "空き家", "空家", "使用状況", "判定", "調査結果"),
        required=True,
    ),
    Meaning(
        "surveyed_on",
        DATE,
        Text("Day of the survey", "調査日"),
        ("surveyed_on", "調査日", "調査年月日", "確認日", "date"),
    ),
)

#: Tables that are personal as a whole: all their rows go to the private file.
PRIVATE_TABLES = ("cultivators", "residents")
#: Tables whose persons are owners of land; they share one list of owners.
OWNER_ROLES = ("register", "forest_register", "forest_stands")

#: Other words for codes, besides those of :data:`core.inputs.CODE_WORDS`.
_MORE_WORDS: dict[tuple[str, str], dict[str, str]] = {
    ("patrol", "result"): {
        "遊休でない": "not_idle",
        "非遊休": "not_idle",
        "耕作中": "not_idle",
        "耕作": "not_idle",
        "なし": "not_idle",
        "1号緑": "idle_1_green",
        "1号遊休農地緑": "idle_1_green",
        "緑": "idle_1_green",
        "緑区分": "idle_1_green",
        "1号黄": "idle_1_yellow",
        "1号遊休農地黄": "idle_1_yellow",
        "黄": "idle_1_yellow",
        "黄区分": "idle_1_yellow",
        "2号": "idle_2",
        "2号遊休": "idle_2",
        "b分類": "waste_b",
        "b": "waste_b",
        "再生困難": "waste_b",
        "未判定": "unresolved",
        "不明": "unresolved",
    },
    ("cultivators", "successor"): {
        "有": "yes",
        "あり": "yes",
        "有り": "yes",
        "無": "no",
        "なし": "no",
        "無し": "no",
        "未定": "unknown",
    },
    ("forest_register", "surveyed"): {
        "実施済": "yes",
        "実施": "yes",
        "済": "yes",
        "有": "yes",
        "あり": "yes",
        "未実施": "no",
        "未": "no",
        "無": "no",
        "なし": "no",
        "不明": "unknown",
    },
    ("vacancy", "result"): {
        "使用": "occupied",
        "使用中": "occupied",
        "居住": "occupied",
        "居住中": "occupied",
        "有人": "occupied",
        "空家": "vacant",
        "空": "vacant",
        "無人": "vacant",
        "不使用": "vacant",
        "未使用": "vacant",
        "特定空家": "vacant",
        "特定空き家": "vacant",
        "管理不全空家": "vacant",
    },
    ("register", "address_kind"): {
        "村内": "village",
        "市町村内": "municipality",
        "市外": "outside",
        "村外": "outside",
    },
    ("farmland_register", "right_kind"): {
        "所有": "owner",
        "所有権": "owner",
        "自作": "owner",
        "賃借": "lease",
        "賃借権": "lease",
        "使用貸借": "lease",
        "利用権": "lease",
    },
}


def fold(text: object) -> str:
    """Text for comparing: same width, small letters, no spaces, brackets or marks."""
    plain = unicodedata.normalize("NFKC", str(text)).casefold()
    return re.sub(r"[\s()\[\]{}<>「」『』【】・,.:_/~〜-]", "", plain)


def guess_columns(role: str, columns: Sequence[str]) -> dict[str, Optional[str]]:
    """The column that each meaning of ``role`` most likely stands for; ``None`` where none fits.

    A column whose whole name is one of the words wins over one that only contains it; each column
    is used once. Independent of anything but names and their order.
    """
    folded = {column: fold(column) for column in columns}
    result: dict[str, Optional[str]] = {meaning.name: None for meaning in MEANINGS[role]}
    taken: set[str] = set()
    for exact in (True, False):
        for meaning in MEANINGS[role]:
            if result[meaning.name] is not None:
                continue
            words = [fold(word) for word in meaning.words]
            for word in words:
                hit = next(
                    (
                        column
                        for column in columns
                        if column not in taken
                        and (folded[column] == word if exact else (len(word) > 1 and word in folded[column]))
                    ),
                    None,
                )
                if hit is not None:
                    result[meaning.name] = hit
                    taken.add(hit)
                    break
    return result


def number(value: object) -> Optional[float]:
    """A number out of a cell ("1,204.5 m2", "１２０４"); ``None`` when there is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if value == value else None
    text = unicodedata.normalize("NFKC", str(value)).replace(",", "")
    match = re.search(r"[-+]?\d+(\.\d+)?", text)
    return float(match.group()) if match else None


def date(value: object) -> Optional[dt.date]:
    """A date out of a cell: ISO, 2024/5/1, 20240501, 2024年5月1日, 昭和47年5月1日, S47.5.1."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    text = unicodedata.normalize("NFKC", plain_text(value)).strip()
    if re.fullmatch(r"\d{8}", text):
        return _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    year_before = 0
    for name, letter, before in _ERAS:
        if text.startswith(name) or re.match(rf"{letter}\s*[\d元]", text, re.IGNORECASE):
            year_before = before
            text = text[len(name) :] if text.startswith(name) else text[1:]
            text = text.replace("元", "1", 1)
            break
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    if len(parts) < 3:
        return None
    return _date(parts[0] + year_before, parts[1], parts[2])


def _date(year: int, month: int, day: int) -> Optional[dt.date]:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month(value: object) -> Optional[str]:
    """A month out of a cell as ``2024-05``: 2024-05, 2024/5, 202405, 2024年5月, 令和6年5月, R6.5, or any day."""
    day = date(value)
    if day is None:
        text = unicodedata.normalize("NFKC", plain_text(value)).strip()
        if re.fullmatch(r"\d{6}", text):
            text = f"{text[:4]}-{text[4:]}"
        day = date(f"{text}-1") if len(re.findall(r"\d+|元", text)) == 2 else None
    return None if day is None else f"{day.year}-{day.month:02d}"


#: An open age class ("85 and over") ends after so many years, and not before this age (assumption).
_OPEN_CLASS, _OPEN_END = 9, 94


def age_end(value: object) -> Optional[int]:
    """The last age of a class: "65-69" and 65〜69歳 69, "85 and over" and 85歳以上 94 (assumption), "70" 70."""
    text = unicodedata.normalize("NFKC", plain_text(value))
    ages = [int(found) for found in re.findall(r"\d+", text)]
    if not ages:
        return None
    if len(ages) == 1 and is_open_class(value):
        return max(ages[0] + _OPEN_CLASS, _OPEN_END)
    return ages[-1]


def is_open_class(value: object) -> bool:
    """Whether an age class has no upper end."""
    text = unicodedata.normalize("NFKC", plain_text(value)).casefold()
    return bool(re.search(r"\d\s*(歳)?\s*(以上|超|\+|[~〜-]\s*$|and over|or more)", text))


def code(role: str, name: str, value: object) -> Optional[str]:
    """The code for a word in a cell; ``None`` when the cell is empty or the word is not known."""
    text = fold(plain_text(value))
    if not text:
        return None
    words = CODE_WORDS.get((role, name), {})
    for key, word in words.items():
        if text in (fold(key), fold(word.en), fold(word.ja)):
            return key
    return _MORE_WORDS.get((role, name), {}).get(text)


@dataclass
class LotIndex:
    """Finds the key of a lot by its key, by place and number, or by a number that only one lot has.

    Only what can be read for certain is found; a text that is written the same on both sides counts
    as that, whatever it means. Numbers that two lots share are nobody's.
    """

    keys: set[str] = field(default_factory=set)
    koaza: dict[str, str] = field(default_factory=dict)
    by_name: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    by_number: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, lots: Iterable[Sequence[str]]) -> LotIndex:
        """Build from ``(lot_key, oaza, chiban)`` or ``(lot_key, oaza, chiban, koaza)``."""
        index = cls()
        for key, oaza, chiban, *koaza in lots:
            index.keys.add(key)
            lot = read_lot(chiban, oaza, *koaza)
            index.koaza[key] = lot.koaza
            for number in _spellings(lot):
                index.by_name.setdefault((lot.oaza, number), set()).add(key)
                index.by_number.setdefault(number, set()).add(key)
        return index

    def find(self, chiban: object, oaza: object = "", koaza: object = "") -> Optional[str]:
        """The lot's key, or ``None`` when no lot or more than one fits."""
        if not self.keys:
            return None
        text = plain_text(chiban)
        if text in self.keys:
            return text
        lot = read_lot(text, oaza, koaza)
        for number in _spellings(lot):
            found = self.by_name.get((lot.oaza, number)) if lot.oaza else self.by_number.get(number)
            if not found and lot.oaza:
                found = self.by_name.get(("", number))  # a map without districts
            if found and lot.koaza:
                found = {key for key in found if self.koaza[key] in ("", lot.koaza)}
            if found:
                return next(iter(found)) if len(found) == 1 else None
        return None


def _spellings(lot: LotNumber) -> list[str]:
    """How a lot may be looked up: by its number when that is certain, and by its text as written."""
    return [*([lot.number] if lot.certain else []), f"={bare_text(lot.raw)}"]


@dataclass
class Intake:
    """Converted rows, private rows, and what could not be understood.

    ``unmatched`` are rows whose lot was not found (kept, with the number in ``chiban``),
    ``unread`` counts cells by meaning that hold something nobody understood.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    private_rows: list[dict[str, Any]] = field(default_factory=list)
    unmatched: int = 0
    unread: dict[str, int] = field(default_factory=dict)


def _key_maker(prefix: str, known: Mapping[tuple[str, str], str]) -> Any:
    """Gives each person a number that says nothing about the person; known people keep theirs."""
    keys = dict(known)
    used = [int(key.rsplit("-", 1)[1]) for key in keys.values() if re.fullmatch(rf"{prefix}-\d+", key)]
    last = max(used, default=0)

    def make(name: str, address: str) -> tuple[str, bool]:
        nonlocal last
        person = (fold(name), fold(address))
        if person in keys:
            return keys[person], False
        last += 1
        keys[person] = f"{prefix}-{last:04d}"
        return keys[person], True

    return make


def convert(
    role: str,
    rows: Iterable[Mapping[str, Any]],
    columns: Mapping[str, Optional[str]],
    lots: LotIndex,
    people: Optional[Mapping[tuple[str, str], str]] = None,
) -> Intake:
    """Turn rows of a brought table into rows of ``role``.

    ``columns`` says which column holds each meaning (see :func:`guess_columns`); ``people`` are
    the keys of persons known already by folded (name, address). Unknown is ``None``, never a
    default. Rows in the order they came.
    """
    result = Intake()
    prefix = "owner" if role in OWNER_ROLES else "farmer"
    person_key = _key_maker(prefix, people or {})
    has_lot = any(meaning.kind == LOT for meaning in MEANINGS[role])
    for source in rows:
        cells = {meaning.name: source.get(columns.get(meaning.name) or "") for meaning in MEANINGS[role]}
        row: dict[str, Any] = {}
        for meaning in MEANINGS[role]:
            if meaning.private or meaning.kind == LOT or (meaning.name == "oaza" and has_lot):
                continue
            row[meaning.name] = _cell(role, meaning, cells[meaning.name], result)
        if has_lot:
            row["lot_key"] = lots.find(cells["chiban"], cells.get("oaza"), cells.get("koaza"))
            # As written, so that a person or a later matching can read it again.
            row["chiban"] = plain_text(cells["chiban"]) or None
            row["oaza"] = plain_text(cells.get("oaza")) or None
            if row["lot_key"] is None:
                result.unmatched += 1
        if role == "residents" and row["age_to"] is None:
            row["age_to"] = age_end(cells["age_from"])
        _add_person(role, cells, row, person_key, result)
        result.rows.append(row)
    if role in PRIVATE_TABLES:
        result.private_rows, result.rows = result.rows, []
    return result


def _add_person(role: str, cells: Mapping[str, Any], row: dict[str, Any], person_key: Any, result: Intake) -> None:
    name_of = {"farmland_register": "cultivator", "cultivators": "name"}.get(role)
    if role in OWNER_ROLES:
        name_of = "owner"
    if name_of is None:
        return
    name, address = plain_text(cells.get(name_of)), plain_text(cells.get("address"))
    field_name = "owner_key" if role in OWNER_ROLES else "cultivator_key"
    if not name:
        row[field_name] = None
        return
    key, is_new = person_key(name, address)
    row[field_name] = key
    if role == "cultivators":
        row["name"] = name
    elif is_new and role in OWNER_ROLES:
        result.private_rows.append({"owner_key": key, "name": name, "address": address or None})
    elif is_new:
        result.private_rows.append({"cultivator_key": key, "name": name})


def _cell(role: str, meaning: Meaning, value: Any, result: Intake) -> Any:
    text = plain_text(value)
    if not text:
        return None
    if meaning.kind == NUMBER:
        found: Any = number(value)
    elif meaning.kind == INTEGER:
        read = number(value)
        found = None if read is None else int(read)
    elif meaning.kind == DATE:
        found = date(value)
    elif meaning.kind == MONTH:
        found = month(value)
    elif meaning.kind == CODE:
        found = code(role, meaning.name, value)
    else:
        found = text
    if found is None:
        result.unread[meaning.name] = result.unread.get(meaning.name, 0) + 1
    return found
