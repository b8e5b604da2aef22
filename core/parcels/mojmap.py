"""Land registry map XML (登記所備付地図データ, 地図XML) -> lots.

The format: http://www.moj.go.jp/MINJI/tizuxml (themes) and .../tizuzumen (geometry). X is north,
Y is east. Points, curves and surfaces refer to each other by id; a lot (筆) refers to a surface.
The format carries no owner, no land category and no registered area.

Nothing is repaired: rings keep their vertices, order and direction. What cannot be read is named in
the findings and never stops the run.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple, Optional, Union
from xml.parsers import expat

import geopandas
import numpy
import pandas
import pyproj
import shapely

from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .lotfields import LOT_FIELDS

Point = tuple[float, float]
Source = Union[str, "os.PathLike[str]", bytes, BinaryIO]

#: 地番 that name land outside the sheet, not a parcel.
NOT_A_PARCEL = ("地区外", "別図")

#: EPSG code of plane rectangular zone n is the base plus n. Newer EPSG databases name the first
#: series JGD2024; latitudes, longitudes and plane coordinates are the same.
ZONE_BASE = {"JGD2011": 6668, "JGD2000": 2442}
ZONES = range(1, 20)

#: Curves of one ring meet within this distance (the format writes whole millimetres).
JOIN_TOLERANCE = 0.001

_CHUNK = 1 << 18


class Limits(NamedTuple):
    """How much an archive or file may hold before it is refused (guards against zip bombs).

    Sizes in bytes, uncompressed. A real map file compresses about 30:1.
    """

    members: int = 50_000
    member_bytes: int = 1 << 30
    total_bytes: int = 8 << 30
    ratio: int = 250
    nesting: int = 2
    xml_depth: int = 64


#: Limits that real data never reaches.
LIMITS = Limits()


class Finding(NamedTuple):
    """Something the reader could not use as it stands.

    ``kind``: unreadable_file, unknown_crs, broken_ring, no_shape, repeated_lot; ``source``: file;
    ``lot``: lot number or ``""``.
    """

    kind: str
    source: str
    lot: str
    text: Text


@dataclass
class MapFile:
    """One parsed XML file: header, raw lots, findings. Coordinates are (east, north) in metres."""

    source: str
    header: dict[str, str] = field(default_factory=dict)
    zone: Optional[int] = None
    arbitrary: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)
    geometries: list[Any] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class ImportResult:
    """Outcome of :func:`import_maps`.

    ``lots`` is in ``crs`` (None when there are no placed lots and no zone was asked for); ``unplaced``
    has local coordinates and no CRS.
    """

    lots: geopandas.GeoDataFrame
    unplaced: geopandas.GeoDataFrame
    crs: Optional[pyproj.CRS]
    datum: str
    zone: Optional[int]
    zone_counts: dict[int, int]
    files: int
    set_aside: int
    undetermined: int
    findings: list[Finding]


# -- files and archives -----------------------------------------------------------------


class _Budget:
    """Counts what has been unpacked over a whole run."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.members = 0
        self.bytes = 0

    def member(self, name: str) -> None:
        self.members += 1
        if self.members > self.limits.members:
            raise InputError(
                Text(
                    "{name} holds more than {limit} files and was not read. Split it into smaller archives.",
                    "{name}には{limit}個を超えるファイルが入っているため、読み込みませんでした。分けてください。",
                ).format(name=name, limit=self.limits.members)
            )

    def spend(self, size: int, name: str) -> None:
        self.bytes += size
        if self.bytes > self.limits.total_bytes:
            raise _too_large(name)


def _too_large(name: str) -> InputError:
    return InputError(
        Text(
            "{name} unpacks to far more than a map file should and was not read. Check where it came from.",
            "{name}は展開すると大きすぎるため、読み込みませんでした。入手元を確かめてください。",
        ).format(name=name)
    )


