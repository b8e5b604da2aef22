"""How a forecast looks on the map: one look per horizon, three classes of chance, the same marks as the condition."""

from __future__ import annotations

import re
from typing import Optional

from qgis.core import QgsSymbol, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from ..core.condition.forecast_words import CLASS_WORDS, LIKELY, NOT_FORECAST, UNLIKELY, field_of
from ..core.plan import symbols
from ..core.texts import Text
from . import symbology
from .i18n import language as language_now

LAYER_NAME = Text("In {years} years ({scenario})", "{years}年後（{scenario}）")
SHORT_SCENARIO = {
    "low": Text("slow loss", "減少が遅い"),
    "mid": Text("middle", "中位"),
    "high": Text("fast loss", "減少が速い"),
}


def layer_name(scenario: str, years: int, language: Optional[str] = None) -> str:
    """Name of the layer of a scenario and horizon."""
    chosen = language or language_now()
    return LAYER_NAME.format(years=years, scenario=SHORT_SCENARIO[scenario]).pick(chosen)


def told_years(layer: QgsVectorLayer, scenario: str = "mid") -> list[int]:
    """The horizons of a forecast layer, rising."""
    pattern = re.compile(rf"p_{re.escape(scenario)}_(\d+)")
    found = (pattern.fullmatch(name) for name in layer.fields().names())
    return sorted(int(match.group(1)) for match in found if match)


def style_told(layer: QgsVectorLayer) -> None:
    """The look of the layer itself: the middle scenario, the horizon nearest to 20 years."""
    years = told_years(layer)
    if years:
        style_forecast(layer, field_of("mid", min(years, key=lambda year: (abs(year - 20), year))))


def class_symbol(code: str, medium: str = "screen") -> QgsSymbol:
    """Fill of a class of chance: as the condition of land; lots that are not forecast have a thin outline only."""
    return symbology.likely_symbol(code, medium)


def style_forecast(layer: QgsVectorLayer, field: str, medium: str = "screen", language: Optional[str] = None) -> None:
    """Style lots by the chance in ``field`` to be managed. Raises ``InputError`` when the field is not there."""
    chosen = language or language_now()
    rules = [
        (class_symbol("managed", medium), f'"{field}" >= {LIKELY!r}', CLASS_WORDS["managed"].pick(chosen)),
        (
            class_symbol("cannot_tell", medium),
            f'"{field}" >= {UNLIKELY!r} AND "{field}" < {LIKELY!r}',
            CLASS_WORDS["cannot_tell"].pick(chosen),
        ),
        (class_symbol("unmanaged", medium), f'"{field}" < {UNLIKELY!r}', CLASS_WORDS["unmanaged"].pick(chosen)),
        (
            symbology.lot_line_symbol(QColor(symbols.ink()).name(), medium),
            f'"{field}" IS NULL',
            NOT_FORECAST.pick(chosen),
        ),
    ]
    symbology.style_rules(layer, field, rules)
