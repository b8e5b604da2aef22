"""The ways by which harm travels: near by, over a shared border, along a line, down a slope, past barriers.

Every way answers with pairs: position of the source, position of the receptor, metres travelled, amount
(metres of shared border; 1 for the other ways). Sources and receptors are arrays of shapely geometries
in one plane coordinate system in metres.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from ..condition.pixels import Grid
from ..progress import Progress
from .near import pairs_within

#: Ends of lines nearer than this are one node of the network, in metres (assumption).
SNAP = 0.5
#: Sources looked up at once in a line network, and shapes at once on a height model.
CHUNK = 256
#: Most pixels tried at once against shapes.
MANY = 500_000


class Ways(NamedTuple):
    """What harm may travel along or be stopped by; ``None`` or missing: not known, no harm goes that way.

    ``forest_edge`` and ``ditches``: arrays of LineStrings; ditches run in the direction of their flow.
    ``heights``: height model in metres. ``barriers``: lines per name used in the rules (fence, river, road).
    """

    forest_edge: Optional[np.ndarray] = None
    ditches: Optional[np.ndarray] = None
    heights: Optional[Grid] = None
    barriers: Mapping[str, np.ndarray] = {}


NO_WAYS = Ways()


class Reached(NamedTuple):
    """Pairs found on a way."""

    source: np.ndarray
    receptor: np.ndarray
    metres: np.ndarray
    amount: np.ndarray


def nobody() -> Reached:
    """No pairs."""
    whole = np.empty(0, dtype="int64")
    return Reached(whole, whole, np.empty(0), np.empty(0))


def border(sources: np.ndarray, receptors: np.ndarray, distance: float, progress: Progress) -> Reached:
    """Pairs that share a border; the amount is the metres of it.

    With ``distance`` above 0: metres of the source's outline within that distance of the receptor (for
    neighbours across a path or ditch, and for roads drawn as lines).
    """
    found = pairs_within(sources, receptors, distance, progress)
    outline = shapely.boundary(sources[found.source])
    other = receptors[found.receptor]
    if distance > 0:
        other = shapely.buffer(other, distance)
    else:
        areas = shapely.get_dimensions(other) == 2
        other[areas] = shapely.boundary(other[areas])
    shared = shapely.length(shapely.intersection(outline, other))
    keep = shared > 0
    return Reached(found.source[keep], found.receptor[keep], found.metres[keep], shared[keep])


# -- along lines ----------------------------------------------------------------------------
def single_lines(shapes: np.ndarray) -> np.ndarray:
    """Parts of lines and multi-lines as LineStrings with some length; the rest is left out."""
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    return parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 0)]


def ring(inside: np.ndarray, outside: np.ndarray, distance: float) -> np.ndarray:
    """Positions of the shapes in ``outside`` within ``distance`` metres of any shape in ``inside``."""
    if not len(inside) or not len(outside):
        return np.empty(0, dtype="int64")
    return np.unique(shapely.STRtree(inside).query(outside, predicate="dwithin", distance=distance)[0])


def downhill_lines(lines: np.ndarray, heights: Grid) -> np.ndarray:
    """Lines turned so that they run from their higher to their lower end; unknown or level ends keep the
    direction of the line."""
    first, last = (height_at(shapely.get_coordinates(shapely.get_point(lines, end)), heights) for end in (0, -1))
    turned = lines.copy()
    wrong = first < last
    turned[wrong] = shapely.reverse(lines[wrong])
    return turned


def height_at(points: np.ndarray, heights: Grid) -> np.ndarray:
    """Height of the pixel under each point (n x 2), NaN outside."""
    rows, columns = heights.values.shape
    column = np.floor((points[:, 0] - heights.left) / heights.width).astype("int64")
    row = np.floor((heights.top - points[:, 1]) / heights.height).astype("int64")
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    found = np.full(len(points), np.nan)
    found[inside] = heights.values[row[inside], column[inside]]
    return found


def _nodes(lines: np.ndarray) -> np.ndarray:
    """Node numbers of both ends of each line (n x 2); ends nearer than ``SNAP`` are one node."""
    ends = shapely.get_coordinates(shapely.get_point(np.repeat(lines, 2), np.tile([0, -1], len(lines))))
    pairs = cKDTree(ends).query_pairs(SNAP, output_type="ndarray")
    joined = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(ends), len(ends)))
    return np.asarray(connected_components(joined, directed=False)[1]).reshape(-1, 2)


def _touches(shapes: np.ndarray, lines: np.ndarray, reach: float) -> pd.DataFrame:
    """Where shapes meet lines: ``shape, line, low, high`` (metres from the start of the line) of the part of
    the line within ``reach`` of the shape, from its first to its last point."""
    tree = shapely.STRtree(lines)
    shape, line = tree.query(shapes, predicate="dwithin", distance=reach)
    around = shapely.buffer(shapes[shape], reach) if reach > 0 else shapes[shape]
    met = shapely.intersection(lines[line], around)
    points, of = shapely.get_coordinates(met, return_index=True)
    at = shapely.line_locate_point(lines[line][of], shapely.points(points))
    first = np.flatnonzero(np.r_[True, of[1:] != of[:-1]]) if len(of) else of
    low, high = (least.reduceat(at, first) if len(of) else at for least in (np.minimum, np.maximum))
    rows = of[first]
    return pd.DataFrame({"shape": shape[rows], "line": line[rows], "low": low, "high": high})


def along_lines(
    sources: np.ndarray,
    receptors: np.ndarray,
    lines: np.ndarray,
    distance: float,
    reach: float,
    directed: bool,
    progress: Optional[Progress] = None,
) -> Reached:
    """Pairs joined by not more than ``distance`` metres of a line network.

    A shape belongs to every line within ``reach`` metres; metres are counted on the lines only, between
    the nearest parts. ``directed``: only along the direction of the lines (a ditch; for the way upstream
    hand in reversed lines). Lines meet at their ends. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    lines = single_lines(lines)
    if not len(lines) or not len(sources) or not len(receptors):
        return nobody()
    start = _touches(sources, lines, reach)
    goal = _touches(receptors, lines, reach)
    length, nodes = shapely.length(lines), _nodes(lines)
    found = [_same_line(start, goal, distance, directed)]
    # Leaving a line at a node, and entering one from a node, with the metres still to go on the line itself.
    leave = [(nodes[start["line"], 1], length[start["line"]] - start["high"])]
    enter = [(nodes[goal["line"], 0], goal["low"])]
    if not directed:
        leave.append((nodes[start["line"], 0], start["low"]))
        enter.append((nodes[goal["line"], 1], length[goal["line"]] - goal["high"]))
    outgoing, incoming = (
        pd.DataFrame(dict(zip(("node", name, cost), _nearest_node(ways, table["shape"].to_numpy()))))
        for ways, table, name, cost in ((leave, start, "source", "out"), (enter, goal, "receptor", "in"))
    )
    count = int(nodes.max()) + 1
    # Of several lines between two nodes the shortest counts; a matrix would add them up.
    both = nodes if directed else np.concatenate([nodes, nodes[:, ::-1]])
    a, b, shortest = least_of(both[:, 0], both[:, 1], np.tile(length, len(both) // len(nodes)))
    graph = coo_matrix((shortest, (a, b)), shape=(count, count)).tocsr()
    origins = np.unique(outgoing["node"].to_numpy())
    for begin in range(0, len(origins), CHUNK):
        progress.step(begin / len(origins))
        some = origins[begin : begin + CHUNK]
        metres = dijkstra(graph, indices=some, limit=distance)
        row, node = np.nonzero(np.isfinite(metres))
        reachable = pd.DataFrame({"node": some[row], "to": node, "m": metres[row, node]})
        reachable = reachable[reachable["to"].isin(incoming["node"])]
        joined = outgoing.merge(reachable, on="node").merge(
            incoming.rename(columns={"node": "to"}), on="to", how="inner"
        )
        joined = joined.assign(metres=joined["out"] + joined["m"] + joined["in"])
        found.append(joined.loc[joined["metres"] <= distance, ["source", "receptor", "metres"]])
    return _shortest(pd.concat(found, ignore_index=True))


def least_of(one: np.ndarray, other: np.ndarray, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each pair of numbers once, in order, with its fewest metres."""
    order = np.lexsort((metres, other, one))
    one, other, metres = one[order], other[order], metres[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (one[1:] != one[:-1]) | (other[1:] != other[:-1])
    return one[first], other[first], metres[first]


def _nearest_node(ways: list[tuple[np.ndarray, Any]], shape: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Nodes that shapes reach by these ways (node and metres of each row), each pair once: node, shape, metres."""
    node, metres = (np.concatenate([np.asarray(way[part]) for way in ways]) for part in (0, 1))
    return least_of(node, np.tile(shape, len(ways)), metres)


def _same_line(start: pd.DataFrame, goal: pd.DataFrame, distance: float, directed: bool) -> pd.DataFrame:
    """Pairs on one line."""
    both = start.rename(columns={"shape": "source"}).merge(
        goal.rename(columns={"shape": "receptor", "low": "low_r", "high": "high_r"}), on="line"
    )
    onward = np.maximum(both["low_r"] - both["high"], 0.0)
    if directed:
        both = both.assign(metres=onward)[both["high_r"] >= both["low"]]
    else:
        both = both.assign(metres=np.maximum(onward, both["low"] - both["high_r"]))
    return both.loc[both["metres"] <= distance, ["source", "receptor", "metres"]]


def _shortest(found: pd.DataFrame) -> Reached:
    """One row per pair."""
    source, receptor, metres = (found[name].to_numpy() for name in ("source", "receptor", "metres"))
    best = least_of(source.astype("int64"), receptor.astype("int64"), metres.astype("float64"))
    return Reached(*best, np.ones(len(best[0])))


# -- down a slope ---------------------------------------------------------------------------
def steepest_descent(heights: Grid) -> tuple[np.ndarray, np.ndarray]:
    """For each pixel (in reading order) the neighbour of the eight with the steepest way down (-1 in a pit, on
    level ground, beside nothing lower) and the metres to its middle. Of equal slopes the first counts,
    clockwise from the north."""
    values = heights.values
    rows, columns = values.shape
    padded = np.full((rows + 2, columns + 2), np.nan)
    padded[1:-1, 1:-1] = values
    number = np.arange(rows * columns).reshape(rows, columns)
    steepest = np.zeros((rows, columns))
    to = np.full((rows, columns), -1, dtype="int64")
    metres = np.zeros((rows, columns))
    for down, right in ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1)):
        length = float(np.hypot(down * heights.height, right * heights.width))
        slope = (values - padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]) / length
        steeper = slope > steepest
        steepest[steeper] = slope[steeper]
        to[steeper] = (number + down * columns + right)[steeper]
        metres[steeper] = length
    return to.ravel(), metres.ravel()


