"""Owner names in one spelling, and what kind of owner a name stands for.

Two spellings are taken for one only by the tables here: width and spaces, letters written in several forms (異体字),
hiragana for katakana, old kana, the forms of companies and other bodies with their abbreviations, and what offices
write around a name: that its owner is dead or whose heir, who represents a body, which office of it, what it was called
before. A letter that is not in the table stays different; nothing is guessed from sound.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import NamedTuple, Optional

from ..parcels.lotletters import DASHES, number_of

PERSON, COMPANY, PUBLIC, PROPERTY_WARD, COMMON, RELIGIOUS = (
    "person",
    "company",
    "public",
    "property_ward",
    "common",
    "religious",
)
KINDS = (PERSON, COMPANY, PUBLIC, PROPERTY_WARD, COMMON, RELIGIOUS)

#: Letters of personal names written in several forms; the first of each row stands for all. Old and printed forms of
#: one letter as in 法務省's list of variant letters for names (戸籍統一文字, 誤字俗字・正字一覧表); 斉/斎 are two
#: letters by origin but mixed up in registers so often that they count as one here (assumption).
_ROWS = """
高髙 崎﨑嵜 辺邊邉 斎斉齋齊 浜濱濵 沢澤 島嶋嶌 渕淵渊 桜櫻 広廣 国國 竜龍 滝瀧 関關 黒黑 徳德 恵惠 富冨 吉𠮷 土圡
真眞 礼禮 弥彌 寿壽 声聲 学學 宝寶寳 実實 峰峯 巌巖 万萬 与與 会會 円圓 塩鹽 応應 横橫 戸戶 曽曾 栄榮 権權 歩步 毎每
満滿 瀬瀨 県縣 穂穗 継繼 緑綠 縄繩 荘莊 蔵藏 薮藪 豊豐 郷鄕 鉄鐵鐡 鎮鎭 頼賴 館舘 鴎鷗 鶏鷄 麦麥 条條 来來 桧檜 桝枡
湾灣 灯燈 狭狹 当當 芸藝 薬藥 衛衞 覚覺 観觀 読讀 転轉 遅遲 釈釋 銭錢 隣鄰 霊靈 静靜 亀龜 亘亙 伝傳 仏佛 価價 児兒
写寫 剣劍 勧勸 区區 単單 厳嚴 双雙 収收 台臺 壮壯 対對 帰歸 恒恆 慎愼 抜拔 拝拜 挙擧 敏敏 斉齊 旧舊 暁曉 柳栁
梅楳 槙槇 様樣 橋𣘺 気氣 浄淨 済濟 潟瀉 為爲 献獻 発發 研硏 総總 繁繁 艶艷 角⻆ 軽輕 逸逸 青靑 飯飯 黄黃 清淸 晴晴
精精 靖靖 祐祐 福福 神神 祥祥 禎禎 社社 祖祖 祝祝 節節 都都 朗朗 郎郞 隆隆 類類 塚塚 猪豬 葛葛 諸諸 羽羽 益益 教敎
昭昭 梶梶 槌槌 樋樋 渚渚 漣漣 瑶瑤 琢琢 穣穰 聡聰 粋粹 絵繪 芦蘆 茂茂 蛍螢 覧覽 誉譽 謙謙 譲讓 賛贊 遥遙 邦邦 鋭銳
陽陽 雅雅 顕顯 飛飛 駒駒 鳳鳳 竹竹 曻昇 﨟臈 凛凜 尭堯 秋穐龝 稲稻 糸絲 経經 船舩 茎莖 桑桒 松枩 兎兔 奈柰
渋澁澀 浅淺 楽樂 薫薰 勲勳 歓歡 禅禪 続續 将將 尽盡 売賣 両兩 塁壘 励勵 恋戀 禄祿 駅驛 弁辨辯 壱壹 弐貳 図圖 団團 変變
焼燒 秘祕 萌萠 予豫 弾彈 彦彥 晋晉 増增 数數 虫蟲 昼晝 岳嶽 野埜 村邨 蚕蠶 齢齡 隠隱 専專 戦戰 髪髮 処處 随隨 揺搖 従從
"""


def _table() -> dict[int, str]:
    known: dict[str, str] = {}
    for row in _ROWS.split():
        letters = [unicodedata.normalize("NFKC", letter) for letter in row]
        first = next((known[letter] for letter in letters if letter in known), letters[0])
        for letter in letters:
            known[letter] = first
    return {ord(letter): first for letter, first in known.items() if letter != first}


_VARIANTS = _table()
_KATAKANA = {code: chr(code + 0x60) for code in range(0x3041, 0x3097)}
#: Old kana and small kana, which many systems write large.
_OLD_KANA = str.maketrans("ヰヱヲヅヂァィゥェォッャュョヮヵヶ", "イエオズジアイウエオツヤユヨワカケ")
_REPEATS = re.compile(r"(.)[々ヽゝ〻]|(.)[ヾゞ]")
_VOICED = dict(zip("カキクケコサシスセソタチツテトハヒフヘホ", "ガギグゲゴザジズゼゾダジズデドバビブベボ"))
_DASHES = re.compile(f"[{DASHES}ー]")
_MARKS = re.compile(r"[\s・･.,、。'’\"“”_/\\()\[\]{}<>「」『』【】〔〕〈〉*:;-]")
_HONORIFICS = re.compile(r"(様|殿|氏|御中)$")


class Form(NamedTuple):
    """Legal form of a body: ``code``, full name and abbreviations after normalisation, kind of owner."""

    code: str
    words: tuple[str, ...]
    kind: str = COMPANY


#: Longer words first where one contains another.
FORMS: tuple[Form, ...] = (
    Form("kabushiki", ("株式会社", "(株)", "カブシキガイシャ", "K.K.")),
    Form("yugen", ("特例有限会社", "有限会社", "(有)")),
    Form("godo", ("合同会社", "(同)")),
    Form("goshi", ("合資会社", "(資)")),
    Form("gomei", ("合名会社", "(名)")),
    Form("ippan_shadan", ("一般社団法人", "(一社)")),
    Form("koeki_shadan", ("公益社団法人", "(公社)")),
    Form("ippan_zaidan", ("一般財団法人", "(一財)")),
    Form("koeki_zaidan", ("公益財団法人", "(公財)")),
    Form("shadan", ("社団法人", "(社)")),
    Form("zaidan", ("財団法人", "(財)")),
    Form("noji", ("農事組合法人", "(農)")),
    Form("shukyo", ("宗教法人", "(宗)"), RELIGIOUS),
    Form("gakko", ("学校法人", "(学)")),
    Form("fukushi", ("社会福祉法人", "(福)")),
    Form("iryo", ("医療法人社団", "医療法人財団", "医療法人", "(医)")),
    Form("npo", ("特定非営利活動法人", "NPO法人", "(特非)")),
    Form("ninka_chien", ("認可地縁団体",), COMMON),
    Form("shinrin", ("生産森林組合", "森林組合")),
    Form("kairyo", ("土地改良区",)),
    Form("nokyo", ("農業協同組合", "農協")),
    Form("kyodo", ("協同組合", "(協)")),
)
_FORM_WORDS = sorted(
    ((unicodedata.normalize("NFKC", word).upper(), form) for form in FORMS for word in form.words),
    key=lambda pair: (-len(pair[0]), pair[0]),
)

#: Legal forms of trading companies. The law lets one become another: a pair of them is a question.
TRADING = frozenset(("kabushiki", "yugen", "godo", "goshi", "gomei"))
#: Forms that went over into others by law, the body staying the same (the corporations' reform of 2008).
SUCCESSORS = frozenset(
    map(
        frozenset,
        (
            ("shadan", "ippan_shadan"),
            ("shadan", "koeki_shadan"),
            ("ippan_shadan", "koeki_shadan"),
            ("zaidan", "ippan_zaidan"),
            ("zaidan", "koeki_zaidan"),
            ("ippan_zaidan", "koeki_zaidan"),
        ),
    )
)

_NUMBER = "[0-9〇一二三四五六七八九十百千拾廿]"
_OTHERS = re.compile(rf"(外|他|ほか)\s*(?:相続人)?({_NUMBER}+)\s*(名|人)")
_STATE = re.compile(
    r"^(国|日本国|内務省|大蔵省|建設省|農林省|農林水産省|国土交通省|財務省|林野庁|防衛省|環境省|運輸省|文部科学省|厚生労働省|"
    r"文部省|厚生省|防衛庁|環境庁|国土庁)(\(.*\))?$"
)
#: Ministries by their name since 2001 (the Home Ministry's land went to several).
_TODAY = {
    "建設省": "国土交通省",
    "運輸省": "国土交通省",
    "国土庁": "国土交通省",
    "農林省": "農林水産省",
    "大蔵省": "財務省",
    "文部省": "文部科学省",
    "厚生省": "厚生労働省",
    "環境庁": "環境省",
    "防衛庁": "防衛省",
}
PREFECTURE = (
    r"(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|"
    r"岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_TOWN = re.compile(
    rf"^(?P<prefecture>{PREFECTURE})(?:.{{1,4}}郡)?(?P<town>.{{1,6}}[市区町村])?$|^.{{1,8}}郡(?P<alone>.{{1,6}}[町村])$"
)
_TOWN_FIRST = re.compile(r"^.{1,5}?[市区町村]+(?=.)")
#: May be a town or a person (佐々木与市): the address decides, see :func:`kind_at`.
_PERHAPS_TOWN = re.compile(r"^(?=.{3,}).{1,6}[市区町村]$")
_WARD = re.compile(r"財産区$")
_COMMON = re.compile(
    r"^(大字|小字|字)|共有|入会|(組|部落|集落|自治会|町内会|区会|常会|惣代|総代|講|講中|若連中|組合|"
    r"区有|組持|村持)$|.区$"
)
_RELIGIOUS = re.compile(r"(寺|神社|八幡宮|天満宮|東照宮|大社|教会|庵|観音堂|地蔵堂|薬師堂|阿弥陀堂|(?<![医病学寺])院)$")
#: A company whose legal form is not one of today's (大日本開拓会社).
_OLD_COMPANY = re.compile(r"..(会社|商会|銀行)$")
#: Words written where a name is not known.
_NO_NAME = frozenset(("不明", "不詳", "氏名不詳", "所有者不明", "未登記", "なし", "無し", "UNKNOWN", "未定", "空欄"))
_TRAILING_NOTE = re.compile(r"\([^()]*\)$")

# What offices write around a name.
_BRACKET = re.compile(r"\(([^()]*)\)")
_DEAD = re.compile(r"^(亡|故人|故(?![郷里])|死亡)\s*(?=\S{2}|\S\s)")
_DEAD_NOTE = re.compile(r"^(故人|死亡|死亡者|亡|故|.*死亡)$")
_HEIR = re.compile(r"^(?:.+?)\s*相続人(?:代表者|代表)?\s*(?P<heir>[^\s外他ほ一全各不な無ら者代].+)$")
_HEIRS_UNNAMED = re.compile(r"^.{2,}(相続人|相続人(一同|全員|ら|等|不明))$")
_FORMER_WORD = re.compile(r"^.*?(?:旧姓|旧氏名|旧氏|旧名|旧称|通称名|通称|旧)[\s:]*(?=.)")
_HOUSE = re.compile(r"^(?:本家|分家|新宅|不在者)\s+(?=\S+\s+\S+$)")
_ABSENT = re.compile(r"^不在者\s*(?=\S{2,}$|\S+\s+\S+$)")
_REPRESENTED = re.compile(
    r"^(?P<body>.{2,}?)(?:\s*(?:代表取締役|代表清算人|代表執行役|代表社員|代表理事|代表役員|責任役員|代表者|破産管財人|管理者)"
    r"|\s+(?:代表|清算人|取締役|理事長|組合長|会長|区長|住職|宮司|知事))(?:\s*\S.*)?$"
)
_OFFICE = re.compile(r"^(?P<body>\S.*?)\s+\S{1,10}(?:支店|支社|営業所|出張所|事業所|工場)$")
_PROCEEDINGS = re.compile(r"^(?:清算中の?|破産者)\s*(?=..)")
_RANK = re.compile(
    r"^(?:村社|郷社|県社|府社|無格社|曹洞宗|黄檗宗|天台宗|時宗|日蓮宗|浄土宗|浄土真宗(?:本願寺派|大谷派)?|"
    r"真宗(?:大谷派|本願寺派|高田派)?|真言宗(?:\S{1,3}派)?|臨済宗(?:\S{1,4}派)?)\s*(?=..)"
)
_TOWN_OF_WARD = re.compile(rf"^(?:{PREFECTURE})?(?:.{{1,4}}郡)?.{{1,6}}?[市町村](?=.+財産区$)")
_LATIN = re.compile(r"[A-Z]+")
_KANA_ONLY = re.compile(r"[ァ-ヴー]+")
#: Written where a letter could not be, such as one outside the code page.
_LOST = frozenset("〓■□◆●?�")
_ABBREVIATION = re.compile(r"\((株|有|同|資|名|一社|公社|一財|公財|社|財|農|宗|学|福|医|特非|協)\)$")


class Name(NamedTuple):
    """A name taken apart.

    ``core``: without legal form and notes, in one spelling; ``form``: code or ""; ``side``: where the form stands
    (``front``, ``back`` or ""); ``kind`` of owner; ``script``: a company's core with hiragana and katakana kept apart,
    as trade names keep them; ``through``: a representative or an office of the body is named, so that the address may
    be theirs; ``group``: a first person with others who are not named; ``dead``: the name says that its owner died;
    ``qualifier``: what was cut off that may tell two of one name apart (prefecture of a town, town of a property ward,
    school of a temple).
    """

    core: str
    form: str
    side: str
    kind: str
    script: str = ""
    through: bool = False
    group: bool = False
    dead: bool = False
    qualifier: str = ""


def fold(text: str) -> str:
    """Letters in one form: width, variants, katakana; spaces and marks removed; upper case.

    >>> fold("髙橋　ﾊﾅ") == fold("高橋はな")
    True
    """
    return _old_kana(_plain(text).translate(_KATAKANA))


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).upper().translate(_VARIANTS)
    return _DASHES.sub("ー", _MARKS.sub("", plain))


def _old_kana(text: str) -> str:
    text = _REPEATS.sub(lambda found: (found[1] * 2) if found[1] else found[2] + _VOICED.get(found[2], found[2]), text)
    return text.translate(_OLD_KANA)


def kana(text: str) -> str:
    """A reading in one spelling (long vowels count)."""
    return fold(text)


def reading(core: str) -> str:
    """The core of a name when it is written in kana alone and so is its own reading, else ""."""
    return core if len(core) >= 4 and _KANA_ONLY.fullmatch(core) else ""


def _taken_apart(text: str) -> tuple[str, Optional[Form], str]:
    """The name without its legal form, the form, and its side."""
    for word, form in _FORM_WORDS:
        if text.startswith(word):
            return text[len(word) :], form, "front"
        if text.endswith(word):
            return text[: -len(word)], form, "back"
        place = text.find(word)
        if place > 0 and text[place + len(word) :].startswith("("):  # 見本土地(株)(Sample)
            return text[:place] + text[place + len(word) :], form, "back"
    return text, None, ""


def parse(raw: str) -> Name:
    """Take a name apart. An empty name gives an empty core.

    >>> parse("㈱見本土地") == parse("株式会社　見本土地")
    True
    >>> parse("亡 見本太郎 相続人 見本花").core, parse("見本組合 代表者 見本太郎").core
    ('見本花', '見本組合')
    """
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw).upper()).strip()
    text = _HONORIFICS.sub("", text).strip() if len(text.replace(" ", "")) > 3 else text
    if text.replace(" ", "") in _NO_NAME:
        return Name("", "", "", PERSON)
    if _parse(_PROCEEDINGS.sub("", text)).kind == COMPANY:
        text = _PROCEEDINGS.sub("", text)
    name = _parse(text)
    if name.kind == PERSON:
        return _person(text, name)
    if name.group:
        return name
    body, through = text, False
    for pattern in (_REPRESENTED, _OFFICE):
        found = pattern.match(body)
        if found is not None:
            body, through = found["body"], True
    if through:
        # The words around it can hide what the body is, so it is asked again.
        known = _parse(body)
        if known.kind == PERSON:
            return name
        name = known._replace(through=True)
    return _known_body(body, name)


def _parse(text: str) -> Name:
    text = re.sub(r"\s+", "", text)
    rest, form, side = _taken_apart(text)
    kind = _kind(rest, form)
    group = kind == COMMON and _OTHERS.search(rest) is not None
    if group:
        rest = _OTHERS.sub(lambda found: f"外{number_of(found[2])}名", rest)
    script = _plain(rest) if form and form.code in TRADING else ""
    return Name(fold(rest), form.code if form else "", side, kind, script, group=group)


def _person(text: str, name: Name) -> Name:
    """A person's name without what is said about it; a body that only shows behind its representative."""
    found = _REPRESENTED.match(text)
    if found is not None and _parse(found["body"]).kind != PERSON:
        return _known_body(found["body"], _parse(found["body"]))._replace(through=True)
    rank = _RANK.sub("", text)
    if rank != text and _parse(rank).kind == RELIGIOUS:
        return _without(_RANK, text, _parse(rank))
    dead = False
    aliases = _aliases(text)
    for note in _BRACKET.findall(text):
        died = _DEAD_NOTE.match(note.strip()) is not None
        dead = dead or died
        if died or "相続人" in note or note.strip() in aliases:
            text = text.replace(f"({note})", " ")
    text = re.sub(r"\s+", " ", text).strip()
    heir = _HEIR.match(text)
    if heir is not None:
        return _person(heir["heir"], name)  # who may have died since
    if _HEIRS_UNNAMED.match(text.replace(" ", "")):
        return name._replace(core=fold(text), dead=True)
    plain = text if text.endswith(("相続財産", "相続財産法人")) else _DEAD.sub("", text)
    if plain == text:
        plain = _ABSENT.sub("", _HOUSE.sub("", text))
    else:
        dead = True
    return name._replace(core=fold(plain), dead=dead)


