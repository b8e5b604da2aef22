"""Narrow lots and what they are part of."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import shapely

from ..texts import Text
from .finder import Finder
from .lots import CHUNK, CheckSettings, Finding, Geometries, Ints, Lots, figure, places_of, rectangle

#: Land categories whose lots are narrow by nature.
NARROW_CATEGORIES = (
    "公衆用道路",
    "道路",
    "道",
    "里道",
    "用悪水路",
    "水路",
    "水",
    "水道用地",
    "運河用地",
    "堤",
    "井溝",
    "鉄道用地",
)

#: A narrow lot is at least this many times as long as wide (product's choice).
NARROW_RATIO = 10.0

#: Part of a narrow lot's length that touches other long lots when it belongs to a road or ditch net.
NETWORK_SPAN = 0.8


#: What stands in place of a lot number for roads and water that have none (道, 水, 道-3, 無地番 …).
_NO_NUMBER = re.compile(
    r"(道|水|里道|赤道|青線|青地|水路|用水|用悪水|河川?|川|堤|畦畔|無番地?|無地番|無籍地?)(敷|路|地)?[\d\s.\-\u2010-\u2015\u2212\u30fcの号]*"
)


def is_road_or_water(category: str, label: str) -> bool:
    """Whether the registered category or what stands for the lot number says road or water."""
    if category in NARROW_CATEGORIES:
        return True
    return _NO_NUMBER.fullmatch(unicodedata.normalize("NFKC", label).strip()) is not None


def check_narrow(lots: Lots, rows: Ints, finder: Finder, settings: CheckSettings, found: list[Finding]) -> None:
    """Narrow lots that are not part of a road or ditch network.

    Shape: narrower than the setting and at least ``NARROW_RATIO`` times as long. Context: a ditch
    runs along, or from end to end between, other long lots; a left-over strip between two fields
    does not. A land category of road or water settles it, and so does 道 or 水 for a lot number.
    """
    if settings.sliver_width <= 0 or not len(rows):
        return
    width, length = rectangle(lots.area, lots.outline)
    long = length >= NARROW_RATIO * width
    some = rows[long[rows] & (width[rows] < settings.sliver_width)]
    some = some[[not is_road_or_water(lots.category[row], lots.label[row]) for row in some.tolist()]]
    for begin in range(0, len(some), CHUNK):
        part = some[begin : begin + CHUNK]
        shapes = lots.take(part)
        alone = ~_in_network(lots, part, shapes, long, width[part], finder, settings)
        places = places_of(shapes[alone]).tolist()
        for row, shape, (x, y) in zip(part[alone].tolist(), shapes[alone], places):
            text = Text(
                "The lot is {w} m wide. Fine if it is a road or a ditch.",
                "幅 {w} m です。道や水路なら問題ありません。",
            ).format(w=figure(float(width[row])))
            detail = f"limit={settings.sliver_width} m"
            found.append(Finding("sliver", (row,), float(width[row]), "m", text, detail, x, y, shape))


def _in_network(
    lots: Lots,
    rows: Ints,
    shapes: Geometries,
    long: np.ndarray,
    width: np.ndarray,
    finder: Finder,
    settings: CheckSettings,
) -> np.ndarray:
    """Whether each narrow lot touches other long lots nearly from end to end."""
    reach = np.maximum(settings.tolerance, 0.05 * width)
    which, other = finder.query(shapes, shapely.dwithin, distance=reach, skip=rows, keep=long)
    result = np.zeros(len(rows), dtype=bool)
    if not len(which):
        return result
    radius = shapely.minimum_bounding_radius(shapes)
    result = _touched_at_both_ends(lots.take(other), which, shapes, radius, reach)
    left = ~result[which]
    which, other = which[left], other[left]
    if not len(which):
        return result
    numbers, place = np.unique(which, return_inverse=True)
    contact = shapely.intersection(lots.take(other), shapely.buffer(shapes[numbers], reach[numbers])[place])
    hulls = shapely.convex_hull(shapely.geometrycollections(contact, indices=place))
    result[numbers] = shapely.minimum_bounding_radius(hulls) >= NETWORK_SPAN * radius[numbers]
    return result


def _touched_at_both_ends(
    others: Geometries, which: Ints, shapes: Geometries, radius: np.ndarray, reach: np.ndarray
) -> np.ndarray:
    """Shapes of which two points far apart lie on long lots: then the whole contact need not be computed.

    ``others``: the long lots beside shape number ``which``. The points are within nine tenths of ``reach``, so what
    they touch belongs to the contact however roundings fall.
    """
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    middle = np.add.reduceat(xy, begins) / np.bincount(owner)[:, None]
    one = _farthest(xy, owner, begins, middle)
    two = _farthest(xy, owner, begins, one)
    apart = np.hypot(*(one - two).T) - 2 * 0.9 * reach
    result = apart / 2 >= NETWORK_SPAN * radius
    for ends in (one, two):
        touched = np.zeros(len(shapes), dtype=bool)
        touched[which[shapely.dwithin(others, shapely.points(ends)[which], 0.9 * reach[which])]] = True
        result &= touched
    return result


def _farthest(xy: np.ndarray, owner: Ints, begins: Ints, origin: np.ndarray) -> np.ndarray:
    """For each group of points the one farthest from its origin."""
    off = np.hypot(*(xy - origin[owner]).T)
    best = np.flatnonzero(off == np.maximum.reduceat(off, begins)[owner])
    return xy[best[np.flatnonzero(np.diff(owner[best], prepend=-1))]]
