"""Walks the card "Forecast": run, choose horizon and scenario, map, chart, page."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QAction, QWidget
from qgis.utils import iface


def shown_horizons() -> list[str]:
    """The horizons that are on the map."""
    root = QgsProject.instance().layerTreeRoot()
    return sorted(
        layer.customProperty("landstewardship/horizon").split("|", 1)[1]
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("landstewardship/role") == "forecast_map" and root.findLayer(layer.id()).isVisible()
    )


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(300)
    page = dock.page()
    card = page.cards["forecast"]
    from land_stewardship.ui.pages import act

    opened: list[str] = []
    act.open_file = lambda path: opened.append(path) or True

    def numbers() -> list[str]:
        return [f"{value} {unit}|{caption}" for value, unit, caption in card.numbers._shown]

    # One click runs the condition of land first, then the forecast.
    steps.click(card.main_button)
    steps.wait_until(lambda: not page.runner.busy(), "the forecast is done", 120)
    steps.wait(400)
    answer["chip"], answer["problem"] = card.chip.text(), card.result().message
    answer["numbers"], answer["told"] = numbers(), card.told.text()
    answer["years"] = [card.years.itemText(place) for place in range(card.years.count())]
    answer["first_shown"] = shown_horizons()
    area = dock.page().parentWidget().parentWidget()
    area.ensureWidgetVisible(card)
    steps.wait(200)
    answer["clipped"] += steps.clipped(dock.content)
    steps.picture("forecast_done")

    # Another horizon, another scenario: numbers and map follow; one horizon at a time.
    card.years.setCurrentIndex(card.years.count() - 1)
    card.years.activated.emit(card.years.count() - 1)
    card.scenario.setCurrentIndex(2)
    card.scenario.activated.emit(2)
    steps.wait(300)
    answer["later"], answer["later_shown"] = numbers(), shown_horizons()
    steps.click(card.show_button)
    steps.wait(600)
    answer["active"] = iface.activeLayer().name()
    answer["legend"] = [item.label() for item in iface.activeLayer().renderer().legendSymbolItems()]
    steps.picture("forecast_map")

    # Showing the condition takes the forecast off the map.
    steps.click(page.cards["condition"].show_button)
    steps.wait(200)
    answer["beside"] = shown_horizons()

    # Chart and page.
    steps.click(card.chart_button)
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipChart"), "the chart opens", 60)
    steps.wait(300)
    picture = dialog.picture.pixmap()
    answer["chart"] = [picture.width(), picture.height()]
    steps.picture("forecast_chart", dialog)
    dialog.reject()
    steps.click(card.page_button)
    steps.wait_until(lambda: opened, "the page is printed", 60)
    answer["page"] = opened[0]
    answer["page_size"] = os.path.getsize(opened[0])
    answer["project"] = QgsProject.instance().fileName()
    # Run again: the layers of the old horizons go, the new one is shown only if one was shown.
    before = {layer.id() for layer in QgsProject.instance().mapLayers().values()}
    steps.click(card.again_button)
    steps.wait_until(lambda: not page.runner.busy(), "the forecast is done again", 120)
    steps.wait(300)
    after = {layer.id() for layer in QgsProject.instance().mapLayers().values()}
    answer["again"] = [len(before), len(after), shown_horizons()]
    return answer


steps.run(walk)
