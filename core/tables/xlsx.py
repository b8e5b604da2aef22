"""Workbooks (.xlsx, .xlsm): the cells of every sheet, streamed and bounded.

Read directly because the heading of a register is often not in the first line, its columns are often all text, and its
names carry readings (ふりがな) that must not run into the name. No formulas are computed: the value last saved counts.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any, Callable, NamedTuple, Optional
from xml.parsers import expat

from ..errors import InputError
from ..intake_report import NOTE, WARNING, Remark
from ..texts import Text
from . import archive as zips
from .decode import letters
from .delimited import MOST_ROWS, too_large
from .raw import MOST_COLUMNS, RawTable, build, is_blank

#: Cells above this are refused: about 1,000 MB in memory.
MOST_CELLS = 12_000_000
#: Built-in number formats that are dates (ECMA-376 18.8.30; 27–36 and 50–58 are the East Asian ones).
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DEPTH = 64
#: The longest text of one cell; Excel allows 32,767 letters.
_LONGEST_TEXT = 1 << 17


class Sheet(NamedTuple):
    """One sheet: ``name``, ``rows`` of cells, ``lines`` (row numbers as the workbook shows them), ``errors`` (cells
    with an error instead of a value)."""

    name: str
    rows: list[list[Any]]
    lines: list[int]
    errors: int


def _damaged(name: str) -> InputError:
    return zips.damaged(name)


class _Xml:
    """Streams one part of the workbook through expat; refuses document types, so no entity can be declared."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.start: Callable[[str, dict[str, str]], None] = lambda tag, attributes: None
        self.end: Callable[[str, str], None] = lambda tag, text: None
        self._depth = 0
        self._parts: list[str] = []
        self._length = 0

    def _refuse(self, *_arguments: Any) -> None:
        raise _damaged(self.name)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _damaged(self.name)
        self._parts, self._length = [], 0
        self.start(_local(tag), {_local(key): value for key, value in attributes.items()})

    def _end(self, tag: str) -> None:
        self._depth -= 1
        text, self._parts, self._length = "".join(self._parts), [], 0
        self.end(_local(tag), text)

    def _text(self, text: str) -> None:
        self._length += len(text)
        if self._length > _LONGEST_TEXT:
            raise _damaged(self.name)
        self._parts.append(text)

    def run(self, parts: Any) -> None:
        """Feed the bytes; raises ``InputError`` when they are no XML."""
        try:
            for part in parts:
                self.parser.Parse(part, False)
            self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise _damaged(self.name) from error


def _local(tag: str) -> str:
    return tag.rsplit(" ", 1)[-1]


def read_workbook(data: bytes, name: str) -> list[Sheet]:
    """All visible sheets of a workbook (the hidden ones when there are no others).

    Raises ``InputError`` for a file that is locked, damaged, no workbook, or far too large.
    """
    if data.startswith(_OLE):
        raise InputError(
            Text(
                "{file} is locked with a password or in an old form. Save it again as .xlsx without a password.",
                "{file}はパスワード付きか古い形式です。パスワードなしの.xlsxで保存し直してください。",
            ).format(file=name)
        )
    book = zips.open_archive(io.BytesIO(data), name, zips.WORKBOOK)
    names = set(book.namelist())
    if "xl/workbook.xml" not in names:
        raise InputError(
            Text(
                "{file} is not a workbook. Choose another file.",
                "{file}はExcelの表ではありません。別のファイルを選んでください。",
            ).format(file=name)
        )
    sheets, base = _sheets(book, name, names)
    strings = _strings(book, name) if "xl/sharedStrings.xml" in names else []
    dates = _date_styles(book, name) if "xl/styles.xml" in names else set()
    return [_sheet(book, part, title, name, strings, dates, base) for title, part in sheets]


def _stream(book: Any, part: str, name: str) -> Any:
    return zips.stream_member(book, part, name, zips.WORKBOOK)


