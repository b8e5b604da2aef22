"""The demo: from the registry map to map, tables and report, without anybody's name in them."""

from __future__ import annotations

import html
import importlib.util
import json
import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from land_stewardship.core.owners.privacy import Secrets

ROOT = Path(__file__).resolve().parents[2]


def load_demo() -> Any:
    spec = importlib.util.spec_from_file_location("demo", ROOT / "scripts" / "demo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The demo is some twenty programs one after the other: about a minute, more where the machine has other work.
pytestmark = pytest.mark.timeout(1200)


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


def test_forecast_has_its_page_for_the_workshop(made: dict[str, Path]) -> None:
    with closing(sqlite3.connect(made["forecast.gpkg"])) as package:
        rows = package.execute("select p_now, p_mid_5, p_mid_30 from forecast where p_now is not null").fetchall()
    assert len(rows) > 600 and all(0 <= chance <= 1 for row in rows for chance in row)
    today, sooner, later = (sum(chances) for chances in zip(*rows))
    assert later < 0.6 * sooner < 0.6 * today
    sheet = made["village_in_20_years.pdf"]
    text = subprocess.run(["pdftotext", "-layout", str(sheet), "-"], capture_output=True, text=True, check=True).stdout
    for words in ("20年後の谷沢", "このまま何も変わらない場合", "仮定", "診療所"):
        assert words in text


# -- nobody's name -----------------------------------------------------------------------------------------
def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every text in a file with its place: cells of all tables, pages, attributes, notes of pictures, lines."""
    if path.suffix == ".gpkg":
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as package:
            tables = [row[0] for row in package.execute("select name from sqlite_master where type = 'table'")]
            for table in tables:
                if table.startswith("rtree_"):
                    continue
                cursor = package.execute(f'select * from "{table}"')
                columns = [column[0] for column in cursor.description]
                for row in cursor:
                    for column, cell in zip(columns, row):
                        if isinstance(cell, str):
                            yield f"{table}.{column}", cell
    elif path.suffix in (".xlsx", ".qgz", ".zip"):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                for number, line in enumerate(book.read(name).decode("utf-8", "replace").split("<")):
                    yield f"{name}:{number}", html.unescape(line.partition(">")[2])
    elif path.suffix == ".pdf":
        for tool in (["pdftotext", "-layout", str(path), "-"], ["pdfinfo", str(path)]):
            out = subprocess.run(tool, capture_output=True, text=True, check=True).stdout
            yield from ((f"{tool[0]}:{number}", line) for number, line in enumerate(out.splitlines()))
    elif path.suffix == ".png":
        from qgis.PyQt.QtGui import QImage

        picture = QImage(str(path))
        assert not picture.isNull()
        yield from ((f"note {key}", picture.text(key)) for key in picture.textKeys())
    else:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".jsonl":
            text = "\n".join(json.dumps(json.loads(line), ensure_ascii=False) for line in text.splitlines())
        yield from ((f"line {number}", html.unescape(line)) for number, line in enumerate(text.splitlines()))


def people(sample_folder: Path) -> tuple[Any, list[bytes]]:
    """All names and addresses of the sample: to look for in any spelling, and as bytes."""
    frames = []
    with closing(sqlite3.connect(sample_folder / "tanizawa_private.gpkg")) as private:
        for table in ("owners", "cultivators"):
            frames.append(pd.read_sql_query(f"select * from {table}", private))
    secrets = Secrets(frames)
    assert len(secrets) > 350
    words = {value for frame in frames for name in ("name", "address", "former_name") for value in frame.get(name, [])}
    return secrets, [word.encode() for word in words if isinstance(word, str)]


def files_below(folder: Path) -> list[Path]:
    """What the demo left, without the profile QGIS made for itself."""
    return [
        path for path in sorted(folder.rglob("*")) if path.is_file() and ".qgis" not in path.relative_to(folder).parts
    ]


def test_no_name_or_address_is_in_any_file_the_demo_leaves(made: dict[str, Path], sample_folder: Path) -> None:
    secrets, words = people(sample_folder)
    out = made["plan.gpkg"].parent
    files = files_below(out)
    assert {path.suffix for path in files} >= {".gpkg", ".csv", ".xlsx", ".html", ".pdf", ".png", ".jsonl"}
    assert {path for path in made.values() if path.is_file()} <= set(files)
    seen: dict[str, bool] = {}
    looked = 0
    for path in files:
        content = path.read_bytes()
        assert not [word for word in words if word in content], path.name
        for place, text in texts_of(path):
            looked += 1
            if text not in seen:
                seen[text] = secrets.kind_in(text) is not None
            assert not seen[text], f"{path.name}, {place}"
    assert looked > 20_000


def test_the_search_would_find_a_name(sample_folder: Path, tmp_path: Path) -> None:
    secrets, words = people(sample_folder)
    private = sample_folder / "tanizawa_private.gpkg"
    found = {place for place, text in texts_of(private) if secrets.kind_in(text)}
    assert {"owners.name", "owners.address", "owners.former_name", "cultivators.name"} <= found
    assert any(word in private.read_bytes() for word in words)
    page = tmp_path / "page.html"
    page.write_text(f"<p>{words[0].decode()}</p>", encoding="utf-8")
    assert any(secrets.kind_in(text) for _place, text in texts_of(page))


def test_public_copy_holds_the_plan_without_keys_and_classes(made: dict[str, Path]) -> None:
    with closing(sqlite3.connect(made["public.gpkg"])) as copy:
        tables = {row[0] for row in copy.execute("select table_name from gpkg_contents")}
        columns = {row[1] for row in copy.execute("pragma table_info(plan)")}
        ((count,),) = copy.execute("select count(*) from plan").fetchall()
    assert tables == {"plan", "hamlets", "owner_pattern"} and count == 1051
    assert {"management_class", "reason"} <= columns
    assert not columns & {"owner_status", "owner_agreed", "note", "owner_key", "person_key"}
