"""Map symbols: right colours and patterns, rules, labels in both languages, and the same look as the swatches."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsHillshadeRenderer,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRectF, QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from land_stewardship.core.errors import InputError
from land_stewardship.core.plan import codes, symbols
from land_stewardship.gis import symbology
from land_stewardship.ui import swatch

pytestmark = pytest.mark.usefixtures("qgis_app")

SIDE = 400


def layer_of(kind: str, fields: str, rows: list[tuple[str, list[Any]]]) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:6676{fields}", "test", "memory")
    features = []
    for wkt, values in rows:
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(values)
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    layer.updateExtents()
    return layer


def square(x: float, y: float, side: float) -> str:
    return QgsGeometry.fromRect(QgsRectangle(x, y, x + side, y + side)).asWkt()


def picture(layer: QgsVectorLayer, extent: QgsRectangle, size: int = SIDE) -> QImage:
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setOutputSize(QSize(size, size))
    settings.setOutputDpi(symbols.px_per_mm() * 25.4)
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor("#FF00FF"))
    expressions = QgsExpressionContext()
    expressions.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(expressions)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def colours(image: QImage) -> Counter:
    found: Counter = Counter()
    for y in range(0, image.height(), 2):
        for x in range(0, image.width(), 2):
            found[image.pixelColor(x, y).name().upper()] += 1
    return found


def coverage(image: QImage, fill: str, pattern: str) -> float:
    """How far the mean colour lies on the way from ``fill`` to ``pattern``: the share the pattern covers."""
    start, end = symbols.rgb(fill), symbols.rgb(pattern)
    sums = [0, 0, 0]
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixelColor(x, y)
            for channel, value in enumerate((pixel.red(), pixel.green(), pixel.blue())):
                sums[channel] += value
    count = image.width() * image.height()
    way = [b - a for a, b in zip(start, end)]
    gone = [total / count - a for total, a in zip(sums, start)]
    return sum(a * b for a, b in zip(gone, way)) / sum(step * step for step in way)


@pytest.mark.parametrize("code", [code for code in symbols.CLASSES if code != "undecided"])
def test_swatch_and_map_symbol_show_the_same(code: str) -> None:
    """Fill and pattern take the same share of the area in the dock and on the map."""
    layer = layer_of("Polygon", "", [(square(0, 0, 100), [])])
    layer.setRenderer(QgsSingleSymbolRenderer(symbology.class_symbol(code, "screen", "none")))
    on_map = picture(layer, QgsRectangle(20, 20, 80, 80), 300)
    painted = QImage(300, 300, QImage.Format.Format_RGB32)
    painter = QPainter(painted)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    look = symbols.class_symbol(code)
    painter.fillRect(painted.rect(), QColor(look.fill))
    swatch.paint_pattern(painter, QRectF(0, 0, 300, 300), look.pattern, 1.0)
    painter.end()
    map_share = coverage(on_map, look.fill, look.pattern.colour)
    swatch_share = coverage(painted, look.fill, look.pattern.colour)
    # QGIS 3.22 rounds the distances of a screen pattern to whole pixels.
    assert map_share == pytest.approx(swatch_share, abs=0.03)
    assert map_share == pytest.approx(look.pattern.coverage(), abs=0.03)
    assert map_share > 0.02


def test_lines_of_convert_rise_to_the_right_as_in_the_swatch() -> None:
    layer = layer_of("Polygon", "", [(square(0, 0, 100), [])])
    layer.setRenderer(QgsSingleSymbolRenderer(symbology.class_symbol("convert", "screen", "none")))
    image = picture(layer, QgsRectangle(20, 20, 80, 80))
    line = QColor(symbols.class_symbol("convert").line)

    def dark(x: int, y: int) -> bool:
        return image.pixelColor(x, y).lightness() < line.lightness() + 30

    start = next(x for x in range(100, 200) if dark(x, 200) and dark(x + 1, 200) and dark(x + 2, 200)) + 1
    rising = sum(dark(start + step, 200 - step) for step in range(60))
    falling = sum(dark(start + step, 200 + step) for step in range(60))
    assert rising > 50 > falling + 15


def test_plan_shows_every_class_and_unknown_as_undecided() -> None:
    names = [*symbols.CLASSES, None, "nonsense"]
    layer = layer_of(
        "Polygon",
        "&field=management_class:string&field=unit_kind:string",
        [(square(100 * number, 0, 100), [name, "block"]) for number, name in enumerate(names)],
    )
    symbology.style_plan(layer, language="ja")
    for number, name in enumerate(names):
        found = colours(picture(layer, QgsRectangle(100 * number + 10, 10, 100 * number + 90, 90), 200))
        fill = symbols.class_symbol(name if name in symbols.CLASSES else "undecided").fill
        assert found.most_common(1)[0][0] == fill, name


def test_plan_legend_speaks_both_languages() -> None:
    layer = layer_of(
        "Polygon", "&field=management_class:string&field=priority:boolean", [(square(0, 0, 9), ["watch", True])]
    )
    for language, words in (("ja", ["5 見守り", "優先"]), ("en", ["5 Watch", "Priority"])):
        symbology.style_plan(layer, language=language)
        labels = [item.label() for item in layer.renderer().legendSymbolItems()]
        assert len(labels) == 7
        assert words == [labels[4], labels[6]]


def test_blocks_have_strong_and_lots_thin_outlines() -> None:
    layer = layer_of(
        "Polygon",
        "&field=management_class:string&field=unit_kind:string",
        [(square(0, 0, 100), ["watch", "block"]), (square(200, 0, 100), ["watch", "lot"])],
    )
    symbology.style_plan(layer)
    line = QColor(symbols.class_symbol("watch").line)

    def dark(extent: QgsRectangle) -> int:
        image = picture(layer, extent)
        return sum(image.pixelColor(x, 200).lightness() <= line.lightness() + 12 for x in range(150, 250))

    assert dark(QgsRectangle(-50, 0, 50, 100)) >= 1
    assert dark(QgsRectangle(150, 0, 250, 100)) == 0


def test_lot_lines_go_and_patterns_get_closer_at_small_scales() -> None:
    layer = layer_of(
        "Polygon",
        "&field=management_class:string",
        [(square(0, 0, 4000), ["minimum"]), (square(4000, 0, 4000), ["minimum"])],
    )
    symbology.style_plan(layer)
    fill = QColor(symbols.class_symbol("minimum").fill)

    def lines_across(extent: QgsRectangle) -> int:
        image = picture(layer, extent)
        dark = [image.pixelColor(x, 150).lightness() < fill.lightness() - 15 for x in range(SIDE)]
        return sum(now and not before for before, now in zip(dark, dark[1:]))

    near = lines_across(QgsRectangle(200, 200, 900, 900))
    far = lines_across(QgsRectangle(200, 200, 3900, 3900))
    # QGIS 3.22 rounds the distances of a screen pattern to whole pixels.
    assert near == pytest.approx(SIDE / (2.6 * 3.78), rel=0.12)
    assert far / near == pytest.approx(1 / 0.7, rel=0.12)


def test_priority_has_a_double_line() -> None:
    layer = layer_of(
        "Polygon",
        "&field=management_class:string&field=priority:boolean&field=unit_kind:string",
        [(square(0, 0, 100), ["maintain", True, "block"]), (square(200, 0, 100), ["maintain", False, "block"])],
    )
    symbology.style_plan(layer)
    image = picture(layer, QgsRectangle(-50, 0, 50, 100))
    row = [image.pixelColor(x, 205).name().upper() for x in range(190, 212)]
    assert symbols.ink() in row and "#FFFFFF" in row
    plain = picture(layer, QgsRectangle(150, 0, 250, 100))
    assert symbols.ink() not in [plain.pixelColor(x, 205).name().upper() for x in range(190, 212)]


def test_condition_shows_cannot_tell_for_everything_else() -> None:
    layer = layer_of(
        "Polygon",
        "&field=condition:string",
        [
            (square(0, 0, 100), ["unmanaged"]),
            (square(200, 0, 100), [None]),
            (square(400, 0, 100), ["managed"]),
        ],
    )
    symbology.style_condition(layer, language="ja")
    for left, name in ((0, "unmanaged"), (200, "cannot_tell"), (400, "managed")):
        found = colours(picture(layer, QgsRectangle(left + 10, 10, left + 90, 90), 200))
        assert found.most_common(1)[0][0] == symbols.condition_colour(name)
    labels = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert labels == ["未管理の可能性", "判断できない", "管理あり"]


def test_findings_are_told_by_shape() -> None:
    layer = layer_of("Point", "&field=severity:string", [("POINT(0 0)", ["error"]), ("POINT(100 0)", ["warning"])])
    symbology.style_findings(layer, language="en")
    items = layer.renderer().legendSymbolItems()
    assert [item.label() for item in items] == ["Fix first", "Check", "Note", "No problem"]
    assert [item.symbol().symbolLayer(0).path().rsplit("_", 1)[1] for item in items] == [
        "error.svg",
        "warning.svg",
        "note.svg",
        "ok.svg",
    ]
    found = colours(picture(layer, QgsRectangle(-10, -10, 10, 10), 100))
    assert found[symbols.severity_colours()["mark"]["error"]] > 10


def test_settled_findings_are_not_marked_as_errors() -> None:
    fields = "&field=severity:string&field=status:string"
    layer = layer_of("Point", fields, [("POINT(0 0)", ["error", "cured"])])
    symbology.style_findings(layer, language="en")
    assert layer.renderer().legendSymbolItems()[3].label() == "Settled"
    found = colours(picture(layer, QgsRectangle(-10, -10, 10, 10), 100))
    marks = symbols.severity_colours()["mark"]
    assert found.get(marks["error"], 0) == 0 and found[marks["ok"]] > 10


def test_steps_hold_every_value_once() -> None:
    values = [0.0, None, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8]
    layer = layer_of(
        "Polygon",
        "&field=exposure:double",
        [(square(100 * number, 0, 100), [value]) for number, value in enumerate(values)],
    )
    symbology.style_exposure(layer, language="en")
    rules = layer.renderer().rootRule().children()
    assert len(rules) == 5
    shown = []
    for number in range(len(values)):
        found = colours(picture(layer, QgsRectangle(100 * number + 30, 30, 100 * number + 70, 70), 50))
        shown.append(symbols.sequential().index(found.most_common(1)[0][0]))
    assert shown[:2] == [0, 0]
    assert shown == sorted(shown) and set(shown) == {0, 1, 2, 3, 4}


def test_burden_without_any_value_has_one_step() -> None:
    layer = layer_of("Polygon", "&field=burden:double", [(square(0, 0, 9), [0.0])])
    symbology.style_burden(layer)
    assert len(layer.renderer().rootRule().children()) == 1


@pytest.mark.parametrize(
    "style",
    [
        symbology.style_plan,
        symbology.style_condition,
        symbology.style_findings,
        symbology.style_exposure,
        symbology.style_burden,
    ],
)
def test_a_layer_without_the_field_is_refused_in_a_sentence(style: Any) -> None:
    layer = layer_of("Polygon", "&field=other:string", [])
    with pytest.raises(InputError) as caught:
        style(layer)
    assert layer.name() in caught.value.text.ja


@pytest.mark.parametrize(
    ("kind", "fields", "roles"),
    [
        (
            "Polygon",
            "&field=level:string&field=name_ja:string",
            ["houses", "forest", "hazard_zones", "zoning", "hamlets"],
        ),
        ("LineString", "&field=kind:string&field=width_m:double", ["roads", "canals", "forest_edge"]),
        ("LineString", "", ["roads"]),
        ("Point", "", ["boar_damage"]),
    ],
)
def test_base_layers_are_drawn(kind: str, fields: str, roles: list[str]) -> None:
    shape = {"Polygon": square(0, 0, 100), "LineString": "LINESTRING(0 50, 100 50)", "Point": "POINT(50 50)"}[kind]
    values: list[Any] = [["yellow", "谷"], [], ["farm", 3.0]][0 if kind == "Polygon" else 2 if fields else 1]
    layer = layer_of(kind, fields, [(shape, values)])
    for role in roles:
        symbology.style_basemap(layer, role, language="ja")
        found = colours(picture(layer, QgsRectangle(0, 0, 100, 100), 200))
        assert len(found) > 1 or "#FF00FF" not in found, role


def test_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown base-map role"):
        symbology.style_basemap(layer_of("Polygon", "", []), "moon")


def test_lots_carry_their_number_at_large_scales() -> None:
    layer = layer_of("Polygon", "&field=chiban:string", [(square(0, 0, 100), ["1024"])])
    symbology.style_lots(layer)
    settings = layer.labeling().settings()
    assert settings.fieldName == '"chiban"' and settings.scaleVisibility
    found = colours(picture(layer, QgsRectangle(-10, -10, 110, 110)))
    assert found["#FF00FF"] > 0.9 * sum(found.values())


def test_swatch_icons_for_all_classes_and_priority() -> None:
    for code in [*codes.CLASSES, swatch.PRIORITY]:
        image = swatch.swatch_icon(code, QSize(68, 32)).pixmap(QSize(68, 32)).toImage()
        found = colours(image)
        fill = symbols.class_symbol("maintain" if code == swatch.PRIORITY else code).fill
        assert found[fill] > 60, code
    light = colours(swatch.swatch_icon(swatch.PRIORITY).pixmap(QSize(68, 32)).toImage())
    dark = colours(swatch.swatch_icon(swatch.PRIORITY, dark=True).pixmap(QSize(68, 32)).toImage())
    assert dark["#FFFFFF"] > light["#FFFFFF"]


def test_class_bar_is_as_long_as_its_shares() -> None:
    parts = swatch.bar_parts(QRectF(0, 0, 300, 20), {"maintain": 2.0, "watch": 1.0, "adapt": 0.0})
    assert list(parts) == ["maintain", "watch"]
    assert parts["maintain"].width() == pytest.approx(2 * parts["watch"].width())
    assert parts["watch"].right() == pytest.approx(300)
    assert swatch.bar_parts(QRectF(0, 0, 300, 20), {}) == {}


def test_relief_is_a_pale_shade(sample_folder: Path) -> None:
    relief = QgsRasterLayer(str(sample_folder / "dem.tif"), "dem")
    symbology.style_basemap(relief, "dem")
    assert isinstance(relief.renderer(), QgsHillshadeRenderer)
    found = colours(picture(relief, relief.extent(), 100))
    assert len(found) > 5
    assert "#000000" not in found


def test_priority_lots_have_a_thinner_line_than_blocks() -> None:
    layer = layer_of(
        "Polygon",
        "&field=management_class:string&field=priority:boolean&field=unit_kind:string",
        [(square(0, 0, 100), ["watch", True, "lot"]), (square(200, 0, 100), ["watch", True, "block"])],
    )
    symbology.style_plan(layer, language="ja")

    def dark(left: float) -> int:
        image = picture(layer, QgsRectangle(left - 50, 0, left + 50, 100))
        return sum(image.pixelColor(x, 205).lightness() < 110 for x in range(150, 250))

    assert 0 < dark(0) < dark(200)
    assert [item.label() for item in layer.renderer().legendSymbolItems()][-2:] == ["優先（筆）", "優先"]
