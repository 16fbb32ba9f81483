"""The cosine cutoff and its slope."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import CLOSE, judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "cosine_cutoff"
DEGREES = Text(
    "np.cos wants radians: the half wave is π r / r_c, not 180 r / r_c.",
    "np.cos の引数はラジアンです。半波長分は 180 r / r_c ではなく π r / r_c です。",
)
TWICE = Text(
    "Twice too large: at r = 0 the function is 1. The factor ½ is missing.",
    "2 倍になっています。r = 0 で関数は 1 です。係数 ½ が抜けています。",
)
FULL_WAVE = Text(
    "Up to r_c lies half a wave, π r / r_c; this is a whole one.",
    "r_c までが半波長（π r / r_c）です。1 波長分になっています。",
)
NO_ONE = Text(
    "The 1 is missing: the cosine is to end at 0, not at -1.",
    "1 が足されていません。余弦は -1 ではなく 0 で終わらなければなりません。",
)
VALUE = Text(
    "This is not ½ [cos(π r / r_c) + 1].",
    "½ [cos(π r / r_c) + 1] になっていません。",
)
UPHILL = Text(
    "The sign of the slope is wrong: the function falls.",
    "傾きの符号が逆です。この関数は減少します。",
)
CHAIN = Text(
    "The inner derivative is missing: π r / r_c has the slope π / r_c.",
    "内側の微分が抜けています。π r / r_c の傾きは π / r_c です。",
)
SLOPE = Text(
    "The second thing is not the slope of the first. Compare it with [f(r + h) - f(r - h)] / 2h.",
    "2 番目の値が 1 番目の傾きになっていません。[f(r + h) - f(r - h)] / 2h と比べてください。",
)
GOES_ON = Text(
    "Beyond r_c both are zero; this cosine rises again. np.where chooses by a condition.",
    "r_c より遠くでは両方とも 0 です。余弦がまた増えています。条件で選ぶには np.where が使えます。",
)


def _right(r: np.ndarray, r_c: float) -> tuple[np.ndarray, np.ndarray]:
    """Value and slope from the library's function, the slope by autograd."""
    import torch

    from mlp_teach.basis.cutoffs import cosine_cutoff

    distances = torch.tensor(r, requires_grad=True)
    value = cosine_cutoff(distances, r_c)
    (slope,) = torch.autograd.grad(value.sum(), distances)
    return value.detach().numpy(), slope.numpy()


def _distances(chance: np.random.Generator, beyond: bool) -> tuple[np.ndarray, float]:
    r_c = float(chance.uniform(4, 8))
    return np.sort(chance.uniform(*((1.02, 1.9) if beyond else (0.05, 0.95)), 12)) * r_c, r_c


def _value(ask: Ask, chance: np.random.Generator) -> Text | None:
    r, r_c = _distances(chance, beyond=False)
    right, _ = _right(r, r_c)
    wave = 2 * right - 1
    mistakes = [
        (DEGREES, (np.cos(180 * r / r_c) + 1) / 2),
        (TWICE, 2 * right),
        (FULL_WAVE, wave**2),  # (cos 2x + 1) / 2
        (NO_ONE, wave / 2),
        (NO_ONE, wave),
    ]
    return judge(parts(ask(NAME, r, r_c), 2)[0], right, VALUE, mistakes)


def _slope(ask: Ask, chance: np.random.Generator) -> Text | None:
    r, r_c = _distances(chance, beyond=False)
    _, right = _right(r, r_c)
    inner = r_c / np.pi
    mistakes = [
        (UPHILL, -right),
        (TWICE, 2 * right),
        (CHAIN, inner * right),
        (CHAIN, r_c * right),
        (UPHILL, -inner * right),
        (DEGREES, -90 / r_c * np.sin(180 * r / r_c)),
        (DEGREES, -np.pi / (2 * r_c) * np.sin(180 * r / r_c)),
    ]
    return judge(parts(ask(NAME, r, r_c), 2)[1], right, SLOPE, mistakes)


def _beyond(ask: Ask, chance: np.random.Generator) -> Text | None:
    r, r_c = _distances(chance, beyond=True)
    r[0] = 0.5 * r_c  # one within, for zeros everywhere are no cutoff function
    value, slope = (numbers(one, r.shape) for one in parts(ask(NAME, r, r_c), 2))
    if value[0] == 0 or slope[0] == 0:
        return VALUE
    return None if abs(value[1:]).max() + abs(slope[1:]).max() < CLOSE else GOES_ON


COSINE_CUTOFF = Exercise(
    "ps1_cosine_cutoff",
    NAME,
    (
        Item("value", 1, Text("f_c is right within r_c", "r_c の内側で f_c が正しい"), _value),
        Item("slope", 2, Text("Its slope is right", "その傾きが正しい"), _slope),
        Item(
            "beyond", 1, Text("Both are zero beyond r_c", "r_c の外側で両方とも 0 である"), _beyond
        ),
    ),
)
