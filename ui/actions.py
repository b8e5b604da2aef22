"""Menu and toolbar of the plugin."""

from __future__ import annotations

from typing import Any, Callable

from qgis.PyQt.QtWidgets import QAction, QMenu, QToolBar

from ..gis.i18n import tr
from . import theme

MENU_NAME = "landStewardshipMenu"
TOOLBAR_NAME = "landStewardshipToolbar"


class _IconSwap(theme.PaletteWatcher):
    """Keeps the icons of a toolbar's actions in step with light and dark."""

    def __init__(self, toolbar: QToolBar, icons: dict[QAction, str]) -> None:
        super().__init__(toolbar)
        self._icons = icons
        self._dark = theme.current().dark

    def changed(self) -> None:
        dark = theme.current().dark
        if dark != self._dark:
            self._dark = dark
            for action, name in self._icons.items():
                action.setIcon(theme.icon(name))


def build_menu_and_toolbar(plugin: Any) -> tuple[QMenu, QToolBar]:
    """Make the menu (in the main menu bar, left of Help) and the toolbar; ``plugin`` removes them.

    All actions belong to the menu, so they go when it is deleted.
    """
    window = plugin.iface.mainWindow()
    menu = QMenu(tr("Land Stewardship"), window)
    menu.setObjectName(MENU_NAME)
    toolbar = QToolBar(tr("Land Stewardship"), window)
    toolbar.setObjectName(TOOLBAR_NAME)
    icons: dict[QAction, str] = {}

    def action(name: str, icon: str, text: str, run: Callable[[], Any], on_toolbar: bool = True) -> None:
        made = QAction(theme.icon(icon), text, menu)
        made.setObjectName(f"landStewardship{name}")
        made.triggered.connect(lambda _checked=False: run())
        menu.addAction(made)
        if on_toolbar:
            toolbar.addAction(made)
        icons[made] = icon

    action("Open", "landstewardship", tr("Open Land Stewardship"), plugin.show_dock)
    action("Sample", "blocks", tr("Open sample village"), plugin.open_sample, on_toolbar=False)
    menu.addSeparator()
    toolbar.addSeparator()
    action("Understand", "understand", tr("1 Understand"), lambda: plugin.show_dock("understand"))
    action("Choose", "choose", tr("2 Choose"), lambda: plugin.show_dock("choose"))
    action("Act", "act", tr("3 Act"), lambda: plugin.show_dock("act"))
    menu.addSeparator()
    toolbar.addSeparator()
    action("AddData", "adddata", tr("Add data"), lambda: plugin.show_dock().add_data())
    action("PrintPlanMap", "map", tr("Print plan map"), lambda: plugin.show_dock("act").print_plan_map())
    menu.addSeparator()
    action("Help", "severity_note", tr("Help"), plugin.show_help, on_toolbar=False)

    bar = window.menuBar()
    help_menu = plugin.iface.helpMenu()
    if help_menu is not None:
        bar.insertMenu(help_menu.menuAction(), menu)
    else:
        bar.addMenu(menu)
    plugin.iface.addToolBar(toolbar)
    _IconSwap(toolbar, icons)
    return menu, toolbar
