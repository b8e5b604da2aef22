"""One land registry map file (地図XML) -> raw lots, streamed.

The format: http://www.moj.go.jp/MINJI/tizuxml (themes) and .../tizuzumen (geometry). X is north, Y is east. Points,
curves and surfaces refer to each other by id; a lot (筆) refers to a surface. Nothing is repaired: rings keep their
vertices, order and direction. What cannot be read is named in the findings and never stops the run.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Optional
from xml.parsers import expat

import pyproj
import shapely

from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .mojarchive import DAMAGED, LIMITS, Finding, Limits, too_large

Point = tuple[float, float]

#: 地番 that name land outside the sheet, not a parcel.
NOT_A_PARCEL = ("地区外", "別図")

#: EPSG code of plane rectangular zone n is the base plus n. Newer EPSG databases name the first
#: series JGD2024; latitudes, longitudes and plane coordinates are the same.
ZONE_BASE = {"JGD2011": 6668, "JGD2000": 2442}
ZONES = range(1, 20)

#: Curves of one ring meet within this distance (the format writes whole millimetres).
JOIN_TOLERANCE = 0.001

_CHUNK = 1 << 18


@dataclass
class MapFile:
    """One parsed XML file: header, raw lots, findings. Coordinates are (east, north) in metres.

    ``sheets``: one row per 図郭 with the ring of its corners in ``sheet_shapes`` (None when they are not given).
    ``points`` (基準点, 筆界点) and ``lines`` (筆界線, 仮行政界線) with a ``shape``, only when details were asked for.
    """

    source: str
    header: dict[str, str] = field(default_factory=dict)
    zone: Optional[int] = None
    arbitrary: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    geometries: list[Any] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheets: list[dict[str, Any]] = field(default_factory=list)
    sheet_shapes: list[Any] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)


class _Refused(Exception):
    """The XML holds something a map file never needs."""


class _Enough(Exception):
    """The header has been read."""


class _Reader:
    """Collects what is needed while expat streams the file. Only local names count: editions and
    converters differ in namespaces and prefixes."""

    HEADER = frozenset(
        (
            "version",
            "地図名",
            "市区町村コード",
            "市区町村名",
            "座標系",
            "測地系判別",
            "変換プログラム",
            "変換プログラムバージョン",
            "変換パラメータバージョン",
        )
    )
    #: Themes behind the header: what follows is large.
    BODY = frozenset(("空間属性", "主題属性", "図郭"))
    LOT = frozenset(
        (
            "大字コード",
            "丁目コード",
            "小字コード",
            "予備コード",
            "大字名",
            "丁目名",
            "小字名",
            "予備名",
            "地番",
            "精度区分",
            "座標値種別",
        )
    )
    SHEET = frozenset(("地図番号", "縮尺分母", "方位不明フラグ", "地図種類", "地図分類", "地図材質"))
    CORNERS = ("左下座標", "左上座標", "右上座標", "右下座標")
    DATES = frozenset(("備付地図年月日", "地図作成年月日", "調査年月", "測図年月"))
    #: Points and lines beside the lots, by their element, with their fields.
    THEMES = {
        "基準点": ("名称", "基準点種別", "埋標区分"),
        "筆界点": ("点番名",),
        "筆界線": ("線種別",),
        "仮行政界線": ("線種別",),
    }

    def __init__(self, limits: Limits, head_only: bool = False, details: bool = False) -> None:
        self._limits = limits
        self._head_only = head_only
        self._details = details
        self.themes: list[dict[str, str]] = []
        self._theme: Optional[dict[str, str]] = None
        self._names: dict[str, str] = {}
        self._path: list[str] = []
        self._text: list[str] = []
        self.root = ""
        self.header: dict[str, str] = {}
        self.points: dict[str, Point] = {}
        self.curves: dict[str, list[Any]] = {}
        self.aliases: dict[str, tuple[str, bool]] = {}
        self.surfaces: dict[str, list[list[list[str]]]] = {}
        self.lots: list[dict[str, Any]] = []
        self.sheets: list[dict[str, Any]] = []
        self._point: Optional[str] = None
        self._curve: Optional[list[Any]] = None
        self._surface: Optional[list[list[list[str]]]] = None
        self._ring: Optional[list[str]] = None
        self._alias: Optional[list[Any]] = None
        self._lot: Optional[dict[str, Any]] = None
        self._sheet: Optional[dict[str, Any]] = None
        self._date: dict[str, str] = {}
        self._part: Optional[dict[str, str]] = None
        self._xy: dict[str, float] = {}
        self._written = 0
        self._used = 0

    def spend(self, points: int) -> None:
        """Count points used by rings; a border belongs to two lots, so real maps use each point about twice."""
        self._used += points
        if self._used > 20 * self._written + 1000:
            raise _Refused

    def parser(self) -> Any:
        """An expat parser that refuses any document type, so no entity can be declared or loaded."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.ExternalEntityRefHandler = self._refuse
        return parser

    @staticmethod
    def _refuse(*_: object) -> int:
        raise _Refused

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self._names.get(tag)
        if name is None:
            name = self._names[tag] = tag.rsplit(" ", 1)[-1]
        path = self._path
        path.append(name)
        if len(path) > self._limits.xml_depth:
            raise _Refused
        self._text.clear()
        if len(path) == 1:
            self.root = name
        elif self._head_only and name in self.BODY:
            raise _Enough
        elif name in ("X", "Y") or name in self.LOT:
            pass
        elif name == "GM_PointRef.point":
            if self._curve is not None:
                self._curve.append(attributes.get("idref", ""))
                self._written += 1
        elif name == "GM_CompositeCurve.generator":
            if self._ring is not None:
                self._ring.append(attributes.get("idref", ""))
        elif name == "GM_Point":
            self._point = attributes.get("id", "")
            self._xy = {}
        elif name in ("DirectPosition", "GM_Position.direct") or name in self.CORNERS:
            self._xy = {}
        elif name == "GM_Curve":
            self._curve = []
            self.curves[attributes.get("id", "")] = self._curve
        elif name == "GM_OrientableCurve":
            self._alias = [attributes.get("id", ""), "", True]
        elif name == "GM_OrientablePrimitive.primitive":
            if self._alias is not None:
                self._alias[1] = attributes.get("idref", "")
        elif name == "GM_Surface":
            self._surface = []
            self.surfaces[attributes.get("id", "")] = self._surface
        elif name == "GM_Polygon":
            if self._surface is not None:
                self._surface.append([])
        elif name in ("GM_SurfaceBoundary.exterior", "GM_SurfaceBoundary.interior"):
            if self._surface is not None:
                self._ring = []
                if not self._surface:
                    self._surface.append([])
                if name.endswith("exterior"):
                    self._surface[-1].insert(0, self._ring)
                else:
                    self._surface[-1].append(self._ring)
        elif name == "筆":
            self._lot = {"筆ID": attributes.get("id", ""), "筆界未定": []}
            self.lots.append(self._lot)
        elif name == "形状":
            owner = self._lot if self._lot is not None else self._theme
            if owner is not None:
                owner["形状"] = attributes.get("idref", "")
        elif name in self.THEMES:
            if self._details and self._lot is None:
                self._theme = {"": name}
                self.themes.append(self._theme)
        elif name == "筆界未定構成筆":
            self._part = {}
        elif name == "図郭":
            self._sheet = {"筆": []}
            self.sheets.append(self._sheet)
        elif name == "筆参照":
            if self._sheet is not None:
                self._sheet["筆"].append(attributes.get("idref", ""))
        elif name in self.DATES:
            self._date = {}

    def _end(self, tag: str) -> None:
        name = self._path.pop()
        if name in ("X", "Y"):
            try:
                self._xy[name] = float("".join(self._text))
            except ValueError:
                self._xy.pop(name, None)
        elif name == "GM_Position.direct":
            if self._curve is not None:
                self._curve.append(self._position())
                self._written += 1
        elif name == "GM_Point":
            position = self._position()
            if position is not None and self._point is not None:
                self.points[self._point] = position
            self._point = None
        elif name == "GM_Curve":
            self._curve = None
        elif name == "GM_OrientableCurve":
            if self._alias is not None:
                self.aliases[self._alias[0]] = (self._alias[1], self._alias[2])
            self._alias = None
        elif name == "GM_OrientablePrimitive.orientation":
            if self._alias is not None:
                self._alias[2] = "".join(self._text).strip() != "-"
        elif name == "GM_Surface":
            self._surface = None
        elif name.startswith("GM_SurfaceBoundary."):
            self._ring = None
        elif self._lot is not None:
            self._end_in_lot(name, self._lot)
        elif self._sheet is not None:
            self._end_in_sheet(name, self._sheet)
        elif self._theme is not None:
            if name in self.THEMES:
                self._theme = None
            elif name in self.THEMES[self._theme[""]]:
                self._theme[name] = "".join(self._text).strip()
        elif len(self._path) == 1 and name in self.HEADER:
            self.header[name] = "".join(self._text).strip()
        self._text.clear()

    def _position(self) -> Optional[Point]:
        """(east, north) of the coordinates just read."""
        x, y = self._xy.get("X"), self._xy.get("Y")
        self._xy = {}
        if x is None or y is None or not (abs(x) < 1e9 and abs(y) < 1e9):
            return None
        return (y, x)

    def _end_in_lot(self, name: str, lot: dict[str, Any]) -> None:
        text = "".join(self._text).strip()
        if name == "筆":
            self._lot = None
        elif name == "筆界未定構成筆":
            # Seen with the lot number as text and with the parts of the number as child elements.
            part = self._part or {}
            if part.get("地番") or text:
                lot["筆界未定"].append({**part, "地番": part.get("地番") or text})
            self._part = None
        elif name in self.LOT:
            (lot if self._part is None else self._part)[name] = text

    def _end_in_sheet(self, name: str, sheet: dict[str, Any]) -> None:
        text = "".join(self._text).strip()
        if name == "図郭":
            self._sheet = None
        elif name in self.CORNERS:
            sheet[name] = self._position()
        elif name in self.DATES:
            # A sheet of several parts (分割図葉) counts as old as its newest one.
            sheet[name] = max((day for day in (sheet.get(name), _date(self._date)) if day), default=None)
        elif name in ("年", "月", "日"):
            self._date[name] = text
        elif name in self.SHEET and self._path[-1] == "図郭":
            sheet[name] = text


