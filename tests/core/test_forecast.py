"""The forecast: rules, order, intervals, tables."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import io
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.stats import kstest

from land_stewardship.core.condition import forecast as forecasting
from land_stewardship.core.condition import forecast_chance as chance
from land_stewardship.core.condition import (
    forecast_chart,
    forecast_check,
    forecast_people,
    forecast_rates,
    forecast_tables,
    forecast_village,
    forecast_words,
)
from land_stewardship.core.condition.forecast import Village, simulate
from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.progress import Progress
from land_stewardship.core.texts import Text

ROOT = Path(__file__).resolve().parents[2]
RATES = (ROOT / "resources" / "catalogues" / "forecast_rates.csv").read_text(encoding="utf-8")
HOURS = (ROOT / "resources" / "catalogues" / "forecast_hours.csv").read_text(encoding="utf-8")
FACILITIES = (ROOT / "resources" / "catalogues" / "forecast_facilities.csv").read_text(encoding="utf-8")


def peer() -> Any:
    """The plain implementation of the same rules that the benchmark runs beside ours."""
    spec = importlib.util.spec_from_file_location("forecast_peer", ROOT / "benchmarks" / "forecast_peer.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["forecast_peer"] = module
    spec.loader.exec_module(module)
    return module


def rates(scenario: str = "mid", **changed: float) -> forecast_rates.Rates:
    """The rates of the catalogue, some changed: ``spread=0`` or ``dropped__farmland=0`` for a group."""
    rows = list(csv.DictReader(io.StringIO(RATES)))
    for name, value in changed.items():
        rate, _, group = name.partition("__")
        hits = [row for row in rows if row["rate"] == rate and (not group or row["group"] == group)]
        assert hits, name
        for row in hits:
            row[scenario] = str(value)
    return forecast_rates.rates_from_frame(pd.DataFrame(rows, dtype=object), scenario)


QUIET = {
    "stop_farming": 0,
    "lease_ended": 0,
    "dropped": 0,
    "spread": 0,
    "restored": 0,
    "pace": 0,
}


def village(lots: int = 60, farmers: int = 12, seed: int = 3, **changed: Any) -> Village:
    """A village in a row: every lot has the next as neighbour; the last farmer is nobody's taker."""
    random = np.random.default_rng(seed)
    left = np.concatenate([np.arange(lots - 1), np.arange(1, lots)])
    right = np.concatenate([np.arange(1, lots), np.arange(lots - 1)])
    degree = np.bincount(left, minlength=lots)
    holder = random.integers(0, farmers, lots).astype("int32")
    hamlet = (np.arange(lots) * 3 // lots).astype(int)
    made = {
        "keys": chance.text_keys([f"lot {n}" for n in range(lots)]),
        "area_ha": random.uniform(0.05, 0.3, lots),
        "hours": random.uniform(10, 60, lots),
        "hamlet": hamlet,
        "unmanaged": random.choice([0.0, 0.1, 1.0], lots, p=[0.5, 0.4, 0.1]),
        "drop": random.uniform(0, 0.02, lots),
        "take": random.uniform(0.1, 0.9, lots),
        "lease_end": np.where(random.random(lots) < 0.4, random.uniform(0, 9, lots), np.nan),
        "lease_lost": random.uniform(0, 0.3, lots),
        "holder": holder,
        "crop": np.ones(lots, dtype=bool),
        "farmer_keys": chance.text_keys([f"farmer {n}" for n in range(farmers)]),
        "age": np.where(np.arange(farmers) % 5 == 4, np.nan, random.integers(45, 86, farmers)),
        "successor": random.integers(0, 3, farmers),
        "takes": np.arange(farmers) != farmers - 1,
        "farmer_hamlet": np.array([np.bincount(hamlet[holder == f], minlength=3).argmax() for f in range(farmers)]),
        "neighbours": csr_matrix(((1 / degree[left]).astype("float32"), (left, right)), shape=(lots, lots)),
        "hamlets": ["a", "b", "c"],
    }
    return Village(**{**made, **changed})


# -- random numbers ----------------------------------------------------------------------------------
def test_random_numbers_look_random_and_belong_to_keys() -> None:
    keys = chance.text_keys([f"k{n}" for n in range(400)])
    values = chance.uniform(7, keys[:, None], "test", np.arange(200))
    assert kstest(values.ravel(), "uniform").pvalue > 0.001 and values.min() > 0 and values.max() < 1
    # Neither neighbouring keys nor neighbouring draws, purposes, counts or seeds go together.
    others = [
        np.roll(values, 1, axis=0),
        np.roll(values, 1, axis=1),
        chance.uniform(7, keys[:, None], "other", np.arange(200)),
        chance.uniform(7, keys[:, None], "test", np.arange(200), 1),
        chance.uniform(8, keys[:, None], "test", np.arange(200)),
    ]
    for other in others:
        assert abs(np.corrcoef(values.ravel(), other.ravel())[0, 1]) < 0.015
    assert np.array_equal(chance.uniform(7, keys[::-1, None], "test", np.arange(200)), values[::-1])
    assert np.array_equal(chance.uniform(7, keys[5], "test", 3)[0], values[5, 3])


def test_lots_without_or_with_one_key_are_told_apart_by_their_shape() -> None:
    shapes = shapely.box(np.arange(4) * 10.0, 0, np.arange(4) * 10.0 + 9, 9)
    keys = chance.lot_keys(["a", "a", None, None], shapes)
    assert len(set(keys.tolist())) == 4
    assert chance.lot_keys(["x", "a"], shapes[:2])[1] == chance.lot_keys(["a", "x"], shapes[:2])[0]


def test_paces_cover_the_whole_range() -> None:
    z, factors = chance.paces(1, 200, 0.3)
    assert abs(z.mean()) < 1e-9 and abs(z.std() - 1) < 0.02 and np.allclose(factors, np.exp(0.3 * z))


# -- rules --------------------------------------------------------------------------------------------
def test_nothing_happens_when_all_rates_are_zero() -> None:
    still = simulate(village(lease_lost=np.zeros(60), drop=np.zeros(60)), rates(**QUIET), (5, 30), draws=100)
    assert np.array_equal(still.chance, np.repeat(still.now[:, None], 2, axis=1))
    assert np.array_equal(still.area[0], still.area[2])


def test_all_lots_of_a_farmer_are_free_at_once() -> None:
    one = village(
        farmers=1,
        holder=np.zeros(60, dtype="int32"),
        age=np.array([75.0]),
        successor=np.array([2]),
        takes=np.array([True]),
        farmer_hamlet=np.array([0]),
        unmanaged=np.zeros(60),
        drop=np.zeros(60),
        lease_end=np.full(60, np.nan),
        take=np.ones(60),
    )
    only = {name: value for name, value in QUIET.items() if name != "stop_farming"}
    found = simulate(one, rates(**only), (10,), draws=200)
    areas = np.unique(np.round(found.area[1].sum(axis=0), 6))
    assert len(areas) == 2 and areas[0] == 0  # all or nothing, in every draw
    assert found.causes[:, 0, forecasting.RETIRED] == pytest.approx(1 - found.chance[:, 0])
    hazard = rates().by_age["stop_farming"][75:85]
    assert found.chance[0, 0] == pytest.approx(np.prod(1 - hazard), abs=0.09)


def test_spread_goes_on_from_lot_to_lot_year_by_year() -> None:
    row = village(
        lots=12,
        holder=np.full(12, -1, dtype="int32"),
        unmanaged=np.array([1.0] + [0.0] * 11),
        drop=np.zeros(12),
        lease_end=np.full(12, np.nan),
        hamlet=np.zeros(12, dtype=int),
        hamlets=["a"],
        farmer_hamlet=np.zeros(12, dtype=int),
    )
    left = np.arange(1, 12)
    first = row._replace(neighbours=csr_matrix((np.ones(11, dtype="float32"), (left, left - 1)), shape=(12, 12)))
    found = simulate(first, rates(**{**QUIET, "spread": 1}), (3, 7), draws=50)
    assert np.allclose(found.chance[:, 0], [0] * 4 + [1] * 8) and np.allclose(found.chance[:, 1], [0] * 8 + [1] * 4)
    assert found.causes[4, 1, forecasting.SPREAD] == 1 and found.causes[0, 1, forecasting.ALREADY] == 1


def test_a_lease_ends_in_its_year_and_again_after_its_term() -> None:
    held = village(
        lots=4,
        farmers=3,
        hamlet=np.zeros(4, dtype=int),
        hamlets=["a"],
        farmer_hamlet=np.zeros(3, dtype=int),
        unmanaged=np.zeros(4),
        drop=np.zeros(4),
        take=np.array([0.0, 1.0, 0.0, 0.0]),
        lease_end=np.array([4.2, 4.2, np.nan, -3.0]),
        lease_lost=np.array([1.0, 1.0, 1.0, 1.0]),
        holder=np.zeros(4, dtype="int32"),
        age=np.full(3, 40.0),
        takes=np.ones(3, dtype=bool),
    )
    found = simulate(held, rates(**QUIET), (1, 4, 5), draws=200)
    assert found.chance[0].tolist() == [1, 1, 0] and found.chance[2].tolist() == [1, 1, 1]
    assert found.chance[3].tolist() == [0, 0, 0]  # overdue: ends in the first year
    assert found.chance[1, 2] == pytest.approx(2 / 3, abs=0.1)  # only the last offer leaves the hamlet
    assert found.causes[0, 2, forecasting.LEASE] == 1


def test_few_hands_take_less_land() -> None:
    base = village()
    plenty = np.full((3, 31, 100), 1e6)
    fading = plenty * np.linspace(1, 0.05, 31)[None, :, None]
    with_hands = [
        simulate(base, rates(), (20,), draws=100, people=forecast_people.People(hands, hands, "residents"))
        for hands in (plenty, fading)
    ]
    assert with_hands[1].chance.mean() < with_hands[0].chance.mean() - 0.01


@pytest.mark.parametrize("seed", [1, pytest.param(4, marks=pytest.mark.slow), pytest.param(5, marks=pytest.mark.slow)])
def test_older_without_successor_is_not_safer(seed: int) -> None:
    base = village(seed=seed)
    lots = base.holder == 0
    chances = []
    for age, successor in ((45.0, 0), (60.0, 1), (70.0, 2), (80.0, 2), (88.0, 2)):
        ages, heirs = base.age.copy(), base.successor.copy()
        ages[0], heirs[0] = age, successor
        draws = 256 if seed == 1 else 4096
        found = simulate(base._replace(age=ages, successor=heirs), rates(), (5, 10, 20, 30), draws=draws)
        chances.append(found.chance[lots].mean(axis=0))
    # A lot that is free early is offered while more others still farm: with many draws up to 0.014 (docs/methods.md).
    assert (np.diff(chances, axis=0) <= (0.03 if seed == 1 else 0.02)).all() and (chances[0] - chances[-1] > 0.05).all()


def test_slow_loss_keeps_more_than_fast_loss() -> None:
    found = {name: simulate(village(), rates(name), (5, 10, 20, 30), draws=64) for name in forecast_words.SCENARIOS}
    assert (found["low"].area[1:].mean(axis=2) >= found["mid"].area[1:].mean(axis=2)).all()
    assert (found["mid"].area[1:].mean(axis=2) >= found["high"].area[1:].mean(axis=2)).all()


def test_the_plain_implementation_agrees() -> None:
    base, horizons = village(), (5, 20)
    ours = simulate(base, rates(), horizons, draws=640)
    plain = peer().many_futures(base, rates(), horizons, 400, 5)
    for place, years in enumerate(horizons):
        # Shares of lots: the standard error of a lot's share over 400 futures is up to 0.025.
        assert ours.chance[:, place].mean() == pytest.approx(plain[years].mean(), abs=0.035)
        assert np.abs(ours.chance[:, place] - plain[years].mean(axis=1)).mean() < 0.035


def test_order_of_lots_and_farmers_does_not_matter() -> None:
    base = village()
    first = simulate(base, rates(), (5, 20), draws=130)
    random = np.random.default_rng(9)
    lots, farmers = random.permutation(60), random.permutation(12)
    new_number = np.empty(12, dtype="int32")
    new_number[farmers] = np.arange(12)
    turned = base._replace(
        **{
            name: getattr(base, name)[lots]
            for name in (
                "keys",
                "area_ha",
                "hours",
                "hamlet",
                "unmanaged",
                "drop",
                "take",
                "lease_end",
                "lease_lost",
                "crop",
            )
        },
        holder=new_number[base.holder[lots]],
        **{
            name: getattr(base, name)[farmers] for name in ("farmer_keys", "age", "successor", "takes", "farmer_hamlet")
        },
        neighbours=base.neighbours[lots][:, lots],
    )
    second = simulate(turned, rates(), (5, 20), draws=130)
    assert np.array_equal(second.chance, first.chance[lots]) and np.array_equal(second.causes, first.causes[lots])
    assert np.allclose(second.low, first.low[lots]) and np.allclose(second.area, first.area, atol=1e-9)
    again = simulate(base, rates(), (5, 20), draws=130, seed=2)
    assert not np.array_equal(again.chance, first.chance)


def test_cancel_is_noticed() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        simulate(village(), rates(), (5,), draws=100, progress=Stop())


# -- people ---------------------------------------------------------------------------------------------
def test_cohorts_only_grow_older_when_nobody_dies_or_moves() -> None:
    table = pd.DataFrame({"hamlet": ["a", "a"], "age_from": [20, 70], "age_to": [24, 74], "residents": [10, 6]})
    told = forecast_people.residents_by_band(table, ["a", "b"])
    bands = told.bands
    assert bands.sum() == 16 and bands[0, 4] == 10 and told.known.tolist() == [True, False]
    same = rates(survives=1, stays=1, births=0)
    people = forecast_people.cohorts(told, ["a", "b"], same, 20, 50, 1)
    assert (people.population[0] == 16).all() and people.hands is not None
    # No row is no zero: the people of the other hamlet stay unknown.
    assert np.isnan(people.population[1]).all() and np.isnan(people.hands[1]).all()
    works, hours = same.by_age["works_land"], same.by_age["hours_farmer"]
    now = 10 * works[20:25].mean() * hours[22] + 6 * works[70:75].mean() * hours[72]
    then = 10 * works[40:45].mean() * hours[42] + 6 * works[90:95].mean() * hours[92]
    assert people.hands[0, 0] == pytest.approx(now) and people.hands[0, 20] == pytest.approx(then)
    shrinking = forecast_people.cohorts(told, ["a", "b"], rates(), 20, 400, 1)
    assert shrinking.population[0, 20].mean() < 16 and shrinking.population[0, 20].std() > 0.5


def test_names_that_are_no_hamlet_are_told_with_names_like_them() -> None:
    table = pd.DataFrame(
        {
            "hamlet": ["上ノ原", "上の原 ", "しもだ集落", "市街", "谷", None],
            "age_from": [20] * 6,
            "age_to": [24] * 6,
            "residents": [5, 4, 7, 900, 3, 2],
        }
    )
    hamlets = ["上の原", "しもだ", "中", ""]
    told = forecast_people.residents_by_band(table, hamlets)
    assert told.bands.sum(axis=1).tolist() == [4, 0, 0, 0] and told.known.tolist() == [True, False, False, False]
    assert [(one.name, one.people) for one in told.unmatched] == [
        ("市街", 900), ("しもだ集落", 7), ("上ノ原", 5), ("谷", 3), ("", 2),
    ]  # fmt: skip
    near = {one.name: one.near for one in told.unmatched}
    assert near["しもだ集落"] == ("しもだ",) and near["上ノ原"] == ("上の原",) and near["市街"] == ()
    wide = forecast_people.residents_by_band(table.assign(hamlet=["Ａ", "a", "A ", "B", "b", "c"]), ["A", "C", "c"])
    assert wide.bands.sum(axis=1).tolist() == [16, 0, 2] and wide.read_as == (("a", "A"), ("Ａ", "A"))
    notes = forecast_people.residents_notes(told, hamlets, [*hamlets, "谷"])
    assert len(notes) == 3
    assert "914 people (市街 900; しもだ集落 7, perhaps しもだ; 上ノ原 5, perhaps 上の原; no name 2)" in notes[0].en
    assert "914人" in notes[0].ja and "しもだ集落 7人、しもだのことでしょうか" in notes[0].ja
    assert notes[1].en.endswith("3 people (谷 3).") and notes[2].en.endswith("しもだ, 中.")
    whole = forecast_people.residents_by_band(table.iloc[1:2], ["上の原"])
    assert forecast_people.residents_notes(whole, ["上の原"], ["上の原"]) == []


def test_wide_bands_are_spread_over_whole_people() -> None:
    table = pd.DataFrame({"hamlet": ["a"], "age_from": [65], "age_to": [79], "residents": [7]})
    bands = forecast_people.residents_by_band(table, ["a"]).bands
    assert sorted(bands[0, 13:16].tolist()) == [2, 2, 3] and bands.sum() == 7
    with pytest.raises(InputError, match="row 1"):
        forecast_people.residents_by_band(table.assign(age_to=60), ["a"])


def test_a_mesh_is_shared_by_houses_else_by_area() -> None:
    mesh = gpd.GeoDataFrame(
        {"PTN_2020": [100.0], "PTN_2030": [60.0]}, geometry=[shapely.box(0, 0, 100, 100)], crs="EPSG:6676"
    )
    hamlets = gpd.GeoSeries([shapely.box(0, 0, 25, 100), shapely.box(25, 0, 200, 100)], crs="EPSG:6676")
    by_area = forecast_people.mesh_population(mesh, hamlets, None, 2025, 10)
    assert by_area[:, 0].tolist() == pytest.approx([20, 60]) and np.isnan(by_area[:, 10]).all()
    houses = gpd.GeoSeries(shapely.box([1, 5, 10, 60], 0, [2, 6, 11, 61], 1), crs="EPSG:6676")
    three = gpd.GeoSeries([*hamlets, shapely.box(900, 0, 950, 50)], crs="EPSG:6676")
    far = forecast_people.mesh_population(mesh, three, None, 2025, 10)
    assert np.isnan(far[2]).all() and np.array_equal(far[:2], by_area, equal_nan=True)
    (note,) = forecast_people.mesh_notes(mesh, far, ["a", "b", "far"])
    assert note.en.endswith("they stay unknown: far.")
    gap = forecast_people.mesh_notes(mesh.assign(PTN_2030=[None]), far[:2], ["a", "b"])
    assert len(gap) == 1 and gap[0].en.startswith("1 cells")
    by_house = forecast_people.mesh_population(mesh, hamlets, houses, 2025, 5)
    assert by_house[:, 0].tolist() == pytest.approx([60, 20]) and by_house[:, 5].tolist() == pytest.approx([45, 15])
    with pytest.raises(InputError, match="PTN_2025"):
        forecast_people.mesh_years(mesh.drop(columns=["PTN_2020", "PTN_2030"]))


def test_survival_follows_the_life_table_of_2020() -> None:
    # A new-born of 2020 is expected to live 81.56 (men) and 87.71 years (women): 84.6 for both.
    alive = rates().by_age["survives"][: forecast_people.BANDS * 5 : 5]
    lived = 5 * 0.998 * (1 + np.cumprod(alive).sum())  # 0.998: of the new-born, on the mean of the first five years
    assert lived == pytest.approx(84.6, abs=0.5)
    for faster, slower in (("low", "mid"), ("mid", "high")):
        assert (rates(faster).by_age["survives"] >= rates(slower).by_age["survives"]).all()
        assert (rates(faster).by_age["survives"][40:] > rates(slower).by_age["survives"][40:]).all()


# -- tables -----------------------------------------------------------------------------------------------
def test_every_row_of_the_catalogues_has_a_source() -> None:
    for text in (RATES, HOURS):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert all(row["source"] and row["evidence"] in ("assumption", "literature") for row in rows)
        assert all(row["evidence"] == "assumption" or "assumption" in row["source"] for row in rows)
    for scenario in forecast_words.SCENARIOS:
        assert forecast_rates.read_rates(RATES, scenario).kinds() == ["farmland", "plot"]
    assert (rates().assumed, rates().rows) == (59, 81)  # as told in docs/methods.md
    table = list(csv.DictReader(io.StringIO(FACILITIES)))
    numbers = {(row["facility"], row["edition"]): (row["people_50"], row["people_80"]) for row in table}
    assert numbers["clinic", "2023"] == ("3500", "5500") and numbers["hospital", "2023"] == ("17500", "22500")
    for name in ("shop", "school", "bus", "water"):
        assert numbers[name, ""] == ("", "")  # no published number: unknown until set


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rate": "soon"}, "“soon” is not known"),
        ({"mid": "2"}, "a chance at most 1"),
        ({"mid": ""}, "a number of at least 0"),
        ({"age_from": "", "rate": "survives"}, "age_from and age_to"),
    ],
)
def test_wrong_rows_are_named(change: dict[str, str], words: str) -> None:
    rows = list(csv.DictReader(io.StringIO(RATES)))
    rows[0].update(change)
    with pytest.raises(InputError, match="row 1") as caught:
        forecast_rates.rates_from_frame(pd.DataFrame(rows, dtype=object), "mid")
    assert words in caught.value.text.en


