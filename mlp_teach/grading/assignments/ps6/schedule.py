"""The learning rate of each step: warm-up, then half a cosine."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "learning_rate"
FROM_ZERO = Text(
    "The first step has the rate 0, so its batch is shown for nothing: (step + 1) / warm.",
    "最初のステップの学習率が 0 なので、そのバッチからは何も学べません。(step + 1) / warm です。",
)
COSINE_TOO_EARLY = Text(
    "The cosine must begin where the warm-up ends: count its steps from `warm`.",
    "余弦は、ウォームアップが終わるところから始まります。`warm` から数え直してください。",
)
TO_ZERO = Text(
    "The cosine ends at zero; it is to end at the rate `low`.",
    "余弦が 0 で終わっています。`low` で終わらなければなりません。",
)
NO_END = Text(
    "The last step is number steps - 1; its rate must be exactly `low`.",
    "最後のステップの番号は steps - 1 です。その学習率は、ちょうど `low` でなければなりません。",
)
DEGREES = Text(
    "np.cos wants radians: half a wave is π, not 180.",
    "np.cos の引数はラジアンです。半波長分は 180 ではなく π です。",
)
STRAIGHT = Text(
    "This falls along a straight line, not along a cosine.",
    "余弦ではなく、直線に沿って下がっています。",
)
QUARTER = Text(
    "Half a wave falls from high to low: ½ (1 + cos π t), not cos.",
    "high から low へ下がるのは半波長分です。cos ではなく ½ (1 + cos π t) です。",
)
NO_WARM = Text(
    "This is not the warm-up: it rises in equal steps from high / warm to high.",
    "ウォームアップになっていません。high / warm から high まで、等間隔で上がります。",
)
NO_COSINE = Text(
    "This is not low + ½ (high - low) (1 + cos π t), with t from 0 to 1 after the warm-up.",
    "low + ½ (high - low) (1 + cos π t) になっていません。"
    "t は、ウォームアップの後 0 から 1 まで進みます。",
)


def _schedule(chance: np.random.Generator) -> tuple[int, int, float, float]:
    steps, warm = int(chance.integers(60, 200)), int(chance.integers(8, 20))
    high = float(chance.uniform(2e-3, 2e-2))
    return steps, warm, high, high * float(chance.uniform(0.01, 0.1))


def _rates(ask: Ask, given: tuple, some: range) -> np.ndarray:
    found = [numbers(ask(NAME, step, *given), ()) for step in some]
    return np.array([float(one) for one in found])


def _warm_up(ask: Ask, chance: np.random.Generator) -> Text | None:
    _, warm, high, _ = given = _schedule(chance)
    found = _rates(ask, given, range(warm))
    k = np.arange(warm)
    return judge(found, high * (k + 1) / warm, NO_WARM, [(FROM_ZERO, high * k / warm)])


def _cosine(ask: Ask, chance: np.random.Generator) -> Text | None:
    steps, warm, high, low = given = _schedule(chance)
    k = np.arange(warm, steps, 5)

    def along(shape, t):
        return low + (high - low) * shape(t)

    def wave(t):
        return (1 + np.cos(np.pi * t)) / 2

    t, whole, long = (k - warm) / (steps - 1 - warm), k / (steps - 1), (k - warm) / (steps - warm)
    mistakes = [
        *((COSINE_TOO_EARLY, along(wave, one)) for one in (whole, k / steps)),
        *((TO_ZERO, high * wave(one)) for one in (t, long)),
        (TO_ZERO, low + high * wave(t)),
        (NO_END, along(wave, long)),
        (DEGREES, along(lambda s: (1 + np.cos(180 * s)) / 2, t)),
        (STRAIGHT, along(lambda s: 1 - s, t)),
        (QUARTER, along(lambda s: np.cos(np.pi * s), t)),
        (QUARTER, along(lambda s: np.cos(np.pi * s / 2), t)),
        (QUARTER, along(lambda s: 1 + np.cos(np.pi * s), t)),
    ]
    found = _rates(ask, given, range(warm, steps, 5))
    return judge(found, along(wave, t), NO_COSINE, mistakes)


def _ends(ask: Ask, chance: np.random.Generator) -> Text | None:
    steps, warm, high, low = given = _schedule(chance)
    if hint := judge(_rates(ask, given, range(warm - 1, warm)), [high], NO_WARM):
        return hint
    return judge(_rates(ask, given, range(steps - 1, steps)), [low], NO_END)


LEARNING_RATE = Exercise(
    "ps6_learning_rate",
    NAME,
    (
        Item(
            "warm-up",
            1,
            Text("The rate rises in equal steps to `high`", "学習率が等間隔で `high` まで上がる"),
            _warm_up,
        ),
        Item(
            "cosine",
            1,
            Text("Then it falls along half a cosine", "その後、余弦の半波長分に沿って下がる"),
            _cosine,
        ),
        Item(
            "ends",
            1,
            Text(
                "It is exactly `high` at the end of the warm-up, and `low` in the last step",
                "ウォームアップの終わりでちょうど `high`、最後のステップでちょうど `low` になる",
            ),
            _ends,
        ),
    ),
)
