"""What the evidence tools share: lots and their keys in, rows of the one evidence table out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.progress import Progress
from ..core.texts import Text
from ..gis import bridge
from ..gis.catalogues import catalogue_text
from ..gis.i18n import tr
from . import reading
from .base import LandAlgorithm

if TYPE_CHECKING:
    import geopandas
    import numpy
    import pandas

LOTS = Text("The layer of lots", "筆の図")
HOUSES = Text("The layer of houses", "家屋の図")
ROADS = Text("The layer of roads", "道路の図")
FOREST_EDGE = Text("The layer of forest edges", "林縁の図")


class Lots(NamedTuple):
    """The lots, their keys (objects, ``None`` without), 地目 and kind of land."""

    frame: geopandas.GeoDataFrame
    keys: numpy.ndarray
    categories: numpy.ndarray
    kinds: numpy.ndarray


def add_lots(algorithm: LandAlgorithm, register: bool = True) -> None:
    """Parameters for the lots; ``register`` also for the table that tells their 地目."""
    polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
    source = QgsProcessingParameterFeatureSource
    algorithm.add(
        source("INPUT", tr("Lots"), [polygon]),
        tr("Land lots in a plane coordinate system in metres."),
    )
    algorithm.add(
        QgsProcessingParameterField("KEY_FIELD", tr("Field with the lot key"), "lot_key", "INPUT", optional=True),
        tr("The field by which lots and tables are matched."),
    )
    if register:
        algorithm.add(
            source("REGISTER", tr("Land register"), [table], optional=True),
            tr("Table with lot_key and category_reg (地目); else the field land_category of the lots counts."),
        )


def add_as_of(algorithm: LandAlgorithm) -> None:
    """The day as of which years are counted."""
    algorithm.add(
        QgsProcessingParameterString("AS_OF", tr("Count years as of (day)"), optional=True),
        tr("For example 2025-04-01. Empty: the newest day in the tables, so that a later run gives the same result."),
        advanced=True,
    )


def add_output(algorithm: LandAlgorithm) -> None:
    """The evidence table and how much it holds."""
    algorithm.add(
        QgsProcessingParameterFeatureSink("OUTPUT", tr("Evidence"), QgsProcessing.SourceType.TypeVector),
        tr("One row per lot and indicator with value, source, date and confidence; for “Find unmanaged land”."),
    )
    algorithm.addOutput(QgsProcessingOutputNumber("ROWS", tr("Rows of evidence")))
    algorithm.addOutput(QgsProcessingOutputNumber("LOTS_TOLD", tr("Lots with evidence")))


def add_evidence_tables(algorithm: LandAlgorithm, name: str, help_text: str) -> None:
    """Evidence tables made by other tools."""
    algorithm.add(
        QgsProcessingParameterMultipleLayers(
            name, tr("Evidence tables"), QgsProcessing.SourceType.TypeVector, optional=True
        ),
        help_text,
    )


def read_lots(
    algorithm: LandAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, progress: Progress
) -> Lots:
    """The lots of an evidence tool.

    Raises ``InputError`` without a metric CRS or without the key field.
    """
    from ..core import frames
    from ..core.condition.evidence import Tables, land_categories

    frame, _ = reading.read_lots(algorithm, parameters, "INPUT", context, LOTS, progress)
    key_field = algorithm.parameterAsString(parameters, "KEY_FIELD", context) or "lot_key"
    frames.require(frame, (key_field,), LOTS)
    keys = frames.texts(frame, key_field)
    tables = Tables(register=reading.read_table(algorithm, parameters, "REGISTER", context))
    return Lots(frame, keys, *land_categories(frame, keys, tables))


def read_evidence(
    algorithm: LandAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> pandas.DataFrame:
    """Evidence tables as one (see ``core.condition.table.merged``)."""
    from ..core.condition import table

    layers = algorithm.parameterAsLayerList(parameters, name, context) or []
    return table.merged([bridge.source_to_frame(layer) for layer in layers])


def as_of(
    algorithm: LandAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    columns: Sequence[Any],
) -> Optional[str]:
    """The day as of which years are counted: as given, else the newest day in ``columns``.

    Raises ``InputError`` for a text that is no day.
    """
    from ..core.condition.series import date_in
    from ..core.condition.survey import newest_day

    text = algorithm.parameterAsString(parameters, "AS_OF", context)
    if text:
        day = date_in(text)
        if day is None or len(day) != 10:
            raise InputError(
                Text(
                    "“{text}” is not a day. Write it like 2025-04-01.",
                    "「{text}」は日付として読めません。2025-04-01 のように書いてください。",
                ).format(text=text)
            )
        return day
    day = newest_day(*columns)
    if day is None:
        feedback.pushWarning(tr("No day is known, so years (since registration, to the end of a lease) are left out."))
    else:
        feedback.pushInfo(tr("Years are counted as of {day}.").format(day=day))
    return day


def write_evidence(
    algorithm: LandAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    found: pandas.DataFrame,
    lots: Lots,
) -> dict[str, Any]:
    """Write evidence rows (by position of the lot) to OUTPUT; lots without a key are told and left out."""
    import numpy

    from ..core.condition import explain, table
    from ..core.condition.weights import read_weights

    outputs: dict[str, Any] = {}
    if len(found):
        # Told in the words of the weights that come with the plugin; what it weighs is decided later.
        words = read_weights(catalogue_text("condition_weights.csv"))
        found = explain.with_texts(found, explain.phrases(found, lots.kinds, words))
    made = table.with_keys(found, lots.keys)
    named = numpy.array([key is not None for key in made["lot_key"]], dtype=bool)
    without = int(made.loc[~named, "row"].nunique())
    if without:
        feedback.pushWarning(tr("{n} lots have no key and are left out.").format(n=without))
    made = made[named]
    reading.write_sink(
        algorithm,
        parameters,
        "OUTPUT",
        context,
        made,
        table.FIELDS,
        QgsWkbTypes.Type.NoGeometry,
        bridge.qgis_crs(None),
        outputs,
    )
    outputs["ROWS"], outputs["LOTS_TOLD"] = len(made), int(made["row"].nunique())
    for indicator, rows in made.groupby("indicator")["row"].nunique().items():
        feedback.pushInfo(tr("{indicator}: {n} lots").format(indicator=indicator, n=rows))
    return outputs
