"""One page for the first workshop: our village in 20 years, if nothing changes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsMapLayer,
    QgsProcessingFeatureSource,
)

from ...core.condition import forecast_chart
from ...core.condition.forecast_words import CLASS_WORDS, OUTLOOK_SHORT, SCENARIO_WORDS, field_of
from ...core.errors import InputError
from ...core.plan import symbols
from ...core.progress import Progress
from ...core.texts import Text
from .. import bridge, forecast_style
from .content import BaseLayers, require_metres, text_value, usable
from .layers import fill_layer, memory_layer
from .paper import BAND, BODY, HEADING, MARGIN, SMALL
from .resultsheet import ResultSheet
from .sheet import LINE, SECOND, print_font
from .words import Words

LOTS = Text("The layer of the forecast", "将来予測の図")
HAMLETS = Text("The table of the forecast by hamlet", "集落ごとの予測の表")
#: Width of the map; what is right of it holds numbers and charts.
MAP_WIDTH, GAP = 196.0, 6.0
#: Charts of hamlets in a row and rows of them.
COLUMNS, ROWS = 4, 2
NUMBER = 7.4


class SheetWords:
    """Fixed words of the page."""

    TITLE = Text("{village} in {years} years", "{years}年後の{village}")
    TITLE_PLAIN = Text("Our village in {years} years", "{years}年後のわたしたちの地区")
    SUBTITLE = Text(
        "if nothing changes. For discussion, no plan.", "このまま何も変わらない場合。話し合い用で、計画ではありません。"
    )
    NOW_THEN = Text("{now} → {then}", "{now} → {then}")
    RANGE = Text("{low} to {high}", "{low}〜{high}")
    MANAGED = Text("Land that is managed", "管理される土地")
    HANDS = Text("Hours available per 100 that today's land needs", "今の土地に必要な作業100時間に対し使える時間")
    PEOPLE = Text("Residents", "住民")
    HECTARES, HOURS, PERSONS = Text(" ha", " ha"), Text(" h", " 時間"), Text("", " 人")
    UNKNOWN = Text("unknown", "不明")
    VILLAGE = Text("Whole village", "地区全体")
    LEGEND = Text("The map: each lot in {years} years", "地図: {years}年後の各筆")
    HIDDEN = Text("Not shown: few farmers", "示さない: 耕作者が少ない集落")
    BY_HAMLET = Text("By hamlet", "集落ごと")
    ELSEWHERE = Text("Outside the hamlets", "集落の外")
    MORE = Text("{count} more hamlets are in the table.", "ほか{count}集落は表にあります。")
    FACILITIES = Text("Services, by people of the municipality", "暮らしの施設（市町村の人口規模から）")
    HEADS = (Text("Service", "施設"), Text("Now", "今"), Text("In {years} years", "{years}年後"))
    SOURCES = Text("Edition of the numbers: {sources}", "人口の目安の年版: {sources}")
    READ = Text("How to read this", "読み方")
    BAND = Text(
        "Line: middle scenario. Band: {level} of 100 futures. Dots: slow and fast loss. Dashes: everything stays.",
        "太線: 中位の場合。帯: 将来100通りのうち{level}通り。点線: 減少が遅い・速い場合。破線: 今のまま。",
    )
    ASSUMED = Text(
        "Nearly all rates are assumptions, to be changed by those who know the village. It says nothing about any one "
        "person, and a lot may go either way.",
        "確率のほとんどは仮定で、地域を知る人が直せます。特定の人の予測ではなく、どの筆もどちらにもなり得ます。",
    )
    NOTICE = Text("Possible futures, not a plan.", "ありうる将来で、計画ではありません。")
    SCENARIO = Text("Scenario: {scenario}", "{scenario}")


class Lot(NamedTuple):
    """One lot: chance to be managed (``None``: not forecast), hamlet, shape."""

    key: str
    chance: Optional[float]
    hamlet: str
    shape: QgsGeometry


@dataclass
class ForecastContent:
    """What stands on the page."""

    crs: QgsCoordinateReferenceSystem
    scenario: str
    years: int
    lots: list[Lot] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    facilities: list[dict[str, Any]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    synthetic: bool = False

    def village(self, years: int) -> dict[str, Any]:
        """The row of the whole village at a moment, in the scenario told."""
        return next(
            row
            for row in self.rows
            if row["level"] == "village" and row["scenario"] == self.scenario and row["years"] == years
        )

    def hamlets(self) -> list[str]:
        """Hamlets by their land, largest first."""
        rows = [row for row in self.rows if row["level"] == "hamlet" and row["years"] == 0 and row["scenario"] == "mid"]
        rows.sort(key=lambda row: (-(row["land_ha"] or 0.0), row["hamlet"] or ""))
        return [row["hamlet"] or "" for row in rows]


@dataclass
class ForecastRequest:
    """What the page shall say; empty texts are filled in or left out. ``names``: of hamlets, in that language."""

    language: str
    village: str = ""
    title: str = ""
    credit: str = ""
    level: int = 80
    names: Mapping[str, str] = field(default_factory=dict)


def _table(source: QgsFeatureSource, wanted: Sequence[str], what: Text) -> list[dict[str, Any]]:
    fields = source.fields()
    for name in wanted:
        if fields.lookupField(name) < 0:
            raise InputError(
                Text(
                    "{what} has no field “{field}”. Choose the result of “Forecast the land”.",
                    "{what}に項目「{field}」がありません。「土地の将来を予測する」の結果を選んでください。",
                ).format(what=what, field=name)
            )
    names = fields.names()
    return [
        {name: _plain(name, bridge.to_python(value)) for name, value in zip(names, feature.attributes())}
        for feature in source.getFeatures()
    ]


#: Columns that hold words; all others of the tables hold numbers.
_WORDS = (
    "level",
    "hamlet",
    "scenario",
    "facility",
    "label",
    "label_ja",
    "edition",
    "outlook",
    "source",
    "hands_source",
)


def _plain(name: str, value: Any) -> Any:
    """A value of a table, also of one without types (CSV): numbers as numbers, yes and no as such."""
    if not isinstance(value, str) or name in _WORDS or name.startswith("explanation"):
        return str(value) if name == "edition" and value is not None else value
    if value.lower() in ("true", "false", ""):
        return None if value == "" else value.lower() == "true"
    try:
        number = float(value)
    except ValueError:
        return value
    return int(number) if name in ("years", "year", "lots") else number


def read_forecast(
    lots: QgsFeatureSource,
    hamlets: QgsFeatureSource,
    facilities: Optional[QgsFeatureSource],
    scenario: str,
    years: int,
    progress: Progress,
) -> ForecastContent:
    """Read one run of the forecast, in an order of its own, with what must not be printed left out.

    Raises ``InputError`` for missing fields, a horizon or scenario that was not forecast, an empty result, or
    coordinates not in metres.
    """
    require_metres(lots.sourceCrs(), LOTS)
    content = ForecastContent(lots.sourceCrs(), scenario, years)
    content.rows = _table(hamlets, ("level", "hamlet", "scenario", "years", "managed_ha", "few_farmers"), HAMLETS)
    content.rows.sort(key=lambda row: (row["level"], row["hamlet"] or "", row["scenario"], row["years"]))
    moments = {(row["scenario"], row["years"]) for row in content.rows if row["level"] == "village"}
    column = field_of(scenario, years)
    place = lots.fields().lookupField(column)
    if place < 0 or (scenario, years) not in moments or (scenario, 0) not in moments:
        raise InputError(
            Text(
                "This forecast does not tell {years} years ({scenario}). Choose other years, or forecast anew.",
                "この予測には{years}年後（{scenario}）がありません。別の年数を選ぶか、予測をやり直してください。",
            ).format(years=years, scenario=SCENARIO_WORDS[scenario])
        )
    rows = [row for row in content.rows if row["level"] == "hamlet" and row["years"] == 0 and row["scenario"] == "mid"]
    content.hidden = forecast_chart.unprinted(
        [(row["hamlet"] or "", bool(row["few_farmers"]), float(row["land_ha"] or 0.0)) for row in rows]
    )
    fields = [lots.fields().lookupField(name) for name in ("lot_key", "hamlet", "synthetic")]
    total = lots.featureCount()
    features = (
        lots.getFeatures(QgsFeatureRequest(), QgsProcessingFeatureSource.Flag.FlagSkipGeometryValidityChecks)
        if isinstance(lots, QgsProcessingFeatureSource)
        else lots.getFeatures()
    )
    for count, feature in enumerate(features):
        if count % 200 == 0:
            progress.step(count / total if total > 0 else 0.0)
        shape = usable(feature.geometry())
        if shape is None:
            continue
        values = feature.attributes()
        key, hamlet, invented = (bridge.to_python(values[at]) if at >= 0 else None for at in fields)
        chance = bridge.to_python(values[place])
        content.synthetic = content.synthetic or invented in (True, 1)
        content.lots.append(Lot(text_value(key), None if chance is None else float(chance), text_value(hamlet), shape))
    if not content.lots:
        raise InputError(
            Text(
                "There is nothing to draw: no lot of the forecast has a shape.",
                "描くものがありません（形のある筆がありません）。",
            )
        )
    content.lots.sort(key=lambda lot: lot.key)
    if facilities is not None:
        found = _table(
            facilities, ("facility", "scenario", "years", "outlook"), Text("The table of facilities", "施設の表")
        )
        content.facilities = [row for row in found if row["scenario"] == scenario and row["years"] in (0, years)]
    return content


def chart_names(names: Mapping[str, str], hamlet: str) -> Text:
    """Name of a hamlet over its chart, in the language of the page."""
    if not hamlet:
        return SheetWords.ELSEWHERE
    return Text(names.get(hamlet, hamlet), names.get(hamlet, hamlet))


def charts_svg(content: ForecastContent, request: ForecastRequest, path: str) -> None:
    """Write one picture with a chart of the village and of every hamlet. Raises ``InputError`` when it cannot."""
    language = request.language
    named: list[tuple[Optional[str], Text]] = [(None, SheetWords.VILLAGE)]
    named += [(hamlet, chart_names(request.names, hamlet)) for hamlet in content.hamlets()]
    drawings = [
        forecast_chart.draw(
            forecast_chart.series_from_rows(content.rows, hamlet, name, hamlet in content.hidden),
            98.0,
            62.0,
            language,
            3.2,
            content.years,
        )
        for hamlet, name in named
    ]
    heading = SheetWords.TITLE if request.village else SheetWords.TITLE_PLAIN
    words = heading.format(village=request.village, years=content.years).pick(language)
    text = forecast_chart.svg_of(drawings, 2, 6.0, print_font(), words)
    partial = f"{path}.part"
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with open(partial, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(partial, path)
    except OSError as error:
        raise InputError(
            Text(
                "The charts could not be written to {path}: {why}. Choose another folder.",
                "{path} にグラフを書き込めませんでした（{why}）。別のフォルダを選んでください。",
            ).format(path=path, why=error.strerror or error)
        ) from error


class ForecastSheet(ResultSheet):
    """The page. :meth:`build` once, then :meth:`to_pdf` and :meth:`to_image`."""

    def __init__(self, request: ForecastRequest, content: ForecastContent, base: BaseLayers) -> None:
        super().__init__("forecast", "A3", request.language, content.crs, base)
        self.request, self.content = request, content
        self.map_width = MAP_WIDTH
        self.left = MARGIN + MAP_WIDTH + GAP
        self.side = self.page_width - MARGIN - self.left

    def build(self, progress: Progress) -> None:
        """Lay everything out. Raises ``Cancelled``."""
        shapes = [lot.shape for lot in self.content.lots]
        self._frame(shapes, SheetWords.NOTICE.pick(self.language), progress)
        self._title()
        y = self._numbers(MARGIN + BAND)
        y = self._village(y + 2.0)
        y = self._hamlets(y + 2.5)
        self._facilities(y + 2.5)
        self._foot(self.request.credit, self.content.synthetic)
        progress.step(1.0)

    # -- map -----------------------------------------------------------------------------------
    def _map_layers(self) -> list[QgsMapLayer]:
        content = self.content
        lots = memory_layer("MultiPolygon", content.crs, [("chance", "real")])
        fill_layer(
            lots,
            ((lot.shape, [None if lot.hamlet in content.hidden else lot.chance]) for lot in content.lots),
        )
        forecast_style.style_forecast(lots, "chance", self.medium, self.language)
        return [
            *self._around("hamlets"),
            *self._around("houses", "roads", "canals"),
            lots,
            *self._lot_lines(),
            *self._around("forest"),
        ]

    # -- words ---------------------------------------------------------------------------------
    def _title(self) -> None:
        request, language = self.request, self.language
        pattern = SheetWords.TITLE if request.village else SheetWords.TITLE_PLAIN
        title = request.title or pattern.pick(language).format(village=request.village, years=self.content.years)
        scenario = SheetWords.SCENARIO.format(scenario=SCENARIO_WORDS[self.content.scenario]).pick(language)
        self._title_band(title, SheetWords.SUBTITLE.pick(language), scenario)

    def _numbers(self, y: float) -> float:
        """Three numbers: now, then, and how far they may lie apart."""
        sheet, language, content = self.sheet, self.language, self.content
        now, then = content.village(0), content.village(content.years)
        unknown = SheetWords.UNKNOWN.pick(language)
        wide = self.side / 3

        def figure(row: Mapping[str, Any], name: str, digits: int, factor: float = 1.0) -> str:
            value = row.get(name)
            return unknown if value is None else f"{factor * float(value):,.{digits}f}"

        for number, (name, caption, unit, digits, factor, ranged) in enumerate(
            (
                ("managed_ha", SheetWords.MANAGED, SheetWords.HECTARES, 1, 1.0, True),
                ("cover", SheetWords.HANDS, SheetWords.HOURS, 0, 100.0, False),
                ("people", SheetWords.PEOPLE, SheetWords.PERSONS, 0, 1.0, True),
            )
        ):
            x = self.left + number * wide
            told = (figure(now, name, digits, factor), figure(then, name, digits, factor))
            words = (
                unknown if told[0] == unknown else SheetWords.NOW_THEN.format(now=told[0], then=told[1]).pick(language)
            )
            used = sheet.text(x, y, words, NUMBER, bold=True)
            if words != unknown:
                sheet.text(x + used, y + NUMBER * 0.45, unit.pick(language), BODY)
            below = sheet.paragraph(x, y + NUMBER * LINE, caption.pick(language), wide - 4.0, SMALL, most=2)
            if ranged and then.get(f"{name}_lo") is not None:
                between = SheetWords.RANGE.format(
                    low=figure(then, f"{name}_lo", digits), high=figure(then, f"{name}_hi", digits)
                )
                sheet.text(x, below, Text(f"({between.en})", f"（{between.ja}）").pick(language), SMALL, colour=SECOND)
        return y + NUMBER * LINE + 3 * SMALL * LINE

    def _chart(self, series: forecast_chart.Series, x: float, y: float, width: float, height: float) -> None:
        """A chart: shapes as a picture, words as words."""
        drawing = forecast_chart.draw(series, width, height, self.language, SMALL, self.content.years)
        if drawing.shapes:
            self.sheet.svg(
                x,
                y,
                width,
                height,
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
                f'viewBox="0 0 {width} {height}">{drawing.shapes}</svg>',
            )
        for word in drawing.words:
            words = word.text
            if word.align == "left":
                words = self.sheet.shorten(words, max(width - word.x, 6.0) + 1.5, word.size, word.bold)
            self.sheet.text(
                x + word.x, y + word.y, words, word.size, word.bold, align=word.align, colour=word.colour or None
            )

    def _village(self, y: float) -> float:
        """The chart of the whole village beside the legend and how to read it."""
        sheet, language, content = self.sheet, self.language, self.content
        high = 60.0
        series = forecast_chart.series_from_rows(content.rows, None, SheetWords.VILLAGE)
        self._chart(series, self.left, y, self.side * 0.54, high)
        x = self.left + self.side * 0.57
        room = self.left + self.side - x
        head = SheetWords.LEGEND.format(years=content.years).pick(language)
        at = sheet.paragraph(x, y, head, room, BODY, bold=True, most=2) + 1.0
        for code, words in CLASS_WORDS.items():
            fill = symbols.condition_colour(code)
            sheet.box(x, at, 9.0, 4.6, fill=fill, edge=symbols.ink(), edge_width=0.2)
            if code == "cannot_tell":
                sheet.svg(x, at, 9.0, 4.6, _hatch(9.0, 4.6))
            at = (
                max(sheet.paragraph(x + 11.0, at + 0.4, words.pick(language), room - 11.0, SMALL, most=2), at + 5.6)
                + 0.5
            )
        if content.hidden:
            sheet.box(x, at, 9.0, 4.6, edge=symbols.ink(), edge_width=0.2)
            at = sheet.paragraph(x + 11.0, at + 0.6, SheetWords.HIDDEN.pick(language), room - 11.0, SMALL, most=2) + 1.0
        at = sheet.paragraph(x, at + 1.0, SheetWords.READ.pick(language), room, BODY, bold=True)
        told = SheetWords.BAND.format(level=self.request.level).pick(language)
        sheet.paragraph(x, at + 0.4, told, room, SMALL, most=max(1, int((y + high - at) / (SMALL * LINE))))
        return y + high

    def _hamlets(self, y: float) -> float:
        """Small charts, the hamlets with most land first."""
        sheet, language, content = self.sheet, self.language, self.content
        hamlets = content.hamlets()
        if not hamlets:
            return y
        y = self._head(self.left, y, SheetWords.BY_HAMLET.pick(language), self.side)
        shown = hamlets[: COLUMNS * ROWS]
        wide, high = self.side / COLUMNS, 42.0
        for number, hamlet in enumerate(shown):
            series = forecast_chart.series_from_rows(
                content.rows, hamlet, chart_names(self.request.names, hamlet), hamlet in content.hidden
            )
            series = series._replace(others={}, moments=[moment._replace(cover=None) for moment in series.moments])
            self._chart(
                series,
                self.left + number % COLUMNS * wide,
                y + number // COLUMNS * (high + 1.5),
                wide - 3.0,
                high,
            )
        y += -(-len(shown) // COLUMNS) * (high + 1.5)
        if len(hamlets) > len(shown):
            more = SheetWords.MORE.format(count=len(hamlets) - len(shown)).pick(language)
            sheet.text(self.left, y - 1.0, more, SMALL)
            y += SMALL * LINE
        return y

    def _head(self, x: float, y: float, words: str, width: float) -> float:
        self.sheet.text(x, y, words, HEADING, bold=True)
        self.sheet.rule(x, y + 6.2, x + width, y + 6.2, 0.45)
        return y + 7.8

    def _facilities(self, y: float) -> None:
        """Outlook of services on the left; assumptions and data on the right. What has no room is left out."""
        sheet, language, content = self.sheet, self.language, self.content
        bottom = MARGIN + BAND + self.map_height
        half = self.side * 0.54
        by: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
        for row in content.facilities:
            by.setdefault((row["facility"], row["edition"] or ""), {})[row["years"]] = row
        if by and bottom - y > 22.0:
            at = self._head(self.left, y, SheetWords.FACILITIES.pick(language), half)
            ends = (self.left, self.left + half * 0.38, self.left + half * 0.69)
            for x, head in zip(ends, SheetWords.HEADS):
                sheet.text(x, at - 0.6, head.format(years=content.years).pick(language), SMALL, bold=True)
            at += SMALL * LINE
            sources: list[str] = []
            for rows in by.values():
                if at + SMALL * LINE > bottom - SMALL * LINE:
                    break
                then = rows[content.years]
                label = then["label_ja"] if language == "ja" else then["label"]
                sheet.text(ends[0], at, sheet.shorten(str(label), half * 0.36, SMALL), SMALL)
                for x, years in zip(ends[1:], (0, content.years)):
                    words = OUTLOOK_SHORT[rows[years]["outlook"]].pick(language)
                    sheet.text(x, at, sheet.shorten(words, half * 0.31, SMALL), SMALL)
                if then["outlook"] != "unknown" and then["edition"]:
                    sources.append(str(then["edition"]))
                at += SMALL * LINE * 1.08
            if sources:
                told = SheetWords.SOURCES.format(sources=", ".join(sorted(set(sources)))).pick(language)
                sheet.text(ends[0], at, told, SMALL, colour=SECOND)
        x = self.left + self.side * 0.57
        room = self.left + self.side - x
        at = sheet.paragraph(x, y + 0.5, SheetWords.ASSUMED.pick(language), room, SMALL, bold=True)
        lines = int((bottom - at - 1.5) / (SMALL * LINE))
        if lines >= 1:
            text = self._sources()
            data = f"{Words.DATA.pick(language)}: {text}" if text else Words.NO_DATA.pick(language)
            sheet.paragraph(x, at + 1.5, data, room, SMALL, most=lines)


def _hatch(width: float, height: float) -> str:
    """Lines falling to the right, as on open land, as SVG."""
    colour = symbols.cannot_tell_pattern().colour
    lines = []
    for number in range(1, int((width + height) / 3.0) + 1):
        start = 3.0 * number - height
        first, last = max(start, 0.0), min(start + height, width)
        lines.append(
            f'<path d="M{first:.2f} {first - start:.2f} L{last:.2f} {last - start:.2f}" stroke="{colour}" '
            'stroke-width="0.2"/>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" '
        f'viewBox="0 0 {width} {height}">{"".join(lines)}</svg>'
    )
