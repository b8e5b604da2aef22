"""Land registry maps (登記所備付地図データ, 地図XML) -> lots, map by map, in bounded memory.

A run first reads only the headers and settles on one zone; then every map is read, handed on as frames and forgotten.
The format carries no owner, no land category and no registered area. Nothing is repaired.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Optional

import geopandas
import numpy
import pandas
import pyproj
import shapely

from ..errors import InputError
from ..intake_report import NOTE, OK, WARNING, CheckReport, ShapeState
from ..progress import Progress
from ..schema import FieldSpec, names
from ..sources.zones import crs_name
from ..texts import Text
from .lotfields import LINE_FIELDS, LOT_FIELDS, POINT_FIELDS, SHEET_FIELDS
from .mojarchive import LIMITS, Budget, Finding, Limits, Source, open_source
from .mojxml import ZONE_BASE, ZONES, MapFile, read_head, read_map, zone_crs, zone_of

__all__ = [
    "LIMITS", "CheckReport", "Finding", "ImportResult", "Limits", "MapFile", "MapRun", "Part", "Source", "import_maps",
    "read_map", "zone_crs", "zone_of",
]  # fmt: skip

#: Kind of coordinates that were measured on the ground (座標値種別); others were read off a drawing.
MEASURED = "測量成果"
#: Legal kind of a map that counts as proof of its shape (不動産登記法14条1項).
ARTICLE_14 = "14条1項"
CREDIT = Text(
    "Land registry map data (Ministry of Justice), edited",
    "「登記所備付地図データ」（法務省）を加工して作成",
)
SURVEYED, DIGITISED, ARBITRARY = "surveyed", "digitised", "arbitrary"
VERDICTS = {
    SURVEYED: Text("surveyed, with coordinates on the ground", "測量成果（公共座標）"),
    DIGITISED: Text("read off an older drawing, with coordinates on the ground", "図面から読み取り（公共座標）"),
    ARBITRARY: Text("local coordinates without a place on the ground", "任意座標系（地上の位置なし）"),
}
NEXT_STEPS = {
    SURVEYED: Text(
        "Use it. Mind the tolerance of its accuracy class.", "そのまま使えます。精度区分の公差に注意してください。"
    ),
    DIGITISED: Text(
        "Use it as a guide. Positions may be off; check against a photo before drawing borders.",
        "目安として使います。位置がずれることがあるので、写真と見くらべてください。",
    ),
    ARBITRARY: Text(
        "Place each sheet by at least three points that are known on the ground, or plan by block.",
        "図ごとに、位置の分かる点を3点以上使って合わせるか、区画の単位で進めてください。",
    ),
}
OUTSIDE_SHEET = Text("outside the sheet (地区外, 別図), not a lot", "地区外・別図（筆ではないもの）")


@dataclass
class Part:
    """One map of a run as frames. ``lots`` and ``sheets`` are in the CRS of the run where ``placed``, else in their
    own local coordinates without CRS; ``points`` and ``lines`` are there only when details were asked for."""

    source: str
    placed: bool
    lots: geopandas.GeoDataFrame
    sheets: geopandas.GeoDataFrame
    points: Optional[geopandas.GeoDataFrame]
    lines: Optional[geopandas.GeoDataFrame]
    triage: dict[str, Any]


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


class _Shapes(NamedTuple):
    """Shapes seen so far, for the report."""

    kinds: Counter[str]
    invalid: dict[str, tuple[int, str]]


@dataclass
class MapRun:
    """A run over land registry maps: made by :meth:`plan`, worked through by :meth:`parts`, told by :meth:`report`.

    ``zone`` and ``crs`` are settled by the plan. Counters grow with every part.
    """

    sources: list[tuple[str, Source]]
    datum: str
    zone: Optional[int]
    limits: Limits
    details: bool
    zone_counts: dict[int, int] = field(default_factory=dict)
    files: int = 0
    lots: int = 0
    unplaced: int = 0
    undetermined: int = 0
    findings: list[Finding] = field(default_factory=list)
    outside: list[tuple[str, str]] = field(default_factory=list)
    area_m2: float = 0.0
    dates: set[dt.date] = field(default_factory=set)
    datum_kinds: set[str] = field(default_factory=set)
    _keys: Counter[str] = field(default_factory=Counter)
    _shapes: _Shapes = field(default_factory=lambda: _Shapes(Counter(), {}))
    _missing: int = 0
    _numberless: int = 0
    _shapeless: int = 0  #: points and lines beside the lots that refer to nothing
    _unplaced_details: int = 0
    _without_lots: list[str] = field(default_factory=list)

    @classmethod
    def plan(
        cls,
        sources: Iterable[tuple[str, Source]],
        datum: str = "JGD2011",
        zone: Optional[int] = None,
        progress: Optional[Progress] = None,
        limits: Limits = LIMITS,
        details: bool = False,
    ) -> MapRun:
        """Read the headers and settle on a zone.

        ``sources``: (name, path / bytes / open binary file) of .xml or .zip; the content decides. ``datum``:
        JGD2011 or JGD2000, what the coordinates are taken to be (the files do not say which); nothing is shifted
        between the two. ``zone``: 1..19; lots of other zones are reprojected into it. None takes the zone with most
        data (the lowest number among equals). Raises ``InputError`` for choices that do not exist; ``Cancelled``.
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
        listed = list(sources)
        if zone is None:
            sizes: Counter[int] = Counter()
            budget = Budget(limits)
            for number, (name, source) in enumerate(listed):
                progress.step(number / len(listed))
                try:
                    for _label, stream, size in open_source(source, name, budget, []):
                        found = zone_of(read_head(stream, limits).get("座標系", ""))
                        progress.step(number / len(listed))
                        if found is not None:
                            sizes[found] += size
                except InputError:
                    continue  # the reading itself tells what is wrong
            zone = min(sizes, key=lambda n: (-sizes[n], n)) if sizes else None
        return cls(listed, datum, zone, limits, details)

    @property
    def crs(self) -> Optional[pyproj.CRS]:
        """CRS of the placed lots; None when no map is placed and no zone was asked for."""
        return zone_crs(self.zone, self.datum) if self.zone is not None else None

    def parts(self, progress: Optional[Progress] = None) -> Iterator[Part]:
        """Every map that holds lots, one after the other; nothing of it is kept here but counts.

        ``area_m2`` is measured in the plane of the file's own zone. Lots whose outline is broken stay in with a
        missing geometry. Raises ``InputError`` at the end when no file could be read or none holds a lot, and
        ``Cancelled``.
        """
        progress = progress or Progress()
        budget = Budget(self.limits)
        first = ""
        for number, (name, source) in enumerate(self.sources):
            progress.span(number / len(self.sources), (number + 1) / len(self.sources))
            try:
                for label, stream, size in open_source(source, name, budget, self.findings):
                    try:
                        parsed = read_map(stream, label, progress, size, self.limits, self.details)
                    except InputError as error:
                        self.findings.append(Finding("unreadable_file", label, "", error.text))
                        continue
                    first = first or label
                    self._count(parsed)
                    if parsed.rows:
                        part = self._part(parsed)
                        del parsed
                        yield part
            except InputError as error:
                self.findings.append(Finding("unreadable_file", name, "", error.text))
        self._finish(first)

    def _finish(self, first: str) -> None:
        if not self.files:
            if self.findings:
                raise InputError(self.findings[0].text)
            raise InputError(
                Text(
                    "No land registry map (.xml or .zip) was found. Choose a file or folder that holds one.",
                    "登記所備付地図データ（.xml、.zip）が見つかりません。ファイルかフォルダを選び直してください。",
                )
            )
        if not self.lots and not self.unplaced:
            raise InputError(
                Text(
                    "There is no lot in {name}. Land outside the sheet (地区外, 別図) does not count.",
                    "{name}には筆がありません（地区外、別図は数えません）。",
                ).format(name=first)
            )
        for key in sorted(key for key, count in self._keys.items() if count > 1):
            self.findings.append(
                Finding(
                    "repeated_lot",
                    "",
                    key,
                    Text("Lot {lot} occurs {count} times.", "地番{lot}が{count}回出てきます。").format(
                        lot=key, count=self._keys[key]
                    ),
                )
            )

    def _count(self, parsed: MapFile) -> None:
        self.files += 1
        self.findings.extend(parsed.findings)
        self._numberless += sum(row["chiban"] is None for row in parsed.rows)
        if not parsed.rows:
            self._without_lots.append(parsed.source)
        self.outside.extend((parsed.source, chiban) for chiban in parsed.set_aside)
        if parsed.zone is not None and parsed.rows:
            self.zone_counts[parsed.zone] = self.zone_counts.get(parsed.zone, 0) + len(parsed.rows)
        if parsed.arbitrary:
            self.unplaced += len(parsed.rows)
        else:
            self.lots += len(parsed.rows)
            self._keys.update(row["lot_key"] for row in parsed.rows)
        self.undetermined += sum(row["undetermined"] is not None for row in parsed.rows)
        self.dates.update(row["map_date"] for row in parsed.rows if row["map_date"])
        self.datum_kinds.update(row["datum_kind"] for row in parsed.rows if row["datum_kind"])

    def _part(self, parsed: MapFile) -> Part:
        placed = not parsed.arbitrary
        crs = self.crs if placed else None
        lots = _frame(parsed.rows, parsed.geometries, LOT_FIELDS, parsed.zone, self.datum, None)
        shapes = lots.geometry.to_numpy()
        lots["area_m2"] = numpy.where(shapely.is_missing(shapes), numpy.nan, shapely.area(shapes))
        if placed:
            self.area_m2 += float(lots["area_m2"].sum())
        self._count_shapes(shapes, lots["chiban"].tolist())
        lots = lots.astype({"map_scale": "Int64"})
        sheets = _frame(parsed.sheets, parsed.sheet_shapes, SHEET_FIELDS, parsed.zone, self.datum, None)
        extra: list[Optional[geopandas.GeoDataFrame]] = []
        for rows, specs in ((parsed.points, POINT_FIELDS), (parsed.lines, LINE_FIELDS)):
            known = [row for row in rows if row["shape"] is not None]
            self._shapeless += len(rows) - len(known)
            self._unplaced_details += 0 if placed else len(known)
            extra.append(
                _frame(known, [row["shape"] for row in known], specs, parsed.zone, self.datum, crs)
                if self.details
                else None
            )
        if crs is not None and parsed.zone is not None:
            own = zone_crs(parsed.zone, self.datum)
            lots, sheets = lots.set_crs(own).to_crs(crs), sheets.set_crs(own).to_crs(crs)
        return Part(parsed.source, placed, lots, sheets, extra[0], extra[1], _triage(parsed))

    def _count_shapes(self, shapes: numpy.ndarray, labels: Sequence[Any]) -> None:
        missing = shapely.is_missing(shapes)
        self._missing += int(missing.sum())
        self._shapes.kinds["MultiPolygon"] += int((~missing).sum())
        for row in numpy.flatnonzero(~shapely.is_valid(shapes) & ~missing).tolist():
            reason = shapely.is_valid_reason(shapes[row]).split("[")[0].strip()
            count, example = self._shapes.invalid.get(reason, (0, str(labels[row] or "")))
            self._shapes.invalid[reason] = (count + 1, example)

    def report(self, source: str) -> CheckReport:
        """What was read, kept and set aside and why, after :meth:`parts` has run. ``source`` names the input."""
        report = CheckReport(
            source=source,
            kind=Text("land registry map", "登記所備付地図"),
            format="地図XML",
            spatial=True,
            read=self.lots + self.unplaced + len(self.outside),
            kept=self.lots + self.unplaced,
            crs=crs_name(self.crs),
            datum=f"{self.datum} ({', '.join(sorted(self.datum_kinds)) or '-'})",
            encoding="UTF-8",
            data_date=max(self.dates).isoformat() if self.dates else "",
            credit=CREDIT,
            shapes=ShapeState(
                dict(self._shapes.kinds),
                self._missing,
                0,
                [(reason, rows, example) for reason, (rows, example) in sorted(self._shapes.invalid.items())],
            ),
        )
        for where, chiban in self.outside:
            report.set_aside("outside_sheet", OUTSIDE_SHEET, None, f"{chiban} ({where})")
        report.remark(
            "datum_assumed",
            NOTE,
            Text(
                "The files do not name their datum; {datum} was taken.", "測地系は書かれていません。{datum}としました。"
            ).format(datum=self.datum),
            self.datum,
        )
        report.remark(
            "maps", OK, Text("Maps read: {n}.", "読み込んだ地図: {n}枚。").format(n=f"{self.files:,}"), self.files
        )
        self._tell_left_out(report)
        if len(self.zone_counts) > 1:
            report.remark(
                "zones",
                WARNING,
                Text("Maps of several zones were put into one.", "複数の系の図を1つの系にそろえました。"),
                ", ".join(str(zone) for zone in sorted(self.zone_counts)),
            )
        if self.unplaced:
            report.remark(
                "unplaced",
                WARNING,
                Text(
                    "{n} lots have local coordinates (任意座標系) and no place on the map.",
                    "{n}筆は任意座標系のため、地図上の位置がありません。",
                ).format(n=f"{self.unplaced:,}"),
                self.unplaced,
            )
        if self.undetermined:
            report.remark(
                "undetermined",
                WARNING,
                Text(
                    "{n} outlines hold several lots (筆界未定).",
                    "筆界未定の図形が{n}件あります（複数の筆を含みます）。",
                ).format(n=f"{self.undetermined:,}"),
                self.undetermined,
            )
        report.duplicate_keys("lot_key", self._keys)
        for finding in self.findings:
            if finding.kind != "repeated_lot":
                report.remark(finding.kind, WARNING, finding.text, finding.lot or finding.source)
        return report

    def _tell_left_out(self, report: CheckReport) -> None:
        """What a map holds and the lots do not show."""
        if self._without_lots:
            named = ", ".join(self._without_lots[:5]) + (" …" if len(self._without_lots) > 5 else "")
            report.remark(
                "maps_without_lots",
                NOTE,
                Text("Maps without a lot: {n} ({names}).", "筆のない地図: {n}枚（{names}）。").format(
                    n=f"{len(self._without_lots):,}", names=named
                ),
                len(self._without_lots),
            )
        for item, count, text in (
            (
                "no_number",
                self._numberless,
                Text("Lots without a number: {n}. They are kept.", "地番のない筆: {n}筆。そのまま残しました。"),
            ),
            (
                "details_without_shape",
                self._shapeless,
                Text(
                    "Points and lines beside the lots without coordinates: {n}. They were left out.",
                    "座標のない点や線（筆以外）: {n}件。取り込みませんでした。",
                ),
            ),
            (
                "details_unplaced",
                self._unplaced_details,
                Text(
                    "Points and lines of maps without a place: {n}. They are in the layers of the sheets, if these "
                    "were asked for.",
                    "位置の分からない地図の点や線: {n}件。図ごとのレイヤを保存する場合は、その中にあります。",
                ),
            ),
        ):
            if count:
                report.remark(item, WARNING, text.format(n=f"{count:,}"), count)


