"""The gradient of one large batch, from the means of many small ones."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "accumulated_gradient"
MEAN_OF_BATCHES = Text(
    "Every batch counts the same here, also the small one at the end. Weigh each mean by how many "
    "terms are in it.",
    "最後の小さなバッチも、ほかと同じ重さになっています。"
    "それぞれの平均に、含まれる項の数で重みをつけてください。",
)
SUM_OF_BATCHES = Text(
    "This is the sum of the gradients. The loss is a mean: more batches must not make it larger.",
    "これは勾配の和です。損失は平均なので、バッチが増えても大きくなってはいけません。",
)
BY_STRUCTURES = Text(
    "The forces were weighed by structures. Their mean is over components, so a batch of large "
    "structures counts more: 3 for each atom.",
    "力に、構造の数で重みをつけています。力の平均は成分についての平均なので、"
    "大きな構造のバッチほど重くなります（1 原子あたり 3 成分）。",
)
BY_ATOMS = Text(
    "The energies were weighed by atoms. Each structure has one energy per atom, so structures are "
    "what counts.",
    "エネルギーに、原子の数で重みをつけています。1 つの構造がもつ E/N は 1 つなので、"
    "数えるのは構造です。",
)
WEIGHTS = Text(
    "The weights of energy and forces are missing or exchanged.",
    "エネルギーと力の重みが抜けているか、入れ替わっています。",
)
NO_GRADIENT = Text(
    "This is not the gradient of the loss of all structures together.",
    "すべての構造をまとめたときの損失の勾配になっていません。",
)
CHANGED_RESULT = Text(
    "Something in here depends on how the structures are cut into batches; nothing may.",
    "構造をバッチに分ける方法に依存しています。依存してはいけません。",
)


Rows = tuple[np.ndarray, np.ndarray]


def _rows(chance: np.random.Generator, rows: int) -> Rows:
    """Answers that are linear in five parameters, and what they should be."""
    return chance.normal(size=(rows, 5)), chance.normal(size=rows) + 0.5


def _gradient(rows: Rows) -> np.ndarray:
    """∂MSE/∂parameters, at parameters that are all zero."""
    return -2 * rows[0].T @ rows[1] / len(rows[1])


def _gradients_of(batches: list[Rows]) -> np.ndarray:
    return np.array([_gradient(one) for one in batches])


def _cut(rows: Rows, sizes: np.ndarray) -> list[Rows]:
    ends = np.cumsum(sizes)[:-1]
    return list(zip(*(np.split(side, ends) for side in rows), strict=True))


def _test(of_forces: bool):
    def test(ask: Ask, chance: np.random.Generator) -> Text | None:
        structures = np.array([5, 5, 5, 2])
        atoms = np.array([int(chance.integers(2, 12, n).sum()) for n in structures])
        w_E, w_F = chance.uniform((0.5, 0.02), (2.0, 0.1)) * (1, of_forces)
        energy, forces = _rows(chance, 17), _rows(chance, 3 * int(atoms.sum()))
        right = w_E * _gradient(energy) + w_F * _gradient(forces)
        e, f = _gradients_of(_cut(energy, structures)), _gradients_of(_cut(forces, 3 * atoms))
        n, a = ((one / one.sum())[:, None] for one in (structures, atoms))
        mistakes = [
            (BY_STRUCTURES, ((w_E * e + w_F * f) * n).sum(0)),
            (BY_ATOMS, ((w_E * e + w_F * f) * a).sum(0)),
            (BY_STRUCTURES, (w_E * e * a + w_F * f * n).sum(0)),
            (MEAN_OF_BATCHES, (w_E * e + w_F * f).mean(0)),
            (MEAN_OF_BATCHES, (w_E * e * n).sum(0) + w_F * f.mean(0)),
            (SUM_OF_BATCHES, (w_E * e + w_F * f).sum(0)),
            (WEIGHTS, (e * n + f * a).sum(0)),
            (WEIGHTS, (w_F * e * n + w_E * f * a).sum(0)),
        ]
        found = ask(NAME, e, f, structures, atoms, float(w_E), float(w_F))
        return judge(found, right, NO_GRADIENT, mistakes)

    return test


def _cut_otherwise(ask: Ask, chance: np.random.Generator) -> Text | None:
    """The same structures in one batch, and in as many as there are."""
    w_E, w_F = map(float, chance.uniform((0.5, 0.02), (2.0, 0.1)))
    size = int(chance.integers(2, 12))
    energy, forces = _rows(chance, 6), _rows(chance, 6 * 3 * size)
    right = w_E * _gradient(energy) + w_F * _gradient(forces)
    for cuts in (1, 2, 4, 6):
        n = np.array([len(group) for group in np.array_split(np.arange(6), cuts)])
        e, f = _cut(energy, n), _cut(forces, 3 * size * n)
        given = (_gradients_of(e), _gradients_of(f), n, size * n, w_E, w_F)
        if hint := judge(ask(NAME, *given), right, CHANGED_RESULT):
            return hint
    return None


ACCUMULATED_GRADIENT = Exercise(
    "ps6_accumulated_gradient",
    NAME,
    (
        Item(
            "energies",
            1,
            Text("Right where energies alone count", "エネルギーだけを使うときに正しい"),
            _test(of_forces=False),
        ),
        Item(
            "both",
            2,
            Text("Right for energies and forces", "エネルギーと力の両方を使うときに正しい"),
            _test(of_forces=True),
        ),
        Item(
            "cut",
            1,
            Text(
                "Structures of one size: any way to cut them into batches gives the same",
                "大きさの同じ構造なら、どうバッチに分けても同じになる",
            ),
            _cut_otherwise,
        ),
    ),
)
