"""The errors of a set as papers print them, and those of each element."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import Mistake, judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text

NAME = "error_report"
TOTAL = Text(
    "These are errors of whole structures. Divide each by its number of atoms before the mean.",
    "これは構造全体の誤差です。平均をとる前に、それぞれを原子数で割ってください。",
)
POOLED = Text(
    "The sum of all energies was divided by the sum of all atoms. Each structure has an error per "
    "atom of its own; then comes the mean.",
    "エネルギーの総和を原子の総数で割っています。1 原子あたりの誤差を構造ごとに求め、"
    "それから平均してください。",
)
ELECTRONVOLTS = Text(
    "These are eV and eV/Å; meV were asked for.",
    "単位が eV と eV/Å です。求められているのは meV です。",
)
EXCHANGED = Text(
    "MAE and RMSE are exchanged; the RMSE is never the smaller one.",
    "MAE と RMSE が逆です。RMSE のほうが小さくなることはありません。",
)
NO_ROOT = Text(
    "The root is missing: this is the mean square.",
    "平方根が抜けています。これは 2 乗の平均です。",
)
SIGNED = Text(
    "Positive and negative errors cancel here: take the absolute values first.",
    "正の誤差と負の誤差が打ち消し合っています。先に絶対値をとってください。",
)
LENGTHS = Text(
    "These are lengths of force vectors. Forces count per component, three for each atom.",
    "これは力のベクトルの長さです。力は成分ごとに、1 原子について 3 つ数えます。",
)
WRONG_ENERGY = Text(
    "These are not MAE and RMSE of the energies per atom, in meV/atom.",
    "1 原子あたりのエネルギーの MAE と RMSE（meV/atom）になっていません。",
)
WRONG_FORCES = Text(
    "These are not MAE and RMSE of all force components, in meV/Å.",
    "力の全成分についての MAE と RMSE（meV/Å）になっていません。",
)
ORDER = Text(
    "The elements are not in the order of their atomic numbers.",
    "元素が原子番号の順に並んでいません。",
)
SHARES = Text(
    "The sum over an element was divided by the number of all atoms; divide by that of its own.",
    "元素についての和を、全原子の数で割っています。その元素の原子の数で割ってください。",
)
WRONG_ELEMENTS = Text(
    "These are not the MAE of the force components of each element, in meV/Å.",
    "元素ごとの、力の成分の MAE（meV/Å）になっていません。",
)


def _mae(errors: np.ndarray) -> float:
    return float(np.abs(errors).mean())


def _rmse(errors: np.ndarray) -> float:
    return float(np.sqrt((errors**2).mean()))


class _Case:
    """Structures of different sizes and elements, with a few large errors."""

    def __init__(self, chance: np.random.Generator):
        self.sizes = chance.integers(3, 20, 12)
        n = int(self.sizes.sum())
        self.numbers = np.append(29, chance.permutation(np.resize([8, 1, 6, 29, 6, 1, 1], n - 1)))
        energies = -30.0 * self.sizes + chance.normal(size=12)
        forces = chance.normal(size=(n, 3))
        self.energies = np.array([energies, energies + chance.normal(0.05, 0.2, 12)])
        scale = (0.02 + 0.005 * self.numbers)[:, None]
        self.forces = np.array([forces, forces + scale * chance.standard_t(4, (n, 3))])
        self.per_atom = 1e3 * np.diff(self.energies, axis=0)[0] / self.sizes
        self.components = 1e3 * np.diff(self.forces, axis=0)[0]

    def ask(self, ask: Ask) -> list:
        true, guess = zip(self.energies, self.forces, strict=True)
        return parts(ask(NAME, *true, *guess, self.numbers, self.sizes), 3)


def _usual(errors: np.ndarray) -> list[Mistake]:
    mae, rmse = _mae(errors), _rmse(errors)
    return [
        (ELECTRONVOLTS, np.array([mae, rmse]) / 1e3),
        (EXCHANGED, [rmse, mae]),
        (NO_ROOT, [mae, rmse**2]),
        (NO_ROOT, [mae, rmse**2 / 1e3]),
        (SIGNED, [errors.mean(), rmse]),
        (SIGNED, [abs(errors.mean()), rmse]),
    ]


def _energy(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Case(chance)
    found, errors = case.ask(ask)[0], case.per_atom
    whole = errors * case.sizes
    mistakes = [
        *_usual(errors),
        (TOTAL, [_mae(whole), _rmse(whole)]),
        (TOTAL, [_mae(whole) / 1e3, _rmse(whole) / 1e3]),
        (POOLED, np.array([_mae(whole), _rmse(whole)]) / case.sizes.mean()),
        (POOLED, [_mae(whole) / case.sizes.mean(), _rmse(errors)]),
    ]
    return judge(found, [_mae(errors), _rmse(errors)], WRONG_ENERGY, mistakes)


def _forces(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Case(chance)
    found, errors = case.ask(ask)[1], case.components
    lengths = np.linalg.norm(errors, axis=1)
    mistakes = [*_usual(errors), (LENGTHS, [_mae(lengths), _rmse(lengths)])]
    return judge(found, [_mae(errors), _rmse(errors)], WRONG_FORCES, mistakes)


def _elements(ask: Ask, chance: np.random.Generator) -> Text | None:
    case = _Case(chance)
    found, errors, z = case.ask(ask)[2], case.components, case.numbers
    elements = np.unique(z)
    of = [errors[z == one] for one in elements]
    right = np.array([_mae(one) for one in of])
    met = list(dict.fromkeys(z.tolist()))
    lengths = np.linalg.norm(errors, axis=1)
    mistakes = [
        (ELECTRONVOLTS, right / 1e3),
        (EXCHANGED, [_rmse(one) for one in of]),
        (SIGNED, [one.mean() for one in of]),
        (LENGTHS, [lengths[z == one].mean() for one in elements]),
        (ORDER, [_mae(errors[z == one]) for one in met]),
        (ORDER, right[::-1]),
        (SHARES, [np.abs(one).sum() / errors.size for one in of]),
        (SHARES, [np.abs(one).sum() / len(z) for one in of]),
        (LENGTHS, [np.abs(one).sum() / len(one) for one in of]),
    ]
    return judge(found, right, WRONG_ELEMENTS, mistakes)


ERROR_REPORT = Exercise(
    "ps6_error_report",
    NAME,
    (
        Item(
            "energy",
            1,
            Text(
                "MAE and RMSE of the energies per atom, in meV/atom",
                "1 原子あたりのエネルギーの MAE と RMSE（meV/atom）が正しい",
            ),
            _energy,
        ),
        Item(
            "forces",
            1,
            Text(
                "MAE and RMSE of the force components, in meV/Å",
                "力の成分の MAE と RMSE（meV/Å）が正しい",
            ),
            _forces,
        ),
        Item(
            "elements",
            2,
            Text(
                "MAE of the force components of each element, in the order of atomic numbers",
                "元素ごとの力の成分の MAE が、原子番号の順に正しく並ぶ",
            ),
            _elements,
        ),
    ),
)
