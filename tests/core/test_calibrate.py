"""What can be learnt from records: planted effects are found, nothing planted is nothing found."""

from __future__ import annotations

import datetime as dt
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.optimize import minimize
from scipy.stats import beta as beta_distribution

from land_stewardship.core import regression
from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.externality import calibrate as c
from land_stewardship.core.externality import calibration_report as words
from land_stewardship.core.externality import damage
from land_stewardship.core.externality.rules import rules_from_frame
from land_stewardship.core.progress import Progress
from land_stewardship.core.texts import Text

SIZE = 3000.0
GRID = c.kernels(["exponential"], [10, 15, 25, 40, 60, 80, 100, 150, 200])
ABOUT = words.About(
    "boar", Text("Wild boar", "イノシシ"), "farmland", "any", ("2024-01-01", "2024-12-31"), "2025-01-01"
)
RIVER = np.array([shapely.LineString([(0, SIZE / 2), (SIZE, SIZE / 2 + 200)])])


def lots(rng: np.random.Generator, number: int = 60) -> np.ndarray:
    xy = rng.random((number, 2)) * (SIZE - 30)
    return shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 30, xy[:, 1] + 30)


def river_control(points: np.ndarray) -> c.Controls:
    return c.Controls(("river",), (Text("river", "河川"),), c.closeness(points, RIVER)[:, None])


def points_of(
    seed: int, weight: float, river: float, number: int, grid: Any = GRID, half: float = 50.0, pool_of: int = 40_000
) -> c.Study:
    """Records drawn out of ``pool_of`` places with log odds ``weight`` x exposure (half left at ``half`` m) +
    ``river`` x log distance."""
    rng = np.random.default_rng(seed)
    sources = lots(rng)
    pool = shapely.points(rng.random((pool_of, 2)) * SIZE)
    true = c.Kernel("exponential", half * c.HALVES, half)
    eta = weight * c.reach(pool, sources, true.distance_m).exposure(true) + river * c.closeness(pool, RIVER)
    cases = pool[rng.random(len(pool)) < np.exp(eta - eta.max())][:number]
    assert len(cases) == number
    others, _ = c.background(np.array([shapely.box(0, 0, SIZE, SIZE)]), 3 * number, seed)
    controls = river_control(np.concatenate([cases, others]))
    return c.point_study(cases, others, controls, sources, grid, 10)[0]


def counts_of(seed: int, weight: float, grid: Any = GRID, half: float = 50.0, rate: float = 1.5) -> c.Study:
    """Counts in 64 hamlets with log rate ``weight`` x mean exposure over sample points."""
    rng = np.random.default_rng(seed)
    sources = lots(rng, 150)
    side = SIZE / 8
    x, y = (part.ravel() * side for part in np.meshgrid(np.arange(8), np.arange(8)))
    parts = [c.background(np.array([shapely.box(a, b, a + side, b + side)]), 40, seed)[0] for a, b in zip(x, y)]
    places, hamlet = np.concatenate(parts), np.repeat(np.arange(64), 40)
    true = c.Kernel("exponential", half * c.HALVES, half)
    mean = c.reach(places, sources, true.distance_m).exposure(true).reshape(64, 40).mean(axis=1)
    size = side**2 * rng.uniform(0.5, 1.5, 64)
    counts = rng.poisson(rate * size / size.mean() * np.exp(weight * mean))
    controls = river_control(places)
    return c.count_study(counts.astype(float), places, hamlet, size, controls, sources, grid, 8)[0]


def covered(runs: list[c.Calibration], weight: float, river: Optional[float], half: float = 50.0) -> dict[str, int]:
    """In how many runs the true values lie in their 95 % intervals."""
    hits = {
        "weight": sum(run.exposure.low <= weight <= run.exposure.high for run in runs),
        "distance": sum(run.kernel_low <= half <= run.kernel_high for run in runs),
    }
    if river is not None:
        hits["river"] = sum(run.terms[1].low <= river <= run.terms[1].high for run in runs)
    return hits


