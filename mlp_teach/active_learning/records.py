"""Runs of the loop as small records: errors after so many labels; and what labels were saved.

A learning curve of one strategy is the mean over runs with different seeds. How many labels another
strategy needs for the error that chance reaches with its last ones is read off its mean curve, on a
straight line between neighbouring points in the logarithms of both,

    n* = first n with error(n) = error_random(n_end),     saving = 1 - n*/n_end,
    ratio = n_end / n*                                                                       (1)

A strategy that never gets there has a ratio below 1, read off the other way round: n_end over the
labels becomes the labels over n_end with which chance had what the strategy reached at the end.
Where chance's own curve was down there before n_end and rose again, (1) flatters whatever it is
held against, chance itself too: `Saving.chance_first` is the n with which chance was first there,
and n_end / chance_first the ratio that it would be given.
How sure that is: seeds are drawn anew with repetition, for both strategies the same ones, and (1)
is worked out each time; the interval holds the middle 90 %. Of five seeds that is too narrow: drawn
from five normal numbers, such an interval holds their true mean in 79 % of all cases.

B. Efron and R. Tibshirani, An Introduction to the Bootstrap (Chapman & Hall, 1993).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from mlp_teach.active_learning.journal import read_journal
from mlp_teach.active_learning.loop import JOURNAL, rounds_of

RECORDED = Path(__file__).parent / "recorded"
DRAWS = 2000  # of the bootstrap


@dataclass(frozen=True)
class Run:
    """One run: labels and errors of every round."""

    system: str
    strategy: str
    seed: int
    labels: list[int]
    errors: dict[str, list[float]]  # one list a quantity, meV/Å or meV/atom
    cpu_seconds: float
    date: str
    versions: dict[str, str]
    settings: dict


@dataclass(frozen=True)
class Saving:
    """Labels that a strategy needs for what chance reaches with `labels`, and the middle 90 %."""

    strategy: str
    error: str  # the quantity
    labels: int
    target: float  # error of chance with all its labels
    ratio: float
    ratio_interval: tuple[float, float]
    chance_first: float  # labels with which chance first had that error; `labels` if it only fell

    @property
    def percent(self) -> float:
        """Labels saved, %; negative if more are needed."""
        return 100 * (1 - 1 / self.ratio)

    @property
    def percent_interval(self) -> tuple[float, float]:
        """The same for the ends of the interval."""
        low, high = self.ratio_interval
        return 100 * (1 - 1 / low), 100 * (1 - 1 / high)


def run_of(folder: Path | str, system: str, strategy: str, seed: int, cpu_seconds: float) -> Run:
    """The record of a finished run of the loop."""
    lines = read_journal(Path(folder) / JOURNAL)
    rounds = [one for one in rounds_of(lines) if one.errors]
    names = rounds[0].errors
    errors = {name: [float(f"{one.errors[name]:.5g}") for one in rounds] for name in names}
    opened = lines[0]
    return Run(
        system,
        strategy,
        seed,
        [one.labels for one in rounds],
        errors,
        round(cpu_seconds, 1),
        opened["time"][:10],
        opened["versions"],
        opened["settings"]["more"],
    )


def write_runs(runs: Sequence[Run], path: Path | str) -> None:
    """One run a line, in a JSON list."""
    lines = ",\n".join(json.dumps(asdict(run)) for run in runs)
    Path(path).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def read_runs(path: Path | str) -> list[Run]:
    """The runs of a file."""
    return [Run(**one) for one in json.loads(Path(path).read_text(encoding="utf-8"))]


def recorded(system: str) -> list[Run]:
    """The runs that ship with the package. Raises ValueError for a system that has none."""
    path = RECORDED / f"{system}.json"
    if not path.exists():
        known = ", ".join(sorted(one.stem for one in RECORDED.glob("*.json")))
        raise ValueError(f"There are no recorded runs of {system!r}; there are: {known}.")
    return read_runs(path)


def curves(
    runs: Sequence[Run], strategy: str, error: str
) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "seeds points"]]:
    """Labels, and the error of each seed after them, seeds in order. Where runs have labels of
    their own (failures, sure models) they are read off straight lines, as far as all runs go."""
    mine = sorted((run for run in runs if run.strategy == strategy), key=lambda run: run.seed)
    if not mine:
        known = ", ".join(sorted({run.strategy for run in runs}))
        raise ValueError(f"There is no run of the strategy {strategy!r}; there are: {known}.")
    longest = max(mine, key=lambda run: run.labels[-1])
    end = min(run.labels[-1] for run in mine)
    labels = np.array([n for n in longest.labels if n <= end], dtype=float)
    values = [np.interp(labels, run.labels, run.errors[error]) for run in mine]
    return labels, np.array(values)


def saving(runs: Sequence[Run], strategy: str, error: str, labels: int | None = None) -> Saving:
    """(1) for a strategy against chance, with its interval; n_end is the last point of chance that
    both reach, up to `labels` if given.

    Where both curves are flat at the end, the model can learn no more and the ratio says little:
    look at an earlier end too. Raises ValueError for fewer `labels` than the first point has.
    """
    known, chance = curves(runs, "random", error)
    own_known, own = curves(runs, strategy, error)
    end = min(known[-1], own_known[-1], np.inf if labels is None else labels)
    chance, own = chance[:, known <= end], own[:, own_known <= end]
    known, own_known = known[known <= end], own_known[own_known <= end]
    if not (len(known) and len(own_known)):
        raise ValueError(f"No curve has a point with {labels} labels or fewer.")
    generator, drawn = np.random.default_rng(0), []
    for _ in range(DRAWS):
        pick = generator.integers(len(chance), size=len(chance))
        mean, other = chance[pick].mean(0), own[pick % len(own)].mean(0)
        drawn.append(ratio_of(known, mean, own_known, other))
    low, high = np.percentile(drawn, [5, 95])
    mean = chance.mean(0)
    target, interval = float(mean[-1]), (float(low), float(high))
    ratio, first = ratio_of(known, mean, own_known, own.mean(0)), labels_needed(known, mean, target)
    return Saving(strategy, error, int(known[-1]), target, ratio, interval, first)


def ratio_of(
    labels: Float[np.ndarray, " points"],
    chance: Float[np.ndarray, " points"],
    own_labels: Float[np.ndarray, " own"],
    own: Float[np.ndarray, " own"],
) -> float:
    """n_end / n* of (1); below 1, the share of labels with which chance had the other's end."""
    reached = labels_needed(own_labels, own, float(chance[-1]))
    if np.isfinite(reached):
        return float(labels[-1] / reached)
    return float(labels_needed(labels, chance, float(own[-1])) / own_labels[-1])


def labels_needed(
    labels: Float[np.ndarray, " points"], errors: Float[np.ndarray, " points"], target: float
) -> float:
    """The first n at which the curve is down at the target; infinite if it never is."""
    (down,) = np.nonzero(errors <= target)
    if not len(down):
        return float("inf")
    k = int(down[0])
    if k == 0:
        return float(labels[0])
    x, y = np.log(labels[k - 1 : k + 1]), np.log(errors[k - 1 : k + 1])
    if y[0] == y[1]:  # but for rounding
        return float(labels[k])
    return float(np.exp(x[0] + (np.log(target) - y[0]) / (y[1] - y[0]) * (x[1] - x[0])))