def _sheets(book: Any, name: str, names: set[str]) -> tuple[list[tuple[str, str]], dt.datetime]:
    """(title, part) of the sheets, and day 0 of the workbook."""
    found: list[tuple[str, str, bool]] = []
    targets: dict[str, str] = {}
    base = dt.datetime(1899, 12, 30)

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def entry(tag: str, attributes: dict[str, str]) -> None:
        nonlocal base
        if tag == "sheet":
            part = targets.get(attributes.get("id", ""), "")
            found.append((attributes.get("name", ""), part, attributes.get("state", "visible") == "visible"))
        elif tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            base = dt.datetime(1904, 1, 1)

    if "xl/_rels/workbook.xml.rels" in names:
        reader = _Xml(name)
        reader.start = relation
        reader.run(_stream(book, "xl/_rels/workbook.xml.rels", name))
    reader = _Xml(name)
    reader.start = entry
    reader.run(_stream(book, "xl/workbook.xml", name))
    usable = [(title, part, shown) for title, part, shown in found if part in names]
    visible = [(title, part) for title, part, shown in usable if shown]
    return visible or [(title, part) for title, part, _shown in usable], base


def _strings(book: Any, name: str) -> list[str]:
    """The shared texts, without the readings (rPh) Japanese workbooks keep beside names."""
    found: list[str] = []
    current: list[str] = []
    reading = 0

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal reading
        if tag == "si":
            current.clear()
        elif tag == "rPh":
            reading += 1

    def end(tag: str, text: str) -> None:
        nonlocal reading
        if tag == "rPh":
            reading -= 1
        elif tag == "t" and not reading:
            current.append(text)
        elif tag == "si":
            found.append("".join(current))
            if len(found) > MOST_CELLS:
                raise too_large(name)

    reader = _Xml(name)
    reader.start, reader.end = start, end
    reader.run(_stream(book, "xl/sharedStrings.xml", name))
    return found