def binomial_interval(found: int, runs: int) -> tuple[float, float]:
    """Clopper-Pearson 95 % interval."""
    low = beta_distribution.ppf(0.025, found, runs - found + 1) if found else 0.0
    return float(low), float(beta_distribution.ppf(0.975, found + 1, runs - found))


# -- parts ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("family", [c.LOGISTIC, c.POISSON])
def test_fit_against_direct_maximisation(family: str) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(400, 2)) * [1.0, 50.0] + [3.0, 200.0]
    offset = rng.normal(size=400) * 0.3
    eta = -1.0 + 0.7 * (x[:, 0] - 3) - 0.01 * (x[:, 1] - 200) + offset
    y = (rng.random(400) < 1 / (1 + np.exp(-eta))).astype(float) if family == c.LOGISTIC else rng.poisson(np.exp(eta))

    def lost(b: np.ndarray) -> float:
        return -regression.loglik(y, b[0] + (x - [3, 200]) / [1, 50] @ b[1:] + offset, family)

    direct = minimize(lost, np.zeros(3), method="BFGS", tol=1e-8)
    found = c.fit(x, y, family, offset)
    assert found.settled
    assert found.beta[1:] * [1, 50] == pytest.approx(direct.x[1:], abs=2e-3)
    assert found.loglik == pytest.approx(-direct.fun, abs=1e-3)
    step = np.eye(3) * 1e-3
    curve = [
        [
            (lost(direct.x + a + b) - lost(direct.x + a - b) - lost(direct.x - a + b) + lost(direct.x - a - b)) / 4e-6
            for a in step
        ]
        for b in step
    ]
    assert found.se[1:] * [1, 50] == pytest.approx(np.sqrt(np.diag(np.linalg.inv(curve)))[1:], rel=0.01)


def test_fit_of_separated_data_stays_finite() -> None:
    x = np.arange(40.0)[:, None]
    found = c.fit(x, (x[:, 0] > 19).astype(float), c.LOGISTIC)
    assert np.isfinite(found.beta).all() and np.isfinite(found.se).all()


def test_kernels_by_hand() -> None:
    step, linear, half = c.kernels(["exponential", "linear", "step"], [100])
    distance = np.array([0.0, 50.0, 100.0, 101.0, 501.0])
    assert step.share(distance).tolist() == [1, 1, 1, 0, 0]
    assert linear.share(distance).tolist() == [1, 0.5, 0, 0, 0]
    assert half.share(distance) == pytest.approx([1, 0.5**0.5, 0.5, 0.5**1.01, 0])
    sources = np.array([shapely.box(0, 0, 10, 10), shapely.box(60, 0, 70, 10), None], dtype=object)
    places = shapely.points([[30, 5], [500, 5]])
    assert c.reach(places, sources, 100).exposure(linear).tolist() == pytest.approx([0.8 + 0.7, 0])
    assert c.nearest_m(places, sources).tolist() == [20, 430]
    assert c.reach(places, sources[:0], 100).exposure(step).tolist() == [0, 0]
    assert c.nearest_m(places, sources[2:]).tolist() == [np.inf, np.inf]
    with pytest.raises(InputError, match="above 0"):
        c.kernels(["step"], [0])


def test_background_is_even_and_does_not_depend_on_order() -> None:
    areas = np.array(
        [shapely.box(0, 0, 10, 10), shapely.box(20, 0, 50, 10), None, shapely.Polygon([(60, 0), (80, 0), (60, 20)])],
        dtype=object,
    )
    points, where = c.background(areas, 6000, 7)
    assert shapely.intersects(points, areas[where]).all()
    assert np.bincount(where) / 6000 == pytest.approx([1 / 6, 1 / 2, 0, 1 / 3], abs=0.025)
    turned, _ = c.background(areas[::-1], 6000, 7)
    assert shapely.equals(points, turned).all()
    stratum = np.array(["a", "b", "c", "a"], dtype=object)
    _, where = c.background(areas, 100, 1, (stratum, np.array(["b", "b", "b", "a"], dtype=object)))
    assert (stratum[where] == "b").sum() == 75 and (stratum[where] == "a").sum() == 25
    with pytest.raises(InputError, match="no surface"):
        c.background(areas[2:3], 10, 1)


