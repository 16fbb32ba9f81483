"""Our side of the comparison of Allegro; compare.py starts it.

In float32, 2 layers, 64 scalars, 32 channels of each parity up to l = 1 or 2, cutoff 5 Å; the graph
is given. The weights are made by nequip-allegro's names and laid out as ours; it keeps factors
beside them (tests/models/test_allegro_reference.py).
"""

from functools import partial
from math import pi, prod, sqrt

import torch
from by_name import numbers
from networks_mace import step
from networks_schnetpack import forces
from torch import Tensor, nn
from work import copper, ethanol, serve

from mlp_teach.models.allegro import Allegro
from mlp_teach.neighbors import batch_graph

ELEMENTS = (1, 6, 8, 29)
CUTOFF, N_NEIGHBORS = 5.0, 20.0


def weight(name: str, *shape: int) -> Tensor:
    return numbers(f"model.func.{name}", prod(shape)).view(shape)


@torch.no_grad()
def model(l_max: int) -> Allegro:
    made = Allegro(ELEMENTS, CUTOFF, scalars=64, channels=32, l_max=l_max)
    embedding = "radial_chemical_embed.type_embed"
    for table, side in ((made.center, "center"), (made.neighbor, "neighbor")):
        table.weight.copy_(weight(f"{embedding}.{side}_embed.weight", *table.weight.shape))
    fill([made.radial], f"{embedding}.basis_linear")
    made.radial.weight *= sqrt(CUTOFF / 2) * CUTOFF / pi  # their waves are as much smaller

    def degree_last(count: int) -> Tensor:
        """Where those of our columns stand there that belong to a channel and a degree."""
        places = torch.arange(made.sizes["channels"] * (l_max + 1)).view(-1, l_max + 1).T.flatten()
        return torch.cat([torch.arange(count), count + places])

    fill(made.pair.layers, "scalar_embed_mlp.mlp_module")
    fill(made.tensors.layers, "tensor_embed.env_embed_linear", degree_last(0))
    fill(made.first.layers, "allegro.first_layer_env_embed_projection", degree_last(64))
    for t, network in enumerate(made.networks):
        last = t + 1 == len(made.networks)
        fill(network.layers, f"allegro.latents.{t}", None if last else degree_last(64))
        made.products[t].copy_(weight(f"allegro.tps.{t}.weights", *made.products[t].shape))
    fill(made.readout.layers, "edge_readout.mlp_module")
    made.n_neighbors.fill_(N_NEIGHBORS)
    return made.float()


def fill(layers: list[nn.Linear], name: str, columns: Tensor | None = None) -> None:
    """Theirs are divided by the root of the inputs, and hold silu's factor √2 in the second."""
    for n, layer in enumerate(layers):
        n_in, n_out = layer.in_features, layer.out_features
        theirs = weight(f"{name}.mlp.{2 * n}.weight", n_in, n_out)
        if columns is not None and layer is layers[-1]:
            theirs = theirs[:, columns]
        layer.weight.copy_(theirs.T * sqrt((2 if n else 1) / n_in))


def tasks() -> dict:
    found = {}
    for l_max in (1, 2):
        made = model(l_max)
        for name, frames in (("32_ethanol", ethanol(32)), ("256_Cu", [copper(256)])):
            graph = batch_graph(frames, CUTOFF, torch.float32)
            found[f"Allegro_l{l_max}_forces,_{name}"] = partial(forces, made, graph)
            found[f"Allegro_l{l_max}_training_step,_{name}"] = partial(step, made, graph)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
