"""Tables people bring: columns guessed, cells understood, names kept apart."""

from __future__ import annotations

import datetime as dt
from typing import Optional

import pytest

from land_stewardship.core import intake

LOTS = intake.LotIndex.of(
    [
        ("K-12-4", "谷沢", "12-4"),
        ("K-13", "谷沢", "13"),
        ("K-B-13", "山崎", "13"),
        ("K-7", "谷沢", "7"),
    ]
)


def test_columns_of_a_japanese_register_are_guessed() -> None:
    guessed = intake.guess_columns("register", ["所在", "地番", "登記地目", "地積（㎡）", "氏名", "住所", "備考"])
    assert guessed["chiban"] == "地番"
    assert guessed["oaza"] == "所在"
    assert guessed["owner"] == "氏名"
    assert guessed["address"] == "住所"
    assert guessed["area_reg"] == "地積（㎡）"
    assert guessed["category_reg"] == "登記地目"
    assert guessed["registered_on"] is None


def test_a_whole_name_wins_over_a_part_of_it() -> None:
    guessed = intake.guess_columns("register", ["area_total", "area_m2", "chiban"])
    assert guessed["area_reg"] == "area_m2"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("昭和47年5月1日", dt.date(1972, 5, 1)),
        ("S47.5.1", dt.date(1972, 5, 1)),
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("2024/5/1", dt.date(2024, 5, 1)),
        ("20240501", dt.date(2024, 5, 1)),
        (dt.datetime(2024, 5, 1, 3), dt.date(2024, 5, 1)),
        ("2024-13-40", None),
        ("不明", None),
    ],
)
def test_dates_in_both_calendars(written: object, meant: object) -> None:
    assert intake.date(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,204.5 ㎡", 1204.5),
        ("１２０４", 1204.0),
        (12, 12.0),
        ("なし", None),
        (None, None),
        (float("nan"), None),
    ],
)
def test_numbers(written: object, meant: object) -> None:
    assert intake.number(written) == meant


def test_rows_find_their_lot_and_ambiguous_ones_do_not() -> None:
    assert LOTS.find("12番地4") == "K-12-4"
    assert LOTS.find("13") is None  # two districts have a 13
    assert LOTS.find("13", "山崎") == "K-B-13"
    assert LOTS.find("K-7") == "K-7"
    assert LOTS.find("99") is None


def test_a_lot_is_found_only_where_the_text_allows_one_reading() -> None:
    lots = intake.LotIndex.of(
        [
            ("A", "谷沢", "12-4", "八反田"),
            ("B", "谷沢", "12-4", "二ノ坪"),
            ("C", "大字髙﨑", "甲12"),
            ("D", "谷沢", "15外2筆"),
            ("E", "谷沢", "16-1"),
        ]
    )
    assert lots.find("12-4", "谷沢") is None  # two 小字 have it
    assert lots.find("字二の坪１２番ノ四", "谷沢") == "B"
    assert lots.find("谷沢字八反田十二番四") == "A"
    assert lots.find("谷沢字別所12-4") is None
    assert (lots.find("甲12", "高崎"), lots.find("12", "高崎"), lots.find("甲12", "山崎")) == ("C", None, None)
    assert lots.find("１５ 外２筆", "谷沢") == "D"  # written the same
    assert lots.find("15", "谷沢") is None
    assert lots.find("16.1", "谷沢") is None


def test_a_row_keeps_its_number_as_written() -> None:
    rows = [{"所在": "谷沢", "地番": "１２番地４"}, {"所在": "大字谷沢", "地番": "99番"}]
    result = intake.convert("register", rows, intake.guess_columns("register", ["所在", "地番"]), LOTS)
    assert [(row["lot_key"], row["oaza"], row["chiban"]) for row in result.rows] == [
        ("K-12-4", "谷沢", "１２番地４"),
        (None, "大字谷沢", "99番"),
    ]


def test_names_go_to_the_private_rows_only() -> None:
    rows = [
        {"地番": "12-4", "氏名": "見本 太郎", "住所": "谷沢1", "地積": "100"},
        {"地番": "7", "氏名": "見本　太郎", "住所": "谷沢1", "地積": "不明"},
        {"地番": "99", "氏名": "見本 花子", "住所": "", "地積": ""},
        {"地番": "13", "氏名": "", "住所": "", "地積": "20"},
    ]
    columns = intake.guess_columns("register", list(rows[0]))
    result = intake.convert("register", rows, columns, LOTS)
    assert [row["owner_key"] for row in result.rows] == ["owner-0001", "owner-0001", "owner-0002", None]
    assert "見本" not in str(result.rows) and "谷沢" not in str(result.rows)
    assert [row["owner_key"] for row in result.private_rows] == ["owner-0001", "owner-0002"]
    assert result.private_rows[0]["name"] == "見本 太郎"
    assert result.unmatched == 2
    assert result.unread == {"area_reg": 1}
    assert [row["area_reg"] for row in result.rows] == [100.0, None, None, 20.0]


def test_known_people_keep_their_key() -> None:
    known = {(intake.fold("見本 太郎"), intake.fold("")): "owner-0007"}
    rows = [{"地番": "7", "氏名": "見本太郎"}, {"地番": "12-4", "氏名": "見本 次郎"}]
    result = intake.convert("register", rows, intake.guess_columns("register", ["地番", "氏名"]), LOTS, known)
    assert [row["owner_key"] for row in result.rows] == ["owner-0007", "owner-0008"]
    assert [row["owner_key"] for row in result.private_rows] == ["owner-0008"]


def test_words_of_the_patrol_become_codes_and_unknown_words_stay_unknown() -> None:
    rows = [
        {"地番": "7", "判定": word} for word in ("1号遊休農地（緑区分）", "B分類", "2号", "耕作中", "なんだろう", "")
    ]
    result = intake.convert("patrol", rows, intake.guess_columns("patrol", ["地番", "判定"]), LOTS)
    assert [row["result"] for row in result.rows] == ["idle_1_green", "waste_b", "idle_2", "not_idle", None, None]
    assert result.unread == {"result": 1}


def test_farmers_are_private_as_a_whole() -> None:
    rows = [{"氏名": "見本 太郎", "年齢": "78歳", "後継者": "無"}]
    result = intake.convert("cultivators", rows, intake.guess_columns("cultivators", list(rows[0])), LOTS)
    assert result.rows == []
    assert result.private_rows == [
        {"name": "見本 太郎", "age": 78, "successor": "no", "cultivator_key": "farmer-0001"},
    ]


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("2024-05", "2024-05"),
        ("202405", "2024-05"),
        ("令和6年5月", "2024-05"),
        ("R6.5", "2024-05"),
        ("令和元年12月", "2019-12"),
        ("2024/5/31", "2024-05"),
        ("2024年13月", None),
        ("2024", None),
        ("合計", None),
    ],
)
def test_months_as_water_works_write_them(written: str, month: Optional[str]) -> None:
    assert intake.month(written) == month


@pytest.mark.parametrize(
    ("written", "end", "open_class"),
    [
        ("65〜69歳", 69, False),
        ("65-69", 69, False),
        ("70", 70, False),
        ("85歳以上", 94, True),
        ("90+", 99, True),
        ("65歳～", 94, True),
        ("100 and over", 109, True),
        ("総数", None, False),
    ],
)
def test_age_classes_have_an_end(written: str, end: Optional[int], open_class: bool) -> None:
    assert (intake.age_end(written), intake.is_open_class(written)) == (end, open_class)