def test_blocks_auc_and_morans_i() -> None:
    xy = np.array([[0, 0], [1, 0], [100, 0], [101, 0], [0, 100.0]])
    block = c.spatial_blocks(xy, 3)
    assert block[0] == block[1] != block[2] == block[3] and len(set(block)) == 3
    assert c.auc(np.array([1, 0, 1, 0]), np.array([3.0, 1, 2, 2])) == pytest.approx(3.5 / 4)
    assert np.isnan(c.auc(np.ones(3), np.arange(3.0)))
    grid = np.column_stack([part.ravel() for part in np.meshgrid(np.arange(12.0), np.arange(12.0))])
    halves = np.where(grid[:, 0] < 6, 1.0, -1.0)
    assert c.morans_i(halves, grid, 199, 1).value > 0.7 and c.morans_i(halves, grid, 199, 1).p == 0.005
    assert c.morans_i(np.random.default_rng(3).normal(size=144), grid, 199, 1).p > 0.05
    assert c.morans_i(np.ones(144), grid, 19, 1).p == 1.0


def test_distance_bands_by_hand() -> None:
    study = points_of(1, 0.0, 0.0, 40, pool_of=4_000)
    rows = np.arange(8)
    small = study.take(rows)._replace(
        y=np.array([1, 1, 1, 0, 0, 0, 0, 1.0]),
        nearest=np.array([0, 10, 30, 0, 30, 60, 60, 500.0]),
        block=np.array([0, 0, 1, 1, 2, 2, 3, 3]),
    )
    bands = c.distance_bands(small, 1)
    assert [band.observed for band in bands] == [2, 1, 0, 0, 0, 1]
    assert [band.expected for band in bands] == [1, 1, 2, 0, 0, 0]
    assert [band.ratio for band in bands[:3]] == [2, 1, 0] and np.isnan(bands[5].ratio)


def test_categories() -> None:
    values = np.zeros((45, 0))
    word = np.array(["田"] * 30 + ["畑"] * 12 + ["宅地"] * 3, dtype=object)
    names, labels, columns = c.Controls((), (), values, word).columns()
    assert names == ("land:畑",) and columns[:, 0].sum() == 12 and "田" in labels[0].ja


# -- refusals ---------------------------------------------------------------------------------------
def test_refuses_below_the_minimum() -> None:
    study = points_of(1, 0.0, 0.0, 40, pool_of=4_000)
    few = study.take(np.r_[0:29, 40:160])
    with pytest.raises(InputError, match="29 usable records; at least 30"):
        c.calibrate(few, 99)
    one_place = study._replace(block=np.where(study.y == 1, 0, np.arange(160) % 3))
    with pytest.raises(InputError, match="at least 4 are needed"):
        c.calibrate(one_place, 99)
    with pytest.raises(InputError, match="nothing can be compared"):
        c.calibrate(study._replace(exposures=np.zeros_like(study.exposures)), 99)
    counts = counts_of(1, 0.0)
    with pytest.raises(InputError, match="12 hamlets with a count; at least 20"):
        c.calibrate(counts.take(np.arange(12))._replace(y=np.full(12, 5.0)), 99)


def test_unknown_controls_are_left_out() -> None:
    study = points_of(1, 0.0, 0.0, 40, pool_of=4_000)
    points = shapely.points(study.xy)
    values = study.controls.copy()
    values[:7] = np.nan
    controls = c.Controls(("river",), (Text("r", "r"),), values)
    made, used, unknown = c.point_study(points[:40], points[40:], controls, lots(np.random.default_rng(1)), GRID, 6)
    assert unknown == 7 and len(made.y) == len(used) == 153


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        c.calibrate(points_of(1, 0.0, 0.0, 40, pool_of=4_000), 99, progress=Stop())