def _known_body(text: str, name: Name) -> Name:
    """A public or religious body or a property ward under its plain name of today."""
    text = re.sub(r"\s+", "", text)
    if name.kind == RELIGIOUS and not name.form:
        return _without(_RANK, text, name)
    if name.kind == PROPERTY_WARD:
        return _without(_TOWN_OF_WARD, text, name)
    if name.kind == COMMON and text.endswith("共有地"):
        return name._replace(core=fold(text[:-1]))
    if name.kind != PUBLIC:
        return name
    text = text.translate(_VARIANTS)
    ministry = re.fullmatch(r"国\((.+)\)", text)
    plain = ministry[1] if ministry else _TRAILING_NOTE.sub("", text)
    town = _TOWN.match(plain)
    if town is not None and (town["town"] or town["alone"]):
        return name._replace(core=fold(town["town"] or town["alone"]), qualifier=town["prefecture"] or "")
    return name._replace(core=fold(_TODAY.get(plain, plain)))


def _without(pattern: re.Pattern[str], text: str, name: Name) -> Name:
    found = pattern.match(text)
    qualifier = fold(found.group()) if found else ""
    # A rank says how a shrine was honoured, not which one it is.
    return name._replace(core=fold(pattern.sub("", text)), qualifier="" if qualifier.endswith("社") else qualifier)


