"""Reading the result of "Find unmanaged land": why a lot is called what it is called.

Nothing is worked out here: sentences, weights and classes are those the algorithm wrote.
"""

from __future__ import annotations

from typing import NamedTuple, Optional

from qgis.core import QgsExpression, QgsFeature, QgsFeatureRequest, QgsGeometry, QgsVectorLayer

from ..core.condition.words import SURVEY_WORDS
from ..core.texts import Text
from .bridge import to_python
from .harm_reading import lot_number

_NAME = Text("Lot {name}", "地番 {name}")
SURVEY = "patrol"


class Layers(NamedTuple):
    """The result layers; any may be missing."""

    condition: Optional[QgsVectorLayer] = None
    evidence: Optional[QgsVectorLayer] = None


class Piece(NamedTuple):
    """One piece of evidence: its sentence, weight in log-odds (``None``: not weighed), source, date, confidence,
    and whether the data were invented."""

    indicator: str
    text: Text
    weight: Optional[float]
    source: Text
    day: str
    confidence: str
    synthetic: bool


class Why(NamedTuple):
    """Everything the result says about one lot; ``surveyed``: a survey decided it.

    ``pieces`` with the strongest weight first, unweighed ones last.
    """

    key: str
    name: Text
    condition: str
    screening: str
    surveyed: bool
    survey_on: str
    disagrees: bool
    probability: Optional[float]
    completeness: float
    explanation: Text
    change: Text
    pieces: list[Piece]
    shape: QgsGeometry


def _value(feature: QgsFeature, name: str) -> object:
    position = feature.fields().lookupField(name)
    return to_python(feature.attributes()[position]) if position >= 0 else None


def _text(feature: QgsFeature, name: str) -> str:
    value = _value(feature, name)
    return "" if value is None else str(value)


def _number(feature: QgsFeature, name: str) -> Optional[float]:
    value = _value(feature, name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:
        return None
    return float(value)


def _both(feature: QgsFeature, name: str) -> Text:
    return Text(_text(feature, name), _text(feature, f"{name}_ja"))


def _of(layer: Optional[QgsVectorLayer], field: str, word: str) -> list[QgsFeature]:
    if layer is None or layer.fields().lookupField(field) < 0:
        return []
    condition = f"{QgsExpression.quotedColumnRef(field)} = {QgsExpression.quotedValue(word)}"
    rows = layer.getFeatures(QgsFeatureRequest().setFilterExpression(condition))
    return sorted(rows, key=lambda row: row.id())


def key_at(layers: Layers, point: QgsGeometry) -> Optional[str]:
    """Key of the lot at ``point`` (in the coordinates of the result), ``None`` where there is none."""
    if layers.condition is None or point.isEmpty():
        return None
    request = QgsFeatureRequest().setFilterRect(point.boundingBox())
    rows = [row for row in layers.condition.getFeatures(request) if row.hasGeometry()]
    found = sorted((row for row in rows if row.geometry().intersects(point)), key=lambda row: row.id())
    return _text(found[0], "lot_key") if found else None


def key_called(layers: Layers, number: str) -> Optional[str]:
    """Key of the lot with this 地番 or key, ``None`` where there is none."""
    number = number.strip()
    for field in ("chiban", "lot_key"):
        for row in _of(layers.condition, field, number) if number else ():
            return _text(row, "lot_key")
    return None


def why(layers: Layers, key: str) -> Optional[Why]:
    """What the result says about the lot ``key``; ``None`` when it is not there."""
    rows = _of(layers.condition, "lot_key", key)
    if not rows:
        return None
    lot = rows[0]
    pieces = []
    for row in _of(layers.evidence, "lot_key", key):
        piece = Piece(
            _text(row, "indicator"),
            _both(row, "text"),
            _number(row, "weight"),
            _both(row, "source"),
            _text(row, "observed_on"),
            _text(row, "confidence"),
            _value(row, "synthetic") is True,
        )
        if piece.text.en or piece.text.ja:
            pieces.append(piece)
    pieces.sort(key=lambda piece: (piece.indicator != SURVEY, -abs(piece.weight or 0.0), piece.indicator, piece.day))
    number = _text(lot, "chiban") or lot_number(key)
    return Why(
        key,
        _NAME.format(name=number),
        _text(lot, "condition"),
        _text(lot, "screening"),
        _text(lot, "survey_state") in SURVEY_WORDS and _text(lot, "survey_state") != "unresolved",
        _text(lot, "survey_on"),
        _value(lot, "disagrees") is True,
        _number(lot, "probability"),
        _number(lot, "completeness") or 0.0,
        _both(lot, "explanation"),
        _both(lot, "change"),
        pieces,
        lot.geometry(),
    )
