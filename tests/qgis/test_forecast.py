"""The forecast inside QGIS."""

from __future__ import annotations

import csv
import io
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


def box(x: float, y: float = 0.0, width: float = 20.0) -> str:
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 50},{x} {y + 50},{x} {y}))"


FIELDS = (
    "Polygon lot_key:string land_category:string hamlet:string condition:string probability:double survey_state:string"
    " survey_on:string"
)


def lots(crs: str = CRS, rows: Optional[list[tuple[Any, ...]]] = None) -> QgsVectorLayer:
    """Six fields of 10 a in two hamlets, one surveyed as unmanaged, a house plot, a wood and a road."""
    given = [
        (box(22 * n), f"f{n}", "田", "upper" if n < 3 else "lower", "managed", 0.1, "not_idle", "2025-08-01")
        for n in range(5)
    ]
    given += [
        (box(110), "gone", "畑", "lower", "unmanaged", 0.9, "waste_b", "2025-08-01"),
        (box(150), "home", "宅地", "lower", "managed", 0.05, None, None),
        (box(190), "wood", "山林", "lower", "cannot_tell", 0.5, None, None),
        (box(230), "road", "公衆用道路", "lower", "managed", 0.05, None, None),
    ]
    return layer(FIELDS, given if rows is None else rows, crs)


def farmland(rows: Optional[list[tuple[Any, ...]]] = None) -> QgsVectorLayer:
    given = [
        (f"f{n}", "田", "old" if n < 3 else "young", "lease" if n == 4 else "owner", "2027-03-31") for n in range(5)
    ]
    return layer(
        "NoGeometry lot_key:string land_type:string cultivator_key:string right_kind:string right_end:string",
        given if rows is None else rows,
    )


def farmers(old: int = 82) -> QgsVectorLayer:
    return layer(
        "NoGeometry cultivator_key:string name:string age:int successor:string",
        [("old", "見本 一", old, "no"), ("young", "見本 二", 41, "yes")],
    )


def residents() -> QgsVectorLayer:
    return layer(
        "NoGeometry hamlet:string age_from:int age_to:int residents:int",
        [("upper", 70, 74, 6), ("upper", 80, 84, 4), ("lower", 40, 44, 5), ("lower", 65, 69, 5)],
    )


