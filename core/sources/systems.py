"""Systems of coordinates in words: what reports and dialogs say."""

from __future__ import annotations

from ..texts import Text

UNKNOWN_SYSTEM = Text("a system without a name or number", "名前も番号もない座標系")

#: Prefix of the names of the plane rectangular systems, after which the zone stands in Roman numerals.
_PLANE = " / Japan Plane Rectangular CS "
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
          "XVIII", "XIX")  # fmt: skip


def name_words(name: str) -> Text:
    """What :func:`crs_name` gives, for readers of either language."""
    datum, found, rest = name.partition(_PLANE)
    zone, _space, number = rest.partition(" ")
    if not found or zone not in _ROMAN:
        return Text(name, name)
    number = number.strip("()")
    return Text(
        "plane rectangular zone {n} ({datum}{comma}{number})", "平面直角座標系 第{n}系（{datum}{comma}{number}）"
    ).format(n=_ROMAN.index(zone) + 1, datum=datum, comma=Text(", ", "、") if number else "", number=number)
