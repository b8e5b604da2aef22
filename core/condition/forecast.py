"""What becomes of the land if nothing changes: a simulation year by year.

Every draw is one possible future of the whole village. Farmers grow older and stop; all their lots are
free at once, and somebody else takes them or nobody does. Leases end. Single lots are given up because
of where they lie and because their neighbours are. Nothing here knows names, ages only as numbers that
never leave the result. Rules and their assumptions: docs/methods.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import ndtri

from ..progress import Progress
from . import forecast_chance as chance
from .forecast_people import People
from .forecast_rates import UNKNOWN_AGE, Rates

#: Why a lot is not managed, in the order of the columns of ``Outcome.causes``.
CAUSES = ("managed", "already", "retired", "lease", "place", "spread")
MANAGED, ALREADY, RETIRED, LEASE, PLACE, SPREAD = range(len(CAUSES))
SUCCESSORS = ("yes", "unknown", "no")
#: Draws worked on together: small enough for the processor's cache.
BLOCK = 64
#: How many farmers a free lot is offered to; the last of them may farm anywhere in the village.
OFFERS = 3


class Village(NamedTuple):
    """The lots to forecast and who holds them, as arrays.

    Per lot: ``keys`` (uint64), ``area_ha``, ``hours`` (per year while managed, NaN unknown), ``hamlet`` (number),
    ``unmanaged`` (probability now), ``drop`` and ``take`` (chances), ``lease_end`` (years from now, NaN none),
    ``lease_lost`` (chance at its end), ``holder`` (number of the farmer, -1 nobody in particular), ``crop`` (whether
    spread and takers concern it). Per farmer: ``farmer_keys``, ``age`` (NaN unknown), ``successor`` (number in
    :data:`SUCCESSORS`), ``takes`` (whether the farmer may take over land of others), ``farmer_hamlet``.
    ``neighbours``: for each lot the share of each neighbour (rows sum to 1 or 0). ``hamlets``: names.
    """

    keys: np.ndarray
    area_ha: np.ndarray
    hours: np.ndarray
    hamlet: np.ndarray
    unmanaged: np.ndarray
    drop: np.ndarray
    take: np.ndarray
    lease_end: np.ndarray
    lease_lost: np.ndarray
    holder: np.ndarray
    crop: np.ndarray
    farmer_keys: np.ndarray
    age: np.ndarray
    successor: np.ndarray
    takes: np.ndarray
    farmer_hamlet: np.ndarray
    neighbours: csr_matrix
    hamlets: Sequence[str]


class Outcome(NamedTuple):
    """Result of one scenario; ``moments`` are year 0 and the horizons.

    Per lot: ``now`` (chance that it is managed today), ``chance`` (lots × horizons), ``low`` and ``high`` (that chance
    when everything goes unusually fast or slow), ``causes`` (lots × horizons × :data:`CAUSES`, shares of the draws).
    Per moment, hamlet and draw: ``area`` (ha managed), ``needed`` (hours), ``hands`` (hours; NaN unknown),
    ``people`` (NaN unknown), ``farmers`` (who may take land and still farm).
    """

    scenario: str
    moments: tuple[int, ...]
    now: np.ndarray
    chance: np.ndarray
    low: np.ndarray
    high: np.ndarray
    causes: np.ndarray
    area: np.ndarray
    needed: np.ndarray
    hands: np.ndarray
    people: np.ndarray
    farmers: np.ndarray


def simulate(
    village: Village,
    rates: Rates,
    horizons: Sequence[int],
    draws: int = 500,
    seed: int = 1,
    people: Optional[People] = None,
    level: float = 0.8,
    pace: float = 1.0,
    progress: Optional[Progress] = None,
) -> Outcome:
    """Run ``draws`` futures of the village with the rates of one scenario.

    ``horizons``: years from now, rising. ``people``: population and hands; without hands the hours of the farmers
    stand for them (scaled by the population where that is known). ``level``: what the intervals should hold
    (0.8: 10-90 %). ``pace`` multiplies how fast land is lost. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    moments = (0, *horizons)
    z, factors = chance.paces(seed, draws, rates.one("pace"))
    factors = factors * pace
    count, groups = len(village.keys), len(village.hamlets)
    sums = np.zeros((len(moments), count, 3))
    causes = np.zeros((count, len(moments), len(CAUSES)), dtype="int64")
    by_draw = {
        name: np.full((len(moments), groups, draws), np.nan)
        for name in ("area", "needed", "hands", "people", "farmers")
    }
    for start in range(0, draws, BLOCK):
        block = np.arange(start, min(start + BLOCK, draws))
        _Block(village, rates, block, z[block], factors[block], seed, people).run(moments, sums, causes, by_draw)
        progress.step((start + len(block)) / draws)
    powers = np.stack([np.ones(draws), z, z * z])
    solved = np.linalg.solve(powers @ powers.T, sums.transpose(0, 2, 1).reshape(len(moments), 3, count))
    edge = float(ndtri(0.5 + level / 2))
    slow, fast = (np.clip(np.array([1.0, at, at * at]) @ solved, 0.0, 1.0) for at in (-edge, edge))
    mean = sums[:, :, 0] / draws
    # The simulation's own error counts as well, so that few draws give wide intervals.
    blur = edge * np.sqrt(np.maximum(mean * (1 - mean), 0.0) / draws)
    low = np.maximum(mean - np.hypot(mean - np.minimum(np.minimum(slow, fast), mean), blur), 0.0)
    high = np.minimum(mean + np.hypot(np.maximum(np.maximum(slow, fast), mean) - mean, blur), 1.0)
    return Outcome(
        rates.scenario,
        moments,
        mean[0],
        mean[1:].T,
        low[1:].T,
        high[1:].T,
        causes[:, 1:] / draws,
        by_draw["area"],
        by_draw["needed"],
        by_draw["hands"],
        by_draw["people"],
        by_draw["farmers"],
    )


