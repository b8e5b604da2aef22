"""The municipal plan file: the one place that writes it.

A plan is a GeoPackage with the layer ``plan``, the tables ``plan_history`` and ``plan_meta`` and
triggers that record every change by any program (resources/sql/plan_001.sql). In batch
:meth:`PlanStore.apply` brings choices in as one transaction. In the window people change an open
layer through :func:`edit_command` and :func:`choose`, one undoable step each, and
:meth:`PlanStore.save` writes them; when that fails, everything stays in the layer, unsaved.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, NamedTuple, Optional

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsFeatureRequest,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate

from .. import compat
from ..core.errors import InputError
from ..core.plan.codes import CLASSES, DECIDED_BY, ENUMERATIONS, WORDS
from ..core.plan.fields import FIELD_BY_NAME, FILE_FIELDS, PLAN_FIELDS
from ..core.progress import Progress
from ..core.texts import Text
from . import bridge

if TYPE_CHECKING:
    import geopandas

LAYER = "plan"
SQL_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources", "sql")

#: How often a locked file is tried again, how long (s) to wait in between, and how long (ms) one try waits.
TRIES, PAUSE, BUSY_MS = 3, 0.5, 1000
#: How long (ms) a window waits for a locked file.
IMPATIENT_MS = 100

#: Up to this many units are looked up through the file's index instead of by reading everything.
INDEXED = 500


class Patience(NamedTuple):
    """How often a locked file is tried, and how long (ms) each try waits."""

    tries: int
    busy_ms: int


_own = threading.local()


def _patience() -> Patience:
    """What this thread has been told by :func:`impatient`, else the usual."""
    return getattr(_own, "patience", None) or Patience(TRIES, BUSY_MS)


@contextlib.contextmanager
def impatient() -> Iterator[None]:
    """Inside, a locked file is given up at once: the window must not stand still; it tries again later."""
    before = getattr(_own, "patience", None)
    _own.patience = Patience(1, IMPATIENT_MS)
    try:
        yield
    finally:
        _own.patience = before


class ApplyResult(NamedTuple):
    """What :meth:`PlanStore.apply` did: unit ids per outcome, and rows it could not take."""

    created: list[str]
    updated: list[str]
    kept: list[str]
    unchanged: list[str]
    conflicts: list[str]
    problems: list[Any]


class Change(NamedTuple):
    """One entry of the plan's history.

    ``decided_by`` is who stands behind the new state; ``old`` and ``new`` are rows by field name
    (``None`` if absent).
    """

    history_id: int
    unit_id: Optional[str]
    changed_at: str
    action: str
    editor: Optional[str]
    old_class: Optional[str]
    new_class: Optional[str]
    decided_by: Optional[str]
    old: Optional[dict[str, Any]]
    new: Optional[dict[str, Any]]


class Locked(InputError):
    """Another program is writing the plan; trying again later works."""


class NotAPlan(InputError):
    """The file is something else than a plan."""


class _Busy(Exception):
    """Another program holds the file."""


class _Moved(Exception):
    """Somebody changed the plan between our reading and our writing."""


# -- messages -----------------------------------------------------------------------------------
def _locked(path: str) -> Locked:
    return Locked(
        Text(
            "The plan {path} is being written by another program, so nothing was saved. Close it there and save again.",
            "計画 {path} をほかのプログラムが書き込み中のため、何も保存していません。"
            "閉じてから、もう一度保存してください。",
        ).format(path=path)
    )


def _refused(path: str, why: str) -> InputError:
    lowered = why.lower()
    if "readonly" in lowered or "read-only" in lowered or "permission" in lowered:
        return InputError(
            Text(
                "The plan {path} cannot be written (read-only), so nothing was saved. "
                "Save it in another folder or ask for the right to write.",
                "計画 {path} は読み取り専用のため、何も保存していません。"
                "別のフォルダーに保存するか、書き込めるようにしてください。",
            ).format(path=path)
        )
    return InputError(
        Text(
            "The plan {path} could not be written, so nothing was saved: {why}",
            "計画 {path} に書き込めないため、何も保存していません（{why}）。",
        ).format(path=path, why=why or "?")
    )


# -- OGR with its errors taken seriously -----------------------------------------------------------
def _is_busy(why: str) -> bool:
    return "locked" in why.lower() or "busy" in why.lower()


def _checked(path: str, call: Callable[[], Any], failed: Callable[[Any], bool]) -> Any:
    """Run an OGR call; whether it raises or answers with a code, failure becomes an exception."""
    from osgeo import gdal

    gdal.ErrorReset()
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        result = call()
        why = gdal.GetLastErrorMsg()
    except RuntimeError as error:
        result, why = None, str(error)
    finally:
        gdal.PopErrorHandler()
    if failed(result):
        raise _Busy(why) if _is_busy(why) else _refused(path, why)
    return result


class _File:
    """An open GeoPackage; every refusal raises ``_Busy`` or ``InputError``."""

    def __init__(self, path: str, update: bool) -> None:
        from osgeo import gdal

        self.path = path
        flags = gdal.OF_VECTOR | (gdal.OF_UPDATE if update else gdal.OF_READONLY)
        if update and not os.access(path, os.W_OK):
            raise _refused(path, "read-only")
        before = gdal.GetThreadLocalConfigOption("SQLITE_BUSY_TIMEOUT")
        # The option counts while opening, the pragma after that; without them GDAL waits 5 s each time.
        busy_ms = _patience().busy_ms
        gdal.SetThreadLocalConfigOption("SQLITE_BUSY_TIMEOUT", str(busy_ms))
        try:
            self.data = _checked(
                path, lambda: gdal.OpenEx(path, flags, allowed_drivers=["GPKG"]), lambda found: found is None
            )
        finally:
            gdal.SetThreadLocalConfigOption("SQLITE_BUSY_TIMEOUT", before)
        self.rows(f"PRAGMA busy_timeout = {busy_ms}")

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self.data = None

    def run(self, sql: str) -> None:
        """Run one statement without result."""
        from osgeo import gdal

        def call() -> str:
            result = self.data.ExecuteSQL(sql)
            if result is not None:
                self.data.ReleaseResultSet(result)
            return gdal.GetLastErrorMsg() if gdal.GetLastErrorType() >= gdal.CE_Failure else ""

        _checked(self.path, call, lambda why: why is None or bool(why))

    def rows(self, sql: str) -> list[list[Any]]:
        """All rows of a query (numbers and texts)."""
        result = _checked(self.path, lambda: self.data.ExecuteSQL(sql), lambda _: False)
        if result is None:
            return []
        found = [[feature.GetField(position) for position in range(feature.GetFieldCount())] for feature in result]
        self.data.ReleaseResultSet(result)
        return found

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        _checked(self.path, self.data.StartTransaction, bool)
        try:
            yield
            _checked(self.path, self.data.CommitTransaction, bool)
        except BaseException:
            self.data.RollbackTransaction()
            raise


def _quoted(value: Optional[str]) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def schema_files(folder: Optional[str] = None) -> list[tuple[int, str]]:
    """Numbered schema files (``plan_001.sql`` …) in order."""
    folder = folder or SQL_FOLDER
    found = []
    for name in os.listdir(folder):
        match = re.fullmatch(r"plan_(\d{3})\.sql", name)
        if match:
            found.append((int(match.group(1)), os.path.join(folder, name)))
    return sorted(found)


def _statements(sql: str) -> Iterator[str]:
    """The single statements of a script; a trigger with its body is one."""
    statement = ""
    for line in sql.splitlines():
        if not statement and (not line.strip() or line.startswith("--")):
            continue
        statement += line + "\n"
        if line.rstrip().endswith(";") and sqlite3.complete_statement(statement):
            yield statement.strip().rstrip(";") if not statement.rstrip().endswith("END;") else statement.strip()
            statement = ""
    if statement.strip():
        raise ValueError(f"unfinished statement: {statement[:80]}")


def _retry(path: str, call: Callable[[], Any]) -> Any:
    """Try again while another program holds the file; then say so. Nothing is half written."""
    tries = _patience().tries
    for attempt in range(tries):
        try:
            return call()
        except _Busy:
            if attempt == tries - 1:
                raise _locked(path) from None
            time.sleep(PAUSE)
    raise _locked(path)


class PlanStore:
    """One plan file. Make one with :meth:`create` or :meth:`open`."""

    def __init__(self, path: str) -> None:
        self.path = path

    # -- making and opening -------------------------------------------------------------------
    @classmethod
    def create(
        cls, path: str, crs: QgsCoordinateReferenceSystem, meta: Optional[Mapping[str, str]] = None
    ) -> PlanStore:
        """Make an empty plan at ``path`` (GeoPackage 1.2) in ``crs`` (metres).

        ``meta`` goes into ``plan_meta``. Nothing is left behind when it fails. Raises
        ``InputError`` when the file exists already or cannot be written, or ``crs`` has no metres.
        """
        from osgeo import gdal

        bridge.require_metric(bridge.pyproj_crs(crs), Text("The plan", "計画"))
        if os.path.exists(path):
            raise InputError(
                Text(
                    "The file {path} exists already. Choose another name.",
                    "ファイル {path} はすでにあります。別の名前にしてください。",
                ).format(path=path)
            )
        folder = os.path.dirname(os.path.abspath(path))
        if not os.path.isdir(folder):
            raise InputError(
                Text(
                    "The folder {folder} does not exist. Choose an existing folder for the plan.",
                    "フォルダー {folder} がありません。計画を保存するフォルダーを選んでください。",
                ).format(folder=folder)
            )
        unfinished = os.path.join(folder, f".{uuid.uuid4().hex}.gpkg")
        try:
            driver = gdal.GetDriverByName("GPKG")
            made = _checked(
                path,
                lambda: driver.Create(unfinished, 0, 0, 0, gdal.GDT_Unknown, options=["VERSION=1.2"]),
                lambda found: found is None,
            )
            made = None  # noqa: F841  (closing writes the file)
            with _File(unfinished, update=True) as file, file.transaction():
                srs_id = _register_crs(file, crs)
                for _, name in schema_files():
                    _run_script(file, name, srs_id)
                _set_meta(file, meta or {})
            # GDAL knows the layer only after opening the file again.
            with _File(unfinished, update=True) as file:
                file.run("SELECT CreateSpatialIndex('plan', 'geom')")
            os.replace(unfinished, path)
        except OSError as error:
            raise _refused(path, str(error)) from error
        except _Busy as error:
            raise _locked(path) from error
        finally:
            if os.path.exists(unfinished):
                os.remove(unfinished)
        return cls(path)

    @classmethod
    def open(cls, path: str) -> PlanStore:
        """Open the plan at ``path``, upgrading an older schema.

        Raises ``InputError`` when it is missing, no plan, or made by a newer version.
        """
        if not os.path.isfile(path):
            raise InputError(
                Text(
                    "The plan {path} was not found. Choose the plan file again.",
                    "計画 {path} が見つかりません。計画のファイルを選び直してください。",
                ).format(path=path)
            )
        store = cls(path)
        newest = schema_files()[-1][0]
        version = store._schema_version()
        if version > newest:
            raise InputError(
                Text(
                    "The plan {path} was made by a newer version of Land Stewardship. Update the plugin first.",
                    "計画 {path} は新しい版で作られています。先にプラグインを更新してください。",
                ).format(path=path)
            )
        if version < newest:
            _retry(path, store._upgrade)
        return store

    @classmethod
    def open_or_create(
        cls, path: str, crs: QgsCoordinateReferenceSystem, meta: Optional[Mapping[str, str]] = None
    ) -> PlanStore:
        """The plan at ``path``, made if the file does not exist. An existing file is never replaced."""
        return cls.open(path) if os.path.exists(path) else cls.create(path, crs, meta)

    def _schema_version(self) -> int:
        def read() -> int:
            with _File(self.path, update=False) as file:
                names = {row[0] for row in file.rows("SELECT name FROM sqlite_master WHERE type = 'table'")}
                if not {LAYER, "plan_meta", "plan_history"} <= names:
                    return 0
                found = file.rows("SELECT value FROM plan_meta WHERE key = 'schema_version'")
                return int(found[0][0]) if found else 0

        try:
            version = _retry(self.path, read)
        except Locked:
            raise
        except InputError:  # GDAL cannot read it at all
            version = 0
        if version < 1:
            raise NotAPlan(
                Text(
                    "The file {path} is not a plan of Land Stewardship. Choose another file; this one was not changed.",
                    "ファイル {path} は土地の使い方の計画ではありません。別のファイルを選んでください。"
                    "このファイルは変えていません。",
                ).format(path=self.path)
            )
        return int(version)

    def _upgrade(self) -> None:
        with _File(self.path, update=True) as file, file.transaction():
            version = int(file.rows("SELECT value FROM plan_meta WHERE key = 'schema_version'")[0][0])
            for number, name in schema_files():
                if number > version:
                    _run_script(file, name, 0)
                    _set_meta(file, {"schema_version": str(number)})

    # -- reading --------------------------------------------------------------------------------
    def layer(self, name: str = "plan") -> QgsVectorLayer:
        """A new QGIS layer on the plan. Raises ``InputError`` when it cannot be opened."""
        layer = QgsVectorLayer(f"{self.path}|layername={LAYER}", name, "ogr")
        if not layer.isValid():
            raise InputError(
                Text("The plan {path} could not be opened.", "計画 {path} を開けませんでした。").format(path=self.path)
            )
        return layer

    def read(self, progress: Optional[Progress] = None) -> geopandas.GeoDataFrame:
        """All units as a frame in the plan's CRS, indexed by feature id."""
        return bridge.source_to_frame(self.layer(), progress)

    def meta(self) -> dict[str, str]:
        """Facts about the plan by key (``schema_version``, ``title``, ``horizon_year`` …)."""

        def read() -> dict[str, str]:
            with _File(self.path, update=False) as file:
                return {row[0]: row[1] for row in file.rows("SELECT key, value FROM plan_meta ORDER BY key")}

        return dict(_retry(self.path, read))

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Store facts about the plan."""

        def write() -> None:
            with _File(self.path, update=True) as file, file.transaction():
                _set_meta(file, values)

        _retry(self.path, write)

    def history(self, unit_id: Optional[str] = None, rows: bool = True) -> list[Change]:
        """Changes, oldest first; of one unit when ``unit_id`` is given; without ``rows`` no old and new rows."""
        where = f" WHERE unit_id = {_quoted(unit_id)}" if unit_id is not None else ""

        def read() -> list[list[Any]]:
            with _File(self.path, update=False) as file:
                # The identifier would come as the feature's number, not as a value: hence "+ 0".
                return file.rows(
                    "SELECT history_id + 0 AS number, unit_id, CAST(changed_at AS TEXT) AS at, action, editor, "
                    "old_class, new_class, json_extract(new_row, '$.decided_by') AS decided_by"
                    f"{', old_row, new_row' if rows else ''} "
                    f"FROM plan_history{where} ORDER BY history_id"
                )

        return [
            Change(
                int(row[0]),
                *row[1:8],
                *(json.loads(text) if text else None for text in (row[8:10] or (None, None))),
            )
            for row in _retry(self.path, read)
        ]

    def _token(self) -> int:
        """Changes with every change of the plan."""

        def read() -> int:
            with _File(self.path, update=False) as file:
                return _last_history(file)

        return int(_retry(self.path, read))

    # -- writing in batch -------------------------------------------------------------------------
    def apply(
        self,
        choices: geopandas.GeoDataFrame,
        editor: str = "",
        replace_decisions: bool = False,
        overrides: Optional[Mapping[str, Any]] = None,
        meta: Optional[Mapping[str, str]] = None,
        progress: Optional[Progress] = None,
    ) -> ApplyResult:
        """Bring ``choices`` into the plan by the rules of ``core.plan.model``, as one transaction.

        ``choices`` in another CRS are reprojected. ``editor`` is a role shown in the history, never
        a person's name. Raises ``InputError`` when the file is locked or read-only and
        ``Cancelled``; the plan is then as it was.
        """
        from ..core.plan import model, numbering

        progress = progress or Progress()
        for _ in range(TRIES):
            token = self._token()
            plan = self.read()
            if choices.crs is not None and plan.crs is not None and choices.crs != plan.crs:
                choices = choices.to_crs(plan.crs)
            kept_numbers = self.meta().get("numbering")
            merged = model.merge(
                plan,
                choices,
                replace_decisions,
                overrides,
                numbering.Numbering(*json.loads(kept_numbers)) if kept_numbers else None,
                progress.span(0.1, 0.6),
            )
            facts = dict(meta or {})
            if merged.numbering is not None:
                facts["numbering"] = json.dumps(merged.numbering, ensure_ascii=False, sort_keys=True)
            progress.span(0.6, 0.95)
            try:
                _retry(self.path, partial(self._write, merged, token, editor, facts, progress))
            except _Moved:
                continue
            return ApplyResult(
                merged.created, merged.updated, merged.kept, merged.unchanged, merged.conflicts, merged.problems
            )
        raise _locked(self.path)

    def _write(self, merged: Any, token: int, editor: str, facts: Mapping[str, str], progress: Progress) -> None:
        from osgeo import ogr

        with _File(self.path, update=True) as file, file.transaction():
            _start_session(file, editor)
            if _last_history(file) != token:
                raise _Moved
            _set_meta(file, facts)
            layer = _checked(self.path, lambda: file.data.GetLayerByName(LAYER), lambda found: found is None)
            total = len(merged.create) + len(merged.update)
            for number, row in enumerate(merged.create):
                if number % 200 == 0:
                    progress.step(number / total)
                feature = ogr.Feature(layer.GetLayerDefn())
                _fill(feature, row)
                _checked(self.path, partial(layer.CreateFeature, feature), _is_error)
            for number, fid in enumerate(sorted(merged.update), len(merged.create)):
                if number % 200 == 0:
                    progress.step(number / total)
                feature = _checked(self.path, partial(layer.GetFeature, fid), lambda found: found is None)
                _fill(feature, merged.update[fid])
                _checked(self.path, partial(layer.SetFeature, feature), _is_error)
            _checked(self.path, layer.SyncToDisk, _is_error)
            progress.step(1.0)  # the last chance to cancel
            file.run("DELETE FROM plan_session")

    # -- writing from the window --------------------------------------------------------------------
    def save(self, layer: QgsVectorLayer, editor: str = "", stop_editing: bool = False) -> None:
        """Write the open edits of ``layer`` to the file, signed by ``editor`` (a role).

        A locked file is tried again. Raises ``InputError`` when it stays impossible: then the layer
        is still in editing with all changes, and calling again later saves them.
        """
        if not layer.isEditable():
            return
        waiting = _unsaved(layer)

        def sign() -> None:
            with _File(self.path, update=True) as file, file.transaction():
                _start_session(file, editor)

        def unsign() -> None:
            with _File(self.path, update=True) as file, file.transaction():
                file.run("DELETE FROM plan_session")

        try:
            _retry(self.path, sign)
        except InputError as error:
            raise _kept(error.text, waiting) from error
        tries = _patience().tries
        for attempt in range(tries):
            if layer.commitChanges(stop_editing):
                break
            why = "; ".join(layer.commitErrors())
            if attempt == tries - 1 or not _is_busy(why):
                cause = _locked(self.path) if _is_busy(why) else _refused(self.path, why)
                raise _kept(cause.text, waiting)
            time.sleep(PAUSE)
        try:
            _retry(self.path, unsign)
        except InputError:
            # Saved all the same; the signature is ignored after an hour.
            return

    def describe_fields(self, layer: QgsVectorLayer, language: str) -> None:
        """Give the layer's fields their labels, and coded fields lists of words to choose from."""
        fields = layer.fields()
        for field in PLAN_FIELDS:
            position = fields.lookupField(field.name)
            layer.setFieldAlias(position, field.alias(language))
            words = WORDS.get(field.name)
            if words:
                choices = [{label.pick(language): code} for code, label in words.items()]
                layer.setEditorWidgetSetup(position, QgsEditorWidgetSetup("ValueMap", {"map": choices}))
            elif field.name in FILE_FIELDS:
                layer.setEditorWidgetSetup(position, QgsEditorWidgetSetup("Hidden", {}))
        # A unit drawn or split in QGIS gets a key of its own.
        key = fields.lookupField("unit_id")
        layer.setDefaultValueDefinition(key, QgsDefaultValue("uuid('WithoutBraces')"))
        layer.setEditorWidgetSetup(key, QgsEditorWidgetSetup("Hidden", {}))
        layer.setDefaultValueDefinition(
            fields.lookupField("area_m2"), QgsDefaultValue("area($geometry)", applyOnUpdate=True)
        )

    def save_style(self, layer: QgsVectorLayer, name: str, description: str = "") -> None:
        """Keep the style of ``layer`` in the file as the default, so that any QGIS opens it styled."""
        why = compat.save_style(layer, name, description)
        if why:
            raise _refused(self.path, why)


