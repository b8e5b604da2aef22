"""Import any other map (houses, roads, zones …) as it is, into metres, with a check report."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
)

from ..gis.i18n import tr
from .importparcels import in_metres, largest
from .intakebase import KINDS, IntakeAlgorithm, write_layer


class ImportMap(IntakeAlgorithm):
    """Any vector file -> a layer in metres with its own fields; rows of another kind of shape set aside."""

    ID = "importmap"

    def title(self) -> str:
        return tr("Import other map")

    def help_text(self) -> str:
        return tr(
            "Reads a map of houses, roads, canals, forest, zones or anything else, keeps its columns as they are, and "
            "puts it into metres. Nothing is repaired. Columns about persons are left behind. What was read, kept and "
            "set aside stands in the report."
        )

    def setup(self) -> None:
        self.add_inputs(tr("One file (.shp, .gpkg, .geojson, .fgb, .kml, .parquet), or a .zip that holds one."))
        self.add_target()
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Map"), QgsProcessing.SourceType.TypeVector),
            tr("The map with its own columns."),
        )
        self.add_tables()

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.sources.anymap import convert_map
        from ..gis import bridge

        progress = self.progress(feedback)
        read = largest(self.read_inputs(parameters, context, progress.part(0.0, 0.6)))
        target = bridge.pyproj_crs(self.parameterAsCrs(parameters, self.TARGET, context))
        made = convert_map(in_metres(read, target), read.specs, read.report)
        progress.span(0.6, 1.0).step(0.5)
        outputs: dict[str, Any] = {}
        write_layer(self, parameters, context, made.frame, made.specs, KINDS[made.dimension], outputs)
        self.write_tables(parameters, context, feedback, [made.report], outputs)
        return outputs
