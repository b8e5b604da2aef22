"""Notices which lots were edited, and tells their keys and those of the lots beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Optional

from qgis.core import QgsFeature, QgsFeatureRequest, QgsGeometry, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from .bridge import to_python

#: Edits are gathered for this long (ms).
GATHER_MS = 150
#: How far beside an edited lot others are told too, in units of a metric system (m).
BESIDE_M = 1.0


class LotWatch(QObject):
    """Watches one layer in editing. ``touched(keys)`` follows edits, undo, redo and taking everything back.

    Told are the keys of the edited lots, and of the lots at their old and new place (a lot that moved
    away leaves a gap between others).
    """

    touched = pyqtSignal(list)

    def __init__(self, layer: QgsVectorLayer, key_field: str, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.layer = layer
        self._key = layer.fields().lookupField(key_field)
        self._places: list[QgsRectangle] = []
        self._keys: set[str] = set()
        self._session: list[QgsRectangle] = []
        self._fresh: dict[int, tuple[str, QgsRectangle]] = {}  # lots that are not in the file yet: key, place
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(GATHER_MS)
        self._timer.timeout.connect(self._tell)
        layer.geometryChanged.connect(self._reshaped)
        layer.featureAdded.connect(self._added)
        layer.featureDeleted.connect(self._deleted)
        layer.attributeValueChanged.connect(self._renamed)
        layer.afterRollBack.connect(self._taken_back)
        layer.afterCommitChanges.connect(self._saved_all)

    def let_go(self) -> None:
        """Stop watching."""
        self._timer.stop()
        self.layer.geometryChanged.disconnect(self._reshaped)
        self.layer.featureAdded.disconnect(self._added)
        self.layer.featureDeleted.disconnect(self._deleted)
        self.layer.attributeValueChanged.disconnect(self._renamed)
        self.layer.afterRollBack.disconnect(self._taken_back)
        self.layer.afterCommitChanges.disconnect(self._saved_all)

    def _key_of(self, feature: QgsFeature) -> str:
        if self._key < 0:
            return str(feature.id())
        value = to_python(feature[self._key])
        # A lot without a number is named as the check names it.
        return ("" if value is None else str(value).strip()) or f"#{feature.id()}"

    def _saved(self, fid: int) -> Iterable[QgsFeature]:
        """The feature as it is in the file."""
        return list(self.layer.dataProvider().getFeatures(QgsFeatureRequest(fid))) if fid >= 0 else []

    def _note(self, place: Optional[QgsRectangle], keys: Iterable[str] = ()) -> None:
        if place is not None and not place.isNull():
            grown = place.buffered(BESIDE_M)
            self._places.append(grown)
            self._session.append(grown)
        self._keys.update(key for key in keys if key)
        self._timer.start()

    def _old(self, fid: int) -> None:
        if fid in self._fresh:
            key, place = self._fresh.pop(fid)
            self._note(place, [key])
        for feature in self._saved(fid):
            self._note(feature.geometry().boundingBox() if feature.hasGeometry() else None, [self._key_of(feature)])

    def _reshaped(self, fid: int, geometry: QgsGeometry) -> None:
        self._old(fid)
        self._note(None if geometry.isNull() else geometry.boundingBox())
        if fid < 0:
            self._added(fid)

    def _added(self, fid: int) -> None:
        feature = self.layer.getFeature(fid)
        if not feature.isValid():
            return
        key, place = self._key_of(feature), feature.geometry().boundingBox() if feature.hasGeometry() else None
        if fid < 0:
            self._fresh[fid] = key, place or QgsRectangle()
        self._note(place, [key])

    def _deleted(self, fid: int) -> None:
        self._old(fid)

    def _renamed(self, fid: int, _position: int, _value: Any) -> None:
        self._old(fid)
        self._added(fid)

    def _saved_all(self) -> None:
        self._session.clear()
        self._fresh.clear()

    def _taken_back(self) -> None:
        for place in list(self._session):
            self._places.append(place)
        self._session.clear()
        self._keys.update(key for key, _ in self._fresh.values())
        self._fresh.clear()
        if self._places:
            self._timer.start()

    def _tell(self) -> None:
        keys, places = self._keys, self._places
        self._keys, self._places = set(), []
        for place in places:
            request = QgsFeatureRequest().setFilterRect(place)
            keys.update(self._key_of(feature) for feature in self.layer.getFeatures(request))
        keys.discard("")
        if keys:
            self.touched.emit(sorted(keys))
