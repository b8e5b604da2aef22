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
from scipy.sparse import csr_matrix

from ..progress import Progress
from ..texts import Text
from . import pathways
from .near import pairs_within, pairs_within_fast
from .pathways import NO_WAYS, Reached, Ways
from .rules import EVIDENCE_WORDS, FOREST_EDGE, Rule, kinds_of

FOREST_EDGE_LABEL = Text("the forest edge", "林縁")

RECEPTOR_WORDS = {
    "houses": (Text("{n} house", "家屋{n}戸"), Text("{n} houses", "家屋{n}戸")),
    "farmland": (Text("{n} field", "農地{n}筆"), Text("{n} fields", "農地{n}筆")),
    "roads": (Text("{n} road", "道路{n}本"), Text("{n} roads", "道路{n}本")),
    "schools": (Text("{n} school", "学校{n}校"), Text("{n} schools", "学校{n}校")),
    "water_intakes": (Text("{n} water intake", "取水口{n}か所"), Text("{n} water intakes", "取水口{n}か所")),
}
#: Kinds of receptors that every result counts, whether there are any or not.
COUNTED = ("houses", "farmland", "roads")


class Sources(NamedTuple):
    """Lots that may burden others: keys, labels shown to people (地番), polygons, state and kind of land;
    years unmanaged where known."""

    keys: np.ndarray
    labels: np.ndarray
    geometry: np.ndarray
    states: np.ndarray
    kinds: np.ndarray
    years: Optional[np.ndarray] = None

    def take(self, rows: np.ndarray) -> Sources:
        """The sources at these positions."""
        years = None if self.years is None else self.years[rows]
        return Sources(
            self.keys[rows], self.labels[rows], self.geometry[rows], self.states[rows], self.kinds[rows], years
        )


class Receptors(NamedTuple):
    """What may be burdened: ids, kind (houses, farmland, roads, any other word) and geometry, in one CRS in
    metres; crop where known."""

    ids: np.ndarray
    kinds: np.ndarray
    geometry: np.ndarray
    crops: Optional[np.ndarray] = None

    def take(self, rows: np.ndarray) -> Receptors:
        """The receptors at these positions."""
        crops = None if self.crops is None else self.crops[rows]
        return Receptors(self.ids[rows], self.kinds[rows], self.geometry[rows], crops)


def join_receptors(parts: Sequence[Receptors]) -> Receptors:
    """One set of receptors, ordered by kind and id."""
    if not parts:
        nothing = np.empty(0, dtype=object)
        return Receptors(nothing, nothing, nothing)
    parts = [
        part if part.crops is not None else part._replace(crops=np.full(len(part.ids), None, dtype=object))
        for part in parts
    ]
    joined = Receptors(*(np.concatenate(column) for column in zip(*parts)))
    return joined.take(np.lexsort((joined.ids.astype(str), joined.kinds.astype(str))))


def join_sources(parts: Sequence[Sources]) -> Sources:
    """One set of sources, in the order given."""
    parts = [part if part.years is not None else part._replace(years=np.full(len(part.keys), np.nan)) for part in parts]
    return Sources(*(np.concatenate(column) for column in zip(*parts)))


def forest_edge_sources(keys: np.ndarray, lines: np.ndarray) -> Sources:
    """The forest edge as sources: lines, no lots. A receptor is reached by its nearest line only, so it does
    not matter into how many pieces the edge is cut."""
    label = np.array([FOREST_EDGE_LABEL.en] * len(keys), dtype=object)
    state = np.full(len(keys), "forest", dtype=object)
    return Sources(keys, label, lines, state, np.full(len(keys), FOREST_EDGE, dtype=object))


