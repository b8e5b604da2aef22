"""The forecast of 10,000 lots, four horizons, 500 futures, beside the same rules written plainly with numpy.

    bench_forecast.py               one scenario; puts its section into docs/benchmarks.md
    bench_forecast.py --lots 2000   fewer lots

The peer (forecast_peer.py) walks one future at a time, with numpy over lots and farmers and a Python loop over the
lots that become free. It is measured on a tenth of the futures and its time multiplied, since every future costs the
same. Both run in this process, in turns; the fastest of three counts, in CPU seconds (which other work does not
lengthen) and by the clock.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import importlib.util
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parent))

import forecast_peer
import measure

HORIZONS = (5, 10, 20, 30)
DRAWS, PEER_DRAWS, TURNS = 500, 50, 3
TITLE = "## Forecast: 10,000 lots, 4 horizons, 500 futures"
HEAD = ["run", "CPU (s)", "clock (s)", "peer / run (CPU)"]


def package() -> None:
    """Make the plugin importable as ``land_stewardship``."""
    spec = importlib.util.spec_from_file_location(
        "land_stewardship", measure.ROOT / "__init__.py", submodule_search_locations=[str(measure.ROOT)]
    )
    assert spec and spec.loader
    sys.modules["land_stewardship"] = importlib.util.module_from_spec(spec)


def tables(count: int) -> dict[str, Any]:
    """Lots of 10 a in rows with paths, their registers, farmers and hamlets; 12 lots a farmer, 500 a hamlet."""
    random = np.random.default_rng(11)
    side = int(np.ceil(np.sqrt(count)))
    column, row = np.arange(count) % side, np.arange(count) // side
    x, y = column * 22.0 + (column // 5) * 6.0, row * 52.0
    keys = np.array([f"15222-001-000-0000-00-{n}" for n in range(count)], dtype=object)
    hamlet = np.array([f"H{n // 500}" for n in range(count)], dtype=object)
    farmers = max(count // 12, 1)
    near = np.clip((np.arange(count) // 12 + random.integers(-30, 31, count)), 0, farmers - 1)
    condition = np.where(
        random.random(count) < 0.1, "unmanaged", np.where(random.random(count) < 0.2, "cannot_tell", "managed")
    )
    return {
        "keys": keys,
        "lots": gpd.GeoDataFrame(
            {
                "lot_key": keys,
                "land_category": np.where(random.random(count) < 0.7, "田", "畑"),
                "condition": condition,
                "probability": np.where(condition == "unmanaged", 0.8, np.where(condition == "managed", 0.08, 0.35)),
            },
            geometry=shapely.box(x, y, x + 20.0, y + 50.0),
            crs="EPSG:6676",
        ),
        "farmland": pd.DataFrame(
            {
                "lot_key": keys,
                "cultivator_key": [f"C{n}" for n in near],
                "right_kind": np.where(random.random(count) < 0.5, "lease", "owner"),
                "right_end": [f"{2026 + n % 10}-03-31" for n in range(count)],
            }
        ),
        "register": pd.DataFrame(
            {
                "lot_key": keys,
                "owner_key": [f"O{n % (count // 4 + 1)}" for n in range(count)],
                "owner_status": random.choice(["reachable", "to_check", "unknown"], count, p=[0.7, 0.2, 0.1]),
            }
        ),
        "cultivators": pd.DataFrame(
            {
                "cultivator_key": [f"C{n}" for n in range(farmers)],
                "age": random.integers(45, 86, farmers),
                "successor": random.choice(["yes", "no", "unknown"], farmers, p=[0.2, 0.6, 0.2]),
            }
        ),
        "slope": random.gamma(2.0, 4.0, count),
        "road": random.exponential(60.0, count),
        "hamlet": hamlet,
    }


def bench(count: int) -> str:
    """The section of the report."""
    package()
    from land_stewardship.core.condition import forecast, forecast_rates, forecast_village

    catalogues = measure.ROOT / "resources" / "catalogues"
    rates = forecast_rates.read_rates((catalogues / "forecast_rates.csv").read_text(encoding="utf-8"), "mid")
    hours = forecast_rates.read_hours((catalogues / "forecast_hours.csv").read_text(encoding="utf-8"))
    given = tables(count)
    best: dict[str, tuple[float, float]] = {}
    shares: dict[str, np.ndarray] = {}

    def timed(name: str, work: Callable[[], Any], times: float = 1.0) -> Any:
        """The result of ``work``, its CPU and clock seconds kept when they are the best so far."""
        cpu, clock = time.process_time(), time.perf_counter()
        result = work()
        spent = (time.process_time() - cpu) * times, (time.perf_counter() - clock) * times
        best[name] = min(best.get(name, spent), spent)
        return result

    records = forecast_village.Records(given["register"], given["farmland"], given["cultivators"])
    ground = forecast_village.Ground(given["slope"], given["road"], given["hamlet"])
    for turn in range(TURNS):
        prepared = timed(
            "prepare",
            lambda: forecast_village.prepare(
                given["lots"], given["keys"], records, ground, rates, hours, dt.date(2025, 1, 1)
            ),
        )
        village = prepared.village
        outcome = timed("ours", functools.partial(forecast.simulate, village, rates, HORIZONS, DRAWS, turn))
        futures = timed(
            "peer",
            functools.partial(forecast_peer.many_futures, village, rates, (0, *HORIZONS), PEER_DRAWS, turn),
            DRAWS / PEER_DRAWS,
        )
        shares["ours"] = outcome.chance.mean(axis=0)
        shares["peer"] = np.array([futures[years].mean() for years in HORIZONS])
    apart = float(np.abs(shares["ours"] - shares["peer"]).max())
    if apart > 0.04:
        raise SystemExit(f"The two differ by {apart:.3f} of the lots managed.")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    labels = {
        "peer": f"the same rules in plain numpy, future by future (from {PEER_DRAWS} futures)",
        "ours": "**Land Stewardship**, one scenario",
    }
    rows = [
        [label, f"{best[name][0]:.1f}", f"{best[name][1]:.1f}", f"{best['peer'][0] / best[name][0]:.1f}"]
        for name, label in labels.items()
    ]
    text = (
        f"On a machine with {measure.machine()}, shared with other work: look at CPU seconds and the ratio. {count:,} "
        f"lots of {len(given['cultivators']):,} farmers in {len(set(given['hamlet']))} hamlets, {HORIZONS[-1]} years "
        f"in yearly steps; runs took turns in one process, best of {TURNS}. Putting the registers in order takes "
        f"{best['prepare'][0]:.1f} s more. Shares of land managed differ by {apart:.3f} at most, what {PEER_DRAWS} "
        f"futures leave open. Peak memory of the process {memory:,.0f} MB."
    )
    return f"{TITLE}\n\n{text}\n\n{measure.table(HEAD, rows)}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lots", type=int, default=10_000)
    parser.add_argument("--output", type=Path, default=measure.ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args()
    section = bench(options.lots)
    print(section)
    measure.put(options.output, section)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    main()
