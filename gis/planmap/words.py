"""Fixed words of the plan map, in both languages."""

from __future__ import annotations

from ...core.plan.mapfacts import UNIT_HEADS
from ...core.texts import Text


class Words:
    """Fixed words of the sheet."""

    MAP_TITLE = Text("{village}: community management vision map", "{village}　地域管理構想図")
    MAP_TITLE_PLAIN = Text("Community management vision map", "地域管理構想図")
    SUBTITLE = Text("Plan of land stewardship", "土地の使い方の計画")
    TARGET = Text("Target year {year}", "目標年 {year}")
    DRAFT = Text("Draft for discussion", "たたき台")
    NOT_DECIDED = Text("Nothing decided yet", "まだ決定していません")
    DECIDED = Text("Decided {done} of {total}", "決まった{unit} {done} / {total}")
    MEETINGS = Text("Talked over in {count} meetings", "話し合い {count}回")
    VERSION = Text("{day}, version {number}", "{day}　第{number}版")
    LEGEND = Text("Legend: management classes", "凡例　管理の区分")
    CHOICE_2018 = Text("2018 choice: {words}", "2018年の選択: {words}")
    CLASS_2021 = Text("2019/21 class: {words}", "管理構想の区分: {words}")
    WATER = Text("River, canal", "川・水路")
    ROAD = Text("Road", "道")
    BUILDING = Text("Building", "建物")
    FOREST = Text("Forest", "森林")
    AREAS = Text("Area by class", "区分ごとの面積")
    CLASS = Text("Class", "区分")
    UNITS = UNIT_HEADS
    AREA_HA = Text("Area (ha)", "面積 (ha)")
    SHARE = Text("Share", "割合")
    RESIDUAL = Text("Official area {official} ha, difference", "公的な地区面積 {official} ha との差")
    NO_OFFICIAL = Text("Official area: not given", "公的な地区面積: 未入力")
    DATA = Text("Data used", "もとにしたデータ")
    NO_DATA = Text("No data with dates was named.", "もとにしたデータの日付は入力されていません。")
    CANNOT_TELL = Text(
        "Land where nothing can be told: {count} (not enough data)", "判断できない土地: {count}（データ不足）"
    )
    REVISION = (Text("No.", "版"), Text("Date", "日付"), Text("What changed", "変えたところ"))
    WHO = Text("Who manages, and how", "だれが、どのように管理するか")
    WHO_COLUMNS = (
        Text("Blocks", "区画"),
        Text("Who", "管理主体（だれが）"),
        Text("How", "管理手法（どのように）"),
        Text("From", "いつから"),
    )
    WHO_OPEN = Text("Not decided yet.", "まだ決まっていません。")
    WHO_MORE = Text("{count} more rows are in the plan tables.", "ほか{count}行は計画の表にあります。")
    OPEN = Text("open", "未定")
    NORTH = Text("N", "北")
    SCALE = Text("Scale about 1:{scale}   {crs}", "縮尺 約 1:{scale}　{crs}")
    ZONE = Text("Japan plane rectangular CS, zone {zone} ({datum})", "平面直角座標系 第{zone}系（{datum}）")
    MADE_BY = Text("Made by {author}", "作成: {author}")
    ACCURACY = Text("Positions contain survey errors.", "位置は測量の誤差を含みます。")
    UNDECIDED = Text("{count} undecided, to be discussed next time.", "未定の{count}は次の集まりで話し合います。")
    SYNTHETIC = Text(
        "Sample with invented data; it says nothing about real people or land.",
        "見本のための架空のデータを含みます。実在の人や土地の状態を表しません。",
    )
    PLAN_NUMBER = Text("Plan no. {number}", "計画番号 {number}")
    CREDIT = Text(
        "Made by processing 「登記所備付地図データ（{city}）」（法務省） "
        "(land registry map data, Ministry of Justice).",
        "「登記所備付地図データ（{city}）」（法務省）を加工して作成",
    )
    ROLES = {
        "houses": Text("Houses", "家屋"),
        "roads": Text("Roads", "道路"),
        "canals": Text("Canals", "水路"),
        "forest": Text("Forest", "森林"),
        "hamlets": Text("Hamlet areas", "集落の区域"),
    }
    INVENTED = Text("{name} (invented)", "{name}（架空）")
    REGISTER_MAP = Text("Land registry map (Ministry of Justice)", "登記所備付地図（法務省）")
