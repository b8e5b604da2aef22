"""A second lots layer with a fixed list of injected defects and its truth list."""

from __future__ import annotations

from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .people import tolerance
from .world import chance

#: How many defects of each kind are put in.
COUNTS = {"gap": 4, "overlap": 4, "sliver": 3, "duplicate": 2, "bow_tie": 2, "missing_vertex": 4, "wrong_area": 5}
#: What a check should call each kind of defect.
FINDINGS = {"bow_tie": "invalid", "self_intersection": "invalid", "wrong_area": "area_mismatch"}
TRUTH_COLUMNS = ["defect_id", "kind", "finding", "also", "injected", "lots", "x", "y", "size", "unit", "note"]


def _ring(shape: Any) -> Optional[Any]:
    """Corner coordinates of a simple lot without its closing point, None for other lots."""
    parts = shapely.get_parts(shape)
    if len(parts) != 1 or parts[0].interiors or not parts[0].is_valid:
        return None
    return np.asarray(parts[0].exterior.coords)[:-1]


def _lot(ring: Any) -> Any:
    return shapely.MultiPolygon([shapely.Polygon(ring)])


class _Bench:
    """The layer while defects are put in; a lot and its neighbours are used only once."""

    def __init__(self, lots: gpd.GeoDataFrame, area_reg: pd.Series) -> None:
        self.lots = lots.copy()
        self.area_reg = area_reg.copy()
        self.extra: list[dict[str, Any]] = []
        self.truth: list[dict[str, Any]] = []
        self.used: set[int] = set(np.flatnonzero(~lots.geometry.is_valid.to_numpy()))
        self.shapes = lots.geometry.to_numpy().copy()
        valid = shapely.make_valid(self.shapes)
        self.tree = shapely.STRtree(valid)
        self.whole = shapely.union_all(shapely.buffer(valid, 0.005))
        near = self.tree.query(shapely.buffer(valid, 3.0))
        self.neighbours: dict[int, set[int]] = {}
        for a, b in near.T:
            self.neighbours.setdefault(int(a), set()).add(int(b))

    def free(self, position: int) -> bool:
        return not self.neighbours[position] & self.used

    def change(self, position: int, ring: Any) -> None:
        """Give a lot another outline; its registered area goes with it, so that one defect is one defect."""
        before = shapely.area(self.shapes[position])
        self.shapes[position] = _lot(ring)
        self.area_reg.iat[position] = round(self.area_reg.iat[position] + shapely.Polygon(ring).area - before, 2)

    def take(self, position: int) -> None:
        self.used |= self.neighbours[position]

    def note(
        self,
        kind: str,
        lots: list[str],
        x: float,
        y: float,
        size: float,
        unit: str,
        note: str,
        injected: bool = True,
        also: str = "",
    ) -> None:
        self.truth.append(
            {
                "kind": kind,
                "also": also,
                "injected": injected,
                "lots": "; ".join(lots),
                "x": round(float(x), 3),
                "y": round(float(y), 3),
                "size": round(float(size), 3),
                "unit": unit,
                "note": note,
            }
        )


def _inner(bench: _Bench, x: float, y: float) -> bool:
    """Whether a place lies well inside the mesh, so that moving it opens no outer edge."""
    return bool(bench.whole.contains(shapely.Point(x, y).buffer(6.0)))


def _moved(bench: _Bench, kind: str, order: Any, wanted: int, table: pd.DataFrame) -> None:
    """Move one corner of a lot inwards (gap) or outwards (overlap); its neighbours stay."""
    done = 0
    step_of = (0.25, 0.6, 1.5, 4.0)
    for position in order:
        if done == wanted:
            return
        ring = _ring(bench.shapes[position])
        if not bench.free(position) or ring is None or len(ring) < 4 or table["area"].iat[position] < 900:
            continue
        shape = shapely.Polygon(ring)
        corner = _sharp_corner(ring)
        if corner is None or not _inner(bench, *ring[corner]):
            continue
        inwards = np.array(shape.centroid.coords[0]) - ring[corner]
        inwards /= np.hypot(*inwards)
        step = step_of[done]
        changed = ring.copy()
        changed[corner] = np.round(ring[corner] + (inwards if kind == "gap" else -inwards) * step, 3)
        new = shapely.Polygon(changed)
        size = shape.difference(new).area if kind == "gap" else new.difference(shape).area
        if not new.is_valid or size < 0.5:
            continue
        bench.change(position, changed)
        place = (ring[corner] + changed[corner]) / 2
        bench.note(kind, [bench.lots["lot_key"].iat[position]], *place, size, "m2", f"one corner moved by {step} m")
        bench.take(position)
        done += 1
    raise ValueError(f"not enough lots for {kind}")


def _sharp_corner(ring: Any) -> Optional[int]:
    """Corner nearest to a right angle whose sides are both longer than 8 m."""
    before, after = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    long_before, long_after = np.hypot(*before.T), np.hypot(*after.T)
    cosine = np.abs((before * after).sum(axis=1) / (long_before * long_after))
    cosine[(long_before < 8) | (long_after < 8)] = 9
    best = int(cosine.argmin())
    return best if cosine[best] < 0.4 else None


