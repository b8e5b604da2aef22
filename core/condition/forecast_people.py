"""People of the hamlets in the coming years: ageing cohorts, or a population mesh.

Cohorts of five years step forward with survival, moving and births of the rate table; each person is
drawn, so small hamlets get the wide range that they have.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import frames
from ..choice.facts import within
from ..errors import InputError
from ..texts import Text
from .forecast_chance import text_keys
from .forecast_rates import OLDEST, Rates

RESIDENTS = Text("The table of residents by age", "年齢別の住民の表")
MESH = Text("The population mesh", "将来推計人口のメッシュ")
#: Years of a cohort, and how many cohorts there are (the last is open).
STEP, BANDS = 5, 21


class People(NamedTuple):
    """``population`` and ``hands`` (hours per year for the land; ``None`` when not known), each hamlets × years ×
    draws, year 0 first. ``source`` says where they come from."""

    population: np.ndarray
    hands: Optional[np.ndarray]
    source: str


def residents_by_band(frame: pd.DataFrame, hamlets: Sequence[str]) -> np.ndarray:
    """Residents per hamlet and band of five years (hamlets × bands) from ``hamlet, age_from, age_to, residents``.

    Wider bands are spread evenly over their years, whole people only. Rows of hamlets that are not asked for
    are left out. Raises ``InputError`` for missing fields or a row without a usable age or number.
    """
    frames.require(frame, ("hamlet", "age_from", "age_to", "residents"), RESIDENTS)
    found = np.zeros((len(hamlets), BANDS), dtype="int64")
    places = {name: place for place, name in enumerate(hamlets)}
    first, last, people = (frames.numbers(frame, name) for name in ("age_from", "age_to", "residents"))
    for row, name in enumerate(frames.texts(frame, "hamlet")):
        if name not in places:
            continue
        ends = (first[row], last[row], people[row])
        if not np.isfinite(ends).all() or not 0 <= first[row] <= last[row] or people[row] < 0:
            raise InputError(
                Text(
                    "{table}, row {row}: age_from, age_to and residents must be numbers, in order. Correct the row.",
                    "{table}の{row}行目: age_from, age_to, residents は数で、年齢は小さい順に入れてください。",
                ).format(table=RESIDENTS, row=row + 1)
            )
        years = np.minimum(np.arange(int(first[row]), int(last[row]) + 1) // STEP, BANDS - 1)
        shares = np.bincount(years, minlength=BANDS) / len(years) * round(float(people[row]))
        whole = np.floor(shares).astype("int64")
        rest = round(float(people[row])) - int(whole.sum())
        whole[np.argsort(-(shares - whole), kind="stable")[:rest]] += 1
        found[places[name]] += whole
    return found


def _of_band(rates: Rates, rate: str) -> np.ndarray:
    """A rate by age as the mean over each band."""
    values = rates.by_age[rate][: BANDS * STEP]
    means = values.reshape(BANDS, STEP).mean(axis=1)
    means[-1] = rates.by_age[rate][(BANDS - 1) * STEP : OLDEST + 1].mean()
    return means


def cohorts(bands: np.ndarray, hamlets: Sequence[str], rates: Rates, years: int, draws: int, seed: int) -> People:
    """Population and hands in the years 0..``years`` from residents per band (hamlets × bands).

    Between the steps of five years straight lines. Random numbers belong to hamlet and step.
    """
    alive, stays = _of_band(rates, "survives"), np.minimum(_of_band(rates, "stays"), 1.0)
    comes = np.maximum(_of_band(rates, "stays") - 1.0, 0.0)
    births = _of_band(rates, "births")
    middle = np.minimum(np.arange(BANDS) * STEP + 2, OLDEST)
    hours = _of_band(rates, "works_land") * rates.by_age["hours_farmer"][middle]
    steps = -(-years // STEP)
    people = np.zeros((len(hamlets), steps + 1, draws))
    hands = np.zeros_like(people)
    for place, key in enumerate(text_keys(hamlets)):
        now = np.repeat(bands[place][:, None], draws, axis=1)
        for step in range(steps + 1):
            if step:
                random = np.random.default_rng([seed, int(key), step])
                kept = random.binomial(random.binomial(now, alive[:, None]), stays[:, None])
                kept += random.poisson(now * comes[:, None])
                born = random.poisson((births[:, None] * now).sum(axis=0))
                after = np.zeros_like(now)
                after[1:] = kept[:-1]
                after[-1] += kept[-1]
                after[0] = born
                now = after
            people[place, step] = now.sum(axis=0)
            hands[place, step] = hours @ now
    return People(_yearly(people, years), _yearly(hands, years), "residents")


def _yearly(values: np.ndarray, years: int) -> np.ndarray:
    """Straight lines between steps of five years."""
    at = np.arange(years + 1) / STEP
    left = np.minimum(at.astype(int), values.shape[1] - 1)
    right = np.minimum(left + 1, values.shape[1] - 1)
    part = (at - left)[None, :, None]
    return values[:, left] * (1 - part) + values[:, right] * part


def mesh_years(mesh: gpd.GeoDataFrame) -> list[tuple[int, str]]:
    """The years of a population mesh and their fields (``PTN_2025``, ``POP2025``, ``POP_2025``), in order."""
    found = {}
    for name in mesh.columns:
        match = re.fullmatch(r"(?:PTN|POP)_?(\d{4})", str(name), flags=re.IGNORECASE)
        if match:
            found[int(match.group(1))] = str(name)
    if not found:
        raise InputError(
            Text(
                "{mesh} has no field of people by year (PTN_2025 or POP2025). Choose the 500 m mesh of projected "
                "population.",
                "{mesh}に年ごとの人口の項目（PTN_2025 や POP2025）がありません。推計人口のメッシュを選んでください。",
            ).format(mesh=MESH)
        )
    return sorted(found.items())


def mesh_population(
    mesh: gpd.GeoDataFrame,
    hamlets: gpd.GeoSeries,
    houses: Optional[gpd.GeoSeries],
    start: int,
    years: int,
) -> np.ndarray:
    """People per hamlet in the years ``start`` … ``start + years`` from a mesh in the CRS of the hamlets.

    A cell is shared among hamlets by its houses, where it has any, else by area. Straight lines between the
    years of the mesh; NaN outside them. Small counts of a mesh are merged or left out by its makers: a
    figure for reference only.
    """
    fields = mesh_years(mesh)
    cells = shapely.make_valid(mesh.geometry.to_numpy())
    shapes = shapely.make_valid(hamlets.to_numpy())
    share = np.zeros((len(shapes), len(cells)))
    areas = shapely.area(cells)
    tree = shapely.STRtree(cells)
    for place, shape in enumerate(shapes):
        near = tree.query(shape, predicate="intersects")
        with np.errstate(invalid="ignore", divide="ignore"):
            share[place, near] = np.nan_to_num(shapely.area(shapely.intersection(cells[near], shape)) / areas[near])
    if houses is not None and len(houses):
        points = shapely.centroid(houses.to_numpy())
        cell_of = within(points, cells)
        hamlet_of = within(points, shapes)
        built = np.unique(cell_of[cell_of >= 0])
        counts = np.zeros_like(share)
        known = (cell_of >= 0) & (hamlet_of >= 0)
        np.add.at(counts, (hamlet_of[known], cell_of[known]), 1.0)
        total = np.bincount(cell_of[cell_of >= 0], minlength=len(cells)).astype("float64")
        share[:, built] = counts[:, built] / total[built]
    known_years = np.array([year for year, _name in fields], dtype="float64")
    values = np.stack([np.nan_to_num(frames.numbers(mesh, name)) for _year, name in fields])
    people = share @ values.T
    wanted = start + np.arange(years + 1)
    found = np.array([np.interp(wanted, known_years, row) for row in people]).reshape(len(shapes), years + 1)
    found[:, (wanted < known_years[0]) | (wanted > known_years[-1])] = np.nan
    return found
