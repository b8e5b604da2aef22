"""What was read of tables of damage, told as the check report that every import shows."""

from __future__ import annotations

from collections.abc import Sequence

from ..intake_report import NOTE, OK, WARNING, CheckReport
from ..texts import Text
from .damage import Damage, summary

#: Notes on single rows, told together; all others are on columns or files and told one by one.
_OF_ROWS = ("bad_date", "no_date", "place_conflict", "swapped", "outside", "no_crs", "bad_place")
#: Notes that ask for nothing.
_NOTES = ("personal_column", "columns_left", "code_as_number", "repeated_event", "number_used_again")
_KIND = Text("Damage records", "被害の記録")


def check_report(made: Damage, files: Sequence[str]) -> CheckReport:
    """The report of ``made``, read from ``files`` (names only). Rows read = rows kept + rows set aside; further rows of
    one record and rows counted by the name of their hamlet are kept, and told apart."""
    several = len(files) > 1
    report = CheckReport("; ".join(sorted(files)), _KIND, read=made.read, kept=made.read - made.set_aside)
    groups: dict[str, list[Text]] = {}
    for check in made.checks.itertuples(index=False):
        text = Text(check.explanation, check.explanation_ja)
        if several and check.file != "-":
            text = Text(f"{check.file}:", f"{check.file}: ") + text
        if check.set_aside:
            line = int(check.row) - 1  # the heading is line 1
            for _ in range(int(check.rows)):
                report.set_aside(check.kind, text, line)
        elif check.kind in _OF_ROWS:
            where = Text("Row {n}:", "{n}行目: ").format(n=int(check.row) - 1)
            groups.setdefault(check.kind, []).append(where + text)
        elif check.kind != "rows":
            report.remark(check.kind, NOTE if check.kind in _NOTES else WARNING, text, int(check.rows))
    for kind, texts in sorted(groups.items()):
        first = texts[0]
        if len(texts) > 1:
            first = first + Text("({n} such rows.)", "（このような行は{n}行）").format(n=f"{len(texts):,}")
        report.remark(kind, WARNING, first, len(texts))
    report.remark("records", OK if len(made.points) else WARNING, summary(made), len(made.points))
    return report
