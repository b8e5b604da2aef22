"""Place of each lot -> evidence."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterRasterLayer,
)

from ..core.texts import Text
from ..gis.i18n import tr
from . import evidenceinput, reading
from .base import UNDERSTAND, LandAlgorithm

#: Slope is taken with this ring around the lot (see findunmanaged).
SLOPE_RING = 20.0
WATER = Text("The layer of water sources", "水源の図")


class PlaceEvidence(LandAlgorithm):
    """Lots and what lies around -> one row per lot and indicator."""

    ID = "placeevidence"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Evidence from the place")

    def help_text(self) -> str:
        return tr(
            "Measures size and shape of each lot, its distance to roads, forest edge and houses, its slope, its water "
            "source, and which part of its surveyed neighbours is unmanaged. Works without any image. Place alone "
            "never decides about a lot: it only adds to what is seen or recorded."
        )

    def setup(self) -> None:
        evidenceinput.add_lots(self)
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table, any_shape = QgsProcessing.SourceType.TypeVector, QgsProcessing.SourceType.TypeVectorAnyGeometry
        source = QgsProcessingParameterFeatureSource
        for name, label, kind, text in (
            ("ROADS", tr("Roads"), line, tr("Road lines, for the distance to the lot.")),
            ("FOREST_EDGE", tr("Forest edge"), line, tr("Forest edge lines, for the distance to the lot.")),
            ("HOUSES", tr("Houses"), polygon, tr("Houses; those known to be vacant are left out of the distance.")),
            (
                "WATER",
                tr("Water sources and canals"),
                any_shape,
                tr("With the field source_kind: spring, valley, pond, river, well or none; within 50 m of the lot."),
            ),
            (
                "PATROL",
                tr("Farm patrol results"),
                table,
                tr("Table with lot_key, patrol_on and result, for the share of unmanaged neighbours."),
            ),
        ):
            self.add(source(name, label, [kind], optional=True), text)
        self.add(
            QgsProcessingParameterRasterLayer("DEM", tr("Ground height"), optional=True),
            tr("Height model in metres. Slope is taken over the lot and 20 m around it."),
        )
        evidenceinput.add_output(self)

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import numpy

        from ..core.condition import evidence, figures, rasters, survey
        from ..core.condition.place import Surroundings, place_evidence
        from ..gis.zonal import Band, said_invented, zonal

        progress = self.progress(feedback)
        lots = evidenceinput.read_lots(self, parameters, context, progress.part(0.0, 0.2))
        around = Surroundings(
            *(
                reading.read_layer(self, parameters, name, context, lots.frame.crs, what)
                for name, what in (
                    ("ROADS", evidenceinput.ROADS),
                    ("FOREST_EDGE", evidenceinput.FOREST_EDGE),
                    ("HOUSES", evidenceinput.HOUSES),
                    ("WATER", WATER),
                )
            )
        )
        patrol = reading.read_table(self, parameters, "PATROL", context)
        surveyed = None
        if patrol is not None:
            newest = evidence.newest_patrol(survey.with_codes(patrol))
            rows, at = evidence.positions(lots.keys, newest)
            surveyed = numpy.full(len(lots.keys), None, dtype=object)
            surveyed[rows] = newest["result"].to_numpy(dtype=object)[at]
        found = place_evidence(lots.frame, around, surveyed, progress.part(0.2, 0.6))
        dem = self.parameterAsRasterLayer(parameters, "DEM", context)
        if dem is not None:
            part = progress.part(0.6, 0.9)
            counted = zonal(lots.frame, [Band(dem)], figures.figures, slope=True, buffer_m=SLOPE_RING, progress=part)
            image = rasters.Image(rasters.SLOPE, None, dem.name(), said_invented(dem))
            limits = rasters.Limits()
            slope, _ = rasters.raster_evidence([image], counted, lots.categories, lots.kinds, limits, True)
            found = evidence.joined([found, slope])
        return evidenceinput.write_evidence(self, parameters, context, feedback, found, lots)
