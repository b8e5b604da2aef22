"""Find land that may not be looked after."""

from __future__ import annotations

import re
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsWkbTypes,
)

from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import evidenceinput, reading
from .base import UNDERSTAND, LandAlgorithm
from .conditioninput import add_costs, limits_of, read_weights_of, tell_limits

#: Slope is taken with this ring (metres) around the lot, so that the banks between flat paddies count:
#: inside one levelled paddy a height model shows no slope (assumption).
SLOPE_RING = 20.0

CONDITION_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("oaza", "text", "Oaza", "大字"),
    FieldSpec("land_category", "text", "Registered category", "地目"),
    FieldSpec("land_kind", "text", "Kind of land", "土地の種類"),
    FieldSpec("area_m2", "real", "Area (m²)", "面積（m²）"),
    FieldSpec("condition", "text", "Condition", "土地の状態"),
    FieldSpec("score", "real", "Score (log-odds)", "点数（対数オッズ）"),
    FieldSpec("probability", "real", "Probability of unmanaged", "管理されていない確率"),
    FieldSpec("completeness", "real", "Data completeness (0–1)", "データの充足度（0〜1）"),
    FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
    FieldSpec("change", "text", "What would change it (English)", "何が変われば判定が変わるか（英語）"),
    FieldSpec("change_ja", "text", "What would change it (Japanese)", "何が変われば判定が変わるか"),
    FieldSpec("change_to", "text", "Condition after that change", "その場合の土地の状態"),
    FieldSpec("reason_1", "text", "Reason 1 (English)", "理由1（英語）"),
    FieldSpec("reason_2", "text", "Reason 2 (English)", "理由2（英語）"),
    FieldSpec("reason_3", "text", "Reason 3 (English)", "理由3（英語）"),
    FieldSpec("reason_1_ja", "text", "Reason 1 (Japanese)", "理由1"),
    FieldSpec("reason_2_ja", "text", "Reason 2 (Japanese)", "理由2"),
    FieldSpec("reason_3_ja", "text", "Reason 3 (Japanese)", "理由3"),
    FieldSpec("survey_state", "text", "Survey result", "調査結果"),
    FieldSpec("survey_on", "text", "Survey date", "調査日"),
    FieldSpec("screening", "text", "Screening without the survey", "調査を除いた判定"),
    FieldSpec("disagrees", "bool", "Survey and screening disagree", "調査と判定の食い違い"),
    FieldSpec("evidence_count", "int", "Pieces of evidence", "根拠の数"),
)
LOTS = Text("The layer of lots", "筆の図")


