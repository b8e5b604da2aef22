"""Condition of land: every indicator and rule by hand, and what must hold for any input."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.condition import change
from land_stewardship.core.condition import evidence as ev
from land_stewardship.core.condition import judge as jd
from land_stewardship.core.condition.pixels import Grid, pixel_means, slope_degrees
from land_stewardship.core.condition.sensitivity import sensitivity
from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.progress import Progress
from land_stewardship.core.texts import Text

CATALOGUE = (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "condition_weights.csv").read_text(
    encoding="utf-8"
)
DEFAULT = jd.read_weights(CATALOGUE)
NAN = float("nan")


def row_of_lots(count: int, size: float = 10.0) -> gpd.GeoDataFrame:
    """Square lots side by side, keys k0, k1, …"""
    return gpd.GeoDataFrame(
        {"lot_key": [f"k{i}" for i in range(count)]},
        geometry=[shapely.box(i * size, 0, (i + 1) * size, size) for i in range(count)],
        crs=6676,
    )


def keys_of(lots: gpd.GeoDataFrame) -> np.ndarray:
    return lots["lot_key"].to_numpy(dtype=object)


def collect(lots: gpd.GeoDataFrame, *rasters: ev.RasterFigure, **tables: pd.DataFrame) -> pd.DataFrame:
    return ev.collect(lots, keys_of(lots), ev.Tables(**tables), rasters)[0]


def values(found: pd.DataFrame, indicator: str, column: str = "value") -> dict[int, object]:
    part = found[found["indicator"] == indicator]
    return dict(zip(part["row"], part[column]))


def manual(*rows: tuple[int, str, float, object]) -> pd.DataFrame:
    """Evidence typed by hand: (lot, indicator, value, category)."""
    lot, indicator, value, category = zip(*rows) if rows else ((), (), (), ())
    made = pd.DataFrame(
        {
            "row": np.array(lot, dtype="int64"),
            "indicator": np.array(indicator, dtype=object),
            "value": np.array(value, dtype="float64"),
            "category": np.array(category, dtype=object),
            "unit": "",
            "observed_on": np.full(len(rows), None, dtype=object),
            "source": "s",
            "source_ja": "s",
            "confidence": "medium",
            "synthetic": np.full(len(rows), None, dtype=object),
        }
    )
    assert list(made.columns) == list(ev.COLUMNS)
    return made


def weights(*rows: str) -> list[jd.Weight]:
    header = "indicator,land_kind,shape,category,low,high,weight,role,phrase,phrase_ja"
    return jd.read_weights("\n".join([header, *rows]))


FARM = np.array(["farmland"], dtype=object)


def conditions(kinds: np.ndarray, evidence: pd.DataFrame, *rest: Any) -> np.ndarray:
    """The class of each lot, as ``judge`` gives it."""
    return jd.classes(len(kinds), kinds, evidence, *(rest or (DEFAULT,))).condition


def scores(kinds: np.ndarray, evidence: pd.DataFrame) -> np.ndarray:
    """The score of each lot, as ``judge`` gives it."""
    return jd.classes(len(kinds), kinds, evidence, DEFAULT).found.score


# -- pixels ---------------------------------------------------------------------------------
def test_pixel_counts_when_its_centre_is_strictly_inside() -> None:
    grid = Grid(np.arange(16.0).reshape(4, 4), 0.0, 4.0, 1.0, 1.0)
    lots = np.array(
        [
            shapely.box(0, 2, 2, 4),  # whole pixels 0, 1, 4, 5
            shapely.box(0, 2, 1.5, 4),  # the centres of column 1 lie on the edge: only 0 and 4
            shapely.box(0.6, 2.6, 0.9, 2.9),  # no centre
            shapely.box(10, 10, 12, 12),  # outside
            None,
        ]
    )
    found = pixel_means(lots, grid)
    assert found.pixels.tolist() == [4, 2, 0, 0, 0]
    assert found.mean[:2].tolist() == [2.5, 2.0]
    assert np.isnan(found.mean[2:]).all()


def test_pixels_without_value_do_not_count_and_overlapping_lots_keep_their_figures() -> None:
    grid = Grid(np.array([[1.0, NAN], [3.0, 4.0]]), 0.0, 2.0, 1.0, 1.0)
    lot = shapely.box(0, 0, 2, 2)
    found = pixel_means(np.array([lot, lot, shapely.box(1, 1, 2, 2)]), grid)
    assert found.pixels.tolist() == [3, 3, 0]
    assert found.mean[:2].tolist() == pytest.approx([8 / 3, 8 / 3])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=4, deadline=None)
def test_pixel_means_equal_brute_force(seed: int) -> None:
    random = np.random.default_rng(seed)
    grid = Grid(random.random((7, 9)), -3.0, 11.0, 1.3, 0.7)
    lot = shapely.Polygon(random.uniform(-4, 12, (3, 2)))
    inside = [
        grid.values[r, c]
        for r in range(7)
        for c in range(9)
        if shapely.contains_xy(lot, grid.left + (c + 0.5) * 1.3, grid.top - (r + 0.5) * 0.7)
    ]
    found = pixel_means(np.array([lot]), grid)
    assert found.pixels[0] == len(inside)
    if inside:
        assert found.mean[0] == pytest.approx(np.mean(inside), abs=1e-12)


def test_slope_of_a_plane_is_exact() -> None:
    x, y = np.meshgrid(np.arange(5) * 2.0, np.arange(4) * 3.0)
    plane = Grid(0.5 * x + 0.25 * y, 0.0, 0.0, 2.0, 3.0)
    expected = math.degrees(math.atan(math.hypot(0.5, 0.25)))
    assert slope_degrees(plane).values == pytest.approx(np.full((4, 5), expected))
    # Heights over degrees: one CRS unit is longer than a metre.
    assert slope_degrees(plane, 100.0, 100.0).values == pytest.approx(
        np.full((4, 5), math.degrees(math.atan(math.hypot(0.005, 0.0025))))
    )
    assert np.isnan(slope_degrees(Grid(np.ones((1, 4)), 0, 0, 1, 1)).values).all()


# -- evidence -------------------------------------------------------------------------------
def test_newest_patrol_row_counts_whatever_the_order() -> None:
    patrol = pd.DataFrame(
        {
            "lot_key": ["k0", "k0", "k1", None],
            "patrol_on": ["2023-10-01", "2024-10-01", None, "2024-10-01"],
            "result": ["not_idle", "waste_b", "unresolved", "idle_2"],
        }
    )
    for table in (patrol, patrol.iloc[::-1]):
        newest = ev.newest_patrol(table)
        assert newest[["lot_key", "result"]].to_numpy().tolist() == [["k0", "waste_b"], ["k1", "unresolved"]]
    found = collect(row_of_lots(3), patrol=patrol)
    assert values(found, "patrol", "category") == {0: "waste_b", 1: "unresolved"}
    assert values(found, "patrol", "observed_on") == {0: "2024-10-01", 1: None}


def test_land_category_comes_from_register_then_farmland_register_then_the_lots() -> None:
    lots = row_of_lots(5).assign(category_reg=[None, None, "山林", None, "？"])
    tables = ev.Tables(
        register=pd.DataFrame({"lot_key": ["k0"], "category_reg": ["宅地"]}),
        farmland=pd.DataFrame({"lot_key": ["k0", "k1"], "land_type": ["田", "畑"]}),
        patrol=pd.DataFrame({"lot_key": ["k3"], "result": ["not_idle"]}),
    )
    categories, kinds = ev.land_categories(lots, keys_of(lots), tables)
    assert categories.tolist() == ["宅地", "畑", "山林", None, None]
    assert kinds.tolist() == ["plot", "farmland", "forest", "farmland", "unknown"]


def test_owner_status_best_and_hardest_of_several_owners() -> None:
    register = pd.DataFrame(
        {
            "lot_key": ["k0", "k0", "k1", "k2", "k3"],
            "owner_key": ["a", "b", "c", None, None],
            "owner_status": ["unknown", "reachable", "to_check", "reachable", "unknown"],
        }
    )
    keys = np.array(["k0", "k1", "k2", "k3", "k4"], dtype=object)
    for table in (register, register.iloc[::-1]):
        assert ev.owner_status(keys, table, best=True).tolist() == ["reachable", "to_check", None, "unknown", None]
        assert ev.owner_status(keys, table, best=False).tolist() == ["unknown", "to_check", None, "unknown", None]


def test_cultivator_and_succession() -> None:
    farmland = pd.DataFrame(
        {
            "lot_key": ["k0", "k1", "k2", "k3", "k4", "k5", "k5"],
            "cultivator_key": ["old", "old_with_son", "young", None, "who", "old", "young"],
            "right_kind": ["owner", "owner", "lease", "none", "owner", "owner", "lease"],
        }
    )
    people = pd.DataFrame(
        {
            "cultivator_key": ["old", "old_with_son", "young", "who"],
            "age": [78, 78, 45, None],
            "successor": ["no", "yes", "no", "unknown"],
        }
    )
    keys = np.array([f"k{i}" for i in range(7)], dtype=object)
    named, secured = ev.cultivator_states(keys, farmland, people)
    assert named.tolist() == ["named", "named", "named", "none", "named", "named", None]
    assert secured.tolist() == ["at_risk", "secure", "secure", None, None, "secure", None]
    assert ev.cultivator_states(keys, farmland, None)[1].tolist() == [None] * 7
    # Old, and nobody knows whether there is a successor: not known.
    people["successor"] = "unknown"
    assert ev.cultivator_states(keys, farmland, people)[1][0] is None


def test_distances_and_neighbours_by_hand() -> None:
    lots = row_of_lots(4)
    roads = gpd.GeoDataFrame(geometry=[shapely.LineString([(-5, -10), (-5, 30)])], crs=6676)
    patrol = pd.DataFrame({"lot_key": ["k0", "k2", "k3"], "result": ["waste_b", "not_idle", "unresolved"]})
    found = collect(lots, roads=roads, patrol=patrol)
    assert values(found, "road_distance") == {0: 5.0, 1: 15.0, 2: 25.0, 3: 35.0}
    # k1 has neighbours k0 (unmanaged) and k2 (managed); k0 and k2 have only k1, which was not surveyed;
    # k3's result says nothing, so its neighbour k2 has none, and k3 has k2.
    assert values(found, "neighbours_unmanaged") == {1: 50.0, 3: 0.0}


def test_ndvi_is_compared_within_the_land_category_and_needs_peers_and_pixels() -> None:
    count = 13
    lots = row_of_lots(count).assign(category_reg=["田"] * 12 + ["畑"])
    mean = np.array([0.80, 0.81, 0.79, 0.80, 0.82, 0.78, 0.80, 0.81, 0.79, 0.80, 0.50, 0.30, 0.40])
    pixels = np.array([9] * 11 + [3, 9])
    found = values(collect(lots, ev.RasterFigure("ndvi", mean, pixels, "2024", ev.MAP)), "ndvi_departure")
    assert 11 not in found and 12 not in found  # three pixels; the only 畑
    usable = mean[:11]
    spread = 1.4826 * np.median(np.abs(usable - np.median(usable)))
    assert found[10] == pytest.approx((0.50 - np.median(usable)) / spread)


def test_plant_height_on_house_plots_needs_the_houses() -> None:
    lots = row_of_lots(2).assign(category_reg=["宅地", "田"])
    figure = ev.RasterFigure("vegetation_height", np.array([5.0, 1.0]), np.array([30, 30]), None, ev.MAP)
    assert values(collect(lots, figure), "vegetation_height") == {1: 1.0}
    houses = gpd.GeoDataFrame({"occupied": ["no"]}, geometry=[shapely.box(2, 2, 4, 4)], crs=6676)
    found = collect(lots, figure, houses=houses)
    assert values(found, "vegetation_height") == {0: 5.0, 1: 1.0}
    assert values(found, "house", "category") == {0: "no"}


def test_a_house_lived_in_counts_before_a_vacant_one() -> None:
    lots = row_of_lots(3)
    houses = gpd.GeoDataFrame(
        {"occupied": ["no", "yes", "unknown", "no"]},
        geometry=[shapely.box(x, 1, x + 1, 2) for x in (1, 5, 11, 21)],
        crs=6676,
    )
    assert values(collect(lots, houses=houses), "house", "category") == {0: "yes", 2: "no"}


def test_lots_without_key_or_shape_get_no_evidence_from_them() -> None:
    lots = row_of_lots(2)
    lots.loc[0, "lot_key"] = None
    lots.loc[1, "geometry"] = None
    roads = gpd.GeoDataFrame(geometry=[shapely.LineString([(0, -1), (9, -1)])], crs=6676)
    register = pd.DataFrame({"lot_key": [None, "k1"], "owner_key": ["a", "b"], "owner_status": ["unknown"] * 2})
    found = collect(lots, roads=roads, register=register)
    assert values(found, "owner", "category") == {1: "unknown"}
    assert values(found, "road_distance") == {0: 1.0}


# -- weights --------------------------------------------------------------------------------
@pytest.mark.parametrize(("value", "expected"), [(0.5, 0.0), (1.0, 0.0), (2.0, 1.0), (3.0, 2.0), (9.0, 2.0)])
def test_ramp(value: float, expected: float) -> None:
    rules = weights("h,farmland,ramp,,1,3,2,direct,,")
    assert jd.contributions(manual((0, "h", value, None)), FARM, rules)[0] == pytest.approx(expected)


@pytest.mark.parametrize(("value", "expected"), [(60.0, 0.0), (50.0, 0.0), (25.0, 0.2), (0.0, 0.4)])
def test_falling_ramp(value: float, expected: float) -> None:
    rules = weights("d,farmland,ramp,,50,0,0.4,place,,")
    assert jd.contributions(manual((0, "d", value, None)), FARM, rules)[0] == pytest.approx(expected)


def test_rows_of_one_indicator_add_up_and_summers_share_the_weight() -> None:
    rules = weights("h,farmland,present,,,,-1,direct,,", "h,farmland,ramp,,1,3,2,direct,,")
    assert jd.contributions(manual((0, "h", 2.0, None)), FARM, rules).tolist() == [0.0]
    two = manual((0, "h", 0.0, None), (0, "h", 3.0, None))
    assert jd.contributions(two, FARM, rules).tolist() == [-0.5, 0.5]


def test_no_rule_for_the_kind_of_land_or_the_word_means_no_weight() -> None:
    rules = weights("o,farmland,category,unknown,,,0.6,person,,")
    found = jd.contributions(manual((0, "o", NAN, "unknown"), (0, "o", NAN, "else")), FARM, rules)
    assert found[0] == pytest.approx(0.3) and np.isnan(found[1])
    assert np.isnan(jd.contributions(manual((0, "o", NAN, "unknown")), np.array(["forest"], dtype=object), rules))


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("a,farmland,curve,,,,1,direct,,", "shape"),
        ("a,farmland,present,,,,1,hearsay,,", "role"),
        ("a,farmland,present,,,,much,direct,,", "weight"),
        ("a,farmland,ramp,,1,1,1,direct,,", "ramp"),
        ("a,farmland,category,,,,1,direct,,", "category"),
        (",farmland,present,,,,1,direct,,", "indicator"),
    ],
)
def test_wrong_weight_rows_are_named(row: str, word: str) -> None:
    with pytest.raises(InputError, match=rf"row 2: .*{word}"):
        weights("base,farmland,base,,,,0,base,,", row)


def test_weight_table_without_rows_or_columns_is_refused() -> None:
    with pytest.raises(InputError, match="empty"):
        weights()
    with pytest.raises(InputError, match="land_kind"):
        jd.weights_from_frame(pd.DataFrame({"indicator": ["a"]}))


# -- judgement ------------------------------------------------------------------------------
RULES = weights(
    "base,farmland,base,,,,-1,base,,",
    "seen,farmland,ramp,,0,1,4,direct,Seen {value}.,見た {value}。",
    "seen,farmland,ramp,,0,-1,-4,direct,Seen {value}.,見た {value}。",
    "place,farmland,ramp,,0,1,3,place,Place {value}.,場所 {value}。",
)


def test_judgement_by_hand() -> None:
    lots, found = jd.judge(1, FARM, manual((0, "seen", 0.5, None), (0, "place", 1.0, None)), RULES)
    lot = lots.iloc[0]
    assert lot["score"] == pytest.approx(-1 + 2 + 3)
    assert lot["probability"] == pytest.approx(1 / (1 + math.exp(-4)))
    assert lot["completeness"] == pytest.approx(1.0)
    assert (lot["condition"], lot["screening"], lot["evidence_count"]) == ("unmanaged", "unmanaged", 2)
    assert lot["reason_1"] == "Place 1.0 (points to unmanaged)"
    assert lot["reason_2_ja"] == "見た 0.5（管理されていない可能性）"
    assert lot["reason_3"] is None
    assert found["weight"].sum() == pytest.approx(5.0)


def test_the_strongest_word_of_an_indicator_is_what_it_can_say_at_most() -> None:
    said = (
        "word,farmland,category,weak,,,1,direct,Weak.,弱い。",
        "word,farmland,category,strong,,,-3,direct,S.,強い。",
    )
    lots, _ = jd.judge(1, FARM, manual((0, "seen", 0.5, None)), [*RULES, *weights(*said)])
    assert lots["completeness"][0] == pytest.approx(4 / (4 + 3 + 3))


def test_place_alone_never_decides() -> None:
    lots, _ = jd.judge(1, FARM, manual((0, "place", 1.0, None)), RULES)
    lot = lots.iloc[0]
    assert lot["probability"] > 0.85 and lot["screening"] == "cannot_tell"
    assert lot["reason_1"] == jd.NOT_SEEN.en
    assert lot["completeness"] == pytest.approx(3 / 7)
    # Weak direct evidence does not lend place its voice either.
    lots, _ = jd.judge(1, FARM, manual((0, "place", 1.0, None), (0, "seen", 0.1, None)), RULES)
    assert lots.iloc[0]["screening"] == "cannot_tell"


def test_survey_overrides_and_is_kept_beside_the_screening() -> None:
    evidence = manual((0, "seen", 1.0, None), (0, "patrol", NAN, "not_idle"))
    lots, _ = jd.judge(1, FARM, evidence, RULES)
    lot = lots.iloc[0]
    assert (lot["condition"], lot["screening"], lot["disagrees"]) == ("managed", "unmanaged", True)
    assert lot["survey_state"] == "not_idle" and lot["reason_1"] == "Farm patrol: in use."
    lots, _ = jd.judge(1, FARM, manual((0, "seen", 1.0, None), (0, "patrol", NAN, "unresolved")), RULES)
    assert lots.iloc[0]["condition"] == "unmanaged" and not lots.iloc[0]["disagrees"]


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("not_idle", "managed"),
        ("idle_1_green", "unmanaged"),
        ("idle_1_yellow", "unmanaged"),
        ("idle_2", "unmanaged"),
        ("waste_b", "unmanaged"),
        ("unresolved", "cannot_tell"),
        ("newword", "cannot_tell"),
    ],
)
def test_every_survey_result(result: str, expected: str) -> None:
    lots, _ = jd.judge(1, FARM, manual((0, "patrol", NAN, result)), DEFAULT)
    assert lots.iloc[0]["condition"] == expected
    assert lots.iloc[0]["screening"] == "cannot_tell" and np.isnan(lots.iloc[0]["probability"])


def test_nothing_known_is_cannot_tell_with_a_reason() -> None:
    kinds = np.array(["farmland", "forest", "plot", "public", "open", "unknown"], dtype=object)
    lots, _ = jd.judge(6, kinds, ev.empty(), DEFAULT)
    assert set(lots["condition"]) == {"cannot_tell"} and lots["probability"].isna().all()
    assert lots["reason_1"].tolist() == [jd.NO_EVIDENCE.en] * 4 + [jd.NO_RULE.en, jd.NO_CATEGORY.en]
    assert lots["completeness"].tolist() == [0.0] * 6


def test_classes_are_those_of_the_judgement() -> None:
    random = np.random.default_rng(7)
    kinds = random.choice(["farmland", "forest", "plot", "public", "open", "unknown"], 60).astype(object)
    evidence = random_evidence(random, kinds)
    lots, _ = jd.judge(60, kinds, evidence, DEFAULT)
    assert lots["condition"].tolist() == conditions(kinds, evidence).tolist() and lots["condition"].nunique() == 3
    np.testing.assert_array_equal(lots["score"].to_numpy(dtype=float), scores(kinds, evidence))


def test_limits_must_leave_a_band() -> None:
    with pytest.raises(InputError, match="managed below"):
        jd.judge(1, FARM, ev.empty(), RULES, jd.Thresholds(0.2, 0.6))


RAMPS = [w for w in DEFAULT if w.shape == "ramp" and w.land_kind == "farmland"]
#: Indicators whose larger values always speak for unmanaged (not: both directions, or the smaller values).
NUMERIC = sorted({w.indicator for w in RAMPS} - {w.indicator for w in RAMPS if (w.high - w.low) * w.weight < 0})


@given(
    st.sampled_from(NUMERIC),
    st.floats(0, 200),
    st.floats(0, 200),
)
def test_more_of_what_speaks_for_unmanaged_never_lowers_the_score(indicator: str, one: float, two: float) -> None:
    low, high = sorted((one, two))
    less, more = scores(np.repeat(FARM, 2), manual((0, indicator, low, None), (1, indicator, high, None)))
    assert less <= more + 1e-12


PLACE_AND_PEOPLE = st.fixed_dictionaries(
    {
        "slope": st.floats(0, 60),
        "road_distance": st.floats(0, 900),
        "forest_distance": st.floats(0, 900),
        "neighbours_unmanaged": st.floats(0, 100),
        "owner": st.sampled_from(["unknown", "to_check", "reachable"]),
        "succession": st.sampled_from(["secure", "at_risk"]),
    }
)


@given(PLACE_AND_PEOPLE, st.sampled_from(["farmland", "forest", "plot", "open", "unknown"]))
def test_place_and_people_only_is_always_cannot_tell(known: dict[str, object], kind: str) -> None:
    rows = [
        (0, name, value if isinstance(value, float) else NAN, value if isinstance(value, str) else None)
        for name, value in known.items()
    ]
    assert conditions(np.array([kind], dtype=object), manual(*rows)).tolist() == ["cannot_tell"]


@given(st.permutations(range(8)))
@settings(max_examples=4, deadline=None)
def test_order_of_lots_does_not_matter(order: list[int]) -> None:
    lots = row_of_lots(8).assign(category_reg=["田", "田", "宅地", "山林", "公衆用道路", "田", "畑", None])
    tables = ev.Tables(
        register=pd.DataFrame(
            {
                "lot_key": [f"k{i}" for i in range(8)],
                "owner_key": "o",
                "owner_status": ["unknown", "reachable"] * 4,
            }
        ),
        patrol=pd.DataFrame({"lot_key": ["k0", "k6"], "result": ["waste_b", "not_idle"]}),
    )

    def run(table: gpd.GeoDataFrame) -> pd.DataFrame:
        found, _, kinds = ev.collect(table, keys_of(table), tables)
        judged, _ = jd.judge(len(table), kinds, found, DEFAULT)
        return judged.assign(key=keys_of(table)).sort_values("key").reset_index(drop=True)

    pd.testing.assert_frame_equal(run(lots), run(lots.iloc[order].reset_index(drop=True)))


def test_missing_evidence_adds_nothing() -> None:
    with_nan = manual((0, "seen", 0.5, None), (0, "place", NAN, None))
    without = manual((0, "seen", 0.5, None))
    assert jd.judge(1, FARM, with_nan, RULES)[0]["score"][0] == jd.judge(1, FARM, without, RULES)[0]["score"][0]


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    lots = row_of_lots(2)
    with pytest.raises(Cancelled):
        ev.collect(lots, keys_of(lots), ev.Tables(), progress=Stop())
    with pytest.raises(Cancelled):
        jd.judge(2, np.array(["farmland"] * 2, dtype=object), ev.empty(), DEFAULT, progress=Stop())


def test_catalogue_says_where_each_weight_comes_from() -> None:
    import csv
    import io

    rows = list(csv.DictReader(io.StringIO(CATALOGUE)))
    assert rows and all(row["source"] and row["evidence"] for row in rows)
    assert all(row["phrase"] and row["phrase_ja"] for row in rows if row["shape"] != "base")
    assert all(row["label"] and row["label_ja"] for row in rows)


# -- explanation and what would change the answer ---------------------------------------------
WORDS = {
    (w.land_kind, w.indicator): sorted(
        str(v.category)
        for v in DEFAULT
        if (v.land_kind, v.indicator, v.shape) == (w.land_kind, w.indicator, "category")
    )
    for w in DEFAULT
    if w.shape == "category"
}


def random_evidence(random: np.random.Generator, kinds: np.ndarray) -> pd.DataFrame:
    """Any subset of the indicators of each lot's kind with any values; some lots with two summers or a survey."""
    found = []
    for lot, kind in enumerate(kinds):
        for indicator in sorted({w.indicator for w in DEFAULT if w.land_kind == kind and w.shape != "base"}):
            for _ in range(int(random.choice([0, 1, 2], p=[0.4, 0.5, 0.1]))):
                words = WORDS.get((kind, indicator))
                value = NAN if words else float(random.normal(3, 15))
                found.append((lot, indicator, value, random.choice([*words, "else"]) if words else None))
        if random.random() < 0.1:
            found.append((lot, "patrol", NAN, str(random.choice(["not_idle", "waste_b", "unresolved"]))))
    return manual(*found)


