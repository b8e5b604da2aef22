"""From the layers and registers of a village to the arrays that the forecast walks through."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_matrix

from .. import frames
from ..choice.facts import within
from ..errors import InputError
from ..texts import Text
from . import evidence, forecast_chance
from .forecast import SUCCESSORS, Village
from .forecast_rates import Hours, Rates, hours_per_10a, slope_classes

LOTS = Text("The layer of the condition of land", "土地の状態の図")
#: Lots this close (metres) are neighbours, so that a path or ditch between fields does not part them (assumption,
#: as in the draft).
NEIGHBOUR_GAP = 5.0
#: Name of the group of lots that lie in no hamlet.
ELSEWHERE = Text("Outside the hamlets", "集落の外")
M2_PER_HA, M2_PER_10A = 10_000.0, 1_000.0


class Records(NamedTuple):
    """Tables a village may have; each may be ``None``. Fields as in docs/formats.md."""

    register: Optional[pd.DataFrame] = None
    farmland: Optional[pd.DataFrame] = None
    cultivators: Optional[pd.DataFrame] = None


class Ground(NamedTuple):
    """Per lot: slope in degrees and distance to a road in metres (NaN unknown), hamlet (``None`` unknown)."""

    slope: np.ndarray
    road_m: np.ndarray
    hamlet: np.ndarray


class Prepared(NamedTuple):
    """``village`` holds only the lots that are forecast, ``rows`` their positions in the layer. ``traits`` are the
    factors that hold per forecast lot (for the reasons); ``notes`` what could not be used, for the log."""

    village: Village
    rows: np.ndarray
    categories: np.ndarray
    kinds: np.ndarray
    traits: list[set[str]]
    notes: list[Text]


def unmanaged_now(lots: pd.DataFrame) -> np.ndarray:
    """Chance that each lot is unmanaged today; NaN where nothing is known.

    A survey's word is certain; a screening counts with its probability; without one the word alone (cannot tell:
    one half). Raises ``InputError`` without the field ``condition``.
    """
    frames.require(lots, ("condition",), LOTS)
    condition = frames.texts(lots, "condition")
    surveyed = np.array(
        [evidence.SURVEY_STATES.get(word) if word else None for word in frames.texts(lots, "survey_state")],
        dtype=object,
    )
    chance = np.clip(frames.numbers(lots, "probability"), 0.0, 1.0)
    word = np.array([{"managed": 0.0, "unmanaged": 1.0, "cannot_tell": 0.5}.get(c, np.nan) for c in condition])
    chance = np.where(np.isfinite(chance), chance, word)
    chance[surveyed == "managed"] = 0.0
    chance[surveyed == "unmanaged"] = 1.0
    return np.where(np.isfinite(word), chance, np.nan)


def hamlets_of(lots: gpd.GeoDataFrame, hamlets: Optional[gpd.GeoDataFrame]) -> np.ndarray:
    """Hamlet of each lot: from the areas (field ``hamlet``, same CRS) by its inner point, else from the field
    ``hamlet`` of the lots; ``None`` where it lies in none."""
    if hamlets is None:
        return frames.texts(lots, "hamlet")
    frames.require(hamlets, ("hamlet",), Text("The layer of hamlets", "集落の図"))
    names = frames.texts(hamlets, "hamlet")
    shapes = lots.geometry.to_numpy()
    place = np.full(len(lots), -1)
    drawn = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    place[drawn] = within(shapely.make_valid(shapes[drawn]), hamlets.geometry.to_numpy())
    return np.array([names[p] if p >= 0 else None for p in place], dtype=object)


def start_year(lots: pd.DataFrame) -> Optional[int]:
    """The year of the newest survey of the lots; ``None`` without any date."""
    years = [re.match(r"\d{4}", day) for day in frames.dates(lots, "survey_on") if day]
    found = [int(match.group()) for match in years if match]
    return max(found) if found else None


def years_to(days: Sequence[Optional[str]], start: dt.date) -> np.ndarray:
    """Years from ``start`` to ISO days (a year or month will do); NaN without a day."""
    found = np.full(len(days), np.nan)
    for row, day in enumerate(days):
        match = re.match(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", day or "")
        if match:
            year, month, date = (int(part) if part else 0 for part in match.groups())
            found[row] = year + (max(month, 1) - 1) / 12 + (max(date, 1) - 1) / 365.25
    return found - (start.year + (start.month - 1) / 12 + (start.day - 1) / 365.25)


def neighbour_shares(geometry: np.ndarray, part: np.ndarray, gap: float = NEIGHBOUR_GAP) -> csr_matrix:
    """For each lot the equal shares of its neighbours within ``gap`` metres; only lots of ``part`` count, both ways."""
    count = len(geometry)
    usable = np.flatnonzero(part & ~(shapely.is_missing(geometry) | shapely.is_empty(geometry)))
    tree = shapely.STRtree(geometry[usable])
    left, right = tree.query(geometry[usable], predicate="dwithin", distance=gap)
    keep = left != right
    left, right = usable[left[keep]], usable[right[keep]]
    found = np.bincount(left, minlength=count)
    weights = (1.0 / found[left]).astype("float32")
    return csr_matrix((weights, (left, right)), shape=(count, count))


class _People:
    """Farmers by key: those of the register, and those nobody named (an owner who farms, or a lot by itself)."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.takes: list[bool] = []

    def number(self, key: str, takes: bool) -> int:
        if key not in self.numbers:
            self.numbers[key] = len(self.numbers)
            self.takes.append(takes)
        return self.numbers[key]


