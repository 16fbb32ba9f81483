"""The chapter's problem 1: descriptors compared, held against what lesson 10 measured."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import Unfit, numbers, parts
from mlp_teach.grading.exercise import Ask, Criterion, Exercise, Item, Text, Written
from mlp_teach.grading.wire import Plain

NAME = "comparison"
FUNCTIONS, SOAP, SCHNET, EQUIVARIANT = "symmetry functions", "SOAP", "SchNet", "equivariant"
CHOICES = {
    FUNCTIONS: {"r_c", "eta, R_s", "zeta, lambda"},
    SOAP: {"r_c", "sigma", "n_max, l_max", "kernel zeta"},
    SCHNET: {"r_c", "features", "layers"},
    EQUIVARIANT: {"r_c", "features", "layers", "degree"},
}
ALL_CHOICES = set().union(*CHOICES.values())
MEANINGS = {FUNCTIONS: "high", SOAP: "medium", SCHNET: "low", EQUIVARIANT: "low"}
FRAMES = (100, 950)  # of ethanol, and what lesson 10 has for them in meV/Å:
ERRORS = {
    FUNCTIONS: (98.3, 48.9),
    SOAP: (49.2, 17.5),
    SCHNET: (95.4, 26.1),
    EQUIVARIANT: (85.9, 14.3),
}
NEARLY = 0.95  # errors whose ratio is closer to 1 may stand in either order: one seed each

CHOICE_WORDS = Text(
    "The first part is a list with some of the words that stand in the exercise, written as they "
    "are there.",
    "1 番目は、問題文にある語をいくつか選んだリストです。問題文のとおりに書いてください。",
)
NOT_FREE = Text(
    "Even where numbers are learnt, people choose how far a model looks and how large it is "
    "({method}). Look at how lesson 10 makes the models in section 1.",
    "数を学習する方法でも、どこまで見るか、どれだけ大きくするかは人が選びます（{method}）。"
    "レッスン 10 の 1 節で、モデルをどう作っているかを見てください。",
)
MISSING = Text(
    "Something that people choose is missing for {method}. Which symbols stand in its formula, "
    "and which arguments does the model take in lesson 10, section 1?",
    "人が選ぶもののうち、抜けているものがあります（{method}）。式の中の記号と、レッスン 10 の 1 "
    "節でモデルに渡している引数を見てください。",
)
TOO_MANY = Text(
    "There is a word too many for {method}: it belongs to another method.",
    "ほかの方法で選ぶものが混じっています（{method}）。",
)
RANKS = Text(
    "The second part holds two whole numbers from 1 to 4: the rank with 100 frames, then that "
    "with 950.",
    "2 番目は、1 から 4 の整数を 2 つ並べたものです。100 配置での順位、次に 950 配置での順位です。",
)
CHAPTER_ORDER = Text(
    "With 100 frames that is the order of the chapter's words, not of the errors: which model has "
    "the smallest error there (lesson 10, section 6)?",
    "100 配置での順位が、もとの章の言葉の順になっています。誤差が最も小さいのはどのモデルですか（"
    "レッスン 10 の 6 節）。",
)
NO_CROSSING = Text(
    "With 950 frames the order is another one than with 100: two lines cross (lesson 10, section "
    "6).",
    "950 配置での順位は、100 配置とは異なります。2 本の線が交わっています（レッスン 10 の 6 節）。",
)
ORDER = Text(
    "The rank of {method} with {frames} frames is not that of its error in lesson 10, section 6; "
    "1 is the smallest error.",
    "順位が、レッスン 10 の 6 節の誤差と合いません（{method}、{frames} 配置）。"
    "誤差の最も小さいものが 1 位です。",
)
MEANING_WORDS = Text(
    "The third part is 'high', 'medium' or 'low'.",
    "3 番目は 'high'、'medium'、'low' のどれかです。",
)
LEARNT = Text(
    "Filters can be drawn, but a single number that a network has learnt has no name ({method}). "
    "See lesson 10, section 7.",
    "フィルターを描くことはできても、学習された数の 1 つ 1 つには名前がつきません（{method}）。"
    "レッスン 10 の 7 節を見てください。",
)
NAMED = Text(
    "Of which numbers can one say what they stand for ({method})? A function has a name (a shell, "
    "an angle); a number of SOAP is traced to two radial functions and a degree. See lesson 10, "
    "section 7.",
    "1 つの数が何を表すか、どこまで言えますか（{method}）。対称性関数には名前（殻や角度）があり、"
    "SOAP の数は 2 つの動径関数と次数までたどれます。レッスン 10 の 7 節を見てください。",
)


def _said(ask: Ask, chance: np.random.Generator) -> dict[str, list[Plain]]:
    """The three parts of each method's row, asked for in any order."""
    methods = [list(CHOICES)[i] for i in chance.permutation(len(CHOICES))]
    return {method: parts(ask(NAME, method), 3) for method in methods}


