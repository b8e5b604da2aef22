"""The draft for discussion (たたき台): two questions give each lot a proposed management class.

Question 1: can it be used as before? Question 2: if left alone, is the harm to others large? This is
the decision tree of the 2019 committee scheme; ``watch`` is the 2021 extreme of reduction, and the
split of "new method" into ``adapt`` and ``convert`` is the 2018 choice. Where the data do not carry an
answer, the class is ``undecided`` and the reason says what to find out. A special law's direction is
kept: the draft never proposes a use against it, and says where facts and law do not agree.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Optional

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..condition.evidence import SECURE_AGE
from ..condition.judge import SURVEY_WORDS
from ..externality.network import counted, listed
from ..plan.law import ZONES, law_conflict
from ..progress import Progress
from ..texts import Text

CERTAINTIES = ("low", "medium", "high")
#: Hazards whose land should not be left without thought; a flood zone says nothing about leaving land.
GROUND_HAZARDS = ("slope", "debris", "landslide")
HAZARD_WORDS = {
    "slope": Text("slope failure", "急傾斜地の崩壊"),
    "debris": Text("debris flow", "土石流"),
    "landslide": Text("landslide", "地滑り"),
    "flood": Text("flood", "洪水"),
}
CHUNK = 2000


class Limits(NamedTuple):
    """Thresholds of the tree. All are assumptions unless said otherwise, and all can be changed.

    ``burden_large``: burden from which harm is large (about so many fields within 100 m); ``houses_large``:
    houses next door from which it is large; ``steep`` and ``far_road``: a lot at least so steep (degrees)
    or so far from a road (m) is hard to reach; ``far_house``: no house within this distance (m);
    ``forest_steep``, ``forest_road``: the same for forest work; ``tall``: vegetation of this height (m) is
    no longer farmland; ``block_ha`` (1 ha, the contiguous block of the direct payment for hilly areas) and
    ``block_gap`` (m): what counts as one block for the priority flag.
    """

    secure_age: int = SECURE_AGE
    burden_large: float = 10.0
    houses_large: int = 1
    steep: float = 20.0
    far_road: float = 100.0
    far_house: float = 100.0
    forest_steep: float = 30.0
    forest_road: float = 200.0
    tall: float = 3.0
    block_ha: float = 1.0
    block_gap: float = 5.0


class Answer(NamedTuple):
    """Answer to one question with its reason, how sure it is, and the evidence it stands on."""

    word: str
    reason: Text
    certainty: str
    evidence: tuple[str, ...] = ()


class Proposal(NamedTuple):
    """Class and planned use of one lot with the sentences that explain it."""

    management_class: str
    use_plan: Optional[str]
    reason: Text
    certainty: str
    conflict: Optional[Text] = None


NO_CATEGORY = Text(
    "The land category is not known. Look it up in the register.",
    "地目が分かりません。登記を確かめてください。",
)
PUBLIC = Text(
    "It is a road, canal or other public land, kept by its authority.",
    "道路・水路など公共の土地で、管理者が維持します。",
)
GRAVE = Text("Graves and shrine grounds are kept as they are.", "墓地・境内地などは、そのまま維持します。")
GOES_ON = Text("It is managed now, and there is someone to go on.", "今も管理され、続ける人がいます。")
MANAGED = Text(
    "It is managed now. Who will go on later is not known.",
    "今は管理されています。将来続ける人は分かっていません。",
)
TAKE_OVER = Text(
    "It is managed now. Nobody is known to take it over, but a neighbour who goes on could: ask first.",
    "今は管理されています。引き継ぐ人は分かりませんが、隣の耕作者が続けられる可能性があります。まず相談してください。",
)
NOBODY_NEXT = Text(
    "It is managed now, but nobody is known to take it over.",
    "今は管理されていますが、引き継ぐ人が分かっていません。",
)
RESTORE = Text(
    "It is idle but can be restored, and there is someone to farm it.",
    "遊休農地ですが再生でき、耕す人がいます。",
)
LOST = Text("The survey says it is hard to restore.", "調査では、再生が困難とされています。")
NOBODY = Text(
    "It is not managed, and nobody is known to take it up.",
    "管理されておらず、引き受ける人が分かっていません。",
)
CHECK = Text(
    "It looks unmanaged, but the register names a cultivator. Ask the cultivator or visit the lot.",
    "管理されていないように見えますが、台帳に耕作者がいます。本人に聞くか、現地を見てください。",
)
LIKELY_GOES_ON = Text(
    "The register names a cultivator who can go on. The state of the land was not confirmed.",
    "台帳に続けられる耕作者がいます。土地の状態は確かめられていません。",
)
UNCLEAR = Text(
    "The data do not show whether it is managed. Visit the lot or ask the owner.",
    "管理されているか、データでは分かりません。現地を見るか、土地所有者に聞いてください。",
)
NO_ONE_TO_ASK = Text(
    "No user and no reachable owner is known.",
    "使う人も、連絡できる土地所有者も分かっていません。",
)
LIVED_IN = Text("People live in the house on it.", "人の住む家屋があります。")
VACANT = Text("The house on it is vacant.", "家屋は空き家です。")
NO_USE = Text("It has no use that has to be continued.", "続けるべき利用がありません。")
FOREST_YES = Text(
    "The owner can be reached, a road is near, and the slope allows forest work.",
    "所有者に連絡でき、道が近く、傾斜も林業の作業ができる範囲です。",
)
FOREST_HARD = Text(
    "It is too steep or too far from a road for usual forest work.",
    "急傾斜か道から遠く、通常の林業の作業が困難です。",
)
FOREST_LAW = Text(
    "It is protection forest, which the law keeps as forest.",
    "保安林のため、森林として保ちます。",
)
FOREST_OPEN = Text(
    "Whether the forest will be tended is not known. Ask the owner's intention.",
    "森林の手入れが続くか分かりません。土地所有者の意向を確かめてください。",
)

HARM_LARGE = Text(
    "If left, {what} within reach may suffer.",
    "放っておくと、近くの{what}に影響する可能性があります。",
)
HARM_BURDEN = Text(
    "If left, the harm to others may be large.",
    "放っておくと、周りへの影響が大きい可能性があります。",
)
HARM_ZONE = Text("It lies in a landslide-related hazard zone.", "土砂災害に関わる区域にあります。")
HOME_AT_RISK = Text(
    "The home lies in a hazard zone ({hazards}): check how to evacuate.",
    "家屋は災害の区域（{hazards}）にあります。避難の備えを確かめてください。",
)
HARM_SMALL = Text(
    "If left, little harm to others is expected.",
    "放っておいても、周りへの影響は小さいと見込まれます。",
)
HARM_NONE = Text(
    "If left, nothing that could suffer is known within reach.",
    "放っておいても、影響を受けるものは近くに見つかりません。",
)
HARM_UNKNOWN = Text(
    "The harm if left is not known, as houses were not given. Add them and draft again.",
    "家屋のデータがなく、放ったときの影響が分かりません。データを加えて作り直してください。",
)

ADAPT_FARM = Text(
    "Extensive use such as grazing or honey plants is proposed.",
    "放牧や蜜源作物など、粗放的な利用を提案します。",
)
ADAPT_FOREST = Text(
    "A cleared strip towards houses and fields is proposed.",
    "家屋や農地の側に緩衝帯を設けることを提案します。",
)
ADAPT_OPEN = Text("A mown or grazed buffer strip is proposed.", "草刈りや放牧による緩衝帯を提案します。")
CONVERT_FARM = Text(
    "Planned planting or a return to forest is proposed.",
    "計画的な植林など、森林への転換を提案します。",
)
CONVERT_PLOT = Text(
    "A shared open space or garden is proposed.",
    "共同の広場や菜園などへの転換を提案します。",
)
MINIMUM = Text("Mowing or checking about once a year is proposed.", "年1回ほどの草刈りや見回りを提案します。")
WATCH = Text(
    "Watching without work is proposed, away from houses and hard to look after.",
    "家屋から離れ、手入れも難しいため、手を加えず見守ることを提案します。",
)
LAW_FARM = Text(
    "The survey says it is hard to restore, but the agricultural land zone keeps it as farmland. "
    "Talk to the farm office.",
    "調査では再生困難ですが、農用地区域のため農地として扱います。農政の窓口に相談してください。",
)


def question_1(fact: Any, limits: Limits) -> Answer:
    """Can the lot be used as before? ``fact``: one row of ``facts.gather``.

    Says ``unknown`` wherever the facts do not carry a yes or no.
    """
    if fact.kind == "unknown":
        return Answer("unknown", NO_CATEGORY, "low")
    if fact.kind == "public":
        return Answer("yes", PUBLIC, "high", ("land_category",))
    if fact.kind == "forest":
        return _question_1_forest(fact, limits)
    if fact.kind == "open":
        if fact.category != "原野":
            return Answer("yes", GRAVE, "medium", ("land_category",))
        if fact.condition == "managed":
            return Answer("yes", MANAGED, "medium", ("condition",))
        return Answer("no", NO_USE, "low", ("land_category",))
    if fact.kind == "plot":
        return _question_1_plot(fact)
    return _question_1_farmland(fact, limits)


def _question_1_farmland(fact: Any, limits: Limits) -> Answer:
    seen = "patrol" if fact.surveyed else "condition"
    sure = "high" if fact.surveyed else "medium"
    if fact.condition == "managed":
        if fact.succession == "secure":
            return Answer("yes", GOES_ON, sure, (seen, "succession"))
        if fact.succession == "at_risk":
            hard = fact.slope >= limits.steep or fact.road_m >= limits.far_road
            # Land that the agricultural land zone means to keep is worth asking for first; elsewhere the
            # schemes for extensive use fit (the split of 最適土地利用総合対策).
            if fact.neighbour_goes_on and fact.in_agri_zone is not False and not hard:
                word = "yes" if fact.in_agri_zone else "unknown"
                return Answer(word, TAKE_OVER, "low", (seen, "succession", "zoning"))
            return Answer("no", NOBODY_NEXT, "medium", (seen, "succession"))
        return Answer("yes", MANAGED, "low", (seen,))
    if fact.survey_state == "waste_b":
        return Answer("no", LOST, "high", ("patrol",))
    if fact.condition == "unmanaged":
        if fact.succession == "secure":
            if fact.survey_state in ("idle_1_green", "idle_2"):
                return Answer("yes", RESTORE, "medium", ("patrol", "succession"))
            if not fact.surveyed:
                return Answer("unknown", CHECK, "low", (seen, "succession"))
        if not fact.surveyed and fact.cultivator == "named" and fact.succession is None:
            return Answer("unknown", CHECK, "low", (seen, "cultivator"))
        return Answer("no", NOBODY, sure, (seen, "cultivator"))
    if fact.cultivator == "named" and fact.succession == "secure":
        return Answer("yes", LIKELY_GOES_ON, "low", ("cultivator", "succession"))
    if fact.cultivator == "none" and fact.owner_best == "unknown":
        return Answer("no", NO_ONE_TO_ASK, "low", ("cultivator", "owner"))
    return Answer("unknown", UNCLEAR, "low")


def _question_1_plot(fact: Any) -> Answer:
    if fact.lived_in == "yes":
        return Answer("yes", LIVED_IN, "high", ("house",))
    seen = "patrol" if fact.surveyed else "condition"
    if fact.condition == "managed":
        return Answer("yes", MANAGED, "low", (seen,))
    if fact.lived_in == "no" and (fact.condition == "unmanaged" or fact.owner_best != "reachable"):
        return Answer("no", VACANT, "medium", ("house", seen))
    if fact.condition == "unmanaged":
        return Answer("no", NOBODY, "medium", (seen,))
    if fact.owner_best == "unknown" and fact.lived_in in ("no", "none"):
        return Answer("no", NO_ONE_TO_ASK, "low", ("owner", "house"))
    return Answer("unknown", UNCLEAR, "low")


def _question_1_forest(fact: Any, limits: Limits) -> Answer:
    if fact.condition == "managed":
        return Answer("yes", MANAGED, "medium", ("condition",))
    if "protection_forest" in _kinds(fact.zoning):
        return Answer("yes", FOREST_LAW, "medium", ("zoning",))
    if fact.slope >= limits.forest_steep or fact.road_m >= limits.forest_road:
        return Answer("no", FOREST_HARD, "low", ("slope", "road_distance"))
    if fact.owner_best == "unknown":
        return Answer("no", NO_ONE_TO_ASK, "low", ("owner",))
    if fact.owner_best == "reachable" and fact.slope < limits.forest_steep and fact.road_m < limits.far_road:
        return Answer("yes", FOREST_YES, "low", ("owner", "slope", "road_distance"))
    return Answer("unknown", FOREST_OPEN, "low")


def question_2(fact: Any, limits: Limits) -> Answer:
    """If the lot is left alone, is the harm to others large? ``small`` is only said when houses are known."""
    in_zone = any(word in GROUND_HAZARDS for word in _phenomena(fact.hazards))
    parts = counted({"houses": int(fact.houses_n), "farmland": int(fact.fields_n), "roads": int(fact.roads_n)})
    if fact.houses_n >= limits.houses_large or fact.burden >= limits.burden_large:
        # A burden layer of one's own may come without the numbers of houses, fields and roads.
        reason = HARM_LARGE.format(what=listed(parts)) if parts else HARM_BURDEN
        return Answer("large", reason, "medium", ("burden",))
    if in_zone and fact.kind != "public":
        return Answer("large", HARM_ZONE, "low", ("hazard",))
    if not fact.houses_known or fact.burden != fact.burden:
        return Answer("unknown", HARM_UNKNOWN, "low")
    if fact.burden == 0:
        return Answer("small", HARM_NONE, "medium", ("burden",))
    return Answer("small", HARM_SMALL, "medium", ("burden",))


def _kinds(joined: Optional[str]) -> list[str]:
    return joined.split("; ") if isinstance(joined, str) else []


def _phenomena(hazards: Optional[str]) -> list[str]:
    """Phenomena of the hazard zones of a lot (``slope:red; flood:depth_rank 1`` -> slope, flood)."""
    return [word.split(":")[0] for word in _kinds(hazards)]


def _directions(zoning: Optional[str]) -> set[str]:
    return {ZONES[kind].direction for kind in _kinds(zoning) if kind in ZONES}


def propose(fact: Any, first: Answer, second: Answer, limits: Limits) -> Proposal:
    """Class and planned use from the two answers and the directions of special laws."""
    keep_farmland = "keep_farmland" in _directions(fact.zoning) or bool(fact.in_agri_zone)
    if first.word == "unknown":
        return Proposal("undecided", fact.use, first.reason, "low")
    if first.word == "yes":
        reason = first.reason
        risks = [HAZARD_WORDS[word] for word in dict.fromkeys(_phenomena(fact.hazards)) if word in HAZARD_WORDS]
        if fact.lived_in == "yes" and risks:
            told = Text(", ".join(text.en for text in risks), "・".join(text.ja for text in risks))
            reason = reason + HOME_AT_RISK.format(hazards=told)
        return Proposal("maintain", fact.use, reason, first.certainty)
    if second.word == "unknown":
        return Proposal("undecided", fact.use, first.reason + second.reason, "low")
    reason = first.reason + second.reason
    certainty = min(first.certainty, second.certainty, key=CERTAINTIES.index)
    lost = fact.survey_state == "waste_b" or (
        fact.condition == "unmanaged" and not fact.surveyed and fact.height >= limits.tall
    )
    conflict = LAW_FARM if lost and fact.kind == "farmland" and keep_farmland else None
    if second.word == "large":
        if fact.kind == "farmland":
            # Conversion only where it is known that no zone keeps the land as farmland.
            if lost and fact.in_agri_zone is False and not keep_farmland:
                return Proposal("convert", "forest", reason + CONVERT_FARM, certainty)
            return Proposal("adapt", fact.use, reason + ADAPT_FARM, certainty, conflict)
        if fact.kind == "plot":
            return Proposal("convert", "other", reason + CONVERT_PLOT, certainty)
        return Proposal("adapt", fact.use, reason + (ADAPT_FOREST if fact.kind == "forest" else ADAPT_OPEN), certainty)
    # Watching only: no house near, nobody harmed (land that is lost anyway: little harm), and either hard
    # to reach or restore, or without anybody who could do even the minimum, or wildland.
    hard = fact.slope >= limits.steep or fact.road_m >= limits.far_road or lost
    nobody = fact.owner_best == "unknown" or fact.kind == "open"
    alone = fact.house_m >= limits.far_house and (fact.burden == 0 or lost)
    if alone and (hard or nobody) and not keep_farmland and fact.kind != "plot":
        return Proposal("watch", fact.use, reason + WATCH, certainty)
    return Proposal("minimum", fact.use, reason + MINIMUM, certainty, conflict)


def _basis(fact: Any, first: Answer, second: Answer) -> tuple[Text, str]:
    """What the answers stand on, in words and as evidence ids."""
    # The second question is asked only after a "no" to the first.
    used = [*first.evidence, *(second.evidence if first.word == "no" else ())]
    parts, ids = [], []
    for word in dict.fromkeys(used):
        day = fact.survey_on if isinstance(fact.survey_on, str) else None
        if word == "patrol":
            result = SURVEY_WORDS.get(fact.survey_state, Text("", ""))
            parts.append(
                Text("farm patrol{day}: {result}", "農地パトロール{day}: {result}").format(
                    day=Text(f" {day}", f"（{day}）") if day else Text("", ""),
                    result=result,
                )
            )
            ids.append(f"patrol:{day}" if day else "patrol")
            continue
        parts.append(_BASIS[word])
        ids.append(word)
    if not parts:
        return Text("No data carry an answer.", "判断できるデータがありません。"), ""
    text = Text("; ".join(p.en for p in parts), "、".join(p.ja for p in parts))
    return Text(text.en[0].upper() + text.en[1:] + ".", text.ja + "。"), "; ".join(ids)


_BASIS = {
    "condition": Text("screening of the condition, not confirmed on the ground", "土地の状態の判定（現地は未確認）"),
    "land_category": Text("land category in the register", "登記の地目"),
    "succession": Text("farmland register and cultivators", "農地台帳と耕作者の情報"),
    "cultivator": Text("farmland register", "農地台帳"),
    "owner": Text("land register", "登記簿"),
    "house": Text("houses", "家屋の図"),
    "slope": Text("slope", "傾斜"),
    "road_distance": Text("distance to road", "道路までの距離"),
    "zoning": Text("zones by law", "法律の区域"),
    "burden": Text("harm to surroundings (rule table)", "周りへの影響（規則の表）"),
    "hazard": Text("hazard zones", "災害の区域"),
}


def blocks(geometry: np.ndarray, wanted: np.ndarray, gap: float) -> np.ndarray:
    """Area in m² of the contiguous block each ``wanted`` lot belongs to (0 for the others).

    Lots belong together when they lie within ``gap`` metres, so a ditch or farm road does not part them.
    """
    area = np.zeros(len(geometry))
    rows = np.flatnonzero(wanted)
    if not len(rows):
        return area
    left, right = shapely.STRtree(geometry[rows]).query(geometry[rows], predicate="dwithin", distance=gap)
    links = coo_matrix((np.ones(len(left)), (left, right)), shape=(len(rows), len(rows)))
    _, label = connected_components(links, directed=False)
    area[rows] = np.bincount(label, shapely.area(geometry[rows]))[label]
    return area


def draft(
    facts: pd.DataFrame, geometry: np.ndarray, limits: Optional[Limits] = None, progress: Optional[Progress] = None
) -> pd.DataFrame:
    """The draft of every lot, by position, with the fields of "Choices" in docs/formats.md.

    ``facts`` from ``facts.gather``, ``geometry`` the lots in a metric CRS. ``decided_by`` is ``draft`` and
    ``decided_on`` empty: nothing is decided. Raises ``Cancelled`` on cancel.
    """
    limits = limits or Limits()
    progress = progress or Progress()
    rows: list[dict[str, Any]] = []
    for number, fact in enumerate(facts.itertuples(index=False)):
        if number % CHUNK == 0:
            progress.step(0.9 * number / max(len(facts), 1))
        first, second = question_1(fact, limits), question_2(fact, limits)
        made = propose(fact, first, second, limits)
        basis, ids = _basis(fact, first, second)
        # A use that stays as it is (a road inside a farmland zone) is no conflict with the zone.
        changed = made.use_plan if made.use_plan != fact.use else None
        conflict = made.conflict or law_conflict(fact.zoning, made.management_class, changed)
        rows.append(
            {
                "management_class": made.management_class,
                "use_plan": made.use_plan,
                "reason": made.reason.en,
                "reason_ja": made.reason.ja,
                "basis": basis.en,
                "basis_ja": basis.ja,
                "certainty": made.certainty,
                "effect_if_left": second.word,
                "q1": first.word,
                "q2": second.word,
                "conflict": conflict.en if conflict else None,
                "conflict_ja": conflict.ja if conflict else None,
                "evidence_ids": ids or None,
            }
        )
    columns = (
        "management_class",
        "use_plan",
        "reason",
        "reason_ja",
        "basis",
        "basis_ja",
        "certainty",
        "effect_if_left",
        "q1",
        "q2",
        "conflict",
        "conflict_ja",
        "evidence_ids",
    )
    made_rows = pd.DataFrame(rows, columns=list(columns), dtype=object)
    for name in ("lot_key", "hamlet", "district", "area_m2", "boundary_quality", "zoning", "synthetic"):
        made_rows[name] = facts[name].to_numpy()
    made_rows["use_now"] = facts["use"].to_numpy()
    made_rows["owner_status"] = facts["owner"].to_numpy()
    made_rows["decided_by"] = "draft"
    made_rows["decided_on"] = None
    made_rows["note"] = None
    # Proposed as land to keep with priority: managed farmland that somebody goes on farming and the law
    # keeps as farmland, in a block large enough to be worked together.
    worthy = (
        (made_rows["management_class"] == "maintain").to_numpy()
        & (facts["kind"] == "farmland").to_numpy()
        & (facts["condition"] == "managed").to_numpy()
        & (facts["succession"] == "secure").to_numpy()
        & np.array([flag is True for flag in facts["in_agri_zone"]], dtype=bool)
    )
    made_rows["priority"] = blocks(geometry, worthy, limits.block_gap) >= limits.block_ha * 10_000
    progress.step(1.0)
    return made_rows
