"""Step 3: the plan in figures, the owners' answers, prints and reports."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from functools import partial
from typing import Any, Callable, NamedTuple, Optional

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QUrl, pyqtSignal
from qgis.PyQt.QtGui import QDesktopServices, QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from ...core.plan import codes
from ...gis import plan_reading
from ...gis.i18n import language, tr
from .. import theme
from ..mapask import ToolInHand
from ..maptools import ChosenMarks, PickTool
from ..mapview import show_layers
from ..planlink import PlanLink, link_of
from ..planwidgets import ClassAreas, NumberPlate, hectares
from ..publicexport import public_parameters
from ..runner import IDLE, RUNNING, Job, JobResult, Runner, show_message
from ..state import ProjectState
from ..widgets import Card, FlowLayout, choice_button, label, plain_button, quiet_button, rule, set_kind
from .base import StepPage
from .choose_cards import day_text, units_word

#: Folder beside the plan that takes prints, tables and reports.
PRINTS = "prints"


def open_file(path: str) -> bool:
    """Open a file or folder with the program the system has for it."""
    return bool(QDesktopServices.openUrl(QUrl.fromLocalFile(path)))


class CountBar(QWidget):
    """A caption, "312 / 512 lots", and the bar."""

    def __init__(self, caption: str) -> None:
        super().__init__()
        self._caption = caption
        self.caption = label(caption, "", wrap=False)
        self.count = label("", "strong", wrap=False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(theme.GAP_XS)
        grid.addWidget(self.caption, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self.count, 0, 1)
        grid.addWidget(self.bar, 1, 0, 1, 2)

    def set_count(self, done: int, total: int, kind: str) -> None:
        """Show ``done`` of ``total`` units."""
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(done)
        self.count.setText(tr("{done} / {total}").format(done=f"{done:,}", total=units_word(total, kind)))
        self.bar.setAccessibleName(f"{self._caption} {self.count.text()}")


class AgreementCard(Card):
    """Owners' answers: how many, and recording one for the lot chosen on the map.

    ``pick_wanted(on)`` asks for the tool that chooses a lot.
    """

    pick_wanted = pyqtSignal(bool)

    def __init__(self, link: PlanLink) -> None:
        super().__init__("agreement", tr("Owners' agreement"))
        self.link = link
        self.setObjectName("card_agreement")
        self.bar = CountBar(codes.OWNER_AGREED["yes"].pick(language()))
        self.others = label("", "")
        self.body.addWidget(self.bar)
        self.body.addWidget(self.others)
        self._rule = rule()
        self.body.addWidget(self._rule)
        self.plate = NumberPlate()
        self.plate_words = label("", "sentence")
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.plate)
        head.addWidget(self.plate_words, 1)
        self.body.addLayout(head)
        self.answers: dict[str, Any] = {}
        self._group = QButtonGroup(self)
        row = FlowLayout(spacing=6)
        for code, word in codes.OWNER_AGREED.items():
            button = choice_button(word.pick(language()))
            button.setObjectName(f"agreed_{code}")
            set_kind(button, "tool")
            button.setAccessibleDescription(tr("The owner's answer for the chosen lot"))
            button.clicked.connect(lambda _checked=False, code=code: self._answer(code))
            self._group.addButton(button)
            self.answers[code] = button
            row.addWidget(button)
        self._answer_row = QWidget()
        self._answer_row.setLayout(row)
        self.body.addWidget(self._answer_row)
        self.pick_button = choice_button(tr("Choose a lot on the map"), "showonmap")
        self.pick_button.setObjectName("pick_lot")
        self.pick_button.clicked.connect(self.pick_wanted)
        self.add_button(self.pick_button)

    def _answer(self, code: str) -> None:
        if not self.link.record_agreement(self.link.chosen_units(), code):
            self.refresh()

    def refresh(self) -> None:
        """Show the counts and the chosen lot."""
        summary = self.link.summary()
        self.setVisible(summary is not None)
        if summary is None:
            return
        agreed = summary.agreed
        self.bar.set_count(agreed["yes"], summary.total, summary.kind)
        self.others.setText(
            "　".join(
                f"{codes.OWNER_AGREED[code].pick(language())} {agreed[code]:,}" for code in ("asked", "no", "unknown")
            )
        )
        if agreed["yes"] + agreed["no"] + agreed["asked"]:
            self.chip.set_chip("quiet", tr("{percent} %").format(percent=_percent(agreed["yes"], summary.total)))
        else:
            self.chip.set_chip("quiet", "")
        rows = self.link.units(self.link.chosen_units())
        for widget in (self.plate, self.plate_words, self._answer_row, self._rule):
            widget.setVisible(bool(rows))
        if not rows:
            return
        numbers = [row.get("unit_no") or "–" for row in rows]
        self.plate.setText(numbers[0] if len(rows) == 1 else units_word(len(rows), summary.kind))
        self.plate.updateGeometry()
        self.plate_words.setText(tr("What did the owner answer?"))
        given = {row.get("owner_agreed") or "unknown" for row in rows}
        self._group.setExclusive(False)
        for code, button in self.answers.items():
            button.setChecked(given == {code})
        self._group.setExclusive(True)


class SummaryCard(Card):
    """Area by class, total, difference to the official area, decisions."""

    def __init__(self, iface: Any, link: PlanLink) -> None:
        super().__init__("plan", tr("Plan summary"))
        self.iface = iface
        self.link = link
        self.setObjectName("card_summary")
        self.areas = ClassAreas()
        self.residual = label("", "small")
        self.decisions = CountBar(tr("Decided"))
        for widget in (self.areas, self.residual, self.decisions):
            self.body.addWidget(widget)
        self.show_button = quiet_button(tr("Show on map"), "showonmap", self._show_on_map)
        self.show_button.setObjectName("show_plan")
        self.show_button.setAccessibleDescription(tr("Plan summary"))
        self.choose_button = quiet_button(tr("Go to step 2"))
        self.add_button(self.show_button)
        self.add_button(self.choose_button)

    def _show_on_map(self) -> None:
        layer = self.link.layer()
        if layer is not None:
            show_layers(self.iface, [layer])

    def refresh(self) -> None:
        """Show the plan's figures, or how to get a plan."""
        summary = self.link.summary()
        for widget in (self.areas, self.decisions, self.show_button):
            widget.setVisible(summary is not None)
        self.choose_button.setVisible(summary is None)
        if summary is None:
            self.residual.hide()
            self.chip.set_chip("quiet", "")
            self.set_sentence(tr("There is no plan yet. Make a draft and decide in step 2."))
            return
        self.set_sentence("")
        changed = summary.changed.astimezone() if summary.changed else None
        self.chip.set_chip("quiet", day_text(changed.date() if changed else None))
        self.areas.set_areas(summary.areas)
        self.decisions.set_count(summary.decided, summary.total, summary.kind)
        text = self._residual(sum(summary.areas.values()))
        self.residual.setText(text)
        self.residual.setVisible(bool(text))

    def _residual(self, planned: float) -> str:
        try:
            official = float(self.link.meta()["official_area_ha"])
        except (KeyError, ValueError):
            return ""
        missing = official * 10_000 - planned
        return (
            tr("{official} is the official area. {rest} of it is not in the plan.").format(
                official=hectares(official * 10_000), rest=hectares(missing)
            )
            if missing >= 0
            else tr("{official} is the official area. The plan is {rest} larger.").format(
                official=hectares(official * 10_000), rest=hectares(-missing)
            )
        )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