def _date(parts: dict[str, str]) -> Optional[dt.date]:
    """A date; sheets dated by year or month only count from its first day. None when not a date."""
    try:
        year = int(parts.get("年", ""))
        if year < 1868:
            return None
        return dt.date(year, int(parts.get("月") or 1), int(parts.get("日") or 1))
    except (ValueError, OverflowError):
        return None


def zone_of(crs_name: str) -> Optional[int]:
    """Zone number of 公共座標n系 (full-width digits allowed); None for anything else."""
    match = re.fullmatch(r"公共座標\s*(\d{1,2})\s*系", unicodedata.normalize("NFKC", crs_name).strip())
    number = int(match.group(1)) if match else 0
    return number if number in ZONES else None


@cache
def zone_crs(zone: int, datum: str = "JGD2011") -> pyproj.CRS:
    """CRS of plane rectangular ``zone`` (1..19) in ``datum`` (JGD2011 or JGD2000)."""
    return pyproj.CRS.from_epsg(ZONE_BASE[datum] + zone)


def read_head(stream: Any, limits: Limits = LIMITS) -> dict[str, str]:
    """The header of one 地図XML (座標系, 市区町村コード …) without what follows; empty when it cannot be read.

    Raises ``InputError`` when an archive turns out too large.
    """
    reader = _Reader(limits, head_only=True)
    parser = reader.parser()
    size = 1 << 14
    try:
        while True:
            chunk = stream.read(size)
            parser.Parse(chunk, not chunk)
            if not chunk:
                break
            # Expat reads an unfinished comment again with every piece: small pieces of a huge one would take very long.
            size = min(2 * size, _CHUNK)
    except _Enough:
        return reader.header
    except InputError:
        raise
    except (_Refused, expat.ExpatError, *DAMAGED):
        return {}
    return reader.header


