"""The village's table of harm rules: where it comes from, how it is checked and written.

A row is a dictionary of texts with the columns of ``core.externality.words.RULE_COLUMNS``, as the table holds
it. The table is a CSV file beside the project; without one the catalogue of the plugin counts.
"""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsVectorLayer

from ..core.errors import InputError
from ..core.externality.words import BARRIER_WORDS, RULE_COLUMNS
from ..core.texts import Text
from .bridge import to_python
from .catalogues import catalogue_text
from .packages import GEO, missing_message

#: Role of the table in a project, and name of the catalogue it starts from.
ROLE, CATALOGUE = "externality_rules", "externality_rules.csv"

Row = dict[str, str]

#: What an empty cell means.
_USUAL = {"source_filter": "*", "source_kind": "any", "pathway": "distance", "decay": "step", "active": "false"}


def cell(value: Any) -> str:
    """A value of a layer as the text of a table."""
    value = to_python(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).strip()


def _row(values: dict[str, Any]) -> Row:
    row = {name: cell(values.get(name)) or _USUAL.get(name, "") for name in RULE_COLUMNS}
    row["active"] = "true" if row["active"].lower() in ("true", "yes", "1") else "false"
    return row


def default_rules() -> list[Row]:
    """The rules of the catalogue that comes with the plugin."""
    return [_row(dict(row)) for row in csv.DictReader(io.StringIO(catalogue_text(CATALOGUE)))]


def read_rules(layer: Optional[QgsVectorLayer]) -> list[Row]:
    """The rules of the village's table, those of the catalogue without a table."""
    if layer is None or not layer.isValid():
        return default_rules()
    names = [field.name() for field in layer.fields()]
    return [_row(dict(zip(names, feature.attributes()))) for feature in layer.getFeatures()]


def read_table(path: str) -> list[Row]:
    """The rows of a table of rules written as CSV (UTF-8). Raises ``OSError``."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [_row(dict(row)) for row in csv.DictReader(file)]


def with_rule(rows: Sequence[Row], new: Row) -> list[Row]:
    """``rows`` with ``new`` switched on in the place of an earlier one of its name.

    Other rules about the same harm, from the same land to the same receptor over a distance, are switched off,
    for two figures about one thing would count side by side.
    """
    same = ("kind", "receptor", "source_kind", "pathway")
    kept = [dict(row) for row in rows if row["rule_id"] != new["rule_id"]]
    for row in kept:
        if all(row[name] == new[name] for name in same):
            row["active"] = "false"
    return [*kept, {**new, "active": "true"}]


def new_rule(rows: Sequence[Row], label: Text) -> Row:
    """A rule of the village's own, switched off until its distance is set; its id and kind are not taken yet."""
    taken = {row["rule_id"] for row in rows} | {row["kind"] for row in rows}
    number = next(n for n in range(1, len(taken) + 2) if f"own_{n}" not in taken)
    name = f"own_{number}"
    own = {"rule_id": name, "kind": name, "label": label.en, "label_ja": label.ja, "source_filter": "unmanaged"}
    return _row({**own, "receptor": "houses", "weight": "1", "evidence": "local_opinion"})


def rename(rows: Sequence[Row], row: Row, name: str, language: str) -> None:
    """Call the harm of ``row`` by another name in ``language`` ("ja" or "en").

    A name that another rule has puts both under one kind of harm, so that they are summed. The other language
    follows where it was the same or is empty, for nobody translates the words of a village.
    """
    here, there = ("label_ja", "label") if language == "ja" else ("label", "label_ja")
    same = next((other for other in rows if other is not row and name in (other["label"], other["label_ja"])), None)
    if same is not None:
        row.update(kind=same["kind"], label=same["label"], label_ja=same["label_ja"])
        return
    if any(other is not row and other["kind"] == row["kind"] for other in rows):
        row["kind"] = new_rule(rows, Text("", ""))["kind"]
    if row["rule_id"].startswith("own_") or row[there] == row[here]:
        row[there] = name
    row[here] = name


def is_on(row: Row) -> bool:
    """Whether a rule is used."""
    return row["active"] == "true"


def number(text: str) -> Optional[float]:
    """The number in a cell, ``None`` where there is none."""
    try:
        return float(text)
    except ValueError:
        return None


def why_not_on(row: Row) -> Optional[Text]:
    """What is missing before a rule can be used; ``None`` when nothing is."""
    distance = number(row["distance_m"])
    if distance is None or distance < 0 or (distance == 0 and row["pathway"] != "border"):
        return Text("Enter how far it reaches first.", "先に、届く距離を入れてください。")
    if row["pathway"] == "border" and distance == 0 and row["decay"] == "linear":
        return Text("Enter how far it reaches first.", "先に、届く距離を入れてください。")
    if row["decay"] in ("exponential", "gaussian") and not (number(row["half_m"]) or 0) > 0:
        return Text("Enter the distance after which half is left first.", "先に、半分に弱まる距離を入れてください。")
    if number(row["weight"]) is None:
        return Text("Enter the weight first.", "先に、重みを入れてください。")
    return None


def check(rows: Sequence[Row]) -> Optional[Text]:
    """What is wrong with a table before it is kept; ``None`` when it can be used."""
    if not any(is_on(row) for row in rows):
        return Text("Switch at least one rule on.", "規則を1つ以上、使う設定にしてください。")
    if missing_message(GEO):
        return None  # nothing can be worked out now; the run says what is missing
    from ..core.externality.rules import read_rules as read_text

    try:
        read_text(as_text(rows))
    except InputError as error:
        return error.text
    return None


def table_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Rows as CSV text with a header line."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def as_text(rows: Sequence[Row]) -> str:
    """The table of rules as CSV text with a header line."""
    return table_text(rows, RULE_COLUMNS)


def write_table(path: str, text: str) -> None:
    """Write a table to ``path`` (UTF-8 with a mark, so that spreadsheets read Japanese). Raises ``OSError``."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    partial = path + ".part"
    try:
        with open(partial, "w", encoding="utf-8-sig", newline="") as file:
            file.write(text)
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)


def write_rules(path: str, rows: Sequence[Row]) -> None:
    """Write the rules to ``path``. Raises ``OSError``."""
    write_table(path, as_text(rows))


def kind_labels(rows: Sequence[Row]) -> dict[str, Text]:
    """What each rule's kind of harm is called, by ``rule_id``."""
    return {
        row["rule_id"]: Text(row["label"] or row["kind"], row["label_ja"] or row["label"] or row["kind"])
        for row in rows
    }


def barrier_words(text: str, language: str) -> str:
    """The barriers of a rule as people read them: ``fence=0;river=0.5`` is 柵=0;川=0.5 in Japanese."""
    return _each_barrier(text, {code: word.pick(language) for code, word in BARRIER_WORDS.items()})


def barrier_codes(text: str, language: str) -> str:
    """What somebody wrote about barriers as the rules keep it; words that are not known stay as they are."""
    plain = unicodedata.normalize("NFKC", text)
    return _each_barrier(plain, {word.pick(language): code for code, word in BARRIER_WORDS.items()})


def _each_barrier(text: str, words: dict[str, str]) -> str:
    parts = []
    for part in text.split(";"):
        name, sign, passes = part.strip().partition("=")
        parts.append(words.get(name.strip(), name.strip()) + sign + passes.strip())
    return ";".join(parts)
