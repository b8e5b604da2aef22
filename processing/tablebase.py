"""What imports of an office's own tables and maps share: columns by meaning, units, profiles."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
)

from ..core.errors import InputError
from ..core.intake_report import NOTE, CheckReport
from ..core.texts import Text
from ..gis.i18n import language, tr
from .intakebase import IntakeAlgorithm

if TYPE_CHECKING:
    from ..core.sources.profile import Profile

#: Units that can be chosen, in the order of the list; the first: find out.
UNIT_CODES = ("", "m2", "a", "ha", "tsubo", "se", "tan", "cho", "acre")


class Choice(NamedTuple):
    """Columns by meaning that the user or a profile named, whether they are all there are, the unit, the profile."""

    columns: dict[str, Optional[str]]
    complete: bool
    area_unit: str
    profile: Optional[Profile]


class TableAlgorithm(IntakeAlgorithm):
    """Base of the imports whose columns must be understood."""

    COLUMNS, PROFILE, SAVE_PROFILE, AREA_UNIT = "COLUMNS", "PROFILE", "SAVE_PROFILE", "AREA_UNIT"

    def add_columns(self, example: str) -> None:
        """Parameters for the meaning of columns, the unit and the profile."""
        from ..core.sources.units import LABELS

        self.add(
            QgsProcessingParameterString(self.COLUMNS, tr("Columns"), optional=True),
            tr("Only where they are not understood: meaning=column, separated by “;”. For example {example}.").format(
                example=example
            ),
        )
        self.add(
            QgsProcessingParameterEnum(
                self.AREA_UNIT,
                tr("Unit of the areas"),
                options=[tr("Find out"), *(f"{LABELS[code].ja} / {LABELS[code].en}" for code in UNIT_CODES[1:])],
                defaultValue=0,
            ),
            tr(
                "In which unit the registered areas stand. Left at “Find out”, the map, the cells and the name of the "
                "column tell; a guess is marked in the report."
            ),
        )
        self.add(
            QgsProcessingParameterFile(self.PROFILE, tr("Column profile"), optional=True, extension="json"),
            tr(
                "A profile saved before. Left empty, a profile in the folder “profiles” beside the project is taken "
                "where it fits the columns."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.SAVE_PROFILE,
                tr("Save the column profile as"),
                tr("Column profile (*.json)"),
                optional=True,
                createByDefault=False,
            ),
            tr("Keeps what the columns mean and the unit, for the next table of the same office."),
            advanced=True,
        )

    def choice(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        role: str,
        columns: Sequence[str],
        report: CheckReport,
    ) -> Choice:
        """What the parameters and profiles say about the columns of a table."""
        from ..core.sources.profile import parse_choice
        from ..gis import profiles

        text = self.parameterAsString(parameters, self.COLUMNS, context)
        chosen: dict[str, Optional[str]] = dict(parse_choice(role, text))
        missing = [column for column in chosen.values() if column not in columns]
        if missing:
            raise InputError(
                Text(
                    "There is no column “{column}” in {file}. Columns found: {found}.",
                    "{file}に列「{column}」がありません。ある列: {found}。",
                ).format(column=missing[0], file=report.source, found=", ".join(columns[:12]))
            )
        unit = UNIT_CODES[self.parameterAsEnum(parameters, self.AREA_UNIT, context)]
        path = self.parameterAsFile(parameters, self.PROFILE, context)
        found: Optional[Profile] = None
        if path:
            found = profiles.load(path)
            if found.role != role or found.fits(role, columns) == 0:
                raise InputError(
                    Text(
                        "The column profile {file} does not fit the columns of {source}.",
                        "列の設定ファイル{file}は{source}の列に合いません。",
                    ).format(file=os.path.basename(path), source=report.source)
                )
        elif not chosen and context.project() is not None:
            found = profiles.best(profiles.folder_of(context.project().absolutePath()), role, columns)
        if found is None:
            return Choice(chosen, False, unit, None)
        by_name = Text(
            "Columns by the profile “{name}” of {day}.", "列の意味は、保存した設定「{name}」（{day}）で読みました。"
        ).format(name=found.name, day=found.saved_on or "-")
        confirmed = Text("Columns as they were confirmed.", "列の意味は、確かめたとおりに読みました。")
        report.remark("profile", NOTE, by_name if found.name else confirmed, found.name)
        return Choice({**found.on(columns), **chosen}, True, unit or found.area_unit, found)

    def save_profile(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        role: str,
        used: Mapping[str, Optional[str]],
        columns: Sequence[str],
        area_unit: str,
        outputs: dict[str, Any],
    ) -> None:
        """Write the profile where the user asked for it."""
        from ..core.sources.profile import Profile
        from ..gis import profiles

        path = self.parameterAsFileOutput(parameters, self.SAVE_PROFILE, context)
        if not path:
            return
        made = Profile(
            os.path.splitext(os.path.basename(path))[0],
            role,
            {meaning: column for meaning, column in used.items() if column},
            area_unit,
            tuple(columns),
            dt.date.today().isoformat(),
        )
        outputs[self.SAVE_PROFILE] = profiles.save(path, made)

    @staticmethod
    def told_columns(role: str, used: Mapping[str, Optional[str]], report: CheckReport) -> None:
        """Say in the report which column was taken for what."""
        from ..core.intake import MEANINGS

        pairs = [(m.label, used.get(m.name)) for m in MEANINGS[role] if used.get(m.name)]
        report.remark(
            "columns",
            "ok" if pairs else "warning",
            Text(
                "Columns understood: {en}.",
                "読み取った列: {ja}。",
            ).format(
                en="; ".join(f"{label.en} = {column}" for label, column in pairs) or "-",
                ja="、".join(f"{label.ja}＝{column}" for label, column in pairs) or "-",
            ),
            len(pairs),
        )


def pick(label: Text) -> str:
    """A label with both languages in English, the Japanese one alone in Japanese."""
    return label.ja if language() == "ja" else f"{label.en} / {label.ja}"
