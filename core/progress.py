"""Progress and cancel without knowing who shows them."""

from __future__ import annotations

from .errors import Cancelled


class Progress:
    """Receives progress and answers whether to go on.

    Core functions call :meth:`step` often (every few hundred rows). The base class is silent
    and never cancels; ``gis.feedback.FeedbackProgress`` connects it to QGIS.
    """

    def __init__(self) -> None:
        self._low = 0.0
        self._high = 1.0

    def step(self, fraction: float) -> None:
        """Report ``fraction`` (0..1) of the current span done; raises ``Cancelled`` on cancel."""
        if self.is_cancelled():
            raise Cancelled
        self.show(self._low + (self._high - self._low) * min(max(fraction, 0.0), 1.0))

    def span(self, low: float, high: float) -> Progress:
        """Let the following steps cover ``low``..``high`` (0..1) of the whole bar."""
        self._low, self._high = low, high
        self.step(0.0)
        return self

    def part(self, low: float, high: float) -> Progress:
        """A progress of its own for a task that covers ``low``..``high`` (0..1) of this bar."""
        return _Part(self, low, high)

    def is_cancelled(self) -> bool:
        """Whether the user asked to stop."""
        return False

    def show(self, fraction: float) -> None:
        """Show ``fraction`` (0..1) of the whole as done."""

    def note(self, message: str) -> None:
        """Tell the user something that is not an error."""


class _Part(Progress):
    """A task inside a larger one."""

    def __init__(self, whole: Progress, low: float, high: float) -> None:
        super().__init__()
        self._whole = whole
        self._from, self._to = low, high

    def is_cancelled(self) -> bool:
        return self._whole.is_cancelled()

    def show(self, fraction: float) -> None:
        self._whole.show(self._from + (self._to - self._from) * fraction)

    def note(self, message: str) -> None:
        self._whole.note(message)