def read_map(
    stream: Any,
    source: str,
    progress: Optional[Progress] = None,
    size: int = 0,
    limits: Limits = LIMITS,
    details: bool = False,
) -> MapFile:
    """Parse one 地図XML from a binary ``stream``; ``source`` is its name for messages. ``details``: points and
    lines of the map too.

    Raises ``InputError`` when it is not XML, not such a map, or declares a document type or
    entities, and ``Cancelled``.
    """
    progress = progress or Progress()
    reader = _Reader(limits, details=details)
    parser = reader.parser()
    done = 0
    try:
        while True:
            chunk = stream.read(_CHUNK)
            parser.Parse(chunk, not chunk)
            if not chunk:
                break
            done += len(chunk)
            progress.step(done / size if size else 0.0)
    except _Refused:
        raise InputError(
            Text(
                "{name} declares a document type or entities, which a land registry map never needs. "
                "It was not read; check where it came from.",
                "{name}には、地図データに不要な宣言（DOCTYPE、実体）が含まれています。"
                "読み込みませんでした。入手元を確かめてください。",
            ).format(name=source)
        ) from None
    except expat.ExpatError as error:
        raise InputError(
            Text(
                "{name} is not readable XML (line {line}). Download it again.",
                "{name}はXMLとして読めません（{line}行目）。もう一度ダウンロードしてください。",
            ).format(name=source, line=error.lineno)
        ) from None
    except InputError:
        raise
    except DAMAGED:
        raise InputError(
            Text(
                "{name} is damaged. Download it again.",
                "{name}が壊れています。もう一度ダウンロードしてください。",
            ).format(name=source)
        ) from None
    if reader.root != "地図":
        raise InputError(
            Text(
                "{name} is not a land registry map (its first element is “{root}”). Choose a 地図XML file.",
                "{name}は登記所備付地図データではありません（最初の要素は「{root}」）。地図XMLを選んでください。",
            ).format(name=source, root=reader.root)
        )
    try:
        return _assemble(reader, source)
    except _Refused:
        raise too_large(source) from None


