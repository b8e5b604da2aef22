"""Import the forest ledger (林地台帳) or the forest stand list (森林簿)."""

from __future__ import annotations

from collections.abc import Sequence

from ..gis.i18n import tr
from .importregister import ImportRegister


class ImportForestRegister(ImportRegister):
    """林地台帳 and 森林簿 tables -> our fields; owners in a table of their own."""

    ID = "importforestregister"
    ROLES: Sequence[str] = ("forest_register", "forest_stands")

    def title(self) -> str:
        return tr("Import forest register")

    def help_text(self) -> str:
        return tr(
            "Reads the forest ledger (林地台帳: lots with owner, area and whether the boundary was surveyed) and the "
            "forest stand list (森林簿: stands with species, age and volume). A stand is not a lot: it is joined by "
            "place later. Both prove neither a boundary nor a right, and the stand list was made from pictures. "
            "Owners' names go to a private table."
        )
