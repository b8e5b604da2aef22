"""The parcel check on large and unusual input: answers to cancel, packed shapes, other versions of shapely."""

from __future__ import annotations

import gc
import importlib.util
import sys
import threading
import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from land_stewardship.core import watch
from land_stewardship.core.errors import Cancelled
from land_stewardship.core.parcels import check, sewing
from land_stewardship.core.parcels.check import CheckSettings, Fields, PackedShapes, check_packed, check_parcels
from land_stewardship.core.parcels.lots import Lots
from land_stewardship.core.parcels.store import BoxIndex, Shapes, outlines_of
from land_stewardship.core.progress import Progress

FIELDS = Fields("lot_key", "chiban", "area_reg", "accuracy_class")


@pytest.fixture(scope="module")
def generate() -> Any:
    path = Path(__file__).resolve().parents[2] / "benchmarks" / "generate.py"
    spec = importlib.util.spec_from_file_location("benchmark_generate", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lots(generate: Any) -> gpd.GeoDataFrame:
    found, _ = generate.lots(900, 11, per_kind=4)
    return found


def packed(lots: gpd.GeoDataFrame) -> PackedShapes:
    shapes = PackedShapes()
    blobs = shapely.to_wkb(lots.geometry.to_numpy()).tolist()
    for begin in range(0, len(blobs), 350):
        shapes.append(blobs[begin : begin + 350])
    return shapes


class Clock(Progress):
    """Notes when it is spoken to; says stop after ``stop`` seconds or at the fraction ``stop_at``, if given."""

    def __init__(self, stop: float = np.inf, stop_at: float = np.inf) -> None:
        super().__init__()
        self.begin = time.perf_counter()
        self.times = [self.begin]
        self.seen: list[float] = []
        self.stop = stop
        self.stop_at = stop_at
        self.stopped = np.inf

    def is_cancelled(self) -> bool:
        now = time.perf_counter()
        self.times.append(now)
        if now - self.begin < self.stop and not (self.seen and self.seen[-1] >= self.stop_at):
            return False
        self.stopped = min(self.stopped, now)
        return True

    def show(self, fraction: float) -> None:
        self.seen.append(fraction)


# -- packed shapes and tiles -------------------------------------------------------------------


def test_packed_shapes_give_the_same_result(lots: gpd.GeoDataFrame) -> None:
    whole = check_parcels(lots, sheet_field=None)
    table = pd.DataFrame(lots.drop(columns="geometry"))
    apart = check_packed(table, packed(lots), FIELDS, CheckSettings(), crs=lots.crs)
    pd.testing.assert_frame_equal(apart.findings, whole.findings)
    pd.testing.assert_frame_equal(apart.areas, whole.areas)
    assert apart.lots["worst"].tolist() == whole.lots["worst"].tolist()


def test_packed_shapes_hand_out_any_rows_in_any_order(lots: gpd.GeoDataFrame) -> None:
    blobs = [None, *shapely.to_wkb(lots.geometry.to_numpy()[:5]).tolist(), b""]
    shapes = PackedShapes()
    for begin in range(0, 7, 3):
        shapes.append(blobs[begin : begin + 3])
    rows = np.array([6, 2, 0, 5, 2])
    given = shapes.take(rows)
    assert len(shapes) == 7
    assert given[0] is None and given[2] is None
    for place, number in ((1, 1), (3, 4), (4, 1)):
        assert shapely.equals_exact(given[place], lots.geometry.iloc[number])


def test_outlines_from_packed_shapes_are_those_of_the_geometries(lots: gpd.GeoDataFrame) -> None:
    """One ring (read from the WKB), holes, parts, heights, the other byte order, none, and one replaced."""
    square = shapely.box(0, 0, 10, 10)
    shapes = [
        *lots.geometry.to_numpy()[:4],
        shapely.multipolygons([lots.geometry.iloc[4]]),
        shapely.MultiPolygon([square, shapely.box(20, 0, 25, 5)]),
        square.difference(shapely.box(2, 2, 4, 4)),
        shapely.force_3d(square, 7.0),
        shapely.box(30, 0, 40, 10),
        None,
        shapely.Polygon(),
        shapely.box(50, 0, 60, 10),
        shapely.box(70, 0, 80, 10),
    ]
    blobs = shapely.to_wkb(np.array(shapes, dtype=object), output_dimension=3).tolist()
    blobs[8] = shapely.to_wkb(shapes[8], byte_order=0)
    apart = PackedShapes()
    apart.append(blobs[:5])
    apart.append(blobs[5:])
    rows = np.array([12, 8, 7, 6, 0, 5, 11, 10, 4, 9, 2, 1])
    assert apart.is_plain(rows).tolist() == [number in (12, 0, 11, 4, 2, 1) for number in rows.tolist()]
    table = pd.DataFrame(index=range(len(shapes)))
    known = Lots(table, apart, Fields(), CheckSettings())
    known.replace(11, shapely.box(50, 0, 55, 5))
    given = known.outlines(rows)
    wanted = outlines_of(known.take(rows))
    for mine, theirs in zip(given, wanted):
        assert mine.tolist() == theirs.tolist()
    assert given.xy[given.lot[given.ring] == 6].max() == 55.0


def test_edges_that_share_a_number_are_told_apart(lots: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = check_parcels(lots)
    monkeypatch.setattr(sewing, "_MIX", np.zeros_like(sewing._MIX))
    every = check_parcels(lots)
    pd.testing.assert_frame_equal(every.findings, usual.findings)
    assert len(usual.findings) > 20


@pytest.mark.parametrize("tile", [60])
def test_the_size_of_the_tiles_does_not_matter(
    lots: gpd.GeoDataFrame, generate: Any, monkeypatch: pytest.MonkeyPatch, tile: int
) -> None:
    noisy = generate.with_noise(lots, 0.001)
    for given in (lots, noisy):
        once = check_parcels(given).findings
        monkeypatch.setattr(sewing, "TILE", tile)
        again = check_parcels(given).findings
        monkeypatch.undo()
        kept = [frame[frame["kind"] != "near_border"] for frame in (once, again)]
        assert kept[0]["lots"].tolist() == kept[1]["lots"].tolist()
        assert kept[0]["kind"].tolist() == kept[1]["kind"].tolist()
        assert kept[0]["size"].tolist() == pytest.approx(kept[1]["size"].tolist(), rel=1e-2, abs=2e-3, nan_ok=True)


def test_tiles_do_not_depend_on_the_order(lots: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sewing, "TILE", 100)
    mixed = lots.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(check_parcels(lots).findings, check_parcels(mixed).findings)


@pytest.mark.parametrize("seed", range(4))
def test_boxes_are_found_as_by_comparing_all(seed: int) -> None:
    random = np.random.default_rng(seed)
    low = random.uniform(-500, 500, (300, 2))
    size = 10 ** random.uniform(-2, 2.7, (300, 2))
    bounds = np.concatenate([low, low + size], axis=1)
    bounds[7] = np.nan
    asked = bounds[random.permutation(300)[:60]] + random.normal(0, 5, (60, 1))
    some = np.sort(random.choice(300, 200, replace=False))
    which, row = BoxIndex(bounds, some).query(asked)
    meet = (asked[:, None, :2] <= bounds[None, :, 2:]).all(axis=2) & (bounds[None, :, :2] <= asked[:, None, 2:]).all(
        axis=2
    )
    meet &= np.isin(np.arange(300), some)
    assert list(zip(which, row)) == list(zip(*(part.tolist() for part in np.nonzero(meet))))


def test_points_join_the_first_one_near_and_move_no_farther() -> None:
    random = np.random.default_rng(5)
    nodes = random.uniform(0, 0.3, (400, 2))
    nodes = nodes[np.lexsort(nodes.T)]
    leader = sewing.leaders(nodes, 0.01)
    expected = np.arange(len(nodes))
    for one in range(len(nodes)):
        near = [k for k in range(one) if expected[k] == k and np.hypot(*(nodes[k] - nodes[one])) <= 0.01]
        expected[one] = near[0] if near else one
    assert leader.tolist() == expected.tolist()


# -- noise -------------------------------------------------------------------------------------


def test_noise_hides_no_defect_and_invents_none(generate: Any) -> None:
    lots, _ = generate.lots(900, 12, per_kind=4)
    clean, noisy = check_parcels(lots).findings, check_parcels(generate.with_noise(lots, 0.001)).findings
    for kind in generate.DEFECTS:
        if kind != "duplicate":  # copies that differ by 1 mm are near copies, found as well
            assert (clean["kind"] == kind).sum() == (noisy["kind"] == kind).sum(), kind
    assert (noisy["kind"] == "duplicate").sum() == 4
    assert set(noisy["kind"]) - set(clean["kind"]) == {"near_border"}


# -- answers while it works --------------------------------------------------------------------


def test_work_in_a_thread_is_shown_and_can_be_cancelled() -> None:
    def slow(progress: Progress) -> str:
        progress.note("half way")
        progress.step(0.5)
        time.sleep(0.7)  # one long array operation
        progress.step(1.0)
        return "done"

    clock = Clock()
    assert watch.watched(slow, clock) == "done"
    assert clock.seen == sorted(clock.seen) and 0.5 in clock.seen
    assert np.diff(clock.times).max() < 0.5
    clock = Clock(stop=0.1)
    with pytest.raises(Cancelled):
        watch.watched(slow, clock)
    assert time.perf_counter() - clock.begin < 0.6


def test_what_goes_wrong_in_the_thread_is_raised_here() -> None:
    def broken(progress: Progress) -> None:
        raise ZeroDivisionError(threading.current_thread().name)

    with pytest.raises(ZeroDivisionError, match="land-stewardship"):
        watch.watched(broken, Progress())


@pytest.mark.parametrize("awake", [True, False])
def test_the_collector_rests_and_is_as_it_was_afterwards(awake: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if awake else gc.disable)()
        with pytest.raises(ZeroDivisionError), watch.resting_collector():
            assert not gc.isenabled()
            raise ZeroDivisionError
        assert gc.isenabled() == awake
    finally:
        (gc.enable if before else gc.disable)()


def test_the_check_of_many_lots_runs_under_watch(lots: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "CHUNK", 300)
    clock = Clock()
    result = check_parcels(lots, progress=clock)
    assert clock.seen == sorted(clock.seen)
    assert clock.seen[-1] <= 1
    monkeypatch.undo()
    pd.testing.assert_frame_equal(result.findings, check_parcels(lots).findings)
    monkeypatch.setattr(check, "CHUNK", 300)
    clock = Clock(stop=0.0)
    with pytest.raises(Cancelled):
        check_parcels(lots, progress=clock)
    assert time.perf_counter() - clock.stopped < 1.0


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.001])
def test_progress_and_cancel_on_100_000_lots(generate: Any, noise: float, monkeypatch: pytest.MonkeyPatch) -> None:
    # The check takes few seconds: look at it more often than a user, to see all it tells.
    monkeypatch.setattr(watch, "INTERVAL", 0.02)
    lots, _ = generate.lots(100_000, 1)
    lots = generate.with_noise(lots, noise) if noise else lots
    clock = Clock()
    check_parcels(lots, progress=clock)
    assert np.diff(clock.times).max() < 1.0
    assert len({round(fraction, 3) for fraction in clock.seen}) > 15
    for part in (0.05, 0.2, 0.4, 0.6, 0.8):
        clock = Clock(stop_at=part)
        with pytest.raises(Cancelled):
            check_parcels(lots, progress=clock)
        # The user's click falls between two questions; the answer follows the next one.
        assert np.diff(clock.times).max() + time.perf_counter() - clock.stopped < 1.0