class _Bounded(io.RawIOBase):
    """Passes on reads of ``stream`` and refuses once more than ``limit`` bytes came out."""

    def __init__(self, stream: Any, limit: int, name: str, budget: _Budget) -> None:
        self._stream, self._limit, self._name, self._budget = stream, limit, name, budget
        self.done = 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(_CHUNK if size is None or size < 0 else size)
        self.done += len(data)
        if self.done > self._limit:
            raise _too_large(self._name)
        self._budget.spend(len(data), self._name)
        return data

    def rest(self) -> bytes:
        """Everything that is left."""
        parts: list[bytes] = []
        while True:
            part = self.read(_CHUNK)
            if not part:
                return b"".join(parts)
            parts.append(part)


def _member_name(info: zipfile.ZipInfo) -> str:
    """Base name of an archive member; names written in CP932 are put right. Used as a label only."""
    name = info.filename
    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("cp932")
        except (UnicodeEncodeError, UnicodeDecodeError):
            pass
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def _unpack(
    stream: Any, name: str, budget: _Budget, depth: int, findings: list[Finding]
) -> Iterator[tuple[str, _Bounded, int]]:
    """Yield every XML of a zip, also of zips inside it, without writing anything to disk."""
    try:
        archive = zipfile.ZipFile(stream)
        members = sorted(archive.infolist(), key=lambda info: info.filename)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        findings.append(_unreadable(name, Text("it is not a zip file", "zipファイルではありません")))
        return
    for info in members:
        label = _member_name(info)
        kind = os.path.splitext(label)[1].lower()
        if info.is_dir() or label.startswith("._") or kind not in (".xml", ".zip"):
            continue
        budget.member(name)
        if info.flag_bits & 0x1:
            findings.append(_unreadable(label, Text("it is locked with a password", "パスワードがかかっています")))
            continue
        allowed = min(budget.limits.member_bytes, max(info.compress_size, 1) * budget.limits.ratio)
        try:
            opened = archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
            findings.append(_unreadable(label, Text("the archive is damaged", "圧縮ファイルが壊れています")))
            continue
        bounded = _Bounded(opened, allowed, label, budget)
        if kind == ".xml":
            yield label, bounded, info.file_size
            continue
        if depth >= budget.limits.nesting:
            findings.append(
                _unreadable(label, Text("archives are nested too deeply", "圧縮ファイルが何重にも入っています"))
            )
            continue
        try:
            inner = io.BytesIO(bounded.rest())
        except InputError as error:
            findings.append(Finding("unreadable_file", label, "", error.text))
            continue
        except (zipfile.BadZipFile, zlib.error, EOFError):
            findings.append(_unreadable(label, Text("the archive is damaged", "圧縮ファイルが壊れています")))
            continue
        yield from _unpack(inner, label, budget, depth + 1, findings)


def _unreadable(name: str, why: Text) -> Finding:
    return Finding(
        "unreadable_file",
        name,
        "",
        Text("{name} was not read: {why}.", "{name}は読み込めませんでした（{why}）。").format(name=name, why=why),
    )


def _open_source(
    source: Source, name: str, budget: _Budget, findings: list[Finding]
) -> Iterator[tuple[str, _Bounded, int]]:
    """Yield (label, stream, size) of every XML behind one source; decides by content, not by name."""
    opened = None
    try:
        if isinstance(source, (bytes, bytearray)):
            stream: Any = io.BytesIO(source)
        elif hasattr(source, "read"):
            stream = source
        else:
            stream = opened = open(os.fspath(source), "rb")  # noqa: SIM115 - closed below, after the last yield
        start = stream.tell()
        head = stream.read(4)
        stream.seek(0, os.SEEK_END)
        size = stream.tell() - start
        stream.seek(start)
        if head[:2] == b"PK":
            yield from _unpack(stream, name, budget, 0, findings)
        else:
            yield name, _Bounded(stream, budget.limits.member_bytes, name, budget), size
    except OSError:
        findings.append(_unreadable(name, Text("it could not be opened", "開けませんでした")))
    finally:
        if opened is not None:
            opened.close()


# -- XML -----------------------------------------------------------------------------------


class _Refused(Exception):
    """The XML holds something a map file never needs."""


