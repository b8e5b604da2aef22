"""The card "Register and lots" in a real QGIS window, in both languages and themes."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from land_stewardship.core.parcels.matchwords import NO_AREAS
from land_stewardship.core.texts import Text

pytestmark = pytest.mark.screenshots

CASES = {"en_light": ("en", False, "1280x720"), "ja_dark": ("ja", True, "1400x900")}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def seen(request: pytest.FixtureRequest, walk: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the walk saw."""
    language, dark, size = CASES[request.param]
    return {**walk("registers", language=language, dark=dark, size=size), "language": language}


def test_the_card_tells_how_many_lots_have_an_entry(seen: dict[str, Any]) -> None:
    numbers, chip = seen["first"]
    assert seen["problem"] == ""
    assert numbers["LOT_COUNT"] == 1051 and numbers["LOTS_WITH_ENTRY"] + numbers["LOTS_WITHOUT"] <= 1051
    assert numbers["TO_REVIEW"] >= 3 and str(numbers["TO_REVIEW"]) in chip
    assert numbers["KEYS_ADDED"] == 0
    visible, legend = seen["map"]
    assert visible and len(legend) == 4 and Text("To review", "要確認").pick(seen["language"]) in legend


def test_questions_are_decided_by_keyboard_and_remembered(seen: dict[str, Any]) -> None:
    before = seen["counts"]
    assert before["review"] == seen["first"][0]["TO_REVIEW"] and before["accepted"] == before["rejected"] == 0
    assert seen["zoomed"] and seen["shown"][0] == 1
    assert Text("areas differ", "面積が違う").pick(seen["language"]) in seen["shown"][1].lower()
    assert seen["decided"] == ["accepted", "rejected", "Office 1", "seen"] and seen["next"] == 1
    assert seen["after"] == {**before, "review": before["review"] - 2, "accepted": 1, "rejected": 1}
    assert sorted(seen["file"]) == [["accepted", "Office 1", True], ["rejected", "Office 1", True]]
    first, second, third = seen["first"][0], seen["second"], seen["third"]
    assert second["TO_REVIEW"] == first["TO_REVIEW"] - 2
    assert second["LOTS_WITH_ENTRY"] == first["LOTS_WITH_ENTRY"] + 1
    assert (seen["remembered"]["accepted"], seen["remembered"]["rejected"]) == (1, 1)
    assert (seen["taken_back"]["rejected"], third["TO_REVIEW"]) == (0, second["TO_REVIEW"] + 1)
    assert (
        Text("No row with this number.", "この地番の行がありません。").pick(seen["language"]) in seen["reason_without"]
    )


def test_the_reason_takes_no_more_room_than_it_needs(seen: dict[str, Any]) -> None:
    height, line = seen["reason_height"]
    assert height < 3 * line


def test_all_of_one_kind_are_accepted_and_taken_back(seen: dict[str, Any]) -> None:
    open_ones = seen["third"]["TO_REVIEW"]
    assert seen["alike"]["accepted"] > 10 and seen["alike"]["review"] + seen["alike"]["accepted"] == open_ones + 1
    assert seen["alike_back"]["accepted"] == 0 and seen["alike_back"]["review"] == open_ones + 1


def test_other_cards_use_the_keys_that_were_found(seen: dict[str, Any]) -> None:
    assert seen["stale"] == Text("Out of date", "古い結果です").pick(seen["language"])
    assert seen["table"]["KEYS_ADDED"] == seen["table"]["LOTS_WITH_ENTRY"] >= 35
    assert seen["table"]["ROWS_WITHOUT"] == 1
    other, rows, keys = seen["keyed"]
    assert other and rows == 40 and keys == seen["table"]["KEYS_ADDED"]
    reason, offered = seen["rows_without"]
    assert "9999" in reason and not offered


def test_a_register_without_areas_is_said_on_the_card(seen: dict[str, Any]) -> None:
    before, after, words = seen["areas_said"]
    assert (before, after) == (False, True) and words == NO_AREAS.pick(seen["language"])
    numbers = seen["without_areas"]
    assert numbers["ENTRIES_WITH_AREA"] == 0 < seen["table"]["ENTRIES_WITH_AREA"]
    # most of the lots have no row in this table, so nearly every number resembles one that is left over
    assert numbers["TO_REVIEW"] > 20 > seen["table"]["TO_REVIEW"]


def test_another_map_is_laid_over_the_lots(seen: dict[str, Any]) -> None:
    found = seen["overlay"]
    assert found["hidden_before"] and found["offered"] == [True, False, False]
    numbers = found["kept"]["numbers"]
    assert numbers["LOT_COUNT"] == 1051 and numbers["LOTS_COVERED"] >= 60
    assert (numbers["OTHER_COUNT"], numbers["OTHERS_ON_LOTS"]) == (61, 60)
    pins = {name: numbers[name] for name in ("PIN_COUNT", "PINS_PLACED", "PINS_DISAGREE", "PINS_WITHOUT", "PINS_FAR")}
    assert pins == {"PIN_COUNT": 6, "PINS_PLACED": 4, "PINS_DISAGREE": 1, "PINS_WITHOUT": 2, "PINS_FAR": 2}
    assert f"{numbers['LOTS_COVERED']:,.0f}" in found["told"] and "1,051" in found["told"] and "61" in found["told"]
    assert Text("no lot is near (2)", "近くに筆がない（2件）").pick(seen["language"]) in found["told"]
    assert found["shown"] == [True, True] and [len(words) for words in found["legend"]] == [4, 4]
    assert found["old"] == [True, False] and found["again"] == 60


def test_nothing_is_clipped(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
