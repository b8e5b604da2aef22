"""The card "Register": which lots have a register entry, what is to review."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsVectorLayer
from qgis.PyQt.QtCore import pyqtSignal

from ...core.errors import InputError
from ...core.parcels.matchwords import NO_AREAS
from ...core.texts import Text
from ...gis import match_review
from ...gis.i18n import language, tr
from .. import layers
from ..matchreview import MatchReviewPanel, decisions_path
from ..overlay import OverlayMaps
from ..results import OutputSpec
from ..runner import JobResult, show_message
from ..state import DONE, KEYED, MATCHING
from ..widgets import label, quiet_button
from .cards import AlgorithmCard, InputSpec

_UNIT_LOTS, _UNIT_ITEMS = Text("", "筆"), Text("", "件")

_NUMBERS = (
    "LOT_COUNT",
    "LOTS_WITH_ENTRY",
    "TO_REVIEW",
    "LOTS_WITHOUT",
    "ROWS_WITHOUT",
    "KEYS_ADDED",
    "ENTRIES_WITH_AREA",
)


class RegistersCard(AlgorithmCard):
    """Register rows and lots."""

    KEY = MATCHING
    ICON = "plan"
    ALGORITHM = "landstewardship:matchregister"

    panel_requested = pyqtSignal(object)

    def title_text(self) -> str:
        return tr("Register and lots")

    def sentence_text(self) -> str:
        return tr("Finds the register entry of each lot.")

    def verb(self) -> str:
        return tr("Compare")

    def next_sentence(self) -> str:
        return tr("Compare register and lots")

    def inputs(self) -> Sequence[InputSpec]:
        return (
            InputSpec("INPUT", "lots", layers.POLYGONS, tr("Map of the lots"), tile="map"),
            InputSpec("REGISTER", "register", layers.TABLE, tr("Land register"), tile="register"),
        )

    def outputs(self) -> Sequence[OutputSpec]:
        return (
            OutputSpec("LOTS", "lots_registered", tr("Lots with register columns"), "understand", shown=False),
            OutputSpec("UNMATCHED_LOTS", "lots_without_row", tr("Lots without a row"), "understand", shown=False),
            OutputSpec("UNMATCHED_ROWS", "register_rows_without", tr("Rows without a lot"), "understand", shown=False),
            OutputSpec("KEYED", KEYED, tr("Register with lot keys"), "understand", shown=False),
            OutputSpec("DECISIONS_OUT", "match_decisions", tr("Decisions"), "understand", shown=False),
            OutputSpec("OUTPUT", "register_matches", tr("Register and lots"), "understand", shown=False),
        )

    def shown_roles(self) -> Sequence[str]:
        return ("lots_registered",)

    def build_result(self) -> None:
        self.no_areas = label(NO_AREAS.pick(language()), "hint")
        self.no_areas.setObjectName("registers_no_areas")
        self.no_areas.hide()
        self.body.addWidget(self.no_areas)
        self.overlay = OverlayMaps(self.iface, self.state, self.runner)
        self.body.addWidget(self.overlay)

    def refresh(self, active: bool) -> None:
        super().refresh(active)
        self.overlay.refresh()

    def add_result_buttons(self) -> None:
        self.review_button = quiet_button(tr("Review"), clicked=self.review)
        self.review_button.setObjectName("review_registers")
        self.add_button(self.review_button)

    def result_buttons(self) -> Sequence[Any]:
        return (self.review_button,)

    def is_done(self) -> bool:
        """A village without a register is not held up here."""
        return super().is_done() or (self.lacks_data() and self.result().state != DONE)

    def input_layer(self, role: str) -> Optional[QgsMapLayer]:
        return self.state.layer(role)

    def parameters(self) -> dict[str, Any]:
        values = super().parameters()
        path = decisions_path(self.state)
        if os.path.exists(path):
            values["DECISIONS"] = path
        return values

    def input_state(self) -> dict[str, str]:
        """A decision made since the last run makes the result out of date."""
        return {**super().input_state(), "decisions": match_review.fingerprint(decisions_path(self.state))}

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        found = result.layers.get("match_decisions")
        if isinstance(found, QgsVectorLayer):
            try:
                match_review.fill_basis(decisions_path(self.state), found)
            except InputError as problem:
                show_message(self.iface, self.title_text(), problem.text.pick(language()))
        return {name: int(result.values.get(name, 0) or 0) for name in _NUMBERS}

    def show_result(self, numbers: dict[str, Any]) -> None:
        unit = _UNIT_LOTS.pick(language())
        of_all = tr("of {n} lots have an entry").format(n=f"{numbers.get('LOT_COUNT', 0):,}")
        self.set_numbers(
            [
                (f"{numbers['LOTS_WITH_ENTRY']:,}", unit, of_all),
                (f"{numbers['TO_REVIEW']:,}", _UNIT_ITEMS.pick(language()), tr("to review")),
                (f"{numbers['ROWS_WITHOUT']:,}", _UNIT_ITEMS.pick(language()), tr("entries without a lot")),
            ]
            if numbers
            else []
        )
        # Results of earlier versions do not say how many entries have an area.
        self.no_areas.setVisible(numbers.get("ENTRIES_WITH_AREA") == 0)

    def show_done_chip(self, numbers: dict[str, Any]) -> None:
        if numbers.get("TO_REVIEW"):
            self.chip.set_chip("warning", tr("{n} to review").format(n=f"{numbers['TO_REVIEW']:,}"))
        else:
            super().show_done_chip(numbers)

    def review(self) -> None:
        """Open the list of questions; when it is closed after decisions, compare again."""
        try:
            panel = MatchReviewPanel(self.iface, self.state)
        except InputError as problem:
            show_message(self.iface, self.title_text(), problem.text.pick(language()))
            return
        panel.closed.connect(lambda: self._reviewed(panel.decided))
        self.panel_requested.emit(panel)

    def _reviewed(self, decided: bool) -> None:
        if decided:
            self.run()
