"""Match register rows with lots."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.parcels.matchwords import (
    DECISION_FIELDS,
    JOINED_FIELDS,
    MATCH_FIELDS,
    NO_AREAS,
    UNMATCHED_LOT_FIELDS,
    UNMATCHED_ROW_FIELDS,
)
from ..core.schema import FieldSpec, names
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from .base import UNDERSTAND, LandAlgorithm
from .reading import kept_fields, read_lots, read_required, read_table, require_areas, write_sink, write_table

_CLASSES = ("甲一", "甲二", "甲三", "乙一", "乙二", "乙三")
_LOTS = Text("The lots layer", "筆のデータ")
#: Default columns; a default that is not there counts as "none".
_LOT_DEFAULTS = {
    "LOT_KEY": "lot_key",
    "LOT_NUMBER": "chiban",
    "LOT_OAZA": "oaza",
    "LOT_CHOME": "chome",
    "LOT_KOAZA": "koaza",
    "LOT_CLASS": "accuracy_class",
    "LOT_UNDETERMINED": "undetermined",
}
_ROW_DEFAULTS = {
    "ROW_KEY": "lot_key",
    "ROW_NUMBER": "chiban",
    "ROW_OAZA": "oaza",
    "ROW_KOAZA": "koaza",
    "ROW_AREA": "area_reg",
}
_KEYED = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("row_key", "text", "Register entry", "登記の行のキー"),
    FieldSpec("row_lots", "int", "Lots of this row", "この行の筆数"),
)


class MatchRegister(LandAlgorithm):
    """Which register row belongs to which lot, with reasons; decisions are remembered."""

    ID = "matchregister"
    GROUP = UNDERSTAND
    ICON = "check"

    def title(self) -> str:
        return tr("Match register with lots")

    def help_text(self) -> str:
        return tr(
            "Finds for each row of a register table its lot on the map. Certain: the same number in the same place, "
            "alone on both sides, and areas that agree where both are known. Likely: something differs, and a person "
            "should look; the reason says what. Rows and lots without a partner are listed with the reason. Only "
            "certain and accepted matches are joined to the lots. Decisions of people are read from a table and kept "
            "in the next run. It is a comparison of texts and areas: it does not prove where a lot lies or who owns it."
        )

    def setup(self) -> None:
        source, kinds = QgsProcessingParameterFeatureSource, QgsProcessing.SourceType
        self.add(
            source("INPUT", tr("Lots"), [kinds.TypeVectorPolygon]),
            tr("The lots of the map, in a plane coordinate system in metres."),
        )
        self.add(
            source("REGISTER", tr("Register table"), [kinds.TypeVector]),
            tr("The register: one row per lot, or several where a lot has several owners."),
        )
        self.add(
            source("DECISIONS", tr("Decisions of earlier runs"), [kinds.TypeVector], optional=True),
            tr("The table of decisions that an earlier run or the review wrote. Decisions are kept."),
        )
        for name, label, help_text in (
            ("LOT_KEY", tr("Lot key"), tr("The field that names each lot.")),
            ("LOT_NUMBER", tr("Lot number"), tr("The field of the lots with the lot number (地番).")),
            ("LOT_OAZA", tr("District (大字)"), tr("The field of the lots with the name of the 大字.")),
        ):
            self._field(name, label, help_text, "INPUT")
        for name, label, help_text in (
            ("ROW_KEY", tr("Lot key in the register"), tr("The field of the register table that names the lot.")),
            (
                "ROW_NUMBER",
                tr("Lot number in the register"),
                tr("The field of the register with the lot number, in any spelling, with or without the place."),
            ),
            (
                "ROW_OAZA",
                tr("District in the register"),
                tr("The field of the register with the 大字 or the whole place."),
            ),
            ("ROW_AREA", tr("Area in the register"), tr("The field of the register table with the registered area.")),
        ):
            self._field(name, label, help_text, "REGISTER")
        self._more_fields()
        self._outputs()

    def _field(self, name: str, label: str, help_text: str, parent: str, advanced: bool = False) -> None:
        default = {**_LOT_DEFAULTS, **_ROW_DEFAULTS}[name]
        kind = QgsProcessingParameterField.DataType.Any
        self.add(QgsProcessingParameterField(name, label, default, parent, kind, False, True), help_text, advanced)

    def _more_fields(self) -> None:
        for name, label, help_text, parent in (
            ("LOT_CHOME", tr("Chome (丁目)"), tr("The field of the lots with the 丁目, if it is apart."), "INPUT"),
            ("LOT_KOAZA", tr("Small district (小字)"), tr("The field of the lots with the 小字."), "INPUT"),
            (
                "LOT_CLASS",
                tr("Accuracy class"),
                tr("The field with the accuracy class (精度区分), which sets the tolerance of the area."),
                "INPUT",
            ),
            (
                "LOT_UNDETERMINED",
                tr("Lots of undetermined boundary"),
                tr("The field that lists the numbers inside a lot of undetermined boundary (筆界未定)."),
                "INPUT",
            ),
            (
                "ROW_KOAZA",
                tr("Small district in the register"),
                tr("The field of the register with the 小字, if it is apart."),
                "REGISTER",
            ),
        ):
            self._field(name, label, help_text, parent, True)
        self.add(
            QgsProcessingParameterField(
                "JOIN",
                tr("Register columns for the lots"),
                None,
                "REGISTER",
                QgsProcessingParameterField.DataType.Any,
                True,
                True,
            ),
            tr("Columns that the lots get. Empty: all but those that look like personal data (names, addresses)."),
            True,
        )
        self.add(
            QgsProcessingParameterEnum(
                "DEFAULT_CLASS", tr("Accuracy class where none is given"), list(_CLASSES), defaultValue=3
            ),
            tr("Sets the tolerance for lots without an accuracy class (assumption)."),
            True,
        )
        number = QgsProcessingParameterNumber
        self.add(
            number(
                "AREA_SLACK",
                tr("Allowed difference of areas (%)"),
                number.Type.Double,
                0.0,
                minValue=0.0,
                maxValue=99.0,
            ),
            tr("Allowed besides the tolerance, for old maps whose areas are known to be off. 0: only the tolerance."),
            True,
        )

    def _outputs(self) -> None:
        sink, kinds = QgsProcessingParameterFeatureSink, QgsProcessing.SourceType
        self.add(
            sink("OUTPUT", tr("Matches"), kinds.TypeVectorPoint),
            tr("One point per pair of lot and register entry: certain, likely, accepted or rejected, with the reason."),
        )
        for name, label, kind, help_text in (
            (
                "UNMATCHED_LOTS",
                tr("Lots without a row"),
                kinds.TypeVectorPolygon,
                tr("Lots for which no row was found, and why."),
            ),
            (
                "UNMATCHED_ROWS",
                tr("Rows without a lot"),
                kinds.TypeVector,
                tr("Rows for which no lot was found, and why."),
            ),
            (
                "LOTS",
                tr("Lots with register columns"),
                kinds.TypeVectorPolygon,
                tr("All lots; those with a certain or accepted match carry the columns of the register."),
            ),
            (
                "KEYED",
                tr("Register with lot keys"),
                kinds.TypeVector,
                tr("The register rows with the key of their lot, for the other tools; personal columns are left out."),
            ),
            (
                "DECISIONS_OUT",
                tr("Decisions"),
                kinds.TypeVector,
                tr("All decisions, each with whether its data are still the same (current, changed, gone)."),
            ),
        ):
            self.add(sink(name, label, kind, optional=True, createByDefault=False), help_text)
        for name, label in (
            ("LOT_COUNT", tr("Lots")),
            ("LOTS_WITH_ENTRY", tr("Lots with a register entry")),
            ("TO_REVIEW", tr("To review")),
            ("LOTS_WITHOUT", tr("Lots without a row")),
            ("ROWS_WITHOUT", tr("Entries without a lot")),
            ("DECISIONS_KEPT", tr("Decisions kept")),
            ("KEYS_ADDED", tr("Rows that got a lot key")),
            ("ENTRIES_WITH_AREA", tr("Entries with an area")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.parcels.matchdata import LotColumns, MatchSettings, RowColumns
        from ..core.parcels.matching import match_register
        from ..core.parcels.matchjoin import keys_added

        progress = self.progress(feedback)
        require_areas(self, parameters, "INPUT", context, _LOTS)
        lots, lot_fields = read_lots(self, parameters, "INPUT", context, _LOTS, progress.part(0.0, 0.1))
        register = read_required(self, parameters, "REGISTER", context, progress.part(0.1, 0.2))
        source = self.parameterAsSource(parameters, "REGISTER", context)
        row_fields = [spec for spec in bridge.specs_of(source.fields()) if spec.name in register.columns]
        decisions = read_table(self, parameters, "DECISIONS", context)
        chosen = {
            name: self._chosen(parameters, name, context, frame, default)
            for frame, defaults in ((lots, _LOT_DEFAULTS), (register, _ROW_DEFAULTS))
            for name, default in defaults.items()
        }
        if chosen["LOT_KEY"] is None:
            lots["lot_key"] = [f"#{value}" for value in lots.index]
        if chosen["ROW_AREA"] and register[chosen["ROW_AREA"]].dtype.kind not in "iuf":
            raise InputError(
                Text(
                    "The field “{name}” holds text, but registered areas must be numbers. Choose another field.",
                    "項目「{name}」は文字です。登記面積には数の項目を選んでください。",
                ).format(name=chosen["ROW_AREA"])
            )
        matching = match_register(
            lots,
            register,
            LotColumns(
                chosen["LOT_KEY"] or "lot_key",
                *(chosen[f"LOT_{n}"] for n in ("NUMBER", "OAZA", "CHOME", "KOAZA", "CLASS", "UNDETERMINED")),
            ),
            RowColumns(*(chosen[f"ROW_{n}"] for n in ("KEY", "NUMBER", "OAZA", "KOAZA", "AREA"))),
            MatchSettings(
                _CLASSES[self.parameterAsEnum(parameters, "DEFAULT_CLASS", context)],
                self.parameterAsDouble(parameters, "AREA_SLACK", context) / 100.0,
            ),
            decisions,
            progress.part(0.2, 0.95),
        )
        outputs = self._write(
            parameters, context, feedback, (lots, lot_fields), (register, row_fields), matching, chosen
        )
        counts = {
            "LOT_COUNT": len(lots),
            "LOTS_WITH_ENTRY": sum(state in ("certain", "accepted") for state in matching.state_of_lot),
            "TO_REVIEW": matching.to_review,
            "LOTS_WITHOUT": len(matching.unmatched_lots),
            "ROWS_WITHOUT": len(matching.unmatched_rows),
            "DECISIONS_KEPT": len(matching.decisions),
            "KEYS_ADDED": keys_added(register, matching, chosen["ROW_KEY"]),
            "ENTRIES_WITH_AREA": matching.with_area,
        }
        feedback.pushInfo(
            tr(
                "{found} of {lots} lots have a register entry; {review} to review, {rows} entries without a lot."
            ).format(
                found=counts["LOTS_WITH_ENTRY"],
                lots=counts["LOT_COUNT"],
                review=counts["TO_REVIEW"],
                rows=counts["ROWS_WITHOUT"],
            )
        )
        if len(register) and not matching.with_area:
            feedback.pushInfo(NO_AREAS.pick(language()))
        return {**outputs, **counts}

    def _chosen(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext, frame: Any, default: str
    ) -> Optional[str]:
        """The column to use; ``None`` when it is only the default and not there."""
        field = self.parameterAsString(parameters, name, context)
        if not field or (field == default and field not in frame.columns):
            return None
        return field

    def _write(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        lots: tuple[Any, list[FieldSpec]],
        register: tuple[Any, list[FieldSpec]],
        matching: Any,
        chosen: dict[str, Optional[str]],
    ) -> dict[str, Any]:
        import geopandas
        import shapely

        from ..core.parcels.matchjoin import joined_lots, keyed_register
        from ..core.personal import personal_columns

        lot_frame, lot_fields = lots
        row_frame, row_fields = register
        crs = bridge.qgis_crs(lot_frame.crs)
        point, polygon, nothing = QgsWkbTypes.Type.Point, QgsWkbTypes.Type.MultiPolygon, QgsWkbTypes.Type.NoGeometry
        outputs: dict[str, Any] = {}
        places = shapely.points(matching.matches["x"], matching.matches["y"])
        places[matching.matches["x"].isna().to_numpy()] = None
        matches = geopandas.GeoDataFrame(matching.matches, geometry=places, crs=lot_frame.crs)
        write_sink(self, parameters, "OUTPUT", context, matches, MATCH_FIELDS, point, crs, outputs)
        alone = matching.unmatched_lots
        shapes = lot_frame.geometry.to_numpy()[alone["_position"].to_numpy(dtype=int)]
        alone = geopandas.GeoDataFrame(alone, geometry=shapes, crs=lot_frame.crs)
        write_sink(self, parameters, "UNMATCHED_LOTS", context, alone, UNMATCHED_LOT_FIELDS, polygon, crs, outputs)
        write_table(self, parameters, "UNMATCHED_ROWS", context, matching.unmatched_rows, UNMATCHED_ROW_FIELDS, outputs)
        write_table(self, parameters, "DECISIONS_OUT", context, matching.decisions, DECISION_FIELDS, outputs)

        wanted = self.parameterAsFields(parameters, "JOIN", context)
        hidden = personal_columns(names(row_fields))
        if hidden and not wanted:
            feedback.pushInfo(tr("Left out as personal data: {columns}.").format(columns=", ".join(hidden)))
        columns = [spec for spec in row_fields if (spec.name in wanted if wanted else spec.name not in hidden)]
        columns = kept_fields(columns, (*JOINED_FIELDS, *_KEYED))
        kept = kept_fields(lot_fields, (*columns, *JOINED_FIELDS), feedback)
        joined = joined_lots(lot_frame[[*names(kept), lot_frame.geometry.name]], row_frame, matching, names(columns))
        specs = [*kept, *columns, *JOINED_FIELDS]
        write_sink(self, parameters, "LOTS", context, joined, specs, polygon, crs, outputs)
        keys = lot_frame[chosen["LOT_KEY"] or "lot_key"].dropna().astype(str)
        keyed = keyed_register(row_frame, matching, names(columns), keys, chosen["ROW_KEY"], chosen["ROW_AREA"])
        write_sink(
            self, parameters, "KEYED", context, keyed, [*_KEYED, *columns], nothing, bridge.qgis_crs(None), outputs
        )
        return outputs