def _aliases(text: str) -> list[str]:
    """What stands in brackets behind or inside a person's name and is another name of that person."""
    name = fold(_BRACKET.sub("", text))
    found = []
    for note in _BRACKET.findall(text):
        note = note.strip()
        told = _FORMER_WORD.match(note) is not None
        # Since 2024 the land register writes a former name in brackets: 法務花子(司法花子).
        likely = len(fold(note)) >= 3 and fold(note)[-1:] == name[-1:] and "相続人" not in note
        if told or (likely and not _DEAD_NOTE.match(note)):
            found.append(note)
    return found


def former_names(raw: str, former: Optional[str]) -> frozenset[tuple[str, str]]:
    """Core and form of what the owner ``raw`` was called before, from a field of its own and from brackets.

    A family name alone is completed with the given name.

    >>> sorted(former_names("見本 花子(旧姓 例野)", None))
    [('例野', ''), ('例野花子', '')]
    """
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw)).strip()
    found: set[tuple[str, str]] = set()
    for alias in [*_aliases(text), *([unicodedata.normalize("NFKC", former)] if former else [])]:
        plain = _FORMER_WORD.sub("", alias)
        known = parse(plain)
        found.add((known.core, known.form))
        if known.kind != PERSON or len(known.core) > 4:
            continue
        parts = re.sub(r"\s+", " ", _BRACKET.sub(" ", text)).strip().split(" ")
        whole = fold("".join(parts))
        if len(parts) == 2:
            given = [fold(parts[1])]
        else:
            given = [whole[start:] for start in range(1, len(whole))]
        found.update((known.core + end, "") for end in given if not known.core.endswith(end))
    return frozenset(pair for pair in found if pair[0])


