"""Learning from the survey and testing the weights, as a user runs them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from qgis import processing
from qgis.core import (
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from tinylayers import CRS, layer, rows

from land_stewardship.gis.catalogues import source_words

pytestmark = pytest.mark.usefixtures("provider")
HAMLETS, LOTS = 6, 40
EVIDENCE_FIELDS = "lot_key:string indicator:string value:double category:string observed_on:string"


def box(x: float, y: float, size: float = 10.0) -> str:
    return f"POLYGON(({x} {y},{x + size} {y},{x + size} {y + size},{x} {y + size},{x} {y}))"


def village(crs: str = CRS, labels: bool = True, order: Optional[list[int]] = None) -> dict[str, Any]:
    """Six hamlets of forty fields in rows: high plants on the neglected ones, not always."""
    random = np.random.default_rng(8)
    shapes, table = [], []
    for lot in range(HAMLETS * LOTS):
        hamlet, place = divmod(lot, LOTS)
        bad = random.random() < 0.35
        height = max(random.normal(1.9 if bad else 0.7, 0.5), 0.0)
        shapes.append(
            (box(200.0 * hamlet + 11 * (place % 8), 11 * (place // 8)), f"k{lot}", f"{lot + 1}", "田", "2024-10-01")
        )
        table.append((f"k{lot}", "vegetation_height", height, None, None))
        table.append((f"k{lot}", "cultivator", None, "none" if random.random() < 0.3 + 0.4 * bad else "named", None))
        if labels and place < 30:
            table.append((f"k{lot}", "patrol", None, "idle_1_green" if bad else "not_idle", "2024-10-01"))
    if order is not None:
        shapes = [shapes[number] for number in order]
        table = table[::-1]
    fields = "Polygon lot_key:string chiban:string land_category:string survey_on:string"
    return {
        "INPUT": layer(fields, shapes, crs),
        "EVIDENCE": layer(f"NoGeometry {EVIDENCE_FIELDS}", table),
    }


def hamlets() -> QgsVectorLayer:
    return layer(
        "Polygon hamlet:string", [(box(200.0 * number - 5, -5, 150), f"H{number}") for number in range(HAMLETS)]
    )


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **parameters: Any) -> dict[str, Any]:
    return processing.run(f"landstewardship:{name}", parameters, feedback=feedback)


def by_rule(made: QgsVectorLayer) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Rows of a weight table by what they are about."""
    return {tuple(row[n] for n in ("indicator", "land_kind", "shape", "category")): row for row in rows(made)}


