"""The plan as one page to read, print and circulate."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
)

from ..core.errors import InputError
from ..core.plan import mapfacts
from ..core.plan.moments import local_time
from ..core.texts import Text
from ..gis.i18n import tr
from ..gis.runrecord import plugin_version
from . import planinput
from .base import ACT, LandAlgorithm

#: A PNG file begins with these bytes.
PNG = b"\x89PNG\r\n\x1a\n"

#: A larger picture would make a page no mail system takes (product rule).
LARGEST_PICTURE = 20 * 1024 * 1024


class PlanReport(LandAlgorithm):
    """Plan -> self-contained HTML report."""

    ID = "planreport"
    GROUP = ACT
    ICON = "plan"

    def title(self) -> str:
        return tr("Make report")

    def help_text(self) -> str:
        return tr(
            "Makes one page that tells the plan: areas, who does what, decisions with reasons, what is still open "
            "and why, conflicts with laws, data with dates, and what is not known. The page is one file without "
            "scripts or links; it opens and prints in any browser. It has no owner names, and notes are left out."
        )

    def setup(self) -> None:
        planinput.add_plan(self)
        self.add(
            QgsProcessingParameterFile("MAP_IMAGE", tr("Picture of the plan map"), extension="png", optional=True),
            tr("PNG made by “Print plan map”. It is put into the page."),
        )
        self.add(
            QgsProcessingParameterFileDestination("OUTPUT", tr("Report"), tr("Web page (*.html)")),
            tr("The page to read and print."),
        )

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.plan import report, tables

        progress = self.progress(feedback)
        chosen = planinput.chosen_language(self, parameters, context)
        plan = planinput.read_plan(self, parameters, context, progress.span(0.0, 0.5))
        picture = self._picture(self.parameterAsFile(parameters, "MAP_IMAGE", context))
        revisions = _revisions(plan)
        progress.span(0.5, 0.8).step(1.0)
        names = {
            row["hamlet"]: Text(row.get("name_en") or row["hamlet"], row.get("name_ja") or row["hamlet"])
            for row in plan.official_areas
            if row.get("hamlet")
        }
        html = report.report_html(
            report.ReportInput(
                plan.units,
                plan.meta,
                mapfacts.source_lines(plan.meta.get("data_dates", ""), chosen),
                revisions,
                picture,
                plan.official_ha,
                tables.official_by(plan.official_areas, "hamlet"),
                names,
                f"Land Stewardship {plugin_version()}",
                any(source.get("synthetic") for source in json.loads(plan.meta.get("data_dates", "[]"))),
            ),
            chosen,
        )
        progress.span(0.8, 1.0).step(0.5)
        path = self.parameterAsFileOutput(parameters, "OUTPUT", context)
        try:
            with open(path, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(html)
        except OSError as error:
            raise InputError(
                Text(
                    "The report could not be written to {path}: {why} Choose another folder.",
                    "{path} に報告書を書き込めません（{why}）。別のフォルダーを選んでください。",
                ).format(path=path, why=error.strerror or str(error))
            ) from error
        return {"OUTPUT": path}

    def _picture(self, path: str) -> Optional[bytes]:
        """The map picture; ``None`` when none is given."""
        if not path:
            return None
        try:
            if os.path.getsize(path) > LARGEST_PICTURE:
                raise InputError(
                    Text(
                        "The picture {path} is larger than 20 MB. Print it again with a lower resolution.",
                        "画像 {path} が20 MBより大きいです。解像度を下げて印刷し直してください。",
                    ).format(path=path)
                )
            with open(path, "rb") as stream:
                data = stream.read()
        except OSError as error:
            raise InputError(
                Text(
                    "The picture {path} could not be read. Choose a PNG file.",
                    "画像 {path} を読めません。PNG ファイルを選んでください。",
                ).format(path=path)
            ) from error
        if not data.startswith(PNG):
            raise InputError(
                Text(
                    "The picture {path} is not a PNG file. Choose a PNG file.",
                    "画像 {path} は PNG ファイルではありません。PNG ファイルを選んでください。",
                ).format(path=path)
            )
        return data


def _revisions(plan: planinput.PlanInput) -> list[mapfacts.Revision]:
    """Days on which the plan changed (in local time), newest first; empty when it is no plan file."""
    if plan.store is None:
        return []
    from ..core.frames import texts

    numbers = dict(zip(texts(plan.units, "unit_id"), texts(plan.units, "unit_no")))
    kinds = [word or "lot" for word in texts(plan.units, "unit_kind")]
    changes = [
        mapfacts.Change(
            _local_day(change.changed_at),
            change.action,
            change.unit_id or "",
            numbers.get(change.unit_id) or "",
            change.new_class or "",
            change.old_class != change.new_class,
            draft=change.decided_by == "draft",
        )
        for change in plan.store.history(rows=False)
    ]
    return mapfacts.revisions(changes, max(sorted(set(kinds)), key=kinds.count, default="lot"))


def _local_day(moment: str) -> dt.date:
    """The day, where the user is, of a moment ``2026-11-23T07:20:55.122Z``."""
    return local_time(dt.datetime.fromisoformat(moment[:19])).date()