def test_a_missing_rate_is_named() -> None:
    rows = [row for row in csv.DictReader(io.StringIO(RATES)) if row["rate"] != "spread"]
    with pytest.raises(InputError, match="no row for “spread”"):
        forecast_rates.rates_from_frame(pd.DataFrame(rows, dtype=object), "mid")
    rows = [row for row in csv.DictReader(io.StringIO(RATES)) if row["age_from"] != "75"]
    with pytest.raises(InputError, match="stop_farming, age 75"):
        forecast_rates.rates_from_frame(pd.DataFrame(rows, dtype=object), "mid")


def prepared() -> tuple[gpd.GeoDataFrame, forecast_village.Prepared]:
    """Eight fields of ten ares, two hamlets, three farmers; one more lot without a known condition."""
    lots = gpd.GeoDataFrame(
        {
            "lot_key": [f"k{n}" for n in range(9)],
            "land_category": ["田"] * 8 + ["畑"],
            "condition": ["managed"] * 8 + [None],
            "survey_state": ["not_idle"] * 8 + [None],
            "survey_on": ["2024-09-01"] * 8 + [None],
        },
        geometry=shapely.box(np.arange(9) * 21.0, 0, np.arange(9) * 21.0 + 20, 50),
        crs="EPSG:6676",
    )
    keys = lots["lot_key"].to_numpy(dtype=object)
    farmland = pd.DataFrame(
        {
            "lot_key": keys[:7],
            "cultivator_key": ["c1", "c1", "c2", "c2", "c3", "c3", None],
            "right_kind": ["owner", "lease", "lease", "owner", "owner", "owner", "none"],
            "right_end": [None, "2030-03-31", None, None, None, None, None],
            "in_agri_zone": [True] * 6 + [False],
        }
    )
    register = pd.DataFrame({"lot_key": keys, "owner_key": ["o1"] * 9, "owner_status": ["reachable"] * 8 + ["unknown"]})
    people = pd.DataFrame(
        {"cultivator_key": ["c1", "c2", "c3"], "age": [81, 60, None], "successor": ["no", "yes", None]}
    )
    ground = forecast_village.Ground(
        np.array([2.0] * 4 + [20.0] * 4 + [np.nan]), np.full(9, 10.0), np.array(["a"] * 4 + ["b"] * 5, dtype=object)
    )
    return lots, forecast_village.prepare(
        lots,
        keys,
        forecast_village.Records(register, farmland, people),
        ground,
        rates(),
        forecast_rates.read_hours(HOURS),
        dt.date(2025, 1, 1),
    )


