"""Dynamics with a committee: how far the models disagree, what is kept, and where it must end."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.assignments.ps5.chosen import whole_numbers
from mlp_teach.grading.compare import Unfit, judge, numbers, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Plain

NAME = "explored"
OVER_ATOMS = Text(
    "The spread was taken over the atoms: it says how different the atoms are, not how far the "
    "models disagree. F̄ is the mean over the models, for each atom.",
    "ばらつきを原子について計算しています。これは原子どうしの違いで、モデルの意見の違いでは"
    "ありません。F̄ は、原子ごとの、モデルについての平均です。",
)
K_MINUS_ONE = Text(
    "Divided by K - 1; the formula has K, the number of models.",
    "K - 1 で割っています。式では、モデルの数 K で割ります。",
)
SQUARED = Text(
    "The root is missing: this is in (eV/Å)².",
    "平方根が抜けています。これでは単位が (eV/Å)² です。",
)
LENGTHS = Text(
    "The spread of the lengths |F| does not notice forces that differ in direction. Take the "
    "difference of the vectors, then its length.",
    "長さ |F| のばらつきでは、向きの違いに気づけません。まずベクトルの差をとり、"
    "それからその長さをとります。",
)
MEAN_OF_ATOMS = Text(
    "ε is the largest s_i of the frame, not the mean: one atom that goes wrong drowns in a mean.",
    "ε は平均ではなく、その配置の中で最大の s_i です。平均では、1 個の原子の異常が埋もれます。",
)
COMPONENTS = Text(
    "The three components are averaged, or only the largest one counts; |F - F̄|² is their sum.",
    "3 成分の平均または最大値になっています。|F - F̄|² は 3 成分の和です。",
)
SUMMED = Text(
    "The sum over the models is not divided by their number K: more models would seem less sure.",
    "モデルについての和が、モデルの数 K で割られていません。"
    "モデルを増やすだけで自信がなくなってしまいます。",
)
EPSILON = Text(
    "The first thing is not the largest s_i of each frame, with s_i² the mean over the models of "
    "|F_i^k - F̄_i|².",
    "1 番目の値が、各配置の最大の s_i になっていません。s_i² は |F_i^k - F̄_i|² のモデルについての"
    "平均です。",
)
GOES_ON = Text(
    "Frames behind the end are candidates here. Once ε is above `upper` the trajectory is over, "
    "even if ε falls again.",
    "終わった後の配置が候補に入っています。ε が一度 `upper` を超えたら、後でまた小さくなっても、"
    "軌跡はそこで終わりです。",
)
END_LABELLED = Text(
    "The frame at which the trajectory ends is a candidate here: it may be no physical structure, "
    "so it is not labelled.",
    "軌跡が終わった配置が候補に入っています。物理的にありえない構造かもしれないので、"
    "ラベルは付けません。",
)
TOO_SURE = Text(
    "Frames with ε up to `lower` are candidates here: they would teach little.",
    "ε が `lower` 以下の配置が候補に入っています。ラベルを付けても、ほとんど学べません。",
)
CANDIDATES = Text(
    "The candidates are not the frames before the end with lower < ε ≤ upper.",
    "候補が、終わる前の配置のうち lower < ε ≤ upper のもの、になっていません。",
)
LAST_BAD = Text(
    "The end is the first frame with ε above `upper`, not a later one and not the frame before it.",
    "終わりは、ε が `upper` を超えた最初の配置です。それより後でも前でもありません。",
)
END_UNFIT = Text(
    "The third thing, the end, must be one whole number, also where no frame is above `upper`.",
    "3 番目の値（終わり）は、1 個の整数でなければなりません。`upper` を超える配置がないときも"
    "同じです。",
)
NO_END = Text(
    "Where ε is never above `upper`, the end is the number of frames.",
    "ε が一度も `upper` を超えなければ、終わりは配置の数です。",
)
NAN = Text(
    "A model that answers NaN has left what it knows: the trajectory must end there. Every "
    "comparison with NaN is False, ε > upper too.",
    "NaN と答えるモデルは、知らない領域に出ています。軌跡はそこで終わらなければなりません。"
    "NaN との比較は、ε > upper も含めて、すべて False になります。",
)
LOWER, UPPER = 0.05, 0.25  # eV/Å


def _frames(chance: np.random.Generator, wanted) -> np.ndarray:
    """Forces (frames, models, atoms, 3) whose largest deviations are as wanted, eV/Å."""
    models, atoms = int(chance.integers(3, 6)), int(chance.integers(4, 8))
    spread = chance.normal(size=(len(wanted), models, atoms, 3))
    spread -= spread.mean(1, keepdims=True)
    size = _deviations(spread)
    common = chance.normal(size=(len(wanted), 1, atoms, 3))
    return common + spread * (np.array(wanted) / size)[:, None, None, None]


def _deviations(forces: np.ndarray) -> np.ndarray:
    """The largest force deviation of each frame, by the library, all frames as one system."""
    import torch

    from mlp_teach.active_learning.uncertainty import force_deviation
    from mlp_teach.potential import Prediction

    said = []
    for model in forces.transpose(1, 0, 2, 3):
        energies = torch.zeros(model.shape[0] * model.shape[1], dtype=torch.float64)
        said.append(Prediction(energies[:1], energies, torch.tensor(model).flatten(0, 1), None))
    return force_deviation(said).numpy().reshape(len(forces), -1).max(1)


def _between(chance: np.random.Generator, how_many: int, low: float, high: float) -> list[float]:
    return chance.uniform(low, high, how_many).tolist()


def _run(chance: np.random.Generator, end: bool) -> list[float]:
    """ε of one trajectory; with an end it is sure again behind it."""
    calm = _between(chance, 4, 0.2 * LOWER, 0.8 * LOWER)
    warm = _between(chance, 5, 1.3 * LOWER, 0.8 * UPPER)
    before = calm[:2] + list(chance.permutation(calm[2:] + warm))
    if not end:
        return before
    return before + _between(chance, 2, 1.3 * UPPER, 4 * UPPER) + warm[:3] + calm[:1] + [2 * UPPER]


def _epsilon(ask: Ask, chance: np.random.Generator) -> Text | None:
    forces = _frames(chance, _run(chance, end=False))
    models = forces.shape[1]
    apart = forces - forces.mean(1, keepdims=True)
    squares = (apart**2).mean(1)  # frames, atoms, 3
    s = np.sqrt(squares.sum(2))
    right = _deviations(forces)
    over_atoms = np.sqrt(((forces - forces.mean(2, keepdims=True)) ** 2).mean(2).sum(2))
    lengths = np.linalg.norm(forces, axis=3)
    more = np.sqrt(models / (models - 1))
    mistakes = [
        (OVER_ATOMS, over_atoms.max(1)),
        (OVER_ATOMS, over_atoms.mean(1)),
        (K_MINUS_ONE, right * more),
        (SQUARED, right**2),
        (LENGTHS, lengths.std(1).max(1)),
        (LENGTHS, lengths.std(1, ddof=1).max(1)),
        (MEAN_OF_ATOMS, s.mean(1)),
        (MEAN_OF_ATOMS, s.mean(1) * more),
        (COMPONENTS, right / np.sqrt(3)),
        (COMPONENTS, np.sqrt(squares).mean(2).max(1)),
        (COMPONENTS, np.sqrt(squares).max((1, 2))),
        (SUMMED, right * np.sqrt(models)),
    ]
    return judge(parts(ask(NAME, forces, LOWER, UPPER), 3)[0], right, EPSILON, mistakes)


def _what_it_says(ask: Ask, forces: np.ndarray) -> tuple[np.ndarray, list[int], list[int]]:
    """Deviations, candidates and end, as the student's function has them."""
    epsilon, candidates, end = parts(ask(NAME, forces, LOWER, UPPER), 3)
    return numbers(epsilon, (len(forces),)), whole_numbers(candidates), [_one_number(end)]