def _triage(parsed: MapFile) -> dict[str, Any]:
    """How far one map can be trusted to lie where it is drawn.

    ``surveyed``: 公共座標, and at least half of the lots with measured coordinates (測量成果) or a map of art. 14(1);
    ``digitised``: 公共座標, else (図上測量, 地図に準ずる図面); ``arbitrary``: 任意座標系 or unknown. The half is an
    assumption.
    """
    rows = parsed.rows
    measured = sum(row["coord_type"] == MEASURED for row in rows) / len(rows)
    kinds = sorted({kind for row in rows for kind in (row["map_kind"] or "").split("; ") if kind})
    proven = any(ARTICLE_14 in kind for kind in kinds)
    verdict = ARBITRARY if parsed.arbitrary else SURVEYED if measured >= 0.5 or (proven and measured > 0) else DIGITISED
    scales = [row["map_scale"] for row in rows if row["map_scale"] is not None]
    days = [row["map_date"] for row in rows if row["map_date"]]
    header = parsed.header
    return {
        "source_file": parsed.source,
        "map_name": header.get("地図名") or None,
        "city_name": header.get("市区町村名") or None,
        "verdict": verdict,
        "verdict_text": VERDICTS[verdict].en,
        "verdict_text_ja": VERDICTS[verdict].ja,
        "next_step": NEXT_STEPS[verdict].en,
        "next_step_ja": NEXT_STEPS[verdict].ja,
        "lots": len(rows),
        "sheets": len(parsed.sheets),
        "surveyed_pct": round(100 * measured, 1),
        "crs_name": header.get("座標系") or None,
        "datum_kind": header.get("測地系判別") or None,
        "map_kind": "; ".join(kinds) or None,
        "accuracy_class": "; ".join(sorted({row["accuracy_class"] for row in rows if row["accuracy_class"]})) or None,
        "map_scale": max(scales) if scales else None,
        "map_date": max(days) if days else None,
        "layer": None,
    }


