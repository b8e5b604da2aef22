"""The result of a calibration in words, tables and as a rule, in both languages.

"Associated with", never "caused by"; a null result is told as a result.
"""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple, Optional

import numpy as np
import pandas as pd

from .. import webpage
from ..schema import FieldSpec
from ..texts import Text
from .calibrate import ALPHA, LOGISTIC, Calibration

#: Above this share of exposure explained by the controls, the two can hardly be told apart (VIF 10).
MUCH_SHARED = 0.9

BY_DISTANCE = Text("Records by distance to the nearest unmanaged lot", "最も近い管理されていない土地からの距離と記録")

COEFFICIENT_FIELDS = (
    FieldSpec("term", "text", "Term", "項目"),
    FieldSpec("role", "text", "Role (exposure, control, constant)", "役割（exposure・control・constant）"),
    FieldSpec("label", "text", "Label (English)", "名称（英語）"),
    FieldSpec("label_ja", "text", "Label (Japanese)", "名称"),
    FieldSpec("estimate", "real", "Estimate (log ratio)", "推定値（対数比）"),
    FieldSpec("se", "real", "Standard error", "標準誤差"),
    FieldSpec("low", "real", "95 % from", "95％区間の下端"),
    FieldSpec("high", "real", "95 % to", "95％区間の上端"),
    FieldSpec("ratio", "real", "Ratio (odds or rate)", "比（オッズ比・率比）"),
    FieldSpec("ratio_low", "real", "Ratio, 95 % from", "比の95％区間の下端"),
    FieldSpec("ratio_high", "real", "Ratio, 95 % to", "比の95％区間の上端"),
)
PROFILE_FIELDS = (
    FieldSpec("from_m", "real", "Distance from (m)", "距離の始め（m）"),
    FieldSpec("to_m", "real", "Distance to (m; empty: no end)", "距離の終わり（m、空欄は上限なし）"),
    FieldSpec("observed", "real", "Records", "記録の数"),
    FieldSpec("expected", "real", "Expected records", "期待される数"),
    FieldSpec("ratio", "real", "Records / expected", "記録÷期待"),
    FieldSpec("low", "real", "95 % from", "95％区間の下端"),
    FieldSpec("high", "real", "95 % to", "95％区間の上端"),
)
KERNEL_FIELDS = (
    FieldSpec("decay", "text", "Decay", "減衰"),
    FieldSpec("distance_m", "real", "Ends at (m)", "届く距離（m）"),
    FieldSpec("half_m", "real", "Half left at (m)", "半減距離（m）"),
    FieldSpec("gain", "real", "Log-likelihood above controls only", "対数尤度の増加"),
    FieldSpec("plausible", "bool", "Within the 95 % region", "95％範囲内"),
    FieldSpec("chosen", "bool", "Chosen", "採用"),
)
PLACE_FIELDS = (
    FieldSpec("place_id", "int", "Number", "番号"),
    FieldSpec("records", "real", "Records (0: background)", "記録の数（0は背景点）"),
    FieldSpec("block", "int", "Part of the area", "区画"),
    FieldSpec("nearest_m", "real", "To the nearest unmanaged lot (m)", "最も近い管理されていない土地まで（m）"),
    FieldSpec("exposure", "real", "Exposure", "受ける影響"),
    FieldSpec("fitted", "real", "Fitted", "推定値"),
    FieldSpec("residual", "real", "Residual (Pearson)", "残差（ピアソン）"),
)
RULE_FIELDS = (
    FieldSpec("rule_id", "text", "Rule", "規則"),
    FieldSpec("kind", "text", "Kind of harm", "影響の種類"),
    FieldSpec("label", "text", "Label (English)", "名称（英語）"),
    FieldSpec("label_ja", "text", "Label (Japanese)", "名称"),
    FieldSpec("source_filter", "text", "Conditions of source lots", "影響元の状態"),
    FieldSpec("source_kind", "text", "Kind of source land", "影響元の土地"),
    FieldSpec("pathway", "text", "Pathway", "経路"),
    FieldSpec("receptor", "text", "Receptor", "影響先"),
    FieldSpec("distance_m", "real", "Distance (m)", "距離（m）"),
    FieldSpec("decay", "text", "Decay", "減衰"),
    FieldSpec("half_m", "real", "Half left at (m)", "半減距離（m）"),
    FieldSpec("weight", "real", "Weight", "重み"),
    FieldSpec("evidence", "text", "Evidence", "根拠の種類"),
    FieldSpec("citation", "text", "Citation", "出典"),
    FieldSpec("active", "bool", "Used", "使う"),
    FieldSpec("note", "text", "Note", "備考"),
)


