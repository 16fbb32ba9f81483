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
    model = BehlerParrinello(FUNCTIONS).double()
    return tuple((model.prepare(graph), labels) for graph, labels in lennard_jones_data(10))


def lennard_jones_data(count: int) -> list[tuple[AtomGraph, Labels]]:
    """Plain graphs of shaken cells, with energy, forces and stress."""
    reference, data = LennardJones(epsilon=0.1), []
    for seed in range(count):
        atoms = bulk("Ar", "fcc", a=5.4, cubic=True)
        atoms.rattle(0.1, seed=seed)
        truth = predict(reference, atom_graph(atoms, reference.cutoff))
        labels = Labels(truth.energy, truth.forces, truth.stress)
        data.append((atom_graph(atoms, FUNCTIONS.cutoff), labels))
    return data


def small_data(count: int = 10) -> list[tuple[AtomGraph, Labels]]:
    return list(all_data()[:count])


def small_model(dropout: float = 0.0) -> BehlerParrinello:
    """A network of 2 × 6 nodes in float64, its scales adapted; the same at every call."""
    torch.manual_seed(7)
    model = BehlerParrinello(FUNCTIONS, hidden=(6, 6), dropout=dropout).double()
    graphs, labels = zip(*small_data(), strict=True)
    model.adapt(graphs, torch.cat([label.energy for label in labels]))
    return model
