"""Reading the plan the same way in all tools of step 3."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterNumber,
)

from ..core.progress import Progress
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from ..gis.plan_store import PlanStore, plan_behind
from . import reading

if TYPE_CHECKING:
    import geopandas

    from .base import LandAlgorithm

PLAN = Text("The plan", "計画")
LANGUAGES = ("", "ja", "en")


class PlanInput(NamedTuple):
    """The plan's units, its facts, official areas (ha) of the whole and by hamlet, and its file if it has one."""

    units: geopandas.GeoDataFrame
    meta: dict[str, str]
    official_ha: Optional[float]
    official_areas: list[dict[str, Any]]
    store: Optional[PlanStore]


def add_plan(algorithm: LandAlgorithm) -> None:
    """Parameters PLAN, OFFICIAL_AREA, DISTRICTS and LANGUAGE."""
    polygon = QgsProcessing.SourceType.TypeVectorPolygon
    algorithm.add(
        QgsProcessingParameterFeatureSource("PLAN", tr("Plan"), [polygon]),
        tr("The plan layer or the plan file made by “Save choices into the plan”."),
    )
    algorithm.add(
        QgsProcessingParameterNumber(
            "OFFICIAL_AREA",
            tr("Official area (ha)"),
            QgsProcessingParameterNumber.Type.Double,
            None,
            optional=True,
            minValue=0.0,
        ),
        tr("Published area of the whole. Empty: the sum of the official areas of the hamlets, when all are known."),
    )
    algorithm.add(
        QgsProcessingParameterFeatureSource("DISTRICTS", tr("Official areas by hamlet"), [polygon], optional=True),
        tr("Layer with hamlet, district and official_area_ha. Empty: what the plan file remembers."),
    )
    algorithm.add(
        QgsProcessingParameterEnum(
            "LANGUAGE", tr("Language"), [tr("As QGIS"), tr("Japanese"), tr("English")], defaultValue=0
        ),
        tr("Language of the result."),
    )


def chosen_language(algorithm: LandAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """ "ja" or "en"."""
    return LANGUAGES[algorithm.parameterAsEnum(parameters, "LANGUAGE", context)] or language()


def read_plan(
    algorithm: LandAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    progress: Optional[Progress] = None,
) -> PlanInput:
    """Read what :func:`add_plan` asks for.

    Raises ``InputError`` without a metric CRS or without ``management_class``.
    """
    from ..core import frames
    from ..core.plan import facts

    source = algorithm.parameterAsSource(parameters, "PLAN", context)
    if source is None:
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, "PLAN"))
    bridge.require_metric(bridge.pyproj_crs(source.sourceCrs()), PLAN)
    units = bridge.source_to_frame(source, progress)
    frames.require(units, ("management_class",), PLAN)
    layer = algorithm.parameterAsVectorLayer(parameters, "PLAN", context)
    store = plan_behind(layer.source()) if layer is not None else None
    meta = store.meta() if store is not None else {}
    areas = json.loads(meta.get("official_areas", "[]"))
    districts = reading.read_table(algorithm, parameters, "DISTRICTS", context)
    if districts is not None:
        areas = facts.official_areas(districts)
    official: Optional[float] = None
    if parameters.get("OFFICIAL_AREA") is not None:
        official = algorithm.parameterAsDouble(parameters, "OFFICIAL_AREA", context)
    elif areas:
        official = facts.official_total(areas)
    elif meta.get("official_area_ha"):
        official = float(meta["official_area_ha"])
    return PlanInput(units, meta, official, areas, store)
