"""Repair lots and boundaries without anybody losing land unseen.

The steps are done over and over until nothing changes any more. So a repaired map, repaired again
with the same settings, stays as it is to the last bit. Every decision depends only on the map as it
is and on the settings. Lots that are trusted never change; what cannot be repaired without them is
told, not forced. The result is a tidy map, not a legal boundary.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..errors import InputError
from ..progress import Progress
from ..texts import Text
from .check import check_packed
from .lots import CheckSettings, Fields, Geometries, Ints, polygons_only, texts
from .mesh import Bools
from .repairfields import (
    ACCURATE,
    BORDER,
    CANNOT,
    CHANNELS,
    CURES,
    GAP_RULES,
    GAPS,
    OVERLAP_RULES,
    OVERLAPS,
    PARTS,
    POINTS,
    SNAP,
    SPIKES,
    STEPS,
    TRUSTED,
    USUAL_STEPS,
    VALID,
)
from .repairreport import Reasons, left_frame, report_frame
from .settle import GapLimits, Left, Standing, close_gaps, find_faults, narrow_overlaps, settle_overlaps
from .store import Shapes
from .tolerance import accuracy_class
from .weld import ROUNDING, add_points, cut_spikes, follow_fixed, held_apart, join_near, snap, without_crumbs

#: More rounds than any map has needed; a map that still changes then is handed out with a warning.
ROUNDS = 40

#: Rounds after which it is looked whether the map goes in a circle.
CALM = 10


@dataclass(frozen=True)
class RepairSettings:
    """What is done and by which rules. Lengths in metres, areas in m².

    The lengths are the product's choice (assumption): points of class 甲三 are known to 0.15 m (別表第四), so
    points closer than 0.05 m are taken for one; 0.3 m is a third of the usual width of an unnumbered path
    (3 shaku, 0.91 m).
    """

    steps: Collection[str] = USUAL_STEPS
    tolerance: float = 0.01  #: as in the check: what is smaller counts as fitting
    min_area: float = (
        0.01  #: as in the check: smaller parts are crumbs; gaps and overlaps are cured whatever their size
    )
    snap: float = 0.05  #: points of different lots so near become one
    overlaps: str = ACCURATE  #: who keeps the land of an overlap
    most_lost: float = 0.05  #: largest part (0..1) of a lot that one overlap may take from it
    gaps: str = BORDER  #: who gets the land of a gap
    gap_width: float = 0.3  #: gaps wider than this stay
    gap_area: float = 20.0  #: gaps larger than this stay (0: no limit)
    channel_width: float = 0.3  #: open strips wider than this stay, if the step is done at all
    trusted_classes: Collection[str] = ()  #: lots of these accuracy classes never change

    def validate(self) -> None:
        """Raise ``InputError`` for values that make no sense."""
        self.check().validate()
        for value, name in (
            (self.snap, Text("distance of points", "点を合わせる距離")),
            (self.most_lost, Text("largest part a lot may lose", "失ってよい割合")),
            (self.gap_width, Text("width of gaps", "すき間の幅")),
            (self.gap_area, Text("area of gaps", "すき間の面積")),
            (self.channel_width, Text("width of open strips", "外に開いたすき間の幅")),
        ):
            if not value >= 0 or value == np.inf:
                raise InputError(
                    Text(
                        "The {name} is {value}. Give 0 or a positive number.",
                        "{name}が {value} です。0 以上の数を入れてください。",
                    ).format(name=name, value=value)
                )
        for given, known in (
            (self.steps, tuple(STEPS)),
            ([self.overlaps], OVERLAP_RULES),
            ([self.gaps], GAP_RULES),
        ):
            for word in given:
                if word not in known:
                    raise InputError(
                        Text(
                            "“{word}” is not known here. Use one of {known}.",
                            "「{word}」は使えません。{known} のどれかにしてください。",
                        ).format(word=word, known=", ".join(known))
                    )

    def check(self) -> CheckSettings:
        """The settings of the check that goes with this repair."""
        widest = max(CheckSettings.channel_width, self.channel_width if CHANNELS in self.steps else 0.0)
        return CheckSettings(tolerance=self.tolerance, min_area=self.min_area, channel_width=widest)

    def weld(self) -> float:
        """Distance within which borders are brought together when the step is on."""
        return max(self.snap, self.tolerance)


class RepairResult(NamedTuple):
    """Lots (input columns, shapes repaired), report per changed lot, what is left, and figures.

    ``source``: position in the input of each row of ``lots`` (lots taken apart have several rows).
    """

    lots: gpd.GeoDataFrame
    source: npt.NDArray[np.int64]
    report: pd.DataFrame
    left: gpd.GeoDataFrame
    figures: dict[str, float]
    settled: bool


class Rows:
    """The lots in an order that depends on what they hold, not on that of the input."""

    def __init__(
        self, frame: gpd.GeoDataFrame, key: Optional[str], label: Optional[str], accuracy: Optional[str]
    ) -> None:
        shapes = shapely.force_2d(frame.geometry.to_numpy())
        numbers = np.array([str(value) for value in frame.index], dtype=object)
        keys = texts(frame[key]) if key else numbers
        keys = np.where(keys == "", "#" + numbers, keys) if len(keys) else keys
        blobs = [bytes(blob or b"") for blob in shapely.to_wkb(shapes)]
        ranks = list(zip(keys.tolist(), blobs))
        if len(set(ranks)) < len(ranks):
            rest = frame.drop(columns=frame.geometry.name).astype(str).to_numpy().tolist()
            ranks = list(zip(keys.tolist(), blobs, rest))  # type: ignore[arg-type]
        self.order: Ints = np.array(sorted(range(len(keys)), key=lambda row: ranks[row]), dtype=np.int64)
        self.shape: Geometries = shapes[self.order]
        self.key = keys[self.order]
        self.label = texts(frame[label])[self.order] if label else self.key.copy()
        self.label = np.where(self.label == "", self.key, self.label)
        raw = frame[accuracy].to_numpy(dtype=object)[self.order] if accuracy else [None] * len(keys)
        known = [accuracy_class(value) for value in raw]
        self.has_class = np.array([name is not None for name in known], dtype=bool)
        #: Without a class the widest one counts: nothing better is known.
        self.accuracy = np.array([name or "乙三" for name in known], dtype=object)

    def __len__(self) -> int:
        return len(self.order)


def _copies(shapes: Geometries) -> list[list[int]]:
    """Groups of rows with exactly the same shape, wherever its outline begins."""
    rows = np.flatnonzero(shapes != None)  # noqa: E711  (element by element)
    groups: dict[bytes, list[int]] = {}
    for row, blob in zip(rows, shapely.to_wkb(shapely.normalize(shapes[rows]))):
        groups.setdefault(bytes(blob), []).append(int(row))
    return [group for group in groups.values() if len(group) > 1]


class _Work:
    """The map while it is repaired, rows in an order that does not depend on the input's."""

    def __init__(self, lots: Rows, trusted: Bools, age: npt.NDArray[np.float64], settings: RepairSettings) -> None:
        self.lots = lots
        self.settings = settings
        self.check = settings.check()
        polygons = polygons_only(lots.shape)
        present = polygons != None  # noqa: E711  (element by element)
        valid = shapely.is_valid(polygons) & present
        self.trusted = trusted
        self.done: list[set[str]] = [set() for _ in range(len(lots))]
        self.shape = polygons.copy()
        self.before = polygons.copy()  # valid stand-ins, to measure from
        self.frozen = ~present
        for row in np.flatnonzero(present & ~valid):
            finite = bool(np.isfinite(shapely.get_coordinates(polygons[row])).all())
            whole = without_crumbs(polygons[row], self.check) if finite else None
            self.shape[row] = self.before[row] = whole
            self.frozen[row] = whole is None
            if whole is None or trusted[row] or VALID not in settings.steps:
                self.frozen[row] = True
            else:
                self.done[row].add(VALID)
        groups = _copies(self.shape)
        self.copies = {row for group in groups for row in group}
        self.hidden = np.zeros(len(lots), dtype=bool)
        self.hidden[[row for group in groups for row in group[1:]]] = True
        self.frozen[list(self.copies)] = True
        self.standing = Standing.of(trusted | self.frozen, lots.accuracy, age)
        self.start = self.shape.copy()
        self.given = 0.0
        self.left: list[Left] = []
        self._cut = False  # the last change was to cut narrow overlaps
        self._track: dict[bytes, tuple[bool, float]] = {}  # states of the map: whether just cut, land given by then
        self._end: Optional[bytes] = None
        self._untied = self._tidied = False
        self._looking = False

    @property
    def seen(self) -> Geometries:
        """The shapes that take part: of exact copies only one."""
        shapes = self.shape.copy()
        shapes[self.hidden] = None
        return shapes

    def take(self, changed: dict[int, Any], step: str) -> bool:
        """Keep new shapes; whether there were any."""
        if self._looking:
            return False
        for row, shape in changed.items():
            self.shape[row] = shape
            self.done[row].add(step)
        return bool(changed)

    def round(self, progress: Progress) -> bool:
        """One round of all steps; whether anything changed."""
        settings, fixed, steps = self.settings, self.standing.fixed, self.settings.steps
        self._cut = False
        touched = np.array([bool(done & {SPIKES, OVERLAPS, GAPS, CHANNELS}) for done in self.done], dtype=bool)
        some = touched.any()
        changed = False
        if SNAP in steps or some:
            allowed = None if SNAP in steps else touched
            reach = settings.weld() if SNAP in steps else settings.tolerance
            changed |= self.take(snap(self.seen, fixed, allowed, reach, self.check, progress.part(0.0, 0.1)), SNAP)
        if POINTS in steps or some:
            allowed = None if POINTS in steps else touched
            reach = settings.weld() if SNAP in steps else settings.tolerance
            changed |= self.take(
                add_points(self.seen, fixed, allowed, reach, self.check, progress.part(0.1, 0.3)), POINTS
            )
        if changed:
            return True
        self.left = []
        if not {SNAP, SPIKES, OVERLAPS, GAPS, CHANNELS} & set(steps):
            return False
        faults = find_faults(
            self.seen,
            self.check,
            progress.part(0.3, 0.75),
            self.check.channel_width if CHANNELS in steps else 0.0,
            self.check.spike_width if SPIKES in steps else 0.0,
        )
        if SNAP in steps:
            near, reach = faults.near, settings.tolerance
            if self.take(join_near(self.seen, fixed, near, reach, self.check, progress.part(0.75, 0.78)), SNAP):
                return True
            apart = held_apart(self.seen, fixed, near, reach)
            self.left += [
                Left(SNAP, rows, TRUSTED if held else CANNOT, shapely.Point(spot))
                for rows, spot, held in zip(faults.near_lots, near, apart.tolist())
                if rows
            ]
        if SPIKES in steps:
            shapes, stay = cut_spikes(self.seen, fixed, faults.spikes, self.check, progress.part(0.78, 0.8))
            self.left += [Left(SPIKES, (row,), why, shapely.Point(x, y)) for row, x, y, why in stay]
            if self.take(shapes, SPIKES):
                return True
        if OVERLAPS in steps:
            shapes, left = settle_overlaps(
                self.shape,
                faults.overlaps,
                self.standing,
                settings.overlaps,
                settings.most_lost,
                self.check,
                progress.part(0.8, 0.9),
                settings.tolerance,
            )
            self.left += left
            if self.take(shapes, OVERLAPS):
                return True
        for step, width, bare, share in (
            (GAPS, settings.gap_width, faults.gaps, progress.part(0.9, 0.97)),
            (CHANNELS, settings.channel_width, faults.channels, progress.part(0.97, 1.0)),
        ):
            if step not in steps:
                continue
            limits = GapLimits(settings.gaps, width, settings.gap_area, step)
            shapes, left, given = close_gaps(self.shape, bare, self.standing, limits, self.check, share)
            self.left += left
            self.given += given
            if self.take(shapes, step):
                return True
        return self._exactly(len(faults.near) > 0)

    def _exactly(self, near: bool) -> bool:
        """What no check would name but a coverage must not have: overlaps within the tolerance, points on an edge.

        ``near``: borders that nearly fit are left.
        """
        settings, fixed, exact = self.settings, self.standing.fixed, replace(self.check, tolerance=0.0)
        if SNAP in settings.steps and near:
            along = follow_fixed(self.seen, fixed, settings.tolerance, self.check, Progress())
            if self.take(along, SNAP):
                return True
        if OVERLAPS in settings.steps and self.cut():
            return True
        if POINTS in settings.steps:
            return self.take(add_points(self.seen, fixed, None, 0.0, exact, Progress()), POINTS)
        return False

    def cut(self) -> bool:
        """Settle overlaps however narrow; whether there were any."""
        settings = self.settings
        shapes, left = settle_overlaps(
            self.shape,
            narrow_overlaps(self.seen),
            self.standing,
            settings.overlaps,
            settings.most_lost,
            self.check,
            Progress(),
        )
        known = {item.rows for item in self.left if item.step == OVERLAPS}
        self.left += [item for item in left if item.rows not in known]
        self._cut = self.take(shapes, OVERLAPS)
        return self._cut

    def came_round(self) -> bool:
        """Whether the map goes in a circle and has come to the place where that is ended.

        Where trusted lots do not fit each other, what suits one of them may be undone for another. Then the map is
        left as it is right after overlaps were cut. The place depends on the circle only, not on where one comes in.
        """
        # Up to rounding: the same place is not computed to the last bit every time.
        points = np.round(shapely.get_coordinates(shapely.normalize(self.shape)), 6) + 0.0
        mark = hashlib.blake2b(points.tobytes(), digest_size=16).digest()
        if self._end is None:
            marks = list(self._track)
            if mark in self._track:
                circle = marks[marks.index(mark) :]
                self._end = min([one for one in circle if self._track[one][0]] or circle)
            else:
                self._track[mark] = (self._cut, self.given)
        if mark != self._end:
            return False
        self.given = self._track[mark][1]
        return True

    def look(self, progress: Progress) -> None:
        """Find out what is left and why, without changing anything."""
        given, self._looking = self.given, True
        self.round(progress)
        self.given, self._looking = given, False

    def untied(self) -> bool:
        """Whether the circle could be ended by making the points one that it moves within the tolerance."""
        if self._untied or SNAP not in self.settings.steps:
            return False
        self._untied = True
        here, done, given, left = self.shape.copy(), [set(steps) for steps in self.done], self.given, self.left
        self.round(Progress())
        spots = [
            point
            for row in np.flatnonzero(self.shape != here)
            for point in _points(self.shape[row]) ^ _points(here[row])
        ]
        self.shape, self.done, self.given, self.left = here, done, given, left
        reach, fixed = self.settings.tolerance, self.standing.fixed
        places = np.array(sorted(spots)).reshape(-1, 2)
        if not self.take(join_near(self.seen, fixed, places, reach, self.check, Progress()), SNAP):
            return False
        self._forget_track()
        return True

    def tidied(self) -> bool:
        """Whether the circle could be ended by cutting narrow overlaps.

        Gaps that are closed and opened again can keep a map from ever coming to it.
        """
        if self._tidied or OVERLAPS not in self.settings.steps:
            return False
        self._tidied = True
        if not self.cut():
            return False
        self._forget_track()
        return True

    def _forget_track(self) -> None:
        self._track.clear()
        self._end = None

    def forget_circles(self) -> None:
        """A lot that is as it was at the start was not changed; nor was a map that only went round once more."""
        rows = [row for row, done in enumerate(self.done) if done]
        if self._end is not None and not any(VALID in self.done[row] for row in rows):
            new, old = shapely.normalize(self.shape[rows]), shapely.normalize(self.start[rows])
            if shapely.equals_exact(new, old, ROUNDING).all():
                self.shape[rows] = self.start[rows]
        for row in rows:
            if VALID not in self.done[row] and shapely.equals_exact(self.shape[row], self.start[row], 0.0):
                self.done[row].clear()


