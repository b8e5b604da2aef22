"""The provider in batch: listed, run, refused with exit code 1 and one sentence."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from land_stewardship.processing.provider import ALGORITHMS

LANGUAGES = {"C.UTF-8": "en", "ja_JP.UTF-8": "ja"}
NAMES = [name for name, _ in ALGORITHMS]


def results_of(outcome: Any) -> dict[str, Any]:
    assert outcome.code == 0, outcome.text
    answer: dict[str, Any] = json.loads(outcome.out[outcome.out.index("{") :])
    return answer["results"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_algorithm_is_listed(qgis_process: Any, language: str) -> None:
    outcome = qgis_process("--json", "list", language=language)
    assert outcome.code == 0, outcome.text
    listed = json.loads(outcome.out[outcome.out.index("{") :])
    provider = listed["providers"]["landstewardship"]
    assert set(provider["algorithms"]) == {f"landstewardship:{name}" for name in NAMES}
    groups = {a["group"] for a in provider["algorithms"].values()}
    expected = {"en": {"1 Understand", "2 Choose", "3 Act"}, "ja": {"1 知る", "2 選ぶ", "3 行う"}}
    assert groups == expected[LANGUAGES[language]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_follows_the_language(qgis_process: Any, language: str) -> None:
    outcome = qgis_process("help", "landstewardship:checkparcels", language=language)
    assert outcome.code == 0, outcome.text
    japanese = any("\u3040" <= letter <= "\u30ff" for letter in outcome.out)
    assert japanese == (LANGUAGES[language] == "ja")
    assert "INPUT" in outcome.out and "OUTPUT" in outcome.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_check_runs_on_the_sample(qgis_process: Any, sample_folder: Path, tmp_path: Path, language: str) -> None:
    findings = tmp_path / "findings.gpkg"
    outcome = qgis_process(
        "--json",
        "run",
        "landstewardship:checkparcels",
        f"--INPUT={sample_folder / 'tanizawa.gpkg'}|layername=lots",
        f"--OUTPUT={findings}",
        language=language,
    )
    results = results_of(outcome)
    assert results["LOTS_CHECKED"] == 1051
    with sqlite3.connect(findings) as file:
        (table,) = file.execute("select table_name from gpkg_contents").fetchone()
        kinds = dict(file.execute(f'select kind, count(*) from "{table}" group by kind').fetchall())
        (broken,) = file.execute(f"select count(distinct lots) from \"{table}\" where kind = 'invalid'").fetchone()
    assert (broken, kinds.get("invalid")) == (6, 7), "6 lots are broken, in 7 places"
    assert not {"overlap", "gap", "duplicate", "sliver"} & set(kinds)


def test_registry_map_becomes_lots(qgis_process: Any, data_folder: Path, tmp_path: Path) -> None:
    lots = tmp_path / "lots.gpkg"
    outcome = qgis_process(
        "--json",
        "run",
        "landstewardship:importmojmap",
        f"--INPUT={data_folder / 'moj_map_xml' / '15222-1107-1553.xml'}",
        f"--OUTPUT={lots}",
        language="ja_JP.UTF-8",
    )
    assert results_of(outcome)["LOTS"] == 1051
    with sqlite3.connect(lots) as file:
        ((table, srs),) = file.execute("select table_name, srs_id from gpkg_contents").fetchall()
        assert srs == 6676
        assert file.execute(f'select count(distinct lot_key), sum(area_m2) from "{table}"').fetchone() == (
            1051,
            pytest.approx(2024600, abs=200),
        )


BAD = [
    ("en", "nothing.gpkg", None, "nothing.gpkg"),
    ("ja", "nothing.gpkg", None, "nothing.gpkg"),
    ("en", "degrees.geojson", "EPSG:4326", "not in metres"),
    ("ja", "degrees.geojson", "EPSG:4326", "メートル単位ではありません"),
]
DEGREES = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"lot_key": "1"}, "geometry": '
    '{"type": "Polygon", "coordinates": [[[138, 37], [138.1, 37], [138.1, 37.1], [138, 37]]]}}]}'
)


@pytest.mark.parametrize("language,file,crs,sentence", BAD)
def test_bad_input_ends_with_exit_code_1_and_a_sentence(
    qgis_process: Any, tmp_path: Path, language: str, file: str, crs: str, sentence: str
) -> None:
    if crs:
        (tmp_path / file).write_text(DEGREES)
    locale = {"en": "C.UTF-8", "ja": "ja_JP.UTF-8"}[language]
    output = tmp_path / "out.gpkg"
    outcome = qgis_process(
        "run",
        "landstewardship:checkparcels",
        f"--INPUT={tmp_path / file}",
        f"--OUTPUT={output}",
        language=locale,
    )
    assert outcome.code == 1, outcome.text
    assert sentence in outcome.text
    assert "Traceback" not in outcome.text
    assert not output.exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_geopandas_batch_says_what_to_install(
    qgis_process: Any, sample_folder: Path, tmp_path: Path, language: str
) -> None:
    listed = qgis_process("list", language=language, hide=("geopandas",))
    for name in NAMES:
        assert f"landstewardship:{name}" in listed.out
    outcome = qgis_process(
        "run",
        "landstewardship:checkparcels",
        f"--INPUT={sample_folder / 'tanizawa.gpkg'}|layername=lots",
        f"--OUTPUT={tmp_path / 'x.gpkg'}",
        language=language,
        hide=("geopandas",),
    )
    assert outcome.code == 1, outcome.text
    assert "python3-geopandas" in outcome.text or "conda-forge geopandas" in outcome.text
    assert ("needs the Python package" in outcome.text) == (LANGUAGES[language] == "en")


def test_open_data_are_read_with_their_report(qgis_process: Any, tmp_path: Path) -> None:
    ring = [[138.0, 37.0], [138.1, 37.0], [138.1, 37.1], [138.0, 37.0]]
    feature = {
        "type": "Feature",
        "properties": {"N03_001": "新潟県", "N03_004": "上越市", "N03_007": "15222"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path, out, report = tmp_path / "N03-20240101_15.geojson", tmp_path / "out.gpkg", tmp_path / "report.csv"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    outcome = qgis_process(
        "--json",
        "run",
        "landstewardship:importopendata",
        f"--INPUT={path}",
        "--TARGET=EPSG:6676",
        f"--OUTPUT={out}",
        f"--REPORT={report}",
    )
    results = results_of(outcome)
    assert (results["READ"], results["KEPT"], results["SET_ASIDE"]) == (1, 1, 0) and results["ROLE"] == "municipality"
    told = report.read_text(encoding="utf-8")
    assert "EPSG:6676" in told and "2024-01-01" in told and "行政区域データ" in told
