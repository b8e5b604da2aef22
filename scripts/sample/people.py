"""People and records of the sample village: owners, cultivators, registers, patrol, damage, truth."""

from __future__ import annotations

import datetime as dt
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from .world import DARK_CORNER, EPSG, chance, outline

#: The day the sample is set in.
TODAY = dt.date(2025, 11, 1)
IDLE_SHARE = 0.07
UNRESOLVED_SHARE = 0.07
#: Lots whose registered area is really wrong, by how many tolerances.
AREA_OUTLIERS = 14

_DIGITS = "〇一二三四五六七八九"


def sample_name(number: int, word: str) -> str:
    """A name no real person has, for example 見本 一〇二三 (Sample Owner 1023)."""
    return "見本 " + "".join(_DIGITS[int(d)] for d in str(number)) + f" (Sample {word} {number})"


def tolerance(area: Any) -> Any:
    """Area tolerance of accuracy class 甲三 in m² (国土調査法施行令 別表第四)."""
    return (0.10 + 0.02 * area**0.25) * np.sqrt(area)


def latent(table: pd.DataFrame) -> Any:
    """Smooth random difference between neighbourhoods, one value per lot."""
    random = chance("neighbourhoods")
    places = random.uniform((-20000, 127200), (-18300, 129950), (70, 2))
    heights = random.standard_normal(70)
    gaps = ((table[["x", "y"]].to_numpy()[:, None, :] - places[None]) ** 2).sum(axis=2)
    weights = np.exp(-gaps / (2 * 170.0**2))
    values = weights @ heights
    return (values - values.mean()) / values.std()


