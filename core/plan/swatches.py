"""Swatches of the management classes: where the pattern lies, and the same swatch as SVG.

The dock paints them, prints and reports embed the SVG; both take the geometry from here, so that
they match. Lengths are mm (or px where the caller scaled the pattern to pixels).
"""

from __future__ import annotations

import math
import re
from functools import cache
from pathlib import Path
from typing import Optional

from . import symbols

Line = tuple[float, float, float, float]

PRIORITY = "priority"
RADIUS = 0.55

_ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"


def _clip(x: float, y: float, dx: float, dy: float, box: Line) -> Optional[Line]:
    """The part of an endless line through (x, y) along (dx, dy) inside ``box`` (Liang–Barsky)."""
    low, high = -math.inf, math.inf
    for start, step, least, most in ((x, dx, box[0], box[2]), (y, dy, box[1], box[3])):
        if abs(step) < 1e-12:
            if not least <= start <= most:
                return None
            continue
        ends = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, ends[0]), min(high, ends[1])
    return (x + low * dx, y + low * dy, x + high * dx, y + high * dy) if low < high else None


def pattern_lines(width: float, height: float, pattern: symbols.Pattern) -> list[Line]:
    """Lines of ``pattern`` in a rectangle from (0, 0), y downwards, placed evenly about its centre.

    In a low rectangle one horizontal line runs through the middle, else none would be whole.
    """
    angle = math.radians(pattern.angle)
    dx, dy = math.cos(angle), -math.sin(angle)
    inset = pattern.width / 2
    slanted = min(abs(dx), abs(dy)) > 1e-9
    box = (inset, inset, width - inset, height - inset) if slanted else (0.0, 0.0, width, height)
    across = height if abs(dy) < 1e-9 else width if abs(dx) < 1e-9 else math.hypot(width, height)
    phase = 0.0 if across < 1.6 * pattern.spacing else 0.5
    count = int(math.hypot(width, height) / 2 / pattern.spacing) + 1
    found = []
    for number in range(-count, count + 1):
        apart = (number + phase) * pattern.spacing
        line = _clip(width / 2 - dy * apart, height / 2 + dx * apart, dx, dy, box)
        if line is not None:
            found.append(line)
    return found


def pattern_marks(
    width: float, height: float, pattern: symbols.Pattern, whole: bool = True
) -> list[tuple[float, float]]:
    """Centres of the dots or rings of ``pattern`` in a rectangle from (0, 0).

    ``whole``: only marks that lie entirely inside, for media that cannot clip.
    """
    reach = (pattern.size + pattern.width) / 2 * (1 if whole else -1)
    rows = int(height / 2 / pattern.row) + 2
    columns = int(width / 2 / pattern.spacing) + 2
    found = []
    for row in range(-rows, rows + 1):
        for column in range(-columns, columns + 1):
            x = width / 2 + (column + 0.25) * pattern.spacing + (pattern.shift if row % 2 else 0.0)
            y = height / 2 + (row + 0.5) * pattern.row
            if reach <= x <= width - reach and reach <= y <= height - reach:
                found.append((x, y))
    return found


def plate_side(width: float, height: float) -> float:
    """Side of the square plate behind the icon of a swatch."""
    return min(height * 0.82, width * 0.6)


@cache
def icon_paths(name: str) -> str:
    """What stands inside the ``svg`` element of our icon ``name`` (24 × 24 units)."""
    text = (_ICONS / f"{name}.svg").read_text(encoding="utf-8")
    found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if not found:
        raise ValueError(f"not an SVG icon: {name}")
    return found.group(1)


def pattern_svg(width: float, height: float, pattern: symbols.Pattern) -> str:
    """The pattern as SVG elements in a rectangle from (0, 0)."""
    if pattern.kind == "lines":
        return "".join(
            f'<line x1="{x1:.3f}" y1="{y1:.3f}" x2="{x2:.3f}" y2="{y2:.3f}" '
            f'stroke="{pattern.colour}" stroke-width="{pattern.width:.3f}"/>'
            for x1, y1, x2, y2 in pattern_lines(width, height, pattern)
        )
    if pattern.kind == "none":
        return ""
    paint = (
        f'fill="{pattern.colour}"'
        if pattern.kind == "dots"
        else f'fill="none" stroke="{pattern.colour}" stroke-width="{pattern.width:.3f}"'
    )
    return "".join(
        f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{pattern.size / 2:.3f}" {paint}/>'
        for x, y in pattern_marks(width, height, pattern)
    )


def _icon_svg(width: float, height: float, name: str, plate: str, stroke: str) -> str:
    side = plate_side(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    scale = side * 0.84 / 24
    inner = side * 0.08
    return (
        f'<rect x="{left:.3f}" y="{top:.3f}" width="{side:.3f}" height="{side:.3f}" rx="{RADIUS}" '
        f'fill="{plate}" {stroke}/>'
        f'<g transform="translate({left + inner:.3f} {top + inner:.3f}) scale({scale:.5f})">{icon_paths(name)}</g>'
    )


def swatch_svg(
    code: str, width: float, height: float, factor: float = 1.0, icon: bool = True, outline: float = 0.45
) -> str:
    """An SVG document of ``width`` × ``height`` mm showing class ``code`` or "priority".

    ``factor`` scales the pattern, ``outline`` is the width of the edge in mm on A3.
    Raises ``KeyError`` for an unknown code.
    """
    priority = code == PRIORITY
    look = symbols.class_symbol("maintain" if priority else code)
    sizes = symbols.medium("a3")
    edge = (sizes.priority if priority else outline) * factor
    inner_width, inner_height = width - edge, height - edge
    corner = 0.0 if priority else RADIUS * factor
    frame = f'x="0" y="0" width="{inner_width:.3f}" height="{inner_height:.3f}" rx="{corner:.3f}"'
    parts = [
        f'<rect {frame} fill="{look.fill}"/>',
        pattern_svg(inner_width, inner_height, look.pattern.scaled(factor)),
    ]
    if icon:
        stroke = f'stroke="{symbols.ink()}" stroke-width="{0.2 * factor:.3f}"' if priority else ""
        name = "flag_priority" if priority else look.icon
        parts.append(_icon_svg(inner_width, inner_height, name, "#FFFFFF" if priority else look.fill, stroke))
    if priority:
        for colour, line in ((symbols.ink(), edge), ("#FFFFFF", sizes.priority_core * factor)):
            parts.append(f'<rect {frame} fill="none" stroke="{colour}" stroke-width="{line:.3f}"/>')
    else:
        dash = " ".join(f"{length * factor:.3f}" for length in look.dash)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(f'<rect {frame} fill="none" stroke="{look.line}" stroke-width="{edge:.3f}"{dashed}/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.3f}mm" height="{height:.3f}mm" '
        f'viewBox="0 0 {width:.3f} {height:.3f}"><g transform="translate({edge / 2:.3f} {edge / 2:.3f})">'
        f"{''.join(parts)}</g></svg>"
    )
