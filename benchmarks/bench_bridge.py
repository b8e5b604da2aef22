"""The bridge between QGIS layers and GeoDataFrames, beside QGIS copying the same file by itself."""

from __future__ import annotations

from pathlib import Path

import measure


def bench(path: Path, lots: int, places: tuple[measure.Place, ...]) -> list[list[str]]:
    """Rows of the table for one map: read, write, and QGIS's own copy (read and write in C++)."""
    rows = []
    for place in places:
        source = measure.path_in(place, path)
        target = measure.WORK / "copy.gpkg"
        read = measure.run(place, 3600, job="read", path=source)
        target.unlink(missing_ok=True)
        write = measure.run(place, 3600, job="write", path=source, target=measure.path_in(place, target))
        target.unlink(missing_ok=True)
        copy = measure.run(
            place,
            3600,
            job="algorithm",
            name="native:savefeatures",
            parameters={"INPUT": source, "OUTPUT": measure.path_in(place, target)},
        )
        target.unlink(missing_ok=True)
        for result in (read, write):
            if not result["failed"] and result["outputs"]["rows"] != lots:
                raise SystemExit(f"The bridge passed {result['outputs']['rows']} of {lots} lots.")
        both = read.get("seconds", 0.0) + write.get("seconds", 0.0)
        ratio = f"{both / copy['seconds']:.1f}" if copy.get("seconds") and not copy["failed"] else "–"
        row = [
            f"{lots:,}",
            f"QGIS {read.get('qgis', '?')}",
            measure.seconds(read),
            measure.seconds(write),
            measure.megabytes(write),
            measure.seconds(copy),
            ratio,
        ]
        print("bridge:", row, flush=True)
        rows.append(row)
    return rows


HEAD = [
    "lots",
    "in",
    "layer → GeoDataFrame (s)",
    "GeoDataFrame → layer (s)",
    "peak memory (MB)",
    "QGIS copies the file (s)",
    "bridge / copy",
]
