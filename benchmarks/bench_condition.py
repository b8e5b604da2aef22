"""Judging 100,000 lots from a million pieces of evidence, beside QGIS's field calculator making the same sum.

    bench_condition.py               100,000 lots; puts its section into docs/benchmarks.md
    bench_condition.py --size 10000  fewer lots; only printed

Both run in one process, one after the other, on the same lots. The field calculator gets the evidence as columns of a
layer in memory and makes the score alone; ours also gives class, completeness, reasons, explanation and what would
change the answer. Times are CPU seconds of the process. The scores must be equal.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parent))

import inqgis
import measure
import numpy as np
import pandas as pd

SIZE = 100_000
TURNS = 3
TITLE = "## Condition of land: judging"
NUMBERS = {
    "ndvi_2023": ("ndvi_departure", 0.0, 2.0),
    "ndvi_2024": ("ndvi_departure", 0.0, 2.0),
    "height": ("vegetation_height", 1.2, 0.7),
    "slope": ("slope", 12.0, 6.0),
    "road": ("road_distance", 80.0, 60.0),
    "forest": ("forest_distance", 60.0, 40.0),
    "neighbours": ("neighbours_unmanaged", 10.0, 20.0),
}
WORDS = {
    "owner": ("owner", ("unknown", "to_check", "reachable")),
    "cultivator": ("cultivator", ("none", "named")),
    "succession": ("succession", ("at_risk", "secure")),
}


def columns(count: int) -> pd.DataFrame:
    """Evidence of the lots as one column per observation."""
    random = np.random.default_rng(1)
    found: dict[str, Any] = {
        name: random.normal(middle, spread, count) for name, (_, middle, spread) in NUMBERS.items()
    }
    found.update({name: random.choice(words, count) for name, (_, words) in WORDS.items()})
    return pd.DataFrame(found)


def evidence_of(table: pd.DataFrame) -> pd.DataFrame:
    """The same as an evidence table, ordered as the algorithm orders it."""
    from land_stewardship.core.condition import evidence as ev

    row = np.arange(len(table))
    parts = []
    for name, (indicator, *_) in {**NUMBERS, **WORDS}.items():
        number = name in NUMBERS
        parts.append(
            pd.DataFrame(
                {
                    "row": row,
                    "indicator": indicator,
                    "value": table[name] if number else np.nan,
                    "category": None if number else table[name],
                    "observed_on": name[-4:] if name.startswith("ndvi") else None,
                }
            )
        )
    frame = pd.concat(parts, ignore_index=True).reindex(columns=list(ev.COLUMNS))
    return frame.sort_values(["row", "indicator"], kind="stable").reset_index(drop=True)


def expression(weights: list[Any]) -> str:
    """The score as an expression of the field calculator."""
    terms = []
    for name, (indicator, *_) in {**NUMBERS, **WORDS}.items():
        share = 0.5 if indicator == "ndvi_departure" else 1.0
        for w in weights:
            if w.land_kind != "farmland" or w.indicator != indicator:
                continue
            size = w.weight * share
            if w.shape == "present":
                terms.append(f"({size})")
            elif w.shape == "category":
                terms.append(f"CASE WHEN \"{name}\" = '{w.category}' THEN {size} ELSE 0 END")
            elif w.high > w.low:
                terms.append(f'scale_linear("{name}", {w.low}, {w.high}, 0, {size})')
            else:
                terms.append(f'scale_linear("{name}", {w.high}, {w.low}, {size}, 0)')
    base = sum(w.weight for w in weights if w.land_kind == "farmland" and w.shape == "base")
    return " + ".join([f"({base})", *terms])


def layer_of(table: pd.DataFrame) -> Any:
    """The columns as a layer in memory."""
    from qgis.core import QgsFeature, QgsVectorLayer

    kinds = {name: "double" if name in NUMBERS else "string" for name in table.columns}
    uri = "NoGeometry?" + "&".join(f"field={name}:{kind}" for name, kind in kinds.items())
    layer = QgsVectorLayer(uri, "lots", "memory")
    features = []
    for values in zip(*(table[name].tolist() for name in table.columns)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(values))
        features.append(feature)
    layer.dataProvider().addFeatures(features)
    return layer


def cpu(action: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of this process, and what came out."""
    begin = time.process_time()
    made = action()
    return time.process_time() - begin, made


def job(count: int) -> dict[str, float]:
    """Best CPU times of each run; stops when the scores differ."""
    import processing
    from land_stewardship.core.condition import judge
    from land_stewardship.core.condition.score import score
    from land_stewardship.gis.catalogues import catalogue_text

    weights = judge.read_weights(catalogue_text("condition_weights.csv"))
    table = columns(count)
    evidence, layer = evidence_of(table), layer_of(table)
    kinds = np.full(count, "farmland", dtype=object)
    limits = judge.Thresholds()
    formula = expression(weights)

    def calculator() -> Any:
        return processing.run(
            "native:fieldcalculator",
            {"INPUT": layer, "FIELD_NAME": "score", "FIELD_TYPE": 0, "FORMULA": formula, "OUTPUT": "memory:"},
        )["OUTPUT"]

    runs: dict[str, Callable[[], Any]] = {
        "scores": lambda: score(count, kinds, evidence, weights, limits),
        "judge": lambda: judge.judge(count, kinds, evidence, weights, limits),
        "calculator": calculator,
    }
    best: dict[str, float] = {}
    made: dict[str, Any] = {}
    for _ in range(TURNS):
        for name, action in runs.items():
            seconds, made[name] = cpu(action)
            best[name] = min(best.get(name, np.inf), seconds)
    theirs = np.array([feature["score"] for feature in made["calculator"].getFeatures()])
    if not np.allclose(theirs, made["scores"].score, atol=1e-9):
        raise SystemExit("The field calculator's scores differ from ours.")
    best["rows"] = float(len(evidence))
    return best


def section(count: int, best: dict[str, float], version: str) -> str:
    """The section of the report."""
    rows = [
        ["`native:fieldcalculator`, score only", f"{best['calculator']:.2f}", "1.0"],
        [
            "**Land Stewardship**, scores and classes",
            f"{best['scores']:.2f}",
            f"{best['calculator'] / best['scores']:.1f}",
        ],
        [
            "**Land Stewardship**, with reasons, explanation and what would change it, two languages",
            f"{best['judge']:.2f}",
            f"{best['calculator'] / best['judge']:.1f}",
        ],
    ]
    return (
        f"{TITLE}\n\n{count:,} lots, {int(best['rows']):,} pieces of evidence, in QGIS {version} on a machine with "
        f"{measure.machine()}, shared with other work; CPU seconds, best of {TURNS}, runs took turns in one process. "
        "Scores equal to 1e-9 (checked).\n\n" + measure.table(["run", "CPU (s)", "field calculator / run"], rows) + "\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--output", type=Path, default=measure.ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args()
    qgis_running = inqgis.start_qgis()
    from qgis.core import Qgis

    text = section(options.size, job(options.size), Qgis.QGIS_VERSION.split("-")[0])
    print(text)
    if options.size == SIZE:
        measure.put(options.output, text)
    del qgis_running
    sys.stdout.flush()
    os._exit(0)  # QGIS without a window may hang on leaving


if __name__ == "__main__":
    main()
