"""Fence scenarios inside QGIS."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from qgis import processing
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from tinylayers import CRS, layer, rows

pytestmark = pytest.mark.usefixtures("provider")


def box(x: float, width: float = 100.0) -> str:
    return f"POLYGON(({x} 0,{x + width} 0,{x + width} 100,{x} 100,{x} 0))"


FIELDS: list[tuple[Any, ...]] = [
    (box(0), "farmland", 10.0),
    (box(120), "farmland", 4.0),
    (box(50), "houses", 99.0),
]
HAMLETS: list[tuple[Any, ...]] = [(box(-10, 115), "A"), (box(110, 150), "B")]


def fields(rows: list[tuple[Any, ...]] = FIELDS, crs: str = CRS, kind: str = "double") -> QgsVectorLayer:
    return layer(f"Polygon receptor_kind:string exposure_boar:{kind}", rows, crs)


def run(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {
        "RECEPTORS": fields(),
        "HAMLETS": layer("Polygon hamlet:string", HAMLETS),
        "OUTPUT": "memory:",
        "FENCES": "memory:",
        "KEEPS": 0.5,
        "MOVES": 0.4,
        "GAP_M": 30,
    }
    given.update(more)
    return processing.run("landstewardship:fencescenario", given, feedback=feedback)


def test_scenarios() -> None:
    result = run()
    assert result["SEPARATE_M"] == pytest.approx(800) and result["JOINT_M"] == pytest.approx(640)
    table = {(row["scenario"], row["hamlet"]): row for row in rows(result["OUTPUT"])}
    assert set(table) == {(s, h) for s in ("none", "alone:A", "alone:B", "separate", "joint") for h in "AB"}
    assert table["alone:A", "B"]["exposure_after"] == pytest.approx(4 + 0.4 * 5)
    assert table["alone:A", "A"]["exposure_after"] == 5 and table["alone:A", "A"]["fenced"] is True
    assert "a fence lasts 8 years" in table["none", "A"]["assumptions"]
    lines = list(result["FENCES"].getFeatures())
    assert sorted(round(f.geometry().length()) for f in lines) == [400, 400, 640]


def test_from_the_overlay() -> None:
    lots = layer(
        "Polygon lot_key:string category_reg:string condition:string",
        [(box(-110), "u", "畑", "unmanaged"), (box(0), "a", "田", "managed"), (box(120), "b", "田", "managed")],
    )
    harm = processing.run(
        "landstewardship:overlayexternalities", {"SOURCES": lots, "OUTPUT": "memory:", "RECEPTORS_OUT": "memory:"}
    )
    table = rows(run(RECEPTORS=harm["RECEPTORS_OUT"])["OUTPUT"])
    assert [r["exposure_before"] for r in table if r["scenario"] == "none"] == [1.0, 0.0]


def test_empty_inputs() -> None:
    assert rows(run(RECEPTORS=fields([]))["OUTPUT"]) == []
    outside = rows(run(HAMLETS=layer("Polygon hamlet:string", []))["OUTPUT"])
    assert [(row["scenario"], row["hamlet"]) for row in outside] == [("none", None)]


def test_invalid_and_missing_shapes() -> None:
    broken = [("POLYGON((0 0,100 100,100 0,0 100,0 0))", "farmland", 1.0), (None, "farmland", 1.0), *FIELDS]
    assert run(RECEPTORS=fields(broken))["JOINT_M"] > 600


@pytest.mark.parametrize(("crs", "words"), [("", "no coordinate system"), ("EPSG:6668", "not in metres")])
def test_without_a_metric_crs_is_refused(crs: str, words: str) -> None:
    with pytest.raises(QgsProcessingException, match=words):
        run(RECEPTORS=fields(crs=crs))


def test_wrong_fields_and_numbers() -> None:
    with pytest.raises(QgsProcessingException, match="no numbers"):
        run(RECEPTORS=fields([(box(0), "farmland", "much")], kind="string"))
    with pytest.raises(QgsProcessingException, match="no field hamlet"):
        run(HAMLETS=layer("Polygon name:string", []))
    with pytest.raises(QgsProcessingException, match="assumptions"):
        run(KEEPS=2)


def test_cancel() -> None:
    stop = QgsProcessingFeedback(False)
    stop.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(stop)
