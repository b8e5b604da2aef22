"""A small result of the harm overlay: three lots, a neighbour's lot, a field and a house; and a treatment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from tinylayers import CRS, layer

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

TREATMENTS = (
    "NoGeometry treatment_id:string label:string label_ja:string land_kind:string effects:string width_m:double "
    "yen_10a:double hours_10a:double evidence:string source:string active:string"
)


def box(x: float, y: float = 0.0, width: float = 20.0) -> str:
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 50},{x} {y + 50},{x} {y}))"


def sources(crs: str = CRS, rows: Optional[list[tuple[Any, ...]]] = None) -> QgsVectorLayer:
    """Lots of 10 a: two fields, one house plot, one field of the neighbours."""
    given = [
        (box(0), "a", "畑", False, "old"),
        (box(40), "b", "田", False, "x"),
        (box(80), "c", "宅地", False, "x"),
        (box(300), "o", "田", True, "x"),
    ]
    return layer(
        "Polygon lot_key:string category_reg:string outside:boolean treatment:string",
        given if rows is None else rows,
        crs,
    )


LINKS = [
    ("a", "f1", "farmland", "boar", "literature", 2.0),
    ("b", "f1", "farmland", "boar", "literature", 1.0),
    ("o", "f1", "farmland", "boar", "literature", 1.0),
    ("b", "h1", "houses", "weeds", "assumption", 4.0),
    ("c", "h1", "houses", "weeds", "assumption", 2.0),
]


RECEPTORS = [(box(20, 100), "f1", "farmland"), (box(60, 100), "h1", "houses")]


def links(rows: Any = LINKS) -> QgsVectorLayer:
    fields = "source:string receptor_id:string receptor_kind:string kind:string evidence:string value:double"
    return layer(f"NoGeometry {fields}", rows)


def receptors(rows: Any = RECEPTORS) -> QgsVectorLayer:
    return layer("Polygon receptor_id:string receptor_kind:string", rows)


def mow(**change: Any) -> QgsVectorLayer:
    row = {
        "treatment_id": "mow",
        "label": "Mow",
        "label_ja": "草刈り",
        "land_kind": "any",
        "effects": "boar=0.5;*=0.25",
        "width_m": None,
        "yen_10a": 10000.0,
        "hours_10a": 4.0,
        "evidence": "local_data",
        "source": "",
        "active": "true",
        **change,
    }
    return layer(TREATMENTS, [tuple(row.values())])
