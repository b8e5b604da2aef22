"""The report tells what the plan holds, escapes everything and needs nothing from outside."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from typing import Any, Optional

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from land_stewardship.core.plan import codes, mapfacts, report
from land_stewardship.core.texts import Text

EVIL = '<script>alert("x")</script>&\'"'
PNG = b"\x89PNG\r\n\x1a\nfake"


class _Page(HTMLParser):
    """Checks that tags close and collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, Optional[str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, Optional[str]]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, Optional[str]]]) -> None:
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


def page_of(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def plan(**changes: Any) -> gpd.GeoDataFrame:
    data = {
        "unit_id": [f"u{n}" for n in range(6)],
        "unit_no": ["A-1", "A-2", "A-3", "B-1", "B-2", "B-3"],
        "unit_kind": ["block"] * 6,
        "hamlet": ["上", "上", "上", "下", "下", None],
        "management_class": ["maintain", "maintain", "watch", "undecided", "convert", "minimum"],
        "decided_by": ["workshop", "workshop", "owner", "draft", "draft", "draft"],
        "decided_on": [dt.date(2026, 5, 1)] * 2 + [None] * 4,
        "decided_in": ["第2回"] * 2 + [None] * 4,
        "reason": ["Good paddy"] * 2 + [None] * 4,
        "reason_ja": ["良い田"] * 2 + [None, "データがありません", None, None],
        "conflict": [None] * 4 + ["Against the law"] + [None],
        "conflict_ja": [None] * 4 + ["法律と合いません"] + [None],
        "actor": ["営農組合"] * 2 + [None] * 4,
        "method": ["水稲"] * 2 + [None] * 4,
        "owner_status": ["reachable"] * 4 + [None, "unknown"],
        "owner_agreed": ["yes"] + [None] * 5,
        "effect_if_left": ["large"] * 3 + ["unknown"] * 3,
        "certainty": ["high"] * 5 + ["low"],
        "use_now": ["farmland"] * 5 + [None],
        "use_plan": ["farmland"] * 4 + ["forest", None],
        "priority": [True] + [False] * 5,
        "note": ["山田さんに聞く"] * 6,
    }
    shapes = [box(100 * n, 0, 100 * n + 100, 100) for n in range(5)]
    shapes.append(Polygon([(600, 0), (700, 100), (700, 0), (600, 100)]))
    return gpd.GeoDataFrame({**data, **changes}, geometry=shapes, crs="EPSG:6676")


def made(language: str, frame: Optional[gpd.GeoDataFrame] = None, **changes: Any) -> str:
    data = report.ReportInput(
        plan() if frame is None else frame,
        {"village": "谷沢", "horizon_year": "2035"},
        ["登記簿 2024-11"],
        [mapfacts.Revision(1, dt.date(2026, 5, 1), Text("6 blocks entered", "6区画を記入"))],
        None,
        7.0,
        {"上": 3.5, "下": None},
        {"上": Text("Kami", "上谷")},
        "Test 1",
        False,
    )
    return report.report_html(data._replace(**changes), language)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_nothing_from_outside(language: str) -> None:
    html = made(language, map_png=PNG)
    page = page_of(html)
    assert "script" not in page.tags and "link" not in page.tags and "iframe" not in page.tags
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", html)
    for name, value in page.attributes:
        assert not name.startswith("on")
        if name in ("src", "href"):
            assert value is not None and value.startswith("data:image/png;base64,")
    assert "default-src 'none'" in html and "url(#p-maintain)" in html
    assert "@import" not in html


@pytest.mark.parametrize("language", ["en", "ja"])
def test_what_is_told(language: str) -> None:
    html = made(language)
    text = " ".join(page_of(html).text)
    japanese = language == "ja"
    for item in codes.MANAGEMENT_CLASSES:
        assert item.short.pick(language) in text and item.meaning.pick(language) in text
    wanted = (
        [
            "良い田",
            "第2回",
            "2026年5月1日",
            "法律と合いません",
            "データがありません",
            "上谷",
            "目標年 2035年（令和17年）",
            "この図は、土地の境界を法的に示すものではありません。",
            "3 / 6",
            "営農組合",
            "登記簿 2024-11",
            "不明",
        ]
        if japanese
        else [
            "Good paddy",
            "1 May 2026",
            "Against the law",
            "Kami",
            "Target year 2035",
            "3 / 6",
            "This map does not legally show land boundaries.",
            "Unknown",
        ]
    )
    for words in wanted:
        assert words in text, words
    assert "山田" not in html  # notes stay in the plan
    assert f'lang="{language}"' in html


def test_unknowns_are_listed() -> None:
    text = " ".join(page_of(made("ja", official_ha=None)).text)
    for words in (
        "区分がまだ決まっていない土地: 1区画, 1.0 ha",
        "周りへの影響が判断できない土地: 3区画",
        "案の確かさが低い土地",
        "現在の利用区分が分からない土地: 1区画",
        "境界の形に誤り",
        "所有者に連絡できるか分からない土地: 2区画",
        "公的な面積が分からないため",
    ):
        assert words in text, words
    assert "+2.0 ha" in " ".join(page_of(made("ja")).text)


def test_everything_is_escaped() -> None:
    frame = plan(
        **{
            name: [EVIL] * 6
            for name in (
                "unit_no",
                "hamlet",
                "decided_in",
                "reason",
                "reason_ja",
                "conflict",
                "conflict_ja",
                "actor",
                "method",
                "decided_by",
                "owner_status",
                "use_now",
                "unit_kind",
                "basis",
            )
        }
    )
    html = made(
        "ja",
        frame,
        meta={"title": EVIL, "village": EVIL, "author": EVIL, "horizon_year": EVIL},
        sources=[EVIL],
        made_with=EVIL,
        official_by_hamlet={EVIL: 1.0},
        hamlet_names={EVIL: Text(EVIL, EVIL)},
        revisions=[mapfacts.Revision(1, dt.date(2026, 5, 1), Text(EVIL, EVIL))],
    )
    page = page_of(html)
    assert "script" not in page.tags
    assert EVIL in "".join(page.text)


def test_draft_and_sample_are_called_so() -> None:
    draft = plan(decided_by=["draft"] * 6)
    assert "まだ何も決まっていません" in made("ja", draft) and "まだ何も決まっていません" not in made("ja")
    assert "見本のデータです" in made("ja", invented=True) and "見本のデータです" not in made("ja")
    assert "見本のデータです" in made("ja", plan(synthetic=[True] + [False] * 5))


def test_row_order_does_not_matter() -> None:
    assert made("ja", plan().iloc[::-1]) == made("ja")


def test_long_lists_say_how_much_more() -> None:
    count = report.LONGEST_LIST + 7
    frame = gpd.GeoDataFrame(
        {
            "unit_id": [str(n) for n in range(count)],
            "unit_no": [f"A-{n + 1}" for n in range(count)],
            "management_class": ["adapt"] * count,
            "decided_by": ["owner"] * count,
            "reason_ja": [f"理由{n}" for n in range(count)],
        },
        geometry=[box(n, 0, n + 1, 1) for n in range(count)],
        crs="EPSG:6676",
    )
    assert "ほかに 7 件あります" in made("ja", frame)


def test_empty_plan_still_gives_a_page() -> None:
    empty = gpd.GeoDataFrame({"management_class": []}, geometry=[], crs="EPSG:6676")
    text = " ".join(page_of(made("en", empty, official_ha=None, official_by_hamlet={})).text)
    assert "0 / 0" in text and "Unknown" in text


@pytest.mark.parametrize("code", codes.CLASSES)
def test_class_patterns_use_the_design_colours(code: str) -> None:
    drawn = report.symbols.class_symbol(code)
    pattern = report._pattern(code)
    assert f'fill="{drawn.fill}"' in pattern
    assert (drawn.pattern.kind == "none") == ("<path" not in pattern and "<circle" not in pattern)


@pytest.mark.parametrize(("kind", "head", "other"), [("lot", "筆", "区画"), ("block", "区画", "筆")])
def test_columns_of_units_are_called_after_what_was_planned(kind: str, head: str, other: str) -> None:
    html = made("ja", plan(unit_kind=[kind] * 6))
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", html)
    assert heads.count(head) >= 4 and other not in heads
