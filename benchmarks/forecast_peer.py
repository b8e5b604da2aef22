"""The rules of the forecast once more, written plainly: one future at a time, trials by chance year by year.

Uses none of the plugin's simulation (no summed hazards, no keyed random numbers, no blocks), so it serves as the peer
of the benchmark and as the truth that the intervals are tested against. Works on the same ``Village`` and ``Rates``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

OFFERS = 3


def one_future(
    village: Any, rates: Any, moments: tuple[int, ...], random: np.random.Generator, z: float, people: Any
) -> dict[str, Any]:
    """One possible future: managed lots at each moment, and hours needed and available in the last year."""
    count, groups = len(village.keys), len(village.hamlets)
    pace = float(np.exp(rates.one("pace") * z))
    stop_by_age = rates.by_age["stop_farming"]
    unknown_stop, unknown_hours = rates.one("stop_farming", "unknown_age"), rates.one("hours_farmer", "unknown_age")
    takes_over = np.array([rates.one("takes_over", word) for word in ("yes", "unknown", "no")])
    age, heir = village.age.copy(), village.successor.copy()
    farms = np.ones(len(age), dtype=bool)
    hand_overs = np.zeros(len(age), dtype=int)
    hours = np.nan_to_num(village.hours)
    everybody = np.flatnonzero(village.takes)
    takers = []
    for group in range(groups):
        here = np.unique(village.holder[(village.hamlet == group) & (village.holder >= 0)])
        able = here[village.takes[here]]
        takers.append(able if len(able) else everybody)
    future = int(random.integers(0, people.hands.shape[2])) if people is not None else 0

    def hands(year: int) -> np.ndarray:
        if people is not None:
            return np.asarray(people.hands[:, year, future])
        if not np.isfinite(village.age[village.takes]).any():
            return np.full(groups, np.nan)
        known = np.isfinite(age)
        at = np.clip(np.where(known, age, 0), 0, 120).astype(int)
        own = np.where(known, rates.by_age["hours_farmer"][at], unknown_hours) * (farms & village.takes)
        return np.bincount(village.farmer_hamlet, weights=own, minlength=groups)

    managed = random.random(count) >= village.unmanaged
    holder = village.holder.copy()
    states = {0: managed.copy()}
    needed_now = np.bincount(village.hamlet, weights=hours * managed, minlength=groups)
    hands_now = hands(0)
    term = max(round(rates.one("lease_years")), 1)

    def find_taker(lot: int, former: int) -> int:
        for offer in range(OFFERS if len(everybody) else 0):
            asked = takers[village.hamlet[lot]] if offer < OFFERS - 1 else everybody
            who = int(asked[random.integers(0, len(asked))])
            if farms[who] and who != former:
                return who
        return -1

    for year in range(1, moments[-1] + 1):
        needed = np.bincount(village.hamlet, weights=hours * managed, minlength=groups)
        neighbours = village.neighbours @ (~managed).astype("float64")
        # Farmers: one year older; some stop, some of those hand on.
        known = np.isfinite(age)
        at = np.clip(np.where(known, age, 0), 0, 120).astype(int)
        yearly = 1 - (1 - np.where(known, stop_by_age[at], unknown_stop)) ** pace
        stopping = farms & (random.random(len(age)) < yearly)
        on = stopping & (random.random(len(age)) < takes_over[heir] ** pace) & (hand_overs < 4)
        age += 1
        age[on] = round(rates.one("successor_age"))
        heir[on] = 1
        hand_overs[on] += 1
        ended = stopping & ~on
        farms &= ~ended
        with np.errstate(invalid="ignore", divide="ignore"):
            now = hands(year)
            cover = (now / needed) / (hands_now / needed_now)
            whole = (np.nansum(now) / needed.sum()) / (np.nansum(hands_now) / needed_now.sum())
        cover = np.where(np.isfinite(cover), cover, whole if np.isfinite(whole) else 1.0)
        cover = np.minimum(cover, 1.0)
        # Single lots that are given up.
        yearly = 1 - ((1 - village.drop) * (1 - rates.one("spread")) ** neighbours) ** pace
        gone = managed & (random.random(count) < yearly)
        freed = managed & ~gone & (holder >= 0) & ended[holder]
        first = np.ceil(np.maximum(village.lease_end, 0.5))
        due = (first <= year) & ((year - np.where(np.isfinite(first), first, 0)) % term == 0)
        lost = 1 - (1 - village.lease_lost) ** pace
        leases = managed & ~gone & ~freed & due & (random.random(count) < lost)
        before = managed.copy()
        managed &= ~gone
        for lot in np.flatnonzero(freed | leases).tolist():
            if random.random() < village.take[lot] ** pace * cover[village.hamlet[lot]]:
                who = find_taker(lot, int(holder[lot]))
                if who >= 0:
                    holder[lot] = who
                    continue
            managed[lot] = False
        again = 1 - (1 - rates.one("restored")) ** cover[village.hamlet]
        for lot in np.flatnonzero(~before & village.crop & (random.random(count) < again)).tolist():
            who = find_taker(lot, -1)
            if who >= 0:
                managed[lot], holder[lot] = True, who
        if year in moments:
            states[year] = managed.copy()
    return {"managed": states, "needed": hours[managed].sum(), "hands": hands(moments[-1]).sum()}


def many_futures(
    village: Any, rates: Any, moments: tuple[int, ...], draws: int, seed: int, people: Any = None
) -> dict[int, np.ndarray]:
    """Managed lots (lots × draws) at each moment."""
    random = np.random.default_rng(seed)
    found = [
        one_future(village, rates, moments, random, float(random.standard_normal()), people)["managed"]
        for _ in range(draws)
    ]
    return {moment: np.stack([states[moment] for states in found], axis=1) for moment in moments}
