"""The maps of a whole prefecture, 1 GB of XML in zips inside a zip, need little more memory than one map."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

JOETSU = "15222-1107-1553.xml"
CITIES, MAPS = 15, 5
READ = """
import importlib.util, json, re, sys
root, path = sys.argv[1:]
find = importlib.util.spec_from_file_location
spec = find("land_stewardship", root + "/__init__.py", submodule_search_locations=[root])
sys.modules["land_stewardship"] = importlib.util.module_from_spec(spec)
from land_stewardship.core.parcels import mojmap
from land_stewardship.core.progress import Progress
told = []
class Watching(Progress):
    def show(self, fraction):
        told.append(fraction)
run = mojmap.MapRun.plan([("prefecture.zip", path)])
lots = sum(len(part.lots) for part in run.parts(Watching()))
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read()).group(1)) / 1024
print(json.dumps({"lots": lots, "files": run.files, "peak_mib": peak, "told": len(told)}))
"""


@pytest.mark.slow
def test_a_prefecture_in_bounded_memory(data_folder: Path, tmp_path: Path) -> None:
    xml = (data_folder / "moj_map_xml" / JOETSU).read_bytes()
    path = tmp_path / "prefecture.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as prefecture:
        for city in range(CITIES):
            inner = io.BytesIO()
            with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for number in range(MAPS):
                    oaza = f"<大字コード>{200 + city * MAPS + number}".encode()
                    archive.writestr(f"{city}-{number}.xml", xml.replace("<大字コード>147".encode(), oaza))
            prefecture.writestr(f"{city}.zip", inner.getvalue())
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", READ, root, str(path)], check=True, capture_output=True, text=True
    )
    seen = json.loads(done.stdout.splitlines()[-1])
    assert len(xml) * CITIES * MAPS > 1_000_000_000
    assert (seen["files"], seen["lots"]) == (CITIES * MAPS, 1051 * CITIES * MAPS)
    assert seen["peak_mib"] < 250 and seen["told"] > 1000
