"""The promises the repair keeps on any map of lots: drawn at random, and maps that once broke them."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from repairing import OPEN, frame, stays, wkb
from shapely import Polygon

from land_stewardship.core.parcels.check import CheckSettings, check_parcels
from land_stewardship.core.parcels.lots import union_of
from land_stewardship.core.parcels.repair import RepairResult, RepairSettings, repair_parcels
from land_stewardship.core.parcels.repairfields import CURES


def mesh_with_faults(columns: int, rows: int, noise: float, part: float, random: Any) -> gpd.GeoDataFrame:
    """A mesh of lots whose corners were moved for single lots, lost, or doubled; ``part`` of them are trusted."""
    corner = {
        (c, r): np.array([c * 12.0, r * 9.0]) + random.uniform(-2, 2, 2)
        for c in range(columns + 1)
        for r in range(rows + 1)
    }
    middle = {}

    def between(a: tuple[int, int], b: tuple[int, int]) -> Any:
        key = tuple(sorted([a, b]))
        if key not in middle:
            middle[key] = (corner[a] + corner[b]) / 2 + random.uniform(-0.5, 0.5, 2)
        return middle[key]

    shapes = []
    for c in range(columns):
        for r in range(rows):
            around = [(c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1)]
            ring = []
            for here, there in zip(around, around[1:] + around[:1]):
                ring += [corner[here], between(here, there)]
            ring = [point + random.uniform(-noise, noise, 2) for point in ring]
            fault = random.choice(["none", "move", "lose", "cross"], p=[0.5, 0.25, 0.15, 0.1])
            if fault == "move":
                ring[int(random.integers(8))] += random.uniform(-1.0, 1.0, 2)
            elif fault == "lose":
                ring.pop(1 + 2 * int(random.integers(4)))
            elif fault == "cross":
                ring[2], ring[3] = ring[3], ring[2]
            shapes.append(Polygon(ring))
    trusted = random.random(len(shapes)) < part
    return frame(shapes, sure=trusted.tolist())


@st.composite
def maps(draw: Any) -> gpd.GeoDataFrame:
    """A mesh of lots whose corners were moved for single lots, lost, or doubled; some lots are trusted."""
    columns, rows = draw(st.integers(2, 4)), draw(st.integers(2, 3))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    noise, part = draw(st.sampled_from([0.0, 0.002, 0.02, 0.08])), draw(st.sampled_from([0.0, 0.3]))
    return mesh_with_faults(columns, rows, noise, part, random)


CHOSEN = st.builds(
    RepairSettings,
    snap=st.sampled_from([0.01, 0.05, 0.2]),
    overlaps=st.sampled_from(["border", "larger", "smaller"]),
    gaps=st.sampled_from(["border", "larger", "smaller"]),
    gap_width=st.sampled_from([0.3, 2.0]),
    most_lost=st.sampled_from([0.05, 0.5]),
)


#: Random maps (see ``seeded``) on which borders stayed 1 to 8 mm off, or a point stayed missing or went to and fro,
#: between free lots.
SEEDS = (64, 88, 111, 350, 500, 532, 1155)

#: On these lots overlapped by less than the check sees, went to and fro beside trusted lots that do not fit each other,
#: or had points that differ by rounding.
NARROW = (26, 41, 50, 55, 87, 138, 153, 159, 170, 1001, 1302, 1397)

#: On these snapping and cutting undid each other beside a trusted corner, snapping drew a filled gap off a trusted
#: border, or points that differ by rounding kept gaps from being closed.
CORNERS = (7194, 20036, 20065, 20129, 20289, 20370, 30183)

#: With all steps: spikes at a corner of a trusted lot, a strip of which a piece stays, a union that GEOS gets wrong.
ALL_STEPS = (20159, 20251, 32044)


def seeded(seed: int) -> tuple[gpd.GeoDataFrame, RepairSettings]:
    """A map and settings that depend on ``seed`` only."""
    random = np.random.default_rng(seed)
    columns, rows = int(random.integers(2, 5)), int(random.integers(2, 4))
    noise, part = float(random.choice([0.0, 0.002, 0.02, 0.08])), float(random.choice([0.0, 0.3]))
    lots = mesh_with_faults(columns, rows, noise, part, random)
    chosen = RepairSettings(
        snap=float(random.choice([0.01, 0.05, 0.2])),
        overlaps=str(random.choice(["border", "larger", "smaller"])),
        gaps=str(random.choice(["border", "larger", "smaller"])),
        gap_width=float(random.choice([0.3, 2.0])),
        most_lost=float(random.choice([0.05, 0.5])),
    )
    return lots, chosen


def _left_with_reason(lots: gpd.GeoDataFrame, trusted: Any, result: RepairResult) -> None:
    """What is left of the cured kinds is above a limit, or trusted lots forbid it."""
    left = result.left
    limit = left["why"].astype(str).str.contains("wider|lose too large|tip lies on")
    # A piece of an open strip that cannot be drawn from border to border is nobody's for the taking.
    limit |= (left["kind"] == "channel") & left["why"].astype(str).str.contains("by hand")
    if not trusted.any():
        assert limit.all(), left[["kind", "lots", "size", "why"]]
        return
    sure = set(lots["lot_key"][trusted])
    assert (limit | left["why"].astype(str).str.contains("rusted")).all(), left[["kind", "lots", "size", "why"]]
    for row in left[~limit].itertuples():
        if "do not fit each other" in row.why:
            assert row.kind in ("near_border", "missing_vertex") and _trusted_differ(trusted, result, row), row
        elif row.kind == "near_border":
            assert not _curable(trusted, result, row), row
        elif row.kind == "missing_vertex" and f"k{int(row.explanation.split()[1]) - 1}" not in sure:
            assert not _takes_the_point(trusted, result, row), row
        else:
            assert sure & set(row.lots.split("; ")), row


def _trusted_differ(trusted: np.ndarray, result: RepairResult, row: Any) -> bool:
    """Whether two trusted lots come near the place, and the points that they have there are not the same."""
    place, here = shapely.Point(row.x, row.y), []
    for shape in result.lots.geometry.to_numpy()[trusted]:
        if shapely.distance(shapely.boundary(shape), place) <= NEAR:
            points = shapely.get_coordinates(shape)
            here.append(
                {tuple(np.round(xy, 5)) for xy in points[shapely.distance(shapely.points(points), place) <= NEAR]}
            )
    return len(here) > 1 and any(one != two for one, two in combinations(here, 2))


def _takes_the_point(trusted: np.ndarray, result: RepairResult, row: Any) -> bool:
    """Whether the lot that lacks a point could be given it, without another finding or overlap."""
    shapes, place = result.lots.geometry.to_numpy(), np.array([row.x, row.y])
    one = int(row.explanation.split()[1]) - 1
    drawn = shapes.copy()
    drawn[one] = _with_point(shapes[one], (row.x, row.y))
    return _better(trusted, result.lots, shapes, drawn, place, _told(result.lots, shapes, place))


#: So far (m) from the place of a finding the points may lie that the check took for one there.
NEAR = 0.02 + 1e-6


def _curable(trusted: np.ndarray, result: RepairResult, row: Any) -> bool:
    """Whether the finding would go if free lots were redrawn there, without another finding or overlap in its place.

    Tried is all that a repair may do: points of free lots there come together on any one of the points there or on the
    border of any trusted lot there, are given up, or are put into the edge that lacks them. Trusted lots stay.
    """
    shapes = result.lots.geometry.to_numpy()
    place = np.array([row.x, row.y])
    owner = shapely.get_coordinates(shapes, return_index=True)[1]
    points = shapely.get_coordinates(shapes)
    here = np.hypot(*(points - place).T) <= NEAR
    own = {tuple(point) for point in points[here].tolist()}
    spots = set(own)
    for line in shapely.boundary(shapes[trusted]):
        if shapely.distance(line, shapely.Point(place)) <= NEAR:
            feet = [shapely.get_coordinates(shapely.shortest_line(line, shapely.Point(spot)))[0] for spot in own]
            spots |= {tuple(foot.tolist()) for foot in feet}
    free = sorted(set(owner[here].tolist()) - set(np.flatnonzero(trusted).tolist()))
    before = _told(result.lots, shapes, place)
    for spot in sorted(spots):
        for radius in (NEAR / 2, NEAR):
            for some in [free, *[[one] for one in free]]:
                drawn = shapes.copy()
                for one in some:
                    drawn[one] = _drawn_to(shapes[one], place, spot, radius)
                if _better(trusted, result.lots, shapes, drawn, place, before):
                    return True
    for one in free:
        for spot in spots:
            for drawn_one in (_without_point(shapes[one], spot), _with_point(shapes[one], spot)):
                drawn = shapes.copy()
                drawn[one] = drawn_one
                if drawn_one is not None and _better(trusted, result.lots, shapes, drawn, place, before):
                    return True
    return False


def _better(
    trusted: np.ndarray, lots: gpd.GeoDataFrame, old: np.ndarray, new: np.ndarray, place: np.ndarray, before: set[Any]
) -> bool:
    """Whether the map is sound where it was, with fewer findings and no overlap grown."""
    rows = np.flatnonzero([a is not b for a, b in zip(old, new)])
    if not len(rows):
        return False
    if not shapely.is_valid(new[rows]).all() or not shapely.hausdorff_distance(old[rows], new[rows]).max() <= NEAR:
        return False
    after = _told(lots, new, place)
    if not after < before:
        return False
    return not any(_grown(old, new, one, two) for one in rows for two in range(len(new)) if two != one)


def _grown(old: np.ndarray, new: np.ndarray, one: int, two: int) -> bool:
    was, now = (shapely.intersection(m[one], shapely.make_valid(m[two])) for m in (old, new))
    more = shapely.difference(shapely.make_valid(now), shapely.make_valid(was))
    return not shapely.is_empty(shapely.buffer(more, -5e-7, join_style="mitre"))


def _told(lots: gpd.GeoDataFrame, shapes: np.ndarray, place: np.ndarray) -> set[Any]:
    """What the check finds of the kinds that are cured, without the figures."""
    found = check_parcels(lots.set_geometry(gpd.GeoSeries(shapes, index=lots.index, crs=lots.crs))).findings
    cured = {kind for kinds in CURES.values() for kind in kinds} | {"self_touch"}
    found = found[found["kind"].isin(cured)]
    spot = [
        f"{x:.2f} {y:.2f}" if kind == "missing_vertex" else ""
        for kind, x, y in zip(found["kind"], found["x"], found["y"])
    ]
    return set(zip(found["kind"], found["lots"], spot))


def _drawn_to(shape: Any, place: np.ndarray, spot: tuple[float, float], radius: float) -> Any:
    def move(xy: np.ndarray) -> np.ndarray:
        return np.where((np.hypot(*(xy - place).T) <= radius)[:, None], spot, xy)

    return shapely.remove_repeated_points(shapely.transform(shape, move), 0.0)


def _rings(shape: Any, change: Any) -> Any:
    parts = []
    for part in shapely.get_parts(shape):
        rings = [change(shapely.get_coordinates(ring)[:-1].tolist()) for ring in (part.exterior, *part.interiors)]
        if any(len(ring) < 3 for ring in rings):
            return None
        parts.append(Polygon(rings[0], rings[1:]))
    return parts[0] if len(parts) == 1 else shapely.multipolygons(parts)


def _without_point(shape: Any, spot: tuple[float, float]) -> Any:
    return _rings(shape, lambda ring: [point for point in ring if tuple(point) != spot])


def _with_point(shape: Any, spot: tuple[float, float]) -> Any:
    def put(ring: list[Any]) -> list[Any]:
        edges = [shapely.LineString([here, there]) for here, there in zip(ring, ring[1:] + ring[:1])]
        off = [float(shapely.distance(edge, shapely.Point(spot))) for edge in edges]
        number = int(np.argmin(off))
        if off[number] > NEAR or list(spot) in ring:
            return ring
        return [*ring[: number + 1], list(spot), *ring[number + 1 :]]

    return _rings(shape, put)


def keeps_its_promises(lots: gpd.GeoDataFrame, chosen: RepairSettings) -> None:
    fields = {"trusted_field": "sure"}
    result = repair_parcels(lots, chosen, **fields)
    assert result.settled
    trusted = lots["sure"].to_numpy(dtype=bool)
    before, after = np.array(wkb(lots), dtype=object), np.array(wkb(result.lots), dtype=object)
    assert (before[trusted] == after[trusted]).all()
    stays(result.lots, chosen, **fields)
    # Every lot is valid unless trusted, and none has vanished.
    shapes = result.lots.geometry.to_numpy()
    assert shapely.is_valid(shapes[~trusted]).all() and (shapely.area(shapes[~trusted]) > 0).all()
    # What the check still finds of the cured kinds is told, and overlaps too small for it.
    cured = {kind for step in chosen.steps for kind in CURES[step]}
    check = CheckSettings(tolerance=chosen.tolerance, min_area=chosen.min_area)
    found = check_parcels(result.lots, check).findings
    told = set(found.loc[found["kind"].isin(cured), "finding_id"])
    assert told <= set(result.left["finding_id"])
    beyond = result.left[~result.left["finding_id"].isin(told)]
    assert beyond["kind"].isin(CURES["overlaps"]).all()
    by_key = result.lots.set_index("lot_key").geometry
    for lots_, size in zip(beyond["lots"], beyond["size"]):
        one, two = (shapely.make_valid(by_key[key]) for key in lots_.split("; "))
        common = shapely.intersection(one, two)
        assert size == pytest.approx(shapely.area(common))
        assert size <= chosen.min_area or shapely.is_empty(
            shapely.buffer(common, -chosen.tolerance / 2, join_style="mitre")
        )
    _left_with_reason(lots, trusted, result)
    _referee(trusted, chosen, result)
    # Land is neither made nor lost: what lots won or lost is what the report says.
    change = result.figures["area_after"] - result.figures["area_before"]
    assert change == pytest.approx(result.report["won_m2"].sum() - result.report["lost_m2"].sum(), abs=1e-6)
    valid = np.array([shapely.make_valid(shape) for shape in lots.geometry], dtype=object)
    # On a grid, for without one GEOS may drop a whole lot from a union whose borders differ by rounding.
    covered = float(shapely.area(shapely.union_all(valid, grid_size=1e-8)))
    now = float(shapely.area(shapely.union_all(shapely.make_valid(shapes), grid_size=1e-8)))
    # Borders moved by at most the distance of points along all outlines; gaps were given away on purpose.
    slack = 2 * chosen.weld() * float(shapely.length(valid).sum()) * 0.5 + 0.01
    assert abs(now - covered - result.figures["gaps_given"]) <= slack
    # The order of rows does not matter.
    turned = repair_parcels(lots.iloc[::-1], chosen, **fields)
    assert wkb(turned.lots)[::-1] == wkb(result.lots)


def _referee(trusted: np.ndarray, chosen: RepairSettings, result: RepairResult) -> None:
    """GEOS's own word on the coverage: without trusted lots and anything left, nothing is wrong at all.

    Else no two lots overlap but those named as left, however narrow, trusted ones too; and beyond the borders of these
    and of trusted lots nothing is wrong.
    """
    shapes = result.lots.geometry.to_numpy()
    sound = shapely.is_valid(shapes)
    assert trusted[~sound].all()
    left = result.left[~result.left["kind"].isin(["gap", "invalid"])]
    named = {tuple(keys.split("; ")) for keys in left.loc[left["kind"].isin(CURES["overlaps"]), "lots"]}
    keys = result.lots["lot_key"].to_numpy()
    every = combinations(np.flatnonzero(sound), 2)
    pairs = np.array([pair for pair in every if tuple(sorted(keys[[*pair]])) not in named], dtype=int).reshape(-1, 2)
    common = shapely.intersection(*shapes[pairs.T])
    wide = ~shapely.is_empty(shapely.buffer(common, -1e-6))
    assert not wide.any(), (keys[pairs[wide]], shapely.area(common[wide]))
    if shapely.geos_version < (3, 12, 0):
        return  # no coverage functions
    wrong = shapely.coverage_invalid_edges(shapes[sound])
    if not trusted.any():
        assert set(left["kind"]) <= {*CURES["overlaps"], "channel", "spike"}
        assert len(left) or shapely.is_empty(wrong).all()
    near = 2 * chosen.tolerance
    outlines = shapely.buffer(shapely.boundary(shapes[trusted]), near)
    by_key = dict(zip(keys, shapely.buffer(shapely.make_valid(shapes), near)))
    meeting = [shapely.intersection_all([by_key[key] for key in pair]) for pair in named]
    allowed = np.array([*outlines, *meeting], dtype=object)
    for line in shapely.get_parts(wrong):
        ends = shapely.get_coordinates(line)
        edges = shapely.linestrings(np.stack([ends[:-1], ends[1:]], axis=1))
        beside = shapely.intersects(edges[:, None], allowed).any(axis=1)
        assert beside.all(), (left[["kind", "lots", "size", "why"]], edges[~beside])


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(maps(), CHOSEN)
def test_promises_on_any_map(lots: gpd.GeoDataFrame, chosen: RepairSettings) -> None:
    keeps_its_promises(lots, chosen)


@pytest.mark.parametrize("seed", (*SEEDS, *NARROW, *CORNERS))
def test_maps_that_once_were_not_cured(seed: int) -> None:
    keeps_its_promises(*seeded(seed))


@pytest.mark.parametrize("seed", ALL_STEPS)
def test_all_steps(seed: int) -> None:
    lots, chosen = seeded(seed)
    keeps_its_promises(lots, replace(chosen, steps=OPEN))


def test_a_union_loses_no_lot() -> None:
    lots, chosen = seeded(32044)
    shapes = repair_parcels(lots, replace(chosen, steps=OPEN), trusted_field="sure").lots.geometry.to_numpy()
    overlaps = sum(shapely.area(shapely.intersection(one, two)) for one, two in combinations(shapes, 2))
    covered = float(shapely.area(shapes).sum()) - overlaps  # no place lies in three of them
    assert shapely.area(union_of(shapes)) == pytest.approx(covered)
    assert union_of(np.empty(0, dtype=object)).is_empty


@pytest.mark.parametrize("seed", CORNERS)
def test_trusted_corners_with_usual_settings(seed: int) -> None:
    keeps_its_promises(seeded(seed)[0], RepairSettings())


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(maps(), CHOSEN)
def test_promises_on_many_maps(lots: gpd.GeoDataFrame, chosen: RepairSettings) -> None:
    keeps_its_promises(lots, chosen)
