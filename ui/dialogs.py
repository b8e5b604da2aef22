"""Small dialogs of a card: which data it uses, and its settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
)
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ..core.texts import Text
from ..gis.i18n import language, tr
from . import layers, theme
from .state import ProjectState
from .widgets import label, plain_button, primary_button, quiet_button

#: Leaving a dialog is another word in Japanese than stopping a run (中止).
CANCEL = Text("Cancel", "やめる")


class _FormDialog(QDialog):
    """Heading, a scrolling column, buttons: the one on the left, Cancel, and the filled one."""

    def __init__(self, name: str, title: str, heading: str, left: str, parent: Optional[QWidget]) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        content.setProperty("kind", "page")
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(16, 4, 16, 8)
        self.column.setSpacing(theme.GAP_XS)
        area = QScrollArea()
        area.setProperty("kind", "page")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        self._content = content
        self.left_button = plain_button(left)
        self.ok_button = primary_button(tr("OK"), clicked=self.accept)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 10)
        row.addWidget(self.left_button)
        row.addStretch(1)
        self._cancel_button = quiet_button(CANCEL.pick(language()), clicked=self.reject)
        row.addWidget(self._cancel_button)
        row.addWidget(self.ok_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 12, 0, 0)
        head = label(heading, "heading")
        head.setContentsMargins(16, 0, 16, 4)
        whole.addWidget(head)
        whole.addWidget(area, 1)
        whole.addLayout(row)

    def finish(self) -> None:
        """Call after the column is filled."""
        self.column.addStretch(1)
        theme.apply(self)
        self.resize(470, min(self._content.sizeHint().height() + 120, 560))
        # The buttons were made before the fields: without this Tab would begin with them.
        fields = [field for field in self._content.findChildren(QWidget) if _takes_tab(field)]
        stops = [*fields, self.left_button, self._cancel_button, self.ok_button]
        for before, after in zip(stops, stops[1:]):
            self.setTabOrder(before, after)
        if fields:
            fields[0].setFocus()


def _takes_tab(widget: QWidget) -> bool:
    """Whether the Tab key stops at ``widget`` itself, not at a part inside a field."""
    inside = widget.parentWidget()
    compound = isinstance(inside, (QAbstractSpinBox, QComboBox)) or widget.focusProxy() is not None
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not compound


class ChangeDataDialog(_FormDialog):
    """Which data of the project a card uses."""

    add_data_requested = pyqtSignal(str)

    def __init__(
        self, title: str, inputs: Sequence[Any], state: ProjectState, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__("landStewardshipChangeData", title, tr("Which data should be used?"), tr("Add data"), parent)
        self.state = state
        self._combos: list[tuple[Any, QComboBox]] = []
        self._lists: list[tuple[Any, QListWidget]] = []
        self.left_button.clicked.connect(self._add_data)
        for spec in inputs:
            name = spec.title if spec.required else tr("{name} (if you have it)").format(name=spec.title)
            self.column.addWidget(label(name, "strong"))
            if spec.multiple:
                self._add_list(spec)
            else:
                self._add_combo(spec)
            self.column.addSpacing(theme.GAP_S)
        self.finish()

    def _add_combo(self, spec: Any) -> None:
        combo = QComboBox()
        combo.setObjectName(f"data_{spec.role}")
        combo.setAccessibleName(spec.title)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(20)
        combo.addItem(_unchosen(spec), "")
        now = self.state.layer(spec.role)
        for layer in layers.candidates(self.state.project, spec.need):
            combo.addItem(layers.describe(layer), layer.id())
            if now is not None and layer.id() == now.id():
                combo.setCurrentIndex(combo.count() - 1)
        self.column.addWidget(combo)
        self._combos.append((spec, combo))

    def _add_list(self, spec: Any) -> None:
        rows = QListWidget()
        rows.setObjectName(f"data_{spec.role}")
        rows.setAccessibleName(spec.title)
        chosen = {layer.id() for layer in self.state.layers_of(spec.role, spec.need)}
        # What counts now stands first: the list shows only a few rows at a time.
        for layer in sorted(layers.candidates(self.state.project, spec.need), key=lambda one: one.id() not in chosen):
            item = QListWidgetItem(layers.describe(layer))
            item.setData(Qt.ItemDataRole.UserRole, layer.id())
            on = layer.id() in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            rows.addItem(item)
        rows.setFixedHeight(24 * min(max(rows.count(), 2), 5) + 6)
        self.column.addWidget(rows)
        self._lists.append((spec, rows))

    def _add_data(self) -> None:
        self.reject()
        self.add_data_requested.emit("")

    def accept(self) -> None:
        """Keep what was chosen."""
        project = self.state.project
        for spec, combo in self._combos:
            now = self.state.layer(spec.role)
            layer_id = combo.currentData()
            if layer_id != (now.id() if now is not None else ""):
                self.state.assign(spec.role, project.mapLayer(layer_id) if layer_id else None)
        for spec, rows in self._lists:
            chosen = []
            for number in range(rows.count()):
                item = rows.item(number)
                if item.checkState() == Qt.CheckState.Checked:
                    chosen.append(project.mapLayer(item.data(Qt.ItemDataRole.UserRole)))
            before = {layer.id() for layer in self.state.layers_of(spec.role, spec.need)}
            if {layer.id() for layer in chosen} != before:
                self.state.assign_many(spec.role, chosen)
        super().accept()


def _unchosen(spec: Any) -> str:
    """What it means that no data are chosen."""
    made = spec.made_by and spec.required
    return tr("(the result of “{card}”)").format(card=spec.title) if made else tr("(not used)")


def setting_parameters(algorithm: QgsProcessingAlgorithm) -> list[QgsProcessingParameterDefinition]:
    """The parameters people may set in the dock: numbers, choices and yes/no questions."""
    kinds = (QgsProcessingParameterNumber, QgsProcessingParameterEnum, QgsProcessingParameterBoolean)
    hidden = QgsProcessingParameterDefinition.Flag.FlagHidden
    return [
        definition
        for definition in algorithm.parameterDefinitions()
        if isinstance(definition, kinds) and not definition.flags() & hidden and not definition.isDestination()
    ]


class SettingsDialog(_FormDialog):
    """The algorithm's own settings as a form; only what differs from the default is kept."""

    def __init__(
        self, title: str, algorithm: QgsProcessingAlgorithm, values: dict[str, Any], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(
            "landStewardshipSettings",
            tr("Settings: {title}").format(title=title),
            title,
            tr("Reset to defaults"),
            parent,
        )
        self._algorithm = algorithm  # owns the definitions
        self._fields: list[tuple[QgsProcessingParameterDefinition, QWidget]] = []
        self.left_button.clicked.connect(self.reset)
        for definition in setting_parameters(algorithm):
            field = self._field(definition)
            field.setObjectName(f"setting_{definition.name()}")
            field.setAccessibleName(definition.description())
            self._fields.append((definition, field))
            if not isinstance(field, QCheckBox):
                self.column.addWidget(label(definition.description(), "strong"))
            self.column.addWidget(field)
            if definition.help():
                self.column.addWidget(label(definition.help(), "small"))
            self.column.addSpacing(theme.GAP_M)
            _show_value(field, values.get(definition.name(), definition.defaultValue()))
        self.finish()

    def _field(self, definition: QgsProcessingParameterDefinition) -> QWidget:
        if isinstance(definition, QgsProcessingParameterBoolean):
            return QCheckBox(definition.description())
        if isinstance(definition, QgsProcessingParameterEnum):
            combo = QComboBox()
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(20)
            combo.addItems(definition.options())
            return combo
        whole = definition.dataType() == QgsProcessingParameterNumber.Type.Integer
        low, high = max(definition.minimum(), -1e9), min(definition.maximum(), 1e9)
        if whole:
            box: Any = QSpinBox()
            box.setRange(int(low), int(high))
        else:
            box = _Number()
            box.setDecimals(3)
            box.setRange(low, high)
            default = abs(float(definition.defaultValue() or 0.0))
            box.setSingleStep(0.01 if default < 1 else 1.0)
        return box

    def reset(self) -> None:
        """Back to the defaults (kept when the dialog is accepted)."""
        for definition, field in self._fields:
            _show_value(field, definition.defaultValue())

    def values(self) -> dict[str, Any]:
        """Parameter values that differ from the default."""
        changed = {}
        for definition, field in self._fields:
            value = _value_of(field)
            probe = self._field(definition)
            _show_value(probe, definition.defaultValue())
            if value != _value_of(probe):
                changed[definition.name()] = value
        return changed


class _Number(QDoubleSpinBox):
    """A number without zeros that say nothing: 0.05, 500."""

    def textFromValue(self, value: float) -> str:
        text = super().textFromValue(value)
        point = str(self.locale().decimalPoint())
        return text.rstrip("0").rstrip(point) if point in text else text


def _show_value(field: QWidget, value: Any) -> None:
    if isinstance(field, QCheckBox):
        field.setChecked(bool(value))
    elif isinstance(field, QComboBox):
        field.setCurrentIndex(int(value or 0))
    elif isinstance(field, QSpinBox):
        field.setValue(int(value or 0))
    elif isinstance(field, QDoubleSpinBox):
        field.setValue(float(value or 0.0))


def _value_of(field: QWidget) -> Any:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return field.currentIndex()
    return field.value()  # type: ignore[attr-defined]
