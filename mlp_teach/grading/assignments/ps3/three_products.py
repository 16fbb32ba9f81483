"""The three products of two vectors that turn along: degrees 0, 1 and 2."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "three_products"
ADDED_UP = Text(
    "All rows were added up: each pair of rows has an s of its own.",
    "すべての行が足し合わされています。s は組ごとに 1 つずつあります。",
)
SCALED = Text(
    "This has a factor of the Clebsch-Gordan coefficients; here the plain product was asked for.",
    "クレプシュ・ゴルダン係数の因子がついています。ここでは因子のない積を求めます。",
)
SCALAR = Text(
    "The first thing is not a · b: Σ_α a_α b_α for each row.",
    "1 番目の値が a · b になっていません。行ごとに Σ_α a_α b_α を計算します。",
)
SWAPPED = Text(
    "This is b × a: the sign is wrong, a × b = -b × a.",
    "b × a になっていて、符号が逆です。a × b = -b × a です。",
)
VECTOR = Text(
    "The second thing is not a × b; the components in the order x, y, z.",
    "2 番目の値が a × b になっていません。成分は x、y、z の順です。",
)
TRACE_LEFT = Text(
    "The trace is left in: it is degree 0, which the first product has already. Take a third of it "
    "off the diagonal.",
    "トレースが残っています。それは次数 0 の部分で、1 番目の積にもう入っています。対角成分から"
    "その 3 分の 1 を引いてください。",
)
WHOLE_TRACE = Text(
    "The whole a · b was taken off each of the three diagonal elements: a third is enough to "
    "make the trace zero.",
    "3 つの対角成分のそれぞれから a · b が引かれています。トレースを 0 にするには 3 分の 1 で"
    "十分です。",
)
NO_HALF = Text(
    "The ½ is missing: for a = b the symmetric part would be twice a aᵀ.",
    "½ が抜けています。a = b のとき、対称な部分が a aᵀ の 2 倍になってしまいます。",
)
NOT_SYMMETRIC = Text(
    "The matrix is not symmetric: a_α b_β has an antisymmetric part as well, which is a × b again.",
    "行列が対称ではありません。a_α b_β には反対称な部分もあり、それは a × b と同じものです。",
)
ANTISYMMETRIC = Text(
    "This is the antisymmetric part, which is a × b again; add the two terms.",
    "反対称な部分になっています。それは a × b と同じものです。2 つの項を足してください。",
)
EVERYWHERE = Text(
    "A third of a · b was taken off all nine elements; only those of the diagonal have it.",
    "9 個の成分すべてから a · b の 3 分の 1 が引かれています。引くのは対角成分だけです。",
)
MATRIX = Text(
    "The third thing is not ½ (a_α b_β + a_β b_α) - ⅓ (a · b) δ_αβ.",
    "3 番目の値が ½ (a_α b_β + a_β b_α) - ⅓ (a · b) δ_αβ になっていません。",
)
LOST = Text(
    "The three products together do not hold all of a_α b_β: (a · b)²/3 + |a × b|²/2 + Σ T² is not "
    "|a|² |b|². Something is missing, or there twice.",
    "3 つの積を合わせても a_α b_β の全体になりません。(a · b)²/3 + |a × b|²/2 + Σ T² が |a|² |b|² "
    "と一致しません。何かが抜けているか、2 度入っています。",
)
NOT_ALONG = Text(
    "One of the three does not turn with the vectors: s must stay, v must become R v, T must "
    "become R T Rᵀ.",
    "3 つのうちどれかが、ベクトルと一緒に回っていません。s は変わらず、v は R v に、T は R T Rᵀ "
    "にならなければなりません。",
)


def _given(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return chance.normal(size=(5, 3)), chance.normal(size=(5, 3))


def _right(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From the library's Clebsch-Gordan products, without their factors."""
    import torch

    from mlp_teach.basis.tensor_product import couple

    x, y = (torch.from_numpy(one[:, [1, 2, 0], None].copy()) for one in (a, b))
    s, v, five = (couple(x, y, degree)[..., 0].numpy() for degree in (0, 1, 2))
    xy, yz, zz, xz, xx_yy = five.T / 2**0.5
    third = zz / 3**0.5  # zz is (2 T_zz - T_xx - T_yy) / √12 times √2
    rows = [[xx_yy - third, xy, xz], [xy, -xx_yy - third, yz], [xz, yz, 2 * third]]
    return s[:, 0] * 3**0.5, v[:, [2, 0, 1]] * 2**0.5, np.array(rows).transpose(2, 0, 1)


