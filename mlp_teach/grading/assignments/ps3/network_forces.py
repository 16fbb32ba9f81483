"""Find the error: forces of a network that forget the neighbours' energies."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps3.clusters import cluster, vectors_and_distances
from mlp_teach.grading.compare import judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "network_forces"
AS_IT_WAS = Text(
    "These are still the forces of the faulty function. When i moves, G_j of its neighbours "
    "changes too, and E_j with it: whose slope is in the sum twice, whose is missing?",
    "まだ誤りのある関数と同じ力です。i が動くと隣接原子の G_j も変わり、E_j も変わります。"
    "2 回数えられているのはどのエネルギーの傾きで、抜けているのはどのエネルギーの傾きですか。",
)
ONE_ENERGY = Text(
    "One of the two energies of each pair is missing: r_ij stands in G_i and in G_j.",
    "各対について、2 つのエネルギーの一方が抜けています。r_ij は G_i にも G_j にも入っています。",
)
DOUBLE = Text(
    "Everything is twice as large as it should be: each of the two energies counts once.",
    "すべてが 2 倍になっています。2 つのエネルギーはそれぞれ 1 回だけ数えます。",
)
SIGN = Text(
    "The sign is wrong: F_i = -∂E/∂r_i, and r_ij gets shorter when i moves along it.",
    "符号が逆です。F_i = -∂E/∂r_i で、i を r_ij の向きに動かすと r_ij は縮みます。",
)
NO_SLOPE_OF_FADE = Text(
    "The slope of the cutoff function is missing now: it was right before.",
    "カットオフ関数の傾きがなくなっています。そこはもとから正しかったところです。",
)
FORCES = Text(
    "These are not minus the slopes of E. Write ∂E/∂r_i as a sum over all energies that r_i "
    "changes.",
    "E の傾きの符号を変えたものになっていません。∂E/∂r_i を、r_i によって変わるすべての"
    "エネルギーについての和として書いてください。",
)
NO_REACTION = Text(
    "The forces do not add up to zero: the cluster would push itself away. What i feels from j, j "
    "must feel from i the other way.",
    "力の総和が 0 になりません。クラスターがひとりでに動き出してしまいます。i が j から"
    "受ける力と逆向きの力を、j は i から受けなければなりません。",
)


def _right(positions, eta, r_c, u, w) -> np.ndarray:
    """By autograd, from the energy of the text."""
    import torch

    from mlp_teach.basis.cutoffs import cosine_cutoff

    r = torch.tensor(positions, requires_grad=True)
    i, j = torch.where(~torch.eye(len(r), dtype=torch.bool))
    d = torch.linalg.vector_norm(r[j] - r[i], dim=1)
    terms = torch.exp(-eta * d**2) * cosine_cutoff(d, r_c)
    features = terms.new_zeros(len(r)).index_add(0, i, terms)
    (slope,) = torch.autograd.grad((w * torch.tanh(u * features)).sum(), r)
    return -slope.numpy()


def _variant(given: tuple, own: int, other: int, fade_slope: bool = True) -> np.ndarray:
    """Σ_j (own E_i' + other E_j') (g f_c)' r_ij / |r_ij|."""
    positions, eta, r_c, u, w = given
    vectors, r = vectors_and_distances(positions)
    r = np.where((r == 0) | (r > r_c), r_c, r)
    f = (np.cos(np.pi * r / r_c) + 1) / 2
    df = -np.pi / (2 * r_c) * np.sin(np.pi * r / r_c) * fade_slope
    g = np.exp(-eta * r**2)
    e = w * u / np.cosh(u * (g * f).sum(1)) ** 2
    pull = (own * e[:, None] + other * e[None]) * (df - 2 * eta * r * f) * g / r
    return (pull[..., None] * vectors).sum(1)


def _given(chance: np.random.Generator) -> tuple:
    r_c = float(chance.uniform(2.4, 2.8))
    eta, u, w = (float(x) for x in chance.uniform((0.1, 0.5, 1.0), (0.2, 0.8, 2.0)))
    return cluster(chance, 8, 2.9), eta, r_c, u, w


def _hint(ask: Ask, given: tuple) -> Text | None:
    right, faulty = _right(*given), _variant(given, 2, 0)
    mistakes = [
        (AS_IT_WAS, faulty),
        *((SIGN, -one) for one in (right, faulty)),
        (DOUBLE, 2 * right),
        *((ONE_ENERGY, _variant(given, *which)) for which in ((1, 0), (0, 1), (0, 2))),
        *(
            (NO_SLOPE_OF_FADE, _variant(given, *which, fade_slope=False))
            for which in ((1, 1), (2, 0), (2, 2))
        ),
    ]
    return judge(ask(NAME, *given), right, FORCES, mistakes)


def _three(ask: Ask, chance: np.random.Generator) -> Text | None:
    """The smallest cluster in which atoms have different numbers of neighbours."""
    _, *parameters = _given(chance)
    a, b = chance.uniform(0.45, 0.7, 2) * parameters[1]
    return _hint(ask, (np.array([[-a, 0, 0], [0, 0, 0], [0, b, 0]]), *parameters))


def _cluster(ask: Ask, chance: np.random.Generator) -> Text | None:
    return _hint(ask, _given(chance))


def _sum(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Newton's third law, whatever the forces are; but there must be some."""
    given = _given(chance)
    size = np.abs(_right(*given)).max()
    forces = numbers(ask(NAME, *given), given[0].shape)
    if np.abs(forces).max() < 0.05 * size:
        return FORCES
    return None if np.abs(forces.sum(0)).max() < 1e-9 * size else NO_REACTION


NETWORK_FORCES = Exercise(
    "ps3_network_forces",
    NAME,
    (
        Item("three", 1, Text("Right for three atoms", "3 原子で正しい"), _three),
        Item("cluster", 2, Text("Right for a cluster", "クラスターで正しい"), _cluster),
        Item(
            "sum",
            1,
            Text("The forces add up to zero", "力の総和が 0 である"),
            _sum,
        ),
    ),
)
