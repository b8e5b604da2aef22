"""Which owner keys stand behind which lot, read from the register. Never a name."""

from __future__ import annotations

from qgis.core import QgsFeatureRequest, QgsVectorLayer

from .bridge import to_python


def owners_by_lot(
    register: QgsVectorLayer, key_field: str = "lot_key", owner_field: str = "owner_key"
) -> dict[str, tuple[str, ...]]:
    """Owner keys by lot key, sorted; empty when the table has not both fields."""
    key, owner = (register.fields().lookupField(name) for name in (key_field, owner_field))
    if key < 0 or owner < 0:
        return {}
    request = QgsFeatureRequest()
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    request.setSubsetOfAttributes([key, owner])
    found: dict[str, set[str]] = {}
    for feature in register.getFeatures(request):
        lot, who = to_python(feature[key]), to_python(feature[owner])
        if lot is not None and who is not None:
            found.setdefault(str(lot), set()).add(str(who))
    return {lot: tuple(sorted(owners)) for lot, owners in found.items()}
