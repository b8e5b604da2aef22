"""Land registry maps as a run: what maps say of themselves, triage, check report, and one map at a time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shapely
from mapmaker import MapMaker, square

from land_stewardship.core.parcels import mojmap, mojxml
from land_stewardship.core.parcels.lotfields import SHEET_FIELDS, TRIAGE_FIELDS
from land_stewardship.core.schema import names

JOETSU = "15222-1107-1553.xml"


def run(*sources: tuple[str, Any], **options: Any) -> tuple[mojmap.MapRun, list[mojmap.Part]]:
    planned = mojmap.MapRun.plan(list(sources), **options)
    return planned, list(planned.parts())


@pytest.fixture(scope="module")
def joetsu(data_folder: Path) -> tuple[mojmap.MapRun, list[mojmap.Part]]:
    return run((JOETSU, str(data_folder / "moj_map_xml" / JOETSU)), details=True)


def test_sheets_hold_all_the_map_says(joetsu: tuple[mojmap.MapRun, list[mojmap.Part]]) -> None:
    (part,) = joetsu[1]
    sheets = part.sheets
    assert len(sheets) == 104 and [*sheets.columns] == [*names(SHEET_FIELDS), "geometry"]
    first = sheets[sheets["sheet_no"] == "G1  11-2"].iloc[0]
    assert (first["map_scale"], first["north_unknown"], first["material"]) == (500, False, "P-F")
    assert (first["map_type"], first["map_kind"]) == ("土地改良所在図", "法第14条1項地図（国調法19-5指定）")
    assert [str(first[name]) for name in ("kept_on", "surveyed_on", "drawn_on")] == [
        "2002-02-22", "1997-09-01", "2001-12-01",
    ]  # fmt: skip
    assert (first["converter"], first["converter_version"], first["converter_parameters"]) == (
        "1.3.79", "TKY2JGD.par", "2.1.1",
    )  # fmt: skip
    # Corners in the file: X (north) 129200.507 to 129350.509, Y (east) -20080.137 to -19880.143.
    assert first.geometry.bounds == pytest.approx((-20080.137, 129200.507, -19880.143, 129350.509))
    assert first["lots"] == 7


def test_points_and_lines_of_the_map(joetsu: tuple[mojmap.MapRun, list[mojmap.Part]]) -> None:
    (part,) = joetsu[1]
    assert part.points is not None and part.lines is not None
    assert part.points["kind"].value_counts().to_dict() == {"boundary": 5259, "control": 329}
    assert part.lines["kind"].value_counts().to_dict() == {"boundary": 11853, "provisional_admin": 6}
    control = part.points[part.points["kind"] == "control"]
    assert control["point_class"].notna().all() and control["name"].notna().any()
    corners = {tuple(xy) for xy in shapely.get_coordinates(part.lots.geometry.to_numpy())}
    boundary = part.points[part.points["kind"] == "boundary"]
    assert sum((point.x, point.y) in corners for point in boundary.geometry) > 5000


def test_triage_of_the_real_maps(joetsu: tuple[mojmap.MapRun, list[mojmap.Part]], data_folder: Path) -> None:
    folder = data_folder / "moj_map_xml"
    verdicts = {JOETSU: joetsu[1][0].triage}
    for name in ("12103-0400-76.zip", "46505-3411-1.zip"):
        _run, (part,) = run((name, str(folder / name)))
        verdicts[name] = part.triage
    assert {name: row["verdict"] for name, row in verdicts.items()} == {
        JOETSU: "surveyed",
        "12103-0400-76.zip": "surveyed",
        "46505-3411-1.zip": "digitised",  # 図上測量
    }
    assert all(set(row) == set(names(TRIAGE_FIELDS)) for row in verdicts.values())
    assert verdicts["46505-3411-1.zip"]["map_kind"] == "地図に準ずる図面"


def test_report_accounts_for_every_lot(joetsu: tuple[mojmap.MapRun, list[mojmap.Part]]) -> None:
    report = joetsu[0].report(JOETSU)
    assert report.balanced() and report.read == report.kept == 1051
    rows = {row["item"]: row for row in report.rows()}
    assert rows["crs"]["value"].endswith("VIII (EPSG:6676)") and rows["data_date"]["value"] == "2002-02-22"
    faulty = [row for row in report.rows() if row["item"] == "shapes_invalid"]
    assert sum(int(row["value"]) for row in faulty) == 6
    assert all("a line crosses itself" in row["text"] or "a line touches itself" in row["text"] for row in faulty)
    assert "法務省" in rows["credit"]["value"]


def arbitrary(name: str = "古い公図") -> MapMaker:
    drawing = MapMaker(crs="任意座標系")
    lots = []
    for number in range(3):
        outline = drawing.ring(square(10.0 * number, 0.0, 10.0))
        lots.append(drawing.lot(str(number + 1), drawing.surface(f"F{number}", outline)))
    drawing.sheet("A1", lots[:2])
    drawing.sheet("A2", lots[2:])
    return drawing


def test_each_sheet_in_local_coordinates_stands_alone() -> None:
    planned, (part,) = run(("old.xml", arbitrary().xml(name="old")))
    assert not part.placed and part.lots.crs is None and planned.crs is None
    assert [(name, len(frame)) for name, frame in mojmap.by_sheet(part)] == [("old_A1", 2), ("old_A2", 1)]
    assert part.triage["verdict"] == "arbitrary" and "3" in part.triage["next_step_ja"]
    rows = {row["item"]: row for row in planned.report("old.xml").rows()}
    assert rows["unplaced"]["value"] == "3" and rows["unplaced"]["severity"] == "warning"


def test_land_outside_the_sheet_is_set_aside_with_its_reason() -> None:
    drawing = MapMaker()
    drawing.lot("1", drawing.surface("F1", drawing.ring(square(0.0, 0.0, 10.0))))
    drawing.lot("地区外1", drawing.surface("F2", drawing.ring(square(10.0, 0.0, 10.0))))
    planned, _parts = run(("x.xml", drawing.xml()))
    report = planned.report("x.xml")
    assert (report.read, report.kept, report.reasons()) == (2, 1, {"outside_sheet": 1})


def test_a_header_is_read_without_the_rest(data_folder: Path) -> None:
    taken = 0

    class Counting(io.BytesIO):
        def read(self, size: Any = -1) -> bytes:
            nonlocal taken
            data = super().read(size)
            taken += len(data)
            return data

    content = (data_folder / "moj_map_xml" / JOETSU).read_bytes()
    head = mojxml.read_head(Counting(content))
    assert head["座標系"] == "公共座標8系" and taken < 50_000 < len(content)


def test_one_map_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand maps never more than two are held: the one that is read and the one that is handed on."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            drawing = MapMaker()
            drawing.lot(str(number), drawing.surface("F1", drawing.ring(square(20.0 * number, 0.0, 10.0))))
            archive.writestr(f"{number:03d}.xml", drawing.xml(name=str(number)))
    read = 0
    original = mojmap.read_map

    def counting(*given: Any, **options: Any) -> Any:
        nonlocal read
        read += 1
        return original(*given, **options)

    monkeypatch.setattr(mojmap, "read_map", counting)
    planned = mojmap.MapRun.plan([("all.zip", packed.getvalue())])

    def ahead(parts: Iterator[mojmap.Part]) -> Iterator[int]:
        for handed, _part in enumerate(parts, start=1):
            yield read - handed

    assert set(ahead(planned.parts())) == {0}
    assert planned.files == planned.lots == 60


def test_the_zone_with_most_data_is_taken() -> None:
    small, large = MapMaker(crs="公共座標7系"), MapMaker(crs="公共座標9系")
    small.lot("1", small.surface("F1", small.ring(square(0.0, 0.0, 10.0))))
    for number in range(20):
        large.lot(str(number), large.surface(f"F{number}", large.ring(square(20.0 * number, 0.0, 10.0))))
    planned, parts = run(("a.xml", small.xml()), ("b.xml", large.xml()))
    assert planned.zone == 9 and planned.crs is not None and planned.crs.to_epsg() == 6677
    assert all(part.lots.crs == planned.crs for part in parts)
    assert run(("a.xml", small.xml()), ("b.xml", large.xml()), zone=7)[0].zone == 7