def cells_of(shapes: np.ndarray, heights: Grid) -> tuple[np.ndarray, np.ndarray]:
    """Shape and pixel number of every pixel whose middle lies in a shape; for a line every pixel it meets;
    for a shape without any such pixel the pixel under a point in it."""
    rows, columns = heights.values.shape
    bounds = shapely.bounds(shapes)
    usable = np.isfinite(bounds).all(axis=1)
    bounds = np.nan_to_num(bounds)
    first_column = np.clip(np.floor((bounds[:, 0] - heights.left) / heights.width), 0, columns).astype("int64")
    last_column = np.clip(np.floor((bounds[:, 2] - heights.left) / heights.width), -1, columns - 1).astype("int64")
    first_row = np.clip(np.floor((heights.top - bounds[:, 3]) / heights.height), 0, rows).astype("int64")
    last_row = np.clip(np.floor((heights.top - bounds[:, 1]) / heights.height), -1, rows - 1).astype("int64")
    wide, high = np.maximum(last_column - first_column + 1, 0), np.maximum(last_row - first_row + 1, 0)
    size = np.where(usable, wide * high, 0)
    group = np.cumsum(size) // MANY
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for part in np.unique(group[size > 0]):
        of = np.flatnonzero((group == part) & (size > 0))
        shape = np.repeat(of, size[of])
        place = np.arange(len(shape)) - np.repeat(np.cumsum(size[of]) - size[of], size[of])
        row = first_row[shape] + place // wide[shape]
        column = first_column[shape] + place % wide[shape]
        x = heights.left + (column + 0.5) * heights.width
        y = heights.top - (row + 0.5) * heights.height
        line = shapely.get_dimensions(shapes[shape]) == 1
        within = np.zeros(len(shape), dtype=bool)
        shapely.prepare(shapes[of])
        within[~line] = shapely.intersects_xy(shapes[shape[~line]], x[~line], y[~line])
        half_x, half_y = heights.width / 2, heights.height / 2
        boxes = shapely.box(x[line] - half_x, y[line] - half_y, x[line] + half_x, y[line] + half_y)
        within[line] = shapely.intersects(shapes[shape[line]], boxes)
        found.append((shape[within], (row * columns + column)[within]))
    of = np.concatenate([f[0] for f in found]) if found else np.empty(0, dtype="int64")
    cell = np.concatenate([f[1] for f in found]) if found else np.empty(0, dtype="int64")
    without = np.flatnonzero(usable & (np.bincount(of, minlength=len(shapes)) == 0))
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[without]))
    column = np.floor((points[:, 0] - heights.left) / heights.width).astype("int64")
    row = np.floor((heights.top - points[:, 1]) / heights.height).astype("int64")
    inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    return np.concatenate([of, without[inside]]), np.concatenate([cell, (row * columns + column)[inside]])


