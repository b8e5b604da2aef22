"""The least management: by hand, against all choices, and bounds that never fail."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csc_matrix

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.externality import minimum
from land_stewardship.core.externality.relief import Network
from land_stewardship.core.externality.treatments import Treatment
from land_stewardship.core.progress import Progress
from land_stewardship.core.texts import Text


def words(*values: object) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def network(**matrices: list[list[float]]) -> Network:
    values = {kind: csc_matrix(np.array(matrix, dtype="float64")) for kind, matrix in matrices.items()}
    receptors, lots = next(iter(values.values())).shape
    return Network(
        words(*[f"s{n}" for n in range(lots)]),
        words(*[f"r{n}" for n in range(receptors)]),
        words(*["houses"] * receptors),
        values,
        {kind: np.zeros(receptors) for kind in values},
    )


def treatment(name: str, **effects: float) -> Treatment:
    return Treatment(name, Text(name, name), ("any",), effects, 0.0, 0.0, 0.0, "assumption", "")


ONCE, TWICE = treatment("once", boar=0.5), treatment("twice", boar=0.8)


def test_by_hand() -> None:
    # r0 gets 2 from s0 and 2 from s1, r1 gets 1 from s1. Thresholds 2: one cut on both is cheaper than two on one.
    village = network(boar=[[2.0, 2.0], [0.0, 1.0]])
    cost = np.array([[10.0, 25.0], [10.0, 25.0]])
    limits = minimum.limits_from_table(village, 2.0)
    plan = minimum.least_management(village, [ONCE, TWICE], cost, limits)
    assert plan.treatment.tolist() == [0, 0] and plan.cost == 20 and plan.gap < 1e-5
    # 2.4 is kept by two cuts on either lot, but two cuts cost 25.
    loose = minimum.least_management(village, [ONCE, TWICE], cost, minimum.limits_from_table(village, 3.0))
    assert loose.cost == 10 and (loose.treatment >= 0).sum() == 1
    free = minimum.least_management(village, [ONCE, TWICE], cost, minimum.limits_from_table(village, 4.0))
    assert free.treatment.tolist() == [-1, -1] and (free.cost, free.gap) == (0, 0)


def test_infeasible_tells_who_and_by_how_much_and_still_plans() -> None:
    village = network(boar=[[2.0, 2.0], [0.0, 1.0]])
    limits = minimum.limits_from_table(village, 0.5)
    plan = minimum.least_management(village, [ONCE, TWICE], np.array([[10.0, 25.0], [10.0, 25.0]]), limits)
    assert plan.treatment.tolist() == [1, 1]
    assert plan.missed.tolist() == pytest.approx([0.3, 0]) and plan.surely_missed.tolist() == pytest.approx([0.3, 0])
    edge = village._replace(fixed={"boar": np.array([0.0, 9.0])})
    plan = minimum.least_management(
        edge, [ONCE, TWICE], np.array([[10.0, 25.0], [np.inf, np.inf]]), minimum.limits_from_table(edge, 3.0)
    )
    assert plan.treatment.tolist() == [0, -1] and plan.missed.tolist() == pytest.approx([0, 7])


def test_limits_per_kind_and_the_most_particular_row() -> None:
    village = network(boar=[[1.0], [1.0]], weeds=[[1.0], [1.0]])
    table = pd.DataFrame(
        {
            "receptor_id": [None, "r1", None],
            "receptor_kind": [None, None, "houses"],
            "kind": [None, None, "weeds"],
            "threshold": [5.0, 1.5, 0.25],
        }
    )
    limits = minimum.limits_from_table(village, 9.0, table)
    assert list(zip(limits.receptor.tolist(), limits.kind.tolist(), limits.most.tolist())) == [
        (0, None, 5.0),
        (1, None, 1.5),
        (0, "weeds", 0.25),
        (1, "weeds", 0.25),
    ]
    plan = minimum.least_management(
        village, [treatment("a", weeds=0.9), treatment("b", boar=1.0)], np.array([[3.0, 1.0]]), limits
    )
    assert plan.treatment.tolist() == [0] and plan.missed.sum() == 0
    for bad in (
        {"threshold": [-1.0]},
        {"threshold": ["low"]},
        {"threshold": [1.0], "receptor_id": ["x"]},
        {"threshold": [1.0], "kind": ["fire"]},
    ):
        with pytest.raises(InputError, match="row 1"):
            minimum.limits_from_table(village, 1.0, pd.DataFrame(bad))
    with pytest.raises(InputError, match="no field threshold"):
        minimum.limits_from_table(village, 1.0, pd.DataFrame({"kind": ["boar"]}))


def brute_force(
    village: Network, treatments: list[Treatment], cost: np.ndarray, limits: minimum.Limits
) -> tuple[float, float]:
    """(smallest sum missed, smallest cost that keeps all limits)."""
    # One row for each way to treat the lots; -1: nothing is done there.
    choices = np.array(list(itertools.product(range(-1, len(treatments)), repeat=len(village.lot_keys))))
    price = np.column_stack([cost, np.zeros(len(cost))])[np.arange(len(cost)), choices].sum(axis=1)
    passes = {
        name: np.array([*(1 - treatment.effect(name) for treatment in treatments), 1.0])[choices]
        for name in village.values
    }
    after = {name: passes[name] @ matrix.toarray().T + village.fixed[name] for name, matrix in village.values.items()}
    short = np.zeros(len(choices))
    for receptor, kind, most in zip(limits.receptor, limits.kind, limits.most):
        exposure = sum(now[:, receptor] for name, now in after.items() if kind in (None, name))
        short += np.maximum(exposure - most, 0.0)
    possible = np.isfinite(price)
    return short[possible].min(), price[possible & (short <= 1e-9)].min(initial=np.inf)


@pytest.mark.parametrize("exactly", [True, False])
def test_against_all_choices(exactly: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not exactly:
        monkeypatch.setattr(minimum, "EXACT_CHOICES", 0)
    treatments = [treatment("a", boar=0.5, weeds=0.25), treatment("b", boar=0.75, weeds=1.0), treatment("c", weeds=0.5)]
    feasible = 0
    for seed in range(60 if exactly else 150):
        random = np.random.default_rng(seed)
        receptors, lots = int(random.integers(1, 4)), int(random.integers(1, 5))
        village = network(
            **{
                kind: (random.integers(0, 9, (receptors, lots)) * (random.random((receptors, lots)) < 0.7)).tolist()
                for kind in ("boar", "weeds")
            }
        )
        cost = random.integers(0, 20, (lots, 3)).astype("float64")
        cost[random.random((lots, 3)) < 0.15] = np.inf
        limits = minimum.limits_from_table(village, float(random.integers(0, 14)))
        plan = minimum.least_management(village, treatments, cost, limits)
        missed, best = brute_force(village, treatments, cost, limits)
        assert (plan.surely_missed <= plan.missed + 1e-6).all() and plan.missed.sum() >= missed - 1e-5, seed
        assert plan.bound <= plan.cost + 1e-9
        if exactly:
            assert plan.missed.sum() == pytest.approx(missed, abs=1e-5), seed
        if plan.missed.sum() == 0 and best < np.inf:
            feasible += 1
            assert plan.bound <= best + 1e-6 and plan.cost >= best - 1e-6, seed
            if exactly:
                assert plan.cost == pytest.approx(best, abs=1e-5), seed
    assert feasible > 20


def test_without_an_integer_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minimum, "integer_solver", lambda: None)
    village = network(boar=[[2.0, 2.0], [0.0, 1.0]])
    cost = np.array([[10.0, 25.0], [10.0, 25.0]])
    plan = minimum.least_management(village, [ONCE, TWICE], cost, minimum.limits_from_table(village, 2.0))
    assert plan.missed.sum() == 0 and plan.bound <= 20 <= plan.cost + 1e-9


def test_large_village_has_a_certified_gap() -> None:
    random = np.random.default_rng(2)
    lots = receptors = 1500
    places = random.integers(0, receptors, 30 * lots), np.repeat(np.arange(lots), 30)
    matrix = csc_matrix((random.random(30 * lots), places), shape=(receptors, lots))
    ids = np.arange(lots).astype(object)
    village = Network(ids, ids, words(*["houses"] * receptors), {"boar": matrix}, {"boar": np.zeros(receptors)})
    cost = random.uniform(5, 10, lots)[:, None] * np.array([[1.0, 1.8]])
    plan = minimum.least_management(village, [ONCE, TWICE], cost, minimum.limits_from_table(village, 12.0), seconds=0.4)
    assert plan.missed.max() == 0 and 0 < plan.bound <= plan.cost and plan.gap < 0.25


def test_nothing_and_cancel() -> None:
    empty = Network(words(), words(), words(), {"boar": csc_matrix((0, 0))}, {"boar": np.zeros(0)})
    plan = minimum.least_management(empty, [ONCE], np.zeros((0, 1)), minimum.limits_from_table(empty, 1.0))
    assert plan.treatment.tolist() == [] and plan.cost == 0

    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    village = network(boar=[[2.0]])
    with pytest.raises(Cancelled):
        minimum.least_management(
            village, [ONCE], np.ones((1, 1)), minimum.limits_from_table(village, 0.0), progress=Stop()
        )
