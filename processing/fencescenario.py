"""Joint or separate fences, and what moves on to those without."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

FIELDS = Text("The layer of receptors", "影響先の図")
HAMLETS = Text("The layer of hamlets", "集落の図")
TABLE_FIELDS = (
    FieldSpec("scenario", "text", "Scenario", "試算"),
    FieldSpec("scenario_label", "text", "Scenario (English)", "試算（英語）"),
    FieldSpec("scenario_label_ja", "text", "Scenario (Japanese)", "試算の名前"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("fenced", "bool", "Fenced", "柵あり"),
    FieldSpec("fence_m", "real", "Fence (m)", "柵の長さ（m）"),
    FieldSpec("yen_year", "real", "Yen per year", "年間の費用（円）"),
    FieldSpec("hours_year", "real", "Hours per year", "年間の作業時間"),
    FieldSpec("exposure_before", "real", "Exposure without fence", "柵なしの受ける影響"),
    FieldSpec("exposure_after", "real", "Exposure with fence", "柵ありの受ける影響"),
    FieldSpec("moved_in", "real", "Moved here from fenced fields", "柵のある農地から移る影響"),
    FieldSpec("assumptions", "text", "Assumptions (English)", "仮定（英語）"),
    FieldSpec("assumptions_ja", "text", "Assumptions (Japanese)", "仮定"),
)
FENCE_FIELDS = (
    FieldSpec("scenario", "text", "Scenario", "試算"),
    FieldSpec("hamlet", "text", "Hamlets", "集落"),
    FieldSpec("fence_m", "real", "Fence (m)", "柵の長さ（m）"),
)
#: Numbers of the scenario: parameter, field of ``Assumptions``.
NUMBERS = (
    ("KEEPS", "keeps"),
    ("MOVES", "moves"),
    ("REACH_M", "reach_m"),
    ("LIFE_YEARS", "life_years"),
    ("YEN_M", "yen_m"),
    ("HOURS_M", "hours_m"),
    ("GAP_M", "gap_m"),
)


class FenceScenario(LandAlgorithm):
    """Fields with exposure, hamlets -> fences, cost and exposure per scenario."""

    ID = "fencescenario"
    GROUP = UNDERSTAND
    ICON = "externality"

    def title(self) -> str:
        return tr("Compare joint and separate fences")

    def help_text(self) -> str:
        return tr(
            "Compares no fence, one hamlet fencing alone, every hamlet for itself, and one fence for all: length, cost "
            "per year, exposure of the fields, and what moves on to fields without a fence. A scenario, no forecast: "
            "all its numbers are assumptions, written into every row. Replace them by those of your village."
        )

    def setup(self) -> None:
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table = QgsProcessing.SourceType.TypeVector
        source, sink = QgsProcessingParameterFeatureSource, QgsProcessingParameterFeatureSink
        real = QgsProcessingParameterNumber.Type.Double
        self.add(
            source("RECEPTORS", tr("Fields with exposure"), [polygon]),
            tr("The receptors from “Overlay harm to surroundings”, in metres; only farmland is used."),
        )
        self.add(
            QgsProcessingParameterField(
                "EXPOSURE", tr("Field with the exposure"), "exposure_boar", "RECEPTORS", optional=True
            ),
            tr("Exposure to the animals that the fence is to keep off. Empty: the whole exposure."),
        )
        self.add(source("HAMLETS", tr("Hamlets"), [polygon]), tr("Areas with the field hamlet."))
        for name, label, value, help_text in (
            ("KEEPS", tr("Part that a fence keeps off"), 0.9, tr("0 to 1. An assumption.")),
            ("MOVES", tr("Part of that which moves on"), 0.5, tr("0 to 1, to unfenced fields. An assumption.")),
            ("REACH_M", tr("How far it moves (m)"), 1000.0, tr("Unfenced fields within this distance. An assumption.")),
            ("LIFE_YEARS", tr("Life of a fence (years)"), 8.0, tr("Cost is spread over it. An assumption.")),
            ("YEN_M", tr("Yen per metre of fence"), 1500.0, tr("Material and building. An assumption.")),
            ("HOURS_M", tr("Hours per metre and year"), 0.1, tr("Looking after the fence. An assumption.")),
            ("GAP_M", tr("Gap within one fence (m)"), 50.0, tr("Fields this near share a fence. An assumption.")),
        ):
            self.add(QgsProcessingParameterNumber(name, label, real, value, False, 0.0), help_text)
        self.add(sink("OUTPUT", tr("Scenarios by hamlet"), table), tr("One row per scenario and hamlet."))
        self.add(
            sink("FENCES", tr("Fences"), line, optional=True, createByDefault=False),
            tr("The lines of the separate fences and of the joint one."),
        )
        self.addOutput(QgsProcessingOutputNumber("SEPARATE_M", tr("Separate fences (m)")))
        self.addOutput(QgsProcessingOutputNumber("JOINT_M", tr("Joint fence (m)")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import numpy
        import shapely

        from ..core import frames
        from ..core.externality import fences
        from ..core.externality.network import area_names

        progress = self.progress(feedback)
        receptors, _ = reading.read_lots(self, parameters, "RECEPTORS", context, FIELDS, progress.part(0.0, 0.2))
        field = self.parameterAsString(parameters, "EXPOSURE", context) or "exposure"
        frames.require(receptors, ("receptor_kind", field), FIELDS)
        shapes = receptors.geometry.to_numpy()
        exposure = frames.numbers(receptors, field)
        known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        wanted = (frames.texts(receptors, "receptor_kind") == "farmland") & known
        if wanted.any() and not numpy.isfinite(exposure[wanted]).any():
            raise InputError(
                Text(
                    "The field {field} holds no numbers. Choose a field with the exposure.",
                    "項目 {field} に数値がありません。受ける影響の項目を選んでください。",
                ).format(field=field)
            )
        hamlets = reading.read_layer(self, parameters, "HAMLETS", context, receptors.crs, HAMLETS)
        frames.require(hamlets, ("hamlet",), HAMLETS)
        names = area_names(shapes[wanted], hamlets.geometry.to_numpy(), frames.texts(hamlets, "hamlet"))
        given = {key: self.parameterAsDouble(parameters, name, context) for name, key in NUMBERS}
        progress.step(0.2)
        found = fences.fence_scenarios(
            shapes[wanted],
            numpy.nan_to_num(exposure[wanted]),
            names,
            fences.Assumptions(**given),
            progress.part(0.2, 0.8),
        )
        feedback.pushInfo(fences.Assumptions(**given).words().pick(language()))
        lines = geopandas.GeoDataFrame(found.fences, geometry="geometry", crs=receptors.crs)
        outputs: dict[str, Any] = {}
        for name, frame, specs, kind in (
            ("OUTPUT", found.table, TABLE_FIELDS, QgsWkbTypes.Type.NoGeometry),
            ("FENCES", lines, FENCE_FIELDS, QgsWkbTypes.Type.MultiLineString),
        ):
            sink, target = self.parameterAsSink(
                parameters, name, context, bridge.fields_from(specs, language()), kind, bridge.qgis_crs(receptors.crs)
            )
            if sink is not None:
                bridge.write_frame(frame, sink, specs, progress.part(0.8, 1.0))
                outputs[name] = target
        for name, kind in (("SEPARATE_M", "separate"), ("JOINT_M", "joint")):
            outputs[name] = float(found.fences.loc[found.fences["scenario"] == kind, "fence_m"].sum())
        return outputs
