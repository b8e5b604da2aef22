"""The check report of everything that is brought in: what was read, what was kept, what was set aside and why.

Every import keeps one :class:`CheckReport` per source and writes it as a table (:data:`REPORT_FIELDS`) and as text in
both languages. Nothing is dropped silently: rows read = rows kept + rows set aside, and :meth:`CheckReport.rows`
refuses to tell anything else. Examples and values never hold names, addresses, telephone numbers or ages of people:
give the row number, a lot number or a code instead. No files, no heavy packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

from .schema import FieldSpec
from .sources.systems import name_words
from .texts import Text

#: Severities, worst first (the words of findings).
ERROR, WARNING, NOTE, OK = "error", "warning", "note", "ok"
SEVERITIES = (ERROR, WARNING, NOTE, OK)

#: Fields of the report table. ``item`` is a code that stays the same in both languages.
REPORT_FIELDS = (
    FieldSpec("source", "text", "Source", "元データ"),
    FieldSpec("item", "text", "Item", "項目"),
    FieldSpec("value", "text", "Value", "値"),
    FieldSpec("severity", "text", "Severity", "重要度"),
    FieldSpec("text", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("text_ja", "text", "Explanation (Japanese)", "説明"),
)

#: Fields of the table of rows set aside: enough to find the row again, nothing personal.
ASIDE_FIELDS = (
    FieldSpec("source", "text", "Source", "元データ"),
    FieldSpec("row", "int", "Row", "行"),
    FieldSpec("reason", "text", "Reason (code)", "理由（コード）"),
    FieldSpec("value", "text", "Value", "値"),
    FieldSpec("text", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("text_ja", "text", "Explanation (Japanese)", "説明"),
)

_MARK_WORDS = {
    ERROR: Text("Fix first", "先に直す"),
    WARNING: Text("Check", "確かめる"),
    NOTE: Text("Note", "お知らせ"),
    OK: Text("No problem", "問題なし"),
}
_EXAMPLE = Text(" (for example {example})", "（例: {example}）")
#: No text.
NOTHING = Text("", "")
#: The longest example or value that is told.
_LONGEST = 80


class SetAsideRow(NamedTuple):
    """One row that was not used: its number in the source (1 = first row of data), reason, value that shows it."""

    row: Optional[int]
    code: str
    text: Text
    value: str = ""


class Remark(NamedTuple):
    """Something worth knowing: ``item`` (code), ``severity``, sentence, ``value`` (number or code as text)."""

    item: str
    severity: str
    text: Text
    value: str = ""


class ShapeState(NamedTuple):
    """What the shapes are like. ``kinds``: rows by kind of shape; ``missing`` (no shape at all), ``empty`` (a shape
    without a point), ``invalid``: (reason, rows, example) for each reason of GEOS. Nothing is repaired here."""

    kinds: Mapping[str, int] = {}
    missing: int = 0
    empty: int = 0
    invalid: Sequence[tuple[str, int, str]] = ()


#: What GEOS says of a faulty shape, in plain words.
_FAULTS = {
    "Self-intersection": Text("a line crosses itself", "線が交差"),
    "Ring Self-intersection": Text("a line touches itself", "線が自分に接触"),
    "Hole lies outside shell": Text("a hole lies outside", "穴が外にある"),
    "Nested shells": Text("one part lies inside another", "図形の中に図形"),
    "Too few points in geometry component": Text("too few points", "点が足りない"),
}


#: What to do when nothing tells how the coordinates are meant.
_NO_SYSTEM = Text(
    "Coordinate system: unknown. Ask whoever made the file for it (for example “plane rectangular zone 8, JGD2011”) "
    "and choose it when you add the data.",
    "座標系: 不明。データを作ったところに確かめて（例: 「平面直角座標系 第8系、JGD2011」）、"
    "追加するときに選んでください。",
)


def _date_words(day: str) -> Text:
    """A date as the source gives it; ISO dates in Japanese as offices write them (2024-04: 2024年4月)."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", day)
    if found is None:
        return Text(day, day)
    return Text(day, "".join(f"{int(part)}{unit}" for part, unit in zip(found.groups(), "年月日") if part))


def _fault(reason: str) -> Text:
    """The words for a reason of GEOS; the reason itself where there are none."""
    return _FAULTS.get(reason, Text(reason, reason))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@dataclass
