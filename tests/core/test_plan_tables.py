"""Plan tables add up to the official area, and the difference is shown."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import geopandas as gpd
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from land_stewardship.core.plan import codes, tablefiles, tables

CRS = pyproj.CRS("EPSG:6676")
UNIT = st.tuples(
    st.sampled_from(["北", "南", None]),
    st.sampled_from([*codes.USES, None, "castle"]),
    st.sampled_from([*codes.USES, None]),
    st.sampled_from([*codes.CLASSES, None]),
    st.sampled_from([True, False, None]),
    st.floats(0.5, 200.0),
)


def plan_of(units: list[Any]) -> gpd.GeoDataFrame:
    names = ("district", "use_now", "use_plan", "management_class", "priority")
    data = {name: [unit[n] for unit in units] for n, name in enumerate(names)}
    return gpd.GeoDataFrame(data, geometry=[box(0, 0, unit[5], 10) for unit in units], crs=CRS)


@settings(max_examples=40, deadline=None)
@given(units=st.lists(UNIT, max_size=15), official=st.floats(0.0, 50.0), data=st.data())
def test_everything_adds_up(units: list[Any], official: float, data: Any) -> None:
    found = tables.make_tables(plan_of(units), official, {"北": 1.5})
    total = sum(unit[5] for unit in units) / 1000
    for district in found.districts:
        uses = {row.code: row for row in found.uses if row.district == district}
        classes = {row.code: row for row in found.classes if row.district == district}
        for column in ("now_ha", "plan_ha"):
            parts = sum(
                getattr(row, column)
                for row in uses.values()
                if row.level == 0 and row.code in (*codes.USES, *codes.USE_GROUPS, tables.UNKNOWN_ROW)
            )
            assert parts == pytest.approx(uses[tables.TOTAL_ROW].now_ha, abs=1e-9)
            for group, (_, members) in codes.USE_GROUPS.items():
                assert getattr(uses[group], column) == pytest.approx(sum(getattr(uses[m], column) for m in members))
        assert sum(classes[code].area_ha for code in codes.CLASSES) == pytest.approx(classes[tables.TOTAL_ROW].area_ha)
        matrix = [row for row in found.changes if row.district == district]
        assert sum(row.total_ha for row in matrix[:-1]) == pytest.approx(matrix[-1].total_ha)
        for row in matrix:
            assert sum(row.areas_ha.values()) == pytest.approx(row.total_ha)
        if uses[tables.OFFICIAL_ROW].now_ha is not None:
            for rows, name in ((uses, "now_ha"), (uses, "plan_ha"), (classes, "area_ha")):
                both = getattr(rows[tables.TOTAL_ROW], name) + getattr(rows[tables.RESIDUAL_ROW], name)
                assert both == pytest.approx(getattr(rows[tables.OFFICIAL_ROW], name), abs=1e-9)
        else:
            assert uses[tables.RESIDUAL_ROW].now_ha is None and classes[tables.RESIDUAL_ROW].area_ha is None
    whole = next(row for row in found.classes if row.code == tables.TOTAL_ROW)
    assert whole.area_ha == pytest.approx(total) and whole.units == len(units)
    parts = [row for row in found.classes if row.code == tables.TOTAL_ROW and row.district != tables.ALL]
    if any(unit[0] for unit in units):
        assert sum(row.area_ha for row in parts) == pytest.approx(total)
    order = data.draw(st.permutations(range(len(units))))
    assert tables.make_tables(plan_of([units[n] for n in order]), official, {"北": 1.5}) == found


def test_known_answer() -> None:
    found = tables.make_tables(
        plan_of(
            [
                ("北", "farmland", "farmland", "maintain", True, 100.0),
                ("北", "farmland", "forest", "convert", False, 50.0),
                ("南", "residential", "residential", "watch", None, 50.0),
            ]
        ),
        None,
        {"北": 0.2, "南": 0.1},
    )
    uses = {row.code: row for row in found.uses if row.district == tables.ALL}
    assert (uses["farmland"].now_ha, uses["farmland"].plan_ha, uses["farmland"].change_ha) == pytest.approx(
        (0.15, 0.1, -0.05)
    )
    assert uses["agricultural"].now_ha == pytest.approx(0.15) and uses["built"].plan_ha == pytest.approx(0.05)
    assert uses[tables.OFFICIAL_ROW].now_ha == pytest.approx(0.3)
    assert uses[tables.RESIDUAL_ROW].now_ha == pytest.approx(0.1)
    row = next(r for r in found.changes if r.district == "北" and r.now == "farmland")
    assert row.areas_ha["forest"] == pytest.approx(0.05) and row.total_ha == pytest.approx(0.15)
    maintain = next(r for r in found.classes if r.district == tables.ALL and r.code == "maintain")
    assert (maintain.units, maintain.share, maintain.priority_ha) == (1, pytest.approx(0.5), pytest.approx(0.1))


def test_one_unknown_official_area_makes_the_whole_unknown() -> None:
    found = tables.make_tables(plan_of([("北", None, None, "watch", None, 10.0)]), None, {"北": 1.0, "南": None})
    rest = {row.district: row.area_ha for row in found.classes if row.code == tables.RESIDUAL_ROW}
    assert rest[tables.ALL] is None and rest["北"] == pytest.approx(0.99) and rest["南"] is None


def test_area_column_wins_and_missing_shapes_count_by_it() -> None:
    plan = plan_of([("北", None, None, "watch", None, 10.0)] * 3).assign(area_m2=[50.0, None, 70.0])
    plan.loc[2, "geometry"] = None
    assert list(tables.areas_ha(plan)) == [0.005, 0.01, 0.007]


def test_empty_plan_has_full_tables() -> None:
    found = tables.make_tables(plan_of([]), 3.0)
    assert len(found.classes) == 9 and len(found.uses) == 16
    rest = next(row for row in found.classes if row.code == tables.RESIDUAL_ROW)
    assert rest.area_ha == 3.0 and found.classes[0].share is None


def test_official_areas_add_up_by_district() -> None:
    rows = [
        {"hamlet": "a", "district": "北", "ha": 1.0},
        {"hamlet": "b", "district": "北", "ha": 2.0},
        {"hamlet": "c", "district": "南", "ha": None},
        {"hamlet": "d", "district": None, "ha": 9.0},
    ]
    assert tables.official_by(rows) == {"北": 3.0, "南": None}
    assert tables.official_by(rows, "hamlet") == {"a": 1.0, "b": 2.0, "c": None, "d": 9.0}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_csv_reads_back(language: str) -> None:
    found = tables.make_tables(plan_of([("=1+1", "farmland", None, "adapt", True, 12.0)]), 5.0, {"=1+1": None})
    for sheet in tablefiles.sheets(found, language):
        stream = io.StringIO(newline="")
        tablefiles.write_csv(sheet, stream)
        rows = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
        assert rows[0] == [column.title for column in sheet.columns]
        assert len(rows) == len(sheet.rows) + 1 and {len(row) for row in rows} == {len(sheet.columns)}
        assert not any(cell.startswith("=") for row in rows for cell in row)
        assert "-0.0000" not in stream.getvalue()
    unknown = codes.UNKNOWN.pick(language)
    sheet = tablefiles.sheets(found, language)[0]
    assert any(row[2] == tables.RESIDUAL_ROW and row[3] == unknown for row in sheet.rows)


def test_workbook_has_numbers_not_formulas() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    found = tables.make_tables(plan_of([("=1+1", "farmland", "forest", "adapt", True, 12.0)]), 5.0)
    sheets = tablefiles.sheets(found, "ja")
    made = dt.datetime(2026, 1, 2)
    stream = io.BytesIO()
    tablefiles.write_xlsx(sheets, [("計画", "=cmd")], "説明", stream, made)
    book = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
    assert book.sheetnames == ["利用区分ごとの面積", "現在の利用から計画の利用へ", "管理の区分ごとの面積", "説明"]
    assert book.properties.created == made
    for page in book:
        assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
    page = book["管理の区分ごとの面積"]
    total = next(row for row in page.iter_rows(values_only=True) if row[2] == "total" and row[0] == "全体")
    assert total[3] == 1 and total[4] == pytest.approx(0.012) and total[5] == 1
