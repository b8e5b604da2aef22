"""The plan in one page to read and print: HTML without scripts, files or network.

Everything from the plan is escaped. Notes are left out (people write names into notes), and the plan
itself holds no names. What is not known gets a section of its own.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import shapely

from ..frames import dates, flags, texts
from ..sources.zones import place_words
from ..texts import Text
from . import codes, mapfacts, symbols, tables
from .fields import PLAN_FIELDS

_ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"

#: Patterns are drawn at this part of their size on paper, so that a small bar shows them.
PATTERN_SCALE = 0.6
_PX = symbols.px_per_mm

#: Lists longer than this end with how much more there is; the whole list is in the plan file.
LONGEST_LIST = 200


class ReportInput(NamedTuple):
    """What the report is made of.

    ``plan`` is the plan in a metric CRS. ``meta`` the facts of the plan file, ``sources`` lines of
    data with dates, ``revisions`` newest first, ``map_png`` the picture of the map,
    ``official_ha`` and ``official_by_hamlet`` the official areas (``None`` if unknown). ``invented``
    says that sources behind the plan are sample data.
    """

    plan: gpd.GeoDataFrame
    meta: Mapping[str, str]
    sources: Sequence[str]
    revisions: Sequence[mapfacts.Revision]
    map_png: Optional[bytes]
    official_ha: Optional[float]
    official_by_hamlet: Mapping[str, Optional[float]]
    hamlet_names: Mapping[str, Text]
    made_with: str
    invented: bool


class _Units(NamedTuple):
    """Columns of the plan, one entry per unit."""

    column: dict[str, np.ndarray]
    area_ha: np.ndarray
    named: list[mapfacts.Unit]


def _units(out: _Writer, data: ReportInput) -> _Units:
    plan = data.plan
    column: dict[str, np.ndarray] = {}
    for field in PLAN_FIELDS:
        if field.kind == "bool":
            column[field.name] = flags(plan, field.name)
        elif field.kind == "date":
            column[field.name] = dates(plan, field.name)
        else:
            column[field.name] = texts(plan, field.name)
    known = column["management_class"]
    column["management_class"] = np.array(
        [code if code in codes.CLASS_BY_CODE else codes.UNDECIDED for code in known], dtype=object
    )
    area = tables.areas_ha(plan)
    any_hamlet = any(column["hamlet"])
    named = [
        mapfacts.Unit(
            column["unit_no"][row] or "",
            column["unit_kind"][row] or "lot",
            column["management_class"][row],
            column["priority"][row] is True,
            float(area[row]) * 1e4,
            _hamlet(out, data, column["hamlet"][row]) if any_hamlet else "",
            column["actor"][row] or "",
            column["method"][row] or "",
            column["start_on"][row] or "",
            column["decided_by"][row] or "draft",
            column["decided_in"][row] or "",
        )
        for row in range(len(plan))
    ]
    return _Units(column, area, named)


class _Writer:
    """Collects HTML in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.parts: list[str] = []
        #: What the units of the plan are called over a column.
        self.units = mapfacts.UNIT_HEADS["block"]

    def say(self, en: str, ja: str) -> str:
        """The wording in the report's language, not escaped."""
        return ja if self.language == "ja" else en

    def pick(self, text: Text) -> str:
        return text.pick(self.language)

    def add(self, html: str) -> None:
        self.parts.append(html)

    def section(self, en: str, ja: str) -> None:
        self.add(f"<h2>{escape(self.say(en, ja))}</h2>")

    def paragraph(self, text: str, kind: str = "") -> None:
        self.add(f"<p{_class(kind)}>{escape(text)}</p>")

    def items(self, lines: Iterable[str]) -> None:
        self.add("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")

    def table(
        self,
        caption: str,
        head: Sequence[str],
        rows: Iterable[Sequence[Any]],
        right: Sequence[int] = (),
        strong: Sequence[int] = (),
        first: bool = False,
    ) -> None:
        """A table; cells that are :class:`_Html` go in as they are.

        ``right`` are columns of figures, ``strong`` rows in bold, ``first`` keeps the first column on one line.
        """
        html = [f"<table{_class('first' if first else '')}><caption>{escape(caption)}</caption><thead><tr>"]
        for position, title in enumerate(head):
            html.append(f'<th scope="col"{_class("n" if position in right else "")}>{escape(title)}</th>')
        html.append("</tr></thead><tbody>")
        for number, row in enumerate(rows):
            html.append(f"<tr{_class('strong' if number in strong else '')}>")
            for position, cell in enumerate(row):
                content = cell.html if isinstance(cell, _Html) else escape(str(cell))
                html.append(f"<td{_class('n' if position in right else '')}>{content}</td>")
            html.append("</tr>")
        html.append("</tbody></table>")
        self.add("".join(html))


