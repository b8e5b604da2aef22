"""Where the patterns of swatches lie."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from land_stewardship.core.plan import swatches, symbols


def horizontal(spacing: float) -> symbols.Pattern:
    return symbols.Pattern("lines", "#000000", angle=0.0, spacing=spacing, width=0.2)


def test_lines_lie_evenly_about_the_middle() -> None:
    lines = swatches.pattern_lines(20.0, 10.0, horizontal(4.0))
    assert [line[1] for line in lines] == pytest.approx([3.0, 7.0])
    assert all(line[0] == 0.0 and line[2] == 20.0 for line in lines)


def test_a_low_swatch_has_one_line_in_the_middle() -> None:
    assert [line[1] for line in swatches.pattern_lines(20.0, 4.0, horizontal(5.0))] == [2.0]


def test_lines_at_45_degrees_rise_to_the_right_inside_the_swatch() -> None:
    pattern = symbols.class_symbol("convert").pattern
    lines = swatches.pattern_lines(14.0, 8.0, pattern)
    assert len(lines) > 4
    for x1, y1, x2, y2 in lines:
        assert x2 > x1 and y2 < y1
        assert min(x1, x2) >= 0 and max(x1, x2) <= 14.0 and min(y1, y2) >= 0 and max(y1, y2) <= 8.0


def test_whole_marks_lie_inside_and_rows_are_shifted() -> None:
    pattern = symbols.class_symbol("watch").pattern
    marks = swatches.pattern_marks(20.0, 12.0, pattern)
    reach = (pattern.size + pattern.width) / 2
    assert all(reach <= x <= 20.0 - reach and reach <= y <= 12.0 - reach for x, y in marks)
    rows = sorted({round(y, 6) for _, y in marks})
    assert rows[1] - rows[0] == pytest.approx(pattern.row)
    first, second = (min(x for x, y in marks if round(y, 6) == row) for row in rows[:2])
    assert abs(first - second) == pytest.approx(pattern.shift)
    assert len(swatches.pattern_marks(20.0, 12.0, pattern, whole=False)) > len(marks)


@pytest.mark.parametrize("code", [*symbols.CLASSES, swatches.PRIORITY])
def test_svg_names_the_colours_of_the_class(code: str) -> None:
    text = swatches.swatch_svg(code, 14.0, 8.0)
    root = ElementTree.fromstring(text)
    assert root.get("viewBox") == "0 0 14.000 8.000"
    look = symbols.class_symbol("maintain" if code == swatches.PRIORITY else code)
    assert look.fill in text
    assert (symbols.ink() if code == swatches.PRIORITY else look.line) in text
    assert ("stroke-dasharray" in text) == (code == "undecided")
    assert len(swatches.swatch_svg(code, 14.0, 8.0, icon=False)) < len(text)


def test_unknown_class_is_refused() -> None:
    with pytest.raises(KeyError):
        swatches.swatch_svg("forest", 14.0, 8.0)


def test_coverage_is_the_share_of_the_pattern() -> None:
    assert symbols.class_symbol("convert").pattern.coverage() == pytest.approx(0.7 / 2.2)
    assert symbols.class_symbol("undecided").pattern.coverage() == 0.0
