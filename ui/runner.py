"""Runs algorithms by id in the background, one after the other, and brings the results in.

A job is known by its key (the card it belongs to). The same key never runs twice at a time. What
the algorithm says when it fails is kept and handed on as one sentence; nothing that was there
before is touched until a run has succeeded.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from qgis.core import (
    QgsApplication,
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingAlgRunnerTask,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsTask,
)
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication

from ..gis.i18n import tr
from . import results
from .results import OutputSpec

#: How often running jobs are looked at (milliseconds).
POLL_MS = 200
#: No time left is told before this many seconds and this share of the work.
_ESTIMATE_AFTER_S, _ESTIMATE_AFTER_SHARE = 2.0, 0.05

IDLE, WAITING, RUNNING = "idle", "waiting", "running"


@dataclass
class Job:
    """What to run.

    ``outputs`` are written to new result files and loaded; ``total`` and ``unit`` let progress
    be told in lots ("653 / 1,051 lots"). ``layers`` are watched: when one is about to leave the
    project the run is cancelled. ``prepare`` is called just before the start, when the results of
    jobs ahead in the queue are there; it may fill in the rest and returns a sentence when the job
    cannot run after all.
    """

    key: str
    algorithm: str
    parameters: dict[str, Any] = field(default_factory=dict)
    outputs: Sequence[OutputSpec] = ()
    prepare: Optional[Callable[[Job], str]] = None
    total: int = 0
    unit: str = ""
    layers: Sequence[QgsMapLayer] = ()


@dataclass
class JobResult:
    """What came out: ``values`` as the algorithm returned them, ``layers`` by role, seconds."""

    values: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, QgsMapLayer] = field(default_factory=dict)
    seconds: float = 0.0


class _Feedback(QgsProcessingFeedback):
    """Keeps errors and messages; written from the worker thread, read when it is done."""

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.errors.append(error)
        super().reportError(error, fatalError)


class _Run:
    """A job under way with everything that must stay alive as long as its thread."""

    def __init__(self, job: Job, project: QgsProject) -> None:
        self.job = job
        self.feedback = _Feedback()
        self.context = QgsProcessingContext()
        self.context.setProject(project)
        self.context.setFeedback(self.feedback)
        self.parameters = dict(job.parameters)
        self.started = time.monotonic()
        self.task: Optional[QgsTask] = None
        self.algorithm: Optional[QgsProcessingAlgorithm] = None

    def fraction(self) -> float:
        return min(max(self.feedback.progress() / 100.0, 0.0), 1.0)


class Runner(QObject):
    """The queue of runs.

    Signals carry the job's key: ``changed`` on any change of state or progress, ``finished``
    with a :class:`JobResult`, ``failed`` with one sentence, ``cancelled``.
    """

    changed = pyqtSignal(str)
    finished = pyqtSignal(str, object)
    failed = pyqtSignal(str, str)
    cancelled = pyqtSignal(str)

    def __init__(self, parent: Optional[QObject] = None, project: Optional[QgsProject] = None) -> None:
        super().__init__(parent)
        self.project = project or QgsProject.instance()
        self._queue: list[Job] = []
        self._run: Optional[_Run] = None
        self._closing = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self.project.cleared.connect(self.cancel_all)

    # -- asking ---------------------------------------------------------------------------
    def state(self, key: str) -> str:
        """idle, waiting or running."""
        if self._run is not None and self._run.job.key == key:
            return RUNNING
        return WAITING if any(job.key == key for job in self._queue) else IDLE

    def busy(self) -> bool:
        """Whether anything runs or waits."""
        return self._run is not None or bool(self._queue)

    def fraction(self, key: str) -> Optional[float]:
        """How much of the running job ``key`` is done (0..1); None before the first report."""
        if self.state(key) != RUNNING or self._run is None:
            return None
        return self._run.fraction() or None

    def count_text(self, key: str) -> str:
        """Progress in words ("Looking… 653 / 1,051 lots")."""
        fraction = self.fraction(key)
        if self._run is None or fraction is None:
            return tr("Getting ready…")
        job = self._run.job
        if not job.total:
            return tr("Looking… {percent} %").format(percent=round(100 * fraction))
        return tr("Looking… {done} / {total} {unit}").format(
            done=f"{round(fraction * job.total):,}", total=f"{job.total:,}", unit=job.unit
        )

    def time_text(self, key: str) -> str:
        """Time left in words; before it can be told, only that work may go on."""
        keep = tr("You can keep working.")
        fraction = self.fraction(key)
        if self._run is None or fraction is None:
            return keep
        elapsed = time.monotonic() - self._run.started
        if elapsed < _ESTIMATE_AFTER_S or fraction < _ESTIMATE_AFTER_SHARE:
            return keep
        left = elapsed * (1.0 - fraction) / fraction
        if left < 60:
            seconds = max(5, 5 * round(left / 5))
            return tr("About {n} s left. You can keep working.").format(n=seconds)
        return tr("About {n} min left. You can keep working.").format(n=round(left / 60))

    # -- doing ----------------------------------------------------------------------------
    def start(self, job: Job) -> bool:
        """Run a job, after those that wait already; False when its key runs or waits."""
        if self._closing or self.state(job.key) != IDLE:
            return False
        self._queue.append(job)
        self.changed.emit(job.key)
        self._next()
        return True

    def cancel(self, key: str) -> None:
        """Take a job out of the queue, or ask it to stop."""
        waiting = [job for job in self._queue if job.key == key]
        if waiting:
            self._queue.remove(waiting[0])
            self.cancelled.emit(key)
            self.changed.emit(key)
        elif self._run is not None and self._run.job.key == key:
            self._run.feedback.cancel()
            if self._run.task is not None:
                self._run.task.cancel()

    def cancel_all(self) -> None:
        """Empty the queue and stop what runs."""
        for job in list(self._queue):
            self.cancel(job.key)
        if self._run is not None:
            self.cancel(self._run.job.key)

    def shut_down(self) -> None:
        """Stop everything and wait for the thread; the dock is going away."""
        self._closing = True
        self.project.cleared.disconnect(self.cancel_all)
        self.cancel_all()
        run = self._run
        if run is not None and run.task is not None:
            run.task.waitForFinished(10000)
        self._timer.stop()
        gc.enable()

    # -- inside ---------------------------------------------------------------------------
    def _next(self) -> None:
        if self._run is not None or not self._queue or self._closing:
            return
        job = self._queue.pop(0)
        problem = job.prepare(job) if job.prepare is not None else ""
        run = _Run(job, self.project)
        self._run = run
        if problem:
            self._fail(run, problem)
            return
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(job.algorithm)
        if algorithm is None:
            self._fail(run, tr("The tool {id} is not there. Install the plugin again.").format(id=job.algorithm))
            return
        run.algorithm = algorithm
        for output in job.outputs:
            run.parameters[output.parameter] = results.new_result_path(self.project, output)
        possible, message = algorithm.checkParameterValues(run.parameters, run.context)
        if not possible:
            self._fail(run, message)
            return
        self._timer.start()
        self.changed.emit(job.key)
        if algorithm.flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading:
            # Printing and the like must stay on the main thread; let "Running" be painted first.
            QTimer.singleShot(50, self._run_here)
            return
        task = QgsProcessingAlgRunnerTask(algorithm, run.parameters, run.context, run.feedback)
        task.setDescription(algorithm.displayName())
        task.setDependentLayers([layer for layer in job.layers if layer is not None])
        task.executed.connect(self._executed)
        run.task = task
        # Python's cyclic collector runs in whatever thread allocates next. In the worker it could destroy widgets and
        # layers of this thread, which ends QGIS; so it rests until the run is over.
        gc.disable()
        QgsApplication.taskManager().addTask(task)

    def _run_here(self) -> None:
        run = self._run
        if run is None or run.algorithm is None:
            return
        if run.feedback.isCanceled():
            self._executed(False, {})
            return
        values, successful = run.algorithm.run(run.parameters, run.context, run.feedback)
        self._executed(successful, values)

    def _poll(self) -> None:
        if self._run is not None:
            self.changed.emit(self._run.job.key)

    def _end(self) -> None:
        self._timer.stop()
        self._run = None
        gc.enable()

    def _fail(self, run: _Run, message: str) -> None:
        self._end()
        self.failed.emit(run.job.key, message)
        self.changed.emit(run.job.key)
        QTimer.singleShot(0, self._next)

    def _executed(self, successful: bool, values: dict[str, Any]) -> None:
        run = self._run
        if run is None:
            return
        key = run.job.key
        if run.feedback.isCanceled() or (
            not successful and run.task is not None and run.task.isCanceled() and not run.feedback.errors
        ):
            self._remove_files(run)
            self._end()
            if not self._closing:
                self.cancelled.emit(key)
                self.changed.emit(key)
                QTimer.singleShot(0, self._next)
            return
        if not successful:
            self._remove_files(run)
            reason = run.feedback.errors[-1].strip() if run.feedback.errors else ""
            self._fail(run, _first_line(reason) or tr("It stopped without saying why. Please try again."))
            return
        result = JobResult(values=dict(values), seconds=time.monotonic() - run.started)
        problem = self._load(run, result)
        if problem:
            self._fail(run, problem)
            return
        self._end()
        self.finished.emit(key, result)
        self.changed.emit(key)
        QTimer.singleShot(0, self._next)

    def _load(self, run: _Run, result: JobResult) -> str:
        """Bring all outputs into the project, or none; returns a sentence on what is wrong."""
        opened = []
        for output in run.job.outputs:
            path = result.values.get(output.parameter)
            if not path or output.kind == results.FILE:
                continue
            layer = results.open_result(str(path), output)
            if not layer.isValid():
                return tr("The result could not be opened: {path}").format(path=path)
            opened.append((layer, output))
        for layer, output in opened:
            earlier = (
                []
                if output.data
                else [
                    old
                    for old in self.project.mapLayers().values()
                    if old.customProperty(results.ROLE_PROPERTY) == output.role
                    and old.customProperty(results.MADE_PROPERTY)
                ]
            )
            earlier.sort(key=lambda old: str(old.customProperty(results.MADE_PROPERTY)))
            results.place_result(self.project, layer, output, earlier[-1] if earlier else None)
            result.layers[output.role] = layer
        return ""

    def _remove_files(self, run: _Run) -> None:
        """Half-written files of a run that did not succeed."""
        for output in run.job.outputs:
            path = run.parameters.get(output.parameter)
            for suffix in ("", "-wal", "-shm", "-journal"):
                if isinstance(path, str) and os.path.exists(path + suffix):
                    try:
                        os.remove(path + suffix)
                    except OSError:
                        return  # still held by the system; the next run writes elsewhere


def _first_line(message: str) -> str:
    """The sentence for people: the first line that says something."""
    return next((line.strip() for line in message.splitlines() if line.strip()), "")


def show_message(iface: Any, title: str, message: str) -> None:
    """Show a failure in the message bar of QGIS as well."""
    from qgis.core import Qgis

    iface.messageBar().pushMessage(title, message, Qgis.MessageLevel.Warning, 10)
    QApplication.beep()
