"""Small layers written row by row, and the rows of a layer read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

CRS = "EPSG:6676"


def layer(definition: str, rows: list[tuple[Any, ...]], crs: str = CRS, name: str = "t") -> QgsVectorLayer:
    """A memory layer, ``"Polygon lot_key:string area:double"``; the first value of a row is WKT (or nothing) unless the
    definition starts with NoGeometry."""
    from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

    kind, *fields = definition.split(" ")
    shaped = kind != "NoGeometry"
    place = [f"crs={crs}"] if crs and shaped else []
    made = QgsVectorLayer(f"{kind}?" + "&".join([*place, *(f"field={field}" for field in fields)]), name, "memory")
    assert made.isValid()
    features = []
    for row in rows:
        feature = QgsFeature(made.fields())
        values = list(row)
        wkt = values.pop(0) if shaped else None
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature.setAttributes(values)
        features.append(feature)
    assert made.dataProvider().addFeatures(features)[0]
    made.updateExtents()
    if not crs:
        made.setCrs(QgsCoordinateReferenceSystem())
    return made


def rows(made: QgsVectorLayer) -> list[dict[str, Any]]:
    """Every feature as a dictionary, NULL as ``None``."""
    from qgis.core import NULL

    names = made.fields().names()
    return [
        {name: None if value == NULL else value for name, value in zip(names, feature.attributes())}
        for feature in made.getFeatures()
    ]


def box(x: float, y: float = 0.0, width: float = 30.0, height: float = 30.0) -> str:
    """WKT of a rectangle with its lower left corner at x, y."""
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + height},{x} {y + height},{x} {y}))"
