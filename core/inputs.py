"""Tables and layers a village brings along: names, fields, labels (see docs/formats.md)."""

from __future__ import annotations

from .parcels.lotfields import LOT_FIELDS
from .schema import FieldSpec
from .texts import Text

_KEY = FieldSpec("lot_key", "text", "Lot key", "筆キー")
_SYNTHETIC = FieldSpec("synthetic", "bool", "Synthetic", "合成データ")

#: Fields of every vector layer and table by its name.
INPUT_FIELDS: dict[str, tuple[FieldSpec, ...]] = {
    "lots": LOT_FIELDS,
    "register": (
        _KEY,
        FieldSpec("owner_key", "text", "Owner key", "所有者キー"),
        FieldSpec("share", "text", "Share", "持分"),
        FieldSpec("category_reg", "text", "Registered land category", "登記地目"),
        FieldSpec("area_reg", "real", "Registered area (m²)", "地積（m²）"),
        FieldSpec("registered_on", "date", "Last registration", "最終登記日"),
        FieldSpec("address_kind", "text", "Where the owner lives", "所有者の住所区分"),
        FieldSpec("owner_status", "text", "Can the owner be reached", "所有者への連絡"),
        _SYNTHETIC,
    ),
    "farmland_register": (
        _KEY,
        FieldSpec("land_type", "text", "Kind of farmland", "田畑の別"),
        FieldSpec("cultivator_key", "text", "Cultivator key", "耕作者キー"),
        FieldSpec("right_kind", "text", "Right of the cultivator", "権利の種類"),
        FieldSpec("right_end", "date", "End of the right", "権利の終期"),
        FieldSpec("in_agri_zone", "bool", "In the agricultural zone", "農用地区域内"),
        _SYNTHETIC,
    ),
    "patrol": (
        _KEY,
        FieldSpec("patrol_on", "date", "Visited on", "調査日"),
        FieldSpec("result", "text", "Result", "調査結果"),
        FieldSpec("note", "text", "Note", "備考"),
        _SYNTHETIC,
    ),
    "cultivators": (
        FieldSpec("cultivator_key", "text", "Cultivator key", "耕作者キー"),
        FieldSpec("name", "text", "Name", "氏名"),
        FieldSpec("age", "int", "Age", "年齢"),
        FieldSpec("successor", "text", "Successor", "後継者"),
        _SYNTHETIC,
    ),
    "owners": (
        FieldSpec("owner_key", "text", "Owner key", "所有者キー"),
        FieldSpec("name", "text", "Name", "氏名"),
        FieldSpec("address", "text", "Address", "住所"),
        FieldSpec("former_name", "text", "Former name", "旧氏名"),
        FieldSpec("died_on", "date", "Died on", "死亡日"),
        FieldSpec("dissolved_on", "date", "Dissolved on", "解散日"),
        FieldSpec("contact_result", "text", "Result of the last contact", "連絡の結果"),
        FieldSpec("contact_on", "date", "Last contact", "連絡日"),
        FieldSpec("representative", "text", "Has a representative", "代表者の有無"),
        _SYNTHETIC,
    ),
    "residents": (
        FieldSpec("hamlet", "text", "Hamlet", "集落"),
        FieldSpec("age_from", "int", "Age from", "年齢（から）"),
        FieldSpec("age_to", "int", "Age to", "年齢（まで）"),
        FieldSpec("residents", "int", "Residents", "住民の数"),
        FieldSpec("counted_on", "date", "Counted on", "基準日"),
        _SYNTHETIC,
    ),
    "houses": (
        FieldSpec("house_id", "text", "House number", "家屋番号"),
        FieldSpec("hamlet", "text", "Hamlet", "集落"),
        FieldSpec("occupied", "text", "Lived in", "居住"),
        _SYNTHETIC,
    ),
    "roads": (
        FieldSpec("road_id", "text", "Road number", "道路番号"),
        FieldSpec("width_m", "real", "Width (m)", "幅員（m）"),
        FieldSpec("kind", "text", "Kind", "種類"),
        _SYNTHETIC,
    ),
    "canals": (FieldSpec("canal_id", "text", "Canal number", "水路番号"), _SYNTHETIC),
    "forest": (FieldSpec("forest_id", "text", "Forest number", "森林番号"), _SYNTHETIC),
    "forest_edge": (FieldSpec("edge_id", "text", "Edge number", "林縁番号"), _SYNTHETIC),
    "hazard_zones": (
        FieldSpec("zone_id", "text", "Zone number", "区域番号"),
        FieldSpec("phenomenon", "text", "Phenomenon", "現象の種類"),
        FieldSpec("level", "text", "Level", "区分"),
        FieldSpec("law", "text", "Law", "根拠法"),
        _SYNTHETIC,
    ),
    "zoning": (
        FieldSpec("zone_id", "text", "Zone number", "区域番号"),
        FieldSpec("kind", "text", "Kind", "種類"),
        FieldSpec("law", "text", "Law", "根拠法"),
        FieldSpec("direction", "text", "What the law asks for", "法の方向性"),
        _SYNTHETIC,
    ),
    "boar_damage": (
        FieldSpec("damage_id", "text", "Damage number", "被害番号"),
        FieldSpec("seen_on", "date", "Seen on", "確認日"),
        FieldSpec("crop", "text", "Crop", "作物"),
        FieldSpec("severity", "int", "Severity (1–3)", "被害の程度（1〜3）"),
        _SYNTHETIC,
    ),
    "hamlets": (
        FieldSpec("hamlet", "text", "Hamlet", "集落"),
        FieldSpec("name_en", "text", "Name in English", "英語名"),
        FieldSpec("name_ja", "text", "Name in Japanese", "日本語名"),
        FieldSpec("district", "text", "District", "地区"),
        FieldSpec("district_en", "text", "District in English", "地区の英語名"),
        FieldSpec("official_area_ha", "real", "Official area (ha)", "公表面積（ha）"),
        _SYNTHETIC,
    ),
    "lots_defects": (
        _KEY,
        FieldSpec("oaza", "text", "Oaza", "大字名"),
        FieldSpec("chiban", "text", "Lot number", "地番"),
        FieldSpec("accuracy_class", "text", "Accuracy class", "精度区分"),
        FieldSpec("area_reg", "real", "Registered area (m²)", "地積（m²）"),
        _SYNTHETIC,
    ),
}

