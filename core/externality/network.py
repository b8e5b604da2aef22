"""The network of sources and receptors: who may burden whom, by how much, and with what share.

Sparse: only pairs within the distance of a rule are ever made, so memory grows with the pairs and
not with sources times receptors. Every figure is a sum over links, so a receptor's exposure always
equals the sum of what its sources add, and taking a source away never raises it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd
import shapely

from ..progress import Progress
from ..texts import Text
from .rules import EVIDENCE_WORDS, Rule, kinds_of

#: How many receptors are looked up between two looks at progress and cancel.
CHUNK = 2000
RECEPTOR_WORDS = {
    "houses": (Text("{n} house", "家屋{n}戸"), Text("{n} houses", "家屋{n}戸")),
    "farmland": (Text("{n} field", "農地{n}筆"), Text("{n} fields", "農地{n}筆")),
    "roads": (Text("{n} road", "道路{n}本"), Text("{n} roads", "道路{n}本")),
}


class Sources(NamedTuple):
    """Lots that may burden others: keys, labels shown to people (地番), polygons, state and kind of land."""

    keys: np.ndarray
    labels: np.ndarray
    geometry: np.ndarray
    states: np.ndarray
    kinds: np.ndarray


class Receptors(NamedTuple):
    """What may be burdened: ids, kind (houses, farmland, roads) and geometry, in one CRS in metres."""

    ids: np.ndarray
    kinds: np.ndarray
    geometry: np.ndarray


def join_receptors(parts: Sequence[Receptors]) -> Receptors:
    """One set of receptors, ordered by kind and id."""
    if not parts:
        nothing = np.empty(0, dtype=object)
        return Receptors(nothing, nothing, nothing)
    ids, kinds, geometry = (np.concatenate(column) for column in zip(*parts))
    order = np.lexsort((ids.astype(str), kinds.astype(str)))
    return Receptors(ids[order], kinds[order], geometry[order])


def _near(
    sources: np.ndarray, receptors: np.ndarray, distance: float, progress: Progress, low: float, high: float
) -> tuple[np.ndarray, ...]:
    """Pairs (source, receptor, metres) within ``distance``; positions in the two arrays.

    Reports progress from ``low`` to ``high``.
    """
    tree = shapely.STRtree(sources)
    found = []
    for start in range(0, len(receptors), CHUNK):
        progress.step(low + (high - low) * start / len(receptors))
        receptor, source = tree.query(receptors[start : start + CHUNK], predicate="dwithin", distance=distance)
        receptor = receptor + start
        found.append((source, receptor, shapely.distance(sources[source], receptors[receptor])))
    if not found:
        return np.empty(0, dtype="int64"), np.empty(0, dtype="int64"), np.empty(0)
    return tuple(np.concatenate(column) for column in zip(*found))


def links(
    sources: Sources, receptors: Receptors, rules: Sequence[Rule], progress: Optional[Progress] = None
) -> pd.DataFrame:
    """All links: ``source`` and ``receptor`` (positions), ``kind, rule_id, distance_m, value, share``.

    ``value`` is weight times decay; ``share`` the link's part of its receptor's whole exposure (the
    shares of an exposed receptor sum to 1). A house or field that stands on the source lot itself is
    not its receptor. Several rules of one kind on one pair: the strongest counts. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    parts = []
    # A road line runs on beyond the lot; only areas can stand on it as a whole.
    points = shapely.point_on_surface(receptors.geometry)
    points[shapely.get_dimensions(receptors.geometry) != 2] = None
    for number, rule in enumerate(rules):
        of = np.flatnonzero(rule.concerns(sources.states, sources.kinds))
        to = np.flatnonzero(receptors.kinds == rule.receptor)
        if not len(of) or not len(to):
            continue
        source, receptor, distance = _near(
            sources.geometry[of],
            receptors.geometry[to],
            rule.distance_m,
            progress,
            number / len(rules),
            (number + 1) / len(rules),
        )
        source, receptor = of[source], to[receptor]
        # Only what touches the lot can stand on it.
        touching = distance == 0.0
        on_it = np.zeros(len(source), dtype=bool)
        on_it[touching] = shapely.intersects(sources.geometry[source[touching]], points[receptor[touching]])
        value = rule.strength(distance)
        keep = ~on_it & (value > 0.0)
        parts.append(
            pd.DataFrame(
                {
                    "source": source[keep],
                    "receptor": receptor[keep],
                    "kind": rule.kind,
                    "rule_id": rule.rule_id,
                    "distance_m": distance[keep],
                    "value": value[keep],
                }
            )
        )
    columns = ["source", "receptor", "kind", "rule_id", "distance_m", "value"]
    made = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=columns).astype(
            {"source": "int64", "receptor": "int64", "distance_m": "float64", "value": "float64"}
        )
    )
    made = made.assign(key=sources.keys[made["source"].to_numpy(dtype="int64")]).sort_values(
        ["receptor", "kind", "key", "value", "rule_id"], ascending=[True, True, True, False, True], kind="stable"
    )
    made = made.drop_duplicates(["receptor", "kind", "source"]).drop(columns="key").reset_index(drop=True)
    total = made.groupby("receptor")["value"].transform("sum")
    progress.step(1.0)
    return made.assign(share=made["value"] / total)


