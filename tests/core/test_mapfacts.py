"""Words and figures of the plan map."""

from __future__ import annotations

import datetime as dt
import doctest
import random

import pytest

from land_stewardship.core.plan import mapfacts
from land_stewardship.core.plan.mapfacts import Change, Unit


def unit(number: str, code: str = "maintain", **values: object) -> Unit:
    plain = {
        "number": number,
        "kind": "block",
        "code": code,
        "priority": False,
        "area_m2": 10_000.0,
        "hamlet": "上谷",
        "actor": "",
        "method": "",
        "start": "",
        "decided_by": "draft",
        "decided_in": "",
    }
    return Unit(**{**plain, **values})  # type: ignore[arg-type]


def always(text: str) -> bool:
    return True


def test_examples() -> None:
    assert doctest.testmod(mapfacts).failed == 0


def test_areas_of_all_classes_add_up() -> None:
    rows = mapfacts.class_areas(
        [
            unit("A-1"),
            unit("A-2", area_m2=5_000.0),
            unit("B-1", "watch", area_m2=15_000.0),
        ]
    )
    assert [row.code for row in rows] == ["maintain", "adapt", "convert", "minimum", "watch", "undecided"]
    assert [row.units for row in rows] == [2, 0, 0, 0, 1, 0]
    assert rows[0].area_ha == pytest.approx(1.5)
    assert sum(row.share for row in rows) == pytest.approx(1.0)


def test_shares_of_nothing_are_zero() -> None:
    assert {row.share for row in mapfacts.class_areas([])} == {0.0}


def test_actions_group_by_who_how_and_when_in_any_order() -> None:
    units = [
        unit("A-2", actor="組合", method="水稲"),
        unit("A-1", actor="組合", method="水稲"),
        unit("A-3", actor="個人", area_m2=99_999.0),
        unit("B-1", "minimum", start="2026年7月"),
        unit("C-1", "undecided", actor="役場"),
        unit("D-1", "watch"),
    ]
    rows = mapfacts.actions(units)
    assert [(row.code, [u.number for u in row.units]) for row in rows] == [
        ("maintain", ["A-3"]),
        ("maintain", ["A-1", "A-2"]),
        ("minimum", ["B-1"]),
    ]
    shuffled = units[:]
    random.Random(3).shuffle(shuffled)
    assert mapfacts.actions(shuffled) == rows


def test_block_numbers_are_joined() -> None:
    units = [unit(f"A-{number}") for number in range(1, 7)] + [unit("B-1"), unit("B-3"), unit("A-10")]
    assert mapfacts.name_units(units, "ja", always) == "A-1〜6・10、B-1・3"
    assert mapfacts.name_units(units, "en", always) == "A-1–6, 10, B-1, 3"


def test_too_long_a_list_says_there_is_more() -> None:
    units = [unit(f"{letter}-1") for letter in "ABCDEFG"]
    short = mapfacts.name_units(units, "ja", lambda text: len(text) <= 10)
    assert short == "A-1、B-1 ほか"


def test_many_lots_are_counted_by_hamlet() -> None:
    lots = [unit(str(number), kind="lot", hamlet="上谷" if number < 14 else "下谷") for number in range(1, 21)]
    assert mapfacts.name_units(lots, "ja", always) == "上谷 13筆、下谷 7筆"
    assert mapfacts.name_units(lots, "en", lambda text: len(text) < 10) == "20 lots"
    assert mapfacts.name_units(lots[:1], "en", always) == "1"
    assert mapfacts.name_units([unit("", kind="lot")], "ja", always) == "1筆"


DAY = dt.date(2025, 9, 11)


def test_revisions_count_days_newest_first() -> None:
    changes = [
        Change(DAY, "insert", "u1", "E-3", "maintain", True, draft=True),
        Change(DAY, "insert", "u2", "E-4", "watch", True, draft=True),
        Change(dt.date(2025, 11, 20), "update", "u1", "E-3", "adapt", True),
        Change(dt.date(2025, 10, 16), "update", "u1", "E-3", "convert", True),
        Change(dt.date(2025, 10, 16), "update", "u2", "E-4", "convert", True),
        Change(dt.date(2025, 12, 1), "update", "u2", "E-4", "convert", False),
        Change(dt.date(2025, 12, 2), "delete", "u2", "E-4", "", True),
    ]
    rows = mapfacts.revisions(changes, "block")
    assert [(row.version, row.change.ja) for row in rows] == [
        (5, "1区画を削除"),
        (4, "1区画の内容を更新"),
        (3, "E-3 を追加・アレンジに決定"),
        (2, "2区画を見直し"),
        (1, "たたき台（2区画）"),
    ]
    assert rows[2].change.en == "E-3 set to Adapt"
    assert rows[-1].change.en == "Draft for 2 blocks"


def test_dates_in_words_do_not_follow_the_machine() -> None:
    assert mapfacts.day_label(dt.date(2025, 3, 2), "ja") == "2025年3月2日"
    assert mapfacts.day_label(dt.date(2025, 3, 2), "en") == "2 Mar 2025"
    assert mapfacts.start_label(dt.date(2026, 4, 1), "en") == "Apr 2026"
    assert mapfacts.start_label(None, "ja") == ""
    assert mapfacts.year_label(2035, "ja") == "2035年（令和17年）"
    assert mapfacts.year_label(2019, "ja") == "2019年（令和元年）"
    assert mapfacts.year_label(2035, "en") == "2035"


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("登記簿 2024年11月\n 農地パトロール 2024年", ["登記簿 2024年11月", "農地パトロール 2024年"]),
        ('{"登記簿": "2024-11", "NDVI": ""}', ["登記簿 2024年11月", "NDVI"]),
        ('{"register": {"ja": "登記簿", "en": "Register", "date": "2024-11"}}', ["登記簿 2024年11月"]),
        ('[{"name": "登記簿", "date": "2024-11"}, "地図"]', ["登記簿 2024年11月", "地図"]),
        ("{not json", ["{not json"]),
        ("", []),
    ],
)
def test_sources_are_read_from_several_forms(value: str, lines: list[str]) -> None:
    assert mapfacts.source_lines(value, "ja") == lines


@pytest.mark.parametrize(
    ("text", "japanese", "english"),
    [
        ("2024-11-05", "2024年11月5日", "5 Nov 2024"),
        ("2024-11", "2024年11月", "Nov 2024"),
        ("2024", "2024年", "2024"),
        ("2023–2024", "2023〜2024年", "2023–2024"),
        ("2023-08-26–2025-09-11", "2023年8月26日〜2025年9月11日", "26 Aug 2023 – 11 Sep 2025"),
        ("令和6年度", "令和6年度", "令和6年度"),
        ("2024-13", "2024-13", "2024-13"),
        ("", "", ""),
    ],
)
def test_dates_of_sources_are_told_as_people_write_them(text: str, japanese: str, english: str) -> None:
    assert (mapfacts.date_words(text, "ja"), mapfacts.date_words(text, "en")) == (japanese, english)
