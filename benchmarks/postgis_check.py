"""The kinds of “Check lots and boundaries” by SQL in a PostGIS of its own:

    python postgis_check.py MAP.gpkg FINDINGS.fgb SMALL_MAP.gpkg [seconds]

Meant for the QGIS 3.44 root, which has PostGIS 3.6. Reads the map with ogr2ogr (COPY), asks for each kind, and writes
all findings to one file with ogr2ogr. Prints one line of JSON with the seconds, the processor time and the rows of each
step. A step that takes longer than the given seconds is stopped and named in ``stopped``.

The processor time is that of the whole server (with its parallel workers) and of ogr2ogr or psql.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import bench_externality as database

#: Room to sort and to build the index in memory, as one would give it for such a job.
SESSION = "SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET client_min_messages = warning;"

#: Steps that only bring the data in order, not counted in “queries alone”.
PREPARE = ("read", "index")
#: The step that writes the file.
WRITE = "write"
#: What an earlier version of this script asked for (only ``overlap_all`` of the two ways to find overlaps).
FEW = ("invalid", "repair", "edges", "overlap_all", "duplicate", "gap", "attributes", "sliver_shape")
#: The self-join of all lots; ``overlap`` asks only the lots with an edge that does not fit, which finds the same here.
EVERY_PAIR = "overlap_all"

_OVERLAP = """CREATE UNLOGGED TABLE {name} AS SELECT * FROM (
    SELECT a.fid AS one, b.fid AS two, ST_Area(a.geom) AS size_one, ST_Area(b.geom) AS size_two,
        ST_Intersection(a.geom, b.geom) AS geom
    FROM {first} a JOIN lots b ON a.geom && b.geom AND {once} AND ST_Relate(a.geom, b.geom, '2********')) AS t
    WHERE ST_Area(geom) > 0.01"""

#: What is asked, in this order. Each makes a table of its name, but ``repair`` and ``index``.
STEPS = {
    # no_geometry, invalid with reason and place
    "invalid": """CREATE UNLOGGED TABLE invalid AS SELECT fid, (d).reason, (d).location AS geom
        FROM (SELECT fid, ST_IsValidDetail(geom) AS d FROM lots WHERE NOT ST_IsValid(geom)) AS t
        UNION ALL SELECT fid, 'no geometry', NULL FROM lots WHERE geom IS NULL OR ST_IsEmpty(geom)""",
    "repair": """UPDATE lots SET geom = ST_CollectionExtract(ST_MakeValid(lots.geom), 3)
        FROM invalid WHERE invalid.fid = lots.fid""",
    "index": "CREATE INDEX lots_geom ON lots USING gist (geom); ANALYZE lots",
    # near_border, and where a vertex may be missing or an overlap may be
    "edges": """CREATE UNLOGGED TABLE edges AS SELECT * FROM
        (SELECT fid, ST_CoverageInvalidEdges(geom, 0.01) OVER () AS edges FROM lots) AS t WHERE edges IS NOT NULL;
        CREATE UNLOGGED TABLE suspect AS SELECT lots.fid, geom FROM lots JOIN edges USING (fid);
        CREATE INDEX ON suspect USING gist (geom); CREATE INDEX ON suspect (fid); ANALYZE suspect""",
    # overlap, contained, duplicate
    "overlap_all": _OVERLAP.format(name="overlap_all", first="lots", once="a.fid < b.fid"),
    "overlap": _OVERLAP.format(
        name="overlap",
        first="suspect",
        once="a.fid <> b.fid AND (a.fid < b.fid OR NOT EXISTS (SELECT 1 FROM suspect s WHERE s.fid = b.fid))",
    ),
    "duplicate": """CREATE UNLOGGED TABLE duplicate AS SELECT one, two, geom FROM overlap
        WHERE abs(size_one - size_two) < 1e-6 AND ST_Area(geom) > size_one - 1e-6""",
    "missing_vertex": """CREATE UNLOGGED TABLE missing_vertex AS
        SELECT DISTINCT ON (b.fid, p.geom) b.fid AS one, a.fid AS two, p.geom
        FROM suspect a CROSS JOIN LATERAL ST_DumpPoints(a.geom) AS p
        JOIN suspect b ON b.fid <> a.fid AND b.geom && ST_Expand(p.geom, 0.01)
        WHERE ST_DWithin(ST_Boundary(b.geom), p.geom, 0.01) AND NOT ST_DWithin(ST_Points(b.geom), p.geom, 0.01)
        AND NOT EXISTS (SELECT 1 FROM overlap o WHERE (o.one, o.two) IN ((a.fid, b.fid), (b.fid, a.fid)))""",
    "gap": """CREATE UNLOGGED TABLE whole AS SELECT ST_Union(geom) AS geom FROM lots;
        CREATE UNLOGGED TABLE gap AS SELECT (r).geom FROM
        (SELECT ST_DumpRings((d).geom) AS r FROM (SELECT ST_Dump(geom) AS d FROM whole) AS u) AS v
        WHERE (r).path[1] > 0 AND ST_Area((r).geom) > 0.01""",
    # strips that are open to the outside: what a closing of all lots fills, gaps left out
    "channel": """CREATE UNLOGGED TABLE channel AS SELECT geom FROM (SELECT (ST_Dump(ST_Difference(
            ST_Buffer(ST_Buffer(geom, 0.25, 'join=mitre mitre_limit=5'), -0.25, 'join=mitre mitre_limit=5'),
            geom))).geom FROM whole) AS t
        WHERE ST_Area(geom) > 0.01 AND ST_Perimeter(geom) ^ 2 > 21.4 * ST_Area(geom)
            AND NOT ST_IsEmpty(ST_Buffer(geom, -0.005, 'join=mitre'))
            AND NOT EXISTS (SELECT 1 FROM gap g WHERE g.geom && t.geom
                AND ST_Intersects(g.geom, ST_PointOnSurface(t.geom)))""",
    # self_touch and spike: only lots with so little room somewhere are looked at point by point
    "clearance": """CREATE UNLOGGED TABLE clearance AS SELECT fid, room, geom FROM
        (SELECT fid, ST_MinimumClearance(geom) AS room, geom FROM lots) AS t WHERE room < 0.05;
        CREATE UNLOGGED TABLE spike AS SELECT fid, at AS geom FROM (SELECT fid, (p).geom AS at,
            lag((p).geom) OVER ring AS came, lead((p).geom) OVER ring AS goes
            FROM (SELECT fid, ST_DumpPoints(geom) AS p FROM clearance) AS t
            WINDOW ring AS (PARTITION BY fid, trim_array((p).path, 1) ORDER BY (p).path)) AS u
        WHERE ST_Distance(came, at) > 0 AND ST_Distance(at, goes) > 0
            AND abs(sin(ST_Angle(came, at, goes))) < 0.1 AND cos(ST_Angle(came, at, goes)) > 0
            AND sin(ST_Angle(came, at, goes)) * least(ST_Distance(came, at), ST_Distance(at, goes)) < 0.05""",
    # enclave, and outlines of several rings that touch
    "holes": """CREATE UNLOGGED TABLE holes AS SELECT a.fid, b.fid AS inner_fid, h.geom FROM lots a
        CROSS JOIN LATERAL ST_Dump(a.geom) AS part CROSS JOIN LATERAL ST_DumpRings(part.geom) AS h
        LEFT JOIN lots b ON b.geom && h.geom AND ST_Equals(b.geom, h.geom)
        WHERE ST_NRings(a.geom) > ST_NumGeometries(a.geom) AND h.path[1] > 0
            AND (b.fid IS NOT NULL OR NOT ST_IsSimple(ST_Boundary(a.geom)))""",
    # multipart, too_small
    "parts": """CREATE UNLOGGED TABLE parts AS
        SELECT fid, geom FROM lots WHERE
        (ST_NumGeometries(geom) > 1 AND fid NOT IN (SELECT fid FROM invalid)) OR ST_Area(geom) < 0.1""",
    "sliver_shape": """CREATE UNLOGGED TABLE sliver_shape AS SELECT fid, width, geom FROM (SELECT fid, geom,
            (p - sqrt(greatest(p * p - 16 * a, 0))) / 4 AS width, (p + sqrt(greatest(p * p - 16 * a, 0))) / 4 AS length
            FROM (SELECT fid, geom, ST_Perimeter(geom) AS p, ST_Area(geom) AS a FROM lots) AS t) AS u
        WHERE length >= 10 * width""",
    # of the narrow ones those that do not touch other long lots from end to end, as roads and ditches do
    "sliver": """CREATE INDEX ON sliver_shape USING gist (geom); ANALYZE sliver_shape;
        CREATE UNLOGGED TABLE sliver AS SELECT n.fid, n.width, n.geom FROM sliver_shape n
        LEFT JOIN LATERAL (SELECT ST_Collect(ST_Intersection(l.geom, ST_Buffer(n.geom, 0.02))) AS geom
            FROM sliver_shape l WHERE l.fid <> n.fid AND ST_DWithin(l.geom, n.geom, 0.02)) AS beside ON true
        WHERE n.width < 0.5 AND coalesce((ST_MinimumBoundingRadius(beside.geom)).radius, 0)
            < 0.8 * (ST_MinimumBoundingRadius(n.geom)).radius""",
    # duplicate_key, no_key, area_mismatch, no_area
    "attributes": """CREATE UNLOGGED TABLE attributes AS SELECT fid, 'duplicate_key' AS kind, geom FROM lots
            WHERE lot_key IN (SELECT lot_key FROM lots GROUP BY lot_key HAVING count(*) > 1)
        UNION ALL SELECT fid, CASE WHEN coalesce(lot_key, '') = '' THEN 'no_key'
            WHEN area_reg > 0 THEN 'area_mismatch' ELSE 'no_area' END, geom FROM lots
            WHERE coalesce(lot_key, '') = '' OR area_reg IS NULL OR area_reg <= 0
            OR abs(ST_Area(geom) - area_reg) > (0.10 + 0.02 * sqrt(sqrt(area_reg))) * sqrt(area_reg)""",
}

#: All findings in one table.
FINDINGS = """CREATE UNLOGGED TABLE findings AS
    SELECT 'invalid' AS kind, fid::text AS lots, NULL::float8 AS size, geom FROM invalid
    UNION ALL SELECT 'near_border', fid::text, ST_Length(edges), ST_PointOnSurface(edges) FROM edges
    UNION ALL SELECT CASE WHEN least(size_one, size_two) - ST_Area(geom) < 0.01 THEN 'contained' ELSE 'overlap' END,
        concat_ws('; ', one, two), ST_Area(geom), ST_PointOnSurface(geom) FROM overlap
        WHERE (one, two) NOT IN (SELECT one, two FROM duplicate)
    UNION ALL SELECT 'duplicate', concat_ws('; ', one, two), ST_Area(geom), ST_PointOnSurface(geom) FROM duplicate
    UNION ALL SELECT 'missing_vertex', concat_ws('; ', one, two), NULL, geom FROM missing_vertex
    UNION ALL SELECT 'gap', NULL, ST_Area(geom), ST_PointOnSurface(geom) FROM gap
    UNION ALL SELECT 'channel', NULL, ST_Area(geom), ST_PointOnSurface(geom) FROM channel
    UNION ALL SELECT 'self_touch', fid::text, room, ST_PointOnSurface(geom) FROM clearance WHERE room < 0.01
    UNION ALL SELECT 'spike', fid::text, NULL, geom FROM spike
    UNION ALL SELECT 'enclave', concat_ws('; ', fid, inner_fid), ST_Area(geom), ST_PointOnSurface(geom) FROM holes
    UNION ALL SELECT 'multipart', fid::text, ST_Area(geom), ST_PointOnSurface(geom) FROM parts
    UNION ALL SELECT 'sliver', fid::text, width, ST_PointOnSurface(geom) FROM sliver
    UNION ALL SELECT kind, fid::text, NULL, ST_PointOnSurface(geom) FROM attributes"""


class Clock:
    """Seconds and processor time of the server and of the programs started here."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._begin, self._cpu = time.perf_counter(), self._spent()

    def _spent(self) -> float:
        """All processor time so far: the server with its ended and its running processes, and our children."""
        ticks = 0
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                told = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(entry.name) == self._server:
                ticks += sum(map(int, told[11:15]))
            elif int(told[1]) == self._server:
                ticks += sum(map(int, told[11:13]))
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ticks / os.sysconf("SC_CLK_TCK") + children.ru_utime + children.ru_stime

    def told(self) -> tuple[float, float]:
        """Seconds and processor time since the beginning."""
        return time.perf_counter() - self._begin, self._spent() - self._cpu


