"""Our side of the comparison of DeepPot-SE with DeePMD-kit; compare.py starts it.

In float64, as DeePMD-kit counts by default; the graph is given.
"""

from functools import partial

import numpy as np
import torch
from networks import rows, training_step
from work import copper, ethanol, serve

from mlp_teach.graph import AtomGraph, collate
from mlp_teach.models.deep_pot import DeepPot
from mlp_teach.neighbors import atom_graph
from mlp_teach.potential import predict

CUTOFF, SMOOTH_FROM = 6.0, 0.5
SLOTS = {(1, 6, 8): (8, 4, 4), (29,): (96,)}


def model(elements: tuple[int, ...]) -> DeepPot:
    whole = DeepPot(elements, CUTOFF, SMOOTH_FROM).double()
    whole.slots.copy_(torch.tensor(SLOTS[elements]))
    with torch.no_grad():
        for name, weight in whole.named_parameters():
            if name.endswith("dt"):
                weight.fill_(0.5)
            elif weight.ndim == 1:
                weight.copy_(0.3 * rows(len(weight), 1)[:, 0])
            else:
                weight.copy_(0.5 * rows(*weight.shape) / weight.shape[1] ** 0.5)
    return whole


def forces(whole: DeepPot, graph: AtomGraph) -> np.ndarray:
    for weight in whole.parameters():
        weight.requires_grad_(False)
    return predict(whole, graph, stress=False).forces.numpy()


def step(whole: DeepPot, graph: AtomGraph) -> np.ndarray:
    for weight in whole.parameters():
        weight.requires_grad_(True)

    def answer():
        found = predict(whole, graph, stress=False, create_graph=True)
        return found.energy, found.forces

    return training_step(whole, answer)


def tasks() -> dict:
    molecules = collate([atom_graph(atoms, CUTOFF) for atoms in ethanol(32)])
    crystal = atom_graph(copper(256), CUTOFF)
    organic, metal = model((1, 6, 8)), model((29,))
    return {
        "forces,_32_ethanol": partial(forces, organic, molecules),
        "training_step,_32_ethanol": partial(step, organic, molecules),
        "forces,_256_Cu": partial(forces, metal, crystal),
    }


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
