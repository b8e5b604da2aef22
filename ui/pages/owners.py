"""The card "Owners": who can be reached, lists with the next step, entries that are one person, the meeting sheet."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsVectorLayer

from ...core.errors import InputError
from ...core.texts import Text
from ...gis import owner_reading, private
from ...gis.i18n import language, sentences, tr
from .. import layers
from ..results import OutputSpec, result_folder
from ..runner import IDLE, Job, JobResult, show_message
from ..widgets import label, quiet_button
from .cards import AlgorithmCard, InputSpec

_UNIT_LOTS = Text("", "筆")
#: Keys of the runs beside that of the card: joining entries, figures by hamlet, the printed sheet.
RESOLVE_KEY, PATTERN_KEY, SHEET_KEY = "owners_resolve", "owners_pattern", "owners_sheet"
#: What the project remembers: pairs of entries that wait for a decision.
_TO_DECIDE = "owners_to_decide"
_NUMBERS = (
    "LOTS_REACHABLE",
    "LOTS_TO_CHECK",
    "LOTS_UNKNOWN",
    "AREA_PCT",
    "PRIVATE_PCT",
    "OWNERS_HOLDING",
    "BLOCKS_HELD",
)


def _count(value: Any) -> str:
    return f"{int(value or 0):,}"


class OwnersCard(AlgorithmCard):
    """Owners."""

    KEY = "owners"
    ICON = "owners"
    ALGORITHM = "landstewardship:contactability"

    def title_text(self) -> str:
        return tr("Owners")

    def sentence_text(self) -> str:
        return tr("Finds out which owners can be reached.")

    def next_sentence(self) -> str:
        return tr("Check the owners")

    def inputs(self) -> Sequence[InputSpec]:
        def more(parameter: str, role: str, need: str, title: str, tile: str) -> InputSpec:
            return InputSpec(parameter, role, need, title, required=False, tile=tile, told=False)

        return (
            InputSpec("LOTS", "lots", layers.POLYGONS, tr("Map of the lots"), tile="map"),
            InputSpec("REGISTER", "register", layers.TABLE, tr("Land register"), tile="register"),
            more("OWNERS", "owners", layers.TABLE, tr("List of owners"), "register"),
            more("HAMLETS", "hamlets", layers.POLYGONS, tr("Hamlets"), "map"),
            more("STEPS", "owner_steps", layers.TABLE, tr("Table of next steps"), ""),
        )

    def outputs(self) -> Sequence[OutputSpec]:
        return (
            OutputSpec("OWNER_LOTS", "owner_lots", tr("Contact by owner and lot"), "understand", shown=False),
            OutputSpec("BLOCKS", "owner_blocks", tr("Blocks held up by owners"), "understand", shown=False),
            OutputSpec("OUTPUT", "owner_contact", tr("Contact with owners"), "understand"),
        )

    def resolve_outputs(self) -> Sequence[OutputSpec]:
        """What the run before writes: persons, pairs to decide, what to look at."""
        return (
            OutputSpec("FLAGS", "owner_flags", tr("Owners: what to look at"), "understand", shown=False),
            OutputSpec("PAIRS", "owner_pairs", tr("Entries that may be one owner"), "understand", shown=False),
            OutputSpec("OUTPUT", "owner_persons", tr("Owners by person"), "understand", shown=False),
        )

    # -- what the card has beside numbers -----------------------------------------------------
    def build_result(self) -> None:
        self.share = label("", "sentence")
        self.review = label("", "small")
        self.misplaced = label(
            tr("Names and addresses lie in the folder of the plan. Whoever gets the folder gets them too."), "problem"
        )
        self.move_button = quiet_button(tr("Move them out"), clicked=self.move_out)
        self.move_button.setObjectName("move_owners")
        for widget in (self.share, self.review, self.misplaced, self.move_button):
            self.body.addWidget(widget)
        self.runner.finished.connect(self._other_finished)
        self.runner.failed.connect(self._other_failed)
        self.runner.changed.connect(lambda key: key in (RESOLVE_KEY, SHEET_KEY) and self.changed.emit())

    def add_result_buttons(self) -> None:
        self.lists_button = quiet_button(tr("Lists"), clicked=self.open_lists)
        self.lists_button.setObjectName("lists_owners")
        self.lists_button.setToolTip(tr("Owners to contact, with the next lawful step; entries that may be one owner"))
        self.sheet_button = quiet_button(tr("Meeting sheet"), "map", self.print_sheet)
        self.sheet_button.setObjectName("sheet_owners")
        self.sheet_button.setToolTip(tr("Prints one page (A3) on ownership by hamlet, without names"))
        for button in (self.lists_button, self.sheet_button):
            self.add_button(button)

    def result_buttons(self) -> Sequence[Any]:
        return (self.lists_button, self.sheet_button)

    def _vector(self, role: str) -> Optional[QgsVectorLayer]:
        layer = self.input_layer(role)
        return layer if isinstance(layer, QgsVectorLayer) else None

    # -- running --------------------------------------------------------------------------------
    def input_state(self) -> dict[str, str]:
        found = super().input_state()
        found["DECISIONS"] = self.state.fingerprint(self.state.layer(owner_reading.DECISIONS_ROLE))
        return found

    def parameters(self) -> dict[str, Any]:
        values = super().parameters()
        persons = self._vector("owner_persons")
        if persons is not None and self._vector("owners") is not None:
            values["PERSONS"] = persons.id()
        return values

    def run(self) -> None:
        """Join the entries of the private list first, where there is one, then ask who can be reached."""
        ready = not self.missing_inputs() and self.runner.state(self.KEY) == IDLE
        if ready and self._vector("owners") is not None:
            job = Job(key=RESOLVE_KEY, algorithm="landstewardship:resolveowners", outputs=self.resolve_outputs())
            job.prepare = self._prepare_resolve
            self.runner.start(job)
        super().run()

    def _prepare_resolve(self, job: Job) -> str:
        roles = {"OWNERS": "owners", "REGISTER": "register", "LOTS": "lots", "DECISIONS": owner_reading.DECISIONS_ROLE}
        found = {parameter: self._vector(role) for parameter, role in roles.items()}
        job.parameters = {parameter: layer.id() for parameter, layer in found.items() if layer is not None}
        job.layers = [layer for layer in found.values() if layer is not None]
        return ""

    def _other_finished(self, key: str, result: JobResult) -> None:
        if key == RESOLVE_KEY:
            self.state.set_value(_TO_DECIDE, int(result.values.get("TO_REVIEW", 0)))
        elif key == PATTERN_KEY:
            self._start_sheet()
        elif key == SHEET_KEY:
            from . import act

            act.open_file(str(result.values.get("OUTPUT_PDF") or ""))

    def _other_failed(self, key: str, message: str) -> None:
        if key == RESOLVE_KEY:
            self.runner.cancel(self.KEY)
            self._run_failed(self.KEY, message)
        elif key in (PATTERN_KEY, SHEET_KEY):
            self.set_problem(message)
            show_message(self.iface, tr("Meeting sheet"), message)

    # -- lists ------------------------------------------------------------------------------------
    def open_lists(self) -> None:
        """Open the lists of owners and the pairs to decide."""
        from ..ownerlists import OwnerListsDialog

        dialog = OwnerListsDialog(self.iface, self.state, self.window())
        dialog.accepted.connect(self.changed)
        dialog.rejected.connect(self.changed)
        dialog.open()

    def move_out(self) -> None:
        """Move private files out of the folder of the plan."""
        try:
            private.move_out(self.state.project)
        except (InputError, OSError) as error:
            text = error.text.pick(language()) if isinstance(error, InputError) else str(error)
            show_message(self.iface, self.title_text(), text)
        self.changed.emit()

    # -- meeting sheet ------------------------------------------------------------------------------
    def print_sheet(self) -> None:
        """Count by hamlet, then print one page beside the project and open it."""
        if IDLE not in (self.runner.state(PATTERN_KEY), self.runner.state(SHEET_KEY)):
            return
        self.set_problem("")
        roles = {"LOTS": "lots", "REGISTER": "register", "HAMLETS": "hamlets", "PERSONS": "owner_persons"}
        found = {parameter: self._vector(role) for parameter, role in roles.items()}
        if found["HAMLETS"] is None:
            self.set_problem(tr("The sheet needs the map of the hamlets. Add it first."))
            return
        self.runner.start(
            Job(
                key=PATTERN_KEY,
                algorithm="landstewardship:ownershippattern",
                parameters={parameter: layer.id() for parameter, layer in found.items() if layer is not None},
                outputs=(
                    OutputSpec("TOTAL", "owner_total", tr("Ownership in the whole village"), "understand", shown=False),
                    OutputSpec("OUTPUT", "owner_pattern", tr("Ownership by hamlet"), "understand", shown=False),
                ),
                layers=[layer for layer in found.values() if layer is not None],
            )
        )

    def _start_sheet(self) -> None:
        folder = result_folder(self.state.project, "prints")
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            why = tr("The folder {path} cannot be made: {why}").format(path=folder, why=error.strerror)
            self._other_failed(SHEET_KEY, why)
            return
        roles = {"PATTERN": "owner_pattern", "TOTAL": "owner_total", "LOTS": "lots", "HOUSES": "houses"}
        roles.update({"ROADS": "roads", "CANALS": "canals", "FOREST": "forest", "HAMLETS": "hamlets"})
        found = {parameter: self._vector(role) for parameter, role in roles.items()}
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        self.runner.start(
            Job(
                key=SHEET_KEY,
                algorithm="landstewardship:ownershipmap",
                parameters={
                    **{parameter: layer.id() for parameter, layer in found.items() if layer is not None},
                    "VILLAGE": self.state.village_name(),
                    "LANGUAGE": 1 if language() == "ja" else 2,
                    "OUTPUT_PDF": os.path.join(folder, f"ownership_A3_{stamp}.pdf"),
                },
                layers=[layer for layer in found.values() if layer is not None],
            )
        )

    # -- showing ------------------------------------------------------------------------------------
    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        return {name: result.values.get(name, 0) for name in _NUMBERS}

    def show_result(self, numbers: dict[str, Any]) -> None:
        unit = _UNIT_LOTS.pick(language())
        self.set_numbers(
            [
                (_count(numbers["LOTS_REACHABLE"]), unit, tr("reachable")),
                (_count(numbers["LOTS_TO_CHECK"]), unit, tr("to be checked")),
                (_count(numbers["LOTS_UNKNOWN"]), unit, tr("owner unknown")),
            ]
            if numbers
            else []
        )
        self.share.setVisible(bool(numbers))
        if numbers:
            text = tr("{pct} % of the area has owners we can reach ({private} % without public land).").format(
                pct=round(float(numbers["AREA_PCT"])), private=round(float(numbers["PRIVATE_PCT"]))
            )
            held = tr("{owners} owners hold up {blocks} blocks.").format(
                owners=_count(numbers["OWNERS_HOLDING"]), blocks=_count(numbers["BLOCKS_HELD"])
            )
            self.share.setText(sentences(text, held if numbers["BLOCKS_HELD"] else ""))
        waiting = int(self.state.value(_TO_DECIDE, 0)) if numbers else 0
        self.review.setText(tr("{n} pairs of entries may be one owner. See the lists.").format(n=waiting))
        self.review.setVisible(bool(waiting))

    def refresh(self, active: bool) -> None:
        super().refresh(active)
        misplaced = bool(private.misplaced(self.state.project))
        self.misplaced.setVisible(misplaced)
        self.move_button.setVisible(misplaced)
        idle = self.runner.state(PATTERN_KEY) == self.runner.state(SHEET_KEY) == IDLE
        self.sheet_button.setEnabled(idle)
