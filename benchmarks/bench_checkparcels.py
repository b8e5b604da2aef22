"""“Check lots and boundaries” beside QGIS 3.44's own geometry checks, on maps with known defects.

Both read the same GeoPackage and write FlatGeobuf (QGIS's checks repeat the feature id of the lot in
their errors, which a GeoPackage refuses), in the same QGIS 3.44, one process per run. QGIS has one
algorithm per kind of defect; ours finds all kinds in one run.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import generate
import geopandas as gpd
import measure
import numpy as np
import pandas as pd
import postgis_check
from scipy.spatial import cKDTree

#: Stands for the map itself in the parameters of QGIS's algorithms.
INPUT = "<the map>"

#: QGIS's algorithm for each kind of injected defect (none knows lot numbers or registered areas).
NATIVE: dict[str, tuple[str, dict[str, Any]]] = {
    "gap": ("native:checkgeometrygap", {"NEIGHBORS": "memory:"}),
    "overlap": ("native:checkgeometryoverlap", {}),
    "duplicate": ("native:checkgeometryduplicate", {}),
    "invalid": ("native:checkgeometryselfintersection", {}),
    "missing_vertex": ("native:checkgeometrymissingvertex", {}),
    "sliver": ("native:checkgeometrysliverpolygon", {"MAX_THINNESS": 20}),
    "contained": ("native:checkgeometrycontained", {"POLYGONS": INPUT}),
    "hole": ("native:checkgeometryhole", {}),
    "self_touch": ("native:checkgeometryselfcontact", {}),
    "multipart": ("native:checkgeometrymultipart", {}),
    "too_small": ("native:checkgeometryarea", {"AREATHRESHOLD": 0.1}),
    "degenerate": ("native:checkgeometrydegeneratepolygon", {}),
}
#: Noise on every point of the noisy maps (m).
NOISE = 0.001
#: Lots of the small map with which each QGIS and the database are warmed up.
SMALL = 200
#: Ways to read the lots for the least that any check has to do (see ``inqgis.read_and_validate``).
FLOORS = {
    "features": "reading as QGIS hands out features, and one validity pass",
    "table": "reading as our check does, and one validity pass",
    "geopandas": "reading with geopandas (pyogrio), and one validity pass",
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


def prepare(count: int) -> tuple[Path, Path, pd.DataFrame, int]:
    """The map of about ``count`` lots with defects in 2.5 % of them, the same with 1 mm of noise on every point,
    its truth, and its exact number of lots."""
    measure.WORK.mkdir(parents=True, exist_ok=True)
    path = measure.WORK / f"lots_{count}.gpkg"
    noisy = measure.WORK / f"lots_{count}_noisy.gpkg"
    per_kind = max(5, round(0.025 * count / len(generate.DEFECTS)))
    generate.write(SMALL, small(), per_kind=5)
    lots = generate.write(count, path, per_kind=per_kind)
    generate.write(count, noisy, per_kind=per_kind, noise=NOISE)
    return path, noisy, pd.read_csv(path.with_suffix(".truth.csv")), lots


def small() -> Path:
    """The small map."""
    return measure.WORK / "small.gpkg"


def warmed(place: measure.Place, job: dict[str, Any]) -> dict[str, Any]:
    """The same job on the small map, its results not kept."""
    files = {value for value in job["parameters"].values() if str(value).endswith(".gpkg")}
    parameters = {
        key: measure.path_in(place, small()) if value in files else "memory:" if str(value).endswith(".fgb") else value
        for key, value in job["parameters"].items()
    }
    return {"name": job["name"], "parameters": parameters}


def ours(place: measure.Place, path: Path, timeout: float) -> tuple[dict[str, Any], gpd.GeoDataFrame | None]:
    """Our algorithm in ``place``: measurement and findings."""
    target = measure.WORK / "findings.fgb"
    target.unlink(missing_ok=True)
    job = {
        "name": "landstewardship:checkparcels",
        "parameters": {"INPUT": measure.path_in(place, path), "OUTPUT": measure.path_in(place, target)},
    }
    result = measure.run(place, timeout, job="algorithm", warm=warmed(place, job), **job)
    return result, None if result["failed"] else gpd.read_file(target)


def native(path: Path, kind: str, timeout: float) -> tuple[dict[str, Any], gpd.GeoDataFrame | None]:
    """QGIS's algorithm for ``kind`` with our tolerance (2 decimals): measurement and its error points."""
    name, extra = NATIVE[kind]
    target = measure.WORK / "errors.fgb"
    target.unlink(missing_ok=True)
    job = {
        "name": name,
        "parameters": {
            "INPUT": measure.path_in(measure.LTS, path),
            "UNIQUE_ID": "fid",
            "OUTPUT": "memory:",
            "TOLERANCE": 2,
            "ERRORS": measure.path_in(measure.LTS, target),
            **{key: measure.path_in(measure.LTS, path) if value == INPUT else value for key, value in extra.items()},
        },
    }
    result = measure.run(measure.LTS, timeout, job="algorithm", warm=warmed(measure.LTS, job), **job)
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


