"""Text labels and thin rules."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QLabel, QWidget


def label(text: str = "", kind: str = "", wrap: bool = True, parent: Optional[QWidget] = None) -> QLabel:
    """A label whose look ``kind`` is title, heading, sentence, small, strong, problem, hint or plain."""
    result = QLabel(text, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setWordWrap(wrap)
    if kind:
        result.setProperty("kind", kind)
    return result


def rule(vertical: bool = False, parent: Optional[QWidget] = None) -> QFrame:
    """A line 1 px wide."""
    line = QFrame(parent)
    line.setProperty("kind", "rule")
    if vertical:
        line.setFixedWidth(1)
    else:
        line.setFixedHeight(1)
    return line
