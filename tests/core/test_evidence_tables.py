"""Evidence from surveys, place, forest and houses, and the one table: by hand."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from land_stewardship.core.condition import buildings, forest, place, rasters, survey, table
from land_stewardship.core.condition import evidence as ev
from land_stewardship.core.condition.figures import Figures
from land_stewardship.core.errors import InputError

NAN = float("nan")


def row_of_lots(count: int, size: float = 10.0) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"lot_key": [f"k{i}" for i in range(count)]},
        geometry=[shapely.box(i * size, 0, (i + 1) * size, size) for i in range(count)],
        crs=6676,
    )


def keys(count: int) -> np.ndarray:
    return np.array([f"k{i}" for i in range(count)], dtype=object)


def said(found: pd.DataFrame, indicator: str, column: str = "category") -> dict[int, object]:
    part = found[found["indicator"] == indicator]
    return dict(zip(part["row"].tolist(), part[column].tolist()))


# -- surveys ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("緑", "idle_1_green"),
        ("１号遊休農地（黄区分）", "idle_1_yellow"),
        ("赤", "waste_b"),
        ("B分類", "waste_b"),
        ("a", "idle_1"),
        ("Ａ分類", "idle_1"),
        ("2号遊休農地", "idle_2"),
        ("遊休農地ではない", "not_idle"),
        ("遊休農地", "idle_1"),
        ("idle_2", "idle_2"),
        ("調査中", "unresolved"),
        ("非公表", None),
        ("何か", None),
        (None, None),
    ],
)
def test_words_of_survey_results(word: str, code: str) -> None:
    assert survey.result_of(word) == code


def test_every_result_code_is_known_to_the_judgement() -> None:
    assert set(survey.RESULT_CODES) - {"unresolved"} == set(ev.SURVEY_STATES)


def test_survey_and_register_evidence() -> None:
    register = pd.DataFrame(
        {
            "lot_key": ["k0", "k0", "k1", "k2"],
            "owner_key": ["a", "b", "c", "d"],
            "owner_status": ["unknown", "reachable", "unknown", None],
            "registered_on": ["1950-04-01", "2000-04-01", "1945-04-01", "soon"],
            "synthetic": [True, True, True, True],
        }
    )
    farmland = pd.DataFrame(
        {
            "lot_key": ["k0", "k1", "k2", "k2"],
            "cultivator_key": ["old", None, "x", "y"],
            "right_kind": ["lease", "none", "lease", "lease"],
            "right_end": ["2024-03-31", None, "2027-03-31", "2040-03-31"],
        }
    )
    people = pd.DataFrame({"cultivator_key": ["old"], "age": [91], "successor": ["no"]})
    patrol = pd.DataFrame({"lot_key": ["k0", "k1"], "patrol_on": ["2024-10-01"] * 2, "result": ["黄", "？"]})
    found = survey.survey_evidence(keys(3), ev.Tables(register, farmland, patrol, people), None, "2025-04-01")
    assert said(found, "patrol") == {0: "idle_1_yellow", 1: "？"}
    assert said(found, "owner") == {0: "reachable", 1: "unknown"}
    years = said(found, "registration_years", "value")
    assert years == {0: pytest.approx(25, abs=0.01), 1: pytest.approx(80, abs=0.01)}
    assert said(found, "registration_years", "synthetic")[0] is True
    assert said(found, "lease_end") == {0: "ended", 2: "later"}
    assert said(found, "succession") == {0: "at_risk"} and said(found, "cultivator")[1] == "none"
    # Ages never leave.
    assert "91" not in found.to_csv()
    without = survey.survey_evidence(keys(3), ev.Tables(register, farmland), None, None)
    assert not {"registration_years", "lease_end"} & set(without["indicator"])


def test_emaff_data() -> None:
    emaff = gpd.GeoDataFrame(
        {
            "UsageSituationInvestigationResult": ["1", "3", None, "1"],
            "UsageSituationInvestigationResultCodeName": ["1号遊休農地（緑区分）", None, None, None],
            "UsageSituationInvestigationDate": ["2023/10/05 00:00:00", "20240910", None, None],
            "OwnerStatementIntentSurveyResultsCodeName": ["貸し付けたい", "未回答", None, None],
            "OwnerFarmIntentionCodeName": [None, "自ら耕作", "売りたい", None],
            "UseIntentionAscertainmentResultCodeName": ["確知できた", "不確知", None, None],
            "EndStagesDate": ["2026-03-31", None, None, None],
        },
        geometry=[shapely.Point(x, 5) for x in (5, 15, 25, 500)],
        crs=6676,
    )
    lots = row_of_lots(3)
    rows, lost = survey.placed(emaff, lots, keys(3))
    assert lost == 1 and rows["lot_key"].tolist()[:3] == ["k0", "k1", "k2"]
    found = survey.survey_evidence(keys(3), ev.Tables(), rows, "2025-04-01")
    assert said(found, "patrol") == {0: "idle_1_green", 1: "not_idle"}
    assert said(found, "patrol", "observed_on") == {0: "2023-10-05", 1: "2024-09-10"}
    assert said(found, "intention") == {0: "hand_over", 1: "continue", 2: "hand_over"}
    assert said(found, "owner") == {0: "reachable", 1: "unknown"}
    assert said(found, "lease_end") == {0: "soon"}
    assert set(found["source_ja"]) == {"eMAFF農地ナビ"}


# -- place ------------------------------------------------------------------------------------
def test_place_by_hand() -> None:
    lots = row_of_lots(3)
    line = gpd.GeoDataFrame({"source_kind": ["沢水"]}, geometry=[shapely.LineString([(-30, 0), (-30, 9)])], crs=6676)
    river = gpd.GeoDataFrame({"source_kind": ["river"]}, geometry=[shapely.LineString([(0, -40), (9, -40)])], crs=6676)
    houses = gpd.GeoDataFrame(
        {"occupied": ["no", "yes"]}, geometry=[shapely.box(31, 0, 32, 1), shapely.box(130, 0, 131, 1)], crs=6676
    )
    water = pd.concat([line, river], ignore_index=True)
    around = place.Surroundings(houses=houses, water=water)
    found = place.place_evidence(lots, around, np.array(["waste_b", None, "not_idle"], dtype=object))
    assert said(found, "lot_area", "value") == {0: 100.0, 1: 100.0, 2: 100.0}
    assert said(found, "shape", "value")[0] == pytest.approx(math.pi / 4)
    # The vacant house next door does not count.
    assert said(found, "house_distance", "value") == {0: 120.0, 1: 110.0, 2: 100.0}
    assert said(found, "water_source") == {0: "valley", 1: "valley", 2: "river"}
    assert said(found, "neighbours_unmanaged", "value") == {1: 50.0}


# -- forest -----------------------------------------------------------------------------------
def test_forest_mesh_by_area() -> None:
    lots = row_of_lots(3)
    cells = [shapely.box(x, 0, x + 5, 10) for x in (0, 5, 10)]
    mesh = gpd.GeoDataFrame(
        {"樹冠疎密度": [0.9, 0.7, None], "crown_ratio": [30.0, 40.0, 50.0]}, geometry=cells, crs=6676
    )
    found = forest.mesh_evidence(lots, np.array([True, True, False]), mesh)
    assert said(found, "canopy_closure", "value") == {0: pytest.approx(80.0)}
    # Half of lot 1 is covered, which is just enough.
    assert said(found, "crown_ratio", "value") == {0: pytest.approx(35.0), 1: pytest.approx(50.0)}
    with pytest.raises(InputError, match="crown_ratio"):
        forest.mesh_evidence(lots, np.array([True] * 3), mesh[["geometry"]])


def test_stands_by_key_and_by_area() -> None:
    lots, wooded = row_of_lots(3), np.array([True, True, True])
    rows = pd.DataFrame({"lot_key": ["k0", "k0", "k1"], "林齢": [60, 45, None], "間伐年": ["H17", None, "2020-03-01"]})
    found = forest.stand_evidence(lots, keys(3), wooded, rows, "2025-04-01")
    assert said(found, "stand_age", "value") == {0: 45.0}
    assert said(found, "thinning_years", "value") == {0: 20.0, 1: pytest.approx(5.08, abs=0.01)}
    areas = gpd.GeoDataFrame({"stand_age": [50, 70]}, geometry=[shapely.box(0, 0, 16, 10), shapely.box(16, 0, 24, 10)])
    found = forest.stand_evidence(lots, keys(3), wooded, areas, None)
    assert said(found, "stand_age", "value") == {0: 50.0, 1: 50.0}  # lot 2 is covered by 40 % only
    with pytest.raises(InputError, match="stand_age"):
        forest.stand_evidence(lots, keys(3), wooded, rows[["lot_key"]], None)


def test_stands_find_their_lots_through_the_ledger() -> None:
    ledger = pd.DataFrame(
        {"lot_key": ["k0", "k1", "k2", None], "rinpan": ["12"] * 4, "shohan": ["い", "い", "ろ", "い"]}
    )
    stands = pd.DataFrame({"rinpan": ["１２", "12", None], "shohan": ["い", "は", "い"], "age": [55, 30, 20]})
    placed = forest.with_lots(stands, ledger)
    found = forest.stand_evidence(row_of_lots(3), keys(3), np.array([True] * 3), placed, None)
    assert said(found, "stand_age", "value") == {0: 55.0, 1: 55.0}
    with pytest.raises(InputError, match="shohan"):
        forest.with_lots(stands, ledger[["lot_key", "rinpan"]])


@pytest.mark.parametrize(
    ("word", "year"), [("2015", 2015), ("H27年度", 2015), ("令和元年", 2019), ("昭和60", 1985), ("old", None)]
)
def test_years_in_words(word: str, year: int) -> None:
    assert forest.year_of_word(word) == year


# -- houses -----------------------------------------------------------------------------------
def test_houses_water_and_vacancy() -> None:
    lots = row_of_lots(4)
    houses = gpd.GeoDataFrame(
        {"house_id": ["A", "B", "C"], "occupied": ["no", "yes", "no"]},
        geometry=[shapely.box(x, 1, x + 1, 2) for x in (1, 11, 21)],
        crs=6676,
    )
    months = [f"2024-{m:02d}" for m in (2, 4, 6, 8, 10, 12)]
    use = pd.DataFrame(
        {
            "house_id": ["A"] * 6 + ["B"] * 6 + ["C"] * 2,
            "month": months * 2 + ["2024-10", "2024-12"],
            "m3": [0.0] * 6 + [9.0] * 6 + [0.0] * 2,
        }
    )
    visits = pd.DataFrame(
        {
            "house_id": ["A", "A", "C"],
            "surveyed_on": ["2020-01-01", "2024-05-01", None],
            "result": ["vacant", "居住", "？"],
        }
    )
    found = buildings.building_evidence(lots, keys(4), houses, use, visits)
    assert said(found, "house") == {0: "yes", 1: "yes", 2: "no"}
    assert said(found, "house", "source")[0] == "vacancy survey"
    # Two readings of house C are too few.
    assert said(found, "water_use") == {0: "none", 1: "in_use"}
    # A lot counts where it is named, the house where it is not.
    mixed = use.assign(lot_key=[keys(4)[3]] * 6 + [None] * 8)
    assert said(buildings.building_evidence(lots, keys(4), houses, mixed, None), "water_use") == {
        1: "in_use",
        3: "none",
    }
    with pytest.raises(InputError, match="neither lot_key nor house_id"):
        buildings.building_evidence(lots, keys(4), None, use, None)


# -- images -----------------------------------------------------------------------------------
def figures(mean: list[float], pixels: list[float], covered: float = 1.0, sd: float = 0.1) -> Figures:
    values, count = np.array(mean), np.array(pixels, dtype="float64")
    same = np.full(len(mean), sd)
    return Figures(values, same, values, values, values, values, count, count, np.full(len(mean), covered))


def test_small_lots_and_gaps_say_nothing_and_a_series_has_a_shape() -> None:
    limits = rasters.Limits()
    status = rasters.status_of(figures([1.0, 1.0, NAN], [4.0, 3.9, 0.0]), limits)
    assert status.tolist() == ["ok", "too_few_pixels", "outside"]
    assert rasters.status_of(figures([1.0], [9.0], covered=0.4), limits).tolist() == ["partly_covered"]
    count = 12
    categories, kinds = np.array(["田"] * count, dtype=object), np.array(["farmland"] * count, dtype=object)
    days = ("2024-04-10", "2024-05-10", "2024-06-10", "2024-07-10", "2024-08-10", "2024-10-10")
    curve = (0.2, 0.3, 0.5, 0.8, 0.8, 0.4)
    images = [rasters.Image("ndvi", day, day, True) for day in days]
    late = [[level + 0.01 * n for n in range(count - 1)] + [0.7] for level in curve]
    found, seasons = rasters.raster_evidence(
        images, [figures(mean, [30.0] * count) for mean in late], categories, kinds, limits, True
    )
    assert set(found["synthetic"]) == {True}
    assert said(found, "mowing_dips", "value") == dict.fromkeys(range(count), 0.0)
    assert set(seasons["year"]) == {"2024"} and seasons["images"].tolist() == [6] * count
    summers = found[(found["indicator"] == "ndvi_departure")]["observed_on"].unique().tolist()
    assert summers == ["2024-05-10", "2024-06-10", "2024-07-10", "2024-08-10"]
    assert said(found, "amplitude_departure", "value") == {}  # all but one alike: no spread to compare with
    assert said(found, "season_amplitude", "value")[11] == pytest.approx(0.0)


def test_winter_images_are_no_summer_greenness_and_plots_need_houses() -> None:
    kinds = np.array(["plot"] * 12, dtype=object)
    categories = np.array(["宅地"] * 12, dtype=object)
    mean = [0.5 + 0.01 * n for n in range(12)]
    winter = rasters.Image("ndvi", "2024-12-01", "w")
    height = rasters.Image("vegetation_height", None, "h")
    given = [figures(mean, [9.0] * 12)] * 2
    found, _ = rasters.raster_evidence([winter, height], given, categories, kinds, rasters.Limits(), False)
    assert found.empty
    found, _ = rasters.raster_evidence([winter, height], given, categories, kinds, rasters.Limits(), True)
    assert set(found["indicator"]) == {"vegetation_height", "height_roughness"}


def test_land_cover_against_the_land_category() -> None:
    covers = np.empty(4, dtype=object)
    covers[:] = [
        {"forest": 0.9, "crop": 0.1},
        {"crop": 0.7, "rough": 0.3},
        {"crop": 0.5, "forest": 0.5},
        {"grass": 1.0},
    ]
    kinds = np.array(["farmland"] * 4, dtype=object)
    image = rasters.Image("land_cover", "2021", "lc")
    found = rasters.cover_evidence(
        image, rasters.Covers(covers), figures([1.0] * 4, [9.0] * 4), kinds, rasters.Limits()
    )
    assert said(found, "land_cover") == {0: "forest", 1: "crop", 3: "grass"}
    assert said(found, "cover_match") == {0: "overgrown", 1: "agrees"}


# -- the one table ----------------------------------------------------------------------------
def rows(*given: tuple[str, str, float, object, object, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"lot_key": k, "indicator": i, "value": v, "category": c, "observed_on": d, "source": s, "source_ja": s}
            for k, i, v, c, d, s in given
        ]
    )


def test_tables_are_merged_without_repeats_whatever_the_order() -> None:
    one = rows(("k0", "slope", 5.0, None, None, "dem"), ("k0", "patrol", NAN, "waste_b", "2024-10-01", "patrol"))
    two = rows(
        ("k0", "slope", 7.0, None, None, "dem"),
        ("k1", "slope", 7.0, None, None, "dem"),
        ("k2", "x", NAN, None, None, "s"),
    )
    two["confidence"] = ["high", "medium", "low"]
    for order in ((one, two), (two, one), (one, two, one)):
        found = table.merged(order)
        assert sorted(zip(found["lot_key"], found["indicator"])) == [("k0", "patrol"), ("k0", "slope"), ("k1", "slope")]
        assert found.loc[(found["lot_key"] == "k0") & (found["indicator"] == "slope"), "value"].item() == 7.0
    surveys = table.surveys_in(table.merged([one]))
    assert surveys[["lot_key", "patrol_on", "result"]].to_numpy().tolist() == [["k0", "2024-10-01", "waste_b"]]
    wrong = one.assign(confidence="sure")
    with pytest.raises(InputError, match="sure"):
        table.merged([wrong])
    with pytest.raises(InputError, match="indicator"):
        table.merged([pd.DataFrame({"lot_key": ["k0"]})])
    assert table.merged([]).empty


def test_brought_evidence_joins_what_is_known_without_repeating_it() -> None:
    known = ev.evidence_rows(np.array([0]), "slope", ev.MAP, 5.0)
    brought = table.merged(
        [
            rows(
                ("k0", "slope", 9.0, None, None, "map"),
                ("k1", "slope", 9.0, None, None, "map"),
                ("k0", "patrol", NAN, "waste_b", None, "p"),
                ("elsewhere", "slope", 1.0, None, None, "map"),
            )
        ]
    )
    found = table.add(known, brought, keys(2))
    assert said(found, "slope", "value") == {0: 5.0, 1: 9.0} and "patrol" not in set(found["indicator"])
    patrol = survey.with_surveys(
        pd.DataFrame({"lot_key": ["k0"], "result": ["緑"], "patrol_on": ["2020-01-01"]}), brought
    )
    assert patrol is not None and sorted(patrol["result"]) == ["idle_1_green", "waste_b"]
    assert survey.with_surveys(None, table.merged([])) is None
    made = table.with_keys(found, keys(2))
    assert set(made.columns) >= {spec.name for spec in table.FIELDS}