def _one_number(found: Plain) -> int:
    try:
        return whole_numbers([found])[0]
    except Unfit:
        raise Unfit(END_UNFIT) from None


def _ends_at(epsilon: np.ndarray) -> int:
    over = np.flatnonzero(~(epsilon <= UPPER))
    return int(over[0]) if len(over) else len(epsilon)


def _candidates(ask: Ask, chance: np.random.Generator) -> Text | None:
    """By the ε that was returned, so that an error there does not count twice."""
    forces = _frames(chance, _run(chance, end=True))
    epsilon, found, _ = _what_it_says(ask, forces)
    over = epsilon > UPPER
    teaches = np.flatnonzero((epsilon > LOWER) & ~over)
    end = _ends_at(epsilon)
    right = teaches[teaches < end].tolist()
    if not len(right) or not over.any():
        return EPSILON
    if sorted(found) == right:
        return None
    wrong = set(found)
    if wrong == set(teaches.tolist()):
        return GOES_ON
    if wrong == {*right, end}:
        return END_LABELLED
    if wrong == set(range(end)):
        return TOO_SURE
    return CANDIDATES


def _end(ask: Ask, chance: np.random.Generator) -> Text | None:
    for with_end in (True, False):
        forces = _frames(chance, _run(chance, with_end))
        epsilon, _, found = _what_it_says(ask, forces)
        if (epsilon > UPPER).any() != with_end or not (epsilon > LOWER).any():
            return EPSILON
        if found != [_ends_at(epsilon)]:
            return LAST_BAD if with_end else NO_END
    return None


def _not_a_number(ask: Ask, chance: np.random.Generator) -> Text | None:
    forces = _frames(chance, _run(chance, end=False))
    bad = int(chance.integers(4, len(forces) - 1))
    forces[bad, -1, 0, 1] = np.nan
    _, candidates, end = parts(ask(NAME, forces, LOWER, UPPER), 3)
    kept = whole_numbers(candidates)
    return None if _one_number(end) == bad and max(kept, default=0) < bad else NAN


EXPLORED = Exercise(
    "ps5_explored",
    NAME,
    (
        Item(
            "deviation",
            3,
            Text("ε is right for each frame", "各配置の ε が正しい"),
            _epsilon,
        ),
        Item(
            "candidates",
            2,
            Text("The candidates are right", "候補が正しい"),
            _candidates,
        ),
        Item("end", 1, Text("So is the end", "終わりの位置が正しい"), _end),
        Item(
            "nan",
            1,
            Text("A NaN ends the trajectory", "NaN が出たら軌跡を終える"),
            _not_a_number,
        ),
    ),
)
