"""Relief by treated lots: figures by hand, every choice against all choices, bounds that never fail."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csc_matrix

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.externality import relief, treatments
from land_stewardship.core.progress import Progress

CATALOGUE = (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "treatments.csv").read_text(
    encoding="utf-8"
)
HEADER = "treatment_id,label,label_ja,land_kind,effects,width_m,yen_10a,hours_10a,evidence,source,active"
MOW = "mow,Mow,草刈り,any,boar=0.5;*=0.25,,10000,4,assumption,,true"


def table(*rows: str) -> list[treatments.Treatment]:
    return treatments.read_treatments("\n".join([HEADER, *rows]))


def words(*values: object) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def village() -> relief.Network:
    """Three lots, two receptors: boar and weeds; the forest edge adds 1 to the first receptor."""
    links = pd.DataFrame(
        [
            ("a", "f1", "farmland", "boar", 2.0),
            ("b", "f1", "farmland", "boar", 1.0),
            ("E1", "f1", "farmland", "boar", 1.0),
            ("b", "h1", "houses", "weeds", 4.0),
            ("c", "h1", "houses", "weeds", 2.0),
        ],
        columns=["source", "receptor_id", "receptor_kind", "kind", "value"],
    )
    receptors = pd.DataFrame({"receptor_id": ["f1", "h1"], "receptor_kind": ["farmland", "houses"]})
    return relief.network_from_links(links, words("a", "b", "c"), receptors)


# -- treatments -----------------------------------------------------------------------------
def test_catalogue_is_complete_and_marked_as_assumed() -> None:
    found = treatments.read_treatments(CATALOGUE)
    assert {t.treatment_id for t in found} == {
        "watch",
        "mow_1",
        "mow_2",
        "graze",
        "thin",
        "plant",
        "buffer_5",
        "buffer_10",
        "return_forest",
    }
    assert {t.evidence for t in found} == {"assumption"} and all(t.source for t in found)
    once, twice = (treatments.choose(found, name) for name in ("mow_1", "mow_2"))
    assert once.effect("boar") < twice.effect("boar") and once.effect("unheard_of") == once.effects["*"]
    assert treatments.words_of(once).ja == "草刈り（年1回）（仮定）"


def test_cost_of_a_lot_and_of_a_strip() -> None:
    lots = words(shapely.box(0, 0, 40, 50), shapely.box(0, 0, 8, 50), None)
    whole, strip = table(MOW, MOW.replace("mow,", "strip,").replace(",,10000", ",5,10000"))
    assert whole.treated_m2(lots).tolist() == [2000, 400, 0]
    assert strip.treated_m2(lots).tolist() == pytest.approx([2000 - 30 * 40, 400, 0])


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (MOW.replace("boar=0.5", "boar=2"), "effects"),
        (MOW.replace("boar=0.5", "boar"), "effects"),
        (MOW.replace(",10000,", ",-1,"), "yen_10a"),
        (MOW.replace(",10000,", ",,"), "yen_10a"),
        (MOW.replace(",,10000", ",-3,10000"), "width_m"),
        (MOW.replace("assumption", "rumour"), "evidence"),
    ],
)
def test_wrong_treatments_are_named(row: str, word: str) -> None:
    with pytest.raises(InputError, match=f"mow: .*{word}"):
        table(row)
    assert len(table(row.replace(",true", ",false"), MOW.replace("mow,", "ok,"))) == 1


def test_no_or_repeated_or_unknown_treatments() -> None:
    with pytest.raises(InputError, match="no active"):
        table(MOW.replace(",true", ",false"))
    with pytest.raises(InputError, match="twice"):
        table(MOW, MOW)
    with pytest.raises(InputError, match="There are: mow"):
        treatments.choose(table(MOW), "burn")
    only_fields = table(MOW.replace(",any,", ",farmland;plot,"))[0]
    assert only_fields.suits(words("farmland", "forest", "plot", None)).tolist() == [True, False, True, False]


# -- figures by hand ------------------------------------------------------------------------
def test_relief_by_hand() -> None:
    network, mow = village(), table(MOW)[0]
    assert network.exposure().tolist() == [4, 6] and network.exposure("boar").tolist() == [4, 0]
    state = relief.ReliefState(network)
    assert state.add(1, mow).tolist() == [0, 1]
    assert state.after().tolist() == [3.5, 5] and state.relief["boar"].tolist() == [0.5, 0]
    state.add(0, mow)
    assert state.after().tolist() == [2.5, 5]
    state.remove(1)
    assert state.after().tolist() == [3, 6] and state.remove(1).tolist() == []
    stronger = table(MOW.replace("0.5", "1"))[0]
    state.add(0, stronger)
    assert state.after().tolist() == [2, 6] and len(state.treated) == 1
    assert network.relief(mow, np.array([True, True, False])).toarray().tolist() == [[1, 0.5, 0], [0, 1, 0]]
    assert network.relief(mow, np.array([True, True, True]), "weeds").toarray().tolist() == [[0, 0, 0], [0, 1, 0.5]]


def test_links_that_do_not_fit_are_refused() -> None:
    links = pd.DataFrame(
        {"source": ["a"], "receptor_id": ["x"], "receptor_kind": ["houses"], "kind": ["boar"], "value": [1.0]}
    )
    other = pd.DataFrame({"receptor_id": ["y"], "receptor_kind": ["houses"]})
    with pytest.raises(InputError, match="same run"):
        relief.network_from_links(links, words("a"), other)
    with pytest.raises(InputError, match="lot is there twice"):
        relief.network_from_links(links, words("a", "a"), other)
    with pytest.raises(InputError, match="receptor is there twice"):
        relief.network_from_links(links, words("a"), pd.concat([other, other]))
    with pytest.raises(InputError, match="no field value"):
        relief.network_from_links(links.drop(columns="value"), words("a"), other)
    with pytest.raises(InputError, match="0 or more"):
        relief.network_from_links(links.assign(value=["much"]), words("a"), other.replace("y", "x"))
    empty = relief.network_from_links(links.iloc[:0], words("a"), other)
    assert empty.exposure().tolist() == [0] and relief.ReliefState(empty).after().tolist() == [0]


def test_any_order_of_clicks_gives_the_same_relief() -> None:
    random = np.random.default_rng(3)
    matrix = csc_matrix(random.random((20, 30)) * (random.random((20, 30)) < 0.3))
    matrix.sort_indices()
    ids = words(*range(20))
    network = relief.Network(words(*range(30)), ids, ids, {"boar": matrix}, {"boar": random.random(20)})
    mow = table(MOW)[0]
    state = relief.ReliefState(network)
    for lot in random.integers(0, 30, 500).tolist():
        state.remove(lot) if lot in state.treated else state.add(lot, mow)
    now = sorted(state.treated)
    expected = network.exposure() - 0.5 * np.asarray(matrix[:, now].sum(axis=1)).ravel()
    assert np.allclose(state.after(), expected, rtol=0, atol=1e-9)
    for lot in now:
        state.remove(lot)
    assert np.array_equal(state.after(), network.exposure())


# -- best lots ------------------------------------------------------------------------------
def brute_force(matrix: csc_matrix, need: np.ndarray, cost: np.ndarray, budget: float, most: int) -> float:
    # One row for each set of lots.
    take = np.array(list(itertools.product([0.0, 1.0], repeat=matrix.shape[1])))
    relieved = np.minimum(take @ matrix.toarray().T, need).sum(axis=1)
    return float(relieved[(take.sum(axis=1) <= most) & (take @ cost <= budget + 1e-9)].max())


def small_case(seed: int) -> tuple[csc_matrix, np.ndarray, np.ndarray, float, int]:
    random = np.random.default_rng(seed)
    receptors, lots = int(random.integers(1, 6)), int(random.integers(1, 8))
    dense = random.integers(0, 10, (receptors, lots)) * (random.random((receptors, lots)) < 0.6) / 4
    matrix = csc_matrix(dense)
    need = dense.sum(axis=1) * random.choice([1.0, 1.0, 0.5, 0.2, 0.0], receptors)
    cost = random.integers(0, 8, lots).astype("float64")
    return matrix, need, cost, float(random.integers(0, 20)), int(random.integers(1, lots + 2))


def test_bounds_hold_on_a_thousand_cases_and_exact_is_exact() -> None:
    for seed in range(1000):
        matrix, need, cost, budget, most = small_case(seed)
        best = brute_force(matrix, need, cost, budget, most)
        greedy = relief.best_lots(matrix, need, cost, budget, most, exact=False)
        assert greedy.value <= best + 1e-9 <= greedy.bound + 2e-6, seed
        assert not greedy.exact or greedy.value == pytest.approx(best, abs=1e-5), seed
        choices = [greedy]
        if seed % 5 == 0:
            choices.append(relief.best_lots(matrix, need, cost, budget, most, exact=True))
        for choice in choices:
            assert cost[choice.lots].sum() <= budget + 1e-9 and len(choice.lots) <= most, seed
            assert choice.value == pytest.approx(relief.relief_value(matrix, need, choice.lots)), seed
        if seed % 5 == 0:
            assert choice.value == pytest.approx(best, abs=1e-6) and choice.bound + 2e-6 >= best, seed
            assert choice.gap <= 1e-5, seed


def test_without_an_integer_solver_the_bound_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relief, "integer_solver", lambda: None)
    for seed in range(50):
        matrix, need, cost, budget, most = small_case(seed)
        choice = relief.best_lots(matrix, need, cost, budget, most)
        best = brute_force(matrix, need, cost, budget, most)
        assert choice.value <= best + 1e-9 <= choice.bound + 2e-6, seed


def test_nothing_to_choose_from() -> None:
    matrix = csc_matrix((2, 3))
    choice = relief.best_lots(matrix, np.ones(2), np.ones(3), 5)
    assert choice.lots.tolist() == [] and (choice.value, choice.bound, choice.gap) == (0, 0, 0)
    dear = relief.best_lots(csc_matrix(np.ones((2, 3))), np.full(2, 3.0), np.full(3, 9.0), 5)
    assert dear.lots.tolist() == []


def test_large_case_has_a_small_certified_gap_and_one_click_is_quick() -> None:
    random = np.random.default_rng(1)
    lots = receptors = 20_000
    count = 40 * lots
    places = random.integers(0, receptors, count), random.integers(0, lots, count)
    matrix = csc_matrix((random.random(count), places), shape=(receptors, lots))
    matrix.sort_indices()
    ids = np.arange(lots).astype(object)
    network = relief.Network(ids, ids, ids, {"boar": matrix}, {"boar": np.zeros(receptors)})
    mow = table(MOW)[0]
    state = relief.ReliefState(network)
    begin = time.perf_counter()
    for lot in range(200):
        state.add(lot, mow)
        state.after()
    assert (time.perf_counter() - begin) / 200 < 0.05
    gains = network.relief(mow, np.ones(lots, dtype=bool))
    choice = relief.best_lots(gains, network.exposure(), random.uniform(1, 5, lots), 3000.0)
    assert 0 <= choice.gap < 0.001 and len(choice.lots) > 500


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        relief.best_lots(csc_matrix(np.ones((2, 3))), np.full(2, 3.0), np.ones(3), 5, progress=Stop())
