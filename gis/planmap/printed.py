"""The printed sheet: map, legend, areas, who does what, data, revisions, notes."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsCoordinateTransform, QgsGeometry, QgsRectangle

from ...core.plan import codes, mapfacts, symbols
from ...core.progress import Progress
from .content import BaseLayers, MapRequest, PlanContent, text_value, usable
from .layers import Patch, class_layers, lot_lines, patches, priority_layer
from .numbers import Placed, beside_spot, free_spot, name_layer, number_layers, place_numbers
from .paper import BAND, BODY, HAMLET, HEADING, MARGIN, SIDE, SMALL, TITLE, MapPaper
from .sheet import LINE, SECOND, Sheet
from .view import INSET, Furniture, choose_view
from .words import Words


class WhoTable:
    """The table "who does what", laid out before it is placed."""

    PAD, ROW, HEAD = 3.0, 5.9, 6.6

    def __init__(self, sheet: Sheet, content: PlanContent, language: str, most_rows: int = 9) -> None:
        self.language = language
        self.kind = mapfacts.main_kind(content.units)
        rows = mapfacts.actions(content.units)
        self.hidden = max(0, len(rows) - most_rows)
        self.rows = rows[:most_rows]
        self.cells: list[list[str]] = []
        limits = (52.0, 44.0, 56.0, 24.0)
        open_word = Words.OPEN.pick(language)
        for row in self.rows:
            units = mapfacts.name_units(row.units, language, lambda text: sheet.width(text, SMALL + 0.1) <= limits[0])
            texts = (units, row.actor or open_word, row.method or open_word, row.start or open_word)
            self.cells.append([sheet.shorten(text, limit, SMALL + 0.1) for text, limit in zip(texts, limits)])
        heads = [word.pick(language) for word in Words.WHO_COLUMNS]
        heads[0] = Words.UNITS[self.kind].pick(language)
        self.heads = heads
        self.columns = [
            max([sheet.width(head, SMALL, True), *(sheet.width(cells[number], SMALL + 0.1) for cells in self.cells)])
            + 4.5
            for number, head in enumerate(heads)
        ]

    def size(self, sheet: Sheet) -> tuple[float, float]:
        """Width and height in mm."""
        title = sheet.width(Words.WHO.pick(self.language), BODY + 0.6, True)
        if not self.rows:
            return title + 2 * self.PAD + 6, self.HEAD + 8.5
        width = 10.5 + sum(self.columns) - 4.5 + 2 * self.PAD
        extra = self.ROW if self.hidden else 0.0
        return max(width, title + 2 * self.PAD), 2 * self.HEAD + self.ROW * len(self.rows) + extra + 2.2

    def draw(self, sheet: Sheet, x: float, y: float) -> None:
        """Place the table with its top left corner at (x, y)."""
        width, height = self.size(sheet)
        sheet.box(x, y, width, height, edge=symbols.ink(), edge_width=0.25, radius=0.8, opacity=0.97)
        left, right = x + self.PAD, x + width - self.PAD
        sheet.text(left, y + 1.9, Words.WHO.pick(self.language), BODY + 0.6, bold=True)
        y += self.HEAD + 1.2
        if not self.rows:
            sheet.text(left, y, Words.WHO_OPEN.pick(self.language), SMALL + 0.1)
            return
        sheet.rule(left, y, right, y, 0.45)
        y += 1.2
        starts = [left + 10.5]
        for column in self.columns[:-1]:
            starts.append(starts[-1] + column)
        for start, head in zip(starts, self.heads):
            sheet.text(start, y, head, SMALL, bold=True)
        y += self.HEAD - 2.2
        sheet.rule(left, y, right, y, 0.35)
        for row, cells in zip(self.rows, self.cells):
            sheet.swatch(left + 0.8, y + 0.8, 7.0, 4.4, row.code, icon=False)
            for start, cell in zip(starts, cells):
                sheet.text(start, y + 1.1, cell, SMALL + 0.1)
            y += self.ROW
            sheet.rule(left, y, right, y, 0.12, "#A9ABA8")
        if self.hidden:
            more = Words.WHO_MORE.pick(self.language).format(count=self.hidden)
            sheet.text(left, y + 1.1, more, SMALL)


def _number(value: float, digits: int = 1) -> str:
    return f"{value:,.{digits}f}"


class PlanSheet(MapPaper):
    """One printed plan map. :meth:`build` once, then :meth:`to_pdf` and :meth:`to_image`."""

    def __init__(self, request: MapRequest, content: PlanContent, base: BaseLayers) -> None:
        super().__init__("plan map", request.paper, request.language, content.crs, base)
        self.request = request
        self.content = content

    def build(self, progress: Progress) -> None:
        """Lay everything out. Raises ``Cancelled``."""
        sheet, language = self.sheet, self.language
        table = WhoTable(sheet, self.content, language)
        notice = codes.BOUNDARY_NOTICE.pick(language)
        furniture = self._furniture(notice, table.size(sheet))
        shapes = [shape for shape in self.content.shapes if not shape.isNull()]
        self.view = choose_view(
            shapes, self.map_width, self.map_height, self.scale, furniture, progress.span(0.1, 0.35)
        )
        self._map(furniture, progress)
        table.draw(sheet, MARGIN + self.view.table[0], MARGIN + BAND + self.view.table[1])
        self._place_furniture(furniture, notice)
        self._title()
        self._side()
        self._footer()
        progress.step(1.0)

    def _map(self, furniture: Furniture, progress: Progress) -> None:
        if self.view is None:
            raise ValueError("the view has not been chosen")
        medium, content, base = self.medium, self.content, self.base
        metres_per_mm = self.view.denominator / 1000.0
        dissolved = patches(content, progress.span(0.35, 0.5))
        sheet = self.sheet
        placed = place_numbers(
            content,
            dissolved,
            metres_per_mm,
            medium,
            # Numbers are set in mm of the paper, not of the A3 design.
            lambda text, size: sheet.width(text, size, True),
            progress.span(0.5, 0.7),
        )
        names = self._hamlet_names(dissolved, placed, furniture, metres_per_mm)
        self.layers = [
            *number_layers(placed, content.crs, metres_per_mm, sheet.family),
            name_layer(names, content.crs, sheet.family),
        ]
        priority = priority_layer(content, medium)
        if priority is not None:
            self.layers.append(priority)
        outlines, fills = class_layers(dissolved, content.crs, medium)
        # Houses, roads and water lie on lots of the plan too; people find their way by them.
        self.layers.extend([outlines, *self._around("houses", "roads", "canals")])
        self.layers.extend([lot_lines(content, base, medium), fills])
        self.layers.extend(self._around("forest", "hamlets"))
        self.layers.extend(base.background)
        self._place_map(self.layers, self.view.extent)

    def _hamlet_names(
        self, dissolved: Sequence[Patch], placed: Sequence[Placed], furniture: Furniture, metres_per_mm: float
    ) -> list[Placed]:
        """Names of the hamlets, clear of the plates: where nothing is planned in or right beside the hamlet; else over
        one class alone, whose colour is then seen all around; else anywhere in the hamlet."""
        layer = self.base.hamlets
        if layer is None:
            return []
        fields = layer.fields()
        field_name = next((name for name in (f"name_{self.language}", "hamlet") if fields.lookupField(name) >= 0), "")
        if not field_name:
            return []
        transform = QgsCoordinateTransform(layer.crs(), self.content.crs, self.project.transformContext())
        hamlets: list[tuple[str, QgsGeometry]] = []
        for feature in sorted(layer.getFeatures(), key=lambda feature: text_value(feature[field_name])):
            name, shape = text_value(feature[field_name]), usable(feature.geometry())
            if name and shape is not None:
                shape.transform(transform)
                hamlets.append((name, shape))
        plan = QgsGeometry.unaryUnion([shape for shape in self.content.shapes if not shape.isNull()])
        free = self._free_ground(furniture).difference(plan.simplify(1.0).buffer(metres_per_mm * 0.8, 4))
        size = HAMLET * self.scale
        height = size * 1.3 * metres_per_mm
        found: list[Placed] = []
        for name, shape in hamlets:
            width = (self.sheet.width(name, size, True) + 1.0) * metres_per_mm
            taken = [*placed, *found]
            spot = free_spot(shape.difference(plan), width, height, metres_per_mm, taken)
            if spot is None:
                others = [other for _name, other in hamlets if other is not shape]
                spot = beside_spot(shape, others, free, width, height, metres_per_mm, taken)
            parts = (patch.shape.intersection(shape) for patch in dissolved if patch.shape.intersects(shape))
            for area in () if spot is not None else (*sorted(parts, key=lambda part: -part.area()), shape):
                spot = free_spot(area, width, height, metres_per_mm, taken)
                if spot is not None:
                    break
            if spot is not None:
                found.append(Placed(name, "", False, *spot, width, height, size))
        return found

    def _free_ground(self, furniture: Furniture) -> QgsGeometry:
        """The part of the map, inside its frame, that table, north arrow, scale bar and notice leave free."""
        if self.view is None:
            raise ValueError("the view has not been chosen")
        extent = self.view.extent
        metres = extent.width() / self.map_width
        ground = QgsGeometry.fromRect(extent.buffered(-INSET * metres))
        for name, (wide, high) in furniture._asdict().items():
            x, y = getattr(self.view, name)
            left, top = extent.xMinimum() + x * metres, extent.yMaximum() - y * metres
            piece = QgsRectangle(left, top - high * metres, left + wide * metres, top)
            ground = ground.difference(QgsGeometry.fromRect(piece.buffered(metres)))
        return ground

    def _title(self) -> None:
        sheet, request, language = self.sheet, self.request, self.language
        right = self.page_width - MARGIN
        units = self.content.units
        decided = [unit for unit in units if codes.is_decision(unit.decided_by) and unit.code != codes.UNDECIDED]
        meetings = {unit.decided_in for unit in units if unit.decided_in}
        kind = mapfacts.main_kind(units)
        state = Words.DECIDED.pick(language).format(
            unit=Words.UNITS[kind].pick(language),
            done=f"{len(decided):,}",
            total=mapfacts.count_units(len(units), kind).en if language != "ja" else f"{len(units):,}",
        )
        if not decided:
            state = Words.NOT_DECIDED.pick(language)
        if meetings:
            state += ("　" if language == "ja" else ". ") + Words.MEETINGS.pick(language).format(count=len(meetings))
        lines = [line for line in (request.version, state) if line]
        note_width = max(sheet.width(line, BODY) for line in lines)
        for number, line in enumerate(lines):
            sheet.text(right, MARGIN - 3.6 + number * 5.0, line, BODY, align="right")
        room = right - MARGIN - note_width - 8.0
        size = TITLE
        while sheet.width(request.title, size, True) > room and size > 5.0:
            size -= 0.25
        title = sheet.shorten(request.title, room, size, True)
        used = sheet.text(MARGIN, MARGIN - 4.2 + (TITLE - size), title, size, bold=True, name="title")
        parts = [Words.SUBTITLE.pick(language)]
        if request.target_year:
            year = mapfacts.year_label(request.target_year, language)
            parts.append(Words.TARGET.pick(language).format(year=year))
        if not decided:
            parts.insert(0, Words.DRAFT.pick(language))
        subtitle = ("　　" if language == "ja" else "   ").join(parts)
        if used + 6 + sheet.width(subtitle, BODY + 0.4) <= room + 4:
            sheet.text(MARGIN + used + 6, MARGIN + 0.4, subtitle, BODY + 0.4)
        else:
            sheet.text(MARGIN, MARGIN + 8.6, subtitle, BODY)

    # -- side column -------------------------------------------------------------------------
    def _side(self) -> None:
        x = self.page_width - MARGIN - SIDE
        y = self._legend(x, MARGIN + BAND - 0.8)
        y = self._areas(x, y + 1.6)
        y = self._data(x, y + 2.6)
        self._revisions(x, y + 1.2)

    def _legend(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, Words.LEGEND.pick(language))
        text_x, room = x + 15.0, SIDE - 15.0
        none = codes.NO_EQUIVALENT.pick(language)
        for item in codes.MANAGEMENT_CLASSES:
            sheet.swatch(x, y + 1.0, 13.4, 8.2, item.code)
            word = item.short.pick(language)
            used = sheet.text(text_x, y, word, HEADING, bold=True)
            meaning = item.meaning.pick(language)
            size = BODY if sheet.width(meaning, BODY) <= room - used - 2.6 else SMALL
            sheet.text(text_x + used + 2.6, y + (HEADING - size) * 1.0, meaning, size)
            y += HEADING * LINE + 0.1
            for pattern, words in ((Words.CHOICE_2018, item.choice_2018), (Words.CLASS_2021, item.class_2021)):
                line = pattern.pick(language).format(words=words.pick(language) if words else none)
                y = sheet.paragraph(text_x, y, line, room, SMALL, colour=SECOND, most=2)
            y += 1.5
        sheet.swatch(x, y, 13.4, 8.2, "priority")
        used = sheet.text(text_x, y + 1.4, codes.PRIORITY.pick(language), HEADING, bold=True)
        meaning = codes.PRIORITY_MEANING.pick(language)
        sheet.text(text_x + used + 2.6, y + 2.4, meaning, BODY)
        return self._base_legend(x, y + 10.2)

    def _areas(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        rows = mapfacts.class_areas(self.content.units)
        kind = mapfacts.main_kind(self.content.units)
        y = self._heading(x, y, Words.AREAS.pick(language))
        ends = (x + 54.0, x + 75.0, x + SIDE - 0.5)
        sheet.text(x + 9.5, y - 0.4, Words.CLASS.pick(language), SMALL, bold=True)
        for end, head in zip(ends, (Words.UNITS[kind], Words.AREA_HA, Words.SHARE)):
            sheet.text(end, y - 0.4, head.pick(language), SMALL, bold=True, align="right")
        y += 4.4
        sheet.rule(x, y, x + SIDE, y, 0.25)
        for row in rows:
            sheet.swatch(x + 0.5, y + 0.9, 6.4, 3.9, row.code, icon=False)
            word = codes.class_label(row.code, language, short=True)
            for text, where, align in (
                (word, x + 9.5, "left"),
                (f"{row.units:,}", ends[0], "right"),
                (_number(row.area_ha), ends[1], "right"),
                (f"{100 * row.share:.0f} %", ends[2], "right"),
            ):
                sheet.text(where, y + 0.9, text, BODY, align=align)
            y += 5.4
            sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        total = sum(row.area_ha for row in rows)
        sheet.rule(x, y, x + SIDE, y, 0.45)
        for text, where, align in (
            (codes.TOTAL.pick(language), x + 9.5, "left"),
            (f"{len(self.content.units):,}", ends[0], "right"),
            (_number(total), ends[1], "right"),
            ("100 %", ends[2], "right"),
        ):
            sheet.text(where, y + 0.9, text, BODY, bold=True, align=align)
        y += 5.6
        official = self.request.official_ha
        if official is None:
            sheet.text(x + 9.5, y + 0.4, Words.NO_OFFICIAL.pick(language), SMALL, colour=SECOND)
        else:
            words = Words.RESIDUAL.pick(language).format(official=_number(official))
            sheet.text(x + 9.5, y + 0.4, words, SMALL)
            sheet.text(ends[2], y + 0.4, f"{official - total:+,.1f} ha", BODY, align="right")
        y += 5.2
        sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        return y

    def _data(self, x: float, y: float) -> float:
        sheet, language, request = self.sheet, self.language, self.request
        y = self._heading(x, y, Words.DATA.pick(language))
        lines = [line for line in request.sources.splitlines() if line.strip()]
        text = ("／" if language == "ja" else "; ").join(lines) or Words.NO_DATA.pick(language)
        y = sheet.paragraph(x, y - 0.3, text, SIDE, SMALL, most=6)
        if request.cannot_tell is not None:
            count = mapfacts.count_units(request.cannot_tell, "lot").pick(language)
            y = sheet.paragraph(x, y, Words.CANNOT_TELL.pick(language).format(count=count), SIDE, SMALL, most=2)
        return y

    def _revisions(self, x: float, y: float) -> None:
        """The newest revisions, as many as there is room for."""
        sheet, language = self.sheet, self.language
        rows = mapfacts.revisions(self.content.changes, mapfacts.main_kind(self.content.units))
        bottom = MARGIN + BAND + self.map_height
        room = int((bottom - y - 6.0) / 5.0)
        if not rows or room < 1:
            return
        columns = (x + 0.5, x + 13.0, x + 36.0)
        for where, head in zip(columns, Words.REVISION):
            sheet.text(where, y + 0.6, head.pick(language), SMALL, bold=True)
        y += 5.2
        sheet.rule(x, y, x + SIDE, y, 0.25)
        for row in rows[: min(room, 5)]:
            change = sheet.shorten(row.change.pick(language), SIDE - 36.0, SMALL)
            for where, text in zip(columns, (str(row.version), row.day.isoformat(), change)):
                sheet.text(where, y + 0.7, text, SMALL)
            y += 5.0
            sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")

    def _footer(self) -> None:
        sheet, request, language = self.sheet, self.request, self.language
        y = self.page_height - MARGIN - 4.2
        right = self.page_width - MARGIN
        sheet.rule(MARGIN, y, right, y, 0.25)
        room = right - MARGIN
        if request.plan_number:
            words = Words.PLAN_NUMBER.pick(language).format(number=request.plan_number)
            room -= sheet.text(right, y + 1.6, words, BODY - 0.2, bold=True, align="right") + 6
        undecided = sum(unit.code == codes.UNDECIDED for unit in self.content.units)
        kind = mapfacts.main_kind(self.content.units)
        sentences = [
            Words.MADE_BY.pick(language).format(author=request.author) if request.author else "",
            Words.ACCURACY.pick(language),
            Words.UNDECIDED.pick(language).format(count=mapfacts.count_units(undecided, kind).pick(language))
            if undecided
            else "",
            Words.SYNTHETIC.pick(language) if self.content.synthetic else "",
            request.credit,
        ]
        text = ("　" if language == "ja" else "  ").join(sentence for sentence in sentences if sentence)
        sheet.paragraph(MARGIN, y + 1.6, text, room, SMALL, most=3)

    # -- files -------------------------------------------------------------------------------
