"""Add data: what do you have? Then the file, what its columns mean, and in it goes."""

from __future__ import annotations

import datetime as dt
import os
import re
from typing import Any, Optional

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..core import intake as words
from ..core.errors import InputError
from ..core.texts import Text
from ..gis import intake, profiles
from ..gis.i18n import language, tr
from . import importplan, intakereport, layers, results, theme
from .addcolumns import ColumnsForm
from .addrun import FAILED, READY, RUNNING, Trial
from .addrun import KEY as TRIAL_KEY
from .addtiles import SHAPES, TileButton, tiles
from .dialogs import CANCEL
from .intakereport import ReportList
from .runner import Runner
from .state import ROLE_PROPERTY, SET_ASIDE, SEVERAL, ProjectState
from .widgets import Card, ProgressRow, label, link_button, primary_button, quiet_button

_KEY_FIELDS = {"owners": "owner_key", "cultivators": "cultivator_key"}


class AddDataDialog(QDialog):
    """Asks what people have, not which format it is in."""

    def __init__(
        self, iface: Any, state: ProjectState, runner: Runner, tile: str = "", parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.iface = iface
        self.state = state
        self.runner = runner
        self.setObjectName("landStewardshipAddData")
        self.setWindowTitle(tr("Add data"))
        self._found: Optional[intake.Found] = None
        #: Columns of the file as it is read for the role chosen.
        self._columns: list[str] = []
        #: Layers brought in, by role.
        self._placed: dict[str, QgsMapLayer] = {}
        self.trial = Trial(runner, self)

        body = QWidget()
        body.setProperty("kind", "page")
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(16, 14, 16, 12)
        self._body.setSpacing(theme.GAP_S)
        self._body.addWidget(label(tr("What do you have?"), "heading"))
        self._body.addWidget(label(tr("Pick one. We find out how to read it."), "sentence"))
        self._build_tiles()
        self.card = Card("adddata", "")
        self.card.chip.set_chip("ok", "")
        self.card.hide()
        self._body.addWidget(self.card)
        self._build_card()
        self._body.addStretch(1)
        self._area = area = QScrollArea()
        area.setProperty("kind", "page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)

        self.other_button = quiet_button(tr("Other file"), clicked=self.choose_file)
        self.cancel_button = quiet_button(CANCEL.pick(language()), clicked=self.reject)
        self.add_button = primary_button(tr("Add"), clicked=self.add)
        for button, name in (
            (self.other_button, "add_other"),
            (self.cancel_button, "add_cancel"),
            (self.add_button, "add_now"),
        ):
            button.setObjectName(name)
        footer = QFrame()
        footer.setProperty("kind", "footer")
        row = QHBoxLayout(footer)
        row.setContentsMargins(16, 10, 16, 10)
        row.addWidget(self.other_button)
        self.reports_link = link_button(tr("Earlier check reports"), self._show_reports)
        self.reports_link.setObjectName("add_reports")
        self.reports_link.setVisible(bool(intakereport.with_reports(state.project)))
        row.addWidget(self.reports_link)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.add_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(footer)
        self.resize(640, 400)
        theme.apply(self)
        self.trial.changed.connect(self._trial_changed)
        self.finished.connect(lambda _result: self.trial.close())
        if tile in self._tiles:
            self._tiles[tile].setChecked(True)
            self._tiles[tile].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._show_file()

    # -- building -------------------------------------------------------------------------
    def _build_tiles(self) -> None:
        self._tiles: dict[str, TileButton] = {}
        self._tile_group = QButtonGroup(self)
        self._tile_group.setExclusive(True)
        grid = QGridLayout()
        grid.setSpacing(theme.GAP_S)
        for number, (key, tile) in enumerate(tiles().items()):
            button = TileButton(tile)
            button.setObjectName(f"tile_{key}")
            button.clicked.connect(lambda _checked=False: self.choose_file())
            # Arrow keys change the tile without a click.
            button.toggled.connect(lambda on: self._show_file() if on else None)
            self._tile_group.addButton(button)
            self._tiles[key] = button
            grid.addWidget(button, number // 2, number % 2)
        self._body.addLayout(grid)

    def _build_card(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(theme.GAP_M)
        form.setVerticalSpacing(6)
        form.setColumnStretch(3, 1)
        self.role_box = QComboBox()
        self.role_box.setObjectName("add_role")
        self.role_box.currentIndexChanged.connect(lambda _index: self._show_columns())
        self.role_label = label(tr("What does it show?"), wrap=False)
        self.datum_box = QComboBox()
        self.datum_box.setObjectName("add_datum")
        self.datum_box.addItems([tr("JGD2011 (newer maps)"), tr("JGD2000 (maps not changed since before 2011)")])
        self.datum_box.activated.connect(lambda _index: self._try_out())
        self.datum_label = label(tr("Measured in"), wrap=False)
        self.date_edit = QLineEdit()
        self.date_edit.setObjectName("add_date")
        theme.set_hint(self.date_edit, tr("e.g. 2025-01"))
        self.date_edit.setMaximumWidth(140)
        self.date_edit.editingFinished.connect(self._date_told)
        self.date_label = label(tr("Date of the data"), wrap=False)
        for row, (name, field) in enumerate(
            (
                (self.role_label, self.role_box),
                (self.datum_label, self.datum_box),
                (self.date_label, self.date_edit),
            )
        ):
            field.setAccessibleName(name.text())
            form.addWidget(name, row, 0, 1, 2)
            form.addWidget(field, row, 2, 1, 2)
        self.confirm = label(tr("Please confirm what the columns mean."), "sentence")
        self.form = ColumnsForm()
        self.form.changed.connect(self._show_result)
        self.form.profile_wanted.connect(self.load_profile)
        self.place_box = QgsProjectionSelectionWidget()
        self.place_box.setObjectName("add_place")
        self.place_box.crsChanged.connect(lambda _crs: self._try_out())
        self.place_label = label(tr("Coordinate zone of the map"), wrap=False)
        self.privacy = label(tr("Owner names never leave this computer."), "hint")
        self.notice = label("", "hint")
        self.report = ReportList()
        self.progress = ProgressRow()
        self.progress.cancelled.connect(self._cancel_run)
        self.card.body.addLayout(form)
        place_row = QHBoxLayout()
        place_row.addWidget(self.place_label)
        place_row.addWidget(self.place_box, 1)
        self.card.body.addLayout(place_row)
        for widget in (self.confirm, self.form, self.privacy, self.notice, self.progress, self.report):
            self.card.body.addWidget(widget)

    def _show_reports(self) -> None:
        """The report of this file where there is one, else those of what was brought before."""
        if self.trial.state == READY:
            self._area.ensureWidgetVisible(self.report, 0, 12)
        else:
            intakereport.ReportDialog(self.state.project, parent=self).show()

    def _show_link(self) -> None:
        """The link beside the buttons: what the check says, or the way to earlier reports."""
        if self.trial.state == READY:
            marks = sum(row.get("severity") in ("error", "warning") for row in self.trial.report)
            self.reports_link.setText(
                tr("{aside} set aside, {marks} to look at").format(
                    aside=f"{int(self.trial.values.get('SET_ASIDE', 0)):,}", marks=marks
                )
            )
            self.reports_link.show()
        else:
            self.reports_link.setText(tr("Earlier check reports"))
            self.reports_link.setVisible(bool(intakereport.with_reports(self.state.project)))

    # -- file -----------------------------------------------------------------------------
    def tile(self) -> str:
        """Key of the chosen tile, or empty."""
        return next((key for key, button in self._tiles.items() if button.isChecked()), "")

    def choose_file(self) -> None:
        """Ask for the file."""
        folder = self.state.project.absolutePath() or os.path.expanduser("~")
        path, _filter = QFileDialog.getOpenFileName(self, tr("Choose the file"), folder)
        if path:
            self.take_file(path)

    def take_file(self, path: str) -> None:
        """Find out what the file is and show what was understood."""
        self.card.show()
        self.card.title.setText(os.path.basename(path))
        self._found = None
        try:
            self._found = intake.detect(path)
        except InputError as error:
            self._show_problem(error.text.pick(language()))
        told = self._found.date if self._found is not None else ""
        self.date_edit.setText(told or _date_in_name(path))
        self._show_file()

    def _show_problem(self, text: str) -> None:
        self.card.set_problem(text)
        self.card.chip.set_chip("error", tr("Cannot be read"))
        QTimer.singleShot(0, self._see_problem)

    def _see_problem(self) -> None:
        """Bring what went wrong into view: it may lie below the tiles."""
        self._grow()
        QTimer.singleShot(0, lambda: self._area.ensureWidgetVisible(self.card.problem, 0, 12))

    def _show_file(self) -> None:
        found = self._found
        self.other_button.setVisible(bool(self.tile()))
        self.other_button.setText(tr("Other file") if found is not None else tr("Choose the file"))
        self.progress.hide()
        for widget in (
            self.role_label,
            self.role_box,
            self.datum_label,
            self.datum_box,
            self.date_label,
            self.date_edit,
            self.confirm,
            self.form,
            self.place_label,
            self.place_box,
            self.privacy,
            self.notice,
            self.report,
        ):
            widget.setVisible(False)
        self.trial.request(None)
        self.add_button.setEnabled(found is not None)
        if found is None:
            self.add_button.setText(tr("Add"))
            return
        self.card.set_problem("")
        self.role_box.blockSignals(True)
        self.role_box.clear()
        for role, title in self._possible_roles(found):
            self.role_box.addItem(title, role)
        roles = [self.role_box.itemData(n) for n in range(self.role_box.count())]
        if len(roles) > 1 and found.kind == intake.TABLE:
            self.role_box.setCurrentIndex(roles.index(intake.likely(found, roles)))
        self.role_box.blockSignals(False)
        if not self.role_box.count():
            self._show_problem(
                tr("This file does not fit “{tile}”. Pick another tile or file.").format(
                    tile=tiles()[self.tile()].title if self.tile() else tr("What do you have?")
                )
            )
            self.add_button.setEnabled(False)
            return
        several = self.role_box.count() > 1 or found.known is not None
        self.role_label.setVisible(several)
        self.role_box.setVisible(several)
        is_registry = found.kind == intake.REGISTRY_MAP
        self.datum_label.setVisible(is_registry)
        self.datum_box.setVisible(is_registry)
        self.date_label.setVisible(True)
        self.date_edit.setVisible(True)
        self._show_columns()
        self._grow()

    def _possible_roles(self, found: intake.Found) -> list[tuple[str, str]]:
        """The roles of the tile that the file can play, the likeliest first."""
        if not self.tile():
            return []
        if found.known is not None and self.tile() != "photos":
            # A data set that is known by its fields is taken whatever tile was picked.
            return [(found.known.role, found.known.label.pick(language()))]
        roles = list(tiles()[self.tile()].roles)
        if found.kind == intake.REGISTRY_MAP:
            return [role for role in roles if role[0] == "lots"]
        if found.kind == intake.PICTURE:
            return roles if self.tile() == "photos" else []
        if self.tile() == "photos":
            return []
        if found.kind == intake.TABLE:
            return [role for role in roles if role[0] in words.MEANINGS and role[0] != "lots"]
        if self.tile() in ("register", "patrol", "farmers"):
            return roles  # a map carries a table as well
        return [role for role in roles if layers.fits(found.layer, SHAPES.get(role[0], layers.POLYGONS))]

    def role(self) -> str:
        """The role the file is to play."""
        return str(self.role_box.currentData() or "")

    def _asks_columns(self) -> bool:
        found, role = self._found, self.role()
        if found is None or role not in words.MEANINGS or found.known is not None:
            return False
        if found.kind == intake.TABLE:
            return True
        return found.kind == intake.MAP and (role in ("lots", importplan.DAMAGE) or role in importplan.TABLES)

    def _meanings(self) -> list[words.Meaning]:
        """What the columns of the file may mean; a map of damage has its places in the shapes."""
        meanings = words.MEANINGS.get(self.role(), ())
        on_map = self._found is not None and self._found.kind == intake.MAP and self.role() == importplan.DAMAGE
        return [meaning for meaning in meanings if not (on_map and meaning.name in importplan.PLACES)]

    # -- columns --------------------------------------------------------------------------
    def _rows(self) -> list[dict[str, Any]]:
        found = self._found
        if found is None:
            return []
        if found.kind == intake.MAP and found.layer is not None:
            return intake.rows_of(found.layer)
        return found.rows

    def _row_count(self) -> int:
        found = self._found
        if found is None:
            return 0
        if found.kind == intake.MAP and found.layer is not None:
            return int(found.layer.featureCount())
        return len(found.rows)

    def _show_columns(self) -> None:
        found = self._found
        if found is None:
            return
        self.form.clear()
        asks = self._asks_columns()
        read_as = found
        try:
            read_as = intake.for_role(found, self.role()) if asks else found
        except InputError:
            asks = False  # the trial says what is wrong
        self._columns = read_as.columns
        self.confirm.setVisible(asks)
        self.form.setVisible(asks)
        if asks:
            guess = intake.guess(read_as, self.role(), self._profiles())
            examples = intake.sample(read_as)[0]
            self.form.ask(self._meanings(), read_as.columns, guess, examples, True)
        self._show_notice()
        self.privacy.setVisible(asks and any(m.private for m in words.MEANINGS[self.role()]))
        nowhere = found.layer is not None and found.kind == intake.MAP and not found.layer.crs().isValid()
        if asks and self.role() == importplan.DAMAGE and found.kind == intake.TABLE:
            means = self.columns()
            nowhere = bool(means["x"] and not means["longitude"] and not means["wkt"])
        self.place_label.setVisible(nowhere)
        self.place_box.setVisible(nowhere)
        self._show_result()

    def _show_notice(self) -> None:
        """Say which data of the same kind the new ones come beside."""
        need = layers.RASTER if self.tile() == "photos" else SHAPES.get(self.role(), layers.POLYGONS)
        there = self.state.layers_of(self.role(), need) if self.role() in SEVERAL else []
        told = layers.joined([layers.describe(layer) for layer in there])
        self.notice.setText(
            tr("Counts together with: {names}. What is out of date can be left out with “Change”.").format(names=told)
        )
        self.notice.setVisible(bool(there))

    def _profiles(self) -> str:
        """Folder of the column profiles of the village."""
        return profiles.folder_of(os.path.dirname(self.state.project.fileName()))

    def load_profile(self) -> None:
        """Ask for saved column settings and put them in."""
        found = self._found
        start = self._profiles() or os.path.expanduser("~")
        path, _filter = QFileDialog.getOpenFileName(
            self, tr("Use saved column settings…"), start, tr("Column profile (*.json)")
        )
        if not path or found is None:
            return
        try:
            chosen = profiles.load(path)
        except InputError as error:
            self.card.set_problem(error.text.pick(language()))
            return
        if chosen.role != self.role():
            self.card.set_problem(tr("These settings are for another kind of table."))
            return
        self.form.use(chosen.on(self._columns), chosen.area_unit)

    def columns(self) -> dict[str, Optional[str]]:
        """The column chosen for each meaning."""
        return self.form.columns()

    def _show_result(self) -> None:
        """Say what would be added, and what would not be understood."""
        found = self._found
        if found is None:
            return
        if found.kind == intake.REGISTRY_MAP:
            self.card.chip.set_chip("ok", tr("Registry map"))
            self._try_out()
            return
        if found.kind == intake.PICTURE:
            self.card.chip.set_chip("ok", tr("Picture"))
            self.add_button.setText(tr("Add this picture"))
            return
        self.card.chip.set_chip("ok", _read_text(self._row_count()))
        self.add_button.setText(_add_text(self._row_count()))
        missing = [
            meaning
            for meaning in self._meanings()
            if self.form.boxes and meaning.required and not self.columns()[meaning.name]
        ]
        self.add_button.setEnabled(not missing)
        if missing:
            self.trial.request(None)
        else:
            self._try_out()

    # -- trying out -----------------------------------------------------------------------
    def _date_told(self) -> None:
        # A registry map tells its own date; what is written here is only kept with the lots.
        if not self._is_registry_map():
            self._try_out()

    def _try_out(self) -> None:
        """Run the import as it stands, so that its report can be read before anything is added."""
        found = self._found
        if found is None or not self.role() or found.kind == intake.PICTURE:
            return
        asked = importplan.Asked(
            found._replace(columns=self._columns),
            self.role(),
            self.columns() if self.form.boxes else {},
            self.form.unit(),
            self.date_edit.text().strip(),
            self.place_box.crs() if self.place_box.isVisibleTo(self) else None,
            self.datum_box.currentIndex(),
        )
        try:
            self.trial.request(importplan.request(self.state, asked, self.trial.scratch("columns.json")))
        except InputError as error:
            self.trial.request(None)
            self.card.set_problem(error.text.pick(language()))
            self.add_button.setEnabled(False)

    def _trial_changed(self) -> None:
        """Show how far the trial is, and its report."""
        state, registry = self.trial.state, self._is_registry_map()
        busy = state == RUNNING
        self.progress.setVisible(busy)
        if busy:
            self.add_button.setEnabled(False)
            self.progress.set_progress(
                self.runner.fraction(TRIAL_KEY), self.runner.count_text(TRIAL_KEY), tr("Nothing is added yet.")
            )
        if state == FAILED:
            self._show_problem(self.trial.problem)
            self.add_button.setEnabled(False)
        if registry and self.role() and state != READY:
            # A large map takes its time: what was stopped or failed can be begun again.
            self.add_button.setText(tr("Read the map"))
            self.add_button.setEnabled(not busy)
        ready = state == READY
        self.report.setVisible(ready)
        self._show_link()
        if ready:
            self.card.set_problem("")
            self.report.set_rows(self.trial.report)
            kept = self._added_rows()
            if registry:
                self.add_button.setText(tr("Add {n} lots").format(n=f"{kept:,}"))
                self.add_button.setEnabled(kept > 0)
        if ready and not registry:
            self.card.chip.set_chip("ok", _read_text(int(self.trial.values.get("READ", 0))))
            self.add_button.setText(_add_text(kept))
            self.add_button.setEnabled(kept > 0 or int(self.trial.values.get("BY_NAME", 0)) > 0)
        if state == READY:
            QTimer.singleShot(0, self._grow)

    def _added_rows(self) -> int:
        """Rows the trial would add; of damage the records with a place, however many rows told of each; of a registry
        map the lots, those without a place as well.
        """
        values = self.trial.values
        if self._is_registry_map():
            return int(values.get("LOTS", 0)) + int(values.get("UNPLACED_LOTS", 0))
        return int(values.get("RECORDS", values.get("KEPT", 0)))

    def _cancel_run(self) -> None:
        self.trial.request(None)

    def _grow(self) -> None:
        """Make room for the card, within the screen."""
        body = self._area.widget()
        tall = body.heightForWidth(self.width()) if body is not None and body.hasHeightForWidth() else 0
        wanted = max(self._body.sizeHint().height(), tall) + 60
        room = self.screen().availableGeometry().height() - 60 if self.screen() is not None else 660
        self.resize(self.width(), max(self.height(), min(wanted, room, 760)))

    # -- adding ---------------------------------------------------------------------------
    def add(self) -> None:
        """Bring the data into the project; what cannot be done is said and nothing is lost."""
        found = self._found
        if found is None:
            return
        if self._is_registry_map() and self.trial.state != READY:
            self._try_out()
            return
        try:
            if found.kind == intake.PICTURE:
                added = self._add_picture(found)
            elif found.kind == intake.REGISTRY_MAP:
                added = self._add_registry_map()
            else:
                added = self._add_table_or_map(found)
        except (InputError, OSError) as error:
            text = error.text.pick(language()) if isinstance(error, InputError) else str(error)
            self.card.set_problem(text)
            self._grow()
            return
        self._done(added)

    def _done(self, added: str) -> None:
        bar = self.iface.messageBar()
        item = bar.createMessage(tr("Add data"), added)
        project, window = self.state.project, self.iface.mainWindow()
        if intakereport.with_reports(project):
            layer = self._placed.get(self.role()) or self.state.layer(self.role())
            button = quiet_button(
                tr("Check report"), clicked=lambda: intakereport.ReportDialog(project, layer, window).show()
            )
            item.layout().addWidget(button)
        bar.pushWidget(item, Qgis.MessageLevel.Success, 12)
        self.accept()

    def _folder(self, name: str) -> str:
        return results.result_folder(self.state.project, name)

    def _title(self) -> str:
        return str(self.role_box.currentText())

    def _place(self, layer: QgsMapLayer, role: str, step: str = "understand", shown: bool = True) -> None:
        """Put a layer into the project with role and date."""
        if not layer.isValid():
            raise InputError(
                Text(
                    "{name} was written but cannot be opened. Try again with another folder.",
                    "{name}を書き込みましたが開けません。別のフォルダで試してください。",
                ).format(name=layer.name())
            )
        layer.setCustomProperty(ROLE_PROPERTY, role)
        if layers.month_text(self.date_edit.text()):
            layer.setCustomProperty(layers.DATE_PROPERTY, self.date_edit.text().strip())
        results.style_by_role(layer, role)
        project: QgsProject = self.state.project
        project.addMapLayer(layer, False)
        node = results.step_group(project, step).insertLayer(0, layer)
        node.setItemVisibilityChecked(shown)
        node.setExpanded(False)
        self.state.assign(role, layer)
        self._placed[role] = layer

    def _add_picture(self, found: intake.Found) -> str:
        role = self.role()
        year = re.search(r"(19|20)\d\d", self.date_edit.text() or os.path.basename(found.path))
        if role == "ndvi":
            role = f"ndvi_{year.group()}" if year else "ndvi"
        name = self._title() + (f" {year.group()}" if year else "")
        layer = QgsRasterLayer(found.path, name, "gdal")
        self._place(layer, role, shown=role == "photo")
        return tr("Added: {name}").format(name=name)

    def _add_table_or_map(self, found: intake.Found) -> str:
        role, title = self.role(), self._title()
        rows, kept = list(self.trial.report), self._added_rows()
        people = importplan.PRIVATE_ROLES.get(role)
        private = self.trial.path("PRIVATE")
        if people in _KEY_FIELDS and private:
            table = QgsVectorLayer(private, "private", "ogr")
            brought = intake.rows_of(table) if table.isValid() else []
            if brought:
                self._add_people(people, brought, rows if role == people else [])
        if self.trial.path("COUNTS"):
            self._add_counts(rows)
        if role != people and kept:
            layer = QgsVectorLayer(self.trial.path("OUTPUT"), title, "ogr")
            intakereport.store(layer, rows)
            self._place(layer, role)
            self.trial.keep("OUTPUT")
        if people is not None and people not in _KEY_FIELDS and private:
            name = tr("Cultivators of the pins (personal data)")
            if role == people:
                name = tr("{name} (personal data)").format(name=title)
            layer = QgsVectorLayer(private, name, "ogr")
            intakereport.store(layer, rows if role == people else [])
            self._place(layer, people, shown=False)
            self.trial.keep("PRIVATE")
        if int(self.trial.values.get("SET_ASIDE", 0)) and self.trial.path("ASIDE"):
            aside = QgsVectorLayer(self.trial.path("ASIDE"), tr("{name}: rows set aside").format(name=title), "ogr")
            self._place(aside, f"{role}{SET_ASIDE}", shown=False)
            self.trial.keep("ASIDE")
        if self._asks_columns():
            importplan.remember(self.state, role, self.columns(), self._columns, self.form.unit())
        return tr("Added: {name}, {n} rows").format(name=title, n=f"{kept:,}")

    def _add_counts(self, report: list[dict[str, Any]]) -> None:
        """Records of damage per hamlet, also those without a place."""
        counts = QgsVectorLayer(self.trial.path("COUNTS"), tr("Damage records per hamlet"), "ogr")
        if counts.featureCount():
            if not self._added_rows():
                intakereport.store(counts, report)
            self._place(counts, "damage_counts", shown=False)
            self.trial.keep("COUNTS")

    def _add_people(self, role: str, rows: list[dict[str, Any]], report: list[dict[str, Any]]) -> None:
        """A new private file with the people known so far and the new ones."""
        key = _KEY_FIELDS[role]
        before = self.state.layer(role)
        merged: dict[str, dict[str, Any]] = {}
        if isinstance(before, QgsVectorLayer):
            merged = {str(row[key]): row for row in intake.rows_of(before) if row.get(key)}
        for row in rows:
            told = {name: value for name, value in row.items() if value is not None}
            merged[row[key]] = {**merged.get(row[key], {}), **told}
        path = intake.new_file(self._folder("private"), f"{role}_private")
        intake.write_rows(path, role, intake.table_specs(role), [merged[name] for name in sorted(merged)])
        title = tr("Owners (personal data)") if role == "owners" else tr("Farmers (personal data)")
        layer = QgsVectorLayer(path, title, "ogr")
        intakereport.store(layer, report)
        self._place(layer, role)

    # -- registry maps --------------------------------------------------------------------
    def _is_registry_map(self) -> bool:
        return self._found is not None and self._found.kind == intake.REGISTRY_MAP

    def _add_registry_map(self) -> str:
        """The lots, those without a place, and what to do with each kind of map."""
        placed, unplaced = (int(self.trial.values.get(name, 0)) for name in ("LOTS", "UNPLACED_LOTS"))
        rows = list(self.trial.report)
        triage = QgsVectorLayer(self.trial.path("TRIAGE"), tr("Kinds of maps"), "ogr")
        self._place(triage, "map_triage", shown=False)
        self.trial.keep("TRIAGE")
        if unplaced:
            apart = QgsVectorLayer(self.trial.path("UNPLACED"), tr("Lots without a known place"), "ogr")
            intakereport.store(apart, [] if placed else rows)
            self._place(apart, "lots_unplaced", shown=False)
            self.trial.keep("UNPLACED", "UNPLACED_SHEETS")
        if placed:
            lots = QgsVectorLayer(self.trial.path("OUTPUT"), tr("Lots"), "ogr")
            intakereport.store(lots, rows)
            self._place(lots, "lots")
            self.trial.keep("OUTPUT")
        text = tr("{n} lots were read.").format(n=f"{placed:,}")
        if unplaced:
            text += " " + tr("{n} lots have no known place and are kept apart.").format(n=f"{unplaced:,}")
            text += " " + tr("“Kinds of maps” says for each map what to do next.")
        return text


def _read_text(rows: int) -> str:
    return tr("1 row read") if rows == 1 else tr("{n} rows read").format(n=f"{rows:,}")


def _add_text(rows: int) -> str:
    return tr("Add 1 row") if rows == 1 else tr("Add {n} rows").format(n=f"{rows:,}")


def _date_in_name(path: str) -> str:
    """Year (and month) in a file name, as ISO text; empty when there is none that makes sense."""
    name = os.path.basename(path)
    match = re.search(r"(19[5-9]\d|20\d\d)(?:[-_.]?(0[1-9]|1[0-2]))?", name)
    if not match or int(match.group(1)) > dt.date.today().year:
        return ""
    return "-".join(part for part in match.groups() if part)
