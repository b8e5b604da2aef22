"""How contact with owners and ownership by hamlet look on the map."""

from __future__ import annotations

from typing import NamedTuple, Optional

from qgis.core import QgsEditorWidgetSetup, QgsExpression, QgsFillSymbol, QgsSymbol, QgsVectorLayer

from ..core.owners.words import EFFORT_WORDS
from ..core.plan import symbols
from ..core.texts import Text
from . import symbology
from .i18n import language as language_now

STATUS_LABELS: dict[str, Text] = {
    "reachable": Text("All owners can be reached", "全員に連絡がつく"),
    "to_check": Text("To be checked", "要確認"),
    "unknown": Text("Owner unknown", "所有者不明"),
}
EFFORT_TITLE = Text("Effort: ", "手間：")
#: Lower ends (%) of the steps of the area of owners living elsewhere; five ordered steps of the design.
PCT_STEPS = (0.0, 10.0, 20.0, 30.0, 50.0)
MOST = Text("{low} % and more", "{low} %以上")
HIDDEN = Text("Hidden or not known", "伏せた・不明")


class Step(NamedTuple):
    """One step of the area of owners living elsewhere: colour, filter, words."""

    colour: str
    condition: str
    words: str
    hidden: bool = False


def _contact_symbol(code: str, medium: str) -> QgsFillSymbol:
    edge = symbols.medium(medium).lot_line
    if code == "reachable":
        return symbology.area_symbol(symbols.condition_colour("managed"), None, medium, edge)
    if code == "to_check":
        # Lines rising to the right tell it from "reachable" without colour.
        colours = symbols.severity_colours()
        lines = symbols.Pattern("lines", colours["text"]["warning"], angle=45, spacing=2.4, width=0.3)
        return symbology.area_symbol(colours["mark"]["warning"], lines, medium, edge)
    return symbology.area_symbol(symbols.condition_colour("cannot_tell"), symbols.cannot_tell_pattern(), medium, edge)


def style_contact(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Style lots or blocks by ``owner_status``: reached, to be checked (lines), unknown (lines the other way)."""
    chosen = language or language_now()
    rules: list[tuple[QgsSymbol, str, str]] = []
    for code, label in STATUS_LABELS.items():
        condition = f"\"owner_status\" = '{code}'"
        if code == "unknown":
            condition = "coalesce(\"owner_status\", '') NOT IN ('reachable', 'to_check')"
        rules.append((_contact_symbol(code, medium), condition, label.pick(chosen)))
    symbology.set_rules(layer, "owner_status", rules)
    words = "explanation_ja" if chosen == "ja" else "explanation"
    step = "next_step_ja" if chosen == "ja" else "next_step"
    lines = [f'"{name}"' for name in (words, step) if layer.fields().lookupField(name) >= 0]
    position = layer.fields().lookupField("effort")
    if position >= 0:
        # The table and the form of a lot show words; the code stays in the data.
        known = {code: text.pick(chosen) for code, text in EFFORT_WORDS.items()}
        pairs = [{words: str(code)} for code, words in known.items()]
        layer.setEditorWidgetSetup(position, QgsEditorWidgetSetup("ValueMap", {"map": pairs}))
        cases = " ".join(
            f'WHEN "effort" = {code} THEN {QgsExpression.quotedString(words)}' for code, words in known.items()
        )
        title = QgsExpression.quotedString(EFFORT_TITLE.pick(chosen))
        lines.append(f"{title} || CASE {cases} END")
    if lines:
        layer.setMapTipTemplate("<br>".join(f"[% coalesce({line}, '') %]" for line in lines))


def pct_steps(language: str) -> list[Step]:
    """Steps of ``absentee_pct`` with the colours of burden."""
    steps = []
    for number, (colour, low) in enumerate(zip(symbols.sequential(), PCT_STEPS)):
        last = number == len(PCT_STEPS) - 1
        condition = f'"absentee_pct" >= {low!r}' if number else '"absentee_pct" IS NOT NULL'
        words = MOST.pick(language).format(low=f"{low:g}")
        if not last:
            high = PCT_STEPS[number + 1]
            condition += f' AND "absentee_pct" < {high!r}'
            words = f"{low:g}–{high:g} %"
        steps.append(Step(colour, condition, words))
    steps.append(Step(symbols.condition_colour("cannot_tell"), '"absentee_pct" IS NULL', HIDDEN.pick(language), True))
    return steps


def style_pattern(layer: QgsVectorLayer, medium: str = "screen", language: Optional[str] = None) -> None:
    """Style hamlets by the area of owners living elsewhere; hidden figures have lines."""
    rules: list[tuple[QgsSymbol, str, str]] = []
    for step in pct_steps(language or language_now()):
        lines = symbols.cannot_tell_pattern() if step.hidden else None
        symbol = symbology.area_symbol(step.colour, lines, medium, symbols.medium(medium).outline)
        rules.append((symbol, step.condition, step.words))
    symbology.set_rules(layer, "absentee_pct", rules)