def _points(shape: Any) -> set[tuple[float, float]]:
    return {(x, y) for x, y in shapely.get_coordinates(shape).tolist()}


def repair_parcels(
    frame: gpd.GeoDataFrame,
    settings: Optional[RepairSettings] = None,
    key_field: Optional[str] = "lot_key",
    label_field: Optional[str] = "chiban",
    class_field: Optional[str] = "accuracy_class",
    trusted_field: Optional[str] = None,
    age_field: Optional[str] = None,
    progress: Optional[Progress] = None,
) -> RepairResult:
    """Repair the lots of ``frame`` (polygons in a plane system in metres).

    ``trusted_field`` marks lots that never change (true, 1, yes …) beside those of the trusted classes;
    ``age_field`` (number or date) tells which lot is older. Fields that the frame lacks count as
    unknown. The result does not depend on the order of rows; ``lots`` keeps it.

    Raises ``InputError`` for impossible settings and ``Cancelled`` when ``progress`` says so.
    """
    settings = settings or RepairSettings()
    settings.validate()
    progress = progress or Progress()

    def present(name: Optional[str]) -> Optional[str]:
        return name if name and name in frame.columns else None

    lots = Rows(frame, present(key_field), present(label_field), present(class_field))
    trusted = _trusted(frame, lots, settings, present(trusted_field))
    work = _Work(lots, trusted, _ages(frame, present(age_field))[lots.order], settings)
    settled = False
    for number in range(ROUNDS):
        # Most work is in the first rounds; every further one takes a third of the rest of the bar.
        low, high = 0.8 * (1 - 0.67**number), 0.8 * (1 - 0.67 ** (number + 1))
        if not work.round(progress.part(low, high)):
            settled = True
            break
        if number >= CALM and work.came_round() and not work.untied() and not work.tidied():
            work.look(Progress())
            settled = True
            break
    work.forget_circles()
    return _assemble(frame, work, settings, settled, (key_field, label_field, class_field), progress.part(0.8, 1.0))