#: Tables that only a village's own files bring (the sample has none).
BROUGHT_FIELDS: dict[str, tuple[FieldSpec, ...]] = {
    "forest_register": (
        _KEY,
        FieldSpec("owner_key", "text", "Owner key", "所有者キー"),
        FieldSpec("category_reg", "text", "Registered land category", "登記地目"),
        FieldSpec("area_reg", "real", "Registered area (m²)", "地積（m²）"),
        FieldSpec("surveyed", "text", "Boundary surveyed", "境界測量"),
        FieldSpec("rinpan", "text", "Compartment", "林班"),
        FieldSpec("shohan", "text", "Sub-compartment", "小班"),
        FieldSpec("confirmed_on", "date", "Confirmed on", "更新日"),
        _SYNTHETIC,
    ),
    "forest_stands": (
        FieldSpec("rinpan", "text", "Compartment", "林班"),
        FieldSpec("shohan", "text", "Sub-compartment", "小班"),
        FieldSpec("branch", "text", "Branch", "枝番"),
        FieldSpec("oaza", "text", "District as written", "大字（元の表記）"),
        FieldSpec("stand_lots", "text", "Lot numbers as written", "地番（元の表記）"),
        FieldSpec("species", "text", "Species", "樹種"),
        FieldSpec("age", "int", "Age (years)", "林齢"),
        FieldSpec("age_class", "int", "Age class (5 years)", "齢級"),
        FieldSpec("area_ha", "real", "Area (ha)", "面積（ha）"),
        FieldSpec("volume_m3", "real", "Volume (m³)", "材積（m³）"),
        FieldSpec("stand_kind", "text", "Kind of stand", "林種"),
        FieldSpec("protection", "text", "Protection forest", "保安林"),
        FieldSpec("owner_key", "text", "Owner key", "所有者キー"),
        _SYNTHETIC,
    ),
    "water_use": (
        _KEY,
        FieldSpec("house_id", "text", "House number", "家屋番号"),
        FieldSpec("month", "text", "Month", "年月"),
        FieldSpec("m3", "real", "Use per month (m³)", "月の使用量（m³）"),
        _SYNTHETIC,
    ),
    "vacancy": (
        _KEY,
        FieldSpec("house_id", "text", "House number", "家屋番号"),
        FieldSpec("surveyed_on", "date", "Surveyed on", "調査日"),
        FieldSpec("result", "text", "Lived in or vacant", "居住・空き家の別"),
        _SYNTHETIC,
    ),
}

_UNKNOWN = Text("unknown", "不明")

