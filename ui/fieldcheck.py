"""Field check: plan the next visits, and bring the results back with a reviewer's word for each."""

from __future__ import annotations

import datetime as dt
import json
import os
from typing import Any, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..core.inputs import CODE_WORDS
from ..core.texts import Text
from ..gis import bridge
from ..gis.i18n import language, tr
from . import theme
from .dialogs import _FormDialog
from .mapview import show_layers
from .results import OutputSpec, result_folder
from .runner import IDLE, Job, JobResult, Runner, show_message
from .state import ProjectState
from .widgets import FlowLayout, label, plain_button, quiet_button

PLAN_KEY, PREVIEW_KEY, IMPORT_KEY = "fieldplan", "fieldpreview", "fieldimport"
#: Value in the project with what was planned last, and who reviewed last.
PLANNED, REVIEWER = "field_planned", "field_reviewer"
#: Costs of the card's settings go to the plan as well.
COSTS = ("COST_VISIT", "COST_MISSED", "COST_OPEN")
LAYER = "field_checks"
LATER, ACCEPT, REJECT = "", "accept", "reject"
#: Checks that the reviewer decides about.
OPEN_STATUS = ("pending", "conflict", "changed")


class FieldCheck(QWidget):
    """Two buttons, what was planned in one sentence, the sheet and the files for the field."""

    results_taken = pyqtSignal()

    def __init__(self, iface: Any, state: ProjectState, runner: Runner) -> None:
        super().__init__()
        self.iface, self.state, self.runner = iface, state, runner
        self._brought = ""
        self.plan_button = quiet_button(tr("Field check"), "showonmap", self.ask_plan)
        self.plan_button.setObjectName("plan_field")
        self.plan_button.setToolTip(tr("Which lots to visit next, as walks with a sheet to print"))
        self.bring_button = quiet_button(tr("Bring results back"), "adddata", self.ask_file)
        self.bring_button.setObjectName("bring_field")
        self.bring_button.setToolTip(tr("Reads the package that came back from the field"))
        self.told = label("", "sentence")
        self.told.setObjectName("told_field")
        self.sheet_button = plain_button(tr("Open the sheet"), "", lambda: self.open_result("sheet"))
        self.sheet_button.setObjectName("sheet_field")
        self.folder_button = plain_button(tr("Files for the field"), "", lambda: self.open_result("folder"))
        self.folder_button.setObjectName("folder_field")
        self.show_button = plain_button(tr("Show these lots"), "", self.show_lots)
        self.show_button.setObjectName("show_field")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for parts in (
            (self.plan_button, self.bring_button),
            (self.told,),
            (self.sheet_button, self.folder_button, self.show_button),
        ):
            if parts == (self.told,):
                column.addWidget(self.told)
                continue
            row = FlowLayout(spacing=6)
            for part in parts:
                row.addWidget(part)
            column.addLayout(row)
        keys = (PLAN_KEY, PREVIEW_KEY, IMPORT_KEY)
        runner.changed.connect(lambda key: key in keys and self.refresh())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self.refresh()

    def refresh(self) -> None:
        """Show what there is now."""
        ready = self.state.layer("condition") is not None
        busy = any(self.runner.state(key) != IDLE for key in (PLAN_KEY, PREVIEW_KEY, IMPORT_KEY))
        for button in (self.plan_button, self.bring_button):
            button.setVisible(ready)
            button.setEnabled(not busy)
        found = self.state.value(PLANNED) or {}
        self.told.setText(tr("Working…") if busy else _sentence(found))
        self.told.setVisible(bool(self.told.text()))
        for button, name in ((self.sheet_button, "sheet"), (self.folder_button, "folder")):
            button.setVisible(not busy and os.path.exists(str(found.get(name) or "")))
        self.show_button.setVisible(not busy and bool(found) and self.state.layer("field_visits") is not None)

    # -- planning --------------------------------------------------------------------------------
    def ask_plan(self) -> None:
        """Ask for hours and walks, then plan."""
        dialog = PlanDialog(self.state.settings(PLAN_KEY), self.window())
        dialog.accepted.connect(lambda: self.plan(dialog.values()))
        dialog.open()

    def plan(self, values: dict[str, Any]) -> None:
        """Start planning."""
        self.state.set_settings(PLAN_KEY, values)
        stamp = f"{dt.datetime.now():%Y%m%d-%H%M%S}"
        folder = os.path.join(result_folder(self.state.project, "prints"), f"field_check_{stamp}")
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            self._failed(
                PLAN_KEY, tr("The folder {path} cannot be made: {why}").format(path=folder, why=error.strerror)
            )
            return
        roles = {"INPUT": "condition", "ROADS": "roads", "HOUSES": "houses", "CANALS": "canals", "FOREST": "forest"}
        given = {parameter: self.state.layer(role) for parameter, role in roles.items()}
        given = {parameter: layer for parameter, layer in given.items() if layer is not None}
        settings = self.state.settings("condition")
        parameters: dict[str, Any] = {
            **{parameter: layer.id() for parameter, layer in given.items()},
            **{name: settings[name] for name in COSTS if name in settings},
            "HOURS": float(values["hours"]),
            "WALKS": int(values["walks"]),
            "ROUND": f"{dt.date.today().isoformat()}",
            "VILLAGE": self.state.village_name(),
            "SHEET": os.path.join(folder, "sheet.pdf"),
            "GPX": os.path.join(folder, "walks.gpx"),
            "PACKAGE": os.path.join(folder, f"{LAYER}.gpkg"),
        }
        if values.get("from_map"):
            centre = self.iface.mapCanvas().extent().center()
            crs = self.iface.mapCanvas().mapSettings().destinationCrs().authid()
            parameters["START"] = f"{centre.x()},{centre.y()} [{crs}]"
        self.runner.start(
            Job(
                key=PLAN_KEY,
                algorithm="landstewardship:fieldchecklist",
                parameters=parameters,
                outputs=(
                    OutputSpec("WAYS", "field_walks", tr("Walks"), "understand"),
                    OutputSpec("OUTPUT", "field_visits", tr("Lots to visit"), "understand"),
                ),
                layers=list(given.values()),
            )
        )

    def open_result(self, name: str) -> None:
        """Open the sheet, or the folder with all files."""
        from .pages import act

        act.open_file(str((self.state.value(PLANNED) or {}).get(name) or ""))

    def show_lots(self) -> None:
        """Show the lots to visit and the walks."""
        found = [self.state.layer(role) for role in ("field_visits", "field_walks")]
        show_layers(self.iface, [layer for layer in found if layer is not None])

    # -- bringing back -----------------------------------------------------------------------------
    def ask_file(self) -> None:
        """Ask for the package that came back."""
        start = str((self.state.value(PLANNED) or {}).get("folder") or result_folder(self.state.project, "prints"))
        path, _ = QFileDialog.getOpenFileName(
            self.window(), tr("Bring results back"), start, tr("Field package (*.gpkg)")
        )
        if path:
            self.bring(path)

    def bring(self, path: str) -> None:
        """Look through the package; the reviewer decides afterwards."""
        self._brought = f"{path}|layername={LAYER}"
        if not QgsVectorLayer(self._brought, LAYER, "ogr").isValid():
            self._failed(
                PREVIEW_KEY, tr("{file} is no field package. Choose the file that came back.").format(file=path)
            )
            return
        self._import(PREVIEW_KEY, "-", {})

    def _import(self, key: str, reviewer: str, decisions: dict[str, str]) -> None:
        given = {"PATROL": self.state.layer("patrol"), "LOTS": self.state.layer("lots")}
        given = {parameter: layer for parameter, layer in given.items() if layer is not None}
        review = OutputSpec("REVIEW", "field_review", tr("Field checks with their status"), "understand", shown=False)
        table = OutputSpec("OUTPUT", "patrol_checked", tr("Farm patrol with field checks"), "understand", data=True)
        self.runner.start(
            Job(
                key=key,
                algorithm="landstewardship:importfieldchecks",
                parameters={
                    **{parameter: layer.id() for parameter, layer in given.items()},
                    "INPUT": self._brought,
                    "REVIEWER": reviewer,
                    "DECISIONS": json.dumps(decisions) if decisions else "",
                    "ACCEPT_REST": False,
                    **({"OUTPUT": "memory:"} if key == PREVIEW_KEY else {}),
                },
                outputs=(review,) if key == PREVIEW_KEY else (review, table),
                layers=list(given.values()),
            )
        )

    def review(self, layer: QgsVectorLayer) -> Optional[ReviewDialog]:
        """Ask the reviewer about every result that waits; ``None`` when none does."""
        rows = [row for row in _rows(layer) if row["status"] in OPEN_STATUS]
        if not rows:
            message = tr("No result waits: nothing was visited, or all is taken over already.")
            self.iface.messageBar().pushInfo(tr("Bring results back"), message)
            return None
        dialog = ReviewDialog(rows, str(self.state.value(REVIEWER) or ""), self.window())
        dialog.accepted.connect(lambda: self.take(dialog.reviewer.text().strip(), dialog.decisions()))
        dialog.open()
        return dialog

    def take(self, reviewer: str, decisions: dict[str, str]) -> None:
        """Take over what the reviewer accepted."""
        self.state.set_value(REVIEWER, reviewer)
        if decisions:
            self._import(IMPORT_KEY, reviewer, decisions)

    # -- what the runner says ------------------------------------------------------------------------
    def _finished(self, key: str, result: JobResult) -> None:
        values = result.values
        if key == PLAN_KEY:
            sheet = str(values.get("SHEET") or "")
            package = str(values.get("PACKAGE") or "")
            ways = result.layers.get("field_walks")
            self.state.set_value(
                PLANNED,
                {
                    "lots": int(values.get("LOTS_CHOSEN") or 0),
                    "walks": ways.featureCount() if isinstance(ways, QgsVectorLayer) else 0,
                    "hours": float(values.get("HOURS_ALL") or 0.0),
                    "gain": float(values.get("GAIN") or 0.0),
                    "loss": float(values.get("LOSS") or 0.0),
                    "sheet": sheet,
                    "folder": os.path.dirname(package),
                },
            )
        elif key == PREVIEW_KEY:
            layer = result.layers.get("field_review")
            if isinstance(layer, QgsVectorLayer):
                self.review(layer)
        elif key == IMPORT_KEY:
            layer = result.layers.get("patrol_checked")
            accepted = int(values.get("ACCEPTED") or 0)
            if layer is not None and accepted:
                self.state.assign("patrol", layer)
                self.results_taken.emit()
            self.iface.messageBar().pushSuccess(
                tr("Bring results back"),
                tr("{n} results taken over. Check the condition of land again.").format(n=accepted),
            )
        else:
            return
        self.refresh()

    def _failed(self, key: str, message: str) -> None:
        if key in (PLAN_KEY, PREVIEW_KEY, IMPORT_KEY):
            show_message(self.iface, tr("Field check"), message)
            self.refresh()