def _along_a_road(bench: _Bench, strip: Any, position: int, table: pd.DataFrame) -> bool:
    """Whether a strip runs along a road or canal (then nobody would call it left over)."""
    touching = [int(n) for n in bench.tree.query(strip.buffer(0.05), predicate="intersects") if n != position]
    thin = [n for n in touching if table["compact"].iat[n] < 0.25]
    shared = shapely.union_all(bench.shapes[thin]).intersection(strip.buffer(0.05)) if thin else shapely.Point()
    return bool(shared.length / 2 > 0.2 * strip.length / 2)


def _slivers(bench: _Bench, order: Any, wanted: int, table: pd.DataFrame) -> None:
    """Cut a wedge a few decimetres wide off part of a long side as a lot of its own."""
    widths = (0.2, 0.3, 0.4)
    done = 0
    for position in order:
        if done == wanted:
            return
        ring = _ring(bench.shapes[position])
        if not bench.free(position) or ring is None or table["area"].iat[position] < 1500:
            continue
        shape = shapely.Polygon(ring)
        sides = np.hypot(*(np.roll(ring, -1, axis=0) - ring).T)
        a = int(sides.argmax())
        end, before = ring[(a + 1) % len(ring)], ring[(a - 1) % len(ring)]
        along = (end - ring[a]) / sides[a]
        normal = np.array([-along[1], along[0]])
        if not shape.contains(shapely.Point(*((ring[a] + end) / 2 + normal))):
            normal = -normal
        leg = before - ring[a]
        if leg @ normal < 3 or sides[a] < 40:
            continue
        tip = np.round(ring[a] + along * 0.7 * sides[a], 3)
        inner = np.round(ring[a] + leg * widths[done] / (leg @ normal), 3)
        kept = np.vstack([ring[:a], [inner, tip], ring[a + 1 :]])
        wedge = shapely.Polygon([ring[a], tip, inner])
        if not wedge.is_valid or not shapely.Polygon(kept).is_valid or _along_a_road(bench, wedge, position, table):
            continue
        bench.change(position, kept)
        key = bench.lots["lot_key"].iat[position]
        new_key = f"{key}-9"
        bench.extra.append(
            {
                "from": position,
                "lot_key": new_key,
                "geometry": shapely.MultiPolygon([wedge]),
                "area_reg": round(wedge.area, 2),
            }
        )
        bench.note(
            "sliver",
            [new_key],
            *wedge.centroid.coords[0],
            wedge.area,
            "m2",
            f"wedge up to {widths[done]} m wide cut off {key}",
            also="missing_vertex",
        )
        bench.take(position)
        done += 1
    raise ValueError("not enough lots for sliver")


def _duplicates(bench: _Bench, order: Any, table: pd.DataFrame) -> None:
    """Copy one lot under its own number and another under a new number."""
    done = 0
    for position in order:
        if done == COUNTS["duplicate"]:
            return
        if not bench.free(position) or not 300 < table["area"].iat[position] < 3000:
            continue
        key = bench.lots["lot_key"].iat[position]
        new_key = key if done == 0 else f"{key}-8"
        bench.extra.append(
            {
                "from": position,
                "lot_key": new_key,
                "geometry": bench.shapes[position],
                "area_reg": float(bench.area_reg.iat[position]),
            }
        )
        x, y = shapely.get_coordinates(shapely.point_on_surface(bench.shapes[position]))[0]
        bench.note(
            "duplicate",
            [key, new_key],
            x,
            y,
            bench.shapes[position].area,
            "m2",
            "same shape, same number" if done == 0 else "same shape, other number",
        )
        bench.take(position)
        done += 1
    raise ValueError("not enough lots for duplicate")


def _bow_ties(bench: _Bench, order: Any, table: pd.DataFrame) -> None:
    """Replace a corner by two points in the wrong order, so that the outline crosses itself."""
    done = 0
    for position in order:
        if done == COUNTS["bow_tie"]:
            return
        ring = _ring(bench.shapes[position])
        if not bench.free(position) or ring is None or table["area"].iat[position] < 1200:
            continue
        corner = _sharp_corner(ring)
        if corner is None or not _inner(bench, *ring[corner]):
            continue
        here, before, after = ring[corner], ring[corner - 1], ring[(corner + 1) % len(ring)]
        back, on = ((p - here) / np.hypot(*(p - here)) for p in (before, after))
        # Along one side to 4 m before the corner, then across to the other side and back.
        knot = np.round([here + 4 * back, here + 2 * on, here + 2 * back, here + 4 * on], 3)
        changed = np.vstack([ring[:corner], knot, ring[corner + 1 :]])
        if shapely.Polygon(changed).is_valid:
            continue
        bench.change(position, changed)
        bench.note(
            "bow_tie",
            [bench.lots["lot_key"].iat[position]],
            *(here + 2 * back + 2 * on),
            abs(shapely.Polygon(ring).area - shapely.Polygon(changed).area),
            "m2",
            "outline crosses itself 4 m from a corner, which leaves a small gap there",
            also="gap",
        )
        bench.take(position)
        done += 1
    raise ValueError("not enough lots for bow_tie")


