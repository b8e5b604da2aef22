"""Code lists of the plan, with words in both languages.

Pure lists: everybody (also the dock and the printing) may import this module without any package.
Classes and crosswalk follow the 2018 report's three choices and the 2019/2021 management vision
(conventional / new / minimum / watching only); the colours live in resources/tokens.json.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple, Optional

from ..texts import Text


class ManagementClass(NamedTuple):
    """One way to manage land.

    ``key`` is the number on its button (1..6), ``label`` the full and ``short`` the map wording,
    ``meaning`` one plain sentence, ``choice_2018`` and ``class_2021`` the matching words of the two
    official schemes (``None`` where the scheme has none).
    """

    code: str
    key: int
    label: Text
    short: Text
    meaning: Text
    choice_2018: Optional[Text]
    class_2021: Optional[Text]


_NEW_METHOD = Text("Manage in a new way", "新たな方法で管理")

MANAGEMENT_CLASSES = (
    ManagementClass(
        "maintain",
        1,
        Text("Maintain or restore", "維持・回復"),
        Text("Maintain", "維持・回復"),
        Text("Keep caring for it as before", "これまでどおり手入れを続ける"),
        Text("Actively maintain or restore the conventional use", "従来の使い方で積極的に維持・回復"),
        Text("Manage in the conventional way", "従来通りの方法で管理"),
    ),
    ManagementClass(
        "adapt",
        2,
        Text("Add to or adapt the use", "用途の追加・アレンジ"),
        Text("Adapt", "追加・アレンジ"),
        Text("Add a new idea to the present use", "新しい工夫を加える"),
        Text("Add to or arrange the conventional use", "従来の用途を踏まえた用途の追加やアレンジ"),
        _NEW_METHOD,
    ),
    ManagementClass(
        "convert",
        3,
        Text("Convert the use", "用途の転換"),
        Text("Convert", "用途の転換"),
        Text("Change to a new use", "新しい用途に変える"),
        Text("Find a new use and convert", "新たな用途を見出し土地利用を転換"),
        _NEW_METHOD,
    ),
    ManagementClass(
        "minimum",
        4,
        Text("Minimum necessary management", "必要最小限の管理"),
        Text("Minimum", "必要最小限"),
        Text("Do only what is needed, such as mowing", "草刈りなど、必要なことだけ行う"),
        None,
        Text("Introduce minimum necessary management", "必要最小限の管理を導入"),
    ),
    ManagementClass(
        "watch",
        5,
        Text("Watch only", "見守り"),
        Text("Watch", "見守り"),
        Text("Leave it alone and keep an eye on it", "手を加えず、ようすを見る"),
        None,
        Text("Watching only, no physical management", "見守りのみ"),
    ),
    ManagementClass(
        "undecided",
        6,
        Text("Undecided, to be discussed", "未定・要協議"),
        Text("Undecided", "未定・要協議"),
        Text("Discuss at the next meeting", "次の集まりで話し合う"),
        None,
        None,
    ),
)

CLASSES = tuple(item.code for item in MANAGEMENT_CLASSES)
CLASS_BY_CODE = {item.code: item for item in MANAGEMENT_CLASSES}
UNDECIDED = "undecided"

#: Word for "this scheme has no such class".
NO_EQUIVALENT = Text("(none)", "（該当なし）")

PRIORITY = Text("Priority", "優先")
PRIORITY_MEANING = Text("Land to be kept with priority", "優先的に維持したい土地")

#: What every map and report says about boundaries.
BOUNDARY_NOTICE = Text(
    "This map does not legally show land boundaries.", "この図は、土地の境界を法的に示すものではありません。"
)

#: Land-use categories of the National Land Use Plan (municipal plan), in official order.
USES = {
    "farmland": Text("Farmland", "農地"),
    "pasture": Text("Meadow and pasture", "採草放牧地"),
    "forest": Text("Forest", "森林"),
    "wildland": Text("Wildland", "原野等"),
    "water": Text("Water, rivers and canals", "水面・河川・水路"),
    "road": Text("Roads", "道路"),
    "residential": Text("Built-up: residential", "住宅地"),
    "industrial": Text("Built-up: industrial", "工業用地"),
    "other_built": Text("Built-up: other", "その他の宅地"),
    "other": Text("Other", "その他"),
}
#: Categories that the official table adds up under one heading.
USE_GROUPS = {
    "agricultural": (Text("Agricultural land", "農用地"), ("farmland", "pasture")),
    "built": (Text("Built-up land", "宅地"), ("residential", "industrial", "other_built")),
}
TOTAL = Text("Total", "合計")
UNKNOWN = Text("Unknown", "不明")
RESIDUAL = Text("Difference to the official area", "公的な面積との差")

DECIDED_BY = {
    "draft": Text("Draft for discussion", "たたき台"),
    "municipality": Text("Municipality", "市町村"),
    "owner": Text("Owner", "土地所有者"),
    "workshop": Text("Workshop", "ワークショップ"),
}
#: How strongly a choice stands. A weaker one never replaces a stronger one unless told. That the
#: municipality stands below owner and workshop is a product rule: the community plan is the
#: residents' own, an office list must not silently undo what they agreed.
DECISION_RANK = {"draft": 0, "municipality": 1, "owner": 2, "workshop": 2}

UNIT_KINDS = {
    "lot": Text("Lot", "筆"),
    "fude": Text("Field polygon", "筆ポリゴン"),
    "block": Text("Block", "区画"),
    "hamlet": Text("Hamlet", "集落"),
}
CERTAINTY = {
    "high": Text("High", "高い"),
    "medium": Text("Medium", "中くらい"),
    "low": Text("Low", "低い"),
}
OWNER_AGREED = {
    "yes": Text("Agreed", "同意あり"),
    "no": Text("Not agreed", "同意なし"),
    "asked": Text("Asked", "確認中"),
    "unknown": UNKNOWN,
}
OWNER_STATUS = {
    "reachable": Text("Reachable", "連絡できる"),
    "to_check": Text("To be checked", "確認が必要"),
    "unknown": UNKNOWN,
}
EFFECT_IF_LEFT = {
    "large": Text("Large", "大きい"),
    "small": Text("Small", "小さい"),
    "unknown": UNKNOWN,
}

#: Words for the codes of each coded plan field.
WORDS = {
    "unit_kind": UNIT_KINDS,
    "use_now": USES,
    "use_plan": USES,
    "management_class": {item.code: item.label for item in MANAGEMENT_CLASSES},
    "decided_by": DECIDED_BY,
    "certainty": CERTAINTY,
    "owner_agreed": OWNER_AGREED,
    "owner_status": OWNER_STATUS,
    "effect_if_left": EFFECT_IF_LEFT,
    "draft_class": {item.code: item.label for item in MANAGEMENT_CLASSES},
}
#: Codes allowed in each coded plan field.
ENUMERATIONS = {name: tuple(words) for name, words in WORDS.items()}


def is_decision(decided_by: Optional[str]) -> bool:
    """Whether people stand behind the choice (not a draft, not unknown)."""
    return DECISION_RANK.get(decided_by or "draft", 0) > 0


def _folded(word: object) -> str:
    """A word for comparing: full width to half width, lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", str(word)).casefold().split())


def class_code(word: object) -> Optional[str]:
    """The class code for a code, button number, or label in either language; ``None`` if unknown.

    People type tables by hand, so "維持・回復", "Maintain", "１" and "maintain" all mean the same.
    """
    wanted = _folded(word)
    for item in MANAGEMENT_CLASSES:
        words = (item.code, str(item.key), f"{item.key}.0", *item.label, *item.short)
        if wanted in {_folded(w) for w in words}:
            return item.code
    return None


def code_of(word: object, labels: dict[str, Text]) -> Optional[str]:
    """The code for a code or a label of ``labels`` in either language; ``None`` if unknown."""
    wanted = _folded(word)
    for code, label in labels.items():
        if wanted in (_folded(code), _folded(label.en), _folded(label.ja)):
            return code
    return None


def class_label(code: Optional[str], language: str, short: bool = False) -> str:
    """The word for a class; an unknown code comes back as it is."""
    item = CLASS_BY_CODE.get(code or "")
    if item is None:
        return code or UNKNOWN.pick(language)
    return (item.short if short else item.label).pick(language)


def use_label(code: Optional[str], language: str) -> str:
    """The word for a use category; missing is "unknown"."""
    return USES[code].pick(language) if code in USES else (code or UNKNOWN.pick(language))
