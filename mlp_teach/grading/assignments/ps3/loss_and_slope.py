"""The loss with energies and forces, its slope, and what its weights mean."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "loss_and_slope"
NOT_PER_ATOM = Text(
    "The errors of the energies are to be taken per atom: divide each by its number of atoms "
    "before it is squared.",
    "エネルギーの誤差は 1 原子あたりにします。2 乗する前に、それぞれの原子数で割ってください。",
)
ONCE = Text(
    "(ΔE / N)² has N twice below the line; here it is there once: divide before squaring.",
    "(ΔE / N)² では N で 2 回割ることになりますが、1 回しか割られていません。"
    "2 乗する前に割ってください。",
)
SUM = Text(
    "This is a sum; the loss takes means, over the structures and over the force components.",
    "和になっています。損失では、構造についての平均と、力の成分についての平均をとります。",
)
VECTORS = Text(
    "The forces count three times: the mean goes over all components, three an atom, not over "
    "atoms.",
    "力の項が 3 倍になっています。平均は原子についてではなく、1 原子に 3 つある成分の"
    "すべてについてとります。",
)
HALF = Text("There is no factor ½ in this loss.", "この損失に係数 ½ はありません。")
NOT_SQUARED = Text(
    "The mean of absolute errors was taken; the loss has their squares.",
    "絶対誤差の平均になっています。損失は 2 乗誤差を使います。",
)
ROOT = Text("No root is taken: L has squares.", "根号は不要です。L には 2 乗が入ります。")
WEIGHT_SQUARED = Text(
    "The weight was multiplied in before squaring: it stands outside the square.",
    "2 乗する前に重みが掛けられています。重みは 2 乗の外にあります。",
)
VALUE = Text(
    "This is not w_E MSE(E/N) + w_F MSE(F). Try it by hand with one structure of two atoms.",
    "w_E MSE(E/N) + w_F MSE(F) になっていません。2 原子の構造 1 つで手計算してみてください。",
)
NO_TWO = Text(
    "The factor 2 of the slope of a square is missing.", "2 乗の微分から出る係数 2 が抜けています。"
)
UPHILL = Text(
    "The sign of the slope is wrong: dL/dθ was asked for, not the step downhill.",
    "傾きの符号が逆です。求めるのは dL/dθ で、損失を下げる向きではありません。",
)
SLOPE_PER_ATOM = Text(
    "The slope of (ΔE / N)² is 2 (ΔE / N) (B / N): the inner derivative has a 1/N of its own.",
    "(ΔE / N)² の微分は 2 (ΔE / N) (B / N) です。内側の微分からも 1/N が出ます。",
)
NO_FORCES = Text(
    "The slope of the part with the forces is missing.", "力の項の微分が抜けています。"
)
NO_ENERGIES = Text(
    "The slope of the part with the energies is missing.", "エネルギーの項の微分が抜けています。"
)
SLOPE = Text(
    "The second thing is not the slope of L. Compare with [L(θ + h) - L(θ - h)] / 2h, one θ at a "
    "time.",
    "2 番目の値が L の傾きになっていません。θ を 1 成分ずつ動かして、"
    "[L(θ + h) - L(θ - h)] / 2h と比べてください。",
)
INVERTED = Text(
    "The other way round: the smaller w_F, the larger the error of the forces that weighs as much.",
    "逆数になっています。w_F が小さいほど、同じ重さになる力の誤差は大きくなります。",
)
NO_ROOT = Text(
    "Errors enter squared, so the root of the weights' ratio is needed.",
    "誤差は 2 乗で入るので、重みの比の平方根が必要です。",
)
EXCHANGE = Text(
    "An error a of E/N and b of F weigh the same where w_E a² = w_F b². With a = 1, what is b?",
    "E/N の誤差 a と F の誤差 b が同じ重さになるのは、w_E a² = w_F b² のときです。a = 1 なら "
    "b はいくつですか。",
)


def _given(chance: np.random.Generator, exact: str = "") -> dict:
    """A linear potential and its labels, named as the arguments; `exact` have no error."""
    n_atoms = chance.permutation([2, 3, 5, 7])[:3]
    features, total = 4, int(n_atoms.sum())
    theta = chance.normal(size=features)
    per_atom = chance.normal(size=(3, features))
    b, a = per_atom * n_atoms[:, None], chance.normal(size=(total, 3, features))
    e_error, f_error = chance.normal(size=3), chance.normal(size=(total, 3))
    return {
        "theta": theta,
        "B": b,
        "A": a,
        "E_ref": b @ theta - e_error * n_atoms**0.5 * (exact != "E"),
        "F_ref": a @ theta - f_error * (exact != "F"),
        "n_atoms": n_atoms,
        "w_E": float(chance.uniform(1, 9)),
        "w_F": float(chance.uniform(0.02, 0.5)),
    }


def _errors(given: dict) -> tuple[np.ndarray, np.ndarray]:
    theta = given["theta"]
    return given["B"] @ theta - given["E_ref"], given["A"] @ theta - given["F_ref"]


def _energy_part(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _given(chance, exact="F")
    e, n, w = _errors(given)[0], given["n_atoms"], given["w_E"]
    right = w * np.mean((e / n) ** 2)
    mistakes = [
        (NOT_PER_ATOM, w * np.mean(e**2)),
        (ONCE, w * np.mean(e**2 / n)),
        (ONCE, w * np.sum(e**2) / n.sum()),
        (NOT_PER_ATOM, w * np.mean(e**2) / n.sum() ** 2),
        (SUM, len(e) * right),
        (HALF, right / 2),
        (NOT_SQUARED, w * np.mean(np.abs(e / n))),
        (ROOT, w * np.sqrt(np.mean((e / n) ** 2))),
        (ROOT, np.sqrt(right)),
        (WEIGHT_SQUARED, w * right),
    ]
    return judge(parts(ask(NAME, *given.values()), 3)[0], right, VALUE, mistakes)


def _force_part(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _given(chance, exact="E")
    f, w = _errors(given)[1], given["w_F"]
    right = w * np.mean(f**2)
    mistakes = [
        (VECTORS, 3 * right),
        (SUM, f.size * right),
        (HALF, right / 2),
        (HALF, 3 * right / 2),
        (NOT_SQUARED, w * np.mean(np.abs(f))),
        (NOT_SQUARED, w * np.mean(np.linalg.norm(f, axis=1))),
        (ROOT, w * np.sqrt(np.mean(f**2))),
        (ROOT, np.sqrt(right)),
        (WEIGHT_SQUARED, w * right),
    ]
    return judge(parts(ask(NAME, *given.values()), 3)[0], right, VALUE, mistakes)


def _right_slope(given: dict) -> np.ndarray:
    """By autograd, with the library's own loss."""
    import torch

    from mlp_teach.graph import AtomGraph, Labels
    from mlp_teach.potential import Prediction
    from mlp_teach.training.losses import Weights, loss

    theta, b, a, e_ref, f_ref = (torch.from_numpy(one) for one in list(given.values())[:5])
    theta.requires_grad_()
    n_atoms = torch.from_numpy(given["n_atoms"])
    system = torch.repeat_interleave(torch.arange(len(n_atoms)), n_atoms)
    none = torch.zeros(0, dtype=torch.long)
    cells, images = theta.new_zeros(len(n_atoms), 3, 3), none.new_zeros(0, 3)
    graph = AtomGraph(0 * f_ref, system, cells, system, none, none, images)
    guess = Prediction(b @ theta, f_ref[:, 0], a @ theta, None)
    weights = Weights(given["w_E"], given["w_F"])
    (slope,) = torch.autograd.grad(loss(guess, Labels(e_ref, f_ref), graph, weights), theta)
    return slope.numpy()


