"""Tables of offices (registers, patrol, forest ledger) as rows of our fields, with the check report."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from .. import intake
from ..intake_report import NOTE, OK, WARNING, CheckReport
from ..parcels.lotnumber import bare_text
from ..parcels.lotnumber import read as read_lot
from ..parcels.matchwords import NO_AREAS
from ..progress import Progress
from ..texts import Text
from . import units, values

#: What each kind of table is called.
LABELS: dict[str, Text] = {
    "lots": Text("Map of lots", "筆の図"),
    "register": Text("Land register", "登記簿・土地台帳"),
    "farmland_register": Text("Farmland register", "農地台帳"),
    "patrol": Text("Farm patrol", "農地パトロール"),
    "cultivators": Text("List of farmers", "耕作者の名簿"),
    "forest_register": Text("Forest ledger", "林地台帳"),
    "forest_stands": Text("Forest stand list", "森林簿"),
    "residents": Text("Residents by age", "年齢別の住民"),
    "water_use": Text("Water use", "水道の使用量"),
    "vacancy": Text("Vacancy survey", "空き家調査"),
}
_TOTAL = re.compile(r"^(合\s*計|小\s*計|総\s*計|総\s*数|計|累計|total|sum)", re.IGNORECASE)


#: Any year: only the kind of table is asked for.
YEAR_UNKNOWN = "2000"
#: Rows between two looks at progress and cancel.
_CHUNK = 2000


class Register(NamedTuple):
    """``rows`` and ``private`` rows of a role, and the ``report``."""

    rows: list[dict[str, Any]]
    private: list[dict[str, Any]]
    report: CheckReport


def recognise(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """The role whose meanings a table serves best; the first among equals, ``register`` at last."""
    return _best_role(columns, rows) or "register"


def is_known(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a table has the columns that some role needs."""
    return bool(_best_role(columns, rows))