def exposure(receptors: Receptors, sources: Sources, made: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Per receptor: ``receptor_id, receptor_kind, exposure, exposure_<kind>…, top_source`` (lot key of the
    largest share), ``sources`` (lots within reach), ``explanation`` and ``explanation_ja``."""
    count = len(receptors.ids)
    frame = _totals(made, "receptor", count, "exposure", rules)
    frame.insert(0, "receptor_id", receptors.ids)
    frame.insert(1, "receptor_kind", receptors.kinds)
    per_pair = made.groupby(["receptor", "source"], as_index=False)[["value", "share"]].sum()
    per_pair = per_pair.assign(key=sources.keys[per_pair["source"].to_numpy(dtype="int64")]).sort_values(
        ["receptor", "value", "key"], ascending=[True, False, True], kind="stable"
    )
    best = per_pair.drop_duplicates("receptor")
    rows = best["receptor"].to_numpy(dtype="int64")
    top = np.full(count, None, dtype=object)
    top[rows] = best["key"].to_numpy(dtype=object)
    frame["top_source"] = top
    frame["sources"] = np.bincount(per_pair["receptor"].to_numpy(dtype="int64"), minlength=count)
    texts = [Text("No lot within reach.", "影響の届く土地はありません。")] * count
    words = _kind_words(made, "receptor", rules)
    number = frame["sources"].to_numpy()
    for row, source, share in zip(rows, best["source"], best["share"]):
        few = number[row] == 1
        texts[row] = Text(
            "{n} {lots} within reach ({kinds}). The largest share, {share} %, is associated with lot {lot}.",
            "影響の届く範囲に{n}筆あります（{kinds}）。最も関係が大きいのは{lot}で、{share} %です。",
        ).format(
            n=number[row],
            lots="lot lies" if few else "lots lie",
            kinds=words[row],
            share=f"{100 * share:.0f}",
            lot=sources.labels[source],
        )
    frame["explanation"] = [text.en for text in texts]
    frame["explanation_ja"] = [text.ja for text in texts]
    return frame


def burden(sources: Sources, receptors: Receptors, made: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Per source: ``lot_key, burden, burden_<kind>…, receptors, houses, farmland, roads`` (how many within
    reach), ``burden_rank`` (1 the heaviest, equal burdens share a rank, missing without burden),
    ``explanation`` and ``explanation_ja``."""
    count = len(sources.keys)
    frame = _totals(made, "source", count, "burden", rules)
    frame.insert(0, "lot_key", sources.keys)
    pairs = made[["source", "receptor"]].drop_duplicates()
    rows = pairs["source"].to_numpy(dtype="int64")
    frame["receptors"] = np.bincount(rows, minlength=count)
    kind = receptors.kinds[pairs["receptor"].to_numpy(dtype="int64")]
    for name in RECEPTOR_WORDS:
        frame[name] = np.bincount(rows[kind == name], minlength=count)
    # Rounded so that sums in another order do not make equal burdens differ.
    rank = frame["burden"].round(9).rank(method="min", ascending=False).astype("Int64")
    frame["burden_rank"] = rank.where(frame["burden"] > 0)
    words = _kind_words(made, "source", rules)
    counts = {name: frame[name].to_numpy() for name in RECEPTOR_WORDS}
    texts = []
    for row in range(count):
        touched = counted({name: int(counts[name][row]) for name in RECEPTOR_WORDS})
        if not touched:
            texts.append(
                Text(
                    "Lot {lot}: no house, field or road within reach.",
                    "{lot}: 影響の届く家屋・農地・道路はありません。",
                ).format(lot=sources.labels[row])
            )
            continue
        texts.append(
            Text(
                "Lot {lot} may burden {what} ({kinds}).", "{lot}は{what}に影響する可能性があります（{kinds}）。"
            ).format(lot=sources.labels[row], what=listed(touched), kinds=words[row])
        )
    frame["explanation"] = [text.en for text in texts]
    frame["explanation_ja"] = [text.ja for text in texts]
    return frame


def _totals(made: pd.DataFrame, by: str, count: int, name: str, rules: Sequence[Rule]) -> pd.DataFrame:
    """Sum of link values per source or receptor, in all and by kind."""
    rows, value = made[by].to_numpy(dtype="int64"), made["value"].to_numpy(dtype="float64")
    frame = pd.DataFrame({name: np.bincount(rows, value, minlength=count)})
    for kind in sorted(kinds_of(rules)):
        here = (made["kind"] == kind).to_numpy()
        frame[f"{name}_{kind}"] = np.bincount(rows[here], value[here], minlength=count)
    return frame


def _kind_words(made: pd.DataFrame, by: str, rules: Sequence[Rule]) -> dict[int, Text]:
    """Kinds of harm per source or receptor in words, each with the evidence behind its rule."""
    evidence = {rule.rule_id: EVIDENCE_WORDS[rule.evidence] for rule in rules}
    labels = kinds_of(rules)
    words: dict[int, Text] = {}
    for row, group in made[[by, "kind", "rule_id"]].drop_duplicates([by, "kind"]).groupby(by):
        said = [
            Text("{label}: {evidence}", "{label}: {evidence}").format(label=labels[kind], evidence=evidence[rule])
            for kind, rule in sorted(zip(group["kind"], group["rule_id"]))
        ]
        words[int(row)] = Text("; ".join(t.en for t in said), "、".join(t.ja for t in said))
    return words


def counted(numbers: dict[str, int]) -> list[Text]:
    """Numbers of houses, fields and roads in words, those above zero only."""
    return [
        (one if numbers[name] == 1 else many).format(n=numbers[name])
        for name, (one, many) in RECEPTOR_WORDS.items()
        if numbers.get(name)
    ]


def listed(parts: list[Text]) -> Text:
    """ "a, b and c" in both languages; at least one part."""
    english = parts[0].en if len(parts) == 1 else ", ".join(p.en for p in parts[:-1]) + " and " + parts[-1].en
    return Text(english, "・".join(p.ja for p in parts))