class _Reader:
    """Collects what is needed while expat streams the file. Only local names count: editions and
    converters differ in namespaces and prefixes."""

    HEADER = frozenset(("地図名", "市区町村コード", "市区町村名", "座標系", "測地系判別"))
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
    SHEET = frozenset(("地図番号", "縮尺分母", "地図分類"))
    DATES = frozenset(("備付地図年月日", "地図作成年月日"))

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
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
        name = tag.rsplit(" ", 1)[-1]
        path = self._path
        path.append(name)
        if len(path) > self._limits.xml_depth:
            raise _Refused
        self._text.clear()
        if len(path) == 1:
            self.root = name
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
        elif name in ("DirectPosition", "GM_Position.direct"):
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
            if self._lot is not None:
                self._lot["形状"] = attributes.get("idref", "")
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
            number = (self._part or {}).get("地番") or text
            if number:
                lot["筆界未定"].append(number)
            self._part = None
        elif name in self.LOT:
            (lot if self._part is None else self._part)[name] = text

    def _end_in_sheet(self, name: str, sheet: dict[str, Any]) -> None:
        text = "".join(self._text).strip()
        if name == "図郭":
            self._sheet = None
        elif name in self.DATES:
            sheet[name] = _date(self._date)
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


def zone_crs(zone: int, datum: str = "JGD2011") -> pyproj.CRS:
    """CRS of plane rectangular ``zone`` (1..19) in ``datum`` (JGD2011 or JGD2000)."""
    return pyproj.CRS.from_epsg(ZONE_BASE[datum] + zone)


def read_map(
    stream: Any, source: str, progress: Optional[Progress] = None, size: int = 0, limits: Limits = LIMITS
) -> MapFile:
    """Parse one 地図XML from a binary ``stream``; ``source`` is its name for messages.

    Raises ``InputError`` when it is not XML, not such a map, or declares a document type or
    entities, and ``Cancelled``.
    """
    progress = progress or Progress()
    reader = _Reader(limits)
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
    except (zipfile.BadZipFile, zlib.error, EOFError):
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
        raise _too_large(source) from None


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
        scales = [int(s["縮尺分母"]) for s in sheets if re.fullmatch(r"\d{1,7}", s.get("縮尺分母", ""))]
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
                "undetermined": "; ".join(lot["筆界未定"]) or None,
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


# -- the whole run ------------------------------------------------------------------------


