"""The dock: header, three steps, one page of cards each, and what to do next."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import Qgis
from qgis.PyQt.QtCore import QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QCloseEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QInputDialog,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..core.errors import InputError
from ..gis.i18n import language, tr
from . import theme
from .mapview import show_plan_again
from .pages.act import ActPage
from .pages.base import StepPage
from .pages.choose import ChoosePage
from .pages.understand import UnderstandPage
from .runner import Runner
from .state import ProjectState, recent_projects, remember_dock, remember_project
from .widgets import Footer, Stepper, icon_button, label, link_button

DOCK_NAME = "landStewardshipDock"
MINIMUM_WIDTH, USUAL_WIDTH = 360, 400
_SAMPLE, _OPEN, _NAME = "sample", "open", "name"


class _Page(QScrollArea):
    """A step page that scrolls downwards only."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(page)

    def minimumSizeHint(self) -> QSize:
        return QSize(MINIMUM_WIDTH, 120)


class LandStewardshipDock(QDockWidget):
    """One dock for the three steps. ``help_requested`` asks the plugin for the guide."""

    help_requested = pyqtSignal()

    def __init__(self, iface: Any) -> None:
        super().__init__(tr("Land Stewardship"), iface.mainWindow())
        self.setObjectName(DOCK_NAME)
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.iface = iface
        self.state = ProjectState(self)
        self.runner = Runner(self)
        self._panel: Optional[QWidget] = None

        self.content = QWidget()
        self.content.setObjectName("landStewardshipContent")
        self.content.setProperty("kind", "page")
        self.content.setMinimumWidth(MINIMUM_WIDTH)
        self._build_header()
        self.stepper = Stepper()
        self.stepper.step_chosen.connect(self.go_to_step)
        self.footer = Footer()
        self.footer.triggered.connect(self._run_next)
        self.footer.second_triggered.connect(self._run_second)
        self.stack = QStackedWidget()
        self.pages: dict[str, StepPage] = {}
        self._areas: dict[str, _Page] = {}
        for page_class in (UnderstandPage, ChoosePage, ActPage):
            self._add_page(page_class(iface, self.state, self.runner))

        top = QVBoxLayout()
        top.setContentsMargins(10, 8, 10, 0)
        top.setSpacing(theme.GAP_S)
        top.addLayout(self._header)
        top.addWidget(self.stepper)
        column = QVBoxLayout(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.footer)
        self.setWidget(self.content)
        theme.apply(self.content)

        self.state.loaded.connect(self._project_loaded)
        self.state.changed.connect(self._show_village)
        self.state.saved_changed.connect(self._show_saved)
        self.state.project.projectSaved.connect(self._remember_village)
        self._show_village()
        self._show_saved(self.state.is_saved())
        self.go_to_step(self.state.step())

    def sizeHint(self) -> QSize:
        return QSize(USUAL_WIDTH, 640)

    # -- building -------------------------------------------------------------------------
    def _build_header(self) -> None:
        self.village = QComboBox()
        self.village.setAccessibleName(tr("Village"))
        self.village.setToolTip(tr("Village"))
        self.village.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.village.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.village.setMinimumContentsLength(8)
        self.village.activated.connect(self._village_chosen)
        self.saved_mark = label(tr("✓ Saved"), "sentence", wrap=False)
        self.save_link = link_button(tr("Save"), self._save)
        self.add_button = icon_button("adddata", tr("Add data"), self.add_data)
        self.help_button = icon_button("", tr("Help"), self.help_requested.emit)
        self.help_button.setText("?")
        self._header = QHBoxLayout()
        self._header.setSpacing(theme.GAP_S)
        for widget in (self.village, self.saved_mark, self.save_link, self.add_button, self.help_button):
            self._header.addWidget(widget)
        self._header.setStretch(0, 1)

    def _add_page(self, page: StepPage) -> None:
        area = _Page(page)
        self.pages[page.STEP] = page
        self._areas[page.STEP] = area
        self.stack.addWidget(area)
        page.next_action_changed.connect(
            lambda sentence, button, enabled, page=page: self._show_next(page, sentence, button, enabled)
        )
        page.second_action_changed.connect(
            lambda text, icon, page=page: page is self.page() and self.footer.set_second(text, icon)
        )
        page.progress_changed.connect(self._show_progress)
        page.step_requested.connect(self.go_to_step)
        page.panel_requested.connect(self.show_panel)
        page.add_data_requested.connect(self.add_data)

    # -- steps ----------------------------------------------------------------------------
    def page(self) -> StepPage:
        """The page of the step that is shown."""
        return self.pages[self.stepper.step()]

    def go_to_step(self, step: str) -> None:
        """Show a step: understand, choose or act."""
        self.close_panel()
        leaving = next(page for page in self.pages.values() if self._areas[page.STEP] is self.stack.currentWidget())
        if step != leaving.STEP:
            leaving.step_left()
        self.stepper.set_step(step)
        self.stack.setCurrentWidget(self._areas[step])
        self.state.set_step(step)
        if step != "understand":
            show_plan_again(self.state.project)
        self.footer.set_second("")
        self.page().refresh()
        self._show_progress()

    def show_panel(self, panel: QWidget) -> None:
        """Show a widget (findings list) in place of page and footer; its ``closed`` ends that."""
        self.close_panel()
        self._panel = panel
        panel.closed.connect(self.close_panel)
        self.stack.addWidget(panel)
        self.stack.setCurrentWidget(panel)
        self.footer.hide()
        panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_panel(self) -> None:
        """Come back from a panel to the page."""
        if self._panel is None:
            return
        panel, self._panel = self._panel, None
        self.stack.setCurrentWidget(self._areas[self.stepper.step()])
        self.stack.removeWidget(panel)
        panel.deleteLater()
        self.footer.show()
        self.page().refresh()

    def panel(self) -> Optional[QWidget]:
        """The panel that is shown, if any."""
        return self._panel

    def _show_next(self, page: StepPage, sentence: str, button: str, enabled: bool) -> None:
        if page is self.page():
            # While something runs the footer's button cancels: never the filled one.
            self.footer.set_next(sentence, button, enabled, filled=not self.runner.busy())

    def _show_progress(self) -> None:
        for step, page in self.pages.items():
            text, finished = page.progress_text()
            self.stepper.set_progress(step, text, finished)

    def _run_next(self) -> None:
        self.page().run_next()

    def _run_second(self) -> None:
        self.page().run_second()

    # -- village and project --------------------------------------------------------------
    def _show_village(self) -> None:
        here = self.state.project.fileName()
        self.village.blockSignals(True)
        self.village.clear()
        self.village.addItem(self.state.village_name(), None)
        others = [(path, name) for path, name in recent_projects() if path != here]
        if others:
            self.village.insertSeparator(self.village.count())
        for path, name in others:
            self.village.addItem(name, path)
            self.village.setItemData(self.village.count() - 1, path, Qt.ItemDataRole.ToolTipRole)
        self.village.insertSeparator(self.village.count())
        self.village.addItem(tr("Name this village…"), _NAME)
        self.village.addItem(tr("Open sample village"), _SAMPLE)
        self.village.addItem(tr("Open another project…"), _OPEN)
        self.village.setCurrentIndex(0)
        self.village.blockSignals(False)

    def _show_saved(self, saved: bool) -> None:
        self.saved_mark.setVisible(saved)
        self.save_link.setVisible(not saved)

    def _save(self) -> None:
        self.iface.actionSaveProject().trigger()
        self._show_saved(self.state.is_saved())

    def _village_chosen(self, index: int) -> None:
        choice = self.village.itemData(index)
        self.village.setCurrentIndex(0)
        if choice == _SAMPLE:
            self.open_sample()
        elif choice == _OPEN:
            self.iface.actionOpenProject().trigger()
        elif choice == _NAME:
            self._name_village()
        elif choice:
            self._open_project(choice)

    def _name_village(self) -> None:
        name, given = QInputDialog.getText(
            self, tr("Name this village…"), tr("Name of the village"), text=self.state.village_name()
        )
        if given and name.strip():
            self.state.set_village_name(name.strip())

    def _project_loaded(self) -> None:
        self._remember_village()
        self.go_to_step(self.state.step())

    def _remember_village(self) -> None:
        if self.state.project.fileName() and self.state.is_village():
            remember_project(self.state.project.fileName(), self.state.village_name())

    def open_sample(self) -> None:
        """Copy the sample village into the user's documents and open it.

        Asks nothing, unless the project that is open has changes: then QGIS asks to save them.
        """
        from ..gis import village

        try:
            project_path = village.make_sample_project(language())
        except (InputError, OSError) as error:
            message = error.text.pick(language()) if isinstance(error, InputError) else str(error)
            self.iface.messageBar().pushMessage(tr("Open sample village"), message, Qgis.MessageLevel.Warning, 0)
            return
        self._open_project(project_path)

    def _open_project(self, path: str) -> None:
        """Open a project after QGIS has asked whether to save what is open."""
        if self.iface.newProject(True):
            self.iface.addProject(path)

    def add_data(self, tile: str = "") -> None:
        """Open "What do you have?", with a tile chosen where ``tile`` names one."""
        from .adddata import AddDataDialog

        dialog = AddDataDialog(self.iface, self.state, self.runner, tile, self.iface.mainWindow())
        dialog.finished.connect(lambda _result: self.page().refresh())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def print_plan_map(self) -> None:
        """Go to step 3 and print the plan map."""
        self.go_to_step("act")
        self.pages["act"].print_plan_map()

    # -- coming and going -----------------------------------------------------------------
    def showEvent(self, event: object) -> None:
        super().showEvent(event)
        remember_dock(True)
        QTimer.singleShot(0, self._take_usual_width)

    def _take_usual_width(self) -> None:
        if not self.isFloating() and self.width() < USUAL_WIDTH:
            self.iface.mainWindow().resizeDocks([self], [USUAL_WIDTH], Qt.Orientation.Horizontal)

    def closeEvent(self, event: QCloseEvent) -> None:
        remember_dock(False)
        super().closeEvent(event)

    def shut_down(self) -> None:
        """Stop runs, put map tools away, let go of the project. The plugin deletes the dock then."""
        self.close_panel()
        for page in self.pages.values():
            page.step_left()
        self.runner.shut_down()
        self.state.project.projectSaved.disconnect(self._remember_village)
        self.state.disconnect_all()