def test_registers_become_arrays() -> None:
    _lots, found = prepared()
    made = found.village
    assert found.rows.tolist() == list(range(8)) and list(made.hamlets) == ["a", "b"]
    assert made.unmanaged.tolist() == [0.0] * 8 and made.area_ha[0] == pytest.approx(0.1)
    assert made.hours[0] == pytest.approx(18) and made.hours[4] == pytest.approx(36)  # per 10 a, flat and steep
    assert made.lease_end[1] == pytest.approx(5.25, abs=0.01) and np.isnan(made.lease_end[0])
    assert made.take[0] == pytest.approx(0.8) and made.take[4] == pytest.approx(0.22)
    assert made.take[6] == pytest.approx(0.22 * 0.85) and found.traits[6] == {"steep", "outside_agri_zone"}
    assert made.drop[4] == pytest.approx(0.003 * 3)
    # Lots 6 and 7 have no cultivator: their owner holds both, of unknown age, and takes no land of others.
    assert made.holder[6] == made.holder[7] and not made.takes[made.holder[6]] and np.isnan(made.age[made.holder[6]])
    assert sorted(made.age[made.takes][np.isfinite(made.age[made.takes])].tolist()) == [60.0, 81.0]
    assert made.neighbours[0].toarray()[0].tolist()[:3] == [0, 1, 0] and made.neighbours[3].toarray().sum() == 1
    assert any("1 of 3 farmers are without a known age" in note.en for note in found.notes)


