"""Run by QGIS at start (``qgis --code``): load the plugin and open the sample village."""

from qgis import utils
from qgis.PyQt.QtCore import QTimer

PACKAGE = "land_stewardship"


def _open() -> None:
    if PACKAGE not in utils.plugins:
        utils.updateAvailablePlugins()
        utils.loadPlugin(PACKAGE)
        utils.startPlugin(PACKAGE)
    utils.plugins[PACKAGE].open_sample()


QTimer.singleShot(0, _open)
