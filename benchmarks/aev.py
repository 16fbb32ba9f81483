"""Our side of the comparison of AEVs and ANI-1x with TorchANI; compare.py starts it.

From a list of ase.Atoms, in float32: `batch_graph` (checks, neighbour search, tensors), then the
AEVs, or energies and forces. Tasks that end in `graph_given` begin with the graph.
"""

from functools import partial

import numpy as np
import torch
from ase import Atoms
from work import ethanol, serve, ten_in_a_row

from mlp_teach.descriptors.aev import AEV, aev
from mlp_teach.graph import AtomGraph, collate
from mlp_teach.models.ani import ANI
from mlp_teach.models.neurochem import ani_1x
from mlp_teach.neighbors import atom_graph, batch_graph
from mlp_teach.potential import predict

CUTOFF = 5.2  # Å
GRID = AEV.on_a_grid((1, 6, 7, 8))


def searched(frames: list[Atoms]) -> AtomGraph:
    return batch_graph(frames, CUTOFF, torch.float32)


def one_by_one(frames: list[Atoms]) -> AtomGraph:
    return collate([atom_graph(atoms, CUTOFF, torch.float32) for atoms in frames])


def values(graph: AtomGraph) -> np.ndarray:
    with torch.no_grad():
        return aev(graph, GRID).numpy()


def gradient(graph: AtomGraph) -> np.ndarray:
    """Of the sum of the squares of all features, by the positions."""
    graph.positions.requires_grad_()
    (slope,) = torch.autograd.grad(aev(graph, GRID).square().sum(), graph.positions)
    return slope.numpy()


def forces(model: ANI, graph: AtomGraph) -> np.ndarray:
    return predict(model, graph, stress=False).forces.numpy()


def tasks() -> dict:
    work = {"AEV": values, "AEV_and_gradient": gradient}
    for members, name in ((1, "1_net"), (8, "8_nets")):
        work[f"ANI-1x_{name}_forces"] = partial(forces, ani_1x(members).float())
    found = {}
    for count in (1, 32, 256):
        frames = ethanol(count)
        graph = searched(frames)
        for name, task in work.items():
            found[f"{name}_of_{count}"] = lambda t=task, f=frames: t(searched(f))
            if count == 1:
                whole = found[f"{name}_of_1"]
                found[f"{name}_of_1_ten_in_a_row"] = ten_in_a_row(whole)
            found[f"{name}_of_{count}_graph_given"] = partial(task, graph)
        found[f"batch_graph_of_{count}"] = partial(searched, frames)
        found[f"graphs_one_by_one_and_collate_of_{count}"] = partial(one_by_one, frames)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
