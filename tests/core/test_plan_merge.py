"""Choices entering the plan: what is created, updated and kept."""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from land_stewardship.core.errors import InputError
from land_stewardship.core.plan import codes, model
from land_stewardship.core.plan.fields import CHOICE_FIELDS, LAND_FIELDS, PLAN_FIELDS
from land_stewardship.core.plan.law import law_conflict

CRS = pyproj.CRS("EPSG:6676")
CLASS = st.sampled_from(codes.CLASSES)
BY = st.sampled_from(tuple(codes.DECIDED_BY))
DAY = st.one_of(st.none(), st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)))
WORD = st.one_of(st.none(), st.sampled_from(["steep", "far", "good paddy"]))
ROW = st.fixed_dictionaries(
    {
        "management_class": CLASS,
        "decided_by": BY,
        "decided_on": DAY,
        "reason": WORD,
        "reason_ja": WORD,
        "priority": st.sampled_from([None, True, False]),
        "note": WORD,
        "actor": WORD,
        "use_plan": st.sampled_from([None, "farmland", "forest", "residential"]),
        "use_now": st.sampled_from([None, "farmland"]),
        "zoning": st.sampled_from([None, "agri_zone", "slope_red", "agri_zone; protection_forest", "other_zone"]),
    }
)


def lot(number: int) -> str:
    return f"15222-241-000-0000-00-{number}"


def frame(rows: list[dict[str, Any]], shapes: Optional[list[Any]] = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        pd.DataFrame(rows).astype(object), geometry=shapes or [box(n, 0, n + 1, 1) for n in range(len(rows))], crs=CRS
    )


def empty_plan() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({field.name: [] for field in PLAN_FIELDS}, geometry=[], crs=CRS)


def plan_after(plan: gpd.GeoDataFrame, merged: model.MergeResult) -> gpd.GeoDataFrame:
    """The plan as the file would be after writing the result."""
    rows = {fid: dict(row) for fid, row in zip(plan.index, plan.to_dict("records"))}
    for fid, changes in merged.update.items():
        rows[fid].update(changes)
    for row in merged.create:
        rows[max(rows, default=0) + 1] = dict(row)
    if not rows:
        return empty_plan()
    made = pd.DataFrame(list(rows.values()), index=list(rows))
    made = made.reindex(columns=[*(field.name for field in PLAN_FIELDS), "geometry"]).astype(object)
    made = made.where(made.notna(), None)
    return gpd.GeoDataFrame(made.drop(columns="geometry"), geometry=list(made["geometry"]), crs=CRS)


def planned(**values: Any) -> gpd.GeoDataFrame:
    """A plan with one lot."""
    start = model.merge(empty_plan(), frame([{"lot_key": lot(1), "management_class": "maintain", **values}]))
    return plan_after(empty_plan(), start)


# -- properties ------------------------------------------------------------------------------------
@settings(max_examples=80, deadline=None)
@given(old=ROW, new=ROW)
def test_rank_decides_who_stands(old: dict[str, Any], new: dict[str, Any]) -> None:
    changes, protected = model.merge_row(old, new, replace_decisions=False)
    stronger = codes.DECISION_RANK[old["decided_by"]] > codes.DECISION_RANK[new["decided_by"]]
    if stronger:
        assert protected
    if protected:
        assert codes.is_decision(old["decided_by"])
        assert not set(changes) & (set(CHOICE_FIELDS) | {"note", "actor"})
        assert set(changes) <= {*LAND_FIELDS, "draft_class", "conflict", "conflict_ja"}
    else:
        assert {**old, **changes}["management_class"] == new["management_class"]
        assert {**old, **changes}["decided_by"] == new["decided_by"]


@settings(max_examples=15, deadline=None)
@given(old=ROW, new=ROW)
def test_when_told_everything_is_replaced(old: dict[str, Any], new: dict[str, Any]) -> None:
    changes, protected = model.merge_row(old, new, replace_decisions=True)
    after = {**old, **changes}
    assert not protected
    assert (after["management_class"], after["decided_by"]) == (new["management_class"], new["decided_by"])


@settings(max_examples=80, deadline=None)
@given(old=ROW, new=ROW, told=st.booleans())
def test_nothing_empty_erases_what_people_wrote(old: dict[str, Any], new: dict[str, Any], told: bool) -> None:
    changes, _ = model.merge_row(old, new, told)
    after = {**old, **changes}
    for name in ("note", "actor", "use_plan", "priority", "zoning", "use_now"):
        if old[name] is not None:
            assert after[name] is not None
    if after["reason"] != old["reason"] and new["reason"] is None:
        kept = [new[n] in (None, old[n]) for n in ("management_class", "priority", "use_plan")]
        assert not (all(kept) and new["decided_by"] == old["decided_by"])


