"""The printed map of harm: what stands on it and its refusals."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any, Optional

import pytest
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor, QImage

from land_stewardship.core.plan import symbols
from land_stewardship.core.progress import Progress
from land_stewardship.gis import harm_rules
from land_stewardship.gis.planmap import harmsheet
from land_stewardship.gis.planmap.content import BaseLayers

pytestmark = pytest.mark.usefixtures("provider")

RECEPTORS = "&field=receptor_id:string&field=receptor_kind:string&field=exposure:double"
SOURCES = (
    "&field=lot_key:string&field=chiban:string&field=burden:double&field=burden_rank:integer&field=houses:integer"
    "&field=farmland:integer&field=roads:integer&field=synthetic:boolean"
)
Row = tuple[Optional[str], dict[str, Any]]


def layer_of(fields: str, rows: list[Row], crs: str = "EPSG:6676", kind: str = "MultiPolygon") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{kind}?crs={crs}{fields}", "harm", "memory")
    if not crs:
        layer.setCrs(QgsCoordinateReferenceSystem())
    features = []
    for wkt, values in rows:
        feature = QgsFeature(layer.fields())
        if wkt:
            feature.setGeometry(QgsGeometry.fromWkt(wkt))
        for name, value in values.items():
            feature[name] = value
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    layer.updateExtents()
    return layer


def square(x: float, y: float, side: float) -> str:
    return QgsGeometry.fromRect(QgsRectangle(x, y, x + side, y + side)).asWkt()


def receptor_rows() -> list[Row]:
    """Six fields with exposures 0 to 5, a house and a road."""
    rows: list[Row] = [
        (square(100 * i, 0, 100), {"receptor_id": f"F{i}", "receptor_kind": "farmland", "exposure": float(i)})
        for i in range(6)
    ]
    rows.append((square(20, 120, 20), {"receptor_id": "H1", "receptor_kind": "houses", "exposure": 2.0}))
    rows.append((square(0, -20, 15), {"receptor_id": "R1", "receptor_kind": "roads", "exposure": 0.0}))
    return rows


def source_rows() -> list[Row]:
    """Twelve lots, the first the heaviest, the last without burden."""
    return [
        (
            square(50 * i, 110, 50),
            {
                "lot_key": f"15222-241-000-0000-00-{100 + i}",
                "chiban": str(100 + i),
                "burden": float(11 - i),
                "burden_rank": i + 1 if i < 11 else None,
                "houses": i,
                "farmland": 20 - i,
                "roads": 1,
                "synthetic": True,
            },
        )
        for i in range(12)
    ]


@pytest.fixture
def inputs(qgis_app: Any) -> dict[str, Any]:
    return {"RECEPTORS": layer_of(RECEPTORS, receptor_rows()), "SOURCES": layer_of(SOURCES, source_rows())}


def printed_map(folder: Path, parameters: dict[str, Any], **more: Any) -> tuple[dict[str, Any], str]:
    path = folder / "map.pdf"
    result = processing.run("landstewardship:harmmap", {**parameters, "OUTPUT_PDF": str(path), **more})
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return result, re.sub(r"[ \u3000]+", " ", text)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_sheet_says_what_it_must(tmp_path: Path, inputs: dict[str, Any], language: str) -> None:
    # The rules of the sample village: one with a published number, others that are only assumed.
    rules = str(Path(__file__).resolve().parents[2] / "sample_data" / "externality_rules.csv")
    result, text = printed_map(tmp_path, inputs, LANGUAGE=1 if language == "ja" else 2, VILLAGE="谷沢", RULES=rules)
    assert result["LOTS_SHOWN"] == 11
    words = {
        "en": (
            "谷沢: harm to surroundings",
            "A guide only",
            "literature",
            "assumption",
            "within 100 m",
            "Wild boar",
            "proves no cause and no boundary",
            "invented data",
            "Lots that may burden others: 11",
            "Exposed: 6",
        ),
        "ja": (
            "谷沢 周りへの影響の地図",
            "目安です",
            "文献",
            "仮定",
            "100 m以内",
            "イノシシ",
            "原因や土地の境界を示すものではありません",
            "架空",
            "影響する可能性のある土地 11筆",
            "影響を受ける先 6件",
        ),
    }[language]
    for word in words:
        assert word in text, f"“{word}” is not on the sheet:\n{text}"
    # The ten heaviest, in order, with what is within reach; the eleventh is not listed.
    listed = re.findall(r"(\d+) (1\d\d) (\d+) (\d+) 1\b", text)
    assert listed == [(str(i + 1), str(100 + i), str(i), str(20 - i)) for i in range(10)]


def test_only_rules_that_linked_anything_are_printed(tmp_path: Path, inputs: dict[str, Any]) -> None:
    links = layer_of("&field=rule_id:string", [(None, {"rule_id": "boar_farmland"})], "", "NoGeometry")
    _result, text = printed_map(tmp_path, inputs, LINKS=links, LANGUAGE=2)
    assert "Wild boar" in text and "Weeds" not in text


def test_rules_of_the_village_are_printed(tmp_path: Path, inputs: dict[str, Any]) -> None:
    rows = harm_rules.default_rules()
    for row in rows:
        row["active"] = "true" if row["rule_id"] == "deer_farmland" else "false"
        row["distance_m"] = row["distance_m"] or "70"
    harm_rules.write_rules(str(tmp_path / "rules.csv"), rows)
    _result, text = printed_map(tmp_path, inputs, RULES=str(tmp_path / "rules.csv"), LANGUAGE=2)
    assert "Deer" in text and "within 70 m" in text and "boar" not in text


def test_picture_shows_exposure_and_sources(tmp_path: Path, inputs: dict[str, Any]) -> None:
    result, _text = printed_map(tmp_path, inputs, OUTPUT_PNG=str(tmp_path / "map.png"), DPI=100)
    picture = QImage(result["OUTPUT_PNG"])
    seen = {
        picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(0, picture.height(), 2)
    }
    for colour in (*symbols.sequential(), symbols.condition_colour("unmanaged")):
        assert QColor(colour).name() in seen


def test_another_order_of_rows_gives_the_same_sheet(qgis_app: Any) -> None:
    def read(turn: int) -> harmsheet.HarmContent:
        return harmsheet.read_harm(
            layer_of(RECEPTORS, receptor_rows()[::turn]),
            layer_of(SOURCES, source_rows()[::turn]),
            None,
            None,
            Progress(),
        )

    one, other = read(1), read(-1)
    assert [row.key for row in one.receptors] == [row.key for row in other.receptors]
    assert [row.key for row in one.sources] == [row.key for row in other.sources]


def test_number_plates_do_not_cover_each_other(qgis_app: Any) -> None:
    rows = [(square(i, 110, 1), values) for i, (_shape, values) in enumerate(source_rows())]
    content = harmsheet.read_harm(layer_of(RECEPTORS, receptor_rows()), layer_of(SOURCES, rows), None, None, Progress())
    drawn = harmsheet.HarmSheet(harmsheet.HarmRequest("en"), content, BaseLayers())
    drawn.build(Progress())
    boxes = [feature.geometry() for feature in drawn._numbers()[2].getFeatures()]
    assert len(boxes) == 10
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_shapes_that_cross_themselves_or_are_missing_do_not_stop_it(tmp_path: Path) -> None:
    bow = "POLYGON((600 0, 700 100, 700 0, 600 100, 600 0))"
    rows = [
        *receptor_rows(),
        (bow, {"receptor_id": "F9", "receptor_kind": "farmland", "exposure": 1.0}),
        (None, {"receptor_id": "F8", "receptor_kind": "farmland", "exposure": 1.0}),
    ]
    result, _text = printed_map(
        tmp_path, {"RECEPTORS": layer_of(RECEPTORS, rows), "SOURCES": layer_of(SOURCES, [])}, LANGUAGE=2
    )
    assert result["LOTS_SHOWN"] == 0


@pytest.mark.parametrize(
    ("receptors", "sources", "sentence"),
    [
        ((RECEPTORS, [], "EPSG:6676"), (SOURCES, [], "EPSG:6676"), "nothing to draw"),
        ((RECEPTORS, receptor_rows(), ""), (SOURCES, source_rows(), "EPSG:6676"), "no coordinate system"),
        ((RECEPTORS, receptor_rows(), "EPSG:6668"), (SOURCES, source_rows(), "EPSG:6676"), "not in metres"),
        ((RECEPTORS, receptor_rows(), "EPSG:6676"), (SOURCES, source_rows(), "EPSG:6677"), "different coordinate"),
        (("&field=a:int", [(square(0, 0, 1), {"a": 1})], "EPSG:6676"), (SOURCES, [], "EPSG:6676"), "“exposure”"),
        ((RECEPTORS, receptor_rows(), "EPSG:6676"), ("&field=a:int", [], "EPSG:6676"), "“burden”"),
        (
            ("&field=exposure:string", [(square(0, 0, 1), {"exposure": "much"})], "EPSG:6676"),
            (SOURCES, [], "EPSG:6676"),
            "not hold numbers",
        ),
    ],
)
def test_refusals_are_one_sentence_and_leave_no_file(
    tmp_path: Path, receptors: Any, sources: Any, sentence: str
) -> None:
    with pytest.raises(QgsProcessingException, match=sentence):
        processing.run(
            "landstewardship:harmmap",
            {
                "RECEPTORS": layer_of(*receptors),
                "SOURCES": layer_of(*sources),
                "OUTPUT_PDF": str(tmp_path / "map.pdf"),
            },
        )
    assert list(tmp_path.iterdir()) == []


def test_cancel_leaves_no_file(tmp_path: Path, inputs: dict[str, Any]) -> None:
    feedback = QgsProcessingFeedback(False)
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        processing.run(
            "landstewardship:harmmap", {**inputs, "OUTPUT_PDF": str(tmp_path / "map.pdf")}, feedback=feedback
        )
    assert list(tmp_path.iterdir()) == []


def test_it_runs_in_the_main_thread_only(provider: Any) -> None:
    algorithm = provider.algorithm("harmmap")
    assert algorithm.flags() & algorithm.Flag.FlagNoThreading
