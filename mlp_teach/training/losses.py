"""The loss: how wrong a prediction is, as one number to make small.

    L = w_E MSE(E/N) + w_F MSE(F) + w_σ MSE(σ)

with the energy per atom (eV/atom), each force component (eV/Å) and each stress component (eV/Å^3).
Energy and forces have different units, so the weights have units too; their ratio says how large
an error of the energy is as bad as one of the forces: with w_F / w_E = 0.01, 1 meV/atom weighs as
much as 10 meV/Å.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.potential import Prediction


@dataclass(frozen=True)
class Weights:
    """w_E in 1/(eV/atom)², w_F in 1/(eV/Å)², w_σ in 1/(eV/Å^3)²; zero leaves a part out."""

    energy: float = 1.0
    forces: float = 0.01
    stress: float = 0.0


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
        error = getattr(prediction, name) - truth
        if name == "energy":
            error = error / counts
        total = total + weight * error.square().mean()
    return total


def atoms_per_system(graph: AtomGraph) -> Int[Tensor, " systems"]:
    return torch.bincount(graph.system, minlength=graph.n_systems)