def by_sheet(part: Part) -> list[tuple[str, geopandas.GeoDataFrame]]:
    """The lots of a map by its sheets (図郭), each sheet alone: (name of map and sheet, lots).

    Sheets in local coordinates have each their own place and turn. A lot on several sheets stays with the first.
    """
    first = [str(text).split("; ")[0] if text else "" for text in part.lots["sheets"]]
    name = part.triage["map_name"] or part.source
    found = []
    for sheet in sorted(set(first)):
        rows = numpy.array([word == sheet for word in first])
        found.append((f"{name}_{sheet}" if sheet else str(name), part.lots[rows].reset_index(drop=True)))
    return found


def import_maps(
    sources: Iterable[tuple[str, Source]],
    datum: str = "JGD2011",
    zone: Optional[int] = None,
    progress: Optional[Progress] = None,
    limits: Limits = LIMITS,
) -> ImportResult:
    """Read land registry maps into lots held in memory; see :meth:`MapRun.plan` and :meth:`MapRun.parts`."""
    progress = progress or Progress()
    run = MapRun.plan(sources, datum, zone, progress.part(0.0, 0.1), limits)
    placed: list[geopandas.GeoDataFrame] = []
    local: list[geopandas.GeoDataFrame] = []
    for part in run.parts(progress.part(0.1, 1.0)):
        (placed if part.placed else local).append(part.lots)
    progress.step(1.0)
    return ImportResult(
        lots=_stack(placed, run.crs),
        unplaced=_stack(local, None),
        crs=run.crs,
        datum=datum,
        zone=run.zone,
        zone_counts=run.zone_counts,
        files=run.files,
        set_aside=len(run.outside),
        undetermined=run.undetermined,
        findings=run.findings,
    )


