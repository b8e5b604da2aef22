"""What can be done with a lot, what it takes away of the harm, and what it costs: data, not code."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..errors import InputError
from ..texts import Text
from .rules import EVIDENCE, EVIDENCE_WORDS

COLUMNS = ("treatment_id", "label", "label_ja", "effects", "yen_10a", "hours_10a", "evidence", "active")
TABLE = Text("The table of treatments", "手入れの表")
#: Square metres in 10 a.
TEN_ARES = 1000.0


class Treatment(NamedTuple):
    """One way to treat a lot: ``effects`` is the part of each kind of harm it takes away (0..1, "*" for all
    other kinds); costs are per year and 10 a (1,000 m²) of treated area; ``width_m`` above 0: only a strip so
    wide inside the outline is treated."""

    treatment_id: str
    label: Text
    land_kinds: tuple[str, ...]
    effects: Mapping[str, float]
    width_m: float
    yen_10a: float
    hours_10a: float
    evidence: str
    source: str

    def effect(self, kind: str) -> float:
        """Part of the harm ``kind`` that it takes away."""
        return self.effects.get(kind, self.effects.get("*", 0.0))

    def suits(self, land_kinds: np.ndarray) -> np.ndarray:
        """On which lots it can be done."""
        if "any" in self.land_kinds:
            return np.ones(len(land_kinds), dtype=bool)
        return np.isin(land_kinds.astype(str), self.land_kinds)

    def treated_m2(self, lots: np.ndarray) -> np.ndarray:
        """Treated area of each lot (polygons in metres) in m²."""
        whole = np.nan_to_num(shapely.area(lots))
        if self.width_m <= 0:
            return whole
        return whole - np.nan_to_num(shapely.area(shapely.buffer(lots, -self.width_m)))


def read_treatments(text: str) -> list[Treatment]:
    """Active treatments from CSV text; raises ``InputError`` like :func:`treatments_from_frame`."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return treatments_from_frame(pd.DataFrame(rows, dtype=object) if rows else pd.DataFrame(columns=list(COLUMNS)))


def treatments_from_frame(frame: pd.DataFrame) -> list[Treatment]:
    """The active treatments of a table, in its order. ``land_kind`` (any), ``width_m`` (0) and ``source`` may be
    missing. Raises ``InputError`` naming the treatment for a wrong word or number, and when none is active."""
    frames.require(frame, COLUMNS, TABLE)
    words = {name: frames.texts(frame, name) for name in (*COLUMNS, "land_kind", "source")}
    width, yen, hours = (frames.numbers(frame, name) for name in ("width_m", "yen_10a", "hours_10a"))
    active = frames.flags(frame, "active")
    found: list[Treatment] = []
    for row in range(len(frame)):
        if not active[row]:
            continue
        name = words["treatment_id"][row] or str(row + 1)
        effects = _effects(words["effects"][row])
        problem = None
        if effects is None:
            problem = Text(
                "effects must look like boar=0.5;*=0.2, with numbers from 0 to 1",
                "effects は boar=0.5;*=0.2 のように0から1の数",
            )
        elif not (0 <= yen[row] < np.inf and 0 <= hours[row] < np.inf):
            problem = Text("yen_10a and hours_10a must be 0 or more", "yen_10a と hours_10a は0以上の数")
        elif width[row] < 0 or width[row] == np.inf:
            problem = Text("width_m must be 0 or more", "width_m は0以上の数")
        elif words["evidence"][row] not in EVIDENCE:
            problem = Text("evidence must be one of {words}", "evidence は {words} のどれか").format(
                words=", ".join(EVIDENCE)
            )
        elif name in {treatment.treatment_id for treatment in found}:
            problem = Text("treatment_id is used twice", "treatment_id が重複")
        if problem:
            raise InputError(
                Text(
                    "{table}, {name}: {problem}. Correct it or switch it off.",
                    "{table}の {name}: {problem}です。直すか、使わない設定にしてください。",
                ).format(table=TABLE, name=name, problem=problem)
            )
        kinds = tuple(word.strip() for word in (words["land_kind"][row] or "any").split(";") if word.strip())
        found.append(
            Treatment(
                name,
                Text(words["label"][row] or name, words["label_ja"][row] or name),
                kinds,
                effects or {},
                float(np.nan_to_num(width[row])),
                float(yen[row]),
                float(hours[row]),
                words["evidence"][row],
                words["source"][row] or "",
            )
        )
    if not found:
        raise InputError(
            TABLE
            + Text(
                "has no active row. Switch at least one on.",
                "に使う行がありません。1つ以上を使う設定にしてください。",
            )
        )
    return found


def _effects(text: Optional[str]) -> Optional[dict[str, float]]:
    found = {}
    for word in (text or "").split(";"):
        if not word.strip():
            continue
        match = re.fullmatch(r"([a-z][a-z0-9_]*|\*)=([01](?:\.\d+)?|\.\d+)", word.strip())
        if match is None or float(match.group(2)) > 1:
            return None
        found[match.group(1)] = float(match.group(2))
    return found


def choose(treatments: Sequence[Treatment], treatment_id: str) -> Treatment:
    """The treatment of this id; raises ``InputError`` naming those there are."""
    for treatment in treatments:
        if treatment.treatment_id == treatment_id:
            return treatment
    raise InputError(
        Text(
            "There is no active treatment “{name}”. There are: {names}.",
            "使える手入れに「{name}」がありません。あるもの: {names}。",
        ).format(name=treatment_id, names=", ".join(treatment.treatment_id for treatment in treatments))
    )


def words_of(treatment: Treatment) -> Text:
    """Label with the evidence behind its effects."""
    return Text("{label} ({evidence})", "{label}（{evidence}）").format(
        label=treatment.label, evidence=EVIDENCE_WORDS[treatment.evidence]
    )
