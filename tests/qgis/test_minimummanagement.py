"""The least management inside QGIS."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from harmvillage import LINKS, RECEPTORS, box, links, mow, receptors, sources
from qgis import processing
from qgis.core import (
    QgsProcessingException,
    QgsProcessingFeedback,
)
from tinylayers import layer, rows

pytestmark = pytest.mark.usefixtures("provider")


def run(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {
        "SOURCES": sources(),
        "LINKS": links(),
        "RECEPTORS": receptors(),
        "TREATMENTS": mow(),
        "THRESHOLD": 4.0,
        "OUTPUT": "memory:",
        "RECEPTORS_OUT": "memory:",
    }
    given.update(more)
    return processing.run("landstewardship:minimummanagement", given, feedback=feedback)


def test_the_least_that_keeps_the_thresholds() -> None:
    # h1 gets 4 from b and 2 from c; mowing takes a quarter: 4.5 at best. f1 gets 4: kept as it is.
    result = run(THRESHOLD=5)
    done = {row["lot_key"]: row["treatment"] for row in rows(result["OUTPUT"])}
    assert done == {"a": "none", "b": "mow", "c": "none"}
    assert (result["RECEPTORS_OVER"], result["COST"], result["YEN_USED"], result["HOURS_USED"]) == (0, 10000, 10000, 4)
    assert result["GAP_PCT"] == pytest.approx(0, abs=1e-3) and result["LOTS_TREATED"] == 1
    kept = {row["receptor_id"]: row for row in rows(result["RECEPTORS_OUT"])}
    assert (kept["h1"]["exposure_before"], kept["h1"]["exposure_after"], kept["h1"]["kept"]) == (6, 5, True)


def test_infeasible_says_whom_and_by_how_much() -> None:
    result = run()
    told = {row["receptor_id"]: row for row in rows(result["RECEPTORS_OUT"])}
    assert (told["h1"]["over"], told["h1"]["surely_over"], told["f1"]["over"]) == (0.5, 0.5, 0.0)
    assert told["h1"]["explanation"] == (
        "Over the threshold by 0.5; by 0.5 at least, whatever is done with these lots."
    )
    assert result["RECEPTORS_OVER"] == 1 and told["f1"]["explanation_ja"] == "許容の範囲に収まります。"


def test_thresholds_of_ones_own_and_watching() -> None:
    table = layer("NoGeometry receptor_kind:string threshold:double", [("houses", 5.0), ("farmland", 9.0)])
    result = run(THRESHOLD=0, THRESHOLDS=table, TREATMENTS=None, LEAST=1)
    used = {row["lot_key"]: row["treatment"] for row in rows(result["OUTPUT"])}
    assert used["a"] == "watch" and result["RECEPTORS_OVER"] == 0 and result["HOURS_USED"] > result["COST"]
    with pytest.raises(QgsProcessingException, match="row 1"):
        run(THRESHOLDS=layer("NoGeometry receptor_id:string threshold:double", [("nobody", 1.0)]))
    with pytest.raises(QgsProcessingException, match="threshold"):
        run(THRESHOLDS=layer("NoGeometry receptor_id:string threshold:string", [("f1", "low")]))


def test_order_of_features_does_not_matter() -> None:
    backwards = run(LINKS=links(LINKS[::-1]), RECEPTORS=receptors(RECEPTORS[::-1]), THRESHOLD=3)
    forwards = run(THRESHOLD=3)
    for name in ("OUTPUT", "RECEPTORS_OUT"):
        assert rows(backwards[name]) == rows(forwards[name])


# -- whatever comes in ----------------------------------------------------------------------
def test_empty_inputs() -> None:
    nothing = run(SOURCES=sources(rows=[]), LINKS=links([]), RECEPTORS=receptors([]))
    assert (nothing["LOTS_TREATED"], nothing["COST"], nothing["RECEPTORS_OVER"]) == (0, 0.0, 0)
    assert run(LINKS=links([]))["LOTS_TREATED"] == 0
    only_watch = run(TREATMENTS=mow(effects="*=0"))
    assert only_watch["LOTS_TREATED"] == 0 and only_watch["RECEPTORS_OVER"] == 1
    assert {row["treatment"] for row in rows(only_watch["OUTPUT"])} == {"mow"}


def test_invalid_and_missing_shapes() -> None:
    broken = sources(
        rows=[
            ("POLYGON((0 0,20 50,20 0,0 50,0 0))", "a", "畑", False, ""),
            (None, "b", "田", False, ""),
        ]
    )
    assert len(rows(run(SOURCES=broken)["OUTPUT"])) == 2


@pytest.mark.parametrize(("crs", "words"), [("", "no coordinate system"), ("EPSG:6668", "not in metres")])
def test_lots_without_a_metric_crs_are_refused(crs: str, words: str) -> None:
    with pytest.raises(QgsProcessingException, match=words):
        run(SOURCES=sources(crs))


def test_wrong_tables_are_named() -> None:
    with pytest.raises(QgsProcessingException, match="no field"):
        run(LINKS=layer("NoGeometry source:string", [("a",)]))
    with pytest.raises(QgsProcessingException, match="same run"):
        run(RECEPTORS=receptors([(box(0), "f1", "farmland")]))
    text = layer(
        "NoGeometry source:string receptor_id:string receptor_kind:string kind:string value:string",
        [("a", "f1", "farmland", "boar", "much")],
    )
    with pytest.raises(QgsProcessingException, match="no numbers"):
        run(LINKS=text)
    with pytest.raises(QgsProcessingException, match="twice"):
        run(SOURCES=sources(rows=[(box(0), "a", "畑", False, ""), (box(9), "a", "畑", False, "")]))
    with pytest.raises(QgsProcessingException, match="effects"):
        run(TREATMENTS=mow(effects="boar"))


def test_cancel() -> None:
    stop = QgsProcessingFeedback(False)
    stop.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(stop)
