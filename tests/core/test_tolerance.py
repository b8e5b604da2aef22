"""Tolerances by accuracy class: worked and published values."""

from __future__ import annotations

import numpy as np
import pytest

from land_stewardship.core.errors import InputError
from land_stewardship.core.parcels.tolerance import CLASSES, accuracy_class, area_tolerance, distance_tolerance

# distance at 100 m, area at 100, 1,000 and 10,000 m² (worked from 別表第四, α = 0)
WORKED = {
    "甲一": (0.050, 0.345, 1.324, 5.5),
    "甲二": (0.140, 0.816, 3.359, 15.0),
    "甲三": (0.280, 1.632, 6.719, 30.0),
    "乙一": (0.530, 2.265, 10.275, 50.0),
    "乙二": (0.950, 4.714, 20.354, 95.0),
    "乙三": (1.900, 9.427, 40.707, 190.0),
}


@pytest.mark.parametrize("name", list(WORKED))
def test_worked_values(name: str) -> None:
    distance, *areas = WORKED[name]
    assert distance_tolerance(100.0, name) == pytest.approx(distance, abs=5e-4)
    assert area_tolerance(np.array([100.0, 1000.0, 10000.0]), name) == pytest.approx(areas, abs=1e-3)


@pytest.mark.parametrize(("name", "centimetres"), [("甲二", 15), ("乙一", 57), ("乙三", 206)])
def test_published_distance_values(name: str, centimetres: int) -> None:
    """Values a land surveyors' page gives for 124.999 m, cut down to whole centimetres."""
    assert int(distance_tolerance(124.999, name) * 100) == centimetres


def test_graphical_method_adds_alpha() -> None:
    assert distance_tolerance(100.0, "乙一", alpha=0.15) == pytest.approx(0.53 + 0.15)


def test_array_of_classes_gives_nan_where_unknown() -> None:
    result = area_tolerance(np.array([1000.0, 1000.0, 1000.0]), np.array(["甲三", None, "乙三"], dtype=object))
    assert result[[0, 2]] == pytest.approx([6.719, 40.707], abs=1e-3)
    assert np.isnan(result[1])


def test_unknown_single_class_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"丙一.*甲一, 甲二"):
        area_tolerance(100.0, "丙一")


def test_classes_get_coarser_in_order() -> None:
    for size in (10.0, 1e3, 1e5):
        limits = [area_tolerance(size, name) for name in CLASSES]
        assert limits == sorted(limits)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("甲三", "甲三"),
        ("甲３", "甲三"),
        ("甲3", "甲三"),
        (" 甲 三 ", "甲三"),
        ("甲　三", "甲三"),
        ("甲(三)", "甲三"),
        ("甲（三）", "甲三"),
        ("精度区分甲三", "甲三"),
        ("甲Ⅲ", "甲三"),
        ("甲三級", "甲三"),
        ("乙壱", "乙一"),
        ("乙-2", "乙二"),
        ("甲四", None),
        ("丙一", None),
        ("", None),
        (None, None),
        (float("nan"), None),
        ("三", None),
        (3, None),
    ],
)
def test_ways_to_write_a_class(written: object, meant: object) -> None:
    assert accuracy_class(written) == meant
