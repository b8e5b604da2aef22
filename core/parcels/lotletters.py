"""Letters of lot numbers and place names: numerals, hyphens, prefixes, and characters written in several ways.

The tables are explicit on purpose: characters that are not listed together are never taken for the same. A row may
only hold spellings of one character (old and new form, 俗字, kana used as a joining letter), never two names that
merely look alike (坂 and 阪, 園 and 薗 stay two).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Optional

#: Dashes of all lengths that folding the width alone (NFKC) leaves.
DASHES = "‐‑‒–—―−"
#: Signs written for a hyphen besides "-". The long vowel ー is one too, but only inside a number.
HYPHENS = DASHES + "⁃⁻₋˗﹘﹣－─━╴╶╼ㅡ"

_DIGITS = {
    **dict(zip("〇一二三四五六七八九", range(10))),
    **dict.fromkeys("零○◯", 0),
    **dict.fromkeys("壱壹弌", 1),
    **dict.fromkeys("弐貳弍", 2),
    **dict.fromkeys("参參弎", 3),
    **dict(zip("肆伍陸漆捌玖", range(4, 10))),
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "阡": 1000}
_TENS = {"廿": "二十", "卄": "二十", "卅": "三十", "丗": "三十", "卌": "四十"}
_MYRIAD = "万萬"
#: Every character of a number written in Japanese numerals (those of deeds, 壱弐参拾, included).
KANJI_NUMERALS = "".join(_DIGITS) + "".join(_UNITS) + "".join(_TENS) + _MYRIAD

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
#: Iroha without の and ん: の is a separator, ん no lot letter.
IROHA = "いろはにほへとちりぬるをわかよたれそつねならむうゐおくやまけふこえてあさきゆめみしゑひもせす"
IROHA_KATAKANA = "".join(chr(ord(letter) + 0x60) for letter in IROHA)
#: Letters that stand before or inside a lot number.
LETTERS = STEMS + BRANCHES + IROHA + IROHA_KATAKANA
#: Katakana that end the first half of a place name (三ツ, 一ヶ); never read as a prefix after a place.
JOINING = "ツヶケ"

#: Place-name characters with several spellings; the first of each word stands for all.
_VARIANTS = (
    # joining kana
    "ヶケヵがガ箇个 ノの之乃 ツッつっ "
    # 俗字 and 異体字 of everyday place names
    "高髙 崎﨑嵜 淵渕渊 沢澤 辺邊邉 島嶋嶌 斉齊 斎齋 浜濱濵 吉𠮷 富冨 館舘 峰峯 桧檜 柳栁 梅楳 槙槇 土圡 "
    "船舩 秋龝 釜釡 隣鄰 寺𡨚 橋𣘺 野埜 鉄鐵鐡 剣劍 穂穗 祢禰 葛𦹀 荘莊 飯飰 "
    # old and new forms of the 常用 and 人名用 tables
    "広廣 国國 竜龍 滝瀧 桜櫻 関關 黒黑 万萬 与與 会會 円圓 塩鹽 奥奧 応應 横橫 恵惠 戸戶 曽曾 栄榮 検檢 楽樂 権權 "
    "歩步 毎每 満滿 渓溪 瀬瀨 焼燒 県縣 真眞 礼禮 継繼 緑綠 絵繪 縄繩 蔵藏 薮藪 蛍螢 豊豐 郷鄕 頼賴 駅驛 鶏鷄 麦麥 "
    "麹麴 弥彌 寿壽 声聲 学學 宝寶寳 実實 岳嶽 巌巖 徳德 払拂 摂攝 昼晝 晩晚 条條 来來 湾灣 灯燈 点點 狭狹 畳疊 砺礪 "
    "稲稻 糸絲 経經 芸藝 茎莖 薬藥 衛衞 覚覺 観觀 触觸 読讀 転轉 遅遲 釈釋 銭錢 霊靈 静靜 亀龜 伝傳 仏佛 価價 児兒 "
    "写寫 処處 勧勸 区區 単單 厳嚴 双雙 収收 台臺 圧壓 壮壯 変變 対對 尽盡 峡峽 帰歸 庁廳 廃廢 弾彈 当當 徴徵 恒恆 "
    "慎愼 戦戰 抜拔 拝拜 挙擧 挿插 捜搜 断斷 旧舊 暁曉 様樣 気氣 浄淨 涌湧 済濟 炉爐 為爲 献獻 瓶甁 畝畞 発發 研硏 "
    "窓窗 総總 艶艷 蒋蔣 虫蟲 蝋蠟 角⻆ 軽輕 酔醉 鋳鑄 青靑 黄黃 内內 戻戾 緒緖 清淸 増增 即卽 巣巢 歴歷 暦曆 "
    "祇衹 晋晉 亘亙 尭堯 遥遙 瑶瑤 凛凜 鴎鷗 蛎蠣 篭籠 頚頸 鹸鹼 焔焰 掴摑 填塡 顛顚 祷禱 涛濤"
)
_FOLD = {}
for _row in _VARIANTS.split():
    for _letter in _row[1:]:
        if _letter != _row[0]:
            _FOLD[_letter] = _row[0]
#: Translation table to the one spelling that stands for all.
FOLD = str.maketrans(_FOLD)
_HYPHEN_FOLD = str.maketrans(dict.fromkeys(HYPHENS, "-"))
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u200b-\u200d\ufeff]")
_COUNTED = re.compile(rf"([{KANJI_NUMERALS}]+)(?=丁目|地割|線|条|区)")


def width(text: str) -> str:
    """One width, one hyphen, no variation selectors: ``１２－３`` becomes ``12-3``."""
    if text.isascii():
        return text  # nothing below changes it
    # 〇 variants and hyphens before NFKC, which would take some apart
    plain = _SELECTORS.sub("", text).translate(_HYPHEN_FOLD)
    return unicodedata.normalize("NFKC", plain).translate(_HYPHEN_FOLD)


def number_of(text: str) -> Optional[int]:
    """The value of digits or Japanese numerals, positional or with 十百千; ``None`` when it is none.

    >>> number_of("百二十三"), number_of("一二三"), number_of("廿五"), number_of("百二三")
    (123, 123, 25, None)
    """
    if text.isascii() and text.isdigit():
        return int(text)
    plain = "".join(_TENS.get(letter, letter) for letter in text)
    if not plain:
        return None
    parts = re.split(f"[{_MYRIAD}]", plain)
    if len(parts) > 2:
        return None
    if len(parts) == 2:
        high, low = _below_myriad(parts[0] or "一"), _below_myriad(parts[1]) if parts[1] else 0
        return None if high is None or low is None or low > 9999 else high * 10_000 + low
    return _below_myriad(plain)


def _below_myriad(text: str) -> Optional[int]:
    if all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text)) if text else None
    total, digit, last_unit = 0, None, 10_000
    for letter in text:
        if letter in _DIGITS:
            if digit is not None or _DIGITS[letter] == 0:
                return None
            digit = _DIGITS[letter]
        elif letter in _UNITS:
            unit = _UNITS[letter]
            if unit >= last_unit:
                return None
            total, digit, last_unit = total + (1 if digit is None else digit) * unit, None, unit
        else:
            return None
    return total + (digit or 0)


@lru_cache(maxsize=50_000)
def fold_place(text: str) -> str:
    """A place name in one spelling: width, variant characters, joining kana, no spaces, no leading 大字 or 字.

    >>> fold_place("大字 三ッ橋"), fold_place("髙﨑本町一丁目")
    ('三ツ橋', '高崎本町1丁目')
    """
    plain = re.sub(r"\s+", "", width(text)).casefold()
    plain = _COUNTED.sub(lambda found: arabic(found.group(1)), plain)
    plain = re.sub(r"^(大字|小字|字)(?=.)", "", plain)
    plain = re.sub(r"(?<=[ァ-ヺ])-", "ー", plain)
    return plain.translate(FOLD).strip("-,、")


def arabic(numeral: str) -> str:
    """A numeral in digits; as it is when it is none.

    >>> arabic("二十三"), arabic("百二三")
    ('23', '百二三')
    """
    value = number_of(numeral)
    return numeral if value is None else str(value)
