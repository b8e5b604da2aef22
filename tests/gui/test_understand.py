"""Step 1, findings and add data in a real QGIS window, in both languages and themes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from land_stewardship.core.texts import Text

SCREENSHOTS = Path(__file__).resolve().parents[2] / "out" / "screenshots"

NOT_STARTED, WAITING = Text("Not started", "まだです"), Text("Waiting", "順番待ち")
RUNNING = Text("Running", "調べています")
DONE, STALE = Text("Done", "完了"), Text("Out of date", "古い結果です")
PICTURES = (
    "understand_start",
    "understand_running",
    "understand_done",
    "findings",
    "findings_on_map",
    "settings",
    "change_data",
    "dock_360_understand",
    "dock_360_findings",
    "dock_400_understand",
    "dock_focus",
)


def only(text: Text, *keys: str, language: str) -> dict[str, str]:
    return dict.fromkeys(keys, text.pick(language))


def check_pictures(language: str, theme: str, size: str, names: tuple[str, ...]) -> None:
    from qgis.PyQt.QtGui import QImage

    for name in names:
        path = SCREENSHOTS / f"{language}_{theme}_{size}_{name}.png"
        picture = QImage(str(path))
        assert not picture.isNull(), path
        assert picture.width() >= 360 and picture.height() >= 150, path


@pytest.mark.screenshots
@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [
        ("en", "light", "1280x720"),
        ("ja", "light", "1280x720"),
        ("ja", "dark", "1400x900"),
        ("en", "dark", "1400x900"),
    ],
)
def test_step_one_from_start_to_saved(walk: Any, tmp_path: Path, language: str, theme: str, size: str) -> None:
    told = walk("understand", language, theme == "dark", size, home=tmp_path)
    keys = tuple(told["start"])

    assert {"parcels", "registers", "owners", "condition", "harm", "forecast"} <= set(keys)
    assert told["village"] == {"en": "Tanizawa (sample)", "ja": "谷沢地区（見本）"}[language]
    assert told["start"] == only(NOT_STARTED, *keys, language=language)
    assert told["next_at_start"][1] == Text("Check", "調べる").pick(language)
    # One click queued condition and harm behind the running check.
    assert told["queued"]["parcels"] in (RUNNING.pick(language), WAITING.pick(language))
    assert told["queued"]["harm"] == WAITING.pick(language)

    assert told["problems"] == dict.fromkeys(keys, "")
    assert told["done"]["condition"] == told["done"]["harm"] == told["done"]["forecast"] == DONE.pick(language)
    numbers = told["numbers"]
    assert numbers["parcels"]["LOTS_CHECKED"] == 1051
    assert numbers["parcels"]["FINDINGS"] == told["results"]["findings"] == told["findings"]["all"]
    assert numbers["parcels"]["ERRORS"] == told["findings"]["error"] >= 6
    assert 0 < numbers["parcels"]["SURVEYOR"] < numbers["parcels"]["FINDINGS"]
    assert f"{numbers['parcels']['FINDINGS']}" in told["done"]["parcels"]
    judged = sum(numbers["condition"][name] for name in ("UNMANAGED", "CANNOT_TELL", "MANAGED"))
    assert judged == told["results"]["condition"] == 1051
    assert numbers["condition"]["UNMANAGED"] == told["results"]["sources"] > 0
    assert told["stepper"].startswith(f"{len(keys)} / {len(keys)}")
    assert told["next_at_end"][1] == Text("Go to step 2", "② へ進む").pick(language)
    # Results lie beside the project, each in a file of its own.
    folder = os.path.join(os.path.dirname(told["project"]), "results")
    assert {os.path.dirname(path) for path in told["files"].values()} == {folder}
    assert len(set(told["files"].values())) == 4

    assert told["shown"] == "condition"
    assert told["second_row"] == 1 and told["zoomed"]
    lot, found = told["search"]
    assert found and all(lot in numbers_of_row for numbers_of_row in found)
    before, after, left = told["left"]
    assert (after, left) == (before - 1, 1)
    assert told["settings"] == {"TOLERANCE": 0.05}
    assert told["stale"] == STALE.pick(language)
    assert told["after_cancel"] == [STALE.pick(language), told["results"]["findings"]]
    assert (told["saved_before"], told["saved_after"]) == (False, True)
    assert told["mark"][0]

    defects = told["defects"]
    assert defects["numbers"]["FINDINGS"] > defects["before"]
    assert {"duplicate", "gap", "overlap", "sliver", "area_mismatch"} <= set(defects["kinds"])
    assert defects["condition"] == STALE.pick(language)  # it was made from other lots
    degrees = told["degrees"]
    assert degrees["shown"] and degrees["problem"] and degrees["problem"] in degrees["bar"]
    # The finding that was left as it is stays in the list, but is not counted.
    assert degrees["numbers"] == defects["numbers"] and degrees["findings"] == defects["numbers"]["FINDINGS"] + 1
    assert degrees["after"] == ""

    assert told["clipped"] == []
    assert [fit["clipped"] for fit in told["fits"].values()] == [[], [], [], []]
    assert told["fits"]["372x588"]["size"] == [372, 588]
    # Every stop of the Tab key has a name, and the footer's button is one of them.
    assert all(told["stops"]) and len(set(told["stops"])) > 10
    assert Text("Go to step 2", "② へ進む").pick(language) in told["stops"]
    assert told["step_after_footer"] == "choose"
    check_pictures(language, theme, size, PICTURES)

    if (language, theme) == ("ja", "light"):
        check_comeback(walk, tmp_path, told, language, size)


def check_comeback(walk: Any, home: Path, told: dict[str, Any], language: str, size: str) -> None:
    """The saved project brings everything back in a new QGIS."""
    back = walk("comeback", language, False, size, home=home, village=told["village"])
    assert back["dock_open_by_itself"]
    assert back["numbers"] == told["numbers"]
    assert back["settings"] == {"TOLERANCE": 0.05}
    assert back["left"] == ["road"]
    assert back["chips"]["parcels"] == STALE.pick(language)
    assert back["chips"]["condition"] == back["chips"]["harm"] == DONE.pick(language)
    assert back["saved"]


@pytest.mark.screenshots
@pytest.mark.parametrize("language", ["en", "ja"])
def test_add_data(walk: Any, tmp_path: Path, language: str) -> None:
    registry = Path(os.environ.get("LAND_STEWARDSHIP_DATA", "")) / "moj_map_xml" / "15222-1107-1553.xml"
    options = {"registry": str(registry)} if registry.exists() else {}
    bears = registry.parents[1] / "ishikawa_bear" / "bear_incidents_attractants_r1-r6.csv"
    damage = {"damage": str(bears)} if bears.exists() else {}
    told = walk("adddata", language, language == "ja", home=tmp_path, **options, **damage)
    assert told["clipped"] == []

    empty = told["empty"]
    no_data = Text("No data yet", "データがありません").pick(language)
    # The forecast builds on the condition of land, which lacks its data as well.
    assert {empty["chips"][key] for key in ("parcels", "owners", "condition", "harm", "forecast")} == {no_data}
    assert empty["next"][0] == Text("Add this data: Map of the lots", "筆の地図を追加する").pick(language)
    assert empty["next"][1] == Text("Add data", "データを追加").pick(language) and empty["tile"] == "map"
    assert empty["progress"] == f"0 / {len(empty['chips'])}"
    assert empty["village"] == "Yamasaki" and not empty["saved"]
    assert empty["kept"] == ["mine"]  # QGIS asked before the sample was opened

    register = told["register"]
    assert register["columns"]["chiban"] == "地番"
    assert register["columns"]["owner"] == "氏名"
    assert register["columns"]["share"] is None
    assert "41" in register["button"] and register["date"] == "2024"
    assert (register["rows"], register["with_lot"]) == (41, 40)
    told_of = " ".join(register["report"])
    assert "41" in register["summary"]
    assert Text("Last registered: cells not understood: 1", "最後の登記日: 1件").pick(language) in told_of
    assert Text("fit no lot of the map", "図の筆と一つに決まらない行: 1").pick(language) in told_of
    assert register["unit"][0] == "m2" and '"rows_kept"' in register["kept_report"]
    assert len(told["profiles"]) == 1 and told["profiles"][0].startswith("register_")
    assert told["again"]["columns"] == register["columns"]
    assert Text("As saved: Tanizawa", "保存した設定: 谷沢地区").pick(language) in told["again"]["why"]
    foreign = told["foreign"]
    assert foreign["columns"]["chiban"] == "PARCEL_NR" and foreign["columns"]["area_reg"] == "AREA_HA"
    assert foreign["unit"][0] == "m2" and foreign["unit"][1] and foreign["houses"] == [1, 6]
    assert any(text.startswith(Text("Unit?", "単位は？").pick(language)) for text in foreign["report"])
    known = told["known"]
    assert known["role"] == "field_polygons" and known["rows"] == [4, "EPSG:6676"] and known["date"] == "2025"
    assert (
        any("a line crosses itself" in text or "線が交差" in text for text in known["report"]) and known["reports"] == 3
    )
    # Names are nowhere but in the private file.
    assert "name" not in register["fields"] and "見本" not in register["text"]
    home = os.path.dirname(told["project"])
    assert os.path.dirname(register["source"]) == os.path.join(home, "data")
    assert os.path.dirname(told["owners"]["source"]) == home + "_private"
    assert os.path.dirname(told["farmers"]["source"]) == home + "_private"
    assert [row[1:] for row in told["farmers"]["last"]] == [[78, "no"], [45, "yes"], [66, None]]

    check_damage(told, language)
    check_further_data(told, home)
    check_zones(walk, tmp_path, told, language)

    assert told["broken"]["problem"] and not told["broken"]["can_add"] and told["broken"]["seen"]
    assert told["misfit"]["problem"] and not told["misfit"]["can_add"]
    assert told["ndvi"] == ["ndvi_2022", "ndvi_2023", "ndvi_2024"]
    assert told["keyboard"][0] == "tile_map"
    assert told["keyboard"][1].startswith("tile_") and told["keyboard"][1] != "tile_map"
    assert (
        told["keyboard"][3] == "add_reports" and told["keyboard"][4] == "add_cancel"
    )  # the next stops after the tiles
    if options:
        assert told["registry"]["role"] == "lots" and told["registry"]["datum_asked"]
        assert told["registry"]["running"] == ["running", True, False]
        state, enabled, words, report = told["registry"]["stopped"]
        assert (state, enabled, report) == ("idle", True, False)
        assert words == Text("Read the map", "地図を読む").pick(language)
        shown = told["registry"]["shown"]
        assert "1,051" in shown["lots"] and "1,051" in shown["summary"] and told["registry"]["nothing_added"]
        assert "JGD2011" in " ".join(shown["report"]) and "JGD2000" in " ".join(told["registry"]["other_datum"][0])
        assert told["registry"]["left"] == [False, False, False] and told["registry"]["date_kept"] == "ready"
        assert told["registry"]["lots"] == 1051
        assert told["registry"]["triage"] == ["surveyed"] and told["registry"]["report"] > 8
        assert os.path.dirname(told["registry"]["source"]) == os.path.join(home, "data")
    theme = "dark" if language == "ja" else "light"
    check_pictures(
        language,
        theme,
        "1280x720",
        (
            "empty",
            "add_data",
            "add_data_known",
            "add_data_unit",
            "check_report",
            "add_data_broken",
            "add_data_damage",
            "add_data_residents",
            "add_data_wide",
            "add_data_damage_map",
            "add_data_vacancy",
            *(("add_data_registry_running", "add_data_registry") if registry.exists() else ()),
            "add_data_zones",
            "choose_zones",
            "change_data_zones",
        ),
    )


def check_damage(told: dict[str, Any], language: str) -> None:
    """Five rows: two events at one place (one told twice), one with its hamlet only, one with neither."""
    damage = told["damage"]
    on_map = told["damage_map"]
    assert on_map["role"] == "boar_damage" and on_map["problem"] == "" and on_map["rows"] == 2
    assert "wkt" not in on_map["columns"] and on_map["columns"]["event"] == "番号" and on_map["kept_report"]
    assert damage["role"] == "boar_damage" and damage["width"] == 640 and damage["problem"] == ""
    assert (damage["columns"]["wkt"], damage["columns"]["day"], damage["columns"]["x"]) == ("WKT", "出没日", None)
    assert "5" in damage["summary"] and "4" in damage["summary"] and "2" in damage["button"]
    report = " ".join(damage["report"])
    assert "1.72E+09" in report and "見本" not in report
    assert damage["days"] == ["2024-05-01", "2024-05-02"] and damage["counts"] == 3
    assert damage["kept_report"] and damage["crs"] == "EPSG:6676"
    assert not {"集落コード", "目撃者氏名"} & set(damage["fields"])
    bears = told.get("bears")
    if bears:
        assert bears["columns"]["wkt"] == "WKT" and bears["rows"] > 100 and bears["kept_report"]
        assert any("1.72E+09" in text for text in bears["report"])


def check_zones(walk: Any, home: Path, told: dict[str, Any], language: str) -> None:
    """Flood and landslide zones count together with the village's own, less what was left out, also after a restart."""
    flood, slide, zones = told["flood"], told["slide"], told["zones"]
    assert flood["role"] == slide["role"] == "hazard_zones" and slide["rows"] == 1
    together = Text("Counts together with: ", "とあわせて使います。").pick(language)
    assert together in flood["notice"] and together in slide["notice"]
    assert Text("Flood", "浸水").pick(language) in slide["notice"] and together in told["damage"]["notice"]
    assert told["residents"]["notice"] == told["mesh"]["notice"] == ""
    assert len(zones["ticked"]) == zones["parameters"] == 3 and zones["ticked"] == zones["first"]
    assert zones["data"] and zones["after"] == zones["wanted"] and told["saved"]
    back = walk("comeback", language, language == "ja", home=home, village=told["village"])
    assert back["hazards"] == zones["wanted"]


