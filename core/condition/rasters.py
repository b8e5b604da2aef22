"""From raster figures per lot to evidence: which figures may speak, and what they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import pandas as pd

from ..texts import Text
from .coverage import Membership
from .evidence import departure, empty, evidence_rows, joined
from .figures import Figures, class_shares
from .series import Season, against_peers, month_of, season

#: Kinds of image.
NDVI, NDWI, RADAR, HEIGHT, SLOPE, COVER = "ndvi", "ndwi", "radar", "vegetation_height", "slope", "land_cover"
UNITS = {NDVI: "", NDWI: "", RADAR: "dB", HEIGHT: "m", SLOPE: "degree", COVER: "class"}
SOURCES = {
    NDVI: Text("summer greenness", "夏の緑の濃さ"),
    NDWI: Text("wetness from images", "画像による水分"),
    RADAR: Text("radar images", "レーダー画像"),
    HEIGHT: Text("vegetation height", "草木の高さ"),
    SLOPE: Text("height model", "標高データ"),
    COVER: Text("land cover map", "土地被覆図"),
}
SEASON = Text("greenness through the year", "一年の緑の濃さ")
#: Months whose greenness is compared as summer greenness (福本・吉迫 2014 used images of May, July, August).
SUMMER = (5, 6, 7, 8, 9)
#: Words for land cover, and what they mean against a farmland or plot 地目.
COVER_WORDS = ("crop", "grass", "forest", "rough", "bare", "built", "road", "water", "other")
OVERGROWN, USED = ("forest", "rough"), {"farmland": ("crop",), "forest": ("forest",), "plot": ("built",)}
#: The largest class must cover this part of the lot before it speaks (assumption).
MAIN_COVER = 0.6

STATUS = {
    "ok": Text("counted", "集計した"),
    "too_few_pixels": Text("too few pixels", "画素が足りません"),
    "partly_covered": Text("image covers too little of it", "画像にかからない部分が大きい"),
    "outside": Text("outside the image or no data", "画像の範囲外か値なし"),
}


class Image(NamedTuple):
    """One image: kind, date as ISO text (year, month or day) or ``None``, its name for the figures table, and
    whether it says of itself that it is invented."""

    kind: str
    observed_on: Optional[str]
    name: str
    synthetic: Optional[bool] = None


class Limits(NamedTuple):
    """``min_pixels``: below so many pixels (edge pixels by weight) a lot gets "too few pixels"; ``min_covered``:
    part of the lot that must have values. Both are assumptions."""

    min_pixels: float = 4.0
    min_covered: float = 0.5


def status_of(figures: Figures, limits: Limits) -> np.ndarray:
    """Per lot: ``ok``, ``too_few_pixels``, ``partly_covered`` or ``outside``."""
    pixels = np.nan_to_num(figures.pixels)
    # Rounding of shapes moved between coordinate systems must not decide about a lot of exactly four pixels.
    status = np.where(pixels < limits.min_pixels - 1e-6, "too_few_pixels", "ok").astype(object)
    status[(status == "ok") & ~(np.nan_to_num(figures.covered) >= limits.min_covered - 1e-6)] = "partly_covered"
    status[pixels <= 0] = "outside"
    return status


def confidence_of(pixels: np.ndarray, limits: Limits) -> np.ndarray:
    """``high`` from four times the least number of pixels on: fewer are mixed with what lies beside."""
    return np.where(pixels >= 4 * limits.min_pixels, "high", "medium").astype(object)


def figure_table(images: Sequence[Image], figures: Sequence[Figures], limits: Limits, keys: np.ndarray) -> pd.DataFrame:
    """One row per lot and image with all figures and why it did or did not count."""
    parts = []
    for image, found in zip(images, figures):
        status = status_of(found, limits)
        part = pd.DataFrame({"lot_key": keys, "image": image.name, "indicator": image.kind})
        part["observed_on"] = pd.Series([image.observed_on] * len(keys), dtype=object)
        for name, column in zip(found._fields, found):
            part[name] = column
        part["unit"] = UNITS[image.kind]
        part["status"] = status
        part["status_ja"] = [STATUS[word].ja for word in status]
        part["synthetic"] = pd.Series([image.synthetic] * len(keys), dtype=object)
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def raster_evidence(
    images: Sequence[Image],
    figures: Sequence[Figures],
    categories: np.ndarray,
    kinds: np.ndarray,
    limits: Limits,
    houses_known: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Evidence from images other than land cover, and the shapes of the years.

    Greenness, wetness and radar speak as the difference from the usual of the lot's 地目; height and slope as
    they are, with the roughness (standard deviation) of the height. Plant height on house plots needs the
    houses (a roof looks like trees). Returns (evidence rows, one row per lot and year:
    ``row, year, …`` of :class:`~.series.Season`, ``greenup_delay``, ``synthetic``).
    """
    parts = [empty()]
    values = []
    for image, found in zip(images, figures):
        counted = np.where(status_of(found, limits) == "ok", found.mean, np.nan)
        values.append(counted)
        if image.kind == HEIGHT and not houses_known:
            counted = np.where(kinds == "plot", np.nan, counted)
        if image.kind in (HEIGHT, SLOPE):
            parts.append(_said(image.kind, UNITS[image.kind], image, found, counted, limits))
        if image.kind == HEIGHT:
            rough = np.where(np.isfinite(counted), found.sd, np.nan)
            parts.append(_said("height_roughness", "m", image, found, rough, limits))
        if image.kind in (NDWI, RADAR):
            name = {NDWI: "wetness_departure", RADAR: "radar_departure"}[image.kind]
            parts.append(_said(name, "steps", image, found, departure(counted, categories), limits))
    shapes = []
    for year, members in _by_year(images).items():
        mine = [n for n in members if month_of(images[n].observed_on) in (None, *SUMMER)]
        dated = [n for n in members if len(images[n].observed_on or "") == 10]
        if len(dated) >= 5:
            mine = _summer_of(dated, images)
            shape, rows = _year(year, dated, images, values, categories)
            shapes.append(shape)
            parts.append(rows)
        for number in mine:
            steps = departure(values[number], categories)
            parts.append(_said("ndvi_departure", "steps", images[number], figures[number], steps, limits))
    return joined(parts), pd.concat(shapes, ignore_index=True) if shapes else pd.DataFrame()


