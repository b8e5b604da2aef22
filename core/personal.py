"""Which headings of columns tell of personal data: one answer for imports, joins and public copies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

#: Whole headings, without spaces, signs and numbers behind them.
_WHOLE = frozenset(
    (
        *("name", "fullname", "ownername", "personname", "familyname", "givenname", "firstname", "lastname", "surname"),
        *("formername", "maidenname", "namekana", "kana", "owner", "holder", "titleholder", "proprietor", "taxpayer"),
        *("farmer", "cultivator", "applicant", "heir", "age", "birth", "birthday", "birthdate", "bornon", "dob"),
        *("sex", "gender", "diedon", "contact", "contactresult", "contacton", "representative", "successor"),
        *("household", "addr", "fax", "farmerindicationnumberhash"),
        *("氏", "名", "姓", "姓名", "代表", "名義", "家族", "本籍", "本籍地", "性別", "続柄", "世帯"),
    )
)
#: Words within headings in Latin letters, between signs, small and capital letters or numbers.
_LATIN = frozenset(("owner", "address", "phone", "tel", "telephone", "mobile", "mail", "email", "taxpayer", "birth"))
#: Words anywhere in Japanese headings that tell of somebody whatever follows.
_ALWAYS = (
    *("電話", "携帯", "メール", "生年", "年齢", "年令", "個人番号", "マイナンバー", "フリガナ", "ふりがな", "旧姓"),
    *("旧氏", "耕作者整理番号", "郵便番号"),
)
#: Words in Japanese headings unless the heading ends in one of ``_HARMLESS``.
_JAPANESE = (
    *("氏名", "名前", "名義人", "住所", "連絡先", "所有者", "耕作者", "権利者", "納税", "相続人", "宛名", "代表者"),
    *("世帯主", "後継者", "死亡", "申請者", "届出者", "管理人"),
)
#: Endings that make a class, a key or a count out of it.
_HARMLESS = ("区分", "種別", "分類", "キー", "コード", "数", "率", "割合", "有無", "状況", "意向", "不明")
_HARMLESS_LATIN = frozenset(
    ("key", "keys", "kind", "status", "code", "type", "class", "count", "found", "agreed", "intention", "lots", "per")
)


def is_personal(column: str) -> bool:
    """Whether the heading of a column alone says that it holds personal data.

    >>> [is_personal(word) for word in ("所有者", "OWNER_ADDRESS", "所有者区分", "owner_key", "map_name")]
    [True, True, False, False, False]
    """
    plain = unicodedata.normalize("NFKC", column).strip()
    joined = re.sub(r"[\W_]+|\d+$", "", plain.casefold())
    joined = re.sub(r"\d+$", "", joined)
    if joined in _WHOLE or any(word in joined for word in _ALWAYS):
        return True
    if any(word in joined for word in _JAPANESE):
        return not joined.endswith(_HARMLESS)
    words = [word.casefold() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", plain)]
    return not _LATIN.isdisjoint(words) and _HARMLESS_LATIN.isdisjoint(words)


def personal_columns(columns: Iterable[str]) -> list[str]:
    """The columns among some that :func:`is_personal`, in their order."""
    return [column for column in columns if is_personal(column)]
