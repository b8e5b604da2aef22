"""Reasons, explanation and "what would change the answer" in words, both languages.

Sentences are made once for each distinct combination, so that a hundred thousand lots take seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from ..texts import LANGUAGES, Text
from .change import SURVEY
from .score import codes
from .weights import Weight
from .words import (
    ANSWERS,
    AT_LEAST,
    AT_MOST,
    CHANGE,
    CHANGE_LOOK,
    CHANGE_SURVEY,
    CLASS_WORDS,
    FOUND,
    FOUND_WORD,
    LIKELY,
    NOW,
    NOW_SEVERAL,
    REASON,
    SCREENING_AGREES,
    SCREENING_DISAGREES,
    SCREENING_OPEN,
    SURVEY_SAYS,
    SURVEY_WORDS,
    SURVEYED,
    UNCLEAR_BOTH,
    UNCLEAR_NONE,
    UNCLEAR_ONE,
    UNKNOWN_NOW,
)


def shown(value: float) -> str:
    """A number for a sentence: one decimal below ten, whole above."""
    return f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"


def _exact(value: float) -> str:
    """A number that must not lose a digit (limits that flip the class)."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _bare(text: Text) -> Text:
    """A sentence without its full stop, small letter first, to stand inside another one."""
    en = text.en.rstrip(".")
    return Text(en[:1].lower() + en[1:], text.ja.rstrip("。"))


def _survey_text(result: str, day: Optional[str]) -> Text:
    return SURVEYED.format(
        result=SURVEY_WORDS.get(result, Text(result, result)),
        day=Text(f" {day}", f"（{day}）") if isinstance(day, str) else Text("", ""),
    )


class Phrases(NamedTuple):
    """Distinct sentences and which of them belongs to each row of evidence (-1: none)."""

    texts: list[Text]
    of: np.ndarray


def phrases(evidence: pd.DataFrame, kinds: np.ndarray, weights: Sequence[Weight]) -> Phrases:
    """The sentence of each row of evidence."""
    numeric = {(w.land_kind, w.indicator): w.phrase for w in weights if w.shape in ("present", "ramp")}
    words = {(w.land_kind, w.indicator, w.category): w.phrase for w in weights if w.shape == "category"}
    # Evidence that no rule weighs for this kind of land is still told in the words of another kind.
    any_numeric = {indicator: phrase for (_, indicator), phrase in sorted(numeric.items(), reverse=True)}
    any_word = {(indicator, word): phrase for (_, indicator, word), phrase in sorted(words.items(), reverse=True)}
    indicator, names = codes(evidence["indicator"].to_numpy(dtype=object))
    kind, kind_names = codes(kinds)
    category, category_names = codes(evidence["category"].to_numpy(dtype=object))
    survey = (evidence["indicator"] == SURVEY).to_numpy()
    days = np.full(len(evidence), None, dtype=object)
    if survey.any():
        days[survey] = evidence.loc[survey, "observed_on"].to_numpy(dtype=object)
    day, day_names = codes(days)
    value = evidence["value"].to_numpy(dtype="float64")
    # Equal sentences for equal shown numbers; a word makes the number unimportant.
    rounded = np.where(np.abs(value) < 10, np.round(value, 1), np.round(value))
    rounded = np.where((category >= 0) | survey | ~np.isfinite(rounded), 0.0, rounded)
    key = pd.DataFrame(
        {
            "head": (
                (indicator * max(len(kind_names), 1) + kind[evidence["row"].to_numpy()]) * (len(category_names) + 1)
                + category
                + 1
            )
            * (len(day_names) + 1)
            + day
            + 1,
            "value": rounded,
        }
    )
    group = key.groupby(["head", "value"], sort=False).ngroup().to_numpy()
    _, first = np.unique(group, return_index=True)
    found: list[Text] = []
    place = np.full(len(first), -1)
    for number, at in enumerate(first.tolist()):
        name = names[indicator[at]]
        word = category_names[category[at]] if category[at] >= 0 else None
        land = str(kinds[evidence["row"].iat[at]])
        if survey[at]:
            text = _survey_text(str(word), day_names[day[at]] if day[at] >= 0 else None)
        elif word is not None:
            text = words.get((land, name, word)) or any_word.get((name, word), Text("", ""))
        else:
            phrase = numeric.get((land, name)) or any_numeric.get(name, Text("", ""))
            text = phrase.format(value=shown(value[at]))
        if text.en:
            place[number] = len(found)
            found.append(text)
    return Phrases(found, place[group] if len(group) else group.astype("int64"))


