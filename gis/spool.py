"""Frames kept until a run is complete: in memory while they are few, else in a temporary file."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from . import bridge
from .i18n import language

if TYPE_CHECKING:
    import geopandas

#: Rows held in memory before they go to the disk.
IN_MEMORY = 50_000
_BATCH = 2_000


def layer_writer(
    path: str, name: str, specs: Sequence[FieldSpec], kind: Any, crs: QgsCoordinateReferenceSystem
) -> QgsVectorFileWriter:
    """A writer for the layer ``name`` of the GeoPackage ``path``; other layers of the file stay.

    Raises ``InputError`` when the file cannot be written.
    """
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName, options.fileEncoding = "GPKG", name, "UTF-8"
    if os.path.exists(path):
        options.actionOnExistingFile = QgsVectorFileWriter.ActionOnExistingFile.CreateOrOverwriteLayer
    writer = QgsVectorFileWriter.create(
        path, bridge.fields_from(specs, language()), kind, crs, QgsProject.instance().transformContext(), options
    )
    if writer.hasError() != QgsVectorFileWriter.WriterError.NoError:
        raise InputError(
            Text(
                "{file} could not be written ({why}). Check the folder and the free space.",
                "{file}を書き込めませんでした（{why}）。フォルダと空き容量を確かめてください。",
            ).format(file=path, why=writer.errorMessage())
        )
    return writer


def layer_name(text: str, taken: set[str]) -> str:
    """A layer name for ``text`` without signs that GeoPackages and Windows dislike, not in ``taken`` (added there)."""
    plain = re.sub(r"[^\w.-]+", "_", text).strip("_") or "map"
    name, number = plain[:60], 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[:56]}_{number}"
    taken.add(name.lower())
    return name


class Spool:
    """Rows of ``specs`` on their way to a sink. The sink is made and filled only when all is there.

    Close it with :meth:`close`, whatever happened: the temporary file is deleted then.
    """

    def __init__(
        self, specs: Sequence[FieldSpec], kind: Any, crs: QgsCoordinateReferenceSystem, in_memory: int = IN_MEMORY
    ) -> None:
        self._specs, self._kind, self._crs, self._in_memory = list(specs), kind, crs, in_memory
        self._frames: list[geopandas.GeoDataFrame] = []
        self._held = 0
        self._path = ""
        self._writer: Optional[QgsVectorFileWriter] = None
        self.rows = 0

    def add(self, frame: geopandas.GeoDataFrame) -> None:
        """Take over the rows of ``frame``. Raises ``InputError`` when the disk is full."""
        self.rows += len(frame)
        self._frames.append(frame)
        self._held += len(frame)
        if self._held > self._in_memory:
            self._to_disk()

    def _to_disk(self) -> None:
        if self._writer is None:
            self._path = QgsProcessingUtils.generateTempFilename("spool.gpkg")
            self._writer = layer_writer(self._path, "spool", self._specs, self._kind, self._crs)
        for frame in self._frames:
            bridge.write_frame(frame, self._writer, self._specs)
        self._frames, self._held = [], 0

    def write_to(self, sink: QgsFeatureSink, progress: Optional[Progress] = None) -> None:
        """Everything in the order in which it came. Raises ``InputError`` when the sink refuses a row."""
        progress = progress or Progress()
        if self._writer is None:
            for number, frame in enumerate(self._frames):
                bridge.write_frame(frame, sink, self._specs)
                progress.step((number + 1) / len(self._frames))
            return
        self._to_disk()
        self._writer = None  # closes the file
        layer = QgsVectorLayer(self._path, "spool", "ogr")
        batch, done = [], 0
        for feature in layer.getFeatures():
            # The first column of the file is its row number.
            feature.setAttributes(feature.attributes()[1:])
            batch.append(feature)
            if len(batch) == _BATCH:
                self._put(batch, sink)
                done += len(batch)
                batch = []
                progress.step(done / self.rows)
        self._put(batch, sink)
        if not sink.flushBuffer():
            raise self._refused(sink)

    def _put(self, batch: list[Any], sink: QgsFeatureSink) -> None:
        if batch and not sink.addFeatures(batch, QgsFeatureSink.Flag.FastInsert):
            raise self._refused(sink)

    @staticmethod
    def _refused(sink: QgsFeatureSink) -> InputError:
        return InputError(
            Text(
                "Writing could not be finished: {why} Check that the file is not open elsewhere and that the disk has "
                "room.",
                "書き込みを終えられませんでした（{why}）。ファイルがほかで開かれていないか、空き容量があるかを確かめて"
                "ください。",
            ).format(why=sink.lastError() or "?")
        )

    def close(self) -> None:
        """Delete what was kept."""
        self._frames, self._writer = [], None
        if self._path and os.path.exists(self._path):
            os.remove(self._path)
