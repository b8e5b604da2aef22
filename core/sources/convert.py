"""Rows of a known open data set as rows of our fields, with the check report. Nothing is repaired or guessed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..intake_report import NOTE, OK, WARNING, CheckReport
from ..progress import Progress
from ..schema import FieldSpec
from ..texts import Text
from . import values
from .catalogue import Catalogue, Source, SourceField
from .mesh import squares
from .shapes import is_collection, shape_state, taken_parts, without_broken_places
from .zones import crs_name, datum_of, zone_of

#: The kinds of shape by the word of the catalogue: dimension.
_DIMENSIONS = {"point": 0, "line": 1, "polygon": 2}
#: At most so many different words are told for one field.
_TOLD = 5


class Converted(NamedTuple):
    """``frame`` in our ``specs`` (same CRS as the source), ``private``: rows for the private file, the ``report``."""

    frame: gpd.GeoDataFrame
    specs: tuple[FieldSpec, ...]
    private: list[dict[str, Any]]
    report: CheckReport


def convert(
    frame: gpd.GeoDataFrame,
    source: Source,
    catalogue: Catalogue,
    report: CheckReport,
    others: Sequence[FieldSpec] = (),
    progress: Optional[Progress] = None,
) -> Converted:
    """Turn the rows of ``frame`` (as read, CRS as stored) into our fields.

    ``report`` knows the file already (name, format, encoding, remarks of the reader); ``others``: further fields of
    ``frame`` to carry along under their own names. Rows with another kind of shape than the source has are set aside;
    of collections its parts are taken; rows without a shape stay in. The order of rows is kept.
    """
    progress = progress or Progress()
    names = _names(frame)
    report.kind = source.label
    report.credit = source.credit
    report.read = len(frame)
    fields = _fields(source, list(names.values()))
    data: dict[str, list[Any]] = {}
    marked: Counter[str] = Counter()
    for number, field in enumerate(fields):
        progress.step(0.7 * number / max(len(fields), 1))
        data[field.name] = _column(frame, field, names, catalogue, report, marked)
    _tell_marked(marked, report)
    made = pd.DataFrame(
        {name: pd.Series(column, index=frame.index, dtype=object) for name, column in data.items()}, index=frame.index
    )
    for spec in others:
        made[spec.name] = frame[spec.name]
    if source.mesh and "mesh_code" in made.columns:
        made["mesh_code"] = pd.Series(map(_whole, made["mesh_code"]), index=made.index, dtype=object)
    made = _apart(made, fields)
    shapes = without_broken_places(_shapes(frame, source, made, names, report), frame.index.tolist(), report)
    for field in fields:
        if field.kind == "row":
            made[field.name] = _row_names(made, shapes, report.source)
    wanted = _dimension(shapes, source)
    shapes = taken_parts(shapes, wanted, frame.index.tolist(), report)
    result = gpd.GeoDataFrame(made, geometry=shapes, crs=frame.crs)
    if frame.crs is None and source.mesh and not shapely.is_missing(shapes).all():
        result = result.set_crs("EPSG:6668")
    keep = _set_other_shapes_aside(result, wanted, report)
    result = result[keep]
    private = _take_private(result, source, fields)
    result = result.drop(columns=[field.name for field in fields if field.kind == "person"])
    report.kept = len(result)
    progress.step(0.9)
    _tell(result, source, report)
    _tell_columns(frame, source, names, others, report)
    progress.step(1.0)
    specs = tuple(field.spec for field in fields if field.kind != "person") + tuple(others)
    return Converted(result, specs, private, report)


def _whole(code: Optional[str]) -> Optional[str]:
    """A code without the ".0" that programs for numbers write behind it."""
    return code if code is None else re.sub(r"^(\d+)\.0+$", r"\1", code)


def _row_names(made: pd.DataFrame, shapes: np.ndarray, source: str) -> list[str]:
    """A name for each row out of what it holds: the same in any order of rows; equal rows are numbered."""
    base = re.sub(r"\W+", "_", source.rsplit(".", 1)[0]).strip("_") or "row"
    columns = [made[name].tolist() for name in made.columns]
    texts = ["\x1f".join(map(values.plain, cells)) for cells in zip(*columns)] if columns else [""] * len(made)
    seen: Counter[str] = Counter()
    found = []
    for text, blob in zip(texts, shapely.to_wkb(shapes)):
        mark = hashlib.sha256(text.encode() + (blob or b"")).hexdigest()[:10]
        seen[mark] += 1
        found.append(f"{base}-{mark}" + (f"-{seen[mark]}" if seen[mark] > 1 else ""))
    return found


def _names(frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Columns of a frame by their folded name (the first of equals)."""
    geometry = frame.geometry.name if frame._geometry_column_name in frame.columns else None
    found: dict[str, str] = {}
    for name in frame.columns:
        if name != geometry:
            found.setdefault(str(name).casefold(), name)
    return found


