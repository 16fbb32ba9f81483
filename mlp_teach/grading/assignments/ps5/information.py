"""A batch that tells a linear model the most: D-optimal, step by step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlp_teach.grading.assignments.ps5.chosen import AGAIN, NUMBER, differ, whole_numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "d_optimal"
ALONE = Text(
    "Each row is judged alone, as if no other had been chosen before it. A must grow by x xᵀ after "
    "each choice.",
    "前に何も選んでいないかのように、1 行ずつ単独で評価しています。選ぶたびに A に x xᵀ を"
    "加えなければなりません。",
)
KNOWN_LEFT_OUT = Text(
    "The rows of `known` are not in A: what is known already need not be learnt again.",
    "`known` の行が A に入っていません。すでに知っていることを、また学ぶ必要はありません。",
)
TRACE = Text(
    "The trace of A adds up lengths and does not see whether two rows are alike; the determinant "
    "does.",
    "A の対角和は長さを足すだけで、2 つの行が似ているかどうかを区別できません。"
    "行列式なら区別できます。",
)
LEAST = Text(
    "These rows add the least to det A; the most is asked for.",
    "det A を最も増やさない行を選んでいます。最も増やす行を選んでください。",
)
NOT_OPTIMAL = Text(
    "These rows do not make det A largest step by step. Try by hand: two features, three rows, one "
    "of them nearly a copy of another.",
    "1 個ずつ選ぶごとに det A が最大になっていません。特徴量 2 個、構造 3 個（うち 1 個はほぼ"
    "別のものの写し）で、手計算してみてください。",
)
COPIES = Text(
    "Of nearly equal rows more than one was chosen while a new direction was still to be had.",
    "新しい方向がまだ残っているのに、ほとんど同じ行が 2 個以上選ばれています。",
)


def _greedy(rows, count: int, known, ridge: float, merit: Callable) -> list[int]:
    """The largest merit(A + x xᵀ), one after the other."""
    a = ridge * np.eye(rows.shape[1]) + known.T @ known
    chosen: list[int] = []
    for _ in range(count):
        gains = [
            -np.inf if place in chosen else merit(a + np.outer(row, row))
            for place, row in enumerate(rows)
        ]
        chosen.append(int(np.argmax(gains)))
        a = a + np.outer(rows[chosen[-1]], rows[chosen[-1]])
    return chosen


def _volume(a: np.ndarray) -> float:
    return float(np.linalg.slogdet(a)[1])


def _informed(with_known: bool):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        from mlp_teach.active_learning.selection import d_optimal

        rows = chance.normal(size=(30, 4)) * chance.uniform(0.5, 2.0, 4)
        some = chance.normal(size=(5, 4)) * [3.0, 3.0, 0.2, 0.2]
        known = chance.permuted(some, axis=1) if with_known else np.zeros((0, 4))
        count, ridge = 7, float(chance.uniform(0.05, 0.2))
        right = d_optimal(rows, count, known if with_known else None, ridge).tolist()
        nothing, longest = np.zeros((0, 4)), np.argsort(-np.square(rows).sum(1)).tolist()
        mistakes = [
            (ALONE, lambda: longest[:count]),
            (TRACE, lambda: _greedy(rows, count, known, ridge, np.trace)),
            (KNOWN_LEFT_OUT, lambda: _greedy(rows, count, nothing, ridge, _volume)),
            (LEAST, lambda: _greedy(rows, count, known, ridge, lambda a: -_volume(a))),
            (ALONE, lambda: _volume_alone(rows, count, known, ridge)),
        ]
        found = whole_numbers(ask(NAME, rows, count, known, ridge))
        return differ(found, right, mistakes, NOT_OPTIMAL)

    return test


def _volume_alone(rows, count, known, ridge) -> list[int]:
    """All by what they would add alone: A is never brought up to date."""
    a = ridge * np.eye(rows.shape[1]) + known.T @ known
    gains = [_volume(a + np.outer(row, row)) for row in rows]
    return np.argsort(-np.array(gains)).tolist()[:count]


def _new_directions(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Many long rows of one kind, and a few short ones that no other row replaces."""
    axes, _ = np.linalg.qr(chance.normal(size=(4, 4)))
    lengths = (5.0, 1.0, 0.9, 0.8)
    kind = chance.permutation([0] * 12 + [1, 2, 3])
    rows = np.array([lengths[k] * axes[k] for k in kind]) + chance.normal(scale=1e-3, size=(15, 4))
    found = whole_numbers(ask(NAME, rows, 4, np.zeros((0, 4)), 0.01))
    if len(found) != 4:
        return NUMBER.with_words(found=len(found), expected=4)
    if len(set(found)) < 4 or not set(found) <= set(range(15)):
        return AGAIN
    return None if len({int(one) for one in kind[found]}) == 4 else COPIES


D_OPTIMAL = Exercise(
    "ps5_d_optimal",
    NAME,
    (
        Item(
            "first labels",
            2,
            Text(
                "Right where nothing is known",
                "既知の構造がないときに正しい",
            ),
            _informed(with_known=False),
        ),
        Item(
            "known",
            2,
            Text("Right beside what is known", "既知の構造があるときに正しい"),
            _informed(with_known=True),
        ),
        Item(
            "directions",
            1,
            Text(
                "Short rows of a new direction come before copies of a long one",
                "長い行の写しより、新しい方向の短い行が先に選ばれる",
            ),
            _new_directions,
        ),
    ),
)
