"""How unsure a model is of a structure, before anybody has labelled it.

Y. Zhang, D.-Y. Lin, H. Wang, R. Car and W. E, Phys. Rev. Mater. 3, 023804 (2019),
doi:10.1103/PhysRevMaterials.3.023804, for (2); Y. Zhang et al., Comput. Phys. Commun. 253, 107206
(2020), doi:10.1016/j.cpc.2020.107206 (DP-GEN). Equation numbers are ours.

A committee is K models that saw the same labels, but differ in what chance decides: first weights,
drawn subsets, sparse points. Where the data leave no choice they agree; where they disagree, the
data do not say. With E^k the energy of a system of N atoms by model k, F_i^k a force, and a bar for
the mean over the committee,

    s_E = √[(1/K) Σ_k (E^k - Ē)²] / N                                                        (1)
    s_i = √[(1/K) Σ_k |F_i^k - F̄_i|²]                                                        (2)

Agreement is no proof: models that share one mistake share it without dispute. What needs no
committee is how far the surroundings of an atom are from all that are labelled,

    d_i = min_j |p_i - p_j|      over the known atoms j of the same element                  (3)

A Gaussian process knows the spread of all models that its data allow (models/gap.py). It is the
spread of weights α + R⁻¹ z with z from the normal distribution, so that a committee can be drawn
from one fit:

    <(α^k - α)(α^k - α)ᵀ> = (K + Σ_d K_dᵀ K_d / σ_d²)⁻¹ = R⁻¹ R⁻ᵀ                             (4)

That is the third term in s_i² of models/gap.py. The first two, what no sparse point explains, are
not in it, as no choice of weights can show them.

    here  | code                | shape           | unit
    s_E   | energy_deviation    | systems         | eV/atom
    s_i   | force_deviation     | atoms           | eV/Å
    p_i   | features            | atoms features  | of the descriptor
    d_i   | descriptor_distance | atoms           | of the descriptor

(1) and (2) divide by K as DP-GEN does, not by K - 1: two models with a difference of 1 deviate by
1/2. What makes of them a standard deviation of the error is found in calibration.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from mlp_teach.graph import AtomGraph
from mlp_teach.models.gap import GAP
from mlp_teach.potential import Model, Prediction, predict

BLOCK = 2**22  # distances at a time: 32 MB in float64


def committee(
    models: Sequence[Model], graph: AtomGraph, *, forces: bool = True
) -> list[Prediction]:
    """What each model says of the graph: energies (eV) and, unless not wanted, forces (eV/Å)."""
    return [predict(model, graph, forces=forces, stress=False) for model in models]


def energy_deviation(
    predictions: Sequence[Prediction], graph: AtomGraph
) -> Float[Tensor, " systems"]:
    """(1), in eV/atom. Raises ValueError for fewer than two predictions."""
    _check_committee(predictions)
    energies = torch.stack([one.energy for one in predictions])
    atoms = torch.bincount(graph.system, minlength=graph.n_systems)
    return energies.std(0, correction=0) / atoms  # (1)


def force_deviation(predictions: Sequence[Prediction]) -> Float[Tensor, " atoms"]:
    """(2), in eV/Å. Raises ValueError for fewer than two predictions, or without forces."""
    _check_committee(predictions)
    if any(one.forces is None for one in predictions):
        raise ValueError("A prediction has no forces: ask predict for them with forces=True.")
    forces = torch.stack([one.forces for one in predictions])
    return forces.var(0, correction=0).sum(1).sqrt()  # (2)


def mean_forces(predictions: Sequence[Prediction]) -> Float[Tensor, "atoms 3"]:
    """F̄_i of the committee, eV/Å: what its deviation is the uncertainty of."""
    return torch.stack([one.forces for one in predictions]).mean(0)


def largest_in_each(values: Float[Tensor, " atoms"], graph: AtomGraph) -> Float[Tensor, " systems"]:
    """The largest of an atomic quantity in every system, in its unit; NaN where one is NaN."""
    least = values.new_full((graph.n_systems,), -torch.inf)
    return least.scatter_reduce(0, graph.system, values, "amax")


@dataclass(frozen=True)
class Surroundings:
    """Atoms as a descriptor sees them: one row each, and the atomic number."""

    features: Float[Tensor, "atoms features"]
    numbers: Int[Tensor, " atoms"]


def descriptor_distance(atoms: Surroundings, known: Surroundings) -> Float[Tensor, " atoms"]:
    """(3), in the descriptor's unit: infinite for an element that no known atom has.

    Atoms are taken in blocks, so that memory does not grow with their number.
    """
    found = atoms.features.new_full((len(atoms.numbers),), torch.inf)
    for element in torch.unique(atoms.numbers):
        (mine,) = torch.where(atoms.numbers == element)
        theirs = known.features[known.numbers == element]
        if not len(theirs):
            continue
        for some in mine.split(max(1, BLOCK // len(theirs))):
            found[some] = _to_the_nearest(atoms.features[some], theirs)
    return found


def _to_the_nearest(
    rows: Float[Tensor, "atoms features"], others: Float[Tensor, "known features"]
) -> Float[Tensor, " atoms"]:
    # |a - b|² as a² + b² - 2ab is one matrix product, but leaves 1e-8 between equal rows: it says
    # which row is the nearest, and the distance to that one is taken from the difference.
    apart = others.square().sum(1) - 2 * rows @ others.T
    return torch.linalg.vector_norm(rows - others[apart.argmin(1)], dim=1)  # (3)


@torch.no_grad()
def posterior_committee(model: GAP, count: int, generator: torch.Generator) -> list[GAP]:
    """`count` models with weights from (4), at the price of none but their predictions.

    Raises ValueError for a GAP that was not fitted in this session: its root R is not stored.
    """
    if model.root is None:
        raise ValueError(
            "This GAP was not fitted in this session, so that what its data left open is not "
            "known. Fit it again."
        )
    made = []
    for _ in range(count):
        z = torch.randn(model.n_points, 1, generator=generator, dtype=model.weights.dtype)
        one = deepcopy(model)
        one.weights += torch.linalg.solve_triangular(model.root, z, upper=True)[:, 0]  # (4)
        made.append(one)
    return made


def _check_committee(predictions: Sequence[Prediction]) -> None:
    if len(predictions) < 2:
        raise ValueError(
            f"A committee of {len(predictions)} cannot disagree; predictions of two models are the "
            "least."
        )
