"""Lennard-Jones with a smooth cutoff: energy and forces."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "lennard_jones"
TWICE = Text(
    "Every pair is counted twice, once from either end: take half, or pairs with j > i only.",
    "すべての原子対が両端から 2 回数えられています。半分にするか、j > i の対だけをとってください。",
)
HALVED = Text(
    "Half is missing: the factor ½ belongs to a sum in which each pair stands twice.",
    "半分になっています。係数 ½ がつくのは、各原子対が 2 回現れる和です。",
)
FOUR = Text(
    "The factor 4 is missing: without it the well is only ε / 4 deep.",
    "係数 4 が抜けています。このままでは、井戸の深さが ε ではなく ε / 4 になります。",
)
MEAN = Text(
    "This is a mean: the energy is a sum, and twice the atoms have twice the energy.",
    "平均になっています。エネルギーは和です。原子が 2 倍になれば、エネルギーも 2 倍になります。",
)
NO_FADE = Text(
    "The pair energies are not multiplied by f_c: they stop at r_c in a step.",
    "対のエネルギーに f_c が掛けられていません。r_c で段になって途切れています。",
)
SIGN_OF_ENERGY = Text(
    "The sign of the energy is wrong: far apart, atoms attract each other and E < 0.",
    "エネルギーの符号が逆です。離れた原子は引き合い、E < 0 です。",
)
ENERGY = Text(
    "The energy is not Σ v(r_ij) f_c(r_ij) over all pairs below r_c. Try it by hand for two atoms.",
    "エネルギーが、r_c より近いすべての対についての Σ v(r_ij) f_c(r_ij) になっていません。"
    "2 原子で手計算してみてください。",
)
SIGN_OF_FORCES = Text(
    "The forces point the other way: F_i = -∂E/∂r_i, and ∂r_ij/∂r_i points from j to i.",
    "力の向きが逆です。F_i = -∂E/∂r_i で、∂r_ij/∂r_i は j から i を向きます。",
)
NO_SLOPE_OF_FADE = Text(
    "The slope of the cutoff function is missing: (v f_c)' = v' f_c + v f_c'.",
    "カットオフ関数の微分が抜けています：(v f_c)' = v' f_c + v f_c'。",
)
ONE_END = Text(
    "Only one atom of each pair gets its force: what i feels from j, j feels from i the other way.",
    "各対の片方の原子にしか力が加えられていません。i が j から受ける力と逆向きの力を、j は "
    "i から受けます。",
)
FORCES = Text(
    "The forces are not minus the slope of the energy. Compare with finite differences.",
    "力が、エネルギーの傾きの符号を変えたものになっていません。有限差分と比べてください。",
)


def _right(positions, epsilon, sigma, r_c, fade: bool = True) -> tuple[float, np.ndarray]:
    """Energy and forces of the library's model; without `fade` cut off in a step."""
    import torch
    from ase import Atoms

    from mlp_teach.graph import displacements
    from mlp_teach.models.lennard_jones import LennardJones
    from mlp_teach.neighbors import atom_graph
    from mlp_teach.potential import predict

    def in_a_step(graph):
        r = torch.linalg.vector_norm(displacements(graph), dim=1)
        v = 2 * epsilon * ((sigma / r) ** 12 - (sigma / r) ** 6)
        return r.new_zeros(graph.n_atoms).index_add(0, graph.centers, v)

    model = LennardJones(epsilon, sigma, r_c) if fade else in_a_step
    graph = atom_graph(Atoms(f"Ar{len(positions)}", positions), r_c)
    answer = predict(model, graph, stress=False)
    return float(answer.energy), answer.forces.numpy()


def _fade_held(positions, epsilon, sigma, r_c) -> np.ndarray:
    """Forces that forget the slope of the cutoff function: Σ v' f_c along each pair."""
    import torch

    from mlp_teach.basis.cutoffs import cosine_cutoff

    vectors = positions[None] - positions[:, None]
    r = np.sqrt((vectors**2).sum(2)) + np.diag(np.full(len(positions), 2 * r_c))
    distances = torch.tensor(r, requires_grad=True)
    v = 4 * epsilon * ((sigma / distances) ** 12 - (sigma / distances) ** 6)
    (slope,) = torch.autograd.grad((v * cosine_cutoff(distances.detach(), r_c)).sum(), distances)
    return ((slope.numpy() / r)[..., None] * vectors).sum(1)


