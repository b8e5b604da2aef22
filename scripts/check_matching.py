#!/usr/bin/env python3
"""How well the register matching finds the truth: the sample register spoilt in known ways, matched, counted.

  check_matching.py [--seeds 101,102,…] [--share 0.05] [--missing 0.02] [--no-area]
  check_matching.py --speed 10000,100000

Prints one table over all seeds (markdown, as in docs/methods.md) and the worst seed; with --speed the seconds for
made-up villages of so many lots, 35 % of their rows spoilt.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from build_sample import ROOT, register_package

SEEDS = tuple(range(2001, 2021))


def village() -> tuple[Any, Any]:
    """Lots and register of the sample village."""
    import geopandas as gpd
    import pandas as pd

    path = ROOT / "sample_data" / "tanizawa.gpkg"
    lots = gpd.read_file(path, layer="lots").sort_values("lot_key").reset_index(drop=True)
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as data:
        register = pd.read_sql_query("select lot_key, category_reg, area_reg, owner_key, share from register", data)
    return lots, register


def run(
    lots: Any, register: Any, seed: int, share: float = 0.05, missing: float = 0.02, area: bool = True
) -> tuple[Any, Any, Any]:
    """Score table of one seed, the spoilt rows, and the matching; without ``area`` the register gives none."""
    from sample.corrupt import corrupt, score

    from land_stewardship.core.parcels.matchdata import LotColumns, RowColumns
    from land_stewardship.core.parcels.matching import match_register

    rows = corrupt(register, lots, seed, share, missing)
    result = match_register(
        lots,
        rows.drop(columns=["truth", "kind"]),
        LotColumns("lot_key", "chiban", "oaza", "chome", "koaza", "accuracy_class", "undetermined"),
        RowColumns(number="chiban", oaza="oaza", area="area_reg" if area else None),
    )
    proposed: dict[int, set[str]] = {}
    for key, lot in zip(result.matches["row_key"], result.matches["lot_key"]):
        for position in result.rows_of_key[key]:
            proposed.setdefault(position, set()).add(lot)
    certain = {row: set(keys) for row, keys in result.lot_of_row.items()}
    return score(rows, certain, proposed), rows, result


def made_up(count: int) -> tuple[Any, Any]:
    """Lots in 80 districts and their register: one row in ten with 番, with a wrong area, without a district; one in
    twenty with a wrong number, one in twenty missing.
    """
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import shapely

    random = np.random.default_rng(1)
    at = np.arange(count)
    side = int(count**0.5) + 1
    x, y = at % side * 30.0, at // side * 30.0
    shapes = shapely.box(x, y, x + random.uniform(5, 29, count), y + 29)
    districts = np.array([f"大字{a}{b}" for a in "東西南北上中下前" for b in "田山川谷村原沢尾崎島"])
    oaza = districts[at % len(districts)]
    main, branch = at // len(districts) // 3 + 1, at // len(districts) % 3
    chiban = np.array([f"{m}-{b}" if b else f"{m}" for m, b in zip(main, branch)], dtype=object)
    keys = [f"{place}-{number}" for place, number in zip(oaza, chiban)]
    lots = gpd.GeoDataFrame({"lot_key": keys, "oaza": oaza, "chiban": chiban}, geometry=shapes, crs="EPSG:6676")
    rows = pd.DataFrame({"oaza": oaza.astype(object), "chiban": chiban, "area": np.floor(shapely.area(shapes))})
    order, tenth = random.permutation(count), count // 10
    rows.loc[order[:tenth], "chiban"] = [text.replace("-", "番") for text in chiban[order[:tenth]]]
    rows.loc[order[tenth : 2 * tenth], "area"] *= 1.3
    rows.loc[order[2 * tenth : 3 * tenth], "oaza"] = None
    wrong = order[3 * tenth : 3 * tenth + tenth // 2]
    rows.loc[wrong, "chiban"] = [text + "9" for text in chiban[wrong]]
    return lots, rows.drop(index=order[-(count // 20) :])


def speed(counts: list[int]) -> None:
    """Print how long made-up villages take."""
    from land_stewardship.core.parcels.matchdata import LotColumns, RowColumns
    from land_stewardship.core.parcels.matching import match_register

    for count in counts:
        lots, rows = made_up(count)
        start, used = time.perf_counter(), time.process_time()
        result = match_register(
            lots, rows, LotColumns("lot_key", "chiban", "oaza"), RowColumns(number="chiban", oaza="oaza", area="area")
        )
        seconds, used = time.perf_counter() - start, time.process_time() - used
        told = f"{seconds:.1f} s ({used:.1f} s of processor time)"
        print(f"{count:,} lots, {len(rows):,} rows: {told}, {dict(result.matches['status'].value_counts())}")


def main() -> int:
    """Run all seeds and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--share", type=float, default=0.05, help="of the lots for each kind")
    parser.add_argument("--missing", type=float, default=0.02, help="share of the lots without rows")
    parser.add_argument("--no-area", action="store_true", help="match without the registered areas")
    parser.add_argument("--speed", help="numbers of lots, instead of the truth test")
    options = parser.parse_args()
    register_package()
    if options.speed:
        speed([int(count) for count in options.speed.split(",")])
        return 0
    lots, register = village()
    total: Any = None
    worst = []
    for seed in map(int, options.seeds.split(",")):
        table = run(lots, register, seed, options.share, options.missing, not options.no_area)[0]
        total = table if total is None else total.add(table, fill_value=0)
        whole = table.loc["all"]
        worst.append((whole["precision"], whole["recall"], int(whole["wrong_certain"]), seed))
    total = total.reindex(table.index.union(total.index, sort=False))
    total["precision"] = total["right"] / total["proposed"].where(total["proposed"] > 0)
    total["recall"] = total["right"] / total["pairs"].where(total["pairs"] > 0)
    print("| kind | rows | true pairs | proposed | precision | recall | certain | wrong among certain |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind, row in total.iterrows():
        rates = [f"{row[name]:.4f}" if row[name] == row[name] else "–" for name in ("precision", "recall")]
        cells = [kind, *(f"{row[name]:,.0f}" for name in ("rows", "pairs", "proposed")), *rates]
        print("| " + " | ".join([*cells, f"{row['certain']:,.0f}", f"{row['wrong_certain']:,.0f}"]) + " |")
    print()
    print(f"{len(worst)} seeds. Lowest precision of a seed {min(worst)[0]:.4f}, lowest recall "
          f"{min(entry[1] for entry in worst):.4f}, seeds with a wrong certain match: "
          f"{[entry[3] for entry in worst if entry[2]] or 'none'}.")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
