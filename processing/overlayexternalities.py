"""Overlay unmanaged land with what may suffer from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.externality.words import REACHED_WORDS
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.catalogues import catalogue_text
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

#: Half the width in metres drawn for a road without a known width (assumption).
HALF_ROAD = 2.0

LOTS = Text("The layer of lots", "筆の図")
HOUSES = Text("The layer of houses", "家屋の図")
FARMLAND = Text("The layer of farmland", "農地の図")
ROADS = Text("The layer of roads", "道路の図")
EDGE = Text("The forest edge", "林縁の図")
DITCHES = Text("The layer of ditches", "水路の図")
BARRIERS = Text("The layer of barriers", "障害物の図")
HAMLETS = Text("The layer of hamlets", "集落の図")
HAZARD = Text("The layer of hazard zones", "災害区域の図")
OUTSIDE = Text("The layer of lots around the village", "周りの土地の図")


def receptor_fields(kinds: dict[str, Text]) -> list[FieldSpec]:
    """Fields of the receptors, with one exposure per kind of harm."""
    return [
        FieldSpec("receptor_id", "text", "Id", "識別子"),
        FieldSpec("receptor_kind", "text", "Kind (houses, farmland, roads)", "種類（家屋・農地・道路）"),
        FieldSpec("exposure", "real", "Exposure", "受ける影響"),
        *(
            FieldSpec(f"exposure_{kind}", "real", f"Exposure: {label.en}", f"受ける影響: {label.ja}")
            for kind, label in sorted(kinds.items())
        ),
        FieldSpec("top_source", "text", "Lot with the largest share", "最も関係の大きい筆"),
        FieldSpec("sources", "int", "Lots within reach", "影響の届く筆数"),
        FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
        FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
        FieldSpec("area_m2", "real", "Area (m²)", "面積（m²）"),
    ]


def source_fields(kinds: dict[str, Text], others: Sequence[str] = ()) -> list[FieldSpec]:
    """Fields of the source lots, with one burden per kind of harm. ``others``: kinds of receptors beside
    houses, fields and roads."""
    return [
        FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
        FieldSpec("burden", "real", "Burden", "周りへの影響"),
        *(
            FieldSpec(f"burden_{kind}", "real", f"Burden: {label.en}", f"周りへの影響: {label.ja}")
            for kind, label in sorted(kinds.items())
        ),
        FieldSpec("receptors", "int", "Receptors within reach", "影響の届く先の数"),
        FieldSpec("houses", "int", "Houses within reach", "影響の届く家屋"),
        FieldSpec("farmland", "int", "Fields within reach", "影響の届く農地"),
        FieldSpec("roads", "int", "Roads within reach", "影響の届く道路"),
        *(FieldSpec(name, "int", f"Within reach: {name}", f"影響の届く先: {name}") for name in others),
        FieldSpec("burden_rank", "int", "Rank (1 heaviest)", "順位（1が最も大きい）"),
        FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
        FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
        FieldSpec("outside", "bool", "Outside the village", "村の外"),
    ]


TOTAL_FIELDS = (
    FieldSpec("level", "text", "Sum by (hamlet, land_kind)", "集計の単位（hamlet、land_kind）"),
    FieldSpec("source_group", "text", "From", "影響元"),
    FieldSpec("receptor_group", "text", "To", "影響先"),
    FieldSpec("kind", "text", "Kind of harm", "影響の種類"),
    FieldSpec("links", "int", "Links", "つながりの数"),
    FieldSpec("sources", "int", "Source lots", "影響元の筆数"),
    FieldSpec("receptors", "int", "Receptors", "影響先の数"),
    FieldSpec("value", "real", "Value", "値"),
)
ZONE_FIELDS = (
    FieldSpec("object_kind", "text", "Lot or kind of receptor", "土地または影響先の種類"),
    FieldSpec("object_id", "text", "Id", "識別子"),
    FieldSpec("zone_id", "text", "Zone", "区域"),
    FieldSpec("phenomenon", "text", "Phenomenon", "現象"),
    FieldSpec("level", "text", "Level", "区分"),
    FieldSpec("law", "text", "Law", "根拠法"),
    FieldSpec("amount", "real", "Inside (m² of areas, m of lines)", "区域内（面はm²、線はm）"),
    FieldSpec("share", "real", "Share inside", "区域内の割合"),
)
LINK_FIELDS = (
    FieldSpec("source", "text", "Source lot", "影響元の筆"),
    FieldSpec("receptor_id", "text", "Receptor", "影響先"),
    FieldSpec("receptor_kind", "text", "Kind of receptor", "影響先の種類"),
    FieldSpec("kind", "text", "Kind of harm", "影響の種類"),
    FieldSpec("rule_id", "text", "Rule", "規則"),
    FieldSpec("evidence", "text", "How sure the rule is", "規則の根拠"),
    FieldSpec("distance_m", "real", "Distance (m)", "距離（m）"),
    FieldSpec("value", "real", "Value", "値"),
    FieldSpec("share", "real", "Share in the receptor's exposure", "影響先での割合"),
)


class OverlayExternalities(LandAlgorithm):
    """Source lots, rules, receptors -> exposure per receptor and burden per lot."""

    ID = "overlayexternalities"
    GROUP = UNDERSTAND
    ICON = "externality"

    def title(self) -> str:
        return tr("Overlay harm to surroundings")

    def help_text(self) -> str:
        return tr(
            "Links unmanaged lots with the houses, fields and roads within reach of an editable table of rules. "
            "Gives the exposure of each receptor, the share of each lot in it, and the burden of each lot. "
            "Without a table of your own, published distances are used, and what is only assumed is marked so. "
            "The figures show what is associated with what; they do not prove a cause. "
            "Rules may follow shared borders, the forest edge, the way downhill or ditches, and may be stopped by "
            "barriers; each needs its layer below and is left out without it."
        )

    def setup(self) -> None:
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table = QgsProcessing.SourceType.TypeVector
        source = QgsProcessingParameterFeatureSource
        sink = QgsProcessingParameterFeatureSink
        self.add(
            source("SOURCES", tr("Lots with condition"), [polygon]),
            tr("The result of “Find unmanaged land”, in a plane coordinate system in metres."),
        )
        self.add(
            QgsProcessingParameterField(
                "SOURCE_FIELD", tr("Field with the condition"), "condition", "SOURCES", optional=True
            ),
            tr("Left empty, every lot (or every selected lot) counts as unmanaged."),
        )
        self.add(
            QgsProcessingParameterString(
                "SOURCE_VALUES", tr("Values that make a lot a source"), "unmanaged", optional=True
            ),
            tr("Several values are separated by “;”."),
        )
        self.add(
            source("HOUSES", tr("Houses"), [polygon], optional=True),
            tr("Houses with house_id; those known to be vacant (occupied = no) are left out."),
        )
        self.add(
            source("FARMLAND", tr("Farmland"), [polygon], optional=True),
            tr("Fields that may suffer. Empty: the farmland among the lots whose condition is managed."),
        )
        self.add(
            source("ROADS", tr("Roads"), [line], optional=True),
            tr("Roads with road_id, width_m and kind; farm roads (kind = farm) are left out."),
        )
        self.add(
            source("RULES", tr("Rule table"), [table], optional=True),
            tr("Your own rules, in the columns of resources/catalogues/externality_rules.csv. Empty: that file."),
        )
        self.add(
            sink("RECEPTORS_OUT", tr("Exposure of houses, fields and roads"), polygon),
            tr("Each receptor with exposure, largest source and explanation; roads as bands of their width."),
        )
        self.add(
            sink("OUTPUT", tr("Burden of unmanaged lots"), polygon),
            tr("Each source lot with burden, rank and explanation."),
        )
        self.add(
            sink("LINKS", tr("Links"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=False),
            tr("One row per lot, receptor and kind of harm, with distance and share."),
        )
        self.add(
            sink("FLOWS", tr("Flow lines"), line, optional=True, createByDefault=False),
            tr("The links drawn as shortest lines from lot to receptor."),
        )
        self._more_inputs()
        for name, label in (
            ("SOURCE_COUNT", tr("Source lots")),
            ("HOUSES_EXPOSED", tr("Houses within reach")),
            ("FARMLAND_EXPOSED_HA", tr("Fields within reach (ha)")),
            ("ROADS_EXPOSED", tr("Roads within reach")),
            ("MAIN_SOURCES", tr("Fewest lots that carry half of the burden")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString("WITHOUT_RULE", tr("Kinds of receptors without an active rule")))

    def _more_inputs(self) -> None:
        """Parameters for pathways, sums, zones and the ring; all optional."""
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table, anything = QgsProcessing.SourceType.TypeVector, QgsProcessing.SourceType.TypeVectorAnyGeometry
        source = QgsProcessingParameterFeatureSource
        sink = QgsProcessingParameterFeatureSink
        self.add(
            QgsProcessingParameterMultipleLayers("OTHERS", tr("Other receptors"), anything, optional=True),
            tr("Schools, water intakes and so on. The receptor of the rules is the name of the layer."),
            True,
        )
        self.add(
            source("FOREST_EDGE", tr("Forest edge"), [line], optional=True),
            tr("Lines with edge_id. Source of the rules for the forest edge, and the way of those along it."),
            True,
        )
        self.add(
            QgsProcessingParameterRasterLayer("DEM", tr("Height model"), optional=True),
            tr("Heights in metres, for rules that go downhill."),
            True,
        )
        self.add(
            source("DITCHES", tr("Ditches and streams"), [line], optional=True),
            tr("Lines drawn in the direction of flow, for rules that go downstream or upstream."),
            True,
        )
        self.add(
            QgsProcessingParameterBoolean("DITCHES_BY_DEM", tr("Take the flow from the height model"), False),
            tr("Turns each ditch so that it runs from its higher to its lower end."),
            True,
        )
        self.add(
            source("BARRIERS", tr("Barriers"), [line], optional=True),
            tr("Lines whose field kind holds the word used in the rules: fence, river, road."),
            True,
        )
        self.add(
            source("OUTSIDE", tr("Lots around the village"), [polygon], optional=True),
            tr("Neighbours' unmanaged land. With the field of the condition only its sources count, else every lot."),
            True,
        )
        self.add(
            QgsProcessingParameterNumber(
                "RING_M", tr("Width of the ring (m)"), QgsProcessingParameterNumber.Type.Double, 500.0, False, 0.0
            ),
            tr("Lots around the village farther away than this are left out."),
            True,
        )
        self.add(
            source("HAMLETS", tr("Hamlets"), [polygon], optional=True),
            tr("Areas with the field hamlet, for sums by hamlet."),
            True,
        )
        reading.add_layers(
            self,
            "HAZARD",
            tr("Hazard zones"),
            polygon,
            tr("Legal zones, laid over lots and receptors by share. They never enter the exposure."),
            True,
        )
        self.add(
            QgsProcessingParameterBoolean("FAST", tr("Fast, with approximate distances"), False),
            tr("Measures between the middles of shapes. The largest possible error is reported."),
            True,
        )
        self.add(
            sink("TOTALS", tr("Sums by hamlet and land kind"), table, optional=True, createByDefault=False),
            tr("Who burdens whom across hamlets and across land kinds."),
            True,
        )
        self.add(
            sink("ZONES", tr("Lots and receptors in hazard zones"), table, optional=True, createByDefault=False),
            tr("Share of each lot and receptor that lies in each zone."),
            True,
        )

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import numpy
        import pandas
        import shapely

        from ..core.externality import near, network
        from ..core.externality import rules as rules_of

        progress = self.progress(feedback)
        lots, fields = reading.read_lots(self, parameters, "SOURCES", context, LOTS, progress.span(0.0, 0.2))
        table = reading.read_table(self, parameters, "RULES", context)
        rules = (
            rules_of.read_rules(catalogue_text("externality_rules.csv"))
            if table is None
            else rules_of.rules_from_frame(table)
        )
        rows, sources = self._sources(lots, parameters, context)
        ring = self._outside(lots, parameters, context)
        edge = reading.read_layer(self, parameters, "FOREST_EDGE", context, lots.crs, EDGE)
        receptors, width = self._receptors(lots, parameters, context)
        parts = [sources, *([] if ring is None else [ring[1]])]
        shown = sum(len(part.keys) for part in parts)
        if edge is not None:
            parts.append(network.forest_edge_sources(ids_of(edge, "edge_id"), edge.geometry.to_numpy()))
        if len(parts) > 1:
            sources = network.join_sources(parts)
        ways = self._ways(lots, edge, rules, parameters, context)
        fast = self.parameterAsBoolean(parameters, "FAST", context)
        made = network.links(sources, receptors, rules, progress.part(0.2, 0.7), ways, fast)
        if fast:
            feedback.pushInfo(
                tr("Fast: a distance may be wrong by up to {m:.1f} m, on average less.").format(
                    m=near.largest_error(sources.geometry, receptors.geometry)
                )
            )
        exposed = network.exposure(receptors, sources, made, rules)
        burdens = network.burden(sources, receptors, made, rules).iloc[:shown]
        progress.span(0.7, 0.8).step(1.0)

        shapes = receptors.geometry.copy()
        is_line = shapely.get_dimensions(shapes) == 1
        shapes[is_line] = shapely.buffer(shapes[is_line], width[is_line], cap_style="flat")
        is_point = shapely.get_dimensions(shapes) == 0
        shapes[is_point] = shapely.buffer(shapes[is_point], HALF_ROAD)
        exposed["area_m2"] = numpy.where(is_line | is_point, numpy.nan, shapely.area(receptors.geometry))
        exposed = geopandas.GeoDataFrame(exposed, geometry=shapes, crs=lots.crs)
        result = lots.iloc[rows].reset_index(drop=True)
        if ring is not None:
            result = pandas.concat([result, ring[0]], ignore_index=True)
        burdens = burdens.assign(outside=numpy.arange(shown) >= len(rows))
        for name in burdens.columns:
            result[name] = burdens[name].to_numpy()
        kinds = rules_of.kinds_of(rules)
        specs = source_fields(kinds, network.receptor_kinds(receptors)[len(network.COUNTED) :])
        specs += reading.kept_fields(fields, specs)
        crs = bridge.qgis_crs(lots.crs)
        evidence = {rule.rule_id: rule.evidence for rule in rules}
        links = pandas.DataFrame(
            {
                "source": sources.keys[made["source"].to_numpy(dtype="int64")],
                "receptor_id": receptors.ids[made["receptor"].to_numpy(dtype="int64")],
                "receptor_kind": receptors.kinds[made["receptor"].to_numpy(dtype="int64")],
                "evidence": made["rule_id"].map(evidence).astype(object),
                **{name: made[name] for name in ("kind", "rule_id", "distance_m", "value", "share")},
            }
        )
        outputs: dict[str, Any] = {}
        flat = QgsWkbTypes.Type.NoGeometry
        sums = self._totals(sources, receptors, made, lots.crs, parameters, context)
        zones = self._zones(lots, receptors, parameters, context, progress.part(0.75, 0.8))
        for name, frame, its_fields, kind, low in (
            ("TOTALS", sums, TOTAL_FIELDS, flat, 0.8),
            ("ZONES", zones, ZONE_FIELDS, flat, 0.8),
            ("RECEPTORS_OUT", exposed, receptor_fields(kinds), QgsWkbTypes.Type.MultiPolygon, 0.8),
            ("OUTPUT", result, specs, QgsWkbTypes.Type.MultiPolygon, 0.85),
            ("LINKS", links, LINK_FIELDS, flat, 0.9),
            ("FLOWS", links, LINK_FIELDS, QgsWkbTypes.Type.LineString, 0.95),
        ):
            sink, output = self.parameterAsSink(
                parameters, name, context, bridge.fields_from(its_fields, language()), kind, crs
            )
            if sink is None:
                continue
            if name == "FLOWS":
                frame = geopandas.GeoDataFrame(
                    frame,
                    crs=lots.crs,
                    geometry=_flow_lines(
                        sources.geometry[made["source"].to_numpy(dtype="int64")],
                        receptors.geometry[made["receptor"].to_numpy(dtype="int64")],
                    ),
                )
            bridge.write_frame(frame, sink, its_fields, progress.span(low, low + 0.05))
            outputs[name] = output
        reached = exposed[exposed["exposure"] > 0]
        heaviest = numpy.sort(burdens["burden"].to_numpy()[: len(rows)])[::-1]
        outputs["SOURCE_COUNT"] = len(rows)
        outputs["HOUSES_EXPOSED"] = int((reached["receptor_kind"] == "houses").sum())
        outputs["FARMLAND_EXPOSED_HA"] = float(
            reached.loc[reached["receptor_kind"] == "farmland", "area_m2"].sum() / 10_000
        )
        without = sorted(set(receptors.kinds.tolist()) - {rule.receptor for rule in rules})
        outputs["WITHOUT_RULE"] = ";".join(without)
        if without:
            feedback.pushWarning(
                tr("No rule is switched on for: {kinds}. Their exposure of 0 means not asked, not unharmed.").format(
                    kinds=", ".join(
                        REACHED_WORDS[kind].pick(language()) if kind in REACHED_WORDS else kind for kind in without
                    )
                )
            )
        outputs["ROADS_EXPOSED"] = int((reached["receptor_kind"] == "roads").sum())
        outputs["MAIN_SOURCES"] = (
            int(numpy.searchsorted(heaviest.cumsum(), heaviest.sum() / 2 - 1e-9) + 1) if heaviest.sum() > 0 else 0
        )
        return outputs

    def _sources(self, lots: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[Any, Any]:
        """Positions of the source lots, and the sources for the network."""
        import numpy

        from ..core import frames
        from ..core.externality.network import Sources

        field = self.parameterAsString(parameters, "SOURCE_FIELD", context)
        if field:
            frames.require(lots, (field,), LOTS)
            wanted = [w.strip() for w in self.parameterAsString(parameters, "SOURCE_VALUES", context).split(";")]
            wanted = [word for word in wanted if word]
            chosen = (
                numpy.isin(frames.texts(lots, field).astype(str), wanted)
                if wanted
                else (numpy.ones(len(lots), dtype=bool))
            )
        else:
            chosen = numpy.ones(len(lots), dtype=bool)
        rows = numpy.flatnonzero(chosen)
        keys = ids_of(lots, "lot_key")[rows]
        labels = frames.texts(lots, "chiban")[rows]
        labels = numpy.where(labels == None, keys, labels)  # noqa: E711  (element by element)
        kinds = kinds_of_land(lots)[rows]
        # Whatever values the user chose, these lots are what the rules call unmanaged.
        states = numpy.full(len(rows), "unmanaged", dtype=object)
        years = frames.numbers(lots, "years_unmanaged")[rows]
        return rows, Sources(keys, labels, lots.geometry.to_numpy()[rows], states, kinds, years)

    def _outside(
        self, lots: Any, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> Optional[tuple[Any, Any]]:
        """Rows and sources of the ring around the village, without lots of the village itself."""
        import numpy

        from ..core import frames
        from ..core.externality.pathways import ring

        around = reading.read_layer(self, parameters, "OUTSIDE", context, lots.crs, OUTSIDE)
        if around is None:
            return None
        known = set(ids_of(lots, "lot_key"))
        around = around[numpy.array([key not in known for key in ids_of(around, "lot_key")], dtype=bool)]
        width = self.parameterAsDouble(parameters, "RING_M", context)
        near_by = ring(lots.geometry.to_numpy(), around.geometry.to_numpy(), width)
        around = around.iloc[near_by].reset_index(drop=True)
        field = self.parameterAsString(parameters, "SOURCE_FIELD", context)
        given = dict(parameters) if field in around.columns else {**parameters, "SOURCE_FIELD": ""}
        rows, sources = self._sources(around, given, context)
        ids = numpy.array([f"outside:{key}" if key.isdigit() else key for key in sources.keys], dtype=object)
        named = frames.texts(around, "lot_key")[rows] != None  # noqa: E711  (element by element)
        sources = sources._replace(keys=numpy.where(named, sources.keys, ids))
        return around.iloc[rows].reset_index(drop=True), sources

    def _ways(self, lots: Any, edge: Any, rules: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """What harm may travel along or be stopped by."""
        import pandas

        from ..core import frames
        from ..core.externality import pathways
        from ..gis.zonal import heights_in

        ditches = reading.read_layer(self, parameters, "DITCHES", context, lots.crs, DITCHES)
        barriers = reading.read_layer(self, parameters, "BARRIERS", context, lots.crs, BARRIERS)
        layer = self.parameterAsRasterLayer(parameters, "DEM", context)
        by_dem = self.parameterAsBoolean(parameters, "DITCHES_BY_DEM", context)
        downhill = [rule.distance_m for rule in rules if rule.pathway == "downhill"]
        heights = None
        if layer is not None and len(lots) and (downhill or (by_dem and ditches is not None)):
            shapes = lots if ditches is None else pandas.concat([ditches.geometry, lots.geometry])
            west, south, east, north = shapes.total_bounds
            room = max(downhill, default=0.0)
            heights = heights_in(layer, lots.crs, west - room, south - room, east + room, north + room)
        lines = None if ditches is None else pathways.single_lines(ditches.geometry.to_numpy())
        if lines is not None and by_dem and heights is not None:
            lines = pathways.downhill_lines(lines, heights)
        stops = {}
        if barriers is not None:
            frames.require(barriers, ("kind",), BARRIERS)
            words = frames.texts(barriers, "kind")
            stops = {word: barriers.geometry.to_numpy()[words == word] for word in set(words) if word}
        return pathways.Ways(None if edge is None else edge.geometry.to_numpy(), lines, heights, stops)

    def _totals(
        self,
        sources: Any,
        receptors: Any,
        made: Any,
        crs: Any,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
    ) -> Any:
        """Sums by hamlet and by land kind."""
        import numpy

        from ..core import frames
        from ..core.externality import network

        hamlets = reading.read_layer(self, parameters, "HAMLETS", context, crs, HAMLETS)
        groups = [numpy.full(len(part.geometry), None, dtype=object) for part in (sources, receptors)]
        if hamlets is not None:
            frames.require(hamlets, ("hamlet",), HAMLETS)
            names = frames.texts(hamlets, "hamlet")
            groups = [
                network.area_names(part.geometry, hamlets.geometry.to_numpy(), names) for part in (sources, receptors)
            ]
        return network.totals(sources, receptors, made, *groups)

    def _zones(
        self, lots: Any, receptors: Any, parameters: dict[str, Any], context: QgsProcessingContext, progress: Any
    ) -> Any:
        """Shares of lots and receptors in hazard zones; no rows without zones."""
        import numpy
        import pandas

        from ..core import frames
        from ..core.externality import network

        zones = reading.read_layers(self, parameters, "HAZARD", context, lots.crs, HAZARD)
        if zones is None:
            return pandas.DataFrame(columns=[spec.name for spec in ZONE_FIELDS])
        shapes = numpy.concatenate([lots.geometry.to_numpy(), receptors.geometry])
        kinds = numpy.concatenate([numpy.full(len(lots), "lot", dtype=object), receptors.kinds])
        ids = numpy.concatenate([ids_of(lots, "lot_key"), receptors.ids])
        found = network.zone_shares(shapes, zones.geometry.to_numpy(), progress)
        shape, zone = found["shape"].to_numpy(dtype="int64"), found["zone"].to_numpy(dtype="int64")
        return pandas.DataFrame(
            {
                "object_kind": kinds[shape],
                "object_id": ids[shape],
                "zone_id": ids_of(zones, "zone_id")[zone],
                **{name: frames.texts(zones, name)[zone] for name in ("phenomenon", "level", "law")},
                "amount": found["amount"],
                "share": found["share"],
            }
        )

    def _receptors(self, lots: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[Any, Any]:
        """What may suffer, and half the width of each road (other receptors: 0)."""
        import numpy

        from ..core import frames
        from ..core.externality.network import join_receptors

        parts: list[Any] = []
        half_width: dict[Any, float] = {}
        houses = reading.read_layer(self, parameters, "HOUSES", context, lots.crs, HOUSES)
        if houses is not None:
            houses = houses[frames.texts(houses, "occupied") != "no"]
            parts.append(_receptors_of(houses, "houses", "house_id"))
        farmland = reading.read_layer(self, parameters, "FARMLAND", context, lots.crs, FARMLAND)
        if farmland is None:
            farmland = lots[(kinds_of_land(lots) == "farmland") & (frames.texts(lots, "condition") == "managed")]
        parts.append(_receptors_of(farmland, "farmland", "lot_key"))
        roads = reading.read_layer(self, parameters, "ROADS", context, lots.crs, ROADS)
        if roads is not None:
            roads = roads[frames.texts(roads, "kind") != "farm"]
            parts.append(_receptors_of(roads, "roads", "road_id"))
            half_width = dict(zip(ids_of(roads, "road_id"), frames.numbers(roads, "width_m") / 2))
        others = self.parameterAsLayerList(parameters, "OTHERS", context)
        parts += [_receptors_of_layer(layer, lots.crs) for layer in others]
        if houses is None and roads is None and not others and not len(farmland):
            raise InputError(
                Text(
                    "There is nothing that could suffer. Choose at least one of houses, farmland and roads.",
                    "影響を受けるものがありません。家屋・農地・道路のうち1つ以上を選んでください。",
                )
            )
        receptors = join_receptors([part for part in parts if len(part.ids)])
        width = numpy.array([half_width.get(key, numpy.nan) for key in receptors.ids])
        width = numpy.where(numpy.isfinite(width) & (width > 0), width, HALF_ROAD)
        return receptors, width


def ids_of(frame: Any, field: str) -> Any:
    """Values of the id field; the feature number where there is none."""
    import numpy

    from ..core import frames

    ids = frames.texts(frame, field)
    return numpy.where(ids == None, frame.index.astype(str), ids)  # noqa: E711  (element by element)


def kinds_of_land(lots: Any) -> Any:
    """Kind of land of each lot from its own 地目 fields."""
    from ..core import frames
    from ..core.condition.evidence import Tables, land_categories

    return land_categories(lots, frames.texts(lots, "lot_key"), Tables())[1]


def _receptors_of(frame: Any, kind: str, id_field: str) -> Any:
    """Receptors of one kind that have a shape."""
    import numpy
    import shapely

    from ..core import frames
    from ..core.externality.network import Receptors

    ids = ids_of(frame, id_field)
    geometry = frame.geometry.to_numpy()
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    crops = frames.texts(frame, "crop")[usable]
    return Receptors(ids[usable], numpy.full(int(usable.sum()), kind, dtype=object), geometry[usable], crops)


def _receptors_of_layer(layer: Any, crs: Any) -> Any:
    """Receptors of a further kind: the word used in the rules is the name of the layer."""
    import re

    kind = re.sub(r"[^a-z0-9]+", "_", layer.name().lower()).strip("_")
    what = Text("The layer “{name}”", "「{name}」の図").format(name=layer.name())
    if not re.fullmatch(r"[a-z][a-z0-9_]*", kind):
        raise InputError(
            Text(
                "{what} needs a name in Latin letters that the rules use as receptor, such as schools. Rename it.",
                "{what}の名前を、規則の receptor で使う英字（schools など）に変えてください。",
            ).format(what=what)
        )
    frame = bridge.source_to_frame(layer)
    if frame.crs is None:
        bridge.require_metric(None, what)
    return _receptors_of(frame if frame.crs == crs else frame.to_crs(crs), kind, "receptor_id")


def _flow_lines(sources: Any, receptors: Any) -> Any:
    """Shortest lines from a point in each lot, or from the forest edge, to its receptor."""
    import shapely

    origin = sources.copy()
    areas = shapely.get_dimensions(sources) == 2
    origin[areas] = shapely.point_on_surface(sources[areas])
    return shapely.shortest_line(origin, receptors)
