"""The algorithms about owners inside QGIS."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Optional

import pytest
from qgis import processing
from qgis.core import (
    NULL,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from tinylayers import CRS, layer

pytestmark = pytest.mark.usefixtures("provider")
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"


def table(fields: str, rows: list[tuple[Any, ...]]) -> QgsVectorLayer:
    return layer(f"None {fields}", [(None, *row) for row in rows])


def rows_of(made: QgsVectorLayer) -> list[dict[str, Any]]:
    names = made.fields().names()
    return [
        {name: None if value == NULL else value for name, value in zip(names, feature.attributes())}
        for feature in made.getFeatures()
    ]


def box(x: float, y: float = 0.0, width: float = 100.0) -> str:
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 100},{x} {y + 100},{x} {y}))"


OWNER_ROWS: list[tuple[Any, ...]] = [
    ("a", "見本 花", "見本市谷沢1番地", None),
    ("b", "見本　花", "見本市谷沢一番地", None),
    ("c", "大字谷沢", None, None),
    ("d", "見本 太郎", "見本市谷沢7番地", "2001-02-03"),
    ("e", "見本 三郎", "見本市中沢7番地", None),
]
REGISTER_ROWS: list[tuple[Any, ...]] = [
    ("L1", "a", "1/1", "reachable", "village", "2020-01-01", "田"),
    ("L2", "b", "1/2", "reachable", "village", "2020-01-01", "田"),
    ("L2", "c", "1/3", "to_check", "village", "2020-01-01", "田"),
    ("L3", "d", "1/1", "to_check", "outside", "1950-01-01", "畑"),
    ("L4", None, None, "reachable", None, "1950-01-01", "公衆用道路"),
    ("L5", "e", "1/1", "to_check", "outside", "2025-01-01", "畑"),
]
#: L1 L2 L3 in a row, a road L4, then L5.
LOT_ROWS: list[tuple[Any, ...]] = [(box(100.0 * n), f"L{n + 1}", f"{n + 1}") for n in range(5)]


def owners(rows: list[tuple[Any, ...]] = OWNER_ROWS) -> QgsVectorLayer:
    return table("owner_key:string name:string address:string died_on:string", rows)


def register(rows: list[tuple[Any, ...]] = REGISTER_ROWS) -> QgsVectorLayer:
    fields = "lot_key owner_key share owner_status address_kind registered_on category_reg"
    return table(" ".join(f"{name}:string" for name in fields.split()), rows)


def lots(rows: list[tuple[Any, ...]] = LOT_ROWS, crs: str = CRS, kind: str = "Polygon") -> QgsVectorLayer:
    return layer(f"{kind} lot_key:string chiban:string", rows, crs)


def hamlets() -> QgsVectorLayer:
    return layer("Polygon hamlet:string", [(box(-50, -50, 700), "A")])


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **given: Any) -> dict[str, Any]:
    return processing.run(f"landstewardship:{name}", given, feedback=feedback)


def resolve(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    outputs = {"OUTPUT": "memory:", "PAIRS": "memory:", "FLAGS": "memory:"}
    return run("resolveowners", feedback, **{"OWNERS": owners(), "REGISTER": register(), **outputs, **more})


def contact(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    outputs = {"OUTPUT": "memory:", "OWNER_LOTS": "memory:", "BLOCKS": "memory:"}
    return run(
        "contactability", feedback, **{"LOTS": lots(), "REGISTER": register(), "OWNERS": owners(), **outputs, **more}
    )


def pattern(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {"LOTS": lots(), "REGISTER": register(), "HAMLETS": hamlets(), "OUTPUT": "memory:", "TOTAL": "memory:"}
    return run("ownershippattern", feedback, **{**given, **more})


def no_personal_words(made: QgsVectorLayer) -> None:
    """No name, address or day of death of the list in any cell."""
    secret = {str(value) for row in OWNER_ROWS for value in row[1:] if value}
    for row in rows_of(made):
        for value in row.values():
            assert not any(word in str(value) for word in secret)


class Stop(QgsProcessingFeedback):
    def isCanceled(self) -> bool:
        return True


# -- resolveowners -------------------------------------------------------------------------------------
def test_entries_become_persons() -> None:
    result = resolve(LOTS=lots())
    assert {row["owner_key"]: row["person_key"] for row in rows_of(result["OUTPUT"])} == {
        "a": "a", "b": "a", "c": "c", "d": "d", "e": "e",
    }  # fmt: skip
    kinds = {row["kind"]: row for row in rows_of(result["FLAGS"])}
    assert set(kinds) == {"shares_not_one", "succession_unregistered", "registered_long_ago"}
    assert "lot 2 add up to 5/6" in kinds["shares_not_one"]["explanation"]
    assert (result["ENTRIES"], result["PERSONS"], result["JOINED"], result["FINDINGS"]) == (5, 4, 1, 3)
    for name in ("OUTPUT", "PAIRS", "FLAGS"):
        no_personal_words(result[name])


def test_decisions_count_in_the_next_run() -> None:
    decisions = table("key_a:string key_b:string decision:string", [("b", "a", "different")])
    result = resolve(DECISIONS=decisions)
    assert result["PERSONS"] == 5
    assert rows_of(result["PAIRS"])[0]["verdict"] == "different"


def test_resolving_wrong_input() -> None:
    assert resolve(OWNERS=owners([]), REGISTER=register([]))["ENTRIES"] == 0
    with pytest.raises(QgsProcessingException, match="owner_key"):
        resolve(OWNERS=table("name:string", [("x",)]))
    with pytest.raises(QgsProcessingException, match="several rows"):
        resolve(OWNERS=owners([OWNER_ROWS[0], OWNER_ROWS[0]]))
    with pytest.raises(QgsProcessingException):
        resolve(OWNERS="no such table")
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        resolve(Stop())


# -- contactability ------------------------------------------------------------------------------------
def test_contact_by_lot_owner_and_block() -> None:
    persons = resolve()["OUTPUT"]
    result = contact(PERSONS=persons, HAMLETS=hamlets())
    by_lot = {row["lot_key"]: row for row in rows_of(result["OUTPUT"])}
    assert {key: (row["owner_status"], row["state"]) for key, row in by_lot.items()} == {
        "L1": ("reachable", "reachable"),
        "L2": ("to_check", "common_no_rep"),
        "L3": ("to_check", "heirs"),
        "L4": ("reachable", "public"),
        "L5": ("to_check", "unknown"),
    }
    assert (by_lot["L2"]["owners"], by_lot["L2"]["owners_reached"], by_lot["L2"]["reached_share"]) == (2, 1, 0.5)
    assert by_lot["L3"]["hamlet"] == "A" and by_lot["L4"]["block_id"] is None
    assert by_lot["L5"]["next_step"].startswith("Write to the registered address")
    steps = {(row["lot_key"], row["person_key"]): row for row in rows_of(result["OWNER_LOTS"])}
    assert (steps["L3", "d"]["step_id"], steps["L3", "d"]["step_evidence"]) == ("heirs_family", "verified")
    assert steps["L2", "c"]["step_id"] == "common_ninka" and steps["L2", "c"]["step_source"].startswith("https://")
    assert steps["L2", "a"]["owner_key"] == "b" and steps["L2", "a"]["state"] == "reachable"
    blocks = {row["block_id"]: row for row in rows_of(result["BLOCKS"])}
    assert set(blocks) == {"B:L1", "B:L5"}  # the road parts them
    assert blocks["B:L1"]["effort"] == 3  # heirs to be found
    assert blocks["B:L1"]["explanation"] == "2 of 3 owners hold up this block."
    assert (result["LOTS_REACHABLE"], result["LOTS_TO_CHECK"], result["LOTS_UNKNOWN"]) == (2, 3, 0)
    assert (result["AREA_PCT"], result["PRIVATE_PCT"], result["BLOCKS_HELD"]) == (40.0, 25.0, 2)
    no_personal_words(result["OUTPUT"])
    no_personal_words(result["BLOCKS"])
    for row in rows_of(result["OWNER_LOTS"]):
        assert "見本" not in str([value for name, value in row.items() if name != "since"])


def test_a_list_is_not_needed_and_blocks_can_be_named() -> None:
    named = layer(
        "Polygon lot_key:string block:string", [(box(0), "L1", "x"), (box(300), "L3", "x"), (box(900), "L9", None)]
    )
    result = contact(LOTS=named, OWNERS=None, BLOCK_FIELD="block")
    by_lot = {row["lot_key"]: row for row in rows_of(result["OUTPUT"])}
    assert by_lot["L3"]["state"] == "heirs" and by_lot["L9"]["state"] == "unknown"  # old; not in the register
    (block,) = rows_of(result["BLOCKS"])
    assert (block["block_id"], block["lots"], block["owners"], block["owners_holding"]) == ("x", 2, 2, 1)


def test_own_steps_are_used_and_wrong_ones_are_named() -> None:
    fields = "step_id:string state:string step_order:int effort:int title:string title_ja:string evidence:string"
    own = table(fields, [("mine", "heirs", 1, 2, "Do this", "これをする", "assumption")])
    steps = {row["step_id"] for row in rows_of(contact(STEPS=own)["OWNER_LOTS"])}
    assert steps == {"mine", None}
    with pytest.raises(QgsProcessingException, match="Row 1"):
        contact(STEPS=table(fields, [("mine", "lost", 1, 2, "", "", "assumption")]))


def test_contact_on_broken_lots() -> None:
    bow = "POLYGON((0 0,100 100,100 0,0 100,0 0))"
    result = contact(LOTS=lots([(bow, "L1", "1"), (None, "L2", "2"), (box(100), "L3", "3")]))
    assert len(rows_of(result["OUTPUT"])) == 3
    assert contact(LOTS=lots([]))["AREA_PCT"] == 0.0


@pytest.mark.parametrize("what", ["contactability", "ownershippattern"])
def test_lots_must_be_in_metres_and_have_keys(what: str) -> None:
    start = contact if what == "contactability" else pattern
    for crs in ("", "EPSG:6668"):
        with pytest.raises(QgsProcessingException, match=r"coordinate system|metres"):
            start(LOTS=lots(crs=crs))
    with pytest.raises(QgsProcessingException, match="lot_key"):
        start(LOTS=layer("Polygon other:string", [(box(0), "x")]))
    with pytest.raises(QgsProcessingException, match=r"owner_key|lot_key"):
        start(REGISTER=table("other:string", [("x",)]))
    with pytest.raises(QgsProcessingException):
        start(LOTS=lots([("POINT(0 0)", "L1", "1")], kind="Point"))
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        start(Stop())


# -- ownershippattern -------------------------------------------------------------------------------------
def test_pattern_hides_small_numbers() -> None:
    result = pattern(K=3)
    (row,) = rows_of(result["OUTPUT"])
    assert (row["hamlet"], row["lots"], row["owners"], row["coowned_lots"], row["most_owners"]) == ("A", 4, 5, 1, 2)
    # Two live elsewhere: fewer than three, so the figure stays hidden.
    assert row["absentee_pct"] is None and row["unknown_pct"] == 0.0 and row["hidden"] == "absentee_pct"
    assert pattern(K=1)["HAMLETS_HIDDEN"] == 0
    (row,) = rows_of(pattern(K=9)["OUTPUT"])
    assert row["owners"] is None and row["hidden"] == "all"
    assert rows_of(pattern(K=9)["TOTAL"])[0]["owners"] is None


def test_pattern_of_persons() -> None:
    (row,) = rows_of(pattern(PERSONS=resolve()["OUTPUT"], K=1)["OUTPUT"])
    assert (row["owners"], row["lots_per_owner"], row["places_per_owner"]) == (4, 1.25, 1.0)
    assert row["absentee_pct"] == 50.0


# -- the sample ----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def names() -> Iterator[set[str]]:
    with closing(sqlite3.connect(f"file:{SAMPLE / 'tanizawa_private.gpkg'}?mode=ro&immutable=1", uri=True)) as private:
        found = {row[0] for row in private.execute("select name from owners")}
        found |= {row[0] for row in private.execute("select address from owners where address is not null")}
    yield found


def test_the_sample_village(tmp_path: Path, names: set[str]) -> None:
    public = f"{SAMPLE / 'tanizawa.gpkg'}|layername="
    private = f"{SAMPLE / 'tanizawa_private.gpkg'}|layername=owners"
    files = {name: str(tmp_path / f"{name.lower()}.gpkg") for name in ("OUTPUT", "PAIRS", "FLAGS")}
    found = run("resolveowners", OWNERS=private, REGISTER=public + "register", LOTS=public + "lots", **files)
    assert (found["ENTRIES"], found["PERSONS"], found["TO_REVIEW"]) == (187, 177, 2)
    more = {name: str(tmp_path / f"c_{name.lower()}.gpkg") for name in ("OUTPUT", "OWNER_LOTS", "BLOCKS")}
    result = run(
        "contactability",
        LOTS=public + "lots",
        REGISTER=public + "register",
        OWNERS=private,
        PERSONS=files["OUTPUT"],
        HAMLETS=public + "hamlets",
        **more,
    )
    assert (result["LOTS_REACHABLE"], result["LOTS_TO_CHECK"], result["LOTS_UNKNOWN"]) == (770, 213, 68)
    assert (result["AREA_PCT"], result["PRIVATE_PCT"]) == (72.6, 66.7)
    for path in (*files.values(), *more.values(), str(tmp_path / "runs.jsonl")):
        content = Path(path).read_bytes()
        assert not [name for name in names if name.encode() in content], path


# -- the sheet ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("chosen", [1, 2])
def test_the_sheet_says_figures_and_no_names(tmp_path: Path, names: set[str], chosen: int) -> None:
    public = f"{SAMPLE / 'tanizawa.gpkg'}|layername="
    made = pattern(LOTS=public + "lots", REGISTER=public + "register", HAMLETS=public + "hamlets")
    pdf, png = tmp_path / "sheet.pdf", tmp_path / "sheet.png"
    base = {name.upper(): public + name for name in ("lots", "houses", "roads", "canals", "forest", "hamlets")}
    result = run(
        "ownershipmap",
        PATTERN=made["OUTPUT"],
        TOTAL=made["TOTAL"],
        VILLAGE="谷沢",
        LANGUAGE=chosen,
        OUTPUT_PDF=str(pdf),
        OUTPUT_PNG=str(png),
        DPI=60,
        **base,
    )
    assert result["HAMLETS_SHOWN"] == 7 and png.stat().st_size > 50_000
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    areas = QgsVectorLayer(base["HAMLETS"], "hamlets", "ogr")
    called = {row["hamlet"]: row["name_ja" if chosen == 1 else "name_en"] for row in rows_of(areas)}
    for row in rows_of(made["OUTPUT"]):
        assert called[row["hamlet"]] in text and f"{row['absentee_pct']:.0f}" in text
    assert ("氏名は載せていません" if chosen == 1 else "No name stands on this sheet") in text
    assert not [name for name in names if name in text]


def test_the_sheet_hides_and_refuses(tmp_path: Path) -> None:
    pdf = tmp_path / "sheet.pdf"
    hidden = pattern(K=9)
    run("ownershipmap", PATTERN=hidden["OUTPUT"], TOTAL=hidden["TOTAL"], K=9, LANGUAGE=2, OUTPUT_PDF=str(pdf))
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "hidden, fewer than 9 owners" in text and "Hidden or not known" in text
    with pytest.raises(QgsProcessingException, match="Ownership pattern by hamlet"):
        run("ownershipmap", PATTERN=hamlets(), OUTPUT_PDF=str(pdf))
    with pytest.raises(QgsProcessingException, match="nothing to draw"):
        empty = hidden["OUTPUT"].clone()
        assert empty.dataProvider().truncate()
        run("ownershipmap", PATTERN=empty, OUTPUT_PDF=str(pdf))
    degrees = layer("Polygon hamlet:string owners:int lots:int", [(box(0), "A", 5, 5)], "EPSG:6668")
    with pytest.raises(QgsProcessingException, match=r"metres|coordinates"):
        run("ownershipmap", PATTERN=degrees, OUTPUT_PDF=str(pdf))
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run("ownershipmap", Stop(), PATTERN=hidden["OUTPUT"], OUTPUT_PDF=str(tmp_path / "other.pdf"))
    assert not (tmp_path / "other.pdf").exists()
