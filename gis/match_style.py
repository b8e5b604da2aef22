"""How lots look by whether they have a register entry."""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ..core.plan import symbols
from ..core.texts import Text
from . import symbology
from .i18n import language as language_now

#: State, severity whose colour it has (none: the pattern of "cannot tell"), words of the legend.
_STATES = (
    ("certain", "ok", Text("Register entry found", "登記あり")),
    ("accepted", "note", Text("Register entry accepted", "登記あり（採用）")),
    ("likely", "warning", Text("To review", "要確認")),
    ("none", "", Text("No register entry found", "登記が見つからない")),
)


def _symbol(severity: str, medium: str) -> QgsFillSymbol:
    if not severity:
        return symbology.likely_symbol("cannot_tell", medium)
    return symbology.area_symbol(symbols.severity_colours()["mark"][severity], None, medium, 0.2)


def style_registered(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Lots by the field ``register_match``: found, accepted, to review, none."""
    chosen = language or language_now()
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            "register_match",
            [QgsRendererCategory(state, _symbol(level, medium), words.pick(chosen)) for state, level, words in _STATES],
        )
    )
    layer.triggerRepaint()


def style_without(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Lots without a register entry: the pattern of what is not known."""
    layer.setRenderer(QgsSingleSymbolRenderer(_symbol("", medium)))
    layer.triggerRepaint()
