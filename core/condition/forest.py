"""Evidence about forest lots: canopy and crowns on a mesh, age of the stand, last thinning."""

from __future__ import annotations

import re
import unicodedata
from typing import Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .evidence import empty, evidence_rows, joined, positions
from .survey import years_between

MESH = Text("forest resource mesh", "森林資源量集計メッシュ")
STANDS = Text("forest register", "森林簿")
MESH_LAYER = Text("The forest mesh", "森林メッシュ")
STAND_LAYER = Text("The forest register", "森林簿")
LEDGER = Text("The forest ledger", "林地台帳")
#: Part of the lot that cells with a value must cover (assumption).
MIN_COVERED = 0.5
#: Indicator, its unit, and names its column may have.
MESH_FIELDS = (
    ("canopy_closure", "%", ("canopy_closure", "closure", "樹冠疎密度", "樹冠被覆率", "疎密度")),
    ("crown_ratio", "%", ("crown_ratio", "crown_length_ratio", "樹冠長率", "平均樹冠長率")),
)
AGE_FIELDS = ("stand_age", "age", "林齢", "A45_017")
THINNED_FIELDS = ("thinned_on", "last_thinning", "間伐年", "最終間伐年", "間伐年度")
ERAS = {"R": 2018, "令和": 2018, "H": 1988, "平成": 1988, "S": 1925, "昭和": 1925}


def column_in(frame: pd.DataFrame, names: tuple[str, ...]) -> Optional[str]:
    """The first of ``names`` that the table has; ``None`` without any."""
    return next((name for name in names if name in frame.columns), None)


def percent(values: np.ndarray) -> np.ndarray:
    """Shares as percentages: a column that never exceeds 1 holds parts of one. Outside 0..100: not known."""
    known = values[np.isfinite(values)]
    scaled = values * 100.0 if len(known) and known.max() <= 1.0 else values
    return np.where((scaled >= 0) & (scaled <= 100), scaled, np.nan)


def area_means(
    geometry: np.ndarray, cells: np.ndarray, values: np.ndarray, progress: Optional[Progress] = None
) -> tuple[np.ndarray, np.ndarray]:
    """Mean of cell values per lot by covered area, and the part of the lot covered by cells with a value.

    A cell under another one (sheets that overlap) counts like its neighbour; ``covered`` is at most 1.
    """
    progress = progress or Progress()
    mean, covered = np.full(len(geometry), np.nan), np.zeros(len(geometry))
    usable = np.flatnonzero(np.isfinite(values) & ~(shapely.is_missing(cells) | shapely.is_empty(cells)))
    shapes = shapely.make_valid(cells[usable])
    lots = shapely.make_valid(geometry)
    lot, cell = shapely.STRtree(shapes).query(lots, predicate="intersects")
    progress.step(0.3)
    if not len(lot):
        return mean, covered
    share = shapely.area(shapely.intersection(lots[lot], shapes[cell]))
    total = np.bincount(lot, share, minlength=len(geometry))
    size = shapely.area(lots)
    some = total > 0
    mean[some] = np.bincount(lot, share * values[usable][cell], minlength=len(geometry))[some] / total[some]
    covered[some] = np.minimum(total[some] / size[some], 1.0)
    progress.step(1.0)
    return mean, covered


