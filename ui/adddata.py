"""Add data: what do you have? Then the file, what its columns mean, and in it goes."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Optional

from qgis.core import Qgis, QgsMapLayer, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPen
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ..core import intake as words
from ..core.errors import InputError
from ..core.texts import Text
from ..gis import intake
from ..gis.i18n import language, tr
from . import layers, results, theme
from .dialogs import CANCEL
from .results import OutputSpec
from .runner import Job, JobResult, Runner
from .state import ROLE_PROPERTY, ProjectState
from .widgets import Card, ProgressRow, label, primary_button, quiet_button

_IMPORT_KEY = "import"
_PRIVATE_ROLES = {"register": "owners", "farmland_register": "cultivators", "cultivators": "cultivators"}
_KEY_FIELDS = {"owners": "owner_key", "cultivators": "cultivator_key"}


class Tile(NamedTuple):
    """One answer to "What do you have?": the roles its file may play, the likeliest first."""

    icon: str
    title: str
    sentence: str
    roles: tuple[tuple[str, str], ...]


def tiles() -> dict[str, Tile]:
    """The six tiles in the language of QGIS."""
    return {
        "map": Tile(
            "map",
            tr("A map of the lots"),
            tr("From the registry office or town hall"),
            (
                ("lots", tr("Lots")),
                ("houses", tr("Houses")),
                ("roads", tr("Roads")),
                ("canals", tr("Canals")),
                ("forest_edge", tr("Forest edge")),
                ("forest", tr("Forest")),
                ("hamlets", tr("Hamlets")),
                ("hazard_zones", tr("Hazard zones")),
                ("zoning", tr("Zones set by law")),
            ),
        ),
        "register": Tile(
            "owners",
            tr("A list of owners"),
            tr("Owners, land category, area"),
            (
                ("register", tr("Land register")),
                ("farmland_register", tr("Farmland register")),
            ),
        ),
        "patrol": Tile(
            "condition",
            tr("Farm patrol results"),
            tr("Notes from walking the fields"),
            (("patrol", tr("Farm patrol")),),
        ),
        "damage": Tile(
            "externality",
            tr("Damage records"),
            tr("Places of boar, pests, landslides"),
            (("boar_damage", tr("Boar damage")),),
        ),
        "farmers": Tile(
            "forecast",
            tr("A list of farmers"),
            tr("Age, and who will take over"),
            (("cultivators", tr("List of farmers")),),
        ),
        "photos": Tile(
            "plan",
            tr("Photos from above"),
            tr("Aerial or satellite pictures"),
            (
                ("ndvi", tr("Greenness in summer")),
                ("canopy_height", tr("Height of plants")),
                ("dem", tr("Height of the ground")),
                ("photo", tr("Only to look at")),
            ),
        ),
    }


#: Kind of shapes each map role has.
_SHAPES = {
    "roads": layers.LINES,
    "canals": layers.LINES,
    "forest_edge": layers.LINES,
    "boar_damage": layers.POINTS,
}


class _TileButton(QToolButton):
    """Icon, bold title, one line on what is meant."""

    def __init__(self, tile: Tile) -> None:
        super().__init__()
        self.tile = tile
        self.setProperty("kind", "tile")
        self.setCheckable(True)
        self.setAccessibleName(tile.title)
        self.setAccessibleDescription(tile.sentence)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(290, 62)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 62)

    def paintEvent(self, _event: Any) -> None:
        now = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(now.colour("acc" if chosen else "line"), 2 if chosen else 1))
        painter.setBrush(now.colour("soft" if chosen else ("hover" if self.underMouse() else "card")))
        painter.drawRoundedRect(area, theme.RADIUS, theme.RADIUS)
        painter.drawPixmap(14, int(area.center().y() - 14), theme.pixmap(self.tile.icon, 28, self))
        align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(now.colour("ink"))
        painter.setFont(theme.font(14, bold=True))
        painter.drawText(QRectF(54, 11, area.width() - 58, 20), align, self.tile.title)
        painter.setPen(now.colour("sub"))
        painter.setFont(theme.font(theme.SMALL))
        painter.drawText(QRectF(54, 32, area.width() - 58, 18), align, self.tile.sentence)


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
        self._columns: dict[str, QComboBox] = {}

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
        area = QScrollArea()
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
        runner.changed.connect(self._run_changed)
        runner.finished.connect(self._run_finished)
        runner.failed.connect(self._run_failed)
        runner.cancelled.connect(lambda key: self._run_failed(key, ""))
        if tile in self._tiles:
            self._tiles[tile].setChecked(True)
            self._tiles[tile].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._show_file()

    # -- building -------------------------------------------------------------------------
    def _build_tiles(self) -> None:
        self._tiles: dict[str, _TileButton] = {}
        self._tile_group = QButtonGroup(self)
        self._tile_group.setExclusive(True)
        grid = QGridLayout()
        grid.setSpacing(theme.GAP_S)
        for number, (key, tile) in enumerate(tiles().items()):
            button = _TileButton(tile)
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
        self.datum_label = label(tr("Measured in"), wrap=False)
        self.date_edit = QLineEdit()
        self.date_edit.setObjectName("add_date")
        self.date_edit.setPlaceholderText("2025-01")
        self.date_edit.setMaximumWidth(140)
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
        self._columns_holder = QWidget()
        self._columns_grid = QGridLayout(self._columns_holder)
        self._columns_grid.setContentsMargins(0, 0, 0, 0)
        self._columns_grid.setHorizontalSpacing(theme.GAP_M)
        self._columns_grid.setVerticalSpacing(6)
        self._columns_grid.setColumnStretch(3, 1)
        self.privacy = label(tr("Owner names never leave this computer."), "hint")
        self.notice = label("", "hint")
        self.progress = ProgressRow()
        self.progress.cancelled.connect(lambda: self.runner.cancel(_IMPORT_KEY))
        self.card.body.addLayout(form)
        for widget in (self.confirm, self._columns_holder, self.privacy, self.notice, self.progress):
            self.card.body.addWidget(widget)

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
        self.date_edit.setText(_date_in_name(path))
        self._show_file()

    def _show_problem(self, text: str) -> None:
        self.card.set_problem(text)
        self.card.chip.set_chip("error", tr("Cannot be read"))

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
            self._columns_holder,
            self.privacy,
            self.notice,
        ):
            widget.setVisible(False)
        self.add_button.setEnabled(found is not None)
        if found is None:
            self.add_button.setText(tr("Add"))
            return
        self.card.set_problem("")
        self.role_box.blockSignals(True)
        self.role_box.clear()
        for role, title in self._possible_roles(found):
            self.role_box.addItem(title, role)
        self.role_box.blockSignals(False)
        if not self.role_box.count():
            self._show_problem(
                tr("This file does not fit “{tile}”. Pick another tile or file.").format(
                    tile=tiles()[self.tile()].title if self.tile() else tr("What do you have?")
                )
            )
            self.add_button.setEnabled(False)
            return
        several = self.role_box.count() > 1
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
        return [role for role in roles if layers.fits(found.layer, _SHAPES.get(role[0], layers.POLYGONS))]

    def role(self) -> str:
        """The role the file is to play."""
        return str(self.role_box.currentData() or "")

    def _asks_columns(self) -> bool:
        found, role = self._found, self.role()
        if found is None or role not in words.MEANINGS:
            return False
        if found.kind == intake.TABLE:
            return True
        return found.kind == intake.MAP and (
            role == "lots" or role in ("register", "farmland_register", "patrol", "cultivators")
        )

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
        while self._columns_grid.count():
            widget = self._columns_grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._columns = {}
        asks = self._asks_columns()
        self.confirm.setVisible(asks)
        self._columns_holder.setVisible(asks)
        if asks:
            guessed = words.guess_columns(self.role(), found.columns)
            for row, meaning in enumerate(words.MEANINGS[self.role()]):
                self._add_column_row(row, meaning, found.columns, guessed[meaning.name])
        self.privacy.setVisible(asks and any(m.private for m in words.MEANINGS[self.role()]))
        self._show_result()

    def _add_column_row(self, row: int, meaning: words.Meaning, columns: Sequence[str], guessed: Optional[str]) -> None:
        combo = QComboBox()
        combo.setObjectName(f"column_{meaning.name}")
        combo.setAccessibleName(meaning.label.pick(language()))
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(14)
        combo.addItem(tr("(no such column)"), "")
        for column in columns:
            combo.addItem(column, column)
        combo.setCurrentIndex(max(combo.findData(guessed or ""), 0))
        mark, example = QLabel(), label("", "small", wrap=False)
        mark.setFixedWidth(16)
        combo.currentIndexChanged.connect(
            lambda _index: (self._show_example(meaning, combo, mark, example), self._show_result())
        )
        self._columns[meaning.name] = combo
        self._columns_grid.addWidget(mark, row, 0)
        self._columns_grid.addWidget(label(meaning.label.pick(language()), wrap=False), row, 1)
        self._columns_grid.addWidget(combo, row, 2)
        self._columns_grid.addWidget(example, row, 3)
        self._show_example(meaning, combo, mark, example)

    def _show_example(self, meaning: words.Meaning, combo: QComboBox, mark: QLabel, example: QLabel) -> None:
        column = combo.currentData()
        if column:
            level = "ok"
            if meaning.private:
                text = tr("(names not shown)")
            else:
                rows = self._rows()[:50]
                text = next((str(row[column]) for row in rows if str(row.get(column) or "").strip()), "")
                text = text if len(text) <= 28 else text[:27] + "…"
        elif meaning.required:
            level, text = "error", tr("This one is needed")
        else:
            level, text = "note", tr("You can add it later")
        theme.set_icon(mark, f"severity_{level}", 14)
        example.setText(text)

    def columns(self) -> dict[str, Optional[str]]:
        """The column chosen for each meaning."""
        return {name: combo.currentData() or None for name, combo in self._columns.items()}

    def _show_result(self) -> None:
        """Say what would be added, and what would not be understood."""
        found = self._found
        if found is None:
            return
        if found.kind == intake.REGISTRY_MAP:
            self.card.chip.set_chip("ok", tr("Registry map"))
            self.add_button.setText(tr("Read the map"))
            return
        if found.kind == intake.PICTURE:
            self.card.chip.set_chip("ok", tr("Picture"))
            self.add_button.setText(tr("Add this picture"))
            return
        count = f"{self._row_count():,}"
        self.card.chip.set_chip("ok", tr("{n} rows read").format(n=count))
        self.add_button.setText(tr("Add {n} rows").format(n=count))
        notes = []
        missing = [
            meaning
            for meaning in words.MEANINGS.get(self.role(), ())
            if self._columns and meaning.required and not self.columns()[meaning.name]
        ]
        self.add_button.setEnabled(not missing)
        if self._asks_columns() and self.role() != "lots" and not missing:
            made = self._convert()
            if made.unmatched:
                notes.append(
                    tr("Rows that fit no lot: {n}. They are kept and can be corrected later.").format(
                        n=f"{made.unmatched:,}"
                    )
                )
            labels = {m.name: m.label.pick(language()) for m in words.MEANINGS[self.role()]}
            for name, number in made.unread.items():
                notes.append(
                    tr("“{column}”: {n} not understood. They stay unknown.").format(
                        n=f"{number:,}", column=labels[name]
                    )
                )
        self.notice.setText("\n".join(notes))
        self.notice.setVisible(bool(notes))

    def _convert(self) -> words.Intake:
        role = self.role()
        lots = self.state.layer("lots")
        people = _PRIVATE_ROLES.get(role, "")
        known: dict[tuple[str, str], str] = {}
        if people:
            layer = self.state.layer(people)
            known = intake.people_index(layer if isinstance(layer, QgsVectorLayer) else None, _KEY_FIELDS[people])
        index = intake.lot_index(lots if isinstance(lots, QgsVectorLayer) else None)
        return words.convert(role, self._rows(), self.columns(), index, known)

    def _grow(self) -> None:
        """Make room for the card, within the screen."""
        wanted = self._body.sizeHint().height() + 60
        room = self.screen().availableGeometry().height() - 60 if self.screen() is not None else 660
        self.resize(self.width(), max(self.height(), min(wanted, room, 760)))

    # -- adding ---------------------------------------------------------------------------
    def add(self) -> None:
        """Bring the data into the project; what cannot be done is said and nothing is lost."""
        found = self._found
        if found is None:
            return
        if found.kind == intake.REGISTRY_MAP:
            self._import_registry_map(found)
            return
        try:
            added = self._add_picture(found) if found.kind == intake.PICTURE else self._add_table_or_map(found)
        except (InputError, OSError) as error:
            text = error.text.pick(language()) if isinstance(error, InputError) else str(error)
            self.card.set_problem(text)
            self._grow()
            return
        self._done(added)

    def _done(self, added: str) -> None:
        self.iface.messageBar().pushMessage(tr("Add data"), added, Qgis.MessageLevel.Success, 6)
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
        role, count = self.role(), self._row_count()
        if not self._asks_columns() or role == "lots":
            layer = self._map_layer(found, role)
            self._place(layer, role)
        else:
            self._add_rows(found, role)
        return tr("Added: {name}, {n} rows").format(name=self._title(), n=f"{count:,}")

    def _map_layer(self, found: intake.Found, role: str) -> QgsVectorLayer:
        """The map as a layer: a copy in metres, with our fields for lots."""
        base = os.path.splitext(os.path.basename(found.path))[0]
        path = intake.new_file(self._folder("data"), f"{role}_{base}")
        columns = self.columns() if role == "lots" else None
        intake.copy_map(found.layer, path, role, self.state.project.crs(), columns)
        return QgsVectorLayer(path, self._title(), "ogr")

    def _add_rows(self, found: intake.Found, role: str) -> None:
        """Write a converted table, and the private rows into a file of their own."""
        made = self._convert()
        base = os.path.splitext(os.path.basename(found.path))[0]
        people = _PRIVATE_ROLES.get(role)
        if people is not None and made.private_rows:
            self._add_people(people, made.private_rows)
        if role == "cultivators":
            return
        specs = intake.table_specs(role)
        path = intake.new_file(self._folder("data"), f"{role}_{base}")
        places = None
        if role == "boar_damage":
            places = [
                (row["longitude"], row["latitude"])
                if row.get("longitude") is not None and row.get("latitude") is not None
                else None
                for row in made.rows
            ]
            for number, row in enumerate(made.rows, start=1):
                row["damage_id"] = f"{base}-{number}"
        intake.write_rows(path, role, specs, made.rows, places)
        self._place(QgsVectorLayer(path, self._title(), "ogr"), role)

    def _add_people(self, role: str, rows: list[dict[str, Any]]) -> None:
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
        self._place(QgsVectorLayer(path, title, "ogr"), role)

    def reject(self) -> None:
        """Close without adding; a map that is being read is left."""
        self.runner.cancel(_IMPORT_KEY)
        super().reject()

    # -- registry maps --------------------------------------------------------------------
    def _import_registry_map(self, found: intake.Found) -> None:
        started = self.runner.start(
            Job(
                key=_IMPORT_KEY,
                algorithm="landstewardship:importmojmap",
                parameters={"INPUT": found.path, "DATUM": self.datum_box.currentIndex()},
                outputs=(
                    OutputSpec("OUTPUT", "lots", tr("Lots"), "understand", data=True),
                    OutputSpec(
                        "UNPLACED",
                        "lots_unplaced",
                        tr("Lots without a known place"),
                        "understand",
                        shown=False,
                        data=True,
                    ),
                ),
            )
        )
        if started:
            self.add_button.setEnabled(False)
            self.progress.show()
            self._run_changed(_IMPORT_KEY)

    def _run_changed(self, key: str) -> None:
        if key == _IMPORT_KEY and self.runner.state(key) != "idle":
            self.progress.set_progress(
                self.runner.fraction(key), self.runner.count_text(key), self.runner.time_text(key)
            )

    def _run_finished(self, key: str, result: JobResult) -> None:
        if key != _IMPORT_KEY:
            return
        layer = result.layers.get("lots")
        if layer is not None:
            if layers.month_text(self.date_edit.text()):
                layer.setCustomProperty(layers.DATE_PROPERTY, self.date_edit.text().strip())
            self.state.assign("lots", layer)
        unplaced = result.layers.get("lots_unplaced")
        if isinstance(unplaced, QgsVectorLayer) and unplaced.featureCount() == 0:
            self.state.project.removeMapLayer(unplaced.id())
        text = tr("{n} lots were read.").format(n=f"{int(result.values.get('LOTS', 0)):,}")
        if result.values.get("UNPLACED_LOTS"):
            text += " " + tr("{n} lots have no known place and are kept apart.").format(
                n=f"{int(result.values['UNPLACED_LOTS']):,}"
            )
        self._done(text)

    def _run_failed(self, key: str, message: str) -> None:
        if key != _IMPORT_KEY:
            return
        self.progress.hide()
        self.add_button.setEnabled(True)
        self.card.set_problem(message)


def _date_in_name(path: str) -> str:
    """Year (and month) in a file name, as ISO text; empty when there is none that makes sense."""
    name = os.path.basename(path)
    match = re.search(r"(19[5-9]\d|20\d\d)(?:[-_.]?(0[1-9]|1[0-2]))?", name)
    if not match or int(match.group(1)) > dt.date.today().year:
        return ""
    return "-".join(part for part in match.groups() if part)