def _sentence(found: dict[str, Any]) -> str:
    if not found:
        return ""
    if not found.get("lots"):
        return tr("No visit would help now.")
    share = 100 * found["gain"] / found["loss"] if found.get("loss") else 0.0
    return tr(
        "{walks} walks, {lots} lots, {hours} h: expected to settle {share} % of what is open or may be wrong."
    ).format(walks=found["walks"], lots=found["lots"], hours=f"{found['hours']:.1f}", share=f"{share:.0f}")


def _rows(layer: QgsVectorLayer) -> list[dict[str, Any]]:
    names = layer.fields().names()
    return [dict(zip(names, map(bridge.to_python, feature.attributes()))) for feature in layer.getFeatures()]


def _word(code: Optional[str]) -> str:
    words = CODE_WORDS[("patrol", "result")].get(code or "")
    return words.pick(language()) if words else str(code or "")


class PlanDialog(_FormDialog):
    """Hours, number of walks, where they begin."""

    def __init__(self, values: dict[str, Any], parent: Optional[QWidget] = None) -> None:
        super().__init__("landStewardshipFieldPlan", tr("Field check"), tr("How much time is there?"), "", parent)
        self.left_button.hide()
        self.ok_button.setObjectName("field_plan_ok")
        self.ok_button.setText(tr("Plan the walks"))
        self.column.addWidget(
            label(tr("The lots are chosen whose visit settles most per hour. What is known already is left out."), "")
        )
        self.column.addWidget(label(tr("Hours per walk"), "strong"))
        self.hours = QDoubleSpinBox()
        self.hours.setRange(0.5, 12.0)
        self.hours.setSingleStep(0.5)
        self.hours.setDecimals(1)
        self.hours.setSuffix(Text(" h", " 時間").pick(language()))
        self.hours.setValue(float(values.get("hours", 2.5)))
        self.hours.setAccessibleName(tr("Hours per walk"))
        self.column.addWidget(self.hours)
        self.column.addWidget(label(tr("Number of walks"), "strong"))
        self.walks = QSpinBox()
        self.walks.setRange(1, 20)
        self.walks.setValue(int(values.get("walks", 2)))
        self.walks.setAccessibleName(tr("Number of walks"))
        self.column.addWidget(self.walks)
        self.from_map = QCheckBox(tr("Start in the middle of the map shown"))
        self.from_map.setChecked(bool(values.get("from_map", False)))
        self.column.addWidget(self.from_map)
        self.column.addWidget(label(tr("Otherwise the walks start among the houses."), "small"))
        self.finish()

    def values(self) -> dict[str, Any]:
        """What was entered (JSON types)."""
        return {"hours": self.hours.value(), "walks": self.walks.value(), "from_map": self.from_map.isChecked()}


