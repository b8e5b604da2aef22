#!/usr/bin/env python3
"""Build sample_data/ from a land registry map.

  build_sample.py [--xml FILE] [--out FOLDER]

The lots are real: 「登記所備付地図データ（上越市）」（法務省）を加工して作成. Without --xml the map is taken from the
source package of mojxml 0.5.4 (test data), fetched with pip. Everything else is invented with a fixed
seed and marked as synthetic. The same input gives the same files.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib.util
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MAP_NAME = "15222-1107-1553.xml"
MAP_SHA256 = "7a784dc933a5dfbaf8d0922269cad087d93d3d58f17c12f82fee06688615d807"  # pragma: allowlist secret
PACKAGE = "mojxml==0.5.4"


def register_package() -> None:
    """Make the plugin importable as ``land_stewardship``, whatever the folder is called."""
    sys.path[:] = [p for p in sys.path if Path(p or ".").resolve() not in (ROOT, ROOT / "scripts")]
    for name, folder in (("land_stewardship", ROOT), ("sample", ROOT / "scripts" / "sample")):
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)


#: Rules that the invented village has switched on beside those with a published number.
VILLAGE_RULES = ("weeds_houses", "weeds_roads")


def village_rules() -> str:
    """The sample village's own table of harm rules: the catalogue with :data:`VILLAGE_RULES` switched on."""
    text = (ROOT / "resources" / "catalogues" / "externality_rules.csv").read_text(encoding="utf-8")
    reader = csv.DictReader(io.StringIO(text))
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, list(reader.fieldnames or ()), lineterminator="\n")
    writer.writeheader()
    for row in reader:
        if row["rule_id"] in VILLAGE_RULES:
            row["active"] = "true"
            row["note"] = "Invented village: switched on in its first workshop. Distance and weight are assumptions."
        writer.writerow(row)
    return table.getvalue()


def map_bytes(path: str) -> bytes:
    """The land registry map, from ``path`` or from the source package."""
    if path:
        return Path(path).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--no-binary",
                "mojxml",
                "--dest",
                folder,
                PACKAGE,
            ],
            check=True,
        )
        archive = next(Path(folder).glob("mojxml-*.tar.gz"))
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.name.endswith("/" + MAP_NAME):
                    content = tar.extractfile(member)
                    assert content is not None
                    xml = content.read()
                    if hashlib.sha256(xml).hexdigest() != MAP_SHA256:
                        raise SystemExit(f"{MAP_NAME} of {PACKAGE} is not the expected edition")
                    return xml
    raise SystemExit(f"{MAP_NAME} is not in {PACKAGE}; give a path with --xml")


