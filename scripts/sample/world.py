"""Land of the sample village: use of each lot, hills, houses, roads, hamlets, zones.

The lots are real; what stands on them is invented. Hills rise along the east side (the real place is
flat), so that the sample behaves like a village between paddies and forest.
"""

from __future__ import annotations

import zlib
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.ndimage import gaussian_filter
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

SEED = 20260401
EPSG = 6676

#: Foot of the invented hills, from north to south; the hills lie east of it.
HILL_FOOT = shapely.LineString(
    [
        (-19520, 130060),
        (-19475, 129820),
        (-19385, 129700),
        (-19300, 129580),
        (-19256, 129330),
        (-19222, 129050),
        (-19125, 128720),
        (-19010, 128620),
        (-18880, 128440),
        (-18800, 128270),
        (-18660, 128060),
        (-18605, 127900),
        (-18640, 127740),
        (-18660, 127600),
        (-18705, 127450),
        (-18790, 127340),
        (-18895, 127240),
        (-19010, 127130),
    ]
)
#: A stream comes down the hills here.
VALLEY = shapely.Point(-18700, 128120)

#: Lots that together form the watercourse crossing the village.
RIVER = ("1154", "1870", "1869", "1344", "1505", "1790")
#: Two bundles of narrow strip fields that look like roads.
STRIP_FIELDS = (
    shapely.box(-19425, 129485, -19250, 129535),
    shapely.box(-19425, 129325, -19250, 129372),
)
#: Corner of the village about which nothing is known beyond the map.
DARK_CORNER = shapely.box(-19900, 129560, -19640, 129800)

HAMLETS = (
    # hamlet, English name, seed point, district, district in English
    ("川原", "Kawahara", (-19800, 129560), "北地区", "North district"),
    ("上谷沢", "Kami-Tanizawa", (-19340, 129640), "北地区", "North district"),
    ("新屋敷", "Arayashiki", (-19560, 128960), "北地区", "North district"),
    ("中谷沢", "Naka-Tanizawa", (-19860, 128320), "南地区", "South district"),
    ("東谷沢", "Higashi-Tanizawa", (-18950, 128380), "南地区", "South district"),
    ("下谷沢", "Shimo-Tanizawa", (-19520, 127720), "南地区", "South district"),
    ("山崎", "Yamasaki", (-18880, 127560), "南地区", "South district"),
)


