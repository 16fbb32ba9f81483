"""The chapter's worked answer to problem 3: which of its statements do not follow from the data?"""

from __future__ import annotations

from functools import cache

import numpy as np

from mlp_teach.active_learning.cost import cost
from mlp_teach.active_learning.cost_claims import DAYS_PER_NS, NS_PER_US, saved
from mlp_teach.active_learning.cost_scenarios import (
    ActiveLearning,
    FixedSet,
    active_learning_cost,
    fixed_set_cost,
    fixed_set_project,
)
from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "wrong_statements"
LETTERS = "abcdefghij"
CLOSE = 0.004  # relative: one may round to three digits
FORM = Text(
    "Return a list of pairs, each a letter from 'a' to 'j' and a number: [('a', 1.0), ...].",
    "'a' から 'j' までの文字と数の組を、リストで返してください：[('a', 1.0), ...]。",
)
EVERYTHING = Text(
    "Most statements are in the list. To suspect everything is to find nothing.",
    "ほとんどの記述がリストに入っています。すべてを疑うのは、何も見つけていないのと同じです。",
)
MISSED = {
    "b": Text(
        "A statement about the time of plan A was missed. Its steps wait for each other: add up "
        "their days.",
        "計画 A の時間についての誤りが見逃されています。どの段階も前の段階を待ちます。"
        "日数を足してください。",
    ),
    "d": Text(
        "A statement about the labels of plan B was missed. Count them.",
        "計画 B のラベルについての誤りが見逃されています。数えてみてください。",
    ),
    "g": Text(
        "A statement about the time that is saved was missed. Compare expected days with days.",
        "節約できる時間についての誤りが見逃されています。日数の期待値と日数を比べてください。",
    ),
    "i": Text(
        "A statement about a ratio was missed. Are both of its numbers expected ones, and right?",
        "比についての誤りが見逃されています。2 つの数は、どちらも期待値で、正しい値ですか。",
    ),
    "j": Text(
        "A statement about the dynamics was missed. How many ns has a µs?",
        "分子動力学についての誤りが見逃されています。1 µs は何 ns ですか。",
    ),
}
ACCUSED = Text(
    "Statement ({letter}) does follow from the data: work it out once more.",
    "記述（{letter}）はデータから正しく導けます。もう一度計算してください。",
)
NOTHING_FOUND = Text(
    "The list is empty: some of the statements are wrong.",
    "リストが空です。誤った記述がいくつかあります。",
)
NUMBER = Text(
    "The corrected number of ({letter}) is not right. In which unit is it asked for, and does it "
    "use expected values on both sides?",
    "記述（{letter}）の訂正した値が正しくありません。単位は合っていますか。"
    "比べるものは両方とも期待値ですか。",
)
IN_WEEKS = Text(
    "({letter}) is asked for in days, not in weeks.",
    "（{letter}）は週ではなく日数で答えてください。",
)
WITHOUT_RISK = Text(
    "({letter}): here plan A was counted as if it never failed; the expected value counts.",
    "（{letter}）：計画 A が必ず合格するものとして計算しています。期待値を使ってください。",
)
AS_A_SHARE = Text(
    "({letter}) is asked for in per cent.",
    "（{letter}）は % で答えてください。",
)
WITHOUT_PLANNING = Text(
    "({letter}): the two weeks of planning are a step too, and so are preparation and validation.",
    "（{letter}）：2 週間の計画も 1 つの段階です。前処理と検証も忘れないでください。",
)
PER_NS = Text(
    "({letter}): a day for each ns, by the statement itself. How many ns has a µs?",
    "（{letter}）：記述のとおりなら、1 ns に 1 日です。1 µs は何 ns ですか。",
)


@cache
def right_numbers() -> dict[str, float]:
    """What the wrong statements should say, from the library's own sums."""
    a, b = fixed_set_cost(FixedSet()), active_learning_cost(ActiveLearning())
    return {
        "b": float(cost(fixed_set_project(FixedSet())).days),
        "d": float(b.labels),
        "g": float(saved(a.days, b.days)),
        "i": float(a.labels / b.labels),
        "j": float(DAYS_PER_NS * NS_PER_US),
    }


@cache
def _mistakes() -> dict[str, list[tuple[Text, float]]]:
    passed = cost(fixed_set_project(FixedSet()))
    b, right = active_learning_cost(ActiveLearning()), right_numbers()
    return {
        "b": [
            (IN_WEEKS, right["b"] / 7),
            (WITHOUT_PLANNING, right["b"] - 14),
            (WITHOUT_PLANNING, right["b"] - 1.5),
        ],
        "g": [
            (WITHOUT_RISK, float(saved(passed.days, b.days))),
            (AS_A_SHARE, right["g"] / 100),
        ],
        "i": [(WITHOUT_RISK, passed.labels / b.labels)],
        "j": [(PER_NS, days * right["j"]) for days in (1e-3, 1 / 3, 3.0, 1e3)],
    }


def _pairs(found: Plain) -> dict[str, float]:
    """Letter and number of each statement in the list. Raises Unfit."""
    if found is None:
        raise Unfit(hints.NOTHING)
    if not isinstance(found, list):
        raise Unfit(FORM)
    said = {}
    for pair in found:
        if not (isinstance(pair, list) and len(pair) == 2):
            raise Unfit(FORM)
        letter, number = pair
        if not (type(letter) is str and len(letter) == 1 and letter in LETTERS):
            raise Unfit(FORM)
        if type(number) not in (int, float):
            raise Unfit(FORM)
        said[letter] = float(number)
    return said


def _found(ask: Ask, chance: np.random.Generator) -> Text | None:
    said, right = _pairs(ask(NAME)), right_numbers()
    if len(said) > len(right) + 2:
        return EVERYTHING
    return next((MISSED[letter] for letter in right if letter not in said), None)


def _spared(ask: Ask, chance: np.random.Generator) -> Text | None:
    said, right = _pairs(ask(NAME)), right_numbers()
    if not said:
        return NOTHING_FOUND
    innocent = [letter for letter in sorted(said) if letter not in right]
    return ACCUSED.with_words(letter=innocent[0]) if innocent else None


def _corrected(*letters: str):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        said, right = _pairs(ask(NAME)), right_numbers()
        if len(said) > len(right) + 2:
            return EVERYTHING
        for letter in letters:
            if letter not in said:
                return MISSED[letter]
            if not _equal(said[letter], right[letter]):
                mistakes = _mistakes().get(letter, [])
                hint = next((h for h, wrong in mistakes if _equal(said[letter], wrong)), NUMBER)
                return hint.with_words(letter=letter)
        return None

    return test


def _equal(a: float, b: float) -> bool:
    return abs(a - b) <= CLOSE * abs(b)


WRONG_STATEMENTS = Exercise(
    "ps5_wrong_statements",
    NAME,
    (
        Item(
            "found",
            2,
            Text("All wrong statements are in the list", "誤った記述がすべてリストにある"),
            _found,
        ),
        Item(
            "spared",
            1,
            Text("And none of the right ones", "正しい記述は 1 つもリストにない"),
            _spared,
        ),
        Item(
            "times",
            2,
            Text("The corrected times are right", "時間についての訂正が正しい"),
            _corrected("b", "g"),
        ),
        Item(
            "counts",
            2,
            Text("So are the other corrected numbers", "そのほかの訂正も正しい"),
            _corrected("d", "i", "j"),
        ),
    ),
)
