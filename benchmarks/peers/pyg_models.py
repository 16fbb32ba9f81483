"""PyG's side of the comparison of DimeNet and DimeNet++; compare.py starts it.

In float32, the sizes of PyG's own examples, cutoff 5 Å. Pairs and triplets are given, so that
neither PyG's search nor what stands here for it (its compiled packages are not on PyPI) counts.
"""

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import torch
from networks import filled, training_step
from torch_geometric.nn.models import dimenet
from work import ethanol, serve

CUTOFF = 5.0  # Å


def pairs(positions, batch):
    near = (positions[:, None] - positions).square().sum(2) < CUTOFF**2
    near &= batch[:, None] == batch
    near.fill_diagonal_(False)
    return near.nonzero().T.flip(0)


def triplets(edge_index):
    row, col = edge_index
    follows = (row[:, None] == col) & (col[:, None] != row)
    idx_ji, idx_kj = follows.nonzero().T
    return col, row, col[idx_ji], row[idx_ji], row[idx_kj], idx_kj, idx_ji


def energy_and_forces(model, z, positions, batch, create_graph=False):
    positions = positions.detach().requires_grad_()
    energy = model(z, positions, batch)[:, 0]
    (slope,) = torch.autograd.grad(energy.sum(), positions, create_graph=create_graph)
    return energy, -slope


def forces(model, *given) -> np.ndarray:
    return energy_and_forces(model, *given)[1].numpy()


def step(model, *given) -> np.ndarray:
    return training_step(model, partial(energy_and_forces, model, *given, create_graph=True))


def tasks() -> dict:
    frames = ethanol(32)
    positions = torch.from_numpy(np.concatenate([a.positions for a in frames])).float()
    z = torch.from_numpy(np.concatenate([a.numbers for a in frames]))
    batch = torch.arange(32).repeat_interleave(9)
    edge_index = pairs(positions, batch)
    meetings = triplets(edge_index)
    dimenet.radius_graph = lambda *arguments, **more: edge_index
    dimenet.triplets = lambda *arguments, **more: meetings
    sizes = {"num_spherical": 7, "num_radial": 6, "cutoff": CUTOFF}
    models = {
        "DimeNet": dimenet.DimeNet(128, 1, 6, 8, **sizes),
        "DimeNet++": dimenet.DimeNetPlusPlus(128, 1, 4, 64, 8, 256, **sizes),
    }
    found = {}
    for name, model in models.items():
        filled(model)
        found[f"{name}_forces,_32_ethanol"] = partial(forces, model, z, positions, batch)
        found[f"{name}_training_step,_32_ethanol"] = partial(step, model, z, positions, batch)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
