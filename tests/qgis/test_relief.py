"""Relief inside QGIS: from the harm overlay to whom it relieves, and which lots are best."""

from __future__ import annotations

from typing import Any, Optional

import pytest
from harmvillage import LINKS, box, links, mow, receptors, sources
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
        "TREATMENT": "mow",
        "OUTPUT": "memory:",
        "RECEPTORS_OUT": "memory:",
    }
    given.update(more)
    return processing.run("landstewardship:relief", given, feedback=feedback)


def test_whom_it_relieves() -> None:
    result = run(CHOSEN="b; a")
    changed = {row["receptor_id"]: row for row in rows(result["RECEPTORS_OUT"])}
    assert (changed["f1"]["exposure_before"], changed["f1"]["exposure_after"]) == (4.0, 2.5)
    assert (changed["h1"]["change"], changed["h1"]["change_weeds"], changed["h1"]["change_boar"]) == (-1.0, -1.0, 0.0)
    assert changed["f1"]["change_pct"] == pytest.approx(-37.5)
    assert changed["f1"]["explanation"] == (
        "Exposure falls from 4 to 2.5 (-38 %): Wild boar (literature). Effect of the treatment: local data."
    )
    assert changed["h1"]["explanation_ja"] == (
        "受ける影響が6から5になります（-17 %）: 雑草・樹木（仮定）。手入れの効果: 地域のデータ。"
    )
    treated = {row["lot_key"]: row for row in rows(result["OUTPUT"])}
    assert set(treated) == {"a", "b"} and treated["a"]["treatment"] == "mow" and treated["a"]["relief"] == 1.0
    assert (treated["b"]["relief"], treated["b"]["relieved"], treated["b"]["hours"]) == (1.5, 2, 4.0)
    assert (result["RELIEF"], result["HOURS_USED"], result["YEN_USED"]) == (2.5, 8.0, 20000.0)
    assert (result["LOTS_TREATED"], result["RECEPTORS_RELIEVED"]) == (2, 2) and "GAP_PCT" not in result


def test_best_lots_for_a_budget() -> None:
    one = run(HOURS=4)
    assert [row["lot_key"] for row in rows(one["OUTPUT"])] == ["b"]
    assert one["GAP_PCT"] == pytest.approx(0, abs=1e-3) and one["BEST_POSSIBLE"] == pytest.approx(1.5, abs=1e-5)
    assert [row["lot_key"] for row in rows(run(YEN=20000)["OUTPUT"])] == ["a", "b"]
    assert [row["lot_key"] for row in rows(run(MOST_LOTS=1)["OUTPUT"])] == ["b"]
    # Where 5 is no trouble for the house, and the field is far above it, nothing counts but the house.
    assert [row["lot_key"] for row in rows(run(MOST_LOTS=1, THRESHOLD=5)["OUTPUT"])] == ["b"]
    with pytest.raises(QgsProcessingException, match="not both"):
        run(HOURS=4, YEN=1)


def test_all_lots_that_suit_without_limits() -> None:
    assert {row["lot_key"] for row in rows(run()["OUTPUT"])} == {"a", "b", "c"}
    assert {row["lot_key"] for row in rows(run(TREATMENTS=mow(land_kind="farmland"))["OUTPUT"])} == {"a", "b"}
    default = run(TREATMENTS=None, TREATMENT="mow_2")
    changed = {row["receptor_id"]: row for row in rows(default["RECEPTORS_OUT"])}
    assert changed["f1"]["change"] == pytest.approx(-0.8 * 3) and "assumption" in changed["f1"]["explanation"]


def test_from_the_overlay_to_the_relief() -> None:
    lots = layer(
        "Polygon lot_key:string category_reg:string condition:string",
        [(box(0), "a", "畑", "unmanaged"), (box(40), "b", "田", "managed")],
    )
    harm = processing.run(
        "landstewardship:overlayexternalities",
        {"SOURCES": lots, "OUTPUT": "memory:", "RECEPTORS_OUT": "memory:", "LINKS": "memory:"},
    )
    result = run(
        SOURCES=harm["OUTPUT"],
        LINKS=harm["LINKS"],
        RECEPTORS=harm["RECEPTORS_OUT"],
        TREATMENTS=None,
        TREATMENT="mow_1",
    )
    assert result["RELIEF"] == 0.5
    assert (
        "Wild boar (literature). Effect of the treatment: assumption."
        in rows(result["RECEPTORS_OUT"])[0]["explanation"]
    )


def test_order_of_features_does_not_matter() -> None:
    backwards = run(
        LINKS=links(LINKS[::-1]),
        HOURS=8,
        RECEPTORS=receptors([(box(60, 100), "h1", "houses"), (box(20, 100), "f1", "farmland")]),
    )
    forwards = run(HOURS=8)
    for name in ("OUTPUT", "RECEPTORS_OUT"):
        assert rows(backwards[name]) == rows(forwards[name])


# -- whatever comes in ----------------------------------------------------------------------
def test_empty_inputs() -> None:
    nothing = run(SOURCES=sources(rows=[]), LINKS=links([]), RECEPTORS=receptors([]), HOURS=5)
    assert (nothing["LOTS_TREATED"], nothing["RELIEF"], nothing["GAP_PCT"]) == (0, 0.0, 0.0)
    untouched = run(LINKS=links([]))
    assert untouched["RELIEF"] == 0 and rows(untouched["RECEPTORS_OUT"])[0]["explanation"] == "Not exposed."


def test_invalid_and_missing_shapes() -> None:
    broken = sources(
        rows=[
            ("POLYGON((0 0,20 50,20 0,0 50,0 0))", "a", "畑", False, ""),
            (None, "b", "田", False, ""),
        ]
    )
    result = run(SOURCES=broken)
    assert result["LOTS_TREATED"] == 2
    assert {row["lot_key"]: row["treated_m2"] for row in rows(result["OUTPUT"])}["b"] == 0
    strip = run(SOURCES=broken, TREATMENTS=mow(width_m=2.0))
    assert strip["LOTS_TREATED"] == 2


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
    with pytest.raises(QgsProcessingException, match="There are: mow"):
        run(TREATMENT="burn")
    with pytest.raises(QgsProcessingException, match="not among the unmanaged lots: z"):
        run(CHOSEN="a;z")
    with pytest.raises(QgsProcessingException, match="effects"):
        run(TREATMENTS=mow(effects="boar"))


def test_cancel() -> None:
    stop = QgsProcessingFeedback(False)
    stop.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(stop)
