"""The generated maps of the benchmark: every injected defect is found, nothing else is."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree

from land_stewardship.core.parcels.check import check_parcels

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generate() -> Any:
    spec = importlib.util.spec_from_file_location("benchmark_generate", ROOT / "benchmarks" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_found_missed_false(generate: Any, seed: int) -> None:
    lots, truth = generate.lots(3000, seed)
    findings = check_parcels(lots).findings
    at = findings[["x", "y"]].to_numpy()
    for kind in generate.DEFECTS:
        wanted = np.array([(defect.x, defect.y) for defect in truth if defect.kind == kind])
        assert len(wanted) == 5
        hits = at[(findings["kind"] == kind).to_numpy()]
        assert (cKDTree(hits).query(wanted)[0] < 1.2 * generate.CELL).all(), f"a {kind} was missed"
    near, _ = cKDTree([(defect.x, defect.y) for defect in truth]).query(at)
    assert (near < 2 * generate.CELL).all(), "a finding where nothing is wrong"


def test_sizes_are_those_of_the_defects(generate: Any) -> None:
    lots, truth = generate.lots(3000, 4)
    findings = check_parcels(lots).findings
    for kind in ("gap", "overlap", "sliver"):
        rows = findings[findings["kind"] == kind]
        tree = cKDTree(rows[["x", "y"]].to_numpy())
        for defect in truth:
            if defect.kind == kind:
                found = rows["size"].iloc[int(tree.query((defect.x, defect.y))[1])]
                assert found == pytest.approx(defect.size, rel=0.15 if kind == "sliver" else 1e-6)


def test_same_seed_same_map(generate: Any) -> None:
    one, truth = generate.lots(500, 9)
    two, again = generate.lots(500, 9)
    assert truth == again
    assert one.geometry.geom_equals_exact(two.geometry, 0).all()
    assert one.drop(columns="geometry").equals(two.drop(columns="geometry"))


def test_without_defects_a_generated_map_is_clean(generate: Any) -> None:
    """The roads and ditches between the lots are neither slivers nor gaps."""
    lots, truth = generate.lots(3000, 5, per_kind=0)
    assert truth == []
    narrow = lots["lot_key"].str.startswith("d")
    assert narrow.sum() > 10
    assert check_parcels(lots).findings.empty
