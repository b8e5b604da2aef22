"""Was a forecast better than saying that everything stays?"""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsWkbTypes,
)

from ..core.condition.forecast_words import SCENARIOS, field_of
from ..core.schema import FieldSpec
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm

FORECAST = Text("The layer of the forecast", "将来予測の図")
LOT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆の識別子"),
    FieldSpec("p_now", "real", "Chance managed at the first date", "はじめの時点で管理されている確率"),
    FieldSpec("p_then", "real", "Chance forecast for the later date", "後の時点の予測確率"),
    FieldSpec("managed", "bool", "Managed at the later date", "後の時点で管理されていた"),
    FieldSpec("error", "real", "Squared error of the forecast", "予測の二乗誤差"),
    FieldSpec("error_stays", "real", "Squared error if everything stays", "変わらないとした二乗誤差"),
)
BIN_FIELDS = (
    FieldSpec("chance_from", "real", "Chance from", "確率（から）"),
    FieldSpec("chance_to", "real", "Chance to", "確率（まで）"),
    FieldSpec("lots", "int", "Lots", "筆の数"),
    FieldSpec("chance", "real", "Mean chance forecast", "予測確率の平均"),
    FieldSpec("managed", "real", "Share really managed", "実際に管理されていた割合"),
)


class ForecastCheck(LandAlgorithm):
    """A forecast made at one date, the condition at a later one -> skill over persistence, pace, calibration."""

    ID = "forecastcheck"
    GROUP = UNDERSTAND
    ICON = "forecast"
    PACKAGES = (*LandAlgorithm.PACKAGES, "scipy")

    def title(self) -> str:
        return tr("Check a forecast")

    def help_text(self) -> str:
        return tr(
            "Compares a forecast with what the land was really like later, and with the plainest forecast of all: that "
            "everything stays. It says whether the forecast had skill, with an interval from parts of the area, and "
            "how fast land was lost against the table; that number can be given to “Forecast the land”. Make the "
            "forecast from the older data, with the number of years in between. Where nothing changed there is no "
            "skill over persistence."
        )

    def setup(self) -> None:
        polygon, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        source, sink = QgsProcessingParameterFeatureSource, QgsProcessingParameterFeatureSink
        self.add(
            source("INPUT", tr("Forecast of the land"), [polygon]),
            tr("Result of “Forecast the land”, made from the older data, in metres."),
        )
        self.add(
            source("LATER", tr("Condition of land at the later date"), [table]),
            tr("Lots or table with the key and survey_state (or condition); for example a newer “Condition of land”."),
        )
        self.add(
            QgsProcessingParameterField("KEY_FIELD", tr("Field with the lot key"), "lot_key", "INPUT", optional=True),
            tr("The field by which lots and tables are matched."),
        )
        self.add(
            QgsProcessingParameterNumber(
                "YEARS", tr("Years between the dates"), QgsProcessingParameterNumber.Type.Integer, 5, False, 1, 60
            ),
            tr("One of the years of the forecast."),
        )
        self.add(
            QgsProcessingParameterEnum(
                "SCENARIO", tr("Scenario"), [tr("Slow loss"), tr("Middle"), tr("Fast loss")], defaultValue=1
            ),
            tr("The scenario that is checked."),
        )
        self.add(
            QgsProcessingParameterBoolean("SURVEYED_ONLY", tr("Only surveyed lots"), True),
            tr("The truth is what a survey found. Without it the screening of images counts as truth as well."),
            advanced=True,
        )
        self.add(
            sink("OUTPUT", tr("Forecast against truth"), polygon),
            tr("The lots with forecast, truth and the error of both."),
        )
        self.add(
            sink("CALIBRATION", tr("Calibration"), table, optional=True, createByDefault=False),
            tr("Ten classes of chance with the share that was really managed."),
        )
        for name, label in (
            ("LOTS_COMPARED", tr("Lots compared")),
            ("SKILL_PCT", tr("Skill over persistence (%)")),
            ("GAIN", tr("Gain in squared error")),
            ("GAIN_LOW", tr("Gain, from")),
            ("GAIN_HIGH", tr("Gain, to")),
            ("PACE", tr("How many times as fast as the table")),
            ("PACE_LOW", tr("Pace, from")),
            ("PACE_HIGH", tr("Pace, to")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString("VERDICT", tr("Verdict (skill, none or worse)")))
        self.addOutput(QgsProcessingOutputString("SENTENCE", tr("The finding in words")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import numpy
        import pandas

        from ..core import frames
        from ..core.condition import forecast_check

        progress = self.progress(feedback)
        lots, _fields = reading.read_lots(self, parameters, "INPUT", context, FORECAST, progress.part(0.0, 0.3))
        key_field = self.parameterAsString(parameters, "KEY_FIELD", context) or "lot_key"
        scenario = SCENARIOS[self.parameterAsEnum(parameters, "SCENARIO", context)]
        column = field_of(scenario, self.parameterAsInt(parameters, "YEARS", context))
        frames.require(lots, (key_field, "p_now", column), FORECAST)
        later = reading.read_table(self, parameters, "LATER", context)
        if later is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "LATER"))
        frames.require(later, (key_field,), Text("The later layer", "後の時点の図"))
        truth_by_row = forecast_check.truth_of(later, self.parameterAsBool(parameters, "SURVEYED_ONLY", context))
        truth_of_key: dict[str, float] = {}
        for key, value in zip(frames.texts(later, key_field), truth_by_row):
            # A key that two rows tell differently is not known.
            if key is not None and value == value:
                truth_of_key[key] = value if truth_of_key.get(key, value) == value else numpy.nan
        keys = frames.texts(lots, key_field)
        truth = numpy.array([truth_of_key.get(key, numpy.nan) for key in keys], dtype="float64")
        now, then = frames.numbers(lots, "p_now"), frames.numbers(lots, column)
        found = forecast_check.backtest(lots.geometry.to_numpy(), now, then, truth)
        progress.step(0.8)
        result = lots[["geometry"]].copy()
        result["lot_key"], result["p_now"], result["p_then"] = keys, now, then
        result["managed"] = [None if value != value else bool(value) for value in truth]
        result["error"], result["error_stays"] = (then - truth) ** 2, (now - truth) ** 2
        bins = pandas.DataFrame(list(found.bins), columns=[spec.name for spec in BIN_FIELDS])
        outputs: dict[str, Any] = {}
        for name, frame, specs, shape, crs in (
            ("OUTPUT", result, LOT_FIELDS, QgsWkbTypes.Type.MultiPolygon, bridge.qgis_crs(lots.crs)),
            ("CALIBRATION", bins, BIN_FIELDS, QgsWkbTypes.Type.NoGeometry, bridge.qgis_crs(None)),
        ):
            reading.write_sink(self, parameters, name, context, frame, specs, shape, crs, outputs)
        sentence = forecast_check.told(found).pick(language())
        feedback.pushInfo(sentence)
        progress.step(1.0)
        numbers = {
            "SKILL_PCT": 100 * found.skill,
            "GAIN": found.gain,
            "GAIN_LOW": found.gain_low,
            "GAIN_HIGH": found.gain_high,
            "PACE": found.pace,
            "PACE_LOW": found.pace_low,
            "PACE_HIGH": found.pace_high,
        }
        return {
            **outputs,
            **{name: float(value) for name, value in numbers.items() if value == value},
            "LOTS_COMPARED": found.lots,
            "VERDICT": found.verdict,
            "SENTENCE": sentence,
        }
