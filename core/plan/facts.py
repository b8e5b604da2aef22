"""Facts about the whole plan: data sources with dates, official areas."""

from __future__ import annotations

from typing import Any, Optional

import geopandas as gpd
import pandas as pd

from ..frames import dates, flags, numbers, texts
from ..texts import Text

REGISTRY_MAP = Text("Registry map (Ministry of Justice)", "登記所備付地図（法務省）")
_INVENTED = Text(" (invented)", "（架空）")
_PARTLY_INVENTED = Text(" (partly invented)", "（架空を含む）")


def data_dates(lots: Optional[gpd.GeoDataFrame], evidence: Optional[pd.DataFrame]) -> list[dict[str, Any]]:
    """Sources behind the plan: ``en``, ``ja``, ``date`` (text, empty if unknown), ``first``, ``last`` (ISO).

    From ``map_date`` of the lots and ``source``, ``source_ja``, ``observed_on``, ``synthetic`` of the
    evidence table. Sources that are invented, all or in part, say so (``synthetic`` true).
    """
    seen: dict[tuple[str, str], list[str]] = {}
    real: set[tuple[str, str]] = set()
    invented: set[tuple[str, str]] = set()
    if lots is not None and "map_date" in lots.columns:
        seen[REGISTRY_MAP] = [day for day in dates(lots, "map_date") if day]
    if evidence is not None:
        english, japanese = texts(evidence, "source"), texts(evidence, "source_ja")
        for en, ja, day, made_up in zip(
            english, japanese, dates(evidence, "observed_on"), flags(evidence, "synthetic")
        ):
            if en or ja:
                name = (en or ja, ja or en)
                seen.setdefault(name, []).extend([day] if day else [])
                (invented if made_up is True else real).add(name)
    found: list[dict[str, Any]] = []
    for (en, ja), days in sorted(seen.items()):
        first, last = min(days, default=None), max(days, default=None)
        date = "" if first is None or last is None else first if first == last else f"{first}–{last}"
        made_up = (en, ja) in invented
        word = _PARTLY_INVENTED if (en, ja) in real else _INVENTED
        if made_up:
            en, ja = en + word.en, ja + word.ja
        found.append({"en": en, "ja": ja, "date": date, "first": first, "last": last, "synthetic": made_up})
    return found


def official_areas(hamlets: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Per hamlet: ``hamlet``, ``district``, ``name_en``, ``name_ja``, ``ha`` (official, ``None`` if unknown)."""
    rows = zip(*(texts(hamlets, name) for name in ("hamlet", "district", "name_en", "name_ja")))
    areas = numbers(hamlets, "official_area_ha")
    return sorted(
        (
            {
                "hamlet": hamlet,
                "district": district,
                "name_en": english,
                "name_ja": japanese,
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
