"""Published cases of other parcel checkers: each agrees, or stands in docs/reference_cases.md with the reason.

The expected results were written down from the test suites of the QGIS geometry checker, LADM-COL and
the JTS coverage functions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from land_stewardship.core.parcels.check import CheckResult, CheckSettings, check_parcels

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "reference_cases.md"


def cases(folder: Path, name: str) -> Any:
    return json.loads((folder / "expected" / f"{name}.json").read_text(encoding="utf-8"))


def layer(folder: Path, path: str, name: Optional[str] = None) -> gpd.GeoDataFrame:
    frame = gpd.read_file(folder / path, layer=name) if name else gpd.read_file(folder / path)
    return frame.reset_index(drop=True)


#: Only what the published cases ask for.
FINEST = {"min_area": 0.0, "sliver_width": 0.0, "channel_width": 0.0, "spike_width": 0.0, "min_lot_area": 0.0}


def run(frame: gpd.GeoDataFrame, tolerance: float = 1e-6, **options: Any) -> CheckResult:
    """Check with the finest thresholds, so that what is found depends on the definition alone."""
    settings = CheckSettings(tolerance=tolerance, **{**FINEST, **options})
    return check_parcels(frame, settings, key_field=None, area_field=None)


def of_kind(result: CheckResult, kind: str) -> pd.DataFrame:
    return result.findings[result.findings["kind"] == kind].reset_index(drop=True)


def pairs(rows: pd.DataFrame) -> list[tuple[int, ...]]:
    return sorted(tuple(sorted(int(key) for key in lots.split("; "))) for lots in rows["lots"])


def table_rows(section: str) -> dict[str, tuple[str, str]]:
    """Rows "| case | result | why |" below a heading of docs/reference_cases.md."""
    text = TABLE.read_text(encoding="utf-8").split(f"## {section}\n", 1)[1].split("\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {row[0]: (row[1], row[2]) for row in rows[2:]}


# -- QGIS geometry checker ---------------------------------------------------------------------

QGIS = "qgis_geometry_checker"


def gaps_of_the_gap_layer(folder: Path, case: dict[str, Any], tolerance: float = 1e-6) -> CheckResult:
    limit = case["gapThreshold"]
    result = run(layer(folder, f"{QGIS}/gap_layer.shp"), tolerance, max_gap_area=limit)
    rows = of_kind(result, "gap")
    assert len(rows) == case["n"]
    expected = sorted(zip(case["areas"], case["at"]))
    areas = result.areas[result.areas["kind"] == "gap"].sort_values("area_m2")
    for (area, at), size, shape in zip(expected, areas["area_m2"], areas.geometry):
        assert size == pytest.approx(area, abs=1e-4)
        assert shapely.distance(shape.centroid, shapely.Point(at)) < 0.05
    return result


def qgis_gap(folder: Path, case: dict[str, Any]) -> None:
    gaps_of_the_gap_layer(folder, case)


def qgis_gap_point_in_poly(folder: Path, case: dict[str, Any]) -> None:
    result = run(layer(folder, f"{QGIS}/gap_layer_point_in_poly.shp"))
    assert len(of_kind(result, "gap")) == case["n"]
    area = result.areas[result.areas["kind"] == "gap"].iloc[0]
    point = result.findings.set_index("finding_id").loc[area["finding_id"]].geometry
    assert point.within(area.geometry)


def polygon_layer(folder: Path) -> CheckResult:
    return run(layer(folder, f"{QGIS}/polygon_layer.shp"), sliver_width=0.1)


def qgis_overlap_small(folder: Path, case: dict[str, Any]) -> None:
    """Two error parts of QGIS are one finding for the pair, with the number of parts and their sum."""
    rows = of_kind(polygon_layer(folder), "overlap")
    small = rows[(rows["size"] < case["maxOverlapArea"]) & ~rows["lots"].str.contains(r"\b1\b")]
    assert pairs(small) == [(0, 10)]
    assert small.iloc[0]["detail"] == f"parts={case['n']}"
    assert small.iloc[0]["size"] == pytest.approx(0.003478 + 0.002574, abs=1e-6)


def qgis_overlap_all(folder: Path, case: dict[str, Any]) -> None:
    """0x10 (2 parts) and 7x9 as in QGIS; 8x9 is left out because 8 is an exact copy of 7."""
    result = polygon_layer(folder)
    rows = of_kind(result, "overlap")
    assert {(0, 10), (7, 9)} <= set(pairs(rows))
    assert rows.loc[rows["lots"] == "7; 9", "size"].iloc[0] == pytest.approx(0.210088, abs=1e-6)
    assert (8, 9) not in pairs(rows)
    assert pairs(of_kind(result, "duplicate")) == [(7, 8)]
    # What QGIS does not count: containment, and lots that had to be repaired first.
    assert set(pairs(rows)) - {(0, 10), (7, 9)} == {(1, 4)}
    assert set(pairs(of_kind(result, "contained"))) == {(0, 3), (1, 5)}


def qgis_overlap_bug(folder: Path, case: dict[str, Any]) -> None:
    frame = layer(folder, f"{QGIS}/overlap_layer_tolerance_bug.shp")
    before = frame.geometry.to_wkb().tolist()
    assert frame.area[0] == pytest.approx(case["feature0_area_before"])
    result = run(frame, 0.01)
    assert pairs(of_kind(result, "overlap")) == [(0, 1)]
    lots = shapely.get_parts(result.lots.geometry.to_numpy())
    assert shapely.to_wkb(lots).tolist() == before, "checking moves no point"


def qgis_duplicate(folder: Path, case: dict[str, Any]) -> None:
    assert pairs(of_kind(polygon_layer(folder), "duplicate")) == [tuple(case["pair"])]


def qgis_sliver(folder: Path, case: dict[str, Any]) -> None:
    """11 agrees; 6 has no width at all and is called a broken shape."""
    result = polygon_layer(folder)
    assert "11" in set(of_kind(result, "sliver")["lots"])
    assert "6" in set(of_kind(result, "invalid")["lots"])


def qgis_small(folder: Path, case: dict[str, Any]) -> None:
    """The same lots, but for three that are broken: their area means nothing."""
    result = run(layer(folder, f"{QGIS}/polygon_layer.shp"), min_lot_area=case["areaThreshold"])
    small = set(of_kind(result, "too_small")["lots"].astype(int))
    broken = set(of_kind(result, "invalid")["lots"].astype(int))
    assert small == set(case["features"]) - broken
    assert set(case["features"]) - small == {1, 6, 12}


def qgis_self_contact(folder: Path, case: dict[str, Any]) -> None:
    rows = of_kind(run(layer(folder, f"{QGIS}/polygon_layer.shp")), "self_touch")
    row = rows[rows["lots"] == str(case["feature"])].iloc[0]
    assert [row["x"], row["y"]] == pytest.approx(case["at"], abs=1e-3)


def qgis_self_intersection(folder: Path, case: dict[str, Any]) -> None:
    rows = of_kind(polygon_layer(folder), "invalid")
    crossing = rows[rows["detail"].str.startswith("Self-intersection")].sort_values("lots", key=lambda c: c.astype(int))
    assert crossing["lots"].astype(int).tolist() == case["features"]
    assert crossing[["x", "y"]].to_numpy() == pytest.approx(np.array(case["at"]), abs=1e-4)


def qgis_degenerate(folder: Path, case: dict[str, Any]) -> None:
    assert str(case["feature"]) in set(of_kind(polygon_layer(folder), "invalid")["lots"])


def qgis_hole(folder: Path, case: dict[str, Any]) -> None:
    """A hole without a lot in it is land without a number: a gap."""
    assert of_kind(polygon_layer(folder), "gap")["lots"].tolist().count(str(case["feature"])) == case["n"]


def qgis_contained(folder: Path, case: dict[str, Any]) -> None:
    """3 within 0: an overlap as large as lot 3."""
    result = polygon_layer(folder)
    row = of_kind(result, "contained").set_index("lots").loc["0; 3"]
    assert row["size"] == pytest.approx(result.lots["area_m2"].iloc[3])


def qgis_missing_vertex(folder: Path, case: dict[str, Any]) -> None:
    rows = of_kind(run(layer(folder, f"{QGIS}/missing_vertex.gpkg")), "missing_vertex")
    assert len(rows) == case["n"]


def qgis_allowed_gaps(folder: Path, case: dict[str, Any]) -> None:
    """Which gap is meant stays known by its id: the one a person accepts can be left out."""
    known = next(c for c in cases(folder, QGIS)["cases"] if c["check"] == "gap" and "areas" in c)
    before = gaps_of_the_gap_layer(folder, known).findings["finding_id"]
    accepted = before.iloc[0]
    again = gaps_of_the_gap_layer(folder, known).findings["finding_id"]
    assert len(before) == case["n_before"]
    assert (again != accepted).sum() == case["n_after_marking_one_as_allowed"]


QGIS_TESTS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "gap, gap_layer": qgis_gap,
    "gap, gap_layer_point_in_poly": qgis_gap_point_in_poly,
    "allowed gaps, gap_layer": qgis_allowed_gaps,
    "overlap, polygon_layer (max 0.01)": qgis_overlap_small,
    "overlap, polygon_layer (max 0.0)": qgis_overlap_all,
    "overlap, overlap_layer_tolerance_bug": qgis_overlap_bug,
    "duplicate geometry, polygon_layer": qgis_duplicate,
    "sliver, polygon_layer": qgis_sliver,
    "small area, polygon_layer": qgis_small,
    "self-contact, polygon_layer": qgis_self_contact,
    "self-intersection, polygon_layer": qgis_self_intersection,
    "degenerate polygon, polygon_layer": qgis_degenerate,
    "hole, polygon_layer": qgis_hole,
    "contained, point/line/polygon": qgis_contained,
    "missing vertex, missing_vertex.gpkg": qgis_missing_vertex,
}


def qgis_name(case: dict[str, Any]) -> str:
    where = case.get("layer") or case.get("layers") or f"{case['subject']} on {case['reference']}"
    extra = f" (max {case['maxOverlapArea']})" if "maxOverlapArea" in case else ""
    return f"{case['check']}, {where}{extra}"


@pytest.mark.parametrize("name", list(QGIS_TESTS))
def test_qgis_geometry_checker(data_folder: Path, name: str) -> None:
    case = next(c for c in cases(data_folder, QGIS)["cases"] if qgis_name(c) == name)
    QGIS_TESTS[name](data_folder, case)


@pytest.mark.parametrize("tolerance", [0.0, 1e-9, 1e-7, 1e-5])
def test_gap_layer_has_six_gaps_at_any_small_tolerance(data_folder: Path, tolerance: float) -> None:
    result = run(layer(data_folder, f"{QGIS}/gap_layer.shp"), tolerance)
    assert len(of_kind(result, "gap")) == 6
    assert of_kind(result, "gap")["size"].max() == pytest.approx(0.0152, abs=1e-4)


# -- LADM-COL ----------------------------------------------------------------------------------


def ladm_overlaps(folder: Path, case: dict[str, Any]) -> None:
    """Row ids count from 1 after splitting into single parts; the last three rows are numbered the other way."""
    frame = layer(folder, f"ladm_col/{case['gpkg']}", case["layer"]).explode(index_parts=False, ignore_index=True)
    frame.index = frame.index + 1
    result = run(frame)
    found = sorted(pairs(of_kind(result, "overlap")) + pairs(of_kind(result, "contained")))
    turned = {66: 68, 68: 66}
    expected = sorted(tuple(sorted(turned.get(row, row) for row in pair)) for pair in case["pairs"])
    assert len(found) == case["n_pairs"]
    assert found == expected


def ladm_gaps(folder: Path, case: dict[str, Any]) -> None:
    assert len(of_kind(run(layer(folder, f"ladm_col/{case['gpkg']}", case["layer"])), "gap")) == case["n"]


def ladm_parts(folder: Path, case: dict[str, Any]) -> None:
    """Lots with several parts are noted."""
    frame = layer(folder, f"ladm_col/{case['gpkg']}", case["layer"])
    several = [row for row, shape in enumerate(frame.geometry) if shapely.get_num_geometries(shape) > 1]
    assert len(several) == case["n_features"]
    assert sum(shapely.get_num_geometries(frame.geometry[row]) for row in several) == case["n_parts"]
    result = run(frame)
    assert not set(result.findings["kind"]) & {"duplicate", "no_geometry"}
    rows = of_kind(result, "multipart")
    assert sorted(rows["lots"].astype(int)) == several
    assert sum(int(detail.removeprefix("parts=")) for detail in rows["detail"]) == case["n_parts"]


LADM_TESTS: dict[str, Callable[[Path, dict[str, Any]], None]] = {
    "overlapping polygons, overlapping_polygons": ladm_overlaps,
    "gaps (interior holes only) (skip), check_gaps_in_plots": ladm_gaps,
    "multipart, right_of_way": ladm_parts,
}


def ladm_name(case: dict[str, Any]) -> str:
    where = case.get("layer") or " x ".join(case.get("layers", [])) or case["gpkg"]
    return f"{case['check']}, {where}"


@pytest.mark.parametrize("name", list(LADM_TESTS))
def test_ladm_col(data_folder: Path, name: str) -> None:
    case = next(c for c in cases(data_folder, "ladm_col")["cases"] if ladm_name(c) == name)
    LADM_TESTS[name](data_folder, case)


# -- JTS coverage ------------------------------------------------------------------------------

#: What JTS calls an invalid edge is one of these for us: (kind, number of findings) per case.
JTS_FINDINGS: dict[str, dict[str, int]] = {
    "testCollinearUnmatchedEdge": {"missing_vertex": 1},
    "testDuplicate": {"duplicate": 1},
    "testDuplicateReversed": {"duplicate": 1},
    "testCrossingSegment": {"overlap": 1},
    "testCrossingAndInteriorSegments": {"overlap": 1},
    "testTargetVertexTouchesSegment": {"missing_vertex": 1},
    "testAdjVertexTouchesSegment": {"missing_vertex": 1},
    "testInteriorSegmentTouchingEdge": {"overlap": 1},
    "testInteriorSegmentTouchingNodes": {"overlap": 1},
    "testInteriorSegmentsTouching": {"overlap": 1, "gap": 1},
    "testTargetMultiPolygon": {"overlap": 3},
    "testBothMultiPolygon": {"overlap": 4},
    "testInteriorSegmentsWithMatch": {"contained": 1},
    "testAdjacentHoleOverlap": {"overlap": 1, "gap": 1},
    "testTargetHoleOverlap": {"overlap": 1, "gap": 1},
    "testFullyContained": {"contained": 1},
    "testFullyCoveredAndMatched": {"contained": 4},
    "testTargetCoveredAndMatching": {"contained": 2},
    "testCoveredBy2AndMatching": {"overlap": 4},
}


def wkt(text: str) -> Any:
    """A shape; some published texts close one bracket too many."""
    text = text.replace("))), ((", ")), ((")
    return shapely.from_wkt(text[:-1] if text.count(")") > text.count("(") else text)


def lots_of(shapes: list[Any]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[part for shape in shapes for part in shapely.get_parts(shape)])


def jts(folder: Path, group: str) -> dict[str, dict[str, Any]]:
    found = cases(folder, "jts_coverage_cases")[group]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", list(JTS_FINDINGS))
def test_jts_invalid_edges(data_folder: Path, name: str) -> None:
    case = jts(data_folder, "CoveragePolygonValidatorTest")[name]
    assert case["check"] == ["checkInvalid"]
    # Where both lots are the same, the expected line stands in the call itself.
    texts = [*case["wkt"], *re.findall(r'"(LINEARRING[^"]+)"', case["skeleton"])]
    target, around, edges = (wkt(text) for text in texts)
    result = run(lots_of([target, around]))
    assert result.findings["kind"].value_counts().to_dict() == JTS_FINDINGS[name]
    # The finding lies where JTS marks its edges.
    places = shapely.union_all(
        [
            *result.areas.geometry,
            *result.findings.loc[result.findings["kind"] == "missing_vertex"].geometry,
        ]
    )
    assert edges.intersects(places)


@pytest.mark.parametrize(
    "name",
    [
        "testMatchedEdges",
        "testRingsCCW",
        "testRepeatedCommonVertexInTarget",
        "testRepeatedCommonVertexInAdjacent",
    ],
)
def test_jts_valid_edges(data_folder: Path, name: str) -> None:
    case = jts(data_folder, "CoveragePolygonValidatorTest")[name]
    assert case["check"] == ["checkValid"]
    assert run(lots_of([wkt(text) for text in case["wkt"]])).findings.empty


def test_jts_narrow_gap(data_folder: Path) -> None:
    """JTS: the edge of a narrow open wedge. For us its tip lies on the border within the tolerance."""
    case = jts(data_folder, "CoveragePolygonValidatorTest")["testGap"]
    shapes = [wkt(text) for text in case["wkt"]]
    assert run(lots_of(shapes[:2]), 0.05).findings.empty
    row = of_kind(run(lots_of(shapes[:2]), 0.5), "missing_vertex").iloc[0]
    assert shapes[2].distance(row.geometry) < 0.5
    strip = run(lots_of(shapes[:2]), 0.05, channel_width=0.5)
    assert strip.findings["kind"].tolist() == ["channel"]
    assert shapes[2].intersects(strip.areas.geometry.iloc[0])


def test_jts_gap_finder(data_folder: Path) -> None:
    case = jts(data_folder, "CoverageGapFinderTest")["testThreePolygonGap"]
    lots, gap = (wkt(text) for text in case["wkt"])
    areas = run(lots_of([lots])).areas
    assert len(areas) == 1
    assert areas.geometry.iloc[0].equals(gap)


@pytest.mark.parametrize(
    "name",
    [
        "testChessboard4",
        "testHoleTouchingSide",
        "testHolesTouchingSide",
        "testHolesTouching",
    ],
)
def test_jts_union(data_folder: Path, name: str) -> None:
    """The holes of the published union are our gaps."""
    case = jts(data_folder, "CoverageUnionTest")[name]
    lots, union = (wkt(text) for text in case["wkt"])
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]
    result = run(lots_of([lots]))
    assert set(result.findings["kind"]) <= {"gap"}
    assert sorted(result.areas["area_m2"]) == pytest.approx(sorted(hole.area for hole in holes))


def test_jts_union_of_nothing_and_of_overlaps(data_folder: Path) -> None:
    empty, crossing = (jts(data_folder, "CoverageUnionTest")[name] for name in ("testEmpty", "testInvalidNodingError"))
    assert run(lots_of([wkt(empty["wkt"][0])])).findings.empty
    result = run(lots_of([wkt(crossing["wkt"][0])]))
    assert result.findings["kind"].tolist() == ["overlap"], "JTS gives up; the check names the overlap"


@pytest.mark.parametrize(
    "name",
    [
        "testTwoAdjacent",
        "testTwoAdjacentWithFilledHole",
        "testHolesAndFillWithDifferentEndpoints",
        "testMultiPolygons",
    ],
)
def test_jts_ring_edges(data_folder: Path, name: str) -> None:
    """The maps whose edges JTS takes apart are clean, and our open edges are exactly their outline."""
    from land_stewardship.core.parcels.mesh import build_mesh

    case = jts(data_folder, "CoverageRingEdgesTest")[name]
    lots = lots_of([wkt(case["wkt"][0])])
    assert "overlap" not in set(run(lots).findings["kind"])
    mesh = build_mesh(lots.geometry.to_numpy(), 0.0)
    open_edges = shapely.union_all(mesh.segments(np.flatnonzero(mesh.is_open)))
    assert open_edges.equals(shapely.boundary(shapely.union_all(lots.geometry.to_numpy())))
    every_edge = shapely.union_all(mesh.segments(np.arange(len(mesh.lot))))
    assert every_edge.equals(shapely.union_all(wkt(case["wkt"][1])))


# -- nothing forgotten -------------------------------------------------------------------------


def test_every_case_is_tested_or_explained(data_folder: Path) -> None:
    qgis = {qgis_name(case) for case in cases(data_folder, QGIS)["cases"]}
    rows = table_rows("QGIS geometry checker")
    assert set(rows) == qgis
    assert {name for name, (result, _) in rows.items() if result != "not checked"} == set(QGIS_TESTS)

    ladm = {ladm_name(case) for case in cases(data_folder, "ladm_col")["cases"]}
    rows = table_rows("LADM-COL")
    assert set(rows) == ladm
    assert {name for name, (result, _) in rows.items() if result != "not checked"} == set(LADM_TESTS)

    rows = table_rows("JTS coverage")
    groups = cases(data_folder, "jts_coverage_cases")
    assert set(rows) == {f"{group} ({len(content)})" for group, content in groups.items()}
    for _, (result, why) in {**table_rows("QGIS geometry checker"), **table_rows("LADM-COL"), **rows}.items():
        assert result in ("agrees", "differs", "not checked")
        assert why
