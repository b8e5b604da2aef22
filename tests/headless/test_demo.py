"""The demo: from the registry map to map, tables and report, without anybody's name in them."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_demo() -> Any:
    spec = importlib.util.spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> dict[str, Path]:
    """Everything one run of the demo leaves behind, by file name."""
    cache = tmp_path_factory.mktemp("cache")
    # The map lies here already; a test does not fetch it.
    (cache / "registry_map").mkdir()
    shutil.copy(data_folder / "moj_map_xml" / "15222-1107-1553.xml", cache / "registry_map")
    demo = load_demo()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAND_STEWARDSHIP_CACHE", str(cache))
        files = demo.run_village(tmp_path_factory.mktemp("out"), "ja")
    return {path.name: path for path, what in files if what}


def test_every_promised_file_is_there(made: dict[str, Path]) -> None:
    assert {"plan.gpkg", "plan_map.pdf", "plan_map.png", "report.html", "tables"} <= set(made)
    for path in made.values():
        assert path.exists(), path.name
    tables = {path.suffix for path in made["tables"].iterdir()}
    assert {".csv", ".xlsx"} <= tables


def test_plan_holds_every_lot_of_the_map_with_a_class_and_a_reason(made: dict[str, Path]) -> None:
    with sqlite3.connect(made["plan.gpkg"]) as plan:
        ((count, reasons),) = plan.execute("select count(*), count(reason) from plan").fetchall()
        classes = {row[0] for row in plan.execute("select distinct management_class from plan")}
    assert count == reasons == 1051
    assert classes == {"maintain", "adapt", "convert", "minimum", "watch", "undecided"}


def test_plan_map_is_a_readable_sheet(made: dict[str, Path]) -> None:
    text = subprocess.run(
        ["pdftotext", "-layout", str(made["plan_map.pdf"]), "-"], capture_output=True, text=True, check=True
    ).stdout
    for words in ("地域管理構想図", "維持・回復", "この図は、土地の境界を法的に示すものではありません", "上越市"):
        assert words in text


def test_no_name_or_address_leaves_the_private_file(made: dict[str, Path], sample_folder: Path) -> None:
    with sqlite3.connect(sample_folder / "tanizawa_private.gpkg") as private:
        names = {row[0] for row in private.execute("select name from owners union select name from cultivators")}
        names |= {row[0] for row in private.execute("select address from owners where address is not null")}
    assert len(names) > 200
    places = [path for path in made.values() if path.is_file()] + list(made["tables"].iterdir())
    for path in places:
        content = path.read_bytes()
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        if path.suffix == ".pdf":
            content = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout
        found = [name for name in names if name.encode() in content]
        assert not found, f"{path.name} holds {found[:3]}"
