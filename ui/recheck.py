"""After an edit of the lots: check the touched lots and their neighbours again, at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..gis.i18n import tr
from ..gis.lot_watch import LotWatch
from .results import OutputSpec
from .runner import IDLE, Job, JobResult, show_message
from .state import DONE

if TYPE_CHECKING:
    from .pages.understand import ParcelsCard

RECHECK_KEY = "recheck"
#: Default of the algorithm for the field that names a lot.
_KEY_FIELD = "lot_key"


class Recheck(QObject):
    """Watches the lots whose findings the card has, and runs the check for what was touched.

    ``finished`` follows a run that brought new findings.
    """

    finished = pyqtSignal()

    def __init__(self, card: ParcelsCard) -> None:
        super().__init__(card)
        self.card = card
        self._watch: Optional[LotWatch] = None
        self._waiting: set[str] = set()
        self._running: set[str] = set()
        card.state.changed.connect(self.follow)
        card.state.project.layerWillBeRemoved.connect(self._layer_goes)
        card.runner.finished.connect(self._finished)
        card.runner.failed.connect(self._failed)
        card.runner.cancelled.connect(self._cancelled)
        self.follow()

    def let_go(self) -> None:
        """Stop watching; the dock goes away."""
        self._watch_layer(None)

    def follow(self) -> None:
        """Watch the lots the findings are about."""
        layer = self.card.state.layer("lots")
        usable = (
            isinstance(layer, QgsVectorLayer)
            and self.card.result().state == DONE
            and self.card.state.layer("findings") is not None
            and self.card.same_map()
        )
        self._watch_layer(layer if usable else None)

    def _watch_layer(self, layer: Optional[QgsVectorLayer]) -> None:
        now = self._watch.layer if self._watch is not None else None
        if layer is now:
            return
        if self._watch is not None:
            self._watch.let_go()
            self._watch.deleteLater()
            self._watch = None
        if layer is not None:
            self._watch = LotWatch(layer, _KEY_FIELD, self)
            self._watch.touched.connect(self._touched)

    def _layer_goes(self, layer_id: str) -> None:
        if self._watch is not None and self._watch.layer.id() == layer_id:
            self._watch_layer(None)

    def _touched(self, keys: list[str]) -> None:
        self._waiting.update(keys)
        self._start()

    def _start(self) -> None:
        runner = self.card.runner
        if not self._waiting or runner.state(RECHECK_KEY) != IDLE or runner.state(self.card.KEY) != IDLE:
            return
        runner.start(
            Job(
                key=RECHECK_KEY,
                algorithm=self.card.ALGORITHM,
                outputs=(OutputSpec("OUTPUT", "findings", tr("Findings: lots and boundaries"), "understand"),),
                prepare=self._prepare,
            )
        )

    def _prepare(self, job: Job) -> str:
        findings = self.card.state.layer("findings")
        if findings is None or self.card.missing_inputs():
            return tr("Check lots and boundaries first.")
        self._running, self._waiting = self._waiting, set()
        values: dict[str, Any] = self.card.parameters()
        values["ONLY"] = ";".join(sorted(self._running))
        job.parameters = values
        job.layers = [*(layer for spec in self.card.inputs() for layer in self.card.input_layers(spec)), findings]
        return ""

    def _finished(self, key: str, result: JobResult) -> None:
        if key == self.card.KEY:
            self._waiting.clear()  # everything was looked at
        if key != RECHECK_KEY:
            return
        self._running = set()
        self.card.take_counts(result)
        self.finished.emit()
        self._start()

    def _failed(self, key: str, message: str) -> None:
        if key == RECHECK_KEY:
            self._running = set()
            show_message(self.card.iface, tr("Check lots and boundaries"), message)

    def _cancelled(self, key: str) -> None:
        if key == RECHECK_KEY:
            self._running = set()
