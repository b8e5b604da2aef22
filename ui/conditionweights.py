"""The weights of the condition of land in plain words: what speaks for and against, how strongly, how sure."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtWidgets import QDoubleSpinBox, QGridLayout, QTreeWidgetItem, QWidget

from ..core.texts import Text
from ..gis import condition_weights
from ..gis.catalogues import source_words
from ..gis.i18n import language, tr
from . import theme
from .conditionwhy import pointing
from .state import ProjectState
from .tabledialog import Table, TableDialog, level_cell
from .widgets import label

_LAND, _WHAT, _POINTS, _WEIGHT, _SURE = range(5)
_KINDS = {
    "farmland": Text("Farmland", "農地"),
    "forest": Text("Forest", "森林"),
    "plot": Text("House plots", "宅地など"),
    "public": Text("Public land", "公共の土地"),
    "open": Text("Open land", "原野など"),
}
_COLON = Text("{name}: {words}", "{name}: {words}")
_FROM_TO = Text("{name} ({low} to {high} {unit})", "{name}（{low}〜{high} {unit}）")
_PRESENT = Text("{name} (when known)", "{name}（分かる場合）")
_BASE = Text("Starting point", "出発点")


def weights_table() -> Table:
    """The weights of a village."""
    return Table(
        "WEIGHTS",
        condition_weights.ROLE,
        tr("Weights for the condition of land"),
        condition_weights.read_layer,
        condition_weights.default_rows,
        condition_weights.check,
        condition_weights.write_file,
        tr("The weights could not be kept: {why}"),
    )


def words_of(row: condition_weights.Row) -> str:
    """What a row is about, in the language of QGIS."""
    chosen = language()
    name = Text(row.get("label") or row["indicator"], row.get("label_ja") or row.get("label") or row["indicator"])
    if row["shape"] == "base":
        return _BASE.pick(chosen)
    if row["shape"] == "category":
        phrase = Text(row.get("phrase") or row["category"], row.get("phrase_ja") or row["category"])
        return _COLON.format(name=name, words=phrase).pick(chosen)
    if row["shape"] == "ramp":
        unit = Text(row.get("unit", ""), row.get("unit_ja") or row.get("unit", ""))
        return _FROM_TO.format(name=name, low=row["low"], high=row["high"], unit=unit).pick(chosen).replace(" )", ")")
    return _PRESENT.format(name=name).pick(chosen)


def sure(row: condition_weights.Row) -> tuple[str, str]:
    """Level and words of how sure a row is."""
    evidence = row.get("evidence", "")
    if evidence == "local data":
        return "ok", tr("learnt here")
    if evidence == "local opinion":
        return "note", tr("local opinion")
    if evidence.startswith("direction"):
        return "note", tr("direction published")
    return "warning", tr("assumption")


class WeightsDialog(TableDialog):
    """The weights as a list, the chosen one with its numbers to edit; the limits that the costs give."""

    def __init__(self, state: ProjectState, limits: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(
            state,
            weights_table(),
            "landStewardshipWeights",
            tr("Weights: {title}").format(title=tr("Condition of land")),
            tr("What speaks for and against?"),
            (tr("Land"), tr("What is known"), tr("Points to"), tr("Weight"), tr("How sure")),
            parent,
        )
        self.column.addWidget(
            label(
                tr("Above 0 points to unmanaged, below 0 to managed. 0 switches it off. What is unknown adds nothing."),
                "",
            )
        )
        self.column.addWidget(label(limits, "small"))
        self.list.setAccessibleName(tr("Weights"))
        self.list.setMinimumHeight(260)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.problem)
        self.heading = label("", "title")
        self.column.addWidget(self.heading)
        self.column.addLayout(self._make_form())
        self.note = label("", "small")
        self.column.addWidget(self.note)
        self._fill_list()
        theme.apply(self)
        self.resize(960, 640)
        self.setMinimumWidth(640)

    def _fit_columns(self) -> None:
        for column in (_LAND, _POINTS, _WEIGHT, _SURE):
            self.list.resizeColumnToContents(column)
        self.list.setColumnWidth(_WHAT, 430)

    def _show_item(self, item: QTreeWidgetItem) -> None:
        row = self.row_of(item)
        kind = _KINDS.get(row["land_kind"], Text(row["land_kind"], row["land_kind"]))
        item.setText(_LAND, kind.pick(language()))
        item.setText(_WHAT, words_of(row))
        item.setToolTip(_WHAT, words_of(row))
        weight = condition_weights.number(row["weight"])
        _level, words = pointing(weight)
        item.setText(_POINTS, "" if row["shape"] == "base" else words)
        item.setText(_WEIGHT, "" if weight is None else f"{weight:+g}")
        level_cell(item, _SURE, *sure(row))

    def item(self, indicator: str, kind: str = "farmland", shape: str = "", category: str = "") -> QTreeWidgetItem:
        """The list entry of a weight."""
        for number, row in enumerate(self.rows):
            if (row["indicator"], row["land_kind"]) != (indicator, kind):
                continue
            if shape in ("", row["shape"]) and category in ("", row["category"]):
                return self.list.topLevelItem(number)
        raise KeyError(indicator)

    # -- form ---------------------------------------------------------------------------------
    def _make_form(self) -> QGridLayout:
        self.weight = self._box("weight", 0.1, 2)
        self.low = self._box("low", 1.0, 2)
        self.high = self._box("high", 1.0, 2)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.GAP_M)
        grid.setVerticalSpacing(theme.GAP_XS)
        for side, (words, field) in enumerate(
            (
                (tr("How much does it weigh?"), self.weight),
                (tr("Nothing up to"), self.low),
                (tr("All of it from"), self.high),
            )
        ):
            field.setAccessibleName(words)
            grid.addWidget(label(words, "small"), 0, side)
            grid.addWidget(field, 1, side)
            grid.setColumnStretch(side, 1)
        return grid

    def _box(self, column: str, step: float, decimals: int) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setObjectName(f"weight_{column}")
        box.setRange(-10.0 if column == "weight" else -100_000.0, 10.0 if column == "weight" else 100_000.0)
        box.setDecimals(decimals)
        box.setSingleStep(step)
        box.valueChanged.connect(lambda value: self._edit(column, f"{value:g}"))
        return box

    def _show_row(self, row: condition_weights.Row) -> None:
        self.heading.setText(words_of(row))
        self.weight.setValue(condition_weights.number(row["weight"]) or 0.0)
        for box, column in ((self.low, "low"), (self.high, "high")):
            box.setEnabled(row["shape"] == "ramp")
            box.setValue(condition_weights.number(row[column]) or 0.0)
        self.note.setText(source_words(row.get("source", ""), language()))
        self.note.setVisible(bool(self.note.text()))

    def _edit(self, column: str, value: str) -> None:
        item = self._editing()
        if item is None:
            return
        row = self.row_of(item)
        if condition_weights.number(row[column]) == condition_weights.number(value):
            return
        row[column] = value
        row["evidence"] = "local opinion"
        self._show_item(item)
        self.heading.setText(words_of(row))
        self._say(self.table.check(self.rows))
