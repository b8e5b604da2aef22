"""Learning from records: is damage associated with unmanaged land nearby, and over what distance?

Records are compared with background points (logistic) or counted per hamlet (Poisson). A kernel is
chosen from a grid by likelihood; its interval, the interval of its weight and the p value all allow for
that choice. What comes out is an association in reported records, never a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Optional

import numpy as np
import shapely
from scipy.interpolate import CubicSpline
from scipy.sparse import csr_matrix
from scipy.spatial import cKDTree

from ..errors import InputError
from ..progress import Progress
from ..regression import LOGISTIC, POISSON, Fit, auc, deviance, fit, spatial_blocks
from ..texts import Text

#: Fewest records, hamlets, and blocks that hold both records and background (assumptions, stated in reports).
MIN_RECORDS = 30
MIN_HAMLETS = 20
MIN_BLOCKS = 4
#: Fewest records per fitted number beside the constant (rule of thumb: 10 events per variable).
RECORDS_PER_TERM = 10
#: Significance that results are told by, and half the 95 % point of chi-squared with 1 degree of freedom.
ALPHA = 0.05
CUT = 1.920729
#: An exponential kernel ends where 1/32 of it is left.
HALVES = 5.0
#: Distances tried by default (metres; for the exponential decay: distance at which half is left).
DISTANCES = (15.0, 20.0, 30.0, 40.0, 50.0, 65.0, 80.0, 100.0, 125.0, 150.0, 200.0, 300.0)
DECAYS = ("step", "linear", "exponential")
#: Kinds of land with fewer places than this are not told apart (assumption).
MIN_CATEGORY = 10
BANDS = (0.0, 25.0, 50.0, 100.0, 200.0, 400.0, np.inf)
NEIGHBOURS = 8


class Kernel(NamedTuple):
    """How much of a lot arrives: ``decay`` (step, linear or exponential), ``distance_m`` where it ends and
    ``half_m`` where half is left (exponential only, else NaN). Same meaning as in the rules."""

    decay: str
    distance_m: float
    half_m: float

    @property
    def scale_m(self) -> float:
        """The distance that was fitted."""
        return self.half_m if self.decay == "exponential" else self.distance_m

    def share(self, distance: np.ndarray) -> np.ndarray:
        """What arrives at ``distance`` (metres) of a weight of 1."""
        if self.decay == "step":
            along = np.ones(len(distance))
        elif self.decay == "linear":
            along = 1.0 - distance / self.distance_m
        else:
            along = 0.5 ** (distance / self.half_m)
        return np.where(distance <= self.distance_m, np.maximum(along, 0.0), 0.0)


def kernels(decays: Sequence[str] = DECAYS, distances: Sequence[float] = DISTANCES) -> list[Kernel]:
    """The grid of kernels to try; raises ``InputError`` for a distance not above 0 or an unknown decay."""
    if not decays or not distances or not all(0 < d < np.inf for d in distances) or set(decays) - set(DECAYS):
        raise InputError(
            Text(
                "The distances to try must be numbers above 0 and the decays step, linear or exponential. "
                "Correct them.",
                "試す距離は0より大きい数、減衰は step・linear・exponential のどれかです。直してください。",
            )
        )
    return [
        Kernel(decay, d * HALVES, d) if decay == "exponential" else Kernel(decay, d, np.nan)
        for decay in DECAYS
        if decay in decays
        for d in sorted(set(distances))
    ]


class Reach(NamedTuple):
    """Pairs of points and source lots near each other: ``point`` numbers, ``distance`` in metres; ``points``: how many
    points there are."""

    point: np.ndarray
    distance: np.ndarray
    points: int

    def exposure(self, kernel: Kernel) -> np.ndarray:
        """Exposure per point: the sum over its sources of what arrives."""
        return np.bincount(self.point, kernel.share(self.distance), minlength=self.points)


def _drawn(shapes: np.ndarray) -> np.ndarray:
    """The shapes that are neither missing nor empty."""
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def reach(points: np.ndarray, sources: np.ndarray, within_m: float) -> Reach:
    """Distances from ``points`` to every source within ``within_m`` metres (same metric CRS).

    Memory grows with the pairs. Missing and empty sources are left out.
    """
    sources = _drawn(sources)
    if not len(sources) or not len(points):
        return Reach(np.zeros(0, dtype="int64"), np.zeros(0), len(points))
    point, source = shapely.STRtree(sources).query(points, predicate="dwithin", distance=within_m)
    distance = shapely.distance(points[point], sources[source])
    order = np.lexsort((distance, point))
    return Reach(point[order], distance[order], len(points))


def nearest_m(points: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Metres from each point to the nearest shape (same metric CRS), infinite without shapes; missing and empty ones
    are left out."""
    shapes = _drawn(shapes)
    nearest = np.full(len(points), np.inf)
    if len(shapes) and len(points):
        near, found = shapely.STRtree(shapes).query_nearest(points, all_matches=False, return_distance=True)
        nearest[near[0]] = found
    return nearest


