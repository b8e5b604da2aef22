"""Repair lots and boundaries."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QThread

from ..core.errors import InputError
from ..core.parcels.repairfields import (
    CHANNELS,
    CLASS_NAMES,
    GAP_RULES,
    GAPS,
    LEFT_FIELDS,
    LEGAL_NOTE,
    OVERLAP_RULES,
    OVERLAPS,
    OWNER_FIELDS,
    PARTS,
    POINTS,
    REPAIR_FIELDS,
    REPORT_FIELDS,
    SNAP,
    SPIKES,
    VALID,
)
from ..core.schema import names
from ..core.texts import Text
from ..gis import bridge
from ..gis.edits import Reshaping, reshape
from ..gis.i18n import language, tr
from .base import UNDERSTAND, LandAlgorithm
from .reading import kept_fields, require_areas, write_sink

#: Default field names; a default that the layer lacks means "not there", not an error.
DEFAULT_FIELDS = {
    "KEY_FIELD": "lot_key",
    "LABEL_FIELD": "chiban",
    "ACCURACY_FIELD": "accuracy_class",
    "TRUSTED_FIELD": "trusted",
    "AGE_FIELD": "",
    "REGISTER_KEY": "lot_key",
    "REGISTER_OWNER": "owner_key",
    "REGISTER_SHARE": "share",
}

#: What the choice "leave overlaps" is called.
_LEAVE_OVERLAPS = "leave"


def _overlap_choices() -> list[str]:
    """The rules of ``OVERLAP_RULES`` in words, and leaving overlaps."""
    return [
        tr("The lot of the better accuracy class, else the one with the longer common border"),
        tr("The lot with the longer common border"),
        tr("The larger lot"),
        tr("The smaller lot"),
        tr("The older lot"),
        tr("Leave overlaps as they are"),
    ]


def _gap_choices() -> list[str]:
    """The rules of ``GAP_RULES`` in words."""
    return [
        tr("The lot with the longest common border"),
        tr("The largest lot beside it"),
        tr("The smallest lot beside it"),
        tr("Nobody: leave gaps as they are"),
    ]


class RepairParcels(LandAlgorithm):
    """Repaired lots, what each lot and owner wins and loses, and what is left."""

    ID = "repairparcels"
    GROUP = UNDERSTAND
    ICON = "check"

    def __init__(self) -> None:
        super().__init__()
        self._waiting: Optional[tuple[QgsVectorLayer, Reshaping, bool]] = None
        self._results: dict[str, Any] = {}

    def title(self) -> str:
        return tr("Repair lots and boundaries")

    def help_text(self) -> str:
        return tr(
            "Mends broken shapes, brings borders together, adds missing border points, settles overlaps and closes "
            "small gaps; on request it closes narrow open strips and cuts spikes. "
            "Trusted lots never change; what cannot be repaired without them is told, not forced. "
            "Tells for every lot and every owner the land won and lost. Repaired again, the map stays as it is. "
            "The result is a tidy map, not a legal boundary. The layer must be in a plane coordinate system in metres."
        )

    def setup(self) -> None:
        self.add(
            QgsProcessingParameterFeatureSource("INPUT", tr("Lots"), [QgsProcessing.SourceType.TypeVectorPolygon]),
            tr("The lots to repair, one area per lot."),
        )
        self._field("KEY_FIELD", tr("Lot key"), tr("The field that names each lot."))
        self._field("LABEL_FIELD", tr("Lot number to show"), tr("The field with the lot number people know (地番)."))
        self._steps()
        self._trust()
        self._register()
        self.add(
            QgsProcessingParameterBoolean("IN_PLACE", tr("Change the map of the lots itself"), False),
            tr(
                "Changes the lots of the input as one step that can be undone, instead of making new ones. A map "
                "that is open stays in editing; a file is saved."
            ),
        )
        self._outputs()

    def _field(self, name: str, label: str, help_text: str, parent: str = "INPUT", advanced: bool = False) -> None:
        self.add(
            QgsProcessingParameterField(
                name,
                label,
                DEFAULT_FIELDS[name] or None,
                parent,
                QgsProcessingParameterField.DataType.Any,
                False,
                True,
            ),
            help_text,
            advanced,
        )

    def _number(self, name: str, label: str, value: float, help_text: str, advanced: bool = False) -> None:
        number = QgsProcessingParameterNumber
        self.add(number(name, label, number.Type.Double, value, minValue=0.0), help_text, advanced)

    def _steps(self) -> None:
        self.add(
            QgsProcessingParameterBoolean("MEND", tr("Mend broken shapes"), True),
            tr("Makes shapes whose border crosses or touches itself sound; a bow-tie becomes two parts of its lot."),
        )
        self._number(
            "SNAP",
            tr("Bring together points up to (m)"),
            0.05,
            tr("Border points of different lots that are so near become one point. 0 leaves this out."),
        )
        self.add(
            QgsProcessingParameterBoolean("ADD_POINTS", tr("Add missing border points"), True),
            tr("Where a lot has a point on the border of its neighbour, the neighbour gets the point as well."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "OVERLAPS",
                tr("Who keeps the land of an overlap"),
                _overlap_choices(),
                defaultValue=0,
            ),
            tr("Trusted lots always keep it. The older lot is told by the field for the age."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "GAPS",
                tr("Who gets the land of a gap"),
                _gap_choices(),
                defaultValue=0,
            ),
            tr("Gaps below the limits are closed, open strips on request; trusted lots get nothing."),
        )
        self._number(
            "GAP_WIDTH",
            tr("Close gaps up to this width (m)"),
            0.3,
            tr("Wider gaps stay: they may be an unnumbered path or ditch (an unnumbered path is about 0.9 m wide)."),
        )
        self._number(
            "CHANNEL_WIDTH",
            tr("Close open strips up to this width (m)"),
            0.0,
            tr(
                "Narrow strips between lots that are open to the outside. 0 leaves them, for a ditch or a path without "
                "number may run there: look first. They go to lots as gaps do, each lot getting what lies before it."
            ),
        )
        self.add(
            QgsProcessingParameterBoolean("CUT_SPIKES", tr("Cut spikes"), False),
            tr(
                "Takes the point at the tip of a spike out of the lot, or of both lots that share it. A tip on the "
                "border of another lot stays: it may be a border point."
            ),
        )
        self._number(
            "GAP_AREA",
            tr("Close gaps up to this area (m²)"),
            20.0,
            tr("Larger gaps and open strips stay. 0 means no limit."),
            True,
        )
        self._number(
            "MAX_LOSS",
            tr("Most that one overlap may take from a lot (%)"),
            5.0,
            tr("Where a lot would lose more of its area to a neighbour, the overlap is left for people to decide."),
            True,
        )
        self.add(
            QgsProcessingParameterBoolean("SPLIT", tr("Make one lot of each part"), False),
            tr("Lots that consist of several parts become several rows with the same lot key."),
            True,
        )
        self._number(
            "TOLERANCE",
            tr("Tolerance (m)"),
            0.01,
            tr("Gaps and overlaps up to this width count as fitting, as in the check."),
            True,
        )
        self._number(
            "MIN_AREA",
            tr("Smallest gap or overlap (m²)"),
            0.01,
            tr(
                "As in the check. Smaller overlaps and gaps are repaired too; smaller pieces cut off a lot are dropped."
            ),
            True,
        )

    def _trust(self) -> None:
        self._field(
            "ACCURACY_FIELD",
            tr("Accuracy class"),
            tr("The field with the accuracy class (精度区分)."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "TRUSTED_CLASSES",
                tr("Trusted accuracy classes"),
                list(CLASS_NAMES),
                allowMultiple=True,
                optional=True,
            ),
            tr("Lots of these accuracy classes are never changed, not by a bit."),
        )
        self._field(
            "TRUSTED_FIELD",
            tr("Field that marks trusted lots"),
            tr("Lots with yes, true or 1 in this field are never changed, not by a bit."),
        )
        self._field(
            "AGE_FIELD",
            tr("Field for the age of lots"),
            tr("A date or number; the smaller it is, the older is the lot."),
            advanced=True,
        )

    def _register(self) -> None:
        self.add(
            QgsProcessingParameterFeatureSource(
                "REGISTER", tr("Land register table"), [QgsProcessing.SourceType.TypeVector], optional=True
            ),
            tr("A table with lot key, owner key and share, for the report per owner. Names are not read."),
        )
        self._field(
            "REGISTER_KEY",
            tr("Lot key in the register"),
            tr("The field of the register table that names the lot."),
            "REGISTER",
            True,
        )
        self._field(
            "REGISTER_OWNER",
            tr("Owner key in the register"),
            tr("The field of the register table with the owner's key, never a name."),
            "REGISTER",
            True,
        )
        self._field(
            "REGISTER_SHARE",
            tr("Share in the register"),
            tr("The field with the share (1/2). Without shares that sum to one, equal shares are assumed."),
            "REGISTER",
            True,
        )

    def _outputs(self) -> None:
        def sink(name: str, label: str, kind: Any, help_text: str, by_default: bool) -> None:
            self.add(
                QgsProcessingParameterFeatureSink(name, label, kind, optional=True, createByDefault=by_default),
                help_text,
            )

        source = QgsProcessing.SourceType
        sink(
            "OUTPUT",
            tr("Repaired lots"),
            source.TypeVectorPolygon,
            tr("All lots, with what was done to each and the change of its area."),
            True,
        )
        sink(
            "REPORT",
            tr("Report per lot"),
            source.TypeVector,
            tr("One row per changed lot: land won and lost, tolerance, largest shift of the border."),
            True,
        )
        sink(
            "OWNERS",
            tr("Report per owner"),
            source.TypeVector,
            tr("One row per owner key: land won and lost by the owner's shares. Needs the register table."),
            False,
        )
        sink(
            "LEFT",
            tr("Left as it was"),
            source.TypeVectorPoint,
            tr("Findings that could not be repaired, each with the reason."),
            False,
        )
        for name, label in (
            ("LOTS", tr("Lots")),
            ("CHANGED", tr("Changed lots")),
            ("LEFT_COUNT", tr("Left as it was")),
            ("AREA_BEFORE", tr("Area before (m²)")),
            ("AREA_AFTER", tr("Area after (m²)")),
            ("AREA_CHANGE", tr("Change of area (m²)")),
            ("APPLIED", tr("Changed in the map itself")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    # -- running --------------------------------------------------------------------------
    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.parcels.repair import repair_parcels

        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "INPUT"))
        what = Text("The lots layer", "筆のデータ")
        require_areas(self, parameters, "INPUT", context, what)
        bridge.require_metric(bridge.pyproj_crs(source.sourceCrs()), what)
        fields = {
            name: self._chosen(parameters, name, context, source)
            for name in ("KEY_FIELD", "LABEL_FIELD", "ACCURACY_FIELD", "TRUSTED_FIELD", "AGE_FIELD")
        }
        in_place = self.parameterAsBool(parameters, "IN_PLACE", context)
        layer = self._layer(parameters, context) if in_place else None
        progress = self.progress(feedback)
        frame = bridge.source_to_frame(source, progress.span(0.0, 0.1))
        register = self._read_register(parameters, context)
        result = repair_parcels(
            frame,
            self._settings(parameters, context),
            fields["KEY_FIELD"],
            fields["LABEL_FIELD"],
            fields["ACCURACY_FIELD"],
            fields["TRUSTED_FIELD"],
            fields["AGE_FIELD"],
            progress.part(0.1, 0.95),
        )
        progress.span(0.95, 1.0)  # the last chance to cancel; from here on everything is written
        outputs = self._write(parameters, context, source, result, register, feedback)
        figures = result.figures
        change = figures["area_after"] - figures["area_before"]
        outputs.update(
            LOTS=int(figures["lots"]),
            CHANGED=int(figures["changed"]),
            LEFT_COUNT=int(figures["left"]),
            AREA_BEFORE=figures["area_before"],
            AREA_AFTER=figures["area_after"],
            AREA_CHANGE=change,
            APPLIED=0,
        )
        feedback.pushInfo(
            tr("{changed} of {lots} lots changed; sum of all areas {change} m². {left} findings are left.").format(
                changed=int(figures["changed"]),
                lots=int(figures["lots"]),
                change=f"{change:+,.2f}",
                left=int(figures["left"]),
            )
        )
        feedback.pushInfo(LEGAL_NOTE.pick(language()))
        if not result.settled:
            feedback.pushWarning(tr("The map did not come to rest. Repair it again with a smaller distance of points."))
        if layer is not None:
            change_of_map = _reshaping(frame, result)
            commit = self._commits(parameters, context, layer)
            if QThread.currentThread() == layer.thread():
                outputs["APPLIED"] = reshape(layer, change_of_map, self.title(), LEGAL_NOTE, commit)
            else:
                self._waiting, self._results = (layer, change_of_map, commit), outputs
        return outputs

    def postProcessAlgorithm(self, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        """Change the map on the thread it belongs to."""
        if self._waiting is None:
            return {}
        layer, change, commit = self._waiting
        self._waiting = None
        try:
            self._results["APPLIED"] = reshape(layer, change, self.title(), LEGAL_NOTE, commit)
        except InputError as error:
            feedback.reportError(error.text.pick(language()), True)
            self._results["APPLIED"] = -1
        return self._results

    def _layer(self, parameters: dict[str, Any], context: QgsProcessingContext) -> QgsVectorLayer:
        """The layer to change. Raises ``InputError`` when the input is no layer that can be changed."""
        layer = self.parameterAsVectorLayer(parameters, "INPUT", context)
        if not isinstance(layer, QgsVectorLayer):
            raise InputError(
                Text(
                    "The map of the lots cannot be changed itself. Choose a new map for the result.",
                    "この筆の地図は直接変えられません。結果を新しい地図にしてください。",
                )
            )
        return layer

    def _commits(self, parameters: dict[str, Any], context: QgsProcessingContext, layer: QgsVectorLayer) -> bool:
        """Whether nobody but us could save the change: the layer was opened for this run only."""
        if isinstance(parameters["INPUT"], QgsVectorLayer) or layer.isEditable():
            return False
        project = context.project()
        return project is None or project.mapLayer(layer.id()) is None

    def _chosen(
        self,
        parameters: dict[str, Any],
        name: str,
        context: QgsProcessingContext,
        source: QgsProcessingFeatureSource,
    ) -> Optional[str]:
        """The field to use, or ``None`` when the default field is not there (other fields must be)."""
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

    def _read_register(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """Lot key, owner key and share of the register; ``None`` without one. Nothing else is read."""
        register = self.parameterAsSource(parameters, "REGISTER", context)
        if register is None:
            return None
        fields = [
            self._chosen(parameters, name, context, register)
            for name in ("REGISTER_KEY", "REGISTER_OWNER", "REGISTER_SHARE")
        ]
        key, owner, share = fields
        if key is None or owner is None:
            raise InputError(
                Text(
                    "The register table needs a lot key and an owner key. Choose these fields.",
                    "登記の表には筆のキーと所有者のキーが要ります。項目を選んでください。",
                )
            )
        table = bridge.source_to_frame(register, fields=[name for name in fields if name])
        return table, key, owner, share

    def _settings(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        from ..core.parcels.repair import RepairSettings

        def number(name: str) -> float:
            return float(self.parameterAsDouble(parameters, name, context))

        overlaps = [*OVERLAP_RULES, _LEAVE_OVERLAPS][self.parameterAsEnum(parameters, "OVERLAPS", context)]
        chosen = {
            VALID: self.parameterAsBool(parameters, "MEND", context),
            SNAP: number("SNAP") > 0,
            POINTS: self.parameterAsBool(parameters, "ADD_POINTS", context),
            OVERLAPS: overlaps != _LEAVE_OVERLAPS,
            GAPS: True,
            CHANNELS: number("CHANNEL_WIDTH") > 0,
            SPIKES: self.parameterAsBool(parameters, "CUT_SPIKES", context),
            PARTS: self.parameterAsBool(parameters, "SPLIT", context),
        }
        return RepairSettings(
            steps=tuple(step for step, wanted in chosen.items() if wanted),
            tolerance=number("TOLERANCE"),
            min_area=number("MIN_AREA"),
            snap=number("SNAP"),
            overlaps=overlaps if overlaps in OVERLAP_RULES else OVERLAP_RULES[0],
            most_lost=number("MAX_LOSS") / 100.0,
            gaps=list(GAP_RULES)[self.parameterAsEnum(parameters, "GAPS", context)],
            gap_width=number("GAP_WIDTH"),
            gap_area=number("GAP_AREA"),
            channel_width=number("CHANNEL_WIDTH"),
            trusted_classes=tuple(
                CLASS_NAMES[place] for place in self.parameterAsEnums(parameters, "TRUSTED_CLASSES", context)
            ),
        )

    def _write(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        source: QgsProcessingFeatureSource,
        result: Any,
        register: Any,
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.parcels.repairreport import owners_frame

        none, point = QgsWkbTypes.Type.NoGeometry, QgsWkbTypes.Type.Point
        crs, outputs = source.sourceCrs(), {}
        specs = [*kept_fields(bridge.specs_of(source.fields()), REPAIR_FIELDS, feedback), *REPAIR_FIELDS]
        lots = result.lots
        lots["legal_note"], lots["legal_note_ja"] = LEGAL_NOTE.en, LEGAL_NOTE.ja
        lots = lots[[*names(specs), lots.geometry.name]]
        write_sink(self, parameters, "OUTPUT", context, lots, specs, _kind(source, lots), crs, outputs)
        write_sink(self, parameters, "REPORT", context, result.report, REPORT_FIELDS, none, crs, outputs)
        if parameters.get("OWNERS") not in (None, ""):
            if register is None:
                raise InputError(
                    Text(
                        "The report per owner needs the land register table. Choose it, or leave the report out.",
                        "所有者ごとの報告には登記の表が要ります。表を選ぶか、この報告を外してください。",
                    )
                )
            table, key, owner, share = register
            owners = owners_frame(result.report, table, key, owner, share)
            write_sink(self, parameters, "OWNERS", context, owners, OWNER_FIELDS, none, crs, outputs)
        write_sink(self, parameters, "LEFT", context, result.left, LEFT_FIELDS, point, crs, outputs)
        return outputs


def _kind(source: QgsProcessingFeatureSource, lots: Any) -> Any:
    """Geometry type of the result: that of the input, or several parts where a lot has them."""
    kind = QgsWkbTypes.dropM(source.wkbType())
    if QgsWkbTypes.isMultiType(kind) or QgsWkbTypes.isCurvedType(kind):
        return QgsWkbTypes.multiType(QgsWkbTypes.linearType(kind))
    several = (lots.geometry.geom_type == "MultiPolygon").any()
    return QgsWkbTypes.multiType(kind) if several else kind


def _reshaping(frame: Any, result: Any) -> Reshaping:
    """The change of the map: first parts stay with their feature, further ones are new."""
    import numpy
    import shapely

    old = frame.geometry.to_numpy()
    new = result.lots.geometry.to_numpy()
    wanted = result.lots["repaired"].to_numpy(dtype=bool) & (new != None)  # noqa: E711
    before, after, added = {}, {}, []
    for row in numpy.flatnonzero(wanted):
        place = int(result.source[row])
        fid = int(frame.index[place])
        wkb = shapely.to_wkb(new[row], output_dimension=3)
        if int(result.lots["part"].iloc[row]) > 1:
            added.append((fid, wkb))
        else:
            before[fid], after[fid] = shapely.to_wkb(old[place], output_dimension=3), wkb
    return Reshaping(before, after, added)
