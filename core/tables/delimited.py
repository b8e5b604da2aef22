"""Text tables (CSV, TSV and their like): every line becomes a row or is named."""

from __future__ import annotations

import csv
import io
import re
from typing import Literal

from ..errors import InputError
from ..intake_report import WARNING, Remark
from ..texts import Text
from .decode import decode
from .raw import RawTable, build

#: Text tables larger than this are refused; the register of a large city has about 200 MB.
MOST_BYTES = 512 << 20
#: Rows above this are refused.
MOST_ROWS = 3_000_000
_DELIMITERS = ",\t;"
_LABELS = {",": "CSV", "\t": "TSV", ";": "CSV (;)"}
#: The longest cell; a longer one is a sign of quotes that never close.
_LONGEST_CELL = 1 << 17
#: Lines looked at to find the delimiter.
_SAMPLE = 20


def too_large(name: str) -> InputError:
    """The sentence for a table that is larger than any real one."""
    return InputError(
        Text(
            "{file} is larger than a table here can be. Split it and add the parts one by one.",
            "{file}は大きすぎます。分けて、一つずつ追加してください。",
        ).format(file=name)
    )


def _delimiters(text: str) -> list[str]:
    """The delimiters that cut the first lines outside quotes, the one that does so most evenly and often first."""
    bare = re.sub(r'"[^"]*"', "", text[: 1 << 16])
    lines = [line for line in bare.splitlines()[:_SAMPLE] if line.strip()]
    scores = {}
    for number, delimiter in enumerate(_DELIMITERS):
        counts = [line.count(delimiter) for line in lines]
        usual = max(set(counts), key=lambda count: (counts.count(count), count)) if counts else 0
        scores[delimiter] = (counts.count(usual) / len(counts) if usual else 0.0, usual, -number)
    cutting = [delimiter for delimiter in _DELIMITERS if scores[delimiter][1]]
    return sorted(cutting, key=lambda delimiter: scores[delimiter], reverse=True) or [_DELIMITERS[0]]


def read_delimited(data: bytes, name: str) -> RawTable:
    """A table out of the bytes of a text file; ``name`` for sentences.

    Quotes that never close would swallow the rest of the file: then the quotes are read as letters, each line is a
    row, and it is said. Raises ``InputError`` for what is no table.
    """
    if len(data) > MOST_BYTES:
        raise too_large(name)
    decoded = decode(data, name)
    remarks = list(decoded.remarks)
    for delimiter in _delimiters(decoded.text):
        try:
            cells, lines = _parse(decoded.text, delimiter, 0, name)
        except csv.Error:
            continue
        break
    else:
        delimiter = _delimiters(decoded.text)[0]
        try:
            cells, lines = _parse(decoded.text, delimiter, 3, name)
        except csv.Error as error:
            raise InputError(
                Text(
                    "{file} is not a table that can be read. Save it again as CSV (UTF-8).",
                    "{file}は表として読めません。CSV（UTF-8）で保存し直してください。",
                ).format(file=name)
            ) from error
        remarks.append(
            Remark(
                "quotes",
                WARNING,
                Text(
                    "Quotation marks do not close. Each line was read as a row; check the rows with a quotation mark.",
                    '引用符（"）が閉じていません。1行ずつ読みました。引用符のある行を確かめてください。',
                ),
            )
        )
    return build(cells, lines, name, _LABELS[delimiter], decoded.encoding, remarks)


def _parse(text: str, delimiter: str, quoting: Literal[0, 3], name: str) -> tuple[list[list[str]], list[int]]:
    cells: list[list[str]] = []
    lines: list[int] = []
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=quoting == csv.QUOTE_MINIMAL
        )
        before = 0
        for row in reader:
            cells.append(row)
            lines.append(before + 1)
            before = reader.line_num
            if len(cells) > MOST_ROWS:
                raise too_large(name)
    finally:
        csv.field_size_limit(limit)
    return cells, lines