@settings(max_examples=80, deadline=None)
@given(old=ROW, new=ROW, told=st.booleans())
def test_a_second_time_changes_nothing(old: dict[str, Any], new: dict[str, Any], told: bool) -> None:
    changes, _ = model.merge_row(old, new, told)
    again, _ = model.merge_row({**old, **changes}, new, told)
    assert again == {}


@settings(max_examples=80, deadline=None)
@given(old=ROW, new=ROW, told=st.booleans())
def test_conflicts_with_laws_are_always_raised(old: dict[str, Any], new: dict[str, Any], told: bool) -> None:
    changes, _ = model.merge_row(old, new, told)
    after = {**old, **changes}
    found = law_conflict(after["zoning"], after["management_class"], after["use_plan"], after["use_now"])
    assert (after.get("conflict_ja") is not None) == (found is not None)


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(ROW, min_size=1, max_size=8),
    lots=st.lists(st.integers(1, 4), min_size=8, max_size=8),
    later=st.lists(ROW, min_size=1, max_size=6),
    data=st.data(),
)
def test_row_order_does_not_matter(rows: Any, lots: Any, later: Any, data: Any) -> None:
    def made(one: list[int], two: list[int]) -> Any:
        def placed(source: list[dict[str, Any]], order: list[int]) -> gpd.GeoDataFrame:
            return frame(
                [{"lot_key": lot(lots[n]), **source[n]} for n in order],
                [box(lots[n], 0, lots[n] + 1, 1) for n in order],
            )

        first = placed(rows, one)
        start = model.merge(empty_plan(), first)
        plan = plan_after(empty_plan(), start)
        second = placed(later, two)
        end = model.merge(plan, second, known_numbers=start.numbering)
        return plan_after(plan, end).drop(columns="geometry").to_dict("records"), end.kept, end.conflicts

    one, two = list(range(len(rows))), list(range(len(later)))
    assert made(one, two) == made(data.draw(st.permutations(one)), data.draw(st.permutations(two)))


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_equal_choices_the_fuller_row_counts(order: tuple[int, int]) -> None:
    rows = [
        {"lot_key": lot(1), "management_class": "maintain", "decided_by": "municipality", "zoning": zoning}
        for zoning in (None, "agri_zone")
    ]
    found = model.merge(empty_plan(), frame([rows[n] for n in order], [box(0, 0, 1, 1)] * 2))
    assert [row["zoning"] for row in found.create] == ["agri_zone"]


# -- examples ----------------------------------------------------------------------------------------
def test_create_fills_key_number_and_area() -> None:
    found = model.merge(
        empty_plan(),
        frame(
            [
                {"lot_key": lot(7), "management_class": "adapt", "hamlet": "上", "area_m2": 999.0},
            ],
            [box(0, 0, 30, 10)],
        ),
    )
    row = found.create[0]
    assert row["unit_id"] == model.unit_id_of_lot(lot(7)) and row["unit_no"] == "A-1"
    assert row["area_m2"] == 300.0 and row["unit_kind"] == "lot" and row["owner_agreed"] == "unknown"
    assert row["decided_by"] == "draft" and row["draft_class"] == "adapt"
    assert row["geometry"].geom_type == "MultiPolygon"


def test_the_same_draft_on_another_day_is_no_news() -> None:
    plan = planned(decided_on=dt.date(2026, 5, 1))
    again = {"lot_key": lot(1), "management_class": "maintain", "decided_on": dt.date(2026, 6, 1)}
    assert not model.merge(plan, frame([again])).update
    confirmed = {**again, "decided_by": "workshop"}
    plan = planned(decided_by="workshop", decided_on=dt.date(2026, 5, 1))
    assert model.merge(plan, frame([confirmed])).update[1] == {"decided_on": dt.date(2026, 6, 1)}


def test_a_new_class_drops_the_reason_of_the_old_one() -> None:
    plan = planned(reason="old", reason_ja="古い", note="keep me", actor="役場")
    found = model.merge(plan, frame([{"lot_key": lot(1), "management_class": "watch", "decided_by": "workshop"}]))
    changes = found.update[1]
    assert changes["reason"] is None and changes["management_class"] == "watch"
    assert "note" not in changes and "actor" not in changes and "draft_class" not in changes


