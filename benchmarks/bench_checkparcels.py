"""“Check lots and boundaries” beside QGIS 3.44's own geometry checks, on maps with known defects.

Both read the same GeoPackage and write FlatGeobuf (QGIS's checks repeat the feature id of the lot in
their errors, which a GeoPackage refuses), in the same QGIS 3.44, one process per run. QGIS has one
algorithm per kind of defect; ours finds all kinds in one run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import generate
import geopandas as gpd
import measure
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

#: QGIS's algorithm for each kind of injected defect (none knows lot numbers or registered areas).
NATIVE: dict[str, tuple[str, dict[str, Any]]] = {
    "gap": ("native:checkgeometrygap", {"NEIGHBORS": "memory:"}),
    "overlap": ("native:checkgeometryoverlap", {}),
    "duplicate": ("native:checkgeometryduplicate", {}),
    "invalid": ("native:checkgeometryselfintersection", {}),
    "missing_vertex": ("native:checkgeometrymissingvertex", {}),
    "sliver": ("native:checkgeometrysliverpolygon", {"MAX_THINNESS": 20}),
}
#: A finding belongs to a defect when it lies within one lot of it, and is false beyond two lots.
NEAR, FAR = 1.2 * generate.CELL, 2.0 * generate.CELL


def score(points: gpd.GeoDataFrame, truth: pd.DataFrame, kind: str) -> tuple[int, int, int]:
    """(found, missed, false) of one kind; what lies near another injected defect is not false."""
    points = points[~points.geometry.isna()]
    wanted = truth.loc[truth["kind"] == kind, ["x", "y"]].to_numpy()
    if not len(points):
        return 0, len(wanted), 0
    at = np.column_stack([points.geometry.x, points.geometry.y])
    found = int((cKDTree(at).query(wanted)[0] <= NEAR).sum())
    false = int((cKDTree(truth[["x", "y"]].to_numpy()).query(at)[0] > FAR).sum())
    return found, len(wanted) - found, false


def prepare(count: int) -> tuple[Path, pd.DataFrame, int]:
    """The map of about ``count`` lots, its truth, and its exact number of lots."""
    measure.WORK.mkdir(parents=True, exist_ok=True)
    path = measure.WORK / f"lots_{count}.gpkg"
    lots = generate.write(count, path)
    return path, pd.read_csv(path.with_suffix(".truth.csv")), lots


def ours(place: measure.Place, path: Path, timeout: float) -> tuple[dict[str, Any], gpd.GeoDataFrame | None]:
    """Our algorithm in ``place``: measurement and findings."""
    target = measure.WORK / "findings.fgb"
    target.unlink(missing_ok=True)
    result = measure.run(
        place,
        timeout,
        job="algorithm",
        name="landstewardship:checkparcels",
        parameters={"INPUT": measure.path_in(place, path), "OUTPUT": measure.path_in(place, target)},
    )
    return result, None if result["failed"] else gpd.read_file(target)


def native(path: Path, kind: str, timeout: float) -> tuple[dict[str, Any], gpd.GeoDataFrame | None]:
    """QGIS's algorithm for ``kind`` with our tolerance (2 decimals): measurement and its error points."""
    name, extra = NATIVE[kind]
    target = measure.WORK / "errors.fgb"
    target.unlink(missing_ok=True)
    result = measure.run(
        measure.LTS,
        timeout,
        job="algorithm",
        name=name,
        parameters={
            "INPUT": measure.path_in(measure.LTS, path),
            "UNIQUE_ID": "fid",
            "OUTPUT": "memory:",
            "TOLERANCE": 2,
            "ERRORS": measure.path_in(measure.LTS, target),
            **extra,
        },
    )
    return result, None if result["failed"] else gpd.read_file(target)


