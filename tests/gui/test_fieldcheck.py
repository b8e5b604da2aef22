"""The field check in a real QGIS window, in both languages and themes."""

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
    return {**walk("fieldcheck", language=language, dark=dark, size=size), "language": language}


def test_walks_are_planned_with_their_files(seen: dict[str, Any]) -> None:
    planned, sentence = seen["planned"]
    assert planned["lots"] > 5 and planned["walks"] == 2 and 0 < planned["hours"] <= 2.0
    assert str(planned["lots"]) in sentence and Text("walks", "コース").pick(seen["language"]) in sentence
    assert set(seen["files"]) >= {"field_checks.gpkg", "sheet.pdf", "walks.gpx"}
    assert seen["opened"][0] == "sheet.pdf" and seen["opened"][-1] is True
    assert seen["shown"] == [planned["lots"], 2]


def test_results_come_back_through_a_reviewer_and_replace_nothing(seen: dict[str, Any]) -> None:
    assert seen["typed"] == seen["rows"] == 3 and not seen["before_word"]
    accepted = seen["decisions"].count("accept")
    assert "reject" in seen["decisions"] and accepted >= 1
    assert seen["added"] == [accepted, 0, True] and seen["who"] == ["office"] and seen["stale"]


def test_more_evidence_goes_into_the_judgement(seen: dict[str, Any]) -> None:
    sentence, told = seen["evidence"]
    assert set(told) == {"images", "surveys", "place", "forest", "houses"} and f"{told['place']:,}" in sentence
    message, stale, indicators = seen["again"]
    assert message == "" and not stale
    assert {"lot_area", "registration_years", "ndvi_departure", "canopy_closure", "house"} <= set(indicators)


def test_nothing_is_clipped(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
