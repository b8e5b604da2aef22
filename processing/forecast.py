"""What becomes of the land if nothing changes."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterRasterLayer,
    QgsProcessingParameterString,
    QgsWkbTypes,
)

from ..core.errors import InputError
from ..core.texts import Text
from ..gis import bridge
from ..gis.catalogues import catalogue_text
from ..gis.i18n import language, tr
from . import reading
from .base import UNDERSTAND, LandAlgorithm
from .findunmanaged import SLOPE_RING

if TYPE_CHECKING:
    from ..core.condition.forecast_people import People
    from ..core.condition.forecast_village import Prepared

LOTS = Text("The layer of the condition of land", "土地の状態の図")
NO_HAMLETS = Text(
    "The population mesh is not used: it needs the layer of hamlets.",
    "推計人口のメッシュは使っていません（集落の図が必要です）。",
)
TABLES = ("REGISTER", "FARMLAND_REGISTER", "CULTIVATORS")
#: How far ahead can be looked at, in years.
FARTHEST = 60


class Forecast(LandAlgorithm):
    """Condition, people, rates -> chance that each lot is managed in 5, 10, 20 and 30 years."""

    ID = "forecast"
    GROUP = UNDERSTAND
    ICON = "forecast"
    PACKAGES = (*LandAlgorithm.PACKAGES, "scipy")

    def title(self) -> str:
        return tr("Forecast the land")

    def help_text(self) -> str:
        return tr(
            "Shows what becomes of the land if nothing changes: how likely each lot is still looked after in 5, 10, 20 "
            "and 30 years, for slow, middle and fast loss, with intervals, beside the figure if everything stayed as "
            "today. Farmers grow old and stop, leases end, neighbouring land is left. Most rates are assumptions "
            "that stand in tables you can change. It is no prediction about any person. Ages and names stay in the "
            "private file and are written nowhere."
        )

    def setup(self) -> None:
        polygon, line = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVectorLine
        table = QgsProcessing.SourceType.TypeVector
        source, number = QgsProcessingParameterFeatureSource, QgsProcessingParameterNumber
        sink = QgsProcessingParameterFeatureSink
        whole, real = number.Type.Integer, number.Type.Double
        self.add(
            source("INPUT", tr("Condition of land"), [polygon]),
            tr("Result of “Find unmanaged land”: the lots with condition and probability, in metres."),
        )
        self.add(
            QgsProcessingParameterField("KEY_FIELD", tr("Field with the lot key"), "lot_key", "INPUT", optional=True),
            tr("The field by which lots and tables are matched."),
        )
        for name, label, kinds, words in (
            ("REGISTER", tr("Land register"), table, tr("Table with lot_key, category_reg (地目) and owner_status.")),
            (
                "FARMLAND_REGISTER",
                tr("Farmland register"),
                table,
                tr("Table with lot_key, cultivator_key, right_kind and right_end."),
            ),
            (
                "CULTIVATORS",
                tr("Cultivators"),
                table,
                tr("Private table with cultivator_key, age and successor. Ages are not written to any result."),
            ),
            (
                "RESIDENTS",
                tr("Residents by age"),
                table,
                tr("Private table with hamlet, age_from, age_to, residents: for the people and hands of each hamlet."),
            ),
            (
                "POPULATION",
                tr("Population mesh"),
                polygon,
                tr(
                    "Projected population by cell (fields PTN_2025 or POP2025). For reference, where no ages are known."
                ),
            ),
            (
                "HAMLETS",
                tr("Hamlets"),
                polygon,
                tr("Areas with the field hamlet. Empty: the field hamlet of the lots."),
            ),
            ("HOUSES", tr("Houses"), polygon, tr("Houses, to share the people of a mesh cell among hamlets.")),
            ("ROADS", tr("Roads"), line, tr("Road lines, for the distance to the lot.")),
        ):
            self.add(source(name, label, [kinds], optional=True), words)
        self.add(
            QgsProcessingParameterRasterLayer("DEM", tr("Ground height"), optional=True),
            tr("Height model in metres. Slope is taken over the lot and 20 m around it."),
        )
        for name, label, file in (
            ("RATES", tr("Table of rates"), "forecast_rates.csv"),
            ("HOURS", tr("Table of hours"), "forecast_hours.csv"),
            ("FACILITIES", tr("Table of facilities"), "forecast_facilities.csv"),
        ):
            self.add(
                source(name, label, [table], optional=True),
                tr("Your own table, in the columns of resources/catalogues/{file}. Empty: that file.").format(
                    file=file
                ),
            )
        self.add(
            QgsProcessingParameterString("HORIZONS", tr("Years ahead"), "5,10,20,30"),
            tr("Whole years from now, separated by commas, at most 60."),
        )
        self.add(
            number("TELL_YEARS", tr("Tell reasons for so many years ahead"), whole, 20, False, 1, FARTHEST),
            tr("The figures told first are those of this year, or of the year nearest to it that is looked at."),
        )
        self.add(
            number("MUNICIPALITY", tr("People of the municipality"), whole, 0, False, 0),
            tr("For the outlook of clinic, shop, school, bus and water; taken to shrink as the village. 0: not known."),
        )
        self.add(
            number("PACE", tr("How many times as fast as the table"), real, 1.0, False, 0.05, 20.0),
            tr("Multiplies how fast land is lost; “Check a forecast” tells which number fits your own past."),
            advanced=True,
        )
        self.add(
            number("START_YEAR", tr("Year of today"), whole, 0, False, 0, 2200),
            tr("From which the years count. 0: the year of the newest survey, else this year."),
            advanced=True,
        )
        self.add(
            number("DRAWS", tr("Possible futures"), whole, 500, False, 50, 20000),
            tr("How many are tried for each scenario. More make the figures steadier."),
            advanced=True,
        )
        self.add(
            number("INTERVAL", tr("Interval (%)"), real, 80.0, False, 20.0, 99.0),
            tr("How much of the possible futures an interval holds; 80 means from the 10 % to the 90 % point."),
            advanced=True,
        )
        self.add(
            number("SEED", tr("Random seed"), whole, 1, False, 0, 2_000_000_000),
            tr("The same number gives the same result, whatever the order of the lots."),
            advanced=True,
        )
        self.add(
            sink("OUTPUT", tr("Forecast of the land"), polygon),
            tr("The lots with the chance to be managed by scenario and year, its interval, and the main reason."),
        )
        self.add(
            sink("HAMLETS_OUT", tr("Forecast by hamlet"), table),
            tr("One row per hamlet (and the village), scenario and year: managed area, hours, people, with intervals."),
        )
        self.add(
            sink("FACILITIES_OUT", tr("Outlook of facilities"), table, optional=True, createByDefault=False),
            tr("One row per facility, scenario and year: people of the municipality against the published numbers."),
        )
        for name, label in (
            ("LOTS_FORECAST", tr("Lots forecast")),
            ("NOW_HA", tr("Managed today (ha)")),
            ("THEN_HA", tr("Managed then, middle scenario (ha)")),
            ("THEN_LOW_HA", tr("from (ha)")),
            ("THEN_HIGH_HA", tr("to (ha)")),
            ("UNCHANGED_HA", tr("Managed then if nothing became worse (ha)")),
            ("COVER_PCT", tr("Hours available then per 100 hours needed")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, label))
        self.addOutput(QgsProcessingOutputString("NOTES", tr("What the forecast had to do without")))

    def perform(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        import numpy

        from ..core import frames
        from ..core.condition import (
            evidence,
            forecast,
            forecast_rates,
            forecast_tables,
            forecast_village,
            forecast_words,
        )

        progress = self.progress(feedback)
        horizons = horizons_of(self.parameterAsString(parameters, "HORIZONS", context))
        lots, fields = reading.read_lots(self, parameters, "INPUT", context, LOTS, progress.part(0.0, 0.1))
        key_field = self.parameterAsString(parameters, "KEY_FIELD", context) or "lot_key"
        frames.require(lots, (key_field, "condition"), LOTS)
        keys = frames.texts(lots, key_field)
        records = forecast_village.Records(*(reading.read_table(self, parameters, name, context) for name in TABLES))
        layers = {
            name: reading.read_layer(self, parameters, name, context, lots.crs, what)
            for name, what in (
                ("HAMLETS", Text("The layer of hamlets", "集落の図")),
                ("HOUSES", Text("The layer of houses", "家屋の図")),
                ("ROADS", Text("The layer of roads", "道路の図")),
                ("POPULATION", Text("The population mesh", "将来推計人口のメッシュ")),
            )
        }
        start = self._start(parameters, context, lots)
        roads = layers["ROADS"]
        ground = forecast_village.Ground(
            self._slope(lots, parameters, context, progress.part(0.1, 0.2)),
            numpy.full(len(lots), numpy.nan)
            if roads is None
            else evidence.distance_to(lots.geometry.to_numpy(), roads.geometry.to_numpy()),
            forecast_village.hamlets_of(lots, layers["HAMLETS"]),
        )
        tables = {
            name: reading.read_table(self, parameters, name, context) for name in ("RATES", "HOURS", "FACILITIES")
        }
        hours = (
            forecast_rates.read_hours(catalogue_text("forecast_hours.csv"))
            if tables["HOURS"] is None
            else forecast_rates.hours_from_frame(tables["HOURS"])
        )
        facilities = (
            forecast_tables.read_facilities(catalogue_text("forecast_facilities.csv"))
            if tables["FACILITIES"] is None
            else forecast_tables.facilities_from_frame(tables["FACILITIES"])
        )
        residents = reading.read_table(self, parameters, "RESIDENTS", context)
        draws, seed = (self.parameterAsInt(parameters, name, context) for name in ("DRAWS", "SEED"))
        level = self.parameterAsDouble(parameters, "INTERVAL", context) / 100
        pace = self.parameterAsDouble(parameters, "PACE", context)
        outcomes = []
        for number, scenario in enumerate(forecast_words.SCENARIOS):
            rates = (
                forecast_rates.read_rates(catalogue_text("forecast_rates.csv"), scenario)
                if tables["RATES"] is None
                else forecast_rates.rates_from_frame(tables["RATES"], scenario)
            )
            # The chances differ by scenario, the lots and their order do not.
            prepared = forecast_village.prepare(lots, keys, records, ground, rates, hours, dt.date(start, 1, 1))
            people = _people(prepared, residents, layers["POPULATION"], layers, rates, start, horizons[-1], draws, seed)
            span = progress.part(0.2 + 0.25 * number, 0.45 + 0.25 * number)
            outcomes.append(
                forecast.simulate(prepared.village, rates, horizons, draws, seed, people, level, pace, span)
            )
        notes = [*prepared.notes, *_people_notes(prepared, residents, ground.hamlet, layers, people)]
        for note in prepared.notes:
            feedback.pushInfo(note.pick(language()))
        for note in notes[len(prepared.notes) :]:
            feedback.pushWarning(note.pick(language()))
        feedback.pushInfo(
            tr("{n} of {all} rows of the table of rates are assumptions.").format(n=rates.assumed, all=rates.rows)
        )
        told = min(
            horizons, key=lambda year: (abs(year - self.parameterAsInt(parameters, "TELL_YEARS", context)), year)
        )
        source = people.source if people is not None else ("cultivators" if _ages_known(prepared) else "unknown")
        by_hamlet = forecast_tables.hamlet_table(prepared, outcomes, start, source, level)
        municipality = float(self.parameterAsInt(parameters, "MUNICIPALITY", context)) or None
        by_facility = forecast_tables.facility_table(facilities, outcomes, start, municipality, level)

        result = lots.copy()
        for name, values in forecast_tables.lot_table(len(lots), prepared, outcomes, "mid", told).items():
            result[name] = values
        result["lot_key"], result["land_category"] = keys, prepared.categories
        for name in ("chiban", "oaza", "condition"):
            result[name] = frames.texts(lots, name)
        result["hamlet"] = ground.hamlet
        result["area_m2"] = lots.geometry.area.to_numpy()
        lot_fields = forecast_tables.lot_fields(forecast_words.SCENARIOS, horizons)
        specs = [*lot_fields, *(spec for spec in reading.kept_fields(fields, lot_fields) if spec.name in KEPT)]
        outputs: dict[str, Any] = {}
        crs, no_crs = bridge.qgis_crs(lots.crs), bridge.qgis_crs(None)
        for name, frame, its_fields, shape, system in (
            ("OUTPUT", result, specs, QgsWkbTypes.Type.MultiPolygon, crs),
            ("HAMLETS_OUT", by_hamlet, forecast_tables.HAMLET_FIELDS, QgsWkbTypes.Type.NoGeometry, no_crs),
            ("FACILITIES_OUT", by_facility, forecast_tables.FACILITY_FIELDS, QgsWkbTypes.Type.NoGeometry, no_crs),
        ):
            reading.write_sink(self, parameters, name, context, frame, its_fields, shape, system, outputs)
        progress.step(1.0)
        outputs["NOTES"] = "\n".join(note.pick(language()) for note in notes)
        return {**outputs, **self._figures(by_hamlet, told, len(prepared.rows), feedback)}

    def _figures(self, by_hamlet: Any, told: int, lots: int, feedback: QgsProcessingFeedback) -> dict[str, Any]:
        village = by_hamlet[(by_hamlet["level"] == "village") & (by_hamlet["scenario"] == "mid")].set_index("years")
        then, now = village.loc[told], village.loc[0]
        found = {
            "LOTS_FORECAST": lots,
            "NOW_HA": float(now["managed_ha"]),
            "THEN_HA": float(then["managed_ha"]),
            "THEN_LOW_HA": float(then["managed_ha_lo"]),
            "THEN_HIGH_HA": float(then["managed_ha_hi"]),
            "UNCHANGED_HA": float(then["unchanged_ha"]),
        }
        if then["cover"] == then["cover"] and then["cover"] is not None:
            found["COVER_PCT"] = 100 * float(then["cover"])
        feedback.pushInfo(
            tr("Managed: today {now} ha, in {years} years {then} ha ({low} to {high}); unchanged {same} ha.").format(
                now=f"{found['NOW_HA']:.1f}",
                years=told,
                then=f"{found['THEN_HA']:.1f}",
                low=f"{found['THEN_LOW_HA']:.1f}",
                high=f"{found['THEN_HIGH_HA']:.1f}",
                same=f"{found['UNCHANGED_HA']:.1f}",
            )
        )
        return found

    def _start(self, parameters: dict[str, Any], context: QgsProcessingContext, lots: Any) -> int:
        from ..core.condition.forecast_village import start_year

        given = self.parameterAsInt(parameters, "START_YEAR", context)
        if given:
            return int(given)
        return start_year(lots) or dt.date.today().year

    def _slope(self, lots: Any, parameters: dict[str, Any], context: QgsProcessingContext, progress: Any) -> Any:
        """Mean slope per lot in degrees; NaN without a height model or pixels."""
        import numpy

        from ..gis.zonal import zonal_means

        layer = self.parameterAsRasterLayer(parameters, "DEM", context)
        if layer is None:
            return numpy.full(len(lots), numpy.nan)
        found = zonal_means(lots, layer, progress=progress, slope=True, buffer_m=SLOPE_RING)
        return numpy.where(found.pixels >= MIN_PIXELS, found.mean, numpy.nan)


#: A slope needs so many pixels, as in "Find unmanaged land".
MIN_PIXELS = 4
#: Fields of the lots that stay beside the forecast.
KEPT = ("synthetic",)


def horizons_of(text: str) -> tuple[int, ...]:
    """Years ahead from a text such as "5, 10, 20", rising and each once. Raises ``InputError``."""
    parts = [part for part in re.split(r"[\s,、，;]+", text.strip()) if part]
    years = sorted({int(part) for part in parts if part.isascii() and part.isdigit()})
    if (
        not years
        or len(parts) != sum(part.isascii() and part.isdigit() for part in parts)
        or years[0] < 1
        or years[-1] > FARTHEST
    ):
        raise InputError(
            Text(
                "Years ahead must be whole numbers from 1 to {most}, such as 5,10,20,30; “{text}” is not.",
                "何年後は1から{most}までの整数を「5,10,20,30」のように入れてください（「{text}」は使えません）。",
            ).format(most=FARTHEST, text=text)
        )
    return tuple(years)


def _ages_known(prepared: Prepared) -> bool:
    age = prepared.village.age[prepared.village.takes]
    return bool((age == age).any())


def _people_notes(
    prepared: Prepared, residents: Any, on_map: Any, layers: dict[str, Any], people: Optional[People]
) -> list[Text]:
    """What of the table of residents, or of the mesh, is not in the forecast."""
    from ..core.condition import forecast_people

    hamlets = prepared.village.hamlets
    if residents is not None:
        found = forecast_people.residents_by_band(residents, hamlets)
        return forecast_people.residents_notes(found, hamlets, sorted({name for name in on_map if name}))
    if layers["POPULATION"] is None:
        return []
    if people is None:
        return [NO_HAMLETS]
    return forecast_people.mesh_notes(layers["POPULATION"], people.population[:, :, 0], hamlets)


def _people(
    prepared: Prepared,
    residents: Any,
    mesh: Any,
    layers: dict[str, Any],
    rates: Any,
    start: int,
    years: int,
    draws: int,
    seed: int,
) -> Optional[People]:
    """People from residents by age, else from a mesh; ``None`` without either."""
    import numpy

    from ..core import frames
    from ..core.condition import forecast_people

    hamlets = prepared.village.hamlets
    if residents is not None:
        found = forecast_people.residents_by_band(residents, hamlets)
        return forecast_people.cohorts(found, hamlets, rates, years, draws, seed) if found.known.any() else None
    if mesh is None:
        return None
    areas = layers["HAMLETS"]
    if areas is None:
        return None
    names = frames.texts(areas, "hamlet")
    houses = layers["HOUSES"]
    found = forecast_people.mesh_population(
        mesh, areas.geometry, None if houses is None else houses.geometry, start, years
    )
    population = numpy.full((len(hamlets), years + 1, 1), numpy.nan)
    for place, name in enumerate(hamlets):
        here = names == name
        if here.any():
            population[place, :, 0] = found[here].sum(axis=0)
    return forecast_people.People(population, None, "mesh")
