"""What to do about the harm: the best lots for a limit, the least management, fences together or apart."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtWidgets import QComboBox, QDoubleSpinBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ..core import estimates
from ..gis import harm_rules
from ..gis.i18n import language, sentences, tr
from . import theme
from .mapview import show_layers
from .results import OutputSpec
from .runner import IDLE, Job, JobResult, Runner, show_message
from .state import ProjectState
from .widgets import FlowLayout, label, plain_button, quiet_button

#: Keys of the runs; what each found last is kept in the project under the same name.
BEST, LEAST, FENCES = "harm_best", "harm_least", "harm_fences"
#: Inputs of the first two by role; all come from the harm overlay.
_NETWORK = {"SOURCES": "sources", "LINKS": "links", "RECEPTORS": "receptors"}
#: Limits of the search for the best lots: parameter, first value, step, decimals.
_LIMITS = (("HOURS", 100.0, 10.0, 0), ("YEN", 300_000.0, 50_000.0, 0), ("MOST_LOTS", 12.0, 1.0, 0))


class _Answer(QFrame):
    """What was found, in one or two sentences, and where it is on the map."""

    def __init__(self, name: str, show: Callable[[], None]) -> None:
        super().__init__()
        self.setProperty("kind", "soft")
        self.told = label("", "")
        self.told.setObjectName(f"told_{name}")
        self.show_button = plain_button(tr("Show on map"), "showonmap", show)
        self.show_button.setObjectName(f"show_{name}")
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(theme.GAP_XS)
        column.addWidget(self.told)
        row = QHBoxLayout()
        row.addWidget(self.show_button)
        row.addStretch(1)
        column.addLayout(row)


class HarmPlan(QWidget):
    """Three questions about the harm, each answered by its algorithm.

    ``treatment`` gives the treatment chosen beside it, for the best lots.
    """

    def __init__(
        self,
        iface: Any,
        state: ProjectState,
        runner: Runner,
        rules: Callable[[], list[harm_rules.Row]],
        treatment: Callable[[], str],
    ) -> None:
        super().__init__()
        self.iface, self.state, self.runner = iface, state, runner
        self._rules, self._treatment = rules, treatment
        self.limit = QComboBox()
        self.limit.setObjectName("best_limit")
        self.limit.setAccessibleName(tr("Limit"))
        for words in (tr("hours a year"), tr("yen a year"), tr("lots")):
            self.limit.addItem(words)
        self.amount = QDoubleSpinBox()
        self.amount.setObjectName("best_amount")
        self.amount.setAccessibleName(tr("How much there is"))
        self.amount.setRange(1.0, 1e9)
        self.amount.setGroupSeparatorShown(True)
        self.limit.currentIndexChanged.connect(self._limit_chosen)
        self.best_button = quiet_button(tr("Find best lots"), clicked=self.find_best)
        self.best_button.setObjectName("best_find")
        self.best_button.setToolTip(tr("Which lots relieve most for this limit, with the treatment chosen above"))
        self.least_button = quiet_button(tr("Find the least"), clicked=self.find_least)
        self.least_button.setObjectName("least_find")
        self.least_button.setToolTip(tr("The cheapest care by which nobody suffers more than can be borne"))
        self.fences_button = quiet_button(tr("Compare fences"), clicked=self.compare_fences)
        self.fences_button.setObjectName("fences_compare")
        self.fences_button.setToolTip(tr("Each hamlet its own fence, or one fence for all"))
        self.costs_button = quiet_button(tr("Costs and effects"), clicked=self.edit_costs)
        self.costs_button.setObjectName("costs_edit")
        self.costs_button.setToolTip(tr("What each kind of care costs and how much it helps"))
        self.answers = {
            BEST: _Answer(BEST, lambda: self._show("relief_lots")),
            LEAST: _Answer(LEAST, lambda: self._show("least_lots")),
            FENCES: _Answer(FENCES, lambda: self._show("fences")),
        }
        limits = QHBoxLayout()
        limits.setSpacing(theme.GAP_S)
        limits.addWidget(self.amount, 1)
        limits.addWidget(self.limit, 1)
        for field in (self.amount, self.limit):
            field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        best = QHBoxLayout()
        best.addWidget(self.best_button)
        best.addStretch(1)
        others = FlowLayout(spacing=theme.GAP_S)
        for button in (self.least_button, self.fences_button, self.costs_button):
            others.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addWidget(label(tr("What is worth doing?"), "strong"))
        column.addLayout(limits)
        column.addLayout(best)
        column.addWidget(self.answers[BEST])
        column.addLayout(others)
        column.addWidget(self.answers[LEAST])
        column.addWidget(self.answers[FENCES])
        self._limit_chosen(0)
        runner.changed.connect(lambda key: key in self.answers and self.refresh())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self.refresh()

    def _limit_chosen(self, number: int) -> None:
        _name, value, step, decimals = _LIMITS[number]
        self.amount.setDecimals(decimals)
        self.amount.setSingleStep(step)
        self.amount.setValue(value)

    # -- asking ---------------------------------------------------------------------------------
    def _given(self, roles: dict[str, str]) -> dict[str, QgsVectorLayer]:
        found = {parameter: self.state.layer(role) for parameter, role in roles.items()}
        return {parameter: layer for parameter, layer in found.items() if isinstance(layer, QgsVectorLayer)}

    def _network(self) -> Optional[dict[str, QgsVectorLayer]]:
        given = self._given(_NETWORK)
        return {**given, **self._given({"TREATMENTS": "treatments"})} if len(given) == len(_NETWORK) else None

    def _start(
        self,
        key: str,
        algorithm: str,
        given: dict[str, QgsVectorLayer],
        more: dict[str, Any],
        outputs: list[OutputSpec],
    ) -> None:
        if self.runner.state(key) != IDLE:
            return
        self.runner.start(
            Job(
                key=key,
                algorithm=f"landstewardship:{algorithm}",
                parameters={**{parameter: layer.id() for parameter, layer in given.items()}, **more},
                outputs=outputs,
                layers=list(given.values()),
            )
        )

    def find_best(self) -> None:
        """The lots that relieve most within the limit."""
        given = self._network()
        if given is None:
            return
        name = _LIMITS[self.limit.currentIndex()][0]
        amount = self.amount.value()
        limit = int(amount) if name == "MOST_LOTS" else amount
        self._start(
            BEST,
            "relief",
            given,
            {"TREATMENT": self._treatment(), name: limit},
            [
                OutputSpec("RECEPTORS_OUT", "relief_receptors", tr("Who would be relieved"), "understand", shown=False),
                OutputSpec("OUTPUT", "relief_lots", tr("Best lots to treat"), "understand"),
            ],
        )

    def find_least(self) -> None:
        """The cheapest care by which every receptor stays under its threshold."""
        given = self._network()
        if given is None:
            return
        self._start(
            LEAST,
            "minimummanagement",
            {**given, **self._given({"THRESHOLDS": "thresholds"})},
            {},
            [
                OutputSpec("RECEPTORS_OUT", "least_receptors", tr("Who still suffers"), "understand", shown=False),
                OutputSpec("OUTPUT", "least_lots", tr("Least management"), "understand"),
            ],
        )

    def _animals(self) -> str:
        """Field of the receptors with the exposure to boar, else with all of it."""
        layer = self.state.layer("receptors")
        names = [field.name() for field in layer.fields()] if isinstance(layer, QgsVectorLayer) else []
        return "exposure_boar" if "exposure_boar" in names else "exposure"

    def compare_fences(self) -> None:
        """Joint against separate fences."""
        given = self._given({"RECEPTORS": "receptors", "HAMLETS": "hamlets"})
        if len(given) < 2:
            return
        self._start(
            FENCES,
            "fencescenario",
            given,
            {"EXPOSURE": self._animals()},
            [
                OutputSpec("OUTPUT", "fence_scenarios", tr("Fences by hamlet"), "understand", shown=False),
                OutputSpec("FENCES", "fences", tr("Fences, each for itself and together"), "understand"),
            ],
        )

    def edit_costs(self) -> None:
        """Open the table of treatments."""
        from .harmtreatments import TreatmentsDialog

        dialog = TreatmentsDialog(self.state, self._rules(), self.window())
        dialog.accepted.connect(self.refresh)
        dialog.open()

    # -- answers --------------------------------------------------------------------------------
    def _finished(self, key: str, result: JobResult) -> None:
        if key not in self.answers:
            return
        values = result.values
        names = ("LOTS_TREATED", "RECEPTORS_RELIEVED", "RECEPTORS_OVER", "HOURS_USED", "YEN_USED", "GAP_PCT")
        found = {name: float(values[name]) for name in (*names, "SEPARATE_M", "JOINT_M") if name in values}
        self.state.set_value(key, {**found, "of": self._made_from()})
        self.refresh()

    def _made_from(self) -> str:
        """What the answers rest on; another text means that they are old."""
        found = [self.state.layer(role) for role in ("sources", "receptors", "treatments", "thresholds")]
        return ";".join("" if layer is None else self.state.fingerprint(layer) for layer in found)

    def _failed(self, key: str, message: str) -> None:
        if key in self.answers:
            show_message(self.iface, tr("What is worth doing?"), message)
            self.refresh()

    def refresh(self) -> None:
        """Show what can be asked, and what was found for the results of now."""
        network = self._network() is not None
        hamlets = len(self._given({"RECEPTORS": "receptors", "HAMLETS": "hamlets"})) == 2
        for key, button, possible in (
            (BEST, self.best_button, network),
            (LEAST, self.least_button, network),
            (FENCES, self.fences_button, hamlets),
        ):
            running = self.runner.state(key) != IDLE
            button.setEnabled(possible and not running)
            found = self.state.value(key) or {}
            current = found.get("of") == self._made_from()
            said = tr("Working…") if running else (_sentence(key, found) if current else "")
            self.answers[key].told.setText(said)
            self.answers[key].setVisible(bool(said))
            self.answers[key].show_button.setVisible(bool(said) and not running)

    def _show(self, role: str) -> None:
        layer = self.state.layer(role)
        if layer is not None:
            show_layers(self.iface, [layer])


def _sentence(key: str, found: dict[str, Any]) -> str:
    """What was found, with what it rests on."""

    def number(name: str) -> float:
        return float(found.get(name) or 0)

    def whole(name: str) -> str:
        return f"{number(name):,.0f}"

    chosen = language()
    if key == FENCES:
        return sentences(
            tr("Fences round each hamlet: {separate}; one joint fence: {joint}.").format(
                separate=estimates.metres(number("SEPARATE_M")).pick(chosen),
                joint=estimates.metres(number("JOINT_M")).pick(chosen),
            ),
            tr("What fences keep off, cost and last are assumptions; see the table."),
        )
    said = tr("{lots} lots, {hours} and {yen} a year.").format(
        lots=whole("LOTS_TREATED"),
        hours=estimates.hours(number("HOURS_USED")).pick(chosen),
        yen=estimates.yen(number("YEN_USED")).pick(chosen),
    )
    gap = estimates.share(number("GAP_PCT")).pick(chosen)
    if key == BEST:
        return sentences(
            said,
            tr("It would relieve {n} houses, fields or roads.").format(n=whole("RECEPTORS_RELIEVED")),
            tr("The best possible is {gap} better.").format(gap=gap),
            tr("Effects and costs are assumptions until the village sets them."),
        )
    over = int(number("RECEPTORS_OVER"))
    kept = (
        tr("{n} houses, fields or roads still suffer; the map says by how much.").format(n=f"{over:,}")
        if over
        else tr("Then nobody suffers more than can be borne.")
    )
    return sentences(
        said,
        kept,
        tr("The least possible is {gap} less.").format(gap=gap),
        tr("What can be borne, effects and costs are assumptions until the village sets them."),
    )