def test_tables_tell_intervals_reasons_and_hide_single_farmers() -> None:
    lots, found = prepared()
    outcomes = [simulate(found.village, rates(name), (10, 20), draws=200) for name in forecast_words.SCENARIOS]
    columns = forecast_tables.lot_table(len(lots), found, outcomes, "mid", 20)
    assert np.isnan(columns["p_mid_20"][8]) and columns["reason"][8] == "Its condition today is not known."
    inside = slice(0, 8)
    assert (columns["p_mid_20_lo"][inside] <= columns["p_mid_20"][inside]).all()
    assert (columns["p_mid_20"][inside] <= columns["p_mid_20_hi"][inside]).all()
    assert columns["main_reason"][0] == "retired" and "耕作者がやめ" in columns["reason_ja"][0]
    table = forecast_tables.hamlet_table(found, outcomes, 2025, "cultivators")
    assert len(table) == 3 * 3 * 3
    village_rows = table[table["level"] == "village"]
    assert village_rows["farmers"].notna().all() and not village_rows["few_farmers"].any()
    assert table.loc[table["level"] == "hamlet", "farmers"].isna().all()
    assert (table["managed_ha_lo"] <= table["managed_ha"]).all() and (
        table["managed_ha"] <= table["managed_ha_hi"]
    ).all()
    assert table["people"].isna().all() and village_rows["unchanged_ha"].tolist() == pytest.approx([0.8] * 9)


