"""Trying an import out before it is added: the algorithm runs, its report is shown, its files wait.

The same run serves "before" and "after": when the data are added, the files it wrote are placed in the project; when
they are not, the files go.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..gis import intake
from .runner import IDLE as RUNNER_IDLE
from .runner import Job, JobResult, Runner

KEY = "intake"
IDLE, RUNNING, READY, FAILED = "idle", "running", "ready", "failed"
#: Changes within this time (ms) make one run.
_PAUSE_MS = 350


@dataclass
class Request:
    """What to try: ``algorithm`` with ``parameters``; where OUTPUT (``data_folder``, named ``name``) and, where
    ``private_folder`` is told, PRIVATE go; ``layers`` that must stay while it runs; ``more_outputs`` go to the
    ``data_folder`` too; ``aside``: whether there is a table of what was set aside."""

    algorithm: str
    parameters: dict[str, Any]
    data_folder: str
    name: str
    private_folder: str = ""
    layers: Sequence[QgsMapLayer] = field(default_factory=tuple)
    more_outputs: Sequence[str] = ()
    aside: bool = True


class Trial(QObject):
    """One import at a time. ``changed`` tells of progress and results."""

    changed = pyqtSignal()

    def __init__(self, runner: Runner, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.runner = runner
        self.state = IDLE
        self.problem = ""
        self.values: dict[str, Any] = {}
        self.report: list[dict[str, Any]] = []
        self._files: dict[str, str] = {}
        self._wanted: Optional[Request] = None
        self._running = False
        self._folder = tempfile.mkdtemp(prefix="land_stewardship_")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._start)
        runner.changed.connect(self._progressed)
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        runner.cancelled.connect(self._cancelled)

    # -- asking ---------------------------------------------------------------------------
    def path(self, output: str) -> str:
        """The file of an output of the last run; empty when there is none."""
        path = self._files.get(output, "")
        return path if path and os.path.exists(path) else ""

    def scratch(self, name: str) -> str:
        """A file name in the folder that goes when the dialog closes."""
        return os.path.join(self._folder, name)

    # -- doing ----------------------------------------------------------------------------
    def request(self, wanted: Optional[Request]) -> None:
        """Try something out, after a moment; what runs or waits already is left. ``None``: nothing."""
        self._wanted = wanted
        self._set(RUNNING if wanted is not None else IDLE)
        if self._running:
            self.runner.cancel(KEY)
        self._timer.start()

    def keep(self, *outputs: str) -> None:
        """The files of these outputs stay; the others go when the dialog closes."""
        for output in outputs:
            self._files.pop(output, None)

    def close(self) -> None:
        """Stop, and delete what was not kept."""
        self._wanted = None
        self._timer.stop()
        for signal, slot in (
            (self.runner.changed, self._progressed),
            (self.runner.finished, self._finished),
            (self.runner.failed, self._failed),
            (self.runner.cancelled, self._cancelled),
        ):
            signal.disconnect(slot)
        if self._running:
            _drop_at_the_end(self.runner, list(self._files.values()))
        self.runner.cancel(KEY)
        self._drop()
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- inside ---------------------------------------------------------------------------
    def _set(self, state: str, problem: str = "") -> None:
        self.state, self.problem = state, problem
        if state != READY:
            self.values, self.report = {}, []
        self.changed.emit()

    def _start(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        if self._running or self.runner.state(KEY) != RUNNER_IDLE:
            self._timer.start()
            return
        self._drop()
        self._files = {
            "OUTPUT": intake.new_file(wanted.data_folder, wanted.name),
            "REPORT": self.scratch("report.gpkg"),
        }
        if wanted.aside:
            self._files["ASIDE"] = intake.new_file(wanted.data_folder, f"{wanted.name}_set_aside")
        for output in wanted.more_outputs:
            self._files[output] = intake.new_file(wanted.data_folder, f"{wanted.name}_{output.lower()}")
        if wanted.private_folder:
            self._files["PRIVATE"] = intake.new_file(wanted.private_folder, f"{wanted.name}_private")
        self._running = True
        started = self.runner.start(
            Job(
                key=KEY,
                algorithm=wanted.algorithm,
                parameters={**wanted.parameters, **self._files},
                layers=wanted.layers,
            )
        )
        if not started:
            self._running = False

    def _ended(self) -> bool:
        """Whether what ended is still wanted; else the next one starts."""
        self._running = False
        return not self._timer.isActive()

    def _progressed(self, key: str) -> None:
        if key == KEY:
            self.changed.emit()

    def _finished(self, key: str, result: JobResult) -> None:
        if key != KEY or not self._running or not self._ended():
            return
        values = dict(result.values)
        table = QgsVectorLayer(self._files["REPORT"], "report", "ogr")
        rows = intake.rows_of(table) if table.isValid() else []
        self._set(READY)
        self.values, self.report = values, rows
        self.changed.emit()

    def _failed(self, key: str, message: str) -> None:
        if key == KEY and self._running and self._ended():
            self._set(FAILED, message)

    def _cancelled(self, key: str) -> None:
        if key == KEY and self._running and self._ended():
            self._set(IDLE)

    def _drop(self) -> None:
        _remove(self._files.values())
        self._files = {}


def _remove(paths: Iterable[str]) -> None:
    for path in paths:
        for ending in ("", "-wal", "-shm", "-journal"):
            if os.path.exists(path + ending):
                try:
                    os.remove(path + ending)
                except OSError:
                    continue  # still held by the system; a new name is taken next time


def _drop_at_the_end(runner: Runner, paths: list[str]) -> None:
    """Remove the files of a run that is still under way, as soon as it has ended: it may be writing them just now."""
    signals = (runner.finished, runner.failed, runner.cancelled)

    def ended(key: str, *_told: object) -> None:
        if key == KEY:
            for signal in signals:
                signal.disconnect(ended)
            _remove(paths)

    for signal in signals:
        signal.connect(ended)
