"""Was a forecast better than saying that everything stays as it is? Two dates of truth tell."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from .. import frames
from ..errors import InputError
from ..externality.calibrate import spatial_blocks
from ..texts import Text
from .evidence import SURVEY_STATES

#: Fewest lots with a known truth and blocks of neighbouring lots (assumptions).
MIN_LOTS, MIN_BLOCKS = 30, 4
BLOCKS = 10
RESAMPLES = 2000
#: Classes of chance for the calibration.
BINS = np.linspace(0.0, 1.0, 11)

SKILL, NONE, WORSE = "skill", "none", "worse"
VERDICT_WORDS = {
    SKILL: Text(
        "The forecast has skill over persistence: it was nearer to the truth than saying that everything stays.",
        "予測は「今のまま変わらない」とするより現実に近く、役に立つ精度がありました。",
    ),
    NONE: Text(
        "No skill over persistence: saying that everything stays was as good.",
        "「今のまま変わらない」とする場合を上回る精度はありません（差は分かりません）。",
    ),
    WORSE: Text(
        "No skill over persistence: saying that everything stays was better.",
        "「今のまま変わらない」とする場合を上回る精度はありません（変わらないとする方が現実に近いです）。",
    ),
}
PACE_WORDS = Text(
    "Lost: {seen} lots seen, {expected} expected. A pace of {pace} ({low} to {high}) times the table fits these years.",
    "失われた筆: 実際{seen}、予測{expected}。この期間に合う速さは表の{pace}倍（{low}〜{high}倍）です。",
)
NO_PACE = Text(
    "Nothing was expected to be lost, so no pace can be told.", "失われる見込みの筆がないため、速さは分かりません。"
)


class Bin(NamedTuple):
    """Lots with a chance between ``low`` and ``high``: how many, mean chance, share really managed."""

    low: float
    high: float
    lots: int
    chance: float
    managed: float


class Check(NamedTuple):
    """What a comparison found. Brier scores are mean squared errors (smaller is better); ``gain`` is that of
    persistence minus that of the forecast, with its interval over blocks; ``skill`` is gain / persistence (NaN where
    persistence made no error). ``pace`` is how many times as fast as the table land was lost."""

    lots: int
    blocks: int
    lost: int
    expected: float
    brier_forecast: float
    brier_persistence: float
    gain: float
    gain_low: float
    gain_high: float
    skill: float
    pace: float
    pace_low: float
    pace_high: float
    bins: tuple[Bin, ...]
    verdict: str


def truth_of(later: gpd.GeoDataFrame, surveyed_only: bool = True) -> np.ndarray:
    """What is known at the later date: 1 managed, 0 unmanaged, NaN unknown.

    A survey's word counts; ``surveyed_only`` False lets the screening speak where there is none. "Cannot tell" is
    unknown. Raises ``InputError`` without ``condition`` or ``survey_state``.
    """
    if "survey_state" not in later.columns:
        frames.require(later, ("condition",), Text("The later layer", "後の時点の図"))
    surveyed = [SURVEY_STATES.get(word) if word else None for word in frames.texts(later, "survey_state")]
    condition = frames.texts(later, "condition")
    asked = "survey_state" in later.columns
    words = [word or (said if not (surveyed_only and asked) else None) for word, said in zip(surveyed, condition)]
    return np.array([{"managed": 1.0, "unmanaged": 0.0}.get(word or "", np.nan) for word in words], dtype="float64")


def backtest(
    geometry: np.ndarray, now: np.ndarray, chance: np.ndarray, truth: np.ndarray, level: float = 0.95, seed: int = 1
) -> Check:
    """Compare forecast and persistence with the truth, by resampling blocks of neighbouring lots.

    ``now``: chance that each lot was managed at the first date (what persistence says for the second), ``chance``: the
    forecast, ``truth``: 1, 0 or NaN. Unchanged land gives no skill. Raises ``InputError`` when too little is known.
    """
    places = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    use = np.flatnonzero(np.isfinite(now) & np.isfinite(chance) & np.isfinite(truth) & ~places)
    if len(use) < MIN_LOTS:
        raise InputError(
            Text(
                "Only {n} lots have a forecast and a known condition at the later date; at least {most} are needed. "
                "Add survey results.",
                "予測と後の時点の状態が両方分かる筆が{n}筆しかありません。{most}筆以上が必要です。調査結果を足してください。",
            ).format(n=len(use), most=MIN_LOTS)
        )
    # Sorted by place, so that the blocks and the resampling do not depend on the order of the lots.
    xy = shapely.get_coordinates(shapely.centroid(geometry[use])).round(2)
    order = np.lexsort((truth[use], chance[use], xy[:, 1], xy[:, 0]))
    use, xy = use[order], xy[order]
    block = spatial_blocks(xy, BLOCKS)
    blocks = len(np.unique(block))
    if blocks < MIN_BLOCKS:
        raise InputError(
            Text(
                "The lots lie in {n} places only; at least {most} apart from each other are needed.",
                "筆のある場所が{n}か所しかありません。離れた場所が{most}か所以上必要です。",
            ).format(n=blocks, most=MIN_BLOCKS)
        )
    first, then, real = now[use], chance[use], truth[use]
    ours, theirs = (then - real) ** 2, (first - real) ** 2
    held = first >= 0.5
    seen, expected = (held & (real == 0)).astype(float), np.where(held, np.maximum(first - then, 0.0), 0.0)
    sums = np.stack(
        [
            np.bincount(block, weights=w, minlength=blocks)
            for w in (np.ones(len(use)), theirs - ours, seen, expected, held)
        ]
    )
    random = np.random.default_rng(seed)
    drawn = sums[:, random.integers(0, blocks, (RESAMPLES, blocks))].sum(axis=2)
    edges = (0.5 - level / 2, 0.5 + level / 2)
    gain_low, gain_high = np.quantile(drawn[1] / drawn[0], edges)
    gain = float((theirs - ours).mean())
    pace = _pace(seen.sum(), expected.sum(), held.sum())
    paces = np.array([_pace(*row) for row in drawn[2:].T])
    known = paces[np.isfinite(paces)]
    pace_low, pace_high = np.quantile(known, edges) if len(known) else (np.nan, np.nan)
    if np.isfinite(pace) and seen.sum() == 0:
        # Nothing was lost: up to three losses would still be no surprise (rule of three).
        pace_high = _pace(3.0, expected.sum(), held.sum())
    worst = theirs.mean()
    verdict = SKILL if gain_low > 0 else WORSE if gain_high < 0 else NONE
    return Check(
        len(use),
        blocks,
        int(seen.sum()),
        float(expected.sum()),
        float(ours.mean()),
        float(worst),
        gain,
        float(gain_low),
        float(gain_high),
        gain / float(worst) if worst > 0 else float("nan"),
        pace,
        float(pace_low),
        float(pace_high),
        calibration(then, real),
        verdict,
    )


def _pace(seen: float, expected: float, held: float) -> float:
    """How many times as fast: the ratio of the mean rates of loss; NaN where nothing was expected."""
    if held <= 0 or expected <= 0:
        return float("nan")
    most = 1 - 0.5 / held
    return float(np.log1p(-min(seen / held, most)) / np.log1p(-min(expected / held, most)))


def calibration(chance: np.ndarray, truth: np.ndarray) -> tuple[Bin, ...]:
    """Mean chance and share really managed in ten classes of chance; classes without lots are left out."""
    place = np.clip(np.digitize(chance, BINS) - 1, 0, len(BINS) - 2)
    found = []
    for number in range(len(BINS) - 1):
        here = place == number
        if here.any():
            found.append(
                Bin(
                    float(BINS[number]),
                    float(BINS[number + 1]),
                    int(here.sum()),
                    float(chance[here].mean()),
                    float(truth[here].mean()),
                )
            )
    return tuple(found)


def told(check: Check) -> Text:
    """The finding in words, the verdict first."""
    if not np.isfinite(check.pace):
        return VERDICT_WORDS[check.verdict] + NO_PACE
    return VERDICT_WORDS[check.verdict] + PACE_WORDS.format(
        seen=check.lost,
        expected=f"{check.expected:.1f}",
        pace=f"{check.pace:.2f}",
        low=f"{check.pace_low:.2f}",
        high=f"{check.pace_high:.2f}",
    )
