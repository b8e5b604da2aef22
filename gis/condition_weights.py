"""The village's table of weights for the condition of land: read, checked, changed in words, written.

A row is a dictionary of texts, as the table holds it. The table is a CSV file beside the project; without one the
catalogue of the plugin counts.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsVectorLayer

from ..core.errors import InputError
from ..core.texts import Text
from .bridge import to_python
from .catalogues import catalogue_text
from .packages import GEO, missing_message

#: Role of the table in a project, and name of the catalogue it starts from.
ROLE, CATALOGUE = "condition_weights", "condition_weights.csv"

Row = dict[str, str]


def _cell(value: Any) -> str:
    value = to_python(value)
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def default_rows() -> list[Row]:
    """The weights that come with the plugin."""
    return read_text(catalogue_text(CATALOGUE))


def read_text(text: str) -> list[Row]:
    """Rows of a table as CSV text."""
    return [{name: _cell(value) for name, value in row.items() if name} for row in csv.DictReader(io.StringIO(text))]


def read_file(path: str) -> list[Row]:
    """Rows of a table in a CSV file. Raises ``OSError``."""
    with open(path, encoding="utf-8-sig", newline="") as stream:
        return read_text(stream.read())


def read_layer(layer: Optional[QgsVectorLayer]) -> list[Row]:
    """The rows of the village's table, those of the plugin without a table."""
    if layer is None or not layer.isValid():
        return default_rows()
    names = [field.name() for field in layer.fields()]
    return [
        {name: _cell(value) for name, value in zip(names, feature.attributes()) if name.lower() != "fid"}
        for feature in layer.getFeatures()
    ]


def number(text: str) -> Optional[float]:
    """The number in a cell, ``None`` where there is none."""
    try:
        return float(text)
    except ValueError:
        return None


def direction_of(row: Row) -> str:
    """``unmanaged`` or ``managed``: where a row points; empty when its weight is 0 or it is a starting point."""
    weight = number(row.get("weight", "")) or 0.0
    return "" if row.get("shape") == "base" or weight == 0 else "unmanaged" if weight > 0 else "managed"


def check(rows: Sequence[Row]) -> Optional[Text]:
    """What is wrong with a table before it is kept; ``None`` when it can be used."""
    if missing_message(GEO):
        return None  # nothing can be worked out now; the run says what is missing
    from ..core.condition.weights import read_weights

    try:
        read_weights(as_text(rows))
    except InputError as error:
        return error.text
    return None


def as_text(rows: Sequence[Row]) -> str:
    """The table as CSV text with a header line."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def write_file(path: str, rows: Sequence[Row]) -> None:
    """Write the table to ``path`` (UTF-8 with a mark, so that spreadsheets read Japanese). Raises ``OSError``."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    partial = path + ".part"
    try:
        with open(partial, "w", encoding="utf-8-sig", newline="") as stream:
            stream.write(as_text(rows))
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)
