"""Print the sheet on ownership for a meeting."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ..gis.i18n import tr
from .base import UNDERSTAND
from .sheet import SheetAlgorithm


class OwnershipMap(SheetAlgorithm):
    """Ownership by hamlet -> one sheet as PDF and PNG."""

    ID = "ownershipmap"
    GROUP = UNDERSTAND

    def title(self) -> str:
        return tr("Print ownership sheet")

    def help_text(self) -> str:
        return tr(
            "Prints one sheet for a meeting: each hamlet with its owners, lots per owner, shared lots and the "
            "area of owners who live elsewhere. No name, address or key stands on it, and figures with too few "
            "owners behind them stay hidden."
        )

    def setup(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        table = [QgsProcessing.SourceType.TypeVector]
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("PATTERN", tr("Ownership by hamlet"), polygons),
            tr("Result of “Ownership pattern by hamlet”, in coordinates in metres."),
        )
        self.add(
            source("TOTAL", tr("Ownership in the whole village"), table, optional=True),
            tr("Table of the same run with the figures of all hamlets together."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "K", tr("Smallest number of owners"), QgsProcessingParameterNumber.Type.Integer, 3, False, 1, 100
            ),
            tr("The number the figures were made with. It is told below the table."),
            advanced=True,
        )
        self.add_background()
        self.add_paper()
        self.add_words()
        self.add_resolution()
        self.add_map_files()
        self.addOutput(QgsProcessingOutputNumber("HAMLETS_SHOWN", tr("Hamlets")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..gis.planmap.ownersheet import OwnerRequest, OwnerSheet, read_pattern

        progress = self.progress(feedback)
        pattern, total = self.sources(parameters, context, ("PATTERN",), ("TOTAL",))
        base = self.background(parameters, context)
        content = read_pattern(pattern, total, progress.part(0.0, 0.2))
        request = OwnerRequest(
            language=self.language_of(parameters, context),
            paper=self.paper_of(parameters, context),
            k=self.parameterAsInt(parameters, "K", context),
            **self.words_of(parameters, context),
        )
        outputs = self.print_sheet(OwnerSheet(request, content, base), parameters, context, progress)
        outputs["HAMLETS_SHOWN"] = len(content.rows)
        return outputs
