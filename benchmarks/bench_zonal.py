"""Mean greenness of 100,000 lots on 24 dates, beside exactextract, QGIS's zonal statistics and plain rasterising.

    bench_zonal.py --other PYTHON               puts its section into docs/benchmarks.md
    bench_zonal.py --other PYTHON --size 10000  fewer lots

PYTHON is the interpreter of an environment with exactextract, rasterio and geopandas (`pip install exactextract
rasterio geopandas`): a development tool only, and kept out of the process of QGIS because it brings another GEOS.
Every run is a process of its own. Timed: everything from lots in memory and images on disk to the means; reading the
lots, starting QGIS and loading packages are not.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "out" / "bench_zonal"
SIZE, DATES, PIXEL = 100_000, 24, 10.0
TITLE = "## Images per lot: mean greenness on many dates"
HEAD = ["run", "time (s)", "exactextract / run", "peak memory (MB)", "error, 99th percentile", "largest error"]


def prepare(size: int) -> None:
    """Lots (every 20th drawn twice, every 20th pushed over its neighbour) and a stack of NDVI images with clouds."""
    sys.path.append(str(ROOT / "benchmarks"))
    import geopandas as gpd
    import shapely
    from generate import CRS, lots
    from osgeo import gdal, osr

    frame, _ = lots(size * 10 // 11, seed=7)
    shapes = frame.geometry.to_numpy()
    shapes = shapes[shapely.is_valid(shapes)]
    pushed = shapely.affinity.translate
    shapes = np.concatenate([shapes, shapes[::20], [pushed(shape, 8.0, 5.0) for shape in shapes[7::20]]])[:size]
    gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=CRS).to_file(WORK / "lots.gpkg", engine="fiona")

    west, south, east, north = shapely.total_bounds(shapes)
    columns, rows = int((east - west) / PIXEL) + 5, int((north - south) / PIXEL) + 5
    random = np.random.default_rng(3)
    made = gdal.GetDriverByName("GTiff").Create(
        str(WORK / "stack.tif"), columns, rows, DATES, gdal.GDT_Float32, ["TILED=YES", "COMPRESS=DEFLATE"]
    )
    made.SetGeoTransform((west - 2 * PIXEL + 3.7, PIXEL, 0, north + 2 * PIXEL - 1.3, 0, -PIXEL))
    system = osr.SpatialReference()
    system.SetFromUserInput(CRS)
    made.SetProjection(system.ExportToWkt())
    field = np.kron(random.random((rows // 3 + 1, columns // 3 + 1)), np.ones((3, 3)))[:rows, :columns]
    for number in range(DATES):
        values = 0.2 + 0.5 * field * np.sin(np.pi * (number + 1) / (DATES + 1)) + random.normal(0, 0.05, field.shape)
        clouds = np.kron(random.random((rows // 40 + 1, columns // 40 + 1)) < 0.1, np.ones((40, 40)))
        values[clouds[:rows, :columns] > 0] = -9999
        band = made.GetRasterBand(number + 1)
        band.SetNoDataValue(-9999)
        band.WriteArray(values.astype("float32"))
    made.FlushCache()


def ours(rule: str) -> tuple[float, np.ndarray]:
    """Our means through QGIS's raster layer."""
    sys.path.append(str(ROOT / "benchmarks"))
    import inqgis

    keep = inqgis.start_qgis()
    from qgis.core import QgsRasterLayer, QgsVectorLayer

    from land_stewardship.core.condition.figures import means
    from land_stewardship.gis import bridge
    from land_stewardship.gis.zonal import Band, zonal

    frame = bridge.source_to_frame(QgsVectorLayer(str(WORK / "lots.gpkg"), "lots", "ogr"))
    layer = QgsRasterLayer(str(WORK / "stack.tif"), "stack")
    begin = time.perf_counter()
    found = zonal(frame, [Band(layer, number + 1) for number in range(DATES)], means, rule)
    seconds = time.perf_counter() - begin
    del keep
    return seconds, np.column_stack([one.mean for one in found])


def exactextract(strategy: str) -> tuple[float, np.ndarray]:
    """exactextract on the same files; runs in the other environment."""
    import geopandas as gpd
    from exactextract import exact_extract

    frame = gpd.read_file(WORK / "lots.gpkg")
    begin = time.perf_counter()
    found = exact_extract(str(WORK / "stack.tif"), frame, ["mean"], output="pandas", strategy=strategy)
    return time.perf_counter() - begin, found.to_numpy(dtype="float64")


def qgis_one(_: str) -> tuple[float, np.ndarray]:
    """QGIS's zonal statistics, which know one band a run: the first one."""
    sys.path.append(str(ROOT / "benchmarks"))
    import inqgis

    keep = inqgis.start_qgis()
    from qgis import processing
    from qgis.core import QgsRasterLayer, QgsVectorLayer

    lots = QgsVectorLayer(str(WORK / "lots.gpkg"), "lots", "ogr")
    given = {"INPUT": lots, "INPUT_RASTER": QgsRasterLayer(str(WORK / "stack.tif"), "s"), "RASTER_BAND": 1}
    begin = time.perf_counter()
    made = processing.run("native:zonalstatisticsfb", {**given, "STATISTICS": [2], "OUTPUT": "memory:"})["OUTPUT"]
    seconds = time.perf_counter() - begin
    column = np.array([[float(f["_mean"]) if f["_mean"] is not None else np.nan] for f in made.getFeatures()])
    del keep
    return seconds, column


