"""Radial functions: G2 of each atom, and how many functions there are."""

from __future__ import annotations

from itertools import combinations_with_replacement, product

import numpy as np

from mlp_teach.grading.assignments.ps2.clusters import between, compact, fade, features, wide
from mlp_teach.grading.compare import judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

COUNTS = "feature_counts"
G2 = "radial_function"

RADIAL_ONCE = Text(
    "The radial functions are taken once for each element of the neighbour: n p of them.",
    "動径関数は、隣接原子の元素ごとに 1 組ずつあります。全部で n p 個です。",
)
ANGULAR_ONCE = Text(
    "An angular function sees two neighbours, and is taken once for each pair of their elements.",
    "角度関数は 2 個の隣接原子を見ます。元素の組ごとに 1 組ずつあります。",
)
ORDERED = Text(
    "Pairs of elements have no order: O-H and H-O are one. That makes n (n + 1)/2 pairs.",
    "元素の組に順序はありません。O-H と H-O は同じ組です。組は n (n + 1)/2 通りです。",
)
NO_LIKE_PAIRS = Text(
    "Both neighbours may be of one element: H-H is a pair too, n (n + 1)/2 in all.",
    "2 個の隣接原子が同じ元素の場合もあります。H-H も 1 つの組で、全部で n (n + 1)/2 通りです。",
)
COUNT = Text(
    "This is not n p + n (n + 1)/2 q. List all functions for two elements, p = 1 and q = 1, on "
    "paper: there are five.",
    "n p + n (n + 1)/2 q になっていません。元素 2 種、p = 1、q = 1 のとき、"
    "関数を紙に書き並べてみてください。5 個あります。",
)
L_FROM_ZERO = Text(
    "l runs from 0 to l_max: these are l_max + 1 values.",
    "l は 0 から l_max まで、l_max + 1 通りあります。",
)
M_SUMMED = Text(
    "m is summed over in p: it multiplies nothing. There is one number for each l.",
    "p では m について和をとっているので、m の分は数に入りません。l ごとに 1 つです。",
)
BOTH_ORDERS = Text(
    "p is symmetric: of n, n' and n', n only one is kept, N (N + 1)/2 for N channels.",
    "p は対称です。(n, n') と (n', n) は一方だけ残すので、チャンネルが N 個なら N (N + 1)/2 "
    "通りです。",
)
PAIRS_OF_ELEMENTS = Text(
    "n and n' run over radial functions and elements together: S n_max channels. Two elements may "
    "have different n.",
    "n と n' は、動径関数と元素を通しで数えます（S n_max チャンネル）。異なる元素では、n と n' "
    "のどの組も別の数です。",
)
ELEMENTS_APART = Text(
    "Products of two elements' coefficients are missing: without them SOAP would not know who "
    "stands beside whom.",
    "異なる元素の係数どうしの積が抜けています。これがないと、どの元素とどの元素が隣り合うか"
    "がわかりません。",
)
SOAP_COUNT = Text(
    "This is not N (N + 1)/2 (l_max + 1) with N = S n_max.",
    "N = S n_max としたときの N (N + 1)/2 (l_max + 1) になっていません。",
)
OWN_NEIGHBOR = Text(
    "Each atom counts itself as a neighbour, at distance 0. The sum goes over the others.",
    "どの原子も、距離 0 の自分自身を隣接原子として数えています。和をとるのは、"
    "ほかの原子についてです。",
)
TWICE = Text(
    "Twice too large: is the ½ of f_c there, and does each neighbour of i count once?",
    "2 倍になっています。f_c の ½ はありますか。i の隣接原子を 1 回ずつ数えていますか。",
)
ONE_WAY = Text(
    "Each pair is counted at one of its ends only. If j is a neighbour of i, i is one of j.",
    "原子対が片方でしか数えられていません。j が i の隣接原子なら、i も j の隣接原子です。",
)
NO_SQUARE = Text(
    "The difference r - R_s is squared in the exponent; without that nothing has a top at R_s.",
    "指数では r - R_s を 2 乗します。2 乗しないと、R_s で最大になりません。",
)
UPHILL = Text(
    "The exponent has the wrong sign: a Gaussian falls on both sides of R_s.",
    "指数の符号が逆です。ガウス関数は R_s の両側で減少します。",
)
NO_SHIFT = Text(
    "R_s is missing: the Gaussian has its top at R_s, not at 0.",
    "R_s が抜けています。ガウス関数は 0 ではなく R_s で最大になります。",
)
WIDTH = Text(
    "η is no width: it multiplies the square, in 1/Å². The width is 1/sqrt(2 η).",
    "η は幅ではありません。単位は 1/Å² で、2 乗にかかります。幅は 1/sqrt(2 η) です。",
)
NO_FADE = Text(
    "The cutoff function is missing: each neighbour counts f_c(r_ij) times.",
    "カットオフ関数が抜けています。隣接原子の寄与には f_c(r_ij) をかけます。",
)
GOES_ON = Text(
    "Beyond r_c the cutoff function is zero; here the cosine rises again.",
    "r_c より遠くではカットオフ関数は 0 です。余弦がまた増えています。",
)
DEGREES = Text(
    "np.cos wants radians: π r / r_c, not 180 r / r_c.",
    "np.cos の引数はラジアンです。180 r / r_c ではなく π r / r_c です。",
)
MEAN = Text(
    "This is a mean: G2 counts neighbours, and twice as many have twice the value.",
    "平均になっています。G2 は隣接原子の数え上げなので、隣接原子が 2 倍になれば値も 2 倍です。",
)
NOT_G2 = Text(
    "This is not G2. Work it out by hand for two atoms: exp(-η (r - R_s)²) f_c(r), the same for "
    "both.",
    "G2 になっていません。2 原子の場合に手計算してみてください。どちらの原子でも exp(-η (r - "
    "R_s)²) f_c(r) です。",
)


