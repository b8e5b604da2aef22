"""The card "Owners" in a real QGIS window, in both languages and themes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any, Callable

import pytest

from land_stewardship.core.texts import Text

pytestmark = pytest.mark.screenshots
CASES = {"en_light": ("en", False, "1400x900"), "ja_dark": ("ja", True, "1280x720")}


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def seen(request: pytest.FixtureRequest, walk: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """What the walk saw."""
    language, dark, size = CASES[request.param]
    return {**walk("owners", language=language, dark=dark, size=size), "language": language}


def names(seen: dict[str, Any]) -> list[str]:
    with closing(sqlite3.connect(seen["private"])) as connection:
        return [row[0] for row in connection.execute("select name from owners")]


def test_the_card_tells_a_mayor_what_can_be_reached(seen: dict[str, Any]) -> None:
    assert seen["problem"] == "" and seen["chip"] == Text("Done", "完了").pick(seen["language"])
    numbers = seen["numbers"]
    assert (numbers["LOTS_REACHABLE"], numbers["LOTS_TO_CHECK"], numbers["LOTS_UNKNOWN"]) == (770, 213, 68)
    assert "73 %" in seen["sentence"] and "67 %" in seen["sentence"]
    assert "2" in seen["review"]
    assert seen["shown"] == "owner_contact" and len(seen["legend"]) == 3


def test_private_files_lie_outside_the_folder_of_the_plan(seen: dict[str, Any]) -> None:
    assert not seen["private"].startswith(seen["home"] + os.sep) and not seen["misplaced"]
    outside = os.path.dirname(seen["private"])
    for path in seen["saved"]:
        assert os.path.dirname(path) == outside and "_private." in path and os.path.getsize(path) > 1000
    secret = [name.encode() for name in names(seen)]
    for folder, _folders, files in os.walk(seen["home"]):
        for file in files:
            content = (Path(folder) / file).read_bytes()
            assert not [name for name in secret if name in content], file


def test_lists_name_the_owner_and_the_next_step(seen: dict[str, Any]) -> None:
    assert len(seen["chips"]) == 5 and seen["chips"]["pairs"].endswith(" 2")
    assert seen["first"][1] in names(seen) and seen["first"][11]
    assert {row[7] for row in seen["common"]} == {"common_no_rep"}
    assert seen["nothing"][0] == 0 and seen["nothing"][1] and not seen["nothing"][2]
    marked, lots = seen["selected"]
    assert marked == lots > 0
    page = Path(seen["saved"][1]).read_text(encoding="utf-8")
    assert Text("Do not pass on", "外に出さないでください").pick(seen["language"]) in page
    assert Text("official request", "公用請求").pick(seen["language"]) in page


def test_a_decision_is_remembered_in_the_next_run(seen: dict[str, Any]) -> None:
    key_a, key_b = seen["pair"][:2]
    assert len(seen["pair_heads"]) == 4 and seen["pair_heads"][3] == Text("Verdict", "判定").pick(seen["language"])
    assert all(seen["pair_cells"]) and seen["pair_cells"][2].endswith(" %")
    assert seen["private"] not in seen["pair_notice"] and "_private" not in seen["pair_notice"]
    assert seen["left_to_decide"].endswith(" 1")
    ((a, b, word, who, day),) = seen["decisions"]
    assert (a, b, word, who) == (key_a, key_b, "same", "municipality") and day
    assert seen["stale"] != Text("Done", "完了").pick(seen["language"])
    assert [f"{key_a}+{key_b}", "same", True] in seen["again"]


def test_the_meeting_sheet_has_no_names(seen: dict[str, Any]) -> None:
    assert seen["sheet_problem"] == ""
    path = seen["opened"][-1]
    assert path.endswith(".pdf") and os.path.dirname(path) == os.path.join(seen["home"], "prints")
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert Text("No name stands on this sheet", "氏名は載せていません").pick(seen["language"]) in text
    assert not [name for name in names(seen) if name in text]


def test_nothing_is_cut(seen: dict[str, Any]) -> None:
    assert seen["clipped"] == []
