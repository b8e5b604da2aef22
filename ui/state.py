"""What the dock knows about a project: village, roles of layers, results, settings, step.

Everything lives in the QGIS project itself (entry ``LandStewardship/state``, one JSON text) and
in custom properties of layers, so that it is saved, copied and sent around with the project.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Optional

from qgis.core import QgsMapLayer, QgsProject, QgsSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..gis import finding_decisions
from ..gis.finding_decisions import Decision
from ..gis.i18n import tr
from .layers import fits

SCOPE = "LandStewardship"
ENTRY = "state"
ROLE_PROPERTY = "landstewardship/role"
#: When a result layer was made, and when a layer with a role was last edited; both ISO text.
MADE_PROPERTY = "landstewardship/made"
EDITED_PROPERTY = "landstewardship/edited"
_DOCK_SETTING = "LandStewardship/dockOpen"
_RECENT_SETTING = "LandStewardship/recentProjects"
_RECENT_MAXIMUM = 8

#: Roles that several layers play together: a new one comes beside those that are there. Of pictures of summers and
#: evidence tables the role goes on with ``_`` (``ndvi_2023``).
SEVERAL = ("hazard_zones", "zoning", "boar_damage", "ndvi", "evidence_more")
#: End of the role of rows that were set aside when a layer was brought in.
SET_ASIDE = "_set_aside"

#: Card that matches the register with the lots, and the role of its register with lot keys.
MATCHING, KEYED = "registers", "register_keyed"

NOT_STARTED, DONE, FAILED = "not_started", "done", "failed"


def plays(said: str, role: str) -> bool:
    """Whether a layer whose own role is ``said`` may count for ``role``, one that several may play."""
    return said == role or (said.startswith(f"{role}_") and not said.endswith(SET_ASIDE))


def dock_wanted() -> bool:
    """Whether the dock was open when QGIS was last used."""
    return bool(QgsSettings().value(_DOCK_SETTING, False, type=bool))


def remember_dock(wanted: bool) -> None:
    """Keep for the next start whether the dock is open."""
    QgsSettings().setValue(_DOCK_SETTING, wanted)


def recent_projects() -> list[tuple[str, str]]:
    """``(path, village name)`` of projects used with the dock, newest first."""
    text = QgsSettings().value(_RECENT_SETTING, "[]", type=str)
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    return [(str(path), str(name)) for path, name in rows]


def remember_project(path: str, name: str) -> None:
    """Put a project at the head of :func:`recent_projects`."""
    rows = [(p, n) for p, n in recent_projects() if p != path]
    rows.insert(0, (path, name))
    QgsSettings().setValue(_RECENT_SETTING, json.dumps(rows[:_RECENT_MAXIMUM], ensure_ascii=False))


@dataclass
class CardResult:
    """How the last run of a card ended.

    ``numbers`` are the figures the card shows, ``inputs`` the fingerprint of each input by its
    parameter (see :meth:`ProjectState.fingerprint`), ``outputs`` layer ids by role, ``on`` ISO local time.
    """

    state: str = NOT_STARTED
    on: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)
    inputs: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    message: str = ""


class ProjectState(QObject):
    """The state of the current project, one object per dock.

    ``changed`` follows every change, ``loaded`` another project, ``saved_changed(bool)`` the
    saved mark.
    """

    changed = pyqtSignal()
    loaded = pyqtSignal()
    saved_changed = pyqtSignal(bool)

    def __init__(self, parent: Optional[QObject] = None, project: Optional[QgsProject] = None) -> None:
        super().__init__(parent)
        self.project = project or QgsProject.instance()
        self._data: dict[str, Any] = {}
        self._watched: dict[str, QgsVectorLayer] = {}
        self._read()
        self.project.readProject.connect(self._project_read)
        self.project.cleared.connect(self._project_read)
        self.project.isDirtyChanged.connect(self._dirty_changed)
        self.project.layersAdded.connect(self._layers_changed)
        self.project.layersRemoved.connect(self._layers_changed)
        self._watch_layers()

    def disconnect_all(self) -> None:
        """Let go of the project (dock is going away)."""
        self.project.readProject.disconnect(self._project_read)
        self.project.cleared.disconnect(self._project_read)
        self.project.isDirtyChanged.disconnect(self._dirty_changed)
        self.project.layersAdded.disconnect(self._layers_changed)
        self.project.layersRemoved.disconnect(self._layers_changed)
        for layer in self._watched.values():
            layer.afterCommitChanges.disconnect(self._layer_edited)
        self._watched = {}

    # -- storing ------------------------------------------------------------------------
    def _read(self) -> None:
        text, found = self.project.readEntry(SCOPE, ENTRY, "{}")
        try:
            data = json.loads(text) if found else {}
        except ValueError:
            data = {}
        self._data = data if isinstance(data, dict) else {}
        for role, chosen in self._data.get("many", {}).items():
            if isinstance(chosen, list):  # as earlier versions kept it: all that count, so that a new layer never did
                self._choose_many(role, chosen)

    def _write(self, makes_dirty: bool = True) -> None:
        was_dirty = self.project.isDirty()
        text = json.dumps(self._data, ensure_ascii=False, sort_keys=True)
        self.project.writeEntry(SCOPE, ENTRY, text)
        if not makes_dirty and not was_dirty:
            self.project.setDirty(False)
        self.changed.emit()

    def _project_read(self, *_arguments: Any) -> None:
        self._read()
        self._watch_layers()
        self.loaded.emit()
        self.changed.emit()
        self.saved_changed.emit(self.is_saved())

    def _dirty_changed(self, _dirty: bool) -> None:
        self.saved_changed.emit(self.is_saved())

    def _layers_changed(self, *_arguments: Any) -> None:
        self._watch_layers()
        self.changed.emit()

    # -- project ------------------------------------------------------------------------
    def is_saved(self) -> bool:
        """Whether the project is on disk as it is shown."""
        return bool(self.project.fileName()) and not self.project.isDirty()

    def is_village(self) -> bool:
        """Whether the project has been used with the dock: it has lots or results of ours."""
        return bool(self._data.get("cards")) or self.layer("lots") is not None

    def village_name(self) -> str:
        """Name of the village: as set, else the title or file name of the project."""
        name = self._data.get("village") or self.project.title() or self.project.baseName()
        return str(name or tr("New village"))

    def set_village_name(self, name: str) -> None:
        """Name the village."""
        self._data["village"] = name
        self._write()

    def step(self) -> str:
        """The step shown last: understand, choose or act."""
        return str(self._data.get("step") or "understand")

    def set_step(self, step: str) -> None:
        """Remember the step; looking at another step is not a change worth a "save?" question."""
        if step != self.step():
            self._data["step"] = step
            self._write(makes_dirty=False)

    # -- roles of layers ----------------------------------------------------------------
    def layer(self, role: str) -> Optional[QgsMapLayer]:
        """The layer that plays ``role``: the user's choice, else the one that says so itself."""
        chosen = self.project.mapLayer(self._data.get("roles", {}).get(role, ""))
        if chosen is not None:
            return chosen
        named = [layer for layer in self.project.mapLayers().values() if layer.customProperty(ROLE_PROPERTY) == role]
        # The newest result wins; the id makes the choice independent of the order of layers.
        named.sort(key=lambda layer: (str(layer.customProperty(MADE_PROPERTY) or ""), layer.id()))
        return named[-1] if named else None

    def keyed(self, role: str) -> Optional[QgsMapLayer]:
        """A table of ``role`` with lot keys found by matching; ``None`` when that adds nothing or is out of date."""
        result, brought = self.card(MATCHING), self.layer(role)
        if role != "register" or result.state != DONE or not result.numbers.get("KEYS_ADDED") or brought is None:
            return None
        if result.inputs.get("REGISTER") != self.fingerprint(brought):
            return None
        return self.project.mapLayer(result.outputs.get(KEYED, ""))

    def joinable(self, role: str) -> Optional[QgsMapLayer]:
        """The layer of ``role`` to join with lots: that of :meth:`keyed` where there is one, else :meth:`layer`."""
        return self.keyed(role) or self.layer(role)

    def role_of(self, layer: QgsMapLayer) -> str:
        """The role a layer says it has, or empty."""
        return str(layer.customProperty(ROLE_PROPERTY) or "")

    def layers_of(self, role: str, need: str) -> list[QgsMapLayer]:
        """Layers for an input that takes several, by role: those that play it (see :func:`plays`) and those people
        added to them, without those people left out.
        """
        found = [layer for layer in self._playing(role) if fits(layer, need)]
        return sorted(found, key=lambda layer: (self.role_of(layer), layer.id()))

    def _playing(self, role: str) -> list[QgsMapLayer]:
        choice = self._data.get("many", {}).get(role, {})
        more = {*choice.get("more", ()), self._data.get("roles", {}).get(role)}
        return [
            layer
            for key, layer in self.project.mapLayers().items()
            if key not in choice.get("without", ()) and (key in more or plays(self.role_of(layer), role))
        ]

    def assign(self, role: str, layer: Optional[QgsMapLayer]) -> None:
        """Let ``layer`` play ``role``, where several may, beside the others; ``None`` takes the choice back."""
        roles = self._data.setdefault("roles", {})
        if layer is None:
            roles.pop(role, None)
        else:
            if not layer.customProperty(ROLE_PROPERTY):
                layer.setCustomProperty(ROLE_PROPERTY, role)
            if role in SEVERAL:
                self._choose_many(role, [one.id() for one in (*self._playing(role), layer)])
            else:
                roles[role] = layer.id()
        self._watch_layers()
        self._write()

    def assign_many(self, role: str, chosen: Sequence[QgsMapLayer]) -> None:
        """Choose the layers of an input that takes several. Layers that come later count as well."""
        self._choose_many(role, [layer.id() for layer in chosen])
        self._write()

    def _choose_many(self, role: str, chosen: Sequence[str]) -> None:
        own = {key for key, layer in self.project.mapLayers().items() if plays(self.role_of(layer), role)}
        self._data.get("roles", {}).pop(role, None)
        self._data.setdefault("many", {})[role] = {
            "more": sorted({*chosen} - own),
            "without": sorted(own - {*chosen}),
        }

    @staticmethod
    def fingerprint(layer: Optional[QgsMapLayer]) -> str:
        """Text that changes when another layer is meant or the layer was edited or remade."""
        if layer is None:
            return ""
        parts = [layer.id(), layer.customProperty(MADE_PROPERTY), layer.customProperty(EDITED_PROPERTY)]
        return "|".join(str(part or "") for part in parts)

    def _watch_layers(self) -> None:
        present = {key: layer for key, layer in self.project.mapLayers().items() if isinstance(layer, QgsVectorLayer)}
        self._watched = {key: layer for key, layer in self._watched.items() if key in present}
        for key, layer in present.items():
            if key not in self._watched:
                layer.afterCommitChanges.connect(self._layer_edited)
                self._watched[key] = layer

    def _layer_edited(self) -> None:
        layer = self.sender()
        if isinstance(layer, QgsVectorLayer):
            layer.setCustomProperty(EDITED_PROPERTY, now_text())
            self.changed.emit()

    # -- cards --------------------------------------------------------------------------
    def card(self, key: str) -> CardResult:
        """The last result of a card."""
        stored = self._data.get("cards", {}).get(key)
        if not stored:
            return CardResult()
        known = CardResult.__dataclass_fields__
        return CardResult(**{name: value for name, value in stored.items() if name in known})

    def set_card(self, key: str, result: CardResult) -> None:
        """Keep the result of a card."""
        self._data.setdefault("cards", {})[key] = asdict(result)
        self._write()

    def is_stale(self, key: str, inputs: dict[str, str]) -> bool:
        """Whether a finished card's inputs are no longer the ones it was run with."""
        result = self.card(key)
        return result.state == DONE and result.inputs != inputs

    def settings(self, key: str) -> dict[str, Any]:
        """The user's own parameter values of a card (only those that differ from the default)."""
        return dict(self._data.get("settings", {}).get(key, {}))

    def set_settings(self, key: str, values: dict[str, Any]) -> None:
        """Keep parameter values of a card; empty resets it."""
        self._data.setdefault("settings", {})[key] = dict(values)
        self._write()

    # -- findings the user decided to leave ---------------------------------------------
    def decisions_path(self) -> str:
        """Where the table of decisions is or will be: beside the project; empty while that is not saved."""
        home = os.path.dirname(self.project.fileName())
        return os.path.join(home, "data", finding_decisions.FILE) if home else ""

    def decisions(self) -> dict[str, Decision]:
        """What was left as it is, by finding id: from the table beside the project and, not yet written, from here."""
        waiting = {
            str(identity): _decision(str(identity), values)
            for identity, values in self._data.get("left_findings", {}).items()
        }
        path = self.decisions_path()
        try:
            written = finding_decisions.read(path) if path else {}
        except OSError:
            written = {}
        return {**written, **waiting}

    def decide_finding(self, finding_id: str, decision: Optional[Decision]) -> str:
        """Leave a finding as it is (``None``: take it up again); returns why the table could not be written.

        While the project is not saved, or the table is held by another program, decisions wait in the project.
        """
        decisions = self.decisions()
        if decision is None:
            decisions.pop(finding_id, None)
        else:
            decisions[finding_id] = decision
        path, problem = self.decisions_path(), ""
        waiting = self._data.setdefault("left_findings", {})
        try:
            if path:
                finding_decisions.write(path, decisions.values())
                waiting.clear()
        except OSError as error:
            problem = error.strerror or str(error)
        if not path or problem:
            waiting.pop(finding_id, None)
            if decision is not None:
                waiting[finding_id] = decision._asdict()
        self._write(makes_dirty=not path or bool(problem))
        return problem

    def left_findings(self) -> dict[str, str]:
        """Reason by finding id."""
        return {identity: decision.reason for identity, decision in self.decisions().items()}

    def leave_finding(self, finding_id: str, reason: Optional[str]) -> str:
        """Leave a finding as it is, for ``reason``; ``None`` takes that back."""
        decision = None if reason is None else Decision(finding_id, decided_on=now_text()[:10], reason=reason)
        return self.decide_finding(finding_id, decision)

    # -- anything the other pages keep --------------------------------------------------
    def value(self, key: str, default: Any = None) -> Any:
        """A value (JSON type) a page has kept under ``key``."""
        return self._data.get("values", {}).get(key, default)

    def set_value(self, key: str, value: Any) -> None:
        """Keep a value (JSON type) with the project."""
        self._data.setdefault("values", {})[key] = value
        self._write()


def _decision(finding_id: str, values: Any) -> Decision:
    """A decision kept in the project; earlier versions kept only the reason."""
    if not isinstance(values, dict):
        return Decision(finding_id, reason=str(values))
    return Decision(**{name: str(values.get(name) or "") for name in Decision._fields if name in values})


def now_text() -> str:
    """Local time as ISO text to the millisecond."""
    return dt.datetime.now().isoformat(timespec="milliseconds")
