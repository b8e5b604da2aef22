"""Steps 2 and 3 in a real QGIS window: draft, paint, decide, print, restart; in both languages and themes."""

from __future__ import annotations

from typing import Any, Callable

import pytest

pytestmark = pytest.mark.screenshots

CASES = {
    "en_light": ("en", False),
    "ja_dark": ("ja", True),
}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def seen(request: pytest.FixtureRequest, walk: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the walk saw."""
    language, dark = CASES[request.param]
    return {**walk("choose_act", language=language, dark=dark, timeout=420), "language": language}


def test_without_data_the_pages_lead_on(seen: dict[str, Any]) -> None:
    assert seen["led_back_to"] == "understand"


def test_draft_becomes_the_plan_beside_the_project(seen: dict[str, Any]) -> None:
    assert seen["plan"].endswith("plan.gpkg")
    counts = seen["draft_classes"]
    assert sum(counts.values()) == 1051
    assert all(counts[code] > 0 for code in ("maintain", "adapt", "minimum"))
    assert seen["left"][1] == 1051


def test_hover_and_click_show_the_lot(seen: dict[str, Any]) -> None:
    assert seen["hover"][0] == seen["hover"][1]
    assert seen["picked"][0] == seen["picked"][1]


def test_painting_counts_one_step_per_action(seen: dict[str, Any]) -> None:
    assert seen["ink_after_typing"] == "adapt", "a digit typed into the reason is no shortcut"
    assert seen["dragged"] >= 3
    assert seen["key"] == ["watch", "lasso"]
    assert seen["lassoed"] >= 1
    assert seen["steps"] == [2, 3]
    assert seen["undone"] >= 1
    assert seen["redone"]
    assert seen["priority"] == [True]
    assert seen["saved"] == "saved"


def test_decisions_stay_when_the_draft_is_made_again(seen: dict[str, Any]) -> None:
    assert seen["kept"]


def test_prints_tables_and_agreement(seen: dict[str, Any]) -> None:
    assert [path.rsplit(".", 1)[1] for path in seen["opened"][:3]] == ["pdf", "html", "xlsx"]
    assert seen["opened"][3].endswith("prints")  # of the public copy the folder is shown
    assert seen["agreed"] == 1


def test_state_comes_back(seen: dict[str, Any]) -> None:
    assert seen["cleared"] == [True, True]
    assert seen["came_back"]
    assert seen["step"] == "act"


def test_nothing_is_cut_and_360_pixels_are_enough(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
    for step in ("choose", "act"):
        dock, page, least = seen[f"width_{step}"]
        assert dock <= 362
        assert least <= page <= dock
