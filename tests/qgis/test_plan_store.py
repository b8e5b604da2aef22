"""The plan file: one writer, whole history, nothing lost when the file is locked."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import NULL, QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer, edit
from shapely.geometry import Polygon, box

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.plan.fields import PLAN_FIELDS
from land_stewardship.core.progress import Progress
from land_stewardship.core.texts import Text
from land_stewardship.gis import plan_store
from land_stewardship.gis.plan_store import PlanStore, choose, edit_command, set_values

pytestmark = pytest.mark.usefixtures("qgis_app")
CRS = "EPSG:6676"


def key(number: int) -> str:
    return f"15222-241-000-0000-00-{number}"


def choices(count: int = 4, **columns: Any) -> gpd.GeoDataFrame:
    data = {
        "lot_key": [key(n) for n in range(1, count + 1)],
        "management_class": ["maintain", "watch", "convert", "undecided"] * (count // 4) + ["adapt"] * (count % 4),
        "reason": ["because"] * count,
        "reason_ja": ["だから"] * count,
    }
    return gpd.GeoDataFrame(
        {**data, **columns}, geometry=[box(10 * n, 0, 10 * n + 10, 20) for n in range(count)], crs=CRS
    )


@pytest.fixture
def store(tmp_path: Path) -> PlanStore:
    """A plan with four drafted lots."""
    made = PlanStore.create(str(tmp_path / "plan.gpkg"), QgsCoordinateReferenceSystem(CRS), {"title": "谷沢"})
    made.apply(choices(), editor="office")
    return made


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait long for locks."""
    monkeypatch.setattr(plan_store, "PAUSE", 0.01)
    monkeypatch.setattr(plan_store, "BUSY_MS", 50)


@pytest.fixture
def locked(store: PlanStore, fast: None) -> Iterator[sqlite3.Connection]:
    """Another program is writing the plan."""
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield other
    if other.in_transaction:
        other.execute("ROLLBACK")
    other.close()


def sqlite_editor(path: str) -> sqlite3.Connection:
    """A plain SQLite program; GeoPackage's own index triggers need these functions to exist."""
    connection = sqlite3.connect(path)
    for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
        connection.create_function(name, 1, lambda blob: 0 if blob else 1)
    return connection


def by_lot(store: PlanStore, number: int) -> dict[str, Any]:
    frame = store.read()
    return dict(frame[frame["lot_keys"] == key(number)].iloc[0])


# -- the file -------------------------------------------------------------------------------
def test_new_file_has_the_documented_fields_and_version(store: PlanStore) -> None:
    connection = sqlite3.connect(store.path)
    columns = [row[1] for row in connection.execute("PRAGMA table_info(plan)")]
    assert columns == ["fid", "geom", *(field.name for field in PLAN_FIELDS)]
    assert connection.execute("PRAGMA user_version").fetchone()[0] == 10200
    assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"plan", "plan_history", "plan_meta", "plan_session", "rtree_plan_geom"} <= names
    assert connection.execute("SELECT count(*) FROM rtree_plan_geom").fetchone()[0] == 4
    connection.close()
    layer = store.layer()
    assert layer.crs().authid() == CRS and layer.featureCount() == 4
    assert store.meta()["title"] == "谷沢" and store.meta()["schema_version"] == "1"


def test_every_field_is_in_the_history_triggers(store: PlanStore) -> None:
    change = store.history()[0]
    assert change.new is not None
    assert set(change.new) == {"fid", *(field.name for field in PLAN_FIELDS)} - {"changed_at"}
    connection = sqlite_editor(store.path)
    for field in PLAN_FIELDS:
        if field.name in ("created_at", "changed_at"):
            continue
        before = len(store.history())
        value = 1 if field.kind in ("int", "real", "bool") else "2026-01-02" if field.kind == "date" else "x"
        connection.execute(f"UPDATE plan SET {field.name} = ? WHERE fid = 1", (value,))
        connection.commit()
        found = store.history()[before:]
        assert [c.action for c in found] == ["update"], field.name
        assert found[0].new[field.name] == value and found[0].old[field.name] != value
    connection.close()


