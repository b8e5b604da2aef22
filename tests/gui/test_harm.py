"""The card "Harm to surroundings" in a real QGIS window, in both languages and themes."""

from __future__ import annotations

import os
from typing import Any, Callable

import pytest

from land_stewardship.core.texts import Text

pytestmark = pytest.mark.screenshots


CASES = {"en_light": ("en", False), "ja_dark": ("ja", True)}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def seen(request: pytest.FixtureRequest, walk: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the walk saw."""
    language, dark = CASES[request.param]
    return {**walk("harm", language=language, dark=dark), "language": language}


def test_rules_are_kept_beside_the_project_and_used(seen: dict[str, Any]) -> None:
    switched_on, why = seen["refused"]
    assert not switched_on and why
    path, count = seen["rules"]
    assert os.path.dirname(path) == os.path.join(os.path.dirname(seen["project"]), "data")
    assert count > 10
    assert "deer" in seen["kinds"] and "boar" in seen["kinds"]
    assert {"literature", "assumption"} <= set(seen["evidence"])
    assert seen["problem"] == "" and seen["chip"] == Text("Done", "完了").pick(seen["language"])


def test_rules_are_added_deleted_and_brought_back(seen: dict[str, Any]) -> None:
    added, label, label_ja, active, evidence = seen["own"]
    assert (added, label, label_ja, active, evidence) == (1, "Own harm", "Own harm", "true", "local_opinion")
    assert seen["own_more"] == ["3", "fence=0.2", ""]
    assert seen["deleted"] == [0, 1, True]
    assert "own_1" in seen["kept_ids"] and "monkey_houses" in seen["kept_ids"]
    assert "fire_schools" not in seen["kept_ids"]
    assert "own_1" in seen["kinds"]


def test_what_is_worth_doing_is_answered_beside_the_map(seen: dict[str, Any]) -> None:
    assert seen["costs"] == ["12000", "boar=0.4", "local_opinion"]
    assert seen["best_lots"] == 5 and "5" in seen["best"]
    assert Text("best possible", "最善").pick(seen["language"]) in seen["best"]
    assert Text("least possible", "最小").pick(seen["language"]) in seen["least"] and seen["least_gap"] >= 0
    assert Text("assumptions", "仮定").pick(seen["language"]) in seen["fences"]


def test_flow_lines_are_switched_on_and_off(seen: dict[str, Any]) -> None:
    count, visible, checked = seen["flows"]
    assert count > 100 and visible and checked
    assert seen["flows_off"] == [False, False]


def test_asking_about_a_lot_and_a_house(seen: dict[str, Any]) -> None:
    wanted, got, sentence, rows, marked, words = seen["lot"]
    assert got == wanted and sentence
    assert rows == 5 and 1 <= marked <= 5
    assert set(words) <= {
        Text("literature", "文献").pick(seen["language"]),
        Text("local opinion", "地域の意見").pick(seen["language"]),
        Text("assumption", "仮定").pick(seen["language"]),
    }
    house, asked, question, sentence, shares, links, rows = seen["house"]
    assert asked == house and house in question and sentence
    assert seen["zoomed"]
    assert rows == min(links, 5) and (links > 5 or abs(shares - 1.0) < 1e-9)


def test_trying_treatments_tells_whom_it_relieves(seen: dict[str, Any]) -> None:
    assert seen["tools"] == [False, True]
    lots, told, cost, sure, rows, marks = seen["relief"]
    assert lots == 4 and told and marks == 2
    assert "4" in cost and Text("yen", "円").pick(seen["language"]) in cost
    assert Text("assumption", "仮定").pick(seen["language"]) in sure
    assert rows and all(percent.startswith("−") and chip for percent, chip in rows)
    assert seen["undone"] == seen["list"] == 3


def test_workshop_map_is_printed_and_opened(seen: dict[str, Any]) -> None:
    (path,) = seen["opened"]
    assert path.endswith(".pdf") and os.path.basename(os.path.dirname(path)) == "prints"


def test_nothing_is_cut_and_360_pixels_are_enough(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
    dock, page, room = seen["width"]
    assert dock <= 362 and page <= room
    assert all(seen["stops"])
    assert seen["left"] == [False, 0, 0]


def test_learning_from_records_tells_what_was_found(seen: dict[str, Any]) -> None:
    told, found, report, offered = seen["learned"]
    assert found["records"] >= 30 and str(found["records"]) in told
    assert found["verdict"] in ("associated", "opposite", "none")
    assert offered == (found["verdict"] == "associated")
    assert report == found["report"] and report.endswith(".html")
