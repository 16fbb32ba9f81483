"""Our side of the comparison of MACE; compare.py starts it.

In float32, 32 scalars and 32 vectors, harmonics up to l = 3, correlation 3, 2 layers, cutoff 5 Å;
the graph is given. The weights have MACE's names and are read as those of a file are.
"""

from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from by_name import numbers, training_step
from networks_schnetpack import forces
from work import copper, ethanol, serve

from mlp_teach.graph import AtomGraph
from mlp_teach.models.mace import MACE
from mlp_teach.models.mace_torch import mace_of
from mlp_teach.neighbors import batch_graph
from mlp_teach.potential import predict

ELEMENTS = (1, 6, 8, 29)
CUTOFF, C, CORRELATION, LAYERS = 5.0, 32, 3, 2
WIDTHS, N_READOUT = (8, 64, 64, 64), 16  # of the network of distances, and of the last readout
COUPLINGS = Path(__file__).parents[1] / "tests" / "reference" / "mace_models.npz"


def shapes() -> dict[str, tuple[int, ...]]:
    """Of the weights but those of the contractions."""
    found = {"node_embedding.linear.weight": (len(ELEMENTS) * C,)}
    for t, (n_irreps, n_paths, n_skips, n_out) in enumerate(((1, 4, 4, 2), (2, 10, 1, 1))):
        block = f"interactions.{t}"
        found[f"{block}.linear_up.weight"] = (n_irreps * C * C,)
        for k, shape in enumerate(pairwise((*WIDTHS, n_paths * C))):
            found[f"{block}.conv_tp_weights.layer{k}.weight"] = shape
        found[f"{block}.linear.weight"] = (n_paths * C * C,)
        found[f"{block}.skip_tp.weight"] = (n_skips * C * len(ELEMENTS) * C,)
        found[f"products.{t}.linear.weight"] = (n_out * C * C,)
    return found | {
        "readouts.0.linear.weight": (C,),
        "readouts.1.linear_1.weight": (C * N_READOUT,),
        "readouts.1.linear_2.weight": (N_READOUT,),
    }


def contractions() -> dict[str, torch.Tensor]:
    """U, the same for models of any number of channels, and the weights that belong to it."""
    start, found = "vectors/weights/", {}
    with np.load(COUPLINGS) as file:
        for full in file.files:
            name = full.removeprefix(start)
            if name == full or ".U_matrix_" not in name:
                continue
            found[name] = torch.from_numpy(file[full])
            inside, _, nu = name.rpartition("U_matrix_")
            n = CORRELATION - 1 - int(nu)
            w = "weights_max" if n < 0 else f"weights.{n}"
            shape = len(ELEMENTS), found[name].shape[-1], C
            found[inside + w] = numbers(inside + w, np.prod(shape)).view(shape) / shape[1]
    return found


def model() -> MACE:
    weights = {name: numbers(name, np.prod(shape)).view(shape) for name, shape in shapes().items()}
    weights |= contractions()
    weights |= {
        "atomic_numbers": torch.tensor(ELEMENTS),
        "atomic_energies_fn.atomic_energies": torch.zeros(len(ELEMENTS)),
        "num_interactions": torch.tensor(LAYERS),
        "r_max": torch.tensor(CUTOFF),
        "radial_embedding.cutoff_fn.p": torch.tensor(5),
    }
    return mace_of(weights, residual_first=False, n_neighbors=20.0).float()


def step(made: torch.nn.Module, graph: AtomGraph) -> np.ndarray:
    def answer():
        found = predict(made, graph, stress=False, create_graph=True)
        return found.energy, found.forces

    return training_step(made, answer)


def tasks() -> dict:
    found, made = {}, model()
    for name, frames in (("32_ethanol", ethanol(32)), ("256_Cu", [copper(256)])):
        graph = batch_graph(frames, CUTOFF, torch.float32)
        found[f"MACE_forces,_{name}"] = partial(forces, made, graph)
        found[f"MACE_training_step,_{name}"] = partial(step, made, graph)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
