"""Import the pins of the public farmland register (eMAFF農地ナビ)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.core import QgsProcessing, QgsProcessingContext, QgsProcessingParameterFeatureSink

from ..core.schema import FieldSpec
from ..gis.i18n import tr
from .intakebase import OpenDataAlgorithm

_PRIVATE_FIELDS = (
    FieldSpec("pin_id", "text", "Ledger number", "台帳ID"),
    FieldSpec("cultivator_key", "text", "Cultivator key", "耕作者キー"),
)


class ImportFarmlandPins(OpenDataAlgorithm):
    """GeoJSON or CSV of the site -> pins with idle class, intention, right and zone; the cultivator kept apart."""

    ID = "importfarmlandpins"
    PRIVATE = "PRIVATE"

    def title(self) -> str:
        return tr("Import farmland register pins")

    def help_text(self) -> str:
        return tr(
            "Reads the pins downloaded from the farmland navigator (eMAFF農地ナビ), GeoJSON or CSV: idle farmland, the "
            "owner's intention, whether the owner was found, zone, right and its end. “Not published”, “not answered” "
            "and “not surveyed” count as unknown, never as no. The number of the cultivator goes to the private table "
            "only, as a number of our own. The pins are often two to three years old."
        )

    def setup(self) -> None:
        self.setup_common(
            tr("One or more downloaded files (.geojson, .csv). A pin that stands in several files is kept once."),
            tr("Farmland pins"),
            tr("One point per entry of the register, without anything about persons."),
            others=False,
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                self.PRIVATE,
                tr("Cultivators (private)"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=False,
            ),
            tr("Which pins have the same cultivator, by a number of our own. Keep it in the private folder."),
            advanced=True,
        )

    def write_private(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        rows: Sequence[dict[str, Any]],
        outputs: dict[str, Any],
    ) -> None:
        self.write_rows(parameters, self.PRIVATE, context, rows, _PRIVATE_FIELDS, outputs)
