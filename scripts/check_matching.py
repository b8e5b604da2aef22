#!/usr/bin/env python3
"""How well the register matching finds the truth: the sample register spoilt in known ways, matched, counted.

  check_matching.py [--seeds 101,102,…] [--share 0.05] [--missing 0.02] [--no-area]

Prints one table over all seeds (markdown, as in docs/methods.md) and the worst seed.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
from build_sample import ROOT, register_package

SEEDS = tuple(range(101, 121))


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


def main() -> int:
    """Run all seeds and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default=",".join(map(str, SEEDS)))
    parser.add_argument("--share", type=float, default=0.05, help="of the lots for each kind")
    parser.add_argument("--missing", type=float, default=0.02, help="share of the lots without rows")
    parser.add_argument("--no-area", action="store_true", help="match without the registered areas")
    options = parser.parse_args()
    register_package()
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