# -- older shapely -----------------------------------------------------------------------------


def test_without_the_coverage_functions_of_newer_shapely(
    lots: gpd.GeoDataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """shapely 2.0 has none of them: the same findings come out."""
    whole = check_parcels(lots)
    newer = [name for name in dir(shapely) if name.startswith(("coverage_", "orient_", "maximum_inscribed"))]
    newer += [
        name for name in ("disjoint_subset_union", "has_m", "get_m", "minimum_clearance_line") if hasattr(shapely, name)
    ]
    for name in newer:
        monkeypatch.delattr(shapely, name)
    again = check_parcels(lots)
    pd.testing.assert_frame_equal(again.findings, whole.findings)
    pd.testing.assert_frame_equal(again.areas, whole.areas)


# -- one bad lot -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole_lots(lots: gpd.GeoDataFrame) -> pd.DataFrame:
    """Findings of the first lots with nothing spoilt."""
    return check_parcels(lots.iloc[:90]).findings


@pytest.mark.parametrize(
    "bad",
    [
        None,
        shapely.Polygon(),
        shapely.Point(3, 3),
        shapely.GeometryCollection([shapely.box(0, 0, 1, 1), shapely.Point(0, 0)]),
        shapely.Polygon([(0, 0), (np.nan, 1), (1, 1)]),
        shapely.Polygon([(0, 0), (np.inf, 1), (1, 1)]),
        shapely.Polygon([(0, 0), (1, 1), (0, 0), (1, 1)]),
        shapely.Polygon([(0, 0), (1e300, 1), (1, 1e300)]),
        shapely.Polygon([(0, 0), (5, 5), (5, 0), (0, 5)]),
        shapely.MultiPolygon([shapely.box(0, 0, 9, 9), shapely.box(2, 2, 4, 4)]),
    ],
    ids=range(10),
)
def test_no_lot_stops_the_check(lots: gpd.GeoDataFrame, whole_lots: pd.DataFrame, bad: Any) -> None:
    some, before = lots.iloc[:90].copy(), whole_lots
    some.geometry = [bad, *some.geometry.iloc[1:]]
    after = check_parcels(some)
    assert after.counts["lots"] == 90
    own = some["lot_key"].iloc[0]
    others = before[~before["lots"].map(lambda text: own in text.split("; "))]
    assert set(others["finding_id"]) - set(after.findings["finding_id"]) == set()


def test_lots_know_their_shapes_by_row(lots: gpd.GeoDataFrame) -> None:
    table = Lots(lots, Shapes(lots.geometry.to_numpy()), FIELDS, CheckSettings())
    table.replace(3, None)
    given = table.take([2, 3, 2])
    assert given[1] is None and given[0] is given[2] is lots.geometry.iloc[2]
