"""What must not leave the office: columns, cells, small areas, new keys."""

from __future__ import annotations

import pandas as pd
import pytest

from land_stewardship.core.owners import privacy
from land_stewardship.core.personal import is_personal

PEOPLE = pd.DataFrame(
    [
        ("見本 花代子", "見本市谷沢23番地", "林 花代子"),
        ("見本 一", None, None),
        ("見本市", "見本市役所1番地", None),
        ("㈱見本土地", "見本市谷沢", None),
    ],
    columns=["name", "address", "former_name"],
)
SECRETS = privacy.Secrets([PEOPLE])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("見本花代子", "name"),
        ("所有者の見本　花代子さんに電話", "name"),
        ("林花代子", "name"),
        ("株式会社 見本土地", None),  # another spelling of a company is another text
        ("㈱見本土地の倉庫", "name"),
        ("見本一", "name"),
        ("見本一丁目の田", None),  # too short to be told from a place
        ("見本市谷沢２３番地の裏", "address"),
        ("見本市谷沢の田", None),  # a district alone is no address
        ("見本市が管理", None),  # a town is nobody
        ("連絡先 0255-12-3456", "phone"),
        ("０９０－１２３４－５６７８", "phone"),
        ("09012345678", "phone"),
        ("hana@example.com", "mail"),
        ("72歳", "age"),
        ("aged 72", "age"),
        ("昭和10年5月1日生", "birth"),
        ("15222-241-000-0000-00-1024", None),
        ("0255-12-3456-78", None),
        ("電話09012345678まで", "phone"),
        ("3f2a1c9e-0901-4345-8901-c09012345678", None),
        ("09012345-6789-4123-8901-b09012345678", None),
        ("2025-11-01", None),
        ("12-3", None),
        ("page 12", None),
        ("林齢72年", None),
        ("", None),
    ],
)
def test_cells(text: str, kind: object) -> None:
    frame = pd.DataFrame({"words": [text, None, text]})
    found = privacy.personal_data(frame, ["words"], SECRETS)
    assert found == ([privacy.Personal("words", str(kind), 2)] if kind else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *[
            (text, True)
            for text in ("林", "林 一郎", "林　一郎", "所有者 林 一郎 に電話", "林, 森", "林様", "林・森", "(林)")
        ],
        *[
            (text, True)
            for text in ("耕作者:森一", "森 一さんの倉庫", "林氏と面談", "北側は「林一郎」", "林殿", "高", "髙", "高様")
        ],
        *[(text, True) for text in ("畑さんの田", "畑様", "一郎/林")],
        *[
            (text, False)
            for text in ("山林", "森林", "森林、山林", "林地", "林道", "保安林", "小林 花子", "林業様式", "森一郎")
        ],
        *[
            (text, False)
            for text in ("畑", "田・畑", "畑、山林", "林齢72年", "高い", "模様", "氏神", "林齢 (年)", "竹林・雑木林")
        ],
        *[(text, False) for text in ("No road is near", "No", "高橋")],
    ],
)
def test_short_names_stand_between_boundaries(text: str, found: bool) -> None:
    people = [("林", None), ("林 一郎", None), ("森一", "森"), ("見本 花", "畑"), ("髙", None), ("Go No", None)]
    secrets = privacy.Secrets([pd.DataFrame(people, columns=["name", "former_name"])])
    assert secrets.kind_in(text) == ("name" if found else None)


@pytest.mark.parametrize(
    "column",
    [
        *("name", "Name", "ADDRESS", "氏名", "所有者の住所", "電話番号", "年齢", "ﾌﾘｶﾞﾅ", "age", "所有者", "所有者_1"),
        *("owner", "Owner 2", "OWNER_ADDRESS", "ownerName", "TEL番号", "tel no", "e-mail", "DOB", "surname", "holder"),
        *("納税義務者", "耕作者", "被相続人", "登記名義人", "連絡先", "個人番号", "年令", "本籍", "代表", "氏", "宛名"),
    ],
)
def test_columns_by_name(column: str) -> None:
    assert is_personal(column)
    assert privacy.personal_data(pd.DataFrame({column: [None]}), [column], SECRETS)[0].kind == "column"


@pytest.mark.parametrize(
    "column",
    [
        *("name_en", "name_ja", "map_name", "city_name", "hamlet", "reason", "age_class_of_trees", "owner_status"),
        *("owners", "owners_per_lot", "places_per_owner", "OwnerFarmIntention", "所有者区分", "所有者数", "住所コード"),
        *("地名", "字名", "名称", "林齢", "地目", "所在", "地番"),
    ],
)
def test_columns_that_are_no_people(column: str) -> None:
    assert not is_personal(column)


def test_a_town_without_an_address_is_nobody_either() -> None:
    people = pd.DataFrame([("見本市", None), ("見本 花代子", "新潟県見本市谷沢23")], columns=["name", "address"])
    assert privacy.Secrets([people]).kind_in("見本市") is None
    assert privacy.Secrets([people]).kind_in("見本花代子") == "name"