def _objects(texts: Sequence[Text], language: str, which: np.ndarray) -> np.ndarray:
    """The wording of each chosen text, ``None`` for -1."""
    table = np.array([*(text.pick(language) for text in texts), None], dtype=object)
    return table[which]


def with_texts(evidence: pd.DataFrame, said: Phrases) -> pd.DataFrame:
    """Add the sentence of each evidence row in both languages."""
    return evidence.assign(
        text=pd.Series(_objects(said.texts, "en", said.of), dtype=object, index=evidence.index),
        text_ja=pd.Series(_objects(said.texts, "ja", said.of), dtype=object, index=evidence.index),
    )


class Reasons(NamedTuple):
    """Per lot the strongest phrases: ``ranked`` (n x 3, any direction, with ``signs``), the two strongest
    ``for_unmanaged`` and ``for_managed`` (n x 2), the survey's word (``survey``); -1 where there is none."""

    ranked: np.ndarray
    signs: np.ndarray
    for_unmanaged: np.ndarray
    for_managed: np.ndarray
    survey: np.ndarray


def _ranked(count: int, row: np.ndarray, phrase: np.ndarray, most: int) -> np.ndarray:
    """The first ``most`` phrases of each lot; rows come in order of lot and rank."""
    start = np.r_[0, np.flatnonzero(np.diff(row)) + 1] if len(row) else np.zeros(0, dtype="int64")
    rank = np.arange(len(row)) - np.repeat(start, np.diff(np.r_[start, len(row)]))
    keep = rank < most
    found = np.full((count, most), -1)
    found[row[keep], rank[keep]] = phrase[keep]
    return found


def reasons(count: int, evidence: pd.DataFrame, contribution: np.ndarray, said: Phrases) -> Reasons:
    """The strongest reasons of each lot: one per indicator, of several summers the strongest one is quoted."""
    survey = (evidence["indicator"] == SURVEY).to_numpy()
    row = evidence["row"].to_numpy(dtype="int64")
    told = np.full(count, -1)
    told[row[survey]] = said.of[survey]
    keep = np.flatnonzero(np.isfinite(contribution) & (contribution != 0) & ~survey & (said.of >= 0))
    indicator, names = codes(evidence["indicator"].to_numpy(dtype=object))
    pair, first = pd.factorize(row[keep] * max(len(names), 1) + indicator[keep])
    total = np.bincount(pair, contribution[keep], minlength=len(first))
    order = np.lexsort((np.arange(len(keep)), -np.abs(contribution[keep]), pair))
    _, at = np.unique(pair[order], return_index=True)
    quoted = said.of[keep[order[at]]]
    lot, name = np.divmod(first, max(len(names), 1))
    order = np.lexsort((name, -np.round(np.abs(total), 12), lot))
    lot, total, quoted = lot[order], total[order], quoted[order]
    sign = np.sign(total).astype("int64")
    some = sign != 0
    lot, sign, quoted = lot[some], sign[some], quoted[some]
    ranked = _ranked(count, lot, quoted, 3)
    signs = _ranked(count, lot, np.where(sign > 0, 1, 0), 3)
    up, down = sign > 0, sign < 0
    return Reasons(
        ranked, signs, _ranked(count, lot[up], quoted[up], 2), _ranked(count, lot[down], quoted[down], 2), told
    )


