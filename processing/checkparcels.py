"""Check lots and boundaries."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.parcels.findings import AREA_FIELDS, FINDING_FIELDS, LOT_FIELDS, SNAPPED_FIELDS
from ..core.parcels.lifefields import LIFE_FIELDS
from ..core.progress import Progress
from ..core.schema import FieldSpec, names
from ..core.texts import Text
from ..core.watch import resting_collector
from ..gis import bridge, quickread
from ..gis.i18n import language, tr
from .base import UNDERSTAND, LandAlgorithm
from .reading import ROW_NUMBERS, read_table, require_areas, tell_replaced

#: Default field names; a default that the layer lacks means "not there", not an error.
DEFAULT_FIELDS = {
    "KEY_FIELD": "lot_key",
    "LABEL_FIELD": "chiban",
    "AREA_FIELD": "area_reg",
    "ACCURACY_FIELD": "accuracy_class",
    "CATEGORY_FIELD": "category_reg",
    "SHEET_FIELD": "sheets",
    "REGISTER_KEY": "lot_key",
    "REGISTER_AREA": "area_reg",
    "REGISTER_CATEGORY": "category_reg",
}

#: Fields of the lots in the order of the core's ``Fields``.
INPUT_FIELDS = ("KEY_FIELD", "LABEL_FIELD", "AREA_FIELD", "ACCURACY_FIELD", "CATEGORY_FIELD", "SHEET_FIELD")

#: Accuracy classes of 国土調査法施行令 別表第四; the first choice decides by land category.
CLASS_CHOICES = ("", "甲一", "甲二", "甲三", "乙一", "乙二", "乙三")

#: m² per unit: m², ares, hectares, tsubo (400/121 m²).
UNIT_CHOICES = (1.0, 100.0, 10_000.0, 400.0 / 121.0)


class CheckParcels(LandAlgorithm):
    """Findings about lots and boundaries, and a result for each lot."""

    ID = "checkparcels"
    GROUP = UNDERSTAND
    ICON = "check"

    _file: Optional[quickread.PlainFile] = None  #: where the lots lie, if they can be read from the file

    def title(self) -> str:
        return tr("Check lots and boundaries")

    def help_text(self) -> str:
        return tr(
            "Looks for broken shapes, duplicates, overlaps, lots inside lots, gaps and open strips between lots, "
            "missing border points, borders that only nearly fit, spikes, parts and holes, narrow and very small "
            "lots, seams of map sheets, and lots whose area differs from the register by more than the tolerance "
            "of their accuracy class. One broken lot does not stop the check. Each finding has a place, a size and "
            "an explanation. It is a screening: it does not say which border is right. The layer must be in a plane "
            "coordinate system in metres."
        )

    def setup(self) -> None:
        self.add(
            QgsProcessingParameterFeatureSource("INPUT", tr("Lots"), [QgsProcessing.SourceType.TypeVectorPolygon]),
            tr("The lots to check, one area per lot."),
        )
        self._field(
            "KEY_FIELD",
            tr("Lot key"),
            tr("The field that names each lot. Without it the row number of the layer is used."),
            "INPUT",
        )
        self._field(
            "LABEL_FIELD", tr("Lot number to show"), tr("The field with the lot number people know (地番)."), "INPUT"
        )
        self._field(
            "AREA_FIELD",
            tr("Registered area"),
            tr("The field with the registered area (地積). Not needed when a register table is given."),
            "INPUT",
        )
        self._field(
            "ACCURACY_FIELD",
            tr("Accuracy class"),
            tr("The field with the accuracy class (精度区分), which sets the tolerance of the area."),
            "INPUT",
        )
        self._field(
            "CATEGORY_FIELD",
            tr("Land category"),
            tr("The field with the registered land category (地目). Roads and ditches are narrow by nature."),
            "INPUT",
        )
        self._field(
            "SHEET_FIELD",
            tr("Map sheet"),
            tr(
                "The field with the sheet or map a lot was drawn on (地図番号, 地図名). What does not fit between lots "
                "of different sheets is reported as a seam, and as less serious."
            ),
            "INPUT",
        )
        self.add(
            QgsProcessingParameterFeatureSource(
                "REGISTER", tr("Land register table"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr(
                "A table with lot key, registered area and land category. It may have several rows per lot, "
                "one for each owner."
            ),
        )
        self.add(
            QgsProcessingParameterNumber(
                "TOLERANCE", tr("Tolerance (m)"), QgsProcessingParameterNumber.Type.Double, 0.01, minValue=0.0
            ),
            tr(
                "Gaps and overlaps up to this width are ignored. Points up to this distance from a border count "
                "as lying on it."
            ),
        )
        self._register_fields()
        self._thresholds()
        self.add(
            QgsProcessingParameterString("ONLY", tr("Only these lots"), optional=True),
            tr(
                "Keys of lots, separated by semicolons. Then only these lots and their neighbours are checked, which "
                "is quick after a correction. Empty: all lots."
            ),
            True,
        )
        self._earlier()
        self.add(
            QgsProcessingParameterFeatureSink("OUTPUT", tr("Findings"), QgsProcessing.SourceType.TypeVectorPoint),
            tr("One point per finding, with kind, severity, lots, size and explanation."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "AREAS",
                tr("Areas of findings"),
                QgsProcessing.SourceType.TypeVectorPolygon,
                optional=True,
                createByDefault=False,
            ),
            tr("The areas of overlaps, gaps, duplicates and narrow lots."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "LOTS",
                tr("Checked lots"),
                QgsProcessing.SourceType.TypeVectorPolygon,
                optional=True,
                createByDefault=False,
            ),
            tr("All lots with their area, the registered area, the tolerance and the number of findings."),
        )
        self.add(
            QgsProcessingParameterFeatureSink(
                "SNAPPED",
                tr("Points taken for one"),
                QgsProcessing.SourceType.TypeVectorPoint,
                optional=True,
                createByDefault=False,
            ),
            tr(
                "Every border point that was taken for the point of a neighbour within the tolerance, with the "
                "distance."
            ),
        )
        for name, label in (
            ("FINDINGS", tr("Findings")),
            ("ERRORS", tr("To fix first")),
            ("WARNINGS", tr("To check")),
            ("NOTES", tr("Notes")),
            ("SURVEYOR", tr("Need a surveyor")),
            ("NEW", tr("New findings")),
            ("ACCEPTED", tr("Left as it is")),
            ("CURED", tr("Cured")),
            ("LOTS_CHECKED", tr("Lots checked")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def _earlier(self) -> None:
        vector = [QgsProcessing.SourceType.TypeVector]
        self.add(
            QgsProcessingParameterFeatureSource("KNOWN", tr("Findings of an earlier check"), vector, optional=True),
            tr(
                "Then each finding is new or open, those that are gone are added as cured, and what was left as it is "
                "stays so."
            ),
            True,
        )
        self.add(
            QgsProcessingParameterFeatureSource("DECISIONS", tr("Table of accepted findings"), vector, optional=True),
            tr(
                "A table with finding_id, status, decided_by (a role, not a name), decided_on and reason. When given, "
                "it alone says which findings are left as they are."
            ),
            True,
        )

    def _field(self, name: str, label: str, help_text: str, parent: str, advanced: bool = False) -> None:
        parameter = QgsProcessingParameterField(
            name, label, DEFAULT_FIELDS[name], parent, QgsProcessingParameterField.DataType.Any, False, True
        )
        self.add(parameter, help_text, advanced)

    def _register_fields(self) -> None:
        self._field(
            "REGISTER_KEY",
            tr("Lot key in the register"),
            tr("The field of the register table that names the lot."),
            "REGISTER",
            True,
        )
        self._field(
            "REGISTER_AREA",
            tr("Area in the register"),
            tr("The field of the register table with the registered area."),
            "REGISTER",
            True,
        )
        self._field(
            "REGISTER_CATEGORY",
            tr("Land category in the register"),
            tr("The field of the register table with the land category."),
            "REGISTER",
            True,
        )

    def _thresholds(self) -> None:
        number = QgsProcessingParameterNumber
        self.add(
            QgsProcessingParameterEnum(
                "AREA_UNIT",
                tr("Unit of the registered area"),
                [tr("square metres (m²)"), tr("ares"), tr("hectares"), tr("tsubo")],
                defaultValue=0,
            ),
            tr("The unit in which the registered areas are written."),
            True,
        )
        self.add(
            QgsProcessingParameterEnum(
                "DEFAULT_CLASS",
                tr("Accuracy class where none is given"),
                [tr("By land category: 乙三 for forest and wild land, else 乙一"), *CLASS_CHOICES[1:]],
                defaultValue=0,
            ),
            tr("Used for lots without an accuracy class; findings then say that it is an assumption."),
            True,
        )
        self.add(
            number("MIN_AREA", tr("Smallest gap or overlap (m²)"), number.Type.Double, 0.01, minValue=0.0),
            tr("Smaller gaps and overlaps are ignored."),
            True,
        )
        self.add(
            number("MAX_GAP_AREA", tr("Largest gap (m²)"), number.Type.Double, 0.0, minValue=0.0),
            tr("Larger enclosed areas are taken for land outside the map. 0 means no limit."),
            True,
        )
        self.add(
            number("SLIVER_WIDTH", tr("Width of narrow lots (m)"), number.Type.Double, 0.5, minValue=0.0),
            tr(
                "Lots narrower than this are noted, unless they belong to a network of roads or ditches. "
                "0 leaves this out."
            ),
            True,
        )
        self.add(
            number("CHANNEL_WIDTH", tr("Width of open strips (m)"), number.Type.Double, 0.5, minValue=0.0),
            tr(
                "Bare strips between lots up to this width are found even when they are open to the outside. "
                "0 leaves this out."
            ),
            True,
        )
        self.add(
            number("SPIKE_WIDTH", tr("Width of spikes (m)"), number.Type.Double, 0.05, minValue=0.0),
            tr("Points of an outline that are thinner than this are reported. 0 leaves this out."),
            True,
        )
        self.add(
            number("MIN_LOT_AREA", tr("Smallest lot (m²)"), number.Type.Double, 0.1, minValue=0.0),
            tr("Lots smaller than this are noted. 0 leaves this out."),
            True,
        )

    def prepareAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        ready = super().prepareAlgorithm(parameters, context, feedback)
        self._file = quickread.plain_file(
            self.parameterAsVectorLayer(parameters, "INPUT", context), parameters.get("INPUT")
        )
        return ready

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.parcels import findings_life

        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise InputError(
                Text(
                    "The lots could not be opened. Choose another layer.",
                    "筆のデータを開けませんでした。別のデータを選んでください。",
                )
            )
        crs, what = bridge.pyproj_crs(source.sourceCrs()), Text("The lots layer", "筆のデータ")
        require_areas(self, parameters, "INPUT", context, what)
        bridge.require_metric(crs, what)
        fields = {name: self._chosen(parameters, name, context, source) for name in INPUT_FIELDS}
        progress = self.progress(feedback)
        only = [part.strip() for part in self.parameterAsString(parameters, "ONLY", context).split(";") if part.strip()]
        known, decisions = (self._findings_table(parameters, name, context) for name in ("KNOWN", "DECISIONS"))
        asked = frozenset(only)
        beside: list[str] = []
        if only and known is not None:
            only = findings_life.touched_lots(known, only)
            beside = findings_life.touched_lots(known, only)  # a gap is seen by all lots around it only
        with resting_collector():
            result, keys = self._check(
                parameters, context, feedback, source, fields, only, beside, known is not None, crs, progress
            )
        absent = sorted(asked.difference(keys))
        if absent:
            feedback.pushInfo(
                tr("{n} of the lots to check are not on the map, for example {examples}.").format(
                    n=len(absent), examples=", ".join(absent[:5])
                )
            )
        steady = findings_life.steady_ids(result.findings, result.areas, known)
        for table in (result.findings, result.areas) if steady else ():
            table["finding_id"] = table["finding_id"].replace(steady)
        findings = findings_life.with_life(result.findings, known, decisions, only or None, None if only else keys)
        progress.span(0.92, 0.92)  # the last chance to cancel; from here on everything is written
        outputs = self._write(parameters, context, source, result._replace(findings=findings), feedback)
        counts = {**result.counts, **findings_life.life_counts(findings)}
        feedback.pushInfo(
            tr("{lots} lots checked: {errors} to fix first, {warnings} to check, {notes} notes.").format(
                lots=counts["lots"], errors=counts["error"], warnings=counts["warning"], notes=counts["note"]
            )
        )
        outputs.update(
            FINDINGS=counts["findings"],
            ERRORS=counts["error"],
            WARNINGS=counts["warning"],
            NOTES=counts["note"],
            SURVEYOR=counts["surveyor"],
            NEW=counts["new"],
            ACCEPTED=counts["accepted"],
            CURED=counts["cured"],
            LOTS_CHECKED=counts["lots"],
        )
        return outputs

    def _check(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        source: QgsProcessingFeatureSource,
        fields: dict[str, Optional[str]],
        only: list[str],
        beside: list[str],
        named: bool,
        crs: Any,
        progress: Progress,
    ) -> tuple[Any, list[str]]:
        """Read the lots and check them, all with their shapes packed or only some; the result, and all lot keys.

        ``only``: the lots to report, all if empty; ``beside``: lots to look at beside them. ``named``: whether the
        keys are needed if all are checked.
        """
        from ..core.parcels import check
        from ..gis import lotstream

        wanted = sorted({name for name in fields.values() if name})
        shapes = None
        if only:
            table = bridge.source_to_frame(source, progress.part(0.0, 0.25), fields=wanted)
        else:
            table, shapes = lotstream.read_packed(source, wanted, progress.part(0.0, 0.25), self._file)
        conflicting: list[str] = []
        register = self.parameterAsSource(parameters, "REGISTER", context)
        if register is not None:
            table, conflicting = self._join(parameters, context, feedback, register, table, fields)
        if fields["AREA_FIELD"]:
            self._require_number(table, fields["AREA_FIELD"])
        settings = self._settings(parameters, context)
        names = [fields[name] for name in INPUT_FIELDS]
        part = progress.part(0.25, 0.92)
        key = fields["KEY_FIELD"]
        packed = None
        if shapes is not None:
            packed = check.check_packed(table, shapes, check.Fields(*names), settings, conflicting, part, crs)
            if not named:
                return packed, []
        keys = list(check.texts(table[key])) if key else [str(value) for value in table.index]
        keys = [value or f"#{row}" for value, row in zip(keys, table.index)]
        if packed is not None:
            return packed, keys
        judged, looked = (
            [row for row, value in enumerate(keys) if value in some] for some in (frozenset(only), frozenset(beside))
        )
        *five, sheet = names
        return check.check_parcels(table, settings, *five, conflicting, part, judged, sheet, looked), keys

    def _findings_table(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> Any:
        """Findings or decisions of earlier; ``None`` when not given. Raises ``InputError`` for another table."""
        from ..core.parcels import findings_life

        table = read_table(self, parameters, name, context)
        if table is None:
            return None
        if "finding_id" not in table.columns:
            raise InputError(
                Text(
                    "The table of earlier findings has no field “finding_id”. Choose the result of an earlier check.",
                    "以前の指摘の表に項目「finding_id」がありません。以前の点検結果を選んでください。",
                )
            )
        return findings_life.points(table)

    def _chosen(
        self,
        parameters: dict[str, Any],
        name: str,
        context: QgsProcessingContext,
        source: QgsProcessingFeatureSource,
    ) -> Optional[str]:
        """The field to use, or ``None`` when the default field is not there.

        Raises ``InputError`` for any other field that the source lacks.
        """
        field = self.parameterAsString(parameters, name, context)
        if not field:
            return None
        position = source.fields().lookupField(field)
        if position >= 0:
            return str(source.fields()[position].name())
        if field == DEFAULT_FIELDS[name]:
            return None
        raise InputError(
            Text(
                "The field “{name}” is missing. Fields found: {found}. Choose another field.",
                "項目「{name}」がありません。ある項目: {found}。別の項目を選んでください。",
            ).format(name=field, found=", ".join(f.name() for f in source.fields()))
        )

    def _require_number(self, frame: Any, field: str) -> None:
        if frame[field].dtype.kind not in "iuf":
            raise InputError(
                Text(
                    "The field “{name}” holds text, but registered areas must be numbers. Choose another field.",
                    "項目「{name}」は文字です。登記面積には数の項目を選んでください。",
                ).format(name=field)
            )

    def _join(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        register: QgsProcessingFeatureSource,
        frame: Any,
        fields: dict[str, Optional[str]],
    ) -> tuple[Any, list[str]]:
        """The lots with area and category of the register; sets the fields to use."""
        from ..core.parcels import check

        key = fields["KEY_FIELD"]
        if key is None:
            raise InputError(
                Text(
                    "A register table can only be joined by a lot key. Choose the field with the lot key.",
                    "登記の表を結び付けるには筆のキーが要ります。キーの項目を選んでください。",
                )
            )
        register_key = self._chosen(parameters, "REGISTER_KEY", context, register)
        area = self._chosen(parameters, "REGISTER_AREA", context, register)
        category = self._chosen(parameters, "REGISTER_CATEGORY", context, register)
        table = bridge.source_to_frame(register, fields=[name for name in (register_key, area, category) if name])
        if area:
            self._require_number(table, area)
        joined = check.join_register(
            frame,
            table,
            key,
            register_key or DEFAULT_FIELDS["REGISTER_KEY"],
            area or DEFAULT_FIELDS["REGISTER_AREA"],
            category,
        )
        fields["AREA_FIELD"] = check.REGISTER_AREA
        if category:
            fields["CATEGORY_FIELD"] = check.REGISTER_CATEGORY
        if joined.not_on_map:
            feedback.pushInfo(
                tr("{n} lots of the register are not on the map, for example {examples}.").format(
                    n=len(joined.not_on_map), examples=", ".join(joined.not_on_map[:5])
                )
            )
        return joined.lots, joined.conflicting

    def _settings(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        from ..core.parcels.check import CheckSettings

        return CheckSettings(
            tolerance=self.parameterAsDouble(parameters, "TOLERANCE", context),
            min_area=self.parameterAsDouble(parameters, "MIN_AREA", context),
            max_gap_area=self.parameterAsDouble(parameters, "MAX_GAP_AREA", context),
            sliver_width=self.parameterAsDouble(parameters, "SLIVER_WIDTH", context),
            default_class=CLASS_CHOICES[self.parameterAsEnum(parameters, "DEFAULT_CLASS", context)] or None,
            area_unit=UNIT_CHOICES[self.parameterAsEnum(parameters, "AREA_UNIT", context)],
            channel_width=self.parameterAsDouble(parameters, "CHANNEL_WIDTH", context),
            spike_width=self.parameterAsDouble(parameters, "SPIKE_WIDTH", context),
            min_lot_area=self.parameterAsDouble(parameters, "MIN_LOT_AREA", context),
            list_snapped=bool(parameters.get("SNAPPED")),
        )

    def _write(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        source: QgsProcessingFeatureSource,
        result: Any,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..gis import lotstream

        point, polygon = QgsWkbTypes.Type.Point, QgsWkbTypes.Type.MultiPolygon
        given = bridge.specs_of(source.fields())
        if parameters.get("LOTS") not in (None, ""):
            tell_replaced(given, LOT_FIELDS, feedback)
        kept = kept_specs(given)
        shape = QgsWkbTypes.Type.MultiPolygonZ if QgsWkbTypes.hasZ(source.wkbType()) else polygon
        outputs = {}
        flags = QgsFeatureSink.SinkFlags()
        if self._file is None and _row_numbers_twice(source):
            flags = QgsFeatureSink.SinkFlags(QgsFeatureSink.SinkFlag.RegeneratePrimaryKey)
        for name, frame, specs, kind in (
            ("OUTPUT", result.findings, [*FINDING_FIELDS, *LIFE_FIELDS], point),
            ("AREAS", result.areas, AREA_FIELDS, polygon),
            ("SNAPPED", result.snapped, SNAPPED_FIELDS, point),
            ("LOTS", None, [*kept, *LOT_FIELDS], shape),
        ):
            sink, identity = self.parameterAsSink(
                parameters,
                name,
                context,
                bridge.fields_from(specs, language()),
                kind,
                source.sourceCrs(),
                flags if name == "LOTS" else QgsFeatureSink.SinkFlags(),
            )
            if sink is None:
                if parameters.get(name):
                    raise InputError(
                        Text(
                            "The output “{name}” cannot be written. Choose another place.",
                            "出力「{name}」を書き込めません。別の場所を選んでください。",
                        ).format(name=name)
                    )
                continue
            if frame is None:
                lotstream.write_with_results(source, kept, result.lots, LOT_FIELDS, sink)
            else:
                bridge.write_frame(frame, sink, specs)
            del sink
            outputs[name] = identity
        return outputs


def _row_numbers_twice(source: QgsProcessingFeatureSource) -> bool:
    """Whether a row number of a file stands in several rows, as where maps were put together."""
    places = [place for place, field in enumerate(source.fields()) if field.name().lower() in ROW_NUMBERS]
    return any(len(source.uniqueValues(place)) < source.featureCount() for place in places)


def kept_specs(source_specs: list[FieldSpec]) -> list[FieldSpec]:
    """The fields of the input; results of an earlier check are replaced by the new ones."""
    new = set(names(LOT_FIELDS))
    return [spec for spec in source_specs if spec.name.lower() not in new]
