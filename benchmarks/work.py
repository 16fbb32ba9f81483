"""The work that both sides of a comparison do, and how a worker is asked to do it.

Needs ase and numpy only: the peer packages' environments import it too.
"""

import json
import sys
from collections.abc import Callable
from time import process_time

import ase
import numpy as np
from ase.build import bulk

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


def serve(tasks: dict[str, Callable[[], np.ndarray]]) -> None:
    """Answers each name of a task on standard input with its CPU seconds, as one line of JSON.

    `check NAME` is answered with the sums of the columns of what the task returns, by which the
    two sides are known to do the same work.
    """
    print(json.dumps(sorted(tasks)), flush=True)
    for line in sys.stdin:
        words = line.split()
        if words[0] == "check":
            print(
                json.dumps(sorted(np.asarray(tasks[words[1]]()).sum(axis=0).tolist())), flush=True
            )
            continue
        task = tasks[words[0]]
        start = process_time()
        task()
        print(json.dumps(process_time() - start), flush=True)