class About(NamedTuple):
    """What the records are: the ``harm`` as a word of the rules with its ``label``, the ``receptor`` and the
    kind of source land of the rule, first and last ``days`` of the records (ISO or ``None``), ``today`` (ISO)
    and ``remarks`` of the run (what was left out, how the background was drawn)."""

    harm: str
    label: Text
    receptor: str
    source_kind: str
    days: tuple[Optional[str], Optional[str]]
    today: str
    remarks: tuple[Text, ...] = ()


def _span(days: tuple[Optional[str], Optional[str]]) -> Text:
    first, last = days
    if not first or not last:
        return Text("dates unknown", "日付不明")
    return Text(f"{first} to {last}", f"{first}〜{last}")


def verdict(result: Calibration, about: About) -> Text:
    """The finding in one or two sentences."""
    term = result.exposure
    kernel = result.kernel
    values: dict[str, Any] = {
        "label": about.label,
        "n": int(result.study.y.sum()),
        "p": f"{result.p:.3f}",
        "ratio": f"{np.exp(term.estimate):.2f}",
        "low": f"{np.exp(term.low):.2f}",
        "high": f"{np.exp(term.high):.2f}",
        "m": f"{kernel.scale_m:.0f}",
        "what": {
            "step": Text("counted alike up to {m} m", "{m} mまで同じ強さ"),
            "linear": Text("falling to nothing at {m} m", "{m} mで0になる減り方"),
            "exponential": Text("half left at {m} m", "{m} mで半分になる減り方"),
        }[kernel.decay].format(m=f"{kernel.scale_m:.0f}"),
        "word": Text("odds", "オッズ") if result.study.family == LOGISTIC else Text("rate", "件数"),
    }
    if result.verdict == "none":
        return Text(
            "No association found between the {n} records ({label}) and unmanaged lots nearby (p = {p}). The {word} "
            "ratio per adjoining lot may be anything from {low} to {high}. This does not show that there is none.",
            "記録{n}件（{label}）と近くの管理されていない土地との関連は見つかりませんでした（p = {p}）。隣り合う"
            "1筆あたりの{word}の比は{low}〜{high}のどれもありえます。関連がないことを示すものではありません。",
        ).format(**values)
    if result.verdict == "opposite":
        return Text(
            "Fewer records ({label}, {n}) than expected lie near unmanaged lots (p = {p}): {word} ratio {ratio} "
            "({low} to {high}) per adjoining lot. Few people near such land may mean few reports.",
            "管理されていない土地の近くでは記録（{label}、{n}件）が期待より少なくなっています（p = {p}）。隣り合う"
            "1筆あたりの{word}の比は{ratio}（{low}〜{high}）です。人が少ない所では報告も少ないことがあります。",
        ).format(**values)
    return Text(
        "Records ({label}, {n}) are associated with unmanaged lots nearby (p = {p}): each adjoining lot goes with "
        "{ratio} times the {word} ({low} to {high}), {what}. This is an association, not a cause.",
        "記録（{label}、{n}件）は近くの管理されていない土地と関連しています（p = {p}）。隣り合う1筆ごとに{word}は"
        "{ratio}倍（{low}〜{high}）で、{what}です。関連であり、原因を示すものではありません。",
    ).format(**values)