def downhill(
    sources: np.ndarray, receptors: np.ndarray, heights: Grid, distance: float, progress: Optional[Progress] = None
) -> Reached:
    """Pairs where the steepest way down from a pixel of the source meets a pixel of the receptor.

    Metres are those of the way, from pixel middle to pixel middle, at most ``distance``; the shortest over
    the pixels of the source counts. Ways end in pits. Raises ``Cancelled``.
    """
    progress = progress or Progress()
    to, step = steepest_descent(heights)
    of, cell = cells_of(receptors, heights)
    order = np.argsort(cell, kind="stable")
    of, cell = of[order], cell[order]
    way = pd.DataFrame(dict(zip(("source", "cell"), cells_of(sources, heights))))
    way = way.assign(metres=0.0)
    found = []
    longest = max(int(np.ceil(distance / max(min(heights.width, heights.height), 1e-9))), 1)
    for number in range(longest):
        progress.step(number / longest)
        metres = way["metres"].to_numpy() + step[way["cell"].to_numpy()]
        way = way.assign(metres=metres, cell=to[way["cell"].to_numpy()])
        way = way[(way["cell"] >= 0) & (metres <= distance)].groupby(["source", "cell"], as_index=False)["metres"].min()
        if not len(way):
            break
        low = np.searchsorted(cell, way["cell"].to_numpy(), "left")
        many = np.searchsorted(cell, way["cell"].to_numpy(), "right") - low
        row = np.repeat(np.arange(len(way)), many)
        place = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many) + low[row]
        found.append(
            pd.DataFrame(
                {
                    "source": way["source"].to_numpy()[row],
                    "receptor": of[place],
                    "metres": way["metres"].to_numpy()[row],
                }
            )
        )
    return _shortest(pd.concat(found, ignore_index=True)) if found else nobody()