#: Dots per inch of the picture of the map that goes into the report, by paper.
PICTURE_DPI = {"A3": 150, "A0": 60}

#: Layers drawn on the plan map besides the plan: parameter and role.
MAP_ROLES = {
    "LOTS": "lots",
    "HOUSES": "houses",
    "ROADS": "roads",
    "CANALS": "canals",
    "FOREST": "forest",
    "HAMLETS": "hamlets",
    "CONDITION": "condition",
}


class Export(NamedTuple):
    """One thing to print or write: algorithm, word and icon of its button, its parameters.

    ``parameters(folder, stamp)`` gives the parameters with new files in ``folder``; ``opens`` is
    the output that is opened when done. One that is not ``asked`` for is never the next thing to do, and its
    folder is opened.
    """

    key: str
    algorithm: str
    verb: str
    icon: str
    parameters: Callable[[str, str], dict[str, Any]]
    opens: str
    asked: bool = True


class ExportCard(Card):
    """Print the plan map, write tables and report, open their folder.

    Buttons exist for the algorithms that exist. ``changed`` follows every run.
    """

    changed = pyqtSignal()

    def __init__(self, iface: Any, state: ProjectState, runner: Runner, link: PlanLink) -> None:
        super().__init__("map", tr("Print and export"))
        self.iface = iface
        self.state = state
        self.runner = runner
        self.link = link
        self.setObjectName("card_export")
        self._running = ""
        self.paper = QComboBox()
        self.paper.setObjectName("paper")
        self.paper.addItems(["A3", "A0"])
        self.words = QComboBox()
        self.words.setObjectName("print_language")
        self.words.addItems(["日本語", "English"])
        self.words.setCurrentIndex(0 if language() == "ja" else 1)
        self.options = QWidget()
        options = QHBoxLayout(self.options)
        options.setContentsMargins(0, 0, 0, 0)
        options.setSpacing(theme.GAP_S)
        for caption, box in ((tr("Paper"), self.paper), (tr("Language"), self.words)):
            word = label(caption, "sentence", wrap=False)
            word.setBuddy(box)
            box.setAccessibleName(caption)
            options.addWidget(word)
            options.addWidget(box, 1)
        self.body.addWidget(self.options)

        registry = QgsApplication.processingRegistry()
        self.exports = {
            export.key: export for export in self._exports() if registry.algorithmById(export.algorithm) is not None
        }
        self.buttons: dict[str, QPushButton] = {}
        grid = QGridLayout()
        grid.setSpacing(theme.GAP_S)
        for position, export in enumerate(self.exports.values()):
            button = quiet_button(export.verb, export.icon, partial(self.run, export.key))
            button.setObjectName(f"export_{export.key}")
            button.setProperty("tight", "true")  # two words side by side must fit the narrowest dock
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.buttons[export.key] = button
            grid.addWidget(button, position // 2, position % 2)
        self.body.addLayout(grid)
        self.result = label("", "small")
        self.body.addWidget(self.result)
        self.folder_button = plain_button(tr("Open the folder"), clicked=self.open_folder)
        self.folder_button.setObjectName("open_folder")
        self.add_button(self.folder_button)
        self.cancel_requested.connect(lambda: runner.cancel(self._running))
        runner.changed.connect(lambda key: self._is_ours(key) and self.changed.emit())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)

    # -- what there is ------------------------------------------------------------------------
    def _exports(self) -> Sequence[Export]:
        name = "landstewardship:{}".format
        return (
            Export("planmap", name("planmap"), tr("Print plan map"), "map", self._for_map, "OUTPUT_PDF"),
            Export("planreport", name("planreport"), tr("Make report"), "plan", self._for_report, "OUTPUT"),
            Export("plantables", name("plantables"), tr("Make area table"), "blocks", self._for_tables, "WORKBOOK"),
            Export(
                "exportpublic",
                name("exportpublic"),
                tr("Export for public"),
                "adddata",
                partial(public_parameters, self.state),
                "OUTPUT",
                asked=False,
            ),
        )

    def _language(self) -> int:
        """Choice of the algorithms' parameter LANGUAGE: as QGIS, Japanese, English."""
        return 1 + self.words.currentIndex()

    def _for_map(self, folder: str, stamp: str) -> dict[str, Any]:
        layers = {parameter: self.state.layer(role) for parameter, role in MAP_ROLES.items()}
        return {
            **{parameter: layer.id() for parameter, layer in layers.items() if layer is not None},
            "VILLAGE": self.state.village_name(),
            "PAPER": self.paper.currentIndex(),
            "LANGUAGE": self._language(),
            "OUTPUT_PDF": os.path.join(folder, f"plan_map_{self.paper.currentText()}_{stamp}.pdf"),
            "OUTPUT_PNG": os.path.join(folder, f"plan_map_{self.paper.currentText()}_{stamp}.png"),
            "DPI": PICTURE_DPI[self.paper.currentText()],
        }

    def _for_report(self, folder: str, stamp: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "LANGUAGE": self._language(),
            "OUTPUT": os.path.join(folder, f"report_{stamp}.html"),
        }
        picture = os.path.splitext(self.made("planmap"))[0] + ".png"
        if self.is_made("planmap") and os.path.exists(picture):
            found["MAP_IMAGE"] = picture
        return found

    def _for_tables(self, folder: str, stamp: str) -> dict[str, Any]:
        return {"LANGUAGE": self._language(), "OUTPUT_FOLDER": os.path.join(folder, f"tables_{stamp}")}

    def folder(self) -> str:
        """Where prints and tables go: beside the plan."""
        return os.path.join(os.path.dirname(self.link.plan_path()), PRINTS)

    def open_folder(self) -> None:
        """Show the folder of prints and tables."""
        open_file(self.folder())

    # -- running --------------------------------------------------------------------------------
    def _is_ours(self, key: str) -> bool:
        return key in self.exports

    def running(self) -> str:
        """The export under way, empty when none is."""
        return next((key for key in self.exports if self.runner.state(key) != IDLE), "")

    def run(self, key: str) -> None:
        """Make one of the exports into a new file; the last edits are saved first."""
        layer = self.link.layer()
        if layer is None or self.runner.state(key) != IDLE:
            return
        self.set_problem("")
        if not self.link.save_now():
            self._failed(key, self.link.saving_message())
            return
        folder = self.folder()
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            self._failed(key, tr("The folder {path} cannot be made: {why}").format(path=folder, why=error.strerror))
            return
        self._running = key
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        export = self.exports[key]
        self.runner.start(
            Job(
                key=key,
                algorithm=export.algorithm,
                parameters={"PLAN": layer.id(), **export.parameters(folder, stamp)},
                layers=[layer],
            )
        )

    def _finished(self, key: str, result: JobResult) -> None:
        if not self._is_ours(key):
            return
        path = str(result.values.get(self.exports[key].opens) or "")
        self.state.set_value(f"export_{key}", {"path": path, "plan": self.plan_stamp()})
        self.set_problem("")
        if path:
            open_file(path if self.exports[key].asked else os.path.dirname(path))
        self.changed.emit()

    def _failed(self, key: str, message: str) -> None:
        if self._is_ours(key):
            self.set_problem(message)
            show_message(self.iface, self.exports[key].verb, message)
            self.changed.emit()

    # -- what was made ----------------------------------------------------------------------------
    def plan_stamp(self) -> str:
        """Changes when the plan is edited, by whatever program, or another plan is used."""
        summary = self.link.summary()
        if summary is None:
            return ""
        changed = summary.changed.isoformat() if summary.changed else ""
        return f"{self.link.plan_path()}|{summary.total}|{changed}"

    def is_made(self, key: str) -> bool:
        """Whether this export shows the plan as it is now, and its file is still there."""
        stamp = (self.state.value(f"export_{key}") or {}).get("plan")
        return stamp == self.plan_stamp() and os.path.exists(self.made(key))

    def made(self, key: str) -> str:
        """The file this export made last, empty for none."""
        return str((self.state.value(f"export_{key}") or {}).get("path", ""))

    def refresh(self, active: bool) -> None:
        """Show what can be made and what is under way."""
        there = self.link.layer() is not None
        under_way = self.running()
        self.setVisible(there)
        self.set_active(active or bool(under_way))
        for key, button in self.buttons.items():
            button.setEnabled(there and not under_way)
            following = active and key == self.next_export()
            set_kind(button, "primary" if following else "quiet")
        self.options.setEnabled(not under_way)
        self.show_progress(bool(under_way))
        self.chip.set_chip("running", tr("Running")) if under_way else self.chip.set_chip("quiet", "")
        if self.runner.state(under_way) == RUNNING:
            self.progress.set_progress(
                self.runner.fraction(under_way), tr("Working…"), self.runner.time_text(under_way)
            )
        names = [os.path.basename(self.made(key)) for key in self.exports if there and self.is_made(key)]
        self.result.setText(tr("Up to date: {names}").format(names=tr(", ").join(names)) if names else "")
        self.result.setVisible(bool(names))
        self.folder_button.setVisible(there and os.path.isdir(self.folder()))

    def next_export(self) -> str:
        """The first export that is not up to date; empty when all are."""
        return next((key for key, export in self.exports.items() if export.asked and not self.is_made(key)), "")


