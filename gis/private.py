"""Where names and addresses are kept: outside the folder with the plan and the exports.

A project in ``…/Tanizawa/`` has its private files in ``…/Tanizawa_private/``: whoever hands on the folder of the plan
does not hand on the names. Private files are called ``*_private.gpkg`` or ``*.private.gpkg``. Projects that keep
them inside the folder of the plan, as earlier versions did, open as before and can be put right with :func:`move_out`.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsMapLayer,
    QgsProcessingUtils,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from ..core.errors import InputError
from ..core.texts import Text

ENDING = "_private"
#: Roles of layers that hold names or ages.
PRIVATE_ROLES = ("owners", "cultivators", "residents", "pin_cultivators")
ROLE_PROPERTY = "landstewardship/role"
_FILE = re.compile(r"[._]private(_\d+)?\.(gpkg|csv|xlsx|html|pdf)$", re.IGNORECASE)
_OLD_FOLDER = "private"


def private_folder(home: str) -> str:
    """The private folder of a project in the folder ``home`` (not made); in the profile while ``home`` is empty."""
    if home:
        home = os.path.abspath(home)
        folder = home + ENDING
        parent = os.path.dirname(home)
        if os.path.isdir(folder) or os.access(parent, os.W_OK):
            return folder
        name = os.path.basename(home) + ENDING
    else:
        name = "unsaved" + ENDING
    return os.path.join(QgsApplication.qgisSettingsDirPath(), "land_stewardship", name)


def is_private_file(path: str) -> bool:
    """Whether a file is a private one by its name or its folder."""
    folder = os.path.basename(os.path.dirname(os.path.abspath(path)))
    return bool(_FILE.search(os.path.basename(path))) or folder.endswith(ENDING) or folder == _OLD_FOLDER


def unfit_target(value: object) -> str:
    """The file an output for names would be written to, where that is no private file; empty where it is one, or none
    (a layer in memory, a database, a temporary file of Processing).

    ``value`` is a parameter as Processing hands it on.
    """
    sink = getattr(value, "sink", None)
    text = str(sink.staticValue() if sink is not None else value or "").strip()
    named = re.match(r"ogr:dbname='([^']+)'", text)
    path = named.group(1) if named is not None else text
    if not path or path == "TEMPORARY_OUTPUT" or re.match(r"[a-z]{3,}:", path):
        return ""
    temporary = os.path.join(os.path.abspath(QgsProcessingUtils.tempFolder()), "")
    return "" if is_private_file(path) or os.path.abspath(path).startswith(temporary) else path


def file_of(layer: QgsMapLayer) -> str:
    """The file of a layer, empty when it has none."""
    parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    path = str(parts.get("path") or "")
    return os.path.abspath(path) if path and os.path.isfile(path) else ""


def is_private_layer(layer: QgsMapLayer) -> bool:
    """Whether a layer plays a private role or lies in a private file."""
    if layer.customProperty(ROLE_PROPERTY) in PRIVATE_ROLES:
        return True
    path = file_of(layer)
    return bool(path) and is_private_file(path)


def misplaced(project: QgsProject) -> list[QgsVectorLayer]:
    """Private layers of a project that lie inside its own folder, by file."""
    home = os.path.dirname(project.fileName())
    if not home:
        return []
    inside = os.path.join(os.path.abspath(home), "")
    found = [
        layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and is_private_layer(layer) and file_of(layer).startswith(inside)
    ]
    return sorted(found, key=lambda layer: (file_of(layer), layer.id()))


def _free(folder: str, name: str) -> str:
    stem, ending = os.path.splitext(name)
    path, number = os.path.join(folder, name), 1
    while os.path.exists(path):
        number += 1
        path = os.path.join(folder, f"{stem}_{number}{ending}")
    return path


def move_out(project: QgsProject) -> list[str]:
    """Move the files of :func:`misplaced` into the private folder, where the layers then point; returns the new files.

    Each file is copied and looked at before the old one goes. A file that another program holds open stays where it
    was beside its copy. Raises ``InputError`` when a layer is being edited, cannot be copied or not be opened again.
    """
    layers = misplaced(project)
    editing = next((layer for layer in layers if layer.isEditable()), None)
    if editing is not None:
        raise InputError(
            Text(
                "“{name}” is being edited. Save or drop the changes first.",
                "「{name}」を編集中です。先に変更を保存するか取り消してください。",
            ).format(name=editing.name())
        )
    folder = private_folder(os.path.dirname(project.fileName()))
    moved: dict[str, str] = {}
    for layer in layers:
        old = file_of(layer)
        if old not in moved:
            name = os.path.basename(old)
            if not _FILE.search(name):
                stem, ending = os.path.splitext(name)
                name = f"{stem}{ENDING}{ending}"
            moved[old] = _free(folder, name)
            _copy(old, moved[old])
        source = layer.source().replace(old, moved[old], 1) if old in layer.source() else moved[old]
        if source == moved[old] and "layername=" in layer.source():
            source += "|" + layer.source().split("|", 1)[1]
        layer.setDataSource(source, layer.name(), layer.providerType())
        if not layer.isValid():
            raise InputError(
                Text(
                    "{path} could not be opened after it was moved. The old file is still there.",
                    "{path}を移した後に開けませんでした。元のファイルは残っています。",
                ).format(path=moved[old])
            )
    for old in moved:
        _remove(old)
    if moved:
        project.setDirty(True)
    return list(moved.values())


def _copy(old: str, new: str) -> None:
    """Copy a file; GeoPackages through SQLite, so that what another connection has not written yet comes along."""
    try:
        os.makedirs(os.path.dirname(new), exist_ok=True)
        if old.lower().endswith(".gpkg"):
            reading = sqlite3.connect(Path(old).as_uri() + "?mode=ro", uri=True)
            with closing(reading) as source, closing(sqlite3.connect(new)) as target:
                source.backup(target)
        else:
            shutil.copyfile(old, new)
    except (OSError, sqlite3.Error) as error:
        raise InputError(
            Text(
                "{path} could not be written ({why}). Check the folder and the free space.",
                "{path}を書き込めませんでした（{why}）。フォルダと空き容量を確かめてください。",
            ).format(path=new, why=error)
        ) from error


def _remove(path: str) -> None:
    for name in (path, path + "-wal", path + "-shm"):
        try:
            os.remove(name)
        except OSError:
            continue  # not there, or open elsewhere: the copy is good, the old file is seen again next time
