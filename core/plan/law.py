"""Directions that special laws give, and when a plan conflicts with them.

The municipal plan follows the direction of a special law where there is one; a choice against it is
kept as the people made it, and the conflict is raised beside it (never silently overridden).
"""

from __future__ import annotations

import re
from typing import NamedTuple, Optional

from ..texts import Text


class Zone(NamedTuple):
    """A zone kind: its name and the direction its law gives."""

    label: Text
    direction: str


ZONES = {
    "agri_zone": Zone(Text("agricultural land zone", "農用地区域"), "keep_farmland"),
    "protection_forest": Zone(Text("protection forest", "保安林"), "keep_forest"),
    "slope_red": Zone(Text("landslide special warning zone", "土砂災害特別警戒区域"), "no_building"),
}

_FARMING = ("farmland", "pasture")
_BUILT = ("residential", "industrial", "other_built")


def zone_kinds(zoning: Optional[str]) -> tuple[str, ...]:
    """Zone kinds named in a ``zoning`` text (``agri_zone; slope_red``), those without a rule left out."""
    words = re.split(r"[;；,、\s]+", zoning or "")
    return tuple(kind for kind in ZONES if kind in words)


def law_conflict(
    zoning: Optional[str],
    management_class: Optional[str],
    use_plan: Optional[str],
    use_now: Optional[str] = None,
) -> Optional[Text]:
    """The conflict between a choice and the laws over its land; ``None`` when there is none.

    Farmland zones ask for farming use, so changing to another use, or leaving farmland alone,
    conflicts with them; protection forest asks for forest; red zones ask for no new building. A use
    that stays as it is (a road inside a farmland zone) is no conflict. Unknown present use counts as
    the use that the zone keeps.
    """
    changed = use_plan if use_plan != use_now else None
    open_change = management_class == "convert" and use_plan is None
    found: Optional[Text] = None
    for kind in zone_kinds(zoning):
        zone = ZONES[kind]
        against = {
            "keep_farmland": (
                changed not in (None, *_FARMING)
                or open_change
                or (management_class == "watch" and use_now in (None, *_FARMING))
            ),
            "keep_forest": changed not in (None, "forest") or open_change,
            "no_building": changed in _BUILT,
        }[zone.direction]
        if not against:
            continue
        sentence = {
            "keep_farmland": Text(
                "Lies in the {zone}, where the law asks to keep farmland. Talk to the farm office first.",
                "{zone}のため、農地として使うことが求められます。先に農政の窓口に相談してください。",
            ),
            "keep_forest": Text(
                "Lies in {zone}, where the law asks to keep the forest. Talk to the forest office first.",
                "{zone}のため、森林を保つことが求められます。先に林務の窓口に相談してください。",
            ),
            "no_building": Text(
                "Lies in a {zone}, where building is restricted. Talk to the prefecture first.",
                "{zone}のため、建築が制限されます。先に都道府県に相談してください。",
            ),
        }[zone.direction].format(zone=zone.label)
        found = sentence if found is None else found + sentence
    return found
