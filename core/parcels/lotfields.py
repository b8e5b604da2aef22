"""Fields of land lots as read from the land registry map (official names as Japanese labels)."""

from __future__ import annotations

from ..schema import FieldSpec

LOT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("fude_id", "text", "Lot ID in the file", "筆ID"),
    FieldSpec("city_code", "text", "Municipality code", "市区町村コード"),
    FieldSpec("city_name", "text", "Municipality", "市区町村名"),
    FieldSpec("oaza_code", "text", "Oaza code", "大字コード"),
    FieldSpec("oaza", "text", "Oaza", "大字名"),
    FieldSpec("chome_code", "text", "Chome code", "丁目コード"),
    FieldSpec("chome", "text", "Chome", "丁目名"),
    FieldSpec("koaza_code", "text", "Koaza code", "小字コード"),
    FieldSpec("koaza", "text", "Koaza", "小字名"),
    FieldSpec("reserve_code", "text", "Reserve code", "予備コード"),
    FieldSpec("reserve", "text", "Reserve name", "予備名"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("accuracy_class", "text", "Accuracy class", "精度区分"),
    FieldSpec("coord_type", "text", "Kind of coordinates", "座標値種別"),
    FieldSpec("undetermined", "text", "Lots with undetermined boundary", "筆界未定構成筆"),
    FieldSpec("map_name", "text", "Map name", "地図名"),
    FieldSpec("crs_name", "text", "Coordinate system of the map", "座標系"),
    FieldSpec("datum_kind", "text", "Datum of the map", "測地系判別"),
    FieldSpec("sheets", "text", "Map sheets", "地図番号"),
    FieldSpec("map_kind", "text", "Legal kind of map", "地図分類"),
    FieldSpec("map_scale", "int", "Scale denominator", "縮尺分母"),
    FieldSpec("map_date", "date", "Date of the map", "備付地図年月日"),
    FieldSpec("area_m2", "real", "Area on the map (m²)", "図上面積（m²）"),
    FieldSpec("source_file", "text", "Source file", "元ファイル"),
    FieldSpec("synthetic", "bool", "Synthetic", "合成データ"),
)

#: One row per map sheet (図郭) with all that the map says of it.
SHEET_FIELDS = (
    FieldSpec("sheet_no", "text", "Map sheet", "地図番号"),
    FieldSpec("map_name", "text", "Map name", "地図名"),
    FieldSpec("city_code", "text", "Municipality code", "市区町村コード"),
    FieldSpec("city_name", "text", "Municipality", "市区町村名"),
    FieldSpec("map_scale", "int", "Scale denominator", "縮尺分母"),
    FieldSpec("north_unknown", "bool", "North unknown", "方位不明フラグ"),
    FieldSpec("map_type", "text", "Type of map", "地図種類"),
    FieldSpec("map_kind", "text", "Legal kind of map", "地図分類"),
    FieldSpec("material", "text", "Material", "地図材質"),
    FieldSpec("kept_on", "date", "Kept at the registry since", "備付地図年月日"),
    FieldSpec("made_on", "date", "Map made on", "地図作成年月日"),
    FieldSpec("surveyed_on", "date", "Investigated in", "調査年月"),
    FieldSpec("drawn_on", "date", "Surveyed in", "測図年月"),
    FieldSpec("crs_name", "text", "Coordinate system of the map", "座標系"),
    FieldSpec("datum_kind", "text", "Datum of the map", "測地系判別"),
    FieldSpec("converter", "text", "Conversion program", "変換プログラム"),
    FieldSpec("converter_version", "text", "Version of the conversion program", "変換プログラムバージョン"),
    FieldSpec("converter_parameters", "text", "Version of the conversion parameters", "変換パラメータバージョン"),
    FieldSpec("format_version", "text", "Version of the format", "形式の版"),
    FieldSpec("lots", "int", "Lots on the sheet", "筆数"),
    FieldSpec("source_file", "text", "Source file", "元ファイル"),
)

POINT_FIELDS = (
    FieldSpec("kind", "text", "Kind (control, boundary)", "種類（control 基準点、boundary 筆界点）"),
    FieldSpec("name", "text", "Name", "名称・点番名"),
    FieldSpec("point_class", "text", "Class of the control point", "基準点種別"),
    FieldSpec("marker", "text", "Marker", "埋標区分"),
    FieldSpec("source_file", "text", "Source file", "元ファイル"),
)

LINE_FIELDS = (
    FieldSpec(
        "kind", "text", "Kind (boundary, provisional_admin)", "種類（boundary 筆界線、provisional_admin 仮行政界線）"
    ),
    FieldSpec("line_type", "text", "Line type", "線種別"),
    FieldSpec("source_file", "text", "Source file", "元ファイル"),
)

#: One row per map: how far its lots can be trusted to lie where they are drawn, and what to do next.
TRIAGE_FIELDS = (
    FieldSpec("source_file", "text", "Source file", "元ファイル"),
    FieldSpec("map_name", "text", "Map name", "地図名"),
    FieldSpec("city_name", "text", "Municipality", "市区町村名"),
    FieldSpec(
        "verdict",
        "text",
        "Kind (surveyed, digitised, arbitrary)",
        "区分（surveyed 測量成果、digitised 図面から、arbitrary 任意座標系）",
    ),
    FieldSpec("verdict_text", "text", "What it is (English)", "説明（英語）"),
    FieldSpec("verdict_text_ja", "text", "What it is (Japanese)", "説明"),
    FieldSpec("next_step", "text", "What to do (English)", "次にすること（英語）"),
    FieldSpec("next_step_ja", "text", "What to do (Japanese)", "次にすること"),
    FieldSpec("lots", "int", "Lots", "筆数"),
    FieldSpec("sheets", "int", "Map sheets", "図郭の数"),
    FieldSpec("surveyed_pct", "real", "Lots with surveyed coordinates (%)", "測量成果の筆（%）"),
    FieldSpec("crs_name", "text", "Coordinate system of the map", "座標系"),
    FieldSpec("datum_kind", "text", "Datum of the map", "測地系判別"),
    FieldSpec("map_kind", "text", "Legal kind of map", "地図分類"),
    FieldSpec("accuracy_class", "text", "Accuracy classes", "精度区分"),
    FieldSpec("map_scale", "int", "Coarsest scale", "縮尺分母（最も小さい縮尺）"),
    FieldSpec("map_date", "date", "Newest map date", "備付地図年月日（最新）"),
    FieldSpec("layer", "text", "Layer of the unplaced lots", "任意座標の筆のレイヤ"),
)
