"""What the algorithms about owners read the same way."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from . import reading

LOTS = Text("The lots layer", "筆のデータ")
HAMLETS = Text("The hamlets layer", "集落のデータ")
PERSONS = Text("The table of persons", "同一人の表")


def read_areas(
    algorithm: QgsProcessingAlgorithm,
    parameters: dict[str, Any],
    name: str,
    context: QgsProcessingContext,
    what: Text,
    field: str,
    progress: Optional[Progress] = None,
) -> tuple[Any, list[FieldSpec]]:
    """A layer of areas in metres with the text field ``field``, and its fields. Raises ``InputError``."""
    import shapely

    from ..core import frames

    frame, specs = reading.read_lots(algorithm, parameters, name, context, what, progress)
    frames.require(frame, (field,), what)
    kinds = set(shapely.get_dimensions(frame.geometry.dropna().to_numpy())) - {-1}
    if kinds - {2}:
        raise InputError(
            Text(
                "{what} holds points or lines, but areas are needed. Choose a layer of areas.",
                "{what}が点や線です。面のデータを選んでください。",
            ).format(what=what)
        )
    return frame, specs


def hamlet_of_lots(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, lots: Any
) -> Any:
    """Hamlet of each lot: from the layer HAMLETS, else the lots' own field ``hamlet``, else ``None``."""
    import shapely

    from ..core import frames
    from ..core.externality.network import area_names

    hamlets = reading.read_layer(algorithm, parameters, "HAMLETS", context, lots.crs, HAMLETS)
    if hamlets is None:
        return frames.texts(lots, "hamlet") if "hamlet" in lots.columns else None
    frames.require(hamlets, ("hamlet",), HAMLETS)
    areas = shapely.make_valid(hamlets.geometry.to_numpy())
    return area_names(shapely.make_valid(lots.geometry.to_numpy()), areas, frames.texts(hamlets, "hamlet"))


def joined(owners: Any, persons: Any) -> Any:
    """``owners`` with person and kind by owner key; the table of persons alone where there is no list."""
    from ..core import frames

    if persons is None:
        return owners
    frames.require(persons, ("owner_key", "person_key"), PERSONS)
    if owners is None:
        return persons
    by_key = persons.drop_duplicates("owner_key").set_index("owner_key")
    owners = owners.copy()
    for name in ("person_key", "owner_kind"):
        owners[name] = owners["owner_key"].map(by_key[name]) if name in by_key.columns else None
    return owners
