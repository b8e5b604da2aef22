"""How lots look whose condition depends on a weight."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsFillSymbol, QgsRuleBasedRenderer, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from ..core.plan import symbols
from ..core.texts import Text
from .i18n import language as language_now

_STEPS = (
    ('"flips" >= 4', Text("Depends on several weights", "多くの重みに左右される"), 4),
    ('"flips" BETWEEN 1 AND 3', Text("Depends on a weight", "重みに左右される"), 2),
    ('"tried" = 0', Text("Surveyed or no data", "調査済み・データなし"), -1),
    ("ELSE", Text("Same answer throughout", "どの場合も同じ答え"), 0),
)


def style_depends(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Lots by how many single changes give another answer. Needs the fields ``flips`` and ``tried``."""
    chosen, sizes = language or language_now(), symbols.medium(medium)
    colours = symbols.sequential()
    root = QgsRuleBasedRenderer.Rule(None)
    for condition, words, step in _STEPS:
        symbol = QgsFillSymbol.createSimple(
            {
                "color": QColor(colours[step]).name() if step >= 0 else "#ffffff",
                "outline_color": QColor(symbols.ink()).name(),
                "outline_width": f"{sizes.lot_line:g}",
                "outline_style": "solid" if step >= 0 else "dot",
            }
        )
        rule = QgsRuleBasedRenderer.Rule(symbol, 0, 0, "" if condition == "ELSE" else condition, words.pick(chosen))
        if condition == "ELSE":
            rule.setIsElse(True)
        root.appendChild(rule)
    layer.setRenderer(QgsRuleBasedRenderer(root))
    layer.triggerRepaint()