def assert_every_change_flips(
    kinds: np.ndarray, evidence: pd.DataFrame, limits: jd.Thresholds, rules: list[jd.Weight] = DEFAULT
) -> pd.DataFrame:
    """Make every stated change and judge again: each lot must get the class that was stated, and another one."""
    lots, _ = jd.judge(len(kinds), kinds, evidence, rules, limits)
    changed = jd.changes_of(kinds, evidence, rules, limits)
    assert set(changed["row"]) == set(range(len(kinds)))
    again = conditions(kinds, change.apply(evidence, changed), rules, limits)
    assert (again != lots["condition"]).all()
    assert (again == lots["change_to"]).all()
    return changed


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 0.95), st.floats(0.05, 1.0))
@settings(max_examples=25, deadline=None)
def test_the_stated_change_flips_the_class(seed: int, above: float, share: float) -> None:
    random = np.random.default_rng(seed)
    kinds = random.choice(["farmland", "forest", "plot", "public", "open", "unknown"], 40).astype(object)
    assert_every_change_flips(kinds, random_evidence(random, kinds), jd.Thresholds(above, above * share))


def test_smallest_change_by_hand() -> None:
    rules = weights(
        "base,farmland,base,,,,-1.1,base,,",
        "height,farmland,ramp,,0,2,4,direct,High {value}.,高さ {value}。",
        "owner,farmland,category,unknown,,,1.5,person,The owner is not known.,所有者不明です。",
    )
    rules = [w._replace(label=Text("Plant height", "草木の高さ"), unit=Text("m", "m")) for w in rules]
    # Score -1.1 + 2 x 1.2 = 1.3: unmanaged until the height falls to 0.55 m (score 0, probability not above 0.5).
    changed = jd.changes_of(FARM, manual((0, "height", 1.2, None)), rules, jd.Thresholds())
    assert changed[["indicator", "value", "before", "becomes"]].to_numpy().tolist() == [
        ["height", 0.5, 1.2, "cannot_tell"]
    ]
    lots, _ = jd.judge(1, FARM, manual((0, "height", 1.2, None)), rules)
    assert lots["change"][0] == "It would become “cannot tell” if plant height were at most 0.5 m (now 1.2 m)."
    assert lots["change_ja"][0] == "草木の高さが0.5 m以下（いまは1.2 m）なら、「判断できない」に変わります。"
    assert lots["explanation"][0] == "Likely unmanaged: high 1.2. " + lots["change"][0]
    # Two observations: both are meant, and their mean is told.
    lots, _ = jd.judge(1, FARM, manual((0, "height", 1.0, None), (0, "height", 1.4, None)), rules)
    assert "at most 0.5 m in every observation (now 1.2 m on average)" in lots["change"][0]
    # Nothing known: the height alone would do, from 0.55 m on.
    changed = jd.changes_of(FARM, manual((0, "owner", NAN, "else")), rules, jd.Thresholds())
    assert changed[["indicator", "value", "becomes"]].to_numpy().tolist() == [["height", 0.6, "unmanaged"]]
    # Only place and people are known to the table: a survey alone decides.
    only = [w for w in rules if w.indicator != "height"]
    lots, _ = jd.judge(1, FARM, manual((0, "owner", NAN, "unknown")), only)
    assert (
        lots["change"][0].startswith("Only a look on the ground would change it") and lots["change_to"][0] == "managed"
    )


