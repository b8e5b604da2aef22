"""The outcome of a forecast as tables people can read: per lot, per hamlet, per facility."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

import numpy as np
import pandas as pd

from .. import frames
from ..errors import InputError
from ..schema import FieldSpec
from ..texts import Text
from .forecast import ALREADY, CAUSES, PLACE, Outcome
from .forecast_village import Prepared
from .forecast_words import OUTLOOK_WORDS, SCENARIO_WORDS, field_of

#: With fewer farmers than this, or one who holds this share of the land, that one could be recognised, so nothing about
#: farmers is told and nothing of the hamlet is printed (assumptions).
FEW_FARMERS, DOMINANT = 3, 0.85
#: Below this share of futures a reason is not told.
TOLD = 0.05

CAUSE_WORDS = {
    "already": Text("it may already be unmanaged today", "今すでに管理されていない可能性がある"),
    "retired": Text("its farmer stops and nobody takes over", "耕作者がやめ、引き受ける人がいない"),
    "lease": Text("its lease ends and nobody takes over", "貸し借りの期間が終わり、引き受ける人がいない"),
    "place": Text("this field alone is given up", "この土地だけ手入れをやめる"),
    "spread": Text("land beside it is left and it follows", "隣の土地の放置が広がる"),
}
TRAIT_WORDS = {
    "gentle": Text("gentle slope", "緩い傾斜"),
    "steep": Text("steep slope", "急な傾斜"),
    "road_far": Text("far from a road", "道から遠い"),
    "small": Text("very small", "とても小さい"),
    "owner_to_check": Text("owner to be checked", "所有者の確認が必要"),
    "owner_unknown": Text("owner unknown", "所有者不明"),
}
CHANGE_WORDS = {
    "already": Text("A visit on the ground would settle it.", "現地を見れば確かめられます。"),
    "retired": Text("A successor or a taker agreed on would change this.", "後継者や引き受け手が決まれば変わります。"),
    "lease": Text("A renewed lease would change this.", "貸し借りを更新すれば変わります。"),
    "place": Text("Easier access or less work would change this.", "通いやすさや手間が改まれば変わります。"),
    "spread": Text("Keeping the land beside it would change this.", "隣の土地を手入れすれば変わります。"),
}
LOT_SENTENCE = Text(
    "In {years} years it is looked after in {p} of 100 possible futures ({low} to {high}).",
    "{years}年後も管理されているのは、100通りの将来のうち{p}通り（{low}〜{high}）です。",
)
LOT_REASON = Text("Where it is lost, most often {cause}.", "失われる場合の主な理由は「{cause}」です。")
SAFE = Text("It is rarely lost.", "失われることはまれです。")
NO_RATES = Text("There are no rates for this kind of land.", "この地目には確率の表がありません。")
NO_CONDITION = Text("Its condition today is not known.", "今の状態が分かりません。")


def lot_fields(scenarios: Sequence[str], horizons: Sequence[int]) -> list[FieldSpec]:
    """Fields of the layer of lots: chance with interval by scenario and horizon."""
    found = [
        FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
        FieldSpec("chiban", "text", "Lot number", "地番"),
        FieldSpec("oaza", "text", "Oaza", "大字"),
        FieldSpec("hamlet", "text", "Hamlet", "集落"),
        FieldSpec("land_category", "text", "Registered category", "地目"),
        FieldSpec("area_m2", "real", "Area (m²)", "面積（m²）"),
        FieldSpec("condition", "text", "Condition today", "今の状態"),
        FieldSpec("p_now", "real", "Chance managed today", "今管理されている確率"),
    ]
    for scenario in scenarios:
        words = SCENARIO_WORDS[scenario]
        for years in horizons:
            for ending, en, ja in (("", "", ""), ("_lo", ", from", "（下限）"), ("_hi", ", to", "（上限）")):
                found.append(
                    FieldSpec(
                        f"{field_of(scenario, years)}{ending}",
                        "real",
                        f"Chance managed in {years} years, {words.en}{en}",
                        f"{years}年後に管理されている確率 {words.ja}{ja}",
                    )
                )
    return [
        *found,
        FieldSpec("main_reason", "text", "Main reason (code)", "主な理由（区分）"),
        FieldSpec("reason_share", "real", "Share of futures with this reason", "その理由の割合"),
        FieldSpec("reason", "text", "Reason (English)", "理由（英語）"),
        FieldSpec("reason_ja", "text", "Reason (Japanese)", "理由"),
        FieldSpec("years_told", "int", "Horizon of the reason (years)", "理由の年数"),
    ]


def lot_table(
    count: int, prepared: Prepared, outcomes: Sequence[Outcome], scenario: str, years: int
) -> dict[str, np.ndarray]:
    """Columns of :func:`lot_fields` that the forecast fills, for all ``count`` lots of the layer (NaN: not forecast).

    Reasons are told for ``scenario`` and the horizon ``years``.
    """
    columns: dict[str, np.ndarray] = {}

    def spread_out(values: np.ndarray) -> np.ndarray:
        whole = np.full(count, np.nan)
        whole[prepared.rows] = np.round(values, 2)
        return whole

    columns["p_now"] = spread_out(outcomes[0].now)
    for outcome in outcomes:
        for place, horizon in enumerate(outcome.moments[1:]):
            name = field_of(outcome.scenario, horizon)
            columns[name] = spread_out(outcome.chance[:, place])
            columns[f"{name}_lo"] = spread_out(outcome.low[:, place])
            columns[f"{name}_hi"] = spread_out(outcome.high[:, place])
    told = next(outcome for outcome in outcomes if outcome.scenario == scenario)
    place = told.moments.index(years) - 1
    code, share, english, japanese = (np.full(count, None, dtype=object) for _ in range(4))
    forecast_kinds = set(prepared.kinds[prepared.rows].tolist())
    for lot in range(count):
        text = NO_CONDITION if prepared.kinds[lot] in forecast_kinds else NO_RATES
        english[lot], japanese[lot] = text.en, text.ja
    for number, lot in enumerate(prepared.rows.tolist()):
        causes = told.causes[number, place, ALREADY:]
        strongest = int(causes.argmax()) + ALREADY
        text = LOT_SENTENCE.format(
            years=years,
            p=round(100 * told.chance[number, place]),
            low=round(100 * told.low[number, place]),
            high=round(100 * told.high[number, place]),
        )
        if causes.max() < TOLD:
            text += SAFE
        else:
            name = CAUSES[strongest]
            code[lot], share[lot] = name, round(float(causes.max()), 2)
            text += LOT_REASON.format(cause=_cause(name, strongest, prepared.traits[number])) + CHANGE_WORDS[name]
        english[lot], japanese[lot] = text.en, text.ja
    columns.update(main_reason=code, reason_share=share, reason=english, reason_ja=japanese)
    columns["years_told"] = np.full(count, years)
    return columns


def _cause(name: str, code: int, traits: set[str]) -> Text:
    words = CAUSE_WORDS[name]
    told = [TRAIT_WORDS[trait] for trait in sorted(traits) if trait in TRAIT_WORDS] if code == PLACE else []
    if told:
        words = Text(f"{words.en} ({', '.join(t.en for t in told)})", f"{words.ja}（{'・'.join(t.ja for t in told)}）")
    return words


#: Figures of the table of hamlets, each with its median and interval: name, of the outcome, label.
_FIGURES = (
    ("managed_ha", "area", "Managed land (ha)", "管理されている面積（ha）", 2),
    ("hours_managed", "needed", "Hours per year for the land still managed", "管理が続く土地の作業時間（年）", 0),
    ("hours_available", "hands", "Hours available per year", "使える作業時間（年）", 0),
    ("people", "people", "Residents", "住民の数", 0),
    ("farmers", "farmers", "Farmers", "耕作者の数", 0),
)
HAMLET_FIELDS = (
    FieldSpec("level", "text", "Level (hamlet or village)", "単位（集落・全体）"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("scenario", "text", "Scenario", "場合"),
    FieldSpec("years", "int", "Years from now", "何年後"),
    FieldSpec("year", "int", "Year", "年"),
    FieldSpec("lots", "int", "Lots forecast", "予測した筆の数"),
    FieldSpec("land_ha", "real", "Land forecast (ha)", "予測した面積（ha）"),
    FieldSpec("unchanged_ha", "real", "Managed if nothing became worse (ha)", "今のままの場合の管理面積（ha）"),
    FieldSpec("hours_needed", "real", "Hours per year to keep today's land", "今の土地を保つのに必要な作業時間（年）"),
    *(
        FieldSpec(f"{name}{ending}", "real", f"{en}{more_en}", f"{ja}{more_ja}")
        for name, _source, en, ja, _digits in _FIGURES
        for ending, more_en, more_ja in (("", "", ""), ("_lo", ", from", "（下限）"), ("_hi", ", to", "（上限）"))
    ),
    FieldSpec(
        "cover", "real", "Hours available per hour needed for today's land", "今の土地に必要な時間に対する使える時間"
    ),
    FieldSpec("few_farmers", "bool", "Too few farmers to tell about them", "耕作者が少なく示さない"),
    FieldSpec("hands_source", "text", "Where the hands come from", "人手の出どころ"),
)


def hamlet_table(
    prepared: Prepared, outcomes: Sequence[Outcome], start: int, hands_source: str, level: float = 0.8
) -> pd.DataFrame:
    """One row per hamlet (and the whole village), scenario and moment, with medians and intervals of the draws.

    ``hamlet`` is ``None`` for the whole village and empty for lots outside all hamlets. Where a hamlet has fewer than
    :data:`FEW_FARMERS` farmers nothing is told about farmers.
    """
    village = prepared.village
    edges = (0.5, 0.5 - level / 2, 0.5 + level / 2)
    kept = village.area_ha * (1 - village.unmanaged)
    rows: list[dict[str, Any]] = []
    for outcome in outcomes:
        for moment, years in enumerate(outcome.moments):
            for group in (None, *range(len(village.hamlets))):
                here = np.ones(len(village.keys), dtype=bool) if group is None else village.hamlet == group
                few = _few(prepared, here, group)
                row: dict[str, Any] = {
                    "level": "village" if group is None else "hamlet",
                    "hamlet": None if group is None else village.hamlets[group],
                    "scenario": outcome.scenario,
                    "years": years,
                    "year": start + years,
                    "lots": int(here.sum()),
                    "land_ha": round(float(village.area_ha[here].sum()), 2),
                    "unchanged_ha": round(float(kept[here].sum()), 2),
                    "few_farmers": few,
                    "hands_source": hands_source,
                }
                for name, source, _en, _ja, digits in _FIGURES:
                    values = getattr(outcome, source)[moment]
                    drawn = _sum(values) if group is None else values[group]
                    if name == "farmers" and few:
                        drawn = np.full(1, np.nan)
                    for ending, value in zip(("", "_lo", "_hi"), _quantiles(drawn, edges)):
                        row[f"{name}{ending}"] = round(value, digits) if np.isfinite(value) else None
                row["hours_needed"] = round(
                    float(np.median(_sum(outcome.needed[0]) if group is None else outcome.needed[0][group]))
                )
                # Where nobody lives today the land is worked from elsewhere: no balance of its own.
                first = outcome.hands[0]
                lived = np.nanmax(_sum(first) if group is None else first[group], initial=0.0) > 0
                hands, needed = row["hours_available"], row["hours_needed"]
                row["cover"] = round(hands / needed, 2) if hands is not None and needed and lived else None
                rows.append(row)
    return pd.DataFrame(rows, columns=[spec.name for spec in HAMLET_FIELDS])


def _few(prepared: Prepared, here: np.ndarray, group: Optional[int]) -> bool:
    """Whether a single farmer could be recognised among those who farm ``here`` or live in the hamlet ``group``."""
    village = prepared.village
    homes = village.takes if group is None else village.takes & (village.farmer_hamlet == group)
    held = here & (village.holder >= 0)
    land = np.bincount(village.holder[held], weights=village.area_ha[held], minlength=len(village.takes))
    named = land[village.takes]
    few = min(homes.sum(), (named > 0).sum()) < FEW_FARMERS
    return bool(few or (land.sum() > 0 and named.max() >= DOMINANT * land.sum()))


def _sum(values: np.ndarray) -> np.ndarray:
    """Sum over hamlets; NaN only where no hamlet is known."""
    known = np.isfinite(values)
    return np.where(known.any(axis=0), np.nansum(values, axis=0), np.nan)


def _quantiles(drawn: np.ndarray, edges: Sequence[float]) -> list[float]:
    known = drawn[np.isfinite(drawn)]
    return [float(value) for value in np.quantile(known, edges)] if len(known) else [float("nan")] * len(edges)


# -- facilities --------------------------------------------------------------------------------------
FACILITIES_TABLE = Text("The table of facilities", "施設の表")
NO_NUMBER = Text(
    "No number of people is set for this facility. Set one in the table of facilities.",
    "この施設の人口の目安が決まっていません。施設の表に入れてください。",
)
NO_PEOPLE = Text("The future number of people of the municipality is not known.", "市町村の将来の人口が分かりません。")
FACILITY_SENTENCE = Text(
    "About {people} people in {year} ({low} to {high}): {outlook}. At {half} people half, at {most} people 80 % of "
    "municipalities have it.",
    "{year}年の人口は約{people}人（{low}〜{high}人）: {outlook}。市町村の人口が{half}人で半分、{most}人で8割に立地。",
)
FACILITY_FIELDS = (
    FieldSpec("facility", "text", "Facility", "施設"),
    FieldSpec("label", "text", "Name (English)", "名前（英語）"),
    FieldSpec("label_ja", "text", "Name (Japanese)", "名前"),
    FieldSpec("edition", "text", "Edition of the numbers", "目安の年版"),
    FieldSpec("scenario", "text", "Scenario", "場合"),
    FieldSpec("years", "int", "Years from now", "何年後"),
    FieldSpec("year", "int", "Year", "年"),
    FieldSpec("people", "real", "People of the municipality", "市町村の人口"),
    FieldSpec("people_lo", "real", "People, from", "市町村の人口（下限）"),
    FieldSpec("people_hi", "real", "People, to", "市町村の人口（上限）"),
    FieldSpec("people_50", "real", "People at which half have it", "半分に立地する人口"),
    FieldSpec("people_80", "real", "People at which 80 % have it", "8割に立地する人口"),
    FieldSpec("outlook", "text", "Outlook", "見通し"),
    FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
    FieldSpec("source", "text", "Source", "出典"),
)


class Facility(NamedTuple):
    """A facility and the people of a municipality at which half / 80 % of municipalities have it (NaN unknown)."""

    facility: str
    label: Text
    people_50: float
    people_80: float
    edition: str
    source: str


def read_facilities(text: str) -> list[Facility]:
    """Active facilities from CSV text; raises ``InputError`` like :func:`facilities_from_frame`."""
    return facilities_from_frame(pd.DataFrame(list(csv.DictReader(io.StringIO(text))), dtype=object))


def facilities_from_frame(frame: pd.DataFrame) -> list[Facility]:
    """Active rows of a table ``facility, label, label_ja, people_50, people_80, edition, active, source``.

    A facility without numbers stays, and is told as unknown. Raises ``InputError`` for missing fields or numbers
    in the wrong order.
    """
    frames.require(frame, ("facility", "people_50", "people_80"), FACILITIES_TABLE)
    names, active = frames.texts(frame, "facility"), frames.flags(frame, "active")
    half, most = frames.numbers(frame, "people_50"), frames.numbers(frame, "people_80")
    words = {name: frames.texts(frame, name) for name in ("label", "label_ja", "edition", "source")}
    found = []
    for row, name in enumerate(names):
        if name is None or active[row] is False:
            continue
        if half[row] > most[row]:
            raise InputError(
                Text(
                    "{table}, row {row}: people_50 is above people_80. Correct the row and run again.",
                    "{table}の{row}行目: people_50 が people_80 より大きくなっています。直してください。",
                ).format(table=FACILITIES_TABLE, row=row + 1)
            )
        label = Text(words["label"][row] or name, words["label_ja"][row] or words["label"][row] or name)
        found.append(
            Facility(name, label, half[row], most[row], words["edition"][row] or "", words["source"][row] or "")
        )
    return found


def facility_table(
    facilities: Sequence[Facility],
    outcomes: Sequence[Outcome],
    start: int,
    municipality: Optional[float],
    level: float = 0.8,
) -> pd.DataFrame:
    """Outlook of each facility by scenario and moment.

    ``municipality``: its people today; it is taken to shrink as the village does (assumption). Without it, or
    without residents, or without numbers of the facility, the outlook is unknown.
    """
    edges = (0.5, 0.5 - level / 2, 0.5 + level / 2)
    rows: list[dict[str, Any]] = []
    for facility in facilities:
        for outcome in outcomes:
            first = _sum(outcome.people[0])
            for moment, years in enumerate(outcome.moments):
                with np.errstate(invalid="ignore", divide="ignore"):
                    ratio = _sum(outcome.people[moment]) / first
                people, low, high = (
                    _quantiles(ratio * municipality, edges) if municipality else [float("nan")] * len(edges)
                )
                outlook, text = _outlook(facility, people, low, high, start + years)
                rows.append(
                    {
                        "facility": facility.facility,
                        "label": facility.label.en,
                        "label_ja": facility.label.ja,
                        "edition": facility.edition or None,
                        "scenario": outcome.scenario,
                        "years": years,
                        "year": start + years,
                        "people": _whole(people),
                        "people_lo": _whole(low),
                        "people_hi": _whole(high),
                        "people_50": _whole(facility.people_50),
                        "people_80": _whole(facility.people_80),
                        "outlook": outlook,
                        "explanation": text.en,
                        "explanation_ja": text.ja,
                        "source": facility.source or None,
                    }
                )
    return pd.DataFrame(rows, columns=[spec.name for spec in FACILITY_FIELDS])


def _whole(value: float) -> Optional[float]:
    return float(round(value)) if np.isfinite(value) else None


def _outlook(facility: Facility, people: float, low: float, high: float, year: int) -> tuple[str, Text]:
    if not np.isfinite(facility.people_80) and not np.isfinite(facility.people_50):
        return "unknown", NO_NUMBER
    if not np.isfinite(people):
        return "unknown", NO_PEOPLE
    if people >= facility.people_80:
        outlook = "usual"
    elif np.isfinite(facility.people_50):
        outlook = "even" if people >= facility.people_50 else "rare"
    else:
        # Only the 80 % number is given: below it nothing more can be said.
        outlook = "below"
    unknown = Text("an unknown number of", "不明な数の")
    return outlook, FACILITY_SENTENCE.format(
        people=f"{people:,.0f}",
        low=f"{low:,.0f}",
        high=f"{high:,.0f}",
        year=year,
        outlook=OUTLOOK_WORDS[outlook],
        half=f"{facility.people_50:,.0f}" if np.isfinite(facility.people_50) else unknown,
        most=f"{facility.people_80:,.0f}" if np.isfinite(facility.people_80) else unknown,
    )
