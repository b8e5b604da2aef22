"""Import land registry maps (登記所備付地図データ)."""

from __future__ import annotations

import os
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
    QgsProcessingUtils,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.parcels.lotfields import LOT_FIELDS
from ..core.texts import Text
from ..gis.i18n import language, tr
from .base import UNDERSTAND, LandAlgorithm

DATUMS = ("JGD2011", "JGD2000")

ENDINGS = (".xml", ".zip")

#: How many findings of one kind are spelled out in the log.
SPELLED_OUT = 10


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
            "hold no owner, no land category and no registered area, and do not prove where a boundary is."
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
        self.addOutput(QgsProcessingOutputNumber(self.LOTS, tr("Number of lots")))
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
        from ..gis import bridge

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
        result = mojmap.import_maps(
            sources, DATUMS[self.parameterAsEnum(parameters, self.DATUM, context)], zone, self.progress(feedback)
        )

        fields = bridge.fields_from(LOT_FIELDS, language())
        sink, output = self.parameterAsSink(
            parameters, self.OUTPUT, context, fields, QgsWkbTypes.Type.MultiPolygon, bridge.qgis_crs(result.crs)
        )
        if sink is None:
            raise InputError(
                Text(
                    "The file for the lots could not be made. Check its folder and name.",
                    "筆の保存先を作れませんでした。フォルダと名前を確かめてください。",
                )
            )
        bridge.write_frame(result.lots, sink, LOT_FIELDS)
        outputs = {
            self.OUTPUT: output,
            self.LOTS: len(result.lots),
            self.UNPLACED_LOTS: len(result.unplaced),
            self.UNDETERMINED: result.undetermined,
            self.SET_ASIDE: result.set_aside,
            self.FINDINGS: len(result.findings),
        }
        unplaced_sink, unplaced_output = self.parameterAsSink(
            parameters,
            self.UNPLACED,
            context,
            fields,
            QgsWkbTypes.Type.MultiPolygon,
            QgsCoordinateReferenceSystem(),
        )
        if unplaced_sink is not None:
            bridge.write_frame(result.unplaced, unplaced_sink, LOT_FIELDS)
            # QGIS gives a memory layer without a coordinate system a place in EPSG:4326.
            layer = QgsProcessingUtils.mapLayerFromString(unplaced_output, context, False)
            if layer is not None and layer.providerType() == "memory":
                layer.setCrs(QgsCoordinateReferenceSystem())
            outputs[self.UNPLACED] = unplaced_output
        self.report(result, unplaced_sink is not None, feedback)
        return outputs

    def report(self, result: Any, unplaced_kept: bool, feedback: QgsProcessingFeedback) -> None:
        """Say in the log what was read and what needs a look."""
        area = float(result.lots["area_m2"].sum()) / 10_000 if len(result.lots) else 0.0
        feedback.pushInfo(
            tr("Maps read: {files}. Lots: {lots}, {area} ha on the map.").format(
                files=result.files, lots=f"{len(result.lots):,}", area=f"{area:,.2f}"
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
        if len(result.unplaced):
            text = tr("Lots in an arbitrary coordinate system, without a known place: {count}.").format(
                count=f"{len(result.unplaced):,}"
            )
            if not unplaced_kept:
                text += " " + tr("Ask for “Lots without a known place” to keep them.")
            feedback.pushWarning(text)
        if result.undetermined:
            feedback.pushInfo(
                tr("Lots with an undetermined boundary (筆界未定): {count}.").format(count=f"{result.undetermined:,}")
            )
        if result.set_aside:
            feedback.pushInfo(
                tr("Entries outside the sheet (地区外, 別図), not lots: {count}.").format(count=f"{result.set_aside:,}")
            )
        shown: dict[str, int] = {}
        for finding in result.findings:
            shown[finding.kind] = shown.get(finding.kind, 0) + 1
            if shown[finding.kind] <= SPELLED_OUT:
                feedback.pushWarning(finding.text.pick(language()))
        hidden = sum(max(count - SPELLED_OUT, 0) for count in shown.values())
        if hidden:
            feedback.pushWarning(tr("… and {count} more of these.").format(count=f"{hidden:,}"))


def map_files(folder: str) -> list[tuple[str, str]]:
    """(name, path) of all .xml and .zip files in ``folder`` and below, in a fixed order."""
    found = []
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in ENDINGS and not name.startswith("."):
                path = os.path.join(where, name)
                found.append((os.path.relpath(path, folder).replace(os.sep, "/"), path))
    return found