def test_several_things_together_where_one_is_not_enough() -> None:
    rules = weights(
        "base,farmland,base,,,,-3,base,,",
        "a,farmland,ramp,,0,1,2,direct,A {value}.,A {value}。",
        "b,farmland,category,yes,,,2,record,B.,B。",
        "c,farmland,ramp,,0,1,2,place,C {value}.,C {value}。",
    )
    evidence = manual((0, "c", 0.0, None))
    changed = assert_every_change_flips(FARM, evidence, jd.Thresholds(0.5, 0.01), rules)
    assert changed["indicator"].tolist() == ["a", "b"] or changed["indicator"].tolist() == ["b", "a"]


def test_survey_explains_itself_and_tells_a_disagreement() -> None:
    evidence = manual((0, "seen", 1.0, None), (0, "patrol", NAN, "not_idle"))
    lots, _ = jd.judge(1, FARM, evidence, RULES)
    assert lots["explanation"][0].startswith(
        "A survey says managed: in use; the screening says otherwise: likely unmanaged. Only a look on the ground"
    )
    assert lots["explanation_ja"][0].startswith("調査の結果は「管理されている」です（遊休農地ではない、判定は異なり")


# -- direction and costs ------------------------------------------------------------------------
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_declared_directions_hold_for_any_evidence(seed: int) -> None:
    """More of a rising indicator never lowers the score, whatever else is known; of a falling one never raises it."""
    random = np.random.default_rng(seed)
    rule = random.choice(np.array([n for n, w in enumerate(DEFAULT) if w.direction and w.shape == "ramp"]))
    chosen = DEFAULT[int(rule)]
    kinds = np.full(20, chosen.land_kind, dtype=object)
    others = random_evidence(random, kinds)
    others = others[others["indicator"] != chosen.indicator]
    low, high = np.sort(random.normal(0, 60, (2, 20)), axis=0)
    less, more = (
        manual(*((lot, chosen.indicator, float(v), None) for lot, v in enumerate(values))) for values in (low, high)
    )
    step = np.subtract(*(scores(kinds, pd.concat([others, rows], ignore_index=True)) for rows in (more, less)))
    assert (step >= -1e-9).all() if chosen.direction == "rising" else (step <= 1e-9).all()


