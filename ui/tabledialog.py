"""The frame of every table that a village keeps for itself: rows in a list, the chosen one to edit, kept on OK."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Callable, NamedTuple, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from ..core.texts import Text
from ..gis.i18n import language, tr
from . import theme
from .dialogs import _FormDialog
from .results import OutputSpec, new_result_path, open_result, place_result, result_folder
from .state import ROLE_PROPERTY, ProjectState
from .widgets import label

Row = dict[str, str]

#: How an evidence label is marked: what is only assumed carries the warning sign.
EVIDENCE_LEVELS = {"literature": "ok", "local_data": "ok", "local_opinion": "note", "assumption": "warning"}
_KEY = Qt.ItemDataRole.UserRole


def word_of(words: dict[str, Text], code: str) -> str:
    """The word for a code in the language of QGIS; a code nobody translated as it is."""
    return words[code].pick(language()) if code in words else code


# -- keeping a table ------------------------------------------------------------------------------
def _is_ours(state: ProjectState, layer: QgsVectorLayer, role: str) -> bool:
    """Whether the table was written by a dialog of ours, not brought by the user."""
    path = os.path.abspath(layer.source().split("|", 1)[0])
    folder = os.path.abspath(result_folder(state.project, "data"))
    return os.path.dirname(path) == folder and os.path.basename(path).startswith(role + "_")


def keep_table(state: ProjectState, output: OutputSpec, write: Optional[Callable[[str], None]]) -> None:
    """Let ``write`` make the village's table beside the project and use it; ``None``: the catalogue needs none.

    Each change is a new file, so that earlier results can still name the table they were made with. Raises
    ``OSError`` when the file cannot be written.
    """
    old = state.layer(output.role)
    ours = isinstance(old, QgsVectorLayer) and _is_ours(state, old, output.role)
    if write is None:
        if old is not None:
            if not ours:
                old.removeCustomProperty(ROLE_PROPERTY)
            state.assign(output.role, None)
            if ours:
                state.project.removeMapLayer(old.id())
        return
    path = new_result_path(state.project, output)
    write(path)
    layer = open_result(path, output)
    if not layer.isValid():
        raise OSError(tr("The table cannot be opened again."))
    place_result(state.project, layer, output, old if ours else None)
    state.assign(output.role, layer)


class Table(NamedTuple):
    """A table that comes with the plugin and that a village may change: its parameter, role and title in the project,
    how it is read, checked and written, and the sentence where it could not be kept (``{why}``)."""

    key: str
    role: str
    title: str
    read: Callable[[Optional[QgsVectorLayer]], list[Row]]
    defaults: Callable[[], list[Row]]
    check: Callable[[list[Row]], Optional[Text]]
    write: Callable[[str, list[Row]], None]
    not_kept: str

    def keep(self, state: ProjectState, rows: list[Row]) -> None:
        """Keep the rows beside the project; those that come with the plugin need no table. Raises ``OSError``."""
        output = OutputSpec(self.key, self.role, self.title, "understand", suffix="csv", shown=False, data=True)
        as_they_come = rows == self.defaults()
        keep_table(state, output, None if as_they_come else lambda path: self.write(path, rows))


# -- editing it -----------------------------------------------------------------------------------
def level_cell(item: QTreeWidgetItem, column: int, level: str, words: str) -> None:
    """Say in a cell how sure a row is, with sign and colour."""
    now = theme.current()
    item.setText(column, words)
    item.setIcon(column, theme.icon(f"severity_{level}"))
    item.setBackground(column, now.level("background", level))
    item.setForeground(column, now.level("text", level))


class TableDialog(_FormDialog):
    """Rows in a list, the chosen one below to edit, and a sentence where they cannot be used.

    A kind of table lays out ``list``, ``problem`` and its fields, and gives ``_show_item``, ``_show_row``,
    ``_fit_columns`` and, with ``ticks``, ``_ticked``.
    """

    def __init__(
        self,
        state: ProjectState,
        table: Table,
        name: str,
        title: str,
        heading: str,
        headers: Sequence[str],
        parent: Optional[QWidget],
        ticks: bool = False,
    ) -> None:
        prefix = name.replace("landStewardship", "").lower()
        super().__init__(name, title, heading, tr("Reset to defaults"), parent)
        self.state = state
        self.table = table
        layer = state.layer(table.role)
        self.rows = table.read(layer if isinstance(layer, QgsVectorLayer) else None)
        self._before = [dict(row) for row in self.rows]
        self._filling = False
        self._ticks = ticks
        self.left_button.setObjectName(f"{prefix}_reset")
        self.left_button.clicked.connect(self.reset)
        self.ok_button.setObjectName(f"{prefix}_ok")
        self.list = QTreeWidget()
        self.list.setObjectName(f"{prefix}_list")
        self.list.setProperty("kind", "list")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setHeaderLabels(list(headers))
        self.list.currentItemChanged.connect(lambda item, _old: self._show_chosen(item))
        if ticks:
            self.list.itemChanged.connect(self._item_changed)
        self.problem = label("", "problem")
        self.problem.setObjectName(f"{prefix}_problem")
        self.problem.hide()

    # -- what a kind of table gives ---------------------------------------------------------------
    def _show_item(self, item: QTreeWidgetItem) -> None:
        raise NotImplementedError

    def _show_row(self, row: Row) -> None:
        raise NotImplementedError

    def _fit_columns(self) -> None:
        raise NotImplementedError

    def _ticked(self, item: QTreeWidgetItem, on: bool) -> None:
        raise NotImplementedError

    # -- list -------------------------------------------------------------------------------------
    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """What is shown meanwhile is not taken for an edit."""
        filling, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = filling

    def _fill_list(self) -> None:
        with self._quiet():
            self.list.clear()
            for number, _row in enumerate(self.rows):
                item = QTreeWidgetItem()
                item.setData(0, _KEY, number)
                if self._ticks:
                    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                self.list.addTopLevelItem(item)
                self._show_item(item)
        self._fit_columns()
        if self.rows:
            self.list.setCurrentItem(self.list.topLevelItem(0))

    def number_of(self, item: QTreeWidgetItem) -> int:
        """Which row an entry of the list shows."""
        return int(item.data(0, _KEY))

    def row_of(self, item: QTreeWidgetItem) -> Row:
        """The row that an entry of the list shows."""
        return self.rows[self.number_of(item)]

    def _current(self) -> Optional[QTreeWidgetItem]:
        item = self.list.currentItem()
        return item if isinstance(item, QTreeWidgetItem) else None

    def _editing(self) -> Optional[QTreeWidgetItem]:
        """The entry that an edit is meant for; ``None`` while the form is only filled."""
        return None if self._filling else self._current()

    def _show_chosen(self, item: Optional[QTreeWidgetItem]) -> None:
        if item is not None:
            with self._quiet():
                self._show_row(self.row_of(item))

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._filling and column == 0:
            self._ticked(item, item.checkState(0) == Qt.CheckState.Checked)

    @staticmethod
    def _tick(item: QTreeWidgetItem, on: bool) -> None:
        item.setCheckState(0, Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _say(self, text: Optional[Text]) -> None:
        self.problem.setText(text.pick(language()) if text is not None else "")
        self.problem.setVisible(text is not None)

    # -- keeping ----------------------------------------------------------------------------------
    def reset(self) -> None:
        """Back to the table that comes with the plugin (kept when the dialog is accepted)."""
        self.rows = self.table.defaults()
        self._say(None)
        self._fill_list()

    def accept(self) -> None:
        """Keep the table beside the project; stays open with a sentence when it cannot be used."""
        wrong = self.table.check(self.rows)
        if wrong is not None:
            self._say(wrong)
            return
        if self.rows != self._before:
            try:
                self.table.keep(self.state, self.rows)
            except OSError as error:
                self.problem.setText(self.table.not_kept.format(why=error.strerror or str(error)))
                self.problem.show()
                return
        super().accept()
