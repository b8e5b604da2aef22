"""Step 1: what is there, in what condition, and whom it harms."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsProcessingFeatureSourceDefinition
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from ...core.texts import Text
from ...gis.i18n import language, tr
from .. import layers
from ..recheck import Recheck
from ..results import OutputSpec
from ..runner import JobResult
from ..state import DONE
from ..widgets import quiet_button
from .base import StepPage
from .cards import AlgorithmCard, InputSpec
from .condition import ConditionCard
from .forecast import ForecastCard
from .harm import HarmCard
from .owners import OwnersCard
from .registers import RegistersCard

#: Japanese counts things with a word behind the number; English needs none beside the caption.
_UNIT_LOTS, _UNIT_ITEMS = Text("", "筆"), Text("", "件")
#: What changes when some lots are checked again.
_COUNTED = ("FINDINGS", "ERRORS", "SURVEYOR")


def _count(value: Any) -> str:
    return f"{int(value or 0):,}"


class ParcelsCard(AlgorithmCard):
    """Lots and boundaries."""

    KEY = "parcels"
    ICON = "check"
    ALGORITHM = "landstewardship:checkparcels"

    findings_requested = pyqtSignal()
    repair_requested = pyqtSignal()

    def __init__(self, iface: Any, state: Any, runner: Any) -> None:
        super().__init__(iface, state, runner)
        self.recheck = Recheck(self)

    def title_text(self) -> str:
        return tr("Lots and boundaries")

    def sentence_text(self) -> str:
        return tr("Compares lot shapes with the register.")

    def next_sentence(self) -> str:
        return tr("Check lots and boundaries")

    def inputs(self) -> Sequence[InputSpec]:
        return (
            InputSpec("INPUT", "lots", layers.POLYGONS, tr("Map of the lots"), tile="map"),
            InputSpec(
                "REGISTER", "register", layers.TABLE, tr("Land register"), required=False, tile="register", told=False
            ),
        )

    def outputs(self) -> Sequence[OutputSpec]:
        return (
            OutputSpec("LOTS", "lots_checked", tr("Lots (checked)"), "understand", shown=False),
            OutputSpec("AREAS", "findings_areas", tr("Findings: areas"), "understand", shown=False),
            OutputSpec("OUTPUT", "findings", tr("Findings: lots and boundaries"), "understand"),
        )

    def add_result_buttons(self) -> None:
        self.findings_button = quiet_button(tr("See findings"), clicked=self.findings_requested.emit)
        self.findings_button.setObjectName("findings_parcels")
        self.add_button(self.findings_button)
        self.repair_button = quiet_button(tr("Repair…"), clicked=self.repair_requested.emit)
        self.repair_button.setObjectName("repair_parcels")
        self.add_button(self.repair_button)

    def result_buttons(self) -> Sequence[Any]:
        return (self.findings_button, self.repair_button)

    def parameters(self) -> dict[str, Any]:
        values = super().parameters()
        findings, path = self.state.layer("findings"), self.state.decisions_path()
        if findings is not None and self.same_map():
            values["KNOWN"] = QgsProcessingFeatureSourceDefinition(findings.id(), False)
        if path and os.path.isfile(path):
            values["DECISIONS"] = path
        return values

    def same_map(self) -> bool:
        """Whether the last result is about the lots and settings of now, edits apart."""
        earlier, now = self.result().inputs, self.input_state()
        layer, before = (inputs.get("INPUT", "").split("|")[0] for inputs in (now, earlier))
        return bool(layer) and layer == before and earlier.get("settings") == now.get("settings")

    def take_counts(self, result: JobResult) -> None:
        """Some lots were checked again: the counts are new, everything else stays."""
        earlier = self.result()
        counts = {name: result.values.get(name, 0) for name in _COUNTED}
        earlier.numbers = {**earlier.numbers, **counts}
        self.state.set_card(self.KEY, earlier)
        self.changed.emit()

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        return {name: result.values.get(name, 0) for name in ("LOTS_CHECKED", *_COUNTED)}

    def show_result(self, numbers: dict[str, Any]) -> None:
        # A project of an earlier version does not know until the next check.
        surveyor = _count(numbers["SURVEYOR"]) if "SURVEYOR" in numbers else "—"
        self.set_numbers(
            [
                (_count(numbers["LOTS_CHECKED"]), _UNIT_LOTS.pick(language()), tr("lots checked")),
                (_count(numbers["FINDINGS"]), _UNIT_ITEMS.pick(language()), tr("findings")),
                (surveyor, _UNIT_ITEMS.pick(language()), tr("need a surveyor")),
            ]
            if numbers
            else []
        )

        meaning = tr("Need a surveyor: overlaps, seams and areas that differ by more than measuring explains.")
        self.numbers.setToolTip(meaning)

    def show_done_chip(self, numbers: dict[str, Any]) -> None:
        if numbers.get("FINDINGS"):
            self.chip.set_state("findings", int(numbers["FINDINGS"]))
        else:
            super().show_done_chip(numbers)


#: The cards of step 1 in their order; a new one needs its class here and nothing else.
CARDS = (ParcelsCard, RegistersCard, OwnersCard, ConditionCard, HarmCard, ForecastCard)


class UnderstandPage(StepPage):
    """The cards of step 1."""

    STEP = "understand"

    def __init__(self, iface: Any, state: Any, runner: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(iface, state, runner, parent)
        self.cards: dict[str, AlgorithmCard] = {}
        for card_class in CARDS:
            card = card_class(iface, state, runner)
            card.changed.connect(self.refresh)
            card.add_data_requested.connect(self.add_data_requested)
            card.run_first.connect(lambda key: self.cards[key].run())
            card.maker = self.cards.get
            self.cards[card.KEY] = card
            self.column.addWidget(card)
            if isinstance(card, ParcelsCard):
                card.findings_requested.connect(self.show_findings)
                card.repair_requested.connect(self.repair_lots)
            if isinstance(card, RegistersCard):
                card.panel_requested.connect(self.panel_requested)
        self.column.addStretch(1)
        state.changed.connect(self.refresh)

    def next_card(self) -> Optional[AlgorithmCard]:
        """The first card that is not done, or whose data has changed since."""
        return next((card for card in self.cards.values() if not card.is_done()), None)

    def refresh(self) -> None:
        busy = self.runner.busy()
        following = self.next_card()
        for card in self.cards.values():
            card.refresh(active=card is following and not busy)
        if busy:
            self.next_action_changed.emit(tr("Wait until this is done"), tr("Cancel"), True)
        elif following is None:
            self.next_action_changed.emit(tr("Choose how to use the land"), tr("Go to step 2"), True)
        elif following.lacks_data():
            self.next_action_changed.emit(following.add_data_sentence(), tr("Add data"), True)
        else:
            self.next_action_changed.emit(following.next_sentence(), following.verb(), True)
        self.progress_changed.emit()

    def progress_text(self) -> tuple[str, bool]:
        # A card that a village can do without holds nobody up, but nothing was done there either.
        ready = [card for card in self.cards.values() if card.is_done()]
        done = sum(card.result().state == DONE for card in ready)
        if len(ready) == len(self.cards):
            return tr("{done} / {total} done").format(done=done, total=done), True
        return f"{done} / {len(self.cards)}", False

    def step_left(self) -> None:
        for card in self.cards.values():
            card.put_away()

    def run_next(self) -> None:
        if self.runner.busy():
            self.runner.cancel_all()
            return
        following = self.next_card()
        if following is None:
            self.step_requested.emit("choose")
        else:
            following.run()

    def show_findings(self) -> None:
        """Show the list of findings in place of the cards."""
        layer = self.state.layer("findings")
        if layer is None:
            return
        from ..findings import FindingsPanel

        panel = FindingsPanel(self.iface, self.state, layer, runner=self.runner)
        panel.repair_requested.connect(self.repair_lots)
        self.panel_requested.emit(panel)

    def repair_lots(self) -> None:
        """Open the dialog that repairs the map of the lots."""
        from ..repair import RepairDialog

        RepairDialog(self.iface, self.state, self.runner, self.window()).open()
