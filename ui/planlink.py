"""The dock's hand on the plan: chooses units, changes them with undo, keeps the file up to date.

Every change is one step of this object's own undo stack and goes through ``gis.plan_store``, the
one writer. QGIS empties a layer's undo stack when the layer is saved; ours survives, because taking
a step back is itself a change that is written (and recorded in the plan's history). The file is
written a moment after each step. While that fails, for example because another program holds the
file, the changes stay in the layer and are tried again.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Callable, Optional

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QUndoCommand, QUndoStack

from ..core.errors import InputError
from ..core.plan import codes
from ..core.texts import Text
from ..gis import plan_reading
from ..gis.i18n import language, tr
from ..gis.plan_reading import Figures, PlanSummary
from ..gis.plan_store import PlanStore, choose, edit_command, impatient, set_each, set_values

#: How long after the last step the file is written, and how long until a failed try is repeated (ms).
SAVE_AFTER_MS, RETRY_AFTER_MS = 400, 5000
#: Signals of single edits are gathered for this long (ms).
GATHER_MS = 50

#: Who signs changes in the plan's history.
EDITOR = "dock"

PLAN_ROLE = "plan"
PLAN_FILE = "plan.gpkg"

SAVED, WAITING, UNSAVED = "saved", "waiting", "unsaved"

Rows = Mapping[str, Mapping[str, Any]]

KEPT = Text("The changes are kept on the screen.", "変更は画面に残っています。")


class _Step(QUndoCommand):
    """One change: the values before and after, by unit."""

    def __init__(self, link: PlanLink, title: str, before: Rows, after: Rows) -> None:
        super().__init__(title)
        self._link = link
        self._before = before
        self._after = after
        self._fresh = True

    def units(self) -> list[str]:
        """Units this step changed."""
        return list(self._after)

    def redo(self) -> None:
        if self._fresh:  # pushed after it was done
            self._fresh = False
            return
        self._link.restore(self.text(), self._before, self._after)

    def undo(self) -> None:
        self._link.restore(self.text(), self._after, self._before)


class PlanLink(QObject):
    """The open plan of the project.

    The pages of steps 2 and 3 share one link (:func:`link_of`). Signals: ``changed`` when values or
    the plan itself changed, ``chosen_changed`` when other units are chosen,
    ``saving_changed(state, message)`` with saved, waiting or unsaved, ``told(message)`` with a
    sentence for the user.
    """

    changed = pyqtSignal()
    chosen_changed = pyqtSignal()
    saving_changed = pyqtSignal(str, str)
    told = pyqtSignal(str)

    def __init__(self, state: Any, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.state = state
        self.stack = stack = QUndoStack(self)
        # A stack that is deleted empties itself and says so, to cards that would ask it back.
        self.destroyed.connect(lambda: stack.blockSignals(True))
        self._layer: Optional[QgsVectorLayer] = None
        self._store: Optional[PlanStore] = None
        self._units: list[str] = []
        self._saving = SAVED
        self._message = ""
        self._ours = False
        self._stop_editing = True
        self._figures: Optional[dict[int, Figures]] = None
        self._summary: Optional[PlanSummary] = None
        self._unwritten: set[str] = set()
        self._meta: Optional[dict[str, str]] = None
        self._drafts: dict[str, Optional[dict[str, Any]]] = {}

        self._save_timer = self._timer(SAVE_AFTER_MS, self.save_now)
        self._changed_timer = self._timer(GATHER_MS, self._tell_changed)
        state.changed.connect(self.look_for_plan)
        state.project.layerWillBeRemoved.connect(self._layer_goes)
        self.look_for_plan()

    def _timer(self, pause: int, call: Callable[[], Any]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(pause)
        timer.timeout.connect(call)
        return timer

    # -- which plan -------------------------------------------------------------------------
    def plan_path(self) -> str:
        """Where the plan of this project is or will be: beside the project; empty while unsaved."""
        layer = self.layer()
        if layer is not None:
            return layer.source().split("|", 1)[0]
        home = os.path.dirname(self.state.project.fileName())
        return os.path.join(home, PLAN_FILE) if home else ""

    def layer(self) -> Optional[QgsVectorLayer]:
        """The open plan, ``None`` when there is none yet."""
        return self._layer

    def look_for_plan(self) -> None:
        """Follow the project to another plan layer."""
        found = self.state.layer(PLAN_ROLE)
        usable = isinstance(found, QgsVectorLayer) and found.isValid()
        if usable and found.fields().lookupField("unit_id") < 0:
            usable = False
        layer = found if usable else None
        if layer is not self._layer:
            self._take(layer)
            self.changed.emit()

    def _take(self, layer: Optional[QgsVectorLayer]) -> None:
        old = self._layer
        if old is not None:
            old.afterCommitChanges.disconnect(self._edited)
            old.afterRollBack.disconnect(self._edited)
            old.dataChanged.disconnect(self._edited)
        self._save_timer.stop()
        self.stack.clear()
        self._layer = layer
        self._store = None
        self._unwritten = set()
        self._meta = None
        self._forget_values()
        self._set_saving(SAVED)
        if layer is not None:
            layer.afterCommitChanges.connect(self._edited)
            layer.afterRollBack.connect(self._edited)
            layer.dataChanged.connect(self._edited)
        self.choose_units([])

    def _layer_goes(self, layer_id: str) -> None:
        if self._layer is not None and self._layer.id() == layer_id:
            self.save_now()
            self._take(None)
            self.changed.emit()

    def _edited(self) -> None:
        """Somebody (we, an algorithm, QGIS's own editing) changed the plan."""
        if not self._ours:
            self._changed_timer.start()

    def _forget_values(self, units: Optional[Iterable[str]] = None) -> None:
        """Read values again, all of them or only those of ``units``."""
        self._summary = None
        if units is None or self._layer is None or self._figures is None:
            self._figures = None
            self._drafts = {}
            return
        self._figures.update(plan_reading.figures(self._layer, units))
        for unit in units:
            self._drafts.pop(unit, None)

    def _tell_changed(self) -> None:
        self._forget_values()
        self.changed.emit()

    def reload(self) -> None:
        """The file was written by an algorithm: read it again."""
        if self._layer is not None:
            self._layer.dataProvider().reloadData()
            self._layer.updateExtents()
            self._layer.triggerRepaint()
        self._meta = None
        self._tell_changed()

    # -- reading ------------------------------------------------------------------------------
    def summary(self) -> Optional[PlanSummary]:
        """The plan in figures, ``None`` without plan."""
        if self._layer is None:
            return None
        if self._summary is None:
            if self._figures is None:
                self._figures = plan_reading.figures(self._layer)
            self._summary = plan_reading.summarise(self._figures.values())
        return self._summary

    def unit(self, unit: str) -> Optional[dict[str, Any]]:
        """The row of a unit by field name."""
        if self._layer is None or not unit:
            return None
        return plan_reading.read_unit(self._layer, unit)

    def units(self, units: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of several units, in their order; those no longer in the plan are left out."""
        if self._layer is None or not units:
            return []
        rows = plan_reading.read_units(self._layer, units)
        return [rows[unit] for unit in units if unit in rows]

    def draft_of(self, unit: str) -> Optional[dict[str, Any]]:
        """The unit's row as the draft last proposed it, also after people changed it."""
        if unit not in self._drafts:
            self._drafts[unit] = self._find_draft(unit)
        return self._drafts[unit]

    def _find_draft(self, unit: str) -> Optional[dict[str, Any]]:
        row = self.unit(unit)
        if row is None or row.get("decided_by") in (None, "draft"):
            return row
        store = self.store()
        if store is None:
            return None
        try:
            with impatient():
                changes = store.history(unit)
        except InputError:
            return None  # busy for the moment; the card does without
        for change in reversed(changes):
            for known in (change.new, change.old):
                if known and known.get("decided_by") == "draft":
                    return known
        return None

    def store(self) -> Optional[PlanStore]:
        """The plan's file, ``None`` when the layer is not a plan file."""
        if self._store is None and self._layer is not None:
            try:
                with impatient():
                    self._store = PlanStore.open(self.plan_path())
            except InputError as error:
                self._set_saving(UNSAVED, (error.text + KEPT).pick(language()))
        return self._store

    def meta(self) -> dict[str, str]:
        """Facts about the plan; empty while they cannot be read."""
        store = self.store()
        if store is None:
            return {}
        if self._meta is None:
            try:
                with impatient():
                    self._meta = store.meta()
            except InputError:
                return {}
        return self._meta

    def former_reasons(self) -> list[str]:
        """Reasons people wrote before."""
        return plan_reading.former_reasons(self._layer, language()) if self._layer is not None else []

    # -- the chosen units ------------------------------------------------------------------------
    def chosen_units(self) -> list[str]:
        """The units the card shows: the last stroke, or the one picked."""
        return list(self._units)

    def choose_units(self, units: Sequence[str]) -> None:
        """Show other units in the card and mark them on the map."""
        if list(units) != self._units:
            self._units = list(units)
            self.chosen_changed.emit()

    def next_open(self) -> str:
        """Go to the next undecided unit; returns it, empty when all are decided."""
        if self._layer is None:
            return ""
        unit = plan_reading.next_open(self._layer, self._units[-1] if self._units else "")
        if unit:
            self.choose_units([unit])
        return unit

    # -- changing ---------------------------------------------------------------------------------
    def paint(self, units: Sequence[str], management_class: str) -> bool:
        """People give ``units`` a class; decided today by the workshop. False when it failed."""
        return self._change(
            units,
            tr("Paint {n} lots").format(n=len(units)),
            lambda layer, title: choose(
                layer, units, title, management_class=management_class, decided_on=dt.date.today()
            ),
        )

    def toggle_priority(self, units: Sequence[str]) -> bool:
        """Flag ``units`` as priority land, or take the flag off when all of them have it.

        The flag counts as people's decision on these units, so that no later draft takes it off.
        """
        if self._layer is None:
            return False
        rows = plan_reading.read_units(self._layer, units)
        flag = not all(row.get("priority") for row in rows.values())
        title = tr("Flag {n} lots as priority") if flag else tr("Take priority off {n} lots")
        return self._change(
            units,
            title.format(n=len(units)),
            lambda layer, text: choose(layer, units, text, priority=flag, decided_on=dt.date.today()),
        )

    def decide(self, units: Sequence[str], reason: str, note: Optional[str]) -> bool:
        """Make the classes ``units`` have now the decision, with a reason and a note.

        An empty reason keeps the present one; ``None`` keeps the notes.
        """
        return self._settle(units, tr("Decide"), None, reason, note)

    def leave_open(self, units: Sequence[str], reason: str, note: Optional[str]) -> bool:
        """Talked about and left open: undecided, and no draft puts a class back."""
        return self._settle(units, tr("Leave open"), codes.UNDECIDED, reason, note)

    def _settle(
        self, units: Sequence[str], title: str, management_class: Optional[str], reason: str, note: Optional[str]
    ) -> bool:
        # People write in one language; both columns carry it so that no reader finds a blank.
        words = Text(reason, reason) if reason else None
        return self._change(
            units,
            title,
            lambda layer, text: choose(
                layer,
                units,
                text,
                management_class=management_class,
                reason=words,
                note=note,
                decided_on=dt.date.today(),
            ),
        )

    def record_agreement(self, units: Sequence[str], answer: str) -> bool:
        """Record the owners' answer for units: yes, no, asked or unknown."""
        return self._set(units, tr("Record the owner's answer"), {"owner_agreed": answer})

    def _set(self, units: Sequence[str], title: str, values: Mapping[str, Any]) -> bool:
        def write(layer: QgsVectorLayer, text: str) -> None:
            with edit_command(layer, text):
                set_values(layer, units, values)

        return self._change(units, title, write)

    def _change(self, units: Sequence[str], title: str, write: Callable[[QgsVectorLayer, str], Any]) -> bool:
        """One undoable step: ``write`` changes ``units`` of the layer."""
        layer = self._layer
        if layer is None or not units:
            return False
        before = plan_reading.read_units(layer, units)
        if not self._write(units, lambda: write(layer, title)):
            return False
        now = plan_reading.read_units(layer, units)
        changed = {
            unit: [name for name, value in now[unit].items() if value != before[unit].get(name)]
            for unit in now
            if unit in before
        }
        old = {unit: {n: before[unit][n] for n in names} for unit, names in changed.items() if names}
        new = {unit: {n: now[unit][n] for n in names} for unit, names in changed.items() if names}
        if new:
            self.stack.push(_Step(self, title, old, new))
        return True

    def restore(self, title: str, expected: Rows, values: Rows) -> None:
        """Put ``values`` back (undo, redo) where the unit is still as ``expected``.

        A unit that somebody changed since then is left as it is, and said so.
        """
        layer = self._layer
        if layer is None:
            return
        now = plan_reading.read_units(layer, values)
        same = {
            unit: own
            for unit, own in values.items()
            if unit in now and all(now[unit].get(name) == value for name, value in expected[unit].items())
        }

        def write() -> None:
            with edit_command(layer, title):
                set_each(layer, same)

        if same:
            self._write(same, write)
        if len(same) < len(values):
            self.told.emit(
                tr("{n} lots were changed elsewhere and stay as they are.").format(n=len(values) - len(same))
            )

    def _write(self, units: Iterable[str], write: Callable[[], Any]) -> bool:
        layer = self._layer
        if layer is None:
            return False
        if not layer.isEditable():
            self._stop_editing = True
        elif self._saving == SAVED:
            # the user is editing the plan with QGIS's own tools: do not end that
            self._stop_editing = False
        self._ours = True
        try:
            write()
        except InputError as error:
            self.told.emit(error.text.pick(language()))
            return False
        finally:
            self._ours = False
        self._set_saving(WAITING)
        self._save_timer.start(SAVE_AFTER_MS)
        layer.triggerRepaint()
        self._unwritten.update(units)
        self._forget_values(units)
        self.changed.emit()
        return True

    # -- saving ---------------------------------------------------------------------------------
    def saving(self) -> str:
        """saved, waiting (a moment) or unsaved (the file refused)."""
        return self._saving

    def saving_message(self) -> str:
        """Why the plan is not saved; empty when it is."""
        return self._message

    def save_now(self) -> bool:
        """Write open changes to the file; True when nothing is left."""
        self._save_timer.stop()
        layer = self._layer
        if layer is None or self._saving == SAVED:
            return True
        store = self.store()
        if store is None:
            self._save_timer.start(RETRY_AFTER_MS)
            return False
        self._ours = True
        try:
            with impatient():
                store.save(layer, EDITOR, self._stop_editing)
        except InputError as error:
            self._set_saving(UNSAVED, error.text.pick(language()))
            self._save_timer.start(RETRY_AFTER_MS)
            return False
        finally:
            self._ours = False
        written, self._unwritten = self._unwritten, set()
        self._forget_values(written)  # the file has set the time of change
        self._set_saving(SAVED)
        self.changed.emit()
        return True

    def _set_saving(self, saving: str, message: str = "") -> None:
        if (saving, message) != (self._saving, self._message):
            self._saving, self._message = saving, message
            self.saving_changed.emit(saving, message)


def link_of(state: Any) -> PlanLink:
    """The one link of a project state, made on first use; it goes when the state goes."""
    found = state.findChild(PlanLink)
    return found if found is not None else PlanLink(state, state)
