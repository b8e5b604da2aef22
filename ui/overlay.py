"""Another map laid over the lots: how much of them it covers, and which pins have a lot."""

from __future__ import annotations

from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsVectorLayer
from qgis.PyQt.QtWidgets import QComboBox, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ..gis.i18n import language, tr
from ..gis.packages import GEO, missing_message
from . import layers, theme
from .mapview import show_layers
from .results import OutputSpec
from .runner import IDLE, Job, JobResult, Runner, show_message
from .state import ProjectState
from .widgets import label, plain_button, quiet_button

#: Key of the run; what it found last is kept in the project under the same name.
OVERLAY = "overlay_maps"
#: Roles of maps that can be laid over the lots, the one taken first in front.
MAP_ROLES = ("field_polygons", "other_parcels", "forest_stands", "forest_areas")
PIN_ROLE = "farmland_pins"
#: Fields by parameter, the best first: as our imports name them, then as the offices do.
_MAP_KEYS = ("polygon_uuid", "lot_key", "筆ポリゴンID")
_PIN_FIELDS = {"PIN_NUMBER": ("chiban", "Tiban", "address"), "PIN_OAZA": ("oaza",)}


class OverlayMaps(QWidget):
    """One quiet question beside the register, shown only when there is something to lay over the lots."""

    def __init__(self, iface: Any, state: ProjectState, runner: Runner) -> None:
        super().__init__()
        self.iface, self.state, self.runner = iface, state, runner
        self._started_with = ""
        self.choice = QComboBox()
        self.choice.setObjectName("overlay_choice")
        self.choice.setAccessibleName(tr("Map to lay over the lots"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.currentIndexChanged.connect(lambda _index: self._show_answer())
        self.button = quiet_button(tr("Lay another map over the lots"), "map", self.run)
        self.button.setObjectName("overlay_run")
        self.stop_button = quiet_button(tr("Cancel"), clicked=lambda: self.runner.cancel(OVERLAY))
        self.stop_button.setObjectName("overlay_cancel")
        self.told = label("", "")
        self.told.setObjectName("overlay_told")
        self.about = label("", "small")
        self.show_button = plain_button(tr("Show on map"), "showonmap", self.show_on_map)
        self.show_button.setObjectName("overlay_show")
        self.answer = QFrame()
        self.answer.setProperty("kind", "soft")
        inside = QVBoxLayout(self.answer)
        inside.setContentsMargins(8, 4, 8, 4)
        inside.setSpacing(theme.GAP_XS)
        inside.addWidget(self.told)
        inside.addWidget(self.about)
        inside.addLayout(_row(self.show_button))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP_XS)
        column.addWidget(self.choice)
        column.addLayout(_row(self.button, self.stop_button))
        column.addWidget(self.answer)
        runner.changed.connect(lambda key: key == OVERLAY and self.refresh())
        runner.finished.connect(self._finished)
        runner.failed.connect(self._failed)
        self.refresh()

    # -- what there is --------------------------------------------------------------------------
    def _lots(self) -> Optional[QgsMapLayer]:
        lots = self.state.layer("lots")
        return lots if layers.fits(lots, layers.POLYGONS) else None

    def maps(self) -> list[QgsVectorLayer]:
        """The layers that can be laid over the lots, field polygons first."""
        found = [self.state.layer(role) for role in MAP_ROLES]
        return [layer for layer in found if isinstance(layer, QgsVectorLayer) and layers.fits(layer, layers.POLYGONS)]

    def map(self) -> Optional[QgsVectorLayer]:
        """The map that is chosen."""
        wanted = self.choice.currentData()
        return next((layer for layer in self.maps() if layer.id() == wanted), None)

    def pins(self) -> Optional[QgsVectorLayer]:
        """The pins of the farmland register."""
        layer = self.state.layer(PIN_ROLE)
        return layer if isinstance(layer, QgsVectorLayer) and layers.fits(layer, layers.POINTS) else None

    def _made_from(self) -> str:
        """What the answer rests on; another text means that it is old."""
        used = (self._lots(), self.map(), self.pins())
        return ";".join(self.state.fingerprint(layer) for layer in used)

    # -- doing ----------------------------------------------------------------------------------
    def run(self) -> None:
        """Lay the chosen map and the pins over the lots."""
        lots, other, pins = self._lots(), self.map(), self.pins()
        if lots is None or (other is None and pins is None) or self.runner.state(OVERLAY) != IDLE:
            return
        message = missing_message(GEO)
        if message:
            self._failed(OVERLAY, message)
            return
        parameters: dict[str, Any] = {"INPUT": lots.id()}
        outputs = []
        if other is not None:
            parameters["OTHER"] = other.id()
            parameters["OTHER_KEY"] = _first(other, _MAP_KEYS)
            outputs += [
                OutputSpec("OUTPUT", "overlay_pieces", tr("Overlaps"), "understand", shown=False),
                OutputSpec("OTHERS", "overlay_others", tr("Other map with shares"), "understand", shown=False),
                OutputSpec("LOTS", "overlay_lots", tr("Lots under the other map"), "understand", shown=False),
            ]
        if pins is not None:
            parameters["PINS"] = pins.id()
            parameters.update({name: _first(pins, fields) for name, fields in _PIN_FIELDS.items()})
            outputs.append(OutputSpec("PINS_OUT", "overlay_pins", tr("Pins with lots"), "understand", shown=False))
        self._started_with = self._made_from()
        self.runner.start(
            Job(
                key=OVERLAY,
                algorithm="landstewardship:overlaylots",
                parameters={name: value for name, value in parameters.items() if value},
                outputs=outputs,
                layers=[layer for layer in (lots, other, pins) if layer is not None],
            )
        )

    def show_on_map(self) -> None:
        """Switch the result on and zoom to it: the lots below, the pins on top."""
        roles = [role for role in ("overlay_lots", "overlay_pins") if role in self._found().get("roles", [])]
        found = [self.state.layer(role) for role in roles]
        show_layers(self.iface, [layer for layer in found if layer is not None])

    def _finished(self, key: str, result: JobResult) -> None:
        if key != OVERLAY:
            return
        numbers = {name: float(value) for name, value in result.values.items() if isinstance(value, (int, float))}
        other = self.map()
        name = "" if other is None else layers.describe(other)
        kept = {"numbers": numbers, "roles": sorted(result.layers), "name": name, "of": self._started_with}
        self.state.set_value(OVERLAY, kept)
        self.refresh()

    def _failed(self, key: str, message: str) -> None:
        if key == OVERLAY:
            show_message(self.iface, tr("Lay another map over the lots"), message)
            self.refresh()

    # -- showing --------------------------------------------------------------------------------
    def _found(self) -> dict[str, Any]:
        return dict(self.state.value(OVERLAY) or {})

    def refresh(self) -> None:
        """Show what can be asked, and what was found for the data of now."""
        found = self.maps()
        wanted = self.choice.currentData()
        if [self.choice.itemData(row) for row in range(self.choice.count())] != [layer.id() for layer in found]:
            self.choice.blockSignals(True)
            self.choice.clear()
            for layer in found:
                self.choice.addItem(layers.describe(layer), layer.id())
            self.choice.setCurrentIndex(max(self.choice.findData(wanted), 0) if found else -1)
            self.choice.blockSignals(False)
        self.choice.setVisible(len(found) > 1)
        self.setVisible(self._lots() is not None and (bool(found) or self.pins() is not None))
        self._show_answer()

    def _show_answer(self) -> None:
        running = self.runner.state(OVERLAY) != IDLE
        found = self._found()
        current = bool(found) and found.get("of") == self._made_from()
        self.choice.setEnabled(not running)
        self.button.setEnabled(not running)
        self.stop_button.setVisible(running)
        self.told.setText(tr("Working…") if running else (_sentences(found) if current else ""))
        self.about.setText(tr("The other map shows no boundaries of lots; nothing is changed.") if current else "")
        self.about.setVisible(current and not running)
        self.answer.setVisible(running or current)
        self.show_button.setVisible(current and not running)


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.GAP_S)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _first(layer: QgsVectorLayer, fields: tuple[str, ...]) -> str:
    """The first of ``fields`` the layer has, or empty."""
    return next((name for name in fields if layer.fields().lookupField(name) >= 0), "")


