"""Import damage and sighting tables."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.intake_report import ASIDE_FIELDS, REPORT_FIELDS
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

HAMLETS = Text("The layer of hamlets", "集落の図")
TARGET = Text("The coordinate system of the result", "結果の座標系")
#: How many notes are spelled out in the log; the table holds all.
SPELLED_OUT = 20


class ImportDamage(LandAlgorithm):
    """CSV and XLSX tables -> points, counts per hamlet, and a check of every row."""

    ID = "importdamage"
    GROUP = UNDERSTAND
    ICON = "adddata"

    def title(self) -> str:
        return tr("Import damage records")

    def help_text(self) -> str:
        return tr(
            "Reads tables of damage or sightings (CSV in UTF-8 or Shift_JIS, XLSX), also maps of them (GeoPackage, "
            "Shapefile, GeoJSON), and makes points and counts per hamlet. Places come from WKT, longitude and "
            "latitude, x and y, or the name of the hamlet; dates may be Japanese (令和6年5月1日, R6.5.1). Codes "
            "spoiled by a spreadsheet (1.72E+09), events that stand in several files and rows that cannot be "
            "used are listed with the reason. Names, addresses, telephone numbers and notes are not carried."
        )

    def setup(self) -> None:
        self.add(
            QgsProcessingParameterMultipleLayers("INPUT", tr("Tables"), QgsProcessing.SourceType.TypeFile),
            tr(
                "One or more files: tables (.csv, .tsv, .txt, .xlsx, .xls, .ods), each with a heading line, or maps "
                "(.gpkg, .shp, .geojson …)."
            ),
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "HAMLETS", tr("Hamlets"), [QgsProcessing.SourceType.TypeVectorPolygon], optional=True
            ),
            tr(
                "Areas with the field hamlet. Records are counted in them, hamlets without a record as 0; records "
                "without a place are counted by name (hamlet, name_ja or name_en)."
            ),
        )
        self.add(
            QgsProcessingParameterCrs("TARGET", tr("Coordinate system of the result"), optional=True),
            tr(
                "A plane coordinate system in metres (in Japan EPSG:6669–6687). Left empty, that of the hamlets is "
                "used."
            ),
        )
        self.add(
            QgsProcessingParameterCrs("TABLE_CRS", tr("Coordinate system of x and y"), optional=True),
            tr(
                "Only for columns x and y, shapes in metres, or a map that does not say it. Longitude and latitude are "
                "read as JGD2011."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean("X_IS_NORTH", tr("X points north"), False),
            tr(
                "Japanese surveyors write the distance north as X and the distance east as Y. Only for columns x and y."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterString("COLUMNS", tr("Columns"), optional=True),
            tr(
                "Only where the headings are not understood: meaning=column, separated by “;”, for example "
                "day=発生日時; hamlet=地区; “-” for none. Meanings: wkt, longitude, latitude, x, y, day, hamlet, "
                "municipality, event, what, species, crop, severity, animals."
            ),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Records"), QgsProcessing.SourceType.TypeVectorPoint),
            tr("One point per record with a place. An event that stands in several rows or files is kept once."),
        )
        self.add(
            QgsProcessingParameterFeatureSink("COUNTS", tr("Counts per hamlet"), QgsProcessing.SourceType.TypeVector),
            tr("Records per hamlet with first and last day; areas where hamlets are given, else a table."),
        )
        self.add(
            QgsProcessingParameterFeatureSink("CHECKS", tr("Check of the tables"), QgsProcessing.SourceType.TypeVector),
            tr("What was noticed: file, row, column, value, whether the row was set aside, and why."),
        )
        table = QgsProcessing.SourceType.TypeVector
        self.add(
            QgsProcessingParameterFeatureSink(
                "ASIDE", tr("Rows set aside"), table, optional=True, createByDefault=False
            ),
            tr("Every row that was not used: where it stands and why."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "REPORT", tr("Check report"), table, optional=True, createByDefault=False
            ),
            tr("What was read, kept and set aside, and what to look at."),
        )
        self.addOutput(QgsProcessingOutputNumber("READ", tr("Rows read")))
        self.addOutput(QgsProcessingOutputNumber("KEPT", tr("Rows kept")))
        self.addOutput(QgsProcessingOutputNumber("RECORDS", tr("Records with a place")))
        self.addOutput(QgsProcessingOutputNumber("REPEATED", tr("Further rows of the same records")))
        self.addOutput(QgsProcessingOutputNumber("BY_NAME", tr("Records counted by hamlet name only")))
        self.addOutput(QgsProcessingOutputNumber("SET_ASIDE", tr("Rows set aside")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import pandas

        from ..core.externality import damage
        from ..core.externality.damage_report import check_report
        from ..gis import intake

        progress = self.progress(feedback)
        chosen = damage.parse_choice(self.parameterAsString(parameters, "COLUMNS", context))
        areas = reading.read_table(self, parameters, "HAMLETS", context)
        crs = bridge.pyproj_crs(self.parameterAsCrs(parameters, "TARGET", context))
        if crs is None and areas is not None:
            crs = areas.crs
        bridge.require_metric(crs, TARGET)
        hamlets = None if areas is None else _hamlets(areas, crs)
        tables = []
        for number, path in enumerate(self.parameterAsFileList(parameters, "INPUT", context)):
            progress.span(0.0, 0.2).step(number / 100)
            found = intake.detect(path)
            name = os.path.basename(path)
            if found.kind == intake.TABLE:
                tables.append(damage.Table(name, found.columns, found.rows))
            elif found.kind == intake.MAP:
                tables.append(self._of_map(found, name, parameters, context))
            else:
                raise InputError(
                    Text(
                        "{file} is neither a table nor a map of records. Choose CSV, XLSX or map files.",
                        "{file}は表でも記録の地図でもありません。CSV・XLSXか地図のファイルを選んでください。",
                    ).format(file=name)
                )
        if not tables:
            raise InputError(
                Text("No table was chosen. Choose one or more files.", "表がありません。ファイルを選んでください。")
            )
        frame = damage.Frame(
            crs,
            plane=bridge.pyproj_crs(self.parameterAsCrs(parameters, "TABLE_CRS", context)),
            x_is_north=self.parameterAsBoolean(parameters, "X_IS_NORTH", context),
        )
        made = damage.read_damage(tables, frame, dt.date.today(), hamlets, chosen, progress.part(0.2, 0.9))
        feedback.pushInfo(damage.summary(made).pick(language()))
        column = "explanation_ja" if language() == "ja" else "explanation"
        for file, text in list(zip(made.checks["file"], made.checks[column]))[:SPELLED_OUT]:
            feedback.pushInfo(f"{file}: {text}")
        if len(made.checks) > SPELLED_OUT:
            feedback.pushInfo(tr("… and {n} more in the table of checks.").format(n=len(made.checks) - SPELLED_OUT))

        target = bridge.qgis_crs(crs)
        counts = made.counts
        kind = QgsWkbTypes.Type.NoGeometry
        if hamlets is not None:
            counts = geopandas.GeoDataFrame(counts, geometry=hamlets.geometry, crs=crs)
            kind = QgsWkbTypes.Type.MultiPolygon
        report = check_report(made, [table.name for table in tables])
        told = pandas.DataFrame(report.rows(), columns=[spec.name for spec in REPORT_FIELDS], dtype=object)
        aside = pandas.DataFrame(report.aside_rows(), columns=[spec.name for spec in ASIDE_FIELDS], dtype=object)
        flat = QgsWkbTypes.Type.NoGeometry
        outputs: dict[str, Any] = {}
        progress.span(0.9, 1.0)
        for name, rows, specs, shape in (
            ("OUTPUT", made.points, damage.DAMAGE_FIELDS, QgsWkbTypes.Type.Point),
            ("COUNTS", counts, damage.COUNT_FIELDS, kind),
            ("CHECKS", made.checks, damage.CHECK_FIELDS, flat),
            ("ASIDE", aside, ASIDE_FIELDS, flat),
            ("REPORT", told, REPORT_FIELDS, flat),
        ):
            place = target if shape != QgsWkbTypes.Type.NoGeometry else bridge.qgis_crs(None)
            reading.write_sink(self, parameters, name, context, rows, specs, shape, place, outputs)
        return {
            **outputs,
            "READ": made.read,
            "KEPT": report.kept,
            "RECORDS": len(made.points),
            "REPEATED": made.repeated,
            "BY_NAME": made.by_name,
            "SET_ASIDE": made.set_aside,
        }

    def _of_map(self, found: Any, name: str, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """A map of records as a table whose shapes stand in a column of their own, in degrees (JGD2011)."""
        from ..core.externality import damage
        from ..gis import intake

        source = found.layer.crs()
        own = bridge.pyproj_crs(source)
        # A GeoPackage without one says "undefined Cartesian", which is a system of nowhere.
        if own is None or own.is_engineering:
            source = self.parameterAsCrs(parameters, "TABLE_CRS", context)
        if not source.isValid():
            raise InputError(
                Text(
                    "{file} does not say its coordinate system. Choose the coordinate system of x and y.",
                    "{file}に座標系がありません。「x・yの座標系」を選んでください。",
                ).format(file=name)
            )
        move = QgsCoordinateTransform(
            source, QgsCoordinateReferenceSystem(damage.Frame(None).degrees), context.transformContext()
        )
        rows = []
        for row, feature in zip(intake.rows_of(found.layer), found.layer.getFeatures()):
            shape = feature.geometry()
            if not shape.isNull() and not shape.isEmpty():
                try:
                    shape.transform(move)
                except QgsCsException:
                    shape = QgsGeometry()
            row[damage.SHAPE_COLUMN] = None if shape.isNull() or shape.isEmpty() else shape.asWkt(12)
            rows.append(row)
        return damage.Table(name, [damage.SHAPE_COLUMN, *found.columns], rows)


def _hamlets(areas: Any, crs: Any) -> Any:
    """Hamlets with a name and a shape, in ``crs``; several shapes of one name become one hamlet."""
    import numpy
    import shapely

    from ..core import frames
    from ..core.externality.damage import Hamlets

    if areas.crs is None:
        bridge.require_metric(None, HAMLETS)
    frames.require(areas, ("hamlet",), HAMLETS)
    areas = areas if areas.crs == crs else areas.to_crs(crs)
    names = frames.texts(areas, "hamlet")
    shapes = shapely.make_valid(areas.geometry.to_numpy())
    keys = sorted({name for name in names if name})
    other = [frames.texts(areas, field) for field in ("name_ja", "name_en")]
    spellings = [
        tuple(sorted({str(word) for column in other for word in column[names == key] if word})) for key in keys
    ]
    merged = [shapely.multipolygons(_polygons(shapes[names == key])) for key in keys]
    geometry = numpy.empty(len(keys), dtype=object)
    geometry[:] = merged
    return Hamlets(numpy.array(keys, dtype=object), spellings, geometry)


def _polygons(shapes: Any) -> Any:
    """The polygons in some shapes put together."""
    import shapely

    usable = shapes[~shapely.is_missing(shapes)]
    parts = shapely.get_parts(shapely.get_parts(shapely.union_all(usable)))
    return parts[shapely.get_type_id(parts) == 3]