def _curve_points(reader: _Reader, reference: str) -> Optional[list[Point]]:
    """Points of a curve in order; None when it or one of its points does not exist."""
    forward = True
    seen: set[str] = set()
    while reference in reader.aliases and reference not in reader.curves and reference not in seen:
        seen.add(reference)
        reference, same = reader.aliases[reference]
        forward = forward == same
    items = reader.curves.get(reference)
    if not items:
        return None
    reader.spend(len(items))
    points: list[Point] = []
    for item in items:
        point = reader.points.get(item) if isinstance(item, str) else item
        if point is None:
            return None
        points.append(point)
    return points if forward else points[::-1]


def _near(a: Point, b: Point) -> bool:
    return abs(a[0] - b[0]) <= JOIN_TOLERANCE and abs(a[1] - b[1]) <= JOIN_TOLERANCE


def _ring_points(reader: _Reader, references: Sequence[str]) -> Optional[list[Point]]:
    """Closed ring of the referenced curves; None when it cannot be put together.

    A curve drawn against the ring's direction is turned; vertices are never moved or dropped,
    apart from the one shared by two curves.
    """
    parts = []
    for reference in references:
        points = _curve_points(reader, reference)
        if points is None:
            return None
        parts.append(points)
    if not parts:
        return None
    ring = list(parts[0])
    if len(parts) > 1:
        ends = (parts[1][0], parts[1][-1])
        if not any(_near(ring[-1], end) for end in ends) and any(_near(ring[0], end) for end in ends):
            ring.reverse()
    for points in parts[1:]:
        if not _near(ring[-1], points[0]):
            if not _near(ring[-1], points[-1]):
                return None
            points = points[::-1]
        ring.extend(points[1:])
    if not _near(ring[0], ring[-1]):
        return None
    ring[-1] = ring[0]
    return ring if len(ring) >= 4 else None