def floor(path: Path, way: str) -> dict[str, Any]:
    """Reading the lots and one GEOS validity pass, the least that any check has to do."""
    warm = {"path": measure.path_in(measure.LTS, small()), "way": way}
    return measure.run(measure.LTS, 3600, job="validate", warm=warm, path=measure.path_in(measure.LTS, path), way=way)


def postgis(path: Path, timeout: float) -> tuple[dict[str, Any], gpd.GeoDataFrame | None]:
    """The same kinds by SQL in the PostGIS of the QGIS 3.44 root: what it measured, and its findings."""
    target = measure.WORK / "postgis.fgb"
    script = measure.path_in(measure.LTS, measure.ROOT / "benchmarks" / "postgis_check.py")
    # The folder of this script has to be on the path, the repository root must not be.
    code = f"import sys; sys.path.insert(0, {str(Path(script).parent)!r}); import postgis_check; postgis_check.main()"
    command = [str(measure.ROOT / "scripts" / "lts_root.sh"), "run", measure.INSIDE_PYTHON, "-P", "-W", "ignore"]
    command += ["-c", code, *(measure.path_in(measure.LTS, file) for file in (path, target, small())), str(timeout)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {"failed": (done.stderr.strip().splitlines() or ["no message"])[-1], "outputs": {}}, None
    result = json.loads(lines[-1])
    assert isinstance(result, dict)
    return result, gpd.read_file(target) if target.exists() else None


def sums(sql: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Seconds and processor time of PostGIS by what is counted; none of what a stopped step belongs to."""
    steps = sql.get("steps", {})
    quick = [name for name in steps if name != postgis_check.EVERY_PAIR]
    slow = [name for name in steps if name != "overlap"]
    apart = (*postgis_check.PREPARE, postgis_check.WRITE)
    counted = {
        "all kinds, every pair of lots joined, reading and writing": slow,
        "all kinds, only lots with open edges joined, reading and writing": quick,
        "all kinds, every pair of lots joined, queries alone": [name for name in slow if name not in apart],
        "all kinds, only lots with open edges joined, queries alone": [name for name in quick if name not in apart],
        "some kinds, every pair of lots joined, queries alone": list(postgis_check.FEW),
    }
    return {
        label: {key: sum(steps[name][key] for name in names) for key in ("seconds", "cpu")}
        for label, names in counted.items()
        if steps and not set(names) & set(sql["stopped"]) and set(names) <= set(steps)
    }


def bench(
    path: Path,
    noisy: Path,
    truth: pd.DataFrame,
    lots: int,
    timeout: float,
    lts: bool = True,
    kinds: Sequence[str] = tuple(NATIVE),
) -> str:
    """All runs for one map, as a section in Markdown. ``kinds``: for which to run QGIS's own checks."""
    injected = truth["kind"].value_counts()
    rows = []
    place = measure.LTS if lts else measure.HERE
    least = {way: floor(path, way) for way in FLOORS} if lts else {}
    for which, source in (("", path), (", 1 mm noise", noisy)):
        result, findings = ours(place, source, max(timeout, 3600))
        label = f"**Land Stewardship**, all kinds{which}, QGIS {result.get('qgis', '?')}"
        figures = _figures(findings, truth)
        rows.append([label, *_times(result), *_sum(figures)])
        print(f"{lots:,} lots, {label}: {_times(result)} {figures}", flush=True)
        if not which:
            own, own_figures = result, figures
        else:
            with_noise = result
    text = f"### {lots:,} lots\n\nInjected: {', '.join(f'{injected[kind]} {kind}' for kind in generate.DEFECTS)}.\n\n"
    head = ["run", "time (s)", "processor (s)", "peak memory (MB)"]
    if not lts:
        return text + measure.table([*head, "found", "missed", "false"], rows) + "\n"
    rows += [[label, *_times(least[way]), "–", "–", "–"] for way, label in FLOORS.items()]
    sql, sql_findings = postgis(path, timeout)
    sql_sums, sql_figures = sums(sql), _figures(sql_findings, truth)
    print(f"{lots:,} lots, PostGIS: {sql.get('steps')} {sql_figures} {sql['failed']}", flush=True)
    for label, times in sql_sums.items():
        scored = _sum(sql_figures) if "writing" in label else ["–"] * 3
        rows.append([f"PostGIS {sql.get('version', '?')}, {label}", *_times({**times, "failed": ""}), *scored])
    details, total, processor = [], 0.0, 0.0
    for kind in kinds:
        name = NATIVE[kind][0]
        for shown, source in ((name, path), (f"{name} after repair", None)):
            if source is None and not (kind == "gap" and result["failed"] and "stopped" not in result["failed"]):
                continue
            result, errors = native(source or without_broken_lots(path), kind, timeout)
            print(f"{lots:,} lots, {shown}: {_times(result)}", flush=True)
            details.append(_native_row(kind, shown, result, errors, truth, own_figures))
            if not result["failed"]:
                total += result["seconds"]
                processor += result["cpu"]
    if details:
        rows.append(["QGIS 3.44, sum of its checks", _figure(total), _figure(processor), "–", "–", "–", "–"])
    text += measure.table([*head, "found", "missed", "false"], rows) + "\n\n"
    if details:
        text += measure.table(
            ["QGIS 3.44 check", "time (s)", "processor (s)", "peak memory (MB)", "found", "missed", "false", "ours"],
            details,
        )
        text += "\n\n"
    text += _ratios(own, with_noise, least, sql_sums, total, processor) + "\n"
    stopped = [row[0] for row in details if "–" in row[1]]
    if stopped or sql.get("stopped"):
        text += f"\nNot finished, and not counted: {', '.join([*stopped, *sql.get('stopped', [])])}.\n"
    return text


def _figures(findings: gpd.GeoDataFrame | None, truth: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    """(found, missed, false) for each injected kind."""
    if findings is None:
        return {}
    return {kind: score(of_kind(findings, kind), truth, kind) for kind in generate.DEFECTS}


def _sum(figures: dict[str, tuple[int, int, int]]) -> list[str]:
    return [str(sum(row[n] for row in figures.values())) for n in range(3)] if figures else ["–"] * 3


def _times(result: dict[str, Any]) -> list[str]:
    return [measure.seconds(result), _figure(result.get("cpu")), measure.megabytes(result)]


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _ratios(
    own: dict[str, Any],
    noisy: dict[str, Any],
    least: dict[str, dict[str, Any]],
    sql: dict[str, dict[str, Any]],
    total: float,
    processor: float,
) -> str:
    """Ratios to ours by the clock and by processor time."""
    lines = []
    for label, other in (
        ("QGIS's checks together / ours", {"seconds": total, "cpu": processor}),
        *((f"PostGIS / ours: {label}", times) for label, times in sql.items()),
    ):
        if other.get("seconds") and own.get("seconds"):
            lines.append([label, f"{other['seconds'] / own['seconds']:.1f}", f"{other['cpu'] / own['cpu']:.1f}"])
    for label, one, two in (
        *((f"ours / {FLOORS[way]}", own, result) for way, result in least.items()),
        ("noisy / clean", noisy, own),
    ):
        if one.get("seconds") and two.get("seconds"):
            lines.append([label, f"{one['seconds'] / two['seconds']:.2f}", f"{one['cpu'] / two['cpu']:.2f}"])
    return measure.table(["ratio", "by the clock", "by processor time"], lines)


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
    return [f"`{name}`", *_times(result), *figures, mine]
