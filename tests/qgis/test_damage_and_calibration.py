"""Damage tables and what can be learnt from them, as a user runs it."""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
import shapely
import tinylayers
from qgis import processing
from qgis.core import (
    QgsCoordinateTransformContext,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsVectorFileWriter,
    QgsVectorLayer,
)
from tinylayers import rows

from land_stewardship.gis.catalogues import source_words

pytestmark = pytest.mark.usefixtures("provider")
CRS = "EPSG:6675"


def layer(definition: str, rows: list[tuple[Any, ...]], crs: str = CRS) -> QgsVectorLayer:
    """A small layer in the zone of the records."""
    return tinylayers.layer(definition, rows, crs)


class Cancelled(QgsProcessingFeedback):
    """Cancelled before it starts."""

    def isCanceled(self) -> bool:
        return True


def run(name: str, feedback: Optional[QgsProcessingFeedback] = None, **parameters: Any) -> dict[str, Any]:
    """Outputs of an algorithm, layers opened, the log under "log"."""
    context, feedback = QgsProcessingContext(), feedback or QgsProcessingFeedback()
    result = processing.run(f"landstewardship:{name}", parameters, context=context, feedback=feedback)
    for key, value in list(result.items()):
        if isinstance(value, str) and value.startswith(("OUTPUT_", "memory")):
            result[key] = QgsProcessingUtils.mapLayerFromString(value, context)
        if isinstance(result[key], QgsVectorLayer):
            result[key].setParent(None)
    result["log"], result["context"] = feedback.textLog(), context
    return result


def damage(paths: list[Path], **parameters: Any) -> dict[str, Any]:
    sinks = dict.fromkeys(("OUTPUT", "COUNTS", "CHECKS", "ASIDE", "REPORT"), "TEMPORARY_OUTPUT")
    given = {"TARGET": CRS, **sinks, **parameters}
    return run("importdamage", INPUT=[str(path) for path in paths], **given)


def write_map(path: Path, given: list[tuple[Any, ...]], crs: str = CRS) -> Path:
    """A map of records."""
    made = layer("Point 番号:string 確認日:string 獣種:string 氏名:string", given, crs)
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG" if path.suffix == ".gpkg" else "ESRI Shapefile"
    options.fileEncoding = "UTF-8"
    problem = QgsVectorFileWriter.writeAsVectorFormatV3(made, str(path), QgsCoordinateTransformContext(), options)
    assert problem[0] == QgsVectorFileWriter.WriterError.NoError
    return path


def test_points_of_a_map_are_read_like_the_rows_of_a_table(tmp_path: Path) -> None:
    # One record told three times, as people, in two files, the same number on another day, and one without a place.
    first = write_map(
        tmp_path / "a.gpkg",
        [
            ("POINT(1000 2000)", "7", "2024/5/1", "イノシシ", "見本 一"),
            ("POINT(1000 2000)", "7", "令和6年5月1日", "イノシシ", "見本 二"),
            ("POINT(1000 2000)", "7", "2024/6/1", "イノシシ", "見本 三"),
            (None, "8", "2024/5/1", "イノシシ", "見本 四"),
        ],
    )
    second = write_map(tmp_path / "b.gpkg", [("POINT(1000 2000)", "7", "R6.5.1", "イノシシ", "見本 一")])
    made = damage([first, second])
    assert (made["READ"], made["RECORDS"], made["REPEATED"], made["SET_ASIDE"]) == (5, 2, 2, 1)
    points = rows(made["OUTPUT"])
    assert [row["rows"] for row in points] == [3, 1] and all(row["species"] == "イノシシ" for row in points)
    shape = next(made["OUTPUT"].getFeatures()).geometry().asPoint()
    assert (shape.x(), shape.y()) == (pytest.approx(1000, abs=1e-4), pytest.approx(2000, abs=1e-4))
    assert "氏名" not in made["OUTPUT"].fields().names()
    # The same rows as a table give the same records.
    table = tmp_path / "c.csv"
    table.write_text(
        "番号,確認日,獣種,x,y\n7,2024/5/1,イノシシ,1000,2000\n7,2024/5/1,イノシシ,1000,2000\n"
        "7,2024/6/1,イノシシ,1000,2000\n8,2024/5/1,イノシシ,,\n7,2024/5/1,イノシシ,1000,2000\n",
        encoding="utf-8",
    )
    same = damage([table], TABLE_CRS=CRS)
    assert [row["damage_id"] for row in rows(same["OUTPUT"])] == [row["damage_id"] for row in points]


