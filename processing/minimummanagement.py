"""The least management by which nobody suffers."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import harminput, reading
from .base import UNDERSTAND, LandAlgorithm

LOT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("treatment", "text", "Treatment", "手入れ"),
    FieldSpec("treatment_label", "text", "Treatment (English)", "手入れ（英語）"),
    FieldSpec("treatment_label_ja", "text", "Treatment (Japanese)", "手入れの名前"),
    FieldSpec("treated_m2", "real", "Treated area (m²)", "手入れする面積（m²）"),
    FieldSpec("hours", "real", "Hours per year", "年間の作業時間"),
    FieldSpec("yen", "real", "Yen per year", "年間の費用（円）"),
)
RECEPTOR_FIELDS = (
    FieldSpec("receptor_id", "text", "Id", "識別子"),
    FieldSpec("receptor_kind", "text", "Kind", "種類"),
    FieldSpec("exposure_before", "real", "Exposure now", "今の受ける影響"),
    FieldSpec("exposure_after", "real", "Exposure afterwards", "手入れ後の受ける影響"),
    FieldSpec("threshold", "real", "Threshold", "許容できる影響"),
    FieldSpec("over", "real", "Over a threshold by", "許容を超える量"),
    FieldSpec("surely_over", "real", "Over whatever is done by", "どうしても超える量"),
    FieldSpec("kept", "bool", "Under all thresholds", "すべて許容の範囲"),
    FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
)
NOTHING = Text("No treatment", "手入れなし")


class MinimumManagement(LandAlgorithm):
    """Lots, links, treatments, thresholds -> cheapest treatment per lot."""

    ID = "minimummanagement"
    GROUP = UNDERSTAND
    ICON = "externality"

    def title(self) -> str:
        return tr("Find the least management")

    def help_text(self) -> str:
        return tr(
            "Finds the cheapest treatment of every lot such that every house, field and road stays under the exposure "
            "that the village can bear. Where that cannot be reached it says whom it fails and by how much, and comes "
            "as near as it can. It also says how far at most the answer is from the cheapest possible. Thresholds, "
            "costs and effects are assumptions until the village sets them."
        )

    def setup(self) -> None:
        polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        number, sink = QgsProcessingParameterNumber, QgsProcessingParameterFeatureSink
        real = QgsProcessingParameterNumber.Type.Double
        harminput.add_inputs(self)
        self.add(
            number("THRESHOLD", tr("Exposure that can be borne"), real, 1.0, False, 0.0),
            tr("For every receptor not named in the table. 1 is about one unmanaged lot within reach. An assumption."),
        )
        self.add(
            QgsProcessingParameterFeatureSource("THRESHOLDS", tr("Table of thresholds"), [table], optional=True),
            tr("threshold, and where it applies: receptor_kind, receptor_id, kind (of harm); empty is all."),
        )
        self.add(
            QgsProcessingParameterEnum("LEAST", tr("Make least"), [tr("yen per year"), tr("hours per year")], False, 0),
            tr("What the answer should need as little of as possible."),
        )
        self.add(
            number("SECONDS", tr("Time for the exact search (s)"), real, 60.0, False, 1.0),
            tr("Afterwards the best answer so far is taken, with the certified distance from the cheapest."),
            True,
        )
        self.add(sink("OUTPUT", tr("Least management per lot"), polygon), tr("Every lot with its treatment and cost."))
        self.add(
            sink("RECEPTORS_OUT", tr("Who is still over the threshold"), polygon),
            tr("Each receptor with exposure before and after, threshold, and by how much it is missed."),
        )
        for name, label in (
            ("LOTS_TREATED", tr("Lots treated")),
            ("RECEPTORS_OVER", tr("Receptors over a threshold")),
            ("HOURS_USED", tr("Hours per year in all")),
            ("YEN_USED", tr("Yen per year in all")),
            ("COST", tr("Yen or hours beyond watching")),
            ("COST_AT_LEAST", tr("Yen or hours that nothing can undercut")),
            ("GAP_PCT", tr("At most so many % above the least possible")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import numpy

        from ..core.externality import minimum
        from ..core.externality.treatments import TEN_ARES, words_of

        progress = self.progress(feedback)
        given = harminput.read_inputs(self, parameters, context, progress.part(0.0, 0.2))
        network = given.network
        table = reading.read_table(self, parameters, "THRESHOLDS", context)
        threshold = self.parameterAsDouble(parameters, "THRESHOLD", context)
        limits = minimum.limits_from_table(network, threshold, table)
        shapes = given.lots.geometry.to_numpy()
        acting = [treatment for treatment in given.treatments if any(treatment.effects.values())]
        idle = [treatment for treatment in given.treatments if not any(treatment.effects.values())]
        treated_m2 = numpy.array([t.treated_m2(shapes) for t in acting]).reshape(len(acting), len(shapes)).T
        yen, hours = (
            treated_m2 / TEN_ARES * numpy.array([getattr(t, name) for t in acting], dtype="float64")
            for name in ("yen_10a", "hours_10a")
        )
        by_hours = self.parameterAsEnum(parameters, "LEAST", context) == 1
        # A lot that is not treated is watched, where the table knows watching.
        watching = idle[0] if idle else None
        idle_m2 = watching.treated_m2(shapes) if watching else numpy.zeros(len(shapes))
        idle_yen, idle_hours = (
            idle_m2 / TEN_ARES * (getattr(watching, name) if watching else 0.0) for name in ("yen_10a", "hours_10a")
        )
        cost = numpy.maximum((hours if by_hours else yen) - (idle_hours if by_hours else idle_yen)[:, None], 0.0)
        for number, treatment in enumerate(acting):
            cost[~treatment.suits(given.land_kinds), number] = numpy.inf
        seconds = self.parameterAsDouble(parameters, "SECONDS", context)
        plan = minimum.least_management(network, acting, cost, limits, seconds, progress.part(0.2, 0.8))
        told = minimum.plan_of_receptors(network, limits, plan, acting)
        rows, choice = numpy.arange(len(shapes)), plan.treatment
        treated = choice >= 0
        idle_id = watching.treatment_id if watching else "none"
        idle_words = words_of(watching) if watching else NOTHING
        labels = [words_of(acting[t]) if t >= 0 else idle_words for t in choice]

        def of(figures: Any, otherwise: Any) -> Any:
            return numpy.where(treated, figures[rows, choice], otherwise) if len(acting) else otherwise

        lots = given.lots.copy()
        columns = {
            "lot_key": network.lot_keys,
            "treatment": [acting[t].treatment_id if t >= 0 else idle_id for t in choice],
            "treatment_label": [text.en for text in labels],
            "treatment_label_ja": [text.ja for text in labels],
            "treated_m2": of(treated_m2, 0.0),
            "hours": of(hours, idle_hours),
            "yen": of(yen, idle_yen),
        }
        for name, values in columns.items():
            lots[name] = values
        told = geopandas.GeoDataFrame(told, geometry=given.receptors.geometry.to_numpy(), crs=given.receptors.crs)
        specs = [*LOT_FIELDS, *reading.kept_fields(given.fields, LOT_FIELDS)]
        outputs: dict[str, Any] = {}
        for name, frame, its_fields, low in (
            ("OUTPUT", lots, specs, 0.8),
            ("RECEPTORS_OUT", told, list(RECEPTOR_FIELDS), 0.9),
        ):
            sink, outputs[name] = self.parameterAsSink(
                parameters,
                name,
                context,
                bridge.fields_from(its_fields, language()),
                QgsWkbTypes.Type.MultiPolygon,
                bridge.qgis_crs(frame.crs),
            )
            bridge.write_frame(frame, sink, its_fields, progress.part(low, low + 0.1))
        over = int((~told["kept"]).sum())
        if over:
            feedback.pushWarning(tr("{n} receptors stay over a threshold; see their explanation.").format(n=over))
        feedback.pushInfo(tr("At most {gap:.1f} % above the least possible.").format(gap=100 * plan.gap))
        outputs["LOTS_TREATED"], outputs["RECEPTORS_OVER"] = int(treated.sum()), over
        outputs["HOURS_USED"], outputs["YEN_USED"] = float(lots["hours"].sum()), float(lots["yen"].sum())
        outputs["COST"], outputs["COST_AT_LEAST"], outputs["GAP_PCT"] = plan.cost, plan.bound, 100 * plan.gap
        return outputs
