"""What the printed sheets on results share: frame and map, title band, data line, footer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsGeometry, QgsMapLayer, QgsSingleSymbolRenderer

from ...core.plan import symbols
from ...core.progress import Progress
from .. import symbology
from .content import credit_of, is_synthetic, layer_sources
from .paper import BAND, BODY, MARGIN, SIDE, SMALL, TITLE, MapPaper
from .sheet import LINE, SECOND
from .view import choose_view
from .words import Words


class ResultSheet(MapPaper):
    """A sheet on the result of a check. A subclass draws its map layers and its side column."""

    def _map_layers(self) -> list[QgsMapLayer]:
        """What lies on the map, from the top; asked for once the view is known."""
        raise NotImplementedError

    def _frame(self, shapes: Sequence[QgsGeometry], notice: str, progress: Progress) -> None:
        """Choose the view that shows all shapes, place the map, and on it north, scale and notice."""
        furniture = self._furniture(notice)
        self.view = choose_view(shapes, self.map_width, self.map_height, self.scale, furniture, progress.span(0.1, 0.6))
        self._place_map(self._map_layers(), self.view.extent)
        progress.step(0.8)
        self._place_furniture(furniture, notice)

    def _lot_lines(self) -> list[QgsMapLayer]:
        """The borders of the lots and nothing else."""
        if self.base.lots is None:
            return []
        lines = self.base.lots.clone()
        lines.setRenderer(QgsSingleSymbolRenderer(symbology.lot_line_symbol(symbols.ink(), self.medium)))
        lines.setLabelsEnabled(False)
        return [lines]

    def _title_band(self, title: str, subtitle: str, note: str = "") -> None:
        """Title and subtitle on the left, a note on the right; the subtitle goes below where there is no room."""
        sheet, right = self.sheet, self.page_width - MARGIN
        room = right - MARGIN - 8.0
        if note:
            sheet.text(right, MARGIN + 0.4, note, BODY, align="right")
            room -= sheet.width(note, BODY)
        used = sheet.text(MARGIN, MARGIN - 4.2, sheet.shorten(title, room, TITLE, True), TITLE, bold=True, name="title")
        if used + 6 + sheet.width(subtitle, BODY + 0.4) <= room:
            sheet.text(MARGIN + used + 6, MARGIN + 0.4, subtitle, BODY + 0.4)
        else:
            sheet.text(MARGIN, MARGIN + 8.6, subtitle, BODY)

    def _sources(self) -> str:
        """The layers below the result with their dates, in one line."""
        return ("／" if self.language == "ja" else "; ").join(layer_sources(self.base, self.language))

    def _data(self, x: float, y: float) -> None:
        """The data below the side column, as far as there is room."""
        bottom = MARGIN + BAND + self.map_height
        lines = int((bottom - y - 7.8) / (SMALL * LINE))
        if lines < 1:
            return
        y = self._heading(x, y, Words.DATA.pick(self.language))
        text = self._sources() or Words.NO_DATA.pick(self.language)
        self.sheet.paragraph(x, y - 0.3, text, SIDE, SMALL, most=lines)

    def _foot(self, credit: str, invented: bool = False) -> None:
        """How exact it is, whether any of the data is invented, and whom the data are from."""
        sheet, language, base = self.sheet, self.language, self.base
        y = self.page_height - MARGIN - 4.2
        right = self.page_width - MARGIN
        sheet.rule(MARGIN, y, right, y, 0.25)
        layers: tuple[Any, ...] = (base.lots, base.houses, base.roads, base.canals, base.forest, base.hamlets)
        sentences = [
            Words.ACCURACY.pick(language),
            Words.SYNTHETIC.pick(language) if invented or any(is_synthetic(layer) for layer in layers) else "",
            credit or credit_of(base, language),
        ]
        text = ("　" if language == "ja" else "  ").join(sentence for sentence in sentences if sentence)
        sheet.paragraph(MARGIN, y + 1.6, text, right - MARGIN, SMALL, colour=SECOND, most=3)