def test_older_decision_does_not_replace_a_newer_one() -> None:
    plan = planned(decided_by="workshop", decided_on=dt.date(2026, 5, 1))
    older = {"lot_key": lot(1), "management_class": "watch", "decided_by": "owner", "decided_on": "2026/04/30"}
    assert len(model.merge(plan, frame([older])).kept) == 1
    newer = {**older, "decided_on": dt.date(2026, 5, 2)}
    assert len(model.merge(plan, frame([newer])).updated) == 1


def test_municipality_stands_between_draft_and_residents() -> None:
    assert codes.DECISION_RANK["draft"] < codes.DECISION_RANK["municipality"] < codes.DECISION_RANK["workshop"]
    office = {"lot_key": lot(1), "management_class": "watch", "decided_by": "municipality"}
    assert len(model.merge(planned(), frame([office])).updated) == 1
    assert len(model.merge(planned(decided_by="owner"), frame([office])).kept) == 1


def test_facts_and_draft_class_are_refreshed_under_a_decision() -> None:
    plan = planned(decided_by="workshop", use_now="farmland", use_plan="residential")
    draft = {
        "lot_key": lot(1),
        "management_class": "minimum",
        "owner_status": "to_check",
        "zoning": "agri_zone",
        "use_now": "farmland",
    }
    found = model.merge(plan, frame([draft]))
    changes = found.update[1]
    assert found.kept and found.conflicts
    assert changes["draft_class"] == "minimum" and changes["owner_status"] == "to_check"
    assert "農用地区域" in changes["conflict_ja"] and "management_class" not in changes


@pytest.mark.parametrize(
    "word, code",
    [
        ("maintain", "maintain"),
        ("維持・回復", "maintain"),
        ("Maintain", "maintain"),
        ("１", "maintain"),
        (1, "maintain"),
        (4.0, "minimum"),
        ("必要最小限の管理", "minimum"),
        (" 見守り ", "watch"),
        ("abandon", None),
        ("", None),
        ("7", None),
    ],
)
def test_class_words(word: Any, code: Optional[str]) -> None:
    assert codes.class_code(word) == code


def test_bad_rows_are_named_and_left_out() -> None:
    found = model.merge(
        empty_plan(),
        frame(
            [
                {"lot_key": lot(1), "management_class": "maintain", "use_plan": "castle"},
                {"lot_key": lot(2), "management_class": "abandon"},
                {"lot_key": None, "management_class": "watch"},
                {"lot_key": lot(4), "management_class": None},
                {"lot_key": lot(5), "management_class": "watch"},
                {"lot_key": lot(6), "management_class": "watch"},
            ],
            [box(0, 0, 1, 1)] * 4 + [None, Point(0, 0)],
        ),
    )
    assert len(found.created) == 1 and found.create[0]["use_plan"] is None
    assert [(p.row, p.lot) for p in found.problems] == [
        (1, lot(1)),
        (2, lot(2)),
        (3, "?"),
        (4, lot(4)),
        (5, lot(5)),
        (6, lot(6)),
    ]
    assert "castle" in found.problems[0].why.en and "計画の利用区分" in found.problems[0].why.ja


def test_two_choices_for_one_lot() -> None:
    same = {"lot_key": lot(1), "management_class": "adapt"}
    found = model.merge(empty_plan(), frame([same, same]))
    assert len(found.created) == 1 and not found.problems
    found = model.merge(empty_plan(), frame([same, {**same, "management_class": "watch"}]))
    assert not found.created and [p.row for p in found.problems] == [1, 2]
    found = model.merge(empty_plan(), frame([same, {**same, "management_class": "watch", "decided_by": "workshop"}]))
    assert found.create[0]["management_class"] == "watch" and [p.row for p in found.problems] == [1]


def test_keys_by_number_and_by_unit() -> None:
    start = model.merge(
        empty_plan(),
        frame(
            [{"lot_key": lot(n), "management_class": "maintain", "hamlet": "上"} for n in (1, 2)],
            [box(0, 0, 9, 9), box(10, 0, 19, 9)],
        ),
    )
    plan = plan_after(empty_plan(), start)
    table = gpd.GeoDataFrame(
        {"unit_no": ["A-2", "A-9"], "management_class": ["watch", "watch"], "decided_by": ["workshop"] * 2},
        geometry=[None, None],
    )
    found = model.merge(plan, table)
    assert found.updated == [model.unit_id_of_lot(lot(2))] and [p.lot for p in found.problems] == ["A-9"]
    table = table.drop(columns="unit_no").assign(unit_id=[model.unit_id_of_lot(lot(1)), "nobody"])
    found = model.merge(plan, table)
    assert found.updated == [model.unit_id_of_lot(lot(1))] and len(found.problems) == 1


