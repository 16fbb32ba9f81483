"""MAE and RMSE in the units that papers print."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.units import MEV

NAME = "error_table"
NOT_PER_ATOM = Text(
    "These errors are per structure: divide each by the number of atoms of its structure.",
    "配置あたりの誤差になっています。それぞれを、その配置の原子数で割ってください。",
)
MEAN_SIZE = Text(
    "Each structure has its own number of atoms: first divide, then take the mean.",
    "配置ごとに原子数が違います。先に割り、それから平均してください。",
)
UNIT = Text(
    "These numbers are in eV; the exercise asks for meV.",
    "eV になっています。求められている単位は meV です。",
)
SIGNS_CANCEL = Text(
    "Errors of both signs cancel here. Take absolute values before the mean.",
    "正負の誤差が打ち消し合っています。平均する前に絶対値をとってください。",
)
VECTORS = Text(
    "These are lengths of error vectors. Forces are compared component by component.",
    "誤差ベクトルの長さになっています。力は成分ごとに比べます。",
)
NO_ROOT = Text(
    "The root is missing: RMSE is the root of the mean of the squares.",
    "平方根が抜けています。RMSE は、2 乗の平均の平方根です。",
)
ABOUT_THE_MEAN = Text(
    "This is the scatter about the mean error; a constant error counts as well.",
    "誤差の平均のまわりのばらつきになっています。一定のずれも誤差です。",
)
SWAPPED = Text(
    "MAE comes first, RMSE second. RMSE is never the smaller one.",
    "1 番目が MAE、2 番目が RMSE です。RMSE が MAE より小さくなることはありません。",
)
ENERGIES = Text(
    "The energy's MAE is not the mean of |E - E_ref| / N over the structures, in meV/atom.",
    "エネルギーの MAE が、|E - E_ref| / N を配置について平均したもの（meV/atom）になっていません。",
)
FORCES = Text(
    "The forces' MAE is not the mean over all components, in meV/Å.",
    "力の MAE が、すべての成分についての平均（meV/Å）になっていません。",
)
ROOTS = Text(
    "One RMSE is wrong: take the same errors as for the MAE, square them, take the mean, then "
    "the root.",
    "RMSE に誤りがあります。MAE と同じ誤差を 2 乗し、平均してから、平方根をとってください。",
)


def _given(chance: np.random.Generator) -> tuple:
    """Labels and a model's answers, off by noise and by a constant."""
    n_atoms = chance.permutation(np.r_[chance.integers(4, 110, 10), [4, 108]])
    energies = -3.7 * n_atoms + chance.normal(0, 1, 12)
    forces = chance.normal(0, 1, (int(n_atoms.sum()), 3))
    guess = energies + n_atoms * chance.normal(2e-3, 3e-3, 12)
    return guess, energies, n_atoms, forces + chance.normal(0.02, 0.05, forces.shape), forces


def _answer(ask: Ask, given: tuple) -> list:
    return parts(ask(NAME, *given), 4)


def _energies(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = guess, energies, n_atoms, *_ = _given(chance)
    off = (guess - energies) / n_atoms / MEV
    right = np.abs(off).mean()
    whole = np.abs(guess - energies).mean() / MEV
    mistakes = [
        (NOT_PER_ATOM, whole),
        (NOT_PER_ATOM, whole * MEV),
        *((MEAN_SIZE, one) for one in (whole / n_atoms.mean(), whole / n_atoms.sum())),
        (UNIT, right * MEV),
        *((SIGNS_CANCEL, one) for one in (off.mean(), -off.mean(), abs(off.mean()))),
        (SWAPPED, np.sqrt((off**2).mean())),
    ]
    return judge(_answer(ask, given)[0], right, ENERGIES, mistakes)


def _forces(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = *_, guess, forces = _given(chance)
    off = (guess - forces) / MEV
    right = np.abs(off).mean()
    lengths = np.sqrt((off**2).sum(1)).mean()
    mistakes = [
        *((VECTORS, one) for one in (lengths, lengths / 3, 3 * right)),
        (UNIT, right * MEV),
        (UNIT, lengths * MEV),
        *((SIGNS_CANCEL, one) for one in (off.mean(), -off.mean(), abs(off.mean()))),
        (SWAPPED, np.sqrt((off**2).mean())),
    ]
    return judge(_answer(ask, given)[2], right, FORCES, mistakes)


def _roots(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = guess, energies, n_atoms, model, forces = _given(chance)
    offs = (guess - energies) / n_atoms / MEV, (model - forces) / MEV
    squares = [(off**2).mean() for off in offs]
    whole = ((offs[0] * n_atoms) ** 2).mean() ** 0.5
    found = [float(numbers(one, ())) for one in _answer(ask, given)]
    mistakes = [
        (NO_ROOT, squares),
        (NO_ROOT, [one * MEV**2 for one in squares]),
        (ABOUT_THE_MEAN, [off.std() for off in offs]),
        (UNIT, [one**0.5 * MEV for one in squares]),
        (SWAPPED, [np.abs(off).mean() for off in offs]),
        (VECTORS, [squares[0] ** 0.5, (3 * squares[1]) ** 0.5]),
        (NOT_PER_ATOM, [whole, squares[1] ** 0.5]),
        (MEAN_SIZE, [whole / n_atoms.mean(), squares[1] ** 0.5]),
    ]
    return judge([found[1], found[3]], np.sqrt(squares), ROOTS, mistakes)


ERROR_TABLE = Exercise(
    "ps4_error_table",
    NAME,
    (
        Item(
            "energies",
            1,
            Text("The MAE of the energies is right", "エネルギーの MAE が正しい"),
            _energies,
        ),
        Item("forces", 1, Text("The MAE of the forces is right", "力の MAE が正しい"), _forces),
        Item("roots", 2, Text("Both RMSE are right", "RMSE が 2 つとも正しい"), _roots),
    ),
)
