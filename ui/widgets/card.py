"""A card: what it is for, its data, its state, one button, its result."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ...gis.i18n import tr
from .. import theme
from .buttons import bare_button, link_button
from .chip import StateChip
from .flow import FlowLayout
from .labels import label, rule
from .numbers import NumberRow
from .progress import ProgressRow


class Card(QFrame):
    """Icon, title and state chip; sentence; numbers; own content; data; progress; buttons.

    Parts without content are hidden. ``body`` is a column for whatever the card shows in
    addition (bars, lists, swatches). ``settings_beside_data`` stands in for ``settings_button`` where
    the button row has no room for it. ``add_button`` puts buttons into the row at the bottom, on
    the right with ``right=True``. Signals: ``change_requested`` (the Change link of the data
    line), ``settings_requested``, ``cancel_requested``.
    """

    change_requested = pyqtSignal()
    settings_requested = pyqtSignal()
    cancel_requested = pyqtSignal()

    def __init__(
        self, icon: str, title: str, sentence: str = "", settings: bool = False, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "card")
        self.setProperty("active", "false")
        self.setAccessibleName(title)

        self._icon = QLabel()
        self._icon.setFixedWidth(theme.ICON)
        theme.set_icon(self._icon, icon, theme.ICON)
        self.title = label(title, "title")
        self.chip = StateChip()
        head = QHBoxLayout()
        head.setSpacing(theme.GAP_S)
        head.addWidget(self._icon)
        head.addWidget(self.title, 1)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignTop)

        self.sentence = label(sentence, "sentence")
        self.sentence.setVisible(bool(sentence))
        self._rule = rule()
        self.numbers = NumberRow()
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.GAP_S)
        self.problem = label("", "problem")
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.data = label("", "small")
        self.change_link = link_button(tr("Change"), self.change_requested.emit)
        self._data_row = QWidget()
        data_row = QHBoxLayout(self._data_row)
        data_row.setContentsMargins(0, 0, 0, 0)
        data_row.setSpacing(theme.GAP_S)
        data_row.addWidget(self.data, 1)
        data_row.addWidget(self.change_link)
        settings_name = tr("Settings: {title}").format(title=title)
        self.settings_beside_data = bare_button("settings", settings_name, self.settings_requested.emit)
        self.settings_beside_data.hide()
        data_row.addWidget(self.settings_beside_data)
        self.progress = ProgressRow()
        self.progress.cancelled.connect(self.cancel_requested)

        self._buttons = FlowLayout(spacing=theme.GAP_S)
        self._right = QHBoxLayout()
        self._right.setSpacing(theme.GAP_XS)
        self.settings_button = bare_button("settings", settings_name, self.settings_requested.emit)
        self._right.addWidget(self.settings_button)
        button_row = QHBoxLayout()
        button_row.setSpacing(theme.GAP_S)
        button_row.addLayout(self._buttons, 1)
        button_row.addLayout(self._right)
        # Where the buttons need two rows, the one on the right stays beside the last.
        button_row.setAlignment(self._right, Qt.AlignmentFlag.AlignBottom)

        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(theme.GAP_S)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addWidget(self._rule)
        column.addWidget(self.numbers)
        column.addLayout(self.body)
        column.addWidget(self.problem)
        column.addWidget(self._data_row)
        column.addWidget(self.progress)
        column.addLayout(button_row)

        self.settings_button.setVisible(settings)
        self.set_numbers([])
        self.set_problem("")
        self.set_data("")
        self.show_progress(False)

    # -- parts --------------------------------------------------------------------------
    def set_active(self, active: bool) -> None:
        """The next card to do has an accent edge; only its button may be filled."""
        value = "true" if active else "false"
        if self.property("active") != value:
            self.setProperty("active", value)
            self.style().unpolish(self)
            self.style().polish(self)

    def is_active(self) -> bool:
        """Whether this is the card to do now."""
        return bool(self.property("active") == "true")

    def set_sentence(self, text: str) -> None:
        """One sentence on what the card is for; empty hides it."""
        self.sentence.setText(text)
        self.sentence.setVisible(bool(text))

    def set_numbers(self, numbers: list[tuple[str, str, str]]) -> None:
        """Result numbers as ``(value, unit, caption)``; empty hides them."""
        self.numbers.set_numbers(numbers)
        self._rule.setVisible(bool(numbers))

    def set_data(self, text: str, changeable: bool = True) -> None:
        """The data line with source and date; empty hides it."""
        self.data.setText(tr("Data: {text}").format(text=text) if text else "")
        self.change_link.setVisible(changeable)
        self._data_row.setVisible(bool(text))

    def set_problem(self, text: str) -> None:
        """One sentence on what went wrong and what to do; empty hides it."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def show_progress(self, shown: bool) -> None:
        """Show or hide the progress row."""
        self.progress.setVisible(shown)

    def add_button(self, button: QAbstractButton, right: bool = False) -> QAbstractButton:
        """Put a button into the button row; returns it."""
        if right:
            self._right.insertWidget(max(self._right.count() - 1, 0), button)
        else:
            self._buttons.addWidget(button)
        return button