def _surface_geometry(reader: _Reader, reference: str) -> Any:
    """MultiPolygon of a surface exactly as drawn; None when a ring is broken."""
    polygons = []
    for rings in reader.surfaces.get(reference, ()):
        drawn = [_ring_points(reader, ring) for ring in rings]
        if not drawn or any(ring is None for ring in drawn):
            return None
        polygons.append(shapely.Polygon(drawn[0], drawn[1:]))
    return shapely.MultiPolygon(polygons) if polygons else None


def _assemble(reader: _Reader, source: str) -> MapFile:
    """Lots of one parsed file with their sheets and geometry."""
    header = reader.header
    result = MapFile(source, dict(header))
    crs_name = header.get("座標系", "")
    result.zone = zone_of(crs_name)
    result.arbitrary = result.zone is None
    if result.zone is None and "任意" not in crs_name:
        result.findings.append(
            Finding(
                "unknown_crs",
                source,
                "",
                Text(
                    "{name}: the coordinate system “{crs}” is not known, so its lots are not placed on the map.",
                    "{name}: 座標系「{crs}」が分からないため、地図上に置きません。",
                ).format(name=source, crs=crs_name or "-"),
            )
        )

    sheets_of: dict[str, list[dict[str, Any]]] = {}
    for sheet in reader.sheets:
        for reference in sheet["筆"]:
            sheets_of.setdefault(reference, []).append(sheet)

    city = header.get("市区町村コード", "")
    _add_sheets(reader, result)
    for theme in reader.themes:
        _add_theme(reader, theme, result)
    for lot in reader.lots:
        chiban = lot.get("地番", "")
        if any(word in chiban for word in NOT_A_PARCEL):
            result.set_aside.append(chiban)
            continue
        geometry = _surface_geometry(reader, lot.get("形状", ""))
        if geometry is None:
            known = lot.get("形状", "") in reader.surfaces
            result.findings.append(
                Finding(
                    "broken_ring" if known else "no_shape",
                    source,
                    chiban,
                    Text(
                        "{name}: the outline of lot {lot} cannot be put together, so the lot has no shape.",
                        "{name}: 地番{lot}の線がつながらないため、形のない筆になります。",
                    ).format(name=source, lot=chiban or lot["筆ID"]),
                )
            )
        sheets = sheets_of.get(lot["筆ID"], [])
        dates = [d for d in (s.get("備付地図年月日") or s.get("地図作成年月日") for s in sheets) if d]
        scales = [scale for scale in map(_scale, sheets) if scale is not None]
        kinds = sorted({s["地図分類"] for s in sheets if s.get("地図分類")})
        codes = [lot.get(name, "") for name in ("大字コード", "丁目コード", "小字コード", "予備コード")]
        result.rows.append(
            {
                "lot_key": "-".join([city, *codes, chiban]),
                "fude_id": lot["筆ID"],
                "city_code": city or None,
                "city_name": header.get("市区町村名") or None,
                "oaza_code": codes[0] or None,
                "oaza": lot.get("大字名") or None,
                "chome_code": codes[1] or None,
                "chome": lot.get("丁目名") or None,
                "koaza_code": codes[2] or None,
                "koaza": lot.get("小字名") or None,
                "reserve_code": codes[3] or None,
                "reserve": lot.get("予備名") or None,
                "chiban": chiban or None,
                "accuracy_class": lot.get("精度区分") or None,
                "coord_type": lot.get("座標値種別") or None,
                "undetermined": "; ".join(_within(part, lot) for part in lot["筆界未定"]) or None,
                "map_name": header.get("地図名") or None,
                "crs_name": crs_name or None,
                "datum_kind": header.get("測地系判別") or None,
                "sheets": "; ".join(dict.fromkeys(s["地図番号"] for s in sheets if s.get("地図番号"))) or None,
                "map_kind": "; ".join(kinds) or None,
                # The coarsest sheet governs how exact the lot can be.
                "map_scale": max(scales) if scales else None,
                "map_date": max(dates) if dates else None,
                "source_file": source,
                "synthetic": False,
            }
        )
        result.geometries.append(geometry)
    return result