def learn(tmp_path: Path, feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {
        **(village() if "INPUT" not in more else {}),
        "HAMLETS": hamlets(),
        "REPORT": str(tmp_path / "report.html"),
        "WEIGHTS_OUT": "memory:",
        "MEASURES": "memory:",
        "OUTPUT": "memory:",
        "BINS": "memory:",
        **more,
    }
    return run("learnfromsurvey", feedback, **given)


def sensitivity(**more: Any) -> dict[str, Any]:
    return run("conditionsensitivity", **{"OUTPUT": "memory:", "TABLE": "memory:", **more})


class Cancelling(QgsProcessingFeedback):
    """Cancelled from the start."""

    def __init__(self) -> None:
        super().__init__(False)
        self.cancel()


def test_learning_writes_weights_measures_and_a_report_in_both_languages(tmp_path: Path) -> None:
    made = learn(tmp_path)
    assert (made["LABELS"], made["PART_COUNT"]) == (180, 6) and 30 < made["LABELS_UNMANAGED"] < 100
    assert made["AUC"] > 0.9 and made["VERDICT"] in ("better", "no_better")
    measures = {row["model"]: row for row in rows(made["MEASURES"])}
    # No forest and no greenness in this village: those two simple rules cannot be made.
    assert set(measures) == {"local", "default", "majority"}
    assert measures["local"]["auc_low"] <= measures["local"]["auc"] <= measures["local"]["auc_high"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page and "調査から学習" in page and "Learnt from the survey" in page and "<script" not in page
    lots = rows(made["OUTPUT"])
    assert len(lots) == 240 and sum(row["left_out"] for row in lots) == 180
    assert {row["prediction_set"] for row in lots} <= {"unmanaged", "managed", "both", "none"}
    assert all(row["possible_ja"] for row in lots)
    assert sum(row["lots"] for row in rows(made["BINS"])) == 180


def test_learnt_weights_go_into_the_search_only_when_given(tmp_path: Path) -> None:
    made = learn(tmp_path, OUTPUT=None, BINS=None)
    learnt = by_rule(made["WEIGHTS_OUT"])
    changed = {key for key, row in learnt.items() if row["evidence"] == "local data"}
    assert ("base", "farmland", "base", None) in changed and ("cultivator", "farmland", "category", "none") in changed
    assert all(key[1] == "farmland" for key in changed)
    # Nobody measured slopes here: that weight stays as it is, with its own source.
    slope = learnt[("slope", "farmland", "ramp", None)]
    assert slope["weight"] == slope["weight_before"] and slope["evidence"] != "local data"
    source = learnt[("cultivator", "farmland", "category", "none")]["source"]
    assert source_words(source, "en").startswith("Local survey: 180 lots") and "地域" not in source_words(source, "en")
    assert source_words(source, "ja").startswith("地域の調査: 180筆") and "Local" not in source_words(source, "ja")
    lots = layer("Polygon lot_key:string land_category:string", [(box(0, 0), "k0", "田")])
    farmland = layer(
        "NoGeometry lot_key:string land_type:string cultivator_key:string right_kind:string",
        [("k0", "田", None, "none")],
    )
    given = {"INPUT": lots, "FARMLAND_REGISTER": farmland, "OUTPUT": "memory:"}
    plain, local = (
        rows(run("findunmanaged", **given, **more)["OUTPUT"])[0] for more in ({}, {"WEIGHTS": made["WEIGHTS_OUT"]})
    )
    base = learnt[("base", "farmland", "base", None)]["weight"]
    none = learnt[("cultivator", "farmland", "category", "none")]["weight"]
    assert local["score"] == pytest.approx(base + none, abs=1e-3) and plain["score"] == pytest.approx(-0.7)


def test_learning_without_hamlets_groups_by_place_and_order_does_not_matter(tmp_path: Path) -> None:
    one = learn(tmp_path, HAMLETS=None)
    assert one["PART_COUNT"] == 10
    order = np.random.default_rng(1).permutation(HAMLETS * LOTS).tolist()
    other = learn(tmp_path, HAMLETS=None, **village(order=order))
    assert [row["weight"] for row in rows(one["WEIGHTS_OUT"])] == [row["weight"] for row in rows(other["WEIGHTS_OUT"])]
    assert one["AUC"] == other["AUC"]


def test_too_few_labels_are_refused_with_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match="found 0 lots unmanaged and 0 managed; at least 30 of each"):
        learn(tmp_path, **village(labels=False))
    assert not (tmp_path / "report.html").exists()


def test_sensitivity_by_hand() -> None:
    """One lot: base -1.5, height 1.4 m gives -1 + 1.5, no cultivator +0.8: score -0.2, carried 1.3, cannot tell."""
    given = {
        "INPUT": layer(
            "Polygon lot_key:string land_kind:string", [(box(0, 0), "k0", "farmland"), (box(20, 0), "k1", "farmland")]
        ),
        "EVIDENCE": layer(
            f"NoGeometry {EVIDENCE_FIELDS}",
            [
                ("k0", "vegetation_height", 1.4, None, None),
                ("k0", "cultivator", None, "none", None),
                ("k1", "vegetation_height", 1.4, None, None),
                ("k1", "patrol", None, "waste_b", None),
            ],
        ),
    }
    made = sensitivity(**given)
    assert (made["DEPENDENT"], made["STEADY"]) == (1, 1) and made["DEPENDENT_HA"] == pytest.approx(0.01)
    table = by_rule(made["TABLE"])

    def flips(*key: Optional[str]) -> tuple[int, int]:
        row = table[key]
        return row["flips_half"], row["flips_double"]

    assert flips("cultivator", "farmland", "category", "none") == (0, 1)  # -0.2 + 0.8
    assert flips("vegetation_height", "farmland", "ramp", None) == (0, 1)  # -0.2 + 1.5
    assert flips("vegetation_height", "farmland", "present", None) == (1, 0)  # -0.2 + 0.5
    assert flips("base", "farmland", "base", None) == (1, 0)  # -0.2 + 0.75
    assert table[("vegetation_height", "farmland", "ramp", None)]["to_unmanaged"] == 1
    # Probability 0.45: a visit at half the cost leaves no room for "cannot tell"; unmanaged from 0.5 / 3 = 0.17 on.
    assert flips("cost_visit", None, "cost", None) == (1, 0)
    lots = {row["lot_key"]: row for row in rows(made["OUTPUT"])}
    assert lots["k0"]["steady"] is False and "Vegetation height" in lots["k0"]["depends_on"]
    # A surveyed lot keeps what the survey found.
    assert lots["k1"]["steady"] is True and lots["k1"]["tried"] == 0


def call(name: str, tmp_path: Path, feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    if name == "learnfromsurvey":
        return learn(tmp_path, feedback, **more)
    return run(name, feedback, **{"OUTPUT": "memory:", "TABLE": "memory:", **more})


@pytest.mark.parametrize("name", ["learnfromsurvey", "conditionsensitivity"])
def test_empty_input(name: str, tmp_path: Path) -> None:
    empty = {
        "INPUT": layer("Polygon lot_key:string", []),
        "EVIDENCE": layer(f"NoGeometry {EVIDENCE_FIELDS}", []),
    }
    if name == "learnfromsurvey":
        with pytest.raises(QgsProcessingException, match="at least 30"):
            call(name, tmp_path, **empty)
    else:
        assert call(name, tmp_path, **empty)["OUTPUT"].featureCount() == 0


@pytest.mark.parametrize("name", ["learnfromsurvey", "conditionsensitivity"])
def test_invalid_and_missing_shapes_stop_nothing(name: str, tmp_path: Path) -> None:
    given = village()
    data = given["INPUT"].dataProvider()
    cross = QgsGeometry.fromWkt("POLYGON((0 0,10 10,10 0,0 10,0 0))")
    assert data.changeGeometryValues({1: cross, 2: QgsGeometry()})
    made = call(name, tmp_path, **given)
    assert made["OUTPUT"].featureCount() == HAMLETS * LOTS


@pytest.mark.parametrize("crs", ["", "EPSG:4326"])
@pytest.mark.parametrize("name", ["learnfromsurvey", "conditionsensitivity"])
def test_lots_without_metres_are_refused(name: str, crs: str, tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match=r"coordinate system|not in metres"):
        call(name, tmp_path, **village(crs))


@pytest.mark.parametrize("name", ["learnfromsurvey", "conditionsensitivity"])
def test_tables_of_the_wrong_kind_are_named(name: str, tmp_path: Path) -> None:
    given = village()
    given["EVIDENCE"] = layer("NoGeometry lot_key:string", [("k0",)])
    with pytest.raises(QgsProcessingException, match="The evidence table has no field indicator"):
        call(name, tmp_path, **given)


@pytest.mark.parametrize("name", ["learnfromsurvey", "conditionsensitivity"])
def test_cancel_leaves_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        call(name, tmp_path, Cancelling(), **{**village(), "OUTPUT": str(tmp_path / "out.gpkg")})
    assert list(tmp_path.iterdir()) == []


# -- what the dock reads and keeps --------------------------------------------------------------
def test_why_a_lot_is_called_what_it_is_called() -> None:
    from land_stewardship.gis import condition_reading as reading

    lots = layer(
        "Polygon lot_key:string chiban:string land_category:string",
        [(box(0, 0), "15222-1", "12-3", "田"), (box(20, 0), "15222-2", "4", "田")],
    )
    register = layer("NoGeometry lot_key:string owner_key:string owner_status:string", [("15222-1", "o", "unknown")])
    farmland = layer(
        "NoGeometry lot_key:string land_type:string cultivator_key:string right_kind:string",
        [("15222-1", "田", "c", "owner")],
    )
    patrol = layer("NoGeometry lot_key:string patrol_on:string result:string", [("15222-1", "2024-10-01", "waste_b")])
    made = run(
        "findunmanaged",
        INPUT=lots,
        REGISTER=register,
        FARMLAND_REGISTER=farmland,
        PATROL=patrol,
        OUTPUT="memory:",
        EVIDENCE="memory:",
    )
    layers = reading.Layers(made["OUTPUT"], made["EVIDENCE"])
    assert reading.key_at(layers, QgsGeometry.fromWkt("POINT(5 5)")) == "15222-1"
    assert reading.key_at(layers, QgsGeometry.fromWkt("POINT(15 5)")) is None
    assert reading.key_called(layers, " 12-3 ") == reading.key_called(layers, "15222-1") == "15222-1"
    assert reading.key_called(layers, "") is None and reading.key_called(layers, "no 'such' lot") is None
    assert reading.why(layers, "gone") is None
    found = reading.why(layers, "15222-1")
    assert found is not None
    assert (found.condition, found.surveyed, found.survey_on) == ("unmanaged", True, "2024-10-01")
    # The survey first, then the strongest weight.
    assert [piece.indicator for piece in found.pieces] == ["patrol", "cultivator", "owner"]
    assert [piece.weight for piece in found.pieces] == [None, -0.8, 0.6]
    assert found.disagrees == (found.screening == "managed")
    assert found.explanation.ja and found.change.ja and found.name.en == "Lot 12-3"
    other = reading.why(layers, "15222-2")
    assert other is not None and not other.surveyed and other.pieces == [] and other.probability is None
    assert reading.why(reading.Layers(), "15222-1") is None


def test_weights_of_the_village_are_written_and_read_back_alike(tmp_path: Path) -> None:
    from land_stewardship.gis import condition_weights as weights

    rows = weights.default_rows()
    path = str(tmp_path / "data" / "weights.csv")
    weights.write_file(path, rows)
    assert weights.read_file(path) == rows and weights.check(rows) is None
    read = weights.read_layer(QgsVectorLayer(path, "w", "ogr"))
    assert [row["phrase_ja"] for row in read] == [row["phrase_ja"] for row in rows]
    assert weights.read_layer(None) == rows
    slope = next(row for row in rows if row["indicator"] == "slope")
    assert weights.direction_of(slope) == "unmanaged" and weights.direction_of(rows[0]) == ""
    slope["weight"] = "-0.5"
    wrong = weights.check(rows)
    assert wrong is not None and "only point to unmanaged" in wrong.en
    with pytest.raises(OSError, match=r"weights\.csv"):
        weights.write_file(str(tmp_path / "data" / "weights.csv" / "x.csv"), rows)