def _fields(source: Source, columns: Sequence[str]) -> list[SourceField]:
    """The fields of a source; those with a pattern once for each year found, years ascending."""
    fields: list[SourceField] = []
    for field in source.fields:
        if not field.pattern:
            fields.append(field)
            continue
        found: dict[str, str] = {}
        for column in columns:
            match = re.fullmatch(field.pattern, str(column), re.IGNORECASE)
            if match:
                found.setdefault(match.group(1), column)
        for year in sorted(found):
            fields.append(
                field._replace(
                    name=field.name.format(year),
                    names=(found[year],),
                    label=field.label.format(year),
                    pattern="",
                )
            )
    return fields


def _cells(frame: gpd.GeoDataFrame, name: Optional[str]) -> list[Any]:
    return frame[name].tolist() if name is not None else [None] * len(frame)


def _column(
    frame: gpd.GeoDataFrame,
    field: SourceField,
    names: Mapping[str, str],
    catalogue: Catalogue,
    report: CheckReport,
    marked: Counter[str],
) -> list[Any]:
    """One of our columns. Words that are not in the code list become unknown and are told; marks that stand where a
    number should (-99, "*") are counted in ``marked``."""
    if field.value is not None:
        return [field.value] * len(frame)
    if field.kind == "row":
        return [None] * len(frame)  # named at the end, by what the row holds
    found = [names[name.casefold()] for name in field.names if name.casefold() in names]
    columns = [_cells(frame, name) for name in found]
    strange: Counter[str] = Counter()
    made = []
    for row in range(len(frame)):
        cells = [values.plain(column[row]) for column in columns]
        raw = [column[row] for column in columns]
        if field.kind in ("int", "real"):
            made.append(_number(field, cells, raw, catalogue, strange, marked))
        else:
            made.append(_value(field, cells, raw, catalogue, strange))
    if strange and field.kind != "person":
        _tell_strange(field, strange, report)
    return made


def _value(
    field: SourceField, cells: list[str], raw: list[Any], catalogue: Catalogue, strange: Counter[str]
) -> Optional[Any]:
    if field.kind == "code":
        return _code(field, cells, catalogue, strange)
    text = next((cell for cell in cells if not values.says_nothing(cell, catalogue.unknown)), "")
    if field.kind == "words":
        return text or values.UNKNOWN
    if field.kind == "landuse_word":
        code = values.use_code(text)
        if not code:
            return values.UNKNOWN
        if code.casefold() not in field.codes:
            strange[text] += 1
        return field.codes.get(code.casefold(), values.UNKNOWN)
    if not text:
        return None
    if field.kind == "landuse":
        return values.use_code(text)
    if field.kind == "citycode":
        return values.city_code(text)
    if field.kind == "date":
        day = next((d for d in (values.day(cell) for cell in raw if cell is not None) if d is not None), None)
        if day is None:
            strange[text] += 1
        return day
    return values.padded(text, field.width)


def _number(
    field: SourceField,
    cells: list[str],
    raw: list[Any],
    catalogue: Catalogue,
    strange: Counter[str],
    marked: Counter[str],
) -> Optional[float]:
    """The first number that can be a value of the field; a mark for "secret" or "not known" is no number."""
    mark = odd = ""
    for cell, found in zip(cells, raw):
        if not cell:
            continue
        number = values.number(found)
        if number is None:
            word = values.fold(cell)
            if word not in field.codes:
                if word in catalogue.unknown or word in catalogue.secret:
                    mark = mark or cell
                else:
                    odd = odd or cell
                continue
            number = float(field.codes[word])
        if field.holds(number):
            return round(number) if field.kind == "int" else number
        mark = mark or cell
    if mark:
        marked[mark] += 1
    elif odd:
        strange[odd] += 1
    return None


