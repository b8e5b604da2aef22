"""Repair of small maps whose faults are known."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from repairing import OPEN, frame, stays, wkb
from shapely import Polygon, box

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.parcels.check import check_parcels
from land_stewardship.core.parcels.repair import RepairResult, RepairSettings, repair_parcels
from land_stewardship.core.parcels.repairfields import LEFT_FIELDS, LEGAL_NOTE, OWNER_FIELDS, REPORT_FIELDS, WHY
from land_stewardship.core.parcels.repairreport import owners_frame
from land_stewardship.core.progress import Progress
from land_stewardship.core.schema import names


def areas(result: RepairResult) -> list[float]:
    return [round(float(value), 6) for value in shapely.area(result.lots.geometry.to_numpy())]


def kinds(lots: gpd.GeoDataFrame) -> set[str]:
    return set(check_parcels(lots).findings["kind"])


# -- single faults -----------------------------------------------------------------------------


def test_a_sound_map_stays_as_it_is() -> None:
    lots = frame([box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 0, 30, 10)])
    result = repair_parcels(lots)
    assert wkb(result.lots) == wkb(lots)
    assert result.settled and not len(result.report) and not len(result.left)
    assert result.figures["area_before"] == result.figures["area_after"] == 300


def test_empty_input() -> None:
    result = repair_parcels(frame([]))
    assert result.figures["lots"] == 0
    assert list(result.report.columns) == names(REPORT_FIELDS)
    assert list(result.left.columns) == [*names(LEFT_FIELDS), "geometry"]


def test_overlap_goes_to_the_longer_common_border_and_the_neighbour_gets_the_points() -> None:
    lots = frame([box(0, 0, 10, 10), Polygon([(9, 2), (20, 2), (20, 8), (9, 8)])])
    result = repair_parcels(lots, RepairSettings(most_lost=0.2))
    assert kinds(result.lots) == set()
    assert areas(result) in ([94, 66], [100, 60])
    report = result.report.set_index("lot_key")
    assert report["lost_m2"].sum() == pytest.approx(6)
    assert report["won_m2"].sum() == pytest.approx(0)
    assert result.figures["area_after"] - result.figures["area_before"] == pytest.approx(-6)
    stays(result.lots, RepairSettings(most_lost=0.2))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("larger", [100.0, 44.0]), ("smaller", [94.0, 50.0]), ("older", [94.0, 50.0]), ("accurate", [100.0, 44.0])],
)
def test_who_keeps_the_land(rule: str, expected: list[float]) -> None:
    lots = frame(
        [box(0, 0, 10, 10), Polygon([(9, 2), (17 + 1 / 3, 2), (17 + 1 / 3, 8), (9, 8)])],
        accuracy_class=["甲三", "乙一"],
        registered=["1990-05-01", "1955-01-01"],
    )
    result = repair_parcels(lots, RepairSettings(overlaps=rule, most_lost=0.5), age_field="registered")
    assert areas(result) == pytest.approx(expected)


def test_trusted_lots_keep_the_land_and_every_bit() -> None:
    lots = frame([box(0, 0, 10, 10), box(9.5, 0, 30, 10)], accuracy_class=["甲一", "甲三"], sure=[None, "yes"])
    by_class = repair_parcels(lots, RepairSettings(trusted_classes=("甲1",)))
    assert wkb(by_class.lots)[0] == wkb(lots)[0] and areas(by_class) == [100, 200]
    by_mark = repair_parcels(lots, trusted_field="sure")
    assert wkb(by_mark.lots)[1] == wkb(lots)[1] and areas(by_mark) == [95, 205]
    both = repair_parcels(lots, RepairSettings(trusted_classes=("甲一",)), trusted_field="sure")
    assert wkb(both.lots) == wkb(lots)
    assert both.left["kind"].tolist() == ["overlap"] and both.left["why"].tolist() == [
        "A trusted lot would have to change."
    ]


def test_a_lot_inside_another_becomes_a_hole_and_does_not_vanish() -> None:
    lots = frame([box(0, 0, 30, 30), box(10, 10, 13, 13)])
    result = repair_parcels(lots)
    assert areas(result) == [891, 9]
    assert wkb(result.lots)[1] == wkb(lots)[1]
    assert kinds(result.lots) == {"enclave"}


def test_a_lot_that_would_lose_much_is_left_to_people() -> None:
    lots = frame([box(0, 0, 10, 10), box(4, 0, 12, 10)])
    result = repair_parcels(lots)
    assert wkb(result.lots) == wkb(lots)
    assert result.left["why"].tolist() == ["A lot would lose too large a part of its area. People must decide."]


def test_copies_are_left_to_people() -> None:
    lots = frame([box(0, 0, 10, 10), box(0, 0, 10, 10), box(10, 0, 20, 10)])
    result = repair_parcels(lots)
    assert wkb(result.lots) == wkb(lots)
    assert result.left["kind"].tolist() == ["duplicate"]
    assert result.left["lots"].tolist() == ["k0; k1"]
    assert result.left["why"].tolist() == ["The same shape is in several times. Keep one and delete the others."]
    assert result.figures["left"] == 1
    # Whatever steps are asked for, lots drawn twice are told; trusted ones too.
    assert repair_parcels(lots, RepairSettings(steps=("valid",))).left["kind"].tolist() == ["duplicate"]
    trusted = repair_parcels(lots.assign(sure=True), trusted_field="sure").left
    assert trusted["kind"].tolist() == ["duplicate"] and "Keep one" in trusted["why"].iloc[0]


def test_gap_goes_to_the_longest_border_and_a_wide_one_stays() -> None:
    ring = [box(0, 0, 10, 30), box(10.2, 0, 20, 30), box(0, 30, 20, 40), box(0, -10, 20, 0)]
    result = repair_parcels(frame(ring))
    assert kinds(result.lots) == set()
    assert sum(areas(result)) == pytest.approx(20 * 50)
    stays(result.lots, RepairSettings())
    wide = repair_parcels(frame(ring), RepairSettings(gap_width=0.1))
    assert wide.left["kind"].tolist() == ["gap"]
    assert "unnumbered" in wide.left["why"].iloc[0]
    kept = repair_parcels(frame(ring), RepairSettings(gaps="leave"))
    assert kept.left["why"].tolist() == ["Gaps were to be left."]
    trusted = repair_parcels(frame(ring, sure=[True] * 4), trusted_field="sure")
    assert set(trusted.left["kind"]) == {"gap", "missing_vertex"}
    assert set(trusted.left["why"]) == {"A trusted lot would have to change."}


def test_an_open_strip_is_closed_on_request_only_each_lot_getting_what_lies_before_it() -> None:
    left_side = [box(0, 10 * n, 10, 10 * n + 10) for n in range(3)]
    lots = frame([*left_side, box(10.2, 0, 20, 13), box(10.2, 13, 20, 30)])
    assert kinds(lots) == {"channel"}
    assert repair_parcels(lots).figures["changed"] == 0  # a ditch without number may run there
    asked = RepairSettings(steps=OPEN)
    result = repair_parcels(lots, asked)
    assert kinds(result.lots) == set() and not len(result.left)
    assert areas(result) == [102, 102, 102, pytest.approx(9.8 * 13), pytest.approx(9.8 * 17)]
    assert result.figures["gaps_given"] == pytest.approx(6)
    assert result.report.set_index("lot_key")["won_m2"].to_dict() == pytest.approx(
        {"k0": 2, "k1": 2, "k2": 2, "k3": 0, "k4": 0}, abs=1e-9
    )
    assert result.report["repair_steps"].str.contains("channels").sum() == 3
    stays(result.lots, asked)
    by_size = repair_parcels(lots, RepairSettings(steps=OPEN, gaps="larger"))
    assert areas(by_size)[3:] == [10 * 13, 10 * 17] and areas(by_size)[:3] == [100, 100, 100]
    # Trusted lots get nothing, and where all are trusted it stays.
    right = repair_parcels(lots.assign(sure=[True] * 3 + [False] * 2), asked, trusted_field="sure")
    assert wkb(right.lots)[:3] == wkb(lots)[:3] and areas(right)[3:] == [10 * 13, 10 * 17]
    assert "channel" not in kinds(right.lots)
    stuck = repair_parcels(lots.assign(sure=True), asked, trusted_field="sure")
    assert wkb(stuck.lots) == wkb(lots)
    assert stuck.left["kind"].tolist() == ["channel"]
    assert stuck.left["why"].tolist() == ["A trusted lot would have to change."]


@pytest.mark.parametrize(
    ("shapes", "covered"),
    [
        ([box(0, 0, 10, 30), box(10.2, 0, 20, 25), box(0, 30, 20, 40)], 200 + 300 + 25 * 10),  # ends not level
        ([box(0, 0, 10, 30), Polygon([(10.05, 0), (20, 0), (20, 30), (10.25, 30)])], 600),  # wider at one end
        (
            [
                Polygon([(0, 0), (10, 0), (10, 15), (12, 30), (0, 30)]),
                Polygon([(10.2, 0), (20, 0), (20, 30), (12.2, 30), (10.2, 15)]),
            ],
            600,
        ),
    ],
)
def test_open_strips_are_filled_from_border_to_border(shapes: list[Any], covered: float) -> None:
    lots, asked = frame(shapes), RepairSettings(steps=OPEN)
    assert "channel" in kinds(lots)
    result = repair_parcels(lots, asked)
    assert kinds(result.lots) == set() and sum(areas(result)) == pytest.approx(covered)
    assert shapely.area(shapely.union_all(result.lots.geometry.to_numpy())) == pytest.approx(covered)
    stays(result.lots, asked)


def test_open_strips_above_the_limits_stay() -> None:
    lots = frame([box(0, 0, 10, 30), box(10.4, 0, 20, 30)])
    for settings_ in (
        RepairSettings(steps=OPEN),
        RepairSettings(steps=OPEN, channel_width=0.5, gap_area=11.0),
        RepairSettings(steps=OPEN, channel_width=0.5, gaps="leave"),
    ):
        result = repair_parcels(lots, settings_)
        assert wkb(result.lots) == wkb(lots)
        assert result.left["kind"].tolist() == ["channel"]
        assert result.left["why"].str.contains("may be an unnumbered path|were to be left").all()
    # Limits wider than the check looks by itself are kept too.
    wide = frame([box(0, 0, 10, 30), box(10.8, 0, 20, 30)])
    assert sum(areas(repair_parcels(wide, RepairSettings(steps=OPEN, channel_width=0.9, gap_area=0.0)))) == 600


NEEDLE = [(10, 4), (13, 4.02), (10, 4.04)]


def test_spikes_are_cut_on_request_where_the_tip_is_nobodys_border_point() -> None:
    asked = RepairSettings(steps=OPEN)
    over = frame([Polygon([(0, 0), (10, 0), *NEEDLE, (10, 10), (0, 10)]), box(10, 0, 20, 10)])
    assert kinds(over) == {"overlap", "spike"}
    assert "spikes" not in "".join(repair_parcels(over).report["repair_steps"])
    result = repair_parcels(over, asked)
    assert kinds(result.lots) == set() and areas(result) == [100, 100]
    assert result.report["repair_steps"].tolist() == ["spikes", "points"]
    stays(result.lots, asked)
    # Two lots share the spike: both give the tip up, and the land between changes hands, as the report says.
    other = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), *NEEDLE[::-1]])
    shared = frame([Polygon([(0, 0), (10, 0), *NEEDLE, (10, 10), (0, 10)]), other])
    result = repair_parcels(shared, asked)
    assert kinds(result.lots) == set() and areas(result) == [100, 100]
    assert result.report["won_m2"].sum() == pytest.approx(result.report["lost_m2"].sum()) == pytest.approx(0.06)
    stays(result.lots, asked)
    held = repair_parcels(shared.assign(sure=[True, False]), asked, trusted_field="sure")
    assert wkb(held.lots) == wkb(shared)
    assert held.left["kind"].tolist() == ["spike"] * 2
    assert set(held.left["why"]) == {"A trusted lot would have to change."}
    # At the tip a third border begins.
    meeting = frame(
        [
            Polygon([(0, 0), (10, 0), *NEEDLE, (10, 10), (0, 10)]),
            Polygon([(10, 0), (20, 0), (20, 4), NEEDLE[1], NEEDLE[0]]),
            Polygon([NEEDLE[2], NEEDLE[1], (20, 4), (20, 10), (10, 10)]),
        ]
    )
    stay = repair_parcels(meeting, asked)
    assert wkb(stay.lots) == wkb(meeting) and stay.left["kind"].tolist() == ["spike"]
    assert stay.left["why"].tolist() == ["The tip lies on the border of another lot and may be a border point."]


def test_overlaps_between_trusted_lots_narrower_than_the_tolerance_are_told() -> None:
    lots = frame([box(0, 0, 10, 30), box(9.996, 0, 20, 30), box(20, 0, 30, 30)], sure=[True, True, False])
    assert "overlap" not in kinds(lots)
    result = repair_parcels(lots, trusted_field="sure")
    assert wkb(result.lots) == wkb(lots)
    told = result.left[result.left["kind"] == "overlap"]
    assert told["lots"].tolist() == ["k0; k1"] and told["size"].tolist() == [pytest.approx(0.12)]
    assert told["why"].tolist() == ["A trusted lot would have to change."]


def test_each_place_is_told_with_its_own_reason() -> None:
    """Two lots with a wide gap between them and a missing point elsewhere: its reason is not that of the gap."""
    one = Polygon([(0, 0), (10, 0), (10, 12), (8, 15), (10, 18), (10, 30), (0, 30)])
    two = Polygon([(10, 0), (20, 0), (20, 30), (10, 30), (10, 18), (12, 15), (10, 12), (10, 5)])
    three = Polygon([(20, 0), (30, 0), (30, 10), (20, 10)])
    result = repair_parcels(frame([one, two, three], sure=[True, True, False]), trusted_field="sure")
    why = result.left.groupby("kind")["why"].agg(set).to_dict()
    assert why == {"gap": {WHY["too_wide"].en}, "missing_vertex": {WHY["trusted"].en}}


def test_points_near_each_other_become_one_and_missing_points_are_added() -> None:
    lots = frame(
        [
            box(0, 0, 10, 10),
            Polygon([(10.02, 0.01), (20, 0), (20, 10), (10.01, 10)]),
            Polygon([(0, 10.005), (20, 10), (20, 20), (0, 20)]),
        ]
    )
    result = repair_parcels(lots)
    assert kinds(result.lots) == set()
    assert shapely.area(shapely.union_all(result.lots.geometry.to_numpy())) == pytest.approx(400, abs=0.2)
    corner = [tuple(xy) for xy in shapely.get_coordinates(result.lots.geometry.iloc[2]).tolist()]
    assert (10.0, 10.0) in corner
    assert result.report["shift_m"].max() <= 0.1
    stays(result.lots, RepairSettings())


@pytest.mark.parametrize(
    "shapes",
    [
        # One lot has two points where its neighbours have one.
        [
            Polygon([(0, 0), (10, 0), (10, 9.996), (10, 10), (0, 10)]),
            Polygon([(10, 0), (20, 0), (20, 10), (10, 10)]),
            Polygon([(0, 10), (10, 9.996), (20, 10), (20, 20), (0, 20)]),
        ],
        # Two lots share a short edge, and a third walks round its points the other way.
        [
            Polygon([(0, 0), (10, 0), (10, 10), (9.995, 10.001), (0, 10)]),
            Polygon([(10, 0), (20, 0), (20, 10), (9.995, 10.001), (10, 10)]),
            Polygon([(0, 10), (10, 10), (9.995, 10.001), (20, 10), (20, 20), (0, 20)]),
        ],
    ],
)
def test_points_side_by_side_in_one_lot_become_one_where_the_check_names_them(shapes: list[Any]) -> None:
    lots = frame(shapes)
    assert "near_border" in kinds(lots)
    for snap in (0.01, 0.05):
        result = repair_parcels(lots, RepairSettings(snap=snap))
        assert kinds(result.lots) == set() and not len(result.left)
        assert result.report["shift_m"].max() <= 0.011
        stays(result.lots, RepairSettings(snap=snap))


def test_trusted_lots_that_differ_stay_and_are_the_reason() -> None:
    corner, other = (10.0, 10.0), (10.0002, 10.0009)
    lots = frame(
        [
            Polygon([(0, 0), (10, 0), corner, (0, 10)]),
            Polygon([(10, 0), (20, 0), (20, 10), other]),
            Polygon([(0, 10), corner, (10, 20), (0, 20)]),
            Polygon([corner, other, (20, 10), (20, 20), (10, 20)]),
        ],
        sure=[True, True, False, False],
    )
    result = repair_parcels(lots, trusted_field="sure")
    assert wkb(result.lots)[:2] == wkb(lots)[:2]
    assert set(result.left["kind"]) == {"near_border"}
    assert set(result.left["why"]) == {"Trusted lots do not fit each other here."}


def test_overlaps_smaller_than_the_check_tells_are_cured_too() -> None:
    """0.03 m wide, 0.0009 m²: below the smallest area of the check, and points too far apart to be snapped."""
    tooth = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10, 5.06), (9.97, 5.03), (10, 5)])
    lots = frame([box(0, 0, 10, 10), tooth])
    assert kinds(lots) == set() or kinds(lots) == {"missing_vertex"}
    settings_ = RepairSettings(snap=0.01)
    result = repair_parcels(lots, settings_)
    one, two = result.lots.geometry
    assert shapely.area(shapely.intersection(one, two)) == 0 and sum(areas(result)) == pytest.approx(200)
    assert not len(result.left) and result.report["repair_steps"].str.contains("overlaps").any()
    if shapely.geos_version >= (3, 12, 0):
        assert shapely.coverage_is_valid(result.lots.geometry.to_numpy())
    stays(result.lots, settings_)
    # Where trusted lots forbid it, the report tells it although the check does not.
    kept = repair_parcels(lots.assign(sure=True), settings_, trusted_field="sure")
    left = kept.left[kept.left["kind"] == "overlap"]
    assert wkb(kept.lots) == wkb(lots)
    assert left["lots"].tolist() == ["k0; k1"] and left["size"].iloc[0] == pytest.approx(0.0009)
    assert left["why"].iloc[0] == "A trusted lot would have to change."
    assert kept.figures["left"] == len(kept.left)
    one_sure = repair_parcels(lots.assign(sure=[True, False]), settings_, trusted_field="sure").lots.geometry
    assert shapely.to_wkb(one_sure.iloc[0]) == wkb(lots)[0]
    assert shapely.area(shapely.intersection(*one_sure)) == 0


def test_a_small_hole_keeps_the_lot_in_it_and_crumbs_go() -> None:
    """A lot of 0.0064 m² inside another one is cut out; a part of that size that was cut off is given up."""
    lots = frame([box(0, 0, 10, 10), box(5, 5, 5.08, 5.08)])
    result = repair_parcels(lots)
    assert areas(result) == [99.9936, 0.0064] and not len(result.left)
    stays(result.lots, RepairSettings())
    bar = frame([Polygon([(0, 0), (10, 0), (10, 5.05), (10.05, 5.05), (10.05, 5.1), (10, 5.1), (10, 10), (0, 10)])])
    crossed = repair_parcels(pd.concat([bar, frame([box(9.9, 4, 10.02, 6)]).assign(lot_key="k1")], ignore_index=True))
    assert shapely.get_num_geometries(crossed.lots.geometry.to_numpy()).tolist() == [1, 1]


def test_bow_ties_are_split_and_may_become_lots() -> None:
    bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    result = repair_parcels(frame([bow, box(20, 0, 30, 10)]))
    assert result.lots.geometry.is_valid.all()
    assert areas(result) == [50, 100]
    assert result.report["parts_after"].tolist() == [2]
    split = repair_parcels(frame([bow, box(20, 0, 30, 10)]), RepairSettings(steps=("valid", "parts")))
    assert split.lots["lot_key"].tolist() == ["k0", "k0", "k1"]
    assert split.lots["part"].tolist() == [1, 2, 1]
    assert split.source.tolist() == [0, 0, 1]
    assert kinds(repair_parcels(frame([bow]), RepairSettings(steps=("gaps",))).lots) == {"invalid"}


def test_parts_that_overlap_become_one_and_the_lot_keeps_the_ground() -> None:
    lots = frame([shapely.MultiPolygon([box(0, 0, 10, 10), box(5, 2, 15, 8)]), box(20, 0, 30, 10)])
    result = repair_parcels(lots)
    assert areas(result) == [130, 100]
    assert result.lots.geometry.iloc[0].equals(box(0, 0, 10, 10).union(box(10, 2, 15, 8)))
    assert kinds(result.lots) == set()


def test_missing_shapes_and_heights_are_kept() -> None:
    high = shapely.force_3d(box(0, 0, 10, 10), 5.0)
    lots = frame([None, high, box(9.8, 0, 20, 10)])
    result = repair_parcels(lots, RepairSettings(overlaps="smaller"))
    assert result.lots.geometry.iloc[0] is None
    assert shapely.has_z(result.lots.geometry.iloc[1])
    assert np.isfinite(shapely.get_coordinates(result.lots.geometry.iloc[1], include_z=True)).all()


def test_impossible_settings_and_cancel() -> None:
    lots = frame([box(0, 0, 10, 10)])
    for bad in (
        RepairSettings(snap=-1),
        RepairSettings(overlaps="nobody"),
        RepairSettings(steps=("wash",)),
        RepairSettings(trusted_classes=("丁",)),
    ):
        with pytest.raises(InputError):
            repair_parcels(lots, bad)

    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        repair_parcels(lots, progress=Stop())


def test_owners_by_share() -> None:
    lots = frame([box(0, 0, 10, 10), Polygon([(9, 2), (20, 2), (20, 8), (9, 8)]), box(50, 0, 60, 10)])
    report = repair_parcels(lots, RepairSettings(overlaps="larger", most_lost=0.2)).report
    register = pd.DataFrame(
        {"lot_key": ["k1", "k1", "k0", "k2"], "owner_key": ["b", "a", "c", "d"], "share": ["1/3", "2/3", "1/1", "1"]}
    )
    table = owners_frame(report, register).set_index("owner_key")
    assert table["lost_m2"].to_dict() == pytest.approx({"a": 4, "b": 2, "c": 0})
    assert not table["share_assumed"].any()
    assert set(table["legal_note"]) == {LEGAL_NOTE.en} and set(table["legal_note_ja"]) == {LEGAL_NOTE.ja}
    assert list(owners_frame(report, register).columns) == names(OWNER_FIELDS)
    guessed = owners_frame(report, register.assign(share=["1/3", "?", "1", "1"])).set_index("owner_key")
    assert guessed["lost_m2"].to_dict() == pytest.approx({"a": 3, "b": 3, "c": 0})
    assert guessed["share_assumed"].to_dict() == {"a": True, "b": True, "c": False}
    japanese = owners_frame(report, register.assign(share=["３分の１", "三分の二", "全部", "1"])).set_index("owner_key")
    assert japanese["lost_m2"].to_dict() == table["lost_m2"].to_dict() and not japanese["share_assumed"].any()
    nobody = owners_frame(report, register.iloc[3:])
    assert nobody["owner_key"].tolist() == [None] and nobody["lots"].tolist() == [2]
