"""The algorithm “Match register with lots” as users and other tools run it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pandas as pd
import pytest
import shapely
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
    QgsWkbTypes,
)

from land_stewardship import compat
from land_stewardship.core.parcels.matchwords import DECISION_FIELDS, JOINED_FIELDS, MATCH_FIELDS, NO_AREAS
from land_stewardship.core.personal import personal_columns
from land_stewardship.core.schema import names
from land_stewardship.gis import bridge
from land_stewardship.gis.i18n import language

pytestmark = pytest.mark.usefixtures("provider")
ALGORITHM = "landstewardship:matchregister"
BOW_TIE = shapely.Polygon([(60, 0), (80, 20), (80, 0), (60, 20)])
SHAPES = [shapely.box(0, 0, 20, 20), shapely.box(20, 0, 40, 20), shapely.box(40, 0, 60, 20), BOW_TIE]


def layer_of(
    rows: list[dict[str, Any]], shapes: Optional[list[Any]] = None, crs: str = "EPSG:6676", kinds: Optional[dict] = None
) -> QgsVectorLayer:
    """A memory layer (table without ``shapes``) of rows."""
    uri = "NoGeometry" if shapes is None else f"MultiPolygon?crs={crs}" if crs else "MultiPolygon"
    layer = QgsVectorLayer(uri, "layer", "memory")
    if shapes is not None and not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    columns = list(rows[0]) if rows else ["lot_key", "chiban", "oaza", "area_reg"]
    given = {"area_reg": "real", "registered_on": "date", **(kinds or {})}
    layer.dataProvider().addAttributes([compat.make_field(name, given.get(name, "text")) for name in columns])
    layer.updateFields()
    for number, row in enumerate(rows):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([row[name] for name in columns])
        if shapes is not None and shapes[number] is not None:
            geometry = QgsGeometry()
            geometry.fromWkb(shapely.to_wkb(shapes[number]))
            feature.setGeometry(geometry)
        assert layer.dataProvider().addFeature(feature)
    return layer


def lots_layer(crs: str = "EPSG:6676", shapes: Optional[list[Any]] = None) -> QgsVectorLayer:
    numbers = ["12-1", "12-2", "13", "40"]
    rows = [{"lot_key": f"K{n}", "oaza": "大字谷沢", "chiban": number} for n, number in enumerate(numbers, start=1)]
    shapes = SHAPES if shapes is None else shapes
    return layer_of(rows[: len(shapes)], shapes, crs)


REGISTER = [
    {"oaza": "谷沢", "chiban": "１２番１", "氏名": "見本 太郎", "owner_key": "O1", "地目": "田", "area_reg": 400.0},
    {"oaza": "谷沢", "chiban": "１２番１", "氏名": "見本 花子", "owner_key": "O2", "地目": "田", "area_reg": 400.0},
    {"oaza": "谷沢", "chiban": "12-2", "氏名": "見本 次郎", "owner_key": "O3", "地目": "畑", "area_reg": 300.0},
    {"oaza": "谷沢", "chiban": "40", "氏名": "", "owner_key": None, "地目": "墓地", "area_reg": None},
    {"oaza": "谷沢", "chiban": "99", "氏名": "見本 三郎", "owner_key": "O4", "地目": "田", "area_reg": 50.0},
]
SINKS = ("OUTPUT", "UNMATCHED_LOTS", "UNMATCHED_ROWS", "LOTS", "KEYED", "DECISIONS_OUT")


def run(lots: Any, register: Any, **parameters: Any) -> dict[str, Any]:
    given = {"INPUT": lots, "REGISTER": register, **dict.fromkeys(SINKS, "memory:"), **parameters}
    result = processing.run(ALGORITHM, given)
    assert isinstance(result, dict)
    return result


def rows(layer: QgsVectorLayer) -> Any:
    return bridge.source_to_frame(layer)


def test_matches_lists_joined_lots_and_numbers() -> None:
    result = run(lots_layer(), layer_of(REGISTER))
    matches = rows(result["OUTPUT"])
    assert list(matches.columns[:-1]) == names(MATCH_FIELDS)
    assert dict(zip(matches["lot_key"], matches["status"])) == {"K1": "certain", "K2": "likely", "K4": "certain"}
    assert matches.set_index("lot_key").geometry["K2"].within(SHAPES[1])
    numbers = {k: result[k] for k in ("LOT_COUNT", "LOTS_WITH_ENTRY", "TO_REVIEW", "LOTS_WITHOUT", "ROWS_WITHOUT")}
    assert numbers == {"LOT_COUNT": 4, "LOTS_WITH_ENTRY": 2, "TO_REVIEW": 1, "LOTS_WITHOUT": 1, "ROWS_WITHOUT": 1}
    assert list(rows(result["UNMATCHED_LOTS"])["lot_key"]) == ["K3"]
    assert QgsWkbTypes.flatType(result["UNMATCHED_LOTS"].wkbType()) == QgsWkbTypes.Type.MultiPolygon
    assert list(rows(result["UNMATCHED_ROWS"])["row_label"]) == ["谷沢 99"]

    lots = rows(result["LOTS"]).set_index("lot_key")
    assert lots["register_match"].to_dict() == {"K1": "certain", "K2": "likely", "K3": "none", "K4": "certain"}
    assert lots.at["K1", "owner_key"] == "O1; O2" and lots.at["K1", "地目"] == "田"
    assert lots.at["K1", "area_reg"] == 400 and pd.isna(lots.at["K2", "area_reg"])
    assert list(lots["register_rows"]) == [2, 0, 0, 1]
    assert set(names(JOINED_FIELDS)) <= set(lots.columns)
    keyed = rows(result["KEYED"])
    assert [key or "" for key in keyed["lot_key"]] == ["K1", "K1", "", "K4", ""]
    assert len(keyed) == len(REGISTER)


def test_a_register_without_areas_is_said_in_one_sentence() -> None:
    class Heard(QgsProcessingFeedback):
        def __init__(self) -> None:
            super().__init__(False)
            self.told: list[str] = []

        def pushInfo(self, info: str) -> None:
            self.told.append(info)

    def told(**parameters: Any) -> tuple[int, int]:
        feedback = Heard()
        sinks = dict.fromkeys(SINKS, "memory:")
        given = {"INPUT": lots_layer(), "REGISTER": layer_of(REGISTER), **sinks, **parameters}
        result = processing.run(ALGORITHM, given, feedback=feedback)
        return result["ENTRIES_WITH_AREA"], sum(NO_AREAS.pick(language()) in text for text in feedback.told)

    assert told() == (3, 0)
    assert told(ROW_AREA="") == (0, 1)


def test_rows_with_a_key_of_their_own_keep_it_unless_it_is_rejected() -> None:
    table = [
        {"lot_key": "K1", "area_reg": 400.0},
        {"lot_key": "K2", "area_reg": 300.0},
        {"lot_key": "?", "area_reg": 1.0},
    ]
    first = run(lots_layer(), layer_of(table))
    assert first["TO_REVIEW"] == 1
    assert [key or "" for key in rows(first["KEYED"])["lot_key"]] == ["K1", "K2", ""]
    match = rows(first["OUTPUT"]).set_index("lot_key").loc["K2"]
    decision = {"lot_key": "K2", "row_key": match["row_key"], "decision": "rejected"}
    second = run(lots_layer(), layer_of(table), DECISIONS=layer_of([decision]))
    assert [key or "" for key in rows(second["KEYED"])["lot_key"]] == ["K1", "", ""]


def test_a_row_for_two_lots_comes_twice_without_its_area() -> None:
    table = [{"oaza": "谷沢", "chiban": "12", "area_reg": 800.0}]
    first = rows(run(lots_layer(), layer_of(table))["OUTPUT"])
    assert set(first["kind"]) == {"split"}
    decisions = [
        dict(zip(("lot_key", "row_key", "decision"), (m.lot_key, m.row_key, "accepted"))) for m in first.itertuples()
    ]
    keyed = rows(run(lots_layer(), layer_of(table), DECISIONS=layer_of(decisions))["KEYED"])
    assert list(keyed["lot_key"]) == ["K1", "K2"] and list(keyed["row_lots"]) == [2, 2]
    assert keyed["area_reg"].isna().all()


def test_names_of_people_reach_no_output_unless_asked_for() -> None:
    result = run(lots_layer(), layer_of(REGISTER))
    for sink in SINKS:
        assert "見本" not in rows(result[sink]).to_csv(), sink
    asked = run(lots_layer(), layer_of(REGISTER), JOIN=["地目"])
    assert "owner_key" not in rows(asked["LOTS"]).columns and "地目" in rows(asked["LOTS"]).columns
    columns = [
        "氏名",
        "住所",
        "住所区分",
        "owner",
        "owner_key",
        "owner_status",
        "地目",
        "電話番号",
        "年齢",
        "納税義務者",
    ]
    assert personal_columns(columns) == ["氏名", "住所", "owner", "電話番号", "年齢", "納税義務者"]


def test_decisions_are_kept_in_the_next_run() -> None:
    first = run(lots_layer(), layer_of(REGISTER))
    match = rows(first["OUTPUT"]).set_index("lot_key").loc["K2"]
    decision = {"lot_key": "K2", "row_key": match["row_key"], "decision": "accepted", "decided_by": "見本課",
                "decided_on": "2025-11-20", "note": "現地で確認", "basis": match["basis"]}  # fmt: skip
    second = run(lots_layer(), layer_of(REGISTER), DECISIONS=layer_of([decision]))
    assert (second["LOTS_WITH_ENTRY"], second["TO_REVIEW"], second["DECISIONS_KEPT"]) == (3, 0, 1)
    kept = rows(second["DECISIONS_OUT"])
    assert list(kept.columns[:-1]) == names(DECISION_FIELDS)
    assert list(kept["decision_state"]) == ["current"]
    assert rows(second["LOTS"]).set_index("lot_key").at["K2", "地目"] == "畑"
    third = run(lots_layer(), layer_of(REGISTER), DECISIONS=second["DECISIONS_OUT"])
    assert rows(third["OUTPUT"]).drop(columns="geometry").equals(rows(second["OUTPUT"]).drop(columns="geometry"))


def test_empty_inputs() -> None:
    result = run(lots_layer(shapes=[]), layer_of(REGISTER))
    assert (result["LOT_COUNT"], result["ROWS_WITHOUT"]) == (0, 4)
    result = run(lots_layer(), layer_of([]))
    assert (result["LOTS_WITHOUT"], result["ROWS_WITHOUT"]) == (4, 0)
    assert result["OUTPUT"].featureCount() == 0 and result["LOTS"].featureCount() == 4


def test_broken_and_missing_shapes_stay_in() -> None:
    shapes = [SHAPES[0], None, BOW_TIE, SHAPES[3]]
    result = run(lots_layer(shapes=shapes), layer_of(REGISTER))
    assert result["LOTS"].featureCount() == 4
    assert dict(zip(rows(result["OUTPUT"])["lot_key"], rows(result["OUTPUT"])["status"]))["K2"] == "certain"


@pytest.mark.parametrize(("crs", "words"), [("", "coordinate system"), ("EPSG:4326", "not in metres")])
def test_lots_must_be_in_metres(crs: str, words: str) -> None:
    with pytest.raises(QgsProcessingException, match=words):
        run(lots_layer(crs), layer_of(REGISTER))


def test_wrong_columns_are_said() -> None:
    with pytest.raises(QgsProcessingException, match="“nothing”"):
        run(lots_layer(), layer_of(REGISTER), ROW_NUMBER="nothing")
    with pytest.raises(QgsProcessingException, match="holds text"):
        run(lots_layer(), layer_of(REGISTER), ROW_AREA="地目")
    with pytest.raises(QgsProcessingException, match="lot key or with the lot number"):
        run(lots_layer(), layer_of(REGISTER), ROW_NUMBER="")
    with pytest.raises(QgsProcessingException, match="must hold areas"):
        run(layer_of(REGISTER), layer_of(REGISTER))


def test_cancel_leaves_nothing(tmp_path: Path) -> None:
    from qgis.core import QgsApplication

    algorithm = QgsApplication.processingRegistry().algorithmById(ALGORITHM)
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    feedback.cancel()
    given = {"INPUT": lots_layer(), "REGISTER": layer_of(REGISTER), "OUTPUT": str(tmp_path / "matches.gpkg")}
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        algorithm.create().run(given, context, feedback, {}, False)
    assert not list(tmp_path.iterdir())