class _Html(NamedTuple):
    """HTML that is safe already."""

    html: str


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


# -- figures ------------------------------------------------------------------------------------
def _ha(area: Optional[float], signed: bool = False) -> str:
    if area is None:
        return "?"
    if 0 < area < 0.05:
        return "< 0.1"
    text = f"{area:+,.1f}" if signed else f"{area:,.1f}"
    return {"-0.0": "0.0", "+0.0": "0.0"}.get(text, text)


def _percent(share: Optional[float]) -> str:
    if share is None:
        return ""
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def _day(text: Optional[str], language: str) -> str:
    """An ISO date for people; what is no full date stays as written."""
    try:
        return mapfacts.day_label(dt.date.fromisoformat(text), language) if text else ""
    except ValueError:
        return text or ""


# -- drawing ------------------------------------------------------------------------------------
@cache
def _icon(code: str) -> str:
    """The class icon as inline SVG (our own file)."""
    svg = (_ICONS / f"class_{code}.svg").read_text(encoding="utf-8")
    return svg[svg.index("<svg") :].replace("<svg ", '<svg aria-hidden="true" class="icon" ', 1)


def _pattern(code: str) -> str:
    """An SVG pattern ``p-CODE``: class fill with its pattern on it."""
    symbol = symbols.class_symbol(code)
    drawn = symbol.pattern.scaled(PATTERN_SCALE * _PX())
    width, height, turn, marks = 8.0, 8.0, "", ""
    if drawn.kind == "lines":
        width = height = drawn.spacing
        turn = f' patternTransform="rotate({-drawn.angle:g})"'
        marks = f'<path d="M0 {height / 2:.3f}H{width:.3f}" stroke="{drawn.colour}" stroke-width="{drawn.width:.3f}"/>'
    elif drawn.kind in ("dots", "rings"):
        width, height = drawn.spacing, 2 * drawn.row
        paint = (
            f'fill="{drawn.colour}"'
            if drawn.kind == "dots"
            else f'fill="none" stroke="{drawn.colour}" stroke-width="{max(drawn.width, 0.6):.3f}"'
        )
        for x, y in ((width / 4, height / 4), (width / 4 + drawn.shift, 3 * height / 4)):
            marks += f'<circle cx="{x:.3f}" cy="{y:.3f}" r="{drawn.size / 2:.3f}" {paint}/>'
    return (
        f'<pattern id="p-{code}" patternUnits="userSpaceOnUse" width="{width:.3f}" height="{height:.3f}"{turn}>'
        f'<rect width="{width:.3f}" height="{height:.3f}" fill="{symbol.fill}"/>{marks}</pattern>'
    )


def _patterns() -> str:
    inside = "".join(_pattern(code) for code in codes.CLASSES)
    return f'<svg aria-hidden="true" class="defs" width="0" height="0"><defs>{inside}</defs></svg>'


def _box(code: str, width: float, height: float) -> str:
    symbol = symbols.class_symbol(code)
    dash = ""
    if symbol.dash:
        dash = ' stroke-dasharray="{}"'.format(" ".join(f"{part * _PX():.2f}" for part in symbol.dash))
    return (
        f'<rect x="1" y="1" width="{max(width, 1.0):.1f}" height="{height:.1f}" fill="url(#p-{code})" '
        f'stroke="{symbol.line}" stroke-width="1.6"{dash}/>'
    )


