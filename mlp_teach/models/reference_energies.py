"""E0: the energy of an element that a model need not learn.

Total energies of DFT are large (an oxygen atom has -2000 eV) and mostly the atoms' own. What is
left when E0 of each atom is taken off is what bonds make, and small enough to be learnt.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

from mlp_teach.graph import AtomGraph, undirected


def reference_energies(
    graphs: Sequence[AtomGraph],
    energies: Float[Tensor, " systems"],
    elements: tuple[int, ...],
) -> tuple[Float[Tensor, " elements"], Float[Tensor, " systems"]]:
    """E0 of each element, and what it leaves of each structure's energy per atom (both eV).

    E0 is the least-squares answer to E = Σ_a N_a E0_a; where compositions do not tell the elements
    apart, it is the smallest one.
    """
    listed = torch.tensor(elements, device=energies.device)
    counts = torch.stack([(g.numbers[:, None] == listed).sum(0) for g in graphs]).double()
    energies = energies.double()
    solution = torch.linalg.lstsq(counts, energies[:, None], driver="gelsd").solution[:, 0]
    return solution, (energies - counts @ solution) / counts.sum(1)


def share_scale(graphs: Sequence[AtomGraph], per_atom: Float[Tensor, " systems"]) -> float:
    """How much one atom's share of what E0 leaves varies (eV), if shares vary independently.

    A mean over N independent shares varies by √N less than they do. Never below 1 meV.
    """
    shares = per_atom * torch.tensor([graph.n_atoms for graph in graphs]).sqrt()
    return float(shares.std(correction=0).clamp(min=1e-3))


def mean_neighbors(graphs: Sequence[AtomGraph], cutoff: float) -> float:
    """How many neighbours within the cutoff (Å) an atom has on average; 1 at least."""
    halves = sum(len(undirected(graph, cutoff)[0]) for graph in graphs)
    return max(2 * halves / sum(graph.n_atoms for graph in graphs), 1.0)


@torch.no_grad()
def set_scales(
    model: nn.Module, graphs: Sequence[AtomGraph], energies: Float[Tensor, " systems"]
) -> None:
    """E0 and energy scale (eV) from training data, and n_neighbors if the model has that."""
    reference, per_atom = reference_energies(graphs, energies, model.elements)
    model.reference.copy_(reference)
    model.energy_scale.fill_(share_scale(graphs, per_atom))
    if hasattr(model, "n_neighbors"):
        model.n_neighbors.fill_(mean_neighbors(graphs, model.cutoff))
