"""Where results are kept and how they come into the project.

Every run writes new files beside the project (``results/<role>_<time>.gpkg``), so that a file
that is on the map is never overwritten; the last two files of a role are kept.
"""

from __future__ import annotations

import datetime as dt
import glob
import os
import re
import zipfile
from typing import Callable, NamedTuple, Optional

from qgis.core import (
    QgsApplication,
    QgsLayerTree,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..core.texts import Text
from ..gis.i18n import language
from ..gis.private import private_folder
from .state import MADE_PROPERTY, ROLE_PROPERTY, now_text

VECTOR, RASTER, FILE = "vector", "raster", "file"
_SUFFIX = {VECTOR: "gpkg", RASTER: "tif"}
#: Files kept for each role, the one on the map included.
KEPT = 2
STEP_PROPERTY = "landstewardship/step"
STEP_GROUPS = {
    "understand": Text("1 Understand", "1 知る"),
    "choose": Text("2 Choose", "2 選ぶ"),
    "act": Text("3 Act", "3 行う"),
}


class OutputSpec(NamedTuple):
    """One output of an algorithm and the role its layer plays in the project.

    ``step`` names the group of the layer tree; ``kind`` is vector (also for tables), raster or
    file (then ``suffix`` is its ending and nothing is loaded). ``shown`` is whether the layer is
    switched on at first. ``data`` marks data people brought: it goes to the folder ``data``, never
    replaces a layer and is never cleaned away.
    """

    parameter: str
    role: str
    title: str
    step: str
    kind: str = VECTOR
    suffix: str = ""
    shown: bool = True
    data: bool = False


def result_folder(project: QgsProject, name: str = "results") -> str:
    """Folder for results: beside the project, or in the user's profile while it is not saved.

    The folder ``private`` lies outside that of the project (see :mod:`gis.private`).
    """
    home = os.path.dirname(project.fileName())
    if name == "private":
        return private_folder(home)
    if home and os.access(home, os.W_OK):
        return os.path.join(home, name)
    return os.path.join(QgsApplication.qgisSettingsDirPath(), "land_stewardship", name)


def _dated(folder: str, role: str) -> list[tuple[str, int, str]]:
    """The result files of a role with time and number, the newest last."""
    pattern = re.compile(re.escape(role) + r"_(\d{8}-\d{6})(?:-(\d+))?\.(?:gpkg|tif)$")
    found = []
    for path in glob.glob(os.path.join(glob.escape(folder), f"{role}_*")):
        match = pattern.match(os.path.basename(path))
        if match:
            found.append((match.group(1), int(match.group(2) or 1), path))
    return sorted(found)


def new_result_path(project: QgsProject, output: OutputSpec) -> str:
    """A file name that is not taken yet and that comes after all others of its role, though the clock was set back."""
    folder = result_folder(project, "data" if output.data else "results")
    os.makedirs(folder, exist_ok=True)
    suffix = output.suffix or _SUFFIX[output.kind]
    stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
    number = 1
    taken = _dated(folder, output.role)
    if taken and taken[-1][0] >= stamp:
        stamp, number = taken[-1][0], taken[-1][1] + 1
    path = os.path.join(folder, f"{output.role}_{stamp}{f'-{number}' if number > 1 else ''}.{suffix}")
    while os.path.exists(path):
        number += 1
        path = os.path.join(folder, f"{output.role}_{stamp}-{number}.{suffix}")
    return path


def _project_on_disk(project: QgsProject) -> Optional[str]:
    """Text of the project as it was last saved; empty when never, ``None`` when it cannot be read."""
    path = project.fileName()
    if not path:
        return ""
    try:
        if path.lower().endswith(".qgz"):
            with zipfile.ZipFile(path) as archive:
                inside = [name for name in archive.namelist() if name.lower().endswith(".qgs")]
                return "".join(archive.read(name).decode("utf-8") for name in inside)
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile):
        return None


def drop_old_results(project: QgsProject, role: str) -> list[str]:
    """Delete all but the newest :data:`KEPT` files of a role that nobody needs; returns them.

    Needed are the files of the project's layers, and those the project on disk refers to: whoever
    closes without saving finds everything as it was saved.
    """
    files = [path for _stamp, _number, path in _dated(result_folder(project), role)]
    used = {os.path.normcase(_file_of(layer)) for layer in project.mapLayers().values()}
    spare = [path for path in files[:-KEPT] if os.path.normcase(os.path.abspath(path)) not in used]
    on_disk = _project_on_disk(project) if spare else None
    if on_disk is None:
        return []
    dropped = []
    for path in spare:
        if os.path.basename(path) in on_disk:
            continue
        try:
            os.remove(path)
        except OSError:
            continue  # open elsewhere; the next run tries again
        dropped.append(path)
    return dropped


def _file_of(layer: QgsMapLayer) -> str:
    return os.path.abspath(layer.source().split("|", 1)[0])


