"""Map files damaged at random, read in a process of their own: rows or one clear sentence, and the process lives."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKER = r"""
import importlib.util, json, os, random, sys
from pathlib import Path
root, source, folder, first, last = sys.argv[1:]
sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() != Path(root)]
for extra in ("/usr/share/qgis/python/plugins", "/usr/share/qgis/python"):
    if os.path.isdir(extra): sys.path.append(extra)
def load(name, path, **more):
    spec = importlib.util.spec_from_file_location(name, path, **more)
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]
from qgis.core import QgsApplication
app = QgsApplication([], False)
app.initQgis()
load("land_stewardship", root + "/__init__.py", submodule_search_locations=[root])
fuzz = load("fuzz", root + "/tests/fuzz.py")
from land_stewardship.core.errors import InputError
from land_stewardship.gis import files
whole = Path(source).read_bytes()
suffix = Path(source).suffix
def mutants():
    for seed in range(int(first), int(last)):
        yield seed, fuzz.damaged(whole, fuzz.ANY_FILE, random.Random(seed))
number = 0
def read(data):
    global number
    number += 1
    path = os.path.join(folder, f"{number}{suffix}")
    Path(path).write_bytes(data)
    try:
        found = files.read_file(path)
    except InputError as error:
        return fuzz.sentence(*error.text)
    finally:
        os.remove(path)
    for one in found:
        assert one.report.read == one.report.kept + len(one.report.aside)
        one.report.rows()
    return None
fuzz.SECONDS = 10.0
ends = fuzz.watch(mutants(), read)
print(json.dumps(ends), flush=True)
os._exit(0)
"""


def small(kind: str, folder: Path) -> Path:
    """Some lots of the sample in a file of this kind, small enough that damage hits what matters."""
    from qgis.core import QgsProject, QgsVectorFileWriter, QgsVectorLayer

    # A copy: QGIS opens a GeoPackage to write as well, which marks the file.
    copy = shutil.copyfile(ROOT / "sample_data" / "tanizawa.gpkg", folder / "sample.gpkg")
    lots = QgsVectorLayer(f"{copy}|layername=lots", "lots", "ogr")
    lots.setSubsetString("fid <= 30")
    path = folder / f"lots.{kind}"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = {"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}[kind]
    done = QgsVectorFileWriter.writeAsVectorFormatV3(lots, str(path), QgsProject.instance().transformContext(), options)
    assert done[0] == QgsVectorFileWriter.WriterError.NoError, done
    return path


def run(kind: str, folder: Path, first: int, last: int) -> dict[str, int]:
    source = small(kind, folder)
    (folder / "mutants").mkdir()
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-W",
            "ignore",
            "-c",
            WORKER,
            *map(str, (ROOT, source, folder / "mutants", first, last)),
        ],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    ends = json.loads(done.stdout.splitlines()[-1])
    assert sum(ends.values()) == last - first
    return ends


def test_damaged_geopackages_end_in_rows_or_one_sentence(tmp_path: Path) -> None:
    assert len(run("gpkg", tmp_path, 0, 40)) > 1


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "count"), [("gpkg", 1000), ("geojson", 400), ("fgb", 400)])
def test_many_damaged_map_files(kind: str, count: int, tmp_path: Path) -> None:
    assert len(run(kind, tmp_path, 1_000, 1_000 + count)) > 1
