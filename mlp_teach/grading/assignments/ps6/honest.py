"""The planted errors: test frames choose the epoch, and the average is never used."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "fit_honestly"
TEST_CHOOSES = Text(
    "The test part chooses the epoch. Then it has taken part in the training, and its error is too "
    "low: the validation part is there for that.",
    "テスト用データでエポックを選んでいます。それではテストが訓練の一部になり、誤差が小さく出すぎます。"
    "選ぶのは検証用データの役目です。",
)
TRAINING_CHOOSES = Text(
    "The training part chooses the epoch; its error falls to the end. Unseen frames must choose.",
    "訓練データでエポックを選んでいます。その誤差は最後まで下がり続けます。"
    "見たことのない配置で選んでください。",
)
LAST = Text(
    "This is the last epoch, not the best one.",
    "これは最後のエポックで、最良のエポックではありません。",
)
FROM_ONE = Text("Epochs are counted from 0.", "エポックは 0 から数えます。")
NOT_CHOSEN = Text(
    "This is not the epoch of the lowest RMSE on the validation part.",
    "検証用データの RMSE が最も小さいエポックになっていません。",
)
LAST_STEP = Text(
    "The weights of the last step are returned; it is the moving average that is to be judged and "
    "kept.",
    "最後のステップの重みが返されています。評価し、残すのは移動平均のほうです。",
)
LAST_AVERAGE = Text(
    "This is the average at the end, not that of the best epoch: keep a copy when it is the best.",
    "これは最後の移動平均で、最良のエポックのものではありません。最良のときの値を残してください。",
)
TOO_EARLY = Text(
    "The average must follow the new weights: make the step first.",
    "移動平均は新しい重みに追従させます。先にステップを進めてください。",
)
MIXED_UP = Text(
    "The decay is on the wrong side: decay × average + (1 - decay) × weights.",
    "減衰率の掛け方が逆です。減衰率 × 平均 +（1 - 減衰率）× 重みです。",
)
NOT_AVERAGE = Text(
    "These are not the averaged weights after the epoch that you return.",
    "返されたエポックの後の、平均した重みになっていません。",
)
LOWEST = Text(
    "The error of the validation part was returned: it chose, so it is too low. Report the error "
    "of the test part.",
    "検証用データの誤差が返されています。選ぶのに使ったので小さく出すぎます。"
    "報告するのはテスト用データの誤差です。",
)
OF_OTHERS = Text(
    "This test error is not that of the weights that are returned with it.",
    "このテスト誤差は、一緒に返された重みのものではありません。",
)
SQUARE = Text(
    "The root is missing: RMSE, not MSE.", "平方根が抜けています。MSE ではなく RMSE です。"
)


def _rmse(part, weights: np.ndarray) -> float:
    return float(np.sqrt(np.mean((part[0] @ weights - part[1]) ** 2)))


class _Case:
    """Noisy data of which the parts, and weights and average, each choose another epoch."""

    def __init__(self, chance: np.random.Generator):
        while True:
            truth = chance.normal(size=12)
            self.parts = [self._part(chance, truth, size) for size in (16, 12, 12)]
            self.epochs, self.rate = 60, 0.05
            self.decay = float(chance.uniform(0.7, 0.9))
            self.last, self.average = self._paths()
            if self._distinct():
                return

    @staticmethod
    def _part(chance: np.random.Generator, truth: np.ndarray, size: int) -> list[np.ndarray]:
        x = chance.normal(size=(size, len(truth)))
        return [x, x @ truth + 3.0 * chance.normal(size=size)]

    def _paths(self) -> tuple[np.ndarray, np.ndarray]:
        (x, y), weights = self.parts[0], np.zeros(12)
        average, paths = weights, ([], [])
        for _ in range(self.epochs):
            weights = weights - self.rate * 2 * x.T @ (x @ weights - y) / len(y)
            average = self.decay * average + (1 - self.decay) * weights
            paths[0].append(weights)
            paths[1].append(average)
        return np.array(paths[0]), np.array(paths[1])

    def _distinct(self) -> bool:
        chosen = [self.best(part, path) for part in (1, 2) for path in (self.last, self.average)]
        ends = {0, 1, self.epochs - 2, self.epochs - 1}
        return len(set(chosen)) == 4 and not ends & set(chosen)

    def best(self, part: int, path: np.ndarray) -> int:
        return int(np.argmin([_rmse(self.parts[part], weights) for weights in path]))

    def answer(self, ask: Ask) -> tuple[float, float, np.ndarray]:
        """Epoch, error and weights of the student's function; Unfit where they are not such."""
        found = parts(ask(NAME, *self.parts, self.epochs, self.rate, self.decay), 3)
        epoch, error = (float(numbers(one, ())) for one in found[:2])
        return epoch, error, numbers(found[2], (12,))

    def is_chosen(self, epoch: float) -> Text | None:
        """Did the validation part choose, be it of averages or of last weights?"""
        right = [self.best(1, path) for path in (self.average, self.last)]
        if epoch in right:
            return None
        mistakes = [(TEST_CHOOSES, self.best(2, path)) for path in (self.average, self.last)]
        mistakes += [(TRAINING_CHOOSES, self.best(0, path)) for path in (self.average, self.last)]
        mistakes += [(FROM_ONE, one + 1) for one in right]
        mistakes += [(LAST, self.epochs - 1), (LAST, self.epochs)]
        return judge(epoch, right[0], NOT_CHOSEN, mistakes)


