"""A whole loop on a line: it asks for labels, and is held against chance and equal spacing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mlp_teach.grading import hints
from mlp_teach.grading.compare import Unfit, judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Expression, Plain

NAME = "asked_places"
SURFACES, DRAWS = 24, 8
CHANCE, EQUAL = 0.65, 0.7  # of the other's error: what the loop's error must stay below
LOW, HIGH = 0.0, 6.0  # Å
OVER = Text(
    "The loop asked for {asked} labels where {allowed} were allowed. Each call of `energy` is a "
    "label, and each place of an array counts.",
    "許されたラベルは {allowed} 個ですが、{asked} 個求めました。`energy` を呼ぶたびに、"
    "配列ならその要素ごとに、1 個と数えます。",
)
NO_ENDS = Text(
    "The two ends are missing: without their labels the model must guess beyond the last one.",
    "両端のラベルがありません。端がないと、モデルはその外側を推測するしかありません。",
)
OUTSIDE = Text(
    "A label was asked for outside of the region from `low` to `high`.",
    "`low` から `high` までの範囲の外でラベルを求めています。",
)
TWICE = Text(
    "The same place was asked for twice: its label is known already. Keep the energy, or leave out "
    "the places that are known when you choose.",
    "同じ場所で 2 度ラベルを求めています。値を保存するか、既知の場所を候補から除いてください。",
)
NOT_RETURNED = Text(
    "What was returned is not the list of the places at which `energy` was called.",
    "返された値が、`energy` を呼んだ場所のリストになっていません。",
)
FEW = Text(
    "Only {asked} of {allowed} labels were asked for: the others would have helped.",
    "{allowed} 個のうち {asked} 個しか求めていません。残りも使えば誤差は減ります。",
)
NO_BETTER = Text(
    "The error is {ratio:.2f} times that of places drawn at random. Are the labels spread over the "
    "whole region, or do they crowd together?",
    "誤差は、無作為に選んだ場合の {ratio:.2f} 倍です。ラベルは範囲全体に行き渡っていますか。"
    "1 か所に集まっていませんか。",
)
BLIND = Text(
    "The error is {ratio:.2f} times that of equally spaced places. To be better than these a loop "
    "must look at the energies that it was told: where do they bend?",
    "誤差は、等間隔に選んだ場合の {ratio:.2f} 倍です。それより良くなるには、教わったエネルギーを"
    "見なければなりません。どこで曲がっていますか。",
)
# In the student's process: notes the place of every label that the function asks for.
LISTENING = Expression(
    "lambda f, energy, *rest: (lambda asked: [f(lambda x: (asked.extend(np.ravel(x).tolist()), "
    "energy(x))[1], *rest), list(asked)])([])"
)
SHAPES = (  # {d}: size; {c}: place; {w}: width; x becomes {x}
    "{d} * (1 - np.exp(-{a} * ({x} - {b}))) ** 2",
    "{d} * np.exp(-(({x} - {c}) / {w}) ** 2) + 0.05 * ({x} - 3) ** 2",
    "{d} * np.tanh(({x} - {c}) / {w}) + 0.1 * np.sin({x})",
)


def _surface(chance: np.random.Generator, which: int) -> str:
    """A wall, a barrier or a step, at either side, as Python."""
    numbers = {
        name: round(float(chance.uniform(*ends)), 3)
        for name, ends in {
            "d": (0.5, 2.0),
            "a": (1.2, 2.2),
            "b": (1.2, 1.8),
            "c": (1.2, 4.8),
            "w": (0.2, 0.4),
        }.items()
    }
    x = "x" if chance.random() < 0.5 else "(6 - x)"
    return "lambda x: " + SHAPES[which % len(SHAPES)].format(x=x, **numbers)


def _labels_asked(ask: Ask, source: str, labels: int) -> tuple[Plain, np.ndarray]:
    """What the function returned, and where it asked for labels. Raises Unfit."""
    call = f"lambda run, *given: run({NAME}, *given)"
    returned, asked = parts(ask(call, LISTENING, Expression(source), LOW, HIGH, labels), 2)
    if not isinstance(asked, list):
        raise Unfit(hints.NOT_PLAIN)
    if len(asked) > labels:
        raise Unfit(OVER.with_words(asked=len(asked), allowed=labels))
    if not asked:
        raise Unfit(FEW.with_words(asked=0, allowed=labels))
    places = numbers(asked, (len(asked),))
    if places.min() < LOW - 1e-9 or places.max() > HIGH + 1e-9:
        raise Unfit(OUTSIDE)
    return returned, places


def _error(energy: Callable, places: np.ndarray) -> float:
    """RMSE of straight lines from label to label."""
    x, grid = np.sort(places), np.linspace(LOW, HIGH, 601)
    return float(np.sqrt(np.mean((np.interp(grid, x, energy(x)) - energy(grid)) ** 2)))


def _by_chance(energy: Callable, labels: int, chance: np.random.Generator) -> float:
    draws = chance.uniform(LOW, HIGH, (DRAWS, labels))
    draws[:, :2] = LOW, HIGH
    return float(np.mean([np.log(_error(energy, draw)) for draw in draws]))


def _ratio(ask: Ask, chance: np.random.Generator, other: Callable) -> float:
    """The loop's error over the other's, geometric mean over many surfaces."""
    logs = []
    for which in range(SURFACES):
        labels = int(chance.integers(18, 23))
        source = _surface(chance, which)
        energy = eval(source, {"np": np})
        _, asked = _labels_asked(ask, source, labels)
        logs.append(np.log(_error(energy, asked)) - other(energy, labels))
    return float(np.exp(np.mean(logs)))


def _keeps_to_the_rules(ask: Ask, chance: np.random.Generator) -> Text | None:
    for which in range(3):
        labels = int(chance.integers(12, 23))
        returned, asked = _labels_asked(ask, _surface(chance, which), labels)
        if len(asked) < labels:
            return FEW.with_words(asked=len(asked), allowed=labels)
        if np.diff(np.sort(asked)).min() < 1e-9:
            return TWICE
        if asked.min() > LOW + 1e-9 or asked.max() < HIGH - 1e-9:
            return NO_ENDS
        if judge(np.sort(numbers(returned, asked.shape)), np.sort(asked), NOT_RETURNED):
            return NOT_RETURNED
    return None


def _beats_chance(ask: Ask, chance: np.random.Generator) -> Text | None:
    ratio = _ratio(ask, chance, lambda energy, n: _by_chance(energy, n, chance))
    return None if ratio < CHANCE else NO_BETTER.with_words(ratio=ratio)


def _beats_equal_spacing(ask: Ask, chance: np.random.Generator) -> Text | None:
    ratio = _ratio(ask, chance, lambda energy, n: np.log(_error(energy, np.linspace(LOW, HIGH, n))))
    return None if ratio < EQUAL else BLIND.with_words(ratio=ratio)


ASKED_PLACES = Exercise(
    "ps5_asked_places",
    NAME,
    (
        Item(
            "rules",
            2,
            Text(
                "All labels are used, each once, the ends among them; their places are returned",
                "両端を含めてすべてのラベルを 1 度ずつ使い、その場所を返す",
            ),
            _keeps_to_the_rules,
        ),
        Item(
            "chance",
            3,
            Text(
                "On average the error is less than 0.65 times that of random places",
                "誤差が、平均して、無作為に選んだ場合の 0.65 倍より小さい",
            ),
            _beats_chance,
        ),
        Item(
            "equal",
            3,
            Text(
                "On average it is less than 0.7 times that of equally spaced places",
                "誤差が、平均して、等間隔に選んだ場合の 0.7 倍より小さい",
            ),
            _beats_equal_spacing,
        ),
    ),
)
