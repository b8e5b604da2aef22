"""Words of the condition of land, both languages. Pure: may be imported anywhere."""

from __future__ import annotations

from ..texts import Text

CLASS_WORDS = {
    "unmanaged": Text("points to unmanaged", "管理されていない可能性"),
    "managed": Text("points to managed", "管理されている可能性"),
}
ANSWERS = {
    "unmanaged": Text("likely unmanaged", "管理されていない可能性"),
    "cannot_tell": Text("cannot tell", "判断できない"),
    "managed": Text("likely managed", "管理されている可能性"),
}
FOUND = {
    "unmanaged": Text("unmanaged", "管理されていない"),
    "managed": Text("managed", "管理されている"),
}
SURVEY_WORDS = {
    "not_idle": Text("in use", "遊休農地ではない"),
    "idle_1_green": Text("idle farmland class 1, grass cutting is enough", "1号遊休農地（緑区分）"),
    "idle_1_yellow": Text("idle farmland class 1, needs base works", "1号遊休農地（黄区分）"),
    "idle_1": Text("idle farmland class 1", "1号遊休農地"),
    "idle_2": Text("idle farmland class 2, use much lower than around", "2号遊休農地"),
    "waste_b": Text("devastated farmland B, hard to restore", "再生利用が困難な荒廃農地（B分類）"),
    "unresolved": Text("under survey, no result yet", "調査中"),
}
REASON = Text("{phrase} ({pointing})", "{phrase}（{pointing}）")
SURVEYED = Text("Farm patrol{day}: {result}.", "農地パトロール{day}: {result}。")
NO_CATEGORY = Text("The land category is not known.", "地目が分かりません。")
NO_RULE = Text("There is no rule for this kind of land.", "この地目を判断する規則がありません。")
NO_EVIDENCE = Text("No data about this lot was found.", "この土地のデータがありません。")
NOT_SEEN = Text("Nothing observed on the lot itself decides.", "土地そのものの状態を示す決め手がありません。")

LIKELY = Text("{answer}: {reasons}.", "{answer}があります（{reasons}）。")
UNCLEAR_BOTH = Text(
    "Cannot tell: “{one}” points to unmanaged, “{other}” to managed.",
    "判断できません。「{one}」は管理されていない可能性を、「{other}」は管理されている可能性を示します。",
)
UNCLEAR_ONE = Text(
    "Cannot tell: “{one}” {pointing}, but not clearly enough.",
    "判断できません。「{one}」が{pointing}を示しますが、決め手になりません。",
)
UNCLEAR_NONE = Text("Cannot tell: {why}", "判断できません。{why}")
SURVEY_SAYS = Text(
    "A survey says {found}: {result}{screening}.", "調査の結果は「{found}」です（{result}{screening}）。"
)
SCREENING_AGREES = Text("; the screening agrees", "、判定も同じ")
SCREENING_DISAGREES = Text("; the screening says otherwise: {answer}", "、判定は異なり「{answer}」")
SCREENING_OPEN = Text("; the screening cannot tell", "、判定では判断できない")

CHANGE = Text("It would become “{answer}” if {things}.", "{things}、「{answer}」に変わります。")
CHANGE_SURVEY = Text(
    "Only a look on the ground would change it: a survey result “{result}” makes it {found}.",
    "変わるのは現地の調査だけです。調査で「{result}」となれば「{found}」になります。",
)
CHANGE_LOOK = Text(
    "Only a look on the ground would change it: found {found} there, it counts as {found}.",
    "変わるのは現地の調査だけです。現地で「{found}」と分かれば、そのように扱います。",
)
AT_LEAST = Text("{label} were at least {value}{now}", "{label}が{value}以上{now}")
AT_MOST = Text("{label} were at most {value}{now}", "{label}が{value}以下{now}")
NOW = Text(" (now {value})", "（いまは{value}）")
NOW_SEVERAL = Text(" in every observation (now {value} on average)", "（すべての観測で。いまは平均{value}）")
UNKNOWN_NOW = Text(" (now unknown)", "（いまは不明）")
FOUND_WORD = Text("it were found that {phrase}", "「{phrase}」と分かる")
