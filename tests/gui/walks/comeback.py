"""Opens the project that an earlier walk saved and tells what came back."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsProject
from qgis.utils import iface


def walk() -> dict[str, Any]:
    steps.set_window_size()
    answer: dict[str, Any] = {"dock_open_by_itself": steps.plugin().dock is not None}
    dock = steps.plugin().show_dock()
    answer["recent"] = [dock.village.itemText(number) for number in range(dock.village.count())]
    steps.wait(300)
    # The village is chosen in the header, as a user would.
    number = dock.village.findText(os.environ["WALK_VILLAGE"], flags=steps.Qt.MatchFlag.MatchExactly)
    if number < 0:
        raise AssertionError(f"{os.environ['WALK_VILLAGE']} is not among {answer['recent']}")
    dock.village.setCurrentIndex(number)
    dock.village.activated.emit(number)
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 20, "the saved project opens")
    steps.wait(500)
    page = dock.pages["understand"]
    answer["step"] = dock.stepper.step()
    answer["chips"] = {key: card.chip.text() for key, card in page.cards.items()}
    answer["numbers"] = {key: card.result().numbers for key, card in page.cards.items()}
    answer["settings"] = page.state.settings("parcels")
    answer["left"] = list(page.state.left_findings().values())
    answer["hazards"] = sorted(layer.id() for layer in page.state.layers_of("hazard_zones", "polygons"))
    answer["saved"] = page.state.is_saved()
    answer["title"] = iface.mainWindow().windowTitle()
    steps.picture("comeback")
    return answer


steps.run(walk)