def _swatch(code: str) -> str:
    return (
        f'<span class="swatch"><svg aria-hidden="true" width="42" height="24">{_box(code, 40, 22)}</svg>'
        f"{_icon(code)}</span>"
    )


def _bar(code: str, share: float, widest: float, label: str) -> _Html:
    width = 0.0 if not widest else 220 * share / widest
    drawing = _box(code, width, 16) if share > 0 else ""
    return _Html(f'<svg class="bar" role="img" aria-label="{escape(label)}" viewBox="0 0 224 18">{drawing}</svg>')


def _class_cell(code: str, language: str, meaning: bool = False) -> _Html:
    item = codes.CLASS_BY_CODE[code]
    text = f"<b>{escape(item.short.pick(language))}</b>"
    if meaning:
        text += f'<br><span class="small">{escape(item.meaning.pick(language))}</span>'
    return _Html(f'<span class="class">{_swatch(code)}<span>{text}</span></span>')


# -- the report ------------------------------------------------------------------------------------
def report_html(data: ReportInput, language: str) -> str:
    """The whole report as an HTML document in ``language`` ("ja" or "en").

    The same input gives the same text.
    """
    out = _Writer(language)
    units = _units(out, data)
    out.units = mapfacts.UNIT_HEADS.get(mapfacts.main_kind(units.named), out.units)
    whole = _whole(tables.make_tables(data.plan, data.official_ha))
    _head(out, data)
    _summary(out, data, units, whole)
    if data.map_png:
        picture = base64.b64encode(data.map_png).decode("ascii")
        label = out.say("Plan map", "管理構想図")
        out.add(f'<figure><img alt="{escape(label)}" src="data:image/png;base64,{picture}"></figure>')
        out.paragraph(out.pick(codes.BOUNDARY_NOTICE), "notice")
    _classes(out, whole)
    _uses(out, whole)
    _actions(out, units)
    _hamlets(out, data)
    _decisions(out, units)
    _open_questions(out, units)
    _conflicts(out, units)
    _owners(out, units)
    _sources(out, data)
    _unknown(out, data, units, whole)
    _tail(out, data)
    return "\n".join(out.parts) + "\n"


def _whole(found: tables.Tables) -> tables.Tables:
    """Only the tables of the whole plan."""
    return tables.Tables(
        [row for row in found.uses if row.district == tables.ALL],
        [row for row in found.changes if row.district == tables.ALL],
        [row for row in found.classes if row.district == tables.ALL],
        [tables.ALL],
    )


def _head(out: _Writer, data: ReportInput) -> None:
    village = data.meta.get("village", "")
    title = data.meta.get("title") or out.say(
        "{village}: community management vision" if village else "Community management vision",
        "{village}　地域管理構想" if village else "地域管理構想",
    ).format(village=village)
    out.add(
        f'<!DOCTYPE html>\n<html lang="{out.language}"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
        "style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} – {escape(out.say('Report', '報告書'))}</title><style>{_STYLE}</style></head><body>"
    )
    out.add(_patterns())
    out.add(f"<header><h1>{escape(title)}</h1>")
    line = [out.say("Report", "報告書")]
    year = data.meta.get("horizon_year", "")
    if village and village not in title:
        line.append(village)
    if year.isdigit():
        line.append(out.say("Target year ", "目標年 ") + mapfacts.year_label(int(year), out.language))
    if data.revisions:
        newest = data.revisions[0]
        line.append(
            out.say("Version {n} of {day}", "第{n}版　{day}").format(
                n=newest.version, day=mapfacts.day_label(newest.day, out.language)
            )
        )
    out.paragraph(out.say(" · ", "　").join(line), "sub")
    if data.invented or any(flag is True for flag in flags(data.plan, "synthetic")):
        out.paragraph(
            out.say(
                "Sample data: parts are invented and do not describe a real village.",
                "見本のデータです。架空の内容を含み、実在の地区のものではありません。",
            ),
            "notice",
        )
    out.add("</header>")


def _decided(units: _Units) -> np.ndarray:
    """Units on which people decided on a class."""
    return np.array(
        [
            codes.is_decision(by) and code != codes.UNDECIDED
            for by, code in zip(units.column["decided_by"], units.column["management_class"])
        ],
        dtype=bool,
    )


