"""How lots with a treatment, and fences, look on the map."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsLineSymbol,
    QgsRendererCategory,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor

from ..core.plan import symbols
from ..core.texts import Text
from . import symbology
from .i18n import language as language_now

#: The management class whose look a treatment shares; others look like minimum management.
_CLASS_OF = {
    "watch": "watch",
    "none": "watch",
    "thin": "maintain",
    "fence": "adapt",
    "buffer_5": "adapt",
    "buffer_10": "adapt",
    "plant": "convert",
    "return_forest": "convert",
}
_USUAL = "minimum"
_SCENARIOS = {
    "separate": Text("Each hamlet its own fence", "集落ごとの柵"),
    "joint": Text("One joint fence", "全体を囲む柵"),
}


def style_treatments(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Lots by treatment, told by fill, pattern and the words of the legend. Needs the field ``treatment``."""
    column = "treatment_label_ja" if (language or language_now()) == "ja" else "treatment_label"
    found: dict[str, str] = {}
    for feature in layer.getFeatures():
        found.setdefault(str(feature["treatment"]), str(feature[column]))
    categories = []
    for treatment, words in sorted(found.items()):
        symbol = symbology.class_symbol(_CLASS_OF.get(treatment, _USUAL), medium, "lot")
        categories.append(QgsRendererCategory(treatment, symbol, words))
    layer.setRenderer(QgsCategorizedSymbolRenderer("treatment", categories))
    layer.triggerRepaint()


def style_fences(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Separate fences as thin dashes, the joint one as a thick line. Needs the field ``scenario``."""
    chosen, width = language or language_now(), symbols.medium(medium).outline
    categories = []
    for scenario, words in _SCENARIOS.items():
        symbol = QgsLineSymbol.createSimple(
            {
                "line_color": QColor(symbols.ink()).name(),
                "line_width": f"{width * (1.6 if scenario == 'joint' else 0.8):g}",
                "line_style": "solid" if scenario == "joint" else "dash",
            }
        )
        categories.append(QgsRendererCategory(scenario, symbol, words.pick(chosen)))
    layer.setRenderer(QgsCategorizedSymbolRenderer("scenario", categories))
    layer.triggerRepaint()
