"""Print the workshop map of harm to surroundings."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterVectorLayer,
)

from ..gis.i18n import tr
from .base import UNDERSTAND
from .sheet import SheetAlgorithm


class HarmMap(SheetAlgorithm):
    """Exposure, burden, rules -> one sheet as PDF and PNG."""

    ID = "harmmap"
    GROUP = UNDERSTAND
    #: Printing works without any package.
    PACKAGES = ()

    def title(self) -> str:
        return tr("Print map of harm")

    def help_text(self) -> str:
        return tr(
            "Prints one sheet for a workshop: which houses, fields and roads are exposed, which unmanaged lots may "
            "burden them, the ten with the heaviest burden, and the rules with the evidence behind each. It shows what "
            "is associated with what and proves no cause and no boundary."
        )

    def setup(self) -> None:
        polygons = [QgsProcessing.SourceType.TypeVectorPolygon]
        table = [QgsProcessing.SourceType.TypeVector]
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("RECEPTORS", tr("Exposure of houses, fields and roads"), polygons),
            tr("Result of “Overlay harm to surroundings”, in coordinates in metres."),
        )
        self.add(
            source("SOURCES", tr("Burden of unmanaged lots"), polygons),
            tr("Result of the same run: the lots with burden and rank."),
        )
        self.add(
            source("LINKS", tr("Links"), table, optional=True),
            tr("Table of links of the same run. With it only the rules that linked anything are printed."),
        )
        self.add(
            QgsProcessingParameterVectorLayer("RULES", tr("Rule table"), table, optional=True),
            tr("The rules the results were made with. Empty: those that come with the plugin."),
        )
        self.add_background()
        self.add_paper()
        self.add_words()
        self.add_resolution()
        self.add_map_files()
        self.addOutput(QgsProcessingOutputNumber("LOTS_SHOWN", tr("Lots that may burden others")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..gis.planmap.harmsheet import HarmRequest, HarmSheet, read_harm

        progress = self.progress(feedback)
        receptors, sources, links = self.sources(parameters, context, ("RECEPTORS", "SOURCES"), ("LINKS",))
        rules = self.parameterAsVectorLayer(parameters, "RULES", context)
        if rules is None and parameters.get("RULES") not in (None, ""):
            raise QgsProcessingException(self.invalidSourceError(parameters, "RULES"))
        base = self.background(parameters, context)
        content = read_harm(receptors, sources, links, rules, progress.part(0.0, 0.2))
        request = HarmRequest(
            language=self.language_of(parameters, context),
            paper=self.paper_of(parameters, context),
            **self.words_of(parameters, context),
        )
        outputs = self.print_sheet(HarmSheet(request, content, base), parameters, context, progress)
        outputs["LOTS_SHOWN"] = sum(row.burden > 0 for row in content.sources)
        return outputs