def test_facilities_without_numbers_or_people_are_unknown() -> None:
    _lots, found = prepared()
    people = np.linspace(100, 50, 21)[None, :, None].repeat(2, axis=0).repeat(40, axis=2)
    known = forecast_people.People(people, people * 10, "residents")
    outcomes = [simulate(found.village, rates(), (10, 20), draws=40, people=known)]
    facilities = forecast_tables.read_facilities(FACILITIES)
    table = forecast_tables.facility_table(facilities, outcomes, 2025, 6000.0).set_index(["facility", "years"])
    assert [table.loc[("clinic", years), "outlook"] for years in (0, 10, 20)] == ["usual", "even", "rare"]
    assert table.loc[("day_care", 20), "outlook"] == "usual" and table.loc[("shop", 0), "outlook"] == "unknown"
    assert table.loc[("home_care", 20), "people"] == pytest.approx(3000, abs=1)
    below = forecast_tables.facility_table(facilities, outcomes, 2025, 2000.0).set_index(["facility", "years"])
    assert below.loc[("day_care", 20), "outlook"] == "below"
    none = forecast_tables.facility_table(facilities, outcomes, 2025, None)
    assert set(none["outlook"]) == {"unknown"}
    text = FACILITIES.replace("3500,5500", "5500,3500")
    with pytest.raises(InputError, match="row 1"):
        forecast_tables.read_facilities(text)


