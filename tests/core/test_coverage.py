"""Exact pixel coverage, figures per polygon, and the shape of a year: by hand and against slow ways."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.condition import coverage as cv
from land_stewardship.core.condition import figures as fg
from land_stewardship.core.condition import series as sr
from land_stewardship.core.errors import Cancelled
from land_stewardship.core.progress import Progress

LATTICE = cv.Lattice(-3.0, 11.0, 1.3, 0.7, 20, 12)
NAN = float("nan")


def weights_of(found: cv.Membership, lot: int, lattice: cv.Lattice = LATTICE) -> np.ndarray:
    """Weights of one polygon as rows x columns."""
    flat = np.zeros(lattice.rows * lattice.columns)
    flat[found.cell[found.lot == lot]] = found.weight[found.lot == lot]
    return flat.reshape(lattice.rows, lattice.columns)


def pixels(lattice: cv.Lattice = LATTICE) -> np.ndarray:
    row, column = np.mgrid[: lattice.rows, : lattice.columns]
    left, top = lattice.left + column * lattice.width, lattice.top - row * lattice.height
    return shapely.box(left, top - lattice.height, left + lattice.width, top)


def shapes(seed: int) -> np.ndarray:
    """Polygons of every kind: bow ties, holes, parts, beyond the raster."""
    random = np.random.default_rng(seed)
    made = []
    for number in range(6):
        shape = shapely.Polygon(random.uniform(-6, 15, (5, 2)))
        if number % 2:
            shape = shapely.make_valid(shape).difference(shapely.Point(5, 5).buffer(2))
        made.append(shape)
    return np.array([*made, made[0], None, shapely.Point(1, 1), shapely.Polygon()], dtype=object)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_coverage_is_the_area_of_the_intersection(seed: int) -> None:
    lots = shapes(seed)
    found = cv.membership(lots, LATTICE)
    size = LATTICE.width * LATTICE.height
    assert (np.diff(found.lot) >= 0).all() and not np.isin(found.lot, [7, 8, 9]).any()
    for lot in range(7):
        valid = shapely.make_valid(lots[lot])
        expected = shapely.area(shapely.intersection(pixels(), valid)) / size
        assert weights_of(found, lot) == pytest.approx(expected, abs=1e-9)
        assert found.size[lot] == pytest.approx(valid.area / size, abs=1e-7)
    assert np.isnan(found.size[7:]).all()
    # The same shape twice: each has its own pixels.
    assert np.array_equal(weights_of(found, 0), weights_of(found, 6))


def test_parts_and_bands_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    lots = shapes(3)
    whole = cv.membership(lots, LATTICE)
    for cells in (7, 40, 200):
        monkeypatch.setattr(cv, "CELLS_AT_ONCE", cells)
        parts = cv.membership(lots, LATTICE)
        assert np.array_equal(parts.lot, whole.lot) and np.array_equal(parts.cell, whole.cell)
        assert parts.weight == pytest.approx(whole.weight, abs=1e-9)


def test_rules_on_the_edge() -> None:
    lattice = cv.Lattice(0.0, 4.0, 1.0, 1.0, 4, 4)
    # One and a half pixels wide, two high: centres of column 1 lie on the edge.
    lot = np.array([shapely.box(0, 2, 1.5, 4)])
    by_share, by_centre, whole = (cv.membership(lot, lattice, rule) for rule in cv.RULES)
    assert by_share.weight.tolist() == [1.0, 0.5, 1.0, 0.5] and by_share.cell.tolist() == [0, 1, 4, 5]
    assert by_centre.cell.tolist() == [0, 4] and by_centre.weight.tolist() == [1.0, 1.0]
    assert whole.cell.tolist() == [0, 4]
    with pytest.raises(ValueError, match="rule"):
        cv.membership(lot, lattice, "nearest")


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        cv.membership(shapes(1), LATTICE, progress=Stop())


def test_figures_of_whole_pixels_are_numpys() -> None:
    lattice = cv.Lattice(0.0, 5.0, 1.0, 1.0, 5, 8)
    values = np.random.default_rng(2).normal(size=40)
    values[[3, 17]] = NAN
    lots = np.array(
        [shapely.box(0, 0, 8, 5), shapely.box(2, 1, 4, 4), shapely.box(3, 4, 4, 5), shapely.box(9, 9, 10, 10)]
    )
    found = fg.figures(cv.membership(lots, lattice), values, threshold=0.2)
    image = values.reshape(5, 8)
    for lot, block in ((0, image), (1, image[1:4, 2:4])):
        known = block[np.isfinite(block)]
        assert found.mean[lot] == pytest.approx(known.mean(), abs=1e-12)
        assert found.sd[lot] == pytest.approx(known.std(), abs=1e-12)
        for name, quantile in (("p10", 10), ("median", 50), ("p90", 90)):
            assert getattr(found, name)[lot] == pytest.approx(np.percentile(known, quantile), abs=1e-12)
        assert found.share_over[lot] == pytest.approx((known > 0.2).mean())
        assert found.pixels[lot] == found.whole[lot] == known.size
        assert found.covered[lot] == pytest.approx(known.size / block.size)
    # Only a pixel without value; outside the image.
    assert found.pixels[2:].tolist() == [0, 0] and np.isnan(found.mean[2:]).all() and np.isnan(found.median[2:]).all()


def test_means_weigh_edge_pixels_and_skip_missing_values() -> None:
    lattice = cv.Lattice(0.0, 1.0, 1.0, 1.0, 1, 3)
    lots = np.array([shapely.box(0.5, 0, 2, 1), shapely.box(0.5, 0, 3, 1)])
    found = fg.means(cv.membership(lots, lattice), np.array([1.0, 4.0, NAN]))
    assert found.mean == pytest.approx([(0.5 * 1 + 4) / 1.5] * 2) and found.pixels == pytest.approx([1.5, 1.5])


def test_class_shares() -> None:
    lattice = cv.Lattice(0.0, 1.0, 1.0, 1.0, 1, 4)
    lots = np.array([shapely.box(0, 0, 3.5, 1), shapely.box(9, 0, 10, 1)])
    lot, number, share = fg.class_shares(cv.membership(lots, lattice), np.array([100.0, 500.0, 500.0, 700.0]))
    assert lot.tolist() == [0, 0, 0] and number.tolist() == [500, 100, 700]
    assert share == pytest.approx([2 / 3.5, 1 / 3.5, 0.5 / 3.5])


# -- dates and seasons ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ndvi_2024", "2024"),
        ("S2A_MSIL2A_20240805T013701_NDVI", "2024-08-05"),
        ("2024-08-05", "2024-08-05"),
        ("2024_8", "2024-08"),
        ("2024年8月5日の緑", "2024-08-05"),
        ("２０２４．０８．０５", "2024-08-05"),
        ("LC08_2024218", "2024-08-05"),
        ("20241345", None),
        ("tile_12345678", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_in_names(name: str, day: str) -> None:
    assert sr.date_in(name) == day


DAYS = np.array([100.0, 130, 160, 190, 220, 250, 280])


def test_shape_of_a_year_by_hand() -> None:
    grown = [0.2, 0.3, 0.5, 0.8, 0.8, 0.7, 0.4]  # rice: rises once, falls at harvest
    mown = [0.3, 0.6, 0.3, 0.6, 0.3, 0.6, 0.3]  # cut twice, then autumn
    few = [0.3, NAN, NAN, NAN, 0.6, 0.5, NAN]
    flat = [0.7, 0.72, 0.71, 0.7, 0.73, 0.7, 0.7]
    found = sr.season(DAYS, np.array([grown, mown, few, flat]))
    assert found.dips[[0, 1, 3]].tolist() == [0, 2, 0] and np.isnan(found.dips[2])
    assert found.peak[:2].tolist() == [0.8, 0.6] and found.trough[:2].tolist() == [0.2, 0.3]
    assert found.peak_day[0] == 190 and found.amplitude[0] == pytest.approx(0.6)
    # Half of 0.2 .. 0.8 is 0.5, reached on day 160; a year without movement has no green-up.
    assert found.greenup_day[0] == pytest.approx(160) and np.isnan(found.greenup_day[[2, 3]]).all()
    assert found.images.tolist() == [7, 7, 3, 7] and np.isnan(found.peak[2])


def test_green_up_lies_between_images() -> None:
    found = sr.season(DAYS, np.array([[0.2, 0.2, 0.2, 0.8, 0.8, 0.8, 0.8]]))
    assert found.greenup_day[0] == pytest.approx(175)


def test_a_cut_needs_a_rise_and_summer() -> None:
    slow = [0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5]
    winter = np.array([10.0, 40, 70, 100, 130, 160, 190])
    early = [0.6, 0.3, 0.6, 0.6, 0.6, 0.6, 0.6]
    assert sr.season(DAYS, np.array([slow])).dips[0] == 0
    assert sr.season(winter, np.array([early])).dips[0] == 0
    assert sr.season(DAYS, np.array([[0.6, 0.3, 0.6, 0.6, 0.6, 0.6, 0.6]])).dips[0] == 1


def test_difference_from_the_village() -> None:
    values = np.array([*range(11), 50.0, NAN])
    kinds = np.array(["田"] * 11 + ["畑", "田"], dtype=object)
    found = sr.against_peers(values, kinds)
    assert found[:11].tolist() == [v - 5 for v in range(11)] and np.isnan(found[11:]).all()
