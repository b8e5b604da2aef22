"""Fields of the plan layer and of the choices that go into it. No package needed."""

from __future__ import annotations

from ..schema import FieldSpec

#: Layer ``plan`` of the plan file, see docs/formats.md "Plan".
PLAN_FIELDS = (
    FieldSpec("unit_id", "text", "Unit ID", "区画ID"),
    FieldSpec("unit_kind", "text", "Kind of unit", "区画の種類"),
    FieldSpec("unit_no", "text", "Number", "番号"),
    FieldSpec("lot_keys", "text", "Lots", "筆"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("district", "text", "District", "地区"),
    FieldSpec("area_m2", "real", "Area (m²)", "面積（m²）"),
    FieldSpec("boundary_quality", "text", "Boundary quality", "境界の確かさ"),
    FieldSpec("use_now", "text", "Present use", "現在の利用区分"),
    FieldSpec("use_plan", "text", "Planned use", "計画の利用区分"),
    FieldSpec("management_class", "text", "Management class", "管理の区分"),
    FieldSpec("priority", "bool", "Priority land", "優先的に維持したい土地"),
    FieldSpec("decided_by", "text", "Decided by", "決めた人"),
    FieldSpec("decided_on", "date", "Decided on", "決めた日"),
    FieldSpec("decided_in", "text", "Meeting", "決めた場"),
    FieldSpec("reason", "text", "Reason (English)", "理由（英語）"),
    FieldSpec("reason_ja", "text", "Reason", "理由"),
    FieldSpec("basis", "text", "Basis (English)", "根拠（英語）"),
    FieldSpec("basis_ja", "text", "Basis", "根拠"),
    FieldSpec("certainty", "text", "Certainty", "確かさ"),
    FieldSpec("actor", "text", "Managing actor", "管理主体"),
    FieldSpec("method", "text", "Method", "管理手法"),
    FieldSpec("start_on", "date", "Starts on", "開始日"),
    FieldSpec("owner_status", "text", "Contact with owner", "所有者への連絡"),
    FieldSpec("owner_agreed", "text", "Owner's agreement", "所有者の同意"),
    FieldSpec("effect_if_left", "text", "Harm if left alone", "放置したときの悪影響"),
    FieldSpec("evidence_ids", "text", "Evidence", "根拠データ"),
    FieldSpec("horizon_year", "int", "Target year", "目標年"),
    FieldSpec("review_on", "date", "Review on", "見直す日"),
    FieldSpec("schemes", "text", "Schemes", "使える制度"),
    FieldSpec("zoning", "text", "Zones by law", "法律の区域"),
    FieldSpec("conflict", "text", "Conflict with law (English)", "法律との不一致（英語）"),
    FieldSpec("conflict_ja", "text", "Conflict with law", "法律との不一致"),
    FieldSpec("note", "text", "Note", "メモ"),
    FieldSpec("draft_class", "text", "Class in the draft", "たたき台の区分"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
    FieldSpec("created_at", "datetime", "Created", "作成日時"),
    FieldSpec("changed_at", "datetime", "Changed", "変更日時"),
)
FIELD_BY_NAME = {field.name: field for field in PLAN_FIELDS}

#: Set by the file itself, never by a caller.
FILE_FIELDS = ("created_at", "changed_at")
#: The choice proper: these change together, so that a reason never outlives the class it explains.
CHOICE_FIELDS = (
    "management_class",
    "priority",
    "use_plan",
    "decided_by",
    "decided_on",
    "decided_in",
    "reason",
    "reason_ja",
    "basis",
    "basis_ja",
    "certainty",
)
#: Facts about the land, refreshed also where the choice is protected.
LAND_FIELDS = (
    "hamlet",
    "district",
    "area_m2",
    "boundary_quality",
    "use_now",
    "owner_status",
    "effect_if_left",
    "evidence_ids",
    "zoning",
    "synthetic",
)
#: A conflict with a special law follows the land and the choice and is never simply dropped.
CONFLICT_FIELDS = ("conflict", "conflict_ja")
#: How a choice is carried out; written by people, so nothing empty ever erases them.
ACTION_FIELDS = (
    "actor",
    "method",
    "start_on",
    "owner_agreed",
    "horizon_year",
    "review_on",
    "schemes",
    "note",
)
