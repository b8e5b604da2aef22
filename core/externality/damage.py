"""Damage and sighting tables as people keep them: places, days, hamlets, and what cannot be trusted.

Pure work on rows already read; nothing is opened here. Only the columns named in :data:`WORDS` are carried,
so names, addresses, telephone numbers and free notes stay behind. A row is never lost silently: it becomes
a record, a further row of the same record, a count of its hamlet, or is set aside with the reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from .. import intake
from ..errors import InputError
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text

#: Column in which the shapes of a map stand; no file has one of this name.
SHAPE_COLUMN = "(shape)"
#: What the columns may mean and the words that give them away (whole names, compared without width and case).
WORDS: dict[str, tuple[str, ...]] = {
    "wkt": (SHAPE_COLUMN, "wkt", "geometry", "geom", "位置", "図形"),
    "longitude": ("経度", "longitude", "lon", "lng", "経度（10進）", "世界測地系経度"),
    "latitude": ("緯度", "latitude", "lat", "緯度（10進）", "世界測地系緯度"),
    "x": ("x", "x座標", "x座標値", "x_m"),
    "y": ("y", "y座標", "y座標値", "y_m"),
    "day": (
        "seen_on", "出没日", "確認日", "発生日", "被害日", "目撃日", "発見日", "出没年月日", "発生年月日",
        "確認年月日", "目撃年月日", "被害年月日", "発見年月日", "被害発生日", "年月日", "日付", "date",
    ),
    "hamlet": ("hamlet", "集落", "集落名", "農業集落", "農業集落名", "行政区", "自治会"),
    "municipality": ("municipality", "市町名", "市町村", "市町村名", "市区町村", "市区町村名"),
    "event": ("damage_id", "id", "番号", "整理番号", "受付番号", "管理番号", "no", "event_id"),
    "what": ("what", "目撃痕跡種別", "種別", "被害種別", "情報種別", "目撃・痕跡の別"),
    "species": ("species", "獣種", "鳥獣", "鳥獣名", "鳥獣種", "加害獣", "加害鳥獣", "動物種"),
    "crop": ("crop", "作物", "作物名", "被害作物", "品目"),
    "severity": ("severity", "程度", "被害程度", "被害の程度"),
    "animals": ("animals", "頭数", "頭羽数", "個体数"),
}  # fmt: skip
#: Column names that tell of persons; they are named in the report as left behind.
PERSONAL = re.compile(
    r"氏名|名前|住所|電話|連絡先|通報者|発見者|目撃者|報告者|所有者|耕作者|tel|phone|address|^name$|owner|mail"
)
_SPOILED = re.compile(r"[+-]?\d+(?:\.(\d+))?[eE]\+?(\d+)")
#: Longitudes and latitudes that can be in Japan.
JAPAN = (122.0, 20.0, 154.0, 46.0)
#: Rows with the same number and day within this distance are one event, in metres.
SAME_PLACE = 1.0

DAMAGE_FIELDS = (
    FieldSpec("damage_id", "text", "Record key", "記録キー"),
    FieldSpec("event", "text", "Number in the table", "表の番号"),
    FieldSpec("seen_on", "date", "Seen on", "確認日"),
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("municipality", "text", "Municipality", "市町村"),
    FieldSpec("what", "text", "Kind of record", "記録の種別"),
    FieldSpec("species", "text", "Animal", "獣種"),
    FieldSpec("crop", "text", "Crop", "作物"),
    FieldSpec("severity", "int", "Severity (1–3)", "被害の程度（1〜3）"),
    FieldSpec("animals", "int", "Animals", "頭数"),
    FieldSpec("placed_by", "text", "Placed by (wkt, lonlat, xy)", "位置の由来（wkt・lonlat・xy）"),
    FieldSpec("files", "text", "Files", "ファイル"),
    FieldSpec("rows", "int", "Rows of this record", "この記録の行数"),
)
COUNT_FIELDS = (
    FieldSpec("hamlet", "text", "Hamlet", "集落"),
    FieldSpec("municipality", "text", "Municipality", "市町村"),
    FieldSpec("records", "int", "Records", "記録の数"),
    FieldSpec("by_place", "int", "Of these by place", "うち位置から"),
    FieldSpec("by_name", "int", "Of these by name only", "うち集落名だけから"),
    FieldSpec("first_on", "date", "First", "最初の日"),
    FieldSpec("last_on", "date", "Last", "最後の日"),
)
CHECK_FIELDS = (
    FieldSpec("check_id", "int", "Number", "番号"),
    FieldSpec("kind", "text", "Kind", "種類"),
    FieldSpec("file", "text", "File", "ファイル"),
    FieldSpec("row", "int", "Row in the file (empty: the column or file)", "行（空欄は列・ファイル全体）"),
    FieldSpec("column_name", "text", "Column", "列"),
    FieldSpec("value", "text", "Value", "値"),
    FieldSpec("rows", "int", "Rows concerned", "該当する行数"),
    FieldSpec("set_aside", "bool", "Row not used", "使わなかった行"),
    FieldSpec("explanation", "text", "Explanation (English)", "説明（英語）"),
    FieldSpec("explanation_ja", "text", "Explanation (Japanese)", "説明"),
)


class Table(NamedTuple):
    """A table as read: file ``name``, ``columns`` and ``rows`` by column (text, numbers, dates or ``None``)."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]