def _date_styles(book: Any, name: str) -> set[int]:
    """Numbers of the cell styles that show a date."""
    own: dict[int, bool] = {}
    styles: list[int] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            own[_whole(attributes.get("numFmtId"))] = _is_date_format(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(_whole(attributes.get("numFmtId")))

    def end(tag: str, _text: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    reader = _Xml(name)
    reader.start, reader.end = start, end
    reader.run(_stream(book, "xl/styles.xml", name))
    return {number for number, style in enumerate(styles) if own.get(style, style in _DATE_FORMATS)}


def _is_date_format(code: str) -> bool:
    """Whether a format shows a day: letters of a date outside quotes and brackets, not only hours."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code).lower()
    return bool(re.search(r"[yd]|e|g", plain)) and not re.search(r"general|[0#]e[+-]", plain)


def _whole(text: Optional[str]) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else -1


def column_number(reference: str) -> int:
    """Number of a column from a cell reference ("B7" -> 1); -1 when it is none.

    >>> column_number("AA3")
    26
    """
    match = re.match(r"([A-Za-z]{1,3})\d*$", reference)
    if not match:
        return -1
    number = 0
    for letter in match.group(1).upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _sheet(
    book: Any, part: str, title: str, name: str, strings: list[str], dates: set[int], base: dt.datetime
) -> Sheet:
    rows: list[list[Any]] = []
    lines: list[int] = []
    errors = 0
    cells = 0
    row: list[Any] = []
    line = 0
    position = -1
    kind, style, value = "n", -1, None
    inline: list[str] = []
    reading = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, line, position, kind, style, value, inline, reading
        if tag == "row":
            row, position = [], -1
            told = _whole(attributes.get("r"))
            line = told if told > 0 else line + 1
        elif tag == "c":
            told = column_number(attributes.get("r", ""))
            position = told if told >= 0 else position + 1
            kind, style, value, inline = attributes.get("t", "n"), _whole(attributes.get("s")), None, []
        elif tag == "rPh":
            reading += 1

    def end(tag: str, text: str) -> None:
        nonlocal value, errors, cells, reading
        if tag == "v":
            value = text
        elif tag == "rPh":
            reading -= 1
        elif tag == "t" and not reading:
            inline.append(text)
        elif tag == "c":
            made = "".join(inline) if kind == "inlineStr" else _cell(value, kind, style, strings, dates, base)
            if kind == "e":
                errors += 1
            if is_blank(made):
                return
            if position >= MOST_COLUMNS:
                raise InputError(
                    Text(
                        "Sheet {sheet} of {file} is wider than a table can be. Save the table alone.",
                        "{file}のシート「{sheet}」は列が多すぎます。表だけを保存し直してください。",
                    ).format(sheet=title, file=name)
                )
            cells += 1
            if cells > MOST_CELLS:
                raise too_large(name)
            row.extend([None] * (position + 1 - len(row)))
            row[position] = made
        elif tag == "row":
            if row:
                rows.append(row)
                lines.append(line)
                if len(rows) > MOST_ROWS:
                    raise too_large(name)

    reader = _Xml(name)
    reader.start, reader.end = start, end
    reader.run(_stream(book, part, name))
    return Sheet(title, rows, lines, errors)


def _cell(value: Optional[str], kind: str, style: int, strings: list[str], dates: set[int], base: dt.datetime) -> Any:
    """The value of one cell as text, number, truth or date; ``None`` for nothing and for errors (#REF!)."""
    if value is None or kind == "e":
        return None
    if kind == "s":
        number = _whole(value)
        return strings[number] if 0 <= number < len(strings) else None
    if kind == "b":
        return value.strip() == "1"
    if kind != "n":
        return value
    try:
        number_value = float(value)
    except ValueError:
        return value
    if number_value != number_value or number_value in (float("inf"), float("-inf")):
        return None
    if style in dates and 0 < number_value < 2_958_466:  # 9999-12-31
        day = base + dt.timedelta(days=number_value)
        return day.date() if number_value == int(number_value) else day
    if re.fullmatch(r"-?\d{1,15}", value.strip()):
        return int(value)
    return number_value


def read_xlsx(data: bytes, name: str) -> RawTable:
    """The table of a workbook: the sheet with the most filled rows, the first among equals; the others are named.

    Raises ``InputError`` where there is none.
    """
    sheets = read_workbook(data, name)
    if not sheets:
        raise InputError(
            Text("{file} has no sheet that can be read.", "{file}に読めるシートがありません。").format(file=name)
        )
    sheet = max(sheets, key=lambda candidate: len(candidate.rows))
    text = "\n".join(cell for row in sheet.rows for cell in row if isinstance(cell, str))
    remarks = letters(text)
    others = [other for other in sheets if other is not sheet and other.rows]
    if others:
        remarks.append(
            Remark(
                "other_sheets",
                WARNING,
                Text(
                    "Read was the sheet “{sheet}”. Sheets not read: {n} ({rows} lines).",
                    "シート「{sheet}」を読みました。読まなかったシート: {n}（{rows}行）。",
                ).format(sheet=sheet.name, n=len(others), rows=f"{sum(len(other.rows) for other in others):,}"),
                str(len(others)),
            )
        )
    if sheet.errors:
        remarks.append(
            Remark(
                "error_cells",
                WARNING,
                Text(
                    "Cells with an error instead of a value (#REF! and the like): {n}. They stay unknown.",
                    "値のかわりにエラー（#REF!など）が入ったセル: {n}。不明とします。",
                ).format(n=f"{sheet.errors:,}"),
                str(sheet.errors),
            )
        )
    if len(sheets) == 1:
        remarks.append(Remark("sheet", NOTE, Text("Sheet: {x}.", "シート: {x}。").format(x=sheet.name), sheet.name))
    return build(sheet.rows, sheet.lines, name, "XLSX", "UTF-8", remarks)