# -- words ------------------------------------------------------------------------------------------
def test_report_rule_and_tables() -> None:
    study = points_of(2, 1.3, -0.5, 200, pool_of=20_000)
    result = c.calibrate(study, 199)
    assert result.verdict == "associated"
    rule = words.rule_frame(result, ABOUT)
    read = rules_from_frame(rule)[0]
    assert read.decay == result.kernel.decay and read.weight == pytest.approx(result.exposure.estimate)
    distance = np.array([0.0, 30.0, 90.0])
    assert read.strength(distance) == pytest.approx(result.kernel.share(distance) * result.exposure.estimate)
    assert "AUC" in read.citation and "n = 200" in read.citation and read.evidence == "local_data"
    for language in ("en", "ja"):
        page = words.html(result, ABOUT, language, "<test>")
        assert "&lt;test&gt;" in page and "<script" not in page
        assert page.index("Wild boar") < page.index("イノシシ") if language == "en" else True
    for frame, specs in (
        (words.coefficient_frame(result), words.COEFFICIENT_FIELDS),
        (words.profile_frame(result), words.PROFILE_FIELDS),
        (words.kernel_frame(result), words.KERNEL_FIELDS),
        (words.place_frame(result), words.PLACE_FIELDS),
        (rule, words.RULE_FIELDS),
    ):
        assert {spec.name for spec in specs} == set(frame.columns)


def test_words_of_every_finding() -> None:
    result = c.calibrate(points_of(2, 0.0, 0.0, 60, pool_of=6_000), 99)
    null = result._replace(p=0.4)
    assert "No association found" in words.verdict(null, ABOUT).en and null.verdict == "none"
    assert "見つかりませんでした" in words.verdict(null, ABOUT).ja
    assert not words.rule_frame(null, ABOUT)["active"].iloc[0]
    narrow = null._replace(terms=(*null.terms[:-1], null.exposure._replace(low=0.1, high=2.0)))
    wide = null._replace(terms=(*null.terms[:-1], null.exposure._replace(low=-0.1, high=2.0)))
    assert len(words.cautions(narrow)) == len(words.cautions(wide)) + 1
    down = result._replace(p=0.01, terms=(*result.terms[:-1], result.exposure._replace(estimate=-1.0)))
    assert down.verdict == "opposite" and "Fewer records" in words.verdict(down, ABOUT).en
    bad = result._replace(
        moran=c.Moran(0.3, 0.0, 0.001), shared=0.95, settled=False, dispersion=3.0, score_low=0.4, kernel_low=10.0
    )
    bad = bad._replace(p=0.01)
    assert len(words.cautions(bad)) == 7 and "reports" in words.cautions(bad)[0].en


def test_same_study_same_result() -> None:
    study = points_of(3, 1.0, -0.5, 60, pool_of=6_000)
    one, other = c.calibrate(study, 99, 5), c.calibrate(study, 99, 5)
    assert (one.p, one.score, one.bands) == (other.p, other.score, other.bands)


# -- proof ------------------------------------------------------------------------------------------
def test_planted_effect_is_recovered() -> None:
    runs = [c.calibrate(points_of(seed, 1.2, -0.5, 200, pool_of=8_000), 99) for seed in range(12)]
    assert min(covered(runs, 1.2, -0.5).values()) >= 10
    assert all(run.verdict == "associated" for run in runs)


@pytest.mark.slow
def test_nothing_planted() -> None:
    grid = c.kernels(distances=[25, 60, 150])
    found = sum(c.calibrate(points_of(seed, 0.0, -0.5, 80, grid), 99).p <= c.ALPHA for seed in range(20))
    low, high = binomial_interval(found, 20)
    assert low <= c.ALPHA <= high


