"""What every printed map of ours shares: paper, scale, north arrow, scale bar, legend of the surroundings, files."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any, Callable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutExporter,
    QgsLayoutItemMap,
    QgsLayoutSize,
    QgsMapLayer,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtGui import QColor

from ... import compat
from ...core.errors import InputError
from ...core.plan import symbols
from ...core.sources.systems import UNKNOWN_SYSTEM
from ...core.texts import Text
from .. import symbology
from .content import BaseLayers
from .pdftext import mend_text
from .sheet import MM, Sheet, print_font
from .view import Furniture, View
from .words import Words

#: Paper by name: width and height in mm, the medium of its symbols.
PAPERS = {"A3": (420.0, 297.0, "a3"), "A0": (1189.0, 841.0, "a0")}

# The design on A3, in mm (design: margins 12, title band 15, map 300 × 246, side column 91).
MARGIN, BAND, SIDE, GAP, FOOT = 12.0, 15.0, 91.0, 5.0, 12.0

#: Text heights of the design (a test holds them to resources/symbols.json).
TITLE, HEADING, BODY, SMALL, HAMLET = 8.5, 4.2, 3.2, 2.8, 3.2


def crs_label(crs: QgsCoordinateReferenceSystem, language: str) -> str:
    """The plane rectangular zone by name; another CRS by its description."""
    code = crs.authid().rpartition(":")[2]
    if crs.authid().startswith("EPSG:") and code.isdigit():
        for first, datum in ((6669, "JGD2011"), (2443, "JGD2000")):
            if first <= int(code) < first + 19:
                return Words.ZONE.pick(language).format(zone=int(code) - first + 1, datum=datum)
    return crs.description() or crs.authid() or UNKNOWN_SYSTEM.pick(language)


class MapPaper:
    """A sheet with a map on the left and a side column on the right, on the paper ``A3`` or ``A0``."""

    def __init__(
        self, name: str, paper: str, language: str, crs: QgsCoordinateReferenceSystem, base: BaseLayers
    ) -> None:
        self.crs = crs
        self.base = base
        self.language = language
        self.project = QgsProject()
        self.project.setCrs(crs)
        self.layout = QgsPrintLayout(self.project)
        self.layout.setName(name)
        self.layout.initializeDefaults()
        # The project owns the layout, so that neither outlives the other.
        self.project.layoutManager().addLayout(self.layout)
        self.paper_width, self.paper_height, self.medium = PAPERS[paper]
        self.scale = symbols.medium(self.medium).smallest / symbols.medium("a3").smallest
        self.sheet = Sheet(self.layout, self.scale, print_font())
        self.page_width, self.page_height = self.paper_width / self.scale, self.paper_height / self.scale
        self.map_width = self.page_width - 2 * MARGIN - SIDE - GAP
        self.map_height = self.page_height - 2 * MARGIN - BAND - FOOT
        self.layers: list[QgsMapLayer] = []
        self.view: Optional[View] = None
        self.layout.pageCollection().page(0).setPageSize(QgsLayoutSize(self.paper_width, self.paper_height, MM))

    @property
    def denominator(self) -> int:
        """The scale of the map: 1 to this number."""
        if self.view is None:
            raise ValueError("the sheet has not been built")
        return self.view.denominator

    def _scale_text(self, denominator: int) -> str:
        crs = crs_label(self.crs, self.language)
        return Words.SCALE.pick(self.language).format(scale=f"{denominator:,}", crs=crs)

    def _place_map(self, layers: Sequence[QgsMapLayer], extent: QgsRectangle) -> None:
        """The map with its frame; the first layer on top."""
        self.layers = list(layers)
        item = QgsLayoutItemMap(self.layout)
        self.layout.addLayoutItem(item)
        item.setId("map")
        item.attemptSetSceneRect(self.sheet.rect(MARGIN, MARGIN + BAND, self.map_width, self.map_height))
        item.setCrs(self.crs)
        item.setLayers(self.layers)
        item.setKeepLayerSet(True)
        item.setExtent(extent)
        item.setBackgroundColor(QColor(symbols.basemap_colour("land")))
        item.setFrameEnabled(True)
        item.setFrameStrokeColor(QColor(symbols.ink()))
        item.setFrameStrokeWidth(compat.layout_mm(0.45 * self.scale))

    def _around(self, *roles: str) -> list[QgsMapLayer]:
        """Copies of the base layers of these roles, in the style of the sheet."""
        found = []
        for role in roles:
            layer = getattr(self.base, role)
            if layer is not None:
                copy = layer.clone()
                symbology.style_basemap(copy, role, self.medium, self.language)
                copy.setLabelsEnabled(False)
                found.append(copy)
        return found

    def _furniture(self, notice: str, table: tuple[float, float] = (0.0, 0.0)) -> Furniture:
        """Sizes of what stands on the map: a table, the north arrow, the scale bar, and a notice."""
        return Furniture(
            table,
            (14.0, 16.5),
            (max(86.0, self.sheet.width(self._scale_text(100_000), SMALL) + 5), 14.0),
            (self.sheet.width(notice, BODY, True) + 7.0, 8.2),
        )

    def _place_furniture(self, furniture: Furniture, notice: str) -> None:
        """North arrow, scale bar and notice where the view leaves room for them."""
        if self.view is None:
            raise ValueError("the view has not been chosen")
        left, top = MARGIN, MARGIN + BAND
        self._north(left + self.view.north[0], top + self.view.north[1])
        self._bar(left + self.view.bar[0], top + self.view.bar[1], furniture.bar)
        x, y = left + self.view.notice[0], top + self.view.notice[1]
        self.sheet.box(x, y, *furniture.notice, edge=symbols.ink(), edge_width=0.45, radius=0.8)
        self.sheet.text(x + 3.5, y + 2.0, notice, BODY, bold=True)

    def _north(self, x: float, y: float) -> None:
        sheet = self.sheet
        sheet.box(x, y, 14.0, 16.5, opacity=0.92)
        sheet.text(x + 7.0, y + 1.2, Words.NORTH.pick(self.language), BODY, bold=True, align="center")
        ink = symbols.ink()
        sheet.svg(
            x + 3.5,
            y + 5.4,
            7.0,
            10.5,
            (
                '<svg xmlns="http://www.w3.org/2000/svg" width="7mm" height="10.5mm" viewBox="0 0 7 10.5">'
                f'<path d="M3.5 0.2 L6.5 10.2 L3.5 8.4 L0.5 10.2 Z" fill="#FFFFFF" stroke="{ink}" stroke-width="0.25"/>'
                f'<path d="M3.5 0.2 L3.5 8.4 L0.5 10.2 Z" fill="{ink}"/></svg>'
            ),
        )

    def _bar(self, x: float, y: float, size: tuple[float, float]) -> None:
        if self.view is None:
            raise ValueError("the view has not been chosen")
        sheet = self.sheet
        metres_per_mm = self.view.denominator * self.scale / 1000.0
        # Four parts of a round length, together at most 70 mm long.
        part = bar_part(70.0 * metres_per_mm / 4)
        length = part / metres_per_mm
        sheet.box(x, y, size[0], size[1], opacity=0.92)
        left = x + 4.0
        for number in range(5):
            mark = f"{part * number:,.0f}" + (" m" if number == 4 else "")
            sheet.text(left + number * length, y + 1.2, mark, SMALL, align="center")
            if number < 4:
                sheet.box(
                    left + number * length,
                    y + 5.6,
                    length,
                    1.5,
                    fill=symbols.ink() if number % 2 == 0 else "#FFFFFF",
                    edge=symbols.ink(),
                    edge_width=0.2,
                )
        sheet.text(x + 2.0, y + 9.2, self._scale_text(self.view.denominator), SMALL)

    def _heading(self, x: float, y: float, words: str) -> float:
        self.sheet.text(x, y, words, HEADING, bold=True)
        self.sheet.rule(x, y + 6.2, x + SIDE, y + 6.2, 0.45)
        return y + 7.8

    def _base_legend(self, x: float, y: float) -> float:
        """One line for what lies around the plan; only what is on the map."""
        sheet, language = self.sheet, self.language
        grey = symbols.basemap_colour

        def band(colour: str, edge: str) -> str:
            return f'<rect y="0.9" width="6" height="1.4" fill="{colour}" stroke="{edge}" stroke-width="0.22"/>'

        house = f'<rect x="2" y="0.5" width="2.2" height="2.2" fill="{grey("building")}"/>'
        entries = (
            (self.base.canals, Words.WATER, band(grey("water"), grey("water_edge"))),
            (self.base.roads, Words.ROAD, band(grey("road"), grey("road_edge"))),
            (self.base.houses, Words.BUILDING, house),
            (self.base.forest, Words.FOREST, f'<circle cx="3" cy="1.6" r="1.5" fill="{grey("trees")}"/>'),
        )
        shown = False
        for layer, words, drawing in entries:
            if layer is None:
                continue
            shown = True
            sheet.svg(
                x,
                y + 0.2,
                6.0,
                3.2,
                (
                    '<svg xmlns="http://www.w3.org/2000/svg" width="6mm" height="3.2mm" viewBox="0 0 6 3.2">'
                    f"{drawing}</svg>"
                ),
            )
            x += 7.0 + sheet.text(x + 7.0, y, words.pick(language), SMALL) + 4.0
        return y + (5.2 if shown else 0.0)

    # -- files -------------------------------------------------------------------------------
    def to_pdf(self, path: str) -> None:
        """Write the PDF, text as text. Raises ``InputError`` when the file cannot be written."""
        settings = QgsLayoutExporter.PdfExportSettings()
        settings.dpi = 300
        settings.forceVectorOutput = True
        settings.rasterizeWholeImage = False
        settings.exportMetadata = True
        settings.appendGeoreference = False
        settings.textRenderFormat = compat.TEXT_AS_TEXT

        def export(target: str) -> Any:
            result = QgsLayoutExporter(self.layout).exportToPdf(target, settings)
            if result == QgsLayoutExporter.ExportResult.Success:
                mend_text(target)
            return result

        self._export(path, export)

    def to_image(self, path: str, dpi: float) -> None:
        """Write the PNG at ``dpi``. Raises ``InputError`` when the file cannot be written."""

        def export(target: str) -> Any:
            image = QgsLayoutExporter(self.layout).renderPageToImage(0, dpi=dpi)
            for set_resolution in (image.setDotsPerMeterX, image.setDotsPerMeterY):
                set_resolution(round(dpi / 0.0254))
            good, failed = QgsLayoutExporter.ExportResult.Success, QgsLayoutExporter.ExportResult.FileError
            return good if image.save(target) else failed

        self._export(path, export)

    def _export(self, path: str, export: Callable[[str], Any]) -> None:
        """Write beside the target first, so that a failure leaves the old file as it was."""
        stem, ending = os.path.splitext(path)
        partial = f"{stem}.part{ending}"
        try:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
            result = export(partial)
            if result != QgsLayoutExporter.ExportResult.Success or not os.path.exists(partial):
                raise InputError(_not_written(path))
            os.replace(partial, path)
        except OSError as error:
            raise InputError(_not_written(path)) from error
        finally:
            if os.path.exists(partial):
                os.remove(partial)


def _not_written(path: str) -> Text:
    return Text(
        "The map could not be written to {path}. Check that the file is not open elsewhere and that the "
        "folder may be written to.",
        "{path} に地図を書き込めませんでした。ファイルがほかで開かれていないか、フォルダに書き込めるか"
        "を確かめてください。",
    ).format(path=path)


def bar_part(most: float) -> float:
    """The longest of 1, 2, 2.5 or 5 times a power of ten that is at most ``most`` metres.

    >>> bar_part(170.0), bar_part(99.0), bar_part(260.0)
    (100.0, 50.0, 250.0)
    """
    power = 10.0 ** math.floor(math.log10(most))
    return max(step * power for step in (1.0, 2.0, 2.5, 5.0) if step * power <= most)