def _missing_vertices(bench: _Bench, order: Any) -> None:
    """Take away a corner on a straight side that the neighbours have."""
    done = 0
    for position in order:
        if done == COUNTS["missing_vertex"]:
            return
        ring = _ring(bench.shapes[position])
        if not bench.free(position) or ring is None or len(ring) < 6:
            continue
        before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
        offset = shapely.distance(shapely.points(ring), shapely.linestrings(np.stack([before, after], axis=1)))
        long = np.minimum(np.hypot(*(before - ring).T), np.hypot(*(after - ring).T)) > 5
        for corner in np.flatnonzero(long & (offset < 0.004)):
            touching = bench.tree.query(shapely.Point(ring[corner]).buffer(0.001), predicate="intersects")
            if len(touching) < 3 or not _inner(bench, *ring[corner]):
                continue
            bench.change(position, np.delete(ring, corner, axis=0))
            bench.note(
                "missing_vertex",
                [bench.lots["lot_key"].iat[position]],
                *ring[corner],
                offset[corner],
                "m",
                "corner of the neighbours on a straight side taken away",
            )
            bench.take(position)
            done += 1
            break
    raise ValueError("not enough lots for missing_vertex")


def _wrong_areas(bench: _Bench, order: Any, table: pd.DataFrame) -> None:
    """Change the registered area far beyond the tolerance; one is out by a factor of ten."""
    factors = (1.12, 0.86, 1.3, 0.7, 10.0)
    done = 0
    for position in order:
        if done == COUNTS["wrong_area"]:
            return
        area = float(table["area"].iat[position])
        if not bench.free(position) or area < 400 or not bench.lots.geometry.iat[position].is_valid:
            continue
        wrong = float(np.floor(area * factors[done]))
        bench.area_reg.iat[position] = wrong
        x, y = shapely.get_coordinates(shapely.point_on_surface(bench.shapes[position]))[0]
        bench.note(
            "wrong_area",
            [bench.lots["lot_key"].iat[position]],
            x,
            y,
            wrong - area,
            "m2",
            f"registered area is {factors[done]} times the measured one",
        )
        bench.take(position)
        done += 1
    raise ValueError("not enough lots for wrong_area")


def build(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """The defect layer and its truth; ``lots`` with real shapes, ``table`` with measured areas.

    Registered areas are the measured ones within a third of the tolerance, apart from the listed ones.
    """
    random = chance("defects")
    area = table["area"].to_numpy()
    near = np.clip(random.normal(0, 0.2, len(lots)), -0.33, 0.33) * tolerance(area)
    area_reg = pd.Series(np.round(area + near, 2), index=lots.index)
    bench = _Bench(lots, area_reg)
    order = random.permutation(len(lots))
    _moved(bench, "gap", order, COUNTS["gap"], table)
    _moved(bench, "overlap", order, COUNTS["overlap"], table)
    _slivers(bench, order, COUNTS["sliver"], table)
    _duplicates(bench, order, table)
    _bow_ties(bench, order, table)
    _missing_vertices(bench, order)
    _wrong_areas(bench, order, table)
    for position in np.flatnonzero(~lots.geometry.is_valid.to_numpy()):
        x, y = shapely.get_coordinates(shapely.point_on_surface(shapely.make_valid(bench.shapes[position])))[0]
        bench.note(
            "self_intersection",
            [lots["lot_key"].iat[position]],
            x,
            y,
            0,
            "m2",
            "in the real map (ring self-intersection)",
            injected=False,
        )

    columns = ["lot_key", "oaza", "chiban", "accuracy_class"]
    layer = gpd.GeoDataFrame(lots[columns].copy(), geometry=bench.shapes, crs=lots.crs)
    layer["area_reg"] = bench.area_reg.to_numpy()
    rows = []
    for extra in bench.extra:
        row = {name: lots[name].iat[extra["from"]] for name in columns}
        row.update(
            {
                "lot_key": extra["lot_key"],
                "chiban": extra["lot_key"].split("-", 5)[-1],
                "area_reg": extra["area_reg"],
                "geometry": extra["geometry"],
            }
        )
        rows.append(row)
    layer = pd.concat([layer, gpd.GeoDataFrame(rows, geometry="geometry", crs=lots.crs)], ignore_index=True)
    truth = pd.DataFrame(bench.truth)
    truth["finding"] = truth["kind"].replace(FINDINGS)
    truth.insert(0, "defect_id", [f"D-{n:02d}" for n in range(1, len(truth) + 1)])
    return gpd.GeoDataFrame(layer, geometry="geometry", crs=lots.crs), truth[TRUTH_COLUMNS]
