"""People of the hamlets in the coming years: ageing cohorts, or a population mesh.

Cohorts of five years step forward with survival, moving and births of the rate table; each person is
drawn, so small hamlets get the wide range that they have.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
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


class Unmatched(NamedTuple):
    """A name of the table of residents that is no hamlet of the forecast: its ``rows`` and ``people``, and the names of
    hamlets it may stand for (``near``, the nearest first)."""

    name: str
    rows: int
    people: int
    near: tuple[str, ...]


class Residents(NamedTuple):
    """``bands``: people per hamlet and band of five years; ``known``: which hamlets have rows at all; ``unmatched``:
    names that are no hamlet, most people first; ``read_as``: names taken for a hamlet that is spelled otherwise."""

    bands: np.ndarray
    known: np.ndarray
    unmatched: tuple[Unmatched, ...]
    read_as: tuple[tuple[str, str], ...]


#: Endings that say only that it is a hamlet.
_ENDING = re.compile(r"(集落|地区|自治会|町内会|行政区|区|組|字|hamlet|district)$", re.IGNORECASE)
#: Beginnings that say only that it is a place name.
_BEGINNING = re.compile(r"^(大字|小字|字)")
#: From this likeness on a name is suggested (assumption).
_ALIKE = 0.5


def _plain(name: str) -> str:
    """A name without blanks, in one width and case: two spellings of it are the same name."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def _stem(name: str) -> str:
    return _ENDING.sub("", _BEGINNING.sub("", _plain(name))) or _plain(name)


