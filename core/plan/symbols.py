"""The one table of numbers behind every drawing: classes, patterns, widths and text sizes.

Map, dock, workshop and print read their colours from ``resources/tokens.json`` and their patterns
and widths from ``resources/symbols.json`` through this module, so that the same class looks the
same everywhere. Lengths are millimetres on the medium (on a screen 3.78 px count as 1 mm).
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

#: Management classes in the order of their keys 1 to 6.
CLASSES = ("maintain", "adapt", "convert", "minimum", "watch", "undecided")

#: Media a map is drawn for.
MEDIA = ("screen", "projector", "a3", "a0")

#: Results of the condition check, worst first, with the name of their colour in tokens.json.
CONDITIONS = {"unmanaged": "unmanaged", "cannot_tell": "cannot", "managed": "managed"}

#: Severities of findings, worst first.
SEVERITIES = ("error", "warning", "note", "ok")

_RESOURCES = Path(__file__).resolve().parents[2] / "resources"


class Pattern(NamedTuple):
    """A fill pattern in mm on paper.

    ``kind`` is none, lines, dots or rings. ``angle`` turns lines counter-clockwise from horizontal.
    ``spacing`` is the distance between lines, or along a row of marks; ``row`` the distance
    between rows, ``shift`` what every second row is moved by; ``size`` the diameter of a mark,
    ``width`` that of a line.
    """

    kind: str
    colour: str
    angle: float = 0.0
    spacing: float = 0.0
    width: float = 0.0
    size: float = 0.0
    row: float = 0.0
    shift: float = 0.0

    def scaled(self, factor: float, spacing_factor: float = 1.0) -> Pattern:
        """The pattern with all lengths times ``factor`` and its distances times ``spacing_factor`` too."""
        apart = factor * spacing_factor
        return self._replace(
            spacing=self.spacing * apart,
            row=self.row * apart,
            shift=self.shift * apart,
            width=self.width * factor,
            size=self.size * factor,
        )

    def coverage(self) -> float:
        """The share (0..1) of the area that the pattern covers; marks never overlap."""
        if self.kind == "lines":
            return self.width / self.spacing
        area_per_mark = self.spacing * self.row
        if self.kind == "dots":
            return 0.25 * 3.141592653589793 * self.size**2 / area_per_mark
        if self.kind == "rings":
            return 3.141592653589793 * self.size * self.width / area_per_mark
        return 0.0


class ClassSymbol(NamedTuple):
    """How one management class is drawn: key 1..6, colours, pattern, outline dash and icon name."""

    code: str
    key: int
    fill: str
    line: str
    pattern: Pattern
    dash: tuple[float, ...]
    icon: str


class Medium(NamedTuple):
    """Widths and text heights of one medium, all in mm.

    ``factor`` multiplies pattern lengths; ``priority``/``priority_core`` are ink and white core of
    the double line; ``halo``/``selection`` white and ink of a selected unit (0 on paper);
    ``number`` and ``smallest`` are text heights.
    """

    factor: float
    outline: float
    lot_line: float
    priority: float
    priority_core: float
    halo: float
    selection: float
    number: float
    smallest: float


@cache
def _load(name: str) -> Any:
    return json.loads((_RESOURCES / name).read_text(encoding="utf-8"))


def tokens() -> Any:
    """The colour tokens (resources/tokens.json). Treat as read-only."""
    return _load("tokens.json")


def _symbols() -> Any:
    return _load("symbols.json")


def ink() -> str:
    """The colour of all text on classes and plates."""
    return str(tokens()["ink"])


def pattern(name: str, line: str) -> Pattern:
    """The pattern called ``name``; its colour is ``line`` unless the table names its own."""
    return Pattern(**{"colour": line, **_symbols()["patterns"][name]})


def class_symbol(code: str) -> ClassSymbol:
    """The drawing of management class ``code``. Raises ``KeyError`` for an unknown code."""
    colours = tokens()["classes"][code]
    return ClassSymbol(
        code=code,
        key=CLASSES.index(code) + 1,
        fill=colours["fill"],
        line=colours["line"],
        pattern=pattern(code, colours["line"]),
        dash=tuple(_symbols()["dash"].get(code, ())),
        icon=f"class_{code}",
    )


def medium(name: str) -> Medium:
    """Widths for ``name`` (one of :data:`MEDIA`), pixels turned into mm. Raises ``KeyError``."""
    values = dict(_symbols()["media"][name])
    factor = values.pop("factor")
    per_mm = px_per_mm() if values.pop("unit") == "px" else 1.0
    return Medium(factor=factor, **{key: value / per_mm for key, value in values.items()})


def px_per_mm() -> float:
    """Screen pixels that count as one millimetre (96 dots per inch)."""
    return float(_symbols()["px_per_mm"])


def lot_line_opacity() -> float:
    """Opacity (0..1) of lot lines inside a block."""
    return float(_symbols()["lot_line_opacity"])


def plate_opacity() -> float:
    """Opacity (0..1) of the white plate under numbers."""
    return float(_symbols()["plate_opacity"])


def imagery_opacity() -> float:
    """Opacity (0..1) of class fills over imagery; patterns and outlines stay solid."""
    return float(_symbols()["imagery_opacity"])


def small_scale() -> tuple[float, float]:
    """Scale denominator beyond which lot lines go, and the factor on pattern distances there."""
    rule = _symbols()["small_scale"]
    return float(rule["denominator"]), float(rule["spacing_factor"])


def print_text(role: str) -> float:
    """Text height in mm on A3 for ``role``: title, heading, class_word, body, number, small."""
    return float(_symbols()["print_text"][role])


def sequential() -> tuple[str, ...]:
    """The five ordered colours for exposure and burden, weakest first."""
    return tuple(tokens()["sequential"])


def condition_colour(condition: str) -> str:
    """Fill for a condition (unmanaged, cannot_tell, managed). Raises ``KeyError``."""
    return str(tokens()["likely"][CONDITIONS[condition]])


def cannot_tell_pattern() -> Pattern:
    """The lines that mark "cannot tell"."""
    return pattern("cannot", ink())


def severity_colours(dark: bool = False) -> dict[str, dict[str, str]]:
    """``text``, ``background`` and ``mark`` colours per severity for the light or dark theme."""
    return {role: dict(colours) for role, colours in tokens()["severity_dark" if dark else "severity"].items()}


def basemap_colour(name: str) -> str:
    """Base-map grey: land, trees, contour, water, road, road_edge or building."""
    return str(_symbols()["basemap"][name])


def text_on(fill: str) -> str:
    """Ink or white, whichever reads better on ``fill``."""
    return max((ink(), "#FFFFFF"), key=lambda colour: contrast(colour, fill))


def rgb(colour: str) -> tuple[int, int, int]:
    """``#RRGGBB`` as three numbers 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance (0..1) by WCAG 2.1."""
    linear = []
    for value in rgb(colour):
        share = value / 255.0
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (1..21) of two colours by WCAG 2.1."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