def plan_behind(source: str) -> Optional[PlanStore]:
    """The plan file behind a layer source or file name; ``None`` when it is something else.

    Raises ``InputError`` when the plan is locked or made by a newer version.
    """
    path = source.split("|")[0]
    if not os.path.isfile(path):
        return None
    try:
        return PlanStore.open(path)
    except NotAPlan:
        return None


def _is_error(code: Any) -> bool:
    return code is None or code != 0


def _kept(why: Text, count: int) -> InputError:
    return InputError(
        why
        + Text("{count} changes are kept on the screen.", "{count}件の変更は画面に残っています。").format(count=count)
    )


def _unsaved(layer: QgsVectorLayer) -> int:
    """How many units have changes that are not in the file."""
    buffer = layer.editBuffer()
    if buffer is None:
        return 0
    touched = set(buffer.changedAttributeValues()) | set(buffer.changedGeometries())
    touched |= set(buffer.addedFeatures()) | set(buffer.deletedFeatureIds())
    return len(touched)


def _start_session(file: _File, editor: str) -> None:
    # The first write of a transaction: it takes the lock, so nobody can slip in after our check.
    file.run("DELETE FROM plan_session")
    file.run(
        "INSERT INTO plan_session (session_id, editor, started_at) VALUES "
        f"(1, {_quoted(editor or None)}, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"
    )


