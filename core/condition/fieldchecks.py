"""Field checks: what is asked in the field, and how results come back without overwriting anything silently."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Optional

import pandas as pd

from .. import frames
from ..errors import InputError
from ..schema import FieldSpec
from ..texts import Text
from .survey import result_of

#: Answers of a visit: code of the patrol result, short word for a sheet, meaning.
ANSWERS: tuple[tuple[str, Text, Text], ...] = (
    ("not_idle", Text("Used", "管理"), Text("looked after or cultivated", "耕作・管理されている")),
    ("idle_1_green", Text("Mow", "緑"), Text("idle, cutting the grass is enough", "遊休、草刈りで戻せる（緑）")),
    ("idle_1_yellow", Text("Works", "黄"), Text("idle, needs works to restore", "遊休、基盤整備が必要（黄）")),
    ("idle_2", Text("Low", "2号"), Text("used much less than around", "周りより利用が著しく低い（2号）")),
    ("waste_b", Text("Lost", "困難"), Text("like forest, hard to restore", "森林のようで再生が困難（B分類）")),
    ("unresolved", Text("?", "不明"), Text("could not be seen or told", "見えない・分からない")),
)
GROWTH: tuple[tuple[str, Text], ...] = (
    ("none", Text("bare or crop", "作物・裸地")),
    ("grass", Text("grass", "草")),
    ("shrubs", Text("shrubs", "低木・つる")),
    ("trees", Text("trees", "樹木")),
)
ACCESS: tuple[tuple[str, Text], ...] = (
    ("entered", Text("stood on it", "中に入った")),
    ("from_road", Text("seen from the road", "道から見た")),
    ("not_reached", Text("could not be reached", "行けなかった")),
)
#: Fields of the field package; one flat layer, one row per lot.
FIELDS = (
    FieldSpec("check_id", "text", "Check id", "確認の識別子"),
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("oaza", "text", "Oaza", "大字"),
    FieldSpec("round", "text", "Round", "調査の回"),
    FieldSpec("walk", "int", "Walk", "コース"),
    FieldSpec("stop", "int", "Stop", "順番"),
    FieldSpec("condition", "text", "Condition so far", "これまでの判定"),
    FieldSpec("hint", "text", "Why", "理由"),
    FieldSpec("result", "text", "What do you see?", "現地の状態"),
    FieldSpec("growth", "text", "What grows there?", "生えているもの"),
    FieldSpec("access", "text", "How was it seen?", "見た方法"),
    FieldSpec("note", "text", "Note", "備考"),
    FieldSpec("photo", "text", "Photo", "写真"),
    FieldSpec("checked_by", "text", "Checked by (role or initials)", "確認した人（役割・頭文字）"),
    FieldSpec("checked_on", "date", "Checked on", "確認日"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)
#: Rows that may go into the patrol table.
PATROL_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("patrol_on", "date", "Visited on", "調査日"),
    FieldSpec("result", "text", "Result", "調査結果"),
    FieldSpec("note", "text", "Note", "備考"),
    FieldSpec("check_id", "text", "Check id", "確認の識別子"),
    FieldSpec("growth", "text", "What grows there", "生えているもの"),
    FieldSpec("access", "text", "How it was seen", "見た方法"),
    FieldSpec("photo", "text", "Photo", "写真"),
    FieldSpec("checked_by", "text", "Checked by", "確認した人"),
    FieldSpec("reviewed_by", "text", "Reviewed by", "点検した人"),
    FieldSpec("reviewed_on", "date", "Reviewed on", "点検日"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)
REVIEW_FIELDS = (
    FieldSpec("check_id", "text", "Check id", "確認の識別子"),
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("checked_on", "date", "Checked on", "確認日"),
    FieldSpec("result", "text", "Result", "調査結果"),
    FieldSpec("status", "text", "Status", "状態"),
    FieldSpec("earlier", "text", "Earlier result", "これまでの結果"),
    FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
    FieldSpec("note", "text", "Note", "備考"),
    FieldSpec("photo", "text", "Photo", "写真"),
    FieldSpec("checked_by", "text", "Checked by", "確認した人"),
    FieldSpec("reviewed_by", "text", "Reviewed by", "点検した人"),
    FieldSpec("reviewed_on", "date", "Reviewed on", "点検日"),
)
#: Statuses of a brought-back check and what they mean.
STATUS = {
    "accepted": Text("taken over", "取り込みました"),
    "rejected": Text("rejected by the reviewer", "点検者が不採用にしました"),
    "pending": Text("waits for the reviewer", "点検待ちです"),
    "open": Text("not visited: no result", "未調査です（結果がありません）"),
    "known": Text("already in the table, nothing to do", "すでに取り込まれています"),
    "conflict": Text(
        "another result of the same lot is of the same day or later ({earlier}); accept it by name to add it",
        "同じ日かより新しい結果（{earlier}）があります。加えるには個別に採用してください",
    ),
    "changed": Text(
        "was taken over before with another result ({earlier}); accept it by name to add it",
        "前に別の結果（{earlier}）で取り込まれています。加えるには個別に採用してください",
    ),
    "no_day": Text("has a result but no day", "結果はありますが、確認日がありません"),
    "wrong_result": Text("the result “{result}” is not known", "結果「{result}」は分かりません"),
    "wrong_lot": Text("the lot is not in the village", "筆が地区にありません"),
    "repeated": Text("the check id stands twice", "同じ識別子が2回あります"),
}
#: Only these may be taken over without being named one by one.
_PLAIN = ("pending",)
#: These may be taken over when they are named.
_BY_NAME = ("pending", "conflict", "changed")
TABLE = Text("The field package", "現地確認のデータ")
NAMESPACE = uuid.UUID("6f0c5f2a-7d0e-5a54-9a4b-5b8f2f0d7c11")


def check_id(round_name: str, lot_key: str) -> str:
    """UUID of the check of one lot in one round; the same whoever makes the package, and never used by two lots."""
    return str(uuid.uuid5(NAMESPACE, f"{round_name}\n{lot_key}"))


def review(
    checks: pd.DataFrame,
    patrol: Optional[pd.DataFrame],
    lots: Optional[Sequence[str]],
    decisions: dict[str, str],
    accept_rest: bool,
    reviewer: str,
    day: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Results of the field against what is known, decided by a reviewer.

    ``checks``: rows of the field package (:data:`FIELDS`). ``patrol``: the table so far, which is kept row by row.
    ``lots``: known lot keys, ``None`` to take any. ``decisions``: check id -> ``accept`` or ``reject``; ``accept_rest``
    takes every other check over that stands against nothing. Checks against an earlier result of the same day or a
    newer one, and those taken over before with another result, come in only when they are named. Nothing is
    replaced: accepted rows are added (the newest row of a lot counts later on).
    Returns (rows to be added, :data:`PATROL_FIELDS`; every check with its status, :data:`REVIEW_FIELDS`).
    Raises ``InputError`` without a reviewer, for unknown words or ids among the decisions, or missing columns.
    """
    frames.require(checks, ("check_id", "lot_key", "result"), TABLE)
    if not reviewer.strip():
        raise InputError(
            Text("Say who reviews the results (a role will do).", "点検する人（役割でもよい）を入れてください。")
        )
    table = pd.DataFrame(
        {name: frames.texts(checks, name) for name in ("check_id", "lot_key", "chiban", "result", "growth", "access")}
    )
    table["checked_on"] = [None if d is None else d[:10] for d in frames.dates(checks, "checked_on")]
    for name in ("note", "photo", "checked_by"):
        table[name] = frames.texts(checks, name)
    table["synthetic"] = frames.flags(checks, "synthetic")
    table["code"] = [result_of(word) for word in table["result"]]
    table = table.sort_values(["lot_key", "check_id", "checked_on", "result"], na_position="first", kind="stable")
    _check_decisions(decisions, set(table["check_id"]))
    earlier = _earlier(patrol)
    status, before = [], []
    seen: set[Optional[str]] = set()
    for row in table.itertuples(index=False):
        word, known = _status(row, earlier, None if lots is None else set(lots), seen)
        seen.add(row.check_id)
        decision = decisions.get(row.check_id or "")
        if decision == "reject" and word in (*_BY_NAME, "no_day", "wrong_result", "wrong_lot"):
            word = "rejected"
        elif (decision == "accept" and word in _BY_NAME) or (accept_rest and decision is None and word in _PLAIN):
            word = "accepted"
        status.append(word)
        before.append(known)
    table["status"], table["earlier"] = status, before
    decided = table["status"].isin(("accepted", "rejected"))
    table["reviewed_by"] = [reviewer.strip() if yes else None for yes in decided]
    table["reviewed_on"] = [day if yes else None for yes in decided]
    said = [
        STATUS[word].format(earlier=known or "", result=result or "")
        for word, known, result in zip(table["status"], table["earlier"], table["result"])
    ]
    table["explanation"], table["explanation_ja"] = [text.en for text in said], [text.ja for text in said]
    taken = table[table["status"] == "accepted"].assign(result=lambda t: t["code"], patrol_on=lambda t: t["checked_on"])
    for name in ("checked_on", "reviewed_on"):
        table[name] = _days(table[name])
    taken = taken.assign(patrol_on=_days(taken["patrol_on"]), reviewed_on=_days(taken["reviewed_on"]))
    return (
        taken[[spec.name for spec in PATROL_FIELDS]].reset_index(drop=True),
        table[[spec.name for spec in REVIEW_FIELDS]].reset_index(drop=True),
    )


