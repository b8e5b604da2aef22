"""Repair the map of the lots: steps in plain words, a preview of what changes, then a new map or this one."""

from __future__ import annotations

import csv
import os
from typing import Any, Optional

from qgis.core import QgsProcessingFeatureSourceDefinition, QgsVectorLayer
from qgis.PyQt.QtCore import QSize, Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..core.parcels.repairfields import CLASS_NAMES, LEGAL_NOTE, STEPS
from ..core.texts import Text
from ..gis.i18n import language, sentences, tr
from . import theme
from .results import FILE, OutputSpec
from .runner import IDLE, Job, JobResult, Runner
from .state import ProjectState
from .widgets import FlowLayout, label, plain_button, primary_button, quiet_button, set_kind

ALGORITHM = "landstewardship:repairparcels"
#: Keys of the runs: look only, make a new map, change this map.
PREVIEW, NEW_MAP, IN_PLACE = "repairpreview", "repairnew", "repairhere"
#: What was chosen last, kept with the project.
CHOICES = "repair_choices"
#: So many lots are listed in the preview; the file has all.
LISTED = 300
_CLOSE = Text("Close", "閉じる")


class RepairDialog(QDialog):
    """Runs the repair by id; nothing changes before the user has seen what would."""

    def __init__(self, iface: Any, state: ProjectState, runner: Runner, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.iface, self.state, self.runner = iface, state, runner
        self.setObjectName("landStewardshipRepair")
        self.setWindowTitle(tr("Repair the map of the lots"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.report_path = ""
        self._seen: Optional[dict[str, Any]] = None
        self._made = False
        self._ready = False

        content = QWidget()
        content.setProperty("kind", "page")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 8)
        column.setSpacing(theme.GAP_S)
        column.addWidget(label(tr("What should be repaired?"), "strong"))
        self._build_steps(column)
        self._build_trust(column)
        self._build_preview(column)
        column.addStretch(1)
        area = QScrollArea()
        area.setProperty("kind", "page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        self.area = area
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 12, 0, 0)
        head = label(tr("Repair the map of the lots"), "heading")
        head.setContentsMargins(16, 0, 16, 0)
        note = label(
            tr("Makes the map tidy. {note} Nothing changes before you have seen it.").format(
                note=LEGAL_NOTE.pick(language())
            ),
            "sentence",
        )
        note.setContentsMargins(16, 0, 16, 4)
        whole.addWidget(head)
        whole.addWidget(note)
        whole.addWidget(area, 1)
        whole.addLayout(self._build_buttons())
        theme.apply(self)
        self.resize(self.sizeHint())
        self._restore()
        runner.changed.connect(self._run_changed)
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self._ready = True
        self._changed()

    def sizeHint(self) -> QSize:
        return QSize(560, 660)

    # -- building -------------------------------------------------------------------------
    def _build_steps(self, column: QVBoxLayout) -> None:
        words = {step: text.pick(language()) for step, text in STEPS.items()}

        def box(step: str, on: bool = True) -> QCheckBox:
            check = QCheckBox(words[step])
            check.setObjectName(f"repair_{step}")
            check.setChecked(on)
            check.toggled.connect(self._changed)
            return check

        def combo(name: str, choices: list[str]) -> QComboBox:
            made = QComboBox()
            made.setObjectName(name)
            made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            made.setMinimumContentsLength(18)
            made.addItems(choices)
            made.currentIndexChanged.connect(self._changed)
            return made

        def line(*widgets: QWidget) -> QHBoxLayout:
            row = QHBoxLayout()
            row.setContentsMargins(0 if isinstance(widgets[0], QCheckBox) else 24, 0, 0, 0)
            for widget in widgets:
                row.addWidget(widget, 1 if isinstance(widget, QComboBox) else 0)
            if not isinstance(widgets[-1], QComboBox):
                row.addStretch(1)
            return row

        self.mend, self.snap, self.points = box("valid"), box("snap"), box("points")
        self.overlaps, self.gaps, self.parts = box("overlaps"), box("gaps"), box("parts", False)
        self.channels, self.spikes = box("channels", False), box("spikes", False)
        self.channels.setToolTip(tr("A ditch or a path without number may run there: look first"))
        self.spikes.setToolTip(tr("A tip on the border of another lot stays: it may be a border point"))
        self.snap_cm = self._centimetres("repair_snap_cm", 5, 100)
        self.gap_cm = self._centimetres("repair_gap_cm", 30, 500)
        self.channel_cm = self._centimetres("repair_channel_cm", 30, 500)
        self.keeper = combo(
            "repair_keeper",
            [
                tr("The lot of the better accuracy class, else the one with the longer common border"),
                tr("The lot with the longer common border"),
                tr("The larger lot"),
                tr("The smaller lot"),
            ],
        )
        self.taker = combo(
            "repair_taker",
            [
                tr("The lot with the longest common border"),
                tr("The largest lot beside it"),
                tr("The smallest lot beside it"),
            ],
        )
        self.loss = QDoubleSpinBox()
        self.loss.setObjectName("repair_loss")
        self.loss.setRange(0.0, 100.0)
        self.loss.setDecimals(0)
        self.loss.setValue(5.0)
        self.loss.setSuffix(" %")
        self.loss.valueChanged.connect(self._changed)
        column.addWidget(self.mend)
        column.addLayout(line(self.snap, label(tr("up to"), "sentence", wrap=False), self.snap_cm))
        column.addWidget(self.points)
        column.addLayout(line(self.overlaps, label(tr("if no lot loses more than"), "sentence", wrap=False), self.loss))
        column.addLayout(line(label(tr("the land stays with"), "sentence", wrap=False), self.keeper))
        column.addLayout(line(self.gaps, label(tr("up to this width"), "sentence", wrap=False), self.gap_cm))
        strip = line(self.channels, label(tr("up to this width"), "sentence", wrap=False), self.channel_cm)
        column.addLayout(strip)
        column.addLayout(line(label(tr("the land goes to"), "sentence", wrap=False), self.taker))
        column.addWidget(self.spikes)
        column.addWidget(self.parts)

    def _centimetres(self, name: str, value: int, most: int) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setRange(1, most)
        box.setValue(value)
        box.setSuffix(" cm")
        box.valueChanged.connect(self._changed)
        return box

    def _build_trust(self, column: QVBoxLayout) -> None:
        column.addSpacing(theme.GAP_S)
        column.addWidget(label(tr("Which lots are right and must not change?"), "strong"))
        flow = FlowLayout(spacing=theme.GAP_M)
        self.classes: list[QCheckBox] = []
        for name in CLASS_NAMES:
            check = QCheckBox(name)
            check.setObjectName(f"repair_class_{name}")
            check.setAccessibleName(tr("Lots of accuracy class {name}").format(name=name))
            check.toggled.connect(self._changed)
            self.classes.append(check)
            flow.addWidget(check)
        column.addLayout(flow)
        column.addWidget(
            label(tr("Lots of these accuracy classes, and lots marked as trusted, keep every point."), "small")
        )

    def _build_preview(self, column: QVBoxLayout) -> None:
        self.told = label("", "hint")
        self.told.setObjectName("repair_told")
        self.table = QTableWidget(0, 5)
        self.table.setObjectName("repair_table")
        self.table.setHorizontalHeaderLabels([tr("Lot"), tr("Won"), tr("Lost"), tr("Net"), tr("In tolerance")])
        self.table.setAccessibleName(tr("What changes for each lot"))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.setMinimumHeight(170)
        self.told.setMinimumHeight(32)
        self.owners = label("", "sentence")
        self.owners.setObjectName("repair_owners")
        self.use_new = QCheckBox(tr("Use the new map from now on"))
        self.use_new.setObjectName("repair_use_new")
        self.use_new.setChecked(True)
        column.addSpacing(theme.GAP_S)
        for widget in (self.told, self.table, self.owners, self.use_new):
            column.addWidget(widget)

    def _build_buttons(self) -> QHBoxLayout:
        self.look_button = primary_button(tr("See what changes"), clicked=lambda: self._run(PREVIEW))
        self.look_button.setObjectName("repair_look")
        self.new_button = quiet_button(tr("Make a new map"), clicked=lambda: self._run(NEW_MAP))
        self.new_button.setObjectName("repair_new")
        self.here_button = quiet_button(tr("Change this map"), clicked=lambda: self._run(IN_PLACE))
        self.here_button.setObjectName("repair_here")
        self.here_button.setToolTip(tr("One step that can be undone; it is kept when you save the edits"))
        self.undo_button = quiet_button(tr("Undo"), clicked=self.undo)
        self.undo_button.setObjectName("repair_undo")
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 10)
        row.setSpacing(theme.GAP_S)
        row.addWidget(plain_button(_CLOSE.pick(language()), clicked=self.reject))
        row.addStretch(1)
        for button in (self.undo_button, self.look_button, self.new_button, self.here_button):
            row.addWidget(button)
        return row

    # -- choices --------------------------------------------------------------------------
    def parameters(self) -> dict[str, Any]:
        """The choices as parameters of the algorithm."""
        snap = self.snap_cm.value() / 100.0 if self.snap.isChecked() else 0.0
        return {
            "MEND": self.mend.isChecked(),
            "SNAP": snap,
            "ADD_POINTS": self.points.isChecked(),
            "OVERLAPS": self.keeper.currentIndex() if self.overlaps.isChecked() else 5,
            "MAX_LOSS": self.loss.value(),
            "GAPS": self.taker.currentIndex() if self.gaps.isChecked() else 3,
            "GAP_WIDTH": self.gap_cm.value() / 100.0,
            "CHANNEL_WIDTH": self.channel_cm.value() / 100.0 if self.channels.isChecked() else 0.0,
            "CUT_SPIKES": self.spikes.isChecked(),
            "SPLIT": self.parts.isChecked(),
            "TRUSTED_CLASSES": [place for place, check in enumerate(self.classes) if check.isChecked()],
        }

    def _restore(self) -> None:
        chosen = self.state.value(CHOICES)
        if not isinstance(chosen, dict):
            return
        self.mend.setChecked(bool(chosen.get("MEND", True)))
        snap = float(chosen.get("SNAP", 0.05))
        self.snap.setChecked(snap > 0)
        if snap > 0:
            self.snap_cm.setValue(round(snap * 100))
        self.points.setChecked(bool(chosen.get("ADD_POINTS", True)))
        keeper, taker = int(chosen.get("OVERLAPS", 0)), int(chosen.get("GAPS", 0))
        self.overlaps.setChecked(keeper < self.keeper.count())
        self.keeper.setCurrentIndex(min(keeper, self.keeper.count() - 1))
        self.gaps.setChecked(taker < self.taker.count())
        self.taker.setCurrentIndex(min(taker, self.taker.count() - 1))
        self.loss.setValue(float(chosen.get("MAX_LOSS", 5.0)))
        self.gap_cm.setValue(round(float(chosen.get("GAP_WIDTH", 0.3)) * 100))
        strip = float(chosen.get("CHANNEL_WIDTH", 0.0))
        self.channels.setChecked(strip > 0)
        if strip > 0:
            self.channel_cm.setValue(round(strip * 100))
        self.spikes.setChecked(bool(chosen.get("CUT_SPIKES", False)))
        self.parts.setChecked(bool(chosen.get("SPLIT", False)))
        for place in chosen.get("TRUSTED_CLASSES", []):
            self.classes[int(place)].setChecked(True)

    def _changed(self, *_anything: Any) -> None:
        """Other choices: what was seen no longer counts."""
        self._seen, self._made = None, False
        if self._ready:
            self._tell(tr("See what changes first."))
            self._show_state()

    # -- running --------------------------------------------------------------------------
    def _lots(self) -> Optional[QgsVectorLayer]:
        layer = self.state.layer("lots")
        return layer if isinstance(layer, QgsVectorLayer) else None

    def _run(self, key: str) -> None:
        lots, register = self._lots(), self.state.joinable("register")
        if lots is None:
            self._tell(tr("The map of the lots is missing. Add it first."))
            return
        values = self.parameters()
        self.state.set_value(CHOICES, values)
        given: dict[str, Any] = {**values, "INPUT": QgsProcessingFeatureSourceDefinition(lots.id(), False)}
        outputs = [OutputSpec("REPORT", "repair_report", tr("Repair: report per lot"), "understand", FILE, "csv")]
        layers = [lots]
        if register is not None:
            given["REGISTER"] = QgsProcessingFeatureSourceDefinition(register.id(), False)
            outputs.append(OutputSpec("OWNERS", "repair_owners", tr("Repair: owners"), "understand", FILE, "csv"))
            layers.append(register)
        if key == NEW_MAP:
            outputs.append(OutputSpec("OUTPUT", "lots_repaired", tr("Lots (repaired)"), "understand"))
        if key == IN_PLACE:
            given["IN_PLACE"] = True
        self.runner.start(
            Job(
                key=key,
                algorithm=ALGORITHM,
                parameters=given,
                outputs=outputs,
                layers=layers,
                total=max(lots.featureCount(), 0),
                unit=tr("lots"),
            )
        )
        self._show_state()

    def busy(self) -> bool:
        """Whether one of the three runs is under way."""
        return any(self.runner.state(key) != IDLE for key in (PREVIEW, NEW_MAP, IN_PLACE))

    def undo(self) -> None:
        """Take the repair of this map back, as Undo of the map would."""
        lots = self._lots()
        if lots is not None and lots.undoStack() is not None:
            lots.undoStack().undo()
            lots.triggerRepaint()
            self._tell(tr("Taken back. The map is as it was."))
        self._made = False
        self._show_state()
        self.undo_button.hide()

    def _run_changed(self, key: str) -> None:
        if key in (PREVIEW, NEW_MAP, IN_PLACE):
            self._show_state()

    def _finished(self, key: str, result: JobResult) -> None:
        if key not in (PREVIEW, NEW_MAP, IN_PLACE):
            return
        values = result.values
        self._seen = dict(values)
        self._made = key == NEW_MAP or (key == IN_PLACE and int(values.get("APPLIED") or 0) >= 0)
        self._show_report(values)
        self.undo_button.hide()
        if key == NEW_MAP:
            made = result.layers.get("lots_repaired")
            if made is not None and self.use_new.isChecked():
                self.state.assign("lots", made)
            self._tell(sentences(self._sentence(values), tr("The new map is there.")))
        elif key == IN_PLACE:
            if int(values.get("APPLIED") or 0) < 0:
                self._tell(tr("The map could not be changed. Nothing was changed."))
            else:
                self._tell(sentences(self._sentence(values), tr("The map is changed; save the edits to keep it.")))
                self.undo_button.setVisible(int(values.get("APPLIED") or 0) > 0)
        else:
            self._tell(self._sentence(values))
        self._show_state()

    def _failed(self, key: str, message: str) -> None:
        if key in (PREVIEW, NEW_MAP, IN_PLACE):
            self._seen = None
            self._tell(message)
            self._show_state()

    # -- showing --------------------------------------------------------------------------
    def _sentence(self, values: dict[str, Any]) -> str:
        changed, left = int(values.get("CHANGED") or 0), int(values.get("LEFT_COUNT") or 0)
        if not changed:
            return tr("Nothing changes. {left} findings stay.").format(left=f"{left:,}")
        return tr("{n} lots change, the total area by {change} m². {left} findings stay.").format(
            n=f"{changed:,}", change=_signed(float(values.get("AREA_CHANGE") or 0.0)), left=f"{left:,}"
        )

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.setVisible(bool(text))
        if text and self._ready:
            QTimer.singleShot(50, self._look_down)

    def _look_down(self) -> None:
        """Bring what changes into view."""
        bar = self.area.verticalScrollBar()
        bar.setValue(bar.maximum() if self._seen is not None else bar.value())

    def _show_report(self, values: dict[str, Any]) -> None:
        self.report_path = str(values.get("REPORT") or "")
        rows = _rows(self.report_path)
        rows.sort(key=lambda row: (-abs(_number(row, "change_m2")), row.get("lot_key", "")))
        self.table.setRowCount(min(len(rows), LISTED))
        for place, row in enumerate(rows[:LISTED]):
            within = row.get("within_tolerance", "").lower() in ("true", "1")
            cells = (
                row.get("lot_label") or row.get("lot_key") or "",
                f"{_number(row, 'won_m2'):,.2f} m²",
                f"{_number(row, 'lost_m2'):,.2f} m²",
                f"{_signed(_number(row, 'change_m2'))} m²",
                tr("yes") if within else tr("no"),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(place, column, item)
        owners = [row for row in _rows(str(values.get("OWNERS") or "")) if row.get("owner_key")]
        beyond = sum(row.get("within_tolerance", "").lower() not in ("true", "1") for row in rows)
        most = max((_number(row, "lost_m2") for row in owners), default=0.0)
        parts = []
        if owners:
            parts.append(
                tr("{n} owners are concerned; the most one of them loses is {most} m².").format(
                    n=f"{len(owners):,}", most=f"{most:,.2f}"
                )
            )
        if beyond:
            parts.append(tr("{n} lots change by more than their tolerance.").format(n=f"{beyond:,}"))
        self.owners.setText(sentences(*parts))

    def _show_state(self) -> None:
        busy, seen = self.busy(), self._seen is not None
        if busy:
            self.told.setText(tr("Working…"))
            self.told.show()
        changes = seen and int((self._seen or {}).get("CHANGED") or 0) > 0
        self.table.setVisible(changes)
        self.owners.setVisible(changes and bool(self.owners.text()))
        self.use_new.setVisible(changes)
        # One filled button: first look, then the way that keeps the old map.
        set_kind(self.look_button, "quiet" if changes else "primary")
        set_kind(self.new_button, "primary" if changes and not self._made else "quiet")
        self.look_button.setEnabled(not busy)
        self.new_button.setEnabled(changes and not busy)
        self.here_button.setEnabled(changes and not busy)
        if not seen:
            self.undo_button.hide()


def _rows(path: str) -> list[dict[str, str]]:
    """Rows of a report; none when it is not there."""
    if not os.path.isfile(path):
        return []
    with open(path, encoding="utf-8-sig", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def _number(row: dict[str, str], name: str) -> float:
    text = row.get(name) or ""
    return float(text) if text else 0.0


def _signed(value: float) -> str:
    return f"{value:+,.2f}".replace("-", "−")