def _last_history(file: _File) -> int:
    found = file.rows("SELECT coalesce(max(history_id), 0) FROM plan_history")
    return int(found[0][0]) if found else 0


def _set_meta(file: _File, values: Mapping[str, str]) -> None:
    for key in sorted(values):
        file.run(f"DELETE FROM plan_meta WHERE key = {_quoted(key)}")
        file.run(f"INSERT INTO plan_meta (key, value) VALUES ({_quoted(key)}, {_quoted(str(values[key]))})")


def _run_script(file: _File, name: str, srs_id: int) -> None:
    with open(name, encoding="utf-8") as script:
        sql = script.read()
    for statement in _statements(sql.replace(":srs_id", str(srs_id))):
        file.run(statement)


def _register_crs(file: _File, crs: QgsCoordinateReferenceSystem) -> int:
    """The number of ``crs`` in the file's list of coordinate systems, added when new."""
    authority, _, code = crs.authid().partition(":")
    wkt = crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT1_GDAL)
    if authority == "EPSG" and code.isdigit():
        srs_id, organisation = int(code), "EPSG"
    else:
        srs_id, organisation = 100000, "NONE"
    if not file.rows(f"SELECT srs_id FROM gpkg_spatial_ref_sys WHERE srs_id = {srs_id}"):
        file.run(
            "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, "
            f"definition) VALUES ({_quoted(crs.description() or crs.authid())}, {srs_id}, "
            f"{_quoted(organisation)}, {srs_id}, {_quoted(wkt)})"
        )
    return srs_id


