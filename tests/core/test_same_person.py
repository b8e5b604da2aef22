"""How well the rules for "the same person" answer pairs whose answers were written by hand, without looking at them.

Both tables hold invented people, by one author. The second was written after the first had shown the faults that were
then mended, and before they were mended; neither is a sample of a real register (docs/methods.md).
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from land_stewardship.core.owners import resolve
from land_stewardship.core.owners.words import BLOCKED, REVIEW, SAME

DATA = Path(__file__).parent / "data"
FIELDS = ("name", "kana", "address", "share", "former", "lot", "registered")
#: What the score of a suggestion is read as.
LIKELY = 0.5


def pairs_of(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def level(pair: dict[str, str]) -> str:
    """What the rules say about a pair on its own: certain, likely, possible, kept apart or nothing."""
    sides = [{field: pair[f"{field}_{side}"] or None for field in FIELDS} for side in "ab"]
    owners = pd.DataFrame(
        [(key, row["name"], row["kana"], row["address"], row["former"]) for key, row in zip(("A", "B"), sides)],
        columns=["owner_key", "name", "name_kana", "address", "former_name"],
    )
    register = pd.DataFrame(
        [
            (row["lot"] or f"a lot of {key}", key, row["share"], row["registered"])
            for key, row in zip(("A", "B"), sides)
        ],
        columns=["lot_key", "owner_key", "share", "registered_on"],
    )
    found = resolve.resolve(owners, register).pairs
    if not len(found):
        return "nothing"
    verdict, score = found["verdict"].item(), found["score"].item()
    if verdict == REVIEW:
        return "likely" if score >= LIKELY else "possible"
    return {SAME: "certain", BLOCKED: "kept apart"}[verdict]


@pytest.mark.parametrize(
    ("file", "pairs", "certain", "suggested"),
    [("same_person_truth.csv", 309, 0.80, 0.95), ("same_person_truth_2.csv", 127, 0.77, 0.98)],
)
def test_precision_and_recall_by_what_is_said(file: str, pairs: int, certain: float, suggested: float) -> None:
    rows = pairs_of(file)
    assert len(rows) == pairs
    said = Counter((level(row), row["answer"]) for row in rows)
    same = sum(number for (_level, answer), number in said.items() if answer == "same")
    assert [key for key in said if key[0] == "certain"] == [("certain", "same")], "nothing wrong is called certain"
    assert said["certain", "same"] / same >= certain
    found = sum(said[word, "same"] for word in ("certain", "likely", "possible"))
    assert found / same >= suggested
    likely = {answer: said["likely", answer] for answer in ("same", "unknown", "different")}
    assert likely["different"] <= 1 and likely["unknown"] <= 2 * likely["same"]


def test_the_tables_answer_every_kind_of_pair() -> None:
    topics = Counter(row["topic"] for row in pairs_of("same_person_truth.csv"))
    assert set(topics) == {row["topic"] for row in pairs_of("same_person_truth_2.csv")} and min(topics.values()) >= 10
    for file in ("same_person_truth.csv", "same_person_truth_2.csv"):
        rows = pairs_of(file)
        asked = [tuple(row[f"{field}_{side}"] for side in "ab" for field in FIELDS) for row in rows]
        assert len(set(asked)) == len(asked), "no pair is asked twice"
        assert {row["answer"] for row in rows} == {"same", "different", "unknown"} and all(row["why"] for row in rows)
