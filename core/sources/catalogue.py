"""The open data sets we know by name (resources/catalogues/sources.json) and recognising them by their fields."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from ..errors import InputError
from ..schema import FieldSpec
from ..texts import Text
from . import values

#: Kinds of fields in the catalogue and the kind of column each becomes.
FIELD_KINDS = {
    "text": "text",
    "int": "int",
    "real": "real",
    "date": "date",
    "code": "text",
    "words": "text",
    "citycode": "text",
    "row": "text",
    "person": "text",
    "landuse": "text",
    "landuse_word": "text",
}


class SourceField(NamedTuple):
    """One field of a source: our ``name``, ``kind`` (see the catalogue), where it comes from (``names``, the first
    that says something), code list, constant ``value``, ``pattern`` for a field per year, ``width`` of codes that lose
    their leading zeros, ``apart``: field that keeps equal names apart, ``others``: code for words not in the list,
    ``least`` and ``most``: numbers beyond are marks for "secret" or "not known" (-99)."""

    name: str
    kind: str
    names: tuple[str, ...]
    label: Text
    codes: dict[str, str]
    value: Optional[str] = None
    pattern: str = ""
    width: int = 0
    apart: str = ""
    others: str = ""
    least: Optional[float] = None
    most: Optional[float] = None

    def holds(self, number: float) -> bool:
        """Whether ``number`` can be a value of this field; codes such as -99 cannot."""
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)

    @property
    def spec(self) -> FieldSpec:
        """The field as it is written."""
        return FieldSpec(self.name, FIELD_KINDS[self.kind], self.label.en, self.label.ja)


class Source(NamedTuple):
    """One data set: how it is recognised (``needs``: alternatives of field names), which algorithm reads it, which role
    its result plays, its shape, fields, keys (``repeats``: several rows may share one), credit, licence and note."""

    id: str
    algorithm: str
    role: str
    shape: str
    label: Text
    needs: tuple[tuple[str, ...], ...]
    fields: tuple[SourceField, ...]
    keys: tuple[str, ...]
    repeats: bool
    date: str
    check: str
    mesh: str
    xy: tuple[tuple[str, ...], ...]
    credit: Text
    licence: Text
    note: Text
    restricted: bool


class Other(NamedTuple):
    """A data set that is known, but not read: ``label``, pattern of a column only it has (``columns``), or of the name
    of its layer (``layer``) and a column it shares (``beside``); what to take instead (``advice``)."""

    id: str
    label: Text
    columns: str
    layer: str
    beside: str
    advice: Text

    def fits(self, columns: Sequence[str], layer: str) -> bool:
        """Whether a layer of this name and with these columns is this data set."""
        return _any(self.columns, columns) or (
            bool(self.layer) and re.search(self.layer, layer, re.IGNORECASE) is not None and _any(self.beside, columns)
        )


def _any(pattern: str, columns: Sequence[str]) -> bool:
    return any(re.fullmatch(pattern, name, re.IGNORECASE) for name in columns)


class Catalogue(NamedTuple):
    """All sources, the words that mean "not known" in every one of them, and those that stand for a secret number;
    ``others``: data sets that are known, but not read."""

    sources: tuple[Source, ...]
    unknown: frozenset[str]
    secret: frozenset[str]
    others: tuple[Other, ...]

    def by_id(self, identity: str) -> Optional[Source]:
        """The source called ``identity``; ``None`` when there is none."""
        return next((source for source in self.sources if source.id == identity), None)

    def other(self, columns: Sequence[str], layer: str = "") -> Optional[Other]:
        """The data set that is not read, but can be named; ``None`` when it is none of these."""
        return next((other for other in self.others if other.fits(columns, layer)), None)

    def detect(self, columns: Sequence[str], layer: str = "") -> Optional[Source]:
        """The source whose fields a table has; the one with the most fields found wins, the first among equals.

        ``layer``: name of the layer or file, by which some tell themselves apart that share their columns.
        """
        if self.other(columns, layer) is not None:
            return None
        names = {name.casefold() for name in columns}
        best: Optional[Source] = None
        most = 0
        for source in self.sources:
            if not any(all(need.casefold() in names for need in group) for group in source.needs):
                continue
            found = sum(any(name.casefold() in names for name in field.names) for field in source.fields)
            found += sum(
                any(re.fullmatch(field.pattern, name, re.IGNORECASE) for name in columns)
                for field in source.fields
                if field.pattern
            )
            if best is None or found > most:
                best, most = source, found
        return best


def parse_catalogue(text: str) -> Catalogue:
    """The catalogue out of the text of its file. Raises ``InputError`` when it is not in order."""
    try:
        data = json.loads(text)
        sources = tuple(_source(entry) for entry in data["sources"])
        unknown = frozenset(str(word).casefold() for word in data["unknown"])
        others = tuple(_other(entry) for entry in data["others"])
        secret = frozenset(values.fold(str(word)) for word in data["secret"])
    except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
        raise InputError(
            Text(
                "The list of data sources is damaged ({why}). Install the plugin again.",
                "データの一覧が壊れています（{why}）。プラグインを入れ直してください。",
            ).format(why=error)
        ) from error
    return Catalogue(sources, unknown, secret, others)


def _source(entry: dict[str, Any]) -> Source:
    return Source(
        id=entry["id"],
        algorithm=entry["algorithm"],
        role=entry["role"],
        shape=entry["shape"],
        label=Text(entry["en"], entry["ja"]),
        needs=tuple(tuple(group) for group in entry["needs"]),
        fields=tuple(_field(field) for field in entry["fields"]),
        keys=tuple(entry["keys"]),
        repeats=bool(entry.get("repeats")),
        date=entry.get("date", ""),
        check=entry.get("check", ""),
        mesh=entry.get("mesh", ""),
        xy=tuple(tuple(names) for names in entry.get("xy", ())),
        credit=Text(entry["credit"], entry["credit_ja"]),
        licence=Text(entry["licence"], entry["licence_ja"]),
        note=Text(entry.get("note", ""), entry.get("note_ja", "")),
        restricted=bool(entry.get("restricted")),
    )


def _other(entry: dict[str, Any]) -> Other:
    for key in ("columns", "layer", "with"):
        re.compile(entry.get(key, ""))
    return Other(
        id=entry["id"],
        label=Text(entry["en"], entry["ja"]),
        columns=entry["columns"],
        layer=entry.get("layer", ""),
        beside=entry.get("with", ""),
        advice=Text(entry.get("advice", ""), entry.get("advice_ja", "")),
    )


def _field(entry: dict[str, Any]) -> SourceField:
    if entry["kind"] not in FIELD_KINDS:
        raise ValueError(f"no such kind of field: {entry['kind']}")
    re.compile(entry.get("pattern", ""))
    return SourceField(
        name=entry["name"],
        kind=entry["kind"],
        names=tuple(entry.get("from", ())),
        label=Text(entry["en"], entry["ja"]),
        codes={str(key).casefold(): str(value) for key, value in entry.get("codes", {}).items()},
        value=entry.get("value"),
        pattern=entry.get("pattern", ""),
        width=int(entry.get("width", 0)),
        apart=entry.get("apart", ""),
        others=entry.get("others", ""),
        least=entry.get("least"),
        most=entry.get("most"),
    )
