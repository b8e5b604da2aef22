"""Loads, unloads and loads the plugin again, and counts what is left of it each time."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis import utils
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QAction, QDockWidget, QMenu, QToolBar, QWidget
from qgis.utils import iface


def counts() -> dict[str, Any]:
    """Everything of ours that the window, the registry and the translator hold."""
    window = iface.mainWindow()
    ours = ("landStewardship",)
    return {
        "docks": sum(w.objectName().startswith(ours) for w in window.findChildren(QDockWidget)),
        "toolbars": sum(w.objectName().startswith(ours) for w in window.findChildren(QToolBar)),
        "menus": sum(w.objectName().startswith(ours) for w in window.findChildren(QMenu)),
        "bar": [a.text() for a in window.menuBar().actions() if a.text() in ("Land Stewardship", "土地の使い方")],
        "actions": sum(w.objectName().startswith(ours) for w in window.findChildren(QAction)),
        "providers": sum(p.id() == "landstewardship" for p in QgsApplication.processingRegistry().providers()),
        "translated": QCoreApplication.translate("LandStewardship", "Understand") != "Understand",
        "windows": sum(
            w.objectName().startswith(ours) for w in QgsApplication.topLevelWidgets() if isinstance(w, QWidget)
        ),
    }


def walk() -> dict[str, Any]:
    steps.set_window_size()
    answer: dict[str, Any] = {}
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    steps.plugin().show_help()
    steps.wait(300)
    answer["help"] = steps.plugin().help.findChild(QWidget, "qt_scrollarea_viewport") is not None
    steps.picture("help", steps.plugin().help)
    answer["loaded"] = counts()
    for number in (1, 2):
        page = steps.plugin().dock.page()
        page.cards["parcels"].run()  # unloading in the middle of a run
        assert utils.unloadPlugin(steps.PACKAGE)
        steps.wait(400)
        answer[f"unloaded_{number}"] = counts()
        assert utils.loadPlugin(steps.PACKAGE) and utils.startPlugin(steps.PACKAGE)
        steps.wait(200)
        steps.plugin().show_dock()
        steps.wait(200)
        answer[f"loaded_{number}"] = counts()
    answer["village"] = steps.plugin().dock.village.currentText()
    return answer


steps.run(walk)