class CheckReport:
    """What was found out about one source.

    ``source`` is the file or layer (name only, no folder), ``kind`` what it was taken for, ``format`` how it is kept.
    ``crs``, ``datum``, ``encoding``, ``data_date`` are text as found and empty when the source does not say.
    ``spatial``: whether the source holds shapes. ``credit`` is the source line its licence asks for.
    """

    source: str
    kind: Text = NOTHING
    format: str = ""
    spatial: bool = False
    read: int = 0
    kept: int = 0
    crs: str = ""
    datum: str = ""
    encoding: str = ""
    data_date: str = ""
    credit: Text = NOTHING
    shapes: Optional[ShapeState] = None
    remarks: list[Remark] = field(default_factory=list)
    aside: list[SetAsideRow] = field(default_factory=list)

    # -- filling ----------------------------------------------------------------------------
    def set_aside(self, code: str, text: Text, row: Optional[int] = None, value: object = "") -> None:
        """Count one row as not used, for a reason. ``value`` must not be personal."""
        self.aside.append(SetAsideRow(row, code, text, _short(value)))

    def remark(self, item: str, severity: str, text: Text, value: object = "") -> None:
        """Add something worth knowing. Raises ``ValueError`` for a severity that does not exist."""
        if severity not in SEVERITIES:
            raise ValueError(f"no such severity: {severity}")
        self.remarks.append(Remark(item, severity, text, _short(value)))

    def duplicate_keys(self, name: str, counts: Mapping[str, int]) -> None:
        """Tell of keys that several rows share. ``counts``: rows by key (those with one row are passed over)."""
        several = sorted((key for key, rows in counts.items() if rows > 1), key=str)
        if not several:
            self.remark(
                "duplicate_keys",
                OK,
                Text("{name}: every row has its own.", "{name}: 重複はありません。").format(name=name),
                0,
            )
            return
        self.remark(
            "duplicate_keys",
            WARNING,
            Text(
                "{name}: {keys} values stand in more than one row, {rows} rows in all (for example {example}).",
                "{name}: 同じ値が2行以上あるものが{keys}件、あわせて{rows}行あります（例: {example}）。",
            ).format(
                name=name,
                keys=f"{len(several):,}",
                rows=f"{sum(counts[key] for key in several):,}",
                example=_short(several[0]),
            ),
            len(several),
        )

    # -- asking -----------------------------------------------------------------------------
    def balanced(self) -> bool:
        """Whether every row that was read is kept or set aside."""
        return self.read == self.kept + len(self.aside)

    def reasons(self) -> dict[str, int]:
        """Rows set aside by reason (code), in the order of the codes."""
        counts: dict[str, int] = {}
        for row in self.aside:
            counts[row.code] = counts.get(row.code, 0) + 1
        return dict(sorted(counts.items()))

    def worst(self) -> str:
        """The worst severity in the report."""
        found = {entry.severity for entry in self.entries()}
        return next((severity for severity in SEVERITIES if severity in found), OK)

    def entries(self) -> list[Remark]:
        """The whole report in a fixed order, each entry with its sentence.

        Raises ``ValueError`` when rows read are not rows kept plus rows set aside: such a report would hide a loss.
        """
        if not self.balanced():
            raise ValueError(f"{self.source}: {self.read} rows read, {self.kept} kept, {len(self.aside)} set aside")
        return [
            *self._about(),
            *self._count_entries(),
            *self._place_entries(),
            *self._shape_entries(),
            *sorted(self.remarks, key=lambda remark: (SEVERITIES.index(remark.severity), remark.item, remark.text.en)),
        ]

    def _about(self) -> list[Remark]:
        unknown = Text("not stated", "記載なし")
        found = []
        if self.kind.en:
            found.append(Remark("kind", OK, Text("Taken for: {x}.", "種類: {x}。").format(x=self.kind), self.kind.en))
        if self.format:
            found.append(Remark("format", OK, Text("Format: {x}.", "形式: {x}。").format(x=self.format), self.format))
        if self.encoding:
            found.append(
                Remark(
                    "encoding", OK, Text("Encoding: {x}.", "文字コード: {x}。").format(x=self.encoding), self.encoding
                )
            )
        found.append(
            Remark(
                "data_date",
                OK if self.data_date else NOTE,
                Text("Date of the data: {x}.", "データの時点: {x}。").format(
                    x=_date_words(self.data_date) if self.data_date else unknown
                ),
                self.data_date,
            )
        )
        if self.credit.en:
            found.append(
                Remark(
                    "credit", OK, Text("Name the source: {x}", "出典の表示: {x}").format(x=self.credit), self.credit.ja
                )
            )
        return found

    def _count_entries(self) -> list[Remark]:
        found = [
            Remark(
                "rows_read", OK, Text("Rows read: {n}.", "読んだ行: {n}。").format(n=f"{self.read:,}"), str(self.read)
            ),
            Remark(
                "rows_kept",
                OK if self.kept or not self.read else ERROR,
                Text("Rows kept: {n}.", "使う行: {n}。").format(n=f"{self.kept:,}"),
                str(self.kept),
            ),
            Remark(
                "rows_set_aside",
                WARNING if self.aside else OK,
                Text("Rows set aside: {n}.", "除いた行: {n}。").format(n=f"{len(self.aside):,}"),
                str(len(self.aside)),
            ),
        ]
        for code, rows in self.reasons().items():
            first = next(row for row in self.aside if row.code == code)
            text = Text("Set aside: {n}, {why}", "除いた行: {n}（{why}）").format(n=f"{rows:,}", why=first.text)
            example = first.value or ("" if first.row is None else Text("row {n}", "{n}行目").format(n=first.row))
            if example:
                tail = _EXAMPLE.format(example=example)
                text = Text(text.en + tail.en, text.ja + tail.ja)
            found.append(Remark(f"set_aside:{code}", WARNING, text, str(rows)))
        return found

    def _place_entries(self) -> list[Remark]:
        if not self.spatial:
            return []
        unknown = Text("not stated", "記載なし")
        return [
            Remark(
                "crs",
                OK if self.crs else ERROR,
                Text("Coordinate system: {x}.", "座標系: {x}。").format(x=name_words(self.crs))
                if self.crs
                else _NO_SYSTEM,
                self.crs,
            ),
            Remark(
                "datum",
                OK if self.datum else WARNING,
                Text("Datum: {x}.", "測地系: {x}。").format(x=self.datum or unknown),
                self.datum,
            ),
        ]

    def _shape_entries(self) -> list[Remark]:
        state = self.shapes
        if state is None:
            return []
        words = ", ".join(f"{kind} {rows:,}" for kind, rows in sorted(state.kinds.items())) or "0"
        found = [
            Remark("shapes", OK, Text("Shapes: {x}.", "図形: {x}。").format(x=words), words),
        ]
        flat = {kind.replace("Multi", "").replace("LinearRing", "LineString") for kind in state.kinds}
        if len(flat) > 1:
            found.append(
                Remark(
                    "shapes_mixed",
                    WARNING,
                    Text("Points, lines or areas are mixed in one source.", "点・線・面が混ざっています。"),
                    words,
                )
            )
        for item, rows, text in (
            ("shapes_missing", state.missing, Text("Rows without a shape: {n}.", "図形のない行: {n}。")),
            ("shapes_empty", state.empty, Text("Rows with an empty shape: {n}.", "図形が空の行: {n}。")),
        ):
            if rows:
                found.append(Remark(item, WARNING, text.format(n=f"{rows:,}"), str(rows)))
        for reason, rows, example in state.invalid:
            found.append(
                Remark(
                    "shapes_invalid",
                    WARNING,
                    Text(
                        "Faulty shapes: {n} ({why}, for example {example}). Kept as they are; nothing was repaired.",
                        "形に誤りのある図形: {n}（{why}、例: {example}）。そのまま残し、修正していません。",
                    ).format(n=f"{rows:,}", why=_fault(reason), example=_short(example)),
                    str(rows),
                )
            )
        if not (state.invalid or state.missing or state.empty):
            found.append(Remark("shapes_sound", OK, Text("All shapes are sound.", "図形の誤りはありません。"), ""))
        return found

    # -- telling ----------------------------------------------------------------------------
    def rows(self) -> list[dict[str, Any]]:
        """The report as rows of :data:`REPORT_FIELDS`. Raises ``ValueError`` when rows are unaccounted for."""
        return [
            {
                "source": self.source,
                "item": entry.item,
                "value": entry.value or None,
                "severity": entry.severity,
                "text": entry.text.en,
                "text_ja": entry.text.ja,
            }
            for entry in self.entries()
        ]

    def aside_rows(self) -> list[dict[str, Any]]:
        """The rows set aside as rows of :data:`ASIDE_FIELDS`."""
        return [
            {
                "source": self.source,
                "row": entry.row,
                "reason": entry.code,
                "value": entry.value or None,
                "text": entry.text.en,
                "text_ja": entry.text.ja,
            }
            for entry in self.aside
        ]

    def lines(self, language: str) -> list[str]:
        """The report for people, one sentence a line; what needs a look is marked by its word."""
        found = [self.source]
        for entry in self.entries():
            mark = "" if entry.severity == OK else f"[{_MARK_WORDS[entry.severity].pick(language)}] "
            found.append(f"{mark}{entry.text.pick(language)}")
        return found

    def as_text(self, language: str) -> str:
        """:meth:`lines` as one text."""
        return "\n".join(self.lines(language))


def report_rows(reports: Iterable[CheckReport]) -> list[dict[str, Any]]:
    """The rows of several reports, one after the other, in the order of their source names."""
    return [row for report in sorted(reports, key=lambda report: report.source) for row in report.rows()]


def aside_rows(reports: Iterable[CheckReport]) -> list[dict[str, Any]]:
    """The rows set aside of several reports, in the order of their source names."""
    return [row for report in sorted(reports, key=lambda report: report.source) for row in report.aside_rows()]
