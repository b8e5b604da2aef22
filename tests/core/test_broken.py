"""Every place at which a shape is broken: one finding each, with GEOS's reason, the same however the lot is drawn."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import LinearRing, LineString, MultiPolygon, Point, Polygon, box

from land_stewardship.core.parcels.broken import MOST_PLACES, broken_places, named_place
from land_stewardship.core.parcels.check import check_parcels
from land_stewardship.core.parcels.findings_life import with_life

CROSSES, TOUCHES = "Self-intersection", "Ring Self-intersection"
ZIGZAG = [(0, 0), (10, 10), (20, 0), (20, 10), (10, 0), (0, 10)]


def ring(*bounds: float) -> LinearRing:
    return box(*bounds).exterior


def frame(shapes: list[Any]) -> gpd.GeoDataFrame:
    keys = [f"k{n}" for n in range(len(shapes))]
    return gpd.GeoDataFrame({"lot_key": keys, "chiban": keys}, geometry=shapes, crs="EPSG:6676")


def broken(shapes: list[Any]) -> gpd.GeoDataFrame:
    found = check_parcels(frame(shapes)).findings
    return found[found["kind"] == "invalid"].reset_index(drop=True)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (Polygon(ZIGZAG), [(CROSSES, 5, 5), (CROSSES, 15, 5)]),
        (
            Polygon([(0, 0), (20, 0), (20, 10), (15, 0), (10, 10), (5, 0), (0, 10)]),
            [(TOUCHES, 5, 0), (TOUCHES, 15, 0)],
        ),
        # Two loops joined by a line that is walked to and fro are one place, as is a hole cut open to the outside.
        (
            Polygon(
                [(0, 0), (5, 0), (5, 5), (10, 5), (10, 0), (15, 0), (15, 9), (10, 9), (10, 5), (5, 5), (5, 9), (0, 9)]
            ),
            [(CROSSES, 10, 5)],
        ),
        (
            Polygon(ring(0, 0, 10, 10), [ring(8, 2, 12, 4)]),
            [(CROSSES, 10, 2), (CROSSES, 10, 4)],
        ),
        (
            Polygon(ring(0, 0, 10, 10), [ring(20, 20, 21, 21), ring(30, 20, 31, 21), ring(2, 2, 3, 3)]),
            [("Hole lies outside shell", 21, 20), ("Hole lies outside shell", 31, 20)],
        ),
        (
            Polygon(ring(0, 0, 40, 10), [ring(1, 1, 9, 9), ring(2, 2, 3, 3), ring(21, 1, 29, 9), ring(22, 2, 23, 3)]),
            [("Holes are nested", 3, 2), ("Holes are nested", 23, 2)],
        ),
        (
            Polygon(ring(0, 0, 10, 10), [[(0, 5), (2, 4), (5, 5), (2, 6)], [(5, 5), (8, 4), (10, 5), (8, 6)]]),
            [("Interior is disconnected", 5, 5)],
        ),
        (
            MultiPolygon([box(0, 0, 10, 10), box(2, 2, 3, 3), box(5, 5, 6, 6), box(20, 0, 30, 10)]),
            [("Nested shells", 3, 2), ("Nested shells", 6, 5)],
        ),
        (
            MultiPolygon([box(50, 0, 60, 10), box(55, 5, 70, 15), Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])]),
            [(CROSSES, 5, 5), (CROSSES, 55, 10), (CROSSES, 60, 5)],
        ),
        # Beside a crossing, parts may touch in a point and holes the outline: that is no fault.
        (
            MultiPolygon(
                [
                    Polygon(ZIGZAG),
                    box(20, 10, 30, 20),
                    Polygon(ring(50, 0, 60, 10), [[(50, 5), (52, 4), (52, 6)]]),
                ]
            ),
            [(CROSSES, 5, 5), (CROSSES, 15, 5)],
        ),
    ],
)
def test_each_place_has_its_reason(shape: Any, expected: list[tuple[str, float, float]]) -> None:
    places = broken_places(np.array([shape]))[0]
    assert sorted(place[:3] for place in places) == sorted(expected)
    assert named_place(shapely.is_valid_reason(shape))[:3] in [place[:3] for place in places]
    rows = broken([shape])
    assert len(rows) == len(expected) == rows["finding_id"].nunique()
    assert set(rows["severity"]) == {"error"} and set(rows["lots"]) == {"k0"}
    for row in rows.itertuples():
        assert row.detail == f"{row.detail.split('[')[0]}[{row.x:g} {row.y:g}]" and row.geometry.equals(
            Point(row.x, row.y)
        )


def _drawn_otherwise(shape: Polygon) -> list[Any]:
    """The same lot begun elsewhere, turned round, with its holes in another order."""
    points = list(shape.exterior.coords)[:-1]
    holes = [list(hole.coords) for hole in shape.interiors]
    return [
        Polygon(points[3:] + points[:3], holes),
        Polygon(points[::-1], holes[::-1]),
        Polygon(points[2:] + points[:2], [hole[::-1] for hole in holes[::-1]]),
    ]


HOLED = Polygon(
    [(0, 0), (20, 0), (20, 10), (15, 0), (10, 10), (5, 0), (0, 10)], [ring(30, 30, 31, 31), ring(40, 1, 42, 3)]
)
#: A hole cut open to the outside twice: lines that run along each other.
CUT = Polygon(
    [
        (0, 0),
        (30, 0),
        (30, 10),
        (20, 10),
        (20, 8),
        (22, 8),
        (22, 6),
        (20, 6),
        (20, 8),
        (20, 10),
        (10, 10),
        (10, 8),
        (12, 8),
        (12, 6),
        (10, 6),
        (10, 8),
        (10, 10),
        (0, 10),
    ]
)


@pytest.mark.parametrize("shape", [Polygon(ZIGZAG), HOLED, CUT])
def test_ids_do_not_depend_on_how_the_lot_is_drawn(shape: Polygon) -> None:
    rows = broken([shape])
    assert len(rows) > 1 and rows["finding_id"].nunique() == len(rows)
    for other in _drawn_otherwise(shape):
        again = broken([other])
        assert again["finding_id"].tolist() == rows["finding_id"].tolist()
        assert named_place(shapely.is_valid_reason(other))[1:3] in list(zip(again["x"], again["y"]))


def test_an_accepted_place_stays_so_and_a_mended_one_is_cured() -> None:
    """Whichever of the two GEOS names first."""
    for mended, kept in ((5.0, 15.0), (15.0, 5.0)):
        first = broken([Polygon(ZIGZAG), box(20, 0, 40, 10)])
        assert first["x"].tolist() == [5, 15]
        row = first[first["x"] == kept].iloc[0]
        decided = pd.DataFrame([{"finding_id": row["finding_id"], "decided_by": "surveyor", "reason": "as drawn"}])
        known = with_life(first, decisions=decided)
        assert sorted(known["status"]) == ["accepted", "open"]
        points = [*ZIGZAG]
        low, high = (0, 5) if mended == 5 else (2, 3)
        points[low], points[high] = points[high], points[low]
        lots = frame([Polygon(points), box(20, 0, 40, 10)])
        for only, judged in ((None, None), ([0], ["k0"])):
            after = with_life(check_parcels(lots, only=only).findings, known, decided, judged)
            after = after[after["kind"] == "invalid"]
            assert dict(zip(after["x"], after["status"])) == {kept: "accepted", mended: "cured"}


def test_sentences() -> None:
    rows = broken([Polygon(ZIGZAG), CUT.buffer(0).union(box(0, 20, 1, 21)), CUT])
    assert rows["explanation"].tolist()[:2] == ["The border line crosses itself. One of 2 places of this lot."] * 2
    assert rows["explanation_ja"].iloc[0] == "境界の線が交差しています。この筆の2か所のうちの1つです。"
    assert rows["explanation"].iloc[2] == "The border line runs along itself. One of 2 places of this lot."
    assert rows["explanation_ja"].iloc[2].startswith("境界の線が自分自身に重なっています。")
    assert rows["lots"].tolist() == ["k0", "k0", "k2", "k2"]
    assert broken([Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])])["explanation"].iloc[0] == (
        "The border line crosses itself."
    )
    result = check_parcels(frame([Polygon(ZIGZAG)]))
    assert result.counts["lots"] == 1 and result.counts["error"] == 2 and result.lots["errors"].tolist() == [2]


def _crossings(points: np.ndarray) -> set[tuple[float, float]]:
    """Where the sides of an outline cross, side by side."""
    sides = [LineString([here, there]) for here, there in zip(points, np.roll(points, -1, axis=0))]
    found = set()
    for (number, one), (other, two) in combinations(enumerate(sides), 2):
        if one.crosses(two) and (number - other) % len(sides) not in (1, len(sides) - 1):
            spot = one.intersection(two)
            found.add((round(spot.x, 5), round(spot.y, 5)))
    return found


def test_random_outlines_by_comparing_all_sides() -> None:
    several = 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        points = random.uniform([-19000, 128000], [-18900, 128100], (int(random.integers(4, 10)), 2))
        shape = Polygon(points)
        if shape.is_valid:
            continue
        places = broken_places(np.array([shape]))[0]
        assert {(round(place.x, 5), round(place.y, 5)) for place in places} == _crossings(points)
        assert {place.reason for place in places} == {CROSSES}
        assert any(place[:3] == named_place(shapely.is_valid_reason(shape))[:3] for place in places)
        several += len(places) > 1
    assert several > 50


def test_a_hopeless_tangle_is_told_and_cut_short() -> None:
    points = np.random.default_rng(1).uniform(0, 100, (60, 2))
    assert len(broken_places(np.array([Polygon(points)]))[0]) > MOST_PLACES
    rows = broken([Polygon(points)])
    assert len(rows) == MOST_PLACES == rows["finding_id"].nunique()
    assert f"Only {MOST_PLACES} are listed." in rows["explanation"].iloc[0]


def test_shapes_asked_together_answer_as_alone() -> None:
    """Broken shapes that lie on top of each other have nothing to do with each other."""
    random = np.random.default_rng(5)
    shapes = [Polygon(ZIGZAG), Polygon(ring(0, 0, 10, 10), [ring(8, 2, 12, 4)]), Polygon(ZIGZAG[::-1])]
    while len(shapes) < 40:
        parts = [Polygon(random.integers(0, 9, (int(random.integers(4, 9)), 2))) for _ in range(random.integers(1, 4))]
        if not MultiPolygon(parts).is_valid:
            shapes.append(MultiPolygon(parts))
    together = broken_places(np.array(shapes))
    assert together == [broken_places(np.array([shape]))[0] for shape in shapes]
    assert broken_places(np.empty(0, dtype=object)) == []