def rasterised(_: str) -> tuple[float, np.ndarray]:
    """Lots burnt into one image of numbers: the last one drawn wins; runs in the other environment."""
    import geopandas as gpd
    import rasterio
    from rasterio.features import rasterize

    frame = gpd.read_file(WORK / "lots.gpkg")
    begin = time.perf_counter()
    with rasterio.open(WORK / "stack.tif") as source:
        burnt = zip(frame.geometry, range(1, len(frame) + 1))
        zone = rasterize(burnt, source.shape, 0, transform=source.transform, dtype="int32").ravel()
        columns = []
        for number in range(DATES):
            values = source.read(number + 1).ravel().astype("float64")
            known = values != -9999
            total = np.bincount(zone[known], values[known], len(frame) + 1)[1:]
            pixels = np.bincount(zone[known], minlength=len(frame) + 1)[1:]
            with np.errstate(invalid="ignore"):
                columns.append(total / pixels)
    return time.perf_counter() - begin, np.column_stack(columns)


JOBS = {"ours": ours, "exactextract": exactextract, "qgis": qgis_one, "rasterised": rasterised}


def job(name: str, option: str) -> None:
    """One run; leaves the means beside the data and prints time and memory."""
    seconds, values = JOBS[name](option)
    np.save(WORK / f"{name}-{option}.npy", values)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "memory_mb": memory}), flush=True)
    os._exit(0)


def run(python: str, name: str, option: str) -> dict[str, Any]:
    """A job in a process of its own."""
    command = [python, "-P", "-W", "ignore", str(Path(__file__).resolve()), "--job", name, option]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise SystemExit(f"{name} {option} failed:\n{done.stderr[-2000:]}")
    result = json.loads(lines[-1])
    result["means"] = np.load(WORK / f"{name}-{option}.npy")
    return dict(result)


def bench(size: int, other: str) -> str:
    """The section of the report."""
    import measure

    WORK.mkdir(parents=True, exist_ok=True)
    prepare(size)
    runs: dict[str, dict[str, Any]] = {}
    for turn in range(2):
        for label, python, name, option in (
            ("exactextract, lot by lot", other, "exactextract", "feature-sequential"),
            ("exactextract, image by image", other, "exactextract", "raster-sequential"),
            ("**Land Stewardship**, by covered part", sys.executable, "ours", "share"),
            ("**Land Stewardship**, by centre", sys.executable, "ours", "centre"),
            ("plain rasterising (rasterio)", other, "rasterised", "-"),
            (f"QGIS zonal statistics, one date (x {DATES} for all)", sys.executable, "qgis", "-"),
        ):
            if turn and (name == "qgis" or option == "feature-sequential"):
                continue
            found = run(python, name, option)
            print(label, round(found["seconds"], 2), flush=True)
            if label not in runs or found["seconds"] < runs[label]["seconds"]:
                runs[label] = found
    peers = [runs[label] for label in runs if label.startswith("exactextract")]
    truth, best = peers[0]["means"], min(peer["seconds"] for peer in peers)
    lots = len(truth)
    rows, notes = [], []
    for label, found in runs.items():
        error = np.abs(found["means"] - truth[:, : found["means"].shape[1]])
        lost = int((np.isfinite(truth[:, :1]) & ~np.isfinite(found["means"][:, :1])).sum())
        known = error[np.isfinite(error)]
        times = DATES if "one date" in label else 1
        rows.append(
            [
                label,
                f"{found['seconds']:.1f}",
                f"{best / (found['seconds'] * times):.2g}",
                f"{found['memory_mb']:,.0f}",
                "–" if "exactextract" in label else f"{np.percentile(known, 99):.6f}",
                "–" if "exactextract" in label else f"{known.max():.6f}",
            ]
        )
        if lost:
            notes.append(
                f"{label.replace('**', '')} gives no figure for {lost:,} lots that have one on the first date."
            )
    mine = runs["**Land Stewardship**, by covered part"]["means"]
    count = lots * 10 // 11
    shutil.rmtree(WORK)
    return "\n".join(
        [
            TITLE,
            "",
            f"On a machine with {measure.machine()}, shared with other work: look at the ratios. {lots:,} lots of "
            f"about 25 m × 25 m, some {lots - count:,} of them drawn twice or pushed over their neighbours, {DATES} "
            f"images of {PIXEL:.0f} m pixels with clouds. Best of two runs (QGIS, one date, and exactextract lot by "
            "lot: one run). Error: against exactextract, in NDVI units, over all lots and dates.",
            "",
            measure.table(HEAD, rows),
            "",
            f"By covered part and exactextract agree on which lots have a figure in "
            f"{100 * (np.isfinite(mine) == np.isfinite(truth)).mean():.3f} % of lots and dates. "
            "Both give overlapping and repeated lots their right figures. " + " ".join(notes),
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--job", nargs=2, metavar=("NAME", "OPTION"))
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--other", default="", help="python with exactextract, rasterio and geopandas")
    options = parser.parse_args()
    if options.job:
        job(*options.job)
        return
    sys.path.append(str(ROOT / "benchmarks"))
    section = bench(options.size, options.other)
    print(section)
    if options.size == SIZE:
        import measure

        measure.put(ROOT / "docs" / "benchmarks.md", section)


if __name__ == "__main__":
    main()