def _summary(out: _Writer, data: ReportInput, units: _Units, whole: tables.Tables) -> None:
    out.section("Summary", "まとめ")
    total = next(row for row in whole.classes if row.code == tables.TOTAL_ROW)
    decided = _decided(units)
    kind = mapfacts.main_kind(units.named)
    figures = [
        (_ha(total.area_ha) + " ha", out.say("Area of the plan", "計画の面積")),
        (out.pick(mapfacts.count_units(len(data.plan), kind)), out.say("In the plan", "計画に入れた数")),
        (f"{int(decided.sum()):,} / {len(data.plan):,}", out.say("Decided by people", "話し合いなどで決まった数")),
        (_ha(total.priority_ha) + " ha", out.say("Priority land", "優先的に維持したい土地")),
    ]
    cells = "".join(f"<div><b>{escape(number)}</b><span>{escape(caption)}</span></div>" for number, caption in figures)
    out.add(f'<div class="figures">{cells}</div>')
    if not decided.any():
        out.paragraph(
            out.say(
                "This is a draft for discussion. Nobody has decided anything yet.",
                "これは話し合いのための「たたき台」です。まだ何も決まっていません。",
            ),
            "notice",
        )
    elif not decided.all():
        out.paragraph(
            out.say(
                "The rest is a draft for discussion or still undecided.",
                "残りは「たたき台」か、これから話し合う土地です。",
            )
        )


def _classes(out: _Writer, whole: tables.Tables) -> None:
    out.section("Areas by management class", "管理の区分ごとの面積")
    rows: list[list[Any]] = []
    widest = max((row.share or 0.0 for row in whole.classes if row.code in codes.CLASS_BY_CODE), default=0.0)
    for row in whole.classes:
        if row.code in codes.CLASS_BY_CODE:
            item = codes.CLASS_BY_CODE[row.code]
            label = f"{item.short.pick(out.language)} {_ha(row.area_ha)} ha, {_percent(row.share)}"
            schemes = "<br>".join(
                f'<span class="small">{escape(text)}</span>'
                for text in (
                    out.say("2018: ", "2018年の選択: ") + out.pick(item.choice_2018 or codes.NO_EQUIVALENT),
                    out.say("2019/2021: ", "管理構想の区分: ") + out.pick(item.class_2021 or codes.NO_EQUIVALENT),
                )
            )
            rows.append(
                [
                    _class_cell(row.code, out.language, meaning=True),
                    _bar(row.code, row.share or 0.0, widest, label),
                    f"{row.units:,}",
                    _ha(row.area_ha),
                    _percent(row.share),
                    _Html(schemes),
                ]
            )
        else:
            rows.append(
                [
                    out.pick(row.label),
                    "",
                    "" if row.units is None else f"{row.units:,}",
                    _known_ha(out, row.area_ha, row.code == tables.RESIDUAL_ROW),
                    _percent(row.share),
                    "",
                ]
            )
    out.table(
        out.say("Classes with both official schemes", "区分と、二つの公的な分類"),
        [
            out.say("Class", "区分"),
            "",
            out.pick(out.units),
            out.say("Area (ha)", "面積 (ha)"),
            out.say("Share", "割合"),
            out.say("Official schemes", "公的な分類"),
        ],
        rows,
        right=(2, 3, 4),
        strong=(len(codes.CLASSES),),
    )
    out.paragraph(
        out.say(
            "Difference = official area minus area of the plan. Rounded shares may not add up to 100 %.",
            "差は、公的な面積から計画の面積を引いたものです。"
            "割合は四捨五入のため、合計が100 %にならないことがあります。",
        ),
        "small",
    )


def _known_ha(out: _Writer, area: Optional[float], signed: bool = False) -> str:
    return out.pick(codes.UNKNOWN) if area is None else _ha(area, signed)