def test_create_refuses_an_existing_file_and_unknown_units(tmp_path: Path, store: PlanStore) -> None:
    before = Path(store.path).read_bytes()
    with pytest.raises(InputError, match="exists already"):
        PlanStore.create(store.path, QgsCoordinateReferenceSystem(CRS))
    assert Path(store.path).read_bytes() == before
    for crs, words in (("EPSG:4326", "metres"), ("", "no coordinate system")):
        with pytest.raises(InputError, match=words):
            PlanStore.create(str(tmp_path / "x.gpkg"), QgsCoordinateReferenceSystem(crs))
    with pytest.raises(InputError, match="folder"):
        PlanStore.create(str(tmp_path / "no" / "x.gpkg"), QgsCoordinateReferenceSystem(CRS))
    assert [p.name for p in tmp_path.iterdir() if p.name != "plan.gpkg"] == []


def test_a_custom_crs_is_kept(tmp_path: Path) -> None:
    crs = QgsCoordinateReferenceSystem.fromProj("+proj=tmerc +lat_0=36 +lon_0=138.4 +x_0=7 +units=m +ellps=GRS80")
    made = PlanStore.create(str(tmp_path / "own.gpkg"), crs)
    assert made.layer().crs().isValid() and "138.4" in made.layer().crs().toProj()


def test_open_refuses_what_is_no_plan(tmp_path: Path, store: PlanStore) -> None:
    with pytest.raises(InputError, match="not found"):
        PlanStore.open(str(tmp_path / "missing.gpkg"))
    other = tmp_path / "other.gpkg"
    choices().to_file(other)
    before = other.read_bytes()
    with pytest.raises(InputError, match="not a plan"):
        PlanStore.open(str(other))
    text = tmp_path / "text.gpkg"
    text.write_text("hello")
    with pytest.raises(InputError, match="not a plan"):
        PlanStore.open(str(text))
    assert other.read_bytes() == before
    store.set_meta({"schema_version": "99"})
    with pytest.raises(InputError, match="newer version"):
        PlanStore.open(store.path)


