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
    """One kind of finding with its usual severity (see :mod:`.severity`), its label and what to do about it."""

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
            "contained",
            ERROR,
            Text("Lot inside a lot", "筆の中の筆"),
            Text(
                "Find out whether it is the same lot twice, or cut the inner lot out of the outer one.",
                "同じ筆の二重登録かを確かめます。別の筆なら外側の筆から切り抜きます。",
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
            "channel",
            WARNING,
            Text("Open strip", "開いたすき間"),
            Text(
                "Close it, or leave it if a path or a ditch without number runs there.",
                "すき間を閉じます。番号のない道や水路ならそのままで構いません。",
            ),
        ),
        Kind(
            "missing_vertex",
            WARNING,
            Text("Missing border point", "境界点の不足"),
            Text("Add the point to the lot that lacks it.", "点のない筆に境界点を加えます。"),
        ),
        Kind(
            "spike",
            WARNING,
            Text("Spike", "とげ"),
            Text(
                "Delete the point at the tip if it is no border point.",
                "先端の点が境界点でなければ消します。",
            ),
        ),
        Kind(
            "seam",
            WARNING,
            Text("Seam of map sheets", "図面の継ぎ目"),
            Text(
                "Maps of different sheets rarely fit; measure on the ground before moving a border.",
                "図面どうしは合わないことが多いので、境界を動かす前に現地で確かめます。",
            ),
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
            "near_border",
            NOTE,
            Text("Border nearly fits", "境界のわずかなずれ"),
            Text(
                "Nothing to do in most cases; snapping makes the points one.",
                "多くはそのままで構いません。点を合わせる処理で直せます。",
            ),
        ),
        Kind(
            "self_touch",
            NOTE,
            Text("Outline touches itself", "境界の自己接触"),
            Text(
                "Check whether the lot is drawn as meant.",
                "意図どおりの図形かを確かめます。",
            ),
        ),
        Kind(
            "multipart",
            NOTE,
            Text("Several parts", "飛び地のある筆"),
            Text(
                "A lot is one piece of land; look whether the parts have numbers of their own.",
                "1筆は一続きの土地です。別の地番でないかを確かめます。",
            ),
        ),
        Kind(
            "enclave",
            NOTE,
            Text("Lot in a hole", "穴の中の筆"),
            Text(
                "Nothing to do; the lot inside is cut out as it should be.",
                "何もしなくて構いません。内側の筆は正しく切り抜かれています。",
            ),
        ),
        Kind(
            "too_small",
            NOTE,
            Text("Very small lot", "小さすぎる筆"),
            Text(
                "Check whether it is a left-over of drawing.",
                "作図の残りでないかを確かめます。",
            ),
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

#: What measuring on the ground by a land and house investigator (土地家屋調査士) has to settle where the records of the
#: registry do not: kind and severities. Land drawn in two lots, or borders of two map sheets apart, by more than the
#: accuracy class explains; an area that differs from the registered one beyond the area tolerance (below it the
#: register is not corrected: 不動産登記事務取扱手続準則72条1項). Which kinds count is our choice (assumption).
SURVEYOR: dict[str, tuple[str, ...]] = {
    "overlap": (ERROR,),
    "seam": (ERROR, WARNING),
    "area_mismatch": (ERROR, WARNING),
}
SURVEYOR_WORDS = Text("Surveyor", "調査士が必要")
SURVEYOR_ADVICE = Text(
    "If the registry's records do not settle it, ask a surveyor (land and house investigator).",
    "登記所の資料で決まらなければ、土地家屋調査士に相談します。",
)


def needs_surveyor(kind: str, severity: str) -> bool:
    """Whether a finding of this kind and severity needs a surveyor (see :data:`SURVEYOR`)."""
    return severity in SURVEYOR.get(kind, ())


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

#: Fields of the list of points that were taken for another one within the tolerance (points).
SNAPPED_FIELDS = (
    FieldSpec("lot", "text", "Lot key", "筆のキー"),
    FieldSpec("lot_label", "text", "Lot", "地番"),
    FieldSpec("distance", "real", "Distance (m)", "距離（m）"),
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
