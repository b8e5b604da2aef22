"""What a repair can do and what it tells: steps, ways to decide, output fields, the legal note.

Free of geopandas, so that the dock and the forms may import it.
"""

from __future__ import annotations

from ..schema import FieldSpec
from ..texts import Text
from .findings import FINDING_FIELDS

#: Stands in every row of every output.
LEGAL_NOTE = Text("Not a legal boundary.", "法的な境界ではありません。")

#: Steps of a repair in the order in which they are done.
VALID, SNAP, POINTS, SPIKES, OVERLAPS = "valid", "snap", "points", "spikes", "overlaps"
GAPS, CHANNELS, PARTS = "gaps", "channels", "parts"
STEPS = {
    VALID: Text("Mend broken shapes", "壊れた形を直す"),
    SNAP: Text("Bring together borders that nearly meet", "ほぼ接する境界を合わせる"),
    POINTS: Text("Add missing border points", "足りない境界点を加える"),
    SPIKES: Text("Cut spikes", "とげを切る"),
    OVERLAPS: Text("Settle overlaps", "重なりを解消する"),
    GAPS: Text("Close small gaps", "小さなすき間を閉じる"),
    CHANNELS: Text("Close narrow open strips", "外に開いた細いすき間を閉じる"),
    PARTS: Text("Make one lot of each part", "離れた部分を別々の筆にする"),
}
#: What is done unless asked otherwise: lots are not taken apart; the tip of a spike may be a border point, and in an
#: open strip a ditch or a path without number may run, which is nobody's to give away.
USUAL_STEPS = (VALID, SNAP, POINTS, OVERLAPS, GAPS)

#: Accuracy classes of 国土調査法施行令 別表第四 that may be trusted, the best first.
CLASS_NAMES = ("甲一", "甲二", "甲三", "乙一", "乙二", "乙三")

#: Who keeps the land of an overlap. Trusted lots always do.
ACCURATE, BORDER, LARGER, SMALLER, OLDER = "accurate", "border", "larger", "smaller", "older"
OVERLAP_RULES = (ACCURATE, BORDER, LARGER, SMALLER, OLDER)

#: Who gets the land of a gap. Trusted lots never change.
LEAVE = "leave"
GAP_RULES = (BORDER, LARGER, SMALLER, LEAVE)

#: Findings of the check that a step cures.
CURES = {
    VALID: ("invalid",),
    SNAP: ("near_border",),
    POINTS: ("missing_vertex",),
    SPIKES: ("spike",),
    OVERLAPS: ("overlap", "contained"),
    GAPS: ("gap",),
    CHANNELS: ("channel",),
    PARTS: ("multipart",),
}

#: Finding that no step cures (which of the lots is right only people know), but that is always told.
COPIES = "duplicate"

#: Why something was left as it is.
TRUSTED, DIFFER, LOSES_MUCH, TOO_WIDE, TWICE, NOT_ASKED, SHARED_TIP, CANNOT = (
    "trusted",
    "differ",
    "loses_much",
    "too_wide",
    "twice",
    "not_asked",
    "shared_tip",
    "cannot",
)
WHY = {
    TRUSTED: Text(
        "A trusted lot would have to change.",
        "信頼する筆を動かさないと直せません。",
    ),
    DIFFER: Text(
        "Trusted lots do not fit each other here.",
        "ここでは信頼する筆どうしが合っていません。",
    ),
    LOSES_MUCH: Text(
        "A lot would lose too large a part of its area. People must decide.",
        "筆の面積の多くが失われるため、人が決めてください。",
    ),
    TOO_WIDE: Text(
        "The gap is wider or larger than the limit. It may be an unnumbered path or ditch.",
        "すき間が上限より大きく、無番地の道や水路かもしれません。",
    ),
    TWICE: Text(
        "The same shape is in several times. Keep one and delete the others.",
        "同じ図形が重複しています。1つを残し、ほかを消してください。",
    ),
    NOT_ASKED: Text("Gaps were to be left.", "すき間は閉じない設定です。"),
    SHARED_TIP: Text(
        "The tip lies on the border of another lot and may be a border point.",
        "先端が隣の筆の境界にあり、境界点かもしれません。",
    ),
    CANNOT: Text("It could not be repaired safely. Redraw it by hand.", "安全に直せません。手で描き直してください。"),
}

#: Fields added to each lot. Those of an earlier repair are replaced.
REPAIR_FIELDS = (
    FieldSpec("repaired", "bool", "Changed by the repair", "修復で変わった"),
    FieldSpec("repair_steps", "text", "What was done", "行った修復"),
    FieldSpec("repair_change_m2", "real", "Change of area (m²)", "面積の増減（m²）"),
    FieldSpec("part", "int", "Part of the lot", "筆の部分"),
    FieldSpec("legal_note", "text", "Note", "注意（英語）"),
    FieldSpec("legal_note_ja", "text", "Note (Japanese)", "注意"),
)

#: One row per changed lot.
REPORT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("lot_label", "text", "Lot", "地番"),
    FieldSpec("repair_steps", "text", "What was done", "行った修復"),
    FieldSpec("area_before_m2", "real", "Area before (m²)", "前の面積（m²）"),
    FieldSpec("area_after_m2", "real", "Area after (m²)", "後の面積（m²）"),
    FieldSpec("won_m2", "real", "Land won (m²)", "増えた土地（m²）"),
    FieldSpec("lost_m2", "real", "Land lost (m²)", "減った土地（m²）"),
    FieldSpec("change_m2", "real", "Change of area (m²)", "面積の増減（m²）"),
    FieldSpec("tolerance_m2", "real", "Area tolerance of its class (m²)", "精度区分の公差（m²）"),
    FieldSpec("within_tolerance", "bool", "Change within the tolerance", "公差の範囲内"),
    FieldSpec("shift_m", "real", "Largest shift of the border (m)", "境界の最大の移動（m）"),
    FieldSpec("parts_before", "int", "Parts before", "前の部分の数"),
    FieldSpec("parts_after", "int", "Parts after", "後の部分の数"),
    FieldSpec("x", "real", "X (east)", "X（東）"),
    FieldSpec("y", "real", "Y (north)", "Y（北）"),
    FieldSpec("legal_note", "text", "Note", "注意（英語）"),
    FieldSpec("legal_note_ja", "text", "Note (Japanese)", "注意"),
)

#: One row per owner of a changed lot.
OWNER_FIELDS = (
    FieldSpec("owner_key", "text", "Owner key (empty: none in the register)", "所有者キー（空欄: 登記になし）"),
    FieldSpec("lots", "int", "Changed lots", "変わった筆の数"),
    FieldSpec("won_m2", "real", "Land won (m²)", "増えた土地（m²）"),
    FieldSpec("lost_m2", "real", "Land lost (m²)", "減った土地（m²）"),
    FieldSpec("change_m2", "real", "Change of area (m²)", "面積の増減（m²）"),
    FieldSpec("share_assumed", "bool", "Equal shares assumed", "持分を均等と仮定"),
    FieldSpec("legal_note", "text", "Note", "注意（英語）"),
    FieldSpec("legal_note_ja", "text", "Note (Japanese)", "注意"),
)

#: What is left, as findings with the reason.
LEFT_FIELDS = (
    *FINDING_FIELDS,
    FieldSpec("why", "text", "Why it is left (English)", "残した理由（英語）"),
    FieldSpec("why_ja", "text", "Why it is left", "残した理由"),
    FieldSpec("legal_note", "text", "Note", "注意（英語）"),
    FieldSpec("legal_note_ja", "text", "Note (Japanese)", "注意"),
)
