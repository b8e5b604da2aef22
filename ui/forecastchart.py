"""A window with the charts of a forecast."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPixmap
from qgis.PyQt.QtSvg import QSvgRenderer
from qgis.PyQt.QtWidgets import QDialog, QLabel, QScrollArea, QVBoxLayout, QWidget

from ..gis.i18n import tr
from . import theme
from .widgets import label, quiet_button

#: Width of the charts on the screen in pixels.
WIDTH = 760


def picture_of(path: str, width: int, ratio: float = 1.0) -> Optional[QPixmap]:
    """The SVG file as a picture ``width`` pixels wide on white; ``None`` when it cannot be read."""
    renderer = QSvgRenderer(path)
    size = renderer.defaultSize()
    if not renderer.isValid() or size.width() <= 0:
        return None
    height = max(1, round(width * size.height() / size.width()))
    image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


class ChartDialog(QDialog):
    """Shows the charts; where the file lies stands below, so that it can be passed on."""

    def __init__(self, path: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("landStewardshipChart")
        self.setWindowTitle(tr("Forecast by hamlet"))
        self.picture = QLabel()
        self.picture.setAccessibleName(tr("Managed land of each hamlet in the coming years"))
        found = picture_of(path, WIDTH, self.devicePixelRatioF())
        if found is None:
            self.picture.setText(tr("The result could not be opened: {path}").format(path=path))
        else:
            self.picture.setPixmap(found)
        area = QScrollArea()
        area.setWidget(self.picture)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        column = QVBoxLayout(self)
        column.addWidget(area)
        file = label(tr("File: {path}").format(path=path), "small")
        file.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(file)
        column.addWidget(quiet_button(tr("Close"), clicked=self.reject), 0, Qt.AlignmentFlag.AlignRight)
        theme.apply(self)
        self.resize(WIDTH + 50, 560)
