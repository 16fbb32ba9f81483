"""The stress of a VASP file, in the course's sign, unit and order."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.units import GPA, KBAR

NAME = "stress_from_vasp"
CLOSE = 1e-4  # the constant may be rounded
ASE_ORDER = Text(
    "The shears have changed places. VASP's order is xx yy zz xy yz zx.",
    "せん断成分が入れ替わっています。VASP の順序は xx yy zz xy yz zx です。",
)
OTHER_ORDER = Text(
    "The shears stand in another order now, but not in the right one: the fourth number is xy, "
    "the fifth yz, the sixth zx.",
    "せん断成分の順序が変わりましたが、まだ違います。4 番目が xy、5 番目が yz、6 番目が zx です。",
)
SIGN = Text(
    "The sign has gone wrong: VASP prints a pressure, positive under compression; our stress is "
    "positive under tension.",
    "符号が違います。VASP の値は圧縮で正の圧力ですが、ここでの応力は引張りで正です。",
)
UNIT = Text(
    "The unit has gone wrong: 1 kbar is 0.1 GPa, and 1 GPa is 0.006242 eV/Å³.",
    "単位が違います。1 kbar は 0.1 GPa、1 GPa は 0.006242 eV/Å³ です。",
)
ONE_SIDE = Text(
    "A stress is a symmetric matrix: each shear stands on both sides of the diagonal.",
    "応力は対称行列です。せん断成分は、対角線の両側に 1 つずつ入ります。",
)
STRESS = Text(
    "This is not the stress. Take six different numbers and see where each of them lands.",
    "正しい応力になっていません。6 つの異なる数を入れて、それぞれがどこへ行くかを調べてください。",
)


def _matrix(values, order: str) -> np.ndarray:
    """A symmetric matrix of six numbers; `order` names the three shears, as 'xy yz xz'."""
    made = np.diag(values[:3])
    for value, name in zip(values[3:], order.split(), strict=True):
        a, b = ("xyz".index(letter) for letter in name)
        made[a, b] = made[b, a] = value
    return made


def _stress(ask: Ask, chance: np.random.Generator) -> Text | None:
    line = chance.permutation(np.linspace(-60, 60, 6)) + chance.uniform(-5, 5, 6)
    values = -line * KBAR
    right = _matrix(values, "xy yz xz")
    others = ("xy xz yz", "yz xy xz", "xz xy yz", "xz yz xy")
    mistakes = [
        (ASE_ORDER, _matrix(values, "yz xz xy")),
        *((OTHER_ORDER, _matrix(values, order)) for order in others),
        *((SIGN, -_matrix(values, order)) for order in ("xy yz xz", "yz xz xy", *others)),
        *((UNIT, right * one) for one in (10, 0.1, 1 / KBAR, 1 / GPA, 0.1 / KBAR)),
        *((ONE_SIDE, one) for one in (np.triu(right), np.tril(right), np.diag(np.diag(right)))),
    ]
    return judge(ask(NAME, line), right, STRESS, mistakes, close=CLOSE)


STRESS_FROM_VASP = Exercise(
    "ps4_stress_from_vasp",
    NAME,
    (
        Item(
            "sheared",
            3,
            Text(
                "Right for a cell that is sheared as well",
                "せん断されたセルでも正しい",
            ),
            _stress,
        ),
    ),
)
