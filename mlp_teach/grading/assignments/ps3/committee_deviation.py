"""Uncertainty from an ensemble: how far its members disagree."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "committee_deviation"
ONE_LESS = Text(
    "The sum of squares was divided by K - 1; the text divides by K.",
    "2 乗の和が K - 1 で割られています。問題文では K で割ります。",
)
NOT_PER_ATOM = Text(
    "This is the deviation of the whole energy; s_E is per atom.",
    "全エネルギーのばらつきになっています。s_E は 1 原子あたりです。",
)
ROOT_OF_N = Text(
    "The deviation was divided by √N: E/N is compared, so it is N that divides it.",
    "ばらつきが √N で割られています。比べるのは E/N なので、N で割ります。",
)
VARIANCE = Text(
    "The root is missing: this is a mean of squares, in other units.",
    "平方根が抜けています。2 乗の平均のままで、単位も違います。",
)
ENERGY = Text(
    "s_E is not √[(1/K) Σ_k (E^k - Ē)²] / N.",
    "s_E が √[(1/K) Σ_k (E^k - Ē)²] / N になっていません。",
)
COMPONENT_MEAN = Text(
    "This is a mean over x, y and z, too small by √3: |F - F̄|² is the sum of three squares.",
    "x、y、z についての平均になっているので、1/√3 倍です。|F - F̄|² は 3 つの 2 乗の和です。",
)
LENGTHS = Text(
    "The lengths of the forces were compared. Models that agree in the length but not in the "
    "direction disagree too: subtract the mean vector first.",
    "力の大きさだけが比べられています。大きさが同じでも、向きが違えば一致していません。"
    "先に平均のベクトルを引いてください。",
)
ADDED_PLAINLY = Text(
    "The deviations of x, y and z are added up as they are; it is their squares that add up.",
    "x、y、z のばらつきがそのまま足されています。足し合わせるのはその 2 乗です。",
)
MEAN_LENGTH = Text(
    "This is the mean of |F - F̄|; s_i is the root of the mean of its square.",
    "|F - F̄| の平均になっています。s_i は、その 2 乗の平均の平方根です。",
)
FORCES = Text(
    "s_i is not √[(1/K) Σ_k |F_i^k - F̄_i|²]. Try it by hand with two models and one atom.",
    "s_i が √[(1/K) Σ_k |F_i^k - F̄_i|²] になっていません。モデル 2 つ、原子 1 個で手計算してみて"
    "ください。",
)
SHARED = Text(
    "An error that all models share changed s_i. It must not: only their disagreement counts.",
    "すべてのモデルに共通の誤差で s_i が変わりました。数えるのはモデルどうしの不一致だけです。",
)
NOT_TURNED = Text(
    "s_i changed when all forces were turned alike. A deviation of vectors has no direction: add "
    "the squares of the three components.",
    "すべての力を同じように回すと、s_i が変わりました。ベクトルのばらつきは向きによりません。"
    "3 成分の 2 乗を足してください。",
)


def _given(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    n_models, n_atoms = chance.permutation([4, 5, 6, 7, 8])[:2]
    energies = chance.normal(-30, 2, n_models)
    mean = chance.normal(size=(n_atoms, 3))
    spread = chance.uniform(0.2, 1.0, (n_atoms, 1))
    return energies, mean + spread * chance.normal(size=(n_models, n_atoms, 3))


def _right(energies: np.ndarray, forces: np.ndarray) -> tuple[float, np.ndarray]:
    """The library's own deviations."""
    import torch

    from mlp_teach.active_learning.uncertainty import energy_deviation, force_deviation
    from mlp_teach.graph import AtomGraph
    from mlp_teach.potential import Prediction

    n_atoms = forces.shape[1]
    whole, none = torch.zeros(n_atoms, dtype=torch.long), torch.zeros(0, dtype=torch.long)
    positions, cells = torch.zeros(n_atoms, 3).double(), torch.zeros(1, 3, 3).double()
    graph = AtomGraph(positions, whole, cells, whole, none, none, none.new_zeros(0, 3))
    said = [
        Prediction(torch.tensor([e]), positions[:, 0], torch.tensor(f), None)
        for e, f in zip(energies, forces, strict=True)
    ]
    return float(energy_deviation(said, graph)), force_deviation(said).numpy()


def _energy(ask: Ask, chance: np.random.Generator) -> Text | None:
    energies, forces = _given(chance)
    right, _ = _right(energies, forces)
    k, n = forces.shape[:2]
    less = np.sqrt(k / (k - 1))
    mistakes = [
        (ONE_LESS, less * right),
        *((NOT_PER_ATOM, part * n * right) for part in (1, less)),
        *((ROOT_OF_N, part * n**0.5 * right) for part in (1, less)),
        *((VARIANCE, np.var(energies, ddof=ddof) / n**p) for ddof in (0, 1) for p in (0, 1, 2)),
    ]
    return judge(parts(ask(NAME, energies, forces), 2)[0], right, ENERGY, mistakes)


def _force(ask: Ask, chance: np.random.Generator) -> Text | None:
    energies, forces = _given(chance)
    _, right = _right(energies, forces)
    k = len(forces)
    apart = np.linalg.norm(forces - forces.mean(0), axis=2)
    less = np.sqrt(k / (k - 1))
    mistakes = [
        (ONE_LESS, less * right),
        *((COMPONENT_MEAN, part * right / 3**0.5) for part in (1, less)),
        *((LENGTHS, np.linalg.norm(forces, axis=2).std(0, ddof=d)) for d in (0, 1)),
        *((ADDED_PLAINLY, part * forces.std(0).sum(1)) for part in (1, less)),
        *((ADDED_PLAINLY, part * forces.std(0).mean(1)) for part in (1, less)),
        *((VARIANCE, part * right**2) for part in (1, less**2, 1 / 3)),
        (MEAN_LENGTH, apart.mean(0)),
    ]
    return judge(parts(ask(NAME, energies, forces), 2)[1], right, FORCES, mistakes)


def _laws(ask: Ask, chance: np.random.Generator) -> Text | None:
    from mlp_teach.checks.deformations import random_orthogonal

    energies, forces = _given(chance)
    shape = forces.shape[1:2]
    shared = chance.normal(size=forces.shape[1:])
    turn = random_orthogonal(chance, 1)

    def deviation(of: np.ndarray) -> np.ndarray:
        return numbers(parts(ask(NAME, energies, of), 2)[1], shape)

    before = deviation(forces)
    if np.ptp(before) < 1e-6:
        return FORCES
    close = 1e-8 * np.abs(before).max()
    if np.abs(deviation(forces + shared) - before).max() > close:
        return SHARED
    return None if np.abs(deviation(forces @ turn.T) - before).max() < close else NOT_TURNED


COMMITTEE_DEVIATION = Exercise(
    "ps3_committee_deviation",
    NAME,
    (
        Item("energy", 1, Text("s_E is right", "s_E が正しい"), _energy),
        Item("forces", 2, Text("s_i is right", "s_i が正しい"), _force),
        Item(
            "laws",
            1,
            Text(
                "s_i sees disagreement alone, in whatever direction",
                "s_i が不一致だけを、向きによらずに測る",
            ),
            _laws,
        ),
    ),
)