class ActPage(StepPage):
    """Agreement, summary, prints. More cards go into the column in between."""

    STEP = "act"

    def __init__(self, iface: Any, state: Any, runner: Any, parent: Optional[QWidget] = None) -> None:
        super().__init__(iface, state, runner, parent)
        self.link = link_of(state)
        self._canvas = iface.mapCanvas()
        self._marks: Optional[ChosenMarks] = None

        self.agreement_card = AgreementCard(self.link)
        self._hand = ToolInHand(self._canvas, self.agreement_card.pick_button, self._make_tool)
        self.summary_card = SummaryCard(iface, self.link)
        self.export_card = ExportCard(iface, state, runner, self.link)
        for card in (self.summary_card, self.export_card, self.agreement_card):
            self.column.addWidget(card)
        self.column.addStretch(1)
        self.agreement_card.pick_wanted.connect(self.use_pick_tool)
        self.summary_card.choose_button.clicked.connect(lambda: self.step_requested.emit("choose"))
        self.export_card.changed.connect(self.refresh)
        self.link.changed.connect(self.refresh)
        self.link.chosen_changed.connect(self._chosen_changed)
        state.changed.connect(self.refresh)
        self._canvas.mapToolSet.connect(self._hand.tool_set)

    # -- choosing a lot -------------------------------------------------------------------------
    def use_pick_tool(self, on: bool) -> None:
        """Take the tool that chooses a lot in hand, or put it away."""
        self._hand.use(on)

    def _make_tool(self) -> PickTool:
        tool = PickTool(self._canvas, self.link.layer)
        tool.picked.connect(lambda unit: self.link.choose_units([unit]))
        return tool

    def _chosen_changed(self) -> None:
        self.agreement_card.refresh()
        self._mark_chosen()

    def _mark_chosen(self) -> None:
        layer = self.link.layer()
        units = self.link.chosen_units() if self.isVisible() and layer is not None else []
        if self._marks is None:
            if not units:
                return
            self._marks = ChosenMarks(self._canvas)
        shapes = [f.geometry() for f in plan_reading.unit_features(layer, units)] if layer is not None else []
        self._marks.show(layer, shapes)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mark_chosen()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._mark_chosen()

    def step_left(self) -> None:
        """Put tool and marks away and write what is not written yet."""
        tool = self._hand.discard()
        if isinstance(tool, PickTool):
            tool.discard()
        if self._marks is not None:
            self._marks.discard()
            self._marks = None
        self.link.save_now()

    # -- the page ---------------------------------------------------------------------------------
    def refresh(self) -> None:
        if not self.isVisible():  # a hidden page only tells how far the step is
            self.progress_changed.emit()
            return
        has_plan = self.link.layer() is not None
        busy = self.runner.busy()
        self.summary_card.refresh()
        self.summary_card.set_active(not has_plan and not busy)
        set_kind(self.summary_card.choose_button, "primary")
        self.export_card.refresh(active=has_plan and not busy and bool(self.export_card.next_export()))
        self.agreement_card.refresh()
        following = self.export_card.next_export()
        if busy:
            self.next_action_changed.emit(tr("Wait until this is done"), tr("Cancel"), True)
        elif not has_plan:
            self.next_action_changed.emit(tr("Make a plan first"), tr("Go to step 2"), True)
        elif following:
            self.next_action_changed.emit(tr("Put the plan on paper"), self.export_card.exports[following].verb, True)
        else:
            self.next_action_changed.emit(tr("Share the prints"), tr("Open the folder"), True)
        self.progress_changed.emit()

    def progress_text(self) -> tuple[str, bool]:
        summary = self.link.summary()
        if summary is None or not summary.total:
            return "—", False
        answered = summary.agreed["yes"] + summary.agreed["no"] + summary.agreed["asked"]
        if not answered:
            return "—", False
        agreed = summary.agreed["yes"]
        return tr("{percent} %").format(percent=_percent(agreed, summary.total)), agreed == summary.total

    def run_next(self) -> None:
        following = self.export_card.next_export()
        if self.runner.busy():
            self.runner.cancel_all()
        elif self.link.layer() is None:
            self.step_requested.emit("choose")
        elif following:
            self.export_card.run(following)
        else:
            self.export_card.open_folder()

    def print_plan_map(self) -> None:
        """Print the plan map with the paper and language chosen in the card."""
        self.export_card.run("planmap")
