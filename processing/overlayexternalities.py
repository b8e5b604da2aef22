"""Overlay unmanaged land with what may suffer from it."""

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
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
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


def source_fields(kinds: dict[str, Text]) -> list[FieldSpec]:
    """Fields of the source lots, with one burden per kind of harm."""
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
        FieldSpec("burden_rank", "int", "Rank (1 heaviest)", "順位（1が最も大きい）"),
        FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
        FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
    ]


LINK_FIELDS = (
    FieldSpec("source", "text", "Source lot", "影響元の筆"),
    FieldSpec("receptor_id", "text", "Receptor", "影響先"),
    FieldSpec("receptor_kind", "text", "Kind of receptor", "影響先の種類"),
    FieldSpec("kind", "text", "Kind of harm", "影響の種類"),
    FieldSpec("rule_id", "text", "Rule", "規則"),
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
            "The figures show what is associated with what; they do not prove a cause."
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
        for name, label in (
            ("SOURCE_COUNT", tr("Source lots")),
            ("HOUSES_EXPOSED", tr("Houses within reach")),
            ("FARMLAND_EXPOSED_HA", tr("Fields within reach (ha)")),
            ("ROADS_EXPOSED", tr("Roads within reach")),
            ("MAIN_SOURCES", tr("Fewest lots that carry half of the burden")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import geopandas
        import numpy
        import pandas
        import shapely

        from ..core.externality import network
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
        receptors, width = self._receptors(lots, parameters, context)
        made = network.links(sources, receptors, rules, progress.span(0.2, 0.7))
        exposed = network.exposure(receptors, sources, made, rules)
        burdens = network.burden(sources, receptors, made, rules)
        progress.span(0.7, 0.8).step(1.0)

        shapes = receptors.geometry.copy()
        is_line = shapely.get_dimensions(shapes) == 1
        shapes[is_line] = shapely.buffer(shapes[is_line], width[is_line], cap_style="flat")
        exposed["area_m2"] = numpy.where(is_line, numpy.nan, shapely.area(receptors.geometry))
        exposed = geopandas.GeoDataFrame(exposed, geometry=shapes, crs=lots.crs)
        result = lots.iloc[rows].reset_index(drop=True)
        for name in burdens.columns:
            result[name] = burdens[name].to_numpy()
        kinds = rules_of.kinds_of(rules)
        specs = source_fields(kinds)
        specs += reading.kept_fields(fields, specs)
        crs = bridge.qgis_crs(lots.crs)
        links = pandas.DataFrame(
            {
                "source": sources.keys[made["source"].to_numpy(dtype="int64")],
                "receptor_id": receptors.ids[made["receptor"].to_numpy(dtype="int64")],
                "receptor_kind": receptors.kinds[made["receptor"].to_numpy(dtype="int64")],
                **{name: made[name] for name in ("kind", "rule_id", "distance_m", "value", "share")},
            }
        )
        outputs: dict[str, Any] = {}
        for name, frame, its_fields, kind, low in (
            ("RECEPTORS_OUT", exposed, receptor_fields(kinds), QgsWkbTypes.Type.MultiPolygon, 0.8),
            ("OUTPUT", result, specs, QgsWkbTypes.Type.MultiPolygon, 0.85),
            ("LINKS", links, LINK_FIELDS, QgsWkbTypes.Type.NoGeometry, 0.9),
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
                    geometry=shapely.shortest_line(
                        shapely.point_on_surface(sources.geometry[made["source"].to_numpy(dtype="int64")]),
                        receptors.geometry[made["receptor"].to_numpy(dtype="int64")],
                    ),
                )
            bridge.write_frame(frame, sink, its_fields, progress.span(low, low + 0.05))
            outputs[name] = output
        reached = exposed[exposed["exposure"] > 0]
        heaviest = numpy.sort(burdens["burden"].to_numpy())[::-1]
        outputs["SOURCE_COUNT"] = len(rows)
        outputs["HOUSES_EXPOSED"] = int((reached["receptor_kind"] == "houses").sum())
        outputs["FARMLAND_EXPOSED_HA"] = float(
            reached.loc[reached["receptor_kind"] == "farmland", "area_m2"].sum() / 10_000
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
        keys = _ids(lots, "lot_key")[rows]
        labels = frames.texts(lots, "chiban")[rows]
        labels = numpy.where(labels == None, keys, labels)  # noqa: E711  (element by element)
        kinds = _kinds_of_land(lots)[rows]
        # Whatever values the user chose, these lots are what the rules call unmanaged.
        states = numpy.full(len(rows), "unmanaged", dtype=object)
        return rows, Sources(keys, labels, lots.geometry.to_numpy()[rows], states, kinds)

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
            farmland = lots[(_kinds_of_land(lots) == "farmland") & (frames.texts(lots, "condition") == "managed")]
        parts.append(_receptors_of(farmland, "farmland", "lot_key"))
        roads = reading.read_layer(self, parameters, "ROADS", context, lots.crs, ROADS)
        if roads is not None:
            roads = roads[frames.texts(roads, "kind") != "farm"]
            parts.append(_receptors_of(roads, "roads", "road_id"))
            half_width = dict(zip(_ids(roads, "road_id"), frames.numbers(roads, "width_m") / 2))
        if houses is None and roads is None and not len(farmland):
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


def _ids(frame: Any, field: str) -> Any:
    """Values of the id field; the feature number where there is none."""
    import numpy

    from ..core import frames

    ids = frames.texts(frame, field)
    return numpy.where(ids == None, frame.index.astype(str), ids)  # noqa: E711  (element by element)


def _kinds_of_land(lots: Any) -> Any:
    """Kind of land of each lot from its own 地目 fields."""
    from ..core import frames
    from ..core.condition.evidence import Tables, land_categories

    return land_categories(lots, frames.texts(lots, "lot_key"), Tables())[1]


def _receptors_of(frame: Any, kind: str, id_field: str) -> Any:
    """Receptors of one kind that have a shape."""
    import numpy
    import shapely

    from ..core.externality.network import Receptors

    ids = _ids(frame, id_field)
    geometry = frame.geometry.to_numpy()
    usable = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    return Receptors(ids[usable], numpy.full(int(usable.sum()), kind, dtype=object), geometry[usable])