def step_group(project: QgsProject, step: str) -> QgsLayerTreeGroup:
    """The group of a step in the layer tree, made where it is missing (later steps on top)."""
    root = project.layerTreeRoot()
    names = STEP_GROUPS[step]
    for group in root.findGroups():
        if group.customProperty(STEP_PROPERTY) == step or group.name() in names:
            return group
    order = list(STEP_GROUPS)
    position = 0
    for index, child in enumerate(root.children()):
        if not QgsLayerTree.isGroup(child):
            continue
        later = order[order.index(step) + 1 :]
        if child.customProperty(STEP_PROPERTY) in later or any(child.name() in STEP_GROUPS[s] for s in later):
            position = index + 1
    group = root.insertGroup(position, names.pick(language()))
    group.setCustomProperty(STEP_PROPERTY, step)
    return group


def _styles() -> dict[str, Callable[[QgsVectorLayer], None]]:
    from ..gis import (
        condition_style,
        field_style,
        forecast_style,
        match_style,
        overlay_style,
        owner_style,
        symbology,
        treatment_style,
    )

    return {
        "lots": symbology.style_lots,
        "findings": symbology.style_findings,
        "lots_checked": symbology.style_lots,
        "lots_registered": match_style.style_registered,
        "lots_without_row": match_style.style_without,
        "overlay_lots": overlay_style.style_covered,
        "overlay_pins": overlay_style.style_pins,
        "condition": symbology.style_condition,
        "condition_depends": condition_style.style_depends,
        "receptors": symbology.style_exposure,
        "sources": symbology.style_burden,
        "flows": symbology.style_flows,
        "relief_lots": treatment_style.style_treatments,
        "least_lots": treatment_style.style_treatments,
        "fences": treatment_style.style_fences,
        "owner_contact": owner_style.style_contact,
        "owner_blocks": owner_style.style_contact,
        "owner_pattern": owner_style.style_pattern,
        "forecast": forecast_style.style_told,
        "field_visits": field_style.style_visits,
        "field_walks": field_style.style_walks,
        "draft": symbology.style_plan,
        "plan": symbology.style_plan,
    }


def open_result(path: str, output: OutputSpec) -> QgsMapLayer:
    """The result as a layer, styled by its role, not yet in a project; may be invalid."""
    if output.kind == RASTER:
        layer: QgsMapLayer = QgsRasterLayer(path, output.title)
    else:
        layer = QgsVectorLayer(path, output.title, "ogr")
    layer.setCustomProperty(ROLE_PROPERTY, output.role)
    if not output.data:
        layer.setCustomProperty(MADE_PROPERTY, now_text())
    if layer.isValid():
        style_by_role(layer, output.role)
    return layer


def style_by_role(layer: QgsMapLayer, role: str) -> None:
    """Give a layer the look of its role; roles without one keep what QGIS chose."""
    from ..gis import symbology

    style = _styles().get(role)
    if style is not None and isinstance(layer, QgsVectorLayer):
        style(layer)
    elif role in symbology.BASEMAP_ROLES or role in symbology.RASTER_ROLES:
        symbology.style_basemap(layer, role)


#: Results that cover the lots; only one of them can be looked at.
_COVERING = (
    *("lots_registered", "overlay_lots"),
    *("condition", "condition_depends", "receptors", "sources", "relief_lots", "least_lots", "draft"),
    *("owner_contact", "owner_blocks", "owner_pattern", "forecast", "forecast_map"),
)
#: Results that belong together and are shown together.
_TOGETHER = {"receptors": ("sources",), "sources": ("receptors",)}


def hide_other_results(project: QgsProject, role: str) -> None:
    """Switch off the results that would lie over or under the one of ``role``."""
    if role not in _COVERING:
        return
    for layer in project.mapLayers().values():
        other = layer.customProperty(ROLE_PROPERTY)
        if other in _COVERING and other != role and other not in _TOGETHER.get(role, ()):
            node = project.layerTreeRoot().findLayer(layer.id())
            if node is not None:
                node.setItemVisibilityChecked(False)


def _on_top(group: QgsLayerTreeGroup, layer: QgsMapLayer) -> int:
    """Position for a new result: points above everything, areas below the points."""
    if isinstance(layer, QgsVectorLayer) and layer.geometryType() == QgsWkbTypes.GeometryType.PointGeometry:
        return 0
    position = 0
    for index, child in enumerate(group.children()):
        below = child.layer() if QgsLayerTree.isLayer(child) else None
        if isinstance(below, QgsVectorLayer) and below.geometryType() == QgsWkbTypes.GeometryType.PointGeometry:
            position = index + 1
        else:
            break
    return position


def place_result(project: QgsProject, layer: QgsMapLayer, output: OutputSpec, old: Optional[QgsMapLayer]) -> None:
    """Add a result layer to its step's group, in the place of the ``old`` result of the role."""
    group = step_group(project, output.step)
    position, shown = _on_top(group, layer), output.shown
    if shown:
        hide_other_results(project, output.role)
    node = project.layerTreeRoot().findLayer(old.id()) if old is not None else None
    if node is not None and node.parent() is not None:
        group = node.parent()
        position = group.children().index(node)
    project.addMapLayer(layer, False)
    new_node = group.insertLayer(position, layer)
    new_node.setItemVisibilityChecked(shown)
    new_node.setExpanded(False)
    if old is not None:
        project.removeMapLayer(old.id())
    if not output.data:
        drop_old_results(project, output.role)