def _tell_marked(marked: Counter[str], report: CheckReport) -> None:
    """Numbers that are kept back or unknown: how many, and by which marks."""
    if not marked:
        return
    count = sum(marked.values())
    shown = sorted(marked, key=lambda word: (-marked[word], word))
    report.remark(
        "marked_unknown",
        WARNING,
        Text(
            "{n} values were marked as secret or unknown, or cannot be ({marks}). They are missing, not numbers.",
            "秘匿・不明の印、またはあり得ない値が{n}件あります（{marks}）。数値とせず、空欄にしました。",
        ).format(
            n=f"{count:,}",
            marks=", ".join(f"{word[:20]}: {marked[word]:,}" for word in shown[:_TOLD])
            + (" …" if len(shown) > _TOLD else ""),
        ),
        count,
    )


def _code(field: SourceField, cells: list[str], catalogue: Catalogue, strange: Counter[str]) -> str:
    """A code: a word for "not known" wins, then the first cell in the list, then ``others``, else unknown."""
    filled = [cell for cell in cells if cell]
    if not filled or any(values.says_nothing(cell, catalogue.unknown) for cell in filled):
        return values.UNKNOWN
    for cell in filled:
        folded = values.fold(cell)
        code = field.codes.get(folded) or field.codes.get(folded.lstrip("0") or "0")
        if code is not None:
            return code
    strange[filled[0]] += 1
    return field.others or values.UNKNOWN


def _tell_strange(field: SourceField, strange: Counter[str], report: CheckReport) -> None:
    shown = sorted(strange, key=lambda word: (-strange[word], word))[:_TOLD]
    report.remark(
        f"not_understood:{field.name}",
        WARNING,
        Text(
            "{label}: values not in the list: {n}, counted as {kept} (for example {words}).",
            "{label}: 一覧にない値が{n}件あり、{kept_ja}としました（例: {words}）。",
        ).format(
            label=field.label,
            n=f"{sum(strange.values()):,}",
            kept=field.others or "unknown",
            kept_ja="その他" if field.others else "不明",
            words=", ".join(word[:20] for word in shown),
        ),
        sum(strange.values()),
    )


def _apart(made: pd.DataFrame, fields: Sequence[SourceField]) -> pd.DataFrame:
    """Equal names of different places get the name of their district in front."""
    for field in fields:
        if not field.apart or field.apart not in made.columns:
            continue
        own, other = made[field.name].tolist(), made[field.apart].tolist()
        places: dict[Any, set[Any]] = {}
        for name, district in zip(own, other):
            places.setdefault(name, set()).add(district)
        made[field.name] = pd.Series(
            [
                f"{district} {name}" if name and district and len(places[name]) > 1 else name
                for name, district in zip(own, other)
            ],
            index=made.index,
            dtype=object,
        )
    return made


def _shapes(
    frame: gpd.GeoDataFrame, source: Source, made: pd.DataFrame, names: Mapping[str, str], report: CheckReport
) -> np.ndarray:
    """The shapes as they are; where the table has none, squares from their codes or points from longitude, latitude."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    if len(shapes) and not shapely.is_missing(shapes).all():
        return shapes
    if source.mesh and "mesh_code" in made.columns:
        codes = made["mesh_code"].tolist()
        drawn = squares(codes, source.mesh)
        wrong = [code for code, shape in zip(codes, drawn) if code is not None and shape is None]
        if wrong:
            report.remark(
                "no_square",
                WARNING,
                Text(
                    "Codes that are no square: {n} (for example {code}). A spreadsheet may have changed them; ask for "
                    "the file as it was published.",
                    "メッシュコードでない値: {n}（例: {code}）。表計算ソフトが変えた可能性があります。公表されたままの"
                    "ファイルを使ってください。",
                ).format(n=f"{len(wrong):,}", code=wrong[0]),
                len(wrong),
            )
        return drawn
    if source.xy:
        pair = [next((names[n.casefold()] for n in group if n.casefold() in names), None) for group in source.xy]
        if None not in pair:
            xs, ys = ([values.number(cell) for cell in _cells(frame, name)] for name in pair)
            return np.array(
                [None if x is None or y is None else shapely.Point(x, y) for x, y in zip(xs, ys)], dtype=object
            )
    return shapes


def _dimension(shapes: np.ndarray, source: Source) -> int:
    """The dimension of the shapes of a source, or of most rows where it may have any."""
    if source.shape in _DIMENSIONS:
        return _DIMENSIONS[source.shape]
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    counts = Counter(shapely.get_dimensions(shapes[present]).tolist())
    return int(max(counts, key=lambda d: (counts[d], d), default=2))


def _set_other_shapes_aside(frame: gpd.GeoDataFrame, wanted: int, report: CheckReport) -> np.ndarray:
    """Rows to keep: those of the dimension ``wanted``, and those without a shape."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
    keep = ~present | ((shapely.get_dimensions(shapes) == wanted) & ~is_collection(shapes))
    for row in np.flatnonzero(~keep):
        report.set_aside(
            "other_shape",
            Text("another kind of shape than the rest.", "ほかと種類の違う図形です。"),
            int(frame.index[row]),
        )
    return np.asarray(keep)


