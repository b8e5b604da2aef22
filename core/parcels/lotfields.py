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
