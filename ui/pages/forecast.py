"""The card "Forecast": what becomes of the land if nothing changes."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ...core.condition.forecast_words import SCENARIO_WORDS, SCENARIOS
from ...core.texts import Text
from ...gis import forecast_reading
from ...gis.i18n import language, tr
from .. import forecastmap, layers
from ..results import OutputSpec, result_folder
from ..runner import IDLE, Job, JobResult, show_message
from ..widgets import label, quiet_button
from .cards import AlgorithmCard, InputSpec

_HOURS, _PERSONS = Text("h", "時間"), Text("", "人")
_BULLET = Text("• ", "・")
#: Key of the card whose result is looked ahead from, and of the runs that print.
CONDITION = "condition"
PAGE_KEY, CHART_KEY = "forecastsheet", "forecastchart"
#: Values of the project: the horizon and scenario last looked at.
YEARS, SCENARIO = "forecast_years", "forecast_scenario"
USUAL_YEARS, USUAL_SCENARIO = 20, "mid"
PAGE_ROLES = {
    "INPUT": "forecast",
    "HAMLETS_TABLE": "forecast_hamlets",
    "FACILITIES_TABLE": "forecast_facilities",
    "LOTS": "lots",
    "HOUSES": "houses",
    "ROADS": "roads",
    "CANALS": "canals",
    "FOREST": "forest",
    "HAMLETS": "hamlets",
}


class ForecastCard(AlgorithmCard):
    """Forecast."""

    KEY = "forecast"
    ICON = "forecast"
    ALGORITHM = "landstewardship:forecast"

    def title_text(self) -> str:
        return tr("Forecast")

    def sentence_text(self) -> str:
        return tr("Looks ahead: the land in 20 years if nothing changes.")

    def verb(self) -> str:
        return tr("Look ahead")

    def next_sentence(self) -> str:
        return tr("Look ahead 20 years")

    def inputs(self) -> Sequence[InputSpec]:
        def more(parameter: str, role: str, need: str, title: str, tile: str, told: bool = False) -> InputSpec:
            return InputSpec(parameter, role, need, title, required=False, tile=tile, told=told)

        return (
            InputSpec("INPUT", "condition", layers.POLYGONS, tr("Condition of land"), told=False, made_by=CONDITION),
            more("CULTIVATORS", "cultivators", layers.TABLE, tr("List of farmers"), "farmers", told=True),
            more("RESIDENTS", "residents", layers.TABLE, tr("Residents by age"), "farmers", told=True),
            more("FARMLAND_REGISTER", "farmland_register", layers.TABLE, tr("Farmland register"), "register"),
            more("REGISTER", "register", layers.TABLE, tr("Land register"), "register"),
            more("HAMLETS", "hamlets", layers.POLYGONS, tr("Hamlets"), "map"),
            more("HOUSES", "houses", layers.POLYGONS, tr("Houses"), "map"),
            more("ROADS", "roads", layers.LINES, tr("Roads"), "map"),
            more("DEM", "dem", layers.RASTER, tr("Height of the ground"), "photos"),
            more("POPULATION", "population_mesh", layers.POLYGONS, tr("Population mesh"), "map"),
            more("RATES", "forecast_rates", layers.TABLE, tr("Table of rates"), ""),
            more("HOURS", "forecast_hours", layers.TABLE, tr("Table of hours"), ""),
            more("FACILITIES", "forecast_facilities_table", layers.TABLE, tr("Table of facilities"), ""),
        )

    def outputs(self) -> Sequence[OutputSpec]:
        return (
            OutputSpec("HAMLETS_OUT", "forecast_hamlets", tr("Forecast by hamlet"), "understand", shown=False),
            OutputSpec("FACILITIES_OUT", "forecast_facilities", tr("Outlook of facilities"), "understand", shown=False),
            OutputSpec("OUTPUT", "forecast", tr("Forecast of the land"), "understand", shown=False),
        )

    # -- what the card has beside numbers ---------------------------------------------------
    def build_result(self) -> None:
        self.years = QComboBox()
        self.scenario = QComboBox()
        for box, name, words in (
            (self.years, "years_forecast", tr("Years ahead")),
            (self.scenario, "scenario_forecast", tr("Scenario")),
        ):
            box.setObjectName(name)
            box.setAccessibleName(words)
            box.setToolTip(words)
        for code in SCENARIOS:
            self.scenario.addItem(SCENARIO_WORDS[code].pick(language()).capitalize(), code)
        self.chooser = QWidget()
        row = QHBoxLayout(self.chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.years)
        row.addWidget(self.scenario)
        row.addStretch(1)
        # Above the numbers: they answer what is chosen here.
        self.layout().insertWidget(self.layout().indexOf(self.numbers), self.chooser)
        self.told = label("", "small")
        self.guide = label(tr("A guide only. Please check on the ground."), "small")
        self.without = label("", "small")
        self.without.setObjectName("without_forecast")
        self.without.setAccessibleName(tr("What the forecast had to do without"))
        self.body.addWidget(self.told)
        self.body.addWidget(self.without)
        self.body.addWidget(self.guide)
        self.years.activated.connect(self._chosen)
        self.scenario.activated.connect(self._chosen)
        self.chart_button = quiet_button(tr("Chart"), "forecast", self.make_chart)
        self.chart_button.setObjectName("chart_forecast")
        self.chart_button.setToolTip(tr("One chart for each hamlet"))
        self.page_button = quiet_button(tr("Print the page"), "map", self.print_page)
        self.page_button.setObjectName("page_forecast")
        self.page_button.setToolTip(tr("One page (A3) for the first workshop: our village in 20 years"))
        for button in (self.chart_button, self.page_button):
            self.add_button(button)
        self.runner.changed.connect(lambda key: key in (PAGE_KEY, CHART_KEY) and self.changed.emit())
        self.runner.finished.connect(self._printed)
        self.runner.failed.connect(self._not_printed)

    def result_buttons(self) -> Sequence[Any]:
        return (self.chart_button, self.page_button)

    # -- horizon and scenario -----------------------------------------------------------------
    def _table(self) -> dict[tuple[str, int], dict[str, Any]]:
        layer = self.state.layer("forecast_hamlets")
        return forecast_reading.village_rows(layer if isinstance(layer, QgsVectorLayer) else None)

    def choice(self) -> tuple[str, int]:
        """Scenario and years that are looked at."""
        return str(self.scenario.currentData() or USUAL_SCENARIO), int(self.years.currentData() or USUAL_YEARS)

    def _fill(self, rows: dict[tuple[str, int], dict[str, Any]]) -> None:
        """The years of the result in the chooser; what was chosen stays."""
        ahead = sorted({years for _scenario, years in rows if years > 0})
        if [self.years.itemData(place) for place in range(self.years.count())] != ahead:
            self.years.clear()
            for years in ahead:
                self.years.addItem(tr("In {years} years").format(years=years), years)
        wanted = int(self.state.value(YEARS) or USUAL_YEARS)
        if ahead:
            nearest = min(ahead, key=lambda years: (abs(years - wanted), years))
            self.years.setCurrentIndex(ahead.index(nearest))
        scenario = str(self.state.value(SCENARIO) or USUAL_SCENARIO)
        self.scenario.setCurrentIndex(max(self.scenario.findData(scenario), 0))

    def _chosen(self, _index: int) -> None:
        scenario, years = self.choice()
        self.state.set_value(SCENARIO, scenario)
        self.state.set_value(YEARS, years)
        self.show_result(self.result().numbers)
        if forecastmap.is_shown(self.state.project):
            self._show_horizon(zoom=False)

    def _show_horizon(self, zoom: bool) -> None:
        base = self.state.layer("forecast")
        scenario, years = self.choice()
        forecastmap.show_horizon(
            self.iface, self.state.project, base if isinstance(base, QgsVectorLayer) else None, scenario, years, zoom
        )

    def show_on_map(self) -> None:
        """Show the chosen horizon."""
        self._show_horizon(zoom=True)

    # -- chart and page -----------------------------------------------------------------------
    def _start_print(self, key: str, files: dict[str, str]) -> None:
        if self.runner.state(key) != IDLE:
            return
        self.set_problem("")
        folder = result_folder(self.state.project, "prints")
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            self._not_printed(
                key, tr("The folder {path} cannot be made: {why}").format(path=folder, why=error.strerror)
            )
            return
        found = {parameter: self.state.layer(role) for parameter, role in PAGE_ROLES.items()}
        scenario, years = self.choice()
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        self.runner.start(
            Job(
                key=key,
                algorithm="landstewardship:forecastsheet",
                parameters={
                    **{parameter: layer.id() for parameter, layer in found.items() if layer is not None},
                    "YEARS": years,
                    "SCENARIO": SCENARIOS.index(scenario),
                    "INTERVAL": round(float(self.state.settings(self.KEY).get("INTERVAL") or 80)),
                    "VILLAGE": self.state.village_name(),
                    "LANGUAGE": 1 if language() == "ja" else 2,
                    **{name: os.path.join(folder, f"{stem}_{stamp}{ending}") for name, (stem, ending) in files.items()},
                },
                layers=[layer for layer in found.values() if layer is not None],
            )
        )

    def print_page(self) -> None:
        """Print the page beside the project and open it."""
        self._start_print(PAGE_KEY, {"OUTPUT_PDF": ("our_village_A3", ".pdf")})

    def make_chart(self) -> None:
        """Draw the charts of all hamlets and show them."""
        self._start_print(CHART_KEY, {"OUTPUT_CHARTS": ("forecast_charts", ".svg")})

    def _printed(self, key: str, result: JobResult) -> None:
        if key == PAGE_KEY:
            from . import act

            path = str(result.values.get("OUTPUT_PDF") or "")
            self.state.set_value("forecast_page", path)
            act.open_file(path)
        elif key == CHART_KEY:
            from ..forecastchart import ChartDialog

            # Kept, so that Python does not drop its side of the window while it is open.
            self.chart_window = ChartDialog(str(result.values.get("OUTPUT_CHARTS") or ""), self.window())
            self.chart_window.open()

    def _not_printed(self, key: str, message: str) -> None:
        if key in (PAGE_KEY, CHART_KEY):
            self.set_problem(message)
            show_message(self.iface, tr("Forecast"), message)

    # -- showing ------------------------------------------------------------------------------
    def data_text(self) -> str:
        told = [layer for spec in self.inputs() if spec.told for layer in self.input_layers(spec)]
        text = layers.joined([layers.describe(layer) for layer in told])
        return tr("{text} (invented data)").format(text=text) if any(map(layers.is_synthetic, told)) else text

    def _run_finished(self, key: str, result: JobResult) -> None:
        if key == self.KEY:
            shown_before = forecastmap.is_shown(self.state.project)
            first = not self.result().outputs
            forecastmap.remove_horizons(self.state.project)
        super()._run_finished(key, result)
        if key == self.KEY and (first or shown_before):
            self._fill(self._table())
            self._show_horizon(zoom=False)

    def refresh(self, active: bool) -> None:
        super().refresh(active)
        shown = self.again_button.isVisibleTo(self)
        for widget in (self.chooser, self.told, self.guide):
            widget.setVisible(shown)
        self.without.setVisible(shown and bool(self.without.text()))
        idle = all(self.runner.state(key) == IDLE for key in (PAGE_KEY, CHART_KEY))
        self.chart_button.setEnabled(idle)
        self.page_button.setEnabled(idle)

    def numbers_of(self, result: JobResult) -> dict[str, Any]:
        names = ("NOW_HA", "THEN_HA", "THEN_LOW_HA", "THEN_HIGH_HA", "NOTES")
        return {name: result.values.get(name) for name in names}

    def show_result(self, numbers: dict[str, Any]) -> None:
        notes = str(numbers.get("NOTES") or "").split("\n")
        self.without.setText("\n".join(f"{_BULLET.pick(language())}{note}" for note in notes if note))
        rows = self._table() if numbers else {}
        self._fill(rows)
        row, now = rows.get(self.choice()), rows.get((self.choice()[0], 0))
        if row is None or now is None:
            self.set_numbers([])
            self.told.setText("")
            return
        cover = None if row["cover"] is None else 100 * float(row["cover"])
        managed = tr("managed ({low} to {high})").format(**_between(row, "managed_ha", 1))
        residents = tr("residents ({low} to {high})").format(**_between(row, "people", 0))
        self.set_numbers(
            [
                (_shown(row["managed_ha"], 1), "ha", managed),
                (_shown(cover, 0), _HOURS.pick(language()), tr("available per 100 h needed")),
                (_shown(row["people"], 0), _PERSONS.pick(language()), residents),
            ]
        )
        told = tr("Today {now} ha are managed; {same} ha if everything stayed as it is.").format(
            now=_shown(now["managed_ha"], 1), same=_shown(row["unchanged_ha"], 1)
        )
        if row.get("hands_source") == "unknown":
            told += " " + tr("Ages are not known: bring the list of farmers for a better forecast.")
        self.told.setText(told)


def _shown(value: Optional[float], digits: int) -> str:
    return "—" if value is None else f"{float(value):,.{digits}f}"


def _between(row: dict[str, Any], name: str, digits: int) -> dict[str, str]:
    return {end: _shown(row.get(f"{name}_{field}"), digits) for end, field in (("low", "lo"), ("high", "hi"))}