def closeness(points: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Control "how far": natural logarithm of (distance to the nearest shape in metres + 10); NaN without shapes."""
    nearest = nearest_m(points, shapes)
    return np.where(np.isfinite(nearest), np.log(nearest + 10.0), np.nan)


# -- background -------------------------------------------------------------------------------------
def background(
    areas: np.ndarray, number: int, seed: int, strata: Optional[tuple[np.ndarray, np.ndarray]] = None
) -> tuple[np.ndarray, np.ndarray]:
    """``number`` random points inside ``areas`` (polygons, metric CRS) and the area (its number) each lies in.

    Every square metre has the same chance. ``strata`` = (stratum of each area, stratum of each record): the
    points are spread over the strata as the records are (frequency matching). The same seed gives the same
    points for any order of the areas. Raises ``InputError`` when the areas are empty.
    """
    areas = np.array([None if shape is None else shapely.make_valid(shape) for shape in areas], dtype=object)
    size = np.nan_to_num(shapely.area(areas))
    if not (size > 0).any():
        raise InputError(
            Text(
                "The study area has no surface. Choose a layer of polygons that covers where records could be.",
                "対象範囲に面積がありません。記録がありうる範囲のポリゴンを選んでください。",
            )
        )
    box = np.nan_to_num(shapely.bounds(areas))
    order = np.lexsort((size, box[:, 3], box[:, 2], box[:, 1], box[:, 0]))
    wanted = {None: (np.ones(len(areas), dtype=bool), number)}
    if strata is not None:
        words, counts = np.unique(strata[1].astype(str), return_counts=True)
        known = {word: strata[0].astype(str) == word for word in words}
        counts = np.array([n if size[known[word]].sum() > 0 else 0 for word, n in zip(words, counts)])
        shares = np.floor(np.cumsum(counts) / max(counts.sum(), 1) * number + 0.5).astype(int)
        wanted = {w: (known[w], n) for w, n in zip(words, np.diff(shares, prepend=0)) if n}
    rng = np.random.default_rng(seed)
    places: list[np.ndarray] = []
    inside: list[np.ndarray] = []
    for members, n in wanted.values():
        rows = order[members[order] & (size[order] > 0)]
        edges = np.cumsum(size[rows]) / size[rows].sum()
        left = int(n)
        while left > 0:
            drawn = rows[np.minimum(np.searchsorted(edges, rng.random(left)), len(rows) - 1)]
            xy = box[drawn, :2] + rng.random((left, 2)) * (box[drawn, 2:] - box[drawn, :2])
            # A point beside its polygon is drawn again for the same polygon, so that areas keep their chance.
            missed = ~shapely.contains_xy(areas[drawn], xy)
            while missed.any():
                again = drawn[missed]
                xy[missed] = box[again, :2] + rng.random((len(again), 2)) * (box[again, 2:] - box[again, :2])
                missed[missed] = ~shapely.contains_xy(areas[again], xy[missed])
            places.append(xy)
            inside.append(drawn)
            left = 0
    if not places:
        nowhere = Text(
            "None of the records lies on a kind of land of the study area.", "対象範囲にある地目の記録がありません。"
        )
        raise InputError(nowhere + Text("Switch the matching off.", "地目を合わせる設定を外してください。"))
    return shapely.points(np.concatenate(places)), np.concatenate(inside)


class Moran(NamedTuple):
    """Moran's I, its expectation without clustering, and the one-sided permutation p value."""

    value: float
    expected: float
    p: float


def morans_i(values: np.ndarray, xy: np.ndarray, permutations: int, seed: int) -> Moran:
    """Moran's I over the :data:`NEIGHBOURS` nearest places (row-standardised), p by random labelling."""
    n = len(values)
    k = min(NEIGHBOURS, n - 1)
    near = cKDTree(xy).query(xy, k=k + 1)[1]
    # Records at the very same place: a place is never its own neighbour.
    near = np.array([[m for m in row if m != i][:k] for i, row in enumerate(near)])
    weights = csr_matrix((np.full(n * k, 1.0 / k), (np.repeat(np.arange(n), k), near.ravel())), shape=(n, n))
    centred = values - values.mean()
    spread = float(centred @ centred)
    if spread == 0:
        return Moran(0.0, -1 / (n - 1), 1.0)
    observed = float(centred @ (weights @ centred)) / spread
    rng = np.random.default_rng(seed)
    above = 0
    for _ in range(permutations):
        shuffled = rng.permutation(centred)
        above += float(shuffled @ (weights @ shuffled)) / spread >= observed - 1e-12
    return Moran(observed, -1 / (n - 1), (1 + above) / (1 + permutations))


# -- study ------------------------------------------------------------------------------------------
class Study(NamedTuple):
    """What is fitted. ``family``; ``y``: 1 record and 0 background, or counts per hamlet; ``xy`` metres;
    ``block`` per row; ``controls``: n x c with their ``names`` and labels; ``exposures``: n x k, a column per
    kernel of ``grid``; ``nearest``: distance to the nearest source (mean per hamlet); ``size``: Poisson only,
    the surface that a count stands for."""

    family: str
    y: np.ndarray
    xy: np.ndarray
    block: np.ndarray
    controls: np.ndarray
    names: tuple[str, ...]
    labels: tuple[Text, ...]
    exposures: np.ndarray
    grid: tuple[Kernel, ...]
    nearest: np.ndarray
    size: Optional[np.ndarray] = None

    @property
    def offset(self) -> Optional[np.ndarray]:
        """Logarithm of the surface (Poisson)."""
        return None if self.size is None else np.log(self.size)

    def take(self, rows: np.ndarray) -> Study:
        """The study with these rows only."""
        return self._replace(
            y=self.y[rows],
            xy=self.xy[rows],
            block=self.block[rows],
            controls=self.controls[rows],
            exposures=self.exposures[rows],
            nearest=self.nearest[rows],
            size=None if self.size is None else self.size[rows],
        )


class Term(NamedTuple):
    """One fitted number: log odds ratio (logistic) or log rate ratio (Poisson) with its 95 % interval.
    ``role`` is constant, control or exposure."""

    name: str
    label: Text
    role: str
    estimate: float
    se: float
    low: float
    high: float


class Band(NamedTuple):
    """Records at a distance to the nearest source: ``observed``, ``expected`` from the background, their
    ``ratio`` with a 95 % interval (bootstrap over blocks; NaN where nothing was expected)."""

    from_m: float
    to_m: float
    observed: float
    expected: float
    ratio: float
    low: float
    high: float


class Calibration(NamedTuple):
    """The result. ``gains``: log-likelihood of each kernel above the model of controls only. ``kernel_low`` and
    ``kernel_high``: 95 % profile interval of the fitted distance, for the chosen decay. ``score`` is the
    cross-validated AUC (logistic) or share of deviance explained (Poisson), ``score_controls`` the same
    without exposure. ``p``: p value of exposure, allowing for the choice of kernel; the larger one of ``test`` where
    residuals are clustered."""

    study: Study
    kernel: Kernel
    kernel_low: float
    kernel_high: float
    gains: np.ndarray
    accepted: np.ndarray
    terms: tuple[Term, ...]
    p: float
    test: Tests
    permutations: int
    score: float
    score_low: float
    score_high: float
    score_controls: float
    moran: Moran
    bands: tuple[Band, ...]
    mean: np.ndarray
    residual: np.ndarray
    dispersion: float
    shared: float
    settled: bool

    @property
    def exposure(self) -> Term:
        """The fitted number of the exposure."""
        return self.terms[-1]

    @property
    def verdict(self) -> str:
        """``associated`` (more records near unmanaged land), ``opposite`` or ``none`` found."""
        if self.p > ALPHA:
            return "none"
        return "associated" if self.exposure.estimate > 0 else "opposite"


class Controls(NamedTuple):
    """What else may go with records, per place: ``names``, ``labels`` and an n x c array of ``values`` (NaN:
    unknown); ``category``: a word per place (kind of land, crop) or ``None``."""

    names: tuple[str, ...]
    labels: tuple[Text, ...]
    values: np.ndarray
    category: Optional[np.ndarray] = None

    def take(self, rows: np.ndarray) -> Controls:
        """The controls of these places."""
        return self._replace(values=self.values[rows], category=None if self.category is None else self.category[rows])

    def columns(self) -> tuple[tuple[str, ...], tuple[Text, ...], np.ndarray]:
        """Names, labels and numbers with one column per category but the most frequent; categories of fewer
        than :data:`MIN_CATEGORY` places are counted with it. Columns that never vary are left out."""
        names, labels, parts = list(self.names), list(self.labels), list(self.values.T)
        if self.category is not None and len(self.category):
            words, counts = np.unique(self.category.astype(str), return_counts=True)
            base = words[np.lexsort((words, -counts))[0]]
            for word, count in zip(words, counts):
                if word != base and count >= MIN_CATEGORY:
                    names.append(f"land:{word}")
                    pair = Text("{word} (compared with {base})", "{word}（{base}と比べて）")
                    labels.append(pair.format(word=word, base=base))
                    parts.append((self.category.astype(str) == word).astype("float64"))
        kept = [number for number, part in enumerate(parts) if len(part) and part.std() > 1e-9]
        values = np.column_stack([parts[number] for number in kept]) if kept else np.zeros((len(self.values), 0))
        return tuple(names[n] for n in kept), tuple(labels[n] for n in kept), values


def point_study(
    cases: np.ndarray, others: np.ndarray, controls: Controls, sources: np.ndarray, grid: Sequence[Kernel], blocks: int
) -> tuple[Study, np.ndarray, int]:
    """Records against background points: the study, its points, and how many places were left out because a
    control is unknown there. ``controls`` has a row per record, then per background point. Rows are sorted by
    place, so the order of the input does not matter. All in one metric CRS."""
    points = np.concatenate([cases, others])
    y = np.r_[np.ones(len(cases)), np.zeros(len(others))]
    xy = shapely.get_coordinates(points)
    known = np.isfinite(controls.values).all(axis=1)
    rows = np.lexsort((xy[:, 1], xy[:, 0], -y))
    rows = rows[known[rows]]
    points, y, xy = points[rows], y[rows], xy[rows]
    names, labels, values = controls.take(rows).columns()
    near = reach(points, sources, max(kernel.distance_m for kernel in grid))
    exposures = np.column_stack([near.exposure(kernel) for kernel in grid])
    block = spatial_blocks(xy, blocks) if len(xy) else np.zeros(0, dtype="int64")
    nearest = nearest_m(points, sources)
    study = Study(LOGISTIC, y, xy, block, values, names, labels, exposures, tuple(grid), nearest)
    return study, points, int((~known).sum())


def count_study(
    counts: np.ndarray,
    places: np.ndarray,
    hamlet: np.ndarray,
    size: np.ndarray,
    controls: Controls,
    sources: np.ndarray,
    grid: Sequence[Kernel],
    blocks: int,
) -> tuple[Study, np.ndarray, int]:
    """Records counted per hamlet: the study, the number of each hamlet in it, and how many were left out.

    ``places``: sample points, ``hamlet``: number of the hamlet of each; ``size``: surface of each hamlet that
    counts. Exposure, distances and controls of a hamlet are means over its sample points; the share of each
    category is a control of its own. Hamlets without count, surface or sample point are left out."""
    xy = shapely.get_coordinates(places)
    names, labels, values = controls.columns()
    near = reach(places, sources, max(kernel.distance_m for kernel in grid))
    exposures = [near.exposure(kernel) for kernel in grid]
    columns = np.column_stack([xy, nearest_m(places, sources), values, *exposures])
    number = np.bincount(hamlet, minlength=len(counts))
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = [np.bincount(hamlet, column, minlength=len(counts)) for column in columns.T]
        means = np.column_stack(sums) / number[:, None]
    rest = np.delete(means, 2, axis=1)
    usable = np.isfinite(rest).all(axis=1) & np.isfinite(counts) & (size > 0) & (number > 0)
    rows = np.lexsort((means[:, 1], means[:, 0]))
    rows = rows[usable[rows]]
    means = means[rows]
    first = 3 + values.shape[1]
    block = spatial_blocks(means[:, :2], blocks) if len(rows) else np.zeros(0, dtype="int64")
    study = Study(
        POISSON,
        counts[rows].astype("float64"),
        means[:, :2],
        block,
        means[:, 3:first],
        names,
        labels,
        means[:, first:],
        tuple(grid),
        means[:, 2],
        size[rows] / 10_000.0,
    )
    return study, rows, int((~usable).sum())


def check_enough(study: Study) -> None:
    """Refuse a study too small to say anything; the sentence says how many are needed. Raises ``InputError``."""
    records = int(study.y.sum())
    terms = study.controls.shape[1] + 1
    needed = max(MIN_RECORDS, RECORDS_PER_TERM * terms)
    if records < needed:
        raise InputError(
            Text(
                "There are {n} usable records; at least {needed} are needed ({per} for each of {terms} quantities, "
                "and never below {least}). Collect more records or use fewer controls.",
                "使える記録は{n}件です。少なくとも{needed}件必要です（{terms}項目それぞれに{per}件、最低{least}件）。"
                "記録を増やすか、調整項目を減らしてください。",
            ).format(n=records, needed=needed, per=RECORDS_PER_TERM, terms=terms, least=MIN_RECORDS)
        )
    if study.family == POISSON and len(study.y) < max(MIN_HAMLETS, 2 * terms + 2):
        raise InputError(
            Text(
                "There are {n} hamlets with a count; at least {needed} are needed. Add hamlets (also those with 0 "
                "records).",
                "件数の分かる集落は{n}です。少なくとも{needed}必要です。集落（0件の集落も）を加えてください。",
            ).format(n=len(study.y), needed=max(MIN_HAMLETS, 2 * terms + 2))
        )
    mixed = len(_mixed_blocks(study))
    if mixed < MIN_BLOCKS:
        raise InputError(
            Text(
                "Only {n} parts of the area hold both records and places without; at least {needed} are needed to "
                "test the result elsewhere. Use a larger area or more parts.",
                "記録のある所とない所の両方を含む区画は{n}です。別の場所で確かめるには少なくとも{needed}必要です。"
                "範囲を広げるか、区画を増やしてください。",
            ).format(n=mixed, needed=MIN_BLOCKS)
        )
    if not (study.exposures.std(axis=0) > 1e-9).any():
        raise InputError(
            Text(
                "No unmanaged lot lies within reach of any place, or all places are reached alike, so nothing can "
                "be compared. Check the lots and the distances.",
                "どの地点の近くにも管理されていない土地がないか、すべて同じ条件のため比べられません。"
                "土地と距離を確かめてください。",
            )
        )


def _mixed_blocks(study: Study) -> list[int]:
    """Blocks that hold both records and background (Poisson: blocks with at least two hamlets and a record)."""
    found = []
    for b in np.unique(study.block):
        y = study.y[study.block == b]
        both = y.any() and (y == 0).any() if study.family == LOGISTIC else y.any() and len(y) > 1
        if both:
            found.append(int(b))
    return found


class _Best(NamedTuple):
    null: Fit
    fits: list[Optional[Fit]]
    gains: np.ndarray
    row: int


def _best_kernel(study: Study) -> _Best:
    """Fits of all kernels; those without variation are left out. The first of equals wins."""
    null = fit(study.controls, study.y, study.family, study.offset)
    fits: list[Optional[Fit]] = []
    for column in study.exposures.T:
        x = np.column_stack([study.controls, column])
        fits.append(fit(x, study.y, study.family, study.offset) if column.std() > 1e-9 else None)
    gains = np.array([-np.inf if found is None else found.loglik - null.loglik for found in fits])
    return _Best(null, fits, gains, int(np.argmax(np.round(gains, 9))))


class Tests(NamedTuple):
    """P values of exposure: ``within`` blocks by permutation, ``between`` by flipping the signs of whole blocks."""

    within: float
    between: float


def exposure_tests(study: Study, null: Fit, permutations: int, seed: int, progress: Progress) -> Tests:
    """P values of exposure by restricted permutation and by blocks.

    Exposure is freed from the controls (weighted residuals), then moved at random *within* blocks, all kernels
    together; the statistic is the largest absolute standardised score over the kernels, so the choice of
    kernel is paid for. After Freedman & Lane 1983 with the score of a generalised linear model.

    Records that come in clusters are not exchangeable. For them the score of each block counts as one figure whose
    sign is as likely plus as minus when nothing is there (wild bootstrap of scores, Kline & Santos 2012).
    """
    weight = null.mean * (1 - null.mean) if study.family == LOGISTIC else null.mean
    design = np.column_stack([np.ones(len(study.y)), study.controls])
    columns = study.exposures[:, study.exposures.std(axis=0) > 1e-9]
    root = np.sqrt(weight)[:, None]
    hat = np.linalg.lstsq(root * design, root * columns, rcond=None)[0]
    left = columns - design @ hat
    spread = np.sqrt((weight[:, None] * left**2).sum(axis=0))
    left = left[:, spread > 1e-9] / spread[spread > 1e-9]
    if not left.shape[1]:
        return Tests(1.0, 1.0)
    score = study.y - null.mean
    rng = np.random.default_rng(seed)
    order = np.argsort(study.block, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(study.block[order])) + 1)
    observed = np.abs(score @ left).max()
    sums = np.array([score[group] @ left[group] for group in groups])
    spread = np.sqrt((sums**2).sum(axis=0))
    sums = sums[:, spread > 1e-9] / spread[spread > 1e-9]
    signs = rng.choice([-1.0, 1.0], (permutations, len(groups)))
    flipped = np.abs(signs @ sums).max(axis=1, initial=0.0)
    between = (1 + int((flipped >= np.abs(sums.sum(axis=0)).max(initial=0.0) - 1e-12).sum())) / (1 + permutations)
    above = 0
    for number in range(permutations):
        if number % 100 == 0:
            progress.step(number / permutations)
        moved = np.empty(len(score))
        for group in groups:
            moved[group] = score[rng.permutation(group)]
        above += bool(np.abs(moved @ left).max() >= observed - 1e-12)
    return Tests((1 + above) / (1 + permutations), between)


