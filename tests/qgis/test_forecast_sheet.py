"""The page "our village in 20 years" and the check of a forecast, inside QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import pytest
from qgis import processing
from qgis.core import (
    NULL,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsVectorLayer,
)
from tinylayers import CRS, layer

pytestmark = pytest.mark.usefixtures("provider")
TABLE = (
    "NoGeometry level:string hamlet:string scenario:string years:int lots:int land_ha:double unchanged_ha:double "
    "managed_ha:double managed_ha_lo:double managed_ha_hi:double cover:double people:double people_lo:double "
    "people_hi:double few_farmers:boolean"
)


def box(x: float, y: float = 0.0, width: float = 20.0) -> str:
    return f"POLYGON(({x} {y},{x + width} {y},{x + width} {y + 50},{x} {y + 50},{x} {y}))"


def forecast(crs: str = CRS, rows: Optional[list[tuple[Any, ...]]] = None) -> QgsVectorLayer:
    given = [
        (box(60.0 * n, 40.0 * (n % 7)), f"f{n}", ("あ", "い", "う")[n % 3], 1.0, 0.1 + 0.02 * n) for n in range(40)
    ]
    return layer(
        "Polygon lot_key:string hamlet:string p_now:double p_mid_20:double", given if rows is None else rows, crs
    )


def hamlets(few: str = "") -> QgsVectorLayer:
    rows: list[tuple[Any, ...]] = []
    places = (("village", None, 6.0), ("hamlet", "あ", 3.0), ("hamlet", "い", 2.0), ("hamlet", "う", 1.0))
    for scenario in ("low", "mid", "high"):
        for years, share in ((0, 1.0), (20, 0.5)):
            for level, name, land in places:
                managed = (land * share, land * share * 0.8, land * min(1.1 * share, 1))
                people = (50 * share, 40 * share, 60 * share)
                cover = None if name == "う" else 1.5 * share
                hidden = name is not None and name in few
                rows.append((level, name, scenario, years, 10, land, land, *managed, cover, *people, hidden))
    return layer(TABLE, rows)


def facilities() -> QgsVectorLayer:
    fields = "NoGeometry facility:string label:string label_ja:string edition:string scenario:string years:int"
    fields += " outlook:string"
    rows = [("clinic", "Clinic", "診療所", "2023", "mid", years, word) for years, word in ((0, "usual"), (20, "rare"))]
    return layer(fields, [*rows, *(("shop", "Shop", "店", None, "mid", years, "unknown") for years in (0, 20))])


def print_page(folder: Path, feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {
        "INPUT": forecast(),
        "HAMLETS_TABLE": hamlets(),
        "FACILITIES_TABLE": facilities(),
        "LANGUAGE": 1,
        "VILLAGE": "谷沢",
        "OUTPUT_PDF": str(folder / "page.pdf"),
    }
    return processing.run("landstewardship:forecastsheet", {**given, **more}, feedback=feedback)


def words_of(pdf: Path) -> str:
    import subprocess

    return subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout


def test_page_and_charts_in_both_languages(tmp_path: Path) -> None:
    result = print_page(
        tmp_path, OUTPUT_PNG=str(tmp_path / "page.png"), OUTPUT_CHARTS=str(tmp_path / "charts.svg"), DPI=50
    )
    assert (result["LOTS_SHOWN"], result["HAMLETS_HIDDEN"]) == (40, 0)
    assert (tmp_path / "page.png").stat().st_size > 10_000
    charts = (tmp_path / "charts.svg").read_text(encoding="utf-8")
    assert all(f">{name}<" in charts for name in ("地区全体", "あ", "い", "う")) and "変わらない場合" in charts
    text = words_of(tmp_path / "page.pdf")
    for words in ("20年後の谷沢", "このまま何も変わらない場合", "診療所", "ふつうある", "ない方が多い", "不明", "仮定"):
        assert words in text
    english = print_page(tmp_path, LANGUAGE=2, OUTPUT_PDF=str(tmp_path / "en.pdf"))
    assert english["SCALE"] == result["SCALE"]
    text = words_of(tmp_path / "en.pdf")
    for words in (
        "谷沢 in 20 years",
        "if nothing changes",
        "Whole village",
        "usually there",
        "Possible futures, not a plan.",
    ):
        assert words in text


def test_hamlets_with_few_farmers_are_not_printed(tmp_path: Path) -> None:
    result = print_page(tmp_path, HAMLETS_TABLE=hamlets("い"), OUTPUT_CHARTS=str(tmp_path / "charts.svg"))
    # One alone could be had by subtracting: the smallest other one is left out as well.
    assert result["HAMLETS_HIDDEN"] == 2 and result["LOTS_SHOWN"] == 14
    charts = (tmp_path / "charts.svg").read_text(encoding="utf-8")
    assert charts.count("耕作者が少ないため示しません。") == 2
    assert words_of(tmp_path / "page.pdf").count("耕作者が少ない") >= 2


def test_tables_without_types_are_read(tmp_path: Path) -> None:
    paths = []
    for name, made in (("hamlets", hamlets("い")), ("facilities", facilities())):
        path = str(tmp_path / f"{name}.csv")
        processing.run("native:savefeatures", {"INPUT": made, "OUTPUT": path})
        paths.append(path)
    result = print_page(tmp_path, HAMLETS_TABLE=paths[0], FACILITIES_TABLE=paths[1])
    assert result["HAMLETS_HIDDEN"] == 2
    text = words_of(tmp_path / "page.pdf")
    assert "診療所" in text and "6.0 → 3.0" in text


def test_page_asks_for_what_was_forecast(tmp_path: Path) -> None:
    with pytest.raises(QgsProcessingException, match="does not tell 10 years"):
        print_page(tmp_path, YEARS=10)
    with pytest.raises(QgsProcessingException, match="no field “few_farmers”"):
        print_page(tmp_path, HAMLETS_TABLE=layer(TABLE.rsplit(" ", 1)[0], []))
    with pytest.raises(QgsProcessingException, match="nothing to draw"):
        print_page(tmp_path, INPUT=forecast(rows=[(None, "a", "あ", 1.0, 0.5)]))
    with pytest.raises(QgsProcessingException, match="nothing to draw"):
        print_page(tmp_path, INPUT=forecast(rows=[]))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("crs", ["", "EPSG:4326"])
def test_page_needs_metres(tmp_path: Path, crs: str) -> None:
    with pytest.raises(QgsProcessingException):
        print_page(tmp_path, INPUT=forecast(crs))
    assert not list(tmp_path.iterdir())


def test_page_cancelled_leaves_nothing(tmp_path: Path) -> None:
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        print_page(tmp_path, feedback)
    assert not list(tmp_path.iterdir())


# -- check ------------------------------------------------------------------------------------------------
def later(lost: int = 20) -> QgsVectorLayer:
    rows = [(f"f{n}", "waste_b" if n < lost else "not_idle") for n in range(40)]
    return layer("NoGeometry lot_key:string survey_state:string", rows)


def check(feedback: Optional[QgsProcessingFeedback] = None, **more: Any) -> dict[str, Any]:
    given = {"INPUT": forecast(), "LATER": later(), "YEARS": 20, "OUTPUT": "memory:", "CALIBRATION": "memory:"}
    return processing.run("landstewardship:forecastcheck", {**given, **more}, feedback=feedback)


def test_check_tells_skill_and_pace() -> None:
    said = QgsProcessingFeedback()
    result = check(said)
    assert result["VERDICT"] == "skill" and result["LOTS_COMPARED"] == 40 and result["GAIN_LOW"] > 0
    assert result["SENTENCE"] in said.textLog() and 0.2 < result["PACE"] < 1.5
    first = next(f for f in result["OUTPUT"].getFeatures() if f["lot_key"] == "f0")
    assert first["managed"] is False and first["error"] == pytest.approx(0.01) and first["error_stays"] == 1
    assert sum(f["lots"] for f in result["CALIBRATION"].getFeatures()) == 40


def test_unchanged_data_say_no_skill_over_persistence() -> None:
    result = check(LATER=later(0))
    assert result["VERDICT"] == "worse" and result["SENTENCE"].startswith("No skill over persistence")
    assert "SKILL_PCT" not in result  # persistence made no error: nothing to divide by


def test_check_refuses_too_little_and_wrong_input() -> None:
    with pytest.raises(QgsProcessingException, match="Only 10 lots"):
        few = layer("NoGeometry lot_key:string survey_state:string", [(f"f{n}", "not_idle") for n in range(10)])
        check(LATER=few)
    with pytest.raises(QgsProcessingException, match="p_mid_5"):
        check(YEARS=5)
    with pytest.raises(QgsProcessingException, match="coordinate system"):
        check(INPUT=forecast(""))
    with pytest.raises(QgsProcessingException, match="metres"):
        check(INPUT=forecast("EPSG:4326"))
    with pytest.raises(QgsProcessingException, match="Only 0 lots"):
        check(INPUT=forecast(rows=[]))
    with pytest.raises(QgsProcessingException, match="Only 0 lots"):
        check(INPUT=forecast(rows=[(None, "a", "あ", 1.0, 0.5)]))


def test_two_rows_that_disagree_are_not_known() -> None:
    rows = [(f"f{n}", word) for n in range(40) for word in (("not_idle", "waste_b") if n == 0 else ("not_idle",))]
    result = check(LATER=layer("NoGeometry lot_key:string survey_state:string", rows))
    assert result["LOTS_COMPARED"] == 39
    assert next(f for f in result["OUTPUT"].getFeatures() if f["lot_key"] == "f0")["managed"] in (None, NULL)


def test_check_cancelled() -> None:
    feedback = QgsProcessingFeedback()
    feedback.cancel()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        check(feedback)
