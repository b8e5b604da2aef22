"""Words and limits of the forecast that screen and paper share. No computing here."""

from __future__ import annotations

from ..texts import Text

#: How fast land is lost.
SCENARIOS = ("low", "mid", "high")
SCENARIO_WORDS = {
    "low": Text("slow loss", "減少が遅い場合"),
    "mid": Text("middle", "中位の場合"),
    "high": Text("fast loss", "減少が速い場合"),
}
#: A lot counts as likely managed from this chance on, as likely not managed below the other (assumptions).
LIKELY, UNLIKELY = 2 / 3, 1 / 3
CLASS_WORDS = {
    "managed": Text("Likely still managed (2 of 3 futures or more)", "管理が続く可能性が高い（3通りに2通り以上）"),
    "cannot_tell": Text("Open", "どちらともいえない"),
    "unmanaged": Text(
        "Likely no longer managed (fewer than 1 of 3)", "管理されなくなる可能性が高い（3通りに1通り未満）"
    ),
}
NOT_FORECAST = Text("Not forecast", "予測していない土地")
OUTLOOK_WORDS = {
    "usual": Text("usually there at this size", "この人口規模ではふつうある"),
    "even": Text("about as often there as not", "この人口規模ではあるとは限らない"),
    "below": Text("below the size at which most have it", "多くの市町村にある規模を下回る"),
    "rare": Text("mostly not there at this size", "この人口規模ではない方が多い"),
    "unknown": Text("unknown", "不明"),
}
#: The same for a narrow column.
OUTLOOK_SHORT = {
    "usual": Text("usually there", "ふつうある"),
    "even": Text("may be there", "どちらともいえない"),
    "below": Text("below the size", "規模を下回る"),
    "rare": Text("mostly not", "ない方が多い"),
    "unknown": Text("unknown", "不明"),
}


def field_of(scenario: str, years: int) -> str:
    """The field with the chance that a lot is managed, of a scenario and horizon."""
    return f"p_{scenario}_{years}"
