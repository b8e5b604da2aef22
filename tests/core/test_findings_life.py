"""Findings from one check to the next: new, open, accepted, cured."""

from __future__ import annotations

from typing import Any, Optional

import geopandas as gpd
import pandas as pd
from shapely import Polygon, box

from land_stewardship.core.parcels.check import check_parcels
from land_stewardship.core.parcels.findings import needs_surveyor
from land_stewardship.core.parcels.findings_life import life_counts, points, steady_ids, touched_lots, with_life
from land_stewardship.core.parcels.lifefields import LIFE_FIELDS
from land_stewardship.core.schema import names

SHAPES = [box(0, 0, 20, 50), box(19, 0, 40, 50), box(100, 0, 120, 50), box(119, 0, 140, 50)]


def check(shapes: list[Any], only: Optional[list[int]] = None) -> gpd.GeoDataFrame:
    keys = [f"k{n}" for n in range(len(shapes))]
    lots = gpd.GeoDataFrame({"lot_key": keys, "chiban": keys}, geometry=shapes, crs="EPSG:6676")
    return check_parcels(lots, only=only).findings


def statuses(findings: gpd.GeoDataFrame) -> dict[str, str]:
    return dict(zip(findings["lots"], findings["status"]))


def decision(findings: gpd.GeoDataFrame, lots: str, **values: Any) -> pd.DataFrame:
    identity = findings.set_index("lots").loc[lots, "finding_id"]
    row = {"finding_id": identity, "decided_by": "surveyor", "decided_on": "2026-01-09", "reason": "an old path"}
    return pd.DataFrame([{**row, **values}])


def test_first_check_and_second_check() -> None:
    first = with_life(check(SHAPES))
    assert statuses(first) == {"k0; k1": "open", "k2; k3": "open"}
    assert list(first.columns)[-4:] == names(LIFE_FIELDS)
    second = with_life(check([*SHAPES, box(139, 0, 160, 50)]), first)
    assert statuses(second) == {"k0; k1": "open", "k2; k3": "open", "k3; k4": "new"}
    assert set(with_life(second[first.columns[:13]], second)["status"]) == {"open"}


def test_accepted_stays_accepted_and_can_be_taken_back() -> None:
    found = check(SHAPES)
    decided = decision(found, "k0; k1")
    first = with_life(found, decisions=decided)
    assert statuses(first) == {"k0; k1": "accepted", "k2; k3": "open"}
    row = first.iloc[0]
    assert (row["decided_by"], row["decided_on"], row["reason"]) == ("surveyor", "2026-01-09", "an old path")
    # The earlier findings alone carry it on; a table of decisions is the last word.
    again = with_life(found, first)
    assert again.iloc[0]["reason"] == "an old path" and statuses(again)["k0; k1"] == "accepted"
    assert statuses(with_life(found, first, decided.iloc[:0]))["k0; k1"] == "open"
    taken_back = pd.concat([decided, decided.assign(status="open")])
    assert statuses(with_life(found, first, taken_back))["k0; k1"] == "open"
    assert life_counts(again) == {
        "new": 0, "accepted": 1, "cured": 0, "findings": 1, "error": 1, "warning": 0, "note": 0, "ok": 0,
        "surveyor": 1,
    }  # fmt: skip


def test_who_needs_a_surveyor() -> None:
    kinds = ["overlap", "overlap", "seam", "seam", "area_mismatch", "invalid", "gap", "duplicate", "contained"]
    grades = ["error", "warning", "warning", "note", "warning", "error", "warning", "error", "error"]
    told = [needs_surveyor(kind, severity) for kind, severity in zip(kinds, grades)]
    # What measuring alone explains and what is mended in the office needs none.
    assert told == [True, False, True, False, True, False, False, False, False]
    table = pd.DataFrame({"kind": kinds, "severity": grades, "status": ["open"] * 8 + ["new"]})
    assert life_counts(table)["surveyor"] == 3
    assert life_counts(table.assign(status=["accepted"] + ["open"] * 3 + ["cured"] + ["new"] * 4))["surveyor"] == 1


def test_cured_is_shown_and_comes_back_as_new() -> None:
    found = check(SHAPES)
    first = with_life(found, decisions=decision(found, "k0; k1"))
    mended = [SHAPES[0], box(20, 0, 40, 50), *SHAPES[2:]]
    second = with_life(check(mended), first)
    assert statuses(second) == {"k2; k3": "open", "k0; k1": "cured"}
    cured = second[second["status"] == "cured"].iloc[0]
    assert cured["reason"] == "an old path" and cured.geometry.equals(found.geometry.iloc[0])
    third = with_life(check(mended), second)
    assert statuses(third)["k0; k1"] == "cured" and len(third) == 2
    assert statuses(with_life(found, third))["k0; k1"] == "new"
    assert life_counts(second)["cured"] == 1 and life_counts(second)["findings"] == 1