def without_broken_lots(path: Path) -> Path:
    """The same map with broken lots repaired by QGIS, for checks that give up on the first one."""
    target = path.with_name(f"{path.stem}_repaired.gpkg")
    target.unlink(missing_ok=True)
    result = measure.run(
        measure.LTS,
        3600,
        job="algorithm",
        name="native:fixgeometries",
        parameters={
            "INPUT": measure.path_in(measure.LTS, path),
            "OUTPUT": measure.path_in(measure.LTS, target),
        },
    )
    if result["failed"]:
        raise SystemExit(f"The map could not be repaired: {result['failed']}")
    return target


def bench(path: Path, truth: pd.DataFrame, lots: int, timeout: float, lts: bool = True) -> str:
    """All runs for one map, as a section in Markdown."""
    injected = truth["kind"].value_counts()
    rows = []
    for place in (measure.LTS, measure.HERE) if lts else (measure.HERE,):
        result, findings = ours(place, path, max(timeout, 3600))
        label = f"**Land Stewardship**, all kinds, QGIS {result.get('qgis', '?')}"
        figures = (
            [(kind, *score(of_kind(findings, kind), truth, kind)) for kind in generate.DEFECTS]
            if findings is not None
            else []
        )
        print(
            f"{lots:,} lots, ours in {place.name}: {measure.seconds(result)} s, "
            f"{measure.megabytes(result)} MB {figures}",
            flush=True,
        )
        found, missed, false = (sum(row[n] for row in figures) for n in (1, 2, 3))
        rows.append([label, measure.seconds(result), measure.megabytes(result), str(found), str(missed), str(false)])
        if place is (measure.LTS if lts else measure.HERE):
            own, own_figures = result, {row[0]: row[1:] for row in figures}
    total = 0.0
    details = []
    if lts:
        for kind, (name, _) in NATIVE.items():
            result, errors = native(path, kind, timeout)
            print(f"{lots:,} lots, {name}: {measure.seconds(result)} s, {measure.megabytes(result)} MB", flush=True)
            details.append(_native_row(kind, name, result, errors, truth, own_figures))
            total += result.get("seconds", 0.0) if not result["failed"] else 0.0
            if kind == "gap" and result["failed"] and "stopped" not in result["failed"]:
                result, errors = native(without_broken_lots(path), kind, timeout)
                print(f"{lots:,} lots, {name}, repaired map: {measure.seconds(result)} s", flush=True)
                repaired = f"{name} after repair"
                details.append(_native_row(kind, repaired, result, errors, truth, own_figures))
                total += result.get("seconds", 0.0) if not result["failed"] else 0.0
    text = f"### {lots:,} lots\n\nInjected: {', '.join(f'{injected[kind]} {kind}' for kind in generate.DEFECTS)}.\n\n"
    text += measure.table(["run", "time (s)", "peak memory (MB)", "found", "missed", "false"], rows) + "\n\n"
    if details:
        text += (
            measure.table(
                ["QGIS 3.44 check", "time (s)", "peak memory (MB)", "found", "missed", "false", "ours"],
                details,
            )
            + "\n\n"
        )
        stopped = sum("–" in row[1] for row in details)
        text += f"QGIS's checks that finished took {total:,.1f} s together"
        if "seconds" in own and total:
            text += f", {total / own['seconds']:.1f} times as long as ours"
        text += f"; {stopped} did not finish.\n" if stopped else ".\n"
    return text


def of_kind(findings: gpd.GeoDataFrame, kind: str) -> gpd.GeoDataFrame:
    """Findings of one kind."""
    return findings[findings["kind"] == kind]


def _native_row(
    kind: str,
    name: str,
    result: dict[str, Any],
    errors: gpd.GeoDataFrame | None,
    truth: pd.DataFrame,
    own: dict[str, tuple[int, int, int]],
) -> list[str]:
    figures = ["–"] * 3 if errors is None else [str(n) for n in score(errors, truth, kind)]
    mine = " / ".join(str(n) for n in own[kind]) if kind in own else "–"
    return [f"`{name}`", measure.seconds(result), measure.megabytes(result), *figures, mine]