class Session:
    """One connection for all steps, so that starting a client is not counted for each."""

    def __init__(self, sql: list[str]) -> None:
        self._psql = subprocess.Popen(
            [*sql, "-f", "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
        )
        self.ask("SELECT 1", 60.0)

    def ask(self, text: str, limit: float) -> bool:
        """Run some SQL; false when it took longer than ``limit`` seconds (then the session is over)."""
        assert self._psql.stdin and self._psql.stdout
        timeout = f"SET statement_timeout = {int(limit * 1000)};"
        self._psql.stdin.write(f"{SESSION} {timeout}\n{text};\nSELECT 'step done';\n")
        self._psql.stdin.flush()
        told = []
        for line in self._psql.stdout:
            if line.strip() == "step done":
                return True
            told.append(line)
        if "statement timeout" in "".join(told):
            return False
        raise SystemExit("".join(told))

    def close(self) -> None:
        """End the connection."""
        assert self._psql.stdin
        self._psql.stdin.close()
        self._psql.wait()


def main() -> None:
    source, target, small = (Path(name) for name in sys.argv[1:4])
    limit = float(sys.argv[4]) if len(sys.argv) > 4 else 3600.0
    target.unlink(missing_ok=True)
    with database.cluster() as sql:
        version = database.ask(sql, "SELECT postgis_lib_version()").strip()
        run = Run(sql)
        # As in a server that has been at work for a while: the same once on a small map, not counted.
        run.check(small, target.with_name("small.fgb"), limit)
        target.with_name("small.fgb").unlink(missing_ok=True)
        made = database.ask(
            sql,
            "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public' AND tableowner = "
            "current_user AND tablename NOT IN ('spatial_ref_sys')",
        ).strip()
        run.session.ask(f"DROP TABLE {made}", 60.0)
        times, rows, stopped = run.check(source, target, limit)
        run.session.close()
    both = {name: {"seconds": seconds, "cpu": cpu} for name, (seconds, cpu) in times.items()}
    print(json.dumps({"version": version, "steps": both, "rows": rows, "stopped": stopped, "failed": ""}), flush=True)


class Run:
    """All steps, one after another in one session."""

    def __init__(self, sql: list[str]) -> None:
        self._sql = sql
        folder = Path(sql[sql.index("-h") + 1])
        self._server = int((folder / "data" / "postmaster.pid").read_text().split()[0])
        self._place = f"PG:host={folder} port=54331 user=postgres dbname=postgres"
        self.session = Session(sql)

    def check(
        self, source: Path, target: Path, limit: float
    ) -> tuple[dict[str, tuple[float, float]], dict[str, int], list[str]]:
        """Seconds and processor time of each step, its rows, and the steps that were stopped."""
        times: dict[str, tuple[float, float]] = {}
        rows: dict[str, int] = {}
        stopped: list[str] = []
        copy = ["ogr2ogr", "--config", "PG_USE_COPY", "YES", "-f", "PostgreSQL", self._place, str(source), "lots"]
        copy += ["-nln", "lots", "-nlt", "GEOMETRY", "-lco", "GEOMETRY_NAME=geom", "-lco", "SPATIAL_INDEX=NONE"]
        clock = Clock(self._server)
        _program([*copy, "-lco", "UNLOGGED=YES", "-lco", "FID=fid"])
        times["read"] = clock.told()
        for name, text in (*STEPS.items(), (WRITE, FINDINGS)):
            if name == WRITE and stopped:
                continue
            clock = Clock(self._server)
            if not self.session.ask(text, limit):
                stopped.append(name)
                self.session = Session(self._sql)
            elif name == WRITE:
                _program(["ogr2ogr", "-f", "FlatGeobuf", str(target), self._place, "findings", "-nlt", "POINT"])
            times[name] = clock.told()
            if name not in ("repair", "index", WRITE, *stopped):
                rows[name] = int(database.ask(self._sql, f"SELECT count(*) FROM {name}").strip())
            seconds, cpu = times[name]
            print(f"{name}: {seconds:.2f} s, {cpu:.2f} s of processor time", file=sys.stderr, flush=True)
        return times, rows, stopped


def _program(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr}")


if __name__ == "__main__":
    main()