def _trusted(frame: gpd.GeoDataFrame, lots: Rows, settings: RepairSettings, field: Optional[str]) -> Bools:
    classes = set()
    for name in settings.trusted_classes:
        known = accuracy_class(name)
        if known is None:
            raise InputError(
                Text(
                    "“{name}” is not an accuracy class. Use 甲一 … 乙三.",
                    "「{name}」は精度区分ではありません。甲一〜乙三を使ってください。",
                ).format(name=name)
            )
        classes.add(known)
    result = np.array([name in classes for name in lots.accuracy], dtype=bool) & lots.has_class
    if field:
        marked = np.array([_is_yes(value) for value in frame[field].to_numpy(dtype=object)], dtype=bool)
        result |= marked[lots.order]
    return result


def _is_yes(value: Any) -> bool:
    if value is None or value is pd.NA or value != value:
        return False
    if isinstance(value, str):
        return value.strip().lower() in ("1", "true", "t", "yes", "y", "trusted", "はい", "○", "◯", "信頼")
    return bool(value)


def _ages(frame: gpd.GeoDataFrame, field: Optional[str]) -> npt.NDArray[np.float64]:
    """A number that grows with the date or number in ``field``; NaN where there is none."""
    if not field:
        return np.full(len(frame), np.nan)
    column = frame[field]
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.notna().any():
        return numbers.to_numpy(dtype=float, na_value=np.nan)
    dates = pd.to_datetime(column.astype(object), errors="coerce", utc=True)
    return np.array([np.nan if pd.isna(day) else day.timestamp() for day in dates], dtype=float)


