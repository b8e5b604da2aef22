"""Colours, sizes and icons of dock and windows, light and dark.

The reference values live in ``resources/tokens.json``. Window, Base, Text and Button follow the
palette of QGIS as long as text stays readable on them; everything else is the reference.
Widgets that paint themselves ask :func:`current` in their ``paintEvent``; everything else is
covered by the style sheet that :func:`apply` sets on the outermost widget (dock or dialog).
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any, NamedTuple, Optional

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPen, QPixmap
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

RESOURCES = os.path.join(os.path.dirname(os.path.dirname(__file__)), "resources")
ICON_PROPERTY = "landIcon"

#: Spacing steps in pixels.
GAP_XS, GAP_S, GAP_M, GAP_L, GAP_XL = 4, 8, 12, 16, 24
#: Type sizes of the dock in pixels.
TITLE, BODY, SMALL, RESULT = 14.5, 13, 12, 19
BUTTON_HEIGHT, RADIUS, ICON = 30, 6, 22
#: Words in an empty field that say what to write there: paler than anything typed, still to be read (contrast 4.5).
HINT_LIGHT, HINT_DARK = "#6A7178", "#A3A9AF"
LEVELS = ("error", "warning", "note", "ok")
#: Text colours and what they stand on; each pair must reach a contrast of 7.
TEXT_PAIRS = (
    ("ink", "bg"),
    ("ink", "card"),
    ("ink", "btn"),
    ("sub", "bg"),
    ("sub", "card"),
    ("acc", "bg"),
    ("acc", "card"),
)


class Theme(NamedTuple):
    """One set of colours.

    ``colours`` has the keys bg, card, line, ink, sub, acc, accink, soft, trk, btn, hover;
    ``severity`` has text, background and mark, each by level (error, warning, note, ok).
    """

    dark: bool
    colours: dict[str, str]
    severity: dict[str, dict[str, str]]

    def colour(self, name: str) -> QColor:
        """A colour of the interface by its token name."""
        return QColor(self.colours[name])

    def level(self, part: str, level: str) -> QColor:
        """A colour of a severity ``level``; ``part`` is text, background or mark."""
        return QColor(self.severity[part][level])


@lru_cache(maxsize=1)
def tokens() -> dict[str, Any]:
    """The design tokens as they stand in resources/tokens.json."""
    with open(os.path.join(RESOURCES, "tokens.json"), encoding="utf-8") as file:
        return json.load(file)


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio 1..21 of two colours (WCAG 2, relative luminance of sRGB)."""

    def luminance(colour: QColor) -> float:
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (colour.redF(), colour.greenF(), colour.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=8)
def _theme(window: str, base: str, text: str, button: str) -> Theme:
    dark = QColor(window).lightness() < 128
    colours = dict(tokens()["dark" if dark else "light"])
    from_palette = {"bg": window, "card": base, "ink": text, "btn": button}
    mixed = {**colours, **from_palette}
    readable = all(contrast(QColor(mixed[front]), QColor(mixed[back])) >= 7.0 for front, back in TEXT_PAIRS)
    return Theme(dark, mixed if readable else colours, tokens()["severity_dark" if dark else "severity"])


def current() -> Theme:
    """The theme that fits the palette of QGIS now (dark when Window is darker than half)."""
    palette = QApplication.palette()
    roles = QPalette.ColorRole
    return _theme(
        *(
            palette.color(QPalette.ColorGroup.Active, role).name()
            for role in (roles.Window, roles.Base, roles.WindowText, roles.Button)
        )
    )


def icon_path(name: str, dark: Optional[bool] = None) -> str:
    """File of an icon of ours, its ``_dark`` twin where the theme is dark."""
    dark = current().dark if dark is None else dark
    return os.path.join(RESOURCES, "icons", f"{name}_dark.svg" if dark else f"{name}.svg")


def icon(name: str, dark: Optional[bool] = None) -> QIcon:
    """Icon by name (``check``, ``severity_error``…) for the present theme."""
    return QIcon(icon_path(name, dark))