def _slope(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _given(chance)
    (e, f), n = _errors(given), given["n_atoms"]
    energy = {k: 2 * given["w_E"] * (e / n**k) @ given["B"] / len(e) for k in (0, 1, 2)}
    forces = 2 * given["w_F"] * np.einsum("ia,iaf->f", f, given["A"]) / f.size
    right = _right_slope(given)
    mistakes = [
        (UPHILL, -right),
        (NO_TWO, right / 2),
        (NO_FORCES, energy[2]),
        (NO_ENERGIES, forces),
        (SLOPE_PER_ATOM, energy[1] + forces),
        (SLOPE_PER_ATOM, energy[1] / 2 + forces / 2),
        (NOT_PER_ATOM, energy[0] + forces),
        (VECTORS, energy[2] + 3 * forces),
        (SUM, len(e) * energy[2] + f.size * forces),
    ]
    return judge(parts(ask(NAME, *given.values()), 3)[1], right, SLOPE, mistakes)


def _exchange(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = _given(chance)
    ratio = given["w_E"] / given["w_F"]
    mistakes = [(INVERTED, ratio**-0.5), (INVERTED, 1 / ratio), (NO_ROOT, ratio)]
    mistakes += [(NO_ROOT, ratio**2)]
    return judge(parts(ask(NAME, *given.values()), 3)[2], ratio**0.5, EXCHANGE, mistakes)


LOSS_AND_SLOPE = Exercise(
    "ps3_loss_and_slope",
    NAME,
    (
        Item(
            "energies",
            1,
            Text("The part with the energies is right", "エネルギーの項が正しい"),
            _energy_part,
        ),
        Item("forces", 1, Text("The part with the forces is right", "力の項が正しい"), _force_part),
        Item("slope", 2, Text("dL/dθ is right", "dL/dθ が正しい"), _slope),
        Item(
            "exchange",
            1,
            Text("The error of the forces that weighs as much", "同じ重さになる力の誤差が正しい"),
            _exchange,
        ),
    ),
)
