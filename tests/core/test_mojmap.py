"""Reading land registry maps: three real files and hand-made ones."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Optional

import numpy as np
import pytest
import shapely
from mapmaker import MapMaker, square

from land_stewardship.core.errors import Cancelled, InputError
from land_stewardship.core.parcels import mojmap
from land_stewardship.core.parcels.lotfields import LOT_FIELDS
from land_stewardship.core.progress import Progress

JOETSU = "15222-1107-1553.xml"


def simple_map(crs: str = "公共座標8系", chiban: str = "1", namespace: bool = True) -> bytes:
    maker = MapMaker(crs, namespace)
    lot = maker.lot(chiban, maker.surface("F1", maker.ring(square(1000, 2000, 10))))
    maker.sheet("A-1", [lot])
    return maker.xml()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


def read(data: bytes, **options: object) -> mojmap.ImportResult:
    return mojmap.import_maps([("test.xml", data)], **options)  # type: ignore[arg-type]


# -- the real files -------------------------------------------------------------------------
@pytest.fixture(scope="module")
def joetsu(data_folder: Path) -> mojmap.ImportResult:
    return mojmap.import_maps([(JOETSU, data_folder / "moj_map_xml" / JOETSU)])


def test_real_map_has_all_lots(joetsu: mojmap.ImportResult) -> None:
    lots = joetsu.lots
    assert len(lots) == 1051
    assert lots.area.sum() / 10_000 == pytest.approx(202.46, abs=0.005)
    assert lots["area_m2"].sum() == pytest.approx(lots.area.sum())
    assert lots["area_m2"].median() == pytest.approx(711, abs=1)
    assert lots.crs.to_epsg() == 6676
    assert lots["lot_key"].is_unique
    assert joetsu.findings == [] and joetsu.set_aside == 0 and joetsu.undetermined == 0
    assert len(joetsu.unplaced) == 0


def test_real_map_keeps_its_six_crossing_outlines(joetsu: mojmap.ImportResult) -> None:
    invalid = joetsu.lots.loc[~joetsu.lots.geometry.is_valid, "fude_id"]
    assert sorted(invalid) == [f"H000000{n}" for n in ("031", "232", "499", "523", "595", "609")]
    reasons = shapely.is_valid_reason(shapely.get_parts(joetsu.lots.loc[invalid.index].geometry.to_numpy()))
    # GEOS words one of them "Self-intersection".
    assert len(reasons) == 6 and all("elf-intersection[" in reason for reason in reasons)


def test_real_map_is_one_mesh_without_overlap(joetsu: mojmap.ImportResult) -> None:
    shapes = shapely.make_valid(joetsu.lots.geometry.to_numpy())
    left, right = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    shared = shapely.area(shapely.intersection(shapes[left], shapes[right]))
    assert (shared > 1e-4).sum() == 0
    # Every lot touches the others along a line: one mesh.
    whole = shapely.union_all(shapes).buffer(-0.0005)
    assert len(shapely.get_parts(whole)) == 1


def test_real_map_has_74_thin_lots(joetsu: mojmap.ImportResult) -> None:
    lots = joetsu.lots
    assert (4 * np.pi * lots.area / lots.length**2 < 0.05).sum() == 74


def test_real_map_fields(joetsu: mojmap.ImportResult) -> None:
    first = joetsu.lots.iloc[0]
    assert list(joetsu.lots.columns) == [*(spec.name for spec in LOT_FIELDS), "geometry"]
    assert first["lot_key"] == "15222-147-000-0000-00-1024"
    assert (first["oaza"], first["chiban"], first["accuracy_class"]) == ("大字南新保", "1024", "甲三")
    assert first["koaza"] is None
    assert first["sheets"] == "V1  24-3; V1  34-1"
    assert first["map_kind"] == "法第14条1項地図（国調法19-5指定）"
    assert first["map_scale"] == 500
    assert first["map_date"] == dt.date(2002, 2, 22)
    assert joetsu.lots["sheets"].notna().all()
    # X is north: the first point of the file is (127305.087 N, -19076.468 E).
    assert shapely.get_coordinates(first.geometry)[0] == pytest.approx((-19076.468, 127305.087))


def test_smallest_public_map(data_folder: Path) -> None:
    result = mojmap.import_maps([("a.zip", data_folder / "moj_map_xml" / "12103-0400-76.zip")])
    assert len(result.lots) == 1
    lot = result.lots.iloc[0]
    assert result.lots.crs.to_epsg() == 6677
    assert (lot["chiban"], lot["accuracy_class"], lot["source_file"]) == ("194-1", "甲一", "12103-0400-76.xml")
    assert lot["area_m2"] == pytest.approx(3.4587, abs=1e-4)


def test_2025_edition(data_folder: Path) -> None:
    result = mojmap.import_maps([("b.zip", data_folder / "moj_map_xml" / "46505-3411-1.zip")])
    assert result.lots["chiban"].tolist() == ["2740-1", "2740-2"]
    assert result.set_aside == 6
    assert result.lots.crs.to_epsg() == 6670
    # The sheets give a month only; it counts from its first day.
    assert result.lots["map_date"].tolist() == [dt.date(1996, 3, 1)] * 2
    assert result.lots["map_scale"].tolist() == [1000, 1000]
    assert result.lots["coord_type"].tolist() == ["図上測量"] * 2


def test_several_zones_in_one_run_go_to_one_zone(data_folder: Path) -> None:
    folder = data_folder / "moj_map_xml"
    maker = MapMaker("公共座標8系")
    for number in range(130):
        maker.lot(str(number), maker.surface(f"F{number}", maker.ring(square(129200, -20000 + 10 * number, 10))))
    sources = [("drawn.xml", maker.xml())]
    sources += [(name, folder / name) for name in ("12103-0400-76.zip", "46505-3411-1.zip")]
    result = mojmap.import_maps(sources)
    assert result.zone_counts == {8: 130, 9: 1, 2: 2}
    assert result.lots.crs.to_epsg() == 6676
    # 千葉 lies about 116 km east of the meridian of zone 8; its area stays that of its own zone.
    chiba = result.lots[result.lots["city_code"] == "12103"].iloc[0]
    longitude, latitude = _lonlat(result, "12103")
    assert (longitude, latitude) == pytest.approx((140.1, 35.6), abs=0.1)
    assert chiba["area_m2"] == pytest.approx(3.4587, abs=1e-4)
    backwards = mojmap.import_maps(sources[::-1])
    assert backwards.lots.crs == result.lots.crs
    assert set(backwards.lots["lot_key"]) == set(result.lots["lot_key"])


def _lonlat(result: mojmap.ImportResult, city: str) -> tuple[float, float]:
    point = result.lots[result.lots["city_code"] == city].to_crs(6668).geometry.iloc[0].centroid
    return point.x, point.y


# -- geometry of hand-made files -----------------------------------------------------------
def test_x_is_north_and_y_is_east() -> None:
    lot = read(simple_map()).lots.iloc[0]
    assert lot.geometry.bounds == (2000, 1000, 2010, 1010)


def test_vertex_order_and_direction_stay() -> None:
    lot = read(simple_map()).lots.iloc[0]
    assert shapely.get_coordinates(lot.geometry).tolist() == [
        [2000, 1000],
        [2010, 1000],
        [2010, 1010],
        [2000, 1010],
        [2000, 1000],
    ]


@pytest.mark.parametrize("turned", [(0,), (1, 3), (0, 1, 2, 3)])
@pytest.mark.parametrize("direct", [True, False])
def test_curves_drawn_backwards_are_joined(turned: tuple[int, ...], direct: bool) -> None:
    maker = MapMaker()
    maker.lot("1", maker.surface("F1", maker.ring(square(0, 0, 10), direct, turned)))
    lot = read(maker.xml()).lots.iloc[0]
    assert lot.geometry.is_valid and lot["area_m2"] == pytest.approx(100)
    assert len(shapely.get_coordinates(lot.geometry)) == 5


def test_hole() -> None:
    maker = MapMaker()
    hole = maker.ring(square(4, 4, 2))
    maker.lot("1", maker.surface("F1", maker.ring(square(0, 0, 10)), [hole]))
    maker.lot("2", maker.surface("F2", hole))
    lots = read(maker.xml()).lots
    assert lots["area_m2"].tolist() == pytest.approx([96, 4])
    assert len(lots.geometry.iloc[0].geoms[0].interiors) == 1


def test_points_may_follow_the_curves() -> None:
    data = simple_map()
    maker = MapMaker()
    maker.lot("1", maker.surface("F1", maker.ring(square(1000, 2000, 10), direct=False)))
    points, maker.points = maker.points, []
    maker.surfaces += points
    assert read(maker.xml()).lots.geometry.iloc[0].equals(read(data).lots.geometry.iloc[0])


def test_orientable_curve_against_its_primitive() -> None:
    maker = MapMaker()
    sides = maker.ring(square(0, 0, 10), turned=(1,))
    maker.curves.append(
        '<zmn:GM_OrientableCurve id="R1"><zmn:GM_OrientablePrimitive.orientation>-'
        "</zmn:GM_OrientablePrimitive.orientation>"
        f'<zmn:GM_OrientablePrimitive.primitive idref="{sides[1]}"/></zmn:GM_OrientableCurve>'
    )
    maker.lot("1", maker.surface("F1", [sides[0], "R1", *sides[2:]]))
    assert read(maker.xml()).lots["area_m2"].tolist() == pytest.approx([100])


@pytest.mark.parametrize("namespace", [True, False])
def test_namespaces_do_not_matter(namespace: bool) -> None:
    lot = read(simple_map(namespace=namespace)).lots.iloc[0]
    assert lot["lot_key"] == "99999-001-000-0000-00-1"
    assert lot["sheets"] == "A-1" and lot["area_m2"] == pytest.approx(100)


def test_broken_references_become_findings() -> None:
    maker = MapMaker()
    maker.lot("1", maker.surface("F1", maker.ring(square(0, 0, 10))))
    maker.lot("2", maker.surface("F2", [*maker.ring(square(20, 0, 10))[:3], "C99999"]))
    maker.lot("3", "F99")
    open_ring = maker.ring(square(40, 0, 10))
    maker.lot("4", maker.surface("F4", open_ring[:3]))
    point_missing = maker.ring(square(60, 0, 10), direct=False)
    maker.points.pop()
    maker.lot("5", maker.surface("F5", point_missing))
    maker.lot("6", maker.surface("F6", maker.ring(square(80, 0, 10))))
    result = read(maker.xml())
    assert result.lots["chiban"].tolist() == ["1", "2", "3", "4", "5", "6"]
    assert result.lots.geometry.isna().tolist() == [False, True, True, True, True, False]
    assert result.lots["area_m2"].isna().tolist() == result.lots.geometry.isna().tolist()
    assert [(f.kind, f.lot) for f in result.findings] == [
        ("broken_ring", "2"),
        ("no_shape", "3"),
        ("broken_ring", "4"),
        ("broken_ring", "5"),
    ]
    assert "地番2" in result.findings[0].text.ja


def test_repeated_lot_number_is_named() -> None:
    data = simple_map()
    result = mojmap.import_maps([("a.xml", data), ("b.xml", data)])
    assert len(result.lots) == 2
    assert [(f.kind, f.lot) for f in result.findings] == [("repeated_lot", "99999-001-000-0000-00-1")]


# -- what the lots say -----------------------------------------------------------------------
def test_undetermined_boundaries() -> None:
    maker = MapMaker()
    surface = maker.surface("F1", maker.ring(square(0, 0, 10)))
    maker.lot("10", surface, "<筆界未定構成筆>11</筆界未定構成筆><筆界未定構成筆>12-1</筆界未定構成筆>")
    maker.lot("20", surface, "<筆界未定構成筆><大字名>谷沢</大字名><地番>21</地番></筆界未定構成筆>")
    # Lots of another 大字 or 小字 keep their place.
    other = "<筆界未定構成筆><大字名>三ツ橋</大字名><小字名>上</小字名><地番>7</地番></筆界未定構成筆>"
    maker.lot("25", surface, other + "<筆界未定構成筆><小字名>沢</小字名><地番>8</地番></筆界未定構成筆>")
    maker.lot("30", surface)
    result = read(maker.xml())
    assert result.lots["undetermined"].tolist() == ["11; 12-1", "21", "三ツ橋字上7; 字沢8", None]
    assert result.lots["chiban"].tolist() == ["10", "20", "25", "30"]
    assert result.undetermined == 3


def test_land_outside_the_sheet_is_set_aside() -> None:
    maker = MapMaker()
    surface = maker.surface("F1", maker.ring(square(0, 0, 10)))
    for chiban in ("地区外-1", "別図-5", "7"):
        maker.lot(chiban, surface)
    result = read(maker.xml())
    assert result.lots["chiban"].tolist() == ["7"] and result.set_aside == 2


def test_lot_on_two_sheets() -> None:
    maker = MapMaker()
    lot = maker.lot("1", maker.surface("F1", maker.ring(square(0, 0, 10))))
    maker.sheet("A-1", [lot])
    maker.sheet("A-2", [lot], scale=1000, day=None)
    row = read(maker.xml()).lots.iloc[0]
    assert (row["sheets"], row["map_scale"], row["map_date"]) == ("A-1; A-2", 1000, dt.date(1999, 4, 10))


def test_arbitrary_coordinates_are_kept_apart() -> None:
    result = mojmap.import_maps(
        [
            ("a.xml", simple_map("任意座標系", "1")),
            ("b.xml", simple_map(chiban="2")),
            ("c.xml", simple_map("なにか", "3")),
        ]
    )
    assert result.lots["chiban"].tolist() == ["2"]
    assert result.unplaced["chiban"].tolist() == ["1", "3"]
    assert result.unplaced.crs is None
    assert result.unplaced.geometry.iloc[0].bounds == (2000, 1000, 2010, 1010)
    assert [f.kind for f in result.findings] == ["unknown_crs"]


def test_only_arbitrary_coordinates() -> None:
    result = read(simple_map("任意座標系"))
    assert len(result.lots) == 0 and len(result.unplaced) == 1 and result.crs is None
    # A zone asked for does not place them.
    asked = read(simple_map("任意座標系"), zone=8)
    assert len(asked.lots) == 0 and asked.lots.crs.to_epsg() == 6676


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("公共座標1系", 1),
        ("公共座標１９系", 19),
        ("公共座標 8 系", 8),
        ("公共座標20系", None),
        ("公共座標0系", None),
        ("任意座標系", None),
        ("", None),
    ],
)
def test_zone_of(text: str, zone: Optional[int]) -> None:
    assert mojmap.zone_of(text) == zone


@pytest.mark.parametrize(
    ("datum", "zone", "code"), [("JGD2011", 1, 6669), ("JGD2011", 19, 6687), ("JGD2000", 1, 2443), ("JGD2000", 8, 2450)]
)
def test_zone_crs(datum: str, zone: int, code: int) -> None:
    crs = mojmap.zone_crs(zone, datum)
    assert crs.to_epsg() == code
    # Newer EPSG databases call the JGD2011 series JGD2024.
    assert datum in crs.name or (datum == "JGD2011" and "JGD2024" in crs.name)
    assert crs.name.endswith(("CS I", "CS XIX", "CS VIII"))


def test_datum_changes_the_name_not_the_coordinates() -> None:
    new, old = read(simple_map()), read(simple_map(), datum="JGD2000")
    assert (new.lots.crs.to_epsg(), old.lots.crs.to_epsg()) == (6676, 2450)
    assert new.lots.geometry.iloc[0].equals(old.lots.geometry.iloc[0])


@pytest.mark.parametrize("options", [{"datum": "TOKYO"}, {"zone": 20}, {"zone": 0}])
def test_impossible_choices(options: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read(simple_map(), **options)


# -- bad input ---------------------------------------------------------------------------------
BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
EXTERNAL = '<!DOCTYPE 地図 [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
EXTERNAL_DTD = '<!DOCTYPE 地図 SYSTEM "http://localhost:9/evil.dtd">'


@pytest.mark.parametrize("declaration", [BOMB, EXTERNAL, EXTERNAL_DTD])
def test_document_types_and_entities_are_refused(declaration: str) -> None:
    maker = MapMaker()
    maker.lot("1", maker.surface("F1", maker.ring(square(0, 0, 10))))
    name = "&c;" if "lolz" in declaration else "&secret;" if "secret" in declaration else "x"
    with pytest.raises(InputError) as caught:
        read(maker.xml(declaration, name))
    assert "declares a document type" in caught.value.text.en
    assert "DOCTYPE" in caught.value.text.ja


def test_undeclared_entity_is_not_readable() -> None:
    with pytest.raises(InputError, match="not readable XML"):
        read(simple_map(chiban="&what;"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not readable XML"),
        (b"hello", "not readable XML"),
        (simple_map()[:-30], "not readable XML"),
        (b"<a><b/></a>", "not a land registry map"),
        (b"PK\x03\x04 broken", "it is not a zip file"),
    ],
)
def test_other_files_are_refused(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(data)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(InputError):
        read(b"<a>" * 5000 + b"</a>" * 5000)


def test_no_lot() -> None:
    maker = MapMaker()
    maker.lot("地区外", maker.surface("F1", maker.ring(square(0, 0, 10))))
    with pytest.raises(InputError, match="no lot"):
        read(maker.xml())
    with pytest.raises(InputError, match="was found"):
        mojmap.import_maps([])


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be opened"):
        mojmap.import_maps([("gone.xml", tmp_path / "gone.xml")])


def test_bad_file_among_good_ones_is_named_and_left_out() -> None:
    result = mojmap.import_maps([("bad.xml", b"<a>"), ("good.xml", simple_map())])
    assert len(result.lots) == 1
    assert [(f.kind, f.source) for f in result.findings] == [("unreadable_file", "bad.xml")]


# -- archives ----------------------------------------------------------------------------------
def test_zip_in_zip() -> None:
    inner = zipped(a__xml=simple_map(chiban="1"), readme__txt=b"no")
    result = read(zipped(x__zip=inner, b__xml=simple_map(chiban="2")))
    assert sorted(result.lots["chiban"]) == ["1", "2"]
    assert sorted(result.lots["source_file"]) == ["a.xml", "b.xml"]


def test_zip_nested_too_deeply() -> None:
    data = zipped(a__xml=simple_map())
    for _ in range(2):
        data = zipped(n__zip=data)
    assert len(read(data).lots) == 1
    with pytest.raises(InputError, match="nested too deeply"):
        read(zipped(n__zip=data))


def test_zip_bomb_is_refused() -> None:
    bomb = simple_map().replace(b"</version>", b"</version><!--" + b" " * 6_000_000 + b"-->")
    packed = zipped(a__xml=bomb)
    assert len(packed) < 20_000
    with pytest.raises(InputError, match="unpacks to far more"):
        read(packed)
    with pytest.raises(InputError, match="unpacks to far more"):
        read(zipped(b__zip=packed))
    result = mojmap.import_maps([("bomb.zip", packed), ("good.xml", simple_map())])
    assert len(result.lots) == 1 and result.findings[0].kind == "unreadable_file"


def test_limits_on_size_and_members() -> None:
    data = zipped(a__xml=simple_map(chiban="1"), b__xml=simple_map(chiban="2"))
    assert len(read(data, limits=mojmap.Limits(members=2)).lots) == 2
    few = read(data, limits=mojmap.Limits(members=1))
    assert len(few.lots) == 1 and few.findings[0].kind == "unreadable_file"
    with pytest.raises(InputError, match="unpacks to far more"):
        read(data, limits=mojmap.Limits(total_bytes=500))
    with pytest.raises(InputError, match="unpacks to far more"):
        read(simple_map(), limits=mojmap.Limits(member_bytes=500))


def test_members_whose_names_lead_out_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../evil.xml", simple_map())
        archive.writestr("C:\\temp\\other.xml", simple_map(chiban="2"))
        archive.writestr("__MACOSX/._evil.xml", b"junk")
        archive.writestr("a/b..c.xml", simple_map(chiban="4"))
    result = read(buffer.getvalue())
    assert sorted(result.lots["source_file"]) == ["b..c.xml"]
    assert [(f.kind, f.source) for f in result.findings] == [
        ("unreadable_file", "evil.xml"),
        ("unreadable_file", "other.xml"),
    ]
    assert "points outside" in result.findings[0].text.en
    assert list(tmp_path.iterdir()) == []


def test_locked_and_damaged_members_are_findings() -> None:
    data = bytearray(zipped(a__xml=simple_map(), b__xml=simple_map(chiban="2")))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        start = archive.getinfo("a.xml").header_offset + 35
    data[start + 20 : start + 60] = b"\0" * 40
    result = read(bytes(data))
    assert result.lots["chiban"].tolist() == ["2"]
    assert [(f.kind, f.source) for f in result.findings] == [("unreadable_file", "a.xml")]


def test_open_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "map.dat"
    path.write_bytes(zipped(a__xml=simple_map()))
    with open(path, "rb") as file:
        assert len(mojmap.import_maps([("map", file)]).lots) == 1
        assert not file.closed


def test_cancel() -> None:
    class Stop(Progress):
        def is_cancelled(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        read(simple_map(), progress=Stop())


def test_progress_reaches_the_end() -> None:
    shown: list[float] = []

    class Watch(Progress):
        def show(self, fraction: float) -> None:
            shown.append(fraction)

    read(zipped(a__xml=simple_map(), b__xml=simple_map(chiban="2")), progress=Watch())
    assert shown[-1] == 1.0 and all(0 <= f <= 1 for f in shown)


def test_same_border_used_without_end_is_refused() -> None:
    maker = MapMaker()
    loop = maker.curve([*square(0, 0, 10), (0, 0)] * 50)
    maker.lot("1", maker.surface("F1", [loop] * 5000))
    with pytest.raises(InputError, match="unpacks to far more"):
        read(maker.xml())


JUNK = ("", "９９９９９９９９９９９９", "9" * 400, "²", "-", "nan", "1e999", "0", "H000000001", "地区外")


@pytest.mark.parametrize("seed", range(4))
def test_strange_values_never_end_in_another_error(seed: int) -> None:
    maker = MapMaker()
    for number in range(4):
        ring = maker.ring(square(number * 10, 0, 10), direct=number % 2 == 0)
        lot = maker.lot(str(number), maker.surface(f"F{number}", ring), "<筆界未定構成筆>9</筆界未定構成筆>")
        maker.sheet(f"A-{number}", [lot], day=None)
    text = maker.xml().decode()
    random = np.random.default_rng(seed)

    def strange(match: re.Match[str]) -> str:
        if random.random() > 0.05:
            return match.group()
        return match.group(1) + JUNK[int(random.integers(0, len(JUNK)))] + match.group(3)

    outcomes = set()
    for _ in range(25):
        broken = re.sub(r"(>)([^<>]+)(<)", strange, text)
        broken = re.sub(r'(id="|idref=")([^"]+)(")', strange, broken)
        if random.random() < 0.2:
            broken = broken[: int(random.integers(100, len(broken)))]
        try:
            result = read(broken.encode())
        except InputError:
            outcomes.add("refused")
        else:
            outcomes.add("read")
            assert len(result.lots) + len(result.unplaced) > 0
    assert outcomes == {"refused", "read"}
