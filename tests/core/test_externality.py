"""Harm to surroundings: kernels and small networks by hand, and what must hold for any network."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.externality import network, rules
from land_stewardship.core.progress import Progress

CATALOGUE = (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "externality_rules.csv").read_text(
    encoding="utf-8"
)
HEADER = (
    "rule_id,kind,label,label_ja,source_filter,source_kind,receptor,distance_m,decay,half_m,weight,evidence,citation,"
    "active"
)
STEP = "s,boar,Wild boar,イノシシ,unmanaged,farmland,farmland,100,step,,1,literature,c,true"
LINEAR = "l,weeds,Weeds,雑草,unmanaged,any,houses,10,linear,,2,assumption,c,true"
EXPONENTIAL = "e,fire,Fire,火災,unmanaged,any,houses,100,exponential,20,3,assumption,c,yes"


def table(*rows: str) -> list[rules.Rule]:
    return rules.read_rules("\n".join([HEADER, *rows]))


def objects(*values: object) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def boxes(*lefts: float, size: float = 10.0) -> np.ndarray:
    return np.array([shapely.box(x, 0, x + size, size) for x in lefts])


def sources(*lefts: float, kind: str = "farmland") -> network.Sources:
    names = objects(*[f"k{n}" for n in range(len(lefts))])
    same = objects(*["unmanaged"] * len(lefts))
    return network.Sources(names, names, boxes(*lefts), same, objects(*[kind] * len(lefts)))


def receptors(kind: str, *lefts: float) -> network.Receptors:
    return network.Receptors(
        objects(*[f"{kind}{n}" for n in range(len(lefts))]), objects(*[kind] * len(lefts)), boxes(*lefts)
    )


@pytest.mark.parametrize(
    ("row", "distance", "expected"),
    [
        (STEP, 0, 1),
        (STEP, 100, 1),
        (STEP, 100.001, 0),
        (LINEAR, 0, 2),
        (LINEAR, 5, 1),
        (LINEAR, 10, 0),
        (LINEAR, 11, 0),
        (EXPONENTIAL, 0, 3),
        (EXPONENTIAL, 20, 1.5),
        (EXPONENTIAL, 40, 0.75),
        (EXPONENTIAL, 101, 0),
    ],
)
def test_kernels(row: str, distance: float, expected: float) -> None:
    assert table(row)[0].strength(np.array([float(distance)]))[0] == pytest.approx(expected)


def test_only_rules_with_a_published_number_are_on_by_default() -> None:
    active = rules.read_rules(CATALOGUE)
    assert [(r.rule_id, r.evidence, r.distance_m) for r in active] == [
        ("boar_farmland", "literature", 100.0),
        ("boar_forest_edge", "literature", 100.0),
    ]
    assert all(rule.citation for rule in active)
    rows = list(csv.DictReader(io.StringIO(CATALOGUE)))
    off = [row for row in rows if row["active"] != "true"]
    # A rule that is off says so, and is never more than an assumption.
    assert len(off) == len(rows) - 2
    assert all(row["evidence"] == "assumption" and row["note"].startswith("Off") for row in off)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (STEP.replace("boar,", "Boar!,"), "kind"),
        (STEP.replace(",farmland,100", ",Rivers!,100"), "receptor"),
        (STEP.replace("step", "wave"), "decay"),
        (STEP.replace("literature", "rumour"), "evidence"),
        (STEP.replace(",100,", ",,"), "distance_m"),
        (LINEAR.replace(",10,", ",0,"), "distance_m"),
        (EXPONENTIAL.replace(",20,", ",,"), "half_m"),
        (STEP.replace(",1,literature", ",-1,literature"), "weight"),
    ],
)
def test_wrong_rules_are_named(row: str, word: str) -> None:
    with pytest.raises(InputError, match=rf"rule {row[0]}: .*{word}"):
        table(row)


def test_rules_switched_off_may_be_incomplete_but_one_must_be_on() -> None:
    off = "x,deer,Deer,シカ,unmanaged,any,farmland,,linear,,,assumption,c,false"
    assert [rule.rule_id for rule in table(off, STEP)] == ["s"]
    with pytest.raises(InputError, match="no active rule"):
        table(off)
    with pytest.raises(InputError, match="twice"):
        table(STEP, STEP)
    with pytest.raises(InputError, match="citation"):
        rules.rules_from_frame(pd.DataFrame({"rule_id": ["a"]}))


def test_source_state_and_kind_of_land_select_the_sources() -> None:
    rule = table(STEP.replace("unmanaged,", "unmanaged;cannot_tell,"))[0]
    states = objects("unmanaged", "cannot_tell", "managed", "unmanaged", None)
    kinds = objects("farmland", "farmland", "farmland", "forest", "farmland")
    assert rule.concerns(states, kinds).tolist() == [True, True, False, False, False]
    anything = table(STEP.replace("unmanaged,farmland", "*,any"))[0]
    assert anything.concerns(states, kinds).all()


def test_network_by_hand() -> None:
    # Sources at 0-10 and 30-40; houses at 12-22 (2 m, 8 m away) and 200-210.
    src, rec = sources(0, 30), receptors("houses", 12, 200)
    made_of = table(LINEAR)
    made = network.links(src, rec, made_of)
    assert made[["source", "receptor"]].to_numpy().tolist() == [[0, 0], [1, 0]]
    assert made["value"].tolist() == pytest.approx([2 * 0.8, 2 * 0.2])
    assert made["share"].tolist() == pytest.approx([0.8, 0.2])
    exposed = network.exposure(rec, src, made, made_of)
    assert exposed["exposure"].tolist() == pytest.approx([2.0, 0.0])
    assert exposed["exposure_weeds"].tolist() == pytest.approx([2.0, 0.0])
    assert exposed["top_source"].tolist() == ["k0", None] and exposed["sources"].tolist() == [2, 0]
    assert exposed["explanation"].tolist() == [
        "2 lots lie within reach (Weeds: assumption). The largest share, 80 %, is associated with lot k0.",
        "No lot within reach.",
    ]
    burden = network.burden(src, rec, made, made_of)
    assert burden["burden"].tolist() == pytest.approx([1.6, 0.4])
    assert burden["burden_rank"].tolist() == [1, 2] and burden["houses"].tolist() == [1, 1]
    assert burden["explanation"][0] == "Lot k0 may burden 1 house (Weeds: assumption)."
    assert burden["explanation_ja"][0] == "k0は家屋1戸に影響する可能性があります（雑草: 仮定）。"


def test_kinds_of_harm_are_named_in_alphabetical_order() -> None:
    src, rec, made_of = sources(0), receptors("houses", 12, 100), table(LINEAR, EXPONENTIAL)
    exposed = network.exposure(rec, src, network.links(src, rec, made_of), made_of)
    assert exposed["explanation"][0].startswith("1 lot lies within reach (Fire: assumption; Weeds: assumption).")
    assert "(Fire: assumption)" in exposed["explanation"][1]


def test_a_lot_does_not_burden_what_stands_on_it() -> None:
    src = sources(0)
    house = network.Receptors(objects("h"), objects("houses"), np.array([shapely.box(2, 2, 4, 4)]))
    assert network.links(src, house, table(LINEAR)).empty
    itself = receptors("farmland", 0, 10)
    assert network.links(src, itself, table(STEP))["receptor"].tolist() == [1]
    # A road that crosses the lot is still beside it.
    road = network.Receptors(objects("r"), objects("roads"), np.array([shapely.LineString([(-50, 5), (50, 5)])]))
    assert len(network.links(src, road, table(LINEAR.replace("houses", "roads")))) == 1


def test_two_rules_of_one_kind_count_once_the_stronger() -> None:
    weak = LINEAR.replace("l,weeds", "w,weeds").replace(",2,assumption", ",1,assumption")
    made = network.links(sources(0), receptors("houses", 12), table(LINEAR, weak))
    assert made[["rule_id", "value"]].to_numpy().tolist() == [["l", pytest.approx(1.6)]]


def test_equal_burdens_share_a_rank_and_none_has_no_rank() -> None:
    src, made_of = sources(0, 24, 500), table(LINEAR)
    rec = receptors("houses", 12)
    burden = network.burden(src, rec, network.links(src, rec, made_of), made_of)
    assert burden["burden_rank"].tolist()[:2] == [1, 1] and pd.isna(burden["burden_rank"][2])
    assert burden["explanation"][2] == "Lot k2: no house, field or road within reach."


def test_nothing_to_link() -> None:
    made_of = table(STEP, LINEAR)
    rec = network.join_receptors([])
    made = network.links(sources(0), rec, made_of)
    assert made.empty and list(made.columns) == [
        "source",
        "receptor",
        "kind",
        "rule_id",
        "distance_m",
        "value",
        "share",
    ]
    assert len(network.exposure(rec, sources(0), made, made_of)) == 0
    nobody = sources()
    assert network.links(nobody, receptors("houses", 0), made_of).empty
    assert network.exposure(receptors("houses", 0), nobody, made, made_of)["exposure"].tolist() == [0.0]


def random_network(seed: int) -> tuple[network.Sources, network.Receptors, list[rules.Rule]]:
    random = np.random.default_rng(seed)
    src = sources(*random.uniform(0, 300, random.integers(1, 8)).round(1))
    rec = network.join_receptors(
        [
            receptors("houses", *random.uniform(0, 300, 5).round(1)),
            receptors("farmland", *random.uniform(0, 300, 5).round(1)),
        ]
    )
    return src, rec, table(STEP, LINEAR.replace(",10,", ",80,"), EXPONENTIAL)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_shares_sum_to_the_exposure_and_burden_equals_exposure(seed: int) -> None:
    src, rec, made_of = random_network(seed)
    made = network.links(src, rec, made_of)
    exposed = network.exposure(rec, src, made, made_of)
    burden = network.burden(src, rec, made, made_of)
    shares = made.groupby("receptor")["share"].sum()
    assert (shares - 1).abs().max() < 1e-9 if len(shares) else True
    back = (made["share"] * exposed["exposure"].to_numpy()[made["receptor"]]).groupby(made["receptor"]).sum()
    assert np.allclose(back, exposed["exposure"].to_numpy()[back.index], atol=1e-9)
    assert burden["burden"].sum() == pytest.approx(exposed["exposure"].sum(), abs=1e-9)
    by_kind = exposed[[name for name in exposed if str(name).startswith("exposure_")]].sum(axis=1)
    assert np.allclose(by_kind, exposed["exposure"], atol=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_network_equals_all_pairs_and_removing_a_source_never_raises_exposure(seed: int) -> None:
    src, rec, made_of = random_network(seed)

    def exposure(which: np.ndarray) -> np.ndarray:
        part = src.take(which)
        return network.exposure(rec, part, network.links(part, rec, made_of), made_of)["exposure"].to_numpy()

    everything = np.arange(len(src.keys))
    brute = np.zeros(len(rec.ids))
    for s in everything:
        for r in range(len(rec.ids)):
            if src.geometry[s].intersects(rec.geometry[r].point_on_surface()):
                continue
            distance = np.array([src.geometry[s].distance(rec.geometry[r])])
            brute[r] += sum(rule.strength(distance)[0] for rule in made_of if rule.receptor == rec.kinds[r])
    whole = exposure(everything)
    assert np.allclose(whole, brute, atol=1e-9)
    for left_out in everything:
        assert (exposure(everything[everything != left_out]) <= whole + 1e-12).all()


@given(st.integers(0, 2**32 - 1), st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_order_of_sources_and_receptors_does_not_matter(seed: int, random: object) -> None:
    src, rec, made_of = random_network(seed)

    def run(s_order: list[int], r_order: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
        s = src.take(s_order)
        r = network.join_receptors([rec.take(r_order)])
        made = network.links(s, r, made_of)
        burden = network.burden(s, r, made, made_of).sort_values("lot_key").reset_index(drop=True)
        return network.exposure(r, s, made, made_of), burden

    s_order, r_order = list(range(len(src.keys))), list(range(len(rec.ids)))
    first = run(s_order, r_order)
    random.shuffle(s_order)  # type: ignore[attr-defined]
    random.shuffle(r_order)  # type: ignore[attr-defined]
    for one, other in zip(first, run(s_order, r_order)):
        pd.testing.assert_frame_equal(one, other, atol=1e-12)


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        network.links(sources(0), receptors("houses", 12), table(LINEAR), Stop())