def test_a_map_of_damage_without_a_coordinate_system_is_refused_until_it_is_told(tmp_path: Path) -> None:
    path = write_map(tmp_path / "a.shp", [("POINT(1000 2000)", "7", "2024/5/1", "イノシシ", "")])
    path.with_suffix(".prj").unlink()
    with pytest.raises(QgsProcessingException, match="does not say its coordinate system"):
        damage([path])
    assert damage([path], TABLE_CRS=CRS)["RECORDS"] == 1


# -- importdamage ------------------------------------------------------------------------------------
def test_ishikawa(data_folder: Path) -> None:
    files = sorted((data_folder / "ishikawa_bear").glob("*.csv"))
    made = damage(files)
    assert made["READ"] == 3901
    assert made["READ"] == made["RECORDS"] + made["REPEATED"] + made["BY_NAME"] + made["SET_ASIDE"]
    assert (made["BY_NAME"], made["SET_ASIDE"]) == (0, 0)
    points = made["OUTPUT"]
    assert points.featureCount() == made["RECORDS"] == 2706 and points.crs().authid() == CRS
    checks = rows(made["CHECKS"])
    assert sum(row["rows"] for row in checks if row["kind"] == "rows") == 3901
    spoiled = {(row["file"], row["column_name"]) for row in checks if row["kind"] == "spoiled_code"}
    assert ("bear_incidents_attractants_r1-r6.csv", "集落コード") in spoiled
    assert any(row["value"] == "1.72E+09" for row in checks)
    assert {row["value"] for row in checks if row["kind"] == "bad_date"} == {"43575", "43984"}
    again = next(row for row in checks if row["kind"] == "number_used_again")
    assert again["rows"] == 444
    names = {field.name() for field in points.fields()}
    assert not names & {"場所", "備考", "集落コード"}
    days = sorted(row["seen_on"].toString("yyyy-MM-dd") for row in rows(points) if row["seen_on"])
    assert days[0] == "2019-01-08" and days[-1].startswith("2025-")
    counts = rows(made["COUNTS"])
    assert sum(row["records"] for row in counts) == sum(1 for row in rows(points) if row["hamlet"])
    # The same files in another order give the same records.
    other = damage(files[::-1])
    assert [f["damage_id"] for f in other["OUTPUT"].getFeatures()] == [f["damage_id"] for f in points.getFeatures()]


def test_hamlets_names_and_cp932(tmp_path: Path) -> None:
    path = tmp_path / "被害.csv"
    text = (
        "番号,発生日,集落名,経度,緯度,被害作物,氏名,電話番号\n"
        "1,令和6年5月1日,上,136.5,36.5,水稲,山田太郎,000-000\n"
        "2,R6.5.2,下,,,水稲,,\n3,2024/13/1,上,36.5,136.5,,,\n4,,,,,,,\n5,H31.4.30,遠い所,,,,,\n"
    )
    path.write_bytes(text.encode("cp932"))
    area = "MultiPolygon(((-90000 {a},9000 {a},9000 {b},-90000 {b},-90000 {a})))"
    hamlets = layer(
        "MultiPolygon hamlet:string name_ja:string",
        [
            (area.format(a=50_000, b=60_000), "u", "上"),
            (area.format(a=0, b=9_000), "d", "下"),
            (area.format(a=-9_000, b=-1), "n", "無"),
        ],
    )
    made = damage([path], HAMLETS=hamlets)
    assert (made["READ"], made["RECORDS"], made["BY_NAME"], made["SET_ASIDE"]) == (5, 1, 2, 2)
    point = rows(made["OUTPUT"])[0]
    assert (point["hamlet"], point["crop"], point["placed_by"]) == ("u", "水稲", "lonlat")
    assert point["seen_on"].toString("yyyy-MM-dd") == "2024-05-01"
    assert "山田" not in str(rows(made["OUTPUT"])) + str(rows(made["CHECKS"])) + made["log"]
    tally = {row["hamlet"]: (row["records"], row["by_place"], row["by_name"]) for row in rows(made["COUNTS"])}
    assert tally == {"u": (2, 1, 1), "d": (1, 0, 1), "n": (0, 0, 0)}
    kinds = {(row["kind"], row["row"]) for row in rows(made["CHECKS"])}
    assert {("swapped", 4), ("bad_date", 4), ("no_place", 5), ("unknown_hamlet", 6)} <= kinds
    report = {row["item"]: row for row in rows(made["REPORT"])}
    assert [report[f"rows_{name}"]["value"] for name in ("read", "kept", "set_aside")] == ["5", "3", "2"]
    assert report["records"]["value"] == "1" and report["swapped"]["text"].startswith("Row 3:")
    assert {(row["row"], row["reason"]) for row in rows(made["ASIDE"])} == {(4, "no_place"), (5, "unknown_hamlet")}
    assert "山田" not in str(list(report.values())) + str(rows(made["ASIDE"])) and made["KEPT"] == 3
    personal = {row["column_name"] for row in rows(made["CHECKS"]) if row["kind"] == "personal_column"}
    assert personal == {"氏名", "電話番号"}
    place = next(made["OUTPUT"].getFeatures()).geometry().asPoint()
    # 0.667 degrees west and 0.5 degrees north of the origin of zone VII.
    assert (place.x(), place.y()) == pytest.approx((-59_730, 55_690), abs=60)