def run(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {
        "INPUT": lots(),
        "FARMLAND_REGISTER": farmland(),
        "CULTIVATORS": farmers(),
        "RESIDENTS": residents(),
        "HORIZONS": "10,20",
        "DRAWS": 100,
        "OUTPUT": "memory:",
        "HAMLETS_OUT": "memory:",
        "FACILITIES_OUT": "memory:",
    }
    given.update(more)
    return processing.run("landstewardship:forecast", given, feedback=feedback)


def test_lots_hamlets_and_facilities_are_told() -> None:
    result = run(MUNICIPALITY=6000)
    told = {row["lot_key"]: row for row in rows(result["OUTPUT"])}
    assert len(told) == 9 and result["LOTS_FORECAST"] == 7
    old, young = told["f0"], told["f3"]
    assert old["p_now"] == 1.0 and old["p_mid_20"] < young["p_mid_20"] and old["p_mid_20"] <= old["p_mid_10"]
    assert old["p_mid_20_lo"] <= old["p_mid_20"] <= old["p_mid_20_hi"]
    assert old["p_high_20"] <= old["p_mid_20"] <= old["p_low_20"]
    assert (old["main_reason"], old["years_told"]) == ("retired", 20)
    assert old["reason"].startswith("In 20 years it is looked after in ") and "nobody takes over" in old["reason"]
    assert "耕作者がやめ" in old["reason_ja"]
    assert told["gone"]["p_now"] == 0.0 and told["gone"]["main_reason"] == "already"
    for name in ("wood", "road"):
        assert told[name]["p_mid_20"] is None and told[name]["reason"] == "There are no rates for this kind of land."
    table = rows(result["HAMLETS_OUT"])
    assert len(table) == 3 * 3 * 3
    village = {row["years"]: row for row in table if row["level"] == "village" and row["scenario"] == "mid"}
    assert village[20]["managed_ha"] <= village[0]["managed_ha"] and village[0]["year"] == 2025
    assert village[20]["managed_ha_lo"] <= village[20]["managed_ha"] <= village[20]["managed_ha_hi"]
    assert village[0]["people"] == 20 and village[20]["people"] < 20 and village[0]["hands_source"] == "residents"
    assert village[0]["unchanged_ha"] == pytest.approx(village[0]["managed_ha"], abs=0.02)
    assert all(row["farmers"] is None and row["few_farmers"] for row in table)
    assert result["THEN_HA"] == village[20]["managed_ha"] and result["NOW_HA"] == village[0]["managed_ha"]
    outlook = {(row["facility"], row["years"], row["scenario"]): row for row in rows(result["FACILITIES_OUT"])}
    assert outlook["clinic", 0, "mid"]["outlook"] == "usual" and outlook["clinic", 0, "mid"]["edition"] == "2023"
    assert outlook["clinic", 20, "mid"]["people"] < 6000 and outlook["shop", 20, "mid"]["outlook"] == "unknown"


def test_no_age_and_no_name_comes_out() -> None:
    result = run()
    for name in ("OUTPUT", "HAMLETS_OUT", "FACILITIES_OUT"):
        fields = set(result[name].fields().names())
        assert not fields & {"age", "name", "successor", "cultivator_key", "owner_key"}
        assert "見本" not in str(rows(result[name]))


def test_order_of_lots_and_tables_does_not_matter() -> None:
    given = list(lots().getFeatures())
    turned = lots(rows=[])
    assert turned.dataProvider().addFeatures(list(reversed(given)))[0]
    people = [(f["cultivator_key"], f["name"], f["age"], f["successor"]) for f in farmers().getFeatures()]
    back = layer("NoGeometry cultivator_key:string name:string age:int successor:string", people[::-1])
    first, second = run(), run(INPUT=turned, CULTIVATORS=back)
    key = lambda row: row["lot_key"]  # noqa: E731
    assert sorted(rows(first["OUTPUT"]), key=key) == sorted(rows(second["OUTPUT"]), key=key)
    assert rows(first["HAMLETS_OUT"]) == rows(second["HAMLETS_OUT"])


def test_without_tables_it_says_what_is_missing() -> None:
    said = QgsProcessingFeedback()
    result = run(said, FARMLAND_REGISTER=None, CULTIVATORS=None, RESIDENTS=None)
    assert "nobody's retirement can be told apart" in said.textLog()
    village = next(row for row in rows(result["HAMLETS_OUT"]) if row["level"] == "village" and row["years"] == 20)
    assert village["people"] is None and village["hours_available"] is None and village["hands_source"] == "unknown"
    assert "COVER_PCT" not in result
    facility = rows(result["FACILITIES_OUT"])[0]
    assert facility["outlook"] == "unknown" and "not known" in facility["explanation"]


def test_population_mesh_for_reference() -> None:
    mesh = layer("Polygon PTN_2025:double PTN_2050:double", [(box(-50, -50, 500), 100.0, 50.0)])
    hamlets = layer("Polygon hamlet:string", [(box(-5, -5, 70), "upper"), (box(65, -5, 300), "lower")])
    result = run(RESIDENTS=None, POPULATION=mesh, HAMLETS=hamlets)
    village = {
        row["years"]: row
        for row in rows(result["HAMLETS_OUT"])
        if row["level"] == "village" and row["scenario"] == "mid"
    }
    assert village[20]["people"] == pytest.approx(0.6 * village[0]["people"], abs=1.0)
    assert village[0]["hands_source"] == "mesh"


def test_empty_layer_and_bad_inputs() -> None:
    with pytest.raises(QgsProcessingException, match="No lot can be forecast"):
        run(INPUT=lots(rows=[]))
    with pytest.raises(QgsProcessingException, match="whole numbers from 1 to 60"):
        run(HORIZONS="5,many")
    with pytest.raises(QgsProcessingException, match="no field"):
        run(INPUT=layer("Polygon lot_key:string", [(box(0), "a")]))
    bad = layer("NoGeometry rate:string group:string low:double mid:double high:double", [("soon", "", 0.1, 0.1, 0.1)])
    with pytest.raises(QgsProcessingException, match="row 1: the rate “soon” is not known"):
        run(RATES=bad)


def test_invalid_and_missing_shapes_stay_in() -> None:
    bow = "POLYGON((0 0,20 50,20 0,0 50,0 0))"
    given = [
        (bow, "f0", "田", "upper", "managed", 0.1, "not_idle", "2025-08-01"),
        (None, "f1", "田", "upper", "managed", 0.1, "not_idle", "2025-08-01"),
        (box(40), "f3", "田", "upper", "managed", 0.1, "not_idle", "2025-08-01"),
    ]
    told = rows(run(INPUT=lots(rows=given))["OUTPUT"])
    assert len(told) == 3 and all(row["p_mid_20"] is not None for row in told)


class Listening(QgsProcessingFeedback):
    """Keeps the warnings."""

    def __init__(self) -> None:
        super().__init__()
        self.warnings: list[str] = []

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)