def _take_private(frame: gpd.GeoDataFrame, source: Source, fields: Sequence[SourceField]) -> list[dict[str, Any]]:
    """Rows for the private file: row key and an opaque number per person. The source's own mark of a person is left.

    The numbers follow the smallest row key of each person, so they are the same in any order of rows.
    """
    person = next((field.name for field in fields if field.kind == "person"), None)
    if person is None or not source.keys:
        return []
    key = source.keys[0]
    pairs = [(str(k), p) for k, p in zip(frame[key].tolist(), frame[person].tolist()) if k is not None and p]
    first: dict[str, str] = {}
    for row_key, who in pairs:
        first[who] = min(first.get(who, row_key), row_key)
    order = {who: number for number, who in enumerate(sorted(first, key=lambda who: (first[who], who)), start=1)}
    return sorted(
        ({key: row_key, "cultivator_key": f"pin-farmer-{order[who]:04d}"} for row_key, who in pairs),
        key=lambda row: (row[key], row["cultivator_key"]),
    )


def _tell(frame: gpd.GeoDataFrame, source: Source, report: CheckReport) -> None:
    """CRS, datum, shapes, keys, date, licence and what is particular to the source."""
    report.spatial = source.shape != "none"
    report.crs = crs_name(frame.crs)
    report.datum = datum_of(frame.crs)
    report.shapes = shape_state(frame.geometry.to_numpy(), frame.index.tolist())
    keys = [key for key in source.keys if key in frame.columns]
    if keys:
        parts = [frame[key].tolist() for key in keys]
        whole = ["/".join("" if p is None else str(p) for p in cells) for cells in zip(*parts)]
        filled = [key for key, cells in zip(whole, zip(*parts)) if all(cell is not None for cell in cells)]
        name = " + ".join(keys)
        if source.repeats:
            report.remark(
                "keys",
                OK,
                Text("{name}: {n} different in {rows} rows.", "{name}: {rows}行に{n}種類。").format(
                    name=name, n=f"{len(set(filled)):,}", rows=f"{len(filled):,}"
                ),
                len(set(filled)),
            )
        else:
            report.duplicate_keys(name, Counter(filled))
        if len(filled) < len(whole):
            report.remark(
                "no_key",
                WARNING,
                Text("Rows without {name}: {n}.", "{name}のない行: {n}。").format(
                    name=name, n=f"{len(whole) - len(filled):,}"
                ),
                len(whole) - len(filled),
            )
    _tell_date(frame, source, report)
    if source.note.en:
        report.remark("note", NOTE, source.note)
    report.remark(
        "licence",
        WARNING if source.restricted else OK,
        Text("Licence: {x}.", "利用条件: {x}。").format(x=source.licence),
    )
    special = {"fude": _tell_fude, "n03": _tell_n03, "population": _tell_population}.get(source.check)
    if special is not None:
        special(frame, report)


def _tell_date(frame: gpd.GeoDataFrame, source: Source, report: CheckReport) -> None:
    if report.data_date or source.date not in frame.columns:
        return
    found = sorted({values.plain(value) for value in frame[source.date].tolist() if not values.is_missing(value)})
    if found:
        report.data_date = found[0] if len(found) == 1 else f"{found[0]} – {found[-1]}"


def _tell_columns(
    frame: gpd.GeoDataFrame,
    source: Source,
    names: Mapping[str, str],
    others: Sequence[FieldSpec],
    report: CheckReport,
) -> None:
    """Name the columns that were not used."""
    used = {name.casefold() for field in source.fields for name in field.names}
    used |= {name.casefold() for group in source.xy for name in group} | {spec.name.casefold() for spec in others}
    patterns = [field.pattern for field in source.fields if field.pattern]
    left = [
        str(name)
        for folded, name in names.items()
        if folded not in used and not any(re.fullmatch(p, str(name), re.IGNORECASE) for p in patterns)
    ]
    if left:
        report.remark(
            "columns_left",
            NOTE,
            Text("Columns not used: {n} ({names}).", "使わなかった列: {n}（{names}）。").format(
                n=len(left), names=", ".join(left[:8]) + (" …" if len(left) > 8 else "")
            ),
            len(left),
        )


