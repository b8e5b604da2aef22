"""How land is held in each hamlet."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..gis import bridge
from ..gis.i18n import tr
from . import ownerinput, reading
from .base import UNDERSTAND, LandAlgorithm


class OwnershipPattern(LandAlgorithm):
    """Lots, register, hamlets -> absentees, co-owners, scattered lots per hamlet."""

    ID = "ownershippattern"
    GROUP = UNDERSTAND
    ICON = "owners"

    def title(self) -> str:
        return tr("Ownership pattern by hamlet")

    def help_text(self) -> str:
        return tr(
            "Counts for each hamlet the owners, lots and separate places per owner, lots with several owners, "
            "and the area of owners who live elsewhere or whose address is not known. Figures with fewer "
            "owners behind them than the smallest number are hidden, so that nobody can be recognised. No "
            "name, address or key is written."
        )

    def setup(self) -> None:
        polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        source, sink, number = (
            QgsProcessingParameterFeatureSource,
            QgsProcessingParameterFeatureSink,
            QgsProcessingParameterNumber,
        )
        self.add(source("LOTS", tr("Lots"), [polygon]), tr("The lots, with lot_key, in coordinates in metres."))
        self.add(
            source("REGISTER", tr("Land register"), [table]),
            tr("Table with lot_key, owner_key, share and address_kind, one row per lot and owner."),
        )
        self.add(source("HAMLETS", tr("Hamlets"), [polygon]), tr("Areas with the field hamlet."))
        self.add(
            source("PERSONS", tr("Owners by person"), [table], optional=True),
            tr("Result of “Find entries of one owner”. Without it every owner key counts as one person."),
        )
        self.add(
            number("K", tr("Smallest number of owners"), number.Type.Integer, 3, False, 1, 100),
            tr("Figures with fewer owners behind them are hidden."),
        )
        self.add(sink("OUTPUT", tr("Ownership by hamlet"), polygon), tr("The hamlets with their figures."))
        self.add(
            sink("TOTAL", tr("Ownership in the whole village"), table, optional=True, createByDefault=False),
            tr("One row for all hamlets together."),
        )
        for name, label in (
            ("HAMLETS_SHOWN", tr("Hamlets")),
            ("HAMLETS_HIDDEN", tr("Hamlets with hidden figures")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.owners import pattern

        progress = self.progress(feedback)
        lots, _fields = ownerinput.read_areas(
            self, parameters, "LOTS", context, ownerinput.LOTS, "lot_key", progress.part(0.0, 0.2)
        )
        register = reading.read_required(self, parameters, "REGISTER", context)
        hamlets, _ = ownerinput.read_areas(self, parameters, "HAMLETS", context, ownerinput.HAMLETS, "hamlet")
        persons = ownerinput.joined(None, reading.read_table(self, parameters, "PERSONS", context))
        by_key = {}
        if persons is not None:
            by_key = dict(zip(frames.texts(persons, "owner_key"), frames.texts(persons, "person_key")))
        found = pattern.pattern(
            lots,
            register,
            ownerinput.hamlet_of_lots(self, parameters, context, lots),
            by_key,
            self.parameterAsInt(parameters, "K", context),
            progress.part(0.2, 0.9),
        )
        total = found[found["hamlet"] == pattern.WHOLE]
        rows = found[found["hamlet"] != pattern.WHOLE].set_index("hamlet")
        areas = hamlets[["hamlet", hamlets.geometry.name]].sort_values("hamlet", kind="stable")
        names = [spec.name for spec in pattern.PATTERN_FIELDS if spec.name != "hamlet"]
        table = areas.join(rows[names], on="hamlet")
        progress.span(0.9, 1.0)
        outputs: dict[str, Any] = {}
        polygons = QgsWkbTypes.Type.MultiPolygon
        crs = bridge.qgis_crs(hamlets.crs)
        reading.write_sink(self, parameters, "OUTPUT", context, table, pattern.PATTERN_FIELDS, polygons, crs, outputs)
        reading.write_table(self, parameters, "TOTAL", context, total, pattern.PATTERN_FIELDS, outputs)
        hidden = rows["hidden"].notna()
        outputs.update(HAMLETS_SHOWN=len(rows), HAMLETS_HIDDEN=int(hidden.sum()))
        return outputs
