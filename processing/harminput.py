"""What “Relieve harm” and “Find the least management” read: lots, links, receptors and treatments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterFeatureSource,
)

from ..core.progress import Progress
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis.catalogues import catalogue_text
from ..gis.i18n import tr
from . import reading
from .base import LandAlgorithm
from .overlayexternalities import ids_of, kinds_of_land

if TYPE_CHECKING:
    import geopandas

    from ..core.externality.relief import Network
    from ..core.externality.treatments import Treatment

LOTS = Text("The layer of lots", "筆の図")


class HarmInput(NamedTuple):
    """Lots that can be treated with their fields and kind of land, the network, the receptors (in the order of the
    network), treatments, and evidence word and label per kind of harm."""

    lots: geopandas.GeoDataFrame
    fields: list[FieldSpec]
    land_kinds: Any
    network: Network
    receptors: geopandas.GeoDataFrame
    treatments: list[Treatment]
    evidence: dict[str, str]
    labels: dict[str, Text]


def add_inputs(algorithm: LandAlgorithm) -> None:
    """The parameters that both algorithms share."""
    polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
    source = QgsProcessingParameterFeatureSource
    algorithm.add(
        source("SOURCES", tr("Unmanaged lots with burden"), [polygon]),
        tr(
            "The burden of unmanaged lots from “Overlay harm to surroundings”. Lots outside the village are not "
            "treated."
        ),
    )
    algorithm.add(
        source("LINKS", tr("Links"), [table]),
        tr("The table of links from the same run of that tool."),
    )
    algorithm.add(
        source("RECEPTORS", tr("Exposure of houses, fields and roads"), [polygon]),
        tr("The receptors from the same run of that tool."),
    )
    algorithm.add(
        source("TREATMENTS", tr("Table of treatments"), [table], optional=True),
        tr(
            "Effects and costs of your village, in the columns of resources/catalogues/treatments.csv. Empty: that "
            "file, whose numbers are assumptions."
        ),
    )


def read_inputs(
    algorithm: LandAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress
) -> HarmInput:
    """Read the shared parameters. Raises ``InputError`` for tables that do not fit together."""
    import numpy
    import pandas

    from ..core import frames
    from ..core.externality import treatments as treatments_of
    from ..core.externality.relief import network_from_links
    from ..core.externality.rules import labels_in

    lots, fields = reading.read_lots(algorithm, parameters, "SOURCES", context, LOTS, progress)
    lots = lots[frames.flags(lots, "outside") != True].reset_index(drop=True)  # noqa: E712  (element by element)
    links = reading.read_table(algorithm, parameters, "LINKS", context)
    receptors = reading.read_table(algorithm, parameters, "RECEPTORS", context)
    if links is None or receptors is None:
        raise QgsProcessingException(
            algorithm.invalidSourceError(parameters, "LINKS" if links is None else "RECEPTORS")
        )
    table = reading.read_table(algorithm, parameters, "TREATMENTS", context)
    known = (
        treatments_of.read_treatments(catalogue_text("treatments.csv"))
        if table is None
        else treatments_of.treatments_from_frame(table)
    )
    # In one order, so that the order of features cannot matter.
    lots = lots.iloc[numpy.argsort(ids_of(lots, "lot_key").astype(str), kind="stable")].reset_index(drop=True)
    receptors = receptors.iloc[
        numpy.lexsort([frames.texts(receptors, name).astype(str) for name in ("receptor_id", "receptor_kind")])
    ].reset_index(drop=True)
    network = network_from_links(links, ids_of(lots, "lot_key"), receptors)
    evidence = pandas.DataFrame({name: frames.texts(links, name) for name in ("kind", "evidence")}).dropna()
    # Where rules of several kinds of evidence meet, the least sure is told.
    order = {"assumption": 0, "local_opinion": 1, "local_data": 2, "literature": 3}
    evidence = evidence.assign(rank=evidence["evidence"].map(order)).sort_values("rank", kind="stable")
    words = evidence.drop_duplicates("kind")
    return HarmInput(
        lots,
        fields,
        kinds_of_land(lots),
        network,
        receptors,
        known,
        dict(zip(words["kind"], words["evidence"])),
        labels_in(catalogue_text("externality_rules.csv")),
    )