def near_names(name: str, hamlets: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Hamlets whose names are like ``name``: the same stem first, then parts of each other, then like spellings."""
    stem = _stem(name)

    def likeness(hamlet: str) -> float:
        other = _stem(hamlet)
        if stem == other:
            return 3.0
        if stem and other and (stem in other or other in stem):
            return 2.0
        return difflib.SequenceMatcher(None, stem, other).ratio()

    ranked = sorted(((likeness(hamlet), hamlet) for hamlet in hamlets if hamlet), key=lambda pair: (-pair[0], pair[1]))
    return tuple(hamlet for score, hamlet in ranked[:most] if score >= _ALIKE)


def residents_by_band(frame: pd.DataFrame, hamlets: Sequence[str]) -> Residents:
    """Residents per hamlet from ``hamlet, age_from, age_to, residents``.

    Wider bands are spread evenly over their years, whole people only. A name that differs from one hamlet only in
    width, case or blanks is taken for it; every other name that is no hamlet is told. Raises ``InputError`` for missing
    fields or a row without a usable age or number.
    """
    frames.require(frame, ("hamlet", "age_from", "age_to", "residents"), RESIDENTS)
    found = np.zeros((len(hamlets), BANDS), dtype="int64")
    known = np.zeros(len(hamlets), dtype=bool)
    places = {name: place for place, name in enumerate(hamlets) if name}
    spelled: dict[str, set[str]] = {}
    for name in places:
        spelled.setdefault(_plain(name), set()).add(name)
    left: dict[str, list[int]] = {}
    read_as: set[tuple[str, str]] = set()
    first, last, people = (frames.numbers(frame, name) for name in ("age_from", "age_to", "residents"))
    for row, name in enumerate(frames.texts(frame, "hamlet")):
        ends = (first[row], last[row], people[row])
        if not np.isfinite(ends).all() or not 0 <= first[row] <= last[row] or people[row] < 0:
            raise InputError(
                Text(
                    "{table}, row {row}: age_from, age_to and residents must be numbers, in order. Correct the row.",
                    "{table}の{row}行目: age_from, age_to, residents は数で、年齢は小さい順に入れてください。",
                ).format(table=RESIDENTS, row=row + 1)
            )
        name = name or ""
        if name not in places:
            same = spelled.get(_plain(name), set()) if name else set()
            if len(same) != 1:
                told = left.setdefault(name, [0, 0])
                told[0] += 1
                told[1] += round(float(people[row]))
                continue
            (hamlet,) = same
            read_as.add((name, hamlet))
            name = hamlet
        years = np.minimum(np.arange(int(first[row]), int(last[row]) + 1) // STEP, BANDS - 1)
        shares = np.bincount(years, minlength=BANDS) / len(years) * round(float(people[row]))
        whole = np.floor(shares).astype("int64")
        rest = round(float(people[row])) - int(whole.sum())
        whole[np.argsort(-(shares - whole), kind="stable")[:rest]] += 1
        found[places[name]] += whole
        known[places[name]] = True
    unmatched = [Unmatched(name, rows, count, near_names(name, hamlets)) for name, (rows, count) in left.items()]
    unmatched.sort(key=lambda told: (-told.people, told.name))
    return Residents(found, known, tuple(unmatched), tuple(sorted(read_as)))


#: So many names are spelled out in a sentence.
_TOLD = 8


def residents_notes(residents: Residents, hamlets: Sequence[str], all_hamlets: Sequence[str]) -> list[Text]:
    """What of the table of residents could not be used, and which hamlets have no residents in it.

    ``hamlets``: those of the forecast, as given to :func:`residents_by_band`; ``all_hamlets``: those of the map, also
    where no lot is forecast.
    """
    notes = []
    for name, hamlet in residents.read_as:
        notes.append(
            Text(
                "Residents of “{name}” were counted in {hamlet}.", "「{name}」の住民は{hamlet}の人としました。"
            ).format(name=name, hamlet=hamlet)
        )
    on_map = {_plain(name) for name in all_hamlets if name}
    without_lots = [told for told in residents.unmatched if told.name and _plain(told.name) in on_map]
    strange = [told for told in residents.unmatched if not told.name or _plain(told.name) not in on_map]
    if strange:
        notes.append(
            Text(
                "Residents are left out because their hamlet is none of the lots: {n} people ({names}). Correct the "
                "names in the table, or those of the hamlets.",
                "集落名が筆の集落と合わないため、{n}人を数えていません（{names}）。表か集落の図の名前を直してください。",
            ).format(n=f"{sum(told.people for told in strange):,}", names=_named(strange))
        )
    if without_lots:
        notes.append(
            Text(
                "Residents are left out because no lot of their hamlet is forecast: {n} people ({names}).",
                "集落に予測できる筆がないため、{n}人を数えていません（{names}）。",
            ).format(n=f"{sum(told.people for told in without_lots):,}", names=_named(without_lots, near=False))
        )
    empty = [name for name, known in zip(hamlets, residents.known) if name and not known]
    if empty:
        more = "…" if len(empty) > _TOLD else ""
        notes.append(
            Text(
                "Hamlets without a row in the table of residents, their people stay unknown: {names}.",
                "住民の表に行のない集落があり、人数は不明としました: {names}。",
            ).format(
                names=Text(", ".join(empty[:_TOLD]) + more, "、".join(empty[:_TOLD]) + more),
            )
        )
    return notes


def _named(told: Sequence[Unmatched], near: bool = True) -> Text:
    """Names with their people and, where there are any, the names they may stand for."""
    english, japanese = [], []
    for one in told[:_TOLD]:
        en, ja = one.name or "no name", one.name or "名前なし"
        en, ja = f"{en} {one.people:,}", f"{ja} {one.people:,}人"
        if near and one.near:
            en, ja = f"{en}, perhaps {' or '.join(one.near)}", f"{ja}、{'・'.join(one.near)}のことでしょうか"
        english.append(en)
        japanese.append(ja)
    more = "; …" if len(told) > _TOLD else ""
    return Text("; ".join(english) + more, "／".join(japanese) + ("／…" if more else ""))


def _of_band(rates: Rates, rate: str) -> np.ndarray:
    """A rate by age as the mean over each band."""
    values = rates.by_age[rate][: BANDS * STEP]
    means = values.reshape(BANDS, STEP).mean(axis=1)
    means[-1] = rates.by_age[rate][(BANDS - 1) * STEP : OLDEST + 1].mean()
    return means


def cohorts(residents: Residents, hamlets: Sequence[str], rates: Rates, years: int, draws: int, seed: int) -> People:
    """Population and hands in the years 0..``years`` from residents per band; NaN in hamlets without any row.

    Between the steps of five years straight lines. Random numbers belong to hamlet and step.
    """
    bands = residents.bands
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
    people[~residents.known] = np.nan
    hands[~residents.known] = np.nan
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
    years of the mesh; NaN outside them and for hamlets on no cell. Small counts of a mesh are merged or left
    out by its makers: a figure for reference only.
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
    on_cells = share.sum(axis=1) > 0
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
    found[~on_cells] = np.nan
    return found


def mesh_notes(mesh: gpd.GeoDataFrame, population: np.ndarray, hamlets: Sequence[str]) -> list[Text]:
    """What a mesh does not tell: hamlets on no cell, cells without a number. ``population``: hamlets × years."""
    notes = []
    away = [name for name, row in zip(hamlets, population) if name and not np.isfinite(row).any()]
    if away:
        more = "…" if len(away) > _TOLD else ""
        notes.append(
            Text(
                "Hamlets for which the population mesh has no people in these years, they stay unknown: {names}.",
                "この年の推計人口のメッシュがかからない集落があり、人数は不明としました: {names}。",
            ).format(names=Text(", ".join(away[:_TOLD]) + more, "、".join(away[:_TOLD]) + more))
        )
    numbers = np.array([frames.numbers(mesh, name) for _year, name in mesh_years(mesh)])
    empty = int(np.isnan(numbers).any(axis=0).sum())
    if empty:
        notes.append(
            Text(
                "{n} cells of the population mesh are without a number in some year and count as nobody: the figures "
                "may be too low.",
                "推計人口のメッシュの{n}個は数のない年があり、0人としました。人数が少なめになることがあります。",
            ).format(n=f"{empty:,}")
        )
    return notes