class Hamlets(NamedTuple):
    """Known hamlets: their key, further spellings of each, and polygons in the target CRS."""

    keys: np.ndarray
    spellings: Sequence[tuple[str, ...]]
    geometry: np.ndarray


class Frame(NamedTuple):
    """Coordinate systems: ``target`` (metres) of the result, ``degrees`` of longitude and latitude, ``plane`` of x
    and y (``None``: unknown). ``x_is_north``: X and Y as Japanese surveyors write them."""

    target: Any
    degrees: Any = "EPSG:6668"
    plane: Any = None
    x_is_north: bool = False


class Damage(NamedTuple):
    """Result: ``points`` (:data:`DAMAGE_FIELDS`, target CRS), ``counts`` (:data:`COUNT_FIELDS`, rows as the hamlets
    where these are known), ``checks`` (:data:`CHECK_FIELDS`); how many rows were ``read``, ``repeated`` (further
    rows of a record), counted ``by_name`` only, and ``set_aside``. read = points + repeated + by_name + set_aside."""

    points: gpd.GeoDataFrame
    counts: pd.DataFrame
    checks: pd.DataFrame
    read: int
    repeated: int
    by_name: int
    set_aside: int


class _Checks:
    """Collects what was noticed."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        kind: str,
        file: str,
        text: Text,
        row: Optional[int] = None,
        column: Optional[str] = None,
        value: object = None,
        rows: int = 1,
        set_aside: bool = False,
    ) -> None:
        self.rows.append(
            {
                "check_id": 0,
                "kind": kind,
                "file": file,
                "row": row,
                "column_name": column,
                "value": None if value is None else str(value)[:80],
                "rows": rows,
                "set_aside": set_aside,
                "explanation": text.en,
                "explanation_ja": text.ja,
            }
        )

    def frame(self) -> pd.DataFrame:
        order = sorted(self.rows, key=lambda r: (r["file"], r["row"] or 0, r["kind"], r["column_name"] or ""))
        frame = pd.DataFrame(order, columns=[spec.name for spec in CHECK_FIELDS])
        frame["check_id"] = np.arange(1, len(frame) + 1)
        frame["row"] = frame["row"].astype("Int64")
        return frame


def guess(columns: Sequence[str], chosen: Optional[Mapping[str, str]] = None) -> dict[str, str]:
    """Column of each meaning of :data:`WORDS` (only those found). ``chosen`` wins where the table has that column;
    "-" says that no column has the meaning."""
    folded = {intake.fold(column): column for column in reversed(columns)}
    found = {
        meaning: next(folded[intake.fold(word)] for word in words if intake.fold(word) in folded)
        for meaning, words in WORDS.items()
        if any(intake.fold(word) in folded for word in words)
    }
    found.update({m: column for m, column in (chosen or {}).items() if column in columns})
    return {m: column for m, column in found.items() if (chosen or {}).get(m) != "-"}


def parse_choice(text: str) -> dict[str, str]:
    """``day=発生日; hamlet=地区`` as a mapping; raises ``InputError`` for a meaning that does not exist."""
    chosen = {}
    for part in (p for p in re.split(r"[;；\n]", text) if p.strip()):
        meaning, _, column = (piece.strip() for piece in part.partition("="))
        if meaning not in WORDS or not column:
            raise InputError(
                Text(
                    "“{part}” is not understood. Write meaning=column, with a meaning out of {words}.",
                    "「{part}」が分かりません。「意味=列名」の形で、意味は {words} から選んで書いてください。",
                ).format(part=part.strip(), words=", ".join(WORDS))
            )
        chosen[meaning] = column
    return chosen


def _text(value: object) -> str:
    """A cell as trimmed text; whole numbers of spreadsheets without ``.0``."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    text = str(value).strip()
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def _number(value: object) -> Optional[float]:
    """A plain decimal number; ``None`` for anything else, also for powers of ten that lost their digits."""
    text = unicodedata.normalize("NFKC", _text(value))
    return float(text) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text) else None


