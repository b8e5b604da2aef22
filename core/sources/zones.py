"""Which plane rectangular zone a prefecture lies in (平成14年国土交通省告示第9号), and what a datum is called."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Optional

from ..texts import Text
from .systems import UNKNOWN_SYSTEM, name_words

#: Zone by prefecture code; prefectures that lie in several zones are left out and must be chosen by the user.
_ZONES = {
    1: (42,),  # 長崎; 鹿児島's islands lie in I and II: not told
    2: (40, 41, 43, 44, 45),
    3: (32, 34, 35),
    4: (36, 37, 38, 39),
    5: (28, 31, 33),
    6: (18, 24, 25, 26, 27, 29, 30),
    7: (16, 17, 21, 23),
    8: (15, 19, 20, 22),
    9: (7, 8, 9, 10, 11, 12, 14),  # 東京都 has islands in XIV, XVIII and XIX: not told
    10: (2, 3, 4, 5, 6),
}
_BY_PREFECTURE = {prefecture: zone for zone, prefectures in _ZONES.items() for prefecture in prefectures}

_DATUMS = (
    ("2011", "JGD2011"),
    ("2000", "JGD2000"),
    ("2024", "JGD2024"),
    ("tokyo", "Tokyo (旧日本測地系)"),
)


#: Numbers that offices know as JGD2011. Newer lists of systems call them JGD2024; places on the ground are the same.
_JGD2011 = frozenset((6666, 6667, 6668, 6697, *range(6669, 6688)))
#: Names that say nothing: what libraries write where a file gives numbers, but no name.
_NAMELESS = ("", "unknown", "unnamed", "undefined", "custom", "user")
#: Marks of a definition that stands where a name should.
_DEFINITION = ("[", "+proj", "{")


def zone_of(city_code: str) -> Optional[int]:
    """Number of the plane zone of a municipality (code of 5 digits); ``None`` where the prefecture has several."""
    digits = city_code[:2]
    return _BY_PREFECTURE.get(int(digits)) if digits.isdigit() and digits.isascii() else None


@lru_cache(maxsize=16)
def _number_of(crs: Any) -> Optional[tuple[str, str]]:
    """Authority and number of a pyproj CRS; remembered, for a nameless one is compared with all that are known."""
    return crs.to_authority()


def _is_jgd2011(crs: Any) -> bool:
    """Whether a pyproj CRS has one of the numbers of JGD2011, whatever the list of this machine calls it."""
    authority = None if crs is None else _number_of(crs)
    return authority is not None and authority[0] == "EPSG" and int(authority[1]) in _JGD2011


def datum_of(crs: Any) -> str:
    """Name of the datum of a pyproj CRS ("JGD2011", "WGS 84" …); empty when there is none."""
    if crs is None:
        return ""
    geodetic = crs.geodetic_crs
    if _is_jgd2011(crs) or _is_jgd2011(geodetic):
        return "JGD2011"
    name = str((geodetic.datum.name if geodetic is not None and geodetic.datum is not None else "") or "")
    if "Japan" in name or "Tokyo" in name or "JGD" in name:
        for mark, label in _DATUMS:
            if mark in name.lower():
                return label
    if name.startswith("World Geodetic System 1984"):
        return "WGS 84"
    return "" if name.lower().startswith("unknown") or any(mark in name for mark in _DEFINITION) else name


def crs_name(crs: Any) -> str:
    """A pyproj CRS for people ("JGD2011 / Japan Plane Rectangular CS VIII (EPSG:6676)").

    Empty when there is none, and when it has neither a name nor a number: its definition is no name.
    """
    if crs is None:
        return ""
    authority = _number_of(crs)
    name = str(crs.name or "").strip()
    if _is_jgd2011(crs):
        name = name.replace("JGD2024", "JGD2011")
    if name.lower() in _NAMELESS or any(mark in name for mark in _DEFINITION):
        name = ""
    number = ":".join(authority) if authority else ""
    return f"{name} ({number})" if name and number else name or number


def place_words(crs: Any) -> Text:
    """A pyproj CRS in the words of an office: "plane rectangular zone 8 (JGD2011)"; other systems by their name."""
    name = crs_name(crs)
    authority = _number_of(crs)
    number = f" ({':'.join(authority)})" if authority else ""
    return name_words(name.removesuffix(number)) if name else UNKNOWN_SYSTEM


#: What is said when two datums meet without a table of shifts.
DATUM_CHANGED = Text(
    "The data stand on {before}, the result on {after}. No table of shifts was used; in the north-east (Tohoku) places "
    "may be off by up to about 5 m.",
    "データは{before}、結果は{after}です。変換補正は使っていません。東北などでは最大5mほどずれることがあります。",
)
