"""What the parcel check can find: kinds, severities, labels and output fields.

Free of geopandas, so that the dock and the forms may import it.
"""

from __future__ import annotations

from typing import NamedTuple

from ..schema import FieldSpec
from ..texts import Text

ERROR, WARNING, NOTE, OK = "error", "warning", "note", "ok"

#: From the worst to the best.
SEVERITIES = (ERROR, WARNING, NOTE, OK)

SEVERITY_LABELS = {
    ERROR: Text("Fix first", "先に直す"),
    WARNING: Text("Check", "確かめる"),
    NOTE: Text("Note", "お知らせ"),
    OK: Text("No problem", "問題なし"),
}


class Kind(NamedTuple):
    """One kind of finding with its usual severity, its label and what to do about it."""

    name: str
    severity: str
    label: Text
    advice: Text


#: In the order in which a list shows them.
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "overlap",
            ERROR,
            Text("Overlap", "重なり"),
            Text(
                "Find out which border is right and move the other one.",
                "どちらの境界が正しいかを確かめ、もう一方を直します。",
            ),
        ),
        Kind(
            "invalid",
            ERROR,
            Text("Broken shape", "形の異常"),
            Text("Redraw the border at the marked place.", "印の場所で境界の線を描き直します。"),
        ),
        Kind(
            "no_geometry",
            ERROR,
            Text("No shape", "図形なし"),
            Text(
                "Draw the lot, or delete the row if the lot does not exist.",
                "筆を描きます。存在しない筆なら行を消します。",
            ),
        ),
        Kind(
            "duplicate",
            ERROR,
            Text("Duplicate", "二重登録"),
            Text("Keep one and delete the others.", "1つを残し、ほかを消します。"),
        ),
        Kind(
            "duplicate_key",
            ERROR,
            Text("Lot number used twice", "地番の重複"),
            Text(
                "Correct the lot number, or join the shapes if they are one lot.",
                "地番を直します。1つの筆なら図形をまとめます。",
            ),
        ),
        Kind(
            "gap",
            WARNING,
            Text("Gap", "すき間"),
            Text(
                "Close it, or leave it if unnumbered land lies there.",
                "すき間を閉じます。無番地の土地ならそのままで構いません。",
            ),
        ),
        Kind(
            "missing_vertex",
            WARNING,
            Text("Missing border point", "境界点の不足"),
            Text("Add the point to the lot that lacks it.", "点のない筆に境界点を加えます。"),
        ),
        Kind(
            "area_mismatch",
            WARNING,
            Text("Area differs", "面積の差"),
            Text("Compare with the survey map of the lot at the registry office.", "登記所の地積測量図と比べます。"),
        ),
        Kind(
            "area_unit",
            WARNING,
            Text("Unit of area?", "面積の単位"),
            Text("Set the unit of the registered area and check again.", "登記面積の単位を選び、もう一度調べます。"),
        ),
        Kind(
            "area_conflict",
            WARNING,
            Text("Two registered areas", "地積の食い違い"),
            Text("Correct the register table.", "登記の表を直します。"),
        ),
        Kind(
            "sliver",
            NOTE,
            Text("Narrow lot", "細い筆"),
            Text("Nothing to do if it is a road or a ditch.", "道や水路なら何もしなくて構いません。"),
        ),
        Kind(
            "no_area",
            NOTE,
            Text("No registered area", "登記面積なし"),
            Text("Add the registered area if you need the comparison.", "比べる必要があれば登記面積を加えます。"),
        ),
        Kind(
            "no_key",
            NOTE,
            Text("No lot number", "地番なし"),
            Text("Add the lot number if it is known.", "分かれば地番を加えます。"),
        ),
    )
}

#: Fields of the findings layer (points).
FINDING_FIELDS = (
    FieldSpec("finding_id", "text", "Finding id", "指摘番号"),
    FieldSpec("kind", "text", "Kind", "種類"),
    FieldSpec("severity", "text", "Severity", "重要度"),
    FieldSpec("lots", "text", "Lot keys", "筆のキー"),
    FieldSpec("lot_labels", "text", "Lots", "地番"),
    FieldSpec("size", "real", "Size", "大きさ"),
    FieldSpec("size_unit", "text", "Unit", "単位"),
    FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
    FieldSpec("detail", "text", "Detail", "詳細"),
    FieldSpec("x", "real", "X (east)", "X（東）"),
    FieldSpec("y", "real", "Y (north)", "Y（北）"),
)

#: Fields of the layer of areas (overlaps, gaps, duplicates, narrow lots).
AREA_FIELDS = (
    FieldSpec("finding_id", "text", "Finding id", "指摘番号"),
    FieldSpec("kind", "text", "Kind", "種類"),
    FieldSpec("severity", "text", "Severity", "重要度"),
    FieldSpec("area_m2", "real", "Area (m²)", "面積（m²）"),
)

#: Fields added to each lot.
LOT_FIELDS = (
    FieldSpec("area_m2", "real", "Area on the map (m²)", "図の面積（m²）"),
    FieldSpec("area_registered", "real", "Registered area (m²)", "登記面積（m²）"),
    FieldSpec("area_diff", "real", "Map minus register (m²)", "図と登記の差（m²）"),
    FieldSpec("area_tolerance", "real", "Area tolerance (m²)", "面積の公差（m²）"),
    FieldSpec("errors", "int", "To fix first", "先に直す数"),
    FieldSpec("warnings", "int", "To check", "確かめる数"),
    FieldSpec("notes", "int", "Notes", "お知らせの数"),
    FieldSpec("worst", "text", "Result", "結果"),
)
