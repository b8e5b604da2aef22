"""Learning from the survey: planted weights are found, stated coverage holds, too little is refused."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from land_stewardship.core.condition import evidence as ev
from land_stewardship.core.condition import judge as jd
from land_stewardship.core.condition import learn, learn_measures
from land_stewardship.core.condition.score import logistic
from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.progress import Progress

CATALOGUE = (Path(__file__).resolve().parents[2] / "resources" / "catalogues" / "condition_weights.csv").read_text(
    encoding="utf-8"
)
DEFAULT = jd.read_weights(CATALOGUE)
#: What holds in the simulated villages, as multiples of the default weights: height says less, place and people more.
TRUE = {
    "vegetation_height": 0.6,
    "ndvi_departure": 0.7,
    "slope": 2.0,
    "road_distance": 2.5,
    "forest_distance": 2.0,
    "owner": 1.5,
    "cultivator": 1.3,
    "succession": 2.0,
}


class Village(NamedTuple):
    """Lots of some hamlets: evidence (surveyed hamlets have patrol rows), hamlet per lot, truth (1 unmanaged)."""

    kinds: np.ndarray
    evidence: pd.DataFrame
    part: np.ndarray
    y: np.ndarray
    surveyed: np.ndarray


def village(
    seed: int, hamlets: int = 12, surveyed: int = 9, lots: int = 60, scale: dict[str, float] = TRUE, spread: float = 0.5
) -> Village:
    """A simulated village. Log-odds = ``scale`` x default weights + an effect of the hamlet (sd ``spread``)."""
    random = np.random.default_rng(seed)
    count = hamlets * lots
    part = np.repeat(np.arange(hamlets), lots)
    base = random.normal(0, 1, hamlets)[part]
    neglect = random.normal(0, 1, count)
    numbers = {
        "vegetation_height": np.maximum(random.normal(0.9 + 0.5 * neglect, 0.4), 0.0),
        "ndvi_departure": random.normal(0, 1.3, count) * (1 + 0.5 * np.abs(neglect)),
        "slope": np.maximum(random.normal(10 + 4 * base, 5), 0),
        "road_distance": random.exponential(50 * np.exp(0.3 * base)),
        "forest_distance": random.exponential(60, count),
    }
    words = {
        "owner": random.choice(["unknown", "to_check", "reachable"], count, p=[0.15, 0.15, 0.7]),
        "cultivator": random.choice(["none", "named"], count, p=[0.35, 0.65]),
        "succession": random.choice(["at_risk", "secure"], count, p=[0.5, 0.5]),
    }
    known = {"vegetation_height": 0.8, "ndvi_departure": 0.9, "cultivator": 0.9}
    tables = []
    for name, values in {**numbers, **words}.items():
        rows = np.flatnonzero(random.random(count) < known.get(name, 0.95))
        number = name in numbers
        tables.append(
            pd.DataFrame(
                {
                    "row": rows,
                    "indicator": name,
                    "value": values[rows] if number else np.nan,
                    "category": None if number else values[rows],
                }
            )
        )
    seen = pd.concat(tables, ignore_index=True)
    kinds = np.full(count, "farmland", dtype=object)
    rules = [w._replace(weight=w.weight * scale.get(w.indicator, 1.0)) for w in DEFAULT if w.land_kind == "farmland"]
    mine, start, table = learn.amounts(count, kinds, seen, rules, "farmland")
    score = start + table @ np.array([w.weight for w in mine]) + spread * random.normal(0, 1, hamlets)[part]
    y = (random.random(count) < logistic(score)).astype("float64")
    visited = part < surveyed
    patrol = pd.DataFrame(
        {
            "row": np.flatnonzero(visited),
            "indicator": "patrol",
            "value": np.nan,
            "category": np.where(y[visited] == 1, "idle_1_green", "not_idle"),
        }
    )
    evidence = pd.concat([seen, patrol], ignore_index=True).reindex(columns=list(ev.COLUMNS))
    evidence = evidence.sort_values(["row", "indicator"], kind="stable").reset_index(drop=True)
    return Village(kinds, evidence, part, y, visited)


def studied(made: Village) -> learn.Study:
    return learn.study(made.kinds, made.evidence, DEFAULT, np.where(made.surveyed, made.part, -1))


def new_lots(made: Village) -> tuple[np.ndarray, np.ndarray]:
    """How much each weight counts on the lots nobody surveyed, and their truth."""
    _, _, table = learn.amounts(len(made.y), made.kinds, made.evidence, DEFAULT, "farmland")
    return table[~made.surveyed], made.y[~made.surveyed]


@pytest.fixture(scope="module")
def learned() -> learn.Learned:
    return learn.learn(studied(village(1)), seed=5)


def test_study_holds_the_surveyed_lots_and_no_survey_evidence() -> None:
    made = village(1)
    found = studied(made)
    assert len(found.y) == 540 and found.y.mean() == made.y[made.surveyed].mean()
    assert not {w.indicator for w in found.weights} & set(learn.LABEL_BASED)
    default = found.base + found.amount @ found.prior
    scores = jd.judge(len(made.y), made.kinds, made.evidence, [w for w in DEFAULT if w.indicator != "patrol"])[0][
        "score"
    ]
    assert default == pytest.approx(scores.to_numpy()[found.row])


def test_local_weights_come_closer_to_what_was_planted_than_the_table(learned: learn.Learned) -> None:
    rows = learned.measures.set_index("model")
    assert rows.loc["local", "brier"] < rows.loc["default", "brier"] < rows.loc["majority", "brier"]
    assert rows.loc["local", "auc"] > rows.loc["forest", "auc"] and rows.loc["majority", "auc"] == pytest.approx(
        0.5, abs=0.2
    )
    assert learned.verdict == "better"
    assert (learned.study.sign * learned.local.weight >= 0).all()


def test_measures_by_hand() -> None:
    y = np.array([1.0, 0, 1, 0])
    part = np.array([0, 0, 1, 1])
    models = {"local": np.array([0.9, 0.4, 0.1, 0.6]), "majority": np.array([0.4, 0.4, 0.6, 0.6])}
    order = {"local": models["local"], "majority": np.zeros(4)}
    table = learn_measures.measures(y, part, learn.Outside(models, order, models["local"]), 0.5, 1).set_index("model")
    assert table.loc["local", "visits"] == 2
    # Right in the first part, wrong in the second: AUC 0.5; one of the two visits finds unmanaged land.
    assert table.loc["local", ["auc", "f1", "precision"]].tolist() == [0.5, 0.5, 0.5]
    assert table.loc["local", "brier"] == pytest.approx((0.01 + 0.16 + 0.81 + 0.36) / 4)
    assert table.loc["majority", ["auc", "f1", "precision"]].tolist() == [0.5, 0.5, 0.5]
    assert table.loc["majority", "gain"] == pytest.approx((0.36 + 0.16 + 0.16 + 0.36) / 4 - 0.335)
    bins = learn_measures.calibration_bins(y, models["local"], part, 1)
    assert bins["lots"].tolist() == [1, 1, 1, 1] and bins["found"].tolist() == [1.0, 0.0, 0.0, 1.0]


def test_predictions_for_a_part_do_not_know_its_survey() -> None:
    """Turning the survey of one hamlet round changes nothing in what is predicted for it."""
    found = studied(village(3))
    turned = found._replace(y=np.where(found.part == 2, 1 - found.y, found.y))
    one, other = (learn.leave_parts_out(study) for study in (found, turned))
    here = found.part == 2
    for name in ("local", "majority", "forest", "ndvi", "default"):
        assert np.array_equal(one.probability[name][here], other.probability[name][here])
    assert not np.array_equal(one.probability["local"][~here], other.probability["local"][~here])


def test_order_of_lots_does_not_matter() -> None:
    made = village(4)
    order = np.random.default_rng(0).permutation(len(made.y))
    place = np.empty(len(order), dtype="int64")
    place[order] = np.arange(len(order))
    moved = made.evidence.assign(row=place[made.evidence["row"].to_numpy()]).sort_values(["row", "indicator"])
    other = Village(made.kinds, moved.reset_index(drop=True), made.part[order], made.y[order], made.surveyed[order])
    one, two = learn.train(studied(made)), learn.train(studied(other))
    assert one.penalty == two.penalty and np.array_equal(one.weight, two.weight) and one.base == two.base


def test_conformal_sets_by_hand() -> None:
    sets = learn.Sets(0.9, -1.0, 1.0, 0.1, 0.9, 0.9, 0.9, 0.8)
    assert sets.of(np.array([-2.0, 0.0, 2.0])).tolist() == ["managed", "both", "unmanaged"]
    apart = learn.Sets(0.9, 1.0, -1.0, 0.1, 0.9, 0.9, 0.9, 0.8)
    assert apart.of(np.array([-2.0, 0.0, 2.0])).tolist() == ["managed", "none", "unmanaged"]
    assert learn._limit(np.arange(19.0), 0.1) == 1.0 and learn._limit(np.arange(5.0), 0.1) == -np.inf


def test_too_little_is_refused_with_what_is_needed() -> None:
    with pytest.raises(InputError, match=r"at least 30 of each are needed.*Survey \d+ more"):
        studied(village(1, hamlets=8, surveyed=6, lots=12))
    with pytest.raises(InputError, match=r"lie in 3 hamlets .* at least 5 and 4 are needed"):
        studied(village(1, hamlets=4, surveyed=3, lots=120))
    with pytest.raises(InputError, match="coverage"):
        learn.learn(studied(village(1)), coverage=1.0)


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        learn.learn(studied(village(1)), progress=Stop())


def test_nothing_to_learn_is_told() -> None:
    """Labels that have nothing to do with the evidence: not better than the null models."""
    found = studied(village(2))
    random = np.random.default_rng(1)
    noise = found._replace(y=(random.random(len(found.y)) < 0.3).astype("float64"))
    assert learn.learn(noise).verdict == "useless"


# -- simulations: docs/methods.md tells these figures ---------------------------------------------
VILLAGES = 200


def _summary(seed: int) -> dict[str, np.ndarray]:
    made = village(seed)
    found = studied(made)
    outside = learn.leave_parts_out(found)
    local, sets = learn.train(found), learn.conformal(found, outside.score)
    amount, y = new_lots(made)
    score = local.score(amount)
    held = sets.of(score)
    inside = (held == "both") | (held == np.where(y == 1, "unmanaged", "managed"))
    return {"p": logistic(score), "y": y, "inside": inside, "both": held == "both", "none": held == "none"}


def _deviations(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    group = np.minimum((p * 10).astype(int), 9)
    assert (np.bincount(group, minlength=10) >= 500).all()
    return np.array([p[group == b].mean() - y[group == b].mean() for b in range(10)])


@pytest.mark.slow
def test_coverage_and_probabilities_in_200_villages(capsys: pytest.CaptureFixture[str]) -> None:
    """In hamlets nobody surveyed: 90 % sets hold the truth in 88-92 %, ten bins of probability are right to 0.05."""
    made = [_summary(1000 + number) for number in range(VILLAGES)]
    inside = np.array([one["inside"].mean() for one in made])
    p, y = (np.concatenate([one[name] for one in made]) for name in ("p", "y"))
    inside_all = np.concatenate([one["inside"] for one in made])
    off = _deviations(p, y)
    with capsys.disabled():
        print(f"\nsets: truth held in {inside.mean():.3f} (villages 5-95 %: {np.quantile(inside, [0.05, 0.95])})")
        print(f"unmanaged {inside_all[y == 1].mean():.3f}, managed {inside_all[y == 0].mean():.3f}")
        for name in ("both", "none"):
            print(f"{name} {np.mean([one[name].mean() for one in made]):.3f}")
        print(f"bins, predicted - found: {np.round(off, 3)}")
    assert 0.88 <= inside.mean() <= 0.92
    assert 0.88 <= inside_all[y == 1].mean() <= 0.92 and 0.88 <= inside_all[y == 0].mean() <= 0.92
    assert np.abs(off).max() <= 0.05


@pytest.mark.slow
def test_default_probabilities_where_the_table_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    """In villages where the default weights hold, the screening's probabilities are right in ten bins to 0.05."""
    pairs = []
    for number in range(VILLAGES):
        made = village(5000 + number, scale={})
        lots, _ = jd.judge(
            len(made.y),
            made.kinds,
            made.evidence[made.evidence["indicator"] != "patrol"].reset_index(drop=True),
            DEFAULT,
        )
        pairs.append((lots["probability"].to_numpy(), made.y))
    p, y = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    off = _deviations(p, y)
    with capsys.disabled():
        print(f"\ndefault weights, predicted - found: {np.round(off, 3)}")
    assert np.abs(off).max() <= 0.05
