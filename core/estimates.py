"""Estimates in words: no more digits than an estimate carries.

A sum of assumed rates is not known to the single yen. Sentences give two significant digits and say "about"; tables
and files keep the numbers as computed.
"""

from __future__ import annotations

import math

from .texts import Text

DIGITS = 2


def rounded(value: float, digits: int = DIGITS) -> float:
    """``value`` with ``digits`` significant digits; 0 stays 0.

    >>> rounded(519_782), rounded(138.6), rounded(0.347)
    (520000.0, 140.0, 0.35)
    """
    if not value or not math.isfinite(value):
        return value
    return float(f"{value:.{digits - 1}e}")


def _plain(value: float) -> str:
    """Digits with commas, without a decimal point where none is needed."""
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def yen(value: float) -> Text:
    """A sum of money: "about 520,000 yen", 「約52万円」, from 100 million on 「約1.2億円」."""
    amount = rounded(value)
    if not amount:
        return Text("0 yen", "0円")
    english = f"about {_plain(amount / 1e6)} million yen" if amount >= 1e6 else f"about {_plain(amount)} yen"
    if amount >= 1e8:
        return Text(english, f"約{_plain(amount / 1e8)}億円")
    if amount >= 1e4:
        return Text(english, f"約{_plain(amount / 1e4)}万円")
    return Text(english, f"約{_plain(amount)}円")


def hours(value: float) -> Text:
    """Working time: "about 140 hours", 「約140時間」."""
    return _with_unit(value, Text("{n} hours", "{n}時間"))


def metres(value: float) -> Text:
    """A length: "about 540 m", from 1,000 m on "about 22 km"."""
    amount = rounded(value)
    if abs(amount) >= 1000:
        return _with_unit(amount / 1000, Text("{n} km", "{n} km"))
    return _with_unit(amount, Text("{n} m", "{n} m"))


def _with_unit(value: float, words: Text) -> Text:
    amount = rounded(value)
    told = words.format(n=_plain(amount))
    return Text(f"about {told.en}", f"約{told.ja}") if amount else told


def share(percent: float) -> Text:
    """A share that a bound proves: "0.4 %", below a tenth "less than 0.1 %"."""
    if percent < 0.1:
        return Text("less than 0.1 %", "0.1 % 未満")
    tenths = math.ceil(percent * 10 - 1e-9) / 10  # a bound is never rounded down
    return Text(f"at most {tenths:.1f} %", f"{tenths:.1f} % 以内")
