"""Forces through a descriptor: a small network of radial functions and its slope, by hand."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps2.clusters import COPPER, between, compact, fade, wide
from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "energy_and_forces"
NO_TANH = Text(
    "The tanh is missing: E_i is a sum of w tanh(G), not of w G.",
    "tanh が抜けています。E_i は w G ではなく w tanh(G) の和です。",
)
TANH_OF_SUM = Text(
    "Each function has a tanh of its own: take tanh of every G of every atom, then weigh and add.",
    "tanh は関数ごとにとります。各原子の各 G の tanh をとってから、重みをかけて足してください。",
)
MEAN = Text(
    "This is a mean over atoms: the energy is a sum, and twice the atoms have twice the energy.",
    "原子についての平均になっています。エネルギーは和です。原子が 2 倍になれば、エネルギーも 2 "
    "倍になります。",
)
NO_FADE = Text(
    "The cutoff function is missing: each neighbour counts f_c(r_ij) times.",
    "カットオフ関数が抜けています。隣接原子の寄与には f_c(r_ij) をかけます。",
)
OWN_NEIGHBOR = Text(
    "Each atom counts itself as a neighbour, at distance 0. The sum goes over the others.",
    "どの原子も、距離 0 の自分自身を隣接原子として数えています。和をとるのは、"
    "ほかの原子についてです。",
)
ENERGY = Text(
    "The energy is not Σ_i Σ_μ w_μ tanh(G_i^μ). Try it by hand for two atoms and one function.",
    "エネルギーが Σ_i Σ_μ w_μ tanh(G_i^μ) になっていません。2 原子、関数 1 "
    "個の場合に手で計算してみてください。",
)
SIGN = Text(
    "The forces point the other way: F_i = -∂E/∂r_i, and moving i along r_ij makes r_ij shorter.",
    "力の向きが逆です。F_i = -∂E/∂r_i で、i を r_ij の向きに動かすと r_ij は短くなります。",
)
OWN_ENERGY_ONLY = Text(
    "Only the atom's own energy E_i was differentiated. When i moves, its neighbours see it move: "
    "their E_j change too.",
    "原子 i 自身のエネルギー E_i しか微分していません。i が動けば隣接原子からも見えるので、E_j "
    "も変わります。",
)
OWN_SLOPE_TWICE = Text(
    "The neighbour's part has the slope of the neighbour: 1 - tanh² of G_j, not once more of G_i.",
    "隣接原子のエネルギーの変化には、隣接原子の傾きを使います。もう一度 G_i ではなく、G_j "
    "についての 1 - tanh² です。",
)
NO_OUTER = Text(
    "The slope of tanh is missing: dE_i/dG_i is w (1 - tanh²), not w.",
    "tanh の傾きが抜けています。dE_i/dG_i は w ではなく w (1 - tanh²) です。",
)
NO_SLOPE_OF_FADE = Text(
    "The slope of the cutoff function is missing: in G² both the Gaussian and f_c change with r.",
    "カットオフ関数の微分が抜けています。G² では、ガウス関数も f_c も r とともに変わります。",
)
NO_SLOPE_OF_BUMP = Text(
    "The slope of the Gaussian is missing: -2η (r - R_s) times itself.",
    "ガウス関数の微分が抜けています。もとの関数に -2η (r - R_s) をかけたものです。",
)
TWICE = Text(
    "The forces are twice too large: each pair (i, j) gives i its force once, with both slopes in "
    "it.",
    "力が 2 倍になっています。対 (i, j) から i に加わる力は 1 回だけで、"
    "その中に両方の原子の傾きが入ります。",
)
HALF = Text(
    "The forces are half of what they should be: there is no ½ here, since each E_i is a sum of "
    "its own.",
    "力が半分になっています。E_i は原子ごとの和なので、ここに ½ はつきません。",
)
UNBALANCED = Text(
    "The forces of a cluster that is left alone must add up to zero; these do not. What does j "
    "feel when it feels i?",
    "外から何も働かないクラスターでは、力の和は 0 になるはずですが、なっていません。i から j "
    "に働く力はどうなりますか。",
)
FORCES = Text(
    "The forces are not minus the slope of the energy. Compare them with finite differences, "
    "first for two atoms.",
    "力が、エネルギーの傾きの符号を変えたものになっていません。まず 2 原子で、"
    "有限差分と比べてください。",
)


def _given(chance: np.random.Generator, some_beyond: bool) -> tuple:
    positions, r_c = wide(chance, 8) if some_beyond else compact(chance, 6)
    shifts = chance.uniform(0.3, 0.8, 3) * r_c
    functions = np.stack([chance.uniform(0.3, 1.0, 3), shifts], axis=1)
    return positions, functions, chance.uniform(0.5, 1.5, 3) * (1, -1, 1), r_c


def _right(positions, functions, weights, r_c) -> tuple[float, np.ndarray]:
    """Energy and forces by the library: its functions, and autograd for the slope."""
    import torch
    from ase import Atoms

    from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions, symmetry_functions
    from mlp_teach.neighbors import atom_graph
    from mlp_teach.potential import predict

    chosen = SymmetryFunctions(r_c, (COPPER,), g2=tuple(map(tuple, functions.tolist())))

    def model(graph):
        return torch.tanh(symmetry_functions(graph, chosen)) @ torch.tensor(weights)

    atoms = Atoms(numbers=[COPPER] * len(positions), positions=positions)
    answer = predict(model, atom_graph(atoms, r_c), stress=False)
    return float(answer.energy), answer.forces.numpy()


class _Slopes:
    """The pieces of the chain rule, from which usual mistakes are put together."""

    def __init__(self, positions, functions, weights, r_c):
        self.vectors, self.r = between(positions, r_c)
        r, (eta, shift) = self.r[..., None], functions.T
        self.bump = np.exp(-eta * (r - shift) ** 2)
        self.f = fade(r, r_c)
        self.df = np.where(r < r_c, -np.pi / (2 * r_c) * np.sin(np.pi * r / r_c), 0.0)
        self.of_bump = -2 * eta * (r - shift) * self.bump * self.f
        self.of_fade = self.bump * self.df
        self.G = (self.bump * self.f).sum(1)
        self.weights = weights
        self.outer = weights * (1 - np.tanh(self.G) ** 2)

    def forces(self, mine, theirs, inner) -> np.ndarray:
        """`mine` is dE_i/dG_i, `theirs` dE_j/dG_j, `inner` how a term of G changes with r."""
        along = ((mine[:, None] + theirs[None]) * inner).sum(2) / self.r
        return (along[..., None] * self.vectors).sum(1)


def _energy(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = positions, functions, weights, r_c = _given(chance, some_beyond=True)
    energy, _ = _right(*given)
    slopes = _Slopes(*given)
    near = (slopes.r < r_c)[..., None]
    itself = slopes.G + np.exp(-functions[:, 0] * functions[:, 1] ** 2)
    mistakes = [
        (NO_TANH, (slopes.G @ weights).sum()),
        (TANH_OF_SUM, np.tanh(slopes.G @ weights).sum()),
        (TANH_OF_SUM, (weights * np.tanh(slopes.G.sum(0))).sum()),
        (MEAN, energy / len(positions)),
        (NO_FADE, (np.tanh((slopes.bump * near).sum(1)) @ weights).sum()),
        (OWN_NEIGHBOR, (np.tanh(itself) @ weights).sum()),
    ]
    return judge(parts(ask(NAME, *given), 2)[0], energy, ENERGY, mistakes)


def _forces(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _given(chance, some_beyond=True)
    _, right = _right(*given)
    parts_of = _Slopes(*given)
    outer, none = parts_of.outer, np.zeros_like(parts_of.outer)
    flat = np.tile(parts_of.weights, (len(outer), 1))
    inner = parts_of.of_bump + parts_of.of_fade
    own = parts_of.forces(outer, none, inner)
    mistakes = [
        (SIGN, -right),
        *((OWN_ENERGY_ONLY, one) for one in (own, -own)),
        *((OWN_SLOPE_TWICE, one) for one in (2 * own, -2 * own)),
        *((NO_OUTER, sign * parts_of.forces(flat, flat, inner)) for sign in (1, -1)),
        (NO_OUTER, parts_of.forces(flat, none, inner)),
        (NO_SLOPE_OF_FADE, parts_of.forces(outer, outer, parts_of.of_bump)),
        (NO_SLOPE_OF_FADE, parts_of.forces(outer, none, parts_of.of_bump)),
        (NO_SLOPE_OF_BUMP, parts_of.forces(outer, outer, parts_of.of_fade)),
        (TWICE, 2 * right),
        (HALF, right / 2),
    ]
    return judge(parts(ask(NAME, *given), 2)[1], right, FORCES, mistakes)


def _together(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Whatever the energy is: the forces are its slope, also where a pair reaches r_c."""
    _, functions, weights, r_c = _given(chance, some_beyond=False)
    h = 1e-4
    for side in (0.6, 0.95, 1.0):
        apart = side * r_c
        triangle = np.array([[0, 0, 0], [apart, 0, 0], [0.3 * r_c, 0.5 * r_c, 0.1]])
        energy, forces = _both(ask, triangle, functions, weights, r_c)
        if not energy:
            return ENERGY
        if np.abs(forces.sum(0)).max() > 1e-6:
            return UNBALANCED
        for place in ((0, 0), (1, 0), (1, 1), (2, 1)):
            low, high = triangle.copy(), triangle.copy()
            low[place] -= h
            high[place] += h
            ends = [_both(ask, one, functions, weights, r_c)[0] for one in (low, high)]
            if abs((ends[1] - ends[0]) / (2 * h) + forces[place]) > 1e-4:
                return FORCES if side < 0.9 else NO_SLOPE_OF_FADE
    return None


def _both(ask: Ask, *given) -> tuple[float, np.ndarray]:
    energy, forces = parts(ask(NAME, *given), 2)
    return float(numbers(energy, ())), numbers(forces, given[0].shape)


ENERGY_AND_FORCES = Exercise(
    "ps2_energy_and_forces",
    NAME,
    (
        Item("energy", 1, Text("The energy is right", "エネルギーが正しい"), _energy),
        Item("forces", 3, Text("The forces are right", "力が正しい"), _forces),
        Item(
            "together",
            2,
            Text(
                "The forces add up to zero and are the slope of the energy, up to the cutoff",
                "力の和が 0 で、カットオフに至るまでエネルギーの傾きと一致している",
            ),
            _together,
        ),
    ),
)
