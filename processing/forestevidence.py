"""Forest mesh, forest register, canopy -> evidence about forest lots."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis.i18n import tr
from . import evidenceinput, reading
from .base import UNDERSTAND, LandAlgorithm


class ForestEvidence(LandAlgorithm):
    """Mesh, stands, canopy height -> one row per forest lot and indicator."""

    ID = "forestevidence"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Evidence about forest lots")

    def help_text(self) -> str:
        return tr(
            "Tells canopy closure and crown-length ratio of forest lots from the 20 m mesh of the prefecture, the age "
            "of the stand and the years since the last thinning from the forest register, and canopy closure from "
            "plant height where there is no mesh. Only lots whose 地目 is forest are told. A natural forest needs no "
            "thinning: please check on the ground."
        )

    def setup(self) -> None:
        evidenceinput.add_lots(self)
        polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("MESH", tr("Forest mesh"), [polygon], optional=True),
            tr("Cells with canopy_closure (樹冠疎密度) and/or crown_ratio (樹冠長率), in percent or as parts of one."),
        )
        self.add(
            source("STANDS", tr("Forest register"), [table], optional=True),
            tr("Rows with lot_key, or areas, with stand_age (林齢) and/or thinned_on (間伐年)."),
        )
        self.add(
            source("LEDGER", tr("Forest ledger"), [table], optional=True),
            tr("Table with lot_key, rinpan (林班) and shohan (小班), for a forest register that has no lot_key."),
        )
        self.add(
            QgsProcessingParameterRasterLayer("CANOPY", tr("Vegetation height"), optional=True),
            tr("Height of plants above ground in metres; used for canopy closure where the mesh tells none."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "TREE_HEIGHT", tr("Canopy from height (m)"), QgsProcessingParameterNumber.Type.Double, 5.0, minValue=0.0
            ),
            tr("The part of a lot with higher plants than this counts as canopy. An assumption."),
            advanced=True,
        )
        evidenceinput.add_as_of(self)
        evidenceinput.add_output(self)

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.condition import evidence, forest

        progress = self.progress(feedback)
        lots = evidenceinput.read_lots(self, parameters, context, progress.part(0.0, 0.2))
        crs = lots.frame.crs
        mesh = reading.read_layer(self, parameters, "MESH", context, crs, forest.MESH_LAYER)
        stands = reading.read_table(self, parameters, "STANDS", context)
        canopy = self.parameterAsRasterLayer(parameters, "CANOPY", context)
        if mesh is None and stands is None and canopy is None:
            raise InputError(
                Text(
                    "There is no forest data. Give the mesh, the register or plant height.",
                    "森林のデータがありません。メッシュ、森林簿、草木の高さのどれかを指定してください。",
                )
            )
        ledger = reading.read_table(self, parameters, "LEDGER", context)
        if stands is not None and ledger is not None and "lot_key" not in stands.columns:
            stands = forest.with_lots(stands, ledger)
        elif stands is not None and "lot_key" not in stands.columns:
            stands = reading.read_layer(self, parameters, "STANDS", context, crs, forest.STAND_LAYER)
        wooded = lots.kinds == "forest"
        if not wooded.any():
            feedback.pushWarning(tr("No lot is known to be forest. Give the land register, which tells the 地目."))
        parts = [evidence.empty()]
        if mesh is not None:
            parts.append(forest.mesh_evidence(lots.frame, wooded, mesh, progress.part(0.2, 0.6)))
        if stands is not None:
            thinned = forest.column_in(stands, forest.THINNED_FIELDS)
            columns = [] if thinned is None else [frames.dates(stands, thinned)]
            day = evidenceinput.as_of(self, parameters, context, feedback, columns)
            parts.append(forest.stand_evidence(lots.frame, lots.keys, wooded, stands, day))
        if canopy is not None:
            height = self.parameterAsDouble(parameters, "TREE_HEIGHT", context)
            told = set().union(*(part.loc[part["indicator"] == "canopy_closure", "row"] for part in parts))
            parts.append(self._closure(lots, wooded, told, canopy, height, progress.part(0.6, 0.9)))
        return evidenceinput.write_evidence(self, parameters, context, feedback, evidence.joined(parts), lots)

    def _closure(
        self, lots: evidenceinput.Lots, wooded: Any, told: set[int], canopy: Any, height: float, progress: Any
    ) -> Any:
        """Canopy closure of forest lots that the mesh does not tell, from plant height."""
        import functools

        import numpy

        from ..core.condition import figures, rasters
        from ..core.condition.series import date_in
        from ..gis.zonal import Band, said_invented, zonal

        rows = numpy.array([row for row in numpy.flatnonzero(wooded).tolist() if row not in told], dtype="int64")
        measure = functools.partial(figures.figures, threshold=height)
        found = zonal(lots.frame.iloc[rows], [Band(canopy)], measure, progress=progress)[0]
        image = rasters.Image(rasters.HEIGHT, date_in(canopy.name()), canopy.name(), said_invented(canopy))
        return rasters.closure_evidence(image, rows, found, rasters.Limits())
