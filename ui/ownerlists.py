"""Lists of owners with the next lawful step, and pairs of entries to decide, for the office only."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any, Optional

from qgis.core import QgsExpression, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..core.texts import Text
from ..gis import owner_reading as reading
from ..gis.i18n import language, tr
from . import theme
from .mapview import show_layers
from .results import OutputSpec, result_folder
from .state import ProjectState
from .widgets import FlowLayout, choice_button, label, plain_button, quiet_button

PAIRS = "pairs"
_PAIRS_WORD = Text("Same person?", "同じ人？")
_CLOSE = Text("Close", "閉じる")
_WHO_DECIDES = "municipality"
#: Widest column in pixels; longer words end in "…" and stand in the tool tip and below.
_WIDEST = 190
#: The column of the effort in the lists of owners.
_EFFORT = 4


class OwnerListsDialog(QDialog):
    """Chips choose a list; the row chosen is told in full below; buttons act on it."""

    def __init__(self, iface: Any, state: ProjectState, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("landStewardshipOwners")
        self.setWindowTitle(tr("Lists of owners"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.iface = iface
        self.state = state
        self._persons = reading.read_persons(
            self._layer("owner_lots"), self._layer("owner_contact"), self._layer("owners"), language()
        )
        self._pairs = reading.read_pairs(self._layer("owner_pairs"), self._layer("owners"), language())
        self.which = reading.TO_CHECK
        self.chips: dict[str, Any] = {}
        self._group = QButtonGroup(self)
        chips = FlowLayout(spacing=6)
        for which in (*reading.LIST_WORDS, PAIRS):
            chip = choice_button("", clicked=lambda which=which: self.show_list(which))
            chip.setObjectName(f"list_{which}")
            self._group.addButton(chip)
            self.chips[which] = chip
            chips.addWidget(chip)
        self.search = QLineEdit()
        self.search.setObjectName("owners_search")
        theme.set_hint(self.search, tr("Search name or lot number"))
        self.search.setAccessibleName(tr("Search name or lot number"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._fill())
        self.view = QTreeWidget()
        self.view.setObjectName("owners_list")
        self.view.setRootIsDecorated(False)
        self.view.setAlternatingRowColors(True)
        self.view.setUniformRowHeights(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.currentItemChanged.connect(lambda _now, _before: self._tell())
        self.view.itemActivated.connect(lambda _item, _column: self.show_on_map())
        self.detail = label("", "sentence")
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.detail.setMinimumHeight(92)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.notice = label("", "small")
        self.problem = label("", "problem")
        self.problem.hide()
        self._build(chips)
        theme.apply(self)
        self.resize(860, 580)
        self.show_list(reading.TO_CHECK)

    def _build(self, chips: FlowLayout) -> None:
        self.map_button = quiet_button(tr("Show on map"), "showonmap", self.show_on_map)
        self.same_button = quiet_button(tr("The same"), clicked=lambda: self.decide(True))
        self.different_button = quiet_button(tr("Not the same"), clicked=lambda: self.decide(False))
        self.undecided_button = plain_button(tr("Take decision back"), clicked=lambda: self.decide(None))
        self.csv_button = quiet_button(tr("Save list"), clicked=self.save_csv)
        self.print_button = quiet_button(tr("Print list"), clicked=self.save_html)
        self.close_button = plain_button(_CLOSE.pick(language()), clicked=self.reject)
        for button, name in (
            (self.map_button, "owners_map"),
            (self.same_button, "owners_same"),
            (self.different_button, "owners_different"),
            (self.undecided_button, "owners_undecided"),
            (self.csv_button, "owners_csv"),
            (self.print_button, "owners_print"),
            (self.close_button, "owners_close"),
        ):
            button.setObjectName(name)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP_S)
        for button in (self.map_button, self.same_button, self.different_button, self.undecided_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.csv_button, self.print_button, self.close_button):
            row.addWidget(button)
        chip_row = QWidget()
        chip_row.setLayout(chips)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(theme.GAP_S)
        whole.addWidget(chip_row)
        whole.addWidget(self.search)
        whole.addWidget(self.view, 1)
        for widget in (self.detail, self.problem, self.notice):
            whole.addWidget(widget)
        whole.addLayout(row)

    def _layer(self, role: str) -> Optional[QgsVectorLayer]:
        layer = self.state.layer(role)
        return layer if isinstance(layer, QgsVectorLayer) else None

    # -- lists ----------------------------------------------------------------------------------
    def show_list(self, which: str) -> None:
        """Show one list."""
        self.which = which
        self.notice.setText(tr("Names and addresses: do not pass on. Lists are kept in the private folder."))
        self.chips[which].setChecked(True)
        for name, chip in self.chips.items():
            word = _PAIRS_WORD if name == PAIRS else reading.LIST_WORDS[name]
            number = reading.open_pairs(self._pairs) if name == PAIRS else len(reading.chosen(self._persons, name))
            chip.setText(tr("{words} {n}").format(words=word.pick(language()), n=f"{number:,}"))
        pairs = which == PAIRS
        for button in (self.same_button, self.different_button, self.undecided_button):
            button.setVisible(pairs)
        for button in (self.map_button, self.csv_button, self.print_button):
            button.setVisible(not pairs)
        self._fill()

    def rows(self) -> list[Any]:
        """The rows shown now."""
        wanted = self.search.text().strip().lower()
        if self.which == PAIRS:
            return [p for p in self._pairs if wanted in f"{p.name_a} {p.name_b} {p.key_a} {p.key_b}".lower()]
        found = reading.chosen(self._persons, self.which)
        return [row for row in found if wanted in f"{row.name} {row.person_key} {' '.join(row.lots)}".lower()]

    def _fill(self) -> None:
        if self.which == PAIRS:
            heads = [tr("Entry"), tr("Other entry"), tr("Likeness"), tr("Verdict")]
        else:
            heads = [tr("Owner"), tr("Lots"), tr("State"), tr("Since"), tr("Effort"), tr("Next lawful step")]
        self.view.clear()
        self.view.setColumnCount(len(heads))
        self.view.setHeaderLabels(heads)
        if self.which != PAIRS:  # a tool tip on a column that is not there would make one
            self.view.headerItem().setToolTip(_EFFORT, reading.effort_meaning(language()))
        for number, row in enumerate(self.rows()):
            cells = self._cells(row)
            item = QTreeWidgetItem(cells)
            item.setData(0, Qt.ItemDataRole.UserRole, number)
            for column, text in enumerate(cells):
                item.setToolTip(column, text)
            if self.which != PAIRS:
                item.setToolTip(_EFFORT, row.effort_help(language()))
            self.view.addTopLevelItem(item)
        for column in range(len(heads) - 1):
            self.view.resizeColumnToContents(column)
            self.view.setColumnWidth(column, min(self.view.columnWidth(column) + 12, _WIDEST))
        self.view.setCurrentItem(self.view.topLevelItem(0))
        self._tell()

    def _cells(self, row: Any) -> list[str]:
        if self.which == PAIRS:
            return [row.name_a, row.name_b, f"{row.score:.0%}".replace("%", " %"), row.verdict_word(language())]
        lots = (
            tr("lot {numbers}").format(numbers=row.lots[0])
            if len(row.lots) == 1
            else tr("{n} lots").format(n=len(row.lots))
        )
        return [row.name, lots, row.state_word(language()), row.since, row.effort_word(language()), row.next_step]

    def current(self) -> Any:
        """The chosen row, ``None`` when there is none."""
        item = self.view.currentItem()
        rows = self.rows()
        return rows[item.data(0, Qt.ItemDataRole.UserRole)] if item is not None and rows else None

    def _tell(self) -> None:
        row = self.current()
        for button in (self.map_button, self.same_button, self.different_button, self.undecided_button):
            button.setEnabled(row is not None)
        for button in (self.csv_button, self.print_button):
            button.setEnabled(bool(self.rows()))
        if row is None:
            self.detail.setText(tr("Nothing is in this list."))
        elif self.which == PAIRS:
            lines = [f"{row.name_a} · {row.address_a or '—'}", f"{row.name_b} · {row.address_b or '—'}", row.reason]
            self.detail.setText("\n".join(lines))
        else:
            numbers = tr(", ").join(row.lots[:12]) + ("…" if len(row.lots) > 12 else "")
            source = tr("Source: {x}").format(x=row.source) if row.source else ""
            words = row.effort_word(language())
            effort = tr("Effort: {words}").format(words=words) if words else ""
            lines = [f"{row.name} · {row.address or '—'}", numbers, row.evidence, row.next_step, effort, source]
            self.detail.setText("\n".join(line for line in lines if line))

    # -- doing ----------------------------------------------------------------------------------
    def show_on_map(self) -> None:
        """Select the lots of the chosen owner on the map and zoom to them."""
        row, layer = self.current(), self._layer("owner_contact")
        if row is None or layer is None or self.which == PAIRS:
            return
        names = ", ".join(QgsExpression.quotedValue(key) for key in row.lot_keys)
        show_layers(self.iface, [layer], zoom=False)
        layer.selectByExpression(f'"lot_key" IN ({names})')
        self.iface.mapCanvas().zoomToSelected(layer)

    def decide(self, same: Optional[bool]) -> None:
        """Keep a decision about the chosen pair; it counts from the next run on."""
        from .tabledialog import keep_table

        row = self.current()
        if row is None:
            return
        before = reading.read_decisions(self._layer(reading.DECISIONS_ROLE))
        rows = reading.with_decision(before, row.key_a, row.key_b, same, _WHO_DECIDES, dt.date.today())
        output = OutputSpec(
            "DECISIONS",
            reading.DECISIONS_ROLE,
            tr("Decisions: same owner or not"),
            "understand",
            suffix="csv",
            shown=False,
            data=True,
        )
        try:
            keep_table(self.state, output, lambda path: reading.write_decisions(path, rows))
        except OSError as error:
            self._say(tr("The decision could not be kept: {why}").format(why=error))
            return
        self._say("")
        verdict = {True: "same", False: "different", None: "review"}[same]
        self._pairs = [
            pair._replace(verdict=verdict) if (pair.key_a, pair.key_b) == (row.key_a, row.key_b) else pair
            for pair in self._pairs
        ]
        position = self.view.indexOfTopLevelItem(self.view.currentItem())
        self.show_list(PAIRS)
        self.view.setCurrentItem(self.view.topLevelItem(min(position + 1, self.view.topLevelItemCount() - 1)))
        self.notice.setText(tr("Decided. Run the card again so that it counts."))

    def _target(self, ending: str) -> str:
        stamp = dt.datetime.now().strftime("%Y%m%d-%H%M%S")
        folder = result_folder(self.state.project, "private")
        return os.path.join(folder, f"owners_{self.which}_{stamp}_private.{ending}")

    def save_csv(self) -> str:
        """Save the list for a spreadsheet in the private folder; returns the file."""
        return self._save("csv", lambda path: reading.write_csv(path, self.rows(), language()))

    def save_html(self) -> str:
        """Write the list as a page to print in the private folder and open it; returns the file."""
        from .pages.act import open_file

        title = f"{self.state.village_name()}: {self.chips[self.which].text()}"
        path = self._save("html", lambda path: reading.write_html(path, title, self.rows(), language()))
        if path:
            open_file(path)
        return path

    def _save(self, ending: str, write: Any) -> str:
        path = self._target(ending)
        try:
            write(path)
        except OSError as error:
            self._say(tr("The list could not be saved: {why}").format(why=error))
            return ""
        self._say("")
        self.notice.setText(tr("Saved in the private folder: {path}").format(path=path))
        return path

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
