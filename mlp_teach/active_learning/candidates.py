"""What a search found, and five ways to choose from it: selection.py, applied to candidates.

    choose(candidates, count, generator)    a choice: indices of candidates in order

Each takes what it needs (scores, features, chance) and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from ase import Atoms
from jaxtyping import Float, Int

from mlp_teach.active_learning.selection import (
    at_random,
    d_optimal,
    farthest,
    most_uncertain,
    uncertain_and_apart,
)

WIDER = 5  # how many times as many as are chosen count as uncertain, where diversity decides


@dataclass(frozen=True)
class Candidates:
    """Structures that may be labelled, with one name, score and row of features each.

    `known` are the features of what was asked for before; `facts`, plain data of the search, are
    for the journal.
    """

    structures: list[Atoms]
    names: list[str] | list[int]
    scores: Float[np.ndarray, " structures"]  # how unsure the models are, eV/Å
    features: Float[np.ndarray, "structures features"]
    known: Float[np.ndarray, "known features"]
    facts: dict = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.structures)


Choose = Callable[[Candidates, int, np.random.Generator], Int[np.ndarray, " chosen"]]


def by_chance(
    candidates: Candidates, count: int, generator: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Drawn at random: the control."""
    return at_random(len(candidates), count, generator)


def by_uncertainty(
    candidates: Candidates, count: int, generator: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Those that the models are least sure of."""
    return most_uncertain(candidates.scores, count)


def by_uncertainty_apart(
    candidates: Candidates, count: int, generator: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Of the most uncertain, five times as many as are needed, those farthest from each other."""
    among = min(WIDER * count, len(candidates))
    return uncertain_and_apart(candidates.scores, candidates.features, count, among)


def by_distance(
    candidates: Candidates, count: int, generator: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """Farthest from all that was asked for and from each other; no label has a part in it."""
    return farthest(candidates.features, count, candidates.known)


def by_information(
    candidates: Candidates, count: int, generator: np.random.Generator
) -> Int[np.ndarray, " chosen"]:
    """D-optimal: the largest information for a linear model whose weights are of the order of 1."""
    return d_optimal(candidates.features, count, candidates.known, ridge=1.0)


STRATEGIES: dict[str, Choose] = {  # as commands and recorded runs name them
    "random": by_chance,
    "uncertain": by_uncertainty,
    "uncertain_apart": by_uncertainty_apart,
    "farthest": by_distance,
    "d_optimal": by_information,
}