def reason_columns(
    found: Reasons, said: Phrases, notes: Sequence[Text], note: np.ndarray, fallback: np.ndarray
) -> dict[str, np.ndarray]:
    """The fields reason_1..3 of every lot: the survey's word or a ``note``, then the strongest reasons.

    ``note`` and ``fallback`` (used when there is nothing else) are positions in ``notes``, -1 for none.
    """
    count = len(note)
    texts: list[Text] = [*said.texts, *notes]
    begin = len(said.texts)
    for text in said.texts:
        for word in ("managed", "unmanaged"):
            phrase = Text(text.en.rstrip("."), text.ja.rstrip("。"))
            texts.append(REASON.format(phrase=phrase, pointing=CLASS_WORDS[word]))
    pointing = begin + len(notes)
    full = np.where(found.ranked >= 0, pointing + 2 * found.ranked + found.signs, -1)
    lead = np.where(found.survey >= 0, found.survey, np.where(note >= 0, begin + note, -1))
    has = lead >= 0
    chosen = np.where(has[:, None], np.column_stack([lead, full[:, :2]]), full)
    chosen[:, 0] = np.where(chosen[:, 0] < 0, np.where(fallback >= 0, begin + fallback, -1), chosen[:, 0])
    columns: dict[str, np.ndarray] = {}
    for number in range(3):
        for suffix, language in (("", "en"), ("_ja", "ja")):
            columns[f"reason_{number + 1}{suffix}"] = _objects(texts, language, chosen[:, number])
    if not count:
        return {name: np.zeros(0, dtype=object) for name in columns}
    return columns


def explanations(
    found: Reasons,
    said: Phrases,
    screening: np.ndarray,
    survey_found: np.ndarray,
    survey_word: np.ndarray,
    survey_day: np.ndarray,
    notes: Sequence[Text],
    why: np.ndarray,
) -> dict[str, np.ndarray]:
    """First sentence of each lot: its class and the strongest reasons for it (``en``, ``ja``).

    ``survey_found`` is what a survey says (``None`` without), ``why`` the note when there is no reason at all.
    """
    bare = [_bare(text) for text in said.texts]
    memory: dict[tuple[object, ...], Text] = {}
    made: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    columns = zip(
        screening.tolist(),
        survey_found.tolist(),
        survey_word.tolist(),
        survey_day.tolist(),
        *(found.for_unmanaged.T.tolist()),
        *(found.for_managed.T.tolist()),
        why.tolist(),
    )
    for key in columns:
        answer, surveyed, word, day, up_1, up_2, down_1, down_2, note = key
        if surveyed is not None:
            key = (answer, surveyed, word, day)
        elif answer == "unmanaged":
            key = (answer, None, up_1, up_2)
        elif answer == "managed":
            key = (answer, None, down_1, down_2)
        else:
            key = (answer, None, up_1, down_1, note)
        text = memory.get(key)
        if text is None:
            if surveyed is not None:
                text = _survey_sentence(answer, surveyed, word, day)
            elif answer != "cannot_tell":
                picked = [bare[p] for p in ((up_1, up_2) if answer == "unmanaged" else (down_1, down_2)) if p >= 0]
                joined = Text("; ".join(p.en for p in picked), "、".join(p.ja for p in picked))
                start = ANSWERS[answer]
                start = Text(start.en[:1].upper() + start.en[1:], start.ja)
                text = LIKELY.format(answer=start, reasons=joined)
            elif up_1 >= 0 and down_1 >= 0:
                text = UNCLEAR_BOTH.format(one=bare[up_1], other=bare[down_1])
            elif up_1 >= 0 or down_1 >= 0:
                pointing = CLASS_WORDS["unmanaged" if up_1 >= 0 else "managed"]
                text = UNCLEAR_ONE.format(one=bare[max(up_1, down_1)], pointing=pointing)
            else:
                reason = notes[note]
                text = UNCLEAR_NONE.format(why=Text(reason.en[:1].lower() + reason.en[1:], reason.ja))
            memory[key] = text
        made["en"].append(text.en)
        made["ja"].append(text.ja)
    return {language: np.array(made[language], dtype=object) for language in LANGUAGES}


