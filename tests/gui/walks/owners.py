"""Walks the card "Owners": run, lists, one pair decided, saved list, meeting sheet."""

from __future__ import annotations

import os
import sys
from typing import Any

sys.path.insert(0, os.environ["WALK_LIBRARY"])

import steps
from qgis.core import QgsProject
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QWidget
from qgis.utils import iface


def layer_of(role: str) -> Any:
    return next(
        layer
        for layer in QgsProject.instance().mapLayers().values()
        if layer.customProperty("landstewardship/role") == role
    )


def walk() -> dict[str, Any]:
    answer: dict[str, Any] = {"clipped": []}
    steps.set_window_size()
    steps.find(iface.mainWindow(), "landStewardshipSample", QAction).trigger()
    steps.wait_until(lambda: len(QgsProject.instance().mapLayers()) > 15, "the sample village opens")
    dock = steps.plugin().dock
    steps.wait(400)
    card = dock.page().cards["owners"]
    from land_stewardship.ui.pages import act

    opened: list[str] = []
    act.open_file = lambda path: opened.append(path) or True
    answer["home"] = QgsProject.instance().homePath()
    answer["private"] = layer_of("owners").source().split("|")[0]
    steps.click(card.main_button)
    steps.wait_until(lambda: not dock.runner.busy(), "the owners are checked", 90)
    steps.wait(400)
    answer["problem"], answer["chip"] = card.problem.text(), card.chip.text()
    answer["numbers"] = card.result().numbers
    answer["sentence"], answer["review"] = card.share.text(), card.review.text()
    answer["misplaced"] = card.misplaced.isVisible()
    steps.into_view(card.lists_button)
    steps.picture("owners_card")
    answer["clipped"] += steps.clipped(dock.content)
    steps.click(card.show_button)
    steps.wait(500)
    answer["shown"] = iface.activeLayer().customProperty("landstewardship/role")
    answer["legend"] = [item.label() for item in layer_of("owner_contact").renderer().legendSymbolItems()]
    steps.picture("owners_map")

    # Lists: one click away, with names; nothing leaves the private folder.
    steps.click(card.lists_button)
    dialog = steps.wait_until(lambda: dock.window().findChild(QWidget, "landStewardshipOwners"), "the lists open")
    steps.wait(200)
    answer["chips"] = {key: chip.text() for key, chip in dialog.chips.items()}
    answer["first"] = list(dialog.current())
    steps.picture("owners_list", dialog)
    answer["clipped"] += steps.clipped(dialog)
    steps.click(dialog.chips["common"])
    answer["common"] = [list(row) for row in dialog.rows()]
    steps.picture("owners_common", dialog)
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "no such owner")
    answer["nothing"] = [len(dialog.rows()), dialog.detail.text(), dialog.csv_button.isEnabled()]
    dialog.search.clear()
    steps.click(dialog.chips["unknown"])
    answer["saved"] = [dialog.save_csv(), dialog.save_html()]
    steps.click(dialog.map_button)
    answer["selected"] = [layer_of("owner_contact").selectedFeatureCount(), len(dialog.current().lot_keys)]
    steps.click(dialog.chips["pairs"])
    answer["pair"] = list(dialog.current())
    head = dialog.view.headerItem()
    answer["pair_heads"] = [head.text(column) for column in range(dialog.view.columnCount())]
    answer["pair_cells"] = [dialog.view.topLevelItem(0).text(column) for column in range(dialog.view.columnCount())]
    answer["pair_notice"] = dialog.notice.text()
    steps.picture("owners_pairs", dialog)
    answer["clipped"] += steps.clipped(dialog)
    steps.click(dialog.same_button)
    answer["left_to_decide"] = dialog.chips["pairs"].text()
    answer["decisions"] = [feature.attributes() for feature in layer_of("owner_decisions").getFeatures()]
    steps.click(dialog.close_button)
    steps.wait(200)
    answer["stale"] = card.chip.text()
    steps.click(card.again_button)
    steps.wait_until(lambda: not dock.runner.busy(), "the owners are checked again", 90)
    steps.wait(300)
    answer["again"] = [
        (row["pair_id"], row["verdict"], bool(row["decided"])) for row in layer_of("owner_pairs").getFeatures()
    ]

    # The sheet for the meeting.
    steps.click(card.sheet_button)
    steps.wait_until(lambda: not dock.runner.busy() and len(opened) > 1, "the sheet is printed", 90)
    answer["opened"] = opened
    answer["sheet_problem"] = card.problem.text()
    return answer


steps.run(walk)