def test_a_block_is_changed_by_its_lots_together() -> None:
    plan = planned(lot_keys=f"{lot(1)}; {lot(2)}", lot_key=None, owner_status="unknown")
    rows = [{"lot_key": lot(n), "management_class": "watch", "owner_status": "reachable"} for n in (1, 2)]
    found = model.merge(plan, frame(rows))
    assert len(found.updated) == 1
    assert not {"geometry", "owner_status", "area_m2"} & set(found.update[1])
    rows[1]["management_class"] = "adapt"
    found = model.merge(plan, frame(rows))
    assert not found.update and len(found.problems) == 2


def test_missing_columns_are_an_error() -> None:
    with pytest.raises(InputError, match="lot_key"):
        model.merge(empty_plan(), frame([{"management_class": "watch"}]))
    with pytest.raises(InputError, match="management_class"):
        model.merge(empty_plan(), frame([{"lot_key": lot(1)}]))


def test_empty_choices_do_nothing() -> None:
    nothing = gpd.GeoDataFrame({"lot_key": [], "management_class": []}, geometry=[], crs=CRS)
    found = model.merge(empty_plan(), nothing)
    assert not found.create and not found.update and not found.problems
    assert not model.merge(planned(), nothing).update


def test_stale_area_is_measured_again() -> None:
    plan = planned()
    plan["area_m2"] = 12345.0
    other = frame([{"lot_key": lot(2), "management_class": "watch"}], [box(5, 5, 6, 6)])
    found = model.merge(plan, other)
    assert found.update == {1: {"area_m2": 1.0}} and not found.updated and len(found.created) == 1


def test_rounding_is_no_change_of_boundary() -> None:
    plan = planned()
    shape = [Polygon([(1.0004, 0), (1, 1), (0, 1), (0, 0.5), (0, 0)])]
    found = model.merge(plan, frame([{"lot_key": lot(1), "management_class": "maintain"}], shape))
    assert "geometry" not in found.update.get(1, {})


def test_hamlets_and_lots_are_joined() -> None:
    lots = gpd.GeoDataFrame(
        {"lot_key": [lot(1), lot(1), lot(2)]},
        geometry=[box(0, 0, 1, 1), box(0, 0, 5, 5), Polygon([(10, 0), (20, 10), (20, 0), (10, 10)])],
        crs=CRS,
    )
    table = gpd.GeoDataFrame({"lot_key": [lot(1), lot(2), lot(3)]}, geometry=[None] * 3)
    joined = model.join_lots(table, lots)
    assert joined.geometry.iloc[0].area == 25 and joined.geometry.iloc[2] is None and joined.crs == lots.crs
    hamlets = gpd.GeoDataFrame(
        {"hamlet": ["下", "上"], "district": ["南", "北"]}, geometry=[box(8, -5, 30, 20), box(-9, -9, 8, 20)], crs=CRS
    )
    placed = model.place_in_hamlets(joined, hamlets)
    assert list(placed["hamlet"]) == ["上", "下", None] and list(placed["district"]) == ["北", "南", None]
    kept = model.place_in_hamlets(joined.assign(hamlet=["下", None, None]), hamlets)
    assert list(kept["hamlet"]) == ["下", "下", None] and list(kept["district"]) == [None, "南", None]


# -- laws ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "zoning, chosen, use_plan, use_now, conflict",
    [
        ("agri_zone", "maintain", "farmland", "farmland", False),
        ("agri_zone", "maintain", "road", "road", False),
        ("agri_zone", "watch", "road", "road", False),
        ("agri_zone", "watch", "farmland", "farmland", True),
        ("agri_zone", "watch", None, None, True),
        ("agri_zone", "convert", "forest", "farmland", True),
        ("agri_zone", "convert", None, "farmland", True),
        ("agri_zone", "minimum", "farmland", "farmland", False),
        ("protection_forest", "watch", "forest", "forest", False),
        ("protection_forest", "convert", "farmland", "forest", True),
        ("slope_red", "convert", "residential", "farmland", True),
        ("slope_red", "maintain", "residential", "residential", False),
        ("flood_zone", "convert", "residential", "farmland", False),
        (None, "convert", "residential", "farmland", False),
    ],
)
def test_law(zoning: Any, chosen: str, use_plan: Any, use_now: Any, conflict: bool) -> None:
    assert (law_conflict(zoning, chosen, use_plan, use_now) is not None) is conflict


def test_two_laws_are_both_told() -> None:
    found = law_conflict("agri_zone; slope_red", "convert", "residential", "farmland")
    assert found is not None and "農用地区域" in found.ja and "土砂災害特別警戒区域" in found.ja