@pytest.mark.slow
def test_clustered_records_do_not_make_findings() -> None:
    """Records in clusters that have nothing to do with the lots: exchanging places alone finds too much."""
    grid = c.kernels(distances=[25, 60, 150])
    found = np.array([_clustered_tests(seed, grid) for seed in range(40)]) <= c.ALPHA
    naive, told = found.sum(axis=0)
    low, high = binomial_interval(int(told), 40)
    assert low <= c.ALPHA <= high and naive > told


def _clustered_tests(seed: int, grid: Any) -> tuple[float, float]:
    """P value by permutation alone, and the one that is told."""
    rng = np.random.default_rng(seed)
    sources = lots(rng)
    centres = rng.random((25, 2)) * SIZE
    xy = np.clip(centres[rng.integers(0, 25, 100)] + rng.normal(size=(100, 2)) * 60, 0, SIZE)
    cases = shapely.points(xy)
    others, _ = c.background(np.array([shapely.box(0, 0, SIZE, SIZE)]), 300, seed)
    controls = river_control(np.concatenate([cases, others]))
    result = c.calibrate(c.point_study(cases, others, controls, sources, grid, 10)[0], 99)
    return result.test.within, result.p


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_planted_effect_is_recovered_in_100_runs() -> None:
    runs = [c.calibrate(points_of(seed, 1.2, -0.5, 200), 99) for seed in range(100)]
    hits = covered(runs, 1.2, -0.5)
    print(hits)
    assert min(hits.values()) >= 90


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_planted_rate_is_recovered_in_100_runs() -> None:
    runs = [c.calibrate(counts_of(seed, 2.5), 99) for seed in range(100)]
    hits = covered(runs, 2.5, 0.0)
    print(hits)
    assert min(hits.values()) >= 90


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("river", [0.0, -0.6])
def test_false_findings_at_the_nominal_rate_in_200_runs(river: float) -> None:
    """Points, all decays, without and with a control that really matters."""
    grid = c.kernels(distances=[25, 40, 60, 100, 150])
    found = sum(c.calibrate(points_of(1000 + s, 0.0, river, 100, grid), 199).p <= c.ALPHA for s in range(200))
    low, high = binomial_interval(found, 200)
    print(found, low, high)
    assert low <= c.ALPHA <= high


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_false_findings_in_counts_at_the_nominal_rate_in_200_runs() -> None:
    grid = c.kernels(distances=[25, 60, 150])
    found = sum(c.calibrate(counts_of(1000 + s, 0.0, grid), 199).p <= c.ALPHA for s in range(200))
    low, high = binomial_interval(found, 200)
    print(found, low, high)
    assert low <= c.ALPHA <= high


# -- damage tables ----------------------------------------------------------------------------------
TODAY = dt.date(2025, 1, 1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("令和6年5月1日", dt.date(2024, 5, 1)),
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("Ｒ６．５．１", dt.date(2024, 5, 1)),
        ("H31.4.30", dt.date(2019, 4, 30)),
        ("2024/5/1 10:30", dt.date(2024, 5, 1)),
        (dt.datetime(2024, 5, 1, 3), dt.date(2024, 5, 1)),
        ("43575", None),
        ("R6.13.1", None),
        ("6.5.1", None),
        ("R9.1.1", None),
        ("", None),
        (None, None),
    ],
)
def test_days(value: object, expected: Optional[dt.date]) -> None:
    assert damage.day_of(value, TODAY) == expected


def table(name: str, *rows: dict[str, Any]) -> damage.Table:
    return damage.Table(name, list(rows[0]), rows)


def read(*tables: damage.Table, **extra: Any) -> damage.Damage:
    made = damage.read_damage(tables, damage.Frame("EPSG:6675"), TODAY, **extra)
    assert made.read == len(made.points) + made.repeated + made.by_name + made.set_aside
    return made


def row(event: str, day: str = "R6.5.1", place: str = "POINT (136.5 36.5)", **more: str) -> dict[str, Any]:
    return {"ID": event, "出没日": day, "WKT": place, "集落": "上", **more}


