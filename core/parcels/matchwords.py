"""Fields and words of the register matching (no computing behind them)."""

from __future__ import annotations

from ..schema import FieldSpec
from ..texts import Text

CERTAIN, LIKELY, ACCEPTED, REJECTED = "certain", "likely", "accepted", "rejected"
STATUSES = {
    CERTAIN: Text("certain", "確実"),
    LIKELY: Text("likely, to be looked at", "要確認"),
    ACCEPTED: Text("accepted", "採用"),
    REJECTED: Text("rejected", "不採用"),
}
#: What has become of a remembered decision.
CURRENT, CHANGED, GONE = "current", "changed", "gone"

KINDS = {
    "key": Text("Same lot key", "筆キーが同じ"),
    "number": Text("Same place and number", "所在と地番が同じ"),
    "area_differs": Text("Areas differ", "面積が違う"),
    "reading": Text("Number can be read otherwise", "地番の読み方が複数ある"),
    "place_missing": Text("Row without 大字", "行に大字がない"),
    "place_differs": Text("大字 differs", "大字が違う"),
    "place_similar": Text("大字 spelled differently", "大字の表記が違う"),
    "koaza_differs": Text("小字 differs", "小字が違う"),
    "typo": Text("One sign of the number differs", "地番が1字違う"),
    "prefix": Text("Prefix differs", "地番の符号が違う"),
    "part": Text("Part of a lot (内)", "筆の一部（内）"),
    "several": Text("Row for several lots", "複数の筆の行"),
    "split": Text("Lot may have been divided (分筆)", "分筆の可能性"),
    "merge": Text("Lots may have been combined (合筆)", "合筆の可能性"),
    "undetermined": Text("Within a lot of undetermined boundary", "筆界未定"),
    "shared": Text("Several rows for one lot", "1筆に複数の行"),
    "rival": Text("Another lot fits as well", "ほかの筆も合う"),
    "unchecked": Text("No area to check it by", "確かめる面積がない"),
    "by_hand": Text("Matched by a person", "人が対応付けた"),
}

#: What it means when no row of the register tells an area.
NO_AREAS = Text(
    "The register has no areas, so a wrong lot number cannot be told from a right one by the area. Where a lot without "
    "a row has almost the same number, the match is not certain and waits for you to look at it.",
    "登記の表に面積がないため、地番の書き間違いを面積で見分けられません。行のない筆とよく似た地番の行は「要確認」として"
    "残しますので、確かめてください。",
)

MATCH_FIELDS = (
    FieldSpec("match_id", "text", "Match", "対応番号"),
    FieldSpec("group_id", "text", "Belongs together", "組"),
    FieldSpec("status", "text", "State", "状態"),
    FieldSpec("screening", "text", "State by the comparison alone", "照合だけの結果"),
    FieldSpec("kind", "text", "Kind", "種類"),
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("lot_label", "text", "Lot on the map", "図の筆"),
    FieldSpec("row_key", "text", "Register entry", "登記の行のキー"),
    FieldSpec("row_label", "text", "Register entry as written", "登記の表記"),
    FieldSpec("row_count", "int", "Rows of the entry", "行数"),
    FieldSpec("score", "real", "Score (0–1, for order only)", "点数（0〜1、並び順のみ）"),
    FieldSpec("reason", "text", "Reason", "理由（英語）"),
    FieldSpec("reason_ja", "text", "Reason (Japanese)", "理由"),
    FieldSpec("area_lot", "real", "Area on the map (m²)", "図上面積（m²）"),
    FieldSpec("area_register", "real", "Registered area (m²)", "地積（m²）"),
    FieldSpec("decided_by", "text", "Decided by", "決めた人"),
    FieldSpec("decided_on", "text", "Decided on", "決めた日"),
    FieldSpec("note", "text", "Note", "メモ"),
    FieldSpec("decision_state", "text", "Decision (current, changed)", "決定の状態"),
    FieldSpec("basis", "text", "Fingerprint of the data", "データの指紋"),
)
UNMATCHED_LOT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("lot_label", "text", "Lot on the map", "図の筆"),
    FieldSpec("area_lot", "real", "Area on the map (m²)", "図上面積（m²）"),
    FieldSpec("reason", "text", "Reason", "理由（英語）"),
    FieldSpec("reason_ja", "text", "Reason (Japanese)", "理由"),
    FieldSpec("candidates", "text", "Register entries that might fit", "合うかもしれない行"),
)
UNMATCHED_ROW_FIELDS = (
    FieldSpec("row_key", "text", "Register entry", "登記の行のキー"),
    FieldSpec("row_label", "text", "Register entry as written", "登記の表記"),
    FieldSpec("row_count", "int", "Rows of the entry", "行数"),
    FieldSpec("area_register", "real", "Registered area (m²)", "地積（m²）"),
    FieldSpec("reason", "text", "Reason", "理由（英語）"),
    FieldSpec("reason_ja", "text", "Reason (Japanese)", "理由"),
    FieldSpec("candidates", "text", "Lots that might fit", "合うかもしれない筆"),
)
DECISION_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("row_key", "text", "Register entry", "登記の行のキー"),
    FieldSpec("decision", "text", "Decision (accepted, rejected)", "決定"),
    FieldSpec("decided_by", "text", "Decided by", "決めた人"),
    FieldSpec("decided_on", "text", "Decided on", "決めた日"),
    FieldSpec("note", "text", "Note", "メモ"),
    FieldSpec("basis", "text", "Fingerprint of the data", "データの指紋"),
    FieldSpec("decision_state", "text", "Decision (current, changed, gone)", "決定の状態"),
)
JOINED_FIELDS = (
    FieldSpec("register_match", "text", "Register entry (certain, accepted, likely, none)", "登記との対応"),
    FieldSpec("register_rows", "int", "Rows of the register", "登記の行数"),
)