def _best_role(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """The role whose meanings a table serves best; empty when it lacks what each of them needs."""
    from . import wide
    from .columns import guess

    lines = range(len(rows))
    best, most = "", -1.0
    for role in LABELS:
        if role == "lots":
            continue
        guessed = guess(role, columns, rows)
        long = wide.unfold(role, columns, rows, lines, YEAR_UNKNOWN) if role in wide.ROLES else None
        if long is not None:
            guessed = {**guess(role, long.columns, long.rows), **long.columns_of}
        meanings = intake.MEANINGS[role]
        if any(meaning.required and not guessed[meaning.name] for meaning in meanings):
            continue
        own = sum(bool(guessed[meaning.name]) for meaning in meanings)
        score = own + own / len(meanings)
        if score > most:
            best, most = role, score
    return best


def convert_register(
    role: str,
    rows: Sequence[Mapping[str, Any]],
    lines: Sequence[int],
    columns: Mapping[str, Optional[str]],
    index: intake.LotIndex,
    report: CheckReport,
    people: Optional[Mapping[tuple[str, str], str]] = None,
    area_unit: str = "",
    progress: Optional[Progress] = None,
) -> Register:
    """Rows of a table as rows of ``role``. ``lines``: where each stands in its file; ``columns``: column by meaning;
    ``area_unit``: of the declared areas, empty: find out. Sums and rows without what is needed are set aside."""
    report.kind = LABELS[role]
    report.read = len(rows)
    meanings = intake.MEANINGS[role]
    progress = progress or Progress()
    kept: list[Mapping[str, Any]] = []
    for line, row in zip(lines, _stepping(rows, progress, 0.0, 0.3)):
        reason = _unusable(row, meanings, columns)
        if reason is None:
            kept.append(row)
        else:
            report.set_aside(reason[0], reason[1], line)
    kept = _areas(role, kept, columns, area_unit, report)
    made = intake.convert(role, _stepping(kept, progress, 0.3, 0.9), columns, index, people)
    report.kept = len(kept)
    _tell(role, kept, columns, made, report)
    return Register(made.rows, made.private_rows, report)


def _stepping(
    rows: Sequence[Mapping[str, Any]], progress: Progress, low: float, high: float
) -> Iterator[Mapping[str, Any]]:
    """The rows one by one, with a look at progress and cancel now and then."""
    for number, row in enumerate(rows):
        if number % _CHUNK == 0:
            progress.step(low + (high - low) * number / len(rows))
        yield row


def _unusable(
    row: Mapping[str, Any], meanings: Sequence[intake.Meaning], columns: Mapping[str, Optional[str]]
) -> Optional[tuple[str, Text]]:
    filled = [text for text in (values.plain(cell) for cell in row.values()) if text]
    if not filled:
        return "empty", Text("nothing in the row.", "何も書かれていません。")
    if any(_TOTAL.match(unicodedata.normalize("NFKC", text)) for text in filled[:2]):
        return "total", Text("a sum, not a lot.", "合計の行です。")
    for meaning in meanings:
        column = columns.get(meaning.name)
        if meaning.required and not values.plain(row.get(column or "")):
            return (
                f"no_{meaning.name}",
                Text("nothing under “{label}”.", "「{label}」がありません。").format(label=meaning.label),
            )
        if meaning.required and not _readable(meaning, row.get(column or "")):
            return (
                f"unread_{meaning.name}",
                Text("“{label}” cannot be read.", "「{label}」を読み取れません。").format(label=meaning.label),
            )
    named = [meaning.name for meaning in meanings]
    places = [columns.get(name) or "" for name in ("chiban", "house_id")]
    if "house_id" in named and not any(values.plain(row.get(column)) for column in places):
        return "no_house", Text("neither a lot nor a house.", "地番も家屋番号もありません。")
    return None


def _readable(meaning: intake.Meaning, cell: object) -> bool:
    if meaning.kind == intake.MONTH:
        return intake.month(cell) is not None
    return meaning.kind not in (intake.NUMBER, intake.INTEGER) or intake.number(cell) is not None


def _areas(
    role: str,
    rows: list[Mapping[str, Any]],
    columns: Mapping[str, Optional[str]],
    area_unit: str,
    report: CheckReport,
) -> list[Mapping[str, Any]]:
    """Declared areas in the unit of the field: m², or ha where the name of the field says so."""
    made = rows
    for meaning in intake.MEANINGS[role]:
        column = columns.get(meaning.name)
        if meaning.name not in ("area_reg", "area_ha") or column is None:
            continue
        home = "ha" if meaning.name.endswith("_ha") else "m2"
        guess = units.guess_unit(column, [row.get(column) for row in made])
        unit = area_unit or guess.unit or home
        tell_unit(column, unit, guess, bool(area_unit), report)
        divide = units.SQUARE_METRES[home]
        changed: list[Mapping[str, Any]] = []
        for row in made:
            area = units.read_area(row.get(column), unit)
            changed.append({**row, column: row.get(column) if area is None else area / divide})
        made = changed
    return made


def tell_unit(column: str, unit: str, guess: units.UnitGuess, stated: bool, report: CheckReport) -> None:
    """Say in which unit areas were read, why, and when that is doubtful."""
    label = units.LABELS[unit]
    if guess.conflict:
        report.remark(
            "area_unit",
            WARNING,
            Text(
                "Unit? “{column}” is named {named}, but the areas on the map say {found}. Read as {unit}.",
                "単位は？「{column}」は{named}という名前ですが、図上の面積からは{found}です。{unit}として読みました。",
            ).format(column=column, named=units.LABELS[guess.named], found=units.LABELS[guess.unit], unit=label),
            unit,
        )
        return
    if stated:
        severity = WARNING if guess.basis == "map" and guess.unit != unit else OK
        text = Text("“{column}” read as {unit}, as you said.", "「{column}」は、選ばれた単位{unit}で読みました。")
        if severity == WARNING:
            text = Text(
                "“{column}” read as {unit}, as you said, but the areas on the map say {found}.",
                "「{column}」は指定された{unit}として読みましたが、図上の面積からは{found}です。",
            )
        report.remark(
            "area_unit",
            severity,
            text.format(column=column, unit=label, found=units.LABELS[guess.unit or unit]),
            unit,
        )
        return
    why = {
        "map": Text("the areas on the map agree", "図上の面積と合います"),
        "cells": Text("the cells name it", "値に単位が書かれています"),
        "name": Text("the name says so", "列の名前から"),
        "size": Text("guessed from the size of the numbers", "数の大きさからの推測です"),
        "none": Text("nothing tells; please check", "手がかりがありません。確かめてください"),
    }[guess.basis]
    report.remark(
        "area_unit",
        OK if guess.basis in ("map", "cells", "name") else WARNING,
        Text("“{column}” read as {unit}: {why}.", "「{column}」は{unit}として読みました（{why}）。").format(
            column=column, unit=label, why=why
        ),
        unit,
    )


def _tell(
    role: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Mapping[str, Optional[str]],
    made: intake.Intake,
    report: CheckReport,
) -> None:
    labels = {meaning.name: meaning.label for meaning in intake.MEANINGS[role]}
    for name, count in sorted(made.unread.items()):
        report.remark(
            f"not_understood:{name}",
            WARNING,
            Text(
                "{label}: cells not understood: {n}. They stay unknown.",
                "{label}: {n}件は読み取れず、不明としました。",
            ).format(label=labels[name], n=f"{count:,}"),
            count,
        )
    if any(meaning.kind == intake.LOT for meaning in intake.MEANINGS[role]) and columns.get("chiban"):
        # One lot in two spellings is one lot: １０２４ and 1024番.
        read = (read_lot(row.get("chiban"), row.get("oaza"), row.get("koaza")) for row in made.rows)
        lots = Counter(lot.canonical if lot.certain else bare_text(lot.raw) + lot.oaza + lot.koaza for lot in read)
        several = sum(count > 1 for count in lots.values())
        report.remark(
            "lots",
            OK,
            (
                Text(
                    "Lot numbers: {n} different; {several} of them in more than one row.",
                    "地番: {n}種類。うち{several}種類は2行以上あります。",
                )
                if several
                else Text("Lot numbers: {n}, each in one row.", "地番: {n}種類。どれも1行ずつです。")
            ).format(n=f"{len(lots):,}", several=f"{several:,}"),
            len(lots),
        )
        report.remark(
            "unmatched",
            NOTE if made.unmatched else OK,
            Text(
                "Rows that fit no lot of the map, or more than one: {n}. They are kept, to be matched later.",
                "図の筆と一つに決まらない行: {n}。残しておき、あとで突き合わせます。",
            ).format(n=f"{made.unmatched:,}"),
            made.unmatched,
        )
    if role == "register" and made.rows and not any((row.get("area_reg") or 0) > 0 for row in made.rows):
        report.remark("no_areas", WARNING, NO_AREAS)
    if role == "residents" and not columns.get("age_to"):
        column = columns.get("age_from") or ""
        open_ended = sum(intake.is_open_class(row.get(column)) for row in rows)
        if open_ended:
            report.remark(
                "open_age_class",
                NOTE,
                Text(
                    "Rows of an open age class (such as 85 and over): {n}. Taken to reach to 94, or ten years "
                    "(assumption).",
                    "「85歳以上」のような上限のない年齢階級: {n}行。94歳まで、または10年分とみなしました（仮定）。",
                ).format(n=f"{open_ended:,}"),
                open_ended,
            )
    seen = Counter(tuple(sorted((key, values.plain(cell)) for key, cell in row.items())) for row in rows)
    same = sum(count - 1 for count in seen.values() if count > 1)
    if same:
        report.remark(
            "same_rows",
            WARNING,
            Text(
                "Rows that repeat another one in every cell: {n}. They are kept.",
                "すべての値が同じ行: {n}。そのまま残しました。",
            ).format(n=f"{same:,}"),
            same,
        )
    used = {column for column in columns.values() if column}
    left = [str(column) for column in (rows[0] if rows else {}) if column not in used]
    if left:
        report.remark(
            "columns_left",
            NOTE,
            Text("Columns not used: {n} ({names}).", "使わなかった列: {n}（{names}）。").format(
                n=len(left), names=", ".join(left[:8]) + (" …" if len(left) > 8 else "")
            ),
            len(left),
        )
