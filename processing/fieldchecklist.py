"""The visits that help most, as walks with map, list, GPX and field package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterPoint,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorLayer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import evidenceinput, reading
from .base import UNDERSTAND, LandAlgorithm
from .conditioninput import add_costs, costs_of

if TYPE_CHECKING:
    import geopandas
    import numpy

    from ..core.condition.walks import Roads, Walk

LANGUAGES = ("auto", "ja", "en")
KINDS = ("farmland", "plot", "forest", "open")
CONDITION = Text("The condition of land", "土地の状態の図")
LOT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("check_id", "text", "Check id", "確認の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("oaza", "text", "Oaza", "大字"),
    FieldSpec("walk", "int", "Walk", "コース"),
    FieldSpec("stop", "int", "Stop", "順番"),
    FieldSpec("gain", "real", "Expected loss taken away", "減ると見込まれる損失"),
    FieldSpec("gain_own", "real", "of that about the lot itself", "うちその筆自身の分"),
    FieldSpec("minutes", "real", "Minutes at the lot", "現地での時間（分）"),
    FieldSpec("condition", "text", "Condition so far", "これまでの判定"),
    FieldSpec("probability", "real", "Probability of unmanaged", "管理されていない確率"),
    FieldSpec("hint", "text", "Why (English)", "理由（英語）"),
    FieldSpec("hint_ja", "text", "Why (Japanese)", "理由"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)
WAY_FIELDS = (
    FieldSpec("walk", "int", "Walk", "コース"),
    FieldSpec("lots", "int", "Lots", "筆数"),
    FieldSpec("hours", "real", "Hours", "時間"),
    FieldSpec("way_hours", "real", "of that on the way", "うち移動の時間"),
    FieldSpec("kilometres", "real", "Kilometres on foot", "歩く距離（km）"),
    FieldSpec("gain", "real", "Expected loss taken away", "減ると見込まれる損失"),
    FieldSpec("gain_hour", "real", "Expected loss taken away per hour", "1時間あたり"),
)


class _Found(NamedTuple):
    """Walks over the candidates ``rows`` of the lots, with gains alone, minutes at each lot, and the roads."""

    walks: list[Walk]
    rows: numpy.ndarray
    own: numpy.ndarray
    look: numpy.ndarray
    roads: Roads


class FieldChecklist(LandAlgorithm):
    """Condition of land -> walks to the lots whose visit helps most per hour."""

    ID = "fieldchecklist"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Plan the next visits")

    def help_text(self) -> str:
        return tr(
            "Chooses the lots whose visit helps the coming decision most per hour, and groups them into walks along "
            "roads. A visit is worth what it takes away from the expected cost of wrong and open answers, with what it "
            "tells about neighbours. Makes a sheet to print, a GPX file and a package for QField or Mergin Maps. The "
            "walks are good, not proved best."
        )

    def flags(self) -> QgsProcessingAlgorithm.Flag:
        # A print layout must be made in the main thread.
        return super().flags() | QgsProcessingAlgorithm.Flag.FlagNoThreading

    def setup(self) -> None:
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        source, number = QgsProcessingParameterFeatureSource, QgsProcessingParameterNumber
        real, whole = number.Type.Double, number.Type.Integer
        self.add(
            source("INPUT", tr("Condition of land"), [polygon]),
            tr("The result of “Find unmanaged land”, in a plane coordinate system in metres."),
        )
        self.add(
            QgsProcessingParameterPoint("START", tr("Start"), optional=True),
            tr("Where the walks begin and end. Empty: the middle of the houses, else of the lots."),
        )
        self.add(source("ROADS", tr("Roads"), [line], optional=True), tr("Road lines; without them ways are straight."))
        self.add(
            number("HOURS", tr("Hours per walk"), real, 2.5, minValue=0.2, maxValue=12.0),
            tr("Longest walk, way and looking together."),
        )
        self.add(
            number("WALKS", tr("Number of walks"), whole, 2, minValue=1, maxValue=20), tr("At most so many walks.")
        )
        self.add(
            QgsProcessingParameterEnum(
                "KINDS",
                tr("Kinds of land to visit"),
                [tr("Farmland"), tr("Plots"), tr("Forest"), tr("Open land")],
                allowMultiple=True,
                defaultValue=[0, 1],
            ),
            tr("Other lots are not visited. Forest needs a forester's eye."),
        )
        self.add(
            QgsProcessingParameterField("IMPORTANCE", tr("Field with the importance"), None, "INPUT", optional=True),
            tr("For example the burden on others: a lot twice as important counts twice. Empty: all alike."),
            advanced=True,
        )
        add_costs(self)
        for name, label, kind, value, low, high, text in (
            (
                "RIGHT",
                tr("Part of visits that see the truth"),
                real,
                0.95,
                0.5,
                1.0,
                tr("Numbers of this kind are assumptions."),
            ),
            (
                "SPREAD",
                tr("How alike neighbours are"),
                real,
                0.1,
                0.0,
                0.9,
                tr("Correlation of adjoining lots beyond the evidence. 0: a visit tells nothing about others."),
            ),
            (
                "REACH",
                tr("How far likeness reaches (m)"),
                real,
                60.0,
                0.0,
                500.0,
                tr("Numbers of this kind are assumptions."),
            ),
            ("WALK_M_MIN", tr("Metres a minute on foot"), real, 50.0, 5.0, 120.0, tr("3 km an hour. An assumption.")),
            (
                "LOOK_MIN",
                tr("Minutes at a lot"),
                real,
                4.0,
                0.0,
                120.0,
                tr("And one more every 1,000 m². Assumptions."),
            ),
            (
                "DETOUR",
                tr("Detour off roads"),
                real,
                1.4,
                1.0,
                5.0,
                tr("Ways off roads by the straight line times this."),
            ),
        ):
            self.add(number(name, label, kind, value, minValue=low, maxValue=high), text, advanced=True)
        self.add(
            QgsProcessingParameterString("ROUND", tr("Name of the round"), "1", optional=True),
            tr("For example 2026-11. The ids of the checks are made from it and the lot, so each round has its own."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "LANGUAGE", tr("Language"), [tr("As QGIS"), tr("Japanese"), tr("English")], defaultValue=0
            ),
            tr("Language of sheet and package."),
        )
        self.add(
            QgsProcessingParameterString("VILLAGE", tr("Village"), optional=True),
            tr("Name of the village or district for the title."),
        )
        layer = QgsProcessingParameterVectorLayer
        for name, label, kind_, words in (
            ("HOUSES", tr("Houses"), polygon, tr("Buildings, drawn grey.")),
            ("CANALS", tr("Canals"), line, tr("Rivers and canals.")),
            ("FOREST", tr("Forest"), polygon, tr("Forest, drawn as pale trees.")),
        ):
            self.add(layer(name, label, [kind_], optional=True), words)
        sink = QgsProcessingParameterFeatureSink
        self.add(sink("OUTPUT", tr("Lots to visit"), polygon), tr("The chosen lots with walk, stop, gain and reason."))
        self.add(
            sink("WAYS", tr("Walks"), line, optional=True, createByDefault=False),
            tr("One line per walk with hours and gain."),
        )
        for name, label, kinds, text in (
            ("SHEET", tr("Sheet to print"), tr("PDF (*.pdf)"), tr("A3, one page a walk: map, lot numbers, boxes.")),
            ("GPX", tr("GPX file"), tr("GPX (*.gpx)"), tr("Stops and walks for a navigation device.")),
            (
                "PACKAGE",
                tr("Field package"),
                tr("GeoPackage (*.gpkg)"),
                tr("One layer with pick lists and a photo field. An existing file is never overwritten."),
            ),
        ):
            self.add(
                QgsProcessingParameterFileDestination(name, label, kinds, optional=True, createByDefault=False), text
            )
        for name, label in (
            ("LOTS_CHOSEN", tr("Lots to visit")),
            ("HOURS_ALL", tr("Hours of all walks")),
            ("GAIN", tr("Expected loss taken away")),
            ("LOSS", tr("Expected loss of all lots now")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import numpy
        import shapely

        from ..core import frames
        from ..core.condition import fieldchecks

        progress = self.progress(feedback)
        lots, _ = reading.read_lots(self, parameters, "INPUT", context, CONDITION, progress.part(0.0, 0.1))
        frames.require(lots, ("lot_key", "condition", "probability", "land_kind"), CONDITION)
        found, loss = self._walks(lots, parameters, context, progress.part(0.1, 0.6))
        round_name = self.parameterAsString(parameters, "ROUND", context).strip() or "1"
        rows, columns = [], []
        for number, walk in enumerate(found.walks, 1):
            for stop, (at, gain) in enumerate(zip(walk.stops, walk.stop_gains), 1):
                rows.append(int(found.rows[at]))
                columns.append((number, stop, gain, float(found.own[at]), float(found.look[at])))
        chosen = lots.iloc[rows].copy()
        for name, values in zip(
            ("walk", "stop", "gain", "gain_own", "minutes"), zip(*columns) if columns else [()] * 5
        ):
            chosen[name] = list(values)
        for name in ("lot_key", "chiban", "oaza", "condition"):
            chosen[name] = frames.texts(chosen, name)
        chosen["probability"] = frames.numbers(chosen, "probability")
        chosen["synthetic"] = frames.flags(chosen, "synthetic")
        chosen["hint"], chosen["hint_ja"] = frames.texts(chosen, "reason_1"), frames.texts(chosen, "reason_1_ja")
        chosen["check_id"] = [fieldchecks.check_id(round_name, key or "") for key in chosen["lot_key"]]
        paths = [self._path(walk, found.roads) for walk in found.walks]
        ways = geopandas.GeoDataFrame(
            {
                "walk": range(1, len(paths) + 1),
                "lots": [len(walk.stops) for walk in found.walks],
                "hours": [walk.minutes / 60 for walk in found.walks],
                "way_hours": [walk.way_minutes / 60 for walk in found.walks],
                "kilometres": [walk.metres / 1000 for walk in found.walks],
                "gain": [walk.gain for walk in found.walks],
                "gain_hour": [walk.gain / walk.minutes * 60 for walk in found.walks],
            },
            geometry=[shapely.LineString(path) for path in paths],
            crs=lots.crs,
        )
        progress.step(0.65)
        outputs: dict[str, Any] = {}
        self._files(chosen, ways, paths, round_name, parameters, context, outputs, progress.part(0.65, 0.95))
        crs = bridge.qgis_crs(lots.crs)
        for name, frame, specs, kind in (
            ("OUTPUT", chosen, LOT_FIELDS, QgsWkbTypes.Type.MultiPolygon),
            ("WAYS", ways, WAY_FIELDS, QgsWkbTypes.Type.LineString),
        ):
            reading.write_sink(self, parameters, name, context, frame, specs, kind, crs, outputs)
        outputs["LOTS_CHOSEN"] = len(chosen)
        outputs["HOURS_ALL"] = float(sum(walk.minutes for walk in found.walks) / 60)
        outputs["GAIN"], outputs["LOSS"] = float(sum(walk.gain for walk in found.walks)), float(numpy.sum(loss))
        for number, walk in enumerate(found.walks, 1):
            feedback.pushInfo(
                tr("Walk {n}: {lots} lots, {hours} h, takes away {gain} of {loss} expected loss.").format(
                    n=number,
                    lots=len(walk.stops),
                    hours=f"{walk.minutes / 60:.1f}",
                    gain=f"{walk.gain:.1f}",
                    loss=f"{outputs['LOSS']:.1f}",
                )
            )
        if not found.walks:
            feedback.pushWarning(tr("No visit would help: all lots are known, or none can be reached in the time."))
        return outputs

    def _walks(
        self, lots: geopandas.GeoDataFrame, parameters: dict[str, Any], context: QgsProcessingContext, progress: Any
    ) -> tuple[_Found, numpy.ndarray]:
        """Plan the walks; also the expected loss of every lot."""
        import numpy
        import shapely

        from ..core import frames
        from ..core.condition import visits, walks

        def real(name: str) -> float:
            return float(self.parameterAsDouble(parameters, name, context))

        geometry = lots.geometry.to_numpy()
        kinds = frames.texts(lots, "land_kind")
        wanted = [KINDS[number] for number in self.parameterAsEnums(parameters, "KINDS", context)]
        costs = costs_of(self, parameters, context)
        probability = frames.numbers(lots, "probability")
        state = frames.texts(lots, "survey_state")
        surveyed = numpy.array([word not in (None, "unresolved") for word in state], dtype=bool)
        loss = visits.loss_now(
            numpy.where(numpy.isfinite(probability), probability, visits.UNKNOWN),
            frames.texts(lots, "condition"),
            surveyed,
            frames.flags(lots, "disagrees") == True,  # noqa: E712  (objects: None is not True)
            costs,
        )
        placed = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
        mine = numpy.isin(kinds.astype(str), wanted) & placed
        loss = numpy.where(mine, loss, 0.0)
        model = visits.Model(real("RIGHT"), real("SPREAD"), real("REACH"))
        found = visits.gains(
            geometry, kinds, probability, loss, costs, model, self._importance(lots, parameters, context)
        )
        # A lot that is known already is not visited for what it would tell about its neighbours.
        alone = numpy.where(loss > visits.LEAST, found.alone(), 0.0)
        order = numpy.argsort(-alone, kind="stable")[: walks.CANDIDATES]
        rows = numpy.sort(order[(alone[order] > visits.LEAST) & mine[order]])
        progress.step(0.3)
        pace = walks.Pace(real("WALK_M_MIN"), real("LOOK_MIN"), 1.0, real("DETOUR"))
        look = pace.look_min + pace.look_min_1000 * shapely.area(geometry[rows]) / 1000.0
        start = self._start(lots, parameters, context)
        middles = shapely.get_coordinates(shapely.point_on_surface(shapely.make_valid(geometry[rows])))
        roads = reading.read_layer(self, parameters, "ROADS", context, lots.crs, evidenceinput.ROADS)
        lines = numpy.array([], dtype=object) if roads is None else roads.geometry.to_numpy()
        network = walks.Roads(lines, numpy.vstack([[start], middles]), pace.detour)
        part = visits.Gains(found.loss, found.share[rows])
        made = walks.plan(
            part,
            network.metres,
            look,
            pace,
            real("HOURS"),
            self.parameterAsInt(parameters, "WALKS", context),
            progress.part(0.4, 1.0),
        )
        return _Found(made, rows, found.share.diagonal()[rows] * found.loss[rows], look, network), found.loss

    def _importance(
        self, lots: geopandas.GeoDataFrame, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> Optional[numpy.ndarray]:
        """Weights with the mean 1; a lot without a figure, or with 0, counts a tenth."""
        import numpy

        from ..core import frames

        name = self.parameterAsString(parameters, "IMPORTANCE", context)
        if not name:
            return None
        frames.require(lots, (name,), CONDITION)
        values = numpy.clip(numpy.nan_to_num(frames.numbers(lots, name)), 0.0, None)
        return numpy.maximum(values / values.mean(), 0.1) if values.any() else None

    def _start(
        self, lots: geopandas.GeoDataFrame, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[float, float]:
        """The start in the CRS of the lots."""
        import numpy

        crs = bridge.qgis_crs(lots.crs)
        if parameters.get("START") not in (None, ""):
            point = self.parameterAsPoint(parameters, "START", context, crs)
            return point.x(), point.y()
        houses = reading.read_layer(self, parameters, "HOUSES", context, lots.crs, evidenceinput.HOUSES)
        near = houses if houses is not None and len(houses) else lots
        if not len(near):
            return 0.0, 0.0
        middle = near.geometry.centroid
        x, y = float(numpy.nanmedian(middle.x)), float(numpy.nanmedian(middle.y))
        return (x, y) if numpy.isfinite([x, y]).all() else (0.0, 0.0)

    def _path(self, walk: Walk, roads: Roads) -> list[tuple[float, float]]:
        """The whole round as points."""
        places = [0, *(lot + 1 for lot in walk.stops), 0]
        path: list[tuple[float, float]] = []
        for begin, end in zip(places, places[1:]):
            path += [point for point in roads.line(begin, end) if not path or point != path[-1]]
        return path

    def _files(
        self,
        chosen: geopandas.GeoDataFrame,
        ways: geopandas.GeoDataFrame,
        paths: list[list[tuple[float, float]]],
        round_name: str,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        outputs: dict[str, Any],
        progress: Any,
    ) -> None:
        """Package, GPX and sheet, where wanted."""
        from ..gis import fieldpackage

        choice = LANGUAGES[self.parameterAsEnum(parameters, "LANGUAGE", context)]
        words = language() if choice == "auto" else choice
        crs = bridge.qgis_crs(chosen.crs)
        names = {name: self.parameterAsFileOutput(parameters, name, context) for name in ("SHEET", "GPX", "PACKAGE")}
        if names["PACKAGE"]:
            from ..core.condition.fieldchecks import FIELDS

            frame = chosen.assign(round=round_name, hint=chosen["hint_ja" if words == "ja" else "hint"])
            for spec in FIELDS:
                if spec.name not in frame:
                    frame[spec.name] = None
            fieldpackage.write_package(frame, names["PACKAGE"], words, context.transformContext())
            outputs["PACKAGE"] = names["PACKAGE"]
        progress.step(0.2)
        if names["GPX"]:
            points = chosen.geometry.representative_point()
            stops = [
                (f"{walk}-{stop} {lot or ''}".strip(), hint or "", point.x, point.y)
                for walk, stop, lot, hint, point in zip(
                    chosen["walk"],
                    chosen["stop"],
                    chosen["chiban"],
                    chosen["hint_ja" if words == "ja" else "hint"],
                    points,
                )
            ]
            tracks = [(Text("Walk {n}", "コース{n}").format(n=n + 1).pick(words), path) for n, path in enumerate(paths)]
            fieldpackage.write_gpx(names["GPX"], crs, stops, tracks, context.transformContext())
            outputs["GPX"] = names["GPX"]
        progress.step(0.3)
        if names["SHEET"] and len(chosen):
            self._sheet(chosen, ways, paths, words, names["SHEET"], parameters, context, progress.part(0.3, 1.0))
            outputs["SHEET"] = names["SHEET"]

    def _sheet(
        self,
        chosen: geopandas.GeoDataFrame,
        ways: geopandas.GeoDataFrame,
        paths: list[list[tuple[float, float]]],
        words: str,
        file: str,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: Any,
    ) -> None:
        from qgis.core import QgsGeometry

        from ..core.condition.fieldchecks import ANSWERS
        from ..gis.planmap.content import BaseLayers
        from ..gis.planmap.fieldsheet import Course, FieldRequest, FieldSheets, Stop

        courses = []
        for number, path in enumerate(paths, 1):
            part = chosen[chosen["walk"] == number]
            stops = []
            for stop, lot, oaza, shape in zip(part["stop"], part["chiban"], part["oaza"], part.geometry):
                geometry = QgsGeometry()
                geometry.fromWkb(shape.wkb)
                stops.append(Stop(int(stop), lot or "", oaza or "", geometry))
            way = ways.iloc[number - 1]
            courses.append(Course(number, float(way["hours"]), float(way["kilometres"]), stops, path))
        base = BaseLayers(
            houses=self._layer(parameters, "HOUSES", context),
            roads=self._layer(parameters, "ROADS", context),
            canals=self._layer(parameters, "CANALS", context),
            forest=self._layer(parameters, "FOREST", context),
            lots=self._layer(parameters, "INPUT", context),
        )
        request = FieldRequest(
            words,
            self.parameterAsString(parameters, "VILLAGE", context).strip(),
            [(short, meaning) for _, short, meaning in ANSWERS],
        )
        sheets = FieldSheets(request, courses, base, bridge.qgis_crs(chosen.crs))
        sheets.project.setTransformContext(context.transformContext())
        sheets.build(progress.part(0.0, 0.8))
        sheets.to_pdf(file)
        progress.step(1.0)

    def _layer(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Optional[QgsVectorLayer]:
        if parameters.get(name) in (None, ""):
            return None
        layer = self.parameterAsVectorLayer(parameters, name, context)
        if layer is None:
            if name in ("INPUT", "ROADS"):
                return None  # a selection or a source that is no layer cannot be drawn
            raise QgsProcessingException(self.invalidSourceError(parameters, name))
        if layer.crs() == QgsCoordinateReferenceSystem():
            raise InputError(
                Text(
                    "The layer “{name}” has no coordinate system, so it cannot be drawn beside the results. "
                    "Set its coordinate system first.",
                    "レイヤ「{name}」の座標系が分からないため、結果と一緒に描けません。先に座標系を設定してください。",
                ).format(name=layer.name())
            )
        return layer
