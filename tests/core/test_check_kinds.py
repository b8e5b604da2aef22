"""Kinds of findings beside overlaps and gaps: open strips, seams, spikes, parts, holes, borders that nearly fit."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from land_stewardship.core.parcels.areas import areal_scale
from land_stewardship.core.parcels.check import CheckResult, CheckSettings, check_parcels
from land_stewardship.core.parcels.narrow import is_road_or_water

CRS = pyproj.CRS("EPSG:6676")


def frame(shapes: list[Any], **columns: Any) -> gpd.GeoDataFrame:
    data = {"lot_key": [f"k{n}" for n in range(len(shapes))], "chiban": [f"{n + 1}" for n in range(len(shapes))]}
    data.update(columns)
    return gpd.GeoDataFrame(data, geometry=shapes, crs=CRS)


def kinds(result: CheckResult) -> dict[str, int]:
    return result.findings["kind"].value_counts().to_dict()


def only(result: CheckResult, kind: str) -> pd.Series:
    rows = result.findings[result.findings["kind"] == kind]
    assert len(rows) == 1, result.findings[["kind", "lots", "explanation"]]
    return rows.iloc[0]


# -- open strips -------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "found"), [(0.009, 0), (0.02, 1), (0.4, 1), (0.6, 0)])
def test_a_strip_open_at_both_ends(width: float, found: int) -> None:
    result = check_parcels(frame([box(0, 0, 20, 10), box(0, 10 + width, 20, 20)]))
    assert kinds(result).get("channel", 0) == found
    if found:
        row = only(result, "channel")
        assert row["size"] == pytest.approx(20 * width)
        assert row["lots"] == "k0; k1"
        assert row["explanation_ja"].startswith("筆の間に、外へ開いた細いすき間が")
        area = result.areas.geometry.iloc[0]
        assert shapely.symmetric_difference(area, box(0, 10, 20, 10 + width)).area < 1e-6


def test_a_strip_closed_at_one_end_is_no_gap_but_an_open_strip() -> None:
    lots = [box(0, 0, 20, 10), box(0, 10.2, 20, 20), box(-5, 0, 0, 20)]
    result = check_parcels(frame(lots))
    assert only(result, "channel")["size"] == pytest.approx(4)
    assert "gap" not in kinds(result)


def test_a_closed_strip_is_a_gap_alone() -> None:
    lots = [box(0, 0, 20, 10), box(0, 10.2, 20, 20), box(-5, 0, 0, 20), box(20, 0, 25, 20)]
    result = kinds(check_parcels(frame(lots)))
    assert result == {"gap": 1, "missing_vertex": 4}


def test_notches_and_wide_ways_are_no_strips() -> None:
    comb = shapely.union_all([box(0, 0, 30, 10), box(0, 10, 10, 10.4), box(10.3, 10, 30, 10.4)])
    assert kinds(check_parcels(frame([comb]))) == {}, "as wide as deep"
    assert kinds(check_parcels(frame([box(0, 0, 30, 10), box(0, 13, 30, 20)]))) == {}, "a way 3 m wide"


def test_a_wedge_counts_as_far_as_it_is_narrow() -> None:
    wedge = Polygon([(0, 10), (40, 12), (40, 20), (0, 20)])
    row = only(check_parcels(frame([box(0, 0, 40, 10), wedge])), "channel")
    assert 0.7 * 2.5 < row["size"] <= 2.5, "10 m long up to a width of 0.5 m; the blunt end is cut"


def test_a_strip_that_a_lot_fills_is_none() -> None:
    lots = [box(0, 0, 20, 10), box(0, 10.2, 20, 20), box(0, 10, 20, 10.2)]
    assert "channel" not in kinds(check_parcels(frame(lots)))


def test_strips_can_be_left_out() -> None:
    assert kinds(check_parcels(frame([box(0, 0, 9, 9), box(9.1, 0, 20, 9)]), CheckSettings(channel_width=0))) == {}


# -- borders that nearly fit -------------------------------------------------------------------


def test_a_border_that_nearly_fits_is_said_with_its_distance() -> None:
    result = check_parcels(frame([box(0, 0, 10, 10), Polygon([(10.004, 0), (20, 0), (20, 10), (10.001, 10)])]))
    row = only(result, "near_border")
    assert kinds(result) == {"near_border": 1}
    assert (row["size"], row["size_unit"], row["severity"]) == (pytest.approx(0.004), "m", "note")
    assert row["explanation"] == "The border points of the neighbours differ by up to 0.004 m (within the tolerance)."
    assert (row["x"], row["y"]) == pytest.approx((10, 0), abs=0.005)


def noisy(columns: int, rows: int, noise: float, seed: int = 0) -> gpd.GeoDataFrame:
    random = np.random.default_rng(seed)
    shapes = []
    for c in range(columns):
        for r in range(rows):
            corners = np.array([(c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)]) * 20.0
            shapes.append(Polygon(corners + random.uniform(-noise, noise, (4, 2))))
    return frame(shapes)


def test_points_that_are_off_everywhere_are_said_once_and_listed_one_by_one() -> None:
    lots = noisy(20, 20, 0.001)
    result = check_parcels(lots, CheckSettings(list_snapped=True))
    row = only(result, "near_border")
    assert kinds(result) == {"near_border": 1}
    assert row["lots"] == ""
    assert 0.001 < row["size"] < 0.003
    # Four lots meet in 19 x 19 points, two in 4 x 19: all but one of them are taken for that one.
    assert len(result.snapped) == pytest.approx(19 * 19 * 3 + 4 * 19, rel=0.01)
    assert result.snapped["distance"].between(0, 0.003).all()
    assert set(result.snapped["lot"]) <= set(lots["lot_key"])
    moved = result.snapped.iloc[0]
    own = lots.set_index("lot_key").geometry[moved["lot"]]
    assert shapely.distance(own.boundary, moved.geometry) < 1e-3
    assert check_parcels(lots).snapped.empty


# -- single lots -------------------------------------------------------------------------------


def test_several_parts() -> None:
    row = only(check_parcels(frame([MultiPolygon([box(0, 0, 5, 5), box(9, 0, 12, 5)])])), "multipart")
    assert row["severity"] == "note"
    assert row["explanation"] == "The lot consists of 2 separate areas."


def test_a_hole_that_is_another_lot_and_one_that_is_not() -> None:
    ring = Polygon(box(0, 0, 30, 30).exterior, [box(5, 5, 9, 9).exterior, box(15, 15, 25, 25).exterior])
    result = check_parcels(frame([ring, box(5, 5, 9, 9), box(15, 15, 25, 20)]))
    assert kinds(result) == {"enclave": 1, "gap": 1, "missing_vertex": 2}
    assert only(result, "enclave")["lots"] == "k0; k1"
    assert only(result, "gap")["size"] == pytest.approx(50)


def test_an_outline_that_touches_itself_where_that_is_allowed() -> None:
    holed = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(0, 5), (3, 3), (3, 7)]])
    corner = MultiPolygon([box(20, 0, 25, 5), box(25, 5, 30, 10)])
    assert holed.is_valid and corner.is_valid
    rows = check_parcels(frame([holed, corner])).findings
    touching = rows[rows["kind"] == "self_touch"]
    assert list(zip(touching["lots"], touching["x"], touching["y"])) == [("k0", 0, 5), ("k1", 25, 5)]


@pytest.mark.parametrize(("width", "found"), [(0.004, 1), (0.05, 0)])
def test_an_outline_that_comes_close_to_itself(width: float, found: int) -> None:
    """A bay that a tongue of the same lot all but closes."""
    bay = Polygon([(0, 0), (20, 0), (20, 10), (12, 10), (10, width), (8, 10), (0, 10)])
    result = check_parcels(frame([bay]), CheckSettings(spike_width=0, channel_width=0))
    assert kinds(result) == ({"self_touch": 1} if found else {})
    if found:
        row = only(result, "self_touch")
        assert (row["x"], row["y"], row["size"]) == pytest.approx((10, width, width))
        assert row["explanation"] == "The outline of the lot comes within 0.004 m of itself here."


@pytest.mark.parametrize(("root", "found"), [(0.02, 1), (0.3, 0)])
def test_spikes_out_and_in(root: float, found: int) -> None:
    out = Polygon([(0, 0), (10, 0), (10, 5), (14, 5), (10, 5 + root), (10, 10), (0, 10)])
    dent = Polygon([(20, 0), (30, 0), (30, 5), (26, 5), (30, 5 + root), (30, 10), (20, 10)])
    rows = check_parcels(frame([out, dent]), CheckSettings(channel_width=0)).findings
    spikes = rows[rows["kind"] == "spike"]
    assert len(spikes) == 2 * found
    if found:
        assert list(zip(spikes["x"], spikes["y"])) == [(14, 5), (26, 5)]
        assert spikes["size"].tolist() == pytest.approx([4, 4])


def test_a_pointed_lot_is_no_spike() -> None:
    assert kinds(check_parcels(frame([Polygon([(0, 0), (60, 0), (0, 3)])]))) == {}


def test_very_small_lots() -> None:
    row = only(check_parcels(frame([box(0, 0, 0.3, 0.3), box(5, 0, 15, 10)])), "too_small")
    assert (row["lots"], row["severity"], row["size"]) == ("k0", "note", pytest.approx(0.09))


@pytest.mark.parametrize("label", ["道", "水", "道-3", "水１２", "無番地", "水路敷", "里道"])
def test_road_or_water_in_place_of_a_lot_number(label: str) -> None:
    assert is_road_or_water("", label)
    lots = frame([box(0, 0, 30, 20), box(0, 20.4, 30, 40), box(0, 20, 30, 20.4)], chiban=["1", "2", label])
    assert kinds(check_parcels(lots)) == {}


@pytest.mark.parametrize("label", ["12-3", "水沢 12", "道下1番", "甲12", "", "k1"])
def test_other_numbers_are_not_taken_for_roads(label: str) -> None:
    assert not is_road_or_water("田", label)


# -- seams of map sheets and severity ----------------------------------------------------------


def test_what_does_not_fit_between_sheets_is_a_seam() -> None:
    shapes = [box(0, 0, 20, 20), box(19.9, 0, 40, 20), box(40, 0, 60, 20), box(39.8, 20, 60, 40)]
    one_sheet = check_parcels(frame(shapes, sheets=["A1"] * 4))
    assert kinds(one_sheet)["overlap"] == 1
    result = check_parcels(frame(shapes, sheets=["A1", "A2", "A2", "A2"]))
    row = only(result, "seam")
    assert "overlap" not in kinds(result)
    assert row["size"] == pytest.approx(0.1, rel=0.05)
    assert (row["size_unit"], row["severity"], row["lots"]) == ("m", "note", "k0; k1")
    assert row["explanation"] == "The map sheets do not fit here: Overlap, offset about 0.1 m."
    assert row["explanation_ja"] == "図面の継ぎ目が合いません（重なり、ずれ 約0.1 m）。"


def test_a_gap_along_a_seam_is_a_seam_and_a_shared_sheet_is_none() -> None:
    shapes = [box(0, 0, 20, 20), box(20.3, 0, 40, 20)]
    assert only(check_parcels(frame(shapes, sheets=["A1", "A2"])), "seam")["size"] == pytest.approx(0.3, rel=0.05)
    assert kinds(check_parcels(frame(shapes, sheets=["A1; A2", "A2"]))) == {"channel": 1}
    assert kinds(check_parcels(frame(shapes, sheets=["A1", None]))) == {"channel": 1}


@pytest.mark.parametrize(
    ("depth", "name", "severity"), [(0.05, "甲三", "warning"), (0.5, "甲三", "error"), (0.5, "乙三", "warning")]
)
def test_an_overlap_that_the_accuracy_class_explains_is_less_serious(depth: float, name: str, severity: str) -> None:
    lots = frame([box(0, 0, 20, 50), box(20 - depth, 0, 40, 50)], accuracy_class=[name] * 2)
    result = check_parcels(lots)
    assert only(result, "overlap")["severity"] == severity
    assert result.lots["worst"].tolist() == [severity] * 2


# -- ground and grid ---------------------------------------------------------------------------


def test_scale_of_the_plane_rectangular_systems() -> None:
    """0.9999 on the central meridian, about 1 at 90 km, above 1 beyond (告示第9号 別表)."""
    scale = np.sqrt(areal_scale(np.array([[0.0, 0.0], [90_000.0, 0.0], [130_000.0, 50_000.0]]), CRS))
    assert scale == pytest.approx([0.9999, 1.0, 1.000108], abs=2e-6)
    radius = 6_371_000.0
    assert scale[2] == pytest.approx(0.9999 * (1 + 130_000.0**2 / (2 * (radius * 0.9999) ** 2)), abs=2e-6)


@pytest.mark.parametrize(
    ("registered", "found"), [(1_000_000.0, 0), (1_000_200.0, 0), (999_830.0, 1), (1_000_370.0, 1)]
)
def test_an_area_may_be_registered_in_the_plane_or_on_the_ground(registered: float, found: int) -> None:
    """1 km² on the central meridian is 1,000,200 m² on the ground; class 甲一 allows 120 m²."""
    lots = frame([box(0, 0, 1000, 1000)], area_reg=[registered], accuracy_class=["甲一"])
    assert kinds(check_parcels(lots)).get("area_mismatch", 0) == found
