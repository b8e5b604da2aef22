"""Facts about the whole plan: data sources with dates, official areas."""

from __future__ import annotations

from typing import Any, Optional

import geopandas as gpd
import pandas as pd

from ..frames import dates, numbers, texts
from ..texts import Text

REGISTRY_MAP = Text("Registry map (Ministry of Justice)", "登記所備付地図（法務省）")


def data_dates(
    lots: Optional[gpd.GeoDataFrame], evidence: Optional[pd.DataFrame]
) -> list[dict[str, Optional[str]]]:
    """Sources behind the plan: ``en``, ``ja``, ``date`` (text, empty if unknown), ``first``, ``last`` (ISO).

    From ``map_date`` of the lots and ``source``, ``source_ja``, ``observed_on`` of the evidence table.
    """
    seen: dict[tuple[str, str], list[str]] = {}
    if lots is not None and "map_date" in lots.columns:
        seen[REGISTRY_MAP] = [day for day in dates(lots, "map_date") if day]
    if evidence is not None:
        english, japanese = texts(evidence, "source"), texts(evidence, "source_ja")
        for en, ja, day in zip(english, japanese, dates(evidence, "observed_on")):
            if en or ja:
                seen.setdefault((en or ja, ja or en), []).extend([day] if day else [])
    found: list[dict[str, Optional[str]]] = []
    for (en, ja), days in sorted(seen.items()):
        first, last = min(days, default=None), max(days, default=None)
        date = "" if first is None or last is None else first if first == last else f"{first} – {last}"
        found.append({"en": en, "ja": ja, "date": date, "first": first, "last": last})
    return found


def official_areas(hamlets: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Per hamlet: ``hamlet``, ``district``, ``name_en``, ``name_ja``, ``ha`` (official, ``None`` if unknown)."""
    rows = zip(*(texts(hamlets, name) for name in ("hamlet", "district", "name_en", "name_ja")))
    areas = numbers(hamlets, "official_area_ha")
    return sorted(
        (
            {
                "hamlet": hamlet, "district": district, "name_en": english, "name_ja": japanese,
                "ha": None if area != area else float(area),
            }
            for (hamlet, district, english, japanese), area in zip(rows, areas)
        ),
        key=lambda row: (row["district"] or "", row["hamlet"] or ""),
    )


def official_total(areas: list[dict[str, Any]]) -> Optional[float]:
    """The sum of the official areas (ha); ``None`` when one of them is unknown."""
    known = [row["ha"] for row in areas]
    return None if not known or any(area is None for area in known) else float(sum(known))
