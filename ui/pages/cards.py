"""A card that runs one algorithm: inputs by role, settings, progress, result."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Optional

from qgis.core import (
    QgsApplication,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingFeatureSourceDefinition,
    QgsRasterLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import pyqtSignal

from ...gis.i18n import tr
from ...gis.packages import GEO, missing_message
from .. import layers
from ..mapview import show_layers
from ..results import OutputSpec
from ..runner import RUNNING, WAITING, Job, JobResult, Runner, show_message
from ..state import DONE, FAILED, CardResult, ProjectState, now_text
from ..widgets import Card, ChipState, plain_button, quiet_button, set_kind


class InputSpec(NamedTuple):
    """One input of an algorithm.

    ``role`` is the role of the layer that is taken, ``need`` its kind (see ``ui.layers``),
    ``title`` its name for people, ``tile`` the tile of "What do you have?" that brings it.
    ``told`` inputs are named in the data line of the card. ``multiple`` inputs take every layer
    whose role is ``role`` or begins with ``role_``. ``made_by`` is the card whose result it is.
    """

    parameter: str
    role: str
    need: str
    title: str
    required: bool = True
    tile: str = "map"
    told: bool = True
    multiple: bool = False
    made_by: str = ""


class AlgorithmCard(Card):
    """Base of the cards of step 1. A subclass says what it runs and how its result reads.

    Subclasses set ``KEY``, ``ICON``, ``ALGORITHM`` and write ``title_text``, ``sentence_text``,
    ``verb``, ``inputs``, ``outputs``, ``numbers_of`` and ``show_result``.
    """

    KEY = ""
    ICON = ""
    ALGORITHM = ""

    add_data_requested = pyqtSignal(str)
    changed = pyqtSignal()
    run_first = pyqtSignal(str)

    def __init__(self, iface: Any, state: ProjectState, runner: Runner) -> None:
        super().__init__(self.ICON, self.title_text(), self.sentence_text(), settings=True)
        self._started_with: dict[str, str] = {}
        #: The card of a key, where the page has it: what that card lacks is lacking here as well.
        self.maker: Callable[[str], Optional[AlgorithmCard]] = lambda _key: None
        self.iface = iface
        self.state = state
        self.runner = runner
        self.setObjectName(f"card_{self.KEY}")
        self.main_button = quiet_button(self.verb(), clicked=self.run)
        self.main_button.setObjectName(f"main_{self.KEY}")
        self.add_data_button = quiet_button(tr("Add data"), "adddata", self._ask_for_data)
        self.show_button = quiet_button(tr("Show on map"), "showonmap", self.show_on_map)
        self.again_button = plain_button(tr("Run again"), clicked=self.run)
        self.stop_waiting_button = quiet_button(tr("Cancel"), clicked=self.cancel)
        self.add_button(self.main_button)
        self.add_button(self.add_data_button)
        self.add_result_buttons()
        self.add_button(self.show_button)
        self.add_button(self.stop_waiting_button)
        self.add_button(self.again_button, right=True)
        for button, name in (
            (self.add_data_button, "adddata"),
            (self.show_button, "show"),
            (self.again_button, "again"),
            (self.settings_button, "settings"),
            (self.settings_beside_data, "settings_again"),
            (self.change_link, "change"),
            (self.progress.cancel_button, "cancel"),
        ):
            button.setObjectName(f"{name}_{self.KEY}")
            button.setAccessibleDescription(self.title_text())
        self._has_settings = self.has_settings()
        self.build_result()
        self.cancel_requested.connect(self.cancel)
        self.change_requested.connect(self.change_data)
        self.settings_requested.connect(self.change_settings)
        runner.changed.connect(self._run_changed)
        runner.finished.connect(self._run_finished)
        runner.failed.connect(self._run_failed)

    # -- to be written by subclasses ----------------------------------------------------
    def title_text(self) -> str:
        """Name of the card."""
        raise NotImplementedError

    def sentence_text(self) -> str:
        """What it is for, in one sentence."""
        raise NotImplementedError

    def verb(self) -> str:
        """Word on the main button."""
        return tr("Check")

    def next_sentence(self) -> str:
        """What the footer says when this card is next."""
        raise NotImplementedError

    def inputs(self) -> Sequence[InputSpec]:
        """What the algorithm reads."""
        raise NotImplementedError

    def changeable(self) -> Sequence[InputSpec]:
        """The data people may choose under "Change"."""
        return self.inputs()

    def outputs(self) -> Sequence[OutputSpec]:
        """What it writes and which layers that makes."""
        raise NotImplementedError

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        """The figures to remember and show (JSON types)."""
        raise NotImplementedError

    def show_result(self, numbers: dict[str, Any]) -> None:
        """Show the figures; empty ``numbers`` takes them away."""
        raise NotImplementedError

    def build_result(self) -> None:
        """Make widgets for the result in ``self.body``."""

    def add_result_buttons(self) -> None:
        """Add buttons that belong to the result, before "Show on map"."""

    def result_buttons(self) -> Sequence[Any]:
        """The buttons made by :meth:`add_result_buttons`."""
        return ()

    def put_away(self) -> None:
        """Another step is shown or the dock goes away: leave nothing on the map canvas."""

    def shown_roles(self) -> Sequence[str]:
        """Roles of the results that "Show on map" shows, the most important first."""
        return [output.role for output in self.outputs() if output.shown]

    # -- state ----------------------------------------------------------------------------
    def algorithm(self) -> Optional[QgsProcessingAlgorithm]:
        """A fresh algorithm, or ``None`` when the provider does not have it."""
        return QgsApplication.processingRegistry().createAlgorithmById(self.ALGORITHM)

    def input_layers(self, spec: InputSpec) -> list[QgsMapLayer]:
        """The layers that serve an input now."""
        if not spec.multiple:
            layer = self.input_layer(spec.role)
            return [layer] if layers.fits(layer, spec.need) else []
        return self.state.layers_of(spec.role, spec.need)

    def input_layer(self, role: str) -> Optional[QgsMapLayer]:
        """The layer for a role; of a table whose lots were matched the one with the lot keys."""
        return self.state.joinable(role)

    def missing_inputs(self) -> list[InputSpec]:
        """Required inputs that no layer serves."""
        return [spec for spec in self.inputs() if spec.required and not self.input_layers(spec)]

    def input_state(self) -> dict[str, str]:
        """Fingerprint of all inputs and settings, by parameter."""
        found = {
            spec.parameter: ";".join(self.state.fingerprint(layer) for layer in self.input_layers(spec))
            for spec in self.inputs()
        }
        found["settings"] = json.dumps(self.state.settings(self.KEY), sort_keys=True)
        return found

    def result(self) -> CardResult:
        """The last result."""
        return self.state.card(self.KEY)

    def is_done(self) -> bool:
        """Whether there is a result that still fits its inputs."""
        return self.result().state == DONE and not self.is_stale()

    def is_stale(self) -> bool:
        """Whether the inputs have changed since the result."""
        return self.state.is_stale(self.KEY, self.input_state())

    def lacking(self) -> list[InputSpec]:
        """Required inputs that are missing and that no other card can make from what is there."""
        found: dict[str, InputSpec] = {}
        for spec in self.missing_inputs():
            maker = self.maker(spec.made_by)
            for one in [spec] if not spec.made_by else maker.lacking() if maker is not None else []:
                found.setdefault(one.role, one)
        return list(found.values())

    def lacks_data(self) -> bool:
        """Whether data must be added before this can run."""
        return bool(self.lacking())

    def add_data_sentence(self) -> str:
        """What the footer says when this card is next and lacks data."""
        return tr("Add this data: {names}").format(names=layers.joined([spec.title for spec in self.lacking()]))

    def has_settings(self) -> bool:
        """Whether the algorithm has settings for people."""
        from ..dialogs import setting_parameters

        algorithm = self.algorithm()
        return algorithm is not None and bool(setting_parameters(algorithm))

    # -- doing ------------------------------------------------------------------------------
    def parameters(self) -> dict[str, Any]:
        """Inputs by role and the user's settings; outputs are added by the runner."""
        values: dict[str, Any] = dict(self.state.settings(self.KEY))
        for spec in self.inputs():
            found = self.input_layers(spec)
            if not found:
                continue
            # A list takes no feature sources.
            values[spec.parameter] = [_plain(layer) for layer in found] if spec.multiple else _source(found[0])
        return values

    def run(self) -> None:
        """Start the algorithm (and before it the cards it builds on), or say what is missing."""
        message = missing_message(GEO)
        if message:
            self._run_failed(self.KEY, message)
            return
        if self.lacks_data():
            self._ask_for_data()
            return
        for spec in self.missing_inputs():
            self.run_first.emit(spec.made_by)
        self.runner.start(Job(key=self.KEY, algorithm=self.ALGORITHM, outputs=self.outputs(), prepare=self._prepare))

    def _prepare(self, job: Job) -> str:
        """Fill in the job when its turn has come; a sentence when an input is not there."""
        missing = self.missing_inputs()
        if missing:
            names = layers.joined([spec.title for spec in missing])
            return tr("Still needed: {names}").format(names=names)
        self._started_with = self.input_state()
        job.parameters = self.parameters()
        job.layers = [layer for spec in self.inputs() for layer in self.input_layers(spec)]
        first = job.layers[0]
        job.total = max(first.featureCount(), 0) if isinstance(first, QgsVectorLayer) else 0
        job.unit = tr("lots")
        return ""

    def cancel(self) -> None:
        """Stop the run or leave the queue."""
        self.runner.cancel(self.KEY)

    def show_on_map(self) -> None:
        """Switch the result on in the layer tree and zoom to it."""
        found = [self.state.layer(role) for role in self.shown_roles()]
        show_layers(self.iface, [layer for layer in found if layer is not None])

    def change_data(self) -> None:
        """Let the user pick other layers for the inputs."""
        from ..dialogs import ChangeDataDialog

        dialog = ChangeDataDialog(self.title_text(), self.changeable(), self.state, self.window())
        dialog.add_data_requested.connect(self.add_data_requested)
        dialog.accepted.connect(self.changed)
        dialog.open()

    def change_settings(self) -> None:
        """Let the user change the algorithm's own settings."""
        from ..dialogs import SettingsDialog

        algorithm = self.algorithm()
        if algorithm is None:
            return
        dialog = SettingsDialog(self.title_text(), algorithm, self.state.settings(self.KEY), self.window())
        dialog.accepted.connect(lambda: self.state.set_settings(self.KEY, dialog.values()))
        dialog.open()

    def _ask_for_data(self) -> None:
        missing = self.lacking()
        self.add_data_requested.emit(missing[0].tile if missing else "")

    # -- what the runner says ---------------------------------------------------------------
    def _run_changed(self, key: str) -> None:
        if key == self.KEY:
            self.changed.emit()

    def _run_finished(self, key: str, result: JobResult) -> None:
        if key != self.KEY:
            return
        self.state.set_card(
            self.KEY,
            CardResult(
                state=DONE,
                on=now_text(),
                numbers=self.numbers_of(result),
                inputs=self._started_with,
                outputs={role: layer.id() for role, layer in result.layers.items()},
            ),
        )
        self.changed.emit()

    def _run_failed(self, key: str, message: str) -> None:
        if key != self.KEY:
            return
        earlier = self.result()
        earlier.message = message
        if earlier.state != DONE:
            earlier.state = FAILED
        self.state.set_card(self.KEY, earlier)
        show_message(self.iface, self.title_text(), message)
        self.changed.emit()

    # -- showing ------------------------------------------------------------------------------
    def data_text(self) -> str:
        """The data line: source, date, count."""
        specs = [spec for spec in self.inputs() if spec.told]
        told = [layer for spec in specs for layer in self.input_layers(spec)]
        counted = [layer for spec in specs if not spec.multiple for layer in self.input_layers(spec)]
        text = layers.joined([layers.describe(layer) for layer in told])
        if len(told) == 1 and any(isinstance(one, QgsVectorLayer) and one.featureCount() >= 0 for one in counted):
            text = tr("{data} · {n} lots").format(data=text, n=f"{counted[0].featureCount():,}")
        if any(layers.is_synthetic(layer) for layer in told):
            text = tr("{text} (invented data)").format(text=text)
        return text

    def refresh(self, active: bool) -> None:
        """Show the present state; ``active`` when this is the card to do now."""
        run_state = self.runner.state(self.KEY)
        result = self.result()
        missing = self.lacking()
        running, waiting = run_state == RUNNING, run_state == WAITING
        has_result = result.state == DONE and not running and not waiting
        stale = has_result and self.is_stale()
        no_data = bool(missing) and not has_result

        self.set_active(active or running)
        self.show_progress(running)
        if running:
            self.progress.set_progress(
                self.runner.fraction(self.KEY), self.runner.count_text(self.KEY), self.runner.time_text(self.KEY)
            )
        self._show_chip(running, waiting, stale, no_data, result)
        self.sentence.setVisible(not has_result)
        self.set_sentence(self._missing_sentence(missing) if no_data else self.sentence_text())
        if has_result:
            self.sentence.hide()
        self.show_result(result.numbers if has_result else {})
        self.set_problem(result.message if not running and not waiting else "")
        self.set_data("" if running or no_data else self.data_text(), changeable=not waiting)

        ready = not (running or waiting or no_data)
        main_shown = ready and not has_result
        self.main_button.setVisible(main_shown)
        set_kind(self.main_button, "primary" if active else "quiet")
        self.add_data_button.setVisible(no_data)
        set_kind(self.add_data_button, "primary" if active and no_data else "quiet")
        for button in (self.show_button, *self.result_buttons()):
            button.setVisible(has_result)
        self.again_button.setVisible(has_result)
        set_kind(self.again_button, "primary" if stale and active else "plain")
        self.stop_waiting_button.setVisible(waiting)
        self.settings_button.setVisible(self._has_settings and (ready or no_data) and not has_result)
        self.settings_beside_data.setVisible(self._has_settings and has_result)

    def _missing_sentence(self, missing: Sequence[InputSpec]) -> str:
        names = layers.joined([spec.title for spec in missing])
        return self.sentence_text() + "\n" + tr("Still needed: {names}").format(names=names)

    def _show_chip(self, running: bool, waiting: bool, stale: bool, no_data: bool, result: CardResult) -> None:
        if running:
            self.chip.set_state(ChipState.RUNNING)
        elif waiting:
            self.chip.set_state(ChipState.WAITING)
        elif stale:
            self.chip.set_state(ChipState.STALE)
        elif result.state == DONE:
            self.show_done_chip(result.numbers)
        elif no_data:
            self.chip.set_state(ChipState.NO_DATA)
        elif result.state == FAILED:
            self.chip.set_state(ChipState.FAILED)
        else:
            self.chip.set_state(ChipState.NOT_STARTED)

    def show_done_chip(self, numbers: dict[str, Any]) -> None:
        """The chip of a finished card."""
        self.chip.set_state(ChipState.DONE)


def _plain(layer: QgsMapLayer) -> str:
    """A layer as text of a parameter: rasters by file, so that the thread opens its own."""
    return str(layer.source() if isinstance(layer, QgsRasterLayer) else layer.id())


def _source(layer: QgsMapLayer) -> Any:
    """A layer as a parameter value, with all its features."""
    if isinstance(layer, QgsRasterLayer):
        return _plain(layer)
    return QgsProcessingFeatureSourceDefinition(layer.id(), False)
