"""Joint and separate fences by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.externality.fences import Assumptions, fence_scenarios
from land_stewardship.core.progress import Progress


def words(*values: object) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def square(x: float, y: float = 0.0) -> Any:
    return shapely.box(x, y, x + 100, y + 100)


#: A: two fields 20 m apart; B: one field 20 m from A's; one field in no hamlet far away.
FIELDS = words(square(0), square(120), square(240), square(2000))
HAMLETS = words("A", "A", "B", None)
EXPOSURE = np.array([10.0, 10.0, 4.0, 1.0])
GIVEN = Assumptions(gap_m=30.0, keeps=0.5, moves=0.4, reach_m=500.0, life_years=8.0, yen_m=80.0, hours_m=0.5)


def run(**change: Any) -> pd.DataFrame:
    made = fence_scenarios(FIELDS, EXPOSURE, HAMLETS, GIVEN._replace(**change), Progress())
    return made.table.set_index(["scenario", made.table["hamlet"].fillna("-")])


def test_lengths_and_costs_by_hand() -> None:
    table = run()
    assert table.loc[("separate", "A"), "fence_m"] == pytest.approx(2 * (220 + 100))
    assert table.loc[("separate", "B"), "fence_m"] == pytest.approx(400)
    joint = 2 * (340 + 100)
    assert table.loc[("joint", "A"), "fence_m"] == pytest.approx(joint * 2 / 3)
    assert table.loc[("joint", "B"), "fence_m"] == pytest.approx(joint / 3)
    assert table.loc[("separate", "B"), "yen_year"] == pytest.approx(400 * 80 / 8)
    assert table.loc[("separate", "B"), "hours_year"] == pytest.approx(200)
    assert run(gap_m=0.0).loc[("separate", "A"), "fence_m"] == pytest.approx(800)
    assert (table.loc["none", "fence_m"] == 0).all() and not table.loc["none", "fenced"].any()


def test_what_is_kept_off_moves_to_those_without_a_fence() -> None:
    table = run()
    # A keeps off 5 + 5; 40 % of it, 4, moves to B, the only unfenced field within 500 m.
    assert table.loc[("alone:A", "A"), "exposure_after"] == pytest.approx(10)
    assert table.loc[("alone:A", "B"), "moved_in"] == pytest.approx(4)
    assert table.loc[("alone:A", "B"), "exposure_after"] == pytest.approx(8)
    # B keeps off 2; 0.8 moves to both fields of A.
    assert table.loc[("alone:B", "A"), "exposure_after"] == pytest.approx(20.8)
    assert table.loc[("alone:B", "B"), "exposure_after"] == pytest.approx(2)
    # With all fenced there is nobody near to move to.
    assert table.loc[("joint", "-"), "moved_in"] == 0 and table.loc[("joint", "A"), "exposure_after"] == 10
    far = run(reach_m=5000.0)
    assert far.loc[("joint", "-"), "moved_in"] == pytest.approx(0.4 * 12)
    assert far["exposure_after"].groupby(level=0).sum()["joint"] == pytest.approx(25 - 12 * 0.6)
    # Fields without exposure of their own share equally.
    made = fence_scenarios(FIELDS[:3], np.array([10.0, 0.0, 0.0]), words("A", "B", "C"), GIVEN, Progress()).table
    moved = made[made["scenario"] == "alone:A"].set_index("hamlet")["moved_in"]
    assert moved.to_dict() == pytest.approx({"A": 0, "B": 1, "C": 1})


def test_assumptions_stand_in_every_row_and_are_checked() -> None:
    table = run()
    assert table["assumptions"].str.contains("a fence lasts 8 years").all()
    assert table["assumptions_ja"].str.contains("柵は8年もつ").all()
    assert set(table["scenario_label_ja"]) >= {"Aだけが囲う", "全体をまとめて囲う"}
    for bad in ({"keeps": 1.1}, {"moves": -0.1}, {"life_years": 0.0}, {"yen_m": float("nan")}):
        with pytest.raises(InputError, match="assumptions"):
            run(**bad)


def test_order_empty_and_cancel() -> None:
    forwards = fence_scenarios(FIELDS, EXPOSURE, HAMLETS, GIVEN, Progress())
    backwards = fence_scenarios(FIELDS[::-1], EXPOSURE[::-1], HAMLETS[::-1], GIVEN, Progress())
    pd.testing.assert_frame_equal(forwards.table, backwards.table)
    assert [line.length for line in forwards.fences["geometry"]] == [
        line.length for line in backwards.fences["geometry"]
    ]
    nothing = fence_scenarios(FIELDS[:0], EXPOSURE[:0], HAMLETS[:0], GIVEN, Progress())
    assert len(nothing.table) == 0 and len(nothing.fences) == 0

    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        fence_scenarios(FIELDS, EXPOSURE, HAMLETS, GIVEN, Stop())


def test_broken_fields_still_get_a_fence() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    made = fence_scenarios(words(bow_tie, square(200)), np.ones(2), words("A", "A"), GIVEN, Progress())
    assert made.fences["fence_m"].gt(400).all()
