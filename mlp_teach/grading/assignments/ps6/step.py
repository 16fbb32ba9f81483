"""One training step by hand: clipping, Adam, and the average that follows."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "training_step"
CLOSE = 2e-6  # PyTorch adds 1e-6 to the length by which it divides; welcome too
NOT_CLIPPED = Text(
    "The gradient is longer than `clip` and was not shortened.",
    "勾配が `clip` より長いのに、短くされていません。",
)
ALWAYS_CLIPPED = Text(
    "A gradient shorter than `clip` must stay as it is.",
    "`clip` より短い勾配は、そのままにしてください。",
)
EACH_CLIPPED = Text(
    "The components were cut one by one, which turns the gradient. Shorten the whole vector: "
    "gradient × clip / length.",
    "成分が 1 つずつ切られ、勾配の向きが変わっています。"
    "ベクトル全体を短くしてください（勾配 × clip / 長さ）。",
)
NO_CORRECTION = Text(
    "Both means begin at zero and are too small at first: divide them by 1 - β^(step + 1).",
    "2 つの平均は 0 から始まるので、初めは小さすぎます。1 - β^(step + 1) で割ってください。",
)
STEP_FROM_ZERO = Text(
    "`step` is 0 in the first step, and 1 - β^0 is zero: the exponent is step + 1.",
    "最初のステップでは `step` が 0 で、1 - β^0 は 0 になります。指数は step + 1 です。",
)
NO_ROOT = Text(
    "Divide by the root of the mean square, not by the mean square.",
    "2 乗の平均ではなく、その平方根で割ってください。",
)
PLAIN_DESCENT = Text(
    "This is plain gradient descent; Adam divides the mean gradient by the root of its mean "
    "square.",
    "これは単純な勾配降下法です。Adam では、勾配の平均を、2 乗の平均の平方根で割ります。",
)
UPHILL = Text(
    "The parameters go uphill: minus the gradient.",
    "パラメータが坂を上っています。勾配の符号を変えた向きに進みます。",
)
NOT_ADAM = Text(
    "These are not the parameters after a step of Adam.",
    "Adam の 1 ステップの後のパラメータになっていません。",
)
NOT_MEMORY = Text(
    "These are not the means of the gradient and of its square: β × old + (1 - β) × new.",
    "勾配の平均と、その 2 乗の平均になっていません。β × 前の値 +（1 - β）× 新しい値です。",
)
OLD_FOLLOWED = Text(
    "The average follows the parameters from before the step; it must follow the new ones.",
    "移動平均が、ステップの前のパラメータに追従しています。新しいパラメータに追従させてください。",
)
DECAY_SWAPPED = Text(
    "The decay is on the wrong side: decay × average + (1 - decay) × parameters.",
    "減衰率の掛け方が逆です。減衰率 × 平均 +（1 - 減衰率）× パラメータです。",
)
NO_SHORT_MEMORY = Text(
    "At first the decay is smaller, min(decay, (1 + step) / (10 + step)), so that the untrained "
    "parameters are forgotten soon.",
    "初めは減衰率を小さくして min(decay, (1 + step) / (10 + step)) とし、"
    "訓練前のパラメータを早く忘れさせます。",
)
NOT_AVERAGE = Text(
    "This is not the moving average of the parameters.",
    "パラメータの移動平均になっていません。",
)


class _Adam:
    """A step of Adam with clipping, and the average that follows; parts of it may be left out."""

    def __init__(self, chance: np.random.Generator, length: float, step: int):
        self.parameters = chance.normal(size=6)
        gradient = chance.normal(size=6)
        self.gradient = gradient * length / np.linalg.norm(gradient)
        self.memory = np.array([chance.normal(size=6), chance.uniform(0.5, 2, 6)]) * (step > 0)
        self.average = self.parameters + 0.1 * chance.normal(size=6)
        self.step, self.rate, self.clip = step, float(chance.uniform(0.001, 0.01)), 2.0
        self.decay = float(chance.uniform(0.95, 0.999))

    def ask(self, ask: Ask) -> list:
        names = ("parameters", "gradient", "memory", "average", "step", "rate", "clip", "decay")
        return parts(ask(NAME, *(getattr(self, name) for name in names)), 3)

    def clipped(self) -> np.ndarray:
        return self.gradient * min(1.0, self.clip / np.linalg.norm(self.gradient))

    def means(self, gradient: np.ndarray) -> np.ndarray:
        m, v = self.memory
        return np.array([0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2])

    def move(self, gradient: np.ndarray, t: float | int, root: float | int = 0.5) -> np.ndarray:
        """By what the parameters change in step t = 1, 2, …; at infinity nothing is corrected."""
        m, v = self.means(gradient)
        m, v = m / (1 - 0.9**t), v / (1 - 0.999**t)
        return -self.rate * m / (v**root + 1e-8)

    def followed(self, parameters: np.ndarray, decay: float) -> np.ndarray:
        return decay * self.average + (1 - decay) * parameters

    @property
    def short(self) -> float:
        return min(self.decay, (1 + self.step) / (10 + self.step))


def _adam(ask: Ask, chance: np.random.Generator) -> Text | None:
    # The first step comes last: with an exponent of 0 it is a division by zero, which says less.
    for step in (int(chance.integers(2, 40)), 0):
        case = _Adam(chance, 1.5, step)
        g, t = case.gradient, step + 1
        found, memory, _ = case.ask(ask)
        clipped = [(ALWAYS_CLIPPED, case.means(g * case.clip / np.linalg.norm(g)))]
        if hint := judge(memory, case.means(g), NOT_MEMORY, clipped):
            return hint
        right = case.move(g, t)
        mistakes = [
            (NO_CORRECTION, case.move(g, np.inf)),
            (STEP_FROM_ZERO, case.move(g, max(step, 1))),
            (NO_ROOT, case.move(g, t, root=1.0)),
            (UPHILL, -right),
            (PLAIN_DESCENT, -case.rate * g),
        ]
        moved = numbers(found, g.shape) - case.parameters
        if hint := judge(moved, right, NOT_ADAM, mistakes, close=CLOSE):
            return hint
    return None


def _clip(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Adam(chance, 7.0, int(chance.integers(5, 40)))
    _, memory, _ = case.ask(ask)
    each = np.clip(case.gradient, -case.clip, case.clip)
    mistakes = [(NOT_CLIPPED, case.means(case.gradient)), (EACH_CLIPPED, case.means(each))]
    return judge(memory, case.means(case.clipped()), NOT_MEMORY, mistakes, close=CLOSE)


def _following(steps: tuple[int, int]):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        case = _Adam(chance, 1.0, int(chance.integers(*steps)))
        new, _, average = case.ask(ask)
        new, old = numbers(new, case.parameters.shape), case.parameters
        if judge(new, old, NOT_ADAM, close=1e-12) is None:
            return NOT_ADAM  # nothing moved, so nothing can be followed
        start = case.average
        mistakes = [
            (OLD_FOLLOWED, case.followed(old, case.short) - start),
            (NO_SHORT_MEMORY, case.followed(new, case.decay) - start),
            (DECAY_SWAPPED, case.followed(new, 1 - case.short) - start),
            (DECAY_SWAPPED, case.followed(new, 1 - case.decay) - start),
            (OLD_FOLLOWED, case.followed(old, case.decay) - start),
        ]
        right = case.followed(new, case.short) - start
        found = numbers(average, start.shape) - start
        return judge(found, right, NOT_AVERAGE, mistakes, close=1e-6)

    return test


TRAINING_STEP = Exercise(
    "ps6_training_step",
    NAME,
    (
        Item(
            "adam",
            2,
            Text(
                "A short gradient: memory and parameters are Adam's",
                "勾配が短いとき、記憶とパラメータが Adam のものになる",
            ),
            _adam,
        ),
        Item(
            "clip",
            1,
            Text(
                "A long gradient is shortened to `clip`, in its own direction",
                "長い勾配が、向きを変えずに `clip` まで短くなる",
            ),
            _clip,
        ),
        Item(
            "average",
            1,
            Text(
                "Late in the training, the average follows the new parameters with `decay`",
                "訓練の後半では、移動平均が `decay` で新しいパラメータに追従する",
            ),
            _following((20000, 30000)),
        ),
        Item(
            "short memory",
            1,
            Text("Early, it has a shorter memory", "訓練の初めでは、移動平均の記憶が短い"),
            _following((0, 30)),
        ),
    ),
)