def day_of(value: object, today: dt.date) -> Optional[dt.date]:
    """A day out of a cell (see :func:`core.intake.date`); ``None`` outside 1868 to ``today``."""
    day = intake.date(value)
    return day if day is not None and dt.date(1868, 1, 1) <= day <= today else None


def _day_problem(value: object, today: dt.date) -> Text:
    text = _text(value)
    if re.fullmatch(r"\d{5}", text):
        return Text(
            "“{text}” looks like a day number of a spreadsheet (it would be {day}). Kept without a date.",
            "「{text}」は表計算の日付番号のようです（{day}にあたります）。日付なしで残しました。",
        ).format(text=text, day=(dt.date(1899, 12, 30) + dt.timedelta(days=int(text))).isoformat())
    read = intake.date(value)
    if read is not None and read > today:
        return Text(
            "{day} lies in the future. Kept without a date.", "{day}は未来の日付です。日付なしで残しました。"
        ).format(day=read.isoformat())
    return Text(
        "“{text}” is not a day that can be read. Kept without a date.",
        "「{text}」は日付として読めません。日付なしで残しました。",
    ).format(text=text[:40])


class _Row(NamedTuple):
    """A row on its way: file, row number, cells by meaning, day, place in the target CRS and how it was placed."""

    file: str
    row: int
    cells: dict[str, str]
    day: Optional[dt.date]
    place: Optional[tuple[float, float]]
    placed_by: str


def _inside(x: float, y: float) -> bool:
    return JAPAN[0] <= x <= JAPAN[2] and JAPAN[1] <= y <= JAPAN[3]