def cautions(result: Calibration) -> list[Text]:
    """What limits the finding, the reporting bias always first."""
    found = [
        Text(
            "Records are reports: where people live, walk and farm, more is reported. The result is about reported "
            "records and carries that bias.",
            "記録は報告されたものです。人が住み、歩き、耕す所では報告が多くなります。結果は報告された記録についてのもので、この偏りを含みます。",
        )
    ]
    if result.verdict == "none" and (result.exposure.low > 0 or result.exposure.high < 0):
        found.append(
            Text(
                "The interval leaves out 1, but it belongs to the distance that fits best out of many; only p allows "
                "for that choice.",
                "区間は1を含みませんが、多くの候補から最も合う距離を選んだ後のものです。この選択を考えに入れているのはp値だけです。",
            )
        )
    if result.moran.p <= ALPHA:
        found.append(
            Text(
                "What the model leaves unexplained is still clustered (Moran's I {value}, p = {p}): records are not "
                "independent. The p value counts whole parts of the area instead; the intervals are too narrow.",
                "説明されずに残った分がまだ固まっています（モランのI {value}、p = {p}）。記録は独立でありません。"
                "p値は区画を単位にした検定に替えましたが、区間は狭すぎます。",
            ).format(value=f"{result.moran.value:.3f}", p=f"{result.moran.p:.3f}")
        )
    if result.shared > MUCH_SHARED:
        found.append(
            Text(
                "{share} % of the exposure is explained by the controls, so their parts can hardly be told apart.",
                "影響の{share}％は調整項目で説明でき、両者を分けることは困難です。",
            ).format(share=f"{100 * result.shared:.0f}")
        )
    if not result.settled:
        found.append(
            Text(
                "Records and places without are almost separated, so the size of the weight is not reliable.",
                "記録のある所とない所がほぼ分かれるため、重みの大きさは信頼できません。",
            )
        )
    if result.dispersion > 1.5:
        found.append(
            Text(
                "Counts vary {x} times as much as chance alone; intervals were widened for it.",
                "件数のばらつきは偶然だけの場合の{x}倍です。区間はその分広げてあります。",
            ).format(x=f"{result.dispersion:.1f}")
        )
    tried = [kernel.scale_m for kernel in result.study.grid if kernel.decay == result.kernel.decay]
    if result.kernel_low <= min(tried) or result.kernel_high >= max(tried):
        found.append(
            Text(
                "The interval of the distance reaches the end of the distances tried ({low} to {high} m): the records "
                "do not fix it.",
                "距離の区間は試した距離（{low}〜{high} m）の端に達しています。記録だけでは距離が定まりません。",
            ).format(low=f"{min(tried):.0f}", high=f"{max(tried):.0f}")
        )
    if result.score_low <= (0.5 if result.study.family == LOGISTIC else 0.0):
        found.append(
            Text(
                "In parts of the area left out of the fit, the model does no better than chance within its interval.",
                "あてはめに使わなかった区画では、区間の範囲で偶然と区別できません。",
            )
        )
    return found