def test_columns_of_a_public_copy() -> None:
    lots = ["fid", "lot_key", "owner_key", "owner_status", "owners", "reason", "note"]
    assert privacy.public_columns(lots, False, False) == ["lot_key", "reason"]
    assert privacy.public_columns(lots, True, False) == ["lot_key", "owner_key", "reason"]
    assert privacy.public_columns(lots, False, True) == ["lot_key", "owner_status", "owners", "reason"]
    shouted = ["FID", "LOT_KEY", "Owner_Key", "OWNER_STATUS", "NOTE", "備考", "摘要", "Reason"]
    assert privacy.public_columns(shouted, False, False) == ["LOT_KEY", "Reason"]
    areas = ["hamlet", "owners", "absentee_pct"]
    assert privacy.public_columns(areas, False, False) == areas


def test_sentences_on_lots_do_not_tell_the_class_in_words() -> None:
    frame = pd.DataFrame(
        {
            "lot_key": ["L1", "L2", "L3"],
            "explanation": [
                "Owners reached: 0 of 1. State: unknown.",
                "A road is near. No reachable owner is known.",
                None,
            ],
            "reason_ja": [
                "所有者に連絡できません。",
                "道路が近い。傾斜は2.5度です。所有者が不明です。",
                "道路が近い。",
            ],
            "use_now": ["owner", "x", "y"],
        }
    )
    found = privacy.without_people(frame, list(frame.columns))
    assert found["explanation"] == ["Not told in the public copy.", "A road is near.", None]
    assert found["reason_ja"] == ["公開用には示しません。", "道路が近い。傾斜は2.5度です。", "道路が近い。"]
    assert set(found) == {"explanation", "reason_ja"}
    assert privacy.without_people(frame.drop(columns="lot_key"), ["explanation"]) == {}


def test_small_areas_of_tables_of_areas() -> None:
    frame = pd.DataFrame({"hamlet": ["A", "B", "C", "D"], "owners": [2, 3, None, 0], "most_owners": [1, 3, None, 0]})
    assert privacy.small_cells(frame, ["hamlet", "owners"], 3) == [privacy.SmallCell("A", 2)]
    assert privacy.small_cells(frame, ["hamlet", "owners"], 2) == []
    # How many share one lot is no count of the owners of an area.
    assert privacy.small_cells(frame, ["hamlet", "owners", "most_owners"], 3) == [privacy.SmallCell("A", 2)]


def test_small_areas_of_tables_of_lots() -> None:
    frame = pd.DataFrame(
        {
            "lot_key": list("uvwxyz"),
            "hamlet": ["A", "A", "A", "B", "B", "B"],
            "owner_key": ["a", "b", "c", "a", "b", "b"],
            "owner_status": ["reachable", "reachable", "reachable", "unknown", "reachable", "reachable"],
        }
    )
    # Without keys and classes nothing is told about owners.
    assert privacy.small_cells(frame, ["lot_key", "hamlet"], 3) == []
    assert privacy.small_cells(frame, ["lot_key", "owner_key"], 3) == [privacy.SmallCell("B", 2)]
    told = [cell.area for cell in privacy.small_cells(frame, ["lot_key", "owner_status"], 3)]
    assert told == ["B", "B / reachable", "B / unknown"]
    shouted = frame.rename(columns=str.upper)
    assert privacy.about_lots(shouted.columns)
    assert [cell.area for cell in privacy.small_cells(shouted, ["LOT_KEY", "OWNER_STATUS"], 3)] == told
    assert privacy.new_keys({"t": shouted}) == privacy.new_keys({"t": frame})
    assert privacy.small_cells(frame, ["lot_key", "owner_key"], 3, "no such field") == []  # six lots, three owners


def test_a_plan_is_counted_by_the_register() -> None:
    plan = pd.DataFrame(
        {"unit_id": ["1", "2"], "lot_keys": ["a; b", "c"], "hamlet": ["A", "B"], "owner_status": ["x", "y"]}
    )
    columns = ["unit_id", "owner_status"]
    assert privacy.needs_register(plan, columns) and not privacy.needs_register(plan, ["unit_id"])
    register = pd.DataFrame({"lot_key": ["a", "b", "b", "c", "c"], "owner_key": ["o1", "o2", "o3", "o1", None]})
    owners_of = privacy.owners_by_lot(register)
    assert privacy.small_cells(plan, columns, 3, "", owners_of) == [
        privacy.SmallCell("B", 1),
        privacy.SmallCell("B / y", 1),
    ]


def test_new_keys_are_the_same_everywhere_and_say_nothing_of_the_old() -> None:
    lots = pd.DataFrame({"lot_key": ["L10", "L9", "L9"], "owner_key": ["O1", "O7", "O3"]})
    more = pd.DataFrame({"owner_key": ["O7", "O8"], "size": [1, 2]})
    keys = privacy.new_keys({"a": lots, "b": more})
    assert keys == privacy.new_keys({"b": more.iloc[::-1], "a": lots.iloc[::-1]})
    assert sorted(keys) == ["O1", "O3", "O7", "O8"] and sorted(keys.values()) == [f"P{n:05d}" for n in (1, 2, 3, 4)]
    renamed = privacy.new_keys({"a": lots.replace({"O1": "X5"}), "b": more})
    assert renamed["X5"] == keys["O1"]