# -- charts -----------------------------------------------------------------------------------------------
def test_chart_tells_interval_and_hides_few_farmers() -> None:
    _lots, found = prepared()
    outcomes = [simulate(found.village, rates(name), (10, 20), draws=64) for name in forecast_words.SCENARIOS]
    table = forecast_tables.hamlet_table(found, outcomes, 2025, "cultivators")
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    whole = forecast_chart.series_from_rows(rows, None, Text("Village", "地区"))
    assert [moment.years for moment in whole.moments] == [0, 10, 20] and whole.unchanged_ha == pytest.approx(0.8)
    drawing = forecast_chart.draw(whole, 100.0, 60.0, "ja")
    assert {word.text for word in drawing.words} >= {"地区", "今", "10", "20年後", "変わらない場合", "遅い", "速い"}
    assert all(0 <= word.y <= 60 and 0 <= word.x <= 100 for word in drawing.words)
    hidden = forecast_chart.series_from_rows(rows, "a", Text("a", "a"), hidden=True)
    closed = forecast_chart.draw(hidden, 100.0, 60.0, "en")
    assert not closed.shapes and [word.text for word in closed.words] == ["a", "Too few farmers to show."]
    ElementTree.fromstring(forecast_chart.svg_of([drawing, closed], 2, 5.0, "Noto Sans CJK JP", "A & B"))