def _tell_fude(frame: gpd.GeoDataFrame, report: CheckReport) -> None:
    """The chain to the year before, several issue years in one file, and codes of municipalities that cannot be."""
    before = [value for value in frame["last_polygon_uuid"].tolist() if value]
    report.remark(
        "chain",
        OK if before or not len(frame) else NOTE,
        Text(
            "{n} of {rows} rows name their number of the year before.", "{rows}行のうち{n}行に前年の番号があります。"
        ).format(n=f"{len(before):,}", rows=f"{len(frame):,}"),
        len(before),
    )
    years = sorted({int(year) for year in frame["issue_year"].tolist() if year is not None})
    if len(years) > 1:
        report.remark(
            "several_years",
            WARNING,
            Text(
                "Several issue years in one file ({years}): the same field may stand in it more than once.",
                "公開年度が混ざっています（{years}）。同じ農地が重なっている可能性があります。",
            ).format(years=", ".join(map(str, years))),
            len(years),
        )
    codes = [code for code in frame["local_government_cd"].tolist() if code]
    wrong = sorted({code for code in codes if not values.has_check_digit(code)})
    if wrong:
        report.remark(
            "wrong_city_code",
            WARNING,
            Text(
                "Local government codes with a wrong check digit: {n} (for example {example}).",
                "検査数字の合わない地方公共団体コード: {n}（例: {example}）。",
            ).format(n=len(wrong), example=wrong[0]),
            len(wrong),
        )


def _tell_n03(frame: gpd.GeoDataFrame, report: CheckReport) -> None:
    """The plane zone of the municipality, where the prefecture has only one."""
    zones = {zone_of(code) for code in frame["city_code"].tolist() if code}
    if len(zones) == 1:
        zone = next(iter(zones))
        if zone is not None:
            report.remark(
                "plane_zone",
                NOTE,
                Text(
                    "These places lie in plane zone {zone} (EPSG:{code}).",
                    "平面直角座標系は第{zone}系（EPSG:{code}）です。",
                ).format(zone=zone, code=6668 + zone),
                zone,
            )


def _tell_population(frame: gpd.GeoDataFrame, report: CheckReport) -> None:
    """Suppressed squares: their ages are unknown, not zero. The totals stay as published.

    The mark of a year is 1 ("*" in the source) for a suppressed square and 2 ("@") for one that holds others too.
    """
    years = sorted(name[4:] for name in frame.columns if re.fullmatch(r"pop_\d{4}", name))
    hidden = gathered = 0
    for year in years:
        flag, merged = f"suppressed_{year}", f"pop_merged_{year}"
        mask = np.zeros(len(frame), dtype=bool)
        if flag in frame.columns:
            marks = frame[flag].tolist()
            mask |= np.array([mark not in (None, 0, 2) for mark in marks], dtype=bool)
            gathered += marks.count(2)
        if merged in frame.columns:
            mask |= np.array(
                [bool(t) and m == 0 for t, m in zip(frame[f"pop_{year}"].tolist(), frame[merged].tolist())],
                dtype=bool,
            )
        hidden += int(mask.sum())
        for name in (f"pop_0_14_{year}", f"pop_15_64_{year}", f"pop_65_{year}", f"pop_75_{year}"):
            if name in frame.columns:
                column = frame[name].tolist()
                frame[name] = pd.Series(
                    [None if gone else value for gone, value in zip(mask, column)], index=frame.index, dtype=object
                )
    report.remark(
        "suppressed",
        WARNING if hidden else OK,
        Text(
            "Suppressed or merged into a neighbour: {n} squares and years. Their ages are unknown, not zero.",
            "秘匿または隣に合算: のべ{n}メッシュ・年。年齢別は0ではなく不明としました。",
        ).format(n=f"{hidden:,}"),
        hidden,
    )
    if gathered:
        report.remark(
            "gathered",
            NOTE,
            Text(
                "{n} squares and years hold the people of suppressed neighbours: their ages add up to the merged "
                "population, not to their own.",
                "秘匿されたメッシュの人を合算したもの: のべ{n}メッシュ・年。年齢別の合計は、そのメッシュの人口でなく"
                "合算後の人口になります。",
            ).format(n=f"{gathered:,}"),
            gathered,
        )
    report.remark(
        "years",
        OK if years else WARNING,
        Text("Years: {x}.", "年次: {x}。").format(x=", ".join(years) or "-"),
        len(years),
    )
