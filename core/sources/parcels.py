"""Any layer of parcels, of any country, as lots of ours, with the check report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .. import intake
from ..intake_report import NOTE, WARNING, CheckReport
from ..parcels.lotnumber import read as read_lot
from ..personal import personal_columns
from ..schema import FieldSpec
from ..texts import Text
from . import columns as guessing
from . import units, values
from .register import LABELS, tell_unit
from .shapes import force_flat, shape_state, taken_parts, without_broken_places
from .zones import crs_name, datum_of

#: Our fields of lots that are brought; further columns of the layer follow.
BROUGHT_LOT_FIELDS = (
    FieldSpec("lot_key", "text", "Lot key", "筆キー"),
    FieldSpec("oaza", "text", "Oaza", "大字名"),
    FieldSpec("koaza", "text", "Koaza", "小字名"),
    FieldSpec("chiban", "text", "Lot number", "地番"),
    FieldSpec("accuracy_class", "text", "Accuracy class", "精度区分"),
    FieldSpec("category_reg", "text", "Registered land category", "登記地目"),
    FieldSpec("area_reg", "real", "Registered area (m²)", "地積（m²）"),
    FieldSpec("area_m2", "real", "Area on the map (m²)", "図上面積（m²）"),
    FieldSpec("source_file", "text", "Source file", "元ファイル"),
    FieldSpec("synthetic", "bool", "Synthetic", "合成データ"),
)
_JAPANESE = re.compile(r"番|の|地先|[^\x00-\x7f]|^[1-9]\d{0,5}([-－ー−]\d{1,4})*$")


class Lots(NamedTuple):
    """``frame`` with ``specs``, the ``columns`` and ``area_unit`` used, and the ``report``."""

    frame: gpd.GeoDataFrame
    specs: tuple[FieldSpec, ...]
    columns: dict[str, Optional[str]]
    area_unit: str
    report: CheckReport


def guess(frame: gpd.GeoDataFrame, measured: np.ndarray) -> dict[str, Optional[str]]:
    """Columns of lots by meaning: by names and contents, the area also by the map, a key by being different."""
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    rows = frame[names].astype(object).where(frame[names].notna(), None).to_dict("records")
    found = guessing.guess("lots", names, rows)
    by_map = guessing.guess_area(names, rows, measured.tolist())
    if by_map is not None and by_map[0] not in {c for m, c in found.items() if m != "area_reg"}:
        named = found["area_reg"]
        if named is None or units.guess_unit(named, [row[named] for row in rows], measured.tolist()).basis != "map":
            found["area_reg"] = by_map[0]
    if found["chiban"] is None:
        taken = {column for column in found.values() if column}
        found["chiban"] = guessing.guess_key([name for name in names if name not in taken], rows)
    return found


def convert_parcels(
    frame: gpd.GeoDataFrame,
    specs: Sequence[FieldSpec],
    chosen: Mapping[str, Optional[str]],
    report: CheckReport,
    area_unit: str = "",
    all_chosen: bool = False,
) -> Lots:
    """Lots out of any layer in a metric CRS. ``chosen``: columns by meaning that are known already (with
    ``all_chosen`` the others have none, else they are guessed); ``area_unit``: of the declared area, empty: find out.

    Rows that are no areas are set aside, of collections the areas are taken; rows without a shape stay in.
    """
    report.kind = LABELS["lots"]
    report.read = len(frame)
    report.spatial = True
    report.crs, report.datum = crs_name(frame.crs), datum_of(frame.crs)
    frame = force_flat(frame, report)
    rows = frame.index.tolist()
    shapes = without_broken_places(np.asarray(frame.geometry.to_numpy(), dtype=object), rows, report)
    shapes = taken_parts(shapes, 2, rows, report)
    keep = _areas_only(frame, shapes, report)
    frame, shapes = frame[keep], shapes[keep]
    measured = shapely.area(shapes)
    columns: dict[str, Optional[str]] = {meaning.name: None for meaning in intake.MEANINGS["lots"]}
    if not all_chosen:
        columns.update(guess(frame, measured))
    columns.update({name: column for name, column in chosen.items() if column is None or column in frame.columns})
    made, unit = _fields(frame, columns, measured, area_unit, report)
    report.shapes = shape_state(shapes, made["lot_key"].tolist())
    others = carried(specs, frame, {spec.name for spec in BROUGHT_LOT_FIELDS}, report)
    for spec in others:
        made[spec.name] = frame[spec.name]
    result = gpd.GeoDataFrame(made, geometry=_multi(shapes), crs=frame.crs)
    report.kept = len(result)
    report.duplicate_keys("lot_key", Counter(str(key) for key in made["lot_key"].tolist() if key))
    return Lots(result, (*BROUGHT_LOT_FIELDS, *others), columns, unit, report)


def _areas_only(frame: gpd.GeoDataFrame, shapes: np.ndarray, report: CheckReport) -> np.ndarray:
    wrong = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes) & ~np.isin(shapely.get_type_id(shapes), (3, 6))
    for row in np.flatnonzero(wrong):
        report.set_aside("no_area", Text("not an area.", "面の図形ではありません。"), int(frame.index[row]))
    return np.asarray(~wrong)


def _multi(shapes: np.ndarray) -> np.ndarray:
    made = shapes.copy()
    for row in np.flatnonzero(shapely.get_type_id(shapes) == 3):
        made[row] = shapely.multipolygons([shapes[row]])
    return made


def _texts(frame: gpd.GeoDataFrame, column: Optional[str]) -> list[Optional[str]]:
    if column is None:
        return [None] * len(frame)
    return [values.plain(cell) or None for cell in frame[column].astype(object).tolist()]


def _fields(
    frame: gpd.GeoDataFrame,
    columns: Mapping[str, Optional[str]],
    measured: np.ndarray,
    area_unit: str,
    report: CheckReport,
) -> tuple[pd.DataFrame, str]:
    oaza, koaza = _texts(frame, columns.get("oaza")), _texts(frame, columns.get("koaza"))
    written = _texts(frame, columns.get("chiban"))
    lot_keys, numbers, places, small = [], [], [], []
    own = "lot_key" if "lot_key" in frame.columns else None
    given = _texts(frame, own)
    for row, text in enumerate(written):
        number, place, part = text, oaza[row], koaza[row]
        if text and _JAPANESE.search(text):
            lot = read_lot(text, oaza[row] or "", koaza[row] or "")
            # A number that can be read in two ways stays as it is written.
            number = lot.number if lot.certain else lot.raw
            place, part = oaza[row] or lot.oaza or None, koaza[row] or lot.koaza or None
        key = given[row] or "-".join(piece for piece in (place, part, number) if piece and number)
        if not key:
            key = f"row-{int(frame.index[row]):06d}"
        lot_keys.append(key)
        numbers.append(number)
        places.append(place)
        small.append(part)
    without = sum(1 for row, key in enumerate(lot_keys) if not given[row] and not written[row])
    if without:
        report.remark(
            "no_key",
            WARNING,
            Text(
                "Lots without a number: {n}. They are called by their row and lose that name when the file changes.",
                "地番のない筆: {n}。行番号を仮の名前にしました。ファイルが変わると名前も変わります。",
            ).format(n=f"{without:,}"),
            without,
        )
    declared: list[Optional[float]] = [None] * len(frame)
    column, unit = columns.get("area_reg"), ""
    if column is not None:
        cells = frame[column].astype(object).tolist()
        found = units.guess_unit(column, cells, measured.tolist())
        unit = area_unit or found.unit or "m2"
        tell_unit(column, unit, found, bool(area_unit), report)
        declared = [units.read_area(cell, unit) for cell in cells]
        unread = sum(1 for cell, area in zip(cells, declared) if values.plain(cell) and area is None)
        if unread:
            report.remark(
                "not_understood:area_reg",
                WARNING,
                Text(
                    "“{column}”: areas not understood: {n}. They stay unknown.",
                    "「{column}」: {n}件は読み取れず、不明としました。",
                ).format(column=column, n=f"{unread:,}"),
                unread,
            )
    made = pd.DataFrame(
        {
            "lot_key": lot_keys,
            "oaza": places,
            "koaza": small,
            "chiban": numbers,
            "accuracy_class": _texts(frame, columns.get("accuracy_class")),
            "category_reg": _texts(frame, columns.get("category_reg")),
            "area_reg": declared,
            "area_m2": [None if area != area else float(area) for area in measured],
            "source_file": [report.source] * len(frame),
            "synthetic": [False] * len(frame),
        },
        index=frame.index,
        dtype=object,
    )
    return made, unit


def carried(specs: Sequence[FieldSpec], frame: gpd.GeoDataFrame, own: set[str], report: CheckReport) -> list[FieldSpec]:
    """Columns that are carried along: all but those about persons, row numbers and names in ``own``."""
    personal = personal_columns(spec.name for spec in specs)
    if personal:
        report.remark(
            "personal_columns",
            NOTE,
            Text(
                "Columns about persons were left behind: {names}. Bring them as a register.",
                "個人に関わる列は取り込みませんでした: {names}。台帳として追加してください。",
            ).format(names=", ".join(personal[:8])),
            len(personal),
        )
    return [
        spec
        for spec in specs
        if spec.name in frame.columns
        and spec.name not in personal
        and spec.name.lower() not in own | {"fid", "ogc_fid"}
    ]
