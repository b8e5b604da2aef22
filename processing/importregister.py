"""Import a register: land register, farmland register, farm patrol, farmers, residents, water use, vacancy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis.i18n import tr
from . import reading
from .intakebase import tell_not_read
from .tablebase import TableAlgorithm, pick

if TYPE_CHECKING:
    from ..gis.files import Read


def _is_known(read: Read) -> bool:
    """Whether the columns are those of some kind of table."""
    from ..core.sources.register import is_known

    names = [spec.name for spec in read.specs]
    return is_known(names, read.frame[names].head(300).astype(object).to_dict("records"))


class ImportRegister(TableAlgorithm):
    """CSV, XLSX, DBF … of any office -> rows of our fields; names and addresses in a table of their own."""

    ID = "importregister"
    KIND, LOTS, PEOPLE, PRIVATE = "KIND", "LOTS", "PEOPLE", "PRIVATE"
    #: Kinds of tables, in the order of the list behind "find out".
    ROLES: Sequence[str] = (
        "register", "farmland_register", "patrol", "cultivators", "residents", "water_use", "vacancy",
    )  # fmt: skip

    def title(self) -> str:
        return tr("Import register")

    def help_text(self) -> str:
        return tr(
            "Reads tables as offices keep them: CSV in UTF-8 or Shift_JIS with letters of its own (外字), XLSX with a "
            "title above the heading, DBF. What the columns mean is found by their names and by what stands in them, "
            "and can be kept as a profile. Names and addresses go to a private table with an opaque key; the register "
            "holds the key only. Ages or months side by side (0～4歳, 5～9歳 …; 4月, 5月 …) are read as rows. Sums and "
            "rows without a lot number are set aside and listed."
        )

    def setup(self) -> None:
        self.add(
            QgsProcessingParameterEnum(
                self.KIND, tr("Kind of table"), options=[tr("Find out"), *self.kind_labels()], defaultValue=0
            ),
            tr("Left at “Find out”, the columns decide."),
        )
        self.add_inputs(tr("One or more tables of the same kind (.csv, .tsv, .txt, .xlsx, .dbf, .ods, or a .zip)."))
        self.add_columns("chiban=地番; owner=氏名; area_reg=登記面積")
        self.add(
            QgsProcessingParameterFeatureSource(
                self.LOTS, tr("Lots"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr("The lots of the map, to find the key of each row. Rows that fit none are kept."),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                self.PEOPLE, tr("Persons known already (private)"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr("Owners or farmers of an earlier import, so that they keep their keys."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Register"), QgsProcessing.SourceType.TypeVector),
            tr("The rows in our fields, without names or addresses."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                self.PRIVATE,
                tr("Persons (private)"),
                QgsProcessing.SourceType.TypeVector,
                optional=True,
                createByDefault=False,
            ),
            tr("Names and addresses by key. Keep it in the private folder; never pass it on."),
        )
        self.add_tables()
        self.addOutput(QgsProcessingOutputString("ROLE", tr("What the data are used as")))
        self.addOutput(QgsProcessingOutputString("UNIT", tr("Unit in which the areas were read")))
        self.addOutput(QgsProcessingOutputNumber("UNMATCHED", tr("Rows that fit no lot")))

    def kind_labels(self) -> list[str]:
        """Names of the kinds of tables."""
        from ..core.sources.register import LABELS

        return [pick(LABELS[role]) for role in self.ROLES]

    def role(
        self, parameters: dict[str, Any], context: QgsProcessingContext, columns: Sequence[str], rows: Sequence[Any]
    ) -> str:
        """The kind of table named by the user, or found by its columns. Raises ``InputError`` for another kind."""
        from ..core.sources.register import LABELS, recognise

        number = self.parameterAsEnum(parameters, self.KIND, context)
        if number > 0:
            return self.ROLES[number - 1]
        found = recognise(columns, rows)
        if found not in self.ROLES:
            raise InputError(
                Text(
                    "This looks like “{kind}”. Use the tool for it, or choose the kind of table.",
                    "「{kind}」のようです。そのための道具を使うか、表の種類を選んでください。",
                ).format(kind=LABELS[found])
            )
        return found

    def layers_of_file(self, reads: list[Read]) -> list[Read]:
        """The table with the most rows and those with the same columns; the others are named in its report.

        A read-me or a key to the codes is chosen only where no table looks like one that a village keeps.
        """
        known = [read for read in reads if _is_known(read)] if len(reads) > 1 else reads
        chosen = max(known or reads, key=lambda read: len(read.frame))
        columns = [spec.name for spec in chosen.specs]
        alike = [read for read in reads if [spec.name for spec in read.specs] == columns]
        others = [read.name for read in reads if [spec.name for spec in read.specs] != columns]
        if others:
            tell_not_read(chosen.report, others)
        return alike

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import intake as words
        from ..core.sources import columns as guessing
        from ..core.sources import wide
        from ..core.sources.register import convert_register
        from ..gis import intake

        progress = self.progress(feedback)
        reads = self.read_inputs(parameters, context, progress.part(0.0, 0.5))
        index = self._lots(parameters, context)
        role, used, unit = "", {}, ""
        rows: list[dict[str, Any]] = []
        private: dict[str, dict[str, Any]] = {}
        known: dict[tuple[str, str], str] = {}
        reports = []
        unmatched = 0
        for number, read in enumerate(reads):
            part = progress.part(0.5 + 0.4 * number / len(reads), 0.5 + 0.4 * (number + 1) / len(reads))
            names = [spec.name for spec in read.specs]
            table = read.frame[names].astype(object).where(read.frame[names].notna(), None).to_dict("records")
            if not role:
                role = self.role(parameters, context, names, table)
                known = self._people(parameters, context, role)
            lines = [int(row) for row in read.frame.index]
            long = wide.unfold(role, names, table, lines, read.name)
            if long is not None:
                names, table, lines = long.columns, long.rows, long.lines
                wide.tell(long, read.report)
            choice = self.choice(parameters, context, role, names, read.report)
            used = {meaning.name: None for meaning in words.MEANINGS[role]}
            if not choice.complete:
                used.update(guessing.guess(role, names, table))
                used.update({} if long is None else long.columns_of)
            used.update(choice.columns)
            self._require(role, used, read.name, names)
            made = convert_register(
                role,
                table,
                lines,
                used,
                index,
                read.report,
                known,
                choice.area_unit,
                part,
            )
            self.told_columns(role, used, made.report)
            unit = next((r.value for r in made.report.remarks if r.item == "area_unit"), "") or unit
            unmatched += next((int(r.value) for r in made.report.remarks if r.item == "unmatched"), 0)
            rows += made.rows
            if role == "residents":
                private.update((f"{len(private) + n:09d}", row) for n, row in enumerate(made.private))
                made.private.clear()
            for person in made.private:
                key = str(person.get("owner_key") or person.get("cultivator_key"))
                private[key] = {**private.get(key, {}), **{n: v for n, v in person.items() if v is not None}}
                known[(words.fold(person.get("name") or ""), words.fold(person.get("address") or ""))] = key
            reports.append(made.report)
        for row in [*rows, *private.values()]:
            row["synthetic"] = False
        if private and parameters.get(self.PRIVATE) in (None, ""):
            reports[0].remark(
                "persons_left",
                "warning",
                Text(
                    "Rows about persons: {n}. They were not kept, as no private table was asked for.",
                    "人に関する行: {n}件。個人用の表を指定していないため、保存していません。",
                ).format(n=f"{len(private):,}"),
                len(private),
            )
        outputs: dict[str, Any] = {"ROLE": role, "UNIT": unit, "UNMATCHED": unmatched}
        progress.span(0.9, 1.0).step(0.0)
        people = [private[key] for key in sorted(private)]
        # A list of farmers or of ages is personal as a whole: the open table stays empty.
        self.write_rows(parameters, self.OUTPUT, context, rows, intake.table_specs(role), outputs)
        self.write_rows(parameters, self.PRIVATE, context, people, intake.table_specs(role, private=True), outputs)
        self.save_profile(parameters, context, role, used, names, unit, outputs)
        self.write_tables(parameters, context, feedback, reports, outputs)
        return outputs

    def _require(self, role: str, used: dict[str, Optional[str]], name: str, columns: Sequence[str]) -> None:
        from ..core.intake import MEANINGS
        from ..core.sources.register import LABELS

        for meaning in MEANINGS[role]:
            if meaning.required and not used.get(meaning.name):
                raise InputError(
                    Text(
                        "{file}: no column for “{label}” was found, which a table of the kind “{kind}” needs. Name it "
                        "under Columns. Columns found: {found}.",
                        "{file}に「{label}」の列が見つかりません（「{kind}」に必要です）。「列」で指定してください。"
                        "ある列: {found}。",
                    ).format(file=name, label=meaning.label, kind=LABELS[role], found=", ".join(columns[:12]))
                )

    def _lots(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        from ..core import frames
        from ..core.intake import LotIndex

        frame = reading.read_table(self, parameters, self.LOTS, context)
        if frame is None:
            return LotIndex()
        texts = {name: frames.texts(frame, name) for name in ("lot_key", "oaza", "chome", "chiban", "koaza")}
        return LotIndex.of(
            (key, (oaza or "") + (chome or ""), chiban or "", koaza or "")
            for key, oaza, chome, chiban, koaza in zip(*texts.values())
            if key
        )

    def _people(
        self, parameters: dict[str, Any], context: QgsProcessingContext, role: str
    ) -> dict[tuple[str, str], str]:
        from ..core import frames
        from ..core.intake import OWNER_ROLES, fold

        frame = reading.read_table(self, parameters, self.PEOPLE, context)
        if frame is None:
            return {}
        key = "owner_key" if role in OWNER_ROLES else "cultivator_key"
        columns = [frames.texts(frame, name) for name in (key, "name", "address")]
        return {(fold(name or ""), fold(address or "")): row for row, name, address in zip(*columns) if row}