def import_maps(
    sources: Iterable[tuple[str, Source]],
    datum: str = "JGD2011",
    zone: Optional[int] = None,
    progress: Optional[Progress] = None,
    limits: Limits = LIMITS,
) -> ImportResult:
    """Read land registry maps into lots.

    ``sources``: (name, path / bytes / open binary file) of .xml or .zip; the content decides.
    ``datum``: JGD2011 or JGD2000, what the coordinates are taken to be (the files do not say which);
    nothing is shifted between the two. ``zone``: 1..19; lots of other zones are reprojected into it.
    None takes the zone with most lots (the lowest number among equals).

    ``area_m2`` is measured in the plane of the file's own zone. Lots in 任意座標系 or an unknown system
    go to ``unplaced`` with their local coordinates. Lots whose outline is broken stay in with a missing
    geometry.

    Raises ``InputError`` when no file could be read or no file holds a lot; ``Cancelled``.
    """
    progress = progress or Progress()
    if datum not in ZONE_BASE:
        raise InputError(
            Text(
                "The datum “{datum}” is not known. Choose JGD2011 or JGD2000.",
                "測地系「{datum}」は使えません。JGD2011かJGD2000を選んでください。",
            ).format(datum=datum)
        )
    if zone is not None and zone not in ZONES:
        raise InputError(
            Text(
                "Zone {zone} does not exist. Choose 1 to 19.",
                "{zone}系はありません。1から19を選んでください。",
            ).format(zone=zone)
        )

    budget = _Budget(limits)
    findings: list[Finding] = []
    maps: list[MapFile] = []
    listed = list(sources)
    for number, (name, source) in enumerate(listed):
        progress.span(0.9 * number / len(listed), 0.9 * (number + 1) / len(listed))
        try:
            for label, stream, size in _open_source(source, name, budget, findings):
                try:
                    maps.append(read_map(stream, label, progress, size, limits))
                except InputError as error:
                    findings.append(Finding("unreadable_file", label, "", error.text))
        except InputError as error:
            findings.append(Finding("unreadable_file", name, "", error.text))
    for parsed in maps:
        findings.extend(parsed.findings)
    if not maps:
        if findings:
            raise InputError(findings[0].text)
        raise InputError(
            Text(
                "No land registry map (.xml or .zip) was found. Choose a file or folder that holds one.",
                "登記所備付地図データ（.xml、.zip）が見つかりません。ファイルかフォルダを選び直してください。",
            )
        )
    if not any(parsed.rows for parsed in maps):
        raise InputError(
            Text(
                "There is no lot in {name}. Land outside the sheet (地区外, 別図) does not count.",
                "{name}には筆がありません（地区外、別図は数えません）。",
            ).format(name=", ".join(parsed.source for parsed in maps[:3]))
        )

    progress.span(0.9, 1.0)
    zone_counts: dict[int, int] = {}
    for parsed in maps:
        if parsed.zone is not None and parsed.rows:
            zone_counts[parsed.zone] = zone_counts.get(parsed.zone, 0) + len(parsed.rows)
    if zone is None and zone_counts:
        zone = min(zone_counts, key=lambda n: (-zone_counts[n], n))
    crs = zone_crs(zone, datum) if zone is not None else None

    placed = [_frame(parsed, datum, crs) for parsed in maps if not parsed.arbitrary and parsed.rows]
    local = [_frame(parsed, datum, None) for parsed in maps if parsed.arbitrary and parsed.rows]
    lots, unplaced = _stack(placed, crs), _stack(local, None)
    findings.extend(_repeated(lots))
    progress.step(1.0)
    return ImportResult(
        lots=lots,
        unplaced=unplaced,
        crs=crs,
        datum=datum,
        zone=zone,
        zone_counts=zone_counts,
        files=len(maps),
        set_aside=sum(len(parsed.set_aside) for parsed in maps),
        undetermined=int(lots["undetermined"].notna().sum() + unplaced["undetermined"].notna().sum()),
        findings=findings,
    )


def _frame(parsed: MapFile, datum: str, crs: Optional[pyproj.CRS]) -> geopandas.GeoDataFrame:
    """One file's lots in ``crs`` (None: local coordinates as they are)."""
    geometry = numpy.empty(len(parsed.rows), dtype=object)
    geometry[:] = parsed.geometries
    frame = geopandas.GeoDataFrame(parsed.rows, geometry=geometry)
    frame["area_m2"] = numpy.where(shapely.is_missing(geometry), numpy.nan, shapely.area(geometry))
    if crs is not None and parsed.zone is not None:
        frame = frame.set_crs(zone_crs(parsed.zone, datum)).to_crs(crs)
    return frame


def _stack(frames: list[geopandas.GeoDataFrame], crs: Optional[pyproj.CRS]) -> geopandas.GeoDataFrame:
    """All frames under each other with exactly the columns of ``LOT_FIELDS``."""
    columns = [spec.name for spec in LOT_FIELDS]
    if not frames:
        empty = {name: pandas.Series(dtype=object) for name in columns}
        return geopandas.GeoDataFrame(empty, geometry=numpy.empty(0, dtype=object), crs=crs)
    stacked = pandas.concat(
        [frame[[*columns, "geometry"]].astype({"map_scale": "Int64"}) for frame in frames], ignore_index=True
    )
    return geopandas.GeoDataFrame(stacked, geometry="geometry", crs=crs)


def _repeated(lots: geopandas.GeoDataFrame) -> list[Finding]:
    """Lot numbers that occur more than once (for example on two maps of different age)."""
    if lots.empty:
        return []
    counts = lots["lot_key"].value_counts()
    return [
        Finding(
            "repeated_lot",
            "",
            key,
            Text("Lot {lot} occurs {count} times.", "地番{lot}が{count}回出てきます。").format(
                lot=key, count=int(counts[key])
            ),
        )
        for key in sorted(counts.index[counts > 1])
    ]