def _first_row_of(keys: np.ndarray, frame: Optional[pd.DataFrame], order: Sequence[str]) -> dict[int, int]:
    """Table row of each lot; of several rows of a lot the first in the order of the fields, so row order is
    no matter."""
    if frame is None or not len(frame):
        return {}
    columns = [frames.texts(frame, name) for name in order]
    ranks = sorted(range(len(frame)), key=lambda row: tuple((c[row] is None, c[row] or "") for c in columns))
    place = {row: rank for rank, row in enumerate(ranks)}
    found: dict[int, int] = {}
    for lot, row in zip(*evidence.positions(keys, frame)):
        if lot not in found or place[row] < place[found[lot]]:
            found[int(lot)] = int(row)
    return found


def prepare(
    lots: gpd.GeoDataFrame,
    keys: np.ndarray,
    records: Records,
    ground: Ground,
    rates: Rates,
    hours: Hours,
    start: dt.date,
) -> Prepared:
    """The village as arrays. ``lots`` in a metric CRS with the fields of "Condition of land".

    Lots whose kind of land has no chance in the table, or whose condition is unknown, are not forecast.
    Raises ``InputError`` when a table lacks a field it needs.
    """
    tables = evidence.Tables(register=records.register, farmland=records.farmland)
    categories, kinds = evidence.land_categories(lots, keys, tables)
    now = unmanaged_now(lots)
    rows = np.flatnonzero(np.isin(kinds.astype(str), rates.kinds()) & np.isfinite(now))
    geometry = shapely.make_valid(lots.geometry.to_numpy())
    area = np.nan_to_num(shapely.area(geometry))
    slopes = slope_classes(ground.slope, rates)
    status = (
        evidence.owner_status(keys, records.register, best=True)
        if records.register is not None
        else np.full(len(lots), None, dtype=object)
    )
    in_zone = np.full(len(lots), None, dtype=object)
    lease_end = np.full(len(lots), np.nan)
    people, holder = _People(), np.full(len(lots), -1)
    row_of = _first_row_of(keys, records.farmland, ("cultivator_key", "right_kind", "right_end"))
    if records.farmland is not None:
        frames.require(records.farmland, ("lot_key",), Text("The farmland register", "農地台帳の表"))
        who = frames.texts(records.farmland, "cultivator_key")
        right = frames.texts(records.farmland, "right_kind")
        ends = years_to(frames.dates(records.farmland, "right_end").tolist(), start)
        zone = frames.flags(records.farmland, "in_agri_zone")
        for lot, row in row_of.items():
            in_zone[lot] = zone[row]
            if who[row] is not None and kinds[lot] == "farmland":
                holder[lot] = people.number("cultivator:" + who[row], True)
            if right[row] == "lease":
                lease_end[lot] = ends[row]
    owner_of = _first_row_of(keys, records.register, ("owner_key",))
    owner = frames.texts(records.register, "owner_key") if records.register is not None else np.zeros(0, dtype=object)
    for lot in rows.tolist():
        if holder[lot] < 0 and kinds[lot] == "farmland":
            # Nobody is named: the owner, or somebody on word of mouth, of whom no age is known.
            name = owner[owner_of[lot]] if lot in owner_of else None
            holder[lot] = people.number(f"owner:{name}" if name else f"lot:{keys[lot]}", False)
    farmer_names = sorted(people.numbers)
    order = np.array([people.numbers[name] for name in farmer_names], dtype=int)
    renumbered = np.empty(len(order) + 1, dtype="int32")
    renumbered[order] = np.arange(len(order))
    renumbered[-1] = -1
    holder = renumbered[holder]
    age, successor = _ages(farmer_names, records.cultivators)

    names = sorted({name for name in ground.hamlet[rows] if name is not None})
    number = {name: place for place, name in enumerate(names)}
    hamlets: list[str] = list(names)
    if any(name is None for name in ground.hamlet[rows]):
        hamlets.append("")
    group = np.array([number.get(name, len(names)) for name in ground.hamlet], dtype=int)
    traits: list[set[str]] = []
    drop, take, lost = (np.zeros(len(rows)) for _ in range(3))
    for place, lot in enumerate(rows.tolist()):
        traits.append(
            {
                trait
                for trait, holds in (
                    (slopes[lot], slopes[lot] != "flat"),
                    ("road_far", ground.road_m[lot] >= rates.one("road_far_from")),
                    ("small", area[lot] < rates.one("small_below")),
                    ("owner_to_check", status[lot] == "to_check"),
                    ("owner_unknown", status[lot] == "unknown"),
                    ("outside_agri_zone", in_zone[lot] is False),
                )
                if holds
            }
        )
        crop = kinds[lot] == "farmland"
        drop[place] = rates.one("dropped", kinds[lot])
        take[place] = rates.one("finds_taker", slopes[lot]) if crop else 0.0
        # A fixed order of the factors, so that rounding is the same in every run.
        for trait in sorted(traits[place]):
            drop[place] *= rates.factor("dropped_factor", trait)
            take[place] *= rates.factor("finds_taker_factor", trait)
        lost[place] = rates.one("lease_ended", status[lot] or "to_check")
    crop = kinds[rows] == "farmland"
    village = Village(
        keys=forecast_chance.lot_keys(keys[rows].tolist(), geometry[rows]),
        area_ha=area[rows] / M2_PER_HA,
        hours=hours_per_10a(hours, categories[rows], kinds[rows], slopes[rows]) * area[rows] / M2_PER_10A,
        hamlet=group[rows],
        unmanaged=now[rows],
        drop=np.minimum(drop, 1.0),
        take=np.minimum(take, 1.0),
        lease_end=lease_end[rows],
        lease_lost=np.minimum(lost, 1.0),
        holder=holder[rows],
        crop=crop,
        farmer_keys=forecast_chance.text_keys(farmer_names),
        age=age,
        successor=successor,
        takes=np.array(people.takes, dtype=bool)[order] if len(order) else np.zeros(0, dtype=bool),
        farmer_hamlet=_home(holder[rows], group[rows], area[rows], len(farmer_names), len(hamlets)),
        neighbours=neighbour_shares(geometry[rows], crop),
        hamlets=hamlets,
    )
    notes = _notes(village, records, ground, rows, farmer_names, kinds, now, rates)
    return Prepared(village, rows, categories, kinds, traits, notes)


