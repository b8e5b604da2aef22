"""Owner names in one spelling, and what kind of owner a name stands for.

Two spellings are taken for one only by the tables here: width and spaces, letters written in several forms (異体字),
hiragana for katakana, and the forms of companies and other bodies with their abbreviations. A letter that is not in
the table stays different; nothing is guessed from sound.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple, Optional

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
写寫 剣劍 勧勸 区區 単單 厳嚴 双雙 収收 台臺 坂阪 壮壯 対對 帰歸 恒恆 慎愼 抜拔 拝拜 挙擧 敏敏 斉齊 旧舊 暁曉 柳栁
梅楳 槙槇 様樣 橋𣘺 気氣 浄淨 済濟 潟瀉 為爲 献獻 発發 研硏 総總 繁繁 艶艷 角⻆ 軽輕 逸逸 青靑 飯飯 黄黃 清淸 晴晴
精精 靖靖 祐祐 福福 神神 祥祥 禎禎 社社 祖祖 祝祝 節節 都都 朗朗 郎郞 隆隆 類類 塚塚 猪豬 葛葛 諸諸 羽羽 益益 教敎
昭昭 梶梶 槌槌 樋樋 渚渚 漣漣 瑶瑤 琢琢 穣穰 聡聰 粋粹 絵繪 芦蘆 茂茂 蛍螢 覧覽 誉譽 謙謙 譲讓 賛贊 遥遙 邦邦 鋭銳
陽陽 雅雅 顕顯 飛飛 駒駒 鳳鳳 竹竹 曻昇 﨟臈 凛凜 尭堯 秋穐龝 稲稻 糸絲 経經 船舩 茎莖 庄荘 岩巌 桑桒 松枩 兎兔 奈柰
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
_DASHES = re.compile(r"[‐‑‒–—―−ー]")
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
    Form("yugen", ("有限会社", "(有)")),
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

_NUMBER = "[0-9〇一二三四五六七八九十百千拾廿]"
_OTHERS = re.compile(rf"(外|他|ほか)\s*{_NUMBER}+\s*(名|人)")
_STATE = re.compile(
    r"^(国|日本国|内務省|大蔵省|建設省|農林省|農林水産省|国土交通省|財務省|林野庁|防衛省|環境省|運輸省|文部科学省|厚生労働省)"
    r"(\(.*\))?$"
)
PREFECTURE = (
    r"(?:北海道|東京都|京都府|大阪府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|"
    r"岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"
)
_TOWN = re.compile(rf"^{PREFECTURE}(.{{1,4}}郡)?(.{{1,6}}[市区町村])?$|^.{{1,8}}郡.{{1,6}}[町村]$")
#: May be a town or a person (佐々木与市): the address decides, see :func:`kind_at`.
_PERHAPS_TOWN = re.compile(r"^(?=.{3,}).{1,6}[市区町村]$")
_WARD = re.compile(r"財産区$")
_COMMON = re.compile(
    r"^(大字|小字|字)|共有|入会|(組|部落|集落|自治会|町内会|区会|常会|惣代|総代|講|講中|若連中|水利組合|用水組合|管理組合|牧野組合|"
    r"区有|組持|村持)$"
)
_RELIGIOUS = re.compile(r"(寺|神社|八幡宮|天満宮|東照宮|大社|教会|庵|観音堂|地蔵堂|薬師堂|阿弥陀堂|(?<![医病学寺])院)$")
#: Words written where a name is not known.
_NO_NAME = frozenset(("不明", "不詳", "氏名不詳", "所有者不明", "未登記", "なし", "無し", "UNKNOWN", "未定", "空欄"))
_TRAILING_NOTE = re.compile(r"\([^()]*\)$")
_ABBREVIATION = re.compile(r"\((株|有|同|資|名|一社|公社|一財|公財|社|財|農|宗|学|福|医|特非|協)\)$")


class Name(NamedTuple):
    """A name taken apart: ``core`` without legal form in one spelling, ``form`` code or "", where the form
    stands (``front``, ``back`` or ""), ``kind`` of owner."""

    core: str
    form: str
    side: str
    kind: str


def fold(text: str) -> str:
    """Letters in one form: width, variants, katakana; spaces and marks removed; upper case.

    >>> fold("髙橋　ﾊﾅ") == fold("高橋はな")
    True
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_VARIANTS).translate(_KATAKANA)
    return _DASHES.sub("ー", _MARKS.sub("", plain))


def kana(text: str) -> str:
    """A reading in one spelling (long vowels and small letters count)."""
    return fold(text)


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
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw).upper())
    text = _HONORIFICS.sub("", text) if len(text) > 3 else text
    if text in _NO_NAME:
        return Name("", "", "", PERSON)
    rest, form, side = _taken_apart(text)
    return Name(fold(rest), form.code if form else "", side, _kind(rest, form))


def _kind(rest: str, form: Optional[Form]) -> str:
    text = rest
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
    return PERSON


def perhaps_town(raw: str) -> bool:
    """Whether a name without a space ends like that of a town or village; it may yet be a person's."""
    return bool(_PERHAPS_TOWN.match(unicodedata.normalize("NFKC", raw).strip())) and " " not in raw.strip()


def kind_at(raw: str, address: Optional[str]) -> str:
    """Kind of owner by name and address: what looks like a town is one when its address begins with its name.

    >>> kind_at("上越市", "新潟県上越市木田1-1"), kind_at("佐々木与市", "上越市木田1-1")
    ('public', 'person')
    """
    kind = parse(raw).kind
    if kind == PERSON and address and perhaps_town(raw):
        place = re.sub(rf"^{PREFECTURE}(.{{1,4}}郡)?", "", unicodedata.normalize("NFKC", address).strip())
        if place.startswith(unicodedata.normalize("NFKC", raw).strip()):
            return PUBLIC
    return kind


def close(a: str, b: str) -> bool:
    """Whether two folded names of four or more letters differ in one letter that is no number.

    Numbers tell people apart (一郎, 二郎), so a different one is a different name.
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
    return same and not re.search(rf"{_NUMBER}", changed)