class ReviewDialog(_FormDialog):
    """Every result that waits, with what is known so far and the reviewer's word."""

    def __init__(self, rows: list[dict[str, Any]], reviewer: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(
            "landStewardshipFieldReview",
            tr("Bring results back"),
            tr("Which results are right?"),
            tr("Accept all without conflict"),
            parent,
        )
        self.rows = rows
        self.left_button.setObjectName("field_accept_all")
        self.left_button.clicked.connect(self.accept_plain)
        self.ok_button.setObjectName("field_review_ok")
        self.ok_button.setText(tr("Take over"))
        self.column.addWidget(
            label(tr("Nothing is replaced: accepted results are added beside the earlier ones, with who and when."), "")
        )
        heads = (tr("Lot"), tr("Seen"), tr("So far"), tr("Your word"))
        self.table = QTableWidget(len(rows), len(heads))
        self.table.setObjectName("field_review_table")
        self.table.setHorizontalHeaderLabels(heads)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(True)
        header = self.table.horizontalHeader()
        for number, mode in enumerate(
            (
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.ResizeToContents,
            )
        ):
            header.setSectionResizeMode(number, mode)
        self.words: list[QComboBox] = []
        for number, row in enumerate(rows):
            self._fill(number, row)
        self.table.resizeRowsToContents()
        self.table.setMinimumHeight(min(60 + 44 * len(rows), 320))
        self.column.addWidget(self.table, 1)
        self.column.addWidget(label(tr("Reviewed by (role)"), "strong"))
        self.reviewer = QLineEdit(reviewer)
        self.reviewer.setObjectName("field_reviewer")
        self.reviewer.setAccessibleName(tr("Reviewed by (role)"))
        theme.set_hint(self.reviewer, tr("for example: farm committee office"))
        self.reviewer.textChanged.connect(self._check)
        self.column.addWidget(self.reviewer)
        self.finish()
        self.resize(640, 520)
        self._check()

    def _fill(self, number: int, row: dict[str, Any]) -> None:
        earlier, _, day = str(row.get("earlier") or "").partition(", ")
        seen = f"{_word(row.get('result'))}\n{row.get('checked_on') or ''}"
        so_far = f"{_word(earlier)}\n{day}" if earlier else tr("nothing known")
        against = row["status"] != "pending"
        if against:
            so_far += "\n" + tr("of the same day or later: decide by name")
        for column, text in enumerate((str(row.get("chiban") or ""), seen, so_far)):
            item = QTableWidgetItem(text.strip())
            item.setToolTip(str(row.get("explanation_ja" if language() == "ja" else "explanation") or ""))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.table.setItem(number, column, item)
        choice = QComboBox()
        for word, code in ((tr("Later"), LATER), (tr("Accept"), ACCEPT), (tr("Reject"), REJECT)):
            choice.addItem(word, code)
        choice.setAccessibleName(tr("Your word about lot {lot}").format(lot=row.get("chiban") or ""))
        choice.currentIndexChanged.connect(self._check)
        self.words.append(choice)
        self.table.setCellWidget(number, 3, choice)

    def accept_plain(self) -> None:
        """Accept what stands against nothing and was not decided."""
        for row, choice in zip(self.rows, self.words):
            if row["status"] == "pending" and choice.currentData() == LATER:
                choice.setCurrentIndex(1)

    def _check(self, *_arguments: Any) -> None:
        self.ok_button.setEnabled(bool(self.reviewer.text().strip()) and bool(self.decisions()))

    def decisions(self) -> dict[str, str]:
        """Check id -> accept or reject."""
        return {
            str(row["check_id"]): str(choice.currentData())
            for row, choice in zip(self.rows, self.words)
            if choice.currentData() != LATER
        }
