"""The workshop map of harm to surroundings: who is exposed, which land may burden them, by which rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsMapLayer,
    QgsPointXY,
    QgsProcessingFeatureSource,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from ...core.errors import InputError
from ...core.externality.words import EVIDENCE_WORDS, REACHED_WORDS, SOURCE_WORDS
from ...core.plan import symbols
from ...core.progress import Progress
from ...core.texts import Text
from .. import bridge, harm_rules, symbology
from ..harm_reading import lot_number
from .content import BaseLayers, require_metres, text_value, usable
from .layers import fill_layer, memory_layer
from .numbers import Placed, free_spot, number_layers
from .paper import BAND, BODY, MARGIN, SIDE, SMALL
from .resultsheet import ResultSheet

RECEPTORS = Text("The layer of exposure", "受ける影響の図")
SOURCES = Text("The layer of burden", "周りへの影響の図")
LINKS = Text("The table of links", "つながりの表")
#: Land with the heaviest burden that is numbered and listed.
LISTED = 10


class HarmWords:
    """Fixed words of the sheet."""

    TITLE = Text("{village}: harm to surroundings", "{village}　周りへの影響の地図")
    TITLE_PLAIN = Text("Harm to surroundings", "周りへの影響の地図")
    SUBTITLE = Text(
        "For discussion. A guide only: please check on the ground.", "話し合い用。目安です。現地で確かめてください。"
    )
    COUNTS = Text(
        "Exposed: {receptors}. Lots that may burden others: {sources}",
        "影響を受ける先 {receptors}件、影響する可能性のある土地 {sources}筆",
    )
    LEGEND = Text("Legend", "凡例")
    SOURCE = Text("Land that may burden others", "周りに影響する可能性のある土地")
    SOURCE_MEANING = Text(
        "Likely unmanaged. 1 is the heaviest burden.", "未管理の可能性。1が最も影響の大きい土地です。"
    )
    EXPOSURE = Text("Exposure of houses, fields and roads", "家屋・農地・道路が受ける影響")
    RULES = Text("What counts as harm, and how sure", "影響と数えたものと、その根拠")
    RULE = Text("{label}: from {source} to {reached}", "{label}: {source} → {reached}")
    WITHIN = Text("within {metres} m", "{metres} m以内")
    HEAVIEST = Text("Land with the heaviest burden", "影響の大きい土地")
    HEADS = (Text("No.", "順位"), Text("Lot", "地番"))
    COUNTED = (
        ("houses", Text("Houses", "家屋")),
        ("farmland", Text("Fields", "農地")),
        ("roads", Text("Roads", "道路")),
    )
    NO_SOURCES = Text("No land burdens others by these rules.", "この規則で周りに影響する土地はありません。")
    NOTICE = Text(
        "This map shows what is associated with what. It proves no cause and no boundary.",
        "この図は関連を示すもので、原因や土地の境界を示すものではありません。",
    )


class Receptor(NamedTuple):
    """One house, field or road with its exposure."""

    key: tuple[str, str]
    exposure: float
    shape: QgsGeometry


class Source(NamedTuple):
    """One lot with its burden; ``counts`` are houses, fields and roads within reach."""

    rank: Optional[int]
    number: str
    key: str
    burden: float
    counts: tuple[int, ...]
    shape: QgsGeometry


@dataclass
class HarmContent:
    """What stands on the sheet."""

    crs: QgsCoordinateReferenceSystem
    receptors: list[Receptor] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    rules: list[harm_rules.Row] = field(default_factory=list)
    synthetic: bool = False


@dataclass
class HarmRequest:
    """What the sheet shall say; empty texts are filled in or left out."""

    language: str
    paper: str = "A3"
    title: str = ""
    village: str = ""
    credit: str = ""


def _rows(source: QgsFeatureSource, wanted: Sequence[str], what: Text, progress: Progress) -> list[tuple[Any, ...]]:
    """Values of the wanted fields and the shape (None when it cannot be drawn) of every feature."""
    fields = source.fields()
    if fields.lookupField(wanted[0]) < 0:
        raise InputError(
            Text(
                "{what} has no field “{field}”. Choose the result of “Overlay harm to surroundings”.",
                "{what}に項目「{field}」がありません。「周りへの影響を調べる」の結果を選んでください。",
            ).format(what=what, field=wanted[0])
        )
    places = [fields.lookupField(name) for name in wanted]
    total = source.featureCount()
    found = []
    features = (
        source.getFeatures(QgsFeatureRequest(), QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks)
        if isinstance(source, QgsProcessingFeatureSource)
        else source.getFeatures()
    )
    for count, feature in enumerate(features):
        if count % 200 == 0:
            progress.step(count / total if total > 0 else 0.0)
        attributes = feature.attributes()
        values = [bridge.to_python(attributes[place]) if place >= 0 else None for place in places]
        found.append((*values, usable(feature.geometry())))
    return found


def _real(value: Any, what: Text, name: str) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(
            Text(
                "{what}: the field “{field}” does not hold numbers. Choose the result of “Overlay harm to "
                "surroundings”.",
                "{what}の項目「{field}」が数ではありません。「周りへの影響を調べる」の結果を選んでください。",
            ).format(what=what, field=name)
        )
    return float(value)


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, (int, float)) else 0


def read_harm(
    receptors: QgsFeatureSource,
    sources: QgsFeatureSource,
    links: Optional[QgsFeatureSource],
    rules: Optional[QgsVectorLayer],
    progress: Progress,
) -> HarmContent:
    """Read results and rules, sorted by key so that drawing does not depend on the row order.

    With ``links`` only the rules that linked anything are told. Raises ``InputError`` for missing or wrong fields,
    empty results, or coordinates not in metres; ``Cancelled``.
    """
    for source, what in ((receptors, RECEPTORS), (sources, SOURCES)):
        require_metres(source.sourceCrs(), what)
    content = HarmContent(receptors.sourceCrs())
    if sources.sourceCrs() != content.crs:
        raise InputError(
            Text(
                "Exposure and burden are in different coordinate systems. Choose both from the same run.",
                "受ける影響と周りへの影響の座標系が違います。同じ計算の結果を選んでください。",
            )
        )
    wanted = ("exposure", "receptor_kind", "receptor_id")
    for exposure, kind, key, shape in _rows(receptors, wanted, RECEPTORS, progress.part(0.0, 0.4)):
        value = _real(exposure, RECEPTORS, "exposure")
        if shape is not None:
            content.receptors.append(Receptor((text_value(kind), text_value(key)), value, shape))
    counted = tuple(name for name, _words in HarmWords.COUNTED)
    of_lots = ("burden", "burden_rank", "chiban", "lot_key", "synthetic", *counted)
    for burden, rank, number, key, invented, *rest in _rows(sources, of_lots, SOURCES, progress.part(0.4, 0.8)):
        value = _real(burden, SOURCES, "burden")
        *counts, shape = rest
        content.synthetic = content.synthetic or invented in (True, 1)
        if shape is not None:
            name = text_value(number) or lot_number(text_value(key))
            content.sources.append(
                Source(
                    _whole(rank) or None, name, text_value(key), value, tuple(_whole(count) for count in counts), shape
                )
            )
    if not content.receptors and not content.sources:
        raise InputError(
            Text(
                "There is nothing to draw: no house, field, road or lot has a shape. Check harm to surroundings first.",
                "描くものがありません（形のある家屋・農地・道路・筆がありません）。先に周りへの影響を調べてください。",
            )
        )
    content.receptors.sort(key=lambda receptor: receptor.key)
    content.sources.sort(key=lambda source: (source.rank is None, source.rank or 0, source.key))
    content.rules = [row for row in harm_rules.read_rules(rules) if harm_rules.is_on(row)]
    if links is not None:
        used = {rule for rule, *_rest in _rows(links, ("rule_id",), LINKS, progress.part(0.8, 1.0))}
        content.rules = [row for row in content.rules if row["rule_id"] in used]
    surest = list(EVIDENCE_WORDS)
    content.rules.sort(
        key=lambda row: (surest.index(row["evidence"]) if row["evidence"] in surest else len(surest), row["rule_id"])
    )
    return content


class HarmSheet(ResultSheet):
    """One printed map of harm. :meth:`build` once, then :meth:`to_pdf` and :meth:`to_image`."""

    def __init__(self, request: HarmRequest, content: HarmContent, base: BaseLayers) -> None:
        super().__init__("harm map", request.paper, request.language, content.crs, base)
        self.request = request
        self.content = content
        self._steps: list[tuple[str, str, str]] = []

    def listed(self) -> list[Source]:
        """The heaviest sources, as numbered on the map."""
        return [source for source in self.content.sources if source.rank is not None][:LISTED]

    def build(self, progress: Progress) -> None:
        """Lay everything out. Raises ``Cancelled``."""
        shapes = [row.shape for row in self.content.receptors] + [row.shape for row in self.content.sources]
        self._frame(shapes, HarmWords.NOTICE.pick(self.language), progress)
        self._title()
        x = self.page_width - MARGIN - SIDE
        y = self._legend(x, MARGIN + BAND - 0.8)
        y = self._rules(x, y + 1.8)
        y = self._heaviest(x, y + 2.2)
        self._data(x, y + 2.6)
        self._foot(self.request.credit, self.content.synthetic)
        progress.step(1.0)

    # -- map -----------------------------------------------------------------------------------
    def _map_layers(self) -> list[QgsMapLayer]:
        """From the top: numbers, land that may burden others, houses, roads, fields, surroundings."""
        content, medium = self.content, self.medium
        sources = memory_layer("MultiPolygon", content.crs, [("burden", "real")])
        fill_layer(sources, ((row.shape, [row.burden]) for row in content.sources if row.burden > 0))
        sources.setRenderer(QgsSingleSymbolRenderer(symbology.harm_source_symbol(medium)))
        every = memory_layer("MultiPolygon", content.crs, [("exposure", "real")])
        fill_layer(every, ((row.shape, [row.exposure]) for row in content.receptors))
        # One scale of colours for all kinds of receptors.
        self._steps = symbology.value_steps(every, "exposure", self.language)
        symbology.style_exposure(every, medium, self.language)
        receptors: list[QgsMapLayer] = []
        kinds = {row.key[0] for row in content.receptors}
        for kind in (*sorted(kinds - {"roads", "farmland"}), "roads", "farmland"):
            layer = memory_layer("MultiPolygon", content.crs, [("exposure", "real")])
            fill_layer(layer, ((row.shape, [row.exposure]) for row in content.receptors if row.key[0] == kind))
            layer.setRenderer(every.renderer().clone())
            receptors.append(layer)
        over, below = receptors[:-2], receptors[-2:]
        # Houses stand on lots, so they are drawn over them; roads and fields lie beside.
        return [
            *self._numbers(),
            *over,
            sources,
            *self._around("canals"),
            *below,
            *self._around("houses", "roads"),
            *self._lot_lines(),
            *self._around("forest", "hamlets"),
        ]

    def _numbers(self) -> list[QgsVectorLayer]:
        """Plates with the rank of the heaviest sources, in the middle of each."""
        if self.view is None:
            raise ValueError("the view has not been chosen")
        metres_per_mm = self.view.denominator / 1000.0
        size = symbols.medium(self.medium).number
        placed: list[Placed] = []
        height = 1.36 * size * metres_per_mm
        for source in self.listed():
            text = str(source.rank)
            width = (self.sheet.width(text, size, True) + 0.55 * size) * metres_per_mm
            spot = free_spot(source.shape, width, height, metres_per_mm, placed)
            x, y = spot or _beside(source.shape.pointOnSurface().asPoint(), width, height, metres_per_mm, placed)
            placed.append(Placed(text, "", False, x, y, width, height, size))
        return number_layers(placed, self.crs, metres_per_mm, self.sheet.family)

    # -- words ---------------------------------------------------------------------------------
    def _title(self) -> None:
        request, language = self.request, self.language
        counts = HarmWords.COUNTS.pick(language).format(
            sources=f"{sum(row.burden > 0 for row in self.content.sources):,}",
            receptors=f"{sum(row.exposure > 0 for row in self.content.receptors):,}",
        )
        pattern = HarmWords.TITLE if request.village else HarmWords.TITLE_PLAIN
        title = request.title or pattern.pick(language).format(village=request.village)
        self._title_band(title, HarmWords.SUBTITLE.pick(language), counts)

    def _legend(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, HarmWords.LEGEND.pick(language))
        brown = symbols.condition_colour("unmanaged")
        bars = _bars(13.4, 8.2, brown)
        sheet.svg(
            x,
            y + 0.6,
            13.4,
            8.2,
            '<svg xmlns="http://www.w3.org/2000/svg" width="13.4mm" height="8.2mm" viewBox="0 0 13.4 8.2">'
            f'<rect width="13.4" height="8.2" fill="#FFFFFF"/>{bars}'
            f'<rect x="0.25" y="0.25" width="12.9" height="7.7" fill="none" stroke="{brown}" stroke-width="0.5"/>'
            "</svg>",
        )
        room = SIDE - 15.0
        below = sheet.paragraph(x + 15.0, y, HarmWords.SOURCE.pick(language), room, BODY + 0.4, bold=True, most=2)
        y = max(sheet.paragraph(x + 15.0, below, HarmWords.SOURCE_MEANING.pick(language), room, SMALL), y + 10.0)
        y = sheet.paragraph(x, y + 1.2, HarmWords.EXPOSURE.pick(language), SIDE, BODY + 0.4, bold=True) + 0.6
        for colour, _condition, words in self._steps:
            sheet.box(x, y, 13.4, 4.6, fill=colour, edge=symbols.ink(), edge_width=0.2)
            sheet.text(x + 15.0, y + 0.5, words, BODY)
            y += 5.6
        return self._base_legend(x, y + 0.8)

    def _rules(self, x: float, y: float) -> float:
        """Each rule in one line or two, its evidence with sign and word below."""
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, HarmWords.RULES.pick(language))
        marks = symbols.severity_colours()
        for row in self.content.rules:
            words = HarmWords.RULE.pick(language).format(
                label=Text(row["label"], row["label_ja"]).pick(language),
                source=_word(SOURCE_WORDS, row["source_kind"], language),
                reached=_word(REACHED_WORDS, row["receptor"], language),
            )
            y = sheet.paragraph(x, y, words, SIDE, BODY, most=2)
            assumed = row["evidence"] == "assumption"
            sure = _word(EVIDENCE_WORDS, row["evidence"], language)
            level = "warning" if assumed else "ok"
            width = sheet.width(sure, SMALL, True) + 3.0
            y += 0.5
            sheet.box(
                x,
                y - 0.2,
                width,
                4.4,
                fill=marks["background"][level],
                radius=0.8,
                edge=marks["text"][level],
                edge_width=0.25 if assumed else 0.12,
            )
            sheet.text(x + 1.5, y + 0.6, sure, SMALL, bold=True, colour=marks["text"][level])
            metres = harm_rules.number(row["distance_m"])
            if metres:
                far = HarmWords.WITHIN.pick(language).format(metres=f"{metres:g}")
                sheet.text(x + width + 2.5, y + 0.6, far, SMALL)
            y += 5.9
        return y

    def _heaviest(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, HarmWords.HEAVIEST.pick(language))
        rows = self.listed()
        if not rows:
            return sheet.paragraph(x, y, HarmWords.NO_SOURCES.pick(language), SIDE, SMALL)
        ends = (x + 56.0, x + 73.0, x + SIDE - 0.5)
        for where, head in zip((x + 0.5, x + 12.0), HarmWords.HEADS):
            sheet.text(where, y - 0.4, head.pick(language), SMALL, bold=True)
        for end, (_name, head) in zip(ends, HarmWords.COUNTED):
            sheet.text(end, y - 0.4, head.pick(language), SMALL, bold=True, align="right")
        y += 4.4
        sheet.rule(x, y, x + SIDE, y, 0.25)
        for row in rows:
            sheet.text(x + 0.5, y + 0.6, str(row.rank), BODY, bold=True)
            sheet.text(x + 12.0, y + 0.6, sheet.shorten(row.number, 32.0, BODY), BODY)
            for end, count in zip(ends, row.counts):
                sheet.text(end, y + 0.6, f"{count:,}", BODY, align="right")
            y += 5.1
            sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        return y


def _word(words: dict[str, Text], code: str, language: str) -> str:
    return words[code].pick(language) if code in words else code


def _bars(width: float, height: float, colour: str) -> str:
    """Bars rising to the right inside a box of the legend, as SVG."""
    lines = []
    for number in range(1, int((width + height) / 2.3) + 1):
        total = 2.3 * number  # along a bar, distance from the left plus distance from the top
        left, right = max(0.0, total - height), min(width, total)
        lines.append(
            f'<path d="M{left:.2f} {total - left:.2f} L{right:.2f} {total - right:.2f}" '
            f'stroke="{colour}" stroke-width="0.5"/>'
        )
    return "".join(lines)


def _beside(
    point: QgsPointXY, width: float, height: float, metres_per_mm: float, placed: Sequence[Placed]
) -> tuple[float, float]:
    """The nearest place to ``point`` where a plate covers no other; ``point`` itself when there is none near."""
    air = 0.5 * metres_per_mm
    for ring in range(9):
        for turn in range(1 if ring == 0 else 16):
            angle = 2 * math.pi * turn / 16
            x = point.x() + ring * 0.5 * width * math.cos(angle)
            y = point.y() + ring * 0.5 * height * math.sin(angle)
            if all(
                abs(plate.x - x) >= (plate.width + width) / 2 + air
                or abs(plate.y - y) >= (plate.height + height) / 2 + air
                for plate in placed
            ):
                return x, y
    return point.x(), point.y()
