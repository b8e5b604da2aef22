"""The accessibility figures of the design, computed from the table that draws everything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy
import pytest

from land_stewardship.core.plan import symbols

colorspacious = pytest.importorskip("colorspacious")

Colour = tuple[float, float, float]

VISIONS = {"normal": None, "protan": "protanomaly", "deutan": "deuteranomaly", "tritan": "tritanomaly"}


def srgb(colour: str) -> Colour:
    red, green, blue = symbols.rgb(colour)
    return red / 255.0, green / 255.0, blue / 255.0


def linear(colour: Colour) -> numpy.ndarray:
    values = numpy.asarray(colour)
    return numpy.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def encoded(values: numpy.ndarray) -> Colour:
    values = numpy.where(values <= 0.0031308, values * 12.92, 1.055 * numpy.power(values, 1 / 2.4) - 0.055)
    return tuple(values)


def averaged(fill: str, pattern: symbols.Pattern) -> Colour:
    """Fill and pattern mixed in light, as seen from too far away to tell the pattern."""
    share = pattern.coverage()
    return encoded((1 - share) * linear(srgb(fill)) + share * linear(srgb(pattern.colour)))


def simulated(colour: Colour, vision: str) -> Colour:
    """The colour for an eye with full-strength colour-vision deficiency (Machado 2009)."""
    if VISIONS[vision] is None:
        return colour
    space = {"name": "sRGB1+CVD", "cvd_type": VISIONS[vision], "severity": 100}
    return tuple(numpy.clip(colorspacious.cspace_convert(colour, space, "sRGB1"), 0, 1))


def ciede2000(one: Iterable[float], other: Iterable[float]) -> float:
    """CIEDE2000 of two CIELab colours (Sharma, Wu, Dalal 2005)."""
    l1, a1, b1 = one
    l2, a2, b2 = other
    mean_c = (numpy.hypot(a1, b1) + numpy.hypot(a2, b2)) / 2
    g = 0.5 * (1 - numpy.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = numpy.hypot(a1, b1), numpy.hypot(a2, b2)
    h1, h2 = numpy.degrees(numpy.arctan2(b1, a1)) % 360, numpy.degrees(numpy.arctan2(b2, a2)) % 360
    delta_l, delta_c = l2 - l1, c2 - c1
    turn = h2 - h1
    if c1 * c2 == 0:
        turn = 0.0
    elif turn > 180:
        turn -= 360
    elif turn < -180:
        turn += 360
    delta_h = 2 * numpy.sqrt(c1 * c2) * numpy.sin(numpy.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    if c1 * c2 == 0:
        mean_h = h1 + h2
    elif abs(h1 - h2) <= 180:
        mean_h = (h1 + h2) / 2
    else:
        mean_h = (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
    t = (
        1
        - 0.17 * numpy.cos(numpy.radians(mean_h - 30))
        + 0.24 * numpy.cos(numpy.radians(2 * mean_h))
        + 0.32 * numpy.cos(numpy.radians(3 * mean_h + 6))
        - 0.20 * numpy.cos(numpy.radians(4 * mean_h - 63))
    )
    s_l = 1 + 0.015 * (mean_l - 50) ** 2 / numpy.sqrt(20 + (mean_l - 50) ** 2)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = (
        -2
        * numpy.sqrt(mean_c**7 / (mean_c**7 + 25.0**7))
        * numpy.sin(numpy.radians(60 * numpy.exp(-(((mean_h - 275) / 25) ** 2))))
    )
    return float(
        numpy.sqrt(
            (delta_l / s_l) ** 2
            + (delta_c / s_c) ** 2
            + (delta_h / s_h) ** 2
            + rotation * (delta_c / s_c) * (delta_h / s_h)
        )
    )


def difference(one: Colour, other: Colour) -> float:
    lab = [colorspacious.cspace_convert(colour, "sRGB1", "CIELab") for colour in (one, other)]
    return ciede2000(*lab)


def lightness(colour: Colour) -> float:
    """L* of the luminance-preserving grey."""
    y = float(numpy.dot(linear(colour), (0.2126, 0.7152, 0.0722)))
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def looks() -> list[symbols.ClassSymbol]:
    return [symbols.class_symbol(code) for code in symbols.CLASSES]


def smallest(colours: list[Colour], vision: str, pairs: Iterable[tuple[int, int]]) -> float:
    seen = [simulated(colour, vision) for colour in colours]
    return min(difference(seen[a], seen[b]) for a, b in pairs)


def all_pairs(count: int) -> list[tuple[int, int]]:
    return list(combinations(range(count), 2))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((90.8027, -2.0831, 1.4410), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_colour_difference_gives_the_published_values(one: Colour, other: Colour, expected: float) -> None:
    assert ciede2000(one, other) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(
    ("vision", "measured"),
    [
        ("normal", 15.7),
        ("protan", 12.2),
        ("deutan", 11.4),
        ("tritan", 11.8),
    ],
)
def test_flat_fills_differ_for_every_eye(vision: str, measured: float) -> None:
    found = smallest([srgb(look.fill) for look in looks()], vision, all_pairs(6))
    assert found >= 11.0
    assert found == pytest.approx(measured, abs=0.3)


@pytest.mark.parametrize("vision", VISIONS)
def test_fills_averaged_with_their_pattern_differ(vision: str) -> None:
    assert smallest([averaged(look.fill, look.pattern) for look in looks()], vision, all_pairs(6)) >= 9.0


def test_fills_differ_in_grey() -> None:
    for colours in (
        [srgb(look.fill) for look in looks()],
        [averaged(look.fill, look.pattern) for look in looks()],
    ):
        greys = [lightness(colour) for colour in colours]
        assert min(abs(a - b) for a, b in combinations(greys, 2)) >= 5.0


def test_steps_and_conditions_differ() -> None:
    steps = [srgb(colour) for colour in symbols.sequential()]
    neighbours = list(zip(range(4), range(1, 5)))
    conditions = [srgb(symbols.condition_colour(code)) for code in symbols.CONDITIONS]
    for vision in VISIONS:
        assert smallest(steps, vision, neighbours) >= 8.8
        assert smallest(conditions, vision, all_pairs(3)) >= 16.0
    greys = [lightness(colour) for colour in steps]
    assert greys == sorted(greys, reverse=True)


@pytest.mark.parametrize("look", looks(), ids=symbols.CLASSES)
def test_outline_stands_out_from_fill_and_paper(look: symbols.ClassSymbol) -> None:
    assert symbols.contrast(look.line, look.fill) >= 3.0
    assert symbols.contrast(look.line, "#FFFFFF") >= 7.0


def text_pairs() -> Iterator[tuple[str, str, str]]:
    ink = symbols.ink()
    for look in looks():
        yield f"ink on {look.code}", ink, look.fill
    for number, colour in enumerate(symbols.sequential(), 1):
        yield f"text on step {number}", symbols.text_on(colour), colour
    for condition in symbols.CONDITIONS:
        colour = symbols.condition_colour(condition)
        yield f"text on {condition}", symbols.text_on(colour), colour
    for dark in (False, True):
        theme = symbols.tokens()["dark" if dark else "light"]
        name = "dark" if dark else "light"
        severity = symbols.severity_colours(dark)
        for level in symbols.SEVERITIES:
            yield f"{level} text, {name}", severity["text"][level], severity["background"][level]
        for text, back in (
            ("ink", "card"),
            ("sub", "card"),
            ("ink", "bg"),
            ("ink", "btn"),
            ("accink", "acc"),
            ("acc", "soft"),
        ):
            yield f"{text} on {back}, {name}", theme[text], theme[back]


@pytest.mark.parametrize(("text", "back"), [pair[1:] for pair in text_pairs()], ids=[pair[0] for pair in text_pairs()])
def test_text_reads_well(text: str, back: str) -> None:
    assert symbols.contrast(text, back) >= 7.0


def test_white_is_the_text_colour_only_on_dark_fills() -> None:
    assert [symbols.text_on(colour) for colour in symbols.sequential()] == [symbols.ink()] * 3 + ["#FFFFFF"] * 2
    assert symbols.text_on(symbols.condition_colour("unmanaged")) == "#FFFFFF"


def test_smallest_texts_are_those_of_the_design() -> None:
    per_mm = symbols.px_per_mm()
    assert symbols.medium("screen").smallest * per_mm == pytest.approx(12)
    assert symbols.medium("projector").smallest * per_mm == pytest.approx(24)
    assert symbols.medium("a3").smallest == pytest.approx(2.8)
    assert symbols.medium("a0").smallest == pytest.approx(6.0)
    assert all(symbols.print_text(role) >= 2.8 for role in ("title", "heading", "body", "number", "small"))


def test_symbols_and_code_list_name_the_same_classes() -> None:
    from land_stewardship.core.plan import codes

    assert symbols.CLASSES == codes.CLASSES
    assert [look.key for look in looks()] == [item.key for item in codes.MANAGEMENT_CLASSES]
    assert set(symbols.tokens()["classes"]) == set(symbols.CLASSES)