# -- barriers -------------------------------------------------------------------------------
def passing(
    sources: np.ndarray, receptors: np.ndarray, barriers: tuple[tuple[str, float], ...], lines: Mapping[str, np.ndarray]
) -> np.ndarray:
    """What part of the harm passes the barriers between each source and its receptor (arrays of pairs), 0 to 1.

    Tested is the straight line from the middle of the source to the nearest point of the receptor. Each name
    counts once, however often it is crossed; a barrier without lines stops nothing. A line receptor (a road) is
    not stopped by a barrier on which it lies itself.
    """
    part = np.ones(len(sources))
    if not any(len(lines.get(name, ())) for name, _ in barriers) or not len(sources):
        return part
    areas = shapely.get_dimensions(sources) == 2
    middle = sources.copy()
    middle[areas] = shapely.centroid(sources[areas])
    ways = shapely.shortest_line(middle, receptors)
    line_receptor = shapely.get_dimensions(receptors) == 1
    for name, passes in barriers:
        its = lines.get(name)
        if its is None or not len(its):
            continue
        tree = shapely.STRtree(its)
        crossed = np.zeros(len(sources), dtype=bool)
        crossed[np.flatnonzero(~line_receptor)[tree.query(ways[~line_receptor], predicate="intersects")[0]]] = True
        crossed[np.flatnonzero(line_receptor)[tree.query(ways[line_receptor], predicate="crosses")[0]]] = True
        part[crossed] *= passes
    return part
