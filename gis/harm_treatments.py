"""The village's table of treatments: where it comes from, how it is checked and written.

A row is a dictionary of texts with the columns of resources/catalogues/treatments.csv.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Optional

from qgis.core import QgsVectorLayer

from ..core.errors import InputError
from ..core.texts import Text
from . import harm_rules
from .catalogues import catalogue_text
from .harm_rules import Row
from .packages import GEO, missing_message

#: Role of the table in a project, and name of the catalogue it starts from.
ROLE, CATALOGUE = "treatments", "treatments.csv"
#: Stands for all kinds of harm that are not named.
OTHERS = "*"


def _catalogue() -> csv.DictReader:
    return csv.DictReader(io.StringIO(catalogue_text(CATALOGUE)))


def columns() -> list[str]:
    """The columns of the table, in the order in which it is written."""
    return list(_catalogue().fieldnames or ())


def default_rows() -> list[Row]:
    """The treatments that come with the plugin; all their numbers are assumptions."""
    return [{name: (value or "").strip() for name, value in row.items()} for row in _catalogue()]


def read_rows(layer: Optional[QgsVectorLayer]) -> list[Row]:
    """The treatments of the village's table, those of the catalogue without a table."""
    if layer is None or not layer.isValid():
        return default_rows()
    names = [field.name() for field in layer.fields()]
    rows = []
    for feature in layer.getFeatures():
        values = dict(zip(names, feature.attributes()))
        rows.append({name: harm_rules.cell(values.get(name)) for name in columns()})
    return rows


def effects_of(row: Row) -> dict[str, float]:
    """Part of each kind of harm that a treatment takes away (0 to 1), the rest under :data:`OTHERS`."""
    found = {}
    for word in row["effects"].split(";"):
        kind, _sign, part = word.partition("=")
        value = harm_rules.number(part)
        if kind.strip() and value is not None:
            found[kind.strip()] = value
    return found


def effects_text(effects: Mapping[str, float]) -> str:
    """The cell for :func:`effects_of`, the rest last."""
    named = sorted(effects, key=lambda kind: (kind == OTHERS, kind))
    return ";".join(f"{kind}={effects[kind]:g}" for kind in named)


def check(rows: Sequence[Row]) -> Optional[Text]:
    """What is wrong with a table before it is kept; ``None`` when it can be used."""
    if missing_message(GEO):
        return None  # nothing can be worked out now; the run says what is missing
    from ..core.externality.treatments import read_treatments

    try:
        read_treatments(harm_rules.table_text(rows, columns()))
    except InputError as error:
        return error.text
    return None


def write_rows(path: str, rows: Sequence[Row]) -> None:
    """Write the table to ``path`` so that spreadsheets read it. Raises ``OSError``."""
    harm_rules.write_table(path, harm_rules.table_text(rows, columns()))