def test_a_weight_against_its_declared_direction_is_refused() -> None:
    header = "indicator,land_kind,shape,category,low,high,weight,role,phrase,phrase_ja,direction\n"
    for row, words in (
        ("h,farmland,ramp,,1,3,-2,direct,,,rising", "weight must be 0 or more"),
        ("h,farmland,ramp,,3,1,2,direct,,,rising", "weight must be 0 or less"),
        ("o,farmland,category,yes,,,1,direct,,,falling", "weight must be 0 or less"),
        ("o,farmland,category,yes,,,1,direct,,,sideways", "direction must be"),
    ):
        with pytest.raises(InputError, match=words):
            jd.read_weights(header + row)
    assert jd.read_weights(header + "h,farmland,ramp,,3,1,2,direct,,,falling")


def test_every_indicator_of_the_catalogue_says_its_direction_or_leaves_it_open_on_purpose() -> None:
    open_ways = {w.indicator for w in DEFAULT if w.shape == "ramp" and not w.direction}
    # Both more and less greenness than usual can mean idle land (大澤ら 2010).
    assert open_ways == {"ndvi_departure", "amplitude_departure", "wetness_departure", "radar_departure"}
    assert all(w.label.en and w.label.ja for w in DEFAULT)


def test_limits_follow_from_the_costs_of_a_wrong_answer() -> None:
    assert jd.thresholds(jd.Costs()) == jd.Thresholds(0.5, 0.2, 0.5)
    assert jd.thresholds(jd.Costs(visit=2, missed=10, open=0.5))[:2] == pytest.approx((0.75, 0.05))
    # Leaving lots open costs more than deciding: both limits meet where the expected costs are equal.
    assert jd.thresholds(jd.Costs(visit=1, missed=3, open=5))[:2] == pytest.approx((0.25, 0.25))
    for wrong in (jd.Costs(visit=0), jd.Costs(missed=-1), jd.Costs(open=NAN)):
        with pytest.raises(InputError, match="above 0"):
            jd.thresholds(wrong)