def _frame(
    rows: Sequence[dict[str, Any]],
    shapes: Sequence[Any],
    specs: Sequence[FieldSpec],
    zone: Optional[int],
    datum: str,
    crs: Optional[pyproj.CRS],
) -> geopandas.GeoDataFrame:
    """Rows with exactly the columns of ``specs``, in ``crs`` (None: coordinates as they are, without a CRS)."""
    geometry = numpy.empty(len(rows), dtype=object)
    geometry[:] = list(shapes)
    columns = {spec.name: [row.get(spec.name) for row in rows] for spec in specs}
    frame = geopandas.GeoDataFrame(pandas.DataFrame(columns, dtype=object), geometry=geometry)
    if crs is not None and zone is not None:
        frame = frame.set_crs(zone_crs(zone, datum)).to_crs(crs)
    return frame


def _stack(frames: list[geopandas.GeoDataFrame], crs: Optional[pyproj.CRS]) -> geopandas.GeoDataFrame:
    """All frames under each other with exactly the columns of ``LOT_FIELDS``."""
    columns = names(LOT_FIELDS)
    if not frames:
        empty = {name: pandas.Series(dtype=object) for name in columns}
        return geopandas.GeoDataFrame(empty, geometry=numpy.empty(0, dtype=object), crs=crs)
    stacked = pandas.concat([frame[[*columns, "geometry"]] for frame in frames], ignore_index=True)
    return geopandas.GeoDataFrame(stacked, geometry="geometry", crs=crs)
