"""When a loop ends: good enough so many times in a row that it is no luck."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.assignments.ps5.chosen import whole_numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "round_to_stop"
LUCK = Text(
    "Good rounds that lie apart are added up here. A bad round between them must set the count "
    "back to 0.",
    "離れた反復の「合格」が足し合わされています。途中に不合格があれば、数え直しです。",
)
SURE_IS_NOT_RIGHT = Text(
    "It stops where the models agree though the error is still too large: sure is not right.",
    "誤差がまだ大きいのに、モデルの意見が一致した所で止まっています。"
    "自信があることと正しいことは別です。",
)
RIGHT_IS_NOT_SURE = Text(
    "It stops where the error of the held-out structures is small though the models still disagree "
    "about a candidate. Both conditions must hold in the same round.",
    "訓練に使わない構造での誤差は小さいものの、モデルの意見がまだ分かれている候補があるのに"
    "止まっています。同じ反復で両方の条件が必要です。",
)
FIRST_OF_THEM = Text(
    "This is the first round of the row; the loop knows only in the last one that it may stop.",
    "これは連続した合格の最初の回です。止めてよいとわかるのは、その最後の回です。",
)
OFF_BY_ONE = Text(
    "This is one round beside the right one. Rounds are counted from 0; `patience` = 1 stops in "
    "the first good round.",
    "正しい回と 1 つずれています。反復は 0 から数えます。"
    "`patience` が 1 なら、最初の合格で止めます。",
)
MEAN = Text(
    "A mean over the last rounds hides a bad one among them: each must be good.",
    "最後の数回の平均では、その中の不合格が隠れます。1 回ずつ、すべて合格でなければなりません。",
)
NEVER = Text(
    "If no round may stop the loop, return -1.",
    "止めてよい反復がなければ、-1 を返してください。",
)
WRONG = Text(
    "This is not the first round k for which rounds k - patience + 1 to k all meet both "
    "conditions.",
    "反復 k - patience + 1 から k までがすべて両方の条件を満たす、最初の k になっていません。",
)
LIMITS = (0.05, 0.10)  # of the deviation and of the error, eV/Å


def _stop(good, patience: int) -> int:
    """The first k with so many good rounds up to it, from their windows."""
    windows = [k for k in range(patience - 1, len(good)) if all(good[k - patience + 1 : k + 1])]
    return windows[0] if windows else -1


def _stop_by_means(deviation: np.ndarray, error: np.ndarray, patience: int) -> int:
    window = np.ones(patience) / patience
    below = [
        np.convolve(values, window, "valid") < limit
        for values, limit in zip((deviation, error), LIMITS, strict=True)
    ]
    found = np.flatnonzero(below[0] & below[1])
    return int(found[0]) + patience - 1 if len(found) else -1


def _series(chance: np.random.Generator, sure, right) -> tuple[np.ndarray, np.ndarray]:
    """Deviations and errors that are below their limits where `sure` and `right` say so.

    Good ones are so good, and bad ones so near to the limit, that no mean tells them apart.
    """

    def draw(limit: float, good) -> np.ndarray:
        return limit * chance.uniform(np.where(good, 0.1, 1.1), np.where(good, 0.4, 1.5))

    return draw(LIMITS[0], sure), draw(LIMITS[1], right)


def _verdict(ask: Ask, chance: np.random.Generator, sure, right, patience: int) -> Text | None:
    deviation, error = _series(chance, sure, right)
    good = np.array(sure) & np.array(right)
    expected, counted = _stop(good, patience), np.flatnonzero(good)
    answer = ask(NAME, deviation, error, *LIMITS, patience)
    if answer is None:
        return NEVER if expected == -1 else hints.NOTHING
    found = whole_numbers([answer])
    if found == [expected]:
        return None
    if expected == -1 and found == [len(good)]:
        return NEVER
    mistakes = [
        (SURE_IS_NOT_RIGHT, _stop(sure, patience)),
        (RIGHT_IS_NOT_SURE, _stop(right, patience)),
        (LUCK, int(counted[patience - 1]) if len(counted) >= patience else -1),
        (MEAN, _stop_by_means(deviation, error, patience)),
        (FIRST_OF_THEM, expected - patience + 1),
        (OFF_BY_ONE, expected + 1),
        (OFF_BY_ONE, expected - 1),
        *((OFF_BY_ONE, _stop(good, other)) for other in (patience + 1, patience - 1) if other),
    ]
    return next((hint for hint, wrong in mistakes if found == [wrong]), WRONG)


def _good(pattern: str) -> list[bool]:
    return [letter == "+" for letter in pattern]


def _lucky(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Good rounds with bad ones between them, then enough in a row."""
    for patience in (2, 3):
        apart = "".join("+" * int(chance.integers(1, patience)) + "-" for _ in range(4))
        good = _good("-" * int(chance.integers(1, 4)) + apart + "+" * (patience + 2) + "-")
        if hint := _verdict(ask, chance, good, good, patience):
            return hint
    return None


def _both(ask: Ask, chance: np.random.Generator) -> Text | None:
    """The models agree early, or the error is small early; both together come late."""
    begin, late = "-" * int(chance.integers(1, 4)), "+++++"
    early, never = begin + "+++" + "-" + late, begin + "---" + "-" + late
    for sure, right in ((early, never), (never, early)):
        if hint := _verdict(ask, chance, _good(sure), _good(right), 2):
            return hint
    # By turns: never both in one round.
    turns = _good("+-" * 6)
    return _verdict(ask, chance, turns, [not one for one in turns], 1)


def _count(ask: Ask, chance: np.random.Generator) -> Text | None:
    before = "-" * int(chance.integers(2, 5))
    for patience in (1, 3):
        if hint := _verdict(
            ask, chance, _good(before + "+++++"), _good(before + "+++++"), patience
        ):
            return hint
    never = _good("-+" * 5)
    return _verdict(ask, chance, never, never, 2)


ROUND_TO_STOP = Exercise(
    "ps5_round_to_stop",
    NAME,
    (
        Item(
            "luck",
            2,
            Text(
                "Lucky rounds that lie apart do not add up",
                "離れた「まぐれの合格」が足し合わされない",
            ),
            _lucky,
        ),
        Item(
            "both",
            1,
            Text(
                "Deviation and error must be small in the same rounds",
                "同じ反復で、ばらつきと誤差の両方が小さいことを求める",
            ),
            _both,
        ),
        Item(
            "round",
            1,
            Text("The number of the round is right, -1 if none", "反復の番号が正しく、なければ -1"),
            _count,
        ),
    ),
)
