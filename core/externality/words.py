"""Words for the codes of externality rules, as people read them. No computing here."""

from __future__ import annotations

from ..texts import Text

#: How sure a rule is, surest first.
EVIDENCE_WORDS = {
    "literature": Text("literature", "文献"),
    "local_data": Text("local data", "地域のデータ"),
    "local_opinion": Text("local opinion", "地域の意見"),
    "assumption": Text("assumption", "仮定"),
}
#: Columns of the rule table, in the order in which it is written.
RULE_COLUMNS = (
    "rule_id", "kind", "label", "label_ja", "source_filter", "source_kind", "years_min", "pathway", "receptor", "crop",
    "distance_m", "decay", "half_m", "reach_m", "barrier", "weight", "unit", "unit_ja", "evidence", "citation",
    "active", "note",
)  # fmt: skip
#: From which land.
SOURCE_WORDS = {
    "any": Text("any neglected land", "管理されていない土地すべて"),
    "farmland": Text("neglected farmland", "管理されていない農地"),
    "forest": Text("neglected forest", "管理されていない森林"),
    "plot": Text("neglected house plots", "管理されていない宅地"),
    "forest_edge": Text("the forest edge", "林縁（森のふち）"),
}
#: Whom it reaches.
REACHED_WORDS = {
    "houses": Text("houses", "家屋"),
    "farmland": Text("fields", "農地"),
    "roads": Text("roads", "道路"),
    "schools": Text("schools", "学校"),
    "water_intakes": Text("water intakes", "取水口"),
    "trees": Text("trees", "樹木"),
}
#: One of them, with its number.
REACHED_ONE = {
    "houses": Text("House {name}", "家屋 {name}"),
    "farmland": Text("Field {name}", "農地 {name}"),
    "roads": Text("Road {name}", "道路 {name}"),
    "schools": Text("School {name}", "学校 {name}"),
    "water_intakes": Text("Water intake {name}", "取水口 {name}"),
}
#: Which way it travels.
PATHWAY_WORDS = {
    "distance": Text("straight across", "まっすぐ"),
    "border": Text("along the shared border", "接する境界に沿って"),
    "forest_edge": Text("along the forest edge", "林縁に沿って"),
    "downhill": Text("down the slope", "斜面を下って"),
    "downstream": Text("down the ditch", "水路の下流へ"),
    "upstream": Text("up the ditch", "水路の上流へ"),
}
#: How it fades on the way.
DECAY_WORDS = {
    "step": Text("the same everywhere", "どこでも同じ"),
    "linear": Text("evenly less", "だんだん弱く"),
    "exponential": Text("half again and again", "一定の距離ごとに半分"),
    "gaussian": Text("slowly, then fast", "初めゆっくり、後で急に"),
}
#: What may stand between a source and those it reaches, as the rules name it.
BARRIER_WORDS = {
    "fence": Text("fence", "柵"),
    "river": Text("river", "川"),
    "road": Text("road", "道"),
}
