"""The card "Forecast" in a real QGIS window, in both languages and themes."""

from __future__ import annotations

import os
from typing import Any, Callable

import pytest

from land_stewardship.core.texts import Text

pytestmark = pytest.mark.screenshots

CASES = {"ja_light": ("ja", False, "1280x720"), "en_dark": ("en", True, "1400x900")}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def seen(request: pytest.FixtureRequest, walk: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the walk saw."""
    language, dark, size = CASES[request.param]
    return {**walk("forecast", language=language, dark=dark, size=size), "language": language}


def number(told: str) -> float:
    return float(told.split(" ")[0].replace(",", ""))


def test_forecast_tells_twenty_years_with_an_interval(seen: dict[str, Any]) -> None:
    language = seen["language"]
    assert seen["chip"] == Text("Done", "完了").pick(language) and seen["problem"] == ""
    managed, hands, people = seen["numbers"]
    assert Text("managed (", "手入れが続く（").pick(language) in managed and 20 < number(managed) < 120
    assert 0 < number(hands) < 164 and 0 < number(people) < 192
    assert "140." in seen["told"]  # today, and if everything stayed
    assert len(seen["years"]) == 4 and "20" in seen["years"][2]


def test_horizon_and_scenario_change_numbers_and_map(seen: dict[str, Any]) -> None:
    assert seen["first_shown"] == ["mid|20"]
    assert seen["later_shown"] == ["high|30"]
    assert number(seen["later"][0]) < number(seen["numbers"][0])
    assert "30" in seen["active"] and len(seen["legend"]) == 4
    assert seen["beside"] == []


def test_chart_and_page_lie_beside_the_project(seen: dict[str, Any]) -> None:
    width, height = seen["chart"]
    assert width >= 700 and height > 700
    assert os.path.dirname(seen["page"]) == os.path.join(os.path.dirname(seen["project"]), "prints")
    assert seen["page_size"] > 20_000


def test_running_again_takes_the_old_horizons_away(seen: dict[str, Any]) -> None:
    before, after, shown = seen["again"]
    assert after == before - 4 and shown == []


def test_nothing_is_clipped(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
