"""Learn from damage records: runs the calibration, tells its finding, and takes over its rule on request."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from qgis.core import QgsMapLayer
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ..gis import harm_rules
from ..gis.i18n import tr
from . import layers
from .results import result_folder
from .runner import IDLE, Job, JobResult, Runner, show_message
from .state import ProjectState
from .widgets import label, plain_button, quiet_button

#: Key of the run, its inputs by role, and the role of the records.
LEARN_KEY = "harmlearn"
ROLES = {"LOTS": "condition", "FOREST": "forest_edge", "DEM": "dem"}
RECORDS = "boar_damage"
#: Value in the project with what was found last.
FOUND = "harm_learned"


class HarmLearn(QWidget):
    """A button, the finding in one sentence, the report, and the rule that was found."""

    rule_taken = pyqtSignal()

    def __init__(self, iface: Any, state: ProjectState, runner: Runner) -> None:
        super().__init__()
        self.iface, self.state, self.runner = iface, state, runner
        self.learn_button = quiet_button(tr("Learn from damage records"), "check", self.learn)
        self.learn_button.setObjectName("learn_harm")
        self.learn_button.setToolTip(tr("Tests whether damage records go together with unmanaged land nearby"))
        self.told = label("", "sentence")
        self.report_button = plain_button(tr("Open the report"), "", self.open_report)
        self.rule_button = quiet_button(tr("Use the rule found"), "", self.take_rule)
        self.rule_button.setObjectName("learn_use")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.learn_button)
        column.addWidget(self.told)
        row = QHBoxLayout()
        row.addWidget(self.rule_button)
        row.addWidget(self.report_button)
        row.addStretch(1)
        column.addLayout(row)
        runner.changed.connect(lambda key: key == LEARN_KEY and self.refresh())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now."""
        found = self.state.value(FOUND) or {}
        self.learn_button.setVisible(self.state.layer("condition") is not None and bool(self._records()))
        running = self.runner.state(LEARN_KEY) != IDLE
        self.learn_button.setEnabled(not running)
        said = tr("Working…") if running else _sentence(found)
        self.told.setText(said)
        self.told.setVisible(bool(said))
        self.report_button.setVisible(not running and os.path.exists(str(found.get("report") or "")))
        self.rule_button.setVisible(
            not running and found.get("verdict") == "associated" and os.path.exists(str(found.get("rule") or ""))
        )

    def _records(self) -> list[QgsMapLayer]:
        return self.state.layers_of(RECORDS, layers.POINTS)

    def learn(self) -> None:
        """Start the calibration with the records, lots and controls of the village."""
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
        found = {parameter: self.state.layer(role) for parameter, role in ROLES.items()}
        given = {parameter: layer for parameter, layer in found.items() if layer is not None}
        records = self._records()
        base = os.path.join(folder, f"damage_records_{dt.datetime.now():%Y%m%d-%H%M%S}")
        self.runner.start(
            Job(
                key=LEARN_KEY,
                algorithm="landstewardship:calibrateexternality",
                parameters={
                    **{parameter: layer.id() for parameter, layer in given.items()},
                    "RECORDS": [layer.id() for layer in records],
                    "REPORT": f"{base}.html",
                    "OUTPUT": f"{base}_ratios.csv",
                    "PROFILE": f"{base}_distances.csv",
                    "RULES": f"{base}_rule.csv",
                },
                layers=[*given.values(), *records],
            )
        )

    def open_report(self) -> None:
        """Open the report in the browser."""
        from .pages import act

        act.open_file(str((self.state.value(FOUND) or {}).get("report") or ""))

    def take_rule(self) -> None:
        """Put the rule that was found into the village's rules."""
        from .harmrules import rules_table

        layer: Any = self.state.layer(harm_rules.ROLE)
        try:
            (new,) = harm_rules.read_table(str((self.state.value(FOUND) or {})["rule"]))
            rules_table().keep(self.state, harm_rules.with_rule(harm_rules.read_rules(layer), new))
        except OSError as error:
            self._failed(LEARN_KEY, tr("The rules could not be kept: {why}").format(why=error))
            return
        self.rule_taken.emit()
        self.iface.messageBar().pushSuccess(
            tr("Learn from damage records"), tr("The rule is in use. Check harm to surroundings again.")
        )

    def _finished(self, key: str, result: JobResult) -> None:
        if key != LEARN_KEY:
            return
        values = result.values
        self.state.set_value(
            FOUND,
            {
                "verdict": str(values.get("VERDICT") or ""),
                "records": int(values.get("RECORD_COUNT") or 0),
                "p": float(values.get("P_VALUE") or 0.0),
                "report": str(values.get("REPORT") or ""),
                "rule": str(values.get("RULES") or ""),
            },
        )
        self.refresh()

    def _failed(self, key: str, message: str) -> None:
        if key == LEARN_KEY:
            show_message(self.iface, tr("Learn from damage records"), message)
            self.refresh()


def _sentence(found: dict[str, Any]) -> str:
    """The finding in words; never that land causes harm."""
    sentences = {
        "associated": tr("{n} records: damage is associated with unmanaged land nearby. Chance alone: {p} %."),
        "opposite": tr("{n} records: damage is less frequent near unmanaged land. Chance alone: {p} %."),
        "none": tr("{n} records: no association with unmanaged land was found. Chance alone: {p} %."),
    }
    sentence = sentences.get(str(found.get("verdict") or ""), "")
    return sentence.format(n=found.get("records", 0), p=_percent(100 * float(found.get("p") or 0)))


def _percent(value: float) -> str:
    """Whole per cent; below 10 % with one digit, as that is where it decides."""
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
