"""Import future population by square (将来推計人口メッシュ)."""

from __future__ import annotations

from ..gis.i18n import tr
from .intakebase import OpenDataAlgorithm


class ImportPopulation(OpenDataAlgorithm):
    """Squares of 500 m or 1 km of any issue -> population by year and age, suppressed ones unknown."""

    ID = "importpopulation"

    def title(self) -> str:
        return tr("Import population squares")

    def help_text(self) -> str:
        return tr(
            "Reads the future population by square (将来推計人口メッシュ, 500 m or 1 km; issues of 2017, 2018 "
            "and 2024). Totals stay as published. Where small numbers were suppressed or merged into a neighbour, "
            "the ages are unknown, not zero. A village of few houses is below what the method can "
            "resolve: for reference only."
        )

    def setup(self) -> None:
        self.setup_common(
            tr("One or more files (.shp, .geojson, .csv), or a .zip that holds them."),
            tr("Population squares"),
            tr(
                "One row per square with pop_2025, pop_65_2025 and so on; squares are drawn from their code if need be."
            ),
        )