def _kind(rest: str, form: Optional[Form]) -> str:
    text = rest.translate(_VARIANTS)
    if not _ABBREVIATION.search(text):
        text = _TRAILING_NOTE.sub("", text)
    if _OTHERS.search(text):
        return COMMON
    if _WARD.search(text):
        return PROPERTY_WARD
    if form is not None:
        return form.kind
    if _STATE.match(text) or _TOWN.match(text):
        return PUBLIC
    if _COMMON.search(text):
        return COMMON
    if _RELIGIOUS.search(text):
        return RELIGIOUS
    if _OLD_COMPANY.search(text):
        return COMPANY
    return PERSON


def perhaps_town(raw: str) -> bool:
    """Whether a name without a space ends like that of a town or village; it may yet be a person's."""
    return bool(_PERHAPS_TOWN.match(unicodedata.normalize("NFKC", raw).strip())) and " " not in raw.strip()


def kind_at(raw: str, address: Optional[str], known: Collection[str] = ()) -> str:
    """Kind of owner by name and address; see :func:`parse_at`.

    >>> kind_at("上越市", "新潟県上越市木田1-1"), kind_at("佐々木与市", "上越市木田1-1")
    ('public', 'person')
    >>> kind_at("上越市", None, {"上越市"})
    'public'
    """
    return parse_at(raw, address, known).kind