def test_repeated_events() -> None:
    first = table("a.csv", row("1"), row("2"), row("3"))
    second = table("b.csv", row("1.0", "2024/5/1"), row("2", "R6.6.1"), row("3", place="POINT (136.6 36.5)"))
    made = read(first, second)
    assert (len(made.points), made.repeated) == (5, 1)
    assert made.points.loc[made.points["rows"] == 2, "files"].tolist() == ["a.csv; b.csv"]
    kinds = made.checks.set_index("kind")["rows"]
    assert kinds["repeated_event"] == 1 and kinds["number_used_again"] == 2
    assert read(second, first).points["damage_id"].tolist() == made.points["damage_id"].tolist()


def test_numbers_that_lost_digits_do_not_join_records() -> None:
    made = read(table("a.csv", row("1.72E+09"), row("1.72E+09", "R6.6.1"), row("1.72E+09")))
    assert len(made.points) == 3 and made.points["event"].isna().all()
    assert made.checks.set_index("kind").loc["spoiled_code", "value"] == "1.72E+09"
    whole = read(table("a.csv", row("1.720204001E9")))
    assert "code_as_number" in set(whole.checks["kind"])


def test_rows_without_number_stay_apart_within_a_file() -> None:
    twice = table("a.csv", row(""), row(""))
    assert len(read(twice).points) == 2
    assert len(read(twice, table("b.csv", row(""), row(""))).points) == 2


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"経度": "36.5", "緯度": "136.5"}, "swapped"),
        ({"経度": "0", "緯度": "0"}, "outside"),
        ({"経度": "1.37E+02", "緯度": "36.5"}, "bad_place"),
        ({"経度": "136.5", "緯度": ""}, "bad_place"),
        ({"x": "1000", "y": "2000"}, "no_crs"),
        ({"WKT": "POINT (136.5"}, "bad_place"),
        ({"WKT": "POINT EMPTY"}, "bad_place"),
        ({"経度": "", "緯度": ""}, "no_place"),
    ],
)
def test_places_that_cannot_be_used(cells: dict[str, str], kind: str) -> None:
    made = read(table("a.csv", {"出没日": "R6.5.1", **cells}))
    assert made.set_aside == 1 and made.points.empty
    found = made.checks[made.checks["kind"] == kind]
    assert len(found) == 1 and bool(found["set_aside"].iloc[0]) and found["row"].iloc[0] == 2


def test_shape_and_degrees_that_differ() -> None:
    made = read(table("a.csv", row("1", 経度="136.5", 緯度="36.501")))
    assert "111 m" in made.checks.set_index("kind").loc["place_conflict", "explanation"]
    assert made.points["placed_by"].tolist() == ["wkt"]


def test_counts_without_hamlets_keep_towns_apart() -> None:
    made = read(
        table(
            "a.csv",
            *(
                {"集落": "上", "市町名": town, "出没日": day}
                for town, day in (("甲市", "R6.5.1"), ("乙市", "R6.5.1"), ("甲市", "R5.5.1"))
            ),
        )
    )
    assert made.counts[["municipality", "records"]].values.tolist() == [["乙市", 1], ["甲市", 2]]
    assert made.counts["first_on"].tolist() == [dt.date(2024, 5, 1), dt.date(2023, 5, 1)]


def test_personal_columns_stay_behind() -> None:
    made = read(table("a.csv", row("1", 通報者="山田太郎", 住所="上1-2", 電話番号="090", 備考="山田さん宅")))
    everything = made.points.astype(str).to_csv() + made.checks.to_csv() + made.counts.to_csv()
    assert "山田" not in everything and "090" not in everything
    assert set(made.checks.loc[made.checks["kind"] == "personal_column", "column_name"]) == {
        "通報者",
        "住所",
        "電話番号",
    }


def test_empty_table() -> None:
    made = read(damage.Table("a.csv", ["集落", "WKT"], []))
    assert made.points.empty and made.counts.empty and isinstance(made.checks, pd.DataFrame)
    with pytest.raises(InputError, match="neither places nor hamlets"):
        read(damage.Table("a.csv", ["日付"], []))