def _said(indicator: str, unit: str, image: Image, found: Figures, value: np.ndarray, limits: Limits) -> pd.DataFrame:
    rows = np.flatnonzero(np.isfinite(value))
    return evidence_rows(
        rows,
        indicator,
        SOURCES[image.kind],
        value[rows],
        unit=unit,
        observed_on=image.observed_on,
        confidence=confidence_of(found.pixels[rows], limits),
        synthetic=image.synthetic,
    )


def _by_year(images: Sequence[Image]) -> dict[str, list[int]]:
    years: dict[str, list[int]] = {}
    for number, image in enumerate(images):
        if image.kind == NDVI:
            years.setdefault((image.observed_on or "")[:4], []).append(number)
    return {year: sorted(members, key=lambda n: images[n].observed_on or "") for year, members in sorted(years.items())}


def _summer_of(dated: Sequence[int], images: Sequence[Image]) -> list[int]:
    """Of a series at most one image a month of summer, so that a series does not speak louder than one image:
    contributions of several dates share one weight anyway, this keeps the table short."""
    chosen: dict[Optional[int], int] = {}
    for number in dated:
        month = month_of(images[number].observed_on)
        if month in SUMMER:
            chosen.setdefault(month, number)
    return list(chosen.values())


def _year(
    year: str, dated: Sequence[int], images: Sequence[Image], values: Sequence[np.ndarray], categories: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    days = np.array(
        [dt.date.fromisoformat(images[n].observed_on or "").timetuple().tm_yday for n in dated], dtype="float64"
    )
    found: Season = season(days, np.column_stack([values[n] for n in dated]))
    delay = against_peers(found.greenup_day, categories)
    said = [images[n].synthetic for n in dated if images[n].synthetic is not None]
    synthetic = any(said) if said else None
    parts = [empty()]
    for indicator, unit, value in (
        ("season_peak", "", found.peak),
        ("season_trough", "", found.trough),
        ("season_amplitude", "", found.amplitude),
        ("amplitude_departure", "steps", departure(found.amplitude, categories)),
        ("mowing_dips", "times", found.dips),
        ("greenup_delay", "days", delay),
    ):
        rows = np.flatnonzero(np.isfinite(value))
        parts.append(
            evidence_rows(rows, indicator, SEASON, value[rows], unit=unit, observed_on=year, synthetic=synthetic)
        )
    rows = np.flatnonzero(np.isfinite(found.peak))
    shape = pd.DataFrame({"row": rows, "year": year})
    for name, column in zip(found._fields, found):
        shape[name] = column[rows]
    shape["greenup_delay"] = delay[rows]
    shape["synthetic"] = pd.Series([synthetic] * len(rows), dtype=object)
    return shape, joined(parts)


class Covers(NamedTuple):
    """Per lot a mapping: word of a cover -> its share of the counted area."""

    shares: np.ndarray


class CoverCount:
    """Counts the classes of a land cover map as words (``words``: number -> word) per lot; classes without a
    word are left out."""

    def __init__(self, words: dict[int, str]) -> None:
        self.words = words

    def __call__(self, member: Membership, values: np.ndarray) -> Covers:
        covers = np.empty(member.lots, dtype=object)
        for row in range(member.lots):
            covers[row] = {}
        for row, number, share in zip(*class_shares(member, values)):
            word = self.words.get(int(number))
            if word is not None:
                covers[row][word] = covers[row].get(word, 0.0) + float(share)
        return Covers(covers)


def cover_evidence(image: Image, covers: Covers, figures: Figures, kinds: np.ndarray, limits: Limits) -> pd.DataFrame:
    """Evidence from a land cover map: the main cover, and whether it agrees with the 地目.

    A cover speaks from :data:`MAIN_COVER` of the lot on. ``land_cover`` is the word; ``cover_match`` is
    ``agrees``, ``overgrown`` (forest or rough land where the 地目 says otherwise) or ``other_use``.
    """
    listed = [(row, word, share) for row, words in enumerate(covers.shares) for word, share in words.items()]
    table = pd.DataFrame(listed, columns=["row", "word", "share"]).astype({"row": "int64", "share": "float64"})
    table = table.sort_values(["row", "share", "word"], ascending=[True, False, True]).drop_duplicates("row")
    ok = status_of(figures, limits) == "ok"
    table = table[(table["share"] >= MAIN_COVER) & ok[table["row"].to_numpy(dtype="int64")]]
    rows = table["row"].to_numpy(dtype="int64")
    words = table["word"].to_numpy(dtype=object)
    parts = [empty()]
    match = np.array([_match(kinds[row], cover) for row, cover in zip(rows, words)], dtype=object)
    told = np.array([m is not None for m in match], dtype=bool)
    for indicator, at, category in (("land_cover", rows, words), ("cover_match", rows[told], match[told])):
        parts.append(
            evidence_rows(
                at,
                indicator,
                SOURCES[COVER],
                category=category,
                observed_on=image.observed_on,
                confidence=confidence_of(figures.pixels[at], limits),
                synthetic=image.synthetic,
            )
        )
    return joined(parts)


def _match(kind: str, cover: str) -> Optional[str]:
    if kind not in USED:
        return None
    if cover in USED[kind]:
        return "agrees"
    if cover in OVERGROWN and kind != "forest":
        return "overgrown"
    # Grass and bare land fit a field at rest, a garden or a clearing: they say nothing.
    return "other_use" if cover in ("built", "road", "water", "crop") else None


def closure_evidence(image: Image, rows: np.ndarray, figures: Figures, limits: Limits) -> pd.DataFrame:
    """Canopy closure (percent) of lots ``rows`` from plant height: the part with higher plants than the limit
    for which ``figures`` (one per row) were counted."""
    value = np.where(status_of(figures, limits) == "ok", 100.0 * figures.share_over, np.nan)
    told = np.flatnonzero(np.isfinite(value))
    return evidence_rows(
        rows[told],
        "canopy_closure",
        SOURCES[HEIGHT],
        value[told],
        unit="%",
        observed_on=image.observed_on,
        confidence="medium",
        synthetic=image.synthetic,
    )
