"""Estimates are told with the digits they carry."""

from __future__ import annotations

import pytest

from land_stewardship.core import estimates
from land_stewardship.core.texts import Text


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [
        (0.0, "0 yen", "0円"),
        (4_870.0, "about 4,900 yen", "約4,900円"),
        (9_960.0, "about 10,000 yen", "約1万円"),
        (118_623.0, "about 120,000 yen", "約12万円"),
        (519_782.0, "about 520,000 yen", "約52万円"),
        (4_014_313.0, "about 4 million yen", "約400万円"),
        (123_456_789.0, "about 120 million yen", "約1.2億円"),
    ],
)
def test_money_is_told_in_two_digits_and_japanese_units(value: float, english: str, japanese: str) -> None:
    assert estimates.yen(value) == Text(english, japanese)


def test_hours_lengths_and_proven_gaps() -> None:
    assert estimates.hours(138.6) == Text("about 140 hours", "約140時間")
    assert estimates.hours(1_071.0).en == "about 1,100 hours" and estimates.hours(0.0) == Text("0 hours", "0時間")
    assert estimates.metres(21_521.0) == Text("about 22 km", "約22 km")
    assert estimates.metres(538.0).ja == "約540 m" and estimates.metres(997.0).en == "about 1 km"
    assert estimates.share(0.0) == Text("less than 0.1 %", "0.1 % 未満")
    assert estimates.share(0.41) == Text("at most 0.5 %", "0.5 % 以内")  # a bound is never rounded down