def test_one_hidden_hamlet_cannot_be_had_by_subtracting() -> None:
    assert forecast_chart.unprinted([("a", True, 3.0), ("b", False, 9.0), ("c", False, 5.0)]) == {"a", "c"}
    assert forecast_chart.unprinted([("a", True, 3.0), ("b", True, 9.0), ("c", False, 5.0)]) == {"a", "b"}
    assert forecast_chart.unprinted([("a", False, 3.0), ("b", False, 9.0)]) == set()


# -- check ------------------------------------------------------------------------------------------------
def scattered(count: int, seed: int = 4) -> np.ndarray:
    xy = np.random.default_rng(seed).uniform(0, 2000, (count, 2))
    return shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 10, xy[:, 1] + 10)


def test_unchanged_land_gives_no_skill_over_persistence() -> None:
    shapes, now = scattered(200), np.repeat([1.0, 0.0], 100)
    found = forecast_check.backtest(shapes, now, np.where(now == 1, 0.8, 0.1), now)
    assert found.verdict == "worse" and np.isnan(found.skill) and found.brier_persistence == 0
    text = forecast_check.told(found)
    assert text.en.startswith("No skill over persistence") and "上回る精度はありません" in text.ja
    assert found.lost == 0 and found.pace == 0 and found.pace_high < 0.4
    same = forecast_check.backtest(shapes, now, now, now)
    assert same.verdict == "none" and same.gain == 0 and "no pace can be told" in forecast_check.told(same).en


def test_a_good_forecast_has_skill_and_tells_the_pace() -> None:
    random = np.random.default_rng(2)
    chances = random.choice([0.95, 0.2], 400)
    truth = (random.random(400) < chances).astype(float)
    shapes = scattered(400)
    found = forecast_check.backtest(shapes, np.ones(400), chances, truth)
    assert found.verdict == "skill" and found.gain_low > 0 and found.skill > 0.5
    assert found.pace_low < 1 < found.pace_high and all(abs(b.chance - b.managed) < 0.1 for b in found.bins)
    order = random.permutation(400)
    again = forecast_check.backtest(shapes[order], np.ones(400), chances[order], truth[order])
    assert again == found
    slow = forecast_check.backtest(shapes, np.ones(400), 1 - (1 - chances) / 2, truth)
    assert slow.pace > 1.5


def test_too_little_truth_is_refused() -> None:
    shapes = scattered(60)
    truth = np.full(60, np.nan)
    truth[:20] = 1
    with pytest.raises(InputError, match="Only 20 lots"):
        forecast_check.backtest(shapes, np.ones(60), np.ones(60), truth)
    with pytest.raises(InputError, match="1 places only"):
        forecast_check.backtest(np.repeat(shapes[:1], 60), np.ones(60), np.ones(60), np.ones(60))


