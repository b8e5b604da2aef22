"""Plan tables as sheets for CSV and Excel, in one language."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from typing import IO, Any, NamedTuple, Optional

from ..texts import Text
from . import tables
from .codes import CLASS_BY_CODE, NO_EQUIVALENT, USES

#: Decimals in CSV: 0.0001 ha is 1 m².
CSV_DECIMALS = 4

#: Spreadsheets take a text that begins with one of these for a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

TEXT, HECTARES, SHARE, COUNT = "text", "hectares", "share", "count"

_FORMATS = {HECTARES: "#,##0.00", SHARE: "0.0%", COUNT: "#,##0"}


class Column(NamedTuple):
    """Heading and kind (text, hectares, share, count)."""

    title: str
    kind: str


class Sheet(NamedTuple):
    """One table: file stem and title, columns, rows, and which rows are printed bold."""

    name: str
    title: str
    columns: list[Column]
    rows: list[list[Any]]
    bold: list[bool]


_DISTRICT = Text("District", "地区")
_BOLD = (tables.TOTAL_ROW, tables.RESIDUAL_ROW, tables.OFFICIAL_ROW)


def sheets(found: tables.Tables, language: str, part: Text = _DISTRICT) -> list[Sheet]:
    """The three sheets: area by use, change of use, area by class.

    ``part`` names what the plan is divided by (district or hamlet).
    """
    return [_uses(found, language, part), _changes(found, language, part), _classes(found, language, part)]


def _uses(found: tables.Tables, language: str, part: Text) -> Sheet:
    def word(en: str, ja: str) -> str:
        return ja if language == "ja" else en

    columns = [
        Column(part.pick(language), TEXT),
        Column(word("Use category", "利用区分"), TEXT),
        Column(word("Code", "コード"), TEXT),
        Column(word("Now (ha)", "現在（ha）"), HECTARES),
        Column(word("Planned (ha)", "計画（ha）"), HECTARES),
        Column(word("Change (ha)", "増減（ha）"), HECTARES),
    ]
    rows = [
        [
            tables.district_label(row.district).pick(language),
            "　" * row.level + row.label.pick(language),
            row.code,
            *(_known(area, row.code, language) for area in (row.now_ha, row.plan_ha)),
            row.change_ha,
        ]
        for row in found.uses
    ]
    return Sheet(
        "area_by_use",
        word("Area by use category", "利用区分ごとの面積"),
        columns,
        rows,
        [row.code in _BOLD for row in found.uses],
    )


def _changes(found: tables.Tables, language: str, part: Text) -> Sheet:
    def word(en: str, ja: str) -> str:
        return ja if language == "ja" else en

    used = tables.use_columns()
    columns = [
        Column(part.pick(language), TEXT),
        Column(word("Now (row) → planned (column), ha", "現在（行）→ 計画（列）、ha"), TEXT),
        Column(word("Code", "コード"), TEXT),
        *(Column(USES.get(code, tables.UNKNOWN).pick(language), HECTARES) for code in used),
        Column(tables.TOTAL.pick(language), HECTARES),
    ]
    rows = [
        [
            tables.district_label(row.district).pick(language),
            row.label.pick(language),
            row.now,
            *(row.areas_ha[code] for code in used),
            row.total_ha,
        ]
        for row in found.changes
    ]
    return Sheet(
        "area_by_use_change",
        word("From present to planned use", "現在の利用から計画の利用へ"),
        columns,
        rows,
        [row.now in _BOLD for row in found.changes],
    )


def _classes(found: tables.Tables, language: str, part: Text) -> Sheet:
    def word(en: str, ja: str) -> str:
        return ja if language == "ja" else en

    def official(code: str, scheme: int) -> str:
        item = CLASS_BY_CODE.get(code)
        if item is None:
            return ""
        text = item.choice_2018 if scheme == 2018 else item.class_2021
        return (text or NO_EQUIVALENT).pick(language)

    columns = [
        Column(part.pick(language), TEXT),
        Column(word("Class", "管理の区分"), TEXT),
        Column(word("Code", "コード"), TEXT),
        Column(word("Units", "区画数"), COUNT),
        Column(word("Area (ha)", "面積（ha）"), HECTARES),
        Column(word("Share", "割合"), SHARE),
        Column(word("Of which priority (ha)", "うち優先（ha）"), HECTARES),
        Column(word("2018 choice", "2018年の選択"), TEXT),
        Column(word("2019/2021 class", "管理構想の区分"), TEXT),
    ]
    rows = [
        [
            tables.district_label(row.district).pick(language),
            row.label.pick(language),
            row.code,
            row.units,
            _known(row.area_ha, row.code, language),
            row.share,
            row.priority_ha,
            official(row.code, 2018),
            official(row.code, 2021),
        ]
        for row in found.classes
    ]
    return Sheet(
        "area_by_class",
        word("Area by management class", "管理の区分ごとの面積"),
        columns,
        rows,
        [row.code in _BOLD for row in found.classes],
    )


def _known(area: Optional[float], code: str, language: str) -> Any:
    """An area, or the word "unknown" where the official area is not known."""
    return tables.UNKNOWN.pick(language) if area is None and code in _BOLD else area


def _plain(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def write_csv(sheet: Sheet, stream: IO[str]) -> None:
    """Write a sheet as CSV; open ``stream`` with ``encoding="utf-8-sig", newline=""`` for Excel."""
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.title for column in sheet.columns])
    for row in sheet.rows:
        cells = []
        for value, column in zip(row, sheet.columns):
            if value is None:
                cells.append("")
            elif isinstance(value, str):
                cells.append(_plain(value))
            elif column.kind == COUNT:
                cells.append(str(value))
            else:
                cells.append(f"{value + 0.0:.{CSV_DECIMALS}f}".replace("-0.0000", "0.0000"))
        writer.writerow(cells)


def write_xlsx(
    found: Sequence[Sheet],
    notes: Sequence[tuple[str, str]],
    notes_title: str,
    stream: IO[bytes],
    made: Optional[dt.datetime] = None,
) -> None:
    """Write sheets as an Excel workbook, with a last sheet of ``notes`` (name, text).

    ``made`` is stored as the workbook's date, so that the same plan gives the same workbook. Needs
    openpyxl (``ImportError`` without).
    """
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    line = Border(bottom=Side(style="thin", color="15191D"))
    head = PatternFill("solid", fgColor="E3EFED")
    for sheet in found:
        page = book.create_sheet(sheet.title[:31])
        for position, column in enumerate(sheet.columns, 1):
            cell = page.cell(1, position)
            _put(cell, column.title)
            cell.font, cell.fill, cell.border = Font(bold=True), head, line
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            widest = max([len(column.title), *(_width(row[position - 1]) for row in sheet.rows)], default=8)
            page.column_dimensions[get_column_letter(position)].width = min(max(10, widest * 1.3), 46)
        for number, (row, bold) in enumerate(zip(sheet.rows, sheet.bold), 2):
            for position, (value, column) in enumerate(zip(row, sheet.columns), 1):
                cell = page.cell(number, position)
                _put(cell, value)
                cell.font = Font(bold=bold)
                if column.kind in _FORMATS:
                    cell.number_format = _FORMATS[column.kind]
        page.freeze_panes = "D2"
        page.auto_filter.ref = page.dimensions
        page.page_setup.orientation = "landscape"
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows = "1:1"
    page = book.create_sheet(notes_title[:31])
    for number, (name, text) in enumerate(notes, 1):
        _put(page.cell(number, 1), name)
        _put(page.cell(number, 2), text)
        page.cell(number, 1).font = Font(bold=True)
        page.cell(number, 2).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 30, 90
    if made is not None:
        book.properties.created = book.properties.modified = made
    book.save(stream)


def _put(cell: Any, value: Any) -> None:
    """A value that stays a value: a text beginning with "=" is no formula."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _width(value: Any) -> int:
    """Columns a value takes; full-width characters count double."""
    if isinstance(value, float):
        return 10
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in str(value if value is not None else ""))