def _assemble(
    frame: gpd.GeoDataFrame,
    work: _Work,
    settings: RepairSettings,
    settled: bool,
    names: tuple[Optional[str], ...],
    progress: Progress,
) -> RepairResult:
    lots = work.lots
    changed = np.array([bool(done) for done in work.done], dtype=bool)
    shapes = frame.geometry.to_numpy().copy()
    for row in np.flatnonzero(changed):
        place = int(lots.order[row])
        shapes[place] = _like(work.shape[row], shapes[place])
    repaired = frame.copy()
    repaired.geometry = shapes
    position_changed = np.zeros(len(frame), dtype=bool)
    position_changed[lots.order] = changed
    steps = np.full(len(frame), None, dtype=object)
    change = np.zeros(len(frame))
    for row in np.flatnonzero(changed):
        steps[lots.order[row]] = "; ".join(step for step in STEPS if step in work.done[row])
        change[lots.order[row]] = shapely.area(work.shape[row]) - shapely.area(work.before[row])
    repaired["repaired"], repaired["repair_steps"], repaired["repair_change_m2"] = position_changed, steps, change
    progress.step(0.1)
    after = _findings(repaired, settings.check(), names, progress.part(0.1, 0.8))
    findings = _with_small_overlaps(repaired, work, after, settings, names)
    reach = 2 * settings.tolerance + ROUNDING  # the check takes points for one that are each so near to a third
    reasons = Reasons(work.left, lots.key, work.before, work.trusted, work.copies, reach)
    left = left_frame(findings, reasons, settings)
    source = np.arange(len(frame))
    repaired["part"] = np.ones(len(frame), dtype=np.int64)
    if PARTS in settings.steps:
        trusted = np.zeros(len(frame), dtype=bool)
        trusted[lots.order] = work.trusted
        repaired, source = _split(repaired, frame.geometry.to_numpy(), trusted)
    report = report_frame(lots, work.before, work.shape, work.done)
    figures = {
        "lots": float(len(frame)),
        "changed": float(changed.sum()),
        "trusted": float(work.trusted.sum()),
        "area_before": float(np.nansum(shapely.area(work.before))),
        "area_after": float(np.nansum(shapely.area(work.shape))),
        "gaps_given": work.given,
        "left": float(len(left)),
    }
    return RepairResult(repaired, source, report, left, figures, settled)