def _days(column: pd.Series) -> pd.Series:
    return pd.Series(
        [None if day is None else dt.date.fromisoformat(day) for day in column], dtype=object, index=column.index
    )


def _check_decisions(decisions: dict[str, str], known: set[Optional[str]]) -> None:
    for name, word in decisions.items():
        if word not in ("accept", "reject"):
            raise InputError(
                Text(
                    "A decision is accept or reject, not “{word}”. Correct it.",
                    "決定は accept か reject です（「{word}」があります）。直してください。",
                ).format(word=word)
            )
        if name not in known:
            raise InputError(
                Text(
                    "The decision about {name} belongs to no check in the package. Choose the right package.",
                    "決定 {name} に当たる確認がありません。正しいデータを選んでください。",
                ).format(name=name)
            )


class _Earlier:
    """Results known before: by check id, and per lot the newest day with its result."""

    def __init__(self) -> None:
        self.by_check: dict[str, tuple[Optional[str], Optional[str]]] = {}
        self.newest: dict[str, tuple[str, str]] = {}


def _earlier(patrol: Optional[pd.DataFrame]) -> _Earlier:
    found = _Earlier()
    if patrol is None:
        return found
    frames.require(patrol, ("lot_key", "result"), Text("The farm patrol table", "農地パトロールの表"))
    columns = zip(
        frames.texts(patrol, "lot_key"),
        frames.dates(patrol, "patrol_on"),
        frames.texts(patrol, "result"),
        frames.texts(patrol, "check_id"),
    )
    for lot, day, word, check in columns:
        code = result_of(word) or word
        if check is not None:
            found.by_check[check] = (code, None if day is None else day[:10])
        if lot is not None and code is not None:
            entry = ((day or "")[:10], code)
            found.newest[lot] = max(found.newest.get(lot, entry), entry)
    return found


def _status(
    row: object, earlier: _Earlier, lots: Optional[set[str]], seen: set[Optional[str]]
) -> tuple[str, Optional[str]]:
    """Status of one check before the reviewer's word, and the earlier result it stands against."""
    check, lot = getattr(row, "check_id", None), getattr(row, "lot_key", None)
    result, code, day = getattr(row, "result", None), getattr(row, "code", None), getattr(row, "checked_on", None)
    if check is None or check in seen:
        return "repeated", None
    if result is None:
        return "open", None
    if code is None:
        return "wrong_result", None
    if lot is None or (lots is not None and lot not in lots):
        return "wrong_lot", None
    if day is None or not _is_day(day):
        return "no_day", None
    if check in earlier.by_check:
        known, known_day = earlier.by_check[check]
        same = (known, known_day) == (code, day)
        return ("known" if same else "changed"), f"{known}, {known_day}"
    if lot in earlier.newest:
        known_day, known = earlier.newest[lot]
        if known_day >= day and not (known_day == day and known == code):
            return "conflict", f"{known}, {known_day}"
        return "pending", f"{known}, {known_day}"
    return "pending", None


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True
