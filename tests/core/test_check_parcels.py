"""The parcel check on small maps whose faults are known."""

from __future__ import annotations

import re
from typing import Any, Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.parcels import check
from land_stewardship.core.parcels.check import CheckSettings, check_parcels, join_register
from land_stewardship.core.parcels.findings import AREA_FIELDS, FINDING_FIELDS, KINDS, LOT_FIELDS, SEVERITIES
from land_stewardship.core.progress import Progress
from land_stewardship.core.schema import names

CRS = pyproj.CRS("EPSG:6676")


def frame(shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    data = {"lot_key": [f"k{n}" for n in range(len(shapes))], "chiban": [f"{n + 1}" for n in range(len(shapes))]}
    data.update(columns)
    return gpd.GeoDataFrame(data, geometry=shapes, crs=CRS)


def kinds(result: check.CheckResult) -> dict[str, int]:
    return result.findings["kind"].value_counts().to_dict()


def only(result: check.CheckResult, kind: str) -> pd.Series:
    rows = result.findings[result.findings["kind"] == kind]
    assert len(rows) == 1, result.findings[["kind", "lots", "explanation"]]
    return rows.iloc[0]


def grid(columns: int, rows: int, size: float = 10.0) -> dict[tuple[int, int], list[tuple[float, float]]]:
    """Corner lists of a mesh with a point in the middle of every side."""
    mesh = {}
    for c in range(columns):
        for r in range(rows):
            x, y, half = c * size, r * size, size / 2
            mesh[c, r] = [
                (x, y),
                (x + half, y),
                (x + size, y),
                (x + size, y + half),
                (x + size, y + size),
                (x + half, y + size),
                (x, y + size),
                (x, y + half),
            ]
    return mesh


# -- nothing to find ---------------------------------------------------------------------------


def test_clean_mesh_has_no_findings() -> None:
    result = check_parcels(frame([Polygon(points) for points in grid(4, 3).values()]))
    assert result.counts == {"lots": 12, "findings": 0, "error": 0, "warning": 0, "note": 0}
    assert set(result.lots["worst"]) == {"ok"}
    assert result.lots["area_m2"].tolist() == [100.0] * 12


@pytest.mark.parametrize("tolerance", [0.0, 0.01, 0.5])
def test_empty_input(tolerance: float) -> None:
    result = check_parcels(frame([]), CheckSettings(tolerance=tolerance))
    assert list(result.findings.columns) == [*names(FINDING_FIELDS), "geometry"]
    assert list(result.areas.columns) == [*names(AREA_FIELDS), "geometry"]
    assert set(names(LOT_FIELDS)) <= set(result.lots.columns)
    assert result.counts["findings"] == 0


def test_lots_without_neighbours_are_fine() -> None:
    result = check_parcels(frame([box(0, 0, 10, 10), box(50, 50, 60, 60)]))
    assert result.counts["findings"] == 0


def test_holes_filled_by_another_lot_are_no_gap() -> None:
    ring = Polygon(box(0, 0, 30, 30).exterior, [box(10, 10, 20, 20).exterior])
    result = check_parcels(frame([ring, box(10, 10, 20, 20)]))
    row = only(result, "enclave")
    assert kinds(result) == {"enclave": 1}
    assert (row["lots"], row["severity"], row["size"]) == ("k0; k1", "note", pytest.approx(100))
    assert row["explanation"] == "The hole in lot 1 is exactly lot 2."


# -- shapes ------------------------------------------------------------------------------------


def test_bow_tie_is_reported_at_the_crossing_and_does_not_stop_the_rest() -> None:
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    result = check_parcels(frame([bow, box(20, 0, 30, 10), box(28, 0, 38, 10)]))
    row = only(result, "invalid")
    assert (row["x"], row["y"]) == pytest.approx((5, 5))
    assert (row["severity"], row["lots"], row["lot_labels"]) == ("error", "k0", "1")
    assert "Self-intersection" in row["detail"]
    assert row["explanation"] == "The border line crosses itself."
    assert row["explanation_ja"] == "境界の線が交差しています。"
    assert only(result, "overlap")["size"] == pytest.approx(20)


def test_a_repaired_copy_stands_in_for_a_broken_lot() -> None:
    """The spike makes the lot invalid; its overlap with the neighbour is still found."""
    spiked = Polygon([(0, 0), (11, 0), (11, 10), (0, 10), (0, 5), (-3, 5), (0, 5)])
    assert not spiked.is_valid
    result = check_parcels(frame([spiked, box(10, 0, 20, 10)]))
    assert only(result, "overlap")["size"] == pytest.approx(10)
    assert only(result, "invalid")["lots"] == "k0"


def test_missing_and_empty_shapes_and_points() -> None:
    result = check_parcels(frame([None, Polygon(), Point(1, 1), box(0, 0, 1, 1)]))
    rows = result.findings[result.findings["kind"] == "no_geometry"]
    assert rows["lots"].tolist() == ["k0", "k1", "k2"]
    assert rows.geometry.isna().all()
    assert result.lots.geometry.isna().tolist() == [True, False, True, False]
    assert result.lots["errors"].tolist() == [1, 1, 1, 0]


def test_coordinates_that_are_not_numbers() -> None:
    bad = Polygon([(0, 0), (10, np.nan), (10, 10), (0, 10)])
    result = check_parcels(frame([bad, box(20, 0, 30, 10), box(25, 0, 35, 10)]))
    assert only(result, "invalid")["explanation"].startswith("A coordinate is not a number.")
    assert only(result, "overlap")["lots"] == "k1; k2"


def test_every_reason_of_geos_has_words_in_both_languages() -> None:
    hole_outside = Polygon(box(0, 0, 10, 10).exterior, [box(20, 20, 21, 21).exterior])
    nested_holes = Polygon(box(0, 0, 10, 10).exterior, [box(1, 1, 9, 9).exterior, box(2, 2, 3, 3).exterior])
    nested_parts = shapely.MultiPolygon([box(50, 0, 60, 10), box(52, 2, 54, 4)])
    result = check_parcels(frame([hole_outside, shapely.affinity.translate(nested_holes, 30), nested_parts]))
    rows = result.findings[result.findings["kind"] == "invalid"]
    assert len(rows) == 3
    assert "The shape is broken." not in set(rows["explanation"])
    assert rows["explanation_ja"].str.contains("穴|図形").all()


# -- duplicates --------------------------------------------------------------------------------


def test_exact_copies_are_one_duplicate_and_no_overlap() -> None:
    shape = box(0, 0, 20, 20)
    turned = Polygon(list(shape.exterior.coords)[2:] + list(shape.exterior.coords)[1:3])
    result = check_parcels(frame([shape, turned, shape.reverse()]))
    assert kinds(result) == {"duplicate": 1}
    row = only(result, "duplicate")
    assert (row["lots"], row["size"], row["size_unit"]) == ("k0; k1; k2", 400, "m2")
    assert row["explanation"] == "3 lots have the same shape."


def test_the_same_lot_twice_is_said_so() -> None:
    result = check_parcels(frame([box(0, 0, 20, 20)] * 2, lot_key=["a", "a"], chiban=["88-2", "88-2"]))
    row = only(result, "duplicate")
    assert row["lot_labels"] == "88-2; 88-2"
    assert row["explanation"] == "The same lot is in twice."
    assert row["explanation_ja"] == "同じ筆が 2 つあります。"
    assert kinds(result) == {"duplicate": 1}


def test_copies_within_the_tolerance_are_duplicates_too() -> None:
    result = check_parcels(frame([box(0, 0, 20, 20), box(0.004, 0, 20, 20.004)]))
    assert kinds(result) == {"duplicate": 1}


def test_one_number_for_two_shapes() -> None:
    result = check_parcels(frame([box(0, 0, 20, 20), box(40, 0, 60, 20)], lot_key=["a", "a"], area_reg=[400.0, 999.0]))
    assert kinds(result) == {"duplicate_key": 1}, "areas of unclear lots are not compared"


def test_a_copy_under_another_number_hides_neither_a_number_used_twice_nor_its_own_area() -> None:
    shapes = [box(0, 0, 20, 20), box(40, 0, 60, 20), box(0, 0, 20, 20)]
    result = check_parcels(frame(shapes, lot_key=["b", "b", "a"], chiban=["2", "2", "1"]))
    assert kinds(result) == {"duplicate": 1, "duplicate_key": 1}
    assert only(result, "duplicate_key")["lots"] == "b; b"
    result = check_parcels(frame([shapes[0], shapes[2]], area_reg=[400.0, 999.0]))
    assert kinds(result) == {"duplicate": 1, "area_mismatch": 1}
    assert only(result, "area_mismatch")["lots"] == "k1"


def test_missing_lot_number_is_a_note() -> None:
    shapes = [box(0, 0, 20, 20), box(40, 0, 60, 20), box(80, 0, 100, 20)]
    row = only(check_parcels(frame(shapes, lot_key=["a", None, "b"], chiban=["1", None, "2"])), "no_key")
    assert (row["lots"], row["lot_labels"]) == ("#1", "#1")


def test_lots_without_any_number_are_said_once_and_still_told_apart() -> None:
    shapes = [box(0, 0, 20, 20), box(19, 0, 40, 20)]
    result = check_parcels(frame(shapes, lot_key=[None, ""], chiban=["", None]))
    assert kinds(result) == {"overlap": 1, "no_key": 1}
    assert only(result, "no_key")["lots"] == ""
    assert only(result, "overlap")["lots"] == "#0; #1"


# -- overlaps ----------------------------------------------------------------------------------


def test_overlap_names_both_lots_size_and_tolerance() -> None:
    result = check_parcels(frame([box(0, 0, 10, 10), box(9.68, 0, 20, 10)], chiban=["215-3", "216-1"]))
    row = only(result, "overlap")
    assert row["size"] == pytest.approx(3.2)
    assert row["lot_labels"] == "215-3; 216-1"
    assert row["explanation"] == "The boundary lines overlap by 3.2 m². (Up to 0.01 m is ignored.)"
    assert row["explanation_ja"] == "境界の線が 3.2 m² 重なっています。（幅 0.01 m までは見ません）"
    area = result.areas[result.areas["finding_id"] == row["finding_id"]].iloc[0]
    assert area["area_m2"] == pytest.approx(3.2)
    assert area.geometry.geom_type == "MultiPolygon"
    assert shapely.Point(row["x"], row["y"]).within(area.geometry)


def test_overlaps_up_to_the_tolerance_are_ignored() -> None:
    lots = frame([box(0, 0, 10, 10), box(9.95, 0, 20, 10)])
    assert kinds(check_parcels(lots, CheckSettings(tolerance=0.06))) == {"near_border": 1}
    assert kinds(check_parcels(lots, CheckSettings(tolerance=0.04))) == {"overlap": 1}
    assert "overlap" not in kinds(check_parcels(lots, CheckSettings(tolerance=0.04, min_area=0.6)))


def test_a_lot_inside_another_is_named_as_such() -> None:
    result = check_parcels(frame([box(0, 0, 30, 30), box(10, 10, 12, 12)]))
    row = only(result, "contained")
    assert kinds(result) == {"contained": 1}
    assert (row["size"], row["severity"], row["lots"]) == (pytest.approx(4), "error", "k0; k1")
    assert row["explanation"] == "Lot 2 lies wholly inside lot 1 (4 m²)."
    assert row["explanation_ja"] == "筆 2 は筆 1 の中にすっかり入っています（4 m²）。"


def test_a_near_copy_inside_another_lot_is_suspected_to_be_the_same() -> None:
    row = only(check_parcels(frame([box(0, 0, 30, 30), box(0.2, 0.2, 29.8, 29.8)])), "contained")
    assert row["explanation"].endswith("It covers 97 % of it: probably the same lot twice.")


def test_two_parts_of_one_pair_are_one_finding() -> None:
    comb = shapely.union_all([box(0, 0, 30, 10), box(2, 10, 8, 12), box(20, 10, 26, 12)])
    row = only(check_parcels(frame([comb, box(0, 10, 30, 20)])), "overlap")
    assert row["size"] == pytest.approx(24)
    assert row["detail"] == "parts=2"


def test_maps_on_top_of_each_other_are_found_whole() -> None:
    """Inside two clean meshes no edge is open; the search must follow the neighbours."""
    lower = [Polygon(points) for points in grid(5, 5).values()]
    upper = [shapely.affinity.translate(shape, 5.0, 5.0) for shape in lower]
    result = check_parcels(frame(lower + upper))
    every = {
        tuple(sorted((f"k{one}", f"k{25 + two}")))
        for one in range(25)
        for two in range(25)
        if lower[one].intersection(upper[two]).area > 0.01
    }
    found = {tuple(lots.split("; ")) for lots in result.findings.loc[result.findings["kind"] == "overlap", "lots"]}
    assert found == every


# -- gaps --------------------------------------------------------------------------------------


def holed(width: float = 0.0) -> list[Polygon]:
    """Four lots around a gap of 2 m x 2 m, with a slit of ``width`` leading out of it."""
    return [
        box(0, 0, 12, 10),
        box(12 + width, 0, 22, 12),
        box(10, 12, 22, 22),
        box(0, 10, 10, 22),
    ]


def test_enclosed_gap() -> None:
    result = check_parcels(frame(holed()))
    row = only(result, "gap")
    assert row["size"] == pytest.approx(4)
    assert row["severity"] == "warning"
    assert row["lots"] == "k0; k1; k2; k3"
    assert row["explanation"] == "There is a gap of 4 m² between lots. (Up to 0.01 m is ignored.)"
    assert row["explanation_ja"] == "筆の間が 4 m² 空いています。（幅 0.01 m までは見ません）"
    assert 10 < row["x"] < 12 and 10 < row["y"] < 12


@pytest.mark.parametrize(("width", "found"), [(1e-9, 1), (0.009, 1), (0.02, 0)])
def test_slits_up_to_the_tolerance_count_as_closed(width: float, found: int) -> None:
    assert kinds(check_parcels(frame(holed(width)))).get("gap", 0) == found


def test_gap_size_is_exact_in_spite_of_the_tolerance() -> None:
    row = only(check_parcels(frame(holed(0.05)), CheckSettings(tolerance=0.1)), "gap")
    assert row["size"] == pytest.approx(4, abs=0.11), "the gap, not widened by the tolerance"


def test_thin_gaps_up_to_the_tolerance_are_ignored() -> None:
    left = Polygon([(0, 0), (10, 0), (9.97, 10), (10, 20), (0, 20)])
    lots = frame([left, box(10, 0, 20, 20)])
    assert kinds(check_parcels(lots, CheckSettings(tolerance=0.01)))["gap"] == 1
    assert "gap" not in kinds(check_parcels(lots, CheckSettings(tolerance=0.05)))


def test_largest_gap_leaves_out_land_outside_the_map() -> None:
    ring = Polygon(box(0, 0, 300, 300).exterior, [box(10, 10, 290, 290).exterior])
    assert kinds(check_parcels(frame([ring]))) == {"gap": 1}
    assert kinds(check_parcels(frame([ring]), CheckSettings(max_gap_area=1000))) == {}


def test_island_in_a_gap_is_not_part_of_it() -> None:
    ring = Polygon(box(0, 0, 100, 100).exterior, [box(10, 10, 90, 90).exterior])
    row = only(check_parcels(frame([ring, box(40, 40, 60, 60)])), "gap")
    assert row["size"] == pytest.approx(80 * 80 - 20 * 20)


def test_open_bay_is_no_gap() -> None:
    bay = shapely.union_all([box(0, 0, 30, 10), box(0, 10, 10, 30), box(20, 10, 30, 30)])
    assert check_parcels(frame([bay])).counts["findings"] == 0


# -- missing vertices --------------------------------------------------------------------------


@pytest.mark.parametrize("off", [0.0, 0.004])
def test_missing_vertex(off: float) -> None:
    right = Polygon([(10, 0), (20, 0), (20, 20), (10, 20), (10 + off, 7)])
    result = check_parcels(frame([box(0, 0, 10, 20), right]))
    row = only(result, "missing_vertex")
    assert kinds(result) == {"missing_vertex": 1}
    assert (row["x"], row["y"]) == pytest.approx((10 + off, 7))
    assert row["size"] == pytest.approx(off)
    assert row["size_unit"] == "m"
    assert set(row["lots"].split("; ")) == {"k0", "k1"}
    assert row["explanation"].startswith("Lot 1 has no border point here")


def test_t_junction_names_all_three_lots_once() -> None:
    result = check_parcels(frame([box(0, 0, 20, 10), box(0, 10, 8, 20), box(8, 10, 20, 20)]))
    row = only(result, "missing_vertex")
    assert row["lots"] == "k0; k1; k2"


def test_touching_at_a_single_point_counts() -> None:
    """A corner on the middle of another lot's side: the point is missing there too."""
    tip = Polygon([(10, 5), (20, 0), (20, 10)])
    assert kinds(check_parcels(frame([box(0, 0, 10, 10), tip]))) == {"missing_vertex": 1}


def test_points_farther_than_the_tolerance_do_not_count() -> None:
    right = Polygon([(10, 0), (20, 0), (20, 20), (10, 20), (10.02, 7)])
    assert "missing_vertex" not in kinds(check_parcels(frame([box(0, 0, 10, 20), right])))


# -- narrow lots -------------------------------------------------------------------------------


def strip_between_fields(width: float, **columns: Any) -> gpd.GeoDataFrame:
    return frame(
        [
            box(0, 0, 30, 20),
            box(0, 20 + width, 30, 40),
            Polygon([(0, 20), (30, 20), (30, 20 + width), (0, 20 + width)]),
        ],
        **columns,
    )


def test_left_over_strip_is_noted() -> None:
    row = only(check_parcels(strip_between_fields(0.4)), "sliver")
    assert (row["lots"], row["severity"], row["size_unit"]) == ("k2", "note", "m")
    assert row["size"] == pytest.approx(0.4)
    assert row["explanation"] == "The lot is 0.4 m wide. Fine if it is a road or a ditch."
    assert row["explanation_ja"] == "幅 0.4 m です。道や水路なら問題ありません。"


@pytest.mark.parametrize("category", ["公衆用道路", "用悪水路", "道", "水", "水路"])
def test_roads_and_ditches_are_never_slivers(category: str) -> None:
    lots = strip_between_fields(0.4, category_reg=["田", "畑", category])
    assert kinds(check_parcels(lots)) == {}
    assert kinds(check_parcels(lots, category_field=None)) == {"sliver": 1}


def test_ditch_along_a_road_is_not_a_sliver_without_any_category() -> None:
    road, ditch = box(0, 20, 60, 23), box(0, 23, 60, 23.4)
    assert kinds(check_parcels(frame([box(0, 0, 60, 20), road, ditch, box(0, 23.4, 60, 50)]))) == {}


def test_ditch_from_road_to_road_is_not_a_sliver() -> None:
    roads = [box(-3, 0, 0, 60), box(40, 0, 43, 60)]
    ditch = box(0, 30, 40, 30.3)
    shapes = [*roads, ditch, box(0, 0, 40, 30), box(0, 30.3, 40, 60)]
    assert "sliver" not in kinds(check_parcels(frame(shapes)))


def test_width_limit() -> None:
    assert kinds(check_parcels(strip_between_fields(0.4), CheckSettings(sliver_width=0.3))) == {}
    assert kinds(check_parcels(strip_between_fields(0.4), CheckSettings(sliver_width=0.0))) == {}


# -- registered area ---------------------------------------------------------------------------


def lots_with_areas(registered: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    shapes = [box(n * 100, 0, n * 100 + 20, 50) for n in range(len(registered))]  # 1,000 m² each
    return frame(shapes, area_reg=registered, **columns)


def test_area_differs() -> None:
    lots = frame([box(0, 0, 1043, 1)], area_reg=[980.0], accuracy_class=["甲三"], chiban=["57"])
    row = only(check_parcels(lots), "area_mismatch")
    assert row["size"] == pytest.approx(6.43, abs=0.01)
    assert row["size_unit"] == "pct"
    assert row["explanation"] == "Register 980 m², map 1,043 m². Over the tolerance of 6.6 m² (甲三)."
    assert row["explanation_ja"] == "登記 980 m²、図 1,043 m²。公差 6.6 m²（甲三）を超えます。"


@pytest.mark.parametrize(("name", "limit"), [("甲一", 1.324), ("甲三", 6.719), ("乙三", 40.707)])
def test_tolerance_of_the_class_decides(name: str, limit: float) -> None:
    shape = [box(0, 0, 20, 50)]
    for step, expected in ((-0.05, {}), (0.05, {"area_mismatch": 1})):
        registered = 1000.0
        grown = [box(0, 0, 20, 50 + (limit + step) / 20)]
        assert kinds(check_parcels(frame(grown, area_reg=[registered], accuracy_class=[name]))) == expected
    result = check_parcels(frame(shape, area_reg=[1000.0], accuracy_class=[name]))
    assert result.lots["area_tolerance"].tolist() == pytest.approx([limit], abs=1e-3)
    assert result.lots["area_diff"].tolist() == [0.0]


def test_assumed_class_is_said() -> None:
    lots = lots_with_areas([900.0, 900.0, 900.0], category_reg=["田", "山林", None])
    result = check_parcels(lots)
    rows = result.findings[result.findings["kind"] == "area_mismatch"].set_index("lots")
    assert "(乙一)" in rows.loc["k0", "explanation"] and "(乙三)" in rows.loc["k1", "explanation"]
    assert rows["explanation"].str.endswith("The accuracy class is an assumption.").all()
    assert rows["explanation_ja"].str.endswith("精度区分は仮定です。").all()
    chosen = check_parcels(lots, CheckSettings(default_class="甲二"))
    assert chosen.findings["explanation"].str.contains("甲二").sum() == 3


@pytest.mark.parametrize("registered", [None, 0.0, -5.0, float("nan")])
def test_no_registered_area_is_a_note(registered: Any) -> None:
    result = check_parcels(lots_with_areas([registered, 1000.0]))
    assert only(result, "no_area")["severity"] == "note"
    assert kinds(result) == {"no_area": 1}
    assert result.lots["area_registered"].isna().tolist() == [True, False]


def test_no_area_at_all_is_said_once() -> None:
    result = check_parcels(lots_with_areas([None] * 5))
    row = only(result, "no_area")
    assert row["explanation"].startswith("None of the 5 lots has a registered area.")
    assert row["lots"] == ""
    assert set(result.lots["worst"]) == {"ok"}


def test_without_any_area_field_nothing_is_said() -> None:
    assert check_parcels(frame([box(0, 0, 10, 10)])).counts["findings"] == 0


@pytest.mark.parametrize(
    ("factor", "word"), [(1e-4, "hectares"), (1e-2, "ares"), (121 / 400, "tsubo"), (1e4, "hectares")]
)
def test_wrong_unit_of_a_whole_column_is_said_once(factor: float, word: str) -> None:
    result = check_parcels(lots_with_areas([1000.0 * factor] * 20))
    row = only(result, "area_unit")
    assert word in row["explanation"]
    assert "Unit?" in row["explanation"]
    assert kinds(result) == {"area_unit": 1}
    assert result.lots["area_diff"].isna().all()


@pytest.mark.parametrize(("factor", "noise"), [(1e-4, 0.3), (1e-2, 0.3), (121 / 400, 0.15), (1e4, 0.3)])
def test_a_wrong_unit_is_said_once_on_an_old_map_too(factor: float, noise: float) -> None:
    random = np.random.default_rng(7)
    registered = (1000.0 * factor * np.exp(random.normal(0, noise, 30))).tolist()
    assert kinds(check_parcels(lots_with_areas(registered))) == {"area_unit": 1}


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_wrong_unit_of_a_few_lots(count: int) -> None:
    assert kinds(check_parcels(lots_with_areas([0.1] * count))) == {"area_unit": 1}
    assert kinds(check_parcels(lots_with_areas([302.5] * count))) == {"area_unit": 1}
    # A third by chance is none; nor is one lot of several.
    assert kinds(check_parcels(lots_with_areas([320.0] * count))) == {"area_mismatch": count}
    assert kinds(check_parcels(lots_with_areas([0.1, *[1000.0] * (count - 1)]))) == {"area_mismatch": 1}


def test_areas_that_differ_widely_are_no_unit() -> None:
    random = np.random.default_rng(3)
    registered = (1000.0 * np.exp(random.normal(-0.6, 0.5, 40))).tolist()
    assert "area_unit" not in kinds(check_parcels(lots_with_areas(registered)))


def test_the_right_unit_settles_it() -> None:
    assert check_parcels(lots_with_areas([0.1] * 20), CheckSettings(area_unit=10_000.0)).counts["findings"] == 0


def test_register_with_several_owners_and_conflicts() -> None:
    lots = lots_with_areas([None] * 4).drop(columns="area_reg")
    register = pd.DataFrame(
        {
            "lot_key": ["k0", "k0", "k1", "k1", "k2", None],
            "area_reg": [1000.0, 1000.0, 900.0, 950.0, 500.0, 7.0],
            "category_reg": ["田", "田", "畑", "畑", "公衆用道路", "田"],
        }
    )
    register.loc[len(register)] = ["k9", 1.0, "田"]
    joined, conflicting, not_on_map = join_register(lots, register, "lot_key")
    assert conflicting == ["k1"]
    assert not_on_map == ["k9"]
    assert joined[check.REGISTER_CATEGORY].tolist()[:3] == ["田", "畑", "公衆用道路"]
    result = check_parcels(joined, area_field=check.REGISTER_AREA, conflicting=conflicting)
    assert set(zip(result.findings["kind"], result.findings["lots"])) == {
        ("area_mismatch", "k2"),
        ("area_conflict", "k1"),
        ("no_area", "k3"),
    }


def test_register_without_the_field_is_refused() -> None:
    with pytest.raises(InputError, match=re.escape("“area_reg”")):
        join_register(frame([]), pd.DataFrame({"lot_key": []}), "lot_key")


# -- the result as a whole ---------------------------------------------------------------------


def faulty_map() -> gpd.GeoDataFrame:
    points = grid(6, 4)
    points[1, 1][3] = (points[1, 1][3][0] + 1.0, points[1, 1][3][1])
    points[4, 1][3] = (points[4, 1][3][0] - 1.0, points[4, 1][3][1])
    del points[2, 3][1]
    points[5, 3][0], points[5, 3][2] = points[5, 3][2], points[5, 3][0]
    shapes = [Polygon(corner) for corner in points.values()]
    shapes += [shapes[0], None]
    lots = frame(shapes, accuracy_class="甲三", area_reg=[100.0] * 20 + [200.0, None, 100.0, 100.0, 100.0, 0.0])
    lots.loc[10, "lot_key"] = lots.loc[11, "lot_key"]
    return lots


@pytest.mark.parametrize("seed", range(5))
def test_order_of_the_lots_does_not_matter(seed: int) -> None:
    lots = faulty_map()
    once = check_parcels(lots)
    mixed = lots.sample(frac=1, random_state=seed)
    again = check_parcels(mixed)
    assert once.counts["findings"] > 8
    pd.testing.assert_frame_equal(once.findings, again.findings)
    pd.testing.assert_frame_equal(once.areas, again.areas)
    pd.testing.assert_frame_equal(once.lots, again.lots.loc[lots.index])
    assert again.lots.index.tolist() == mixed.index.tolist()


def test_ids_are_unique_and_survive_other_changes() -> None:
    lots = faulty_map()
    before = check_parcels(lots).findings
    assert before["finding_id"].is_unique
    lots.loc[20, "area_reg"] = 100.0  # one fault repaired
    after = check_parcels(lots).findings
    gone = set(before["finding_id"]) - set(after["finding_id"])
    assert len(gone) == 1
    assert set(after["finding_id"]) < set(before["finding_id"])


def test_lots_are_kept_as_they_came() -> None:
    lots = faulty_map()
    lots["note"] = "x"
    result = check_parcels(lots).lots
    assert result["note"].tolist() == lots["note"].tolist()
    same = shapely.equals_exact(
        shapely.get_parts(result.geometry.to_numpy()), shapely.get_parts(lots.geometry.to_numpy())
    )
    assert same.all()
    assert "area_m2" not in lots.columns, "the input frame is not changed"
    assert result["worst"].isin(["ok", "note", "warning", "error"]).all()
    assert ((result["errors"] > 0) == (result["worst"] == "error")).all()


def test_every_finding_has_words_and_a_known_kind() -> None:
    findings = check_parcels(faulty_map()).findings
    for column in ("explanation", "explanation_ja"):
        assert findings[column].str.len().gt(5).all()
        assert not findings[column].str.contains(r"[{}]").any()
    for kind, severity in zip(findings["kind"], findings["severity"]):
        assert SEVERITIES.index(severity) - SEVERITIES.index(KINDS[kind].severity) in (0, 1)
    assert findings["explanation_ja"].str.contains("[ぁ-ん]").all()


def test_feature_id_names_lots_without_a_key_field() -> None:
    lots = frame([box(0, 0, 10, 10), box(9, 0, 20, 10)]).drop(columns=["lot_key", "chiban"])
    lots.index = [17, 4]
    row = only(check_parcels(lots), "overlap")
    assert (row["lots"], row["lot_labels"]) == ("17; 4", "17; 4")


def test_whole_numbers_stored_as_reals_make_plain_keys() -> None:
    lots = frame([box(0, 0, 10, 10), box(9, 0, 20, 10)], lot_key=[1.0, 2.0], chiban=[1.0, 2.0])
    assert only(check_parcels(lots), "overlap")["lots"] == "1; 2"


def test_heights_do_not_disturb() -> None:
    flat = frame([box(0, 0, 10, 10), box(9, 0, 20, 10)])
    raised = flat.copy()
    raised.geometry = shapely.force_3d(flat.geometry.to_numpy(), 7.0)
    pd.testing.assert_frame_equal(check_parcels(flat).findings, check_parcels(raised).findings)


@pytest.mark.parametrize(
    "bad",
    [
        {"tolerance": -1.0},
        {"tolerance": float("nan")},
        {"min_area": -0.1},
        {"sliver_width": float("inf")},
        {"area_unit": 0.0},
    ],
)
def test_impossible_settings_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(InputError):
        check_parcels(frame([box(0, 0, 1, 1)]), CheckSettings(**bad))


def test_zero_tolerance_finds_the_smallest_overlap_and_gap() -> None:
    exact = CheckSettings(tolerance=0.0, min_area=0.0)
    assert kinds(check_parcels(frame([box(0, 0, 10, 10), box(10 - 1e-6, 0, 20, 10)]), exact))["overlap"] == 1
    left = Polygon([(0, 0), (10, 0), (10 - 1e-6, 10), (10, 20), (0, 20)])
    assert kinds(check_parcels(frame([left, box(10, 0, 20, 20)]), exact))["gap"] == 1


class _Stop(Progress):
    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def is_cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("after", [0, 3, 8, 12])
def test_cancel(after: int) -> None:
    with pytest.raises(Cancelled):
        check_parcels(faulty_map(), progress=_Stop(after))


def test_progress_only_moves_forward() -> None:
    seen: list[float] = []

    class Record(Progress):
        def show(self, fraction: float) -> None:
            seen.append(fraction)

    check_parcels(faulty_map(), progress=Record())
    assert seen == sorted(seen)
    assert seen[0] >= 0
    assert seen[-1] <= 1


# -- properties --------------------------------------------------------------------------------


def _overlap(points: list[tuple[float, float]], depth: float) -> list[tuple[float, float]]:
    return [*points[:3], (points[3][0] + depth, points[3][1]), *points[4:]]


def _gap(points: list[tuple[float, float]], depth: float) -> list[tuple[float, float]]:
    return _overlap(points, -depth)


def _missing(points: list[tuple[float, float]], depth: float) -> list[tuple[float, float]]:
    return [*points[:3], *points[4:]]


def _bow(points: list[tuple[float, float]], depth: float) -> list[tuple[float, float]]:
    return [points[0], points[1], points[4], points[3], points[2], *points[5:]]


INJECT: dict[str, Callable[[list[tuple[float, float]], float], list[tuple[float, float]]]] = {
    "overlap": _overlap,
    "gap": _gap,
    "missing_vertex": _missing,
    "invalid": _bow,
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    angle=st.floats(0, 90),
    shift=st.tuples(st.floats(-2e5, 2e5), st.floats(-2e5, 2e5)),
    size=st.floats(5, 80),
    kind=st.sampled_from(sorted(INJECT)),
    depth=st.floats(0.06, 1.5),
    place=st.tuples(st.integers(1, 4), st.integers(1, 3)),
    order=st.randoms(use_true_random=False),
)
def test_any_mesh_with_one_fault(
    angle: float,
    shift: tuple[float, float],
    size: float,
    kind: str,
    depth: float,
    place: tuple[int, int],
    order: Any,
) -> None:
    """Wherever the mesh lies and however it is turned: the fault is found where it is, and nothing elsewhere."""
    points = grid(6, 5, size)
    spot = shapely.Point(points[place][3])
    points[place] = INJECT[kind](points[place], depth)
    cells = list(points)
    order.shuffle(cells)

    def laid(shape: Any) -> Any:
        return shapely.affinity.translate(shapely.affinity.rotate(shape, angle, origin=(0, 0)), *shift)

    # Turn the shared points, not the lots, so that neighbours keep equal coordinates.
    shapes = [shapely.set_precision(laid(Polygon(points[cell])), 0.0) for cell in cells]
    lots = frame(shapes, lot_key=[f"{c}-{r}" for c, r in cells])
    result = check_parcels(lots)
    own = f"{place[0]}-{place[1]}"
    hits = result.findings[result.findings["kind"] == kind]
    assert len(hits) == 1
    assert own in hits.iloc[0]["lots"].split("; ")
    if kind in ("overlap", "gap"):
        assert hits.iloc[0]["size"] == pytest.approx(depth * size / 2, rel=1e-3)
    if kind == "missing_vertex":
        assert shapely.distance(laid(spot), hits.iloc[0].geometry) < 0.01
    reach = laid(Polygon(grid(6, 5, size)[place])).buffer(depth + 0.1)
    assert result.findings.geometry.intersects(reach).all(), "nothing is reported elsewhere"
    if kind in ("overlap", "gap", "missing_vertex"):
        assert len(result.findings) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(noise=st.floats(0, 0.0035), seed=st.integers(0, 2**16))
def test_noise_within_the_tolerance_says_nothing(noise: float, seed: int) -> None:
    """Neighbours whose points differ by less than the tolerance fit together."""
    random = np.random.default_rng(seed)
    shapes = [
        Polygon(np.array(points) + random.uniform(-noise, noise, (len(points), 2))) for points in grid(4, 4).values()
    ]
    assert set(kinds(check_parcels(frame(shapes)))) <= {"near_border"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    boxes=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 8), st.integers(1, 8)),
        min_size=2,
        max_size=12,
    )
)
def test_overlaps_agree_with_comparing_every_pair(boxes: list[tuple[int, int, int, int]]) -> None:
    shapes = [box(x, y, x + w, y + h) for x, y, w, h in dict.fromkeys(boxes)]
    expected = {
        (f"k{i:02}", f"k{j:02}"): shapes[i].intersection(shapes[j]).area
        for i in range(len(shapes))
        for j in range(i + 1, len(shapes))
        if shapes[i].intersection(shapes[j]).area > 0
    }
    result = check_parcels(frame(shapes, lot_key=[f"k{n:02}" for n in range(len(shapes))]))
    rows = result.findings[result.findings["kind"].isin(["overlap", "contained"])]
    found = {tuple(lots.split("; ")): size for lots, size in zip(rows["lots"], rows["size"])}
    assert found == pytest.approx(expected)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    boxes=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(1, 8), st.integers(1, 8)),
        min_size=1,
        max_size=12,
    )
)
def test_gaps_agree_with_the_holes_of_the_union(boxes: list[tuple[int, int, int, int]]) -> None:
    """Against the plain definition: the enclosed parts of what a slightly larger union leaves bare.

    (Larger, because two corners that only touch close a gap.)
    """
    shapes = [box(x, y, x + w, y + h) for x, y, w, h in dict.fromkeys(boxes)]
    frame_of_all = box(-5, -5, 30, 30)
    bare = shapely.get_parts(frame_of_all.difference(shapely.union_all(shapes).buffer(1e-6, join_style="mitre")))
    expected = sorted(round(part.area) for part in bare if not part.intersects(frame_of_all.exterior))
    result = check_parcels(frame(shapes))
    sizes = result.findings.loc[result.findings["kind"] == "gap", "size"]
    assert sorted(round(size) for size in sizes) == expected


