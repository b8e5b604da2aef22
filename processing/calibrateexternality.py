"""Learn from damage records whether harm goes with unmanaged land nearby."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from ..gis.runrecord import plugin_version
from . import reading
from .base import UNDERSTAND, LandAlgorithm

LOTS = Text("The layer of lots", "筆の図")
RECORDS = Text("The layer of records", "記録の図")
COUNTS = Text("The layer of counts", "集落ごとの件数の図")
AREA = Text("The study area", "対象範囲")
FOREST = Text("The forest or its edge", "森林・林縁の図")
RIVER = Text("The layer of rivers", "河川の図")

KINDS = ("any", "farmland", "forest", "plot")
DECAYS = ("step", "linear", "exponential")
FARMLAND, ALL_LOTS, EVERYWHERE = range(3)
#: Width around a place over which the slope is averaged, and sample points per hamlet (assumptions).
SLOPE_M = 20.0
PER_HAMLET = 60
#: Records this close to the compared land are taken to lie on it (accuracy of a place on a map; assumption).
SNAP_M = 10.0


class CalibrateExternality(LandAlgorithm):
    """Records, lots and controls -> fitted kernel, tests, report, and a rule."""

    ID = "calibrateexternality"
    GROUP = UNDERSTAND
    ICON = "externality"

    def title(self) -> str:
        return tr("Learn from damage records")

    def help_text(self) -> str:
        return tr(
            "Compares damage or sighting records with places without a record (or counts per hamlet with each other) "
            "and tells whether records are associated with unmanaged lots nearby, over what distance, and how sure "
            "that is. The result is tested on parts of the area left out, and by moving exposure at random. It never "
            "says that land causes harm, and records carry the bias of who reports. "
            "Below 30 records or 4 mixed parts "
            "of the area it refuses. No association is a result too."
        )

    def setup(self) -> None:
        self._setup_inputs()
        self._setup_method()
        self._setup_outputs()

    def _setup_inputs(self) -> None:
        polygon = [QgsProcessing.SourceType.TypeVectorPolygon]
        anything = [QgsProcessing.SourceType.TypeVectorAnyGeometry]
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("LOTS", tr("Lots with their condition"), polygon),
            tr("The result of “Find unmanaged land”, in a coordinate system in metres."),
        )
        self.add(
            QgsProcessingParameterField(
                "SOURCE_FIELD", tr("Field with the condition"), "condition", "LOTS", optional=True
            ),
            tr("Tells which lots may burden others; left empty, the field “condition”."),
        )
        self.add(
            QgsProcessingParameterString("SOURCE_VALUES", tr("Values that make a lot a source"), "unmanaged"),
            tr("Several values are separated by “;”."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "SOURCE_KIND",
                tr("Kind of source land"),
                [tr("Any"), tr("Farmland"), tr("Forest"), tr("House plots")],
                defaultValue=1,
            ),
            tr("Only lots of this kind are sources, as in the rules."),
        )
        reading.add_layers(
            self,
            "RECORDS",
            tr("Records (points)"),
            QgsProcessing.SourceType.TypeVectorPoint,
            tr("Damage or sightings, for example from “Import damage records”. Give these or counts per hamlet."),
        )
        self.add(
            source("COUNTS", tr("Counts per hamlet"), polygon, optional=True),
            tr("Hamlets with their number of records, also those with 0. Used when no points are given."),
        )
        self.add(
            QgsProcessingParameterField("COUNT_FIELD", tr("Field with the count"), "records", "COUNTS", optional=True),
            tr("Number of records of each hamlet."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "MASK",
                tr("Where records could be"),
                [
                    tr("Farmland that is no source"),
                    tr("All lots that are no source"),
                    tr("Everywhere in the study area"),
                ],
                defaultValue=FARMLAND,
            ),
            tr("Places without a record are drawn here. Records elsewhere are left out and counted."),
        )
        self.add(
            source("AREA", tr("Study area"), polygon, optional=True),
            tr("Where records were collected. Without it, all lots. Needed for “Everywhere in the study area”."),
        )
        self.add(
            source("FOREST", tr("Forest or forest edge"), anything, optional=True),
            tr("Control: distance to it, because damage is more frequent near forest anyway."),
        )
        self.add(source("RIVER", tr("Rivers"), anything, optional=True), tr("Control: distance to them."))
        self.add(
            QgsProcessingParameterRasterLayer("DEM", tr("Height model"), optional=True),
            tr("Control: mean slope within 20 m."),
        )
        self.add(
            QgsProcessingParameterBoolean("LAND", tr("Tell kinds of land apart"), True),
            tr("Control: land category (地目) of the place, from the fields of the lots."),
        )

    def _setup_method(self) -> None:
        number = QgsProcessingParameterNumber
        integer = number.Type.Integer
        self.add(
            QgsProcessingParameterString("HARM", tr("Kind of harm"), "boar"),
            tr("Word of the rules in small Latin letters, for example boar, bear or monkey."),
        )
        self.add(
            QgsProcessingParameterString("LABEL", tr("Name in English"), "Wild boar"),
            tr("Name of the harm in the report and the rule."),
        )
        self.add(
            QgsProcessingParameterString("LABEL_JA", tr("Name in Japanese"), "イノシシ"),
            tr("Name of the harm in Japanese."),
        )
        self.add(
            QgsProcessingParameterString("RECEPTOR", tr("What suffers"), "farmland"),
            tr("Receptor of the rule: farmland, houses, roads or another word of the rules."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "DECAYS",
                tr("Decays to try"),
                [tr("Step"), tr("Linear"), tr("Exponential")],
                allowMultiple=True,
                defaultValue=[0, 1, 2],
            ),
            tr("How the effect may fall with distance. The one that fits best is chosen; the p value allows for it."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterString(
                "DISTANCES", tr("Distances to try (m)"), "15; 20; 30; 40; 50; 65; 80; 100; 125; 150; 200; 300"
            ),
            tr("Where the effect ends, or half of it is left (exponential). Separated by “;”."),
            advanced=True,
        )
        self.add(
            number("RATIO", tr("Background points per record"), integer, 4, minValue=1, maxValue=50),
            tr("More give narrower intervals, up to about 10."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterBoolean("MATCH", tr("Match the kinds of land"), False),
            tr("Draw background points on each land category (地目) as often as records lie on it."),
            advanced=True,
        )
        self.add(
            number("BLOCKS", tr("Parts of the area"), integer, 10, minValue=4, maxValue=100),
            tr("Places are grouped into so many blocks; the model is tested on each block by the others."),
            advanced=True,
        )
        self.add(
            number("PERMUTATIONS", tr("Permutations"), integer, 999, minValue=99, maxValue=99_999),
            tr("How often exposure is moved at random for the p value."),
            advanced=True,
        )
        self.add(
            number("SEED", tr("Seed"), integer, 1, minValue=0, maxValue=2_000_000_000),
            tr("Start of the random numbers. The same seed gives the same result."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterField("DATE_FIELD", tr("Field with the date"), "seen_on", "RECORDS", optional=True),
            tr("For the period told in the report and the citation."),
            advanced=True,
        )

    def _setup_outputs(self) -> None:
        table, point = QgsProcessing.SourceType.TypeVector, QgsProcessing.SourceType.TypeVectorPoint
        sink = QgsProcessingParameterFeatureSink
        self.add(
            QgsProcessingParameterFileDestination("REPORT", tr("Report"), tr("Web page (*.html)")),
            tr("The finding with its limits, in both languages, to read and print."),
        )
        self.add(
            sink("OUTPUT", tr("Ratios"), table),
            tr("Odds or rate ratios of exposure and controls with 95 % intervals."),
        )
        self.add(
            sink("PROFILE", tr("Records by distance"), table),
            tr("Records and expected records by distance to the nearest unmanaged lot, with 95 % intervals."),
        )
        self.add(
            sink("KERNELS", tr("Distances tried"), table, optional=True, createByDefault=False),
            tr("Every decay and distance with how well it fits."),
        )
        self.add(
            sink("PLACES", tr("Places compared"), point, optional=True, createByDefault=False),
            tr("Records and background points (or hamlets) with exposure, fitted value and residual."),
        )
        self.add(
            sink("RULES", tr("Rule"), table, optional=True, createByDefault=False),
            tr(
                "The fitted distance, decay and weight as a rule for “Overlay harm to surroundings”. "
                "Without a positive association it is switched off."
            ),
        )
        self.addOutput(QgsProcessingOutputNumber("RECORD_COUNT", tr("Records used")))
        self.addOutput(QgsProcessingOutputNumber("LEFT_OUT", tr("Records left out")))
        self.addOutput(QgsProcessingOutputNumber("P_VALUE", tr("p value of exposure")))
        self.addOutput(QgsProcessingOutputNumber("SCORE", tr("AUC (points) or deviance explained (counts)")))
        self.addOutput(QgsProcessingOutputString("VERDICT", tr("Finding (associated, opposite, none)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import numpy
        import shapely

        from ..core import frames
        from ..core.condition.evidence import Tables, land_categories
        from ..core.externality import calibrate
        from ..core.externality import calibration_report as words

        progress = self.progress(feedback)
        harm = self._word(parameters, "HARM", context)
        receptor = self._word(parameters, "RECEPTOR", context)
        decays = [DECAYS[n] for n in self.parameterAsEnums(parameters, "DECAYS", context)]
        grid = calibrate.kernels(decays, _numbers(self.parameterAsString(parameters, "DISTANCES", context)))
        lots, _ = reading.read_lots(self, parameters, "LOTS", context, LOTS, progress.span(0.0, 0.05))
        records = reading.read_layers(self, parameters, "RECORDS", context, lots.crs, RECORDS)
        counts = None
        if records is None:
            counts = reading.read_layer(self, parameters, "COUNTS", context, lots.crs, COUNTS)
        if records is None and counts is None:
            raise InputError(
                Text(
                    "There are no records. Choose points of damage or sightings, or hamlets with counts.",
                    "記録がありません。被害・目撃の点か、件数の入った集落の図を選んでください。",
                )
            )
        field = self.parameterAsString(parameters, "SOURCE_FIELD", context) or "condition"
        frames.require(lots, (field,), LOTS)
        values = self.parameterAsString(parameters, "SOURCE_VALUES", context).split(";")
        categories, kinds = land_categories(lots, frames.texts(lots, "lot_key"), Tables())
        shapes = shapely.make_valid(lots.geometry.to_numpy())
        chosen = numpy.isin(frames.texts(lots, field).astype(str), [word.strip() for word in values if word.strip()])
        kind = KINDS[self.parameterAsEnum(parameters, "SOURCE_KIND", context)]
        sources = shapes[chosen & ((kinds == kind) | (kind == "any"))]
        area = reading.read_layer(self, parameters, "AREA", context, lots.crs, AREA)
        mask = self.parameterAsEnum(parameters, "MASK", context)
        places, words_of_places, elsewhere = _mask(mask, shapes, chosen, kinds, categories, area)

        seed = self.parameterAsInt(parameters, "SEED", context)
        blocks = self.parameterAsInt(parameters, "BLOCKS", context)
        land = self.parameterAsBoolean(parameters, "LAND", context) and mask != EVERYWHERE
        remarks = []
        left_out = 0
        progress.span(0.05, 0.3).step(0.0)
        if records is not None:
            points = records.geometry.to_numpy()
            points = points[~(shapely.is_missing(points) | shapely.is_empty(points))]
            points = shapely.get_parts(points)
            at, points = _home(points, places, elsewhere)
            left_out = len(records) - int((at >= 0).sum())
            points, at = points[at >= 0], at[at >= 0]
            _need_records(len(points), left_out, calibrate.MIN_RECORDS)
            match = self.parameterAsBoolean(parameters, "MATCH", context)
            strata = (words_of_places, words_of_places[at]) if match else None
            number = len(points) * self.parameterAsInt(parameters, "RATIO", context)
            others, where = calibrate.background(places, number, seed, strata)
            every = numpy.concatenate([points, others])
            here = words_of_places[numpy.r_[at, where]] if land else None
            controls = self._controls(every, here, lots.crs, parameters, context, progress)
            study, used, unknown = calibrate.point_study(points, others, controls, sources, grid, blocks)
            remarks.append(
                Text(
                    "{n} background points were drawn on {place} (seed {seed}).",
                    "背景点{n}点を{place}に置きました（乱数の種{seed}）。",
                ).format(n=len(others), place=_place_words(mask), seed=seed)
            )
            day_field = self.parameterAsString(parameters, "DATE_FIELD", context)
            days = _days(records, day_field)
            remarks += _told_twice(records, day_field)
        else:
            field = self.parameterAsString(parameters, "COUNT_FIELD", context)
            frames.require(counts, (field,), COUNTS)
            drawn, hamlet, size, home = _sample_hamlets(counts.geometry.to_numpy(), places, seed)
            here = words_of_places[home] if land else None
            controls = self._controls(drawn, here, lots.crs, parameters, context, progress)
            numbers = frames.numbers(counts, field)
            if (numbers < 0).any() or (numpy.isfinite(numbers) & (numbers != numpy.floor(numbers))).any():
                raise InputError(
                    Text(
                        "{what}: {field} must hold whole numbers from 0. Choose another field.",
                        "{what}の{field}は0以上の整数でなければなりません。別の項目を選んでください。",
                    ).format(what=COUNTS, field=field)
                )
            if not len(drawn):
                raise InputError(
                    Text(
                        "No hamlet overlaps {place}. Check the layers and where records could be.",
                        "{place}に重なる集落がありません。図と「記録がありうる所」を確かめてください。",
                    ).format(place=_place_words(mask))
                )
            study, _, unknown = calibrate.count_study(numbers, drawn, hamlet, size, controls, sources, grid, blocks)
            used = shapely.points(study.xy)
            days = _days(counts, "first_on", "last_on")
            remarks.append(
                Text(
                    "Exposure of a hamlet is the mean over {n} points on {place} (seed {seed}); counts are compared "
                    "per hectare of it. What holds for hamlets need not hold for single places.",
                    "集落の影響は{place}の{n}点の平均です（乱数の種{seed}）。件数はその面積1haあたりで比べます。集落について言えることが"
                    "個々の場所に当てはまるとは限りません。",
                ).format(n=PER_HAMLET, place=_place_words(mask), seed=seed)
            )
        if left_out:
            remarks.append(
                Text(
                    "{n} records do not lie on {place} and were left out.",
                    "{place}の上にない記録{n}件は除きました。",
                ).format(n=left_out, place=_place_words(mask))
            )
        if unknown:
            remarks.append(
                Text(
                    "{n} places were left out because a control is unknown there.",
                    "調整項目の値が分からない{n}か所は除きました。",
                ).format(n=unknown)
            )
        permutations = self.parameterAsInt(parameters, "PERMUTATIONS", context)
        result = calibrate.calibrate(study, permutations, seed, progress.part(0.3, 0.95))
        about = words.About(
            harm,
            Text(
                self.parameterAsString(parameters, "LABEL", context) or harm,
                self.parameterAsString(parameters, "LABEL_JA", context) or harm,
            ),
            receptor,
            kind,
            days,
            dt.date.today().isoformat(),
            tuple(remarks),
        )
        feedback.pushInfo(words.verdict(result, about).pick(language()))
        for text in (*words.cautions(result), *remarks):
            feedback.pushInfo(text.pick(language()))
        page = words.html(result, about, language(), f"Land Stewardship {plugin_version()}")
        outputs: dict[str, Any] = {"REPORT": reading.write_page(self, page, parameters, "REPORT", context)}
        import geopandas

        none = QgsWkbTypes.Type.NoGeometry
        spots = geopandas.GeoDataFrame(words.place_frame(result), geometry=used, crs=lots.crs)
        progress.span(0.95, 1.0)
        for name, frame, specs, shape in (
            ("OUTPUT", words.coefficient_frame(result), words.COEFFICIENT_FIELDS, none),
            ("PROFILE", words.profile_frame(result), words.PROFILE_FIELDS, none),
            ("KERNELS", words.kernel_frame(result), words.KERNEL_FIELDS, none),
            ("PLACES", spots, words.PLACE_FIELDS, QgsWkbTypes.Type.Point),
            ("RULES", words.rule_frame(result, about), words.RULE_FIELDS, none),
        ):
            place = bridge.qgis_crs(lots.crs) if shape != none else bridge.qgis_crs(None)
            reading.write_sink(self, parameters, name, context, frame, specs, shape, place, outputs)
        return {
            **outputs,
            "RECORD_COUNT": int(result.study.y.sum()),
            "LEFT_OUT": left_out,
            "P_VALUE": result.p,
            "SCORE": result.score,
            "VERDICT": result.verdict,
        }

    def _word(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """A word of the rules; raises ``InputError`` for anything else."""
        word = self.parameterAsString(parameters, name, context).strip()
        if not re.fullmatch(r"[a-z][a-z0-9_]*", word):
            raise InputError(
                Text(
                    "“{word}” must be a short word in small Latin letters, such as boar or farmland.",
                    "「{word}」は boar、farmland のような英小文字の短い語にしてください。",
                ).format(word=word)
            )
        return word

    def _controls(
        self,
        points: Any,
        land: Optional[Any],
        crs: Any,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        progress: Any,
    ) -> Any:
        """Distances, slope and kind of land at the places."""
        import geopandas
        import numpy

        from ..core.externality.calibrate import Controls, closeness
        from ..gis.zonal import zonal_means

        names, labels, columns = [], [], []
        for name, what, label in (
            ("FOREST", FOREST, Text("distance to forest (× 2.7)", "森林までの距離（×2.7）")),
            ("RIVER", RIVER, Text("distance to river (× 2.7)", "河川までの距離（×2.7）")),
        ):
            layer = reading.read_layer(self, parameters, name, context, crs, what)
            if layer is not None and len(layer):
                names.append(name.lower())
                labels.append(label)
                columns.append(closeness(points, layer.geometry.to_numpy()))
        dem = self.parameterAsRasterLayer(parameters, "DEM", context)
        if dem is not None:
            names.append("slope")
            labels.append(Text("slope (per degree)", "傾斜（1度あたり）"))
            frame = geopandas.GeoDataFrame(geometry=points, crs=crs)
            columns.append(zonal_means(frame, dem, True, SLOPE_M, None, progress).mean)
        table = numpy.column_stack(columns) if columns else numpy.zeros((len(points), 0))
        return Controls(tuple(names), tuple(labels), table, land)


def _numbers(text: str) -> list[float]:
    """Numbers separated by “;” or “,”; what is no number becomes NaN, which the core refuses."""
    found = []
    for word in re.split(r"[;,、]", text):
        try:
            found.append(float(word))
        except ValueError:
            found.append(float("nan"))
    return found


def _place_words(mask: int) -> Text:
    return (
        Text("farmland that is no source", "影響元でない農地"),
        Text("lots that are no source", "影響元でない土地"),
        Text("the study area", "対象範囲"),
    )[mask]


def _mask(mask: int, shapes: Any, chosen: Any, kinds: Any, categories: Any, area: Any) -> tuple[Any, Any, Any]:
    """Polygons where records could be, the land category of each, and the lots where they could not."""
    import numpy
    import shapely

    outline = None
    if area is not None:
        outline = shapely.union_all(shapely.make_valid(area.geometry.to_numpy()))
    if mask == EVERYWHERE:
        if outline is None:
            raise InputError(
                Text(
                    "“Everywhere in the study area” needs a study area. Choose its layer.",
                    "「対象範囲のどこでも」には対象範囲が必要です。その図を選んでください。",
                )
            )
        parts = shapely.get_parts(outline)
        return parts, numpy.full(len(parts), "land", dtype=object), numpy.empty(0, dtype=object)
    wanted = ~chosen & ((kinds == "farmland") | (mask == ALL_LOTS))
    places = shapes[wanted]
    if outline is not None:
        shapely.prepare(outline)
        cut = ~shapely.covers(outline, places)
        places[cut] = shapely.intersection(places[cut], outline)
    words = numpy.array([word or "-" for word in categories[wanted]], dtype=object)
    kept = numpy.nan_to_num(shapely.area(places)) > 0
    return places[kept], words[kept], shapes[~wanted]


def _home(points: Any, places: Any, other: Any) -> tuple[Any, Any]:
    """Number of the polygon that each point lies in (-1: none), and the points.

    A point on no lot at all, such as on a path, is moved to a polygon within :data:`SNAP_M`. One on ``other`` land
    is not: moving records off unmanaged lots onto their neighbours would make an association where there is none.
    """
    import numpy
    import shapely

    at = numpy.full(len(points), -1)
    if not len(places) or not len(points):
        return at, points
    found = shapely.STRtree(places).query_nearest(points, max_distance=SNAP_M, all_matches=False)
    at[found[0]] = found[1]
    outside = numpy.flatnonzero(at >= 0)
    outside = outside[~shapely.intersects(points[outside], places[at[outside]])]
    barred = numpy.unique(shapely.STRtree(other).query(points[outside], predicate="intersects")[0])
    at[outside[barred]] = -1
    moved = numpy.delete(outside, barred)
    points = points.copy()
    if len(moved):
        points[moved] = shapely.get_point(shapely.shortest_line(places[at[moved]], points[moved]), 0)
    return at, points


def _need_records(number: int, left_out: int, least: int) -> None:
    if number < least:
        raise InputError(
            Text(
                "Only {n} records lie where records could be ({left} lie elsewhere); at least {least} are needed. "
                "Collect more records or choose another kind of land.",
                "記録がありうる土地の上の記録は{n}件です（ほかに{left}件）。少なくとも{least}件必要です。"
                "記録を増やすか、土地の種類を選び直してください。",
            ).format(n=number, left=left_out, least=least)
        )


def _sample_hamlets(hamlets: Any, places: Any, seed: int) -> tuple[Any, Any, Any, Any]:
    """Sample points, hamlet of each, surface of the compared land per hamlet, and the polygon of each point."""
    import numpy
    import shapely

    from ..core.externality.calibrate import background

    hamlets = shapely.make_valid(hamlets)
    near, found = shapely.STRtree(places).query(hamlets, predicate="intersects")
    parts = shapely.intersection(hamlets[near], places[found])
    area = shapely.area(parts)
    size = numpy.bincount(near, area, minlength=len(hamlets))
    drawn, hamlet, home = [], [], []
    for number in numpy.flatnonzero(size > 0):
        mine = numpy.flatnonzero(near == number)
        points, where = background(parts[mine], PER_HAMLET, seed)
        drawn.append(points)
        hamlet.append(numpy.full(len(points), number))
        home.append(found[mine[where]])
    if not drawn:
        nothing = numpy.zeros(0, dtype="int64")
        return numpy.empty(0, dtype=object), nothing, size, nothing
    return numpy.concatenate(drawn), numpy.concatenate(hamlet), size, numpy.concatenate(home)


def _told_twice(records: Any, day_field: str) -> list[Text]:
    """Records that stand at the very place and day of another one: one event told twice counts twice."""
    from ..core import frames

    seen: Counter[tuple[bytes, str]] = Counter()
    for shape, day in zip(_wkb(records.geometry), frames.dates(records, day_field)):
        if shape is not None and day:
            seen[shape, day] += 1
    more = sum(count - 1 for count in seen.values())
    if not more:
        return []
    return [
        Text(
            "{n} records stand at the same place on the same day as another. If they tell of one event, the result "
            "looks surer than it is: bring the records in with “Import damage records”, which keeps each event once.",
            "ほかの記録と同じ日・同じ位置の記録が{n}件あります。同じ出来事なら、結果が実際より確かに見えます。「被害の記録を取り込む」"
            "で読み込むと、同じ出来事は1件になります。",
        ).format(n=f"{more:,}")
    ]


def _wkb(shapes: Any) -> Any:
    """Shapes as bytes, ``None`` where there is none or it is empty."""
    import numpy
    import shapely

    found = shapes.to_numpy()
    gone = shapely.is_missing(found) | shapely.is_empty(found)
    return numpy.where(gone, None, shapely.to_wkb(found))


def _days(frame: Any, first: str, last: str = "") -> tuple[Optional[str], Optional[str]]:
    """First and last day in the fields of a layer."""
    from ..core import frames

    early = sorted(day for day in frames.dates(frame, first) if day)
    late = sorted(day for day in frames.dates(frame, last or first) if day)
    return (early[0] if early else None), (late[-1] if late else None)
