"""How much the condition of land depends on the weights."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ..core.schema import FieldSpec
from ..gis import bridge
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm
from .conditioninput import add_costs, add_result, costs_of, read_result, read_weights_of

LOT_KEYS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("oaza", "text", "Oaza", "大字"),
    FieldSpec("condition", "text", "Condition", "土地の状態"),
)


class ConditionSensitivity(LandAlgorithm):
    """Condition and evidence -> how many lots get another answer when a weight is halved or doubled."""

    ID = "conditionsensitivity"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Test the weights of the condition")

    def help_text(self) -> str:
        return tr(
            "Halves and doubles each weight and each cost in turn and counts the lots that get another answer. Lots "
            "whose answer depends on a weight are shown on the map: look at them on the ground before you rely on "
            "them. Surveyed lots keep what the survey found."
        )

    def setup(self) -> None:
        sink = QgsProcessingParameterFeatureSink
        add_result(self)
        add_costs(self)
        self.add(
            sink("OUTPUT", tr("Lots that depend on weights"), QgsProcessing.SourceType.TypeVectorPolygon),
            tr("All lots with the number of changes that give another answer, and the weights they depend on."),
        )
        self.add(
            sink("TABLE", tr("Table of weights tested"), QgsProcessing.SourceType.TypeVector),
            tr("One row per weight or cost with the lots and hectares that get another answer."),
        )
        self.addOutput(QgsProcessingOutputNumber("DEPENDENT", tr("Lots that depend on a weight")))
        self.addOutput(QgsProcessingOutputNumber("DEPENDENT_HA", tr("Lots that depend on a weight (ha)")))
        self.addOutput(QgsProcessingOutputNumber("STEADY", tr("Lots with the same answer throughout")))
        self.addOutput(QgsProcessingOutputNumber("MOST_LOTS", tr("Lots that depend on the strongest weight")))
        self.addOutput(QgsProcessingOutputString("MOST", tr("Strongest weight")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.condition import sensitivity as core

        progress = self.progress(feedback)
        found = read_result(self, parameters, context, progress.span(0.0, 0.2))
        weights = read_weights_of(self, parameters, context)
        costs = costs_of(self, parameters, context)
        area = found.lots.geometry.area.to_numpy()
        result = core.sensitivity(found.kinds, found.evidence, weights, costs, area, progress.span(0.2, 0.9))
        lots = found.lots.assign(**{name: result.lots[name].to_numpy() for name in result.lots.columns})
        for spec in LOT_KEYS:
            lots[spec.name] = frames.texts(found.lots, spec.name)
        outputs: dict[str, Any] = {}
        for name, frame, specs, shape, crs in (
            ("OUTPUT", lots, (*LOT_KEYS, *core.LOT_FIELDS), QgsWkbTypes.Type.MultiPolygon, lots.crs),
            ("TABLE", result.weights, core.WEIGHT_FIELDS, QgsWkbTypes.Type.NoGeometry, None),
        ):
            reading.write_sink(self, parameters, name, context, frame, specs, shape, bridge.qgis_crs(crs), outputs)
        depends = ~result.lots["steady"].to_numpy()
        flips = result.weights[["flips_half", "flips_double"]].max(axis=1).to_numpy()
        most = int(flips.argmax())
        row = result.weights.iloc[most]
        progress.step(1.0)
        feedback.pushInfo(
            tr("{n} of {total} lots get another answer when one weight is halved or doubled.").format(
                n=int(depends.sum()), total=len(depends)
            )
        )
        return {
            **outputs,
            "DEPENDENT": int(depends.sum()),
            "DEPENDENT_HA": float(area[depends].sum()) / 10_000.0,
            "STEADY": int((~depends).sum()),
            "MOST_LOTS": int(flips[most]),
            "MOST": str(row["label_ja" if language() == "ja" else "label"]) if flips[most] else "",
        }
