"""All benchmarks: prints tables and writes docs/benchmarks.md.

run.py                        10,000, 100,000 and 1,000,000 lots
run.py --sizes 10000          only these sizes
run.py --timeout 600          seconds after which one of QGIS's checks is stopped
run.py --no-lts               without the QGIS 3.44 root (then nothing to compare with)
run.py --output FILE          write the report elsewhere
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench_bridge
import bench_checkparcels
import bench_externality
import measure

TEXT = """# Benchmarks

Made by `make bench` on a machine with {machine}. One process per run. Time is that of the run alone, reading and
writing files included, starting QGIS and loading packages not; peak memory is that of the whole process with QGIS
(which takes some 280 MB by itself). Other work on the machine at the same time can lengthen single runs by half and
more: look at the ratios.

## Check lots and boundaries

The maps are generated (`benchmarks/generate.py`): lots of about 25 m × 25 m that share every border point, roads and
ditches between them, and injected defects whose place is known. *Found*: a finding of that kind within one lot of the
defect. *False*: a finding farther than two lots from any injected defect. Our algorithm looks for all kinds in one run,
also for repeated lot numbers and wrong registered areas, which QGIS's checks do not know; QGIS's checks run one by one
with the same tolerance (0.01 m) and otherwise default settings, and are stopped after {timeout:,.0f} s. “After repair”:
on the same map after `native:fixgeometries` (not counted), where a check gives up on the first broken lot. The false
slivers are roads and ditches. *Processor*: seconds of processor time, which other work on the machine does not
lengthen. *Noise*: every point of every lot moved by up to 1 mm in x and y.

PostGIS answers the same questions by SQL (`benchmarks/postgis_check.py`), all but seams of map sheets, which these
maps do not have. *Reading and writing*: ogr2ogr copies the map into the database, index and statistics are made, and
ogr2ogr writes all findings to a file; *queries alone*: without these. *Every pair of lots joined*: overlaps by a
self-join of all lots; *only lots with open edges joined*: only of those that `ST_CoverageInvalidEdges` names, which
finds the same on these maps. *Some kinds*: without containment, open strips, self-touch, spikes, holes that are lots,
lots that lack a point, and with slivers by their shape alone. The processor time is that of the server with its
parallel workers and of ogr2ogr; starting the server is not counted. Each QGIS and the database do the same once on a
small map beforehand, which is not counted either. The least that any check has to do is shown with three ways to read:
as QGIS hands out features, straight from the table of the GeoPackage as our check does, and with geopandas.

{checks}
## Bridge between QGIS and GeoDataFrame

Reading a GeoPackage layer into a GeoDataFrame and writing it back, beside QGIS copying the same file
(`native:savefeatures`, all in C++).

{bridge}

{harm}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--timeout", type=float, default=900.0)
    parser.add_argument("--no-lts", action="store_true")
    parser.add_argument("--output", type=Path, default=measure.ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args()
    places = (measure.HERE,) if options.no_lts else (measure.LTS, measure.HERE)
    sections, rows = [], []
    for size in sorted(options.sizes):
        path, noisy, truth, lots = bench_checkparcels.prepare(size)
        sections.append(bench_checkparcels.bench(path, noisy, truth, lots, options.timeout, not options.no_lts))
        rows += bench_bridge.bench(path, lots, places)
        print("\n" + sections[-1], flush=True)
    bridge = measure.table(bench_bridge.HEAD, rows)
    print(bridge)
    harm = bench_externality.bench(bench_externality.SIZE)
    earlier = measure.sections(options.output)
    options.output.write_text(
        TEXT.format(
            machine=measure.machine(), timeout=options.timeout, checks="\n".join(sections), bridge=bridge, harm=harm
        ),
        encoding="utf-8",
    )
    # In a process of its own: it needs a QGIS, which the others start for each job.
    for name in ("bench_condition.py", "bench_forecast.py"):
        script = str(Path(__file__).with_name(name))
        subprocess.run([sys.executable, "-P", "-W", "ignore", script, "--output", str(options.output)], check=True)
    # What is measured by hand (bench_zonal.py needs a second Python) stays as it was.
    now = measure.sections(options.output)
    for title, section in earlier.items():
        if title not in now:
            measure.put(options.output, section)
    shutil.rmtree(measure.WORK)


if __name__ == "__main__":
    main()
