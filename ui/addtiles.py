"""The six answers to "What do you have?", and which roles their files may play."""

from __future__ import annotations

from typing import Any, NamedTuple

from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QToolButton

from ..gis.i18n import tr
from . import layers, theme


class Tile(NamedTuple):
    """One answer to "What do you have?": the roles its file may play, the likeliest first."""

    icon: str
    title: str
    sentence: str
    roles: tuple[tuple[str, str], ...]


def tiles() -> dict[str, Tile]:
    """The six tiles in the language of QGIS."""
    return {
        "map": Tile(
            "map",
            tr("A map of the lots"),
            tr("From the registry office or town hall"),
            (
                ("lots", tr("Lots")),
                ("houses", tr("Houses")),
                ("roads", tr("Roads")),
                ("canals", tr("Canals")),
                ("forest_edge", tr("Forest edge")),
                ("forest", tr("Forest")),
                ("hamlets", tr("Hamlets")),
                ("hazard_zones", tr("Hazard zones")),
                ("zoning", tr("Zones set by law")),
                ("other_parcels", tr("Another parcel map")),
                ("forest_mesh", tr("Forest mesh")),
                ("population_mesh", tr("Population mesh")),
            ),
        ),
        "register": Tile(
            "owners",
            tr("A list of owners"),
            tr("Owners, land category, area"),
            (
                ("register", tr("Land register")),
                ("farmland_register", tr("Farmland register")),
                ("forest_register", tr("Forest ledger")),
                ("forest_stands", tr("Forest stand list")),
            ),
        ),
        "patrol": Tile(
            "condition",
            tr("Farm patrol results"),
            tr("Fields, empty houses, water use"),
            (
                ("patrol", tr("Farm patrol")),
                ("vacancy", tr("Vacancy survey")),
                ("water_use", tr("Water use")),
            ),
        ),
        "damage": Tile(
            "externality",
            tr("Damage records"),
            tr("Places of boar, pests, landslides"),
            (("boar_damage", tr("Damage records")),),
        ),
        "farmers": Tile(
            "forecast",
            tr("A list of farmers"),
            tr("Ages, who will take over, residents"),
            (("cultivators", tr("List of farmers")), ("residents", tr("Residents by age"))),
        ),
        "photos": Tile(
            "plan",
            tr("Photos from above"),
            tr("Aerial or satellite pictures"),
            (
                ("ndvi", tr("Greenness in summer")),
                ("canopy_height", tr("Height of plants")),
                ("dem", tr("Height of the ground")),
                ("land_cover", tr("Land cover")),
                ("photo", tr("Only to look at")),
            ),
        ),
    }


#: Kind of shapes each map role has.
SHAPES = {
    "roads": layers.LINES,
    "canals": layers.LINES,
    "forest_edge": layers.LINES,
    "boar_damage": layers.POINTS,
}


class TileButton(QToolButton):
    """Icon, bold title, one line on what is meant."""

    def __init__(self, tile: Tile) -> None:
        super().__init__()
        self.tile = tile
        self.setProperty("kind", "tile")
        self.setCheckable(True)
        self.setAccessibleName(tile.title)
        self.setAccessibleDescription(tile.sentence)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(290, 62)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 62)

    def paintEvent(self, _event: Any) -> None:
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(now.colour("acc" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(now.colour("soft" if chosen else ("hover" if self.underMouse() else "card")))
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        painter.drawPixmap(14, int(area.center().y() - 14), theme.pixmap(self.tile.icon, 28, self))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(now.colour("ink"))
        painter.setFont(theme.font(14, bold=True))
        painter.drawText(QRectF(54, 11, area.width() - 58, 20), align, self.tile.title)
        painter.setPen(now.colour("sub"))
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(QRectF(54, 32, area.width() - 58, 18), align, self.tile.sentence)
