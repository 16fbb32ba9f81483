"""Drift and fluctuation of the total energy of an NVE run."""

from __future__ import annotations

import numpy as np

from mlp_teach.grading.compare import judge, parts
from mlp_teach.grading.exercise import Ask, Exercise, Item, Text
from mlp_teach.units import MEV

NAME = "energy_drift"
TWO_POINTS = Text(
    "These are the first and the last step alone: both fluctuate. Lay a line through all steps.",
    "最初と最後のステップだけで決まっています。どちらも揺らいでいます。"
    "すべてのステップに直線を当てはめてください。",
)
NOT_PER_ATOM = Text(
    "This is for the whole cell: divide by the number of atoms.",
    "セル全体の値です。原子数で割ってください。",
)
UNIT = Text(
    "This is in eV; the exercise asks for meV.",
    "eV になっています。求められている単位は meV です。",
)
WHOLE_RUN = Text(
    "This is what the whole run gains; the exercise asks for the slope, so much for each ps.",
    "計算全体での変化量です。求められているのは、1 ps あたりの傾きです。",
)
BY_STEP = Text(
    "This is the slope per step; the exercise asks for the slope per ps: use the times.",
    "1 ステップあたりの傾きです。求められているのは 1 ps あたりなので、時刻を使ってください。",
)
THOUSAND = Text(
    "A factor of 1000 is missing: meV (not eV) for each atom and each ps (not fs).",
    "1000 倍の換算が抜けています。eV ではなく meV、fs ではなく ps です。",
)
UPSIDE_DOWN = Text(
    "Time and energy have changed places: the slope is energy by time.",
    "時間とエネルギーが逆です。傾きは、エネルギー ÷ 時間です。",
)
SLOPE = Text(
    "The first number is not the slope of the line through E(t), in meV/atom/ps.",
    "1 番目の値が、E(t) に当てはめた直線の傾き（meV/atom/ps）になっていません。",
)
ABOUT_THE_MEAN = Text(
    "This scatter holds the drift as well: take the line off, not the mean.",
    "このばらつきには、ドリフトも含まれています。平均ではなく、当てはめた直線を差し引いてください。",
)
ABOUT_THE_FIRST = Text(
    "The first energy fluctuates too; measure from the line.",
    "最初のエネルギーも揺らいでいます。直線からのずれを測ってください。",
)
DEGREES_OF_FREEDOM = Text(
    "The mean is over all steps, as the formula says: divide by their number.",
    "式のとおり、すべてのステップについての平均です。ステップの数で割ってください。",
)
NO_ROOT = Text(
    "The root is missing: a fluctuation has the unit of an energy.",
    "平方根が抜けています。ゆらぎはエネルギーの単位をもちます。",
)
ABSOLUTE = Text(
    "The fluctuation is the root of a mean of squares, not a mean of absolute values or a range.",
    "求められているのは 2 乗の平均の平方根で、絶対値の平均や最大と最小の差ではありません。",
)
FLUCTUATION = Text(
    "The second number is not the fluctuation about the line, in meV/atom.",
    "2 番目の値が、直線のまわりのゆらぎ（meV/atom）になっていません。",
)


def _run(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, int]:
    """Times (ps) and total energies (eV) of a ring of springs that gains or loses heat."""
    n_atoms, k, mass = int(chance.integers(6, 20)), 3.0, 63.546 * 103.643  # eV fs²/Å²
    x, v = chance.normal(0, 0.1, n_atoms), chance.normal(0, 1e-3, n_atoms)
    step, energies = float(chance.uniform(12, 18)), []
    force = _force(x, k)
    for _ in range(120):
        v = v + step / 2 * force / mass
        x = x + step * v
        force = _force(x, k)
        v = v + step / 2 * force / mass
        stretch = _next(x) - x
        energies.append(mass * (v**2).sum() / 2 + (k * stretch**2 / 2 + 2 * stretch**4).sum())
    times = step * np.arange(1, 121) / 1e3
    leak = chance.choice([-1, 1]) * chance.uniform(0.5, 2.0) * MEV * n_atoms
    return times, np.array(energies) - 3.7 * n_atoms + leak * times, n_atoms


def _next(x: np.ndarray) -> np.ndarray:
    return np.concatenate([x[1:], x[:1]])  # a ring: the last one's neighbour is the first


def _force(x: np.ndarray, k: float) -> np.ndarray:
    stretch = _next(x) - x
    pull = k * stretch + 8 * stretch**3
    return pull - np.concatenate([pull[-1:], pull[:-1]])


def _line(times: np.ndarray, per_atom: np.ndarray) -> tuple[float, np.ndarray]:
    """The slope by the normal equations, and what is left."""
    t = times - times.mean()
    slope = float((t * per_atom).sum() / (t**2).sum())
    return slope, per_atom - per_atom.mean() - slope * t


def _slope(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = times, energies, n_atoms = _run(chance)
    per_atom = energies / n_atoms / MEV
    right, _ = _line(times, per_atom)
    back, _ = _line(per_atom, times)
    ends = (per_atom[-1] - per_atom[0]) / (times[-1] - times[0])
    mistakes = [
        *((TWO_POINTS, one) for one in (ends, (per_atom[-1] - per_atom[0]) / times[-1])),
        *((NOT_PER_ATOM, one * n_atoms) for one in (right, right * MEV)),
        (THOUSAND, right * MEV),
        *((WHOLE_RUN, right * one) for one in (np.ptp(times), times[-1])),
        (WHOLE_RUN, per_atom[-1] - per_atom[0]),
        (BY_STEP, right * (times[1] - times[0])),
        (UPSIDE_DOWN, back),
    ]
    return judge(parts(ask(NAME, *given), 2)[0], right, SLOPE, mistakes, close=1e-6)


def _fluctuation(ask: Ask, chance: np.random.Generator) -> Text | None:
    given = times, energies, n_atoms = _run(chance)
    per_atom = energies / n_atoms / MEV
    _, rest = _line(times, per_atom)
    right, n = rest.std(), len(rest)
    mistakes = [
        (ABOUT_THE_MEAN, per_atom.std()),
        (ABOUT_THE_MEAN, per_atom.std(ddof=1)),
        (ABOUT_THE_FIRST, np.sqrt(((per_atom - per_atom[0]) ** 2).mean())),
        *((DEGREES_OF_FREEDOM, right * (n / (n - one)) ** 0.5) for one in (1, 2)),
        *((NOT_PER_ATOM, right * one) for one in (n_atoms, n_atoms * MEV, n_atoms**0.5)),
        (UNIT, right * MEV),
        (NO_ROOT, right**2),
        *((ABSOLUTE, one) for one in (np.abs(rest).mean(), np.ptp(rest), np.abs(rest).max())),
    ]
    return judge(parts(ask(NAME, *given), 2)[1], right, FLUCTUATION, mistakes, close=1e-6)


ENERGY_DRIFT = Exercise(
    "ps4_energy_drift",
    NAME,
    (
        Item("slope", 2, Text("The drift is right", "ドリフトが正しい"), _slope),
        Item("fluctuation", 2, Text("The fluctuation is right", "ゆらぎが正しい"), _fluctuation),
    ),
)