@given(st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0.1, 10), st.floats(0.001, 0.999))
@settings(max_examples=40)
def test_the_class_by_the_limits_has_the_least_expected_cost(
    visit: float, missed: float, open_: float, p: float
) -> None:
    limits = jd.thresholds(jd.Costs(visit, missed, open_))
    cost = {"unmanaged": (1 - p) * visit, "managed": p * missed, "cannot_tell": open_}
    said = "unmanaged" if p > limits.unmanaged_above else "managed" if p < limits.managed_below else "cannot_tell"
    if limits.unmanaged_above == limits.managed_below and said == "cannot_tell":
        return  # exactly on the one limit: both answers cost the same
    assert cost[said] == pytest.approx(min(cost.values()))


# -- sensitivity ----------------------------------------------------------------------------------
def test_sensitivity_equals_judging_again_with_the_changed_weight() -> None:
    random = np.random.default_rng(12)
    kinds = random.choice(["farmland", "forest", "plot", "public"], 120).astype(object)
    evidence = random_evidence(random, kinds)
    found = sensitivity(kinds, evidence, DEFAULT, area=np.full(120, 100.0))
    before = conditions(kinds, evidence)
    touched = np.zeros(120, dtype="int64")
    for number, row in enumerate(found.weights.iloc[: len(DEFAULT)].to_dict("records")):
        for factor, column in ((0.5, "flips_half"), (2.0, "flips_double")):
            weights_now = list(DEFAULT)
            weights_now[number] = DEFAULT[number]._replace(weight=DEFAULT[number].weight * factor)
            flipped = conditions(kinds, evidence, weights_now) != before
            assert row[column] == flipped.sum() and row[f"{column}_ha"] == pytest.approx(0.01 * flipped.sum())
            touched += flipped
    costs = found.weights.set_index("indicator").loc["cost_missed"]
    doubled = conditions(kinds, evidence, DEFAULT, jd.thresholds(jd.Costs(missed=5.0)))
    assert costs["flips_double"] == (doubled != before).sum()
    assert (found.lots["flips"] >= touched).all() and found.weights["flips_half"].sum() > 0
    assert (found.lots["steady"] == (found.lots["flips"] == 0)).all()
    assert found.lots.loc[~found.lots["steady"], "depends_on_ja"].notna().all()