def _fill(feature: Any, row: Mapping[str, Any]) -> None:
    """Put plan values (plain Python; ``geometry`` a shapely MultiPolygon) into an OGR feature."""
    from osgeo import ogr

    for name, value in row.items():
        if name == "geometry":
            import shapely

            feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(shapely.to_wkb(value)))
        elif name not in FILE_FIELDS:
            position = feature.GetFieldIndex(name)
            if value is None:
                feature.SetFieldNull(position)
            elif isinstance(value, dt.date):
                feature.SetField(position, value.year, value.month, value.day, 0, 0, 0, 0)
            elif isinstance(value, bool):
                feature.SetField(position, int(value))
            else:
                feature.SetField(position, value)


# -- edits on an open layer ---------------------------------------------------------------------------
@contextlib.contextmanager
def edit_command(layer: QgsVectorLayer, description: str) -> Iterator[None]:
    """One undoable step on an open plan layer; starts editing when needed.

    Use inside: :func:`set_values`. When anything inside raises, the whole step is taken back.
    Raises ``InputError`` when the layer cannot be edited.
    """
    if not layer.isEditable() and not layer.startEditing():
        raise InputError(
            Text(
                "The plan cannot be changed now; it is read-only. Nothing was changed.",
                "計画は読み取り専用のため、変えられません。何も変えていません。",
            )
        )
    layer.beginEditCommand(description)
    try:
        yield
    except BaseException:
        layer.destroyEditCommand()
        raise
    layer.endEditCommand()