def test_upgrade_keeps_rows_and_history(store: PlanStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sql"
    folder.mkdir()
    shutil.copy(Path(plan_store.SQL_FOLDER) / "plan_001.sql", folder)
    (folder / "plan_002.sql").write_text(
        "-- one more\nALTER TABLE plan ADD COLUMN colour TEXT;\n"
        "CREATE TRIGGER plan_colour AFTER UPDATE OF colour ON plan\nBEGIN\n"
        "    INSERT INTO plan_meta (key, value) VALUES ('colour;', NEW.colour);\nEND;\n"
    )
    (folder / "plan_003.sql").write_text("UPDATE plan SET colour = 'red';\n")
    monkeypatch.setattr(plan_store, "SQL_FOLDER", str(folder))
    history = len(store.history())
    with pytest.raises(InputError):  # four rows, one key: the upgrade fails as a whole
        PlanStore.open(store.path)
    assert store.meta()["schema_version"] == "1" and "colour" not in store.layer().fields().names()
    (folder / "plan_003.sql").write_text("UPDATE plan SET colour = 'red' WHERE fid = 1;\n")
    opened = PlanStore.open(store.path)
    assert opened.meta()["schema_version"] == "3" and opened.meta()["colour;"] == "red"
    assert len(opened.read()) == 4 and len(opened.history()) == history
    assert PlanStore.open(store.path).meta()["schema_version"] == "3"


# -- batch ------------------------------------------------------------------------------------
def test_apply_twice_changes_nothing(store: PlanStore) -> None:
    before = store.history()
    result = store.apply(choices(), editor="office")
    assert len(result.unchanged) == 4 and not result.updated and not result.created
    assert store.history() == before
    assert [c.editor for c in before] == ["office"] * 4
    assert {c.action for c in before} == {"insert"}


def test_apply_does_not_depend_on_row_order(tmp_path: Path) -> None:
    frames = []
    for name, order in (("a", 1), ("b", -1)):
        made = PlanStore.create(str(tmp_path / f"{name}.gpkg"), QgsCoordinateReferenceSystem(CRS))
        made.apply(choices(8).iloc[::order])
        frames.append(made.read().drop(columns=["created_at", "changed_at"]))
    assert frames[0].equals(frames[1])


def test_apply_reprojects(store: PlanStore) -> None:
    moved = choices().to_crs("EPSG:6675")
    assert len(store.apply(moved).unchanged) == 4


def test_geometry_change_is_in_the_history(store: PlanStore) -> None:
    frame = choices()
    frame.loc[0, "geometry"] = box(0, 0, 10, 30)
    result = store.apply(frame, editor="survey")
    assert len(result.updated) == 1
    change = store.history()[-1]
    assert change.editor == "survey" and change.old["geom"] != change.new["geom"]
    assert change.old["area_m2"] == 200 and change.new["area_m2"] == 300
    assert bytes.fromhex(change.old["geom"])[:2] == b"GP"
    tree = sqlite3.connect(store.path)
    assert max(row[0] for row in tree.execute("SELECT maxy FROM rtree_plan_geom")) >= 30
    tree.close()


def test_invalid_geometry_goes_in_as_it_is(store: PlanStore) -> None:
    frame = choices(5)
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    frame.loc[4, "geometry"] = bow_tie
    assert len(store.apply(frame).created) == 1
    stored = by_lot(store, 5)["geometry"]
    assert not stored.is_valid and stored.geoms[0].equals_exact(bow_tie, 0)


def test_decisions_stand_against_drafts(store: PlanStore) -> None:
    decision = {"decided_by": "workshop", "decided_on": dt.date(2026, 1, 2), "decided_in": "WS2"}
    taken = store.apply(choices(1, management_class=["adapt"]), overrides=decision)
    assert len(taken.updated) == 1
    kept = store.apply(choices(1, management_class=["watch"]))
    assert len(kept.kept) == 1 and not kept.updated
    row = by_lot(store, 1)
    assert (row["management_class"], row["draft_class"], row["decided_in"]) == ("adapt", "watch", "WS2")
    told = store.apply(choices(1, management_class=["watch"]), replace_decisions=True)
    assert len(told.updated) == 1
    row = by_lot(store, 1)
    assert row["management_class"] == "watch" and row["decided_by"] == "draft" and row["decided_on"] is None


class _Stop(Progress):
    """Cancels when the writing has begun."""

    def step(self, fraction: float) -> None:
        if self._low >= 0.6:
            raise Cancelled


def test_cancel_leaves_the_plan_alone(store: PlanStore) -> None:
    before, history = store.read(), store.history()
    with pytest.raises(Cancelled):
        store.apply(choices(8), progress=_Stop())
    assert store.read().equals(before) and store.history() == history
    assert len(store.apply(choices(8)).created) == 4


def test_change_between_reading_and_writing_is_merged_again(store: PlanStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision made by somebody else in that moment is not overwritten."""
    write, calls = PlanStore._write, []

    def slow(self: PlanStore, *arguments: Any) -> None:
        if not calls:
            with edit(other := self.layer()):
                fid = next(f.id() for f in other.getFeatures() if f["lot_keys"] == key(1))
                for name, value in (("management_class", "minimum"), ("decided_by", "owner")):
                    other.changeAttributeValue(fid, other.fields().lookupField(name), value)
        calls.append(1)
        write(self, *arguments)

    monkeypatch.setattr(PlanStore, "_write", slow)
    result = store.apply(choices(1, management_class=["watch"]))
    assert len(calls) == 2 and len(result.kept) == 1
    assert by_lot(store, 1)["management_class"] == "minimum"


# -- locked and read-only ---------------------------------------------------------------------------
def test_locked_file_in_batch(store: PlanStore, locked: sqlite3.Connection) -> None:
    with pytest.raises(InputError, match="another program") as caught:
        store.apply(choices(8))
    assert "ほかのプログラム" in caught.value.text.ja
    locked.execute("ROLLBACK")
    assert len(store.read()) == 4
    assert len(store.apply(choices(8)).created) == 4


def test_lock_that_goes_away_is_waited_for(
    store: PlanStore, locked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def release(seconds: float) -> None:
        waits.append(seconds)
        if locked.in_transaction:
            locked.execute("ROLLBACK")

    monkeypatch.setattr(plan_store.time, "sleep", release)
    assert len(store.apply(choices(8)).created) == 4 and len(waits) == 1


def test_locked_file_in_the_window(store: PlanStore, fast: None) -> None:
    layer = store.layer()
    units = list(store.read()["unit_id"])
    choose(layer, units[:2], "Paint", management_class="minimum", reason=Text("r", "り"))
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InputError, match="2 changes are kept"):
        store.save(layer, "table 1")
    assert layer.isEditable() and layer.isModified() and layer.undoStack().count() == 1
    other.execute("ROLLBACK")
    other.close()
    store.save(layer, "table 1")
    assert layer.isEditable() and not layer.isModified()
    found = store.history()[-2:]
    assert [(c.editor, c.new_class) for c in found] == [("table 1", "minimum")] * 2
    layer.rollBack()


def test_read_only_file(store: PlanStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_store.os, "access", lambda path, mode: False)
    with pytest.raises(InputError, match="read-only"):
        store.apply(choices(8))
    assert len(store.read()) == 4


def test_refused_commit_keeps_the_edits(store: PlanStore, fast: None) -> None:
    """SQLite itself says no: a key used twice."""
    layer = store.layer()
    layer.startEditing()
    units = list(store.read()["unit_id"])
    set_values(layer, [units[0]], {"unit_id": units[1]})
    with pytest.raises(InputError, match="could not be written"):
        store.save(layer)
    assert layer.isEditable() and layer.isModified()
    layer.rollBack()


# -- other programs ----------------------------------------------------------------------------------
def test_sqlite_edits_are_caught(store: PlanStore) -> None:
    start = len(store.history())
    connection = sqlite_editor(store.path)
    with connection:
        connection.execute("UPDATE plan SET management_class = 'watch' WHERE lot_keys = ?", (key(1),))
        connection.execute("UPDATE plan SET note = note")  # nothing changes
        connection.execute("INSERT INTO plan (management_class) VALUES ('adapt')")
        connection.execute("DELETE FROM plan WHERE lot_keys = ?", (key(2),))
    changed = connection.execute("SELECT created_at, changed_at FROM plan WHERE lot_keys = ?", (key(1),)).fetchone()
    connection.close()
    update, insert, delete = store.history()[start:]
    assert (update.action, update.old_class, update.new_class) == ("update", "maintain", "watch")
    assert update.editor is None and update.new["geom"] is None
    assert insert.action == "insert" and len(insert.unit_id) == 36 and insert.unit_id[14] == "4"
    assert delete.action == "delete" and delete.old_class == "watch"
    assert delete.old["lot_keys"] == key(2) and bytes.fromhex(delete.old["geom"])[:2] == b"GP"
    assert changed[1] > changed[0]


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_triggers_do_not_run_in_circles(store: PlanStore, recursive: str) -> None:
    start = len(store.history())
    connection = sqlite_editor(store.path)
    connection.execute(f"PRAGMA recursive_triggers = {recursive}")
    with connection:
        connection.execute("UPDATE plan SET unit_id = NULL, note = 'x' WHERE fid = 1")
        connection.execute("UPDATE plan SET note = 'y' WHERE fid = 1")
    assert connection.execute("SELECT count(*) FROM plan WHERE unit_id IS NULL").fetchone()[0] == 0
    connection.close()
    found = store.history()[start:]
    assert [c.new["note"] for c in found] == ["x", "y"]
    assert found[0].unit_id == found[1].unit_id == store.read().loc[1, "unit_id"]


def test_ogr2ogr_edits_are_caught(store: PlanStore, tmp_path: Path) -> None:
    tool = shutil.which("ogr2ogr")
    assert tool, "gdal-bin is part of the test set-up"
    start = len(store.history())
    extra = tmp_path / "extra.geojson"
    gpd.GeoDataFrame(
        {"management_class": ["convert"], "note": ["by ogr2ogr"]}, geometry=[box(100, 0, 110, 10)], crs=CRS
    ).to_file(extra, driver="GeoJSON")
    subprocess.run(
        [tool, "-append", "-update", "-a_srs", CRS, "-nln", "plan", "-nlt", "MULTIPOLYGON", store.path, str(extra)],
        check=True,
        capture_output=True,
    )
    change = store.history()[start]
    assert (change.action, change.new_class, change.new["note"]) == ("insert", "convert", "by ogr2ogr")
    assert change.unit_id and len(store.read()) == 5


def test_qgis_edits_are_caught(store: PlanStore) -> None:
    """Also by a QGIS without this plugin: attribute, shape, new, delete."""
    start = len(store.history())
    layer = QgsVectorLayer(f"{store.path}|layername=plan", "any", "ogr")
    first, second = sorted(f.id() for f in layer.getFeatures())[:2]
    fresh = QgsFeature(layer.fields())
    fresh["management_class"] = "adapt"
    fresh.setGeometry(QgsGeometry.fromWkt("MultiPolygon(((200 0, 210 0, 210 9, 200 0)))"))
    with edit(layer):
        layer.changeAttributeValue(first, layer.fields().lookupField("actor"), "役場")
        layer.changeGeometry(first, QgsGeometry.fromWkt("MultiPolygon(((0 0, 9 0, 9 9, 0 0)))"))
        layer.deleteFeature(second)
        assert layer.addFeature(fresh)
    found = store.history()[start:]
    assert sorted(c.action for c in found) == ["delete", "insert", "update", "update"]
    assert any(c.new and c.new["actor"] == "役場" for c in found)
    assert any(c.action == "update" and c.new["geom"] for c in found)


def test_history_replays_to_the_present(store: PlanStore) -> None:
    """Inserts, updates and deletes in order give exactly the rows of today."""
    store.apply(choices(8, note=["n"] * 8), overrides={"decided_by": "municipality"})
    connection = sqlite_editor(store.path)
    with connection:
        connection.execute("UPDATE plan SET management_class = 'watch' WHERE fid % 2 = 0")
        connection.execute("DELETE FROM plan WHERE fid = 3")
    connection.row_factory = sqlite3.Row
    present = {row["unit_id"]: dict(row) for row in connection.execute("SELECT * FROM plan")}
    connection.close()
    state: dict[str, Any] = {}
    for change in store.history():
        if change.action == "delete":
            del state[change.unit_id]
        else:
            state[change.unit_id] = {k: v for k, v in change.new.items() if k != "geom"}
    assert state == {
        unit: {k: v for k, v in row.items() if k not in ("geom", "changed_at")} for unit, row in present.items()
    }


def test_old_signature_is_not_used(store: PlanStore) -> None:
    connection = sqlite_editor(store.path)
    with connection:
        connection.execute(
            "INSERT INTO plan_session VALUES (1, 'yesterday', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 day'))"
        )
        connection.execute("UPDATE plan SET note = 'z' WHERE fid = 1")
    connection.close()
    assert store.history()[-1].editor is None


# -- edits in the window ----------------------------------------------------------------------------------
def test_one_choice_is_one_undo_step(store: PlanStore) -> None:
    layer = store.layer()
    units = list(store.read()["unit_id"])
    changed = choose(
        layer,
        units,
        "Paint 4",
        management_class="minimum",
        priority=True,
        reason=Text("steep", "急な斜面"),
        note="mow twice",
        decided_on=dt.date(2026, 5, 1),
        decided_in="WS2",
    )
    assert changed == 4 and layer.undoStack().count() == 1
    assert layer.undoStack().text(0) == "Paint 4"
    feature = next(layer.getFeatures())
    assert feature["management_class"] == "minimum" and feature["decided_by"] == "workshop"
    assert feature["reason_ja"] == "急な斜面" and feature["decided_on"].toString("yyyy-MM-dd") == "2026-05-01"
    layer.undoStack().undo()
    assert {f["management_class"] for f in layer.getFeatures()} == {"maintain", "watch", "convert", "undecided"}
    layer.undoStack().redo()
    assert {f["management_class"] for f in layer.getFeatures()} == {"minimum"}
    layer.rollBack()
    assert set(store.read()["management_class"]) == {"maintain", "watch", "convert", "undecided"}


def test_new_class_takes_the_old_reason_away_and_raises_conflicts(store: PlanStore) -> None:
    store.apply(choices(zoning=["agri_zone"] * 4))
    layer = store.layer()
    unit = by_lot(store, 1)["unit_id"]
    choose(layer, [unit], "Watch", management_class="watch", decided_by="owner")
    feature = next(f for f in layer.getFeatures() if f["unit_id"] == unit)
    assert feature["reason"] == NULL and "農用地区域" in feature["conflict_ja"]
    choose(layer, [unit], "Note", note="n", decided_by="owner")
    feature = next(f for f in layer.getFeatures() if f["unit_id"] == unit)
    assert "農用地区域" in feature["conflict_ja"]
    choose(layer, [unit], "Back", management_class="maintain")
    feature = next(f for f in layer.getFeatures() if f["unit_id"] == unit)
    assert feature["conflict_ja"] == NULL
    layer.rollBack()


def test_many_units_are_found_without_the_index(store: PlanStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_store, "INDEXED", 1)
    layer = store.layer()
    assert choose(layer, list(store.read()["unit_id"]), "All", management_class="minimum") == 4
    layer.rollBack()


def test_a_failing_step_is_taken_back_whole(store: PlanStore) -> None:
    layer = store.layer()
    units = list(store.read()["unit_id"])
    with pytest.raises(InputError, match="no longer in the plan"), edit_command(layer, "half"):
        set_values(layer, units[:2], {"note": "first part"})
        set_values(layer, ["gone"], {"note": "second part"})
    assert layer.undoStack().count() == 0
    assert all(f["note"] == NULL for f in layer.getFeatures())
    with pytest.raises(InputError, match="cannot be put"):
        choose(layer, units, "bad", use_plan="castle")
    with pytest.raises(InputError, match="not a management class"):
        choose(layer, units, "bad", management_class="abandon")
    assert layer.undoStack().count() == 0
    layer.rollBack()


def test_read_only_layer_says_so(store: PlanStore) -> None:
    layer = store.layer()
    layer.setReadOnly(True)
    with pytest.raises(InputError, match="read-only"):
        choose(layer, [by_lot(store, 1)["unit_id"]], "no", management_class="watch")


def test_fields_have_labels_and_words(store: PlanStore) -> None:
    layer = store.layer()
    store.describe_fields(layer, "ja")
    store.save_style(layer, "plan")
    again = store.layer()
    position = again.fields().lookupField("management_class")
    assert again.attributeAlias(position) == "管理の区分"
    words = again.editorWidgetSetup(position).config()["map"]
    assert {"維持・回復": "maintain"} in words


def test_moments_are_read_on_the_local_clock(store: PlanStore) -> None:
    """QGIS versions differ in what they make of a UTC moment; the plan's reader does not."""
    from land_stewardship.core.plan.moments import local_time
    from land_stewardship.gis import bridge

    feature = next(store.layer().getFeatures())
    moment = local_time(bridge.to_python(feature["changed_at"]))
    assert abs(moment - dt.datetime.now(dt.timezone.utc)) < dt.timedelta(minutes=5)