def facts(result: Calibration, about: About) -> list[tuple[Text, Text]]:
    """Figures with their names, in the order of the report."""
    study, kernel = result.study, result.kernel
    logistic = study.family == LOGISTIC
    score = Text("AUC in parts left out (controls only)", "除いた区画でのAUC（調整項目だけ）")
    if not logistic:
        score = Text(
            "Deviance explained in parts left out (controls only)", "除いた区画で説明した逸脱度（調整項目だけ）"
        )
    places = Text("Background points", "背景点") if logistic else Text("Hamlets", "集落")
    pairs: list[tuple[Text, Any]] = [
        (Text("Records", "記録"), f"{int(study.y.sum()):,}"),
        (Text("Period", "期間"), _span(about.days)),
        (places, f"{int((study.y == 0).sum()) if logistic else len(study.y):,}"),
        (Text("Parts of the area (blocks)", "区画（ブロック）"), str(len(np.unique(study.block)))),
        (Text("Decay chosen", "選ばれた減衰"), kernel.decay),
        (
            Text("Half left at (m), 95 %", "半減距離（m）、95％区間")
            if kernel.decay == "exponential"
            else Text("Ends at (m), 95 %", "届く距離（m）、95％区間"),
            f"{kernel.scale_m:.0f} ({result.kernel_low:.0f}–{result.kernel_high:.0f})",
        ),
        (
            Text("p of exposure: within blocks; between blocks", "影響のp値（ブロック内の並べ替え、ブロックどうし）"),
            f"{result.test.within:.3f}; {result.test.between:.3f} ({result.permutations:,})",
        ),
        (score, f"{result.score:.2f} ({result.score_low:.2f}–{result.score_high:.2f}); {result.score_controls:.2f}"),
        (
            Text("Moran's I of residuals (p)", "残差のモランのI（p）"),
            f"{result.moran.value:.3f} ({result.moran.p:.3f})",
        ),
        (Text("Calculated on", "計算日"), about.today),
    ]
    return [(name, value if isinstance(value, Text) else Text(str(value), str(value))) for name, value in pairs]


def citation(result: Calibration, about: About) -> Text:
    """The evidence of the fitted rule: n, period, score with interval, p, date."""
    return Text(
        "Local records: n = {n} ({span}), {model}, {score} {value} ({low}–{high}) in parts left out, p = {p}, {today}",
        "地域の記録: n = {n}（{span}）、{model}、除いた区画で{score} {value}（{low}–{high}）、p = {p}、{today}",
    ).format(
        n=int(result.study.y.sum()),
        span=_span(about.days),
        model=Text("logistic", "ロジスティック回帰")
        if result.study.family == LOGISTIC
        else Text("Poisson", "ポアソン回帰"),
        score=Text("AUC", "AUC") if result.study.family == LOGISTIC else Text("deviance explained", "説明した逸脱度"),
        value=f"{result.score:.2f}",
        low=f"{result.score_low:.2f}",
        high=f"{result.score_high:.2f}",
        p=f"{result.p:.3f}",
        today=about.today,
    )


def rule_frame(result: Calibration, about: About) -> pd.DataFrame:
    """The fitted kernel as a table of one rule for the externality network.

    ``weight`` is the log ratio per adjoining lot. Without a positive association the rule is switched off, its
    weight is 0 and the note says so.
    """
    used = result.verdict == "associated"
    kernel, source = result.kernel, citation(result, about)
    return pd.DataFrame(
        [
            {
                "rule_id": f"{about.harm}_{about.receptor}_local",
                "kind": about.harm,
                "label": about.label.en,
                "label_ja": about.label.ja,
                "source_filter": "unmanaged",
                "source_kind": about.source_kind,
                "pathway": "distance",
                "receptor": about.receptor,
                "distance_m": kernel.distance_m,
                "decay": kernel.decay,
                "half_m": kernel.half_m,
                "weight": result.exposure.estimate if used else 0.0,
                "evidence": "local_data",
                "citation": f"{source.en} / {source.ja}",
                "active": used,
                "note": verdict(result, about).en + " " + verdict(result, about).ja,
            }
        ]
    )


def coefficient_frame(result: Calibration) -> pd.DataFrame:
    """Fitted numbers with intervals (:data:`COEFFICIENT_FIELDS`)."""
    return pd.DataFrame(
        [
            {
                "term": term.name,
                "role": term.role,
                "label": term.label.en,
                "label_ja": term.label.ja,
                "estimate": term.estimate,
                "se": term.se,
                "low": term.low,
                "high": term.high,
                "ratio": np.exp(term.estimate),
                "ratio_low": np.exp(term.low),
                "ratio_high": np.exp(term.high),
            }
            for term in result.terms
        ]
    )


