"""Whether each owner can be reached, since when, on what evidence, and what lawfully comes next.

A state is read from the records in a fixed order (methods.md); the first that says something counts. What is said of
one entry of a person counts for all of them. Nothing here names anybody: results carry keys and classes only.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

import pandas as pd

from .. import frames
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text
from . import names, shares
from .flags import day_of, newest, owner_flags, years_between
from .steps import Step, next_step
from .words import COMMON_NO_REP, DISSOLVED, HEIRS, MOVED, PUBLIC, REACHABLE, UNKNOWN, natural

#: Land categories that belong to the state or municipality where the register names no owner (formats.md; the last two
#: are an assumption).
PUBLIC_CATEGORIES = frozenset(("公衆用道路", "用悪水路", "井溝", "堤"))

REACHED, TO_CHECK, NOT_KNOWN = "reachable", "to_check", "unknown"
#: From easy to hard.
STATUS_ORDER = (REACHED, TO_CHECK, NOT_KNOWN)

OWNER_LOT_FIELDS: tuple[FieldSpec, ...] = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("person_key", "text", "Person key", "同一人キー"),
    FieldSpec("owner_key", "text", "Owner key", "所有者キー"),
    FieldSpec("owner_kind", "text", "Kind of owner", "所有者の種類"),
    FieldSpec("share", "text", "Share", "持分"),
    FieldSpec("state", "text", "State of contact", "連絡の状態"),
    FieldSpec("owner_status", "text", "Contact with owner", "所有者への連絡"),
    FieldSpec("since", "text", "Since", "いつから"),
    FieldSpec("evidence", "text", "Evidence", "根拠（英語）"),
    FieldSpec("evidence_ja", "text", "Evidence (Japanese)", "根拠"),
    FieldSpec("confidence", "text", "Confidence", "確からしさ"),
    FieldSpec("effort", "int", "Effort (1 letter – 4 court)", "手間（1 手紙・相談〜4 裁判所・裁定）"),
    FieldSpec("step_id", "text", "Step", "手続"),
    FieldSpec("next_step", "text", "Next lawful step", "次の手続（英語）"),
    FieldSpec("next_step_ja", "text", "Next lawful step (Japanese)", "次の手続"),
    FieldSpec("form", "text", "Form", "様式（英語）"),
    FieldSpec("form_ja", "text", "Form (Japanese)", "様式"),
    FieldSpec("step_evidence", "text", "Evidence of the step", "手続の確認"),
    FieldSpec("step_source", "text", "Source of the step", "手続の出典"),
    FieldSpec("step_checked_on", "text", "Step checked on", "手続の確認日"),
)


@dataclass
class ContactLimits:
    """``heirs_years``: a registration this old of an owner not confirmed may need heirs. ``reached_years``: an answer
    older than this is told with low confidence. Both are assumptions. ``today``: as in :class:`flags.Limits`."""

    heirs_years: int = 50
    reached_years: int = 5
    today: Optional[dt.date] = None


class Found(NamedTuple):
    """A state with its evidence."""

    state: str
    status: str
    since: Optional[str]
    evidence: Text
    confidence: str


@dataclass
class _Person:
    """Everything the list says about one person."""

    kind: str = names.PERSON
    died: Optional[str] = None
    noted_dead: bool = False
    dissolved: Optional[str] = None
    contact: Optional[str] = None
    contact_on: Optional[str] = None
    representative: Optional[str] = None
    addressed: bool = False
    flags: frozenset[str] = frozenset()
    #: Register statuses of all its rows, and whether all addresses are elsewhere.
    statuses: set[str] = field(default_factory=set)


_EVIDENCE = {
    "category": Text("Road, ditch or other public land by its category.", "地目が道路・水路などの公有地です。"),
    "public": Text("The owner is the state or a municipality.", "国・自治体の土地です。"),
    "ward": Text("The owner is a property ward, run by the municipality.", "財産区です。市町村が管理します。"),
    "dissolved": Text("The body is recorded as dissolved.", "法人が解散したと記録されています。"),
    "representative": Text("A representative is recorded.", "代表者が記録されています。"),
    "no_representative": Text("No representative is recorded.", "代表者の記録がありません。"),
    "died": Text(
        "The owner is recorded as dead; the title has not changed.", "亡くなった記録があり、名義は変わっていません。"
    ),
    "noted_dead": Text(
        "The name itself says that the owner has died.", "名義に「亡」「故」などとあり、亡くなっています。"
    ),
    "said_dead": Text("Somebody said that the owner has died.", "亡くなったと聞いています。"),
    "reached": Text("The owner answered.", "連絡がつきました。"),
    "reached_long_ago": Text("The owner answered, more than {n} years ago.", "連絡がついたのは{n}年以上前です。"),
    "moved": Text("The owner has moved; the new address is not known.", "転居し、転居先が分かりません。"),
    "returned": Text("A letter came back.", "郵便が戻りました。"),
    "no_answer": Text("No answer yet.", "まだ返事がありません。"),
    "register": Text(
        "The municipality's list says that the owner can be reached.", "市町村の一覧で連絡がつくとされています。"
    ),
    "other_entry": Text("Another entry of the same person can be reached.", "同じ人の別の記載で連絡がつきます。"),
    "old": Text(
        "Not confirmed, and registered in {year}: heirs are likely (assumption: {n} years or more).",
        "未確認で、登記が{year}年のため相続人の可能性があります（仮定: {n}年以上）。",
    ),
    "elsewhere": Text("The address is elsewhere and not confirmed.", "住所が地区外で、確かめられていません。"),
    "to_check": Text("The municipality's list says: to be checked.", "市町村の一覧で要確認とされています。"),
    "no_word": Text("No record says how to reach the owner.", "連絡先の記録がありません。"),
    "no_owner": Text("The register names no owner.", "登記に所有者がありません。"),
}


def _persons(owners: Optional[pd.DataFrame], register: pd.DataFrame) -> tuple[dict[str, str], dict[str, _Person]]:
    """Person of each owner key, and what is known of each person."""
    person_of: dict[str, str] = {}
    people: dict[str, _Person] = defaultdict(_Person)
    if owners is not None:
        keys = frames.texts(owners, "owner_key")
        persons = [person or key for person, key in zip(frames.texts(owners, "person_key"), keys)]
        resolved = owners.assign(person_key=persons)
        known_kinds = frames.texts(resolved, "owner_kind")
        written = frames.texts(resolved, "name")
        places = frames.texts(resolved, "address")
        towns = names.towns(places)
        told = zip(known_kinds, written, places)
        kinds = [kind or names.kind_at(name or "", place, towns) for kind, name, place in told]
        resolved = resolved.assign(owner_kind=kinds)
        flags = owner_flags(resolved)
        columns = zip(
            keys,
            persons,
            kinds,
            frames.dates(resolved, "died_on"),
            frames.dates(resolved, "dissolved_on"),
            frames.texts(resolved, "contact_result"),
            frames.dates(resolved, "contact_on"),
            frames.texts(resolved, "representative"),
            frames.texts(resolved, "address"),
            flags,
            written,
        )
        for key, person, kind, died, dissolved, contact, on, representative, address, said, name in columns:
            if key is None:
                continue
            person_of[key] = person
            known = people[person]
            known.kind = kind or known.kind
            known.died = min(filter(None, (known.died, died)), default=None)
            known.noted_dead = known.noted_dead or names.noted_dead(name)
            known.dissolved = min(filter(None, (known.dissolved, dissolved)), default=None)
            if contact is not None and (on or "", contact) > (known.contact_on or "", known.contact or ""):
                known.contact, known.contact_on = contact, on
            if representative in ("yes", "no") and known.representative != "yes":
                known.representative = representative
            known.addressed = known.addressed or address is not None
            known.flags = known.flags | frozenset(filter(None, said.split("; ")))
    for key, status in zip(frames.texts(register, "owner_key"), frames.texts(register, "owner_status")):
        if key is not None:
            person_of.setdefault(key, key)
            people[person_of[key]].statuses.add(status or NOT_KNOWN)
    return person_of, people


def _state(
    person: _Person, status: str, address_kind: Optional[str], registered: Optional[str], limits: ContactLimits
) -> Found:
    """The state of one owner of one lot: the first record that says something."""
    today = limits.today
    if person.kind == names.PUBLIC:
        return Found(PUBLIC, REACHED, None, _EVIDENCE["public"], "high")
    if person.kind == names.PROPERTY_WARD:
        return Found(PUBLIC, REACHED, None, _EVIDENCE["ward"], "medium")
    if person.dissolved or person.contact == "dissolved":
        return Found(DISSOLVED, TO_CHECK, person.dissolved or person.contact_on, _EVIDENCE["dissolved"], "high")
    if person.kind in (names.COMMON, names.RELIGIOUS):
        if person.contact == "reached":
            return _reached(person, today, limits)
        if person.representative == "yes":
            return Found(REACHABLE, REACHED, None, _EVIDENCE["representative"], "medium")
        # The death of one of a group is no succession of the group: somebody must speak for the others.
        if status != REACHED or person.died or person.contact == "died":
            return Found(COMMON_NO_REP, TO_CHECK, None, _EVIDENCE["no_representative"], "medium")
    elif person.kind == names.PERSON and person.died:
        return Found(HEIRS, TO_CHECK, person.died, _EVIDENCE["died"], "high")
    elif person.kind == names.PERSON and person.noted_dead:
        return Found(HEIRS, TO_CHECK, None, _EVIDENCE["noted_dead"], "medium")
    by_contact = _by_contact(person, status, today, limits)
    if by_contact is not None:
        return by_contact
    if status == REACHED:
        return Found(REACHABLE, REACHED, None, _EVIDENCE["register"], "medium")
    if REACHED in person.statuses:
        return Found(REACHABLE, REACHED, None, _EVIDENCE["other_entry"], "medium")
    if status != TO_CHECK:
        return Found(UNKNOWN, NOT_KNOWN, None, _EVIDENCE["no_word"], "low")
    day = day_of(registered)
    if person.kind == names.PERSON and day and today and years_between(day, today) >= limits.heirs_years:
        said = _EVIDENCE["old"].format(year=day.year, n=limits.heirs_years)
        return Found(HEIRS, TO_CHECK, registered, said, "low")
    if address_kind == "outside" or "foreign" in person.flags:
        return Found(UNKNOWN, TO_CHECK, None, _EVIDENCE["elsewhere"], "low")
    return Found(UNKNOWN, TO_CHECK, None, _EVIDENCE["to_check"], "low")


def _reached(person: _Person, today: Optional[dt.date], limits: ContactLimits) -> Found:
    on = person.contact_on
    day = day_of(on)
    if day and today and years_between(day, today) >= limits.reached_years:
        said = _EVIDENCE["reached_long_ago"].format(n=limits.reached_years)
        return Found(REACHABLE, REACHED, on, said, "low")
    return Found(REACHABLE, REACHED, on, _EVIDENCE["reached"], "high")


def _by_contact(person: _Person, status: str, today: Optional[dt.date], limits: ContactLimits) -> Optional[Found]:
    on = person.contact_on
    if person.contact == "reached":
        return _reached(person, today, limits)
    if person.contact == "died" and person.kind == names.PERSON:
        return Found(HEIRS, TO_CHECK, on, _EVIDENCE["said_dead"], "medium")
    if person.contact in ("moved", "returned"):
        return Found(MOVED, TO_CHECK, on, _EVIDENCE[person.contact], "high" if person.contact == "moved" else "medium")
    if person.contact == "no_answer":
        return Found(UNKNOWN, TO_CHECK if status != NOT_KNOWN else NOT_KNOWN, on, _EVIDENCE["no_answer"], "medium")
    return None


def owner_lots(
    register: pd.DataFrame,
    owners: Optional[pd.DataFrame],
    steps: Sequence[Step],
    limits: Optional[ContactLimits] = None,
    progress: Optional[Progress] = None,
) -> pd.DataFrame:
    """State and next step of every owner of every lot, with :data:`OWNER_LOT_FIELDS`.

    ``register``: ``lot_key, owner_key, owner_status`` and where known ``share, address_kind, registered_on,
    category_reg``. ``owners``: the list of owners, resolved or not; without it only the register speaks. Entries of one
    person on one lot are one row with the sum of their shares. Order of rows: lot, person. Raises ``InputError`` for
    missing fields, ``Cancelled``.
    """
    limits, progress = limits or ContactLimits(), progress or Progress()
    frames.require(register, ("lot_key", "owner_key"), Text("The register", "登記の一覧"))
    if owners is not None:
        frames.require(owners, ("owner_key",), Text("The list of owners", "所有者の一覧"))
    person_of, people = _persons(owners, register)
    registered = frames.dates(register, "registered_on")
    if limits.today is None:
        contacts = frames.dates(owners, "contact_on") if owners is not None else ()
        limits = ContactLimits(limits.heirs_years, limits.reached_years, newest(registered, contacts))
    rows: dict[tuple[str, str], list[int]] = defaultdict(list)
    columns = {
        name: frames.texts(register, name)
        for name in ("lot_key", "owner_key", "owner_status", "share", "address_kind", "category_reg")
    }
    for row, (lot, owner) in enumerate(zip(columns["lot_key"], columns["owner_key"])):
        if lot is not None:
            rows[lot, person_of.get(owner, "") if owner is not None else ""].append(row)
    chosen: dict[tuple[str, str, frozenset[str]], Optional[Step]] = {}
    result = []
    for count, (lot, person) in enumerate(sorted(rows, key=lambda both: (natural(both[0]), natural(both[1])))):
        if count % 1000 == 0:
            progress.step(count / len(rows))
        held = rows[lot, person]
        known = people[person] if person else _Person()
        if person:
            status = min((columns["owner_status"][row] or NOT_KNOWN for row in held), key=_hardness)
            elsewhere = [columns["address_kind"][row] for row in held]
            last = max((registered[row] for row in held if registered[row]), default=None)
            found = _state(known, status, elsewhere[0] if len(set(elsewhere)) == 1 else None, last, limits)
        elif any(columns["category_reg"][row] in PUBLIC_CATEGORIES for row in held):
            found = Found(PUBLIC, REACHED, None, _EVIDENCE["category"], "medium")
            known.kind = names.PUBLIC
        else:
            found = Found(UNKNOWN, NOT_KNOWN, None, _EVIDENCE["no_owner"], "low")
        # Somebody whose address is only unconfirmed gets a letter first.
        place = (found.state, known.kind, known.flags | {found.status})
        if place not in chosen:
            chosen[place] = next_step(steps, *place)
        result.append(
            _row(
                lot,
                person,
                columns,
                held,
                known.kind if person or found.state == PUBLIC else None,
                found,
                chosen[place],
            )
        )
    return pd.DataFrame(result, columns=[spec.name for spec in OWNER_LOT_FIELDS])


def _hardness(status: str) -> int:
    return STATUS_ORDER.index(status) if status in STATUS_ORDER else len(STATUS_ORDER)


def _row(
    lot: str,
    person: str,
    columns: dict[str, Any],
    held: list[int],
    kind: Optional[str],
    found: Found,
    step: Optional[Step],
) -> dict[str, Any]:
    parts = [columns["share"][row] for row in held]
    share = parts[0]
    if len(parts) > 1:
        whole = shares.total(map(shares.parse, parts))
        share = None if whole is None else f"{whole.numerator}/{whole.denominator}"
    keys = sorted({columns["owner_key"][row] for row in held if columns["owner_key"][row]}, key=natural)
    said = step.described() if step else Text("", "")
    return {
        "lot_key": lot,
        "person_key": person or None,
        "owner_key": keys[0] if keys else None,
        "owner_kind": kind,
        "share": share,
        "state": found.state,
        "owner_status": found.status,
        "since": found.since,
        "evidence": found.evidence.en,
        "evidence_ja": found.evidence.ja,
        "confidence": found.confidence,
        "effort": step.effort if step else None,
        "step_id": step.step_id if step else None,
        "next_step": said.en or None,
        "next_step_ja": said.ja or None,
        "form": step.form.en if step else None,
        "form_ja": step.form.ja if step else None,
        "step_evidence": step.evidence if step else None,
        "step_source": (step.source or None) if step else None,
        "step_checked_on": (step.checked_on or None) if step else None,
    }