def _counts(chance: np.random.Generator) -> tuple[int, ...]:
    n, p, q = (int(chance.integers(*ends)) for ends in ((4, 8), (5, 12), (6, 19)))
    return n, p, q + (q == p), int(chance.integers(4, 10)), int(chance.integers(3, 9))


def _functions(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = n, p, q, _, _ = _counts(chance)
    pairs = len(list(combinations_with_replacement(range(n), 2)))
    mistakes = [
        (RADIAL_ONCE, p + pairs * q),
        *((ANGULAR_ONCE, n * p + many * q) for many in (1, n)),
        *((ORDERED, radial + n**2 * q) for radial in (p, n * p)),
        (NO_LIKE_PAIRS, n * p + (pairs - n) * q),
        (ANGULAR_ONCE, p + q),
    ]
    return judge(parts(ask(COUNTS, *given), 2)[0], n * p + pairs * q, COUNT, mistakes)


def _soap_numbers(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = s, _, _, n_max, l_max = _counts(chance)
    channels = list(product(range(s), range(n_max)))
    kept = len(list(combinations_with_replacement(channels, 2)))
    one = n_max * (n_max + 1) // 2
    degrees = l_max + 1
    mistakes = [
        (L_FROM_ZERO, kept * l_max),
        *((M_SUMMED, kept * many) for many in (degrees**2, 2 * l_max + 1)),
        *((BOTH_ORDERS, len(channels) ** 2 * many) for many in (degrees, l_max)),
        (BOTH_ORDERS, len(channels) * (len(channels) - 1) // 2 * degrees),
        (PAIRS_OF_ELEMENTS, s * (s + 1) // 2 * one * degrees),
        (PAIRS_OF_ELEMENTS, s * (s + 1) // 2 * n_max**2 * degrees),
        *((ELEMENTS_APART, s * many * degrees) for many in (one, n_max**2)),
    ]
    right = kept * degrees
    return judge(parts(ask(COUNTS, *given), 2)[1], right, SOAP_COUNT, mistakes)


def _radial_test(cluster, n_atoms: int, alone: bool = False):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        positions, r_c = cluster(chance, n_atoms)
        if alone:  # one atom moves out of all others' sight
            positions[-1] += (0, 0, 2.5 * r_c)
        eta, r_s = (float(x) for x in chance.uniform((0.4, 1.2), (1.2, 2.5)))
        right = features(positions, r_c, g2=((eta, r_s),))[:, 0]
        found = ask(G2, positions, eta, r_s, r_c)
        return judge(found, right, NOT_G2, _radial_mistakes(positions, eta, r_s, r_c, right))

    return test


def _radial_mistakes(positions, eta, r_s, r_c, right) -> list:
    _, r = between(positions, r_c)
    others = ~np.eye(len(r), dtype=bool)
    f, bump, away = fade(r, r_c) * others, np.exp(-eta * (r - r_s) ** 2), r - r_s
    degrees = np.where((r < r_c) & others, (np.cos(180 * r / r_c) + 1) / 2, 0.0)
    n = len(positions)
    return [
        (OWN_NEIGHBOR, right + np.exp(-eta * r_s**2)),
        (TWICE, 2 * right),
        *((ONE_WAY, part(bump * f).sum(axis)) for part in (np.triu, np.tril) for axis in (0, 1)),
        (NO_SQUARE, (np.exp(-eta * away) * f).sum(1)),
        (NO_SQUARE, (np.exp(-eta * np.abs(away)) * f).sum(1)),
        (UPHILL, (np.exp(eta * away**2) * f).sum(1)),
        (NO_SHIFT, (np.exp(-eta * r**2) * f).sum(1)),
        (WIDTH, (np.exp(-(away**2) / eta**2) * f).sum(1)),
        (WIDTH, (np.exp(-(away**2) / (2 * eta**2)) * f).sum(1)),
        (WIDTH, (np.exp(-((eta * away) ** 2)) * f).sum(1)),
        (NO_FADE, (bump * (f > 0)).sum(1)),
        (NO_FADE, (bump * others).sum(1)),
        (GOES_ON, (bump * others * (np.cos(np.pi * r / r_c) + 1) / 2).sum(1)),
        (DEGREES, (bump * degrees).sum(1)),
        *((MEAN, right / many) for many in (n, n - 1) if many > 1),
        (MEAN, right / np.maximum((f > 0).sum(1), 1)),
    ]


FEATURE_COUNTS = Exercise(
    "ps2_feature_counts",
    COUNTS,
    (
        Item(
            "functions",
            1,
            Text("The number of symmetry functions is right", "対称性関数の数が正しい"),
            _functions,
        ),
        Item(
            "soap",
            1,
            Text(
                "The length of SOAP's power spectrum is right",
                "SOAP のパワースペクトルの個数が正しい",
            ),
            _soap_numbers,
        ),
    ),
)
RADIAL_FUNCTION = Exercise(
    "ps2_radial_function",
    G2,
    (
        Item("pair", 1, Text("Right for two atoms", "2 原子で正しい"), _radial_test(compact, 2)),
        Item(
            "cluster",
            2,
            Text("Right where all atoms see each other", "すべての原子が互いに見えるときに正しい"),
            _radial_test(compact, 7),
        ),
        Item(
            "beyond",
            1,
            Text(
                "Right where some are beyond r_c; an atom without neighbours has 0",
                "r_c より遠い原子があっても正しく、隣接原子のない原子では 0 になる",
            ),
            _radial_test(wide, 10, alone=True),
        ),
    ),
)
