"""Import open data of ministries: boundaries, hazard zones, areas by law, land use, slope, forest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import QgsProcessingContext, QgsProcessingParameterEnum

from ..core.texts import Text
from ..gis.i18n import language, tr
from .intakebase import OpenDataAlgorithm, load_catalogue

if TYPE_CHECKING:
    from ..core.sources.catalogue import Catalogue, Source


def _title(label: Text) -> str:
    """Name of a data set; in English with the Japanese one, under which it is known."""
    return label.ja if language() == "ja" else f"{label.en} / {label.ja}"


class ImportOpenData(OpenDataAlgorithm):
    """Files of 国土数値情報 and 農業集落境界, recognised by their fields -> our fields."""

    ID = "importopendata"
    KIND = "KIND"

    def title(self) -> str:
        return tr("Import open data")

    def help_text(self) -> str:
        return tr(
            "Reads open data of ministries and finds out what it is: agricultural communities (農業集落境界), "
            "municipal boundary (N03), landslide warning zones (A33), flood areas (A31, all issues), areas by law "
            "(A17, A18, A24, A25), land use (L03-b, all issues), height and slope (G04-d), forest (A13, A45), "
            "wildlife areas (A15). Codes become words; a code that is not in the list counts as unknown and is told. "
            "Names the source that maps must show."
        )

    def setup(self) -> None:
        self.add(
            QgsProcessingParameterEnum(
                self.KIND,
                tr("Kind of data"),
                options=[
                    tr("Find out"),
                    *(_title(source.label) for source in self.sources(load_catalogue())),
                ],
                defaultValue=0,
            ),
            tr("Left at “Find out”, the names of the fields decide."),
        )
        self.setup_common(
            tr("One or more files (.shp, .geojson, .gpkg, .fgb), or the .zip as it was downloaded."),
            tr("Result"),
            tr("The data in our fields; what they are used as stands in the output ROLE."),
        )

    def wanted(
        self, parameters: dict[str, Any], context: QgsProcessingContext, catalogue: Catalogue
    ) -> Optional[Source]:
        number = self.parameterAsEnum(parameters, self.KIND, context)
        return self.sources(catalogue)[number - 1] if number > 0 else None