def check_further_data(told: dict[str, Any], home: str) -> None:
    """Each table was told apart by its columns; what tells of people lies in the private folder."""
    side = told["wide"]
    assert side["role"] == "residents" and side["ages"] == [[65, 69, 12], [70, 74, 0], [85, 94, 8]]
    assert side["columns"]["hamlet"] == "行政区" and side["columns"]["age_from"] == "（見出しの年齢）"
    assert side["problem"] == "" and "3" in side["button"]
    residents = told["residents"]
    assert residents["role"] == "residents" and residents["columns"]["age_from"] == "年齢階級"
    assert residents["ages"] == [[65, 69, 12], [85, 94, 3]] and residents["kept_report"]
    vacancy, water = told["vacancy"], told["water"]
    assert (vacancy["role"], vacancy["rows"], water["role"], water["rows"]) == ("vacancy", 3, "water_use", 6)
    assert {os.path.dirname(part["source"]) for part in (residents, vacancy, water)} == {home + "_private"}
    assert {"none", "water_use"} < set(told["house_evidence"])  # and the survey, in the language it is told in
    assert told["cover"]["role"] == "land_cover" and told["mesh"]["role"] == "forest_mesh"
    assert told["mesh"]["rows"] == 1 and "樹冠疎密度" in told["mesh"]["fields"]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_load_unload_load_leaves_nothing_twice(walk: Any, language: str) -> None:
    told = walk("reload", language)
    nothing = {
        "docks": 0,
        "toolbars": 0,
        "menus": 0,
        "bar": [],
        "actions": 0,
        "providers": 0,
        "translated": False,
        "windows": 0,
    }
    menu = Text("Land Stewardship", "土地の使い方").pick(language)
    for number in (1, 2):
        assert told[f"unloaded_{number}"] == nothing
        loaded = told[f"loaded_{number}"]
        assert (loaded["docks"], loaded["toolbars"], loaded["menus"], loaded["providers"]) == (1, 1, 1, 1)
        assert loaded["bar"] == [menu]
        assert loaded["actions"] == told["loaded"]["actions"] == 8
        assert loaded["translated"] == (language == "ja")
    assert told["village"] == {"en": "Tanizawa (sample)", "ja": "谷沢地区（見本）"}[language]