def _chosen(found: Plain) -> set[str]:
    if not isinstance(found, list) or not all(type(one) is str for one in found):
        raise Unfit(CHOICE_WORDS)
    if not set(found) <= ALL_CHOICES:
        raise Unfit(CHOICE_WORDS)
    return set(found)


def _by_hand(*methods: str):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        said = _said(ask, chance)
        for method in methods:
            found, right = _chosen(said[method][0]), CHOICES[method]
            if found == right:
                continue
            if found - right:
                return TOO_MANY.with_words(method=method)
            learnt = method in (SCHNET, EQUIVARIANT)
            return (NOT_FREE if learnt and len(found) < 2 else MISSING).with_words(method=method)
        return None

    return test


def _bounds(method: str, frames: int) -> tuple[int, int]:
    """The best and the worst rank that the measured errors allow."""
    errors = {one: both[FRAMES.index(frames)] for one, both in ERRORS.items()}
    others = [error for one, error in errors.items() if one != method]
    better = sum(error < NEARLY * errors[method] for error in others)
    worse = sum(error > errors[method] / NEARLY for error in others)
    return 1 + better, len(CHOICES) - worse


def _efficiency(ask: Ask, chance: np.random.Generator) -> Text | None:
    said = _said(ask, chance)
    ranks = {method: numbers(row[1], (2,)) for method, row in said.items()}
    if not all(rank in (1, 2, 3, 4) for pair in ranks.values() for rank in pair):
        raise Unfit(RANKS)
    wrong = [
        (frames, method)
        for place, frames in enumerate(FRAMES)
        for method in CHOICES
        if not _bounds(method, frames)[0] <= ranks[method][place] <= _bounds(method, frames)[1]
    ]
    if not wrong:
        return None
    if ranks[EQUIVARIANT][0] == 1:
        return CHAPTER_ORDER
    if all(pair[0] == pair[1] for pair in ranks.values()):
        return NO_CROSSING
    return ORDER.with_words(frames=wrong[0][0], method=wrong[0][1])


def _meaning(ask: Ask, chance: np.random.Generator) -> Text | None:
    said = _said(ask, chance)
    words = {method: row[2] for method, row in said.items()}
    if not all(type(word) is str and word in MEANINGS.values() for word in words.values()):
        raise Unfit(MEANING_WORDS)
    for method, right in MEANINGS.items():
        if words[method] != right:
            return (LEARNT if right == "low" else NAMED).with_words(method=method)
    return None


COMPARISON = Exercise(
    "ps2_comparison",
    NAME,
    (
        Item(
            "by formula",
            1,
            Text(
                "What people choose for symmetry functions and SOAP",
                "対称性関数と SOAP で人が選ぶもの",
            ),
            _by_hand(FUNCTIONS, SOAP),
        ),
        Item(
            "learnt",
            1,
            Text("What people choose for networks", "ネットワークで人が選ぶもの"),
            _by_hand(SCHNET, EQUIVARIANT),
        ),
        Item(
            "efficiency",
            1,
            Text(
                "The ranks are those of the measured errors",
                "順位が、測定した誤差のとおりである",
            ),
            _efficiency,
        ),
        Item(
            "meaning",
            1,
            Text("How far a number can be read", "1 つの数の意味をどこまで読み取れるか"),
            _meaning,
        ),
    ),
)
REASONS = Written(
    "ps2_reasons",
    Text("Reasons for the table", "表の根拠"),
    (
        Criterion(
            2,
            Text(
                "At least four entries, one of each method, are backed by a number or a cell of "
                "the lessons, with data set and number of frames where errors are named.",
                "4 つの方法のそれぞれについて、少なくとも 1 つの欄に、"
                "レッスンの数値かセルを根拠として添えている。誤差を挙げるときは、"
                "データセットと配置の数も書いている。",
            ),
        ),
        Criterion(
            2,
            Text(
                "It says on what data efficiency depends (frames, material, regression, training) "
                "and that bundles were measured, not descriptors alone; one sentence for each.",
                "データ効率が何によるか（配置の数、物質、回帰の方法、訓練）と、"
                "測ったのが記述子だけではなく、回帰や訓練を含むまとまりであることを、1 "
                "文ずつ述べている。",
            ),
        ),
        Criterion(
            1,
            Text(
                "It names one entry of the chapter's table that the measurements do not bear out, "
                "with the number that shows it.",
                "もとの章の表のうち、測定結果と合わない欄を 1 つ、それを示す数値とともに挙げてい"
                "る。",
            ),
        ),
        Criterion(
            1,
            Text(
                "It chooses one method for a stated case, with a reason and with its price (time, "
                "memory, labels or effort).",
                "具体的な場合を 1 つ決めて方法を選び、理由と代償（時間、メモリ、ラベル、"
                "手間のどれか）を述べている。",
            ),
        ),
    ),
)
