"""From the registered land category (地目) to the use category of the plan and the kind of land.

The 23 land categories are those of the real property registration rules (不動産登記規則 99条); the
use categories are those of the municipal land-use plan (利用区分). Pure lists: may be imported anywhere.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple, Optional

#: Kinds of land that are looked after in different ways. ``public`` is land of the municipality or
#: of all (roads, canals), ``open`` has no crop and no building (wildland, graves, ponds).
LAND_KINDS = ("farmland", "forest", "plot", "public", "open", "unknown")


class LandCategory(NamedTuple):
    """Use category code (利用区分) and kind of land of one 地目."""

    use: str
    kind: str


CATEGORIES = {
    "田": LandCategory("farmland", "farmland"),  # paddy
    "畑": LandCategory("farmland", "farmland"),  # field
    "牧場": LandCategory("pasture", "farmland"),  # pasture
    "山林": LandCategory("forest", "forest"),  # forest
    "保安林": LandCategory("forest", "forest"),  # protection forest
    "原野": LandCategory("wildland", "open"),  # wildland
    "宅地": LandCategory("residential", "plot"),  # house plot
    "雑種地": LandCategory("other", "plot"),  # miscellaneous land
    "学校用地": LandCategory("other_built", "public"),  # school ground
    "鉄道用地": LandCategory("other", "public"),  # railway land
    "公園": LandCategory("other", "public"),  # park
    "公衆用道路": LandCategory("road", "public"),  # public road
    "用悪水路": LandCategory("water", "public"),  # canal
    "井溝": LandCategory("water", "public"),  # ditch
    "堤": LandCategory("water", "public"),  # embankment
    "運河用地": LandCategory("water", "public"),  # shipping canal
    "水道用地": LandCategory("other", "public"),  # waterworks land
    "ため池": LandCategory("water", "public"),  # irrigation pond
    "池沼": LandCategory("water", "open"),  # pond
    "墓地": LandCategory("other", "open"),  # graveyard
    "境内地": LandCategory("other", "open"),  # temple or shrine ground
    "鉱泉地": LandCategory("other", "open"),  # spring
    "塩田": LandCategory("other", "open"),  # salt field
}


def category_of(word: object) -> Optional[str]:
    """The 地目 written as in the list; ``None`` for missing or unknown words.

    Full and half width and blanks do not matter ("公衆用 道路" is "公衆用道路").
    """
    if word is None:
        return None
    folded = "".join(unicodedata.normalize("NFKC", str(word)).split())
    return folded if folded in CATEGORIES else None


def use_of(category: Optional[str]) -> Optional[str]:
    """Use category code of a 地目, ``None`` when unknown."""
    return CATEGORIES[category].use if category in CATEGORIES else None


def kind_of(category: Optional[str]) -> str:
    """Kind of land of a 地目 (one of :data:`LAND_KINDS`)."""
    return CATEGORIES[category].kind if category in CATEGORIES else "unknown"