def _findings(
    lots: gpd.GeoDataFrame, settings: CheckSettings, names: tuple[Optional[str], ...], progress: Progress
) -> gpd.GeoDataFrame:
    """What the check says of the lots; their registered areas and sheets do not count."""
    key, label, accuracy, category = (
        name if name and name in lots.columns else None for name in (*names, "category_reg")
    )
    fields = Fields(key, label, None, accuracy, category, None)
    shapes = Shapes(lots.geometry.to_numpy())
    return check_packed(lots, shapes, fields, settings, progress=progress, crs=lots.crs).findings


def _with_small_overlaps(
    repaired: gpd.GeoDataFrame,
    work: _Work,
    findings: gpd.GeoDataFrame,
    settings: RepairSettings,
    names: tuple[Optional[str], ...],
) -> gpd.GeoDataFrame:
    """The findings, and overlaps too small or too narrow for the check that had to be left all the same."""
    pairs = {left.rows for left in work.left if left.step == OVERLAPS}
    if not pairs:
        return findings
    exact = replace(settings.check(), tolerance=ROUNDING, min_area=0.0, channel_width=0.0, spike_width=0.0)
    rows = work.lots.order[sorted({row for pair in pairs for row in pair})]
    every = _findings(repaired.iloc[rows], exact, names, Progress())
    named = {"; ".join(sorted(work.lots.key[list(pair)])) for pair in pairs}
    known = set(findings.loc[findings["kind"].isin(CURES[OVERLAPS]), "lots"])
    small = every["kind"].isin(CURES[OVERLAPS]) & every["lots"].isin(named - known)
    if not small.any():
        return findings
    return gpd.GeoDataFrame(pd.concat([findings, every[small]], ignore_index=True), crs=findings.crs)