def parse_at(raw: str, address: Optional[str], known: Collection[str] = ()) -> Name:
    """As :func:`parse`, with the address to tell a town, or its mayor by office, from a person: what looks like a town
    is one when its address begins with its name. Towns mostly stand in a register without an address; then it is one
    when others of the list live there (``known``, see :func:`towns`).

    >>> parse_at("上越市長", "新潟県上越市木田1-1") == parse_at("上越市", "上越市木田1-1")._replace(through=True)
    True
    """
    name = parse(raw)
    if name.kind not in (PERSON, COMMON):
        return name
    place = _town_on(address) if address else ""
    plain = unicodedata.normalize("NFKC", raw).strip()
    for town, mayor in ((plain, False), (plain[:-1], plain.endswith("長"))):
        if not ((mayor or town == plain) and perhaps_town(town)):
            continue
        if place.startswith(town) if place else town in known:
            return Name(fold(town), "", "", PUBLIC, through=mayor)
    return name


def _town_on(address: str) -> str:
    """An address from the town on."""
    return re.sub(rf"^{PREFECTURE}(.{{1,4}}郡)?", "", unicodedata.normalize("NFKC", address).strip())


def towns(addresses: Iterable[Optional[str]]) -> frozenset[str]:
    """The towns that some addresses begin with.

    >>> sorted(towns(["新潟県上越市木田1-1", "大町市1", "谷沢12", None]))
    ['上越市', '大町市']
    """
    found = (_TOWN_FIRST.match(_town_on(address)) for address in set(addresses) if address)
    return frozenset(match.group() for match in found if match is not None)


