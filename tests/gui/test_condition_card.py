"""The card "Condition of land" in a real QGIS window, in both languages and themes."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from land_stewardship.core.texts import Text

pytestmark = pytest.mark.screenshots

CASES = {"en_light": ("en", False, "1400x900"), "ja_dark": ("ja", True, "1280x720")}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def seen(request: pytest.FixtureRequest, walk: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the walk saw."""
    language, dark, size = CASES[request.param]
    return {**walk("condition", language=language, dark=dark, size=size), "language": language}


def test_three_classes_with_counts_and_areas(seen: dict[str, Any]) -> None:
    numbers = seen["numbers"]
    assert seen["problem"] == ""
    assert numbers["UNMANAGED"] + numbers["CANNOT_TELL"] + numbers["MANAGED"] == 1051
    assert 195 < sum(numbers[f"{name}_HA"] for name in ("UNMANAGED", "CANNOT_TELL", "MANAGED")) < 210
    assert seen["legend"].count(" ha") == 3 and f"{numbers['UNMANAGED']:,}" in seen["legend"]
    assert f"{100 * numbers['COMPLETENESS']:.0f} %" in seen["about"] and "50 %" in seen["about"]


def test_why_this_lot_on_click(seen: dict[str, Any]) -> None:
    key, english, japanese, shown = seen["likely"]
    assert shown["key"] == key
    assert shown["sentence"] == Text(english, japanese).pick(seen["language"])
    assert len(shown["rows"]) >= 3 and all(text and chip for text, chip in shown["rows"])
    assert any("+" in chip for _, chip in shown["rows"])


def test_survey_and_screening_that_disagree_are_told(seen: dict[str, Any]) -> None:
    assert seen["odd_count"] > 0 and seen["odd"]["disagrees"]
    assert Text("otherwise", "判定は異なり").pick(seen["language"]) in seen["odd"]["sentence"]
    words, nothing = seen["nothing"]
    assert nothing and "no such lot" in words


def test_learning_and_testing_are_reached_from_the_card(seen: dict[str, Any]) -> None:
    sentence, found, offered = seen["learned"]
    assert f"{found['lots']:,}" in sentence and found["parts"] == 7
    assert offered == (found["verdict"] == "better")
    assert seen["report"] == [True, seen["report"][1]] and seen["report"][1].endswith(".html")
    sentence, found = seen["tested"]
    assert f"{found['lots']:,}" in sentence and found["total"] == 1051 and 0 < found["lots"] < 1051
    assert seen["depends"] == [1051, True, False]


def test_weights_are_edited_in_words_and_kept_beside_the_project(seen: dict[str, Any]) -> None:
    problem, nothing_kept = seen["refused"]
    assert problem and nothing_kept and not seen["told"]
    assert seen["kept"] == ["0.9", "local opinion"]
    assert seen["stale"] and seen["again"] == ["", False] and seen["test_forgotten"]


def test_nothing_is_clipped_and_nothing_stays_on_the_map(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
    assert seen["tool_left"]