def mesh_evidence(
    lots: gpd.GeoDataFrame, forest: np.ndarray, mesh: gpd.GeoDataFrame, progress: Optional[Progress] = None
) -> pd.DataFrame:
    """Canopy closure and crown-length ratio (percent) of forest lots from a mesh in the CRS of the lots.

    ``forest``: which lots are forest. Raises ``InputError`` when the mesh has neither column.
    """
    progress = progress or Progress()
    columns = [(indicator, unit, column_in(mesh, names)) for indicator, unit, names in MESH_FIELDS]
    if not any(column for _, _, column in columns):
        raise InputError(
            MESH_LAYER
            + Text(
                "has neither canopy closure nor crown-length ratio. Name a column canopy_closure or crown_ratio.",
                "に樹冠疎密度も樹冠長率もありません。列の名前を canopy_closure か crown_ratio にしてください。",
            )
        )
    geometry = lots.geometry.to_numpy()
    rows = np.flatnonzero(forest & ~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    synthetic = frames.any_flag(mesh, "synthetic")
    day = sorted({d for d in frames.dates(mesh, "observed_on") if d is not None})
    parts = [empty()]
    for number, (indicator, unit, column) in enumerate(columns):
        if column is None:
            continue
        mean, covered = area_means(
            geometry[rows],
            mesh.geometry.to_numpy(),
            percent(frames.numbers(mesh, column)),
            progress.part(number / 2, (number + 1) / 2),
        )
        told = np.flatnonzero(np.isfinite(mean) & (covered >= MIN_COVERED))
        parts.append(
            evidence_rows(
                rows[told],
                indicator,
                MESH,
                mean[told],
                unit=unit,
                observed_on=day[-1] if day else None,
                confidence=np.where(covered[told] >= 0.9, "high", "medium").astype(object),
                synthetic=synthetic,
            )
        )
    return joined(parts)


def year_of_word(word: Optional[str]) -> Optional[int]:
    """A year written as 2015, 2015-03-01, H27, 平成27年度; ``None`` when it is none."""
    if word is None:
        return None
    plain = unicodedata.normalize("NFKC", word).strip()
    match = re.match(r"(19\d\d|20\d\d)(?!\d)", plain)
    if match:
        return int(match.group(1))
    match = re.match(r"(R|H|S|令和|平成|昭和)\.?\s*(\d{1,2}|元)", plain)
    return ERAS[match.group(1)] + (1 if match.group(2) == "元" else int(match.group(2))) if match else None


def with_lots(stands: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Stands with the key of each lot of their sub-compartment (林班, 小班), from a forest ledger that knows both.

    A stand of several lots stands once for each; stands the ledger does not know are left out. Raises
    ``InputError`` when one of the tables lacks ``rinpan`` or ``shohan``, or the ledger ``lot_key``.
    """
    both = ("rinpan", "shohan")
    frames.require(ledger, ("lot_key", *both), LEDGER)
    frames.require(stands, both, STAND_LAYER)

    def folded(frame: pd.DataFrame, name: str) -> list[str]:
        return ["".join(unicodedata.normalize("NFKC", word or "").split()) for word in frames.texts(frame, name)]

    known = pd.DataFrame({"lot_key": frames.texts(ledger, "lot_key"), **{name: folded(ledger, name) for name in both}})
    known = known.dropna(subset=["lot_key"]).drop_duplicates()
    made = pd.DataFrame(stands.drop(columns=["geometry"], errors="ignore"))
    made = made.assign(**{name: folded(stands, name) for name in both}).drop(columns=["lot_key"], errors="ignore")
    return made[(made["rinpan"] != "") & (made["shohan"] != "")].merge(known, on=list(both))


def stand_evidence(
    lots: gpd.GeoDataFrame, keys: np.ndarray, forest: np.ndarray, stands: gpd.GeoDataFrame, as_of: Optional[str]
) -> pd.DataFrame:
    """Age of the stand and years since the last thinning of forest lots.

    ``stands``: rows with ``lot_key``, or areas in the CRS of the lots of which the one covering most of the lot
    counts (at least half). ``as_of``: ISO day for the years since thinning; without it they are left out.
    Raises ``InputError`` when neither an age nor a thinning column is there.
    """
    age_name, thinned_name = column_in(stands, AGE_FIELDS), column_in(stands, THINNED_FIELDS)
    if age_name is None and thinned_name is None:
        raise InputError(
            STAND_LAYER
            + Text(
                "has neither the age of the stand nor the year of thinning. Name a column stand_age or thinned_on.",
                "に林齢も間伐年もありません。列の名前を stand_age か thinned_on にしてください。",
            )
        )
    rows, at = _stand_of(lots, keys, stands)
    keep = forest[rows]
    rows, at = rows[keep], at[keep]
    synthetic = frames.flags(stands, "synthetic")
    parts = [empty()]
    if age_name is not None:
        age = frames.numbers(stands, age_name)[at]
        told = np.flatnonzero((age > 0) & (age < 1000))
        parts.append(_newest(rows[told], "stand_age", age[told], as_of, synthetic[at[told]]))
    if thinned_name is not None and as_of:
        words = frames.dates(stands, thinned_name)
        years = np.array([_years_since(words[row], as_of) for row in at], dtype="float64")
        told = np.flatnonzero(years >= 0)
        parts.append(_newest(rows[told], "thinning_years", years[told], as_of, synthetic[at[told]]))
    return joined(parts)


def _years_since(word: Optional[str], as_of: str) -> float:
    exact = years_between(word, as_of)
    if exact == exact:
        return exact
    year = year_of_word(word)
    return float("nan") if year is None else float(int(as_of[:4]) - year)


def _newest(
    rows: np.ndarray, indicator: str, values: np.ndarray, as_of: Optional[str], synthetic: np.ndarray
) -> pd.DataFrame:
    """One row per lot: of several stands the smallest figure (youngest, thinned last)."""
    table = pd.DataFrame({"row": rows, "value": values, "synthetic": synthetic})
    table = table.sort_values(["row", "value"]).drop_duplicates("row")
    return evidence_rows(
        table["row"].to_numpy(),
        indicator,
        STANDS,
        table["value"].to_numpy(),
        unit="years",
        observed_on=as_of,
        synthetic=table["synthetic"].to_numpy(dtype=object),
    )


def _stand_of(lots: gpd.GeoDataFrame, keys: np.ndarray, stands: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    if "lot_key" in stands.columns:
        return positions(keys, stands)
    shapes = shapely.make_valid(stands.geometry.to_numpy())
    geometry = shapely.make_valid(lots.geometry.to_numpy())
    lot, stand = shapely.STRtree(shapes).query(geometry, predicate="intersects")
    share = shapely.area(shapely.intersection(geometry[lot], shapes[stand]))
    table = pd.DataFrame({"lot": lot, "stand": stand, "share": share})
    table = table.sort_values(["lot", "share", "stand"], ascending=[True, False, True]).drop_duplicates("lot")
    half = table["share"].to_numpy() >= 0.5 * shapely.area(geometry[table["lot"].to_numpy(dtype="int64")])
    table = table[half]
    return table["lot"].to_numpy(dtype="int64"), table["stand"].to_numpy(dtype="int64")