def _within(part: dict[str, str], lot: dict[str, Any]) -> str:
    """Number of a lot inside one of undetermined boundary; with its place where that is another one."""
    oaza = part.get("大字名", "") + part.get("丁目名", "")
    koaza = part.get("小字名", "")
    other = bool(oaza) and oaza != lot.get("大字名", "") + lot.get("丁目名", "")
    small = koaza if koaza and (other or koaza != lot.get("小字名", "")) else ""
    return (oaza if other else "") + (f"字{small.removeprefix('字')}" if small else "") + part["地番"]


def _scale(sheet: dict[str, Any]) -> Optional[int]:
    text = sheet.get("縮尺分母", "")
    return int(text) if re.fullmatch(r"\d{1,7}", text) else None


def _add_sheets(reader: _Reader, result: MapFile) -> None:
    """One row per 図郭 with its corners."""
    header = reader.header
    for sheet in reader.sheets:
        corners = [sheet.get(name) for name in reader.CORNERS]
        shape = None
        if all(corner is not None for corner in corners):
            shape = shapely.MultiPolygon([shapely.Polygon(corners)])
        unknown = sheet.get("方位不明フラグ", "")
        result.sheets.append(
            {
                "sheet_no": sheet.get("地図番号") or None,
                "map_name": header.get("地図名") or None,
                "city_code": header.get("市区町村コード") or None,
                "city_name": header.get("市区町村名") or None,
                "map_scale": _scale(sheet),
                "north_unknown": {"true": True, "1": True, "false": False, "0": False}.get(unknown.lower()),
                "map_type": sheet.get("地図種類") or None,
                "map_kind": sheet.get("地図分類") or None,
                "material": sheet.get("地図材質") or None,
                "kept_on": sheet.get("備付地図年月日"),
                "made_on": sheet.get("地図作成年月日"),
                "surveyed_on": sheet.get("調査年月"),
                "drawn_on": sheet.get("測図年月"),
                "crs_name": header.get("座標系") or None,
                "datum_kind": header.get("測地系判別") or None,
                "converter": header.get("変換プログラム") or None,
                "converter_version": header.get("変換プログラムバージョン") or None,
                "converter_parameters": header.get("変換パラメータバージョン") or None,
                "format_version": header.get("version") or None,
                "lots": len(set(sheet["筆"])),
                "source_file": result.source,
            }
        )
        result.sheet_shapes.append(shape)


def _add_theme(reader: _Reader, theme: dict[str, str], result: MapFile) -> None:
    """A point or line of the map beside the lots; one without a shape is left to the report."""
    element, reference = theme[""], theme.get("形状", "")
    if element in ("基準点", "筆界点"):
        point = reader.points.get(reference)
        result.points.append(
            {
                "kind": "control" if element == "基準点" else "boundary",
                "name": theme.get("名称") or theme.get("点番名") or None,
                "point_class": theme.get("基準点種別") or None,
                "marker": theme.get("埋標区分") or None,
                "source_file": result.source,
                "shape": shapely.Point(point) if point is not None else None,
            }
        )
        return
    points = _curve_points(reader, reference)
    result.lines.append(
        {
            "kind": "boundary" if element == "筆界線" else "provisional_admin",
            "line_type": theme.get("線種別") or None,
            "source_file": result.source,
            "shape": shapely.LineString(points) if points is not None and len(points) > 1 else None,
        }
    )
