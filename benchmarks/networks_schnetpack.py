"""Our side of the comparison of SchNet and PaiNN with SchNetPack; compare.py starts it.

In float32, 128 features, 3 layers, 20 Gaussians, cutoff 5 Å; the graph is given.
"""

from functools import partial

import numpy as np
import torch
from networks import filled, training_step
from work import copper, ethanol, serve

from mlp_teach.basis.expansions import GaussianSmearing
from mlp_teach.graph import AtomGraph
from mlp_teach.models.painn import PaiNN
from mlp_teach.models.schnet import SchNet
from mlp_teach.neighbors import batch_graph
from mlp_teach.potential import predict

ELEMENTS = (1, 6, 8, 29)


def forces(model: torch.nn.Module, graph: AtomGraph) -> np.ndarray:
    return predict(model, graph, stress=False).forces.numpy()


def step(model: torch.nn.Module, graph: AtomGraph) -> np.ndarray:
    def answer():
        found = predict(model, graph, stress=False, create_graph=True)
        return found.energy, found.forces

    return training_step(model, answer)


def tasks() -> dict:
    found, expansion = {}, GaussianSmearing(20, 5.0)
    molecules = batch_graph(ethanol(32), 5.0, torch.float32)
    crystal = batch_graph([copper(256)], 5.0, torch.float32)
    for kind in (SchNet, PaiNN):
        model, name = filled(kind(ELEMENTS, expansion), ELEMENTS), kind.__name__
        found[f"{name}_forces,_32_ethanol"] = partial(forces, model, molecules)
        found[f"{name}_training_step,_32_ethanol"] = partial(step, model, molecules)
        found[f"{name}_forces,_256_Cu"] = partial(forces, model, crystal)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
