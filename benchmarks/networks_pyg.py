"""Our side of the comparison of DimeNet and DimeNet++ with PyG; compare.py starts it.

In float32, the sizes of PyG's own examples, cutoff 5 Å; the graph is given.
"""

from functools import partial

import torch
from networks import filled
from networks_schnetpack import forces, step
from work import ethanol, serve

from mlp_teach.models.dimenet import DimeNet
from mlp_teach.models.dimenet_plus_plus import DimeNetPlusPlus
from mlp_teach.neighbors import batch_graph

ELEMENTS = (1, 6, 8)


def tasks() -> dict:
    found = {}
    graph = batch_graph(ethanol(32), 5.0, torch.float32)
    for kind, name in ((DimeNet, "DimeNet"), (DimeNetPlusPlus, "DimeNet++")):
        model = filled(kind(ELEMENTS), ELEMENTS)
        found[f"{name}_forces,_32_ethanol"] = partial(forces, model, graph)
        found[f"{name}_training_step,_32_ethanol"] = partial(step, model, graph)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
