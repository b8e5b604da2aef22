"""The chart of a hamlet: managed land in the coming years, as shapes (SVG) and words, for screen and paper.

Drawn here as text, so that no drawing package and no font is needed: whoever shows it sets the words.
"""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ..plan import symbols
from ..texts import Text

GREY, GRID = "#6B6A66", "#D5D6D3"
UNCHANGED = Text("unchanged", "変わらない場合")
YEARS = Text("{years} yr", "{years}年後")
NOW = Text("now", "今")
HECTARES = Text("Managed (ha)", "管理（ha）")
HANDS = Text(
    "Hours available per 100 hours needed: now {now} h, in {years} years {then} h",
    "必要な作業100時間に対し使える時間: 今{now}時間 → {years}年後{then}時間",
)
HIDDEN = Text("Too few farmers to show.", "耕作者が少ないため示しません。")
LINE_WORDS = {"low": Text("slow", "遅い"), "high": Text("fast", "速い")}


class Moment(NamedTuple):
    """One moment of the middle scenario: hectares managed with interval, and hours available per hour needed."""

    years: int
    managed: float
    low: float
    high: float
    cover: Optional[float] = None


class Series(NamedTuple):
    """What one chart shows. ``others``: hectares by scenario (low, high) at the same moments. ``hidden``: only the
    name may be shown."""

    name: Text
    land_ha: float
    unchanged_ha: float
    moments: Sequence[Moment]
    others: Mapping[str, Sequence[float]]
    hidden: bool = False


class Word(NamedTuple):
    """A word on a chart: place of its top (mm), height, alignment (left, right, center)."""

    x: float
    y: float
    text: str
    size: float
    align: str = "left"
    bold: bool = False
    colour: str = ""


class Drawing(NamedTuple):
    """Shapes as the inside of an SVG in mm, and the words on it."""

    width: float
    height: float
    shapes: str
    words: list[Word]


def unprinted(rows: Sequence[tuple[str, bool, float]]) -> set[str]:
    """Hamlets that no sheet may show, from (hamlet, few farmers, land): those with few farmers, and when that is only
    one the smallest other one as well, so that it cannot be had by subtracting from the whole."""
    hidden = {hamlet for hamlet, few, _land in rows if few}
    others = sorted((land, hamlet) for hamlet, few, land in rows if not few)
    if len(hidden) == 1 and others:
        hidden.add(others[0][1])
    return hidden


def series_from_rows(
    rows: Sequence[Mapping[str, Any]], hamlet: Optional[str], name: Text, hidden: bool = False
) -> Series:
    """The series of a hamlet (``None``: the village) from rows of the table of hamlets (docs/formats.md)."""
    level = "village" if hamlet is None else "hamlet"
    own = [row for row in rows if row["level"] == level and (hamlet is None or (row["hamlet"] or "") == hamlet)]
    by = {(row["scenario"], int(row["years"])): row for row in own}
    years = sorted({year for _scenario, year in by})
    moments = []
    for year in years:
        row = by["mid", year]
        managed, low, high = (float(row[name] or 0.0) for name in ("managed_ha", "managed_ha_lo", "managed_ha_hi"))
        moments.append(Moment(year, managed, low, high, None if row["cover"] is None else float(row["cover"])))
    others = {
        scenario: [float(by[scenario, year]["managed_ha"] or 0.0) for year in years]
        for scenario in ("low", "high")
        if all((scenario, year) in by for year in years)
    }
    first = by["mid", years[0]]
    return Series(name, float(first["land_ha"]), float(first["unchanged_ha"]), moments, others, hidden)


def _ticks(most: float) -> list[float]:
    """Round steps from 0 to at least ``most``, three or four of them."""
    if most <= 0:
        return [0.0, 1.0]
    step = 10.0 ** math.floor(math.log10(most / 2))
    step *= next(factor for factor in (1, 2, 2.5, 5, 10) if most / (step * factor) <= 3)
    count = math.ceil(most / step - 1e-9)
    return [round(step * number, 10) for number in range(count + 1)]


