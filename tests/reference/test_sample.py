"""The bundled sample village: sizes, counts, shares, truth, privacy. Read with sqlite, so no QGIS is needed."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from land_stewardship.core.choice import usecodes
from land_stewardship.core.inputs import CODE_WORDS, INPUT_FIELDS
from land_stewardship.core.parcels import mojmap

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
PUBLIC, PRIVATE = SAMPLE / "tanizawa.gpkg", SAMPLE / "tanizawa_private.gpkg"
PRIVATE_TABLES = {"cultivators", "owners", "residents"}
PUBLIC_TABLES = set(INPUT_FIELDS) - PRIVATE_TABLES
#: Bytes of the envelope by its code in a GeoPackage geometry header.
ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}


def database(path: Path) -> Any:
    """Read-only connection that closes itself and leaves no file beside the database."""
    return closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True))


def shape_of(blob: Any) -> Any:
    """Geometry of a GeoPackage blob."""
    if blob is None:
        return None
    return shapely.from_wkb(blob[8 + ENVELOPES[(blob[3] >> 1) & 7] :], on_invalid="ignore")


@cache
def layer(name: str) -> Any:
    """A layer or table as a frame."""
    path = PRIVATE if name in PRIVATE_TABLES else PUBLIC
    with database(path) as connection:
        frame = pd.read_sql_query(f'SELECT * FROM "{name}"', connection)
    if "geom" not in frame:
        return frame
    shapes = np.empty(len(frame), dtype=object)
    shapes[:] = [shape_of(blob) for blob in frame["geom"]]
    return gpd.GeoDataFrame(frame.drop(columns="geom"), geometry=shapes, crs=6676)


@cache
def truth() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "truth.csv", dtype={"chiban": str})


@cache
def defects() -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "defects_truth.csv", keep_default_na=False)


def newest_patrol() -> pd.Series:
    return layer("patrol").sort_values(["lot_key", "patrol_on"]).groupby("lot_key").last()["result"]


def farmland() -> pd.DataFrame:
    return truth()[truth()["category_true"].isin(("田", "畑"))]


# -- files -----------------------------------------------------------------------------------
def test_size_in_all() -> None:
    names = {
        "tanizawa.gpkg",
        "tanizawa_private.gpkg",
        "dem.tif",
        "ndvi_2023.tif",
        "ndvi_2024.tif",
        "canopy_height.tif",
        "truth.csv",
        "defects_truth.csv",
        "owners_truth.csv",
        "SOURCES.md",
    }
    assert all((SAMPLE / name).exists() for name in names)
    assert sum((SAMPLE / name).stat().st_size for name in names) < 4_000_000


@pytest.mark.parametrize("path", [PUBLIC, PRIVATE], ids=["public", "private"])
def test_geopackage_is_old_enough_for_qgis_322(path: Path) -> None:
    with database(path) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] in (10200, 10300)
        assert connection.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("name", sorted(INPUT_FIELDS))
def test_tables_have_their_fields(name: str) -> None:
    frame = layer(name)
    expected = [spec.name for spec in INPUT_FIELDS[name]]
    found = [column for column in frame.columns if column not in ("fid", "geometry")]
    assert found == expected and len(frame) > 0


@pytest.mark.parametrize("path", [PUBLIC, PRIVATE], ids=["public", "private"])
def test_descriptions_say_what_is_synthetic(path: Path) -> None:
    with database(path) as connection:
        rows = connection.execute("SELECT table_name, description, identifier FROM gpkg_contents").fetchall()
    assert {row[0] for row in rows} == (PUBLIC_TABLES if path == PUBLIC else PRIVATE_TABLES)
    for name, description, _ in rows:
        if name != "lots":
            assert "合成データ / synthetic" in description, name
        if name in ("lots", "lots_defects"):
            assert "登記所備付地図データ（上越市）（法務省）を加工して作成" in description


def test_synthetic_flags() -> None:
    assert not layer("lots")["synthetic"].any()
    for name in sorted(set(INPUT_FIELDS) - {"lots", "lots_defects"}):
        assert layer(name)["synthetic"].all(), name
    changed = layer("lots_defects")
    assert 0 < changed["synthetic"].sum() < 40


# -- the real lots -----------------------------------------------------------------------------
def test_lots_are_the_real_ones() -> None:
    lots = layer("lots")
    assert len(lots) == 1051 and lots["lot_key"].is_unique
    assert lots.area.sum() / 10_000 == pytest.approx(202.46, abs=0.005)
    assert (~lots.geometry.is_valid).sum() == 6
    assert lots["city_name"].unique().tolist() == ["上越市"]


def test_lots_equal_the_map(data_folder: Path) -> None:
    path = data_folder / "moj_map_xml" / "15222-1107-1553.xml"
    read = mojmap.import_maps([(path.name, path)]).lots
    lots = layer("lots")
    assert lots["lot_key"].tolist() == read["lot_key"].tolist()
    assert (shapely.to_wkb(lots.geometry.to_numpy()) == shapely.to_wkb(read.geometry.to_numpy())).all()


# -- registers ----------------------------------------------------------------------------------
def test_registers_fit_the_lots() -> None:
    keys = set(layer("lots")["lot_key"])
    for name in ("register", "farmland_register", "patrol"):
        assert set(layer(name)["lot_key"]) <= keys, name
    assert set(layer("register")["category_reg"]) <= set(usecodes.CATEGORIES)
    assert set(layer("register")["owner_key"].dropna()) == set(layer("owners")["owner_key"])
    assert set(layer("farmland_register")["cultivator_key"].dropna()) == set(layer("cultivators")["cultivator_key"])


#: Tables that a village may bring and the sample does not have.
NOT_IN_THE_SAMPLE = ("forest_register", "vacancy")


@pytest.mark.parametrize(("name", "field"), sorted(key for key in CODE_WORDS if key[0] not in NOT_IN_THE_SAMPLE))
def test_codes_are_known(name: str, field: str) -> None:
    assert set(layer(name)[field].dropna()) <= set(CODE_WORDS[name, field])


def test_shares_add_up() -> None:
    register = layer("register").dropna(subset=["owner_key"])
    share = register["share"].map(lambda text: int(text.split("/")[0]) / int(text.split("/")[1]))
    assert share.groupby(register["lot_key"]).sum().to_numpy() == pytest.approx(1.0)
    assert register["lot_key"].value_counts().max() >= 2


def test_roads_and_canals_belong_to_the_municipality() -> None:
    register = layer("register")
    public = register["category_reg"].isin(("公衆用道路", "用悪水路"))
    assert register.loc[public, "owner_key"].isna().all()
    assert register.loc[~public, "owner_key"].notna().all()
    thin = layer("lots")
    thin = thin[4 * np.pi * thin.area / thin.length**2 < 0.05]
    assert len(thin) == 74
    category = register.drop_duplicates("lot_key").set_index("lot_key")["category_reg"]
    assert set(category.reindex(thin["lot_key"])) <= {"公衆用道路", "用悪水路"}


def test_registered_area_is_within_tolerance_apart_from_the_listed_lots() -> None:
    lots = layer("lots").set_index("lot_key")
    register = layer("register").drop_duplicates("lot_key").set_index("lot_key")
    table = truth().set_index("lot_key")
    area = table["area_measured"].reindex(register.index)
    limit = (0.10 + 0.02 * area**0.25) * np.sqrt(area)
    outside = (register["area_reg"] - area).abs() > limit
    listed = table["area_off_tolerances"].notna().reindex(register.index)
    assert outside.sum() == listed.sum() and (outside == listed).all()
    assert 8 <= listed.sum() <= 20
    assert (lots["accuracy_class"] == "甲三").all()


def test_owners_and_dates_look_like_a_village() -> None:
    register = layer("register").dropna(subset=["owner_key"])
    lots_per_owner = register.groupby("owner_key")["lot_key"].nunique()
    assert lots_per_owner.mean() > 2 and lots_per_owner.max() < 60
    kinds = register["address_kind"].value_counts(normalize=True)
    assert set(kinds.index) == {"village", "municipality", "outside", "unknown"} and kinds["village"] > 0.4
    years = pd.to_datetime(register["registered_on"]).dt.year
    assert years.min() < 1960 and years.max() <= 2025 and (years < 1985).mean() > 0.05
    by_kind = years.groupby(register["address_kind"]).median()
    assert by_kind["unknown"] < by_kind["village"]


# -- patrol and truth -----------------------------------------------------------------------------
def test_shares_of_the_patrol() -> None:
    result = newest_patrol()
    idle = result.isin(("idle_1_green", "idle_1_yellow", "idle_2", "waste_b")).mean()
    assert idle == pytest.approx(0.07, abs=0.02)
    assert (result == "unresolved").mean() == pytest.approx(0.07, abs=0.02)
    assert set(result.index) <= set(farmland()["lot_key"])
    assert 0.8 < len(result) / len(farmland()) < 0.97


def test_newest_patrol_agrees_with_the_truth() -> None:
    table = farmland().set_index("lot_key")
    result = newest_patrol()
    unmanaged = table["managed_true"].reindex(result.index) == "no"
    idle = result.str.startswith(("idle", "waste"))
    assert unmanaged[idle].all()
    # A few were left after their last visit; that visit is old.
    missed = unmanaged & (result == "not_idle")
    assert 1 <= missed.sum() <= 5
    last = layer("patrol").groupby("lot_key")["patrol_on"].max()
    assert (last[missed[missed].index] < "2024-01-01").all()


def test_truth_is_consistent() -> None:
    table = truth()
    assert table["lot_key"].tolist() == layer("lots")["lot_key"].tolist()
    fields = farmland()
    assert set(fields["managed_true"]) == {"yes", "no"}
    assert table.loc[~table.index.isin(fields.index), "managed_true"].isna().all()
    assert ((fields["years_unmanaged"] > 0) == (fields["managed_true"] == "no")).all()
    assert 0.08 < (fields["managed_true"] == "no").mean() < 0.14
    category = layer("register").drop_duplicates("lot_key").set_index("lot_key")["category_reg"]
    stated = table.set_index("lot_key")["category_true"].reindex(category.index)
    assert (stated == category).all()


def test_unmanaged_land_clusters_at_the_forest_edge() -> None:
    fields = farmland()
    left = fields["managed_true"] == "no"
    assert fields.loc[left, "forest_m"].median() < 0.4 * fields.loc[~left, "forest_m"].median()
    # Neighbours of unmanaged lots are unmanaged more often than by chance.
    lots = layer("lots").set_index("lot_key").loc[fields["lot_key"]]
    centres = shapely.centroid(lots.geometry.to_numpy())
    tree = shapely.STRtree(centres)
    a, b = tree.query(centres, predicate="dwithin", distance=90)
    flags = left.to_numpy()
    beside = flags[b[(a != b) & flags[a]]].mean()
    assert beside > 2.5 * flags.mean()


def test_boar_damage_lies_near_forest_and_unmanaged_land() -> None:
    damage = layer("boar_damage")
    assert 50 <= len(damage) <= 120 and set(damage["severity"]) == {1, 2, 3}
    edge = layer("forest_edge").union_all()
    fields = farmland()
    lots = layer("lots").set_index("lot_key").loc[fields["lot_key"]]
    centres = shapely.centroid(lots.geometry.to_numpy())
    assert np.median(shapely.distance(damage.geometry.to_numpy(), edge)) < 0.5 * np.median(
        shapely.distance(centres, edge)
    )
    left = shapely.union_all(shapely.make_valid(lots.geometry.to_numpy()[(fields["managed_true"] == "no").to_numpy()]))
    assert np.median(shapely.distance(damage.geometry.to_numpy(), left)) < 0.6 * np.median(
        shapely.distance(centres, left)
    )


def test_some_lots_are_in_the_dark() -> None:
    dark = truth()[truth()["no_evidence"]]
    assert len(dark) >= 5
    assert not set(dark["lot_key"]) & set(newest_patrol().index)
    assert not set(dark["lot_key"]) & set(layer("farmland_register")["lot_key"])


# -- surroundings ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name", ["houses", "roads", "canals", "forest", "forest_edge", "hazard_zones", "zoning", "boar_damage", "hamlets"]
)
def test_surroundings_are_valid(name: str) -> None:
    frame = layer(name)
    assert frame.geometry.is_valid.all() and not frame.geometry.is_empty.any()
    key = frame.columns[1]
    assert frame[key].is_unique


def test_houses_stand_on_house_plots_of_their_hamlet() -> None:
    houses, lots = layer("houses"), layer("lots").set_index("lot_key")
    plots = truth().loc[truth()["category_true"] == "宅地", "lot_key"]
    ground = shapely.union_all(shapely.make_valid(lots.loc[plots].geometry.to_numpy())).buffer(0.6)
    assert houses.within(ground).all() and len(houses) > 80
    assert set(houses["hamlet"]) <= set(layer("hamlets")["hamlet"])
    assert 0.6 < (houses["occupied"] == "yes").mean() < 0.9


def test_hamlets_do_not_overlap_and_hold_every_lot() -> None:
    hamlets = layer("hamlets")
    assert 5 <= len(hamlets) <= 7 and hamlets["district"].nunique() == 2
    total = sum(hamlets.geometry.area)
    assert hamlets.union_all().area == pytest.approx(total, rel=1e-4)
    official = hamlets["official_area_ha"].sum()
    lots = layer("lots").area.sum() / 10_000
    assert lots < official < 1.6 * lots
    inside = shapely.point_on_surface(shapely.make_valid(layer("lots").geometry.to_numpy()))
    assert shapely.within(inside, hamlets.union_all()).all()


def test_zoning_covers_most_paddies() -> None:
    farm = layer("farmland_register")
    assert farm.loc[farm["land_type"] == "田", "in_agri_zone"].mean() > 0.7
    assert {"agri_zone", "protection_forest", "slope_red"} <= set(layer("zoning")["kind"])
    assert {("slope", "yellow"), ("slope", "red"), ("debris", "yellow")} <= set(
        zip(layer("hazard_zones")["phenomenon"], layer("hazard_zones")["level"])
    )


# -- people --------------------------------------------------------------------------------------
def test_names_cannot_be_real() -> None:
    pattern = re.compile(r"見本 [〇一二三四五六七八九]{4} \(Sample Farmer \d{4}\)")
    assert all(pattern.fullmatch(name) for name in layer("cultivators")["name"])
    for names in (layer("owners")["name"], layer("owners")["former_name"].dropna()):
        folded = [unicodedata.normalize("NFKC", name) for name in names]
        assert all("見本" in name and "(Sample" in name for name in folded)
    plain = re.compile(r"見本 [〇一二三四五六七八九]{4} \(Sample Owner \d{4}\)")
    assert sum(bool(plain.fullmatch(name)) for name in layer("owners")["name"]) > 150
    assert all("見本" in address for address in layer("owners")["address"].dropna())
    ages = layer("cultivators")["age"]
    assert ages.min() >= 45 and ages.max() <= 88


def test_hard_cases_among_the_owners() -> None:
    owners = layer("owners").set_index("owner_key")
    told = pd.read_csv(SAMPLE / "owners_truth.csv")
    assert told["owner_key"].is_unique and set(told["owner_key"]) == set(owners.index)
    counts = told["case"].value_counts()
    assert counts["single"] == 174 and len(counts) == 14
    second = told[told["case"] != "single"]
    assert (second["owner_key"] != second["person"]).sum() == len(second) - 2  # two only look the same
    status = layer("register").groupby("owner_key")["owner_status"].agg(set)
    for row in second[second["owner_key"] != second["person"]].itertuples():
        assert status[row.owner_key] == status[row.person], "entries of one person tell the same status"
    assert owners["died_on"].notna().sum() == 3 and owners["dissolved_on"].notna().sum() == 1
    assert set(owners["contact_result"].dropna()) == {"reached", "moved", "returned", "no_answer"}
    assert not any("Sample" in text or "　" in text for text in told["case"])


def test_no_name_in_the_public_file() -> None:
    content = PUBLIC.read_bytes()
    for name in [*layer("owners")["name"], *layer("cultivators")["name"]]:
        assert name.encode() not in content
    assert b"Sample Owner" not in content and "見本県".encode() not in content
    public_columns = {column for name in PUBLIC_TABLES for column in layer(name).columns}
    assert not public_columns & {"name", "age", "address", "successor", "phone"}
    for text in ("truth.csv", "defects_truth.csv", "owners_truth.csv"):
        assert "見本" not in (SAMPLE / text).read_text(encoding="utf-8")


# -- defects ------------------------------------------------------------------------------------
def test_defects_are_in_the_layer() -> None:
    counts = defects()["kind"].value_counts().to_dict()
    assert counts == {
        "gap": 4,
        "overlap": 4,
        "sliver": 3,
        "duplicate": 2,
        "bow_tie": 2,
        "missing_vertex": 4,
        "wrong_area": 5,
        "self_intersection": 6,
    }
    real, faulty = layer("lots"), layer("lots_defects")
    assert len(faulty) == len(real) + 5
    assert (~faulty.geometry.is_valid).sum() == 6 + 2
    untouched = set(real["lot_key"]) - set("; ".join(defects()["lots"]).split("; "))
    parents = {key.rsplit("-9", 1)[0] for key in faulty["lot_key"] if key.endswith("-9")}
    a = real.set_index("lot_key").loc[sorted(untouched - parents)].geometry.to_numpy()
    b = faulty.drop_duplicates("lot_key").set_index("lot_key").loc[sorted(untouched - parents)].geometry.to_numpy()
    assert (shapely.to_wkb(a) == shapely.to_wkb(b)).all()


@pytest.mark.parametrize("kind", ["gap", "overlap", "wrong_area"])
def test_defect_sizes_are_as_listed(kind: str) -> None:
    real = layer("lots").set_index("lot_key")
    faulty = layer("lots_defects").drop_duplicates("lot_key").set_index("lot_key")
    for row in defects()[defects()["kind"] == kind].itertuples():
        before, after = real.geometry[row.lots], faulty.geometry[row.lots]
        if kind == "gap":
            assert before.difference(after).area == pytest.approx(row.size, abs=0.002)
        elif kind == "overlap":
            assert after.difference(before).area == pytest.approx(row.size, abs=0.002)
        else:
            assert faulty.area_reg[row.lots] - before.area == pytest.approx(row.size, abs=0.002)


def test_defects_do_not_touch_each_other() -> None:
    injected = defects()[defects()["injected"].astype(str) == "True"]
    places = shapely.points(injected["x"].astype(float), injected["y"].astype(float))
    gaps = shapely.distance(places[:, None], places[None, :]) + np.eye(len(places)) * 1e9
    assert gaps.min() > 10


def test_residents_live_where_houses_are_lived_in() -> None:
    table, houses = layer("residents"), layer("houses")
    lived_in = houses.loc[houses["occupied"] == "yes"].groupby("hamlet").size()
    people = table.groupby("hamlet")["residents"].sum()
    assert set(people.index) == set(lived_in.index)
    assert ((people >= lived_in) & (people <= 4 * lived_in)).all()
    assert (table["age_to"] == table["age_from"] + 4).all()
    old = table.loc[table["age_from"] >= 65, "residents"].sum() / table["residents"].sum()
    assert 0.4 < old < 0.7