def _ages(names: Sequence[str], cultivators: Optional[pd.DataFrame]) -> tuple[np.ndarray, np.ndarray]:
    age = np.full(len(names), np.nan)
    successor = np.full(len(names), SUCCESSORS.index("unknown"))
    if cultivators is None:
        return age, successor
    frames.require(cultivators, ("cultivator_key",), Text("The list of farmers", "耕作者の表"))
    place = {name: number for number, name in enumerate(names)}
    ages, heirs = frames.numbers(cultivators, "age"), frames.texts(cultivators, "successor")
    seen: dict[int, tuple[float, int]] = {}
    for row, key in enumerate(frames.texts(cultivators, "cultivator_key")):
        number = place.get(f"cultivator:{key}")
        if number is None:
            continue
        heir = SUCCESSORS.index(heirs[row]) if heirs[row] in SUCCESSORS else SUCCESSORS.index("unknown")
        # Of two rows of one person the older age counts: the careful reading, whatever the row order.
        told = (float(np.nan_to_num(ages[row], nan=-1.0)), heir)
        seen[number] = max(seen.get(number, told), told)
    for number, (years, heir) in seen.items():
        age[number] = years if 0 <= years <= 120 else np.nan
        successor[number] = heir
    return age, successor


def _home(holder: np.ndarray, group: np.ndarray, area: np.ndarray, farmers: int, groups: int) -> np.ndarray:
    """The hamlet in which most of each farmer's land lies."""
    table = np.zeros((farmers, max(groups, 1)))
    held = holder >= 0
    np.add.at(table, (holder[held], group[held]), np.round(area[held], 3))
    return np.asarray(table.argmax(axis=1) if farmers else np.zeros(0, dtype=int))


