"""Reading a whole GeoPackage layer row by row from its table, without making a feature of each row.

QGIS hands out features one by one, which for a large map costs half as much as the whole check. A GeoPackage is an
SQLite file, so Python can read the same rows some times as fast. This is used only where both must give the same: a
plain GeoPackage layer on disk, as it stands in the file. Everything else, and everything that does not work out, is
left to the features. (The arrays that GDAL offers are quicker still, but damage the memory of Python with GDAL 3.6.)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple, Optional

from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProviderRegistry, QgsVectorLayer

#: Rows in a block.
BLOCK = 4000

#: Kinds of fields (see :func:`.bridge.kind_of`) that mean the same in both ways of reading, and how SQLite gives them.
KINDS: dict[str, frozenset[type]] = {
    "text": frozenset({str, type(None)}),
    "int": frozenset({int, type(None)}),
    "real": frozenset({float, type(None)}),
}

#: Bytes before the WKB in a GeoPackage's shape by the kind of its envelope.
_HEADER = (8, 40, 56, 56, 72)

#: What a layer's address may say; anything else (filters, options, passwords) changes what QGIS reads.
_KNOWN = frozenset({"path", "layerName", "layerId"})


class PlainFile(NamedTuple):
    """A layer in a GeoPackage."""

    path: str
    layer: str


class Block(NamedTuple):
    """Some rows: feature ids, shapes as WKB, and the values of each field (``None`` for missing ones)."""

    ids: tuple[int, ...]
    shapes: list[Optional[bytes]]
    columns: list[tuple[Any, ...]]


class Unsuited(Exception):
    """The file cannot be read this way; nothing is wrong with it."""


def plain_file(layer: Optional[QgsVectorLayer], given: Any) -> Optional[PlainFile]:
    """Where the layer lies, if the input ``given`` means all of it, just as it stands in a GeoPackage on disk.

    To be asked in the thread that the layer lives in.
    """
    if layer is None or layer.dataProvider() is None or layer.dataProvider().name() != "ogr":
        return None
    if isinstance(given, QgsProcessingFeatureSourceDefinition) and (
        given.selectedFeaturesOnly or getattr(given, "featureLimit", -1) != -1 or getattr(given, "filterExpression", "")
    ):
        return None
    if layer.isEditable() or layer.subsetString() or layer.dataProvider().storageType() != "GPKG":
        return None
    parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
    told = {key for key, value in parts.items() if value}
    path = str(parts.get("path") or "")
    if not told <= _KNOWN or not os.path.isfile(path):
        return None
    return PlainFile(path, str(parts.get("layerName") or ""))


def read(file: PlainFile, names: Sequence[str], kinds: Sequence[str]) -> Generator[Block, None, None]:
    """All rows in the order of their ids, with the fields ``names`` of these kinds. Raises :class:`Unsuited`."""
    if not set(kinds) <= set(KINDS):
        raise Unsuited("fields of other kinds")
    try:
        with closing(sqlite3.connect(f"{Path(file.path).absolute().as_uri()}?mode=ro", uri=True)) as base:
            yield from _blocks(base, file.layer, names, kinds)
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise Unsuited(str(error)) from error


def _blocks(
    base: sqlite3.Connection, layer: str, names: Sequence[str], kinds: Sequence[str]
) -> Generator[Block, None, None]:
    table, shape = _table(base, layer)
    described = base.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)).fetchall()
    keys = [name for name, place in described if place]
    if len(keys) != 1 or not {*names, shape} <= {name for name, _ in described}:
        raise Unsuited("no such fields")
    chosen = ", ".join(map(_quoted, (keys[0], shape, *names)))
    # Names cannot be handed over as values; they stand in the file like this and are quoted.
    query = f"SELECT {chosen} FROM {_quoted(table)} ORDER BY {_quoted(keys[0])}"
    rows = base.execute(query)
    while block := rows.fetchmany(BLOCK):
        ids, shapes, *columns = zip(*block)
        if set(map(type, ids)) != {int}:
            raise Unsuited("ids that are no numbers")
        for values, kind in zip(columns, kinds):
            if not set(map(type, values)) <= KINDS[kind]:
                raise Unsuited("values of another kind than their field")
        yield Block(ids, _wkb(shapes), columns)


def _table(base: sqlite3.Connection, layer: str) -> tuple[str, str]:
    """Table and shape column of a layer (the only one, where it is not named)."""
    known = base.execute(
        "SELECT table_name, column_name FROM gpkg_geometry_columns JOIN sqlite_master ON name = table_name "
        "WHERE type = 'table'"
    ).fetchall()
    chosen = [(table, column) for table, column in known if table == layer or not layer]
    if len(chosen) != 1:
        raise Unsuited("no such layer, or several")
    table, column = chosen[0]
    return str(table), str(column)


def _wkb(blobs: tuple[Optional[bytes], ...]) -> list[Optional[bytes]]:
    """The WKB in shapes as a GeoPackage keeps them. Raises ``ValueError`` for anything else."""
    sizes: dict[bytes, int] = {}
    for head in {blob[:4] if blob else b"" for blob in blobs} - {b""}:
        if len(head) < 4 or head[:2] != b"GP" or head[3] & 0b100000 or (head[3] >> 1 & 0b111) >= len(_HEADER):
            raise ValueError("a shape of another kind")
        sizes[head] = _HEADER[head[3] >> 1 & 0b111]
    if len(sizes) == 1:
        (size,) = sizes.values()
        return [blob[size:] if blob else None for blob in blobs]
    return [blob[sizes[blob[:4]] :] if blob else None for blob in blobs]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