def set_values(layer: QgsVectorLayer, unit_ids: Iterable[str], values: Mapping[str, Any]) -> int:
    """Set the same plan fields of several units on a layer in editing; see :func:`set_each`."""
    return set_each(layer, dict.fromkeys(unit_ids, values))


def set_each(layer: QgsVectorLayer, rows: Mapping[str, Mapping[str, Any]]) -> int:
    """Set plan fields by unit id on a layer in editing; returns how many units changed.

    Values are plain Python (dates as ``datetime.date``); codes outside their list raise
    ``InputError``, as does an unknown unit or a refusal by QGIS.
    """
    for name, value in ((name, value) for own in rows.values() for name, value in own.items()):
        allowed = ENUMERATIONS.get(name)
        if name not in FIELD_BY_NAME or name in FILE_FIELDS or (allowed and value is not None and value not in allowed):
            raise InputError(
                Text(
                    "“{value}” cannot be put into {field}. Nothing was changed.",
                    "「{value}」は項目 {field} に入れられません。何も変えていません。",
                ).format(value=value, field=name)
            )
    fields = layer.fields()
    names = sorted({name for own in rows.values() for name in own})
    changed = 0
    for fid, old in _find(layer, rows, names):
        own = rows[old["unit_id"]]
        new = {fields.lookupField(name): _attribute(value) for name, value in own.items() if old[name] != value}
        if not new:
            continue
        if not layer.changeAttributeValues(fid, new):
            raise InputError(
                Text(
                    "QGIS refused the change of unit {unit}. The step was taken back; nothing was saved.",
                    "区画 {unit} を変えられませんでした。この操作を取り消しました。何も保存していません。",
                ).format(unit=old["unit_id"])
            )
        changed += 1
    return changed


