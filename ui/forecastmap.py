"""The forecast on the map: one layer per horizon in a group of which one is shown at a time."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsLayerTreeGroup, QgsProject, QgsVectorLayer

from ..core.condition.forecast_words import field_of
from ..gis import forecast_style
from ..gis.i18n import tr
from .mapview import show_layers
from .results import step_group
from .state import ROLE_PROPERTY

#: Role of the layers of horizons; that of the result itself is "forecast".
ROLE = "forecast_map"
#: Says which result, scenario and horizon a layer shows, and marks the group.
HORIZON_PROPERTY = "landstewardship/horizon"
GROUP_PROPERTY = "landstewardship/forecast_group"


def _mark(base: QgsVectorLayer, scenario: str, years: int) -> str:
    return f"{base.id()}|{scenario}|{years}"


def _group(project: QgsProject) -> QgsLayerTreeGroup:
    """The group of horizons, made at the top of step 1 where it is missing."""
    for group in project.layerTreeRoot().findGroups(True):
        if group.customProperty(GROUP_PROPERTY):
            return group
    made = step_group(project, "understand").insertGroup(0, tr("If nothing changes"))
    made.setCustomProperty(GROUP_PROPERTY, "yes")
    made.setExpanded(False)
    return made


def horizon_layers(project: QgsProject) -> list[QgsVectorLayer]:
    """The layers of horizons there are now."""
    found = [layer for layer in project.mapLayers().values() if layer.customProperty(ROLE_PROPERTY) == ROLE]
    return sorted((layer for layer in found if isinstance(layer, QgsVectorLayer)), key=lambda layer: layer.id())


def remove_horizons(project: QgsProject) -> None:
    """Take the layers of horizons away (their result is replaced)."""
    project.removeMapLayers([layer.id() for layer in horizon_layers(project)])


def is_shown(project: QgsProject) -> bool:
    """Whether a horizon is on the map now."""
    nodes = [project.layerTreeRoot().findLayer(layer.id()) for layer in horizon_layers(project)]
    return any(node is not None and node.isVisible() for node in nodes)


def show_horizon(
    iface: Any, project: QgsProject, base: Optional[QgsVectorLayer], scenario: str, years: int, zoom: bool = True
) -> None:
    """Show one horizon of the result ``base``; the others of its scenario stand beside it, switched off."""
    if base is None or years not in forecast_style.told_years(base, scenario):
        return
    wanted = [_mark(base, scenario, year) for year in forecast_style.told_years(base, scenario)]
    there = {str(layer.customProperty(HORIZON_PROPERTY)): layer for layer in horizon_layers(project)}
    if sorted(there) != sorted(wanted):
        remove_horizons(project)
        there = {}
    group = _group(project)
    if not there:
        # Not exclusive while it is filled: otherwise each new layer would switch the others.
        group.setIsMutuallyExclusive(False)
        for year in forecast_style.told_years(base, scenario):
            layer = QgsVectorLayer(base.source(), forecast_style.layer_name(scenario, year), "ogr")
            layer.setCustomProperty(ROLE_PROPERTY, ROLE)
            layer.setCustomProperty(HORIZON_PROPERTY, _mark(base, scenario, year))
            forecast_style.style_forecast(layer, field_of(scenario, year))
            project.addMapLayer(layer, False)
            node = group.addLayer(layer)
            node.setItemVisibilityChecked(False)
            node.setExpanded(False)
            there[_mark(base, scenario, year)] = layer
        group.setIsMutuallyExclusive(True)
    show_layers(iface, [there[_mark(base, scenario, years)]], zoom)
