"""Our side of the comparison of NequIP; compare.py starts it.

In float32, 4 layers, 32 features of each parity up to l = 1 or 2, cutoff 5 Å; the graph is given.
The weights have NequIP's names and are read as those of a file are.
"""

from functools import partial
from itertools import pairwise

import numpy as np
import torch
from by_name import numbers
from networks_mace import step
from networks_schnetpack import forces
from work import copper, ethanol, serve

from mlp_teach.models.nequip import NequIP
from mlp_teach.models.nequip_files import nequip_of
from mlp_teach.neighbors import batch_graph

ELEMENTS = ["H", "C", "O", "Cu"]
CUTOFF, C = 5.0, 32
WIDTHS = (8, 128)  # of the networks of distances
# For each l_max, of each of four layers: irreps that come in, paths, weights of linear_2 and of the
# self-connection in matrices C x C; a gate is an irrep of its own.
LAYERS = {
    1: ((1, 2, 3, 0), (2, 5, 9, 4), (3, 8, 12, 5), (4, 2, 2, 1)),
    2: ((1, 3, 5, 0), (3, 15, 27, 7), (5, 27, 39, 9), (6, 3, 3, 1)),
}


def shapes(l_max: int) -> dict[str, tuple[int, ...]]:
    """Of the weights, in the order in which NequIP has them."""
    found = {"type_embed.embed_module.weight": (len(ELEMENTS), C)}
    for t, (n_irreps, n_paths, n_mixes, n_skips) in enumerate(LAYERS[l_max]):
        block = f"layer{t}_convnet.conv"
        found[f"{block}.linear_1.weight"] = (n_irreps * C * C,)
        for k, shape in enumerate(pairwise((*WIDTHS, n_paths * C))):
            found[f"{block}.edge_mlp.mlp.{2 * k}.weight"] = shape
        found[f"{block}.linear_2.weight"] = (n_mixes * C * C,)
        if n_skips:
            found[f"{block}.sc.weight"] = (n_skips * C * C * C,)
    return found | {"per_atom_energy_readout.mlp_module.mlp.0.weight": (C, 1)}


def model(l_max: int) -> NequIP:
    weights = {}
    for short, shape in shapes(l_max).items():
        name = f"model.func.{short}"
        weights[name] = numbers(name, np.prod(shape)).view(shape)
    given = {"type_names": ELEMENTS, "r_max": CUTOFF, "l_max": l_max, "avg_num_neighbors": 20.0}
    return nequip_of(weights, given).float()


def tasks() -> dict:
    found = {}
    for l_max in (1, 2):
        made = model(l_max)
        for name, frames in (("32_ethanol", ethanol(32)), ("256_Cu", [copper(256)])):
            graph = batch_graph(frames, CUTOFF, torch.float32)
            found[f"NequIP_l{l_max}_forces,_{name}"] = partial(forces, made, graph)
            found[f"NequIP_l{l_max}_training_step,_{name}"] = partial(step, made, graph)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
