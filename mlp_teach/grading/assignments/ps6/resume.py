"""A training that was stopped goes on bit for bit, from a text alone."""

from __future__ import annotations

import json

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit, judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Expression, Plain

NAME = "resumable"
BATCH = 8
LONGEST = 100_000  # letters of a checkpoint
NO_TEXT = Text(
    "The checkpoint must be a text, the JSON of a list that begins with the state, three rows.",
    "チェックポイントは文字列でなければなりません。先頭が状態（3 行）であるリストの JSON です。",
)
NO_TRAINING = Text(
    "Without a stop this is not what `train_at_once` gives: the same loop, from zeros, in the "
    "order that the seed 0 draws.",
    "中断しない場合の結果が `train_at_once` と異なります。0 から始め、種 0 の乱数が決める順番で、"
    "同じループを回してください。",
)
FROM_ZERO = Text(
    "After a stop the training begins anew: the checkpoint is not read.",
    "中断の後、訓練が最初からやり直されています。チェックポイントが読まれていません。",
)
NO_MOMENTUM = Text(
    "The momentum is zero again after a stop. The memory of the optimiser is part of the state.",
    "中断の後、モーメンタムが 0 に戻っています。最適化手法の記憶も状態の一部です。",
)
NO_AVERAGE = Text(
    "The moving average begins anew after a stop. It too belongs in the checkpoint.",
    "中断の後、移動平均が最初からやり直されています。これもチェックポイントに入れてください。",
)
NO_STEP = Text(
    "The steps are counted from 0 again after a stop, so the learning rate is too high. Keep the "
    "number of the step.",
    "中断の後、ステップが 0 から数え直され、学習率が高すぎます。ステップの番号も保存してください。",
)
SAME_ORDER = Text(
    "The frames come in the same order again after a stop: the random numbers began anew. Keep the "
    "state of their generator, `order.bit_generator.state`.",
    "中断の後、配置がまた同じ順番で現れます。乱数が最初からやり直されています。"
    "乱数発生器の状態 `order.bit_generator.state` を保存してください。",
)
ROUNDED = Text(
    "Nearly, but not bit for bit: are all 17 digits kept, and does the same order come at once and "
    "after a stop?",
    "ほぼ同じですが、ビット単位では一致しません。17 桁すべてを保存していますか。"
    "中断しない場合と同じ順番になっていますか。",
)
OTHER = Text(
    "Stopped and continued it is not the training that was never stopped. What does the loop "
    "change from step to step? All of that belongs in the checkpoint.",
    "中断して続けた結果が、中断しなかった訓練と異なります。ループはステップごとに何を変えますか。"
    "それをすべてチェックポイントに入れてください。",
)
ELSEWHERE = Text(
    "What comes out depends on what ran before in the same process. Everything must be read from "
    "the text, nothing from outside the function.",
    "結果が、同じプロセスで先に実行したものに依存しています。関数の外ではなく、"
    "文字列だけからすべてを読んでください。",
)


def _updates(chance: np.random.Generator) -> tuple[Expression, object]:
    rate, fall, memory, decay = chance.uniform((0.01, 0.03, 0.8, 0.9), (0.02, 0.1, 0.9, 0.98))
    source = (
        "lambda state, step, x, y: (lambda m: (lambda w: np.array([w, m, "
        f"{decay!r} * state[2] + {1 - decay!r} * w]))"
        f"(state[0] - {rate!r} / (1 + {fall!r} * step) * m))"
        f"({memory!r} * state[1] + 2 * x.T @ (x @ state[0] - y) / len(y))"
    )
    return Expression(source), eval(source, {"np": np})


def _data(chance: np.random.Generator, batches: int) -> tuple[np.ndarray, np.ndarray]:
    x = chance.normal(size=(BATCH * batches, 4))
    return x, x @ chance.normal(size=4) + 0.1 * chance.normal(size=len(x))