def _one_end(positions, *parameters) -> tuple[np.ndarray, np.ndarray]:
    """What atoms feel from those after them alone, and from those before them alone."""
    after, before = np.zeros_like(positions), np.zeros_like(positions)
    for i in range(len(positions)):
        for j in range(i + 1, len(positions)):
            _, pair = _right(positions[[i, j]], *parameters)
            after[i] += pair[0]
            before[j] += pair[1]
    return after, before


def _cluster(chance: np.random.Generator) -> tuple:
    epsilon, sigma = (float(x) for x in chance.uniform((0.005, 2.5), (0.02, 3.2)))
    r_c = float(chance.uniform(2.2, 2.6) * sigma)
    places = 1.15 * sigma * np.array(list(np.ndindex(3, 2, 2)))
    places = places[chance.permutation(12)[:9]]
    return places + chance.uniform(-0.08, 0.08, places.shape) * sigma, epsilon, sigma, r_c


def _energy(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _cluster(chance)
    energy, _ = _right(*given)
    step, _ = _right(*given, fade=False)
    n_atoms = len(given[0])
    mistakes = [
        *((TWICE, 2 * one) for one in (energy, step)),
        *((HALVED, one / 2) for one in (energy, step)),
        *((FOUR, one / 4) for one in (energy, step)),
        *((MEAN, part * energy / n_atoms) for part in (1, 2)),
        (NO_FADE, step),
        (SIGN_OF_ENERGY, -energy),
    ]
    return judge(parts(ask(NAME, *given), 2)[0], energy, ENERGY, mistakes)


def _forces(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _cluster(chance)
    _, forces = _right(*given)
    _, step = _right(*given, fade=False)
    held = _fade_held(*given)
    mistakes = [
        (SIGN_OF_FORCES, -forces),
        (TWICE, 2 * forces),
        (HALVED, forces / 2),
        (FOUR, forces / 4),
        (NO_SLOPE_OF_FADE, held),
        (NO_SLOPE_OF_FADE, -held),
        *((ONE_END, one) for one in _one_end(*given)),
        (NO_FADE, step),
        *((TWICE, 2 * one) for one in (held, step)),
    ]
    return judge(parts(ask(NAME, *given), 2)[1], forces, FORCES, mistakes)


def _slope(ask: Ask, chance: np.random.Generator) -> Text | None:
    """Whatever the energy is: the forces are its slope, also where a pair crosses r_c."""
    _, epsilon, sigma, r_c = _cluster(chance)
    direction = chance.normal(size=3)
    direction /= np.linalg.norm(direction)
    h = 1e-4
    for r in (1.3 * sigma, 0.93 * r_c, r_c):
        ends = [np.array([[0.0, 0.0, 0.0], (r + d) * direction]) for d in (-h, h, 0.0)]
        answers = [parts(ask(NAME, e, epsilon, sigma, r_c), 2) for e in ends]
        low, high = (float(numbers(answer[0], ())) for answer in answers[:2])
        force = numbers(answers[2][1], (2, 3))[1] @ direction
        if abs((high - low) / (2 * h) + force) > 1e-4 * epsilon / sigma or not low:
            return NO_SLOPE_OF_FADE if r > 2 * sigma else FORCES
    return None


LENNARD_JONES = Exercise(
    "ps1_lennard_jones",
    NAME,
    (
        Item("energy", 2, Text("The energy is right", "エネルギーが正しい"), _energy),
        Item("forces", 3, Text("The forces are right", "力が正しい"), _forces),
        Item(
            "slope",
            1,
            Text(
                "Forces and energy belong together, up to the cutoff",
                "カットオフに至るまで、力とエネルギーが一致している",
            ),
            _slope,
        ),
    ),
)
