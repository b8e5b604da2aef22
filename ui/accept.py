"""Asks why a finding can stay as it is, and who says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCompleter, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from ..core.texts import Text
from ..gis.i18n import language, tr
from . import theme
from .widgets import label, primary_button, quiet_button

_CANCEL = Text("Cancel", "やめる")


class AcceptDialog(QDialog):
    """Reason (with former ones to choose from) and office or role."""

    def __init__(self, what: str, reasons: Sequence[str], who: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("landStewardshipAccept")
        self.setWindowTitle(tr("Leave as it is"))
        self.reason = QLineEdit()
        self.reason.setObjectName("accept_reason")
        self.reason.setAccessibleName(tr("Why can it stay as it is?"))
        theme.set_hint(self.reason, tr("For example: an unnumbered path"))
        self.reason.setCompleter(QCompleter(list(reasons), self.reason))
        self.who = QLineEdit(who)
        self.who.setObjectName("accept_who")
        self.who.setAccessibleName(tr("Who decided? (office or role, no names)"))
        theme.set_hint(self.who, tr("For example: tax office"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(theme.GAP_XS)
        column.addWidget(label(what, "strong"))
        column.addSpacing(theme.GAP_S)
        column.addWidget(label(tr("Why can it stay as it is?"), "sentence"))
        column.addWidget(self.reason)
        column.addSpacing(theme.GAP_S)
        column.addWidget(label(tr("Who decided? (office or role, no names)"), "sentence"))
        column.addWidget(self.who)
        column.addSpacing(theme.GAP_S)
        column.addWidget(label(tr("The finding stays so in later checks. It can be taken up again."), "small"))
        column.addSpacing(theme.GAP_M)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(quiet_button(_CANCEL.pick(language()), clicked=self.reject))
        ok = primary_button(tr("Leave as it is"), clicked=self.accept)
        ok.setObjectName("accept_ok")
        ok.setDefault(True)
        row.addWidget(ok)
        column.addLayout(row)
        theme.apply(self)
        self.resize(420, self.sizeHint().height())
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
