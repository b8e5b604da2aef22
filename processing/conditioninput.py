"""What the algorithms about the condition of land read alike: weights, costs, and a former result with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterNumber,
)

from ..gis.catalogues import catalogue_text
from ..gis.i18n import tr
from . import reading
from .base import LandAlgorithm

if TYPE_CHECKING:
    from ..core.condition.weights import Costs, Thresholds, Weight

CATALOGUE = "condition_weights.csv"


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


def read_weights_of(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> list[Weight]:
    """The weights of the table WEIGHTS, or those that come with the plugin. Raises ``InputError``."""
    from ..core.condition.weights import read_weights, weights_from_frame

    table = reading.read_table(algorithm, parameters, "WEIGHTS", context)
    return read_weights(catalogue_text(CATALOGUE)) if table is None else weights_from_frame(table)
