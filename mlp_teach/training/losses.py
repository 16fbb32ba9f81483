"""The loss: how wrong a prediction is, as one number to make small.

    L = w_E MSE(E/N) + w_F MSE(F) + w_σ MSE(σ)

with the energy per atom (eV/atom), each force component (eV/Å) and each stress component (eV/Å^3).
Energy and forces have different units, so the weights have units too; their ratio says how large
an error of the energy is as bad as one of the forces: with w_F / w_E = 0.01, 1 meV/atom weighs as
much as 10 meV/Å.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.potential import Prediction


@dataclass(frozen=True)
class Weights:
    """w_E in 1/(eV/atom)², w_F in 1/(eV/Å)², w_σ in 1/(eV/Å^3)²; zero leaves a part out.

    Raises ValueError for a weight that is negative or no number, and where all of them are zero.
    """

    energy: float | int = 1.0
    forces: float | int = 0.01
    stress: float | int = 0.0

    def __post_init__(self) -> None:
        for name, weight in asdict(self).items():
            if not is_finite(weight) or weight < 0:
                raise ValueError(f"The weight of the {name} is {weight!r}; give 0 or more.")
        if not any(asdict(self).values()):
            raise ValueError("All weights of the loss are 0: there is nothing to learn. Raise one.")


def loss(
    prediction: Prediction, labels: Labels, graph: AtomGraph, weights: Weights
) -> Float[Tensor, ""]:
    """L of a batch. Raises ValueError if a weight asks for a label that is not there."""
    counts = atoms_per_system(graph).to(prediction.energy)
    total = prediction.energy.new_zeros(())
    for name, weight in (
        ("energy", weights.energy),
        ("forces", weights.forces),
        ("stress", weights.stress),
    ):
        if weight == 0:
            continue
        truth = getattr(labels, name)
        if truth is None:
            raise ValueError(
                f"The loss weighs the {name} by {weight:g}, but a structure of this batch has no "
                f"such label. Set the weight of the {name} to 0, or leave the structure out."
            )
        guess = getattr(prediction, name)
        if guess.shape != truth.shape:  # subtracting would repeat the smaller one without a word
            raise ValueError(
                f"The {name} of this batch have the shape {tuple(truth.shape)} in the labels, but "
                f"its structures need {tuple(guess.shape)}. Do graphs and labels belong together?"
            )
        error = guess - truth
        if name == "energy":
            error = error / counts
        total = total + weight * error.square().mean()
    return total


def is_finite(value: object) -> bool:
    """Whether it is a finite number that a float can hold; true and false are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number of more than 308 digits
        return False


def atoms_per_system(graph: AtomGraph) -> Int[Tensor, " systems"]:
    return torch.bincount(graph.system, minlength=graph.n_systems)
