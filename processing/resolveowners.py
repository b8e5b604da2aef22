"""Find entries of the list of owners that are one person."""

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
)

from ..gis.i18n import tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

_COUNTS = {
    "ENTRIES": "entries",
    "PERSONS": "persons",
    "JOINED": "joined",
    "TO_REVIEW": "to_review",
    "BLOCKED": "blocked",
    "DECISIONS_UNUSED": "decisions_unused",
}


class ResolveOwners(LandAlgorithm):
    """List of owners, register, decisions -> person keys, pairs, what to look at."""

    ID = "resolveowners"
    GROUP = UNDERSTAND
    ICON = "owners"

    def title(self) -> str:
        return tr("Find entries of one owner")

    def help_text(self) -> str:
        return tr(
            "Finds entries of the list of owners that are the same person or body, by spelling of the name, "
            "former name, address and share, and says why. Certain pairs are joined, likely ones are listed "
            "for review, and what was decided before counts first. It also lists shares that do not add up, "
            "successions not registered, and old registrations. The results hold keys and classes only, no "
            "name and no address. Its points are assumptions and prove no identity."
        )

    def setup(self) -> None:
        table = [QgsProcessing.SourceType.TypeVector]
        source, sink, number = (
            QgsProcessingParameterFeatureSource,
            QgsProcessingParameterFeatureSink,
            QgsProcessingParameterNumber,
        )
        self.add(
            source("OWNERS", tr("List of owners"), table),
            tr(
                "Private table with owner_key and name; address, former_name, name_kana, born_on, died_on and "
                "dissolved_on are used where they are. Names are not written to any result."
            ),
        )
        self.add(
            source("REGISTER", tr("Land register"), table, optional=True),
            tr("Table with lot_key, owner_key, share and registered_on, one row per lot and owner."),
        )
        self.add(
            source("DECISIONS", tr("Decisions of people"), table, optional=True),
            tr("Table with key_a, key_b, decision (same or different), decided_by and decided_on. The newest counts."),
        )
        self.add(
            source("LOTS", tr("Lots"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True),
            tr("Lots with lot_key and chiban, so that sentences name the lot number people know."),
        )
        real = number.Type.Double
        self.add(
            number("JOIN_FROM", tr("Join from this score"), real, 0.95, False, 0.5, 1.0),
            tr("Pairs with at least this score (0–1) are joined without asking. An assumption."),
            True,
        )
        self.add(
            number("SUGGEST_FROM", tr("Suggest from this score"), real, 0.10, False, 0.0, 1.0),
            tr("Pairs with at least this score (0–1) are listed for review. An assumption."),
            True,
        )
        self.add(
            number("LONG_YEARS", tr("Registered long ago (years)"), number.Type.Integer, 50, False, 1, 200),
            tr("A registration this old is listed, since its owner may be dead. An assumption."),
            True,
        )
        self.add(
            sink("OUTPUT", tr("Owners by person"), table[0]),
            tr("One row per owner key: person key, kind of owner, number of entries and lots, what to look at."),
        )
        self.add(
            sink("PAIRS", tr("Pairs of entries"), table[0], optional=True),
            tr("One row per pair: score, verdict, reason, decision. Those to be decided come first."),
        )
        self.add(
            sink("FLAGS", tr("What to look at"), table[0], optional=True),
            tr("One row per finding and lot: shares, succession, old registration, owners not in the list."),
        )
        for name, label in (
            ("ENTRIES", tr("Entries")),
            ("PERSONS", tr("Persons and bodies")),
            ("JOINED", tr("Entries joined")),
            ("TO_REVIEW", tr("Pairs to decide")),
            ("BLOCKED", tr("Pairs kept apart")),
            ("DECISIONS_UNUSED", tr("Decisions about owners no longer there")),
            ("FINDINGS", tr("Findings")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.owners import flags, resolve

        progress = self.progress(feedback)
        owners = reading.read_required(self, parameters, "OWNERS", context)
        register = reading.read_table(self, parameters, "REGISTER", context)
        lots = reading.read_table(self, parameters, "LOTS", context)
        progress.span(0.0, 0.1).step(1.0)
        found = resolve.resolve(
            owners,
            register,
            reading.read_table(self, parameters, "DECISIONS", context),
            resolve.Settings(
                self.parameterAsDouble(parameters, "JOIN_FROM", context),
                self.parameterAsDouble(parameters, "SUGGEST_FROM", context),
            ),
            progress.part(0.1, 0.7),
        )
        found.owners["flags"] = flags.owner_flags(found.owners)
        limits = flags.Limits(self.parameterAsInt(parameters, "LONG_YEARS", context))
        labels = {}
        if lots is not None:
            labels = dict(zip(frames.texts(lots, "lot_key"), frames.texts(lots, "chiban")))
        looked = flags.lot_flags(
            register if register is not None else owners.iloc[:0], found.owners, limits, labels, progress.part(0.7, 0.9)
        )
        progress.span(0.9, 1.0)
        outputs: dict[str, Any] = {}
        for name, frame, specs in (
            ("OUTPUT", found.owners, resolve.OWNER_FIELDS),
            ("PAIRS", found.pairs, resolve.PAIR_FIELDS),
            ("FLAGS", looked, flags.FLAG_FIELDS),
        ):
            reading.write_table(self, parameters, name, context, frame, specs, outputs)
        outputs.update({name: found.counts[key] for name, key in _COUNTS.items()}, FINDINGS=len(looked))
        feedback.pushInfo(
            tr("{entries} entries are {persons} persons and bodies; {review} pairs are to be decided.").format(
                entries=found.counts["entries"], persons=found.counts["persons"], review=found.counts["to_review"]
            )
        )
        return outputs
