"""The planted error: float32 loses the energy that is to be learnt."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Expression

NAME = "learning_targets"
ROUNDED = Text(
    "The rounding errors are too large: float32 has seven digits, and the total energy uses them "
    "up. Subtract first, in double precision, and then make it float32.",
    "丸め誤差が大きすぎます。float32 は 7 桁しかなく、全エネルギーがそれを使い切ってしまいます。"
    "先に倍精度で引き、それから float32 にしてください。",
)
HALF_PRECISION = Text(
    "These are rounded to three digits. Is it float16?",
    "3 桁に丸められています。float16 ではありませんか。",
)
NOT_PER_ATOM = Text(
    "These are energies of whole structures; divide by the number of atoms.",
    "これは構造全体のエネルギーです。原子数で割ってください。",
)
NO_ATOMS = Text(
    "The energies of the free atoms are still in there: subtract E0 for each atom.",
    "孤立原子のエネルギーが残っています。原子ごとに E0 を引いてください。",
)
SIGN = Text(
    "The sign is wrong: atoms that are bound have less energy than free ones.",
    "符号が逆です。結合した原子のエネルギーは、孤立原子より低くなります。",
)
ONE_EACH = Text(
    "E0 of each element was subtracted once only, whatever the number of its atoms.",
    "各元素の E0 を、原子の数にかかわらず 1 回だけ引いています。",
)
NOT_TARGETS = Text(
    "These are not (E - Σ n E0) / N.",
    "(E - Σ n E0) / N になっていません。",
)
DOUBLE = Text(
    "The result is of the type {found}; float32 was asked for, which is what the training "
    "computes in.",
    "結果の型が {found} です。訓練は float32 で行うので、float32 で返してください。",
)
KIND = Expression("lambda array: str(np.asarray(array).dtype)")


def _case(chance: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Total energies as all-electron codes print them, about -1e5 eV; counts; free atoms; E/N."""
    counts = chance.integers(2, 15, (10, 3))
    e0 = -np.sort(chance.uniform((300, 1500, 4000), (700, 2500, 8000)))
    per_atom = chance.uniform(-5.0, -2.0, 10)
    return counts @ e0 + per_atom * counts.sum(1), counts, e0, per_atom


def _value(ask: Ask, chance: np.random.Generator) -> Text | None:
    energies, counts, e0, right = _case(chance)
    n = counts.sum(1)
    mistakes = [
        (NOT_PER_ATOM, right * n),
        (NO_ATOMS, energies / n),
        (NO_ATOMS, (energies / n).astype(np.float32)),
        (SIGN, -right),
        (ONE_EACH, (energies - e0.sum()) / n),
        (NOT_PER_ATOM, energies - counts @ e0),
    ]
    found = ask(NAME, energies, counts, e0)
    if hint := judge(found, right, NOT_TARGETS, mistakes, close=1.5e-7):
        apart = np.abs(numbers(found, right.shape) - right).max()
        if hint is NOT_TARGETS and apart < 5e-2:
            is_half = judge(found, right.astype(np.float16), ROUNDED, close=1e-4) is None
            return HALF_PRECISION if is_half else ROUNDED
        return hint
    return None


def _type(ask: Ask, chance: np.random.Generator) -> Text | None:
    energies, counts, e0, right = _case(chance)
    said = ask(f"lambda kind, *given: kind({NAME}(*given))", KIND, energies, counts, e0)
    if said != "float32":
        word = said if isinstance(said, str) and said.isalnum() else "?"
        return DOUBLE.with_words(found=word[:20])
    # Zeros are float32 as well.
    return judge(ask(NAME, energies, counts, e0), right, NOT_TARGETS, close=0.05)


LEARNING_TARGETS = Exercise(
    "ps6_learning_targets",
    NAME,
    (
        Item(
            "value",
            2,
            Text(
                "The targets are right to seven digits",
                "目標値が 7 桁まで正しい",
            ),
            _value,
        ),
        Item(
            "type",
            1,
            Text("They are float32", "型が float32 である"),
            _type,
        ),
    ),
)
