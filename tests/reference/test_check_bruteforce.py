"""Overlapping pairs, gaps and open strips against the plain definitions, computed the slow way over everything."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from land_stewardship.core.parcels.check import CheckSettings, check_parcels

#: Points lie on multiples of this (m), so that both ways compute with the same exact coordinates.
STEP = 1 / 64
TOLERANCE = 1e-4
SETTINGS = CheckSettings(tolerance=TOLERANCE, min_area=0.01, sliver_width=0.0, spike_width=0.0, min_lot_area=0.0)


def load(name: str) -> Any:
    path = Path(__file__).resolve().parents[1] / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def slow_way() -> Any:
    return load("bruteforce")


def random_map(seed: int, columns: int = 6, rows: int = 5) -> gpd.GeoDataFrame:
    """A crooked mesh of lots with a handful of faults of every sort, in random order."""
    random = np.random.default_rng(seed)

    def even(values: Any) -> Any:
        return np.round(np.asarray(values) / STEP) * STEP

    size = 8.0
    nodes = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), axis=-1) * size
    nodes = even(nodes + random.uniform(-2.4, 2.4, nodes.shape))
    across = even((nodes[:-1] + nodes[1:]) / 2 + random.uniform(-0.8, 0.8, nodes[:-1].shape))
    along = even((nodes[:, :-1] + nodes[:, 1:]) / 2 + random.uniform(-0.8, 0.8, nodes[:, :-1].shape))
    lots = []
    for c in range(columns):
        for r in range(rows):
            ring = [
                nodes[c, r], across[c, r], nodes[c + 1, r], along[c + 1, r],
                nodes[c + 1, r + 1], across[c, r + 1], nodes[c, r + 1], along[c, r],
            ]  # fmt: skip
            lots.append(np.array(ring))
    for _ in range(random.integers(2, 9)):
        number = int(random.integers(len(lots)))
        ring = lots[number].copy()
        fault = random.choice(["move", "lose", "shift", "delete", "inside", "copy", "cut"])
        if fault == "move":
            ring[random.integers(len(ring))] += even(random.uniform(-2.0, 2.0, 2))
        elif fault == "lose":
            ring = np.delete(ring, random.integers(len(ring)), axis=0)
        elif fault == "shift":
            ring = ring + even(random.uniform(-0.4, 0.4, 2))
        elif fault == "delete" and len(lots) > 4:
            lots.pop(number)
            continue
        elif fault == "inside":
            middle = ring.mean(axis=0)
            lots.append(even(middle + (ring - middle) * random.uniform(0.1, 0.6)))
            continue
        elif fault == "copy":
            middle = ring.mean(axis=0)
            lots.append(even(middle + (ring - middle) * random.uniform(0.94, 0.99)))
            continue
        elif fault == "cut":
            ring = np.concatenate([ring[:3], ring[3:4] - [even(random.uniform(0.05, 0.45)), 0.0], ring[4:]])
        lots[number] = ring
    shapes = [Polygon(ring) for ring in lots]
    if random.random() < 0.3:  # a second sheet on top of the first
        shapes += [
            shapely.affinity.translate(shape, *even(random.uniform(-9, 9, 2)))
            for shape in shapes[: random.integers(2, 8)]
        ]
    order = random.permutation(len(shapes))
    return gpd.GeoDataFrame(
        {"lot_key": [f"k{number:03}" for number in order]},
        geometry=np.array(shapes, dtype=object)[order],
        crs="EPSG:6676",
    )


@pytest.mark.parametrize("seeds", [range(12), range(12, 24)])
def test_random_maps(slow_way: Any, seeds: range) -> None:
    total = np.sum([slow_way.compare(random_map(seed), SETTINGS) for seed in seeds], axis=0)
    assert (total > 3).all(), "the maps must have something of everything to find"


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_many_random_maps(slow_way: Any, block: int) -> None:
    for seed in range(1000 + 40 * block, 1040 + 40 * block):
        slow_way.compare(random_map(seed), SETTINGS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_larger_random_maps(slow_way: Any, seed: int) -> None:
    slow_way.compare(random_map(5000 + seed, 30, 25), SETTINGS)


def test_the_slow_way_knows_what_it_is_about(slow_way: Any) -> None:
    lots = gpd.GeoDataFrame(
        {"lot_key": ["a", "b", "c"]}, geometry=[box(0, 0, 9, 9), box(8, 0, 20, 9), box(0, 9.25, 20, 15)]
    )
    gaps = slow_way.all_gaps(lots, SETTINGS)
    assert slow_way.all_pairs(lots, SETTINGS) == {("a", "b"): 9.0}
    assert len(gaps) == 0
    assert shapely.area(slow_way.all_channels(lots, gaps, SETTINGS)).tolist() == pytest.approx([5.0])


@pytest.mark.parametrize("seed", range(6))
def test_ground_under_two_parts_of_a_lot_belongs_to_it(slow_way: Any, seed: int) -> None:
    """A lot whose own parts overlap counts as the ground under all of them: it is broken, but leaves no gap there."""
    lots = random_map(seed)
    broken, united = lots.geometry.to_numpy().copy(), lots.geometry.to_numpy().copy()
    random = np.random.default_rng(seed)
    for row in random.choice(len(lots), 4, replace=False).tolist():
        shape = broken[row]
        part = shapely.affinity.translate(shape, *(np.round(random.uniform(0.5, 3.0, 2) / STEP) * STEP))
        broken[row] = shapely.MultiPolygon([shape, part])
        united[row] = shape.union(part)
    whole = lots.set_geometry(united, crs=lots.crs)
    result = check_parcels(lots.set_geometry(broken, crs=lots.crs), SETTINGS, sheet_field=None)
    told = result.findings["lots"][result.findings["kind"] == "invalid"]
    assert set(told) == set(lots["lot_key"][~shapely.is_valid(broken)])
    assert slow_way.found_pairs(result) == pytest.approx(slow_way.all_pairs(whole, SETTINGS), rel=1e-9, abs=1e-9)
    gaps = slow_way.all_gaps(whole, SETTINGS)
    slow_way.same_places(slow_way.found_areas(result, "gap"), gaps, 0.01)


@pytest.mark.parametrize("seed", range(4))
def test_touched_lots_alone_have_the_findings_of_the_whole(seed: int) -> None:
    """With the lots that its findings name, as the contract says, each lot has the same findings."""
    lots = random_map(seed)
    whole = check_parcels(lots, SETTINGS).findings
    for key in lots["lot_key"].iloc[::9]:
        mine = whole[np.array([key in text.split("; ") for text in whole["lots"]], dtype=bool)]
        named = {key}.union(*(text.split("; ") for text in mine["lots"]))
        positions = np.flatnonzero(lots["lot_key"].isin(named))
        part = check_parcels(lots, SETTINGS, only=positions).findings
        again = part[np.array([key in text.split("; ") for text in part["lots"]], dtype=bool)]
        assert sorted(again["finding_id"]) == sorted(mine["finding_id"])
