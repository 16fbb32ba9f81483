"""Angular functions: G4 by its sum, and the planted error of a fast G5."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from mlp_teach.grading.assignments.ps2.clusters import compact, fade, features, wide
from mlp_teach.grading.compare import Mistake, judge
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

G4 = "angular_function"
G5 = "angular_by_moments"

TWICE = Text(
    "Each pair of neighbours counts twice, as (j, k) and as (k, j). The sum is over j < k.",
    "隣接原子の対が (j, k) と (k, j) の 2 回数えられています。和は j < k についてです。",
)
ITSELF = Text(
    "A neighbour is paired with itself, j = k. A pair has two different neighbours.",
    "隣接原子がそれ自身と組になっています（j = k）。対は異なる 2 個の隣接原子です。",
)
ONE_CORNER = Text(
    "Each triangle counts at one of its atoms only. Every atom is the centre i of its own sum, "
    "over all other j and k.",
    "三角形が 1 つの頂点でしか数えられていません。どの原子も中心 i になり、ほかのすべての j と k "
    "について和をとります。",
)
NO_PREFACTOR = Text(
    "The factor 2^(1-ζ) is missing, or upside down: it keeps the angular part at 2 or below.",
    "係数 2^(1-ζ) が抜けているか、逆になっています。角度部分の最大値を 2 "
    "にそろえるための係数です。",
)
FAR_SIDE = Text(
    "The side r_jk takes no full part: it stands in the exponent, and it has a cutoff function of "
    "its own. Without it this is G5.",
    "辺 r_jk が正しく入っていません。r_jk は指数にも入り、f_c(r_jk) もかかります。r_jk がなければ "
    "G5 です。",
)
LAMBDA = Text(
    "Small and large angles are exchanged: cos θ is that of r_ij and r_ik, which both start at i. "
    "Or is it the sign of λ?",
    "小さい角度と大きい角度が逆になっています。cos θ は、どちらも i から始まる r_ij と r_ik "
    "から求めます。λ の符号も確かめてください。",
)
DEGREES = Text(
    "An angle in degrees went into np.cos, which wants radians. No angle is needed: cos θ is a "
    "scalar product of unit vectors.",
    "np.cos に度で表した角度が渡されています。引数はラジアンです。角度そのものは不要で、cos θ "
    "は単位ベクトルの内積です。",
)
ANGLE = Text(
    "The angle itself stands where its cosine belongs.",
    "余弦の入るべき所に、角度そのものが入っています。",
)
NOT_UNIT = Text(
    "r_ij · r_ik is not yet cos θ: divide by both lengths.",
    "r_ij · r_ik は、まだ cos θ ではありません。両方の長さで割ってください。",
)
NO_POWER = Text(
    "The power ζ is missing: it stands on the whole bracket (1 + λ cos θ).",
    "指数 ζ が抜けています。括弧 (1 + λ cos θ) の全体を ζ 乗します。",
)
NO_SQUARES = Text(
    "The exponent has squares of the three distances.",
    "指数に入るのは、3 つの距離の 2 乗です。",
)
MEAN = Text(
    "This is a mean over pairs; it is to be their sum.",
    "対についての平均になっています。和をとってください。",
)
NO_FADE = Text(
    "The cutoff functions are missing: each of the three sides has one.",
    "カットオフ関数が抜けています。3 辺のそれぞれにかかります。",
)
GOES_ON = Text(
    "Beyond r_c the cutoff function is zero; here the cosine rises again.",
    "r_c より遠くではカットオフ関数は 0 です。余弦がまた増えています。",
)
NOT_G4 = Text(
    "This is not G4. Work out one triangle by hand: cos θ at i, three squares in the exponent, "
    "three cutoff functions.",
    "G4 になっていません。三角形 1 つについて手計算してみてください。i での cos θ、指数の中の 3 "
    "つの 2 乗、3 つのカットオフ関数です。",
)
AS_IT_WAS = Text(
    "This is the function as it was. How much does a neighbour with itself, j = k, add to the "
    "double sum when λ = -1?",
    "もとの関数と同じです。λ = -1 のとき、j = k の項は 2 重の和にいくら加わっていますか。",
)
CLIPPED = Text(
    "Cut off at zero or made positive, it is still wrong. Which terms are in the double sum that "
    "are no pairs?",
    "0 で切ったり絶対値をとったりしても、正しくはなりません。2 重の和の中で、"
    "対でない項はどれですか。",
)
NOT_TAKEN_OFF = Text(
    "The terms j = k are still in the sum: neighbours paired with themselves.",
    "j = k の項、つまり隣接原子とそれ自身の組が、まだ和に含まれています。",
)
OTHER_LAMBDA = Text(
    "At j = k the angle is 0 and its cosine 1: what is taken off is (1 + λ) F².",
    "j = k では角度が 0、余弦が 1 です。引くべきものは (1 + λ) F² です。",
)
NOT_G5 = Text(
    "This is not the sum over pairs j < k of F_j F_k (1 + λ cos θ). Compare with two loops for "
    "three neighbours.",
    "対 j < k についての F_j F_k (1 + λ cos θ) の和になっていません。隣接原子 3 個の場合に、2 "
    "重のループと比べてください。",
)

Sides = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # r_ij, r_ik, r_jk, cos θ


def _triangles(positions: np.ndarray) -> list[Sides]:
    """For each atom its sides and cosines for all j < k, however far."""
    found = []
    for i, center in enumerate(positions):
        others = np.delete(positions, i, axis=0) - center
        j, k = np.array(list(combinations(range(len(others)), 2))).T
        a, b = (np.sqrt((others[one] ** 2).sum(1)) for one in (j, k))
        far = np.sqrt(((others[j] - others[k]) ** 2).sum(1))
        found.append((a, b, far, (others[j] * others[k]).sum(1) / (a * b)))
    return found


def _summed(positions: np.ndarray, term: Callable) -> np.ndarray:
    return np.array([term(*sides).sum() for sides in _triangles(positions)])


def _right(positions, eta, zeta, lambda_, r_c) -> np.ndarray:
    return features(positions, r_c, g4=((eta, zeta, lambda_),))[:, 0]


def _mistakes(positions, eta, zeta, lambda_, r_c) -> Iterator[Mistake]:
    """One by one, for most answers need none of them."""

    def angular(x):
        return 2.0 ** (1 - zeta) * (1 + lambda_ * x) ** zeta

    def bump(*sides):
        return np.exp(-eta * sum(side**2 for side in sides))

    def fades(*sides):
        return np.prod([fade(side, r_c) for side in sides], axis=0)

    def of_angle(change):
        """What comes out with another angular part."""
        term = lambda a, b, c, x: change(a, b, x) * bump(a, b, c) * fades(a, b, c)  # noqa: E731
        return _summed(positions, term)

    def of_sides(change):
        return _summed(positions, lambda a, b, c, x: angular(x) * change(a, b, c))

    right, pairs = _right(positions, eta, zeta, lambda_, r_c), (len(positions) - 1) / 2
    r = np.sqrt(((positions[None] - positions[:, None]) ** 2).sum(2))
    alone = (fade(r, r_c) ** 2 * bump(r, r)).sum(1) - 1  # without the atom, whose own is 1
    yield TWICE, 2 * right
    for many in (1, 2):
        yield ITSELF, many * right + angular(1.0) * alone
        yield NO_PREFACTOR, right * 2.0 ** (many * (zeta - 1))
        yield FAR_SIDE, many * of_sides(lambda a, b, c: bump(a, b) * fades(a, b))
    yield NO_PREFACTOR, right * 2.0**zeta
    yield FAR_SIDE, of_sides(lambda a, b, c: bump(a, b, c) * fades(a, b))
    yield FAR_SIDE, of_sides(lambda a, b, c: bump(a, b) * fades(a, b, c))
    yield LAMBDA, _right(positions, eta, zeta, -lambda_, r_c)
    yield DEGREES, of_angle(lambda a, b, x: angular(np.cos(np.degrees(np.arccos(x)))))
    yield ANGLE, of_angle(lambda a, b, x: angular(np.arccos(x)))
    yield NOT_UNIT, of_angle(lambda a, b, x: angular(a * b * x))
    yield NO_POWER, of_angle(lambda a, b, x: 2.0 ** (1 - zeta) * (1 + lambda_ * x))
    yield NO_POWER, of_angle(lambda a, b, x: 2.0 ** (1 - zeta) * (1 + lambda_ * x**zeta))
    yield NO_SQUARES, of_sides(lambda a, b, c: np.exp(-eta * (a + b + c)) * fades(a, b, c))
    yield MEAN, right / (pairs * (2 * pairs - 1)) if pairs > 1 else right * np.nan
    yield MEAN, right / (2 * pairs)
    yield NO_FADE, of_sides(lambda a, b, c: bump(a, b, c) * (np.maximum(a, b) < r_c))
    yield NO_FADE, of_sides(lambda a, b, c: bump(a, b, c) * (np.max([a, b, c], axis=0) < r_c))
    yield GOES_ON, of_sides(lambda a, b, c: bump(a, b, c) * _cosines(r_c, a, b, c))
    yield ONE_CORNER, _one_corner(positions, eta, zeta, lambda_, r_c)


def _cosines(r_c: float, *sides: np.ndarray) -> np.ndarray:
    """Cutoff functions that go on beyond r_c."""
    return np.prod([(np.cos(np.pi * side / r_c) + 1) / 2 for side in sides], axis=0)


def _one_corner(positions, *parameters) -> np.ndarray:
    """Each triangle at its first atom only."""
    sums = np.zeros(len(positions))
    for i, j, k in combinations(range(len(positions)), 3):
        sums[i] += _right(positions[[i, j, k]], *parameters)[0]
    return sums


def _g4_test(cluster: Callable, n_atoms: int, signs: tuple[int, ...] = (1, -1)):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        for lambda_ in signs:
            positions, r_c = cluster(chance, n_atoms)
            eta, zeta = float(chance.uniform(0.3, 1.0) / r_c**2), int(chance.integers(3, 6))
            given = (positions, eta, zeta, lambda_, r_c)
            if hint := judge(ask(G4, *given), _right(*given), NOT_G4, _mistakes(*given)):
                return hint
        return None

    return test


def _lonely(chance: np.random.Generator, n_atoms: int) -> tuple[np.ndarray, float]:
    """A triangle, and far from it atoms that have one neighbour each."""
    positions, r_c = compact(chance, n_atoms)
    positions[3:] += (0, 0, 2.5 * r_c)
    return positions, r_c


def _cone(chance: np.random.Generator, n_atoms: int) -> tuple[np.ndarray, float]:
    """Neighbours on one side of atom 0: with λ = -1 their pairs add little."""
    r_c = float(chance.uniform(5.0, 7.0))
    directions = chance.normal(size=(n_atoms, 3)) * 0.25 + (0, 0, 1)
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    vectors = directions * np.linspace(0, 0.8, n_atoms)[:, None] * r_c
    return vectors @ np.roll(np.eye(3), int(chance.integers(3)), axis=1), r_c


def _moments_test(cluster: Callable, lambda_: int):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        positions, r_c = cluster(chance, 7)
        vectors = np.vstack([positions[1:] - positions[0], (0, 0, 1.1 * r_c)])  # one beyond
        eta = float(chance.uniform(0.3, 1.0) / r_c**2)
        seen = np.vstack([np.zeros(3), vectors])
        right = features(seen, r_c, g5=((eta, 1, lambda_),))[0, 0]
        r = np.sqrt((vectors**2).sum(1))
        squares = ((np.exp(-eta * r**2) * fade(r, r_c)) ** 2).sum()
        was = right + (lambda_ - 1) / 2 * squares
        double = 2 * right + (1 + lambda_) * squares  # with j = k in it
        mistakes = [
            *((AS_IT_WAS, one) for one in ((was,) if lambda_ < 0 else ())),
            *((CLIPPED, one) for one in (abs(was), max(was, 0.0))),
            (TWICE, 2 * right),
            *((NOT_TAKEN_OFF, one) for one in (double / 2, double)),
            *((OTHER_LAMBDA, (double - many * squares) / 2) for many in (1, lambda_, 2 * lambda_)),
            (OTHER_LAMBDA, (double - (1 - lambda_) * squares) / 2),
        ]
        return judge(ask(G5, vectors, eta, lambda_, r_c), right, NOT_G5, mistakes)

    return test


ANGULAR_FUNCTION = Exercise(
    "ps2_angular_function",
    G4,
    (
        Item("triangle", 1, Text("Right for three atoms", "3 原子で正しい"), _g4_test(compact, 3)),
        Item(
            "cluster",
            2,
            Text("Right where each atom has many neighbours", "隣接原子が多くても正しい"),
            _g4_test(compact, 7),
        ),
        Item(
            "far",
            1,
            Text("Right where some sides are longer than r_c", "r_c より長い辺があっても正しい"),
            _g4_test(wide, 9),
        ),
        Item(
            "lonely",
            1,
            Text(
                "An atom with a single neighbour has 0",
                "隣接原子が 1 個しかない原子では 0 になる",
            ),
            _g4_test(_lonely, 5, (1,)),
        ),
    ),
)
ANGULAR_BY_MOMENTS = Exercise(
    "ps2_angular_by_moments",
    G5,
    (
        Item("minus", 2, Text("Right for λ = -1", "λ = -1 で正しい"), _moments_test(_cone, -1)),
        Item(
            "plus",
            1,
            Text("Still right for λ = +1", "λ = +1 でも正しい"),
            _moments_test(compact, 1),
        ),
    ),
)