def chance(name: str) -> np.random.Generator:
    """Random numbers for one topic, so that changing one topic leaves the others as they are."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])


def outline(lots: gpd.GeoDataFrame) -> Any:
    """Valid geometry of the lots for measuring (the lots themselves stay as they are)."""
    return shapely.make_valid(lots.geometry.to_numpy())


def hill_distance(x: Any, y: Any) -> Any:
    """Metres beyond the foot of the hills (negative on the village side)."""
    points = shapely.points(x, y)
    shapely.prepare(HILL_FOOT)
    distance = shapely.distance(points, HILL_FOOT)
    beyond = shapely.contains_xy(hill_side(), x, y)
    return np.where(beyond, distance, -distance)


def hill_side(width: Optional[float] = None) -> Any:
    """All land east of the foot of the hills, or only a band ``width`` metres wide along it."""
    coordinates = list(HILL_FOOT.coords)
    far = 2500.0
    east = shapely.Polygon(
        [
            *coordinates,
            (coordinates[-1][0] + far, coordinates[-1][1] - far),
            (coordinates[0][0] + far, coordinates[0][1] + far),
        ]
    )
    return east if width is None else HILL_FOOT.buffer(width, cap_style="flat").intersection(east)


def smooth_noise(name: str, shape: tuple[int, int], sigma: float) -> Any:
    """Smooth random surface with mean 0 and standard deviation 1."""
    field = gaussian_filter(chance(name).standard_normal(shape), sigma, mode="reflect")
    return (field - field.mean()) / field.std()


def describe(lots: gpd.GeoDataFrame) -> pd.DataFrame:
    """Measures of each lot that the invented world is built on."""
    valid = outline(lots)
    area, length = shapely.area(valid), shapely.length(valid)
    inside = shapely.point_on_surface(valid)
    table = pd.DataFrame(
        {
            "lot_key": lots["lot_key"].to_numpy(),
            "chiban": lots["chiban"].to_numpy(),
            "area": area,
            "compact": 4 * np.pi * area / length**2,
            "width": 2 * area / length,
            "x": shapely.get_x(inside),
            "y": shapely.get_y(inside),
        }
    )
    table["beyond_foot"] = hill_distance(table["x"].to_numpy(), table["y"].to_numpy())
    return table


def assign_categories(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Invent the registered land category (地目) of every lot from its shape and place."""
    random = chance("categories")
    n = len(table)
    inside = shapely.points(table["x"], table["y"])
    strip = np.zeros(n, dtype=bool)
    for box in STRIP_FIELDS:
        strip |= shapely.contains(box, inside) & (table["width"].to_numpy() > 4.5)
    thin = (table["compact"].to_numpy() < 0.2) & ~strip
    river = table["chiban"].isin(RIVER).to_numpy()
    canal = thin & (table["width"].to_numpy() < 2.6) | river
    road = thin & ~canal

    small = ~thin & ~river & (table["area"].to_numpy() < 1000) & (table["compact"].to_numpy() > 0.3)
    tree = cKDTree(table.loc[small, ["x", "y"]].to_numpy())
    neighbours = np.zeros(n, dtype=int)
    neighbours[small] = [
        len(found) - 1 for found in tree.query_ball_point(table.loc[small, ["x", "y"]].to_numpy(), 60.0)
    ]
    plot = small & (neighbours >= 6) & (table["area"].to_numpy() >= 110)

    draw = random.random(n)
    category = np.full(n, "田", dtype=object)
    near_foot = table["beyond_foot"].to_numpy() > -90
    category[small] = np.where(draw[small] < 0.78, "畑", "雑種地")
    category[~small & near_foot & (table["area"].to_numpy() < 3000) & (draw < 0.45)] = "畑"
    category[strip] = "畑"
    category[plot] = np.where(draw[plot] < 0.8, "宅地", "畑")
    tiny = small & ~plot & (table["area"].to_numpy() < 110)
    category[tiny] = np.where(draw[tiny] < 0.5, "畑", np.where(draw[tiny] < 0.9, "雑種地", "墓地"))
    forest = table["beyond_foot"].to_numpy() > 0
    fringe = (table["beyond_foot"].to_numpy() > -35) & ~forest & (draw < 0.4)
    category[forest] = np.where(draw[forest] < 0.9, "山林", "原野")
    category[fringe] = "原野"
    category[canal] = "用悪水路"
    category[road] = "公衆用道路"
    table["category"] = category
    table["farmland"] = np.isin(category, ("田", "畑"))
    return table


def centre_lines(polygon: Any, width: float) -> list[Any]:
    """Middle lines of a corridor: its longest inner path, then side arms of some length.

    The inner paths are the edges of the Voronoi diagram of the densified outline that lie inside.
    """
    part = max(shapely.get_parts(polygon), key=shapely.area)
    spacing = min(max(width * 0.8, 0.5), 6.0)
    outline_points = shapely.extract_unique_points(shapely.segmentize(part.exterior, spacing))
    edges = shapely.get_parts(shapely.voronoi_polygons(outline_points, only_edges=True))
    edges = shapely.get_parts(edges)
    shapely.prepare(part)
    edges = edges[shapely.contains_properly(part, edges)]
    if len(edges) == 0:
        return []
    ends = shapely.get_coordinates(edges).round(4).reshape(-1, 2, 2)
    nodes, index = np.unique(ends.reshape(-1, 2), axis=0, return_inverse=True)
    pairs = index.reshape(-1, 2)
    lengths = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    graph = csr_matrix((lengths, (pairs[:, 0], pairs[:, 1])), shape=(len(nodes), len(nodes)))
    lines: list[Any] = []
    start = int(pairs[0, 0])
    reach = dijkstra(graph, directed=False, indices=start)
    reach[~np.isfinite(reach)] = -1
    on_path = np.array([int(reach.argmax())])
    while True:
        reach, before, _ = dijkstra(graph, directed=False, indices=on_path, min_only=True, return_predecessors=True)
        reach[~np.isfinite(reach)] = -1
        far = int(reach.argmax())
        if reach[far] < max(3 * width, 12.0) or len(lines) >= 6:
            return lines
        path = [far]
        while before[path[-1]] >= 0:
            path.append(int(before[path[-1]]))
        lines.append(shapely.simplify(shapely.LineString(nodes[path[::-1]]), max(0.35 * width, 0.8)))
        on_path = np.unique(np.concatenate([on_path if len(lines) > 1 else [], path]).astype(int))


