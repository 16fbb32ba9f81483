"""The work that both sides of a comparison do, and how a worker is asked to do it.

Needs ase and numpy only: the peer packages' environments import it too.
"""

import json
import resource
import sys
from collections.abc import Callable
from time import process_time

import ase
import numpy as np
from ase.build import bulk, molecule

CUTOFF = 6.0  # Å
G2 = tuple((eta, 0.0) for eta in (0.003, 0.03, 0.1, 0.3, 1.0, 3.0))  # η in 1/Å², R_s in Å
ANGLES = ((1.0, -1.0), (1.0, 1.0), (2.0, 1.0), (4.0, 1.0), (16.0, 1.0))  # ζ, λ
G4 = tuple((0.01, zeta, sign) for zeta, sign in ANGLES)
REPEATS = {256: (4, 4, 4), 1024: (4, 8, 8), 4096: (8, 8, 16), 16384: (16, 16, 16)}


def copper(n_atoms: int) -> ase.Atoms:
    """A periodic fcc crystal, shaken by 0.1 Å."""
    atoms = bulk("Cu", cubic=True) * REPEATS[n_atoms]
    atoms.rattle(0.1, seed=2011)
    return atoms


def ethanol(count: int) -> list[ase.Atoms]:
    """Molecules, each shaken by 0.05 Å in its own way."""
    frames = [molecule("CH3CH2OH") for _ in range(count)]
    for seed, atoms in enumerate(frames):
        atoms.rattle(0.05, seed=seed)
    return frames


def ten_in_a_row(task: Callable[[], np.ndarray]) -> Callable[[], np.ndarray]:
    """A short task as a simulation runs it: again and again, with nothing in between."""

    def repeated() -> np.ndarray:
        for _ in range(9):
            task()
        return task()

    return repeated


def serve(tasks: dict[str, Callable[[], np.ndarray]]) -> None:
    """Answers each name of a task on standard input with its CPU seconds, as one line of JSON.

    `check NAME` is answered with the sums, column by column, of the sizes of what the task returns,
    by which the two sides are known to do the same work; `memory NAME` with the process's peak
    memory before and after three runs of the task.
    """
    print(json.dumps(sorted(tasks)), flush=True)
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "check":
            answer = sums(tasks[rest[0]]())
        elif word == "memory":
            before = peak_memory()
            for _ in range(3):
                tasks[rest[0]]()
            answer = {"before_MB": before, "peak_MB": peak_memory()}
        else:
            task, start = tasks[word], process_time()
            task()
            answer = process_time() - start
        print(json.dumps(answer), flush=True)


def sums(values: np.ndarray) -> list[float]:
    """Of absolute values: forces that cancel say nothing by their sum."""
    return sorted(np.atleast_1d(np.abs(np.asarray(values, float)).sum(axis=0)).tolist())


def peak_memory() -> float:
    """Largest resident set of this process so far, MB (10^6 bytes)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
