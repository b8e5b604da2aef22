"""Units of areas: how large they are and what they are called."""

from __future__ import annotations

from ..texts import Text

#: Square metres of one unit. 歩 (= 坪) is 400/121 m² (度量衡法, 1891), 畝 30, 反 300, 町 3,000 of them; acre: 1959.
SQUARE_METRES = {
    "m2": 1.0,
    "a": 100.0,
    "ha": 10_000.0,
    "tsubo": 400.0 / 121.0,
    "se": 30 * 400.0 / 121.0,
    "tan": 300 * 400.0 / 121.0,
    "cho": 3_000 * 400.0 / 121.0,
    "acre": 4_046.8564224,
}
LABELS = {
    "m2": Text("m²", "m²（平方メートル）"),
    "a": Text("a (100 m²)", "a（アール）"),
    "ha": Text("ha", "ha（ヘクタール）"),
    "tsubo": Text("tsubo (3.3 m²)", "坪・歩"),
    "se": Text("se (99 m²)", "畝"),
    "tan": Text("tan (992 m²)", "反"),
    "cho": Text("cho (9,917 m²)", "町"),
    "acre": Text("acre", "エーカー"),
}