def draw(series: Series, width: float, height: float, language: str, text: float = 2.8, told: int = 20) -> Drawing:
    """The chart in ``width`` × ``height`` mm with words ``text`` mm high; ``told`` is the horizon told in words."""
    words = [Word(0.0, 0.0, series.name.pick(language), text * 1.15, bold=True)]
    top = text * 2.1
    if series.hidden:
        words.append(Word(0.0, top, HIDDEN.pick(language), text, colour=GREY))
        return Drawing(width, height, "", words)
    ink, teal = symbols.ink(), symbols.condition_colour("managed")
    marks = [f"{series.moments[-1].managed:,.1f}"]
    if series.others:
        marks += [UNCHANGED.pick(language), *(words.pick(language) for words in LINE_WORDS.values())]
    left, right = text * 2.6, width - text * (1.4 + max(_ems(mark) for mark in marks))
    words.append(Word(left, top, HECTARES.pick(language), text, colour=GREY))
    top += text * 1.7
    bottom = height - text * 3.6
    last = max(series.moments[-1].years, 1)
    ticks = _ticks(max([series.unchanged_ha, *(moment.high for moment in series.moments)]))

    def x(years: float) -> float:
        return left + (right - left) * years / last

    def y(hectares: float) -> float:
        return bottom - (bottom - top) * hectares / ticks[-1]

    shapes = []
    for tick in ticks:
        shapes.append(_path([(left, y(tick)), (right, y(tick))], GRID, 0.15))
        words.append(Word(left - text * 0.4, y(tick) - text * 0.65, f"{tick:g}", text, "right", colour=GREY))
    upper = [(x(moment.years), y(moment.high)) for moment in series.moments]
    lower = [(x(moment.years), y(moment.low)) for moment in reversed(series.moments)]
    shapes.append(f'<path d="{_steps([*upper, *lower])} Z" fill="{teal}" fill-opacity="0.35"/>')
    shapes.append(_path([(left, y(series.unchanged_ha)), (right, y(series.unchanged_ha))], ink, 0.3, "1.2 0.8"))
    ends: list[tuple[float, str, bool]] = []
    if series.others:
        ends.append((y(series.unchanged_ha), UNCHANGED.pick(language), False))
    for scenario, values in series.others.items():
        points = [(x(moment.years), y(value)) for moment, value in zip(series.moments, values)]
        shapes.append(_path(points, GREY, 0.25, "0.5 0.6"))
        ends.append((points[-1][1], LINE_WORDS[scenario].pick(language), False))
    middle = [(x(moment.years), y(moment.managed)) for moment in series.moments]
    shapes.append(_path(middle, "#12564F", 0.6))
    for place, moment in zip(middle, series.moments):
        shapes.append(f'<circle cx="{place[0]:.2f}" cy="{place[1]:.2f}" r="0.7" fill="#12564F"/>')
        label = NOW.pick(language) if moment.years == 0 else str(moment.years)
        if moment.years == last:
            label = YEARS.pick(language).format(years=moment.years)
        words.append(Word(place[0], bottom + text * 0.35, label, text, "center", colour=GREY))
    ends.append((middle[-1][1], f"{series.moments[-1].managed:,.1f}", True))
    words.extend(_beside(ends, right + text * 0.4, text, width))
    then = min(series.moments, key=lambda moment: (abs(moment.years - told), moment.years))
    if series.moments[0].cover is not None and then.cover is not None:
        hands = HANDS.pick(language).format(
            now=f"{100 * series.moments[0].cover:.0f}", then=f"{100 * then.cover:.0f}", years=then.years
        )
        words.append(Word(0.0, height - text * 1.7, hands, text))
    return Drawing(width, height, "".join(shapes), words)


def _ems(words: str) -> float:
    """About how wide words are, in text heights: Japanese signs are square, others about half as wide."""
    return sum(1.0 if ord(sign) > 0x2E7F else 0.58 for sign in words)


def _beside(ends: Sequence[tuple[float, str, bool]], x: float, text: float, width: float) -> list[Word]:
    """Words at the ends of lines, moved apart so that none covers another; the upper one says what is unchanged."""
    placed = []
    lowest = -math.inf
    for at, words, bold in sorted(ends):
        top = max(at - text * 0.65, lowest)
        lowest = top + text * 1.2
        placed.append(Word(min(x, width), top, words, text, bold=bold, colour="" if bold else GREY))
    return placed


def _steps(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def _path(points: Sequence[tuple[float, float]], colour: str, width: float, dashes: str = "") -> str:
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="{_steps(points)}" fill="none" stroke="{colour}" stroke-width="{width}"{dash}/>'


_ANCHORS = {"left": "start", "right": "end", "center": "middle"}


def svg_of(drawings: Sequence[Drawing], columns: int, gap: float, family: str, heading: str = "") -> str:
    """All charts in one SVG document, in ``columns``, with their words in the font ``family``."""
    wide = max(drawing.width for drawing in drawings)
    high = max(drawing.height for drawing in drawings)
    rows = -(-len(drawings) // columns)
    head = 8.0 if heading else 0.0
    width, height = columns * (wide + gap) + gap, rows * (high + gap) + gap + head
    name = html.escape(family)
    parts = [f'<rect width="{width:.1f}" height="{height:.1f}" fill="#FFFFFF"/>']
    if heading:
        parts.append(_words([Word(gap, gap * 0.7, heading, 4.2, bold=True)]))
    for number, drawing in enumerate(drawings):
        x = gap + number % columns * (wide + gap)
        y = gap + head + number // columns * (high + gap)
        parts.append(f'<g transform="translate({x:.2f} {y:.2f})">{drawing.shapes}{_words(drawing.words)}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.1f}mm" height="{height:.1f}mm" '
        f'viewBox="0 0 {width:.1f} {height:.1f}" font-family="{name}">{"".join(parts)}</svg>'
    )


def _words(words: Sequence[Word]) -> str:
    ink = symbols.ink()
    return "".join(
        f'<text x="{word.x:.2f}" y="{word.y + word.size * 0.9:.2f}" font-size="{word.size:.2f}" '
        f'text-anchor="{_ANCHORS[word.align]}" font-weight="{"bold" if word.bold else "normal"}" '
        f'fill="{word.colour or ink}">{html.escape(word.text)}</text>'
        for word in words
    )
