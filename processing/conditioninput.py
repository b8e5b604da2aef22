"""What the algorithms about the condition of land read alike: weights, costs, and a former result with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from qgis.core import (
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.texts import Text
from ..gis.catalogues import catalogue_text
from ..gis.i18n import tr
from . import reading
from .base import LandAlgorithm

if TYPE_CHECKING:
    import geopandas
    import numpy
    import pandas

    from ..core.condition.weights import Costs, Thresholds, Weight

CATALOGUE = "condition_weights.csv"
LOTS = Text("The condition of land", "土地の状態の図")


def add_costs(algorithm: LandAlgorithm) -> None:
    """Add the three costs of an answer; the limits of probability follow from them."""
    for name, label, value, text in (
        (
            "COST_VISIT",
            tr("Cost of a visit in vain"),
            1.0,
            tr("A lot called unmanaged turns out to be looked after. Only the ratios of the three costs count."),
        ),
        (
            "COST_MISSED",
            tr("Cost of a lot that is missed"),
            2.5,
            tr("A lot called managed is not. Raise it to miss fewer lots. The default is an assumption."),
        ),
        (
            "COST_OPEN",
            tr("Cost of an open answer"),
            0.5,
            tr("A lot stays “cannot tell” and someone has to look in passing. Lower it to say less but be surer."),
        ),
    ):
        algorithm.add(
            QgsProcessingParameterNumber(name, label, QgsProcessingParameterNumber.Type.Double, value, minValue=0.001),
            text,
        )


def costs_of(algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Costs:
    """The costs that were given."""
    from ..core.condition.weights import Costs

    return Costs(*(algorithm.parameterAsDouble(parameters, f"COST_{name.upper()}", context) for name in Costs._fields))


def limits_of(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Thresholds:
    """The limits of probability that follow from the costs."""
    from ..core.condition.weights import thresholds

    return thresholds(costs_of(algorithm, parameters, context))


def tell_limits(limits: Thresholds, feedback: QgsProcessingFeedback) -> None:
    """Say in the log which limits the costs gave."""
    feedback.pushInfo(
        tr("From these costs: likely unmanaged above {above} %, likely managed below {below} %.").format(
            above=f"{100 * limits.unmanaged_above:.0f}", below=f"{100 * limits.managed_below:.0f}"
        )
    )


def weight_table_of(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> pandas.DataFrame:
    """The table WEIGHTS as it is written, or the one that comes with the plugin."""
    import pandas

    from ..core.condition.weights import table_from_text

    table = reading.read_table(algorithm, parameters, "WEIGHTS", context)
    if table is None:
        return table_from_text(catalogue_text(CATALOGUE))
    names = [name for name in table.columns if name not in (*reading.ROW_NUMBERS, "geometry")]
    return pandas.DataFrame(table)[names]


def read_weights_of(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[Weight]:
    """The weights of the table WEIGHTS, or those that come with the plugin. Raises ``InputError``."""
    from ..core.condition.weights import weights_from_frame

    return weights_from_frame(weight_table_of(algorithm, parameters, context))


class FormerResult(NamedTuple):
    """Lots with their condition, kind of land and evidence by position, and which were surveyed."""

    lots: geopandas.GeoDataFrame
    kinds: numpy.ndarray
    evidence: pandas.DataFrame
    surveyed: numpy.ndarray


def add_result(algorithm: LandAlgorithm) -> None:
    """Add the parameters of a former result of "Find unmanaged land"."""
    source = QgsProcessingParameterFeatureSource
    table = QgsProcessing.SourceType.TypeVector
    algorithm.add(
        source("INPUT", tr("Condition of land"), [QgsProcessing.SourceType.TypeVectorPolygon]),
        tr("The result of “Find unmanaged land”, in a coordinate system in metres."),
    )
    algorithm.add(
        source("EVIDENCE", tr("Evidence"), [table]),
        tr("The evidence table of that run."),
    )
    algorithm.add(
        source("WEIGHTS", tr("Weight table"), [table], optional=True),
        tr("Your own weights, in the columns of resources/catalogues/condition_weights.csv. Empty: that file."),
    )


def read_result(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress
) -> FormerResult:
    """Read INPUT and EVIDENCE. Raises ``InputError`` for a missing CRS or missing fields."""
    import numpy

    from ..core import frames
    from ..core.condition import reread

    lots, _ = reading.read_lots(algorithm, parameters, "INPUT", context, LOTS, progress)
    frames.require(lots, ("lot_key",), LOTS)
    table = reading.read_table(algorithm, parameters, "EVIDENCE", context)
    if table is None:
        raise InputError(Text("There is no evidence table. Choose it.", "根拠の表がありません。選んでください。"))
    evidence = reread.evidence_of(frames.texts(lots, "lot_key"), table)
    surveyed = numpy.zeros(len(lots), dtype=bool)
    surveyed[evidence.loc[(evidence["indicator"] == "patrol").to_numpy(), "row"].to_numpy(dtype="int64")] = True
    return FormerResult(lots, reread.kinds_of(lots, surveyed), evidence, surveyed)
