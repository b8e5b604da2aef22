"""Import land registry maps (登記所備付地図データ)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.intake_report import REPORT_FIELDS
from ..core.parcels.lotfields import LINE_FIELDS, LOT_FIELDS, POINT_FIELDS, SHEET_FIELDS, TRIAGE_FIELDS
from ..core.progress import Progress
from ..core.schema import FieldSpec, names
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from ..gis.spool import Spool, layer_name, layer_writer
from .base import UNDERSTAND, LandAlgorithm

DATUMS = ("JGD2011", "JGD2000")

ENDINGS = (".xml", ".zip")

#: Plane coordinates in metres without a place on the ground. A GeoPackage takes a missing system for degrees.
LOCAL_WKT = (
    'ENGCRS["Local coordinates of the sheet",EDATUM["Unknown engineering datum"],CS[Cartesian,2],'
    'AXIS["easting",east,ORDER[1],LENGTHUNIT["metre",1]],AXIS["northing",north,ORDER[2],LENGTHUNIT["metre",1]]]'
)

#: How many findings of one kind are spelled out in the log.
SPELLED_OUT = 10


#: Name of a layer in local coordinates, its rows, fields and kind of shape.
SheetLayer = tuple[str, Any, Sequence[FieldSpec], Any]


class ImportMojMap(LandAlgorithm):
    """地図XML (.xml, .zip, folder) -> lots; 任意座標系 kept apart."""

    ID = "importmojmap"
    GROUP = UNDERSTAND
    ICON = "adddata"

    INPUT = "INPUT"
    FOLDER = "FOLDER"
    DATUM = "DATUM"
    ZONE = "ZONE"
    OUTPUT = "OUTPUT"
    UNPLACED = "UNPLACED"
    UNPLACED_SHEETS = "UNPLACED_SHEETS"
    UNPLACED_LAYERS = "UNPLACED_LAYERS"
    TRIAGE = "TRIAGE"
    REPORT = "REPORT"
    SHEETS = "SHEETS"
    POINTS = "POINTS"
    LINES = "LINES"
    LOTS = "LOTS"
    UNPLACED_LOTS = "UNPLACED_LOTS"
    UNDETERMINED = "UNDETERMINED"
    SET_ASIDE = "SET_ASIDE"
    FINDINGS = "FINDINGS"

    def title(self) -> str:
        return tr("Import land registry map")

    def help_text(self) -> str:
        return tr(
            "Reads land registry maps (登記所備付地図データ, 地図XML) and makes the lots. Give one file or a "
            "folder. Shapes stay exactly as they are drawn, mistakes included; check them with “Check parcels”. "
            "Maps in an arbitrary coordinate system (任意座標系) have no known place and are kept apart. The maps "
            "hold no owner, no land category and no registered area, and do not prove where a boundary is. Maps are "
            "read one by one, so that those of a whole prefecture need no more memory than the largest of them."
        )

    def setup(self) -> None:
        self.add(
            QgsProcessingParameterFile(
                self.INPUT,
                tr("Land registry map"),
                optional=True,
                fileFilter=tr("Land registry map (*.xml *.XML *.zip *.ZIP)"),
            ),
            tr("An .xml file, or a .zip that holds such files (also zips inside it)."),
        )
        self.add(
            QgsProcessingParameterFile(
                self.FOLDER,
                tr("Folder with land registry maps"),
                behavior=QgsProcessingParameterFile.Behavior.Folder,
                optional=True,
            ),
            tr("All .xml and .zip files in this folder and the folders below it are read as well."),
        )
        self.add(
            QgsProcessingParameterEnum(
                self.DATUM,
                tr("Datum"),
                options=list(DATUMS),
                defaultValue=0,
            ),
            tr(
                "What the coordinates stand on. The files do not say it: newer maps are in JGD2011, maps not "
                "changed since before 2011 may be in JGD2000. Coordinates are not shifted."
            ),
        )
        self.add(
            QgsProcessingParameterEnum(
                self.ZONE,
                tr("Zone of the plane rectangular system"),
                options=[tr("Zone {number}").format(number=number) for number in range(1, 20)],
                optional=True,
            ),
            tr("Leave empty to take the zone named in the files. Maps of other zones are converted to it."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSink(self.OUTPUT, tr("Lots"), QgsProcessing.SourceType.TypeVectorPolygon),
            tr("One row per lot (筆). A lot whose outline is broken stays in without a shape."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                self.UNPLACED,
                tr("Lots without a known place"),
                QgsProcessing.SourceType.TypeVectorPolygon,
                optional=True,
                createByDefault=False,
            ),
            tr("Lots of maps in an arbitrary coordinate system, in their own local coordinates."),
        )
        self.add(
            QgsProcessingParameterFileDestination(
                self.UNPLACED_SHEETS,
                tr("One layer for each sheet without a known place"),
                "GeoPackage (*.gpkg)",
                optional=True,
                createByDefault=False,
            ),
            tr("A GeoPackage in which every sheet in local coordinates has a layer of its own, to be placed by hand."),
        )
        sink, flat = QgsProcessingParameterFeatureSink, QgsProcessing.SourceType.TypeVector
        self.add(
            sink(self.TRIAGE, tr("Kinds of maps"), flat, optional=True, createByDefault=False),
            tr("One row per map: surveyed, read off a drawing, or without a known place, and what to do next."),
        )
        self.add(
            sink(self.REPORT, tr("Check report"), flat, optional=True, createByDefault=False),
            tr("What was read, kept and set aside and why, with coordinate system, date and state of the shapes."),
        )
        for name, label, kind, words in (
            (
                self.SHEETS,
                tr("Map sheets"),
                QgsProcessing.SourceType.TypeVectorPolygon,
                tr("The frame of each map sheet (図郭) with scale, kind, material and dates."),
            ),
            (
                self.POINTS,
                tr("Points of the maps"),
                QgsProcessing.SourceType.TypeVectorPoint,
                tr("Control points (基準点) and boundary points (筆界点) with their names."),
            ),
            (
                self.LINES,
                tr("Lines of the maps"),
                QgsProcessing.SourceType.TypeVectorLine,
                tr("Boundary lines (筆界線) and provisional administrative lines (仮行政界線) with their kind."),
            ),
        ):
            self.add(sink(name, label, kind, optional=True, createByDefault=False), words, advanced=True)
        self.addOutput(QgsProcessingOutputNumber(self.LOTS, tr("Number of lots")))
        self.addOutput(
            QgsProcessingOutputNumber(self.UNPLACED_LAYERS, tr("Sheets without a known place, one layer each"))
        )
        self.addOutput(QgsProcessingOutputNumber(self.UNPLACED_LOTS, tr("Lots without a known place")))
        self.addOutput(QgsProcessingOutputNumber(self.UNDETERMINED, tr("Lots with an undetermined boundary")))
        self.addOutput(QgsProcessingOutputNumber(self.SET_ASIDE, tr("Entries outside the sheet, not lots")))
        self.addOutput(QgsProcessingOutputNumber(self.FINDINGS, tr("Entries to look at")))

    def checkParameterValues(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        path = self.parameterAsFile(parameters, self.INPUT, context)
        if path and not os.path.isfile(path):
            return False, tr("There is no file {path}. Choose a land registry map (.xml, .zip).").format(path=path)
        if path and os.path.splitext(path)[1].lower() not in ENDINGS:
            return False, tr("{path} is not an .xml or .zip file. Choose a land registry map.").format(path=path)
        folder = self.parameterAsFile(parameters, self.FOLDER, context)
        if folder and not os.path.isdir(folder):
            return False, tr("There is no folder {path}. Choose another one.").format(path=folder)
        return super().checkParameterValues(parameters, context)

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.parcels import mojmap

        path = self.parameterAsFile(parameters, self.INPUT, context)
        folder = self.parameterAsFile(parameters, self.FOLDER, context)
        sources = []
        if path:
            sources.append((os.path.basename(path), path))
        if folder:
            sources.extend(map_files(folder))
        if not sources and not folder:
            raise InputError(
                Text(
                    "No file was given. Choose a land registry map (.xml, .zip) or a folder.",
                    "ファイルが指定されていません。地図XML（.xml、.zip）かフォルダを選んでください。",
                )
            )
        zone = None
        if parameters.get(self.ZONE) is not None:
            zone = self.parameterAsEnum(parameters, self.ZONE, context) + 1
        progress = self.progress(feedback)
        details = bool(parameters.get(self.POINTS) or parameters.get(self.LINES))
        run = mojmap.MapRun.plan(
            sources,
            DATUMS[self.parameterAsEnum(parameters, self.DATUM, context)],
            zone,
            progress.part(0.0, 0.1),
            details=details,
        )
        spools = self._spools(run, details)
        sheets: list[SheetLayer] = []
        count = 0
        triage: list[dict[str, Any]] = []
        taken: set[str] = set()
        wants_sheets = bool(parameters.get(self.UNPLACED_SHEETS))
        try:
            for part in run.parts(progress.part(0.1, 0.8)):
                triage.append(part.triage)
                spools[self.OUTPUT if part.placed else self.UNPLACED].add(part.lots)
                if part.placed:
                    spools[self.SHEETS].add(part.sheets)
                    for name, frame in ((self.POINTS, part.points), (self.LINES, part.lines)):
                        if frame is not None:
                            spools[name].add(frame)
                else:
                    # What a sheet says of itself is kept; its frame has no place.
                    spools[self.SHEETS].add(part.sheets.set_geometry([None] * len(part.sheets)))
                if not part.placed and wants_sheets:
                    made = [(layer_name(name, taken), frame) for name, frame in mojmap.by_sheet(part)]
                    part.triage["layer"] = "; ".join(name for name, _frame in made)
                    sheets.extend((name, frame, LOT_FIELDS, QgsWkbTypes.Type.MultiPolygon) for name, frame in made)
                    count += len(made)
                    title = part.triage["map_name"] or part.source
                    for word, frame, specs, kind in (
                        ("points", part.points, POINT_FIELDS, QgsWkbTypes.Type.Point),
                        ("lines", part.lines, LINE_FIELDS, QgsWkbTypes.Type.LineString),
                    ):
                        if frame is not None and len(frame):
                            sheets.append((layer_name(f"{title}_{word}", taken), frame, specs, kind))
            # From here on everything is written; a cancel comes too late.
            outputs = self._write(run, spools, triage, sheets, parameters, context, progress.part(0.8, 1.0))
            outputs[self.UNPLACED_LAYERS] = count
        finally:
            for spool in spools.values():
                spool.close()
        self.report(run, bool(outputs.get(self.UNPLACED) or sheets), feedback)
        return outputs

    def _spools(self, run: Any, details: bool) -> dict[str, Spool]:
        """Where the frames of the run wait, by output."""
        placed, nowhere = bridge.qgis_crs(run.crs), QgsCoordinateReferenceSystem()
        area = QgsWkbTypes.Type.MultiPolygon
        spools = {
            self.OUTPUT: Spool(LOT_FIELDS, area, placed),
            self.UNPLACED: Spool(LOT_FIELDS, area, nowhere),
            self.SHEETS: Spool(SHEET_FIELDS, area, placed),
        }
        if details:
            spools[self.POINTS] = Spool(POINT_FIELDS, QgsWkbTypes.Type.Point, placed)
            spools[self.LINES] = Spool(LINE_FIELDS, QgsWkbTypes.Type.LineString, placed)
        return spools

    def _write(
        self,
        run: Any,
        spools: dict[str, Spool],
        triage: list[dict[str, Any]],
        sheets: list[SheetLayer],
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: Progress,
    ) -> dict[str, Any]:
        """Make the outputs; nothing was written before."""
        area, placed = QgsWkbTypes.Type.MultiPolygon, bridge.qgis_crs(run.crs)
        nowhere, table = QgsCoordinateReferenceSystem(), QgsWkbTypes.Type.NoGeometry
        outputs: dict[str, Any] = {}
        kinds = {
            self.OUTPUT: (LOT_FIELDS, area, placed),
            self.UNPLACED: (LOT_FIELDS, area, nowhere),
            self.SHEETS: (SHEET_FIELDS, area, placed),
            self.POINTS: (POINT_FIELDS, QgsWkbTypes.Type.Point, placed),
            self.LINES: (LINE_FIELDS, QgsWkbTypes.Type.LineString, placed),
            self.TRIAGE: (TRIAGE_FIELDS, table, nowhere),
            self.REPORT: (REPORT_FIELDS, table, nowhere),
        }
        for number, (name, (specs, kind, crs)) in enumerate(kinds.items()):
            sink, output = self.parameterAsSink(
                parameters, name, context, bridge.fields_from(specs, language()), kind, crs
            )
            if sink is None:
                if name == self.OUTPUT or parameters.get(name):
                    raise InputError(
                        Text(
                            "The file for “{name}” could not be made. Check its folder and name.",
                            "「{name}」の保存先を作れませんでした。フォルダと名前を確かめてください。",
                        ).format(name=name)
                    )
                continue
            if name in spools:
                spools[name].write_to(sink, progress.part(number / len(kinds), (number + 1) / len(kinds)))
            elif name == self.TRIAGE:
                bridge.write_frame(_table(sorted(triage, key=lambda row: row["source_file"]), specs), sink, specs)
            else:
                told = run.report(self._source_name(parameters, context)).rows()
                bridge.write_frame(_table(told, specs), sink, specs)
            del sink
            outputs[name] = output
            if name == self.UNPLACED:
                # QGIS gives a memory layer without a coordinate system a place in EPSG:4326.
                layer = context.temporaryLayerStore().mapLayer(output)
                if layer is not None and layer.providerType() == "memory":
                    layer.setCrs(nowhere)
        target = self.parameterAsFileOutput(parameters, self.UNPLACED_SHEETS, context)
        if target and sheets:
            self._write_sheets(target, sheets)
            outputs[self.UNPLACED_SHEETS] = target
        outputs.update(
            {
                self.LOTS: run.lots,
                self.UNPLACED_LOTS: run.unplaced,
                self.UNDETERMINED: run.undetermined,
                self.SET_ASIDE: len(run.outside),
                self.FINDINGS: len(run.findings),
            }
        )
        return outputs

    def _source_name(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        given = [self.parameterAsFile(parameters, name, context) for name in (self.INPUT, self.FOLDER)]
        return ", ".join(os.path.basename(path.rstrip("/\\")) for path in given if path)

    @staticmethod
    def _write_sheets(target: str, sheets: list[SheetLayer]) -> None:
        """One layer for each sheet, in its own local coordinates; the file is put in place when it is complete."""
        partial = target + ".part.gpkg"
        local = QgsCoordinateReferenceSystem.fromWkt(LOCAL_WKT)
        try:
            for name, frame, specs, kind in sheets:
                writer = layer_writer(partial, name, specs, kind, local)
                bridge.write_frame(frame, writer, specs)
                del writer
            os.replace(partial, target)
        except OSError as error:
            raise InputError(
                Text(
                    "{file} could not be written ({why}). Check the folder and the free space.",
                    "{file}を書き込めませんでした（{why}）。フォルダと空き容量を確かめてください。",
                ).format(file=target, why=error.strerror or str(error))
            ) from error
        finally:
            if os.path.exists(partial):
                os.remove(partial)

    def report(self, result: Any, unplaced_kept: bool, feedback: QgsProcessingFeedback) -> None:
        """Say in the log what was read and what needs a look."""
        area = result.area_m2 / 10_000
        feedback.pushInfo(
            tr("Maps read: {files}. Lots: {lots}, {area} ha on the map.").format(
                files=result.files, lots=f"{result.lots:,}", area=f"{area:,.2f}"
            )
        )
        if result.crs is not None:
            feedback.pushInfo(
                tr("Coordinate system: {datum}, zone {zone} (EPSG:{code}).").format(
                    datum=result.datum, zone=result.zone, code=result.crs.to_epsg()
                )
            )
        if len(result.zone_counts) > 1:
            feedback.pushWarning(
                tr("The maps lie in several zones ({zones}); all were converted to one.").format(
                    zones=", ".join(str(zone) for zone in sorted(result.zone_counts))
                )
            )
        if result.unplaced:
            text = tr("Lots in an arbitrary coordinate system, without a known place: {count}.").format(
                count=f"{result.unplaced:,}"
            )
            if not unplaced_kept:
                text += " " + tr("Ask for “Lots without a known place” to keep them.")
            feedback.pushWarning(text)
        if result.undetermined:
            feedback.pushInfo(
                tr("Lots with an undetermined boundary (筆界未定): {count}.").format(count=f"{result.undetermined:,}")
            )
        if result.outside:
            feedback.pushInfo(
                tr("Entries outside the sheet (地区外, 別図), not lots: {count}.").format(
                    count=f"{len(result.outside):,}"
                )
            )
        shown: dict[str, int] = {}
        for finding in result.findings:
            shown[finding.kind] = shown.get(finding.kind, 0) + 1
            if shown[finding.kind] <= SPELLED_OUT:
                feedback.pushWarning(finding.text.pick(language()))
        hidden = sum(max(count - SPELLED_OUT, 0) for count in shown.values())
        if hidden:
            feedback.pushWarning(tr("… and {count} more of these.").format(count=f"{hidden:,}"))


def _table(rows: list[dict[str, Any]], specs: Sequence[FieldSpec]) -> Any:
    """Rows as a frame without shapes."""
    import pandas

    return pandas.DataFrame(rows, columns=names(specs), dtype=object)


def map_files(folder: str) -> list[tuple[str, str]]:
    """(name, path) of all .xml and .zip files in ``folder`` and below, in a fixed order."""
    found = []
    for where, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if os.path.splitext(name)[1].lower() in ENDINGS and not name.startswith("."):
                path = os.path.join(where, name)
                found.append((os.path.relpath(path, folder).replace(os.sep, "/"), path))
    return found