class _Placer:
    """Turns the cells of a row into a place in the target CRS or the reason why not."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.degrees = pyproj.Transformer.from_crs(frame.degrees, frame.target, always_xy=True)
        self.plane = None
        if frame.plane is not None:
            self.plane = pyproj.Transformer.from_crs(frame.plane, frame.target, always_xy=True)
            self.back = pyproj.Transformer.from_crs(frame.plane, frame.degrees, always_xy=True)

    def place(
        self, x: float, y: float, surveyed: bool
    ) -> tuple[Optional[tuple[float, float]], Optional[tuple[str, Text]]]:
        """The place of a coordinate pair. ``surveyed``: it comes from columns x and y."""
        if abs(x) <= 180 and abs(y) <= 180 and not (surveyed and self.plane):
            if _inside(x, y):
                return self.degrees.transform(x, y), None
            if _inside(y, x):
                return None, (
                    "swapped",
                    Text(
                        "Longitude and latitude are swapped ({x}, {y}). Not used.",
                        "経度と緯度が入れ替わっています（{x}, {y}）。使いませんでした。",
                    ).format(x=x, y=y),
                )
            return None, (
                "outside",
                Text(
                    "({x}, {y}) is not in Japan. Not used.", "（{x}, {y}）は日本の範囲にありません。使いませんでした。"
                ).format(x=x, y=y),
            )
        if self.plane is None:
            return None, (
                "no_crs",
                Text(
                    "x and y are given, but not in which coordinate system. Choose it and run again.",
                    "xとyがありますが、座標系が分かりません。座標系を選んでもう一度実行してください。",
                ),
            )
        if surveyed and self.frame.x_is_north:
            x, y = y, x
        if not _inside(*self.back.transform(x, y)):
            return None, (
                "outside",
                Text(
                    "({x}, {y}) is not in Japan in the coordinate system chosen; x and y may be swapped. Not used.",
                    "（{x}, {y}）は選んだ座標系では日本の範囲にありません。xとyが逆かもしれません。使いませんでした。",
                ).format(x=x, y=y),
            )
        return self.plane.transform(x, y), None


def _placed(
    cells: Mapping[str, str], shape: Any, placer: _Placer
) -> tuple[Optional[tuple[float, float]], str, Optional[tuple[str, Text]]]:
    """Place of a row, how it was placed, and the problem if any: WKT first, then degrees, then x and y."""
    wanted = []
    if cells.get("wkt"):
        if shape is None or shapely.is_empty(shape):
            return (
                None,
                "wkt",
                ("bad_place", Text("The shape cannot be read. Not used.", "図形を読めません。使いませんでした。")),
            )
        point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
        wanted = [("wkt", point.x, point.y)]
    else:
        for how, first, second in (("lonlat", "longitude", "latitude"), ("xy", "x", "y")):
            if cells.get(first) or cells.get(second):
                x, y = _number(cells.get(first)), _number(cells.get(second))
                if x is None or y is None:
                    text = Text(
                        "The coordinates “{x}”, “{y}” cannot be read. Not used.",
                        "座標「{x}」「{y}」を読めません。使いませんでした。",
                    )
                    return None, how, ("bad_place", text.format(x=cells.get(first) or "", y=cells.get(second) or ""))
                wanted = [(how, x, y)]
                break
    if not wanted:
        return None, "", None
    how, x, y = wanted[0]
    found, problem = placer.place(x, y, how == "xy")
    return found, how, problem


def read_damage(
    tables: Sequence[Table],
    frame: Frame,
    today: dt.date,
    hamlets: Optional[Hamlets] = None,
    chosen: Optional[Mapping[str, str]] = None,
    progress: Optional[Progress] = None,
) -> Damage:
    """Records out of tables; see :class:`Damage`. ``chosen``: column per meaning where guessing is wrong.

    The order of files and rows does not matter. Raises ``InputError`` when a table has neither places nor
    hamlets, ``Cancelled`` on cancel.
    """
    progress = progress or Progress()
    checks = _Checks()
    rows: list[_Row] = []
    placer = _Placer(frame)
    set_aside = 0
    tables = sorted(tables, key=lambda table: table.name)
    for number, table in enumerate(tables):
        part = progress.part(0.8 * number / len(tables), 0.8 * (number + 1) / len(tables))
        aside = _read_table(table, chosen, placer, today, checks, rows, part)
        set_aside += aside
        text = Text("{n} rows read, {aside} set aside.", "{n}行を読み、{aside}行は使いませんでした。")
        checks.add("rows", table.name, text.format(n=len(table.rows), aside=aside), rows=len(table.rows))
    read = sum(len(table.rows) for table in tables)
    records, repeated = _merge(rows, checks)
    progress.step(0.9)
    placed = [record for record in records if record[0].place is not None]
    named = [record for record in records if record[0].place is None]
    points = _points(placed, frame.target)
    counts, lost = _counts(points, named, hamlets, checks)
    lost_rows = sum(len(record) for record in lost)
    repeated -= lost_rows - len(lost)  # all rows of a record without a hamlet are set aside
    progress.step(1.0)
    return Damage(points, counts, checks.frame(), read, repeated, len(named) - len(lost), set_aside + lost_rows)


def _read_table(
    table: Table,
    chosen: Optional[Mapping[str, str]],
    placer: _Placer,
    today: dt.date,
    checks: _Checks,
    rows: list[_Row],
    progress: Progress,
) -> int:
    """Append the usable rows of a table; returns how many were set aside."""
    columns = guess(table.columns, chosen)
    has_place = "wkt" in columns or {"longitude", "latitude"} <= set(columns) or {"x", "y"} <= set(columns)
    if not has_place and "hamlet" not in columns:
        raise InputError(
            Text(
                "{file} has neither places nor hamlets. Columns found: {found}. Name the right ones in “Columns”.",
                "{file}に位置も集落もありません。ある列: {found}。「列の対応」で指定してください。",
            ).format(file=table.name, found=", ".join(table.columns))
        )
    _check_columns(table, columns, checks)
    shapes: Any = [None] * len(table.rows)
    if "wkt" in columns:
        texts = [_text(row.get(columns["wkt"])) or None for row in table.rows]
        shapes = shapely.from_wkt(np.array(texts, dtype=object), on_invalid="ignore")
    set_aside = 0
    for number, source in enumerate(table.rows):
        if number % 500 == 0:
            progress.step(number / len(table.rows))
        line = number + 2  # the heading is line 1
        cells = {meaning: _text(source.get(column)) for meaning, column in columns.items()}
        place, how, problem = _placed(cells, shapes[number], placer)
        if problem is not None:
            kind, text = problem
            use_name = bool(cells.get("hamlet"))
            if use_name:
                text = text + Text("Counted by its hamlet only.", "集落の件数にだけ入れました。")
            column = columns.get({"wkt": "wkt", "lonlat": "longitude"}.get(how, "x"))
            checks.add(kind, table.name, text, line, column, set_aside=not use_name)
        elif place is None and not cells.get("hamlet"):
            checks.add(
                "no_place",
                table.name,
                Text(
                    "The row has neither a place nor a hamlet. Not used.", "位置も集落もない行です。使いませんでした。"
                ),
                line,
                set_aside=True,
            )
        if place is None and not cells.get("hamlet"):
            set_aside += 1
            continue
        if how == "wkt" and place is not None:
            _check_columns_agree(table.name, line, cells, place, placer, checks)
        raw_day = source.get(columns["day"]) if "day" in columns else None
        day = day_of(raw_day, today)
        if day is None and "day" in columns:
            if _text(raw_day):
                checks.add("bad_date", table.name, _day_problem(raw_day, today), line, columns["day"], _text(raw_day))
            else:
                checks.add(
                    "no_date", table.name, Text("The row has no date.", "日付のない行です。"), line, columns["day"]
                )
        rows.append(_Row(table.name, line, cells, day, place, how if place is not None else ""))
    return set_aside


def _check_columns(table: Table, columns: Mapping[str, str], checks: _Checks) -> None:
    """Notes on whole columns: digits lost, personal columns, columns left behind."""
    carried = set(columns.values())
    left = [column for column in table.columns if column not in carried]
    personal = [column for column in left if PERSONAL.search(unicodedata.normalize("NFKC", column).lower())]
    for column in table.columns:
        cells = [_text(row.get(column)) for row in table.rows]
        hits = [match for match in map(_SPOILED.fullmatch, cells) if match]
        lost = [match for match in hits if len(match.group(1) or "") < int(match.group(2))]
        for kind, found, text in (
            (
                "spoiled_code",
                lost,
                Text(
                    "{n} cells of “{column}” look like {value}: a spreadsheet turned codes into numbers, and digits "
                    "may be lost. The column is not used to tell records or hamlets apart.",
                    "「{column}」の{n}個のセルが {value} のような形です。表計算でコードが数に変わり、"
                    "桁が失われたおそれがあります。"
                    "記録や集落の区別には使いません。",
                ),
            ),
            (
                "code_as_number",
                [match for match in hits if match not in lost],
                Text(
                    "{n} cells of “{column}” hold codes written as numbers, such as {value}. All digits may still be "
                    "there, but they are not trusted.",
                    "「{column}」の{n}個のセルでコードが {value} のように数で書かれています。"
                    "桁は残っているようですが、信用しません。",
                ),
            ),
        ):
            if found:
                filled = text.format(n=len(found), column=column, value=found[0].group())
                checks.add(kind, table.name, filled, None, column, found[0].group(), len(found))
    for column in personal:
        checks.add(
            "personal_column",
            table.name,
            Text(
                "“{column}” tells of persons and was not carried.",
                "「{column}」は個人に関わる列のため取り込みませんでした。",
            ).format(column=column),
            None,
            column,
            rows=len(table.rows),
        )
    others = [column for column in left if column not in personal]
    if others:
        checks.add(
            "columns_left",
            table.name,
            Text("Columns not carried: {names}.", "取り込まなかった列: {names}。").format(names=", ".join(others)),
            rows=len(table.rows),
        )


def _check_columns_agree(
    file: str, line: int, cells: Mapping[str, str], place: tuple[float, float], placer: _Placer, checks: _Checks
) -> None:
    """Whether longitude and latitude beside a WKT say the same place."""
    x, y = _number(cells.get("longitude")), _number(cells.get("latitude"))
    if x is None or y is None or not _inside(x, y):
        return
    other = placer.degrees.transform(x, y)
    apart = float(np.hypot(other[0] - place[0], other[1] - place[1]))
    if apart > SAME_PLACE:
        text = Text(
            "The shape lies {m} m from the longitude and latitude of the row. The shape was used.",
            "図形の位置が経度・緯度から{m} m離れています。図形を使いました。",
        )
        checks.add("place_conflict", file, text.format(m=f"{apart:.0f}"), line)


Record = list[_Row]


def _merge(rows: Sequence[_Row], checks: _Checks) -> tuple[list[Record], int]:
    """Rows of one event together (same number, day and place), in an order that does not depend on the files'
    order; how many rows were repeats. Rows without a usable number stay apart, however alike within a file."""
    records: dict[tuple[Any, ...], Record] = {}
    uses: dict[str, set[tuple[Any, ...]]] = {}
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        event = row.cells.get("event", "")
        if _SPOILED.fullmatch(event):
            event = ""
        spot = None if row.place is None else (round(row.place[0] / SAME_PLACE), round(row.place[1] / SAME_PLACE))
        key: tuple[Any, ...] = (event, row.day, spot, row.cells.get("hamlet", "") if spot is None else "")
        if event:
            uses.setdefault(event, set()).add(key)
        else:
            # Two people may report the same day and place: only the same row of another file is a repeat.
            alike = (*key, tuple(sorted(row.cells.items())))
            nth = seen[(row.file, alike)] = seen.get((row.file, alike), 0) + 1
            key = (*alike, nth)
        records.setdefault(key, []).append(row)
    repeated = 0
    pairs: dict[tuple[str, ...], int] = {}
    for group in records.values():
        repeated += len(group) - 1
        if len(group) > 1:
            files = tuple(sorted({row.file for row in group}))
            pairs[files] = pairs.get(files, 0) + 1
    for files, count in sorted(pairs.items()):
        text = Text(
            "{n} records (same number, day and place) stand more than once in {files}. Each was kept once.",
            "{files}に同じ記録（番号・日付・位置が同じ）が{n}件くり返し載っています。1件として残しました。",
        )
        checks.add("repeated_event", files[0], text.format(n=count, files=", ".join(files)), rows=count)
    again = sorted(event for event, keys in uses.items() if len(keys) > 1)
    if again:
        text = Text(
            "{n} numbers, such as {value}, are used for different days or places (numbering starts again each year?). "
            "The number alone does not tell a record; they were kept apart.",
            "{n}個の番号（{value}など）が別の日や場所に使われています（年ごとの通し番号かもしれません）。番号だけでは記録を"
            "区別できないため、別の記録として残しました。",
        )
        first = min(row.file for row in rows)
        checks.add(
            "number_used_again", first, text.format(n=len(again), value=again[0]), None, None, again[0], len(again)
        )
    return list(records.values()), repeated


def _points(records: Sequence[Record], crs: Any) -> gpd.GeoDataFrame:
    """One row per placed record, sorted by day and place."""

    def first(record: Record, name: str) -> Optional[str]:
        words = sorted({row.cells.get(name, "") for row in record} - {""})
        return words[0] if words else None

    def whole(record: Record, name: str) -> Optional[int]:
        found = intake.number(first(record, name))
        return None if found is None else int(found)

    made = []
    for record in records:
        place = record[0].place
        if place is None:
            raise ValueError("records without a place are set aside before this")
        event = first(record, "event")
        event = None if event is None or _SPOILED.fullmatch(event) else event
        made.append(
            {
                "event": event,
                "seen_on": record[0].day,
                **{name: first(record, name) for name in ("hamlet", "municipality", "what", "species", "crop")},
                "severity": whole(record, "severity"),
                "animals": whole(record, "animals"),
                "placed_by": record[0].placed_by,
                "files": "; ".join(sorted({row.file for row in record})),
                "rows": len(record),
                "x": place[0],
                "y": place[1],
            }
        )
    names = [spec.name for spec in DAMAGE_FIELDS if spec.name != "damage_id"]
    frame = pd.DataFrame(made, columns=[*names, "x", "y"], dtype=object)
    order = sorted(
        range(len(frame)),
        key=lambda n: (
            str(made[n]["seen_on"]),
            made[n]["x"],
            made[n]["y"],
            str(made[n]["event"]),
            str(made[n]["what"]),
        ),
    )
    frame = frame.iloc[order].reset_index(drop=True)
    keys = []
    used: dict[str, int] = {}
    for event, day, x, y in zip(frame["event"], frame["seen_on"], frame["x"], frame["y"]):
        key = hashlib.sha256(f"{event}|{day}|{x:.0f}|{y:.0f}".encode()).hexdigest()[:10]
        used[key] = used.get(key, 0) + 1
        keys.append(key if used[key] == 1 else f"{key}-{used[key]}")
    frame.insert(0, "damage_id", keys)
    for name in ("severity", "animals", "rows"):
        frame[name] = pd.array([None if v is None or v != v else int(v) for v in frame[name]], dtype="Int64")
    geometry = shapely.points(frame["x"].to_numpy(dtype="float64"), frame["y"].to_numpy(dtype="float64"))
    return gpd.GeoDataFrame(frame.drop(columns=["x", "y"]), geometry=geometry, crs=crs)


def _counts(
    points: gpd.GeoDataFrame, named: Sequence[Record], hamlets: Optional[Hamlets], checks: _Checks
) -> tuple[pd.DataFrame, list[Record]]:
    """Records per hamlet; the records known by name only that found no hamlet. Fills ``hamlet`` of the points from
    the polygons where these are given."""
    tally: dict[tuple[str, str], list[tuple[bool, Optional[dt.date]]]] = {}
    lost: list[Record] = []
    if hamlets is not None:
        index: dict[str, set[str]] = {}
        for key, spellings in zip(hamlets.keys, hamlets.spellings):
            tally[(str(key), "")] = []
            for word in (str(key), *spellings):
                index.setdefault(intake.fold(word), set()).add(str(key))
        point, area = shapely.STRtree(hamlets.geometry).query(points.geometry.to_numpy(), predicate="intersects")
        order = np.lexsort((hamlets.keys[area].astype(str), point))
        inside = dict(zip(point[order][::-1].tolist(), hamlets.keys[area][order][::-1].tolist()))
        said = points["hamlet"].tolist()
        differ = sum(
            1 for n, key in inside.items() if said[n] and str(key) not in index.get(intake.fold(said[n]), {str(key)})
        )
        if differ:
            text = Text(
                "{n} records lie in another hamlet than the table says. The place was used.",
                "{n}件の記録が、表に書かれた集落と別の集落の中にあります。位置を使いました。",
            )
            checks.add("hamlet_differs", "-", text.format(n=differ), rows=differ)
        beyond = len(points) - len(inside)
        if beyond:
            text = Text(
                "{n} records lie in no hamlet of the layer and are in no count.",
                "{n}件の記録がどの集落の範囲にもなく、件数に入っていません。",
            )
            checks.add("outside_hamlets", "-", text.format(n=beyond), rows=beyond)
        points["hamlet"] = [inside.get(n, said[n]) for n in range(len(points))]
        for n, key in inside.items():
            tally[(str(key), "")].append((True, points["seen_on"].iloc[n]))
        for record in named:
            found = index.get(intake.fold(record[0].cells["hamlet"]), set())
            if len(found) == 1:
                tally[(next(iter(found)), "")].append((False, record[0].day))
                continue
            lost.append(record)
            text = Text(
                "The hamlet “{name}” is not in the layer of hamlets, or more than once. Not used.",
                "集落「{name}」が集落の図にないか、複数あります。使いませんでした。",
            )
            row = record[0]
            name = row.cells["hamlet"]
            checks.add("unknown_hamlet", row.file, text.format(name=name), row.row, None, name, len(record), True)
    else:
        for name, town, day in zip(points["hamlet"], points["municipality"], points["seen_on"]):
            if name:
                tally.setdefault((name, town or ""), []).append((True, day))
        for record in named:
            cells = record[0].cells
            tally.setdefault((cells["hamlet"], cells.get("municipality", "")), []).append((False, record[0].day))
    made = []
    for (name, town), entries in tally.items() if hamlets is not None else sorted(tally.items()):
        days = sorted(day for _, day in entries if day is not None)
        by_place = sum(1 for placed, _ in entries if placed)
        first, last = (days[0], days[-1]) if days else (None, None)
        made.append((name, town or None, len(entries), by_place, len(entries) - by_place, first, last))
    return pd.DataFrame(made, columns=[spec.name for spec in COUNT_FIELDS], dtype=object), lost


def summary(damage: Damage) -> Text:
    """What happened to the rows, in one sentence."""
    return Text(
        "{read} rows read: {points} records with a place, {repeated} further rows of the same records, {named} counted "
        "by hamlet name only, {aside} set aside.",
        "{read}行を読みました。位置のある記録{points}件、同じ記録のくり返し{repeated}行、集落名だけで数えたもの{named}件、"
        "使わなかった行{aside}行です。",
    ).format(
        read=damage.read,
        points=len(damage.points),
        repeated=damage.repeated,
        named=damage.by_name,
        aside=damage.set_aside,
    )
