"""Reading the results of "Overlay harm to surroundings": whom a lot burdens, and who burdens a house or field.

Nothing is worked out here: sentences, shares and distances are those the algorithm wrote.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer

from ..core.externality.words import REACHED_ONE
from ..core.texts import Text
from .bridge import to_python

LOT, FOREST_EDGE = "lot", "forest_edge"

_LOT_NAME = Text("Lot {name}", "地番 {name}")
_EDGE_NAME = Text("The forest edge", "林縁（森のふち）")
_OTHER_NAME = Text("{kind} {name}", "{kind} {name}")
_NOT_COUNTED = {
    "managed": Text(
        "Lot {name} is likely managed, so no harm is counted from it.",
        "{name}は管理されているとみられるため、周りへの影響は数えていません。",
    ),
    "cannot_tell": Text(
        "The condition of lot {name} cannot be told, so no harm is counted from it.",
        "{name}の状態は判断できないため、周りへの影響は数えていません。",
    ),
}


class Layers(NamedTuple):
    """The result layers; any may be missing."""

    sources: Optional[QgsVectorLayer] = None
    receptors: Optional[QgsVectorLayer] = None
    links: Optional[QgsVectorLayer] = None
    lots: Optional[QgsVectorLayer] = None


class Thing(NamedTuple):
    """A lot that may burden others (``kind`` is "lot"), or what may be burdened (houses, farmland, roads, …)."""

    kind: str
    key: str


class Share(NamedTuple):
    """One row of an answer: the partner, its part of the receptor's whole exposure (0..1), the distance in metres,
    the rule and how sure it is."""

    partner: Thing
    share: float
    distance_m: float
    value: float
    rule_id: str
    evidence: str


class Answer(NamedTuple):
    """What is known of a thing: the sentence the algorithm wrote, the largest shares, how many links there are."""

    thing: Thing
    name: Text
    sentence: Text
    shares: list[Share]
    links: int


def _text(feature: QgsFeature, name: str) -> str:
    position = feature.fields().lookupField(name)
    value = to_python(feature.attributes()[position]) if position >= 0 else None
    return "" if value is None else str(value)


def _real(feature: QgsFeature, name: str) -> float:
    position = feature.fields().lookupField(name)
    value = to_python(feature.attributes()[position]) if position >= 0 else None
    return float(value) if isinstance(value, (int, float)) else 0.0


def lot_number(key: str) -> str:
    """The 地番 at the end of a lot key; a key of another form as it is.

    >>> lot_number("15222-241-000-0000-00-1024-2")
    '1024-2'
    """
    parts = key.split("-", 5)
    return parts[5] if len(parts) == 6 and parts[0].isdigit() else key


def name_of(thing: Thing) -> Text:
    """What a thing is called: "Lot 1024", 家屋 H-12."""
    if thing.kind == LOT:
        return _LOT_NAME.format(name=lot_number(thing.key))
    if thing.kind == FOREST_EDGE:
        return _EDGE_NAME
    known = REACHED_ONE.get(thing.kind)
    if known is None:
        return _OTHER_NAME.format(kind=thing.kind, name=thing.key)
    return known.format(name=lot_number(thing.key))


def _of(layer: Optional[QgsVectorLayer], **wanted: str) -> list[QgsFeature]:
    """Rows whose fields have these texts, by feature id."""
    if layer is None or any(layer.fields().lookupField(name) < 0 for name in wanted):
        return []
    condition = " AND ".join(
        f"{QgsExpression.quotedColumnRef(name)} = {QgsExpression.quotedValue(value)}" for name, value in wanted.items()
    )
    rows = layer.getFeatures(QgsFeatureRequest().setFilterExpression(condition))
    return sorted(rows, key=lambda row: row.id())


def _at(layer: Optional[QgsVectorLayer], point: QgsGeometry) -> list[QgsFeature]:
    if layer is None or point.isEmpty():
        return []
    request = QgsFeatureRequest().setFilterRect(point.boundingBox())
    found = [row for row in layer.getFeatures(request) if row.hasGeometry() and row.geometry().intersects(point)]
    return sorted(found, key=lambda row: row.id())


def things_at(layers: Layers, point: QgsGeometry) -> list[Thing]:
    """What lies at ``point`` (in the coordinates of the results): houses and the like, then lots that may burden
    others, fields, roads; last the lot itself where no harm was counted."""
    reached = [Thing(_text(row, "receptor_kind"), _text(row, "receptor_id")) for row in _at(layers.receptors, point)]
    sources = [Thing(LOT, _text(row, "lot_key")) for row in _at(layers.sources, point)]
    late = ("farmland", "roads")
    found = [thing for thing in reached if thing.kind not in late] + sources
    found += [thing for kind in late for thing in reached if thing.kind == kind]
    return found or [Thing(LOT, _text(row, "lot_key")) for row in _at(layers.lots, point)]


def things_called(layers: Layers, number: str) -> list[Thing]:
    """Things whose number (地番, house number, key) is ``number``, in the order of :func:`things_at`."""
    number = number.strip()
    if not number:
        return []
    reached = []
    for row in layers.receptors.getFeatures() if layers.receptors is not None else ():
        thing = Thing(_text(row, "receptor_kind"), _text(row, "receptor_id"))
        if number.lower() in (thing.key.lower(), lot_number(thing.key).lower()):
            reached.append(thing)
    sources, lots = (
        [Thing(LOT, _text(row, "lot_key")) for field in ("chiban", "lot_key") for row in _of(layer, **{field: number})]
        for layer in (layers.sources, layers.lots)
    )
    late = ("farmland", "roads")
    found = sorted(thing for thing in reached if thing.kind not in late) + sources
    found += sorted(thing for thing in reached if thing.kind in late)
    return list(dict.fromkeys(found or lots))


def answer(layers: Layers, thing: Thing, most: int = 5) -> Answer:
    """What the results say about ``thing``, with at most ``most`` of the largest shares.

    For a lot the shares are its parts in the exposure of those it may burden; for a house or field the parts of the
    lots that may burden it. Ordered by value, then share, then key.
    """
    if thing.kind == LOT:
        own = _of(layers.sources, lot_key=thing.key)
        rows = _of(layers.links, source=thing.key)
    else:
        own = _of(layers.receptors, receptor_id=thing.key, receptor_kind=thing.kind)
        rows = _of(layers.links, receptor_id=thing.key, receptor_kind=thing.kind)
    known = {_text(row, "lot_key") for row in _known_lots(layers, rows)} if thing.kind != LOT else set()
    shares = []
    for row in rows:
        source = _text(row, "source")
        partner = (
            Thing(_text(row, "receptor_kind"), _text(row, "receptor_id"))
            if thing.kind == LOT
            else Thing(LOT if source in known else FOREST_EDGE, source)
        )
        shares.append(
            Share(
                partner,
                _real(row, "share"),
                _real(row, "distance_m"),
                _real(row, "value"),
                _text(row, "rule_id"),
                _text(row, "evidence"),
            )
        )
    shares.sort(key=lambda share: (-round(share.value, 9), -round(share.share, 9), share.partner, share.rule_id))
    sentence = Text("", "")
    if own:
        sentence = Text(_text(own[0], "explanation"), _text(own[0], "explanation_ja"))
    elif thing.kind == LOT:
        lots = _of(layers.lots, lot_key=thing.key)
        condition = _text(lots[0], "condition") if lots else ""
        sentence = _NOT_COUNTED["managed" if condition == "managed" else "cannot_tell"].format(
            name=lot_number(thing.key)
        )
    return Answer(thing, name_of(thing), sentence, shares[:most], len(shares))


def _known_lots(layers: Layers, rows: Sequence[QgsFeature]) -> list[QgsFeature]:
    """The source lots among the links; every other source is the forest edge."""
    keys = sorted({_text(row, "source") for row in rows})
    if not keys or layers.sources is None or layers.sources.fields().lookupField("lot_key") < 0:
        return []
    listed = ", ".join(QgsExpression.quotedValue(key) for key in keys)
    return list(layers.sources.getFeatures(QgsFeatureRequest().setFilterExpression(f'"lot_key" IN ({listed})')))


def shape_of(layers: Layers, thing: Thing) -> tuple[Optional[QgsVectorLayer], QgsGeometry]:
    """Where a thing lies, and the layer whose coordinates these are; an empty shape when it has no place."""
    if thing.kind == LOT:
        for layer in (layers.sources, layers.lots):
            for row in _of(layer, lot_key=thing.key):
                return layer, row.geometry()
    elif thing.kind != FOREST_EDGE:
        for row in _of(layers.receptors, receptor_id=thing.key, receptor_kind=thing.kind):
            return layers.receptors, row.geometry()
    return None, QgsGeometry()


def shapes_of(layers: Layers, things: Sequence[Thing]) -> list[tuple[QgsVectorLayer, QgsGeometry]]:
    """Where many lots or receptors lie, read in one go, each with the layer whose coordinates these are."""
    wanted = set(things)
    found = []
    for layer, key, kind in ((layers.sources, "lot_key", ""), (layers.receptors, "receptor_id", "receptor_kind")):
        if layer is None or layer.fields().lookupField(key) < 0:
            continue
        found += [
            (layer, row.geometry())
            for row in layer.getFeatures()
            if row.hasGeometry() and Thing(_text(row, kind) if kind else LOT, _text(row, key)) in wanted
        ]
    return found
