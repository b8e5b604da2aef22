"""The sheet for a walk: map with route, lot numbers in big type and boxes to tick; one page a walk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsLayoutItem,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemPolyline,
    QgsLayoutSize,
    QgsLineSymbol,
    QgsMapLayer,
    QgsPointXY,
    QgsRectangle,
    QgsSingleSymbolRenderer,
)
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QPolygonF

from ...core.plan import symbols
from ...core.progress import Progress
from ...core.texts import Text
from .. import symbology
from .content import BaseLayers, credit_of, is_synthetic
from .layers import fill_layer, memory_layer
from .numbers import Placed, number_layers
from .paper import BAND, BODY, HEADING, MARGIN, SIDE, SMALL, TITLE, MapPaper
from .sheet import LINE, MM, SECOND, Sheet
from .view import Furniture, choose_view
from .words import Words

#: Height of a row of the list, the box to tick, and its distance from the next (mm on A3; design: boxes 6 × 6).
ROW, TICK, STEP = 9.6, 6.0, 9.2
#: Text heights of lot number and stop (mm): to be read at arm's length in the field.
LOT, STOP = 5.0, 5.0


class FieldWords:
    """Fixed words of the sheet."""

    TITLE = Text("{village}: walk {walk}", "{village}　現地確認 コース{walk}")
    TITLE_PLAIN = Text("Field check: walk {walk}", "現地確認 コース{walk}")
    FACTS = Text("{lots} lots, about {hours} h, {km} km on foot", "{lots}筆、約{hours}時間、歩く距離 {km} km")
    LIST = Text("Lots in the order of the walk", "歩く順")
    MEANING = Text("What to tick", "印の付け方")
    WHO = Text(
        "Checked by (role) ______________   Day ____________", "確認した人（役割）______________　日付 ____________"
    )
    NOTICE = Text(
        "Stay on roads and ask before entering land. This map shows no legal boundary.",
        "道から見て、土地に入る前に声をかけてください。境界を示す図ではありません。",
    )
    START = Text("S", "出")
    ORDER, LOT = Text("No.", "順"), Text("Lot", "地番")
    KEY = Text(
        "On the map: “{start}” is where the walk starts, numbers the order, the dashed line the way, hatched the lots "
        "to look at.",
        "地図の「{start}」は出発するところ、数字は回る順、破線は歩く道、斜線は見る土地です。",
    )


class Stop(NamedTuple):
    """One lot of a walk."""

    number: int
    lot: str
    place: str
    shape: QgsGeometry


@dataclass
class Course:
    """One walk: its number, hours, kilometres, stops in order, the way as points, the start."""

    number: int
    hours: float
    kilometres: float
    stops: list[Stop]
    way: list[tuple[float, float]]


@dataclass
class FieldRequest:
    """What the sheets say: language, village, boxes to tick (short word, meaning), credit."""

    language: str
    village: str = ""
    answers: Sequence[tuple[Text, Text]] = field(default_factory=tuple)
    credit: str = ""


class PageSheet(Sheet):
    """A sheet on one of several pages below each other."""

    down = 0.0

    def _put(self, item: QgsLayoutItem, x: float, y: float, width: float, height: float) -> Any:
        return super()._put(item, x, y + self.down / self.scale, width, height)

    def rule(self, x1: float, y1: float, x2: float, y2: float, width: float, colour: Any = None) -> None:
        points = QPolygonF([QPointF(x * self.scale, y * self.scale + self.down) for x, y in ((x1, y1), (x2, y2))])
        line = QgsLayoutItemPolyline(points, self.layout)
        values = {"color": colour or symbols.ink(), "width": str(width * self.scale), "capstyle": "flat"}
        line.setSymbol(QgsLineSymbol.createSimple(values))
        self.layout.addLayoutItem(line)

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        return super().rect(x, y, width, height).translated(0.0, self.down)


class FieldSheets(MapPaper):
    """A3 landscape, one page a walk."""

    def __init__(
        self, request: FieldRequest, courses: Sequence[Course], base: BaseLayers, crs: QgsCoordinateReferenceSystem
    ) -> None:
        super().__init__("field", "A3", request.language, crs, base)
        self.request, self.courses = request, courses
        self.sheet: PageSheet = PageSheet(self.layout, self.scale, self.sheet.family)
        self._maps: list[QgsLayoutItemMap] = []

    def build(self, progress: Progress) -> None:
        """Lay out all pages. Raises ``Cancelled``."""
        for number, course in enumerate(self.courses):
            if number:
                page = QgsLayoutItemPage(self.layout)
                page.setPageSize(QgsLayoutSize(self.paper_width, self.paper_height, MM))
                self.layout.pageCollection().addPage(page)
            self.sheet.down = number * (self.paper_height + self.layout.pageCollection().spaceBetweenPages())
            self._page(course, progress.part(number / len(self.courses), (number + 1) / len(self.courses)))

    def _page(self, course: Course, progress: Progress) -> None:
        notice = FieldWords.NOTICE.pick(self.language)
        furniture = Furniture(
            (1.0, 1.0),
            (14.0, 16.5),
            (max(78.0, self.sheet.width(self._scale_text(100_000), SMALL) + 5), 13.5),
            (self.sheet.width(notice, BODY, True) + 7.0, 3.2 * 1.36 + 4.0),
        )
        way = QgsGeometry.fromPolylineXY([QgsPointXY(x, y) for x, y in course.way])
        shapes = [stop.shape for stop in course.stops] + ([way.buffer(2.0, 4)] if len(course.way) > 1 else [])
        self.view = choose_view(shapes, self.map_width, self.map_height, self.scale, furniture, progress.part(0.0, 0.6))
        layers = self._course_layers(course, way)
        self._place_page_map(layers, self.view.extent)
        progress.step(0.8)
        self._place_furniture(furniture, notice)
        self._head(course)
        x = self.page_width - MARGIN - SIDE
        self._list(course, x, MARGIN + BAND - 0.8)
        self._foot()
        progress.step(1.0)

    def _place_page_map(self, layers: Sequence[QgsMapLayer], extent: QgsRectangle) -> None:
        kept = list(self.layers)
        self._place_map(layers, extent)
        item = next(
            item
            for item in self.layout.items()
            if isinstance(item, QgsLayoutItemMap) and all(item is not known for known in self._maps)
        )
        item.setId(f"map {len(self._maps) + 1}")
        self._maps.append(item)
        # All pages need their layers until the file is written.
        self.layers = kept + self.layers

    def _course_layers(self, course: Course, way: QgsGeometry) -> list[QgsMapLayer]:
        """From the top: numbers, way, lots of the walk, surroundings."""
        medium = self.medium
        lots = memory_layer("MultiPolygon", self.crs, [("stop", "int")])
        fill_layer(lots, ((stop.shape, [stop.number]) for stop in course.stops))
        lots.setRenderer(QgsSingleSymbolRenderer(symbology.harm_source_symbol(medium)))
        line = memory_layer("MultiLineString", self.crs, [("walk", "int")])
        if len(course.way) > 1:
            # A road walked to and fro is drawn once: two dashed lines on each other look like one without gaps.
            fill_layer(line, [(QgsGeometry.unaryUnion([way]).mergeLines(), [course.number])])
        ink = QgsLineSymbol.createSimple(
            {"color": symbols.ink(), "width": "0.8", "line_style": "dash", "capstyle": "flat", "joinstyle": "round"}
        )
        line.setRenderer(QgsSingleSymbolRenderer(ink))
        around = [*self._around("canals"), *self._around("houses", "roads")]
        if self.base.lots is not None:
            thin = self.base.lots.clone()
            thin.setRenderer(QgsSingleSymbolRenderer(symbology.lot_line_symbol(symbols.ink(), medium)))
            thin.setLabelsEnabled(False)
            around.append(thin)
        return [*self._plates(course), line, lots, *around, *self._around("forest", "hamlets")]

    def _plates(self, course: Course) -> list[Any]:
        if self.view is None:
            raise ValueError("the view has not been chosen")
        metres = self.view.denominator / 1000.0
        size = symbols.medium(self.medium).number
        placed: list[Placed] = []
        marks = [(str(stop.number), stop.shape.pointOnSurface().asPoint()) for stop in course.stops]
        if course.way:
            marks.append((FieldWords.START.pick(self.language), QgsPointXY(*course.way[0])))
        for text, point in marks:
            width = (self.sheet.width(text, size, True) + 0.55 * size) * metres
            height = 1.36 * size * metres
            x, y = _free(point, width, height, placed)
            placed.append(Placed(text, "", False, x, y, width, height, size))
        return list(number_layers(placed, self.crs, metres, self.sheet.family))

    def _head(self, course: Course) -> None:
        sheet, language = self.sheet, self.language
        village = self.request.village
        pattern = FieldWords.TITLE if village else FieldWords.TITLE_PLAIN
        facts = FieldWords.FACTS.pick(language).format(
            lots=len(course.stops), hours=f"{course.hours:.1f}", km=f"{course.kilometres:.1f}"
        )
        right = self.page_width - MARGIN
        sheet.text(right, MARGIN - 1.0, facts, HEADING, bold=True, align="right")
        room = right - MARGIN - sheet.width(facts, HEADING, True) - 8.0
        title = sheet.shorten(pattern.pick(language).format(village=village, walk=course.number), room, TITLE, True)
        sheet.text(MARGIN, MARGIN - 4.2, title, TITLE, bold=True, name=f"title {course.number}")

    def _list(self, course: Course, x: float, y: float) -> None:
        """Stop, lot number, place, and the boxes to tick."""
        sheet, language = self.sheet, self.language
        answers = self.request.answers
        boxes = SIDE - STEP * len(answers)
        y = self._heading(x, y, FieldWords.LIST.pick(language))
        sheet.text(x + 0.5, y, FieldWords.ORDER.pick(language), SMALL, bold=True)
        sheet.text(x + 10.0, y, FieldWords.LOT.pick(language), SMALL, bold=True)
        for number, (word, _) in enumerate(answers):
            middle = x + boxes + STEP * (number + 0.5)
            sheet.text(middle, y, word.pick(language), SMALL, bold=True, align="center")
        y += 5.0
        key = FieldWords.KEY.format(start=FieldWords.START).pick(language)
        meaning = 7.8 + 4.4 * len(answers) + BODY * LINE * len(sheet.wrap(key, SIDE, BODY)) + 9.8
        bottom = MARGIN + BAND + self.map_height
        row = min(ROW, max((bottom - y - meaning) / max(len(course.stops), 1), 4.0))
        tick, scale = min(TICK, row - 0.9), min(1.0, row / ROW)
        for stop in course.stops:
            sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
            line = y + (row - STOP * scale) / 2 - 0.3
            sheet.text(x + 0.5, line, str(stop.number), STOP * scale, bold=True)
            room = boxes - 11.0
            sheet.text(x + 10.0, line, sheet.shorten(stop.lot, room, LOT * scale, True), LOT * scale, bold=True)
            for number in range(len(answers)):
                left = x + boxes + STEP * (number + 0.5) - tick / 2
                sheet.box(left, y + (row - tick) / 2, tick, tick, edge=symbols.ink(), edge_width=0.47)
            y += row
        sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        y = self._heading(x, y + 2.0, FieldWords.MEANING.pick(language))
        for word, means in answers:
            used = sheet.text(x, y, word.pick(language), BODY, bold=True)
            sheet.text(x + max(used + 2.0, 13.0), y, sheet.shorten(means.pick(language), SIDE - 14.0, BODY), BODY)
            y += 4.4
        y = sheet.paragraph(x, y + 0.8, key, SIDE, BODY)
        sheet.text(x, y + 2.2, FieldWords.WHO.pick(language), BODY)

    def _foot(self) -> None:
        sheet, language, base = self.sheet, self.language, self.base
        y, right = self.page_height - MARGIN - 4.2, self.page_width - MARGIN
        sheet.rule(MARGIN, y, right, y, 0.25)
        layers = (base.lots, base.houses, base.roads, base.canals, base.forest, base.hamlets)
        sentences = [
            Words.ACCURACY.pick(language),
            Words.SYNTHETIC.pick(language) if any(is_synthetic(layer) for layer in layers) else "",
            self.request.credit or credit_of(base, language),
        ]
        text = ("　" if language == "ja" else "  ").join(sentence for sentence in sentences if sentence)
        sheet.paragraph(MARGIN, y + 1.6, text, right - MARGIN, SMALL, colour=SECOND, most=2)


def _free(point: QgsPointXY, width: float, height: float, placed: Sequence[Placed]) -> tuple[float, float]:
    """The place nearest to ``point`` on rings around it where a plate covers no other."""
    for ring in range(12):
        for turn in range(1 if ring == 0 else 12):
            angle = 2 * math.pi * turn / 12
            x, y = point.x() + ring * 0.6 * width * math.cos(angle), point.y() + ring * 0.6 * height * math.sin(angle)
            if all(
                abs(plate.x - x) >= (plate.width + width) / 2 or abs(plate.y - y) >= (plate.height + height) / 2
                for plate in placed
            ):
                return x, y
    return point.x(), point.y()