def _reached(
    rule: Rule, sources: np.ndarray, receptors: np.ndarray, ways: Ways, fast: bool, progress: Progress
) -> Reached:
    """Pairs of one rule, whatever its pathway."""
    if rule.pathway == "border":
        return pathways.border(sources, receptors, rule.distance_m, progress)
    if rule.pathway == "downhill":
        if ways.heights is None:
            return pathways.nobody()
        return pathways.downhill(sources, receptors, ways.heights, rule.distance_m, progress)
    if rule.pathway == "distance":
        search = pairs_within_fast if fast else pairs_within
        found = search(sources, receptors, rule.distance_m, progress)
        return Reached(found.source, found.receptor, found.metres, np.ones(len(found.metres)))
    lines = ways.forest_edge if rule.pathway == "forest_edge" else ways.ditches
    if lines is None or not len(lines):
        return pathways.nobody()
    if rule.pathway == "upstream":
        lines = shapely.reverse(lines)
    directed = rule.pathway != "forest_edge"
    return pathways.along_lines(sources, receptors, lines, rule.distance_m, rule.reach_m, directed, progress)


def links(
    sources: Sources,
    receptors: Receptors,
    rules: Sequence[Rule],
    progress: Optional[Progress] = None,
    ways: Ways = NO_WAYS,
    fast: bool = False,
) -> pd.DataFrame:
    """All links: ``source`` and ``receptor`` (positions), ``kind, rule_id, distance_m, value, share``.

    ``value`` is weight times decay (times the metres of shared border; times what passes the barriers);
    ``share`` the link's part of its receptor's whole exposure (the shares of an exposed receptor sum to 1).
    A house or field that stands on the source lot itself is not its receptor. Several rules of one kind on
    one pair: the strongest counts. A rule whose pathway needs something missing in ``ways`` makes no links.
    ``fast``: distances by :func:`near.pairs_within_fast`. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    parts = []
    # A road line runs on beyond the lot; only areas can stand on it as a whole.
    points = shapely.point_on_surface(receptors.geometry)
    points[shapely.get_dimensions(receptors.geometry) == 1] = None
    place = np.argsort(np.argsort(sources.keys.astype(str), kind="stable"), kind="stable")
    for number, rule in enumerate(rules):
        part = progress.part(0.9 * number / len(rules), 0.9 * (number + 1) / len(rules))
        of = np.flatnonzero(rule.concerns(sources.states, sources.kinds, sources.years))
        to = np.flatnonzero(rule.reaches(receptors.kinds, receptors.crops))
        if not len(of) or not len(to):
            continue
        # An exact distance for what touches: what stands on a lot must be known.
        found = _reached(rule, sources.geometry[of], receptors.geometry[to], ways, fast, part)
        source, receptor = of[found.source], to[found.receptor]
        value = rule.strength(found.metres) * found.amount
        close = found.metres == 0.0 if rule.pathway == "distance" else np.ones(len(source), dtype=bool)
        on_it = np.zeros(len(source), dtype=bool)
        on_it[close] = shapely.intersects(sources.geometry[source[close]], points[receptor[close]])
        keep = ~on_it & (value > 0.0)
        source, receptor, value, metres = source[keep], receptor[keep], value[keep], found.metres[keep]
        if rule.barriers:
            value = value * pathways.passing(
                sources.geometry[source], receptors.geometry[receptor], rule.barriers, ways.barriers
            )
        if rule.source_kind == FOREST_EDGE:
            order = np.lexsort((place[source], -value, receptor))
            first = order[np.r_[True, receptor[order][1:] != receptor[order][:-1]]] if len(order) else order
            source, receptor, value, metres = source[first], receptor[first], value[first], metres[first]
        here = value > 0.0
        parts.append((source[here], receptor[here], np.full(here.sum(), number), metres[here], value[here]))
    progress.step(0.9)
    nothing = (np.empty(0, dtype="int64"),) * 3 + (np.empty(0),) * 2
    source, receptor, of_rule, metres, value = (np.concatenate(c) for c in zip(*parts)) if parts else nothing
    words = sorted(kinds_of(rules))
    kind = np.array([words.index(rule.kind) for rule in rules], dtype="int64")[of_rule]
    # Rules are in the order of their ids, so their number decides between equals.
    order = np.lexsort((of_rule, -value, place[source], kind, receptor))
    same = (np.diff(receptor[order]) == 0) & (np.diff(kind[order]) == 0) & (np.diff(source[order]) == 0)
    order = order[np.r_[True, ~same]] if len(order) else order
    receptor, value = receptor[order], value[order]
    total = np.bincount(receptor, value, minlength=len(receptors.ids))
    made = pd.DataFrame(
        {
            "source": source[order],
            "receptor": receptor,
            "kind": np.array(words, dtype=object)[kind[order]],
            "rule_id": np.array([rule.rule_id for rule in rules], dtype=object)[of_rule[order]],
            "distance_m": metres[order],
            "value": value,
            "share": value / total[receptor],
        }
    )
    progress.step(1.0)
    return made


def matrices(made: pd.DataFrame, sources: int, receptors: int) -> dict[str, csr_matrix]:
    """The network as one sparse matrix per kind of harm: receptors x sources, values of the links."""
    found = {}
    for kind in sorted(made["kind"].unique()):
        here = made[made["kind"] == kind]
        found[str(kind)] = csr_matrix((here["value"], (here["receptor"], here["source"])), shape=(receptors, sources))
    return found


def totals(
    sources: Sources,
    receptors: Receptors,
    made: pd.DataFrame,
    source_hamlets: np.ndarray,
    receptor_hamlets: np.ndarray,
) -> pd.DataFrame:
    """Sums of the network: ``level`` (hamlet, land_kind), ``source_group, receptor_group, kind, links, sources,
    receptors, value``. By hamlet: harm that crosses from one to another; by land kind: harm that crosses
    land categories. Unknown groups are "unknown"."""
    of, to = made["source"].to_numpy(dtype="int64"), made["receptor"].to_numpy(dtype="int64")
    parts = []
    for level, left, right in (
        ("hamlet", source_hamlets, receptor_hamlets),
        ("land_kind", sources.kinds, receptors.kinds),
    ):
        table = pd.DataFrame(
            {
                "level": level,
                "source_group": [word if word is not None else "unknown" for word in left[of]],
                "receptor_group": [word if word is not None else "unknown" for word in right[to]],
                "kind": made["kind"].to_numpy(),
                "source": of,
                "receptor": to,
                "value": made["value"].to_numpy(),
            }
        )
        parts.append(
            table.groupby(["level", "source_group", "receptor_group", "kind"], as_index=False).agg(
                links=("value", "size"),
                sources=("source", "nunique"),
                receptors=("receptor", "nunique"),
                value=("value", "sum"),
            )
        )
    return pd.concat(parts, ignore_index=True)


def area_names(shapes: np.ndarray, areas: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Name of the area (hamlet) in which a point of each shape lies, ``None`` outside all."""
    found = np.full(len(shapes), None, dtype=object)
    if not len(areas):
        return found
    order = np.argsort(names.astype(str), kind="stable")[::-1]
    inside = shapely.STRtree(areas[order]).query(shapely.point_on_surface(shapes), predicate="intersects")
    # Where hamlets overlap the first in alphabetical order counts: it is written last.
    sort = np.lexsort((inside[1], inside[0]))
    found[inside[0][sort]] = names[order][inside[1][sort]]
    return found


