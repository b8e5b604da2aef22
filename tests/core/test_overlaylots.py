"""Lots under another map: shares in both directions, sums, small parts; pins."""

from __future__ import annotations

from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.parcels.matchdata import LotColumns
from land_stewardship.core.parcels.overlay import (
    OverlaySettings,
    overlay_lots,
    overlay_totals,
    pin_totals,
    place_pins,
)
from land_stewardship.core.progress import Progress

CRS = pyproj.CRS("EPSG:6676")
LOT = LotColumns("lot_key", "chiban", "oaza")


def frame(shapes: list[Any], **columns: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


LOTS = frame(
    [shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(200, 0, 300, 100)],
    lot_key=["A", "B", "C"],
    chiban=["12-1", "12-2", "13"],
    oaza=["大字谷沢"] * 3,
)


def test_shares_in_both_directions_sums_and_what_is_left() -> None:
    fields = frame([shapely.box(50, 0, 150, 100), shapely.box(150, 0, 200.5, 100)], uuid=["f1", "f2"])
    result = overlay_lots(LOTS, fields, "lot_key", "uuid")
    table = result.shares.set_index(["lot_key", "other_key"])
    assert table["area_m2"].round(6).to_dict() == {
        ("A", "f1"): 5000, ("B", "f1"): 5000, ("B", "f2"): 5000, ("C", "f2"): 50,
    }  # fmt: skip
    assert table.loc[("A", "f1"), ["share_lot", "share_other"]].tolist() == [0.5, 0.5]
    assert table.loc[("C", "f2"), "share_other"] == pytest.approx(50 / 5050)
    assert table["small"].tolist() == [False, False, False, True]
    lots = result.lots.set_index("lot_key")
    assert lots["share_covered"].round(6).tolist() == [0.5, 1.0, 0.005]
    assert lots["uncovered_m2"].round(6).tolist() == [5000, 0, 9950]
    assert lots["other_count"].tolist() == [1, 2, 0] and lots["small_count"].tolist() == [0, 0, 1]
    assert result.others["lot_count"].tolist() == [2, 1]
    assert result.others["share_on_lots"].tolist() == pytest.approx([1.0, 1.0])


def test_land_that_the_other_map_covers_twice_counts_once() -> None:
    fields = frame([shapely.box(0, 0, 60, 100), shapely.box(40, 0, 80, 100)])
    lots = overlay_lots(LOTS, fields, "lot_key").lots
    assert lots["share_sum"].iloc[0] == pytest.approx(1.0) and lots["share_covered"].iloc[0] == pytest.approx(0.8)


def test_thresholds_are_the_callers() -> None:
    fields = frame([shapely.box(95, 0, 200, 100)])
    for least, small in ((0.01, False), (0.06, True)):
        table = overlay_lots(LOTS, fields, "lot_key", settings=OverlaySettings(min_share=least)).shares
        assert bool(table.set_index("lot_key").at["A", "small"]) is small
    for wrong in (OverlaySettings(min_share=1.5), OverlaySettings(reach=-1), OverlaySettings(min_area=-1)):
        with pytest.raises(InputError):
            overlay_lots(LOTS, fields, "lot_key", settings=wrong)
    with pytest.raises(InputError):
        overlay_lots(LOTS, fields, "nothing")


def test_broken_missing_and_empty_shapes() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    lots = frame([bow_tie, None, shapely.Point(1, 1)], lot_key=["A", "B", "C"])
    result = overlay_lots(lots, frame([shapely.box(0, 0, 100, 100)]), "lot_key")
    assert result.shares["area_m2"].tolist() == pytest.approx([5000])
    assert result.lots["share_covered"].tolist()[0] == pytest.approx(1.0)
    assert result.lots["share_covered"].isna().tolist() == [False, True, True]
    nothing = overlay_lots(LOTS, frame([]), "lot_key")
    assert nothing.shares.empty and nothing.lots["share_uncovered"].tolist() == [1, 1, 1]
    assert overlay_lots(LOTS.iloc[:0], frame([bow_tie]), "lot_key").others["lot_count"].tolist() == [0]


@given(st.lists(st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 15)] * 2), min_size=1, max_size=12), st.randoms())
@settings(max_examples=25, deadline=None)
def test_areas_are_kept_and_the_order_does_not_matter(boxes: list[tuple[int, int, int, int]], random: Any) -> None:
    shapes = [shapely.box(x, y, x + w, y + h) for x, y, w, h in boxes]
    grid = [shapely.box(10 * i, 10 * j, 10 * i + 10, 10 * j + 10) for i in range(5) for j in range(5)]
    lots = frame(grid, lot_key=[f"L{number:02d}" for number in range(25)])
    others = frame(shapes, uuid=[f"f{number:02d}" for number in range(len(shapes))])
    result = overlay_lots(lots, others, "lot_key", "uuid")
    union = shapely.area(shapely.intersection(shapely.union_all(shapes), shapely.union_all(grid)))
    assert (result.lots["share_covered"] * 100).sum() == pytest.approx(union)
    assert (result.lots["uncovered_m2"]).sum() == pytest.approx(2500 - union)
    assert result.shares["share_lot"].max() <= 1 + 1e-9
    summed = result.shares.groupby("other_key")["area_m2"].sum()
    whole = pd.Series([shapely.area(shape) for shape in shapes], index=others["uuid"])
    assert (summed <= whole[summed.index] + 1e-6).all() and len(summed)
    a, b = list(range(25)), list(range(len(shapes)))
    random.shuffle(a)
    random.shuffle(b)
    again = overlay_lots(lots.iloc[a], others.iloc[b], "lot_key", "uuid")
    pd.testing.assert_frame_equal(
        result.shares.drop(columns="geometry"), again.shares.drop(columns="geometry"), check_exact=False
    )