def test_truth_is_the_survey_and_never_cannot_tell() -> None:
    later = gpd.GeoDataFrame(
        {
            "survey_state": ["waste_b", "not_idle", "unresolved", None],
            "condition": ["managed", "managed", "unmanaged", "managed"],
        },
        geometry=shapely.box([0, 1, 2, 3], 0, [1, 2, 3, 4], 1),
    )
    assert forecast_check.truth_of(later)[:2].tolist() == [0, 1] and np.isnan(forecast_check.truth_of(later)[2:]).all()
    assert forecast_check.truth_of(later, surveyed_only=False).tolist() == [0, 1, 0, 1]
    words = later.drop(columns="survey_state").assign(condition=["cannot_tell", "managed", "unmanaged", None])
    told = forecast_check.truth_of(words)
    assert np.isnan(told[[0, 3]]).all() and told[1:3].tolist() == [1, 0]


# -- proof by simulation (slow; figures in docs/methods.md) -----------------------------------------------
@pytest.mark.slow
def test_stated_intervals_cover_as_stated_in_200_simulated_villages() -> None:
    horizons, count = (5, 10, 20, 30), 200
    plain, inside = peer(), np.zeros(4)
    chances, truths = [], []
    for number in range(count):
        base = village(seed=1000 + number)
        random = np.random.default_rng(50_000 + number)
        truth = plain.one_future(base, rates(), (0, *horizons), random, float(random.standard_normal()), None)[
            "managed"
        ]
        found = simulate(base, rates(), horizons, draws=512, seed=3000 + number)
        for place, years in enumerate(horizons):
            low, high = np.quantile(found.area[place + 1].sum(axis=0), (0.1, 0.9))
            inside[place] += low - 1e-9 <= base.area_ha[truth[years]].sum() <= high + 1e-9
        chances.append(found.chance)
        truths.append(np.stack([truth[years] for years in horizons], axis=1))
    print("area inside 10-90 %:", inside / count)
    # 95 % of binomial shares of 200 villages around 0.80, with a little more for four looks at once.
    assert ((inside / count >= 0.73) & (inside / count <= 0.87)).all()
    for place in range(4):
        told, real = np.concatenate(chances)[:, place], np.concatenate(truths)[:, place].astype(float)
        bins = forecast_check.calibration(told, real)
        print(horizons[place], [(b.lots, round(b.chance, 3), round(b.managed, 3)) for b in bins])
        assert all(abs(b.chance - b.managed) <= 0.05 for b in bins if b.lots >= 500)


@pytest.mark.slow
def test_intervals_of_lots_hold_the_true_chance_of_the_true_pace() -> None:
    held = []
    for number in range(100):
        base = village(seed=900 + number)
        z = float(np.random.default_rng(number).standard_normal())
        found = simulate(base, rates(), (5, 10, 20, 30), draws=500, seed=number)
        spread = rates().one("pace")
        true = simulate(base, rates(pace=0), (5, 10, 20, 30), draws=1000, seed=7777 + number, pace=np.exp(spread * z))
        open_ = (true.chance > 0.03) & (true.chance < 0.97)
        held.append(((found.low <= true.chance) & (true.chance <= found.high))[open_].mean())
    print("true chance inside the interval of the lot:", np.mean(held), "+-", np.std(held) / 10)
    assert 0.70 <= np.mean(held) <= 0.90


@pytest.mark.slow
def test_backtests_of_simulated_villages_find_skill_only_where_land_changes() -> None:
    plain = peer()
    verdicts: dict[str, list[str]] = {"changed": [], "unchanged": []}
    for number in range(40):
        base = village(lots=240, farmers=40, seed=2000 + number)
        random = np.random.default_rng(number)
        found = simulate(base, rates(), (10,), draws=200, seed=number)
        truth = plain.one_future(base, rates(), (0, 10), random, float(random.standard_normal()), None)["managed"]
        shapes = shapely.box(np.arange(240) * 20.0, 0, np.arange(240) * 20.0 + 19, 20)
        for name, later in (("changed", truth[10]), ("unchanged", truth[0])):
            check = forecast_check.backtest(shapes, found.now, found.chance[:, 0], later.astype(float))
            verdicts[name].append(check.verdict)
    print({name: {word: told.count(word) for word in set(told)} for name, told in verdicts.items()})
    assert "skill" not in verdicts["unchanged"]
    assert verdicts["changed"].count("skill") >= 20 and "worse" not in verdicts["changed"]
