"""The next lawful step for each state of contact, from the catalogue owner_steps.csv."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Optional

from ..errors import InputError
from ..texts import Text
from .words import EFFORT_WORDS, STATES

EVIDENCE_WORDS: dict[str, Text] = {
    "verified": Text("law text or official page read", "法令・公的な頁で確認"),
    "secondary": Text("second-hand source", "二次資料による"),
    "assumption": Text("to be checked", "要確認"),
}
_COLUMNS = (
    *("step_id", "state", "owner_kind", "flag", "step_order", "effort", "title", "title_ja", "law", "law_ja", "office"),
    *("office_ja", "form", "form_ja", "evidence", "source", "checked_on", "note", "note_ja"),
)


class Step(NamedTuple):
    """One step. ``owner_kind`` and ``flag`` empty: any. ``checked_on`` is empty where nobody has checked."""

    step_id: str
    state: str
    owner_kind: str
    flag: str
    order: int
    effort: int
    title: Text
    law: Text
    office: Text
    form: Text
    evidence: str
    source: str
    checked_on: str
    note: Text

    def described(self) -> Text:
        """Title, law, office and form in one sentence, with "to be checked" where it is an assumption."""
        said = Text("{title} ({law}; {office}).", "{title}（{law}、{office}）。").format(
            title=self.title, law=self.law, office=self.office
        )
        if self.evidence == "assumption":
            said = said + Text("To be checked.", "要確認。")
        return said


def _bad(row: int, why: str) -> InputError:
    return InputError(
        Text(
            "Row {row} of the table of next steps cannot be used ({why}). Correct it.",
            "次の手続の表の{row}行目が使えません（{why}）。直してください。",
        ).format(row=row, why=why)
    )


def read_steps(rows: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Steps from rows of the catalogue; raises ``InputError`` for an unknown state, evidence or effort."""
    found = []
    for number, row in enumerate(rows, start=1):
        cell = {name: _text(row.get(name)) for name in _COLUMNS}
        if not cell["step_id"]:
            continue
        if cell["state"] not in STATES:
            raise _bad(number, f"state: {cell['state']}")
        if cell["evidence"] not in EVIDENCE_WORDS:
            raise _bad(number, f"evidence: {cell['evidence']}")
        try:
            order, effort = int(float(cell["step_order"])), int(float(cell["effort"]))
        except ValueError as error:
            raise _bad(number, "step_order, effort") from error
        if effort not in EFFORT_WORDS:
            raise _bad(number, f"effort: {effort}")
        both = {name: Text(cell[name], cell[f"{name}_ja"]) for name in ("title", "law", "office", "form", "note")}
        found.append(
            Step(
                cell["step_id"],
                cell["state"],
                cell["owner_kind"],
                cell["flag"],
                order,
                effort,
                both["title"],
                both["law"],
                both["office"],
                both["form"],
                cell["evidence"],
                cell["source"],
                cell["checked_on"],
                both["note"],
            )
        )
    return found


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value).strip()


def steps_from_csv(text: str) -> list[Step]:
    """Steps from the text of the catalogue."""
    return read_steps(csv.DictReader(io.StringIO(text)))


def next_step(steps: Iterable[Step], state: str, owner_kind: str, flags: Iterable[str]) -> Optional[Step]:
    """The first step of a state: what fits kind and flag best, then by order; ``None`` without one."""
    flags = set(flags)
    fitting = [
        step
        for step in steps
        if step.state == state
        and (not step.owner_kind or step.owner_kind == owner_kind)
        and (not step.flag or step.flag in flags)
    ]
    return min(fitting, key=lambda s: (not s.flag, s.order, not s.owner_kind, s.effort, s.step_id), default=None)
