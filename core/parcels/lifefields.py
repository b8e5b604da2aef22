"""The life of a finding: new, open, accepted as it is, cured. Fields and words.

Free of geopandas, so that the dock may import it.
"""

from __future__ import annotations

from ..schema import FieldSpec
from ..texts import Text

NEW, OPEN, ACCEPTED, CURED = "new", "open", "accepted", "cured"

STATUS_LABELS = {
    NEW: Text("New", "新しい"),
    OPEN: Text("Open", "未対応"),
    ACCEPTED: Text("Left as it is", "直さない"),
    CURED: Text("Cured", "直った"),
}

#: Fields added to each finding. ``decided_by`` is an office or role, not a name.
LIFE_FIELDS = (
    FieldSpec("status", "text", "Status", "状態"),
    FieldSpec("decided_by", "text", "Decided by (role)", "決めた人（役職）"),
    FieldSpec("decided_on", "text", "Decided on", "決めた日"),
    FieldSpec("reason", "text", "Reason", "理由"),
)

#: Fields of the table of decisions beside the project.
DECISION_FIELDS = (
    FieldSpec("finding_id", "text", "Finding id", "指摘番号"),
    FieldSpec("kind", "text", "Kind", "種類"),
    FieldSpec("lots", "text", "Lot keys", "筆のキー"),
    FieldSpec("lot_labels", "text", "Lots", "地番"),
    *LIFE_FIELDS,
)
