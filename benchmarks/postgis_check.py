"""The kinds of “Check lots and boundaries” by SQL in a PostGIS of its own: python postgis_check.py MAP.gpkg [seconds]

Meant for the QGIS 3.44 root, which has PostGIS 3.6. Prints one line of JSON: seconds of each step, of loading, and
the number of rows found. Loading, index and statistics are over before the clock of the check starts. A step that
takes longer than the given seconds is stopped and named in ``stopped``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import bench_externality as database
import geopandas as gpd
import shapely

#: What is asked, in this order. ``valid`` holds a repaired copy of broken lots, as ours does.
STEPS = {
    "invalid": """CREATE TABLE f_invalid AS
        SELECT id, ST_IsValidReason(geom) FROM lots WHERE NOT ST_IsValid(geom)""",
    "repair": """CREATE TABLE valid AS SELECT id, lot_key, CASE WHEN ST_IsValid(geom) THEN geom
            ELSE ST_CollectionExtract(ST_MakeValid(geom), 3) END AS geom FROM lots;
        CREATE INDEX ON valid USING gist (geom); ANALYZE valid""",
    "missing_vertex": """CREATE TABLE f_edges AS SELECT * FROM
        (SELECT id, ST_CoverageInvalidEdges(geom, 0.01) OVER () AS edges FROM valid) AS t WHERE edges IS NOT NULL""",
    "overlap": """CREATE TABLE f_overlap AS SELECT * FROM
        (SELECT a.id AS one, b.id AS two, ST_Intersection(a.geom, b.geom) AS geom FROM valid a JOIN valid b
            ON a.id < b.id AND ST_Intersects(a.geom, b.geom) AND NOT ST_Touches(a.geom, b.geom)) AS t
        WHERE ST_Area(geom) > 0.01""",
    "duplicate": """CREATE TABLE f_duplicate AS SELECT array_agg(id) FROM valid
        GROUP BY ST_AsBinary(ST_Normalize(geom)) HAVING count(*) > 1""",
    "gap": """CREATE TABLE f_gap AS SELECT (r).geom FROM
        (SELECT ST_DumpRings((d).geom) AS r FROM (SELECT ST_Dump(ST_Union(geom)) AS d FROM valid) AS u) AS v
        WHERE (r).path[1] > 0 AND ST_Area((r).geom) > 0.01""",
    "duplicate_key": """CREATE TABLE f_key AS
        SELECT lot_key, count(*) FROM lots GROUP BY lot_key HAVING count(*) > 1""",
    "sliver": """CREATE TABLE f_sliver AS SELECT id FROM valid WHERE 4 * ST_Area(geom) / ST_Perimeter(geom) < 1
        AND 4 * pi() * ST_Area(geom) / ST_Perimeter(geom) ^ 2 < 0.1""",
    "area_mismatch": """CREATE TABLE f_area AS SELECT id FROM lots
        WHERE abs(ST_Area(geom) - area_reg) > (0.10 + 0.02 * sqrt(sqrt(area_reg))) * sqrt(area_reg)""",
    "parts": """CREATE TABLE f_parts AS
        SELECT id FROM lots WHERE ST_NumGeometries(geom) > 1 OR ST_Area(geom) < 0.1""",
}


def main() -> None:
    path, limit = Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 3600.0
    frame = gpd.read_file(path)
    with database.cluster() as sql:
        begin = time.perf_counter()
        blobs = shapely.to_wkb(frame.geometry.to_numpy(), hex=True).tolist()
        lines = "\n".join(
            f"{row}\t{key}\t{area}\t{blob}"
            for row, (key, area, blob) in enumerate(zip(frame["lot_key"], frame["area_reg"], blobs))
        )
        database.ask(
            sql,
            "CREATE TABLE lots (id int, lot_key text, area_reg float8, geom geometry);\n"
            f"COPY lots FROM STDIN;\n{lines}\n\\.\n"
            "CREATE INDEX ON lots USING gist (geom); ANALYZE lots;",
        )
        del lines, blobs
        version = database.ask(sql, "SELECT postgis_lib_version()").strip()
        steps: dict[str, float] = {}
        cpu: dict[str, float] = {}
        rows: dict[str, int] = {}
        stopped: list[str] = []
        result: dict[str, Any] = {"version": version, "lots": len(frame), "load": time.perf_counter() - begin}
        for name, text in STEPS.items():
            begin = time.perf_counter()
            # The processor time of the server process that answers, as the kernel counts it (1/100 s).
            own = """CREATE TEMP TABLE t (u int, s int);
                COPY t FROM PROGRAM 'cut -d" " -f14,15 /proc/$PPID/stat' (DELIMITER ' ')"""
            try:
                told = database.ask(
                    sql, f"SET statement_timeout = {int(limit * 1000)};\n{text};\n{own};\nSELECT u + s FROM t;"
                )
            except subprocess.CalledProcessError as error:
                if "statement timeout" not in str(error.stderr):
                    raise SystemExit(f"{name}: {error.stderr}") from error
                stopped.append(name)
                steps[name] = time.perf_counter() - begin
                continue
            steps[name] = time.perf_counter() - begin
            cpu[name] = int(told.strip()) / 100
            rows[name] = int(database.ask(sql, f"SELECT count(*) FROM {text.split()[2]}").strip())
            print(f"{name}: {steps[name]:.1f} s, {cpu[name]:.1f} s of processor time", file=sys.stderr, flush=True)
    result.update(steps=steps, cpu_steps=cpu, rows=rows, stopped=stopped)
    result.update(seconds=sum(steps.values()), cpu=sum(cpu.values()), failed="")
    print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
