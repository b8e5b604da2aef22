"""Words for codes about owners, in both languages."""

from __future__ import annotations

import re
from typing import Any

from ..texts import Text
from . import names

#: Kind of owner.
KIND_WORDS: dict[str, Text] = {
    names.PERSON: Text("person", "個人"),
    names.COMPANY: Text("company or other corporation", "会社・法人"),
    names.PUBLIC: Text("state or municipality", "国・自治体"),
    names.PROPERTY_WARD: Text("property ward", "財産区"),
    names.COMMON: Text("common land of a group", "共有地・集落など"),
    names.RELIGIOUS: Text("temple or shrine", "寺社"),
}

REACHABLE, MOVED, HEIRS, DISSOLVED, COMMON_NO_REP, UNKNOWN, PUBLIC = (
    "reachable",
    "moved",
    "heirs",
    "dissolved",
    "common_no_rep",
    "unknown",
    "public",
)
#: State of contact, hardest last but public.
STATE_WORDS: dict[str, Text] = {
    PUBLIC: Text("public land", "公有地"),
    REACHABLE: Text("can be reached", "連絡がつく"),
    MOVED: Text("has moved", "転居"),
    HEIRS: Text("heirs to be found", "相続人を探す"),
    DISSOLVED: Text("body dissolved", "法人が解散"),
    COMMON_NO_REP: Text("common land without representative", "代表者のいない共有地"),
    UNKNOWN: Text("unknown", "不明"),
}
STATES = tuple(STATE_WORDS)

#: Effort of a step: 1 a letter or a look, 2 an official request, 3 weeks of search, 4 court or governor (assumption).
EFFORT_WORDS: dict[int, Text] = {
    1: Text("a letter or a talk", "手紙・協議"),
    2: Text("an official request", "公用請求"),
    3: Text("a search of weeks", "数週間の探索"),
    4: Text("court or governor", "裁判所・知事の手続"),
}
EFFORT_HELP = Text(
    "How much work the next lawful step to reach the owner is: from 1, a letter, to 4, a court or the governor. "
    "An assumption.",
    "所有者に連絡するための次の手続にかかる手間です。1（手紙）から4（裁判所・知事）まで。目安（仮定）です。",
)

#: What findings about owners are called.
FLAG_WORDS: dict[str, Text] = {
    "shares_not_one": Text("shares do not add up to one", "持分の合計が1にならない"),
    "share_unreadable": Text("share missing or not understood", "持分がない・読めない"),
    "dead": Text("owner has died", "所有者が死亡"),
    "succession_unregistered": Text("succession not registered", "相続が未登記"),
    "registered_long_ago": Text("registered long ago", "登記が古い"),
    "common_land": Text("common land", "共有地・集落などの名義"),
    "public_body": Text("public body", "国・自治体"),
    "dissolved": Text("dissolved company or body", "解散した法人"),
    "foreign": Text("address abroad", "国外の住所"),
    "no_address": Text("no address", "住所がない"),
    "twice_on_lot": Text("the same person twice on a lot", "同じ人が二度登記"),
    "not_in_list": Text("not in the list of owners", "所有者の一覧にない"),
}

SAME, REVIEW, DIFFERENT, BLOCKED = "same", "review", "different", "blocked"
VERDICT_WORDS: dict[str, Text] = {
    SAME: Text("the same", "同じ"),
    REVIEW: Text("to be decided", "判断してください"),
    DIFFERENT: Text("not the same", "別の人"),
    BLOCKED: Text("kept apart", "分けたまま"),
}


def natural(key: str) -> tuple[Any, ...]:
    """Sorting key: numbers inside a text by value (O9 before O10)."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", key) if part)
