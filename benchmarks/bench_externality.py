"""All pairs of lots within 500 m with their true distances, beside the same join in PostGIS.

    bench_externality.py              both villages; puts its section into docs/benchmarks.md
    bench_externality.py --size 2000  fewer lots

PostGIS runs in a cluster of its own that is thrown away afterwards. Its time is that of the query alone, on
tables with an index, analysed; ours includes building every index. Runs take turns, the best of each counts.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import measure
import numpy as np
import shapely

DISTANCE = 500.0
TURNS = 3
SIZE = 20_000
CLICKS = 300
TITLE = "## Harm network: pairs within 500 m"
HEAD = ["village", "pairs", "run", "time (s)", "PostGIS / run", "peak memory (MB)", "largest error (m)"]
JOBS = {"exact": "**Land Stewardship**, true distances", "fast": "**Land Stewardship**, fast"}


def village(name: str, count: int, seed: int) -> np.ndarray:
    """Lots of five to nine corners and 8 to 16 m radius: ``dense`` 200 lots per km², ``sparse`` along a winding
    valley 400 m wide and 60 km long (for 20,000 lots)."""
    random = np.random.default_rng(seed)
    if name == "dense":
        middle = random.uniform(0, 1000 * np.sqrt(count / 200), (count, 2))
    else:
        along = random.uniform(0, 3.0 * count, count)
        middle = np.column_stack([along, 2000 * np.sin(along / 3000) + random.uniform(-200, 200, count)])
    lots = []
    for corners in range(5, 10):
        at = middle[corners - 5 :: 5]
        turn = np.sort(random.uniform(0, 2 * np.pi, (len(at), corners)), axis=1)
        far = random.uniform(8, 16, (len(at), corners))
        ring = at[:, None, :] + np.stack([np.cos(turn) * far, np.sin(turn) * far], axis=-1)
        lots.append(shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1)))
    return np.concatenate(lots)


def job(name: str, which: str, count: int) -> dict[str, Any]:
    """One measured run of ours, meant for a process of its own."""
    if name == "click":
        return click(which, count)
    register()
    from land_stewardship.core.externality import near

    sources, receptors = village(which, count, 1), village(which, count, 2)
    search = near.pairs_within if name == "exact" else near.pairs_within_fast
    search(sources[:50], receptors[:50], DISTANCE)
    begin = time.perf_counter()
    found = search(sources, receptors, DISTANCE)
    seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "pairs": len(found.source),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "error": found.error,
    }


def register() -> None:
    """Make the package importable."""
    spec = importlib.util.spec_from_file_location(
        "land_stewardship", measure.ROOT / "__init__.py", submodule_search_locations=[str(measure.ROOT)]
    )
    assert spec and spec.loader
    sys.modules["land_stewardship"] = importlib.util.module_from_spec(spec)


def click(which: str, count: int) -> dict[str, Any]:
    """One more click in the relief mode (treat a lot, tell every receptor's change) beside summing all links anew."""
    register()
    from scipy.sparse import csc_matrix, diags

    from land_stewardship.core.externality import near
    from land_stewardship.core.externality.relief import Network, ReliefState
    from land_stewardship.core.externality.treatments import Treatment
    from land_stewardship.core.texts import Text

    found = near.pairs_within(village(which, count, 1), village(which, count, 2), DISTANCE)
    values = csc_matrix((1.0 - found.metres / DISTANCE, (found.receptor, found.source)), shape=(count, count))
    names = np.arange(count).astype(str).astype(object)
    network = Network(
        names, names, np.full(count, "farmland", dtype=object), {"boar": values}, {"boar": np.zeros(count)}
    )
    mowing = Treatment("mow_1", Text("Mow", "草刈り"), ("any",), {"boar": 0.5}, 0.0, 0.0, 0.0, "assumption", "")
    state = ReliefState(network)
    ours, whole = [], []
    kept = np.ones(count)
    for lot in np.random.default_rng(3).choice(count, CLICKS, replace=False).tolist():
        begin = time.perf_counter()
        state.add(lot, mowing)
        relief = state.before() - state.after()
        told = int((relief > 1e-9).sum()), float(relief.sum())
        ours.append(time.perf_counter() - begin)
        kept[lot] = 0.5
        begin = time.perf_counter()
        after = np.asarray((values @ diags(kept)).sum(axis=1)).ravel()
        again = int((state.before() - after > 1e-9).sum()), float((state.before() - after).sum())
        whole.append(time.perf_counter() - begin)
        if told[0] != again[0] or not np.isclose(told[1], again[1]):
            raise SystemExit(f"One click tells {told}, all links anew {again}.")
    return {
        "links": len(found.source),
        "ours": float(np.median(ours)),
        "worst": max(ours),
        "whole": float(np.median(whole)),
    }


@contextmanager
def cluster() -> Iterator[list[str]]:
    """A PostGIS of its own; yields the command that runs SQL in it."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="ls-bench-"))
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
    folder.chmod(0o755)

    def run(*command: str) -> None:
        subprocess.run(
            [*as_user, *command], check=True, cwd=folder, stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"}
        )

    run(str(tools[-1] / "initdb"), "-D", str(folder / "data"), "-A", "trust", "-E", "UTF8", "-U", "postgres")
    start = [str(tools[-1] / "pg_ctl"), "-D", str(folder / "data"), "-w"]
    run(*start, "-l", str(folder / "log"), "-o", f"-k {folder} -p 54331 -c listen_addresses=''", "start")
    try:
        sql = ["psql", "-h", str(folder), "-p", "54331", "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-qtA"]
        run(*sql, "-c", "CREATE EXTENSION postgis")
        yield [*as_user, *sql]
    finally:
        run(*start, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def ask(sql: list[str], text: str) -> str:
    """The answer of PostGIS."""
    return subprocess.run([*sql, "-f", "-"], input=text, text=True, check=True, capture_output=True, cwd="/").stdout


def load(sql: list[str], table: str, lots: np.ndarray) -> None:
    """Lots as a table with an index."""
    lines = "\n".join(shapely.to_wkb(lots, hex=True).tolist())
    ask(
        sql,
        f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (geom geometry);\n"
        f"COPY {table} FROM STDIN;\n{lines}\n\\.\n"
        f"CREATE INDEX ON {table} USING gist (geom); ANALYZE {table};",
    )


def bench(count: int) -> str:
    """The section of the report."""
    if not list(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        return f"{TITLE}\n\nNot measured here: PostgreSQL with PostGIS is not installed.\n"
    rows = []
    with cluster() as sql:
        version = ask(sql, "SELECT postgis_lib_version()").strip()
        for which in ("dense", "sparse"):
            load(sql, "s", village(which, count, 1))
            load(sql, "r", village(which, count, 2))
            best: dict[str, dict[str, Any]] = {}
            for _ in range(TURNS):
                for name, select in (
                    ("postgis", "count(*)"),
                    ("postgis_distance", "count(*), sum(ST_Distance(s.geom, r.geom))"),
                ):
                    begin = time.perf_counter()
                    answer = ask(sql, f"SELECT {select} FROM s JOIN r ON ST_DWithin(s.geom, r.geom, {DISTANCE})")
                    seconds = time.perf_counter() - begin
                    keep(best, name, {"seconds": seconds, "pairs": int(answer.split("|")[0])})
                for name in JOBS:
                    keep(best, name, in_own_process(name, which, count))
            if best["exact"]["pairs"] != best["postgis"]["pairs"]:
                raise SystemExit(f"{best['exact']['pairs']} pairs, PostGIS found {best['postgis']['pairs']}.")
            labels = {
                "postgis": f"PostGIS {version}, ST_DWithin",
                "postgis_distance": "the same and ST_Distance",
                **JOBS,
            }
            for name, label in labels.items():
                its = best[name]
                error = "–" if name.startswith("postgis") else f"{its['error']:.1f}"
                rows.append(
                    [
                        which,
                        f"{its['pairs']:,}",
                        label,
                        f"{its['seconds']:.2f}",
                        f"{best['postgis']['seconds'] / its['seconds']:.1f}",
                        measure.megabytes(its),
                        error,
                    ]
                )
                print(rows[-1], flush=True)
    return (
        f"{TITLE}\n\nOn a machine with {measure.machine()}. {count:,} sources × {count:,} receptors (polygons of 5 "
        f"to 9 corners), all pairs within {DISTANCE:.0f} m. PostGIS: the query alone, index ready; ours: index "
        f"included. Runs took turns, best of {TURNS}. Same pairs in both (checked). Fast: distances of the middles, "
        "with the largest possible error of any.\n\n" + measure.table(HEAD, rows) + "\n\n" + clicks(count) + "\n"
    )


def in_own_process(name: str, which: str, count: int) -> dict[str, Any]:
    """The result of a job."""
    done = subprocess.run(
        [sys.executable, __file__, "--job", name, which, "--size", str(count)],
        check=True,
        capture_output=True,
        text=True,
    )
    result = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(result, dict)
    return result


def clicks(count: int) -> str:
    """What one click in the relief mode takes, in words."""
    seen = in_own_process("click", "dense", count)
    return (
        f"**Relief, one more click** among {seen['links']:,} links (dense village): {1000 * seen['ours']:.2f} ms "
        f"(median of {CLICKS}; longest {1000 * seen['worst']:.1f} ms), with the change of every receptor told. Summing "
        f"all links anew takes {1000 * seen['whole']:.0f} ms, {seen['whole'] / seen['ours']:.0f} times as long; both "
        "tell the same (checked)."
    )


def keep(best: dict[str, dict[str, Any]], name: str, result: dict[str, Any]) -> None:
    """The fastest result of each name."""
    if name not in best or result["seconds"] < best[name]["seconds"]:
        best[name] = result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--output", type=Path, default=measure.ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--job", nargs=2, metavar=("RUN", "VILLAGE"))
    options = parser.parse_args()
    if options.job:
        print(json.dumps(job(*options.job, options.size)))
        return
    section = bench(options.size)
    print(section)
    measure.put(options.output, section)


if __name__ == "__main__":
    main()
