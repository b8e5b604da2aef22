"""The guide in a window of its own."""

from __future__ import annotations

import os
from typing import Optional

from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ..gis.i18n import language, tr
from . import theme
from .widgets import quiet_button

_ROOT = os.path.dirname(os.path.dirname(__file__))


def guide_path() -> str:
    """The user guide in the language of QGIS, else the README."""
    ja = language() == "ja"
    wanted = ("docs/guide.ja.md", "README.ja.md") if ja else ("docs/guide.md", "README.md")
    for name in (*wanted, "README.md"):
        path = os.path.join(_ROOT, *name.split("/"))
        if os.path.exists(path):
            return path
    return ""


class HelpDialog(QDialog):
    """Shows the guide; links to the web open in the browser."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("landStewardshipHelp")
        self.setWindowTitle(tr("Land Stewardship: help"))
        self.resize(720, 640)
        browser = QTextBrowser()
        browser.setOpenExternalLinks(True)
        path = guide_path()
        if path:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            browser.document().setBaseUrl(QUrl.fromLocalFile(path))
            browser.setMarkdown(text)
        close = quiet_button(tr("Close"), clicked=self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(browser, 1)
        column.addLayout(row)
        theme.apply(self)