def profile_frame(result: Calibration) -> pd.DataFrame:
    """Records by distance (:data:`PROFILE_FIELDS`)."""
    frame = pd.DataFrame(result.bands)
    return frame.assign(to_m=frame["to_m"].where(np.isfinite(frame["to_m"])))


def kernel_frame(result: Calibration) -> pd.DataFrame:
    """All kernels tried (:data:`KERNEL_FIELDS`)."""
    frame = pd.DataFrame(result.study.grid)
    gains = np.where(np.isfinite(result.gains), result.gains, np.nan)
    chosen = [kernel == result.kernel for kernel in result.study.grid]
    return frame.assign(gain=gains, plausible=result.accepted, chosen=chosen)


def place_frame(result: Calibration) -> pd.DataFrame:
    """Every place of the study (:data:`PLACE_FIELDS`), in the order of the study."""
    study = result.study
    return pd.DataFrame(
        {
            "place_id": np.arange(1, len(study.y) + 1),
            "records": study.y,
            "block": study.block + 1,
            "nearest_m": np.where(np.isfinite(study.nearest), study.nearest, np.nan),
            "exposure": study.exposures[:, study.grid.index(result.kernel)],
            "fitted": result.mean,
            "residual": result.residual,
        }
    )


def html(result: Calibration, about: About, language: str, made_with: str) -> str:
    """One page in both languages (``language`` first) without scripts or links; all texts are escaped."""
    title = Text("Records and unmanaged land", "記録と管理されていない土地")
    return webpage.page(title, [(one, _section(result, about, one)) for one in webpage.languages(language)], made_with)


def _section(result: Calibration, about: About, language: str) -> str:
    def say(text: Text) -> str:
        return escape(text.pick(language))

    parts = [
        f"<h1>{say(Text('Records and unmanaged land', '記録と管理されていない土地'))}: {say(about.label)}</h1>",
        f"<p><strong>{say(verdict(result, about))}</strong></p>",
        f"<h2>{say(Text('What limits this', '結果を読むときの注意'))}</h2><ul>",
        *(f"<li>{say(text)}</li>" for text in (*cautions(result), *about.remarks)),
        "</ul>",
        f"<h2>{say(Text('Figures', '数値'))}</h2>",
        webpage.table(
            (Text("Figure", "項目").pick(language), Text("Value", "値").pick(language)),
            [(name.pick(language), value.pick(language)) for name, value in facts(result, about)],
        ),
        f"<h2>{say(Text('Ratios with 95 % intervals', '比と95％区間'))}</h2>",
        webpage.table(
            [
                text.pick(language)
                for text in (
                    Text("Term", "項目"),
                    Text("Odds ratio", "オッズ比") if result.study.family == LOGISTIC else Text("Rate ratio", "率比"),
                    Text("95 %", "95％区間"),
                )
            ],
            [
                (
                    term.label.pick(language),
                    f"{np.exp(term.estimate):.3g}",
                    f"{np.exp(term.low):.3g}–{np.exp(term.high):.3g}",
                )
                for term in result.terms
                if term.role != "constant"
            ],
        ),
        f"<h2>{say(BY_DISTANCE)}</h2>",
        webpage.table(
            [
                text.pick(language)
                for text in (
                    Text("Distance (m)", "距離（m）"),
                    Text("Records", "記録"),
                    Text("Expected", "期待"),
                    Text("Ratio", "比"),
                    Text("95 %", "95％区間"),
                )
            ],
            [
                (
                    f"{band.from_m:.0f}–" + (f"{band.to_m:.0f}" if np.isfinite(band.to_m) else ""),
                    f"{band.observed:.0f}",
                    f"{band.expected:.1f}",
                    f"{band.ratio:.2f}" if np.isfinite(band.ratio) else "–",
                    f"{band.low:.2f}–{band.high:.2f}" if np.isfinite(band.low) else "–",
                )
                for band in result.bands
            ],
        ),
    ]
    return "".join(parts)
