"""What all imports of known data sets share: files in, our fields, rows set aside and a check report out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.intake_report import ASIDE_FIELDS, REPORT_FIELDS, CheckReport, aside_rows, report_rows
from ..core.personal import is_personal
from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge, private
from ..gis.catalogues import catalogue_text
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

if TYPE_CHECKING:
    from ..core.sources.catalogue import Catalogue, Source
    from ..gis.files import Read

#: Lines of the report that are spelled out in the log; the table holds all.
SPELLED_OUT = 60
#: Kinds of sink by dimension of the shapes.
KINDS = {
    None: QgsWkbTypes.Type.NoGeometry,
    0: QgsWkbTypes.Type.Point,
    1: QgsWkbTypes.Type.MultiLineString,
    2: QgsWkbTypes.Type.MultiPolygon,
}


def load_catalogue() -> Catalogue:
    """The catalogue of open data sets."""
    from ..core.sources.catalogue import parse_catalogue

    return parse_catalogue(catalogue_text("sources.json"))


def write_layer(
    algorithm: LandAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    frame: Any,
    specs: Sequence[FieldSpec],
    kind: Any,
    outputs: dict[str, Any],
) -> None:
    """Write the main result to the sink OUTPUT; a table has no coordinate system."""
    crs = bridge.qgis_crs(frame.crs if kind != QgsWkbTypes.Type.NoGeometry else None)
    reading.write_sink(algorithm, parameters, "OUTPUT", context, frame, specs, kind, crs, outputs)


class IntakeAlgorithm(LandAlgorithm):
    """Base of the imports: input parameters, the two tables, writing. A subclass adds its own parameters."""

    GROUP = UNDERSTAND
    ICON = "adddata"

    INPUT, LAYER, DATA_CRS, DATE = "INPUT", "LAYER", "DATA_CRS", "DATE"
    TARGET = "TARGET"
    OUTPUT, ASIDE, REPORT = "OUTPUT", "ASIDE", "REPORT"

    # -- parameters ------------------------------------------------------------------------
    def add_inputs(self, files_help: str, layer_type: Any = QgsProcessing.SourceType.TypeVector) -> None:
        """Files, or a layer that is open already, and what the file may not say."""
        self.add(
            QgsProcessingParameterMultipleLayers(
                self.INPUT, tr("Files"), QgsProcessing.SourceType.TypeFile, optional=True
            ),
            files_help,
        )
        self.add(
            QgsProcessingParameterFeatureSource(self.LAYER, tr("Or a layer"), [layer_type], optional=True),
            tr("A layer or table that is open already, in place of files."),
        )
        self.add(
            QgsProcessingParameterString(self.DATE, tr("Date of the data"), optional=True),
            tr("Day, month or year (2024-04-01). Left empty, it is taken from the file where it says one."),
        )
        self.add(
            QgsProcessingParameterCrs(self.DATA_CRS, tr("Coordinate system of the data"), optional=True),
            tr("Only where the file does not say it. A file that says one keeps its own."),
            advanced=True,
        )

    def add_target(self) -> None:
        """Coordinate system of the result."""
        self.add(
            QgsProcessingParameterCrs(self.TARGET, tr("Coordinate system of the result"), optional=True),
            tr("A plane coordinate system in metres (in Japan EPSG:6669–6687). Left empty, that of the data stays."),
        )

    def add_tables(self) -> None:
        """The table of rows set aside, the report, and the numbers."""
        table = QgsProcessing.SourceType.TypeVector
        self.add(
            QgsProcessingParameterFeatureSink(self.ASIDE, tr("Rows set aside"), table, optional=True),
            tr("Every row that was not used: where it stands and why."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(self.REPORT, tr("Check report"), table, optional=True),
            tr(
                "What was read, kept and set aside; coordinate system, datum, encoding, date, repeated keys, state of "
                "the shapes, and what to look at."
            ),
        )
        self.addOutput(QgsProcessingOutputNumber("READ", tr("Rows read")))
        self.addOutput(QgsProcessingOutputNumber("KEPT", tr("Rows kept")))
        self.addOutput(QgsProcessingOutputNumber("SET_ASIDE", tr("Rows set aside")))
        self.addOutput(QgsProcessingOutputString("WORST", tr("Worst severity (error, warning, note, ok)")))

    def checkParameterValues(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        path = private.unfit_target(parameters.get("PRIVATE"))
        if path:
            return False, tr(
                "Names and numbers of persons go to a private file only, and {file} is none. Choose a name such as "
                "owners_private.gpkg, outside the folder of the plan."
            ).format(file=path)
        return super().checkParameterValues(parameters, context)

    # -- reading ---------------------------------------------------------------------------
    def read_inputs(self, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress) -> list[Read]:
        """All layers and tables of the files, or the layer; raises ``InputError`` when there is neither."""
        from ..gis import files

        paths = self.parameterAsFileList(parameters, self.INPUT, context) if parameters.get(self.INPUT) else []
        stated = bridge.pyproj_crs(self.parameterAsCrs(parameters, self.DATA_CRS, context))
        found: list[Read] = []
        for number, path in enumerate(sorted(paths)):
            part = progress.part(number / len(paths), (number + 1) / len(paths))
            found += self.layers_of_file(files.read_file(path, part))
        if parameters.get(self.LAYER) not in (None, ""):
            found.append(self._read_layer(parameters, context, progress))
        if not found:
            raise InputError(
                Text(
                    "Nothing was chosen. Choose one or more files, or a layer.",
                    "何も選ばれていません。ファイルかレイヤを選んでください。",
                )
            )
        date = self.parameterAsString(parameters, self.DATE, context).strip()
        for read in found:
            read.report.data_date = date or read.report.data_date
        return [files.stated_crs(read, stated) for read in found]

    def layers_of_file(self, reads: list[Read]) -> list[Read]:
        """Which of the layers or tables of one file are meant; all, unless a subclass chooses."""
        return reads

    def _read_layer(self, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress) -> Read:
        from ..core.intake_report import CheckReport
        from ..gis.files import Read

        source = self.parameterAsSource(parameters, self.LAYER, context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, self.LAYER))
        spatial = source.wkbType() != QgsWkbTypes.Type.NoGeometry
        report = CheckReport(source.sourceName(), format=tr("Layer"), spatial=spatial)
        return Read(
            source.sourceName(), bridge.source_to_frame(source, progress), bridge.specs_of(source.fields()), report
        )

    # -- writing ---------------------------------------------------------------------------
    def write_tables(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        reports: Sequence[CheckReport],
        outputs: dict[str, Any],
    ) -> None:
        """The table of rows set aside and the report; the report also in the log."""
        lines = [line for report in reports for line in report.lines(language())]
        for line in lines[:SPELLED_OUT]:
            feedback.pushInfo(line)
        if len(lines) > SPELLED_OUT:
            feedback.pushInfo(tr("… and {n} more lines in the report table.").format(n=len(lines) - SPELLED_OUT))
        for name, rows, specs in (
            (self.ASIDE, aside_rows(reports), ASIDE_FIELDS),
            (self.REPORT, report_rows(reports), REPORT_FIELDS),
        ):
            self.write_rows(parameters, name, context, rows, specs, outputs)
        severities = ("error", "warning", "note", "ok")
        outputs["READ"] = sum(report.read for report in reports)
        outputs["KEPT"] = sum(report.kept for report in reports)
        outputs["SET_ASIDE"] = sum(len(report.aside) for report in reports)
        outputs["WORST"] = min((report.worst() for report in reports), key=severities.index)

    def write_rows(
        self,
        parameters: dict[str, Any],
        name: str,
        context: QgsProcessingContext,
        rows: Sequence[dict[str, Any]],
        specs: Sequence[FieldSpec],
        outputs: dict[str, Any],
    ) -> None:
        """A table out of rows of plain values."""
        import pandas

        frame = pandas.DataFrame(list(rows), columns=[spec.name for spec in specs], dtype=object)
        reading.write_sink(
            self,
            parameters,
            name,
            context,
            frame,
            specs,
            QgsWkbTypes.Type.NoGeometry,
            bridge.qgis_crs(None),
            outputs,
        )


class OpenDataAlgorithm(IntakeAlgorithm):
    """Imports of data sets that are known by their fields (the catalogue)."""

    KEEP_OTHERS = "KEEP_OTHERS"
    #: Names a parameter of its own with the kinds of data sets.
    KIND = ""

    def sources(self, catalogue: Catalogue) -> list[Source]:
        """The data sets this algorithm reads."""
        return [source for source in catalogue.sources if source.algorithm == self.ID]

    def setup_common(self, files_help: str, output_title: str, output_help: str, others: bool = True) -> None:
        """All parameters and outputs of an import of open data."""
        self.add_inputs(files_help)
        self.add_target()
        if others:
            self.add(
                QgsProcessingParameterBoolean(self.KEEP_OTHERS, tr("Carry the other columns along"), False),
                tr("Columns that have no field of ours stay under their own names. Otherwise the report names them."),
                advanced=True,
            )
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, output_title, QgsProcessing.SourceType.TypeVector),
            output_help,
        )
        self.add_tables()
        self.addOutput(QgsProcessingOutputString("SOURCE", tr("Kind of data found")))
        self.addOutput(QgsProcessingOutputString("ROLE", tr("What the data are used as")))

    def wanted(
        self, parameters: dict[str, Any], context: QgsProcessingContext, catalogue: Catalogue
    ) -> Optional[Source]:
        """The data set the user named; ``None``: find out."""
        return None

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.sources.combine import combine
        from ..core.sources.convert import Converted, convert
        from ..core.sources.moving import unplaced

        progress = self.progress(feedback)
        catalogue = load_catalogue()
        wanted = self.wanted(parameters, context, catalogue)
        reads = self.read_inputs(parameters, context, progress.part(0.0, 0.5))
        chosen = self._choose(reads, catalogue, wanted)
        keep = self.parameterAsBoolean(parameters, self.KEEP_OTHERS, context) if self._keeps_others() else False
        target = bridge.pyproj_crs(self.parameterAsCrs(parameters, self.TARGET, context))
        parts: list[tuple[Source, Converted]] = []
        for number, (source, read) in enumerate(chosen):
            others = _others(read, source) if keep else []
            part = progress.part(0.5 + 0.4 * number / len(chosen), 0.5 + 0.4 * (number + 1) / len(chosen))
            parts.append((source, convert(read.frame, source, catalogue, read.report, others, part)))
        made = combine(parts, target)
        if made.dimension is not None and made.frame.crs is None:
            raise unplaced(parts[0][1].report.source)
        outputs: dict[str, Any] = {"SOURCE": parts[0][0].id, "ROLE": parts[0][0].role}
        progress.span(0.9, 1.0).step(0.0)
        # A data set of areas stays a layer of areas also without a row.
        dimension = (
            made.dimension if len(made.frame) else {"point": 0, "line": 1, "none": None}.get(chosen[0][0].shape, 2)
        )
        write_layer(self, parameters, context, made.frame, made.specs, KINDS[dimension], outputs)
        self.write_private(parameters, context, made.private, outputs)
        self.write_tables(parameters, context, feedback, made.reports, outputs)
        progress.step(1.0)
        return outputs

    def write_private(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        rows: Sequence[dict[str, Any]],
        outputs: dict[str, Any],
    ) -> None:
        """Rows for the private file; only where the subclass has such an output."""

    def _keeps_others(self) -> bool:
        return self.parameterDefinition(self.KEEP_OTHERS) is not None

    def _choose(
        self, reads: Sequence[Read], catalogue: Catalogue, wanted: Optional[Source]
    ) -> list[tuple[Source, Read]]:
        """The layers that are of one role with their data set; the others are named in the first report.

        Raises ``InputError`` when none is known here.
        """
        own = {source.id for source in self.sources(catalogue)}
        known: list[tuple[Source, Read]] = []
        passed: list[str] = []
        for read in reads:
            columns = [str(name) for name in read.frame.columns]
            other = catalogue.other(columns, read.name)
            source = catalogue.detect(columns, read.name)
            if wanted is not None and other is None and _has(wanted, columns):
                source = wanted
            if source is None or source.id not in own or (wanted is not None and source.id != wanted.id):
                named = other or source
                passed.append(f"{read.name} ({named.label.pick(language())})" if named is not None else read.name)
            else:
                known.append((source, read))
        if not known:
            raise _unknown(reads, catalogue, self, wanted)
        rows: dict[str, int] = {}
        for source, read in known:
            rows[source.role] = rows.get(source.role, 0) + len(read.frame)
        role = max(sorted(rows), key=lambda name: rows[name])
        passed += [f"{read.name} ({source.label.pick(language())})" for source, read in known if source.role != role]
        chosen = [(source, read) for source, read in known if source.role == role]
        if passed:
            tell_not_read(chosen[0][1].report, passed)
        return chosen


def tell_not_read(report: CheckReport, names: Sequence[str]) -> None:
    """Name what else stands in the files and was not read."""
    report.remark(
        "not_read",
        "warning",
        Text(
            "Also in the files, but not read here: {names}.",
            "ほかに入っていて、ここでは読まなかったもの: {names}。",
        ).format(names=", ".join(names[:5]) + (" …" if len(names) > 5 else "")),
        len(names),
    )


def _has(source: Source, columns: Sequence[str]) -> bool:
    names = {name.casefold() for name in columns}
    return any(all(need.casefold() in names for need in group) for group in source.needs)


def _others(read: Read, source: Source) -> list[FieldSpec]:
    """Columns that no field of the source uses, but for those that could name a person."""
    used = {name.casefold() for field in source.fields for name in field.names} | {
        field.name for field in source.fields
    }
    return [
        spec
        for spec in read.specs
        if spec.name.casefold() not in used
        and spec.name.lower() not in reading.ROW_NUMBERS
        and not is_personal(spec.name)
    ]


def _unknown(
    reads: Sequence[Read], catalogue: Catalogue, algorithm: OpenDataAlgorithm, wanted: Optional[Source]
) -> InputError:
    from ..core.sources.moving import empty

    for read in reads:
        other = catalogue.other([str(name) for name in read.frame.columns], read.name)
        if other is not None:
            return InputError(
                Text(
                    "{name} is “{kind}”, which is not read here. {advice}To bring the map as it is use “Import other "
                    "map”.",
                    "{name}は「{kind}」です。ここでは読みません。{advice}地図をそのまま使うときは「そのほかの地図を取り"
                    "込む」を使ってください。",
                ).format(
                    name=read.name,
                    kind=other.label,
                    advice=Text(other.advice.en and other.advice.en + " ", other.advice.ja),
                )
            )
    if not any(read.specs for read in reads):
        return empty(reads[0].name)
    first = reads[0]
    columns = [str(name) for name in first.frame.columns if str(name) != "geometry"]
    found = catalogue.detect(columns, first.name)
    if found is not None and wanted is None:
        other = algorithm.provider().algorithm(found.algorithm) if algorithm.provider() is not None else None
        return InputError(
            Text(
                "{name} is “{kind}”. Use “{tool}” for it.", "{name}は「{kind}」です。「{tool}」を使ってください。"
            ).format(name=first.name, kind=found.label, tool=other.displayName() if other else found.algorithm)
        )
    labels = [wanted.label] if wanted is not None else [source.label for source in algorithm.sources(catalogue)]
    return InputError(
        Text(
            "{name} is none of these: {kinds}. Its columns are {columns}. For other maps and tables use “Import lots” "
            "or “Import register”.",
            "{name}は次のどれでもありません: {kinds_ja}。列は {columns} です。そのほかの地図や表は「筆の図を取り込む」"
            "「台帳を取り込む」を使ってください。",
        ).format(
            name=first.name,
            kinds=", ".join(label.en for label in labels),
            kinds_ja="、".join(label.ja for label in labels),
            columns=", ".join(columns[:8]) + (" …" if len(columns) > 8 else ""),
        )
    )
