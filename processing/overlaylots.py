"""Lay another parcel map or pins over the lots."""

from __future__ import annotations

from typing import Any, Optional

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
from ..core.schema import FieldSpec, names
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import tr
from .base import UNDERSTAND, LandAlgorithm
from .reading import kept_fields, read_layer, read_lots, require_areas, write_sink

_LOTS = Text("The lots layer", "筆のデータ")
_OTHER = Text("The other map", "重ねる図")
_PINS = Text("The pins layer", "ピンのデータ")
#: Default fields (those of eMAFF farmland pins and of 筆ポリゴン); one that is not there counts as "none".
_DEFAULTS = {
    "LOT_KEY": "lot_key",
    "LOT_NUMBER": "chiban",
    "LOT_OAZA": "oaza",
    "OTHER_KEY": "polygon_uuid",
    "PIN_NUMBER": "Tiban",
    "PIN_OAZA": "oaza",
}
#: The import of pins names their number ``chiban``: taken where the default is not there.
_ELSE = {"PIN_NUMBER": "chiban"}


class OverlayLots(LandAlgorithm):
    """Shares of area between lots and another map, in both directions; pins placed on lots."""

    ID = "overlaylots"
    GROUP = UNDERSTAND
    ICON = "map"

    def title(self) -> str:
        return tr("Lay another parcel map over the lots")

    def help_text(self) -> str:
        return tr(
            "Lists every overlap of a lot with an area of another map (field polygons, forest compartments, any "
            "parcels) with its share of the lot and its share of the other area. The two are never taken for the "
            "same thing. For each lot it says how much the other map leaves uncovered. Pins take the lot they lie "
            "in; outside all lots, the nearest one within the distance whose number agrees; else they stay without "
            "a lot, with the reason. Field polygons are drawn from images and are no legal boundaries."
        )

    def setup(self) -> None:
        source, kinds = QgsProcessingParameterFeatureSource, QgsProcessing.SourceType
        self.add(
            source("INPUT", tr("Lots"), [kinds.TypeVectorPolygon]),
            tr("The lots of the map, in a plane coordinate system in metres."),
        )
        self.add(
            source("OTHER", tr("Other map"), [kinds.TypeVectorPolygon], optional=True),
            tr("Areas of another map, for example field polygons (筆ポリゴン). They are moved into the lots' system."),
        )
        self.add(
            source("PINS", tr("Pins"), [kinds.TypeVectorPoint], optional=True),
            tr("Points that each mean a lot, for example pins of the farmland register (eMAFF農地ナビ)."),
        )
        self._fields()
        self._thresholds()
        self._outputs()

    def _fields(self) -> None:
        kind = QgsProcessingParameterField.DataType.Any
        for name, label, help_text, parent in (
            ("LOT_KEY", tr("Lot key"), tr("The field that names each lot."), "INPUT"),
            ("LOT_NUMBER", tr("Lot number"), tr("The field of the lots with the lot number (地番)."), "INPUT"),
            ("LOT_OAZA", tr("District (大字)"), tr("The field of the lots with the name of the 大字."), "INPUT"),
            ("OTHER_KEY", tr("Key of the other map"), tr("The field that names each area of the other map."), "OTHER"),
            (
                "PIN_NUMBER",
                tr("Lot number of the pins"),
                tr("The field of the pins with the lot number, in any spelling, with or without the place."),
                "PINS",
            ),
            (
                "PIN_OAZA",
                tr("District of the pins"),
                tr("The field of the pins with the 大字, if any."),
                "PINS",
            ),
        ):
            self.add(QgsProcessingParameterField(name, label, _DEFAULTS[name], parent, kind, False, True), help_text)

    def _thresholds(self) -> None:
        number = QgsProcessingParameterNumber
        self.add(
            number("DISTANCE", tr("Reach of pins (m)"), number.Type.Double, 20.0, minValue=0.0),
            tr("How far outside a lot a pin may lie when its number agrees (assumption)."),
        )
        self.add(
            number("MIN_SHARE", tr("Small below this share (%)"), number.Type.Double, 1.0, minValue=0.0, maxValue=99.0),
            tr("Overlaps below this share of both sides are marked as small: most come from drawing (assumption)."),
            True,
        )
        self.add(
            number("MIN_AREA", tr("Small below this area (m²)"), number.Type.Double, 1.0, minValue=0.0),
            tr("Overlaps below this area are marked as small (assumption)."),
            True,
        )

    def _outputs(self) -> None:
        kinds = QgsProcessing.SourceType
        for name, label, kind, help_text in (
            (
                "OUTPUT",
                tr("Overlaps"),
                kinds.TypeVectorPolygon,
                tr("One piece per overlap, with both shares."),
            ),
            (
                "LOTS",
                tr("Lots with shares"),
                kinds.TypeVectorPolygon,
                tr("All lots: covered and uncovered share, number of parts, small parts."),
            ),
            (
                "OTHERS",
                tr("Other map with shares"),
                kinds.TypeVectorPolygon,
                tr("All areas of the other map: number of lots, share on lots, area outside."),
            ),
            (
                "PINS_OUT",
                tr("Pins with lots"),
                kinds.TypeVectorPoint,
                tr("All pins with the lot key, how it was found, and the reason; personal columns are left out."),
            ),
        ):
            sink = QgsProcessingParameterFeatureSink(name, label, kind, optional=True, createByDefault=name == "OUTPUT")
            self.add(sink, help_text)
        for name, label in (
            ("PAIRS", tr("Overlaps")),
            ("SMALL", tr("Small overlaps")),
            ("LOT_COUNT", tr("Lots")),
            ("LOTS_COVERED", tr("Lots under the other map")),
            ("LOTS_UNKNOWN", tr("Lots without an area")),
            ("UNCOVERED", tr("Lots not covered at all")),
            ("UNCOVERED_M2", tr("Area of lots not covered (m²)")),
            ("OTHER_COUNT", tr("Areas of the other map")),
            ("OTHERS_ON_LOTS", tr("Areas of the other map on lots")),
            ("OUTSIDE_M2", tr("Area of the other map outside all lots (m²)")),
            ("PIN_COUNT", tr("Pins")),
            ("PINS_PLACED", tr("Pins with a lot")),
            ("PINS_DISAGREE", tr("Pins in a lot with another number")),
            ("PINS_WITHOUT", tr("Pins without a lot")),
            ("PINS_FAR", tr("Pins without a lot: none within reach")),
            ("PINS_BORDER", tr("Pins without a lot: on a border")),
            ("PINS_NO_NUMBER", tr("Pins without a lot: no number that can be read")),
            ("PINS_OTHER_NUMBER", tr("Pins without a lot: no lot nearby has the number")),
            ("PINS_NO_PLACE", tr("Pins without a lot: no place")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..core.parcels.matchdata import LotColumns
        from ..core.parcels.overlay import OverlaySettings, overlay_lots, overlay_totals, pin_totals, place_pins

        progress = self.progress(feedback)
        require_areas(self, parameters, "INPUT", context, _LOTS)
        lots, lot_fields = read_lots(self, parameters, "INPUT", context, _LOTS, progress.part(0.0, 0.1))
        other = self._layer(parameters, "OTHER", context, lots, _OTHER, polygon=True)
        pins = self._layer(parameters, "PINS", context, lots, _PINS, polygon=False)
        if other is None and pins is None:
            raise InputError(
                Text(
                    "Nothing to lay over the lots. Choose another map or pins.",
                    "重ねるものがありません。重ねる図かピンを選んでください。",
                )
            )
        settings = OverlaySettings(
            self.parameterAsDouble(parameters, "MIN_SHARE", context) / 100.0,
            self.parameterAsDouble(parameters, "MIN_AREA", context),
            self.parameterAsDouble(parameters, "DISTANCE", context),
        )
        key = self._chosen(parameters, "LOT_KEY", context, lots)
        overlay = placed = None
        if other is not None:
            other_key = self._chosen(parameters, "OTHER_KEY", context, other[0])
            overlay = overlay_lots(lots, other[0], key, other_key, settings, progress.part(0.1, 0.6))
        if pins is not None:
            columns = LotColumns(
                key or _add_ids(lots),
                self._chosen(parameters, "LOT_NUMBER", context, lots),
                self._chosen(parameters, "LOT_OAZA", context, lots),
                "chome" if "chome" in lots.columns else None,
                "koaza" if "koaza" in lots.columns else None,
            )
            number = self._chosen(parameters, "PIN_NUMBER", context, pins[0])
            oaza = self._chosen(parameters, "PIN_OAZA", context, pins[0])
            placed = place_pins(lots, pins[0], columns, number, oaza, settings, progress.part(0.6, 0.95))
        outputs = self._write(parameters, context, lots.crs, overlay, placed, (lot_fields, other, pins), feedback)
        counts: dict[str, float] = dict.fromkeys(("PAIRS", "SMALL", "UNCOVERED", "PINS_PLACED", "PINS_WITHOUT"), 0)
        if overlay is not None:
            counts.update(overlay_totals(overlay))
            feedback.pushInfo(
                tr("{pairs} overlaps, {small} of them small; {bare} lots are not covered at all.").format(
                    pairs=counts["PAIRS"], small=counts["SMALL"], bare=counts["UNCOVERED"]
                )
            )
        if placed is not None:
            counts.update(pin_totals(placed))
            feedback.pushInfo(
                tr("{found} of {pins} pins have a lot.").format(found=counts["PINS_PLACED"], pins=counts["PIN_COUNT"])
            )
        return {**outputs, **counts}

    def _layer(
        self,
        parameters: dict[str, Any],
        name: str,
        context: QgsProcessingContext,
        lots: Any,
        what: Text,
        polygon: bool,
    ) -> Optional[tuple[Any, list[FieldSpec]]]:
        """An optional layer in the lots' system with its fields."""
        frame = read_layer(self, parameters, name, context, lots.crs, what)
        if frame is None:
            return None
        source = self.parameterAsSource(parameters, name, context)
        if polygon:
            require_areas(self, parameters, name, context, what)
        elif QgsWkbTypes.geometryType(source.wkbType()) != QgsWkbTypes.GeometryType.PointGeometry:
            raise InputError(
                Text(
                    "{what} must hold points. Choose another layer.",
                    "{what}は点のデータではありません。別のデータを選んでください。",
                ).format(what=what)
            )
        return frame, [spec for spec in bridge.specs_of(source.fields()) if spec.name in frame.columns]

    def _chosen(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext, frame: Any
    ) -> Optional[str]:
        """The field to use; ``None`` when it is only the default and not there."""
        field = self.parameterAsString(parameters, name, context)
        if not field:
            return None
        if field == _DEFAULTS[name] and field not in frame.columns:
            other = _ELSE.get(name)
            return other if other in frame.columns else None
        return field

    def _write(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        crs: Any,
        overlay: Any,
        placed: Any,
        sources: tuple[list[FieldSpec], Optional[tuple[Any, list[FieldSpec]]], Optional[tuple[Any, list[FieldSpec]]]],
        feedback: QgsProcessingFeedback,
    ) -> dict[str, Any]:
        from ..core.parcels.overlay import LOT_SHARE_FIELDS, OTHER_SHARE_FIELDS, PIN_FIELDS, SHARE_FIELDS
        from ..core.personal import personal_columns

        outputs: dict[str, Any] = {}
        target = bridge.qgis_crs(crs)
        polygon, point = QgsWkbTypes.Type.MultiPolygon, QgsWkbTypes.Type.Point
        jobs = []
        if overlay is not None:
            jobs += [
                ("OUTPUT", overlay.shares, [], SHARE_FIELDS, polygon),
                ("LOTS", overlay.lots, sources[0], LOT_SHARE_FIELDS, polygon),
                ("OTHERS", overlay.others, sources[1][1] if sources[1] else [], OTHER_SHARE_FIELDS, polygon),
            ]
        if placed is not None:
            jobs.append(("PINS_OUT", placed, sources[2][1] if sources[2] else [], PIN_FIELDS, point))
        for name, frame, own, new, kind in jobs:
            hidden = set(personal_columns(names(own)))
            specs = [*(spec for spec in kept_fields(own, new, feedback) if spec.name not in hidden), *new]
            table = frame[[*names(specs), frame.geometry.name]]
            write_sink(self, parameters, name, context, table, specs, kind, target, outputs)
        return outputs


def _add_ids(lots: Any) -> str:
    """A key column made of feature ids, for lots without one."""
    lots["lot_key"] = [f"#{value}" for value in lots.index]
    return "lot_key"