def _sentences(found: dict[str, Any]) -> str:
    """What came out, in one or two sentences for each of the map and the pins."""
    numbers = found.get("numbers") or {}

    def whole(name: str) -> str:
        return f"{float(numbers.get(name) or 0):,.0f}"

    def hectares(name: str) -> str:
        return f"{float(numbers.get(name) or 0) / 10_000:,.1f}"

    said = []
    if "OTHER_COUNT" in numbers:
        said.append(
            tr("{lots} of {all} lots lie under {areas} of {total} areas of “{map}”.").format(
                lots=whole("LOTS_COVERED"),
                all=whole("LOT_COUNT"),
                areas=whole("OTHERS_ON_LOTS"),
                total=whole("OTHER_COUNT"),
                map=found.get("name") or "",
            )
        )
        said.append(
            tr("{bare} ha of the lots are left uncovered; {outside} ha of that map lie outside all lots.").format(
                bare=hectares("UNCOVERED_M2"), outside=hectares("OUTSIDE_M2")
            )
        )
        if numbers.get("LOTS_UNKNOWN"):
            said.append(tr("{n} lots have no area to compare.").format(n=whole("LOTS_UNKNOWN")))
    if "PIN_COUNT" in numbers:
        said.append(
            tr("{placed} of {pins} pins have a lot.").format(placed=whole("PINS_PLACED"), pins=whole("PIN_COUNT"))
        )
        if numbers.get("PINS_DISAGREE"):
            said.append(tr("{n} of them lie in a lot with another number.").format(n=whole("PINS_DISAGREE")))
        reasons = [
            words.format(n=whole(name))
            for name, words in (
                ("PINS_FAR", tr("no lot is near ({n})")),
                ("PINS_OTHER_NUMBER", tr("no lot nearby has the number ({n})")),
                ("PINS_NO_NUMBER", tr("outside all lots without a number that can be read ({n})")),
                ("PINS_BORDER", tr("on a border and no number decides ({n})")),
                ("PINS_NO_PLACE", tr("no place ({n})")),
            )
            if numbers.get(name)
        ]
        if reasons:
            joint = "、" if language() == "ja" else ", "
            said.append(tr("{n} have none: {reasons}.").format(n=whole("PINS_WITHOUT"), reasons=joint.join(reasons)))
    return ("" if language() == "ja" else " ").join(said)