def choose(
    layer: QgsVectorLayer,
    unit_ids: Sequence[str],
    description: str,
    management_class: Optional[str] = None,
    priority: Optional[bool] = None,
    reason: Optional[Text] = None,
    note: Optional[str] = None,
    decided_by: str = "workshop",
    decided_on: Optional[dt.date] = None,
    decided_in: Optional[str] = None,
    use_plan: Optional[str] = None,
    actor: Optional[str] = None,
    method: Optional[str] = None,
) -> int:
    """Record a choice for units as one undoable step; returns how many units changed.

    What is ``None`` stays as it is, but a new class without a reason clears the old class's reason
    and basis. Conflicts with special laws are raised anew.
    """
    from ..core.plan.law import law_conflict

    if decided_by not in DECIDED_BY or (management_class is not None and management_class not in CLASSES):
        raise InputError(
            Text(
                "“{value}” is not a management class or a decider. Nothing was changed.",
                "「{value}」は管理の区分や決めた人の区分にありません。何も変えていません。",
            ).format(value=f"{management_class} / {decided_by}")
        )
    given = {
        "management_class": management_class,
        "priority": priority,
        "note": note,
        "use_plan": use_plan,
        "actor": actor,
        "method": method,
        "decided_on": decided_on,
        "decided_in": decided_in,
    }
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    values["decided_by"] = decided_by
    if reason is not None:
        values.update(reason=reason.en, reason_ja=reason.ja)
    names = ("unit_id", "management_class", "zoning", "use_plan", "use_now", "conflict", "conflict_ja")
    rows: dict[str, Mapping[str, Any]] = {}
    for _, old in _find(layer, unit_ids, names):
        own = dict(values)
        new_class = management_class or old["management_class"]
        new_use = use_plan or old["use_plan"]
        if new_class != old["management_class"]:
            for name in ("reason", "reason_ja", "basis", "basis_ja", "certainty"):
                own.setdefault(name, None)
        if new_class != old["management_class"] or new_use != old["use_plan"]:
            found = law_conflict(old["zoning"], new_class, new_use, old["use_now"])
            own["conflict"], own["conflict_ja"] = (found.en, found.ja) if found else (None, None)
        rows[old["unit_id"]] = own
    with edit_command(layer, description):
        return set_each(layer, rows)


