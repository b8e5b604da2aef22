"""Import field polygons of the Ministry of Agriculture (筆ポリゴン)."""

from __future__ import annotations

from ..gis.i18n import tr
from .intakebase import OpenDataAlgorithm


class ImportFieldPolygons(OpenDataAlgorithm):
    """GeoJSON, FlatGeobuf, Parquet or old shapefile -> field polygons with issue year and the chain of numbers."""

    ID = "importfieldpolygons"

    def title(self) -> str:
        return tr("Import field polygons")

    def help_text(self) -> str:
        return tr(
            "Reads the field polygons (筆ポリゴン) of the Ministry of Agriculture: GeoJSON per municipality, "
            "FlatGeobuf per prefecture, Parquet where this QGIS reads it, and the shapefiles of earlier years. Keeps "
            "the issue year and the numbers of the years before, which are the only link between years. The polygons "
            "are drawn from pictures: they are no boundaries and prove no right."
        )

    def setup(self) -> None:
        self.setup_common(
            tr("One or more files (.geojson, .fgb, .parquet, .shp, .gpkg), or a .zip that holds them."),
            tr("Field polygons"),
            tr("One row per polygon with its area where the coordinates are in metres."),
        )
