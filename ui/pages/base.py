"""What every step page has."""

from __future__ import annotations

from typing import Any, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from .. import theme


class StepPage(QWidget):
    """A column of cards for one step. The dock puts it into a scroll area.

    ``next_action_changed(sentence, button, enabled)`` fills the footer; its button calls
    :meth:`run_next`. ``second_action_changed(text, icon)`` lends the footer a second, quiet
    button (empty text: none) that calls :meth:`run_second`. ``progress_changed`` asks the dock
    to show :meth:`progress_text` in the stepper again. ``step_requested(step)`` leads to another
    step. ``panel_requested(widget)`` shows a widget in place of page and footer until its signal
    ``closed`` is emitted. ``add_data_requested(tile)`` opens the add-data dialog on one of its
    tiles (empty: none chosen).
    """

    STEP = ""

    next_action_changed = pyqtSignal(str, str, bool)
    second_action_changed = pyqtSignal(str, str)
    progress_changed = pyqtSignal()
    step_requested = pyqtSignal(str)
    panel_requested = pyqtSignal(object)
    add_data_requested = pyqtSignal(str)

    def __init__(self, iface: Any, state: Any, runner: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.iface = iface
        self.state = state
        self.runner = runner
        self.setProperty("kind", "page")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 8, 8, 8)
        self.column.setSpacing(theme.GAP_S)

    def refresh(self) -> None:
        """Show the present state of project and runs; called when the page is shown."""
        raise NotImplementedError

    def progress_text(self) -> tuple[str, bool]:
        """Text for the stepper ("2 / 3") and whether the step is finished."""
        raise NotImplementedError

    def run_next(self) -> None:
        """Do what the footer offers."""
        raise NotImplementedError

    def run_second(self) -> None:
        """Do what the second footer button offers."""

    def step_left(self) -> None:
        """The user went to another step, or the dock goes away: put map tools away."""