def noted_dead(raw: Optional[str]) -> bool:
    """Whether the name itself says that its owner died (亡, 故, 故人), or names heirs without saying who."""
    return raw is not None and parse(raw).dead


#: Letters that tell relatives apart where they stand in each other's place.
_TELLING = re.compile(r"右左|左右|子[夫男雄郎治美]|[夫男雄郎治美]子")


def close(a: str, b: str) -> bool:
    """Whether two folded names of four or more letters differ in one letter that tells nobody apart.

    Numbers tell people apart (一郎, 二郎), so do left and right (左衛門, 右衛門) and the ends of a man's and a woman's
    name (信夫, 信子).
    """
    if min(len(a), len(b)) < 4 or abs(len(a) - len(b)) > 1 or a == b:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    if len(a) == len(b):
        same, changed = a[start + 1 :] == b[start + 1 :], a[start] + b[start]
    else:
        longer, shorter = (a, b) if len(a) > len(b) else (b, a)
        same, changed = longer[start + 1 :] == shorter[start:], longer[start]
    return same and not re.search(_NUMBER, changed) and not _TELLING.search(changed)


def gap(a: str, b: str) -> bool:
    """Whether two folded names differ only where one has a sign for a lost letter."""
    if len(a) != len(b) or a == b or len(a) < 3:
        return False
    return all(x == y or x in _LOST or y in _LOST for x, y in zip(a, b)) and sum(x == y for x, y in zip(a, b)) >= 2


def other_order(a: str, b: str) -> bool:
    """Whether two names as written in Latin letters or katakana have the same words in another order."""
    words = [re.split(r"[\s・,.]+", unicodedata.normalize("NFKC", text).strip().upper()) for text in (a, b)]
    if min(map(len, words)) < 2 or words[0] == words[1] or sorted(words[0]) != sorted(words[1]):
        return False
    return all(_LATIN.fullmatch(word) or _KANA_ONLY.fullmatch(word) for word in words[0])