def _run(update, x, y, epochs: int, before: int = 0, lost: str = "") -> np.ndarray:
    """The state after so many epochs; after `before` of them one thing may get lost."""
    state, step, order = np.zeros((3, x.shape[1])), 0, np.random.default_rng(0)
    for epoch in range(epochs):
        if epoch == before and lost:
            rows = {"all": slice(0, 3), "momentum": slice(1, 2), "average": slice(2, 3)}
            state[rows.get(lost, slice(0, 0))] = 0
            step = 0 if lost in ("step", "all") else step
            order = np.random.default_rng(0) if lost in ("order", "all") else order
        for batch in np.split(order.permutation(len(x)), len(x) // BATCH):
            state = update(state, step, x[batch], y[batch])
            step += 1
    return state


def _state(text: Plain, shape: tuple[int, ...]) -> np.ndarray:
    if text is None:
        raise Unfit(hints.NOTHING)
    if not isinstance(text, str) or len(text) > LONGEST:
        raise Unfit(NO_TEXT)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise Unfit(NO_TEXT) from None
    if not isinstance(content, list) or not content:
        raise Unfit(NO_TEXT)
    rows = content[0]
    if isinstance(rows, list) and not any(isinstance(one, list) for one in rows):
        rows = content[:3]  # the list begins with the three rows themselves
    return numbers(rows, shape)


def _mistakes(update, x, y, epochs: int, before: int) -> list:
    said = {"all": FROM_ZERO, "momentum": NO_MOMENTUM, "average": NO_AVERAGE}
    said |= {"step": NO_STEP, "order": SAME_ORDER}
    found = [(hint, _run(update, x, y, epochs, before, lost)) for lost, hint in said.items()]
    return [*found, (FROM_ZERO, _run(update, x, y, epochs - before))]


def _at_once(ask: Ask, chance: np.random.Generator) -> Text | None:
    source, update = _updates(chance)
    (x, y), epochs = _data(chance, 3), int(chance.integers(3, 7))
    right = _run(update, x, y, epochs)
    return judge(_state(ask(NAME, source, x, y, epochs, ""), right.shape), right, NO_TRAINING)


def _kept(ask: Ask, chance: np.random.Generator) -> Text | None:
    """One batch an epoch: whatever their order is, the sum is the same."""
    source, update = _updates(chance)
    (x, y), before, after = _data(chance, 1), *chance.integers(3, 7, 2).tolist()
    text = ask(NAME, source, x, y, before, "")
    right = _run(update, x, y, before + after)
    _state(text, right.shape)
    found = _state(ask(NAME, source, x, y, after, text), right.shape)
    mistakes = _mistakes(update, x, y, before + after, before)
    return judge(found, right, OTHER, mistakes)


def _bits(ask: Ask, chance: np.random.Generator) -> Text | None:
    source, update = _updates(chance)
    (x, y), epochs = _data(chance, 4), 4
    right = _run(update, x, y, epochs)
    whole = _state(ask(NAME, source, x, y, epochs, ""), right.shape)
    if judge(whole, right, NO_TRAINING):
        return NO_TRAINING
    text = ""
    for done in range(1, epochs + 1):
        text = ask(NAME, source, x, y, 1, text)
        found = _state(text, right.shape)
        if done == 2 and (hint := judge(found, _run(update, x, y, 2), OTHER, close=1e-3)):
            return judge(found, _run(update, x, y, 2), hint, _mistakes(update, x, y, 2, 1))
    return None if (found == whole).all() else ROUNDED


def _text_alone(ask: Ask, chance: np.random.Generator) -> Text | None:
    source, update = _updates(chance)
    x, y = _data(chance, 3)
    shape = (3, x.shape[1])
    text = ask(NAME, source, x, y, 2, "")
    _state(text, shape)
    first = _state(ask(NAME, source, x, y, 2, text), shape)
    ask(NAME, source, *_data(chance, 3), 3, "")
    second = _state(ask(NAME, source, x, y, 2, text), shape)
    if not (first == second).all():
        return ELSEWHERE
    # What always begins anew is the same each time as well.
    return FROM_ZERO if judge(second, _run(update, x, y, 2), OTHER) is None else None


RESUMABLE = Exercise(
    "ps6_resumable",
    NAME,
    (
        Item(
            "at once",
            1,
            Text(
                "Without a stop the training is as it was", "中断しなければ、もとの訓練と同じである"
            ),
            _at_once,
        ),
        Item(
            "kept",
            2,
            Text(
                "Weights, momentum, average and the number of the step survive a stop",
                "重み、モーメンタム、移動平均、ステップの番号が、中断しても残る",
            ),
            _kept,
        ),
        Item(
            "bits",
            2,
            Text(
                "Stopped after every epoch, it gives the same bits",
                "エポックごとに中断しても、ビット単位で同じ結果になる",
            ),
            _bits,
        ),
        Item(
            "text alone",
            1,
            Text(
                "The text is enough: an old one can be continued twice, after other trainings too",
                "文字列だけで足りる（別の訓練の後でも、古い文字列から 2 度続けられる）",
            ),
            _text_alone,
        ),
    ),
)