def owners_of(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Owners (private) and, per private lot, its main owner."""
    random = chance("owners")
    private = table.index[~table["category"].isin(("公衆用道路", "用悪水路"))]
    count = 236
    homes = table.loc[table["category"] == "宅地", ["x", "y"]].to_numpy()
    places = homes[random.integers(0, len(homes), count)] + random.normal(0, 250, (count, 2))
    strength = random.pareto(1.6, count) + 0.25
    kind = random.choice(["village", "municipality", "outside", "unknown"], count, p=[0.58, 0.15, 0.19, 0.08])
    gaps = np.sqrt(((table.loc[private, ["x", "y"]].to_numpy()[:, None, :] - places[None]) ** 2).sum(axis=2))
    weight = strength[None] * np.exp(-gaps / 420.0) + 1e-9
    weight /= weight.sum(axis=1, keepdims=True)
    owner = (weight.cumsum(axis=1) > random.random((len(private), 1))).argmax(axis=1)
    # Owners drift away from land at the hills: more outside and unknown owners there.
    years = np.where(
        kind == "village",
        random.gamma(3.0, 6.0, count),
        np.where(
            kind == "municipality",
            random.gamma(3.5, 7.0, count),
            np.where(kind == "outside", random.gamma(5.0, 7.5, count), random.gamma(9.0, 7.0, count)),
        ),
    ).clip(0.5, 95)
    status = np.where(
        kind == "unknown",
        "unknown",
        np.where(
            (kind == "outside") & (years > 30),
            "to_check",
            np.where(
                (kind == "outside") & (random.random(count) < 0.35),
                "to_check",
                np.where(years > 45, "to_check", "reachable"),
            ),
        ),
    )
    used = np.unique(owner)
    numbers = {int(old): 1001 + position for position, old in enumerate(used)}
    rows = []
    for old in used:
        number = numbers[int(old)]
        address = {
            "village": f"見本県見本市谷沢{number - 1000}番地（見本）",
            "municipality": f"見本県見本市見本町{number - 1000}番地（見本）",
            "outside": f"見本都見本区見本{number - 1000}番地（見本）",
            "unknown": None,
        }[str(kind[old])]
        rows.append(
            {
                "owner_key": f"O{number}",
                "name": sample_name(number, "Owner"),
                "address": address,
                "address_kind": str(kind[old]),
                "owner_status": str(status[old]),
                "years": float(years[old]),
            }
        )
    owners = pd.DataFrame(rows)
    holder = pd.Series(pd.NA, index=table.index, dtype=object)
    holder.loc[private] = [f"O{numbers[int(o)]}" for o in owner]
    return owners, holder


def unmanaged_truth(table: pd.DataFrame, owners: pd.DataFrame) -> pd.DataFrame:
    """Which farmland is really unmanaged and for how many years (0: managed)."""
    random = chance("unmanaged")
    far_owner = table["owner_key"].map(owners.set_index("owner_key")["address_kind"]).isin(("outside", "unknown"))
    push = (
        3.4 * np.exp(-table["forest_m"] / 110.0)
        + 1.1 * np.minimum(table["road_m"] / 90.0, 1.0)
        + 0.8 * (table["area"] < 800)
        + 0.6 * (table["compact"] < 0.45)
        + 1.2 * latent(table)
        + 0.9 * far_owner
    ).to_numpy() + random.logistic(0, 0.45, len(table))
    farmland = table["farmland"].to_numpy()
    wanted = round(0.115 * int(farmland.sum()))
    order = np.argsort(-np.where(farmland, push, -np.inf), kind="stable")
    chosen = order[:wanted]
    years = np.zeros(len(table), dtype=int)
    depth = (push[chosen] - push[chosen].min()) / np.ptp(push[chosen])
    years[chosen] = np.clip(np.round(1 + 9 * depth**1.5 + random.gamma(1.0, 2.6, wanted)), 1, 28).astype(int)
    table = table.copy()
    table["years_unmanaged"] = years
    table["unmanaged"] = years > 0
    return table


def registers(table: pd.DataFrame, owners: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Land register rows and the lots whose registered area is really wrong (position -> factor)."""
    random = chance("register")
    by_owner = owners.set_index("owner_key")
    limit = tolerance(table["area"].to_numpy())
    off = np.clip(random.normal(0, 0.32, len(table)), -0.85, 0.85) * limit
    eligible = table.index[(table["area"] > 150) & (table["category"] != "用悪水路")].to_numpy()
    wrong = np.sort(random.choice(eligible, AREA_OUTLIERS, replace=False))
    factor = random.uniform(3.0, 11.0, AREA_OUTLIERS) * random.choice([-1, 1], AREA_OUTLIERS)
    factor = np.maximum(factor, -0.7 * table.loc[wrong, "area"].to_numpy() / limit[wrong])
    off[wrong] = factor * limit[wrong]
    area = table["area"].to_numpy() + off
    whole = ~table["category"].eq("宅地").to_numpy() & (np.abs(np.floor(area) - table["area"].to_numpy()) < 0.9 * limit)
    # 不動産登記規則100条: house plots and land up to 10 m² to 0.01 m², other land to whole m².
    area = np.where(whole & (area > 10), np.floor(area), np.round(area, 2))

    rows = []
    for position in table.index:
        key, category = table.at[position, "lot_key"], table.at[position, "category"]
        record = {"lot_key": key, "category_reg": category, "area_reg": float(area[position])}
        back = float(random.gamma(3.0, 6.0))
        shift, parts, pick, second = random.random(4)
        if pd.isna(table.at[position, "owner_key"]):
            rows.append(
                {
                    **record,
                    "owner_key": None,
                    "share": None,
                    "address_kind": None,
                    "owner_status": "reachable",
                    "registered_on": _years_ago(back),
                }
            )
            continue
        if second > 0.99:
            continue  # a few lots were never registered
        owner = by_owner.loc[table.at[position, "owner_key"]]
        first = {
            **record,
            "owner_key": table.at[position, "owner_key"],
            "address_kind": owner["address_kind"],
            "owner_status": owner["owner_status"],
            "registered_on": _years_ago(max(0.3, float(owner["years"]) + 3 * (shift - 0.5))),
        }
        sharers = 1 if parts < 0.93 else 2 if parts < 0.975 else 4
        if sharers == 1:
            rows.append({**first, "share": "1/1"})
            continue
        rows.append({**first, "share": f"1/{sharers}"})
        start = int(pick * len(owners))
        others = [k for k in np.roll(owners["owner_key"].to_numpy(), -start) if k != first["owner_key"]]
        for other in others[: sharers - 1]:
            rows.append(
                {
                    **first,
                    "owner_key": other,
                    "share": f"1/{sharers}",
                    "address_kind": by_owner.at[other, "address_kind"],
                    "owner_status": by_owner.at[other, "owner_status"],
                }
            )
    frame = pd.DataFrame(rows).sort_values(["lot_key", "owner_key"], kind="stable", na_position="first")
    outliers = pd.DataFrame({"lot_key": table.loc[wrong, "lot_key"].to_numpy(), "tolerances": np.round(factor, 1)})
    return frame.reset_index(drop=True), outliers


def _years_ago(years: float) -> dt.date:
    return TODAY - dt.timedelta(days=int(365.25 * years))


def cultivators_of(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cultivators (private) and the farmland register."""
    random = chance("cultivators")
    count = 64
    farmed = table.index[table["farmland"]].to_numpy()
    homes = table.loc[table["category"] == "宅地", ["x", "y"]].to_numpy()
    places = homes[random.integers(0, len(homes), count)] + random.normal(0, 300, (count, 2))
    strength = random.pareto(1.3, count) + 0.2
    age = np.clip(np.round(random.normal(70, 9.5, count)), 45, 88).astype(int)
    strength = strength * np.where(age > 78, 0.5, 1.2)
    successor = np.where(random.random(count) < 0.24, "yes", np.where(random.random(count) < 0.72, "no", "unknown"))
    gaps = np.sqrt(((table.loc[farmed, ["x", "y"]].to_numpy()[:, None, :] - places[None]) ** 2).sum(axis=2))
    weight = strength[None] * np.exp(-gaps / 500.0) + 1e-9
    weight /= weight.sum(axis=1, keepdims=True)
    farmer = (weight.cumsum(axis=1) > random.random((len(farmed), 1))).argmax(axis=1)
    dark = shapely.contains_xy(DARK_CORNER, table.loc[farmed, "x"], table.loc[farmed, "y"])

    rows = []
    for position, who, in_dark in zip(farmed, farmer, dark):
        left, right, when, known = random.random(4)
        if in_dark or known < 0.03:
            continue
        # Some land is farmed on a word of mouth that no register knows.
        gone = (bool(table.at[position, "unmanaged"]) and left < 0.72) or known > 0.94
        kind = "none" if gone else "owner" if right < 0.38 else "lease" if right < 0.95 else "none"
        end = None
        if kind == "lease":
            end = dt.date(2025 + int(when * 10), 3, 31)
        rows.append(
            {
                "lot_key": table.at[position, "lot_key"],
                "land_type": table.at[position, "category"],
                "cultivator_key": None if gone else f"C{2001 + int(who)}",
                "right_kind": kind,
                "right_end": end,
                "in_agri_zone": bool(table.at[position, "in_agri_zone"]),
            }
        )
    register = pd.DataFrame(rows).sort_values("lot_key", kind="stable").reset_index(drop=True)
    used = sorted(set(register["cultivator_key"].dropna()))
    private = pd.DataFrame(
        {
            "cultivator_key": used,
            "name": [sample_name(int(key[1:]), "Farmer") for key in used],
            "age": [int(age[int(key[1:]) - 2001]) for key in used],
            "successor": [str(successor[int(key[1:]) - 2001]) for key in used],
        }
    )
    return private, register


def residents_of(houses: gpd.GeoDataFrame) -> pd.DataFrame:
    """Residents of each hamlet by age band of five years (private: bands may hold one person)."""
    random = chance("residents")
    lived_in = houses.loc[houses["occupied"] == "yes"]
    rows = []
    for hamlet in sorted(lived_in["hamlet"].unique()):
        homes = int((lived_in["hamlet"] == hamlet).sum())
        ages: list[float] = []
        for elder, size in zip(random.normal(71.0, 10.0, homes), 1 + random.binomial(3, 0.42, homes)):
            # The eldest, a partner, then children who stayed or grandchildren.
            shifts = (0.0, -random.uniform(0, 6), -random.uniform(24, 34), -random.uniform(50, 62))
            ages.extend(np.clip(elder + np.array(shifts[:size]), 0, 99))
        counts = np.bincount((np.array(ages) // 5).astype(int), minlength=20)
        for band in np.flatnonzero(counts):
            rows.append(
                {
                    "hamlet": hamlet,
                    "age_from": int(band) * 5,
                    "age_to": int(band) * 5 + 4,
                    "residents": int(counts[band]),
                    "counted_on": TODAY,
                }
            )
    return pd.DataFrame(rows)


def patrol_of(table: pd.DataFrame) -> pd.DataFrame:
    """Farm patrol: newest rows with about 7 % idle and 7 % unresolved, older rows for half the lots."""
    random = chance("patrol")
    dark = shapely.contains_xy(DARK_CORNER, table["x"], table["y"])
    farmland = table["farmland"].to_numpy() & ~dark
    truth = table["unmanaged"].to_numpy()
    skipped = farmland & (random.random(len(table)) < 0.07)
    visited = np.flatnonzero(farmland & ~skipped)
    idle_wanted = round(IDLE_SHARE * len(visited))
    open_wanted = round(UNRESOLVED_SHARE * len(visited))

    left = visited[truth[visited]]
    # The patrol sees what has been left for long; young and remote cases stay open.
    seen = left[
        np.argsort(-(table["years_unmanaged"].to_numpy()[left] + random.normal(0, 3.0, len(left))), kind="stable")
    ]
    idle = seen[:idle_wanted]
    rest = seen[idle_wanted:]
    missed, unclear = rest[:3], rest[3:]
    managed = visited[~truth[visited]]
    lonely = table["forest_m"].to_numpy()[managed] + random.normal(0, 220, len(managed))
    unclear = np.concatenate(
        [unclear, managed[np.argsort(lonely, kind="stable")][: max(open_wanted - len(unclear), 0)]]
    )
    unclear = unclear[:open_wanted]

    result = pd.Series("not_idle", index=visited, dtype=object)
    years = table["years_unmanaged"].to_numpy()
    for position in idle:
        y = int(years[position])
        result[position] = (
            "waste_b" if y >= 12 else "idle_1_yellow" if y >= 6 else "idle_2" if y <= 2 else "idle_1_green"
        )
    result[unclear] = "unresolved"
    notes = {
        "idle_1_green": "草刈りで再生できる",
        "idle_1_yellow": "低木あり、整備が必要",
        "idle_2": "周りより利用が低い",
        "waste_b": "林のようになっている",
        "unresolved": "道がふさがり確認できず",
    }
    rows = []
    for position in visited:
        day, older = random.random(2)
        old_visit = position in missed
        when = dt.date(2023, 8, 21) if old_visit else dt.date(2025, 8, 18)
        rows.append(
            {
                "lot_key": table.at[position, "lot_key"],
                "patrol_on": when + dt.timedelta(days=int(day * 25)),
                "result": result[position],
                "note": notes.get(str(result[position])),
            }
        )
        if older < 0.5 and not old_visit:
            before = int(years[position]) - 2
            was = "not_idle" if before <= 0 else "idle_1_green" if before < 6 else "idle_1_yellow"
            rows.append(
                {
                    "lot_key": table.at[position, "lot_key"],
                    "patrol_on": dt.date(2023, 8, 21) + dt.timedelta(days=int(day * 20)),
                    "result": was,
                    "note": notes.get(was),
                }
            )
    return pd.DataFrame(rows).sort_values(["lot_key", "patrol_on"], kind="stable").reset_index(drop=True)


def damage_of(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Boar damage seen in managed farmland, mostly near forest and unmanaged land."""
    random = chance("boar")
    fields = table.index[table["farmland"] & ~table["unmanaged"] & (table["area"] > 150)].to_numpy()
    left = table.loc[table["unmanaged"], ["x", "y"]].to_numpy()
    near_left = cKDTree(left).query(table.loc[fields, ["x", "y"]].to_numpy())[0]
    weight = (
        np.exp(-table.loc[fields, "forest_m"].to_numpy() / 60.0) + 0.8 * np.exp(-near_left / 60.0) + 0.004
    ) * np.sqrt(table.loc[fields, "area"].to_numpy())
    count = 82
    hit = random.choice(fields, count, p=weight / weight.sum())
    valid = outline(lots)
    points, rows = [], []
    for position in hit:
        shape = valid[position]
        x0, y0, x1, y1 = shape.bounds
        for _ in range(200):
            x, y, u = random.uniform(x0, x1), random.uniform(y0, y1), random.random()
            if shapely.contains_xy(shape, x, y):
                break
        else:
            x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        year = 2023 + int(u * 3)
        paddy = table.at[position, "category"] == "田"
        start = dt.date(year, 8, 10) if paddy else dt.date(year, 6, 1)
        days, crop, severity = random.random(3)
        rows.append(
            {
                "seen_on": start + dt.timedelta(days=int(days * (45 if paddy else 75))),
                "crop": "水稲" if paddy else ("さつまいも" if crop < 0.45 else "大豆" if crop < 0.7 else "野菜"),
                "severity": 1 if severity < 0.5 else 2 if severity < 0.85 else 3,
            }
        )
        points.append(shapely.Point(round(float(x), 1), round(float(y), 1)))
    frame = gpd.GeoDataFrame(rows, geometry=points, crs=EPSG).sort_values("seen_on", kind="stable")
    frame = frame.reset_index(drop=True)
    frame.insert(0, "damage_id", [f"B-{n:03d}" for n in range(1, len(frame) + 1)])
    return frame