def _validation(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Case(chance)
    return case.is_chosen(case.answer(ask)[0])


def _average(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Case(chance)
    epoch, _, weights = case.answer(ask)
    if not (epoch == int(epoch) and 0 <= epoch < case.epochs):
        return case.is_chosen(epoch) or NOT_CHOSEN
    here, end = int(epoch), case.epochs - 1
    other = (1 - case.decay) * case.average[here] + case.decay * case.last[here]
    old = case.average[here - 1] if here else np.zeros(12)
    swapped = _swapped(case)[here]
    mistakes = [
        (LAST_STEP, case.last[here]),
        (LAST_STEP, case.last[end]),
        (LAST_AVERAGE, case.average[end]),
        (TOO_EARLY, old),
        *((MIXED_UP, one) for one in (other, swapped)),
    ]
    return judge(weights, case.average[here], NOT_AVERAGE, mistakes)


def _swapped(case: _Case) -> np.ndarray:
    average, found = np.zeros(12), []
    for weights in case.last:
        average = (1 - case.decay) * average + case.decay * weights
        found.append(average)
    return np.array(found)


def _report(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Case(chance)
    epoch, error, weights = case.answer(ask)
    if hint := case.is_chosen(epoch):
        return hint  # of a model that the test part chose, its error is no test
    right = _rmse(case.parts[2], weights)
    best = [_rmse(case.parts[1], path[int(epoch)]) for path in (case.average, case.last)]
    mistakes = [*((LOWEST, one) for one in best), (LOWEST, _rmse(case.parts[1], weights))]
    return judge(error, right, OF_OTHERS, [*mistakes, (SQUARE, right**2)])


FIT_HONESTLY = Exercise(
    "ps6_fit_honestly",
    NAME,
    (
        Item(
            "validation",
            2,
            Text("The validation part chooses the epoch", "検証用データがエポックを選ぶ"),
            _validation,
        ),
        Item(
            "average",
            2,
            Text(
                "The weights are the moving average after that epoch",
                "重みが、そのエポックの後の移動平均である",
            ),
            _average,
        ),
        Item(
            "report",
            1,
            Text(
                "The error is that of these weights on the test part",
                "誤差が、その重みのテスト用データでの誤差である",
            ),
            _report,
        ),
    ),
)