def test_plane_coordinates(tmp_path: Path) -> None:
    path = tmp_path / "xy.csv"
    path.write_text("X座標,Y座標,日付\n55000,-4000,20240501\n", encoding="utf-8-sig")
    made = damage([path], TABLE_CRS=CRS, X_IS_NORTH=True)
    place = next(made["OUTPUT"].getFeatures()).geometry().asPoint()
    assert (place.x(), place.y()) == pytest.approx((-4000, 55000))
    lost = damage([path])
    assert (lost["RECORDS"], lost["SET_ASIDE"]) == (0, 1)
    with pytest.raises(QgsProcessingException, match="neither places nor hamlets"):
        damage([path], TABLE_CRS=CRS, COLUMNS="x=-; y=Y座標")
    assert {"no_crs"} < {row["kind"] for row in rows(lost["CHECKS"])}


def test_xlsx(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.append(["ID", "出没日", "WKT", "集落"])
    book.active.append([12, "R6.5.1", "POINT (136.5 36.5)", "上"])
    book.active.append([13, "R6.5.2", "POINT EMPTY", "上"])
    book.save(tmp_path / "a.xlsx")
    made = damage([tmp_path / "a.xlsx"])
    assert (made["RECORDS"], made["BY_NAME"]) == (1, 1)
    assert rows(made["OUTPUT"])[0]["event"] == "12"


@pytest.mark.parametrize(
    ("content", "extra", "message"),
    [
        ("a,b\n1,2\n", {}, "neither places nor hamlets"),
        ("集落\n上\n", {"TARGET": "EPSG:4326"}, "not in metres"),
        ("集落\n上\n", {"TARGET": None}, "no coordinate system"),
        ("集落\n", {}, "no rows"),
        ("集落\n上\n", {"COLUMNS": "when=集落"}, "not understood"),
        ("集落\n上\n", {"HAMLETS": "no_field"}, "no field hamlet"),
        ("集落\n上\n", {"HAMLETS": "no_crs"}, "coordinate system"),
    ],
)
def test_damage_refusals(tmp_path: Path, content: str, extra: dict[str, Any], message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(content, encoding="utf-8")
    square = "Polygon((0 0,1 0,1 1,0 0))"
    wrong = {
        "no_field": layer("Polygon name:string", [(square, "a")]),
        "no_crs": layer("Polygon hamlet:string", [], ""),
    }
    if extra.get("HAMLETS"):
        extra = {"HAMLETS": wrong[extra["HAMLETS"]]}
    with pytest.raises(QgsProcessingException, match=re.escape(message)):
        damage([path], **extra)


def test_damage_wrong_columns_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("いつ,どこ\nR6.5.1,上\n", encoding="utf-8")
    made = damage([path], COLUMNS="day=いつ; hamlet=どこ")
    assert rows(made["COUNTS"])[0]["records"] == 1


def test_a_repeated_record_in_no_known_hamlet_is_not_counted_by_name(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("番号,日付,集落\n7,R6.5.1,遠\n7,R6.5.1,遠\n8,R6.5.1,上\n", encoding="utf-8")
    hamlets = layer("Polygon hamlet:string", [("Polygon((0 0,9 0,9 9,0 0))", "上")])
    made = damage([path], HAMLETS=hamlets)
    assert (made["READ"], made["KEPT"], made["SET_ASIDE"], made["BY_NAME"], made["REPEATED"]) == (3, 1, 2, 1, 0)


def test_damage_cancel_and_invalid_hamlet(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("集落,WKT\n上,POINT (136.5 36.5)\n", encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        damage([path], feedback=Cancelled())
    bow = "Polygon((-60000 40000,0 40000,-60000 70000,0 70000,-60000 40000))"
    made = damage([path], HAMLETS=layer("Polygon hamlet:string", [(bow, "上"), (None, "空")]))
    assert sorted(row["hamlet"] for row in rows(made["COUNTS"])) == ["上", "空"]


# -- calibrateexternality ----------------------------------------------------------------------------
@functools.cache  # asked for again and again; nobody changes the lists
def village(seed: int, planted: float, cases: int = 120) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Lots on a grid (30 m, one in twelve unmanaged) and records with ``planted`` log odds per lot, half at 40 m."""
    rng = np.random.default_rng(seed)
    size, side = 50, 30.0
    x, y = (part.ravel() * side for part in np.meshgrid(np.arange(size), np.arange(size)))
    bad = rng.random(len(x)) < 1 / 12
    boxes = shapely.box(x, y, x + side, y + side)
    pool = rng.random((20_000, 2)) * size * side
    where = (pool[:, 1] // side * size + pool[:, 0] // side).astype(int)
    pool = pool[~bad[where]]
    at, lot = shapely.STRtree(boxes[bad]).query(shapely.points(pool), predicate="dwithin", distance=200)
    distance = shapely.distance(shapely.points(pool[at]), boxes[bad][lot])
    eta = planted * np.bincount(at, 0.5 ** (distance / 40), minlength=len(pool))
    taken = pool[rng.random(len(pool)) < np.exp(eta - eta.max())][:cases]
    lots = [
        (
            shapely.to_wkt(shape, rounding_precision=-1),
            f"k{n}",
            "unmanaged" if bad[n] else "managed",
            "田" if n % 3 else "畑",
        )
        for n, shape in enumerate(boxes)
    ]
    return lots, [(f"Point({px} {py})", "2024-05-01") for px, py in taken]


LOT_FIELDS = "Polygon lot_key:string condition:string land_category:string"


@pytest.fixture(scope="module")
def planted(qgis_app: Any) -> tuple[QgsVectorLayer, QgsVectorLayer]:
    lots, records = village(3, 1.0, 200)
    return layer(LOT_FIELDS, lots), layer("Point seen_on:string", records)


def learn(tmp_path: Path, **parameters: Any) -> dict[str, Any]:
    sinks = dict.fromkeys(("OUTPUT", "PROFILE", "KERNELS", "PLACES", "RULES"), "TEMPORARY_OUTPUT")
    given = {"PERMUTATIONS": 199, "REPORT": str(tmp_path / "r.html"), **sinks, **parameters}
    return run("calibrateexternality", **given)


def test_events_told_twice_are_warned_of(tmp_path: Path) -> None:
    lots, told = village(3, 1.0, 60)
    given = {"LOTS": layer(LOT_FIELDS, lots), "PERMUTATIONS": 99}
    once = learn(tmp_path, RECORDS=layer("Point seen_on:string", told), **given)
    assert "same place on the same day" not in once["log"]
    again = learn(tmp_path, RECORDS=layer("Point seen_on:string", [*told, *told[:7]]), **given)
    assert "7 records stand at the same place on the same day" in again["log"]
    assert "7 records stand at the same place" in (tmp_path / "r.html").read_text(encoding="utf-8")
    other_day = [(wkt, "2024-06-01") for wkt, _day in told[:7]]
    apart = learn(tmp_path, RECORDS=layer("Point seen_on:string", [*told, *other_day]), **given)
    assert "same place on the same day" not in apart["log"]


def test_planted_association(tmp_path: Path, planted: Any) -> None:
    lots, records = planted
    made = learn(tmp_path, LOTS=lots, RECORDS=records)
    assert made["VERDICT"] == "associated" and made["P_VALUE"] == pytest.approx(0.005)
    exposure = next(row for row in rows(made["OUTPUT"]) if row["role"] == "exposure")
    assert exposure["low"] < 1.0 < exposure["high"]
    kernels = rows(made["KERNELS"])
    assert sum(row["chosen"] for row in kernels) == 1 and len(kernels) == 36
    bands = rows(made["PROFILE"])
    assert sum(row["observed"] for row in bands) == pytest.approx(made["RECORD_COUNT"])
    assert bands[0]["ratio"] > 1
    assert made["PLACES"].featureCount() == made["RECORD_COUNT"] * 5
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "not a cause" in page and "原因を示すものではありません" in page and "AUC" in page
    rule = rows(made["RULES"])[0]
    assert rule["evidence"] == "local_data" and rule["active"] is True and "n = 200" in rule["citation"]
    assert "2024-05-01" in rule["citation"]
    told = source_words(rule["citation"], "ja")
    assert told.startswith("地域の記録: n = 200") and "Local" not in told
    assert "地域" not in source_words(rule["citation"], "en")
    # The rule table is accepted as the rules of the overlay.
    sinks = dict.fromkeys(("OUTPUT", "RECEPTORS_OUT", "LINKS"), "TEMPORARY_OUTPUT")
    used = run("overlayexternalities", SOURCES=lots, RULES=made["RULES"], **sinks)
    link = next(row for row in rows(used["LINKS"]) if row["distance_m"] == 0)
    assert link["rule_id"] == "boar_farmland_local" and link["value"] == pytest.approx(exposure["estimate"])


def test_order_of_features_does_not_matter(tmp_path: Path) -> None:
    lots, records = village(4, 1.0)
    first = learn(tmp_path, LOTS=layer(LOT_FIELDS, lots), RECORDS=layer("Point seen_on:string", records))
    turned = learn(tmp_path, LOTS=layer(LOT_FIELDS, lots[::-1]), RECORDS=layer("Point seen_on:string", records[::-1]))
    for name in ("OUTPUT", "PROFILE", "KERNELS"):
        for one, other in zip(rows(first[name]), rows(turned[name])):
            assert (
                one == pytest.approx(other)
                if "label" not in one
                else one["estimate"] == pytest.approx(other["estimate"])
            )
    assert first["P_VALUE"] == turned["P_VALUE"]


def test_nothing_planted_is_a_result(tmp_path: Path) -> None:
    lots, records = village(5, 0.0)
    made = learn(tmp_path, LOTS=layer(LOT_FIELDS, lots), RECORDS=layer("Point seen_on:string", records))
    assert made["VERDICT"] == "none" and made["P_VALUE"] > 0.05
    assert "No association found" in (tmp_path / "r.html").read_text(encoding="utf-8")
    rule = rows(made["RULES"])[0]
    assert rule["active"] is False and rule["weight"] == 0


def test_counts_per_hamlet(tmp_path: Path, planted: Any) -> None:
    lots, _ = planted
    side = 250.0
    rng = np.random.default_rng(2)
    hamlets = []
    for n in range(36):
        x, y = n % 6 * side, n // 6 * side
        wkt = f"Polygon(({x} {y},{x + side} {y},{x + side} {y + side},{x} {y + side},{x} {y}))"
        hamlets.append((wkt, f"h{n}", int(rng.poisson(4))))
    counts = layer("Polygon hamlet:string records:integer", hamlets)
    made = learn(tmp_path, LOTS=lots, COUNTS=counts, BLOCKS=6, LAND=False)
    assert made["RECORD_COUNT"] == sum(row[2] for row in hamlets)
    assert made["PLACES"].featureCount() == 36
    assert "Rate ratio" in (tmp_path / "r.html").read_text(encoding="utf-8")
    with pytest.raises(QgsProcessingException, match="hamlets with a count; at least 20"):
        learn(
            tmp_path,
            LOTS=lots,
            COUNTS=layer("Polygon hamlet:string records:integer", [(*row[:2], 10) for row in hamlets[:10]]),
            BLOCKS=6,
            LAND=False,
        )
    with pytest.raises(QgsProcessingException, match="whole numbers"):
        learn(
            tmp_path,
            LOTS=lots,
            COUNTS=layer("Polygon hamlet:string records:double", [(*row[:2], -1.5) for row in hamlets]),
            LAND=False,
        )


def test_records_on_unmanaged_lots_are_left_out(tmp_path: Path) -> None:
    lots, records = village(5, 0.0, 60)
    bad = [shapely.from_wkt(row[0]).centroid for row in lots if row[2] == "unmanaged"][:25]
    mixed = records + [(f"Point({p.x} {p.y})", None) for p in bad]
    made = learn(tmp_path, LOTS=layer(LOT_FIELDS, lots), RECORDS=layer("Point seen_on:string", mixed))
    assert (made["RECORD_COUNT"], made["LEFT_OUT"]) == (60, 25)


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("few", "at least 30 are needed"),
        ("empty", "at least 30 are needed"),
        ("no_lots", "at least 30 are needed"),
        ("no_records", "There are no records"),
        ("no_crs", "no coordinate system"),
        ("degrees", "not in metres"),
        ("records_no_crs", "no coordinate system"),
        ("field", "no field nope"),
        ("distances", "distances to try"),
        ("word", "small Latin letters"),
        ("no_area", "needs a study area"),
        ("no_sources", "nothing can be compared"),
        ("cancel", "Cancelled"),
    ],
)
def test_refusals(tmp_path: Path, case: str, message: str) -> None:
    lots, records = village(6, 0.0, 40)
    given: dict[str, Any] = {
        "LOTS": layer(
            LOT_FIELDS, lots if case != "no_lots" else [], {"no_crs": "", "degrees": "EPSG:6668"}.get(case, CRS)
        ),
        "RECORDS": layer(
            "Point seen_on:string",
            {"few": records[:12], "empty": []}.get(case, records),
            "" if case == "records_no_crs" else CRS,
        ),
    }
    given.update(
        {
            "no_records": {"RECORDS": None},
            "field": {"SOURCE_FIELD": "nope"},
            "distances": {"DISTANCES": "10; x"},
            "word": {"HARM": "Wild Boar"},
            "no_area": {"MASK": 2},
            "no_sources": {"SOURCE_VALUES": "nothing"},
        }.get(case, {})
    )
    with pytest.raises(QgsProcessingException, match=message):
        learn(tmp_path, feedback=Cancelled() if case == "cancel" else None, **given)
    assert not (tmp_path / "r.html").exists()


def test_invalid_lot_and_missing_shapes(tmp_path: Path) -> None:
    lots, records = village(5, 0.0, 60)
    bow = "Polygon((0 0,30 30,30 0,0 30,0 0))"
    lots[0] = (bow, *lots[0][1:])
    lots[1] = (None, *lots[1][1:])
    made = learn(
        tmp_path, LOTS=layer(LOT_FIELDS, lots), RECORDS=layer("Point seen_on:string", [*records, (None, None)])
    )
    assert made["RECORD_COUNT"] + made["LEFT_OUT"] == 61


def test_sample_village_with_all_controls(tmp_path: Path, sample_folder: Path) -> None:
    gpkg = f"{sample_folder / 'tanizawa.gpkg'}|layername="
    with open(sample_folder / "truth.csv", encoding="utf-8-sig") as stream:
        truth = {row["lot_key"]: row for row in csv.DictReader(stream)}
    source = QgsVectorLayer(gpkg + "lots", "lots", "ogr")
    words = {"no": "unmanaged", "yes": "managed"}
    lots = layer(
        LOT_FIELDS,
        [
            (
                f.geometry().asWkt(),
                f["lot_key"],
                words.get(truth[f["lot_key"]]["managed_true"]),
                truth[f["lot_key"]]["category_true"],
            )
            for f in source.getFeatures()
        ],
        "EPSG:6676",
    )
    made = learn(
        tmp_path,
        LOTS=lots,
        RECORDS=gpkg + "boar_damage",
        FOREST=gpkg + "forest_edge",
        RIVER=gpkg + "canals",
        DEM=str(sample_folder / "dem.tif"),
        MATCH=True,
    )
    terms = {row["term"] for row in rows(made["OUTPUT"])}
    assert {"constant", "exposure", "forest", "river", "slope"} <= terms
    assert made["RECORD_COUNT"] + made["LEFT_OUT"] == 82
    assert made["VERDICT"] in ("associated", "none", "opposite")
