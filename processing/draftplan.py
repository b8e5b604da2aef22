"""Draft a plan for discussion."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..core.plan.codes import CLASSES
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.catalogues import catalogue_text
from ..gis.i18n import language, tr
from . import reading
from .base import CHOOSE, LandAlgorithm

LOTS = Text("The layer of lots", "筆の図")
#: Inputs that come in several layers, one for each phenomenon or law.
_SEVERAL = ("HAZARD", "ZONING")
CHOICE_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("oaza", "text", "Oaza", "大字"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("district", "text", "District", "地区"),
    FieldSpec("area_m2", "real", "Area (m²)", "面積（m²）"),
    FieldSpec("use_now", "text", "Present use", "現在の利用区分"),
    FieldSpec("use_plan", "text", "Planned use", "計画の利用区分"),
    FieldSpec("management_class", "text", "Management class", "管理の区分"),
    FieldSpec("priority", "bool", "Priority land (proposal)", "優先的に維持したい土地（案）"),
    FieldSpec("decided_by", "text", "Decided by", "決めた人"),
    FieldSpec("decided_on", "date", "Decided on", "決めた日"),
    FieldSpec("reason", "text", "Reason (English)", "理由（英語）"),
    FieldSpec("reason_ja", "text", "Reason (Japanese)", "理由"),
    FieldSpec("basis", "text", "Basis (English)", "根拠（英語）"),
    FieldSpec("basis_ja", "text", "Basis (Japanese)", "根拠"),
    FieldSpec("certainty", "text", "Certainty", "確かさ"),
    FieldSpec("effect_if_left", "text", "Harm if left alone", "放置したときの悪影響"),
    FieldSpec("q1", "text", "Can it be used as before?", "これまでの使い方を続けられるか"),
    FieldSpec("q2", "text", "If left, is the harm large?", "放っておくと影響は大きいか"),
    FieldSpec("owner_status", "text", "Contact with owner", "所有者への連絡"),
    FieldSpec("boundary_quality", "text", "Boundary quality", "境界の確かさ"),
    FieldSpec("zoning", "text", "Zones by law", "法律の区域"),
    FieldSpec("conflict", "text", "Conflict with law (English)", "法律との不一致（英語）"),
    FieldSpec("conflict_ja", "text", "Conflict with law (Japanese)", "法律との不一致"),
    FieldSpec("evidence_ids", "text", "Evidence", "根拠データ"),
    FieldSpec("note", "text", "Note", "メモ"),
    FieldSpec("synthetic", "bool", "Invented data", "架空のデータ"),
)


class DraftPlan(LandAlgorithm):
    """Two questions -> a proposed class per lot, with its reason."""

    ID = "draftplan"
    GROUP = CHOOSE
    ICON = "draft"

    def title(self) -> str:
        return tr("Draft plan for discussion")

    def help_text(self) -> str:
        return tr(
            "Asks two questions of every lot: can it be used as before, and if left alone, is the harm to others "
            "large? The answers give a proposed management class with reason, basis and certainty. Where the data "
            "do not carry an answer the lot stays undecided. Directions of special laws are kept, and conflicts "
            "are written beside the lot. It is a draft: people decide."
        )

    def setup(self) -> None:
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table = QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        for name, label, kinds, text in (
            (
                "BURDEN",
                tr("Burden of unmanaged lots"),
                polygon,
                tr("Result of “Overlay harm to surroundings”. For other lots the harm is worked out here."),
            ),
            (
                "EVIDENCE",
                tr("Evidence"),
                table,
                tr("Evidence table of “Find unmanaged land”: slope, vegetation height, distance to road."),
            ),
            ("REGISTER", tr("Land register"), table, tr("Table with lot_key, category_reg, owner_key, owner_status.")),
            (
                "FARMLAND_REGISTER",
                tr("Farmland register"),
                table,
                tr("Table with lot_key, land_type, cultivator_key, right_kind and in_agri_zone."),
            ),
            (
                "CULTIVATORS",
                tr("Cultivators"),
                table,
                tr("Private table with cultivator_key, age and successor. Ages are not written to any result."),
            ),
            ("HAZARD", tr("Hazard zones"), polygon, tr("Zones with phenomenon (slope, debris, landslide, flood).")),
            ("ZONING", tr("Zones by law"), polygon, tr("Zones with kind (agri_zone, protection_forest, slope_red).")),
            (
                "HOUSES",
                tr("Houses"),
                polygon,
                tr("Houses with the field occupied. Without them the harm of most lots stays unknown."),
            ),
            ("ROADS", tr("Roads"), line, tr("Road lines, for reach and for harm to roads.")),
            ("HAMLETS", tr("Hamlets"), polygon, tr("Areas with hamlet and district.")),
            (
                "RULES",
                tr("Rule table"),
                table,
                tr("The rule table used for the harm to surroundings. Empty: the default."),
            ),
        ):
            if name == "BURDEN":
                self.add(
                    source("INPUT", tr("Lots with condition"), [polygon]),
                    tr("The result of “Find unmanaged land”, in a plane coordinate system in metres."),
                )
            if name in _SEVERAL:
                reading.add_layers(self, name, label, kinds, text)
            else:
                self.add(source(name, label, [kinds], optional=True), text)
        number = QgsProcessingParameterNumber.Type
        for name, label, kind, value, text in (
            (
                "SECURE_AGE",
                tr("Farmers below this age go on without a successor"),
                number.Integer,
                70,
                tr("An assumption about the next ten years."),
            ),
            (
                "BURDEN_LARGE",
                tr("Harm is large from this burden"),
                number.Double,
                10.0,
                tr("About the number of fields within reach. An assumption to be discussed."),
            ),
            (
                "STEEP",
                tr("Hard to reach from this slope (degrees)"),
                number.Double,
                20.0,
                tr("For watch only. An assumption."),
            ),
            (
                "FAR_ROAD",
                tr("Hard to reach from this distance to a road (m)"),
                number.Double,
                100.0,
                tr("For watch only. An assumption."),
            ),
            (
                "FAR_HOUSE",
                tr("No house within (m)"),
                number.Double,
                100.0,
                tr("Watch only is not proposed nearer to a house. An assumption."),
            ),
            (
                "BLOCK_HA",
                tr("Least contiguous block for priority (ha)"),
                number.Double,
                1.0,
                tr("1 ha is the block of the direct payment for hilly areas."),
            ),
        ):
            self.add(QgsProcessingParameterNumber(name, label, kind, value, minValue=0), text, advanced=True)
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Draft for discussion"), polygon),
            tr("The lots with proposed class, reason, basis, certainty, and conflicts with laws."),
        )
        for name, label in (
            ("MAINTAIN", tr("Lots: maintain")),
            ("ADAPT", tr("Lots: adapt")),
            ("CONVERT", tr("Lots: convert")),
            ("MINIMUM", tr("Lots: minimum")),
            ("WATCH", tr("Lots: watch")),
            ("UNDECIDED", tr("Lots: undecided")),
            ("PRIORITY", tr("Lots proposed as priority")),
            ("CONFLICTS", tr("Lots with a conflict with a law")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core import frames
        from ..core.choice import draft as drafting
        from ..core.choice import facts as facts_of
        from ..core.externality import rules as rules_of

        progress = self.progress(feedback)
        lots, _ = reading.read_lots(self, parameters, "INPUT", context, LOTS, progress.span(0.0, 0.2))
        frames.require(lots, ("lot_key",), LOTS)
        inputs = facts_of.Inputs(
            **{
                name.lower(): reading.read_table(self, parameters, parameter, context)
                for name, parameter in (
                    ("burden", "BURDEN"),
                    ("evidence", "EVIDENCE"),
                    ("register", "REGISTER"),
                    ("farmland", "FARMLAND_REGISTER"),
                    ("cultivators", "CULTIVATORS"),
                )
            },
            **{
                name: (reading.read_layers if name.upper() in _SEVERAL else reading.read_layer)(
                    self, parameters, name.upper(), context, lots.crs, what
                )
                for name, what in (
                    ("hazard", Text("The layer of hazard zones", "災害の区域の図")),
                    ("zoning", Text("The layer of zones by law", "法律の区域の図")),
                    ("houses", Text("The layer of houses", "家屋の図")),
                    ("roads", Text("The layer of roads", "道路の図")),
                    ("hamlets", Text("The layer of hamlets", "集落の図")),
                )
            },
        )
        table = reading.read_table(self, parameters, "RULES", context)
        rules = (
            rules_of.read_rules(catalogue_text("externality_rules.csv"))
            if table is None
            else rules_of.rules_from_frame(table)
        )
        limits = drafting.Limits()._replace(
            secure_age=self.parameterAsInt(parameters, "SECURE_AGE", context),
            burden_large=self.parameterAsDouble(parameters, "BURDEN_LARGE", context),
            steep=self.parameterAsDouble(parameters, "STEEP", context),
            far_road=self.parameterAsDouble(parameters, "FAR_ROAD", context),
            far_house=self.parameterAsDouble(parameters, "FAR_HOUSE", context),
            block_ha=self.parameterAsDouble(parameters, "BLOCK_HA", context),
        )
        facts = facts_of.gather(lots, inputs, rules, limits.secure_age, progress.span(0.2, 0.6))
        made = drafting.draft(facts, lots.geometry.to_numpy(), limits, progress.span(0.6, 0.85))

        result = lots[[lots.geometry.name]].copy()
        for name in made.columns:
            result[name] = made[name].to_numpy()
        result["chiban"], result["oaza"] = frames.texts(lots, "chiban"), frames.texts(lots, "oaza")
        sink, output = self.parameterAsSink(
            parameters,
            "OUTPUT",
            context,
            bridge.fields_from(CHOICE_FIELDS, language()),
            QgsWkbTypes.Type.MultiPolygon,
            bridge.qgis_crs(lots.crs),
        )
        bridge.write_frame(result, sink, CHOICE_FIELDS, progress.span(0.85, 1.0))
        counts = made["management_class"].value_counts()
        return {
            "OUTPUT": output,
            **{code.upper(): int(counts.get(code, 0)) for code in CLASSES},
            "PRIORITY": int(made["priority"].sum()),
            "CONFLICTS": int(made["conflict"].notna().sum()),
        }
