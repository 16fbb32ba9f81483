"""MACE's side of the comparison of MACE; compare.py starts it.

In float32, 32 scalars and 32 vectors, harmonics up to l = 3, correlation 3, 2 layers, cutoff 5 Å;
the batch, with its neighbour list, is given.
"""

import sys
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import ase
import numpy as np
import torch
from by_name import numbers, training_step
from work import copper, ethanol, serve

with redirect_stdout(sys.stderr):  # it tells there what it has not found
    from mace import data, modules  # before e3nn, which PyTorch could not load otherwise
    from mace.tools import AtomicNumberTable, torch_geometric

from e3nn import o3

ELEMENTS = [1, 6, 8, 29]
CUTOFF = 5.0


def model() -> torch.nn.Module:
    made = modules.ScaleShiftMACE(
        r_max=CUTOFF,
        num_bessel=8,
        num_polynomial_cutoff=5,
        max_ell=3,
        interaction_cls=modules.interaction_classes["RealAgnosticResidualInteractionBlock"],
        interaction_cls_first=modules.interaction_classes["RealAgnosticInteractionBlock"],
        num_interactions=2,
        num_elements=len(ELEMENTS),
        hidden_irreps=o3.Irreps("32x0e + 32x1o"),
        MLP_irreps=o3.Irreps("16x0e"),
        atomic_energies=np.zeros(len(ELEMENTS)),
        avg_num_neighbors=20.0,
        atomic_numbers=ELEMENTS,
        correlation=3,
        gate=torch.nn.functional.silu,
        radial_MLP=[64, 64, 64],
        atomic_inter_scale=1.0,
        atomic_inter_shift=0.0,
    )
    with torch.no_grad():
        for name, weight in made.named_parameters():
            weight.copy_(numbers(name, weight.numel()).view(weight.shape))
            if "symmetric_contractions" in name:
                weight.div_(weight.shape[1])  # the number of couplings, as MACE starts them
    return made


def batch(frames: list[ase.Atoms]) -> dict[str, torch.Tensor]:
    table = AtomicNumberTable(ELEMENTS)
    graphs = [
        data.AtomicData.from_config(data.config_from_atoms(atoms), z_table=table, cutoff=CUTOFF)
        for atoms in frames
    ]
    return torch_geometric.batch.Batch.from_data_list(graphs).to_dict()


def forces(made: torch.nn.Module, given: dict) -> np.ndarray:
    made.requires_grad_(False)  # as MACE's calculator does
    return made(dict(given))["forces"].numpy()


def step(made: torch.nn.Module, given: dict) -> np.ndarray:
    made.requires_grad_(True)

    def answer():
        found = made(dict(given), training=True)
        return found["energy"], found["forces"]

    return training_step(made, answer)


def tasks() -> dict:
    found, made = {}, model()
    for name, frames in (("32_ethanol", ethanol(32)), ("256_Cu", [copper(256)])):
        given = batch(frames)
        found[f"MACE_forces,_{name}"] = partial(forces, made, given)
        found[f"MACE_training_step,_{name}"] = partial(step, made, given)
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    serve(tasks())
