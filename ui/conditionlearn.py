"""Learn from the survey and test the weights: runs the two tools, tells what they found, takes weights over."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ..gis import condition_weights
from ..gis.i18n import language, tr
from .conditionweights import weights_table
from .mapview import show_layers
from .results import OutputSpec, result_folder
from .runner import IDLE, Job, JobResult, Runner, show_message
from .state import ProjectState
from .widgets import FlowLayout, label, plain_button, quiet_button

LEARN_KEY, TEST_KEY = "conditionlearn", "conditiontest"
#: Values in the project with what was found last.
LEARNED, TESTED = "condition_learned", "condition_tested"
#: The survey must hold about this many lots before learning is offered at all; the tool says exactly what is needed.
ROLES = {"INPUT": "condition", "EVIDENCE": "evidence", "WEIGHTS": condition_weights.ROLE}
#: The costs of the card's settings go to both tools.
COSTS = ("COST_VISIT", "COST_MISSED", "COST_OPEN")


class ConditionLearn(QWidget):
    """Two buttons, what they found in one sentence each, the report, and taking the learnt weights over."""

    weights_taken = pyqtSignal()

    def __init__(self, iface: Any, state: ProjectState, runner: Runner) -> None:
        super().__init__()
        self.iface, self.state, self.runner = iface, state, runner
        self.learn_button = quiet_button(tr("Learn from the survey"), "check", self.learn)
        self.learn_button.setObjectName("learn_condition")
        self.learn_button.setToolTip(tr("Fits the weights to your own survey and tests them hamlet by hamlet"))
        self.test_button = quiet_button(tr("Test the weights"), "", self.test)
        self.test_button.setObjectName("test_condition")
        self.test_button.setToolTip(tr("Shows the lots whose answer depends on a weight"))
        self.learned = label("", "sentence")
        self.learned.setObjectName("learned_condition")
        self.tested = label("", "sentence")
        self.tested.setObjectName("tested_condition")
        self.use_button = quiet_button(tr("Use the weights learnt"), "", self.take_weights)
        self.use_button.setObjectName("learn_use_condition")
        self.report_button = plain_button(tr("Open the report"), "", self.open_report)
        self.report_button.setObjectName("learn_report_condition")
        self.show_button = plain_button(tr("Show these lots"), "", self.show_lots)
        self.show_button.setObjectName("test_show_condition")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for parts in (
            (self.learn_button, self.test_button),
            (self.learned,),
            (self.use_button, self.report_button),
            (self.tested,),
            (self.show_button,),
        ):
            if len(parts) == 1 and parts[0] in (self.learned, self.tested):
                column.addWidget(parts[0])
                continue
            row = FlowLayout(spacing=6)
            for part in parts:
                row.addWidget(part)
            column.addLayout(row)
        runner.changed.connect(lambda key: key in (LEARN_KEY, TEST_KEY) and self.refresh())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now."""
        ready = all(self.state.layer(role) is not None for role in ("condition", "evidence"))
        learning, testing = (self.runner.state(key) != IDLE for key in (LEARN_KEY, TEST_KEY))
        for button, busy in ((self.learn_button, learning), (self.test_button, testing)):
            button.setVisible(ready)
            button.setEnabled(not busy)
        found, tested = self.state.value(LEARNED) or {}, self.state.value(TESTED) or {}
        for words, busy, sentence in (
            (self.learned, learning, _learned_sentence(found)),
            (self.tested, testing, _tested_sentence(tested)),
        ):
            words.setText(tr("Working…") if busy else sentence)
            words.setVisible(bool(words.text()))
        self.report_button.setVisible(not learning and os.path.exists(str(found.get("report") or "")))
        self.use_button.setVisible(
            not learning and found.get("verdict") == "better" and os.path.exists(str(found.get("weights") or ""))
        )
        self.show_button.setVisible(not testing and bool(tested) and self.state.layer("condition_depends") is not None)

    def forget_test(self) -> None:
        """The condition was made anew: what the test said belongs to the former one."""
        if self.state.value(TESTED):
            self.state.set_value(TESTED, {})
            self.refresh()

    def _inputs(self) -> dict[str, Any]:
        found = {parameter: self.state.layer(role) for parameter, role in ROLES.items()}
        return {parameter: layer for parameter, layer in found.items() if layer is not None}

    def _costs(self) -> dict[str, Any]:
        settings = self.state.settings("condition")
        return {name: settings[name] for name in COSTS if name in settings}

    def learn(self) -> None:
        """Start learning with the survey, evidence and hamlets of the village."""
        if self.runner.state(LEARN_KEY) != IDLE:
            return
        folder = result_folder(self.state.project, "prints")
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            self._failed(
                LEARN_KEY, tr("The folder {path} cannot be made: {why}").format(path=folder, why=error.strerror)
            )
            return
        given = self._inputs()
        hamlets = self.state.layer("hamlets")
        if hamlets is not None:
            given["HAMLETS"] = hamlets
        base = os.path.join(folder, f"condition_survey_{dt.datetime.now():%Y%m%d-%H%M%S}")
        self.runner.start(
            Job(
                key=LEARN_KEY,
                algorithm="landstewardship:learnfromsurvey",
                parameters={
                    **{parameter: layer.id() for parameter, layer in given.items()},
                    **self._costs(),
                    "REPORT": f"{base}.html",
                    "WEIGHTS_OUT": f"{base}_weights.csv",
                    "MEASURES": f"{base}_measures.csv",
                },
                layers=list(given.values()),
            )
        )

    def test(self) -> None:
        """Halve and double every weight."""
        given = self._inputs()
        self.runner.start(
            Job(
                key=TEST_KEY,
                algorithm="landstewardship:conditionsensitivity",
                parameters={**{parameter: layer.id() for parameter, layer in given.items()}, **self._costs()},
                outputs=(
                    OutputSpec("TABLE", "condition_tested", tr("Weights tested"), "understand", shown=False),
                    OutputSpec(
                        "OUTPUT", "condition_depends", tr("Lots that depend on weights"), "understand", shown=False
                    ),
                ),
                layers=list(given.values()),
            )
        )

    def open_report(self) -> None:
        """Open the report in the browser."""
        from .pages import act

        act.open_file(str((self.state.value(LEARNED) or {}).get("report") or ""))

    def show_lots(self) -> None:
        """Show the lots that depend on weights on the map."""
        layer = self.state.layer("condition_depends")
        if layer is not None:
            show_layers(self.iface, [layer])

    def take_weights(self) -> None:
        """Put the learnt weights into the village's table; only on request."""
        try:
            rows = condition_weights.read_file(str((self.state.value(LEARNED) or {})["weights"]))
            weights_table().keep(self.state, rows)
        except OSError as error:
            self._failed(LEARN_KEY, tr("The weights could not be kept: {why}").format(why=error.strerror or error))
            return
        self.weights_taken.emit()
        self.iface.messageBar().pushSuccess(
            tr("Learn from the survey"), tr("The weights are in use. Check the condition of land again.")
        )

    def _finished(self, key: str, result: JobResult) -> None:
        values = result.values
        if key == LEARN_KEY:
            self.state.set_value(
                LEARNED,
                {
                    "verdict": str(values.get("VERDICT") or ""),
                    "lots": int(values.get("LABELS") or 0),
                    "unmanaged": int(values.get("LABELS_UNMANAGED") or 0),
                    "parts": int(values.get("PART_COUNT") or 0),
                    "report": str(values.get("REPORT") or ""),
                    "weights": str(values.get("WEIGHTS_OUT") or ""),
                },
            )
        elif key == TEST_KEY:
            self.state.set_value(
                TESTED,
                {
                    "lots": int(values.get("DEPENDENT") or 0),
                    "ha": float(values.get("DEPENDENT_HA") or 0.0),
                    "total": int(values.get("DEPENDENT") or 0) + int(values.get("STEADY") or 0),
                    "most": str(values.get("MOST") or ""),
                    "most_lots": int(values.get("MOST_LOTS") or 0),
                },
            )
        else:
            return
        self.refresh()

    def _failed(self, key: str, message: str) -> None:
        if key in (LEARN_KEY, TEST_KEY):
            title = tr("Learn from the survey") if key == LEARN_KEY else tr("Test the weights")
            show_message(self.iface, title, message)
            self.refresh()


def _learned_sentence(found: dict[str, Any]) -> str:
    """The finding in words."""
    sentences = {
        "better": tr("{n} surveyed lots: the weights learnt are better in hamlets left out."),
        "no_better": tr("{n} surveyed lots: the weights learnt are not shown to be better. Keep the old ones."),
        "useless": tr("{n} surveyed lots: the weights learnt are no better than a simple rule. Keep the old ones."),
    }
    return sentences.get(str(found.get("verdict") or ""), "").format(n=f"{int(found.get('lots') or 0):,}")


def _tested_sentence(found: dict[str, Any]) -> str:
    if not found:
        return ""
    sentence = tr(
        "{n} of {total} lots ({ha} ha) would get another answer if one weight or cost were half or double."
    ).format(n=f"{found['lots']:,}", total=f"{found['total']:,}", ha=f"{found['ha']:.1f}")
    if found.get("most"):
        sentence += ("" if language() == "ja" else " ") + tr("Most depend on: {name} ({n}).").format(
            name=found["most"], n=f"{found['most_lots']:,}"
        )
    return sentence