class FindUnmanaged(LandAlgorithm):
    """Evidence per lot -> likely managed, likely unmanaged, or cannot tell."""

    ID = "findunmanaged"
    GROUP = UNDERSTAND
    ICON = "condition"

    def title(self) -> str:
        return tr("Find unmanaged land")

    def help_text(self) -> str:
        return tr(
            "Weighs what is known about each lot and says whether it is likely managed, likely unmanaged, or "
            "cannot be told. Every table and image is optional; what is missing adds nothing. A farm patrol "
            "result overrides the screening, and both are kept. The result is a guide for field visits, not a "
            "statement about the land: please check on the ground."
        )

    def setup(self) -> None:
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table = QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        self.add(
            source("INPUT", tr("Lots"), [polygon]),
            tr("Land lots in a plane coordinate system in metres."),
        )
        self.add(
            QgsProcessingParameterField("KEY_FIELD", tr("Field with the lot key"), "lot_key", "INPUT", optional=True),
            tr("The field by which lots and tables are matched."),
        )
        self.add(
            source("REGISTER", tr("Land register"), [table], optional=True),
            tr("Table with lot_key, category_reg (地目), owner_key and owner_status."),
        )
        self.add(
            source("FARMLAND_REGISTER", tr("Farmland register"), [table], optional=True),
            tr("Table with lot_key, land_type, cultivator_key and right_kind."),
        )
        self.add(
            source("PATROL", tr("Farm patrol results"), [table], optional=True),
            tr("Table with lot_key, patrol_on and result (code or words); the newest row of a lot counts."),
        )
        self.add(
            source("CULTIVATORS", tr("Cultivators"), [table], optional=True),
            tr("Private table with cultivator_key, age and successor. Ages are not written to any result."),
        )
        self.add(
            QgsProcessingParameterMultipleLayers(
                "NDVI", tr("Greenness (NDVI) of summers"), QgsProcessing.SourceType.TypeRaster, optional=True
            ),
            tr("One image per summer; the year is read from its name. Compared within the same land category."),
        )
        self.add(
            QgsProcessingParameterRasterLayer("CANOPY", tr("Vegetation height"), optional=True),
            tr("Height of plants above ground in metres."),
        )
        self.add(
            QgsProcessingParameterRasterLayer("DEM", tr("Ground height"), optional=True),
            tr("Height model in metres. Slope is taken over the lot and 20 m around it."),
        )
        self.add(source("ROADS", tr("Roads"), [line], optional=True), tr("Road lines, for the distance to the lot."))
        self.add(
            source("FOREST_EDGE", tr("Forest edge"), [line], optional=True),
            tr("Forest edge lines, for the distance to the lot."),
        )
        self.add(
            source("HOUSES", tr("Houses"), [polygon], optional=True),
            tr("Houses with the field occupied (yes, no, unknown), for house plots."),
        )
        evidenceinput.add_evidence_tables(
            self,
            "MORE_EVIDENCE",
            tr("Tables from the evidence tools; surveys in them count like the farm patrol. Repeated rows count once."),
        )
        self.add(
            source("WEIGHTS", tr("Weight table"), [table], optional=True),
            tr("Your own weights, in the columns of resources/catalogues/condition_weights.csv. Empty: that file."),
        )
        number = QgsProcessingParameterNumber.Type
        add_costs(self)
        self.add(
            QgsProcessingParameterNumber("MIN_PIXELS", tr("Least number of pixels"), number.Integer, 4, minValue=1),
            tr("A lot with fewer pixel centres inside gets no evidence from that image."),
            advanced=True,
        )
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Condition of land"), polygon),
            tr("The lots with condition, probability, completeness, reasons, survey result and screening."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "EVIDENCE", tr("Evidence"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False
            ),
            tr("One row per lot and indicator with value, weight, source and date."),
        )
        for name, label in (
            ("UNMANAGED", tr("Likely unmanaged lots")),
            ("CANNOT_TELL", tr("Lots that cannot be told")),
            ("MANAGED", tr("Likely managed lots")),
            ("UNMANAGED_HA", tr("Likely unmanaged (ha)")),
            ("CANNOT_TELL_HA", tr("Cannot tell (ha)")),
            ("MANAGED_HA", tr("Likely managed (ha)")),
            ("COMPLETENESS", tr("Data completeness, mean (0–1)")),
            ("SURVEYED", tr("Lots with a survey result")),
            ("DISAGREE", tr("Lots where survey and screening disagree")),
            ("UNMANAGED_ABOVE", tr("Likely unmanaged above probability")),
            ("MANAGED_BELOW", tr("Likely managed below probability")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import pandas

        from ..core import frames
        from ..core.condition import evidence as evidence_of
        from ..core.condition import judge, survey
        from ..core.condition import table as evidence_table

        progress = self.progress(feedback)
        lots, fields = reading.read_lots(self, parameters, "INPUT", context, LOTS, progress.span(0.0, 0.1))
        key_field = self.parameterAsString(parameters, "KEY_FIELD", context) or "lot_key"
        frames.require(lots, (key_field,), LOTS)
        keys = frames.texts(lots, key_field)
        tables = evidence_of.Tables(
            *(
                reading.read_table(self, parameters, name, context)
                for name in ("REGISTER", "FARMLAND_REGISTER", "PATROL", "CULTIVATORS")
            ),
            *(
                reading.read_layer(self, parameters, name, context, lots.crs, what)
                for name, what in (
                    ("ROADS", Text("The layer of roads", "道路の図")),
                    ("FOREST_EDGE", Text("The layer of forest edges", "林縁の図")),
                    ("HOUSES", Text("The layer of houses", "家屋の図")),
                )
            ),
        )
        weights = read_weights_of(self, parameters, context)
        more = evidenceinput.read_evidence(self, parameters, "MORE_EVIDENCE", context)
        tables = tables._replace(patrol=survey.with_surveys(tables.patrol, more))
        rasters = self._rasters(lots, tables.houses, parameters, context, progress)
        found, categories, kinds = evidence_of.collect(
            lots,
            keys,
            tables,
            rasters,
            self.parameterAsInt(parameters, "MIN_PIXELS", context),
            progress.span(0.5, 0.7),
        )
        found = evidence_table.add(found, more, keys)
        limits = limits_of(self, parameters, context)
        judged, found = judge.judge(len(lots), kinds, found, weights, limits, progress.span(0.7, 0.85))

        result = lots.copy()
        for name in judged.columns:
            result[name] = judged[name].to_numpy()
        result["lot_key"], result["land_category"], result["land_kind"] = keys, categories, kinds
        result["chiban"], result["oaza"] = frames.texts(lots, "chiban"), frames.texts(lots, "oaza")
        result["area_m2"] = lots.geometry.area.to_numpy()
        found = evidence_table.with_keys(found, keys)

        specs = [*CONDITION_FIELDS, *reading.kept_fields(fields, CONDITION_FIELDS)]
        crs = bridge.qgis_crs(lots.crs)
        sink, output = self.parameterAsSink(
            parameters,
            "OUTPUT",
            context,
            bridge.fields_from(specs, language()),
            QgsWkbTypes.Type.MultiPolygon,
            crs,
        )
        bridge.write_frame(result, sink, specs, progress.span(0.85, 0.95))
        outputs: dict[str, Any] = {"OUTPUT": output}
        sink, output = self.parameterAsSink(
            parameters,
            "EVIDENCE",
            context,
            bridge.fields_from(evidence_table.FIELDS, language()),
            QgsWkbTypes.Type.NoGeometry,
        )
        if sink is not None:
            bridge.write_frame(pandas.DataFrame(found), sink, evidence_table.FIELDS, progress.span(0.95, 1.0))
            outputs["EVIDENCE"] = output
        outputs.update(totals(result))
        outputs["UNMANAGED_ABOVE"], outputs["MANAGED_BELOW"] = limits.unmanaged_above, limits.managed_below
        feedback.pushInfo(
            tr("{unmanaged} likely unmanaged, {unclear} cannot tell, {managed} likely managed.").format(
                unmanaged=outputs["UNMANAGED"],
                unclear=outputs["CANNOT_TELL"],
                managed=outputs["MANAGED"],
            )
        )
        tell_limits(limits, feedback)
        return outputs

    def _rasters(
        self, lots: Any, houses: Any, parameters: dict[str, Any], context: QgsProcessingContext, progress: Any
    ) -> list[Any]:
        """Per-lot figures of all rasters given; houses are cut out of greenness and plant height. Images of one
        lattice share one look at the shapes."""
        from ..core.condition.coverage import CENTRE
        from ..core.condition.evidence import RasterFigure
        from ..core.condition.figures import means
        from ..gis.zonal import Band, said_invented, zonal

        plants = {"without": None if houses is None else houses.geometry}
        given = {
            "ndvi": self.parameterAsLayerList(parameters, "NDVI", context) or [],
            "vegetation_height": [self.parameterAsRasterLayer(parameters, "CANOPY", context)],
            "slope": [self.parameterAsRasterLayer(parameters, "DEM", context)],
        }
        figures = []
        for number, (indicator, options, source) in enumerate(
            (
                ("ndvi", plants, Text("summer greenness", "夏の緑の濃さ")),
                ("vegetation_height", plants, Text("vegetation height", "草木の高さ")),
                ("slope", {"slope": True, "buffer_m": SLOPE_RING}, Text("height model", "標高データ")),
            )
        ):
            layers = [layer for layer in given[indicator] if layer is not None]
            span = progress.span(0.1 + number * 0.13, 0.1 + (number + 1) * 0.13)
            found = zonal(lots, [Band(layer) for layer in layers], means, CENTRE, progress=span, **options)
            for layer, counted in zip(layers, found):
                figures.append(
                    RasterFigure(
                        indicator, counted.mean, counted.pixels, year_of(layer.name()), source, said_invented(layer)
                    )
                )
        return figures


def totals(lots: Any) -> dict[str, Any]:
    """Counts and areas of the three classes, completeness and survey, by output name."""
    found: dict[str, Any] = {}
    for name in ("UNMANAGED", "CANNOT_TELL", "MANAGED"):
        mine = lots["condition"] == name.lower()
        found[name] = int(mine.sum())
        found[f"{name}_HA"] = float(lots.loc[mine, "area_m2"].sum()) / 10_000.0
    # What the rules could judge at all: land of which they know nothing would only blur the figure.
    ruled = lots.loc[lots["land_kind"].isin(("farmland", "forest", "plot")), "completeness"]
    found["COMPLETENESS"] = float(ruled.mean()) if len(ruled) else 0.0
    found["SURVEYED"] = int(lots["survey_state"].notna().sum())
    found["DISAGREE"] = int(lots["disagrees"].sum())
    return found


def year_of(name: str) -> Optional[str]:
    """The year in a layer name (1980–2099), as text; ``None`` without one."""
    match = re.search(r"(?<!\d)(19[89]\d|20\d\d)(?!\d{3})", name)
    return match.group(1) if match else None