def test_nothing_brought_is_left_out_in_silence() -> None:
    wrong = layer(
        "NoGeometry hamlet:string age_from:int age_to:int residents:int",
        [("upper", 70, 74, 6), ("Lowre", 40, 44, 5), ("town", 40, 44, 800)],
    )
    people = layer(
        "NoGeometry cultivator_key:string age:int successor:string",
        [("old", 82, "no"), ("young", 41, "maybe"), ("nobody", 50, "yes")],
    )
    heard = Listening()
    result = run(heard, RESIDENTS=wrong, CULTIVATORS=people)
    table = rows(result["HAMLETS_OUT"])
    here = {(row["level"], row["hamlet"]): row for row in table if row["scenario"] == "mid" and row["years"] == 0}
    assert here["hamlet", "upper"]["people"] == 6 and here["hamlet", "lower"]["people"] is None
    assert here["village", None]["people"] == 6
    notes = result["NOTES"].split("\n")
    assert any("805 people (town 800; Lowre 5, perhaps lower)" in note for note in notes)
    assert any(note.endswith("their people stay unknown: lower.") for note in notes)
    assert any(note.startswith("1 of 3 in the list of farmers farm no lot") for note in notes)
    assert any("1 words for the successor" in note and "maybe" in note for note in notes)
    assert any(note.startswith("1 forest lots are not forecast") for note in notes)
    assert any(note.startswith("1 other lots are not forecast") for note in notes)
    ours = [text for text in heard.warnings if "scratch layers" not in text]  # QGIS 3.44 on memory layers
    assert len(ours) == 2 and "perhaps lower" in ours[0] and all(text in notes for text in ours)
    clean = run()
    assert "left out" not in clean["NOTES"] and "stay unknown" not in clean["NOTES"]


def test_residents_of_other_places_only_are_no_residents() -> None:
    other = layer("NoGeometry hamlet:string age_from:int age_to:int residents:int", [("far", 70, 74, 6)])
    result = run(RESIDENTS=other)
    table = rows(result["HAMLETS_OUT"])
    assert all(row["people"] is None and row["hands_source"] == "cultivators" for row in table)
    assert "6 people (far 6)" in result["NOTES"]


def test_forest_is_forecast_with_a_rate_of_ones_own() -> None:
    from land_stewardship.gis.catalogues import catalogue_text

    table = list(csv.DictReader(io.StringIO(catalogue_text("forecast_rates.csv"))))
    row = {"rate": "dropped", "group": "forest", "low": "0.01", "mid": "0.02", "high": "0.03"}
    names = ("rate", "group", "age_from", "age_to", "low", "mid", "high", "evidence")
    own = layer(
        "NoGeometry " + " ".join(f"{name}:string" for name in names),
        [tuple(one.get(name) or None for name in names) for one in [*table, {**row, "evidence": "local data"}]],
    )
    result = run(RATES=own)
    told = {one["lot_key"]: one for one in rows(result["OUTPUT"])}
    assert 0 < told["wood"]["p_high_20"] < told["wood"]["p_low_20"] <= told["wood"]["p_now"]
    assert "forest lots are not forecast" not in result["NOTES"]


@pytest.mark.parametrize(("crs", "words"), [("", "coordinate system"), ("EPSG:4326", "metres")])
def test_coordinates_must_be_metres(crs: str, words: str) -> None:
    with pytest.raises(QgsProcessingException, match=words):
        run(INPUT=lots(crs))


def test_wrong_type() -> None:
    points = layer("Point lot_key:string condition:string", [("POINT(0 0)", "a", "managed")])
    algorithm_error = (QgsProcessingException, RuntimeError)
    with pytest.raises(algorithm_error):
        run(INPUT=points)


def test_cancel_leaves_nothing() -> None:
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(feedback)
