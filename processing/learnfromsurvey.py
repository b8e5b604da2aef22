"""Learn the weights of the condition of land from the village's own survey."""

from __future__ import annotations

import datetime as dt
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from ..gis.runrecord import plugin_version
from . import reading
from .base import UNDERSTAND, LandAlgorithm
from .conditioninput import add_costs, add_result, limits_of, read_result, weight_table_of

HAMLETS = Text("The layer of hamlets", "集落の図")
KINDS = ("farmland", "forest", "plot")
LOT_KEYS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("oaza", "text", "Oaza", "大字"),
)


class LearnFromSurvey(LandAlgorithm):
    """Condition, evidence and survey -> local weights with a report on parts left out."""

    ID = "learnfromsurvey"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Learn from the survey")

    def help_text(self) -> str:
        return tr(
            "Where the village has surveyed lots, fits the weights of the evidence to its own survey and tells, hamlet "
            "by hamlet left out, whether they are better than the weights used until now and than simple rules. Writes "
            "a weight table that “Find unmanaged land” takes; nothing changes until you give it to that tool. Refuses "
            "below 30 surveyed lots of each class or 5 hamlets."
        )

    def setup(self) -> None:
        polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        number = QgsProcessingParameterNumber
        sink = QgsProcessingParameterFeatureSink
        add_result(self)
        self.add(
            source("HAMLETS", tr("Hamlets"), [polygon], optional=True),
            tr("Areas with the field hamlet. Without them the lots are grouped into parts by their place."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "LAND_KIND",
                tr("Kind of land"),
                [tr("Farmland"), tr("Forest"), tr("House plots")],
                defaultValue=0,
            ),
            tr("The weights of this kind of land are learnt; the others stay."),
        )
        self.add(
            number(
                "COVERAGE", tr("Coverage of what is possible"), number.Type.Double, 0.9, minValue=0.5, maxValue=0.99
            ),
            tr("In this share of the lots of a hamlet like those surveyed, “what is possible” shall hold the truth."),
        )
        add_costs(self)
        self.add(
            number("PARTS", tr("Parts of the village"), number.Type.Integer, 10, minValue=5, maxValue=50),
            tr("Used only without hamlets: lots are grouped into so many parts by their place."),
            advanced=True,
        )
        self.add(
            number("SEED", tr("Seed"), number.Type.Integer, 1, minValue=0, maxValue=2_000_000_000),
            tr("Start of the random numbers. The same seed gives the same result."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFileDestination("REPORT", tr("Report"), tr("Web page (*.html)")),
            tr("The finding with its limits and the calibration plot, in both languages, to read and print."),
        )
        self.add(
            sink("WEIGHTS_OUT", tr("Weights learnt"), table),
            tr("The weight table with the learnt weights, to give to “Find unmanaged land”."),
        )
        self.add(
            sink("MEASURES", tr("How good it is"), table),
            tr("AUC, F1, precision of visits and Brier score of all methods with 95 % intervals, in places left out."),
        )
        self.add(
            sink("OUTPUT", tr("What is possible"), polygon, optional=True, createByDefault=False),
            tr("The lots of this kind with both probabilities and the set of what is possible."),
        )
        self.add(
            sink("BINS", tr("Calibration"), table, optional=True, createByDefault=False),
            tr("Predicted probability and found share in ten bins."),
        )
        for name, label in (
            ("LABELS", tr("Surveyed lots used")),
            ("LABELS_UNMANAGED", tr("Of these unmanaged")),
            ("PART_COUNT", tr("Parts left out")),
            ("AUC", tr("AUC in places left out")),
            ("AUC_BEFORE", tr("AUC of the weights until now")),
            ("GAIN", tr("Gain in Brier score")),
            ("COVERED", tr("Share of lots whose set held the truth")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString("VERDICT", tr("Finding (better, no_better, useless)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import numpy

        from ..core import frames
        from ..core.condition import learn
        from ..core.condition import learn_report as words
        from ..core.condition.score import logistic
        from ..core.condition.weights import weights_from_frame

        progress = self.progress(feedback)
        found = read_result(self, parameters, context, progress.span(0.0, 0.1))
        lots = found.lots
        table = weight_table_of(self, parameters, context)
        weights = weights_from_frame(table)
        kind = KINDS[self.parameterAsEnum(parameters, "LAND_KIND", context)]
        part, names, what = self._parts(found, parameters, context)
        study = learn.study(found.kinds, found.evidence, weights, part, kind)
        seed = self.parameterAsInt(parameters, "SEED", context)
        limits = limits_of(self, parameters, context)
        coverage = self.parameterAsDouble(parameters, "COVERAGE", context)
        result = learn.learn(study, limits, coverage, seed, progress.span(0.1, 0.9))
        days = sorted(day for day in frames.dates(lots, "survey_on")[study.row] if day)
        about = words.About(dt.date.today().isoformat(), what, (days[0], days[-1]) if days else (None, None))
        feedback.pushInfo(words.verdict(result).pick(language()))

        page = words.html(result, about, language(), f"Land Stewardship {plugin_version()}")
        outputs: dict[str, Any] = {"REPORT": reading.write_page(self, page, parameters, "REPORT", context)}
        learnt = words.weight_frame(result, table, weights, about)
        none = QgsWkbTypes.Type.NoGeometry
        for name, frame, specs in (
            ("WEIGHTS_OUT", learnt, words.weight_fields(learnt)),
            ("MEASURES", words.measure_frame(result), words.MEASURE_FIELDS),
            ("BINS", result.bins, words.BIN_FIELDS),
        ):
            reading.write_sink(self, parameters, name, context, frame, specs, none, bridge.qgis_crs(None), outputs)
        mine = numpy.flatnonzero(found.kinds == kind)
        _, _, amount = learn.amounts(len(lots), found.kinds, found.evidence, weights, kind)
        score = result.local.score(amount)
        before = study.base + amount @ study.prior
        left_out = numpy.zeros(len(lots), dtype=bool)
        # Surveyed lots as if their hamlet had not been surveyed.
        score[study.row], left_out[study.row] = result.outside.score, True
        sets = result.sets.of(score)
        says = numpy.full(len(lots), None, dtype=object)
        says[study.row] = numpy.where(study.y == 1, "unmanaged", "managed")
        made = lots.assign(
            lot_key=frames.texts(lots, "lot_key"),
            chiban=frames.texts(lots, "chiban"),
            oaza=frames.texts(lots, "oaza"),
            part=[names[p] if p >= 0 else None for p in part],
            survey=says,
            probability_before=logistic(before),
            probability_local=logistic(score),
            left_out=left_out,
            prediction_set=sets,
            possible=[words.SET_WORDS[word].en for word in sets],
            possible_ja=[words.SET_WORDS[word].ja for word in sets],
        ).iloc[mine]
        reading.write_sink(
            self,
            parameters,
            "OUTPUT",
            context,
            made,
            (*LOT_KEYS, *words.LOT_FIELDS),
            QgsWkbTypes.Type.MultiPolygon,
            bridge.qgis_crs(lots.crs),
            outputs,
        )
        progress.step(1.0)
        rows = result.measures.set_index("model")
        return {
            **outputs,
            "LABELS": len(study.y),
            "LABELS_UNMANAGED": int(study.y.sum()),
            "PART_COUNT": len(numpy.unique(study.part)),
            "AUC": float(rows.loc["local", "auc"]),
            "AUC_BEFORE": float(rows.loc["default", "auc"]),
            "GAIN": float(rows.loc["default", "gain"]),
            "COVERED": result.sets.covered,
            "VERDICT": result.verdict,
        }

    def _parts(
        self, found: Any, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[Any, list[str], Text]:
        """Part of every lot (-1: none), the names of the parts, and what they are called."""
        import numpy
        import pandas
        import shapely

        from ..core import frames
        from ..core.externality.network import area_names
        from ..core.regression import spatial_blocks

        lots = found.lots
        hamlets = reading.read_layer(self, parameters, "HAMLETS", context, lots.crs, HAMLETS)
        if hamlets is not None:
            frames.require(hamlets, ("hamlet",), HAMLETS)
            words = area_names(lots.geometry, hamlets.geometry.to_numpy(), frames.texts(hamlets, "hamlet"))
            words = numpy.array([None if word in (None, "unknown") else str(word) for word in words], dtype=object)
            part, names = pandas.factorize(words, sort=True)
            return part, [str(name) for name in names], Text("hamlets", "集落")
        shapes = lots.geometry.to_numpy()
        usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        surveyed = usable & found.surveyed
        part = numpy.full(len(lots), -1)
        if surveyed.any():
            number = self.parameterAsInt(parameters, "PARTS", context)
            middle = shapely.centroid(shapes[surveyed])
            xy = numpy.column_stack([shapely.get_x(middle), shapely.get_y(middle)])
            # Only surveyed lots make the parts; places in order, so that the order of the lots does not matter.
            order = numpy.lexsort((xy[:, 1], xy[:, 0]))
            block = numpy.empty(len(xy), dtype="int64")
            block[order] = spatial_blocks(xy[order], number)
            part[surveyed] = block
        names = [str(number + 1) for number in range(int(part.max(initial=-1)) + 1)]
        return part, names, Text("parts", "区画")
