"""The parcel check on real maps whose facts are known, and on the sample with its list of injected defects."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from land_stewardship.core.parcels.check import CheckSettings, check_parcels, join_register
from land_stewardship.core.parcels.mojmap import import_maps

BROKEN = {"H000000609", "H000000523", "H000000499", "H000000232", "H000000031", "H000000595"}

IN_TWO_PLACES = "15222-241-000-0000-00-1497"


@pytest.fixture(scope="module")
def joetsu(data_folder: Path) -> gpd.GeoDataFrame:
    path = data_folder / "moj_map_xml" / "15222-1107-1553.xml"
    return import_maps([(path.name, path)]).lots


def test_joetsu_facts(joetsu: gpd.GeoDataFrame) -> None:
    """1,051 lots in one clean mesh: six lots with a broken outline, one of them in two places, and nothing else."""
    result = check_parcels(joetsu)
    assert result.counts == {"lots": 1051, "findings": 7, "error": 7, "warning": 0, "note": 0}
    per_lot = result.findings["lots"].value_counts().to_dict()
    assert len(per_lot) == 6 and per_lot.pop(IN_TWO_PLACES) == 2 and set(per_lot.values()) == {1}
    assert result.findings["finding_id"].is_unique
    # GEOS names one place of each lot, in these words.
    named = shapely.is_valid_reason(shapely.get_parts(joetsu.geometry[~joetsu.is_valid].to_numpy()))
    assert set(named) < set(result.findings["detail"])
    assert set(result.findings["kind"]) == {"invalid"}
    broken = set(result.findings["lots"])
    assert set(joetsu.loc[joetsu["lot_key"].isin(broken), "fude_id"]) == BROKEN
    assert result.findings["detail"].str.contains("elf-intersection").all()
    assert result.lots["area_m2"].median() == pytest.approx(711, abs=1)
    assert result.lots["area_m2"].sum() == pytest.approx(2_024_600, abs=500)


def test_thin_roads_and_canals_are_not_slivers(joetsu: gpd.GeoDataFrame) -> None:
    valid = joetsu[joetsu.is_valid]
    thin = 4 * np.pi * valid.area / valid.length**2 < 0.05
    assert thin.sum() == 74
    assert "category_reg" not in joetsu.columns, "found without any land category"
    assert "sliver" not in set(check_parcels(joetsu).findings["kind"])
    # Not because narrow lots are overlooked: taken out of their surroundings the narrowest ones are noted.
    alone = valid[thin].nsmallest(3, columns="area_m2")
    found = [check_parcels(alone.iloc[[row]]).findings["kind"].tolist() for row in range(len(alone))]
    assert ["sliver"] in found


@pytest.mark.parametrize("tolerance", [0.0, 0.001, 0.01, 0.02])
def test_joetsu_is_clean_at_any_sensible_tolerance(joetsu: gpd.GeoDataFrame, tolerance: float) -> None:
    assert set(check_parcels(joetsu, CheckSettings(tolerance=tolerance)).findings["kind"]) == {"invalid"}


def test_joetsu_in_any_order(joetsu: gpd.GeoDataFrame) -> None:
    once = check_parcels(joetsu).findings
    again = check_parcels(joetsu.sample(frac=1, random_state=3)).findings
    pd.testing.assert_frame_equal(once, again)


# -- the sample village -------------------------------------------------------------------------


def sample(folder: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(folder / "tanizawa.gpkg", layer=name)


def test_every_defect_of_the_sample_is_found_and_nothing_else(sample_folder: Path) -> None:
    truth = pd.read_csv(sample_folder / "defects_truth.csv", keep_default_na=False)
    assert set(truth["finding"]) >= {
        "gap",
        "overlap",
        "sliver",
        "duplicate",
        "invalid",
        "missing_vertex",
        "area_mismatch",
    }
    result = check_parcels(sample(sample_folder, "lots_defects"))
    findings = result.findings
    explained = np.zeros(len(findings), dtype=bool)
    for defect in truth.itertuples():
        lots = set(defect.lots.split("; "))
        concerned = findings["lots"].map(lambda text, lots=lots: bool(lots & set(text.split("; "))))
        hits = findings[concerned & (findings["kind"] == defect.finding)]
        assert len(hits), f"{defect.defect_id} {defect.kind} was not found"
        if defect.finding in ("gap", "overlap"):
            # An overlap is one finding for each neighbour it covers.
            assert hits["size"].sum() == pytest.approx(defect.size, rel=0.01), defect.defect_id
        kinds = {defect.finding, *defect.also.split("; ")}
        explained |= (concerned & findings["kind"].isin(kinds)).to_numpy()
    assert findings[~explained].empty


def test_sample_village_has_no_border_fault_but_the_six_lots(sample_folder: Path) -> None:
    lots, register = sample(sample_folder, "lots"), sample(sample_folder, "register")
    joined, conflicting, not_on_map = join_register(lots, register, "lot_key")
    result = check_parcels(
        joined, area_field="registered_area", category_field="registered_category", conflicting=conflicting
    )
    assert not_on_map == []
    kinds = result.findings["kind"].value_counts().to_dict()
    broken = result.findings.loc[result.findings["kind"] == "invalid", "lots"]
    assert kinds.pop("invalid") == 7 and broken.nunique() == 6, "7 places on 6 lots"
    assert set(kinds) <= {"area_mismatch", "no_area"}
    assert kinds["area_mismatch"] < 0.05 * len(lots), "most registered areas are right"


# -- foreign parcels with a declared area -------------------------------------------------------


def parcels(folder: Path, path: str, layer: str | None = None) -> gpd.GeoDataFrame:
    file = folder / "field_parcels" / path
    return gpd.read_file(file, layer=layer) if layer else gpd.read_file(file)


def relative_differences(lots: gpd.GeoDataFrame) -> pd.Series:
    return (lots["area_m2"] / lots["area_registered"] - 1).abs()


def test_finland_in_hectares(data_folder: Path) -> None:
    lots = parcels(data_folder, "fi/LandUse.ExistingLandUse.GSAAAgriculturalParcel.gpkg")
    wrong = check_parcels(lots, key_field=None, area_field="PINTA_ALA")
    units = wrong.findings[wrong.findings["kind"] == "area_unit"]
    assert len(units) == 1
    assert "hectares" in units.iloc[0]["explanation"]
    assert "area_mismatch" not in set(wrong.findings["kind"])

    right = check_parcels(lots, CheckSettings(area_unit=10_000.0), key_field=None, area_field="PINTA_ALA")
    assert "area_unit" not in set(right.findings["kind"])
    off = relative_differences(right.lots)
    assert (off > 0.01).sum() == 6
    assert off.max() == pytest.approx(0.071, abs=0.001)


def test_croatia(data_folder: Path) -> None:
    result = check_parcels(parcels(data_folder, "hr/land_parcels.gpkg"), key_field=None, area_field="area")
    off = relative_differences(result.lots)
    assert (off > 0.01).sum() == 2
    assert off.max() == pytest.approx(0.25, abs=0.001)
    mismatches = result.findings[result.findings["kind"] == "area_mismatch"]
    assert set(mismatches["lots"]) == {str(row) for row in off.index[off > 0.01]}


@pytest.mark.parametrize("layer", ["Culturas_Aveiro", "OcupacoesSolo_Aveiro"])
def test_portugal_is_exact(data_folder: Path, layer: str) -> None:
    result = check_parcels(parcels(data_folder, "pt/Continente.gpkg", layer), key_field=None, area_field="Shape_Area")
    assert not set(result.findings["kind"]) & {"area_mismatch", "area_unit", "no_area"}
    assert result.lots["area_diff"].abs().max() < 1e-6


def test_romania_unit_slip_is_said_once(data_folder: Path) -> None:
    """The column AREA_HA holds m²: taken at its word it is off 10,000-fold in every row."""
    lots = parcels(data_folder, "ec_ro/x/RO/RO_ny_EC21.shp")
    result = check_parcels(lots, CheckSettings(area_unit=10_000.0), key_field=None, area_field="AREA_HA")
    units = result.findings[result.findings["kind"] == "area_unit"]
    assert len(units) == 1
    assert units.iloc[0]["size"] == 10_000
    assert "Unit?" in units.iloc[0]["explanation"]
    assert "m²" in units.iloc[0]["explanation"]
    assert "area_mismatch" not in set(result.findings["kind"])
    as_metres = check_parcels(lots, key_field=None, area_field="AREA_HA")
    assert not set(as_metres.findings["kind"]) & {"area_unit", "area_mismatch"}


def test_japanese_field_polygons(data_folder: Path) -> None:
    """One overlap below 1 m² and one gap. The overlap is 20 µm wide: the usual tolerance passes over it."""
    pytest.importorskip("pyarrow", reason="reading Parquet needs pyarrow", exc_type=ImportError)
    table = pd.read_parquet(data_folder / "field_parcels" / "jp" / "jp_field_polygons_2024.parquet")
    lots = gpd.GeoDataFrame(
        table.drop(columns="GEOM"), geometry=shapely.from_wkb(table["GEOM"].to_numpy()), crs="EPSG:6668"
    ).to_crs("EPSG:6680")
    exact = CheckSettings(tolerance=1e-6, min_area=0.0, channel_width=0.0)
    result = check_parcels(lots, exact, key_field=None, area_field=None)
    assert result.findings["kind"].tolist() == ["overlap", "gap"]
    assert result.findings["size"].iloc[0] < 1
    usual = check_parcels(lots, key_field=None, area_field=None)
    assert "overlap" not in set(usual.findings["kind"])
    assert (usual.findings["kind"] == "gap").sum() == 1


def test_planar_after_snapping(data_folder: Path) -> None:
    """A layer that only fits together when points 1 cm apart count as one."""
    lots = gpd.read_file(data_folder / "geoplanar" / "possibly_invalid_snap.gpkg")
    snapped = check_parcels(lots, CheckSettings(tolerance=0.01, min_area=0.0), key_field=None).findings
    assert "near_border" in set(snapped["kind"])
    assert set(snapped["severity"]) == {"note"}
    assert not check_parcels(lots, CheckSettings(tolerance=0.0, min_area=0.0), key_field=None).findings.empty