def _like(shape: Any, old: Any) -> Any:
    """``shape`` as multipolygon if the old one was, with the heights of the old one's nearest points."""
    if shapely.has_z(old):
        from scipy.spatial import cKDTree

        known = shapely.get_coordinates(old, include_z=True)
        known = known[np.isfinite(known[:, :2]).all(axis=1)]
        xy = shapely.get_coordinates(shape)
        height = known[cKDTree(known[:, :2]).query(xy)[1], 2]
        shape = shapely.set_coordinates(shapely.force_3d(shape), np.column_stack([xy, height]))
    if old.geom_type != "Polygon" and shape.geom_type == "Polygon":
        return shapely.multipolygons([shape])
    return shape


def _split(
    repaired: gpd.GeoDataFrame, before: Geometries, trusted: Bools
) -> tuple[gpd.GeoDataFrame, npt.NDArray[np.int64]]:
    """One row per part, the largest first; trusted lots stay whole."""
    source: list[int] = []
    part_of: list[int] = []
    shapes: list[Any] = []
    for place, shape in enumerate(repaired.geometry.to_numpy()):
        parts = [shape] if shape is None or trusted[place] else list(shapely.get_parts(shape))
        if len(parts) < 2:
            parts = [shape]
        parts.sort(key=lambda part: (-shapely.area(part), shapely.to_wkb(part)) if part is not None else (0.0, b""))
        for number, part in enumerate(parts):
            source.append(place)
            part_of.append(number + 1)
            if part is not shape and before[place].geom_type == "MultiPolygon":
                part = shapely.multipolygons([part])
            shapes.append(part)
    rows = np.array(source, dtype=np.int64)
    result = repaired.iloc[rows].copy()
    result.geometry = np.array(shapes, dtype=object) if shapes else np.empty(0, dtype=object)
    result["part"] = part_of
    several = np.bincount(rows, minlength=len(repaired))[rows] > 1
    result.loc[several, "repaired"] = True
    result.loc[several, "repair_steps"] = [
        "; ".join(part for part in (text, PARTS) if part) for text in result["repair_steps"][several]
    ]
    return result, rows
