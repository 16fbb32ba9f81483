"""A training that takes a second: argon cells labelled by Lennard-Jones, and a small network."""

from functools import cache

import torch
from ase.build import bulk

from mlp_teach.descriptors.symmetry_functions import SymmetryFunctions
from mlp_teach.graph import AtomGraph, Labels
from mlp_teach.models.behler_parrinello import BehlerParrinello
from mlp_teach.models.lennard_jones import LennardJones
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

FUNCTIONS = SymmetryFunctions(
    cutoff=5.0, elements=(18,), g2=((0.3, 3.0), (0.8, 4.0), (1.0, 3.5)), g5=((0.01, 1.0, 1.0),)
)


@cache
def all_data() -> tuple[tuple[AtomGraph, Labels], ...]:
    """Prepared graphs in float64, with energy, forces and stress."""
    reference, model, data = LennardJones(epsilon=0.1), BehlerParrinello(FUNCTIONS).double(), []
    for seed in range(10):
        atoms = bulk("Ar", "fcc", a=5.4, cubic=True)
        atoms.rattle(0.1, seed=seed)
        truth = predict(reference, atom_graph(atoms, reference.cutoff))
        graph = model.prepare(atom_graph(atoms, model.cutoff))
        data.append((graph, Labels(truth.energy, truth.forces, truth.stress)))
    return tuple(data)


def small_data(count: int = 10) -> list[tuple[AtomGraph, Labels]]:
    return list(all_data()[:count])


def small_model(dropout: float = 0.0) -> BehlerParrinello:
    """A network of 2 × 6 nodes in float64, its scales adapted; the same at every call."""
    torch.manual_seed(7)
    model = BehlerParrinello(FUNCTIONS, hidden=(6, 6), dropout=dropout).double()
    graphs, labels = zip(*small_data(), strict=True)
    model.adapt(graphs, torch.cat([label.energy for label in labels]))
    return model
