"""What the walks share: clicking, waiting, taking pictures, answering."""

from __future__ import annotations

import faulthandler
import json
import os
import sys
import threading
import time
import traceback
from typing import Any, Callable, Optional

from qgis import utils
from qgis.core import NULL, QgsApplication, QgsProject
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QDialog, QScrollArea, QWidget
from qgis.utils import iface

# Should QGIS crash, the Python stack of every thread is told before QGIS tells its own.
faulthandler.enable()

PACKAGE = "land_stewardship"
PICTURES = os.environ["WALK_PICTURES"]
#: A walk that takes longer than this is stuck.
PATIENCE_S = int(os.environ.get("WALK_PATIENCE", "180"))


def plugin() -> Any:
    """The plugin as QGIS loaded it."""
    return utils.plugins[PACKAGE]


def load_plugin() -> None:
    """Load and start the plugin as QGIS does; errors are collected instead of shown in a window."""

    def keep(kind: Any, problem: Any, trace: Any, *_others: Any, **_named: Any) -> None:
        exceptions.append("".join(traceback.format_exception(kind, problem, trace)))

    utils.showException = keep
    utils.updateAvailablePlugins()
    loaded = utils.loadPlugin(PACKAGE) and utils.startPlugin(PACKAGE)
    assert loaded, "the plugin does not start:\n" + "\n".join(exceptions)


#: Unhandled exceptions of the plugin during the walk.
exceptions: list[str] = []


def wait(milliseconds: int) -> None:
    """Let QGIS work for a while."""
    QTest.qWait(milliseconds)


def wait_until(what: Callable[[], Any], why: str, seconds: float = 60.0) -> Any:
    """Wait until ``what`` is true; fails with ``why``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = what()
        if value:
            return value
        QTest.qWait(50)
    raise AssertionError(f"waited {seconds:.0f} s in vain: {why}")


def find(root: QWidget, name: str, kind: type = QWidget) -> Any:
    """The widget called ``name`` below ``root``."""
    found = root.findChild(kind, name)
    assert found is not None, f"no widget called {name}"
    return found


def into_view(widget: QWidget) -> None:
    """Scroll so that ``widget`` can be seen."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 10, 10)
            wait(50)
        parent = parent.parentWidget()


def click(widget: QWidget) -> None:
    """Click in the middle of a widget, as a mouse does: it must be there and enabled."""
    assert widget.isVisible(), f"{widget.objectName()} is hidden"
    assert widget.isEnabled(), f"{widget.objectName()} is disabled"
    # A result that just came in may push the widget away again: a person would scroll once more.
    for _attempt in range(20):
        into_view(widget)
        if not widget.visibleRegion().isEmpty():
            break
        wait(100)
    assert not widget.visibleRegion().isEmpty(), f"{widget.objectName()} cannot be seen"
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, widget.rect().center())
    wait(80)


def button(root: QWidget, text: str) -> QAbstractButton:
    """The visible button that says ``text``."""
    for candidate in root.findChildren(QAbstractButton):
        if candidate.isVisible() and candidate.text().replace("&", "") == text:
            return candidate
    said = sorted({b.text() for b in root.findChildren(QAbstractButton) if b.isVisible()})
    raise AssertionError(f"no button says “{text}”; there are {said}")


def in_dialog(trigger: Callable[[], None], act: Callable[[QDialog], None]) -> None:
    """Do what opens a modal dialog that has its own event loop, and act in it."""
    problems: list[BaseException] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(100, look)
            return
        try:
            act(dialog)
        except BaseException as problem:  # noqa: BLE001  (handed on below)
            problems.append(problem)
            dialog.reject()

    QTimer.singleShot(100, look)
    trigger()
    if problems:
        raise problems[0]


def picture(name: str, widget: Optional[QWidget] = None) -> str:
    """Save a picture of a widget (default: the whole window); returns its path."""
    wait(250)
    path = f"{PICTURES}_{name}.png"
    assert (widget or iface.mainWindow()).grab().save(path), path
    return path


