"""Writing the layers of a public copy: one GeoPackage, all of it or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from ..core.errors import InputError
from ..core.schema import FieldSpec
from ..core.texts import Text
from . import bridge
from .i18n import language


class PublicTable(NamedTuple):
    """A table of the copy: its ``name`` in the file, rows, fields, kind of shape, coordinate system."""

    name: str
    frame: Any
    specs: Sequence[FieldSpec]
    kind: Any
    crs: QgsCoordinateReferenceSystem


def table_name(layer: QgsVectorLayer, taken: Sequence[str]) -> str:
    """A name for a layer's table: that in its own file, else its title; a number behind it when taken."""
    match = re.search(r"layername=([^|]+)", layer.source())
    plain = re.sub(r"[^\w-]+", "_", match.group(1) if match else layer.name()).strip("_") or "layer"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}_{number}"
    return name


def write_copy(path: str, tables: Sequence[PublicTable], transforms: QgsCoordinateTransformContext) -> None:
    """Write all tables into a new GeoPackage that takes the place of ``path`` when it is complete.

    Raises ``InputError`` when it cannot be written; the old file is then as it was.
    """
    partial = os.path.splitext(path)[0] + ".part.gpkg"
    try:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        _drop(partial)
        for number, table in enumerate(tables):
            _write(partial, table, number == 0, transforms, path)
        os.replace(partial, path)
    except OSError as error:
        raise _unwritable(path, str(error)) from error
    finally:
        _drop(partial)


def _write(partial: str, table: PublicTable, first: bool, transforms: QgsCoordinateTransformContext, path: str) -> None:
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", table.name, "UTF-8"
    if not first:
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    fields = bridge.fields_from(table.specs, language())
    writer = QgsVectorFileWriter.create(partial, fields, table.kind, table.crs, transforms, options)
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise _unwritable(path, writer.errorMessage())
    for feature in bridge.frame_to_features(table.frame, table.specs):
        if not writer.addFeature(feature):
            raise _unwritable(path, writer.errorMessage())
    del writer


def _drop(path: str) -> None:
    for name in (path, path + "-wal", path + "-shm"):
        if os.path.exists(name):
            os.remove(name)


def _unwritable(path: str, why: str) -> InputError:
    return InputError(
        Text(
            "{file} could not be written ({why}). Check the folder and the free space.",
            "{file}を書き込めませんでした（{why}）。フォルダと空き容量を確かめてください。",
        ).format(file=path, why=why)
    )