def lines_of(lots: gpd.GeoDataFrame, table: pd.DataFrame, category: str, shortest: float) -> gpd.GeoDataFrame:
    """Middle lines of the lots of one category, in the order of the lots."""
    chosen = np.flatnonzero((table["category"] == category).to_numpy())
    valid = outline(lots)
    rows, lines = [], []
    for position in chosen:
        width = round(float(table["width"].iat[position]), 1)
        for line in centre_lines(valid[position], width):
            if line.length >= shortest:
                rows.append({"width_m": width})
                lines.append(line)
    return gpd.GeoDataFrame(rows, geometry=lines, crs=EPSG)


def roads(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Roads as lines: ``road_id, width_m, kind``."""
    frame = lines_of(lots, table, "公衆用道路", 15.0)
    frame.insert(0, "road_id", [f"R-{n:03d}" for n in range(1, len(frame) + 1)])
    frame["kind"] = np.where(frame["width_m"] >= 8.0, "main", "farm")
    return frame


def canals(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Canals as lines: ``canal_id``."""
    frame = lines_of(lots, table, "用悪水路", 15.0)
    frame.insert(0, "canal_id", [f"C-{n:03d}" for n in range(1, len(frame) + 1)])
    return frame[["canal_id", "geometry"]]


def forest_of(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Forest polygons and the edge that faces the village."""
    valid = outline(lots)
    wooded = (table["category"] == "山林").to_numpy()
    hills = hill_side().intersection(shapely.box(*lots.total_bounds).buffer(215, join_style="mitre"))
    others = shapely.union_all(shapely.buffer(valid[~wooded], 0.01))
    wood = shapely.union_all([hills.difference(others), *shapely.buffer(valid[wooded], 0.01)])
    parts = [part for part in shapely.get_parts(wood) if part.area > 800]
    parts = [
        shapely.Polygon(part.exterior, [h for h in part.interiors if shapely.Polygon(h).area > 400]) for part in parts
    ]
    parts = [shapely.simplify(part, 0.3) for part in sorted(parts, key=lambda p: (-round(p.area), p.bounds))]
    forest = gpd.GeoDataFrame({"forest_id": [f"F-{n:02d}" for n in range(1, len(parts) + 1)]}, geometry=parts, crs=EPSG)
    outside = hills.boundary.difference(HILL_FOOT.buffer(3.0)).buffer(2.0)
    edge = shapely.union_all([part.boundary for part in parts]).difference(outside)
    lines = [line for line in shapely.get_parts(shapely.line_merge(edge)) if line.length > 25]
    lines.sort(key=lambda line: (-round(line.length), line.bounds))
    edges = gpd.GeoDataFrame({"edge_id": [f"E-{n:02d}" for n in range(1, len(lines) + 1)]}, geometry=lines, crs=EPSG)
    return forest, edges


def hamlets_of(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> tuple[gpd.GeoDataFrame, Any]:
    """Hamlet areas (whole lots plus the land between and around them) and the hamlet of each lot.

    The official area is that of the hamlet as drawn, so it is larger than the sum of its lots.
    """
    valid = outline(lots)
    seeds = np.array([seed for _, _, seed, _, _ in HAMLETS], dtype=float)
    nearest = cKDTree(seeds).query(table[["x", "y"]].to_numpy())[1]
    everything = shapely.union_all(shapely.buffer(valid, 0.005))
    land = shapely.union_all([everything.buffer(60).buffer(-45), hill_side(110.0)]).buffer(15).buffer(-15)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(seeds), extend_to=land.envelope.buffer(500))
    rest = land.difference(everything)
    inside = shapely.points(table["x"], table["y"])
    places = [shapely.MultiPoint(inside[nearest == number]) for number in range(len(seeds))]
    areas = []
    for number, seed in enumerate(seeds):
        cell = next(c for c in shapely.get_parts(cells) if shapely.contains_xy(c, *seed))
        own = shapely.union_all(shapely.buffer(valid[nearest == number], 0.01))
        whole = (
            shapely.union_all([own, cell.intersection(rest)])
            .buffer(0.5, join_style="mitre")
            .buffer(-0.5, join_style="mitre")
        )
        parts = [
            shapely.Polygon(p.exterior, [h for h in p.interiors if shapely.Polygon(h).area > 100])
            for p in shapely.get_parts(whole)
            if p.area > 200 or p.intersects(places[number])
        ]
        areas.append(shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0])
    # Cut what two hamlets claim, so that no land counts twice.
    for number in range(1, len(areas)):
        areas[number] = areas[number].difference(shapely.union_all(areas[:number]))
    areas = [shapely.simplify(a, 0.05) for a in areas]
    frame = gpd.GeoDataFrame(
        {
            "hamlet": [h[0] for h in HAMLETS],
            "name_en": [h[1] for h in HAMLETS],
            "name_ja": [h[0] for h in HAMLETS],
            "district": [h[3] for h in HAMLETS],
            "district_en": [h[4] for h in HAMLETS],
            "official_area_ha": [round(a.area / 10_000, 1) for a in areas],
        },
        geometry=areas,
        crs=EPSG,
    )
    return frame, np.array([h[0] for h in HAMLETS], dtype=object)[nearest]


def houses_of(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """One house on most house plots, parallel to the plot's long side."""
    random = chance("houses")
    valid = outline(lots)
    rows, shapes = [], []
    for position in np.flatnonzero((table["category"] == "宅地").to_numpy()):
        size, use, length, breadth = random.random(4)
        if use > 0.9:
            continue
        plot = valid[position]
        corners = np.asarray(shapely.oriented_envelope(plot).exterior.coords)
        sides = corners[1] - corners[0], corners[2] - corners[1]
        along = max(sides, key=lambda side: float(np.hypot(*side)))
        along = along / np.hypot(*along)
        across = np.array([-along[1], along[0]])
        middle = np.array(shapely.get_coordinates(shapely.maximum_inscribed_circle(plot, tolerance=0.5))[0])
        scale = min(1.0, float(np.sqrt(plot.area / 260)))
        half = along * (4.5 + 2.5 * length) * scale, across * (3.2 + 1.6 * breadth) * scale
        house = shapely.Polygon([middle + s * half[0] + t * half[1] for s, t in ((1, 1), (-1, 1), (-1, -1), (1, -1))])
        if not plot.buffer(0.5).contains(house):
            house = max(shapely.get_parts(house.intersection(plot.buffer(-0.3))), key=shapely.area, default=house)
        if house.is_empty or house.geom_type != "Polygon" or house.area < 25:
            continue
        rows.append(
            {
                "hamlet": table["hamlet"].iat[position],
                "occupied": "yes" if size < 0.72 else "no" if size < 0.87 else "unknown",
            }
        )
        shapes.append(house)
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=EPSG)
    frame.insert(0, "house_id", [f"H-{n:03d}" for n in range(1, len(frame) + 1)])
    return frame


def hazards_of(lots: gpd.GeoDataFrame, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Warning zones at the foot of the hills, a debris-flow fan, and flooding along the river."""
    rows: list[dict[str, Any]] = []
    shapes: list[Any] = []

    def put(phenomenon: str, level: str, law: str, shape: Any) -> None:
        rows.append({"phenomenon": phenomenon, "level": level, "law": law})
        shapes.append(shape)

    landslide_law = "土砂災害警戒区域等における土砂災害防止対策の推進に関する法律"
    flood_law = "水防法"
    length = HILL_FOOT.length
    for start, end in ((0.10, 0.17), (0.30, 0.36), (0.55, 0.63), (0.80, 0.88)):
        piece = _piece(start * length, end * length)
        put("slope", "yellow", landslide_law, piece.buffer(48, cap_style="flat"))
        put("slope", "red", landslide_law, piece.buffer(17, cap_style="flat"))
    fan = shapely.Polygon(
        [
            (-18630, 128180),
            (-18740, 128200),
            (-18880, 128150),
            (-18920, 128030),
            (-18830, 127960),
            (-18700, 128020),
            (-18600, 128120),
        ]
    )
    put("debris", "yellow", landslide_law, fan)
    put(
        "debris",
        "red",
        landslide_law,
        shapely.Polygon([(-18630, 128180), (-18730, 128170), (-18780, 128110), (-18710, 128050), (-18600, 128120)]),
    )
    river = shapely.union_all(outline(lots)[table["chiban"].isin(RIVER).to_numpy()])
    for rank, reach in ((1, 90), (2, 30)):
        water = shapely.get_parts(shapely.simplify(river.buffer(reach), 2.0))
        for part in sorted(water, key=lambda part: part.bounds):
            put("flood", f"depth_rank {rank}", flood_law, part)
    frame = gpd.GeoDataFrame(rows, geometry=shapes, crs=EPSG)
    frame.insert(0, "zone_id", [f"Z-{n:02d}" for n in range(1, len(frame) + 1)])
    return frame


def _piece(start: float, end: float) -> Any:
    """Part of the hill foot between two distances along it."""
    along = [*np.arange(start, end, 15.0).tolist(), end]
    return shapely.LineString(shapely.get_coordinates(shapely.line_interpolate_point(HILL_FOOT, along)))


def zoning_of(
    lots: gpd.GeoDataFrame, table: pd.DataFrame, forest: gpd.GeoDataFrame, hazards: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Agricultural zone over most paddies, protection forest on part of the hills, red slope zones."""
    valid = outline(lots)
    paddies = table["farmland"].to_numpy() & (table["area"].to_numpy() > 1400)
    fields = shapely.union_all(shapely.buffer(valid[paddies], 6)).buffer(-6)
    fields = [shapely.simplify(part, 0.5) for part in shapely.get_parts(fields) if part.area > 8000]
    fields.sort(key=lambda part: (-round(part.area), part.bounds))
    rows = [("agri_zone", "農業振興地域の整備に関する法律", "keep_farmland")] * len(fields)
    shapes = list(fields)
    kept = forest.union_all().intersection(shapely.box(-19300, 127900, -18000, 128900))
    for part in shapely.get_parts(kept):
        if part.area > 5000:
            rows.append(("protection_forest", "森林法", "keep_forest"))
            shapes.append(part)
    for shape in hazards.loc[(hazards["phenomenon"] == "slope") & (hazards["level"] == "red"), "geometry"]:
        rows.append(("slope_red", "土砂災害警戒区域等における土砂災害防止対策の推進に関する法律", "no_building"))
        shapes.append(shape)
    frame = gpd.GeoDataFrame(rows, columns=["kind", "law", "direction"], geometry=shapes, crs=EPSG)
    frame.insert(0, "zone_id", [f"L-{n:02d}" for n in range(1, len(frame) + 1)])
    return frame