def _uses(out: _Writer, whole: tables.Tables) -> None:
    out.section("Areas by use category", "利用区分ごとの面積")
    rows: list[list[Any]] = []
    strong: list[int] = []
    for row in whole.uses:
        if row.code in codes.USES and not row.now_ha and not row.plan_ha and row.level == 1:
            continue
        last = row.code in (tables.TOTAL_ROW, tables.RESIDUAL_ROW, tables.OFFICIAL_ROW)
        signed = row.code == tables.RESIDUAL_ROW
        if row.code == tables.TOTAL_ROW:
            strong.append(len(rows))
        rows.append(
            [
                "　" * row.level + out.pick(row.label),
                _known_ha(out, row.now_ha, signed),
                _known_ha(out, row.plan_ha, signed),
                "" if last else _ha(row.change_ha, True),
            ]
        )
    out.table(
        out.say("Categories of the National Land Use Plan", "国土利用計画の利用区分"),
        [
            out.say("Category", "区分"),
            out.say("Now (ha)", "現在 (ha)"),
            out.say("Planned (ha)", "計画 (ha)"),
            out.say("Change (ha)", "増減 (ha)"),
        ],
        rows,
        right=(1, 2, 3),
        strong=strong,
    )


def _actions(out: _Writer, units: _Units) -> None:
    found = mapfacts.actions(units.named)
    if not found:
        return
    out.section("Who does what", "だれが、どのように管理するか")
    rows = [
        [
            _class_cell(row.code, out.language),
            mapfacts.name_units(row.units, out.language, _always),
            row.actor,
            row.method,
            _day(row.start, out.language),
        ]
        for row in found[:LONGEST_LIST]
    ]
    out.table(
        out.say("Actors and methods", "管理主体と管理手法"),
        [
            out.say("Class", "区分"),
            out.pick(out.units),
            out.say("Who", "管理主体（だれが）"),
            out.say("How", "管理手法（どのように）"),
            out.say("From", "いつから"),
        ],
        rows,
    )
    _more(out, len(found))


def _always(_: str) -> bool:
    return True


def _more(out: _Writer, count: int) -> None:
    if count > LONGEST_LIST:
        text = out.say("… and {n} more; see the plan file.", "ほかに {n} 件あります。計画のファイルを見てください。")
        out.paragraph(text.format(n=f"{count - LONGEST_LIST:,}"), "small")


def _hamlet(out: _Writer, data: ReportInput, hamlet: Optional[str]) -> str:
    """A hamlet's name in the report's language."""
    if hamlet is None:
        return out.say("No hamlet", "集落なし")
    return out.pick(data.hamlet_names.get(hamlet, Text(hamlet, hamlet)))


def _hamlets(out: _Writer, data: ReportInput) -> None:
    found = tables.make_tables(data.plan, data.official_ha, data.official_by_hamlet, "hamlet")
    if len(found.districts) < 2:
        return
    out.section("By hamlet", "集落ごと")
    by_place: dict[Optional[str], dict[str, tables.ClassRow]] = {}
    for row in found.classes:
        by_place.setdefault(row.district, {})[row.code] = row
    rows = []
    for place in [*found.districts[1:], tables.ALL]:
        own = by_place[place]
        label = out.pick(tables.TOTAL) if place == tables.ALL else _hamlet(out, data, place)
        rows.append(
            [
                label,
                *(_ha(own[code].area_ha) for code in codes.CLASSES),
                _ha(own[tables.TOTAL_ROW].area_ha),
                _known_ha(out, own[tables.RESIDUAL_ROW].area_ha, True),
                _known_ha(out, own[tables.OFFICIAL_ROW].area_ha),
            ]
        )
    out.table(
        out.say("Area by class (ha)", "区分ごとの面積 (ha)"),
        [
            out.say("Hamlet", "集落"),
            *(out.pick(item.short) for item in codes.MANAGEMENT_CLASSES),
            out.pick(tables.TOTAL),
            out.say("Difference", "差"),
            out.pick(tables.OFFICIAL),
        ],
        rows,
        right=range(1, len(codes.CLASSES) + 4),
        first=True,
        strong=(len(rows) - 1,),
    )


