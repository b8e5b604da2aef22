"""Reading the table of a forecast by hamlet: the figures of the village at a moment."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsExpression, QgsFeatureRequest, QgsVectorLayer

from . import bridge


def village_rows(layer: Optional[QgsVectorLayer]) -> dict[tuple[str, int], dict[str, Any]]:
    """Rows of the whole village by scenario and years; empty without such a table."""
    if layer is None or min(layer.fields().lookupField(name) for name in ("level", "scenario", "years")) < 0:
        return {}
    names = layer.fields().names()
    wanted = f"{QgsExpression.quotedColumnRef('level')} = {QgsExpression.quotedString('village')}"
    found = {}
    for feature in layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)):
        row = {name: bridge.to_python(value) for name, value in zip(names, feature.attributes())}
        found[str(row["scenario"]), int(row["years"])] = row
    return found