def build(xml: bytes, out: Path) -> dict[str, Any]:
    """Write all files into ``out``; returns counts for the summary."""
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely
    from sample import defects, ownercases, people, rasters, store, texts, world

    from land_stewardship.core.inputs import INPUT_FIELDS
    from land_stewardship.core.parcels.mojmap import import_maps

    out.mkdir(parents=True, exist_ok=True)
    lots = import_maps([(MAP_NAME, xml)]).lots
    table = world.assign_categories(lots, world.describe(lots))
    roads, canals = world.roads(lots, table), world.canals(lots, table)
    forest, edge = world.forest_of(lots, table)
    hamlets, table["hamlet"] = world.hamlets_of(lots, table)
    houses = world.houses_of(lots, table)
    hazards = world.hazards_of(lots, table)
    zoning = world.zoning_of(lots, table, forest, hazards)

    valid = world.outline(lots)
    table["forest_m"] = shapely.distance(valid, edge.union_all())
    table["road_m"] = shapely.distance(shapely.point_on_surface(valid), roads.loc[roads["kind"] == "main"].union_all())
    agricultural = zoning.loc[zoning["kind"] == "agri_zone"].union_all()
    with np.errstate(invalid="ignore"):  # GEOS raises the flag on touching lines
        table["in_agri_zone"] = shapely.area(shapely.intersection(valid, agricultural)) > 0.5 * table["area"]

    owners, table["owner_key"] = people.owners_of(table)
    table = people.unmanaged_truth(table, owners)
    register, outliers = people.registers(table, owners)
    register, owners, owner_truth = ownercases.add(register, owners)
    cultivators, farmland = people.cultivators_of(table)
    residents = people.residents_of(houses)
    patrol = people.patrol_of(table)
    damage = people.damage_of(lots, table)
    faulty, defect_truth = defects.build(lots, table)

    public = {
        "lots": (lots, "MultiPolygon"),
        "lots_defects": (faulty, "MultiPolygon"),
        "register": (register, None),
        "farmland_register": (farmland, None),
        "patrol": (patrol, None),
        "houses": (houses, "Polygon"),
        "roads": (roads, "LineString"),
        "canals": (canals, "LineString"),
        "forest": (forest, "Polygon"),
        "forest_edge": (edge, "LineString"),
        "hazard_zones": (hazards, "Polygon"),
        "zoning": (zoning, "Polygon"),
        "boar_damage": (damage, "Point"),
        "hamlets": (hamlets, "MultiPolygon"),
    }
    private = {"cultivators": (cultivators, None), "owners": (owners, None), "residents": (residents, None)}
    for path, tables in (("tanizawa.gpkg", public), ("tanizawa_private.gpkg", private)):
        package = store.open_package(str(out / path))
        for name, (frame, shape) in tables.items():
            frame = frame.copy()
            if name == "lots_defects":
                real = set(lots["lot_key"])
                changed = set("; ".join(defect_truth.loc[defect_truth["injected"], "lots"]).split("; "))
                frame["synthetic"] = [key in changed or key not in real for key in frame["lot_key"]]
            elif name != "lots":
                frame["synthetic"] = True
            title, description = texts.described(name)
            store.write_table(package, name, frame, INPUT_FIELDS[name], shape, title, description)
        del package
        store.close_package(str(out / path))

    coarse, fine = rasters.grid_around(lots, 10.0), rasters.grid_around(lots, 5.0)
    store.write_raster(str(out / "dem.tif"), rasters.terrain(coarse), coarse, texts.described("dem")[1])
    for year in (2023, 2024):
        store.write_raster(
            str(out / f"ndvi_{year}.tif"),
            rasters.ndvi(lots, table, coarse, year),
            coarse,
            texts.described(f"ndvi_{year}")[1],
        )
    store.write_raster(
        str(out / "canopy_height.tif"),
        rasters.canopy(lots, table, houses, fine),
        fine,
        texts.described("canopy_height")[1],
    )

    truth = pd.DataFrame(
        {
            "lot_key": table["lot_key"],
            "chiban": table["chiban"],
            "category_true": table["category"],
            "hamlet": table["hamlet"],
            "managed_true": np.where(~table["farmland"], "", np.where(table["unmanaged"], "no", "yes")),
            "years_unmanaged": np.where(table["farmland"], table["years_unmanaged"].astype(str), ""),
            "forest_m": table["forest_m"].round(1),
            "main_road_m": table["road_m"].round(1),
            "area_measured": table["area"].round(3),
            "area_off_tolerances": table["lot_key"].map(outliers.set_index("lot_key")["tolerances"]),
            "no_evidence": shapely.contains_xy(world.DARK_CORNER, table["x"], table["y"]),
            "synthetic": True,
        }
    )
    truth.to_csv(out / "truth.csv", index=False, encoding="utf-8", lineterminator="\n")
    owner_truth.to_csv(out / "owners_truth.csv", index=False, encoding="utf-8", lineterminator="\n")
    defect_truth.to_csv(out / "defects_truth.csv", index=False, encoding="utf-8", lineterminator="\n")
    (out / "externality_rules.csv").write_bytes(village_rules().encode("utf-8"))
    assert isinstance(lots, gpd.GeoDataFrame)
    newest = patrol.sort_values(["lot_key", "patrol_on"]).groupby("lot_key").last()["result"]
    return {
        "lots": len(lots),
        "hectares": round(float(lots.area.sum()) / 10_000, 2),
        "farmland lots": int(table["farmland"].sum()),
        "unmanaged": int(table["unmanaged"].sum()),
        "categories": table["category"].value_counts().to_dict(),
        "patrol": newest.value_counts().to_dict(),
        "houses": len(houses),
        "roads": len(roads),
        "canals": len(canals),
        "owners": len(owners),
        "cultivators": len(cultivators),
        "residents": int(residents["residents"].sum()),
        "damage": len(damage),
        "defects": len(defect_truth),
        "bytes": sum(f.stat().st_size for f in out.iterdir()),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xml", default="", help="land registry map; else taken from the mojxml source package")
    parser.add_argument("--out", default=str(ROOT / "sample_data"), help="folder to write to")
    arguments = parser.parse_args()
    register_package()
    for name, value in build(map_bytes(arguments.xml), Path(arguments.out)).items():
        print(f"{name}: {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
