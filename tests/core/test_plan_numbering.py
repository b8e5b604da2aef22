"""Unit numbers: readable, along the land, the same for good."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.plan import numbering


def test_letters() -> None:
    assert [numbering.letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


def test_chiban() -> None:
    assert numbering.chiban_of("15222-241-000-0000-00-1024-1") == "1024-1"
    assert numbering.chiban_of("5") is None and numbering.chiban_of(None) is None


def test_numbers_run_from_west_to_east_and_south_to_north() -> None:
    places = np.array([[30.0, 3.0], [10.0, 1.0], [20.0, 2.0]])
    numbers, known = numbering.assign(["c", "a", "b"], ["上"] * 3, places, [None] * 3)
    assert numbers == ["A-3", "A-1", "A-2"] and known.last == {"A": 3}
    upright = np.array([[0.0, 30.0], [0.0, 10.0], [0.0, 20.0]])
    assert numbering.assign(["c", "a", "b"], ["上"] * 3, upright, [None] * 3)[0] == ["A-3", "A-1", "A-2"]


def test_numbers_stay_and_are_not_used_again() -> None:
    places = np.array([[0.0, 0.0], [10.0, 0.0]])
    _, known = numbering.assign(["a", "b"], ["上", "下"], places, [None] * 2)
    assert known.letters == {"上": "A", "下": "B"} or known.letters == {"下": "B", "上": "A"}
    numbers, known = numbering.assign(["c", "d"], ["あ", "上"], places, [None] * 2, known, {"上": 0, "下": 1})
    assert numbers == ["C-1", "A-2"] and known.last == {"A": 2, "B": 1, "C": 1}


def test_no_hamlet_means_no_letter() -> None:
    assert numbering.assign(["a"], [None], np.array([[0.0, 0.0]]), [None])[0] == ["1"]


def test_many_lots_go_by_lot_number() -> None:
    count = numbering.MOST_NUMBERS + 1
    places = np.column_stack([np.arange(count, dtype=float), np.zeros(count)])
    keys = [f"k{n:03}" for n in range(count)]
    chiban: list[Any] = [str(1000 + n) for n in range(count)]
    chiban[5] = None
    numbers, known = numbering.assign(keys, ["上"] * count, places, chiban)
    assert numbers[0] == "1000" and numbers[5] == "A-1" and known.scheme == numbering.CHIBAN
    few, _ = numbering.assign(keys[:9], ["上"] * 9, places[:9], chiban[:9])
    assert few[0] == "A-1"
    # The plan keeps its way of numbering when it shrinks or grows.
    assert numbering.assign(["new"], ["上"], places[:1], ["77"], known)[0] == ["77"]


@settings(max_examples=40, deadline=None)
@given(
    places=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=12, unique=True),
    data=st.data(),
)
def test_input_order_does_not_matter(places: Any, data: Any) -> None:
    keys = [f"{x:03}-{y:03}" for x, y in places]
    hamlets = ["上" if x < 250 else "下" for x, _ in places]

    def numbered(order: list[int]) -> dict[str, str]:
        found, _ = numbering.assign(
            [keys[n] for n in order],
            [hamlets[n] for n in order],
            np.array([places[n] for n in order], dtype=float),
            [None] * len(order),
        )
        return dict(zip([keys[n] for n in order], found))

    order = list(range(len(keys)))
    numbers = numbered(order)
    assert numbers == numbered(data.draw(st.permutations(order)))
    assert len(set(numbers.values())) == len(keys)
