"""The check report: nothing lost, nothing personal, both languages."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core import intake_report as ir
from land_stewardship.core.sources import systems, zones
from land_stewardship.core.sources.shapes import shape_state
from land_stewardship.core.texts import Text

WHY = Text("no lot number.", "地番がありません。")


def report(**values: object) -> ir.CheckReport:
    return ir.CheckReport("表.csv", Text("Land register", "登記簿"), "CSV", **values)  # type: ignore[arg-type]


def test_a_report_tells_everything_in_both_languages() -> None:
    made = report(read=3, kept=2, encoding="CP932", data_date="2024-04")
    made.set_aside("no_lot", WHY, row=2)
    made.remark("unit", ir.WARNING, Text("Unit?", "単位は？"), 10_000)
    made.duplicate_keys("地番", {"1": 2, "2": 1})
    rows = made.rows()
    assert [spec.name for spec in ir.REPORT_FIELDS] == list(rows[0])
    by_item = {row["item"]: row for row in rows}
    assert by_item["rows_read"]["value"] == "3"
    assert by_item["set_aside:no_lot"]["text"] == "Set aside: 1, no lot number. (for example row 2)"
    assert by_item["set_aside:no_lot"]["text_ja"] == "除いた行: 1（地番がありません。）（例: 2行目）"
    assert by_item["encoding"]["text_ja"] == "文字コード: CP932。"
    assert by_item["duplicate_keys"]["severity"] == "warning" and by_item["duplicate_keys"]["value"] == "1"
    assert "crs" not in by_item
    assert made.worst() == ir.WARNING
    assert "[確かめる] 単位は？" in made.as_text("ja") and "[Check] Unit?" in made.as_text("en")
    assert made.aside_rows() == [
        {"source": "表.csv", "row": 2, "reason": "no_lot", "value": None, "text": WHY.en, "text_ja": WHY.ja}
    ]


def test_a_loss_cannot_be_reported_away() -> None:
    made = report(read=3, kept=2)
    with pytest.raises(ValueError, match="3 rows read, 2 kept, 0 set aside"):
        made.rows()
    with pytest.raises(ValueError, match="severity"):
        made.remark("x", "bad", WHY)


def test_a_map_without_a_coordinate_system_is_an_error() -> None:
    made = report(spatial=True)
    assert {row["item"]: row["severity"] for row in made.rows()}["crs"] == "error"
    assert made.worst() == ir.ERROR
    (told,) = (row for row in made.rows() if row["item"] == "crs")
    assert "choose it" in told["text"] and "選んで" in told["text_ja"]


@pytest.mark.parametrize(
    ("definition", "english", "japanese"),
    [
        ("EPSG:6676", "plane rectangular zone 8 (JGD2011, EPSG:6676)", "平面直角座標系 第8系（JGD2011、EPSG:6676）"),
        ("EPSG:4326", "WGS 84 (EPSG:4326)", "WGS 84 (EPSG:4326)"),
        ("ESRI:102113", "WGS_1984_Web_Mercator (ESRI:102113)", "WGS_1984_Web_Mercator (ESRI:102113)"),
        ("+proj=tmerc +lat_0=36 +lon_0=138.6 +k=0.9999 +ellps=bessel +units=m", "unknown. Ask", "不明。"),
        ("+proj=tmerc +lat_0=36 +lon_0=138.6 +ellps=GRS80 +towgs84=1,2,3", "unknown. Ask", "不明。"),
    ],
)
def test_a_coordinate_system_is_told_by_name_and_number_never_by_its_definition(
    definition: str, english: str, japanese: str
) -> None:
    crs = pyproj.CRS.from_user_input(definition)
    made = report(spatial=True, crs=zones.crs_name(crs), datum=zones.datum_of(crs))
    told = {row["item"]: row for row in made.rows()}
    assert f"Coordinate system: {english}" in told["crs"]["text"]
    assert f"座標系: {japanese}" in told["crs"]["text_ja"]
    for row in (told["crs"], told["datum"]):
        for text in row.values():
            assert not any(mark in (text or "") for mark in ("[", "+proj", "towgs84", "ellipsoid"))


def test_a_definition_in_place_of_a_name_is_no_name() -> None:
    nameless = pyproj.CRS.from_user_input("+proj=tmerc +lat_0=36 +lon_0=138.6 +k=0.9999 +ellps=GRS80 +units=m")
    odd = pyproj.CRS.from_wkt(nameless.to_wkt().replace('PROJCRS["unknown"', 'PROJCRS["PROJCS[x"'))
    assert "[" in odd.name and zones.crs_name(odd) == "" and zones.place_words(odd) == systems.UNKNOWN_SYSTEM
    assert zones.place_words(pyproj.CRS.from_epsg(6676)).ja == "平面直角座標系 第8系（JGD2011）"


@pytest.mark.parametrize("code", [6668, 6676, 6697])
def test_numbers_of_jgd2011_are_called_so_whatever_the_list_of_the_machine_says(code: int) -> None:
    # QGIS 3.44 brings such a list: there the names say JGD2024.
    crs = pyproj.CRS.from_epsg(code)
    assert zones.datum_of(crs) == "JGD2011"
    assert "JGD2011" in zones.crs_name(crs) and "JGD2024" not in zones.crs_name(crs)


@pytest.mark.parametrize(
    ("day", "japanese"),
    [("2024", "2024年"), ("2024-04", "2024年4月"), ("2024-04-01", "2024年4月1日"), ("令和6年", "令和6年")],
)
def test_dates_are_told_as_offices_write_them(day: str, japanese: str) -> None:
    (told,) = (row for row in report(data_date=day).rows() if row["item"] == "data_date")
    assert told["text_ja"] == f"データの時点: {japanese}。" and told["value"] == day


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["", "a", "b"]), max_size=30))
def test_read_is_kept_plus_set_aside(reasons: list[str]) -> None:
    made = report(read=len(reasons))
    for row, reason in enumerate(reasons, start=1):
        if reason:
            made.set_aside(reason, WHY, row)
        else:
            made.kept += 1
    values = {row["item"]: int(row["value"]) for row in made.rows() if row["item"].startswith(("rows", "set_aside"))}
    assert values["rows_read"] == values["rows_kept"] + values["rows_set_aside"] == len(reasons)
    assert sum(n for item, n in values.items() if item.startswith("set_aside:")) == values["rows_set_aside"]


def test_the_state_of_shapes() -> None:
    shapes = np.array(
        [
            shapely.box(0, 0, 1, 1),
            shapely.from_wkt("POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"),
            shapely.from_wkt("POLYGON EMPTY"),
            None,
            shapely.Point(0, 0),
            shapely.multipolygons([shapely.box(0, 0, 1, 1)]),
        ],
        dtype=object,
    )
    state = shape_state(shapes)
    assert state.kinds == {"Polygon": 3, "Point": 1, "MultiPolygon": 1}
    assert (state.missing, state.empty) == (1, 1)
    assert state.invalid == [("Self-intersection", 1, "2")]
    made = report(spatial=True, crs="EPSG:6676", datum="JGD2011", read=6, kept=6, shapes=state)
    items = [row["item"] for row in made.rows()]
    assert {"shapes", "shapes_mixed", "shapes_missing", "shapes_empty", "shapes_invalid"} <= set(items)
    assert shape_state([]).kinds == {}
    sound = report(spatial=True, crs="x", datum="y", read=1, kept=1, shapes=shape_state([shapely.box(0, 0, 1, 1)]))
    assert "shapes_sound" in {row["item"] for row in sound.rows()}


def test_several_reports_in_the_order_of_their_names() -> None:
    both = [ir.CheckReport("b", read=0), ir.CheckReport("a", read=0)]
    assert ir.report_rows(both)[0]["source"] == "a"
    assert ir.aside_rows(both) == []
