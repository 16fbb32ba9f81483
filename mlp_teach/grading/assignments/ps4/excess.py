"""How far an atom lies outside of what training has shown."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit, judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "excess"
WIDTH_OF_NEW = Text(
    "The widths are those of the new atoms. A ruler that changes with what it measures is none: "
    "take the training data's.",
    "幅が新しい原子のものになっています。測る相手によって変わる物差しは使えません。"
    "訓練データの幅を使ってください。",
)
ALL_TOGETHER = Text(
    "The new atoms are in the range or in its width. Both are learned from the training data "
    "alone.",
    "範囲または幅に、新しい原子まで含まれています。どちらも訓練データだけから決めます。",
)
ONE_SIDE = Text(
    "Only one side is looked at: a feature may be too small as well as too large.",
    "片側しか調べていません。特徴量は、大きすぎることも小さすぎることもあります。",
)
NEGATIVE = Text(
    "Inside the range the excess is 0, not negative.",
    "範囲の内側では、はみ出しは負ではなく 0 です。",
)
NOT_LARGEST = Text(
    "One feature outside is enough: take the largest over the features, not a sum or a mean.",
    "特徴量が 1 つでも外にあれば十分です。和や平均ではなく、"
    "特徴量についての最大値をとってください。",
)
NO_WIDTH = Text(
    "Features have different units: divide by the width of each one's range.",
    "特徴量は単位がそれぞれ違います。それぞれの範囲の幅で割ってください。",
)
DEVIATION = Text(
    "This is measured in standard deviations; the unit is the width of the range, high - low.",
    "標準偏差で割っています。求められているのは、範囲の幅（high - low）です。",
)
EXCESS = Text(
    "This is not the largest of (G - high, low - G, 0) / (high - low) over an atom's features.",
    "(G - high, low - G, 0) / (high - low) の、特徴量についての最大値になっていません。",
)
COMPANY = Text(
    "An atom gets another excess when it is asked about alone. What is right for it cannot depend "
    "on the company.",
    "同じ原子でも、1 個だけで調べると値が変わります。"
    "一緒に調べる原子によって変わってはいけません。",
)


def _given(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Features of training atoms, each in a unit of its own; and of new ones, some of them far."""
    units = 10.0 ** chance.uniform(-1.5, 1.5, 5)
    training = chance.uniform(0, 1, (60, 5)) * units + units
    far = chance.choice([-1, 1], (24, 5)) * chance.uniform(0, 1.5, (24, 5))
    far[:4] *= 0.3  # four atoms lie inside
    middle = (training.min(0) + training.max(0)) / 2
    return training, middle + np.ptp(training, axis=0) * np.clip(far, -1.2, 0.9)


def _right(training: np.ndarray, new: np.ndarray) -> np.ndarray:
    found = []
    for atom in new:
        beyond = [0.0]
        for feature, seen in zip(atom, training.T, strict=True):
            low, high = min(seen), max(seen)
            beyond += [(feature - high) / (high - low), (low - feature) / (high - low)]
        found.append(max(beyond))
    return np.array(found)


def _value(ask: Ask, chance: np.random.Generator) -> Text | None:
    training, new = _given(chance)
    low, high, width = training.min(0), training.max(0), np.ptp(training, axis=0)
    above, below = new - high, low - new
    beyond = np.maximum(np.maximum(above, below), 0)
    both = np.r_[training, new]
    mistakes = [
        (WIDTH_OF_NEW, (beyond / np.ptp(new, axis=0)).max(1)),
        (ALL_TOGETHER, np.zeros(len(new))),
        (ALL_TOGETHER, (beyond / np.ptp(both, axis=0)).max(1)),
        *((ONE_SIDE, np.maximum(one / width, 0).max(1)) for one in (above, below)),
        (NEGATIVE, (np.maximum(above, below) / width).max(1)),
        *((NOT_LARGEST, one) for one in ((beyond / width).sum(1), (beyond / width).mean(1))),
        (NO_WIDTH, beyond.max(1)),
        *((DEVIATION, (beyond / training.std(0, ddof=n)).max(1)) for n in (0, 1)),
    ]
    return judge(ask(NAME, training, new), _right(training, new), EXCESS, mistakes)


def _alone(ask: Ask, chance: np.random.Generator) -> Text | None:
    training, new = _given(chance)
    right = _right(training, new)
    number = int(right.argmax())
    try:
        together = numbers(ask(NAME, training, new), right.shape)[number]
        alone = numbers(ask(NAME, training, new[[number]]), (1,))[0]
    except Unfit as unfit:
        raise Unfit(COMPANY if unfit.hint is hints.NOT_FINITE else unfit.hint) from None
    if abs(together - alone) > 1e-9 * max(abs(together), abs(alone)):
        return COMPANY
    return None if together > 0 else EXCESS


EXCESS_OF_ATOMS = Exercise(
    "ps4_excess",
    NAME,
    (
        Item("value", 2, Text("The excess is right", "はみ出しが正しい"), _value),
        Item(
            "alone",
            1,
            Text(
                "An atom's excess does not depend on the others",
                "はみ出しが、ほかの原子によらない",
            ),
            _alone,
        ),
    ),
)
