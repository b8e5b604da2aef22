"""Findings from one check to the next: new, open, accepted, cured."""

from __future__ import annotations

from typing import Any, Optional

import geopandas as gpd
import pandas as pd
from shapely import box

from land_stewardship.core.parcels.check import check_parcels
from land_stewardship.core.parcels.findings_life import life_counts, points, touched_lots, with_life
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
    }  # fmt: skip


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