def _find(layer: QgsVectorLayer, unit_ids: Iterable[str], names: Sequence[str]) -> list[tuple[int, dict[str, Any]]]:
    """Feature id and fields ``names`` (plain Python) of units; all must be there (``InputError``)."""
    wanted = set(unit_ids)
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes(list({"unit_id", *names}), layer.fields())
    if len(wanted) <= INDEXED:
        quoted = ", ".join(QgsExpression.quotedValue(unit_id) for unit_id in sorted(wanted)) or "NULL"
        request.setFilterExpression(f'"unit_id" IN ({quoted})')
    found = []
    for feature in layer.getFeatures(request):
        if feature.attribute("unit_id") in wanted:
            found.append(
                (feature.id(), {name: bridge.to_python(feature.attribute(name)) for name in ("unit_id", *names)})
            )
    lacking = wanted - {row["unit_id"] for _, row in found}
    if lacking:
        raise InputError(
            Text(
                "{count} units are no longer in the plan. Nothing was changed; open the plan again.",
                "{count}区画が計画にありません。何も変えていません。計画を開き直してください。",
            ).format(count=len(lacking))
        )
    return found


def _attribute(value: Any) -> Any:
    if value is None:
        return NULL
    if isinstance(value, dt.date):
        return QDate(value.year, value.month, value.day)
    return value
