"""Whether owners can be reached, per lot and block, with the next lawful step."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..gis import bridge
from ..gis.catalogues import catalogue_text
from ..gis.i18n import tr
from . import ownerinput, reading
from .base import UNDERSTAND, LandAlgorithm

STEPS_FILE = "owner_steps.csv"
_LOTS_BY = {"LOTS_REACHABLE": "reachable", "LOTS_TO_CHECK": "to_check", "LOTS_UNKNOWN": "unknown"}


class Contactability(LandAlgorithm):
    """Lots, register, list of owners -> contact per lot, owner and block."""

    ID = "contactability"
    GROUP = UNDERSTAND
    ICON = "owners"

    def title(self) -> str:
        return tr("Find out which owners can be reached")

    def help_text(self) -> str:
        return tr(
            "Says for every owner of every lot whether the owner can be reached, has moved, has died, is a "
            "dissolved body, common land without representative, public, or unknown: since when, on what "
            "evidence, and which lawful step comes next at which office. Counts for each block of touching "
            "lots how many owners hold it up. The results hold keys and classes only, no name and no address. "
            "The steps are a guide and no legal advice; those nobody has checked say so."
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
            tr("Table with lot_key, owner_key, owner_status, share, address_kind, registered_on and category_reg."),
        )
        self.add(
            source("OWNERS", tr("List of owners"), [table], optional=True),
            tr(
                "Private table with owner_key, name, died_on, dissolved_on, contact_result, contact_on and "
                "representative. Names are not written to any result."
            ),
        )
        self.add(
            source("PERSONS", tr("Owners by person"), [table], optional=True),
            tr("Result of “Find entries of one owner”. Without it every owner key counts as one person."),
        )
        self.add(
            source("HAMLETS", tr("Hamlets"), [polygon], optional=True),
            tr("Areas with the field hamlet. Blocks end at their borders."),
        )
        self.add(
            QgsProcessingParameterField("BLOCK_FIELD", tr("Field with the block"), None, "LOTS", optional=True),
            tr("Field of the lots that names their block. Empty: touching lots of one hamlet, parted by public land."),
        )
        self.add(
            source("STEPS", tr("Table of next steps"), [table], optional=True),
            tr("Your own steps, in the columns of resources/catalogues/owner_steps.csv. Empty: that file."),
            True,
        )
        self.add(
            number("HEIRS_YEARS", tr("Heirs are likely after (years)"), number.Type.Integer, 50, False, 1, 200),
            tr("An owner nobody has confirmed, registered this long ago, may have died. An assumption."),
            True,
        )
        self.add(
            number("REACHED_YEARS", tr("An answer is old after (years)"), number.Type.Integer, 5, False, 1, 100),
            tr("An older answer counts with low confidence. An assumption."),
            True,
        )
        self.add(
            sink("OUTPUT", tr("Contact with owners by lot"), polygon),
            tr("The lots with owners, owners reached, the state hardest to settle and its next step."),
        )
        self.add(
            sink("OWNER_LOTS", tr("Contact by owner and lot"), table, optional=True),
            tr("One row per owner and lot: state, since when, evidence, effort, next step, law, office, form."),
        )
        self.add(
            sink("BLOCKS", tr("Blocks"), polygon, optional=True),
            tr("One area per block: how many of its owners hold it up."),
        )
        for name, label in (
            ("LOTS_REACHABLE", tr("Lots, all owners reached")),
            ("LOTS_TO_CHECK", tr("Lots to be checked")),
            ("LOTS_UNKNOWN", tr("Lots, owner unknown")),
            ("AREA_PCT", tr("Area where all owners can be reached (%)")),
            ("PRIVATE_PCT", tr("The same without public land (%)")),
            ("OWNERS_ALL", tr("Owners")),
            ("OWNERS_HOLDING", tr("Owners not reached")),
            ("BLOCKS_HELD", tr("Blocks held up")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.owners import blocks, contact, steps

        progress = self.progress(feedback)
        lots, fields = ownerinput.read_areas(
            self, parameters, "LOTS", context, ownerinput.LOTS, "lot_key", progress.part(0.0, 0.2)
        )
        register = reading.read_required(self, parameters, "REGISTER", context)
        owners = ownerinput.joined(
            reading.read_table(self, parameters, "OWNERS", context),
            reading.read_table(self, parameters, "PERSONS", context),
        )
        own_steps = reading.read_table(self, parameters, "STEPS", context)
        catalogue = (
            steps.steps_from_csv(catalogue_text(STEPS_FILE))
            if own_steps is None
            else steps.read_steps(own_steps.drop(columns="geometry").to_dict("records"))
        )
        limits = contact.ContactLimits(
            self.parameterAsInt(parameters, "HEIRS_YEARS", context),
            self.parameterAsInt(parameters, "REACHED_YEARS", context),
        )
        contacts = contact.owner_lots(register, owners, catalogue, limits, progress.part(0.2, 0.5))
        hamlets = ownerinput.hamlet_of_lots(self, parameters, context, lots)
        field = self.parameterAsString(parameters, "BLOCK_FIELD", context)
        if field:
            frames.require(lots, (field,), ownerinput.LOTS)
            named = list(frames.texts(lots, field))
        else:
            named = blocks.touching_blocks(lots, contacts, hamlets, progress.part(0.5, 0.8))
        table = blocks.lot_table(lots, contacts, hamlets, named)
        progress.step(0.9)
        areas = blocks.block_table(table, contacts)
        progress.span(0.9, 1.0)
        kept = reading.kept_fields(fields, blocks.LOT_FIELDS, feedback)
        specs = [*blocks.LOT_FIELDS, *kept]
        crs, polygons = bridge.qgis_crs(lots.crs), QgsWkbTypes.Type.MultiPolygon
        outputs: dict[str, Any] = {}
        reading.write_sink(self, parameters, "OUTPUT", context, table, specs, polygons, crs, outputs)
        reading.write_table(self, parameters, "OWNER_LOTS", context, contacts, contact.OWNER_LOT_FIELDS, outputs)
        reading.write_sink(self, parameters, "BLOCKS", context, areas, blocks.BLOCK_FIELDS, polygons, crs, outputs)
        figures = blocks.totals(table, contacts)
        outputs.update({name: int(figures[f"lots_{status}"]) for name, status in _LOTS_BY.items()})
        outputs.update(
            AREA_PCT=round(figures["pct"], 1),
            PRIVATE_PCT=round(figures["private_pct"], 1),
            OWNERS_ALL=int(figures["owners"]),
            OWNERS_HOLDING=int(figures["owners_holding"]),
            BLOCKS_HELD=int((areas["owners_holding"] > 0).sum()),
        )
        feedback.pushInfo(
            tr("In {pct} % of the area every owner can be reached ({private} % without public land).").format(
                pct=f"{figures['pct']:.0f}", private=f"{figures['private_pct']:.0f}"
            )
        )
        return outputs
