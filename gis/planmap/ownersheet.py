"""The sheet on ownership for a meeting: hamlets on the map and in a table, without a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSource,
    QgsGeometry,
    QgsMapLayer,
    QgsVectorLayer,
)

from ...core.errors import InputError
from ...core.plan import symbols
from ...core.progress import Progress
from ...core.texts import Text
from .. import bridge, owner_style
from .content import BaseLayers, hamlet_names, require_metres, usable
from .layers import fill_layer, memory_layer
from .numbers import Placed, free_spot, number_layers
from .paper import BAND, BODY, MARGIN, SIDE, SMALL
from .resultsheet import ResultSheet

PATTERN = Text("The layer of ownership", "所有の状況の図")


#: Right ends of the columns of figures, mm from the left of the side column.
COLUMN_ENDS = (37.5, 45.5, 56.0, 67.0, 79.5, SIDE - 0.5)


class OwnerWords:
    """Fixed words of the sheet."""

    TITLE = Text("{village}: who holds the land", "{village}　所有の状況")
    TITLE_PLAIN = Text("Who holds the land", "所有の状況")
    SUBTITLE = Text("For discussion. No name stands on this sheet.", "話し合い用。氏名は載せていません。")
    COUNTS = Text("{owners} owners, {lots} lots", "所有者{owners}人・団体、{lots}筆")
    LEGEND = Text("Legend", "凡例")
    ELSEWHERE = Text("Area of owners who live elsewhere", "市町村の外に住む所有者の面積の割合")
    TABLE = Text("Ownership by hamlet", "集落ごとの所有")
    HAMLET = Text("Hamlet", "集落")
    WHOLE = Text("Whole", "全体")
    COLUMNS = (
        ("owners", Text("Owners", "所有者"), 0),
        ("lots_per_owner", Text("Lots", "筆/人"), 1),
        ("places_per_owner", Text("Places", "場所/人"), 1),
        ("coowned_lots", Text("Shared", "共有"), 0),
        ("absentee_pct", Text("Away %", "域外 %"), 0),
        ("unknown_pct", Text("? %", "不明 %"), 0),
    )
    MEANING = Text(
        "Lots: lots per owner. Places: separate places per owner. Shared: lots with several owners. Away: "
        "area of owners living outside the municipality. ?: area whose owner's address is not known.",
        "筆/人: 1人あたりの筆数。場所/人: 1人あたりの離れた場所の数。共有: 所有者が複数の筆。"
        "域外: 市町村の外に住む所有者の面積。不明: 住所が分からない所有者の面積。",
    )
    HIDDEN = Text("–: hidden, fewer than {k} owners, or not known.", "–: 所有者が{k}人未満のため伏せたか、不明。")
    NOTICE = Text(
        "From the register, without names. It is no proof of who owns what.",
        "登記をもとにした数字です。所有者を証明するものではありません。",
    )


class Row(NamedTuple):
    """One hamlet with its figures (``None``: hidden); the whole has no shape."""

    hamlet: str
    figures: dict[str, Optional[float]]
    shape: Optional[QgsGeometry]


@dataclass
class OwnerContent:
    """What stands on the sheet."""

    crs: QgsCoordinateReferenceSystem
    rows: list[Row] = field(default_factory=list)
    whole: Optional[Row] = None

    @property
    def hidden(self) -> bool:
        """Whether any figure is hidden."""
        every = [*self.rows, *([self.whole] if self.whole else [])]
        return any(value is None for row in every for value in row.figures.values())


@dataclass
class OwnerRequest:
    """What the sheet shall say; empty texts are filled in or left out."""

    language: str
    paper: str = "A3"
    title: str = ""
    village: str = ""
    credit: str = ""
    k: int = 3


def _rows(source: QgsFeatureSource, progress: Progress) -> list[Row]:
    fields = source.fields()
    wanted = ("hamlet", *(name for name, _words, _digits in OwnerWords.COLUMNS), "lots")
    missing = [name for name in wanted if fields.lookupField(name) < 0]
    if missing:
        raise InputError(
            Text(
                "{what} has no field “{field}”. Choose the result of “Ownership pattern by hamlet”.",
                "{what}に項目「{field}」がありません。「集落ごとの所有の状況」の結果を選んでください。",
            ).format(what=PATTERN, field=missing[0])
        )
    frame = bridge.source_to_frame(source, progress)
    rows = []
    for record, shape in zip(frame.to_dict("records"), _shapes(source)):
        figures: dict[str, Optional[float]] = {}
        for name in wanted[1:]:
            value = record[name]
            # Tables that went through a CSV hold text.
            figures[name] = None if value is None or str(value) in ("", "nan", "<NA>") else float(value)
        rows.append(Row(str(record["hamlet"] or ""), figures, shape))
    return sorted(rows, key=lambda row: row.hamlet)


def _shapes(source: QgsFeatureSource) -> list[Optional[QgsGeometry]]:
    features = sorted(source.getFeatures(), key=lambda feature: feature.id())
    return [usable(feature.geometry()) for feature in features]


def read_pattern(pattern: QgsFeatureSource, total: Optional[QgsFeatureSource], progress: Progress) -> OwnerContent:
    """Read the result of ``ownershippattern``. Raises ``InputError`` for another layer or one without a hamlet."""
    require_metres(pattern.sourceCrs(), PATTERN)
    content = OwnerContent(pattern.sourceCrs(), _rows(pattern, progress))
    if total is not None:
        content.whole = next(iter(_rows(total, progress)), None)
    if not any(row.shape is not None for row in content.rows):
        raise InputError(
            Text(
                "There is nothing to draw: no hamlet has a shape. Run “Ownership pattern by hamlet” first.",
                "描くものがありません（形のある集落がありません）。先に「集落ごとの所有の状況」を調べてください。",
            )
        )
    return content


class OwnerSheet(ResultSheet):
    """One printed sheet on ownership. :meth:`build` once, then :meth:`to_pdf` and :meth:`to_image`."""

    def __init__(self, request: OwnerRequest, content: OwnerContent, base: BaseLayers) -> None:
        super().__init__("ownership", request.paper, request.language, content.crs, base)
        self.request = request
        # The result knows hamlets by the word of the data; people read the name in the language of the sheet.
        names = hamlet_names(base, {}, request.language)
        rows = [row._replace(hamlet=names.get(row.hamlet, row.hamlet)) for row in content.rows]
        self.content = replace(content, rows=rows)

    def build(self, progress: Progress) -> None:
        """Lay everything out. Raises ``Cancelled``."""
        shapes = [row.shape for row in self.content.rows if row.shape is not None]
        self._frame(shapes, OwnerWords.NOTICE.pick(self.language), progress)
        self._title()
        x = self.page_width - MARGIN - SIDE
        y = self._legend(x, MARGIN + BAND - 0.8)
        y = self._table(x, y + 2.4)
        self._data(x, y + 2.6)
        self._foot(self.request.credit)
        progress.step(1.0)

    # -- map -----------------------------------------------------------------------------------
    def _map_layers(self) -> list[QgsMapLayer]:
        """From the top: names of the hamlets, houses, roads, waters, lot lines, hamlets, forest."""
        areas = memory_layer("MultiPolygon", self.content.crs, [("absentee_pct", "real")])
        fill_layer(
            areas,
            ((row.shape, [row.figures["absentee_pct"]]) for row in self.content.rows if row.shape is not None),
        )
        owner_style.style_pattern(areas, self.medium, self.language)
        return [
            *self._names(),
            *self._around("canals", "houses", "roads"),
            *self._lot_lines(),
            areas,
            *self._around("forest"),
        ]

    def _names(self) -> list[QgsVectorLayer]:
        if self.view is None:
            raise ValueError("the view has not been chosen")
        metres_per_mm = self.view.denominator / 1000.0
        size = symbols.medium(self.medium).number
        placed: list[Placed] = []
        height = 1.36 * size * metres_per_mm
        for row in self.content.rows:
            if row.shape is None:
                continue
            width = (self.sheet.width(row.hamlet, size, True) + 0.55 * size) * metres_per_mm
            spot = free_spot(row.shape, width, height, metres_per_mm, placed)
            middle = row.shape.pointOnSurface().asPoint()
            x, y = spot or (middle.x(), middle.y())
            placed.append(Placed(row.hamlet, "", False, x, y, width, height, size))
        return number_layers(placed, self.crs, metres_per_mm, self.sheet.family)

    # -- words ---------------------------------------------------------------------------------
    def _title(self) -> None:
        request, language = self.request, self.language
        counts = ""
        whole = self.content.whole
        if whole is not None and whole.figures["owners"] is not None and whole.figures["lots"] is not None:
            counts = OwnerWords.COUNTS.pick(language).format(
                owners=f"{whole.figures['owners']:,.0f}", lots=f"{whole.figures['lots']:,.0f}"
            )
        words = OwnerWords.TITLE if request.village else OwnerWords.TITLE_PLAIN
        title = request.title or words.pick(language).format(village=request.village)
        self._title_band(title, OwnerWords.SUBTITLE.pick(language), counts)

    def _legend(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, OwnerWords.LEGEND.pick(language))
        y = sheet.paragraph(x, y, OwnerWords.ELSEWHERE.pick(language), SIDE, BODY + 0.4, bold=True) + 0.6
        for step in owner_style.pct_steps(language):
            if step.hidden and not any(row.figures["absentee_pct"] is None for row in self.content.rows):
                continue
            sheet.box(x, y, 13.4, 4.6, fill=step.colour, edge=symbols.ink(), edge_width=0.2)
            if step.hidden:
                self._hatch(x, y)
            sheet.text(x + 15.0, y + 0.5, step.words, BODY)
            y += 5.6
        return self._base_legend(x, y + 0.8)

    def _hatch(self, x: float, y: float) -> None:
        lines = "".join(
            f'<path d="M{max(start, 0.0)} {max(-start, 0.0)} L{min(start + 4.6, 13.4)} {min(4.6, 13.4 - start)}"/>'
            for start in (-3.0, 0.0, 3.0, 6.0, 9.0, 12.0)
        )
        document = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="13.4mm" height="4.6mm" viewBox="0 0 13.4 4.6">'
            f'<g stroke="{symbols.cannot_tell_pattern().colour}" stroke-width="0.2" fill="none">{lines}</g></svg>'
        )
        self.sheet.svg(x, y, 13.4, 4.6, document)

    def _table(self, x: float, y: float) -> float:
        sheet, language = self.sheet, self.language
        y = self._heading(x, y, OwnerWords.TABLE.pick(language))
        ends = [x + end for end in COLUMN_ENDS]
        sheet.text(x + 0.5, y - 0.4, OwnerWords.HAMLET.pick(language), SMALL, bold=True)
        for end, (_name, head, _digits) in zip(ends, OwnerWords.COLUMNS):
            sheet.text(end, y - 0.4, head.pick(language), SMALL, bold=True, align="right")
        y += 4.4
        sheet.rule(x, y, x + SIDE, y, 0.25)
        for row in self.content.rows:
            y = self._line(x, y, row.hamlet, row, ends)
        if self.content.whole is not None:
            sheet.rule(x, y, x + SIDE, y, 0.25)
            y = self._line(x, y, OwnerWords.WHOLE.pick(language), self.content.whole, ends, bold=True)
        y = sheet.paragraph(x, y + 1.4, OwnerWords.MEANING.pick(language), SIDE, SMALL)
        if self.content.hidden:
            y = sheet.paragraph(x, y + 0.8, OwnerWords.HIDDEN.pick(language).format(k=self.request.k), SIDE, SMALL)
        return y

    def _line(self, x: float, y: float, name: str, row: Row, ends: Sequence[float], bold: bool = False) -> float:
        sheet = self.sheet
        sheet.text(x + 0.5, y + 0.6, sheet.shorten(name, 29.0, BODY, bold), BODY, bold=bold)
        for end, (column, _head, digits) in zip(ends, OwnerWords.COLUMNS):
            value = row.figures[column]
            sheet.text(end, y + 0.6, "–" if value is None else f"{value:,.{digits}f}", BODY, bold=bold, align="right")
        y += 5.1
        sheet.rule(x, y, x + SIDE, y, 0.12, "#A9ABA8")
        return y
