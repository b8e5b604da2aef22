"""Reading lot numbers: written cases, and properties over made-up ones."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.parcels import lotletters
from land_stewardship.core.parcels.lotnumber import DOUBTS, LotNumber, read, same_text

CASES = Path(__file__).parent / "data" / "lot_numbers.csv"
with CASES.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def test_there_are_enough_cases_and_each_stands_once() -> None:
    assert len(ROWS) >= 150
    assert len({row["written"] for row in ROWS}) == len(ROWS)
    assert {row["certain"] for row in ROWS} == {"yes", "no"}


@pytest.mark.parametrize("row", ROWS, ids=[f"{n}-{row['about']}" for n, row in enumerate(ROWS, start=2)])
def test_written_case(row: dict[str, str]) -> None:
    lot = read(row["written"])
    got = {
        "number": lot.number,
        "oaza": lot.oaza,
        "koaza": lot.koaza,
        "certain": "yes" if lot.certain else "no",
    }
    assert got == {name: row[name] for name in got}
    assert lot.raw == row["written"].strip()
    again = read(lot.canonical)
    assert again.canonical == lot.canonical
    assert set(lot.doubts) <= set(DOUBTS)


# -- properties ------------------------------------------------------------------------------
PREFIXES = ["", "甲", "乙", "丙", "い", "ろ", "イ", "ロ", "ハ", "子", "番外"]
QUALIFIERS = ["", "先", "地先", "内", "外", "外2筆", "外3筆"]
NUMBERS = st.lists(st.integers(min_value=1, max_value=12_000), min_size=1, max_size=5)
PLACES = st.sampled_from(["", "谷沢", "三ツ橋", "三ツ橋新田", "金子", "十文字", "霞ヶ丘"])
LOTS = st.tuples(PLACES, st.sampled_from(PREFIXES), NUMBERS, st.sampled_from(QUALIFIERS))


def kanji(number: int, deed: bool) -> str:
    digits = "零壱弐参四五六七八九" if deed else "〇一二三四五六七八九"
    units = ["", "拾", "百", "千"] if deed else ["", "十", "百", "千"]
    high, low = divmod(number, 10_000)
    text = kanji(high, deed) + "万" if high else ""
    for place in (3, 2, 1, 0):
        digit = low // 10**place % 10
        if digit:
            text += ("" if digit == 1 and place and not deed else digits[digit]) + units[place]
    return text


@st.composite
def spelled(draw: st.DrawFn, lot: tuple[str, str, list[int], str]) -> str:
    """One of the many spellings of a lot."""
    place, prefix, numbers, qualifier = lot
    style = draw(st.sampled_from(["plain", "wide", "kanji", "positional", "deed"]))
    words = {
        "plain": str,
        "wide": lambda n: str(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
        "kanji": lambda n: kanji(n, deed=False),
        "positional": lambda n: str(n).translate(str.maketrans("0123456789", "〇一二三四五六七八九")),
        "deed": lambda n: kanji(n, deed=True),
    }[style]
    signs = (
        ["番地", "番", "番の", "番地ノ"] if style in ("kanji", "positional", "deed") else ["-", "－", "番", "番地の"]
    )
    text = words(numbers[0])
    for depth, number in enumerate(numbers[1:]):
        text += draw(st.sampled_from(signs if depth == 0 else ["-", "の", "ノ", "−"])) + words(number)
    if len(numbers) == 1 and (style not in ("plain", "wide") or draw(st.booleans())):
        # 12番地先 is read as 12番 + 地先
        text += "番" if qualifier in ("先", "地先") else draw(st.sampled_from(["番", "番地"]))
    if place and len(numbers) > 1 and "番" not in text and style not in ("plain", "wide"):
        text = text.replace("の", "番", 1)
    written_place = ""
    if place:
        gap = draw(st.sampled_from([" ", "　"])) if prefix in ("子", "い", "ろ") else draw(st.sampled_from(["", " "]))
        written_place = draw(st.sampled_from(["大字", ""])) + place + gap
    return written_place + prefix + text + qualifier


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_spellings_of_one_lot_are_one_and_those_of_two_are_two(data: st.DataObject) -> None:
    lot, other = data.draw(LOTS), data.draw(LOTS)
    first, second = read(data.draw(spelled(lot))), read(data.draw(spelled(lot)))
    assert first.canonical == second.canonical, (first, second)
    third = read(data.draw(spelled(other)))
    assert (third.canonical == first.canonical) == (other == lot)


@given(NUMBERS, st.sampled_from(PREFIXES), st.sampled_from(QUALIFIERS))
@settings(max_examples=40, deadline=None)
def test_branch_prefix_and_qualifier_always_tell_lots_apart(numbers: list[int], prefix: str, qualifier: str) -> None:
    text = "-".join(str(number) for number in numbers)
    lot = read(prefix + text + qualifier)
    assert lot.numbers == tuple(str(number) for number in numbers)
    others = [read(prefix + text + "-1" + qualifier), read(prefix + text + "-甲" + qualifier)]
    others += [read(another + text + qualifier) for another in PREFIXES if another != prefix]
    others += [read(prefix + text + another) for another in QUALIFIERS if another != qualifier]
    assert lot.number not in {found.number for found in others}
    assert len({found.number for found in others}) == len(others)


@given(
    st.text(
        alphabet=lotletters.KANJI_NUMERALS + "0123456789０-－ーの番地号甲いイ子字大先外内筆、～（）() .谷沢ab\n",
        max_size=14,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_text_can_be_read_and_read_again(text: str) -> None:
    lot = read(text)
    assert isinstance(lot, LotNumber)
    assert lot.raw == text.strip()
    again = read(lot.canonical)
    assert again.canonical == lot.canonical
    if lot.certain:
        assert again.certain and lot.numbers


@pytest.mark.parametrize(
    ("value", "number", "certain"),
    [
        (12, "12", True),
        (12.0, "12", True),
        (None, "", False),
        (float("nan"), "", False),
        (pd.NA, "", False),
        (dt.date(2024, 12, 3), "12-3", False),
        (dt.datetime(2024, 12, 3), "12-3", False),
    ],
)
def test_cells_that_are_no_text(value: object, number: str, certain: bool) -> None:
    assert (read(value).number, read(value).certain) == (number, certain)


@pytest.mark.parametrize(
    ("oaza", "koaza", "written", "expected"),
    [
        ("谷沢", None, "12", "大字谷沢 12"),
        ("大字谷沢", "字八反田", "12番3", "大字谷沢 字八反田 12-3"),
        ("見本市大字谷沢字八反田", None, "12", "大字谷沢 字八反田 12"),
        ("谷沢", None, "谷沢12", "大字谷沢 12"),
        ("谷沢", None, "谷沢八反田12", "大字谷沢 字八反田 12"),
        ("谷沢", None, "字八反田12", "大字谷沢 字八反田 12"),
        ("谷沢", None, "八反田甲12", "大字谷沢 字八反田 甲12"),
        (None, "八反田", "12", "字八反田 12"),
    ],
)
def test_places_in_columns_of_their_own(oaza: object, koaza: object, written: object, expected: str) -> None:
    assert read(written, oaza, koaza).canonical == expected


def test_numerals() -> None:
    for number in [1, 9, 10, 11, 99, 100, 101, 110, 999, 1000, 1024, 1999, 9999, 10_000, 10_203]:
        assert lotletters.number_of(kanji(number, deed=False)) == number
        assert lotletters.number_of(kanji(number, deed=True)) == number
    assert [lotletters.number_of(text) for text in ("", "百二三", "十〇", "万", "甲")] == [
        None,
        None,
        None,
        10_000,
        None,
    ]


def test_no_character_stands_for_two_names() -> None:
    assert all(key not in lotletters.FOLD.values() for key in map(chr, lotletters.FOLD))
    assert lotletters.fold_place("坂本") != lotletters.fold_place("阪本")


def test_the_same_text_is_the_same_however_it_is_read() -> None:
    assert same_text("１２番３外２筆", "12番3 外2筆")
    assert not same_text("12-3", "12番3")
    assert not same_text("", None)