@pytest.mark.parametrize(
    ("place", "number", "lot", "method", "agrees", "words"),
    [
        ((50, 50), "１２番１", "A", "inside", "yes", "number agrees"),
        ((50, 50), "谷沢12-1", "A", "inside", "yes", "number agrees"),
        ((50, 50), None, "A", "inside", "unknown", "no number to compare"),
        ((95, 50), "12-2", "A", "inside", "no", "Inside lot 12-1, but the pin says 12-2. That lot is 5 m away."),
        ((95, 50), "99", "A", "inside", "no", "but the pin says 99"),
        ((100, 50), "12-2", "B", "border", "yes", "the number decides"),
        ((100, 50), None, None, "none", "unknown", "On a border"),
        ((310, 50), "13", "C", "near", "yes", "10 m outside the lot"),
        ((310, 50), "山田13", None, "none", "no", "No lot 13 within 20 m"),
        ((310, 50), "12-1", None, "none", "no", "No lot 12-1 within 20 m"),
        ((310, 50), None, None, "none", "unknown", "no number"),
        ((400, 50), "13", None, "none", "no", "No lot within 20 m"),
        (None, "13", None, "none", "unknown", "no place"),
    ],
)
def test_pins(
    place: Optional[tuple[float, float]],
    number: Optional[str],
    lot: Optional[str],
    method: str,
    agrees: str,
    words: str,
) -> None:
    pins = frame([None if place is None else shapely.Point(place)], Tiban=[number])
    row = place_pins(LOTS, pins, LOT, "Tiban").iloc[0]
    assert (row["lot_key"], row["pin_method"], row["pin_number"]) == (lot, method, agrees)
    assert words in row["pin_reason"] and row["pin_reason_ja"]


def test_pins_without_lots_and_distance_of_the_caller() -> None:
    pins = frame([shapely.Point(310, 50)], Tiban=["13"])
    assert place_pins(LOTS.iloc[:0], pins, LOT, "Tiban")["lot_key"].isna().all()
    assert place_pins(LOTS, pins, LOT, "Tiban", settings=OverlaySettings(reach=5))["lot_key"].isna().all()
    assert place_pins(LOTS, pins.iloc[:0], LOT, "Tiban").empty
    with pytest.raises(InputError):
        place_pins(LOTS, pins, LOT, "nothing")


def test_cancel_is_obeyed() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        overlay_lots(LOTS, LOTS, "lot_key", progress=Stop())
    with pytest.raises(Cancelled):
        place_pins(LOTS, frame([shapely.Point(1, 1)]), LOT, progress=Stop())


def test_a_map_on_itself() -> None:
    result = overlay_lots(LOTS, LOTS, "lot_key", "lot_key")
    assert result.shares["lot_key"].tolist() == result.shares["other_key"].tolist() == ["A", "B", "C"]
    assert np.allclose(result.shares[["share_lot", "share_other"]], 1.0)


def test_totals_count_lots_areas_and_what_is_left() -> None:
    lots = frame([*LOTS.geometry, None], lot_key=["A", "B", "C", "D"])
    fields = frame([shapely.box(50, 0, 150, 100), shapely.box(150, 0, 200.5, 100), shapely.box(0, 200, 10, 210)])
    assert overlay_totals(overlay_lots(lots, fields, "lot_key")) == pytest.approx(
        {
            "PAIRS": 4,
            "SMALL": 1,
            "LOT_COUNT": 4,
            "LOTS_COVERED": 2,
            "LOTS_UNKNOWN": 1,
            "UNCOVERED": 0,
            "UNCOVERED_M2": 14_950,
            "OTHER_COUNT": 3,
            "OTHERS_ON_LOTS": 2,
            "OUTSIDE_M2": 100,
        }
    )


def test_the_reasons_of_pins_without_a_lot_add_up() -> None:
    points = [(10, 10), (110, 10), (310, 50), (305, 50), (305, 51), (900, 50), (100, 50)]
    pins = frame(
        [*map(shapely.Point, points), None],
        tiban=["12-1", "99", "13", "99", "", "13", "", "13"],
    )
    assert pin_totals(place_pins(LOTS, pins, LOT, "tiban")) == {
        "PIN_COUNT": 8,
        "PINS_PLACED": 3,
        "PINS_DISAGREE": 1,
        "PINS_WITHOUT": 5,
        "PINS_FAR": 1,
        "PINS_BORDER": 1,
        "PINS_NO_NUMBER": 1,
        "PINS_OTHER_NUMBER": 1,
        "PINS_NO_PLACE": 1,
    }
    assert set(pin_totals(place_pins(LOTS, pins[:0], LOT, "tiban")).values()) == {0}