def zone_shares(shapes: np.ndarray, zones: np.ndarray, progress: Optional[Progress] = None) -> pd.DataFrame:
    """Where shapes lie in zones: ``shape, zone`` (positions), ``amount`` (m² of areas, m of lines, 1 for points)
    and ``share`` of the shape (0..1). A zone is a legal or natural fact, no harm done by a lot, so it stays apart
    from the network."""
    progress = progress or Progress()
    ready = zones.copy()
    bad = ~shapely.is_valid(ready) & ~shapely.is_missing(ready)
    ready[bad] = shapely.make_valid(ready[bad])
    mine = shapes.copy()
    bad = ~shapely.is_valid(mine) & ~shapely.is_missing(mine)
    mine[bad] = shapely.make_valid(mine[bad])
    shape, zone = shapely.STRtree(ready).query(mine, predicate="intersects")
    progress.step(0.3)
    part = shapely.intersection(mine[shape], ready[zone])
    size, whole = (_size(part, mine[shape]), _size(mine[shape], mine[shape]))
    keep = size > 0
    found = pd.DataFrame({"shape": shape, "zone": zone, "amount": size, "share": size / np.where(whole > 0, whole, 1)})
    progress.step(1.0)
    return found[keep].sort_values(["shape", "zone"]).reset_index(drop=True)


