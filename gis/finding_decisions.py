"""The table of findings that people left as they are: a CSV file beside the project.

It opens in a spreadsheet and is what “Check lots and boundaries” takes as its table of accepted findings.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import NamedTuple

from ..core.parcels.lifefields import ACCEPTED, DECISION_FIELDS
from ..core.schema import names

FILE = "findings_decisions.csv"


class Decision(NamedTuple):
    """A finding that stays as it is. ``decided_by`` is an office or role, ``decided_on`` an ISO date."""

    finding_id: str
    kind: str = ""
    lots: str = ""
    lot_labels: str = ""
    status: str = ACCEPTED
    decided_by: str = ""
    decided_on: str = ""
    reason: str = ""


def read(path: str) -> dict[str, Decision]:
    """Decisions by finding id; empty when the file is not there. Raises ``OSError``."""
    if not os.path.isfile(path):
        return {}
    found = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            values = {name: (row.get(name) or "").strip() for name in Decision._fields}
            if values["finding_id"]:
                found[values["finding_id"]] = Decision(**values)
    return {identity: decision for identity, decision in found.items() if decision.status in (ACCEPTED, "")}


def write(path: str, decisions: Iterable[Decision]) -> None:
    """Write the table anew, in the order of ids; the old one stays when that fails. Raises ``OSError``."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fresh = f"{path}.new"
    with open(fresh, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names(DECISION_FIELDS))
        writer.writerows(sorted(decisions))
    os.replace(fresh, path)
