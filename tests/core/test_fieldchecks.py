"""Field results coming back: nothing is overwritten, every check has a status."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Optional

import pandas as pd
import pytest

from land_stewardship.core.condition import fieldchecks as fc
from land_stewardship.core.condition.evidence import SURVEY_STATES
from land_stewardship.core.errors import InputError

DAY = "2026-11-30"


def checks(*given: tuple[str, str, Optional[str], Optional[str]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"check_id": c, "lot_key": k, "chiban": k, "result": r, "checked_on": d, "checked_by": "A", "note": None}
            for c, k, r, d in given
        ]
    )


def review(table: pd.DataFrame, patrol: Optional[pd.DataFrame] = None, **more: Any) -> tuple[Any, dict[str, str]]:
    given = {"lots": None, "decisions": {}, "accept_rest": False, "reviewer": "office", "day": DAY, **more}
    taken, listed = fc.review(table, patrol, **given)
    return taken, dict(zip(listed["check_id"], listed["status"]))


def test_ids_are_uuids_of_lot_and_round() -> None:
    one = fc.check_id("2026-11", "k0")
    assert uuid.UUID(one).version == 5 and one == fc.check_id("2026-11", "k0")
    assert len({one, fc.check_id("2026-11", "k1"), fc.check_id("2027-11", "k0")}) == 3


def test_every_answer_is_known_to_the_judgement() -> None:
    assert {code for code, _, _ in fc.ANSWERS} <= set(SURVEY_STATES) | {"unresolved"}


def test_nothing_is_taken_over_without_the_reviewer() -> None:
    table = checks(("a", "k0", "not_idle", "2026-11-01"), ("b", "k1", "waste_b", "2026-11-01"), ("c", "k2", None, None))
    taken, status = review(table)
    assert len(taken) == 0 and status == {"a": "pending", "b": "pending", "c": "open"}
    taken, status = review(table, decisions={"a": "accept", "b": "reject"})
    assert status == {"a": "accepted", "b": "rejected", "c": "open"}
    row = taken.iloc[0]
    assert (row["lot_key"], row["result"], row["patrol_on"]) == ("k0", "not_idle", dt.date(2026, 11, 1))
    assert (row["reviewed_by"], row["reviewed_on"], row["checked_by"]) == ("office", dt.date(2026, 11, 30), "A")
    taken, status = review(table, accept_rest=True, decisions={"b": "reject"})
    assert status == {"a": "accepted", "b": "rejected", "c": "open"}
    with pytest.raises(InputError, match="who reviews"):
        review(table, reviewer=" ")
    with pytest.raises(InputError, match="maybe"):
        review(table, decisions={"a": "maybe"})
    with pytest.raises(InputError, match="belongs to no check"):
        review(table, decisions={"z": "accept"})


def test_a_newer_result_of_the_same_day_or_later_is_never_silently_met() -> None:
    patrol = pd.DataFrame(
        {
            "lot_key": ["k0", "k1", "k2"],
            "patrol_on": ["2026-10-01", "2026-11-01", "2026-12-01"],
            "result": ["waste_b", "緑", "not_idle"],
        }
    )
    table = checks(*((c, k, "not_idle", "2026-11-01") for c, k in (("a", "k0"), ("b", "k1"), ("c", "k2"))))
    taken, status = review(table, patrol, accept_rest=True)
    assert status == {"a": "accepted", "b": "conflict", "c": "conflict"} and taken["lot_key"].tolist() == ["k0"]
    taken, status = review(table, patrol, accept_rest=True, decisions={"b": "accept", "c": "reject"})
    assert status == {"a": "accepted", "b": "accepted", "c": "rejected"}
    _, listed = fc.review(table, patrol, None, {}, True, "office", DAY)
    told = listed.set_index("check_id").loc["b"]
    assert told["earlier"] == "idle_1_green, 2026-11-01" and "idle_1_green" in told["explanation_ja"]


def test_brought_back_twice() -> None:
    table = checks(("a", "k0", "not_idle", "2026-11-01"))
    taken, _ = review(table, accept_rest=True)
    known = taken.assign(patrol_on=[str(day) for day in taken["patrol_on"]])
    again, status = review(table, known, accept_rest=True)
    assert len(again) == 0 and status == {"a": "known"}
    other = checks(("a", "k0", "waste_b", "2026-11-01"))
    again, status = review(other, known, accept_rest=True)
    assert len(again) == 0 and status == {"a": "changed"}
    assert review(other, known, decisions={"a": "accept"})[1] == {"a": "accepted"}


def test_what_cannot_be_used_is_told() -> None:
    table = checks(
        ("a", "k0", "fine", "2026-11-01"),
        ("b", "k1", "緑", None),
        ("c", "elsewhere", "緑", "2026-11-01"),
        ("d", "k0", "緑", "2026-11-01"),
        ("d", "k0", "黄", "2026-11-01"),
        ("e", "k1", "黄", "2026/11/02"),
    )
    taken, listed = fc.review(table, None, ["k0", "k1"], {}, True, "office", DAY)
    assert sorted(zip(listed["check_id"], listed["status"])) == [
        ("a", "wrong_result"),
        ("b", "no_day"),
        ("c", "wrong_lot"),
        ("d", "accepted"),
        ("d", "repeated"),
        ("e", "accepted"),
    ]
    assert all(listed["explanation"]) and all(listed["explanation_ja"])
    assert set(taken["result"]) <= {"idle_1_green", "idle_1_yellow"}
