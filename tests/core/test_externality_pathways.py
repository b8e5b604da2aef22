"""Every pathway of harm on small villages worked out by hand, and distances against GEOS."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.condition.pixels import Grid
from land_stewardship.core.errors import InputError
from land_stewardship.core.externality import near, network, pathways, rules
from land_stewardship.core.externality.pathways import NO_WAYS, Ways
from land_stewardship.core.progress import Progress

HEADER = (
    "rule_id,kind,label,label_ja,source_filter,source_kind,receptor,distance_m,decay,half_m,weight,evidence,citation,"
    "active,pathway,barrier,reach_m,years_min,crop,unit"
)
SILENT = Progress()


def rule(
    distance: Any, pathway: str = "distance", decay: str = "linear", half: Any = "", weight: float = 1.0, **more: Any
) -> rules.Rule:
    row = {
        "rule_id": "r",
        "kind": "k",
        "label": "K",
        "label_ja": "種",
        "source_filter": "*",
        "source_kind": "any",
        "receptor": "fields",
        "distance_m": distance,
        "decay": decay,
        "half_m": half,
        "weight": weight,
        "evidence": "assumption",
        "citation": "",
        "active": "true",
        "pathway": pathway,
        **more,
    }
    return rules.read_rules(HEADER + "\n" + ",".join(str(row.get(name, "")) for name in HEADER.split(",")))[0]


def words(values: list[Any]) -> np.ndarray:
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def lots(*shapes: Any, kind: str = "farmland") -> network.Sources:
    keys = words([f"s{n}" for n in range(len(shapes))])
    return network.Sources(
        keys, keys, words(list(shapes)), words(["unmanaged"] * len(shapes)), words([kind] * len(shapes))
    )


def fields(*shapes: Any, kind: str = "fields") -> network.Receptors:
    return network.Receptors(
        words([f"r{n}" for n in range(len(shapes))]), words([kind] * len(shapes)), words(list(shapes))
    )


def square(x: float, y: float = 0.0, size: float = 10.0) -> Any:
    return shapely.box(x, y, x + size, y + size)


def found(src: network.Sources, rec: network.Receptors, made_of: rules.Rule, ways: Ways = NO_WAYS) -> dict[Any, Any]:
    made = network.links(src, rec, [made_of], ways=ways)
    return {
        (int(s), int(r)): (pytest.approx(d), pytest.approx(v))
        for s, r, d, v in zip(made["source"], made["receptor"], made["distance_m"], made["value"])
    }


# -- kernels and distance -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("decay", "half", "expected"),
    [
        # Seven lots: two sources at 0 and 30; five fields 5, 10, 20 ... m away.
        ("step", "", {(0, 0): 1, (0, 1): 1, (1, 0): 1, (1, 1): 1, (1, 2): 1}),
        ("linear", "", {(0, 0): 0.875, (0, 1): 0.125, (1, 0): 0.875, (1, 1): 0.875, (1, 2): 0.5}),
        ("exponential", 20, {(0, 0): 0.5**0.25, (0, 1): 0.5**1.75, (1, 0): 0.5**0.25, (1, 1): 0.5**0.25, (1, 2): 0.5}),
        (
            "gaussian",
            20,
            {(0, 0): 0.5**0.0625, (0, 1): 0.5**3.0625, (1, 0): 0.5**0.0625, (1, 1): 0.5**0.0625, (1, 2): 0.5},
        ),
    ],
)
def test_distance_by_hand(decay: str, half: Any, expected: dict[Any, float]) -> None:
    src = lots(square(0), square(30))
    rec = fields(square(15), square(45), square(60), square(85), square(500))
    made = network.links(src, rec, [rule(40, decay=decay, half=half)])
    values = {(int(s), int(r)): v for s, r, v in zip(made["source"], made["receptor"], made["value"])}
    assert values == {pair: pytest.approx(value) for pair, value in expected.items()}


# -- border -------------------------------------------------------------------------------
def test_border_is_the_length_in_common() -> None:
    src = lots(square(0), square(30))
    # Beside the first lot over 6 m; on top of it over 10 m; touching a corner only; apart by 1 m.
    rec = fields(shapely.box(10, 4, 20, 14), square(0, 10), square(10, -10), square(41))
    assert found(src, rec, rule(0, "border", "step")) == {(0, 0): (0, 6), (0, 1): (0, 10)}
    # Within 1 m of the field lies the facing side of the lot, 10 m of it.
    near_by = found(lots(square(30)), fields(square(41)), rule(1, "border", "step", weight=2))
    assert near_by == {(0, 0): (1, 20)}


def test_border_with_a_road_beside_the_lot() -> None:
    road = shapely.LineString([(-5, -2), (30, -2)])
    assert found(lots(square(0)), fields(road), rule(2, "border", "step")) == {(0, 0): (2, 10)}


# -- along the forest edge --------------------------------------------------------------------
def test_along_the_forest_edge_by_hand() -> None:
    edge = words([shapely.LineString([(0, 0), (100, 0)]), shapely.LineString([(100, 0.2), (100, 100)])])
    src = lots(square(10, 2))
    # On the same line 30 m on and 2 m back; round the corner; too far; not at the edge.
    rec = fields(square(50, 2), square(-4, 2), square(102, 20), square(102, 85), square(40, 30))
    got = found(src, rec, rule(100, "forest_edge", "step", reach_m=2), Ways(forest_edge=edge))
    assert set(got) == {(0, 0), (0, 1), (0, 2)}
    assert got[0, 0][0] == 30 and got[0, 1][0] == 4
    assert got[0, 2][0] == (100 - 20) + (20 - 0.2)


def test_forest_edge_as_source_counts_once_however_it_is_cut() -> None:
    whole = words([shapely.LineString([(0, 0), (200, 0)])])
    cut = words([shapely.LineString([(x, 0), (x + 20, 0)]) for x in range(0, 200, 20)])
    rec = fields(square(50, 30), square(150, 99), square(50, 150), kind="farmland")
    made_of = rule(100, decay="step", source_kind="forest_edge", receptor="farmland")
    for lines in (whole, cut):
        src = network.join_sources(
            [lots(square(500)), network.forest_edge_sources(words([f"e{n}" for n in range(len(lines))]), lines)]
        )
        exposed = network.exposure(rec, src, network.links(src, rec, [made_of]), [made_of])
        assert exposed["exposure"].tolist() == [1, 1, 0]
        assert exposed["sources"].tolist() == [0, 0, 0]
    assert exposed["explanation"][0] == (
        "The forest edge lies within reach (K: assumption). "
        "The largest share, 100 %, is associated with the forest edge."
    )
    # Rules about any kind of land mean lots.
    assert not len(network.links(src, rec, [rule(5, receptor="farmland")]))


# -- down a slope -----------------------------------------------------------------------------
def plane() -> Grid:
    """100 m x 60 m in pixels of 10 m, falling by 1 m per pixel to the east; flat from column 8 on."""
    heights = np.tile(np.maximum(20.0 - np.arange(10), 12.0), (6, 1))
    return Grid(heights, 0.0, 60.0, 10.0, 10.0)


def test_downhill_by_hand() -> None:
    src = lots(shapely.box(20, 20, 40, 40), shapely.box(80, 0, 100, 20))
    rec = fields(
        square(50, 25),
        square(70, 31),
        square(0, 20),
        square(40, 50),
        square(90, 25),
        shapely.LineString([(65, 0), (65, 60)]),
    )
    # From the pixels at x = 35: 20 m to 55, 40 m to 75, 30 m to the road; nothing uphill, beside or on the flat.
    got = found(src, rec, rule(45, "downhill", "step"), Ways(heights=plane()))
    assert got == {(0, 0): (20, 1), (0, 1): (40, 1), (0, 5): (30, 1)}
    assert set(found(src, rec, rule(25, "downhill", "step"), Ways(heights=plane()))) == {(0, 0)}


def test_downhill_runs_diagonally_and_ends_in_a_pit() -> None:
    row, column = np.mgrid[0:6, 0:6]
    heights = Grid(np.abs(row - 4.0) + np.abs(column - 4.0), 0.0, 60.0, 10.0, 10.0)
    src = lots(square(0, 50))
    rec = fields(square(20, 30), square(40, 10), square(50, 0))
    got = found(src, rec, rule(500, "downhill", "step"), Ways(heights=heights))
    assert got == {(0, 0): (20 * 2**0.5, 1), (0, 1): (40 * 2**0.5, 1)}


def test_a_small_house_on_coarse_pixels_and_holes_in_the_height_model() -> None:
    grid = plane()
    rec = fields(shapely.box(51, 21, 53, 23), square(500, 500))
    assert set(found(lots(square(20, 20)), rec, rule(99, "downhill", "step"), Ways(heights=grid))) == {(0, 0)}
    grid.values[3, 4] = np.nan
    assert not found(lots(square(30, 20)), fields(square(50, 20)), rule(15, "downhill", "step"), Ways(heights=grid))


# -- along ditches ------------------------------------------------------------------------------
def ditches() -> np.ndarray:
    """Two branches that meet and go on: 0 -> 100 -> 200, and one from the north into 100."""
    return words(
        [
            shapely.LineString([(0, 0), (100, 0)]),
            shapely.LineString([(100, 100), (100, 0.1)]),
            shapely.LineString([(100, 0), (200, 0)]),
        ]
    )


def test_downstream_and_upstream_by_hand() -> None:
    src = lots(square(20, 1), square(101, 50))
    rec = fields(square(60, 1), square(150, 1), square(1, 1), square(101, 80), kind="fields")
    ways = Ways(ditches=ditches())
    down = found(src, rec, rule(500, "downstream", "step", reach_m=1), ways)
    # Within 1 m of the lot: 20..30 of the first ditch (a point of the lot's side seen at right angles).
    assert down == {(0, 0): (30, 1), (0, 1): (70 + 50, 1), (1, 1): (49.9 + 50, 1)}
    up = found(src, rec, rule(500, "upstream", "step", reach_m=1), ways)
    assert up == {(0, 2): (9, 1), (1, 3): (20, 1)}
    assert set(found(src, rec, rule(100, "downstream", "step", reach_m=1), ways)) == {(0, 0), (1, 1)}


def test_ditches_can_be_turned_by_the_height_model() -> None:
    lines = words([shapely.LineString([(95, 25), (5, 25)]), shapely.LineString([(5, 35), (500, 35)])])
    turned = pathways.downhill_lines(lines, plane())
    assert shapely.get_coordinates(turned)[:2, 0].tolist() == [5, 95]
    assert turned[1].equals(lines[1])


def test_without_what_a_pathway_needs_there_are_no_links() -> None:
    for pathway in ("downhill", "downstream", "upstream", "forest_edge"):
        assert not found(lots(square(0)), fields(square(12)), rule(99, pathway, "step"))
    empty = Ways(ditches=words([None, shapely.LineString([(0, 0), (0, 0)])]))
    assert not found(lots(square(0)), fields(square(12)), rule(99, "downstream", "step"), empty)


# -- barriers -----------------------------------------------------------------------------------
def test_barriers_cut_or_dampen_and_count_once_per_name() -> None:
    src = lots(square(0))
    rec = fields(square(30), square(-40))
    fence = words([shapely.LineString([(15, -50), (15, 50)]), shapely.LineString([(18, -50), (18, 50)])])
    river = words([shapely.LineString([(22, -50), (22, 50)])])
    ways = Ways(barriers={"fence": fence, "river": river})
    assert found(src, rec, rule(100, decay="step", barrier="fence"), ways) == {(0, 1): (30, 1)}
    damped = found(src, rec, rule(100, decay="step", weight=2, barrier="fence=0.5;river=0.1"), ways)
    assert damped == {(0, 0): (20, 0.1), (0, 1): (30, 2)}
    assert set(found(src, rec, rule(100, decay="step", barrier="wall"), ways)) == {(0, 0), (0, 1)}


def test_a_fence_on_the_border_of_the_field_stops_but_a_road_does_not_stop_itself() -> None:
    fence = words([shapely.LineString([(30, -50), (30, 50)])])
    assert not found(
        lots(square(0)), fields(square(30)), rule(100, decay="step", barrier="fence"), Ways(barriers={"fence": fence})
    )
    assert found(
        lots(square(0)), fields(fence[0]), rule(100, decay="step", barrier="road"), Ways(barriers={"road": fence})
    ) == {(0, 0): (20, 1)}


@pytest.mark.parametrize("word", ["fence=2", "Fence", "fence=x", "fence=-1"])
def test_wrong_barriers_are_named(word: str) -> None:
    with pytest.raises(InputError, match="barrier"):
        rule(10, barrier=word)
    with pytest.raises(InputError, match="pathway"):
        rule(10, "through_the_air")
    with pytest.raises(InputError, match="forest edge"):
        rule(10, "border", source_kind="forest_edge")
    with pytest.raises(InputError, match="half_m"):
        rule(10, decay="gaussian")


# -- years and crops ------------------------------------------------------------------------------
def test_years_and_crops_choose_sources_and_receptors() -> None:
    src = lots(square(0), square(0), square(0))._replace(years=np.array([2.0, 3.0, np.nan]))
    rec = fields(square(12), square(12))._replace(crops=words(["rice", None]))
    assert set(found(src, rec, rule(10, decay="step", years_min=3))) == {(1, 0), (1, 1)}
    assert set(found(src, rec, rule(10, decay="step", crop="rice; soy"))) == {(0, 0), (1, 0), (2, 0)}
    unknown = fields(square(12))
    assert not found(src._replace(years=None), unknown, rule(10, decay="step", years_min=1))
    assert not found(src, unknown, rule(10, decay="step", crop="rice"))


# -- sums -----------------------------------------------------------------------------------------
def test_matrix_totals_and_zones_by_hand() -> None:
    src = lots(square(0), square(30))
    rec = fields(square(15), square(45))
    made = network.links(src, rec, [rule(40)])
    matrix = network.matrices(made, 2, 2)["k"]
    assert matrix.toarray() == pytest.approx(np.array([[0.875, 0.875], [0.125, 0.875]]))
    hamlets = network.area_names(
        np.concatenate([src.geometry, rec.geometry]),
        words([shapely.box(-1, -1, 27, 20), shapely.box(27, -1, 40.5, 20)]),
        words(["A", "B"]),
    )
    assert hamlets.tolist() == ["A", "B", "A", None]
    sums = network.totals(src, rec, made, hamlets[:2], hamlets[2:])
    by_hamlet = sums[sums["level"] == "hamlet"].set_index(["source_group", "receptor_group"])["value"]
    assert by_hamlet.to_dict() == {
        ("A", "A"): 0.875,
        ("A", "unknown"): 0.125,
        ("B", "A"): 0.875,
        ("B", "unknown"): 0.875,
    }
    assert sums[sums["level"] == "land_kind"]["value"].tolist() == [pytest.approx(2.75)]
    zones = network.zone_shares(
        np.concatenate([src.geometry, words([shapely.LineString([(0, 5), (100, 5)]), shapely.Point(3, 3)])]),
        words([shapely.box(-5, -5, 5, 20), shapely.Polygon([(28, 0), (32, 10), (32, 0), (28, 10)])]),
    )
    rows = {(int(a), int(b)): (c, d) for a, b, c, d in zones.to_numpy()}
    assert rows[0, 0] == (50, 0.5) and rows[2, 0] == (5, 0.05) and rows[3, 0] == (1, 1)
    # A bow tie counts with both its halves.
    assert rows[1, 1] == (pytest.approx(10), pytest.approx(0.1))


# -- distances against GEOS -----------------------------------------------------------------------
def shapes_of(random: np.random.Generator, count: int, width: float) -> np.ndarray:
    """Stars, boxes, needles, lines, points, holes, and one large shape."""
    made: list[Any] = []
    for _ in range(count):
        x, y = random.uniform(0, width, 2)
        corners = random.integers(3, 9)
        turn = np.sort(random.uniform(0, 2 * np.pi, corners))
        far = random.uniform(2, 16, corners)
        star = shapely.Polygon(np.column_stack([x + np.cos(turn) * far, y + np.sin(turn) * far]))
        kind = random.integers(0, 8)
        if kind == 0:
            made.append(shapely.box(round(x), round(y), round(x) + 10, round(y) + 10))
        elif kind == 1:
            made.append(shapely.LineString(np.array([x, y]) + random.uniform(-20, 20, (3, 2))))
        elif kind == 2:
            made.append(shapely.Point(x, y))
        elif kind == 3:
            made.append(shapely.MultiPolygon([shapely.box(x, y, x + 5, y + 1), shapely.box(x + 8, y, x + 9, y + 9)]))
        elif kind == 4:
            made.append(shapely.box(x, y, x + 30, y + 30) - shapely.box(x + 5, y + 5, x + 25, y + 25))
        else:
            made.append(star)
    made.append(shapely.box(0, 0, width, 3))
    made += [None, shapely.Polygon()]
    return words(made)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=5, deadline=None)
def test_pairs_are_those_of_geos(seed: int) -> None:
    random = np.random.default_rng(seed)
    width = float(random.choice([60, 300, 900]))
    left, right = shapes_of(random, 30, width), shapes_of(random, 25, width)
    limit = float(random.choice([0.0, 10.0, 100.0, 250.0]))
    pairs = near.pairs_within(left, right, limit)
    with np.errstate(invalid="ignore"):
        all_pairs = shapely.distance(left[:, None], right[None, :])
        wanted = {(int(i), int(j)) for i, j in np.argwhere(all_pairs <= limit)}
    assert {(int(i), int(j)) for i, j in zip(pairs.source, pairs.receptor)} == wanted
    assert len(pairs.source) == len(wanted)
    assert np.allclose(pairs.metres, all_pairs[pairs.source, pairs.receptor], rtol=0, atol=1e-9)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=5, deadline=None)
def test_fast_distances_keep_their_bound(seed: int) -> None:
    random = np.random.default_rng(seed)
    left, right = shapes_of(random, 30, 300), shapes_of(random, 25, 300)
    pairs = near.pairs_within_fast(left, right, 100.0)
    true = shapely.distance(left[pairs.source], right[pairs.receptor])
    assert (np.abs(true - pairs.metres) <= pairs.error + 1e-9).all()
    with np.errstate(invalid="ignore"):
        all_pairs = shapely.distance(left[:, None], right[None, :])
    missed = {(int(i), int(j)) for i, j in np.argwhere(all_pairs <= 100)} - {
        (int(i), int(j)) for i, j in zip(pairs.source, pairs.receptor)
    }
    radius = [near._circles(shapes)[1] for shapes in (left, right)]
    assert all(all_pairs[i, j] >= 100 - radius[0][i] - radius[1][j] for i, j in missed)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=6, deadline=None)
def test_every_pathway_keeps_the_laws_of_the_network(seed: int) -> None:
    random = np.random.default_rng(seed)

    def some(count: int) -> list[Any]:
        return [square(*random.uniform(0, 150, 2).round(1)) for _ in range(count)]

    src, rec = lots(*some(6)), fields(*some(6))
    heights = Grid(random.uniform(0, 30, (17, 17)), 0.0, 170.0, 10.0, 10.0)
    lines = words([shapely.LineString(random.uniform(0, 160, (2, 2))) for _ in range(6)])
    ways = Ways(lines, lines, heights, {"fence": lines[:1]})
    made_of = [
        rule(60, pathway, decay, half, rule_id=f"{pathway}{n}", kind=f"k{n}", reach_m=10, barrier="fence=0.5")
        for n, (pathway, decay, half) in enumerate(
            [
                ("distance", "gaussian", 20),
                ("border", "step", ""),
                ("forest_edge", "linear", ""),
                ("downhill", "exponential", 20),
                ("downstream", "linear", ""),
                ("upstream", "step", ""),
            ]
        )
    ]

    def exposure(which: list[int], order: list[int]) -> np.ndarray:
        to = rec.take(np.array(order))
        part = src.take(np.array(which))
        made = network.links(part, to, made_of, ways=ways)
        sums = made.groupby("receptor")["share"].sum()
        assert np.allclose(sums, 1.0, rtol=0, atol=1e-9)
        got = network.exposure(to, part, made, made_of)["exposure"].to_numpy()
        by_matrix = sum(m.sum(axis=1) for m in network.matrices(made, len(which), len(order)).values())
        assert np.allclose(np.asarray(by_matrix).ravel() if len(made) else 0.0, got, rtol=0, atol=1e-9)
        back = np.empty(len(got))
        back[order] = got
        return back

    everything = list(range(6))
    whole = exposure(everything, everything)
    assert np.allclose(exposure(everything[::-1], random.permutation(6).tolist()), whole, rtol=0, atol=1e-9)
    for left_out in everything:
        rest = [n for n in everything if n != left_out]
        assert (exposure(rest, everything) <= whole + 1e-9).all()