def _cross_validate(study: Study, seed: int, progress: Progress) -> tuple[float, float, float, float]:
    """Score on blocks left out, its 95 % interval (bootstrap over blocks), and the score of controls only.

    The kernel is chosen anew without the block. AUC is the mean over blocks weighted by pairs; for counts the
    share of deviance explained against the mean rate of the other blocks.
    """
    blocks = _mixed_blocks(study)
    parts = []
    for number, b in enumerate(blocks):
        progress.step(number / len(blocks))
        test = np.flatnonzero(study.block == b)
        rest = study.take(np.flatnonzero(study.block != b))
        here = study.take(test)
        found = _best_kernel(rest)
        chosen = found.fits[found.row]
        x = np.column_stack([here.controls, here.exposures[:, found.row]])
        predictors = [found.null.beta[0] + here.controls @ found.null.beta[1:]]
        predictors.append(predictors[0] if chosen is None else chosen.beta[0] + x @ chosen.beta[1:])
        if study.family == LOGISTIC:
            cases = here.y.sum()
            pairs = cases * (len(test) - cases)
            parts.append([pairs, *(pairs * auc(here.y, score) for score in predictors)])
        else:
            if here.size is None or rest.size is None:
                raise ValueError("a study of counts needs the size of each place")
            plain = deviance(here.y, here.size * (rest.y.sum() / rest.size.sum()))
            means = [here.size * np.exp(np.clip(p, -30, 30)) for p in predictors]
            parts.append([plain, *(plain - deviance(here.y, mean) for mean in means)])
    table = np.array(parts)
    rng = np.random.default_rng(seed)
    drawn = table[rng.integers(0, len(table), (1000, len(table)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 2] / drawn[:, 0], [0.025, 0.975])
    total = table.sum(axis=0)
    return total[2] / total[0], float(low), float(high), total[1] / total[0]


def distance_bands(study: Study, seed: int, edges: Sequence[float] = BANDS) -> tuple[Band, ...]:
    """Observed and expected records by distance to the nearest source, interval by bootstrap over blocks."""
    expected = (1.0 - study.y) if study.size is None else study.size
    band = np.clip(np.searchsorted(np.array(edges), study.nearest, side="right") - 1, 0, len(edges) - 2)
    blocks = np.unique(study.block)
    sums = np.zeros((len(blocks), len(edges) - 1, 2))
    rows = np.searchsorted(blocks, study.block)
    np.add.at(sums[:, :, 0], (rows, band), study.y)
    np.add.at(sums[:, :, 1], (rows, band), expected)

    def ratio(table: np.ndarray) -> np.ndarray:
        seen, weight = table[..., 0], table[..., 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return (seen / seen.sum(axis=-1, keepdims=True)) / (weight / weight.sum(axis=-1, keepdims=True))

    drawn = np.random.default_rng(seed).integers(0, len(blocks), (1000, len(blocks)))
    trials = ratio(sums[drawn].sum(axis=1))
    total = sums.sum(axis=0)
    made = ratio(total)
    found = []
    for number in range(len(edges) - 1):
        trial = trials[np.isfinite(trials[:, number]), number]
        ends = np.quantile(trial, [0.025, 0.975]) if total[number, 1] > 0 and len(trial) else (np.nan, np.nan)
        found.append(
            Band(
                float(edges[number]),
                float(edges[number + 1]),
                float(total[number, 0]),
                float(total[number, 1] / total[:, 1].sum() * total[:, 0].sum()),
                float(made[number]) if total[number, 1] > 0 else np.nan,
                float(ends[0]),
                float(ends[1]),
            )
        )
    return tuple(found)


def calibrate(study: Study, permutations: int = 999, seed: int = 1, progress: Optional[Progress] = None) -> Calibration:
    """Fit, test and validate; see :class:`Calibration`. Raises ``InputError`` below the stated minimum and
    ``Cancelled``. The same study, rows in the same order, gives the same result for the same ``seed``."""
    progress = progress or Progress()
    check_enough(study)
    found = _best_kernel(study)
    progress.step(0.1)
    best = found.fits[found.row]
    if best is None:
        raise InputError(
            Text(
                "Exposure is the same at every place, so nothing can be compared. "
                "Choose a larger area or other distances.",
                "どの場所も影響の強さが同じため、比べられません。範囲を広げるか、別の距離を選んでください。",
            )
        )
    x = np.column_stack([study.controls, study.exposures[:, found.row]])
    free = max(len(study.y) - x.shape[1] - 1, 1)
    variance = best.mean * (1 - best.mean) if study.family == LOGISTIC else best.mean
    residual = (study.y - best.mean) / np.sqrt(np.maximum(variance, 1e-12))
    # Counts vary more than Poisson where reporting differs: errors grow with it (quasi-Poisson).
    dispersion = max(float(residual @ residual) / free, 1.0) if study.family == POISSON else 1.0
    cut = CUT * dispersion
    region = _region(study, found, cut)
    terms = []
    for number, name in enumerate(("constant", *study.names)):
        estimate, se = float(best.beta[number]), float(best.se[number]) * np.sqrt(dispersion)
        label = study.labels[number - 1] if number else Text("constant", "定数")
        role = "control" if number else "constant"
        terms.append(Term(name, label, role, estimate, se, estimate - 1.96 * se, estimate + 1.96 * se))
    label = Text("exposure to unmanaged lots (per lot next to it)", "管理されていない土地の影響（隣り合う1筆あたり）")
    se = float(best.se[-1]) * np.sqrt(dispersion)
    terms.append(Term("exposure", label, "exposure", float(best.beta[-1]), se, region.weight_low, region.weight_high))
    test = exposure_tests(study, found.null, permutations, seed, progress.part(0.1, 0.4))
    score, score_low, score_high, plain = _cross_validate(study, seed, progress.part(0.4, 0.9))
    moran = morans_i(residual, study.xy, permutations, seed)
    # Clustered residuals say that places are not exchangeable: the more careful of the two tests counts.
    p = max(test) if moran.p <= ALPHA else test.within
    shared = 0.0
    if study.controls.shape[1]:
        design = np.column_stack([np.ones(len(study.y)), study.controls])
        column = study.exposures[:, found.row]
        left = column - design @ np.linalg.lstsq(design, column, rcond=None)[0]
        shared = 1 - float(left.var() / column.var())
    progress.step(1.0)
    return Calibration(
        study,
        study.grid[found.row],
        region.scale_low,
        region.scale_high,
        found.gains,
        found.gains >= found.gains[found.row] - cut,
        tuple(terms),
        p,
        test,
        permutations,
        score,
        score_low,
        score_high,
        plain,
        moran,
        distance_bands(study, seed),
        best.mean,
        residual,
        dispersion,
        shared,
        best.settled and bool(np.abs(best.beta[-1]) * x[:, -1].std() < 8),
    )


class _Region(NamedTuple):
    """95 % profile intervals: of the weight over all kernels, of the distance for the chosen decay."""

    weight_low: float
    weight_high: float
    scale_low: float
    scale_high: float


def _region(study: Study, found: _Best, cut: float) -> _Region:
    """Profile likelihood intervals, read off between the distances tried.

    For each decay the log-likelihood, weight and error are splines of the logarithm of the distance (a step has no
    smooth likelihood: only its distances tried count). Every kernel within ``cut`` of the top supports the weights
    where its own parabola stays within the cut. An end not reached is told as the last distance tried.
    """
    curves = {}
    for decay in DECAYS:
        tried = [
            (kernel, one, gain)
            for kernel, one, gain in zip(study.grid, found.fits, found.gains)
            if kernel.decay == decay and one is not None
        ]
        if not tried:
            continue
        scale = np.log([kernel.scale_m for kernel, _, _ in tried])
        table = np.array([(gain, one.beta[-1], np.log(one.se[-1])) for _, one, gain in tried])
        if decay != "step" and len(tried) > 3:
            fine = np.unique(np.concatenate([np.linspace(x, y, 21) for x, y in zip(scale, scale[1:])]))
            scale, table = fine, CubicSpline(scale, table)(fine)
        curves[decay] = (scale, table)
    chosen = study.grid[found.row]
    top = max(table[:, 0].max() for _, table in curves.values())
    weights, scales = [], [float(np.log(chosen.scale_m))]
    for decay, (scale, table) in curves.items():
        inside = top - table[:, 0] <= cut
        room = np.exp(table[inside, 2]) * np.sqrt(2 * (cut - (top - table[inside, 0])))
        weights += [*(table[inside, 1] - room), *(table[inside, 1] + room)]
        if decay == chosen.decay:
            scales += list(scale[inside])
    return _Region(float(min(weights)), float(max(weights)), float(np.exp(min(scales))), float(np.exp(max(scales))))
