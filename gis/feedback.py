"""Progress and cancel between QGIS and the core."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsProcessingFeedback

from ..core.progress import Progress


class FeedbackProgress(Progress):
    """Shows core progress on a ``QgsProcessingFeedback`` and passes its cancel on."""

    def __init__(self, feedback: Optional[QgsProcessingFeedback]) -> None:
        super().__init__()
        self._feedback = feedback

    def is_cancelled(self) -> bool:
        return bool(self._feedback and self._feedback.isCanceled())

    def show(self, fraction: float) -> None:
        if self._feedback:
            self._feedback.setProgress(100.0 * fraction)

    def note(self, message: str) -> None:
        if self._feedback:
            self._feedback.pushInfo(message)