def pixmap(name: str, size: int, widget: Optional[QWidget] = None) -> QPixmap:
    """An icon as a picture of ``size`` logical pixels, sharp on the screen of ``widget``."""
    ratio = widget.devicePixelRatioF() if widget is not None else 1.0
    picture = icon(name).pixmap(int(size * ratio), int(size * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def set_icon(target: QWidget, name: str, size: int = 18) -> None:
    """Give a button or label one of our icons; :func:`apply` swaps it when the theme changes."""
    target.setProperty(ICON_PROPERTY, name)
    target.setProperty(ICON_PROPERTY + "Size", size)
    _refresh_icon(target)


def _refresh_icon(target: QWidget) -> None:
    name, size = target.property(ICON_PROPERTY), target.property(ICON_PROPERTY + "Size")
    if isinstance(target, QLabel):
        target.setPixmap(pixmap(name, size, target))
    elif isinstance(target, QAbstractButton):
        # A filled button carries its icon in the text colour of the opposite theme.
        filled = target.property("kind") == "primary"
        shown = icon(name, current().dark != filled)
        if filled:  # it is grey while the button is off
            shown.addFile(icon_path(name), QSize(), QIcon.Mode.Disabled)
        target.setIcon(shown)


def set_hint(field: QLineEdit, words: str) -> None:
    """Say in an empty ``field`` what to write there, in a paler colour than what is typed.

    Below a style sheet older Qt paints such words like typed text, so the field itself changes its look while empty.
    """
    field.setPlaceholderText(words)
    field.textChanged.connect(lambda text: _mark_hinting(field, not text))
    _mark_hinting(field, not field.text())


def _mark_hinting(field: QLineEdit, hinting: bool) -> None:
    if bool(field.property("hinting")) == hinting:
        return
    field.setProperty("hinting", hinting)
    field.style().unpolish(field)
    field.style().polish(field)


def font(size: float, bold: bool = False) -> QFont:
    """The font of the interface in ``size`` pixels."""
    result = QFont(QApplication.font())
    result.setPixelSize(round(size))
    result.setBold(bold)
    return result


def stylesheet(theme: Theme) -> str:
    """The style sheet of dock and dialogs; widgets choose their look by the property ``kind``."""
    values = dict(theme.colours)
    for part in ("text", "background"):
        for level in LEVELS:
            values[f"{level}_{part}"] = theme.severity[part][level]
    values["hint"] = HINT_DARK if theme.dark else HINT_LIGHT
    values["tick"] = f'url("{icon_path("severity_ok", theme.dark)}")'.replace("\\", "/")
    sheet = _SHEET
    for name, value in values.items():
        sheet = sheet.replace(f"@{name};", f"{value};")
    return sheet


_SHEET = """
QWidget { font-size: 13px; color: @ink; }
QLabel[kind="caption"] { font-size: 12.5px; }
QWidget[kind="page"], QScrollArea[kind="page"], QDialog { background: @bg; }
QLabel { background: transparent; border: none; }
QLabel[kind="title"] { font-size: 14.5px; font-weight: bold; }
QLabel[kind="heading"] { font-size: 16px; font-weight: bold; }
QLabel[kind="sentence"], QLabel[kind="small"] { color: @sub; }
QLabel[kind="small"] { font-size: 12px; }
QLabel[kind="strong"] { font-weight: bold; }
QLabel[kind="problem"] { color: @error_text; background: @error_background; border-radius: 4px; padding: 6px 8px; }
QLabel[kind="hint"] { color: @note_text; background: @note_background; border-radius: 4px; padding: 6px 8px; }
QFrame[kind="card"] { background: @card; border: 1px solid @line; border-radius: 6px; }
QFrame[kind="card"][active="true"] { border: 1px solid @acc; border-left: 4px solid @acc; }
QFrame[kind="soft"] { background: @soft; border: none; border-radius: 4px; }
QFrame[kind="rule"] { background: @line; border: none; }
QFrame[kind="footer"] { background: @card; border: none; border-top: 1px solid @line; }
QPushButton, QToolButton[kind] {
    background: @btn; border: 1px solid @line; border-radius: 4px; color: @ink;
    padding: 0 12px; min-height: 28px; }
QPushButton:hover, QToolButton[kind]:hover { background: @hover; }
QPushButton:pressed, QToolButton[kind]:pressed { background: @trk; }
QPushButton:disabled, QToolButton[kind]:disabled { color: @sub; background: @bg; }
QPushButton[kind="primary"] {
    background: @acc; color: @accink; border: 1px solid @acc; font-weight: bold; padding: 0 14px; }
QPushButton[kind="primary"]:hover { border: 1px solid @ink; }
QPushButton[kind="primary"]:disabled { background: @trk; color: @sub; border: 1px solid @line; }
QPushButton[tight="true"] { padding: 0 5px; }
QPushButton[kind="plain"] { background: transparent; border: 1px solid transparent; padding: 0 6px; }
QPushButton[kind="plain"]:hover { background: @hover; }
QPushButton[kind="link"] {
    background: transparent; border: none; color: @acc; text-decoration: underline;
    padding: 0 2px; min-height: 20px; min-width: 28px; }
QPushButton[kind="link"]:hover { color: @ink; }
QToolButton[kind="icon"] { padding: 0; min-width: 28px; min-height: 28px; }
QToolButton[kind="bare"] {
    padding: 0; min-width: 28px; min-height: 28px; background: transparent; border: 1px solid transparent; }
QToolButton[kind="bare"]:hover { background: @hover; }
QToolButton[kind="choice"] { padding: 0 6px; }
QToolButton[kind="choice"]:checked { border: 2px solid @ink; padding: 0 5px; min-height: 26px; background: @card; }
QToolButton[kind="chip"] { padding: 0 2px; }
QToolButton[kind="chip"]:checked { border: 2px solid @ink; padding: 0 1px; min-height: 26px; background: @card; }
QToolButton[kind="tool"] { padding: 0 4px; }
QToolButton[kind="tool"]:checked { border: 2px solid @ink; padding: 0 3px; min-height: 26px; background: @card; }
QToolButton[kind="tile"] { text-align: left; padding: 10px 12px; background: @card; }
QToolButton[kind="tile"]:checked { border: 2px solid @acc; background: @soft; }
QLineEdit, QPlainTextEdit, QTextBrowser {
    background: @card; border: 1px solid @line; border-radius: 4px; color: @ink;
    selection-background-color: @acc; selection-color: @accink; }
QLineEdit { padding: 0 8px; min-height: 28px; }
QLineEdit[hinting="true"] { color: @hint; }
QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit { min-height: 26px; }
QProgressBar { background: @trk; border: none; border-radius: 4px; height: 8px; min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: @acc; border-radius: 4px; }
QTreeView::item:selected, QTableView::item:selected { background: @soft; color: @ink; }
QCheckBox::indicator, QTreeView::indicator {
    width: 14px; height: 14px; border: 1px solid @sub; border-radius: 3px; background: @card; image: none; }
QCheckBox::indicator:checked, QTreeView::indicator:checked {
    width: 16px; height: 16px; border: none; background: transparent; image: @tick; }
QCheckBox::indicator:disabled, QTreeView::indicator:disabled { border-color: @line; background: @bg; }
QTreeView[kind="list"] { background: @card; border: 1px solid @line; border-radius: 6px; outline: 0; }
QScrollBar:vertical { background: transparent; border: none; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: @line; border-radius: 3px; margin: 2px; min-height: 28px; }
QScrollBar::handle:vertical:hover { background: @sub; }
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
QToolTip { color: @ink; background: @card; border: 1px solid @line; }
"""


class PaletteWatcher(QObject):
    """Calls :meth:`changed` soon after the palette of QGIS, and with it that of ``root``, has changed.

    Not at once: Qt tells the change to one widget after the other from a list it made before. Whatever frees an
    abandoned window in between, as Python's cyclic collector may while style sheets are written, ends QGIS.
    """

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.changed)
        root.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange):
            self._later.start()
        return False

    def changed(self) -> None:
        """Dress the watched widget again."""
        _apply_now(self.parent())


