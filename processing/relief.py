"""Whom does it relieve if these lots are treated, and which lots are best."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
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
    FieldSpec("relief", "real", "Relief by this lot", "この筆で軽くなる影響"),
    FieldSpec("relieved", "int", "Receptors relieved", "影響が軽くなる先の数"),
)


def receptor_fields(kinds: Any) -> list[FieldSpec]:
    """Fields of the receptors."""
    return [
        FieldSpec("receptor_id", "text", "Id", "識別子"),
        FieldSpec("receptor_kind", "text", "Kind", "種類"),
        FieldSpec("exposure_before", "real", "Exposure now", "今の受ける影響"),
        FieldSpec("exposure_after", "real", "Exposure afterwards", "手入れ後の受ける影響"),
        FieldSpec("change", "real", "Change", "変化"),
        FieldSpec("change_pct", "real", "Change (%)", "変化（%）"),
        *(FieldSpec(f"change_{kind}", "real", f"Change: {kind}", f"変化: {kind}") for kind in sorted(kinds)),
        FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
        FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
    ]


class Relief(LandAlgorithm):
    """Lots, links, treatments -> change per receptor; best lots for a budget."""

    ID = "relief"
    GROUP = UNDERSTAND
    ICON = "externality"

    def title(self) -> str:
        return tr("Relieve harm")

    def help_text(self) -> str:
        return tr(
            "Tells whom it relieves, of what and by how much, if some lots are treated, for example mown. Or "
            "finds the lots that relieve most for given hours, money or number of lots, and says how far at most "
            "that is from the best possible. Costs and effects come from an editable table; those of the table "
            "that comes with the tool are assumptions. Harm is associated with the lots; relief is what the rules"
            " make expected, no promise."
        )

    def setup(self) -> None:
        polygon = QgsProcessing.SourceType.TypeVectorPolygon
        number, sink = QgsProcessingParameterNumber, QgsProcessingParameterFeatureSink
        whole, real = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
        harminput.add_inputs(self)
        self.add(
            QgsProcessingParameterString("TREATMENT", tr("Treatment"), "mow_1"),
            tr("The treatment_id of the table: mow_1, mow_2, graze, thin, plant, buffer_5, buffer_10, return_forest."),
        )
        self.add(
            QgsProcessingParameterString("CHOSEN", tr("Lots to treat"), "", optional=True),
            tr("Lot keys separated by “;”. Empty: the best lots for the limits below; without limits all lots."),
        )
        self.add(
            number("HOURS", tr("Hours there are per year"), real, None, True, 0.0),
            tr("Finds the best lots for these hours. Give hours or yen, not both."),
        )
        self.add(
            number("YEN", tr("Yen there are per year"), real, None, True, 0.0),
            tr("Finds the best lots for this money. Give hours or yen, not both."),
        )
        self.add(
            number("MOST_LOTS", tr("Most lots to treat"), whole, None, True, 1),
            tr("Finds the best lots, at most so many."),
        )
        self.add(
            number("THRESHOLD", tr("Exposure that is no trouble"), real, 0.0, False, 0.0),
            tr("When choosing lots, relief counts only down to this exposure. 0: all relief counts."),
            True,
        )
        self.add(sink("OUTPUT", tr("Treated lots"), polygon), tr("The lots with treatment, cost and relief."))
        self.add(
            sink("RECEPTORS_OUT", tr("Change for houses, fields and roads"), polygon),
            tr("Each receptor with its exposure before and after."),
        )
        for name, label in (
            ("LOTS_TREATED", tr("Lots treated")),
            ("RECEPTORS_RELIEVED", tr("Receptors relieved")),
            ("RELIEF", tr("Relief in all")),
            ("HOURS_USED", tr("Hours per year in all")),
            ("YEN_USED", tr("Yen per year in all")),
            ("BEST_POSSIBLE", tr("Most relief that can be reached within the limits")),
            ("GAP_PCT", tr("At most so many % below the best possible")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import numpy

        from ..core.externality import relief
        from ..core.externality.treatments import TEN_ARES, choose, words_of

        progress = self.progress(feedback)
        given = harminput.read_inputs(self, parameters, context, progress.part(0.0, 0.3))
        network = given.network
        treatment = choose(given.treatments, self.parameterAsString(parameters, "TREATMENT", context).strip())
        suited = treatment.suits(given.land_kinds)
        treated_m2 = treatment.treated_m2(given.lots.geometry.to_numpy())
        hours, yen = (treated_m2 / TEN_ARES * rate for rate in (treatment.hours_10a, treatment.yen_10a))
        gains = network.relief(treatment, suited)
        threshold = self.parameterAsDouble(parameters, "THRESHOLD", context)
        need = numpy.maximum(network.exposure() - threshold, 0.0)
        keys = self.parameterAsString(parameters, "CHOSEN", context)
        limits = [name for name in ("HOURS", "YEN", "MOST_LOTS") if parameters.get(name) not in (None, "")]
        outputs: dict[str, Any] = {}
        if keys.strip():
            chosen = self._named(keys, network.lot_keys)
        elif limits:
            if "HOURS" in limits and "YEN" in limits:
                raise InputError(Text("Give hours or yen, not both.", "作業時間か費用の片方だけを入れてください。"))
            cost, budget = numpy.zeros(len(hours)), 0.0
            if "HOURS" in limits:
                cost, budget = hours, self.parameterAsDouble(parameters, "HOURS", context)
            elif "YEN" in limits:
                cost, budget = yen, self.parameterAsDouble(parameters, "YEN", context)
            most = self.parameterAsInt(parameters, "MOST_LOTS", context) if "MOST_LOTS" in limits else None
            choice = relief.best_lots(gains, need, cost, budget, most, progress=progress.part(0.3, 0.8))
            chosen = choice.lots
            outputs["BEST_POSSIBLE"], outputs["GAP_PCT"] = choice.bound, 100 * choice.gap
            feedback.pushInfo(tr("At most {gap:.1f} % below the best possible.").format(gap=100 * choice.gap))
        else:
            chosen = numpy.arange(len(network.lot_keys))
        chosen = chosen[suited[chosen]]
        state = relief.ReliefState(network)
        for lot in chosen:
            state.add(int(lot), treatment)
        changes = relief.receptor_changes(network, state, given.evidence, given.labels)
        changed = geopandas.GeoDataFrame(changes, geometry=given.receptors.geometry.to_numpy(), crs=given.receptors.crs)
        lots = given.lots.iloc[chosen].reset_index(drop=True)
        single = gains[:, chosen]
        columns = {
            "lot_key": network.lot_keys[chosen],
            "treatment": treatment.treatment_id,
            "treatment_label": words_of(treatment).en,
            "treatment_label_ja": words_of(treatment).ja,
            "treated_m2": treated_m2[chosen],
            "hours": hours[chosen],
            "yen": yen[chosen],
            "relief": numpy.asarray(single.sum(axis=0)).ravel(),
            "relieved": numpy.diff(single.indptr),
        }
        for name, values in columns.items():
            lots[name] = values
        specs = [*LOT_FIELDS, *reading.kept_fields(given.fields, LOT_FIELDS)]
        crs = bridge.qgis_crs(lots.crs)
        for name, frame, its_fields, its_crs, low in (
            ("OUTPUT", lots, specs, crs, 0.8),
            ("RECEPTORS_OUT", changed, receptor_fields(network.values), bridge.qgis_crs(changed.crs), 0.9),
        ):
            sink, outputs[name] = self.parameterAsSink(
                parameters,
                name,
                context,
                bridge.fields_from(its_fields, language()),
                QgsWkbTypes.Type.MultiPolygon,
                its_crs,
            )
            bridge.write_frame(frame, sink, its_fields, progress.part(low, low + 0.1))
        outputs["LOTS_TREATED"] = len(chosen)
        outputs["RECEPTORS_RELIEVED"] = int((changes["change"] < -1e-12).sum())
        outputs["RELIEF"] = float(-changes["change"].sum())
        outputs["HOURS_USED"], outputs["YEN_USED"] = float(hours[chosen].sum()), float(yen[chosen].sum())
        return outputs

    def _named(self, text: str, lot_keys: Any) -> Any:
        """Positions of the lots named by the user; raises ``InputError`` for unknown ones."""
        import numpy

        place = {key: row for row, key in enumerate(lot_keys)}
        wanted = sorted({word.strip() for word in text.split(";") if word.strip()})
        unknown = [word for word in wanted if word not in place]
        if unknown:
            raise InputError(
                Text(
                    "These lots are not among the unmanaged lots: {names}. Check their keys.",
                    "管理されていない土地に次の筆がありません: {names}。識別子を確かめてください。",
                ).format(names=", ".join(unknown[:10]))
            )
        return numpy.array([place[word] for word in wanted], dtype="int64")
