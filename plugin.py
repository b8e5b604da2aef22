"""The plugin: menu, toolbar, dock and Processing provider, made on load and gone on unload."""

from __future__ import annotations

import os
from typing import Any, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, Qt, QTranslator

from .gis.i18n import language

HERE = os.path.dirname(__file__)


class LandStewardshipPlugin:
    """What QGIS holds of us. ``iface`` is ``None`` in ``qgis_process``."""

    def __init__(self, iface: Any) -> None:
        self.iface = iface
        self.provider: Optional[Any] = None
        self.dock: Optional[Any] = None
        self.menu: Optional[Any] = None
        self.toolbar: Optional[Any] = None
        self.help: Optional[Any] = None
        self.translator: Optional[QTranslator] = None
        self.translation = b""
        self._install_translator()

    # -- language ---------------------------------------------------------------------
    def _install_translator(self) -> None:
        if self.translator is not None or language() != "ja":
            return
        translator = QTranslator()
        with open(os.path.join(HERE, "resources", "i18n", "land_stewardship_ja.qm"), "rb") as stream:
            # Kept in memory: Qt maps a file by name, and an upgrade that rewrites it would end QGIS.
            self.translation = stream.read()
        if translator.loadFromData(self.translation):
            QCoreApplication.installTranslator(translator)
            self.translator = translator

    # -- Processing -------------------------------------------------------------------
    def initProcessing(self) -> None:
        """Register the provider; the only part ``qgis_process`` needs."""
        if self.provider is not None:
            return
        from .processing.provider import LandStewardshipProvider

        self.provider = LandStewardshipProvider()
        QgsApplication.processingRegistry().addProvider(self.provider)

    # -- desktop ------------------------------------------------------------------------
    def initGui(self) -> None:
        """Make menu, toolbar and (hidden until asked for, or as last time) the dock."""
        self._install_translator()
        self.initProcessing()
        if self.iface is None or self.menu is not None:
            return
        from .ui.actions import build_menu_and_toolbar

        self.menu, self.toolbar = build_menu_and_toolbar(self)
        from .ui.state import dock_wanted

        if dock_wanted():
            self.show_dock()

    def show_dock(self, step: Optional[str] = None) -> Any:
        """Show the dock, making it on first use; ``step`` is understand, choose or act."""
        if self.dock is None:
            from .ui.dock import LandStewardshipDock

            self.dock = LandStewardshipDock(self.iface)
            self.dock.help_requested.connect(self.show_help)
            self.iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.setVisible(True)
        self.dock.raise_()
        if step:
            self.dock.go_to_step(step)
        return self.dock

    def open_sample(self) -> None:
        """Open the sample village with the dock."""
        dock = self.show_dock()
        dock.open_sample()

    def show_help(self) -> None:
        """Show the guide in a window of its own."""
        from .ui.help import HelpDialog

        if self.help is None:
            self.help = HelpDialog(self.iface.mainWindow())
        self.help.show()
        self.help.raise_()

    def unload(self) -> None:
        """Take everything back."""
        if self.help is not None:
            self.help.close()
            self.help.deleteLater()
            self.help = None
        if self.dock is not None:
            self.dock.shut_down()
            self.iface.removeDockWidget(self.dock)
            self.dock.deleteLater()
            self.dock = None
        for attribute in ("toolbar", "menu"):
            widget = getattr(self, attribute)
            if widget is not None:
                if attribute == "toolbar":
                    self.iface.mainWindow().removeToolBar(widget)
                else:
                    widget.menuAction().setVisible(False)
                    self.iface.mainWindow().menuBar().removeAction(widget.menuAction())
                widget.deleteLater()
                setattr(self, attribute, None)
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