def set_window_size() -> None:
    """Give the main window the size asked for and put away docks that are not ours."""
    width, height = (int(part) for part in os.environ["WALK_SIZE"].split("x"))
    window = iface.mainWindow()
    window.showNormal()
    window.move(QPoint(0, 0))
    window.resize(width, height)
    for dock in window.findChildren(QWidget):
        if dock.inherits("QDockWidget") and dock.objectName() not in ("landStewardshipDock", "Layers"):
            dock.close()
    wait(300)


def clipped(root: QWidget) -> list[str]:
    """Visible texts below ``root`` that do not fit into their widget."""
    from qgis.PyQt.QtWidgets import QLabel

    cut = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisible() or widget.width() <= 1:
            continue
        if isinstance(widget, QLabel) and widget.text():
            if widget.wordWrap():
                needed = widget.heightForWidth(widget.width())
                if needed > widget.height() + 1:
                    cut.append(f"{widget.text()} (height {widget.height()} of {needed})")
                longest = max(widget.text().split() or [""], key=len)
                plain = "<" not in widget.text()
                if plain and longest.isascii() and widget.fontMetrics().horizontalAdvance(longest) > widget.width() + 1:
                    cut.append(f"{widget.text()} (word too long)")
            elif widget.sizeHint().width() > widget.width() + 1:
                cut.append(f"{widget.text()} (width {widget.width()} of {widget.sizeHint().width()})")
        elif isinstance(widget, QAbstractButton) and widget.text():
            text_width = widget.fontMetrics().horizontalAdvance(widget.text())
            if text_width > widget.width():
                cut.append(f"[{widget.text()}] (width {widget.width()} of {text_width})")
        parent = widget.parentWidget()
        if parent is not None and isinstance(widget, (QLabel, QAbstractButton)):
            if widget.geometry().right() > parent.rect().right() + 1:
                cut.append(f"{widget.objectName() or getattr(widget, 'text', str)()} sticks out on the right")
    return cut


def _end(answer: dict[str, Any]) -> None:
    """Write the answer and end QGIS at once."""
    if exceptions:
        answer.setdefault("error", "unhandled exceptions:\n" + "\n".join(exceptions))
    text = json.dumps(answer, ensure_ascii=False, indent=1, default=plain)
    with open(os.environ["WALK_ANSWER"], "w", encoding="utf-8") as file:
        file.write(text)
    os._exit(0)


def plain(value: Any) -> Any:
    """NULL as nothing, whatever else JSON does not know as text."""
    return None if value is None or value == NULL else str(value)


def _give_up() -> None:
    """Something waits for an answer that nobody gives: say what, with a picture."""
    window = QApplication.activeModalWidget() or QApplication.activeWindow() or iface.mainWindow()
    window.grab().save(f"{PICTURES}_FAILED.png")
    stack = "".join(traceback.format_stack(sys._current_frames()[threading.main_thread().ident]))
    _end({"error": f"still busy after {PATIENCE_S} s, in “{window.windowTitle()}”:\n{stack}"})


def run(walk: Callable[[], dict[str, Any]]) -> None:
    """Run a walk once QGIS is up, write its answer, and end QGIS."""
    watch = QTimer(iface.mainWindow())
    watch.setSingleShot(True)
    watch.timeout.connect(_give_up)
    watch.start(PATIENCE_S * 1000)

    def go() -> None:
        try:
            load_plugin()
            answer = walk()
        except BaseException:  # noqa: BLE001  (told in the answer)
            try:
                picture("FAILED")
            finally:
                answer = {"error": traceback.format_exc()}
        QgsProject.instance().setDirty(False)
        QgsApplication.taskManager().cancelAll()
        wait(100)
        _end(answer)

    QTimer.singleShot(1500, go)