def test_only_touched_lots_are_judged() -> None:
    first = with_life(check(SHAPES))
    mended = [SHAPES[0], box(20, 0, 40, 50), *SHAPES[2:]]
    assert touched_lots(first, ["k1"]) == ["k0", "k1"]
    part = with_life(check(mended, only=[0, 1]), first, judged=["k0", "k1"])
    assert statuses(part) == {"k0; k1": "cured", "k2; k3": "open"}
    worse = [SHAPES[0], box(15, 0, 40, 50), *SHAPES[2:]]
    back = with_life(check(worse, only=[0, 1]), part, judged=["k0", "k1"])
    assert statuses(back) == {"k0; k1": "new", "k2; k3": "open"}
    assert statuses(with_life(check(worse, only=[0, 1]), back, judged=["k0", "k1"]))["k0; k1"] == "new"


def test_findings_of_another_map_are_dropped() -> None:
    first = with_life(check(SHAPES))
    empty = check([])
    assert len(with_life(empty, first, checked=["x"])) == 0
    assert set(with_life(empty, first, checked=["k0", "k1", "k2", "k3"])["status"]) == {"cured"}


def test_earlier_findings_from_a_plain_table() -> None:
    found = check(SHAPES)
    table = found[["finding_id", "lots", "x", "y"]].assign(geometry=None)
    known = points(gpd.GeoDataFrame(table, geometry="geometry"))
    assert known.geometry.iloc[0].equals(found.geometry.iloc[0])
    gone = with_life(check([]), known)
    assert statuses(gone) == {"k0; k1": "cured", "k2; k3": "cured"}
    assert gone["severity"].isna().all() and gone.geometry.notna().all()


LEFT = Polygon([(0, 0), (10, 0), (10, 10), (9.8, 20), (10, 30), (0, 30)])


def right(*corners: tuple[float, float]) -> Polygon:
    return Polygon([(20, 0), (20, 30), (10, 30), *corners, (10, 10), (10, 0)])


def test_a_point_more_on_the_side_of_a_gap_leaves_its_id_alone() -> None:
    first, second = check([LEFT, right((10.2, 20))]), check([LEFT, right((10.1, 25), (10.2, 20))])
    assert first["kind"].tolist() == ["gap"]
    assert second["finding_id"].tolist() == first["finding_id"].tolist()


def earlier_ids(shapes: list[Any], known: gpd.GeoDataFrame) -> list[str]:
    """The ids that the findings have after the earlier ones, and whether none is told as cured."""
    keys = [f"k{n}" for n in range(len(shapes))]
    lots = gpd.GeoDataFrame({"lot_key": keys, "chiban": keys}, geometry=shapes, crs="EPSG:6676")
    result = check_parcels(lots)
    steady = steady_ids(result.findings, result.areas, known)
    return [steady.get(identity, identity) for identity in result.findings["finding_id"]]


def test_a_finding_whose_place_moved_a_little_keeps_its_id() -> None:
    known = with_life(check([LEFT, right((10.2, 20))]))
    moved = [LEFT, right((10.4, 20.1))]
    now = check(moved)["finding_id"].tolist()
    assert now != known["finding_id"].tolist()
    assert earlier_ids(moved, known) == known["finding_id"].tolist()
    assert earlier_ids(moved, known.assign(status="cured")) == now, "what was cured is new when it comes again"
    # Another gap of the same lots, farther away, is another finding.
    other = [box(0, 0, 10, 30), Polygon([(20, 0), (20, 30), (10, 30), (10, 10), (10.2, 5), (10, 0)])]
    assert (
        check(other)["kind"].tolist()[0] == "gap" and earlier_ids(other, known) == check(other)["finding_id"].tolist()
    )


def test_two_places_of_the_same_lots_are_not_mixed_up() -> None:
    def places(*ys: float) -> list[Any]:
        return [box(0, 0, 10, 50), Polygon([(20, 0), (20, 50), (10, 50), *((10.0, y) for y in ys), (10, 0)])]

    known = with_life(check(places(30, 20)))
    assert known["kind"].tolist() == ["missing_vertex"] * 2
    assert earlier_ids(places(30.2, 20.3), known) == known["finding_id"].tolist()
    assert earlier_ids(places(30, 25), known) == check(places(30, 25))["finding_id"].tolist()
