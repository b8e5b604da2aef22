"""The card "Harm to surroundings": rules, result, flow lines, asking on the map, workshop map."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import Any

from qgis.core import QgsVectorLayer

from ...core.externality.words import REACHED_WORDS
from ...core.texts import Text
from ...gis import harm_rules
from ...gis.harm_reading import Layers
from ...gis.i18n import language, tr
from .. import layers, theme
from ..harmask import HarmAnswer
from ..harmlearn import RECORDS, HarmLearn
from ..harmplan import HarmPlan
from ..harmrelief import HarmRelief
from ..mapview import show_layers
from ..results import OutputSpec
from ..runner import IDLE, Job, JobResult, show_message
from ..tabledialog import word_of
from ..widgets import choice_button, label, quiet_button
from .cards import AlgorithmCard, InputSpec

_UNIT_LOTS, _UNIT_HOMES = Text("", "筆"), Text("", "戸")
#: Key of the card whose result is the source.
CONDITION = "condition"
#: Key of the run that prints the workshop map, and its inputs by role.
MAP_KEY = "harmmap"
MAP_ROLES = {
    "RECEPTORS": "receptors",
    "SOURCES": "sources",
    "LINKS": "links",
    "RULES": harm_rules.ROLE,
    "LOTS": "lots",
    "HOUSES": "houses",
    "ROADS": "roads",
    "CANALS": "canals",
    "FOREST": "forest",
    "HAMLETS": "hamlets",
}


def _count(value: Any) -> str:
    return f"{int(value or 0):,}"


class HarmCard(AlgorithmCard):
    """Harm to surroundings."""

    KEY = "harm"
    ICON = "externality"
    ALGORITHM = "landstewardship:overlayexternalities"

    def title_text(self) -> str:
        return tr("Harm to surroundings")

    def sentence_text(self) -> str:
        return tr("Estimates what neglected land does to homes and fields.")

    def next_sentence(self) -> str:
        return tr("Check harm to surroundings")

    def inputs(self) -> Sequence[InputSpec]:
        return (
            InputSpec("SOURCES", "condition", layers.POLYGONS, tr("Condition of land"), told=False, made_by=CONDITION),
            InputSpec("HOUSES", "houses", layers.POLYGONS, tr("Houses"), tile="map"),
            InputSpec("FARMLAND", "farmland", layers.POLYGONS, tr("Fields"), required=False, tile="map", told=False),
            InputSpec("ROADS", "roads", layers.LINES, tr("Roads"), required=False, tile="map"),
            *(
                InputSpec(parameter, role, need, title, required=False, tile="map", told=False)
                for parameter, role, need, title in (
                    ("FOREST_EDGE", "forest_edge", layers.LINES, tr("Forest edge")),
                    ("DITCHES", "canals", layers.LINES, tr("Ditches and streams")),
                    ("BARRIERS", "barriers", layers.LINES, tr("Fences and other barriers")),
                    ("DEM", "dem", layers.RASTER, tr("Height of the ground")),
                )
            ),
            InputSpec(
                "RULES", harm_rules.ROLE, layers.TABLE, tr("Table of rules"), required=False, tile="", told=False
            ),
        )

    def changeable(self) -> Sequence[InputSpec]:
        records = tr("Damage records")
        return (*self.inputs(), InputSpec("RECORDS", RECORDS, layers.POINTS, records, False, "damage", multiple=True))

    def outputs(self) -> Sequence[OutputSpec]:
        return (
            OutputSpec("LINKS", "links", tr("Who is affected by which lot"), "understand", shown=False),
            OutputSpec("RECEPTORS_OUT", "receptors", tr("Homes, fields and roads affected"), "understand"),
            OutputSpec("OUTPUT", "sources", tr("Where harm may come from"), "understand"),
            OutputSpec("FLOWS", "flows", tr("Whom each lot may burden"), "understand", shown=False),
        )

    # -- what the card has beside numbers ---------------------------------------------------
    def build_result(self) -> None:
        self.unasked = label("", "problem")
        self.unasked.setObjectName("unasked_harm")
        self.body.addWidget(self.unasked)
        self.ask = HarmAnswer(self.iface, self.result_layers, self.rules)
        self.relief = HarmRelief(self.iface, self.state, self.result_layers, self.rules)
        self.body.addWidget(self.ask)
        self.body.addWidget(self.relief)
        self.plan = HarmPlan(self.iface, self.state, self.runner, self.rules, self.relief.chosen_treatment)
        self.body.addWidget(self.plan)
        self.learn = HarmLearn(self.iface, self.state, self.runner)
        self.learn.rule_taken.connect(self.changed)
        self.body.addWidget(self.learn)
        self.guide = label(tr("A guide only. Please check on the ground."), "small")
        self.body.addWidget(self.guide)
        self.flows_button = choice_button(tr("Flow lines"), "", tr("Lines from each lot to those it may burden"))
        self.flows_button.setObjectName("flows_harm")
        self.flows_button.setFixedHeight(theme.BUTTON_HEIGHT)
        self.flows_button.clicked.connect(self.show_flows)
        self.map_button = quiet_button(tr("Workshop map"), "map", self.print_map)
        self.map_button.setObjectName("map_harm")
        self.map_button.setToolTip(tr("Prints one page (A3) of harm to surroundings"))
        self.rules_button = quiet_button(tr("Rules"), clicked=self.edit_rules)
        self.rules_button.setObjectName("rules_harm")
        self.rules_button.setAccessibleDescription(self.title_text())
        for button in (self.flows_button, self.map_button, self.rules_button):
            self.add_button(button)
        self.runner.changed.connect(lambda key: key == MAP_KEY and self.changed.emit())
        self.runner.finished.connect(self._map_finished)
        self.runner.failed.connect(self._map_failed)

    def result_buttons(self) -> Sequence[Any]:
        return (self.flows_button, self.map_button)

    def result_layers(self) -> Layers:
        """The result layers of now."""
        found = [self.state.layer(role) for role in ("sources", "receptors", "links", CONDITION)]
        return Layers(*(layer if isinstance(layer, QgsVectorLayer) else None for layer in found))

    def rules(self) -> list[harm_rules.Row]:
        """The rules of now."""
        layer = self.state.layer(harm_rules.ROLE)
        return harm_rules.read_rules(layer if isinstance(layer, QgsVectorLayer) else None)

    def edit_rules(self) -> None:
        """Open the rules."""
        from ..harmrules import RulesDialog

        dialog = RulesDialog(self.state, self.window())
        dialog.accepted.connect(self.changed)
        dialog.open()

    def shown_roles(self) -> Sequence[str]:
        return ("receptors", "sources")

    # -- flow lines ---------------------------------------------------------------------------
    def _flows_node(self) -> Any:
        layer = self.state.layer("flows")
        return self.state.project.layerTreeRoot().findLayer(layer.id()) if layer is not None else None

    def show_flows(self, on: bool) -> None:
        """Switch the flow lines on, with those they lead from and to, or off."""
        node = self._flows_node()
        if node is None:
            return
        if on:
            found = [self.state.layer(role) for role in ("flows", *self.shown_roles())]
            show_layers(self.iface, [layer for layer in found if layer is not None], zoom=False)
        else:
            node.setItemVisibilityChecked(False)
        self._show_flow_state()

    def _show_flow_state(self) -> None:
        node = self._flows_node()
        self.flows_button.setEnabled(node is not None)
        self.flows_button.setChecked(node is not None and node.isVisible())

    # -- workshop map ---------------------------------------------------------------------------
    def print_map(self) -> None:
        """Print the one-page map of harm beside the project and open it."""
        from ..results import result_folder

        if self.runner.state(MAP_KEY) != IDLE:
            return
        self.set_problem("")
        folder = result_folder(self.state.project, "prints")
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            self._map_failed(
                MAP_KEY, tr("The folder {path} cannot be made: {why}").format(path=folder, why=error.strerror)
            )
            return
        found = {parameter: self.state.layer(role) for parameter, role in MAP_ROLES.items()}
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        self.runner.start(
            Job(
                key=MAP_KEY,
                algorithm="landstewardship:harmmap",
                parameters={
                    **{parameter: layer.id() for parameter, layer in found.items() if layer is not None},
                    "VILLAGE": self.state.village_name(),
                    "LANGUAGE": 1 if language() == "ja" else 2,
                    "OUTPUT_PDF": os.path.join(folder, f"harm_map_A3_{stamp}.pdf"),
                },
                layers=[layer for layer in found.values() if layer is not None],
            )
        )

    def _map_finished(self, key: str, result: JobResult) -> None:
        if key != MAP_KEY:
            return
        from . import act

        path = str(result.values.get("OUTPUT_PDF") or "")
        self.state.set_value("harm_map", path)
        act.open_file(path)

    def _map_failed(self, key: str, message: str) -> None:
        if key == MAP_KEY:
            self.set_problem(message)
            show_message(self.iface, tr("Workshop map"), message)

    # -- showing --------------------------------------------------------------------------------
    def refresh(self, active: bool) -> None:
        super().refresh(active)
        shown = self.again_button.isVisibleTo(self)
        idle = self.runner.state(self.KEY) == IDLE
        self.ask.setVisible(shown)
        self.relief.setVisible(shown)
        self.learn.setVisible(shown)
        self.plan.setVisible(shown)
        self.plan.refresh()
        self.learn.refresh()
        self.guide.setVisible(shown)
        self.rules_button.setVisible(idle)
        self.map_button.setEnabled(self.runner.state(MAP_KEY) == IDLE)
        self._show_flow_state()
        if not shown and self.ask.answer is not None:
            self.ask.put_away()
        if not shown and self.relief.session is not None:
            self.relief.reset()

    def put_away(self) -> None:
        self.ask.put_away()
        self.relief.put_away()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self.relief.come_back()

    def _run_finished(self, key: str, result: JobResult) -> None:
        if key == self.KEY:
            self.ask.clear()  # what it said came from the former result
            self.relief.reset()
        super()._run_finished(key, result)

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        names = ("HOUSES_EXPOSED", "FARMLAND_EXPOSED_HA", "MAIN_SOURCES", "WITHOUT_RULE")
        return {name: result.values.get(name, 0) for name in names}

    def show_result(self, numbers: dict[str, Any]) -> None:
        without = [kind for kind in str(numbers.get("WITHOUT_RULE") or "").split(";") if kind]
        self.unasked.setText(
            tr("No rule is switched on for: {kinds}. Set it under Rules with the village.").format(
                kinds=layers.joined([word_of(REACHED_WORDS, kind) for kind in without])
            )
        )
        self.unasked.setVisible(bool(without))
        self.set_numbers(
            [
                (
                    "—" if "houses" in without else _count(numbers["HOUSES_EXPOSED"]),
                    _UNIT_HOMES.pick(language()),
                    tr("homes in reach"),
                ),
                (
                    "—" if "farmland" in without else f"{float(numbers['FARMLAND_EXPOSED_HA'] or 0):,.1f}",
                    "ha",
                    tr("fields affected"),
                ),
                (_count(numbers["MAIN_SOURCES"]), _UNIT_LOTS.pick(language()), tr("main sources")),
            ]
            if numbers
            else []
        )
