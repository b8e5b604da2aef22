"""Finding the lots that meet a shape: boxes of all lots in a grid, exact shapes only where boxes meet."""

from __future__ import annotations

from typing import Callable, Optional, Union

import numpy as np
import shapely

from .lots import CHUNK, Lots
from .store import BoxIndex, Floats, Geometries, Ints

#: A shape with more points than this is prepared for many questions.
_MANY_POINTS = 60


class Finder:
    """Questions to the lots of some rows by place."""

    def __init__(self, lots: Lots, rows: Ints) -> None:
        self._lots = lots
        self._index = BoxIndex(lots.bounds, rows)
        self.count = max(len(lots), 1)  #: number of all lots

    def boxes(self, bounds: Floats) -> tuple[Ints, Ints]:
        """Pairs (number of the box, row) where the box of a lot meets the box, sorted."""
        return self._index.query(bounds)

    def query(
        self,
        shapes: Geometries,
        predicate: Callable[..., np.ndarray],
        distance: Optional[Union[float, Floats]] = None,
        skip: Optional[Ints] = None,
        keep: Optional[np.ndarray] = None,
    ) -> tuple[Ints, Ints]:
        """Pairs (number of the shape, row) for which ``predicate(lot, shape)`` holds, sorted.

        ``distance`` (one, or one for each shape) is handed on to the predicate; ``skip``: the row that does
        not count for each shape; ``keep``: for every row whether it counts at all.
        """
        bounds = shapely.bounds(shapes).reshape(-1, 4)
        reach = np.broadcast_to(0.0 if distance is None else distance, (len(shapes),))
        bounds = bounds + reach[:, None] * np.array([-1.0, -1.0, 1.0, 1.0])
        which, row = self.boxes(bounds)
        if skip is not None:
            other = row != skip[which]
            which, row = which[other], row[other]
        if keep is not None:
            which, row = which[keep[row]], row[keep[row]]
        hit = np.zeros(len(which), dtype=bool)
        for begin in range(0, len(which), CHUNK):
            part = slice(begin, begin + CHUNK)
            unique, place = np.unique(row[part], return_inverse=True)
            lots = self._lots.take(unique)
            shapely.prepare(lots[shapely.get_num_coordinates(lots) > _MANY_POINTS])
            more = () if distance is None else (reach[which[part]],)
            hit[part] = predicate(lots[place], shapes[which[part]], *more)
        return which[hit], row[hit]