#: Words for the codes in a field, by table and field.
CODE_WORDS: dict[tuple[str, str], dict[str, Text]] = {
    ("register", "address_kind"): {
        "village": Text("in the village", "地区内"),
        "municipality": Text("in the municipality", "市内"),
        "outside": Text("elsewhere", "市外"),
        "unknown": _UNKNOWN,
    },
    ("register", "owner_status"): {
        "reachable": Text("can be reached", "連絡がつく"),
        "to_check": Text("to be checked", "要確認"),
        "unknown": _UNKNOWN,
    },
    ("farmland_register", "right_kind"): {
        "owner": Text("owner farms it", "自作"),
        "lease": Text("lease", "賃借権など"),
        "none": Text("none", "なし"),
    },
    ("forest_register", "surveyed"): {
        "yes": Text("surveyed", "実施済み"),
        "no": Text("not surveyed", "未実施"),
        "unknown": _UNKNOWN,
    },
    ("patrol", "result"): {
        "not_idle": Text("not idle", "遊休農地ではない"),
        "idle_1_green": Text("idle class 1, mowing is enough", "1号遊休農地（緑区分）"),
        "idle_1_yellow": Text("idle class 1, needs works", "1号遊休農地（黄区分）"),
        "idle_1": Text("idle class 1", "1号遊休農地"),
        "idle_2": Text("idle class 2, little used", "2号遊休農地"),
        "waste_b": Text("devastated, hard to restore", "再生利用が困難な荒廃農地（B分類）"),
        "unresolved": Text("not settled yet", "調査中"),
    },
    ("cultivators", "successor"): {
        "yes": Text("yes", "いる"),
        "no": Text("no", "いない"),
        "unknown": _UNKNOWN,
    },
    ("owners", "contact_result"): {
        "reached": Text("answered", "連絡がついた"),
        "moved": Text("has moved, new address not known", "転居（転居先は不明）"),
        "returned": Text("letter came back", "郵便が戻った"),
        "no_answer": Text("no answer", "返事がない"),
        "died": Text("said to be dead", "亡くなったと聞いた"),
        "dissolved": Text("body no longer exists", "法人が存在しない"),
    },
    ("owners", "representative"): {
        "yes": Text("yes", "いる"),
        "no": Text("no", "いない"),
        "unknown": _UNKNOWN,
    },
    ("vacancy", "result"): {
        "occupied": Text("lived in", "居住あり"),
        "vacant": Text("vacant", "空き家"),
        "collapsed": Text("collapsed", "倒壊"),
        "unknown": _UNKNOWN,
    },
    ("houses", "occupied"): {
        "yes": Text("lived in", "居住あり"),
        "no": Text("vacant", "空き家"),
        "unknown": _UNKNOWN,
    },
    ("roads", "kind"): {"main": Text("road", "道路"), "farm": Text("farm road", "農道")},
    ("hazard_zones", "phenomenon"): {
        "slope": Text("steep slope failure", "急傾斜地の崩壊"),
        "debris": Text("debris flow", "土石流"),
        "landslide": Text("landslide", "地滑り"),
        "flood": Text("flood", "洪水"),
    },
    ("hazard_zones", "level"): {
        "yellow": Text("warning zone (yellow)", "警戒区域（イエロー）"),
        "red": Text("special warning zone (red)", "特別警戒区域（レッド）"),
        "depth_rank 1": Text("flooded 0–0.5 m", "浸水0〜0.5 m"),
        "depth_rank 2": Text("flooded 0.5–3 m", "浸水0.5〜3 m"),
        "depth_rank 3": Text("flooded 3–5 m", "浸水3〜5 m"),
        "depth_rank 4": Text("flooded 5–10 m", "浸水5〜10 m"),
        "depth_rank 5": Text("flooded 10–20 m", "浸水10〜20 m"),
        "depth_rank 6": Text("flooded 20 m or more", "浸水20 m以上"),
    },
    ("zoning", "kind"): {
        "agri_zone": Text("agricultural zone", "農用地区域"),
        "protection_forest": Text("protection forest", "保安林"),
        "slope_red": Text("special warning zone, slope", "土砂災害特別警戒区域（急傾斜）"),
    },
    ("zoning", "direction"): {
        "keep_farmland": Text("keep as farmland", "農地として守る"),
        "keep_forest": Text("keep as forest", "森林として守る"),
        "no_building": Text("no new building", "建築を制限"),
        "none": Text("none", "なし"),
    },
}
