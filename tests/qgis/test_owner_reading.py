"""Lists of owners and decisions: read from results, written only into private files."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsVectorLayer

from land_stewardship.gis import owner_reading as reading
from land_stewardship.gis import owner_style

pytestmark = pytest.mark.usefixtures("qgis_app")


def table(fields: str, rows: list[tuple[Any, ...]]) -> QgsVectorLayer:
    made = QgsVectorLayer("None?" + "&".join(f"field={name}:string" for name in fields.split()), "t", "memory")
    for values in rows:
        feature = QgsFeature(made.fields())
        feature.setAttributes(list(values))
        assert made.dataProvider().addFeature(feature)
    return made


FIELDS = "lot_key person_key owner_key owner_kind state owner_status since evidence evidence_ja next_step next_step_ja"
FIELDS += " effort"
ROWS = [
    ("L2", "o1", "o1", "person", "reachable", "reachable", None, "e", "根", "ask", "聞く", "1"),
    ("L10", "o1", "o9", "person", "heirs", "to_check", "2001", "dead", "死", "family", "戸籍", "3"),
    ("L3", "o2", "o2", "common", "common_no_rep", "to_check", None, "e", "根", "=x", "=x", "3"),
    ("L4", "o3", "o3", "person", "unknown", "unknown", None, "e", "根", "register", "登記", None),
    ("L5", None, None, None, "public", "reachable", None, "e", "根", "office", "課", "1"),
]
OWNERS = [("o1", "見本 花 <b>", "見本市1"), ("o2", "大字見本", None)]


def rows(language: str = "en") -> list[reading.PersonRow]:
    contact = table("lot_key chiban", [("L2", "2"), ("L10", "10"), ("L3", "3"), ("L4", "4")])
    return reading.read_persons(table(FIELDS, ROWS), contact, table("owner_key name address", OWNERS), language)


def test_one_row_per_person_with_its_hardest_lot() -> None:
    found = {row.person_key: row for row in rows()}
    assert list(found) == ["o3", "o2", "o1"]
    assert found["o1"].lots == ("2", "10") and found["o1"].lot_keys == ("L2", "L10")
    assert (found["o1"].state, found["o1"].since, found["o1"].next_step) == ("heirs", "2001", "family")
    assert found["o3"].name == "(no name in the list: o3)"
    assert rows("ja")[2].next_step == "戸籍" and rows("ja")[2].state_word("ja") == "相続人を探す"


def test_the_effort_is_told_in_words() -> None:
    unknown, _common, heirs = rows()
    assert (heirs.effort_word("en"), heirs.effort_word("ja")) == ("a search of weeks", "数週間の探索")
    assert heirs.effort_help("en").startswith("a search of weeks: class 3 of 4. How much work")
    assert heirs.effort_help("ja").startswith("数週間の探索：4段階の3。")
    assert unknown.effort_word("en") == "" and unknown.effort_help("en").startswith("How much work")
    assert heirs.cells("en")[8] == "a search of weeks"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Effort: court or governor"), ("ja", "手間：裁判所・知事の手続")]
)
def test_lots_and_blocks_on_the_map_tell_the_effort_in_words(language: str, words: str) -> None:
    layer = table(
        "owner_status explanation explanation_ja effort",
        [("unknown", "why", "理由", "4"), ("unknown", None, None, None)],
    )
    owner_style.style_contact(layer, language=language)
    setup = layer.editorWidgetSetup(layer.fields().lookupField("effort"))
    assert setup.type() == "ValueMap" and [list(pair.values()) for pair in setup.config()["map"]][3] == ["4"]
    told = []
    for feature in layer.getFeatures():
        context = QgsExpressionContext()
        context.setFeature(feature)
        context.setFields(layer.fields())
        told.append(QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context))
    assert told[0].endswith(words) and words.split()[0] not in told[1]


def test_where_a_step_is_known_from_and_when_it_was_looked_up() -> None:
    held = table("lot_key person_key owner_status step_source step_checked_on", [
        ("L1", "o1", "unknown", "https://example.jp/%E6%B0%91%E6%B3%95", "2026-11-26"),
        ("L2", "o2", "unknown", None, None),
    ])  # fmt: skip
    found = {row.person_key: row.source for row in reading.read_persons(held, None, None, "ja")}
    assert found == {"o1": "https://example.jp/民法（2026年11月26日に確認）", "o2": ""}
    english = {row.person_key: row.source for row in reading.read_persons(held, None, None, "en")}
    assert english["o1"] == "https://example.jp/民法 (checked on 26 Nov 2026)"


def test_lists() -> None:
    found = rows()
    keys = {which: [row.person_key for row in reading.chosen(found, which)] for which in reading.LIST_WORDS}
    assert keys == {"to_check": ["o1"], "unknown": ["o3"], "common": ["o2"], "all": ["o3", "o2", "o1"]}
    assert reading.read_persons(None, None, None, "en") == []


def test_lists_are_written_into_private_files_only(tmp_path: Path) -> None:
    for write in (
        lambda path: reading.write_csv(path, rows(), "en"),
        lambda path: reading.write_html(path, "t", rows(), "en"),
    ):
        with pytest.raises(ValueError, match="private"):
            write(str(tmp_path / "list.csv"))
    assert not list(tmp_path.iterdir())
    path = tmp_path / "village_private" / "list.csv"
    reading.write_csv(str(path), rows(), "ja")
    with open(path, encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    assert lines[0][0] == "所有者" and len(lines) == 4
    assert lines[2][7] == "'=x"  # no formula
    page = tmp_path / "list_private.html"
    reading.write_html(str(page), "A & B", rows(), "en")
    text = page.read_text(encoding="utf-8")
    assert "見本 花 &lt;b&gt;" in text and "A &amp; B" in text and "Do not pass on" in text


def test_pairs_and_decisions(tmp_path: Path) -> None:
    pairs = table("key_a key_b score verdict reason reason_ja", [("o1", "o2", "0.5", "review", "r", "理")])
    (pair,) = reading.read_pairs(pairs, table("owner_key name address", OWNERS), "ja")
    assert (pair.name_a, pair.score, pair.reason, pair.verdict_word("ja")) == (
        "見本 花 <b>", 0.5, "理", "判断してください",
    )  # fmt: skip
    assert reading.open_pairs([pair]) == 1
    day = dt.date(2026, 1, 2)
    first = reading.with_decision([], "o10", "o9", True, "municipality", day)
    assert first == [
        {"key_a": "o9", "key_b": "o10", "decision": "same", "decided_by": "municipality", "decided_on": "2026-01-02"}
    ]
    second = reading.with_decision(first, "o9", "o10", False, "municipality", day)
    assert [row["decision"] for row in second] == ["different"]
    assert reading.with_decision(second, "o9", "o10", None, "", day) == []
    path = tmp_path / "decisions.csv"
    reading.write_decisions(str(path), second)
    again = reading.read_decisions(QgsVectorLayer(str(path), "d", "ogr"))
    assert again == second
