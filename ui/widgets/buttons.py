"""Buttons: one filled one per card at most, everything else quiet."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from .. import theme


def set_kind(widget: QWidget, kind: str) -> None:
    """Change the look of a widget after it was made (see ``theme.stylesheet``)."""
    if widget.property("kind") == kind:
        return
    widget.setProperty("kind", kind)
    if isinstance(widget, QAbstractButton) and widget.property(theme.ICON_PROPERTY):
        theme.set_icon(widget, widget.property(theme.ICON_PROPERTY), widget.property(theme.ICON_PROPERTY + "Size"))
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def _push(text: str, kind: str, icon: str, clicked: Optional[Callable[[], None]]) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("kind", kind)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if icon:
        button.setIconSize(QSize(18, 18))
        theme.set_icon(button, icon)
    if clicked is not None:
        button.clicked.connect(lambda _checked=False: clicked())
    return button


def primary_button(text: str, icon: str = "", clicked: Optional[Callable[[], None]] = None) -> QPushButton:
    """The filled button; ``clicked`` is called without arguments."""
    return _push(text, "primary", icon, clicked)


def quiet_button(text: str, icon: str = "", clicked: Optional[Callable[[], None]] = None) -> QPushButton:
    """A bordered button."""
    return _push(text, "quiet", icon, clicked)


def plain_button(text: str, icon: str = "", clicked: Optional[Callable[[], None]] = None) -> QPushButton:
    """A button without border ("Run again")."""
    return _push(text, "plain", icon, clicked)


def link_button(text: str, clicked: Optional[Callable[[], None]] = None) -> QPushButton:
    """An underlined word ("Change")."""
    return _push(text, "link", "", clicked)


def _tool(kind: str, icon: str, name: str, clicked: Optional[Callable[[], None]]) -> QToolButton:
    button = QToolButton()
    button.setProperty("kind", kind)
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    if icon:
        button.setIconSize(QSize(18, 18))
        theme.set_icon(button, icon)
    if clicked is not None:
        button.clicked.connect(lambda _checked=False: clicked())
    return button


def icon_button(icon: str, name: str, clicked: Optional[Callable[[], None]] = None) -> QToolButton:
    """A bordered button with only an icon; ``name`` is its tooltip and accessible name."""
    return _tool("icon", icon, name, clicked)


def bare_button(icon: str, name: str, clicked: Optional[Callable[[], None]] = None) -> QToolButton:
    """An icon without border (the settings of a card)."""
    return _tool("bare", icon, name, clicked)


def choice_button(
    text: str, icon: str = "", name: str = "", clicked: Optional[Callable[[], None]] = None
) -> QToolButton:
    """A checkable button with a 2 px ink frame when chosen (filter chip, paint tool)."""
    button = _tool("choice", icon, name or text, clicked)
    button.setText(text)
    button.setCheckable(True)
    style = Qt.ToolButtonStyle
    button.setToolButtonStyle(style.ToolButtonTextBesideIcon if icon else style.ToolButtonTextOnly)
    return button