def _size(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    """Area of areas, length of lines, number of points, by what the whole is."""
    dimension = shapely.get_dimensions(wholes)
    return np.select(
        [dimension == 2, dimension == 1],
        [shapely.area(parts), shapely.length(parts)],
        shapely.get_num_coordinates(parts).astype("float64"),
    )


def exposure(receptors: Receptors, sources: Sources, made: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Per receptor: ``receptor_id, receptor_kind, exposure, exposure_<kind>…, top_source`` (lot key of the
    largest share), ``sources`` (lots within reach), ``explanation`` and ``explanation_ja``."""
    count = len(receptors.ids)
    frame = _totals(made, "receptor", count, "exposure", rules)
    frame.insert(0, "receptor_id", receptors.ids)
    frame.insert(1, "receptor_kind", receptors.kinds)
    per_pair = _per_pair(made, sources.keys)
    best = per_pair.drop_duplicates("receptor")
    rows = best["receptor"].to_numpy(dtype="int64")
    top = np.full(count, None, dtype=object)
    top[rows] = sources.keys[best["source"].to_numpy(dtype="int64")]
    frame["top_source"] = top
    reached = per_pair["receptor"].to_numpy(dtype="int64")
    edge = sources.kinds[per_pair["source"].to_numpy(dtype="int64")] == FOREST_EDGE
    number = np.bincount(reached[~edge], minlength=count)
    near_edge = np.bincount(reached[edge], minlength=count) > 0
    frame["sources"] = number
    texts = [Text("No lot within reach.", "影響の届く土地はありません。")] * count
    words = _kind_words(made, "receptor", rules)
    for row, source, share in zip(rows, best["source"], best["share"]):
        parts = []
        if number[row]:
            parts.append(Text("{n} lot{s}", "{n}筆").format(n=number[row], s="s" if number[row] > 1 else ""))
        if near_edge[row]:
            parts.append(FOREST_EDGE_LABEL)
        texts[row] = Text(
            "{what} {lie} within reach ({kinds}). The largest share, {share} %, is associated with {lot}.",
            "影響の届く範囲に{what}あります（{kinds}）。最も関係が大きいのは{lot}で、{share} %です。",
        ).format(
            what=Text(" and ".join(p.en for p in parts).capitalize(), "・".join(p.ja for p in parts)),
            lie="lies" if number[row] + near_edge[row] == 1 else "lie",
            kinds=words[row],
            share=f"{100 * share:.0f}",
            lot=FOREST_EDGE_LABEL
            if sources.kinds[source] == FOREST_EDGE
            else Text("lot {name}", "{name}").format(name=sources.labels[source]),
        )
    frame["explanation"] = [text.en for text in texts]
    frame["explanation_ja"] = [text.ja for text in texts]
    return frame


def _per_pair(made: pd.DataFrame, keys: np.ndarray) -> pd.DataFrame:
    """Links of all kinds added up: ``receptor, source, value, share``, for each receptor the largest first, of equal
    ones in the order of their keys."""
    of, to = made["source"].to_numpy(dtype="int64"), made["receptor"].to_numpy(dtype="int64")
    pair, number = np.unique(to * max(len(keys), 1) + of, return_inverse=True)
    receptor, source = np.divmod(pair, max(len(keys), 1))
    value, share = (np.bincount(number, made[name], minlength=len(pair)) for name in ("value", "share"))
    place = np.argsort(np.argsort(keys.astype(str), kind="stable"), kind="stable")
    order = np.lexsort((place[source], -value, receptor))
    return pd.DataFrame(
        {"receptor": receptor[order], "source": source[order], "value": value[order], "share": share[order]}
    )


def burden(sources: Sources, receptors: Receptors, made: pd.DataFrame, rules: Sequence[Rule]) -> pd.DataFrame:
    """Per source: ``lot_key, burden, burden_<kind>…, receptors, houses, farmland, roads`` and other kinds of
    receptors there are (how many within reach), ``burden_rank`` (1 the heaviest, equal burdens share a rank,
    missing without burden), ``explanation`` and ``explanation_ja``."""
    count = len(sources.keys)
    frame = _totals(made, "source", count, "burden", rules)
    frame.insert(0, "lot_key", sources.keys)
    pairs = made[["source", "receptor"]].drop_duplicates()
    rows = pairs["source"].to_numpy(dtype="int64")
    frame["receptors"] = np.bincount(rows, minlength=count)
    kind = receptors.kinds[pairs["receptor"].to_numpy(dtype="int64")]
    kinds = receptor_kinds(receptors)
    for name in kinds:
        frame[name] = np.bincount(rows[kind == name], minlength=count)
    # Rounded so that sums in another order do not make equal burdens differ.
    lots = frame["burden"].where(sources.kinds != FOREST_EDGE)  # the forest edge is no lot
    rank = lots.round(9).rank(method="min", ascending=False).astype("Int64")
    frame["burden_rank"] = rank.where(frame["burden"] > 0)
    words = _kind_words(made, "source", rules)
    counts = {name: frame[name].to_numpy() for name in kinds}
    texts = []
    for row in range(count):
        touched = counted({name: int(counts[name][row]) for name in kinds})
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


def receptor_kinds(receptors: Receptors) -> list[str]:
    """Kinds of receptors that a result counts."""
    return [*COUNTED, *sorted({str(kind) for kind in receptors.kinds} - set(COUNTED))]


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
    said = {
        (kind, rule): Text("{label}: {evidence}", "{label}: {evidence}").format(label=label, evidence=evidence[rule])
        for kind, label in labels.items()
        for rule in evidence
    }
    pairs: dict[int, list[tuple[str, str]]] = {}
    first = made[[by, "kind", "rule_id"]].drop_duplicates([by, "kind"]).sort_values(["kind", "rule_id"])
    for row, kind, rule in zip(first[by].tolist(), first["kind"], first["rule_id"]):
        pairs.setdefault(row, []).append((kind, rule))
    return {
        row: Text("; ".join(said[pair].en for pair in some), "、".join(said[pair].ja for pair in some))
        for row, some in pairs.items()
    }


def counted(numbers: dict[str, int]) -> list[Text]:
    """Numbers of houses, fields, roads and others in words, those above zero only."""
    order = [*RECEPTOR_WORDS, *sorted(set(numbers) - set(RECEPTOR_WORDS))]
    other = (Text("{n} of {name}", "{name}{n}件"),) * 2
    return [
        RECEPTOR_WORDS.get(name, other)[numbers[name] != 1].format(n=numbers[name], name=name)
        for name in order
        if numbers.get(name)
    ]


def listed(parts: list[Text]) -> Text:
    """ "a, b and c" in both languages; at least one part."""
    english = parts[0].en if len(parts) == 1 else ", ".join(p.en for p in parts[:-1]) + " and " + parts[-1].en
    return Text(english, "・".join(p.ja for p in parts))
