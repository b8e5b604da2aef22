"""The printed plan map: what stands on it, its size, its colours, and its refusals."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
import subprocess
import unicodedata
from pathlib import Path
from typing import Any, Optional

import pytest
from qgis import processing
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsRectangle,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from qgis.PyQt.QtGui import QColor, QImage

from land_stewardship.core.errors import Cancelled
from land_stewardship.core.plan import codes, symbols
from land_stewardship.core.progress import Progress
from land_stewardship.gis.planmap import content as content_module
from land_stewardship.gis.planmap import layers, numbers, pdftext, printed, sheet, view

pytestmark = pytest.mark.usefixtures("provider")

FIELDS = (
    "&field=unit_id:string&field=unit_kind:string&field=unit_no:string&field=hamlet:string&field=area_m2:double"
    "&field=management_class:string&field=priority:boolean&field=actor:string&field=method:string"
    "&field=start_on:date&field=decided_by:string&field=decided_in:string&field=horizon_year:integer"
    "&field=synthetic:boolean&field=changed_at:datetime"
)


def layer_of(fields: str, rows: list[tuple[Optional[str], dict[str, Any]]], crs: str = "EPSG:6676") -> QgsVectorLayer:
    layer = QgsVectorLayer(f"MultiPolygon?crs={crs}{fields}", "plan", "memory")
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


def plan_rows(kind: str = "block", side: float = 100.0) -> list[tuple[Optional[str], dict[str, Any]]]:
    """Twelve units in two rows, every class twice, the first one priority."""
    rows: list[tuple[Optional[str], dict[str, Any]]] = []
    for number in range(12):
        code = symbols.CLASSES[number % 6]
        rows.append(
            (
                square(side * (number % 6), side * (number // 6), side),
                {
                    "unit_id": f"u{number:02}",
                    "unit_kind": kind,
                    "unit_no": f"A-{number + 1}",
                    "hamlet": "上谷",
                    "area_m2": 10_000.0,
                    "management_class": code,
                    "priority": number == 0,
                    "actor": "営農組合" if code == "maintain" else None,
                    "method": "水稲を続ける" if code == "maintain" else None,
                    "start_on": "2026-04-01" if code == "maintain" else None,
                    "decided_by": "workshop" if number else "draft",
                    "decided_in": "第2回",
                    "horizon_year": 2035,
                    "synthetic": True,
                    "changed_at": "2025-11-20T10:00:00",
                },
            )
        )
    return rows


@pytest.fixture
def plan() -> QgsVectorLayer:
    return layer_of(FIELDS, plan_rows())


@pytest.fixture
def lots() -> QgsVectorLayer:
    layer = layer_of(
        "&field=city_name:string&field=map_date:date",
        [
            (square(50 * column, 50 * row, 50), {"city_name": "上越市", "map_date": "2025-01-20"})
            for column in range(12)
            for row in range(4)
        ],
    )
    layer.setName("lots")
    return layer


def print_map(folder: Path, context: Optional[QgsProcessingContext] = None, **parameters: Any) -> dict[str, Any]:
    values = {"LANGUAGE": 1, "OUTPUT_PDF": str(folder / "map.pdf"), **parameters}
    return processing.run("landstewardship:planmap", values, context=context, feedback=QgsProcessingFeedback(False))


def text_of(path: Path) -> str:
    """The text of a PDF as a reader finds it."""
    return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True).stdout.decode("utf-8")


def words_of(path: Path) -> str:
    return flat(text_of(path))


def page_size(path: Path) -> tuple[float, float]:
    """Width and height in mm."""
    info = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    found = re.search(r"Page size:\s+([\d.]+) x ([\d.]+) pts", info)
    assert found
    return float(found.group(1)) * 25.4 / 72, float(found.group(2)) * 25.4 / 72


def flat(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.parametrize("language", ["ja", "en"])
def test_sheet_says_what_it_must(tmp_path: Path, plan: Any, lots: Any, language: str) -> None:
    result = print_map(
        tmp_path,
        PLAN=plan,
        LOTS=lots,
        LANGUAGE=1 if language == "ja" else 2,
        VILLAGE="谷沢",
        OFFICIAL_AREA=12.6,
        PLAN_NUMBER="TNZ-2025-03",
        AUTHOR="企画課",
    )
    assert result["UNITS"] == 12
    words = words_of(tmp_path / "map.pdf")
    for item in codes.MANAGEMENT_CLASSES:
        for text in (item.short, item.meaning, item.choice_2018, item.class_2021):
            if text is not None:
                assert flat(text.pick(language)) in words, text
    for text in (codes.BOUNDARY_NOTICE, codes.PRIORITY, codes.PRIORITY_MEANING, codes.TOTAL):
        assert flat(text.pick(language)) in words
    assert "12.0" in words and "+0.6ha" in words and "100%" in words and "17%" in words
    assert "A-1" in words and "営農組合" in words and "水稲を続ける" in words
    assert "登記所備付地図データ(上越市)" in words and "法務省" in words
    assert "TNZ-2025-03" in words and "企画課" in words and "2035" in words and "谷沢" in words
    if language == "ja":
        assert "平面直角座標系第8系(JGD2011)" in words
        assert "2018年の選択" in words and "管理構想の区分" in words
        assert "架空" in words and "2026年4月" in words and "2025年11月20日" in words and "2025年1月20日" in words
        assert "決まった区画9/12" in words
    else:
        assert "zone8(JGD2011)" in words and "2018choice" in words and "2019/21class" in words
        assert "invented" in words and "Apr2026" in words and "20Nov2025" in words
        assert "Decided9of12blocks" in words


@pytest.mark.parametrize(("paper", "width", "height"), [(0, 420, 297), (1, 1189, 841)])
def test_paper_sizes(tmp_path: Path, plan: Any, paper: int, width: float, height: float) -> None:
    print_map(tmp_path, PLAN=plan, PAPER=paper, OUTPUT_PNG=str(tmp_path / "map.png"), DPI=50)
    assert page_size(tmp_path / "map.pdf") == pytest.approx((width, height), abs=0.6)
    image = QImage(str(tmp_path / "map.png"))
    assert image.width() == pytest.approx(width / 25.4 * 50, abs=3)
    assert (tmp_path / "map.pdf").stat().st_size < 10e6


def test_picture_shows_all_classes(tmp_path: Path, plan: Any) -> None:
    print_map(tmp_path, PLAN=plan, OUTPUT_PDF=None, OUTPUT_PNG=str(tmp_path / "map.png"), DPI=100)
    assert not (tmp_path / "map.pdf").exists()
    image = QImage(str(tmp_path / "map.png"))
    counts: dict[str, int] = {}
    for y in range(0, image.height(), 3):
        for x in range(0, image.width() * 3 // 4, 3):
            name = image.pixelColor(x, y).name().upper()
            counts[name] = counts.get(name, 0) + 1
    for code in symbols.CLASSES:
        assert counts.get(symbols.class_symbol(code).fill, 0) > 300, code


def test_same_plan_in_another_order_prints_the_same(tmp_path: Path) -> None:
    pictures = []
    for number, rows in enumerate((plan_rows("lot"), plan_rows("lot")[::-1])):
        path = tmp_path / f"{number}.png"
        print_map(tmp_path, PLAN=layer_of(FIELDS, rows), OUTPUT_PDF=None, OUTPUT_PNG=str(path), DPI=60)
        pictures.append(QImage(str(path)))
    assert pictures[0] == pictures[1]


def test_plan_file_tells_title_sources_and_revisions(tmp_path: Path, plan: Any) -> None:
    path = tmp_path / "plan.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "plan"
    error = QgsVectorFileWriter.writeAsVectorFormatV3(
        plan, str(path), QgsProcessingContext().transformContext(), options
    )
    assert error[0] == QgsVectorFileWriter.WriterError.NoError, error
    file = sqlite3.connect(path)
    file.executescript(
        "CREATE TABLE plan_meta (meta_id INTEGER PRIMARY KEY, key TEXT, value TEXT);"
        "CREATE TABLE plan_history (history_id INTEGER PRIMARY KEY, unit_id TEXT, changed_at DATETIME, action TEXT,"
        " editor TEXT, old_class TEXT, new_class TEXT, old_row TEXT, new_row TEXT);"
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('plan_meta', 'attributes', 'plan_meta');"
        "INSERT INTO gpkg_contents (table_name, data_type, identifier)"
        " VALUES ('plan_history', 'attributes', 'plan_history');"
    )
    meta = {
        "village": "谷沢地区",
        "village_en": "Tanizawa",
        "official_area_ha": "12.6",
        "horizon_year": "2040",
        "data_dates": json.dumps({"農地パトロール": "2024年"}, ensure_ascii=False),
        "cannot_tell": "203",
        "credit": "出典の文",
    }
    file.executemany("INSERT INTO plan_meta (key, value) VALUES (?, ?)", meta.items())
    made = ("2025-09-11T01:00:00Z", "insert", None, "watch", '{"decided_by":"draft"}')
    history = [(f"u{number:02}", *made) for number in range(12)]
    history.append(("u04", "2025-11-20T01:00:00Z", "update", "watch", "adapt", '{"decided_by":"workshop"}'))
    file.executemany(
        "INSERT INTO plan_history (unit_id, changed_at, action, old_class, new_class, new_row) VALUES (?,?,?,?,?,?)",
        history,
    )
    file.commit()
    file.close()
    print_map(tmp_path, PLAN_FILE=str(path))
    words = words_of(tmp_path / "map.pdf")
    for expected in (
        "谷沢地区",
        "+0.6ha",
        "2040年(令和22年)",
        "農地パトロール2024年",
        "203筆",
        "出典の文",
        "第2版",
        "A-5を追加・アレンジに決定",
        "たたき台(12区画)",
        "2025-09-11",
    ):
        assert expected in words, expected
    print_map(tmp_path, PLAN=str(path), LANGUAGE=2)
    assert "Tanizawa:communitymanagementvisionmap" in words_of(tmp_path / "map.pdf")


def test_draft_is_called_a_draft(tmp_path: Path) -> None:
    rows = plan_rows()
    for _, values in rows:
        values.update(decided_by="draft", actor=None, method=None, start_on=None, decided_in=None)
    print_map(tmp_path, PLAN=layer_of(FIELDS, rows))
    words = words_of(tmp_path / "map.pdf")
    assert "たたき台" in words and "まだ決定していません" in words and "まだ決まっていません" in words


def test_condition_counts_what_cannot_be_told(tmp_path: Path, plan: Any) -> None:
    condition = layer_of(
        "&field=condition:string",
        [(square(0, 0, 5), {"condition": value}) for value in ("cannot_tell", "managed", "cannot_tell")],
    )
    print_map(tmp_path, PLAN=plan, CONDITION=condition)
    assert "判断できない土地:2筆" in words_of(tmp_path / "map.pdf")


def test_invalid_shapes_and_missing_ones_do_not_stop_it(tmp_path: Path) -> None:
    rows = plan_rows()
    rows[1] = ("MULTIPOLYGON(((100 0, 200 100, 200 0, 100 100, 100 0)))", rows[1][1])
    rows[2] = (None, rows[2][1])
    rows[3][1]["management_class"] = "forest park"
    messages: list[str] = []

    class Feedback(QgsProcessingFeedback):
        def pushWarning(self, warning: str) -> None:
            messages.append(warning)

    context = QgsProcessingContext()
    context.setInvalidGeometryCheck(QgsFeatureRequest.InvalidGeometryCheck.GeometryAbortOnInvalid)
    result = processing.run(
        "landstewardship:planmap",
        {"PLAN": layer_of(FIELDS, rows), "LANGUAGE": 2, "OUTPUT_PDF": str(tmp_path / "map.pdf")},
        context=context,
        feedback=Feedback(),
    )
    assert result["UNITS"] == 12
    assert any("no shape" in message for message in messages)
    assert any("unknown class" in message for message in messages)


@pytest.mark.parametrize(
    ("fields", "rows", "crs", "sentence"),
    [
        (FIELDS, [], "EPSG:6676", "no units"),
        ("&field=other:string", [(square(0, 0, 9), {"other": "x"})], "EPSG:6676", "management_class"),
        ("&field=management_class:integer", [(square(0, 0, 9), {"management_class": 1})], "EPSG:6676", "not hold text"),
        (FIELDS, [(None, {"management_class": "watch"})], "EPSG:6676", "has a shape"),
        (FIELDS, plan_rows(), "", "no coordinate system"),
        (FIELDS, plan_rows(side=0.001), "EPSG:6668", "not in metres"),
    ],
)
def test_refusals_are_one_sentence_and_leave_no_file(
    tmp_path: Path, fields: str, rows: Any, crs: str, sentence: str
) -> None:
    with pytest.raises(QgsProcessingException, match=sentence):
        print_map(tmp_path, PLAN=layer_of(fields, rows, crs))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"OUTPUT_PDF": None}, "No file was asked for"),
        ({"PLAN": None}, "No plan was given"),
        ({"PLAN": None, "PLAN_FILE": "/nowhere/plan.gpkg"}, "holds no plan"),
    ],
)
def test_missing_parameters(tmp_path: Path, plan: Any, parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(QgsProcessingException, match=sentence):
        print_map(tmp_path, **{"PLAN": plan, **parameters})


def test_base_layer_without_crs_is_refused(tmp_path: Path, plan: Any) -> None:
    houses = layer_of("&field=house_id:string", [(square(0, 0, 9), {})], "")
    with pytest.raises(QgsProcessingException, match="no coordinate system"):
        print_map(tmp_path, PLAN=plan, HOUSES=houses)


def test_condition_without_its_field_is_refused(tmp_path: Path, plan: Any, lots: Any) -> None:
    with pytest.raises(QgsProcessingException, match="condition"):
        print_map(tmp_path, PLAN=plan, CONDITION=lots)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, plan: Any) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(QgsProcessingException, match="could not be written"):
        print_map(tmp_path, PLAN=plan, OUTPUT_PDF=str(blocked / "map.pdf"))


def test_cancel_leaves_no_file(tmp_path: Path, plan: Any) -> None:
    feedback = QgsProcessingFeedback(False)
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        processing.run(
            "landstewardship:planmap", {"PLAN": plan, "OUTPUT_PDF": str(tmp_path / "map.pdf")}, feedback=feedback
        )
    assert list(tmp_path.iterdir()) == []


def test_cancel_is_seen_while_the_map_is_laid_out(plan: Any) -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return self._low >= 0.3

    content = content_module.read_plan(plan, "ja", Progress())
    drawn = printed.PlanSheet(content_module.MapRequest("ja"), content, content_module.BaseLayers())
    with pytest.raises(Cancelled):
        drawn.build(Stop())


def test_it_runs_in_the_main_thread_only(provider: Any) -> None:
    algorithm = provider.algorithm("planmap")
    assert algorithm.flags() & algorithm.Flag.FlagNoThreading


# -- where things go ---------------------------------------------------------------------------
def square_shape(side: float) -> QgsGeometry:
    return QgsGeometry.fromRect(QgsRectangle(0, 0, side, side))


FURNITURE = view.Furniture((150.0, 50.0), (14.0, 16.5), (86.0, 14.0), (80.0, 8.0))


def covered(drawn: view.View, shape: QgsGeometry, place: tuple[float, float], size: tuple[float, float]) -> float:
    metres = drawn.denominator / 1000
    x, y = place
    rect = QgsRectangle(
        drawn.extent.xMinimum() + x * metres,
        drawn.extent.yMaximum() - (y + size[1]) * metres,
        drawn.extent.xMinimum() + (x + size[0]) * metres,
        drawn.extent.yMaximum() - y * metres,
    )
    return shape.intersection(QgsGeometry.fromRect(rect)).area()


@pytest.mark.parametrize(
    "wkt",
    [
        "POLYGON((0 0, 1000 0, 1000 1000, 0 1000, 0 0))",
        "POLYGON((0 0, 3000 0, 3000 200, 0 200, 0 0))",
        "POLYGON((0 0, 300 0, 300 2700, 0 2700, 0 0))",
        "POLYGON((0 0, 1000 0, 1000 300, 300 300, 300 1000, 0 1000, 0 0))",
    ],
)
def test_tables_keep_off_the_plan(wkt: str) -> None:
    shape = QgsGeometry.fromWkt(wkt)
    chosen = view.choose_view([shape], 300.0, 246.0, 1.0, FURNITURE, Progress())
    assert chosen.extent.contains(shape.boundingBox())
    boxes = [(getattr(chosen, name), getattr(FURNITURE, name)) for name in FURNITURE._fields]
    for place, size in boxes:
        assert covered(chosen, shape, place, size) <= 1e-4 * shape.area()
        assert 0 <= place[0] <= 300 - size[0] and 0 <= place[1] <= 246 - size[1]
    for number, (one, size_one) in enumerate(boxes):
        for other, size_other in boxes[number + 1 :]:
            apart = (
                one[0] + size_one[0] <= other[0]
                or other[0] + size_other[0] <= one[0]
                or one[1] + size_one[1] <= other[1]
                or other[1] + size_other[1] <= one[1]
            )
            assert apart


def test_a_plan_that_fills_the_frame_is_covered_as_little_as_can_be() -> None:
    shape = QgsGeometry.fromWkt("POLYGON((0 0, 1000 0, 1000 820, 0 820, 0 0))")
    chosen = view.choose_view([shape], 300.0, 246.0, 1.0, FURNITURE, Progress())
    table = covered(chosen, shape, chosen.table, FURNITURE.table)
    assert table < 0.5 * FURNITURE.table[0] * FURNITURE.table[1] * (chosen.denominator / 1000) ** 2


def content_of(rows: Any) -> content_module.PlanContent:
    return content_module.read_plan(layer_of(FIELDS, rows), "ja", Progress())


def measure(text: str, size: float) -> float:
    return 0.55 * size * len(text)


def test_blocks_always_get_their_number_lots_only_where_it_fits() -> None:
    for kind, expected in (("block", 12), ("lot", 0)):
        content = content_of(plan_rows(kind, side=2.0))
        placed = numbers.place_numbers(content, [], 5.0, "a3", measure, Progress())
        assert len(placed) == expected
    content = content_of(plan_rows("lot", side=100.0))
    placed = numbers.place_numbers(content, [], 5.0, "a3", measure, Progress())
    assert [plate.text for plate in placed] == [f"A-{number}" for number in range(1, 13)]
    assert placed[0].flag and placed[0].icon == "class_maintain"
    for plate, shape in zip(placed, content.shapes):
        box = QgsRectangle(
            plate.x - plate.width / 2, plate.y - plate.height / 2, plate.x + plate.width / 2, plate.y + plate.height / 2
        )
        assert shape.contains(QgsGeometry.fromRect(box))


def test_patches_join_neighbouring_lots_of_one_class() -> None:
    rows = plan_rows("lot")
    for _, values in rows:
        values["management_class"] = "watch"
        values["priority"] = False
    rows[11] = (square(5000, 5000, 100), rows[11][1])
    content = content_of(rows)
    found = layers.patches(content, Progress())
    assert sorted(len(patch.members) for patch in found) == [1, 11]
    icons = numbers.place_numbers(content, found, 20.0, "a3", lambda text, size: 1000.0 if text else 0.0, Progress())
    assert [plate.text for plate in icons] == [""] * len(icons) and icons[0].icon == "class_watch"
    blocks = content_of(plan_rows("block"))
    assert len(layers.patches(blocks, Progress())) == 12


def test_text_heights_are_those_of_the_design() -> None:
    names = {"title": printed.TITLE, "heading": printed.HEADING, "body": printed.BODY, "small": printed.SMALL}
    for role, height in names.items():
        assert height == symbols.print_text(role)


def test_font_is_the_first_one_installed() -> None:
    assert sheet.print_font(["Yu Gothic", "BIZ UDGothic"]) == "BIZ UDGothic"
    assert sheet.print_font([]) != ""


def test_lines_break_before_no_comma() -> None:
    from qgis.core import QgsPrintLayout, QgsProject

    project = QgsProject()
    page = sheet.Sheet(QgsPrintLayout(project), 1.0, sheet.print_font())
    for width in range(12, 60, 3):
        for line in page.wrap("登記所備付地図（法務省）、農地パトロール。2024年", width, 3.0):
            assert line[0] not in "、。）"
            assert page.width(line, 3.0) <= width + 6.0
    assert page.wrap("Land registry map", 100.0, 3.0) == ["Land registry map"]
    assert page.wrap("Land registry map", 15.0, 3.0) == ["Land", "registry", "map"]
    assert page.shorten("Land registry map", 15.0, 3.0).endswith("…")


def test_days_are_read_from_dates_moments_and_text() -> None:
    assert content_module._day("2025-11-20T10:00:00Z") == dt.date(2025, 11, 20)
    assert content_module._day(dt.datetime(2025, 11, 20, 3)) == dt.date(2025, 11, 20)
    assert content_module._day("soon") is None
    assert content_module._day(None) is None


def test_text_can_be_searched_in_japanese(tmp_path: Path, plan: Any) -> None:
    print_map(tmp_path, PLAN=plan, VILLAGE="谷沢長西民", OUTPUT_PNG=str(tmp_path / "map.png"), DPI=50)
    raw = "".join(text_of(tmp_path / "map.pdf").split())
    assert "谷沢長西民" in raw and "維持・回復" in raw and "見守り" in raw
    look_alikes = [letter for letter in raw if pdftext.plain_character(letter) != letter]
    assert look_alikes == []
    found = subprocess.run(["pdfinfo", str(tmp_path / "map.pdf")], capture_output=True, text=True, check=True)
    assert "Syntax" not in found.stderr


def test_hamlets_are_named_in_the_language_of_the_sheet(tmp_path: Path) -> None:
    rows = plan_rows("lot")
    for _, values in rows:
        values.update(management_class="maintain", actor="組合", method=None, start_on=None)
    rows.extend((square(100 * number, 300, 100), {**rows[0][1], "unit_id": f"v{number}"}) for number in range(3))
    hamlets = layer_of(
        "&field=hamlet:string&field=name_en:string&field=name_ja:string",
        [
            (square(-500, -500, 3000), {"hamlet": "上谷", "name_en": "Kamitani", "name_ja": "上谷"}),
        ],
    )
    print_map(tmp_path, PLAN=layer_of(FIELDS, rows), HAMLETS=hamlets, LANGUAGE=2)
    words = words_of(tmp_path / "map.pdf")
    assert "Kamitani" in words and "上谷" not in words


def test_a_name_stands_beside_the_plan_by_its_own_hamlet_and_covers_no_lot() -> None:
    left, right = (QgsGeometry.fromRect(QgsRectangle(x, 0, x + 500, 1000)) for x in (0, 500))
    ground = QgsGeometry.fromRect(QgsRectangle(-1000, -1000, 2000, 2000))
    free = ground.difference(left.combine(right))
    for shape, other in ((left, right), (right, left)):
        x, y = numbers.beside_spot(shape, [other], free, 240.0, 50.0, 10.0, [])
        plate = QgsGeometry.fromRect(QgsRectangle(x - 120, y - 25, x + 120, y + 25))
        assert free.contains(plate)
        assert shape.distance(plate) < min(other.distance(plate), 12 * 10.0)
        taken = [numbers.Placed("", "", False, x, y, 240.0, 50.0, 3.2)]
        elsewhere = numbers.beside_spot(shape, [other], free, 240.0, 50.0, 10.0, taken)
        assert elsewhere is not None and elsewhere != (x, y)
    # Nothing near is free: no name far away either.
    assert numbers.beside_spot(left, [right], free.difference(left.buffer(400, 8)), 240.0, 50.0, 10.0, []) is None


def test_names_of_hamlets_leave_the_lots_of_the_plan_readable(tmp_path: Path) -> None:
    rows = plan_rows("lot")
    hamlets = layer_of(
        "&field=hamlet:string&field=name_en:string",
        [(square(0, 0, 300), {"hamlet": "上", "name_en": "Kamitanizawa"}),
         (square(300, 0, 300), {"hamlet": "下", "name_en": "Shimotanizawa"})],
    )  # fmt: skip
    bare = print_map(tmp_path, PLAN=layer_of(FIELDS, rows), LANGUAGE=2, OUTPUT_PNG=str(tmp_path / "bare.png"), DPI=60)
    named = print_map(
        tmp_path, PLAN=layer_of(FIELDS, rows), HAMLETS=hamlets, LANGUAGE=2, OUTPUT_PNG=str(tmp_path / "map.png"), DPI=60
    )
    assert bare and named and {"Kamitanizawa", "Shimotanizawa"} <= set(text_of(tmp_path / "map.pdf").split())
    blue = QColor(symbols.class_symbol("maintain").fill)

    def painted(name: str) -> int:
        picture = QImage(str(tmp_path / name))
        return sum(
            picture.pixelColor(x, y) == blue
            for x in range(0, picture.width(), 2)
            for y in range(0, picture.height(), 2)
        )

    # Beside the plan there is room for both names: not one dot of a lot is covered.
    assert painted("map.png") == painted("bare.png") > 100
