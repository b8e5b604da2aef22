"""What was learnt from the survey, in words, tables and as a weight table, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import frames, webpage
from ..schema import FieldSpec
from ..texts import Text
from .learn import LABEL_BASED, Learned
from .weights import COLUMNS, Weight, label_of

MODEL_WORDS = {
    "local": Text("Learnt from the survey", "調査から学習"),
    "default": Text("Weights in use until now", "これまでの重み"),
    "majority": Text("Share of unmanaged lots only", "割合だけ"),
    "forest": Text("Distance to forest only", "林縁までの距離だけ"),
    "ndvi": Text("One limit of greenness only", "緑の濃さのしきい値だけ"),
}
KIND_WORDS = {
    "farmland": Text("farmland", "農地"),
    "forest": Text("forest", "森林"),
    "plot": Text("house plots", "宅地など"),
}
SET_WORDS = {
    "unmanaged": Text("likely unmanaged", "管理されていない可能性"),
    "managed": Text("likely managed", "管理されている可能性"),
    "both": Text("either is possible", "どちらもありうる"),
    "none": Text("unlike both", "どちらにも似ていない"),
}
TITLE = Text("Learnt from the survey", "調査からの学習")

MEASURE_FIELDS = (
    FieldSpec("model", "text", "Model", "方法"),
    FieldSpec("label", "text", "Name (English)", "名称（英語）"),
    FieldSpec("label_ja", "text", "Name (Japanese)", "名称"),
    FieldSpec("visits", "int", "Visits compared (lots)", "比べた訪問数（筆）"),
    *(
        FieldSpec(f"{name}{end}", "real", f"{en}{words[0]}", f"{ja}{words[1]}")
        for name, en, ja in (
            ("auc", "AUC", "AUC"),
            ("f1", "F1", "F1"),
            ("precision", "Share unmanaged among those visited", "訪問先のうち管理されていない割合"),
            ("brier", "Brier score", "ブライアスコア"),
            ("gain", "Brier score above the local one", "学習した重みとのブライアスコアの差"),
        )
        for end, words in (
            ("", ("", "")),
            ("_low", (", 95 % from", "の95％区間の下端")),
            ("_high", (", 95 % to", "の95％区間の上端")),
        )
    ),
)
BIN_FIELDS = (
    FieldSpec("low", "real", "Probability from", "確率の始め"),
    FieldSpec("high", "real", "Probability to", "確率の終わり"),
    FieldSpec("lots", "int", "Lots", "筆数"),
    FieldSpec("predicted", "real", "Predicted (mean)", "予測（平均）"),
    FieldSpec("found", "real", "Found unmanaged (share)", "実際の割合"),
    FieldSpec("found_low", "real", "Found, 95 % from", "実際の割合の95％区間の下端"),
    FieldSpec("found_high", "real", "Found, 95 % to", "実際の割合の95％区間の上端"),
)
LOT_FIELDS = (
    FieldSpec("part", "text", "Hamlet or part", "集落・区画"),
    FieldSpec("survey", "text", "Survey", "調査"),
    FieldSpec("probability_before", "real", "Probability, weights until now", "これまでの重みによる確率"),
    FieldSpec("probability_local", "real", "Probability, weights learnt", "学習した重みによる確率"),
    FieldSpec("left_out", "bool", "Predicted without its hamlet", "その集落を除いて予測"),
    FieldSpec("prediction_set", "text", "What is possible", "ありうる状態"),
    FieldSpec("possible", "text", "What is possible (English)", "ありうる状態（英語）"),
    FieldSpec("possible_ja", "text", "What is possible (Japanese)", "ありうる状態（文）"),
)


class About(NamedTuple):
    """``today`` (ISO), words for the ``parts`` (hamlets or blocks), first and last survey day or ``None``."""

    today: str
    parts: Text
    days: tuple[object, object] = (None, None)


def _interval(row: pd.Series, name: str, digits: int = 2) -> str:
    if not np.isfinite(row[name]):
        return "–"
    value, low, high = (f"{row[n] + 0.0:.{digits}f}" for n in (name, f"{name}_low", f"{name}_high"))
    return f"{value} ({low}–{high})" if not low.startswith("-") else f"{value} ({low} … {high})"


def verdict(result: Learned) -> Text:
    """The finding in two sentences."""
    rows = result.measures.set_index("model")
    local, default = rows.loc["local"], rows.loc["default"]
    values = {
        "n": len(result.study.y),
        "bad": int(result.study.y.sum()),
        "auc": _interval(local, "auc"),
        "auc_default": f"{default['auc']:.2f}",
        "gain": _interval(default, "gain", 4),
        "rival": MODEL_WORDS[_rival(result)],
    }
    if result.verdict == "useless":
        return Text(
            "Do not use these weights: in places left out they are not shown to be better than a simple rule "
            "({rival}). {n} surveyed lots, {bad} of them unmanaged, AUC {auc}.",
            "この重みは使わないでください。除いた場所では、単純な方法（{rival}）より良いと示せません。調査した土地は{n}筆、"
            "うち管理されていないもの{bad}筆、AUCは{auc}です。",
        ).format(**values)
    if result.verdict == "no_better":
        return Text(
            "The weights learnt are not shown to be better than those used until now (gain in Brier score {gain}): "
            "keep the old ones. {n} surveyed lots, {bad} of them unmanaged, AUC {auc} against {auc_default}.",
            "学習した重みが、これまでの重みより良いとは示せません（ブライアスコアの差{gain}）。これまでの重みを使い続けて"
            "ください。調査した土地は{n}筆、うち管理されていないもの{bad}筆、AUCは{auc}（これまで{auc_default}）です。",
        ).format(**values)
    return Text(
        "The weights learnt are better than those used until now in places left out (gain in Brier score {gain}). "
        "{n} surveyed lots, {bad} of them unmanaged, AUC {auc} against {auc_default}.",
        "除いた場所でも、学習した重みはこれまでの重みより良い結果です（ブライアスコアの差{gain}）。調査した土地は{n}筆、"
        "うち管理されていないもの{bad}筆、AUCは{auc}（これまで{auc_default}）です。",
    ).format(**values)


def _rival(result: Learned) -> str:
    """The null model with the smallest gain left."""
    rows = result.measures[result.measures["model"].isin(("majority", "forest", "ndvi"))]
    return str(rows.sort_values(["gain_low", "model"])["model"].iloc[0])


def cautions(result: Learned) -> list[Text]:
    """What limits the finding."""
    parts = len(np.unique(result.study.part))
    sets = result.sets
    found = [
        Text(
            "Learnt from the lots that were surveyed. Where the survey chose its lots, the result carries that choice.",
            "学習したのは調査された土地だけです。調査先の選び方に偏りがあれば、結果にも残ります。",
        ),
        Text(
            "All figures come from parts left out of the fit ({n}). Few parts make wide intervals.",
            "数値はすべて、あてはめに使わなかった場所（{n}区画）のものです。区画が少ないほど区間は広くなります。",
        ).format(n=parts),
        Text(
            "Prediction sets assume that other hamlets are like those surveyed. In parts left out they held the truth "
            "for {covered} % of the lots (stated: {stated} %), in the worst part for {worst} %.",
            "「ありうる状態」は、ほかの集落も調査した集落と似ていると仮定しています。除いた場所では{covered} %の土地で"
            "正しく（目標{stated} %）、最も悪い区画では{worst} %でした。",
        ).format(
            covered=f"{100 * sets.covered:.0f}", stated=f"{100 * sets.coverage:.0f}", worst=f"{100 * sets.worst:.0f}"
        ),
    ]
    found.append(
        Text(
            "Survey results of neighbours are left out of fit and test: in a hamlet without survey there are none.",
            "隣接地の調査結果は、あてはめにも検証にも使いません。調査のない集落にはないからです。",
        )
    )
    if result.local.stretch < 0.8:
        found.append(
            Text(
                "Without correction the fit would be too sure of itself; its weights were shrunk to {x} %.",
                "そのままでは自信過剰になるため、重みを{x} %に縮めました。",
            ).format(x=f"{100 * result.local.stretch:.0f}")
        )
    return found


def facts(result: Learned, about: About) -> list[tuple[Text, Text]]:
    """Figures with their names."""
    study = result.study

    def plain(value: object) -> Text:
        return Text(str(value), str(value))

    first, last = about.days
    days = f"{first} – {last}" if first and last else "–"
    return [
        (Text("Kind of land", "土地の種類"), KIND_WORDS.get(study.kind, plain(study.kind))),
        (
            Text("Surveyed lots (unmanaged)", "調査した土地（うち管理されていない）"),
            plain(f"{len(study.y):,} ({int(study.y.sum()):,})"),
        ),
        (Text("Survey dates", "調査日"), plain(days)),
        (
            Text("Parts left out one by one", "1つずつ除いた区画"),
            Text(f"{len(np.unique(study.part))} {about.parts.en}", f"{len(np.unique(study.part))}{about.parts.ja}"),
        ),
        (Text("Pull towards the former weights", "これまでの重みへの引き戻し"), plain(f"{result.local.penalty:g}")),
        (Text("Stretch after the fit", "あてはめ後の伸縮"), plain(f"{result.local.stretch:.2f}")),
        (
            Text(
                "Prediction sets hold the truth (unmanaged; managed)",
                "「ありうる状態」が正しい割合（管理されていない、いる）",
            ),
            plain(f"{result.sets.covered_unmanaged:.2f}; {result.sets.covered_managed:.2f}"),
        ),
        (Text("Calculated on", "計算日"), plain(about.today)),
    ]


def measure_frame(result: Learned) -> pd.DataFrame:
    """Measures of all models (:data:`MEASURE_FIELDS`)."""
    frame = result.measures
    return frame.assign(
        label=[MODEL_WORDS[name].en for name in frame["model"]],
        label_ja=[MODEL_WORDS[name].ja for name in frame["model"]],
    )


def citation(result: Learned, about: About) -> str:
    """The source of the learnt weights: n, AUC with interval, date, both languages."""
    local = result.measures.set_index("model").loc["local"]
    parts = len(np.unique(result.study.part))
    said = Text(
        "Local survey: {n} lots ({bad} unmanaged), AUC {auc} in {parts} parts left out, {today}",
        "地域の調査: {n}筆（うち管理されていない{bad}筆）、除いた{parts}区画でAUC {auc}、{today}",
    ).format(
        n=len(result.study.y),
        bad=int(result.study.y.sum()),
        auc=_interval(local, "auc"),
        parts=parts,
        today=about.today,
    )
    return f"{said.en} / {said.ja}"


def weight_frame(result: Learned, table: pd.DataFrame, weights: Sequence[Weight], about: About) -> pd.DataFrame:
    """The weight table with the learnt rows put in. ``table`` is the table behind ``weights``, row by row.

    Rows of other kinds of land, of survey-based evidence and of things no surveyed lot had stay as they are. The
    column ``weight_before`` keeps what was there.
    """
    study, local = result.study, result.local
    source = citation(result, about)
    made = table.copy()
    for name in ("evidence", "source"):
        if name not in made.columns:
            made[name] = None
    for name in made.columns:
        made[name] = frames.numbers(made, name) if name in ("low", "high") else frames.texts(made, name)
    made["weight_before"] = [weight.weight for weight in weights]
    size = [weight.weight for weight in weights]
    learnt = [False] * len(weights)
    mine = [
        number
        for number, weight in enumerate(weights)
        if weight.land_kind == study.kind and weight.shape != "base" and weight.indicator not in LABEL_BASED
    ]
    for place, number in enumerate(mine):
        if study.amount[:, place].any():
            size[number], learnt[number] = round(float(local.weight[place]), 4), True
    bases = [number for number, w in enumerate(weights) if w.land_kind == study.kind and w.shape == "base"]
    for place, number in enumerate(bases):
        size[number], learnt[number] = (round(local.base, 4) if place == 0 else 0.0), True
    made["weight"] = size
    made["evidence"] = ["local data" if new else old for new, old in zip(learnt, made["evidence"])]
    made["source"] = [source if new else old for new, old in zip(learnt, made["source"])]
    if not bases:
        row = dict.fromkeys(made.columns)
        row.update(
            indicator="base",
            land_kind=study.kind,
            shape="base",
            weight=round(local.base, 4),
            role="base",
            evidence="local data",
            source=source,
            weight_before=0.0,
        )
        made = pd.concat([made, pd.DataFrame([row])], ignore_index=True)
    return made


def weight_fields(table: pd.DataFrame) -> list[FieldSpec]:
    """Fields of :func:`weight_frame`: numbers as numbers, everything else as text."""
    numeric = ("low", "high", "weight", "weight_before")
    names = [*COLUMNS, *(name for name in table.columns if name not in COLUMNS)]
    return [
        FieldSpec(name, "real" if name in numeric else "text", name, name) for name in names if name in table.columns
    ]


# -- page -------------------------------------------------------------------------------------------
def html(result: Learned, about: About, language: str, made_with: str) -> str:
    """One page in both languages (``language`` first) with the calibration plot drawn into it."""
    sections = [(one, _section(result, about, one)) for one in webpage.languages(language)]
    return webpage.page(TITLE, sections, made_with)


def plot(bins: pd.DataFrame, language: str) -> str:
    """Calibration plot as SVG: found share against predicted probability with intervals, and the diagonal."""
    side, left, top = 300.0, 56.0, 12.0

    def x(value: float) -> float:
        return left + side * value

    def y(value: float) -> float:
        return top + side * (1 - value)

    words = {
        "x": Text("Predicted probability", "予測した確率").pick(language),
        "y": Text("Found unmanaged", "実際に管理されていない割合").pick(language),
        "alt": Text(
            "Calibration: points on the line mean that probabilities are right.",
            "較正: 点が線の上にあれば確率は正しい。",
        ).pick(language),
    }
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(words["alt"])}" '
        f'width="{left + side + 16:.0f}" height="{top + side + 48:.0f}" font-size="12" fill="#1c1f1d">',
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#888"/>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#888" stroke-dasharray="5 4"/>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<text x="{x(tick)}" y="{top + side + 16}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{left - 6}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>')
    for row in bins.to_dict("records"):
        cx = x(row["predicted"])
        parts.append(
            f'<line x1="{cx:.1f}" y1="{y(row["found_low"]):.1f}" x2="{cx:.1f}" y2="{y(row["found_high"]):.1f}" '
            'stroke="#12564F" stroke-width="1.5"/>'
        )
        radius = 2.5 + min(np.sqrt(row["lots"]) / 4, 7.0)
        parts.append(f'<circle cx="{cx:.1f}" cy="{y(row["found"]):.1f}" r="{radius:.1f}" fill="#12564F"/>')
    parts.append(f'<text x="{left + side / 2}" y="{top + side + 38}" text-anchor="middle">{escape(words["x"])}</text>')
    parts.append(
        f'<text transform="translate(14 {top + side / 2}) rotate(-90)" text-anchor="middle">{escape(words["y"])}</text>'
    )
    return "".join(parts) + "</svg>"


def _section(result: Learned, about: About, language: str) -> str:
    def say(text: Text) -> str:
        return escape(text.pick(language))

    def head(*texts: Text) -> list[str]:
        return [text.pick(language) for text in texts]

    measures = [
        (
            MODEL_WORDS[row["model"]].pick(language),
            _interval(row, "auc"),
            _interval(row, "f1"),
            _interval(row, "precision"),
            _interval(row, "brier", 3),
            "" if row["model"] == "local" else _interval(row, "gain", 3),
        )
        for _, row in result.measures.iterrows()
    ]
    visits = int(result.measures["visits"].iloc[0])
    changed = [
        (label_of(weight).pick(language), f"{weight.weight:+.2f}", f"{new:+.2f}")
        for weight, new, seen in zip(result.study.weights, result.local.weight, result.study.amount.any(axis=0))
        if seen
    ]
    base = Text("Starting point", "出発点").pick(language)
    changed.insert(0, (base, f"{result.study.base:+.2f}", f"{result.local.base:+.2f}"))
    parts = [
        f"<h1>{say(TITLE)}</h1><p><strong>{say(verdict(result))}</strong></p>",
        f"<h2>{say(Text('What limits this', '結果を読むときの注意'))}</h2><ul>",
        *(f"<li>{say(text)}</li>" for text in cautions(result)),
        f"</ul><h2>{say(Text('In places left out', '除いた場所での成績'))}</h2>",
        webpage.table(
            head(
                Text("Method (95 % interval)", "方法（95％区間）"),
                Text("AUC within hamlets", "集落内のAUC"),
                Text("F1", "F1"),
                Text(f"Unmanaged among {visits} visits", f"訪問{visits}筆のうち管理されていない割合"),
                Text("Brier", "ブライア"),
                Text("Brier, above learnt", "ブライアの差"),
            ),
            measures,
        ),
        f"<h2>{say(Text('Are the probabilities right?', '確率は正しいか'))}</h2>",
        plot(result.bins, language),
        f"<h2>{say(Text('Weights', '重み'))}</h2>",
        webpage.table(head(Text("Evidence", "根拠"), Text("until now", "これまで"), Text("learnt", "学習")), changed),
        f"<h2>{say(Text('Figures', '数値'))}</h2>",
        webpage.table(
            head(Text("Figure", "項目"), Text("Value", "値")),
            [(name.pick(language), value.pick(language)) for name, value in facts(result, about)],
        ),
    ]
    return "".join(parts)
