"""A table as it stands in a file, and finding its heading line."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import InputError
from ..intake_report import NOTE, WARNING, Remark
from ..texts import Text

#: More columns than any register has; a sheet with more is not a table.
MOST_COLUMNS = 2_000
#: Lines among which the heading is looked for (titles and dates often stand above it).
_HEADING_WITHIN = 15
#: Rows looked at to learn how wide the table is.
_WIDTH_FROM = 50
_NUMBER = re.compile(r"[-+]?[\d,.]+(?:[eE][-+]?\d+)?")


@dataclass
class RawTable:
    """``columns`` (unique names), ``rows`` by column with the cells as they stand (text, numbers, dates or ``None``),
    ``lines``: the line of each row in the file or sheet (1 = first), ``format``, ``encoding``, ``remarks`` on what was
    odd, ``above``: what stands above the heading."""

    columns: list[str]
    rows: list[dict[str, Any]]
    lines: list[int]
    format: str
    encoding: str = ""
    remarks: list[Remark] = field(default_factory=list)
    above: list[str] = field(default_factory=list)


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def _is_number(value: object) -> bool:
    if isinstance(value, (int, float)):
        return True
    return bool(_NUMBER.fullmatch(unicodedata.normalize("NFKC", str(value)).strip()))


def find_heading(rows: Sequence[Sequence[Any]]) -> int:
    """Position of the heading among rows of cells (all with something in them).

    The heading is the first line that fills most of the width of the table with different words that are not numbers;
    where no line does, it is the first one.
    """
    width = max((sum(not is_blank(cell) for cell in row) for row in rows[:_WIDTH_FROM]), default=0)
    for position, row in enumerate(rows[:_HEADING_WITHIN]):
        filled = [str(cell).strip() for cell in row if not is_blank(cell)]
        if len(filled) < max(0.6 * width, min(2, width)):
            continue
        numbers = sum(_is_number(cell) for cell in filled)
        if numbers <= 0.2 * len(filled) and len(set(filled)) >= 0.8 * len(filled):
            return position
    return 0


def unique_names(cells: Sequence[Any], width: int) -> tuple[list[str], int]:
    """Column names out of the heading cells: unnamed ones get a number, repeated ones a number behind.

    Returns the names and how many were repeated.
    """
    names: list[str] = []
    taken: Counter[str] = Counter()
    repeated = 0
    for number in range(width):
        cell = cells[number] if number < len(cells) else None
        name = f"column {number + 1}" if is_blank(cell) else re.sub(r"\s+", " ", str(cell)).strip()
        base, count = name, 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        repeated += name != base
        taken[name] += 1
        names.append(name)
    return names, repeated


def build(
    cells: Sequence[Sequence[Any]], lines: Sequence[int], name: str, kind: str, encoding: str, remarks: list[Remark]
) -> RawTable:
    """A table out of rows of cells and their line numbers. Rows without anything are counted and left.

    Raises ``InputError`` for a table without rows or with too many columns.
    """
    filled = [(line, row) for line, row in zip(lines, cells) if any(not is_blank(cell) for cell in row)]
    blank = len(cells) - len(filled)
    heading = find_heading([row for _line, row in filled])
    if len(filled) < heading + 2:
        raise InputError(
            Text(
                "{file} has no rows below its heading. Open it and see whether the table is in it.",
                "{file}には見出しの下に行がありません。ファイルを開いて、表があるか確かめてください。",
            ).format(file=name)
        )
    head, body = filled[heading][1], filled[heading + 1 :]
    width = max(_used(row) for row in [head, *(row for _line, row in body)])
    if width > MOST_COLUMNS:
        raise InputError(
            Text(
                "{file} has {n} columns, which no table here has. Check the file and save it again.",
                "{file}には{n}列あり、表として読めません。ファイルを確かめて保存し直してください。",
            ).format(file=name, n=f"{width:,}")
        )
    columns, repeated = unique_names(head, width)
    own = _used(head)
    longer = sum(_used(row) > own for _line, row in body)
    found = list(remarks)
    for item, count, severity, text in (
        ("blank_lines", blank, NOTE, Text("Lines without anything: {n}.", "何も書かれていない行: {n}。")),
        (
            "lines_above",
            heading,
            NOTE,
            Text("Lines above the heading: {n}. They are not rows.", "見出しより上の行: {n}。データには数えません。"),
        ),
        (
            "repeated_names",
            repeated,
            WARNING,
            Text(
                "Columns with a name that came before: {n}. They got a number behind.",
                "同じ名前の列: {n}。後ろに番号を付けました。",
            ),
        ),
        (
            "longer_rows",
            longer,
            WARNING,
            Text(
                "Rows with more cells than the heading: {n}. The cells are kept as further columns.",
                "見出しより列の多い行: {n}。はみ出した値も列として残しました。",
            ),
        ),
    ):
        if count:
            found.append(Remark(item, severity, text.format(n=f"{count:,}"), str(count)))
    rows = [
        {column: row[number] if number < len(row) else None for number, column in enumerate(columns)}
        for _line, row in body
    ]
    above = [" ".join(str(cell).strip() for cell in row if not is_blank(cell)) for _line, row in filled[:heading]]
    return RawTable(columns, rows, [line for line, _row in body], kind, encoding, found, above)


def _used(row: Sequence[Any]) -> int:
    """Cells up to the last one that holds something."""
    return next((number for number in range(len(row), 0, -1) if not is_blank(row[number - 1])), 0)