def _grouped(units: _Units, rows: Iterable[int], names: Sequence[str]) -> list[tuple[tuple[str, ...], list[int]]]:
    """Units with the same words in ``names`` together, by class, then largest area first."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for row in rows:
        groups.setdefault(tuple(units.column[name][row] or "" for name in names), []).append(row)

    def order(item: tuple[tuple[str, ...], list[int]]) -> tuple[Any, ...]:
        code = units.column["management_class"][item[1][0]]
        return codes.CLASSES.index(code), -round(float(np.sort(units.area_ha[item[1]]).sum()), 6), item[0]

    return sorted(groups.items(), key=order)


def _names(out: _Writer, units: _Units, rows: Sequence[int]) -> str:
    return mapfacts.name_units([units.named[row] for row in rows], out.language, _always)


def _area(units: _Units, rows: Sequence[int]) -> float:
    return float(np.sort(units.area_ha[list(rows)]).sum())


def _decisions(out: _Writer, units: _Units) -> None:
    out.section("What was decided, and why", "決まったことと、その理由")
    rows = np.flatnonzero(_decided(units))
    if not len(rows):
        out.paragraph(out.say("Nothing yet.", "まだありません。"))
        return
    reason = "reason_ja" if out.language == "ja" else "reason"
    spare = "reason" if out.language == "ja" else "reason_ja"
    groups = _grouped(
        units, rows.tolist(), ("management_class", "decided_by", "decided_on", "decided_in", reason, spare)
    )
    lines = []
    for (code, by, day, place, why, other), members in groups[:LONGEST_LIST]:
        who = codes.DECIDED_BY[by].pick(out.language) if by in codes.DECIDED_BY else by
        when = out.say(", ", "、").join(part for part in (place, _day(day, out.language)) if part)
        lines.append(
            [
                _class_cell(code, out.language),
                _names(out, units, members),
                _ha(_area(units, members)),
                who,
                when,
                why or other or out.say("not written down", "書かれていません"),
            ]
        )
    out.table(
        out.say("Decisions", "決定"),
        [
            out.say("Class", "区分"),
            out.pick(out.units),
            out.say("ha", "ha"),
            out.say("Decided by", "決めた人"),
            out.say("Where and when", "決めた場と日"),
            out.say("Reason", "理由"),
        ],
        lines,
        right=(2,),
    )
    _more(out, len(groups))


def _open_questions(out: _Writer, units: _Units) -> None:
    out.section("What is still open", "まだ決まっていないこと")
    decided = _decided(units)
    open_rows = np.flatnonzero([code == codes.UNDECIDED for code in units.column["management_class"]])
    drafts = np.flatnonzero(
        ~decided & np.array([code != codes.UNDECIDED for code in units.column["management_class"]], dtype=bool)
    )
    if not len(open_rows) and not len(drafts):
        out.paragraph(out.say("All is decided.", "すべて決まりました。"))
        return
    reason, basis = ("reason_ja", "basis_ja") if out.language == "ja" else ("reason", "basis")
    if len(open_rows):
        groups = _grouped(units, open_rows.tolist(), (reason, basis))
        out.table(
            out.say("Undecided, to be discussed", "未定・要協議"),
            [out.pick(out.units), out.say("ha", "ha"), out.say("Why", "理由")],
            [
                [
                    _names(out, units, members),
                    _ha(_area(units, members)),
                    why or base or out.say("no reason written down", "理由は書かれていません"),
                ]
                for (why, base), members in groups[:LONGEST_LIST]
            ],
            right=(1,),
        )
        _more(out, len(groups))
    if len(drafts):
        groups = _grouped(units, drafts.tolist(), ("management_class",))
        out.table(
            out.say("Only in the draft for discussion", "「たたき台」だけのもの"),
            [out.say("Proposed class", "案の区分"), out.pick(out.units), out.say("ha", "ha")],
            [
                [_class_cell(key[0], out.language), _names(out, units, members), _ha(_area(units, members))]
                for key, members in groups
            ],
            right=(2,),
        )


def _conflicts(out: _Writer, units: _Units) -> None:
    name, spare = ("conflict_ja", "conflict") if out.language == "ja" else ("conflict", "conflict_ja")
    rows = [row for row in range(len(units.area_ha)) if units.column[name][row] or units.column[spare][row]]
    out.section("Conflicts with special laws", "法律の方向との不一致")
    if not rows:
        out.paragraph(out.say("None found in the zones that were checked.", "調べた区域のなかでは見つかっていません。"))
        return
    groups = _grouped(units, rows, ("management_class", name, spare))
    out.table(
        out.say("To be settled with the office in charge", "担当の窓口と確かめること"),
        [out.say("Class", "区分"), out.pick(out.units), out.say("ha", "ha"), out.say("Conflict", "不一致")],
        [
            [
                _class_cell(key[0], out.language),
                _names(out, units, members),
                _ha(_area(units, members)),
                key[1] or key[2],
            ]
            for key, members in groups[:LONGEST_LIST]
        ],
        right=(2,),
    )
    _more(out, len(groups))


def _counted(out: _Writer, units: _Units, name: str, words: Mapping[str, Text], caption: str) -> None:
    values = [value if value in words else "unknown" for value in units.column[name]]
    rows = []
    for code, label in words.items():
        members = [row for row, value in enumerate(values) if value == code]
        rows.append([out.pick(label), f"{len(members):,}", _ha(_area(units, members))])
    out.table(caption, ["", out.pick(out.units), "ha"], rows, right=(1, 2))


def _owners(out: _Writer, units: _Units) -> None:
    out.section("Owners", "土地所有者")
    text = out.say("Counts only; the plan holds no names.", "数だけを示します。計画に名前はありません。")
    out.paragraph(text, "small")
    out.add('<div class="pair">')
    _counted(out, units, "owner_status", codes.OWNER_STATUS, out.say("Contact", "連絡"))
    _counted(out, units, "owner_agreed", codes.OWNER_AGREED, out.say("Agreement", "同意"))
    out.add("</div>")


def _sources(out: _Writer, data: ReportInput) -> None:
    out.section("Data behind the plan", "もとにしたデータ")
    if data.sources:
        out.items(data.sources)
    else:
        out.paragraph(out.say("The plan file names no sources.", "計画のファイルに出典の記録がありません。"))
    if data.revisions:
        out.table(
            out.say("Versions", "版"),
            [out.say("Version", "版"), out.say("Date", "日付"), out.say("What changed", "変えたところ")],
            [
                [str(item.version), mapfacts.day_label(item.day, out.language), out.pick(item.change)]
                for item in data.revisions[:20]
            ],
        )


def _unknown(out: _Writer, data: ReportInput, units: _Units, whole: tables.Tables) -> None:
    out.section("What we do not know", "分かっていないこと")
    lines = []

    def count(members: Sequence[int], en: str, ja: str) -> None:
        if members:
            text = out.say(en, ja)
            number = out.pick(mapfacts.count_units(len(members), kind))
            lines.append(f"{text}: {number}, {_ha(_area(units, members))} ha")

    kind = mapfacts.main_kind(units.named)
    every = range(len(units.area_ha))
    column = units.column
    count(
        [r for r in every if column["management_class"][r] == codes.UNDECIDED],
        "No class yet",
        "区分がまだ決まっていない土地",
    )
    count(
        [r for r in every if column["effect_if_left"][r] not in ("large", "small")],
        "Harm to the surroundings cannot be told",
        "放置したときの周りへの影響が判断できない土地",
    )
    count(
        [r for r in every if column["certainty"][r] == "low"],
        "Proposals of low certainty; please check on the ground",
        "案の確かさが低い土地（現地で確かめてください）",
    )
    count(
        [r for r in every if column["use_now"][r] not in codes.USES],
        "Present use unknown",
        "現在の利用区分が分からない土地",
    )
    count(
        [r for r in every if column["owner_status"][r] not in ("reachable", "to_check")],
        "It is unknown whether the owner can be reached",
        "所有者に連絡できるか分からない土地",
    )
    shapes = data.plan.geometry.to_numpy()
    count(np.flatnonzero(shapely.is_missing(shapes)).tolist(), "No place on the map", "地図の上の場所がない土地")
    count(
        np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)).tolist(),
        "Boundary drawn wrongly, area uncertain",
        "境界の形に誤りがあり、面積が確かでない土地",
    )
    rest = next(row.area_ha for row in whole.classes if row.code == tables.RESIDUAL_ROW)
    if rest is None:
        lines.append(
            out.say(
                "The official area is not known, so it is unknown how much land the plan does not cover.",
                "公的な面積が分からないため、計画に入っていない土地の広さは分かりません。",
            )
        )
    else:
        lines.append(
            out.say(
                "Official area minus area of the plan: {ha} ha. This land is not in the plan or measured differently.",
                "公的な面積と計画の面積の差: {ha} ha。計画に入っていないか、測り方がちがう土地です。",
            ).format(ha=_ha(rest, True))
        )
    lines.append(
        out.say(
            "Screening results are a guide only. Please check on the ground.",
            "調べた結果は目安です。現地で確かめてください。",
        )
    )
    out.items(lines)


def _tail(out: _Writer, data: ReportInput) -> None:
    out.add("<footer>")
    out.paragraph(out.pick(codes.BOUNDARY_NOTICE), "notice")
    line = [
        out.say("Areas measured in {crs}.", "面積の座標系: {crs}。").format(crs=out.pick(place_words(data.plan.crs))),
        out.say("Made with {tool}.", "{tool} で作成。").format(tool=data.made_with),
    ]
    if data.meta.get("author"):
        line.insert(0, out.say("Made by: {who}.", "作成: {who}。").format(who=data.meta["author"]))
    out.paragraph(out.say(" ", "").join(line), "small")
    out.add("</footer></body></html>")


_STYLE = """
:root{color:#15191D;background:#fff}
body{font-family:"Noto Sans CJK JP","BIZ UDGothic","Yu Gothic","Hiragino Sans",system-ui,sans-serif;
font-size:15px;line-height:1.55;max-width:1000px;margin:0 auto;padding:24px}
h1{font-size:28px;line-height:1.25;margin:0}
h2{font-size:19px;border-bottom:2px solid #15191D;padding-bottom:2px;margin:34px 0 10px;break-after:avoid}
.sub{margin:4px 0 10px;color:#484F56}
.small{font-size:13px;color:#484F56}
.notice{border:1.5px solid #15191D;border-radius:4px;padding:6px 10px;font-weight:600;display:inline-block;margin:6px 0}
.figures{display:flex;flex-wrap:wrap;gap:8px}
.figures div{border:1px solid #D5D6D3;border-radius:6px;padding:8px 14px;min-width:150px}
.figures b{display:block;font-size:22px;font-variant-numeric:tabular-nums}
.figures span{font-size:13px;color:#484F56}
table{border-collapse:collapse;width:100%;margin:8px 0 4px;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:2px 0}
th,td{border-bottom:1px solid #D5D6D3;padding:4px 8px;text-align:left;vertical-align:top}
th{border-bottom:1.5px solid #15191D;font-size:13px}
.n{text-align:right;white-space:nowrap}
.strong td{font-weight:700;border-top:1.5px solid #15191D}
tr{break-inside:avoid}
.class{display:flex;gap:8px;align-items:center}
.swatch{position:relative;width:42px;height:24px;flex:none}
.swatch>svg{position:absolute;left:0;top:0}
.swatch>.icon{left:13px;top:4px;width:16px;height:16px;background:rgba(255,255,255,.94);border-radius:3px}
.class b,.first td:first-child{white-space:nowrap}
.bar{width:224px;display:block}
.defs{position:absolute}
.pair{display:flex;gap:32px;flex-wrap:wrap;align-items:flex-start}
.pair table{width:auto;min-width:300px;flex:1}
figure{margin:16px 0 4px}
img{max-width:100%;border:1px solid #15191D}
ul{margin:4px 0;padding-left:22px}
footer{margin-top:34px;border-top:1px solid #15191D;padding-top:6px}
@media print{body{padding:0;font-size:9.5pt}.small,th,caption{font-size:8.5pt}th,td{padding:3px 5px}.bar{width:110px}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
figure,.figures,.pair{break-inside:avoid}}
@page{size:A4;margin:14mm}
"""
