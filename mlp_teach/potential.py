"""From energy to forces and stress: the one place where the course differentiates for physics.

A model gives an energy E_i for every atom. All else follows from their sum E:

    F_i = -∂E/∂r_i            σ = (1/V) ∂E/∂ε

where the strain ε moves atoms and cell alike, r -> r (1 + ε), h -> h (1 + ε). Forces made like this
belong to the energy: going round any closed path costs no work, and molecular dynamics conserves
energy. The pressure is -tr σ / 3; a stretched crystal has positive σ (ASE's sign).

    here     | code     | shape         | unit
    E_i, E   | energies, energy | atoms, systems | eV
    F_i      | forces   | atoms 3       | eV/Å
    σ        | stress   | systems 3 3   | eV/Å^3, NaN where a system has no volume
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float
from torch import Tensor

from mlp_teach.graph import AtomGraph

Model = Callable[[AtomGraph], Float[Tensor, " atoms"]]


@dataclass(frozen=True)
class Prediction:
    """What a model says of a graph; forces and stress are None where nobody asked for them."""

    energy: Float[Tensor, " systems"]
    energies: Float[Tensor, " atoms"]
    forces: Float[Tensor, "atoms 3"] | None
    stress: Float[Tensor, "systems 3 3"] | None


def predict(
    model: Model,
    graph: AtomGraph,
    *,
    forces: bool = True,
    stress: bool = True,
    create_graph: bool = False,
) -> Prediction:
    """Energy (eV), forces (eV/Å) and stress (eV/Å^3) of every system of the graph.

    Raises ValueError for a graph that ends before the model's cutoff. With `create_graph` the
    result can be differentiated again: by the parameters (a loss on forces), or by positions that
    require a gradient (vibrations). Without it nothing is kept.
    """
    _check_reach(model, graph)
    if not (forces or stress):
        with torch.set_grad_enabled(create_graph):
            energies = model(graph)
            return Prediction(_total(energies, graph), energies, None, None)
    with torch.enable_grad():
        positions = graph.positions
        if not positions.requires_grad:
            positions = positions.detach().requires_grad_()
        inputs = [positions] * forces
        moved = replace(graph, positions=positions)
        if stress:
            strain = torch.zeros_like(graph.cells, requires_grad=True)
            inputs.append(strain)
            moved = _strained(graph, positions, strain)
        energies = model(moved)
        energy = _total(energies, graph)
        gradients = _gradients(energy.sum(), inputs, create_graph)
    if not create_graph:
        energies, energy = energies.detach(), energy.detach()
    virial = gradients[-1] if stress else None
    return Prediction(
        energy=energy,
        energies=energies,
        forces=-gradients[0] if forces else None,
        stress=_per_volume(virial, graph) if stress else None,
    )


def _check_reach(model: Model, graph: AtomGraph) -> None:
    if not isinstance(graph, AtomGraph):
        raise TypeError(
            f"predict was given a {type(graph).__name__}; it needs a graph, which "
            "atom_graph(atoms, model.cutoff) makes of ASE's atoms."
        )
    cutoff = getattr(model, "cutoff", 0.0)
    if graph.cutoff < cutoff:
        raise ValueError(
            f"The graph holds pairs up to {graph.cutoff:g} Å, the model looks {cutoff:g} Å far: "
            "its neighbours would be missing. Make the graph with atom_graph(atoms, model.cutoff)."
        )


def _strained(graph: AtomGraph, positions: Tensor, strain: Tensor) -> AtomGraph:
    # Only the symmetric part is a deformation: the rest would turn the system as a whole.
    strain = (strain + strain.mT) / 2
    return replace(
        graph,
        positions=positions + torch.einsum("ia,iab->ib", positions, strain[graph.system]),
        cells=graph.cells + graph.cells @ strain,
    )


def _gradients(energy: Tensor, inputs: list[Tensor], create_graph: bool) -> list[Tensor]:
    if not energy.requires_grad:  # no pairs at all: the energy is that of free atoms
        return [torch.zeros_like(one) for one in inputs]
    return list(
        torch.autograd.grad(
            energy, inputs, create_graph=create_graph, allow_unused=True, materialize_grads=True
        )
    )


def _total(energies: Tensor, graph: AtomGraph) -> Float[Tensor, " systems"]:
    if getattr(energies, "shape", None) != (graph.n_atoms,):
        given = getattr(energies, "shape", None)
        what = type(energies).__name__ if given is None else f"the shape {tuple(given)}"
        raise ValueError(
            f"The model answered with {what}; a potential gives one energy (eV) for each of the "
            f"{graph.n_atoms} atoms, a tensor of shape ({graph.n_atoms},)."
        )
    return energies.new_zeros(graph.n_systems).index_add(0, graph.system, energies)


def _per_volume(virial: Tensor, graph: AtomGraph) -> Tensor:
    volume = torch.linalg.det(graph.cells).abs()[:, None, None]
    nothing = virial.new_tensor(float("nan"))
    return torch.where(volume > 0, virial / volume.clamp(min=1e-30), nothing)
