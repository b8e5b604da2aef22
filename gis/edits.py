"""Change the shapes of an open layer as one step that can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from qgis.core import QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer, QgsVectorLayerUtils, QgsWkbTypes

from ..core.errors import InputError
from ..core.texts import Text
from . import bridge


class Reshaping:
    """New shapes for features, and parts that become features of their own.

    ``before`` and ``after``: WKB by feature id; the old one (see :func:`as_read`) must still be there. ``added``:
    feature id to copy the values from, and the WKB of the new feature.
    """

    def __init__(
        self,
        before: Mapping[int, bytes],
        after: Mapping[int, bytes],
        added: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        self.before = dict(before)
        self.after = dict(after)
        self.added = list(added)

    def __len__(self) -> int:
        return len(self.after) + len(self.added)


def as_read(geometry: QgsGeometry) -> Optional[bytes]:
    """The WKB that a frame gives for a shape of a layer: straight lines, no M values."""
    import shapely

    shape = shapely.from_wkb(bridge.wkb(geometry), on_invalid="ignore")
    return None if shape is None else bytes(shapely.to_wkb(shape, output_dimension=3))


def _geometry(wkb: bytes, layer: Optional[QgsVectorLayer] = None) -> QgsGeometry:
    """A shape, with the values beside x and y that the shapes of ``layer`` have."""
    geometry = QgsGeometry()
    geometry.fromWkb(wkb)
    if layer is not None and QgsWkbTypes.hasZ(layer.wkbType()) and not QgsWkbTypes.hasZ(geometry.wkbType()):
        geometry.get().addZValue(0.0)
    if layer is not None and QgsWkbTypes.hasM(layer.wkbType()):
        geometry.get().addMValue(0.0)
    return geometry


def _nothing_changed(why: Text) -> InputError:
    return InputError(why + Text("Nothing was changed.", "何も変えていません。"))


def _features(layer: QgsVectorLayer, wanted: Sequence[int]) -> dict[int, QgsFeature]:
    found = {}
    for feature in layer.getFeatures(QgsFeatureRequest().setFilterFids(list(wanted))):
        found[feature.id()] = QgsFeature(feature)
    return found


def reshape(layer: QgsVectorLayer, change: Reshaping, title: str, note: Text, commit: bool = False) -> int:
    """Give features new shapes as one undoable step called ``title``; returns how many changed.

    ``note`` is kept in the history of the layer's metadata. With ``commit`` the change is written and
    editing ends; without, the layer stays in editing for the user to undo or save. Raises
    ``InputError`` when the layer refuses anything or was changed since it was read; then nothing
    has changed.
    """
    if not len(change):
        return 0
    multi = QgsWkbTypes.isMultiType(layer.wkbType())
    for wkb in [*change.after.values(), *(wkb for _, wkb in change.added)]:
        if not multi and QgsWkbTypes.isMultiType(_geometry(wkb).wkbType()):
            raise _nothing_changed(
                Text(
                    "A lot would consist of several parts, which this map cannot hold. "
                    "Make one lot of each part, or choose a new map for the result.",
                    "1つの筆が複数の部分に分かれますが、この地図には保存できません。"
                    "部分ごとに筆を分けるか、結果を新しい地図にしてください。",
                )
            )
    was_editing = layer.isEditable()
    found = _features(layer, sorted({*change.after, *(fid for fid, _ in change.added)}))
    for fid in change.after:
        same = fid in found and as_read(found[fid].geometry()) == change.before[fid]
        if not same:
            raise _nothing_changed(
                Text(
                    "The lots were changed while the repair was worked out. Run it again.",
                    "修復の計算中に筆が変更されました。もう一度実行してください。",
                )
            )
    if not was_editing and not layer.startEditing():
        raise _nothing_changed(
            Text(
                "The map of the lots is read-only. Choose a new map for the result.",
                "筆の地図は読み取り専用です。結果を新しい地図にしてください。",
            )
        )
    layer.beginEditCommand(title)
    try:
        for fid in sorted(change.after):
            if not layer.changeGeometry(fid, _geometry(change.after[fid], layer)):
                raise _nothing_changed(
                    Text("QGIS refused the new shape of row {fid}.", "{fid} 番の行の形を変えられませんでした。").format(
                        fid=fid
                    )
                )
        for fid, wkb in change.added:
            if not layer.addFeature(_copy(layer, found[fid], wkb)):
                raise _nothing_changed(
                    Text("QGIS refused a new part of row {fid}.", "{fid} 番の行の部分を加えられませんでした。").format(
                        fid=fid
                    )
                )
    except BaseException:
        layer.destroyEditCommand()
        if not was_editing:
            layer.rollBack()
        raise
    layer.endEditCommand()
    if commit and not layer.commitChanges():
        why = "; ".join(layer.commitErrors())
        layer.rollBack()
        raise _nothing_changed(
            Text(
                "The lots could not be written: {why} Check that the file is not open elsewhere.",
                "筆を書き込めませんでした（{why}）。ファイルがほかで開かれていないか確かめてください。",
            ).format(why=why)
        )
    metadata = layer.metadata()
    metadata.addHistoryItem(f"{title}. {note.en} {note.ja}")
    layer.setMetadata(metadata)
    layer.triggerRepaint()
    return len(change)


def _copy(layer: QgsVectorLayer, source: QgsFeature, wkb: bytes) -> QgsFeature:
    """A feature with the values of another one, but a row number of its own."""
    keys: set[int] = set(layer.primaryKeyAttributes())
    values: dict[int, Any] = {
        position: value for position, value in enumerate(source.attributes()) if position not in keys
    }
    return QgsVectorLayerUtils.createFeature(layer, _geometry(wkb, layer), values)