def _said(ask: Ask, a: np.ndarray, b: np.ndarray) -> list:
    return parts(ask(NAME, a, b), 3)


def _scalar(ask: Ask, chance: np.random.Generator) -> Text | None:
    a, b = _given(chance)
    s, _, _ = _right(a, b)
    mistakes = [(SCALED, s / 3**0.5), (ADDED_UP, np.full(len(a), s.sum()))]
    return judge(_said(ask, a, b)[0], s, SCALAR, mistakes)


def _vector(ask: Ask, chance: np.random.Generator) -> Text | None:
    a, b = _given(chance)
    _, v, _ = _right(a, b)
    mistakes = [(SWAPPED, -v), (SCALED, v / 2**0.5)]
    return judge(_said(ask, a, b)[1], v, VECTOR, mistakes)


def _matrix(ask: Ask, chance: np.random.Generator) -> Text | None:
    a, b = _given(chance)
    s, _, t = _right(a, b)
    ab = a[:, :, None] * b[:, None, :]
    third, one = s[:, None, None] / 3, np.eye(3)
    mistakes = [
        (TRACE_LEFT, t + third * one),
        (WHOLE_TRACE, t - 2 * third * one),
        *((NO_HALF, 2 * t + extra * third * one) for extra in (0, 1, 2, -1)),
        *(
            (NOT_SYMMETRIC, x - extra * third * one)
            for x in (ab, ab.swapaxes(1, 2))
            for extra in (0, 1, 3)
        ),
        *((ANTISYMMETRIC, sign * (ab - ab.swapaxes(1, 2)) / 2) for sign in (1, -1, 2, -2)),
        (EVERYWHERE, t + third * (one - 1)),
    ]
    return judge(_said(ask, a, b)[2], t, MATRIX, mistakes)


def _laws(ask: Ask, chance: np.random.Generator) -> Text | None:
    """They turn, T and v behave in a mirror, and nothing of the nine products is lost."""
    from mlp_teach.checks.deformations import random_orthogonal

    a, b = _given(chance)
    n, shapes = len(a), ((len(a),), (len(a), 3), (len(a), 3, 3))
    s, v, t = (numbers(one, shape) for one, shape in zip(_said(ask, a, b), shapes, strict=True))
    whole = (a**2).sum(1) * (b**2).sum(1)
    found = s**2 / 3 + (v**2).sum(1) / 2 + (t**2).reshape(n, 9).sum(1)
    if np.abs(found - whole).max() > 1e-8 * whole.max():
        return LOST
    for determinant in (1, -1):
        q = random_orthogonal(chance, determinant)
        turned = zip(_said(ask, a @ q.T, b @ q.T), shapes, strict=True)
        expected = (s, determinant * v @ q.T, q @ t @ q.T)
        for (new, shape), old in zip(turned, expected, strict=True):
            if np.abs(numbers(new, shape) - old).max() > 1e-8 * whole.max() ** 0.5:
                return NOT_ALONG
    return None


THREE_PRODUCTS = Exercise(
    "ps3_three_products",
    NAME,
    (
        Item("degree_0", 1, Text("Degree 0 is right", "次数 0 が正しい"), _scalar),
        Item("degree_1", 1, Text("Degree 1 is right", "次数 1 が正しい"), _vector),
        Item("degree_2", 1, Text("Degree 2 is right", "次数 2 が正しい"), _matrix),
        Item(
            "laws",
            1,
            Text(
                "All turn along, and together they hold all nine products",
                "どれも一緒に回り、合わせて 9 個の積のすべてを含む",
            ),
            _laws,
        ),
    ),
)
