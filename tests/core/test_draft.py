"""The draft: every branch of the tree by hand, laws, blocks, and what must hold for any lot."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.choice import draft as dr
from land_stewardship.core.choice import facts as fa
from land_stewardship.core.choice import usecodes
from land_stewardship.core.errors import Cancelled
from land_stewardship.core.externality.rules import read_rules
from land_stewardship.core.plan.codes import CLASSES, USES
from land_stewardship.core.progress import Progress

RULES = read_rules(
    (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "externality_rules.csv").read_text(
        encoding="utf-8"
    )
)
NAN = float("nan")
LIMITS = dr.Limits()
#: A field about which nothing is known but that houses were given and none is near.
FIELD: dict[str, Any] = {
    "lot_key": "k0",
    "label": "1",
    "category": "田",
    "use": "farmland",
    "kind": "farmland",
    "area_m2": 1000.0,
    "condition": "cannot_tell",
    "surveyed": False,
    "survey_state": None,
    "survey_on": None,
    "owner": None,
    "owner_best": None,
    "cultivator": None,
    "succession": None,
    "zoning": None,
    "in_agri_zone": None,
    "hazards": None,
    "lived_in": "none",
    "slope": NAN,
    "height": NAN,
    "road_m": NAN,
    "house_m": NAN,
    "burden": 0.0,
    "houses_n": 0,
    "fields_n": 0,
    "roads_n": 0,
    "houses_known": True,
    "neighbour_goes_on": False,
    "hamlet": None,
    "district": None,
    "boundary_quality": None,
    "synthetic": None,
}
MANAGED = {"condition": "managed", "surveyed": True, "survey_state": "not_idle", "survey_on": "2024-10-01"}
IDLE = {"condition": "unmanaged", "surveyed": True, "survey_state": "idle_1_yellow", "survey_on": "2024-10-01"}
WASTE = {**IDLE, "survey_state": "waste_b"}
GREEN = {**IDLE, "survey_state": "idle_1_green"}
SCREENED = {"condition": "unmanaged"}
SECURE = {"cultivator": "named", "succession": "secure"}
AT_RISK = {"cultivator": "named", "succession": "at_risk"}
NOBODY = {"cultivator": "none"}
HARM = {"burden": 12.0, "fields_n": 12}
SOME = {"burden": 3.0, "fields_n": 3}
AGRI = {"in_agri_zone": True, "zoning": "agri_zone"}
OUTSIDE = {"in_agri_zone": False}
FOREST = {"category": "山林", "use": "forest", "kind": "forest"}
PLOT = {"category": "宅地", "use": "residential", "kind": "plot"}
WILD = {"category": "原野", "use": "wildland", "kind": "open"}
FAR = {"house_m": 250.0}


def fact(*parts: dict[str, Any]) -> SimpleNamespace:
    merged = dict(FIELD)
    for part in parts:
        merged.update(part)
    return SimpleNamespace(**merged)


def decide(*parts: dict[str, Any]) -> dict[str, Any]:
    """The draft row of one lot."""
    frame = pd.DataFrame([vars(fact(*parts))])
    for name in ("in_agri_zone", "succession", "cultivator", "owner_best", "zoning", "hazards", "survey_on"):
        frame[name] = frame[name].astype(object)
    return dr.draft(frame, np.array([shapely.box(0, 0, 10, 10)])).iloc[0].to_dict()


@pytest.mark.parametrize(
    ("parts", "q1", "certainty"),
    [
        # farmland: managed now
        ((MANAGED, SECURE), "yes", "high"),
        (({"condition": "managed"}, SECURE), "yes", "medium"),
        ((MANAGED,), "yes", "low"),
        ((MANAGED, AT_RISK), "no", "medium"),
        ((MANAGED, AT_RISK, OUTSIDE, {"neighbour_goes_on": True}), "no", "medium"),
        ((MANAGED, AT_RISK, AGRI, {"neighbour_goes_on": True}), "yes", "low"),
        ((MANAGED, AT_RISK, {"neighbour_goes_on": True}), "unknown", "low"),
        ((MANAGED, AT_RISK, AGRI, {"neighbour_goes_on": True, "slope": 25.0}), "no", "medium"),
        ((MANAGED, AT_RISK, AGRI, {"neighbour_goes_on": True, "road_m": 150.0}), "no", "medium"),
        # farmland: not managed
        ((WASTE, SECURE), "no", "high"),
        ((GREEN, SECURE), "yes", "medium"),
        ((IDLE, SECURE), "no", "high"),
        ((GREEN, NOBODY), "no", "high"),
        ((SCREENED, SECURE), "unknown", "low"),
        ((SCREENED, {"cultivator": "named"}), "unknown", "low"),
        ((SCREENED, AT_RISK), "no", "medium"),
        ((SCREENED, NOBODY), "no", "medium"),
        # farmland: cannot tell
        ((SECURE,), "yes", "low"),
        ((AT_RISK,), "unknown", "low"),
        ((NOBODY, {"owner_best": "unknown"}), "no", "low"),
        ((NOBODY, {"owner_best": "reachable"}), "unknown", "low"),
        ((), "unknown", "low"),
        # forest
        ((FOREST, {"condition": "managed"}), "yes", "medium"),
        ((FOREST, {"zoning": "protection_forest", "slope": 40.0}), "yes", "medium"),
        ((FOREST, {"slope": 30.0}), "no", "low"),
        ((FOREST, {"road_m": 200.0}), "no", "low"),
        ((FOREST, {"owner_best": "unknown"}), "no", "low"),
        ((FOREST, {"owner_best": "reachable", "slope": 10.0, "road_m": 20.0}), "yes", "low"),
        ((FOREST, {"owner_best": "reachable"}), "unknown", "low"),
        # plots
        ((PLOT, {"lived_in": "yes"}), "yes", "high"),
        ((PLOT, {"condition": "managed"}), "yes", "low"),
        ((PLOT, {"lived_in": "no", "condition": "unmanaged"}), "no", "medium"),
        ((PLOT, {"lived_in": "no", "owner_best": "to_check"}), "no", "medium"),
        ((PLOT, {"lived_in": "no", "owner_best": "reachable"}), "unknown", "low"),
        ((PLOT, {"condition": "unmanaged"}), "no", "medium"),
        ((PLOT, {"owner_best": "unknown"}), "no", "low"),
        ((PLOT, {"owner_best": "unknown", "lived_in": "unknown"}), "unknown", "low"),
        # the rest
        ((WILD,), "no", "low"),
        ((WILD, {"condition": "managed"}), "yes", "medium"),
        (({"category": "墓地", "kind": "open", "use": "other"},), "yes", "medium"),
        (({"category": "公衆用道路", "kind": "public", "use": "road"},), "yes", "high"),
        (({"category": None, "kind": "unknown", "use": None},), "unknown", "low"),
    ],
)
def test_question_1(parts: tuple[dict[str, Any], ...], q1: str, certainty: str) -> None:
    answer = dr.question_1(fact(*parts), LIMITS)
    assert (answer.word, answer.certainty) == (q1, certainty)
    assert answer.reason.en and answer.reason.ja


@pytest.mark.parametrize(
    ("parts", "q2"),
    [
        ((), "small"),
        (({"burden": 9.9, "fields_n": 9},), "small"),
        (({"burden": 10.0, "fields_n": 10},), "large"),
        (({"burden": 1.0, "houses_n": 1},), "large"),
        (({"hazards": "slope:yellow"},), "large"),
        (({"hazards": "debris:red; slope:red"},), "large"),
        (({"hazards": "flood:depth_rank 2"},), "small"),
        (({"burden": NAN},), "unknown"),
        (({"houses_known": False},), "unknown"),
        (({"houses_known": False}, HARM), "large"),
    ],
)
def test_question_2(parts: tuple[dict[str, Any], ...], q2: str) -> None:
    assert dr.question_2(fact(*parts), LIMITS).word == q2


def test_harm_is_told_in_numbers() -> None:
    reason = dr.question_2(fact({"burden": 15.0, "houses_n": 1, "fields_n": 12, "roads_n": 2}), LIMITS).reason
    assert reason.en == "If left, 1 house, 12 fields and 2 roads within reach may suffer."
    assert reason.ja == "放っておくと、近くの家屋1戸・農地12筆・道路2本に影響する可能性があります。"


@pytest.mark.parametrize(
    ("parts", "expected", "use_plan"),
    [
        ((MANAGED, SECURE), "maintain", "farmland"),
        ((), "undecided", "farmland"),
        ((IDLE, NOBODY, {"houses_known": False}), "undecided", "farmland"),
        # harm large
        ((IDLE, NOBODY, HARM, AGRI), "adapt", "farmland"),
        ((IDLE, NOBODY, HARM, OUTSIDE), "adapt", "farmland"),
        ((WASTE, HARM, OUTSIDE), "convert", "forest"),
        ((WASTE, HARM, AGRI), "adapt", "farmland"),
        ((WASTE, HARM), "adapt", "farmland"),  # zone not known: no conversion
        ((SCREENED, NOBODY, HARM, OUTSIDE, {"height": 3.5}), "convert", "forest"),
        ((IDLE, NOBODY, HARM, OUTSIDE, {"height": 3.5}), "adapt", "farmland"),  # the survey says it can be restored
        ((PLOT, {"condition": "unmanaged", "houses_n": 1, "burden": 1.0}), "convert", "other"),
        ((FOREST, {"owner_best": "unknown", "houses_n": 1, "burden": 1.0}), "adapt", "forest"),
        ((WILD, {"hazards": "landslide:yellow"}), "adapt", "wildland"),
        # harm small
        ((IDLE, NOBODY, SOME), "minimum", "farmland"),
        ((IDLE, NOBODY, FAR), "minimum", "farmland"),
        ((IDLE, NOBODY, FAR, {"slope": 20.0}), "watch", "farmland"),
        ((IDLE, NOBODY, FAR, {"road_m": 100.0}), "watch", "farmland"),
        ((IDLE, NOBODY, FAR, {"owner_best": "unknown"}), "watch", "farmland"),
        ((IDLE, NOBODY, FAR, {"slope": 20.0}, SOME), "minimum", "farmland"),
        ((IDLE, NOBODY, FAR, {"slope": 20.0}, AGRI), "minimum", "farmland"),
        ((IDLE, NOBODY, {"slope": 20.0, "house_m": 99.0}), "minimum", "farmland"),
        ((IDLE, NOBODY, {"slope": 20.0}), "minimum", "farmland"),  # distance to houses not known
        ((WASTE, SOME, FAR, OUTSIDE), "watch", "farmland"),
        ((WASTE, SOME, FAR, AGRI), "minimum", "farmland"),
        ((WILD, FAR), "watch", "wildland"),
        ((PLOT, {"condition": "unmanaged", "owner_best": "unknown"}, FAR), "minimum", "residential"),
    ],
)
def test_every_class(parts: tuple[dict[str, Any], ...], expected: str, use_plan: str) -> None:
    row = decide(*parts)
    assert (row["management_class"], row["use_plan"]) == (expected, use_plan)


def test_a_home_in_a_hazard_zone_is_told() -> None:
    row = decide(PLOT, {"lived_in": "yes", "hazards": "flood:depth_rank 1; slope:red; slope:yellow"})
    assert row["management_class"] == "maintain"
    assert row["reason"].endswith("The home lies in a hazard zone (flood, slope failure): check how to evacuate.")
    assert "洪水・急傾斜地の崩壊" in row["reason_ja"]
    assert "hazard" not in decide(PLOT, {"lived_in": "yes"})["reason"]


def test_law_and_facts_that_disagree_are_told_and_the_law_is_kept() -> None:
    for parts in ((WASTE, HARM, AGRI), (WASTE, SOME, FAR, AGRI)):
        row = decide(*parts)
        assert row["use_plan"] == "farmland" and "farm office" in row["conflict"] and row["conflict_ja"]
    # A road or a house that stays as it is does not conflict with the zone around it.
    road = decide({"category": "公衆用道路", "kind": "public", "use": "road"}, AGRI)
    assert road["conflict"] is None
    # A plot to be converted to an open space inside a farmland zone does.
    assert decide(PLOT, {"condition": "unmanaged", "houses_n": 1, "burden": 1.0}, AGRI)["conflict"] is not None


def test_reason_basis_and_evidence_of_one_row() -> None:
    row = decide(IDLE, NOBODY, HARM, AGRI)
    assert row["reason"] == (
        "It is not managed, and nobody is known to take it up. If left, 12 fields within reach may suffer. "
        "Extensive use such as grazing or honey plants is proposed."
    )
    assert row["basis"] == (
        "Farm patrol 2024-10-01: idle farmland class 1, needs base works; farmland register; "
        "harm to surroundings (rule table)."
    )
    assert row["evidence_ids"] == "patrol:2024-10-01; cultivator; burden"
    assert (row["decided_by"], row["decided_on"], row["certainty"]) == ("draft", None, "medium")
    assert (row["q1"], row["q2"], row["effect_if_left"]) == ("no", "large", "large")


ANY_FACT = st.fixed_dictionaries(
    {
        "place": st.sampled_from(
            [
                {"category": None, "kind": "unknown", "use": None},
                *(
                    {"category": word, "kind": usecodes.kind_of(word), "use": usecodes.use_of(word)}
                    for word in usecodes.CATEGORIES
                ),
            ]
        ),
        "state": st.sampled_from([{}, MANAGED, IDLE, WASTE, GREEN, SCREENED, {"condition": "managed"}]),
        "who": st.sampled_from([{}, SECURE, AT_RISK, NOBODY, {"cultivator": "named"}]),
        "zone": st.sampled_from([{}, AGRI, OUTSIDE, {"zoning": "protection_forest"}, {"zoning": "slope_red"}]),
        "owner": st.sampled_from([None, "unknown", "to_check", "reachable"]),
        "hazards": st.sampled_from([None, "slope:red", "flood:depth_rank 1"]),
        "lived_in": st.sampled_from([None, "none", "yes", "no", "unknown"]),
        "numbers": st.fixed_dictionaries(
            {
                name: st.sampled_from([NAN, 0.0, 2.0, 50.0, 300.0])
                for name in ("slope", "height", "road_m", "house_m", "burden")
            }
        ),
        "houses_n": st.integers(0, 2),
        "houses_known": st.booleans(),
        "neighbour_goes_on": st.booleans(),
    }
)


@given(ANY_FACT)
@settings(max_examples=80, deadline=None)
def test_any_lot_gets_a_class_a_reason_and_keeps_the_law(drawn: dict[str, Any]) -> None:
    row = decide(
        drawn["place"],
        drawn["state"],
        drawn["who"],
        drawn["zone"],
        drawn["numbers"],
        {
            "owner_best": drawn["owner"],
            **{name: drawn[name] for name in ("hazards", "lived_in", "houses_n", "houses_known", "neighbour_goes_on")},
        },
    )
    assert row["management_class"] in CLASSES
    assert row["use_plan"] is None or row["use_plan"] in USES
    assert all(isinstance(row[name], str) and row[name] for name in ("reason", "reason_ja", "basis", "basis_ja"))
    assert row["certainty"] in dr.CERTAINTIES and (row["conflict"] is None) == (row["conflict_ja"] is None)
    if row["q1"] == "unknown":
        assert row["management_class"] == "undecided"
    if row["q1"] == "yes":
        assert row["management_class"] == "maintain"
    if drawn["place"]["kind"] == "farmland" and drawn["zone"].get("in_agri_zone"):
        assert row["use_plan"] in ("farmland", "pasture") and row["management_class"] not in ("convert", "watch")
    if drawn["zone"].get("zoning") == "protection_forest" and drawn["place"]["use"] == "forest":
        assert row["use_plan"] == "forest" and row["management_class"] != "convert"
    if drawn["state"] == {} and drawn["who"] == {} and drawn["place"]["kind"] == "farmland":
        assert row["management_class"] == "undecided"
    if row["use_plan"] == "residential":
        assert drawn["place"]["use"] == "residential"


# -- facts ----------------------------------------------------------------------------------
def village() -> tuple[gpd.GeoDataFrame, fa.Inputs]:
    """Four lots in a row (20 m): idle field, managed field, wood, plot with a house; a road along them."""
    lots = gpd.GeoDataFrame(
        {
            "lot_key": ["a", "b", "c", "d"],
            "chiban": ["1", "2", None, "4"],
            "accuracy_class": ["甲三", None, None, "乙一"],
            "undetermined": [None, "2+3", None, None],
            "condition": ["unmanaged", "managed", "cannot_tell", None],
            "survey_state": ["idle_1_green", None, None, None],
            "survey_on": ["2024-10-01", None, None, None],
        },
        geometry=[shapely.box(x, 0, x + 20, 20) for x in (0, 20, 40, 60)],
        crs=6676,
    )
    square = lambda *b: shapely.box(*b)  # noqa: E731
    return lots, fa.Inputs(
        register=pd.DataFrame(
            {
                "lot_key": ["a", "b", "c", "c", "d"],
                "category_reg": ["田", "畑", "山林", "山林", "宅地"],
                "owner_key": ["o"] * 5,
                "owner_status": ["reachable", "reachable", "reachable", "unknown", "to_check"],
            }
        ),
        farmland=pd.DataFrame(
            {
                "lot_key": ["a", "b"],
                "cultivator_key": [None, "x"],
                "right_kind": ["none", "owner"],
                "in_agri_zone": [False, None],
            }
        ),
        cultivators=pd.DataFrame({"cultivator_key": ["x"], "age": [50], "successor": ["no"]}),
        evidence=pd.DataFrame(
            {
                "lot_key": ["a", "a", "b"],
                "indicator": ["slope", "vegetation_height", "slope"],
                "value": [12.0, 1.5, 3.0],
            }
        ),
        zoning=gpd.GeoDataFrame(
            {"kind": ["agri_zone", "protection_forest"]},
            geometry=[square(18.5, 0, 40, 20), square(40, 0, 60, 20)],
            crs=6676,
        ),
        hazard=gpd.GeoDataFrame(
            {"phenomenon": ["slope", "flood"], "level": ["red", "depth_rank 2"]},
            geometry=[square(0, 0, 3, 20), square(59, 0, 80, 20)],
            crs=6676,
        ),
        houses=gpd.GeoDataFrame({"occupied": ["yes"]}, geometry=[square(62, 2, 70, 10)], crs=6676),
        roads=gpd.GeoDataFrame(
            {"kind": ["main", "farm"]},
            geometry=[shapely.LineString([(-5, -2), (90, -2)]), shapely.LineString([(-5, 21), (90, 21)])],
            crs=6676,
        ),
        hamlets=gpd.GeoDataFrame(
            {"hamlet": ["Kami", "Shimo"], "district": ["N", "S"]},
            geometry=[square(-10, -10, 40, 40), square(40, -10, 90, 40)],
            crs=6676,
        ),
    )


def test_facts_by_hand() -> None:
    lots, inputs = village()
    found = fa.gather(lots, inputs, RULES)
    assert found["category"].tolist() == ["田", "畑", "山林", "宅地"]
    assert found["label"].tolist() == ["1", "2", "c", "4"]
    assert found["use"].tolist() == ["farmland", "farmland", "forest", "residential"]
    assert found["owner"].tolist() == ["reachable", "reachable", "unknown", "to_check"]
    assert found["owner_best"].tolist() == ["reachable", "reachable", "reachable", "to_check"]
    assert found["cultivator"].tolist() == ["none", "named", None, None]
    assert found["succession"].tolist() == [None, "secure", None, None]
    assert found["condition"].tolist() == ["unmanaged", "managed", "cannot_tell", "cannot_tell"]
    assert found["surveyed"].tolist() == [True, False, False, False]
    # The zone covers 7.5 % of a: too little to concern it.
    assert found["zoning"].tolist() == [None, "agri_zone", "protection_forest", None]
    assert found["in_agri_zone"].tolist() == [False, True, False, False]
    assert found["hazards"].tolist() == ["slope:red", None, None, "flood:depth_rank 2"]
    assert found["lived_in"].tolist() == ["none", "none", "none", "yes"]
    assert found["slope"].tolist()[:2] == [12.0, 3.0] and np.isnan(found["slope"][2])
    assert found["height"][0] == 1.5
    assert found["road_m"].tolist() == [1.0] * 4  # the farm road is a way to get there
    assert found["house_m"].tolist() == pytest.approx([42.0, 22.0, 2.0, 0.0])
    assert found["hamlet"].tolist() == ["Kami", "Kami", "Shimo", "Shimo"]
    assert found["district"].tolist() == ["N", "N", "S", "S"]
    assert found["boundary_quality"].tolist() == ["甲三", "undetermined", None, "乙一"]
    assert found["neighbour_goes_on"].tolist() == [True, False, True, False]
    # If left: a reaches the managed field b and the main road; b only the road; c the house and the road.
    assert found["fields_n"].tolist() == [1, 0, 0, 0]
    assert found["houses_n"].tolist() == [0, 0, 1, 0]
    assert found["roads_n"].tolist() == [1, 1, 1, 1]
    assert found["burden"].tolist() == [2.0, 1.0, 2.0, 1.0]


def test_burden_layer_replaces_the_own_figure() -> None:
    lots, inputs = village()
    given_burden = pd.DataFrame({"lot_key": ["a"], "burden": [42.0], "houses": [3]})
    found = fa.gather(lots, inputs._replace(burden=given_burden, houses=None), RULES)
    assert found["burden"][0] == 42.0 and found["houses_n"][0] == 3
    assert found["houses_known"].tolist() == [True, False, False, False]


def test_facts_with_nothing_given() -> None:
    lots, _ = village()
    found = fa.gather(lots[["lot_key", "geometry"]], fa.Inputs(), RULES)
    made = dr.draft(found, lots.geometry.to_numpy())
    assert set(made["management_class"]) == {"undecided"} and made["reason"].notna().all()
    assert not made["priority"].any()


@given(st.permutations(range(4)))
@settings(max_examples=8, deadline=None)
def test_order_of_lots_and_layers_does_not_matter(order: list[int]) -> None:
    lots, inputs = village()

    def run(table: gpd.GeoDataFrame, given_inputs: fa.Inputs) -> pd.DataFrame:
        made = dr.draft(fa.gather(table, given_inputs, RULES), table.geometry.to_numpy())
        return made.sort_values("lot_key").reset_index(drop=True)

    turned = fa.Inputs(*(part if part is None else part.iloc[::-1].reset_index(drop=True) for part in inputs))
    pd.testing.assert_frame_equal(run(lots, inputs), run(lots.iloc[order].reset_index(drop=True), turned))


def test_blocks_join_across_a_ditch() -> None:
    shapes = np.array([shapely.box(0, 0, 50, 100), shapely.box(54, 0, 104, 100), shapely.box(120, 0, 170, 100)])
    everywhere = np.array([True, True, True])
    assert dr.blocks(shapes, everywhere, 5.0).tolist() == [10_000.0, 10_000.0, 5_000.0]
    assert dr.blocks(shapes, np.array([True, False, True]), 5.0).tolist() == [5_000.0, 0.0, 5_000.0]


def test_priority_is_farmland_somebody_goes_on_farming_in_a_large_enough_block() -> None:
    kept = (MANAGED, SECURE, AGRI)
    rows = [fact(*kept), fact(*kept), fact(MANAGED, SECURE, OUTSIDE), fact(MANAGED, AGRI)]
    frame = pd.DataFrame([vars(row) for row in rows])
    shapes = np.array([shapely.box(x, 0, x + 60, 100) for x in (0, 60, 120, 180)])
    assert dr.draft(frame, shapes)["priority"].tolist() == [True, True, False, False]
    assert not dr.draft(frame, shapes, dr.Limits(block_ha=1.3))["priority"].any()


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    lots, inputs = village()
    with pytest.raises(Cancelled):
        fa.gather(lots, inputs, RULES, progress=Stop())
    with pytest.raises(Cancelled):
        dr.draft(fa.gather(lots, inputs, RULES), lots.geometry.to_numpy(), progress=Stop())


def test_every_land_category_has_a_use_of_the_plan() -> None:
    assert {c.use for c in usecodes.CATEGORIES.values()} <= set(USES)
    assert {c.kind for c in usecodes.CATEGORIES.values()} <= set(usecodes.LAND_KINDS)
    assert len(usecodes.CATEGORIES) == 23
    assert usecodes.category_of(" 公衆用 道路 ") == "公衆用道路" and usecodes.category_of("水田") is None
    assert usecodes.kind_of(None) == "unknown" and usecodes.use_of("？") is None
