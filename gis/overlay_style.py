"""How lots under another map look, and pins that were placed on lots."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsMarkerSymbol, QgsSymbol, QgsVectorLayer

from ..core.plan import symbols
from ..core.texts import Text
from . import symbology
from .i18n import language as language_now

#: A lot counts as covered whole, or not at all, within this share (assumption: what drawing alone leaves).
NEARLY = 0.05
#: Pins: filter, severity whose colour they have, shape (so that colour is never all), words of the legend.
_PINS = (
    (
        '"lot_key" IS NOT NULL AND "pin_number" = \'yes\'',
        "ok",
        "circle",
        Text("Pin: number agrees", "ピン：地番が一致"),
    ),
    (
        '"lot_key" IS NOT NULL AND "pin_number" = \'unknown\'',
        "note",
        "square",
        Text("Pin: no number to compare", "ピン：比べる地番がない"),
    ),
    (
        '"lot_key" IS NOT NULL AND "pin_number" = \'no\'',
        "warning",
        "triangle",
        Text("Pin: lot has another number", "ピン：筆の地番が違う"),
    ),
    ('"lot_key" IS NULL', "error", "diamond", Text("Pin: no lot found", "ピン：筆が決まらない")),
)


def style_covered(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Lots by ``share_covered``: as good as whole, in part, not; a lot without an area has the unknown look."""
    chosen = language or language_now()
    colour = symbols.severity_colours()["mark"]["ok"]
    bars = symbols.Pattern("lines", colour, angle=45, spacing=1.6, width=0.4)
    share = '"share_covered"'
    rules: list[tuple[QgsSymbol, str, str]] = [
        (
            symbology.area_symbol(colour, None, medium, 0.2),
            f"{share} >= {1 - NEARLY:g}",
            Text("Lot covered by the other map", "筆：全体が重なる").pick(chosen),
        ),
        (
            symbology.area_symbol("#FFFFFF", bars, medium, 0.2),
            f"{share} >= {NEARLY:g} AND {share} < {1 - NEARLY:g}",
            Text("Lot covered in part", "筆：一部が重なる").pick(chosen),
        ),
        (
            symbology.area_symbol("#FFFFFF", None, medium, 0.2),
            f"{share} < {NEARLY:g}",
            Text("Lot not covered", "筆：重ならない").pick(chosen),
        ),
        (
            symbology.likely_symbol("cannot_tell", medium),
            f"{share} IS NULL",
            Text("Lot without an area", "筆：面積がない").pick(chosen),
        ),
    ]
    symbology.set_rules(layer, "share_covered", rules)


def style_pins(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Pins by whether they have a lot and whether the number agrees. Needs ``lot_key`` and ``pin_number``."""
    chosen = language or language_now()
    factor, marks = symbols.medium(medium).factor, symbols.severity_colours()["mark"]
    rules: list[tuple[QgsSymbol, str, str]] = []
    for shown, severity, shape, words in _PINS:
        symbol = QgsMarkerSymbol.createSimple(
            {
                "name": shape,
                "color": marks[severity],
                "outline_color": symbols.ink(),
                "outline_width": f"{0.2 * factor:g}",
                "size": f"{2.8 * factor:g}",
            }
        )
        rules.append((symbol, shown, words.pick(chosen)))
    symbology.set_rules(layer, "pin_number", rules)