# -- only what was touched -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_a_touched_neighbourhood_gives_the_findings_of_the_whole(seed: int) -> None:
    """For every lot: checked alone among its neighbours it has the findings that the whole check gives it."""
    lots = faulty_map().sample(frac=1, random_state=seed)
    whole = check_parcels(lots)
    for position, key in enumerate(lots["lot_key"]):
        mine = whole.findings["lots"].map(lambda text, key=key: key in text.split("; "))
        part = check_parcels(lots, only=[position])
        pd.testing.assert_frame_equal(part.findings, whole.findings[mine].reset_index(drop=True))
        pd.testing.assert_frame_equal(part.lots, whole.lots.iloc[[position]])


def test_the_lots_around_a_gap_see_it_together() -> None:
    ring = Polygon(box(0, 0, 300, 300).exterior, [box(10, 10, 290, 290).exterior])
    lots = frame([*holed(), ring, box(100, 100, 110, 110)])
    whole = check_parcels(lots)
    assert kinds(whole)["gap"] >= 1
    part = check_parcels(lots, only=range(6))
    pd.testing.assert_frame_equal(part.findings, whole.findings)


def test_areas_of_touched_lots_know_the_unit_of_the_whole_column() -> None:
    lots = lots_with_areas([0.1] * 20)
    assert check_parcels(lots, only=[3]).counts == {"lots": 1, "findings": 0, "error": 0, "warning": 0, "note": 0}
    assert check_parcels(lots, only=[]).counts["lots"] == 0