def _apply_now(root: Any) -> None:
    theme = current()
    sheet = stylesheet(theme)
    if root.styleSheet() == sheet:
        return  # setting it again would raise the next PaletteChange
    # Below a window with a style sheet of its own (QGIS has one) the sheet of a widget that is not
    # polished yet does not reach what lies in its scroll areas.
    root.ensurePolished()
    root.setStyleSheet(sheet)
    for child in root.findChildren(QWidget):
        if child.property(ICON_PROPERTY):
            _refresh_icon(child)
        child.update()


def apply(root: QWidget) -> None:
    """Dress ``root`` (a dock's content or a dialog) and keep it in step with the palette."""
    _apply_now(root)
    PaletteWatcher(root)
    FocusRing(root)


class FocusRing(QWidget):
    """A 2 px accent ring outside the control of ``root`` that has the keyboard.

    It shows when focus came by keyboard, not after a mouse click, and follows when the page
    scrolls or the dock is resized.
    """

    def __init__(self, root: QWidget) -> None:
        super().__init__(root)
        self._root = root
        self._target: Optional[QWidget] = None
        self._watched: list[QWidget] = []
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        QApplication.instance().focusChanged.connect(self._focus_changed)

    def _focus_changed(self, _old: Optional[QWidget], new: Optional[QWidget]) -> None:
        for widget in self._watched:
            if not sip.isdeleted(widget):
                widget.removeEventFilter(self)
        self._watched, self._target = [], None
        by_keyboard = QApplication.mouseButtons() == Qt.MouseButton.NoButton
        if new is not None and by_keyboard and self._root.isAncestorOf(new):
            self._target = new
            widget = new
            while widget is not None and widget is not self._root:
                widget.installEventFilter(self)
                self._watched.append(widget)
                widget = widget.parentWidget()
        self._follow()

    def _follow(self) -> None:
        target = self._target
        if target is None or sip.isdeleted(target) or not target.isVisible():
            self.hide()
            return
        seen = target.visibleRegion().boundingRect()
        if seen.isEmpty():
            self.hide()
            return
        corner = target.mapTo(self._root, seen.topLeft())
        self.setGeometry(seen.translated(corner - seen.topLeft()).adjusted(-3, -3, 3, 3))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show):
            self._follow()
        return False

    def paintEvent(self, _event: Any) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(current().colour("acc"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