def _left_out(kinds: np.ndarray, now: np.ndarray, rates: Rates) -> list[Text]:
    """Lots that are not forecast, by reason."""
    found = []
    words = kinds.astype(str)
    rated = np.isin(words, rates.kinds())
    unseen = int((rated & ~np.isfinite(now)).sum())
    if unseen:
        found.append(
            Text(
                "{n} lots are not forecast: their condition today is not known.",
                "今の状態が分からない{n}筆は予測していません。",
            ).format(n=f"{unseen:,}")
        )
    forest = int((~rated & (words == "forest")).sum())
    if forest:
        found.append(
            Text(
                "{n} forest lots are not forecast: no published rate tells how often the care of forest ends. With "
                "figures of your own (forest co-operative, survey of owners' wishes), you can add a row for forest to "
                "the table of rates; the guide says how.",
                "山林{n}筆は予測していません。手入れをやめる割合として公表された数値がないためです。森林組合の実績や意向調査で"
                "割合が分かれば、確率の表に山林の行を足せます（書き方は手引きにあります）。",
            ).format(n=f"{forest:,}")
        )
    other = int((~rated & (words != "forest")).sum())
    if other:
        found.append(
            Text(
                "{n} other lots are not forecast: the table of rates has no row for their kind of land.",
                "そのほか{n}筆は、地目に当たる行が確率の表にないため予測していません。",
            ).format(n=f"{other:,}")
        )
    return found


def _list_notes(village: Village, cultivators: pd.DataFrame, farmers: Sequence[str]) -> list[Text]:
    """Rows of the list of farmers that tell nothing of a forecast lot, and words for a successor nobody understood."""
    keys = [key for key in frames.texts(cultivators, "cultivator_key") if key]
    found = []
    strange = len({key for key in keys if f"cultivator:{key}" not in set(farmers)})
    if strange:
        found.append(
            Text(
                "{n} of {all} in the list of farmers farm no lot of the forecast by the farmland register.",
                "耕作者の表の{all}人のうち{n}人は、農地台帳では予測する筆の耕作者になっていません。",
            ).format(n=f"{strange:,}", all=f"{len(set(keys)):,}")
        )
    words = [word for word in frames.texts(cultivators, "successor") if word and word not in SUCCESSORS]
    if words:
        found.append(
            Text(
                "{n} words for the successor are none of yes, no, unknown and count as not known (for example {word}).",
                "後継者の欄の{n}件は yes・no・unknown のどれでもないため、不明としました（例: {word}）。",
            ).format(n=f"{len(words):,}", word=sorted(words)[0])
        )
    return found


def _notes(
    village: Village,
    records: Records,
    ground: Ground,
    rows: np.ndarray,
    farmers: Sequence[str],
    kinds: np.ndarray,
    now: np.ndarray,
    rates: Rates,
) -> list[Text]:
    """What the forecast had to do without."""
    if not len(rows):
        raise InputError(
            Text(
                "No lot can be forecast: none has a known condition and a kind of land with rates. Check the condition "
                "of land first, and give the land register (地目).",
                "将来予測のできる筆がありません（状態と地目が分かる農地・宅地がありません）。先に土地の状態を調べ、登記の"
                "一覧（地目）を指定してください。",
            )
        )
    found = []
    named = village.takes.sum()
    known = np.isfinite(village.age[village.takes]).sum()
    if records.cultivators is not None:
        found += _list_notes(village, records.cultivators, farmers)
    if records.farmland is None or not named:
        found.append(
            Text(
                "No farmland register with cultivators: nobody's retirement can be told apart.",
                "耕作者の分かる農地台帳がないため、だれがやめるかを区別できません。",
            )
        )
    elif known < named:
        found.append(
            Text(
                "{n} of {all} farmers are without a known age: they count with the rate for unknown ages.",
                "耕作者{all}人のうち{n}人の年齢が分からないため、年齢不明の確率を使いました。",
            ).format(n=int(named - known), all=int(named))
        )
    found += _left_out(kinds, now, rates)
    flat = int(np.isnan(ground.slope[rows]).sum())
    if flat:
        found.append(
            Text(
                "{n} lots without a known slope count as flat.", "傾斜の分からない{n}筆は平らとして扱いました。"
            ).format(n=flat)
        )
    far = int(np.isnan(ground.road_m[rows]).sum())
    if far:
        found.append(
            Text(
                "{n} lots without a known distance to a road count as near one.",
                "道までの距離が分からない{n}筆は道に近いものとして扱いました。",
            ).format(n=far)
        )
    if np.isnan(village.hours).any():
        found.append(
            Text(
                "{n} lots have no hours in the table and need none in the balance.",
                "作業時間の表にない{n}筆は、作業時間0として扱いました。",
            ).format(n=int(np.isnan(village.hours).sum()))
        )
    return found
