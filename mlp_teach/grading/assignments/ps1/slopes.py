"""Forces as differences of energies."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import CLOSE, judge, numbers
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.grading.wire import Expression

NAME = "forces_by_differences"
SIGN = Text(
    "The sign is wrong: a force points downhill, F = -∂E/∂r.",
    "符号が逆です。力は、エネルギーの坂を下る向きに働きます（F = -∂E/∂r）。",
)
DOUBLE = Text(
    "Everything is twice as large as it should be: between r - h and r + h lie 2h, not h.",
    "すべて 2 倍になっています。r - h と r + h の間隔は h ではなく 2h です。",
)
HALF = Text(
    "Everything is half as large as it should be. By what did you divide, and how far "
    "apart are the "
    "two energies?",
    "すべて半分になっています。2 つのエネルギーの間隔はいくらで、何で割りましたか。",
)
ONE_SIDED = Text(
    "This is a one-sided difference: its error shrinks with h only, that of E(r + h) - E(r - h) "
    "with h².",
    "片側の差分になっています。その誤差は h に比例しますが、E(r + h) - E(r - h) なら h² "
    "に比例します。",
)
LEFT_MOVED = Text(
    "An atom that was moved stays moved while the next one is looked at. Move a copy.",
    "動かした原子が、次の原子を調べるときも動いたままです。コピーを動かしてください。",
)
SLOW = Text(
    "The error shrinks with h, not with h²: the two energies must lie evenly on either "
    "side of where "
    "the atom was.",
    "誤差が h² ではなく h に比例しています。2 つのエネルギーは、"
    "もとの位置の両側に等しく離れていなければなりません。",
)
WRONG = Text(
    "These are not the slopes of the energy. Move one coordinate of one atom at a time, by "
    "h to either "
    "side.",
    "エネルギーの傾きになっていません。1 個の原子の 1 つの座標だけを、両側に h "
    "ずつ動かしてください。",
)
CHANGED = Text(
    "`positions` are not what they were before the call. Move a copy, or move the atom back.",
    "呼び出しの後で `positions` が変わっています。コピーを動かすか、元に戻してください。",
)


def _morse(chance: np.random.Generator):
    """Atoms, their energy as Python for the student's process, and the same as a function."""
    depth, width, rest = chance.uniform((0.3, 1.0, 2.2), (0.6, 1.6, 2.8)).round(3)
    pair = f"{depth} * (1 - np.exp(-{width} * (np.linalg.norm(r[j] - r[i]) - {rest}))) ** 2"
    source = f"lambda r: sum(float({pair}) for i in range(len(r)) for j in range(i))"
    corners = 2.5 * np.array(list(np.ndindex(2, 2, 2)))
    positions = corners[: chance.integers(4, 7)]
    positions = positions + chance.uniform(-0.3, 0.3, positions.shape)
    return positions, Expression(source), eval(source, {"np": np})


def _difference(energy, positions, left: float, right: float) -> np.ndarray:
    """-[E(r + right) - E(r - left)] / (left + right), for each coordinate r."""
    forces = np.zeros_like(positions)
    for place in np.ndindex(positions.shape):
        high, low = positions.copy(), positions.copy()
        high[place] += right
        low[place] -= left
        forces[place] = -(energy(high) - energy(low)) / (left + right)
    return forces


def _left_moved(energy, positions, h: float, end: float) -> np.ndarray:
    """What comes out when each coordinate stays at `end` while the next ones are looked at."""
    forces, atoms = np.zeros_like(positions), positions.copy()
    for place in np.ndindex(positions.shape):
        forces[place] = _difference(energy, atoms, h, h)[place]
        atoms[place] += end
    return forces


def _exact(energy, positions) -> np.ndarray:
    """The slope, by Richardson: two steps tell what h² adds."""
    fine, coarse = (_difference(energy, positions, h, h) for h in (5e-4, 1e-3))
    return (4 * fine - coarse) / 3


def _slope(ask: Ask, chance: np.random.Generator) -> Text | None:
    positions, source, energy = _morse(chance)
    h = 1e-3
    found = ask(NAME, source, positions, h)
    # A formula of order h² misses about 1e-6 here, a one-sided one 1e-3; better ones are welcome.
    if judge(found, _exact(energy, positions), WRONG, close=5e-5) is None:
        return None
    central = _difference(energy, positions, h, h)
    forward, backward = (_difference(energy, positions, *step) for step in ((0.0, h), (h, 0.0)))
    mistakes = [
        *((SIGN, -one) for one in (central, forward, backward)),
        *((DOUBLE, 2 * central), (HALF, central / 2)),
        *((ONE_SIDED, one) for one in (forward, backward)),
        *((LEFT_MOVED, _left_moved(energy, positions, h, end)) for end in (-h, h)),
    ]
    return judge(found, central, WRONG, mistakes, close=1e-7)


def _order(ask: Ask, chance: np.random.Generator) -> Text | None:
    positions, source, energy = _morse(chance)
    right = _exact(energy, positions)
    errors = []
    for h in (0.04, 0.02):
        found = numbers(ask(NAME, source, positions, h), positions.shape)
        errors.append(np.abs(found - right).max() / np.abs(right).max())
    if errors[1] > 0.1:
        return WRONG
    return None if errors[1] < max(errors[0] / 3, CLOSE) else SLOW


def _untouched(ask: Ask, chance: np.random.Generator) -> Text | None:
    positions, source, energy = _morse(chance)
    after = ask(f"lambda e, r, h: ({NAME}(e, r, h), r)[1]", source, positions, 0.02)
    if judge(after, positions, CHANGED, close=0.0):
        return CHANGED
    found = numbers(ask(NAME, source, positions, 1e-3), positions.shape)
    size = np.abs(_exact(energy, positions)).max()
    return None if np.abs(found).max() > 0.1 * size else WRONG  # nothing done, nothing changed


FORCES_BY_DIFFERENCES = Exercise(
    "ps1_forces_by_differences",
    NAME,
    (
        Item(
            "slope",
            2,
            Text(
                "The forces are minus the slope of the energy",
                "力がエネルギーの傾きの符号を変えたものになっている",
            ),
            _slope,
        ),
        Item(
            "order",
            1,
            Text(
                "Half the step makes the error a quarter",
                "刻みを半分にすると誤差が 4 分の 1 になる",
            ),
            _order,
        ),
        Item(
            "untouched",
            1,
            Text("The positions are left as they were", "渡した位置が変わっていない"),
            _untouched,
        ),
    ),
)
