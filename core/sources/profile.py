"""What the columns of an office's tables mean, kept to be used again: one profile per kind of table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Optional

from ..errors import InputError
from ..intake import MEANINGS, fold
from ..texts import Text
from .unitnames import SQUARE_METRES

FORMAT, VERSION = "land-stewardship-profile", 1
#: A profile counts for a table that has all its columns and shares this part of all column names.
_ALIKE = 0.8
_MOST_BYTES = 1 << 20


class Profile(NamedTuple):
    """``name`` (of the office or table), ``role`` of the table, ``columns`` (meaning -> column), ``area_unit`` (one of
    :data:`SQUARE_METRES` or empty), ``table``: all column names the profile was made from, ``saved_on`` (ISO day)."""

    name: str
    role: str
    columns: Mapping[str, str]
    area_unit: str
    table: tuple[str, ...]
    saved_on: str

    def fits(self, role: str, columns: Sequence[str]) -> float:
        """How well the profile fits a table (0: not at all, 1: the very same columns)."""
        own, other = {fold(name) for name in self.table}, {fold(name) for name in columns}
        if role != self.role or not {fold(name) for name in self.columns.values()} <= other:
            return 0.0
        alike = len(own & other) / max(len(own | other), 1)
        return alike if alike >= _ALIKE else 0.0

    def on(self, columns: Sequence[str]) -> dict[str, Optional[str]]:
        """The columns of a table by meaning, as the profile says."""
        by_name = {fold(name): name for name in reversed(list(columns))}
        return {
            meaning.name: by_name.get(fold(self.columns[meaning.name])) if meaning.name in self.columns else None
            for meaning in MEANINGS[self.role]
        }


def best(profiles: Iterable[Profile], role: str, columns: Sequence[str]) -> Optional[Profile]:
    """The profile that fits best, the newest among equals; ``None`` when none fits."""
    scored = [(profile.fits(role, columns), profile.saved_on, profile.name, profile) for profile in profiles]
    usable = sorted((entry for entry in scored if entry[0] > 0), key=lambda entry: entry[:3])
    return usable[-1][3] if usable else None


def to_text(profile: Profile) -> str:
    """A profile as the text of its file (JSON)."""
    return json.dumps(
        {
            "format": FORMAT,
            "version": VERSION,
            "name": profile.name,
            "role": profile.role,
            "columns": dict(profile.columns),
            "area_unit": profile.area_unit,
            "table": list(profile.table),
            "saved_on": profile.saved_on,
        },
        ensure_ascii=False,
        indent=1,
    )


def parse(text: str, name: str) -> Profile:
    """A profile out of the text of its file; ``name`` of the file for sentences. Raises ``InputError``."""
    wrong = InputError(
        Text(
            "{file} is not a column profile of this plugin. Choose another file or confirm the columns by hand.",
            "{file}は列の設定ファイルではありません。別のファイルを選ぶか、列を手で確かめてください。",
        ).format(file=name)
    )
    if len(text) > _MOST_BYTES:
        raise wrong
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(data, dict) or data.get("format") != FORMAT or data.get("version") != VERSION:
        raise wrong
    role, columns, table = data.get("role"), data.get("columns"), data.get("table")
    unit = data.get("area_unit", "")
    if not isinstance(role, str) or role not in MEANINGS or not isinstance(columns, dict):
        raise wrong
    known = {meaning.name for meaning in MEANINGS[role]}
    if not all(isinstance(key, str) and key in known and isinstance(value, str) for key, value in columns.items()):
        raise wrong
    if not isinstance(table, list) or not all(isinstance(column, str) for column in table):
        raise wrong
    if not isinstance(unit, str) or (unit and unit not in SQUARE_METRES):
        raise wrong
    return Profile(str(data.get("name", "")), role, columns, unit, tuple(table), str(data.get("saved_on", ""))[:10])


def parse_choice(role: str, text: str) -> dict[str, str]:
    """``chiban=地番; area_reg=登記面積`` as a mapping; raises ``InputError`` for a meaning that does not exist."""
    known = [meaning.name for meaning in MEANINGS[role]]
    chosen: dict[str, str] = {}
    for part in (piece for piece in text.replace("；", ";").replace("\n", ";").split(";") if piece.strip()):
        meaning, _, column = (piece.strip() for piece in part.partition("="))
        if meaning not in known or not column:
            raise InputError(
                Text(
                    "“{part}” is not understood. Write meaning=column, with a meaning out of {words}.",
                    "「{part}」が分かりません。「意味=列名」の形で、意味は {words} から選んで書いてください。",
                ).format(part=part.strip(), words=", ".join(known))
            )
        chosen[meaning] = column
    return chosen
