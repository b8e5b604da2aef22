"""Known data sets, columns and units guessed, profiles, registers and foreign parcels: without QGIS."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core import intake
from land_stewardship.core.errors import InputError
from land_stewardship.core.intake_report import CheckReport
from land_stewardship.core.parcels.matchwords import NO_AREAS
from land_stewardship.core.schema import FieldSpec
from land_stewardship.core.sources import (
    anymap,
    columns,
    mesh,
    moving,
    parcels,
    profile,
    register,
    units,
    values,
    wide,
    zones,
)
from land_stewardship.core.sources.catalogue import parse_catalogue
from land_stewardship.core.sources.convert import convert
from land_stewardship.core.sources.dates import date_of

TEXT = (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "sources.json").read_text(encoding="utf-8")
CATALOGUE = parse_catalogue(TEXT)
NO_LOTS = intake.LotIndex()
COLUMNS = ("所在", "地番", "登記地目", "登記面積", "所有者", "住所", "持分", "登記日")
REGISTER = [
    dict(zip(COLUMNS, cells))
    for cells in (
        ("谷沢", "12-4", "田", "1,204", "見本 太郎", "上越市谷沢1番地", "1/2", "S47.5.1"),
        ("谷沢", "13", "畑", "330", "見本 花子", "上越市谷沢2番地", "2分の1", "H3.2.28"),
        ("谷沢", "7番1", "山林", "2100", "谷沢共有林組合", "", "", "T12.9.1"),
        ("谷沢", "8", "宅地", "180.5", "例 一郎", "東京都中野区1丁目2番", "", "R6.4.1"),
        ("谷沢", "9", "原野", "95", "例 二郎", "長野市1番地", "", ""),
    )
]


# -- the catalogue -----------------------------------------------------------------------------------
def test_every_source_is_complete_and_recognises_itself() -> None:
    roles = set()
    for source in CATALOGUE.sources:
        assert source.credit.ja and source.licence.ja and source.label.ja and source.fields
        assert source.algorithm in ("importfieldpolygons", "importfarmlandpins", "importopendata", "importpopulation")
        names = [field.name for field in source.fields]
        assert len(names) == len(set(names)), source.id
        assert set(source.keys) <= set(names), source.id
        for group in source.needs:
            found = CATALOGUE.detect([*group, "fid"])
            assert found is not None and found.role == source.role, (source.id, group)
        roles.add(source.role)
    assert {"hamlets", "hazard_zones", "municipality", "land_use_mesh", "population_mesh"} <= roles
    assert CATALOGUE.detect(["地番", "所有者"]) is None
    for other in CATALOGUE.others:
        assert other.label.ja and bool(other.advice.en) == bool(other.advice.ja)
        assert not [s.id for s in CATALOGUE.sources if other.fits([n for f in s.fields for n in f.names], s.id)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"sources": [{}], "unknown": [], "secret": [], "others": []}',
        TEXT.replace('"kind": "code"', '"kind": "odd"', 1),
    ],
)
def test_a_damaged_catalogue_is_said(text: str) -> None:
    with pytest.raises(InputError):
        parse_catalogue(text)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([source.id for source in CATALOGUE.sources]),
    st.lists(
        st.lists(
            st.one_of(st.none(), st.text(max_size=6), st.integers(), st.floats(), st.booleans()), min_size=3, max_size=3
        ),
        max_size=5,
    ),
)
def test_any_cells_are_read_or_unknown(identity: str, cells: list[list[Any]]) -> None:
    source = CATALOGUE.by_id(identity)
    assert source is not None
    names = [name for field in source.fields for name in field.names][:3]
    data = {name: np.array([row[n] for row in cells] + [None], dtype=object)[:-1] for n, name in enumerate(names)}
    shapes = np.full(
        len(cells), shapely.Point(0, 0) if source.shape == "point" else shapely.box(0, 0, 1, 1), dtype=object
    )
    frame = gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:6668")
    report = CheckReport("x")
    made = convert(frame, source, CATALOGUE, report)
    assert report.read == len(cells) == len(made.frame) + len(report.aside)
    report.rows()
    for field in source.fields:
        if field.kind == "code" and field.name in made.frame:
            known = {*field.codes.values(), field.others, values.UNKNOWN}
            assert set(made.frame[field.name]) <= known


def converted(identity: str, **data: list[Any]) -> tuple[gpd.GeoDataFrame, dict[str, Any]]:
    """Rows of a source in our fields, and its report by item."""
    source = CATALOGUE.by_id(identity)
    assert source is not None
    rows = len(next(iter(data.values())))
    frame = gpd.GeoDataFrame(
        {name: np.array([*cells, None], dtype=object)[:-1] for name, cells in data.items()},
        geometry=[shapely.box(138 + n, 36, 138.1 + n, 36.1) for n in range(rows)],
        crs="EPSG:6668",
    )
    made = convert(frame, source, CATALOGUE, CheckReport("x"))
    return made.frame, {row["item"]: row for row in made.report.rows()}


def test_marks_for_secret_are_missing_not_numbers() -> None:
    frame, report = converted(
        "mesh_2018",
        MESH_ID=["533946111", "533946112", "533946113"],
        SHICODE=["13101"] * 3,
        PTN_2025=[12.5, -99, "*"],
        PTC_2025=[-99.0, "-99", "秘匿"],
        PTA_2025=[0, "x", "１０"],
    )
    assert frame["pop_2025"].tolist() == [12.5, None, None] and frame["pop_65_2025"].tolist() == [None] * 3
    assert frame["pop_0_14_2025"].tolist() == [0, None, 10]
    assert report["marked_unknown"]["value"] == "6" and report["marked_unknown"]["severity"] == "warning"
    assert "(-99: 3, *: 1, x: 1, 秘匿: 1)" in report["marked_unknown"]["text"]
    assert not [item for item in report if item.startswith("not_understood")]
    assert "marked_unknown" not in converted("mesh_2017", MESH_ID=["533946111"], CITY_CODE=[1], POP2050=[0.0])[1]


@pytest.mark.parametrize("total", ["PT0_2030", "PT00_2030"])
@pytest.mark.parametrize("flag", ["HITOKU2030", "HITOKU_2030"])
def test_suppressed_squares_as_they_are_published(total: str, flag: str) -> None:
    """The issue of 2018 calls the total after merging PT0, that of 2024 PT00; both mark squares by * and @."""
    frame, report = converted(
        "mesh_2018",
        MESH_ID=["594115541", "594115542", "594115543"],
        SHICODE=["03202"] * 3,
        PTN_2030=[2.767, 30.0, 8.0],
        PTC_2030=[0.0, 14.5, 3.0],
        **{total: [0.0, 32.767, 8.0], flag: ["*", "@", ""]},
    )
    assert frame["suppressed_2030"].tolist() == [1, 2, None]
    assert frame["pop_2030"].tolist() == [2.767, 30.0, 8.0] and frame["pop_merged_2030"].tolist() == [0.0, 32.767, 8.0]
    assert frame["pop_65_2030"].tolist() == [None, 14.5, 3.0]
    assert report["suppressed"]["value"] == "1" and report["gathered"]["value"] == "1"
    assert "marked_unknown" not in report and "not_understood:suppressed_2030" not in report
    # Either of the two tells it alone.
    alone, _report = converted(
        "mesh_2018", MESH_ID=["594115541"], SHICODE=["03202"], PTN_2030=[2.7], PTC_2030=[0.0], **{flag: ["*"]}
    )
    assert alone["pop_65_2030"].tolist() == [None]


def test_marks_of_other_sources() -> None:
    slope, report = converted(
        "g04d", G04d_001=["5538370011"] * 4, G04d_002=["unknown", -170, -9999, 12], G04d_010=["unknown", 3.5, -1, 400]
    )
    assert slope["height_mean_m"].tolist() == [None, -170, None, 12]
    assert slope["slope_mean_deg"].tolist() == [None, 3.5, None, None] and report["marked_unknown"]["value"] == "5"
    forest, _report = converted("a45", A45_001=["a"], A45_006=["い"], A45_012=[-99], A45_017=[-1], A45_027=[0.5])
    assert forest[["volume_m3", "age", "area_ha"]].iloc[0].tolist() == [None, None, 0.5]


# -- single values -----------------------------------------------------------------------------------
def test_codes_of_municipalities() -> None:
    assert (
        values.has_check_digit("152226") and values.has_check_digit("011011") and not values.has_check_digit("152225")
    )
    assert [values.city_code(text) for text in ("152226", "15222", "1101", "１５２２２", "x")] == [
        "15222",
        "15222",
        "01101",
        "15222",
        "x",
    ]
    assert [zones.zone_of(code) for code in ("15222", "20201", "17204", "01101", "47201", "46201", "13101", "xx")] == [
        8,
        8,
        7,
        None,
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("code", "size", "bounds"),
    [
        ("5339", "1km", None),
        ("53394611", "1km", (139.7625, 35.675)),
        ("533946113", "500m", (139.7625, 35.675 + 1 / 240)),
        ("5339461132", "250m", (139.7625 + 1 / 320, 35.675 + 1 / 240)),
        ("5339461199", "100m", (139.7625 + 0.9 / 80, 35.675 + 0.9 / 120)),
        ("53394811", "1km", None),
        ("533946115", "500m", None),
        ("５３３９４６１１", "1km", None),
        ("533946113", "auto", (139.7625, 35.675 + 1 / 240)),
    ],
)
def test_squares_of_the_standard_grid(code: str, size: str, bounds: Any) -> None:
    found = mesh.square(code, size)
    assert (found is None) == (bounds is None)
    if found is not None:
        assert found[:2] == pytest.approx(bounds)


def test_dates_in_names_and_titles() -> None:
    today = dt.date(2026, 11, 1)
    assert date_of("x.xlsx", ["土地台帳", "令和６年４月１日現在"], today) == "2024-04-01"
    assert date_of("N03-20240101_15.shp", [], today) == "2024-01-01"
    assert date_of("登記一覧_平成30年度.csv", [], today) == "2018"
    assert date_of("A33-2099.shp", [], today) == "" and date_of("15222-1107-1553.xml", [], today) == ""


# -- units -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cell", "unit", "area"),
    [
        ("1,204", "m2", 1204.0),
        ("1反2畝15歩", "m2", 375 * 400 / 121),
        ("1町", "m2", 3000 * 400 / 121),
        ("１２．５㎡", "m2", 12.5),
        ("0.12ha", "m2", 1200.0),
        (2, "a", 200.0),
        ("3", "tsubo", 1200 / 121),
        ("-5", "m2", None),
        ("不明", "m2", None),
        ("1反2反", "m2", None),
        ("12-4", "m2", None),
        (float("nan"), "m2", None),
        (float("inf"), "m2", None),
    ],
)
def test_areas_out_of_cells(cell: object, unit: str, area: Any) -> None:
    assert units.read_area(cell, unit) == (None if area is None else pytest.approx(area))


def test_the_unit_is_guessed_from_map_cells_name_and_size() -> None:
    measured = [1000.0, 2000.0, 3000.0, 4000.0, 5000.0]
    assert units.guess_unit("AREA_HA", measured, measured) == units.UnitGuess("m2", "map", "ha")
    assert units.guess_unit("AREA_HA", measured, measured).conflict
    assert units.guess_unit("面積", [m / 991.7 for m in measured], measured).unit == "tan"
    assert units.guess_unit("面積（坪）", ["300"] * 5).unit == "tsubo"
    assert units.guess_unit("台帳面積", ["1反2畝", "3畝10歩", "1町"]).basis == "cells"
    assert units.guess_unit("地積", ["300"] * 5) == units.UnitGuess("m2", "size", "")
    assert units.guess_unit("area", ["3"] * 5).unit == "" and units.guess_unit("area", []).basis == "none"
    assert (
        units.named_unit("area") == "" and units.named_unit("SHAPE_Area") == "" and units.named_unit("地積㎡") == "m2"
    )


# -- columns -----------------------------------------------------------------------------------------
def test_columns_are_guessed_from_names() -> None:
    guessed = columns.guess("register", list(REGISTER[0]), REGISTER)
    assert guessed["chiban"] == "地番" and guessed["oaza"] == "所在" and guessed["area_reg"] == "登記面積"
    assert guessed["owner"] == "所有者" and guessed["address"] == "住所" and guessed["registered_on"] == "登記日"
    assert guessed["share"] == "持分" and guessed["category_reg"] == "登記地目"


def test_columns_are_guessed_from_contents_where_names_say_nothing() -> None:
    names = {name: f"F{number}" for number, name in enumerate(REGISTER[0])}
    rows = [{names[name]: cell for name, cell in row.items()} for row in REGISTER]
    guessed = columns.guess("register", list(rows[0]), rows)
    assert guessed["chiban"] == names["地番"] and guessed["category_reg"] == names["登記地目"]
    assert guessed["owner"] == names["所有者"] and guessed["address"] == names["住所"]


def test_contents_refuse_a_misleading_name() -> None:
    rows = [{"旧地番メモ": "なし", "番号": f"{number}-1"} for number in range(1, 8)]
    assert columns.guess("lots", list(rows[0]), rows)["chiban"] == "番号"


def test_kinds_of_tables_are_told_apart() -> None:
    patrol = [{"地番": f"{n}", "判定": "1号遊休農地（緑区分）", "調査日": "2024-08-01"} for n in range(1, 7)]
    farmers = [{"氏名": "見本 太郎", "年齢": 70, "後継者": "有"}] * 6
    stands = [{"林班": "12", "小班": "い", "樹種": "スギ", "林齢": 45, "面積": 1.2}] * 6
    ledger = [{"所在": "谷沢", "地番": "1", "森林所有者": "見本 太郎", "境界測量": "未実施", "林班": "1"}] * 6
    for role, rows in (
        ("register", REGISTER),
        ("patrol", patrol),
        ("cultivators", farmers),
        ("forest_stands", stands),
        ("forest_register", ledger),
    ):
        assert register.recognise(list(rows[0]), rows) == role


# -- registers ---------------------------------------------------------------------------------------
def test_a_register_with_sums_blank_numbers_and_units() -> None:
    rows: list[dict[str, Any]] = [
        *REGISTER,
        {"所在": "", "地番": "合計", "登記面積": "3909"},
        {"所在": "谷沢", "地番": "", "登記面積": "10", "所有者": "見本 太郎"},
    ]
    report = CheckReport("登記.csv")
    guessed = columns.guess("register", list(rows[0]), rows)
    made = register.convert_register("register", rows, range(2, 9), guessed, NO_LOTS, report)
    assert (report.read, report.kept) == (7, 5) and report.reasons() == {"no_chiban": 1, "total": 1}
    assert [row.row for row in report.aside] == [7, 8]
    assert made.rows[0]["area_reg"] == 1204 and made.rows[0]["registered_on"] == dt.date(1972, 5, 1)
    assert "見本" not in str(report.rows()) and "上越市" not in str(report.rows()) + str(report.aside_rows())
    assert "no_areas" not in {remark.item for remark in report.remarks}
    told = CheckReport("x")
    register.convert_register("register", REGISTER, range(5), {**guessed, "area_reg": None}, NO_LOTS, told)
    assert [remark.text for remark in told.remarks if remark.item == "no_areas"] == [NO_AREAS]
    tsubo = register.convert_register(
        "register", REGISTER, range(5), guessed, NO_LOTS, CheckReport("x"), area_unit="tsubo"
    )
    assert tsubo.rows[0]["area_reg"] == pytest.approx(1204 * 400 / 121)


def test_forest_tables() -> None:
    ledger = [
        {"所在": "谷沢", "地番": "1", "森林所有者": "見本 太郎", "境界測量": word, "面積（ha）": "0.5"}
        for word in ("済", "未実施", "？")
    ]
    guessed = columns.guess("forest_register", list(ledger[0]), ledger)
    made = register.convert_register("forest_register", ledger, [1, 2, 3], guessed, NO_LOTS, CheckReport("x"))
    assert [row["surveyed"] for row in made.rows] == ["yes", "no", None] and made.rows[0]["area_reg"] == 5000
    assert made.private == [{"owner_key": "owner-0001", "name": "見本 太郎", "address": None}]
    stands = [
        {
            "林班": "12",
            "小班": "い1",
            "大字": "谷沢",
            "樹種": "スギ",
            "林齢": "45",
            "齢級": 9,
            "面積": "1.20",
            "材積": "512",
        }
    ]
    guessed = columns.guess("forest_stands", list(stands[0]), stands)
    made = register.convert_register("forest_stands", stands, [1], guessed, NO_LOTS, CheckReport("x"))
    row = made.rows[0]
    assert row["rinpan"] == "12" and row["age"] == 45 and row["area_ha"] == pytest.approx(1.2) and row["oaza"] == "谷沢"


# -- profiles ----------------------------------------------------------------------------------------
def test_a_profile_comes_back_and_fits_only_its_tables() -> None:
    made = profile.Profile(
        "上越市",
        "register",
        {"chiban": "番", "area_reg": "面積"},
        "tsubo",
        ("番", "面積", "地目", "備考", "他"),
        "2026-04-01",
    )
    again = profile.parse(profile.to_text(made), "x.json")
    assert again == made
    assert again.fits("register", ["他", "番", "面積", "地目", "備考"]) == 1.0
    assert 0.8 <= again.fits("register", ["番", "面積", "地目", "備考"]) < 1.0
    assert again.fits("register", ["番", "地目", "備考", "他"]) == 0.0 and again.fits("patrol", list(made.table)) == 0.0
    assert again.on(["番", "面積", "x"])["area_reg"] == "面積" and again.on(["番"])["area_reg"] is None
    newer = made._replace(saved_on="2026-05-01", name="B")
    assert profile.best([made, newer], "register", list(made.table)) == newer
    assert profile.best([made], "register", ["a"]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"format": "x"},
        {"version": 2},
        {"role": "no"},
        {"columns": {"no": "x"}},
        {"columns": []},
        {"table": "x"},
        {"area_unit": "mile"},
    ],
)
def test_a_file_that_is_no_profile_is_refused(change: dict[str, Any]) -> None:
    data = json.loads(profile.to_text(profile.Profile("a", "register", {"chiban": "x"}, "", ("x",), "2026-01-01")))
    for text in (json.dumps({**data, **change}), "[" * 100_000, "", "3"):
        with pytest.raises(InputError):
            profile.parse(text, "x.json")


def test_columns_as_text() -> None:
    assert profile.parse_choice("register", "chiban=番; area_reg = 面積") == {"chiban": "番", "area_reg": "面積"}
    with pytest.raises(InputError):
        profile.parse_choice("register", "nothing=x")


# -- parcels -----------------------------------------------------------------------------------------
def foreign(**data: list[Any]) -> gpd.GeoDataFrame:
    count = len(next(iter(data.values())))
    shapes = [shapely.box(n * 100, 0, n * 100 + 30 + n, 40) for n in range(count)]
    return gpd.GeoDataFrame(data, geometry=shapes, crs="EPSG:3067")


def specs(frame: gpd.GeoDataFrame) -> list[FieldSpec]:
    return [FieldSpec(str(c), "text", str(c), str(c)) for c in frame.columns if c != "geometry"]


def test_parcels_of_another_country() -> None:
    frame = foreign(
        PINTA=[(30 + n) * 40 / 10_000 for n in range(6)], TUNNUS=[f"00400{n}" for n in range(6)], owner_name=["X"] * 6
    )
    made = parcels.convert_parcels(frame, specs(frame), {}, CheckReport("fi"))
    assert made.columns["area_reg"] == "PINTA" and made.area_unit == "ha" and made.columns["chiban"] == "TUNNUS"
    assert made.frame["area_reg"].tolist() == pytest.approx([(30 + n) * 40 for n in range(6)])
    assert made.frame["lot_key"].tolist()[0] == "004000"
    assert "owner_name" not in made.frame and "personal_columns" in {r["item"] for r in made.report.rows()}


def test_a_unit_that_is_named_wrong_is_said_once() -> None:
    frame = foreign(AREA_HA=[(30 + n) * 40.0 for n in range(6)])
    made = parcels.convert_parcels(frame, specs(frame), {}, CheckReport("ro"))
    found = [row for row in made.report.rows() if row["item"] == "area_unit"]
    assert len(found) == 1 and found[0]["severity"] == "warning" and found[0]["text"].startswith("Unit?")
    assert made.area_unit == "m2" and made.frame["area_reg"].tolist() == pytest.approx(
        [(30 + n) * 40 for n in range(6)]
    )
    assert made.frame["lot_key"].tolist()[0] == "row-000000" and "no_key" in {row["item"] for row in made.report.rows()}


def test_japanese_lots_get_place_and_number() -> None:
    frame = foreign(所在地番=["谷沢１２番地４", "谷沢13", "谷沢字中7の1"], 精度区分=["甲三"] * 3)
    made = parcels.convert_parcels(frame, specs(frame), {}, CheckReport("x"))
    assert made.frame["lot_key"].tolist() == ["谷沢-12-4", "谷沢-13", "谷沢-中-7-1"]
    assert made.frame["accuracy_class"].tolist() == ["甲三"] * 3
    frame.loc[1, "geometry"] = shapely.Point(0, 0)
    aside = parcels.convert_parcels(frame, specs(frame), {}, CheckReport("x"))
    assert aside.report.reasons() == {"no_area": 1} and len(aside.frame) == 2


LOT, ROAD, PIN = shapely.box(0, 0, 30, 40), shapely.LineString([(0, 0), (30, 40)]), shapely.Point(5, 5)


def test_areas_are_taken_out_of_collections() -> None:
    other = shapely.box(100, 0, 130, 40)
    nested = shapely.GeometryCollection([shapely.GeometryCollection([PIN, shapely.MultiPolygon([LOT, other])])])
    shapes = [
        shapely.GeometryCollection([LOT, ROAD]),
        nested,
        shapely.GeometryCollection([LOT]),
        shapely.GeometryCollection([ROAD, PIN]),
        shapely.from_wkt("GEOMETRYCOLLECTION(POLYGON EMPTY, POINT(0 0))"),
        shapely.from_wkt("GEOMETRYCOLLECTION EMPTY"),
        LOT,
    ]
    frame = gpd.GeoDataFrame({"地番": [str(n + 1) for n in range(7)]}, geometry=shapes, crs="EPSG:6676")
    for made in (
        parcels.convert_parcels(frame, specs(frame), {}, CheckReport("x")),
        anymap.convert_map(frame, specs(frame), CheckReport("x")),
    ):
        report = {row["item"]: row for row in made.report.rows()}
        assert made.frame["地番" if "地番" in made.frame else "chiban"].tolist() == ["1", "2", "3", "6", "7"]
        assert made.frame.geometry.area.tolist() == [1200, 2400, 1200, 0, 1200]
        assert set(made.frame.geom_type) == {"MultiPolygon"}
        assert [row.row for row in made.report.aside] == [3, 4]
        assert report["from_collection"]["value"] == "3" and "In 2 of them" in report["from_collection"]["text"]
        assert report["shapes_empty"]["value"] == "1"
    plain = parcels.convert_parcels(frame.iloc[6:], specs(frame), {}, CheckReport("x"))
    assert "from_collection" not in {row["item"] for row in plain.report.rows()}


def test_known_sources_take_their_kind_out_of_collections() -> None:
    frame = gpd.GeoDataFrame(
        {"A33_001": [1, 1, 2], "A33_002": [1, 2, 1], "polygon_uuid": list("abc"), "land_type": [100] * 3},
        geometry=[shapely.GeometryCollection([LOT, PIN]), LOT, shapely.GeometryCollection([PIN, ROAD])],
        crs="EPSG:6676",
    )
    for identity in ("a33", "fude"):
        source = CATALOGUE.by_id(identity)
        assert source is not None
        made = convert(frame, source, CATALOGUE, CheckReport("x"))
        assert made.frame.geom_type.tolist() == ["Polygon", "Polygon"]
        assert made.report.reasons() == {"other_shape": 1}
        assert [r["value"] for r in made.report.rows() if r["item"] == "from_collection"] == ["1"]


# -- places ------------------------------------------------------------------------------------------
LOCAL = 'LOCAL_CS["sheet",UNIT["metre",1]]'
GRID = "+proj=longlat +ellps=bessel +nadgrids=not_here.gsb +no_defs"
HERE = shapely.box(138, 37, 138.001, 37.001)


@pytest.mark.parametrize(
    ("crs", "target", "shape", "told"),
    [
        (None, "EPSG:6676", HERE, "does not say where it lies"),
        (LOCAL, "EPSG:6676", HERE, "has local coordinates"),
        ("EPSG:6668", LOCAL, HERE, "there is no way from there to sheet"),
        ("IAU_2015:30100", "EPSG:6676", HERE, "there is no way from there to plane rectangular zone 8"),
        ("EPSG:6695", "EPSG:6676", HERE, "there is no way from there to"),
        ("EPSG:6666", "EPSG:6676", HERE, "there is no way from there to"),
        (GRID, "EPSG:6676", HERE, "needs the table of shifts not_here.gsb"),
        ("EPSG:6668", "EPSG:6676", shapely.box(-20000, 100000, -19000, 101000), "outside the area of JGD2011"),
        ("EPSG:6668", "EPSG:6676", shapely.box(37, 138, 37.1, 138.1), "or x and y are exchanged"),
        ("EPSG:6676", "EPSG:6668", shapely.box(5e7, 5e7, 6e7, 6e7), "outside the area of plane rectangular zone 8"),
    ],
)
def test_why_places_cannot_be_moved(crs: Any, target: str, shape: Any, told: str) -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shape], crs=crs)
    for report in (None, CheckReport("x")):
        with pytest.raises(InputError, match=told) as refused:
            moving.moved_to(frame, target, "x", report)
        assert ("local" in refused.value.text.en) == (crs == LOCAL) and refused.value.text.ja
        assert report is None or not report.remarks


def test_single_shapes_outside_lose_their_shape() -> None:
    frame = gpd.GeoDataFrame(
        {"a": range(4)}, geometry=[HERE, shapely.box(5000, 200, 5001, 201), None, HERE], crs="EPSG:6668"
    )
    report = CheckReport("x", spatial=True)
    moved = moving.moved_to(frame, "EPSG:6676", "x", report)
    assert moved.geometry.isna().tolist() == [False, True, True, False] and moved.crs == "EPSG:6676"
    assert [(r.item, r.value) for r in report.remarks] == [("outside_area", "1")]
    assert "row 1: 5001, 200" in report.remarks[0].text.en
    with pytest.raises(InputError, match="1 of 4"):
        moving.moved_to(frame, "EPSG:6676", "x")


def test_coordinates_that_are_no_numbers() -> None:
    nan, inf = float("nan"), float("inf")
    broken = shapely.Polygon([(0, 0), (nan, 0), (30, 40)]), shapely.Polygon([(0, 0), (30, inf), (30, 40)])
    frame = gpd.GeoDataFrame({"地番": ["1", "2", "3"]}, geometry=[*broken, LOT], crs="EPSG:6676")
    for made in (
        parcels.convert_parcels(frame, specs(frame), {}, CheckReport("x")),
        anymap.convert_map(frame, specs(frame), CheckReport("x")),
    ):
        report = {row["item"]: row for row in made.report.rows()}
        assert made.frame.geometry.isna().tolist() == [True, True, False]
        assert report["no_coordinates"]["value"] == "2" and report["shapes_missing"]["value"] == "2"
    known = CATALOGUE.by_id("fude")
    assert known is not None
    fude = frame.assign(polygon_uuid=list("abc"), land_type=100)
    assert convert(fude, known, CATALOGUE, CheckReport("x")).frame.geometry.isna().sum() == 2


# -- values side by side ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("0～4歳", ("0~4歳", "")), ("５〜９歳", ("5〜9歳", "")), ("85歳以上", ("85歳以上", "")), ("100+", ("100+", "")),
        ("0-4", ("0-4", "")), ("0～4歳（男）", ("0~4歳", "男")), ("女 65～69歳", ("65~69歳", "女")),
        ("7歳", ("7歳", "")),
        ("20 - 24歳 計", ("20-24歳", "計")), ("85歳～", ("85歳~", "")), ("65～69歳人口", ("65~69歳", "")),
        ("65", None), ("地番", None), ("2024", None), ("130～134歳", None), ("9-5", None), ("総数", None),
        ("4月", None),
    ],
)  # fmt: skip
def test_headings_that_are_ages(heading: str, told: Optional[tuple[str, str]]) -> None:
    assert wide.age_class(heading) == told


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("4月", (None, 4)), ("１２月分", (None, 12)), ("令和6年4月", ("2024-04", 4)), ("R6.5", ("2024-05", 5)),
        ("2024-04", ("2024-04", 4)), ("202404", ("2024-04", 4)), ("3月使用量", (None, 3)),
        ("2025年1月分(m3)", ("2025-01", 1)),
        ("13月", None), ("5～9歳", None), ("家屋番号", None), ("12", None), ("2024", None),
    ],
)  # fmt: skip
def test_headings_that_are_months(heading: str, told: Optional[tuple[Optional[str], int]]) -> None:
    assert wide.month_of(heading) == told


def test_ages_side_by_side_become_rows() -> None:
    names = ["行政区", "総数", "0～4歳", "65～69歳", "85歳以上", "備考"]
    rows = [
        dict(zip(names, cells))
        for cells in (("上", 9, 2, "3", 4, ""), ("下", 5, "-", "x", 5, "注"),
                      ("合計", 14, 2, 3, 9, ""), ("", "", "", "", "", "令和7年"))
    ]  # fmt: skip
    long = wide.unfold("residents", names, rows, [2, 3, 4, 5])
    assert long is not None and long.headings == ("0～4歳", "65～69歳", "85歳以上") and long.kept_back == 1
    told = dict.fromkeys(m.name for m in intake.MEANINGS["residents"])
    told.update(columns.guess("residents", long.columns, long.rows))
    told.update(long.columns_of)
    assert told["hamlet"] == "行政区"
    made = register.convert_register(
        "residents", long.rows, long.lines, told, intake.LotIndex(), CheckReport("人口.csv")
    )
    found = [(row["hamlet"], row["age_from"], row["age_to"], row["residents"]) for row in made.private]
    assert found == [("上", 0, 4, 2), ("上", 65, 69, 3), ("上", 85, 94, 4), ("下", 0, 4, 0), ("下", 85, 94, 5)]
    assert len(made.report.aside) == 4  # the sums of three classes, and the note
    assert register.recognise(names, rows) == "residents"
    assert wide.unfold("residents", ["集落", "年齢階級", "人口"], [], []) is None


def test_men_women_and_both_are_not_counted_twice() -> None:
    names = ["集落", *(f"{a}歳{sex}" for a in ("0～4", "5～9", "10～14") for sex in ("男", "女", "計"))]
    rows: list[dict[str, Any]] = [{c: "上" if c == "集落" else 3 if c.endswith("計") else 2 for c in names}]
    both = wide.unfold("residents", names, rows, [2])
    assert both is not None and sum(row[both.columns_of["residents"]] for row in both.rows) == 9 and len(both.sums) == 6
    parts = wide.unfold("residents", [c for c in names if not c.endswith("計")], rows, [2])
    assert parts is not None and sum(row[parts.columns_of["residents"]] for row in parts.rows) == 12


def test_broad_classes_beside_narrow_ones_are_sums() -> None:
    names = ["集落", "0～14歳", "15～64歳", "65歳以上", "0～4歳", "5～9歳", "65～69歳", "70～74歳", "75歳以上"]
    rows: list[dict[str, Any]] = [{name: "上" if name == "集落" else 1 for name in names}]
    long = wide.unfold("residents", names, rows, [2])
    assert long is not None and long.sums == ("0～14歳", "65歳以上")
    assert [row[long.columns_of["age_from"]] for row in long.rows] == [
        "15~64歳", "0~4歳", "5~9歳", "65~69歳", "70~74歳", "75歳以上",
    ]  # fmt: skip
    only = wide.unfold("residents", names[:4], [dict.fromkeys(names[:4], 1)], [2])
    assert only is not None and len(only.rows) == 3


def test_months_side_by_side_need_a_year() -> None:
    names = ["家屋番号", "4月", "12月", "1月"]
    rows = [{"家屋番号": "10-1", "4月": 12, "12月": "", "1月": 0}]
    with pytest.raises(InputError, match="have no year"):
        wide.unfold("water_use", names, rows, [2], "水道.csv")
    by_file = wide.unfold("water_use", names, rows, [2], "水道_令和6年度.csv")
    assert by_file is not None
    month, m3 = by_file.columns_of["month"], by_file.columns_of["m3"]
    assert [(row[month], row[m3]) for row in by_file.rows] == [("2024-04", 12), ("2025-01", 0)] and by_file.empty == 1
    with_year = [{**rows[0], "年度": "令和5年度"}, {**rows[0], "年度": ""}]
    by_row = wide.unfold("water_use", ["年度", *names], with_year, [2, 3], "水道.csv")
    assert by_row is not None
    assert [row[month] for row in by_row.rows] == ["2023-04", "2024-01", None, None]
    calendar = wide.unfold("water_use", names, rows, [2], "水道2024年.xlsx")
    assert calendar is not None and [row[month] for row in calendar.rows] == ["2024-04", "2024-01"]
    assert register.recognise(names, rows) == "water_use"