def _hazard(p: np.ndarray) -> np.ndarray:
    """Chance within a year -> rate."""
    return -np.log1p(-np.minimum(p, 0.999999))


def _places(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of a mask; several times as fast as ``np.nonzero`` in two dimensions."""
    rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])
    return rows, columns


def stop_years(
    village: Village, rates: Rates, years: int, draws: np.ndarray, paces: np.ndarray, seed: int
) -> tuple[np.ndarray, list[np.ndarray]]:
    """When each farm ends for good (farmers × draws; ``years + 1``: not in that time), and the years in which the
    next of the family took over (``years + 1``: did not), one array per handing on.

    A farm that is handed on goes on with a successor of the age in the table, whose own successor is not known.
    """
    never = years + 1
    keys = village.farmer_keys[:, None]
    known = np.isfinite(village.age)
    age = np.where(known, np.clip(village.age, 0, 120), 0).astype(int)
    along = np.minimum(age[:, None] + np.arange(years), 120)
    yearly = np.where(known[:, None], rates.by_age["stop_farming"][along], rates.one("stop_farming", UNKNOWN_AGE))
    summed = np.cumsum(_hazard(yearly), axis=1).astype("float32")
    wanted = chance.exponential(seed, keys, "stop", draws) / paces.astype("float32")
    stop = np.ones(wanted.shape, dtype="int16")
    for year in range(years):
        stop += summed[:, year, None] < wanted
    goes_on = np.array([rates.one("takes_over", word) for word in SUCCESSORS])[village.successor][:, None]
    next_age = round(rates.one("successor_age"))
    next_yearly = rates.by_age["stop_farming"][np.minimum(next_age + np.arange(years), 120)]
    next_summed = np.cumsum(_hazard(next_yearly)).astype("float32")
    handed: list[np.ndarray] = []
    for generation in range(1, 5):
        luck = chance.uniform(seed, keys, "takes_over", draws, generation)
        on = (stop <= years) & (luck < goes_on**paces)
        if not on.any():
            break
        handed.append(np.where(on, stop, never).astype("int16"))
        wanted = chance.exponential(seed, keys, "stop", draws, generation) / paces.astype("float32")
        later = stop + np.searchsorted(next_summed, wanted) + 1
        stop = np.where(on, np.minimum(later, never), stop).astype("int16")
        # Whoever did not find somebody stays stopped: mark those who are still at risk of handing on.
        goes_on = np.where(on, rates.one("takes_over", "unknown"), 0.0)
    return stop, handed


class _Block:
    """A block of draws, walked year by year."""

    def __init__(
        self,
        village: Village,
        rates: Rates,
        draws: np.ndarray,
        z: np.ndarray,
        paces: np.ndarray,
        seed: int,
        people: Optional[People],
    ) -> None:
        self.village, self.rates, self.draws, self.seed, self.people = village, rates, draws, seed, people
        self.powers = np.stack([np.ones(len(z)), z, z * z], axis=1).astype("float32")
        self.paces = paces.astype("float32")
        count, groups = len(village.keys), len(village.hamlets)
        ones = np.arange(count)
        self.area = csr_matrix((village.area_ha, (village.hamlet, ones)), shape=(groups, count))
        self.hours = csr_matrix((np.nan_to_num(village.hours), (village.hamlet, ones)), shape=(groups, count))
        farmers = len(village.farmer_keys)
        where = np.flatnonzero(village.takes)
        self.home = csr_matrix((np.ones(len(where)), (village.farmer_hamlet[where], where)), shape=(groups, farmers))
        able = np.flatnonzero(village.takes)
        #: By their keys, so that their order in the table does not matter.
        self.everybody = able[np.argsort(village.farmer_keys[able], kind="stable")]
        takers = self._takers()
        self.local = np.concatenate(takers) if takers else able
        self.sizes = np.array([len(own) for own in takers], dtype=int)
        self.starts = np.cumsum(self.sizes) - self.sizes

    def _takers(self) -> list[np.ndarray]:
        """Farmers whom a free lot of each hamlet is offered to: those who farm there, else all."""
        village, everybody = self.village, self.everybody
        found = []
        for group in range(len(village.hamlets)):
            here = np.zeros(len(village.farmer_keys), dtype=bool)
            holders = village.holder[(village.hamlet == group) & (village.holder >= 0)]
            here[holders] = True
            own = everybody[here[everybody]]
            found.append(own if len(own) else everybody)
        return found

    def _luck(self, rows: np.ndarray, columns: np.ndarray, purpose: str, count: int) -> np.ndarray:
        return chance.uniform(self.seed, self.village.keys[rows], purpose, self.draws[columns], count)

    # -- hands ---------------------------------------------------------------------------------
    def _farmer_hours(self, year: int) -> np.ndarray:
        """Hours of those who still farm, by hamlet and draw."""
        village, rates = self.village, self.rates
        by_age = rates.by_age["hours_farmer"]
        known = np.isfinite(village.age)
        age = np.where(known, np.clip(np.nan_to_num(village.age) + year, 0, 120), 0).astype(int)
        hours = np.where(known, by_age[age], rates.one("hours_farmer", UNKNOWN_AGE))
        now = np.repeat(hours[:, None], len(self.draws), axis=1)
        first = round(rates.one("successor_age"))
        for taken in self.handed:
            at = np.clip(first + year - taken.astype(int), 0, 120)
            now = np.where(taken <= year, by_age[at], now)
        return np.asarray(self.home @ np.where(self.stop > year, now, 0.0))

    def _hands(self, year: int) -> np.ndarray:
        """Hours available, hamlets × draws; NaN when nothing is known."""
        if self.people is not None and self.people.hands is not None:
            return self.people.hands[:, year][:, self.draws]
        if self.people is not None:
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = self.people.population[:, year] / self.people.population[:, 0]
            ratio = ratio if ratio.shape[1] == 1 else ratio[:, self.draws]
            return self.first_hours * ratio
        if not np.isfinite(self.village.age[self.village.takes]).any():
            return np.full((len(self.village.hamlets), len(self.draws)), np.nan)
        return self._farmer_hours(year)

    def _cover(self, year: int, needed: np.ndarray) -> np.ndarray:
        """Hands per hour needed, against today, at most 1; hamlets without hands today follow the village."""
        hands = self._hands(year)
        with np.errstate(invalid="ignore", divide="ignore"):
            own = (hands / needed) / (self.hands_now / self.needed_now)
            village = (np.nansum(hands, 0) / needed.sum(0)) / (np.nansum(self.hands_now, 0) / self.needed_now.sum(0))
        cover = np.where(np.isfinite(own), own, village[None])
        return np.minimum(np.where(np.isfinite(cover), cover, 1.0), 1.0).astype("float32")

    # -- the walk ----------------------------------------------------------------------------------
    def run(
        self,
        moments: Sequence[int],
        sums: np.ndarray,
        causes: np.ndarray,
        by_draw: dict[str, np.ndarray],
    ) -> None:
        """Walk to the last moment and add what is found to the sums."""
        village, rates, paces, seed = self.village, self.rates, self.paces, self.seed
        years = moments[-1]
        keys, draws = village.keys[:, None], self.draws
        self.stop, self.handed = stop_years(village, rates, years, draws, paces, seed)
        self.first_hours = self._farmer_hours(0)
        managed = chance.uniform(seed, keys, "now", draws) >= village.unmanaged[:, None]
        cause = np.where(managed, MANAGED, ALREADY).astype("uint8")
        holder = np.repeat(village.holder[:, None], len(draws), axis=1)
        patience = chance.exponential(seed, keys, "drop", draws)
        strain = np.zeros(managed.shape, dtype="float32")
        place = _hazard(village.drop).astype("float32")[:, None]
        spread = np.float32(_hazard(np.array(rates.one("spread"))))
        again = np.float32(_hazard(np.array(rates.one("restored"))))
        wait = chance.exponential(seed, keys, "again", draws) if again > 0 else None
        hope = np.zeros_like(strain)
        column = np.arange(len(draws))[None, :]
        self.needed_now = np.asarray(self.hours @ managed)
        self.hands_now = self._hands(0)
        self._note(0, 0, managed, cause, sums, causes, by_draw)
        for year in range(1, years + 1):
            needed = np.asarray(self.hours @ managed)
            cover = self._cover(year, needed)
            share = village.neighbours @ (~managed).astype("float32")
            share *= spread
            strain += (share + place) * paces
            gone = managed & (strain >= patience)
            free = managed & ~gone
            stopped = free & (holder >= 0) & (self.stop[holder, column] == year)
            rows, columns = _places(gone)
            cause[rows, columns] = np.where(share[rows, columns] > place[rows, 0], SPREAD, PLACE)
            managed &= ~gone
            self._offer(year, stopped, RETIRED, managed, cause, holder, cover)
            ended = self._leases_ended(year, free & ~stopped)
            if ended is not None:
                self._offer(year, ended, LEASE, managed, cause, holder, cover)
            if wait is not None:
                hope += np.where(managed, np.float32(0), again * cover[village.hamlet])
                back = ~managed & (hope >= wait) & village.crop[:, None]
                self._return(year, back, managed, cause, holder, patience, strain, hope, wait)
            if year in moments:
                self._note(moments.index(year), year, managed, cause, sums, causes, by_draw)

    def _leases_ended(self, year: int, free: np.ndarray) -> Optional[np.ndarray]:
        """Lots whose lease runs out in this year and is not renewed."""
        village = self.village
        term = max(round(self.rates.one("lease_years")), 1)
        first = np.ceil(np.maximum(village.lease_end, 0.5))
        with np.errstate(invalid="ignore"):
            rows = np.flatnonzero((first <= year) & ((year - first) % term == 0))
        if not len(rows):
            return None
        luck = chance.uniform(self.seed, village.keys[rows][:, None], "lease", self.draws, year)
        lost = 1.0 - (1.0 - village.lease_lost[rows][:, None]) ** self.paces
        ended = np.zeros_like(free)
        ended[rows] = free[rows] & (luck < lost)
        return ended

    def _offer(
        self,
        year: int,
        freed: np.ndarray,
        why: int,
        managed: np.ndarray,
        cause: np.ndarray,
        holder: np.ndarray,
        cover: np.ndarray,
    ) -> None:
        """Offer free lots to those who still farm; what nobody takes is unmanaged from now on."""
        village = self.village
        rows, columns = _places(freed)
        if not len(rows):
            return
        chances = village.take[rows] ** self.paces[columns] * cover[village.hamlet[rows], columns]
        willing = self._luck(rows, columns, "taken", year * len(CAUSES) + why) < chances
        taker = self._taker(year, rows, columns, holder[rows, columns])
        taken = willing & (taker >= 0)
        holder[rows[taken], columns[taken]] = taker[taken]
        left = ~taken
        managed[rows[left], columns[left]] = False
        cause[rows[left], columns[left]] = why

    def _taker(self, year: int, rows: np.ndarray, columns: np.ndarray, former: np.ndarray) -> np.ndarray:
        """A farmer who still farms, drawn from those of the hamlet, at last from all; -1 when nobody asked does."""
        found = np.full(len(rows), -1, dtype=self.village.holder.dtype)
        if not len(self.everybody):
            return found
        group = self.village.hamlet[rows]
        for offer in range(OFFERS):
            open_ = np.flatnonzero(found < 0)
            if not len(open_):
                break
            luck = self._luck(rows[open_], columns[open_], "asked", year * OFFERS + offer)
            if offer < OFFERS - 1:
                size = self.sizes[group[open_]]
                asked = self.local[self.starts[group[open_]] + (luck * size).astype(int)]
            else:
                asked = self.everybody[(luck * len(self.everybody)).astype(int)]
            fits = (self.stop[asked, columns[open_]] > year) & (asked != former[open_])
            found[open_[fits]] = asked[fits]
        return found

    def _return(
        self,
        year: int,
        back: np.ndarray,
        managed: np.ndarray,
        cause: np.ndarray,
        holder: np.ndarray,
        patience: np.ndarray,
        strain: np.ndarray,
        hope: np.ndarray,
        wait: np.ndarray,
    ) -> None:
        """Take unmanaged lots into use again where somebody is there; then everything counts anew."""
        rows, columns = _places(back)
        if not len(rows):
            return
        taker = self._taker(year, rows, columns, np.full(len(rows), -1))
        fresh = chance.exponential(self.seed, self.village.keys[rows], "again", self.draws[columns], year)
        wait[rows, columns] = hope[rows, columns] + fresh
        kept = taker >= 0
        rows, columns = rows[kept], columns[kept]
        managed[rows, columns] = True
        cause[rows, columns] = MANAGED
        holder[rows, columns] = taker[kept]
        fresh = chance.exponential(self.seed, self.village.keys[rows], "drop", self.draws[columns], year)
        patience[rows, columns] = strain[rows, columns] + fresh

    def _note(
        self,
        moment: int,
        year: int,
        managed: np.ndarray,
        cause: np.ndarray,
        sums: np.ndarray,
        causes: np.ndarray,
        by_draw: dict[str, np.ndarray],
    ) -> None:
        sums[moment] += managed.astype("float32") @ self.powers
        for code in range(len(CAUSES)):
            causes[:, moment, code] += (cause == code).sum(axis=1)
        draws = self.draws
        by_draw["area"][moment][:, draws] = self.area @ managed
        by_draw["needed"][moment][:, draws] = self.hours @ managed
        by_draw["hands"][moment][:, draws] = self._hands(year)
        by_draw["farmers"][moment][:, draws] = self.home @ (self.stop > year)
        if self.people is not None:
            population = self.people.population[:, year]
            by_draw["people"][moment][:, draws] = population if population.shape[1] == 1 else population[:, draws]