def _survey_sentence(answer: str, surveyed: str, word: str, day: Optional[str]) -> Text:
    if answer == "cannot_tell":
        screening = SCREENING_OPEN
    elif answer == surveyed:
        screening = SCREENING_AGREES
    else:
        screening = SCREENING_DISAGREES.format(answer=ANSWERS[answer])
    result = SURVEY_WORDS.get(word, Text(word, word))
    if isinstance(day, str):
        result = Text(f"{result.en}, {day}", f"{result.ja}、{day}")
    return SURVEY_SAYS.format(found=FOUND[surveyed], result=result, screening=screening)


def change_texts(
    count: int, changed: pd.DataFrame, kinds: np.ndarray, weights: Sequence[Weight]
) -> dict[str, np.ndarray]:
    """Second sentence of each lot: what would change the answer (``en``, ``ja``), from ``change.changes``."""
    names = {(w.land_kind, w.indicator): w.label for w in weights if w.label.en}
    units = {(w.land_kind, w.indicator): w.unit for w in weights}
    words = {(w.land_kind, w.indicator, w.category): w.phrase for w in weights if w.shape == "category"}
    memory: dict[tuple[object, ...], Text] = {}
    things: list[list[Text]] = [[] for _ in range(count)]
    ends: list[Optional[str]] = [None] * count
    survey: list[Optional[str]] = [None] * count
    columns = (
        changed[name].tolist() for name in ("row", "indicator", "value", "category", "before", "several", "becomes")
    )
    for row, indicator, value, category, before, several, becomes in zip(*columns):
        ends[row] = becomes
        if indicator == SURVEY:
            survey[row] = category
            continue
        key = (
            kinds[row],
            indicator,
            value if category is None else category,
            shown(before) if before == before else "",
            several,
        )
        text = memory.get(key)
        if text is None:
            land = str(kinds[row])
            label = names.get((land, indicator), Text(indicator, indicator))
            label = Text(label.en[:1].lower() + label.en[1:], label.ja)
            unit = units.get((land, indicator), Text("", ""))

            def with_unit(number: str, unit: Text = unit) -> Text:
                return Text(*(f"{number} {unit.pick(tongue)}".strip() for tongue in LANGUAGES))

            if category is not None:
                text = FOUND_WORD.format(phrase=_bare(words.get((land, indicator, category), Text(category, category))))
            else:
                rising = value >= before if before == before else _rises(weights, land, indicator, value)
                present = NOW_SEVERAL if several else NOW
                now = present.format(value=with_unit(shown(before))) if before == before else UNKNOWN_NOW
                text = (AT_LEAST if rising else AT_MOST).format(label=label, value=with_unit(_exact(value)), now=now)
            memory[key] = text
        things[row].append(text)
    made: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for row in range(count):
        ending = ends[row]
        if survey[row] is not None and ending is not None:
            farmland = kinds[row] == "farmland"
            said = (survey[row], ending, farmland)
            text = memory.get(said)
            if text is None:
                # The words of the farm patrol are for farmland; other land is simply found managed or not.
                pattern = CHANGE_SURVEY if farmland else CHANGE_LOOK
                text = pattern.format(result=SURVEY_WORDS[str(survey[row])], found=FOUND[ending])
                memory[said] = text
            en, ja = text.en, text.ja
        else:
            answer = ANSWERS[str(ending)]
            en = CHANGE.en.format(things=" and ".join(t.en for t in things[row]), answer=answer.en)
            ja = CHANGE.ja.format(things="、かつ".join(t.ja for t in things[row]) + "なら", answer=answer.ja)
        made["en"].append(en)
        made["ja"].append(ja)
    return {language: np.array(made[language], dtype=object) for language in LANGUAGES}


def _rises(weights: Sequence[Weight], land: str, indicator: str, value: float) -> bool:
    """For a value nobody knows yet: whether the same holds for larger values (else for smaller ones)."""
    rules = [w for w in weights if (w.land_kind, w.indicator) == (land, indicator) and w.shape in ("ramp", "present")]
    ends = np.array(sorted(end for w in rules if w.shape == "ramp" for end in (w.low, w.high)))
    here = np.array([value, ends[-1], ends[0]])
    at, top, bottom = np.sum([w.at(here) for w in rules], axis=0)
    return bool(abs(top - at) <= abs(bottom - at)) if len(ends) else True
